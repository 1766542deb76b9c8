//! `cargo xtask bench verify`: recorded answers checked per second, compared with the bare `jsonschema` crate. Measured
//! in one run on the same answers, in CPU seconds of one core and as ratios, because seconds depend on the machine and
//! its load.

use kontrakt_codegen::contract::{Contract, Status};
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::recording::{Entry, Message, Recording};
use kontrakt_conformance::schemas::Validators;
use kontrakt_conformance::verify::{Parts, Verifier};
use serde_json::{Value, json};

use super::cpu::seconds_of_this_thread;
use super::ratios::{Ratios, compare};
use super::{median, table};
use crate::console::Report;
use crate::with_clients;
use crate::workspace::Workspace;
use kontrakt_commands::clients;

/// Measure the check of recordings, and how long it takes to start
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/
    #[arg(default_value = "shoptet")]
    api: String,
    /// Answers to check
    #[arg(long, default_value_t = 2_000)]
    entries: usize,
    /// Rounds, of which the middle one counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Write ratios that are better than those of xtask/ratios.json into it
    #[arg(long)]
    record: bool,
}

/// The clock of a thread may go in steps of 10 ms; a round is long enough for that not to matter.
const LEAST_SECONDS: f64 = 0.4;

pub(super) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    if !clients::COMPILED {
        return with_clients::run();
    }
    let start = seconds_of_this_thread()?;
    let document = Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?.document;
    let contract = Contract::read(&document)?;
    let loaded = seconds_of_this_thread()? - start;
    let start = seconds_of_this_thread()?;
    let codecs = clients::codecs(&args.api).unwrap_or_default();
    let whole = Verifier::new(&contract)?.with_codecs(codecs);
    let schemas = whole.prepare()?;
    let compiled = seconds_of_this_thread()? - start;
    let plain = Verifier::new(&contract)?.with_parts(Parts { walk: false, decode: false });
    plain.prepare()?;
    let (recording, drawn) = recording(&contract, args.entries)?;
    let given_up = args.entries - recording.entries.len();
    let validators = Validators::new(&contract)?;
    let bare = || bare(&contract, &validators, &recording);
    bare()?;
    let count = recording.entries.len() as f64;
    let bodies = recording.entries.iter().filter_map(|entry| entry.response.body.as_ref());
    let bytes = bodies.map(Vec::len).sum::<usize>() as f64 / count;
    let rate = |work: &dyn Fn() -> Result<()>| Ok::<_, Diagnostic>(rate(args.rounds, work)? * count);
    let bare = rate(&|| bare().map(drop))?;
    let validation = rate(&|| plain.verify(&recording, &document).map(drop))?;
    let check = rate(&|| whole.verify(&recording, &document).map(drop))?;
    let per_second = |rate: f64| format!("{rate:.0}/s");
    let rows = [
        vec!["answers".to_owned(), format!("{count}")],
        vec!["bytes of an answer".to_owned(), format!("{bytes:.0}")],
        vec!["instances drawn".to_owned(), per_second(drawn), format!("{given_up} given up")],
        vec!["document to contract".to_owned(), format!("{loaded:.3} s")],
        vec![format!("{schemas} schemas compiled"), format!("{compiled:.3} s")],
        vec!["bare jsonschema".to_owned(), per_second(bare)],
        vec!["validation alone".to_owned(), per_second(validation), format!("{:.2} of bare", validation / bare)],
        vec!["whole check".to_owned(), per_second(check), format!("{:.2} of bare", check / bare)],
    ];
    let ratios = [("validation alone", validation), ("whole check", check)];
    let ratios: Ratios = ratios.map(|(what, rate)| (format!("verify {}: {what}", args.api), rate / bare)).into();
    let warnings = compare(workspace, &ratios, args.record)?;
    let json = json!({
        "entries": count, "drawn": drawn, "given_up": given_up, "load": loaded, "compile": compiled, "schemas": schemas,
        "bare": bare, "validation": validation, "check": check, "ratios": ratios,
    });
    Ok(Report { text: table(&rows), json, warnings, ..Report::default() })
}

/// Validates all answers with the `jsonschema` crate alone; how many are valid.
fn bare(contract: &Contract, validators: &Validators, recording: &Recording) -> Result<usize> {
    let mut valid = 0;
    for entry in &recording.entries {
        let id = entry.operation.as_deref().unwrap_or_default();
        let operation = contract.operations.iter().find(|operation| operation.id == id);
        let schema = operation.and_then(|one| one.success()?.json()?.schema);
        let value: Option<Value> = entry.response.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
        if let Some((schema, value)) = schema.zip(value) {
            valid += usize::from(validators.get(contract, schema)?.is_valid(&value));
        }
    }
    Ok(valid)
}

/// How often a second some work can be done: the median of several rounds.
fn rate(rounds: usize, work: &dyn Fn() -> Result<()>) -> Result<f64> {
    let mut rates = Vec::new();
    for _ in 0..rounds.max(1) {
        let start = seconds_of_this_thread()?;
        let (mut passes, mut spent) = (0.0, 0.0);
        while spent < LEAST_SECONDS {
            work()?;
            passes += 1.0;
            spent = seconds_of_this_thread()? - start;
        }
        rates.push(passes / spent);
    }
    Ok(median(rates))
}

/// Answers of all operations in turn, and how many instances a second were drawn for them.
fn recording(contract: &Contract, entries: usize) -> Result<(Recording, f64)> {
    let answers: Vec<_> = (contract.operations.iter())
        .filter_map(|operation| {
            let answer = operation.success()?;
            let Status::Code(status) = answer.status else { return None };
            Some((operation, status, answer.json()?.schema?))
        })
        .collect();
    if answers.is_empty() {
        return Err(Diagnostic::new("the document has no JSON answers").help("name an API that has some"));
    }
    let instances = Instances::new(contract, answers.iter().map(|(.., schema)| *schema));
    let mut recording = Recording::default();
    let start = seconds_of_this_thread()?;
    let mut values = Vec::new();
    for index in 0..entries {
        let (operation, status, schema) = answers[index % answers.len()];
        if let Some(value) = instances.of(schema)?.value(index as u64) {
            values.push((operation, status, value));
        }
    }
    let drawn = values.len() as f64 / (seconds_of_this_thread()? - start);
    for (index, (operation, status, value)) in values.into_iter().enumerate() {
        let media_type = Some("application/json".to_owned());
        let response = Message { media_type, body: Some(value.to_string().into_bytes()), ..Message::default() };
        let operation = Some(operation.id.clone());
        recording.entries.push(Entry { index, operation, status, response, ..Entry::default() });
    }
    recording.total = recording.entries.len();
    Ok((recording, drawn))
}
