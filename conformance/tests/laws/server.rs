//! A local server that gives one answer at a time and keeps the request, on top of wiremock.
//! One runtime and one client per test, so that connections are reused.

use std::sync::{Arc, Mutex, PoisonError};

use kontrakt_runtime::codec::Arguments;
use kontrakt_runtime::{Error, Json, Response, Session};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::api::{APIS, Api};
use crate::calls::Operated;

pub(crate) struct Server {
    runtime: Runtime,
    mock: MockServer,
    exchange: Arc<Mutex<Exchange>>,
    sessions: Vec<(&'static str, Session)>,
}

#[derive(Default)]
struct Exchange {
    answer: Answer,
    seen: Vec<Seen>,
}

/// What the server will say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What the server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path as it was sent, and query without `?`.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let exchange = Arc::new(Mutex::new(Exchange::default()));
        let shared = Arc::clone(&exchange);
        let mock = runtime.block_on(async {
            let mock = MockServer::builder().disable_request_recording().start().await;
            let answer = move |request: &Request| {
                let mut exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
                exchange.seen.push(Seen::of(request));
                let answer = exchange.answer.clone();
                let template = ResponseTemplate::new(answer.status);
                match answer.media_type {
                    Some(media_type) => template.set_body_raw(answer.body, &media_type),
                    None => template,
                }
            };
            Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&mock).await;
            mock
        });
        let connect = |api: &'static Api| (api.name, (api.connect)(&mock.uri()).unwrap());
        let sessions = runtime.block_on(async { APIS.iter().map(connect).collect() });
        Self { runtime, mock, exchange, sessions }
    }

    /// Calls an operation through its typed request.
    pub(crate) fn call(&self, call: &Operated, arguments: &Value, answer: Answer) -> Called {
        *self.exchange() = Exchange { answer, seen: Vec::new() };
        let session =
            self.sessions.iter().find(|(name, _)| *name == call.api.name).map(|(_, session)| session).unwrap();
        let arguments = Arguments::new(Json::from(arguments.clone()));
        let result = match (call.driver.drive)(session, &arguments) {
            Ok(sending) => self.runtime.block_on(sending).map_err(Failed::Call),
            Err(error) => Err(Failed::Arguments(error.to_string())),
        };
        Called { result, seen: std::mem::take(&mut self.exchange().seen) }
    }

    pub(crate) fn uri(&self) -> String {
        self.mock.uri()
    }

    fn exchange(&self) -> std::sync::MutexGuard<'_, Exchange> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a call, and what the server saw of it.
pub(crate) struct Called {
    pub(crate) result: Result<Response<Json>, Failed>,
    pub(crate) seen: Vec<Seen>,
}

#[derive(Debug)]
pub(crate) enum Failed {
    /// The arguments cannot be read as what the request takes.
    Arguments(String),
    Call(Error),
}

impl Called {
    /// What was answered, as the client writes it.
    pub(crate) fn value(&self) -> Result<Value, String> {
        let response = self.result.as_ref().map_err(|failed| match failed {
            Failed::Arguments(error) => format!("arguments: {error}"),
            Failed::Call(error) => format!("{error}: {:?}", error.json_path()),
        })?;
        serde_json::from_str(&response.value().to_string()).map_err(|error| error.to_string())
    }
}

impl Seen {
    fn of(request: &Request) -> Self {
        let text = |value: &wiremock::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            method: request.method.to_string(),
            path: request.url.path().to_owned(),
            query: request.url.query().unwrap_or_default().to_owned(),
            headers: request.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: request.body.clone(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
