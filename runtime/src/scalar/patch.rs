//! A member that may be left out, be null, or have a value, each meaning something else.
//! Updates need the difference: left out is "keep", null is "clear".

use crate::decode::{Decode, DecodeError, is_unset};
use crate::encode::Encode;
use crate::value::Value;

/// What a request says about an optional member that may be null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The member is not sent.
    #[default]
    Absent,
    /// The member is sent as `null`.
    Null,
    /// The member is sent with this value.
    Value(T),
}

impl<T> Patch<T> {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// `null` for `None`: for what your own data says is to be cleared.
    #[must_use]
    pub fn from_nullable(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<T: Decode> Decode for Patch<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Null => Ok(Self::Null),
            value if is_unset(value) => Ok(T::decode(value).map_or(Self::Null, Self::Value)),
            value => T::decode(value).map(Self::Value),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }

    fn accepts(value: &Value<'_>) -> bool {
        value.is_null() || T::accepts(value)
    }
}

impl<T: Encode> Encode for Patch<T> {
    fn encode(&self) -> Value<'_> {
        self.value().map_or(Value::Null, Encode::encode)
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

#[cfg(test)]
mod tests {
    use super::Patch;
    use crate::testing::{assert_reads, assert_refuses};

    #[test]
    fn texts_become_values() {
        let text: Patch<String> = "x".into();
        assert_eq!(text, Patch::Value("x".to_owned()));
    }

    #[test]
    fn what_is_there() {
        assert_reads::<Patch<i64>>(&[
            ("1", "1"),
            ("null", "null"),
            (r#""""#, "null"),
            (r#""null""#, "null"),
            (r#""5""#, "5"),
        ]);
        assert_refuses::<Patch<i64>>(&[r#""x""#, "{}"]);
        assert_reads::<Patch<String>>(&[(r#""""#, r#""""#), ("null", "null")]);
        assert_reads::<Option<i64>>(&[("1", "1"), ("null", "null"), (r#""""#, "null")]);
        assert_eq!((Patch::from_nullable(None::<i64>), Patch::from(1).value()), (Patch::Null, Some(&1)));
    }
}
