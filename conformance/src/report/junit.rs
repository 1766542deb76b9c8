//! JUnit XML: one test case a finding; those that are not accepted and worse than a note have failed.

use std::fmt::Write as _;

use super::escape::xml;
use super::{Subject, headline, notes, times};
use crate::findings::Severity;
use crate::verify::Outcome;

pub(super) fn junit(subject: Subject<'_>, outcome: &Outcome) -> String {
    let failed = outcome.findings.iter().filter(|one| one.accepted.is_none() && one.seen.severity > Severity::Info);
    let (failures, name) = (failed.count(), xml(subject.api));
    let tests = outcome.findings.len().max(1);
    let skipped = outcome.findings.iter().filter(|finding| finding.accepted.is_some()).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" \
         skipped=\"{skipped}\" errors=\"0\">\n"
    );
    if outcome.findings.is_empty() {
        let _ = writeln!(out, "<testcase classname=\"{name}\" name=\"{} entries agree\"/>", outcome.matched);
    }
    for finding in &outcome.findings {
        let case = format!("{} {}", finding.seen.kind, finding.id);
        let _ = write!(out, "<testcase classname=\"{name}.{}\" name=\"{}\">", xml(&finding.seen.operation), xml(&case));
        let (message, place) = (xml(&headline(finding)), xml(&finding.seen.schema.to_string()));
        match &finding.accepted {
            Some(reason) => {
                let _ = write!(out, "<skipped message=\"{}\"/>", xml(reason));
            }
            None if finding.seen.severity > Severity::Info => {
                let severity = finding.seen.severity.name();
                let _ = write!(out, "<failure type=\"{severity}\" message=\"{message}\">{place}");
                if let Some((file, line)) = &finding.place {
                    let _ = write!(out, "\n{}:{line}", xml(file));
                }
                for note in notes(finding) {
                    let _ = write!(out, "\n{}", xml(&note));
                }
                let _ = write!(out, "\nseen {}</failure>", times(finding.count));
            }
            None => {
                let _ = write!(out, "<system-out>{message}</system-out>");
            }
        }
        out.push_str("</testcase>\n");
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}
