//! HAR 1.2, and the journals and stubs of WireMock, which contain the same under other names.
//! An entry needs only method, URL and status.

use serde_json::Value;

use super::{Absent, Entry, Message, Recording, body};

/// Members that hold a list of entries, by flavour.
const LISTS: [&str; 4] = ["/log/entries", "/entries", "/requests", "/mappings"];

pub(super) fn read(file: &Value) -> Result<Recording, String> {
    let list = LISTS.iter().find_map(|pointer| file.pointer(pointer)?.as_array());
    let single = || file.get("request").is_some().then(|| std::slice::from_ref(file));
    let list = list.map(Vec::as_slice).or_else(single).ok_or("it has no list of entries")?;
    let mut recording = Recording { total: list.len(), ..Recording::default() };
    for (index, value) in list.iter().enumerate() {
        match entry(index, value) {
            Ok(entry) => recording.entries.push(entry),
            Err(reason) => recording.skip(&reason),
        }
    }
    Ok(recording)
}

fn entry(index: usize, value: &Value) -> Result<Entry, String> {
    let request = value.get("request").ok_or("no request")?;
    let response = value.get("response").or_else(|| value.get("responseDefinition")).ok_or("no response")?;
    let method = request.get("method").and_then(Value::as_str).ok_or("no method")?.to_ascii_uppercase();
    if matches!(method.as_str(), "OPTIONS" | "CONNECT") {
        return Err(format!("{method} is not a call of an API"));
    }
    let urls = ["url", "absoluteUrl", "urlPath"];
    let url = urls.iter().find_map(|key| request.get(key)?.as_str()).ok_or("no URL")?;
    let status = response.get("status").and_then(|status| status.as_u64().or_else(|| status.as_str()?.parse().ok()));
    let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| *status >= 100);
    // Browsers write 0 for calls that were blocked or cancelled.
    let status = status.ok_or("no answer")?;
    let mut sent = message(request, request.get("postData"));
    cookies(request, &mut sent.headers);
    // WireMock notes the time of what arrived.
    let time = value.get("startedDateTime").or_else(|| request.get("loggedDateString"));
    Ok(Entry {
        index,
        day: time.and_then(super::day),
        method,
        url: with_query(url, request),
        operation: None,
        request: sent,
        status,
        response: message(response, response.get("content")),
    })
}

/// The URL; tools that split the query off put it back.
fn with_query(url: &str, request: &Value) -> String {
    let pairs = request.get("queryString").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if url.contains('?') || pairs.is_empty() {
        return url.to_owned();
    }
    let text =
        |pair: &Value, key: &str| crate::routing::encode(pair.get(key).and_then(Value::as_str).unwrap_or_default());
    let pairs: Vec<String> =
        pairs.iter().map(|pair| format!("{}={}", text(pair, "name"), text(pair, "value"))).collect();
    format!("{url}?{}", pairs.join("&"))
}

/// Headers and body; a body that cannot be read is no reason to leave out the rest of the call.
fn message(message: &Value, content: Option<&Value>) -> Message {
    let headers = headers(message.get("headers"));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let header =
        |name: &str| headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone());
    let media_type = content.and_then(|content| text(content.get("mimeType")));
    let media_type =
        media_type.filter(|name| !matches!(name.as_str(), "" | "x-unknown")).or_else(|| header("content-type"));
    let encoding = header("content-encoding");
    let body = body_of(message, content, encoding.as_deref());
    let (body, absent) = match body {
        Ok(Some(body)) if !body.is_empty() => (Some(body), Absent::Unsaid),
        Ok(None) => (None, absent(message, content, header("content-length"))),
        Ok(Some(_)) => (None, Absent::Empty),
        Err(reason) => (None, Absent::Unreadable(reason)),
    };
    Message { headers, media_type, body, absent }
}

/// The body as it was kept; `None` where none was.
fn body_of(message: &Value, content: Option<&Value>, encoding: Option<&str>) -> Result<Option<Vec<u8>>, String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let Some(content) = content else {
        return match (message.get("jsonBody"), text(message.get("body")), text(message.get("base64Body"))) {
            (Some(json), ..) => Ok(Some(json.to_string().into_bytes())),
            (_, Some(text), _) => Ok(Some(text.into_bytes())),
            (.., Some(text)) => body::decode(&text, true, encoding).map(Some),
            _ => Ok(None),
        };
    };
    let base64 = content.get("encoding").and_then(Value::as_str) == Some("base64");
    match (content.get("text"), content.get("_file").or_else(|| content.get("_sha1"))) {
        (Some(Value::String(text)), _) if !text.is_empty() || base64 => body::decode(text, base64, encoding).map(Some),
        // Some tools put JSON in as it is.
        (Some(value @ (Value::Object(_) | Value::Array(_))), _) => Ok(Some(value.to_string().into_bytes())),
        (_, Some(_)) => Err("body is in a file of its own".to_owned()),
        _ => Ok(None),
    }
}

/// What the sizes that a recording notes say of a body that is not there; -1 stands for one that is not known.
fn absent(message: &Value, content: Option<&Value>, length: Option<String>) -> Absent {
    let size = |value: Option<&Value>| value.and_then(Value::as_f64).filter(|size| *size >= 0.0);
    let content_size = size(content.and_then(|content| content.get("size")));
    let length = length.and_then(|length| length.trim().parse().ok());
    let sizes = [content_size, size(message.get("bodySize")), length];
    let explicit = content.is_some_and(|content| content.get("text").is_some_and(Value::is_string));
    if sizes.iter().flatten().any(|size| *size > 0.0) {
        Absent::Unreadable("body was not kept".to_owned())
    } else if content_size == Some(0.0) || length == Some(0.0) || explicit && content_size.is_none() {
        Absent::Empty
    } else {
        Absent::Unsaid
    }
}

/// Cookies that stand in a list of their own come back into the header that they were sent in.
fn cookies(request: &Value, headers: &mut Vec<(String, String)>) {
    let Some(list) = request.get("cookies").and_then(Value::as_array).filter(|list| !list.is_empty()) else { return };
    if headers.is_empty() || headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
        return;
    }
    let text = |cookie: &Value, key: &str| cookie.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let pairs: Vec<String> = list.iter().map(|one| format!("{}={}", text(one, "name"), text(one, "value"))).collect();
    headers.push(("cookie".to_owned(), pairs.join("; ")));
}

/// `[{"name", "value"}]`, or `{"name": "value"}` or `{"name": ["value"]}`.
fn headers(value: Option<&Value>) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Some(Value::Array(list)) => {
            list.iter().filter_map(|pair| Some((text(pair.get("name")?)?, text(pair.get("value")?)?))).collect()
        }
        Some(Value::Object(map)) => {
            let first =
                |value: &Value| text(value).or_else(|| text(value.get(0)?)).or_else(|| text(value.get("equalTo")?));
            map.iter().filter_map(|(name, value)| Some((name.clone(), first(value)?))).collect()
        }
        _ => Vec::new(),
    }
}
