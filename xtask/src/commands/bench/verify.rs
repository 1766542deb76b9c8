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
use super::ratios::Ratios;
use super::{median, table};
use crate::console::Report;
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
    #[arg(long, default_value_t = 9)]
    rounds: usize,
}

impl Default for Args {
    fn default() -> Self {
        Self { api: "shoptet".to_owned(), entries: 2_000, rounds: 9 }
    }
}

/// The clock of a thread may go in steps of 10 ms; a round is long enough for that not to matter.
const LEAST_SECONDS: f64 = 0.2;

pub(super) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let start = seconds_of_this_thread()?;
    let document = Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?.document;
    let contract = Contract::read(&document)?;
    let loaded = seconds_of_this_thread()? - start;
    let start = seconds_of_this_thread()?;
    let codecs = clients::codecs(&args.api).unwrap_or_default();
    let whole = Verifier::new(&contract)?.with_codecs(codecs);
    let schemas = whole.prepare()?;
    let compiled = seconds_of_this_thread()? - start;
    let part = |walk, decode| {
        Ok::<_, Diagnostic>(Verifier::new(&contract)?.with_codecs(codecs).with_parts(Parts { walk, decode }))
    };
    let [plain, news, client] = [part(false, false)?, part(true, false)?, part(false, true)?];
    let (recording, drawn) = recording(&contract, args.entries)?;
    let given_up = args.entries - recording.entries.len();
    let validators = Validators::new(&contract)?;
    let count = recording.entries.len() as f64;
    let bodies = recording.entries.iter().filter_map(|entry| entry.response.body.as_ref());
    let bytes = bodies.map(Vec::len).sum::<usize>() as f64 / count;
    let check = |verifier: &Verifier<'_>| verifier.verify(&recording, &document).map(drop);
    let works: [Work<'_>; 5] = [
        ("bare jsonschema", &|| bare(&contract, &validators, &recording).map(drop)),
        ("validation alone", &|| check(&plain)),
        ("with what is news", &|| check(&news)),
        ("with the client", &|| check(&client)),
        ("whole check", &|| check(&whole)),
    ];
    let rates = rates(args.rounds, &works)?;
    let per_second = |rate: f64| format!("{rate:.0}/s");
    let mut rows = vec![
        vec!["answers".to_owned(), format!("{count}")],
        vec!["bytes of an answer".to_owned(), format!("{bytes:.0}")],
        vec!["instances drawn".to_owned(), per_second(drawn), format!("{given_up} given up")],
        vec!["document to contract".to_owned(), format!("{loaded:.3} s")],
        vec![format!("{schemas} schemas compiled"), format!("{compiled:.3} s")],
    ];
    let mut ratios = Ratios::new();
    for (at, (what, _)) in works.iter().enumerate() {
        let rate = median(rates.iter().map(|round| round[at]).collect()) * count;
        let ratio = median(rates.iter().map(|round| round[at] / round[0]).collect());
        rows.push(vec![(*what).to_owned(), per_second(rate), format!("{ratio:.2} of bare")]);
        if at > 0 {
            ratios.insert(format!("verify: {}, {what}", args.api), ratio);
        }
    }
    let json = json!({
        "entries": count, "drawn": drawn, "given_up": given_up, "load": loaded, "compile": compiled, "schemas": schemas,
        "ratios": ratios,
    });
    Ok(Report { text: table(&rows), json, ..Report::default() })
}

/// What is measured, and how it is done.
type Work<'w> = (&'static str, &'w dyn Fn() -> Result<()>);

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

/// How often a second each work can be done, in several rounds: one after the other in each, so that whatever else the
/// machine does hits all of them.
fn rates(rounds: usize, works: &[Work<'_>]) -> Result<Vec<Vec<f64>>> {
    works.iter().try_for_each(|(_, work)| work())?;
    let one = |(_, work): &Work<'_>| {
        let start = seconds_of_this_thread()?;
        let (mut passes, mut spent) = (0.0, 0.0);
        while spent < LEAST_SECONDS {
            work()?;
            passes += 1.0;
            spent = seconds_of_this_thread()? - start;
        }
        Ok(passes / spent)
    };
    (0..rounds.max(1)).map(|_| works.iter().map(one).collect()).collect()
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
