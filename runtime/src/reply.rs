//! The answer to a call before it is read: status, header fields, body.

use crate::api::{Api, Operation, Promise};
use crate::auth::Secret;
use crate::envelope::{is_html, name_of};
use crate::error::{Error, ErrorKind, ErrorReply};
use crate::http::{Body, Headers};
use crate::value::trimmed;

/// An answer, complete unless it is a file.
pub(crate) struct Reply {
    pub(crate) api: &'static Api,
    pub(crate) operation: Operation,
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    /// The body; of a file, its first piece.
    pub(crate) body: Vec<u8>,
    /// The file, from its first piece on.
    pub(crate) file: Option<Body>,
    /// The credentials it was asked for with, to keep them out of errors.
    pub(crate) secrets: Vec<Secret>,
}

impl Reply {
    /// The error, with what is known of the answer and without secrets.
    pub(crate) fn fail(self, error: Error, request_id: Option<String>) -> Error {
        let answer = ErrorReply { status: self.status, request_id, headers: self.headers, body: self.body };
        let error = error.answered(answer).in_operation(&self.operation).with_help(self.api.help);
        error.scrubbed(|text| scrub(&self.secrets, text))
    }

    /// The error of a page for people, or of nothing where a body is promised: then it was not the API that answered.
    pub(crate) fn unrecognized(&self) -> Option<Error> {
        // Of a file, the body is its first piece: enough to see that it is none.
        let is_file = self.file.is_some();
        let is_foreign = match trimmed(&self.body).first() {
            None => is_file || matches!(self.operation.promise, Promise::Answer | Promise::Bare),
            // Some servers send JSON under the name of HTML.
            Some(_) if is_file => self.is_html(),
            Some(_) => self.is_markup(),
        };
        is_foreign.then(|| Error::new(ErrorKind::Unrecognized, self.name_of_body()))
    }

    /// What stands in place of JSON.
    pub(crate) fn name_of_body(&self) -> String {
        name_of(self.headers.get("content-type"), &self.body).into_owned()
    }

    /// Whether the body begins as no JSON does, but HTML and XML do.
    pub(crate) fn is_markup(&self) -> bool {
        trimmed(&self.body).first() == Some(&b'<')
    }

    /// Whether it is a page for people.
    pub(crate) fn is_html(&self) -> bool {
        is_html(self.headers.get("content-type"), &self.body)
    }
}

/// A text without secrets.
pub(crate) fn scrub(secrets: &[Secret], text: &str) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| secret.scrub(text))
}
