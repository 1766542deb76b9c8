//! Lists that tell what has changed since a time: `x-feed` held against the parameters and the entries of the list.
//! Read when all types are known, because an entry is one of them.

use super::types::Builder;
use super::{Answer, Method, Plan, Resource, Ty, TypeKind};
use crate::contract::{Count, FeedHint, Location, Operation};

/// How a list of changes is read.
#[derive(Clone, Debug)]
pub struct ChangeFeed {
    /// Query parameter with the time.
    pub from: String,
    /// Query parameter with the size of a page, and the largest one.
    pub size: Option<(String, u32)>,
    /// Member with the key of what has changed.
    pub key: String,
    /// Member with the time of the change.
    pub time: Option<String>,
    /// Member with what has happened, and its values for what was deleted.
    pub kind: Option<(String, Vec<String>)>,
    /// Days that the list reaches back, and the method that reads everything.
    pub reach: Option<(u32, String)>,
}

/// Puts into the methods what their operations say with `x-feed`.
pub(super) fn finish(builder: &mut Builder<'_>, plan: &Plan, resources: &mut [Resource]) {
    for (at, operation) in builder.contract.operations.iter().enumerate() {
        let Some(hint) = &operation.hints.feed else { continue };
        let restart = hint.restart.as_ref().and_then(|id| accessor(resources, id));
        let methods = resources.iter_mut().flat_map(|resource| &mut resource.operations);
        for method in methods.filter(|method| method.operation == at) {
            match feed(builder, plan, operation, method, hint, restart.as_deref()) {
                Ok(feed) => method.feed = Some(feed),
                Err(problem) => {
                    let (pointer, message) = (operation.pointer.join("x-feed"), format!("`x-feed`: {problem}"));
                    builder.complain_at(&pointer, message, "see x-feed in specs/README.md");
                    break;
                }
            }
        }
    }
}

/// How the method of an operation is called: `orders().snapshot()`.
fn accessor(resources: &[Resource], id: &str) -> Option<String> {
    resources.iter().find_map(|resource| {
        let method = resource.operations.iter().find(|method| method.id == id)?;
        Some(format!("{}().{}()", resource.name, method.name))
    })
}

/// What `x-feed` means for one method.
fn feed(
    builder: &Builder<'_>,
    plan: &Plan,
    operation: &Operation,
    method: &Method,
    hint: &FeedHint,
    restart: Option<&str>,
) -> Result<ChangeFeed, String> {
    let Answer::Page(entry) = &method.answer else { return Err("the answer is no page of a list".to_owned()) };
    let parameter = |name: &str| {
        let known = |one: &crate::contract::Parameter| one.location == Location::Query && one.name == name;
        match operation.parameters.iter().any(known) {
            true => Ok(name.to_owned()),
            false => Err(format!("there is no parameter {name:?} in the query")),
        }
    };
    let member = |path: &str| match is_member(plan, entry, path) {
        true => Ok(path.to_owned()),
        false => Err(format!("an entry of the list has no member {path:?}")),
    };
    let size = hint.page_size.map(|Count(largest)| {
        let paging = builder.contract.behaviour.paging.as_ref();
        let name = paging.and_then(|paging| paging.size.as_deref()).ok_or("`x-paging` names no `size`")?;
        Ok::<_, String>((parameter(name)?, largest))
    });
    Ok(ChangeFeed {
        from: parameter(&hint.from)?,
        size: size.transpose()?,
        key: member(&hint.key)?,
        time: hint.time.as_deref().map(member).transpose()?,
        kind: match (&hint.kind, &hint.deleted) {
            (None, None) => None,
            (Some(kind), Some(deleted)) => Some((member(kind)?, deleted.clone())),
            _ => return Err("`kind` is a member, and `deleted` the list of its values for what was deleted".to_owned()),
        },
        reach: match (hint.reach_days, restart) {
            (None, None) if hint.restart.is_none() => None,
            (Some(Count(days)), Some(restart)) => Some((days, restart.to_owned())),
            _ => return Err("`reach-days` goes with `restart`, the operation that reads everything".to_owned()),
        },
    })
}

/// Whether a type has a member at this path.
fn is_member(plan: &Plan, ty: &Ty, path: &str) -> bool {
    let (key, rest) = path.split_once('/').unwrap_or((path, ""));
    let Some(TypeKind::Record(fields)) = ty.named().map(|id| &plan.ty(id).kind) else { return false };
    let field = fields.iter().find(|field| field.keys.first().is_some_and(|known| known == key));
    field.is_some_and(|field| rest.is_empty() || is_member(plan, &field.ty, rest))
}
