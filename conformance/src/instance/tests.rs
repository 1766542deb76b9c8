//! Instances against the `jsonschema` crate, keyword by keyword and for every schema of the three APIs.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRng, TestRunner};
use serde_json::{Value, json};

use super::Instances;
use crate::schemas::Validators;

fn contract(schemas: Value) -> Contract {
    let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}});
    Contract::read(&Document::parse("t.json", document.to_string()).unwrap()).unwrap()
}

/// Draws for one schema and validates; gives the values back for a closer look.
fn draw(schema: Value) -> Vec<Value> {
    let contract = contract(
        json!({"S": schema, "Text": {"type": "string", "minLength": 1}, "Closed": {"type": "object", "additionalProperties": false, "properties": {"a": {"type": "integer"}}}, "Tree": {"type": "object", "required": ["children"], "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}}),
    );
    let id = contract.component("S").unwrap();
    let instances = Instances::new(&contract, [id]);
    let values = instances.of(id).unwrap();
    let validators = Validators::new(&contract).unwrap();
    let validator = validators.get(&contract, id).unwrap();
    let drawn: Vec<Value> = (0..300).map(|seed| values.value(seed).expect("a value")).collect();
    for value in &drawn {
        assert!(validator.is_valid(value), "{value} of {}", contract[id].pointer);
        assert!(instances.checker().accepts(id, value), "{value}");
    }
    drawn
}

#[test]
fn exact_for_every_keyword() {
    let table = [
        json!(true),
        json!({"type": ["string", "null", "integer"]}),
        json!({"enum": ["a", 1, null, {"x": []}], "type": ["string", "null"]}),
        json!({"const": {"a": [1.0]}}),
        json!({"type": "string", "pattern": "^[0-9]{4}-[01][0-9]-[0123][0-9]T[012][0-9]:[0-5][0-9]:[0-5][0-9]\\+[0-9]{4}$"}),
        json!({"type": "string", "pattern": "[0-9]+\\.[0-9]{4}$", "maxLength": 9}),
        json!({"type": "string", "pattern": "^\\d{6,10}$"}),
        json!({"type": "string", "pattern": "^[A-Za-z0-9-_.]*\\.[a-z]{3,4}$", "minLength": 20}),
        json!({"type": "string", "minLength": 3, "maxLength": 3}),
        json!({"type": "string", "format": "email"}),
        json!({"type": "string", "format": "date", "x-scalar": "date"}),
        json!({"type": "array", "items": {"type": "boolean"}, "uniqueItems": true, "minItems": 2}),
        json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false, "minItems": 1}),
        json!({"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Text"}}),
        json!({"type": "object", "minProperties": 1, "maxProperties": 2, "properties": {"a": true, "b": true, "c": true}}),
        json!({"type": "object", "required": ["z"], "additionalProperties": {"type": "integer"}}),
        json!({"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": false, "minProperties": 1}),
        json!({"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1}),
        json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.1}),
        json!({"type": ["integer", "null"], "minimum": 1, "maximum": 3}),
        json!({"oneOf": [{"$ref": "#/components/schemas/Text"}, {"type": "null"}]}),
        json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": true}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({"type": ["object", "null"], "properties": {"a": true, "b": true}, "additionalProperties": false, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({"allOf": [{"$ref": "#/components/schemas/Closed"}], "properties": {"b": {"type": "string"}}}),
        json!({"$ref": "#/components/schemas/Text", "maxLength": 2}),
        json!({"type": ["string", "integer"], "not": {"enum": ["a", 0]}}),
        json!({"$ref": "#/components/schemas/Tree"}),
    ];
    for schema in table {
        draw(schema);
    }
}

#[test]
fn draws_every_kind_of_value() {
    let drawn = draw(json!({"type": ["string", "null", "integer", "boolean", "array", "object", "number"]}));
    let kinds: [fn(&Value) -> bool; 7] = [
        Value::is_string,
        Value::is_null,
        Value::is_i64,
        Value::is_boolean,
        Value::is_array,
        Value::is_object,
        Value::is_f64,
    ];
    assert!(kinds.iter().all(|kind| drawn.iter().any(kind)));
    let members = draw(json!({"type": "object", "properties": {"a": true}}));
    assert!(members.iter().any(|v| v.get("a").is_some()) && members.iter().any(|v| v.get("a").is_none()));
}

#[test]
fn unsatisfiable_schemas_are_named() {
    let contract = contract(json!({
        "Low": {"type": "integer", "minimum": 2, "maximum": 1},
        "Forever": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Forever"}}},
        "Both": {"allOf": [{"type": "string"}, {"type": "integer"}]},
        "Inside": {"type": "object", "required": ["low"], "properties": {"low": {"$ref": "#/components/schemas/Low"}}},
        "Closed": {"type": "object", "required": ["a"], "additionalProperties": false},
        "Never": {"type": "string", "pattern": "^a$", "minLength": 2},
        "Optional": {"type": "object", "properties": {"low": {"$ref": "#/components/schemas/Low"}}},
        "SelfMade": {"oneOf": [{"$ref": "#/components/schemas/SelfMade"}]},
    }));
    let all: Vec<_> = contract.components.iter().map(|(_, id)| *id).collect();
    let instances = Instances::new(&contract, all);
    for (name, cause) in [
        ("Low", "#/components/schemas/Low"),
        ("Forever", "#/components/schemas/Forever"),
        ("Both", "#/components/schemas/Both"),
        ("Inside", "#/components/schemas/Low"),
        ("Closed", "#/components/schemas/Closed/additionalProperties"),
        ("Never", "#/components/schemas/Never"),
        ("SelfMade", "#/components/schemas/SelfMade"),
    ] {
        let error = instances.of(contract.component(name).unwrap()).unwrap_err();
        assert_eq!(error.json_pointer().unwrap().to_string(), format!("#/components/schemas/{name}"));
        assert!(error.mend().unwrap().contains(cause), "{name}: {:?}", error.mend());
    }
    assert!(instances.of(contract.component("Optional").unwrap()).is_ok());
}

#[test]
fn shrinks_to_the_simplest_value_that_breaks_a_law() {
    let contract = contract(json!({"S": {"type": "object", "required": ["list", "name"], "properties": {
        "list": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 5}},
        "name": {"type": "string", "pattern": "^[a-z]+$"}, "note": {"type": ["string", "null"]}, "deep": {"type": "object", "properties": {"x": {"type": "number"}}}}}}));
    let id = contract.component("S").unwrap();
    let instances = Instances::new(&contract, [id]);
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    for _ in 0..40 {
        let mut tree = instances.of(id).unwrap().new_tree(&mut runner).unwrap();
        // The law that is broken by every value with a note.
        let broken = |value: &Value| value.get("note").is_some();
        if !broken(&tree.current()) {
            continue;
        }
        // As the runner of proptest does: on until nothing simpler is left to try.
        let mut more = tree.simplify();
        while more {
            more = if broken(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        assert_eq!(tree.current(), json!({"list": [5], "name": "a", "note": null}));
    }
}
