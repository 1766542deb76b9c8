//! `--history`: compares every revision of a document with the one before, from a folder of files or from git.
//! The HTML report draws the timeline; the others list the revisions.

use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_conformance::drift::Drift;
use kontrakt_conformance::drift::history::walk;
use kontrakt_conformance::drift::report::{Options, ReportFormat, render_history};

use super::sources::{Source, git};
use crate::workspace::Workspace;

/// A revision that is still to be read.
struct Revision {
    name: String,
    source: Kept,
}

/// Where a revision is kept.
enum Kept {
    File(PathBuf),
    /// As `git:REV:PATH`.
    Git(String),
}

impl Kept {
    fn read(&self, workspace: &Workspace) -> Result<Document> {
        match self {
            Self::File(path) => Document::read(path),
            Self::Git(place) => Source::of(place, workspace)?.document(workspace),
        }
    }
}

/// The drift between the last two revisions, and the report.
pub(super) fn run(
    place: &str,
    workspace: &Workspace,
    form: ReportFormat,
    options: Options,
    today: &str,
) -> Result<(Option<Drift>, String)> {
    let revisions = match place.strip_prefix("git:") {
        Some(path) => of_git(path, workspace)?,
        None => of_folder(Path::new(place))?,
    };
    if revisions.len() < 2 {
        return Err(Diagnostic::new(format!("{place} holds fewer than two documents")).help(
            "name git:PATH of a file that was committed at least twice, or a folder of files ending in .yaml whose names \
             sort by age, such as 2026-01-31-abc.yaml",
        ));
    }
    // One after the other: a document is 2 MB of text, and ten times that once it is read.
    let read = |Revision { name, source }: Revision| (name, source.read(workspace));
    let (history, drift) = walk(revisions.into_iter().map(read), today);
    let text = render_history(&history, drift.as_ref(), form, options);
    Ok((drift, text))
}

/// Files in the order of their names: of several of one day, the names decide.
fn of_folder(folder: &Path) -> Result<Vec<Revision>> {
    let complain = |error: std::io::Error| {
        Diagnostic::new(format!("cannot read {}: {error}", folder.display())).help("name a folder of OpenAPI documents")
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(complain)? {
        let path = entry.map_err(complain)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            paths.push(path);
        }
    }
    paths.sort();
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(paths.into_iter().map(|path| Revision { name: name(&path), source: Kept::File(path) }).collect())
}

/// Commits that changed a file, oldest first.
fn of_git(path: &str, workspace: &Workspace) -> Result<Vec<Revision>> {
    let log = git(workspace, &["log", "--reverse", "--format=%cs %h", "--", path])?;
    let log = String::from_utf8_lossy(&log).into_owned();
    let commits = log.lines().filter_map(|line| line.split_once(' '));
    let revision = |(day, commit): (&str, &str)| Revision {
        name: format!("{day}-{commit}"),
        source: Kept::Git(format!("git:{commit}:{path}")),
    };
    Ok(commits.map(revision).collect())
}
