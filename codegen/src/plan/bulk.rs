//! Calls whose answer tells the outcome of each thing: `x-bulk` held against the body, the parameters and the answer.
//! Read when all types are known, because the outcome of one thing is one of them.

use serde_json::Value;

use super::types::Builder;
use super::{Answer, Method, Plan, Resource, Ty, TypeKind};
use crate::contract::Operation;

/// How a call that takes many things is divided, and what tells the outcome of each.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Where the things stand, and the most that one call takes: `Body("orders")`. Nothing where it takes one thing.
    pub items: Option<(String, u64)>,
    /// Path to the outcomes in the answer.
    pub answers: String,
    /// Type of one outcome.
    pub entry: Ty,
    /// Member of an outcome that says whether the thing was done, under each of its names.
    pub outcome: Vec<String>,
    /// Member of an outcome with what is said about the thing.
    pub messages: String,
}

/// The members of `x-bulk`.
const MEMBERS: [&str; 6] = ["items", "parameter", "limit", "answers", "outcome", "messages"];

/// Puts into the methods what their operations say with `x-bulk`.
pub(super) fn finish(builder: &mut Builder<'_>, plan: &Plan, resources: &mut [Resource]) {
    let contract = builder.contract;
    for (at, operation) in contract.operations.iter().enumerate() {
        let Some(says) = operation.extension("x-bulk") else { continue };
        let says_where = says.get("items").or(says.get("parameter")).is_some();
        let mut found = !says_where;
        let methods = resources.iter_mut().flat_map(|resource| &mut resource.operations);
        for method in methods.filter(|method| method.operation == at) {
            match bulk(plan, method, says) {
                Ok(bulk) => {
                    found |= bulk.items.is_some();
                    method.bulk = Some(bulk);
                }
                Err(problem) => {
                    complain(builder, operation, &problem);
                    found = true;
                }
            }
        }
        if !found {
            complain(builder, operation, "`items` and `parameter` name nothing that a method takes");
        }
    }
}

fn complain(builder: &mut Builder<'_>, operation: &Operation, problem: &str) {
    let pointer = operation.pointer.join("x-bulk");
    let span = builder.document.get(&pointer).map_or(operation.span, |node| node.span);
    let complaint = builder.document.complain(span, &pointer, format!("`x-bulk`: {problem}"));
    builder.complaints.push(complaint.help("see x-bulk in specs/README.md"));
}

/// What `x-bulk` means for one method.
fn bulk(plan: &Plan, method: &Method, says: &Value) -> Result<Bulk, String> {
    let text = |key| says.get(key).and_then(Value::as_str);
    let members = says.as_object().ok_or("expected a map")?;
    if let Some(key) = members.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
        return Err(format!("{key:?} is not known"));
    }
    let items = match (text("items"), text("parameter")) {
        (Some(member), None) => method.arguments.iter().find_map(|argument| {
            let wrapper = argument.place.strip_prefix("json(\"")?.strip_suffix("\")")?;
            // The list may be the argument itself.
            let path = match wrapper {
                "" => member.to_owned(),
                wrapper if wrapper == member || wrapper.ends_with(&format!("/{member}")) => wrapper.to_owned(),
                wrapper => format!("{wrapper}/{member}"),
            };
            Some(format!("Body({path:?})"))
        }),
        (None, Some(name)) => method.arguments.iter().chain(&method.options).find_map(|argument| {
            let rest = argument.place.strip_prefix("joined(")?;
            rest.starts_with(&format!("{name:?},")).then(|| format!("Query({rest}"))
        }),
        (None, None) => None,
        (Some(_), Some(_)) => return Err("either `items` or `parameter` says where the things are".to_owned()),
    };
    let limit = says.get("limit").and_then(Value::as_u64).filter(|limit| *limit > 0);
    let answers = text("answers").or(text("items")).unwrap_or_default();
    let entry = entry(plan, method, answers, items.is_some())
        .ok_or_else(|| format!("the answer has no outcomes in {answers:?}"))?;
    let outcome = text("outcome").ok_or("`outcome` names the member that says whether a thing was done")?;
    let outcome = keys(plan, &entry, outcome).ok_or_else(|| format!("an outcome has no member {outcome:?}"))?;
    Ok(Bulk {
        items: match items {
            None => None,
            Some(items) => Some((items, limit.ok_or("`limit` is the number of things that one call takes")?)),
        },
        answers: answers.to_owned(),
        entry,
        outcome: outcome.to_vec(),
        messages: text("messages").unwrap_or("messages").to_owned(),
    })
}

/// The type of one outcome.
fn entry(plan: &Plan, method: &Method, answers: &str, several: bool) -> Option<Ty> {
    let Answer::Value(answer) = &method.answer else { return None };
    let list = if method.value == answers {
        // The outcome of one thing may be the answer itself.
        if answers.is_empty() {
            return Some(answer.clone());
        }
        answer
    } else {
        let TypeKind::Record(fields) = &plan.ty(answer.named()?).kind else { return None };
        &fields.iter().find(|field| field.keys.first().is_some_and(|key| key == answers))?.ty
    };
    let list = if let Ty::Optional(list) = list { list } else { list };
    match list {
        Ty::List(entry) => Some((**entry).clone()),
        // A call that takes one thing may answer the outcome without a list around it.
        one if !several => Some(one.clone()),
        _ => None,
    }
}

/// All keys of the field that is called `member`.
fn keys<'p>(plan: &'p Plan, entry: &Ty, member: &str) -> Option<&'p [String]> {
    let TypeKind::Record(fields) = &plan.ty(entry.named()?).kind else { return None };
    let field = fields.iter().find(|field| field.keys.first().is_some_and(|key| key == member))?;
    Some(&field.keys)
}
