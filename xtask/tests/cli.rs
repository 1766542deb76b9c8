//! The command line: output, files and exit codes, each test in a checkout of its own.

mod common;

use serde_json::Value;

use common::{Checkout, Run, xtask};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Theirs, version: '7'}
paths:
  /orders:
    get: {summary: Prose, operationId: list, responses: {'200': {description: Prose}}}
components: {schemas: {Order: {type: object, description: Prose}}}
";

impl Checkout {
    /// With an empty folder of specifications, and a document beside it.
    fn new(name: &str) -> Self {
        let checkout = Self::empty(&format!("cli-{name}"));
        std::fs::create_dir_all(checkout.root.join("specs")).unwrap();
        checkout.write("2026-07-20-0140e24.yaml", DOCUMENT);
        checkout
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// A server that answers every request alike.
fn serve(body: &'static str) -> String {
    common::serve(move |_| Some(body.to_owned())) + "/openapi.yaml"
}

#[test]
fn imports_a_file_and_says_what_changed() {
    let checkout = Checkout::new("file");
    let arguments = ["import", "shop", "2026-07-20-0140e24.yaml"];

    let dry = checkout.run(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!((dry.code, dry.err.as_str()), (0, ""));
    assert!(dry.out.contains("  + GET /orders\n") && dry.out.contains("would write"), "{}", dry.out);
    assert!(checkout.files("specs/shop").is_empty());

    let run = checkout.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("shop: 1 paths, 1 operations, 1 schemas\n"), "{}", run.out);
    assert_eq!(checkout.files("specs/shop"), ["openapi.yaml", "source.toml"]);
    assert!(!checkout.read("specs/shop/openapi.yaml").contains("Prose"));
    let source: toml::Table = checkout.read("specs/shop/source.toml").parse().unwrap();
    let member = |name: &str| source[name].as_str().unwrap();
    assert_eq!(
        (member("kind"), member("origin"), member("revision"), member("date")),
        ("imported", "2026-07-20-0140e24.yaml", "0140e24", "2026-07-20")
    );
    assert_eq!(source["bytes"].as_integer(), Some(DOCUMENT.len() as i64));

    let again = checkout.run(&arguments);
    assert!(again.out.ends_with("nothing to write: both files are up to date\n"), "{}", again.out);

    checkout.write("new.yaml", &DOCUMENT.replace("get:", "put: {responses: {}}\n    get:").replace("object", "string"));
    let changed = checkout.run(&["import", "shop", "new.yaml", "--dry-run", "--format", "json"]);
    let result = &serde_json::from_str::<Value>(&changed.out).unwrap()["result"];
    assert_eq!(result["operations"]["added"], serde_json::json!(["PUT /orders"]));
    assert_eq!(result["schemas"]["changed"], serde_json::json!(["Order"]));
}

#[test]
fn imports_from_an_address_and_remembers_it() {
    let checkout = Checkout::new("url");
    let url = serve(DOCUMENT);
    assert_eq!(checkout.run(&["import", "shop", &url]).code, 0);
    assert!(checkout.read("specs/shop/source.toml").contains(&format!("origin = \"{url}\"")));
    let again = checkout.run(&["import", "shop"]);
    assert_eq!((again.code, again.out.contains("up to date")), (0, true), "{}", again.err);
}

#[test]
fn bad_input_ends_in_a_complaint_and_writes_nothing() {
    let checkout = Checkout::new("bad");
    checkout.write("specs/hand/openapi.yaml", DOCUMENT);
    checkout.write("specs/hand/source.toml", "kind = \"hand-written\"\n");
    checkout.write("specs/lost/openapi.yaml", DOCUMENT);
    checkout.write("cut.yaml", &DOCUMENT[..DOCUMENT.len() - 5]);
    checkout.write("swagger.yaml", "swagger: '2.0'\n");
    // Cut off between two lines: still YAML, without the components that it refers to.
    checkout.write(
        "half.yaml",
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      parameters:\n        - $ref: '#/components/parameters/Page'\n",
    );
    let (html, empty) = (serve("<!doctype html><title>Sign in</title>"), serve(""));
    let cases: &[(&[&str], &str)] = &[
        (&["import", "shop", "gone.yaml"], "cannot read gone.yaml"),
        (&["import", "shop", "cut.yaml"], "at cut.yaml:"),
        (&["import", "shop", "half.yaml"], "leads nowhere"),
        (&["import", "shop", "swagger.yaml"], "Swagger 2"),
        (&["import", "shop", &html], "HTML"),
        (&["import", "shop", &empty], "empty"),
        (&["import", "shop", "http://127.0.0.1:1/"], "cannot fetch"),
        (&["import", "shop"], "no address is recorded"),
        (&["import", "../shop", "cut.yaml"], "cannot be the name"),
        (&["import", "hand", "2026-07-20-0140e24.yaml"], "written by hand"),
        (&["import", "lost", "2026-07-20-0140e24.yaml"], "source.toml"),
        (&["overlay", "shop"], "no API is called"),
    ];
    for (arguments, expected) in cases {
        let run = checkout.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected) && run.err.contains("\n  help: "), "{arguments:?}: {}", run.err);
        assert!(!run.err.contains('\u{1b}'), "colours outside of a terminal");
    }
    assert_eq!(checkout.files("specs"), ["hand", "lost"]);
    assert_eq!(checkout.read("specs/hand/openapi.yaml"), DOCUMENT);
}

#[test]
fn wrong_usage_has_a_code_of_its_own() {
    let checkout = Checkout::new("usage");
    for arguments in [&[][..], &["nope"], &["import"], &["overlay", "a", "b"], &["overlay", "a", "--format", "xml"]] {
        assert_eq!(checkout.run(arguments).code, 2, "{arguments:?}");
    }
    // Whoever probes says that nothing is to be written.
    for arguments in [&["probe", "a"][..], &["probe", "a", "--read-only", "--time", "5"]] {
        assert_eq!(checkout.run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn prints_the_document_after_its_overlays() {
    let checkout = Checkout::new("overlay");
    let overlay = |target: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions: [{{target: {target}, update: {{x-a: 1}}}}]\n"
        )
    };
    checkout.write("specs/shop/openapi.yaml", DOCUMENT);
    checkout.write("specs/shop/overlay.yaml", &overlay("$.paths.*"));
    // Also from a folder further down.
    let run = Run::of(&mut xtask(&checkout.root.join("specs/shop"), &["overlay", "shop"]));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("x-a: 1"), "{}", run.out);
    assert_eq!(checkout.run(&["overlay", "shop", "-o", "out/after.yaml"]).code, 0);
    assert_eq!(checkout.read("out/after.yaml"), run.out);

    checkout.write("specs/shop/late.overlay.yaml", &overlay("$.gone"));
    let strict = checkout.run(&["overlay", "shop", "--format", "json"]);
    let error = &serde_json::from_str::<Value>(&strict.out).unwrap()["error"];
    assert_eq!((strict.code, &error["file"]), (1, &serde_json::json!("specs/shop/late.overlay.yaml")));
    assert_eq!((&error["line"], &error["pointer"]), (&serde_json::json!(3), &serde_json::json!("#/actions/0/target")));
    let lenient = checkout.run(&["overlay", "shop", "--allow-unmatched"]);
    assert_eq!(lenient.code, 0);
    assert!(lenient.err.starts_with("warning: this action matches nothing: $.gone"), "{}", lenient.err);
}

#[test]
fn what_was_seen_becomes_an_overlay_that_generate_takes() {
    let checkout = Checkout::new("suggest");
    let answer = "{description: d, content: {application/json: {schema: {type: object, required: [id, gone], properties: {id: {type: integer}}}}}}";
    let document = DOCUMENT.replace("'200': {description: Prose}", &format!("'200': {answer}"));
    checkout.write("specs/shop/openapi.yaml", &document.replace("get: {", "get: {tags: [Orders], "));
    checkout.write("specs/shop/crate.overlay.yaml", "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $, update: {x-crate: {name: shop, title: Shop}}}]\n");
    checkout.write("runtime/Cargo.toml", "[package]\nname = \"kontrakt-runtime\"\nversion = \"0.1.0\"\n");
    checkout.write(
        "seen.ndjson",
        "{\"operationId\": \"list\", \"status\": 200, \"body\": {\"id\": null, \"new\": [\"a\"]}}\n",
    );
    let verify = ["verify", "shop", "seen.ndjson", "--schemas-only"];
    let before = checkout.run(&[&verify[..], &["--suggest", "specs/shop/seen.overlay.yaml"]].concat());
    assert_eq!(before.code, 3, "{}{}", before.out, before.err);
    for told in ["breaking null-for-non-null", "breaking missing-required", "info undocumented-field"] {
        assert!(before.out.contains(told), "{}", before.out);
    }
    let after = checkout.run(&verify);
    assert_eq!(after.code, 0, "{}{}", after.out, after.err);
    assert!(after.out.contains("findings: 0 breaking, 0 document, 0 warning, 0 info; 0 accepted"), "{}", after.out);
    let generate = checkout.run(&["generate", "shop"]);
    assert_eq!(generate.code, 0, "{}", generate.err);
    let types = checkout
        .files("generated/shop/src")
        .into_iter()
        .map(|file| checkout.read(&format!("generated/shop/src/{file}")));
    let types: String = types.collect();
    assert!(types.contains("id: Option<i64>") && types.contains("new: Option<Vec<String>>"), "{types}");
}

#[test]
fn findings_are_accepted_until_they_are_over_or_gone() {
    let checkout = Checkout::new("accept");
    let answer = "{description: d, content: {application/json: {schema: {type: object, required: [id]}}}}";
    checkout.write(
        "specs/shop/openapi.yaml",
        &DOCUMENT.replace("'200': {description: Prose}", &format!("'200': {answer}")),
    );
    checkout.write("bad.ndjson", "{\"operationId\": \"list\", \"status\": 200, \"body\": {}}\n");
    checkout.write("good.ndjson", "{\"operationId\": \"list\", \"status\": 200, \"body\": {\"id\": 1}}\n");
    checkout.write("other.ndjson", "{\"operationId\": \"gone\", \"status\": 200, \"body\": {}}\n");
    let verify = |file: &str, more: &[&str]| {
        let arguments = [&["verify", "shop", file, "--schemas-only", "--today", "2026-06-01"], more].concat();
        checkout.run(&arguments)
    };
    let report = verify("bad.ndjson", &["--report", "json"]);
    let id = serde_json::from_str::<Value>(&report.out).unwrap()["findings"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(report.code, 3);
    assert_eq!(verify("bad.ndjson", &["--accept", "nothing", "--reason", "r"]).code, 1);
    assert_eq!(verify("bad.ndjson", &["--accept", &id]).code, 2);
    assert_eq!(verify("bad.ndjson", &["--accept", &id, "--reason", "r", "--expires", "2026-05-31"]).code, 1);
    assert!(checkout.files("specs/shop") == ["openapi.yaml"]);
    let accepted = verify("bad.ndjson", &["--accept", &id[..6], "--reason", "an old shop", "--expires", "2026-12-31"]);
    assert_eq!((accepted.code, accepted.out.contains("1 accepted")), (0, true), "{}{}", accepted.out, accepted.err);
    assert_eq!(verify("bad.ndjson", &[]).code, 0);
    // Recordings without a call of the operation say nothing of it; those with one do.
    assert_eq!(verify("other.ndjson", &[]).code, 0);
    let gone = verify("good.ndjson", &[]);
    assert_eq!((gone.code, gone.err.contains("did not occur")), (3, true), "{}", gone.err);
    let over = checkout.run(&["verify", "shop", "bad.ndjson", "--schemas-only", "--today", "2027-01-01"]);
    assert_eq!((over.code, over.err.contains("the acceptance is over")), (3, true), "{}", over.err);
    assert_eq!(verify("good.ndjson", &["--prune"]).code, 0);
    assert!(!checkout.read("specs/shop/accepted.yaml").contains(&id));
    assert_eq!(verify("bad.ndjson", &["--review"]).code, 1);
}
