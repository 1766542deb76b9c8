//! Strings and booleans.
//! PHP servers write `"1"` or `1` for true and numbers for strings, depending on where the value comes from.

use std::borrow::Cow;

use crate::decode::{Decode, DecodeError};
use crate::encode::{Encode, Param};
use crate::value::{Node, Value, write_scalar};

impl Decode for String {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Str(text) => Ok(text.clone().into_owned()),
            Value::Bool(value) => Ok(value.to_string()),
            other => other.number_text().ok_or_else(|| DecodeError::expected("a string", other)),
        }
    }

    #[inline]
    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        match node.string() {
            Some(text) => Ok(text),
            None => node.with(Self::decode),
        }
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::Str(_))
    }
}

impl Encode for String {
    fn encode(&self) -> Value<'_> {
        self.as_str().encode()
    }

    fn encode_to(&self, out: &mut Vec<u8>) {
        write_scalar(self, out);
    }
}

impl Encode for str {
    fn encode(&self) -> Value<'_> {
        Value::Str(Cow::Borrowed(self))
    }
}

impl Param for str {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        each(self);
    }
}

impl Param for String {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        each(self);
    }
}

impl Decode for bool {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::Int(1) => Ok(true),
            Value::Int(0) => Ok(false),
            Value::Str(text) => match text.as_ref() {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                _ => Err(DecodeError::unreadable("a boolean", value)),
            },
            other => Err(DecodeError::expected("a boolean", other)),
        }
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::Bool(_))
    }
}

impl Encode for bool {
    fn encode(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl Param for bool {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        each(if *self { "true" } else { "false" });
    }
}

#[cfg(test)]
mod tests {
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn strings() {
        assert_reads::<String>(&[
            (r#""a""#, r#""a""#),
            (r#""""#, r#""""#),
            ("12", r#""12""#),
            ("1.5", r#""1.5""#),
            ("18446744073709551615", r#""18446744073709551615""#),
            ("true", r#""true""#),
        ]);
        assert_refuses::<String>(&["null", "[]", "{}"]);
    }

    #[test]
    fn booleans() {
        assert_reads::<bool>(&[
            ("true", "true"),
            ("1", "true"),
            (r#""1""#, "true"),
            (r#""true""#, "true"),
            ("false", "false"),
            ("0", "false"),
            (r#""0""#, "false"),
            (r#""false""#, "false"),
        ]);
        assert_refuses::<bool>(&["null", "2", r#""yes""#, r#""""#, "[]"]);
    }
}
