//! From API documents to typed Rust clients: load, apply overlays, build the contract, plan, emit, write.

pub mod contract;
pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod generate;
pub mod guide;
pub mod import;
pub mod lock;
pub mod lower;
pub mod name;
pub mod overlay;
pub mod path;
pub mod plan;
pub mod release;
pub mod specification;
pub mod write;

/// Version of the generator, recorded in what it emits.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
