//! Instants with their original UTC offset.
//! Two types, because some servers require `+02:00` and others `+0200`; both read either form.

use std::fmt;

use time::OffsetDateTime;

use super::clock::{self, timestamp};

/// The furthest west that a clock is set.
const WESTERNMOST: i32 = -12 * 3600;

/// A date and time with an offset, written as `2025-05-27T09:19:02+02:00`: in whole seconds, and in UTC where the offset
/// is none that clocks are set to.
///
/// What was read keeps its parts of a second; they are not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(OffsetDateTime);

/// A date and time with an offset, written as `2025-05-27T09:19:02+0200`: in whole seconds, and in UTC where the offset
/// is behind it, since the servers that want this form know no other sign.
///
/// ```
/// # use kontrakt_runtime::{CompactDateTime, time::OffsetDateTime};
/// let now = CompactDateTime::from(OffsetDateTime::now_utc());
/// assert_eq!(now.to_string().len(), "2025-05-27T09:19:02+0200".len());
/// ```
///
/// What was read keeps its parts of a second; they are not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompactDateTime(OffsetDateTime);

timestamp!(DateTime(OffsetDateTime) reads clock::zoned, "a date and time with an offset");
timestamp!(CompactDateTime(OffsetDateTime) reads clock::zoned, "a date and time with an offset");

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        clock::write_zoned(f, self.0, WESTERNMOST, ":")
    }
}

impl fmt::Display for CompactDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        clock::write_zoned(f, self.0, 0, "")
    }
}

impl From<CompactDateTime> for DateTime {
    fn from(value: CompactDateTime) -> Self {
        Self(value.0)
    }
}

impl From<DateTime> for CompactDateTime {
    fn from(value: DateTime) -> Self {
        Self(value.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{CompactDateTime, DateTime};
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn with_colon() {
        assert_reads::<DateTime>(&[
            (r#""2025-05-27T09:19:02+02:00""#, r#""2025-05-27T09:19:02+02:00""#),
            (r#""2025-05-27T09:19:02+0200""#, r#""2025-05-27T09:19:02+02:00""#),
            (r#""2025-05-27T09:19:02+02""#, r#""2025-05-27T09:19:02+02:00""#),
            (r#""2025-05-27 09:19:02 +02:00""#, r#""2025-05-27T09:19:02+02:00""#),
            (r#""2025-05-27T09:19:02Z""#, r#""2025-05-27T09:19:02+00:00""#),
            (r#""2025-05-27T09:19:02.250-03:30""#, r#""2025-05-27T09:19:02-03:30""#),
            (r#""2025-05-27T09:19:02.123456789123Z""#, r#""2025-05-27T09:19:02+00:00""#),
        ]);
    }

    #[test]
    fn without_colon() {
        assert_reads::<CompactDateTime>(&[
            (r#""2026-04-27T09:15:52+0200""#, r#""2026-04-27T09:15:52+0200""#),
            (r#""2026-04-27T09:15:52+02:00""#, r#""2026-04-27T09:15:52+0200""#),
            (r#""2026-04-27T09:15:52-05:00""#, r#""2026-04-27T14:15:52+0000""#),
            (r#""2026-04-27T00:00:00.9+00:57""#, r#""2026-04-27T00:00:00+0057""#),
            (r#""2026-04-27T09:15:52Z""#, r#""2026-04-27T09:15:52+0000""#),
        ]);
    }

    #[test]
    fn an_offset_is_needed_and_has_a_range() {
        assert_refuses::<DateTime>(&[
            "null",
            "1459776325",
            r#""""#,
            r#""2025-05-27""#,
            r#""2025-05-27T09:19:02""#,
            r#""2025-05-27T25:19:02Z""#,
            r#""2025-05-27T09:19:02+99:00""#,
            r#""2025-05-27T09:19:02+02:00x""#,
            r#""2025-05-27T09:19:02.Z""#,
            r#""2025-05-27T09:19:02+""#,
            r#""2025-05-2ř""#,
        ]);
    }
}
