//! Property tests of documents, generator and clients, for all operations and types of the three APIs.
//!
//! `PROPTEST_CASES` sets how many values a law is held on, `PROPTEST_RNG_SEED` draws others, and `KONTRAKT_OPERATION`
//! restricts a run to operations whose name contains a text. A value that breaks a law is made as simple as it can be.

mod api;
mod calls;
#[path = "../common/mod.rs"]
mod common;
mod detection;
mod edits;
mod instances;
mod request;
mod response;
mod robustness;
mod runner;
mod server;
mod tolerance;
mod types;
