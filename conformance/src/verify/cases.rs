//! Documents and recordings of a few lines: which findings each of them gives, and which not.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use serde_json::{Value, json};

use super::{Verification, Verifier};
use crate::recording::Recording;

fn check(paths: &str, entries: &[Value]) -> Verification {
    let document = Document::parse("t.yaml", format!("openapi: 3.1.0\n{paths}\n")).unwrap();
    let contract = Contract::read(&document).unwrap_or_else(|error| panic!("{error}"));
    let recording = Recording::parse(json!({"log": {"entries": entries}}).to_string().as_bytes()).unwrap();
    Verifier::new(&contract).unwrap().verify(&recording, &document).unwrap()
}

fn answer(url: &str, mime: &str, text: &str) -> Value {
    let content = json!({"mimeType": mime, "text": text, "size": text.len()});
    json!({"request": {"method": "GET", "url": url}, "response": {"status": 200, "content": content}})
}

/// Severity, kind and place of each finding.
fn findings_of(outcome: &Verification) -> Vec<String> {
    let line = |one: &crate::findings::Finding| {
        format!("{} {} {}", one.seen.severity.name(), one.seen.kind, one.seen.pointer).trim_end().to_owned()
    };
    outcome.findings.iter().map(line).collect()
}

#[test]
fn ranges_of_media_types() {
    let schema = "{type: object, required: [id], properties: {id: {type: integer}}}";
    let good = r#"{"id": 1}"#;
    let bad = r#"{"id": "x"}"#;
    let rows: Vec<(&str, &str, &str, &[&str])> = vec![
        ("'*/*'", "application/json", good, &[]),
        ("'*/*'", "application/json", bad, &["breaking wrong-type /id"]),
        ("'*/*'", "application/hal+json; charset=utf-8", bad, &["breaking wrong-type /id"]),
        ("'*/*'", "text/html", "<p>", &[]),
        ("'*/*'", "", bad, &["breaking wrong-type /id"]),
        ("'application/*'", "application/json", bad, &["breaking wrong-type /id"]),
        ("'application/*'", "text/json", bad, &["breaking wrong-type /id", "warning media-type"]),
        ("'image/*'", "image/png", "png", &[]),
        ("'image/*'", "application/json", good, &["warning media-type"]),
        ("'text/json'", "text/json", bad, &["breaking wrong-type /id"]),
        ("application/json", "application/json", "", &["breaking not-json"]),
        ("application/vnd.x+json", "application/vnd.x+json", bad, &["breaking wrong-type /id"]),
    ];
    for (documented, mime, text, expected) in rows {
        let paths = format!(
            "paths: {{/a: {{get: {{responses: {{'200': {{content: {{{documented}: {{schema: {schema}}}}}}}}}}}}}}}"
        );
        assert_eq!(findings_of(&check(&paths, &[answer("/a", mime, text)])), expected, "{documented} {mime} {text}");
    }
    // The closest description decides.
    let paths = format!(
        "paths: {{/a: {{get: {{responses: {{'200': {{content: {{'*/*': {{schema: {schema}}}, application/json: {{schema: {{type: object}}}}}}}}}}}}}}}}"
    );
    assert_eq!(findings_of(&check(&paths, &[answer("/a", "application/json", bad)])), Vec::<String>::new());
}

const GOODS: &str = "
paths:
  /goods/{code}:
    get:
      operationId: getGood
      parameters: [{name: code, in: path, required: true}]
      responses:
        '200':
          content:
            application/json:
              schema:
                type: object
                required: [goods, rates]
                properties: {goods: {type: array}, rates: {type: array}}
  /goods/variants:
    delete: {operationId: dropVariants, responses: {'204': {}}}
";

#[test]
fn bodies_that_were_not_kept_are_neither_right_nor_wrong() {
    let lost =
        json!({"request": {"method": "GET", "url": "/goods/1"}, "response": {"status": 200, "content": {"size": 900}}});
    let outcome = check(GOODS, std::slice::from_ref(&lost));
    assert_eq!(findings_of(&outcome), Vec::<String>::new());
    assert_eq!(outcome.unchecked.iter().next(), Some((&"response body was not kept".to_owned(), &1)));
    assert_eq!((outcome.coverage.operations.0, outcome.coverage.answers.0), (1, 0));
    let empty =
        json!({"request": {"method": "GET", "url": "/goods/1"}, "response": {"status": 200, "content": {"size": 0}}});
    let outcome = check(GOODS, &[empty]);
    assert_eq!((findings_of(&outcome), outcome.coverage.answers.0), (vec!["breaking not-json".to_owned()], 1));
}

#[test]
fn operations_that_the_document_does_not_have() {
    // The path exists, with another method: the call is of no operation.
    let outcome = check(GOODS, &[answer("/goods/variants", "application/json", r#"{"variants": []}"#)]);
    assert_eq!((findings_of(&outcome), outcome.matched), (vec![], 0));
    assert!(outcome.unmatched.contains("GET /goods/variants"));
    // No path of the document, and no good either.
    let queue = answer("/goods/queue", "application/json", r#"{"waiting": 3, "done": 7}"#);
    assert_eq!(findings_of(&check(GOODS, &[queue.clone(), queue])), ["warning unknown-operation"]);
    // One that lacks a part is a good all the same.
    let part = answer("/goods/1", "application/json", r#"{"goods": [], "extra": 1}"#);
    assert_eq!(findings_of(&check(GOODS, &[part])), ["breaking missing-required", "info undocumented-field /extra"]);
}

#[test]
fn a_shared_schema_is_told_of_where_it_is_used() {
    let paths = "
paths:
  /orders:
    get:
      operationId: orders
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
components:
  schemas:
    Amount: {type: string}
    Item: {type: object, properties: {amount: {$ref: '#/components/schemas/Amount'}}}
    Order:
      type: object
      properties:
        items: {type: array, items: {$ref: '#/components/schemas/Item'}}
        completion: {type: array, items: {$ref: '#/components/schemas/Item'}}";
    let text = r#"{"items": [{"amount": 1}, {"amount": 2}], "completion": [{"amount": 3}]}"#;
    let outcome = check(paths, &[answer("/orders", "application/json", text)]);
    let find = |pointer: &str| outcome.findings.iter().find(|one| one.seen.pointer == pointer).unwrap();
    assert_eq!(outcome.findings.len(), 2);
    let (items, completion) = (find("/items/*/amount"), find("/completion/*/amount"));
    let places = |one: &crate::findings::Finding| one.seen.places.iter().map(ToString::to_string).collect::<Vec<_>>();
    // The member that uses it, and what it refers to.
    assert_eq!(places(completion), ["#/components/schemas/Item/properties/amount", "#/components/schemas/Amount"]);
    assert_eq!((items.count, completion.count), (2, 1));
}

#[test]
fn files_of_jobs_are_checked_line_by_line() {
    let paths = "
paths:
  /products/snapshot:
    get: {operationId: snapshot, x-job: {result: Record}, responses: {'202': {}}}
components:
  schemas:
    Record: {type: object, required: [guid, name], properties: {guid: {type: string}, name: {type: string}}}";
    let lines = "{\"guid\": \"a\", \"name\": \"A\"}\n{\"guid\": 7, \"name\": \"B\"}\n{\"guid\": \"c\"}\n{cut\n";
    for (url, mime) in [("https://x/files/1.jsonl.gz", ""), ("https://x/files/1", "application/x-ndjson")] {
        let outcome = check(paths, &[answer(url, mime, lines)]);
        assert_eq!(
            findings_of(&outcome),
            ["breaking missing-required", "breaking wrong-type /guid", "breaking not-json"],
            "{url}"
        );
        assert_eq!(outcome.findings[0].seen.operation, "snapshot");
    }
    // Lines of something else are no file of a job.
    let outcome = check(paths, &[answer("https://x/1.jsonl", "", "{\"a\": 1, \"b\": 2}\n")]);
    assert_eq!((outcome.matched, findings_of(&outcome)), (0, vec![]));
}
