//! Tables of all operations, their types and how they are called, for generic tests.
//! Emitted crates fill them behind the feature `codecs`; clients do not need it.

use crate::answer::{Answer, Response, Sending, read};
use crate::decode::{Decode, DecodeError};
use crate::download::Download;
use crate::encode::Encode;
use crate::job::Job;
use crate::page::Page;
use crate::scalar::Json;
use crate::session::Session;
use crate::value::{Node, Object, Tape, Value};

/// One value that an operation sends or gives.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// The identifier of the operation in the specification; of a record, the name of the component.
    pub operation: &'static str,
    /// Who sends the value.
    pub side: Side,
    /// Path to the value in the body, members separated by `/`; empty for the whole body. Of an error, its status.
    pub value: &'static str,
    /// Reads what JSON text has at a path, which is like [`Codec::value`], as the value's type and writes it back. The
    /// value of a path that leads nowhere is null.
    pub reencode: fn(&str, &str) -> Result<String, DecodeError>,
    /// A value made up for tests, as JSON.
    #[cfg(feature = "testing")]
    pub sample: fn() -> Option<String>,
    /// The schema of the value's type.
    #[cfg(feature = "schemars")]
    pub schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// What the value of a codec can do.
#[cfg(not(feature = "schemars"))]
pub trait Carried: Decode + Encode {}

#[cfg(not(feature = "schemars"))]
impl<T: Decode + Encode> Carried for T {}

/// What the value of a codec can do.
#[cfg(feature = "schemars")]
pub trait Carried: Decode + Encode + crate::schema::Described {}

#[cfg(feature = "schemars")]
impl<T: Decode + Encode + crate::schema::Described> Carried for T {}

/// Who sends a value, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client, in a request.
    Request,
    /// The server, in an answer.
    Answer,
    /// The server, in the answer of a call that failed.
    Error,
    /// The server, as one line of a job's result.
    JobResult,
    /// Nobody says who: a component that no operation carries.
    Record,
}

impl Codec {
    /// The codec of a type.
    #[must_use]
    pub const fn of<T: Carried>(operation: &'static str, side: Side, value: &'static str) -> Self {
        Self {
            operation,
            side,
            value,
            reencode: reencode::<T>,
            #[cfg(feature = "testing")]
            sample: || T::made_up("sample").map(|sample| crate::to_json(&sample)),
            #[cfg(feature = "schemars")]
            schema: crate::schema::whole::<T>,
        }
    }
}

/// Reads what JSON text has at a path as a `T` and writes it back.
fn reencode<T: Decode + Encode>(text: &str, path: &str) -> Result<String, DecodeError> {
    let tape = Tape::parse(text).map_err(|_| DecodeError::no_json())?;
    let value = match Node::from(&tape).at(path) {
        Some(node) => T::decode_node(node),
        None => T::decode_node(Node::from(&Value::Null)),
    };
    value.map(|value| crate::to_json(&value))
}

/// One operation, called through its typed request.
#[derive(Clone, Copy, Debug)]
pub struct Driver {
    /// The identifier of the operation in the specification.
    pub operation: &'static str,
    /// Makes the request of typed values, sends it, and gives the typed answer as JSON.
    pub drive: Drive,
}

/// See [`Driver::drive`]. It fails when a value cannot be read as what the request takes.
pub type Drive = fn(&Session, &Arguments) -> Result<Sending<Response<Json>>, DecodeError>;

/// What a call is made of, as the specification describes it:
/// `{"path": {"code": "1"}, "query": {"page": 2}, "header": {}, "body": {"data": {}}}`.
#[derive(Clone, Debug)]
pub struct Arguments(Json);

impl Arguments {
    /// Takes values by place and wire name.
    #[must_use]
    pub fn new(values: Json) -> Self {
        Self(values)
    }

    /// The value of an argument. `place` is what [`operation!`](crate::operation) calls the place.
    ///
    /// # Errors
    /// When it is missing or cannot be read.
    pub fn required<T: Decode>(&self, place: &str, key: &str) -> Result<T, DecodeError> {
        self.optional(place, key)?.ok_or_else(|| DecodeError::missing(key).at_key(place))
    }

    /// The value of an option, if it is there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn optional<T: Decode>(&self, place: &str, key: &str) -> Result<Option<T>, DecodeError> {
        let found = match (place, key) {
            ("json", path) => self.0.get("body").and_then(|body| body.at(path)),
            ("form" | "file", member) => self.0.get("body").and_then(|body| body.get(member)),
            ("path" | "header", key) => self.0.get(place).and_then(|values| values.get(key)),
            (_, key) => self.0.get("query").and_then(|values| values.get(key)),
        };
        found.map(T::decode).transpose().map_err(|error| error.at_key(key).at_key(place))
    }
}

/// The texts as a list of them is passed.
#[doc(hidden)]
#[must_use]
pub fn texts(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

/// An answer that can be shown as JSON.
pub trait Written {
    /// What was read, as it is written; null for what is no JSON.
    fn written(&self) -> Value<'_>;
}

impl<T: Encode> Written for T {
    fn written(&self) -> Value<'_> {
        self.encode()
    }
}

impl Written for () {
    fn written(&self) -> Value<'_> {
        Value::Null
    }
}

impl Written for Download {
    fn written(&self) -> Value<'_> {
        Value::Null
    }
}

/// The items.
impl<T: Encode> Written for Page<T> {
    fn written(&self) -> Value<'_> {
        self.items.encode()
    }
}

/// An object with the identifier.
impl<T> Written for Job<T> {
    fn written(&self) -> Value<'_> {
        let mut object = Object::default();
        object.insert("id", Value::from(self.id()));
        Value::Map(object)
    }
}

impl<T: Answer + Written> Sending<Response<T>> {
    /// The same, with the value written as JSON after it was read.
    pub fn written(self) -> Sending<Response<Json>> {
        self.reading(|session, things, reply| {
            read::<T>(session, things, reply, false).map(|response| response.map(|value| value.written().into()))
        })
    }
}
