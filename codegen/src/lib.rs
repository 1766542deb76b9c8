//! From API documents to typed Rust clients: load, overlay, contract, name, emit, write.

pub mod diagnostic;
pub mod document;
