//! Scalars: which type of the runtime a plain value gets.
//! The specification says so (`x-scalar`), or the schema plainly describes one: a format, or the pattern of a decimal.

use serde_json::Value;

use super::shape::Shape;
use super::text;
use super::ty::Scalar;
use crate::contract::{Extensions, Type, extension};

/// A value of several JSON types.
pub(super) fn several(shape: &Shape) -> Scalar {
    let scalar = [Type::Object, Type::Array].iter().all(|kind| !shape.types.contains(*kind));
    let numeric = shape.types.iter().all(|kind| matches!(kind, Type::Integer | Type::Number));
    match (shape.types.is_empty(), scalar) {
        (true, _) | (_, false) => Scalar::Json,
        _ if numeric => Scalar::Number,
        _ => Scalar::Mixed,
    }
}

/// The scalar that the specification names, or that the schema plainly describes.
pub(super) fn scalar(extensions: &Extensions, shape: &Shape) -> Option<Scalar> {
    if extension(extensions, "x-secret") == Some(&Value::Bool(true)) {
        return Some(Scalar::Secret);
    }
    declared(extensions, shape.types.contains(Type::String)).or_else(|| described(shape))
}

/// What `x-scalar` says.
fn declared(extensions: &Extensions, text_form: bool) -> Option<Scalar> {
    let note = |name| text(extension(extensions, name));
    let scale = extension(extensions, "x-scale").and_then(Value::as_u64);
    Some(match note("x-scalar")? {
        "decimal" if note("x-written-as") == Some("number") || !text_form => Scalar::Number,
        "decimal" => scale.map_or(Scalar::Decimal, fixed),
        "date" => Scalar::Date,
        "date-time" if note("x-offset") == Some("basic") => Scalar::CompactDateTime,
        "date-time" => Scalar::DateTime,
        "local-date-time" => Scalar::LocalDateTime,
        "unix-time" => Scalar::UnixTime,
        "integer" => Scalar::Integer,
        "boolean" => Scalar::Boolean,
        "string" => Scalar::String,
        "identifiers" => Scalar::Instance,
        _ => return None,
    })
}

/// A text with the format of a date, or with the pattern of a decimal.
fn described(shape: &Shape) -> Option<Scalar> {
    if shape.types.single() != Some(Type::String) || shape.values.is_some() {
        return None;
    }
    match shape.format.as_deref() {
        Some("date") => return Some(Scalar::Date),
        Some("date-time") => return Some(Scalar::DateTime),
        _ => {}
    }
    // `^[0-9]+\.[0-9]{3}$` and its kin describe a decimal of fixed scale.
    let pattern = shape.pattern.as_deref()?.strip_prefix('^').unwrap_or(shape.pattern.as_deref()?);
    let pattern = pattern.strip_prefix("(-)?").or_else(|| pattern.strip_prefix("-?")).unwrap_or(pattern);
    let pattern = pattern.strip_prefix("[0-9]")?;
    let pattern = pattern.split_once("\\.[0-9]{")?;
    let whole = pattern.0 == "+" || pattern.0.starts_with('{');
    let scale = pattern.1.strip_suffix("}$")?.parse::<u64>().ok()?;
    whole.then(|| fixed(scale))
}

/// A decimal of a scale, as far as decimals go.
fn fixed(scale: u64) -> Scalar {
    Scalar::Fixed(scale.min(28) as u32)
}
