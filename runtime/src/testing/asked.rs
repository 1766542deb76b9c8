//! What a stub answers and an assertion looks for: a call, with all or none of its arguments.

use crate::api::Operation;
use crate::http::{MockRequest, url};
use crate::request::{Content, Parts};
use crate::value::Value;

/// A call as a request is compared with it.
pub(super) struct Asked {
    pub(super) operation: Operation,
    /// Nothing when the arguments do not matter.
    arguments: Option<AskedArguments>,
}

struct AskedArguments {
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: SentBody,
}

/// A body that can be compared. Forms with files cannot: what divides their parts is random.
enum SentBody {
    Anything,
    Json(String),
    Bytes(Vec<u8>),
}

impl Asked {
    /// A call with the arguments that it has.
    #[track_caller]
    pub(super) fn exactly(call: &Parts) -> Self {
        if let Some(fault) = &call.fault {
            panic!("`{}` is never sent: {fault}", call.operation.id);
        }
        let owned = |pairs: &[(std::borrow::Cow<'static, str>, String)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| (key.to_string(), value.clone())).collect()
        };
        let body = match (&call.body, call.body.text()) {
            (Content::None | Content::Form(_), _) => SentBody::Anything,
            (_, Some(text)) => SentBody::Json(text),
            (body, None) => body.encoded().map_or(SentBody::Anything, |(_, bytes)| SentBody::Bytes(bytes)),
        };
        let (path, query, headers) = (call.path.clone(), owned(&call.query), owned(&call.headers));
        Self { operation: call.operation, arguments: Some(AskedArguments { path, query, headers, body }) }
    }

    /// A call with whatever arguments.
    pub(super) fn any(call: &Parts) -> Self {
        Self { operation: call.operation, arguments: None }
    }

    /// How many things of the call a request has; nothing when it is another call or lacks one of them.
    pub(super) fn matches(&self, request: &MockRequest) -> Option<usize> {
        if request.operation != self.operation.id || request.method != self.operation.method {
            return None;
        }
        let Some(AskedArguments { path, query, headers, body }) = &self.arguments else { return Some(0) };
        let mut sent: Vec<(String, String)> = request.query_pairs().collect();
        let has_query = query.iter().all(|pair| {
            let found = sent.iter().position(|one| one == pair);
            found.map(|at| sent.swap_remove(at)).is_some()
        });
        let has_headers = headers.iter().all(|(name, value)| request.headers.get(name) == Some(value));
        let has_body = match body {
            SentBody::Anything => true,
            SentBody::Json(text) => json(text).is_some_and(|body| json(&request.body) == Some(body)),
            SentBody::Bytes(bytes) => String::from_utf8_lossy(bytes) == request.body,
        };
        let same = url::without_query(&request.url).ends_with(path.as_str()) && has_query && has_headers && has_body;
        same.then(|| 1 + query.len() + headers.len() + usize::from(!matches!(body, SentBody::Anything)))
    }
}

/// The operation, and the path that is asked for.
impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Operation { id, method, path, .. } = &self.operation;
        write!(f, "`{id}`: {method} ")?;
        let Some(arguments) = &self.arguments else { return write!(f, "{path}, with any arguments") };
        f.write_str(&arguments.path)?;
        for (at, (key, value)) in arguments.query.iter().enumerate() {
            write!(f, "{}{key}={value}", if at == 0 { '?' } else { '&' })?;
        }
        match &arguments.body {
            SentBody::Json(text) => write!(f, " {text}"),
            SentBody::Bytes(bytes) => write!(f, " {} bytes", bytes.len()),
            SentBody::Anything => Ok(()),
        }
    }
}

fn json(text: &str) -> Option<Value<'_>> {
    Value::from_json(text.as_bytes()).ok()
}
