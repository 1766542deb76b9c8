//! Reading dates and times by hand: the forms are few and fixed.
//! `YYYY-MM-DD`, then `T` or a space, `HH:MM`, optional seconds and fraction, optional offset.

use std::fmt;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// The text is not a date or time of the form that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTimeError(pub(super) &'static str);

impl fmt::Display for ParseTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.0)
    }
}

impl std::error::Error for ParseTimeError {}

/// What is left of a text that is being read.
struct ClockText<'a>(&'a [u8]);

impl ClockText<'_> {
    /// The next `count` digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    }

    /// The next byte, if it is one of `allowed`.
    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn two(&mut self) -> Option<u8> {
        self.digits(2).and_then(|number| u8::try_from(number).ok())
    }

    fn date(&mut self) -> Option<Date> {
        let year = i32::try_from(self.digits(4)?).ok()?;
        self.one_of(b"-")?;
        let month = Month::try_from(self.two()?).ok()?;
        self.one_of(b"-")?;
        Date::from_calendar_date(year, month, self.two()?).ok()
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.two()?;
        self.one_of(b":")?;
        let minute = self.two()?;
        let second = if self.one_of(b":").is_some() { self.two()? } else { 0 };
        let nanosecond = if self.one_of(b".,").is_some() { self.fraction()? } else { 0 };
        Time::from_hms_nano(hour, minute, second, nanosecond).ok()
    }

    /// One digit or more; those after the ninth are less than a nanosecond.
    fn fraction(&mut self) -> Option<u32> {
        let mut nanoseconds = 0;
        let mut unit = 100_000_000;
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        for _ in 0..count {
            nanoseconds += self.digits(1)? * unit;
            unit /= 10;
        }
        (count > 0).then_some(nanoseconds)
    }

    fn offset(&mut self) -> Option<UtcOffset> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(UtcOffset::UTC),
        };
        let hours = i8::try_from(self.two()?).ok()?;
        let minutes = if self.one_of(b":").is_some() || !self.0.is_empty() { self.two()? } else { 0 };
        UtcOffset::from_hms(sign * hours, sign * i8::try_from(minutes).ok()?, 0).ok()
    }

    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

pub(super) fn date(text: &str) -> Option<Date> {
    let mut text = ClockText(text.trim().as_bytes());
    let date = text.date()?;
    text.end()?;
    Some(date)
}

pub(super) fn local(text: &str) -> Option<PrimitiveDateTime> {
    let mut text = ClockText(text.trim().as_bytes());
    let date = text.date()?;
    text.one_of(b"Tt ")?;
    let time = text.time()?;
    text.end()?;
    Some(PrimitiveDateTime::new(date, time))
}

pub(super) fn zoned(text: &str) -> Option<OffsetDateTime> {
    let mut text = ClockText(text.trim().as_bytes());
    let date = text.date()?;
    text.one_of(b"Tt ")?;
    let time = text.time()?;
    text.one_of(b" ");
    let offset = text.offset()?;
    text.end()?;
    Some(PrimitiveDateTime::new(date, time).assume_offset(offset))
}

/// The first and the last day that servers take: beyond them the nearest is written. PHP has no year 0, and no API has more
/// than four digits.
const DAYS: (Date, Date) = (
    match Date::from_ordinal_date(1, 1) {
        Ok(day) => day,
        Err(_) => Date::MIN,
    },
    Date::MAX,
);

/// The furthest east that a clock is set.
const EASTERNMOST: i32 = 14 * 3600;

pub(super) fn write_date(f: &mut fmt::Formatter<'_>, date: Date) -> fmt::Result {
    let date = date.clamp(DAYS.0, DAYS.1);
    write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// Whole seconds: no API is known that takes parts of them, and some refuse a time with any.
pub(super) fn write_time(f: &mut fmt::Formatter<'_>, time: Time) -> fmt::Result {
    let (hour, minute, second) = time.as_hms();
    write!(f, "{hour:02}:{minute:02}:{second:02}")
}

/// A time with an offset that an API can take: one of whole minutes between the westernmost and the easternmost. Any other
/// becomes the same instant in UTC.
pub(super) fn write_zoned(
    f: &mut fmt::Formatter<'_>,
    instant: OffsetDateTime,
    westernmost: i32,
    separator: &str,
) -> fmt::Result {
    let seconds = instant.offset().whole_seconds();
    let kept = seconds % 60 == 0 && (westernmost..=EASTERNMOST).contains(&seconds);
    // Beyond the first or the last day, there is no such instant in UTC.
    let shifted = if kept { None } else { instant.checked_to_offset(UtcOffset::UTC) };
    let written = shifted.unwrap_or(instant);
    let offset = if kept { instant.offset() } else { UtcOffset::UTC };
    write_date(f, written.date())?;
    f.write_str("T")?;
    write_time(f, written.time())?;
    let sign = if offset.is_negative() { '-' } else { '+' };
    let (hours, minutes, _) = offset.as_hms();
    write!(f, "{sign}{:02}{separator}{:02}", hours.unsigned_abs(), minutes.unsigned_abs())
}

/// The implementations that all times share: from and to text, and the value of the `time` crate inside.
macro_rules! timestamp {
    ($type:ident($inner:ty) reads $parse:expr, $expected:literal) => {
        impl $crate::Decode for $type {
            fn decode(value: &$crate::Value<'_>) -> Result<Self, $crate::DecodeError> {
                let read = value.as_str().and_then($parse);
                read.map(Self).ok_or_else(|| $crate::DecodeError::unreadable($expected, value))
            }

            fn decode_node(node: $crate::Node<'_, '_>) -> Result<Self, $crate::DecodeError> {
                match node.plain_text().and_then($parse) {
                    Some(read) => Ok(Self(read)),
                    None => node.with(Self::decode),
                }
            }

            fn accepts(value: &$crate::Value<'_>) -> bool {
                value.as_str().and_then($parse).is_some()
            }
        }

        impl $crate::Encode for $type {
            fn encode(&self) -> $crate::Value<'_> {
                $crate::Value::from(self.to_string())
            }

            fn encode_to(&self, out: &mut Vec<u8>) {
                $crate::value::write_quoted(self, out);
            }
        }

        impl $crate::Param for $type {
            fn each(&self, each: &mut dyn FnMut(&str)) {
                each(&self.to_string());
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::scalar::ParseTimeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $parse(text).map(Self).ok_or($crate::scalar::clock::ParseTimeError($expected))
            }
        }

        impl std::ops::Deref for $type {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl From<$inner> for $type {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl From<$type> for $inner {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    };
}

pub(super) use timestamp;

#[cfg(test)]
mod tests {
    use time::{OffsetDateTime, UtcOffset};

    use crate::{CompactDateTime, Date, DateTime, Decode, LocalDateTime, Patch, UnixTime, from_json, to_json};

    /// Every form in which PHP says that there is no date.
    const NONE: [&str; 9] = [
        r#""0000-00-00""#,
        r#""0000-00-00 00:00:00""#,
        r#""0000-00-00T00:00:00""#,
        r#""0000-00-00T00:00:00+0100""#,
        r#""0000-00-00T00:00:00+01:00""#,
        r#""-0001-11-30T00:00:00+0057""#,
        r#""-0001-11-30 00:00:00""#,
        r#""""#,
        r#"{"date":"-0001-11-30 00:00:00.000000","timezone_type":3,"timezone":"Europe/Prague"}"#,
    ];

    fn absent_where_it_may_be<T: Decode + PartialEq>() {
        for text in NONE {
            assert!(from_json::<T>(text).is_err(), "{text} is no date");
            assert!(from_json::<Option<T>>(text).unwrap().is_none(), "{text}");
            assert!(from_json::<Patch<T>>(text).unwrap() == Patch::Null, "{text}");
        }
        for text in [r#""0000-00-01""#, r#""1.1.1980""#, r#""soon""#] {
            assert!(from_json::<Option<T>>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_that_are_none() {
        absent_where_it_may_be::<Date>();
        absent_where_it_may_be::<DateTime>();
        absent_where_it_may_be::<CompactDateTime>();
        absent_where_it_may_be::<LocalDateTime>();
        absent_where_it_may_be::<UnixTime>();
        assert_eq!(from_json::<Option<String>>(NONE[0]).unwrap().as_deref(), Some("0000-00-00"), "a text is a text");
    }

    /// Any time at all, those that nobody means too.
    fn anything(random: &mut fastrand::Rng) -> OffsetDateTime {
        let years = [-9999, -1, 0, 1, 1969, 2026, 9998, 9999];
        let year = years[random.usize(..years.len())];
        let day = time::Date::from_ordinal_date(year, random.u16(1..=365)).unwrap();
        let time = time::Time::from_hms_nano(
            random.u8(..24),
            random.u8(..60),
            random.u8(..60),
            [0, 1, 440_705_255, 999_999_999][random.usize(..4)],
        );
        let offset = match random.u8(..4) {
            0 => random.i32(-93_599..=93_599),
            1 => random.i32(-26..=25) * 3600,
            2 => random.i32(-60..=60) * 900,
            _ => [0, 3600, 3464, -3600, 50_400, -43_200][random.usize(..6)],
        };
        let offset = UtcOffset::from_whole_seconds(offset.clamp(-93_599, 93_599)).unwrap();
        time::PrimitiveDateTime::new(day, time.unwrap()).assume_offset(offset)
    }

    /// Whether the text has this form, where `9` stands for any digit.
    fn has_form(text: &str, form: &str) -> bool {
        text.len() == form.len()
            && text
                .bytes()
                .zip(form.bytes())
                .all(|(is, like)| if like == b'9' { is.is_ascii_digit() } else { is == like })
    }

    #[test]
    fn every_time_is_written_in_the_form_that_is_asked_for() {
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..20_000 {
            let time = anything(&mut random);
            let compact = to_json(&CompactDateTime::from(time));
            assert!(has_form(&compact, r#""9999-99-99T99:99:99+9999""#), "{time}: {compact}");
            let extended = to_json(&DateTime::from(time));
            let forms = [r#""9999-99-99T99:99:99+99:99""#, r#""9999-99-99T99:99:99-99:99""#];
            assert!(forms.iter().any(|form| has_form(&extended, form)), "{time}: {extended}");
            let local = to_json(&LocalDateTime::from(time::PrimitiveDateTime::new(time.date(), time.time())));
            assert!(has_form(&local, r#""9999-99-99 99:99:99""#), "{time}: {local}");
            let date = to_json(&Date::from(time.date()));
            assert!(has_form(&date, r#""9999-99-99""#), "{time}: {date}");
            assert!(to_json(&UnixTime::from(time)).parse::<i64>().is_ok());
            // It is the same second, unless the form has no place for it, and written again the same.
            let utc = time.checked_to_offset(UtcOffset::UTC);
            if utc.is_some_and(|utc| (1..9999).contains(&utc.year())) {
                for read in
                    [*from_json::<CompactDateTime>(&compact).unwrap(), *from_json::<DateTime>(&extended).unwrap()]
                {
                    assert_eq!(read.unix_timestamp(), time.unix_timestamp(), "{time}: {compact} {extended}");
                }
            }
            assert_eq!(to_json(&from_json::<CompactDateTime>(&compact).unwrap()), compact);
            assert_eq!(to_json(&from_json::<DateTime>(&extended).unwrap()), extended);
        }
    }
}
