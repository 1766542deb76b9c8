//! Compares two calls: method, path, query, headers, body, and the value that was read.
//! Descriptions contain no array indices and no values, so equal differences are counted once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use wiremock::Request;

use crate::exchange::{CallResult, Seen};

/// Headers that belong to the HTTP library and say nothing about the call.
const TRANSPORT: [&str; 6] = ["accept-encoding", "connection", "content-length", "host", "user-agent", "traceparent"];

/// One difference: what it is, and an example.
pub(crate) struct CallDifference {
    pub(crate) what: String,
    pub(crate) example: String,
}

impl CallDifference {
    pub(crate) fn new(what: impl Into<String>, example: impl Into<String>) -> Self {
        let example = example.into().chars().take(240).collect();
        Self { what: what.into(), example }
    }
}

pub(crate) fn compare(ours: &Seen, theirs: &Seen) -> Vec<CallDifference> {
    let mut found = Vec::new();
    match (&ours.request, &theirs.request) {
        (Some(ours), Some(theirs)) => requests(ours, theirs, &mut found),
        (None, Some(_)) => {
            found.push(CallDifference::new("only progenitor sends", format!("{:?}", error(&ours.outcome))))
        }
        (Some(_), None) => found.push(CallDifference::new("only ours sends", format!("{:?}", error(&theirs.outcome)))),
        (None, None) => {}
    }
    match (&ours.outcome, &theirs.outcome) {
        (Ok(ours), Ok(theirs)) => values("value", "", ours, theirs, Absent::IsNull, &mut found),
        (Ok(_), Err(error)) => found.push(CallDifference::new("only ours reads the answer", error)),
        (Err(error), Ok(_)) => found.push(CallDifference::new("only progenitor reads the answer", error)),
        (Err(_), Err(_)) => {}
    }
    found
}

fn error(outcome: &CallResult) -> &str {
    outcome.as_ref().err().map_or("", String::as_str)
}

fn requests(ours: &Request, theirs: &Request, found: &mut Vec<CallDifference>) {
    if ours.method != theirs.method {
        found.push(CallDifference::new("method", format!("{} and {}", ours.method, theirs.method)));
    }
    if ours.url.path() != theirs.url.path() {
        found.push(CallDifference::new("path", format!("{} and {}", ours.url.path(), theirs.url.path())));
    }
    let query = |request: &Request| {
        let mut pairs: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in request.url.query_pairs() {
            pairs.entry(key.into_owned()).or_default().push(value.into_owned());
        }
        pairs
    };
    maps("query", &query(ours), &query(theirs), found);
    let headers = |request: &Request| {
        let relevant = request.headers.iter().filter(|(name, _)| !TRANSPORT.contains(&name.as_str()));
        let text = |value: &wiremock::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        relevant.map(|(name, value)| (name.to_string(), text(value))).collect::<BTreeMap<_, _>>()
    };
    maps("header", &headers(ours), &headers(theirs), found);
    match (serde_json::from_slice(&ours.body), serde_json::from_slice(&theirs.body)) {
        (Ok(ours), Ok(theirs)) => values("body", "", &ours, &theirs, Absent::IsAbsent, found),
        _ if ours.body == theirs.body => {}
        _ => found.push(CallDifference::new("body", format!("{:?} and {:?}", ours.body, theirs.body))),
    }
}

fn maps<V: PartialEq + std::fmt::Debug>(
    part: &str,
    ours: &BTreeMap<String, V>,
    theirs: &BTreeMap<String, V>,
    found: &mut Vec<CallDifference>,
) {
    for key in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
        let kind = match (ours.get(key), theirs.get(key)) {
            (Some(ours), Some(theirs)) if ours == theirs => continue,
            (Some(_), Some(_)) => "differs",
            (Some(_), None) => "only ours",
            _ => "only progenitor",
        };
        let example = format!("{:?} and {:?}", ours.get(key), theirs.get(key));
        found.push(CallDifference::new(format!("{part} {key} {kind}"), example));
    }
}

/// What a missing member means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    /// In a value that was read: nothing, as null and emptiness do.
    IsNull,
    /// In a body that is sent: something else than null.
    IsAbsent,
}

fn values(part: &str, place: &str, ours: &Value, theirs: &Value, absent: Absent, found: &mut Vec<CallDifference>) {
    let mut differ = |kind: &str| {
        found.push(CallDifference::new(format!("{part} {place} {kind}"), format!("{ours} and {theirs}")));
    };
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let place = format!("{place}/{key}");
                let nothing = |value: Option<&Value>| absent == Absent::IsNull && value.is_none_or(is_empty);
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => values(part, &place, a, b, absent, found),
                    (a, b) if nothing(a) && nothing(b) => {}
                    (a, b) => {
                        let (whose, value) = if b.is_none() { ("ours", a) } else { ("progenitor", b) };
                        let kind = match value {
                            Some(Value::Null) => "null only",
                            Some(value) if is_empty(value) => "empty only",
                            _ => "only",
                        };
                        let example = value.map(Value::to_string).unwrap_or_default();
                        found.push(CallDifference::new(format!("{part} {place} {kind} {whose}"), example));
                    }
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                values(part, &format!("{place}/*"), a, b, absent, found);
            }
        }
        (Value::Number(a), Value::Number(b)) if same_number(a, b) => {}
        (a, b) if a == b => {}
        (a, b) if scalar(a).is_some() && scalar(a) == scalar(b) => differ("in another form"),
        _ => differ("differs"),
    }
}

fn same_number(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    a == b || a.as_f64() == b.as_f64()
}

/// Null, and lists and maps of nothing, which progenitor leaves out when it writes a value back.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// What a number, a numeric text or a time means, for values that come in several forms.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.as_f64().map_or_else(|| number.to_string(), |float| float.to_string())),
        Value::String(text) => Some(match text.parse::<f64>() {
            Ok(float) => float.to_string(),
            Err(_) => text.replace('T', " ").replace('Z', "+0000").replace(':', ""),
        }),
        _ => None,
    }
}
