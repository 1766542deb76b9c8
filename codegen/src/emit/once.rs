//! The method of a request that creates something once, known by a key of the caller's.

use super::Emission;
use super::code::Code;
use super::rust::Rust;
use crate::name::ident;
use crate::plan::{CreateOnce, EntryDetail, Lookup, Method, OwnKey, api};

pub(super) fn create_once(code: &mut Code, emission: Emission<'_>, resource: &str, method: &Method) {
    let (Some(once), Some(request)) = (&method.once, method.request()) else { return };
    let rust = Rust::in_scope(emission.plan);
    let since = once.since.as_ref().map_or_else(String::new, |(_, ty)| format!("since: {}", rust.argument(ty)));
    let head = format!("{request}({since}) -> {}, {}", rust.answer(&method.answer), rust.ty(&once.found));
    code.line("");
    code.block("create_once!", |code| {
        code.docs(&docs(emission, resource, once));
        code.block(head, |code| {
            code.line(match &once.key {
                OwnKey::Query(name) => format!("key: Query({name:?}),"),
                OwnKey::Body(path) => format!("key: Body({path:?}),"),
            });
            lookup(code, emission, "list:", &once.list);
            if let Some(filter) = &once.filter {
                code.line(format!("filter: {filter:?},"));
            }
            if let Some((since, _)) = &once.since {
                code.line(format!("since: {since:?},"));
            }
            if let Some(EntryDetail { lookup: call, parameter }) = &once.detail {
                lookup(code, emission, &format!("detail: {parameter:?}"), call);
            }
            code.line(format!("by: {:?}, unless: {:?},", once.by, once.unless));
        });
    });
}

/// A call that looks for something, as fields of the runtime's `Operation`.
fn lookup(code: &mut Code, emission: Emission<'_>, head: &str, lookup: &Lookup) {
    let operation = &emission.contract.operations[lookup.operation];
    code.block(head, |code| {
        code.line(format!("id: {:?}, path: {:?}, value: {:?},", lookup.id, operation.path, lookup.value.to_string()));
        if let Some((size, most)) = &lookup.page_size {
            code.line(format!("page_size: Some(({size:?}, {most})),"));
        }
        if let Some(security) = emission.plan.client.security_of(operation) {
            let together: Vec<String> = security.iter().map(|names| format!("&{names:?}")).collect();
            code.line(format!("security: Some(&[{}]),", together.join(", ")));
        }
        if lookup.whole_list {
            code.line("whole_list: true,");
        }
    });
    code.ends_with_comma();
}

fn docs(emission: Emission<'_>, resource: &str, once: &CreateOnce) -> Vec<String> {
    let key = match &once.key {
        OwnKey::Query(path) | OwnKey::Body(path) => path.rsplit('/').next().unwrap_or(path),
    };
    let method = |lookup: &Lookup| {
        let methods = emission.plan.resources.iter().flat_map(|resource| &resource.operations);
        let found = methods.into_iter().find(|method| method.id == lookup.id);
        found.map_or_else(String::new, |found| format!("[`{}::{}`]", api(resource), ident(&found.name)))
    };
    let mut docs = vec![
        format!(
            "Creates it unless there is one with the same `{key}`, which must be set; and looks for it again when no answer \
             tells whether it was created."
        ),
        String::new(),
    ];
    docs.push(match (&once.detail, &once.filter) {
        (Some(detail), _) => format!(
            "The list neither shows nor filters by `{key}`. So each look costs a call of {} for every page of what was \
             created after `since`, and one of {} for every entry: give the time of your first attempt, less a few minutes \
             for clocks that differ.",
            method(&once.list),
            method(&detail.lookup)
        ),
        (None, Some(filter)) => format!("Each look costs a call of {}, filtered by `{filter}`.", method(&once.list)),
        (None, None) => format!("Each look costs a call of {} for every page.", method(&once.list)),
    });
    docs.extend([
        String::new(),
        "Two programs that create the same at the same time are not kept apart.".to_owned(),
        String::new(),
        "# Errors".to_owned(),
        "Only when this call has certainly created nothing.".to_owned(),
    ]);
    docs
}
