//! Runs a command once more, built with the clients: they are compiled for such commands alone, so that a broken client never
//! blocks the generator.

use std::process::{Command, ExitStatus};
use std::time::Duration;

use indicatif::ProgressBar;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};

use crate::console::{Exit, Report};

/// Runs the same command once more, built with the clients; what it prints and how it ends is left as it is.
pub(crate) fn run() -> Result<Report> {
    let mut build = cargo("build");
    // A terminal is told why nothing happens; elsewhere nobody waits.
    let progress = ProgressBar::new_spinner().with_message("compiling the clients; the first time takes minutes");
    progress.enable_steady_tick(Duration::from_millis(100));
    let built = status(&mut build);
    progress.finish_and_clear();
    if !built?.success() {
        // Cargo's own complaint is on the terminal already.
        return Err(Diagnostic::new("the clients do not compile").help("check schemas only, with --schemas-only"));
    }
    let mut run = cargo("run");
    run.arg("--").args(std::env::args_os().skip(1));
    let code = status(&mut run)?.code().and_then(|code| u8::try_from(code).ok());
    Ok(Report { exit: code.map_or(Exit::Complaint, Exit::As), verbatim: true, ..Report::default() })
}

/// cargo, about this program with the clients.
fn cargo(what: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([what, "--quiet", "--package", "xtask", "--features", "clients"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command
}

fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| Diagnostic::new(format!("cannot run cargo: {error}")))
}
