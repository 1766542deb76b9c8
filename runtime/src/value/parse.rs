//! From any serde format to the tree, borrowing strings where the format allows it.
//! The format limits the depth. JSON text is parsed by `json.rs` instead.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Object, Value, json};

/// How serde_json hands over a number when some other crate of the build has turned on its `arbitrary_precision`.
const NUMBER_MEMBER: &str = "$serde_json::private::Number";

/// More than this is not reserved on the word of the sender alone.
const MOST_RESERVED: usize = 1024;

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::from(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::from(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::with_capacity(list.size_hint().unwrap_or(0).min(MOST_RESERVED));
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Object::with_capacity(map.size_hint().unwrap_or(0).min(MOST_RESERVED));
        while let Some(KeyText(key)) = map.next_key()? {
            if key == NUMBER_MEMBER && object.is_empty() {
                let KeyText(digits) = map.next_value()?;
                return Ok(json::integer(&digits).or_else(|| json::double(&digits)).unwrap_or(Value::Raw(digits)));
            }
            object.push(key, map.next_value()?);
        }
        object.merge_repeated_keys();
        Ok(Value::Map(object))
    }
}

/// A string, borrowed if the format can lend it.
struct KeyText<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for KeyText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyText)
    }
}

struct AnyText;

impl<'de> Visitor<'de> for AnyText {
    type Value = KeyText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(KeyText(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(KeyText(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(KeyText(Cow::Owned(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::{NUMBER_MEMBER, Value};

    #[test]
    fn numbers_of_arbitrary_precision_are_read() {
        let text =
            format!(r#"[{{"{NUMBER_MEMBER}":"12"}},{{"{NUMBER_MEMBER}":"1.50"}},{{"{NUMBER_MEMBER}":"1e400"}}]"#);
        let expected = [Value::Int(12), Value::Float(1.5), Value::Raw("1e400".into())];
        assert_eq!(serde_json::from_str::<Value<'_>>(&text).unwrap(), Value::List(expected.into()));
    }
}
