//! Seconds since 1970, in UTC.
//! Read from a number or a string of digits, written as a number.

use std::fmt;
use std::ops::Deref;

use time::OffsetDateTime;

use crate::decode::{Decode, DecodeError};
use crate::encode::{Encode, Param};
use crate::value::Value;

/// An instant in whole seconds, written as a Unix timestamp: `1459776325`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(OffsetDateTime);

impl UnixTime {
    /// The instant `seconds` after 1970 began; `None` beyond the year 9999.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().map(Self)
    }

    /// The seconds since 1970 began.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.unix_timestamp()
    }
}

impl Decode for UnixTime {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        i64::decode(value)
            .ok()
            .and_then(Self::from_seconds)
            .ok_or_else(|| DecodeError::unreadable("seconds since 1970", value))
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::Int(_))
    }
}

impl Encode for UnixTime {
    fn encode(&self) -> Value<'_> {
        Value::Int(self.seconds())
    }
}

impl Param for UnixTime {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        each(&self.to_string());
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.seconds(), f)
    }
}

impl Deref for UnixTime {
    type Target = OffsetDateTime;

    fn deref(&self) -> &OffsetDateTime {
        &self.0
    }
}

impl From<OffsetDateTime> for UnixTime {
    fn from(value: OffsetDateTime) -> Self {
        Self(value)
    }
}

impl From<UnixTime> for OffsetDateTime {
    fn from(value: UnixTime) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use super::UnixTime;
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn seconds() {
        assert_reads::<UnixTime>(&[("1459776325", "1459776325"), (r#""1459776325""#, "1459776325"), ("-1", "-1")]);
        assert_refuses::<UnixTime>(&["null", r#""2016-04-04""#, "9223372036854775807", "1.5"]);
        assert_eq!(UnixTime::from_seconds(1_459_776_325).unwrap().year(), 2016);
    }
}
