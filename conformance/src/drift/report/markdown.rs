//! The Markdown report for a pull request: a heading with the verdict, a table of serious changes, the rest folded.
//! GitHub cuts comments at 65,536 characters; the report stays well below.

use std::fmt::Write as _;

use super::{Options, advice, radius, shown, traffic, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Severity};
use crate::report::escape::cell;

/// Longer reports are cut, with a word about it.
const LIMIT: usize = 60_000;

pub(super) fn render(drift: &Drift, options: Options) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "## API drift: {}\n", verdict_line(drift));
    let _ = writeln!(out, "`{}` → `{}`\n", drift.old, drift.new);
    for note in &drift.notes {
        let _ = writeln!(out, "> {}\n", cell(note));
    }
    for severity in Severity::WORST_FIRST {
        let changes: Vec<&Change> =
            shown(drift, options).filter(|one| one.severity == severity && one.accepted.is_none()).collect();
        if changes.is_empty() {
            continue;
        }
        let title = format!("{} ({})", capital(severity.name()), changes.len());
        let open = severity >= Severity::Risky;
        if open {
            let _ = writeln!(out, "### {title}\n");
        } else {
            let _ = writeln!(out, "<details><summary>{title}</summary>\n");
        }
        let _ = writeln!(out, "| change | who meets it | Rust |\n|---|---|---|");
        for (at, change) in changes.iter().enumerate() {
            if out.len() > LIMIT {
                let _ = writeln!(out, "| … {} more | | |", changes.len() - at);
                break;
            }
            row(&mut out, change);
        }
        out.push('\n');
        if !open {
            out.push_str("</details>\n\n");
        }
    }
    let accepted = drift.changes.iter().filter(|one| one.accepted.is_some());
    for (at, change) in accepted.enumerate() {
        if at == 0 {
            out.push_str("### Accepted\n\n");
        }
        let _ = writeln!(out, "- {}: {}", cell(&change.message), cell(change.accepted.as_deref().unwrap_or_default()));
    }
    let _ = writeln!(out, "\n{}", advice(drift));
    out
}

fn row(out: &mut String, change: &Change) {
    let place = change
        .place()
        .map_or_else(String::new, |place| format!("<br><sub>`{}` line {}</sub>", place.pointer, place.line));
    let traffic = traffic(change).map_or_else(String::new, |text| format!("<br>{text}"));
    let shown: Vec<String> = change.rust.iter().take(3).map(|item| format!("`{item}`")).collect();
    let more = change.rust.len().saturating_sub(3);
    let rest = if more > 0 { format!("<br>and {more} more") } else { String::new() };
    let _ = writeln!(
        out,
        "| {}{} | {}: {}{} | {}{rest} |",
        cell(&change.message),
        place.replace('|', "\\|"),
        change.direction.name(),
        cell(&radius(change)),
        traffic,
        shown.join("<br>").replace('|', "\\|"),
    );
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
