//! `cargo xtask bench generate`: milliseconds of every stage, for every API, and of other generators for Shoptet's alone.
//! Medians of several runs, optimised, each from reading the specification to files in an empty folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::generate::generate;
use kontrakt_codegen::specification::{DOCUMENT, names};
use kontrakt_codegen::write::write;
use serde_json::{Value, json};

use super::{median, process, table};
use crate::console::Report;
use crate::workspace::Workspace;

/// The largest document: what generators are compared on.
const YARDSTICK: &str = "shoptet";

/// Time each stage of generation, and progenitor on the same document
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs of which the median counts
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// Leave progenitor out, which takes a minute to build
    #[arg(long)]
    alone: bool,
}

/// Another generator, if it is installed.
struct Other {
    program: &'static str,
    arguments: fn(document: &str, out: &str) -> Vec<String>,
}

const OTHERS: [Other; 2] = [
    Other {
        program: "oas3-gen",
        arguments: |document, out| ["generate", "client-mod", "-i", document, "-o", out].map(str::to_owned).to_vec(),
    },
    Other {
        program: "ploidy",
        arguments: |document, out| ["generate", "rust", document, "-o", out].map(str::to_owned).to_vec(),
    },
];

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    if cfg!(debug_assertions) {
        return optimised(args);
    }
    let runs = args.runs.max(1);
    let scratch = process::scratch()?;
    let apis = names(&workspace.specs())?;
    let mut warnings = Vec::new();
    let stages = stages(workspace, &apis, &scratch, runs)?;
    let mut others: Vec<(&str, f64)> = Vec::new();
    if !args.alone {
        let export = process::export(workspace, YARDSTICK, &scratch)?;
        let report = process::referee(&["time", &export.display().to_string(), &runs.to_string()])?;
        let times = report["milliseconds"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        others.push(("progenitor + prettyplease", median(times)));
    }
    let document = workspace.specs().join(YARDSTICK).join(DOCUMENT);
    for other in &OTHERS {
        match time(other, &document, &scratch, runs) {
            Ok(Some(milliseconds)) => others.push((other.program, milliseconds)),
            Ok(None) => {}
            Err(complaint) => warnings.push(complaint),
        }
    }
    Ok(report(&apis, &stages, &others, runs, warnings))
}

/// The same command again with an optimised build of this program.
fn optimised(args: &Args) -> Result<Report> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "xtask", "--", "--format", "json", "bench", "generate"]);
    command.args(["--runs", &args.runs.to_string()]);
    if args.alone {
        command.arg("--alone");
    }
    let report = process::run(&mut command)?;
    let report: Value = serde_json::from_str(&report)
        .map_err(|error| Diagnostic::new(format!("the optimised run's report is no JSON: {error}")))?;
    let text = report["result"]["table"].as_str().unwrap_or_default().to_owned();
    let warnings = report["warnings"].as_array().into_iter().flatten();
    let warnings = warnings.filter_map(|one| one["message"].as_str()).map(Diagnostic::new).collect();
    Ok(Report { text, json: report["result"].clone(), warnings })
}

/// Milliseconds by stage and API, in the order of the stages.
type Stages = Vec<(String, BTreeMap<String, f64>)>;

fn stages(workspace: &Workspace, apis: &[String], scratch: &Path, runs: usize) -> Result<Stages> {
    let mut order: Vec<String> = Vec::new();
    let mut times: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for _ in 0..runs {
        for api in apis {
            let generated = generate(&workspace.specs(), api)?;
            let out = fresh(scratch, &format!("{api}-crate"))?;
            let start = Instant::now();
            write(&out, &generated.files)?;
            let written = start.elapsed();
            let of_generation = generated.statistics.stages.iter().map(|(name, time)| (*name, *time));
            for (stage, time) in of_generation.chain([("write", written)]) {
                if !order.iter().any(|known| known == stage) {
                    order.push(stage.to_owned());
                }
                times.entry((stage.to_owned(), api.clone())).or_default().push(milliseconds(time));
            }
        }
    }
    let of_stage = |stage: &String| {
        let own = times.iter().filter(|((of, _), _)| of == stage);
        own.map(|((_, api), times)| (api.clone(), median(times.clone()))).collect()
    };
    Ok(order.iter().map(|stage| (stage.clone(), of_stage(stage))).collect())
}

/// Median of several runs of an installed program; `None` when it is not installed.
fn time(other: &Other, document: &Path, scratch: &Path, runs: usize) -> Result<Option<f64>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join(other.program).is_file()) {
        return Ok(None);
    }
    let mut times = Vec::new();
    for _ in 0..runs {
        let out = fresh(scratch, other.program)?;
        let arguments = (other.arguments)(&document.display().to_string(), &out.display().to_string());
        let start = Instant::now();
        process::run(Command::new(other.program).args(arguments))?;
        times.push(milliseconds(start.elapsed()));
    }
    Ok(Some(median(times)))
}

/// An empty folder.
fn fresh(scratch: &Path, name: &str) -> Result<PathBuf> {
    let folder = scratch.join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| Diagnostic::new(format!("cannot empty {}: {error}", folder.display())))?;
    }
    Ok(folder)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn report(apis: &[String], stages: &Stages, others: &[(&str, f64)], runs: usize, warnings: Vec<Diagnostic>) -> Report {
    let header = std::iter::once(format!("ms, median of {runs}")).chain(apis.iter().cloned()).chain(["all".to_owned()]);
    let mut rows = vec![header.collect::<Vec<_>>()];
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    let mut all = 0.0;
    for (stage, times) in stages {
        let of = |api: &String| times.get(api).copied().unwrap_or_default();
        let mut row = vec![stage.clone()];
        for api in apis {
            *sums.entry(api).or_default() += of(api);
            row.push(format!("{:.1}", of(api)));
        }
        let sum: f64 = times.values().sum();
        all += sum;
        row.push(format!("{sum:.1}"));
        rows.push(row);
    }
    let mut total = vec!["total".to_owned()];
    total.extend(apis.iter().map(|api| format!("{:.1}", sums.get(api.as_str()).copied().unwrap_or_default())));
    total.push(format!("{all:.1}"));
    rows.push(total);
    let mut text = table(&rows);
    let yardstick = sums.get(YARDSTICK).copied().unwrap_or_default();
    for (other, time) in others {
        text += &format!(
            "{other}, {YARDSTICK} alone: {time:.1} ms; ours takes {:.2} of it for {YARDSTICK}, {:.2} for all\n",
            yardstick / time,
            all / time
        );
    }
    let json = json!({
        "runs": runs,
        "milliseconds": stages.iter().map(|(stage, times)| json!({"stage": stage, "apis": times})).collect::<Vec<_>>(),
        "total": all,
        "others": others.iter().map(|(other, time)| json!({
            "generator": other, "milliseconds": time, "ratio": yardstick / time, "ratio_all": all / time,
        })).collect::<Vec<_>>(),
        "table": text,
    });
    Report { text, json, warnings }
}
