//! The report for a terminal: a verdict line, then the most severe changes first; harmless ones are counted.

use std::fmt::Write as _;

use super::{Options, advice, radius, shown, traffic, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Severity};

/// More changes of one severity than this are folded unless everything is asked for.
const FOLD: usize = 20;

pub(super) fn render(drift: &Drift, options: Options) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", verdict_line(drift));
    let _ = writeln!(out, "{} -> {}", drift.old, drift.new);
    for note in &drift.notes {
        let _ = writeln!(out, "note: {note}");
    }
    for severity in Severity::WORST_FIRST {
        let changes: Vec<&Change> =
            shown(drift, options).filter(|one| one.severity == severity && one.accepted.is_none()).collect();
        if changes.is_empty() {
            continue;
        }
        let folded = match severity {
            Severity::Cosmetic if !options.all && !options.documentation => 0,
            Severity::Additive if !options.all => FOLD,
            _ if options.all => usize::MAX,
            _ => 5 * FOLD,
        };
        let _ = writeln!(out, "\n{} ({})", severity.name(), changes.len());
        changes.iter().take(folded).for_each(|one| entry(&mut out, one));
        if changes.len() > folded {
            let _ = writeln!(out, "  ... {} more; --all shows them", changes.len() - folded);
        }
    }
    let accepted: Vec<&Change> = drift.changes.iter().filter(|one| one.accepted.is_some()).collect();
    if !accepted.is_empty() {
        let _ = writeln!(out, "\naccepted ({})", accepted.len());
        for one in accepted {
            let _ = writeln!(
                out,
                "  {} {}: {}",
                one.severity.name(),
                one.message,
                one.accepted.as_deref().unwrap_or_default()
            );
        }
    }
    if !drift.items.is_empty() {
        let _ = writeln!(out, "\nother changes of public items ({})", drift.items.len());
        let limit = if options.all { usize::MAX } else { FOLD };
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

fn entry(out: &mut String, change: &Change) {
    let _ = writeln!(out, "  {} [{} {}]", change.message, change.kind.name(), change.id());
    let who = radius(change);
    if !who.is_empty() {
        let _ = writeln!(out, "      {}: {who}", change.direction.name());
    }
    for rust in change.rust.iter().take(4) {
        let _ = writeln!(out, "      rust: {rust}");
    }
    if change.rust.len() > 4 {
        let _ = writeln!(out, "      rust: ... {} more items", change.rust.len() - 4);
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
