//! Faults with their rules and places, and the union branches they are told from.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use serde_json::{Value, json};

use super::Checker;

fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": {"S": schema}}});
    let contract = Contract::read(&Document::parse("t.json", document.to_string()).unwrap()).unwrap();
    let checker = Checker::new(&contract);
    let id = contract.component("S").unwrap();
    let faults = checker.explain(id, value);
    assert_eq!(checker.accepts(id, value), faults.is_empty());
    faults.iter().map(|fault| format!("{} {:?}", fault.at.pattern(), fault.rule)).collect()
}

#[test]
fn tells_rule_and_place() {
    let list = json!({"type": "array", "items": {"type": "object", "additionalProperties": false, "required": ["a"], "properties": {"a": {"type": "integer"}}}});
    for (schema, value, expected) in [
        (list.clone(), json!([{"a": 1}]), vec![]),
        (list.clone(), json!([{"a": null}]), vec!["/*/a Null"]),
        (list.clone(), json!([{"a": "1", "b/c": 2}]), vec!["/*/a Type", "/* Undocumented(\"b/c\")"]),
        (list, json!([{}]), vec!["/* Missing(\"a\")"]),
        (json!({"enum": ["a"]}), json!("b"), vec![" Enum"]),
        (json!({"enum": ["a"]}), json!(null), vec![" Null"]),
        (json!({"pattern": "^a"}), json!("b"), vec![" Pattern"]),
        (json!({"format": "date"}), json!("2024-13-01"), vec![" Format"]),
        (json!({"maxLength": 1}), json!("žž"), vec![" Limit(\"maxLength\")"]),
        (json!({"multipleOf": 0.01}), json!(0.07), vec![]),
        (json!({"multipleOf": 0.01}), json!(0.075), vec![" Limit(\"multipleOf\")"]),
        (json!({"type": "integer"}), json!(1.0), vec![]),
        (json!({"uniqueItems": true}), json!([1, 1.0]), vec![" Limit(\"uniqueItems\")"]),
        (json!({"not": {"type": "null"}}), json!(null), vec![" Forbidden"]),
        (json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}), json!(1), vec![" Ambiguous"]),
    ] {
        assert_eq!(faults(&schema, &value), expected, "{schema} against {value}");
    }
}

#[test]
fn steps_into_the_branch_that_was_meant() {
    let reply = json!({"oneOf": [
        {"type": "object", "required": ["result", "data"], "properties": {"result": {"const": "ok"}, "data": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}},
        {"type": "object", "required": ["result", "error"], "properties": {"result": {"const": "error"}, "error": {"type": "string"}}}
    ]});
    for (value, expected) in [
        (json!({"result": "ok", "data": {"id": null}}), vec!["/data/id Null"]),
        (json!({"result": "ok", "data": {}}), vec!["/data Missing(\"id\")"]),
        (json!({"result": "error", "error": 7}), vec!["/error Type"]),
        (json!(null), vec![" Null"]),
    ] {
        assert_eq!(faults(&reply, &value), expected, "{value}");
    }
}

#[test]
fn schemas_defined_by_themselves_end() {
    let schema =
        json!({"oneOf": [{"$ref": "#/components/schemas/S"}, {"$ref": "#/components/schemas/S"}, {"type": "null"}]});
    assert!(!faults(&schema, &json!(1)).is_empty());
}
