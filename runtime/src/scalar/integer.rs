//! Integers, read from numbers, from numbers with an empty fraction, and from strings of digits.
//! Written as JSON numbers.

use crate::decode::{Decode, DecodeError};
use crate::encode::{Encode, Param};
use crate::value::Value;

/// The integer nearest to what was written, if it was written as a whole number.
fn whole(value: &Value<'_>) -> Option<i128> {
    /// Above this, neighbouring doubles are more than one apart and the digits that were sent are lost.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Int(value) => Some(i128::from(*value)),
        Value::Uint(value) => Some(i128::from(*value)),
        #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and within the exact range")]
        Value::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT => Some(*value as i128),
        Value::Str(text) | Value::Raw(text) => text.trim().parse().ok(),
        _ => None,
    }
}

macro_rules! integers {
    ($($type:ty),*) => { $(
        impl Decode for $type {
            fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
                let whole = whole(value).ok_or_else(|| DecodeError::unreadable("an integer", value))?;
                Self::try_from(whole).map_err(|_| {
                    let expected = format!("an integer from {} to {}", Self::MIN, Self::MAX);
                    DecodeError::found(expected, if whole < 0 { "a smaller one" } else { "a larger one" })
                })
            }

            fn accepts(value: &Value<'_>) -> bool {
                matches!(value, Value::Int(_) | Value::Uint(_))
            }
        }

        impl Encode for $type {
            fn encode(&self) -> Value<'_> {
                i64::try_from(*self).map_or_else(|_| Value::from(u64::try_from(*self).unwrap_or_default()), Value::Int)
            }
        }

        impl Param for $type {
            fn each(&self, each: &mut dyn FnMut(&str)) {
                each(&self.to_string());
            }
        }
    )* };
}

integers!(i32, i64, u32, u64);

#[cfg(test)]
mod tests {
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn integers() {
        assert_reads::<i64>(&[
            ("0", "0"),
            ("-5", "-5"),
            (r#""12""#, "12"),
            (r#"" 12 ""#, "12"),
            ("3.0", "3"),
            ("9223372036854775807", "9223372036854775807"),
            (r#""-9223372036854775808""#, "-9223372036854775808"),
        ]);
        assert_refuses::<i64>(&["null", "1.5", r#""""#, r#""1.5""#, r#""x""#, "true", "18446744073709551615", "1e300"]);
        assert_reads::<u64>(&[("18446744073709551615", "18446744073709551615"), (r#""7""#, "7")]);
        assert_refuses::<u64>(&["-1"]);
        assert_refuses::<i32>(&["2147483648"]);
    }
}
