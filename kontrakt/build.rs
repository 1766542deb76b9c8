//! Puts the files of the specifications of this checkout into the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// What commands do not read.
const LEFT_OUT: [&str; 5] = ["README.md", "examples", "guide.md", "pages", "reference.yaml"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let specs = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs"))?;
    println!("cargo::rerun-if-changed={}", specs.display());
    let mut files = Vec::new();
    collect(&specs, &mut files)?;
    files.sort();
    let mut list = "[".to_owned();
    for file in files {
        let name = file.strip_prefix(&specs)?.to_string_lossy().replace('\\', "/");
        write!(list, "({name:?}, include_str!({file:?})), ")?;
    }
    list.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("specifications.rs"), list)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if LEFT_OUT.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
