//! The body of an answer, written as the API's envelope has it: the other way round of what clients read.

use crate::api::{Api, Operation, Promise};
use crate::value::{Object, Value};

/// The same value with `leaf` at a path of members separated by `/`; a number is a place in a list.
pub(super) fn put<'a>(value: Value<'a>, path: &str, leaf: Value<'a>) -> Value<'a> {
    if path.is_empty() {
        return leaf;
    }
    let (member, rest) = path.split_once('/').unwrap_or((path, ""));
    match value {
        Value::Map(mut members) => {
            let inner = members.get(member).cloned().unwrap_or_default();
            members.insert(member.to_owned(), put(inner, rest, leaf));
            Value::Map(members)
        }
        _ if member.parse::<usize>().is_ok() => Value::List(vec![put(Value::Null, rest, leaf)]),
        _ => put(Value::Map(Object::default()), path, leaf),
    }
}

/// The body of a call that worked; without a value, of one that gives nothing.
pub(super) fn success<'a>(api: &Api, operation: &Operation, value: Option<Value<'a>>) -> Value<'a> {
    let envelope = &api.envelope;
    let is_bare = matches!(operation.promise, Promise::Bare | Promise::Unknown);
    let mut body = match value {
        Some(value) => put(Value::Map(Object::default()), operation.value, value),
        None => empty(api),
    };
    if is_bare || !matches!(body, Value::Map(_)) {
        return body;
    }
    if let Some(success) = &envelope.success {
        body = put(body, success.member, success.equals.into());
    }
    match envelope.errors {
        Some(errors) if body.at(errors).is_none() => put(body, errors, Value::Null),
        _ => body,
    }
}

/// The body of a call that failed.
pub(super) fn failure(api: &Api, code: &str, message: &str) -> Value<'static> {
    let envelope = &api.envelope;
    let mut body = empty(api);
    if let Some(success) = &envelope.success {
        body = put(body, success.member, Value::from("error"));
    }
    if let Some(errors) = envelope.errors {
        let fields = &envelope.error_fields;
        let members = [(fields.code, code), (fields.message, message)];
        let members = members.into_iter().filter(|(_, text)| !text.is_empty());
        let error = members.map(|(name, text)| (name.into(), text.to_owned().into())).collect();
        body = put(body, errors, Value::List(vec![Value::Map(error)]));
    }
    match envelope.error {
        Some(error) => put(body, error, message.to_owned().into()),
        None => body,
    }
}

/// What an answer has that holds no value.
fn empty<'a>(api: &Api) -> Value<'a> {
    let value = api.envelope.values.first().filter(|_| api.envelope.success.is_none());
    let body = Value::Map(Object::default());
    value.map_or(body.clone(), |value| put(body, value, Value::Null))
}
