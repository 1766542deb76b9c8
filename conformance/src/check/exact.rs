//! Decimal numbers without rounding, for `multipleOf: 0.01`, where floats are inexact.
//! A number is an integer and a count of digits after the point.

use serde_json::Number;

/// `mantissa` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    pub(crate) mantissa: i128,
    pub(crate) scale: u32,
}

/// Digits after the point beyond which numbers are left to floats.
const MAX_SCALE: u32 = 18;

impl Exact {
    /// The value of a JSON number as it is written in the shortest way; `None` when it has too many digits.
    pub(crate) fn new(number: &Number) -> Option<Self> {
        if let Some(value) = number.as_i64() {
            return Some(Self { mantissa: i128::from(value), scale: 0 });
        }
        if let Some(value) = number.as_u64() {
            return Some(Self { mantissa: i128::from(value), scale: 0 });
        }
        Self::parse(&number.to_string())
    }

    /// Reads `-12.50e-3`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()? - exponent;
        if scale >= 0 {
            let scale = u32::try_from(scale).ok().filter(|scale| *scale <= MAX_SCALE)?;
            return Some(Self { mantissa, scale });
        }
        let power = 10_i128.checked_pow(scale.unsigned_abs())?;
        Some(Self { mantissa: mantissa.checked_mul(power)?, scale: 0 })
    }

    /// The mantissa at another scale, if it fits.
    fn at(self, scale: u32) -> Option<i128> {
        self.mantissa.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }

    fn align(self, other: Self) -> Option<(i128, i128)> {
        let scale = self.scale.max(other.scale);
        Some((self.at(scale)?, other.at(scale)?))
    }

    /// Whether this is a whole number of times `unit`; `None` when that is out of reach.
    pub(crate) fn is_multiple_of(self, unit: Self) -> Option<bool> {
        let (value, unit) = self.align(unit)?;
        (unit != 0).then(|| value % unit == 0)
    }

    /// How many whole `unit`s fit: the quotient rounded down, and whether nothing is left.
    pub(crate) fn div_floor(self, unit: Self) -> Option<(i128, bool)> {
        let (value, unit) = self.align(unit)?;
        (unit > 0).then(|| (value.div_euclid(unit), value.rem_euclid(unit) == 0))
    }

    /// This many units as a JSON number.
    pub(crate) fn times(self, count: i128) -> Option<Number> {
        let mantissa = self.mantissa.checked_mul(count)?;
        let power = 10_i128.checked_pow(self.scale)?;
        if mantissa % power == 0 {
            let whole = mantissa / power;
            return i64::try_from(whole).map(Number::from).or_else(|_| u64::try_from(whole).map(Number::from)).ok();
        }
        let sign = if mantissa < 0 { "-" } else { "" };
        let (whole, fraction) = ((mantissa / power).abs(), (mantissa % power).abs());
        let text = format!("{sign}{whole}.{fraction:0width$}", width = self.scale as usize);
        text.parse::<f64>().ok().and_then(Number::from_f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Exact;

    #[test]
    fn reads_and_divides() {
        let cents = Exact::parse("0.01").unwrap();
        for (text, multiple) in [("0.07", true), ("19.99", true), ("1e2", true), ("0.005", false), ("-3.14", true)] {
            assert_eq!(Exact::parse(text).unwrap().is_multiple_of(cents), Some(multiple), "{text}");
        }
        assert_eq!(Exact::parse("1e-30"), None);
        assert_eq!(Exact::parse("0.7").unwrap().div_floor(Exact::parse("0.2").unwrap()), Some((3, false)));
        assert_eq!(Exact::parse("-0.7").unwrap().div_floor(Exact::parse("0.1").unwrap()), Some((-7, true)));
    }

    #[test]
    fn writes_the_shortest_form() {
        let unit = Exact { mantissa: 1, scale: 2 };
        for (count, text) in [(7, "0.07"), (-7, "-0.07"), (100, "1"), (1999, "19.99"), (-101, "-1.01")] {
            assert_eq!(unit.times(count).unwrap().to_string(), text);
        }
    }
}
