//! Functions for the expansions of the macros only.
//! Generic over the type, so that an expansion needs one line per trait.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::value::Value;

/// Reads a value in any serde format.
pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::decode(&Value::deserialize(from)?).map_err(D::Error::custom)
}

/// Writes a value in any serde format.
pub fn serialize<T: Encode, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.encode().serialize(to)
}

/// The text of an enum value. Numbers count as their digits: enums of numbers are sent either way.
pub(crate) fn text_of<'v>(value: &'v Value<'_>) -> Result<Cow<'v, str>, DecodeError> {
    match value {
        Value::Str(text) => Ok(Cow::Borrowed(text)),
        Value::Bool(value) => Ok(Cow::Borrowed(if *value { "true" } else { "false" })),
        other => other.number_text().map(Cow::Owned).ok_or_else(|| DecodeError::expected("a string", other)),
    }
}

/// Reads a value of an open enum.
pub fn open<T: for<'t> From<&'t str>>(value: &Value<'_>) -> Result<T, DecodeError> {
    text_of(value).map(|text| T::from(&text))
}

/// Reads a value of a closed enum.
pub fn closed<T: FromStr<Err = UnknownText>>(value: &Value<'_>) -> Result<T, DecodeError> {
    text_of(value)?.parse().map_err(|unknown: UnknownText| DecodeError::expected(unknown.known_texts(), value))
}

/// Enums whose values are texts.
pub mod text {
    use super::Value;

    /// The value as the server takes it.
    pub fn written(text: &str) -> Value<'_> {
        Value::from(text)
    }

    /// Whether the value is one of those of the enum.
    pub fn lists(known: &[&str], value: &Value<'_>) -> bool {
        value.as_str().is_some_and(|text| known.contains(&text))
    }

    #[cfg(feature = "schemars")]
    pub use crate::schema::texts as schema;
}

/// Enums whose values are numbers.
pub mod number {
    use super::{Value, text_of};

    /// The value as the server takes it; the text itself where it is no number.
    pub fn written(text: &str) -> Value<'_> {
        text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from)
    }

    /// Whether the value is one of those of the enum.
    pub fn lists(known: &[&str], value: &Value<'_>) -> bool {
        text_of(value).is_ok_and(|text| known.contains(&&*text))
    }

    #[cfg(feature = "schemars")]
    pub use crate::schema::numbers as schema;
}

/// The one text of a value of an enum.
pub fn each(text: &str, each: &mut dyn FnMut(&str)) {
    each(text);
}

/// The text is none of those that a closed enum knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownText {
    known: &'static [&'static str],
}

impl UnknownText {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(known: &'static [&'static str]) -> Self {
        Self { known }
    }

    fn known_texts(self) -> String {
        format!("one of \"{}\"", self.known.join("\", \""))
    }
}

impl fmt::Display for UnknownText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.known_texts())
    }
}

impl std::error::Error for UnknownText {}
