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
    let whole = std::env::var_os("CARGO_FEATURE_WHOLE").is_some();
    // The tests set parameters by name, so that a new one in a document leaves them alone; whole clients are only compiled.
    let style = if whole { InterfaceStyle::Positional } else { InterfaceStyle::Builder };
    for watched in ["../specs", "build.rs", "src/generate.rs", "src/subset.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    for name in names(specs)? {
        let specification = Specification::load(specs, &name, Unmatched::Error)?;
        let mut contract = Contract::read(&specification.document)?;
        if !whole {
            subset::keep(&mut contract, &name)?;
        }
        let client = generate::client(&lower(&contract, Profile::Progenitor).document, style.clone())?;
        std::fs::write(Path::new(&out).join(format!("{name}.rs")), client)?;
    }
    Ok(())
}
