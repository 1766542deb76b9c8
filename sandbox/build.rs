//! Puts the specifications of this checkout, overlays applied, into the library, with a constructor for each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kontrakt_codegen::name::snake;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{self, Specification};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", specs.display());
    let (mut list, mut constructors) = ("[".to_owned(), "impl Sandbox {\n".to_owned());
    for name in specification::names(&specs)? {
        let specification = Specification::load(&specs, &name, Unmatched::Error)?;
        let file = out.join(format!("{name}.json"));
        fs::write(&file, specification.document.root.to_json_text())?;
        let quirks = fs::canonicalize(specs.join(&name))?.join("quirks.yaml");
        let quirks = if quirks.exists() { format!("include_str!({quirks:?})") } else { "\"quirks: []\"".to_owned() };
        write!(list, "({name:?}, include_str!({file:?}), {quirks}), ")?;
        let method = snake(&name);
        let title = specification.document.root.get("info").and_then(|info| info.get("title")?.as_str());
        let title = title.unwrap_or(&name);
        writeln!(constructors, "/// A sandbox of {title}, with the usual [`Options`].")?;
        writeln!(
            constructors,
            "#[must_use]\npub fn {method}() -> Self {{ Self::of_inside({name:?}, Options::default()) }}"
        )?;
        writeln!(constructors, "/// The same, set up otherwise.")?;
        writeln!(
            constructors,
            "#[must_use]\npub fn {method}_with(options: Options) -> Self {{ Self::of_inside({name:?}, options) }}"
        )?;
    }
    list.push(']');
    constructors.push('}');
    fs::write(out.join("documents.rs"), list)?;
    fs::write(out.join("constructors.rs"), constructors)?;
    Ok(())
}
