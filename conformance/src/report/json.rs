//! The JSON report. Its members are documented in `conformance/README.md`; members may be added.

use serde_json::{Value, json};

use crate::findings::Finding;
use crate::verify::Verification;

/// The report as a JSON value.
pub fn json(outcome: &Verification) -> Value {
    let coverage = &outcome.coverage;
    let pair = |(seen, all): (usize, usize)| json!({"seen": seen, "all": all});
    json!({
        "entries": {
            "total": outcome.total,
            "matched": outcome.matched,
            "skipped": outcome.skipped.values().sum::<usize>(),
            "reasons": outcome.skipped,
            "unmatched": outcome.unmatched,
            "unchecked": outcome.unchecked,
        },
        "findings": outcome.findings.iter().map(finding).collect::<Vec<_>>(),
        "coverage": {
            "operations": pair(coverage.operations),
            "answers": pair(coverage.answers),
            "properties": pair(coverage.properties),
        },
    })
}

fn finding(finding: &Finding) -> Value {
    let seen = &finding.seen;
    json!({
        "id": finding.id,
        "kind": seen.kind.name(),
        "severity": seen.severity.name(),
        "side": seen.side.name(),
        "operation": seen.operation,
        "status": seen.status,
        "pointer": seen.pointer,
        "schema": seen.schema.as_str(),
        "field": seen.field,
        "count": finding.count,
        "entries": finding.entries,
        "message": seen.message,
        "sample": seen.sample_text(),
        "file": finding.place.as_ref().map(|(file, _)| file),
        "line": finding.place.as_ref().map(|(_, line)| line),
        "client": seen.client,
        "quirk": finding.quirk,
        "accepted": finding.accepted,
    })
}
