//! What a probe has done so far, as JSON, so that it goes on where it was stopped.

use std::collections::BTreeMap;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The calls that were made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The API that is probed.
    pub api: String,
    /// Requests that were sent, repeated ones counted.
    pub requests: usize,
    /// The calls, by operation.
    pub calls: BTreeMap<String, Call>,
}

/// One call. It is noted before it is sent, so that an interrupted one is not made again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its arguments, by place and name.
    pub arguments: BTreeMap<String, BTreeMap<String, Value>>,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Why there is no answer, or none that the client reads.
    pub error: Option<String>,
    /// Whether it came to an end.
    pub done: bool,
    /// What others need of its answer, by member.
    pub found: BTreeMap<String, Vec<Value>>,
}

impl Call {
    /// Whether it was answered with success.
    pub fn is_reached(&self) -> bool {
        self.done && self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

impl State {
    /// Nothing done yet.
    pub fn new(api: &str) -> Self {
        Self { api: api.to_owned(), ..Self::default() }
    }

    /// Reads what [`State::write`] gave.
    ///
    /// # Errors
    /// When it is no such text, or that of another API.
    pub fn read(text: &str, api: &str) -> Result<Self> {
        let help = "delete the file to begin anew";
        let state: Self = serde_json::from_str(text)
            .map_err(|error| Diagnostic::new(format!("this is no state of a probe: {error}")).help(help))?;
        if state.api == api {
            Ok(state)
        } else {
            Err(Diagnostic::new(format!("this is the state of a probe of {}", state.api)).help(help))
        }
    }

    /// As text.
    pub fn write(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Forgets the calls that were not answered with success, so that they are made again.
    pub fn forget_failures(&mut self) {
        self.calls.retain(|_, call| call.is_reached());
    }
}
