//! The JSON report. Its format is stable: members may be added, none is renamed or removed.
//!
//! ```json
//! {
//!   "version": 1,
//!   "verdict": "breaking | risky | additive | cosmetic | unchanged",
//!   "old": "name of OLD", "new": "name of NEW",
//!   "semver": {"shoptet": "major | minor | patch | none"},
//!   "steps": {"shoptet": {"wire": "major", "source": "minor or null"}},
//!   "counts": {"breaking": 1, "risky": 0, "additive": 2, "cosmetic": 0, "accepted": 0, "documentation": 7},
//!   "assumes": "tolerant reader",
//!   "changes": [{
//!     "id": "3f1c0a9b2e", "kind": "became-nullable", "severity": "breaking",
//!     "judged": "what the comparison says, where a policy says otherwise, or null", "direction": "request | response | both",
//!     "effect": "widens | narrows | shifts | none",
//!     "old": "#/json/pointer or null", "new": "#/json/pointer or null",
//!     "oldPlace": {"file": "old.yaml", "line": 12}, "newPlace": {"file": "new.yaml", "line": 12},
//!     "subject": "address.countryCode",
//!     "operations": ["GET /api/orders"], "components": ["orderSnapshot"], "statuses": ["200"],
//!     "uses": [{"operation": "GET /api/orders", "direction": "response", "status": "200", "members": ["order.billing"]}],
//!     "message": "one sentence", "rust": ["shoptet::orders::Address::country_code: String -> Option<String>"],
//!     "accepted": "reason or null", "recordings": {"touched": 3, "broken": 1, "total": 214}
//!   }],
//!   "documentation": [],
//!   "items": ["public items that change for no reason on the wire"],
//!   "notes": ["what else there is to say"]
//! }
//! ```

use serde_json::{Map, Value, json};

use super::Options;
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Effect, Place, Severity, texts};

pub(super) fn render(drift: &Drift, options: Options) -> String {
    let mut text = value(drift, options).to_string();
    text.push('\n');
    text
}

pub(super) fn value(drift: &Drift, options: Options) -> Value {
    let semver: Map<String, Value> =
        drift.semver.iter().map(|one| (one.name.clone(), json!(one.step().name()))).collect();
    let steps: Map<String, Value> = drift
        .semver
        .iter()
        .map(|one| {
            let source = one.source.map(crate::drift::step::Step::name);
            (one.name.clone(), json!({"wire": one.wire.name(), "source": source}))
        })
        .collect();
    let mut counts: Map<String, Value> =
        Severity::WORST_FIRST.iter().map(|one| (one.name().to_owned(), json!(drift.count(*one)))).collect();
    counts.insert("accepted".to_owned(), json!(drift.changes.iter().filter(|one| one.accepted.is_some()).count()));
    counts.insert("documentation".to_owned(), json!(drift.documentation.len()));
    let prose = if options.documentation { drift.documentation.as_slice() } else { &[] };
    json!({
        "version": 1,
        "verdict": drift.verdict().name(),
        "old": drift.old,
        "new": drift.new,
        "semver": semver,
        "steps": steps,
        "counts": counts,
        "assumes": "tolerant reader",
        "changes": drift.changes.iter().map(change).collect::<Vec<_>>(),
        "documentation": prose.iter().map(change).collect::<Vec<_>>(),
        "items": texts(&drift.items),
        "notes": drift.notes,
    })
}

fn change(change: &Change) -> Value {
    let pointer = |place: &Option<Place>| place.as_ref().map(|place| place.pointer.to_string());
    let position = |place: &Option<Place>| place.as_ref().map(|place| json!({"file": place.file, "line": place.line}));
    let effect = match change.effect {
        Effect::None => "none",
        Effect::Widens => "widens",
        Effect::Narrows => "narrows",
        Effect::Shifts => "shifts",
    };
    json!({
        "id": change.id(),
        "kind": change.kind.name(),
        "severity": change.severity.name(),
        "judged": change.judged.map(Severity::name),
        "direction": change.direction.name(),
        "effect": effect,
        "old": pointer(&change.old),
        "new": pointer(&change.new),
        "oldPlace": position(&change.old),
        "newPlace": position(&change.new),
        "subject": change.subject,
        "operations": change.operations(),
        "components": change.components(),
        "statuses": change.statuses().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "uses": change.uses.iter().map(|one| json!({
            "operation": one.by.to_string(),
            "direction": one.direction.name(),
            "status": one.status.map(|status| status.to_string()),
            "members": &*one.members,
        })).collect::<Vec<_>>(),
        "message": change.message,
        "rust": texts(&change.rust),
        "accepted": change.accepted,
        "recordings": change.traffic.map(|traffic| json!({
            "touched": traffic.touched, "broken": traffic.broken, "total": traffic.total,
        })),
    })
}
