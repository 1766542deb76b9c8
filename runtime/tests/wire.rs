//! The built-in transport and a server with broken HTTP.
#![cfg(feature = "reqwest")]

mod support;

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use kontrakt_runtime::{Error, RetryPolicy};
use support::Client;
use support::types::Order;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const BODY: &str = r#"{"data":{"order":{"code":"1","creationTime":"2024-05-01T10:00:00+02:00","price":{"toPay":"1.00","vat":null},"labels":{}}}}"#;

/// Reads an order from a server that answers with these bytes and hangs up.
async fn answered(bytes: Vec<u8>) -> Result<Order, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = connection.read(&mut request).await;
            let _ = connection.write_all(&bytes).await;
        }
    });
    order(&url, Duration::from_secs(5)).await
}

async fn order(url: &str, timeout: Duration) -> Result<Order, Error> {
    let builder = Client::builder().token("top-secret-token").base_url(url).retry(RetryPolicy::never());
    builder.timeout(timeout).build().unwrap().orders().get("1").send().await
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat()
}

#[tokio::test]
async fn compressed() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(BODY.as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    let head = format!("200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}", body.len());
    assert_eq!(answered(response(&head, &body)).await.unwrap().code, "1");
}

#[tokio::test]
async fn broken_off() {
    let short = response("200 OK\r\nContent-Length: 5000", BODY.as_bytes());
    let error = answered(short).await.unwrap_err();
    assert!(error.is_interrupted() && !error.is_retryable() && !error.is_refusal(), "{error:?}");
    assert!(answered(Vec::new()).await.unwrap_err().is_interrupted());
    assert!(answered(b"SSH-2.0-OpenSSH".to_vec()).await.unwrap_err().is_interrupted());
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = order(&url, Duration::from_secs(5)).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable() && error.is_refusal(), "{error:?}");
    assert!(!format!("{error:?}").contains(&url), "no URL: it may hold a key");
}

/// A client of one's own, or its settings: the first follows redirects unless told not to, the others never do.
#[tokio::test]
async fn clients_of_ones_own() {
    use kontrakt_runtime::http::ReqwestTransport;

    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}/", elsewhere.local_addr().unwrap());
    let followed = tokio::spawn(async move {
        let (mut connection, _) = elsewhere.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = connection.read(&mut request).await;
        let _ = connection.write_all(&response("200 OK\r\nContent-Length: 2", b"{}")).await;
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let found = response(&format!("302 Found\r\nLocation: {target}\r\nConnection: close\r\nContent-Length: 0"), b"");
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = connection.read(&mut request).await;
            let _ = connection.write_all(&found).await;
        }
    });
    let ask = async |transport: ReqwestTransport| {
        let builder = Client::builder().token("top-secret-token").base_url(&url).retry(RetryPolicy::never());
        builder.transport(transport).build().unwrap().orders().get("1").send().await.unwrap_err()
    };
    let never = reqwest::redirect::Policy::none;
    for transport in [
        ReqwestTransport::new().unwrap(),
        ReqwestTransport::from_builder(reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(3)))
            .unwrap(),
        ReqwestTransport::from_client(reqwest::Client::builder().redirect(never()).build().unwrap()),
    ] {
        let error = ask(transport).await;
        assert_eq!(error.status(), Some(302));
        assert!(error.to_string().ends_with("to 127.0.0.1: this client does not follow"), "{error}");
    }
    assert!(!followed.is_finished(), "nobody has been there");
    let error = ask(ReqwestTransport::from_client(reqwest::Client::new())).await;
    assert!(error.is_interrupted() && !error.is_refusal(), "{error:?}");
    assert!(format!("{error:?}").contains("followed a redirect to 127.0.0.1"), "{error:?}");
    followed.await.unwrap();
}

#[tokio::test]
async fn silence() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let error = order(&url, Duration::from_millis(200)).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}
