//! A check that cannot fail is a bug: damage of every kind, done at a random place of a good answer, has to be found,
//! as what it is and where it is. Answers of all operations of all APIs; `KONTRAKT_CASES` sets how many of each.

mod common;

use std::collections::BTreeMap;

use fastrand::Rng;
use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_conformance::check::{Checker, Path, Step};
use kontrakt_conformance::findings::Kind;
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::verify::Verifier;
use serde_json::{Value, json};

/// Damage, labelled.
struct Mutation {
    kind: Kind,
    /// Where it must be found, indices as `*`.
    pointer: String,
    body: Value,
}

#[test]
fn every_kind_of_damage_is_found_where_it_is() {
    let mut done: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut missed = Vec::new();
    for (api, _) in common::CODECS {
        let document = common::specification(api).document;
        let contract = common::contract(api);
        let checker = Checker::new(&contract);
        let verifier = Verifier::new(&contract).unwrap();
        let answers: Vec<_> = contract
            .operations
            .iter()
            .filter_map(|operation| {
                let answer = operation.success()?;
                let kontrakt_codegen::contract::Status::Code(status) = answer.status else { return None };
                Some((operation, status, answer.json()?.schema?))
            })
            .collect();
        let instances = Instances::new(&contract, answers.iter().map(|(.., schema)| *schema));
        for (operation, status, schema) in answers {
            let values = instances.of(schema).unwrap();
            for seed in 0..common::cases(2) {
                let Some(mut body) = values.value(seed) else { continue };
                // An envelope with errors is told as that, and nothing else about it is.
                if let Some(errors) = body.get_mut("errors") {
                    *errors = Value::Null;
                }
                if !checker.accepts(schema, &body) || body.get("result").is_some_and(|result| result != "ok") {
                    continue;
                }
                for mutation in mutations(&checker, schema, &body, &mut Rng::with_seed(seed)) {
                    let line = json!({"operationId": operation.id, "status": status, "body": mutation.body});
                    let recording = Recording::parse(line.to_string().as_bytes()).unwrap();
                    let findings = verifier.verify(&recording, &document).unwrap().findings;
                    *done.entry(mutation.kind).or_default() += 1;
                    let right = |kind, pointer: &str| kind == mutation.kind && pointer == mutation.pointer;
                    if !findings.iter().any(|one| right(one.seen.kind, &one.seen.pointer)) {
                        let told: Vec<String> =
                            findings.iter().map(|one| format!("{} {}", one.seen.kind, one.seen.pointer)).collect();
                        missed.push(format!(
                            "{api} {} {} at {}: told {told:?}",
                            operation.id, mutation.kind, mutation.pointer
                        ));
                    }
                }
            }
        }
    }
    let total: usize = done.values().sum();
    assert!(missed.is_empty(), "{} of {total} missed:\n{}", missed.len(), missed[..missed.len().min(40)].join("\n"));
    for kind in [
        Kind::NullForNonNull,
        Kind::WrongType,
        Kind::MissingRequired,
        Kind::UnknownEnumValue,
        Kind::Pattern,
        Kind::Limit,
        Kind::UndocumentedField,
    ] {
        assert!(done.get(&kind).is_some_and(|count| *count > 2), "hardly any {kind} was tried: {done:?}");
    }
}

/// One mutation of each kind, at a random one of the places where it is damage.
fn mutations(checker: &Checker<'_>, root: SchemaId, body: &Value, rng: &mut Rng) -> Vec<Mutation> {
    let contract = checker.contract();
    let mut candidates: BTreeMap<Kind, Vec<(Path, Path, Option<Value>)>> = BTreeMap::new();
    checker.each_place(root, body, &mut |at, schemas, value| {
        let mut add = |kind, change: &Path, found: &Path, new| {
            candidates.entry(kind).or_default().push((change.clone(), found.clone(), new));
        };
        let any =
            |test: &dyn Fn(&kontrakt_codegen::contract::Schema) -> bool| schemas.iter().any(|id| test(&contract[*id]));
        if !at.steps().is_empty() && !value.is_null() && !schemas.is_empty() {
            add(Kind::NullForNonNull, at, at, Some(Value::Null));
        }
        let listed = any(&|schema| schema.enumeration.is_some() || schema.constant.is_some());
        if any(&|schema| schema.types.is_some()) && !value.is_null() && !listed {
            let other = if value.is_object() { json!([[]]) } else { json!({"kontrakt": []}) };
            add(Kind::WrongType, at, at, Some(other));
        }
        match value {
            Value::Object(map) => {
                for id in schemas {
                    for name in contract[*id].required.iter().filter(|name| map.contains_key(*name)) {
                        add(Kind::MissingRequired, &at.member(name), at, None);
                    }
                }
                let is_map = schemas.iter().any(|id| is_map(contract, *id));
                if any(&|schema| !schema.properties.is_empty()) && !is_map {
                    let unknown = at.member("kontraktUnknown");
                    add(Kind::UndocumentedField, &unknown, &unknown, Some(json!(1)));
                }
            }
            Value::String(_) => {
                if any(&|schema| schema.enumeration.is_some()) {
                    add(Kind::UnknownEnumValue, at, at, Some(json!("kontrakt-unheard-of")));
                } else if any(&|schema| schema.pattern.is_some()) {
                    add(Kind::Pattern, at, at, Some(json!("\u{1}")));
                } else if let Some(most) = schemas.iter().find_map(|id| contract[*id].max_length) {
                    add(Kind::Limit, at, at, Some(json!("x".repeat(most as usize + 1))));
                }
            }
            _ => {}
        }
    });
    let mut mutations = Vec::new();
    for (kind, mut places) in candidates {
        rng.shuffle(&mut places);
        // What the schema still accepts is no damage; an undocumented field in an open object is found all the same.
        let damaged = places.into_iter().find_map(|(change, found, new)| {
            let mut mutated = body.clone();
            put(&mut mutated, &change, new)?;
            let damage = kind == Kind::UndocumentedField || !checker.accepts(root, &mutated);
            damage.then_some(Mutation { kind, pointer: found.pattern(), body: mutated })
        });
        mutations.extend(damaged);
    }
    mutations
}

fn is_map(contract: &Contract, id: SchemaId) -> bool {
    contract[id].additional_properties.is_some_and(|rest| contract[rest].always.is_none())
}

fn put(value: &mut Value, at: &Path, new: Option<Value>) -> Option<()> {
    let Some((last, way)) = at.steps().split_last() else {
        *value = new?;
        return Some(());
    };
    let parent = way.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name),
        Step::Element(index) => value.get_mut(index),
    })?;
    match (parent, last, new) {
        (Value::Object(map), Step::Member(name), Some(new)) => {
            map.insert(name.clone(), new);
            Some(())
        }
        (Value::Object(map), Step::Member(name), None) => map.remove(name).map(drop),
        (Value::Array(list), Step::Element(index), Some(new)) => list.get_mut(*index).map(|slot| *slot = new),
        _ => None,
    }
}
