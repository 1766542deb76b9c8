//! Texts, numbers and booleans: documented examples, what the name says, and what the meaning of the value is.

use kontrakt_codegen::contract::{Merged, Offset, ScalarHint, SchemaId, Type};
use serde_json::{Number, Value, json};

use super::{Fill, Maker};
use crate::words;

impl Maker<'_> {
    /// What is known, in a form that the schema accepts: `"12"` for `12` and the other way round.
    pub(super) fn fitting(&self, slot: &[SchemaId], known: &Value) -> Option<Value> {
        let forms: Vec<Value> = match known {
            Value::String(text) => {
                let number = text.parse::<Number>().ok().map(Value::Number);
                let truth = match text.as_str() {
                    "1" | "true" => Some(Value::Bool(true)),
                    "0" | "false" => Some(Value::Bool(false)),
                    _ => None,
                };
                let lower = Value::String(text.to_lowercase());
                std::iter::once(known.clone()).chain(number).chain(truth).chain([lower]).collect()
            }
            Value::Number(number) => {
                let truth = number.as_i64().and_then(|number| (number == 0 || number == 1).then_some(number == 1));
                let whole = number.as_f64().filter(|value| value.fract() == 0.0).map(|value| json!(value as i64));
                let forms = std::iter::once(known.clone()).chain(whole);
                forms.chain([Value::String(number.to_string())]).chain(truth.map(Value::Bool)).collect()
            }
            Value::Bool(truth) => {
                vec![known.clone(), json!(u8::from(*truth)), json!(u8::from(*truth).to_string())]
            }
            other => vec![other.clone()],
        };
        forms.into_iter().find(|form| self.schemas.accepts(slot, form))
    }

    /// A value that nothing is known of.
    pub(super) fn scalar(&mut self, slot: &[SchemaId], merged: &Merged, name: &str) -> Value {
        if let Some((default, _)) = merged.default.as_ref().filter(|_| self.fill == Fill::Lean)
            && self.schemas.accepts(slot, default)
        {
            return default.clone();
        }
        if let Some((values, _)) = &merged.values {
            let at = if self.fill == Fill::Lean { 0 } else { self.rng.usize(..values.len().max(1)) };
            return values.get(at).cloned().unwrap_or(Value::Null);
        }
        let candidates = self.candidates(merged, name);
        let found = candidates.into_iter().find(|value| self.schemas.accepts(slot, value));
        found.unwrap_or_else(|| {
            let seed = self.rng.u64(..);
            self.schemas.draw(slot, seed).unwrap_or(Value::Null)
        })
    }

    /// Plausible values, the best first.
    fn candidates(&mut self, merged: &Merged, name: &str) -> Vec<Value> {
        let types = merged.plain_types();
        let scalar = merged.hints.scalar;
        let format = merged.format.as_ref().map(|(format, _)| format.as_str());
        let mut all = Vec::new();
        if types.contains(Type::String) {
            all.extend(self.text_of_meaning(merged, scalar, format).map(Value::String));
        }
        let numbers = types.contains(Type::Number) || types.contains(Type::Integer);
        if all.is_empty() && numbers && (!types.contains(Type::String) || merged.types.is_some() && scalar.is_some()) {
            all.extend(self.numbers(merged, scalar, types.contains(Type::Integer) && !types.contains(Type::Number)));
        }
        if all.is_empty() && types.contains(Type::String) {
            all.extend(words::is_identifier(name).then(|| json!(self.uuid())));
            all.extend(words::text(name, &mut self.rng).map(Value::String));
            all.extend(self.examples(merged));
            let most = merged.count("maxLength").unwrap_or(u64::MAX) as usize;
            let plain = if name.is_empty() { "text".to_owned() } else { name.to_owned() };
            let least = merged.count("minLength").unwrap_or(0) as usize;
            let plain: String = plain.chars().cycle().take(plain.chars().count().max(least).min(most)).collect();
            all.push(Value::String(plain));
        }
        if types.contains(Type::Boolean) {
            all.push(Value::Bool(self.fill == Fill::Rich && self.rng.bool()));
        }
        if numbers {
            all.extend(self.numbers(merged, scalar, true));
        }
        if types.contains(Type::Array) {
            all.push(json!([]));
        }
        if types.contains(Type::Object) {
            all.push(json!({}));
        }
        if merged.null {
            all.push(Value::Null);
        }
        all
    }

    /// Documented example values.
    fn examples(&mut self, merged: &Merged) -> Vec<Value> {
        let schemas = merged.schemas.iter().map(|id| &self.schemas.contract[*id]);
        let mut examples: Vec<Value> = schemas.flat_map(|schema| schema.examples.clone()).collect();
        if !examples.is_empty() {
            let first = self.rng.usize(..examples.len());
            examples.rotate_left(first);
        }
        examples
    }

    /// A text that means something: a time, an address, an identifier.
    fn text_of_meaning(&mut self, merged: &Merged, scalar: Option<ScalarHint>, format: Option<&str>) -> Option<String> {
        let ago = if self.fill == Fill::Rich { self.rng.i64(0..30 * 86_400) } else { 0 };
        let then = self.now.before(ago);
        if let Some((media, slot)) = merged.content.as_ref().map(|(content, _)| content)
            && media == "application/json"
        {
            return Some(self.make(&slot.clone(), "", None).to_string());
        }
        Some(match (scalar, format) {
            (Some(ScalarHint::Date), _) | (None, Some("date")) => then.date(),
            (Some(ScalarHint::DateTime), _) | (None, Some("date-time")) => {
                then.date_time(merged.hints.offset == Some(Offset::Basic))
            }
            (Some(ScalarHint::LocalDateTime), _) => then.local(),
            (Some(ScalarHint::UnixTime), _) => then.seconds().to_string(),
            (_, Some("time")) => format!("{}Z", &then.local()[11..]),
            (_, Some("uuid")) => self.uuid(),
            (_, Some("email")) => words::text("email", &mut self.rng)?,
            (_, Some("uri" | "url")) => words::text("url", &mut self.rng)?,
            (_, Some("ipv4")) => words::text("ip", &mut self.rng)?,
            (Some(ScalarHint::Decimal), _) => {
                let scale = merged.hints.scale.map_or(2, |scale| scale.0 as usize);
                format!("{:.scale$}", f64::from(self.rng.u32(1..2000)))
            }
            (Some(ScalarHint::Integer | ScalarHint::Identifiers), _) => self.rng.u32(1..500).to_string(),
            (Some(ScalarHint::Boolean), _) => self.rng.u8(..2).to_string(),
            _ => return None,
        })
    }

    pub(crate) fn uuid(&mut self) -> String {
        let hex = format!("{:032x}", self.rng.u128(..));
        format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }

    fn numbers(&mut self, merged: &Merged, scalar: Option<ScalarHint>, whole: bool) -> Vec<Value> {
        let bound = |bound: &Option<(kontrakt_codegen::contract::Bound, SchemaId)>| {
            bound.as_ref().map(|(bound, _)| bound.number())
        };
        let (low, high) = (bound(&merged.minimum), bound(&merged.maximum));
        let examples = self.examples(merged).into_iter().filter(Value::is_number);
        if scalar == Some(ScalarHint::UnixTime) {
            return vec![json!(self.now.before(self.rng.i64(0..30 * 86_400)).seconds())];
        }
        let mut all: Vec<Value> = if self.fill == Fill::Lean { Vec::new() } else { examples.collect() };
        let range = (low.unwrap_or(0.0), high.unwrap_or(low.unwrap_or(0.0) + 500.0));
        let drawn = range.0 + (range.1 - range.0) * self.rng.f64();
        if self.fill == Fill::Lean {
            all.push(json!(0));
        }
        if !whole {
            all.push(json!((drawn * 100.0).round() / 100.0));
        }
        all.extend(
            [drawn.round(), range.0.ceil(), range.1.floor(), range.0, range.1].map(|number| json!(number as i64)),
        );
        all
    }
}
