//! Compares emitted files with the disk (missing, extra, changed) and writes only the differences.
//! Each file is written to a temporary one and renamed, so none is ever half-written.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::diagnostic::{Diagnostic, Result};
use crate::emit::File;

/// Lines of a difference that are worth showing.
const SHOWN_LINES: usize = 24;

/// What is wrong with a file on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staleness {
    /// It is not there.
    Missing,
    /// It is there and should not be.
    Extra,
    /// It says something else: the beginning of the difference.
    Changed(String),
}

/// A file on the disk that is not what was emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Where it is or should be.
    pub path: PathBuf,
    /// What is wrong with it.
    pub staleness: Staleness,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.staleness {
            Staleness::Missing => write!(f, "missing {path}"),
            Staleness::Extra => write!(f, "extra   {path}"),
            Staleness::Changed(diff) => write!(f, "changed {path}\n{diff}"),
        }
    }
}

/// Compares a folder with what it should hold.
///
/// # Errors
/// When the folder cannot be read.
pub fn compare(folder: &Path, files: &[File]) -> Result<Vec<Stale>> {
    let mut found = BTreeMap::new();
    collect(folder, Path::new(""), &mut found)?;
    let mut stale = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        let staleness = match found.remove(Path::new(&file.path)) {
            None => Staleness::Missing,
            Some(()) => {
                let old = std::fs::read(&path).map_err(|error| failed("read", &path, &error))?;
                if old == file.text.as_bytes() {
                    continue;
                }
                Staleness::Changed(difference(&String::from_utf8_lossy(&old), &file.text))
            }
        };
        stale.push(Stale { path, staleness });
    }
    let extra = found.into_keys().map(|path| Stale { path: folder.join(path), staleness: Staleness::Extra });
    stale.extend(extra);
    Ok(stale)
}

/// Makes a folder hold what it should: writes what is missing or changed, removes what is extra, leaves the rest alone.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn write(folder: &Path, files: &[File]) -> Result<Vec<Stale>> {
    let stale = compare(folder, files)?;
    let text = |one: &Stale| files.iter().find(|file| folder.join(&file.path) == one.path).map(|file| &*file.text);
    let wanted: Vec<(&Path, &str)> = stale.iter().filter_map(|one| Some((&*one.path, text(one)?))).collect();
    write_together(&wanted)?;
    for one in stale.iter().filter(|one| one.staleness == Staleness::Extra) {
        remove(&one.path)?;
    }
    Ok(stale)
}

/// Removes a file.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    std::fs::remove_file(path).map_err(|error| failed("remove", path, &error))
}

/// Writes several files that belong together; nothing is renamed before all are written.
///
/// # Errors
/// When a file cannot be written or renamed.
pub fn write_together(files: &[(&Path, &str)]) -> Result<()> {
    let mut pending = Pending(Vec::new());
    for (path, text) in files {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        pending.0.push(temporary.clone());
        std::fs::write(&temporary, text).map_err(|error| failed("write", &temporary, &error))?;
    }
    for (temporary, (path, _)) in pending.0.iter().zip(files) {
        std::fs::rename(temporary, path).map_err(|error| failed("write", path, &error))?;
    }
    Ok(())
}

/// Temporary files; what is left of them when a step fails is removed.
struct Pending(Vec<PathBuf>);

impl Drop for Pending {
    fn drop(&mut self) {
        for path in &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn collect(root: &Path, below: &Path, found: &mut BTreeMap<PathBuf, ()>) -> Result<()> {
    let folder = root.join(below);
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&folder).map_err(|error| failed("list", &folder, &error))? {
        let entry = entry.map_err(|error| failed("list", &folder, &error))?;
        let path = below.join(entry.file_name());
        let kind = entry.file_type().map_err(|error| failed("read", &entry.path(), &error))?;
        if !kind.is_dir() {
            found.insert(path, ());
        // What Cargo leaves in a crate that is built by itself.
        } else if path != Path::new("target") {
            collect(root, &path, found)?;
        }
    }
    Ok(())
}

/// The beginning of the difference between two texts.
pub fn difference(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().context_radius(1).header("on disk", "emitted").to_string();
    let mut lines: Vec<&str> = text.lines().take(SHOWN_LINES).collect();
    if text.lines().count() > SHOWN_LINES {
        lines.push("...");
    }
    lines.join("\n")
}

fn failed(verb: &str, path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot {verb} {}: {error}", path.display()))
        .help("check the permissions and the free space")
}

#[cfg(test)]
mod tests {
    use super::{Staleness, compare, write};
    use crate::emit::File;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn missing_extra_and_changed_files_are_seen_and_mended() {
        let folder = std::env::temp_dir().join(format!("kontrakt-write-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let files = [file("Cargo.toml", "a\n"), file("src/lib.rs", "b\nc\n")];
        assert_eq!(write(&folder, &files).unwrap().len(), 2);
        assert_eq!(compare(&folder, &files).unwrap(), []);
        std::fs::write(folder.join("src/lib.rs"), "b\nx\n").unwrap();
        std::fs::write(folder.join("src/old.rs"), "").unwrap();
        std::fs::remove_file(folder.join("Cargo.toml")).unwrap();
        let stale = compare(&folder, &files).unwrap();
        let shown: Vec<String> =
            stale.iter().map(|one| one.to_string().replace(&*folder.to_string_lossy(), "")).collect();
        assert_eq!(shown[0], "missing /Cargo.toml");
        assert!(shown[1].starts_with("changed /src/lib.rs\n") && shown[1].contains("-x\n+c"), "{}", shown[1]);
        assert_eq!(shown[2], "extra   /src/old.rs");
        write(&folder, &files).unwrap();
        assert_eq!(compare(&folder, &files).unwrap(), []);
        assert!(!stale.iter().any(|one| one.staleness == Staleness::Changed(String::new())));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
