//! The time in a sandbox: that of the machine, or of a start that is given, and what a test adds to it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Duration);

impl Moment {
    /// The time of the machine.
    pub fn of_machine() -> Self {
        Self(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }

    /// So many seconds since 1970.
    pub const fn at(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.0.as_secs()
    }

    /// The time that has passed since an earlier moment.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub(crate) fn after(self, duration: Duration) -> Self {
        Self(self.0 + duration)
    }

    pub(crate) fn before(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(Duration::from_secs(seconds.unsigned_abs())))
    }

    fn parts(self) -> OffsetDateTime {
        // As it is in Czechia in winter.
        let local = OffsetDateTime::from_unix_timestamp(self.seconds() as i64 + 3600);
        local.unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    pub(crate) fn date(self) -> String {
        let at = self.parts();
        format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
    }

    /// As a clock in Czechia shows it in winter: `2026-01-31 12:46:40`.
    pub fn local(self) -> String {
        let at = self.parts();
        format!("{} {:02}:{:02}:{:02}", self.date(), at.hour(), at.minute(), at.second())
    }

    /// With its offset, written `+0100` or `+01:00`.
    pub(crate) fn date_time(self, basic: bool) -> String {
        format!("{}{}", self.local().replace(' ', "T"), if basic { "+0100" } else { "+01:00" })
    }

    /// As HTTP writes dates.
    pub(crate) fn http_date(self) -> String {
        httpdate::fmt_http_date(UNIX_EPOCH + self.0)
    }
}

/// Seconds since 1970 of a time as APIs write it: with an offset, without one, or a day alone.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u8>().ok();
    let date = time::Date::from_calendar_date(
        text.get(..4)?.parse().ok()?,
        time::Month::try_from(number(5..7)?).ok()?,
        number(8..10)?,
    );
    let date = date.ok().filter(|_| text.as_bytes()[4] == b'-')?;
    let clock = match text.len() {
        10 => time::Time::MIDNIGHT,
        _ => time::Time::from_hms(number(11..13)?, number(14..16)?, number(17..19).unwrap_or(0)).ok()?,
    };
    let rest = text.get(19..).unwrap_or_default().trim_start_matches(|sign: char| sign == '.' || sign.is_ascii_digit());
    let offset = match rest {
        "Z" | "z" => 0,
        _ if rest.len() >= 5 => {
            let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
            let (hours, minutes) = (digits.get(..2)?.parse::<i64>().ok()?, digits.get(2..4)?.parse::<i64>().ok()?);
            (hours * 3600 + minutes * 60) * if rest.starts_with('-') { -1 } else { 1 }
        }
        _ => 3600,
    };
    Some(date.with_time(clock).assume_utc().unix_timestamp() - offset)
}

#[cfg(test)]
mod tests {
    use super::{Moment, parse};

    #[test]
    fn times_are_read_as_they_are_written() {
        let moment = Moment::at(1_769_860_000);
        for text in [moment.date_time(true), moment.date_time(false), moment.local()] {
            assert_eq!(parse(&text), Some(1_769_860_000), "{text}");
        }
        for (text, expected) in [
            ("2026-01-31", Some(1_769_814_000)),
            ("2026-01-31T11:00:00Z", Some(1_769_857_200)),
            ("2026-01-31T11:00:00.25-0100", Some(1_769_860_800)),
            ("2018000001", None),
            ("31. 1. 2026", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert_eq!(moment.http_date(), "Sat, 31 Jan 2026 11:46:40 GMT");
    }
}
