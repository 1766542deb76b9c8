//! How far a list of changes has been read: the value that a program stores between its runs.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use time::OffsetDateTime;

use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::scalar::{CompactDateTime, DateTime, ParseTimeError};
use crate::value::Value;

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How far a reader of changes has got: all changes before it have been handed out.
///
/// Store it when they are stored, as text (`2026-04-27T09:15:52+00:00`) or through serde, and give it to the next call.
/// The default is the beginning of time: the mark of a program that has read nothing yet.
///
/// ```
/// use kontrakt_runtime::{DateTime, Mark};
///
/// let stored = Mark::default().to_string();
/// let mark: Mark = stored.parse()?;
/// assert_eq!(mark, Mark::default());
/// let since: DateTime = mark.into(); // what calls take
/// # assert_eq!(since.to_string(), "1970-01-01T00:00:00+00:00");
/// # Ok::<(), kontrakt_runtime::ParseTimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(OffsetDateTime);

impl Mark {
    /// For the time before everything is read in another way, as by a snapshot: now, less a day for clocks that differ.
    #[must_use]
    pub fn now() -> Self {
        Self::from(OffsetDateTime::now_utc() - DAY)
    }
}

impl Default for Mark {
    fn default() -> Self {
        Self(OffsetDateTime::UNIX_EPOCH)
    }
}

/// Whole seconds, which is what servers take: never later than what is given.
impl From<OffsetDateTime> for Mark {
    fn from(time: OffsetDateTime) -> Self {
        Self(time.replace_nanosecond(0).unwrap_or(time).to_offset(time::UtcOffset::UTC))
    }
}

impl From<DateTime> for Mark {
    fn from(time: DateTime) -> Self {
        OffsetDateTime::from(time).into()
    }
}

impl From<CompactDateTime> for Mark {
    fn from(time: CompactDateTime) -> Self {
        OffsetDateTime::from(time).into()
    }
}

impl From<Mark> for OffsetDateTime {
    fn from(mark: Mark) -> Self {
        mark.0
    }
}

impl From<Mark> for DateTime {
    fn from(mark: Mark) -> Self {
        mark.0.into()
    }
}

impl From<Mark> for CompactDateTime {
    fn from(mark: Mark) -> Self {
        mark.0.into()
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DateTime::from(self.0).fmt(f)
    }
}

impl FromStr for Mark {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<DateTime>().map(Self::from)
    }
}

impl Decode for Mark {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        DateTime::decode(value).map(Self::from)
    }
}

impl Encode for Mark {
    fn encode(&self) -> Value<'_> {
        Value::from(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::Mark;

    #[test]
    fn is_written_in_whole_seconds_and_never_late() {
        let time = OffsetDateTime::from_unix_timestamp_nanos(1_777_274_152_999_999_999).unwrap();
        assert_eq!(Mark::from(time).to_string(), "2026-04-27T07:15:52+00:00");
        assert_eq!("2026-04-27T09:15:52+02:00".parse::<Mark>(), Ok(Mark::from(time)));
        assert!("soon".parse::<Mark>().is_err());
    }

    #[test]
    fn goes_through_serde() {
        let mark = Mark::now();
        let text = serde_json::to_string(&mark).unwrap();
        assert_eq!(serde_json::from_str::<Mark>(&text).unwrap(), mark);
    }
}
