//! An emitted crate with a local server: requests, and results of answers.

mod support;

use kontrakt_runtime::{Error, Fixed, Json, Method, Number, Patch, from_json, to_json};
use support::types::{Order, OrderUpdate, PhpDateTime, Sort, Status, ValidTo};
use support::{Client, types};
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const ORDER: &str = r#"{"code":"2024001","creationTime":"2024-05-01T10:00:00+02:00","price":{"toPay":"121.00","vat":21},
    "note":null,"status":"brand-new","transfer":138.3,"validTo":{"date":"2025-03-01 14:24:49.000000",
    "timezone_type":3,"timezone":"Europe/Prague"},"labels":[],"parent":null,"something":{"new":[1]}}"#;

fn client(server: &MockServer) -> Client {
    Client::builder().token("top-secret-token").base_url(server.uri()).build().unwrap()
}

fn enveloped(data: &str) -> ResponseTemplate {
    let body = format!(r#"{{"data":{data},"errors":null,"metadata":{{"requestId":"r-1"}}}}"#);
    ResponseTemplate::new(200).set_body_raw(body, "application/json; charset=utf-8")
}

async fn last(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().pop().unwrap()
}

#[test]
fn records_read_tolerantly_and_write_canonically() {
    let order: Order = from_json(ORDER).unwrap();
    assert_eq!(order.status, Some(Status::Unknown("brand-new".into())));
    assert_eq!(order.price.to_pay, "121".parse::<Fixed<2>>().unwrap());
    assert_eq!(order.transfer, Some("138.3".parse::<Number>().unwrap()));
    assert!(matches!(order.valid_to, Some(ValidTo::Php(PhpDateTime { .. }))));
    assert_eq!(
        to_json(&order),
        r#"{"code":"2024001","creationTime":"2024-05-01T10:00:00+0200","price":{"toPay":"121.00","vat":"21.00"},"note":null,"status":"brand-new","tranfer":138.3,"validTo":{"date":"2025-03-01 14:24:49","timezone":"Europe/Prague"},"labels":{}UNKNOWN}"#
            .replace("UNKNOWN", if cfg!(feature = "unknown-fields") { r#","something":{"new":[1]}"# } else { "" })
    );
}

#[cfg(feature = "serde")]
#[test]
fn serde_takes_types_for_what_they_are() {
    let order: Order = from_json(ORDER).unwrap();
    assert_eq!(serde_json::from_str::<Order>(&serde_json::to_string(&order).unwrap()).unwrap(), order);
    assert_eq!(serde_json::to_string(&[Status::Done, Status::from("else")]).unwrap(), r#"["done","else"]"#);
    assert_eq!(serde_json::from_str::<ValidTo>("3").unwrap(), ValidTo::Days(3));
}

#[test]
fn records_are_shown_as_derive_would() {
    #[derive(Debug)]
    #[allow(dead_code)]
    struct OrderUpdate<'o> {
        note: &'o Patch<String>,
        paid: &'o Option<bool>,
        price: &'o Patch<Fixed<2>>,
    }
    for update in [
        types::OrderUpdate::default(),
        types::OrderUpdate { note: Patch::Null, paid: Some(true), price: Patch::Value(Fixed::from(1)) },
    ] {
        let types::OrderUpdate { note, paid, price } = &update;
        let derived = OrderUpdate { note, paid, price };
        assert_eq!(format!("{update:?}"), format!("{derived:?}"));
        assert_eq!(format!("{update:#?}"), format!("{derived:#?}"));
    }
}

#[test]
fn unions_look_at_the_kind() {
    assert_eq!(from_json::<ValidTo>("3").unwrap(), ValidTo::Days(3));
    assert!(matches!(from_json::<ValidTo>(r#""2024-05-01T10:00:00Z""#).unwrap(), ValidTo::Time(_)));
    let other: ValidTo = from_json(r#""3""#).unwrap();
    assert!(matches!(other, ValidTo::Other(_)));
    assert_eq!(to_json(&other), r#""3""#);
}

#[test]
fn decode_errors_name_the_place() {
    let error = from_json::<Order>(&ORDER.replace("\"121.00\"", "\"much\"")).unwrap_err();
    assert_eq!(error.to_string(), "$.price.toPay: expected a decimal number, found a string that is none");
    let error = from_json::<Order>(&ORDER.replace("\"code\"", "\"kode\"")).unwrap_err();
    assert_eq!(error.to_string(), "$.code: expected a value, found nothing");
    assert!(from_json::<Sort>(r#""x""#).unwrap_err().to_string().contains("creationTime:asc"));
}

#[test]
fn three_states_are_three_bodies() {
    let bodies = [Patch::Absent, Patch::Null, Patch::Value("x".to_owned())]
        .map(|note| to_json(&OrderUpdate { note, ..OrderUpdate::default() }));
    assert_eq!(bodies, ["{}", r#"{"note":null}"#, r#"{"note":"x"}"#]);
    for body in bodies {
        assert_eq!(to_json(&from_json::<OrderUpdate>(&body).unwrap()), body);
    }
}

#[tokio::test]
async fn one_order() -> Result<(), Error> {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api/orders/2024%2F01%20%C5%99"))
        .and(query_param("include", "notes"))
        .and(header("X-Token", "top-secret-token"))
        .respond_with(enveloped(&format!(r#"{{"order":{ORDER}}}"#)))
        .expect(1)
        .mount(&server)
        .await;
    let response = client(&server).orders().get("2024/01 ř").include("notes").send_raw().await?;
    assert_eq!((response.status(), response.request_id()), (200, Some("r-1")));
    assert_eq!(response.value().code, "2024001");
    Ok(())
}

/// What the specification does not know, or not yet, can be sent from a request type too.
#[tokio::test]
async fn what_nobody_has_heard_of() -> Result<(), Error> {
    let server = MockServer::start().await;
    let page = r#"{"orders":[],"paginator":{"page":1,"pageCount":0,"totalCount":0}}"#;
    Mock::given(path("/api/orders")).respond_with(enveloped(page)).mount(&server).await;
    let list = || client(&server).orders().list().query("newFilter", "a b").query("ids", [1, 2].as_slice());
    assert_eq!(list().header("X-New", "1").page(1).send().await?.items.len(), 0);
    let request = last(&server).await;
    assert_eq!(request.url.query(), Some("newFilter=a%20b&ids=1&ids=2&page=1"));
    assert_eq!(request.headers.get("x-new").map(|value| value.to_str().unwrap()), Some("1"));
    assert!(list().items().all().await?.is_empty());
    assert!(last(&server).await.url.query().unwrap().starts_with("newFilter=a%20b"));
    assert_eq!(list().answering::<Json>().await?.to_string(), "[]");
    let error = list().header("no name", "1").send().await.unwrap_err();
    assert!(error.is_usage(), "{error}");
    Ok(())
}

#[tokio::test]
async fn every_place_of_a_parameter() -> Result<(), Error> {
    let server = MockServer::start().await;
    let page = r#"{"orders":[],"paginator":{"page":1,"pageCount":0,"totalCount":0}}"#;
    Mock::given(path("/api/orders")).respond_with(enveloped(page)).mount(&server).await;
    let since = "2024-05-01T10:00:00+02:00".parse().unwrap();
    let filter = [OrderUpdate { paid: Some(true), ..OrderUpdate::default() }];
    let list = client(&server).orders().list().created_since(since).sort(Sort::Newest).codes(&["a", "b"]).ids(&[1, 2]);
    let page = list.filter(&filter).paid(true).language("cs").page(1).send().await?;
    assert_eq!((page.items.len(), page.total), (0, Some(0)));
    let request = last(&server).await;
    assert_eq!(
        request.url.query(),
        Some(
            "creationTimeFrom=2024-05-01T10%3A00%3A00%2B0200&sort=creationTime%3Adesc&codes=a%3Bb&ids[]=1&ids[]=2\
             &filter[]=%7B%22paid%22%3Atrue%7D&paid=1&page=1"
        )
    );
    let header = |name: &str| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("accept-language").as_deref(), Some("cs"));
    assert_eq!(header("accept").as_deref(), Some("application/json"));
    assert!(header("user-agent").unwrap().starts_with("sample/1.2.3 kontrakt-runtime/"));
    assert_eq!(header("content-type"), None);
    Ok(())
}

#[tokio::test]
async fn writes() -> Result<(), Error> {
    let server = MockServer::start().await;
    let update = OrderUpdate { note: Patch::Null, price: Fixed::from(5).into(), ..OrderUpdate::default() };
    Mock::given(method("PATCH"))
        .and(path("/api/orders/1"))
        .and(body_json(serde_json::json!({"data": {"note": null, "price": "5.00"}})))
        .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"data":null,"errors":null}"#))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("PUT"))
        .and(body_json(serde_json::json!({"orders": [{"paid": true}], "silent": true})))
        .respond_with(ResponseTemplate::new(200).set_body_string("[]"))
        .expect(1)
        .mount(&server)
        .await;
    #[allow(deprecated)]
    client(&server).orders().update("1", &update).silent(true).send().await?;
    let many = [OrderUpdate { paid: Some(true), ..OrderUpdate::default() }];
    assert!(client(&server).orders().update_many(&many, &true).send().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_sent_is_not() {
    let server = MockServer::start().await;
    for code in ["", ".", ".."] {
        let error = client(&server).orders().get(code).send().await.unwrap_err();
        assert!(error.is_usage(), "{error}");
    }
    let client = client(&server);
    for path in ["api", "/api/../x", "/api?x=1", "/a b", "/a{b}", ""] {
        assert!(client.request(Method::GET, path).send().await.unwrap_err().is_usage(), "{path}");
    }
    assert!(client.orders().list().language("a\r\nX: y").send().await.unwrap_err().is_usage());
    let error = client.orders().delete_many(&[]).send().await.unwrap_err();
    assert_eq!(error.to_string(), "deleteOrders: `codes` must not be an empty list");
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_become_one_stream() -> Result<(), Error> {
    let server = MockServer::start().await;
    Mock::given(path("/api/orders"))
        .respond_with(|request: &Request| {
            let page = request.url.query_pairs().find(|(key, _)| key == "page").map_or(1, |(_, v)| v.parse().unwrap());
            let order = ORDER.replace("2024001", &page.to_string());
            enveloped(&format!(r#"{{"orders":[{order}],"paginator":{{"page":{page},"pageCount":3,"totalCount":3}}}}"#))
        })
        .expect(3)
        .mount(&server)
        .await;
    let mut items = client(&server).orders().list().items();
    let mut codes = Vec::new();
    while let Some(order) = items.try_next().await? {
        codes.push(order.code);
    }
    assert_eq!(codes, ["1", "2", "3"]);
    assert!(!items.has_changed());
    Ok(())
}

#[tokio::test]
async fn files() -> Result<(), Error> {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("Content-Disposition", "attachment; filename=\"order.pdf\"")
        .set_body_raw("%PDF-1.7", "application/pdf");
    Mock::given(path("/api/orders/1/pdf")).and(header("Accept", "*/*")).respond_with(answer).mount(&server).await;
    let file = client(&server).orders().pdf("1").send().await?;
    assert_eq!((file.file_name(), file.content_type()), (Some("order.pdf"), Some("application/pdf")));
    assert_eq!(file.size(), Some(8));
    assert_eq!(file.bytes().await?, b"%PDF-1.7");
    Ok(())
}

#[tokio::test]
async fn jobs_and_unknown_calls() -> Result<(), Error> {
    let server = MockServer::start().await;
    let job = ResponseTemplate::new(202).set_body_string(r#"{"data":{"jobId":"j-1"}}"#);
    Mock::given(path("/api/orders/snapshot")).respond_with(job).mount(&server).await;
    assert_eq!(client(&server).orders().snapshot().submit().await?.id(), "j-1");
    assert_eq!(client(&server).orders().snapshot().await?.id(), "j-1", "a call can be awaited as it is");
    let answer: Json = client(&server).request(Method::GET, "/api/orders/snapshot").send().await?;
    assert_eq!(answer.at("data/jobId").and_then(|id| id.as_str()), Some("j-1"));
    Ok(())
}

#[tokio::test]
async fn credentials_in_their_places() -> Result<(), Error> {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_string(r#"{"data":["1"]}"#);
    Mock::given(path("/api/orders/delete/")).respond_with(answer).mount(&server).await;
    let builder = Client::builder().base_url(server.uri()).user_agent("my-shop-sync (me@example.com)");
    builder.clone().login("user", "pass word").build()?.orders().delete(5).send().await?;
    let request = last(&server).await;
    assert_eq!(request.headers["authorization"], "Basic dXNlcjpwYXNzIHdvcmQ=");
    assert!(request.headers["user-agent"].to_str().unwrap().starts_with("my-shop-sync (me@example.com) sample/1.2.3"));
    builder.key("k&y").build()?.orders().delete(5).send().await?;
    assert_eq!(last(&server).await.url.query(), Some("id=5&key=k%26y"));
    Ok(())
}

#[test]
fn builders_complain() {
    let built = |builder: support::ClientBuilder| builder.build().unwrap_err().to_string();
    assert_eq!(
        built(Client::builder().shop("x")),
        "no credential was given: call `token` or `login` or `bearer` or `key` of the builder"
    );
    assert_eq!(built(Client::builder().token("t")), "`shop` of the base URL was not given");
    assert!(built(Client::builder().token("t").shop("evil.com/")).contains("`shop`"));
    assert!(built(Client::builder().token("t").base_url("shop.cz")).contains("absolute"));
    assert!(Client::builder().token("t").shop("my-shop").build().is_ok());
}

#[test]
fn requests_can_be_sent_from_anywhere() {
    fn anywhere<T: Send + 'static>(_: T) {}
    let client = Client::builder().token("secret-token").shop("x").build().unwrap();
    anywhere(client.orders().get("1").send());
    anywhere(client.orders().list().items());
    anywhere(client.orders().create(&types::OrderUpdate::default()));
    let shown = format!("{client:?} {:?} {:?}", client.orders().get("1"), Client::builder().token("secret-token"));
    assert!(!shown.contains("secret-token"), "{shown}");
}
