//! From API documents to typed Rust clients: load, overlay, contract, name, emit, write.

pub mod contract;
pub mod diagnostic;
pub mod document;
pub mod import;
pub mod overlay;
pub mod specification;
