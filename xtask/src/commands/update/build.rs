//! The steps of an update that compile the emitted crate: the table of the README, the snapshots, the lock file.
//! Each is a command that people run too.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::Command;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};

use super::steps::{Decision, Urgency};
use crate::workspace::Workspace;

/// A step: its name, what is run, and what a person does when it fails.
struct CompiledStep {
    name: &'static str,
    arguments: &'static [&'static str],
    help: &'static str,
}

const STEPS: [CompiledStep; 3] = [
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
    CompiledStep {
        name: "sandbox",
        arguments: &["test", "--quiet", "--package", "kontrakt-sandbox", "--test", "derived"],
        help: "run `INSTA_UPDATE=always cargo test -p kontrakt-sandbox --test derived`",
    },
];

/// What they did, and what a person may want to know of it.
pub(super) struct Built {
    pub(super) done: Vec<String>,
    pub(super) items: Vec<Decision>,
}

/// Runs them, in the order that they need.
pub(super) fn run(workspace: &Workspace, api: &str) -> Result<Built, (&'static str, Diagnostic)> {
    let cargo: OsString = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut done = Vec::new();
    let derived = || {
        let path = workspace.root().join(DERIVED).join(format!("derived__{api}.snap"));
        std::fs::read_to_string(path).unwrap_or_default()
    };
    let before = derived();
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
    Ok(Built { done, items: taken_otherwise(&before, &derived()) })
}

/// Calls that the sandbox takes for something else than before. More filters are no such thing.
fn taken_otherwise(before: &str, after: &str) -> Vec<Decision> {
    let calls = |text: &str| -> BTreeMap<String, String> {
        let calls = text.lines().filter_map(|line| line.split_once(": "));
        let up_to_place = |rest: &str| {
            let (action, place) = rest.split_once(" -> ").unwrap_or((rest, ""));
            format!("{action} -> {}", place.split(' ').next().unwrap_or_default())
        };
        calls.map(|(call, rest)| (call.to_owned(), up_to_place(rest))).collect()
    };
    let after = calls(after);
    let changed = calls(before).into_iter().filter_map(|(call, old)| Some((after.get(&call)?.clone(), call, old)));
    let decision = |(new, call, old): (String, String, String)| Decision {
        weight: Urgency::Advice,
        what: Diagnostic::new(format!("the sandbox takes {call} for `{new}`, and took it for `{old}`"))
            .help("if that is wrong, an overlay with `x-sandbox` says what it is about: specs/README.md"),
    };
    changed.filter(|(new, _, old)| new != old).map(decision).collect()
}

/// What the sandbox derives from each contract.
pub(super) const DERIVED: &str = "sandbox/tests/snapshots";

/// Last lines of a failed command that are shown.
const SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sandbox_takes_for_something_else_is_told() {
        let before = "---\nsource: derived.rs\n---\nGET /a: list /a -> data/a[] code=code\nGET /a/{id}: get /a [id = id] -> data/a\nGET /b: read /b -> data\n";
        let after = before.replace("code=code", "code=code name=name").replace("-> data/a\n", "-> data\n")
            + "GET /c: read /c -> data\n";
        let told: Vec<String> =
            taken_otherwise(before, &after).iter().map(|one| one.what.message().to_owned()).collect();
        assert_eq!(
            told,
            [
                "the sandbox takes GET /a/{id} for `get /a [id = id] -> data`, and took it for `get /a [id = id] -> data/a`"
            ]
        );
    }
}
