//! The interface between this crate and whatever sends requests.
//! A transport sends once: waiting, retrying and limiting are the session's task.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use super::{Request, Response};

/// A future on the heap.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Sends requests.
///
/// Implement it to use another HTTP library, or to answer without a network; [`MockTransport`](super::MockTransport) is
/// an implementation for tests.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request and gives the answer as soon as its header fields are there. Redirects are not followed.
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>>;
}

/// Why there is no answer, or no more of it.
///
/// Its text must not contain URLs: their query may hold credentials.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn Error + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TransportErrorKind {
    Request,
    Connect,
    Timeout,
    Interrupted,
}

impl TransportError {
    /// The request cannot be sent as it is, now or later: a URL or header field that is none, or a fake without an answer.
    pub fn request(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: TransportErrorKind::Request, source: source.into() }
    }

    /// No connection was made, so the server has seen nothing of the request.
    pub fn connect(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: TransportErrorKind::Connect, source: source.into() }
    }

    /// The answer did not come in time.
    pub fn timeout(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: TransportErrorKind::Timeout, source: source.into() }
    }

    /// The connection broke; what the server did with the request is unknown.
    pub fn interrupted(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: TransportErrorKind::Interrupted, source: source.into() }
    }

    /// Whether the request cannot be sent as it is.
    #[must_use]
    pub fn is_request(&self) -> bool {
        self.kind == TransportErrorKind::Request
    }

    /// Whether no connection was made.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.kind == TransportErrorKind::Connect
    }

    /// Whether the answer did not come in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind == TransportErrorKind::Timeout
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            // Whoever made the request can mend it, and has to know what it is.
            TransportErrorKind::Request => write!(f, "the request cannot be sent: {}", self.source),
            TransportErrorKind::Connect => f.write_str("could not connect"),
            TransportErrorKind::Timeout => f.write_str("no answer in time"),
            TransportErrorKind::Interrupted => f.write_str("the connection broke"),
        }
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}
