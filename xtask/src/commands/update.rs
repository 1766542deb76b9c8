//! `cargo xtask update [API]`: from a changed document to everything that follows from it, in one go: import, overlays,
//! drift, generation, changelog, table of the README, snapshots, lock file. All of it is written, or nothing.

mod build;
mod checks;
mod outcome;
mod replay;
mod scratch;
mod steps;

use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::specification::names;
use kontrakt_codegen::write::write_together;
use kontrakt_conformance::source;
use tempfile::TempDir;

use self::outcome::{End, UpdateOutcome};
use self::scratch::Scratch;
use self::steps::Request;
use super::drift::git;
use crate::console::{Exit, Report};
use crate::fetch::is_url;
use crate::workspace::{Workspace, today};

/// Take the newest document of an API, and bring everything up to date that follows from it
///
/// Exit codes: 0 done, 1 could not (nothing is written, unless --draft), 2 wrong usage, 3 done and somebody must look,
/// 4 nothing new.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// API to update; all that have a recorded address unless given
    api: Option<String>,
    /// Take this document instead of the recorded address
    #[arg(long, value_name = "FILE|URL", requires = "api")]
    from: Option<String>,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where a step fails, keep what the steps before it did, so that a person can go on from there
    #[arg(long, conflicts_with = "dry_run")]
    draft: bool,
    /// Compare with this revision, and not with the specification as it stands: for going on with a draft
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Leave out what takes a compiler: the table of the README, the snapshots, the lock file
    #[arg(long)]
    no_build: bool,
    /// Write the text of a pull request into this file
    #[arg(long, value_name = "FILE")]
    pull_request: Option<PathBuf>,
    /// Day on which announcements and ages are judged
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<String>,
    /// Only say how old the source of each API is
    #[arg(long, conflicts_with_all = ["api", "base", "draft", "dry_run"])]
    ages: bool,
    /// Take the documents that this file lists one after the other, in a copy, and count how they end
    #[arg(long, value_name = "FILE", requires = "api", conflicts_with_all = ["from", "base", "draft"])]
    replay: Option<PathBuf>,
    /// Of --replay only every N-th pair
    #[arg(long, value_name = "N", default_value_t = 1, requires = "replay")]
    every: usize,
}

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let today = args.today.clone().unwrap_or_else(today);
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let (Some(list), Some(api)) = (&args.replay, &args.api) {
        return replay::run(api, &absolute(list), args.every, workspace, &today);
    }
    let from = args.from.as_ref().map(|from| match is_url(from) {
        true => from.clone(),
        false => absolute(Path::new(from)).display().to_string(),
    });
    let body = args.pull_request.as_deref().map(absolute);
    let mut outcomes = Vec::new();
    let apis = if args.ages { Vec::new() } else { apis(args, workspace)? };
    for api in apis {
        outcomes.push(one(&api, from.as_deref(), args, workspace, &today)?);
    }
    if let Some(path) = body {
        let text: Vec<String> = outcomes.iter().map(UpdateOutcome::pull_request).collect();
        write_together(&[(&path, &text.join("\n"))])?;
    }
    let report = outcome::report(&outcomes, &ages(workspace, &today)?);
    Ok(if args.ages { Report { exit: Exit::Done, ..report } } else { report })
}

/// The APIs to update: the one that is named, or all that are imported from somewhere.
fn apis(args: &Args, workspace: &Workspace) -> Result<Vec<String>> {
    if let Some(api) = &args.api {
        return Ok(vec![api.clone()]);
    }
    let mut found = names(&workspace.specs())?;
    found.retain(|api| source::is_imported(&workspace.specs().join(api)));
    Ok(found)
}

/// How old the source of each API is, in days, where its day is known.
fn ages(workspace: &Workspace, today: &str) -> Result<Vec<(String, Option<i64>)>> {
    let specs = workspace.specs();
    let age = |api: String| {
        let days = source::date(&specs.join(&api)).and_then(|day| source::days(&day, today));
        (api, days)
    };
    Ok(names(&specs)?.into_iter().map(age).collect())
}

fn one(api: &str, from: Option<&str>, args: &Args, workspace: &Workspace, today: &str) -> Result<UpdateOutcome> {
    let base = args.base.as_ref().map(|revision| Base::of(revision, api, workspace)).transpose()?;
    let scratch = Scratch::of(workspace.root())?;
    let request = Request { api, from, base: base.as_ref().map(|base| base.0.path()), today };
    let mut outcome = UpdateOutcome::of(api, steps::propose(&request, &Workspace::here()));
    outcome.files = scratch.changed()?.into_iter().collect();
    outcome.dry_run = args.dry_run;
    let keep = matches!(outcome.end, End::Done | End::Look) || args.draft && outcome.end == End::Failed;
    if args.dry_run || !keep || outcome.files.is_empty() && outcome.end != End::Failed {
        if outcome.files.is_empty() && outcome.end == End::Done {
            outcome.end = End::Nothing;
        }
        return Ok(outcome);
    }
    let saved = scratch.keep()?;
    if outcome.end != End::Failed && !args.no_build {
        match build::run(workspace, api) {
            Ok(built) => {
                outcome.done.extend(built.done);
                outcome.items.extend(built.items);
            }
            Err((step, complaint)) => outcome.fail(step, complaint),
        }
    } else if args.no_build && outcome.end != End::Failed {
        outcome.done.push("left out: the table of the README, the snapshots, the lock file".to_owned());
    }
    if outcome.end == End::Failed && !args.draft {
        saved.restore()?;
        outcome.files.clear();
    } else {
        outcome.files = saved.changed();
    }
    outcome.kept = true;
    Ok(outcome)
}

/// The specifications of a revision, in a folder that is gone when this is dropped.
struct Base(TempDir);

impl Base {
    fn of(revision: &str, api: &str, workspace: &Workspace) -> Result<Self> {
        let folder = tempfile::tempdir();
        let base = Self(folder.map_err(|error| Diagnostic::new(format!("cannot make a folder: {error}")))?);
        let list =
            git(workspace, &["ls-tree", "-r", "--name-only", "--full-tree", revision, &format!("specs/{api}/")])?;
        for path in String::from_utf8_lossy(&list).lines() {
            let text = git(workspace, &["show", &format!("{revision}:{path}")])?;
            let file = base.0.path().join(path.strip_prefix("specs/").unwrap_or(path));
            let text = String::from_utf8(text)
                .map_err(|error| Diagnostic::new(format!("{path} of {revision} is no text: {error}")))?;
            write_together(&[(&file, &text)])?;
        }
        Ok(base)
    }
}
