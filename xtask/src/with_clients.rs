//! Runs a command once more, built with what it needs: the clients, which are compiled for such commands alone, so that a
//! broken client never blocks the generator; or what fetches, so that the generator is compiled sooner.

use std::process::{Command, ExitStatus};
use std::time::Duration;

use indicatif::ProgressBar;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};

use crate::console::{Exit, Report};

/// Runs the same command once more, built with the clients.
pub(crate) fn run() -> Result<Report> {
    again("clients")
}

/// Runs the same command once more, built with what fetches.
pub(crate) fn fetching() -> Result<Report> {
    again("fetch")
}

/// What the command prints and how it ends is left as it is.
fn again(feature: &str) -> Result<Report> {
    let mut build = cargo("build", feature);
    // A terminal is told why nothing happens; elsewhere nobody waits.
    let progress =
        ProgressBar::new_spinner().with_message("compiling what this command needs; the first time takes minutes");
    progress.enable_steady_tick(Duration::from_millis(100));
    let built = status(&mut build);
    progress.finish_and_clear();
    if !built?.success() {
        // Cargo's own complaint is on the terminal already.
        let failed = Diagnostic::new(format!("the feature `{feature}` of xtask does not compile"));
        return Err(
            failed.help("with --schemas-only, verify needs no client; a file in place of an address is not fetched")
        );
    }
    let mut run = cargo("run", feature);
    run.arg("--").args(std::env::args_os().skip(1));
    let code = status(&mut run)?.code().and_then(|code| u8::try_from(code).ok());
    Ok(Report { exit: code.map_or(Exit::Complaint, Exit::As), verbatim: true, ..Report::default() })
}

/// cargo, about this program with a feature.
fn cargo(what: &str, feature: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([what, "--quiet", "--package", "xtask", "--features", feature]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command
}

fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| Diagnostic::new(format!("cannot run cargo: {error}")))
}
