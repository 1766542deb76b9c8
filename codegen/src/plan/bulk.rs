//! Bulk calls, whose answer reports the outcome of each item: checks `x-bulk` against body, parameters and answer.

use super::context::Context;
use super::model::{Answer, Bulk, BulkList, BulkPlace, Field, Method, Promise, TypeDef, TypeKind};
use super::shape::Shape;
use super::ty::{ArgumentPlace, MemberPath, Ty};
use crate::contract::{BulkHint, Contract, Operation};

/// What the operations of methods say with `x-bulk`, by method.
pub(super) fn plan(context: &Context<'_>, types: &[TypeDef], methods: &[Method]) -> Vec<Option<Bulk>> {
    let mut planned: Vec<Option<Bulk>> = vec![None; methods.len()];
    for (at, operation) in context.contract.operations.iter().enumerate() {
        let Some(hint) = &operation.hints.bulk else { continue };
        let mut taken = hint.items.is_empty() && hint.parameter.is_none();
        for (method, planned) in methods.iter().zip(&mut planned).filter(|(method, _)| method.operation == at) {
            match (Reading { contract: context.contract, types, operation, hint }).bulk(method) {
                Ok(bulk) => {
                    taken |= bulk.is_divided();
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

/// What the body of a success is promised to be.
pub(super) fn promise(contract: &Contract, operation: &Operation) -> Promise {
    let mut successes = operation.responses.iter().filter(|response| response.status.is_success());
    if successes.any(|response| response.content.is_empty()) {
        return Promise::Nothing;
    }
    let envelope = &contract.behaviour.envelope;
    let success = envelope.success.as_ref().map(|success| &success.member);
    let paths = success.into_iter().chain(&envelope.request_id).chain(envelope.value.iter());
    let members: Vec<&str> = paths.map(|path| path.split('/').next().unwrap_or(path)).collect();
    let Some(root) = operation.success().and_then(|success| success.json()?.schema) else { return Promise::Answer };
    let root = Shape::of(contract, root);
    let shapes = root.alternatives.iter().map(|id| Shape::of(contract, *id)).chain([root.clone()]);
    let mut known = shapes.flat_map(|shape| shape.members).map(|(name, ..)| name);
    match members.is_empty() || known.any(|name| members.contains(&name.as_str())) {
        true => Promise::Answer,
        false => Promise::Bare,
    }
}

/// What `x-bulk` says, and what it is held against.
struct Reading<'p> {
    contract: &'p Contract,
    types: &'p [TypeDef],
    operation: &'p Operation,
    hint: &'p BulkHint,
}

impl Reading<'_> {
    /// What `x-bulk` means for one method.
    fn bulk(&self, method: &Method) -> Result<Bulk, String> {
        let BulkHint { answers, limit, outcome, messages, errors, .. } = self.hint;
        let mut lists = self.lists(method)?;
        for (at, list) in lists.iter_mut().enumerate() {
            list.answers = match answers.get(at) {
                // Only errors speak of the things.
                None if !errors.is_empty() => None,
                None if self.hint.items.contains(&list.name) => Some(list.name.clone()),
                path => Some(path.cloned().unwrap_or_default()),
            };
            let Some(path) = &list.answers else { continue };
            let entry = entry(self.types, method, path, list.place.is_some());
            list.entry = Some(entry.ok_or_else(|| format!("the answer has no outcomes in {path:?}"))?);
        }
        let limit = limit.filter(|limit| *limit > 0);
        let divided = lists.iter().any(|list| list.place.is_some());
        if limit.is_none() && divided {
            return Err("`limit` is the number of things that one call takes".to_owned());
        }
        let outcome = match outcome {
            Some(member) => {
                let entries = lists.iter().filter_map(|list| list.entry.as_ref());
                let keys = entries.map(|entry| keys(self.types, entry, member)).collect::<Option<Vec<_>>>();
                let keys = keys.ok_or_else(|| format!("an outcome has no member {member:?}"))?;
                keys.into_iter().next().unwrap_or_default()
            }
            // Entries without such a member say that a thing was done by being there.
            None if messages.is_some() || !errors.is_empty() => Vec::new(),
            None => return Err("`outcome` names the member that says whether a thing was done".to_owned()),
        };
        Ok(Bulk {
            lists,
            limit: limit.filter(|_| divided),
            outcome,
            messages: messages.clone().unwrap_or_else(|| "messages".to_owned()),
            errors: errors.clone(),
        })
    }

    /// The lists of things that a method takes.
    fn lists(&self, method: &Method) -> Result<Vec<BulkList>, String> {
        let keys = self.hint.keys.to_vec();
        let list = |name: &str, place: Option<BulkPlace>| BulkList {
            name: name.to_owned(),
            place,
            answers: None,
            entry: None,
            keys: keys.clone(),
        };
        match (&*self.hint.items, &self.hint.parameter) {
            ([], None) => Ok(vec![list("", None)]),
            ([], Some(name)) => Ok(vec![list(name, in_query(method, name))]),
            (items, None) => {
                let body = |path: &String| BulkPlace::Body(MemberPath::from(path.as_str()));
                let paths = self.in_body(items)?;
                Ok(items.iter().zip(&paths).map(|(name, path)| list(name, Some(body(path)))).collect())
            }
            _ => Err("either `items` or `parameter` says where the things are".to_owned()),
        }
    }

    /// Where the lists stand in the body, of which nothing else may be left that a second call would do again.
    fn in_body(&self, items: &[String]) -> Result<Vec<String>, String> {
        let contract = self.contract;
        let none = || format!("the body has no list {:?}", items.join(", "));
        let root = self.operation.body.as_ref().and_then(|body| body.json()?.schema).ok_or_else(none)?;
        let (mut shape, mut prefix) = (Shape::of(contract, root), String::new());
        let wrapper = contract.behaviour.envelope.request.as_deref().unwrap_or_default();
        if let Some((name, inner, _)) = shape.members.iter().find(|(name, ..)| name == wrapper) {
            let inner = Shape::of(contract, *inner);
            // The list may be all there is.
            if inner.items.is_some() && items == [name.clone()] {
                return Ok(vec![name.clone()]);
            }
            (prefix, shape) = (format!("{name}/"), inner);
        }
        let settings = &self.hint.settings;
        for name in items.iter().chain(settings.iter()) {
            let (_, id, required) = shape
                .members
                .iter()
                .find(|(known, ..)| known == name)
                .ok_or_else(|| format!("the body has no member {name:?}"))?;
            if items.contains(name) && Shape::of(contract, *id).items.is_none() {
                return Err(format!("{name:?} is no list"));
            }
            if items.len() > 1 && items.contains(name) && *required {
                return Err(format!("{name:?} is required, so it cannot be left to another call"));
            }
        }
        let beside = |name: &&String| !items.contains(name) && !settings.contains(name);
        if let Some(name) = shape.members.iter().map(|(name, ..)| name).find(beside) {
            return Err(format!(
                "the body has {name:?} too: name it in `items` if it is a list of things, or in `settings` if it may \
                 stand in each of several calls"
            ));
        }
        Ok(items.iter().map(|name| format!("{prefix}{name}")).collect())
    }
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

/// The type of the entries at a path of the answer, `*` for the items of a list.
fn entry(types: &[TypeDef], method: &Method, path: &str, several: bool) -> Option<Ty> {
    let Answer::Value(answer) = &method.answer else { return None };
    // The outcome of one thing may be the answer itself.
    let rest = path.strip_prefix(&*method.value.to_string())?;
    let mut ty = answer;
    for step in rest.split('/').filter(|step| !step.is_empty()) {
        let inner = if let Ty::Optional(inner) = ty { inner } else { ty };
        ty = match (step, inner) {
            ("*", Ty::List(item)) => item,
            ("*", _) => return None,
            (member, inner) => &field(types, inner, member)?.ty,
        };
    }
    match if let Ty::Optional(inner) = ty { inner } else { ty } {
        Ty::List(entry) => Some((**entry).clone()),
        // A call that takes one thing may answer the outcome without a list around it.
        one if !several => Some(one.clone()),
        _ => None,
    }
}

/// All keys of the field that is called `member`.
fn keys(types: &[TypeDef], entry: &Ty, member: &str) -> Option<Vec<String>> {
    match &types[entry.named()?.0].kind {
        TypeKind::Record(_) => field(types, entry, member).map(|field| field.keys.clone()),
        // One entry, or a list of them: the runtime looks at both.
        _ => Some(vec![member.to_owned()]),
    }
}

/// The field of a record for a member.
fn field<'t>(types: &'t [TypeDef], ty: &Ty, member: &str) -> Option<&'t Field> {
    let TypeKind::Record(fields) = &types[ty.named()?.0].kind else { return None };
    fields.iter().find(|field| field.keys.first().is_some_and(|key| key == member))
}
