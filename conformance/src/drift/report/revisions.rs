//! The report of a history for a terminal, a program and a pull request; the HTML report draws a timeline.
//! Revisions first, then the drift between the last two readable ones.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::timeline::{History, Revision};
use super::{Options, ReportFormat, json as whole, render, verdict_line};
use crate::drift::collect::Drift;

fn remark(one: &Revision) -> String {
    match (&one.flap, &one.complaint) {
        (_, Some(complaint)) => format!("cannot be read: {complaint}"),
        (Some(earlier), _) => format!("the same as {earlier}"),
        _ => String::new(),
    }
}

fn count(operations: Option<usize>) -> String {
    operations.map_or_else(|| "-".to_owned(), |count| count.to_string())
}

pub(super) fn text(history: &History, drift: Option<&Drift>, options: Options) -> String {
    let mut out =
        format!("{:<34} {:>10} {:>9} {:>6} {:>9}\n", "revision", "operations", "breaking", "risky", "additive");
    for one in &history.revisions {
        let [breaking, risky, additive] = one.changes;
        let line = format!("{:<34} {:>10} {breaking:>9} {risky:>6} {additive:>9}", one.name, count(one.operations));
        let _ = writeln!(out, "{}", format!("{line}  {}", remark(one)).trim_end());
    }
    if let Some(drift) = drift {
        let last = if options.all {
            render(drift, ReportFormat::Text, options)
        } else {
            format!("last: {}\n", verdict_line(drift))
        };
        let _ = write!(out, "\n{last}");
    }
    out
}

pub(super) fn json(history: &History, drift: Option<&Drift>, options: Options) -> String {
    let revisions: Vec<Value> = history
        .revisions
        .iter()
        .map(|one| {
            let [breaking, risky, additive] = one.changes;
            json!({
                "name": one.name, "day": one.day, "operations": one.operations, "breaking": breaking, "risky": risky,
                "additive": additive, "sameAs": one.flap, "complaint": one.complaint,
            })
        })
        .collect();
    let months: Vec<Value> = history
        .months()
        .iter()
        .map(|one| {
            json!({
                "month": one.name, "operations": one.operations, "breaking": one.breaking, "additive": one.additive,
                "flaps": one.flaps,
            })
        })
        .collect();
    let last = drift.map(|drift| whole::value(drift, options));
    format!("{}\n", json!({"version": 1, "revisions": revisions, "months": months, "last": last}))
}

pub(super) fn markdown(history: &History, drift: Option<&Drift>, options: Options) -> String {
    let mut out = String::from(
        "## Revisions\n\n| revision | operations | breaking | risky | additive | |\n|---|--:|--:|--:|--:|---|\n",
    );
    for one in &history.revisions {
        let [breaking, risky, additive] = one.changes;
        let name = one.name.replace('|', "\\|");
        let remark = remark(one).replace('|', "\\|");
        let _ = writeln!(out, "| {name} | {} | {breaking} | {risky} | {additive} | {remark} |", count(one.operations));
    }
    if let Some(drift) = drift {
        let _ = write!(out, "\n{}", render(drift, ReportFormat::Markdown, options));
    }
    out
}
