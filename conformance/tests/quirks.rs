//! Every entry of every `quirks.yaml`: the document still admits the oddity, and the client makes the right thing of it.
//! An entry that breaks the first is healed and has to go; one that breaks the second is a defect of the client.

mod common;

use std::collections::BTreeMap;

use kontrakt_codegen::document::Document;
use kontrakt_conformance::check::{Checker, Path, Step};
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::lossless::means_the_same;
use kontrakt_conformance::quirks::{Kind, Meaning, Oddity, holds, oddities, places, read, schema_at};
use kontrakt_runtime::codec::Side;
use serde_json::Value;

#[test]
fn every_quirk_still_holds() {
    let mut healed = Vec::new();
    for (api, _) in common::CODECS {
        let document = common::specification(api).document;
        let contract = common::contract(api);
        let checker = Checker::new(&contract);
        for quirk in quirks(api) {
            assert!(!quirk.places.is_empty(), "{api} {}: no place", quirk.id);
            for place in &quirk.places {
                if let Err(reason) = holds(quirk.kind, &checker, &document, place) {
                    healed.push(format!("{api} {} at {place}: {reason}", quirk.id));
                }
            }
        }
    }
    assert!(healed.is_empty(), "healed:\n{}", healed.join("\n"));
}

#[test]
fn clients_make_the_right_thing_of_every_oddity() {
    let mut broken = Vec::new();
    let mut proved: BTreeMap<Kind, usize> = BTreeMap::new();
    for (api, codecs) in common::CODECS {
        let contract = common::contract(api);
        let checker = Checker::new(&contract);
        let answers: Vec<_> = codecs
            .iter()
            .filter(|codec| codec.side == Side::Answer)
            .filter_map(|codec| {
                let operation = contract.operations.iter().find(|one| one.id == codec.operation)?;
                Some((codec, operation.success()?.json()?.schema?))
            })
            .collect();
        let instances = Instances::new(&contract, answers.iter().map(|(_, schema)| *schema));
        let quirks = quirks(api);
        for (codec, schema) in answers {
            let values = instances.of(schema).unwrap();
            let reach = reach(&contract, schema);
            let at = codec.value.split('/').filter(|step| !step.is_empty());
            let at = at.fold(Path::default(), |path, step| path.member(step));
            for quirk in &quirks {
                let targets = quirk.places.iter().filter_map(|place| schema_at(&contract, place));
                for target in targets.filter(|target| reach.contains(target)) {
                    for seed in 0..common::cases(6) {
                        let Some(body) = values.value(seed) else { continue };
                        for place in places(&checker, schema, &body, target) {
                            if !place.steps().starts_with(at.steps()) {
                                continue;
                            }
                            let plain = place.get(&body).cloned().unwrap_or_default();
                            for oddity in oddities(quirk.kind, &checker, target, &plain) {
                                // An envelope without a value is not for the value's type to read.
                                if place == at && oddity.value.as_ref().is_none_or(Value::is_null) {
                                    continue;
                                }
                                *proved.entry(quirk.kind).or_default() += 1;
                                let result = prove(codec.reencode, &body, &at, &place, &plain, &oddity);
                                if let Err(message) = result {
                                    broken.push(format!("{api} {} {} {place}: {message}", quirk.id, codec.operation));
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    broken.sort();
    broken.dedup_by_key(|line| line.split_whitespace().take(3).collect::<Vec<_>>().join(" "));
    assert!(broken.is_empty(), "{} quirks:\n{}", broken.len(), broken.join("\n"));
    let needed =
        [Kind::NullForNonNull, Kind::NumberAsString, Kind::StringAsNumber, Kind::EmptyListForMap, Kind::MissingForNull];
    for kind in needed {
        assert!(proved.get(&kind).is_some_and(|count| *count > 0), "no oddity of {kind:?} was tried: {proved:?}");
    }
}

type Reencode = fn(&str) -> Result<String, kontrakt_runtime::DecodeError>;

fn prove(
    reencode: Reencode,
    body: &Value,
    at: &Path,
    place: &Path,
    plain: &Value,
    oddity: &Oddity,
) -> Result<(), String> {
    let mut odd = body.clone();
    put(&mut odd, place, oddity.value.clone()).ok_or("the place is gone")?;
    let inner = at.get(&odd).ok_or("no value")?;
    let text = reencode(&inner.to_string()).map_err(|error| format!("{error} for {:?}", oddity.value))?;
    let written: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let back = place.steps()[at.steps().len()..].iter().try_fold(&written, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Element(index) => value.get(index),
    });
    let (odd, back) = (oddity.value.clone().unwrap_or_default(), back.cloned().unwrap_or_default());
    let right = match oddity.meaning {
        Meaning::Same => means_the_same(plain, &back),
        Meaning::Nothing => means_the_same(&Value::Null, &back),
        Meaning::Kept => odd == back,
    };
    if right { Ok(()) } else { Err(format!("{plain} sent as {odd} is written back as {back}")) }
}

fn put(value: &mut Value, at: &Path, new: Option<Value>) -> Option<()> {
    let (last, way) = at.steps().split_last()?;
    let parent = way.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name),
        Step::Element(index) => value.get_mut(index),
    })?;
    match (parent, last, new) {
        (Value::Object(map), Step::Member(name), Some(new)) => map.insert(name.clone(), new).map(drop),
        (Value::Object(map), Step::Member(name), None) => map.remove(name).map(drop),
        (Value::Array(list), Step::Element(index), Some(new)) => list.get_mut(*index).map(|slot| *slot = new),
        _ => None,
    }
}

fn reach(
    contract: &kontrakt_codegen::contract::Contract,
    root: kontrakt_codegen::contract::SchemaId,
) -> std::collections::HashSet<kontrakt_codegen::contract::SchemaId> {
    let mut reached = std::collections::HashSet::from([root]);
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        open.extend(contract[id].children().filter(|child| reached.insert(*child)));
    }
    reached
}

fn quirks(api: &str) -> Vec<kontrakt_conformance::quirks::Quirk> {
    let path = common::root().join("specs").join(api).join("quirks.yaml");
    read(&Document::read(&path).unwrap()).unwrap_or_else(|error| panic!("{error}"))
}
