//! Checks a drift against recorded calls: which calls a change affects, and which were valid for OLD and are not for
//! NEW. Every call is validated against both contracts; only new violations count.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kontrakt_codegen::contract::{Contract, Status};
use kontrakt_codegen::diagnostic::Result;

use super::ApiVersion;
use super::calls::call;
use super::collect::Drift;
use super::model::{Change, DriftKind, Place, Traffic, UsedBy};
use crate::findings::Observation;
use crate::recording::{Entry, Recording};
use crate::routing::Router;
use crate::verify::Verifier;

/// What is newly wrong with one call.
struct Judged {
    /// Method and path in either document.
    operations: HashSet<String>,
    status: u16,
    /// Whether NEW has the operation.
    known: bool,
    news: Vec<Observation>,
}

/// Says of every change which recorded calls meet it and which it breaks.
///
/// # Errors
/// When a schema cannot be compiled.
pub fn judge(drift: &mut Drift, old: &ApiVersion, new: &ApiVersion, recording: &Recording) -> Result<()> {
    let mut judged = Vec::new();
    let routers = (Router::new(&old.contract), Router::new(&new.contract));
    let verifiers = (Verifier::new(&old.contract)?, Verifier::new(&new.contract)?);
    for entry in &recording.entries {
        let name = |router: &Router<'_>| router.operation_of(entry).map(call);
        let (before, after) = (name(&routers.0), name(&routers.1));
        let Some(_) = &before else { continue };
        let known = after.is_some();
        let one = recording_of(entry);
        let wrong = verifiers.0.verify(&one, &old.document)?.findings;
        let seen: BTreeSet<_> = wrong.iter().map(|finding| key(&finding.seen)).collect();
        let found = if known { verifiers.1.verify(&one, &new.document)?.findings } else { Vec::new() };
        let news = found.into_iter().map(|finding| finding.seen).filter(|one| !seen.contains(&key(one))).collect();
        judged.push(Judged {
            operations: before.into_iter().chain(after).collect(),
            status: entry.status,
            known,
            news,
        });
    }
    let total = judged.len();
    for change in &mut drift.changes {
        let touched: Vec<&Judged> = judged.iter().filter(|call| touches(change, call)).collect();
        let broken = touched.iter().filter(|call| breaks(change, call, &new.contract)).count();
        change.traffic = Some(Traffic { touched: touched.len(), broken, total });
    }
    Ok(())
}

fn recording_of(entry: &Entry) -> Recording {
    Recording { entries: vec![entry.clone()], total: 1, skipped: BTreeMap::new() }
}

/// What makes two observations about one call the same.
fn key(one: &Observation) -> (String, Option<String>, String) {
    (one.pointer.clone(), one.field.clone(), format!("{:?} {:?}", one.kind, one.side))
}

/// Whether a call is one of those that a change is about.
fn touches(change: &Change, judged: &Judged) -> bool {
    let status = |wanted: Option<Status>| match wanted {
        None | Some(Status::Default) => true,
        Some(Status::Code(code)) => code == judged.status,
        Some(Status::Range(digit)) => judged.status / 100 == u16::from(digit),
    };
    let called = |by: &UsedBy| matches!(by, UsedBy::Operation(call) if judged.operations.contains(call));
    change.uses.iter().any(|one| called(&one.by) && status(one.status))
}

/// Whether something newly wrong with a call stands where the change is.
fn breaks(change: &Change, judged: &Judged, new: &Contract) -> bool {
    if change.kind == DriftKind::OperationRemoved {
        return !judged.known;
    }
    let member = change.place().and_then(|place| place.pointer.tokens().last());
    judged.news.iter().any(|one| {
        let schema = one.schema_id.map_or(&one.schema, |id| &new[id].pointer);
        let near = |place: &Place| {
            // A missing or refused member is told of its object, anything else of itself.
            let holder = place.pointer.parent().and_then(|up| up.parent()).unwrap_or_default();
            place.pointer.contains(schema) || (holder == *schema && one.field == member)
        };
        [&change.new, &change.old].into_iter().flatten().any(near)
    })
}
