//! Locates the project's folders.
//! The search starts at the current directory, so commands work anywhere within a checkout.

use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};

/// A checkout of the project.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout that holds the current directory, or else the one this program was built in.
    ///
    /// # Errors
    /// When neither exists (any more).
    pub(crate) fn find() -> Result<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut candidates = here.ancestors().chain(built_in.ancestors().skip(1));
        let root = candidates.find(|folder| is_root(folder)).ok_or_else(|| {
            Diagnostic::new(format!("{} is not within a checkout of the project", here.display()))
                .help("run the command in a folder below the Cargo.toml with [workspace] and beside it specs/")
        })?;
        // Messages are easier to read with short paths.
        let root = if root == here { Path::new("") } else { root };
        Ok(Self { root: root.to_owned() })
    }

    /// The checkout in the current folder, whichever that is when a path is used.
    pub(crate) fn here() -> Self {
        Self { root: PathBuf::new() }
    }

    /// The folder that holds all others.
    pub(crate) fn root(&self) -> &Path {
        if self.root.as_os_str().is_empty() { Path::new(".") } else { &self.root }
    }

    /// What users are told about releases.
    pub(crate) fn changelog(&self) -> PathBuf {
        self.root.join("CHANGELOG.md")
    }

    /// The folder of emitted crates.
    pub(crate) fn generated(&self) -> PathBuf {
        self.root.join("generated")
    }

    /// The folder of the runtime crate.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.root.join("runtime")
    }

    /// The text that people read first.
    pub(crate) fn readme(&self) -> PathBuf {
        self.root.join("README.md")
    }

    /// The folder of recordings that the project ships.
    pub(crate) fn recordings(&self) -> PathBuf {
        self.root.join("conformance").join("recordings")
    }

    /// The folder of specifications.
    pub(crate) fn specs(&self) -> PathBuf {
        self.root.join("specs")
    }
}

fn is_root(folder: &Path) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
    manifest.is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]")) && folder.join("specs").is_dir()
}

/// Today in UTC, as `2026-01-31`.
pub(crate) fn today() -> String {
    time::UtcDateTime::now().date().to_string()
}
