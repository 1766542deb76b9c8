//! `cargo xtask docs API PAGE`: what a documentation page names, compared with the specification.
//! `--inventory FILE` also compares with, or writes, the committed list of facts, so that CI sees a changed page.

use std::path::PathBuf;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use kontrakt_conformance::drift::pages::{Quirk, compare, inventory, names, read};
use serde_json::json;

use crate::console::Report;
use crate::workspace::Workspace;

/// Compare a documentation page (HTML or text) with an API's specification
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/
    api: String,
    /// The page, as downloaded
    page: PathBuf,
    /// Fail unless this file lists what the page names
    #[arg(long, value_name = "FILE")]
    inventory: Option<PathBuf>,
    /// Write the list into the file of --inventory
    #[arg(long, requires = "inventory")]
    write: bool,
}

pub(crate) fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let bytes = std::fs::read(&args.page).map_err(|error| {
        Diagnostic::new(format!("cannot read {}: {error}", args.page.display()))
            .help("name a page as it was downloaded")
    })?;
    let specification = Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?;
    let contract = Contract::read(&specification.document)?;
    let facts = read(&String::from_utf8_lossy(&bytes), &names(&contract));
    if facts.is_empty() {
        return Err(Diagnostic::new(format!("{} names no endpoint with fields", args.page.display())).help(
            "known are pages with lists below `URI:` and `HTTP metoda:`, or below `Base URL:`, and pages made by Redoc",
        ));
    }
    let differences = compare(&facts, &contract, &quirks(&args.api, workspace)?);
    let list = inventory(&facts);
    if let Some(path) = &args.inventory {
        if args.write {
            write_together(&[(path, &list)])?;
        } else if std::fs::read_to_string(path).unwrap_or_default() != list {
            return Err(Diagnostic::new(format!("the page no longer names what {} lists", path.display()))
                .help("look at what changed, mend the specification, then run the command again with --write"));
        }
    }
    let mut text = format!("{} facts, {} differences\n", facts.len(), differences.len());
    text.extend(differences.iter().map(|one| format!("  {one}\n")));
    let json = json!({
        "facts": facts.len(),
        "differences": differences.iter().map(|one| json!({
            "endpoint": one.endpoint,
            "place": one.place.map(kontrakt_conformance::drift::pages::Place::name),
            "name": one.name,
            "what": one.what,
            "pointers": one.pointers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    Ok(Report { text, json, warnings: Vec::new() })
}

/// The entries of quirks.yaml.
fn quirks(api: &str, workspace: &Workspace) -> Result<Vec<Quirk>> {
    let path = workspace.specs().join(api).join("quirks.yaml");
    if !path.exists() {
        return Ok(Vec::new());
    }
    Ok(Quirk::read(&Document::read(&path)?))
}
