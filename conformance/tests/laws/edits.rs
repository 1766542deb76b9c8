//! Changes of values, for damage and quirks.

use kontrakt_conformance::check::{Path, ValueStep};
use serde_json::Value;

/// The value at a place.
pub(crate) fn place<'v>(value: &'v mut Value, at: &[ValueStep]) -> Option<&'v mut Value> {
    at.iter().try_fold(value, |value, step| match step {
        ValueStep::Member(name) => value.get_mut(name),
        ValueStep::Element(index) => value.get_mut(index),
    })
}

/// Sets a place, or takes it away; `None` when it is not there.
pub(crate) fn put(value: &mut Value, at: &Path, new: Option<Value>) -> Option<()> {
    let Some((last, way)) = at.steps().split_last() else {
        *value = new?;
        return Some(());
    };
    match (place(value, way)?, last, new) {
        (Value::Object(map), ValueStep::Member(name), Some(new)) => {
            map.insert(name.clone(), new);
            Some(())
        }
        (Value::Object(map), ValueStep::Member(name), None) => map.remove(name).map(drop),
        (Value::Array(list), ValueStep::Element(index), Some(new)) => list.get_mut(*index).map(|slot| *slot = new),
        _ => None,
    }
}
