//! Errors in the form that the API gives them: the status that the call documents, the envelope, the code.

use std::time::Duration;

use hyper::StatusCode;
use kontrakt_codegen::contract::{Operation, SecurityKind, Status};
use serde_json::{Value, json};

use crate::maker::Fill;
use crate::message::Reply;
use crate::state::{Making, text_of};

/// Seconds that a refusal asks to wait, where nothing else says it.
const WAIT: u64 = 5;

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It breaks the contract.
    Invalid,
    /// It shows no credentials, or wrong ones.
    Unauthorized,
    /// Its token is not valid any more.
    Expired,
    /// There is nothing of this name.
    NotFound,
    /// There is nothing at this address.
    NoSuchPath,
    /// The address does not take this method.
    Method,
    /// There is one with this key already.
    Duplicate,
    /// Too many calls in a time.
    Limited,
    /// Too many things at once: tokens, or items of a call.
    TooMany,
    /// The credentials do not give the right.
    Forbidden,
    /// Somebody else has changed it.
    Conflict,
    /// Somebody else is changing it.
    Locked,
    /// The server cannot.
    Failed,
    /// The server cannot now.
    Unavailable,
    /// The server is somewhere else.
    Moved,
}

impl Event {
    /// Its name in `x-sandbox`.
    fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthorized => "unauthorized",
            Self::Expired => "expired-token",
            Self::NotFound | Self::NoSuchPath => "not-found",
            Self::Method => "method-not-allowed",
            Self::Duplicate => "duplicate",
            Self::Limited => "limited",
            Self::TooMany => "too-many",
            Self::Forbidden => "forbidden",
            Self::Conflict => "conflict",
            Self::Locked => "locked",
            Self::Failed => "failed",
            Self::Unavailable => "unavailable",
            Self::Moved => "moved",
        }
    }

    /// Statuses that fit, the best first; the first that the call documents is taken, or else the first.
    fn statuses(self) -> &'static [u16] {
        match self {
            Self::Invalid => &[400, 422],
            Self::Unauthorized | Self::Expired => &[401],
            Self::NotFound => &[404, 422, 400],
            Self::NoSuchPath => &[404],
            Self::Method => &[405],
            Self::Duplicate => &[422, 409, 400],
            Self::Limited => &[429],
            Self::TooMany => &[429, 413, 400],
            Self::Forbidden => &[403],
            Self::Conflict => &[409],
            Self::Locked => &[423],
            Self::Failed => &[500],
            Self::Unavailable => &[503],
            Self::Moved => &[301],
        }
    }

    /// What a status says.
    fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            405 => Self::Method,
            409 => Self::Conflict,
            413 => Self::TooMany,
            423 => Self::Locked,
            429 => Self::Limited,
            503 => Self::Unavailable,
            500.. => Self::Failed,
            _ => Self::Invalid,
        }
    }
}

/// A call that is refused.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) event: Event,
    pub(crate) errors: Vec<(String, Option<String>)>,
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, String)>,
    /// The code of the error, where it is not that of what is wrong.
    pub(crate) code: Option<String>,
    /// Where the server is now.
    moved: Option<String>,
}

impl Refusal {
    pub(crate) fn new(event: Event, message: impl Into<String>) -> Self {
        let errors = vec![(message.into(), None)];
        Self { event, errors, status: None, headers: Vec::new(), code: None, moved: None }
    }

    /// The error of a status, as the API gives it.
    pub(crate) fn of_status(status: u16) -> Self {
        let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        Self { status: Some(status), ..Self::new(Event::of_status(status), reason.unwrap_or("refused")) }
    }

    /// The server is somewhere else.
    pub(crate) fn moved(base: &str) -> Self {
        Self { moved: Some(base.to_owned()), ..Self::new(Event::Moved, "") }
    }

    /// The same about a part of the request.
    pub(crate) fn instance(mut self, instance: impl Into<String>) -> Self {
        if let Some((_, about)) = self.errors.last_mut() {
            *about = Some(instance.into());
        }
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl Making<'_> {
    /// The code of an event, as the API calls it.
    pub(crate) fn code(&self, event: Event) -> String {
        let behaviour = &self.model.contract.behaviour;
        if event == Event::Expired
            && let Some(code) = &behaviour.envelope.expired_token
        {
            return code.clone();
        }
        let codes = &behaviour.sandbox.error_codes;
        let code = codes.iter().find(|(name, _)| name == event.name()).map(|(_, code)| code.as_str());
        code.unwrap_or(event.name()).to_owned()
    }

    /// The members of an answer that say what is wrong.
    pub(crate) fn errors(&self, code: &str, errors: &[(String, Option<String>)]) -> Value {
        let fields = &self.model.contract.behaviour.envelope.error_fields;
        let one = |(message, instance): &(String, Option<String>)| {
            let mut error = serde_json::Map::new();
            let pairs = [
                (&fields.code, Some(code.to_owned())),
                (&fields.message, Some(message.clone())),
                (&fields.instance, Some(instance.clone().unwrap_or_default())),
            ];
            for (name, value) in pairs {
                if let Some((name, value)) = name.as_ref().zip(value) {
                    error.insert(name.clone(), json!(value));
                }
            }
            Value::Object(error)
        };
        Value::Array(errors.iter().map(one).collect())
    }

    /// The answer to a call that is refused.
    pub(crate) fn refuse(&self, operation: Option<&Operation>, refusal: &Refusal) -> Reply {
        let envelope = &self.model.contract.behaviour.envelope;
        let documented = |status: u16| {
            operation.is_some_and(|operation| operation.responses.iter().any(|one| one.status == Status::Code(status)))
        };
        let statuses = refusal.event.statuses();
        let status = statuses.iter().copied().find(|status| documented(*status)).unwrap_or(statuses[0]);
        let status = refusal.status.unwrap_or(if envelope.success.is_some() { 200 } else { status });
        let message = refusal.errors.first().map(|(message, _)| message.as_str()).unwrap_or_default();
        let mut known = self.said(refusal, message);
        let schema = operation.and_then(|operation| self.error_schema(operation, status));
        let body = match schema {
            Some(schema) => {
                let mut maker = self.maker(self.seed_of(u64::from(status), message), Fill::Lean);
                maker.make(&[schema], "", Some(&Value::Object(known)))
            }
            None => {
                if let Some(success) = &envelope.success {
                    known.insert(success.member.clone(), json!("error"));
                }
                Value::Object(known)
            }
        };
        let mut reply = Reply::json(status, &body);
        reply.headers.extend(refusal.headers.iter().cloned());
        if let Some(base) = refusal.moved.as_ref().filter(|_| envelope.moved_to.is_none()) {
            reply.headers.push(("location".to_owned(), base.clone()));
        }
        reply.headers.extend(self.documented_headers(operation, status, &reply));
        reply
    }

    /// The members of an answer to a call that is refused.
    fn said(&self, refusal: &Refusal, message: &str) -> serde_json::Map<String, Value> {
        let envelope = &self.model.contract.behaviour.envelope;
        if let (Some(moved_to), Some(base)) = (&envelope.moved_to, &refusal.moved) {
            return serde_json::Map::from_iter([(moved_to.member.clone(), json!(base))]);
        }
        let mut known = serde_json::Map::new();
        if let Some(member) = &envelope.errors {
            let code = refusal.code.clone().unwrap_or_else(|| self.code(refusal.event));
            known.insert(member.clone(), self.errors(&code, &refusal.errors));
        }
        if let Some(member) = &envelope.error {
            known.insert(member.clone(), json!(message));
        }
        if envelope.errors.is_none() && envelope.error.is_none() {
            known.insert("error".to_owned(), json!(message));
        }
        known
    }

    /// Header fields that the document has for a status, and that the reply does not have yet.
    fn documented_headers(&self, operation: Option<&Operation>, status: u16, reply: &Reply) -> Vec<(String, String)> {
        let responses = operation.into_iter().flat_map(|operation| &operation.responses);
        let headers = responses.filter(|one| one.status == Status::Code(status)).flat_map(|one| &one.headers);
        let behaviour = &self.model.contract.behaviour;
        let counted = |name: &str| behaviour.limits.budget_headers.iter().any(|one| one.eq_ignore_ascii_case(name));
        let missing = headers.filter(|one| !counted(&one.name) && reply.header(&one.name).is_none());
        let value = |header: &kontrakt_codegen::contract::Header| {
            if header.name.eq_ignore_ascii_case("retry-after") {
                return Some(self.now.after(Duration::from_secs(WAIT)).http_date());
            }
            let mut maker = self.maker(self.seed_of(u64::from(status), &header.name), Fill::Rich);
            let value = maker.make(&[header.schema?], &header.name, None);
            (!value.is_null() && !value.is_object() && !value.is_array()).then(|| text_of(&value))
        };
        missing.filter_map(|header| Some((header.name.clone(), value(header)?))).collect()
    }

    /// What the answer of a status looks like, or where it is not described that of another failure.
    fn error_schema(&self, operation: &Operation, status: u16) -> Option<kontrakt_codegen::contract::SchemaId> {
        let contract = self.model.contract;
        let json = |response: &kontrakt_codegen::contract::Response| response.json()?.schema;
        let exact = operation.responses.iter().filter(|one| one.status == Status::Code(status));
        let range = operation.responses.iter().filter(|one| one.status == Status::Range((status / 100) as u8));
        let default = operation.responses.iter().filter(|one| one.status == Status::Default);
        let root = exact.chain(range).chain(default).find_map(json);
        let Some(success) = &contract.behaviour.envelope.success else { return root };
        // The alternative that does not say that the call worked.
        let fails = |id: &kontrakt_codegen::contract::SchemaId| {
            let slot = self.model.schemas.member(&[*id], &success.member);
            slot.is_some_and(|slot| !self.model.schemas.accepts(&slot, &json!(success.equals)))
        };
        let alternatives = contract.merged(root?).unions.iter().flat_map(|union| &union.alternatives);
        alternatives.copied().find(fails)
    }

    /// What proves who calls, for people: how to send it.
    pub(crate) fn credentials_help(&self) -> String {
        let schemes = self.model.contract.security_schemes.iter();
        let ways = schemes.map(|scheme| match &scheme.kind {
            SecurityKind::Header(name) => format!("header {name}: {}", crate::CREDENTIAL),
            SecurityKind::Query(name) => format!("query {name}={}", crate::CREDENTIAL),
            SecurityKind::Cookie(name) => format!("cookie {name}={}", crate::CREDENTIAL),
            SecurityKind::Basic => format!("HTTP Basic with the password {}", crate::CREDENTIAL),
            _ => format!("Authorization: Bearer {}", crate::CREDENTIAL),
        });
        let mut ways: Vec<String> = ways.collect();
        ways.dedup();
        ways.join(", or ")
    }
}
