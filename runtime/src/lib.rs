//! What every API client emitted by Kontrakt shares: everything that is written by hand.
//!
//! It knows no API by name. An emitted crate describes its API as data ([`Api`]) and its types and operations in macros
//! ([`record!`], [`open_enum!`], [`closed_enum!`], [`union!`], [`operation!`], [`client!`]); reading and writing JSON,
//! sending, repeating, paging, jobs and webhooks are here.
//!
//! JSON text becomes typed values ([`Decode`]), by way of a tree ([`Value`]) where one is wanted; typed values become a tree
//! and the tree becomes text ([`Encode`]).
//! Reading is tolerant, in one place; writing is strict.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod api;
mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod bulk;
mod call;
mod choice;
pub mod codec;
mod conflict;
mod decode;
mod download;
mod encode;
mod envelope;
mod error;
mod expansion;
mod fates;
mod feed;
mod form;
pub mod http;
mod job;
mod list;
mod macros;
mod once;
mod page;
pub mod prelude;
mod read_back;
#[cfg(test)]
mod reading_tests;
mod reconcile;
mod record;
#[cfg(feature = "recorder")]
pub mod recorder;
mod records;
mod reply;
mod request;
mod retry;
mod scalar;
#[cfg(feature = "schemars")]
pub mod schema;
mod session;
mod styles;
#[cfg(feature = "testing")]
pub mod testing;
mod things;
#[cfg(feature = "unknown-fields")]
mod unknown;
mod value;
pub mod webhook;

pub use answer::{Answer, Response, Sending};
pub use api::{
    Api, Bulk, BulkItems, BulkList, ChangeFeed, CreateOnce, EntryDetail, Envelope, ErrorFields, Jobs, Limits,
    MessageFields, MovedTo, NamedBy, Operation, OwnKey, Paging, Promise, Recording, Repeat, Security, Success,
};
pub use auth::{
    ApiTokens, Credential, Grant, InstallCode, MemoryStore, OAuthPaths, OAuthServer, Secret, StoreError, StoredToken,
    Token, TokenSource, TokenStore,
};
pub use call::Call;
pub use conflict::once_more_on_conflict;
pub use decode::{Decode, DecodeError};
pub use download::Download;
pub use encode::{Encode, Param};
pub use error::{ApiError, Error};
pub use expansion::UnknownText;
pub use feed::{Change, ChangeKind, Changes, Feed, Mark};
pub use form::Upload;
pub use http::Method;
pub use job::{Job, JobResult, JobStatus};
pub use list::{Listed, Unreadable};
pub use once::{CreatedOnce, CreatingOnce};
pub use page::{Items, Page, Pages};
pub use read_back::{Unconfirmed, unconfirmed};
pub use reconcile::{Reconciled, reconcile};
pub use record::{Reader, Record, Writer};
pub use records::Records;
pub use retry::{Failure, RetryPolicy};
pub use rust_decimal::Decimal;
pub use scalar::{
    CompactDateTime, Date, DateTime, DecimalString, Fixed, Json, LocalDateTime, Map, Number, ParseDecimalError,
    ParseTimeError, Patch, Scalar, UnixTime,
};
#[cfg(feature = "schemars")]
pub use schemars;
pub use session::{Filling, Session, SessionBuilder};
/// What the times of [`DateTime`], [`Date`] and their kin are made of.
pub use time;
#[cfg(feature = "unknown-fields")]
pub use unknown::Unknown;
#[doc(hidden)]
pub use value::{ItemPosition, Node};
pub use value::{Object, ParseJsonError, Value};
pub use webhook::Instance;

/// What macros expand to. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::choice::{Alternative, choose, read};
    pub use crate::expansion::{
        Deserialize, Deserializer, Serialize, Serializer, closed, deserialize, each, number, open, serialize, text,
    };
    pub use crate::record::debug;
    #[cfg(feature = "testing")]
    pub use crate::testing::private::{session, tagged};
}

/// Writes a value as JSON text.
#[must_use]
pub fn to_json<T: Encode + ?Sized>(value: &T) -> String {
    let mut text = Vec::new();
    value.encode_to(&mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// Reads a value from JSON text.
///
/// # Errors
/// When the text is no JSON, or cannot mean such a value.
pub fn from_json<T: Decode>(text: &str) -> Result<T, DecodeError> {
    let tape = value::Tape::parse(text).map_err(|_| DecodeError::no_json())?;
    T::decode_node((&tape).into())
}
