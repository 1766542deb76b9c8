//! Inputs that are valid for the contract, from the generator of the property tests.
//! Seeds are fixed, so failures are reproducible.

use std::path::Path;

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_conformance::instance::Instances;
use serde_json::Value;

/// The contract of one API.
pub(crate) struct Inputs {
    contract: Contract,
}

impl Inputs {
    pub(crate) fn of(api: &str) -> Self {
        let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
        let document = Specification::load(&specs, api, Unmatched::Error).unwrap().document;
        Self { contract: Contract::read(&document).unwrap() }
    }

    fn operation(&self, id: &str) -> &kontrakt_codegen::contract::Operation {
        let found = self.contract.operations.iter().find(|operation| operation.id == id);
        found.unwrap_or_else(|| panic!("there is an operation {id}"))
    }

    /// Status and bodies of the answer to a call that worked.
    pub(crate) fn answers(&self, operation: &str, rounds: u64) -> (u16, Vec<Value>) {
        let response = self.operation(operation).success().unwrap();
        let status = response.status.to_string().parse().unwrap_or(200);
        let schema = response.json().and_then(|media| media.schema);
        (status, schema.map(|schema| self.values(schema, rounds)).unwrap_or_default())
    }

    /// Bodies of requests.
    pub(crate) fn bodies(&self, operation: &str, rounds: u64) -> Vec<Value> {
        let body = self.operation(operation).body.as_ref().unwrap();
        self.values(body.json().unwrap().schema.unwrap(), rounds)
    }

    fn values(&self, schema: SchemaId, rounds: u64) -> Vec<Value> {
        let instances = Instances::new(&self.contract, [schema]);
        let values = instances.of(schema).unwrap_or_else(|error| panic!("{error}"));
        let drawn: Vec<Value> = (0..rounds).filter_map(|seed| values.value(seed)).collect();
        assert!(!drawn.is_empty(), "values can be drawn");
        drawn
    }
}
