//! Reports: the same drift for a terminal, a program, a pull request, a browser and three kinds of CI.
//! Each is a function from [`Drift`] to text, independent of time and machine.

mod causes;
mod ci;
mod html;
mod json;
mod markdown;
mod revisions;
mod text;
pub mod timeline;

use std::collections::BTreeSet;

pub use causes::resource;

use super::collect::{Drift, Verdict};
use super::model::{Change, Severity};
use super::step::{CrateStep, Step};
pub use crate::report::ReportFormat;
use crate::report::ci::{junit, sarif};

/// What to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Everything, nothing folded.
    pub all: bool,
    /// Also changes of prose and examples.
    pub documentation: bool,
}

/// How much of each row is shown, the most first.
#[derive(Clone, Copy, PartialEq)]
enum DetailLevel {
    Full,
    /// Without places and Rust items.
    Short,
    /// The sentence alone.
    Line,
}

/// The report for programs, as a value.
pub fn value(drift: &Drift, options: Options) -> serde_json::Value {
    json::value(drift, options)
}

/// Writes a report.
pub fn render(drift: &Drift, form: ReportFormat, options: Options) -> String {
    match form {
        ReportFormat::Text => text::render(drift, options),
        ReportFormat::Json => json::render(drift, options),
        ReportFormat::Markdown => markdown::render(drift, options),
        ReportFormat::Html => html::render(drift, options, None),
        ReportFormat::Junit => junit(&ci::suite(drift)),
        ReportFormat::Sarif => sarif(&ci::suite(drift)),
        ReportFormat::Github => ci::github(drift),
    }
}

/// The report of a history: what happened in each revision, and the drift between the last two. Forms for CI tell of the
/// last drift alone.
pub fn render_history(
    history: &timeline::History,
    drift: Option<&Drift>,
    form: ReportFormat,
    options: Options,
) -> String {
    match (form, drift) {
        (ReportFormat::Text, _) => revisions::text(history, drift, options),
        (ReportFormat::Json, _) => revisions::json(history, drift, options),
        (ReportFormat::Markdown, _) => revisions::markdown(history, drift, options),
        (ReportFormat::Html, Some(drift)) => html::render(drift, options, Some(history)),
        (form, Some(drift)) => render(drift, form, options),
        (_, None) => String::new(),
    }
}

/// The one line that people read first.
pub(crate) fn verdict_line(drift: &Drift) -> String {
    let mut counts = Vec::new();
    for severity in Severity::WORST_FIRST {
        match drift.count(severity) {
            0 => {}
            count => counts.push(format!("{count} {}", severity.name())),
        }
    }
    let accepted = drift.changes.iter().filter(|change| change.accepted.is_some()).count();
    if accepted > 0 {
        counts.push(format!("{accepted} accepted"));
    }
    if !drift.documentation.is_empty() {
        counts.push(format!("{} of prose only", drift.documentation.len()));
    }
    let release = |one: &CrateStep| match one.step() {
        Step::None => format!("{} needs no release", one.name),
        step => format!("{} needs a {} release", one.name, step.name()),
    };
    let steps: Vec<String> = drift.semver.iter().map(release).collect();
    let released = drift.semver.iter().any(|one| one.step() != Step::None);
    let verdict = match drift.verdict() {
        Verdict::Unchanged if released => "UNCHANGED on the wire",
        Verdict::Unchanged => "UNCHANGED",
        Verdict::Changed(Severity::Breaking) => "BREAKING",
        Verdict::Changed(Severity::Risky) => "RISKY",
        Verdict::Changed(Severity::Additive) => "ADDITIVE",
        Verdict::Changed(Severity::Cosmetic) => "COSMETIC",
    };
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let steps = if steps.is_empty() { String::new() } else { format!("; {}", steps.join(", ")) };
    format!("{verdict}{counts}{steps}")
}

/// What to do about it, in a line.
pub(crate) fn advice(drift: &Drift) -> &'static str {
    match drift.verdict() {
        Verdict::Unchanged | Verdict::Changed(Severity::Cosmetic)
            if drift.semver.iter().any(|one| one.source.is_some_and(|step| step > Step::None)) =>
        {
            "Nothing changes on the wire, but public items do: regenerate, and release as the step says."
        }
        Verdict::Unchanged | Verdict::Changed(Severity::Cosmetic) => "Nothing to do.",
        Verdict::Changed(Severity::Additive) => "`cargo xtask update` takes it; release when it suits.",
        Verdict::Changed(Severity::Risky) => {
            "`cargo xtask update` takes it; look at the risky changes before you release."
        }
        Verdict::Changed(Severity::Breaking) => {
            "`cargo xtask update` takes it; go through the breaking changes before you release. What cannot be helped goes \
             into the acceptance file with a reason."
        }
    }
}

/// Members that a row names before it counts the rest.
const MEMBERS: usize = 3;

/// Who meets some changes, short.
pub(crate) fn radius(changes: &[&Change]) -> String {
    let operations: BTreeSet<&str> = changes.iter().flat_map(|change| change.operations()).collect();
    let statuses: BTreeSet<String> =
        changes.iter().flat_map(|change| change.statuses()).map(|status| status.to_string()).collect();
    let mut text = match operations.iter().collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [only] => (**only).to_owned(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} more operations", rest.len()),
    };
    if !statuses.is_empty() && statuses.len() <= 4 {
        text.push_str(&format!(" ({})", statuses.into_iter().collect::<Vec<_>>().join(", ")));
    }
    let members: BTreeSet<&str> = changes.iter().flat_map(|change| change.members()).collect();
    if !members.is_empty() {
        let named: Vec<&str> = members.iter().take(MEMBERS).copied().collect();
        let more = members.len() - named.len();
        let more = if more > 0 { format!(" and {more} more members") } else { String::new() };
        text.push_str(&format!(" in {}{more}", named.join(", ")));
    }
    let components: BTreeSet<&str> = changes.iter().flat_map(|change| change.components()).collect();
    if !components.is_empty() {
        let separator = if text.is_empty() { "" } else { ", " };
        let named: Vec<&str> = components.iter().take(4).copied().collect();
        let more = if components.len() > 4 { format!(" and {} more", components.len() - 4) } else { String::new() };
        text.push_str(&format!("{separator}component {}{more}", named.join(", component ")));
    }
    text
}

/// Changes that a report shows, in order.
pub(crate) fn shown(drift: &Drift, options: Options) -> impl Iterator<Item = &Change> {
    let prose = if options.documentation { drift.documentation.as_slice() } else { &[] };
    drift.changes.iter().chain(prose)
}

/// What recorded traffic says about a change.
pub(crate) fn traffic(change: &Change) -> Option<String> {
    let traffic = change.traffic?;
    Some(match traffic.broken {
        0 if traffic.touched == 0 => "no recorded call meets it".to_owned(),
        0 => format!("touches {} of {} recorded calls, breaks none", traffic.touched, traffic.total),
        broken => format!("breaks {broken} of {} recorded calls", traffic.total),
    })
}
