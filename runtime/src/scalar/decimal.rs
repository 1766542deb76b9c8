//! Decimal numbers in three written forms; all are read from strings and from JSON numbers.
//! Never a float, which cannot represent amounts of money exactly.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::decode::{Decode, DecodeError};
use crate::encode::{Encode, Param};
use crate::value::{Node, Value, write_quoted};

/// A decimal written as a JSON string with `SCALE` digits after the point: `"21.00"`.
///
/// A value with more digits than that is rounded half away from zero when it is made from a [`Decimal`], so what you
/// see is what is sent; one that was read keeps its digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fixed<const SCALE: u32>(Decimal);

/// A decimal written as a JSON number: `205.79`.
///
/// Receivers of JSON numbers keep about 15 significant digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Decimal);

/// A decimal written as a JSON string with as many digits as it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecimalString(Decimal);

/// The text is not a decimal number, or one with more than 28 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseDecimalError;

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a decimal number")
    }
}

impl std::error::Error for ParseDecimalError {}

impl<const SCALE: u32> Fixed<SCALE> {
    /// The value with at least `SCALE` digits after the point.
    fn padded(&self) -> Decimal {
        let mut decimal = self.0;
        if decimal.scale() < SCALE {
            decimal.rescale(SCALE);
        }
        decimal
    }
}

impl<const SCALE: u32> From<Decimal> for Fixed<SCALE> {
    fn from(decimal: Decimal) -> Self {
        Self(decimal.round_dp_with_strategy(SCALE, RoundingStrategy::MidpointAwayFromZero))
    }
}

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        Self(decimal)
    }
}

impl From<Decimal> for DecimalString {
    fn from(decimal: Decimal) -> Self {
        Self(decimal)
    }
}

impl<const SCALE: u32> Encode for Fixed<SCALE> {
    fn encode(&self) -> Value<'_> {
        Value::from(self.padded().to_string())
    }

    fn encode_to(&self, out: &mut Vec<u8>) {
        write_quoted(self, out);
    }
}

impl Encode for Number {
    fn encode(&self) -> Value<'_> {
        let text = self.0.normalize().to_string();
        match text.parse() {
            Ok(whole) => Value::Int(whole),
            Err(_) => Value::Float(text.parse().unwrap_or_default()),
        }
    }
}

impl Encode for DecimalString {
    fn encode(&self) -> Value<'_> {
        Value::from(self.0.to_string())
    }
}

impl<const SCALE: u32> fmt::Display for Fixed<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.padded(), f)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for DecimalString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

fn read(value: &Value<'_>) -> Option<Decimal> {
    match value {
        Value::Str(text) => parse(text),
        Value::Int(value) => Some(Decimal::from(*value)),
        Value::Uint(value) => Some(Decimal::from(*value)),
        // By way of the shortest text that means this double: that is what the sender wrote.
        Value::Float(_) | Value::Raw(_) => parse(&value.number_text()?),
        _ => None,
    }
}

fn parse(text: &str) -> Option<Decimal> {
    let text = text.trim();
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

macro_rules! decimals {
    ($($type:ident $(<const $scale:ident>)? accepts $accepted:pat,)*) => { $(
        impl$(<const $scale: u32>)? Decode for $type$(<$scale>)? {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                read(value).map(Self).ok_or_else(|| DecodeError::unreadable("a decimal number", value))
            }

            fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
                match node.plain_text().and_then(parse) {
                    Some(read) => Ok(Self(read)),
                    None => node.with(Self::decode),
                }
            }

            fn accepts(value: &Value<'_>) -> bool {
                matches!(value, $accepted) && read(value).is_some()
            }
        }

        impl$(<const $scale: u32>)? Param for $type$(<$scale>)? {
            fn each(&self, each: &mut dyn FnMut(&str)) {
                each(&self.to_string());
            }
        }

        impl$(<const $scale: u32>)? Deref for $type$(<$scale>)? {
            type Target = Decimal;

            fn deref(&self) -> &Decimal {
                &self.0
            }
        }

        impl$(<const $scale: u32>)? From<$type$(<$scale>)?> for Decimal {
            fn from(value: $type$(<$scale>)?) -> Self {
                value.0
            }
        }

        impl$(<const $scale: u32>)? FromStr for $type$(<$scale>)? {
            type Err = ParseDecimalError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse(text).map(Self::from).ok_or(ParseDecimalError)
            }
        }

        impl$(<const $scale: u32>)? PartialEq<Decimal> for $type$(<$scale>)? {
            fn eq(&self, other: &Decimal) -> bool {
                self.0 == *other
            }
        }
    )* };
}

decimals! {
    Fixed<const SCALE> accepts Value::Str(_),
    Number accepts Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Raw(_),
    DecimalString accepts Value::Str(_),
}

macro_rules! from_integers {
    ($($integer:ty),*) => { $(
        impl<const SCALE: u32> From<$integer> for Fixed<SCALE> {
            fn from(value: $integer) -> Self {
                Self(Decimal::from(value))
            }
        }

        impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                Self(Decimal::from(value))
            }
        }

        impl From<$integer> for DecimalString {
            fn from(value: $integer) -> Self {
                Self(Decimal::from(value))
            }
        }
    )* };
}

from_integers!(i32, i64, u32, u64);

#[cfg(test)]
mod tests {
    use super::{DecimalString, Fixed, Number};
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn fixed_scale() {
        assert_reads::<Fixed<2>>(&[
            (r#""21.00""#, r#""21.00""#),
            ("21", r#""21.00""#),
            ("138.3", r#""138.30""#),
            (r#""-0.5""#, r#""-0.50""#),
            (r#""1.005""#, r#""1.005""#),
            ("1e2", r#""100.00""#),
        ]);
        assert_reads::<Fixed<8>>(&[("1", r#""1.00000000""#), (r#""25.12345678""#, r#""25.12345678""#)]);
        assert_refuses::<Fixed<2>>(&["null", r#""""#, r#""1,5""#, r#""NaN""#, "true", "1e300", "[]"]);
    }

    #[test]
    fn rounding_happens_when_a_value_is_made() {
        for (text, rounded) in [("1.005", "1.01"), ("-1.005", "-1.01"), ("1.004", "1.00"), ("3", "3.00")] {
            assert_eq!(text.parse::<Fixed<2>>().unwrap().to_string(), rounded);
        }
        assert!("12 Kč".parse::<Fixed<2>>().is_err());
    }

    #[test]
    fn numbers() {
        assert_reads::<Number>(&[
            ("205.79", "205.79"),
            ("520.661", "520.661"),
            ("249", "249"),
            (r#""1.000""#, "1"),
            ("0.1", "0.1"),
            ("-138.3", "-138.3"),
        ]);
    }

    #[test]
    fn strings_keep_their_scale() {
        assert_reads::<DecimalString>(&[(r#""0.7800""#, r#""0.7800""#), ("1.5", r#""1.5""#), ("2", r#""2""#)]);
    }
}
