//! A sandbox as the transport of a client: everything stays in memory.

use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kontrakt_runtime::http::{Body, BoxFuture, Response, Transport, TransportError};

use crate::message::{Ending, Reply, Request};
use crate::refusal::{Event, Refusal};
use crate::sandbox::Sandbox;

impl Sandbox {
    /// A transport for clients, which sends nothing anywhere.
    pub fn transport(&self) -> Self {
        self.clone()
    }

    /// Answers a request and waits as long as the reply takes. Only so many are answered at once, and while a URL is being
    /// written nobody else writes it, where the API has such locks.
    pub(crate) async fn exchange(&self, request: Request) -> Reply {
        let before = self.0.in_flight.fetch_add(1, Ordering::SeqCst);
        let _guard = InFlight(self);
        let limits = &self.0.model.contract.behaviour.limits;
        let most = limits.concurrency.filter(|_| self.0.options.limits);
        let longest =
            limits.lock_seconds.filter(|_| self.0.options.limits && !["GET", "HEAD"].contains(&&*request.method));
        let lock = longest.map(|seconds| UrlLock::take(self, &request.absolute(), Duration::from_secs(seconds)));
        let prevented = if most.is_some_and(|most| before as u64 >= most) {
            Some(Refusal::new(Event::Limited, "too many requests at once"))
        } else if matches!(lock, Some(None)) {
            Some(Refusal::new(Event::Locked, "another request is writing at this URL"))
        } else {
            None
        };
        let reply = self.handle_unless(&request, prevented);
        if !reply.delay.is_zero() {
            tokio::time::sleep(reply.delay).await;
        }
        reply
    }

    fn locked(&self) -> MutexGuard<'_, Vec<(String, Instant)>> {
        self.0.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A URL that nobody else writes as long as this is there.
struct UrlLock<'s>(&'s Sandbox, String, Instant);

impl<'s> UrlLock<'s> {
    /// Locks a URL, for no longer than a time; `None` where it is locked.
    fn take(sandbox: &'s Sandbox, url: &str, longest: Duration) -> Option<Self> {
        let now = Instant::now();
        let mut locked = sandbox.locked();
        locked.retain(|(_, since)| now.duration_since(*since) < longest);
        if locked.iter().any(|(one, _)| one == url) {
            return None;
        }
        locked.push((url.to_owned(), now));
        Some(Self(sandbox, url.to_owned(), now))
    }
}

impl Drop for UrlLock<'_> {
    fn drop(&mut self) {
        let Self(sandbox, url, since) = self;
        sandbox.locked().retain(|(one, at)| (one, at) != (&*url, &*since));
    }
}

struct InFlight<'s>(&'s Sandbox);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Sandbox {
    fn send(&self, request: kontrakt_runtime::http::Request) -> BoxFuture<Result<Response, TransportError>> {
        let sandbox = self.clone();
        Box::pin(async move {
            let headers = request.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let method = request.method.as_str().to_owned();
            let request = Request { method, url: request.url, headers, body: request.body };
            let reply = sandbox.exchange(request).await;
            let headers = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            match reply.ending {
                Ending::Whole => Ok(Response::new(reply.status, headers, reply.body)),
                Ending::Reset => Err(TransportError::interrupted("the sandbox breaks the connection")),
                Ending::CutOff => {
                    let half = reply.body[..reply.body.len() / 2].to_vec();
                    let end = TransportError::interrupted("the sandbox breaks the connection");
                    let body = Body::from_stream(futures_util::stream::iter([Ok(half), Err(end)]));
                    Ok(Response { status: reply.status, headers, body })
                }
            }
        })
    }
}
