//! The tree between JSON text and typed values.
//! One tree instead of a visitor per type keeps emitted crates small and all tolerance in one place.

mod cursor;
mod json;
mod node;
mod object;
mod parse;
mod tape;
mod write;

use std::borrow::Cow;

pub(crate) use cursor::Cursor;
pub(crate) use json::trimmed;
pub(crate) use node::Placed;
pub(crate) use tape::{Room, Tape};
pub(crate) use write::{write, write_quoted, write_scalar};

pub use json::ParseJsonError;
pub use node::{ItemPosition, Node};
pub use object::Object;

/// A JSON value that borrows its strings from the text it was read from, or from the typed value it was written from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits a signed 64-bit integer. Always this variant when it does.
    Int(i64),
    /// A whole number above [`i64::MAX`].
    Uint(u64),
    /// Any other number that a double can mean. The shortest text that reads back as the same number is what the sender
    /// wrote, as long as it wrote at most 15 significant digits.
    Float(f64),
    /// A string.
    Str(Cow<'a, str>),
    /// An array.
    List(Vec<Value<'a>>),
    /// An object.
    Map(Object<'a>),
    /// JSON text, as it was sent, of what the others do not hold: a number beyond their range or precision, a list or an
    /// object that is nested more than 128 deep.
    Raw(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// Reads JSON text. A byte order mark is skipped. Halves of letters, left by who cuts texts by bytes, are read as
    /// U+FFFD.
    ///
    /// # Errors
    /// When the text is not exactly one JSON value.
    pub fn from_json(text: &'a [u8]) -> Result<Self, ParseJsonError> {
        match std::str::from_utf8(text) {
            Ok(text) => Tape::parse(text).map(|tape| tape.tree(0)),
            // Some servers cut texts in the middle of a letter.
            Err(_) => Tape::parse(&String::from_utf8_lossy(text)).map(|tape| tape.tree(0).into_owned()),
        }
    }

    /// Writes JSON text without white space.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        write(self, &mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    /// What kind of JSON value this is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Uint(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Str(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
            Self::Raw(text) => match text.as_bytes().first() {
                Some(b'[') => "a list that is nested too deep",
                Some(b'{') => "an object that is nested too deep",
                _ => "a number out of range",
            },
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members of an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Map(object) => Some(object),
            _ => None,
        }
    }

    /// The member `key`, when this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.as_object()?.get(key)
    }

    /// The value at a path of members separated by `/`, where a number is a place in a list; the empty path is the value
    /// itself.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Value<'a>> {
        path.split('/').filter(|member| !member.is_empty()).try_fold(self, |value, member| {
            value.get(member).or_else(|| value.items()?.get(member.parse::<usize>().ok()?).copied())
        })
    }

    /// The same value, free of what it borrowed from.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Uint(value) => Value::Uint(value),
            Self::Float(value) => Value::Float(value),
            Self::Str(text) => Value::Str(Cow::Owned(text.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Map(object) => Value::Map(object.into_owned()),
            Self::Raw(text) => Value::Raw(Cow::Owned(text.into_owned())),
        }
    }

    /// The same value, borrowing its strings from this one.
    #[must_use]
    pub fn borrow(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Uint(value) => Value::Uint(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Str(text) => Value::Str(Cow::Borrowed(text)),
            Self::List(items) => Value::List(items.iter().map(Value::borrow).collect()),
            Self::Map(object) => {
                Value::Map(object.iter().map(|(key, value)| (Cow::Borrowed(key), value.borrow())).collect())
            }
            Self::Raw(text) => Value::Raw(Cow::Borrowed(text)),
        }
    }

    /// The text of a number, as short as it can be without changing its value.
    pub(crate) fn number_text(&self) -> Option<String> {
        match self {
            Self::Int(value) => Some(value.to_string()),
            Self::Uint(value) => Some(value.to_string()),
            Self::Float(value) => Some(value.to_string()),
            Self::Raw(text) => Some(text.to_string()).filter(|text| !text.starts_with(['[', '{'])),
            _ => None,
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Str(Cow::Owned(text))
    }
}

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::Uint(value), Self::Int)
    }
}
