//! Makes one call with both clients against the same server, and records requests and results.
//! The server gives both the same body and keeps their requests.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::compare::{CallDifference, compare};

/// What a client made of an answer: the value as JSON, or that it refused it.
pub(crate) type CallResult = Result<Value, String>;

/// The server and what was found out.
pub(crate) struct Referee {
    server: MockServer,
    /// Differences by their description, each with the first example of it.
    pub(crate) found: BTreeMap<String, String>,
}

/// One call, seen from outside.
pub(crate) struct Seen {
    pub(crate) request: Option<Request>,
    pub(crate) outcome: CallResult,
}

impl Referee {
    pub(crate) async fn start() -> Self {
        Self { server: MockServer::start().await, found: BTreeMap::new() }
    }

    pub(crate) fn url(&self) -> String {
        self.server.uri()
    }

    /// Makes the call with both clients. `value` is where in the answer the value is that both should read.
    pub(crate) async fn play(
        &mut self,
        operation: &str,
        answer: Answer<'_>,
        ours: impl Future<Output = CallResult>,
        theirs: impl Future<Output = CallResult>,
    ) {
        let ours = self.watch(&answer, ours).await;
        let theirs = self.watch(&answer, theirs).await;
        let theirs = Seen { outcome: theirs.outcome.map(|value| at(&value, answer.value)), ..theirs };
        for difference in compare(&ours, &theirs) {
            self.note(operation, difference);
        }
    }

    /// Takes note of something that only one side can do.
    pub(crate) fn note(&mut self, operation: &str, difference: CallDifference) {
        let key = format!("{operation}: {}", difference.what);
        self.found.entry(key).or_insert(difference.example);
    }

    async fn watch(&self, answer: &Answer<'_>, call: impl Future<Output = CallResult>) -> Seen {
        self.server.reset().await;
        let template = ResponseTemplate::new(answer.status).set_body_raw(answer.body.to_vec(), answer.media_type);
        Mock::given(any()).respond_with(template).mount(&self.server).await;
        let outcome = call.await;
        let requests = self.server.received_requests().await.unwrap_or_default();
        Seen { request: requests.into_iter().next(), outcome }
    }
}

/// What the server answers.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) media_type: &'a str,
    pub(crate) body: &'a [u8],
    /// Members that lead to the value, separated by `/`.
    pub(crate) value: &'a str,
}

impl<'a> Answer<'a> {
    pub(crate) fn json(status: u16, body: &'a [u8], value: &'a str) -> Self {
        Self { status, media_type: "application/json", body, value }
    }
}

/// The value at a path of members and places in lists; null where there is none.
pub(crate) fn at(value: &Value, path: &str) -> Value {
    let members = path.split('/').filter(|member| !member.is_empty());
    members.fold(value, |value, member| member.parse().map_or(&value[member], |place: usize| &value[place])).clone()
}

/// An error with everything it was caused by, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// What our client made of an answer.
pub(crate) fn ours<T>(result: Result<T, impl std::error::Error>, encode: impl Fn(&T) -> String) -> CallResult {
    match result {
        Ok(value) => Ok(serde_json::from_str(&encode(&value)).unwrap()),
        Err(error) => Err(chain(&error)),
    }
}

/// What progenitor's client made of it.
pub(crate) fn theirs<T: serde::Serialize, E: std::fmt::Debug>(
    result: Result<progenitor_client::ResponseValue<T>, progenitor_client::Error<E>>,
) -> CallResult {
    match result {
        Ok(value) => Ok(serde_json::to_value(value.into_inner()).unwrap()),
        Err(progenitor_client::Error::InvalidResponsePayload(_, error)) => Err(format!("invalid payload: {error}")),
        Err(progenitor_client::Error::ErrorResponse(answer)) => Err(format!("error answer {}", answer.status())),
        Err(progenitor_client::Error::UnexpectedResponse(answer)) => {
            Err(format!("unexpected answer {}", answer.status()))
        }
        Err(error) => Err(format!("{error:?}")),
    }
}
