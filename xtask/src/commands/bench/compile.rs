//! `cargo xtask bench compile`: CPU seconds of `cargo check` and `cargo build` for each emitted crate and for
//! progenitor's client of the same API. Dependencies are built before, incremental compilation is off, and the time of
//! cargo itself is not counted.

use std::path::{Path, PathBuf};
use std::process::Command;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::specification::names;
use kontrakt_codegen::write::write_together;
use serde_json::json;

use super::ratios::Ratios;
use super::{cpu, median, process, table};
use crate::console::Report;
use crate::workspace::Workspace;

/// Time check and build of every emitted crate, and of progenitor's client of the same document
#[derive(clap::Args)]
pub(crate) struct Args {
    /// APIs to measure; all of them unless given
    apis: Vec<String>,
    /// Runs of which the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Leave progenitor out
    #[arg(long)]
    alone: bool,
}

impl Default for Args {
    fn default() -> Self {
        Self { apis: Vec::new(), runs: 3, alone: false }
    }
}

/// Sets of features: what they are called, and how cargo is asked for them.
const FEATURES: [(&str, &[&str]); 3] =
    [("minimal", &["--no-default-features"]), ("default", &[]), ("full", &["--features", "full"])];

/// What progenitor's clients need, at the versions of the workspace's lock file.
const DEPENDENCIES: &str = r#"
[workspace]
[dependencies]
bytes = "1"
chrono = { version = "0.4", default-features = false, features = ["clock", "serde", "std"] }
futures-core = "0.3"
progenitor-client = "0.15"
regress = "0.12"
reqwest = { version = "0.13", default-features = false, features = ["gzip", "json", "query", "rustls", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
"#;

/// Whose clients the emitted ones are compared with.
const PEER: &str = "progenitor";

/// What is measured.
const VERBS: [&str; 2] = ["check", "build"];

/// CPU seconds of each verb.
type Seconds = [f64; VERBS.len()];

struct Row {
    api: String,
    features: String,
    seconds: Seconds,
    ratios: Option<Seconds>,
}

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let scratch = process::scratch()?;
    let apis = if args.apis.is_empty() { names(&workspace.specs())? } else { args.apis.clone() };
    let mut rows = Vec::new();
    for api in &apis {
        let theirs = if args.alone { None } else { Some(progenitor(api, workspace, &scratch, args.runs)?) };
        for (name, features) in FEATURES {
            let manifest = workspace.generated().join(api).join("Cargo.toml");
            let seconds = measured(&manifest, api, features, &scratch, args.runs)?;
            let ratios = theirs.map(|theirs| [0, 1].map(|verb| seconds[verb] / theirs[verb]));
            rows.push(Row { api: api.clone(), features: name.to_owned(), seconds, ratios });
        }
        if let Some(seconds) = theirs {
            rows.push(Row { api: api.clone(), features: PEER.to_owned(), seconds, ratios: Some([1.0; 2]) });
        }
    }
    Ok(report(&rows, args.runs))
}

/// progenitor's client of an API as a crate of its own.
fn progenitor(api: &str, workspace: &Workspace, scratch: &Path, runs: usize) -> Result<Seconds> {
    let export = process::export(workspace, api, scratch)?;
    let name = format!("progenitor-{api}");
    let folder = scratch.join(&name);
    let manifest = folder.join("Cargo.toml");
    let package = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n{DEPENDENCIES}");
    let lock = workspace.specs().with_file_name("Cargo.lock");
    let lock = std::fs::read_to_string(&lock)
        .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", lock.display())))?;
    let client = folder.join("src/lib.rs");
    write_together(&[(&manifest, &package), (&folder.join("Cargo.lock"), &lock), (&client, "")])?;
    process::referee(&["emit", &export.display().to_string(), &client.display().to_string()])?;
    measured(&manifest, &name, &[], scratch, runs)
}

/// Median CPU seconds of checking, and of building, one crate and nothing else.
fn measured(manifest: &Path, package: &str, features: &[&str], scratch: &Path, runs: usize) -> Result<Seconds> {
    let target = scratch.join("target");
    let mut medians = Seconds::default();
    for (verb, median_of) in VERBS.iter().zip(&mut medians) {
        // Dependencies first, and whatever cargo has to download.
        process::run(&mut cargo(verb, manifest, &target, features))?;
        let mut times = Vec::new();
        for _ in 0..runs.max(1) {
            let idle = cpu::seconds_of(&mut cargo(verb, manifest, &target, features))?;
            process::run(&mut cargo("clean", manifest, &target, &["--package", package]))?;
            times.push(cpu::seconds_of(&mut cargo(verb, manifest, &target, features))? - idle);
        }
        *median_of = median(times);
    }
    Ok(medians)
}

fn cargo(what: &str, manifest: &Path, target: &PathBuf, arguments: &[&str]) -> Command {
    let mut command = process::cargo();
    command.args([what, "--quiet", "--manifest-path"]).arg(manifest).arg("--target-dir").arg(target).args(arguments);
    command.env("CARGO_INCREMENTAL", "0");
    command
}

fn report(rows: &[Row], runs: usize) -> Report {
    let mut cells = vec![vec![format!("CPU s, median of {runs}"), "features".to_owned()]];
    cells[0].extend(VERBS.iter().flat_map(|verb| [(*verb).to_owned(), "of progenitor".to_owned()]));
    for row in rows {
        let mut line = vec![row.api.clone(), row.features.clone()];
        for (verb, seconds) in row.seconds.iter().enumerate() {
            let ratio = row.ratios.map(|ratios| format!("{:.3}", ratios[verb])).unwrap_or_default();
            line.extend([format!("{seconds:.2}"), ratio]);
        }
        cells.push(line);
    }
    let ratio = |row: &Row, verb: usize, ratio: f64| {
        let Row { api, features, .. } = row;
        (format!("compile: {} {api}, {features}", VERBS[verb]), 1.0 / ratio)
    };
    let ours = rows.iter().filter(|row| row.features != PEER);
    let ratios: Ratios = ours
        .filter_map(|row| Some((row, row.ratios?)))
        .flat_map(|(row, ratios)| [0, 1].map(|verb| ratio(row, verb, ratios[verb])))
        .collect();
    let json = json!({
        "runs": runs,
        "ratios": ratios,
        "crates": rows.iter().map(|row| {
            let [check, build] = row.seconds;
            let [check_ratio, build_ratio] = row.ratios.map_or([None; 2], |ratios| ratios.map(Some));
            json!({
                "api": row.api, "features": row.features,
                "check": {"cpu_seconds": check, "ratio": check_ratio},
                "build": {"cpu_seconds": build, "ratio": build_ratio},
            })
        }).collect::<Vec<_>>(),
    });
    Report { text: table(&cells), json, ..Report::default() }
}
