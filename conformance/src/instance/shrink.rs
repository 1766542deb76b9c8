//! Simplifies a value while it satisfies its schema: the shrinking step of `proptest` for a failing value.
//! Candidates are tried from the largest to the smallest reduction; each is simpler than the original.

use serde_json::{Number, Value};

use crate::check::Path;

/// One simplification: another value at a place, or nothing there at all.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    at: Path,
    to: Option<Value>,
}

impl Edit {
    /// The value with this edit made; `None` when the place is gone.
    pub(super) fn apply(&self, value: &Value) -> Option<Value> {
        use crate::check::ValueStep::{Element, Member};
        let mut value = value.clone();
        let Some((last, way)) = self.at.steps().split_last() else { return self.to.clone() };
        let parent = way.iter().try_fold(&mut value, |value, step| match step {
            Member(name) => value.get_mut(name),
            Element(index) => value.get_mut(index),
        })?;
        match (parent, last, &self.to) {
            (Value::Object(map), Member(name), Some(to)) => *map.get_mut(name)? = to.clone(),
            (Value::Object(map), Member(name), None) => drop(map.remove(name)?),
            (Value::Array(list), Element(index), Some(to)) => *list.get_mut(*index)? = to.clone(),
            (Value::Array(list), Element(index), None) if *index < list.len() => drop(list.remove(*index)),
            _ => return None,
        }
        Some(value)
    }
}

/// Every simplification of a value, bold ones first.
pub(super) fn edits(value: &Value) -> Vec<Edit> {
    let mut edits = Vec::new();
    // Level by level: what is cut off near the root takes everything below along.
    let mut level = vec![(Path::default(), value)];
    while !level.is_empty() {
        let mut below = Vec::new();
        for (at, value) in level {
            let before = weight(value);
            let lighter = simpler(value).into_iter().filter(|to| weight(to) < before);
            edits.extend(lighter.map(|to| Edit { at: at.clone(), to: Some(to) }));
            match value {
                Value::Object(map) => below.extend(map.iter().map(|(name, value)| (at.member(name), value))),
                Value::Array(list) => below.extend(list.iter().enumerate().map(|(i, value)| (at.element(i), value))),
                _ => {}
            }
        }
        edits.extend(below.iter().map(|(at, _)| Edit { at: at.clone(), to: None }));
        level = below;
    }
    edits
}

fn simpler(value: &Value) -> Vec<Value> {
    let mut list = vec![Value::Null];
    match value {
        Value::Null => {}
        Value::Bool(_) => list.push(Value::Bool(false)),
        Value::Number(number) => {
            list.extend([0, 1].map(Value::from));
            if let Some(value) = number.as_i64() {
                list.extend([value / 2, value - value.signum()].map(Value::from));
            } else if let Some(value) = number.as_f64() {
                list.extend(Number::from_f64(value.trunc()).map(Value::Number));
                list.push(Value::from(value.trunc() as i64));
            }
        }
        Value::String(text) => {
            let half = text.chars().count() / 2;
            list.extend(["", "0", "1", "a"].map(Value::from));
            list.push(text.chars().take(half).collect::<String>().into());
            list.push(text.chars().skip(1).collect::<String>().into());
            list.push(text.chars().map(|c| if c.is_ascii_graphic() { c } else { 'a' }).collect::<String>().into());
        }
        Value::Array(items) => {
            list.push(Value::Array(Vec::new()));
            list.push(Value::Array(items[..items.len() / 2].to_vec()));
            list.push(Value::Array(items[items.len() / 2..].to_vec()));
        }
        Value::Object(map) => {
            list.push(Value::Object(serde_json::Map::new()));
            list.push(Value::Object(map.iter().take(map.len() / 2).map(|(k, v)| (k.clone(), v.clone())).collect()));
        }
    }
    list
}

/// How much there is to a value: what every simplification makes less.
pub(super) fn weight(value: &Value) -> u64 {
    match value {
        Value::Null => 0,
        Value::Bool(value) => 1 + u64::from(*value),
        Value::Number(number) => {
            let size = number.as_f64().unwrap_or(f64::MAX);
            let magnitude = (size.abs().min(1e18) * 2.0).ceil() as u64;
            2 + magnitude + u64::from(size < 0.0) + 3 * u64::from(number.is_f64())
        }
        Value::String(text) => {
            let plain = |c: char| match c {
                'a' | '0' | '1' => 2,
                c if c.is_ascii_graphic() => 3,
                _ => 9,
            };
            2 + text.chars().map(plain).sum::<u64>()
        }
        Value::Array(list) => list.iter().map(weight).fold(4, |sum, one| sum.saturating_add(one.saturating_add(1))),
        Value::Object(map) => map.values().map(weight).fold(4, |sum, one| sum.saturating_add(one.saturating_add(1))),
    }
}
