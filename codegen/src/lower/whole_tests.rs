//! A document of OpenAPI 3.0.3 that uses every member there is comes back as it was, and what 3.1 has beyond is listed.

use serde_json::{Value, json};

use super::{Profile, lower};
use crate::contract::Contract;
use crate::document::Document;

fn exported(document: &Value) -> (Value, Vec<String>) {
    let document = Document::parse("test.yaml", document.to_string()).unwrap();
    let lowered = lower(&Contract::read(&document).unwrap(), Profile::Standard);
    let lost = lowered.losses.iter().map(|loss| format!("{} {}", loss.pointer, loss.keyword)).collect();
    (serde_json::to_value(&lowered.document).unwrap(), lost)
}

fn schema() -> Value {
    json!({
        "type": "object", "title": "T", "description": "D", "minProperties": 1, "maxProperties": 9, "required": ["a"],
        "externalDocs": {"url": "https://example.com/schema", "description": "D", "x-docs": 1},
        "xml": {"name": "thing", "namespace": "urn:a", "prefix": "p", "wrapped": true},
        "properties": {
            "a": {"type": "string", "xml": {"attribute": true}, "minLength": 1, "maxLength": 2, "pattern": "a",
                  "format": "f", "enum": ["a", "aa", null], "default": "a", "example": "aa", "nullable": true},
            "b": {"type": "integer", "minimum": 1, "maximum": 9, "exclusiveMinimum": true, "multipleOf": 2,
                  "format": "int32", "readOnly": true},
            "c": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3, "uniqueItems": true,
                  "writeOnly": true, "deprecated": true, "x-schema": {"a": []}},
            "d": {"oneOf": [{"$ref": "#/components/schemas/E"}, {"type": "boolean"}]},
            "e": {"not": {"type": "string"}},
        },
        "additionalProperties": false,
    })
}

fn operation() -> Value {
    let docs = json!({"url": "https://example.com/call"});
    let examples = json!({"one": {"summary": "S", "description": "D", "value": "v", "x-example": 1},
                          "two": {"externalValue": "https://example.com/two"}});
    json!({
        "tags": ["T"], "summary": "S", "description": "D", "externalDocs": docs, "operationId": "call",
        "parameters": [
            {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}, "style": "label",
             "example": "a", "x-parameter": true},
            {"name": "q", "in": "query", "description": "D", "deprecated": true, "allowEmptyValue": true,
             "allowReserved": true, "style": "pipeDelimited", "explode": true, "examples": examples,
             "schema": {"type": "array", "items": {"type": "string"}}},
            {"name": "j", "in": "query",
             "content": {"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}}},
        ],
        "requestBody": {"description": "D", "required": true, "x-body": 1, "content": {"multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
            "examples": examples, "x-media": 1,
            "encoding": {"file": {"contentType": "image/png", "style": "spaceDelimited", "explode": true,
                "allowReserved": true, "x-encoding": 1, "headers": {"X-Part": {
                    "style": "simple", "schema": {"type": "string"}, "description": "D", "example": "e"}}}},
        }}},
        "responses": {
            "200": {"description": "D", "x-answer": 1,
                "headers": {"X-Rest": {"style": "simple", "required": true, "deprecated": true, "explode": true,
                    "description": "D", "schema": {"type": "integer"}, "examples": examples, "x-header": 1}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/E"}, "example": {"a": "a"}}},
                "links": {"next": {"operationId": "call", "parameters": {"id": "$response.body#/id"},
                    "requestBody": "r", "description": "D", "server": {"url": "https://example.com"}}}},
            "default": {"description": ""},
        },
        "deprecated": true, "security": [{"key": []}],
        "servers": [{"url": "https://call.example.com"}], "x-call": [1],
    })
}

fn document() -> Value {
    let flow = |name: &str, urls: &[&str]| {
        let mut flow = json!({"scopes": {"read": "Reads."}, "x-flow": name});
        for url in urls {
            flow[url] = json!(format!("https://example.com/{url}"));
        }
        flow
    };
    json!({
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1", "description": "D", "termsOfService": "https://example.com/terms",
            "contact": {"name": "N", "url": "https://example.com", "email": "a@example.com"},
            "license": {"name": "L", "url": "https://example.com/licence"}, "x-info": 1},
        "servers": [{"url": "https://{host}.example.com", "description": "D", "x-server": 1, "variables": {
            "host": {"default": "a", "enum": ["a", "b"], "description": "D", "x-variable": 1}}}],
        "paths": {"/a/{id}": {"summary": "S", "description": "D", "x-way": 1, "servers": [
            {"url": "https://path.example.com"}], "get": operation()}},
        "components": {
            "schemas": {"E": schema()},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "K", "description": "D", "x-scheme": 1},
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/openid"},
                "oauth": {"type": "oauth2", "flows": {
                    "implicit": flow("implicit", &["authorizationUrl", "refreshUrl"]),
                    "password": flow("password", &["tokenUrl"]),
                    "clientCredentials": flow("clientCredentials", &["tokenUrl"]),
                    "authorizationCode": flow("authorizationCode", &["authorizationUrl", "tokenUrl"])}},
            },
        },
        "security": [{"key": [], "bearer": []}, {"oauth": ["read"]}],
        "tags": [{"name": "T", "description": "D", "externalDocs": {"url": "https://example.com/tag"}, "x-tag": 1}],
        "externalDocs": {"url": "https://example.com/docs"},
        "x-document": {"a": 1},
    })
}

#[test]
fn a_document_of_3_0_comes_back_as_it_was() {
    let document = document();
    let (found, lost) = exported(&document);
    assert_alike(&document, &found, "");
    assert_eq!(lost, [""; 0]);
}

#[test]
fn what_3_0_does_not_have_is_listed() {
    let documents = [
        (
            json!({"info": {"summary": "S", "license": {"name": "L", "identifier": "MIT"}}}),
            vec!["#/info summary", "#/info/license identifier"],
        ),
        (json!({"webhooks": {"w": {"post": {"responses": {}}}}}), vec!["#/webhooks/w/post webhooks"]),
    ];
    for (more, expected) in documents {
        let mut document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}});
        for (key, value) in more.as_object().unwrap() {
            let member = document.as_object_mut().unwrap().entry(key).or_insert(json!({}));
            member.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        }
        let (found, mut lost) = exported(&document);
        lost.sort_unstable();
        assert_eq!(lost, expected, "{found}");
        assert_eq!(found["info"].get("summary"), None);
    }
    // A header that holds JSON: no style may stand beside `content`, and the model writes one.
    let mut document = document();
    let headers = &mut document["paths"]["/a/{id}"]["get"]["responses"]["200"]["headers"];
    headers["X-Json"] = json!({"content": {"application/json": {"schema": {"type": "object"}, "example": {}}}});
    let (found, lost) = exported(&document);
    let header = &found["paths"]["/a/{id}"]["get"]["responses"]["200"]["headers"]["X-Json"];
    assert_eq!(*header, json!({"style": "simple", "schema": {"type": "string"}}));
    assert_eq!(lost, ["#/paths/~1a~1{id}/get/responses/200/headers/X-Json content"]);
}

/// Equal but for the order of members, with the place of the first difference.
fn assert_alike(expected: &Value, found: &Value, at: &str) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()) {
                assert_alike(&expected[key], &found[key], &format!("{at}/{key}"));
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().for_each(|(index, (a, b))| assert_alike(a, b, &format!("{at}/{index}")));
        }
        _ => assert_eq!(expected, found, "{at}"),
    }
}
