//! Resolves OLD and NEW: a file, an address, an API's committed document, or a revision in git.
//! The origin also tells which API a document belongs to, and the history before NEW.

use std::path::Path;
use std::process::Command;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::specification::{DOCUMENT, names};

use crate::fetch::{Limits, fetch, is_url};
use crate::workspace::Workspace;

/// One side as it was named.
pub(super) struct Source {
    /// As people named it.
    pub(super) name: String,
    /// File name for places in reports.
    pub(super) file: String,
    /// The document.
    pub(super) text: String,
    origin: Origin,
}

enum Origin {
    File,
    Url,
    Api(String),
    Git { revision: String, path: String },
}

impl Source {
    /// Reads what an argument names.
    ///
    /// # Errors
    /// When it cannot be read or fetched, or is not UTF-8 text.
    pub(super) fn of(argument: &str, workspace: &Workspace) -> Result<Self> {
        let name = argument.to_owned();
        if is_url(argument) {
            let text = text(argument, fetch(argument, Limits::default())?)?;
            return Ok(Self { file: name.clone(), name, text, origin: Origin::Url });
        }
        if let Some(rest) = argument.strip_prefix("git:") {
            let Some((revision, path)) =
                rest.split_once(':').filter(|(revision, path)| is_revision(revision) && !path.is_empty())
            else {
                return Err(Diagnostic::new(format!("{argument} names no revision of a file"))
                    .help("expected git:REV:PATH, such as git:HEAD~1:specs/shoptet/openapi.yaml"));
            };
            let text = text(argument, git(workspace, &["show", &format!("{revision}:{path}")])?)?;
            let origin = Origin::Git { revision: revision.to_owned(), path: path.to_owned() };
            return Ok(Self { file: path.to_owned(), name, text, origin });
        }
        let (path, origin) = if names(&workspace.specs())?.iter().any(|api| api == argument) {
            (workspace.specs().join(argument).join(DOCUMENT), Origin::Api(argument.to_owned()))
        } else {
            (Path::new(argument).to_owned(), Origin::File)
        };
        let bytes = std::fs::read(&path).map_err(|error| {
            let apis = names(&workspace.specs()).unwrap_or_default().join(", ");
            Diagnostic::new(format!("cannot read {}: {error}", path.display()))
                .help(format!("expected a file, a URL, git:REV:PATH, or an API: {apis}"))
        })?;
        Ok(Self { file: path.display().to_string(), name, text: text(argument, bytes)?, origin })
    }

    /// The document, with the files that it refers to from where it is itself.
    ///
    /// # Errors
    /// As [`Document::bundle`].
    pub(super) fn document(&self, workspace: &Workspace) -> Result<Document> {
        // An address may carry a query, which is not part of the folder.
        let own = self.file.split('?').next().filter(|_| is_url(&self.file)).unwrap_or(&self.file);
        let folder = own.rfind(['/', '\\']).map_or("", |at| &own[..=at]);
        Document::bundle(self.file.clone(), self.text.clone(), &|sibling| {
            let place = format!("{folder}{sibling}");
            let bytes = match &self.origin {
                Origin::Url => fetch(&place, Limits::default())?,
                Origin::Git { revision, .. } => git(workspace, &["show", &format!("{revision}:{place}")])?,
                Origin::File | Origin::Api(_) => std::fs::read(&place).map_err(|error| {
                    Diagnostic::new(format!("cannot read {place}: {error}")).help("check the name and the folder")
                })?,
            };
            text(&place, bytes)
        })
    }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Diagnostic::new(format!("{name} is no text: {error}")).help("expected an OpenAPI document in UTF-8")
    })
}

/// A revision that git cannot mistake for an option.
fn is_revision(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('-')
}

/// What a git command prints.
///
/// # Errors
/// When it fails.
pub fn git(workspace: &Workspace, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(workspace.root()).args(arguments).output();
    let complain = |message: String| {
        Diagnostic::new(format!("git {}: {message}", arguments.join(" ")))
            .help("check the revision and the path; the path starts at the root of the repository")
    };
    let output = output.map_err(|error| complain(error.to_string()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(complain(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// The API that two sources are about: named, part of a path in the repository, or told by a title.
///
/// # Errors
/// When the folder of specifications cannot be listed.
pub(super) fn api(old: &Source, new: &Source, workspace: &Workspace) -> Result<Option<String>> {
    let apis = names(&workspace.specs())?;
    let told = |source: &Source| match &source.origin {
        Origin::Api(name) => Some(name.clone()),
        Origin::Git { path, .. } => {
            let folder = path.strip_prefix("specs/").and_then(|rest| rest.split('/').next());
            folder.and_then(|folder| apis.iter().find(|api| *api == folder).cloned())
        }
        Origin::File | Origin::Url => {
            let title = source.text.lines().map(str::trim).find_map(|line| line.strip_prefix("title:"));
            let title = title.unwrap_or_default().to_lowercase();
            apis.iter().find(|api| title.split(|c: char| !c.is_alphanumeric()).any(|word| word == **api)).cloned()
        }
    };
    Ok(told(new).or_else(|| told(old)))
}

/// The earlier revision that NEW is equal to, where the origin has a past: a folder of dated files, or git.
pub(super) fn flap(old: &Source, new: &Source, workspace: &Workspace) -> Option<String> {
    match &new.origin {
        Origin::File => {
            let (old_path, new_path) = (Path::new(&old.file), Path::new(&new.file));
            let folder = new_path.parent()?;
            if old_path.parent() != Some(folder) || !starts_with_day(old_path) || !starts_with_day(new_path) {
                return None;
            }
            let mut siblings: Vec<_> =
                std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
            siblings.sort();
            let length = new.text.len() as u64;
            let same = siblings.into_iter().find(|path| {
                path.as_path() != old_path
                    && path.as_path() != new_path
                    && starts_with_day(path)
                    && day(path) <= day(old_path)
                    && path.metadata().is_ok_and(|data| data.len() == length)
                    && std::fs::read(path).is_ok_and(|bytes| bytes == new.text.as_bytes())
            })?;
            Some(same.file_name()?.to_string_lossy().into_owned())
        }
        Origin::Git { revision, path } => {
            let log = git(workspace, &["log", "--format=%h", "-n", "30", revision, "--", path]).ok()?;
            let log = String::from_utf8(log).ok()?;
            let same = log.lines().skip(2).find(|commit| {
                git(workspace, &["show", &format!("{commit}:{path}")]).is_ok_and(|bytes| bytes == new.text.as_bytes())
            })?;
            Some(format!("git:{same}:{path}"))
        }
        Origin::Url | Origin::Api(_) => None,
    }
}

fn day(path: &Path) -> Option<String> {
    path.file_name()?.to_str()?.get(..10).map(str::to_owned)
}

fn starts_with_day(path: &Path) -> bool {
    let shape =
        |day: &str| day.char_indices().all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() });
    day(path).is_some_and(|day| shape(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_no_options() {
        assert!(is_revision("HEAD~1") && !is_revision("--output=x") && !is_revision(""));
    }

    #[test]
    fn dated_names_are_told_apart() {
        assert!(starts_with_day(Path::new("a/2026-01-31-x.yaml")));
        assert!(!starts_with_day(Path::new("openapi.yaml")) && !starts_with_day(Path::new("2026-é1-31")));
    }
}
