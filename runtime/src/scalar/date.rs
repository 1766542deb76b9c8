//! A date without a time.
//! Read and written as `YYYY-MM-DD`.

use std::fmt;

use super::clock::{self, timestamp};

/// A calendar day: `2025-05-27`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

timestamp!(Date(time::Date) reads clock::date, "a date such as 2025-05-27");

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        clock::write_date(f, self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn dates() {
        assert_reads::<Date>(&[(r#""2025-05-27""#, r#""2025-05-27""#), (r#""2024-02-29""#, r#""2024-02-29""#)]);
        assert_refuses::<Date>(&[
            "null",
            "20250527",
            r#""""#,
            r#""2025-13-01""#,
            r#""2025-02-29""#,
            r#""27.5.2025""#,
            r#""2025-05-27T09:19:02+02:00""#,
        ]);
    }
}
