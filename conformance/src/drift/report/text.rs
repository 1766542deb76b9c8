//! The report for a terminal: a verdict line, a summary where there is much, then one row for each cause, the worst first.
//! A year of changes stays below 200 lines; `--all` shows every change with everything that is known of it.

use std::fmt::Write as _;

use super::causes::{Cause, causes, places, summary};
use super::{DetailLevel, Options, advice, radius, shown, traffic, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Severity};

/// More changes than this are summed up first.
const MANY: usize = 12;
/// More notes than this are folded.
const NOTES: usize = 12;
/// Lines of the summary.
const SUMMARY: usize = 10;

pub(super) fn render(drift: &Drift, options: Options) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", verdict_line(drift));
    let _ = writeln!(out, "{} -> {}", drift.old, drift.new);
    let notes = if options.all { usize::MAX } else { NOTES };
    drift.notes.iter().take(notes).for_each(|note| {
        let _ = writeln!(out, "note: {note}");
    });
    if drift.notes.len() > notes {
        let _ = writeln!(out, "note: ... {} more; --all shows them", drift.notes.len() - notes);
    }
    let open: Vec<&Change> = shown(drift, options).filter(|one| one.accepted.is_none()).collect();
    if open.len() > MANY && !options.all {
        overview(&mut out, &open);
    }
    for severity in Severity::WORST_FIRST {
        let changes: Vec<&Change> = open.iter().copied().filter(|one| one.severity == severity).collect();
        if !changes.is_empty() {
            // Where there is little else, what is cosmetic is shown too.
            let few = open.len() <= MANY;
            section(&mut out, severity, &changes, Options { documentation: options.documentation || few, ..options });
        }
    }
    let accepted: Vec<&Change> = drift.changes.iter().filter(|one| one.accepted.is_some()).collect();
    if !accepted.is_empty() {
        let _ = writeln!(out, "\naccepted ({})", accepted.len());
        for one in accepted {
            let reason = one.accepted.as_deref().unwrap_or_default();
            let _ = writeln!(out, "  {} {}: {reason}", one.severity.name(), one.message);
        }
    }
    if !drift.items.is_empty() {
        let _ = writeln!(out, "\nother changes of public items ({})", drift.items.len());
        let limit = if options.all { usize::MAX } else { 10 };
        drift.items.iter().take(limit).for_each(|item| {
            let _ = writeln!(out, "  {item}");
        });
        if drift.items.len() > limit {
            let _ = writeln!(out, "  ... {} more; --all shows them", drift.items.len() - limit);
        }
    }
    let _ = writeln!(out, "\n{}", advice(drift));
    out
}

/// What there is most of, and where.
fn overview(out: &mut String, open: &[&Change]) {
    let lines = summary(open);
    out.push('\n');
    for line in lines.iter().take(SUMMARY) {
        let resources = places(&line.resources);
        let row = format!("  {:<8} {:>5}  {:<28} {resources}", line.severity.name(), line.count, line.kind.name());
        let _ = writeln!(out, "{}", row.trim_end());
    }
    if lines.len() > SUMMARY {
        let count: usize = lines[SUMMARY..].iter().map(|line| line.count).sum();
        let _ = writeln!(out, "           {count:>3}  of {} other kinds", lines.len() - SUMMARY);
    }
}

fn section(out: &mut String, severity: Severity, changes: &[&Change], options: Options) {
    let rows = if options.all {
        changes.iter().map(|one| Cause(vec![*one])).collect()
    } else {
        causes(changes.iter().copied())
    };
    let title = match rows.len() == changes.len() {
        true => changes.len().to_string(),
        false => format!("{} in {} rows", changes.len(), rows.len()),
    };
    let _ = writeln!(out, "\n{} ({title})", severity.name());
    let most = |full: usize, short: usize| match rows.len() {
        _ if options.all => DetailLevel::Full,
        count if count <= full => DetailLevel::Full,
        count if count <= short => DetailLevel::Short,
        _ => DetailLevel::Line,
    };
    let (level, folded) = match severity {
        // None of these is ever hidden.
        Severity::Breaking => (most(8, 36), usize::MAX),
        Severity::Risky => (most(4, 14), 25),
        Severity::Additive => (most(4, 8), 20),
        Severity::Cosmetic if options.documentation => (most(4, 8), 20),
        Severity::Cosmetic => (DetailLevel::Line, 0),
    };
    let folded = if options.all { usize::MAX } else { folded };
    rows.iter().take(folded).for_each(|one| row(out, one, level));
    if rows.len() > folded {
        let rest: usize = rows[folded..].iter().map(|cause| cause.0.len()).sum();
        let _ = writeln!(out, "  ... {rest} more; --all shows them");
    }
}

fn row(out: &mut String, cause: &Cause<'_>, level: DetailLevel) {
    let change = cause.first();
    let who = radius(&cause.0);
    let judged = change.judged.map_or_else(String::new, |one| format!(", {} but for the policy", one.name()));
    let head = format!("{} [{} {}{judged}]", cause.message(), change.kind.name(), cause.ids());
    if level == DetailLevel::Line {
        let said = who.is_empty() || head.contains(&who);
        let who = if said { String::new() } else { format!("; {who}") };
        let _ = writeln!(out, "  {head}{who}");
        return;
    }
    let _ = writeln!(out, "  {head}");
    if !who.is_empty() {
        let _ = writeln!(out, "      {}: {who}", change.direction.name());
    }
    if level == DetailLevel::Short {
        return;
    }
    let rust = cause.rust();
    for line in rust.iter().take(4) {
        let _ = writeln!(out, "      rust: {line}");
    }
    if rust.len() > 4 {
        let _ = writeln!(out, "      rust: ... {} more items", rust.len() - 4);
    }
    if let Some(traffic) = traffic(change) {
        let _ = writeln!(out, "      recordings: {traffic}");
    }
    for (word, place) in [("old", &change.old), ("new", &change.new)] {
        if let Some(place) = place {
            let _ = writeln!(out, "      {word}: {place}");
        }
    }
}
