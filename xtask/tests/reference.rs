//! Importing the pages of a reference: from a folder, from files, from a site; all or nothing.

mod common;

use common::Checkout;

const PAPERS: &str = include_str!("../../codegen/src/import/fixtures/papers.html");
const STAMPS: &str = include_str!("../../codegen/src/import/fixtures/stamps.html");
const SPECIFICATION: &str = "openapi: 3.1.0
info: {title: Kiosk, version: '1'}
servers: [{url: 'https://kiosk.test/api'}]
paths: {/stamps: {get: {operationId: stamps, tags: [a], responses: {'200': {description: Stamps.}}}}}
";
const SOURCE: &str = "# By hand.\nkind = \"hand-written\"\n\n[reference]\norigin = \"ORIGIN\"\n";

impl Checkout {
    fn new(name: &str, origin: &str) -> Self {
        let checkout = Self::empty(&format!("reference-{name}"));
        checkout.write("specs/kiosk/openapi.yaml", SPECIFICATION);
        checkout.write("specs/kiosk/source.toml", &SOURCE.replace("ORIGIN", origin));
        checkout
    }
}

/// A site: what it answers to a path, and nothing else.
fn serve(pages: Vec<(&'static str, String)>) -> String {
    let body = move |path: &str| pages.iter().find(|(known, _)| *known == path).map(|(_, body)| body.clone());
    common::serve(body) + "/api"
}

/// The first page: links to the others, and a table of contents that names operations and says nothing of them.
fn index() -> String {
    r#"<a href="/api/papers">P</a><a href="/api/about">A</a>
    <script>var t = {"tags": [{"path": "/api/stamps", "operations": [{"method": "get", "path": "/papers"}]}]}</script>"#
        .to_owned()
}

#[test]
fn a_folder_becomes_one_document_and_a_record() {
    let checkout = Checkout::new("folder", "https://kiosk.test/api");
    checkout.write("2026-07-06/papers.html", PAPERS);
    checkout.write("2026-07-06/stamps.html", STAMPS);
    checkout.write("2026-07-06/notes.txt", "not a page");
    let arguments = ["import", "kiosk", "2026-07-06"];

    let (code, said) = checkout.said(&[&arguments[..], &["--dry-run"]].concat());
    assert!(code == 0 && said.contains("would write") && said.contains("  + GET /papers/{id}\n"), "{said}");
    assert_eq!(checkout.read("specs/kiosk/reference.yaml"), "");

    let (code, said) = checkout.said(&arguments);
    assert!(code == 0 && said.starts_with("kiosk: 3 paths, 4 operations, 2 schemas\n"), "{said}");
    assert_eq!(checkout.read("specs/kiosk/openapi.yaml"), SPECIFICATION, "written by hand");
    let source = checkout.read("specs/kiosk/source.toml");
    assert!(source.starts_with("# By hand.\nkind = \"hand-written\"\n"), "{source}");
    let table: toml::Table = source.parse().unwrap();
    let reference = &table["reference"];
    let text = |name: &str| reference[name].as_str().unwrap();
    assert_eq!((text("origin"), text("date")), ("https://kiosk.test/api", "2026-07-06"));
    assert_eq!(reference["counts"]["operations"].as_integer(), Some(4));
    let pages: Vec<&str> =
        reference["page"].as_array().unwrap().iter().map(|page| page["name"].as_str().unwrap()).collect();
    assert_eq!(pages, ["papers", "stamps"]);

    // The same pages on another day are no news.
    let again = checkout.said(&["import", "kiosk", "2026-07-06/stamps.html", "2026-07-06/papers.html"]);
    assert!(again.0 == 0 && again.1.contains("nothing to write"), "{}", again.1);
    assert_eq!(checkout.read("specs/kiosk/source.toml"), source);

    // What differs is told, until quirks.yaml knows of it.
    let (code, said) = checkout.said(&["docs", "kiosk"]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("operation #/paths/~1papers/get: only the reference has this call"), "{said}");
    assert!(said.contains("member #/paths/~1stamps/get/responses: nothing here, something in the reference"), "{said}");
    let known = ["papers/get", "papers/post", "papers~1{id}/get", "stamps/get/responses"]
        .map(|at| format!("\"#/paths/~1{at}\""));
    let entry = |places: &str| {
        format!("reference:\n  - {{id: a, differs: [operation, member], where: [{places}], because: b}}\n")
    };
    checkout.write("specs/kiosk/quirks.yaml", &entry(&known.join(", ")));
    let (code, said) = checkout.said(&["docs", "kiosk"]);
    assert!(code == 0 && said.starts_with("0 differences, and 4 that quirks.yaml explains"), "{said}");

    // It is a document like any other.
    let drift =
        |new: &str| checkout.said(&["drift", "specs/kiosk/reference.yaml", new, "--no-rust", "--today", "2026-07-07"]);
    assert_eq!(drift("specs/kiosk/reference.yaml").0, 0);
    checkout.write("new.yaml", &checkout.read("specs/kiosk/reference.yaml").replace("type: boolean", "type: string"));
    assert_eq!(drift("new.yaml").0, 3);
}

#[test]
fn a_site_is_read_from_its_first_page() {
    let site = serve(vec![
        ("/api", index()),
        ("/api/papers", PAPERS.to_owned()),
        ("/api/stamps", STAMPS.to_owned()),
        ("/api/about", "<title>About</title>".to_owned()),
    ]);
    let checkout = Checkout::new("site", &site);
    let (code, said) = checkout.said(&["import", "kiosk"]);
    assert!(code == 0 && said.contains("4 operations"), "{said}");
    assert!(said.contains("about holds no operations"), "{said}");
    let source: toml::Table = checkout.read("specs/kiosk/source.toml").parse().unwrap();
    assert_eq!(source["reference"]["origin"].as_str(), Some(site.as_str()));
    let (code, said) = checkout.said(&["import", "kiosk"]);
    assert!(code == 0 && said.contains("nothing to write"), "{said}");
}

#[test]
fn a_page_that_holds_nothing_leaves_everything_as_it_was() {
    let moved = || "<!doctype html><title>Sign in</title>".to_owned();
    let broken = serve(vec![
        ("/api", index()),
        ("/api/about", moved()),
        ("/api/papers", PAPERS.to_owned()),
        ("/api/stamps", moved()),
    ]);
    let empty = serve(vec![("/api", moved())]);
    let checkout = Checkout::new("broken", "none");
    checkout.write("pages/papers.html", PAPERS);
    checkout.write("pages/stamps.html", STAMPS);
    assert_eq!(checkout.said(&["import", "kiosk", "pages"]).0, 0);
    let before = ["specs/kiosk/reference.yaml", "specs/kiosk/source.toml"].map(|file| checkout.read(file));
    checkout.write("bad/papers.html", PAPERS);
    checkout.write("bad/stamps.html", &moved());
    checkout.write("changed/papers.html", &PAPERS.replace("inserted_yn", "created_yn"));
    checkout.write("none/readme.txt", "");
    let cases: [(&[&str], &str); 7] = [
        (&["bad"], "stamps is a page of HTML without operations in its data (its title is \"Sign in\")"),
        (&["changed"], "the reference had pages that are not given: stamps"),
        (&["none"], "holds no pages"),
        (&["gone"], "cannot read gone"),
        (&[&broken], "stamps is a page of HTML"),
        (&[&empty], "404"),
        (&[], "no address is recorded"),
    ];
    for (sources, expected) in cases {
        let (code, said) = checkout.said(&[&["import", "kiosk"][..], sources].concat());
        assert!(code == 1 && said.contains(expected) && said.contains("help: "), "{sources:?}: {said}");
        let after = ["specs/kiosk/reference.yaml", "specs/kiosk/source.toml"].map(|file| checkout.read(file));
        assert_eq!(after, before, "{sources:?}");
    }
    let fresh = Checkout::new("fresh", &empty);
    let (code, said) = fresh.said(&["import", "kiosk"]);
    assert!(code == 1 && said.contains("holds no operations and names no pages below it"), "{said}");
    let (code, said) = fresh.said(&["docs", "kiosk"]);
    assert!(code == 1 && said.contains("has no reference"), "{said}");
    assert_eq!(fresh.read("specs/kiosk/reference.yaml"), "");
}
