//! The history of a document: its number of operations, and the changes per month, by severity.
//! Drawn as an SVG that needs no script and no other file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One revision of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Name of its file.
    pub name: String,
    /// Its day, as `2026-01-31`, where its name says it.
    pub day: Option<String>,
    /// Number of operations; `None` when it could not be read.
    pub operations: Option<usize>,
    /// Changes since the revision before it that could be read: breaking, risky, additive.
    pub changes: [usize; 3],
    /// Name of an earlier revision that means the same, when there were others between them.
    pub flap: Option<String>,
    /// Why it could not be read.
    pub complaint: Option<String>,
}

/// Revisions from oldest to newest.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The revisions.
    pub revisions: Vec<Revision>,
}

/// What happened in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// As `2026-01`.
    pub name: String,
    /// Operations at its end; `None` when it has no revision that could be read.
    pub operations: Option<usize>,
    /// Breaking changes.
    pub breaking: usize,
    /// Additive changes.
    pub additive: usize,
    /// Revisions that mean the same as an earlier one.
    pub flaps: usize,
}

/// Size of the drawing and of its parts.
const HEIGHT: f64 = 260.0;
const TOP: f64 = 24.0;
const MIDDLE: f64 = 150.0;
const HALF: f64 = 76.0;
const STEP: f64 = 44.0;
const LEFT: f64 = 48.0;

impl History {
    /// Months with what happened in them; months without a revision in between are there too.
    pub fn months(&self) -> Vec<Month> {
        let mut months: BTreeMap<String, Month> = BTreeMap::new();
        for revision in &self.revisions {
            let Some(month) = revision.day.as_deref().and_then(|day| day.get(..7)) else { continue };
            let entry =
                months.entry(month.to_owned()).or_insert_with(|| Month { name: month.to_owned(), ..Month::default() });
            entry.operations = revision.operations.or(entry.operations);
            entry.breaking += revision.changes[0];
            entry.additive += revision.changes[2];
            entry.flaps += usize::from(revision.flap.is_some());
        }
        let (Some(first), Some(last)) = (months.keys().next().cloned(), months.keys().next_back().cloned()) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        let mut month = first;
        // Ten years are more than any folder holds; a strange date must not draw for ever.
        while month <= last && all.len() < 120 {
            all.push(months.get(&month).cloned().unwrap_or_else(|| Month { name: month.clone(), ..Month::default() }));
            month = following(&month);
        }
        all
    }

    /// The timeline: operations as a line, breaking changes above and additive ones below an axis.
    pub fn svg(&self) -> String {
        let months = self.months();
        if months.is_empty() {
            return String::new();
        }
        let width = LEFT + STEP * months.len() as f64 + 16.0;
        let scale = |count: usize, most: usize| (count as f64).sqrt() / (most.max(1) as f64).sqrt() * HALF;
        let most = months.iter().map(|month| month.breaking.max(month.additive)).max().unwrap_or(0);
        let top = months.iter().filter_map(|month| month.operations).max().unwrap_or(1);
        let mut out = String::new();
        let _ = writeln!(
            out,
            "<svg class=\"timeline\" role=\"img\" viewBox=\"0 0 {width} {HEIGHT}\" width=\"{width}\" height=\"{HEIGHT}\" \
             xmlns=\"http://www.w3.org/2000/svg\"><title>Operations, breaking and additive changes per month</title>"
        );
        let _ = writeln!(out, "<line x1=\"{LEFT}\" x2=\"{width}\" y1=\"{MIDDLE}\" y2=\"{MIDDLE}\" class=\"axis\"/>");
        let mut line = String::new();
        for (at, month) in months.iter().enumerate() {
            let x = LEFT + STEP * at as f64;
            let (up, down) = (scale(month.breaking, most), scale(month.additive, most));
            let centre = x + STEP / 2.0;
            let _ = writeln!(
                out,
                "<g><title>{}: {} breaking, {} additive, {} flaps{}</title>",
                month.name,
                month.breaking,
                month.additive,
                month.flaps,
                month.operations.map_or_else(String::new, |count| format!(", {count} operations")),
            );
            let bar = |class: &str, y: f64, height: f64| {
                format!(
                    "<rect class=\"{class}\" x=\"{}\" y=\"{y:.1}\" width=\"{}\" height=\"{height:.1}\"/>",
                    x + 8.0,
                    STEP - 16.0
                )
            };
            let _ = writeln!(out, "{}{}", bar("bad", MIDDLE - up, up), bar("good", MIDDLE, down));
            for (count, y) in [(month.breaking, MIDDLE - up - 4.0), (month.additive, MIDDLE + down + 12.0)] {
                if count > 0 {
                    let _ = writeln!(out, "<text x=\"{centre}\" y=\"{y:.1}\">{count}</text>");
                }
            }
            let (year, number) = month.name.split_at(5);
            let _ = writeln!(out, "<text x=\"{centre}\" y=\"{}\">{number}</text>", HEIGHT - 16.0);
            if at == 0 || number == "01" {
                let _ = writeln!(out, "<text x=\"{centre}\" y=\"{}\">{}</text>", HEIGHT - 3.0, &year[..4]);
            }
            let _ = writeln!(out, "</g>");
            if let Some(count) = month.operations {
                let y = TOP + (1.0 - count as f64 / top as f64) * (MIDDLE - TOP);
                let command = if line.is_empty() { 'M' } else { 'L' };
                let _ = write!(line, "{command}{centre:.1} {y:.1} ");
            }
        }
        let _ = writeln!(out, "<path class=\"count\" d=\"{}\"/>", line.trim_end());
        let _ = writeln!(out, "<text class=\"start\" x=\"0\" y=\"{}\">{top} ops</text>", TOP + 4.0);
        out.push_str("</svg>\n");
        out
    }
}

/// The month after, as `2026-02`; anything else sorts after every month.
fn following(month: &str) -> String {
    let parts =
        month.split_once('-').and_then(|(year, month)| Some((year.parse::<u32>().ok()?, month.parse::<u32>().ok()?)));
    match parts {
        Some((year, month)) if month >= 12 => format!("{:04}-01", year + 1),
        Some((year, month)) => format!("{year:04}-{:02}", month + 1),
        None => "~".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(day: &str, operations: usize, changes: [usize; 3]) -> Revision {
        Revision {
            name: format!("{day}.yaml"),
            day: Some(day.to_owned()),
            operations: Some(operations),
            changes,
            flap: None,
            complaint: None,
        }
    }

    #[test]
    fn months_without_revisions_are_there() {
        let history =
            History { revisions: vec![revision("2025-11-03", 10, [0; 3]), revision("2026-02-01", 12, [1, 0, 3])] };
        let names: Vec<String> = history.months().into_iter().map(|month| month.name).collect();
        assert_eq!(names, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        let svg = history.svg();
        assert!(svg.contains("2026-02: 1 breaking, 3 additive, 0 flaps, 12 operations"), "{svg}");
    }

    #[test]
    fn strange_dates_end() {
        let history = History { revisions: vec![revision("2025-xx-03", 1, [0; 3]), revision("9999-12-01", 1, [0; 3])] };
        assert!(history.months().len() <= 120);
        assert_eq!(History::default().svg(), "");
    }
}
