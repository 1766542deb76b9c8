//! The commands of `kontrakt` that `cargo xtask` has too: each takes its arguments and a place for specifications, and
//! returns a report or a complaint.
#![forbid(unsafe_code)]

pub mod clients;
pub mod console;
pub mod drift;
pub mod export;
pub mod fetch;
pub mod lint;
pub mod probe;
pub mod verify;
pub mod workspace;
