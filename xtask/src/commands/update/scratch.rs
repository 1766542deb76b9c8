//! A copy of the files that an update changes. Its steps run there, so the checkout changes only when all of them
//! succeed. The copy is the current folder meanwhile, so that messages name files as they are named in the checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::write::{remove, write_together};
use tempfile::TempDir;

use super::build::DERIVED;

/// What an update may change without a compiler.
const PARTS: [&str; 6] = ["specs", "generated", "README.md", "CHANGELOG.md", "Cargo.toml", RECORDINGS];
/// What it reads besides.
const RECORDINGS: &str = "conformance/recordings";
/// What the compiled steps may change besides.
const BUILT: [&str; 4] = ["README.md", "Cargo.lock", "conformance/tests/laws/snapshots", DERIVED];

/// Files by their path from the root of the checkout.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The copy; it is gone when this is dropped, and the current folder is what it was.
pub(super) struct Scratch {
    folder: TempDir,
    origin: PathBuf,
    here: PathBuf,
}

impl Scratch {
    /// Copies the checkout at `origin` and goes there.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) fn of(origin: &Path) -> Result<Self> {
        let here = std::env::current_dir().map_err(|error| failed("read the current folder", &error))?;
        let origin = here.join(origin);
        let folder = tempfile::tempdir().map_err(|error| failed("make a folder for the copy", &error))?;
        let scratch = Self { folder, origin, here };
        put(scratch.folder.path(), &read(&scratch.origin, &PARTS)?)?;
        std::env::set_current_dir(scratch.folder.path()).map_err(|error| failed("enter the copy", &error))?;
        Ok(scratch)
    }

    /// Goes back, and makes the checkout what the copy is; gives what has been changed.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub(super) fn keep(self) -> Result<Saved> {
        let changed = self.changed()?;
        let (old, new) = (read(&self.origin, &PARTS)?, read(self.folder.path(), &PARTS)?);
        let files = changed.iter().map(|path| (path.clone(), old.get(path).cloned())).collect();
        let mut saved = Saved { root: self.origin.clone(), files };
        saved.remember(&BUILT)?;
        make(&self.origin, changed.iter().map(|path| (path, new.get(path))))?;
        Ok(saved)
    }

    /// Paths that differ from the checkout.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn changed(&self) -> Result<BTreeSet<PathBuf>> {
        let (old, new) = (read(&self.origin, &PARTS)?, read(self.folder.path(), &PARTS)?);
        Ok(old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path)).cloned().collect())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::env::set_current_dir(&self.here);
    }
}

/// What files of the checkout held before they were changed; nothing for those that were not there.
pub(super) struct Saved {
    root: PathBuf,
    files: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Saved {
    fn remember(&mut self, parts: &[&str]) -> Result<()> {
        for (path, text) in read(&self.root, parts)? {
            self.files.entry(path).or_insert(Some(text));
        }
        Ok(())
    }

    /// Puts everything back.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn restore(&self) -> Result<()> {
        make(&self.root, self.files.iter().map(|(path, text)| (path, text.as_ref())))
    }

    /// Paths whose content is another one now.
    pub(super) fn changed(&self) -> Vec<PathBuf> {
        let now = |path: &PathBuf| std::fs::read(self.root.join(path)).ok();
        self.files.iter().filter(|(path, text)| now(path) != **text).map(|(path, _)| path.clone()).collect()
    }
}

/// Writes files, or removes those without a text.
fn make<'a>(root: &Path, files: impl Iterator<Item = (&'a PathBuf, Option<&'a Vec<u8>>)>) -> Result<()> {
    let mut texts = Vec::new();
    for (path, text) in files {
        let path = root.join(path);
        match text.map(|text| std::str::from_utf8(text)) {
            Some(Ok(text)) => texts.push((path, text)),
            Some(Err(error)) => {
                return Err(failed(&format!("write {}", path.display()), &std::io::Error::other(error)));
            }
            None if path.exists() => remove(&path)?,
            None => {}
        }
    }
    let texts: Vec<(&Path, &str)> = texts.iter().map(|(path, text)| (path.as_path(), *text)).collect();
    write_together(&texts)
}

fn put(root: &Path, files: &Files) -> Result<()> {
    for (path, text) in files {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(root);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
        written.map_err(|error| failed(&format!("write {}", path.display()), &error))?;
    }
    Ok(())
}

/// The files of some parts of a checkout, as far as they are there.
fn read(root: &Path, parts: &[&str]) -> Result<Files> {
    let mut files = Files::new();
    let mut waiting: Vec<PathBuf> = parts.iter().map(PathBuf::from).collect();
    while let Some(path) = waiting.pop() {
        let full = root.join(&path);
        let complain = |error: std::io::Error| failed(&format!("read {}", full.display()), &error);
        if full.is_dir() {
            for entry in std::fs::read_dir(&full).map_err(complain)? {
                let name = entry.map_err(complain)?.file_name();
                // What Cargo leaves in a crate that is built by itself.
                if name != "target" {
                    waiting.push(path.join(name));
                }
            }
        } else if full.exists() {
            files.insert(path, std::fs::read(&full).map_err(complain)?);
        }
    }
    Ok(files)
}

fn failed(what: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot {what}: {error}")).help("check the permissions and the free space")
}
