//! From API documents to typed Rust clients: load, overlay, contract, name, emit, write.

pub mod contract;
pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod generate;
pub mod import;
pub mod name;
pub mod lower;
pub mod overlay;
pub mod plan;
pub mod specification;
