//! Every name that means something to Rust, to the runtime's macros or to the emitted crate, and names without a letter of
//! ASCII, in every place of a document where a name can stand: the crate compiles.

mod common;

use std::collections::BTreeSet;

use common::sound::assert_sound;
use common::{Crate, lenient, repository, thorough};
use serde_json::{Map, Value, json};

/// Names that no file of this project need contain: keywords, also of later editions, and names that no file declares.
const RUST: &str = "abstract async await become box do dyn extern final gen macro macro_rules override priv raw static try typeof \
    union unsafe unsized virtual yield bool char f32 f64 i8 i16 i32 i128 isize str u8 u16 u32 u64 u128 usize alloc crate std proc_macro \
    main test lib build target src features dependencies Cargo AsMut AsRef Default DoubleEndedIterator Drop Eq Err \
    ExactSizeIterator Extend FnMut FnOnce FromIterator Future IntoIterator Iterator Ord PartialEq PartialOrd Send Sync ToOwned \
    ToString TryFrom TryInto Unpin assert cfg concat debug_assert derive drop env eprintln file format include line matches module_path \
    panic println size_of todo unreachable vec write Rc Arc HashMap rustfmt clippy diagnostic miri rust_analyzer rustdoc";

/// Names in other scripts, with signs, and of nothing else.
const OTHERS: [&str; 14] = [
    "main resource",
    "serde-resource",
    "objednávka",
    "Ω",
    "日本",
    "注文",
    "ЗАКАЗ",
    "заказ",
    "ß",
    "é-è",
    "x+y",
    "3d",
    "naïve café",
    "👍",
];

/// Members, values and alternatives of one type: the compiler's work grows faster than their number.
const TOGETHER: usize = 40;

/// The identifiers of a text.
fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c| !is_part(c)).filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// The lines of a text that hold code.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The code of the runtime's macros and of its root, each file.
fn runtime() -> Vec<String> {
    let src = repository().join("runtime/src");
    let macros = std::fs::read_dir(src.join("macros")).unwrap().map(|entry| entry.unwrap().path());
    let files = macros.chain([src.join("lib.rs")]).filter(|path| path.extension().is_some_and(|end| end == "rs"));
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Every name: of Rust, of the macros, of all that is emitted for a small document, and the others.
fn names() -> BTreeSet<String> {
    let small = lenient(&document(&["thing".to_owned()].into()).to_string()).unwrap();
    let emitted = small.files.iter().filter(|file| !file.path.ends_with(".md")).map(|file| file.text.clone());
    let texts: Vec<String> = runtime().into_iter().chain(emitted).collect();
    let written = texts.iter().flat_map(|text| code(text)).flat_map(identifiers);
    written.chain(identifiers(RUST)).chain(OTHERS).map(str::to_owned).collect()
}

/// A document that has each name as tag, operation, variable of the path, argument, setter, header, member, enum value,
/// component, alternative and credential.
fn document(names: &BTreeSet<String>) -> Value {
    let text = || json!({"type": "string"});
    let mut paths = Map::new();
    for (at, name) in names.iter().enumerate() {
        let parameter =
            |place: &str, required: bool| json!({"name": name, "in": place, "required": required, "schema": text()});
        let schema = json!({"$ref": format!("#/components/schemas/{}", component(name, at))});
        let body = json!({"content": {"application/json": {"schema": schema}}});
        let answer = json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
        let mut parameters = vec![parameter("path", true)];
        // A header has none of the other names.
        parameters.extend(name.is_ascii().then(|| parameter("header", false)));
        let get = json!({"tags": [name], "operationId": name, "responses": answer, "parameters": parameters});
        let post = json!({
            "tags": ["Everything"], "operationId": format!("{name} of everything"), "requestBody": body, "responses": answer,
            "parameters": [parameter("path", true), parameter("query", true)],
        });
        paths.insert(format!("/{at}/{{{name}}}"), json!({"get": get, "post": post}));
    }
    let setters: Vec<Value> = names.iter().map(|name| json!({"name": name, "in": "query", "schema": text()})).collect();
    let search = json!({"tags": ["Search"], "operationId": "search", "parameters": setters, "responses": {"204": {"description": ""}}});
    paths.insert("/search".to_owned(), json!({"get": search}));
    let mut schemas: Map<String, Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            (component(name, at), json!({"type": "object", "required": [name], "properties": {(name): text()}}))
        })
        .collect();
    let mut whole = Map::new();
    let names: Vec<&String> = names.iter().collect();
    for (at, some) in names.chunks(TOGETHER).enumerate() {
        let members: Map<String, Value> = some.iter().map(|name| ((*name).clone(), text())).collect();
        let alternative = |name: &&String| json!({"title": name, "type": "object", "required": ["tag"], "properties": {"tag": {"const": name}}});
        let alternatives: Vec<Value> = some.iter().map(alternative).collect();
        whole.insert(format!("members {at}"), json!({"type": "object", "required": some, "properties": members}));
        whole.insert(format!("values {at}"), json!({"type": "string", "enum": some}));
        whole.insert(format!("alternatives {at}"), json!({"oneOf": alternatives}));
    }
    schemas.insert("Whole".to_owned(), json!({"type": "object", "properties": whole}));
    let whole = json!({"$ref": "#/components/schemas/Whole"});
    let content = json!({"application/json": {"schema": whole}});
    let put = json!({
        "tags": ["Whole"], "operationId": "whole", "requestBody": {"required": true, "content": content},
        "responses": {"200": {"description": "", "content": content}},
    });
    paths.insert("/whole".to_owned(), json!({"put": put}));
    let schemes: Map<String, Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (component(name, at), json!({"type": "apiKey", "in": "header", "name": format!("X-{at}")})))
        .collect();
    json!({
        "openapi": "3.1.0", "info": {"title": "Reserved", "version": "1"}, "servers": [{"url": "https://example.com"}],
        "paths": paths, "components": {"schemas": schemas, "securitySchemes": schemes},
    })
}

/// A key of a component, which may hold letters, digits and three signs.
fn component(name: &str, at: usize) -> String {
    match name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        true => name.to_owned(),
        false => format!("x{at}"),
    }
}

#[test]
fn every_name_can_stand_everywhere() {
    let names = names();
    assert!(names.len() > 200 && names.contains("Decode") && names.contains("self"), "{names:?}");
    // The compiler takes long for all of them.
    let every = if thorough() { 1 } else { 5 };
    let names: BTreeSet<String> = names.into_iter().step_by(every).collect();
    let generated = lenient(&document(&names).to_string()).unwrap_or_else(|error| panic!("{error}"));
    assert_sound(&generated);
    let values = generated.files.iter().map(|file| &*file.text).collect::<String>();
    let lost: Vec<&String> = names.iter().filter(|name| !values.contains(&format!("{name:?}"))).collect();
    assert!(lost.is_empty(), "nowhere in the crate: {lost:?}");
    let emitted = Crate::new("reserved", &generated.files);
    emitted.check("full,codecs");
    emitted.examples("full");
}
