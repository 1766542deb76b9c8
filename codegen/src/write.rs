//! Compares emitted files with the disk (missing, extra, changed) and writes only the differences.
//! Each file is written to a temporary one and renamed, so none is ever half-written; what no run emitted is kept.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::diagnostic::{Diagnostic, Result};
use crate::emit::{File, SIGN};

/// Lines of a difference that are worth showing.
const SHOWN_LINES: usize = 24;

/// What is wrong with a file on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staleness {
    /// It is not there.
    Missing,
    /// It is there and should not be.
    Extra,
    /// It is there, and no generator wrote it.
    Foreign,
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
            Staleness::Extra | Staleness::Foreign => write!(f, "extra   {path}"),
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
    stale.extend(found.into_keys().map(|path| {
        let path = folder.join(path);
        let staleness = if is_emitted(&path) { Staleness::Extra } else { Staleness::Foreign };
        Stale { path, staleness }
    }));
    Ok(stale)
}

/// Makes a folder hold what it should: writes what is missing or changed, removes what an earlier run emitted and this
/// one does not. Everything else that is there stays.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn write(folder: &Path, files: &[File]) -> Result<Vec<Stale>> {
    let mut stale = compare(folder, files)?;
    stale.retain(|one| one.staleness != Staleness::Foreign);
    let text = |one: &Stale| files.iter().find(|file| folder.join(&file.path) == one.path).map(|file| &*file.text);
    let wanted: Vec<(&Path, &str)> = stale.iter().filter_map(|one| Some((&*one.path, text(one)?))).collect();
    write_together(&wanted)?;
    for one in stale.iter().filter(|one| one.staleness == Staleness::Extra) {
        remove(&one.path)?;
    }
    Ok(stale)
}

/// Refuses a folder that is somebody else's: one that holds something and no crate of an earlier run. `told` allows
/// that, and to replace files that no run emitted; what leads out of the folder by a link is refused all the same.
///
/// # Errors
/// When it is, with the names of what is there.
pub fn expect_own(folder: &Path, files: &[File], told: bool) -> Result<()> {
    let mut found = BTreeMap::new();
    collect(folder, Path::new(""), &mut found)?;
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|data| data.is_symlink());
    let leads_out = |file: &&File| {
        let within = Path::new(&file.path).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
        within.map(|path| folder.join(path)).any(|path| is_link(&path) || path.is_file())
    };
    let stand_in_the_way: Vec<&str> = files.iter().filter(leads_out).map(|file| &*file.path).collect();
    if !stand_in_the_way.is_empty() {
        let message = format!("a link or file of {} stands where a folder belongs", folder.display());
        return Err(Diagnostic::new(format!("{message}: for {}", listed(&stand_in_the_way)))
            .help("remove it, or choose another folder; nothing was written"));
    }
    if told {
        return Ok(());
    }
    let is_foreign = |path: &&PathBuf| !is_emitted(&folder.join(path));
    let foreign: Vec<&PathBuf> = found.keys().filter(is_foreign).collect();
    let replaced = foreign.iter().copied().filter(|path| files.iter().any(|file| Path::new(&file.path) == *path));
    let replaced: Vec<String> = replaced.map(|path| path.display().to_string()).collect();
    let (message, names) = if is_emitted(&folder.join(MANIFEST)) || foreign.is_empty() {
        ("files of these names were written by somebody else", replaced)
    } else {
        let names = foreign.iter().map(|path| path.display().to_string()).collect();
        ("the folder holds something, and no crate that was emitted before", names)
    };
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Err(Diagnostic::new(format!("{}: {message}: {}", folder.display(), listed(&names))).help(
        "choose an empty folder, or add --force, which replaces files of the crate and leaves all others alone; \
         nothing was written",
    ))
}

/// The file by which a folder is known to be an emitted crate.
const MANIFEST: &str = "Cargo.toml";

/// Some names, as many as are worth reading.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether a file begins as every emitted file does.
fn is_emitted(path: &Path) -> bool {
    let is_file = path.symlink_metadata().is_ok_and(|data| data.is_file());
    let mut start = Vec::new();
    let read = is_file.then(|| std::fs::File::open(path)).and_then(std::result::Result::ok);
    read.is_some_and(|file| file.take(START).read_to_end(&mut start).is_ok())
        && String::from_utf8_lossy(&start).lines().next().is_some_and(|line| line.contains(SIGN))
}

/// How much of a file tells.
const START: u64 = 256;

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
    let mut pending = Vec::new();
    for (path, text) in files {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
        let write = || {
            let mut file = temporary_file(folder)?;
            file.write_all(text.as_bytes())?;
            Ok(file)
        };
        pending.push(write().map_err(|error| failed("write", path, &error))?);
    }
    for (file, (path, _)) in pending.into_iter().zip(files) {
        file.persist(path).map_err(|error| failed("write", path, &error.error))?;
    }
    Ok(())
}

/// A file that is removed unless it is renamed; with the permissions of any other new file.
fn temporary_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.suffix(".tmp").tempfile_in(folder)
}

/// A folder with these files, for one test.
#[cfg(test)]
pub(crate) fn temporary(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files: Vec<_> = files.iter().map(|(path, text)| (folder.path().join(path), *text)).collect();
    let files: Vec<_> = files.iter().map(|(path, text)| (&**path, *text)).collect();
    write_together(&files).expect("files in a temporary folder");
    folder
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
            // What Cargo leaves in a crate that is built by itself, as is the folder `target`.
            if path != Path::new("Cargo.lock") {
                found.insert(path, ());
            }
        } else if is_apart(&entry.path()) {
            found.insert(path, ());
        } else if path != Path::new("target") {
            collect(root, &path, found)?;
        }
    }
    Ok(())
}

/// Folders whose files are none of the crate's: `.git` and its kin, and other crates.
fn is_apart(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) || path.join(MANIFEST).exists()
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
    use std::path::Path;

    use tempfile::TempDir;

    use super::{Staleness, compare, expect_own, temporary, write};
    use crate::emit::{File, SIGN};

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn missing_extra_and_changed_files_are_seen_and_mended() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let emitted = format!("// {}\n", crate::emit::SIGN);
        let files = [file("Cargo.toml", "a\n"), file("src/lib.rs", "b\nc\n")];
        assert_eq!(write(folder, &files).unwrap().len(), 2);
        assert_eq!(compare(folder, &files).unwrap(), []);
        std::fs::write(folder.join("src/lib.rs"), "b\nx\n").unwrap();
        std::fs::write(folder.join("src/old.rs"), emitted).unwrap();
        std::fs::remove_file(folder.join("Cargo.toml")).unwrap();
        let stale = compare(folder, &files).unwrap();
        let shown: Vec<String> =
            stale.iter().map(|one| one.to_string().replace(&*folder.to_string_lossy(), "")).collect();
        assert_eq!(shown[0], "missing /Cargo.toml");
        assert!(shown[1].starts_with("changed /src/lib.rs\n") && shown[1].contains("-x\n+c"), "{}", shown[1]);
        assert_eq!(shown[2], "extra   /src/old.rs");
        write(folder, &files).unwrap();
        assert_eq!(compare(folder, &files).unwrap(), []);
        assert!(!stale.iter().any(|one| one.staleness == Staleness::Changed(String::new())));
    }

    struct Folder(TempDir);

    impl Folder {
        /// A folder with some files; what ends in `!` begins as emitted files do.
        fn new(files: &[&str]) -> Self {
            let sign = format!("# {SIGN}\n");
            let text = |name: &str| if name.ends_with('!') { &*sign } else { "mine" };
            let files: Vec<_> = files.iter().map(|name| (name.trim_end_matches('!'), text(name))).collect();
            Self(temporary(&files))
        }

        /// All files, sorted.
        fn files(&self) -> Vec<String> {
            fn below(root: &Path, folder: &Path, found: &mut Vec<String>) {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() && !path.is_symlink() {
                        below(root, &path, found);
                    } else {
                        found.push(path.strip_prefix(root).unwrap().display().to_string());
                    }
                }
            }
            let mut found = Vec::new();
            below(self.0.path(), self.0.path(), &mut found);
            found.sort();
            found
        }
    }

    /// What is there, whether that is refused, and what is there after the crate was written all the same.
    type Case = (&'static str, &'static [&'static str], bool, &'static [&'static str]);

    #[test]
    fn nothing_is_removed_that_no_run_emitted() {
        let cases: [Case; 6] = [
            ("empty", &[], false, &["Cargo.toml", "src/lib.rs"]),
            ("earlier", &["Cargo.toml!", "src/gone.rs!"], false, &["Cargo.toml", "src/lib.rs"]),
            (
                "lived-in",
                &["Cargo.toml!", "Cargo.lock", ".git/HEAD", ".env", "tests/t.rs", "target/x"],
                false,
                &[".env", ".git/HEAD", "Cargo.lock", "Cargo.toml", "src/lib.rs", "target/x", "tests/t.rs"],
            ),
            ("theirs", &["main.c", ".git/HEAD"], true, &[".git/HEAD", "Cargo.toml", "main.c", "src/lib.rs"]),
            ("replaced", &["Cargo.toml!", "src/lib.rs"], true, &["Cargo.toml", "src/lib.rs"]),
            (
                "above",
                &["a/Cargo.toml!", "a/src/lib.rs!"],
                true,
                &["Cargo.toml", "a/Cargo.toml", "a/src/lib.rs", "src/lib.rs"],
            ),
        ];
        let emitted = [file("Cargo.toml", &format!("# {SIGN}\n")), file("src/lib.rs", &format!("// {SIGN}\n"))];
        for (name, before, refused, after) in cases {
            let folder = Folder::new(before);
            assert_eq!(expect_own(folder.0.path(), &emitted, false).is_err(), refused, "{name}");
            assert!(expect_own(folder.0.path(), &emitted, true).is_ok(), "{name}");
            write(folder.0.path(), &emitted).unwrap();
            assert_eq!(folder.files(), after, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let (there, here) = (Folder::new(&["lib.rs"]), Folder::new(&["Cargo.toml!"]));
        std::os::unix::fs::symlink(there.0.path(), here.0.path().join("src")).unwrap();
        let emitted = [file("src/lib.rs", "")];
        assert!(expect_own(here.0.path(), &emitted, true).unwrap_err().message().contains("link"));
        assert_eq!(there.files(), ["lib.rs"]);
    }
}
