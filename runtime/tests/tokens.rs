//! Tokens that expire: one renewal for all calls, none where it would not help, nothing sent twice.
//! Also the exchange of an installation code.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use kontrakt_runtime::http::{Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{InstallCode, Json, MemoryStore, OAuthPaths, OAuthServer, StoredToken, TokenStore, Value};
use support::Client;
use support::types::OrderUpdate;

const TOKENS: &str = "https://partner.example.com/action/ApiOAuthServer/getAccessToken";
const EXPIRED: &str = r#"{"data":null,"errors":[{"errorCode":"expired-token","message":"Token has expired"}]}"#;
const CREATED: &str = r#"{"data":{"order":{"code":"1","creationTime":"2024-05-01T10:00:00+02:00","price":{"toPay":"1.00","vat":null},"labels":{}}}}"#;

fn reply(status: u16, body: &str) -> Result<Response, TransportError> {
    Ok(Response::new(status, Headers::new(), body))
}

/// A server whose token number `valid` and later ones are good.
#[derive(Default)]
struct Server {
    given: AtomicUsize,
    valid: AtomicUsize,
    done: AtomicUsize,
}

impl Server {
    fn transport(self: &Arc<Self>) -> MockTransport {
        let server = Arc::clone(self);
        MockTransport::answering(move |request: &MockRequest| {
            if request.url == TOKENS {
                assert_eq!(request.headers.get("authorization"), Some("Bearer long-lived"));
                let number = server.given.fetch_add(1, Ordering::SeqCst) + 1;
                return reply(200, &format!(r#"{{"access_token":"token-number-{number}","expires_in":1800}}"#));
            }
            let token = request.headers.get("x-token").unwrap();
            let number: usize = token.strip_prefix("token-number-").unwrap().parse().unwrap();
            if number < server.valid.load(Ordering::SeqCst) {
                return reply(401, EXPIRED);
            }
            server.done.fetch_add(1, Ordering::SeqCst);
            reply(200, CREATED)
        })
    }
}

#[tokio::test]
async fn fifty_calls_that_fail_together_refresh_once() {
    let server = Arc::new(Server::default());
    let transport = server.transport();
    let tokens = OAuthServer::with_transport(transport.clone()).tokens(TOKENS, "long-lived").unwrap();
    let builder = Client::builder().token(tokens).shop("x").concurrency(50).transport(transport);
    let client = builder.build().unwrap();
    client.orders().create(&OrderUpdate::default()).send().await.unwrap();
    assert_eq!(server.given.load(Ordering::SeqCst), 1);

    server.valid.store(2, Ordering::SeqCst);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.orders().create(&OrderUpdate::default()).send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.given.load(Ordering::SeqCst), 2, "exactly one refresh");
    assert_eq!(server.done.load(Ordering::SeqCst), 51, "nothing lost, nothing sent twice");
}

#[tokio::test]
async fn a_token_that_is_refused_again_is_an_error() {
    let server = Arc::new(Server::default());
    server.valid.store(usize::MAX, Ordering::SeqCst);
    let transport = server.transport();
    let tokens = OAuthServer::with_transport(transport.clone()).tokens(TOKENS, "long-lived").unwrap();
    let client = Client::builder().token(tokens).shop("x").transport(transport).build().unwrap();
    let error = client.orders().get("1").send().await.unwrap_err();
    assert!(error.is_unauthorized() && error.has_code("expired-token"));
    assert_eq!(server.given.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn other_refusals_do_not_refresh() {
    let transport = MockTransport::answering(|request: &MockRequest| {
        if request.url == TOKENS {
            return reply(200, r#"{"access_token":"a-token","expires_in":"1800"}"#);
        }
        reply(401, &EXPIRED.replace("expired-token", "invalid-token"))
    });
    let tokens = OAuthServer::with_transport(transport.clone()).tokens(TOKENS, "long-lived").unwrap();
    let client = Client::builder().token(tokens).shop("x").transport(transport.clone()).build().unwrap();
    assert!(client.orders().get("1").send().await.unwrap_err().has_code("invalid-token"));
    assert_eq!(transport.requests().len(), 2);
    // A token that was given as such cannot be replaced.
    let transport = MockTransport::answering(|_| reply(401, EXPIRED));
    let client = Client::builder().token("fixed-token").shop("x").transport(transport.clone()).build().unwrap();
    assert!(client.orders().get("1").send().await.unwrap_err().has_code("expired-token"));
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn tokens_of_other_processes_are_used() {
    let server = Arc::new(Server::default());
    let store = MemoryStore::default();
    let soon = |seconds| Some(SystemTime::now() + Duration::from_secs(seconds));
    store.save(StoredToken::new("token-number-7", soon(600))).await.unwrap();
    let transport = server.transport();
    let tokens =
        OAuthServer::with_transport(transport.clone()).tokens(TOKENS, "long-lived").unwrap().with_store(store.clone());
    let client = Client::builder().token(tokens).shop("x").transport(transport).build().unwrap();
    client.orders().get("1").send().await.unwrap();
    assert_eq!(server.given.load(Ordering::SeqCst), 0);
    // Another process has refreshed meanwhile.
    server.valid.store(8, Ordering::SeqCst);
    store.save(StoredToken::new("token-number-8", soon(600))).await.unwrap();
    client.orders().get("1").send().await.unwrap();
    assert_eq!(server.given.load(Ordering::SeqCst), 0);
    // One that is about to expire is not sent.
    let transport = server.transport();
    store.save(StoredToken::new("token-number-9", soon(10))).await.unwrap();
    let tokens =
        OAuthServer::with_transport(transport.clone()).tokens(TOKENS, "long-lived").unwrap().with_store(store.clone());
    server.valid.store(0, Ordering::SeqCst);
    let client = Client::builder().token(tokens).shop("x").transport(transport).build().unwrap();
    client.orders().get("1").send().await.unwrap();
    assert_eq!(server.given.load(Ordering::SeqCst), 1);
    assert_eq!(store.load().await.unwrap().unwrap().token.expose(), "token-number-1");
}

#[tokio::test]
async fn no_token_no_call() {
    for (status, body, code) in [
        (429, r#"{"error":"maximum_tokens_reached"}"#, "maximum_tokens_reached"),
        (403, r#"{"error":"addon_suspended"}"#, "addon_suspended"),
    ] {
        let transport = MockTransport::new();
        transport.reply(status, body);
        let tokens = OAuthServer::with_transport(transport.clone()).tokens(TOKENS, "long-lived").unwrap();
        let client = Client::builder().token(tokens).shop("x").transport(transport.clone()).build().unwrap();
        let error = client.orders().get("1").send().await.unwrap_err();
        assert!(error.is_unauthorized() && error.has_code(code), "{error}");
        assert_eq!((error.status(), transport.requests().len()), (Some(status), 1));
        assert!(!format!("{error} {error:?}").contains("long-lived"));
    }
}

#[tokio::test]
async fn an_installation() {
    let transport = MockTransport::new();
    transport.reply(200, r#"{"access_token":"the-long-lived-token","expires_in":null,"scope":"api","eshopId":222651}"#);
    transport.reply(400, r#"{"error":"invalid_grant","error_description":"code one-time-code is used"}"#);
    let install = InstallCode {
        code: "one-time-code".into(),
        client_id: "my-addon".into(),
        client_secret: None,
        redirect_uri: "https://my.example.com/install".into(),
        scope: "api".into(),
    };
    let server = OAuthServer::with_transport(transport.clone());
    let paths = OAuthPaths { exchange: "/token", token: "/more" };
    assert_eq!(paths.token("https://partner.example.com/"), "https://partner.example.com/more");
    let grant = server.exchange(&paths.exchange("https://partner.example.com"), &install).await.unwrap();
    let whole: Json = grant.read().unwrap();
    assert_eq!(whole.get("access_token").and_then(Value::as_str), Some(grant.token.expose()));
    assert_eq!(grant.token.expose(), "the-long-lived-token");
    assert_eq!(grant.details.to_string(), r#"{"expires_in":null,"scope":"api","eshopId":222651}"#);
    assert!(!format!("{grant:?} {install:?}").contains("long-lived"));
    assert_eq!(
        transport.requests()[0].body,
        r#"{"client_id":"my-addon","code":"one-time-code","grant_type":"authorization_code","redirect_uri":"https://my.example.com/install","scope":"api"}"#
    );
    let error = server.exchange("https://partner.example.com/token", &install).await.unwrap_err();
    assert!(error.has_code("invalid_grant") && !error.to_string().contains("one-time-code"), "{error}");
}
