//! The steps of an update that compile the emitted crate: the table of the README, the request snapshots, the lock file.
//! Each is a command that people run too.

use std::ffi::OsString;
use std::process::Command;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};

use crate::workspace::Workspace;

/// A step: its name, what is run, and what a person does when it fails.
struct CompiledStep {
    name: &'static str,
    arguments: &'static [&'static str],
    help: &'static str,
}

const STEPS: [CompiledStep; 2] = [
    CompiledStep {
        name: "coverage",
        arguments: &["run", "--quiet", "--package", "xtask", "--features", "clients", "--", "coverage"],
        help: "if the emitted crate does not compile, name or describe what the compiler points to in an overlay; then \
               run `cargo xtask coverage`",
    },
    CompiledStep {
        name: "snapshots",
        arguments: &["test", "--quiet", "--package", "kontrakt-conformance", "--test", "laws", "look_as_they_did"],
        help: "run `INSTA_UPDATE=always cargo test -p kontrakt-conformance --test laws look_as_they_did`",
    },
];

/// Runs them, in the order that they need.
pub(super) fn run(workspace: &Workspace, api: &str) -> Result<Vec<String>, (&'static str, Diagnostic)> {
    let cargo: OsString = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut done = Vec::new();
    for step in &STEPS {
        // Cargo brings the lock file up to date whenever it runs.
        let output = Command::new(&cargo)
            .args(step.arguments)
            .current_dir(workspace.root())
            .env("INSTA_UPDATE", "always")
            .env("CARGO_TERM_COLOR", "never")
            .output();
        let complain = |message: String| (step.name, Diagnostic::new(message).help(step.help));
        let output = output.map_err(|error| complain(format!("cannot run cargo: {error}")))?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
            let tail = lines[lines.len().saturating_sub(SHOWN)..].join("\n");
            let command = format!("cargo {}", step.arguments.join(" "));
            return Err(complain(format!("{command} failed for the new {api}:\n{tail}")));
        }
        done.push(format!("{}: up to date", step.name));
    }
    Ok(done)
}

/// Last lines of a failed command that are shown.
const SHOWN: usize = 40;
