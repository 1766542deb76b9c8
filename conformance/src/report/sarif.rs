//! SARIF 2.1.0: results at lines of the specification, with stable fingerprints.

use serde_json::{Value, json};

use super::{headline, level};
use crate::findings::Kind;
use crate::verify::Outcome;

pub(super) fn sarif(outcome: &Outcome) -> Value {
    let rules: Vec<Value> = Kind::ALL.iter().map(|kind| json!({"id": kind.name()})).collect();
    let results: Vec<Value> = (outcome.findings.iter())
        .map(|finding| {
            let mut result = json!({
                "ruleId": finding.seen.kind.name(),
                "level": match level(finding.seen.severity) { "notice" => "note", other => other },
                "message": {"text": headline(finding)},
                "partialFingerprints": {"kontrakt/v1": finding.id},
                "occurrenceCount": finding.count,
            });
            let logical = json!([{"fullyQualifiedName": finding.seen.schema.as_str(), "kind": "member"}]);
            result["locations"] = match &finding.place {
                Some((file, line)) => json!([{
                    "physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line}},
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
        "runs": [{"tool": {"driver": {"name": "kontrakt", "rules": rules}}, "results": results}],
    })
}
