//! `kontrakt verify API FILE...`: checks recorded traffic against document and client.
//! Decodes with the clients where they are compiled in.

mod accept;

use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use kontrakt_conformance::acceptance::{Stale, is_day};
use kontrakt_conformance::findings::{Finding, FindingSeverity};
use kontrakt_conformance::quirks;
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::report::{ReportFormat, ReportSubject, json, render};
use kontrakt_conformance::suggest::suggest;
use kontrakt_conformance::verify::{Verification, Verifier};

use crate::clients;
use crate::console::{Exit, Format, Report};
use crate::workspace::Workspace;

/// Check recorded traffic (HAR or lines of JSON) against an API's document and its generated client
///
/// Exit codes: 0 nothing as bad as --fail-on, 1 an input could not be read, 2 wrong usage, 3 findings as bad as --fail-on
/// or worse that nobody accepted, or accepted ones that are over or no longer occur.
#[derive(clap::Args)]
pub struct Args {
    /// Name of an API, or a document: then schemas only
    api: String,
    /// Recordings: HAR 1.2, or lines of {"operationId", "status", "body"}
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Check against this document instead of the API's own: schemas only
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Leave the client out: schemas only
    #[arg(long)]
    schemas_only: bool,
    /// Form of the report: text, json, markdown, html, junit, sarif or github
    #[arg(long, value_name = "FORM", value_parser = form)]
    report: Option<ReportFormat>,
    /// Write the report into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The least severity that counts as failure
    #[arg(long, value_enum, default_value_t = FailOn::Breaking)]
    fail_on: FailOn,
    /// Accept this finding, in the file of accepted ones; the beginning of the identifier is enough
    #[arg(long, value_name = "ID", requires = "reason")]
    accept: Vec<String>,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT", requires = "accept")]
    reason: Option<String>,
    /// Last day on which it is accepted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "accept")]
    expires: Option<String>,
    /// Take accepted findings that are over or no longer occur out of the file
    #[arg(long)]
    prune: bool,
    /// Ask about every finding that is not accepted
    #[arg(long)]
    review: bool,
    /// Write an overlay that makes the document agree with what was seen
    #[arg(long, value_name = "FILE")]
    suggest: Option<PathBuf>,
    /// Day on which acceptances are judged
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<String>,
    // The option of the whole program: `--format json` is also a form of this report.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, hide = true)]
    format: Format,
}

/// The least severity that counts as failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Breaking,
    Warning,
    Info,
    None,
}

fn form(name: &str) -> Result<ReportFormat, String> {
    ReportFormat::parse(name)
        .ok_or_else(|| format!("known are {}", ReportFormat::ALL.map(ReportFormat::name).join(", ")))
}

fn day(text: &str) -> Result<String, String> {
    if is_day(text) { Ok(text.to_owned()) } else { Err("expected a day such as 2027-01-31".to_owned()) }
}

impl Args {
    /// The document, where it is not that of an API.
    fn document(&self) -> Option<&Path> {
        let named = Path::new(&self.api);
        self.spec.as_deref().or_else(|| named.is_file().then_some(named))
    }

    /// Whether traffic is decoded with a client.
    #[must_use]
    pub fn needs_client(&self) -> bool {
        self.document().is_none() && !self.schemas_only
    }
}

/// Runs the command.
///
/// # Errors
/// When an input cannot be read, there is no client of the API, or a file cannot be written.
pub fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let theirs = args.document();
    let document = match theirs {
        Some(path) => Document::read(path)?,
        None => Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?.document,
    };
    let (contract, mut warnings) = match theirs {
        Some(_) => Contract::read_partly(&document)?,
        None => (Contract::read(&document)?, Vec::new()),
    };
    let mut recording = Recording::default();
    for file in &args.files {
        recording.append(Recording::read(file)?);
    }
    let folder = workspace.specs().join(&args.api);
    let quirks = match folder.join("quirks.yaml") {
        path if theirs.is_none() && path.exists() => quirks::read(&Document::read(&path)?)?,
        _ => Vec::new(),
    };
    let mut verifier = Verifier::new(&contract)?.with_quirks(&quirks);
    if let Some(day) = day_of(&folder).filter(|_| theirs.is_none()) {
        verifier = verifier.dated(day);
    }
    if args.needs_client() {
        let codecs = clients::codecs(&args.api).ok_or_else(|| {
            Diagnostic::new(format!("there is no client of {:?}", args.api))
                .help("check schemas only, with --schemas-only")
        })?;
        verifier = verifier.with_codecs(codecs);
    }
    let mut outcome = verifier.verify(&recording, &document)?;
    let stale = accept::accept(&args, &workspace.accepted(&args.api), &mut outcome, &mut warnings)?;
    if let Some(path) = &args.suggest {
        write(path, &suggest(&contract, &document, &outcome.findings))?;
    }
    finish(&args, &contract, &outcome, &stale, warnings)
}

/// The report, written into its file where there is one, with the exit code that `--fail-on` asks for.
fn finish(
    args: &Args,
    contract: &Contract,
    outcome: &Verification,
    stale: &Stale,
    warnings: Vec<Diagnostic>,
) -> Result<Report> {
    let least = match args.fail_on {
        FailOn::Breaking => Some(FindingSeverity::Breaking),
        FailOn::Warning => Some(FindingSeverity::Warning),
        FailOn::Info => Some(FindingSeverity::Info),
        FailOn::None => None,
    };
    let open =
        |finding: &&Finding| finding.accepted.is_none() && least.is_some_and(|least| finding.seen.severity >= least);
    let over = least.is_some() && !(stale.expired.is_empty() && stale.gone.is_empty());
    let failed = outcome.findings.iter().any(|finding| open(&finding)) || over;
    let form = args.report.unwrap_or(match args.format {
        Format::Json => ReportFormat::Json,
        Format::Text => ReportFormat::Text,
    });
    let text = render(form, ReportSubject { api: &args.api, contract }, outcome);
    let exit = if failed { Exit::Findings } else { Exit::Done };
    let verbatim = args.report.is_some() && args.out.is_none();
    let text = match &args.out {
        Some(path) => {
            write(path, &text)?;
            format!("wrote {}\n", path.display())
        }
        None => text,
    };
    Ok(Report { text, json: json(outcome), warnings, exit, verbatim })
}

/// The day that an imported document is of.
fn day_of(folder: &Path) -> Option<String> {
    let source: toml::Table = std::fs::read_to_string(folder.join("source.toml")).ok()?.parse().ok()?;
    // Of a document written by hand, the reference that it was held against.
    let date = source.get("date").or_else(|| source.get("reference")?.get("date"));
    date.and_then(toml::Value::as_str).filter(|day| is_day(day)).map(str::to_owned)
}

/// Writes a file whole or not at all; what is no file, such as a terminal, is written to.
fn write(path: &Path, text: &str) -> Result<()> {
    if path.exists() && !path.is_file() {
        return std::fs::write(path, text)
            .map_err(|error| Diagnostic::new(format!("cannot write {}: {error}", path.display())));
    }
    write_together(&[(path, text)])
}
