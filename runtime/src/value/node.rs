//! What typed values are read from: a value of a tree, or one that still stands in its text.

use std::borrow::Cow;

use super::Value;
use super::cursor::Cursor;
use super::json::unescaped;
use super::tape::{Kind, Tape};

/// A JSON value, wherever it is.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Node<'v, 'a>(Place<'v, 'a>);

#[derive(Clone, Copy, Debug)]
enum Place<'v, 'a> {
    Tree(&'v Value<'a>),
    Tape(&'v Tape<'a>, usize),
}

impl<'v, 'a> From<&'v Value<'a>> for Node<'v, 'a> {
    fn from(value: &'v Value<'a>) -> Self {
        Self(Place::Tree(value))
    }
}

impl<'v, 'a> From<&'v Tape<'a>> for Node<'v, 'a> {
    fn from(tape: &'v Tape<'a>) -> Self {
        Self(Place::Tape(tape, 0))
    }
}

impl<'v, 'a> Node<'v, 'a> {
    /// Calls `read` with the value as a tree.
    #[inline]
    pub fn with<T>(self, read: impl FnOnce(&Value<'_>) -> T) -> T {
        match self.0 {
            Place::Tree(value) => read(value),
            Place::Tape(tape, at) => read(&tape.tree(at)),
        }
    }

    /// The value as a tree of its own.
    pub(crate) fn to_value(self) -> Value<'v> {
        match self.0 {
            Place::Tree(value) => value.borrow(),
            Place::Tape(tape, at) => tape.tree(at),
        }
    }

    /// The value as a tree; the list at `path` has no items in it, though it is not empty if it has any.
    pub(crate) fn outline(self, path: &str) -> Value<'v> {
        match (self.0, self.at(path)) {
            (Place::Tape(tape, at), Some(Node(Place::Tape(_, list)))) => tape.tree_but(at, Some(list)),
            _ => self.to_value(),
        }
    }

    pub(crate) fn is_null(self) -> bool {
        match self.0 {
            Place::Tree(value) => value.is_null(),
            Place::Tape(tape, at) => tape.kind(at) == Kind::Null,
        }
    }

    pub(crate) fn is_object(self) -> bool {
        match self.0 {
            Place::Tree(value) => matches!(value, Value::Map(_)),
            Place::Tape(tape, at) => tape.kind(at) == Kind::Map,
        }
    }

    pub(crate) fn is_empty_list(self) -> bool {
        match self.0 {
            Place::Tree(value) => value.as_list().is_some_and(<[_]>::is_empty),
            Place::Tape(tape, at) => tape.kind(at) == Kind::List && tape.is_empty(at),
        }
    }

    /// The text of a string, of its own.
    pub(crate) fn string(self) -> Option<String> {
        self.plain_text().map(str::to_owned).or_else(|| self.text().map(Cow::into_owned))
    }

    /// The text of a string.
    pub(crate) fn text(self) -> Option<Cow<'v, str>> {
        match self.0 {
            Place::Tree(value) => value.as_str().map(Cow::Borrowed),
            Place::Tape(tape, at) => match tape.kind(at) {
                Kind::Text => Some(Cow::Borrowed(tape.scalar(at))),
                Kind::EscapedText => Some(Cow::Owned(unescaped(tape.scalar(at)))),
                _ => None,
            },
        }
    }

    /// The text of a string, if it can be borrowed.
    #[inline]
    pub(crate) fn plain_text(self) -> Option<&'v str> {
        match self.0 {
            Place::Tree(value) => value.as_str(),
            Place::Tape(tape, at) => (tape.kind(at) == Kind::Text).then(|| tape.scalar(at)),
        }
    }

    /// How the text of a string begins in the document, escaped or not.
    pub(crate) fn text_begins(self) -> Option<&'v str> {
        match self.0 {
            Place::Tree(value) => value.as_str(),
            Place::Tape(tape, at) if matches!(tape.kind(at), Kind::Text | Kind::EscapedText) => Some(tape.scalar(at)),
            Place::Tape(..) => None,
        }
    }

    /// The member `key` of an object: see [`Cursor`].
    pub(crate) fn seek(self, cursor: &mut Cursor, key: &str) -> Option<Self> {
        match self.0 {
            Place::Tree(Value::Map(object)) => object.seek(cursor, key).map(Self::from),
            Place::Tree(_) => None,
            Place::Tape(tape, at) => tape.seek(at, cursor, key).map(|found| Self(Place::Tape(tape, found))),
        }
    }

    /// The member `key` of an object.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.is_object().then(|| self.seek(&mut Cursor::default(), key)).flatten()
    }

    /// The value at a path: see [`Value::at`].
    pub(crate) fn at(self, path: &str) -> Option<Self> {
        path.split('/').filter(|member| !member.is_empty()).try_fold(self, |node, member| match node.0 {
            Place::Tree(value) => value.at(member).map(Self::from),
            Place::Tape(..) => node.get(member).or_else(|| {
                let place = member.parse::<usize>().ok()?;
                node.items()?.get(place).map(|(_, item)| *item)
            }),
        })
    }

    /// Items of a list, or members of an object, and where they stand; null has none.
    pub(crate) fn inside(self) -> Option<Placed<'v, 'a>> {
        let member = |(key, value)| (ItemPosition::Key(key), value);
        match self.0 {
            Place::Tree(Value::List(items)) => Some(indexed(items.iter().map(Self::from))),
            Place::Tree(Value::Map(object)) => {
                Some(object.iter().map(|(key, value)| member((key, Self::from(value)))).collect())
            }
            Place::Tape(tape, at) if tape.kind(at) == Kind::List => {
                Some(indexed(tape.inside(at).map(|item| Self(Place::Tape(tape, item)))))
            }
            Place::Tape(tape, at) if tape.kind(at) == Kind::Map => {
                Some(tape.members(at).map(|(key, value)| member((key, Self(Place::Tape(tape, value))))).collect())
            }
            _ => self.is_null().then(Vec::new),
        }
    }
}

fn indexed<'v, 'a>(items: impl Iterator<Item = Node<'v, 'a>>) -> Placed<'v, 'a> {
    items.enumerate().map(|(index, item)| (ItemPosition::Index(index), item)).collect()
}

/// Where an item stands.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum ItemPosition<'v> {
    /// In an array.
    Index(usize),
    /// Under a key.
    Key(&'v str),
    /// Alone, where a list was promised.
    Alone,
}

/// Items and where they stand.
pub(crate) type Placed<'v, 'a> = Vec<(ItemPosition<'v>, Node<'v, 'a>)>;
