//! One page without anything beside it: causes as a table that can be filtered, coverage above.

use std::fmt::Write as _;

use super::{Subject, escape_xml};
use crate::findings::by_cause;
use crate::verify::Outcome;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1b1b}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ddd}\
code{font-size:.85em;overflow-wrap:anywhere}.breaking{color:#a40000}.warning,.document{color:#8a5a00}.info{color:#555}\
input{font:inherit;padding:.3rem .5rem;width:20rem}tr.accepted{opacity:.55}";

const SCRIPT: &str = "document.querySelector('input').oninput=e=>{const q=e.target.value.toLowerCase();\
document.querySelectorAll('tbody tr').forEach(r=>r.hidden=!r.textContent.toLowerCase().includes(q))}";

pub(super) fn html(subject: Subject<'_>, outcome: &Outcome) -> String {
    let api = escape_xml(subject.api);
    let coverage = &outcome.coverage;
    let mut rows = String::new();
    for cause in by_cause(&outcome.findings) {
        let (first, seen) = (cause[0], &cause[0].seen);
        let count: usize = cause.iter().map(|finding| finding.count).sum();
        let place = first.place.as_ref().map(|(file, line)| format!("{file}:{line}")).unwrap_or_default();
        let calls: Vec<String> = cause.iter().map(|finding| escape_xml(&finding.seen.operation)).collect();
        let sample = seen.sample_text().map(|sample| format!("<br><code>{}</code>", escape_xml(&sample)));
        let accepted = first.accepted.as_ref().map(|reason| format!("<br>accepted: {}", escape_xml(reason)));
        let _ = writeln!(
            rows,
            "<tr class=\"{}\"><td class=\"{severity}\">{severity}</td><td>{}</td><td>{}{}{}</td>\
             <td><code>{}</code><br><code>{}</code><br>{}</td><td>{}</td><td>{count}</td><td><code>{}</code></td></tr>",
            if first.accepted.is_some() { "accepted" } else { "" },
            seen.kind,
            escape_xml(&seen.message),
            sample.unwrap_or_default(),
            accepted.unwrap_or_default(),
            escape_xml(&seen.pointer),
            escape_xml(&seen.schema.to_string()),
            escape_xml(&place),
            calls.join(", "),
            escape_xml(&first.id),
            severity = seen.severity.name(),
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{api}: document and wire</title><style>{STYLE}</style>\n\
         <h1>{api}: document and wire</h1>\n<p>{} entries, {} checked. Operations {} of {}, answers {} of {}, properties {} of {}.</p>\n\
         <p><input placeholder=\"filter\" aria-label=\"filter\"></p>\n<table><thead><tr><th>severity</th><th>kind</th><th>what</th>\
         <th>where</th><th>calls</th><th>count</th><th>id</th></tr></thead><tbody>\n{rows}</tbody></table>\n<script>{SCRIPT}</script></html>\n",
        outcome.total,
        outcome.matched,
        coverage.operations.0,
        coverage.operations.1,
        coverage.answers.0,
        coverage.answers.1,
        coverage.properties.0,
        coverage.properties.1,
    )
}
