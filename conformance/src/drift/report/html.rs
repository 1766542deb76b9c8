//! The HTML report: one self-contained file, readable on a phone, filtered by severity and operation.
//! Without scripts everything is shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::timeline::History;
use super::{Options, advice, shown, traffic, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Severity, UsedBy};
use crate::report::escape::xml as escape;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(drift: &Drift, options: Options, history: Option<&History>) -> String {
    let mut out = String::new();
    let title = escape(&verdict_line(drift));
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>API drift: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1 class=\"{}\">{title}</h1>\n<p class=\"sides\"><code>{}</code> → <code>{}</code></p>\n<p>{}</p>\n",
        drift.verdict().name(),
        escape(&drift.old),
        escape(&drift.new),
        escape(advice(drift)),
    );
    for note in &drift.notes {
        let _ = writeln!(out, "<p class=\"note\">{}</p>", escape(note));
    }
    out.push_str("</header>\n");
    if let Some(history) = history {
        timeline(&mut out, history);
    }
    let changes: Vec<&Change> = shown(drift, options).collect();
    filters(&mut out, &changes);
    out.push_str("<main id=\"changes\">\n");
    changes.iter().for_each(|change| article(&mut out, change));
    out.push_str("</main>\n<p id=\"nothing\" hidden>Nothing matches the filter.</p>\n");
    if !drift.items.is_empty() {
        let _ = writeln!(out, "<details><summary>Other changes of public items ({})</summary><ul>", drift.items.len());
        for item in &drift.items {
            let _ = writeln!(out, "<li><code>{}</code></li>", escape(item));
        }
        out.push_str("</ul></details>\n");
    }
    let _ = write!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn timeline(out: &mut String, history: &History) {
    let _ = writeln!(out, "<section><h2>Timeline</h2><div class=\"scroll\">{}</div>", history.svg());
    out.push_str(
        "<p class=\"legend\"><span class=\"bad\">breaking</span> above, <span class=\"good\">additive</span> below, \
                  the line is the number of operations.</p>\n",
    );
    let _ = writeln!(out, "<details><summary>{} revisions</summary>", history.revisions.len());
    out.push_str(
        "<div class=\"scroll\"><table><thead><tr><th>revision</th><th>operations</th><th>breaking</th>\
                  <th>risky</th><th>additive</th><th></th></tr></thead><tbody>\n",
    );
    for one in &history.revisions {
        let remark = match (&one.flap, &one.complaint) {
            (_, Some(complaint)) => format!("cannot be read: {complaint}"),
            (Some(earlier), _) => format!("means the same as {earlier}"),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&one.name),
            one.operations.map_or_else(|| "–".to_owned(), |count| count.to_string()),
            one.changes[0],
            one.changes[1],
            one.changes[2],
            escape(&remark),
        );
    }
    out.push_str("</tbody></table></div></details></section>\n");
}

fn filters(out: &mut String, changes: &[&Change]) {
    if changes.is_empty() {
        out.push_str("<p>The two documents mean the same.</p>\n");
        return;
    }
    out.push_str("<form id=\"filter\" role=\"search\">\n<fieldset><legend>Severity</legend>\n");
    for severity in Severity::WORST_FIRST {
        let count = changes.iter().filter(|change| change.severity == severity).count();
        if count > 0 {
            let name = severity.name();
            let _ = writeln!(
                out,
                "<label class=\"{name}\"><input type=\"checkbox\" name=\"severity\" value=\"{name}\" checked> {name} {count}</label>"
            );
        }
    }
    out.push_str("</fieldset>\n<label>Operation <select name=\"operation\"><option value=\"\">all</option>\n");
    let operations: BTreeSet<&UsedBy> = changes.iter().flat_map(|change| &change.uses).map(|one| &one.by).collect();
    for operation in operations {
        let _ = writeln!(out, "<option>{}</option>", escape(&operation.to_string()));
    }
    out.push_str("</select></label>\n<label>Text <input type=\"search\" name=\"text\"></label>\n<output id=\"shown\"></output>\n</form>\n");
}

fn article(out: &mut String, change: &Change) {
    let severity = change.severity.name();
    let mut names: Vec<String> = change.uses.iter().map(|one| one.by.to_string()).collect();
    names.dedup();
    let _ = writeln!(
        out,
        "<article class=\"{severity}\" data-severity=\"{severity}\" data-operations=\"{}\">\n\
         <p class=\"tags\"><b>{severity}</b> {} · {}{}</p>\n<h3>{}</h3>",
        escape(&names.join("\n")),
        change.direction.name(),
        change.kind.name(),
        if change.accepted.is_some() { " · accepted" } else { "" },
        escape(&change.message),
    );
    if let Some(reason) = &change.accepted {
        let _ = writeln!(out, "<p class=\"note\">Accepted: {}</p>", escape(reason));
    }
    if let Some(traffic) = traffic(change) {
        let _ = writeln!(out, "<p>Recordings: {}</p>", escape(&traffic));
    }
    if !change.rust.is_empty() {
        out.push_str("<ul class=\"rust\">");
        change.rust.iter().for_each(|item| {
            let _ = write!(out, "<li><code>{}</code></li>", escape(item));
        });
        out.push_str("</ul>\n");
    }
    for (word, place) in [("old", &change.old), ("new", &change.new)] {
        if let Some(place) = place {
            let _ = writeln!(
                out,
                "<p class=\"place\">{word} line {} <code>{}</code></p>",
                place.line,
                escape(&place.pointer.to_string())
            );
        }
    }
    if !change.uses.is_empty() {
        let plural = if names.len() == 1 { "" } else { "s" };
        let _ = writeln!(out, "<details><summary>{} operation{plural}</summary><ul>", names.len());
        for name in names {
            let statuses: BTreeSet<String> = change
                .uses
                .iter()
                .filter(|one| one.by.to_string() == name)
                .map(|one| one.status.map_or_else(|| one.direction.name().to_owned(), |status| status.to_string()))
                .collect();
            let statuses: Vec<String> = statuses.into_iter().collect();
            let _ = writeln!(out, "<li>{} <small>{}</small></li>", escape(&name), statuses.join(", "));
        }
        out.push_str("</ul></details>\n");
    }
    out.push_str("</article>\n");
}
