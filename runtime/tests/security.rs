//! Which credentials a call is sent with: those that its operation requires, and no others.

mod support;

use kontrakt_runtime::http::{MockRequest, MockTransport};
use kontrakt_runtime::{Api, Credential, Error, Method, Session};
use support::{Client, ClientBuilder};

type Give = fn(ClientBuilder) -> ClientBuilder;

/// The credentials of a request.
fn sent(request: &MockRequest) -> Vec<String> {
    let header = |name: &str| request.headers.get(name).map(|value| format!("{name}: {value}"));
    let query = request.url.split_once('?').map(|(_, query)| query.to_owned());
    [header("X-Token"), header("Authorization"), query].into_iter().flatten().collect()
}

async fn call(give: Give, export: bool) -> Result<Vec<String>, Error> {
    let transport = MockTransport::new();
    transport.reply(200, r#"{"data":{},"errors":null}"#);
    let client = give(Client::builder().shop("x").transport(transport.clone())).build()?;
    if export {
        client.orders().export().send().await?;
    } else {
        client.orders().terms().send().await?;
    }
    Ok(sent(&transport.requests()[0]))
}

#[tokio::test]
async fn what_the_operation_needs() {
    let all: Give = |builder| builder.token("t-t-t").bearer("b-b-b").login("user", "p-p-p").key("k-k-k");
    let table: [(Give, &[&str]); 4] = [
        (all, &["Authorization: Bearer b-b-b"]),
        (|builder| builder.token("t-t-t").bearer("b-b-b"), &["Authorization: Bearer b-b-b"]),
        (
            |builder| builder.login("user", "p-p-p").key("k-k-k"),
            &["Authorization: Basic dXNlcjpwLXAtcA==", "key=k-k-k"],
        ),
        (|builder| builder.bearer("old").bearer("new"), &["Authorization: Bearer new"]),
    ];
    for (give, credentials) in table {
        assert_eq!(call(give, true).await.unwrap(), credentials);
        assert!(call(give, false).await.unwrap().is_empty(), "`security: []` sends nothing");
    }
    // Not to be had from what there is: nothing is sent, and the error says what is missing.
    for give in [(|builder| builder.token("t-t-t")) as Give, |builder| builder.key("k-k-k")] {
        let error = call(give, true).await.unwrap_err();
        let message = "the call needs `bearer`, or `login` and `key`, which the client's builder was not given";
        assert_eq!(error.to_string(), format!("exportOrders: {message}"));
        assert!(error.is_usage() && error.is_refusal() && !error.is_retryable());
    }
}

/// What the API says of all its operations.
#[tokio::test]
async fn what_the_api_needs() {
    const TOKEN_OR_KEY: Api = Api { security: Some(&[&["token"], &["key"]]), ..support::API };
    const NOTHING: Api = Api { security: Some(&[]), ..support::API };
    const AS_YOU_LIKE: Api = Api { security: Some(&[&[], &["key"]]), ..support::API };
    let token = || Credential::header("X-Token", "t-t-t").named("token");
    let key = || Credential::query("key", "k-k-k");
    type Row = (&'static Api, Vec<Credential>, Option<&'static [&'static str]>);
    let table: [Row; 8] = [
        (&TOKEN_OR_KEY, vec![key(), token()], Some(&["X-Token: t-t-t"])),
        (&TOKEN_OR_KEY, vec![key()], Some(&["key=k-k-k"])),
        (&TOKEN_OR_KEY, vec![Credential::bearer("b-b-b")], None),
        (&NOTHING, vec![token()], Some(&[])),
        (&NOTHING, vec![], Some(&[])),
        (&AS_YOU_LIKE, vec![], Some(&[])),
        (&AS_YOU_LIKE, vec![key(), token()], Some(&["key=k-k-k"])),
        (&support::API, vec![token(), key()], Some(&["X-Token: t-t-t", "key=k-k-k"])),
    ];
    for (api, credentials, expected) in table {
        let transport = MockTransport::new();
        transport.reply(200, "{}");
        let builder = Session::builder(api).variable("shop", "x").transport(transport.clone());
        let session = credentials.into_iter().fold(builder, |builder, one| builder.credential(one)).build().unwrap();
        let result = session.request(Method::GET, "/api/x").await;
        let found = transport.requests().first().map(sent);
        assert_eq!(result.is_ok(), expected.is_some());
        assert_eq!(found, expected.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()));
    }
    assert!(Session::builder(&TOKEN_OR_KEY).variable("shop", "x").build().is_err(), "no call would go out");
}

#[tokio::test]
async fn header_fields_that_the_server_wants() {
    const API: Api = Api { headers: &[("Content-Type", "application/json"), ("X-Version", "2")], ..support::API };
    let transport = MockTransport::answering(|_| {
        Ok(kontrakt_runtime::http::Response::new(200, kontrakt_runtime::http::Headers::new(), "{}"))
    });
    let builder = Session::builder(&API).variable("shop", "x").credential(Credential::bearer("b-b-b"));
    let session = builder.header("X-Version", "3").transport(transport.clone()).build().unwrap();
    let file = kontrakt_runtime::Upload::new("a.txt", b"a".to_vec());
    session.request(Method::GET, "/api/x").await.unwrap();
    session.request(Method::POST, "/api/x").file("file", &file).await.unwrap();
    session.request(Method::GET, "/api/x").header("x-version", "4").await.unwrap();
    let requests = transport.requests();
    let header = |at: usize, name: &str| requests[at].headers.get(name).unwrap_or_default();
    assert_eq!((header(0, "content-type"), header(0, "x-version")), ("application/json", "3"));
    assert!(header(1, "content-type").starts_with("multipart/form-data; boundary="), "a body says what it is");
    assert_eq!(header(2, "x-version"), "4", "the call goes before the client, and the client before the API");
}

#[tokio::test]
async fn errors_with_help() {
    const API: Api = Api { help: &[("no-webhook", "register one first")], ..support::API };
    for (code, text) in [("no-webhook", Some("register one first")), ("other", None)] {
        let transport = MockTransport::new();
        transport.reply(403, format!(r#"{{"errors":[{{"errorCode":"{code}","message":"m","instance":"orders"}}]}}"#));
        let builder = Session::builder(&API).variable("shop", "x").credential(Credential::bearer("b-b-b"));
        let session = builder.transport(transport).build().unwrap();
        let error = session.request(Method::GET, "/api/x").await.unwrap_err();
        assert_eq!(error.help(), text);
        let shown = format!("request: HTTP 403: not allowed; {code}: m (orders)");
        assert_eq!(error.to_string(), text.map_or(shown.clone(), |text| format!("{shown}; {text}")));
    }
}
