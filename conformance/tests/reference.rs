//! Specifications written by hand and the reference of their API: every difference is explained, and every explanation
//! still applies.

mod common;

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_codegen::import::{Page, import_pages};
use kontrakt_conformance::reference::{Aspect, Comparison, Known, compare};
use kontrakt_conformance::source;

#[test]
fn every_difference_from_the_reference_is_known() {
    let folder = common::root().join("specs/upgates");
    let (reference, _) = Contract::read_mending(&Document::read(&folder.join("reference.yaml")).unwrap()).unwrap();
    let known = Known::read(&Document::read(&folder.join("quirks.yaml")).unwrap()).unwrap();
    let comparison = compare(&common::contract("upgates"), &reference, known);
    let news: Vec<String> = comparison.differences.iter().map(ToString::to_string).collect();
    assert!(news.is_empty(), "{} differences:\n{}", news.len(), news.join("\n"));
    assert!(comparison.over.is_empty(), "nothing differs any more:\n{}", comparison.over.join("\n"));
    assert!(comparison.known > 0, "the reference says what the specification says?");
}

#[test]
fn the_reference_is_what_its_pages_say() {
    let Some(corpus) = common::corpus("the_reference_is_what_its_pages_say") else { return };
    let day = source::date(&common::root().join("specs/upgates")).expect("the reference has a day");
    let folder = corpus.join("upstream/upgates").join(&day);
    if !folder.exists() {
        eprintln!("SKIPPED the_reference_is_what_its_pages_say: {} is not there", folder.display());
        return;
    }
    let page = |path: &Path| Page {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        bytes: std::fs::read(path).unwrap(),
    };
    let pages = std::fs::read_dir(&folder).unwrap().map(|entry| page(&entry.unwrap().path())).collect();
    let (imported, records) = import_pages(pages, "Upgates").unwrap();
    assert!(imported.operations > 100 && records.len() > 30, "{} has too few pages", folder.display());
    let kept = std::fs::read_to_string(common::root().join("specs/upgates/reference.yaml")).unwrap();
    assert!(imported.yaml == kept, "import the reference again");
}

const OURS: &str = r##"
openapi: 3.1.0
info: {title: Kiosk, version: "1"}
servers: [{url: "https://kiosk.test/api"}]
paths:
  /papers:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
      responses:
        "200":
          description: Papers.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Paper"}}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Paper"}}}
      responses: {"200": {description: Done.}}
components:
  schemas:
    Kind: {type: string, enum: [daily, weekly]}
    Paper:
      type: object
      required: [id, title]
      properties:
        id: {type: [integer, string], x-scalar: integer}
        title: {type: string, x-aliases: [name]}
        kind: {$ref: "#/components/schemas/Kind", description: How often.}
        price: {oneOf: [{type: number}, {type: "null"}]}
        pages: {type: integer}
"##;

fn compared(changes: &[(&str, &str)], quirks: &str) -> Comparison {
    let reference = changes.iter().fold(OURS.replace("https://kiosk.test/api", ""), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let reference = reference.replace("  /papers:", "  /api/papers/:");
    let contract = |text: &str| Contract::read(&Document::parse("kiosk.yaml", text).unwrap()).unwrap();
    let known = Known::read(&Document::parse("quirks.yaml", quirks).unwrap()).unwrap();
    compare(&contract(OURS), &contract(&reference), known)
}

/// Replaced text of our specification, its replacement, and the difference that it makes.
const EDITS: &[(&str, &str, Aspect, &str)] = &[
    ("    post:", "    put:", Aspect::Operation, "#/paths/~1papers/post"),
    ("name: page,", "name: page_number,", Aspect::Parameter, "#/paths/~1papers/get/parameters/0"),
    (
        "in: query, schema: {type: integer}",
        "in: query, required: true, schema: {type: integer}",
        Aspect::Required,
        "#/paths/~1papers/get/parameters/0",
    ),
    (
        "in: query, schema: {type: integer}",
        "in: query, schema: {type: boolean}",
        Aspect::Type,
        "#/paths/~1papers/get/parameters/0",
    ),
    ("        pages:", "        leaves:", Aspect::Member, "#/components/schemas/Paper/properties/pages"),
    (
        "        pages: {type: integer}",
        "        other: {type: string}\n        pages: {type: integer}",
        Aspect::Member,
        "#/components/schemas/Paper/properties/other",
    ),
    ("required: [id, title]", "required: [id]", Aspect::Required, "#/components/schemas/Paper/properties/title"),
    (
        "required: [id, title]",
        "required: [id, title, pages]",
        Aspect::Required,
        "#/components/schemas/Paper/properties/pages",
    ),
    ("pages: {type: integer}", "pages: {type: number}", Aspect::Type, "#/components/schemas/Paper/properties/pages"),
    ("pages: {type: integer}", "pages: {type: string}", Aspect::Type, "#/components/schemas/Paper/properties/pages"),
    (
        "pages: {type: integer}",
        "pages: {type: [integer, \"null\"]}",
        Aspect::Null,
        "#/components/schemas/Paper/properties/pages",
    ),
    (
        "{oneOf: [{type: number}, {type: \"null\"}]}",
        "{type: number}",
        Aspect::Null,
        "#/components/schemas/Paper/properties/price",
    ),
    ("enum: [daily, weekly]", "enum: [daily, weekly, monthly]", Aspect::Values, "#/components/schemas/Kind"),
    ("enum: [daily, weekly]", "enum: [daily]", Aspect::Values, "#/components/schemas/Kind"),
    ("{type: string, enum: [daily, weekly]}", "{type: string}", Aspect::Values, "#/components/schemas/Kind"),
    (
        "pages: {type: integer}",
        "pages: {type: integer, enum: [1, 2]}",
        Aspect::Values,
        "#/components/schemas/Paper/properties/pages",
    ),
    (
        "content: {application/json: {schema: {$ref",
        "content: {multipart/form-data: {schema: {$ref",
        Aspect::Type,
        "#/paths/~1papers/post/requestBody",
    ),
];

#[test]
fn each_aspect_is_reported_in_both_directions() {
    for &(from, to, aspect, place) in EDITS {
        let found = compared(&[(from, to)], "quirks: []").differences;
        let told = found
            .iter()
            .any(|one| one.aspect == aspect && one.pointers.iter().any(|pointer| pointer.to_string() == place));
        assert!(told, "{to}: no {} {place} in {found:#?}", aspect.name());
        // An entry explains this aspect at this place and nothing else, and is over when nothing differs.
        let entry = |differs: &str| {
            format!("reference: [{{id: x, differs: [\"{differs}\"], where: [\"{place}\"], because: y}}]")
        };
        let explained = compared(&[(from, to)], &entry(aspect.name()));
        assert!(explained.differences.len() < found.len() && explained.over.is_empty(), "{to}: {explained:#?}");
        let other = if aspect == Aspect::Null { "type" } else { "null" };
        assert_eq!(compared(&[(from, to)], &entry(other)).differences, found, "{to}");
        assert_eq!(compared(&[], &entry(aspect.name())).over, [format!("x at {place}")]);
    }
}

#[test]
fn what_means_the_same_is_no_difference() {
    let cases = [
        // A list that is joined in the query is a text to others.
        (
            "explode: false, schema: {type: array, items: {type: integer}}",
            "schema: {oneOf: [{type: string}, {type: array, items: {type: integer}}]}",
        ),
        ("{type: [integer, string], x-scalar: integer}", "{type: string}"),
        ("{type: [integer, string], x-scalar: integer}", "{type: integer}"),
        ("title: {type: string, x-aliases: [name]}", "name: {type: string}"),
        ("{oneOf: [{type: number}, {type: \"null\"}]}", "{type: [number, \"null\"]}"),
        ("{$ref: \"#/components/schemas/Kind\", description: How often.}", "{type: string, enum: [weekly, daily]}"),
    ];
    for (from, to) in cases {
        let required = (
            "required: [id, title]",
            if to.contains("name:") { "required: [id, name]" } else { "required: [id, title]" },
        );
        let found = compared(&[(from, to), required], "quirks: []").differences;
        assert!(found.is_empty(), "{to}: {found:#?}");
    }
    assert!(compared(&[], "quirks: []").differences.is_empty());
}

#[test]
fn entries_without_a_reason_are_refused() {
    for entry in [
        "{id: x, differs: [type], where: [\"#/a\"]}",
        "{id: x, differs: [kind], where: [\"#/a\"], because: y}",
        "{id: x, differs: [], where: [\"#/a\"], because: y}",
        "{differs: [type], where: [\"#/a\"], because: y}",
        "{id: x, differs: [type], where: [], because: y}",
    ] {
        let document = Document::parse("quirks.yaml", format!("reference: [{entry}]")).unwrap();
        let error = Known::read(&document).unwrap_err();
        assert_eq!(error.json_pointer().map(ToString::to_string).as_deref(), Some("#/reference/0"), "{entry}");
    }
}
