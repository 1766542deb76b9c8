//! The report for people: every cause once, most severe first, with the affected calls and the line in the document.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::escape::line;
use super::{ReportSubject, notes, times};
use crate::findings::{FindingSeverity, by_cause, operation_name};
use crate::verify::Verification;

/// Operations named for one cause before the rest is only counted.
const OPERATIONS: usize = 5;
/// Entries named for one cause.
const ENTRIES: usize = 5;

pub(super) fn text(subject: ReportSubject<'_>, outcome: &Verification) -> String {
    let mut out = String::new();
    let open: Vec<_> = outcome.findings.iter().filter(|finding| finding.accepted.is_none()).cloned().collect();
    for cause in by_cause(&open) {
        let first = cause[0];
        let seen = &first.seen;
        let count: usize = cause.iter().map(|finding| finding.count).sum();
        let ids: Vec<&str> = cause.iter().map(|finding| finding.id.as_str()).collect();
        let side = if seen.side == crate::findings::MessageSide::Request { " in a request" } else { "" };
        let _ = writeln!(out, "{} {}{side}: {}", seen.severity.name(), seen.kind, line(&seen.message));
        let sample = seen.sample_text().map(|sample| format!(" = {sample}")).unwrap_or_default();
        let pointer = if seen.pointer.is_empty() { "the whole body" } else { &seen.pointer };
        if seen.schema_id.is_some() || !seen.pointer.is_empty() {
            let _ = writeln!(out, "  value   {}{}", line(pointer), line(&sample));
        }
        let _ = writeln!(out, "  schema  {}", seen.schema);
        if let Some((file, at)) = &first.place {
            let _ = writeln!(out, "  line    {file}:{at}");
        }
        for finding in cause.iter().take(OPERATIONS) {
            let status = finding.seen.status.map(|status| format!(" {status}")).unwrap_or_default();
            let _ = writeln!(out, "  call    {}{status}", operation_name(subject.contract, &finding.seen.operation));
        }
        if cause.len() > OPERATIONS {
            let _ = writeln!(out, "  call    and {} more", cause.len() - OPERATIONS);
        }
        let entries: BTreeSet<usize> = cause.iter().flat_map(|finding| finding.entries.iter().copied()).collect();
        let named: Vec<String> = entries.iter().take(ENTRIES).map(ToString::to_string).collect();
        let entries = match (entries.len(), named.join(" ")) {
            (0, _) => String::new(),
            (1, named) => format!(", in entry {named}"),
            (count, named) if count > ENTRIES => format!(", in entries {named} ..."),
            (_, named) => format!(", in entries {named}"),
        };
        for note in notes(first) {
            let _ = writeln!(out, "  note    {}", line(&note));
        }
        let _ = writeln!(out, "  seen    {}{entries}, id {}\n", times(count), ids.join(" "));
    }
    summary(&mut out, subject.api, outcome);
    out
}

fn summary(out: &mut String, api: &str, outcome: &Verification) {
    let skipped: usize = outcome.skipped.values().sum();
    let _ = writeln!(out, "{api}: {} entries, {} checked, {skipped} skipped", outcome.total, outcome.matched);
    for (reason, count) in &outcome.unchecked {
        let _ = writeln!(out, "  not checked {count}: {reason}");
    }
    for (reason, count) in &outcome.skipped {
        let _ = writeln!(out, "  skipped {count}: {reason}");
    }
    for call in &outcome.unmatched {
        let _ = writeln!(out, "    {}", line(call));
    }
    let counted =
        [FindingSeverity::Breaking, FindingSeverity::Document, FindingSeverity::Warning, FindingSeverity::Info].map(
            |severity| {
                let open =
                    outcome.findings.iter().filter(|one| one.accepted.is_none() && one.seen.severity == severity);
                format!("{} {}", open.count(), severity.name())
            },
        );
    let accepted = outcome.findings.iter().filter(|finding| finding.accepted.is_some()).count();
    let _ = writeln!(out, "findings: {}; {accepted} accepted", counted.join(", "));
    let coverage = &outcome.coverage;
    let part = |name: &str, (seen, all): (usize, usize)| format!("{name} {seen} of {all}");
    let parts = [
        part("operations", coverage.operations),
        part("answers", coverage.answers),
        part("properties of their answers", coverage.properties),
    ];
    let _ = writeln!(out, "seen: {}", parts.join(", "));
}
