//! Records as trees: putting values into them, looking values up, and keys that count up.

use kontrakt_codegen::contract::SchemaId;
use kontrakt_codegen::name::words;
use serde_json::{Map, Value, json};

use super::Making;
use crate::maker::Maker;

/// Puts in what is not there yet.
pub(crate) fn absorb(record: &mut Map<String, Value>, made: Map<String, Value>) {
    for (name, value) in made {
        match (record.get_mut(&name), value) {
            (None, value) => {
                record.insert(name, value);
            }
            (Some(Value::Object(known)), Value::Object(made)) => absorb(known, made),
            (Some(Value::Array(known)), Value::Array(made)) if known.len() == made.len() => {
                for (known, made) in known.iter_mut().zip(made) {
                    if let (Value::Object(known), Value::Object(made)) = (known, made) {
                        absorb(known, made);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Puts a change in: objects member by member, anything else as a whole.
pub(crate) fn merge(record: &mut Map<String, Value>, change: &Map<String, Value>) {
    for (name, value) in change {
        match (record.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(change)) => merge(known, change),
            _ => {
                record.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Every value at a path of members; lists on the way are looked into.
pub(crate) fn values_at<'v>(value: &'v Value, path: &[String]) -> Vec<&'v Value> {
    match (value, path) {
        (Value::Array(list), _) => list.iter().flat_map(|one| values_at(one, path)).collect(),
        (value, []) => vec![value],
        (Value::Object(map), [name, rest @ ..]) => map.get(name).map(|one| values_at(one, rest)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A scalar as it stands in paths and queries.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

impl Making<'_> {
    /// A key that none of the others has: the next number, or an identifier at random.
    pub(super) fn next_key(&self, slot: &[SchemaId], member: &str, others: &[Value], maker: &mut Maker<'_>) -> Value {
        let schemas = &self.model.schemas;
        let uuid = json!(maker.uuid());
        let name = words(member);
        let is_uuid = name.iter().any(|word| word == "guid" || word == "uuid") && schemas.accepts(slot, &uuid);
        let path = [member.to_owned()];
        let used: Vec<String> = others.iter().flat_map(|one| values_at(one, &path)).map(text_of).collect();
        if is_uuid
            || !slot.is_empty()
                && !schemas.accepts(slot, &json!(1))
                && !schemas.accepts(slot, &json!("1"))
                && schemas.accepts(slot, &uuid)
        {
            return uuid;
        }
        let digits = |text: &str| text.trim_start_matches(|sign: char| !sign.is_ascii_digit()).parse::<u64>().ok();
        let last = used.iter().filter_map(|text| digits(text)).max().unwrap_or(0);
        let next = last.max(used.len() as u64) + 1;
        if schemas.accepts(slot, &json!(next)) {
            return json!(next);
        }
        // A text in the form of a documented example.
        let examples = slot.iter().flat_map(|id| &schemas.contract[*id].examples).filter_map(Value::as_str);
        for example in examples.chain(["1000000", "1"]) {
            let head = example.trim_end_matches(|sign: char| sign.is_ascii_digit());
            let width = example.len() - head.len();
            let base = example[head.len()..].parse::<u64>().unwrap_or(0);
            let key = json!(format!("{head}{:0width$}", if last >= base { last + 1 } else { base + next }));
            if width > 0 && schemas.accepts(slot, &key) && !used.contains(&text_of(&key)) {
                return key;
            }
        }
        (0..200).map(|_| maker.make(slot, member, None)).find(|key| !used.contains(&text_of(key))).unwrap_or(uuid)
    }
}
