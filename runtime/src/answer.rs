//! Turns a reply into the value of a call.
//! All typed work is here, in plain functions, so that the sending code is compiled once.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::api::{Api, Limits, Operation, Promise};
use crate::decode::{Decode, DecodeError};
use crate::envelope::Verdict;
use crate::error::{ApiError, Error, ErrorKind};
use crate::http::{Body, BoxFuture, Headers};
use crate::reply::Reply;
use crate::request::Parts;
use crate::session::{Filling, Session};
use crate::things::{Thing, things};
use crate::value::{Node, Tape, Value, trimmed};

/// What a call can give.
///
/// Implemented for everything that is [`Decode`], for `()`, [`Page`](crate::Page), [`Job`](crate::Job) and
/// [`Download`](crate::Download).
pub trait Answer: Sized {
    /// Whether it is a file, of whatever type, that is read while it arrives.
    #[doc(hidden)]
    const IS_FILE: bool = false;

    /// Reads the value.
    #[doc(hidden)]
    fn read(answer: &mut Answered<'_>) -> Result<Self, DecodeError>;
}

/// A reply and its body as a tree or, if it is a file, as a stream.
#[doc(hidden)]
pub struct Answered<'a> {
    pub(crate) session: &'a Session,
    pub(crate) reply: &'a Reply,
    pub(crate) body: Node<'a, 'a>,
    pub(crate) request_id: Option<&'a str>,
    pub(crate) file: Option<Body>,
}

impl<T: Decode> Answer for T {
    fn read(answer: &mut Answered<'_>) -> Result<Self, DecodeError> {
        decode_at(answer.body, answer.reply.operation.value)
    }
}

impl Answer for () {
    fn read(_: &mut Answered<'_>) -> Result<Self, DecodeError> {
        Ok(())
    }
}

/// Reads what stands at `path` below `body`.
pub(crate) fn decode_at<T: Decode>(body: Node<'_, '_>, path: &str) -> Result<T, DecodeError> {
    match body.at(path) {
        Some(value) => T::decode_node(value).map_err(|error| error.at_path(path)),
        None => T::absent().ok_or_else(|| missing_at(path)),
    }
}

/// The error of a value that is not there.
pub(crate) fn missing_at(path: &str) -> DecodeError {
    match path.rsplit_once('/') {
        Some((parent, member)) => DecodeError::missing(member).at_path(parent),
        None => DecodeError::missing(path),
    }
}

/// A value together with what the server said besides.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    besides: Besides,
}

#[derive(Clone)]
struct Besides {
    status: u16,
    headers: Headers,
    request_id: Option<String>,
    errors: Vec<ApiError>,
    limits: &'static Limits,
}

impl<T> Response<T> {
    /// The value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value alone.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// The same with another value.
    pub(crate) fn map<U>(self, value: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: value(self.value), besides: self.besides }
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.besides.status
    }

    /// The header fields.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.besides.headers
    }

    /// The server's identifier of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.besides.request_id.as_deref()
    }

    /// What did not work although the call did: not empty when only some of what was asked has been done.
    #[must_use]
    pub fn errors(&self) -> &[ApiError] {
        &self.besides.errors
    }

    /// How full the server's leaky bucket is, where it has one.
    #[must_use]
    pub fn bucket(&self) -> Option<Filling> {
        self.besides.headers.get(self.besides.limits.bucket).and_then(Filling::parse)
    }

    /// Requests that are left in a period, where the server counts them, under the name of the header that tells.
    pub fn budgets(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.besides
            .limits
            .budgets
            .iter()
            .filter_map(|name| Some((*name, self.besides.headers.get(name)?.trim().parse().ok()?)))
    }

    /// Whether the server calls this operation deprecated.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.besides.headers.tell_deprecation()
    }

    /// When the operation will be gone, as the server writes it.
    #[must_use]
    pub fn sunset(&self) -> Option<&str> {
        self.besides.headers.get("Sunset")
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.besides.status)
            .field("request_id", &self.besides.request_id)
            .field("errors", &self.besides.errors)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// Makes what was asked for of an answer: who asked for it, the things the call was given, the answer.
pub(crate) type Read<T> = fn(&Session, &[Thing], Reply) -> Result<T, Error>;

/// A call on its way. Await it.
#[must_use = "a call is not sent until it is awaited"]
pub struct Sending<T> {
    session: Session,
    /// What the call is given, where the answer tells the outcome of each.
    things: Vec<Thing>,
    /// What it was made of, for tests that make a call and do not send it.
    #[cfg(feature = "testing")]
    pub(crate) call: Box<Parts>,
    reply: BoxFuture<Result<Reply, Error>>,
    read: Read<T>,
}

impl<T> Sending<T> {
    /// What sends it.
    #[cfg(feature = "testing")]
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    fn new(session: Session, call: Parts, read: Read<T>) -> Self {
        let things = call.operation.bulk.map_or_else(Vec::new, |bulk| things(&call, &bulk));
        Self {
            session: session.clone(),
            things,
            #[cfg(feature = "testing")]
            call: Box::new(call.clone()),
            reply: Box::pin(session.dispatch(call)),
            read,
        }
    }

    /// The same call, of whose answer something else is made.
    pub(crate) fn reading<U>(self, read: Read<U>) -> Sending<U> {
        Sending {
            session: self.session,
            things: self.things,
            #[cfg(feature = "testing")]
            call: self.call,
            reply: self.reply,
            read,
        }
    }
}

impl<T: Answer> Sending<T> {
    pub(crate) fn value(session: Session, call: Parts) -> Self {
        Self::new(session, call, |session, things, reply| read(session, things, reply, true).map(Response::into_value))
    }
}

impl<T: Answer> Sending<Response<T>> {
    pub(crate) fn response(session: Session, call: Parts) -> Self {
        Self::new(session, call, |session, things, reply| read(session, things, reply, false))
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = ready!(self.reply.as_mut().poll(context))?;
        Poll::Ready((self.read)(&self.session, &self.things, reply))
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}

/// The typed part is a line, and all else compiled once: there are hundreds of types.
pub(crate) fn read<T: Answer>(
    session: &Session,
    things: &[Thing],
    mut reply: Reply,
    refuse_partial: bool,
) -> Result<Response<T>, Error> {
    let mut value = None;
    if T::IS_FILE {
        // A file may well be JSON.
        reply.operation.promise = Promise::Bare;
    }
    let besides = judge((session, things), reply, refuse_partial, &mut |answer| {
        value = Some(T::read(answer)?);
        Ok(())
    })?;
    value
        .map(|value| Response { value, besides })
        .ok_or_else(|| Error::new(ErrorKind::Unrecognized, "nothing was read"))
}

/// Reads a reply by `read`, and decides whether that is what was asked for.
fn judge(
    (session, things): (&Session, &[Thing]),
    mut reply: Reply,
    refuse_partial: bool,
    read: &mut dyn FnMut(&mut Answered<'_>) -> Result<(), DecodeError>,
) -> Result<Besides, Error> {
    if let Some(error) = reply.unrecognized() {
        return Err(reply.fail(error, None));
    }
    let file = reply.file.take();
    let is_file = file.is_some();
    let is_empty = trimmed(&reply.body).is_empty();
    // Some servers cut texts in the middle of a letter.
    let text = if is_file || is_empty { "null".into() } else { String::from_utf8_lossy(&reply.body) };
    let tape = match Tape::parse(&text) {
        Ok(tape) => tape,
        Err(error) => {
            let message = reply.name_of_body();
            return Err(reply.fail(Error::new(ErrorKind::Unrecognized, message).caused_by(error), None));
        }
    };
    let api = reply.api;
    let body = outline((&tape).into(), &reply.operation);
    let verdict = if is_file {
        Verdict::of_headers(api, &reply.headers)
    } else {
        Verdict::read(api, false, &reply.headers, &body)
    };
    let recognized = is_recognized(api, &reply.operation, &verdict, &body);
    let Verdict { request_id, mut errors, failed, .. } = verdict;
    let mut unsaid = 0;
    if let Some(bulk) = reply.operation.bulk.as_ref().filter(|_| recognized && !failed) {
        unsaid = bulk.unsaid(&api.messages, things, &body, &errors);
        errors.extend(bulk.refusals(&api.messages, &body));
    }
    let request = request_id.as_deref();
    let result = read(&mut Answered { session, reply: &reply, body: (&tape).into(), request_id: request, file });
    let missing = result.is_err() && lacks_item(&body, reply.operation.value);
    let lacks_value = !is_file && body.at(reply.operation.value).is_none_or(is_nothing);
    drop(body);
    let partial =
        |errors| Error::new(ErrorKind::Partial, "not all of what was asked has been done").with_api_errors(errors);
    let error = match result {
        _ if !recognized => {
            Error::new(ErrorKind::Unrecognized, "the answer has nothing of what every answer of the API has")
        }
        _ if failed => refused(ErrorKind::Refused, errors),
        Ok(()) if refuse_partial && !errors.is_empty() => partial(errors),
        Ok(()) if refuse_partial && unsaid > 0 => Error::unsaid(unsaid, things.len()),
        Err(_) if !errors.is_empty() && reply.operation.bulk.is_some() => partial(errors),
        Err(_) if !errors.is_empty() => refused(ErrorKind::Api, errors),
        Err(_) if unsaid > 0 => Error::unsaid(unsaid, things.len()),
        Err(_) if missing => Error::new(ErrorKind::NotFound, "not found: the list that was answered is empty"),
        Err(error) if lacks_value => {
            Error::new(ErrorKind::Unrecognized, "the answer lacks what was asked for").caused_by(error)
        }
        Err(error) => Error::decode(error),
        Ok(()) => {
            if unsaid > 0 {
                let message = format!("nothing is said about {unsaid} of {} things", things.len());
                errors.push(ApiError::new(None, message, None));
            }
            let (status, headers, limits) = (reply.status, reply.headers, &api.limits);
            return Ok(Besides { status, headers, request_id, errors, limits });
        }
    };
    Err(reply.fail(error, request_id))
}

/// Whether a body is what an operation promises.
fn is_recognized(api: &Api, operation: &Operation, verdict: &Verdict, body: &Value<'_>) -> bool {
    match operation.promise {
        // Where a member tells whether the call worked, a value alone tells nothing.
        Promise::Answer | Promise::Unknown if api.envelope.success.is_some() => verdict.recognized,
        Promise::Answer => verdict.recognized || has_value(operation, body),
        Promise::Nothing => verdict.recognized || is_nothing(body),
        Promise::Bare | Promise::Unknown => true,
    }
}

/// A body as a tree, in which a list that is read as the value is left out: it is most of it.
fn outline<'v>(body: Node<'v, '_>, operation: &Operation) -> Value<'v> {
    if operation.bulk.is_some() { body.to_value() } else { body.outline(operation.value) }
}

/// Whether a body has the member that holds the value, or what is said about what was sent.
fn has_value(operation: &Operation, body: &Value<'_>) -> bool {
    let told = operation.bulk.iter().flat_map(|bulk| bulk.lists).filter_map(|list| list.answers);
    let mut paths = told.chain([operation.value]).filter(|path| !path.is_empty());
    paths.any(|path| body.get(path.split('/').next().unwrap_or(path)).is_some())
}

/// Whether a value is one of the forms that nothing has.
fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Str(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.is_empty(),
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Raw(_) => false,
    }
}

fn refused(kind: ErrorKind, errors: Vec<ApiError>) -> Error {
    let message = if errors.is_empty() {
        "the answer says that the call failed, and not why"
    } else {
        "the answer says that the call failed"
    };
    Error::new(kind, message).with_api_errors(errors)
}

/// Whether `path` ends in a place of a list that is empty: what was asked for does not exist.
fn lacks_item(body: &Value<'_>, path: &str) -> bool {
    let (list, place) = path.rsplit_once('/').unwrap_or(("", path));
    !place.is_empty()
        && place.bytes().all(|byte| byte.is_ascii_digit())
        && body.at(list).and_then(Value::items).is_some_and(|items| items.is_empty())
}
