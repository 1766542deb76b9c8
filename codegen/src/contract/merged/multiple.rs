//! The number of which all common multiples of two numbers are multiples: what two `multipleOf` say together.

use serde_json::Number;

/// Digits after the point that are looked at.
const MAX_SCALE: u32 = 18;

/// The least common multiple; `None` where it cannot be told or is no number of JSON.
pub(super) fn common(a: &Number, b: &Number) -> Option<Number> {
    let ((a, a_scale), (b, b_scale)) = (decimal(a)?, decimal(b)?);
    let scale = a_scale.max(b_scale);
    let lift = |mantissa: i128, own: u32| mantissa.checked_mul(10_i128.checked_pow(scale - own)?);
    let (a, b) = (lift(a, a_scale)?, lift(b, b_scale)?);
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    let least = (a / x).checked_mul(b)?;
    let power = 10_i128.checked_pow(scale)?;
    if least % power == 0 {
        return i64::try_from(least / power).ok().map(Number::from);
    }
    let text = format!("{}.{:0width$}", least / power, least % power, width = scale as usize);
    Number::from_f64(text.parse().ok()?)
}

/// Digits, and how many of them stand after the point; of numbers above zero.
fn decimal(number: &Number) -> Option<(i128, u32)> {
    let text = number.to_string();
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    let lifted = match u32::try_from(scale) {
        Ok(scale) => (mantissa, scale),
        Err(_) => (mantissa.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?)?, 0),
    };
    Some(lifted).filter(|(mantissa, scale)| *mantissa > 0 && *scale <= MAX_SCALE)
}

#[cfg(test)]
mod tests {
    use serde_json::Number;

    use super::common;

    #[test]
    fn what_is_a_multiple_of_both() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        let rows = [
            ("2", "3", "6"),
            ("4", "6", "12"),
            ("5", "5", "5"),
            ("0.5", "0.2", "1"),
            ("0.01", "0.05", "0.05"),
            ("0.25", "0.1", "0.5"),
            ("1e2", "30", "300"),
            ("2.0", "3", "6"),
            ("1e-3", "0.002", "0.002"),
        ];
        for (a, b, least) in rows {
            let found =
                [common(&number(a), &number(b)), common(&number(b), &number(a))].map(|one| one.unwrap().as_f64());
            assert_eq!(found, [number(least).as_f64(); 2], "{a} and {b}");
        }
        for (a, b) in [("0", "3"), ("-1", "3"), ("1e300", "7"), ("1e-30", "7"), ("9223372036854775807", "2")] {
            assert_eq!(common(&number(a), &number(b)), None, "{a} and {b}");
        }
    }
}
