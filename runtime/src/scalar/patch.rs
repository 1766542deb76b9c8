//! A member of an update that is absent, null or a value.
//! Updates distinguish them: absent keeps the stored value, null clears it.

use rust_decimal::Decimal;

use crate::decode::{Decode, DecodeError, Presence, presence};
use crate::encode::Encode;
use crate::scalar::{DecimalString, Fixed, Number};
use crate::value::{Node, Value};

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

macro_rules! from_numbers {
    ($($number:ty),+) => { $(
        impl<const SCALE: u32> From<$number> for Patch<Fixed<SCALE>> {
            fn from(value: $number) -> Self {
                Self::Value(value.into())
            }
        }

        impl From<$number> for Patch<Number> {
            fn from(value: $number) -> Self {
                Self::Value(value.into())
            }
        }

        impl From<$number> for Patch<DecimalString> {
            fn from(value: $number) -> Self {
                Self::Value(value.into())
            }
        }
    )+ };
}

from_numbers!(i32, i64, u32, u64, Decimal);

impl<T: Decode> Decode for Patch<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode_node(value.into())
    }

    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        match presence(node) {
            Presence::Null => Ok(Self::Null),
            Presence::Unset => Ok(T::decode_node(node).map_or(Self::Null, Self::Value)),
            Presence::Set => T::decode_node(node).map(Self::Value),
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

    fn encode_to(&self, out: &mut Vec<u8>) {
        match self.value() {
            Some(value) => value.encode_to(out),
            None => crate::value::write(&Value::Null, out),
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, DecimalString, Fixed, Number, Patch};
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn texts_become_values() {
        let text: Patch<String> = "x".into();
        assert_eq!(text, Patch::Value("x".to_owned()));
    }

    #[test]
    fn numbers_become_decimals() {
        let number: Patch<Number> = 3.into();
        let text: Patch<DecimalString> = 3_u64.into();
        let fixed: Patch<Fixed<2>> = 3.into();
        let exact: Patch<Fixed<2>> = Decimal::new(1250, 3).into();
        let whole: Patch<i64> = 3.into();
        let written = (crate::to_json(&number), crate::to_json(&text), crate::to_json(&fixed), crate::to_json(&exact));
        assert_eq!(written, ("3".into(), r#""3""#.into(), r#""3.00""#.into(), r#""1.25""#.into()));
        assert_eq!(whole, Patch::Value(3));
        let same: Patch<Number> = Number::from(3).into();
        assert_eq!(same, number);
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
