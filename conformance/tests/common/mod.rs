//! Shared by the tests: the contracts of the three APIs and the number of cases.
//! Each test file uses a part of it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_runtime::codec::Codec;

/// The APIs of this project.
pub const APIS: [&str; 3] = ["shoptet", "upgates", "clipsan"];

/// The tables of the generated clients.
pub const CODECS: [(&str, &[Codec]); 3] =
    [("shoptet", shoptet::codecs::CODECS), ("upgates", upgates::codecs::CODECS), ("clipsan", clipsan::codecs::CODECS)];

/// Root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An API as its folder describes it.
pub fn specification(api: &str) -> Specification {
    Specification::load(&root().join("specs"), api, Unmatched::Error).unwrap_or_else(|error| panic!("{api}: {error}"))
}

/// The contract of an API.
pub fn contract(api: &str) -> Contract {
    Contract::read(&specification(api).document).unwrap_or_else(|error| panic!("{api}: {error}"))
}

/// Schemas that values on the wire have as a whole, and those with a name.
pub fn roots(contract: &Contract) -> Vec<SchemaId> {
    let bodies = contract.operations.iter().flat_map(|operation| operation.body.iter().flat_map(|body| &body.content));
    let answers =
        contract.operations.iter().flat_map(|operation| &operation.responses).flat_map(|answer| &answer.content);
    let parameters = contract.operations.iter().flat_map(|operation| &operation.parameters).map(|one| one.schema);
    let mut all: Vec<SchemaId> = bodies.chain(answers).filter_map(|media| media.schema).chain(parameters).collect();
    all.extend(contract.components.iter().map(|(_, id)| *id));
    all.sort_unstable();
    all.dedup();
    all
}

/// How many cases to run: `PROPTEST_CASES`, or the default.
pub fn cases(default: u64) -> u64 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The folder with more data than the project ships; says so on the terminal when there is none.
pub fn corpus(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KONTRAKT_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED {test}: KONTRAKT_CORPUS is not set");
    }
    folder
}
