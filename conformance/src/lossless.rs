//! Compares what the client wrote back with what was sent: nothing that the document describes may be lost.
//! Equivalent forms are accepted: numbers as strings, offsets with a colon, `[]` for an empty map.

use kontrakt_codegen::contract::SchemaId;
use kontrakt_runtime::{DateTime, LocalDateTime};
use serde_json::Value;

use crate::check::exact::Exact;
use crate::check::{Checker, Path, same};

/// Something that was sent and not written back.
pub struct Loss {
    /// Where in the body.
    pub at: Path,
    /// What describes the place.
    pub schema: SchemaId,
    /// What was lost, in words.
    pub message: String,
}

/// Compares the value at `start` of a whole body with what was written for it.
pub fn compare(checker: &Checker<'_>, schema: SchemaId, body: &Value, start: &Path, written: &Value) -> Vec<Loss> {
    let mut comparison = RoundTrip { checker, losses: Vec::new() };
    let mut schemas = Vec::new();
    checker.applicable(schema, body, &mut schemas);
    let mut value = body;
    for step in start.steps() {
        let crate::check::ValueStep::Member(name) = step else { return Vec::new() };
        let Some(next) = value.get(name) else { return Vec::new() };
        schemas = checker.about_member(&schemas, name, next);
        value = next;
    }
    comparison.step(&schemas, value, written, start);
    comparison.losses
}

struct RoundTrip<'a> {
    checker: &'a Checker<'a>,
    losses: Vec<Loss>,
}

impl RoundTrip<'_> {
    fn step(&mut self, schemas: &[SchemaId], value: &Value, written: &Value, at: &Path) {
        match (value, written) {
            (Value::Object(sent), Value::Object(map)) => {
                for (name, child) in sent {
                    let below = self.checker.about_member(schemas, name, child);
                    if below.is_empty() || below.iter().all(|id| self.checker.contract()[*id].always.is_some()) {
                        // Nobody described it, so nobody promised to keep it.
                        continue;
                    }
                    match map.get(name).or_else(|| map.get(self.alias(schemas, name)?)) {
                        Some(back) => self.step(&below, child, back, &at.member(name)),
                        None if child.is_null() || is_empty(child) => {}
                        None => self.lose(&below, at.member(name), format!("{name:?} is read and not written back")),
                    }
                }
            }
            (Value::Array(sent), Value::Array(list)) if sent.len() == list.len() => {
                for (index, (child, back)) in sent.iter().zip(list).enumerate() {
                    let below = self.checker.about_element(schemas, index, child);
                    self.step(&below, child, back, &at.element(index));
                }
            }
            _ if means_the_same(value, written) => {}
            _ => self.lose(schemas, at.clone(), format!("read as {value}, written back as {written}")),
        }
    }

    /// The key under which a property that came by another name is written.
    fn alias(&self, schemas: &[SchemaId], name: &str) -> Option<&str> {
        let contract = self.checker.contract();
        let mut properties = schemas.iter().flat_map(|id| &contract[*id].properties);
        let aliased = properties.find(|(_, id)| contract[*id].hints.aliases.iter().any(|alias| alias == name));
        aliased.map(|(property, _)| property.as_str())
    }

    fn lose(&mut self, schemas: &[SchemaId], at: Path, message: String) {
        if let Some(schema) = schemas.first() {
            self.losses.push(Loss { at, schema: *schema, message });
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether two forms have one meaning.
pub fn means_the_same(a: &Value, b: &Value) -> bool {
    if same(a, b) || is_empty(a) && is_empty(b) {
        return true;
    }
    let number = |value: &Value| match value {
        Value::Number(number) => Exact::new(number),
        Value::String(text) => Exact::parse(text.trim()),
        _ => None,
    };
    let exact = |value| {
        number(value).map(|Exact { mut mantissa, mut scale }| {
            while scale > 0 && mantissa % 10 == 0 {
                (mantissa, scale) = (mantissa / 10, scale - 1);
            }
            (mantissa, scale)
        })
    };
    let truth = |value: &Value| match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => number.as_u64().filter(|number| *number < 2).map(|number| number == 1),
        Value::String(text) => match text.as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        },
        _ => None,
    };
    let time = |value: &Value| value.as_str().and_then(instant);
    fn equal<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
        a.is_some() && a == b
    }
    equal(exact(a), exact(b)) || equal(truth(a), truth(b)) || equal(time(a), time(b))
}

/// The second that a text tells, and whether it says of which zone.
fn instant(text: &str) -> Option<(bool, i64)> {
    let zoned = text.parse().map(|time: DateTime| (true, time.unix_timestamp()));
    zoned.or_else(|_| text.parse().map(|time: LocalDateTime| (false, time.assume_utc().unix_timestamp()))).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::means_the_same;

    #[test]
    fn forms_of_one_meaning() {
        for (a, b, expected) in [
            (json!("21.00"), json!(21), true),
            (json!("21.00"), json!("21"), true),
            (json!("21.01"), json!("21.1"), false),
            (json!(1), json!(true), true),
            (json!("0"), json!(false), true),
            (json!(2), json!(true), false),
            (json!([]), json!({}), true),
            (json!([]), Value::Null, true),
            (json!("2026-04-27T09:15:52+0200"), json!("2026-04-27T09:15:52+02:00"), true),
            (json!("2026-04-27T09:15:52Z"), json!("2026-04-27T09:15:52+0000"), true),
            (json!("2026-04-27T09:15:52+0200"), json!("2026-04-27T09:15:52+0100"), false),
            (json!("2026-04-27T09:15:52+0200"), json!("2026-04-27T09:15:53+0200"), false),
            (json!("2026-04-27T09:15:52-0500"), json!("2026-04-27T14:15:52+0000"), true),
            (json!("2026-04-27T09:15:52.250Z"), json!("2026-04-27T09:15:52+00:00"), true),
            (json!("2026-04-27 09:15:52"), json!("2026-04-27T09:15:52"), true),
            (json!("2026-04-27 09:15:52"), json!("2026-04-27T09:15:52Z"), false),
            (json!("abc"), json!("abd"), false),
            (json!("abc"), Value::Null, false),
        ] {
            assert_eq!(means_the_same(&a, &b), expected, "{a} and {b}");
        }
    }
}
