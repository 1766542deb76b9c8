//! `--replay LIST`: what the nightly job would have made of earlier revisions, in order.
//! Each run starts from the revision before, with the overlays that fit it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::generate::of_folder;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use serde_json::json;

use super::outcome::{End, UpdateOutcome};
use super::scratch::Scratch;
use super::steps::{Request, Urgency, delete, propose};
use crate::commands::generate::locks;
use crate::commands::import::take;
use crate::console::{Report, text_of};
use crate::workspace::Workspace;

/// How a night ended, by the name that is counted.
const KINDS: [&str; 4] = ["nothing new", "green", "somebody must look", "draft"];

/// One revision after another.
struct Night {
    name: String,
    kind: &'static str,
    /// Why it is not green, in words.
    why: Vec<String>,
}

pub(super) fn run(api: &str, list: &Path, every: usize, workspace: &Workspace, today: &str) -> Result<Report> {
    let text = std::fs::read_to_string(list).map_err(|error| {
        Diagnostic::new(format!("cannot read {}: {error}", list.display()))
            .help("name a file that lists documents beside it, one a line, oldest first")
    })?;
    let names: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let folder = list.parent().unwrap_or(Path::new("")).to_owned();
    let mut nights = Vec::new();
    for pair in names.windows(2).step_by(every.max(1)) {
        let night = night(api, [&folder.join(pair[0]), &folder.join(pair[1])], workspace, today)?;
        eprintln!("{}: {}; {}", night.name, night.kind, night.why.join("; "));
        nights.push(night);
    }
    Ok(report(&nights))
}

fn night(api: &str, [old, new]: [&Path; 2], workspace: &Workspace, today: &str) -> Result<Night> {
    let scratch = Scratch::of(workspace.root())?;
    let here = Workspace::here();
    start(api, &old.display().to_string(), &here, today)?;
    let from = new.display().to_string();
    let request = Request { api, from: Some(&from), base: None, today };
    let outcome = UpdateOutcome::of(api, propose(&request, &here));
    drop(scratch);
    let kind = match outcome.end {
        End::Nothing => KINDS[0],
        _ if outcome.is_draft() => KINDS[3],
        End::Done => KINDS[1],
        _ => KINDS[2],
    };
    let mut why: Vec<String> =
        outcome.failed.iter().map(|(step, complaint)| format!("{step}: {}", text_of(complaint))).collect();
    let items = outcome.items.iter().filter(|item| item.weight > Urgency::Advice);
    why.extend(items.map(|item| item.what.to_string().replace('\n', " ")));
    let name = new.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Night { name, kind, why })
}

/// Makes the copy what it would have been with a document: actions that do not fit it were not written yet, or were
/// written for what came later.
fn start(api: &str, from: &str, workspace: &Workspace, today: &str) -> Result<()> {
    let specs = workspace.specs();
    take(api, Some(from), today, workspace)?;
    loop {
        let specification = Specification::load(&specs, api, Unmatched::Warn)?;
        let mut misfits = specification.unmatched.clone();
        if misfits.is_empty() {
            match of_folder(&specs, &specification, Instant::now()) {
                Ok(generated) => return locks(&generated, &specs, false).map(drop),
                Err(complaint) if complaint.flat().all(Diagnostic::is_obsolete) => {
                    misfits = complaint.flat().cloned().collect();
                }
                Err(complaint) => return Err(complaint),
            }
        }
        delete(&misfits.iter().collect::<Vec<_>>())?;
    }
}

fn report(nights: &[Night]) -> Report {
    let mut text = String::new();
    for night in nights.iter().filter(|night| !night.why.is_empty()) {
        let _ = writeln!(text, "{}: {}", night.name, night.kind);
        for reason in &night.why {
            let _ = writeln!(text, "  - {}", reason.trim_end().replace('\n', "\n    "));
        }
    }
    let count = |kind: &str| nights.iter().filter(|night| night.kind == kind).count();
    let counts: Vec<String> = KINDS.iter().map(|kind| format!("{} {kind}", count(kind))).collect();
    let _ = writeln!(text, "{} nights: {}", nights.len(), counts.join(", "));
    let json = json!({
        "nights": nights.iter().map(|night| json!({"document": night.name, "outcome": night.kind, "why": night.why})).collect::<Vec<_>>(),
        "counts": KINDS.iter().map(|kind| ((*kind).to_owned(), json!(count(kind)))).collect::<serde_json::Map<_, _>>(),
    });
    Report { text, json, ..Report::default() }
}
