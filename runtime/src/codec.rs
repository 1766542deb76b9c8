//! A table of what operations carry, for tests that hold types against recorded bodies and generated instances.
//! Emitted crates fill it behind a feature; clients do not need it.

use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;

/// One value that an operation sends or gives.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// The identifier of the operation in the specification.
    pub operation: &'static str,
    /// Who sends the value.
    pub side: Side,
    /// Path to the value in the body, members separated by `/`; empty for the whole body.
    pub value: &'static str,
    /// Reads JSON text as the value's type and writes it back.
    pub reencode: fn(&str) -> Result<String, DecodeError>,
}

/// Who sends a value, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client, in a request.
    Request,
    /// The server, in an answer.
    Answer,
    /// The server, as one line of a job's result.
    JobResult,
}

/// Reads JSON text as a `T` and writes it back.
///
/// # Errors
/// When the text cannot mean a `T`.
pub fn reencode<T: Decode + Encode>(text: &str) -> Result<String, DecodeError> {
    crate::from_json::<T>(text).map(|value| crate::to_json(&value))
}
