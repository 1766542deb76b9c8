//! The report for a comment on a pull request: open findings as a table, most severe first.

use std::fmt::Write as _;

use super::escape::cell;
use super::{ReportSubject, notes, times};
use crate::findings::{Finding, by_cause};
use crate::verify::Verification;

pub(super) fn markdown(subject: ReportSubject<'_>, outcome: &Verification) -> String {
    let (accepted, open): (Vec<Finding>, Vec<Finding>) =
        outcome.findings.iter().cloned().partition(|finding| finding.accepted.is_some());
    let mut out = format!("## {}: document and wire\n\n", cell(subject.api));
    let _ = writeln!(out, "{} entries, {} checked, {} findings open.", outcome.total, outcome.matched, open.len());
    if !open.is_empty() {
        out.push_str("\n| severity | what | calls | seen | id |\n|---|---|---|---|---|\n");
    }
    for cause in by_cause(&open) {
        let (first, seen) = (cause[0], &cause[0].seen);
        let count: usize = cause.iter().map(|finding| finding.count).sum();
        let calls: Vec<String> = cause.iter().map(|finding| cell(&finding.seen.operation)).collect();
        let ids: Vec<&str> = cause.iter().map(|finding| finding.id.as_str()).collect();
        let more: String = notes(first).iter().map(|note| format!("<br>{}", cell(note))).collect();
        let place = first.place.as_ref().map(|(file, line)| format!("<br><sub>{}:{line}</sub>", cell(file)));
        let _ = writeln!(
            out,
            "| {} {} | {}{more}{} | {} | {} | {} |",
            seen.severity.name(),
            seen.kind,
            cell(&seen.message),
            place.unwrap_or_default(),
            calls.join(", "),
            times(count),
            ids.join(" "),
        );
    }
    for finding in accepted {
        let reason = finding.accepted.as_deref().unwrap_or_default();
        let _ = writeln!(out, "\nAccepted {}: {} ({})", finding.id, cell(&finding.seen.message), cell(reason));
    }
    out
}
