//! A drift for somebody who calls some of the operations: the changes that those meet. What is shared was judged for each
//! direction by itself, so a change that is left has the severity that it has for these calls.

use std::collections::BTreeSet;

use super::collect::Drift;
use super::model::{Change, UsedBy};
use super::step::Step;

/// Leaves out what none of the calls (such as `GET /api/orders`) meets; how many changes of the wire those were. What
/// is about the whole document stays.
pub fn restrict(drift: &mut Drift, calls: &BTreeSet<String>) -> usize {
    let before = drift.changes.len();
    for changes in [&mut drift.changes, &mut drift.documentation] {
        changes.retain_mut(|change| meets(change, calls));
    }
    // Whose operation an item is of is known only of those that a change explains.
    drift.items.clear();
    let wire = drift.wire_step();
    let notes = || drift.changes.iter().flat_map(|change| &change.rust);
    let source = match (notes().any(|note| note.breaks), notes().next()) {
        (true, _) => Step::Major,
        (false, Some(_)) => Step::Minor,
        (false, None) => Step::None,
    };
    for step in &mut drift.semver {
        (step.wire, step.source) = (wire, step.source.map(|_| source));
    }
    before - drift.changes.len()
}

/// Keeps the uses by calls; whether there are any.
fn meets(change: &mut Change, calls: &BTreeSet<String>) -> bool {
    if change.uses.is_empty() {
        return true;
    }
    change.uses.retain(|one| matches!(&one.by, UsedBy::Operation(call) if calls.contains(call)));
    !change.uses.is_empty()
}
