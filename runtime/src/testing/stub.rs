//! What a mock does with a call. Every method adds one reply; the last one repeats.

use std::fmt;
use std::marker::PhantomData;

use super::answerable::{Answerable, AnsweredRequest};
use super::envelope::failure;
use super::mock::{Mock, Replying};
use crate::api::{Api, Operation};
use crate::http::{MockRequest, Response, TransportError};

/// The replies to one call, which gives a `T`: see [`Mock::on`]. They are given in their order, and the last one for ever.
///
/// A call that is repeated by the client takes one reply for each attempt: `.fails(503).answers(order)`.
pub struct Stub<T> {
    pub(super) mock: Mock,
    pub(super) at: usize,
    pub(super) api: &'static Api,
    pub(super) operation: Operation,
    pub(super) answer: PhantomData<fn() -> T>,
}

impl<T> Stub<T> {
    /// Answers with a status and the API's own error. For an API that says inside status 200 that a call failed, the
    /// status may be 200.
    pub fn fails(self, status: u16) -> Self {
        self.fails_with(status, "", "the stub fails")
    }

    /// The same with a code and a message; an empty one is left out.
    pub fn fails_with(self, status: u16, code: &str, message: &str) -> Self {
        let body = failure(self.api, code, message).to_json();
        self.replies(status, body)
    }

    /// The answer does not come in time: what was asked may have been done.
    pub fn times_out(self) -> Self {
        self.replies_with(|_| Err(TransportError::timeout("the stub does not answer")))
    }

    /// The connection breaks before an answer comes: what was asked may have been done.
    pub fn disconnects(self) -> Self {
        self.replies_with(|_| Err(TransportError::interrupted("the stub breaks the connection")))
    }

    /// There is no connection: nothing was done.
    pub fn is_unreachable(self) -> Self {
        self.replies_with(|_| Err(TransportError::connect("the stub takes no connection")))
    }

    /// Answers with a status and a body as it is.
    pub fn replies(self, status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        self.replies_with(move |_| Ok(json(status, body.clone())))
    }

    /// Answers by a function of the request.
    pub fn replies_with(
        self,
        reply: impl Fn(&MockRequest) -> Result<Response, TransportError> + Send + Sync + 'static,
    ) -> Self {
        self.add(Box::new(move |request, _| reply(request)))
    }

    fn add(self, reply: Box<Replying>) -> Self {
        self.mock.add(self.at, reply);
        self
    }
}

impl<T: Answerable> Stub<T> {
    /// Answers with a value, in the API's envelope: for a page with the items of the whole list, for a job with the records
    /// of its result, for a file with its content.
    pub fn answers(self, given: T::Given) -> Self {
        let (api, operation, lines) = (self.api, self.operation, T::lines(&given));
        self.add(Box::new(move |request, mock| {
            let job = lines.clone().map(|lines| mock.start_job(api, lines)).unwrap_or_default();
            Ok(json(200, T::body(&given, &AnsweredRequest { api, operation: &operation, request, job: &job })))
        }))
    }

    /// Answers with a value that depends on the request.
    pub fn answers_with(self, give: impl Fn(&MockRequest) -> T::Given + Send + Sync + 'static) -> Self {
        let (api, operation) = (self.api, self.operation);
        self.add(Box::new(move |request, mock| {
            let given = give(request);
            let job = T::lines(&given).map(|lines| mock.start_job(api, lines)).unwrap_or_default();
            Ok(json(200, T::body(&given, &AnsweredRequest { api, operation: &operation, request, job: &job })))
        }))
    }
}

impl<T> fmt::Debug for Stub<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stub({})", self.operation.id)
    }
}

pub(super) fn json(status: u16, body: Vec<u8>) -> Response {
    Response::new(status, [("content-type", "application/json")].into_iter().collect(), body)
}
