//! The parts of an answer other than its value: errors, request id, counts.
//! Read from the tree by the paths of the API's [`Envelope`].

use std::borrow::Cow;

use crate::api::{Api, Envelope, ErrorFields, Success};
use crate::decode::Decode;
use crate::error::ApiError;
use crate::http::Headers;
use crate::value::{Value, trimmed};

/// What the body and the header fields of an answer say about the call.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) request_id: Option<String>,
    pub(crate) errors: Vec<ApiError>,
    /// Whether a member says that the call failed, whatever the status.
    pub(crate) failed: bool,
    /// Whether it has what every answer of the API has.
    pub(crate) recognized: bool,
}

impl Verdict {
    /// Of an answer without a JSON body.
    pub(crate) fn of_headers(api: &Api, headers: &Headers) -> Self {
        Self { request_id: id_in(&api.envelope, headers), recognized: true, ..Self::default() }
    }

    /// Of an answer with a JSON body; `failed` is whether the status says that the call failed.
    pub(crate) fn read(api: &Api, failed: bool, headers: &Headers, body: &Value<'_>) -> Self {
        let envelope = &api.envelope;
        let member = envelope.request_id.and_then(|path| text(body.at(path)?));
        let told = envelope.success.map(|success| body.at(success.member).and_then(text));
        let is_failure = |success: Success| told.clone().flatten().is_some_and(|told| told != success.equals);
        let failed = failed || envelope.success.is_some_and(is_failure);
        Self {
            request_id: member.or_else(|| id_in(envelope, headers)),
            errors: errors(envelope, failed, body),
            failed,
            recognized: match told {
                Some(told) => told.is_some(),
                None => has_envelope(envelope, body),
            },
        }
    }
}

/// The identifier of the request, where a header field has it.
fn id_in(envelope: &Envelope, headers: &Headers) -> Option<String> {
    headers.get(envelope.request_id_header?).map(str::to_owned)
}

/// Whether a body has some member of the envelope, or is any object or list where successes have none.
fn has_envelope(envelope: &Envelope, body: &Value<'_>) -> bool {
    let of_success = || envelope.values.iter().chain(&envelope.request_id);
    let is_there = |path: &&str| body.get(path.split('/').next().unwrap_or(path)).is_some();
    match body {
        _ if of_success().next().is_none() => matches!(body, Value::Map(_) | Value::List(_)),
        _ => of_success().chain(&envelope.errors).any(is_there),
    }
}

/// The errors that are listed, or the one message of a call that failed.
fn errors(envelope: &Envelope, failed: bool, body: &Value<'_>) -> Vec<ApiError> {
    let listed = envelope.errors.and_then(|path| body.at(path));
    let listed: Vec<ApiError> = match listed {
        Some(Value::List(items)) => items.iter().map(|item| api_error(&envelope.error_fields, item)).collect(),
        Some(Value::Map(object)) => object.iter().map(|(_, item)| api_error(&envelope.error_fields, item)).collect(),
        Some(Value::Str(message)) if !message.is_empty() => vec![ApiError::new(None, message.to_string(), None)],
        _ => Vec::new(),
    };
    // A list with an error that says nothing is how some servers write that there are none.
    let said = |error: &ApiError| error.code.is_some() || !error.message.is_empty() || error.instance.is_some();
    let listed: Vec<ApiError> = listed.into_iter().filter(said).collect();
    if !listed.is_empty() {
        return listed;
    }
    let path = envelope.error.filter(|_| failed);
    let message = path.and_then(|path| text(body.at(path)?)).filter(|message| !message.is_empty());
    message.map(|message| ApiError::new(None, message, None)).into_iter().collect()
}

fn api_error(fields: &ErrorFields, item: &Value<'_>) -> ApiError {
    let member = |key| item.get(key).and_then(text).filter(|text: &String| !text.is_empty());
    let message = member(fields.message).or_else(|| text(item)).unwrap_or_default();
    ApiError::new(member(fields.code), message, member(fields.instance))
}

fn text(value: &Value<'_>) -> Option<String> {
    String::decode(value).ok()
}

/// The shortest name of what arrived in place of JSON.
pub(crate) fn name_of(content_type: Option<&str>, body: &[u8]) -> Cow<'static, str> {
    let start = trimmed(body);
    if start.is_empty() {
        return Cow::Borrowed("the answer is empty");
    }
    if is_html(content_type, body) || start.first() == Some(&b'<') {
        return Cow::Borrowed("the answer is a page of HTML");
    }
    match content_type {
        Some(media_type) if media_type.contains("json") => Cow::Borrowed("the answer is no valid JSON, or was cut off"),
        Some(media_type) => Cow::Owned(format!("the answer is no JSON but {}", printable(media_type))),
        None => Cow::Borrowed("the answer is no JSON"),
    }
}

/// Whether it is a page for people, even if it claims to be something else.
pub(crate) fn is_html(content_type: Option<&str>, body: &[u8]) -> bool {
    let starts = |with: &str| {
        let start = trimmed(body).get(..with.len()).unwrap_or_default();
        start.eq_ignore_ascii_case(with.as_bytes())
    };
    content_type.is_some_and(|media_type| media_type.starts_with("text/html"))
        || starts("<!doctype html")
        || starts("<html")
}

/// A header value as it may be shown.
fn printable(text: &str) -> String {
    text.chars().filter(|each| each.is_ascii_graphic()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::{Api, Envelope, ErrorFields, Headers, Value, Verdict, name_of};
    use crate::api::Success;

    const LISTED: Api = Api {
        envelope: Envelope {
            errors: Some("errors"),
            error_fields: ErrorFields { code: "errorCode", ..ErrorFields::DEFAULT },
            request_id: Some("metadata/requestId"),
            ..Envelope::DEFAULT
        },
        ..Api::DEFAULT
    };

    const TOLD: Api = Api {
        envelope: Envelope {
            success: Some(Success { member: "result", equals: "ok" }),
            error: Some("error"),
            ..Envelope::DEFAULT
        },
        ..Api::DEFAULT
    };

    fn verdict(api: &Api, text: &str) -> Verdict {
        Verdict::read(api, false, &Headers::new(), &Value::from_json(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_list_of_errors() {
        let text = r#"{"data":null,"errors":[{"errorCode":"x","message":"m","instance":"i"},"bare",{},
            {"errorCode":"","message":"","instance":""}],
            "metadata":{"requestId":"r"}}"#;
        let verdict = verdict(&LISTED, text);
        assert_eq!(verdict.request_id.as_deref(), Some("r"));
        let texts: Vec<String> = verdict.errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["x: m (i)", "bare"]);
        assert!(!verdict.failed);
    }

    #[test]
    fn a_member_that_tells() {
        let worked = verdict(&TOLD, r#"{"result":"ok","error":"is a member of the value"}"#);
        assert!(!worked.failed && worked.errors.is_empty());
        let failed = verdict(&TOLD, r#"{"result":"error","error":"price not found"}"#);
        assert!(failed.failed);
        assert_eq!(failed.errors[0].message, "price not found");
        // What does not tell is no answer.
        assert!(["{}", "[]", "null", r#"{"result":null}"#].iter().all(|text| !verdict(&TOLD, text).recognized));
        assert!(worked.recognized && failed.recognized);
    }

    #[test]
    fn names_of_what_is_no_json() {
        assert_eq!(name_of(Some("text/html"), b" <!doctype html>"), "the answer is a page of HTML");
        assert_eq!(name_of(None, b" "), "the answer is empty");
        assert_eq!(name_of(Some("application/json"), b"{\"a\":"), "the answer is no valid JSON, or was cut off");
        assert_eq!(name_of(Some("text/plain"), b"ok"), "the answer is no JSON but text/plain");
    }
}
