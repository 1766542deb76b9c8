//! HTTP types, independent of an HTTP library.
//! Sending is behind [`Transport`], so that it can be replaced and mocked.

mod convert;
pub(crate) mod headers;
mod message;
mod mock;
#[cfg(feature = "reqwest")]
mod reqwest;
mod transport;
pub(crate) mod url;

pub use headers::Headers;
pub(crate) use message::WHOLE_FILE;
pub use message::{Body, Method, Request, Response};
pub use mock::{MockRequest, MockTransport};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestTransport;
pub use transport::{BoxFuture, Transport, TransportError};
