//! The client of UPgates and misbehaving servers: errors, quotas, redirects, paging, files and bulk calls as its
//! specification declares them.

mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use kontrakt_runtime::bulk::Outcome;
use kontrakt_runtime::http::{Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{CreatedOnce, Method, RetryPolicy};
use serde_json::{Value, json};
use tokio::time::Instant;
use upgates::articles::{ArticleCreate, ArticleDescriptionWrite};
use upgates::orders::{
    OrderCreate, OrderCustomerCreate, OrderProductCreate, OrderProductUpdate, OrderUpdate, OrdersCreateBody,
    OrdersUpdateBody,
};
use upgates::pricelists::PricelistCreate;
use upgates::products::{ProductChanges, ProductFileWrite, ProductsUpdateBody, VariantUpdate};
use upgates::{Client, Decimal};
use wire::Setup;
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const LANGUAGES: &str = r#"{"languages":[{"language_id":"cs","active_yn":true,"default_yn":true}]}"#;

wire::client! {
    builder: Client::builder().basic("api-login", "api-key").base_url("https://shop.example.com/api/v2"),
    read: |client| client.languages().list(),
    write: |client| client.orders().create(&orders(1)),
    at_once: 3,
    answer: LANGUAGES,
    written: r#"{"orders":[{"order_number":"O1","created_yn":true,"messages":[]}]}"#,
    error: r#"{"message":"Something is wrong"}"#,
    shown: "; Something is wrong",
}

fn orders(count: usize) -> OrdersCreateBody {
    let product = OrderProductCreate {
        title: Some("Teapot".to_owned()),
        price_per_unit: Some(Decimal::new(19_990, 2).into()),
        vat: Some(21.into()),
        ..OrderProductCreate::default()
    };
    let order = |at: usize| OrderCreate {
        external_order_number: Some(at.to_string()),
        ..OrderCreate::new("cs", OrderCustomerCreate::new("a@example.com"), vec![product.clone()])
    };
    OrdersCreateBody { send_emails_yn: Some(false), ..OrdersCreateBody::new((0..count).map(order).collect()) }
}

#[tokio::test]
async fn credentials_are_basic() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/languages"))
        .and(header("Authorization", "Basic YXBpLWxvZ2luOmFwaS1rZXk="))
        .respond_with(ResponseTemplate::new(200).set_body_raw(LANGUAGES, "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    read(client(&Setup::at(server.uri()))).await.unwrap();
}

#[tokio::test]
async fn a_shop_that_has_moved_is_followed_by_all_calls_at_once() {
    let (old, new) = (MockServer::start().await, MockServer::start().await);
    let moved = ResponseTemplate::new(301).set_body_json(json!({"api_url": format!("{}/api/v2", new.uri())}));
    Mock::given(wiremock::matchers::any()).respond_with(moved).mount(&old).await;
    let languages = ResponseTemplate::new(200).set_body_raw(LANGUAGES, "application/json");
    Mock::given(path("/api/v2/languages")).respond_with(languages).mount(&new).await;
    let written = ResponseTemplate::new(200).set_body_raw(API.written, "application/json");
    Mock::given(method("POST")).and(path("/api/v2/orders")).respond_with(written).mount(&new).await;
    let client = client(&Setup { concurrency: 3, ..Setup::at(old.uri()) });
    let calls = [read(client.clone()), write(client.clone()), read(client.clone())].map(tokio::spawn);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(client.session().base_url(), format!("{}/api/v2", new.uri()), "for the caller to store");
    let asked = old.received_requests().await.unwrap().len();
    write(client).await.unwrap();
    assert_eq!(old.received_requests().await.unwrap().len(), asked, "never asked again");
    assert_eq!(new.received_requests().await.unwrap().len(), 4, "each call once");
}

#[tokio::test]
async fn moves_that_lead_nowhere() {
    let server = MockServer::start().await;
    for target in ["nonsense", "ftp://example.com", &server.uri()] {
        let moved = ResponseTemplate::new(301).set_body_json(json!({"api_url": target}));
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(moved).mount(&server).await;
        let error = read(client(&Setup::at(server.uri()))).await.unwrap_err();
        assert!(error.to_string().contains("HTTP 301") || error.status() == Some(404), "{target}: {error}");
    }
}

/// An answer that says what is left of the hour and the day, at this time of the server.
fn left(hour: &str, day: &str, time: &str, body: &str) -> Result<Response, TransportError> {
    let date = format!("Tue, 27 May 2025 {time} GMT");
    let headers = [("X-Rate-Limit-Hour-Remaining", hour), ("X-Rate-Limit-Day-Remaining", day), ("Date", &date)];
    Ok(Response::new(200, headers.into_iter().collect::<Headers>(), body))
}

#[tokio::test(start_paused = true)]
async fn quotas_are_kept() {
    // What the first answer leaves, the time it was given, and how long the second call then waits; none: it fails and
    // says when to come back.
    let table = [
        ("5", "100", "10:00:00", Ok(0)),
        ("0", "100", "10:00:00", Ok(0)),
        ("1", "0", "10:00:00", Ok(0)),
        ("0", "0", "10:59:30", Ok(30)),
        ("0", "0", "10:59:00", Ok(60)),
        ("0", "0", "10:58:59", Err(61)),
        ("0", "0", "10:00:00", Err(3600)),
        ("many", "0", "10:00:00", Err(3600)),
        ("many", "-1", "10:00:00", Ok(0)),
    ];
    for (hour, day, time, expected) in table {
        let transport = MockTransport::new();
        transport.queue(left(hour, day, time, LANGUAGES)).queue(left("9", "99", "11:00:00", LANGUAGES));
        let client = in_memory(&transport);
        let response = client.languages().list().send_raw().await.unwrap();
        assert_eq!(response.budgets().count(), [hour, day].iter().filter(|left| left.parse::<u64>().is_ok()).count());
        let start = Instant::now();
        let second = read(client.clone()).await;
        match expected {
            Ok(seconds) => {
                second.unwrap();
                assert_eq!(start.elapsed().as_secs(), seconds, "{hour} {day} {time}");
            }
            Err(seconds) => {
                let error = second.unwrap_err();
                assert!(error.is_rate_limited() && error.is_retryable() && error.is_refusal(), "{error}");
                assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)), "{hour} {day} {time}");
                let text = format!("listLanguages: no requests are left in this period; wait {seconds} s");
                assert_eq!(error.to_string(), text);
                assert_eq!(transport.requests().len(), 1, "nothing is sent");
                // A call with more patience waits for the next hour.
                let patient = RetryPolicy::default().with_longest_wait(Duration::from_secs(4000));
                client.languages().list().retry(patient).send().await.unwrap();
                assert_eq!(start.elapsed().as_secs(), seconds);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_request_of_the_hour_is_sent_once() {
    let transport = MockTransport::new();
    transport
        .queue(left("1", "0", "10:59:50", LANGUAGES))
        .queue(left("0", "0", "10:59:50", LANGUAGES))
        .queue(left("9", "9", "11:00:00", LANGUAGES));
    let client = in_memory(&transport);
    read(client.clone()).await.unwrap();
    let start = Instant::now();
    let calls = [read(client.clone()), read(client)].map(tokio::spawn);
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 10, "the other call waits for the next hour instead of being refused");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_too_many_requests_names_a_date() {
    let date = httpdate(SystemTime::now() + Duration::from_secs(50));
    let transport = MockTransport::new();
    let headers = [("Retry-After", date.as_str())].into_iter().collect::<Headers>();
    transport.queue(Ok(Response::new(429, headers, API.error))).reply(200, LANGUAGES);
    let start = Instant::now();
    read(in_memory(&transport)).await.unwrap();
    assert!((20..80).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

/// A time as date of HTTP, in the form of ISO 8601 without a zone: GMT.
fn httpdate(time: SystemTime) -> String {
    let time = kontrakt_runtime::time::OffsetDateTime::from(time);
    let (hour, minute, second) = time.to_hms();
    format!("{} {hour:02}:{minute:02}:{second:02}", time.date())
}

#[tokio::test]
async fn one_order_out_of_a_list() {
    let server = MockServer::start().await;
    let empty =
        json!({"current_page": 1, "current_page_items": 0, "number_of_pages": 0, "number_of_items": 0, "orders": []});
    let answer = ResponseTemplate::new(200).set_body_json(empty);
    Mock::given(path("/orders/missing")).respond_with(answer).mount(&server).await;
    let error = client(&Setup::at(server.uri())).orders().get("missing").send().await.unwrap_err();
    assert!(error.is_not_found() && error.status() == Some(200) && !error.is_decode(), "{error}");
}

fn manufacturers(page: u64, pages: u64, items: u64) -> Value {
    let list: Vec<Value> = (0..items).map(|at| json!({"manufacturer_id": page * 100 + at, "name": "M"})).collect();
    json!({
        "current_page": page, "current_page_items": items, "number_of_pages": pages, "number_of_items": pages,
        "manufacturers": list,
    })
}

#[tokio::test]
async fn lists_end() {
    type Make = fn(u64) -> Value;
    let table: [(&str, Make, Result<usize, &str>, usize); 5] = [
        ("three pages", |page| manufacturers(page, 3, 1), Ok(3), 3),
        ("nothing, no page", |_| manufacturers(1, 0, 0), Ok(0), 1),
        ("nothing, page zero", |_| manufacturers(0, 0, 0), Ok(0), 1),
        ("always more", |page| manufacturers(page, page + 1, 1), Err("still there is said to be more"), 105),
        ("always the first", |_| manufacturers(1, 3, 1), Err("asked for page 2, got page 1"), 2),
    ];
    for (name, make, end, requests) in table {
        let server = MockServer::start().await;
        let answer = move |request: &Request| {
            let page =
                request.url.query_pairs().find(|(key, _)| key == "page").map_or(1, |(_, page)| page.parse().unwrap());
            ResponseTemplate::new(200).set_body_json(make(page))
        };
        Mock::given(path("/manufacturers")).respond_with(answer).mount(&server).await;
        let all = client(&Setup::at(server.uri())).manufacturers().list().items().all().await;
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
async fn ten_thousand_pages_in_memory() {
    let transport = MockTransport::answering(|request| {
        let page = request.url.split_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
        Ok(Response::new(200, Headers::new(), manufacturers(page, 10_000, 1).to_string()))
    });
    assert_eq!(in_memory(&transport).manufacturers().list().items().all().await.unwrap().len(), 10_000);
}

#[tokio::test]
async fn a_list_that_outlasts_the_quota_goes_on_later() {
    let transport = MockTransport::answering(|request| {
        let page = request.url.split_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
        let left_of_hour = if page == 2 { "0" } else { "5" };
        left(left_of_hour, "0", "10:00:00", &manufacturers(page, 3, 1).to_string())
    });
    let mut items = in_memory(&transport).manufacturers().list().items();
    let mut seen = Vec::new();
    let error = loop {
        match items.try_next().await {
            Ok(item) => seen.push(item.unwrap().manufacturer_id),
            Err(error) => break error,
        }
    };
    assert!(error.is_rate_limited() && items.try_next().await.unwrap().is_none(), "{error}");
    assert_eq!((seen.as_slice(), items.next_page()), ([100, 200].as_slice(), Some(3)));
    // An hour later, or in another process.
    let page = i64::try_from(items.next_page().unwrap()).unwrap();
    let mut rest = in_memory(&transport).manufacturers().list().page(page).items();
    assert_eq!(rest.try_next().await.unwrap().unwrap().manufacturer_id, 300);
    assert!(rest.try_next().await.unwrap().is_none() && rest.next_page().is_none());
}

/// Creates the orders whose number is even.
fn outcomes(request: &MockRequest) -> Result<Response, TransportError> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body["send_emails_yn"], json!(false), "what stands beside the orders is in each call");
    let outcome = |order: &Value| {
        let number = order["external_order_number"].as_str().unwrap();
        let good = number.parse::<u32>().unwrap().is_multiple_of(2);
        let message = json!({"object": "order", "property": "language_id", "message": "unknown", "level": "error"});
        json!({
            "external_order_number": number,
            "order_number": if good { json!(format!("O{number}")) } else { Value::Null },
            "created_yn": good,
            "messages": if good { json!([]) } else { json!([message]) },
        })
    };
    let list: Vec<Value> = body["orders"].as_array().unwrap().iter().map(outcome).collect();
    Ok(Response::new(200, Headers::new(), json!({"orders": list}).to_string()))
}

#[tokio::test]
async fn many_orders_and_the_outcome_of_each() {
    let transport = MockTransport::answering(outcomes);
    let all = in_memory(&transport).orders().create(&orders(250)).send_all().await.unwrap();
    assert_eq!((all.len(), transport.requests().len()), (250, 3));
    for (at, outcome) in all.iter().enumerate() {
        let answer = outcome.answer().unwrap();
        assert_eq!(answer.external_order_number.as_deref(), Some(at.to_string().as_str()), "beside its order");
        assert_eq!(outcome.is_done(), at % 2 == 0);
    }
    // A single call is no success when it did not do all, though its status is 200.
    let call = in_memory(&transport).orders().create(&orders(2));
    let error = call.clone().send().await.unwrap_err();
    assert!(error.is_partial() && error.to_string().ends_with("error: unknown (orders[1].language_id)"), "{error}");
    assert_eq!(call.send_raw().await.unwrap().into_value().len(), 2);
}

#[tokio::test]
async fn what_becomes_of_the_rest() {
    // How the second of three calls fails, and what is known of its orders and those after it.
    type Fault = fn() -> Result<Response, TransportError>;
    let table: [(Fault, bool); 3] = [
        (|| Ok(Response::new(413, Headers::new(), API.error)), true),
        (|| Ok(Response::new(500, Headers::new(), "<html>")), false),
        (|| Err(TransportError::interrupted("reset")), false),
    ];
    for (fault, nothing_done) in table {
        let made = std::sync::atomic::AtomicUsize::new(0);
        let transport = MockTransport::answering(move |request| {
            if made.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1 { fault() } else { outcomes(request) }
        });
        let all = in_memory(&transport).orders().create(&orders(250)).send_all().await.unwrap();
        assert_eq!(transport.requests().len(), 2, "a write is not repeated, and nothing follows it");
        assert!(all[..100].iter().all(|outcome| outcome.answer().is_some()));
        assert!(all[100..200].iter().all(|outcome| matches!(outcome, Outcome::NotSent(_)) == nothing_done));
        assert!(all[200..].iter().all(|outcome| matches!(outcome, Outcome::NotSent(_))));
    }
}

#[tokio::test]
async fn nothing_is_deleted_without_saying_what() {
    let transport = MockTransport::answering(|request| {
        let numbers = request.url.split_once("order_numbers=").unwrap().1.replace("%3B", ";");
        let outcome = |number: &str| json!({"order_number": number, "deleted_yn": number != "O7", "messages": []});
        let orders: Vec<Value> = numbers.split(';').map(outcome).collect();
        Ok(Response::new(200, Headers::new(), json!({"orders": orders}).to_string()))
    });
    let client = in_memory(&transport);
    let error = client.orders().delete(&[]).send().await.unwrap_err();
    assert!(error.is_usage() && transport.requests().is_empty(), "{error}");
    let numbers: Vec<String> = (0..120).map(|number| format!("O{number}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let outcomes = client.orders().delete(&numbers).send_all().await.unwrap();
    assert_eq!((outcomes.len(), transport.requests().len()), (120, 2));
    let refused: Vec<usize> = (0..120).filter(|at| !outcomes[*at].is_done()).collect();
    assert_eq!(refused, [7]);
    assert!(client.orders().delete(&["O7"]).send().await.unwrap_err().is_partial());
}

#[tokio::test]
async fn files_are_streams() {
    let server = MockServer::start().await;
    let pdf = ResponseTemplate::new(200)
        .insert_header("Content-Disposition", "attachment; filename=O1.pdf")
        .set_body_raw("%PDF-1.7", "application/pdf");
    Mock::given(path("/orders/O1/pdf")).respond_with(pdf).mount(&server).await;
    let page = ResponseTemplate::new(200).set_body_raw("<html>Maintenance", "text/html");
    Mock::given(path("/orders/O2/pdf")).respond_with(page).mount(&server).await;
    let client = client(&Setup::at(server.uri()));
    let file = client.orders().pdf("O1").send().await.unwrap();
    assert_eq!(file.file_name(), Some("O1.pdf"));
    assert_eq!(file.bytes().await.unwrap(), b"%PDF-1.7");
    assert!(client.orders().pdf("O2").send().await.unwrap_err().to_string().contains("a page of HTML"));
}

#[tokio::test]
async fn lists_in_the_query_are_joined() {
    let server = MockServer::start().await;
    let none =
        json!({"current_page": 1, "current_page_items": 0, "number_of_pages": 1, "number_of_items": 0, "orders": []});
    Mock::given(path("/orders"))
        .and(query_param("order_numbers", "O1;O2"))
        .and(query_param("paid_yn", "1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(none))
        .expect(1)
        .mount(&server)
        .await;
    let client = client(&Setup::at(server.uri()));
    client.orders().list().order_numbers(&["O1", "O2"]).paid_yn(true).send().await.unwrap();
}

#[tokio::test]
async fn streams_ask_for_the_largest_pages_and_single_pages_for_what_they_are_told() {
    let page = |number: u64| {
        let variant = json!({"variant_id": number, "code": format!("V{number}"), "active_yn": null});
        json!({"current_page": number, "current_page_items": 1, "number_of_pages": 2, "number_of_items": 2,
               "variants": [variant]})
    };
    let transport = MockTransport::answering(move |request| {
        let number = if request.url.contains("page=2") { 2 } else { 1 };
        Ok(Response::new(200, Headers::new(), page(number).to_string()))
    });
    let products = in_memory(&transport).products();
    let variants = products.variants().codes(&["P1", "P2"]).items().all().await.unwrap();
    assert_eq!(variants.iter().map(|one| one.variant_id).collect::<Vec<_>>(), [1, 2]);
    products.variants().current_page_items(7).pages().try_next().await.unwrap();
    products.variants().send().await.unwrap();
    products.variants().current_page_items(100).page(2).send().await.unwrap();
    let asked: Vec<String> = transport.requests().into_iter().map(|request| request.url).collect();
    let asked: Vec<&str> = asked.iter().map(|url| url.split_once("/api/v2").unwrap().1).collect();
    assert_eq!(
        asked,
        [
            "/products/variants?codes=P1%3BP2&current_page_items=100",
            "/products/variants?codes=P1%3BP2&current_page_items=100&page=2",
            "/products/variants?current_page_items=7",
            "/products/variants",
            "/products/variants?current_page_items=100&page=2",
        ]
    );
}

#[tokio::test]
async fn what_the_reference_of_2026_has_can_be_sent() {
    let transport = MockTransport::new();
    let client = in_memory(&transport);
    let done = |list: &str, outcome: &str| json!({list: [{outcome: true, "messages": []}]}).to_string();

    transport.reply(200, done("pricelists", "created_yn"));
    let discount = PricelistCreate { percent: Some(Decimal::new(125, 1).into()), ..PricelistCreate::default() };
    client.pricelists().create(&[discount]).send().await.unwrap();

    transport.reply(200, done("articles", "inserted_yn"));
    let article = ArticleCreate {
        descriptions: Some(vec![ArticleDescriptionWrite {
            title: Some("Wool".to_owned()),
            ..ArticleDescriptionWrite::new("cs")
        }]),
        ..ArticleCreate::default()
    };
    let outcomes = client.articles().create(&[article]).send_all().await.unwrap();
    assert!(outcomes.iter().all(Outcome::is_done));

    transport.reply(200, done("products", "updated_yn"));
    let product = ProductChanges {
        related: Some(vec!["P2".to_owned()]),
        files: Some(vec![ProductFileWrite { file_id: Some(7), ..ProductFileWrite::default() }]),
        ..ProductChanges::new("P1")
    };
    let changes = ProductsUpdateBody { products: Some(vec![product]), ..ProductsUpdateBody::default() };
    client.products().update(&changes).send().await.unwrap();

    // An item is found by its code: nothing else needs to be said of it.
    transport.reply(200, r#"{"orders":[{"order_number":"O1","updated_yn":true}]}"#);
    let item = OrderProductUpdate { code: Some("P1".to_owned()), ..OrderProductUpdate::default() };
    let order = OrderUpdate {
        delivered_date: Some("2026-07-01".parse().unwrap()),
        products: Some(vec![item]),
        ..OrderUpdate::new("O1")
    };
    client.orders().update(&OrdersUpdateBody::new(vec![order])).send().await.unwrap();

    let sent: Vec<String> = transport.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(
        sent,
        [
            r#"{"pricelists":[{"percent":12.5}]}"#,
            r#"{"articles":[{"descriptions":[{"language_id":"cs","title":"Wool"}]}]}"#,
            r#"{"products":[{"code":"P1","files":[{"file_id":7}],"related":["P2"]}]}"#,
            r#"{"orders":[{"order_number":"O1","delivered_date":"2026-07-01","products":[{"code":"P1"}]}]}"#,
        ]
    );
}

#[tokio::test]
async fn both_forms_of_an_outcome_are_read() {
    let transport = MockTransport::new();
    let client = in_memory(&transport);
    for answer in
        [r#"{"webhooks":[{"id":7,"deleted_yn":true}]}"#, r#"{"pricelists":[{"id":"7","deleted":true,"messages":[]}]}"#]
    {
        transport.reply(200, answer);
        let deleted = client.pricelists().delete(7).send().await.unwrap();
        let deleted = deleted.pricelists.unwrap_or_default();
        assert!(deleted.len() == 1 && deleted[0].deleted_yn && deleted[0].id == Some(7), "{answer}");
    }
    for answer in [r#"{"webhooks":[{"id":1,"deleted_yn":false}]}"#, r#"{"pricelists":[{"id":1,"deleted":false}]}"#] {
        transport.reply(200, answer);
        assert!(client.pricelists().delete(1).send().await.unwrap_err().is_partial(), "{answer}");
    }

    // Messages in groups, and as all others have them.
    let message = json!({"object": null, "property": "id", "message": "unknown", "level": "error"});
    for messages in [json!([{"code": 404, "messages": [message]}]), json!([message])] {
        transport.reply(200, json!({"webhooks": [{"id": 7, "deleted": false, "messages": messages}]}).to_string());
        let outcomes = client.webhooks().delete(&[7]).send_all().await.unwrap();
        assert!(
            matches!(&outcomes[..], [Outcome::Refused { answer: Some(answer), .. }] if answer.messages.is_some()),
            "{outcomes:?}"
        );
    }
}

#[tokio::test]
async fn one_outcome_without_its_list() {
    for orders_answer in [
        json!({"order_number": "O1", "created_yn": true, "messages": []}),
        json!({"order_number": "O1", "created_yn": true, "messages": {"message": "m", "level": "info"}}),
        json!([{"order_number": "O1", "created_yn": true, "messages": null}]),
        json!({"0": {"order_number": "O1", "created_yn": true, "messages": {}}}),
    ] {
        let body = json!({"orders": orders_answer}).to_string();
        let transport = MockTransport::answering(move |_| Ok(Response::new(200, Headers::new(), body.clone())));
        let shop = in_memory(&transport);
        shop.orders().create(&orders(1)).send().await.unwrap_or_else(|error| panic!("{orders_answer}: {error}"));
        let outcomes = shop.orders().create(&orders(1)).send_all().await.unwrap();
        assert!(outcomes.len() == 1 && outcomes[0].is_done(), "{orders_answer}: {outcomes:?}");
    }
    let refused = json!({"orders": {"created_yn": false, "messages": {"message": "no", "level": "error"}}}).to_string();
    let transport = MockTransport::answering(move |_| Ok(Response::new(200, Headers::new(), refused.clone())));
    let shop = in_memory(&transport);
    let error = shop.orders().create(&orders(1)).send().await.unwrap_err();
    assert!(error.is_partial() && error.to_string().contains("no"), "{error}");
    let outcomes = shop.orders().create(&orders(1)).send_all().await.unwrap();
    assert!(outcomes.len() == 1 && !outcomes[0].is_done() && outcomes[0].answer().is_some(), "{outcomes:?}");
}

/// What a server says that does everything.
fn all_updated(request: &MockRequest) -> Result<Response, TransportError> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let told = |list: &str| -> Vec<Value> {
        let things = body[list].as_array().map(Vec::as_slice).unwrap_or_default();
        things.iter().map(|thing| json!({"code": thing["code"], "updated_yn": true, "messages": []})).collect()
    };
    let products = told("products").into_iter();
    let variants = told("variants").into_iter().map(|variant| json!({"code": "P", "variants": [variant]}));
    Ok(Response::new(
        200,
        Headers::new(),
        json!({"products": products.chain(variants).collect::<Vec<_>>()}).to_string(),
    ))
}

#[tokio::test]
async fn what_acts_twice_is_sent_once() {
    let variant = VariantUpdate { stock_increment: Some((-1).into()), ..VariantUpdate::new("CUP-RED") };
    for products in [0, 250] {
        let transport = MockTransport::answering(all_updated);
        let products: Vec<_> = (0..products).map(|at| ProductChanges::new(format!("P{at}"))).collect();
        let body = ProductsUpdateBody { products: Some(products.clone()), variants: Some(vec![variant.clone()]) };
        let outcomes = in_memory(&transport).products().update(&body).send_all().await.unwrap();
        assert!(outcomes.all_done(), "{outcomes:?}");
        assert_eq!((outcomes.products.len(), outcomes.variants.len()), (products.len(), 1));
        let sent = transport.requests().iter().filter(|request| request.body.contains("stock_increment")).count();
        assert_eq!(sent, 1);
    }
}

#[tokio::test]
async fn a_variant_alone_that_is_refused_is_no_success() {
    let transport = MockTransport::answering(|_| {
        let variant =
            json!({"code": "CUP-RED", "updated_yn": false, "messages": [{"message": "unknown", "level": "error"}]});
        Ok(Response::new(
            200,
            Headers::new(),
            json!({"products": [{"code": "CUP", "variants": [variant]}]}).to_string(),
        ))
    });
    let body = ProductsUpdateBody { products: None, variants: Some(vec![VariantUpdate::new("CUP-RED")]) };
    let update = in_memory(&transport).products().update(&body);
    assert!(update.clone().send().await.unwrap_err().is_partial());
    assert!(!update.send_all().await.unwrap().all_done());
}

#[tokio::test(start_paused = true)]
async fn an_order_is_created_once() {
    let (there, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (made, looks) = (Arc::clone(&there), Arc::clone(&asked));
    let transport = MockTransport::answering(move |request| {
        if request.method == Method::POST {
            made.fetch_add(1, Ordering::Relaxed);
            return Err(TransportError::interrupted("reset"));
        }
        assert!(request.url.contains("external_order_number=0"), "{}", request.url);
        looks.fetch_add(1, Ordering::Relaxed);
        let orders: Vec<Value> = (0..made.load(Ordering::Relaxed)).map(|_| order_of("O1", "0")).collect();
        let page = json!({"current_page": 1, "current_page_items": orders.len(), "number_of_pages": 1,
            "number_of_items": orders.len(), "orders": orders});
        Ok(Response::new(200, Headers::new(), page.to_string()))
    });
    let shop = in_memory(&transport);
    for _ in 0..2 {
        let created = shop.orders().create(&orders(1)).create_once().await.unwrap();
        let CreatedOnce::Found(order) = created else { panic!("{created:?}") };
        assert_eq!(order.order_number, "O1");
    }
    assert_eq!((there.load(Ordering::Relaxed), asked.load(Ordering::Relaxed)), (1, 3));
}

/// An order as it is listed.
fn order_of(number: &str, own: &str) -> Value {
    json!({
        "order_number": number, "external_order_number": own, "language_id": "cs", "currency_id": "CZK",
        "prices_with_vat_yn": true, "status_id": 23, "status": "Paid", "paid_date": null, "tracking_code": null,
        "resolved_yn": false, "internal_note": null, "last_update_time": "2026-05-27T18:20:07+02:00",
        "creation_time": "2026-05-27T09:19:01+02:00", "variable_symbol": "2600001", "total_weight": 120,
        "order_total": 1, "order_total_before_round": 1, "order_total_rest": 0, "invoice_number": null,
        "origin": "frontend", "products": [], "metas": [],
        "customer": {"email": "a@example.com", "postal_yn": false, "company_yn": false, "vat_payer_yn": false,
            "agreements": []},
    })
}
