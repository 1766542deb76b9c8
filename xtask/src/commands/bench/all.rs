//! `cargo xtask bench`: everything that has a peer, measured one after the other, as one table of ratios beside those that
//! were recorded.

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use serde_json::{Map, Value, json};

use super::ratios::{self, Ratios};
use super::{compile, decode, drift, generate, serve, table, verify};
use crate::console::{Exit, Report};
use crate::workspace::Workspace;

/// Measure everything that has a peer; without a subcommand too
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Two documents to compare with other tools as well
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    drift: Vec<std::path::PathBuf>,
    /// The sandbox over HTTP as well
    #[arg(long)]
    serve: bool,
    /// Folder with the programs of other tools for --drift and --serve, such as node_modules/.bin; PATH is searched too
    #[arg(long, value_name = "DIR")]
    tools: Option<std::path::PathBuf>,
}

/// The name of a measurement, whom it compares with, and its report.
type Part<'a> = (&'static str, &'static str, Box<dyn Fn() -> Result<Report> + 'a>);

pub(super) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let mut parts: Vec<Part<'_>> = vec![
        ("generate", "progenitor", Box::new(|| generate::run(&generate::Args::default(), workspace))),
        ("decode", "serde derive", Box::new(|| decode::run(&decode::Args::default()))),
        ("verify", "jsonschema", Box::new(|| verify::run(&verify::Args::default(), workspace))),
        ("compile", "progenitor", Box::new(|| compile::run(&compile::Args::default(), workspace))),
    ];
    if args.serve {
        parts.push(("serve", "prism", Box::new(|| serve::run(&serve::Args::of(args.tools.clone()), workspace))));
    }
    if let [old, new] = args.drift.as_slice() {
        let drift = drift::Args::of(old.clone(), new.clone(), args.tools.clone());
        parts.push(("drift", "the fastest", Box::new(move || drift::run(&drift))));
    }
    let recorded = ratios::recorded(workspace)?;
    let mut rows = vec![["times as fast as", "peer", "now", "recorded"].map(str::to_owned).to_vec()];
    let (mut all, mut details) = (Ratios::new(), Map::new());
    let mut report = Report::default();
    for (name, peer, run) in parts {
        let part = match run() {
            Ok(part) => part,
            Err(error) => {
                report.exit = Exit::Complaint;
                report.warnings.push(Diagnostic::new(format!("{name} was not measured: {error}")));
                continue;
            }
        };
        for (what, ratio) in ratios::of(&part) {
            let before = recorded.get(&what).map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            rows.push(vec![what.clone(), peer.to_owned(), format!("{ratio:.2}"), before]);
            all.insert(what, ratio);
        }
        report.warnings.extend(part.warnings);
        details.insert(name.to_owned(), part.json);
    }
    details.insert("ratios".to_owned(), json!(all));
    Ok(Report { text: table(&rows), json: Value::Object(details), ..report })
}
