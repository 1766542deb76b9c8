//! Violations with their rules and places, including those within branches of unions.

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

/// Every keyword that holds a schema is kept, as the `jsonschema` crate understands it.
#[test]
fn agrees_with_the_judge_about_keywords_that_hold_schemas() {
    let text = json!({"type": "string"});
    let schemas = [
        json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}),
        json!({"if": {"properties": {"a": {"const": 1}}, "required": ["a"]}, "then": {"properties": {"b": text}}}),
        json!({"if": false, "else": {"type": "object"}}),
        json!({"then": false, "else": false}),
        json!({"dependentRequired": {"a": ["b", "c"], "c": []}}),
        json!({"dependentSchemas": {"a": {"properties": {"b": text}}, "c": false}}),
        json!({"propertyNames": {"pattern": "^[ab]$"}}),
        json!({"propertyNames": false}),
        json!({"contains": text}),
        json!({"contains": text, "minContains": 2, "maxContains": 2}),
        json!({"contains": text, "minContains": 0}),
        json!({"contains": false}),
        json!({"prefixItems": [text, {"type": "integer"}], "unevaluatedItems": false}),
        json!({"prefixItems": [text], "items": {"type": "integer"}}),
        json!({"contains": text, "unevaluatedItems": {"type": "integer"}}),
        json!({"properties": {"a": true}, "unevaluatedProperties": false}),
        json!({"allOf": [{"properties": {"a": true}}], "properties": {"b": true}, "unevaluatedProperties": text}),
        json!({"anyOf": [{"properties": {"a": text}, "required": ["a"]}, {"properties": {"b": true}, "required": ["b"]}], "unevaluatedProperties": false}),
        json!({"if": {"properties": {"a": text}, "required": ["a"]}, "then": {"properties": {"b": true}}, "unevaluatedProperties": false}),
        json!({"properties": {"a": false}, "additionalProperties": true}),
        json!({"items": false}),
        json!({"not": {"required": ["a"]}}),
        json!({"allOf": [true, {"type": "object"}]}),
        json!({"anyOf": [false, text]}),
    ];
    let values = [
        json!({}),
        json!({"a": 1}),
        json!({"a": "x"}),
        json!({"a": 1, "b": 2}),
        json!({"a": "x", "b": "y"}),
        json!({"a": 1, "b": "y", "c": 3}),
        json!({"c": "z"}),
        json!([]),
        json!(["x"]),
        json!([1]),
        json!(["x", 1]),
        json!(["x", 1, "y"]),
        json!(["x", "y", true]),
        json!("x"),
        json!(null),
    ];
    let mut broken = 0;
    for schema in &schemas {
        let judge = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(schema).unwrap();
        for value in &values {
            let found = faults(schema, value);
            assert_eq!(found.is_empty(), judge.is_valid(value), "{schema} against {value}: {found:?}");
            broken += usize::from(!found.is_empty());
        }
    }
    assert!(broken > 100, "{broken}");
}

#[test]
fn tells_which_of_these_keywords_was_broken() {
    for (schema, value, expected) in [
        (json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}}), json!({"a": 1}), " Missing(\"b\")"),
        (json!({"dependentRequired": {"a": ["b"]}}), json!({"a": 1}), " Missing(\"b\")"),
        (json!({"propertyNames": {"maxLength": 1}}), json!({"long": 1}), "/long Forbidden"),
        (json!({"contains": {"const": 1}}), json!([2]), " Limit(\"contains\")"),
        (json!({"contains": {"const": 1}, "maxContains": 1}), json!([1, 1]), " Limit(\"maxContains\")"),
        (json!({"unevaluatedProperties": false}), json!({"a": 1}), " Undocumented(\"a\")"),
        (json!({"unevaluatedItems": {"type": "string"}}), json!([1]), "/* Type"),
    ] {
        assert_eq!(faults(&schema, &value), [expected], "{schema} against {value}");
    }
}
