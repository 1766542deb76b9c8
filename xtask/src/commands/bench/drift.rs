//! `cargo xtask bench drift OLD NEW`: time and memory of the comparison, as a ratio to other tools on the same pair.
//! Each run is a process of its own, from reading two files to the complete report.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use serde_json::{Value, json};

use super::ratios::Ratios;
use super::{median, process, table};
use crate::console::Report;

/// Time the comparison of two documents, and other tools on the same pair where they are installed
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The older document
    old: PathBuf,
    /// The newer document
    new: PathBuf,
    /// Runs of which the median counts
    #[arg(long, default_value_t = 9)]
    runs: usize,
    /// Folder with the programs of other tools, such as node_modules/.bin; PATH is searched too
    #[arg(long, value_name = "DIR")]
    tools: Option<PathBuf>,
}

impl Args {
    pub(super) fn of(old: PathBuf, new: PathBuf, tools: Option<PathBuf>) -> Self {
        Self { old, new, runs: 9, tools }
    }
}

/// Another tool: its name and how it is called with two documents.
const OTHERS: [(&str, &[&str]); 2] =
    [("oasdiff", &["changelog", "-f", "json"]), ("redocly", &["diff", "--format=json"])];

/// What one program took.
struct Measured {
    name: String,
    seconds: f64,
    megabytes: f64,
}

pub(crate) fn run(args: &Args) -> Result<Report> {
    let runs = args.runs.max(1);
    let this = std::env::current_exe()
        .map_err(|error| Diagnostic::new(format!("this program does not know where it is: {error}")))?;
    let own = ["drift", "--fail-on", "none", "--format", "json", "--no-rust"];
    let mut all = vec![
        measure("kontrakt", &this, &own, args, runs)?,
        measure("with the effect on Rust", &this, &own[..own.len() - 1], args, runs)?,
    ];
    let mut warnings = Vec::new();
    for (name, arguments) in OTHERS {
        let program = args.tools.as_ref().map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
        let found =
            [program.as_path(), Path::new(name)].into_iter().find_map(|p| measure(name, p, arguments, args, runs).ok());
        match found {
            Some(measured) => all.push(measured),
            None => warnings.push(
                Diagnostic::new(format!("{name} is not installed, or does not compare these documents"))
                    .help("install it with npm and name the folder of its program with --tools"),
            ),
        }
    }
    let first = all[0].seconds;
    let mut rows = vec![["tool", "seconds", "MB", "ratio"].map(str::to_owned).to_vec()];
    for one in &all {
        let (seconds, megabytes) = (format!("{:.3}", one.seconds), format!("{:.0}", one.megabytes));
        rows.push(vec![one.name.clone(), seconds, megabytes, format!("{:.1}", one.seconds / first)]);
    }
    let text = table(&rows);
    let tools: Vec<Value> = all
        .iter()
        .map(|one| json!({"tool": one.name, "seconds": one.seconds, "megabytes": one.megabytes, "ratio": one.seconds / first}))
        .collect();
    let fastest = all[2..].iter().map(|one| one.seconds).reduce(f64::min);
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let pair = format!("{} to {}", name(&args.old), name(&args.new));
    let own = |one: &Measured| Some((format!("drift: {pair}, {}", one.name), fastest? / one.seconds));
    let ratios: Ratios = all[..2].iter().filter_map(own).collect();
    let json = json!({"tools": tools, "ratios": ratios, "table": text});
    Ok(Report { json, text, warnings, ..Report::default() })
}

/// The median of several runs of a program.
fn measure(name: &str, program: &Path, arguments: &[&str], args: &Args, runs: usize) -> Result<Measured> {
    let (mut seconds, mut megabytes) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .arg(&args.old)
            .arg(&args.new)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let (time, kilobytes) = once(&mut command).map_err(|error| {
            Diagnostic::new(format!("cannot run {}: {error}", program.display())).help("is it installed?")
        })?;
        seconds.push(time.as_secs_f64());
        megabytes.push(kilobytes as f64 / 1000.0);
    }
    Ok(Measured { name: name.to_owned(), seconds: median(seconds), megabytes: median(megabytes) })
}

/// One run: time on the wall, and the most memory it held as far as the system tells. A program that complains about its
/// input (exit codes above 3) has not done the work.
fn once(command: &mut Command) -> std::io::Result<(Duration, u64)> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = peak.max(process::high_water(child.id()));
        std::thread::sleep(Duration::from_millis(1));
    };
    match status.code() {
        Some(0..=3) => Ok((start.elapsed(), peak)),
        _ => Err(std::io::Error::other(format!("it ended with {status}"))),
    }
}
