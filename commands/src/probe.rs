//! `kontrakt probe API --read-only`: calls what only reads of somebody's own shop, and leaves a redacted recording, the
//! findings of `verify` and a table of what was reached. Credentials come from environment variables.

mod client;

use std::path::{Path, PathBuf};
use std::time::Duration;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use kontrakt_conformance::probe::{Ending, Plan, State, json, lines, text};
use kontrakt_conformance::quirks;
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::report::{ReportFormat, ReportSubject, json as findings_json, render};
use kontrakt_conformance::verify::Verifier;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::clients;
use crate::console::{Exit, Report};
use crate::workspace::Workspace;
use client::Client;

/// Call every GET of an API that can be reached, finding identifiers in earlier answers, and write nothing to the shop
///
/// Credentials are taken from environment variables; without them the message names them. A second run goes on where the first one ended.
#[derive(clap::Args)]
pub struct Args {
    /// Name of an API
    api: String,
    /// Only call what reads: the one mode there is
    #[arg(long, required = true)]
    read_only: bool,
    /// Requests that this run may send
    #[arg(long, value_name = "N", default_value_t = 100)]
    requests: usize,
    /// How long this run may take: 90s, 15m, 2h
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration)]
    time: Duration,
    /// Folder for what is left: traffic.har, findings.txt, table.txt and state.json
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Call again what was refused, failed or was interrupted
    #[arg(long)]
    again: bool,
}

fn duration(text: &str) -> std::result::Result<Duration, String> {
    let expected = || "expected a time such as 90s, 15m or 2h".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(expected)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(expected()),
    };
    let number: u64 = number.parse().map_err(|_| expected())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(expected)
}

/// The files that a probe leaves.
struct ProbeFiles {
    state: PathBuf,
    traffic: PathBuf,
    findings: PathBuf,
    table: PathBuf,
}

impl ProbeFiles {
    fn of(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Diagnostic::new(format!("cannot create {}: {error}", folder.display())))?;
        let file = |name| folder.join(name);
        Ok(Self {
            state: file("state.json"),
            traffic: file("traffic.har"),
            findings: file("findings.txt"),
            table: file("table.txt"),
        })
    }
}

/// Runs the command.
///
/// # Errors
/// When there is no client of the API, no credential for it, or a file cannot be read or written.
pub fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let document = Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?.document;
    let contract = Contract::read(&document)?;
    let plan = Plan::of(&contract, OffsetDateTime::now_utc());
    let folder = args.out.clone().unwrap_or_else(|| workspace.results("probe", &args.api));
    let files = ProbeFiles::of(&folder)?;
    let mut state = match read(&files.state)? {
        Some(text) => State::read(&text, &args.api).map_err(|error| at(&files.state, &error))?,
        None => State::new(&args.api),
    };
    if args.again {
        state.forget_failures();
    }
    let before = match read(&files.traffic)? {
        Some(text) => {
            entries(&text).ok_or_else(|| Diagnostic::new(format!("{} is no recording", files.traffic.display())))?
        }
        None => Vec::new(),
    };
    let ending = probe(args, &plan, &mut state, &files, before)?;
    finish(args, &contract, &document, workspace, (&plan, &state, ending), &files)
}

/// Makes the calls; recording and state are kept after each of them.
fn probe(args: &Args, plan: &Plan, state: &mut State, files: &ProbeFiles, before: Vec<Value>) -> Result<Ending> {
    let client = Client::new(&args.api, args.requests)?;
    let mut recorded = 0;
    let mut keep = |state: &State| {
        let text = state.write();
        if state.requests == recorded {
            return write_together(&[(&files.state, &text)]);
        }
        recorded = state.requests;
        let har = joined(&before, &client.har());
        write_together(&[(&files.traffic, &har), (&files.state, &text)])
    };
    let ending = client.run(plan, state, args.time, &mut keep)?;
    let traffic = joined(&before, &client.har());
    write_together(&[(&files.traffic, &traffic)])?;
    Ok(ending)
}

/// Verifies the recording, and writes findings and table.
fn finish(
    args: &Args,
    contract: &Contract,
    document: &Document,
    workspace: &Workspace,
    (plan, state, ending): (&Plan, &State, Ending),
    files: &ProbeFiles,
) -> Result<Report> {
    let quirks = quirks::read(&Document::read(&workspace.specs().join(&args.api).join("quirks.yaml"))?)?;
    let codecs = clients::codecs(&args.api).unwrap_or_default();
    let verifier = Verifier::new(contract)?.with_quirks(&quirks).with_codecs(codecs);
    let outcome = verifier.verify(&Recording::read(&files.traffic)?, document)?;
    let findings = render(ReportFormat::Text, ReportSubject { api: &args.api, contract }, &outcome);
    let lines = lines(plan, state);
    let ended = match ending {
        Ending::Complete => "nothing is left to call",
        Ending::Requests => "the requests of this run are used up; run the command again to go on",
        Ending::Time => "the time of this run is over; run the command again to go on",
        Ending::Limit => "a limit of the API is reached; run the command again later to go on",
        Ending::Unauthorized => "the credentials are refused; mend them and run the command again",
        Ending::Unreachable => "the server cannot be connected to; run the command again later to go on",
    };
    let table = format!("{}{ended}\n", text(&lines, state));
    write_together(&[(&files.findings, &findings), (&files.table, &table)])?;
    let mut json = json(&lines, state);
    json["ending"] = json!(ended);
    json["findings"] = findings_json(&outcome);
    let written = [&files.table, &files.findings, &files.traffic].map(|path| path.display().to_string()).join(", ");
    let stopped = matches!(ending, Ending::Unauthorized | Ending::Unreachable);
    Ok(Report {
        text: format!("{table}{} findings; wrote {written}\n", outcome.findings.len()),
        json,
        exit: if stopped { Exit::Complaint } else { Exit::Done },
        ..Report::default()
    })
}

fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Diagnostic::new(format!("cannot read {}: {error}", path.display()))),
    }
}

fn at(path: &Path, error: &Diagnostic) -> Diagnostic {
    let complaint = Diagnostic::new(format!("{}: {}", path.display(), error.message()));
    complaint.help(error.mend().unwrap_or_default())
}

/// The entries of a recording.
fn entries(har: &str) -> Option<Vec<Value>> {
    let har: Value = serde_json::from_str(har).ok()?;
    har.pointer("/log/entries")?.as_array().cloned()
}

/// A recording with the entries of earlier runs before its own.
fn joined(before: &[Value], har: &str) -> String {
    let mut whole: Value = serde_json::from_str(har).unwrap_or_default();
    if let Some(own) = whole.pointer_mut("/log/entries").and_then(Value::as_array_mut) {
        own.splice(0..0, before.iter().cloned());
    }
    whole.to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, entries, joined};

    #[test]
    fn times_have_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("2h", 7200)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
        }
        for text in ["", "s", "15", "1d", "-1m", "99999999999999999999h", "15ž"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn recordings_are_joined_in_order() {
        let first = r#"{"log":{"version":"1.2","entries":[{"a":1}]}}"#;
        let before = entries(first).unwrap();
        let both = joined(&before, r#"{"log":{"version":"1.2","entries":[{"b":2}]}}"#);
        let expected = entries(r#"{"log":{"entries":[{"a":1},{"b":2}]}}"#);
        assert!(both.contains(r#""version":"1.2""#) && entries(&both) == expected, "{both}");
        assert_eq!(entries("{}"), None);
    }
}
