//! Proof that document, client and wire agree: recordings against schemas, quirks, property tests.
//! Everything here reads the one model of an API, [`kontrakt_codegen::contract::Contract`].

pub mod check;
pub mod drift;
pub mod instance;
pub mod schemas;
