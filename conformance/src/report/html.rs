//! The HTML report: one self-contained page with coverage and a table of findings that can be filtered.

use std::fmt::Write as _;

use super::escape::xml;
use super::{ReportSubject, notes};
use crate::findings::by_cause;
use crate::verify::Verification;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ddd}\
code{font-size:.85em;overflow-wrap:anywhere}.breaking{color:#a40000}.warning,.document{color:#8a5a00}.info{color:#555}\
input{font:inherit;padding:.3rem .5rem;width:20rem}tr.accepted{opacity:.55}";

const SCRIPT: &str = "document.querySelector('input').oninput=e=>{const q=e.target.value.toLowerCase();\
document.querySelectorAll('tbody tr').forEach(r=>r.hidden=!r.textContent.toLowerCase().includes(q))}";

pub(super) fn html(subject: ReportSubject<'_>, outcome: &Verification) -> String {
    let api = xml(subject.api);
    let coverage = &outcome.coverage;
    let mut rows = String::new();
    for cause in by_cause(&outcome.findings) {
        let (first, seen) = (cause[0], &cause[0].seen);
        let count: usize = cause.iter().map(|finding| finding.count).sum();
        let place = first.place.as_ref().map(|(file, line)| format!("{file}:{line}")).unwrap_or_default();
        let calls = cause.iter().map(|finding| match finding.seen.status {
            Some(status) => format!("{} {status}", xml(&finding.seen.operation)),
            None => format!("request of {}", xml(&finding.seen.operation)),
        });
        let calls: Vec<String> = calls.collect();
        let ids: Vec<String> = cause.iter().map(|finding| format!("<code>{}</code>", xml(&finding.id))).collect();
        let sample = seen.sample_text().map(|sample| format!("<br><code>{}</code>", xml(&sample)));
        let notes: String = notes(first).iter().map(|note| format!("<br>{}", xml(note))).collect();
        let accepted = first.accepted.as_ref().map(|reason| format!("<br>accepted: {}", xml(reason)));
        let _ = writeln!(
            rows,
            "<tr class=\"{}\"><td class=\"{severity}\">{severity}</td><td>{}</td><td>{}{}{notes}{}</td>\
             <td><code>{}</code><br><code>{}</code><br>{}</td><td>{}</td><td>{count}</td><td>{}</td></tr>",
            if first.accepted.is_some() { "accepted" } else { "" },
            seen.kind,
            xml(&seen.message),
            sample.unwrap_or_default(),
            accepted.unwrap_or_default(),
            xml(&seen.pointer),
            xml(&seen.schema.to_string()),
            xml(&place),
            calls.join(", "),
            ids.join(" "),
            severity = seen.severity.name(),
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{api}: document and wire</title><style>{STYLE}</style>\n\
         <h1>{api}: document and wire</h1>\n<p>{} entries, {} checked.{} Operations {} of {}, answers {} of {}, properties {} of {}.</p>\n\
         <p><input placeholder=\"filter\" aria-label=\"filter\"></p>\n<table><thead><tr><th>severity</th><th>kind</th><th>what</th>\
         <th>where</th><th>calls</th><th>count</th><th>id</th></tr></thead><tbody>\n{rows}</tbody></table>\n<script>{SCRIPT}</script></html>\n",
        outcome.total,
        outcome.matched,
        skipped(outcome),
        coverage.operations.0,
        coverage.operations.1,
        coverage.answers.0,
        coverage.answers.1,
        coverage.properties.0,
        coverage.properties.1,
    )
}

/// What could not be checked, and why.
fn skipped(outcome: &Verification) -> String {
    let unchecked = outcome.unchecked.iter().map(|(reason, count)| format!(" Not checked {count}: {}.", xml(reason)));
    let reasons = outcome.skipped.iter().map(|(reason, count)| format!(" Skipped {count}: {}.", xml(reason)));
    let reasons = unchecked.chain(reasons);
    let calls: Vec<String> = outcome.unmatched.iter().map(|call| format!("<code>{}</code>", xml(call))).collect();
    let calls = if calls.is_empty() { String::new() } else { format!(" Unknown calls: {}.", calls.join(", ")) };
    reasons.chain([calls]).collect()
}
