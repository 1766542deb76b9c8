//! The checks of a specification that need no compiler, as the tests do them: quirks that no longer apply, schemas that
//! no value satisfies, and differences from documentation pages.

use std::collections::BTreeSet;
use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Node, Pointer};
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
    if let Some((document, entries)) = entries(folder)? {
        found.extend(healed(&entries, specification, contract, &document));
    }
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
                let complaint = file.complain(quirk.span, &Pointer::root(), message);
                found.push(
                    complaint.help("take the place out of the entry, or the entry, or follow it to where it has moved"),
                );
            }
        }
    }
    found
}

/// Places of quirks in operations that are gone, and entries that have no other places.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn obsolete(document: &Document, folder: &Path) -> Result<Vec<Diagnostic>> {
    let Some((file, quirks)) = entries(folder)? else { return Ok(Vec::new()) };
    let operation = |place: &Pointer| {
        let tokens: Vec<String> = place.tokens().take(3).collect();
        (tokens.first().is_some_and(|first| first == "paths") && tokens.len() == 3)
            .then(|| tokens.iter().fold(Pointer::root(), |all, one| all.join(one)))
    };
    let is_gone = |place: &Pointer| operation(place).is_some_and(|operation| document.get(&operation).is_none());
    let nodes = file.root.get("quirks").and_then(Node::as_list).unwrap_or_default();
    let mut found = Vec::new();
    for (quirk, node) in quirks.iter().zip(nodes) {
        let places = node.get("where").and_then(Node::as_list).unwrap_or_default();
        let gone: Vec<_> = quirk.places.iter().zip(places).filter(|(place, _)| is_gone(place)).collect();
        let complain = |node: &Node, message: String| file.complain(node.span, &Pointer::root(), message).obsolete();
        match node.get("id") {
            Some(id) if !gone.is_empty() && gone.len() == quirk.places.len() => {
                found.push(complain(id, format!("the entry {} is about operations that are gone", quirk.id)));
            }
            _ => found.extend(gone.iter().map(|(place, node)| {
                complain(node, format!("the entry {} is about an operation that is gone, at {place}", quirk.id))
            })),
        }
    }
    Ok(found)
}

/// What the lists of documentation pages say otherwise, by list and in words.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn pages(contract: &Contract, folder: &Path) -> Result<BTreeSet<String>> {
    let entries = entries(folder)?.map(|(_, entries)| entries).unwrap_or_default();
    let mut found = BTreeSet::new();
    for file in std::fs::read_dir(folder.join("pages")).into_iter().flatten() {
        let path = file.map_err(|error| Diagnostic::new(format!("cannot list {}: {error}", folder.display())))?.path();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
        let facts = read_inventory(&text).map_err(|line| {
            Diagnostic::new(format!("{}:{line} is no fact", path.display()))
                .help("write the list anew, with `cargo xtask docs`")
        })?;
        let list = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        found.extend(compare(&facts, contract, &entries).iter().map(|difference| format!("{list}: {difference}")));
    }
    Ok(found)
}

/// The entries of quirks.yaml, where there is one.
fn entries(folder: &Path) -> Result<Option<(Document, Vec<Quirk>)>> {
    let path = folder.join("quirks.yaml");
    if !path.exists() {
        return Ok(None);
    }
    let document = Document::read(&path)?;
    let entries = quirks::read(&document)?;
    Ok(Some((document, entries)))
}
