//! From JSON to typed values: the trait, its error, and containers of other values.
//! All tolerance in reading is in implementations of [`Decode`] in this crate.

use std::borrow::Cow;
use std::fmt;

use crate::value::{Node, Value};

/// A value that can be read from JSON.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// When the JSON cannot mean such a value.
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError>;

    /// The same from a value that may not be in a tree. What consists of other values implements it, so that no tree is
    /// needed.
    #[doc(hidden)]
    #[inline]
    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        node.with(Self::decode)
    }

    /// What a member that is missing means; `None` when it must not be missing.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// Whether an object that stands where a list of such values is promised is one of them.
    #[doc(hidden)]
    fn is_item(object: Node<'_, '_>) -> bool {
        object.with(Self::accepts)
    }

    /// Whether the value is of the kind this type is written as, so that a union does not take a string for a number
    /// only because numbers are read from strings too.
    #[must_use]
    fn accepts(value: &Value<'_>) -> bool {
        let _ = value;
        true
    }

    /// A value for tests, for a member of this name: see [`Sample`](crate::testing::Sample).
    #[cfg(feature = "testing")]
    #[doc(hidden)]
    fn made_up(name: &str) -> Option<Self> {
        Self::absent().or_else(|| crate::testing::made_up::scalar(name))
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode_node(value.into())
    }

    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        match presence(node) {
            Presence::Null => Ok(None),
            Presence::Unset => Ok(T::decode_node(node).ok()),
            Presence::Set => T::decode_node(node).map(Some),
        }
    }

    fn is_item(object: Node<'_, '_>) -> bool {
        T::is_item(object)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn accepts(value: &Value<'_>) -> bool {
        value.is_null() || T::accepts(value)
    }
}

/// How PHP begins a date that is not set, whatever follows: as databases have it, and what it counts back from there.
const NO_DATES: [&str; 2] = ["0000-00-00", "-0001-11-30"];

/// Whether a value is one.
pub(crate) enum Presence {
    Null,
    /// PHP writes `""` for a number or a date that is not set, sometimes `"null"`, and dates that are none, alone or as the
    /// `date` of a dumped object. Where the type can read them, they are values like any other.
    Unset,
    Set,
}

pub(crate) fn presence(node: Node<'_, '_>) -> Presence {
    let unset = match node.text_begins() {
        Some(start) => may_begin_unset(start) && node.text().is_some_and(|text| is_unset_text(&text)),
        None if node.is_null() => return Presence::Null,
        None => node.get("date").and_then(Node::text).is_some_and(|text| is_no_date(&text)),
    };
    if unset { Presence::Unset } else { Presence::Set }
}

/// Most texts are set, which is seen at the first byte: none of these, a space, nor the first of an escape.
fn may_begin_unset(start: &str) -> bool {
    start.bytes().next().is_none_or(|byte| matches!(byte, b'0' | b'-' | b'n' | b'\\' | 0x80..) || byte <= b' ')
}

fn is_unset_text(text: &str) -> bool {
    matches!(text, "" | "null") || is_no_date(text)
}

fn is_no_date(text: &str) -> bool {
    NO_DATES.iter().any(|none| text.trim_start().starts_with(none))
}

/// Why a JSON value is not the typed value that was asked for, and where in the document.
///
/// It names kinds of values and members, never the content of strings: those may be personal data.
#[derive(Clone, PartialEq)]
pub struct DecodeError(Box<DecodeErrorDetail>);

#[derive(Clone, PartialEq)]
struct DecodeErrorDetail {
    /// From the innermost to the outermost step.
    path: Vec<PathStep>,
    expected: Cow<'static, str>,
    found: &'static str,
}

#[derive(Clone, PartialEq)]
enum PathStep {
    Key(Box<str>),
    Index(usize),
}

impl DecodeError {
    /// `value` is there but is not what was expected.
    #[must_use]
    pub fn expected(expected: impl Into<Cow<'static, str>>, value: &Value<'_>) -> Self {
        Self::new(expected.into(), value.kind())
    }

    /// `value` is there, and is a string where a string can be read too, but not this one.
    #[must_use]
    pub fn unreadable(expected: impl Into<Cow<'static, str>>, value: &Value<'_>) -> Self {
        let found = match value {
            Value::Str(text) if text.trim().is_empty() => "an empty string",
            Value::Str(_) => "a string that is none",
            other => other.kind(),
        };
        Self::new(expected.into(), found)
    }

    /// What was found, told by somebody who knows more of it than its kind.
    pub(crate) fn found(expected: String, found: &'static str) -> Self {
        Self::new(Cow::Owned(expected), found)
    }

    /// The member `key` is missing.
    #[must_use]
    pub fn missing(key: &str) -> Self {
        Self::new(Cow::Borrowed("a value"), "nothing").at_key(key)
    }

    /// The text is no JSON.
    pub(crate) fn no_json() -> Self {
        Self::new(Cow::Borrowed("JSON"), "something else")
    }

    fn new(expected: Cow<'static, str>, found: &'static str) -> Self {
        Self(Box::new(DecodeErrorDetail { path: Vec::new(), expected, found }))
    }

    /// The same error, seen from the object that has the offending value as member `key`.
    #[must_use]
    pub fn at_key(mut self, key: &str) -> Self {
        self.0.path.push(PathStep::Key(key.into()));
        self
    }

    /// The same error, seen from the list that has the offending value at `index`.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        self.0.path.push(PathStep::Index(index));
        self
    }

    /// The same error, seen from the document that has the offending value at a path: see [`Value::at`].
    pub(crate) fn at_path(self, path: &str) -> Self {
        path.rsplit('/').filter(|member| !member.is_empty()).fold(self, |error, member| match member.parse() {
            Ok(index) => error.at_index(index),
            Err(_) => error.at_key(member),
        })
    }

    /// Where the offending value stands, as a JSONPath: `$.data.orders[3].price`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::from("$");
        for step in self.0.path.iter().rev() {
            match step {
                PathStep::Index(index) => path.push_str(&format!("[{index}]")),
                PathStep::Key(key) if is_identifier(key) => path.push_str(&format!(".{key}")),
                PathStep::Key(key) => {
                    path.push_str(&format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'")));
                }
            }
        }
        path
    }
}

fn is_identifier(key: &str) -> bool {
    !key.starts_with(|first: char| first.is_ascii_digit())
        && !key.is_empty()
        && key.chars().all(|each| each.is_alphanumeric() || each == '_')
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.path(), self.0.expected, self.0.found)
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({self})")
    }
}

impl std::error::Error for DecodeError {}
