//! Calls without an async runtime.
#![cfg(feature = "blocking")]

mod support;

use std::io::Read as _;

use kontrakt_runtime::bulk::Outcome;
use kontrakt_runtime::http::{Body, Headers, MockTransport, Response, TransportError};
use support::Client;

fn client() -> Client {
    let transport = MockTransport::answering(|request| {
        let page = request.url.split_once("page=").map_or("1", |(_, page)| page);
        let order = format!(
            r#"{{"code":"{page}","creationTime":"2024-05-01T10:00:00+02:00","price":{{"toPay":"1.00","vat":null}},"labels":[]}}"#
        );
        let body = format!(
            r#"{{"data":{{"order":{order},"orders":[{order}],"paginator":{{"page":{page},"pageCount":3,"totalCount":3}}}}}}"#
        );
        Ok(Response::new(200, Headers::new(), body))
    });
    Client::builder().token("top-secret").shop("x").transport(transport).build().unwrap()
}

#[test]
fn calls_and_lists() {
    let client = client();
    assert_eq!(client.orders().get("1").send().wait().unwrap().code, "1");
    let codes: Result<Vec<String>, _> = client
        .orders()
        .list()
        .items()
        .into_iter()
        .map(|order| Ok(order?.code))
        .collect::<Result<_, kontrakt_runtime::Error>>();
    assert_eq!(codes.unwrap(), ["1", "2", "3"]);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            std::thread::spawn(move || client.orders().get("1").send().wait().is_ok())
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
}

#[test]
fn files_are_read_like_any_other() {
    let transport = MockTransport::new();
    let headers = || [("content-type", "application/pdf")].into_iter().collect::<Headers>();
    let pieces = [b"%PDF".to_vec(), Vec::new(), b"-1.7".to_vec()];
    let body = Body::from_stream(futures_util::stream::iter(pieces.into_iter().map(Ok)));
    transport.queue(Ok(Response { status: 200, headers: headers(), body }));
    let broken = [Ok(vec![1]), Err(TransportError::interrupted("reset"))];
    let body = Body::from_stream(futures_util::stream::iter(broken));
    transport.queue(Ok(Response { status: 200, headers: headers(), body }));
    let client = Client::builder().token("top-secret").shop("x").transport(transport).build().unwrap();
    let file = client.orders().pdf("1").send().wait().unwrap();
    let mut text = String::new();
    file.into_reader().read_to_string(&mut text).unwrap();
    assert_eq!(text, "%PDF-1.7");
    let mut bytes = Vec::new();
    let error = client.orders().pdf("1").send().wait().unwrap().into_reader().read_to_end(&mut bytes).unwrap_err();
    assert!(error.to_string().contains("the connection broke"), "{error}");
}

#[test]
fn many_things() {
    let transport = MockTransport::new();
    transport.reply(200, r#"{"orders":[{"code":"1","done":true},{"code":"2","done":false}]}"#);
    let client = Client::builder().token("top-secret").shop("x").transport(transport).build().unwrap();
    let outcomes = client.orders().delete_many(&["1", "2"]).send_all().wait().unwrap();
    assert_eq!(outcomes.iter().map(Outcome::is_done).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn not_within_async_code() {
    assert!(client().orders().get("1").send().wait().unwrap_err().is_usage());
    let mut items = client().orders().list().items().into_iter();
    assert!(items.next().unwrap().is_err() && items.next().is_none());
}
