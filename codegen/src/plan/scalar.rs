//! Scalars: the runtime type of a plain value.
//! Taken from `x-scalar`, or from the schema's format or the pattern of a decimal.

use super::shape::Shape;
use super::ty::Scalar;
use crate::contract::{Offset, ScalarHint, Scale, SchemaHints, Type, WrittenAs};

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
pub(super) fn scalar(hints: &SchemaHints, shape: &Shape) -> Option<Scalar> {
    if hints.secret {
        return Some(Scalar::Secret);
    }
    declared(hints, shape.types.contains(Type::String)).or_else(|| described(shape))
}

/// What `x-scalar` says.
fn declared(hints: &SchemaHints, text_form: bool) -> Option<Scalar> {
    Some(match hints.scalar? {
        ScalarHint::Decimal if hints.written_as == Some(WrittenAs::Number) || !text_form => Scalar::Number,
        ScalarHint::Decimal => hints.scale.map_or(Scalar::Decimal, |Scale(digits)| Scalar::Fixed(digits)),
        ScalarHint::Date => Scalar::Date,
        ScalarHint::DateTime if hints.offset == Some(Offset::Basic) => Scalar::CompactDateTime,
        ScalarHint::DateTime => Scalar::DateTime,
        ScalarHint::LocalDateTime => Scalar::LocalDateTime,
        ScalarHint::UnixTime => Scalar::UnixTime,
        ScalarHint::Integer => Scalar::Integer,
        ScalarHint::Boolean => Scalar::Boolean,
        ScalarHint::String => Scalar::String,
        ScalarHint::Identifiers => Scalar::Instance,
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
