//! `cargo xtask docs API`: compares the specification with the API's own imported reference.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::reference::{Comparison, Known, compare};
use serde_json::json;

use super::Args;
use crate::commands::import::REFERENCE;
use crate::console::{Exit, Report};
use crate::workspace::Workspace;

pub(super) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    Ok(report(&comparison(&args.api, workspace)?))
}

/// What the specification says differently, and entries that are over, in words.
pub(crate) fn differences(api: &str, workspace: &Workspace) -> Result<Vec<String>> {
    let Comparison { differences, over, .. } = comparison(api, workspace)?;
    let over = over.iter().map(|place| format!("nothing differs any more: {place}"));
    Ok(differences.iter().map(ToString::to_string).chain(over).collect())
}

fn comparison(api: &str, workspace: &Workspace) -> Result<Comparison> {
    let folder = workspace.specs().join(api);
    let specification = Specification::load(&workspace.specs(), api, Unmatched::Error)?;
    let path = folder.join(REFERENCE);
    if !path.exists() {
        return Err(Diagnostic::new(format!("{api} has no reference beside its specification")).help(format!(
            "name a page: cargo xtask docs {api} PAGE; or import the reference: cargo xtask import {api} FOLDER|FILE…|URL"
        )));
    }
    let (reference, _) = Contract::read_mending(&Document::read(&path)?)?;
    let quirks = folder.join("quirks.yaml");
    let known = if quirks.exists() { Known::read(&Document::read(&quirks)?)? } else { Known::default() };
    Ok(compare(&Contract::read(&specification.document)?, &reference, known))
}

fn report(comparison: &Comparison) -> Report {
    let Comparison { differences, known, over } = comparison;
    let mut text = format!("{} differences, and {known} that quirks.yaml explains\n", differences.len());
    text.extend(differences.iter().map(|one| format!("  {one}\n")));
    text.extend(over.iter().map(|place| format!("  nothing differs any more: {place}\n")));
    let json = json!({
        "known": known,
        "differences": differences.iter().map(|one| json!({
            "aspect": one.aspect.name(),
            "pointers": one.pointers.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "operation": one.operation,
            "detail": one.detail,
        })).collect::<Vec<_>>(),
        "over": over,
    });
    let exit = if differences.is_empty() && over.is_empty() { Exit::Done } else { Exit::Findings };
    Report { text, json, exit, ..Report::default() }
}
