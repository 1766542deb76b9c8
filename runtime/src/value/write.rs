//! From the tree to JSON text, and to any serde format.
//! Integers stay integers; a float is written as the shortest text that reads back the same.

use std::fmt;
use std::io::Write as _;

use serde::ser::{Serialize, Serializer};

use super::{Object, Value};

pub(crate) fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Raw(text) => out.extend_from_slice(text.as_bytes()),
        Value::List(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                write(item, out);
            }
            out.push(b']');
        }
        Value::Map(object) => {
            out.push(b'{');
            for (at, (key, value)) in object.iter().enumerate() {
                separate(at, out);
                write_scalar(key, out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        scalar => write_scalar(scalar, out),
    }
}

fn separate(at: usize, out: &mut Vec<u8>) {
    if at > 0 {
        out.push(b',');
    }
}

/// The writer is memory: there is nothing that could fail.
pub(crate) fn write_scalar<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, value);
}

/// A text in which nothing needs an escape: digits and their separators.
pub(crate) fn write_quoted(text: &dyn fmt::Display, out: &mut Vec<u8>) {
    let _ = write!(out, "\"{text}\"");
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Uint(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Str(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(object) => object.serialize(serializer),
            // Other formats have no place for it: the nearest number, or the text.
            Self::Raw(text) => match text.parse() {
                Ok(value) if f64::is_finite(value) => serializer.serialize_f64(value),
                _ => serializer.serialize_str(text),
            },
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
