//! The APIs of this checkout.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_sandbox::{Moment, Options, Sandbox};

pub fn specification(api: &str) -> Specification {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    Specification::load(&specs, api, Unmatched::Error).unwrap_or_else(|error| panic!("{error}"))
}

pub fn contract(api: &str) -> Contract {
    Contract::read(&specification(api).document).unwrap_or_else(|error| panic!("{error}"))
}

/// A sandbox without limits, at a time that stays the same.
pub fn sandbox(api: &str) -> Sandbox {
    with(api, Options { limits: false, start: Some(Moment::at(1_769_860_000)), ..Options::default() })
}

pub fn with(api: &str, options: Options) -> Sandbox {
    static CONTRACTS: OnceLock<Mutex<std::collections::HashMap<String, Contract>>> = OnceLock::new();
    let contracts = CONTRACTS.get_or_init(Mutex::default);
    let contract = contracts.lock().unwrap().entry(api.to_owned()).or_insert_with(|| contract(api)).clone();
    Sandbox::with(contract, options).unwrap()
}

pub const APIS: [&str; 3] = ["clipsan", "shoptet", "upgates"];

/// One sandbox for each API, for tests that reset it.
pub fn sandbox_of(api: &str) -> Sandbox {
    static SANDBOXES: OnceLock<Mutex<std::collections::HashMap<String, Sandbox>>> = OnceLock::new();
    let sandboxes = SANDBOXES.get_or_init(Mutex::default);
    sandboxes.lock().unwrap().entry(api.to_owned()).or_insert_with(|| sandbox(api)).clone()
}
