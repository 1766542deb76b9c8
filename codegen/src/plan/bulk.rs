//! Calls whose answer tells the outcome of each thing: `x-bulk` held against the body, the parameters and the answer.

use super::context::Context;
use super::model::{Answer, Bulk, BulkItems, BulkPlace, Field, Method, TypeDef, TypeKind};
use super::ty::{ArgumentPlace, MemberPath, Ty};
use crate::contract::{BulkHint, Operation};

/// What the operations of methods say with `x-bulk`, by method.
pub(super) fn plan(context: &Context<'_>, types: &[TypeDef], methods: &[Method]) -> Vec<Option<Bulk>> {
    let mut planned: Vec<Option<Bulk>> = vec![None; methods.len()];
    for (at, operation) in context.contract.operations.iter().enumerate() {
        let Some(hint) = &operation.hints.bulk else { continue };
        let mut taken = hint.items.is_none() && hint.parameter.is_none();
        for (method, planned) in methods.iter().zip(&mut planned).filter(|(method, _)| method.operation == at) {
            match bulk(types, method, hint) {
                Ok(bulk) => {
                    taken |= bulk.items.is_some();
                    *planned = Some(bulk);
                }
                Err(problem) => {
                    complain(context, operation, &problem);
                    taken = true;
                }
            }
        }
        if !taken {
            complain(context, operation, "`items` and `parameter` name nothing that a method takes");
        }
    }
    planned
}

fn complain(context: &Context<'_>, operation: &Operation, problem: &str) {
    let message = format!("`x-bulk`: {problem}");
    context.about_place(&operation.pointer.join("x-bulk"), message, "see x-bulk in specs/README.md");
}

/// What `x-bulk` means for one method.
fn bulk(types: &[TypeDef], method: &Method, hint: &BulkHint) -> Result<Bulk, String> {
    let place = match (&hint.items, &hint.parameter) {
        (Some(member), None) => in_body(method, &MemberPath::from(member.as_str())),
        (None, Some(name)) => in_query(method, name),
        (None, None) => None,
        (Some(_), Some(_)) => return Err("either `items` or `parameter` says where the things are".to_owned()),
    };
    let limit = hint.limit.filter(|limit| *limit > 0);
    let answers = MemberPath::from(hint.answers.as_ref().or(hint.items.as_ref()).map_or("", String::as_str));
    let entry = entry(types, method, &answers, place.is_some())
        .ok_or_else(|| format!("the answer has no outcomes in \"{answers}\""))?;
    let outcome = &hint.outcome;
    let member = field(types, &entry, outcome).ok_or_else(|| format!("an outcome has no member {outcome:?}"))?;
    let no_limit = "`limit` is the number of things that one call takes";
    let items = place.map(|place| Ok::<_, String>(BulkItems { place, limit: limit.ok_or(no_limit)? }));
    Ok(Bulk {
        items: items.transpose()?,
        answers,
        outcome: member.keys.clone(),
        entry,
        messages: hint.messages.clone().unwrap_or_else(|| "messages".to_owned()),
    })
}

/// The list in the body that is called so; it may be the argument itself.
fn in_body(method: &Method, member: &MemberPath) -> Option<BulkPlace> {
    method.arguments.iter().find_map(|argument| {
        let ArgumentPlace::Body(path) = &argument.place else { return None };
        let itself = path.0.ends_with(&member.0);
        let path = if itself { path.0.clone() } else { [&*path.0, &*member.0].concat() };
        Some(BulkPlace::Body(MemberPath(path)))
    })
}

/// The parameter of this name that holds a list.
fn in_query(method: &Method, wanted: &str) -> Option<BulkPlace> {
    method.arguments.iter().chain(&method.options).find_map(|argument| match &argument.place {
        ArgumentPlace::Joined { name, separator } if name == wanted => {
            Some(BulkPlace::Query { name: name.clone(), separator: separator.clone() })
        }
        _ => None,
    })
}

/// The type of one outcome.
fn entry(types: &[TypeDef], method: &Method, answers: &MemberPath, several: bool) -> Option<Ty> {
    let Answer::Value(answer) = &method.answer else { return None };
    let list = if method.value == *answers {
        // The outcome of one thing may be the answer itself.
        if answers.is_empty() {
            return Some(answer.clone());
        }
        answer
    } else {
        let [member] = answers.0.as_slice() else { return None };
        &field(types, answer, member)?.ty
    };
    let list = if let Ty::Optional(list) = list { list } else { list };
    match list {
        Ty::List(entry) => Some((**entry).clone()),
        // A call that takes one thing may answer the outcome without a list around it.
        one if !several => Some(one.clone()),
        _ => None,
    }
}

/// The field of a record for a member.
fn field<'t>(types: &'t [TypeDef], ty: &Ty, member: &str) -> Option<&'t Field> {
    let TypeKind::Record(fields) = &types[ty.named()?.0].kind else { return None };
    fields.iter().find(|field| field.keys.first().is_some_and(|key| key == member))
}
