//! Changes that a server may make without breaking clients: unknown members, unknown enum values, another order of
//! members. Anywhere in a value, the client reads the same meaning.

use fastrand::Rng;
use kontrakt_codegen::contract::SchemaId;
use kontrakt_conformance::check::{Checker, Path};
use kontrakt_runtime::codec::Side;
use serde_json::{Value, json};

use crate::edits::place;
use crate::runner::each_carried;

const UNKNOWN: &str = "kontraktUnknown";

#[test]
fn unknown_fields_change_nothing() {
    each_carried("unknown_fields", 8, |carried, case| {
        let Some(inner) = carried.inner(&case.body).filter(|_| carried.codec.side != Side::Request) else {
            return Ok(());
        };
        let mut odd = case.body.clone();
        sprinkle(&mut odd, &mut Rng::with_seed(case.seed), carried.api.checker(), carried.schema);
        let odd = carried.inner(&odd).ok_or("no value")?;
        let (plain, read) = (carried.reencode(&inner.to_string())?, carried.reencode(&odd.to_string())?);
        if without(&plain) == without(&read) { Ok(()) } else { Err(format!("{plain} and, from {odd}, {read}")) }
    });
}

/// Adds a member of a name that no document has to objects whose members are described; in a map it would be an entry.
fn sprinkle(body: &mut Value, rng: &mut Rng, checker: &Checker<'_>, schema: SchemaId) {
    let mut objects = Vec::new();
    checker.each_place(schema, body, &mut |at, schemas, value| {
        let described = |id: &SchemaId| {
            let rest = checker.contract()[*id].additional_properties;
            rest.is_some_and(|rest| checker.contract()[rest].always.is_none())
        };
        if value.is_object() && !schemas.iter().any(described) {
            objects.push(at.clone());
        }
    });
    for at in objects {
        if let Some(Value::Object(map)) = place(body, at.steps()).filter(|_| rng.bool()) {
            map.insert(UNKNOWN.to_owned(), json!({"deep": [1, null]}));
        }
    }
}

/// Free-form places keep what they are given; that is right and not what the law is about.
fn without(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let known = map.iter().filter(|(name, _)| *name != UNKNOWN);
            Value::Object(known.map(|(name, value)| (name.clone(), without(value))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(without).collect()),
        other => other.clone(),
    }
}

#[test]
fn unknown_values_of_enumerations_are_kept() {
    each_carried("unknown_values", 8, |carried, case| {
        let at = carried.at();
        let mut places: Vec<Path> = Vec::new();
        carried.api.checker().each_place(carried.schema, &case.body, &mut |place, schemas, value| {
            // An enumeration of one value tells branches apart; another value there is another branch.
            let values = |id: &SchemaId| carried.api.contract[*id].enumeration.as_ref();
            let listed = |id: &SchemaId| values(id).is_some_and(|values| values.len() > 1);
            if value.is_string() && schemas.iter().any(listed) && place.steps().starts_with(at.steps()) {
                places.push(place.clone());
            }
        });
        if places.is_empty() || carried.is_sent() {
            return Ok(());
        }
        let chosen = &places[Rng::with_seed(case.seed).usize(..places.len())];
        let unheard = Value::from("kontrakt-unheard-of");
        let mut odd = case.body.clone();
        *place(&mut odd, chosen.steps()).ok_or("no place")? = unheard.clone();
        let inner = carried.inner(&odd).ok_or("no value")?;
        let mut written = carried.reencode(&inner.to_string()).map_err(|error| format!("{chosen}: {error}"))?;
        match place(&mut written, &chosen.steps()[at.steps().len()..]) {
            Some(back) if *back == unheard => Ok(()),
            back => Err(format!("{chosen}: written back as {back:?}")),
        }
    });
}

#[test]
fn the_order_of_members_means_nothing() {
    each_carried("the_order_of_members", 8, |carried, case| {
        let Some(inner) = carried.inner(&case.body) else { return Ok(()) };
        let mixed = carried.reencode(&shuffled(inner, &mut Rng::with_seed(case.seed)))?;
        let plain = carried.reencode(&inner.to_string())?;
        if plain == mixed { Ok(()) } else { Err(format!("{plain} and in another order {mixed}")) }
    });
}

/// The JSON text with the members of every object in any order.
fn shuffled(value: &Value, rng: &mut Rng) -> String {
    match value {
        Value::Object(map) => {
            let mut members: Vec<String> = (map.iter())
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), shuffled(value, rng)))
                .collect();
            rng.shuffle(&mut members);
            format!("{{{}}}", members.join(","))
        }
        Value::Array(list) => {
            format!("[{}]", list.iter().map(|one| shuffled(one, rng)).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}
