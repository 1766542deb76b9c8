//! The client of Shoptet and misbehaving servers: errors, tokens, limits, paging, jobs and files as its specification
//! declares them.

mod wire;

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use shoptet::orders::OrderStatusesUpdate;
use shoptet::runtime::OAuthServer;
use shoptet::runtime::http::{Headers, MockRequest, MockTransport, Response};
use shoptet::unsubscribed_emails::UnsubscribedEmailCreate;
use shoptet::{Client, Method};
use tokio::time::Instant;
use wire::{Bare, Does, Setup};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const SOURCES: &str =
    r#"{"data":{"sources":[{"id":1,"name":"Desktop"}]},"errors":null,"metadata":{"requestId":"r-1"}}"#;

wire::client! {
    builder: Client::builder().private_token("123-p-1-example"),
    read: |client| client.orders().sources(),
    write: |client| client.unsubscribed_emails().create(&UnsubscribedEmailCreate::new("a@b.cz")),
    at_once: 3,
    answer: SOURCES,
    written: r#"{"data":{"unsubscribedEmail":{"email":"a@b.cz","unsubscribedAt":"2026-04-27T09:15:52+0200"}},"errors":null}"#,
    error: r#"{"data":null,"errors":[{"errorCode":"some-code","message":"Something is wrong","instance":"a"}],"metadata":{"requestId":"r-9"}}"#,
    shown: "some-code: Something is wrong (a)",
}

fn enveloped(data: Value) -> String {
    json!({"data": data, "errors": null, "metadata": {"requestId": "r-1"}}).to_string()
}

fn reply(headers: &[(&str, &str)], body: &str) -> Result<Response, shoptet::runtime::http::TransportError> {
    Ok(Response::new(200, headers.iter().copied().collect::<Headers>(), body))
}

#[tokio::test]
async fn the_envelope_is_taken_off_and_told() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("X-RateLimit-Bucket-Filling", "12/200")
        .insert_header("Sunset", "Thu, 31 Dec 2026 00:00:00 GMT")
        .set_body_raw(SOURCES, "application/json; charset=utf-8");
    Mock::given(method("GET"))
        .and(path("/api/orders/sources"))
        .and(header("Shoptet-Private-Api-Token", "123-p-1-example"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let shop = client(&Setup::at(server.uri()));
    let response = shop.orders().sources().send_raw().await.unwrap();
    assert_eq!((response.status(), response.request_id()), (200, Some("r-1")));
    assert_eq!(response.bucket().map(|bucket| (bucket.drops, bucket.capacity)), Some((12, 200)));
    assert!(response.is_deprecated() && response.sunset().is_some());
    assert_eq!(response.into_value()[0].name, "Desktop");
    // What the specification does not know can be called too, with the same credentials.
    let any = shop.request(Method::GET, "/api/orders/sources").await.unwrap();
    assert_eq!(any.at("data/sources/0/id").map(|id| id.to_json()).as_deref(), Some("1"));
    let agent = server.received_requests().await.unwrap()[0].headers["user-agent"].to_str().unwrap().to_owned();
    assert!(agent.starts_with(concat!("shoptet/", env!("CARGO_PKG_VERSION"), " kontrakt-runtime/")), "{agent}");
}

#[tokio::test]
async fn some_done_is_not_all_done() {
    let server = MockServer::start().await;
    let errors = json!([{"errorCode": "unknown-order", "message": "No such order", "instance": "codes[1]"}]);
    let answer = ResponseTemplate::new(200).set_body_json(json!({"data": null, "errors": errors}));
    Mock::given(method("PATCH")).and(path("/api/orders/status-change")).respond_with(answer).mount(&server).await;
    let shop = client(&Setup::at(server.uri()));
    let update = OrderStatusesUpdate::default();
    let error = shop.orders().update_statuses(&update).send().await.unwrap_err();
    assert!(error.is_partial() && error.has_code("unknown-order") && !error.is_retryable(), "{error}");
    assert_eq!(shop.orders().update_statuses(&update).send_raw().await.unwrap().errors().len(), 1);
}

#[tokio::test]
async fn time_and_attempts_of_one_call() {
    let server = Bare::start(vec![Does::Waits]).await;
    let shop = client(&Setup { attempts: 4, ..Setup::at(&server.url) });
    let call = shop.orders().sources().timeout(Duration::from_millis(20)).retry(Setup::at("").retry());
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout() && error.status().is_none(), "{error}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
}

/// A page of suppliers as the document describes it.
fn suppliers(page: u64, pages: u64, total: u64, count: u64) -> String {
    let list: Vec<Value> = (0..count).map(|at| json!({"guid": format!("{page}-{at}"), "name": "S"})).collect();
    enveloped(json!({
        "suppliers": list,
        "paginator": {"totalCount": total, "page": page, "pageCount": pages, "itemsOnPage": count, "itemsPerPage": 1},
    }))
}

fn page_of(query: Option<&str>) -> u64 {
    let page = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("page=")));
    page.map_or(1, |page| page.parse().unwrap())
}

#[tokio::test]
async fn lists_end() {
    // The page that is answered, pages, total, items on it, by the page asked for; how it ends; requests.
    type Make = fn(u64) -> (u64, u64, u64, u64);
    let table: [(&str, Make, Result<usize, &str>, usize); 7] = [
        ("three pages", |page| (page, 3, 3, 1), Ok(3), 3),
        ("nothing, one page", |_| (1, 1, 0, 0), Ok(0), 1),
        ("nothing, no page", |_| (1, 0, 0, 0), Ok(0), 1),
        ("two thousand pages", |page| (page, 2_000, 2_000, 1), Ok(2_000), 2_000),
        ("always more", |page| (page, page + 1, 9, 1), Err("still there is said to be more"), 105),
        ("always the first", |_| (1, 3, 3, 1), Err("asked for page 2, got page 1"), 2),
        ("always empty", |page| (page, page + 1, 9, 0), Err("page 1 of 2 is empty"), 1),
    ];
    for (name, make, end, requests) in table {
        let server = MockServer::start().await;
        let answer = move |request: &Request| {
            let (page, pages, total, count) = make(page_of(request.url.query()));
            ResponseTemplate::new(200).set_body_raw(suppliers(page, pages, total, count), "application/json")
        };
        Mock::given(path("/api/suppliers")).respond_with(answer).mount(&server).await;
        let all = client(&Setup::at(server.uri())).suppliers().list().items_per_page(1).items().all().await;
        match (end, all) {
            (Ok(count), Ok(all)) => assert_eq!(all.len(), count, "{name}"),
            (Err(text), Err(error)) => {
                assert!(error.is_paging() && error.to_string().contains(text), "{name}: {error}")
            }
            (_, all) => panic!("{name}: {:?}", all.map(|all| all.len())),
        }
        assert_eq!(server.received_requests().await.unwrap().len(), requests, "{name}");
    }
}

#[tokio::test]
async fn ten_thousand_pages() {
    let transport = MockTransport::answering(|request| {
        reply(&[], &suppliers(page_of(request.url.split_once('?').map(|(_, query)| query)), 10_000, 10_000, 1))
    });
    let mut pages = in_memory(&transport).suppliers().list().pages();
    let mut count = 0;
    while let Some(page) = pages.try_next().await.unwrap() {
        count += page.items.len();
    }
    assert_eq!((count, transport.requests().len(), pages.has_changed()), (10_000, 10_000, false));
}

#[tokio::test]
async fn a_list_that_changes_is_noticed() {
    let transport = MockTransport::answering(|request| {
        let page = page_of(request.url.split_once('?').map(|(_, query)| query));
        reply(&[], &suppliers(page, 3, 10 + page, 1))
    });
    let mut items = in_memory(&transport).suppliers().list().items();
    while items.try_next().await.unwrap().is_some() {}
    assert!(items.has_changed());
    let error = in_memory(&transport).suppliers().list().items().strict().all().await.unwrap_err();
    assert!(error.is_paging(), "{error}");
}

/// Gives tokens, of which those before `valid` have expired.
#[derive(Default)]
struct TokenServer {
    given: AtomicUsize,
    valid: AtomicUsize,
    done: AtomicUsize,
}

impl TokenServer {
    async fn start() -> (Arc<Self>, MockServer, Client) {
        let state = Arc::new(Self::default());
        let server = MockServer::start().await;
        let giving = Arc::clone(&state);
        let give = move |_: &Request| {
            let number = giving.given.fetch_add(1, Ordering::SeqCst) + 1;
            let token = json!({"access_token": format!("token-{number}"), "expires_in": 1800});
            ResponseTemplate::new(200).set_body_json(token)
        };
        Mock::given(path("/action/ApiOAuthServer/getAccessToken")).respond_with(give).mount(&server).await;
        let doing = Arc::clone(&state);
        let answer = move |request: &Request| {
            let token = request.headers["shoptet-access-token"].to_str().unwrap();
            let number: usize = token.strip_prefix("token-").unwrap().parse().unwrap();
            if number < doing.valid.load(Ordering::SeqCst) {
                let errors = json!([{"errorCode": "expired-token", "message": "Token expired", "instance": ""}]);
                return ResponseTemplate::new(401).set_body_json(json!({"data": null, "errors": errors}));
            }
            doing.done.fetch_add(1, Ordering::SeqCst);
            ResponseTemplate::new(200).set_body_raw(API.written, "application/json")
        };
        Mock::given(path("/api/unsubscribed-emails")).respond_with(answer).mount(&server).await;
        let url = format!("{}/action/ApiOAuthServer/getAccessToken", server.uri());
        let tokens = OAuthServer::new().unwrap().tokens(url, "long-lived-token").unwrap();
        let client = Client::builder().access_token(tokens).base_url(server.uri()).build().unwrap();
        (state, server, client)
    }
}

#[tokio::test]
async fn fifty_calls_whose_token_expires_at_once() {
    let (state, _server, client) = TokenServer::start().await;
    write(client.clone()).await.unwrap();
    state.valid.store(2, Ordering::SeqCst);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(write(client.clone()))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(state.given.load(Ordering::SeqCst), 2, "exactly one refresh");
    assert_eq!(state.done.load(Ordering::SeqCst), 51, "nothing lost, nothing sent twice");
}

#[tokio::test]
async fn other_refusals_do_not_replace_the_token() {
    for code in ["invalid-token", "suspended", ""] {
        let server = MockServer::start().await;
        let token = ResponseTemplate::new(200).set_body_json(json!({"access_token": "token-1", "expires_in": 1800}));
        Mock::given(path("/getAccessToken")).respond_with(token).expect(1).mount(&server).await;
        let errors = json!([{"errorCode": code, "message": "no", "instance": ""}]);
        let refusal = ResponseTemplate::new(401).set_body_json(json!({"data": null, "errors": errors}));
        Mock::given(path("/api/orders/sources")).respond_with(refusal).expect(1).mount(&server).await;
        let tokens =
            OAuthServer::new().unwrap().tokens(format!("{}/getAccessToken", server.uri()), "long-lived").unwrap();
        let client = Client::builder().access_token(tokens).base_url(server.uri()).build().unwrap();
        assert!(read(client).await.unwrap_err().is_unauthorized());
    }
}

#[tokio::test]
async fn no_token_no_call() {
    for (status, body, code) in [
        (429, r#"{"error":"maximum_tokens_reached"}"#, Some("maximum_tokens_reached")),
        (400, r#"{"error":"invalid_request","error_description":"token long-lived-token"}"#, Some("invalid_request")),
        (403, r#"{"error":"addon_suspended"}"#, Some("addon_suspended")),
        (500, "<html>", None),
        (200, "{}", None),
    ] {
        let server = MockServer::start().await;
        let refusal = ResponseTemplate::new(status).set_body_raw(body, "application/json");
        Mock::given(path("/getAccessToken")).respond_with(refusal).mount(&server).await;
        let url = format!("{}/getAccessToken", server.uri());
        let tokens = OAuthServer::new().unwrap().tokens(url, "long-lived-token").unwrap();
        let client = Client::builder().access_token(tokens).base_url(server.uri()).build().unwrap();
        let error = read(client).await.unwrap_err();
        assert!(error.is_unauthorized() && code.is_none_or(|code| error.has_code(code)), "{error}");
        assert!(!format!("{error} {error:?}").contains("long-lived-token"), "{error}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "each attempt may use up a token");
    }
}

#[tokio::test]
async fn a_refresh_that_is_given_up_is_made_by_the_next() {
    let token = r#"{"access_token":"token-1","expires_in":1800}"#;
    let oauth = Bare::start(vec![Does::Waits, Does::Sends(wire::good(token))]).await;
    let server = Bare::start(vec![Does::Sends(wire::good(SOURCES))]).await;
    let tokens = OAuthServer::new().unwrap().tokens(&oauth.url, "long-lived").unwrap();
    let client = Client::builder().access_token(tokens).base_url(&server.url).concurrency(1).build().unwrap();
    let first = tokio::spawn(read(client.clone()));
    oauth.arrived().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    read(client).await.unwrap();
    assert_eq!(oauth.requests.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_is_nearly_full_slows_everybody() {
    // The filling that is answered, and how long the next call waits: the bucket loses ten drops a second.
    for (filling, seconds) in [("0/200", 0), ("150/200", 0), ("180/200", 3), ("200/200", 5), ("nonsense", 0)] {
        let transport = MockTransport::answering(move |_| reply(&[("X-RateLimit-Bucket-Filling", filling)], SOURCES));
        let client = in_memory(&transport);
        read(client.clone()).await.unwrap();
        let start = Instant::now();
        read(client).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), seconds, "{filling}");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_that_the_server_asks_for_hold_everybody() {
    let transport = MockTransport::new();
    let busy = [("Retry-After", "20")].into_iter().collect::<Headers>();
    transport.queue(Ok(Response::new(429, busy, ""))).reply(200, SOURCES).reply(200, SOURCES);
    let client = in_memory(&transport);
    let start = Instant::now();
    let first = tokio::spawn(read(client.clone()));
    tokio::task::yield_now().await;
    read(client).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(20), "another call waits too");
    first.await.unwrap().unwrap();
    // A locked order is free after five seconds at most.
    let transport = MockTransport::new();
    for _ in 0..3 {
        transport.reply(423, API.error);
    }
    transport.reply(200, SOURCES);
    let start = Instant::now();
    read(in_memory(&transport)).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(16), "{:?}", start.elapsed());
}

#[tokio::test]
async fn files_are_streams() {
    let server = MockServer::start().await;
    let pdf = ResponseTemplate::new(200)
        .insert_header("Content-Disposition", "attachment; filename=\"2026-0001.pdf\"")
        .set_body_raw("%PDF-1.7", "application/pdf");
    Mock::given(path("/api/invoices/2026-0001/pdf"))
        .and(header("Accept", "*/*"))
        .respond_with(pdf)
        .mount(&server)
        .await;
    let isdoc =
        ResponseTemplate::new(200).set_body_raw("<?xml version=\"1.0\"?><Invoice/>", "application/octet-stream");
    Mock::given(path("/api/invoices/2026-0001/isdoc")).respond_with(isdoc).mount(&server).await;
    let missing = ResponseTemplate::new(404).set_body_raw(API.error, "application/json");
    Mock::given(path("/api/invoices/missing/pdf")).respond_with(missing).mount(&server).await;
    let shop = client(&Setup::at(server.uri()));
    let mut file = shop.invoices().pdf("2026-0001").send().await.unwrap();
    assert_eq!((file.file_name(), file.content_type()), (Some("2026-0001.pdf"), Some("application/pdf")));
    assert_eq!(file.try_next().await.unwrap().as_deref(), Some(b"%PDF-1.7".as_slice()));
    let isdoc = shop.invoices().isdoc("2026-0001").send().await.unwrap();
    assert_eq!((isdoc.size(), isdoc.bytes().await.unwrap().len()), (Some(31), 31));
    let error = shop.invoices().pdf("missing").send().await.unwrap_err();
    assert!(error.is_not_found() && error.has_code("some-code"), "{error}");
}

/// A server whose job has ended when it is asked for the `polls`th time.
fn jobs(polls: usize, status: &'static str, result: Vec<u8>) -> MockTransport {
    let asked = AtomicUsize::new(0);
    MockTransport::answering(move |request: &MockRequest| {
        if request.url == "https://files.example.com/result" {
            assert_eq!(request.headers.get("Shoptet-Private-Api-Token"), None, "credentials stay at home");
            return Ok(Response::new(200, Headers::new(), result.clone()));
        }
        if request.url.ends_with("/snapshot") {
            return Ok(Response::new(202, Headers::new(), enveloped(json!({"jobId": "4b8f"}))));
        }
        assert!(request.url.ends_with("/api/system/jobs/4b8f"), "{}", request.url);
        let ended = asked.fetch_add(1, Ordering::SeqCst) + 1 >= polls;
        let status = if ended { status } else { "pending" };
        let url = ended.then_some("https://files.example.com/result");
        reply(&[], &enveloped(json!({"job": {"jobId": "4b8f", "status": status, "resultUrl": url, "log": "a log"}})))
    })
}

#[tokio::test(start_paused = true)]
async fn jobs_and_their_records() {
    let line = r#"{"email":"a@b.cz","creationTime":"2026-04-27T09:15:52+0200"}"#;
    let lines = format!("{line}\n{line}\n");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(lines.as_bytes()).unwrap();
    for result in [lines.clone().into_bytes(), encoder.finish().unwrap()] {
        let transport = jobs(3, "completed", result);
        let shop = in_memory(&transport);
        let job = shop.orders().snapshot().submit().await.unwrap();
        let result = job.wait().await.unwrap();
        assert_eq!(transport.requests().len(), 1 + 3);
        // Two lines of another kind: each an error that names its line, and none of them the end.
        let mut records = result.records().await.unwrap();
        for line in ["line 1", "line 2"] {
            let error = records.try_next().await.unwrap_err();
            assert!(error.is_decode() && error.to_string().contains(line), "{error}");
        }
        assert!(records.try_next().await.unwrap().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn jobs_are_asked_about_ten_times_or_when_told() {
    let transport = jobs(usize::MAX, "", Vec::new());
    let job = in_memory(&transport).orders().snapshot().submit().await.unwrap();
    assert!(job.wait().await.unwrap_err().is_job());
    assert_eq!(transport.requests().len(), 1 + 10);
    let transport = jobs(1, "completed", Vec::new());
    let job = in_memory(&transport).orders().snapshot().submit().await.unwrap();
    let (told, end) = tokio::sync::oneshot::channel::<()>();
    let start = Instant::now();
    told.send(()).unwrap();
    let result = job.wait_or(async { end.await.unwrap() }).await.unwrap();
    assert_eq!((transport.requests().len(), start.elapsed().as_secs()), (2, 0));
    assert!(result.has_records());
    for end in ["failed", "killed", "expired"] {
        let transport = jobs(1, end, Vec::new());
        let error = in_memory(&transport).orders().snapshot().submit().await.unwrap().wait().await.unwrap_err();
        assert!(error.is_job() && error.to_string().contains(end) && !error.body().is_empty(), "{error}");
    }
}

/// An order with as little as there must be, and one member more.
fn order_with(member: &str, value: Value) -> Value {
    let mut order = json!({
        "code": "2026000001",
        "cashDeskOrder": false,
        "stockId": 1,
        "addressesEqual": true,
        "adminUrl": "",
        "price": {"currencyCode": "CZK", "exchangeRate": "1.00000000", "toPay": "1210.00"},
        "billingAddress": {"fullName": "Jana Vzorová"},
        "items": [],
    });
    order[member] = value;
    order
}

#[tokio::test]
async fn odd_texts_of_customers_do_not_hide_their_order() {
    for (member, value) in [
        ("birthDate", json!("1.1.1980")),
        ("birthDate", json!("0000-00-00")),
        ("shippingDetails", json!({"latitude": "50,08", "longitude": "east"})),
        ("creationTime", json!("0000-00-00T00:00:00+0100")),
        ("creationTime", json!("-0001-11-30T00:00:00+0057")),
        ("creationTime", json!("")),
    ] {
        let transport = MockTransport::new();
        transport.reply(200, enveloped(json!({"order": order_with(member, value.clone())})));
        let order = in_memory(&transport).orders().get("2026000001").await;
        let order = order.unwrap_or_else(|error| panic!("{member} {value}: {error}"));
        assert_eq!(order.creation_time, None, "{member} {value}");
        if member == "birthDate" {
            assert_eq!(order.birth_date.as_deref(), value.as_str());
        }
    }
}

#[tokio::test]
async fn one_odd_order_costs_itself_alone() {
    let transport = MockTransport::answering(|request| {
        let page = page_of(request.url.split_once('?').map(|(_, query)| query));
        let odd = order_with("price", json!({"currencyCode": "CZK", "exchangeRate": "1,0"}));
        let orders =
            [order_with("code", json!(page.to_string())), if page == 2 { odd } else { order_with("code", json!("x")) }];
        let paginator = json!({"totalCount": 6, "page": page, "pageCount": 3, "itemsOnPage": 2, "itemsPerPage": 2});
        reply(&[], &enveloped(json!({"orders": orders, "paginator": paginator})))
    });
    let list = in_memory(&transport).orders().list();
    let (orders, errors) = list.clone().items().partition().await.unwrap();
    assert_eq!((orders.len(), errors.len()), (5, 1));
    let item = errors[0].item().unwrap();
    assert_eq!(item.at("code").and_then(|code| code.as_str()), Some("2026000001"));
    assert_eq!(errors[0].json_path().as_deref(), Some("$.data.orders[1].price.exchangeRate"));
    assert!(list.items().all().await.is_err());
}
