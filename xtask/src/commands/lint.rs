//! `cargo xtask lint API|FILE`: what a document says against itself, with lines and mends.
//! A file that is not this project's own is read leniently, and what was mended is listed too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::lint::{Complaint, lint};
use serde_json::{Value, json};

use crate::console::Report;
use crate::workspace::Workspace;

/// List what a document says against itself: examples, defaults, types, paths, references
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/, or a file
    document: String,
    /// Only these rules
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
}

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let path = Path::new(&args.document);
    let (document, contract, mended) = if path.is_file() {
        let document = Document::read(path)?;
        let (contract, mended) = Contract::read_mending(&document)?;
        (document, contract, mended)
    } else {
        let document = Specification::load(&workspace.specs(), &args.document, Unmatched::Error)?.document;
        let contract = Contract::read(&document)?;
        (document, contract, Vec::new())
    };
    let mut complaints = lint(&document, &contract);
    complaints.extend(mended.into_iter().map(|diagnostic| Complaint { rule: "mended", diagnostic }));
    complaints.retain(|one| args.rule.is_empty() || args.rule.iter().any(|rule| rule == one.rule));
    Ok(report(&complaints))
}

fn report(complaints: &[Complaint]) -> Report {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for complaint in complaints {
        *rules.entry(complaint.rule).or_default() += 1;
        let place =
            complaint.diagnostic.position().map(|(file, line, _)| format!("{file}:{line} ")).unwrap_or_default();
        let pointer = complaint.diagnostic.json_pointer().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "{place}{}: {}\n  {pointer}", complaint.rule, complaint.diagnostic.message());
    }
    let counts: Vec<String> = rules.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
    let _ = writeln!(
        text,
        "{} complaints: {}",
        complaints.len(),
        if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
    );
    Report { text, json: complaints.iter().map(to_json).collect(), warnings: Vec::new() }
}

fn to_json(complaint: &Complaint) -> Value {
    let diagnostic: &Diagnostic = &complaint.diagnostic;
    json!({
        "rule": complaint.rule,
        "kind": "document",
        "message": diagnostic.message(),
        "pointer": diagnostic.json_pointer().map(|pointer| pointer.as_str()),
        "file": diagnostic.position().map(|(file, ..)| file),
        "line": diagnostic.position().map(|(_, line, _)| line),
        "mend": diagnostic.mend(),
    })
}
