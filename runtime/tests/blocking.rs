//! Calls without an async runtime.
#![cfg(feature = "blocking")]

mod support;

use kontrakt_runtime::http::{Headers, MockTransport, Response};
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

#[tokio::test]
async fn not_within_async_code() {
    assert!(client().orders().get("1").send().wait().unwrap_err().is_usage());
    let mut items = client().orders().list().items().into_iter();
    assert!(items.next().unwrap().is_err() && items.next().is_none());
}
