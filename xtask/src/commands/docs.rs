//! `cargo xtask docs API PAGE`: compares a documentation page with the specification. `--inventory FILE` also compares
//! with, or writes, the committed inventory of the page, so that CI detects a changed page. Without a page, the
//! specification is compared with the API's own reference.

mod reference;

pub(crate) use reference::differences;

use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use kontrakt_conformance::drift::pages::{compare, inventory, names, read};
use kontrakt_conformance::quirks::{self, Quirk};
use serde_json::json;

use crate::console::{Exit, Report};
use crate::fetch::{Limits, fetch, is_url};
use crate::workspace::Workspace;

/// Compare a documentation page (HTML or text), or the imported reference, with an API's specification
///
/// Exit codes: 0 no difference that is not an entry of quirks.yaml, 1 a page that cannot be read or names something else
/// than its list, 2 wrong usage, 3 differences.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/
    api: String,
    /// The page, as downloaded, or its address; the imported reference unless given
    page: Option<String>,
    /// Fail unless this file lists what the page names
    #[arg(long, value_name = "FILE", requires = "page")]
    inventory: Option<PathBuf>,
    /// Write the list into the file of --inventory
    #[arg(long, requires = "inventory")]
    write: bool,
}

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let Some(page) = &args.page else { return reference::run(args, workspace) };
    let bytes = if is_url(page) {
        fetch(page, Limits::default())?
    } else {
        std::fs::read(page).map_err(|error| {
            Diagnostic::new(format!("cannot read {page}: {error}")).help("name a page as it was downloaded")
        })?
    };
    let specification = Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?;
    let contract = Contract::read(&specification.document)?;
    let facts = read(&String::from_utf8_lossy(&bytes), &names(&contract));
    if facts.is_empty() {
        return Err(Diagnostic::new(format!("{page} names no endpoint with fields")).help(
            "known are pages with lists below `URI:` and `HTTP metoda:`, or below `Base URL:`, and pages made by Redoc",
        ));
    }
    let differences = compare(&facts, &contract, &quirks(&args.api, workspace)?);
    if let Some(path) = &args.inventory {
        keep(path, &inventory(&facts), args.write)?;
    }
    let mut text = format!("{} facts, {} differences\n", facts.len(), differences.len());
    text.extend(differences.iter().map(|one| format!("  {one}\n")));
    let json = json!({
        "facts": facts.len(),
        "differences": differences.iter().map(|one| json!({
            "endpoint": one.endpoint,
            "place": one.place.map(kontrakt_conformance::drift::pages::FactPlace::name),
            "name": one.name,
            "what": one.what,
            "pointers": one.pointers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    let exit = if differences.is_empty() { Exit::Done } else { Exit::Findings };
    Ok(Report { text, json, exit, ..Report::default() })
}

/// Compares with the committed list, or writes it.
fn keep(path: &Path, list: &str, write: bool) -> Result<()> {
    if write {
        return write_together(&[(path, list)]);
    }
    let old = std::fs::read_to_string(path).unwrap_or_default();
    if old == list {
        return Ok(());
    }
    let without = |some: &str, other: &str, sign: char| -> Vec<String> {
        let known: Vec<&str> = other.lines().collect();
        some.lines()
            .filter(|line| !known.contains(line))
            .map(|line| format!("{sign} {}", line.replace('\t', " ")))
            .collect()
    };
    let mut changes = without(list, &old, '+');
    changes.extend(without(&old, list, '-'));
    let count = changes.len();
    changes.truncate(SHOWN);
    let message =
        format!("the page no longer names what {} lists ({count} lines): {}", path.display(), changes.join("; "));
    Err(Diagnostic::new(message)
        .help("look at what changed, mend the specification, then run the command again with --write"))
}

/// Changed lines of a list that a complaint shows.
const SHOWN: usize = 12;

/// The entries of quirks.yaml.
fn quirks(api: &str, workspace: &Workspace) -> Result<Vec<Quirk>> {
    let path = workspace.specs().join(api).join("quirks.yaml");
    if !path.exists() {
        return Ok(Vec::new());
    }
    quirks::read(&Document::read(&path)?)
}
