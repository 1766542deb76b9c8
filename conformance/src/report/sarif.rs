//! SARIF 2.1.0: results at lines of the specification, with stable fingerprints.

use serde_json::{Value, json};

use super::escape::uri;
use super::{headline, level, notes};
use crate::findings::Kind;
use crate::verify::Outcome;

pub(super) fn sarif(outcome: &Outcome) -> Value {
    let rule = |kind: &Kind| json!({"id": kind.name(), "shortDescription": {"text": kind.about()}});
    let rules: Vec<Value> = Kind::ALL.iter().map(rule).collect();
    let results: Vec<Value> = (outcome.findings.iter())
        .map(|finding| {
            let text = [vec![headline(finding)], notes(finding)].concat().join("; ");
            let mut result = json!({
                "ruleId": finding.seen.kind.name(),
                "ruleIndex": Kind::ALL.iter().position(|kind| *kind == finding.seen.kind),
                "level": match level(finding.seen.severity) { "notice" => "note", other => other },
                "message": {"text": text},
                "partialFingerprints": {"kontrakt/v1": finding.id},
                "occurrenceCount": finding.count,
            });
            let logical = json!([{"fullyQualifiedName": finding.seen.schema.as_str(), "kind": "member"}]);
            result["locations"] = match &finding.place {
                Some((file, line)) => json!([{
                    "physicalLocation": {"artifactLocation": {"uri": uri(file)}, "region": {"startLine": line}},
                    "logicalLocations": logical,
                }]),
                None => json!([{"logicalLocations": logical}]),
            };
            if let Some(reason) = &finding.accepted {
                result["suppressions"] = json!([{"kind": "external", "justification": reason}]);
            }
            result
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "kontrakt", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "results": results,
        }],
    })
}
