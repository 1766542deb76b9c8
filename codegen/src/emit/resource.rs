//! The module of a resource: its operations, then the types that only it uses.

use std::collections::BTreeMap;

use super::code::{Code, wrap};
use super::rust::{Rust, bulk_place, call, place, repeat};
use super::{Emission, File, example, once, types};
use crate::contract::{ConstantHint, Contract, Location, Operation, Parameter, Status};
use crate::name::{ident, pascal, phrase, snake};
use crate::plan::{
    Answer, Argument, Bulk, BulkList, ChangeFeed, FeedReach, Method, Plan, Promise, Resource, Ty, TypeDef, api, prose,
};

/// What a resource is about, in one sentence.
pub(super) fn about(emission: Emission<'_>, index: usize) -> Vec<String> {
    let resource = &emission.plan.resources[index];
    prose(resource.description.as_deref()).unwrap_or_else(|| vec![format!("{}.", phrase(&resource.name))])
}

pub(super) fn file(emission: Emission<'_>, index: usize) -> File {
    let plan = emission.plan;
    let resource = &plan.resources[index];
    let mut docs = about(emission, index);
    if let Some(url) = &emission.contract.behaviour.krate.documentation {
        docs.extend([String::new(), format!("The documentation of {} is at <{url}>.", emission.title())]);
    }
    let mut code = Code::file(&docs);
    // Records may all be shared with others.
    if !resource.operations.is_empty() || plan.types.iter().any(|def| def.resources == [index]) {
        code.line("");
        code.line("use kontrakt_runtime::prelude::*;");
    }
    let shared: Vec<String> = {
        let mut names: Vec<String> = (plan.types.iter())
            .filter(|def| def.resources.len() > 1 && def.resources.contains(&index))
            .map(|def| def.name.clone())
            .collect();
        names.sort();
        names
    };
    if !shared.is_empty() {
        code.line("");
        for line in wrap("pub use crate::types::{", &shared, "};", 0) {
            code.line(line);
        }
    }
    if !resource.operations.is_empty() {
        code.line("");
        code.block("resource!", |code| {
            code.docs(&about(emission, index));
            code.line(format!("pub {}", api(&resource.name)));
        });
    }
    for (name, constant) in constants(emission.contract, resource) {
        code.line("");
        code.docs(&prose(constant.description.as_deref()).unwrap_or_default());
        code.line(format!("pub const {}: i64 = {};", constant_name(name), constant.value));
    }
    for method in &resource.operations {
        code.line("");
        operation(&mut code, emission, &resource.name, method);
        outcomes(&mut code, Rust::in_scope(plan), &resource.name, method);
        once::create_once(&mut code, emission, &resource.name, method);
    }
    for def in plan.types.iter().filter(|def| def.resources == [index]) {
        code.line("");
        types::definition(&mut code, plan, def, &[]);
    }
    File { path: format!("src/{}.rs", resource.name), text: code.finish() }
}

/// Values of parameters that have names, each once.
pub(super) fn constants<'c>(contract: &'c Contract, resource: &Resource) -> BTreeMap<&'c str, &'c ConstantHint> {
    let calls = resource.operations.iter().map(|method| &contract.operations[method.operation]);
    let hints = calls.flat_map(|call| &call.parameters).flat_map(|parameter| &parameter.hints.constants);
    hints.map(|(name, constant)| (name.as_str(), constant)).collect()
}

/// The name of a constant.
pub(super) fn constant_name(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

fn operation(code: &mut Code, emission: Emission<'_>, resource: &str, method: &Method) {
    let rust = Rust::in_scope(emission.plan);
    let operation = &emission.contract.operations[method.operation];
    let argument = |one: &Argument| {
        let (word, keys) = place(&one.place);
        format!("{}: {} = {}", ident(&one.name), rust.argument(&one.ty), call(word, &keys))
    };
    code.block("operation!", |code| {
        code.docs(&docs(method, operation));
        code.docs_as_they_are(&[&[String::new()], &*example::example(emission, resource, method)].concat());
        code.docs(&faults(rust, method));
        let replacements = &emission.contract.behaviour.replacements;
        code.deprecated(operation.deprecated.then(|| replacements.get(&method.id).map_or("", String::as_str)));
        let arguments: Vec<String> = method.arguments.iter().map(argument).collect();
        let gives = method.request().unwrap_or_else(|| format!("Call<{}>", rust.answer(&method.answer)));
        let head = format!("{}::{}(", api(resource), ident(&method.name));
        let mut lines = wrap(&head, &arguments, &format!(") -> {gives}"), 1);
        let last = lines.pop().unwrap_or_default();
        lines.into_iter().for_each(|line| code.line(line));
        code.block(last, |code| {
            code.line(format!("id: {:?},", method.id));
            code.line(format!("call: {} {:?},", operation.method, method.path));
            answer(code, rust, method);
            if let Some(retry) = method.retry {
                code.line(format!("repeat: {},", repeat(retry)));
            }
            if let Some(security) = emission.plan.client.security_of(operation) {
                code.line(format!("security: {security:?},"));
            }
            if let Some((size, most)) = &method.page_size {
                code.line(format!("page_size: ({size:?}, {most}),"));
            }
            let reserved = reserved(operation);
            if !reserved.is_empty() {
                code.line(format!("reserved: {reserved:?},"));
            }
            if method.promise != Promise::Answer {
                code.line(format!("promise: {:?},", method.promise));
            }
            if let Some(bulk) = &method.bulk {
                self::bulk(code, rust, method, bulk);
            }
            if !method.options.is_empty() {
                code.block("options", |code| {
                    for option in &method.options {
                        code.docs(&option.docs);
                        code.deprecated(option.deprecated.as_deref());
                        code.line(format!("{},", argument(option)));
                    }
                });
            }
        });
    });
}

/// Parameters of the query whose values keep their reserved characters, under the names that they are sent with.
fn reserved(operation: &Operation) -> Vec<String> {
    let is_reserved = |one: &&Parameter| one.allow_reserved && one.location == Location::Query;
    operation.sent_parameters().filter(is_reserved).map(|one| one.name.clone()).collect()
}

/// What the call gives and where that stands; a plain call says the first beside its arguments.
fn answer(code: &mut Code, rust: Rust<'_>, method: &Method) {
    let place = method.value.to_string();
    let answer = match method.request() {
        Some(_) => {
            let (kind, item) = rust.kind(&method.answer);
            format!("{kind}: {item} = {place:?}")
        }
        None => format!("value: {place:?}"),
    };
    match &method.feed {
        None => code.line(format!("{answer},")),
        Some(feed) => {
            code.block(format!("{answer} feed"), |code| changes(feed).iter().for_each(|field| code.line(field)));
            code.ends_with_comma();
        }
    }
}

/// How a list of changes is read, as fields of the runtime's `ChangeFeed`.
fn changes(feed: &ChangeFeed) -> Vec<String> {
    let mut fields = vec![format!("from: {:?},", feed.from)];
    fields.extend(feed.size.as_ref().map(|(size, largest)| format!("size: Some(({size:?}, {largest})),")));
    fields.push(format!("key: {:?},", feed.key));
    fields.extend(feed.time.as_ref().map(|time| format!("time: {time:?},")));
    fields.extend(feed.kind.as_ref().map(|(kind, deleted)| format!("kind: {kind:?}, deleted: &{deleted:?},")));
    if let Some(FeedReach { days, resource, method }) = &feed.reach {
        fields.push(format!("reach_days: {days}, restart: \"{resource}().{}()\",", ident(method)));
    }
    fields
}

/// What tells the outcome of what was sent, and how the call is divided.
fn bulk(code: &mut Code, rust: Rust<'_>, method: &Method, bulk: &Bulk) {
    let Bulk { lists, limit, outcome, messages, errors } = bulk;
    let told = format!("outcome: {outcome:?}, messages: {messages:?}");
    let Some(limit) = limit else {
        let answers = lists.iter().find_map(|list| list.answers.as_deref()).unwrap_or_default();
        return code.line(format!("judge: {{ answers: {answers:?}, {told} }},"));
    };
    let outcomes = match lists.as_slice() {
        [one] => format!("kontrakt_runtime::bulk::Outcomes<{}>", entry(rust, one)),
        _ => outcomes_name(method),
    };
    code.block(format!("split: {outcomes} ="), |code| {
        code.line(format!("limit: {limit}, {told}, errors: {errors:?},"));
        for list in lists {
            let items = list.place.as_ref().map_or_else(String::new, bulk_place);
            code.line(format!("list: {items} {{ answers: {:?}, keys: {:?} }},", list.answers, list.keys));
        }
    });
    code.ends_with_comma();
}

pub(super) fn entry(rust: Rust<'_>, list: &BulkList) -> String {
    list.entry.as_ref().map_or_else(|| "()".to_owned(), |entry| rust.ty(entry))
}

/// Name of the outcomes of a call that has several lists.
pub(super) fn outcomes_name(method: &Method) -> String {
    format!("{}Outcomes", pascal(&method.name))
}

/// The outcomes of a call that has several lists.
fn outcomes(code: &mut Code, rust: Rust<'_>, resource: &str, method: &Method) {
    let Some(Bulk { lists, .. }) = method.bulk.as_ref().filter(|bulk| bulk.lists.len() > 1) else { return };
    code.line("");
    code.block("outcomes!", |code| {
        let names: Vec<String> = lists.iter().map(|list| format!("`{}`", list.name)).collect();
        code.docs(&[format!(
            "What became of the {} of [`{}::{}`].",
            names.join(" and the "),
            api(resource),
            method.name
        )]);
        let fields: Vec<String> =
            lists.iter().map(|list| format!("{}: {}", ident(&snake(&list.name)), entry(rust, list))).collect();
        code.line(format!("pub {} {{ {} }}", outcomes_name(method), fields.join(", ")));
    });
}

fn docs(method: &Method, operation: &Operation) -> Vec<String> {
    let summary = prose(method.summary.as_deref()).unwrap_or_else(|| vec![format!("{}.", phrase(&method.id))]);
    let mut docs = summary;
    // Without a summary the description took its place; calls that share a path have one about them all.
    if operation.summary.is_some()
        && operation.hints.variants.is_empty()
        && let Some(more) = prose(operation.description.as_deref())
    {
        docs.push(String::new());
        docs.extend(more);
    }
    match &method.answer {
        Answer::Page(_) => {
            docs.extend([String::new(), "Answers one page; `items()` reads them all.".to_owned()]);
            if method.feed.is_some() {
                docs.push(
                    "`feed()` reads what has changed since a mark, without a gap, and gives the next mark.".to_owned(),
                );
            }
        }
        Answer::Job(_) => {
            docs.extend([String::new(), "Starts a job; its handle tells when the result is there.".to_owned()])
        }
        Answer::Download => docs.extend([String::new(), "Answers a file.".to_owned()]),
        Answer::Nothing | Answer::Value(_) => {}
    }
    if let Some(limit) = method.bulk.as_ref().filter(|bulk| bulk.is_divided()).and_then(|bulk| bulk.limit) {
        docs.extend([
            String::new(),
            format!("`send_all()` takes any number of things, {limit} in each call, and gives the outcome of each."),
        ]);
    }
    docs.extend([String::new(), format!("`{} {}`", operation.method, operation.path)]);
    let described: Vec<String> = (method.arguments.iter())
        .filter(|one| !one.docs.is_empty())
        .map(|one| format!("* `{}`: {}", one.name, one.docs.join(" ").replace("  ", " ")))
        .collect();
    if !described.is_empty() {
        docs.push(String::new());
        docs.extend(described);
    }
    docs
}

/// What the bodies of errors are.
fn faults(rust: Rust<'_>, method: &Method) -> Vec<String> {
    let one = |(status, ty): &(Status, Ty)| match ty {
        Ty::Named(_) => format!("* `{status}`: [`{}`]", rust.ty(ty)),
        _ => format!("* `{status}`: `{}`", rust.ty(ty)),
    };
    let about = "Bodies of errors, as [`body_as`](kontrakt_runtime::Error::body_as) reads them:";
    let head = ["", "# Errors", about].map(str::to_owned);
    let list: Vec<String> = method.faults.iter().map(one).collect();
    if list.is_empty() { list } else { head.into_iter().chain(list).collect() }
}

/// Types for the crate's index.
pub(super) fn own_types(plan: &Plan, index: usize) -> impl Iterator<Item = &TypeDef> {
    plan.types.iter().filter(move |def| def.resources.contains(&index))
}
