//! How values are written where the schema alone does not say it: flags as numbers, formats of scalars.

use openapiv3 as v3;
use serde_json::{Value, json};

use crate::contract::{Offset, ScalarHint, Schema, SchemaHints, Type, WrittenAs};

/// Whether a boolean is sent as 0 or 1.
pub(super) fn is_flag(hints: &SchemaHints, of: Option<Type>) -> bool {
    hints.written_as == Some(WrittenAs::Digit) && of == Some(Type::Boolean)
}

/// The numbers that a flag is sent as, those of its values that are listed.
pub(super) fn flag(values: Option<&[Value]>) -> v3::SchemaKind {
    let listed = |value: bool| values.is_none_or(|values| values.contains(&Value::Bool(value)));
    let enumeration = [false, true].into_iter().filter(|value| listed(*value)).map(|value| Some(i64::from(value)));
    let enumeration = enumeration.collect();
    v3::SchemaKind::Type(v3::Type::Integer(v3::IntegerType { enumeration, ..v3::IntegerType::default() }))
}

/// A value of a flag as it is sent.
pub(super) fn digit(value: Value) -> Value {
    match value {
        Value::Bool(value) => json!(u8::from(value)),
        other => other,
    }
}

/// The format of values of one type: what the schema says, or what the scalar is called among registered formats.
pub(super) fn format(schema: &Schema, one: Type) -> Option<String> {
    let of_scalar = || {
        let is_text = one == Type::String;
        let is_number = matches!(one, Type::Integer | Type::Number);
        match schema.hints.scalar? {
            ScalarHint::Decimal if is_text || is_number => Some("decimal"),
            ScalarHint::Date if is_text => Some("date"),
            // What has an offset without a colon is no `date-time` of RFC 3339.
            ScalarHint::DateTime if is_text && schema.hints.offset != Some(Offset::Basic) => Some("date-time"),
            ScalarHint::LocalDateTime if is_text => Some("date-time-local"),
            ScalarHint::UnixTime if is_text || is_number => Some("unixtime"),
            ScalarHint::Integer if is_text || one == Type::Integer => Some("int64"),
            _ => None,
        }
    };
    schema.format.clone().or_else(|| of_scalar().map(str::to_owned))
}
