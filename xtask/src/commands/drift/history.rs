//! `--history DIR`: every revision of a folder compared with the one before.
//! The HTML report draws the timeline; the others list the revisions.

use std::fmt::Write as _;
use std::path::Path;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_conformance::drift::Drift;
use kontrakt_conformance::drift::history::walk;
use kontrakt_conformance::drift::report::timeline::History;
use kontrakt_conformance::drift::report::{Form, Options, render, render_history};
use serde_json::json;

/// The drift between the last two revisions, and the report.
pub(super) fn run(folder: &Path, form: Form, options: Options, today: &str) -> Result<(Option<Drift>, String)> {
    let complain = |error: std::io::Error| {
        Diagnostic::new(format!("cannot read {}: {error}", folder.display())).help("name a folder of OpenAPI documents")
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(complain)? {
        let path = entry.map_err(complain)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut revisions = Vec::new();
    for path in &paths {
        let bytes = std::fs::read(path).map_err(complain)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        revisions.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    if revisions.len() < 2 {
        return Err(Diagnostic::new(format!("{} holds fewer than two documents", folder.display()))
            .help("revisions are files ending in .yaml; their names sort by age, such as 2026-01-31-abc.yaml"));
    }
    let (history, drift) = walk(revisions, today);
    let text = match (&drift, form) {
        (Some(drift), Form::Html) => render_history(&history, drift, options),
        (Some(drift), Form::Markdown | Form::Junit | Form::Sarif | Form::Github) => render(drift, form, options),
        (_, Form::Json) => json(&history),
        _ => list(&history),
    };
    Ok((drift, text))
}

fn list(history: &History) -> String {
    let mut out =
        format!("{:<34} {:>10} {:>9} {:>6} {:>9}\n", "revision", "operations", "breaking", "risky", "additive");
    for one in &history.revisions {
        let operations = one.operations.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let [breaking, risky, additive] = one.changes;
        let _ = write!(out, "{:<34} {operations:>10} {breaking:>9} {risky:>6} {additive:>9}", one.name);
        if let Some(earlier) = &one.flap {
            let _ = write!(out, "  the same as {earlier}");
        }
        if let Some(complaint) = &one.complaint {
            let _ = write!(out, "  {complaint}");
        }
        out.push('\n');
    }
    out
}

fn json(history: &History) -> String {
    let revisions: Vec<serde_json::Value> = history
        .revisions
        .iter()
        .map(|one| {
            let [breaking, risky, additive] = one.changes;
            json!({
                "name": one.name, "day": one.day, "operations": one.operations, "breaking": breaking, "risky": risky,
                "additive": additive, "sameAs": one.flap, "complaint": one.complaint,
            })
        })
        .collect();
    format!("{}\n", json!({"revisions": revisions}))
}
