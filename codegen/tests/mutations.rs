//! Real documents with random damage: whatever is deleted, duplicated, retyped or renamed, the generator never panics.
//! It complains with a place, or emits code that parses and is consistent. `PROPTEST_CASES` sets the number of cases.

mod common;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use common::sound::violations;
use common::{complaints, generate, specs, thorough};
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_codegen::document::{Document, Map, Node, NodeKind, Pointer, Span};
use kontrakt_codegen::generate::Strictness;
use kontrakt_codegen::overlay::{self, Unmatched};
use kontrakt_codegen::specification::{DOCUMENT, names};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Cases where everything is tested, and otherwise, unless `PROPTEST_CASES` says how many.
const CASES: [u32; 2] = [1000, 200];
/// Paths of a document that one case looks at; the documents have up to two hundred.
const PATHS: usize = 5;

/// What is done to a node.
#[derive(Clone, Debug)]
enum Damage {
    Delete,
    Double,
    Retype(&'static str),
    Rename(&'static str),
    /// A reference to the node that the number selects.
    Refer(u32),
}

/// Values that stand where others are expected, as YAML.
const VALUES: [&str; 36] = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "1e300",
    "18446744073709551615",
    "''",
    "text",
    "'3.0.3'",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[a, a]",
    "['', 1, null]",
    "{'': {}}",
    "{a: {a: {a: 1}}}",
    "array",
    "object",
    "'null'",
    "[string, 'null']",
    "'*/'",
    "'\"'",
    "\"a\\nb\"",
    "\"a\\r\"",
    "'{a}/{b}'",
    "'\\'",
    "'🛒'",
    "'``` [x](y) <b>'",
    "self",
    "'Self'",
    "\"\\u0001\"",
    "{type: object, properties: {self: {}, SELF: {}}}",
    "[{type: object, properties: {a: {type: integer}}}, {enum: [a, A, '<']}]",
];

/// Names that members get.
const NAMES: [&str; 30] = [
    "",
    "self",
    "Self",
    "type",
    "crate",
    "_",
    "$ref",
    "allOf",
    "oneOf",
    "anyOf",
    "items",
    "properties",
    "enum",
    "not",
    "Option",
    "send",
    "new",
    "page",
    "x-y",
    "x-name",
    "x-job",
    "x-variants",
    "200",
    "2xx",
    "get",
    "🛒",
    "a\nb",
    "\"",
    "/{a}",
    "default",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Delete),
        Just(Damage::Double),
        proptest::sample::select(&VALUES[..]).prop_map(Damage::Retype),
        proptest::sample::select(&NAMES[..]).prop_map(Damage::Rename),
        any::<u32>().prop_map(Damage::Refer),
    ]
}

/// One case: which document, which of its paths, which damage where, and whether it comes before the overlays.
#[derive(Clone, Debug)]
struct Case {
    document: usize,
    path: usize,
    damages: Vec<(u32, Damage)>,
    before: bool,
    strictness: Strictness,
}

fn case() -> impl Strategy<Value = Case> {
    let strictness = prop_oneof![3 => Just(Strictness::Lenient), 1 => Just(Strictness::Strict)];
    let damages = proptest::collection::vec((any::<u32>(), damage()), 1..=5);
    (0..apis().len(), any::<u16>(), damages, any::<bool>(), strictness).prop_map(
        |(document, path, damages, before, strictness)| Case {
            document,
            path: usize::from(path),
            damages,
            before,
            strictness,
        },
    )
}

/// An API's document, and its overlays.
struct Api {
    name: String,
    document: Document,
    overlays: Vec<Document>,
}

fn apis() -> &'static [Api] {
    static APIS: OnceLock<Vec<Api>> = OnceLock::new();
    APIS.get_or_init(|| {
        let read = |name: String| {
            let folder = specs().join(&name);
            let document = Document::read(&folder.join(DOCUMENT)).unwrap();
            let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            let mut paths: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with("overlay.yaml")).collect();
            paths.sort();
            let overlays = paths.iter().map(|path| Document::read(path).unwrap()).collect();
            Api { name, document, overlays }
        };
        names(&specs()).unwrap().into_iter().map(read).collect()
    })
}

/// A few neighbouring paths of a document with the components that they reach.
fn excerpt(document: &Document, first: usize) -> Document {
    let mut root = document.root.clone();
    let NodeKind::Map(members) = &mut root.kind else { panic!("not a map") };
    let Some(NodeKind::Map(paths)) = members.get_mut("paths").map(|node| &mut node.kind) else { panic!("no paths") };
    let first = first % paths.len();
    let mut at = 0;
    paths.retain(|_, _| {
        at += 1;
        (first..first + PATHS).contains(&(at - 1))
    });
    let mut reached = BTreeSet::new();
    let mut waiting = references(members.get("paths").unwrap());
    while let Some(reference) = waiting.pop() {
        let Some(target) = Pointer::parse(&reference).and_then(|pointer| document.get(&pointer)) else { continue };
        if reached.insert(reference) {
            waiting.extend(references(target));
        }
    }
    let Some(NodeKind::Map(components)) = members.get_mut("components").map(|node| &mut node.kind) else {
        panic!("none")
    };
    for (kind, node) in components.iter_mut().filter(|(kind, _)| *kind != "securitySchemes") {
        if let NodeKind::Map(named) = &mut node.kind {
            named.retain(|name, _| reached.contains(&Pointer::from(["components", kind, name]).to_string()));
        }
    }
    Document { root, sources: document.sources.clone() }
}

/// Every `$ref` below a node.
fn references(node: &Node) -> Vec<String> {
    match &node.kind {
        NodeKind::Map(map) => {
            let own = map.get("$ref").and_then(Node::as_str).map(str::to_owned);
            own.into_iter().chain(map.iter().flat_map(|(_, node)| references(node))).collect()
        }
        NodeKind::List(list) => list.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Pointers to every node below the root, in document order.
fn pointers(node: &Node, here: &Pointer, found: &mut Vec<Pointer>) {
    let mut add = |pointer: Pointer, node: &Node| {
        found.push(pointer.clone());
        pointers(node, &pointer, found);
    };
    match &node.kind {
        NodeKind::Map(map) => map.iter().for_each(|(key, node)| add(here.join(key), node)),
        NodeKind::List(list) => list.iter().enumerate().for_each(|(at, node)| add(here.join(at), node)),
        _ => {}
    }
}

fn apply(document: &mut Document, seed: u32, damage: &Damage) {
    let mut all = Vec::new();
    pointers(&document.root, &Pointer::root(), &mut all);
    let select = |seed: u32| all.get(seed as usize % all.len().max(1));
    let Some(pointer) = select(seed) else { return };
    let replacement = match damage {
        Damage::Retype(yaml) => Document::parse("value", *yaml).unwrap().root,
        Damage::Refer(target) => {
            let mut map = Map::default();
            let text = select(*target).map(ToString::to_string).unwrap_or_default();
            map.insert("$ref", Span::default(), Node { kind: NodeKind::String(text), span: Span::default() });
            Node { kind: NodeKind::Map(map), span: Span::default() }
        }
        _ => Node::default(),
    };
    let tokens: Vec<String> = pointer.tokens().map(|token| token.to_string()).collect();
    let Some((last, parents)) = tokens.split_last() else { return };
    let parent = parents.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
    let Some(parent) = document.root.get_pointer_mut(&parent) else { return };
    match (&mut parent.kind, damage) {
        (NodeKind::Map(map), Damage::Delete) => drop(map.remove(last)),
        (NodeKind::Map(map), Damage::Double) => {
            let copy = map.get(last).cloned().unwrap_or_default();
            map.insert(format!("{last}2"), copy.span, copy);
        }
        (NodeKind::Map(map), Damage::Rename(name)) => drop(map.rename(last, name)),
        (NodeKind::Map(map), Damage::Retype(_) | Damage::Refer(_)) => {
            if let Some(node) = map.get_mut(last) {
                node.kind = replacement.kind;
            }
        }
        (NodeKind::List(list), damage) => {
            let Some(at) = last.parse().ok().filter(|at| *at < list.len()) else { return };
            match damage {
                Damage::Delete => drop(list.remove(at)),
                Damage::Double => list.insert(at, list[at].clone()),
                Damage::Rename(name) => list[at].kind = NodeKind::String((*name).to_owned()),
                Damage::Retype(_) | Damage::Refer(_) => list[at].kind = replacement.kind,
            }
        }
        _ => {}
    }
}

/// The case carried out: a sentence for everything that is wrong with the outcome.
fn outcome(case: &Case) -> Result<(), String> {
    let api = &apis()[case.document];
    let mut document = excerpt(&api.document, case.path);
    let wreck = |document: &mut Document| case.damages.iter().for_each(|(at, damage)| apply(document, *at, damage));
    if case.before {
        wreck(&mut document);
    }
    for changes in &api.overlays {
        if let Err(complaint) = overlay::apply(&mut document, changes.clone(), Unmatched::Warn) {
            return has_places(&complaint);
        }
    }
    if !case.before {
        wreck(&mut document);
    }
    match generate(document, case.strictness) {
        Err(complaint) => has_places(&complaint),
        Ok(generated) => {
            let violations = violations(&generated);
            if violations.is_empty() { Ok(()) } else { Err(format!("{}: {}", api.name, violations.join("\n"))) }
        }
    }
}

fn has_places(complaint: &Diagnostic) -> Result<(), String> {
    for one in complaints(complaint) {
        if one.position().is_none() || one.json_pointer().is_none() || one.mend().is_none_or(str::is_empty) {
            return Err(format!("a complaint without place or mend: {one}"));
        }
    }
    Ok(())
}

#[test]
fn damaged_documents_give_a_complaint_or_a_crate() {
    let mut config = Config { failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    // The same cases every time, unless somebody asks for others.
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES[usize::from(!thorough())];
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(20_260_720);
    }
    let property = |case: Case| outcome(&case).map_err(TestCaseError::fail);
    if let Err(error) = TestRunner::new(config).run(&case(), property) {
        panic!("{error}");
    }
}

/// A property that accepts everything would accept this too.
#[test]
fn the_property_can_fail() {
    let complaint = Diagnostic::new("something is wrong somewhere");
    assert!(has_places(&complaint).is_err());
    assert!(has_places(&generate(common::document("openapi: 3.1.0"), Strictness::Strict).unwrap_err()).is_ok());
}
