//! Calls whose answer tells the outcome of each thing: `x-bulk` held against the body, the parameters and the answer.
//! Read when all types are known, because the outcome of one thing is one of them.

use super::types::Builder;
use super::{Answer, ArgumentPlace, MemberPath, Method, Plan, Resource, Ty, TypeKind};
use crate::contract::{BulkHint, Operation};

/// How a call that takes many things is divided, and what tells the outcome of each.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Where the things stand. Nothing where it takes one thing.
    pub items: Option<BulkItems>,
    /// Where the outcomes stand in the answer.
    pub answers: MemberPath,
    /// Type of one outcome.
    pub entry: Ty,
    /// Member of an outcome that says whether the thing was done, under each of its names.
    pub outcome: Vec<String>,
    /// Member of an outcome with what is said about the thing.
    pub messages: String,
}

/// The things that a call takes.
#[derive(Clone, Debug)]
pub struct BulkItems {
    /// Where they stand.
    pub place: BulkPlace,
    /// The most that one call takes.
    pub limit: u64,
}

/// Where the things stand that a call takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkPlace {
    /// In a list of the body.
    Body(MemberPath),
    /// In a parameter of the query.
    Query {
        /// Name of the parameter.
        name: String,
        /// What stands between them.
        separator: String,
    },
}

/// Puts into the methods what their operations say with `x-bulk`.
pub(super) fn finish(builder: &mut Builder<'_>, plan: &Plan, resources: &mut [Resource]) {
    let contract = builder.contract;
    for (at, operation) in contract.operations.iter().enumerate() {
        let Some(hint) = &operation.hints.bulk else { continue };
        let mut found = hint.items.is_none() && hint.parameter.is_none();
        let methods = resources.iter_mut().flat_map(|resource| &mut resource.operations);
        for method in methods.filter(|method| method.operation == at) {
            match bulk(plan, method, hint) {
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
fn bulk(plan: &Plan, method: &Method, hint: &BulkHint) -> Result<Bulk, String> {
    let items = match (&hint.items, &hint.parameter) {
        (Some(member), None) => method.arguments.iter().find_map(|argument| {
            let ArgumentPlace::Body(wrapper) = &argument.place else { return None };
            let member = MemberPath::from(member.as_str());
            // The list may be the argument itself.
            let itself = wrapper.0.ends_with(&member.0);
            let path = if itself { wrapper.0.clone() } else { [&*wrapper.0, &*member.0].concat() };
            Some(BulkPlace::Body(MemberPath(path)))
        }),
        (None, Some(name)) => method.arguments.iter().chain(&method.options).find_map(|argument| {
            let ArgumentPlace::Joined { name: own, separator } = &argument.place else { return None };
            (own == name).then(|| BulkPlace::Query { name: own.clone(), separator: separator.clone() })
        }),
        (None, None) => None,
        (Some(_), Some(_)) => return Err("either `items` or `parameter` says where the things are".to_owned()),
    };
    let limit = hint.limit.filter(|limit| *limit > 0);
    let answers = MemberPath::from(hint.answers.as_ref().or(hint.items.as_ref()).map_or("", String::as_str));
    let entry = entry(plan, method, &answers, items.is_some())
        .ok_or_else(|| format!("the answer has no outcomes in \"{answers}\""))?;
    let outcome = &hint.outcome;
    let outcome = keys(plan, &entry, outcome).ok_or_else(|| format!("an outcome has no member {outcome:?}"))?;
    Ok(Bulk {
        items: match items {
            None => None,
            Some(place) => {
                let limit = limit.ok_or("`limit` is the number of things that one call takes")?;
                Some(BulkItems { place, limit })
            }
        },
        answers,
        entry,
        outcome: outcome.to_vec(),
        messages: hint.messages.clone().unwrap_or_else(|| "messages".to_owned()),
    })
}

/// The type of one outcome.
fn entry(plan: &Plan, method: &Method, answers: &MemberPath, several: bool) -> Option<Ty> {
    let Answer::Value(answer) = &method.answer else { return None };
    let list = if method.value == *answers {
        // The outcome of one thing may be the answer itself.
        if answers.is_empty() {
            return Some(answer.clone());
        }
        answer
    } else {
        let [member] = answers.0.as_slice() else { return None };
        let TypeKind::Record(fields) = &plan.ty(answer.named()?).kind else { return None };
        &fields.iter().find(|field| field.keys.first() == Some(member))?.ty
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
