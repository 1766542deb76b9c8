//! Secrets appear nowhere: not in Debug, errors or traces.
//! A test program of its own, because the tracing subscriber is set once per process.

mod support;

use std::sync::Arc;

use kontrakt_runtime::http::{Headers, MockTransport, Response};
use support::Client;

const TOKEN: &str = "1234-p-5678-top-secret";

#[tokio::test]
async fn secrets_stay_secret() {
    let body = format!(r#"{{"errors":[{{"errorCode":"x","message":"bad token {TOKEN}","instance":"{TOKEN}"}}]}}"#);
    let transport = MockTransport::answering(move |_| Ok(Response::new(403, Headers::new(), body.as_str())));
    let log = Arc::new(support::log::Log::default());
    let _guard = tracing::subscriber::set_default(support::log::Subscriber(log.clone()));
    for client in [
        Client::builder().token(TOKEN).shop("x").transport(transport.clone()).build().unwrap(),
        Client::builder().key(TOKEN).shop("x").transport(transport.clone()).build().unwrap(),
        Client::builder().login("user", TOKEN).shop("x").transport(transport.clone()).build().unwrap(),
    ] {
        let call = client.orders().get("1");
        let shown = format!("{client:?} {call:?}");
        let error = call.send().await.unwrap_err();
        let shown = format!("{shown} {error} {error:?} {:?} {:?}", error.api_errors(), error.headers());
        assert!(shown.contains("bad token ***") && !shown.contains(TOKEN), "{shown}");
    }
    let log = log.text();
    assert!(log.contains("getOrder") && log.contains("403"), "{log}");
    assert!(!log.contains(TOKEN), "{log}");
}
