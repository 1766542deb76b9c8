//! `kontrakt lint API|FILE`: contradictions within a document, with lines and suggested fixes.
//! A file outside this project is read leniently, and tolerated errors are listed too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::acceptance::{Acceptance, Command, Stale};
use kontrakt_conformance::lint::{Complaint, lint};
use serde_json::{Value, json};

use crate::console::Report;
use crate::workspace::{Workspace, today};

/// List what a document says against itself: examples, defaults, types, paths, references
#[derive(clap::Args)]
pub struct Args {
    /// Name of an API, or a document
    document: String,
    /// Only these rules
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
}

/// Rules about values and schemas that contradict each other, which an overlay can have caused.
const CONTRADICTIONS: [&str; 6] =
    ["default", "example", "idle-keyword", "null-by-the-letter", "parameter", "unsatisfiable"];

/// Runs the command.
///
/// # Errors
/// When the document cannot be read.
pub fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let path = Path::new(&args.document);
    let accepted = workspace.accepted(&args.document);
    let (specification, contract, mended) = if path.is_file() {
        let document = Document::read(path)?;
        let (contract, mended) = Contract::read_partly(&document)?;
        (Specification::without_overlays(&args.document, document), contract, mended)
    } else {
        let specification = Specification::load(&workspace.specs(), &args.document, Unmatched::Error)?;
        let contract = Contract::read(&specification.document)?;
        (specification, contract, Vec::new())
    };
    let mut complaints = lint(&specification.document, &contract);
    for complaint in complaints.iter_mut().filter(|one| CONTRADICTIONS.contains(&one.rule)) {
        complaint.diagnostic = specification.blame(complaint.diagnostic.clone());
    }
    complaints.extend(mended.into_iter().map(|diagnostic| Complaint::new("mended", diagnostic)));
    let found = complaints.iter_mut().map(|one| (one.id(), &mut one.accepted));
    let stale = match path.is_file() {
        true => Stale::default(),
        false => Acceptance::read(&accepted)?.mark(Command::Lint, found, &today(), |_| true),
    };
    complaints.retain(|one| args.rule.is_empty() || args.rule.iter().any(|rule| rule == one.rule));
    Ok(Report { warnings: stale.warnings(&accepted), ..report(&complaints) })
}

/// Rule by rule, with the mend once; the file is named where there are several.
fn report(complaints: &[Complaint]) -> Report {
    let mut rules: BTreeMap<&str, Vec<&Complaint>> = BTreeMap::new();
    let (accepted, open): (Vec<&Complaint>, Vec<&Complaint>) =
        complaints.iter().partition(|one| one.accepted.is_some());
    for complaint in open.iter().copied() {
        rules.entry(complaint.rule).or_default().push(complaint);
    }
    let mut text = String::new();
    for (rule, complaints) in &rules {
        // What goes for several is said once, what names a line of an overlay beside its complaint.
        let mut mends: BTreeMap<&str, usize> = BTreeMap::new();
        complaints.iter().filter_map(|one| one.diagnostic.mend()).for_each(|mend| *mends.entry(mend).or_default() += 1);
        let own = |mend: &str| mends[mend] == 1 && mends.len() > 1;
        let _ = writeln!(text, "{rule}, {}", complaints.len());
        for mend in mends.keys().filter(|mend| !own(mend)) {
            let _ = writeln!(text, "  mend: {mend}");
        }
        for complaint in complaints {
            let place = complaint.diagnostic.position().map(|(file, line, _)| format!("{file}:{line}: "));
            let pointer = complaint.diagnostic.json_pointer().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(
                text,
                "  {}{}\n    {pointer} [{}]",
                place.unwrap_or_default(),
                complaint.diagnostic.message(),
                complaint.id()
            );
            if let Some(mend) = complaint.diagnostic.mend().filter(|mend| own(mend)) {
                let _ = writeln!(text, "    mend: {mend}");
            }
        }
        text.push('\n');
    }
    let counts: Vec<String> = rules.iter().map(|(rule, list)| format!("{} {rule}", list.len())).collect();
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let noun = if open.len() == 1 { "complaint" } else { "complaints" };
    let accepted = if accepted.is_empty() { String::new() } else { format!("; {} accepted", accepted.len()) };
    let _ = writeln!(text, "{} {noun}{counts}{accepted}", open.len());
    Report { text, json: complaints.iter().map(to_json).collect(), ..Report::default() }
}

fn to_json(complaint: &Complaint) -> Value {
    let diagnostic: &Diagnostic = &complaint.diagnostic;
    json!({
        "id": complaint.id(),
        "accepted": complaint.accepted,
        "rule": complaint.rule,
        "kind": "document",
        "message": diagnostic.message(),
        "pointer": diagnostic.json_pointer().map(|pointer| pointer.as_str()),
        "file": diagnostic.position().map(|(file, ..)| file),
        "line": diagnostic.position().map(|(_, line, _)| line),
        "mend": diagnostic.mend(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What lint says of a document after an overlay.
    fn linted(overlay: &str) -> Report {
        let document = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n\
            components:\n  schemas:\n    State: {type: string, enum: [new, done], default: done, examples: [new]}\n\
            \x20   Amount: {type: number, example: 5}\n";
        let specs = tempfile::tempdir().unwrap();
        std::fs::create_dir(specs.path().join("shop")).unwrap();
        std::fs::write(specs.path().join("shop/openapi.yaml"), document).unwrap();
        let overlay = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{overlay}");
        std::fs::write(specs.path().join("shop/a.overlay.yaml"), overlay).unwrap();
        let args = Args { document: "shop".to_owned(), rule: Vec::new() };
        run(&args, &Workspace::with_specs(specs.path().to_owned())).unwrap()
    }

    #[test]
    fn a_contradiction_that_an_overlay_made_names_its_line() {
        for (overlay, rule) in [
            ("  - {target: $.components.schemas.State, update: {minLength: 4}}\n", "example"),
            (
                "  - {target: $.components.schemas.State.default, remove: true}\n  - {target: $.components.schemas.State, update: {default: gone}}\n",
                "default",
            ),
            ("  - {target: $.components.schemas.Amount, update: {minimum: 9}}\n", "example"),
        ] {
            let line = 3 + overlay.lines().count();
            let text = linted(overlay).text;
            assert!(text.contains(rule), "{overlay}: {text}");
            assert!(text.contains(&format!("a.overlay.yaml:{line}")), "{overlay}: {text}");
        }
        let clean = linted("  - {target: $.components.schemas.State, update: {description: How far it is.}}\n").text;
        assert_eq!(clean, "0 complaints\n");
    }
}
