//! `referee`: time and code size of progenitor for our export of an API.
//! `cargo xtask bench` runs it as a separate program, so that the generator does not depend on progenitor.

mod generate;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use progenitor::InterfaceStyle;
use serde_json::{Value, json};

const USAGE: &str = "usage: referee time <export.json> <runs> | referee emit <export.json> <client.rs>";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["time", export, runs] => runs.parse().map_err(|_| USAGE.to_owned()).and_then(|runs| time(export, runs)),
        ["emit", export, client] => emit(export, Path::new(client)),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

/// Milliseconds of several runs from the text of the export to the text of the client.
fn time(export: &str, runs: usize) -> Result<Value, String> {
    let mut milliseconds = Vec::new();
    let mut lines = 0;
    for _ in 0..runs {
        let start = Instant::now();
        lines = client(export)?.lines().count();
        milliseconds.push(start.elapsed().div_duration_f64(Duration::from_millis(1)));
    }
    Ok(json!({"milliseconds": milliseconds, "lines": lines}))
}

/// Writes the client.
fn emit(export: &str, to: &Path) -> Result<Value, String> {
    let client = client(export)?;
    std::fs::write(to, &client).map_err(|error| format!("cannot write {}: {error}", to.display()))?;
    Ok(json!({"lines": client.lines().count(), "bytes": client.len()}))
}

fn client(export: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(export).map_err(|error| format!("cannot read {export}: {error}"))?;
    let document = serde_json::from_str(&text).map_err(|error| format!("{export} is no OpenAPI 3.0: {error}"))?;
    generate::client(&document, InterfaceStyle::Positional)
}
