//! The error type of every client: opaque, with predicates and accessors.
//! It keeps what support and logs need (status, request id, body, JSON path) and never a credential.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::api::Operation;
use crate::decode::{Decode, DecodeError};
use crate::http::{Headers, TransportError};
use crate::list::Unreadable;
use crate::scalar::Json;
use crate::value::Value;

/// Why a call did not give what it was meant to give.
///
/// Ask it with the predicates; its text is for people. The body of the answer is kept but is not part of the text, nor
/// of the Debug form: it may hold personal data.
pub struct Error(Box<ErrorDetail>);

struct ErrorDetail {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    /// Whether sending the call once more could do something once more.
    writes: bool,
    status: Option<u16>,
    request_id: Option<String>,
    api_errors: Vec<ApiError>,
    help: Option<&'static str>,
    headers: Headers,
    body: Vec<u8>,
    retry_after: Option<Duration>,
    /// The item that it is about, of a list whose other items can be read.
    item: Option<Unreadable>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    /// The server answered with a status of failure.
    Api,
    /// The server says, with a status of success, that the call failed.
    Refused,
    /// The server did some of it.
    Partial,
    /// What was asked for does not exist, as a successful answer says by being empty.
    NotFound,
    /// The answer is not what the specification says.
    Decode,
    /// What arrived is no answer of this API, or does not say what became of the call.
    Unrecognized,
    /// The answer is larger than allowed.
    TooLarge,
    /// The server wants no requests for longer than the client waits; nothing was sent.
    RateLimited,
    /// No answer in time.
    Timeout,
    /// No connection.
    Connect,
    /// The connection broke.
    Interrupted,
    /// The request cannot be sent as it is.
    Request,
    /// The client cannot be built as it is.
    Setup,
    /// There is no token to send with.
    Token,
    /// Pages do not end, or do not fit together.
    Paging,
    /// A job failed, or was not finished when the patience ended.
    Job,
    /// A list of changes does not reach back to what is asked for.
    OutOfReach,
}

/// One error as the server reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The code for programs, if there is one.
    pub code: Option<String>,
    /// The text for people.
    pub message: String,
    /// What it is about: a member, a row, a document.
    pub instance: Option<String>,
}

impl ApiError {
    pub(crate) fn new(code: Option<String>, message: String, instance: Option<String>) -> Self {
        Self { code, message, instance }
    }
}

impl ApiError {
    /// The code as the enum of codes that the API's crate has.
    ///
    /// ```
    /// # kontrakt_runtime::open_enum! { /// Codes.
    /// #     pub enum ErrorCode: text { /// Gone.
    /// #         ProductNotFound = "product-not-found" } }
    /// # fn of(error: &kontrakt_runtime::Error) -> bool {
    /// error.api_errors().iter().any(|one| one.code_as() == Some(ErrorCode::ProductNotFound))
    /// # }
    /// ```
    #[must_use]
    pub fn code_as<'a, C: From<&'a str>>(&'a self) -> Option<C> {
        self.code.as_deref().map(C::from)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.instance {
            Some(instance) if !instance.is_empty() => write!(f, " ({instance})"),
            _ => Ok(()),
        }
    }
}

/// What is known of an answer, for the error it leads to.
#[derive(Debug, Default)]
pub(crate) struct ErrorReply {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorDetail {
            kind,
            message: message.into(),
            operation: None,
            writes: false,
            status: None,
            request_id: None,
            api_errors: Vec::new(),
            help: None,
            headers: Headers::new(),
            body: Vec::new(),
            retry_after: None,
            item: None,
            source: None,
        }))
    }

    pub(crate) fn transport(error: TransportError) -> Self {
        let kind = match () {
            () if error.is_request() => ErrorKind::Request,
            () if error.is_connect() => ErrorKind::Connect,
            () if error.is_timeout() => ErrorKind::Timeout,
            () => ErrorKind::Interrupted,
        };
        Self::new(kind, error.to_string()).caused_by(error)
    }

    pub(crate) fn too_large(what: &str, limit: usize) -> Self {
        Self::new(ErrorKind::TooLarge, format!("{what} is larger than the {limit} bytes that are allowed"))
    }

    pub(crate) fn decode(error: DecodeError) -> Self {
        Self::new(ErrorKind::Decode, "the answer is not what the specification says").caused_by(error)
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// The answer to a write says nothing about some of what was sent.
    pub(crate) fn unsaid(unsaid: usize, of: usize) -> Self {
        let message = match of {
            1 => "the answer does not say whether it was done".to_owned(),
            of => format!("the answer does not say what became of {unsaid} of {of} things"),
        };
        Self::new(ErrorKind::Unrecognized, message)
    }

    pub(crate) fn in_operation(mut self, operation: &Operation) -> Self {
        self.0.operation = Some(operation.id);
        self.0.writes = !operation.is_repeatable();
        self
    }

    pub(crate) fn answered(mut self, answer: ErrorReply) -> Self {
        self.0.status = Some(answer.status);
        self.0.request_id = answer.request_id;
        self.0.headers = answer.headers;
        self.0.body = answer.body;
        self
    }

    pub(crate) fn with_body(mut self, body: Vec<u8>) -> Self {
        self.0.body = body;
        self
    }

    /// Says where in what was read the error is.
    pub(crate) fn in_place(mut self, place: &str) -> Self {
        self.0.message = format!("{place}: {}", self.0.message);
        self
    }

    pub(crate) fn with_api_errors(mut self, errors: Vec<ApiError>) -> Self {
        self.0.api_errors = errors;
        self
    }

    /// Adds what the API's crate knows to do about one of the codes.
    pub(crate) fn with_help(mut self, known: &'static [(&'static str, &'static str)]) -> Self {
        self.0.help = known.iter().find(|(code, _)| self.has_code(code)).map(|(_, help)| *help);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Takes secrets out of every text that the server sent and people will see.
    pub(crate) fn scrubbed(mut self, scrub: impl Fn(&str) -> String) -> Self {
        self.0.message = scrub(&self.0.message);
        for error in &mut self.0.api_errors {
            error.message = scrub(&error.message);
            error.code = error.code.as_deref().map(&scrub);
            error.instance = error.instance.as_deref().map(&scrub);
        }
        self
    }

    /// The status code of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The server's identifier of the request: what its support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The identifier of the operation in the specification.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The errors that the server listed.
    #[must_use]
    pub fn api_errors(&self) -> &[ApiError] {
        &self.0.api_errors
    }

    /// Whether the server listed an error with this code.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.0.api_errors.iter().any(|error| error.code.as_deref() == Some(code))
    }

    /// What to do about it, where the server's answer does not say it and the API's crate knows.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        self.0.help
    }

    /// The body of the answer, as it was sent; of an error about one item, that item. It may hold personal data.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The body of the answer as the type that the documentation of the call names for this status. Any other type can be
    /// tried as well; of an error about one item, that item is read.
    ///
    /// ```
    /// # kontrakt_runtime::record! { /// What is wrong.
    /// #     pub struct Problem { /// What it is.
    /// #         pub title: String = required("title"), } }
    /// # fn of(error: &kontrakt_runtime::Error) {
    /// match error.status() {
    ///     Some(404) => println!("there is none"),
    ///     Some(422) => match error.body_as::<Problem>() {
    ///         Ok(problem) => println!("{}", problem.title),
    ///         Err(unreadable) => println!("{error}, and its body is no problem: {unreadable}"),
    ///     },
    ///     _ => println!("{error}"),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the body is no JSON, such as the page of a gateway, or cannot mean such a value.
    pub fn body_as<T: Decode>(&self) -> Result<T, DecodeError> {
        let value = Value::from_json(&self.0.body).map_err(|_| DecodeError::no_json())?;
        T::decode(&value)
    }

    /// The header fields of the answer.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.0.headers
    }

    /// The item that could not be read, as it was sent, when the error is about one item of a list and the rest of the
    /// list can be read all the same. Any type can be tried on it: `error.item()?.to::<Other>()`. It may hold personal
    /// data.
    #[must_use]
    pub fn item(&self) -> Option<&Json> {
        self.0.item.as_ref().map(Unreadable::item)
    }

    /// The place of that item in the answer's list, from 0. Of a job's result: its line, from 0.
    #[must_use]
    pub fn item_index(&self) -> Option<usize> {
        self.0.item.as_ref().map(Unreadable::index)
    }

    /// The key of that item, where the list is a map.
    #[must_use]
    pub fn item_key(&self) -> Option<&str> {
        self.0.item.as_ref()?.key()
    }

    /// Where the answer is not what the specification says, as a JSONPath.
    #[must_use]
    pub fn json_path(&self) -> Option<String> {
        let source = self.0.source.as_deref()?;
        source.downcast_ref::<DecodeError>().map(DecodeError::path)
    }

    /// How long to wait before the next call: what the server asked for, at most a day, or until it grants requests again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What was asked for does not exist: the API says so (404 with JSON), or it answers an empty list where one thing was
    /// asked for. A 404 of anything else, such as a page of HTML while the shop is down, is none: whoever forgets records on
    /// it loses them.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        let is_told = || Value::from_json(&self.0.body).is_ok();
        self.0.kind == ErrorKind::NotFound || self.0.status == Some(404) && is_told()
    }

    /// The credentials are missing, wrong or expired (401), or there was no token to send.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.0.status == Some(401) || self.0.kind == ErrorKind::Token
    }

    /// The credentials do not allow this (403).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.0.status == Some(403)
    }

    /// The request contradicts what is there (409).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.0.status == Some(409)
    }

    /// What was asked for is being changed by somebody else just now (423).
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.status == Some(423)
    }

    /// The server refused the content of the request (400, 413 or 422).
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        matches!(self.0.status, Some(400 | 413 | 422))
    }

    /// Too many requests (429), or none left in this period. Later will do.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.status == Some(429) || self.0.kind == ErrorKind::RateLimited
    }

    /// The server failed (500 and above).
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.0.status.is_some_and(|status| status >= 500)
    }

    /// No answer came in time. What became of a write is unknown.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// No connection was made; the server has seen nothing.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.kind == ErrorKind::Connect
    }

    /// The answer broke off or never came: what became of a write is unknown.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.0.kind == ErrorKind::Interrupted
    }

    /// The server did some of what was asked, not all: [`api_errors`](Self::api_errors) say what not.
    /// `send_raw` gives the rest of the answer.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.0.kind == ErrorKind::Partial
    }

    /// The server has done what was asked, and its answer could not be read: see [`json_path`](Self::json_path) and
    /// [`body`](Self::body).
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.0.kind == ErrorKind::Decode
    }

    /// What arrived with a status of success is no answer of this API, or does not say what became of the call: a page
    /// for people, something cut off, nothing at all, or JSON without what every answer has.
    #[must_use]
    pub fn is_unrecognized(&self) -> bool {
        self.0.kind == ErrorKind::Unrecognized
    }

    /// The answer is larger than allowed.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.0.kind == ErrorKind::TooLarge
    }

    /// The request was not sent, because it cannot be: an argument or the client's settings are at fault.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Request | ErrorKind::Setup)
    }

    /// The pages of a list do not end or do not fit together.
    #[must_use]
    pub fn is_paging(&self) -> bool {
        self.0.kind == ErrorKind::Paging
    }

    /// A job failed, or was not finished in time.
    #[must_use]
    pub fn is_job(&self) -> bool {
        self.0.kind == ErrorKind::Job
    }

    /// A list of changes does not reach back to the mark it was asked from: everything must be read once, in the way that
    /// the text of the error names.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        self.0.kind == ErrorKind::OutOfReach
    }

    /// It is certain that nothing was done: the request never left, or the server refused it as a whole.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match (self.0.kind, self.0.status) {
            (ErrorKind::Token | ErrorKind::Refused | ErrorKind::Connect | ErrorKind::RateLimited, _) => true,
            (ErrorKind::Request | ErrorKind::Setup | ErrorKind::OutOfReach, _) => true,
            // Other redirections follow something that was done, and with 408 nobody knows what has arrived.
            (ErrorKind::Api, Some(301 | 307 | 308 | 400..=407 | 409..=499)) => true,
            _ => self.is_retryable(),
        }
    }

    /// The call writes, and nobody knows whether that was done: no answer came, or what came does not tell. Look before
    /// you send it again.
    ///
    /// Of an error of a write, exactly one is true: this, [`is_refusal`](Self::is_refusal),
    /// [`is_partial`](Self::is_partial), or [`is_decode`](Self::is_decode).
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        self.0.writes && !self.is_refusal() && !self.is_partial() && !self.is_decode()
    }

    /// The same call may work later, and nothing has happened so far that repeating it would double. Attempts have
    /// already been made as the retry policy says; [`retry_after`](Self::retry_after) may tell when to try again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.0.status {
            Some(status) => matches!(status, 423 | 429) || (status == 503 && self.0.retry_after.is_some()),
            None => matches!(self.0.kind, ErrorKind::Connect | ErrorKind::RateLimited),
        }
    }
}

/// The rest of the list can be read: [`item`](Error::item) is there.
impl From<Unreadable> for Error {
    fn from(item: Unreadable) -> Self {
        let mut error =
            Self::new(ErrorKind::Decode, "an item of the list cannot be read").caused_by(item.reason().clone());
        error.0.body = item.item().to_string().into_bytes();
        error.0.request_id.clone_from(&item.request_id);
        error.0.item = Some(item);
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = &*self.0;
        if let Some(operation) = detail.operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(status) = detail.status {
            write!(f, "HTTP {status}: ")?;
        }
        f.write_str(&detail.message)?;
        for error in &detail.api_errors {
            write!(f, "; {error}")?;
        }
        if let Some(help) = detail.help {
            write!(f, "; {help}")?;
        }
        if let Some(source) = detail.source.as_deref().filter(|source| source.is::<DecodeError>()) {
            write!(f, ": {source}")?;
        }
        if let Some(wait) = detail.retry_after.filter(|wait| !wait.is_zero()) {
            write!(f, "; wait {} s", wait.as_secs())?;
        }
        match &detail.request_id {
            Some(request) => write!(f, " [request {request}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("text", &self.to_string())
            .field("source", &self.0.source)
            .field("body", &format_args!("{} bytes", self.0.body.len()))
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
