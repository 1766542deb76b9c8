//! No client exposes a credential: not in Debug, errors, traces or recordings.
//! A test program of its own, because the tracing subscriber is set once per process.

#[path = "../../runtime/tests/support/log.rs"]
#[allow(unreachable_pub, reason = "shared with the runtime's own tests")]
mod log;

use std::sync::Arc;
use std::time::Duration;

use kontrakt_runtime::http::{ReqwestTransport, Transport};
use kontrakt_runtime::recorder::Recorder;
use kontrakt_runtime::{OAuthServer, Recording, RetryPolicy};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const SECRET: &str = "top-secret-0123456789";
const LONG_LIVED: &str = "long-lived-0123456789";

/// `user:SECRET` in Base64, without the end that depends on what follows.
const BASIC: &str = "YXBpLWxvZ2luOnRvcC1zZWNyZXQ";

/// A server that repeats everything it is told in its errors, and gives the secret as token.
async fn parrot() -> MockServer {
    let server = MockServer::start().await;
    let token = serde_json::json!({"access_token": SECRET, "expires_in": 1800});
    Mock::given(path("/token")).respond_with(ResponseTemplate::new(200).set_body_json(token)).mount(&server).await;
    let repeat = |request: &Request| {
        let said =
            format!("you said {} {:?}, and {SECRET} is wrong", request.url, request.headers.get("authorization"));
        let error = serde_json::json!({"errorCode": SECRET, "message": said, "instance": SECRET});
        let body = serde_json::json!({"errors": [error], "message": said, "result": "error", "error": said});
        ResponseTemplate::new(403).set_body_json(body)
    };
    Mock::given(any()).respond_with(repeat).mount(&server).await;
    server
}

fn recorded() -> (Recorder, impl Transport) {
    let recorder = Recorder::new(ReqwestTransport::new().unwrap(), Recording::DEFAULT);
    (recorder.clone(), recorder)
}

#[tokio::test]
async fn secrets_stay_secret() {
    let log = Arc::new(log::Log::default());
    let _guard = tracing::subscriber::set_default(log::Subscriber(log.clone()));
    let server = parrot().await;
    let mut seen = Vec::new();

    let (recorder, transport) = recorded();
    let tokens = OAuthServer::with_transport(ReqwestTransport::new().unwrap());
    let tokens = tokens.tokens(format!("{}/token", server.uri()), LONG_LIVED).unwrap();
    seen.push(format!("{tokens:?}"));
    let builder = shoptet::Client::builder().access_token(tokens).base_url(server.uri()).transport(transport);
    seen.push(format!("{builder:?}"));
    let client = builder.build().unwrap();
    let call = client.orders().sources();
    seen.push(format!("{client:?} {call:?}"));
    let error = call.send().await.unwrap_err();
    seen.push(format!("{error} {error:?} {:?} {:?}", error.api_errors(), error.headers()));
    seen.push(recorder.har());

    let (recorder, transport) = recorded();
    let builder = shoptet::Client::builder().private_token(SECRET).base_url(server.uri()).transport(transport);
    let error = builder.build().unwrap().orders().sources().send().await.unwrap_err();
    seen.push(format!("{error} {error:?} {:?} {}", error.api_errors(), recorder.har()));

    let (recorder, transport) = recorded();
    let builder = upgates::Client::builder().basic("api-login", SECRET).base_url(server.uri()).transport(transport);
    seen.push(format!("{builder:?}"));
    let client = builder.build().unwrap();
    seen.push(format!("{client:?}"));
    let error = client.languages().list().send().await.unwrap_err();
    seen.push(format!("{error} {error:?} {:?} {}", error.api_errors(), recorder.har()));

    let (recorder, transport) = recorded();
    let builder = clipsan::Client::builder().key(SECRET).base_url(server.uri()).transport(transport);
    seen.push(format!("{builder:?}"));
    let client = builder.build().unwrap();
    seen.push(format!("{client:?}"));
    let error = client.users().list().send().await.unwrap_err();
    seen.push(format!("{error} {error:?} {:?} {}", error.api_errors(), recorder.har()));
    // Nobody is there, which HTTP libraries like to tell with the whole URL.
    let retry = RetryPolicy::default().with_attempts(2).with_backoff(Duration::ZERO);
    let builder = clipsan::Client::builder().key(SECRET).base_url("http://127.0.0.1:1").retry(retry);
    let error = builder.build().unwrap().users().list().send().await.unwrap_err();
    seen.push(format!("{error} {error:?}"));

    let log = log.text();
    for operation in ["getListOfOrderSources", "listLanguages", "listUsers"] {
        assert!(log.contains(operation), "{operation} is not in {log}");
    }
    for told in ["status = 403", "attempts = 1", "attempts = 2", "waited_ms = 0"] {
        assert!(log.contains(told), "{told} is not in {log}");
    }
    seen.push(log);
    for text in &seen {
        for secret in [SECRET, LONG_LIVED, BASIC] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(seen.iter().any(|text| text.contains("you said")), "the errors are told, without the secrets in them");
    // What the server saw proves that secrets were sent at all.
    let requests = server.received_requests().await.unwrap();
    assert!(requests.iter().any(|request| request.url.query().is_some_and(|query| query.contains(SECRET))));
}
