//! An add-on is installed, its token expires and is replaced, and a signed webhook arrives.
//!
//! `cargo run -p shoptet --example addon --features oauth,webhooks`; the server is on this machine. It prints
//!
//! ```text
//! installed in shop 123 with token ***
//! orders come from the web
//!   POST /action/ApiOAuthServer/token
//!   GET /action/ApiOAuthServer/getAccessToken
//!   GET /api/orders/sources
//!   GET /action/ApiOAuthServer/getAccessToken
//!   GET /api/orders/sources
//! order:create in shop 123: 2026000001
//! refused: the signature is not that of this body and key
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use serde_json::{Value, json};
use shoptet::oauth::Installation;
use shoptet::runtime::webhook::Verifier;
use shoptet::runtime::{InstallCode, OAuthServer};
use shoptet::webhooks::Notice;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    // Shoptet calls your address with a code, which is good for one exchange.
    let oauth = OAuthServer::new()?;
    let install = InstallCode {
        code: "install-code".into(),
        client_id: "example-addon".to_owned(),
        client_secret: None,
        redirect_uri: "https://addon.example.com/install".to_owned(),
        scope: "api".to_owned(),
    };
    let grant = oauth.exchange(&shoptet::OAUTH.exchange(&server.uri()), &install).await?;
    let installation: Installation = grant.read()?;
    writeln!(out, "installed in shop {} with token {:?}", installation.eshop_id.unwrap_or_default(), grant.token)?;

    // Keep `grant.token`. Tokens for calls are fetched with it, shared by all calls, and replaced when they expire.
    let tokens = oauth.tokens(shoptet::OAUTH.token(&server.uri()), grant.token)?;
    let shop = shoptet::Client::builder().access_token(tokens).base_url(server.uri()).build()?;
    for source in shop.orders().sources().send().await? {
        writeln!(out, "orders come from {}", source.name)?;
    }
    for request in server.received_requests().await.unwrap_or_default() {
        writeln!(out, "  {} {}", request.method, request.url.path())?;
    }

    // The body as it came, byte for byte, and the value of the header field `shoptet::SIGNATURE_HEADER`.
    let body = br#"{"eshopId":123,"event":"order:create","eventCreated":"2026-04-27T09:15:52+0200","eventInstance":"2026000001"}"#;
    let verifier = Verifier::hmac_sha1("example-signature-key");
    let notice: Notice = verifier.read(body, Some("5e6a361dad87bd2086351abb0cb231bb6b0c9f13"))?;
    writeln!(out, "{} in shop {}: {}", notice.event, notice.eshop_id, notice.event_instance.all().join(", "))?;
    if let Err(error) = verifier.read::<Notice>(body, Some("0000000000000000000000000000000000000000")) {
        writeln!(out, "refused: {error}")?;
    }
    Ok(())
}

/// A server that exchanges the code, gives two tokens, and calls the first one expired.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let json = |status, body: Value| ResponseTemplate::new(status).set_body_json(body);
    let grant = json!({"access_token": "long-lived-token", "expires_in": null, "scope": "api", "eshopId": 123});
    Mock::given(method("POST"))
        .and(path("/action/ApiOAuthServer/token"))
        .and(body_partial_json(json!({"client_id": "example-addon", "code": "install-code"})))
        .respond_with(json(200, grant))
        .mount(&server)
        .await;
    let get = |route: &str, name: &'static str, value: &str| {
        Mock::given(method("GET")).and(path(route)).and(header(name, value))
    };
    for token in ["first-token", "second-token"] {
        get("/action/ApiOAuthServer/getAccessToken", "Authorization", "Bearer long-lived-token")
            .respond_with(json(200, json!({"access_token": token, "expires_in": 1800})))
            .up_to_n_times(1)
            .mount(&server)
            .await;
    }
    let expired = json!([{"errorCode": "expired-token", "message": "The token has expired.", "instance": ""}]);
    for (token, answer) in [
        ("first-token", json(401, json!({"data": null, "errors": expired}))),
        ("second-token", json(200, json!({"data": {"sources": [{"id": 1, "name": "the web"}]}, "errors": null}))),
    ] {
        get("/api/orders/sources", "Shoptet-Access-Token", token).respond_with(answer).mount(&server).await;
    }
    server
}
