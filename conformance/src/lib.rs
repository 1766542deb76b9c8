//! Checks that document, client and server agree: recorded traffic, quirks, property tests, drift.
//! Everything here reads the same model of an API, [`kontrakt_codegen::contract::Contract`].

pub mod acceptance;
pub mod check;
pub mod coverage;
pub mod drift;
pub mod evidence;
mod fault_description;
pub mod findings;
pub mod instance;
pub mod lint;
pub mod lossless;
pub mod probe;
pub mod quirks;
pub mod recording;
pub mod reference;
pub mod report;
pub mod routing;
pub mod schemas;
pub mod source;
pub mod suggest;
pub mod verify;

/// The example of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
