//! A call as a value: everything but the credentials, ready to be sent once or page by page.
//! Emitted requests are thin wrappers around it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::answer::{Answer, Response, Sending};
use crate::api::{Operation, Paging, Promise};
use crate::encode::{Encode, Param};
use crate::error::Error;
use crate::form::{Field, Upload};
use crate::http::headers::is_name;
use crate::http::{Method, url};
use crate::request::{Content, Parts};
use crate::retry::RetryPolicy;
use crate::scalar::Json;
use crate::session::Session;
use crate::styles;

/// A call that can be sent and will give a `T`.
///
/// Methods of emitted clients give this type, or one around it that has setters as well. What is added to a call by hand
/// may be something the specification does not know, and so may the call:
///
/// ```no_run
/// # async fn f(session: kontrakt_runtime::Session) -> Result<(), kontrakt_runtime::Error> {
/// use kontrakt_runtime::Method;
///
/// let answer = session.request(Method::GET, "/api/something-new").query("page", "2").await?;
/// println!("{answer}");
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is sent"]
pub struct Call<T> {
    pub(crate) session: Session,
    pub(crate) parts: Box<Parts>,
    answer: PhantomData<fn() -> T>,
}

impl Session {
    /// Any call of the API, whether the specification knows it or not.
    pub fn request(&self, method: Method, path: &str) -> Call<Json> {
        let operation = Operation { id: "request", method, promise: Promise::Unknown, ..Operation::DEFAULT };
        Call::new(self, &operation).at(path)
    }
}

impl<T> Call<T> {
    /// A call of an operation, without arguments so far.
    #[doc(hidden)]
    pub fn new(session: &Session, operation: &Operation) -> Self {
        Self { session: session.clone(), parts: Box::new(Parts::new(operation)), answer: PhantomData }
    }

    /// Sets a whole path that stands in no specification.
    pub(crate) fn at(mut self, path: &str) -> Self {
        let segments = || path.split('/').skip(1);
        let printable = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\{}\"<>".contains(&byte));
        if !path.starts_with('/') || !printable || segments().any(|segment| matches!(segment, "." | "..")) {
            self.fault("a path starts with `/`, is percent-encoded, and has neither a query nor dot segments".into());
        }
        self.parts.path = path.to_owned();
        self.complete()
    }

    /// From here on, lists may be empty: then they are left out. Before, they are arguments that the call must have, and
    /// to leave one out could mean everything in place of nothing.
    #[doc(hidden)]
    pub fn complete(mut self) -> Self {
        self.parts.complete = true;
        self
    }

    /// Fills in a parameter of the path.
    pub fn path(mut self, key: &str, value: impl Param) -> Self {
        let text = joined(&value, ",");
        if !url::is_segment(&text) {
            self.fault(format!("`{key}` stands in the path and must not be empty, `.` or `..`"));
        }
        self.parts.path = self.parts.path.replace(&format!("{{{key}}}"), &url::encoded(&text));
        self
    }

    /// Fills in a variable of the path after a dot, the elements of a list with `separator` between them.
    pub fn label(self, key: &str, separator: &str, value: impl Param) -> Self {
        let texts = encoded(&value);
        self.fill(key, &format!(".{}", texts.join(separator)))
    }

    /// Fills in a variable of the path as `;key=value`, a list with the key before `each` of its elements, or once.
    pub fn matrix(self, key: &str, how: &str, value: impl Param) -> Self {
        let texts = encoded(&value);
        let text = match how {
            "each" => texts.iter().map(|text| format!(";{key}={text}")).collect(),
            _ => format!(";{key}={}", texts.join(",")),
        };
        self.fill(key, &text)
    }

    fn fill(mut self, key: &str, text: &str) -> Self {
        self.parts.path = self.parts.path.replace(&format!("{{{key}}}"), text);
        self
    }

    /// Fills in a variable of the path with JSON.
    pub fn json_path<V: Encode + ?Sized>(self, key: &str, value: &V) -> Self {
        self.path(key, value.encode().to_json().as_str())
    }

    /// Adds a parameter of the query, written as JSON.
    pub fn json_query<V: Encode + ?Sized>(self, key: &'static str, value: &V) -> Self {
        self.query(key, value.encode().to_json().as_str())
    }

    /// Sets a header field, written as JSON.
    pub fn json_header<V: Encode + ?Sized>(self, name: &'static str, value: &V) -> Self {
        self.header(name, value.encode().to_json().as_str())
    }

    /// Sets a cookie, written as JSON.
    pub fn json_cookie<V: Encode + ?Sized>(self, name: &'static str, value: &V) -> Self {
        self.cookie(name, value.encode().to_json().as_str())
    }

    /// Sets a cookie. What a cookie cannot hold is percent-encoded.
    pub fn cookie(mut self, name: &'static str, value: impl Param) -> Self {
        let value = joined(&value, ",");
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        let value = if value.bytes().all(fits) { value } else { url::encoded(&value) };
        match self.parts.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case("Cookie")) {
            Some((_, cookies)) => *cookies = format!("{cookies}; {name}={value}"),
            None => self.parts.headers.push(("Cookie".into(), format!("{name}={value}"))),
        }
        self
    }

    /// Adds the members of an object to the query, each by its own key.
    pub fn members<V: Encode + ?Sized>(mut self, _key: &'static str, value: &V) -> Self {
        let pairs = styles::exploded(&value.encode());
        self.parts.query.extend(pairs.into_iter().map(|(key, text)| (key.into(), text)));
        self
    }

    /// Adds an object to the query as one text of keys and values.
    pub fn flat<V: Encode + ?Sized>(self, key: &'static str, value: &V) -> Self {
        self.query(key, styles::flat(&value.encode()).as_str())
    }

    /// Adds an object to the query, each member in brackets after the key.
    pub fn deep<V: Encode + ?Sized>(mut self, key: &'static str, value: &V) -> Self {
        let mut pairs = Vec::new();
        styles::deep(key, &value.encode(), &mut pairs);
        self.parts.query.extend(pairs.into_iter().map(|(key, text)| (key.into(), text)));
        self
    }

    /// Sets the body as a form of keys and values: which members have members in brackets, and which lists are one text.
    pub fn pairs<V: Encode + ?Sized>(mut self, in_brackets: &str, joined: &str, value: &V) -> Self {
        self.parts.body = Content::Pairs(styles::form(&value.encode(), in_brackets, joined));
        self
    }

    /// Sets the body as a text of a media type.
    pub fn text(mut self, media_type: &'static str, text: &str) -> Self {
        self.parts.body = Content::Raw(media_type, text.as_bytes().to_vec());
        self
    }

    /// Sets the body as the content of a file of a media type.
    pub fn raw(mut self, media_type: &'static str, file: &Upload) -> Self {
        self.parts.body = Content::Raw(media_type, file.content().to_vec());
        self
    }

    /// Adds a parameter of the query: once, or for a list once per item.
    pub fn query(mut self, key: impl Into<Cow<'static, str>>, value: impl Param) -> Self {
        let key = key.into();
        let known = self.parts.query.len();
        value.each(&mut |text| self.parts.query.push((key.clone(), text.to_owned())));
        self.must_have_grown(known, &key);
        self
    }

    /// An argument that is an empty list is a fault.
    fn must_have_grown(&mut self, known: usize, key: &str) {
        if self.parts.query.len() == known && !self.parts.complete {
            self.fault(format!("`{key}` must not be an empty list"));
        }
    }

    /// What sends it.
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// The body, if it is JSON.
    pub(crate) fn body_text(&self) -> Option<String> {
        self.parts.body.text()
    }

    /// What is called.
    pub(crate) fn operation(&self) -> &Operation {
        &self.parts.operation
    }

    /// Sets a parameter of the query, replacing what it was.
    pub(crate) fn set_query(&mut self, key: &'static str, value: String) {
        self.parts.query.retain(|(name, _)| name != key);
        self.parts.query.push((Cow::Borrowed(key), value));
    }

    /// The value of a parameter of the query.
    pub(crate) fn get_query(&self, key: &str) -> Option<&str> {
        self.parts.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Adds a list to the query as one text.
    pub fn joined(self, key: &'static str, separator: &str, value: impl Param) -> Self {
        let mut texts = None;
        value.each(&mut |text| match &mut texts {
            None => texts = Some(text.to_owned()),
            Some(texts) => {
                texts.push_str(separator);
                texts.push_str(text);
            }
        });
        self.query(key, texts.as_slice())
    }

    /// Adds a truth value to the query as `1` or `0`.
    pub fn flag(self, key: &'static str, value: bool) -> Self {
        self.query(key, if value { "1" } else { "0" })
    }

    /// Adds each item of a list to the query as a JSON text.
    pub fn query_json<V: Encode>(mut self, key: &'static str, values: &[V]) -> Self {
        let known = self.parts.query.len();
        self.parts.query.extend(values.iter().map(|value| (Cow::Borrowed(key), value.encode().to_json())));
        self.must_have_grown(known, key);
        self
    }

    /// Sets a header field.
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Param) -> Self {
        let name = name.into();
        let value = joined(&value, ", ");
        if !is_name(&name) {
            self.fault(format!("{name:?} is no name of a header field"));
        }
        if value.bytes().any(|byte| byte.is_ascii_control()) {
            self.fault(format!("`{name}` stands in a header and must not contain control characters"));
        }
        self.parts.headers.retain(|(each, _)| !each.eq_ignore_ascii_case(&name));
        self.parts.headers.push((name, value));
        self
    }

    /// Sets a member of the body at a path of names separated by `/`, or the whole body when `path` is empty.
    pub fn json<V: Encode + ?Sized>(mut self, path: &str, value: &V) -> Self {
        self.parts.body.add(path, crate::to_json(value));
        self
    }

    /// How long one attempt of this call may take, in place of what the client was built with.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.timeout = Some(timeout);
        self
    }

    /// How failures of this call are met, in place of what the client was built with.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.parts.retry = Some(policy);
        self
    }

    /// Adds a text to the form that is the body.
    pub fn form(mut self, key: &'static str, value: impl Param) -> Self {
        self.parts.body.add_field(Field::text(key, &joined(&value, ",")));
        self
    }

    /// Adds each text of a list to the form that is the body, all under one name.
    pub fn form_each(mut self, key: &'static str, value: impl Param) -> Self {
        value.each(&mut |text| self.parts.body.add_field(Field::text(key, text)));
        self
    }

    /// Adds a value as JSON to the form that is the body.
    pub fn form_json<V: Encode + ?Sized>(mut self, key: &'static str, value: &V) -> Self {
        self.parts.body.add_field(Field::json(key, &crate::to_json(value)));
        self
    }

    /// Adds files to the form that is the body, all under one name.
    pub fn files(mut self, key: &'static str, files: &[Upload]) -> Self {
        files.iter().for_each(|file| self.parts.body.add_field(Field::file(key, file)));
        self
    }

    /// Adds a file to the form that is the body.
    pub fn file(mut self, key: &'static str, file: &Upload) -> Self {
        self.parts.body.add_field(Field::file(key, file));
        self
    }

    /// The same call, read as something else.
    pub fn answering<U: Answer>(self) -> Call<U> {
        Call { session: self.session, parts: self.parts, answer: PhantomData }
    }

    /// The first fault is the one that is reported.
    fn fault(&mut self, fault: String) {
        self.parts.fault.get_or_insert(fault);
    }
}

impl<T: Answer> Call<T> {
    /// Sends the call and gives the value.
    ///
    /// # Errors
    /// The future gives an error when the server does, when it does only some of what was asked, or when the answer
    /// cannot be read.
    pub fn send(mut self) -> Sending<T> {
        self.parts.is_file = T::IS_FILE;
        Sending::value(self.session, *self.parts)
    }

    /// Sends the call and gives the value together with status, header fields, and errors of a partial success.
    ///
    /// # Errors
    /// As [`send`](Self::send), except that a partial success is none.
    pub fn send_raw(mut self) -> Sending<Response<T>> {
        self.parts.is_file = T::IS_FILE;
        Sending::response(self.session, *self.parts)
    }

    /// How the answer is divided into pages, if it is.
    pub(crate) fn paging(&self) -> Option<Paging> {
        self.session.api().paging.filter(|_| !self.parts.operation.whole_list)
    }
}

impl<T: Answer> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Sending<T>;

    fn into_future(self) -> Sending<T> {
        self.send()
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self { session: self.session.clone(), parts: self.parts.clone(), answer: PhantomData }
    }
}

/// Method and path only: arguments may be personal data.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = &self.parts.operation;
        write!(f, "Call({} {} {})", operation.id, operation.method, operation.path)
    }
}

fn joined(value: &impl Param, separator: &str) -> String {
    let mut out = String::new();
    let mut first = true;
    value.each(&mut |text| {
        if !std::mem::take(&mut first) {
            out.push_str(separator);
        }
        out.push_str(text);
    });
    out
}

/// The texts of a value, percent-encoded.
fn encoded(value: &impl Param) -> Vec<String> {
    let mut texts = Vec::new();
    value.each(&mut |text| texts.push(url::encoded(text)));
    texts
}
