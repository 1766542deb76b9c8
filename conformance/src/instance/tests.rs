//! Instances against the `jsonschema` crate, keyword by keyword and for every schema of the three APIs.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};
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
    for schema in [
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
    ] {
        draw(schema);
    }
}

#[test]
fn exact_for_numbers_and_texts() {
    for schema in [
        // Numbers: bounds and units of every kind.
        json!({"type": "number", "multipleOf": 0.05, "exclusiveMinimum": -1, "maximum": 0.1}),
        json!({"type": "integer", "multipleOf": 2.5, "minimum": -11}),
        json!({"type": "number", "allOf": [{"multipleOf": 0.1}, {"multipleOf": 0.25}], "minimum": 0, "maximum": 3}),
        json!({"type": "integer", "minimum": 0.5, "exclusiveMaximum": 3}),
        json!({"type": "number", "minimum": 1e9}),
        json!({"type": "integer", "maximum": -9007199254740991_i64}),
        // Texts: ASCII classes, patterns without anchors, two at once, formats, lengths in characters.
        json!({"type": "string", "pattern": "\\d"}),
        json!({"type": "string", "pattern": "^\\w+\\s\\W$"}),
        json!({"type": "string", "pattern": "^(a|bb)*c?$", "minLength": 5, "maxLength": 6}),
        json!({"type": "string", "allOf": [{"pattern": "^[a-m]+$"}, {"pattern": "^[h-z]+$"}]}),
        json!({"type": "string", "pattern": "^[^a-z]{2,4}$"}),
        json!({"type": "string", "pattern": "^\\u0041.$"}),
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "string", "format": "uuid"}),
        json!({"type": "string", "format": "ipv4"}),
        json!({"type": "string", "format": "uri", "maxLength": 40}),
        json!({"type": "string", "format": "time"}),
        json!({"type": "string", "minLength": 0, "maxLength": 0}),
        json!({"type": ["string", "null"], "maxLength": 1, "minLength": 1}),
    ] {
        draw(schema);
    }
}

#[test]
fn exact_for_lists_objects_and_unions() {
    for schema in [
        // Lists.
        json!({"type": "array", "items": {"enum": [1, 1.0, 2, "2", true]}, "uniqueItems": true}),
        json!({"type": "array", "prefixItems": [{"const": 1}], "items": {"type": "string"}, "minItems": 3, "maxItems": 4}),
        json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["array", "null"], "items": {"type": "null"}}}),
        json!({"type": "array", "items": false}),
        // Objects: every way to say something about a member, and closed ones that are met.
        json!({"type": "object", "properties": {"x-a": {"minimum": 1}}, "patternProperties": {"^x-": {"type": "integer"}}, "required": ["x-a"]}),
        json!({"type": "object", "patternProperties": {"^x-": {"type": "integer"}, "a$": {"maximum": 3}}, "additionalProperties": {"type": "string"}, "minProperties": 2}),
        json!({"type": "object", "additionalProperties": {"type": "boolean"}, "minProperties": 3, "maxProperties": 3}),
        json!({"type": "object", "additionalProperties": false, "properties": {"a": true, "b": false}}),
        json!({"allOf": [{"$ref": "#/components/schemas/Closed"}, {"type": "object", "required": ["a"]}]}),
        json!({"allOf": [{"$ref": "#/components/schemas/Closed"}, {"additionalProperties": false, "properties": {"a": {"maximum": 9}, "b": true}}]}),
        json!({"$ref": "#/components/schemas/Closed", "minProperties": 1}),
        json!({"properties": {"a": {"type": "integer"}}, "required": ["a"]}),
        // Unions: overlapping, nested, with something beside them.
        json!({"oneOf": [{"type": "integer", "maximum": 5}, {"type": "number", "minimum": 3}]}),
        json!({"anyOf": [{"type": "integer"}, {"type": "number", "multipleOf": 0.5}], "maximum": 10}),
        json!({"oneOf": [{"anyOf": [{"const": 1}, {"const": 2}]}, {"oneOf": [{"type": "string"}, {"type": "null"}]}]}),
        json!({"allOf": [{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"anyOf": [{"required": ["b"]}, {"required": ["c"]}]}], "type": "object", "properties": {"a": true, "b": true, "c": true}}),
        json!({"type": "string", "oneOf": [{"enum": ["a", "b"]}, {"pattern": "^b|c$"}]}),
        json!({"type": ["string", "integer", "null"], "not": {"type": ["string", "null"]}}),
        json!({"not": {"type": "object"}}),
        json!({"allOf": [{"enum": [1, 2, 3, null]}, {"enum": [2, 3, 4, null]}], "type": ["integer", "null"], "not": {"const": 3}}),
        json!({"const": null}),
        json!({"const": 1.0, "type": "integer"}),
    ] {
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
fn keywords_that_nothing_is_drawn_for_are_named() {
    for (keyword, value) in [
        ("contains", json!({"type": "integer"})),
        ("propertyNames", json!({"maxLength": 1})),
        ("dependentRequired", json!({"a": ["b"]})),
        ("if", json!({"required": ["a"]})),
        ("unevaluatedProperties", json!(false)),
    ] {
        // `then` means something beside `if` alone.
        let inner = json!({"type": ["object", "array"], (keyword): value, "then": {"required": ["b"]}});
        let contract = contract(json!({"S": {"type": "array", "items": inner}, "Fine": {"type": "array"}}));
        let ids = ["S", "Fine"].map(|name| contract.component(name).unwrap());
        let instances = Instances::new(&contract, ids);
        let error = instances.of(ids[0]).unwrap_err().to_string();
        assert!(error.contains(keyword), "{error}");
        assert!(instances.of(ids[1]).is_ok());
    }
}

/// The whole way that a law takes: strategies made of others, and the runner of proptest.
#[test]
fn a_broken_law_is_shown_with_the_simplest_value() {
    let contract = contract(json!({"S": {"type": "object", "required": ["id"], "properties": {
        "id": {"type": "integer", "minimum": 3}, "list": {"type": "array", "items": {"type": "string"}, "maxItems": 9},
        "other": {"type": "object", "properties": {"deep": {"type": "number"}}}}}}));
    let id = contract.component("S").unwrap();
    let instances = Instances::new(&contract, [id]);
    let values = instances.of(id).unwrap();
    let strategy = (values, values.prop_filter("a list", |value| value.get("list").is_some()));
    let strategy = strategy.prop_map(|(one, other)| json!([one, other]));
    let mut runner = TestRunner::deterministic();
    let broken = |value: Value| {
        let list = value[1]["list"].as_array().map_or(0, Vec::len);
        if list < 2 { Ok(()) } else { Err(TestCaseError::fail(format!("{list} elements"))) }
    };
    let Err(TestError::Fail(reason, value)) = runner.run(&strategy, broken) else { panic!("the law holds") };
    assert_eq!((reason.message(), value), ("2 elements", json!([{"id": 3}, {"id": 3, "list": ["", ""]}])));
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
