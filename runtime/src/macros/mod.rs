//! The macros that emitted crates consist of, one per kind of item.
//! Each wire name is written once in a call; everything derived from it is in the expansion.

mod client;
mod enums;
mod operation;
mod record;
