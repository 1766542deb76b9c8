//! Shared helpers of the generator's tests: parse documents, generate crates, temporary folders.

// Every test binary uses a part of it.
#![allow(dead_code)]

pub(crate) mod sound;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::emit::{File, Manifest};
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write;

/// The checkout that these tests belong to.
pub(crate) fn repository() -> PathBuf {
    let codegen = Path::new(env!("CARGO_MANIFEST_DIR"));
    codegen.parent().unwrap_or(codegen).to_owned()
}

/// Whether slow tests try all of their cases, as in CI (`.ci/run`), or some of them.
pub(crate) fn thorough() -> bool {
    std::env::var_os("KONTRAKT_THOROUGH").is_some()
}

/// The folder of specifications.
pub(crate) fn specs() -> PathBuf {
    repository().join("specs")
}

/// A folder with more documents, where there is one. Says so when there is none.
pub(crate) fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("KONTRAKT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        // Not by `eprintln!`, which is shown for failed tests only.
        let _ = writeln!(std::io::stderr(), "skipped: KONTRAKT_CORPUS names no folder with more documents");
    }
    corpus
}

/// A document from text; what is not even YAML fails the test.
pub(crate) fn document(text: &str) -> Document {
    Document::parse("test.yaml", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Generates a crate from a document at hand.
pub(crate) fn generate(document: Document, strictness: Strictness) -> Result<Generated> {
    let specification = Specification::without_overlays("shop", document);
    from_specification(&specification, strictness, &standalone(), ("load", Duration::ZERO))
}

/// Generates from a document of the project's own, every doubt a complaint.
pub(crate) fn strict(text: &str) -> Result<Generated> {
    generate(document(text), Strictness::Strict)
}

/// Generates from a document of somebody else, doubts mended.
pub(crate) fn lenient(text: &str) -> Result<Generated> {
    generate(document(text), Strictness::Lenient)
}

/// The complaint, with all that belongs to a complaint.
pub(crate) fn described(error: &Diagnostic) -> String {
    let (file, line, column) = error.position().unwrap_or_else(|| panic!("no place: {error}"));
    let pointer = error.json_pointer().unwrap_or_else(|| panic!("no pointer: {error}"));
    let mend = error.mend().unwrap_or_else(|| panic!("no mend: {error}"));
    assert!(!mend.is_empty() && column > 0, "{error}");
    format!("{file}:{line} {pointer} {}", error.message())
}

/// A crate by itself, on the runtime of this checkout.
pub(crate) fn standalone() -> Manifest {
    Manifest::Standalone { runtime: repository().join("runtime").display().to_string() }
}

/// A complaint with all that were joined to it.
pub(crate) fn complaints(error: &Diagnostic) -> Vec<&Diagnostic> {
    std::iter::once(error).chain(error.rest()).collect()
}

/// The text of an emitted file.
pub(crate) fn text<'g>(generated: &'g Generated, path: &str) -> &'g str {
    let file = generated.files.iter().find(|file| file.path == path);
    file.map_or_else(|| panic!("{path} is not among {:?}", paths(generated)), |file| &file.text)
}

/// The paths of all emitted files.
pub(crate) fn paths(generated: &Generated) -> Vec<&str> {
    generated.files.iter().map(|file| file.path.as_str()).collect()
}

/// A folder for one test, gone when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf, tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self(folder.path().to_owned(), folder)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// An emitted crate on the disk, for the compiler. One process at a time has it.
pub(crate) struct Crate {
    folder: PathBuf,
    _lock: std::fs::File,
}

impl Crate {
    /// Writes a crate where it can be built without a network: with the versions that the workspace has locked.
    /// The folder stays, so that a crate that has not changed is not compiled again.
    pub(crate) fn new(name: &str, files: &[File]) -> Self {
        let crates = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted");
        std::fs::create_dir_all(&crates).unwrap();
        let lock = std::fs::File::create(crates.join(format!("{name}.lock"))).unwrap();
        lock.lock().unwrap();
        let folder = crates.join(name);
        write(&folder, files).unwrap_or_else(|error| panic!("{error}"));
        std::fs::copy(repository().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self { folder, _lock: lock }
    }

    /// Compiles it with these features and no others; not a single warning is accepted.
    pub(crate) fn check(&self, features: &str) {
        let said = self.cargo(&["check"], features);
        assert!(said.is_empty(), "with the features {features:?}:\n{said}");
    }

    /// Compiles the examples in its documentation.
    pub(crate) fn examples(&self, features: &str) {
        let said = self.cargo(&["test", "--doc"], features);
        assert!(said.is_empty(), "examples with the features {features:?}:\n{said}");
    }

    /// What the compiler says of it; nothing where all is well.
    fn cargo(&self, command: &[&str], features: &str) -> String {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(command)
            .args(["--offline", "--quiet", "--no-default-features", "--features", features])
            .current_dir(&self.folder)
            // All crates share the dependencies.
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("emitted/target"))
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .unwrap();
        let failed = (!output.status.success()).then_some(&output.stdout);
        let said = [
            String::from_utf8_lossy(&output.stderr),
            failed.map(|out| String::from_utf8_lossy(out)).unwrap_or_default(),
        ];
        said.concat().lines().take(90).map(|line| format!("{line}\n")).collect()
    }
}
