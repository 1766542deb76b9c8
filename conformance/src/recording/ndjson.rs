//! Lines of JSON, each an answer: `{"operationId": "listOrders", "status": 200, "body": {...}}`; or with `method` and `url`
//! instead of the identifier. `request` may hold the body that was sent, and `time` the time of the call.

use serde_json::Value;

use super::{Entry, Message, Recording};

/// Whether a value is a line of this kind, and no HAR.
pub(super) fn is_entry(value: &Value) -> bool {
    value.get("operationId").is_some() || value.get("url").is_some() && value.get("status").is_some()
}

pub(super) fn read(text: &str) -> Result<Recording, String> {
    let mut recording = Recording::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let index = recording.total;
        recording.total += 1;
        match serde_json::from_str(line).map_err(|_| "line is not JSON").and_then(|line| entry(index, &line)) {
            Ok(entry) => recording.entries.push(entry),
            Err(reason) => recording.skip(reason),
        }
    }
    Ok(recording)
}

fn entry(index: usize, line: &Value) -> Result<Entry, &'static str> {
    let text = |key: &str| line.get(key).and_then(Value::as_str).map(str::to_owned);
    let operation = text("operationId");
    let (method, url) = match (&operation, text("method"), text("url")) {
        (Some(_), ..) => Default::default(),
        (None, method, Some(url)) => (method.unwrap_or_else(|| "GET".to_owned()).to_ascii_uppercase(), url),
        (None, ..) => return Err("no operationId, and no URL"),
    };
    let status = line.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let json = |body: Option<&Value>| Message {
        media_type: body.map(|_| "application/json".to_owned()),
        body: body.map(|body| body.to_string().into_bytes()),
        ..Message::default()
    };
    Ok(Entry {
        index,
        day: line.get("time").and_then(super::day),
        method,
        url,
        operation,
        request: json(line.get("request")),
        status: status.ok_or("no status")?,
        response: json(line.get("body")),
    })
}
