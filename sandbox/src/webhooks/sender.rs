//! Sends what is due: on a thread of its own, which begins with the first delivery and ends with the sandbox, so that calls
//! neither wait for receivers nor need a runtime.

use std::future::Future;
use std::sync::{Arc, Weak};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::address::Address;
use super::outbox::Delivery;
use crate::message::Request;
use crate::sandbox::{Sandbox, Shared};

/// Seconds for an answer, where the document does not say them.
const PATIENCE: u64 = 5;

impl Sandbox {
    /// Sees to it that what is due is sent.
    pub(crate) fn wake(&self) {
        let sender = &self.0.sender;
        sender.started.get_or_init(|| {
            let (shared, bell) = (Arc::downgrade(&self.0), sender.bell.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                // Without one, deliveries wait for ever, which the log shows.
                let _ = runtime.map(|runtime| runtime.block_on(work(shared, bell)));
            });
        });
        sender.bell.notify_one();
    }

    /// Tells the thread that sends, if there is one, that the time or what is to be sent is another.
    pub(crate) fn nudge(&self) {
        self.0.sender.bell.notify_one();
        self.0.sender.done.notify_waiters();
    }

    /// Begins with what is due, and says how long until more is.
    fn send_due(&self) -> Option<Duration> {
        let mut now = self.lock();
        let moment = self.moment(&now);
        let due = now.outbox.take_due(moment);
        // A time that stands still passes only by `advance`.
        let passes = self.0.options.start.is_none();
        let wait = now.outbox.next_due(moment).filter(|_| passes).map(|next| next.since(moment));
        let over = now.outbox.take_untold();
        drop(now);
        over.iter().for_each(|delivery| self.tell(delivery));
        for (number, address, request) in due {
            tokio::spawn(attempt(Arc::downgrade(&self.0), number, address, request, self.patience()));
        }
        wait
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.contract().behaviour.webhooks.timeout.unwrap_or(PATIENCE))
    }

    fn tried(&self, number: u64, outcome: Result<u16, String>) {
        let contract = self.contract();
        let mut now = self.lock();
        let moment = self.moment(&now);
        let delivery = now.outbox.tried(number, outcome, moment, &contract.behaviour.webhooks.waits);
        drop(now);
        delivery.iter().for_each(|delivery| self.tell(delivery));
        self.nudge();
    }

    fn tell(&self, delivery: &Delivery) {
        if let Some(watcher) = self.0.sender.watcher.get() {
            watcher(delivery);
        }
    }
}

async fn work(shared: Weak<Shared>, bell: Arc<Notify>) {
    loop {
        let Some(sandbox) = shared.upgrade().map(Sandbox) else { return };
        let wait = sandbox.send_due();
        drop(sandbox);
        match wait {
            Some(wait) => drop(timeout(wait, bell.notified()).await),
            None => bell.notified().await,
        }
    }
}

async fn attempt(shared: Weak<Shared>, number: u64, address: Address, request: Request, patience: Duration) {
    let outcome = timeout(patience, post(&address, request)).await;
    let outcome = outcome.unwrap_or_else(|_| Err(format!("no answer within {} s", patience.as_secs())));
    if let Some(shared) = shared.upgrade() {
        Sandbox(shared).tried(number, outcome);
    }
}

/// The status of the answer.
fn post(address: &Address, request: Request) -> impl Future<Output = Result<u16, String>> {
    let mut builder = hyper::Request::builder().method("POST").uri(&address.path).header("host", &address.host);
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in headers.chain(address.basic.iter().map(|basic| ("authorization", basic.as_str()))) {
        builder = builder.header(name, value);
    }
    let (sockets, request) = (address.sockets.clone(), builder.body(Full::new(Bytes::from(request.body))));
    async move {
        let request = request.map_err(|error| error.to_string())?;
        let stream = TcpStream::connect(sockets.as_slice()).await;
        let stream = stream.map_err(|error| format!("cannot connect: {error}"))?;
        let broken = |error: hyper::Error| format!("the connection broke: {error}");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let driver = tokio::spawn(connection);
        let answer = sender.send_request(request).await.map_err(broken);
        driver.abort();
        answer.map(|answer| answer.status().as_u16())
    }
}
