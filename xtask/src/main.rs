//! The command line of the project: `cargo xtask <command>`.
//!
//! Exit codes, of every command:
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; what was looked for was not found |
//! | 1 | a complaint about input, or an output that is stale: nothing was written |
//! | 2 | wrong usage: nothing was done |
//! | 3 | the report has findings that fail the run: `drift` and `verify` as `--fail-on` says, `docs` any; `update` is done
//! and somebody must look |
//! | 4 | `update` found nothing new |

mod commands;
mod with_clients;

use std::process::ExitCode;

use clap::Parser;
use kontrakt_commands::{console, fetch, workspace};

use commands::Command;
use console::Format;
use workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Imports, generates and proves the API clients")]
struct Cli {
    /// How results and complaints are printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // Clap prints complaints about usage itself and leaves with code 2.
    let cli = Cli::parse();
    let result = Workspace::find().and_then(|workspace| cli.command.run(&workspace));
    console::print(cli.format, result)
}
