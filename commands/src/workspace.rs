//! Where specifications are, and where results go: a checkout of the project, or the current folder and specifications that
//! the program has inside.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::specification::sha256;
use tempfile::TempDir;

/// Where commands read and write.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    /// The folder of specifications, where it is not the one of a checkout.
    specs: Option<PathBuf>,
    /// What is removed in the end.
    _unpacked: Option<Arc<TempDir>>,
}

impl Workspace {
    /// The checkout that holds the current directory, or else the one this program was built in.
    ///
    /// # Errors
    /// When neither exists (any more).
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut candidates = here.ancestors().chain(built_in.ancestors().skip(1));
        let root = candidates.find(|folder| is_root(folder)).ok_or_else(|| {
            Diagnostic::new(format!("{} is not within a checkout of the project", here.display()))
                .help("run the command in a folder below the Cargo.toml with [workspace] and beside it specs/")
        })?;
        // Messages are easier to read with short paths.
        let root = if root == here { Path::new("") } else { root };
        Ok(Self { root: root.to_owned(), specs: None, _unpacked: None })
    }

    /// The checkout in the current folder, whichever that is when a path is used.
    #[must_use]
    pub fn here() -> Self {
        Self { root: PathBuf::new(), specs: None, _unpacked: None }
    }

    /// The current folder, with specifications somewhere else.
    #[must_use]
    pub fn with_specs(specs: PathBuf) -> Self {
        Self { specs: Some(specs), ..Self::here() }
    }

    /// The current folder, with specifications that are given as paths and texts. They are in a folder for
    /// temporary files, which stays; if there is another one of its name, in one that is gone with the workspace.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn unpacked(specifications: &[(&str, &str)]) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Diagnostic::new(format!("cannot unpack the specifications: {error}"))
                .help("make room in the folder for temporary files, or set TMPDIR to another one")
        };
        // Under one name as long as they are the same, so that the places in reports are still there afterwards.
        let sum = sha256(specifications.iter().flat_map(|(path, text)| [*path, *text]));
        let kept = std::env::temp_dir().join(format!("kontrakt-{}", &sum[..16]));
        if holds(&kept, specifications) {
            return Ok(Self::with_specs(kept));
        }
        let folder = tempfile::Builder::new().prefix("kontrakt-").tempdir().map_err(failed)?;
        for (path, text) in specifications {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path())).map_err(failed)?;
            std::fs::write(path, text).map_err(failed)?;
        }
        if !kept.exists() && std::fs::rename(folder.path(), &kept).is_ok() {
            return Ok(Self::with_specs(kept));
        }
        let specs = folder.path().to_owned();
        Ok(Self { _unpacked: Some(Arc::new(folder)), ..Self::with_specs(specs) })
    }

    /// The file of accepted findings of an API or a document: in a checkout beside the specification, elsewhere in the
    /// current folder.
    #[must_use]
    pub fn accepted(&self, document: &str) -> PathBuf {
        let path = Path::new(document);
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or(document);
        match &self.specs {
            None if !path.is_file() => self.specs().join(document).join("accepted.yaml"),
            _ => self.root.join(format!("accepted.{name}.yaml")),
        }
    }

    /// The folder for what a command leaves that makes several files.
    #[must_use]
    pub fn results(&self, command: &str, api: &str) -> PathBuf {
        match &self.specs {
            None => self.root().join("target").join(command).join(api),
            Some(_) => PathBuf::from(format!("{command}-{api}")),
        }
    }

    /// The folder that holds all others.
    #[must_use]
    pub fn root(&self) -> &Path {
        if self.root.as_os_str().is_empty() { Path::new(".") } else { &self.root }
    }

    /// What users are told about releases.
    #[must_use]
    pub fn changelog(&self) -> PathBuf {
        self.root.join("CHANGELOG.md")
    }

    /// The folder of emitted crates.
    #[must_use]
    pub fn generated(&self) -> PathBuf {
        self.root.join("generated")
    }

    /// The folder of the runtime crate.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.root.join("runtime")
    }

    /// The text that people read first.
    #[must_use]
    pub fn readme(&self) -> PathBuf {
        self.root.join("README.md")
    }

    /// The folder of recordings that the project ships.
    #[must_use]
    pub fn recordings(&self) -> PathBuf {
        self.root.join("conformance").join("recordings")
    }

    /// The folder of specifications.
    #[must_use]
    pub fn specs(&self) -> PathBuf {
        self.specs.clone().unwrap_or_else(|| self.root.join("specs"))
    }
}

/// Whether a folder has all the files, as they are: anybody may put something there.
fn holds(folder: &Path, files: &[(&str, &str)]) -> bool {
    let same = |(path, text): &(&str, &str)| std::fs::read(folder.join(path)).is_ok_and(|held| held == text.as_bytes());
    files.iter().all(same)
}

fn is_root(folder: &Path) -> bool {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
    manifest.is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]")) && folder.join("specs").is_dir()
}

/// Today in UTC, as `2026-01-31`.
#[must_use]
pub fn today() -> String {
    time::UtcDateTime::now().date().to_string()
}
