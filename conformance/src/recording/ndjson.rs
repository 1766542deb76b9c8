//! Lines of JSON, each an answer: `{"operationId": "listOrders", "status": 200, "body": {...}}`.
//! `request` may hold the request body, and `time` the time of the call.

use serde_json::Value;

use super::{Entry, Message, Recording};

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
    let operation = line.get("operationId").and_then(Value::as_str).ok_or("no operationId")?;
    let status = line.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let json = |body: Option<&Value>| Message {
        headers: Vec::new(),
        media_type: body.map(|_| "application/json".to_owned()),
        body: body.map(|body| body.to_string().into_bytes()),
    };
    Ok(Entry {
        index,
        day: line.get("time").and_then(super::day),
        operation: Some(operation.to_owned()),
        request: json(line.get("request")),
        status: status.ok_or("no status")?,
        response: json(line.get("body")),
        ..Entry::default()
    })
}
