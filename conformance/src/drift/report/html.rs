//! The HTML report: one self-contained file, readable on a phone: a table of contents by resource, then one entry for each
//! cause, filtered by severity and operation. Without scripts everything is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::causes::{Cause, causes, resources};
use super::timeline::History;
use super::{Options, advice, radius, shown, traffic, verdict_line};
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
    let groups = by_resource(&changes);
    if groups.len() > 1 {
        contents(&mut out, &groups);
    }
    out.push_str("<main id=\"changes\">\n");
    for (at, (name, changes)) in groups.iter().enumerate() {
        let _ = writeln!(out, "<section id=\"r{at}\"><h2>{}</h2>", escape(name));
        causes(changes.iter().copied()).iter().for_each(|cause| article(&mut out, cause));
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n<p id=\"nothing\" hidden>Nothing matches the filter.</p>\n");
    if !drift.items.is_empty() {
        let _ = writeln!(out, "<details><summary>Other changes of public items ({})</summary><ul>", drift.items.len());
        for item in &drift.items {
            let _ = writeln!(out, "<li><code>{}</code></li>", escape(&item.text));
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

/// Changes by the resource that meets them; those of several, and of none, for themselves and first.
fn by_resource<'d>(changes: &[&'d Change]) -> Vec<(String, Vec<&'d Change>)> {
    let mut groups: BTreeMap<(u8, String), Vec<&'d Change>> = BTreeMap::new();
    for change in changes {
        let resources = resources(change);
        let group = match resources.iter().collect::<Vec<_>>().as_slice() {
            [] => (0, "the document".to_owned()),
            [only] => (2, (**only).to_owned()),
            _ => (1, "several resources".to_owned()),
        };
        groups.entry(group).or_default().push(change);
    }
    groups.into_iter().map(|((_, name), changes)| (name, changes)).collect()
}

/// A table of contents that is a chart: what breaks and what is new, for each resource.
fn contents(out: &mut String, groups: &[(String, Vec<&Change>)]) {
    let count = |changes: &[&Change], severity| changes.iter().filter(|one| one.severity == severity).count();
    let most = groups.iter().flat_map(|(_, changes)| {
        [Severity::Breaking, Severity::Risky, Severity::Additive].map(|severity| count(changes, severity))
    });
    let most = most.max().unwrap_or(0).max(1);
    out.push_str("<nav><h2>Contents</h2>\n<ul class=\"chart\">\n");
    for (at, (name, changes)) in groups.iter().enumerate() {
        let _ = write!(out, "<li><a href=\"#r{at}\">{}</a>", escape(name));
        for severity in [Severity::Breaking, Severity::Risky, Severity::Additive] {
            let count = count(changes, severity);
            if count > 0 {
                // Small numbers must still be seen.
                let width = (count as f64 / most as f64).sqrt() * 8.0 + 1.5;
                let word = severity.name();
                let _ = write!(
                    out,
                    " <span class=\"bar {word}\" style=\"width:{width:.1}rem\" title=\"{count} {word}\">{count}</span>"
                );
            }
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n<p class=\"legend\"><span class=\"bad\">breaking</span>, risky, <span class=\"good\">additive</span></p></nav>\n");
}

fn article(out: &mut String, cause: &Cause<'_>) {
    let change = cause.first();
    let severity = change.severity.name();
    let mut names: Vec<String> = cause.0.iter().flat_map(|change| &change.uses).map(|one| one.by.to_string()).collect();
    names.sort();
    names.dedup();
    let _ = writeln!(
        out,
        "<article class=\"{severity}\" data-severity=\"{severity}\" data-operations=\"{}\">\n\
         <p class=\"tags\"><b>{severity}</b> {} · {} · {}{}</p>\n<h3>{}</h3>",
        escape(&names.join("\n")),
        change.direction.name(),
        change.kind.name(),
        cause.ids(),
        if change.accepted.is_some() { " · accepted" } else { "" },
        escape(&cause.message()),
    );
    let _ = writeln!(out, "<p class=\"who\">{}</p>", escape(&radius(&cause.0)));
    if let Some(reason) = &change.accepted {
        let _ = writeln!(out, "<p class=\"note\">Accepted: {}</p>", escape(reason));
    }
    if let Some(traffic) = traffic(change) {
        let _ = writeln!(out, "<p>Recordings: {}</p>", escape(&traffic));
    }
    let rust = cause.rust();
    if !rust.is_empty() {
        out.push_str("<ul class=\"rust\">");
        rust.iter().take(20).for_each(|item| {
            let _ = write!(out, "<li><code>{}</code></li>", escape(item));
        });
        out.push_str("</ul>\n");
    }
    match cause.0.as_slice() {
        [only] => places(out, only),
        several => {
            let _ = writeln!(out, "<details><summary>{} places</summary>", several.len());
            for change in several {
                let _ = writeln!(out, "<p>{} <small>{}</small></p>", escape(&change.subject), change.id());
                places(out, change);
            }
            out.push_str("</details>\n");
        }
    }
    if names.len() > 2 {
        let plural = if names.len() == 1 { "" } else { "s" };
        let _ = writeln!(out, "<details><summary>{} operation{plural}</summary><ul>", names.len());
        for name in names {
            let uses = cause.0.iter().flat_map(|change| &change.uses);
            let statuses: BTreeSet<String> = uses
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

fn places(out: &mut String, change: &Change) {
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
}
