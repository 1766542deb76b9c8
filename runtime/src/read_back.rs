//! Compares what was written with a later read: a status of success does not prove that the value was stored.

use std::fmt;

use rust_decimal::Decimal;
use time::OffsetDateTime;

use crate::decode::Decode;
use crate::encode::Encode;
use crate::scalar::{DateTime, Json};
use crate::value::Value;

/// Something that was written, and that a read does not show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unconfirmed {
    /// Where it stands in what was written, as a JSONPath.
    pub path: String,
    /// What was written.
    pub written: Json,
    /// What the read shows in its place; nothing when it shows nothing there.
    pub read: Option<Json>,
}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} was written, ", self.path, self.written)?;
        match &self.read {
            Some(read) => write!(f, "{read} is there"),
            None => f.write_str("nothing is there"),
        }
    }
}

/// Holds what was written against what a read shows afterwards, and gives what the read does not confirm.
///
/// Members are compared by their names, as far as they were written; what the read has besides does not matter. Numbers,
/// truth values and times count by what they mean, in whatever form; null, an empty text and a missing member are the
/// same. Things in a list are told apart by the members named in `keys`, as far as they have them; otherwise by their
/// places.
///
/// ```
/// use kontrakt_runtime::{Json, from_json, unconfirmed};
///
/// let written: Json = from_json(r#"[{"code": "A", "price": "12.50"}, {"code": "B", "price": "3.00"}]"#)?;
/// let read: Json = from_json(r#"[{"code": "B", "price": 3, "vat": 21}, {"code": "A", "price": "10.00"}]"#)?;
///
/// let unconfirmed = unconfirmed(&written, &read, &["code"]);
/// assert_eq!(unconfirmed.len(), 1);
/// assert_eq!(unconfirmed[0].to_string(), r#"$[0].price: "12.50" was written, "10.00" is there"#);
/// # Ok::<(), kontrakt_runtime::DecodeError>(())
/// ```
#[must_use]
pub fn unconfirmed(written: &(impl Encode + ?Sized), read: &(impl Encode + ?Sized), keys: &[&str]) -> Vec<Unconfirmed> {
    let mut found = Vec::new();
    compare("$", &written.encode(), Some(&read.encode()), keys, &mut found);
    found
}

fn compare(path: &str, written: &Value<'_>, read: Option<&Value<'_>>, keys: &[&str], found: &mut Vec<Unconfirmed>) {
    match (written, read) {
        (Value::Map(members), Some(Value::Map(shown))) => {
            for (key, value) in members.iter() {
                compare(&format!("{path}.{key}"), value, shown.get(key), keys, found);
            }
        }
        (Value::List(things), Some(Value::List(shown)))
            if !things.is_empty() && things.iter().all(|one| matches!(one, Value::Map(_))) =>
        {
            for (at, thing) in things.iter().enumerate() {
                compare(&format!("{path}[{at}]"), thing, counterpart(thing, at, shown, keys), keys, found);
            }
        }
        (Value::List(values), Some(Value::List(shown))) if values.len() == shown.len() => {
            for (at, (value, shown)) in values.iter().zip(shown).enumerate() {
                compare(&format!("{path}[{at}]"), value, Some(shown), keys, found);
            }
        }
        (written, read) if is_same(written, read.unwrap_or(&Value::Null)) => {}
        (written, read) => found.push(Unconfirmed {
            path: path.to_owned(),
            written: written.borrow().into(),
            read: read.map(|read| read.borrow().into()),
        }),
    }
}

/// The thing of a list that the one written is about.
fn counterpart<'r, 'v>(thing: &Value<'_>, at: usize, shown: &'r [Value<'v>], keys: &[&str]) -> Option<&'r Value<'v>> {
    let known: Vec<(&str, &Value<'_>)> = keys.iter().filter_map(|key| Some((*key, thing.get(key)?))).collect();
    if known.is_empty() {
        return shown.get(at);
    }
    let is_it = |one: &&Value<'_>| known.iter().all(|(key, value)| one.get(key).is_some_and(|own| is_same(value, own)));
    shown.iter().find(is_it)
}

/// Whether two values without members mean the same.
fn is_same(written: &Value<'_>, read: &Value<'_>) -> bool {
    let is_nothing = |value: &Value<'_>| match value {
        Value::Null => true,
        Value::Str(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.iter().next().is_none(),
        _ => false,
    };
    if written == read || (is_nothing(written) && is_nothing(read)) {
        return true;
    }
    match (written, read) {
        (Value::Bool(_), other) | (other, Value::Bool(_)) => {
            bool::decode(other).is_ok() && bool::decode(written).ok() == bool::decode(read).ok()
        }
        (Value::Str(written), Value::Str(read)) => {
            // `0123` and `123` are two codes; only what is written with a point is surely a number.
            let is_number = written.contains('.') || read.contains('.');
            let numbers = (written.parse::<Decimal>().ok(), read.parse::<Decimal>().ok());
            let time = |text: &str| text.parse::<DateTime>().ok().map(OffsetDateTime::from);
            (is_number && numbers.0.is_some() && numbers.0 == numbers.1)
                || time(written).is_some_and(|written| time(read) == Some(written))
        }
        (written, read) => {
            let number = |value: &Value<'_>| match value {
                Value::Str(text) => text.parse::<Decimal>().ok(),
                other => other.number_text()?.parse::<Decimal>().ok(),
            };
            number(written).is_some_and(|written| number(read) == Some(written))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unconfirmed;
    use crate::{Json, from_json};

    #[test]
    fn differences() {
        // Written, read, and where they differ.
        for (written, read, expected) in [
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, ""),
            (r#"{"a":1}"#, r#"{"a":2}"#, "$.a"),
            (r#"{"a":1}"#, r#"{"b":1}"#, "$.a"),
            (r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"b":1,"c":3}}"#, "$.a.c"),
            (r#"{"a":{"b":1}}"#, r#"{"a":null}"#, "$.a"),
            (r#"{"a":{"b":1}}"#, "{}", "$.a"),
            // What is cleared.
            (r#"{"a":null,"b":"","c":[]}"#, "{}", ""),
            (r#"{"a":null,"b":"","c":null}"#, r#"{"a":"","b":null,"c":[]}"#, ""),
            (r#"{"a":null}"#, r#"{"a":0}"#, "$.a"),
            (r#"{"a":0}"#, r#"{"a":null}"#, "$.a"),
            (r#"{"a":false}"#, r#"{"a":null}"#, "$.a"),
            // What means the same.
            (r#"{"a":"199.90"}"#, r#"{"a":199.9}"#, ""),
            (r#"{"a":"199.90"}"#, r#"{"a":"199.9000"}"#, ""),
            (r#"{"a":"10"}"#, r#"{"a":"10.00"}"#, ""),
            (r#"{"a":true,"b":false}"#, r#"{"a":1,"b":"0"}"#, ""),
            (r#"{"a":true}"#, r#"{"a":0}"#, "$.a"),
            (r#"{"a":true}"#, r#"{"a":"x"}"#, "$.a"),
            (r#"{"a":"2026-04-27T09:00:00+0200"}"#, r#"{"a":"2026-04-27T07:00:00+00:00"}"#, ""),
            (r#"{"a":"2026-04-27T09:00:00+0200"}"#, r#"{"a":"2026-04-27T09:00:00+00:00"}"#, "$.a"),
            // What does not.
            (r#"{"zip":"0123"}"#, r#"{"zip":"123"}"#, "$.zip"),
            (r#"{"a":"x"}"#, r#"{"a":1}"#, "$.a"),
            // Things of a list.
            (r#"[{"code":"A","a":1},{"code":"B","a":2}]"#, r#"[{"code":"B","a":2},{"code":"A","a":1}]"#, ""),
            (r#"[{"code":"A","a":1},{"code":"B","a":2}]"#, r#"[{"code":"A","a":2}]"#, "$[0].a $[1]"),
            (r#"[{"a":1},{"a":2}]"#, r#"[{"a":1},{"a":3},{"a":4}]"#, "$[1].a"),
            (r#"[{"a":1},{"a":2}]"#, r#"[{"a":1}]"#, "$[1]"),
            // Lists of values.
            (r#"{"a":["x","y"]}"#, r#"{"a":["x","z"]}"#, "$.a[1]"),
            (r#"{"a":["x","y"]}"#, r#"{"a":["x"]}"#, "$.a"),
            (r#"{"a":[]}"#, r#"{"a":["x"]}"#, "$.a"),
            (r#"{"a":[]}"#, r#"{"a":[{"code":"A"}]}"#, "$.a"),
        ] {
            let read_json = |text: &str| from_json::<Json>(text).unwrap();
            let found = unconfirmed(&read_json(written), &read_json(read), &["code"]);
            let paths: Vec<&str> = found.iter().map(|one| one.path.as_str()).collect();
            assert_eq!(paths.join(" "), expected, "{written} and {read}");
        }
    }
}
