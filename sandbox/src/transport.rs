//! A sandbox as the transport of a client: everything stays in memory.

use std::sync::atomic::Ordering;

use kontrakt_runtime::http::{Body, BoxFuture, Response, Transport, TransportError};

use crate::message::{Ending, Reply, Request};
use crate::refusal::{Event, Refusal};
use crate::sandbox::Sandbox;

impl Sandbox {
    /// A transport for clients, which sends nothing anywhere.
    pub fn transport(&self) -> Self {
        self.clone()
    }

    /// Answers a request and waits as long as the reply takes. Only so many are answered at once.
    pub(crate) async fn exchange(&self, request: Request) -> Reply {
        let before = self.0.in_flight.fetch_add(1, Ordering::SeqCst);
        let _guard = InFlight(self);
        let most = self.0.model.contract.behaviour.limits.concurrency.filter(|_| self.0.options.limits);
        if most.is_some_and(|most| before as u64 >= most) {
            let refusal = Refusal::new(Event::Limited, "too many requests at once");
            return self.making(self.now()).refuse(None, &refusal);
        }
        let reply = self.handle(&request);
        if !reply.delay.is_zero() {
            tokio::time::sleep(reply.delay).await;
        }
        reply
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
