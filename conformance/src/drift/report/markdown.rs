//! The Markdown report for a pull request: a heading with the verdict, a summary, one row for each cause, the worst first.
//! GitHub refuses comments of more than 65,536 characters: rows are shortened from the least to the most severe, and those
//! that break are the last to be counted instead of shown.

use std::fmt::Write as _;

use kontrakt_codegen::name::capital;

use super::causes::{Cause, causes, places, summary};
use super::{DetailLevel, Options, advice, radius, shown, traffic, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Severity};
use crate::report::escape::cell;

/// A report stays below this, in bytes, but for the lists at its end.
const LIMIT: usize = 60_000;
/// More room for these.
const REST: usize = 4_000;
/// More changes than this are summed up first.
const MANY: usize = 12;
/// More notes than this are counted.
const NOTES: usize = 12;

pub(super) fn render(drift: &Drift, options: Options) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "## API drift: {}\n", verdict_line(drift));
    let _ = writeln!(out, "`{}` → `{}`\n", drift.old, drift.new);
    for note in drift.notes.iter().take(NOTES) {
        let _ = writeln!(out, "> {}\n", cell(note));
    }
    if drift.notes.len() > NOTES {
        let _ = writeln!(out, "> and {} more notes\n", drift.notes.len() - NOTES);
    }
    let open: Vec<&Change> = shown(drift, options).filter(|one| one.accepted.is_none()).collect();
    if open.len() > MANY {
        overview(&mut out, &open);
    }
    for severity in Severity::WORST_FIRST {
        let changes: Vec<&Change> = open.iter().copied().filter(|one| one.severity == severity).collect();
        if !changes.is_empty() {
            let room = LIMIT.saturating_sub(out.len());
            out.push_str(&section(severity, &changes, room));
        }
    }
    accepted(&mut out, drift);
    items(&mut out, drift);
    let _ = writeln!(out, "\n{}", advice(drift));
    out
}

/// What there is most of, and where.
fn overview(out: &mut String, open: &[&Change]) {
    out.push_str("| | kind | changes | where |\n|---|---|--:|---|\n");
    for line in summary(open).iter().take(10) {
        let (severity, kind, count) = (line.severity.name(), line.kind.name(), line.count);
        let _ = writeln!(out, "| {severity} | {kind} | {count} | {} |", cell(&places(&line.resources)));
    }
    out.push('\n');
}

/// The changes of one severity, as much of each as there is room for.
fn section(severity: Severity, changes: &[&Change], room: usize) -> String {
    let rows = causes(changes.iter().copied());
    let title = match rows.len() == changes.len() {
        true => format!("{} ({})", capital(severity.name()), changes.len()),
        false => format!("{} ({} in {} rows)", capital(severity.name()), changes.len(), rows.len()),
    };
    let open = severity >= Severity::Risky;
    let levels = [DetailLevel::Full, DetailLevel::Short, DetailLevel::Line].into_iter();
    let table = levels.map(|level| table(&rows, level)).find(|table| table.len() < room);
    match (table, severity) {
        (Some(table), _) if open => format!("### {title}\n\n{table}\n"),
        (Some(table), _) => format!("<details><summary>{title}</summary>\n\n{table}\n</details>\n\n"),
        (None, Severity::Breaking) => {
            let rows: Vec<String> = rows.iter().map(|cause| format!("- {}", cell(&cause.message()))).collect();
            format!("### {title}\n\n{}\n", list(&rows, room, "that break; `--format html` shows them"))
        }
        (None, _) => format!("{title}: too many for a comment; `--format html` shows them.\n\n"),
    }
}

fn table(rows: &[Cause<'_>], level: DetailLevel) -> String {
    let mut out = String::from(match level {
        DetailLevel::Full => "| change | who meets it | Rust |\n|---|---|---|\n",
        DetailLevel::Short => "| change | who meets it |\n|---|---|\n",
        DetailLevel::Line => "",
    });
    rows.iter().for_each(|cause| row(&mut out, cause, level));
    out
}

fn row(out: &mut String, cause: &Cause<'_>, level: DetailLevel) {
    let change = cause.first();
    let (message, who) = (cell(&cause.message()), cell(&radius(&cause.0)));
    let direction = change.direction.name();
    let place = change
        .place()
        .map_or_else(String::new, |place| format!("<br><sub>`{}` line {}</sub>", place.pointer, place.line));
    let traffic = traffic(change).map_or_else(String::new, |text| format!("<br>{text}"));
    let _ = match level {
        DetailLevel::Line => writeln!(out, "- {message}"),
        DetailLevel::Short => writeln!(out, "| {message} | {direction}: {who}{traffic} |"),
        DetailLevel::Full => {
            let rust = cause.rust();
            let shown: Vec<String> = rust.iter().take(3).map(|item| format!("`{item}`")).collect();
            let more = rust.len().saturating_sub(3);
            let rest = if more > 0 { format!("<br>and {more} more") } else { String::new() };
            let (place, rust) = (place.replace('|', "\\|"), shown.join("<br>").replace('|', "\\|"));
            writeln!(out, "| {message}{place} | {direction}: {who}{traffic} | {rust}{rest} |")
        }
    };
}

fn accepted(out: &mut String, drift: &Drift) {
    let accepted = drift.changes.iter().filter_map(|one| Some((one, one.accepted.as_deref()?)));
    let rows: Vec<String> =
        accepted.map(|(change, reason)| format!("- {}: {}", cell(&change.message), cell(reason))).collect();
    if !rows.is_empty() {
        let room = (LIMIT + REST / 2).saturating_sub(out.len());
        let _ = writeln!(out, "### Accepted\n\n{}", list(&rows, room, "that are accepted"));
    }
}

/// Public items that change for no reason on the wire.
fn items(out: &mut String, drift: &Drift) {
    if drift.items.is_empty() {
        return;
    }
    let rows: Vec<String> = drift.items.iter().map(|item| format!("- `{}`", item.text.replace('`', "'"))).collect();
    let room = (LIMIT + REST).saturating_sub(out.len());
    let title = format!("Other changes of public items ({})", drift.items.len());
    let _ = writeln!(out, "\n<details><summary>{title}</summary>\n\n{}\n</details>", list(&rows, room, "items"));
}

/// As many lines as there is room for, and the number of those that are left.
fn list(lines: &[String], room: usize, what: &str) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        if out.len() + line.len() > room {
            let _ = writeln!(out, "- and {} more {what}", lines.len() - at);
            break;
        }
        let _ = writeln!(out, "{line}");
    }
    out
}
