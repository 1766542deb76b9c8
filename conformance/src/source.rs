//! Where a specification comes from, as far as its `source.toml` tells: whether it is imported, and of which day it is.

use std::path::Path;

use time::{Date, Month};

use crate::acceptance::is_day;

/// Whether something of an API is imported: its document, or a reference beside it.
pub fn is_imported(folder: &Path) -> bool {
    lines(folder).any(|line| line == "[reference]" || line == "kind = \"imported\"")
}

/// The newest day that `source.toml` of an API's folder names: the last time when something new was taken from its source.
pub fn date(folder: &Path) -> Option<String> {
    let day = |line: String| Some(line.strip_prefix("date = \"")?.strip_suffix('"')?.to_owned());
    lines(folder).filter_map(day).filter(|day| is_day(day)).max()
}

/// Days from one day to another; nothing where one of them is no day.
pub fn days(from: &str, to: &str) -> Option<i64> {
    Some(i64::from(parsed(to)?.to_julian_day() - parsed(from)?.to_julian_day()))
}

/// A day such as `2026-01-31`.
pub(crate) fn parsed(day: &str) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| day.get(range)?.parse::<u16>().ok();
    let month = Month::try_from(u8::try_from(number(5..7)?).ok()?).ok()?;
    is_day(day).then_some(())?;
    Date::from_calendar_date(i32::from(number(0..4)?), month, u8::try_from(number(8..10)?).ok()?).ok()
}

fn lines(folder: &Path) -> impl Iterator<Item = String> {
    let text = std::fs::read_to_string(folder.join("source.toml")).unwrap_or_default();
    text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn days_are_counted() {
        assert_eq!(days("2026-02-27", "2026-03-01"), Some(2));
        assert_eq!(days("2026-03-01", "2026-02-28"), Some(-1));
        for (from, to) in [("2026-02-30", "2026-03-01"), ("soon", "2026-03-01"), ("2026-03-01", "")] {
            assert_eq!(days(from, to), None, "{from} {to}");
        }
    }
}
