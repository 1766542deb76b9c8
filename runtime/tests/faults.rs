//! All failures between a call and its value, on a transport that fails on purpose.
//! Time is paused, so delays are checked without waiting.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kontrakt_runtime::http::{Body, Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{Api, Credential, Error, Method, MovedTo, RetryPolicy, Session};
use support::Client;
use support::types::OrderUpdate;
use tokio::time::Instant;

const TOKEN: &str = "1234-p-5678-top-secret";

fn client(transport: &MockTransport) -> Client {
    Client::builder().token(TOKEN).shop("x").transport(transport.clone()).build().unwrap()
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Response, TransportError> {
    Ok(Response::new(status, headers.iter().copied().collect::<Headers>(), body))
}

fn order(code: &str) -> String {
    format!(
        r#"{{"code":"{code}","creationTime":"2024-05-01T10:00:00+02:00","price":{{"toPay":"1.00","vat":null}},"labels":{{}}}}"#
    )
}

fn single(code: &str) -> String {
    format!(r#"{{"data":{{"order":{}}},"errors":null}}"#, order(code))
}

/// The error of reading an order when this is answered.
async fn error_of(status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let transport = MockTransport::new();
    transport.queue(answer(status, headers, body));
    let client =
        Client::builder().token(TOKEN).shop("x").transport(transport).retry(RetryPolicy::never()).build().unwrap();
    client.orders().get("1").send().await.unwrap_err()
}

#[tokio::test]
async fn errors_have_names() {
    let json = [("content-type", "application/json"), ("x-request-id", "r-9")];
    let html = [("content-type", "text/html")];
    let listed = r#"{"data":null,"errors":[{"errorCode":"order-not-found","message":"No order","instance":"1"}],
        "metadata":{"requestId":"r-1"}}"#;

    let error = error_of(404, &json, listed).await;
    assert!(error.is_not_found() && error.has_code("order-not-found") && !error.is_retryable());
    // Somebody else's 404 says nothing about the order.
    for body in ["<html>Not found</html>", "", " "] {
        let error = error_of(404, &[], body).await;
        assert!(!error.is_not_found() && error.is_refusal(), "{body}: {error}");
    }
    assert_eq!((error.status(), error.request_id(), error.operation()), (Some(404), Some("r-1"), Some("getOrder")));
    assert_eq!(error.to_string(), "getOrder: HTTP 404: not found; order-not-found: No order (1) [request r-1]");
    assert_eq!(error.body(), listed.as_bytes());

    for status in [400, 413, 422] {
        assert!(error_of(status, &json, "{}").await.is_invalid_request());
    }
    assert!(error_of(401, &json, "{}").await.is_unauthorized());
    assert!(error_of(403, &json, "").await.is_forbidden());
    assert!(error_of(409, &json, "{}").await.is_conflict());
    assert!(error_of(423, &json, "{}").await.is_locked());
    assert!(error_of(429, &html, "<html>limit</html>").await.is_rate_limited());
    assert!(error_of(500, &json, "{}").await.is_server_error());

    let error = error_of(503, &html, "<!DOCTYPE html><p>Maintenance").await;
    assert!(error.to_string().ends_with("the service is not available (the answer is a page of HTML)"), "{error}");

    let error = error_of(200, &json, "{\"data\":{\"order\":{\"code\":\"1\"").await;
    assert!(error.is_unrecognized() && !error.is_decode() && error.to_string().contains("cut off"), "{error}");
    let error = error_of(200, &html, "<html>").await;
    assert!(error.is_unrecognized() && error.to_string().contains("a page of HTML"), "{error}");
    let error = error_of(200, &json, " ").await;
    assert!(error.is_unrecognized() && error.to_string().contains("empty"), "{error}");
    let error = error_of(200, &json, "null").await;
    assert!(error.is_unrecognized() && !error.is_decode(), "{error}");
    let error = error_of(200, &json, r#"{"data":{},"errors":null}"#).await;
    assert!(error.is_unrecognized() && error.json_path().as_deref() == Some("$.data.order"), "{error}");

    let error = error_of(200, &json, &single("1").replace("\"1.00\"", "[]")).await;
    assert!(error.is_decode() && !error.is_unrecognized());
    assert_eq!((error.json_path().as_deref(), error.request_id()), (Some("$.data.order.price.toPay"), Some("r-9")));
    assert!(error.to_string().contains("expected a decimal number, found a list"), "{error}");

    let error = error_of(200, &json, r#"{"data":null,"errors":[{"errorCode":"e","message":"inside success"}]}"#).await;
    assert!(!error.is_decode() && error.has_code("e"), "{error}");
    assert!(error_of(301, &[("location", "https://elsewhere")], "").await.to_string().contains("points elsewhere"));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_answers_is_asked_again() {
    let html = [("content-type", "text/html")];
    for (status, headers, body) in [
        (200, &html[..], "<html>Back soon"),
        (200, &[], " "),
        (404, &html, "<html>"),
        (404, &[], " <?xml version='1.0'?>"),
    ] {
        let transport = MockTransport::new();
        transport.queue(answer(status, headers, body)).reply(200, single("1"));
        client(&transport).orders().get("1").send().await.unwrap();
        assert_eq!(transport.requests().len(), 2, "{body}");
        // A write may have been done all the same.
        transport.queue(answer(status, headers, body));
        let error = client(&transport).orders().create(&OrderUpdate::default()).send().await.unwrap_err();
        assert_eq!((transport.requests().len(), error.may_have_happened()), (3, !error.is_refusal()), "{error}");
    }
    // What the API says itself is heard, under whatever name it comes.
    let transport = MockTransport::new();
    transport.queue(answer(200, &html, &single("1"))).queue(answer(404, &html, r#"{"data":null,"errors":[]}"#));
    client(&transport).orders().get("1").send().await.unwrap();
    assert!(client(&transport).orders().get("1").send().await.unwrap_err().is_not_found());
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn partial_success_is_not_taken_for_success() {
    let transport = MockTransport::new();
    let body = r#"{"data":null,"errors":[{"errorCode":"unknown-product","message":"row 2"}]}"#;
    transport.reply(200, body).reply(200, body);
    #[allow(deprecated)]
    let call = client(&transport).orders().update("1", &OrderUpdate::default());
    let error = call.clone().send().await.unwrap_err();
    assert!(error.is_partial() && !error.is_retryable());
    let response = call.clone().send_raw().await.unwrap();
    assert_eq!(response.errors()[0].code.as_deref(), Some("unknown-product"));
    // An error that says nothing is none.
    transport.reply(200, r#"{"data":null,"errors":[{"errorCode":"","message":"","instance":""}]}"#);
    call.send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_and_writes_only_when_nothing_happened() {
    let broken = || Err(TransportError::interrupted("reset"));
    let refused = || Err(TransportError::connect("refused"));
    // What the server does first, and how many requests then reach it: reading, and writing.
    type First = fn() -> Result<Response, TransportError>;
    let table: [(&str, First, usize, usize); 9] = [
        ("interrupted", broken, 2, 1),
        ("refused", refused, 2, 2),
        ("500", || answer(500, &[], ""), 2, 1),
        ("502", || answer(502, &[], "<html>"), 2, 1),
        ("503", || answer(503, &[], ""), 2, 1),
        ("503, later", || answer(503, &[("retry-after", "2")], ""), 2, 2),
        ("429", || answer(429, &[("retry-after", "2")], ""), 2, 2),
        ("423", || answer(423, &[], ""), 2, 2),
        ("422", || answer(422, &[], ""), 1, 1),
    ];
    for (name, first, reads, writes) in table {
        let transport = MockTransport::new();
        transport.queue(first()).reply(200, single("1"));
        let read = client(&transport).orders().get("1").send().await;
        assert_eq!((transport.requests().len(), read.is_ok()), (reads, reads > 1), "reading: {name}");
        let transport = MockTransport::new();
        transport.queue(first()).reply(200, single("1"));
        let written = client(&transport).orders().create(&OrderUpdate::default()).send().await;
        assert_eq!((transport.requests().len(), written.is_ok()), (writes, writes > 1), "writing: {name}");
        let transport = MockTransport::new();
        transport.queue(first()).reply(200, r#"{"data":[]}"#);
        client(&transport).orders().delete(1).send().await.ok();
        assert_eq!(transport.requests().len(), writes, "a GET that writes: {name}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_says_how_long_to_wait() {
    let transport = MockTransport::new();
    transport.queue(answer(429, &[("Retry-After", "30")], "")).reply(200, single("1"));
    let start = Instant::now();
    client(&transport).orders().get("1").send().await.unwrap();
    assert!((30..40).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());

    // Longer than the patience: fails at once, says when, and the next call does not even try.
    let transport = MockTransport::new();
    transport.queue(answer(429, &[("Retry-After", "3600")], ""));
    let client = client(&transport);
    let error = client.orders().get("1").send().await.unwrap_err();
    assert!(error.is_rate_limited() && error.retry_after() == Some(Duration::from_secs(3600)));
    let error = client.orders().get("1").send().await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable() && error.status().is_none(), "{error}");
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_end() {
    let transport = MockTransport::answering(|_| answer(503, &[("retry-after", "1")], ""));
    let error = client(&transport).orders().get("1").send().await.unwrap_err();
    assert!(error.is_server_error() && error.is_retryable());
    assert_eq!(transport.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn slow_answers_and_large_ones() {
    let slow = MockTransport::answering(|_| {
        let body = futures_util::stream::once(async {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Ok(Vec::new())
        });
        Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(body) })
    });
    let client = Client::builder().token(TOKEN).shop("x").timeout(Duration::from_secs(5)).transport(slow.clone());
    let error = client.build().unwrap().orders().create(&OrderUpdate::default()).send().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_retryable(), "{error}");
    assert_eq!(slow.requests().len(), 1);

    let endless = MockTransport::answering(|_| {
        let body = futures_util::stream::repeat_with(|| Ok(vec![b' '; 1 << 16]));
        Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(body) })
    });
    let client = Client::builder().token(TOKEN).shop("x").body_limit(1 << 20).transport(endless).build().unwrap();
    assert!(client.orders().get("1").send().await.unwrap_err().is_too_large());
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_at_once_than_the_server_bears() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let transport = MockTransport::answering(|_| {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let body = futures_util::stream::once(async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            NOW.fetch_sub(1, Ordering::SeqCst);
            Ok(single("1").into_bytes())
        });
        Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(body) })
    });
    let client = client(&transport);
    let calls: Vec<_> = (0..20).map(|_| tokio::spawn(client.orders().get("1").send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(MOST.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_nearly_full_bucket_slows_the_next_call() {
    let transport = MockTransport::new();
    let headers = [("X-RateLimit-Bucket-Filling", "200/200"), ("X-Rate-Limit-Hour-Remaining", "9"), ("Sunset", "soon")];
    transport.queue(answer(200, &headers, &single("1"))).reply(200, single("1"));
    let client = client(&transport);
    let response = client.orders().get("1").send_raw().await.unwrap();
    assert_eq!(response.bucket().map(|bucket| (bucket.drops, bucket.capacity)), Some((200, 200)));
    assert_eq!(response.budgets().collect::<Vec<_>>(), [("X-Rate-Limit-Hour-Remaining", 9)]);
    assert!(response.is_deprecated() && response.sunset() == Some("soon"));
    let start = Instant::now();
    client.orders().get("1").send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(4));
}

/// A client of an API whose servers say where they have moved to.
fn client_that_moves(transport: &MockTransport) -> Session {
    const API: Api = Api { moved_to: Some(MovedTo { member: "api_url", domains: &["example.com"] }), ..support::API };
    let builder = Session::builder(&API).variable("shop", "x").credential(Credential::header("X-Token", TOKEN));
    builder.transport(transport.clone()).build().unwrap()
}

#[tokio::test]
async fn a_server_that_has_moved_is_followed() {
    let transport = MockTransport::answering(|request: &MockRequest| {
        if request.url.starts_with("https://x.example.com/") {
            answer(301, &[], r#"{"api_url":"https://new.example.com/api/v2/"}"#)
        } else {
            answer(200, &[], &single("1"))
        }
    });
    let session = client_that_moves(&transport);
    session.request(Method::POST, "/api/orders").await.unwrap();
    session.request(Method::GET, "/api/orders/1").await.unwrap();
    let urls: Vec<String> = transport.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(
        urls,
        [
            "https://x.example.com/api/orders",
            "https://new.example.com/api/v2/api/orders",
            "https://new.example.com/api/v2/api/orders/1"
        ]
    );
    assert_eq!(session.base_url(), "https://new.example.com/api/v2");
}

#[tokio::test]
async fn credentials_go_nowhere_else() {
    // Where the answer points to, in the body and as `Location`; the host that the error names.
    let table = [
        // Not from TLS to none, and not in circles.
        ("http://new.example.com", "", "new.example.com"),
        ("https://x.example.com", "", "x.example.com"),
        ("https://evil.net/api", "", "evil.net"),
        ("https://example.com.evil.net/", "", "example.com.evil.net"),
        ("https://myexample.com/", "", "myexample.com"),
        ("https://evil.net\\\\@x.example.com/", "", "evil.net"),
        ("https://x.example.com@evil.net/", "", "evil.net"),
        ("https://user:key@new.example.com/", "", "new.example.com"),
        ("https://evil.net:443/?.example.com", "", "evil.net"),
        ("https://evil.net#.example.com", "", "evil.net"),
        ("https://new.example.com/?a=b", "", "new.example.com"),
        ("nonsense", "", "an address without a host"),
        ("", "https://evil.net/api/orders/1?key=top-secret", "evil.net"),
        ("", "/elsewhere", "an address without a host"),
    ];
    for status in [301, 308] {
        for (target, location, host) in table {
            let body = if target.is_empty() { "{}".to_owned() } else { format!(r#"{{"api_url":"{target}"}}"#) };
            let transport = MockTransport::answering(move |_| answer(status, &[("Location", location)], &body));
            let session = client_that_moves(&transport);
            let error = session.request(Method::GET, "/api/orders/1").await.unwrap_err();
            let message = format!("HTTP {status}: the server points elsewhere, to {host}: this client does not follow");
            assert_eq!(error.to_string(), format!("request: {message}"), "{target}{location}");
            assert!(error.is_refusal() && !error.is_retryable());
            assert_eq!(transport.requests().len(), 1, "{target}");
            assert_eq!(session.base_url(), "https://x.example.com");
        }
    }
    // An API that says nothing of moves does not move.
    let transport = MockTransport::answering(|_| answer(301, &[], r#"{"api_url":"https://new.example.com"}"#));
    assert!(client(&transport).orders().get("1").send().await.is_err());
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_absurd_wait_stops_nobody_for_good() {
    const HOUR: Duration = Duration::from_secs(3600);
    for wait in ["99999999999", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59Z"] {
        for status in [429, 503] {
            let transport = MockTransport::new();
            transport.queue(answer(status, &[("Retry-After", wait)], "{}"));
            let client = client(&transport);
            let error = client.orders().get("1").send().await.unwrap_err();
            assert_eq!(error.retry_after(), Some(HOUR * 24), "{wait}");
            // Nobody sends, until the hour is over or the limits are reset.
            let clone = client.clone();
            let error = clone.orders().get("1").send().await.unwrap_err();
            assert!(error.is_rate_limited() && error.status().is_none(), "{error}");
            assert!(error.retry_after().is_some_and(|wait| wait <= HOUR), "{error}");
            assert_eq!(transport.requests().len(), 1);
            if status == 429 {
                client.reset_limits();
            } else {
                tokio::time::sleep(HOUR).await;
            }
            transport.reply(200, single("1"));
            clone.orders().get("1").send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_mock_without_an_answer_says_so_at_once() {
    let transport = MockTransport::new();
    let error = client(&transport).orders().get("1").include("a secret").send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getOrder: the request cannot be sent: `MockTransport` has no answer for \
            GET https://x.example.com/api/orders/1: queue one with `reply`"
    );
    assert!(error.is_usage() && error.is_refusal() && !error.is_retryable() && !error.is_connect());
    assert_eq!(transport.requests().len(), 1, "one attempt");
}

fn pages(make: impl Fn(u64) -> (u64, u64, u64, usize) + Send + Sync + 'static) -> MockTransport {
    MockTransport::answering(move |request| {
        let asked = request.url.split_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
        let (number, pages, total, items) = make(asked);
        let items: Vec<String> = (0..items).map(|item| order(&format!("{number}-{item}"))).collect();
        let body = format!(
            r#"{{"data":{{"orders":[{}],"paginator":{{"page":{number},"pageCount":{pages},"totalCount":{total}}}}}}}"#,
            items.join(",")
        );
        answer(200, &[], &body)
    })
}

#[tokio::test]
async fn paging_ends() {
    // (page got, pages, total, items on it) by the page asked for; whether it ends well; requests made.
    type Make = fn(u64) -> (u64, u64, u64, usize);
    let table: [(&str, Make, bool, usize); 9] = [
        ("three pages", |page| (page, 3, 3, 1), true, 3),
        ("empty, one page", |_| (1, 1, 0, 0), true, 1),
        ("empty, no page", |_| (1, 0, 0, 0), true, 1),
        ("empty, page zero", |_| (0, 0, 0, 0), true, 1),
        ("ten thousand pages", |page| (page, 10_000, 10_000, 1), true, 10_000),
        ("always more", |page| (page, page + 1, 10, 1), false, 105),
        ("always the first", |_| (1, 3, 3, 1), false, 2),
        ("always empty, always more", |page| (page, page + 1, 10, 0), false, 1),
        ("shrinks while read", |page| (page, 4 - page, 3, 1), true, 2),
    ];
    for (name, make, ends_well, requests) in table {
        let transport = pages(make);
        let result = client(&transport).orders().list().items().all().await;
        assert_eq!(result.is_ok(), ends_well, "{name}: {:?}", result.err());
        assert_eq!(transport.requests().len(), requests, "{name}");
    }
}

#[tokio::test]
async fn a_list_that_changes_is_noticed() {
    let transport = pages(|page| (page, 2, 10 + page, 1));
    let mut items = client(&transport).orders().list().items();
    while items.try_next().await.unwrap().is_some() {}
    assert!(items.has_changed());
    let error = client(&transport).orders().list().items().strict().all().await.unwrap_err();
    assert!(error.is_paging() && error.to_string().contains("changed"), "{error}");
}

#[tokio::test]
async fn an_error_on_a_page_ends_the_stream() {
    let transport = MockTransport::new();
    transport.queue(answer(403, &[], ""));
    let mut items = client(&transport).orders().list().items();
    assert!(items.try_next().await.is_err());
    assert!(items.try_next().await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_given_up_leave_nothing_behind() {
    let transport = MockTransport::answering(|request| {
        let body = futures_util::stream::once(async { Ok(single("1").into_bytes()) });
        if request.url.ends_with("/slow") {
            let never = futures_util::stream::pending();
            return Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(never) });
        }
        Ok(Response { status: 200, headers: Headers::new(), body: Body::from_stream(body) })
    });
    let client = Client::builder().token(TOKEN).shop("x").concurrency(1).transport(transport).build().unwrap();
    for _ in 0..3 {
        let slow = client.orders().get("slow").send();
        assert!(tokio::time::timeout(Duration::from_secs(1), slow).await.is_err());
    }
    client.orders().get("1").send().await.unwrap();
}
