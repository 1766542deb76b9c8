//! `cargo xtask verify API FILE...`: recorded traffic against document and client.
//! The clients are compiled for this command alone, so that a broken one never stops the command that mends it.

pub(crate) mod clients;

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::acceptance::{Acceptance, Accepted, Stale, is_day};
use kontrakt_conformance::findings::{Finding, Severity};
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::report::{Form, Subject, json, render};
use kontrakt_conformance::suggest::suggest;
use kontrakt_conformance::verify::{Outcome, Verifier};

use crate::console::{Format, Report};
use crate::workspace::Workspace;

/// Check recorded traffic (HAR or lines of JSON) against an API's document and its generated client
///
/// Exit codes: 0 nothing as bad as --fail-on, 1 an input could not be read, 2 wrong usage, 3 findings as bad as --fail-on
/// or worse that nobody accepted, or accepted ones that are over.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/
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
    /// Form of the report: text, json, junit, sarif, github, html
    #[arg(long, value_name = "FORM", value_parser = form)]
    report: Option<Form>,
    /// Write the report into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The least severity that counts as failure
    #[arg(long, value_enum, default_value_t = FailOn::Breaking)]
    fail_on: FailOn,
    /// Accept this finding, in specs/API/accepted.yaml
    #[arg(long, value_name = "ID", requires = "reason")]
    accept: Vec<String>,
    /// Why it is accepted
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Last day on which it is accepted
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
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

/// Exit code for open findings as bad as `--fail-on`.
const DISAGREES: i32 = 3;

fn form(name: &str) -> Result<Form, String> {
    let known = || Form::ALL.map(|(name, _)| name).join(", ");
    Form::ALL
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, form)| *form)
        .ok_or_else(|| format!("known are {}", known()))
}

fn day(text: &str) -> Result<String, String> {
    if is_day(text) { Ok(text.to_owned()) } else { Err("expected a day such as 2027-01-31".to_owned()) }
}

pub(crate) fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let schemas_only = args.spec.is_some() || args.schemas_only;
    if !schemas_only && !clients::COMPILED {
        return clients::run_with_clients();
    }
    let document = match &args.spec {
        Some(path) => Document::read(path)?,
        None => Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?.document,
    };
    let (contract, mut warnings) = match &args.spec {
        Some(_) => Contract::read_mending(&document)?,
        None => (Contract::read(&document)?, Vec::new()),
    };
    let mut recording = Recording::default();
    for file in &args.files {
        recording.append(Recording::read(file)?);
    }
    let mut verifier = Verifier::new(&contract)?;
    if !schemas_only {
        let codecs = clients::codecs(&args.api).ok_or_else(|| {
            Diagnostic::new(format!("there is no client of {:?}", args.api))
                .help("check schemas only, with --schemas-only")
        })?;
        verifier = verifier.with_codecs(codecs);
    }
    let mut outcome = verifier.verify(&recording, &document)?;
    let path = workspace.specs().join(&args.api).join("accepted.yaml");
    let stale = accept(&args, &path, &mut outcome, &mut warnings)?;
    if let Some(path) = &args.suggest {
        write(path, &suggest(&contract, &document, &outcome.findings))?;
    }
    finish(&args, &contract, &outcome, &stale, warnings)
}

/// Reads, applies and where asked to changes the acceptance file.
fn accept(args: &Args, path: &Path, outcome: &mut Outcome, warnings: &mut Vec<Diagnostic>) -> Result<Stale> {
    let today = args.today.clone().unwrap_or_else(today);
    let mut acceptance = Acceptance::read(path)?;
    let before = acceptance.clone();
    for id in &args.accept {
        let finding = outcome.findings.iter().find(|finding| finding.id.starts_with(id.as_str()));
        let finding = finding.ok_or_else(|| {
            Diagnostic::new(format!("there is no finding {id:?}")).help("identifiers are at the end of each finding")
        })?;
        acceptance.accept(accepted(finding, args.reason.clone().unwrap_or_default(), args.expires.clone()));
    }
    let mut stale = acceptance.apply(&mut outcome.findings, &today);
    if args.review {
        review(&mut acceptance, &outcome.findings)?;
        stale = acceptance.apply(&mut outcome.findings, &today);
    }
    if args.prune {
        acceptance.prune(&stale);
        stale = Stale::default();
    }
    if acceptance != before {
        write(path, &acceptance.to_yaml())?;
    }
    for (ids, what) in [(&stale.expired, "the acceptance is over"), (&stale.gone, "the accepted finding did not occur")]
    {
        warnings.extend(ids.iter().map(|id| {
            Diagnostic::new(format!("{id}: {what}"))
                .help(format!("see {}, or take it out with --prune", path.display()))
        }));
    }
    Ok(stale)
}

fn accepted(finding: &Finding, reason: String, expires: Option<String>) -> Accepted {
    let what = format!("{} {}: {}", finding.seen.operation, finding.seen.pointer, finding.seen.message);
    Accepted { id: finding.id.clone(), reason, expires, finding: Some(what) }
}

/// Shows every open finding and takes a reason for it; an empty line leaves it open.
fn review(acceptance: &mut Acceptance, findings: &[Finding]) -> Result<()> {
    let failed = |error: std::io::Error| Diagnostic::new(format!("the review broke off: {error}"));
    if !std::io::stdin().is_terminal() {
        return Err(
            Diagnostic::new("a review needs a terminal").help("accept single findings with --accept and --reason")
        );
    }
    let open: Vec<&Finding> = findings.iter().filter(|finding| finding.accepted.is_none()).collect();
    let mut lines = std::io::stdin().lock().lines();
    for (index, finding) in open.iter().enumerate() {
        let seen = &finding.seen;
        let (severity, kind) = (seen.severity.name(), seen.kind);
        let mut err = std::io::stderr();
        write!(
            err,
            "\n[{} of {}] {severity} {kind} {}\n{} {}\n{}\nreason to accept (empty: leave open, q: stop) > ",
            index + 1,
            open.len(),
            finding.id,
            seen.operation,
            seen.pointer,
            seen.message
        )
        .and_then(|()| err.flush())
        .map_err(failed)?;
        match lines.next().transpose().map_err(failed)?.as_deref().map(str::trim) {
            None | Some("q") => break,
            Some("") => {}
            Some(reason) => acceptance.accept(accepted(finding, reason.to_owned(), None)),
        }
    }
    Ok(())
}

/// Prints or writes the report, and ends the process where the exit code says more than success.
fn finish(
    args: &Args,
    contract: &Contract,
    outcome: &Outcome,
    stale: &Stale,
    warnings: Vec<Diagnostic>,
) -> Result<Report> {
    let least = match args.fail_on {
        FailOn::Breaking => Some(Severity::Breaking),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Info => Some(Severity::Info),
        FailOn::None => None,
    };
    let open =
        |finding: &&Finding| finding.accepted.is_none() && least.is_some_and(|least| finding.seen.severity >= least);
    let failed = outcome.findings.iter().any(|finding| open(&finding)) || least.is_some() && !stale.expired.is_empty();
    let form = args.report.unwrap_or(match args.format {
        Format::Json => Form::Json,
        Format::Text => Form::Text,
    });
    let text = render(form, Subject { api: &args.api, contract }, outcome);
    let report = match &args.out {
        Some(path) => {
            write(path, &text)?;
            Report { text: format!("wrote {}\n", path.display()), json: json(outcome), warnings }
        }
        None => Report { text, json: json(outcome), warnings },
    };
    if failed {
        // A report is no error of the program, so it is printed as usual before the process ends.
        let format = if form == Form::Json && args.report.is_none() { Format::Json } else { Format::Text };
        crate::console::print(format, Ok(report));
        std::process::exit(DISAGREES);
    }
    Ok(report)
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| Diagnostic::new(format!("cannot write {}: {error}", path.display())))
}

/// Today in UTC.
fn today() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let days = i64::try_from(since.as_secs() / 86_400).unwrap_or_default();
    // Years that start in March have their odd day at the end.
    let day = days + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + i64::from(month <= 2))
}
