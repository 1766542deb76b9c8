//! Reports for CI: JUnit XML, SARIF 2.1.0, and workflow commands of GitHub Actions.
//! Only what is risky or breaking and not accepted counts as a failure or an error.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{radius, verdict_line};
use crate::drift::collect::Drift;
use crate::drift::model::{Change, Kind, Severity};
use crate::report::escape::{message, property, uri, xml};

fn fails(change: &Change) -> bool {
    change.accepted.is_none() && change.severity >= Severity::Risky
}

/// One test case per change; an unchanged document is one passing test.
pub(super) fn junit(drift: &Drift) -> String {
    let failures = drift.changes.iter().filter(|change| fails(change)).count();
    let skipped = drift.changes.iter().filter(|change| change.accepted.is_some()).count();
    let tests = drift.changes.len().max(1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"0\"");
    let _ = writeln!(out, "<testsuites name=\"drift\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{}\" {counts}>", xml(&format!("{} to {}", drift.old, drift.new)));
    if drift.changes.is_empty() {
        let _ = writeln!(out, "    <testcase classname=\"drift\" name=\"unchanged\"/>");
    }
    for change in &drift.changes {
        let class = format!("drift.{}", change.severity.name());
        let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", xml(&class), xml(&change.id()));
        if let Some(reason) = &change.accepted {
            let _ = writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", xml(reason));
        } else if fails(change) {
            let kind = change.kind.name();
            let _ = writeln!(out, ">\n      <failure type=\"{kind}\" message=\"{}\">", xml(&change.message));
            for place in [&change.old, &change.new].into_iter().flatten() {
                let _ = writeln!(out, "{}", xml(&place.to_string()));
            }
            let _ = writeln!(out, "{}</failure>\n    </testcase>", xml(&radius(change)));
        } else {
            let _ = writeln!(out, "/>");
        }
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// One result per change that is at least additive; rules are the kinds in use.
pub(super) fn sarif(drift: &Drift) -> String {
    let shown: Vec<&Change> = drift.changes.iter().filter(|change| change.severity > Severity::Cosmetic).collect();
    let used = |kind: Kind| shown.iter().any(|change| change.kind == kind);
    let kinds: Vec<(Kind, &str)> = Kind::ALL.iter().copied().filter(|(kind, _)| used(*kind)).collect();
    let rules: Vec<Value> =
        kinds.iter().map(|(kind, doc)| json!({"id": kind.name(), "shortDescription": {"text": doc.trim()}})).collect();
    let results: Vec<Value> = shown
        .iter()
        .map(|change| {
            let level = match change.severity {
                Severity::Breaking => "error",
                Severity::Risky => "warning",
                _ => "note",
            };
            let index = kinds.iter().position(|(kind, _)| *kind == change.kind);
            let mut result = json!({
                "ruleId": change.kind.name(),
                "ruleIndex": index,
                "level": level,
                "message": {"text": change.message},
                "partialFingerprints": {"driftChange/v1": change.id()},
                "properties": {
                    "direction": change.direction.name(),
                    "operations": change.operations(),
                    "rust": change.rust,
                },
            });
            if let Some(place) = change.place() {
                result["locations"] = json!([{
                    "physicalLocation": {
                        "artifactLocation": {"uri": uri(&place.file)},
                        "region": {"startLine": place.line.max(1)},
                    },
                    "logicalLocations": [{"fullyQualifiedName": place.pointer.to_string(), "kind": "member"}],
                }]);
            }
            if let Some(reason) = &change.accepted {
                result["suppressions"] = json!([{"kind": "external", "justification": reason}]);
            }
            result
        })
        .collect();
    let mut text = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "kontrakt-drift",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
        }],
    })
    .to_string();
    text.push('\n');
    text
}

/// Annotations: errors for what breaks, warnings for what is risky, one notice with the verdict.
pub(super) fn github(drift: &Drift) -> String {
    let mut out = format!("::notice title=API drift::{}\n", message(&verdict_line(drift)));
    for change in drift.changes.iter().filter(|change| fails(change)) {
        let command = if change.severity == Severity::Breaking { "error" } else { "warning" };
        let place = change
            .place()
            .map_or_else(String::new, |place| format!("file={},line={},", property(&place.file), place.line.max(1)));
        let text = format!("{} ({})", change.message, radius(change));
        let _ = writeln!(out, "::{command} {place}title={}::{}", property(change.kind.name()), message(&text));
    }
    out
}
