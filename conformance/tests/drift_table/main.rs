//! Every kind of change in a document, one row each, compared from OLD to NEW and back.
//! The snapshots are for review: each row shows the findings with direction and severity.

mod calls;
mod documents;
mod schemas;

use std::fmt::Write as _;

use kontrakt_conformance::drift::{ApiVersion, compare};

const TODAY: &str = "2026-11-22";

/// A name, what was there, and what is there.
type Row = (&'static str, &'static str, &'static str);

/// What is found between two documents, a line each.
fn found(old: &str, new: &str) -> String {
    let side = |name: &str, text: &str| {
        ApiVersion::parse(name, text).unwrap_or_else(|complaint| panic!("{complaint}\n{text}"))
    };
    let drift = compare(&side("old.yaml", old), &side("new.yaml", new), TODAY);
    let mut out = String::new();
    for change in &drift.changes {
        let line = format!("{} {} {}", change.severity.name(), change.direction.name(), change.kind.name());
        let _ = writeln!(out, "    {line}: {}", change.message);
    }
    if out.is_empty() {
        out.push_str("    nothing\n");
    }
    out
}

/// A table with both ways of each row.
fn table(rows: &[Row], document: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for (name, old, new) in rows {
        let (old, new) = (document(old), document(new));
        let _ = writeln!(out, "{name}\n  there\n{}  back\n{}", found(&old, &new), found(&new, &old));
    }
    out
}

/// A member that is sent and comes back.
fn schema(version: &str) -> impl Fn(&str) -> String {
    move |schema: &str| {
        let content = format!("{{application/json: {{schema: {{type: object, properties: {{m: {schema}}}}}}}}}");
        format!(
            "openapi: {version}\npaths:\n  /a:\n    post:\n      requestBody: {{content: {content}}}\n      responses:\n        \
             '200': {{description: d, content: {content}}}\ncomponents:\n  schemas:\n    Text: {{type: string}}\n    \
             Pet: {{type: object, required: [name], properties: {{name: {{type: string}}}}}}\n"
        )
    }
}

#[test]
fn schemas() {
    insta::assert_snapshot!(table(schemas::SCHEMAS, schema("3.1.0")));
}

/// OpenAPI 3.0 writes null and exclusive bounds in its own way.
#[test]
fn schemas_of_3_0() {
    insta::assert_snapshot!(table(schemas::SCHEMAS_OF_3_0, schema("3.0.3")));
}

/// Pairs that mean the same: nothing but what is cosmetic may be said of them.
#[test]
fn other_words_are_no_change() {
    let mut loud = String::new();
    for (name, old, new) in schemas::WRITTEN_OTHERWISE {
        let (old, new) = (schema("3.1.0")(old), schema("3.1.0")(new));
        for (way, text) in [("there", found(&old, &new)), ("back", found(&new, &old))] {
            // A pattern that is written differently is told, and told to be the same.
            let change = |line: &&str| !line.contains("nothing") && !line.trim_start().starts_with("cosmetic");
            text.lines().filter(change).for_each(|line| loud.push_str(&format!("{name}, {way}: {}\n", line.trim())));
        }
    }
    assert_eq!(loud, "");
}

/// A document with one call, and whatever else stands beside `paths`.
fn call(operation: &str) -> String {
    format!("openapi: 3.1.0\npaths:\n  /a:\n    get: {operation}\n")
}

#[test]
fn calls() {
    insta::assert_snapshot!(table(calls::CALLS, call));
}

#[test]
fn documents() {
    insta::assert_snapshot!(table(documents::DOCUMENTS, |rest: &str| format!("openapi: 3.1.0\n{rest}\n")));
}
