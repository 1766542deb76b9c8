//! Invalid settings are refused when the client is built, by name and without showing secrets.
//! Errors that only the transport detects are not connection errors and are not retried.

mod support;

use kontrakt_runtime::http::{BoxFuture, MockTransport, TransportError};
use kontrakt_runtime::{Error, InstallCode, OAuthServer, Secret, Token, TokenSource};
use support::{Client, ClientBuilder};

const SECRET: &str = "1234-p-5678-top-secret";

fn builder() -> ClientBuilder {
    Client::builder().shop("x").transport(MockTransport::new())
}

fn refusal(error: Error, what: &str) {
    let shown = format!("{error} {error:?}");
    assert!(error.to_string().starts_with(what), "{shown}; expected {what}");
    assert!(error.is_usage() && error.is_refusal() && !error.is_retryable() && !error.is_connect(), "{shown}");
    assert!(!shown.contains(SECRET), "{shown}");
}

/// Texts that no credential can be, and what is said of them.
fn unsendable() -> [(String, &'static str); 9] {
    [
        (String::new(), "is empty"),
        ("  \t".to_owned(), "is empty"),
        ("\n".to_owned(), "is empty"),
        (format!("{SECRET}\n"), "has a line break: trim what comes from a file"),
        (format!("{SECRET}\r\n"), "has a line break: trim what comes from a file"),
        (format!("{SECRET}\r\nX-Other: 1"), "has a line break: trim what comes from a file"),
        (format!(" {SECRET}"), "begins or ends with a blank"),
        (format!("{SECRET} "), "begins or ends with a blank"),
        (format!("{SECRET}\0{SECRET}"), "has a control character"),
    ]
}

#[test]
fn credentials() {
    type Give = fn(ClientBuilder, String) -> ClientBuilder;
    let table: [(&str, Give); 7] = [
        ("`token`", |builder, text| builder.token(text)),
        ("`bearer`", |builder, text| builder.bearer(text)),
        ("`key`", |builder, text| builder.key(text)),
        ("the user of `login`", |builder, text| builder.login(text, SECRET)),
        ("the password of `login`", |builder, text| builder.login("user", text)),
        ("`user_agent`", |builder, text| builder.token(SECRET).user_agent(text)),
        ("the header field `X-Proxy`", |builder, text| builder.token(SECRET).header("X-Proxy", text)),
    ];
    for (name, give) in table {
        assert!(give(builder(), SECRET.to_owned()).build().is_ok(), "{name}");
        for (text, fault) in unsendable() {
            refusal(give(builder(), text).build().unwrap_err(), &format!("{name} {fault}"));
        }
    }
    refusal(builder().login("a:b", SECRET).build().unwrap_err(), "the user of `login` has a colon");
    refusal(builder().token("žeton").build().unwrap_err(), "`token` has a character that is not ASCII");
    refusal(builder().bearer("žeton").build().unwrap_err(), "`bearer` has a character that is not ASCII");
    for name in ["", "X Proxy", "X-Proxy:", "X-Proxy\n"] {
        refusal(builder().token(SECRET).header(name, "1").build().unwrap_err(), &format!("{name:?} is no name"));
    }
}

#[test]
fn base_urls() {
    for url in [
        "",
        "example.com",
        "ftp://example.com",
        "https://",
        "https://example.com\n",
        "https://example.com/a b",
        "https://example.com:port",
        "https://user:1234-p-5678-top-secret@example.com",
        "https://example.com/?key=1234-p-5678-top-secret",
    ] {
        refusal(builder().token(SECRET).base_url(url).build().unwrap_err(), "`base_url` must be absolute");
    }
    #[cfg(feature = "reqwest")]
    refusal(builder().token(SECRET).base_url("https://1.2.3.999").build().unwrap_err(), "`base_url` must be absolute");
    refusal(builder().token(SECRET).base_url("https://{shop}.cz").build().unwrap_err(), "`shop` of the base URL");
    refusal(builder().token(SECRET).shop("x\n").build().unwrap_err(), "`shop` is part of a host name");
}

#[tokio::test]
async fn what_add_ons_send() {
    const URL: &str = "https://example.com/token";
    let transport = MockTransport::new();
    let server = OAuthServer::with_transport(transport.clone());
    let good = InstallCode {
        code: SECRET.into(),
        client_id: "addon".to_owned(),
        client_secret: None,
        redirect_uri: "https://addon.example.com".to_owned(),
        scope: "api".to_owned(),
    };
    for (text, fault) in unsendable() {
        let secret = Secret::new(&text);
        for (name, install) in [
            ("`code`", InstallCode { code: secret.clone(), ..good.clone() }),
            ("`client_id`", InstallCode { client_id: text.clone(), ..good.clone() }),
            ("`client_secret`", InstallCode { client_secret: Some(secret.clone()), ..good.clone() }),
            ("`redirect_uri`", InstallCode { redirect_uri: text.clone(), ..good.clone() }),
            ("`scope`", InstallCode { scope: text.clone(), ..good.clone() }),
        ] {
            refusal(server.exchange(URL, &install).await.unwrap_err(), &format!("{name} {fault}"));
        }
        refusal(server.tokens(URL, secret).unwrap_err(), &format!("the long-lived token {fault}"));
    }
    for url in ["", "https://example.com\n", "https://example.com/?a=1"] {
        refusal(server.exchange(url, &good).await.unwrap_err(), "`url` must be absolute");
        refusal(server.tokens(url, SECRET).unwrap_err(), "`url` must be absolute");
    }
    assert!(transport.requests().is_empty());
}

struct Careless;

impl TokenSource for Careless {
    fn token(&self) -> BoxFuture<Result<Secret, Error>> {
        Box::pin(async { Ok(format!("{SECRET}\n").into()) })
    }

    fn replace(&self, _: Secret) -> BoxFuture<Result<Secret, Error>> {
        self.token()
    }
}

#[tokio::test]
async fn tokens_that_come_later() {
    let transport = MockTransport::new();
    let client = Client::builder().shop("x").token(Token::from_source(Careless)).transport(transport.clone());
    let error = client.build().unwrap().orders().get("1").send().await.unwrap_err();
    refusal(error, "getOrder: `token` has a line break");
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn header_fields_of_a_call() {
    let client = builder().token(SECRET).header("X-Both", "client").build().unwrap();
    for name in ["", "X Y", "X\n"] {
        let call = client.request(kontrakt_runtime::Method::GET, "/api/x").header(name, "1");
        refusal(call.send().await.unwrap_err(), &format!("request: {name:?} is no name"));
    }
    let transport = MockTransport::new();
    transport.reply(200, "{}").reply(200, "{}");
    let client = Client::builder().shop("x").token(SECRET).header("X-Both", "client").transport(transport.clone());
    let client = client.build().unwrap();
    client.request(kontrakt_runtime::Method::GET, "/api/x").await.unwrap();
    client.request(kontrakt_runtime::Method::GET, "/api/x").header("x-both", "call").await.unwrap();
    let sent: Vec<_> =
        transport.requests().into_iter().map(|request| request.headers.get("X-Both").map(str::to_owned)).collect();
    assert_eq!(sent, [Some("client".to_owned()), Some("call".to_owned())]);
}

/// A transport may notice what nobody else does. It is the request that is wrong, not the connection.
#[tokio::test]
async fn what_the_transport_refuses() {
    let transport = MockTransport::answering(|_| Err(TransportError::request(format!("no header for {SECRET}"))));
    let client = Client::builder().shop("x").token(SECRET).transport(transport.clone()).build().unwrap();
    let error = client.orders().get("1").send().await.unwrap_err();
    assert_eq!(error.to_string(), "getOrder: the request cannot be sent: no header for ***");
    assert!(error.is_usage() && !error.is_connect() && !error.is_retryable());
    assert_eq!(transport.requests().len(), 1);
}
