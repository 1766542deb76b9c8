//! Selects the narrowest `openapiv3` form for a schema.
//! Tools derive types from these forms; a form that cannot represent one of the keywords is not selected.

use openapiv3 as v3;
use serde_json::{Number, Value};

use crate::contract::Schema;

/// The bounds of numbers, in the spelling of 3.0.
pub(super) fn bounds(schema: &Schema, any: &mut v3::AnySchema) {
    let (minimum, maximum) = (schema.lower_bound(), schema.upper_bound());
    any.exclusive_minimum = minimum.as_ref().filter(|bound| bound.exclusive).map(|_| true);
    any.exclusive_maximum = maximum.as_ref().filter(|bound| bound.exclusive).map(|_| true);
    any.minimum = minimum.and_then(|bound| bound.value.as_f64());
    any.maximum = maximum.and_then(|bound| bound.value.as_f64());
    any.multiple_of = schema.multiple_of.as_ref().and_then(Number::as_f64);
}

/// The narrowest form; `schema` has the numbers as they were written.
pub(super) fn narrow(schema: &Schema, any: v3::AnySchema) -> v3::SchemaKind {
    let combined = [&any.one_of, &any.all_of, &any.any_of].iter().filter(|list| !list.is_empty()).count();
    let combines = combined > 0 || any.not.is_some();
    match any.typ.as_deref() {
        None if combined + usize::from(any.not.is_some()) == 1 => combination(any),
        None => v3::SchemaKind::Any(any),
        Some(_) if combines => v3::SchemaKind::Any(any),
        Some("string") => string(any),
        Some("integer") => integer(schema, any),
        Some("number") => number(any),
        Some("boolean") => boolean(any),
        Some("array") if any.enumeration.is_empty() && any.format.is_none() => {
            v3::SchemaKind::Type(v3::Type::Array(v3::ArrayType {
                items: any.items,
                min_items: any.min_items,
                max_items: any.max_items,
                unique_items: any.unique_items.unwrap_or_default(),
            }))
        }
        Some("object") if any.enumeration.is_empty() && any.format.is_none() => {
            v3::SchemaKind::Type(v3::Type::Object(v3::ObjectType {
                properties: any.properties,
                required: any.required,
                additional_properties: any.additional_properties,
                min_properties: any.min_properties,
                max_properties: any.max_properties,
            }))
        }
        Some(_) => v3::SchemaKind::Any(any),
    }
}

/// A schema that only combines others.
fn combination(any: v3::AnySchema) -> v3::SchemaKind {
    let mut rest = any.clone();
    let lists = [&mut rest.one_of, &mut rest.all_of, &mut rest.any_of].map(std::mem::take);
    let not = rest.not.take();
    if rest != v3::AnySchema::default() {
        return v3::SchemaKind::Any(any);
    }
    let [one_of, all_of, any_of] = lists;
    match not {
        Some(not) => v3::SchemaKind::Not { not },
        None if !one_of.is_empty() => v3::SchemaKind::OneOf { one_of },
        None if !all_of.is_empty() => v3::SchemaKind::AllOf { all_of },
        None => v3::SchemaKind::AnyOf { any_of },
    }
}

fn string(any: v3::AnySchema) -> v3::SchemaKind {
    let Some(enumeration) = values(&any.enumeration, |value| value.as_str().map(str::to_owned)) else {
        return v3::SchemaKind::Any(any);
    };
    v3::SchemaKind::Type(v3::Type::String(v3::StringType {
        format: any.format.into(),
        pattern: any.pattern,
        enumeration,
        min_length: any.min_length,
        max_length: any.max_length,
    }))
}

fn number(any: v3::AnySchema) -> v3::SchemaKind {
    let Some(enumeration) = values(&any.enumeration, Value::as_f64) else { return v3::SchemaKind::Any(any) };
    v3::SchemaKind::Type(v3::Type::Number(v3::NumberType {
        format: any.format.into(),
        multiple_of: any.multiple_of,
        exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
        minimum: any.minimum,
        maximum: any.maximum,
        enumeration,
    }))
}

fn integer(schema: &Schema, any: v3::AnySchema) -> v3::SchemaKind {
    let [minimum, maximum] = [schema.lower_bound(), schema.upper_bound()].map(|bound| bound.map(|bound| bound.value));
    let bounds = (whole(minimum.as_ref()), whole(maximum.as_ref()), whole(schema.multiple_of.as_ref()));
    let (Some(enumeration), (Some(minimum), Some(maximum), Some(multiple_of))) =
        (values(&any.enumeration, whole_value), bounds)
    else {
        return v3::SchemaKind::Any(any);
    };
    v3::SchemaKind::Type(v3::Type::Integer(v3::IntegerType {
        format: any.format.into(),
        multiple_of,
        exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
        minimum,
        maximum,
        enumeration,
    }))
}

fn boolean(any: v3::AnySchema) -> v3::SchemaKind {
    match values(&any.enumeration, Value::as_bool) {
        Some(enumeration) if any.format.is_none() => {
            v3::SchemaKind::Type(v3::Type::Boolean(v3::BooleanType { enumeration }))
        }
        _ => v3::SchemaKind::Any(any),
    }
}

/// Enumerated values of one type, null among them as `None`; `None` when one does not fit.
fn values<T>(values: &[Value], read: impl Fn(&Value) -> Option<T>) -> Option<Vec<Option<T>>> {
    values.iter().map(|value| if value.is_null() { Some(None) } else { read(value).map(Some) }).collect()
}

/// A whole number that may be absent; `None` when there is one that is not whole.
#[expect(clippy::option_option, reason = "absent and unfit are two things here")]
fn whole(number: Option<&Number>) -> Option<Option<i64>> {
    match number {
        None => Some(None),
        Some(number) => whole_number(number).map(Some),
    }
}

fn whole_value(value: &Value) -> Option<i64> {
    value.as_number().and_then(whole_number)
}

fn whole_number(number: &Number) -> Option<i64> {
    // Beyond this a double no longer tells whole numbers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = |float: &f64| float.fract() == 0.0 && float.abs() <= EXACT;
    number.as_i64().or_else(|| number.as_f64().filter(exact).map(|float| float as i64))
}
