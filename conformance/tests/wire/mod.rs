//! Misbehaving servers, for all three clients; each API adds its own calls and answers.
//! Uses wiremock for valid HTTP and plain sockets for invalid HTTP.
#![allow(dead_code, unreachable_pub, unused_imports, unused_macros, reason = "each test file uses a part")]

use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use kontrakt_runtime::http::{Body, Headers, MockTransport, Response};
use kontrakt_runtime::{Error, RetryPolicy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A call on its way, its value dropped.
pub type Calling = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// What a client is built with.
#[derive(Clone)]
pub struct Setup {
    pub base_url: String,
    pub attempts: u32,
    pub body_limit: usize,
    pub concurrency: usize,
}

impl Setup {
    pub fn at(base_url: impl Into<String>) -> Self {
        Self { base_url: base_url.into(), attempts: 2, body_limit: 1 << 20, concurrency: 2 }
    }

    /// Attempts follow each other at once.
    pub fn retry(&self) -> RetryPolicy {
        RetryPolicy::default().with_attempts(self.attempts).with_backoff(Duration::ZERO)
    }
}

/// One API: a call that reads, a call that writes, and what a healthy server answers to both.
pub struct Api {
    pub read: fn(&Setup) -> Calling,
    pub write: fn(&Setup) -> Calling,
    /// Two calls of one client that read.
    pub two: fn(&Setup) -> [Calling; 2],
    pub answer: &'static str,
    pub written: &'static str,
    /// The body of an error, and how its message shows in the text.
    pub error: &'static str,
    pub shown: &'static str,
}

/// The client of an API, the calls that read and write, what a healthy server answers to them, and the tests that each
/// client has to pass.
macro_rules! client {
    (
        builder: $builder:expr,
        read: |$reader:ident| $read:expr,
        write: |$writer:ident| $write:expr,
        at_once: $at_once:literal,
        $($answer:ident: $body:expr,)*
    ) => {
        const API: wire::Api = wire::Api {
            read: |setup| read(client(setup)),
            write: |setup| write(client(setup)),
            two: |setup| {
                let client = client(setup);
                [read(client.clone()), read(client)]
            },
            $($answer: $body,)*
        };

        fn client(setup: &wire::Setup) -> Client {
            let builder = $builder.base_url(&setup.base_url).retry(setup.retry());
            builder.concurrency(setup.concurrency).body_limit(setup.body_limit).build().unwrap()
        }

        /// A client of a server in memory, with the settings of the specification.
        fn in_memory(transport: &MockTransport) -> Client {
            $builder.transport(transport.clone()).build().unwrap()
        }

        fn read($reader: Client) -> wire::Calling {
            Box::pin(async move { $read.send().await.map(drop) })
        }

        fn write($writer: Client) -> wire::Calling {
            Box::pin(async move { $write.send().await.map(drop) })
        }

        #[tokio::test]
        async fn every_status() {
            wire::every_status(&API).await;
        }

        #[tokio::test]
        async fn a_second_attempt_works() {
            wire::a_second_attempt_works(&API).await;
        }

        #[tokio::test]
        async fn every_body() {
            wire::every_broken_body(&API).await;
            wire::every_good_body(&API).await;
        }

        #[tokio::test]
        async fn nobody_there() {
            wire::nobody_there(&API).await;
        }

        #[tokio::test]
        async fn calls_that_are_given_up() {
            wire::given_up(&API).await;
        }

        #[tokio::test(start_paused = true)]
        async fn no_more_at_once_than_the_specification_says() {
            let client = std::sync::OnceLock::new();
            let call = |transport: &MockTransport| read(client.get_or_init(|| in_memory(transport)).clone());
            assert_eq!(wire::most_at_once(API.answer, call).await, $at_once);
        }
    };
}
pub(crate) use client;

/// A status with header fields, the number of attempts that reading and writing then make of two, and the question that
/// the error answers with yes.
type Row = (u16, &'static [(&'static str, &'static str)], usize, usize, fn(&Error) -> bool);

const ROWS: &[Row] = &[
    (301, &[], 1, 1, |error| error.to_string().contains("points elsewhere")),
    (302, &[("Location", "http://127.0.0.1:1/")], 1, 1, |error| error.to_string().contains("points elsewhere")),
    (400, &[], 1, 1, Error::is_invalid_request),
    (401, &[], 1, 1, Error::is_unauthorized),
    (403, &[], 1, 1, Error::is_forbidden),
    (404, &[], 1, 1, Error::is_not_found),
    (405, &[], 1, 1, Error::is_refusal),
    (408, &[], 2, 1, |error| !error.is_refusal()),
    (409, &[], 1, 1, Error::is_conflict),
    (413, &[], 1, 1, Error::is_invalid_request),
    (422, &[], 1, 1, Error::is_invalid_request),
    (423, &[("Retry-After", "0")], 2, 2, Error::is_locked),
    (429, &[], 2, 2, Error::is_rate_limited),
    (429, &[("Retry-After", "0")], 2, 2, Error::is_retryable),
    (429, &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], 2, 2, Error::is_rate_limited),
    (429, &[("Retry-After", "3600")], 1, 1, |error| error.retry_after() == Some(Duration::from_secs(3600))),
    (429, &[("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT")], 1, 1, |error| {
        error.retry_after().is_some_and(|wait| wait > Duration::from_secs(3600))
    }),
    (500, &[], 2, 1, Error::is_server_error),
    (501, &[], 1, 1, Error::is_server_error),
    (502, &[], 2, 1, Error::is_server_error),
    (503, &[], 2, 1, |error| error.is_server_error() && !error.is_retryable()),
    (503, &[("Retry-After", "0")], 2, 2, Error::is_retryable),
    (504, &[], 2, 1, |error| error.is_server_error() && !error.is_refusal()),
];

/// Each status gives an error with a name, after as many attempts as do no harm.
pub async fn every_status(api: &Api) {
    for (status, headers, reads, writes, question) in ROWS {
        let mut answer = ResponseTemplate::new(*status).set_body_raw(api.error, "application/json");
        for (name, value) in *headers {
            answer = answer.insert_header(*name, *value);
        }
        for (call, attempts) in [(api.read, reads), (api.write, writes)] {
            let server = MockServer::start().await;
            Mock::given(any()).respond_with(answer.clone()).mount(&server).await;
            let error = call(&Setup::at(server.uri())).await.unwrap_err();
            assert_eq!(error.status(), Some(*status), "{error}");
            let wait = error.retry_after().filter(|wait| !wait.is_zero());
            assert_eq!(error.to_string().contains("; wait "), wait.is_some(), "{error}");
            assert!(question(&error), "{status} {headers:?}: {error}");
            assert!(error.to_string().contains(api.shown), "{error}");
            assert_eq!(error.body(), api.error.as_bytes());
            assert!(error.operation().is_some_and(|id| error.to_string().starts_with(id)), "{error}");
            assert_eq!(server.received_requests().await.unwrap().len(), *attempts, "{status} {headers:?}");
        }
    }
}

/// An attempt that failed is followed by one that works.
pub async fn a_second_attempt_works(api: &Api) {
    let answers = [(api.read, api.answer), (api.write, api.written)];
    for (call, good) in answers {
        let server = MockServer::start().await;
        let busy = ResponseTemplate::new(429).insert_header("Retry-After", "0");
        Mock::given(any()).respond_with(busy).up_to_n_times(1).mount(&server).await;
        let good = ResponseTemplate::new(200).set_body_raw(good, "application/json");
        Mock::given(any()).respond_with(good).mount(&server).await;
        call(&Setup::at(server.uri())).await.unwrap();
        assert_eq!(server.received_requests().await.unwrap().len(), 2);
    }
}

/// What a bare server does with a connection once it has the request.
#[derive(Clone)]
pub enum Does {
    /// Sends these bytes and hangs up.
    Sends(Vec<u8>),
    /// Keeps silent.
    Waits,
}

/// A server that does one thing after the other, the last of them from then on.
pub struct Bare {
    pub url: String,
    /// Requests that have arrived.
    pub requests: Arc<AtomicUsize>,
    arrived: Arc<tokio::sync::Notify>,
}

impl Bare {
    pub async fn start(script: Vec<Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bare = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            requests: Arc::default(),
            arrived: Arc::default(),
        };
        let (requests, arrived) = (Arc::clone(&bare.requests), Arc::clone(&bare.arrived));
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let at = requests.fetch_add(1, Ordering::SeqCst);
                let does = script.get(at).or(script.last()).cloned().unwrap();
                tokio::spawn(Self::serve(connection, does, Arc::clone(&arrived)));
            }
        });
        bare
    }

    async fn serve(mut connection: TcpStream, does: Does, arrived: Arc<tokio::sync::Notify>) {
        let mut request = [0; 8192];
        let _ = connection.read(&mut request).await;
        arrived.notify_one();
        match does {
            Does::Sends(bytes) => {
                let _ = connection.write_all(&bytes).await;
            }
            Does::Waits => std::future::pending().await,
        }
    }

    /// Waits for a request.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

const JSON: &str = "200 OK\r\nContent-Type: application/json";

pub fn good(body: &str) -> Vec<u8> {
    response(JSON, body.as_bytes())
}

/// Answers that are none: each an error with a name, and none of them a panic.
pub async fn every_broken_body(api: &Api) {
    let cut = &api.answer.as_bytes()[..api.answer.len() - 1];
    let short = good(api.answer);
    let html = "200 OK\r\nContent-Type: text/html";
    type Question = fn(&Error) -> bool;
    // What is sent, what the error says to it, a part of its text, and the attempts of a call that reads.
    let table: [(&str, Vec<u8>, Question, &str, usize); 10] = [
        ("cut off on its way", short[..short.len() - 1].to_vec(), Error::is_interrupted, "connection broke", 2),
        ("cut off at its source", response(JSON, cut), Error::is_unrecognized, "was cut off", 1),
        ("a page", response(html, b"<html>Maintenance"), Error::is_unrecognized, "a page of HTML", 2),
        ("a page under another name", response(JSON, b"<!DOCTYPE html>"), Error::is_unrecognized, "a page of HTML", 2),
        ("nothing", response(JSON, b""), Error::is_unrecognized, "the answer is empty", 2),
        (
            "text",
            response("200 OK\r\nContent-Type: text/plain", b"ok"),
            Error::is_unrecognized,
            "no JSON but text/plain",
            1,
        ),
        ("something else", response(JSON, b"{\"a\":[1,null]}"), |_| true, "", 1),
        ("hangs up", Vec::new(), Error::is_interrupted, "connection broke", 2),
        ("speaks another language", b"SSH-2.0-OpenSSH\r\n".to_vec(), Error::is_interrupted, "connection broke", 2),
        (
            "a page with a status",
            response("503 Busy\r\nContent-Type: text/html", b"<html>"),
            Error::is_server_error,
            "a page of HTML",
            2,
        ),
    ];
    for (name, bytes, question, text, attempts) in table {
        let server = Bare::start(vec![Does::Sends(bytes.clone())]).await;
        let error = (api.read)(&Setup::at(&server.url)).await.unwrap_err();
        assert!(question(&error) && error.to_string().contains(text), "{name}: {error} {error:?}");
        assert_eq!(server.requests.load(Ordering::SeqCst), attempts, "{name}");
        // A write is never sent again after an answer that leaves open what was done.
        let server = Bare::start(vec![Does::Sends(bytes)]).await;
        if (api.write)(&Setup::at(&server.url)).await.is_err() {
            assert_eq!(server.requests.load(Ordering::SeqCst), 1, "{name}");
        }
    }
}

/// Answers that are unusual and good.
pub async fn every_good_body(api: &Api) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(api.answer.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let with_header = |header: &str, body: &[u8]| response(&format!("200 OK\r\n{header}"), body);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        &api.answer[..1],
        api.answer.len() - 1,
        &api.answer[1..]
    );
    for (name, bytes) in [
        ("as it should be", good(api.answer)),
        ("gzip", with_header("Content-Encoding: gzip", &packed)),
        ("called text", with_header("Content-Type: text/plain", api.answer.as_bytes())),
        ("called nothing", response("200 OK", api.answer.as_bytes())),
        ("another good status", response("202 Accepted", api.answer.as_bytes())),
        ("in pieces", chunked.into_bytes()),
    ] {
        let server = Bare::start(vec![Does::Sends(bytes)]).await;
        (api.read)(&Setup::at(&server.url)).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }
    // More than is allowed, also when it is packed small.
    for bytes in [good(api.answer), with_header("Content-Encoding: gzip", &packed)] {
        let server = Bare::start(vec![Does::Sends(bytes)]).await;
        let setup = Setup { body_limit: api.answer.len() - 1, ..Setup::at(&server.url) };
        assert!((api.read)(&setup).await.unwrap_err().is_too_large());
    }
}

/// Nobody is there, and nothing is said about where.
pub async fn nobody_there(api: &Api) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for call in [api.read, api.write] {
        let error = call(&Setup::at(&url)).await.unwrap_err();
        assert!(error.is_connect() && error.is_refusal() && error.is_retryable(), "{error:?}");
    }
}

/// How many requests of many calls are in flight at once, on a server in memory that takes a second for each. Time is to be
/// paused.
pub async fn most_at_once(answer: &'static str, call: impl Fn(&MockTransport) -> Calling) -> usize {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let transport = MockTransport::answering(move |_| {
        seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let now = Arc::clone(&now);
        let body = stream::once(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(answer.as_bytes().to_vec())
        });
        Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(body) })
    });
    let calls: Vec<_> = (0..12).map(|_| call(&transport)).map(tokio::spawn).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    most.load(Ordering::SeqCst)
}

/// A call that is given up on its way gives its turn to the next.
pub async fn given_up(api: &Api) {
    let server = Bare::start(vec![Does::Waits, Does::Sends(good(api.answer))]).await;
    let setup = Setup { concurrency: 1, ..Setup::at(&server.url) };
    let [first, second] = (api.two)(&setup);
    let first = tokio::spawn(first);
    server.arrived().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    second.await.unwrap();
}
