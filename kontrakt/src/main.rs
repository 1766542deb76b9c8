//! The program for people without a checkout: it has the specifications inside, and takes documents of others.
//!
//! Exit codes: 0 for done, 1 for a complaint about input, 2 for wrong usage, 3 for findings that fail the run.

mod documents;
mod serve;
mod webhook;

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_commands::console::{self, Format, Report};
use kontrakt_commands::workspace::Workspace;
use kontrakt_commands::{drift, export, lint, probe, verify};
use kontrakt_sandbox::inside;

/// What can go wrong, in words.
type Failure = Box<dyn std::error::Error>;

/// The files of the specifications that are inside: path and text.
const SPECIFICATIONS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/specifications.rs"));

/// Serves an API from its specification, and checks documents and traffic.
#[derive(Parser)]
#[command(name = "kontrakt", version, arg_required_else_help = true)]
struct Cli {
    /// How results and complaints are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A folder of specifications, in place of those that are inside.
    #[arg(long, global = true, value_name = "DIR")]
    specs: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves an API on this machine: what is created is listed, read, changed and deleted. A page at `/` shows it.
    Serve(serve::Arguments),
    Verify(Box<verify::Args>),
    Drift(Box<drift::Args>),
    Lint(lint::Args),
    Export(export::Args),
    Probe(probe::Args),
    /// Sends what an API tells by itself to an address, signed as the API signs it.
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Prints the document of an API that is inside, with its corrections, as JSON.
    Document {
        /// Name of the API.
        api: String,
    },
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the man page.
    Man,
}

fn main() -> ExitCode {
    // Clap prints complaints about usage itself and leaves with code 2.
    let Cli { format, specs, command } = Cli::parse();
    console::print(format, run(command, specs))
}

fn run(command: Command, specs: Option<PathBuf>) -> Result<Report> {
    let place = || match specs {
        Some(folder) => Ok(Workspace::with_specs(folder)),
        None => Workspace::unpacked(SPECIFICATIONS),
    };
    match command {
        Command::Verify(args) => verify::run(*args, &place()?),
        Command::Drift(args) => drift::run(*args, &place()?),
        Command::Lint(args) => lint::run(&args, &place()?),
        Command::Export(args) => export::run(args, &place()?),
        Command::Probe(args) => probe::run(&args, &place()?),
        Command::Serve(arguments) => done(serve::run(&arguments)),
        Command::Webhook(command) => webhook::run(&command),
        Command::Document { api } => done(inside::document(&api).map(|text| println!("{text}")).map_err(Into::into)),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "kontrakt", &mut stdout());
            Ok(Report::default())
        }
        Command::Man => done(clap_mangen::Man::new(Cli::command()).render(&mut stdout()).map_err(Into::into)),
    }
}

/// The report of a command that prints by itself.
fn done(result: std::result::Result<(), Failure>) -> Result<Report> {
    let complain = |failure: Failure| match failure.downcast::<Diagnostic>() {
        Ok(diagnostic) => *diagnostic,
        Err(failure) => Diagnostic::new(failure.to_string()),
    };
    result.map(|()| Report { verbatim: true, ..Report::default() }).map_err(complain)
}
