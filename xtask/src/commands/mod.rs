//! The commands, one per file; those that the program `kontrakt` has too are in `kontrakt-commands`.
//! Each takes its arguments and the workspace, and returns a report or a complaint.

mod bench;
mod coverage;
mod docs;
mod generate;
mod import;
mod overlay;
mod update;

use kontrakt_codegen::diagnostic::Result;
use kontrakt_commands::{clients, drift, export, fetch, lint, probe, verify};

use crate::console::Report;
use crate::with_clients;
use crate::workspace::Workspace;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Bench(bench::Args),
    Coverage(coverage::Args),
    Docs(docs::Args),
    Drift(drift::Args),
    Export(export::Args),
    Generate(generate::Args),
    Import(import::Args),
    Lint(lint::Args),
    Overlay(overlay::Args),
    Probe(probe::Args),
    Update(update::Args),
    Verify(Box<verify::Args>),
}

impl Command {
    pub(crate) fn run(self, workspace: &Workspace) -> Result<Report> {
        if self.may_fetch() && !fetch::COMPILED {
            return with_clients::fetching();
        }
        match self {
            Self::Bench(args) => bench::run(args, workspace),
            Self::Coverage(args) => coverage::run(&args, workspace),
            Self::Docs(args) => docs::run(&args, workspace),
            Self::Drift(args) => drift::run(args, workspace),
            Self::Export(args) => export::run(args, workspace),
            Self::Generate(args) => generate::run(args, workspace),
            Self::Import(args) => import::run(args, workspace),
            Self::Lint(args) => lint::run(&args, workspace),
            Self::Overlay(args) => overlay::run(args, workspace),
            Self::Probe(_) if !clients::COMPILED => with_clients::run(),
            Self::Probe(args) => probe::run(&args, workspace),
            Self::Update(args) => update::run(&args, workspace),
            Self::Verify(args) if args.needs_client() && !clients::COMPILED => with_clients::run(),
            Self::Verify(args) => verify::run(*args, workspace),
        }
    }

    /// Whether the command was given an address, or may know one.
    fn may_fetch(&self) -> bool {
        match self {
            Self::Import(_) | Self::Update(_) => true,
            Self::Docs(_) | Self::Drift(_) => std::env::args().any(|argument| {
                fetch::is_url(&argument) || argument.split_once('=').is_some_and(|(_, value)| fetch::is_url(value))
            }),
            _ => false,
        }
    }
}
