//! Documents: those that are inside, by the name of the API, and files.

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_sandbox::{Options, Sandbox};

use crate::Failure;

/// A sandbox of an API that is inside, or of a file; what cannot be read of a file is told.
pub(crate) fn sandbox(named: &str, options: Options) -> Result<Sandbox, Failure> {
    if !Path::new(named).is_file() {
        return Sandbox::of(named, options).map_err(|error| format!("{error}, or a file").into());
    }
    let (document, mut complaints) = Document::read_mending(Path::new(named))?;
    let (contract, more) = Contract::read_partly(&document)?;
    complaints.extend(more);
    for complaint in complaints {
        eprintln!("warning: {complaint}");
    }
    Ok(Sandbox::with(contract, options)?)
}
