//! JSON Schemas of the types, behind the feature `schemars`. The schema for deserializing allows all forms that are
//! read; the one for serializing the single form that is written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map as Members, Value as Schematic, json};

use crate::auth::Secret;
use crate::decode::Decode;
use crate::encode::Encode;
use crate::scalar::{
    CompactDateTime, Date, DateTime, DecimalString, Fixed, Json, LocalDateTime, Map, Number, Patch, Scalar, UnixTime,
};
use crate::value::Value;
use crate::webhook::Instance;

/// A type that knows the schema of its values.
pub trait Described {
    /// Whether null is a value besides.
    const NULLABLE: bool = false;

    /// The schema of values that are not null, by reference where it has a name.
    fn describe(generator: &mut SchemaGenerator) -> Schema;
}

/// A member of a record.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Member {
    keys: &'static [&'static str],
    /// Whether it must be there to be read, and whether it is always written.
    read: bool,
    written: bool,
    /// Whether null is read, and whether it is ever written.
    null_read: bool,
    null_written: bool,
    describe: fn(&mut SchemaGenerator) -> Schema,
}

impl Member {
    /// A member that is always written.
    #[must_use]
    pub fn required<T: Decode + Encode + Described>(keys: &'static [&'static str]) -> Self {
        let (read, null) = (T::absent().is_none(), T::NULLABLE);
        Self { keys, read, written: true, null_read: null, null_written: null, describe: T::describe }
    }

    /// A member that is left out while it is absent.
    #[must_use]
    pub fn optional<T: Decode + Encode + Described>(keys: &'static [&'static str]) -> Self {
        let is_left_out = T::decode(&Value::Null).is_ok_and(|null| null.is_absent());
        let written = T::absent().is_none();
        Self { written, null_written: T::NULLABLE && !is_left_out, ..Self::required::<T>(keys) }
    }
}

/// The schema of an object with known members. It is open: members that are not known are ignored.
#[doc(hidden)]
#[must_use]
pub fn record(generator: &mut SchemaGenerator, members: &[Member]) -> Schema {
    let reading = generator.contract().is_deserialize();
    let (mut properties, mut required) = (Members::new(), Vec::new());
    for member in members {
        let null = if reading { member.null_read } else { member.null_written };
        let schema = nullable((member.describe)(generator), null).to_value();
        let keys = if reading { member.keys } else { member.keys.get(..1).unwrap_or_default() };
        properties.extend(keys.iter().map(|key| ((*key).to_owned(), schema.clone())));
        // Under which of several keys a member comes is not known.
        if let [key, ..] = keys
            && if reading { member.read && keys.len() == 1 } else { member.written }
        {
            required.push(*key);
        }
    }
    json_schema!({"type": "object", "properties": properties, "required": required})
}

/// The schema of one of several texts, which may be more than are known.
#[doc(hidden)]
#[must_use]
pub fn texts(known: &[&str], open: bool) -> Schema {
    if open {
        json_schema!({"anyOf": [{"type": "string", "enum": known}, {"type": "string"}]})
    } else {
        json_schema!({"type": "string", "enum": known})
    }
}

/// The schema of an enum of numbers.
#[doc(hidden)]
#[must_use]
pub fn numbers(known: &[&str], open: bool) -> Schema {
    let known: Vec<i64> = known.iter().filter_map(|text| text.parse().ok()).collect();
    if open {
        json_schema!({"anyOf": [{"type": "integer", "enum": known}, {"type": "integer"}]})
    } else {
        json_schema!({"type": "integer", "enum": known})
    }
}

/// The schema of one of several shapes.
#[doc(hidden)]
#[must_use]
pub fn union(generator: &mut SchemaGenerator, shapes: &[fn(&mut SchemaGenerator) -> Schema]) -> Schema {
    let shapes: Vec<Schematic> = shapes.iter().map(|describe| describe(generator).to_value()).collect();
    json_schema!({"anyOf": shapes})
}

/// The schema with null, where null is a value.
#[doc(hidden)]
#[must_use]
pub fn whole<T: Described>(generator: &mut SchemaGenerator) -> Schema {
    nullable(T::describe(generator), T::NULLABLE)
}

fn nullable(schema: Schema, null: bool) -> Schema {
    if null && schema.as_bool() != Some(true) { json_schema!({"anyOf": [schema, {"type": "null"}]}) } else { schema }
}

impl<T: Described> Described for Option<T> {
    const NULLABLE: bool = true;

    fn describe(generator: &mut SchemaGenerator) -> Schema {
        T::describe(generator)
    }
}

impl<T: Described> Described for Patch<T> {
    const NULLABLE: bool = true;

    fn describe(generator: &mut SchemaGenerator) -> Schema {
        T::describe(generator)
    }
}

impl<T: Described> Described for Box<T> {
    const NULLABLE: bool = T::NULLABLE;

    fn describe(generator: &mut SchemaGenerator) -> Schema {
        T::describe(generator)
    }
}

impl<T: Described> Described for Vec<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "array", "items": whole::<T>(generator)})
    }
}

impl<T: Described> Described for Map<T> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        let values = whole::<T>(generator);
        // PHP writes an empty map as an empty list.
        let read = json!({"type": ["object", "array"], "additionalProperties": values, "maxItems": 0});
        either(generator, read, json!({"type": "object", "additionalProperties": values}))
    }
}

impl<const SCALE: u32> Described for Fixed<SCALE> {
    fn describe(generator: &mut SchemaGenerator) -> Schema {
        let fraction = if SCALE == 0 { "(\\.[0-9]+)?".to_owned() } else { format!("\\.[0-9]{{{SCALE},}}") };
        let written = json!({"type": "string", "pattern": format!("^-?[0-9]+{fraction}$")});
        either(generator, json!({"type": ["string", "number"], "pattern": DECIMAL}), written)
    }
}

const DECIMAL: &str = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$";
const WHOLE: &str = r"^\s*[+-]?[0-9]+\s*$";

fn either(generator: &SchemaGenerator, read: Schematic, written: Schematic) -> Schema {
    let schema = if generator.contract().is_deserialize() { read } else { written };
    Schema::try_from(schema).unwrap_or_default()
}

/// What is read and what is written, for each type that is neither.
macro_rules! described {
    ($($type:ty: $read:tt, $written:tt;)*) => { $(
        impl Described for $type {
            fn describe(generator: &mut SchemaGenerator) -> Schema {
                either(generator, json!($read), json!($written))
            }
        }
    )* };
}

described! {
    i32: {"type": ["integer", "string"], "pattern": WHOLE}, {"type": "integer"};
    i64: {"type": ["integer", "string"], "pattern": WHOLE}, {"type": "integer"};
    u32: {"type": ["integer", "string"], "pattern": WHOLE}, {"type": "integer", "minimum": 0};
    u64: {"type": ["integer", "string"], "pattern": WHOLE}, {"type": "integer", "minimum": 0};
    bool: {"enum": [true, false, 0, 1, "0", "1", "true", "false"]}, {"type": "boolean"};
    String: {"type": ["string", "number", "boolean"]}, {"type": "string"};
    Number: {"type": ["number", "string"], "pattern": DECIMAL}, {"type": "number"};
    DecimalString: {"type": ["string", "number"], "pattern": DECIMAL}, {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"};
    Date: {"type": "string"}, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"};
    DateTime: {"type": "string"}, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?[+-][0-9]{2}:[0-9]{2}$"};
    CompactDateTime: {"type": "string"}, {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?[+-][0-9]{4}$"};
    LocalDateTime: {"type": "string"}, {"type": "string"};
    UnixTime: {"type": ["integer", "string"], "pattern": WHOLE}, {"type": "integer"};
    Secret: {"type": "string"}, {"type": "string"};
    Scalar: {"type": ["string", "number", "boolean"]}, {"type": ["string", "number", "boolean"]};
    Instance: {"type": ["string", "array"], "items": {"type": "string"}}, {"type": "string"};
    Json: true, true;
    serde_json::Value: true, true;
}

macro_rules! schemas {
    ($($name:literal [$($generics:tt)*] $type:ty),* $(,)?) => { $(
        impl<$($generics)*> JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                whole::<Self>(generator)
            }
        }
    )* };
}

schemas! {
    "CompactDateTime" [] CompactDateTime,
    "Date" [] Date,
    "DateTime" [] DateTime,
    "Decimal" [] DecimalString,
    "Json" [] Json,
    "LocalDateTime" [] LocalDateTime,
    "Number" [] Number,
    "Scalar" [] Scalar,
    "Secret" [] Secret,
    "UnixTime" [] UnixTime,
    "Fixed" [const SCALE: u32] Fixed<SCALE>,
    "Map" [T: Described] Map<T>,
    "Patch" [T: Described] Patch<T>,
}
