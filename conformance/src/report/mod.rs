//! Findings for people, programs and CI, each form in its own file.
//! All of them are functions of the outcome alone: no times, no colours, no machine.

pub(crate) mod escape;
mod html;
mod json;
mod junit;
mod sarif;
mod text;

use kontrakt_codegen::contract::Contract;

use crate::findings::{Finding, Severity};
use crate::verify::Outcome;

pub use json::json;

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people: causes once, with everything they touch.
    Text,
    /// For programs.
    Json,
    /// For CI servers: one test a finding.
    Junit,
    /// For code scanning, pointing at lines of the specification.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// One page.
    Html,
}

impl Form {
    /// Every form with its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("junit", Self::Junit),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("html", Self::Html),
    ];
}

/// What was checked: its name, and what the findings are about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Name of the API.
    pub api: &'a str,
    /// Its contract.
    pub contract: &'a Contract,
}

/// The report in a form.
pub fn render(form: Form, subject: Subject<'_>, outcome: &Outcome) -> String {
    match form {
        Form::Text => text::text(subject, outcome),
        Form::Json => format!("{:#}\n", json(outcome)),
        Form::Junit => junit::junit(subject, outcome),
        Form::Sarif => format!("{:#}\n", sarif::sarif(outcome)),
        Form::Github => github(outcome),
        Form::Html => html::html(subject, outcome),
    }
}

/// `::error file=...,line=...::` and its milder sisters.
fn github(outcome: &Outcome) -> String {
    let open = outcome.findings.iter().filter(|finding| finding.accepted.is_none());
    open.map(|finding| {
        let place = finding.place.as_ref().map(|(file, line)| format!("file={},line={line},", escape::property(file)));
        let title = escape::property(&format!("{} {}", finding.seen.kind, finding.id));
        let place = place.unwrap_or_default();
        format!("::{} {place}title={title}::{}\n", level(finding.seen.severity), escape::message(&headline(finding)))
    })
    .collect()
}

/// Level in GitHub's and SARIF's words.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Breaking => "error",
        Severity::Warning | Severity::Document => "warning",
        Severity::Info => "notice",
    }
}

/// A finding in one line.
fn headline(finding: &Finding) -> String {
    let seen = &finding.seen;
    let status = seen.status.map(|status| format!(" {status}")).unwrap_or_default();
    let at = if seen.pointer.is_empty() { String::new() } else { format!(" at {}", seen.pointer) };
    format!("{} {}{status}{at}: {}", seen.operation, seen.side.name(), seen.message)
}

/// How often, in words.
fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// What else is known of a finding, in sentences.
fn notes(finding: &Finding) -> Vec<String> {
    let client = finding.seen.client.as_ref().map(|client| format!("the client {client}"));
    let quirk = finding.quirk.as_ref().map(|quirk| format!("known as {quirk} in quirks.yaml"));
    client.into_iter().chain(quirk).collect()
}
