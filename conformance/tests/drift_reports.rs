//! Reports, acceptance, the effect on the Rust API and recorded calls, for one small pair of documents.
//! Names in the documents break reports that do not escape.

use kontrakt_codegen::document::Document;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::acceptance::Acceptance;
use kontrakt_conformance::drift::report::{Options, ReportFormat, render};
use kontrakt_conformance::drift::rust::{Generation, explain};
use kontrakt_conformance::drift::traffic::judge;
use kontrakt_conformance::drift::{
    ApiVersion, Change, Drift, DriftKind, ItemNote, Severity, Step, Verdict, accept, compare,
};
use kontrakt_conformance::recording::Recording;
use serde_json::{Value, json};

const TODAY: &str = "2026-11-22";

const OLD: &str = r##"
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: "https://shop.example"}]
paths:
  /orders/{code}:
    get:
      operationId: getOrder
      tags: [Orders]
      parameters: [{name: code, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: an order
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
components:
  schemas:
    Order:
      type: object
      required: [guid, total]
      properties:
        guid: {type: string}
        total: {type: integer, description: whole crowns}
        "<script>|`@": {type: string}
"##;

fn new() -> String {
    OLD.replace("guid: {type: string}", "guid: {type: [string, 'null']}")
        .replace("\"<script>|`@\": {type: string}", "note: {type: string}")
        .replace("whole crowns", "crowns")
}

fn sides() -> (ApiVersion, ApiVersion) {
    (ApiVersion::parse("old&.yaml", OLD).unwrap(), ApiVersion::parse("new.yaml", new()).unwrap())
}

fn texts(items: &[ItemNote]) -> Vec<&str> {
    items.iter().map(|item| item.text.as_str()).collect()
}

fn drift() -> Drift {
    let (old, new) = sides();
    let mut drift = compare(&old, &new, TODAY);
    let generation =
        |side: &ApiVersion| Generation::of(&Specification::without_overlays("shop", side.document.clone())).unwrap();
    explain(&mut drift, &generation(&old), &generation(&new));
    drift
}

#[test]
fn effects_on_rust_items_are_named() {
    let drift = drift();
    let nullable = drift.changes.iter().find(|one| one.kind.name() == "became-nullable").unwrap();
    assert_eq!(texts(&nullable.rust), ["shop::orders::Order::guid: String -> Option<String>"]);
    let added = drift.changes.iter().find(|one| one.kind.name() == "property-added").unwrap();
    assert_eq!(texts(&added.rust), ["shop::orders::Order::note: Option<String> added"]);
    assert_eq!(texts(&drift.items), [""; 0], "every difference is explained");
    assert_eq!((drift.semver[0].name.as_str(), drift.semver[0].step()), ("shop", Step::Major));
}

#[test]
fn json_has_the_documented_shape() {
    let value: Value = serde_json::from_str(&render(&drift(), ReportFormat::Json, Options::default())).unwrap();
    assert_eq!((&value["verdict"], &value["semver"]["shop"]), (&"breaking".into(), &"major".into()));
    assert_eq!(value["counts"]["documentation"], 1);
    for change in value["changes"].as_array().unwrap() {
        for key in ["kind", "severity", "direction", "message"] {
            assert!(change[key].is_string(), "{key}: {change}");
        }
        for key in ["old", "new"] {
            assert!(change[key].is_null() || change[key].as_str().unwrap().starts_with("#/"), "{key}: {change}");
        }
        assert_eq!(change["operations"], serde_json::json!(["GET /orders/{code}"]));
        assert!(change["rust"].is_array());
    }
    let shown = Options { documentation: true, ..Options::default() };
    let value: Value = serde_json::from_str(&render(&drift(), ReportFormat::Json, shown)).unwrap();
    assert_eq!(value["documentation"][0]["kind"], "documentation");
}

/// Programs rely on the names, and people look them up.
#[test]
fn every_kind_is_documented_under_its_name() {
    let document = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/DRIFT.md")).unwrap();
    let table: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
    let kinds: Vec<String> =
        DriftKind::ALL.iter().map(|(kind, doc)| format!("| `{}` | {} |", kind.name(), doc.trim())).collect();
    assert_eq!(table, kinds);
}

#[test]
fn text_starts_with_the_verdict_and_the_worst() {
    let text = render(&drift(), ReportFormat::Text, Options::default());
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "BREAKING: 1 breaking, 1 risky, 1 additive, 1 of prose only; shop needs a major release"
    );
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word} in {text}"));
    assert!(at("\nbreaking (1)") < at("\nrisky (1)") && at("\nrisky (1)") < at("\nadditive (1)"));
    assert!(text.contains("old: old&.yaml:21 #/components/schemas/Order/properties/guid"), "{text}");
}

#[test]
fn hostile_names_stay_text() {
    let drift = drift();
    let html = render(&drift, ReportFormat::Html, Options::default());
    assert!(!html.contains("<script>|") && html.contains("&lt;script&gt;|`@"));
    assert_eq!(html.matches("<script>").count(), 1, "the page's own");
    let junit = render(&drift, ReportFormat::Junit, Options::default());
    assert!(junit.contains("&lt;script&gt;") && !junit.contains("<script>"));
    assert!(junit.contains("tests=\"3\" failures=\"2\""), "{junit}");
    let markdown = render(&drift, ReportFormat::Markdown, Options::default());
    let row = markdown.lines().find(|line| line.contains("script")).unwrap();
    assert!(row.contains("&lt;script>\\|\\`&#64;"), "{row}");
    let sarif: Value = serde_json::from_str(&render(&drift, ReportFormat::Sarif, Options::default())).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert_eq!(results[0]["level"], "error");
    let github = render(&drift, ReportFormat::Github, Options::default());
    assert!(github.contains("::error file=new.yaml,line=21,title=became-nullable "), "{github}");
}

#[test]
fn accepted_changes_do_not_count_and_stale_entries_are_told() {
    let mut drift = drift();
    let ids: Vec<String> = drift.changes.iter().map(Change::id).collect();
    let file = format!(
        "accepted:\n\
         - {{id: '{}', command: drift, reason: kept as an option}}\n\
         - {{id: '0000000000', command: drift, reason: never happened}}\n\
         - {{id: '{}', command: drift, reason: over, expires: 2026-01-01}}\n\
         - {{id: '1111111111', reason: a finding of verify}}\n",
        ids[0], ids[1]
    );
    let file = Acceptance::parse(&Document::parse("accepted.yaml", file).unwrap()).unwrap();
    let stale = accept(&mut drift, &file, TODAY);
    assert_eq!((stale.gone, stale.expired), (vec!["0000000000".to_owned()], vec![ids[1].clone()]));
    assert_eq!(drift.changes[0].accepted.as_deref(), Some("kept as an option"));
    assert_eq!(drift.verdict(), Verdict::Changed(Severity::Risky));
    assert_eq!(drift.semver[0].step(), Step::Major, "acceptance does not unmake a change");
}

#[test]
fn recorded_calls_say_whom_it_breaks() {
    let (old, new) = sides();
    let mut drift = compare(&old, &new, TODAY);
    let calls = "{\"operationId\": \"getOrder\", \"status\": 200, \"body\": {\"guid\": \"a\", \"total\": 1}}\n\
                 {\"operationId\": \"getOrder\", \"status\": 200, \"body\": {\"guid\": \"b\", \"total\": 2}}\n";
    judge(&mut drift, &old, &new, &Recording::parse(calls.as_bytes()).unwrap()).unwrap();
    let traffic = |drift: &Drift| {
        drift.changes.iter().map(|one| one.traffic.unwrap()).map(|t| (t.touched, t.broken, t.total)).collect::<Vec<_>>()
    };
    assert_eq!(traffic(&drift), [(2, 0, 2); 3], "null never came");
    // The other way round, null is refused: the call that brought it is broken.
    let calls = format!(
        "{}{{\"operationId\": \"getOrder\", \"status\": 200, \"body\": {{\"guid\": null, \"total\": 1}}}}\n",
        calls
    );
    let mut back = compare(&new, &old, TODAY);
    judge(&mut back, &new, &old, &Recording::parse(calls.as_bytes()).unwrap()).unwrap();
    let nullable = back.changes.iter().find(|one| one.kind.name() == "became-not-nullable").unwrap();
    assert_eq!(nullable.traffic.map(|one| (one.touched, one.broken, one.total)), Some((3, 1, 3)));
    let text = render(&back, ReportFormat::Text, Options::default());
    assert!(text.contains("breaks 1 of 3 recorded calls"), "{text}");
}

/// As many calls of `resources` groups, each of which loses a member that it always had and gains another one.
fn worst_day(calls: usize, resources: usize) -> Drift {
    let document = |member: &str| {
        let paths: serde_json::Map<String, Value> = (0..calls)
            .map(|at| {
                let properties = json!({"kept": {"type": "string"}, format!("{member}{at}"): {"type": "string"}});
                let schema = json!({"type": "object", "properties": properties, "required": [format!("{member}{at}")]});
                let answer = json!({"description": "", "content": {"application/json": {"schema": schema}}});

                let call = json!({"operationId": format!("call{at}"), "responses": {"200": answer}});
                (format!("/group{}/{at}", at % resources), json!({"get": call}))
            })
            .collect();
        let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths});
        ApiVersion::parse(format!("{member}.yaml"), document.to_string()).unwrap()
    };
    compare(&document("gone"), &document("fresh"), TODAY)
}

#[test]
fn no_row_that_breaks_is_folded_while_there_is_room() {
    let drift = worst_day(60, 7);
    assert_eq!((drift.count(Severity::Breaking), drift.count(Severity::Additive)), (60, 60));
    let text = render(&drift, ReportFormat::Text, Options::default());
    let markdown = render(&drift, ReportFormat::Markdown, Options::default());
    for (report, name) in [(&text, "text"), (&markdown, "markdown")] {
        for at in 0..60 {
            assert!(report.contains(&format!("gone{at}")), "gone{at} in {name}: {report}");
        }
    }
    assert!(text.lines().count() < 200, "{text}");
    let all = render(&drift, ReportFormat::Text, Options { all: true, ..Options::default() });
    assert!((0..60).all(|at| all.contains(&format!("fresh{at}"))), "{all}");
    let html = render(&drift, ReportFormat::Html, Options::default());
    assert!((0..7).all(|at| html.contains(&format!(">group{at}</a>"))), "the table of contents");
    assert_eq!(html.matches("<article").count(), 120);
}

#[test]
fn a_pull_request_takes_the_report_of_any_day() {
    for calls in [120, 300, 1200] {
        let mut drift = worst_day(calls, 40);
        let markdown = render(&drift, ReportFormat::Markdown, Options::default());
        let shown = (0..calls)
            .filter(|at| markdown.contains(&format!("gone{at}`")) || markdown.contains(&format!("gone{at} ")))
            .count();
        assert!(markdown.len() < 65_536, "{calls}: {}", markdown.len());
        assert!(calls == 1200 || shown == calls, "{shown} of {calls}: {markdown}");
        // What there is no room for is counted.
        let rest = markdown
            .lines()
            .find_map(|line| line.strip_prefix("- and ")?.strip_suffix(" more that break; `--format html` shows them"));
        assert_eq!(rest.map_or(0, |rest| rest.parse().unwrap()) + shown, calls);
        // No table is without rows.
        let lines: Vec<&str> = markdown.lines().collect();
        let empty = lines.windows(2).filter(|two| two[0].starts_with("|---") && !two[1].starts_with('|')).count();
        assert_eq!(empty, 0, "{markdown}");
        // Lists of what is accepted are cut likewise.
        drift.changes.iter_mut().for_each(|one| one.accepted = Some("a reason that takes some room".repeat(4)));
        let accepted = render(&drift, ReportFormat::Markdown, Options::default());
        assert!(accepted.len() < 65_536 && accepted.contains("### Accepted"), "{}", accepted.len());
    }
}
