//! What the tests would say of a specification, as far as no compiler is needed for it: entries of quirks.yaml that no
//! longer hold, lists of documentation pages that name other things, schemas without a value.

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::check::Checker;
use kontrakt_conformance::drift::pages::{compare, read_inventory};
use kontrakt_conformance::lint::lint;
use kontrakt_conformance::quirks::{self, Quirk, holds};

/// What is wrong with a specification; each says what to do about it.
///
/// # Errors
/// When a file beside it cannot be read.
pub(super) fn faults(specification: &Specification, contract: &Contract, folder: &Path) -> Result<Vec<Diagnostic>> {
    let mut found = Vec::new();
    let path = folder.join("quirks.yaml");
    let mut entries = Vec::new();
    if path.exists() {
        let document = Document::read(&path)?;
        entries = quirks::read(&document)?;
        found.extend(healed(&entries, specification, contract, &document));
    }
    found.extend(pages(&folder.join("pages"), contract, &entries)?);
    let empty = lint(&specification.document, contract).into_iter().filter(|one| one.rule == "unsatisfiable");
    found.extend(empty.map(|one| specification.blame(one.diagnostic)));
    Ok(found)
}

fn healed(entries: &[Quirk], specification: &Specification, contract: &Contract, file: &Document) -> Vec<Diagnostic> {
    let checker = Checker::new(contract);
    let mut found = Vec::new();
    for quirk in entries {
        for place in &quirk.places {
            if let Err(reason) = holds(quirk, &checker, &specification.document, place) {
                let message = format!("the entry {} no longer holds at {place}: {reason}", quirk.id);
                let complaint = file.complain(quirk.span, &kontrakt_codegen::document::Pointer::root(), message);
                found.push(
                    complaint.help("take the place out of the entry, or the entry, or follow it to where it has moved"),
                );
            }
        }
    }
    found
}

fn pages(folder: &Path, contract: &Contract, entries: &[Quirk]) -> Result<Vec<Diagnostic>> {
    let mut paths: Vec<_> = match std::fs::read_dir(folder) {
        Ok(files) => files.filter_map(|file| Some(file.ok()?.path())).collect(),
        Err(_) => Vec::new(),
    };
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
        let facts = read_inventory(&text).map_err(|line| {
            Diagnostic::new(format!("{}:{line} is no fact", path.display()))
                .help("write the list anew, with `cargo xtask docs`")
        })?;
        found.extend(compare(&facts, contract, entries).iter().map(|difference| {
            Diagnostic::new(format!("{}: {difference}", path.display())).help(
                "the page is older than the document: name the difference in quirks.yaml, or mend the specification",
            )
        }));
    }
    Ok(found)
}
