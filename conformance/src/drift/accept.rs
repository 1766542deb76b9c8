//! Accepted changes, by identifier. They stay in the report and no longer fail the run.

use super::collect::Drift;
use super::model::Severity;
use crate::acceptance::{Acceptance, Command, Stale};

/// Marks the accepted changes of a drift. `today` is a day such as `2026-01-31`. Gives the entries that are over or match
/// nothing: the changes they stood for count again.
pub fn accept(drift: &mut Drift, acceptance: &Acceptance, today: &str) -> Stale {
    let changes = drift.changes.iter_mut().filter(|change| change.severity > Severity::Cosmetic);
    let found = changes.map(|change| (change.id(), &mut change.accepted));
    acceptance.mark(Command::Drift, found, today, |_| true)
}
