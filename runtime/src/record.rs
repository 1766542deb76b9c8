//! Objects with known members: what the `record!` macro expands to.
//! Members are looked for where the last one was found, so reading in document order takes one pass.

use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::value::{Object, Value};

/// A JSON object with known members. Implemented by [`record!`](crate::record).
pub trait Record: Sized {
    /// Reads the members.
    ///
    /// # Errors
    /// When a required member is missing or a member cannot be read.
    fn read(r: &mut Reader<'_, '_>) -> Result<Self, DecodeError>;

    /// Writes the members.
    fn write<'a>(&'a self, w: &mut Writer<'a>);
}

impl<T: Record> Record for Box<T> {
    fn read(r: &mut Reader<'_, '_>) -> Result<Self, DecodeError> {
        T::read(r).map(Self::new)
    }

    fn write<'a>(&'a self, w: &mut Writer<'a>) {
        T::write(self, w);
    }
}

impl<T: Record> Decode for T {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        match value {
            Value::Map(object) => T::read(&mut Reader::new(object)),
            // An object without members is an empty list to PHP.
            Value::List(items) if items.is_empty() => T::read(&mut Reader::new(&Object::default())),
            other => Err(DecodeError::expected("an object", other)),
        }
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::Map(_))
    }
}

impl<T: Record> Encode for T {
    fn encode(&self) -> Value<'_> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        Value::Map(writer.object)
    }
}

/// Reads the members of one object.
#[derive(Debug)]
pub struct Reader<'v, 'a> {
    pub(crate) object: &'v Object<'a>,
    cursor: usize,
    alias: Option<&'v Value<'a>>,
}

impl<'v, 'a> Reader<'v, 'a> {
    /// Starts reading `object`.
    #[must_use]
    pub fn new(object: &'v Object<'a>) -> Self {
        Self { object, cursor: 0, alias: None }
    }

    /// Another key of the member that is read next, used when its own key is missing.
    pub fn alias(&mut self, key: &'static str) -> &mut Self {
        self.alias = self.alias.or_else(|| self.object.get(key));
        self
    }

    /// Reads a member that is always written.
    ///
    /// # Errors
    /// When it is missing, unless its type has a meaning for that, or cannot be read.
    pub fn required<T: Decode>(&mut self, key: &'static str) -> Result<T, DecodeError> {
        let alias = self.alias.take();
        match self.object.seek(&mut self.cursor, key).or(alias) {
            Some(value) => T::decode(value).map_err(|error| error.at_key(key)),
            None => T::absent().ok_or_else(|| DecodeError::missing(key)),
        }
    }

    /// Reads a member that may be left out. The same as [`required`](Self::required): whether a member can be missing
    /// is known to its type.
    ///
    /// # Errors
    /// See [`required`](Self::required).
    pub fn optional<T: Decode>(&mut self, key: &'static str) -> Result<T, DecodeError> {
        self.required(key)
    }
}

/// Writes the members of one object.
#[derive(Debug, Default)]
pub struct Writer<'a> {
    pub(crate) object: Object<'a>,
}

impl<'a> Writer<'a> {
    /// Writes a member whatever its value.
    pub fn required<T: Encode>(&mut self, key: &'static str, value: &'a T) {
        self.object.push(key.into(), value.encode());
    }

    /// Writes a member unless its value is absent.
    pub fn optional<T: Encode>(&mut self, key: &'static str, value: &'a T) {
        if !value.is_absent() {
            self.required(key, value);
        }
    }
}
