//! Splits the items of a call into several calls of a size that the server accepts.
//! A call may have several lists; every item of each list is in exactly one part.

use std::borrow::Cow;

use crate::api::{Bulk, BulkItems, BulkList};
use crate::decode::Decode;
use crate::request::{Content, Parts};
use crate::value::{Object, Value};

/// One thing that a call was given.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// Which list of the call it stands in.
    pub(crate) list: usize,
    /// What answers may call it.
    pub(crate) keys: Vec<String>,
}

/// The things of a call, list after list.
pub(crate) fn things(call: &Parts, bulk: &Bulk) -> Vec<Thing> {
    let text = call.body.text().unwrap_or_default();
    let body = Value::from_json(text.as_bytes()).unwrap_or_default();
    items(call, bulk, &body).iter().map(|(list, item)| thing(bulk, *list, item)).collect()
}

/// The call as several that the server takes, and the things in each.
pub(crate) fn divided(call: &Parts, bulk: &Bulk) -> Vec<(Parts, Vec<Thing>)> {
    let text = call.body.text().unwrap_or_default();
    let body = Value::from_json(text.as_bytes()).unwrap_or_default();
    let items = items(call, bulk, &body);
    let part = |some: &[(usize, Value<'_>)]| {
        let things = some.iter().map(|(list, item)| thing(bulk, *list, item)).collect();
        (with_items(call, bulk, &body, some), things)
    };
    items.chunks(bulk.limit.max(1)).map(part).collect()
}

fn thing(bulk: &Bulk, list: usize, item: &Value<'_>) -> Thing {
    let keys = bulk.lists.get(list).map_or(&[][..], |list| list.keys);
    Thing { list, keys: keys_of(item, keys) }
}

/// The names of a thing, or of an entry about one: the members that are its keys, or the thing itself if it is a text.
pub(crate) fn keys_of(item: &Value<'_>, keys: &[&str]) -> Vec<String> {
    let text = |value: &Value<'_>| String::decode(value).ok().filter(|text| !text.is_empty());
    match item {
        Value::Map(members) => keys.iter().filter_map(|key| members.get(key).and_then(text)).collect(),
        item => text(item).into_iter().collect(),
    }
}

/// The items of all lists, each with the number of its list.
fn items<'v>(call: &'v Parts, bulk: &Bulk, body: &'v Value<'_>) -> Vec<(usize, Value<'v>)> {
    let of = |list: &BulkList| match list.items {
        BulkItems::One => vec![Value::Null],
        BulkItems::Body(path) => {
            body.at(path).and_then(Value::as_list).unwrap_or_default().iter().map(Value::borrow).collect()
        }
        BulkItems::Query(key, separator) => {
            let joined = call.query.iter().find(|(name, _)| name == key).map_or("", |(_, joined)| joined);
            joined.split(separator).filter(|item| !item.is_empty()).map(Value::from).collect()
        }
    };
    bulk.lists.iter().enumerate().flat_map(|(at, list)| of(list).into_iter().map(move |item| (at, item))).collect()
}

/// The call with these items alone.
fn with_items(call: &Parts, bulk: &Bulk, body: &Value<'_>, some: &[(usize, Value<'_>)]) -> Parts {
    let mut part = call.clone();
    let mut content = body.borrow();
    for (at, list) in bulk.lists.iter().enumerate() {
        let items = some.iter().filter(|(list, _)| *list == at).map(|(_, item)| item);
        match list.items {
            BulkItems::One => {}
            BulkItems::Body(path) => {
                let items: Vec<Value<'_>> = items.map(Value::borrow).collect();
                content = replaced(content, path, (!items.is_empty()).then_some(Value::List(items)));
                part.body = Content::Whole(content.to_json());
            }
            BulkItems::Query(key, separator) => {
                let joined: Vec<&str> = items.filter_map(Value::as_str).collect();
                let value = part.query.iter_mut().find(|(name, _)| name == key);
                value.into_iter().for_each(|(_, value)| *value = joined.join(separator));
            }
        }
    }
    part
}

/// `value` with another value at `path`, or without the member there.
fn replaced<'v>(value: Value<'v>, path: &str, new: Option<Value<'v>>) -> Value<'v> {
    let (member, rest) = path.split_once('/').unwrap_or((path, ""));
    let Value::Map(members) = value else { return value };
    let mut new = Some(new);
    let mut kept = Object::default();
    for (key, old) in members {
        let value = match (key == member, rest) {
            (false, _) => Some(old),
            (true, "") => new.take().flatten(),
            (true, rest) => Some(replaced(old, rest, new.take().flatten())),
        };
        if let Some(value) = value {
            kept.push(Cow::Owned(key.into_owned()), value);
        }
    }
    Value::Map(kept)
}

#[cfg(test)]
mod tests {
    use super::replaced;
    use crate::value::Value;

    #[test]
    fn one_list_is_exchanged() {
        for (path, new, text) in [
            ("b", Some(Value::Null), r#"{"a":{"x":0,"b":[1]},"b":null,"c":[2]}"#),
            ("a/b", Some(Value::Null), r#"{"a":{"x":0,"b":null},"b":[1],"c":[2]}"#),
            ("a/b", None, r#"{"a":{"x":0},"b":[1],"c":[2]}"#),
            ("d", Some(Value::Null), r#"{"a":{"x":0,"b":[1]},"b":[1],"c":[2]}"#),
        ] {
            let body = Value::from_json(br#"{"a":{"x":0,"b":[1]},"b":[1],"c":[2]}"#).unwrap();
            assert_eq!(replaced(body, path, new).to_json(), text, "{path}");
        }
    }
}
