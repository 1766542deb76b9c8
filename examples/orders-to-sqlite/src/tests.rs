//! The program with sandboxes of the three shops, where orders come and change, and requests fail, while it runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kontrakt_sandbox::{CREDENTIAL, Fault, Options, Sandbox};
use rusqlite::Connection;
use serde_json::{Value, json};
use shoptet::orders::OrderNotesUpdate;
use shoptet::runtime::http::MockTransport;
use shoptet::runtime::time::{Duration, OffsetDateTime};
use shoptet::{CompactDateTime, DateTime, RetryPolicy};
use upgates::orders::{OrderUpdate, OrdersUpdateBody};

use super::{MARK, Result, TABLES, clipsan, shoptet, upgates};

fn database() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    db
}

/// As if a run of yesterday had found an empty shop.
fn empty_yesterday(db: &Connection, shop: &str) {
    let yesterday = DateTime::from(OffsetDateTime::now_utc() - Duration::days(1));
    db.execute(MARK, (shop, yesterday.to_string())).unwrap();
}

/// A shop with twenty orders. Until it is said to be quiet, one more comes with every eighth request, and that share of the requests fails.
fn busy(api: &str, orders: &'static str, failing: f64) -> (Sandbox, impl Fn()) {
    let sandbox = Sandbox::of(api, Options { limits: false, ..Options::default() }).unwrap();
    sandbox.clear(orders).unwrap();
    let come = |shop: &Sandbox| drop(shop.insert(orders, json!({})).unwrap());
    (0..20).for_each(|_| come(&sandbox));
    sandbox.fault(Fault::status(500).odds(failing));
    let (shop, is_quiet) = (sandbox.clone(), Arc::new(AtomicBool::new(false)));
    let (watched, requests) = (Arc::clone(&is_quiet), AtomicUsize::new(0));
    sandbox.watch(move |_| {
        if requests.fetch_add(1, Ordering::Relaxed) % 8 == 0 && !watched.load(Ordering::Relaxed) {
            come(&shop);
        }
    });
    let shop = sandbox.clone();
    let quiet = move || {
        is_quiet.store(true, Ordering::Relaxed);
        shop.mend();
    };
    (sandbox, quiet)
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

/// What the table has of a shop: a member by code.
fn table(db: &Connection, shop: &str, member: &str) -> BTreeMap<String, Option<String>> {
    let mut rows = db.prepare("SELECT code, json ->> ? FROM orders WHERE shop = ?").unwrap();
    let rows = rows.query_map([member, shop], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(|row| row.unwrap()).collect()
}

/// The same of the shop itself.
fn records(sandbox: &Sandbox, path: &str, key: &str, member: &str) -> BTreeMap<String, Option<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let member = |record: &Value| record.pointer(member).filter(|value| !value.is_null()).map(text);
    let record = |record: &Value| (text(record.pointer(key).unwrap()), member(record));
    sandbox.records(path).unwrap().iter().map(record).collect()
}

#[tokio::test]
async fn shoptet_orders_are_all_there_whatever_happens() {
    let (sandbox, quiet) = busy("shoptet", "/api/orders", 0.05);
    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport());
    let shop = shop.retry(RetryPolicy::never()).build().unwrap();
    let db = database();
    let same = || {
        table(&db, "shoptet", "$.notes.trackingNumber")
            == records(&sandbox, "/api/orders", "/code", "/notes/trackingNumber")
    };
    empty_yesterday(&db, "shoptet");

    let failed = through(|| shoptet(&db, &shop, false)).await;
    assert!(failed > 2, "the shop is too kind: {failed}");
    quiet();
    shoptet(&db, &shop, false).await.unwrap();
    assert!(same());

    // One is deleted, one is changed, and the next run knows of both.
    let codes: Vec<String> = records(&sandbox, "/api/orders", "/code", "").into_keys().collect();
    shop.orders().delete(&codes[0]).await.unwrap();
    let notes = OrderNotesUpdate { tracking_number: "DR0123456789C".into(), ..Default::default() };
    shop.orders().update_notes(&codes[1], &notes).await.unwrap();
    shoptet(&db, &shop, false).await.unwrap();
    assert!(same());

    // What the list of changes never told of is found by going through everything.
    db.execute("DELETE FROM orders WHERE code = ?", [&codes[2]]).unwrap();
    db.execute(super::STORE, ("shoptet", "gone", "{}")).unwrap();
    shoptet(&db, &shop, false).await.unwrap();
    assert!(!same(), "nobody could know");
    sandbox.advance(std::time::Duration::from_secs(60));
    shoptet(&db, &shop, true).await.unwrap();
    assert!(same());
}

#[tokio::test]
async fn upgates_orders_are_all_there_whatever_happens() {
    let (sandbox, quiet) = busy("upgates", "/orders", 0.5);
    let shop = upgates::Client::builder().basic("login", CREDENTIAL).base_url("http://shop.test/");
    let shop = shop.transport(sandbox.transport()).retry(RetryPolicy::never()).build().unwrap();
    let db = database();
    let same =
        || table(&db, "upgates", "$.tracking_code") == records(&sandbox, "/orders", "/order_number", "/tracking_code");

    let failed = through(|| upgates(&db, &shop, false)).await;
    assert!(failed > 2, "the shop is too kind: {failed}");
    quiet();
    let numbers: Vec<String> = records(&sandbox, "/orders", "/order_number", "").into_keys().collect();
    let order = OrderUpdate { tracking_code: Some("DR0123456789C".into()), ..OrderUpdate::new(&numbers[1]) };
    let outcomes = shop.orders().update(&OrdersUpdateBody::new(vec![order])).send_all().await.unwrap();
    assert!(outcomes.all_done());
    upgates(&db, &shop, false).await.unwrap();
    assert!(same());

    shop.orders().delete(&[numbers[0].as_str()]).await.unwrap();
    upgates(&db, &shop, true).await.unwrap();
    assert!(same());
}

#[tokio::test]
async fn clipsan_purchases_are_in_the_same_table() {
    let sandbox = Sandbox::clipsan();
    let account = clipsan::Client::builder().key(CREDENTIAL).transport(sandbox.transport()).build().unwrap();
    let db = database();
    for _ in 0..2 {
        clipsan(&db, &account).await.unwrap();
        assert_eq!(table(&db, "clipsan", "$.state"), records(&sandbox, "/purchase", "/id", "/state"));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_for_a_person() {
    let db = database();
    empty_yesterday(&db, "shoptet");
    let fake = MockTransport::new();
    let now = CompactDateTime::from(OffsetDateTime::now_utc()).to_string();
    let changes = json!([{"code": "8", "changeTime": now, "changeType": "edit"}]);
    let paginator = json!({"page": 1, "pageCount": 1, "totalCount": 1});
    fake.reply(200, json!({"data": {"changes": changes, "paginator": paginator}}).to_string());
    fake.reply(200, json!({"data": {"order": {"code": "8", "price": {"currencyCode": []}}}}).to_string());
    let shop = shoptet::Client::builder().private_token("123-p-1-example").transport(fake.clone()).build().unwrap();
    shoptet(&db, &shop, false).await.unwrap();
    assert_eq!(table(&db, "shoptet", "$.data.order.price.currencyCode"), [("8".into(), Some("[]".into()))].into());

    let odd = json!({"id": 1235, "state": "?", "amount": []});
    fake.reply(200, json!({"result": "ok", "count": 1, "data": {"1235": odd}}).to_string());
    let account = clipsan::Client::builder().key("key").transport(fake).build().unwrap();
    clipsan(&db, &account).await.unwrap();
    assert_eq!(table(&db, "clipsan", "$.state"), [("1235".into(), Some("?".into()))].into());
}
