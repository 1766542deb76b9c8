//! Checks the meaning that `x-scalar` gives a string: that it can be read as a number, a date, a time.
//! Patterns in documents are often too wide: a pattern for dates allows the thirty-ninth of a month.

use kontrakt_codegen::contract::{ScalarHint, Schema};
use serde_json::Value;

/// Seconds from 1970 that every reader takes for a time.
pub(crate) const LAST_SECOND: i64 = (1 << 37) - 1;

/// Whether a value can be read with the meaning that its schema gives it.
pub(super) fn is_readable(schema: &Schema, value: &Value) -> bool {
    match (schema.hints.scalar, value) {
        (Some(scalar), Value::String(text)) => text_means(scalar, text),
        (Some(ScalarHint::UnixTime), Value::Number(number)) => {
            number.as_i64().is_some_and(|time| time.abs() <= LAST_SECOND)
        }
        _ => true,
    }
}

fn text_means(scalar: ScalarHint, text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match scalar {
        ScalarHint::Integer | ScalarHint::UnixTime => digits(unsigned, 15),
        ScalarHint::Decimal => {
            let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
            digits(whole, 16) && digits(fraction, 10)
        }
        ScalarHint::Date => text.len() == 10 && is_date(text),
        ScalarHint::DateTime => is_time(text, true),
        ScalarHint::LocalDateTime => is_time(text, false),
        ScalarHint::Boolean => matches!(text, "0" | "1" | "true" | "false"),
        ScalarHint::String | ScalarHint::Identifiers => true,
    }
}

/// One to `most` digits.
fn digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    let part = |range: std::ops::Range<usize>| text.get(range).filter(|part| digits(part, 4))?.parse::<u16>().ok();
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(5..7), part(8..10)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u16::from(leap),
        _ => 31,
    };
    year > 0 && (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// A date, `T` or a space, hours and minutes, perhaps seconds and a fraction, and an offset where one is wanted.
fn is_time(text: &str, offset: bool) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    let Some(clock) = rest.strip_prefix(['T', 't', ' ']) else { return false };
    let end = clock.find(['+', '-', 'Z', 'z', ' ']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let (seconds, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let below =
        |text: &str, limit: u8| text.len() == 2 && digits(text, 2) && text.parse().is_ok_and(|one: u8| one < limit);
    let mut parts = seconds.split(':').zip([24, 60, 60]);
    let clock =
        (5..=8).contains(&seconds.len()) && digits(fraction, 20) && parts.all(|(part, limit)| below(part, limit));
    let zone = match zone.trim_start_matches(' ') {
        "" => !offset,
        "Z" | "z" => offset,
        zone => {
            let plain = zone[1..].replacen(':', "", 1);
            let hours = plain.get(..2).is_some_and(|hours| below(hours, 24));
            offset && hours && (plain.len() == 2 || plain.get(2..).is_some_and(|minutes| below(minutes, 60)))
        }
    };
    is_date(date) && seconds.matches(':').count() >= 1 && clock && zone
}

#[cfg(test)]
mod tests {
    use super::{ScalarHint, text_means};

    #[test]
    fn tells_readable_texts() {
        for (scalar, yes, no) in [
            (ScalarHint::Integer, "-12", "1.5"),
            (ScalarHint::Decimal, "-12.50", "1."),
            (ScalarHint::Date, "2024-02-29", "2023-02-29"),
            (ScalarHint::DateTime, "2026-04-27T09:15:52+0200", "2026-13-27T09:15:52+0200"),
            (ScalarHint::DateTime, "2026-04-27 09:15:52.5+02:00", "2026-04-27T0"),
            (ScalarHint::DateTime, "2026-04-27T09:15Z", "2026-04-27T09:15:52"),
            (ScalarHint::DateTime, "2026-04-27T09:15:52-02", "2026-04-27T09:15:52+ž0"),
            (ScalarHint::LocalDateTime, "2016-04-04 10:00:00", "2016-04-39 10:00:00"),
            (ScalarHint::LocalDateTime, "2016-04-04T10:00", "2016-04-04 10:00:00Z"),
            (ScalarHint::LocalDateTime, "2016-04-04T10:00", "2016-04-04 10:60"),
            (ScalarHint::Boolean, "1", "yes"),
            (ScalarHint::String, "anything", "\u{0}"),
        ] {
            assert!(text_means(scalar, yes), "{scalar:?} {yes}");
            assert!(scalar == ScalarHint::String || !text_means(scalar, no), "{scalar:?} {no}");
        }
    }
}
