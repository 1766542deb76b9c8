//! A transport that answers from recorded traffic: HAR 1.2, of browsers, proxies and the recorder of this crate.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::http::{BoxFuture, Headers, MockRequest, Request, Response, Transport, TransportError, url};
use crate::value::Value;

/// What the recorder writes in place of secrets.
const HIDDEN: &str = "***";

/// Header fields that are about how the body was sent, not about what it is.
const OF_THE_WIRE: [&str; 3] = ["content-encoding", "content-length", "transfer-encoding"];

/// Answers requests from a recording. Clones are the same replay.
///
/// A request gets the first answer that was not given yet to a request with the same method, path and query, on whatever
/// host; of several, one to the same body. What the recorder replaced in path and query is not compared.
#[derive(Clone)]
pub struct Replay(Arc<Mutex<Vec<RecordedAnswer>>>);

/// The text is no recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayError(String);

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReplayError {}

struct RecordedAnswer {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    sent: String,
    status: u16,
    headers: Vec<(String, String)>,
    /// Nothing when the recording left it out.
    body: Option<Vec<u8>>,
    is_given: bool,
}

impl Replay {
    /// Reads a recording from a file.
    ///
    /// # Errors
    /// When the file cannot be read, or is no recording.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReplayError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| ReplayError(format!("{}: {error}", path.display())))?;
        Self::from_har(&text).map_err(|error| ReplayError(format!("{}: {error}", path.display())))
    }

    /// Reads a recording.
    ///
    /// # Errors
    /// When the text is no HAR.
    pub fn from_har(text: &str) -> Result<Self, ReplayError> {
        let har = Value::from_json(text.as_bytes()).map_err(|error| ReplayError(format!("no JSON: {error}")))?;
        let entries = har.at("log/entries").and_then(Value::as_list);
        let entries = entries.ok_or_else(|| ReplayError("no HAR: it has no list `log.entries`".into()))?;
        let read = |(at, entry): (usize, &Value<'_>)| {
            recorded(entry).map_err(|missing| ReplayError(format!("no HAR: log.entries[{at}] has no {missing}")))
        };
        let entries: Result<Vec<RecordedAnswer>, ReplayError> = entries.iter().enumerate().map(read).collect();
        Ok(Self(Arc::new(Mutex::new(entries?))))
    }

    /// Makes sure that every recorded answer was given.
    ///
    /// # Panics
    /// When one was not; the message lists them.
    #[track_caller]
    pub fn assert_all_used(&self) {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unused = entries.iter().filter(|one| !one.is_given);
        let unused: Vec<String> = unused.map(|one| format!("\n  {} {}", one.method, one.path)).collect();
        drop(entries);
        assert!(unused.is_empty(), "recorded and not asked for:{}", unused.concat());
    }

    fn answer(&self, request: &MockRequest) -> Result<Response, TransportError> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ranked = entries.iter().enumerate().filter_map(|(at, one)| Some((one.rank(request)?, at)));
        let known = ranked.clone().count();
        let left = ranked.filter(|(_, at)| !entries[*at].is_given);
        let best = left.max_by_key(|(rank, at)| (*rank, std::cmp::Reverse(*at)));
        let Some((_, at)) = best else {
            let (method, path) = (request.method, path_of(&request.url));
            let message = match known {
                0 => format!("the recording has no answer to {method} {path} with this query"),
                _ => format!("{method} {path} was sent once more than the {known} times that are recorded"),
            };
            return Err(TransportError::request(message));
        };
        let one = &mut entries[at];
        one.is_given = true;
        let Some(body) = one.body.clone() else {
            let message = format!("the recording left out the body of {} {}", one.method, one.path);
            return Err(TransportError::request(message));
        };
        let headers: Headers = one.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Ok(Response::new(one.status, headers, body))
    }
}

impl RecordedAnswer {
    /// How much of a request it has; nothing when it is another one.
    fn rank(&self, request: &MockRequest) -> Option<usize> {
        let path = path_of(&request.url);
        let (ours, theirs) = (self.path.split('/'), path.split('/'));
        let same_path =
            ours.clone().count() == theirs.clone().count() && ours.zip(theirs).all(|(one, other)| alike(one, other));
        if self.method != request.method.as_str() || !same_path {
            return None;
        }
        let mut sent: Vec<(String, String)> = request.query_pairs().collect();
        for (key, value) in &self.query {
            let at = sent.iter().position(|(name, sent)| name == key && alike(value, sent))?;
            sent.swap_remove(at);
        }
        let same_body = Value::from_json(self.sent.as_bytes()).ok() == Value::from_json(request.body.as_bytes()).ok();
        sent.is_empty().then(|| usize::from(same_body))
    }
}

/// Whether a recorded text is the one that is sent, or stands for one that the recorder replaced.
fn alike(recorded: &str, sent: &str) -> bool {
    let digits = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let replaced = || {
        let name = recorded.strip_prefix("Name ").or_else(|| recorded.strip_prefix("Text "));
        recorded.contains(HIDDEN) || name.or_else(|| recorded.strip_suffix("@example.com")).is_some_and(digits)
    };
    recorded == sent || replaced()
}

/// The path of a URL, decoded.
fn path_of(url: &str) -> String {
    url::decoded(url::without_query(url).splitn(4, '/').nth(3).unwrap_or_default())
}

/// Reads an entry, or says what it lacks.
fn recorded(entry: &Value<'_>) -> Result<RecordedAnswer, &'static str> {
    let text = |path: &'static str| entry.at(path).and_then(Value::as_str).map(str::to_owned);
    let url = text("request/url").ok_or("`request.url`")?;
    let status = match entry.at("response/status") {
        Some(Value::Int(status)) => u16::try_from(*status).map_err(|_| "valid `response.status`")?,
        _ => return Err("`response.status`"),
    };
    let pair = |field: &Value<'_>| {
        let text = |key| field.get(key).and_then(Value::as_str).map(str::to_owned);
        Some((text("name")?, text("value")?))
    };
    let fields = entry.at("response/headers").and_then(Value::as_list).unwrap_or_default();
    let is_kept = |(name, value): &(String, String)| {
        value != HIDDEN && !OF_THE_WIRE.iter().any(|of_the_wire| of_the_wire.eq_ignore_ascii_case(name))
    };
    let content = text("response/content/text");
    let body = match (content, text("response/content/encoding").as_deref()) {
        (Some(text), Some("base64")) => Some(BASE64.decode(text).map_err(|_| "base64 in `response.content.text`")?),
        (Some(text), _) => Some(text.into_bytes()),
        (None, _) if entry.at("response/content/size") == Some(&Value::Int(0)) => Some(Vec::new()),
        (None, _) if entry.at("response/content/comment").is_none() => Some(Vec::new()),
        (None, _) => None,
    };
    Ok(RecordedAnswer {
        method: text("request/method").ok_or("`request.method`")?,
        path: path_of(&url),
        query: url::query_of(&url).map(|(key, value)| (url::decoded(key), url::decoded(value))).collect(),
        sent: text("request/postData/text").unwrap_or_default(),
        status,
        headers: fields.iter().filter_map(pair).filter(is_kept).collect(),
        body,
        is_given: false,
    })
}

impl Transport for Replay {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        let answer = self.answer(&MockRequest::from(&request));
        Box::pin(std::future::ready(answer))
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replay")
    }
}
