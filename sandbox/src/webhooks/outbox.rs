//! What is to be delivered, and what became of it: tries, waits between them, and the log.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kontrakt_codegen::contract::{Operation, Status};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::address::{Address, shown};
use super::cause::Cause;
use crate::CREDENTIAL;
use crate::clock::Moment;
use crate::message::Request;

/// Deliveries that are remembered.
const REMEMBERED: usize = 1_000;
/// Deliveries under way at a time.
const AT_ONCE: usize = 16;
/// Seconds before the further tries, where the document does not say them.
const WAITS: &[u64] = &[10, 60];

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be tried, for the first time or again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// No try is left.
    Failed,
    /// It was not tried: the address is none of this machine.
    Refused,
    /// A fault has lost it on the way.
    Lost,
}

impl std::fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Lost => "lost",
        })
    }
}

/// Something that the sandbox sends by itself. `Debug` does not show the body, which may hold secrets.
#[derive(Clone, PartialEq)]
pub struct Delivery {
    /// Counts up from 1.
    pub number: u64,
    /// The event.
    pub event: String,
    /// Where it goes, without what may be secret: name, password and query.
    pub address: String,
    /// Identifier of the operation whose call caused it; `None` where a test put a record in.
    pub operation: Option<String>,
    /// The key of the subscription; `None` where an address is told of everything.
    pub subscription: Option<String>,
    /// The body.
    pub body: Value,
    /// When the event is.
    pub created: Moment,
    /// When it was tried last.
    pub tried: Option<Moment>,
    /// How often it was tried.
    pub tries: u32,
    /// Status of the latest answer.
    pub status: Option<u16>,
    /// What went wrong at the latest try.
    pub error: Option<String>,
    /// What became of it.
    pub state: DeliveryState,
    /// When it is tried next, while it waits.
    pub next: Option<Moment>,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery")
            .field("number", &self.number)
            .field("event", &self.event)
            .field("address", &self.address)
            .field("operation", &self.operation)
            .field("tries", &self.tries)
            .field("status", &self.status)
            .field("error", &self.error)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// A request for somebody.
pub(crate) struct Parcel {
    pub(crate) event: String,
    pub(crate) url: String,
    pub(crate) operation: Option<String>,
    pub(crate) subscription: Option<String>,
    pub(crate) webhook: &'static Operation,
    pub(crate) request: Request,
    pub(crate) due: Moment,
}

struct Entry {
    delivery: Delivery,
    /// Where it goes and what is sent, until it is over.
    parcel: Option<(Address, Request)>,
    webhook: &'static Operation,
    under_way: bool,
}

/// Everything that was sent or is to be sent.
#[derive(Default)]
pub(crate) struct Outbox {
    entries: VecDeque<Entry>,
    sent: u64,
    /// Deliveries that were over before a try, and that nobody was told of.
    untold: Vec<Delivery>,
    keys: u64,
    /// Addresses that are told of everything.
    pub(crate) receivers: Vec<String>,
    /// What the events of subscriptions tell of.
    pub(crate) causes: BTreeMap<String, Option<Cause>>,
}

impl Outbox {
    /// An empty one for the same receivers.
    pub(crate) fn emptied(&self) -> Self {
        // A number is given once, so that what is under way now counts for nothing later.
        Self { receivers: self.receivers.clone(), sent: self.sent, ..Self::default() }
    }

    /// The key that signatures are made with.
    pub(crate) fn key(&self) -> String {
        if self.keys == 0 { CREDENTIAL.to_owned() } else { format!("{CREDENTIAL}-key-{:021}", self.keys) }
    }

    pub(crate) fn next_key(&mut self) -> String {
        self.keys += 1;
        self.key()
    }

    pub(crate) fn log(&self) -> Vec<Delivery> {
        self.entries.iter().map(|entry| entry.delivery.clone()).collect()
    }

    /// Puts something in, so many times; none is lost on the way.
    pub(crate) fn put(&mut self, parcel: Parcel, copies: u32) {
        let address = Address::parse(&parcel.url);
        for _ in 0..copies.max(1) {
            self.sent += 1;
            let state = match &address {
                _ if copies == 0 => DeliveryState::Lost,
                Ok(_) => DeliveryState::Waiting,
                Err(_) => DeliveryState::Refused,
            };
            let waits = state == DeliveryState::Waiting;
            let delivery = Delivery {
                number: self.sent,
                event: parcel.event.clone(),
                address: shown(&parcel.url),
                operation: parcel.operation.clone(),
                subscription: parcel.subscription.clone(),
                created: parcel.due,
                tried: None,
                body: serde_json::from_slice(&parcel.request.body).unwrap_or_default(),
                tries: 0,
                status: None,
                error: if state == DeliveryState::Refused { address.clone().err() } else { None },
                state,
                next: waits.then_some(parcel.due),
            };
            if !waits {
                self.untold.push(delivery.clone());
            }
            let request = address.clone().ok().filter(|_| waits).map(|address| (address, parcel.request.clone()));
            if self.entries.len() == REMEMBERED {
                self.entries.pop_front();
            }
            self.entries.push_back(Entry { delivery, parcel: request, webhook: parcel.webhook, under_way: false });
        }
    }

    /// Deliveries that were over before a try, once.
    pub(crate) fn take_untold(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.untold)
    }

    /// Takes what is due at a time, as far as not too much is under way.
    pub(crate) fn take_due(&mut self, now: Moment) -> Vec<(u64, Address, Request)> {
        let free = AT_ONCE.saturating_sub(self.entries.iter().filter(|entry| entry.under_way).count());
        let due = self.entries.iter_mut().filter(|entry| !entry.under_way && entry.is_due(now));
        let taken = due.take(free).filter_map(|entry| {
            let (address, request) = entry.parcel.clone()?;
            entry.under_way = true;
            Some((entry.delivery.number, address, request))
        });
        taken.collect()
    }

    /// The next time after this one at which something is due.
    pub(crate) fn next_due(&self, now: Moment) -> Option<Moment> {
        self.entries.iter().filter_map(|entry| entry.delivery.next).filter(|next| *next > now).min()
    }

    /// Whether nothing is due at a time, and nothing under way.
    pub(crate) fn is_quiet(&self, now: Moment) -> bool {
        !self.entries.iter().any(|entry| entry.under_way || entry.is_due(now))
    }

    /// What came of a try: a status that the receiver answered, or what went wrong.
    pub(crate) fn tried(
        &mut self,
        number: u64,
        outcome: Result<u16, String>,
        now: Moment,
        waits: &[u64],
    ) -> Option<Delivery> {
        let entry = self.entries.iter_mut().find(|entry| entry.delivery.number == number)?;
        let delivery = &mut entry.delivery;
        entry.under_way = false;
        delivery.tries += 1;
        delivery.tried = Some(now);
        let taken = outcome.as_ref().is_ok_and(|status| takes(entry.webhook, *status));
        (delivery.status, delivery.error) = match outcome {
            Ok(status) if taken => (Some(status), None),
            Ok(status) => (Some(status), Some(format!("the receiver answered {status}"))),
            Err(error) => (None, Some(error)),
        };
        let waits = if waits.is_empty() { WAITS } else { waits };
        let wait = waits.get(delivery.tries as usize - 1).filter(|_| !taken);
        delivery.next = wait.map(|seconds| now.after(Duration::from_secs(*seconds)));
        delivery.state = match (taken, wait) {
            (true, _) => DeliveryState::Delivered,
            (false, Some(_)) => DeliveryState::Waiting,
            (false, None) => DeliveryState::Failed,
        };
        if delivery.state != DeliveryState::Waiting {
            entry.parcel = None;
        }
        Some(delivery.clone())
    }
}

impl Entry {
    fn is_due(&self, now: Moment) -> bool {
        self.delivery.next.is_some_and(|next| next <= now)
    }
}

/// Whether a status says that the receiver took it: a success that the webhook documents, or any where it documents none.
fn takes(webhook: &Operation, status: u16) -> bool {
    let mut successes = webhook.responses.iter().filter_map(|response| match response.status {
        Status::Code(code) if (200..300).contains(&code) => Some(code..=code),
        Status::Range(2) => Some(200..=299),
        _ => None,
    });
    let first = successes.next();
    first.map_or((200..300).contains(&status), |first| {
        first.contains(&status) || successes.any(|success| success.contains(&status))
    })
}

/// Is told of every delivery, after each try.
type DeliveryWatcher = Box<dyn Fn(&Delivery) + Send + Sync>;

/// Wakes the thread that sends, and is told what it did.
#[derive(Default)]
pub(crate) struct Sender {
    /// There is something to send, or the time is another, or the sandbox is gone.
    pub(crate) bell: Arc<Notify>,
    pub(crate) started: OnceLock<()>,
    /// A try is over.
    pub(crate) done: Notify,
    pub(crate) watcher: OnceLock<DeliveryWatcher>,
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.bell.notify_one();
    }
}

impl Sender {
    pub(crate) fn watch(&self, watcher: DeliveryWatcher) {
        let _ = self.watcher.set(watcher);
    }

    /// Is ready when the next try is over.
    pub(crate) fn quiet(&self) -> Notified<'_> {
        self.done.notified()
    }
}
