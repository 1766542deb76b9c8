//! Findings for people, programs and CI, one file per format.
//! All reports are functions of the outcome alone: no times, no colours, no machine.

pub mod ci;
pub(crate) mod escape;
mod html;
mod json;
mod markdown;
mod text;

use kontrakt_codegen::contract::Contract;

use self::ci::{Item, Level, Suite};
use crate::findings::{Finding, FindingKind, FindingSeverity};
use crate::verify::Verification;

pub use json::json;

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a terminal: the verdict first, details folded.
    Text,
    /// For programs; the shape is stable.
    Json,
    /// For a comment on a pull request.
    Markdown,
    /// One page for a browser.
    Html,
    /// JUnit XML: one test per finding.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations.
    Github,
}

impl ReportFormat {
    /// Every form.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Json, Self::Markdown, Self::Html, Self::Junit, Self::Sarif, Self::Github];

    /// Name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }

    /// The form of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// What was checked: its name, and what the findings are about.
#[derive(Clone, Copy)]
pub struct ReportSubject<'a> {
    /// Name of the API.
    pub api: &'a str,
    /// Its contract.
    pub contract: &'a Contract,
}

/// The report in a form.
pub fn render(form: ReportFormat, subject: ReportSubject<'_>, outcome: &Verification) -> String {
    match form {
        ReportFormat::Text => text::text(subject, outcome),
        ReportFormat::Json => format!("{:#}\n", json(outcome)),
        ReportFormat::Markdown => markdown::markdown(subject, outcome),
        ReportFormat::Html => html::html(subject, outcome),
        ReportFormat::Junit => ci::junit(&suite(subject, outcome)),
        ReportFormat::Sarif => ci::sarif(&suite(subject, outcome)),
        ReportFormat::Github => ci::github(&suite(subject, outcome)),
    }
}

/// Findings as items of the reports for CI.
fn suite(subject: ReportSubject<'_>, outcome: &Verification) -> Suite {
    let item = |finding: &Finding| Item {
        id: finding.id.clone(),
        rule: finding.seen.kind.name(),
        group: finding.seen.operation.clone(),
        severity: finding.seen.severity.name(),
        level: match finding.seen.severity {
            FindingSeverity::Breaking => Level::Error,
            FindingSeverity::Warning | FindingSeverity::Document => Level::Warning,
            FindingSeverity::Info => Level::Note,
        },
        title: headline(finding),
        place: finding.place.clone(),
        pointer: Some(finding.seen.schema.to_string()),
        notes: notes(finding).into_iter().chain([format!("seen {}", times(finding.count))]).collect(),
        accepted: finding.accepted.clone(),
        properties: serde_json::json!({"count": finding.count}),
    };
    Suite {
        tool: "verify",
        name: subject.api.to_owned(),
        nothing: format!("{} entries agree", outcome.matched),
        rules: FindingKind::ALL.iter().map(|kind| (kind.name(), kind.about().to_owned())).collect(),
        items: outcome.findings.iter().map(item).collect(),
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
