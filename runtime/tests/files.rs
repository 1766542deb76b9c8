//! Answers that are files: as streams, as bytes, and answers that are none.
//! A file that is still being received counts as a request in flight.

mod support;

use std::time::Duration;

use futures_util::stream;
use kontrakt_runtime::http::{Body, Headers, MockTransport, Response, TransportError};
use kontrakt_runtime::{Error, RetryPolicy};
use support::Client;

const PDF: [(&str, &str); 2] =
    [("Content-Type", "application/pdf"), ("Content-Disposition", "attachment; filename=a.pdf")];

type Piece = Result<Vec<u8>, TransportError>;

fn file(headers: &[(&str, &str)], pieces: Vec<Piece>) -> Result<Response, TransportError> {
    let headers = headers.iter().copied().collect::<Headers>();
    Ok(Response { status: 200, headers, body: Body::from_stream(stream::iter(pieces)) })
}

fn client(transport: &MockTransport) -> Client {
    let builder = Client::builder().token("top-secret").shop("x").body_limit(100).concurrency(1);
    builder.timeout(Duration::from_secs(5)).transport(transport.clone()).build().unwrap()
}

/// All of a file that is answered like this.
async fn bytes(headers: &[(&str, &str)], pieces: Vec<Piece>) -> Result<Vec<u8>, Error> {
    let transport = MockTransport::new();
    transport.queue(file(headers, pieces));
    client(&transport).orders().pdf("1").retry(RetryPolicy::never()).send().await?.bytes().await
}

#[tokio::test]
async fn pieces_come_as_they_arrive() {
    let transport = MockTransport::new();
    transport.queue(file(&PDF, vec![Ok(b"%PDF".to_vec()), Ok(b"-1.7".to_vec()), Ok(vec![0; 1000])]));
    let mut file = client(&transport).orders().pdf("1").send().await.unwrap();
    assert_eq!((file.content_type(), file.file_name(), file.size()), (Some("application/pdf"), Some("a.pdf"), None));
    assert!(!format!("{file:?}").contains("1.7"));
    for length in [4, 4, 1000] {
        assert_eq!(file.try_next().await.unwrap().unwrap().len(), length);
    }
    assert!(file.try_next().await.unwrap().is_none());
    assert_eq!(transport.requests()[0].headers.get("accept"), Some("*/*"));
}

#[tokio::test]
async fn what_is_no_file() {
    let ok = |text: &str| vec![Ok(text.as_bytes().to_vec())];
    let html = [("Content-Type", "text/html; charset=utf-8")];
    let json = [("Content-Type", "application/json")];
    assert_eq!(bytes(&PDF, ok("%PDF")).await.unwrap(), b"%PDF");
    assert_eq!(bytes(&[], ok("<?xml version='1.0'?><Invoice/>")).await.unwrap().len(), 31);
    assert_eq!(bytes(&json, ok("[1]")).await.unwrap(), b"[1]", "JSON may be a file too");
    for (headers, pieces) in [(&html[..], ok("maintenance")), (&PDF, ok(" <!DOCTYPE html><p>maintenance"))] {
        let error = bytes(headers, pieces).await.unwrap_err();
        assert!(error.is_unrecognized() && error.to_string().contains("a page of HTML"), "{error}");
    }
    for (headers, pieces) in [(&PDF[..], vec![]), (&json, vec![])] {
        let error = bytes(headers, pieces).await.unwrap_err();
        assert!(error.is_unrecognized() && error.to_string().ends_with("the answer is empty"), "{error}");
    }
    let error = bytes(&json, ok(r#"{"errors":[{"errorCode":"no-pdf","message":"m"}]}"#)).await.unwrap_err();
    assert!(error.has_code("no-pdf"), "{error}");
    let error = bytes(&PDF, vec![Ok(vec![1; 60]), Ok(vec![1; 60])]).await.unwrap_err();
    assert!(error.is_too_large() && error.operation() == Some("getOrderPdf"), "{error}");
    let error = bytes(&PDF, vec![Ok(vec![1; 60]), Err(TransportError::interrupted("reset"))]).await.unwrap_err();
    assert!(error.is_interrupted() && error.operation() == Some("getOrderPdf"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn before_the_first_piece_it_is_tried_again() {
    let transport = MockTransport::new();
    transport.queue(file(&PDF, vec![Err(TransportError::interrupted("reset"))])).queue(file(&PDF, vec![Ok(vec![1])]));
    assert_eq!(client(&transport).orders().pdf("1").send().await.unwrap().bytes().await.unwrap(), [1]);
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_stops_coming() {
    let transport = MockTransport::answering(|_| {
        let pieces = stream::unfold(0_u64, |at| async move {
            // Slower and slower, each piece within the time of one attempt until the last.
            tokio::time::sleep(Duration::from_secs(at)).await;
            Some((Ok(vec![1]), at + 2))
        });
        Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(pieces) })
    });
    let file = client(&transport).orders().pdf("1").send().await.unwrap();
    assert!(file.bytes().await.unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn a_file_on_its_way_is_a_request_in_flight() {
    let transport = MockTransport::answering(|_| file(&PDF, vec![Ok(vec![1]), Ok(vec![2])]));
    let client = client(&transport);
    let mut first = client.orders().pdf("1").send().await.unwrap();
    let mut second = tokio::spawn(client.orders().pdf("2").send());
    let waits = tokio::time::timeout(Duration::from_secs(60), &mut second).await;
    assert!(waits.is_err() && transport.requests().len() == 1);
    while first.try_next().await.unwrap().is_some() {}
    drop(second.await.unwrap().unwrap());
    assert!(client.orders().pdf("3").send().await.is_ok(), "one that is dropped gives its turn back");
}
