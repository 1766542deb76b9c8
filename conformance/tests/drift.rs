//! Drift of small documents: one change, one finding, in the right direction.
//! Tables of schemas first, then whole calls, then property tests for arbitrary schemas.

use kontrakt_conformance::drift::{ApiVersion, Change, Direction, Drift, DriftKind, Severity, Verdict, compare};
use proptest::prelude::*;
use serde_json::{Value, json};

const TODAY: &str = "2026-11-22";

/// A document with one call that sends and gets the same schema, and with components.
fn document(schema: &Value, components: &Value) -> String {
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {"/orders": {"post": {
            "operationId": "createOrder",
            "requestBody": {"content": content},
            "responses": {"200": {"description": "ok", "content": content}},
        }}},
        "components": {"schemas": components},
    })
    .to_string()
}

fn drift(old: &str, new: &str) -> Drift {
    let side = |name: &str, text: &str| {
        ApiVersion::parse(name, text).unwrap_or_else(|complaint| panic!("{complaint}\n{text}"))
    };
    compare(&side("old.yaml", old), &side("new.yaml", new), TODAY)
}

fn of_schemas(old: &Value, new: &Value) -> Drift {
    drift(&document(old, &json!({})), &document(new, &json!({})))
}

/// Changes as `kind direction severity`.
fn lines(drift: &Drift) -> Vec<String> {
    let mut lines: Vec<String> = drift
        .changes
        .iter()
        .map(|one| format!("{} {} {}", one.kind.name(), one.direction.name(), one.severity.name()))
        .collect();
    lines.sort();
    lines
}

/// What narrows breaks requests and is harmless in responses; NEW and OLD exchanged, it is the other way round.
#[test]
fn narrowing_breaks_requests_and_widening_breaks_responses() {
    let cases = [
        (json!({"type": "string"}), json!({"type": "string", "maxLength": 5}), "max-length-changed"),
        (json!({"type": "string"}), json!({"type": "string", "minLength": 1}), "min-length-changed"),
        (json!({"type": "string"}), json!({"type": "string", "enum": ["a"]}), "enum-introduced"),
        (json!({"type": "string", "pattern": "^a*$"}), json!({"type": "string", "pattern": "^a?$"}), "pattern-changed"),
        (json!({"type": "string"}), json!({"type": "string", "format": "uuid"}), "format-changed"),
        (json!({"type": ["string", "null"]}), json!({"type": "string"}), "became-not-nullable"),
        (json!({"type": ["string", "integer"]}), json!({"type": "string"}), "type-narrowed"),
        (json!({"type": "number"}), json!({"type": "integer"}), "type-narrowed"),
        (json!({"type": "number"}), json!({"type": "number", "minimum": 1}), "minimum-changed"),
        (json!({"type": "number", "minimum": 1}), json!({"type": "number", "exclusiveMinimum": 1}), "minimum-changed"),
        (json!({"type": "number"}), json!({"type": "number", "maximum": 1}), "maximum-changed"),
        (json!({"type": "number"}), json!({"type": "number", "multipleOf": 2}), "multiple-of-changed"),
        (json!({"type": "number", "multipleOf": 2}), json!({"type": "number", "multipleOf": 4}), "multiple-of-changed"),
        (
            json!({"type": "array", "items": {}}),
            json!({"type": "array", "items": {}, "maxItems": 2}),
            "max-items-changed",
        ),
        (
            json!({"type": "array", "items": {}}),
            json!({"type": "array", "items": {}, "minItems": 2}),
            "min-items-changed",
        ),
        (
            json!({"type": "array", "items": {}}),
            json!({"type": "array", "items": {}, "uniqueItems": true}),
            "unique-items-changed",
        ),
        (json!({"type": "object"}), json!({"type": "object", "minProperties": 1}), "min-properties-changed"),
        (json!({"type": "object"}), json!({"type": "object", "maxProperties": 1}), "max-properties-changed"),
        (json!({"type": "string", "enum": ["a", "b"]}), json!({"type": "string", "enum": ["a"]}), "enum-value-removed"),
        (json!({"type": "string"}), json!({"type": "string", "not": {"const": "a"}}), "not-changed"),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
            "property-became-required",
        ),
    ];
    for (wide, narrow, kind) in cases {
        let there = lines(&of_schemas(&wide, &narrow));
        assert_eq!(
            there,
            [format!("{kind} request breaking"), format!("{kind} response additive")],
            "{wide} -> {narrow}"
        );
        let back = of_schemas(&narrow, &wide);
        let mut directions: Vec<_> = back.changes.iter().map(|one| (one.direction, one.severity)).collect();
        directions.sort();
        let expected = [(Direction::Request, Severity::Additive), (Direction::Response, Severity::Breaking)];
        assert_eq!(directions, expected, "{narrow} -> {wide}: {:?}", lines(&back));
    }
}

#[test]
fn properties_know_their_direction() {
    let object = |properties: Value, rest: Value| {
        let mut object = json!({"type": "object", "properties": properties});
        object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        object
    };
    let a = json!({"a": {"type": "string"}});
    let ab = json!({"a": {"type": "string"}, "b": {"type": "string"}});
    let cases = [
        // Added and optional: harmless both ways, a tolerant reader assumed.
        (
            object(a.clone(), json!({})),
            object(ab.clone(), json!({})),
            vec!["property-added request additive", "property-added response additive"],
        ),
        // Added and required.
        (
            object(a.clone(), json!({})),
            object(ab.clone(), json!({"required": ["b"]})),
            vec!["property-added request breaking", "property-added response additive"],
        ),
        // Removed, and undeclared members are refused.
        (
            object(ab.clone(), json!({"additionalProperties": false})),
            object(a.clone(), json!({"additionalProperties": false})),
            vec!["property-removed request breaking", "property-removed response risky"],
        ),
        // Removed where it was always there.
        (
            object(ab.clone(), json!({"required": ["b"]})),
            object(a.clone(), json!({})),
            vec!["property-removed request risky", "property-removed response breaking"],
        ),
        (
            object(a.clone(), json!({})),
            object(a.clone(), json!({"additionalProperties": false})),
            vec!["additional-properties-changed request breaking", "additional-properties-changed response additive"],
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(lines(&of_schemas(&old, &new)), expected, "{old} -> {new}");
    }
}

/// Pairs that are written differently and mean the same.
#[test]
fn other_words_are_no_change() {
    let address = json!({"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}});
    let named = json!({"Address": address, "Other": {"type": "integer"}});
    let reference = json!({"$ref": "#/components/schemas/Address"});
    let cases = [
        (address.clone(), reference.clone()),
        (json!({"allOf": [reference]}), address.clone()),
        (
            json!({"allOf": [{"type": "object", "required": ["city"]}, {"properties": {"city": {"type": "string"}}}]}),
            address.clone(),
        ),
        (
            json!({"oneOf": [reference, {"type": "integer"}]}),
            json!({"oneOf": [{"$ref": "#/components/schemas/Other"}, address]}),
        ),
        (json!({"oneOf": [{"type": "string"}, {"type": "null"}]}), json!({"type": ["string", "null"]})),
        (
            json!({"oneOf": [{"oneOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "boolean"}]}),
            json!({"oneOf": [{"type": "boolean"}, {"type": "integer"}, {"type": "string"}]}),
        ),
        (json!({"const": "a"}), json!({"enum": ["a"]})),
        (json!({"type": "string", "pattern": "^\\d{2}$"}), json!({"type": "string", "pattern": "^[0-9][0-9]$"})),
        (json!({"type": "string", "minLength": 0}), json!({"type": "string"})),
    ];
    for (one, other) in cases {
        for (old, new) in [(&one, &other), (&other, &one)] {
            let drift = drift(&document(old, &named), &document(new, &named));
            let loud: Vec<String> = lines(&drift).into_iter().filter(|line| !line.ends_with("cosmetic")).collect();
            // A pattern that is written differently is told, and told to be the same.
            let same = drift.changes.iter().all(|change| change.message.contains("the same texts"));
            assert!(loud.is_empty() || same, "{old} -> {new}: {loud:?}");
        }
    }
}

#[test]
fn alternatives_are_matched_by_what_they_hold() {
    let card = json!({"type": "object", "properties": {"number": {"type": "string"}, "expiry": {"type": "string"}}});
    let cash = json!({"type": "object", "properties": {"amount": {"type": "integer"}, "currency": {"type": "string"}}});
    let both = json!({"oneOf": [card, cash]});
    assert_eq!(
        lines(&of_schemas(&both, &json!({"oneOf": [cash, card, {"type": "string"}]}))),
        ["alternative-added request additive", "alternative-added response breaking"]
    );
    assert_eq!(
        lines(&of_schemas(&both, &card)),
        ["alternative-removed request breaking", "alternative-removed response additive"]
    );
    let mut changed = card.clone();
    changed["properties"]["number"]["type"] = json!(["string", "null"]);
    let drift = of_schemas(&both, &json!({"oneOf": [cash, changed]}));
    // What is neither was valid as cash, and is a card as well now.
    assert_eq!(
        lines(&drift),
        [
            "alternatives-overlap request risky",
            "alternatives-overlap response additive",
            "became-nullable request additive",
            "became-nullable response breaking"
        ]
    );
    let nullable = drift.changes.iter().find(|change| change.kind == DriftKind::BecameNullable).unwrap();
    assert!(nullable.new.as_ref().unwrap().pointer.as_str().ends_with("/oneOf/1/properties/number"));
}

#[test]
fn one_root_cause_has_one_entry_with_everything_that_meets_it() {
    let components = |types: Value| {
        json!({
            "Address": {"type": "object", "properties": {"country": {"type": types}}},
            "orderSnapshot": {"type": "object", "properties": {"to": {"$ref": "#/components/schemas/Address"}}},
        })
    };
    let text = |types: Value| {
        let answer = json!({"200": {"description": "ok", "content": {"application/json": {"schema":
            {"type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/Address"}]}}}}}});
        json!({
            "openapi": "3.1.0",
            "paths": {"/a": {"get": {"responses": answer}}, "/b/{id}": {"get": {"responses": answer, "parameters":
                [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]}}},
            "components": {"schemas": components(types)},
        })
        .to_string()
    };
    let drift = drift(&text(json!("string")), &text(json!(["string", "null"])));
    assert_eq!(lines(&drift), ["became-nullable response breaking"]);
    let change = &drift.changes[0];
    assert_eq!(change.operations(), ["GET /a", "GET /b/{id}"]);
    assert_eq!(change.components(), ["orderSnapshot"]);
    assert_eq!(change.statuses().len(), 1);
    assert_eq!(change.old.as_ref().unwrap().pointer.to_string(), "#/components/schemas/Address/properties/country");
}

/// A document with one call, given by its members.
fn call(path: &str, operation: Value) -> String {
    json!({"openapi": "3.1.0", "paths": {path: {"get": operation}}}).to_string()
}

#[test]
fn parameters_statuses_headers_and_media_types() {
    let parameter = |rest: Value| {
        let mut one = json!({"name": "q", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}});
        one.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"parameters": [one], "responses": {}})
    };
    let answer = |statuses: Value| json!({"responses": statuses});
    let none = || json!({"responses": {}});
    let header =
        |required: bool| json!({"200": {"headers": {"X-Id": {"required": required, "schema": {"type": "string"}}}}});
    let media = |name: &str| json!({"200": {"content": {name: {"schema": {"type": "string"}}}}});
    let cases = [
        (none(), parameter(json!({})), "parameter-added request additive"),
        (none(), parameter(json!({"required": true})), "parameter-added request breaking"),
        (parameter(json!({})), none(), "parameter-removed request risky"),
        (parameter(json!({})), parameter(json!({"required": true})), "parameter-became-required request breaking"),
        (parameter(json!({"required": true})), parameter(json!({})), "parameter-became-optional request additive"),
        (parameter(json!({})), parameter(json!({"explode": false})), "parameter-explode-changed request breaking"),
        (
            parameter(json!({})),
            parameter(json!({"style": "pipeDelimited"})),
            "parameter-style-changed request breaking",
        ),
        (parameter(json!({})), parameter(json!({"deprecated": true})), "deprecated request additive"),
        (answer(json!({"200": {}})), answer(json!({"200": {}, "404": {}})), "status-added response additive"),
        (answer(json!({"200": {}, "404": {}})), answer(json!({"200": {}})), "status-removed response additive"),
        (answer(json!({"200": {}, "404": {}})), answer(json!({"404": {}})), "status-removed response breaking"),
        (answer(header(true)), answer(header(false)), "header-became-optional response breaking"),
        (answer(header(true)), answer(json!({"200": {}})), "header-removed response breaking"),
        (
            answer(media("application/json; charset=utf-8")),
            answer(media("application/json")),
            "media-type-changed response additive",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(lines(&drift(&call("/a", old.clone()), &call("/a", new.clone()))), [expected], "{old} -> {new}");
    }
}

#[test]
fn renamed_paths_are_the_same_calls() {
    let operation = |name: &str| {
        json!({"operationId": "getOrder", "responses": {}, "parameters":
            [{"name": name, "in": "path", "required": true, "schema": {"type": "string"}}]})
    };
    let renamed = drift(&call("/orders/{id}", operation("id")), &call("/orders/{code}", operation("code")));
    assert_eq!(lines(&renamed), ["path-parameter-renamed both cosmetic"]);
    let moved = drift(&call("/orders/{id}", operation("id")), &call("/v2/orders/{id}", operation("id")));
    assert_eq!(lines(&moved), ["path-renamed both breaking"]);
}

/// Paths that differ in the names of their parameters only are two calls.
#[test]
fn colliding_paths_are_kept_apart() {
    let text = |required: bool| {
        let get = |name: &str| {
            json!({"get": {"responses": {}, "parameters": [
                {"name": name, "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "q", "in": "query", "required": required && name == "code", "schema": {"type": "string"}},
            ]}})
        };
        json!({"openapi": "3.1.0", "paths": {"/orders/{id}": get("id"), "/orders/{code}": get("code")}}).to_string()
    };
    let drift = drift(&text(false), &text(true));
    assert_eq!(lines(&drift), ["parameter-became-required request breaking"]);
    assert_eq!(drift.changes[0].operations(), ["GET /orders/{code}"]);
}

#[test]
fn versions_of_the_format_are_no_change_on_the_wire() {
    let old = "openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {description: d, content: {application/json: {schema: \
               {type: string, nullable: true}}}}}}}}\n";
    let new = old.replace("3.0.3", "3.1.0").replace("type: string, nullable: true", "type: [string, 'null']");
    let drift = drift(old, &new);
    assert_eq!(lines(&drift), ["document-changed both cosmetic"]);
    assert_eq!(drift.verdict(), Verdict::Changed(Severity::Cosmetic));
}

#[test]
fn prose_is_counted_and_nothing_else() {
    let old = document(&json!({"type": "string", "description": "one", "examples": ["a"]}), &json!({}));
    let new = document(&json!({"type": "string", "description": "two", "examples": ["b"]}), &json!({}));
    let drift = drift(&old, &new);
    assert_eq!(
        (drift.verdict(), drift.documentation.len()),
        (Verdict::Unchanged, 2),
        "once in the request, once in the answer"
    );
}

/// Documents that go in circles end.
#[test]
fn circles_end() {
    let components = |kind: &str| {
        json!({"Node": {"type": "object", "properties": {
            "next": {"$ref": "#/components/schemas/Node"}, "value": {"type": kind},
            "any": {"oneOf": [{"$ref": "#/components/schemas/Node"}, {"type": "string"}]},
        }}})
    };
    let root = json!({"$ref": "#/components/schemas/Node"});
    let drift = drift(&document(&root, &components("string")), &document(&root, &components("integer")));
    assert_eq!(lines(&drift), ["type-changed both breaking"]);
}

/// Schemas of some depth, with the keywords that documents use.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "integer"})),
        (0u64..9).prop_map(|n| json!({"type": "string", "maxLength": n})),
        (-9i64..9).prop_map(|n| json!({"type": "number", "minimum": n})),
        prop::sample::subsequence(vec!["a", "b", "c"], 1..3)
            .prop_map(|values| json!({"type": "string", "enum": values})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            (prop::collection::btree_map("[a-d]", inner.clone(), 0..4), any::<bool>(), any::<bool>()).prop_map(
                |(properties, closed, required)| {
                    let names: Vec<&String> = properties.keys().filter(|_| required).collect();
                    json!({"type": "object", "required": names, "additionalProperties": !closed, "properties": properties})
                }
            ),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|many| json!({"oneOf": many})),
            prop::collection::vec(inner, 1..3).prop_map(|many| json!({"allOf": many})),
        ]
    })
}

/// Whether a `oneOf` has alternatives that are not told apart by their types.
fn may_overlap(schema: &Value) -> bool {
    let types = |one: &Value| -> Vec<String> {
        let named = one["type"].as_array().cloned().unwrap_or_else(|| vec![one["type"].clone()]);
        // A whole number is a number.
        named.iter().map(|name| name.to_string().replace("integer", "number")).collect()
    };
    let clash = |all: &[Value]| {
        all.iter().enumerate().any(|(at, one)| {
            all[..at].iter().any(|other| {
                let (one, other) = (types(one), types(other));
                one.iter().any(|name| name == "null" || other.contains(name)) || other.iter().any(|name| name == "null")
            })
        })
    };
    match schema {
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| may_overlap(value) || key == "oneOf" && value.as_array().is_some_and(|all| clash(all))),
        Value::Array(items) => items.iter().any(may_overlap),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing changes between a document and itself, however it is written.
    #[test]
    fn a_document_equals_itself(one in schema()) {
        let direct = document(&one, &json!({}));
        prop_assert_eq!(lines(&drift(&direct, &direct)), Vec::<String>::new());
        let named = document(&json!({"$ref": "#/components/schemas/Named"}), &json!({"Named": one}));
        let loud: Vec<String> = lines(&drift(&direct, &named)).into_iter().filter(|line| !line.ends_with("cosmetic")).collect();
        prop_assert_eq!(loud, Vec::<String>::new());
    }

    /// Whatever changes, changes back: there are findings one way exactly when there are the other way. What a `oneOf` wins
    /// when alternatives that overlapped no longer do is not always told.
    #[test]
    fn changes_have_a_way_back(one in schema(), other in schema()) {
        prop_assume!(!may_overlap(&one) && !may_overlap(&other));
        let (there, back) = (of_schemas(&one, &other), of_schemas(&other, &one));
        prop_assert_eq!(there.changes.is_empty(), back.changes.is_empty(), "{:?} {:?}", lines(&there), lines(&back));
    }

    /// The comparison does not depend on anything but the documents.
    #[test]
    fn the_same_input_gives_the_same_output(one in schema(), other in schema()) {
        let messages = |drift: Drift| drift.changes.into_iter().map(|change| change.message).collect::<Vec<_>>();
        prop_assert_eq!(messages(of_schemas(&one, &other)), messages(of_schemas(&one, &other)));
    }
}

/// A document with something of everything.
fn rich() -> Value {
    let all = json!({
        "type": "object", "required": ["a"], "minProperties": 1, "unevaluatedProperties": false,
        "properties": {
            "a": {"$ref": "#/components/schemas/A"},
            "list": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"},
                "contains": {"const": 1}, "minContains": 1, "uniqueItems": true},
            "choice": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}], "discriminator":
                {"propertyName": "kind", "mapping": {"a": "A"}}},
            "text": {"type": ["string", "null"], "pattern": "^a+$", "enum": ["a", null], "default": "a", "x-a": 1},
            "number": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
            "inside": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"type": "object"}},
        },
        "patternProperties": {"^x": {"type": "string"}}, "propertyNames": {"maxLength": 9},
        "if": {"required": ["list"]}, "then": {"required": ["text"]}, "dependentRequired": {"a": ["text"]},
        "dependentSchemas": {"a": {"required": ["list"]}}, "not": {"required": ["no"]},
    });
    let content = json!({"multipart/form-data": {"schema": all, "encoding": {"a": {"contentType": "text/plain"}}},
        "application/json": {"schema": {"allOf": [all, {"$ref": "#/components/schemas/Node"}]}}});
    json!({
        "openapi": "3.1.0", "info": {"title": "Shop", "version": "1"},
        "servers": [{"url": "https://{r}", "variables": {"r": {"default": "eu", "enum": ["eu"]}}}],
        "security": [{"oauth": ["read"]}],
        "paths": {"/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "post": {
                "operationId": "change", "tags": ["a"], "deprecated": true, "x-sunset": "2027-01-01",
                "parameters": [{"name": "q", "in": "query", "style": "form", "schema": {"type": "array", "items": {}}}],
                "requestBody": {"content": content},
                "responses": {"200": {"description": "d", "content": content, "headers": {"X": {"schema": {"type": "integer"}}}},
                    "4XX": {"description": "d"}},
                "callbacks": {"done": {"{$request.query.url}": {"post": {"requestBody": {"content": content}, "responses": {}}}}},
            },
        }},
        "webhooks": {"made": {"post": {"requestBody": {"content": content}, "responses": {}}}},
        "components": {
            "schemas": {"A": {"type": "string"}, "Node": {"properties": {"next": {"$ref": "#/components/schemas/Node"}}},
                "orderSnapshot": {"type": "object", "additionalProperties": {"type": "string"}}},
            "parameters": {"p": {"name": "p", "in": "query"}},
            "securitySchemes": {"oauth": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "u", "scopes": {"read": "r"}}}}},
        },
    })
}

/// The pointers of a value and everything in it.
fn pointers(value: &Value, here: &str, out: &mut Vec<String>) {
    out.push(here.to_owned());
    let mut below = |key: &str, value: &Value| {
        pointers(value, &format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), out)
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| below(&at.to_string(), value)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever becomes of a document: if it can be read, it can be compared, both ways.
    #[test]
    fn damage_is_told_and_nothing_worse(hits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..9), 1..4)) {
        let whole = rich();
        let mut damaged = whole.clone();
        for (at, what) in hits {
            let mut places = Vec::new();
            pointers(&damaged, "", &mut places);
            let place = &places[at.index(places.len())];
            let with = [json!(null), json!(true), json!(false), json!(1), json!("x"), json!([]), json!({}),
                json!({"$ref": "#/components/schemas/A"}), json!({"type": "string"})];
            if let Some(node) = damaged.pointer_mut(place) {
                *node = with[what].clone();
            }
        }
        let whole = ApiVersion::parse("whole.yaml", whole.to_string()).unwrap();
        if let Ok(damaged) = ApiVersion::parse("damaged.yaml", damaged.to_string()) {
            let there = compare(&whole, &damaged, TODAY);
            let back = compare(&damaged, &whole, TODAY);
            let same = (there.verdict() == Verdict::Unchanged) == (back.verdict() == Verdict::Unchanged);
            prop_assert!(same, "{:?} {:?}", lines(&there), lines(&back));
        }
    }
}

/// Who meets what is said in a component of two documents: kind, direction, severity, and the members that use it.
fn uses_of(old: [&str; 2], new: [&str; 2]) -> Vec<String> {
    let text = |[address, order]: [&str; 2]| {
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}";
        format!(
            "openapi: 3.1.0\npaths:\n  /orders:\n    get: {{responses: {{'200': {{description: d, {content}}}}}}}\n  \
             /labels:\n    post:\n      requestBody: {{required: true, content: {{application/json: {{schema: {{type: object, \
             properties: {{to: {{$ref: '#/components/schemas/Address'}}}}}}}}}}}}\n      responses: {{'204': {{description: \
             d}}}}\ncomponents:\n  schemas:\n    Address: {address}\n    Place: {{type: object, properties: {{city: {{type: \
             [string, 'null']}}}}}}\n    Order: {{type: object, properties: {order}}}\n"
        )
    };
    let drift = drift(&text(old), &text(new));
    let told = |change: &Change| {
        let members: Vec<&str> = change.members().into_iter().collect();
        let (kind, direction, severity) = (change.kind.name(), change.direction.name(), change.severity.name());
        format!("{kind} {direction} {severity}: {}", members.join(", "))
    };
    drift.changes.iter().filter(|change| change.severity > Severity::Cosmetic).map(told).collect()
}

#[test]
fn what_changes_in_a_component_names_its_users_each_way() {
    const CITY: &str = "{type: object, properties: {city: {type: string}}}";
    const FREE: &str = "{type: object, properties: {city: {type: [string, 'null']}}}";
    const NEEDED: &str = "{type: object, required: [city], properties: {city: {type: string}}}";
    const TWO: &str = "{bill: {$ref: '#/components/schemas/Address'}, ship: {$ref: '#/components/schemas/Address'}}";
    const LIST: &str = "{stops: {type: array, items: {$ref: '#/components/schemas/Address'}}}";
    const PARTS: &str = "{bill: {allOf: [{$ref: '#/components/schemas/Address'}, {properties: {vat: {}}}]}}";
    const MOVED: &str = "{bill: {$ref: '#/components/schemas/Place'}, ship: {$ref: '#/components/schemas/Address'}}";
    const NONE: &str = "{}";
    for (name, old, new, expected) in [
        (
            "wider: answers break, requests do not",
            [CITY, TWO],
            [FREE, TWO],
            vec!["became-nullable response breaking: Order.bill, Order.ship", "became-nullable request additive: to"],
        ),
        (
            "narrower: requests break, answers do not",
            [FREE, TWO],
            [CITY, TWO],
            vec![
                "became-not-nullable request breaking: to",
                "became-not-nullable response additive: Order.bill, Order.ship",
            ],
        ),
        (
            "demanded",
            [CITY, LIST],
            [NEEDED, LIST],
            vec![
                "property-became-required request breaking: to",
                "property-became-required response additive: Order.stops[]",
            ],
        ),
        (
            "through `allOf`",
            [CITY, PARTS],
            [FREE, PARTS],
            vec!["became-nullable response breaking: Order.bill", "became-nullable request additive: to"],
        ),
        ("only requests use it", [CITY, NONE], [FREE, NONE], vec!["became-nullable request additive: to"]),
        (
            "one of two members is retargeted",
            [CITY, TWO],
            [CITY, MOVED],
            vec!["became-nullable response breaking: Order.bill"],
        ),
        ("retargeted back", [CITY, MOVED], [CITY, TWO], vec!["became-not-nullable response additive: Order.bill"]),
        ("retargeted to what means the same", [FREE, TWO], [FREE, MOVED], vec![]),
    ] {
        assert_eq!(uses_of(old, new), expected, "{name}");
    }
}
