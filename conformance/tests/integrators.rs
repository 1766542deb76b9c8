//! Every observation that integrators wrote down has its place in specification, quirks or guide, or a reason why not.
//! `integrators.yaml` says where; each of these places is looked up, with or without the collection itself.

mod common;

use std::collections::BTreeSet;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::{Document, Node, Pointer};
use kontrakt_conformance::check::Checker;
use kontrakt_conformance::quirks::{read, schema_at};
use serde_json::Value;

/// What the places of one API are looked up in.
struct Api {
    document: Document,
    contract: Contract,
    quirks: BTreeSet<String>,
    guide: String,
}

impl Api {
    fn read(name: &str) -> Self {
        let folder = common::root().join("specs").join(name);
        let quirks = read(&Document::read(&folder.join("quirks.yaml")).unwrap()).unwrap();
        let guide = std::fs::read_to_string(folder.join("guide.md")).unwrap();
        Self {
            document: common::specification(name).document,
            contract: common::contract(name),
            quirks: quirks.into_iter().map(|quirk| quirk.id).collect(),
            guide: one_line(&guide),
        }
    }

    /// What is missing at a place; nothing when it is as the place says.
    fn missing(&self, place: &Node) -> Option<String> {
        let at = |key: &str| place.get(key).and_then(Node::as_str);
        let pointer = |key: &str| Pointer::parse(at(key)?);
        let found = if let Some(id) = at("quirk") {
            self.quirks.contains(id)
        } else if let Some(words) = at("guide") {
            self.guide.contains(words)
        } else if let Some((pointer, words)) = pointer("text").zip(at("says")) {
            self.document.get(&pointer).is_some_and(|node| says(&node.to_json(), words))
        } else if let Some(pointer) = pointer("allows-null") {
            let schema = schema_at(&self.contract, &pointer);
            schema.is_some_and(|id| Checker::new(&self.contract).accepts(id, &Value::Null))
        } else {
            at("because").is_some_and(|reason| reason.len() > 20)
        };
        (!found).then(|| place.to_json().to_string())
    }
}

/// Whether a text in a node has these words.
fn says(node: &Value, words: &str) -> bool {
    match node {
        Value::String(text) => one_line(text).contains(words),
        Value::Array(list) => list.iter().any(|one| says(one, words)),
        Value::Object(members) => members.values().any(|one| says(one, words)),
        _ => false,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The observations of every API, with their places.
fn places() -> Vec<(String, String, Vec<Node>)> {
    let document = Document::read(&common::root().join("conformance/tests/integrators.yaml")).unwrap();
    let mut all = Vec::new();
    for (api, observations) in document.root.as_map().unwrap().iter() {
        for (id, places) in observations.as_map().unwrap().iter() {
            all.push((api.to_owned(), id.to_owned(), places.as_list().unwrap().to_vec()));
        }
    }
    all
}

#[test]
fn every_place_of_an_observation_exists() {
    let apis = ["shoptet", "upgates"].map(|name| (name, Api::read(name)));
    let mut missing = Vec::new();
    for (api, id, places) in places() {
        assert!(!places.is_empty(), "{api} {id}: no place");
        let (_, read) = apis.iter().find(|(name, _)| *name == api).expect("an API");
        missing.extend(places.iter().filter_map(|place| Some(format!("{id}: {}", read.missing(place)?))));
    }
    assert!(missing.is_empty(), "not found:\n{}", missing.join("\n"));
}

#[test]
fn every_observation_has_a_place() {
    let Some(corpus) = common::corpus("every_observation_has_a_place") else { return };
    let list = std::fs::read_to_string(corpus.join("facts/integrators-2026.md")).unwrap();
    let id = |line: &str| Some(line.strip_prefix("| I")?.split_once(' ')?.0.to_owned());
    let written: BTreeSet<String> = list.lines().filter_map(id).map(|number| format!("I{number}")).collect();
    let placed: Vec<String> = places().into_iter().map(|(_, id, _)| id).collect();
    assert!(written.len() > 20, "the collection is not what it was");
    assert_eq!(placed.iter().cloned().collect::<BTreeSet<_>>(), written);
    assert_eq!(placed.len(), written.len(), "an observation stands twice");
}
