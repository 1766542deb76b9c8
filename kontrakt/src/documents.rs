//! Documents: those that are inside, by the name of the API, and files.

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_codegen::document::Document;

use crate::Failure;

/// The specifications that are inside: name and document.
const INSIDE: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// The document of an API that is inside.
pub(crate) fn text(api: &str) -> Result<&'static str, Failure> {
    let found = INSIDE.iter().find(|(name, _)| *name == api).map(|(_, text)| *text);
    found.ok_or_else(|| format!("there is no API {api:?} inside; expected {}, or a file", names()).into())
}

/// The names of the APIs that are inside.
pub(crate) fn names() -> String {
    INSIDE.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The contract of an API that is inside, or of a file, with what could not be read of a file.
pub(crate) fn contract(named: &str) -> Result<(Contract, Vec<Diagnostic>), Failure> {
    if Path::new(named).exists() {
        let (document, mut complaints) = Document::read_mending(Path::new(named))?;
        let (contract, more) = Contract::read_partly(&document)?;
        complaints.extend(more);
        return Ok((contract, complaints));
    }
    let document = Document::parse(format!("{named}.json"), text(named)?)?;
    Ok((Contract::read(&document)?, Vec::new()))
}
