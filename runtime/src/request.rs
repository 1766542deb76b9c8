//! The request of a call as a value, before it has a URL and credentials.

use std::borrow::Cow;
use std::time::Duration;

use crate::api::Operation;
use crate::form::{self, Field};
use crate::http::url;
use crate::retry::RetryPolicy;
use crate::value::Value;

/// Everything but the credentials.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) operation: Operation,
    /// The server, where it is another one than that of the others.
    pub(crate) server: Option<&'static str>,
    pub(crate) path: String,
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    pub(crate) headers: Vec<(Cow<'static, str>, String)>,
    pub(crate) body: Content,
    /// Whether the answer is a file, of whatever type.
    pub(crate) is_file: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// Why it cannot be sent.
    pub(crate) fault: Option<String>,
    /// Whether it has all that it must have: what is added then may be nothing.
    pub(crate) complete: bool,
}

impl Parts {
    /// The request of an operation, without arguments so far.
    pub(crate) fn new(operation: &Operation) -> Self {
        let (server, path) =
            operation.path.split_once(' ').map_or((None, operation.path), |(at, path)| (Some(at), path));
        Self {
            operation: *operation,
            server,
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Content::None,
            is_file: false,
            timeout: None,
            retry: None,
            fault: None,
            complete: false,
        }
    }
}

/// The body of a call: JSON text, a form, or anything else.
#[derive(Clone)]
pub(crate) enum Content {
    None,
    Whole(String),
    /// Members of an object, without the closing brace.
    Members(String),
    Form(Vec<Field>),
    /// Keys and values.
    Pairs(Vec<(String, String)>),
    /// Bytes of a media type.
    Raw(&'static str, Vec<u8>),
}

impl Content {
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::None | Self::Form(_) | Self::Pairs(_) | Self::Raw(..) => None,
            Self::Whole(text) => Some(text.clone()),
            Self::Members(text) => Some(format!("{text}}}")),
        }
    }

    /// Media type and bytes.
    pub(crate) fn encoded(&self) -> Option<(Cow<'static, str>, Vec<u8>)> {
        match self {
            Self::Form(fields) => {
                let (media_type, body) = form::encoded(fields);
                Some((media_type.into(), body))
            }
            Self::Pairs(pairs) => {
                let pair = |(key, value): &(String, String)| format!("{}={}", url::encoded(key), url::encoded(value));
                let text = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
                Some(("application/x-www-form-urlencoded".into(), text.into_bytes()))
            }
            Self::Raw(media_type, bytes) => Some(((*media_type).into(), bytes.clone())),
            Self::None | Self::Whole(_) | Self::Members(_) => {
                self.text().map(|text| ("application/json".into(), text.into_bytes()))
            }
        }
    }

    pub(crate) fn add_field(&mut self, field: Field) {
        match self {
            Self::Form(fields) => fields.push(field),
            _ => *self = Self::Form(vec![field]),
        }
    }

    /// Sets the member at a path, of which the first step may be one among others; or the whole body.
    pub(crate) fn add(&mut self, path: &str, json: String) {
        if path.is_empty() {
            *self = Self::Whole(json);
            return;
        }
        let (member, inner) = path.split_once('/').unwrap_or((path, ""));
        let mut text = match std::mem::replace(self, Self::None) {
            Self::Members(text) => text + ",",
            Self::None | Self::Whole(_) | Self::Form(_) | Self::Pairs(_) | Self::Raw(..) => String::from("{"),
        };
        text.push_str(&Value::from(member).to_json());
        text.push(':');
        let mut content = Self::None;
        content.add(inner, json);
        text.push_str(&content.text().unwrap_or_default());
        *self = Self::Members(text);
    }
}
