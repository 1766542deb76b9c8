//! The program with three local shops that change, fail and lose connections while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use serde_json::{Value, json};
use shoptet::runtime::time::{Duration, OffsetDateTime, Time};
use shoptet::{CompactDateTime, DateTime, RetryPolicy};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::{Result, TABLES, clipsan, shoptet, upgates};

/// A shop: orders with their versions and times, and what the list of changes says.
#[derive(Default)]
struct Shop {
    orders: BTreeMap<String, (u32, i64)>,
    changes: Vec<(String, i64, bool)>,
    second: i64,
    requests: u64,
    /// Requests that fail, by their number.
    faults: BTreeSet<u64>,
    /// Orders that change when a request comes, by its number.
    meanwhile: BTreeMap<u64, Vec<String>>,
    /// An order with a value that the client cannot read.
    odd: Option<String>,
}

impl Shop {
    fn write(&mut self, code: &str) {
        self.second += 1;
        let version = self.orders.get(code).map_or(1, |(version, _)| version + 1);
        self.orders.insert(code.to_owned(), (version, self.second));
        self.changes.retain(|(known, ..)| known != code);
        self.changes.push((code.to_owned(), self.second, false));
    }

    fn delete(&mut self, code: &str) {
        self.second += 1;
        self.orders.remove(code);
        self.changes.retain(|(known, ..)| known != code);
        self.changes.push((code.to_owned(), self.second, true));
    }

    /// Counts a request; it may fail, and orders may change before it is answered.
    fn fails(&mut self) -> bool {
        self.requests += 1;
        for code in self.meanwhile.remove(&self.requests).unwrap_or_default() {
            self.write(&code);
        }
        self.faults.contains(&self.requests)
    }
}

fn time(second: i64) -> OffsetDateTime {
    let start = OffsetDateTime::now_utc() - Duration::days(2);
    start.replace_time(Time::MIDNIGHT) + Duration::seconds(second)
}

fn since(request: &Request, parameter: &str) -> OffsetDateTime {
    let from = request.url.query_pairs().find(|(key, _)| key == parameter).unwrap().1;
    OffsetDateTime::from(from.parse::<DateTime>().unwrap())
}

fn page<T>(request: &Request, items: Vec<T>, size: usize) -> (Vec<T>, usize, usize, usize) {
    let page: usize =
        request.url.query_pairs().find(|(key, _)| key == "page").map_or(1, |(_, page)| page.parse().unwrap());
    let (total, pages) = (items.len(), items.len().div_ceil(size));
    (items.into_iter().skip((page - 1) * size).take(size).collect(), page, pages, total)
}

#[derive(Clone)]
struct Shoptet(Arc<Mutex<Shop>>, String);

impl Respond for Shoptet {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut shop = self.0.lock().unwrap();
        if shop.fails() {
            return ResponseTemplate::new(500);
        }
        let order = |code: &str, (version, second): (u32, i64)| {
            let odd = shop.odd.as_deref() == Some(code);
            json!({
                "code": code, "cashDeskOrder": false, "stockId": 1, "addressesEqual": true, "adminUrl": "",
                "price": {"currencyCode": if odd { json!([]) } else { json!("CZK") }, "exchangeRate": "1.00000000"},
                "billingAddress": {}, "items": [], "externalCode": version.to_string(),
                "changeTime": CompactDateTime::from(time(second)).to_string(),
            })
        };
        let data = match request.url.path() {
            "/api/orders/changes" => {
                let from = since(request, "from");
                let changes = shop.changes.iter().filter(|(_, second, _)| time(*second) >= from);
                let changes = changes.map(|(code, second, deleted)| {
                    let kind = if *deleted { "delete" } else { "edit" };
                    json!({"code": code, "changeTime": CompactDateTime::from(time(*second)).to_string(), "changeType": kind})
                });
                let (changes, page, pages, total) = page(request, changes.collect(), 3);
                json!({"changes": changes, "paginator": {"page": page, "pageCount": pages, "totalCount": total}})
            }
            "/api/orders/snapshot" => return ResponseTemplate::new(202).set_body_json(json!({"data": {"jobId": "1"}})),
            "/api/system/jobs/1" => {
                json!({"job": {"jobId": "1", "status": "completed", "resultUrl": format!("{}/result", self.1)}})
            }
            "/result" => {
                let lines: Vec<String> = shop.orders.iter().map(|(code, one)| order(code, *one).to_string()).collect();
                return ResponseTemplate::new(200).set_body_string(lines.join("\n"));
            }
            path => match shop.orders.get_key_value(path.trim_start_matches("/api/orders/")) {
                Some((code, one)) => json!({"order": order(code, *one)}),
                None => return ResponseTemplate::new(404).set_body_json(json!({"data": null, "errors": null})),
            },
        };
        ResponseTemplate::new(200).set_body_json(json!({"data": data, "errors": null}))
    }
}

#[derive(Clone)]
struct Upgates(Arc<Mutex<Shop>>);

impl Respond for Upgates {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut shop = self.0.lock().unwrap();
        if shop.fails() {
            return ResponseTemplate::new(500);
        }
        let order = |code: &str, (version, second): (u32, i64)| {
            json!({
                "order_number": code, "external_order_number": version.to_string(),
                "last_update_time": DateTime::from(time(second)).to_string(),
            })
        };
        let number = request.url.path().trim_start_matches("/orders").trim_matches('/');
        let orders: Vec<Value> = match number {
            "" => {
                let from = since(request, "last_update_time_from");
                let mut orders: Vec<_> = shop.orders.iter().filter(|(_, (_, second))| time(*second) >= from).collect();
                orders.sort_by_key(|(_, (_, second))| *second);
                orders.into_iter().map(|(code, one)| order(code, *one)).collect()
            }
            number => shop.orders.get(number).into_iter().map(|one| order(number, *one)).collect(),
        };
        let (orders, page, pages, total) = page(request, orders, 3);
        ResponseTemplate::new(200).set_body_json(json!({
            "orders": orders, "current_page": page, "current_page_items": 3, "number_of_pages": pages,
            "number_of_items": total,
        }))
    }
}

/// What the table has of a shop: versions by code.
fn table(db: &Connection, shop: &str, member: &str) -> BTreeMap<String, Option<String>> {
    let mut rows = db.prepare("SELECT code, json ->> ? FROM orders WHERE shop = ?").unwrap();
    let rows = rows.query_map([member, shop], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(|row| row.unwrap()).collect()
}

fn versions(shop: &Mutex<Shop>) -> BTreeMap<String, Option<String>> {
    let shop = shop.lock().unwrap();
    shop.orders.iter().map(|(code, (version, _))| (code.clone(), Some(version.to_string()))).collect()
}

/// Twenty orders, of which some change, some are deleted, and one in ten requests fails.
fn busy(seed: u64) -> Arc<Mutex<Shop>> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut shop = Shop::default();
    (1..=20).for_each(|code| shop.write(&code.to_string()));
    shop.faults = (1..400).filter(|_| rng.u8(..10) == 0).collect();
    for request in 1..60 {
        if rng.u8(..4) == 0 {
            shop.meanwhile.insert(request, vec![rng.u8(1..25).to_string()]);
        }
    }
    Arc::new(Mutex::new(shop))
}

/// Runs the program until it gets through twice, and gives the number of runs that failed.
async fn through<F: Future<Output = Result>>(mut run: impl FnMut() -> F) -> usize {
    let (mut failed, mut ended) = (0, 0);
    while ended < 2 {
        match run().await {
            Ok(()) => ended += 1,
            Err(_) => failed += 1,
        }
        assert!(failed < 100, "it never gets through");
    }
    failed
}

#[tokio::test]
async fn shoptet_orders_are_all_there_whatever_happens() {
    let shop = busy(1);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Shoptet(Arc::clone(&shop), server.uri())).mount(&server).await;
    let client = shoptet::Client::builder().private_token("123-p-1-example").base_url(server.uri());
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    // As if a run of three days ago had found an empty shop.
    db.execute(super::MARK, ("shoptet", DateTime::from(time(0) - Duration::days(1)).to_string())).unwrap();

    let failed = through(|| shoptet(&db, &client, false)).await;
    assert!(failed > 2, "the server is too kind: {failed}");
    assert_eq!(table(&db, "shoptet", "externalCode"), versions(&shop));

    // One is deleted, one changes and cannot be read, and the next run knows of both.
    shop.lock().unwrap().faults.clear();
    shop.lock().unwrap().delete("7");
    shop.lock().unwrap().write("8");
    shop.lock().unwrap().odd = Some("8".to_owned());
    shoptet(&db, &client, false).await.unwrap();
    let kept: String =
        db.query_one("SELECT CAST(json AS TEXT) FROM orders WHERE code = '8'", [], |row| row.get(0)).unwrap();
    assert!(kept.contains(r#""currencyCode":[]"#), "{kept}");
    shop.lock().unwrap().odd = None;

    // What the list of changes never tells of is found by going through everything.
    shop.lock().unwrap().write("9");
    shop.lock().unwrap().delete("10");
    shop.lock().unwrap().changes.clear();
    shoptet(&db, &client, false).await.unwrap();
    assert!(table(&db, "shoptet", "externalCode") != versions(&shop), "nobody could know");
    shoptet(&db, &client, true).await.unwrap();
    assert_eq!(table(&db, "shoptet", "externalCode"), versions(&shop));
}

#[tokio::test]
async fn upgates_orders_are_all_there_whatever_happens() {
    let shop = busy(2);
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Upgates(Arc::clone(&shop))).mount(&server).await;
    let client = upgates::Client::builder().basic("login", "key").base_url(server.uri());
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();

    let failed = through(|| upgates(&db, &client, false)).await;
    assert!(failed > 2, "the server is too kind: {failed}");
    assert_eq!(table(&db, "upgates", "external_order_number"), versions(&shop));

    shop.lock().unwrap().faults.clear();
    shop.lock().unwrap().delete("7");
    upgates(&db, &client, true).await.unwrap();
    assert_eq!(table(&db, "upgates", "external_order_number"), versions(&shop));
}

#[tokio::test]
async fn clipsan_purchases_are_in_the_same_table() {
    let server = MockServer::start().await;
    let purchase = json!({
        "id": 1234, "type": "online", "state": "paid", "count": 1, "amount": 440, "currency": "czk", "tranfer": 99,
        "repeat": 0, "added": 1_463_062_409,
    });
    let odd = json!({"id": 1235, "state": "?", "amount": []});
    let list = json!({"result": "ok", "count": 2, "data": {"1234": purchase, "1235": odd}});
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(list)).mount(&server).await;
    let client = clipsan::Client::builder().key("key").base_url(server.uri()).build().unwrap();
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    for _ in 0..2 {
        clipsan(&db, &client).await.unwrap();
        let expected = [("1234", "paid"), ("1235", "?")].map(|(id, state)| (id.to_owned(), Some(state.to_owned())));
        assert_eq!(table(&db, "clipsan", "state"), expected.into());
    }
}
