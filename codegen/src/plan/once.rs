//! Calls that create something under a key of the caller's: `x-create-once` held against the call, the list in which
//! things are looked for, and what is read of each.

use super::context::Context;
use super::feed::is_member;
use super::model::{Answer, CreateOnce, EntryDetail, Lookup, Method, OwnKey, TypeDef};
use super::ty::{ArgumentPlace, ArgumentTy, Ty};
use crate::contract::CreateOnceHint;

/// What the operations of methods say with `x-create-once`, by method. `modules` says in which module each method stands.
pub(super) fn plan(
    context: &Context<'_>,
    types: &[TypeDef],
    methods: &[Method],
    modules: &[usize],
) -> Vec<Option<CreateOnce>> {
    let mut planned: Vec<Option<CreateOnce>> = vec![None; methods.len()];
    for (at, operation) in context.contract.operations.iter().enumerate() {
        let Some(hint) = &operation.hints.create_once else { continue };
        let of_operation = (0..methods.len()).filter(|method| methods[*method].operation == at);
        for method in of_operation {
            let beside = |id: &str| {
                let is_it = |(other, module): &(&Method, &usize)| other.id == id && **module == modules[method];
                let found = methods.iter().zip(modules).find(is_it).map(|(other, _)| other);
                found.ok_or_else(|| format!("there is no operation {id:?} beside it"))
            };
            match once(types, &methods[method], hint, &beside) {
                Ok(once) => planned[method] = Some(once),
                Err(problem) => {
                    let pointer = operation.pointer.join("x-create-once");
                    let message = format!("`x-create-once`: {problem}");
                    context.about_place(&pointer, message, "see x-create-once in specs/README.md");
                    break;
                }
            }
        }
    }
    planned
}

/// What `x-create-once` means for one method.
fn once<'m>(
    types: &[TypeDef],
    method: &Method,
    hint: &CreateOnceHint,
    beside: &impl Fn(&str) -> Result<&'m Method, String>,
) -> Result<CreateOnce, String> {
    let list = beside(&hint.list)?;
    let (entry, whole_list) = match &list.answer {
        Answer::Page(entry) => (entry, false),
        Answer::Value(Ty::List(entry) | Ty::Map(entry)) => (&**entry, true),
        _ => return Err(format!("{:?} answers no list", hint.list)),
    };
    let parameter = |name: &String| {
        let option = list.options.iter().find(|option| option.place == ArgumentPlace::Query(name.clone()));
        let option =
            option.ok_or_else(|| format!("{:?} has no optional parameter {name:?} in the query", hint.list))?;
        Ok::<_, String>((name.clone(), option.ty.clone()))
    };
    let detail = hint.detail.as_deref().map(|id| detail(types, beside(id)?, entry)).transpose()?;
    let found = detail.as_ref().map_or(entry, |(_, ty)| ty).clone();
    for member in std::iter::once(&hint.found).chain(&hint.unless.0) {
        if !is_member(types, &found, member) {
            return Err(format!("what is found has no member {member:?}"));
        }
    }
    if hint.filter.is_some() == hint.since.is_some() {
        return Err("the list is narrowed by the key (`filter`) or by a time (`since`)".to_owned());
    }
    Ok(CreateOnce {
        key: own_key(types, method, &hint.key)?,
        list: Lookup { whole_list, ..lookup(list) },
        filter: hint.filter.as_ref().map(parameter).transpose()?.map(|(name, _)| name),
        since: hint.since.as_ref().map(parameter).transpose()?,
        detail: detail.map(|(detail, _)| detail),
        found,
        by: hint.found.clone(),
        unless: hint.unless.0.clone(),
    })
}

/// A parameter of the query, or a member of the body, which may stand in the items of a list.
fn own_key(types: &[TypeDef], method: &Method, key: &str) -> Result<OwnKey, String> {
    let arguments = || method.arguments.iter().chain(&method.options);
    if arguments().any(|one| one.place == ArgumentPlace::Query(key.to_owned())) {
        return Ok(OwnKey::Query(key.to_owned()));
    }
    let is_in_body = arguments().any(|one| match (&one.place, &one.ty) {
        (ArgumentPlace::Body(path), ArgumentTy::Reference(ty) | ArgumentTy::Owned(ty)) => {
            let path = path.to_string();
            let inner = if path.is_empty() { Some(key) } else { key.strip_prefix(&format!("{path}/")) };
            inner.is_some_and(|inner| is_member(types, ty, inner))
        }
        _ => false,
    });
    if is_in_body { Ok(OwnKey::Body(key.to_owned())) } else { Err(format!("the call has no value {key:?}")) }
}

/// What is read for each entry: the one parameter that it takes is a member of the entry.
fn detail(types: &[TypeDef], method: &Method, entry: &Ty) -> Result<(EntryDetail, Ty), String> {
    let Answer::Value(ty) = &method.answer else { return Err(format!("{:?} answers no value", method.id)) };
    match &*method.arguments {
        [argument] => match &argument.place {
            ArgumentPlace::Path(name) if is_member(types, entry, name) => {
                let detail = EntryDetail { lookup: lookup(method), parameter: name.clone() };
                Ok((detail, ty.clone()))
            }
            _ => Err(format!("an entry of the list does not say what {:?} takes", method.id)),
        },
        _ => Err(format!("{:?} must take one argument, in the path", method.id)),
    }
}

fn lookup(method: &Method) -> Lookup {
    Lookup {
        operation: method.operation,
        id: method.id.clone(),
        value: method.value.clone(),
        page_size: method.page_size.clone(),
        whole_list: false,
    }
}
