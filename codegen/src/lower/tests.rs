//! The 3.0.3 form of each construct of 3.1, one row each, and of the whole specifications.
//! Results are compared as JSON, as other tools read them.

use std::path::Path;

use serde_json::{Value, json};

use super::{Lowered, Profile, lower};
use crate::contract::Contract;
use crate::document::Document;
use crate::overlay::Unmatched;
use crate::specification::{self, Specification};

fn lowered(document: &Value, profile: Profile) -> Lowered {
    let document = Document::parse("test.yaml", document.to_string()).unwrap();
    lower(&Contract::read(&document).unwrap(), profile)
}

fn document(paths: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": paths, "components": {"schemas": schemas},
    })
}

/// What one schema becomes, and the keywords that were lost.
fn schema(of: &Value, profile: Profile) -> (Value, Vec<String>) {
    let base = json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false});
    let lowered = lowered(&document(&json!({}), &json!({"Base": base, "Named": of})), profile);
    let text = serde_json::to_value(&lowered.document).unwrap();
    let lost = lowered.losses.into_iter().map(|loss| loss.keyword).collect();
    (text["components"]["schemas"]["Named"].clone(), lost)
}

const REF: &str = "#/components/schemas/Base";

/// Each schema in the standard profile, without loss.
#[track_caller]
fn standard(rows: &[(Value, Value)]) {
    for (source, expected) in rows {
        let (found, lost) = schema(source, Profile::Standard);
        assert_eq!(&found, expected, "{source}");
        assert_eq!(lost, [""; 0], "{source}");
    }
}

#[test]
fn values_of_the_standard_profile() {
    standard(&[
        // Null beside one type, several types, and alone.
        (json!({"type": ["string", "null"]}), json!({"type": "string", "nullable": true})),
        (json!({"type": ["string"]}), json!({"type": "string"})),
        (
            json!({"type": ["string", "null", "integer"], "minLength": 2, "minimum": 1, "description": "d"}),
            json!({"description": "d", "oneOf": [
                {"type": "integer", "minimum": 1}, {"type": "string", "minLength": 2}, {"nullable": true, "enum": [null]},
            ]}),
        ),
        (json!({"type": ["integer", "number"]}), json!({"type": "number"})),
        (json!({"type": "null"}), json!({"nullable": true, "enum": [null]})),
        (json!({"type": []}), json!({"not": {}})),
        // Booleans for schemas.
        (json!(true), json!({})),
        (json!(false), json!({"not": {}})),
        // Enumerations and constants.
        (json!({"enum": ["a", "b"]}), json!({"type": "string", "enum": ["a", "b"]})),
        (json!({"enum": ["a", null]}), json!({"type": "string", "nullable": true, "enum": ["a", null]})),
        (
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "string", "nullable": true, "enum": ["a", null]}),
        ),
        (json!({"type": ["string", "null"], "enum": ["a"]}), json!({"type": "string", "enum": ["a"]})),
        (
            json!({"enum": ["a", 1]}),
            json!({"oneOf": [{"type": "integer", "enum": [1]}, {"type": "string", "enum": ["a"]}]}),
        ),
        (json!({"enum": [[1], {"a": 1}]}), json!({"enum": [[1], {"a": 1}]})),
        (json!({"const": "ok"}), json!({"type": "string", "enum": ["ok"]})),
        (json!({"const": 5, "enum": [1, 2]}), json!({"not": {}})),
        // Bounds.
        (
            json!({"type": "integer", "exclusiveMinimum": 0}),
            json!({"type": "integer", "exclusiveMinimum": true, "minimum": 0}),
        ),
        (
            json!({"type": "number", "maximum": 5, "exclusiveMaximum": 7.5, "minimum": 1, "exclusiveMinimum": 1}),
            json!({"type": "number", "exclusiveMinimum": true, "minimum": 1.0, "maximum": 5.0}),
        ),
        (json!({"type": "integer", "minimum": 0.5}), json!({"type": "integer", "minimum": 0.5})),
        (json!({"type": "integer", "maximum": i64::MAX}), json!({"type": "integer", "maximum": i64::MAX})),
    ]);
}

#[test]
fn references_and_combinations_of_the_standard_profile() {
    standard(&[
        // References.
        (json!({"$ref": REF}), json!({"$ref": REF})),
        (json!({"$ref": REF, "description": "d"}), json!({"description": "d", "allOf": [{"$ref": REF}]})),
        (json!({"$ref": REF, "minProperties": 1}), json!({"allOf": [{"$ref": REF}, {"minProperties": 1}]})),
        (
            json!({"$ref": "#/components/schemas/Base/properties/a"}),
            json!({"$ref": "#/components/schemas/ComponentsSchemasBasePropertiesA"}),
        ),
        // Combinations.
        (
            json!({"allOf": [{"$ref": REF}, {"type": "object", "required": ["b"], "additionalProperties": false}]}),
            json!({"allOf": [{"$ref": REF}, {"type": "object", "required": ["b"], "additionalProperties": false}]}),
        ),
        (
            json!({"oneOf": [{"$ref": REF}, {"type": "null"}], "deprecated": true}),
            json!({"deprecated": true, "oneOf": [{"$ref": REF}, {"nullable": true, "enum": [null]}]}),
        ),
        (
            json!({"type": ["object", "null"], "properties": {"b": true}, "anyOf": [{"required": ["b"]}, {"required": ["c"]}]}),
            json!({"nullable": true, "type": "object", "properties": {"b": {}},
                "anyOf": [{"required": ["b"]}, {"required": ["c"]}]}),
        ),
        (
            json!({"type": ["string", "integer"], "not": {"const": ""}}),
            json!({"allOf": [
                {"oneOf": [{"type": "integer"}, {"type": "string"}]}, {"not": {"type": "string", "enum": [""]}},
            ]}),
        ),
        // Objects and lists.
        (
            json!({"type": "object", "properties": {"z": {"type": "boolean"}, "a": {}}, "required": ["z"],
                "additionalProperties": {"type": "integer"}, "minProperties": 1}),
            json!({"type": "object", "properties": {"z": {"type": "boolean"}, "a": {}}, "required": ["z"],
                "additionalProperties": {"type": "integer"}, "minProperties": 1}),
        ),
        (json!({"type": "array", "uniqueItems": true}), json!({"type": "array", "items": {}, "uniqueItems": true})),
        // Notes.
        (
            json!({"type": "string", "examples": ["e"], "default": "d", "readOnly": true, "x-scalar": "date"}),
            json!({"type": "string", "format": "date", "example": "e", "default": "d", "readOnly": true, "x-scalar": "date"}),
        ),
    ]);
}

#[test]
fn what_cannot_be_said_is_weakened_and_reported() {
    let rows = [
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}),
            json!({"type": "array", "items": {}}),
            "prefixItems",
        ),
        (
            json!({"type": "object", "patternProperties": {"^x": {"type": "string"}}, "additionalProperties": false}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            "patternProperties",
        ),
        (json!({"type": "object", "propertyNames": {"maxLength": 3}}), json!({"type": "object"}), "propertyNames"),
        (json!({"type": "string", "examples": ["a", "b"]}), json!({"type": "string", "example": "a"}), "examples"),
        (
            json!({"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": REF}}),
            json!({"type": "string", "x-contentMediaType": "application/json"}),
            "contentMediaType",
        ),
    ];
    for (source, expected, keyword) in rows {
        assert_eq!(schema(&source, Profile::Standard), (expected, vec![keyword.to_owned()]), "{source}");
    }
}

#[test]
fn schemas_of_the_progenitor_profile() {
    let rows = [
        (
            json!({"type": ["string", "null", "integer"]}),
            json!({"nullable": true, "oneOf": [{"type": "integer"}, {"type": "string"}]}),
        ),
        (json!({"$ref": REF, "description": "d"}), json!({"$ref": REF})),
        // Inline shapes become components; null stays where it was.
        (
            json!({"type": "object", "properties": {"b": {"type": ["object", "null"], "properties": {"c": {}}}}}),
            json!({"type": "object", "properties": {
                "b": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/NamedB"}]},
            }}),
        ),
        (
            json!({"type": "array", "items": {"type": "string", "pattern": "^a$"}}),
            json!({"type": "array", "items": {"$ref": "#/components/schemas/NamedItem"}}),
        ),
        (json!({"enum": ["a", null]}), json!({"type": "string", "nullable": true, "enum": ["a"]})),
        (json!({"type": "string", "title": "Base", "examples": ["e"]}), json!({"type": "string"})),
    ];
    for (source, expected) in rows {
        assert_eq!(schema(&source, Profile::Progenitor), (expected, vec![]), "{source}");
    }
    let rows = [
        (json!({"enum": ["item", "ITEM"]}), json!({"type": "string"}), "enum"),
        (json!({"enum": ["<", ">"]}), json!({"type": "string"}), "enum"),
        (json!({"type": "integer", "default": "1"}), json!({"type": "integer"}), "default"),
        (json!({"type": "string", "not": {"type": "object"}}), json!({"type": "string"}), "not"),
        (
            json!({"type": "object", "properties": {"fooBar": {}, "foo_bar": {}}, "required": ["foo_bar"]}),
            json!({"type": "object", "properties": {"fooBar": {}}}),
            "foo_bar",
        ),
    ];
    for (source, expected, keyword) in rows {
        assert_eq!(schema(&source, Profile::Progenitor), (expected, vec![keyword.to_owned()]), "{source}");
    }
}

fn paths() -> Value {
    json!({
        "/a/{id}/": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getA",
                "x-variants": [{"operationId": "b", "parameters": []}],
                "parameters": [
                    {"name": "Content-Type", "in": "header", "schema": {"type": "string"}},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                    {"name": "codes", "in": "query", "explode": false, "x-delimiter": ";",
                        "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "ids", "in": "query", "explode": false, "schema": {"type": "array"}},
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                ],
                "responses": {
                    "200": {"description": "d", "content": {"application/vnd.a+json; charset=utf-8": {"schema": {
                        "type": "object", "properties": {"data": {"type": "string"}}}}}},
                    "201": {"description": "d", "content": {"application/json": {}}},
                    "403": {"description": "d", "content": {"application/json": {"schema": {
                        "type": "object", "properties": {"error": {"type": "string"}}}}}},
                    "404": {"description": "e", "content": {"application/json": {"schema": {
                        "type": "object", "properties": {"error": {"type": "string"}}}}}},
                    "422": {"description": "f", "content": {"application/json": {"schema": {"type": "string"}}}},
                    "default": {"description": "g"},
                },
            },
            "post": {
                "operationId": "sendA",
                "requestBody": {"content": {"multipart/form-data": {"schema": {}}, "application/a+json": {"schema": {}}}},
                "responses": {"200": {"content": {"application/pdf": {}}}},
            },
        },
        "/api_a.yaml": {"x-path": "/b", "delete": {"operationId": "dropB", "responses": {"204": {"description": ""}}}},
    })
}

#[test]
fn operations_of_the_standard_profile() {
    let lowered = lowered(&document(&paths(), &json!({})), Profile::Standard);
    let text = serde_json::to_value(&lowered.document).unwrap();
    let get = &text["paths"]["/a/{id}/"]["get"];
    let parameter = |name: &str| {
        get["parameters"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap_or(&Value::Null).clone()
    };
    assert_eq!(parameter("Content-Type"), Value::Null);
    assert_eq!(parameter("id")["in"], "path");
    assert_eq!(parameter("session")["in"], "cookie");
    assert_eq!(parameter("codes")["schema"], json!({"type": "string"}));
    assert_eq!(parameter("codes")["x-delimiter"], ";");
    assert_eq!(parameter("codes")["explode"], Value::Null);
    assert_eq!(parameter("ids")["explode"], false);
    assert_eq!(parameter("filter")["style"], "deepObject");
    let statuses: Vec<&String> = get["responses"].as_object().unwrap().keys().collect();
    assert_eq!(statuses.len(), 6, "{statuses:?}");
    assert!(get["responses"]["200"]["content"]["application/vnd.a+json; charset=utf-8"]["schema"].is_object());
    let post = &text["paths"]["/a/{id}/"]["post"];
    assert_eq!(post["requestBody"]["content"].as_object().unwrap().len(), 2);
    let pdf = &post["responses"]["200"]["content"]["application/pdf"]["schema"];
    assert_eq!(*pdf, json!({"type": "string", "format": "binary"}));
    assert_eq!(text["paths"]["/b"]["delete"]["operationId"], "dropB");
    let lost: Vec<&str> = lowered.losses.iter().map(|loss| loss.keyword.as_str()).collect();
    assert_eq!(lost, ["x-variants", "x-delimiter"]);
}

/// A document of what else there is to export.
fn everything() -> Value {
    let flag = json!({"type": "boolean", "x-written-as": "0/1", "default": true});
    let json = json!({"application/json": {"schema": {"type": "array"}}});
    json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://{a}.example.com/{b}", "variables": {
            "a": {"enum": ["eu", "us"]}, "b": {"default": "", "description": "Version."}}}],
        "security": [{"web": ["read"], "certificate": []}, {"person": []}],
        "paths": {"/a/{id}": {
            "servers": [{"url": "https://files.example.com", "description": "Files."}],
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "post": {
                "operationId": "a", "servers": [{"url": "/up"}], "security": [{"unknown": []}],
                "parameters": [
                    {"name": "json", "in": "query", "content": json, "style": "deepObject", "explode": false},
                    {"name": "cookie", "in": "cookie", "content": json},
                    {"name": "path", "in": "query", "allowReserved": true, "allowEmptyValue": true, "schema": {}},
                    {"name": "flag", "in": "query", "schema": flag},
                    {"name": "other", "in": "query", "x-written-as": "0/1", "schema": {"type": "boolean"}},
                ],
                "requestBody": {"content": {"application/x-www-form-urlencoded": {
                    "schema": {"type": "object"},
                    "encoding": {"a": {"style": "deepObject", "explode": true}, "b": {"contentType": "text/csv"}, "c": {}}}}},
                "callbacks": {"on": {"{$request.body#/url}": {"post": {"responses": {}}}}},
                "responses": {},
            },
        }},
        "components": {
            "securitySchemes": {
                "web": {"type": "oauth2", "flows": {
                    "clientCredentials": {"tokenUrl": "https://a.example.com", "scopes": {"read": "Reads."}},
                    "authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t", "refreshUrl": "/r", "scopes": {}},
                    "implicit": {"scopes": {}}}},
                "person": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example.com/.well-known"},
                "certificate": {"type": "mutualTLS"},
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
            "schemas": {
                "a b": {"type": "object"},
                "Union": {"oneOf": [{"$ref": "#/components/schemas/a b"}], "discriminator": {"propertyName": "kind", "mapping": {"x": "#/components/schemas/a b", "y": "a b"}}},
                "Unfit": {"type": "integer", "default": "1"},
                "Flag": flag,
                "Price": {"type": ["string", "null"], "x-scalar": "decimal"},
                "Compact": {"type": "string", "x-scalar": "date-time", "x-offset": "basic"},
                "Moment": {"type": "string", "x-scalar": "date-time"},
            },
        },
    })
}

#[test]
fn whatever_3_0_has_is_said_in_it() {
    let lowered = lowered(&everything(), Profile::Standard);
    let text = serde_json::to_value(&lowered.document).unwrap();
    let rows = [
        (
            "/servers/0/variables",
            json!({
            "a": {"enum": ["eu", "us"], "default": "eu", "description": ""}, "b": {"default": "", "description": "Version."}}),
        ),
        ("/security", json!([{"web": ["read"]}, {"person": []}])),
        ("/paths/~1a~1{id}/servers", json!([{"url": "https://files.example.com", "description": "Files."}])),
        (
            "/components/securitySchemes/web/flows",
            json!({
            "clientCredentials": {"tokenUrl": "https://a.example.com", "scopes": {"read": "Reads."}},
            "authorizationCode": {"authorizationUrl": "/a", "tokenUrl": "/t", "refreshUrl": "/r", "scopes": {}}}),
        ),
        ("/components/securitySchemes/person/openIdConnectUrl", json!("https://a.example.com/.well-known")),
        ("/components/securitySchemes/token/bearerFormat", json!("JWT")),
        (
            "/components/schemas/Union",
            json!({
            "oneOf": [{"$ref": "#/components/schemas/a_b"}], "discriminator": {"propertyName": "kind", "mapping": {
                "x": "#/components/schemas/a_b", "y": "#/components/schemas/a_b"}}}),
        ),
        ("/components/schemas/Unfit", json!({"type": "integer"})),
        ("/components/schemas/Flag", json!({"type": "integer", "enum": [0, 1], "default": 1, "x-written-as": "0/1"})),
        (
            "/components/schemas/Price",
            json!({"type": "string", "nullable": true, "format": "decimal", "x-scalar": "decimal"}),
        ),
        ("/components/schemas/Compact/format", Value::Null),
        ("/components/schemas/Moment/format", json!("date-time")),
    ];
    for (at, expected) in rows {
        assert_eq!(text.pointer(at).cloned().unwrap_or_default(), expected, "{at}");
    }
    let lost: Vec<&str> = lowered.losses.iter().map(|loss| loss.keyword.as_str()).collect();
    assert_eq!(lost, ["mutualTLS", "implicit", "default", "unknown", "callbacks", "certificate"]);
}

#[test]
fn whatever_3_0_has_is_said_of_operations() {
    let lowered = lowered(&everything(), Profile::Standard);
    let text = serde_json::to_value(&lowered.document).unwrap();
    let post = &text["paths"]["/a/{id}"]["post"];
    let flag = json!({"type": "integer", "enum": [0, 1]});
    let of_array = json!({"application/json": {"schema": {"type": "array", "items": {}}}});
    let rows = [
        ("/servers", json!([{"url": "/up"}])),
        ("/security", json!([{}])),
        ("/responses", json!({"default": {"description": ""}})),
        ("/parameters/1", json!({"name": "json", "in": "query", "content": of_array})),
        ("/parameters/2", json!({"name": "cookie", "in": "cookie", "content": of_array})),
        (
            "/parameters/3",
            json!({"name": "path", "in": "query", "schema": {}, "allowReserved": true, "allowEmptyValue": true}),
        ),
        ("/parameters/5/schema", flag),
        (
            "/requestBody/content/application~1x-www-form-urlencoded/encoding",
            json!({
            "a": {"style": "deepObject", "explode": true, "contentType": "text/plain"},
            "b": {"contentType": "text/csv", "explode": true}}),
        ),
    ];
    for (at, expected) in rows {
        assert_eq!(post.pointer(at).cloned().unwrap_or_default(), expected, "{at}");
    }
}

#[test]
fn operations_of_the_progenitor_profile() {
    let lowered = lowered(&document(&paths(), &json!({})), Profile::Progenitor);
    let text = serde_json::to_value(&lowered.document).unwrap();
    let get = &text["paths"]["/a/{id}/"]["get"];
    let parameters: Vec<&Value> = get["parameters"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(parameters, ["id", "codes", "ids"]);
    assert_eq!(get["parameters"][2]["schema"], json!({"type": "string"}));
    let answer = |status: &str| get["responses"][status]["content"]["application/json"]["schema"]["$ref"].clone();
    assert_eq!(answer("200"), "#/components/schemas/GetAResponse");
    assert_eq!(answer("403"), "#/components/schemas/GetAError");
    assert_eq!(answer("404"), "#/components/schemas/GetAError");
    for dropped in ["201", "422", "default"] {
        assert_eq!(get["responses"][dropped], Value::Null, "{dropped}");
    }
    let body = &text["paths"]["/a/{id}/"]["post"]["requestBody"]["content"];
    assert_eq!(*body, json!({"application/json": {"schema": {}}}));
    let mut lost: Vec<&str> = lowered.losses.iter().map(|loss| loss.keyword.as_str()).collect();
    lost.sort_unstable();
    assert_eq!(lost, ["201", "422", "default", "filter", "session", "x-delimiter", "x-delimiter", "x-variants"]);
}

#[test]
fn shapes_that_hold_themselves_are_compared() {
    let node = |of: &str| {
        let child = json!({"$ref": format!("#/components/schemas/{of}")});
        json!({"type": "object", "properties": {"left": child, "right": child}})
    };
    let answer = |of: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{of}")});
        json!({"description": "", "content": {"application/json": {"schema": schema}}})
    };
    let responses = json!({"204": {"description": ""}, "400": answer("A"), "404": answer("B"), "409": answer("C")});
    let paths = json!({"/a": {"get": {"operationId": "a", "responses": responses}}});
    let other = json!({"type": "object", "properties": {"left": {"type": "string"}, "right": {}}});
    let schemas = json!({"A": node("A"), "B": node("B"), "C": other});
    let lowered = lowered(&document(&paths, &schemas), Profile::Progenitor);
    let lost: Vec<&str> = lowered.losses.iter().map(|loss| loss.keyword.as_str()).collect();
    assert_eq!(lost, ["409"]);
}

#[test]
fn every_specification_reads_back() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    for name in specification::names(&specs).unwrap() {
        let document = Specification::load(&specs, &name, Unmatched::Error).unwrap().document;
        let contract = Contract::read(&document).unwrap();
        for profile in [Profile::Standard, Profile::Progenitor] {
            let lowered = lower(&contract, profile);
            reads_back(&name, &contract, &lowered);
        }
    }
}

/// The text is what `openapiv3` and this crate read, in both forms, with every operation and component in it.
fn reads_back(name: &str, contract: &Contract, lowered: &Lowered) {
    let json = lowered.to_json().unwrap();
    let read: openapiv3::OpenAPI = serde_json::from_str(&json).unwrap();
    // But for the order of members: what the contract keeps as written stands among the extensions.
    let values = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert!(serde_json::to_value(&read).unwrap() == values(&json), "{name}");
    let yaml = Document::parse("export.yaml", lowered.to_yaml().unwrap()).unwrap();
    assert_eq!(yaml.root, Document::parse("export.json", json).unwrap().root, "{name}");
    let again = Contract::read(&yaml).unwrap();
    let calls = |contract: &Contract| -> Vec<String> {
        let mut calls: Vec<String> =
            contract.operations.iter().map(|one| format!("{} {}", one.method, one.path)).collect();
        calls.sort();
        calls
    };
    assert_eq!(calls(&again), calls(contract), "{name}");
    for (component, _) in &contract.components {
        assert!(again.component(component).is_some(), "{name}: {component}");
    }
    assert!(again.schemas().all(|(_, schema)| schema.others.is_empty()), "{name}");
}
