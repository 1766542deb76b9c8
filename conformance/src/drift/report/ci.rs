//! Changes as items of the CI reports.

use serde_json::json;

use super::{radius, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, DriftKind, Severity, texts};
use crate::report::ci::{self, Item, Level, Suite};
use crate::report::escape::message;

/// Everything that is not only a matter of taste.
pub(super) fn suite(drift: &Drift) -> Suite {
    let items: Vec<Item> =
        drift.changes.iter().filter(|change| change.severity > Severity::Cosmetic).map(item).collect();
    let used = |kind: &DriftKind| items.iter().any(|item| item.rule == kind.name());
    let rules =
        DriftKind::ALL.iter().filter(|(kind, _)| used(kind)).map(|(kind, doc)| (kind.name(), (*doc).to_owned()));
    Suite {
        tool: "drift",
        name: format!("{} to {}", drift.old, drift.new),
        nothing: "unchanged".to_owned(),
        rules: rules.collect(),
        items,
    }
}

fn item(change: &Change) -> Item {
    let other = [&change.old, &change.new].into_iter().flatten().map(ToString::to_string);
    Item {
        id: change.id(),
        rule: change.kind.name(),
        group: change.severity.name().to_owned(),
        severity: change.severity.name(),
        level: match change.severity {
            Severity::Breaking => Level::Error,
            Severity::Risky => Level::Warning,
            Severity::Additive | Severity::Cosmetic => Level::Note,
        },
        title: change.message.clone(),
        place: change.place().map(|place| (place.file.clone(), place.line)),
        pointer: change.place().map(|place| place.pointer.to_string()),
        notes: other.chain([radius(&[change])].into_iter().filter(|text| !text.is_empty())).collect(),
        accepted: change.accepted.clone(),
        properties: json!({
            "direction": change.direction.name(), "operations": change.operations(), "rust": texts(&change.rust),
        }),
    }
}

/// The verdict, and annotations of what fails.
pub(super) fn github(drift: &Drift) -> String {
    let mut suite = suite(drift);
    suite.items.retain(|item| item.level > Level::Note);
    format!("::notice title=API drift::{}\n{}", message(&verdict_line(drift)), ci::github(&suite))
}
