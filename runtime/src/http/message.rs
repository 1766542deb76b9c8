//! Requests and responses of a transport.
//! `Debug` shows neither bodies, nor header values, nor queries.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_util::StreamExt as _;

use super::url;
use super::{Headers, TransportError};

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::upper_case_acronyms, reason = "that is how they are spelled")]
pub enum Method {
    /// Reads.
    GET,
    /// Reads the header fields alone.
    HEAD,
    /// Creates, or starts something.
    POST,
    /// Replaces.
    PUT,
    /// Changes in part.
    PATCH,
    /// Deletes.
    DELETE,
    /// Asks what can be done.
    OPTIONS,
    /// Asks for the request as it arrived.
    TRACE,
}

impl Method {
    pub(super) const ALL: [Self; 8] =
        [Self::GET, Self::HEAD, Self::POST, Self::PUT, Self::PATCH, Self::DELETE, Self::OPTIONS, Self::TRACE];

    /// The method as it stands in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GET => "GET",
            Self::HEAD => "HEAD",
            Self::POST => "POST",
            Self::PUT => "PUT",
            Self::PATCH => "PATCH",
            Self::DELETE => "DELETE",
            Self::OPTIONS => "OPTIONS",
            Self::TRACE => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As long as a large file may take. That nothing comes at all is noticed earlier.
pub(crate) const WHOLE_FILE: Duration = Duration::from_secs(3 * 3600);

/// A request that is ready to be sent.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL. Its query may hold credentials.
    pub url: String,
    /// The header fields, credentials among them.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The identifier of the operation in the specification; empty for what is none, such as the result of a job.
    pub operation: &'static str,
    /// How long the answer may take, body included. The session keeps it too; a transport may pass it on.
    pub timeout: Duration,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &url::without_query(&self.url))
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// An answer whose body may still be on its way.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The body, decompressed.
    pub body: Body,
}

impl Response {
    /// An answer that is complete.
    #[must_use]
    pub fn new(status: u16, headers: Headers, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers, body: Body::from(body.into()) }
    }
}

/// The body of an answer: a stream of pieces.
pub struct Body(Pin<Box<dyn Stream<Item = Result<Vec<u8>, TransportError>> + Send>>);

impl Body {
    /// A body that arrives in pieces.
    pub fn from_stream(stream: impl Stream<Item = Result<Vec<u8>, TransportError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// The next piece; `None` at the end.
    pub async fn chunk(&mut self) -> Option<Result<Vec<u8>, TransportError>> {
        std::future::poll_fn(|context| self.poll_chunk(context)).await
    }

    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<u8>, TransportError>>> {
        self.0.as_mut().poll_next(context)
    }

    /// All of it; `None` if it is larger than `limit`.
    pub(crate) async fn collect(mut self, limit: usize) -> Result<Option<Vec<u8>>, TransportError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.chunk().await {
            let piece = piece?;
            if bytes.len() + piece.len() > limit {
                return Ok(None);
            }
            if bytes.is_empty() {
                bytes = piece;
            } else {
                bytes.extend_from_slice(&piece);
            }
        }
        Ok(Some(bytes))
    }

    /// The same body, broken off when a piece takes longer than `patience`. When it has ended, `guard` is dropped.
    pub(crate) fn with_timeout(self, patience: Duration, guard: impl Send + 'static) -> Self {
        Self::from_stream(futures_util::stream::unfold(Some((self, guard)), move |state| async move {
            let (mut body, guard) = state?;
            match tokio::time::timeout(patience, body.chunk()).await {
                Ok(None) => None,
                Ok(Some(Ok(piece))) => Some((Ok(piece), Some((body, guard)))),
                Ok(Some(Err(error))) => Some((Err(error), None)),
                Err(elapsed) => Some((Err(TransportError::timeout(elapsed)), None)),
            }
        }))
    }

    /// The same body with a piece put back before what is left of it.
    pub(crate) fn after(self, piece: Vec<u8>) -> Self {
        Self::from_stream(Self::from(piece).0.chain(self.0))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let bytes = if bytes.is_empty() { None } else { Some(Ok(bytes)) };
        Self::from_stream(futures_util::stream::iter(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}
