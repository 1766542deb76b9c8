//! `cargo xtask bench newcomer`: what somebody waits for who clones the repository and types the two commands of the
//! README. In a clone without anything compiled; crates that were downloaded before are not downloaded again.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use serde_json::{Value, json};

use super::{cpu, process, table};
use crate::console::Report;
use crate::workspace::Workspace;

/// Time the commands of the README in a fresh clone
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many of the commands to run, from the first on; all of them unless given
    #[arg(long)]
    commands: Option<usize>,
}

pub(super) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let readme = workspace.root().join("README.md");
    let readme = std::fs::read_to_string(&readme)
        .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", readme.display())))?;
    let commands = commands(&readme);
    if commands.is_empty() {
        return Err(Diagnostic::new("README.md has no block of commands").help("it begins with ```sh"));
    }
    let scratch =
        tempfile::tempdir().map_err(|error| Diagnostic::new(format!("cannot make a folder for the clone: {error}")))?;
    let clone = scratch.path().join("clone");
    process::run(Command::new("git").args(["clone", "--quiet"]).arg(workspace.root()).arg(&clone))?;
    let mut rows = vec![["command", "seconds", "CPU seconds"].map(str::to_owned).to_vec()];
    let mut measured: Vec<Value> = Vec::new();
    for command in commands.into_iter().take(args.commands.unwrap_or(usize::MAX)) {
        let start = Instant::now();
        let busy = cpu::seconds_of(&mut fresh(&command, &clone))?;
        let seconds = start.elapsed().as_secs_f64();
        rows.push(vec![command.clone(), format!("{seconds:.0}"), format!("{busy:.0}")]);
        measured.push(json!({"command": command, "seconds": seconds, "cpu_seconds": busy}));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let text = format!("{}on {cores} cores, of the last commit\n", table(&rows));
    Ok(Report { text, json: json!({"cores": cores, "commands": measured}), ..Report::default() })
}

/// The commands of the first block of shell in a text, without their comments.
fn commands(text: &str) -> Vec<String> {
    let block = text.split_once("```sh\n").and_then(|(_, rest)| rest.split_once("```")).map(|(block, _)| block);
    let lines = block.unwrap_or_default().lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A command as it is typed in a folder, without what the cargo that runs this program says to its children.
fn fresh(line: &str, folder: &Path) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(folder);
    let own = std::env::vars_os().map(|(name, _)| name);
    for name in own.filter(|name| name.to_str().is_some_and(|name| name.starts_with("CARGO_") && name != "CARGO_HOME"))
    {
        command.env_remove(name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn the_commands_are_those_of_the_first_block() {
        let text = "a\n```text\nno\n```\n```sh\ncargo a --b   # says c\n\n# nothing\ncargo d\n```\n```sh\nno\n```\n";
        assert_eq!(commands(text), ["cargo a --b", "cargo d"]);
        assert!(commands("nothing").is_empty());
    }
}
