//! Webhooks: when records change, whoever has subscribed to it is told by a signed request to an address of this machine.

mod address;
mod cause;
mod log;
mod notice;
pub(crate) mod outbox;
mod sender;

use std::time::Duration;

use kontrakt_codegen::contract::Operation;
use kontrakt_runtime::webhook::Verifier;
use serde_json::{Map, Value};

use crate::SandboxError;
use crate::fault::{Fault, Stage};
use crate::message::{Reply, Request};
use crate::sandbox::{Now, Sandbox};
use crate::state::{Making, News, text_of, values_at};
use crate::turn::path_of;
use address::Address;
use cause::Cause;
use outbox::{Delivery, Parcel};

/// Somebody who is told of an event.
struct Listener {
    event: String,
    url: String,
    /// The subscription, if it is one.
    subscription: Option<Map<String, Value>>,
}

impl Sandbox {
    /// Sends every event that is known to an address of this machine as well, whether or not there is a subscription. It
    /// stays when the sandbox is reset.
    ///
    /// # Errors
    /// When the document has no webhooks, or the address is none of this machine.
    pub fn deliver_to(&self, url: &str) -> Result<(), SandboxError> {
        let contract = self.contract();
        if contract.webhooks.is_empty() {
            return Err(SandboxError::new(format!("the document of {} has no webhooks to deliver", contract.title)));
        }
        Address::parse(url).map_err(SandboxError::new)?;
        self.lock().outbox.receivers.push(url.to_owned());
        Ok(())
    }

    /// What was sent by itself and to whom, the first first: the latest thousand.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.lock().outbox.log()
    }

    /// Waits until no delivery is due or under way, and gives all. Those that wait for their next try are not due before
    /// the time in the sandbox says so: see [`advance`](Self::advance).
    pub async fn delivered(&self) -> Vec<Delivery> {
        loop {
            let quiet = self.0.sender.quiet();
            tokio::pin!(quiet);
            quiet.as_mut().enable();
            if let Some(deliveries) = self.deliveries_if_quiet() {
                return deliveries;
            }
            quiet.await;
        }
    }

    fn deliveries_if_quiet(&self) -> Option<Vec<Delivery>> {
        let now = self.lock();
        now.outbox.is_quiet(self.moment(&now)).then(|| now.outbox.log())
    }

    /// Tells somebody of every delivery, after each try, and of those that are not tried. Only the first is told.
    pub fn watch_deliveries(&self, watcher: impl Fn(&Delivery) + Send + Sync + 'static) {
        self.0.sender.watch(Box::new(watcher));
    }

    /// The key that notices are signed with now; `None` where the API does not sign them.
    pub fn signature_key(&self) -> Option<String> {
        self.contract().behaviour.webhooks.signature_header.as_ref()?;
        Some(self.lock().outbox.key())
    }

    /// Which change each known event tells of, for people: one line for each.
    pub fn describe_events(&self) -> String {
        let model = self.0.model;
        let line = |event: String| match cause::of(model, &event) {
            Some(cause) => format!("{event}: {cause}\n"),
            None => format!("{event}: never\n"),
        };
        model.events().into_iter().map(line).collect()
    }

    /// Puts what has happened into the outbox, for all who want to know. `operation` is the call that did it.
    pub(crate) fn announce(&self, now: &mut Now, making: Making<'_>, operation: Option<&str>, news: &[News]) {
        if news.is_empty() {
            return;
        }
        let mut sent = false;
        for listener in &self.listeners(now) {
            let causes = &mut now.outbox.causes;
            let cause =
                causes.entry(listener.event.clone()).or_insert_with(|| cause::of(making.model, &listener.event));
            let Some(cause) = cause.clone() else { continue };
            let about: Vec<&News> = news.iter().filter(|news| cause.is_of(news)).collect();
            for (webhook, body, after) in notices(making, listener, &cause, &about) {
                let fault =
                    Fault::next(&mut now.faults, operation.unwrap_or_default(), "", &mut now.rng, Stage::Delivery);
                let (event, url) = (listener.event.clone(), listener.url.clone());
                let (operation, due) = (operation.map(str::to_owned), making.now.after(after));
                let subscription =
                    listener.subscription.clone().map(|record| self.subscription_key(&Value::Object(record)));
                let request = self.signed(body, Some(&now.outbox.key()));
                let parcel = Parcel { event, url, operation, subscription, webhook, request, due };
                now.outbox.put(parcel, fault.as_ref().map_or(1, Fault::copies));
                sent = true;
            }
        }
        if sent {
            self.wake();
        }
    }

    /// Whether somebody has subscribed to an event by a call.
    pub(crate) fn is_subscribed(&self, now: &Now, event: &str) -> bool {
        let mut listeners = self.listeners(now).into_iter().filter(|listener| listener.subscription.is_some());
        listeners.any(|listener| listener.event.eq_ignore_ascii_case(event))
    }

    fn subscription_key(&self, record: &Value) -> String {
        let node = self.0.model.subscriptions.as_ref().map(|place| place.step.node.as_str()).unwrap_or_default();
        values_at(record, &self.0.model.key(node)).first().map(|value| text_of(value)).unwrap_or_default()
    }

    fn listeners(&self, now: &Now) -> Vec<Listener> {
        let mut listeners = Vec::new();
        if let Some(place) = &self.0.model.subscriptions {
            let records = now.state.records.get(&place.step.member).and_then(Value::as_array);
            for record in records.into_iter().flatten().filter_map(Value::as_object) {
                let off = place.active.as_ref().and_then(|member| record.get(member));
                if off.is_some_and(|value| ["false", "0"].contains(&text_of(value).as_str())) {
                    continue;
                }
                let url = record.get(&place.url).map(text_of).unwrap_or_default();
                let events = match record.get(&place.event) {
                    Some(Value::Array(several)) => several.iter().map(text_of).collect(),
                    Some(one) => vec![text_of(one)],
                    None => Vec::new(),
                };
                listeners.extend(events.into_iter().map(|event| Listener {
                    event,
                    url: url.clone(),
                    subscription: Some(record.clone()),
                }));
            }
        }
        for url in &now.outbox.receivers {
            let events = self.0.model.events().into_iter();
            listeners.extend(events.map(|event| Listener { event, url: url.clone(), subscription: None }));
        }
        listeners
    }

    /// Remembers the key of signatures that a call has given.
    pub(crate) fn keep_key(&self, now: &mut Now, operation: &Operation, reply: &mut Reply) {
        let hint = self.contract().behaviour.webhooks.signature_key.as_ref();
        let Some((id, path)) = hint.and_then(|hint| hint.split_once(' ')) else { return };
        if id != operation.id || !(200..300).contains(&reply.status) {
            return;
        }
        let Ok(mut body) = reply.value() else { return };
        crate::turn::put(&mut body, &path_of(path.trim()), now.outbox.next_key().into());
        reply.body = body.to_string().into_bytes();
    }

    /// A request with this body, signed with a key where the API signs.
    pub fn signed(&self, body: Vec<u8>, key: Option<&str>) -> Request {
        let header = self.contract().behaviour.webhooks.signature_header.as_ref();
        let signature = header.zip(key).map(|(header, key)| (header.clone(), Verifier::hmac_sha1(key).sign(&body)));
        let mut request = Request::new("POST", "/");
        request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        request.headers.extend(signature);
        request.body = body;
        request
    }
}

/// A webhook, its body, and after which time it is sent.
type Told = (&'static Operation, Vec<u8>, Duration);

/// What tells of some records: one for all, or one for each.
fn notices(making: Making<'_>, listener: &Listener, cause: &Cause, about: &[&News]) -> Vec<Told> {
    let Some(first) = about.first() else { return Vec::new() };
    let Some(notice) = notice::Notice::of(making, &listener.event, &cause.node) else { return Vec::new() };
    let told = |about: &[&News]| {
        let body = notice.body(cause, about, listener.subscription.as_ref());
        (notice.webhook, body.to_string().into_bytes(), first.after)
    };
    match (cause.many, notice.is_list()) {
        (true, _) if about.len() < 2 => Vec::new(),
        (true, _) | (_, true) => vec![told(about)],
        _ => about.iter().map(|one| told(&[one])).collect(),
    }
}
