//! Scalars: which type of the runtime a plain value gets.
//! The specification says so (`x-scalar`), or the schema plainly describes one: a format, or the pattern of a decimal.

use serde_json::Value;

use super::Ty;
use super::shape::Shape;
use crate::contract::{Extensions, Type, extension};

/// A value of several JSON types.
pub(super) fn several(shape: &Shape) -> Ty {
    let scalar = [Type::Object, Type::Array].iter().all(|kind| !shape.types.contains(*kind));
    let numeric = shape.types.iter().all(|kind| matches!(kind, Type::Integer | Type::Number));
    match (shape.types.is_empty(), scalar) {
        (true, _) | (_, false) => Ty::Plain("Json"),
        _ if numeric => Ty::Plain("Number"),
        _ => Ty::Plain("Scalar"),
    }
}

/// The scalar that the specification names, or that the schema plainly describes.
pub(super) fn scalar(extensions: &Extensions, shape: &Shape) -> Option<Ty> {
    let text_form = shape.types.contains(Type::String);
    let declared = super::text(extension(extensions, "x-scalar"));
    let scale = extension(extensions, "x-scale").and_then(Value::as_u64);
    let basic = super::text(extension(extensions, "x-offset")) == Some("basic");
    let written = super::text(extension(extensions, "x-written-as"));
    let decimal = |scale: Option<u64>| match scale {
        Some(scale) => Ty::Fixed(scale.min(28) as u32),
        None => Ty::Plain("DecimalString"),
    };
    if extension(extensions, "x-secret") == Some(&Value::Bool(true)) {
        return Some(Ty::Plain("Secret"));
    }
    match declared {
        Some("decimal") if written == Some("number") || !text_form => return Some(Ty::Plain("Number")),
        Some("decimal") => return Some(decimal(scale)),
        Some("date") => return Some(Ty::Plain("Date")),
        Some("date-time") if basic => return Some(Ty::Plain("CompactDateTime")),
        Some("date-time") => return Some(Ty::Plain("DateTime")),
        Some("local-date-time") => return Some(Ty::Plain("LocalDateTime")),
        Some("unix-time") => return Some(Ty::Plain("UnixTime")),
        Some("integer") => return Some(Ty::Plain("i64")),
        Some("boolean") => return Some(Ty::Plain("bool")),
        Some("string") => return Some(Ty::Plain("String")),
        Some("identifiers") => return Some(Ty::Plain("Instance")),
        _ => {}
    }
    if shape.types.single() != Some(Type::String) || shape.values.is_some() {
        return None;
    }
    match shape.format.as_deref() {
        Some("date") => return Some(Ty::Plain("Date")),
        Some("date-time") => return Some(Ty::Plain("DateTime")),
        _ => {}
    }
    // `^[0-9]+\.[0-9]{3}$` and its kin describe a decimal of fixed scale.
    let pattern = shape.pattern.as_deref()?.strip_prefix('^').unwrap_or(shape.pattern.as_deref()?);
    let pattern = pattern.strip_prefix("(-)?").or_else(|| pattern.strip_prefix("-?")).unwrap_or(pattern);
    let pattern = pattern.strip_prefix("[0-9]")?;
    let pattern = pattern.split_once("\\.[0-9]{")?;
    let whole = pattern.0 == "+" || pattern.0.starts_with('{');
    let scale = pattern.1.strip_suffix("}$")?.parse::<u64>().ok()?;
    whole.then(|| decimal(Some(scale)))
}
