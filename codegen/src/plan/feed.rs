//! Lists of changes since a time: checks `x-feed` against the list's parameters and entries.

use super::calls::Call;
use super::context::Context;
use super::model::{Answer, ChangeFeed, FeedReach, Method, TypeDef, TypeKind};
use super::modules::Modules;
use super::ty::Ty;
use crate::contract::{Contract, Count, FeedHint, Location, Parameter};

/// What the operations of methods say with `x-feed`, by method.
pub(super) fn plan(
    context: &Context<'_>,
    types: &[TypeDef],
    (modules, calls): (&Modules, &[Call<'_>]),
    methods: &[Method],
) -> Vec<Option<ChangeFeed>> {
    let mut planned: Vec<Option<ChangeFeed>> = vec![None; methods.len()];
    for (at, operation) in context.contract.operations.iter().enumerate() {
        let Some(hint) = &operation.hints.feed else { continue };
        let restart = hint.restart.as_ref().and_then(|id| calls.iter().find(|call| call.id == *id));
        let restart = restart.map(|call| (modules.0[call.module].name.as_str(), call.name.as_str()));
        for (method, planned) in methods.iter().zip(&mut planned).filter(|(method, _)| method.operation == at) {
            match feed(context.contract, types, method, hint, restart) {
                Ok(feed) => *planned = Some(feed),
                Err(problem) => {
                    let (pointer, message) = (operation.pointer.join("x-feed"), format!("`x-feed`: {problem}"));
                    context.about_place(&pointer, message, "see x-feed in specs/README.md");
                    break;
                }
            }
        }
    }
    planned
}

/// What `x-feed` means for one method.
fn feed(
    contract: &Contract,
    types: &[TypeDef],
    method: &Method,
    hint: &FeedHint,
    restart: Option<(&str, &str)>,
) -> Result<ChangeFeed, String> {
    let Answer::Page(entry) = &method.answer else { return Err("the answer is no page of a list".to_owned()) };
    let parameter = |name: &str| {
        let known = |one: &Parameter| one.location == Location::Query && one.name == name;
        match contract.operations[method.operation].parameters.iter().any(known) {
            true => Ok(name.to_owned()),
            false => Err(format!("there is no parameter {name:?} in the query")),
        }
    };
    let member = |path: &str| match is_member(types, entry, path) {
        true => Ok(path.to_owned()),
        false => Err(format!("an entry of the list has no member {path:?}")),
    };
    let size = hint.page_size.map(|Count(largest)| {
        let paging = contract.behaviour.paging.as_ref();
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
            (Some(Count(days)), Some((resource, method))) => {
                Some(FeedReach { days, resource: resource.to_owned(), method: method.to_owned() })
            }
            _ => return Err("`reach-days` goes with `restart`, the operation that reads everything".to_owned()),
        },
    })
}

/// Whether a type has a member at this path, `*` for every item of a list.
pub(super) fn is_member(types: &[TypeDef], ty: &Ty, path: &str) -> bool {
    if let Some(items) = path.strip_prefix("*/") {
        return is_member(types, ty, items);
    }
    let (key, rest) = path.split_once('/').unwrap_or((path, ""));
    let Some(TypeKind::Record(fields)) = ty.named().map(|id| &types[id.0].kind) else { return false };
    let field = fields.iter().find(|field| field.keys.first().is_some_and(|known| known == key));
    field.is_some_and(|field| rest.is_empty() || is_member(types, &field.ty, rest))
}
