//! The format of a recording: HAR 1.2, as browsers and proxies write it.
//! Entries are redacted when they are created, so secrets are never held.

use std::time::Duration;

use time::OffsetDateTime;

use super::redact::Redactor;
use crate::http::{Headers, Request, Response};
use crate::scalar::DateTime;
use crate::value::{Object, Value};

/// One exchange, ready to be written.
pub(super) struct HarEntry(Value<'static>);

impl HarEntry {
    pub(super) fn new(
        redactor: &mut Redactor,
        started: OffsetDateTime,
        took: Duration,
        request: &Request,
        response: &Response,
        body: Option<&[u8]>,
    ) -> Self {
        let started = started.replace_nanosecond(u32::from(started.millisecond()) * 1_000_000).unwrap_or(started);
        let milliseconds = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let sent = (!request.body.is_empty()).then(|| {
            let media_type = request.headers.get("content-type").unwrap_or_default().to_owned();
            object([("mimeType", media_type.into()), ("text", redactor.body(&request.body).unwrap_or_default().into())])
        });
        let media_type = response.headers.get("content-type").unwrap_or_default().to_owned();
        let size = body.map_or(-1, |body| i64::try_from(body.len()).unwrap_or(i64::MAX));
        let text = body.and_then(|body| redactor.body(body));
        let content = object([("size", Value::Int(size)), ("mimeType", media_type.into())]);
        let content = match text {
            Some(text) => with(content, "text", text.into()),
            None => with(content, "comment", Value::from("left out: no JSON, or too large")),
        };
        let url = redactor.url(&request.url);
        let query = redactor.query(&request.url);
        let mut sent_part = object([
            ("method", Value::from(request.method.as_str())),
            ("url", url.into()),
            ("httpVersion", Value::from("HTTP/1.1")),
            ("cookies", Value::List(Vec::new())),
            ("headers", headers(redactor, &request.headers)),
            ("queryString", pairs(query)),
            ("headersSize", Value::Int(-1)),
            ("bodySize", Value::Int(i64::try_from(request.body.len()).unwrap_or(i64::MAX))),
        ]);
        if let Some(sent) = sent {
            sent_part = with(sent_part, "postData", sent);
        }
        let received_part = object([
            ("status", Value::Int(i64::from(response.status))),
            ("statusText", Value::from("")),
            ("httpVersion", Value::from("HTTP/1.1")),
            ("cookies", Value::List(Vec::new())),
            ("headers", headers(redactor, &response.headers)),
            ("content", content),
            ("redirectURL", Value::from("")),
            ("headersSize", Value::Int(-1)),
            ("bodySize", Value::Int(size)),
        ]);
        let timings = [("send", Value::Int(0)), ("wait", Value::Int(milliseconds)), ("receive", Value::Int(0))];
        Self(object([
            ("startedDateTime", DateTime::from(started).to_string().into()),
            ("time", Value::Int(milliseconds)),
            ("request", sent_part),
            ("response", received_part),
            ("cache", object([])),
            ("timings", object(timings)),
        ]))
    }
}

/// The whole recording.
pub(super) fn write(entries: &[HarEntry]) -> String {
    let creator =
        object([("name", Value::from("kontrakt-runtime")), ("version", Value::from(env!("CARGO_PKG_VERSION")))]);
    let entries = Value::List(entries.iter().map(|entry| entry.0.borrow()).collect());
    let log = object([("version", Value::from("1.2")), ("creator", creator), ("entries", entries)]);
    object([("log", log)]).to_json()
}

fn headers(redactor: &Redactor, headers: &Headers) -> Value<'static> {
    pairs(headers.iter().map(|(name, value)| (name.to_owned(), redactor.header(name, value))).collect())
}

fn pairs(pairs: Vec<(String, String)>) -> Value<'static> {
    let pair = |(name, value): (String, String)| object([("name", name.into()), ("value", value.into())]);
    Value::List(pairs.into_iter().map(pair).collect())
}

fn object<'a, const N: usize>(members: [(&'static str, Value<'a>); N]) -> Value<'a> {
    Value::Map(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn with<'a>(value: Value<'a>, key: &'static str, member: Value<'a>) -> Value<'a> {
    let mut members = match value {
        Value::Map(members) => members,
        _ => Object::default(),
    };
    members.insert(key, member);
    Value::Map(members)
}
