//! A date and time without a time zone, as databases write it.
//! The zone is not in the value, so none is assumed.

use std::fmt;

use time::PrimitiveDateTime;

use super::clock::{self, timestamp};

/// A date and time without an offset, written as `2016-04-04 15:25:25`, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime(PrimitiveDateTime);

timestamp!(LocalDateTime(PrimitiveDateTime) reads clock::local, "a date and time without an offset");

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        clock::write_date(f, self.0.date())?;
        f.write_str(" ")?;
        clock::write_time(f, self.0.time())
    }
}

#[cfg(test)]
mod tests {
    use super::LocalDateTime;
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn local_times() {
        assert_reads::<LocalDateTime>(&[
            (r#""2016-04-04 15:25:25""#, r#""2016-04-04 15:25:25""#),
            (r#""2016-04-04T15:25:25""#, r#""2016-04-04 15:25:25""#),
            (r#""2025-03-01 14:24:49.000000""#, r#""2025-03-01 14:24:49""#),
            (r#""2016-04-04 15:25""#, r#""2016-04-04 15:25:00""#),
        ]);
        assert_refuses::<LocalDateTime>(&[r#""2016-04-04 15:25:25+02:00""#, r#""2016-04-04""#, "1459776325", "null"]);
    }
}
