//! Entries on a document of a few lines: their meaning, whether they still apply, and failures of a faulty client.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::{Document, Pointer};
use kontrakt_runtime::DecodeError;
use kontrakt_runtime::codec::{Codec, Side};
use serde_json::{Value, json};

use super::{Meaning, Quirk, QuirkKind, holds, not_applicable, oddities, prove, read, schema_at};
use crate::check::Checker;

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
x-envelope: {success: {member: result, equals: ok}, error: error}
paths:
  /odd:
    get:
      operationId: getOdd
      parameters: [{name: from, in: query, schema: {type: string, x-scalar: date-time}}]
      responses:
        '200':
          content:
            application/json:
              schema: {oneOf: [{$ref: '#/components/schemas/Odd'}, {$ref: '#/components/schemas/Failure'}]}
components:
  schemas:
    Failure: {type: object, required: [result, error], properties: {result: {const: error}, error: {type: string}}}
    Odd:
      type: object
      required: [there, id, only, name, map, list, time, flag, state]
      properties:
        there: {type: string}
        id: {type: [integer, string], pattern: '^[0-9]{1,4}$', x-scalar: integer}
        only: {type: integer}
        name: {type: [string, 'null'], x-aliases: [title]}
        left: {type: [string, 'null']}
        map: {oneOf: [{type: object}, {type: array, maxItems: 0}]}
        list: {anyOf: [{type: array, items: {type: integer}}, {type: object, additionalProperties: {type: integer}}]}
        time: {type: string, pattern: '^2026-04-27T09:15:5[0-9][+]0200$', x-scalar: date-time}
        flag: {type: [boolean, integer], minimum: 0, maximum: 1, x-scalar: boolean}
        state: {enum: [new]}
";

fn quirk(kind: QuirkKind, name: &str, member: Option<&str>) -> Quirk {
    let place = match name {
        "" => Pointer::from(["components", "schemas", "Odd"]),
        name => Pointer::from(["components", "schemas", "Odd", "properties", name]),
    };
    let member = member.map(str::to_owned);
    Quirk {
        id: format!("{kind:?}-{name}"),
        kind,
        places: vec![place],
        evidence: Vec::new(),
        member,
        fields: Vec::new(),
        refused: None,
        span: Default::default(),
    }
}

#[test]
fn an_oddity_is_admitted_or_healed() {
    let document = Document::parse("t.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let checker = Checker::new(&contract);
    for (kind, name, admitted) in [
        (QuirkKind::NullForNonNull, "name", true),
        (QuirkKind::NullForNonNull, "there", false),
        (QuirkKind::MissingForNull, "left", true),
        (QuirkKind::MissingForNull, "there", false),
        (QuirkKind::NumberAsString, "id", true),
        (QuirkKind::NumberAsString, "only", false),
        (QuirkKind::StringAsNumber, "id", true),
        (QuirkKind::StringAsNumber, "name", false),
        (QuirkKind::BooleanForm, "flag", true),
        (QuirkKind::BooleanForm, "there", false),
        (QuirkKind::DateForm, "time", true),
        (QuirkKind::DateForm, "there", false),
        (QuirkKind::EnumCase, "there", true),
        (QuirkKind::EnumCase, "only", false),
        (QuirkKind::UnknownEnumValue, "there", true),
        (QuirkKind::UnknownEnumValue, "only", false),
        (QuirkKind::EmptyListForMap, "map", true),
        (QuirkKind::EmptyListForMap, "there", false),
        (QuirkKind::MapForList, "list", true),
        (QuirkKind::MapForList, "there", false),
        (QuirkKind::ObjectForList, "list", true),
        (QuirkKind::ObjectForList, "there", false),
        (QuirkKind::RenamedKey, "name", true),
        (QuirkKind::RenamedKey, "there", false),
        (QuirkKind::UndocumentedField, "there", true),
        (QuirkKind::UndocumentedField, "gone", false),
        (QuirkKind::DocumentContradiction, "there", true),
        (QuirkKind::DocumentContradiction, "gone", false),
    ] {
        let quirk = quirk(kind, name, None);
        assert_eq!(holds(&quirk, &checker, &document, &quirk.places[0]).is_ok(), admitted, "{kind:?} {name}");
    }
    for (member, admitted) in [("metadata", true), ("there", false)] {
        let quirk = quirk(QuirkKind::UndocumentedField, "", Some(member));
        assert_eq!(holds(&quirk, &checker, &document, &quirk.places[0]).is_ok(), admitted, "{member}");
    }
    let mut quirk = quirk(QuirkKind::ErrorInSuccess, "", None);
    for (name, admitted) in [("Failure", true), ("Gone", false)] {
        quirk.places = vec![Pointer::from(["components", "schemas", name])];
        assert_eq!(holds(&quirk, &checker, &document, &quirk.places[0]).is_ok(), admitted, "{name}");
    }
    for (name, admitted) in [("flag", true), ("gone", false)] {
        quirk.places = vec![Pointer::from(["components", "schemas", "Odd", "properties", name])];
        assert_eq!(holds(&quirk, &checker, &document, &quirk.places[0]).is_ok(), admitted, "{name}");
    }
    quirk.kind = QuirkKind::DateForm;
    quirk.places = vec![Pointer::parse("#/paths/~1odd/get/parameters/0").unwrap()];
    assert!(holds(&quirk, &checker, &document, &quirk.places[0]).is_ok());
}

#[test]
fn what_the_wire_does_and_what_it_means() {
    let document = Document::parse("t.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let checker = Checker::new(&contract);
    let odd = |kind, name: &str, value: Value| -> Vec<(Option<Value>, Meaning)> {
        let quirk = quirk(kind, name, (name.is_empty()).then_some("metadata"));
        let schema = schema_at(&contract, &quirk.places[0]).unwrap();
        oddities(&quirk, &checker, schema, &value).into_iter().map(|one| (one.value, one.meaning)).collect()
    };
    assert_eq!(odd(QuirkKind::NumberAsString, "id", json!(7)), [(Some(json!("7")), Meaning::Same)]);
    assert_eq!(odd(QuirkKind::NumberAsString, "id", json!("7")), [(Some(json!(7)), Meaning::Same)]);
    assert_eq!(odd(QuirkKind::NullForNonNull, "name", json!("x")), [(Some(Value::Null), Meaning::Nothing)]);
    assert_eq!(odd(QuirkKind::NullForNonNull, "there", json!("x")), []);
    assert_eq!(odd(QuirkKind::MissingForNull, "name", json!("x")), [(None, Meaning::Nothing)]);
    assert_eq!(odd(QuirkKind::EmptyListForMap, "map", json!({"a": 1})).len(), 2);
    assert_eq!(odd(QuirkKind::BooleanForm, "flag", json!(true)).len(), 2);
    assert_eq!(odd(QuirkKind::UnknownEnumValue, "state", json!("new"))[0].1, Meaning::Kept);
    assert_eq!(odd(QuirkKind::EnumCase, "there", json!("cZ")).len(), 2);
    assert_eq!(odd(QuirkKind::MapForList, "list", json!([4])), [(Some(json!({"0": 4})), Meaning::Kept)]);
    assert_eq!(odd(QuirkKind::ObjectForList, "list", json!([{"a": 1}])), [(Some(json!({"a": 1})), Meaning::Same)]);
    assert_eq!(odd(QuirkKind::ObjectForList, "list", json!([{"a": 1}, {"a": 2}])), []);
    assert_eq!(odd(QuirkKind::RenamedKey, "name", json!("x")), [(Some(json!("x")), Meaning::Same)]);
    assert_eq!(
        odd(QuirkKind::UndocumentedField, "", json!({"only": 1})),
        [(Some(json!({"only": 1, "metadata": {"kontrakt": 1}})), Meaning::Same)]
    );
    let time = json!("2026-04-27T09:15:52+0200");
    assert_eq!(odd(QuirkKind::DateForm, "time", time), [(Some(json!("2026-04-27T09:15:52+02:00")), Meaning::Same)]);
}

/// A client that understands everything of `Odd`.
fn good(text: &str, _: &str) -> Result<String, DecodeError> {
    let mut value: Value = serde_json::from_str(text).unwrap();
    let map = value.as_object_mut().unwrap();
    if let Some(name) = map.remove("title") {
        map.insert("name".to_owned(), name);
    }
    map.remove("metadata");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(id) = map.get_mut("id") {
        *id = text(id).into();
    }
    if let Some(flag) = map.get_mut("flag") {
        *flag = matches!(text(flag).as_str(), "1" | "true").into();
    }
    if let Some(time) = map.get_mut("time") {
        *time = text(time).replace("+02:00", "+0200").into();
    }
    Ok(value.to_string())
}

/// One that knows the documented forms alone: what is odd about a member becomes null.
fn naive(text: &str, _: &str) -> Result<String, DecodeError> {
    let mut value: Value = serde_json::from_str(text).unwrap();
    let map = value.as_object_mut().unwrap();
    let mut keep = |key: &str, fits: &dyn Fn(&Value) -> bool| {
        if let Some(value) = map.get_mut(key).filter(|value| !fits(value)) {
            *value = json!("?");
        }
    };
    keep("id", &Value::is_i64);
    keep("flag", &Value::is_boolean);
    keep("time", &|time| time.as_str().is_some_and(|text| text.ends_with("+0200")));
    keep("state", &|state| state == "new");
    keep("list", &Value::is_array);
    keep("map", &Value::is_object);
    keep("name", &Value::is_string);
    keep("left", &Value::is_string);
    map.remove("only");
    Ok(value.to_string())
}

#[test]
fn a_client_that_errs_is_told_of_by_every_kind() {
    let document = Document::parse("t.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let checker = Checker::new(&contract);
    let quirks = [
        quirk(QuirkKind::NumberAsString, "id", None),
        quirk(QuirkKind::StringAsNumber, "id", None),
        quirk(QuirkKind::BooleanForm, "flag", None),
        quirk(QuirkKind::DateForm, "time", None),
        quirk(QuirkKind::NullForNonNull, "left", None),
        quirk(QuirkKind::EmptyListForMap, "map", None),
        quirk(QuirkKind::MapForList, "list", None),
        quirk(QuirkKind::UnknownEnumValue, "state", None),
        quirk(QuirkKind::EnumCase, "state", None),
        quirk(QuirkKind::RenamedKey, "name", None),
        quirk(QuirkKind::UndocumentedField, "only", None),
        quirk(QuirkKind::DocumentContradiction, "only", None),
        quirk(QuirkKind::UndocumentedField, "", Some("metadata")),
        quirk(QuirkKind::MissingForNull, "left", None),
    ];
    for (reencode, right) in [(good as fn(&str, &str) -> _, true), (naive, false)] {
        let codecs = [Codec { reencode, ..Codec::of::<i64>("getOdd", Side::Answer, "") }];
        let proofs = prove(&checker, &codecs, &quirks, 40).unwrap();
        for quirk in &quirks {
            let proof = proofs.get(&quirk.id).unwrap_or_else(|| panic!("{} was never tried", quirk.id));
            // What is left out is understood by everybody who can do without it.
            let right = right || quirk.kind == QuirkKind::MissingForNull;
            assert_eq!(proof.broken.is_empty(), right, "{}: {:?}", quirk.id, proof.broken.first());
        }
    }
}

const ENTRY: &str = "document: d, wire: w, treatment: t, evidence: [{grade: live, source: 's, 2026'}]";

#[test]
fn malformed_entries_are_refused() {
    let refused = |text: &str| read(&Document::parse("quirks.yaml", text).unwrap()).is_err();
    assert!(!refused(&format!("quirks: [{{id: a, kind: date-form, {ENTRY}}}]")));
    for text in [
        "{}".to_owned(),
        format!("quirks: [{{id: a, {ENTRY}}}]"),
        format!("quirks: [{{id: a, kind: odd, {ENTRY}}}]"),
        format!("quirks: [{{id: a, kind: date-form, where: [x], {ENTRY}}}]"),
        format!("quirks: [{{id: a, kind: date-form, {ENTRY}}}, {{id: a, kind: date-form, {ENTRY}}}]"),
        format!("quirks: [{{id: a, kind: date-form, {}}}]", ENTRY.replace("wire: w, ", "")),
        format!("quirks: [{{id: a, kind: date-form, {}}}]", ENTRY.replace("live", "hearsay")),
        format!("quirks: [{{id: a, kind: date-form, {}}}]", ENTRY.replace(", 2026", "")),
        format!("quirks: [{{id: a, kind: date-form, {}}}]", ENTRY.replace("{grade: live, source: 's, 2026'}", "")),
    ] {
        assert!(refused(&text), "{text}");
    }
    let reasons = |text: &str| not_applicable(&Document::parse("quirks.yaml", text).unwrap());
    assert_eq!(reasons("{not-applicable: [{id: a, reason: b}]}").unwrap(), [("a".to_owned(), "b".to_owned())]);
    assert!(reasons("{not-applicable: [{id: a}]}").is_err());
    assert_eq!(reasons("{}").unwrap(), []);
}

#[test]
fn a_refusal_says_its_status() {
    let read = |refused: &str| {
        let text = format!(
            "quirks:\n  - {{id: a, kind: document-contradiction, where: ['#/paths/~1a/get'], document: d, wire: w, treatment: t, \
             evidence: [{{grade: document, source: s}}], refused: {refused}}}\n"
        );
        read(&Document::parse("quirks.yaml", text).unwrap())
    };
    let refused =
        read("{status: 403, code: c, unless-subscribed: 'job:finished'}").unwrap()[0].refused.clone().unwrap();
    assert_eq!((refused.status, refused.code.as_deref()), (403, Some("c")));
    for wrong in ["{code: c}", "{status: 200}", "{status: 403, unless_subscribed: x}", "403", "{status: '403'}"] {
        let complaint = read(wrong).unwrap_err().to_string();
        assert!(
            complaint.contains("expected the status of a refusal") && complaint.contains("quirks.yaml:2"),
            "{complaint}"
        );
    }
}
