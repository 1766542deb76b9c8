//! Compares what the client wrote back with what was sent: nothing that the document describes may be lost.
//! Equivalent forms are accepted: numbers as strings, offsets with a colon, `[]` for an empty map.

use kontrakt_codegen::contract::SchemaId;
use kontrakt_runtime::{DateTime, LocalDateTime, Value as Json};
use serde_json::Value;

use crate::check::exact::Exact;
use crate::check::{Annotated, At, Checker, Path, StepRef, same};

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
    let written = written.to_string();
    let written = Json::from_json(written.as_bytes()).unwrap_or_default();
    let annotations = checker.annotate(schema, body);
    annotations.of(body).at(start).map_or_else(Vec::new, |value| losses(checker, value, start, &written))
}

/// Compares a value with what was written for it.
pub(crate) fn losses(checker: &Checker<'_>, value: Annotated<'_, '_>, start: &Path, written: &Json<'_>) -> Vec<Loss> {
    let mut comparison = RoundTrip { checker, losses: Vec::new() };
    comparison.step(value, written, &At::Below(start));
    comparison.losses
}

struct RoundTrip<'a> {
    checker: &'a Checker<'a>,
    losses: Vec<Loss>,
}

impl RoundTrip<'_> {
    fn step(&mut self, here: Annotated<'_, '_>, written: &Json<'_>, at: &At<'_>) {
        match (here.value, written) {
            (Value::Object(_), Json::Map(map)) => {
                for (step, child) in here.inside() {
                    let StepRef::Member(name) = step else { continue };
                    if child.schemas().iter().all(|id| self.checker.contract()[*id].always.is_some()) {
                        // Nobody described it, so nobody promised to keep it.
                        continue;
                    }
                    let at = at.step(step);
                    match map.get(name).or_else(|| map.get(self.alias(here.schemas(), name)?)) {
                        Some(back) => self.step(child, back, &at),
                        None if is_empty(child.value) => {}
                        None => self.lose(child, &at, format!("{name:?} is read and not written back")),
                    }
                }
            }
            (Value::Array(sent), Json::List(list)) if sent.len() == list.len() => {
                for ((step, child), back) in here.inside().zip(list) {
                    self.step(child, back, &at.step(step));
                }
            }
            (value, written) if is_equal(value, written) || means_the_same(value, &to_value(written)) => {}
            (value, written) => {
                self.lose(here, at, format!("read as {value}, written back as {}", written.to_json()));
            }
        }
    }

    /// The key under which a property that came by another name is written.
    fn alias(&self, schemas: &[SchemaId], name: &str) -> Option<&str> {
        let contract = self.checker.contract();
        let mut properties = schemas.iter().flat_map(|id| &contract[*id].properties);
        let aliased = properties.find(|(_, id)| contract[*id].hints.aliases.iter().any(|alias| alias == name));
        aliased.map(|(property, _)| property.as_str())
    }

    fn lose(&mut self, place: Annotated<'_, '_>, at: &At<'_>, message: String) {
        if let Some(schema) = place.schemas().first() {
            self.losses.push(Loss { at: at.path(), schema: *schema, message });
        }
    }
}

/// Whether a scalar is written in the very form in which it was sent, which most are.
fn is_equal(value: &Value, written: &Json<'_>) -> bool {
    match (value, written) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(value), Json::Bool(written)) => value == written,
        (Value::String(value), Json::Str(written)) => value == written,
        (Value::Number(value), Json::Int(written)) => value.as_i64() == Some(*written),
        _ => false,
    }
}

fn to_value(written: &Json<'_>) -> Value {
    serde_json::from_str(&written.to_json()).unwrap_or_default()
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
