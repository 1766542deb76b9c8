//! The tables of the generated clients, where they are compiled in.
//! The feature `clients` enables them; nothing else in this program needs them.

use std::process::{Command, ExitStatus};
use std::time::Duration;

use indicatif::ProgressBar;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_runtime::codec::{Codec, Driver};

use crate::console::{Exit, Report};

/// Whether the clients are compiled in.
pub(crate) const COMPILED: bool = cfg!(feature = "clients");

/// The APIs that have a client.
pub(crate) const NAMES: [&str; 3] = ["clipsan", "shoptet", "upgates"];

/// What the client of an API carries.
#[cfg(feature = "clients")]
pub(crate) fn codecs(api: &str) -> Option<&'static [Codec]> {
    let all = [clipsan::codecs::CODECS, shoptet::codecs::CODECS, upgates::codecs::CODECS];
    NAMES.iter().zip(all).find(|(name, _)| **name == api).map(|(_, codecs)| codecs)
}

/// The calls of an API's client.
#[cfg(feature = "clients")]
pub(crate) fn drivers(api: &str) -> Option<&'static [Driver]> {
    let all = [clipsan::codecs::DRIVERS, shoptet::codecs::DRIVERS, upgates::codecs::DRIVERS];
    NAMES.iter().zip(all).find(|(name, _)| **name == api).map(|(_, drivers)| drivers)
}

/// No table without the clients.
#[cfg(not(feature = "clients"))]
pub(crate) fn codecs(_: &str) -> Option<&'static [Codec]> {
    None
}

/// No table without the clients.
#[cfg(not(feature = "clients"))]
pub(crate) fn drivers(_: &str) -> Option<&'static [Driver]> {
    None
}

/// Runs the same command once more, built with the clients; what it prints and how it ends is left as it is.
pub(crate) fn run_with_clients() -> Result<Report> {
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
