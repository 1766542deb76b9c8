//! A transport that answers from memory, for tests of programs that use a client.
//! Needs no feature: it is small and has no dependencies.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::decode::{Decode, DecodeError};
use crate::value::Value;

use super::{BoxFuture, Headers, Method, Request, Response, Transport, TransportError, url};

type Answering = dyn Fn(&MockRequest) -> Result<Response, TransportError> + Send + Sync;

/// Answers requests from memory and remembers them. A request that nothing was queued for is an error at once, which
/// names the request ([`is_usage`](crate::Error::is_usage)).
///
/// ```
/// use kontrakt_runtime::http::MockTransport;
///
/// let transport = MockTransport::new();
/// transport.reply(200, r#"{"data":{"id":1}}"#);
/// // Give `transport.clone()` to the client builder, make the call, then look at `transport.requests()`.
/// # assert!(transport.requests().is_empty());
/// ```
#[derive(Clone, Default)]
pub struct MockTransport(Arc<MockState>);

#[derive(Default)]
struct MockState {
    queue: Mutex<VecDeque<Result<Response, TransportError>>>,
    seen: Mutex<Vec<MockRequest>>,
    answer: Option<Box<Answering>>,
}

/// A request that reached a [`MockTransport`].
#[derive(Clone, Debug)]
pub struct MockRequest {
    /// The identifier of the operation in the specification; empty for what is none.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body as text.
    pub body: String,
}

impl MockRequest {
    /// The value of a parameter of the query; of several with this name, the first.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The parameters of the query, decoded.
    pub(crate) fn query_pairs(&self) -> impl Iterator<Item = (String, String)> {
        url::query_of(&self.url).map(|(key, value)| (url::decoded(key), url::decoded(value)))
    }

    /// The JSON at a path of members of the body, separated by `/`, as a type of the crate; the whole body for an empty
    /// path.
    ///
    /// # Errors
    /// When there is none, or it cannot be read as such a value.
    pub fn json<T: Decode>(&self, path: &str) -> Result<T, DecodeError> {
        let body = Value::from_json(self.body.as_bytes()).map_err(|_| DecodeError::no_json())?;
        T::decode(body.at(path).ok_or_else(|| DecodeError::missing(path))?)
    }
}

impl From<&Request> for MockRequest {
    fn from(request: &Request) -> Self {
        Self {
            operation: request.operation,
            method: request.method,
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: String::from_utf8_lossy(&request.body).into_owned(),
        }
    }
}

impl MockTransport {
    /// A transport without answers; queue some with [`reply`](Self::reply).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A transport that answers each request by a function.
    pub fn answering(
        answer: impl Fn(&MockRequest) -> Result<Response, TransportError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(MockState { answer: Some(Box::new(answer)), ..MockState::default() }))
    }

    /// Queues an answer with a JSON body.
    pub fn reply(&self, status: u16, body: impl Into<Vec<u8>>) -> &Self {
        let headers = [("content-type", "application/json")].into_iter().collect();
        self.queue(Ok(Response::new(status, headers, body)))
    }

    /// Queues an answer, or a failure to get one.
    pub fn queue(&self, answer: Result<Response, TransportError>) -> &Self {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).push_back(answer);
        self
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<MockRequest> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn next(&self, request: &MockRequest) -> Result<Response, TransportError> {
        if let Some(answer) = &self.0.answer {
            return answer(request);
        }
        let queued = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        queued.unwrap_or_else(|| {
            let (method, url) = (request.method, url::without_query(&request.url));
            let missing = format!("`MockTransport` has no answer for {method} {url}: queue one with `reply`");
            Err(TransportError::request(missing))
        })
    }
}

impl std::fmt::Debug for MockTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MockTransport")
    }
}

impl Transport for MockTransport {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        let request = MockRequest::from(&request);
        let answer = self.next(&request);
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        Box::pin(std::future::ready(answer))
    }
}
