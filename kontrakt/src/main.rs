//! The program for people without a checkout: it has the specifications inside, and takes documents of others.
//!
//! Exit codes: 0 for done, 1 for a complaint about input, 2 for wrong usage.

mod documents;
mod serve;

use std::io::stdout;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

/// What can go wrong, in words.
type Failure = Box<dyn std::error::Error>;

/// Serves an API from its specification.
#[derive(Parser)]
#[command(name = "kontrakt", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves an API on this machine: what is created is listed, read, changed and deleted.
    Serve(serve::Arguments),
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
    let done = match Cli::parse().command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Document { api } => documents::text(&api).map(|text| println!("{text}")),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "kontrakt", &mut stdout());
            Ok(())
        }
        Command::Man => clap_mangen::Man::new(Cli::command()).render(&mut stdout()).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
