//! The transport of a probe: lets only GET through, counts requests, and keeps the last answer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kontrakt_runtime::Method;
use kontrakt_runtime::http::{Body, BoxFuture, Request, Response, Transport, TransportError};
use serde_json::Value;

/// Larger answers are passed on, and nothing is found in them.
const LARGEST_BODY: usize = 16 << 20;

/// Passes on what only reads, and keeps what was answered last.
#[derive(Clone)]
pub struct Tape(Arc<Inner>);

struct Inner {
    transport: Box<dyn Transport>,
    /// Requests that may still be sent.
    left: AtomicUsize,
    sent: AtomicUsize,
    last: Mutex<Option<(u16, Vec<u8>)>>,
}

impl Tape {
    /// Sends through another transport, at most so many requests.
    pub fn new(transport: impl Transport, requests: usize) -> Self {
        let (left, sent) = (AtomicUsize::new(requests), AtomicUsize::new(0));
        Self(Arc::new(Inner { transport: Box::new(transport), left, sent, last: Mutex::new(None) }))
    }

    /// Requests that were sent.
    pub fn sent(&self) -> usize {
        self.0.sent.load(Ordering::SeqCst)
    }

    /// Whether another request may be sent.
    pub fn has_budget(&self) -> bool {
        self.0.left.load(Ordering::SeqCst) > 0
    }

    /// Takes the status and body of the last answer; the body is null unless it is JSON.
    pub(super) fn take(&self) -> Option<(u16, Value)> {
        let (status, body) = self.0.last.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some((status, serde_json::from_slice(&body).unwrap_or_default()))
    }
}

impl Transport for Tape {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            if request.method != Method::GET {
                return Err(TransportError::request("a probe only reads"));
            }
            let take = |left: usize| left.checked_sub(1);
            if inner.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_err() {
                return Err(TransportError::request("the budget of requests is used up"));
            }
            inner.sent.fetch_add(1, Ordering::SeqCst);
            let mut response = inner.transport.send(request).await?;
            let mut body = Vec::new();
            while let Some(piece) = response.body.chunk().await {
                body.extend(piece?);
            }
            let kept = if body.len() > LARGEST_BODY { Vec::new() } else { body.clone() };
            *inner.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((response.status, kept));
            response.body = Body::from(body);
            Ok(response)
        })
    }
}
