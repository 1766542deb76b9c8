//! A string that `Debug` does not show.
//! Cheap to clone; only `expose` returns the content.

use std::fmt;
use std::sync::Arc;

use crate::decode::{Decode, DecodeError};
use crate::encode::{Encode, Param};
use crate::value::Value;

/// A token, key or password. Debug shows `***`, and there is no Display.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a secret text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text itself. Keep it out of logs.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` with this secret replaced wherever it occurs.
    pub(crate) fn scrub(&self, text: String) -> String {
        /// Shorter secrets are no secrets, and would tear unrelated texts apart.
        const SHORTEST: usize = 6;
        if self.0.len() >= SHORTEST && text.contains(&*self.0) { text.replace(&*self.0, "***") } else { text }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Read like any text; what cannot be read is not repeated.
impl Decode for Secret {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        String::decode(value).map(Self::from)
    }

    fn accepts(value: &Value<'_>) -> bool {
        String::accepts(value)
    }
}

/// Written as it is: whoever sends it means to.
impl Encode for Secret {
    fn encode(&self) -> Value<'_> {
        self.expose().encode()
    }
}

impl Param for Secret {
    fn each(&self, each: &mut dyn FnMut(&str)) {
        each(self.expose());
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}
