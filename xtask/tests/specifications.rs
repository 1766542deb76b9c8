//! All specifications of this checkout and all documents of the corpus load, or are refused with a good message.

use std::path::{Path, PathBuf};

use kontrakt_codegen::document::{Document, Node, NodeKind};
use kontrakt_codegen::import::{Imported, import};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{Specification, names, sha256};

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

#[test]
fn every_overlay_applies_to_its_document() {
    let names = names(&specs()).unwrap();
    assert!(!names.is_empty());
    for name in names {
        let specification = Specification::load(&specs(), &name, Unmatched::Error);
        assert!(specification.is_ok(), "{}", specification.unwrap_err());
    }
}

#[test]
fn imported_documents_are_as_they_were_imported() {
    let mut imports = 0;
    for name in names(&specs()).unwrap() {
        let folder = specs().join(&name);
        let record: toml::Table = std::fs::read_to_string(folder.join("source.toml")).unwrap().parse().unwrap();
        if record["kind"].as_str() != Some("imported") {
            continue;
        }
        imports += 1;
        let text = std::fs::read_to_string(folder.join("openapi.yaml")).unwrap();
        let unchanged = record["document-sha256"].as_str() == Some(&sha256([text.as_str()]));
        assert!(unchanged, "{name}/openapi.yaml was edited: put corrections into an overlay, and import it again");

        let title = Document::parse("openapi.yaml", text.as_str()).unwrap().root;
        let title = title.get("info").and_then(|info| info.get("title")).and_then(Node::as_str).unwrap().to_owned();
        let again = import("openapi.yaml", text.clone().into_bytes(), &title).unwrap();
        assert_eq!(again.yaml, text, "{name}: something in it would not be imported");
        for (what, count) in [("paths", again.paths), ("operations", again.operations), ("schemas", again.schemas)] {
            assert_eq!(record["counts"][what].as_integer(), i64::try_from(count).ok(), "{name}: {what}");
        }
    }
    assert!(imports > 0);
}

#[test]
fn every_document_of_the_corpus_is_imported_or_refused_with_its_place() {
    let Some(corpus) = std::env::var_os("KONTRAKT_CORPUS") else {
        eprintln!("skipped: KONTRAKT_CORPUS names no folder with more documents");
        return;
    };
    let folder = Path::new(&corpus).join("upstream/shoptet");
    let mut imported = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let name = path.display().to_string();
        match import(&name, std::fs::read(&path).unwrap(), "Shop") {
            Ok(document) => {
                imported += 1;
                assert_is_interface(&name, &document);
            }
            Err(complaint) => assert!(complaint.position().is_some() && complaint.mend().is_some(), "{complaint}"),
        }
    }
    assert!(imported > 0, "{} holds no document", folder.display());
}

/// What was imported says of itself what it holds, and tells no stories.
fn assert_is_interface(name: &str, imported: &Imported) {
    assert!(imported.paths > 0 && imported.operations >= imported.paths && imported.schemas > 0, "{name}");
    assert_terse(name, &imported.root);
}

/// No text is as long as a paragraph; patterns and lists of values are no sentences.
fn assert_terse(name: &str, node: &Node) {
    match &node.kind {
        NodeKind::String(text) => assert!(text.split_whitespace().count() < 10, "{name}: {text}"),
        NodeKind::List(list) => list.iter().for_each(|node| assert_terse(name, node)),
        NodeKind::Map(map) => map.iter().for_each(|(_, node)| assert_terse(name, node)),
        _ => {}
    }
}
