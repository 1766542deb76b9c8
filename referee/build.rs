//! Generates progenitor's clients from the exports of all specifications, so that they are compiled with this crate.
//! A document that progenitor rejects fails the build with its error.

#[path = "src/generate.rs"]
mod generate;
#[path = "src/subset.rs"]
mod subset;

use std::error::Error;
use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::lower::{Profile, lower};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{Specification, names};
use progenitor::InterfaceStyle;

fn main() -> Result<(), Box<dyn Error>> {
    let specs = Path::new("../specs");
    let out = std::env::var("OUT_DIR")?;
    let write = |file: String, contract: &Contract, style| -> Result<(), Box<dyn Error>> {
        let client = generate::client(&lower(contract, Profile::Progenitor).document, style)?;
        Ok(std::fs::write(Path::new(&out).join(file), client)?)
    };
    for watched in ["../specs", "build.rs", "src/generate.rs", "src/subset.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    for name in names(specs)? {
        let specification = Specification::load(specs, &name, Unmatched::Error)?;
        let mut contract = Contract::read(&specification.document)?;
        if std::env::var_os("CARGO_FEATURE_WHOLE").is_some() {
            write(format!("whole-{name}.rs"), &contract, InterfaceStyle::Positional)?;
        }
        subset::keep(&mut contract, &name)?;
        // Parameters by name: a new one in a document leaves the tests alone.
        write(format!("{name}.rs"), &contract, InterfaceStyle::Builder)?;
    }
    Ok(())
}
