//! Objects with known members: the functions behind the `record!` macro.
//! The search for a member starts behind the previous one, so reading in document order takes one pass.

use std::fmt;

use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::value::{Cursor, Node, Object, Value, write_scalar};

/// A JSON object with known members. Implemented by [`record!`](macro@crate::record).
pub trait Record: Sized {
    /// Reads the members. There is nothing when a required member is missing or a member cannot be read; the reader then
    /// knows why.
    fn read(r: &mut Reader<'_, '_>) -> Option<Self>;

    /// Writes the members.
    fn write<'a>(&'a self, w: &mut Writer<'a>);
}

impl<T: Record> Record for Box<T> {
    fn read(r: &mut Reader<'_, '_>) -> Option<Self> {
        T::read(r).map(Self::new)
    }

    fn write<'a>(&'a self, w: &mut Writer<'a>) {
        T::write(self, w);
    }
}

impl<T: Record> Decode for T {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode_node(value.into())
    }

    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        // An object without members is an empty list to PHP.
        if node.is_object() || node.is_empty_list() {
            Reader::new(node).read()
        } else {
            Err(node.with(|value| DecodeError::expected("an object", value)))
        }
    }

    /// An object of which it knows no member is something else.
    fn is_item(object: Node<'_, '_>) -> bool {
        let mut reader = Reader::new(object);
        object.is_object() && {
            T::read(&mut reader);
            reader.met
        }
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::Map(_))
    }

    #[cfg(feature = "testing")]
    fn made_up(_: &str) -> Option<Self> {
        let nothing = Value::Null;
        let mut reader = Reader { makes_up: true, ..Reader::new((&nothing).into()) };
        T::read(&mut reader)
    }
}

impl<T: Record> Encode for T {
    fn encode(&self) -> Value<'_> {
        let mut writer = Writer(Members::Tree(Object::default()));
        self.write(&mut writer);
        match writer.0 {
            Members::Tree(object) => Value::Map(object),
            Members::Text(_) | Members::Debug(_) => Value::Null,
        }
    }

    fn encode_to(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        let mut writer = Writer(Members::Text(std::mem::take(out)));
        self.write(&mut writer);
        if let Members::Text(text) = writer.0 {
            *out = text;
        }
        out.push(b'}');
    }
}

/// Reads the members of one object.
#[derive(Debug)]
pub struct Reader<'v, 'a> {
    pub(crate) object: Node<'v, 'a>,
    cursor: Cursor,
    alias: Option<Node<'v, 'a>>,
    /// Why a member could not be read.
    error: Option<DecodeError>,
    /// Whether the object has one of the members that were asked for.
    met: bool,
    /// Whether members are made up, for tests.
    #[cfg(feature = "testing")]
    makes_up: bool,
    /// Keys that were asked for.
    #[cfg(feature = "unknown-fields")]
    pub(crate) known: Vec<&'static str>,
}

impl<'v, 'a> Reader<'v, 'a> {
    /// Starts reading `object`.
    fn new(object: Node<'v, 'a>) -> Self {
        Self {
            object,
            cursor: Cursor::default(),
            alias: None,
            error: None,
            met: false,
            #[cfg(feature = "testing")]
            makes_up: false,
            #[cfg(feature = "unknown-fields")]
            known: Vec::new(),
        }
    }

    fn read<T: Record>(mut self) -> Result<T, DecodeError> {
        T::read(&mut self).ok_or_else(|| self.error.unwrap_or_else(DecodeError::no_json))
    }

    /// Another key of the member that is read next, used when its own key is missing.
    pub fn alias(&mut self, key: &'static str) -> &mut Self {
        #[cfg(feature = "unknown-fields")]
        self.known.push(key);
        self.alias = self.alias.or_else(|| self.object.get(key));
        self
    }

    /// Reads a member that is always written. There is nothing when it is missing, unless its type has a meaning for that,
    /// or when it cannot be read.
    pub fn required<T: Decode>(&mut self, key: &'static str) -> Option<T> {
        #[cfg(feature = "testing")]
        if self.makes_up {
            return T::made_up(key);
        }
        #[cfg(feature = "unknown-fields")]
        self.known.push(key);
        let alias = self.alias.take();
        let found = self.object.seek(&mut self.cursor, key).or(alias);
        self.met |= found.is_some();
        let read = match found {
            Some(value) => T::decode_node(value).map_err(|error| error.at_key(key)),
            None => T::absent().ok_or_else(|| DecodeError::missing(key)),
        };
        read.map_err(|error| self.error = Some(error)).ok()
    }

    /// Reads a member that may be left out. The same as [`required`](Self::required): whether a member can be missing
    /// is known to its type.
    pub fn optional<T: Decode>(&mut self, key: &'static str) -> Option<T> {
        self.required(key)
    }
}

/// Goes through the members of one object: to write them as JSON, or to show them for debugging.
#[derive(Debug)]
pub struct Writer<'a>(pub(crate) Members<'a>);

#[derive(Debug)]
pub(crate) enum Members<'a> {
    Tree(Object<'a>),
    /// What is written so far.
    Text(Vec<u8>),
    Debug(Vec<(&'static str, &'a dyn fmt::Debug)>),
}

impl<'a> Writer<'a> {
    /// Writes a member whatever its value. `name` is what it is called in Rust.
    pub fn required<T: Encode + fmt::Debug>(&mut self, key: &'static str, name: &'static str, value: &'a T) {
        match &mut self.0 {
            Members::Tree(object) => object.push(key.into(), value.encode()),
            Members::Text(text) => {
                begin_member(key, text);
                value.encode_to(text);
            }
            Members::Debug(fields) => fields.push((name, value)),
        }
    }

    /// Writes a member unless its value is absent.
    pub fn optional<T: Encode + fmt::Debug>(&mut self, key: &'static str, name: &'static str, value: &'a T) {
        if matches!(self.0, Members::Debug(_)) || !value.is_absent() {
            self.required(key, name, value);
        }
    }
}

/// Writes what is before the value of a member.
pub(crate) fn begin_member(key: &str, text: &mut Vec<u8>) {
    if text.last() != Some(&b'{') {
        text.push(b',');
    }
    write_scalar(key, text);
    text.push(b':');
}

/// What `derive(Debug)` would write, for a fraction of what it takes to compile.
#[doc(hidden)]
pub fn debug<T: Record>(value: &T, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut writer = Writer(Members::Debug(Vec::new()));
    value.write(&mut writer);
    let mut shown = f.debug_struct(name);
    if let Members::Debug(fields) = &writer.0 {
        for (name, value) in fields {
            shown.field(name.trim_start_matches("r#"), value);
        }
    }
    shown.finish()
}
