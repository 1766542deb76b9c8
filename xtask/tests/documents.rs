//! A law on arbitrary documents: a crate is generated from each, it compiles, and what is drawn from the document's schemas
//! comes through the emitted types without a loss. `KONTRAKT_DOCUMENTS` says how many documents; a handful unless it does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_codegen::emit::Manifest;
use kontrakt_codegen::generate::{Strictness, from_specification};
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write;
use kontrakt_conformance::instance::Instances;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

/// Documents that are compiled together.
const BATCH: usize = 8;
/// Values of each body of an operation.
const VALUES: usize = 12;
/// Names of members; any other is none that a document declares.
const NAMES: [&str; 10] = ["id", "name", "kind", "type", "items", "self", "createdAt", "created_at", "x-y", "Box"];
/// Names of components.
const COMPONENTS: [&str; 5] = ["Pet", "Upload", "Box", "pet.state", "Result"];

/// A schema that needs no other.
fn leaf() -> BoxedStrategy<Value> {
    prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "format": "date"})),
        Just(json!({"type": "integer", "minimum": -5, "maximum": 500})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": "number", "multipleOf": 0.5, "minimum": 0, "maximum": 40})),
        Just(json!({"type": ["string", "null"], "maxLength": 4})),
        Just(json!({})),
        subsequence(vec!["a", "A", "-a", "+", "", "b c", "Unknown"], 1..5)
            .prop_map(|values| json!({"type": "string", "enum": values})),
    ]
    .boxed()
}

fn reference() -> impl Strategy<Value = Value> {
    select(&COMPONENTS[..]).prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}))
}

/// An object of some members, some of them required.
fn object(of: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let members = subsequence(&NAMES[..], 1..5).prop_flat_map(move |names| {
        let each = names.len();
        (Just(names), vec(of.clone(), each), vec(any::<bool>(), each), any::<bool>())
    });
    members.prop_map(|(names, schemas, musts, closed)| {
        let required: Vec<&str> = names.iter().zip(musts).filter(|(_, must)| *must).map(|(name, _)| *name).collect();
        let properties: Map<String, Value> = names.iter().map(|name| (*name).to_owned()).zip(schemas).collect();
        let mut object = json!({"type": "object", "properties": properties, "required": required});
        if closed {
            object["additionalProperties"] = json!(false);
        }
        object
    })
}

/// A union of objects that a constant tells apart.
fn tagged(of: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    (vec(object(of), 2..4), any::<bool>()).prop_map(|(mut alternatives, exclusive)| {
        for (at, one) in alternatives.iter_mut().enumerate() {
            one["properties"]["tag"] = json!({"const": format!("t{at}")});
            if let Some(required) = one["required"].as_array_mut() {
                required.push(json!("tag"));
            }
        }
        json!({(if exclusive { "oneOf" } else { "anyOf" }): alternatives})
    })
}

/// Any schema, `depth` levels deep.
fn schema(depth: u32) -> BoxedStrategy<Value> {
    if depth == 0 {
        return leaf();
    }
    let inner = schema(depth - 1);
    // Components may hold each other where nothing has to be there.
    let held = prop_oneof![3 => inner.clone(), 1 => reference().prop_map(|one| json!({"type": "array", "items": one}))];
    let held = held.boxed();
    prop_oneof![
        2 => leaf(),
        4 => object(held.clone()),
        1 => inner.clone().prop_map(|items| json!({"type": "array", "items": items, "maxItems": 3})),
        1 => inner.clone().prop_map(|rest| json!({"type": "object", "additionalProperties": rest})),
        2 => tagged(held.clone()),
        // Alternatives that nothing tells apart.
        1 => vec(object(leaf()), 2..4).prop_map(|all| json!({"anyOf": all})),
        1 => vec(inner.clone(), 2..4).prop_map(|all| json!({"anyOf": all})),
        // Members beside a choice, choices at once, and members that a second part narrows.
        1 => (object(leaf()), tagged(leaf())).prop_map(|(mut beside, choice)| {
            beside.as_object_mut().unwrap().remove("additionalProperties");
            open(&mut beside, &choice);
            beside
        }),
        1 => (object(leaf()), object(leaf())).prop_map(|(mut one, mut two)| {
            one.as_object_mut().unwrap().remove("additionalProperties");
            two.as_object_mut().unwrap().remove("additionalProperties");
            for (name, schema) in one["properties"].as_object().unwrap().clone() {
                if two["properties"].get(&name).is_some() {
                    two["properties"][&name] = schema;
                }
            }
            json!({"allOf": [one, two]})
        }),
        1 => inner.prop_map(|one| json!({"anyOf": [one, {"type": "null"}]})),
    ]
    .boxed()
}

/// Puts a choice of closed objects beside what stands there already, which then is part of each.
fn open(beside: &mut Value, choice: &Value) {
    for (keyword, alternatives) in choice.as_object().unwrap() {
        let mut alternatives = alternatives.clone();
        for one in alternatives.as_array_mut().unwrap() {
            one.as_object_mut().unwrap().remove("additionalProperties");
            let own = one["properties"].as_object_mut().unwrap();
            own.retain(|name, _| beside["properties"].get(name).is_none());
        }
        beside[keyword] = alternatives;
    }
}

/// A document whose components are what its operations carry.
fn document() -> impl Strategy<Value = Value> {
    (vec(schema(2), COMPONENTS.len()), any::<bool>(), vec(any::<bool>(), COMPONENTS.len())).prop_map(
        |(schemas, by_default, musts)| {
            let mut paths = Map::new();
            for (at, name) in COMPONENTS.iter().enumerate() {
                let body = json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
                let status = if by_default { "default" } else { "200" };
                let other = format!("#/components/schemas/{}", COMPONENTS[(at + 1) % COMPONENTS.len()]);
                let problem = json!({"application/problem+json": {"schema": {"$ref": other}}});
                let answers = json!({
                    status: {"description": "", "content": body}, "4XX": {"description": "", "content": problem},
                });
                let item = json!({
                    "get": {"operationId": format!("get {at}"), "tags": ["serde"], "responses": answers},
                    "post": {
                        "operationId": format!("post {at}"), "tags": ["main"],
                        "requestBody": {"required": musts[at], "content": body},
                        "responses": {"204": {"description": ""}},
                    },
                });
                paths.insert(format!("/p{at}"), item);
            }
            let components: Map<String, Value> = COMPONENTS.map(str::to_owned).into_iter().zip(schemas).collect();
            json!({
                "openapi": "3.1.0", "info": {"title": "Any", "version": "1"},
                "servers": [{"url": "https://example.com"}],
                "paths": paths, "components": {"schemas": components},
            })
        },
    )
}

/// A document, its crate, and values of its bodies: operation, side, value.
struct Sample {
    text: String,
    values: Vec<(String, &'static str, Value)>,
    notes: usize,
}

/// Emits the crate of a document into a folder, and draws what its operations carry.
fn sample(document: &Value, folder: &Path, name: &str, runner: &mut TestRunner) -> Sample {
    let text = serde_json::to_string_pretty(document).unwrap();
    let document = Document::parse(name, text.as_str()).unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("runtime").display().to_string();
    let manifest = Manifest::Standalone { runtime };
    let specification = Specification::without_overlays(name, document);
    let loaded = ("load", Duration::ZERO);
    let generated = from_specification(&specification, Strictness::Lenient, &manifest, loaded)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    write(&folder.join(name), &generated.files).unwrap();
    let (contract, _) = Contract::read_mending(&specification.document).unwrap();
    let mut bodies = Vec::new();
    for operation in &contract.operations {
        let answer = operation.success().and_then(|answer| answer.json()?.schema);
        let body = operation.body.as_ref().and_then(|body| body.json()?.schema);
        let error = operation.failures().find_map(|answer| answer.json()?.schema);
        bodies.extend(answer.map(|schema| (operation.id.clone(), "Answer", schema)));
        bodies.extend(error.map(|schema| (operation.id.clone(), "Error", schema)));
        bodies.extend(body.map(|schema| (operation.id.clone(), "Request", schema)));
    }
    let instances = Instances::new(&contract, bodies.iter().map(|(.., schema)| *schema));
    let mut values = Vec::new();
    for (operation, side, schema) in &bodies {
        // Some schemas that are put together by chance have no value.
        let Ok(drawn) = instances.of(*schema) else { continue };
        for _ in 0..VALUES {
            values.push((operation.clone(), *side, drawn.new_tree(runner).unwrap().current()));
        }
    }
    Sample { text, values, notes: generated.notes.len() }
}

/// A program that reads and writes values by the codecs of some crates, a line each.
fn program(folder: &Path, names: &[String]) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut manifest =
        "[package]\nname = \"reencode\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n"
            .to_owned();
    let _ = writeln!(manifest, "kontrakt-runtime = {{ path = {:?}, default-features = false }}", root.join("runtime"));
    for name in names {
        let features = "features = [\"full\", \"codecs\", \"unknown-fields\"]";
        let _ = writeln!(manifest, "{name} = {{ path = \"../{name}\", default-features = false, {features} }}");
    }
    let tables: Vec<String> = names.iter().map(|name| format!("{}::codecs::CODECS", name.replace('-', "_"))).collect();
    let main = format!(
        "fn main() {{
    let tables = [{}];
    for line in std::io::stdin().lines() {{
        let line = line.unwrap();
        let parts: Vec<&str> = line.splitn(4, '\\t').collect();
        let table = tables[parts[0].parse::<usize>().unwrap()];
        let codec = table.iter().find(|one| one.operation == parts[1] && format!(\"{{:?}}\", one.side) == parts[2]);
        match codec.map(|codec| (codec.reencode)(parts[3], \"\")) {{
            Some(Ok(text)) => println!(\"{{text}}\"),
            Some(Err(error)) => println!(\"error {{error}}\"),
            None => println!(\"none\"),
        }}
    }}
}}
",
        tables.join(", ")
    );
    let program = folder.join("reencode");
    std::fs::create_dir_all(program.join("src")).unwrap();
    std::fs::write(program.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(program.join("src/main.rs"), main).unwrap();
    std::fs::copy(root.join("Cargo.lock"), program.join("Cargo.lock")).unwrap();
    program
}

/// What of a value is not written again, by path; null is as good as nothing, and so is what no document declares.
fn lost(value: &Value, written: &Value, path: &str, found: &mut Vec<String>) {
    match (value, written) {
        (Value::Object(members), Value::Object(kept)) => {
            for (key, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                match kept.get(key) {
                    Some(kept) => lost(member, kept, &format!("{path}/{key}"), found),
                    None if NAMES.contains(&key.as_str()) || key == "tag" => found.push(format!("{path}/{key}")),
                    None => {}
                }
            }
        }
        (Value::Array(items), Value::Array(kept)) if items.len() == kept.len() => {
            items
                .iter()
                .zip(kept)
                .enumerate()
                .for_each(|(at, (one, kept))| lost(one, kept, &format!("{path}/{at}"), found));
        }
        (Value::Number(one), Value::Number(kept)) if one.as_f64() == kept.as_f64() => {}
        (one, kept) if one == kept => {}
        _ => found.push(path.to_owned()),
    }
}

/// What the program writes of the values, a line each, or what the compiler said.
fn written(program: &Path, lines: &[String], target: &Path) -> Result<String, String> {
    std::fs::write(program.join("values"), lines.join("\n") + "\n").unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--offline"])
        .current_dir(program)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTFLAGS", "-Cdebuginfo=0")
        .stdin(std::fs::File::open(program.join("values")).unwrap())
        .output()
        .unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn nothing_is_lost_of_arbitrary_documents() {
    let count = std::env::var("KONTRAKT_DOCUMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let seed = std::env::var("KONTRAKT_SEED").ok().and_then(|text| text.parse::<u8>().ok()).unwrap_or(7);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    let (mut values, mut notes, mut failures) = (0, 0, BTreeMap::new());
    for batch in 0..usize::div_ceil(count, BATCH) {
        let of_batch = BATCH.min(count - batch * BATCH);
        let names: Vec<String> = (0..of_batch).map(|at| format!("any-{at}")).collect();
        let strategy = document();
        let samples: Vec<Sample> = names
            .iter()
            .map(|name| sample(&strategy.new_tree(&mut runner).unwrap().current(), &folder, name, &mut runner))
            .collect();
        let program = program(&folder, &names);
        let lines: Vec<String> = samples
            .iter()
            .enumerate()
            .flat_map(|(at, one)| {
                one.values.iter().map(move |(operation, side, value)| format!("{at}\t{operation}\t{side}\t{value}"))
            })
            .collect();
        let written = written(&program, &lines, &folder.join("target"))
            .unwrap_or_else(|said| panic!("batch {batch}, see {}:\n{said}", folder.display()));
        let written: Vec<&str> = written.lines().collect();
        assert_eq!(written.len(), lines.len());
        let all = samples.iter().enumerate().flat_map(|(at, one)| one.values.iter().map(move |value| (at, one, value)));
        for ((at, sample, (operation, side, value)), written) in all.zip(written) {
            let mut found = Vec::new();
            match serde_json::from_str::<Value>(written) {
                Ok(written) => lost(value, &written, "", &mut found),
                // An error that may be any value has no type: its body is there as it came.
                Err(_) if *side == "Error" && written == "none" => {}
                Err(_) => found.push(written.to_owned()),
            }
            if !found.is_empty() {
                let shown =
                    format!("batch {batch}, any-{at}, {side} of {operation}: {found:?}\n  of {value}\n  as {written}");
                failures.entry((batch, at)).or_insert((shown, sample.text.clone()));
            }
        }
        values += lines.len();
        notes += samples.iter().map(|one| one.notes).sum::<usize>();
    }
    eprintln!("{count} documents, {values} values, {notes} warnings, {} documents with a loss", failures.len());
    if let Some((_, text)) = failures.values().next() {
        let all: Vec<&str> = failures.values().map(|(shown, _)| shown.as_str()).collect();
        let _ = std::fs::write(folder.join("failed.json"), text);
        panic!("{}\nthe first document is {}", all.join("\n"), folder.join("failed.json").display());
    }
    assert!(values > count, "{values} values");
}
