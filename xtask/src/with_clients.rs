//! Runs a command once more, built with what it needs: the clients, which are compiled for such commands alone, so that a
//! broken client never blocks the generator; what fetches, so that the generator is compiled sooner; or optimised.

use std::process::{Command, ExitStatus};
use std::time::Duration;

use indicatif::ProgressBar;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};

use crate::console::{Exit, Report};

/// Runs the same command once more, built with the clients.
pub(crate) fn run() -> Result<Report> {
    again(Some("clients"), !cfg!(debug_assertions))
}

/// Runs the same command once more, built with what fetches.
pub(crate) fn fetching() -> Result<Report> {
    again(Some("fetch"), !cfg!(debug_assertions))
}

/// Runs the same command once more, optimised: an unoptimised measurement says nothing.
pub(crate) fn optimised(clients: bool) -> Result<Report> {
    again(clients.then_some("clients"), true)
}

/// What the command prints and how it ends is left as it is.
fn again(feature: Option<&str>, release: bool) -> Result<Report> {
    let mut build = cargo("build", feature, release);
    // A terminal is told why nothing happens; elsewhere nobody waits.
    let progress =
        ProgressBar::new_spinner().with_message("compiling what this command needs; the first time takes minutes");
    progress.enable_steady_tick(Duration::from_millis(100));
    let built = status(&mut build);
    progress.finish_and_clear();
    if !built?.success() {
        // Cargo's own complaint is on the terminal already.
        let what = feature.map_or_else(|| "xtask".to_owned(), |feature| format!("the feature `{feature}` of xtask"));
        let failed = Diagnostic::new(format!("{what} does not compile"));
        return Err(
            failed.help("with --schemas-only, verify needs no client; a file in place of an address is not fetched")
        );
    }
    let mut run = cargo("run", feature, release);
    run.arg("--").args(std::env::args_os().skip(1));
    let code = status(&mut run)?.code().and_then(|code| u8::try_from(code).ok());
    Ok(Report { exit: code.map_or(Exit::Complaint, Exit::As), verbatim: true, ..Report::default() })
}

/// cargo, about this program built another way.
fn cargo(what: &str, feature: Option<&str>, release: bool) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([what, "--quiet", "--package", "xtask"]);
    command.args(feature.into_iter().flat_map(|feature| ["--features", feature]));
    command.args(release.then_some("--release"));
    command
}

fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| Diagnostic::new(format!("cannot run cargo: {error}")))
}
