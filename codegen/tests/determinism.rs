//! Output depends only on the content of a document, not on time, place or order.
//! The order of `paths` and `properties` is the one exception: people read the emitted files in that order.

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{Folder, specs};
use kontrakt_codegen::document::{Map, Node, NodeKind};
use kontrakt_codegen::emit::{File, ItemKind, Manifest, Member, surface};
use kontrakt_codegen::generate::{self, Generated, Strictness};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{Specification, names};

fn generated(specification: &Specification) -> Generated {
    let loaded = ("load", Duration::ZERO);
    generate::from_specification(specification, Strictness::Strict, &Manifest::Workspace, loaded).unwrap()
}

fn files(specification: &Specification) -> Vec<File> {
    generated(specification).files
}

fn specification(name: &str) -> Specification {
    Specification::load(&specs(), name, Unmatched::Error).unwrap()
}

/// Names the first difference instead of showing two crates.
fn assert_equal(expected: &[File], found: &[File], what: &str) {
    let paths = |files: &[File]| Vec::from_iter(files.iter().map(|file| file.path.clone()));
    assert_eq!(paths(expected), paths(found), "{what}");
    for (expected, found) in expected.iter().zip(found) {
        let difference = expected.text.lines().zip(found.text.lines()).find(|(one, other)| one != other);
        assert!(expected.text == found.text, "{what}: {} differs: {difference:#?}", expected.path);
    }
}

/// Puts the members of maps into another order.
fn shuffle(node: &mut Node, keep: &[&str], random: &mut u64, here: &str) {
    match &mut node.kind {
        NodeKind::List(list) => list.iter_mut().for_each(|node| shuffle(node, keep, random, "")),
        NodeKind::Map(map) => {
            let mut members: Vec<_> = map
                .iter()
                .map(|(key, node)| (key.to_owned(), map.key_span(key).unwrap_or_default(), node.clone()))
                .collect();
            for (key, _, node) in &mut members {
                shuffle(node, keep, random, key);
            }
            if !keep.contains(&here) {
                for at in (1..members.len()).rev() {
                    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let other = (*random >> 33) as usize % (at + 1);
                    members.swap(at, other);
                }
            }
            let mut shuffled = Map::default();
            members.into_iter().for_each(|(key, span, node)| shuffled.insert(key, span, node));
            *map = shuffled;
        }
        _ => {}
    }
}

fn shuffled(specification: &Specification, keep: &[&str], mut seed: u64) -> Specification {
    let mut other = specification.clone();
    shuffle(&mut other.document.root, keep, &mut seed, "");
    assert_eq!(other.document.root, specification.document.root, "the order of members says nothing");
    other
}

/// Every item by its path: what it is, with its members in no order.
fn items(specification: &Specification) -> BTreeMap<String, (ItemKind, Vec<Member>)> {
    let Generated { contract, plan, .. } = generated(specification);
    let items = surface("shop", &contract, &plan).into_iter().map(|mut item| {
        item.members.sort();
        (item.path, (item.kind, item.members))
    });
    items.collect()
}

#[test]
fn twice_and_from_another_folder_the_same() {
    let folder = Folder::new();
    for name in names(&specs()).unwrap() {
        let mut waiting = vec![specs().join(&name)];
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let file = path.strip_prefix(specs()).unwrap().to_string_lossy().into_owned();
            folder.write(&file, &std::fs::read_to_string(&path).unwrap());
        }
        let expected = generate::generate(&specs(), &name).unwrap().files;
        assert_equal(&expected, &generate::generate(&folder.0, &name).unwrap().files, &name);
    }
}

#[test]
fn the_order_of_maps_changes_nothing() {
    for name in names(&specs()).unwrap() {
        let specification = specification(&name);
        let expected = files(&specification);
        let seeds = if specification.document.sources[0].text.len() > 1_000_000 { 1 } else { 4 };
        for seed in 0..seeds {
            let found = files(&shuffled(&specification, &["paths", "properties"], seed));
            assert_equal(&expected, &found, &format!("{name}, seed {seed}"));
        }
    }
}

#[test]
fn the_order_of_paths_and_properties_changes_no_name() {
    for name in names(&specs()).unwrap() {
        let specification = specification(&name);
        let expected = items(&specification);
        let seeds = if specification.document.sources[0].text.len() > 1_000_000 { 1 } else { 4 };
        for seed in 0..seeds {
            let found = items(&shuffled(&specification, &[], seed));
            for (path, item) in &expected {
                assert_eq!(Some(item), found.get(path), "{name}, seed {seed}: {path}");
            }
            assert_eq!(expected.len(), found.len(), "{name}, seed {seed}");
        }
    }
}
