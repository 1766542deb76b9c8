//! Values of unknown type.
//! `Json` is any value, `Scalar` any value but lists, objects and null; both write back what they read.

use std::fmt;
use std::ops::Deref;

use crate::decode::{Decode, DecodeError};
use crate::encode::{Encode, Param};
use crate::scalar::Number;
use crate::value::{Node, Value};

/// Any JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Json(Value<'static>);

impl Json {
    /// Reads the value as another type.
    ///
    /// # Errors
    /// When it cannot mean such a value.
    pub fn to<T: Decode>(&self) -> Result<T, DecodeError> {
        T::decode(&self.0)
    }
}

impl Deref for Json {
    type Target = Value<'static>;

    fn deref(&self) -> &Value<'static> {
        &self.0
    }
}

impl From<Value<'_>> for Json {
    fn from(value: Value<'_>) -> Self {
        Self(value.into_owned())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_json())
    }
}

impl Decode for Json {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(Self(value.clone().into_owned()))
    }

    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        Ok(Self(node.to_value().into_owned()))
    }
}

impl Encode for Json {
    fn encode(&self) -> Value<'_> {
        self.0.borrow()
    }
}

/// A string, an integer, a decimal number or a boolean, kept as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Decimal(Number),
    /// A boolean.
    Bool(bool),
}

impl Decode for Scalar {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Str(text) => Ok(Self::Text(text.clone().into_owned())),
            Value::Int(value) => Ok(Self::Integer(*value)),
            Value::Bool(value) => Ok(Self::Bool(*value)),
            Value::Uint(_) | Value::Float(_) | Value::Raw(_) => Number::decode(value).map(Self::Decimal),
            other => Err(DecodeError::expected("a string, a number or a boolean", other)),
        }
    }

    fn accepts(value: &Value<'_>) -> bool {
        !matches!(value, Value::Null | Value::List(_) | Value::Map(_))
    }
}

impl Encode for Scalar {
    fn encode(&self) -> Value<'_> {
        match self {
            Self::Text(text) => text.encode(),
            Self::Integer(value) => Value::Int(*value),
            Self::Decimal(value) => value.encode(),
            Self::Bool(value) => Value::Bool(*value),
        }
    }
}

impl Param for Scalar {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        each(&self.to_string());
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(value) => fmt::Display::fmt(value, f),
            Self::Decimal(value) => fmt::Display::fmt(value, f),
            Self::Bool(value) => fmt::Display::fmt(value, f),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Scalar {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Number> for Scalar {
    fn from(value: Number) -> Self {
        Self::Decimal(value)
    }
}

/// Between this crate's tree and that of `serde_json`, for those who build bodies with its `json!` macro.
mod serde_json_value {
    use serde::Deserialize as _;

    use super::{Decode, DecodeError, Encode, Json, Value};

    impl Decode for serde_json::Value {
        fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
            serde_json::to_value(value).map_err(|_| DecodeError::expected("a JSON value", value))
        }
    }

    impl Encode for serde_json::Value {
        fn encode(&self) -> Value<'_> {
            Value::deserialize(self).unwrap_or_default()
        }
    }

    impl From<serde_json::Value> for Json {
        fn from(value: serde_json::Value) -> Self {
            Self(value.encode().into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Scalar};
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn anything_comes_back_as_it_was() {
        let text = r#"{"z":[1,2.5,null,true,"x"],"a":{}}"#;
        assert_reads::<Json>(&[(text, text), ("null", "null")]);
        let value = serde_json::json!({"z": [1, 2.5, null, true, "x"], "n": u64::MAX});
        assert_eq!(Json::from(value.clone()).to::<serde_json::Value>().unwrap(), value);
        assert_eq!(serde_json::to_value(serde_json::from_value::<Json>(value.clone()).unwrap()).unwrap(), value);
    }

    #[test]
    fn scalars_keep_their_kind() {
        assert_reads::<Scalar>(&[(r#""24""#, r#""24""#), ("24", "24"), ("2.5", "2.5"), ("true", "true")]);
        assert_refuses::<Scalar>(&["null", "[]", "{}"]);
    }
}
