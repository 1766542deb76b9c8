//! Puts the specifications of this checkout, overlays applied, into the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{self, Specification};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", specs.display());
    let mut list = "[".to_owned();
    for name in specification::names(&specs)? {
        let specification = Specification::load(&specs, &name, Unmatched::Error)?;
        let file = out.join(format!("{name}.json"));
        fs::write(&file, specification.document.root.to_json().to_string())?;
        write!(list, "({name:?}, include_str!({file:?})), ")?;
    }
    list.push(']');
    fs::write(out.join("documents.rs"), list)?;
    Ok(())
}
