//! Requests and replies of a sandbox, in memory.

use std::time::Duration;

use serde_json::Value;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Method in capitals.
    pub method: String,
    /// The URL, or path and query of it.
    pub url: String,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without header fields and body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self { method: method.into(), url: url.into(), ..Self::default() }
    }

    /// The same with a header field.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with a body of JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        Self { body: body.to_string().into_bytes(), ..self }.header("content-type", "application/json")
    }

    /// Scheme, host and path that the caller sees; of a path alone, with the host that it names.
    pub(crate) fn absolute(&self) -> String {
        if self.url.contains("://") {
            return self.url.clone();
        }
        format!("http://{}{}", self.header_value("host").unwrap_or("localhost"), self.url)
    }

    /// The value of a header field.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// How the connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// After the whole reply.
    #[default]
    Whole,
    /// In the middle of the body.
    CutOff,
    /// Before any of it.
    Reset,
}

/// A reply.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it takes.
    pub delay: Duration,
    /// How the connection ends.
    pub ending: Ending,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::of(status, "application/json", body.to_string())
    }

    pub(crate) fn of(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status, headers, body: body.into(), ..Self::default() }
    }

    /// The value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn value(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}
