//! `cargo xtask update` as a maintainer meets it: every outcome with its exit code, and the files before and after.
//! What takes a compiler is left out, but for what happens when it fails.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use common::{Checkout, Run, xtask};

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Theirs, version: '7'}
tags: [{name: Orders}]
paths:
  /orders:
    get:
      summary: Prose
      operationId: listOrders
      tags: [Orders]
      parameters: [{name: include, in: query, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
  /notes:
    get:
      operationId: listNotes
      tags: [Orders]
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
components: {schemas: {Order: {type: object, required: [id], properties: {id: {type: integer}}}}}
";

const OVERLAY: &str = "overlay: 1.0.0
info: {title: t, version: '1'}
actions:
  - target: $
    update: {x-crate: {name: shop, title: Shop}}
  # What the calls are about.
  - target: $.paths['/notes'].get
    update: {description: Notes of orders.}
  - target: $.paths.*.*.parameters[?@.name=='include']
    update: {x-delimiter: ',', schema: {type: array, items: {type: string}}}
  - target: $.components.schemas.Order.properties.id
    update: {x-scalar: integer}
";

const MORE: &str =
    "  /parcels: {get: {operationId: listParcels, tags: [Orders], responses: {'200': {description: d, content: \
                    {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}}}
components:";

type Files = BTreeMap<PathBuf, String>;

impl Checkout {
    /// A checkout with one API that is up to date.
    fn updated(name: &str) -> Self {
        let checkout = Self::empty(&format!("update-{name}"));
        checkout.write("specs/shop/overlay.yaml", OVERLAY);
        checkout.write("README.md", "# Shop\n");
        checkout.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n");
        checkout.write("2026-01-01-aaaa.yaml", DOCUMENT);
        assert_eq!(
            checkout
                .without_compiler(&["import", "shop", "2026-01-01-aaaa.yaml", "--origin", "https://shop.test/x.yaml"])
                .code,
            0
        );
        let Run { code, err: error, .. } = checkout.without_compiler(&["generate", "shop"]);
        assert_eq!(code, 0, "{error}");
        checkout
    }

    /// Runs a command that is refused whatever it asks the compiler for.
    fn without_compiler(&self, arguments: &[&str]) -> Run {
        Run::of(xtask(&self.root, arguments).env("CARGO", env!("CARGO_BIN_EXE_xtask")))
    }

    /// Updates from a document.
    fn update(&self, document: &str, more: &[&str]) -> (i32, String) {
        self.write("2026-02-01-bbbb.yaml", document);
        let today = if more.contains(&"--today") { &[][..] } else { &["--today", "2026-02-02"] };
        let arguments = [&["update", "shop", "--from", "2026-02-01-bbbb.yaml", "--no-build"], today].concat();
        let Run { code, out, err: error } = self.without_compiler(&[&arguments[..], more].concat());
        assert!(!error.contains("panicked"), "{error}");
        (code, format!("{out}{error}"))
    }

    /// Everything in the checkout but the documents.
    fn files(&self) -> Files {
        let mut files = Files::new();
        let mut waiting = vec![self.root.clone()];
        while let Some(folder) = waiting.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => waiting.push(path),
                    false => drop(files.insert(path.clone(), std::fs::read_to_string(&path).unwrap())),
                }
            }
        }
        files.retain(|path, _| !path.file_name().unwrap().to_string_lossy().starts_with("2026-"));
        files
    }
}

#[test]
fn nothing_new_opens_nothing() {
    let checkout = Checkout::updated("nothing");
    let before = checkout.files();
    for document in [DOCUMENT.to_owned(), DOCUMENT.replace("Prose", "Other prose"), format!("# A remark.\n{DOCUMENT}")]
    {
        let (code, said) = checkout.update(&document, &[]);
        assert_eq!(code, 4, "{said}");
        assert!(said.starts_with("shop: nothing new\n"), "{said}");
        assert_eq!(checkout.files(), before);
    }
}

#[test]
fn a_newer_document_brings_everything_up_to_date_once() {
    let checkout = Checkout::updated("done");
    let before = checkout.files();
    let newer = DOCUMENT.replace("components:", MORE);

    let (code, said) = checkout.update(&newer, &["--dry-run"]);
    assert_eq!((code, said.contains("would write generated/shop/src/orders.rs")), (0, true), "{said}");
    assert_eq!(checkout.files(), before);

    let (code, said) = checkout.update(&newer, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("shop: done\n  import: 3 paths, 3 operations, 1 schemas\n"), "{said}");
    assert!(checkout.read("generated/shop/src/orders.rs").contains("parcels"));
    let source = checkout.read("specs/shop/source.toml");
    for line in ["origin = \"https://shop.test/x.yaml\"", "revision = \"bbbb\"", "date = \"2026-02-01\""] {
        assert!(source.contains(line), "{source}");
    }
    let changelog = checkout.read("CHANGELOG.md");
    assert!(changelog.contains("### Added\n\n- Shop: ") && changelog.contains("/parcels"), "{changelog}");
    assert_eq!(checkout.without_compiler(&["generate", "--check"]).code, 0);

    let after = checkout.files();
    let (code, said) = checkout.update(&newer, &[]);
    assert_eq!((code, checkout.files() == after), (4, true), "{said}");
}

#[test]
fn a_break_is_done_and_somebody_must_look() {
    let checkout = Checkout::updated("break");
    let newer = DOCUMENT
        .replace("required: [id], properties: {id: {type: integer}}", "properties: {id: {type: [integer, 'null']}}");
    let (code, said) = checkout.update(&newer, &["--pull-request", "2026-body.md"]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("To look at (") && said.contains("breaks: "), "{said}");
    assert!(said.find("generate:") < said.find("To look at"), "what was done comes first: {said}");
    let changelog = checkout.read("CHANGELOG.md");
    assert!(changelog.contains("### Changed") && changelog.contains("Migration: "), "{changelog}");
    let body = checkout.read("2026-body.md");
    for part in ["### To look at", "- [ ] breaks: ", "### Before it is merged", "## API drift: BREAKING"] {
        assert!(body.contains(part), "{part}: {body}");
    }
}

/// Of a crate that is released: what is new and what breaks step its version once, and its own changelog tells of it.
#[test]
fn a_crate_that_is_released_gets_its_version_and_changelog() {
    let cases = [
        ("1.2.0", "1.2.0", DOCUMENT.replace("components:", MORE), "1.3.0"),
        ("0.1.0", "0.1.0", DOCUMENT.replace("components:", MORE), "0.1.1"),
        // The release under way has the step already.
        ("0.1.0", "0.2.0", DOCUMENT.replace("components:", MORE), "0.2.0"),
        ("0.1.0", "0.1.1", DOCUMENT.replace("{type: integer}", "{type: string}"), "0.2.0"),
    ];
    for (at, (released, version, document, expected)) in cases.into_iter().enumerate() {
        let checkout = Checkout::updated(&format!("release-{at}"));
        let changelog = format!("# Changelog\n\n## [Unreleased]\n\n## [{released}] - 2026-01-01\n");
        checkout.write("specs/shop/CHANGELOG.md", &changelog);
        checkout.write("specs/shop/release.yaml", &format!("# Ours.\nversion: {version}\nkeywords: [shop]\n"));
        assert_eq!(checkout.without_compiler(&["generate", "shop"]).code, 0);
        let (code, said) = checkout.update(&document, &[]);
        assert!(said.contains(&format!("version: {expected} after a")), "{code}: {said}");
        let release = checkout.read("specs/shop/release.yaml");
        assert_eq!(release, format!("# Ours.\nversion: {expected}\nkeywords: [shop]\n"));
        assert!(checkout.read("generated/shop/Cargo.toml").contains(&format!("\nversion = \"{expected}\"\n")));
        let told = checkout.read("specs/shop/CHANGELOG.md");
        assert!(told.len() > changelog.len() && told == checkout.read("generated/shop/CHANGELOG.md"), "{told}");
        assert_eq!(checkout.without_compiler(&["generate", "--check"]).code, 0);
    }
}

#[test]
fn when_a_step_fails_nothing_is_written_or_a_draft() {
    let checkout = Checkout::updated("fails");
    let before = checkout.files();
    let gone = DOCUMENT.replace("id: {type: integer}", "number: {type: integer}");
    let (code, said) = checkout.update(&gone, &[]);
    assert_eq!(code, 1, "{said}");
    for part in [
        "shop: could not\n",
        "stopped at the step overlays\n",
        "this action matches nothing: $.components.schemas.Order.properties.id",
        "at specs/shop/overlay.yaml:11:13",
        "help: the document has changed",
        "nothing is written",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(checkout.files(), before);

    let (code, said) = checkout.update(&gone, &["--draft", "--pull-request", "2026-body.md"]);
    assert_eq!(code, 1, "{said}");
    assert!(checkout.read("specs/shop/openapi.yaml").contains("number:"));
    let body = checkout.read("2026-body.md");
    for part in ["stopped at the step `overlays`", "To edit: specs/shop/overlay.yaml:11.", "--base origin/main"] {
        assert!(body.contains(part), "{part}: {body}");
    }
}

#[test]
fn when_the_compiler_refuses_everything_is_put_back() {
    let checkout = Checkout::updated("compiler");
    checkout.write("2026-02-01-bbbb.yaml", &DOCUMENT.replace("components:", MORE));
    let before = checkout.files();
    let Run { code, out: said, .. } = checkout.without_compiler(&["update", "shop", "--from", "2026-02-01-bbbb.yaml"]);
    assert_eq!((code, said.contains("stopped at the step coverage")), (1, true), "{said}");
    assert_eq!(checkout.files(), before);
}

#[test]
fn words_about_what_is_gone_are_deleted_and_told() {
    let checkout = Checkout::updated("words");
    let start = DOCUMENT.find("  /notes:").unwrap();
    let gone = format!("{}{}", &DOCUMENT[..start], &DOCUMENT[DOCUMENT.find("components:").unwrap()..]);
    let (code, said) = checkout.update(&gone, &[]);
    assert_eq!((code, said.contains("deleted, for what it was about is gone")), (3, true), "{said}");
    let expected =
        OVERLAY.replace("  - target: $.paths['/notes'].get\n    update: {description: Notes of orders.}\n", "");
    assert_eq!(checkout.read("specs/shop/overlay.yaml"), expected);
}

#[test]
fn quirks_of_calls_that_are_gone_go_with_them() {
    let checkout = Checkout::updated("quirks");
    let entry = |id: &str, places: &[&str]| {
        let places: String = places.iter().map(|place| format!("      - '#/paths/~1{place}/get'\n")).collect();
        format!(
            "  - id: {id}\n    kind: undocumented-field\n    where:\n{places}    document: d\n    wire: w\n    \
             evidence: [{{grade: document, source: s}}]\n    treatment: t\n"
        )
    };
    let quirks = |entries: &[String]| format!("# Oddities.\nquirks:\n{}", entries.concat());
    let all = quirks(&[entry("one", &["notes"]), entry("two", &["orders", "notes"]), entry("three", &["orders"])]);
    checkout.write("specs/shop/quirks.yaml", &all);
    let start = DOCUMENT.find("  /notes:").unwrap();
    let gone = format!("{}{}", &DOCUMENT[..start], &DOCUMENT[DOCUMENT.find("components:").unwrap()..]);
    let (code, said) = checkout.update(&gone, &[]);
    assert_eq!(code, 3, "{said}");
    for part in
        ["quirks.yaml:3: deleted, for what it was about is gone: the entry one is about operations", "the entry two"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("To mend"), "{said}");
    let left = quirks(&[entry("two", &["orders"]), entry("three", &["orders"])]);
    assert_eq!(checkout.read("specs/shop/quirks.yaml"), left);
}

#[test]
fn an_action_that_matches_something_else_is_told_or_stops_the_update() {
    let checkout = Checkout::updated("matches");
    let with = |schema: &str| {
        let parameter = format!("get: {{parameters: [{{name: include, in: query, schema: {schema}}}], ");
        DOCUMENT.replace("components:", &MORE.replace("get: {", &parameter))
    };
    let (code, said) = checkout.update(&with("{type: integer}"), &["--dry-run"]);
    assert_eq!(code, 3, "{said}");
    let place = "specs/shop/overlay.yaml:9: this action also matches #/paths/~1parcels/get/parameters/include";
    assert!(said.contains(place) && said.contains("To look at"), "{said}");

    let (code, said) = checkout.update(&with("{type: string, enum: [a, b]}"), &["--dry-run", "--format", "json"]);
    let error = serde_json::from_str::<Value>(&said).unwrap()["result"]["outcomes"][0]["failed"]["error"].clone();
    assert_eq!((code, &error["file"], &error["line"]), (1, &"specs/shop/overlay.yaml".into(), &9.into()), "{said}");
    assert!(error["message"].as_str().unwrap().contains("no value satisfies #/paths/~1parcels"), "{error}");

    // More of the same is no reason to look.
    let (code, said) = checkout.update(&with("{type: string}"), &[]);
    assert_eq!((code, said.contains("overlay.yaml:9: this action also matches")), (0, true), "{said}");
    assert!(said.contains("To know") && !said.contains("To look at"), "{said}");
    let lock = checkout.read("specs/shop/overlay.lock.yaml");
    assert!(lock.contains("~1parcels"), "{lock}");
    checkout.write("specs/shop/overlay.lock.yaml", &lock.replace("~1parcels", "~1boxes"));
    let Run { code, err: error, .. } = checkout.without_compiler(&["generate", "--check"]);
    assert_eq!(code, 1);
    assert!(error.contains("changed specs/shop/overlay.lock.yaml") && error.contains("also matches"), "{error}");
}

#[test]
fn announced_changes_and_old_sources_are_told() {
    let checkout = Checkout::updated("announced");
    let announcement =
        "announcements: [{id: zero, date: 2026-02-20, what: A price of 0 is a price., source: news, state: announced}]";
    checkout.write("specs/shop/announcements.yaml", announcement);
    let (code, said) = checkout.update(&DOCUMENT.replace("components:", MORE), &["--dry-run"]);
    assert_eq!((code, said.contains("announced for 2026-02-20, in 18 days: A price of 0")), (0, true), "{said}");
    let (_, said) = checkout.update(DOCUMENT, &["--today", "2026-03-01"]);
    assert!(said.contains("the source of shop is 59 days old"), "{said}");
}

#[test]
fn replay_counts_how_nights_would_have_ended() {
    let checkout = Checkout::updated("replay");
    let nights = [
        ("2026-01-01-a.yaml", DOCUMENT.to_owned()),
        ("2026-01-02-b.yaml", DOCUMENT.replace("Prose", "Other")),
        ("2026-01-03-c.yaml", DOCUMENT.replace("components:", MORE)),
        (
            "2026-01-04-d.yaml",
            DOCUMENT.replace("id: {type: integer}", "number: {type: integer}").replace("components:", MORE),
        ),
    ];
    for (name, text) in &nights {
        checkout.write(&format!("nights/{name}"), text);
    }
    checkout.write(
        "nights/list.txt",
        "# oldest first\n2026-01-01-a.yaml\n2026-01-02-b.yaml\n2026-01-03-c.yaml\n2026-01-04-d.yaml\n",
    );
    let before = checkout.files();
    let Run { code, out: said, err: error } =
        checkout.without_compiler(&["update", "shop", "--replay", "nights/list.txt"]);
    assert_eq!(code, 0, "{error}");
    assert!(said.ends_with("3 nights: 1 nothing new, 1 green, 0 somebody must look, 1 draft\n"), "{said}");
    assert!(said.contains("2026-01-04-d.yaml: draft\n") && said.contains("overlay.yaml:11:13"), "{said}");
    assert_eq!(checkout.files(), before);
}
