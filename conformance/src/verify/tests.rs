//! Detection of each kind of finding: one call per kind, whose finding disappears when its check is removed.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_runtime::DecodeError;
use kontrakt_runtime::codec::{Codec, Side};
use serde_json::{Value, json};

use super::{Verification, Verifier};
use crate::acceptance::{Acceptance, Accepted, Command};
use crate::findings::{FindingKind, FindingSeverity};
use crate::recording::Recording;
use crate::report::{ReportFormat, ReportSubject, json as report, render};

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: Shop, version: '1'}
x-envelope: {value: data, errors: errors, error-fields: {code: code, message: message}}
paths:
  /orders/{code}:
    get:
      operationId: getOrder
      parameters:
        - {name: code, in: path, required: true, schema: {type: string, pattern: '^[0-9]+$'}}
        - {name: page, in: query, schema: {type: integer, minimum: 1}}
        - {name: from, in: query, required: true, schema: {type: string}}
      responses:
        '200':
          content:
            application/json:
              schema:
                type: object
                required: [data]
                properties:
                  errors: {type: [array, 'null']}
                  data: {oneOf: [{$ref: '#/components/schemas/Order'}, {type: 'null'}]}
        4XX:
          content: {application/json: {schema: {type: object}}}
    put:
      operationId: putOrder
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {content: {application/json: {schema: {type: object}}}}}
webhooks:
  notice:
    post:
      operationId: notice
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [event, instance]
              properties: {event: {enum: ['order:create']}, instance: {type: string}}
components:
  schemas:
    Order:
      type: object
      required: [code]
      properties:
        code: {type: string}
        state: {enum: [new, paid]}
        kind: {anyOf: [{enum: [a, b]}, {type: string}]}
        mode: {oneOf: [{enum: [a]}, {type: 'null'}]}
        day: {type: string, format: date}
        price: {type: string, pattern: '^[0-9]+$', x-scalar: decimal}
        count: {type: integer, maximum: 9}
        note: {oneOf: [{type: string}, {type: string, maxLength: 3}]}
        never: false
        items: {type: array, items: {$ref: '#/components/schemas/Item'}}
    Item: {type: object, additionalProperties: false, properties: {name: {type: string}}}
";

/// A client that drops `count`, and cannot read orders with the code `x`.
fn reencode(text: &str, path: &str) -> Result<String, DecodeError> {
    let mut value = serde_json::from_str::<Value>(text).unwrap()[path].take();
    if value.get("code").is_some_and(|code| *code == json!("x") || code.is_number()) {
        return Err(kontrakt_runtime::from_json::<i64>("\"x\"").unwrap_err());
    }
    value.as_object_mut().map(|map| map.remove("count"));
    Ok(value.to_string())
}

const CODECS: &[Codec] = &[Codec { reencode, ..Codec::of::<i64>("getOrder", Side::Answer, "data") }];

fn call(method: &str, url: &str, request: Option<&str>, status: u16, mime: &str, body: &str) -> Value {
    json!({
        "request": {"method": method, "url": url, "headers": [{"name": "accept", "value": "*/*"}],
            "postData": {"mimeType": "application/json", "text": request.unwrap_or_default()}},
        "response": {"status": status, "content": {"mimeType": mime, "text": body}},
    })
}

fn get(order: &Value) -> Value {
    let body = json!({"data": order, "errors": null}).to_string();
    call("GET", "https://x/orders/1?from=a", None, 200, "application/json; charset=utf-8", &body)
}

fn verify(entries: &[Value]) -> Verification {
    let document = Document::parse("shop.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let recording = Recording::parse(json!({"log": {"entries": entries}}).to_string().as_bytes()).unwrap();
    let verifier = Verifier::new(&contract).unwrap().with_codecs(CODECS);
    verifier.verify(&recording, &document).unwrap()
}

fn findings_of(entry: &Value) -> Vec<String> {
    let outcome = verify(std::slice::from_ref(entry));
    assert_eq!(outcome.matched, 1);
    outcome
        .findings
        .iter()
        .map(|one| format!("{} {} {}", one.seen.severity.name(), one.seen.kind, one.seen.pointer))
        .collect()
}

#[test]
fn every_kind_is_told() {
    let good = json!({"code": "1", "state": "new", "day": "2026-01-31", "items": [{"name": "a"}]});
    let with = |key: &str, value: Value| {
        let mut order = good.clone();
        order[key] = value;
        get(&order)
    };
    let answer = |status, mime: &str, body: &str| call("GET", "/orders/1?from=a", None, status, mime, body);
    let ok = json!({"data": good, "errors": null}).to_string();
    let table: Vec<(Value, &[&str])> = vec![
        (get(&good), &[]),
        (answer(404, "application/json", "{}"), &[]),
        (answer(500, "text/html", "oops"), &["breaking unknown-status "]),
        (answer(500, "application/json", r#"{"errors": [{"code": "e"}]}"#), &["warning unknown-status "]),
        (answer(200, "text/plain", &ok), &["warning media-type "]),
        (answer(200, "application/json", "{"), &["breaking not-json "]),
        (
            answer(200, "application/json", r#"{"data": null, "errors": [{"code": "e", "message": "no"}]}"#),
            &["breaking error-in-success "],
        ),
        // A part that failed beside data is no failed call.
        (answer(200, "application/json", r#"{"data": {"code": "1"}, "errors": [{"code": "e"}]}"#), &[]),
        (get(&json!({})), &["breaking missing-required /data"]),
        (with("code", json!(7)), &["breaking wrong-type /data/code"]),
        (with("code", json!(null)), &["breaking null-for-non-null /data/code"]),
        (get(&json!({"strange": 1})), &["warning unknown-operation "]),
        (with("never", json!(1)), &["breaking forbidden /data/never"]),
        (with("code", json!("x")), &["breaking undecodable "]),
        (with("count", json!(3)), &["breaking value-lost /data/count"]),
        (with("state", json!("gone")), &["warning unknown-enum-value /data/state"]),
        (with("kind", json!("c")), &["warning unknown-enum-value /data/kind"]),
        (with("kind", json!("a")), &[]),
        // Once, although both the list and the union around it have something to say.
        (with("mode", json!("b")), &["warning unknown-enum-value /data/mode"]),
        (with("price", json!("1.5")), &["warning pattern /data/price"]),
        (with("day", json!("31.1.2026")), &["warning format /data/day"]),
        (with("count", json!(10)), &["breaking value-lost /data/count", "warning limit /data/count"]),
        (with("note", json!("ab")), &["document document /data/note"]),
        (with("extra", json!(1)), &["info undocumented-field /data/extra"]),
        (
            with("items", json!([{"name": "a"}, {"extra": 1}, {"extra": 2}])),
            &["info undocumented-field /data/items/*/extra"],
        ),
        (
            call("GET", "/orders/1?from=a&page=0&x=1", None, 200, "application/json", &ok),
            &["warning limit query:page", "info undocumented-field query:x"],
        ),
        (
            call("GET", "/orders/a?page=b", None, 200, "application/json", &ok),
            &["warning missing-required query:from", "warning wrong-type query:page", "warning pattern path:code"],
        ),
        (
            call("PUT", "/orders/1", Some(r#"{"code": null}"#), 200, "application/json", "{}"),
            &["warning null-for-non-null /code"],
        ),
    ];
    for (entry, expected) in &table {
        assert_eq!(findings_of(entry), *expected, "{entry:#}");
    }
    for kind in FindingKind::ALL {
        let name = format!(" {kind} ");
        assert!(table.iter().any(|(_, told)| told.iter().any(|one| one.contains(&name))), "no case for {kind}");
    }
}

#[test]
fn a_refused_request_agrees_with_the_document() {
    let wrong = r#"{"code": null, "extra": 1}"#;
    let told =
        |status: u16, body: &str| findings_of(&call("PUT", "/orders/1", Some(wrong), status, "application/json", body));
    assert_eq!(told(200, "{}"), ["warning null-for-non-null /code", "info undocumented-field /extra"]);
    let refused = ["info null-for-non-null /code", "info undocumented-field /extra"];
    assert_eq!(told(422, r#"{"errors": [{"code": "e"}]}"#)[1..], refused);
    let failed = told(200, r#"{"data": null, "errors": [{"code": "e"}]}"#);
    assert_eq!((failed[0].as_str(), &failed[1..]), ("breaking error-in-success ", &refused.map(str::to_owned)[..]));
}

#[test]
fn what_a_newer_document_requires_is_no_promise_about_older_answers() {
    let document = Document::parse("shop.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let verifier = Verifier::new(&contract).unwrap().dated("2026-07-20");
    let severities = |days: &[&str]| -> Vec<&str> {
        let entry = |day: &&str| {
            let mut entry = get(&json!({}));
            entry["startedDateTime"] = json!(format!("{day}T08:00:00Z"));
            entry
        };
        let entries: Vec<Value> = days.iter().map(entry).collect();
        let recording = Recording::parse(json!({"log": {"entries": entries}}).to_string().as_bytes()).unwrap();
        let findings = verifier.verify(&recording, &document).unwrap().findings;
        findings.iter().map(|one| one.seen.severity.name()).collect()
    };
    assert_eq!(severities(&["2026-07-19"]), ["warning"]);
    assert_eq!(severities(&["2026-07-20"]), ["breaking"]);
    // One finding, and the worst of what was seen.
    assert_eq!(severities(&["2026-07-19", "2026-08-01", "2025-01-01"]), ["breaking"]);
    assert_eq!(severities(&["no day"]), ["breaking"]);
}

#[test]
fn what_the_client_makes_of_a_broken_answer_is_said_with_it() {
    let client = |order: Value| verify(&[get(&order)]).findings[0].seen.client.clone();
    assert_eq!(client(json!({"code": null})).as_deref(), Some("reads it all the same"));
    assert!(client(json!({"code": "x", "day": 1})).unwrap().starts_with("cannot read it: "));
    assert!(client(json!({"code": null, "count": 1})).unwrap().starts_with("reads it, with a loss: "));
    assert_eq!(client(json!({"code": "1", "extra": 1})), None);
}

#[test]
fn each_deviation_has_a_note_of_its_own() {
    // The client cannot read the code, and does not care for the state.
    let outcome = verify(&[get(&json!({"code": 7, "state": "x", "items": [{"name": 1}]}))]);
    let notes: Vec<(String, Option<&str>)> =
        outcome.findings.iter().map(|one| (one.seen.pointer.clone(), one.seen.client.as_deref())).collect();
    let note = |pointer: &str| notes.iter().find(|(one, _)| one == pointer).and_then(|(_, note)| *note);
    assert!(note("/data/code").is_some_and(|note| note.starts_with("cannot read it")), "{notes:?}");
    assert_eq!(note("/data/items/*/name"), Some("reads it all the same"), "{notes:?}");
}

#[test]
fn webhooks_are_known_by_what_they_say() {
    let notice = |body: Value| call("POST", "https://mine.example/hooks/7", Some(&body.to_string()), 200, "", "");
    assert_eq!(findings_of(&notice(json!({"event": "order:create", "instance": "1"}))), Vec::<String>::new());
    assert_eq!(
        findings_of(&notice(json!({"event": "order:eaten", "more": 1}))),
        ["breaking missing-required ", "warning unknown-enum-value /event", "info undocumented-field /more"]
    );
    let outcome = verify(&[notice(json!({"event": 1, "a": 1, "b": 2})), notice(json!([1]))]);
    assert_eq!((outcome.matched, outcome.unmatched.first().map(String::as_str)), (0, Some("POST /hooks/7")));
    let document = Document::parse("shop.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let line = json!({"operationId": "notice", "status": 200, "request": {"event": "order:create"}});
    let recording = Recording::parse(line.to_string().as_bytes()).unwrap();
    let outcome = Verifier::new(&contract).unwrap().verify(&recording, &document).unwrap();
    assert_eq!((outcome.matched, outcome.findings.len()), (1, 1));
}

#[test]
fn documented_headers_and_cookies_are_checked() {
    let text = "
openapi: 3.1.0
info: {title: t, version: '1'}
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: session, in: cookie, required: true, schema: {type: string, pattern: '^[a-z]+$'}}
        - {name: X-Token, in: header, x-secret: true, schema: {type: string, maxLength: 3}}
      responses:
        '200':
          headers:
            X-Left: {required: true, schema: {type: integer, minimum: 0}}
            Content-Type: {required: true, schema: {type: string}}
";
    let document = Document::parse("t.yaml", text).unwrap();
    let contract = Contract::read(&document).unwrap();
    let findings = |request: Value, response: Value| {
        let entry = json!({
            "request": {"method": "GET", "url": "/a/key/K3Y", "headers": [{"name": "X-Token", "value": request["token"]}], "cookies": request["cookies"]},
            "response": {"status": 200, "headers": response},
        });
        let recording = Recording::parse(json!({"log": {"entries": [entry]}}).to_string().as_bytes()).unwrap();
        Verifier::new(&contract).unwrap().verify(&recording, &document).unwrap().findings
    };
    let told = |request: Value, response: Value| -> Vec<String> {
        let line = |one: &crate::findings::Finding| format!("{} {}", one.seen.kind, one.seen.pointer);
        findings(request, response).iter().map(line).collect()
    };
    let cookies = |value: &str| json!({"token": "abc", "cookies": [{"name": "session", "value": value}]});
    let left = |value: &str| json!([{"name": "x-left", "value": value}]);
    assert_eq!(told(cookies("ok"), left("7")), Vec::<String>::new());
    assert_eq!(told(cookies("0"), left("-1")), ["pattern cookie:session", "limit header:X-Left"]);
    assert_eq!(
        told(json!({"token": "abc"}), left("many")),
        ["wrong-type header:X-Left", "missing-required cookie:session"]
    );
    assert_eq!(told(cookies("ok"), json!([{"name": "a", "value": "b"}])), ["missing-required header:X-Left"]);
    assert_eq!(told(cookies("ok"), json!([])), Vec::<String>::new());
    let secret = findings(json!({"token": "S3CRET", "cookies": [{"name": "session", "value": "ok"}]}), json!([]));
    assert_eq!(secret.len(), 1);
    assert!(!format!("{secret:?}").contains("S3CRET"));
}

#[test]
fn json_inside_a_parameter_is_checked() {
    let text = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - name: items[]
          in: query
          schema:
            type: array
            items:
              type: string
              contentMediaType: application/json
              contentSchema: {type: object, required: [count], properties: {count: {type: integer}}}
      responses: {'200': {description: d}}
";
    let document = Document::parse("t.yaml", text).unwrap();
    let contract = Contract::read(&document).unwrap();
    let verifier = Verifier::new(&contract).unwrap();
    for (items, expected) in [
        (vec![r#"{"count":1}"#, r#"{"count":2}"#], None),
        (vec![r#"{"count":1}"#, r#"{"count":"2"}"#], Some("wrong-type query:items[]")),
        (vec!["{}"], Some("missing-required query:items[]")),
        (vec!["{"], Some("not-json query:items[]")),
    ] {
        let query: Vec<String> =
            items.iter().map(|item| format!("items%5B%5D={}", crate::routing::encode(item))).collect();
        let entry = call("GET", &format!("/a?{}", query.join("&")), None, 200, "", "");
        let recording = Recording::parse(json!({"log": {"entries": [entry]}}).to_string().as_bytes()).unwrap();
        let findings = verifier.verify(&recording, &document).unwrap().findings;
        let told: Vec<String> = findings.iter().map(|one| format!("{} {}", one.seen.kind, one.seen.pointer)).collect();
        assert_eq!(told, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{items:?}");
    }
}

#[test]
fn one_cause_is_told_once() {
    let answers =
        [get(&json!({"code": "1", "meta": 1})), call("PUT", "/orders/1", None, 200, "application/json", "{}")];
    assert_eq!(verify(&answers).findings.len(), 1);
    let text = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a: {get: {operationId: a, responses: {'200': {content: {application/json: {schema: {type: object, required: [meta]}}}}}}}
  /b: {get: {operationId: b, responses: {'200': {content: {application/json: {schema: {type: object, required: [meta]}}}}}}}
";
    let document = Document::parse("t.yaml", text).unwrap();
    let contract = Contract::read(&document).unwrap();
    let lines = ["a", "b"].map(|id| json!({"operationId": id, "status": 200, "body": {}}).to_string());
    let recording = Recording::parse(lines.join("\n").as_bytes()).unwrap();
    let outcome = Verifier::new(&contract).unwrap().verify(&recording, &document).unwrap();
    assert_eq!((outcome.findings.len(), crate::findings::by_cause(&outcome.findings).len()), (2, 1));
    let text = render(ReportFormat::Text, ReportSubject { api: "t", contract: &contract }, &outcome);
    assert_eq!(text.matches("is required and missing").count(), 1, "{text}");
    assert!(text.contains("seen    2 times, in entries 0 1"), "{text}");
}

#[test]
fn equal_observations_are_one_finding() {
    let bad = get(&json!({"code": "1", "items": [{"a": 1}, {"a": 2}]}));
    let outcome = verify(&[bad.clone(), bad.clone(), call("GET", "/else", None, 200, "", ""), bad]);
    assert_eq!((outcome.total, outcome.matched, outcome.skipped["no such operation"]), (4, 3, 1));
    let finding = &outcome.findings[0];
    assert_eq!((outcome.findings.len(), finding.count, finding.entries.as_slice()), (1, 6, &[0, 1, 3][..]));
    assert_eq!(finding.place, Some(("shop.yaml".to_owned(), 57)));
    assert_eq!(finding.seen.schema.to_string(), "#/components/schemas/Item");
    // The identifier is a promise to acceptance files.
    assert_eq!(finding.id, verify(&[get(&json!({"code": "9", "items": [{"a": null}]}))]).findings[0].id);
    assert_eq!(outcome.coverage.operations, (1, 2));
    assert_eq!(outcome.coverage.unseen, ["putOrder"]);
    assert_eq!((outcome.coverage.answers, outcome.coverage.properties.0), ((1, 3), 4));
}

#[test]
fn accepted_findings_are_marked_and_stale_ones_told() {
    let mut outcome = verify(&[get(&json!({"code": null})), get(&json!({"code": "1", "x": 1}))]);
    let ids: Vec<String> = outcome.findings.iter().map(|finding| finding.id.clone()).collect();
    let mut acceptance = Acceptance::default();
    let mut add = |id: &str, expires: Option<&str>| {
        let expires = expires.map(str::to_owned);
        let operation = id.strip_prefix("of ").map(str::to_owned);
        acceptance.accept(Accepted {
            id: id.to_owned(),
            command: Command::Verify,
            reason: "known".to_owned(),
            expires,
            operation,
            finding: None,
        });
    };
    add(&ids[0], Some("2026-01-31"));
    add(&ids[1], None);
    for gone in ["gone", "of getOrder", "of putOrder"] {
        add(gone, None);
    }
    let called = |operation: &str| operation == "getOrder";
    let stale = acceptance.apply(&mut outcome.findings, "2026-02-01", called);
    // Nothing can be said of what was not called.
    assert_eq!(
        (stale.expired.as_slice(), stale.gone.as_slice()),
        (&ids[..1], &["gone", "of getOrder"].map(str::to_owned)[..])
    );
    assert_eq!(outcome.findings.iter().map(|one| one.accepted.is_some()).collect::<Vec<_>>(), [false, true]);
    acceptance.prune(&stale);
    assert_eq!(acceptance.list.len(), 2);
    assert!(acceptance.apply(&mut outcome.findings, "2026-01-31", called).expired.is_empty());
}

#[test]
fn reports_name_every_finding() {
    let document = Document::parse("shop.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let outcome = verify(&[get(&json!({"code": null, "x<y": "\u{1}&"})), get(&json!({"code": "1", "state": "odd"}))]);
    assert_eq!(outcome.findings.len(), 3);
    let subject = ReportSubject { api: "shop", contract: &contract };
    for form in ReportFormat::ALL {
        let name = form.name();
        let text = render(form, subject, &outcome);
        for finding in &outcome.findings {
            assert!(text.contains(&finding.id), "{name}: {text}");
        }
        assert!(!text.contains('\u{1}'), "{name}");
    }
    assert!(render(ReportFormat::Html, subject, &outcome).contains("x&lt;y"));
    assert!(render(ReportFormat::Junit, subject, &outcome).contains("failures=\"2\""));
    assert!(render(ReportFormat::Github, subject, &outcome).contains("::error file=shop.yaml,line="));
    let sarif: Value = serde_json::from_str(&render(ReportFormat::Sarif, subject, &outcome)).unwrap();
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "shop.yaml"
    );
    let value = report(&outcome);
    assert_eq!(
        value["entries"],
        json!({"total": 2, "matched": 2, "skipped": 0, "reasons": {}, "unmatched": [], "unchecked": {}})
    );
    let members = ["id", "kind", "severity", "operation", "status", "pointer", "schema", "count", "entries", "message"];
    assert!(members.iter().all(|member| value["findings"][0].get(member).is_some()));
}

#[test]
fn kinds_have_names_of_their_own() {
    let mut names = FindingKind::ALL.map(FindingKind::name).to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FindingKind::ALL.len());
    assert!(FindingSeverity::Breaking > FindingSeverity::Warning && FindingSeverity::Warning > FindingSeverity::Info);
}

#[test]
fn a_suggested_overlay_settles_what_was_seen() {
    let document = Document::parse("shop.yaml", DOCUMENT).unwrap();
    let contract = Contract::read(&document).unwrap();
    let seen = [
        get(&json!({"code": null, "extra": {"a": [1]}})),
        get(&json!({"state": "gone", "code": 7})),
        get(&json!({"state": null, "code": "1", "items": [{"it's": true}]})),
        // Below a status, which is a key, and a branch, which is an index.
        call(
            "GET",
            "/orders/1?from=a",
            None,
            200,
            "application/json",
            r#"{"errors": null, "data": {"code": "1"}, "more": 1}"#,
        ),
    ];
    let outcome = verify(&seen);
    let overlay = crate::suggest::suggest(&contract, &document, &outcome.findings);
    let mut mended = document.clone();
    let overlay = Document::parse("overlay.yaml", overlay).unwrap();
    kontrakt_codegen::overlay::apply(&mut mended, overlay, kontrakt_codegen::overlay::Unmatched::Error).unwrap();
    let contract = Contract::read(&mended).unwrap();
    let recording = Recording::parse(json!({"log": {"entries": seen}}).to_string().as_bytes()).unwrap();
    let left = Verifier::new(&contract).unwrap().verify(&recording, &mended).unwrap().findings;
    assert!(left.is_empty(), "{left:#?}");
}
