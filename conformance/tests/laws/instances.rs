//! Every schema of the three APIs: generated values are valid, also according to another implementation, and stay valid
//! when they are shrunk.

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::api::{APIS, Api};
use crate::common;
use crate::runner::{bodies, run, tell};

/// Schemas that are on the wire as a whole, and components.
fn roots(api: &'static Api) -> impl Iterator<Item = (String, kontrakt_codegen::contract::SchemaId)> {
    let name = |id| format!("{} {}", api.name, api.contract[id].pointer);
    common::roots(&api.contract).into_iter().map(move |id| (name(id), id))
}

#[test]
fn every_schema_can_be_satisfied() {
    for api in APIS.iter() {
        for (name, id) in roots(api) {
            if let Err(complaint) = api.instances().of(id) {
                panic!("{name}: {complaint}");
            }
        }
    }
}

#[test]
fn instances_of_every_schema_are_valid() {
    let mut broken = Vec::new();
    for api in APIS.iter() {
        for (name, id) in roots(api) {
            let values = api.instances().of(id).unwrap_or_else(|error| panic!("{error}"));
            broken.extend(run("instances", &name, 8, &bodies(values), |case| {
                api.valid(id, &case.body)?;
                if api.instances().checker().accepts(id, &case.body) {
                    Ok(())
                } else {
                    Err("the checker refuses it".to_owned())
                }
            }));
        }
    }
    tell("instances", &broken);
}

#[test]
fn what_is_shrunk_is_valid_too() {
    let mut runner = TestRunner::deterministic();
    for api in APIS.iter() {
        for (name, id) in roots(api) {
            let mut tree = api.instances().of(id).unwrap().new_tree(&mut runner).unwrap();
            // Every other simplification is taken back, as if it had mended the law.
            for step in 0..40 {
                let more = if step % 2 == 0 { tree.simplify() } else { tree.complicate() };
                let value = tree.current();
                api.valid(id, &value).unwrap_or_else(|error| panic!("{name}: {error} in {value}"));
                if !more && step % 2 == 0 {
                    break;
                }
            }
        }
    }
}
