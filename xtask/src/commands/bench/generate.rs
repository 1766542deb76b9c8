//! `cargo xtask bench generate`: milliseconds of every stage, for every API, and of other generators for Shoptet.
//! Medians of several optimised runs, each from reading the specification to files in an empty folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::generate::generate;
use kontrakt_codegen::specification::{DOCUMENT, names};
use kontrakt_codegen::write::write;
use serde_json::{Value, json};

use super::ratios::Ratios;
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

impl Default for Args {
    fn default() -> Self {
        Self { runs: 9, alone: false }
    }
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
    let runs = args.runs.max(1);
    let scratch = process::scratch()?;
    let apis = names(&workspace.specs())?;
    let document = workspace.specs().join(YARDSTICK).join(DOCUMENT);
    let export = process::export(workspace, YARDSTICK, &scratch)?;
    let mut warnings = Vec::new();
    let mut stages = Stages::default();
    let mut others: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut add = |name: &'static str, time: f64| match others.iter_mut().find(|(known, _)| *known == name) {
        Some((_, times)) => times.push(time),
        None => others.push((name, vec![time])),
    };
    let mut installed: Vec<&Other> = OTHERS.iter().filter(|other| is_installed(other.program)).collect();
    // One run of each after the other, so that whatever else the machine does hits all of them.
    for _ in 0..runs {
        stages.run(workspace, &apis, &scratch)?;
        if !args.alone {
            add("progenitor + prettyplease", progenitor(&export)?);
        }
        installed.retain(|other| match time(other, &document, &scratch) {
            Ok(time) => {
                add(other.program, time);
                true
            }
            Err(complaint) => {
                warnings.push(complaint);
                false
            }
        });
    }
    let others: Vec<(&str, f64)> = others.into_iter().map(|(name, times)| (name, median(times))).collect();
    Ok(report(&apis, &stages.medians(), &others, runs, warnings))
}

/// Milliseconds by stage in their order and by API.
type Medians = Vec<(String, BTreeMap<String, f64>)>;

/// Milliseconds of every run, by stage in their order and by API.
#[derive(Default)]
struct Stages(Vec<(String, BTreeMap<String, Vec<f64>>)>);

impl Stages {
    /// One run of all APIs.
    fn run(&mut self, workspace: &Workspace, apis: &[String], scratch: &Path) -> Result<()> {
        for api in apis {
            let generated = generate(&workspace.specs(), api)?;
            let out = fresh(scratch, &format!("{api}-crate"))?;
            let start = Instant::now();
            write(&out, &generated.files)?;
            let written = start.elapsed();
            let of_generation = generated.statistics.stages.iter().map(|(name, time)| (*name, *time));
            for (stage, time) in of_generation.chain([("write", written)]) {
                self.of(stage).entry(api.clone()).or_default().push(milliseconds(time));
            }
        }
        Ok(())
    }

    fn of(&mut self, stage: &str) -> &mut BTreeMap<String, Vec<f64>> {
        let at = self.0.iter().position(|(known, _)| known == stage).unwrap_or_else(|| {
            self.0.push((stage.to_owned(), BTreeMap::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    fn medians(self) -> Medians {
        let of =
            |times: BTreeMap<String, Vec<f64>>| times.into_iter().map(|(api, times)| (api, median(times))).collect();
        self.0.into_iter().map(|(stage, times)| (stage, of(times))).collect()
    }
}

/// One run of progenitor. The second of two, since ours is warm from the second run on as well.
fn progenitor(export: &Path) -> Result<f64> {
    let report = process::referee(&["time", &export.display().to_string(), "2"])?;
    let mut times = report["milliseconds"].as_array().into_iter().flatten().filter_map(Value::as_f64);
    times.next_back().ok_or_else(|| Diagnostic::new("the referee reports no times"))
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// One run of an installed program, from its start to its end.
fn time(other: &Other, document: &Path, scratch: &Path) -> Result<f64> {
    let out = fresh(scratch, other.program)?;
    let arguments = (other.arguments)(&document.display().to_string(), &out.display().to_string());
    let start = Instant::now();
    process::run(Command::new(other.program).args(arguments))?;
    Ok(milliseconds(start.elapsed()))
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

fn report(apis: &[String], stages: &Medians, others: &[(&str, f64)], runs: usize, warnings: Vec<Diagnostic>) -> Report {
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
    let ratio = |(other, time): &(&str, f64)| {
        let of = |what: &str, ours: f64| (format!("generate: {what}, beside {other}"), time / ours);
        [of(YARDSTICK, yardstick), of("all APIs", all)]
    };
    let ratios: Ratios = others.iter().flat_map(ratio).collect();
    let json = json!({
        "runs": runs,
        "milliseconds": stages.iter().map(|(stage, times)| json!({"stage": stage, "apis": times})).collect::<Vec<_>>(),
        "total": all,
        "ratios": ratios,
        "others": others.iter().map(|(other, time)| json!({
            "generator": other, "milliseconds": time, "ratio": yardstick / time, "ratio_all": all / time,
        })).collect::<Vec<_>>(),
        "table": text,
    });
    Report { text, json, warnings, ..Report::default() }
}
