//! Keeps a copy of the orders up to date, and loses none when a run fails half-way.
//!
//! `cargo run -p shoptet --example changes`; the server is on this machine. It prints
//!
//! ```text
//! failed: getOrderDetail: HTTP 500: the server failed
//! so far: 2026000001
//! done, all before that is stored
//! now: 2026000001, 2026000002
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};
use std::time::Duration;

use serde_json::{Value, json};
use shoptet::orders::Order;
use shoptet::runtime::time::OffsetDateTime;
use shoptet::{Client, CompactDateTime, RetryPolicy};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// What is kept between runs: tables of a database in your program.
struct Copy {
    /// All changes before this time are in.
    mark: CompactDateTime,
    orders: BTreeMap<String, Order>,
}

impl Copy {
    /// Takes in what has changed. When that fails half-way the mark stays, and the next run reads all of it again.
    async fn update(&mut self, shop: &Client) -> Result<(), shoptet::Error> {
        let started = OffsetDateTime::now_utc();
        let mut changes = shop.orders().changes(self.mark).items();
        while let Some(change) = changes.try_next().await? {
            match shop.orders().get(&change.code).await {
                // Under its code: the same order may come more than once.
                Ok(order) => self.orders.insert(change.code, order),
                Err(error) if error.is_not_found() => self.orders.remove(&change.code),
                Err(error) => return Err(error),
            };
        }
        // Clocks differ, and pages shift under the reader: leave some overlap.
        self.mark = (started - Duration::from_secs(600)).into();
        Ok(())
    }

    fn codes(&self) -> String {
        self.orders.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let shop = Client::builder()
        .private_token("123-p-1-example")
        .base_url(server.uri())
        // Leave this out: a failed read is tried again a few times before it is an error.
        .retry(RetryPolicy::never())
        .build()?;
    let long_ago: CompactDateTime = "2026-04-27T09:00:00+0200".parse()?;
    let mut copy = Copy { mark: long_ago, orders: BTreeMap::new() };

    if let Err(error) = copy.update(&shop).await {
        writeln!(out, "failed: {error}")?;
    }
    writeln!(out, "so far: {}", copy.codes())?;
    assert!(copy.mark == long_ago);

    copy.update(&shop).await?;
    assert!(copy.mark > long_ago);
    writeln!(out, "done, all before that is stored")?;
    writeln!(out, "now: {}", copy.codes())?;
    Ok(())
}

/// A server with three changes: to an order, to one that it fails to give at first, and to one that is gone.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let get = |route: &str| Mock::given(method("GET")).and(path(route));
    let json = |status, data: Value, errors: Value| {
        ResponseTemplate::new(status).set_body_json(json!({"data": data, "errors": errors}))
    };
    let change = |code: &str, kind: &str| json!({"code": code, "changeTime": null, "changeType": kind});
    let changes = json!({
        "changes": [change("2026000001", "edit"), change("2026000002", "edit"), change("2026000003", "delete")],
        "paginator": {"totalCount": 3, "page": 1, "pageCount": 1},
    });
    get("/api/orders/changes")
        .and(query_param("from", "2026-04-27T09:00:00+0200"))
        .respond_with(json(200, changes, Value::Null))
        .mount(&server)
        .await;
    get("/api/orders/2026000002").respond_with(ResponseTemplate::new(500)).up_to_n_times(1).mount(&server).await;
    for code in ["2026000001", "2026000002"] {
        let found = json!({"order": order(code)});
        get(&format!("/api/orders/{code}")).respond_with(json(200, found, Value::Null)).mount(&server).await;
    }
    let gone = json!([{"errorCode": "order-not-found", "message": "There is no such order.", "instance": ""}]);
    get("/api/orders/2026000003").respond_with(json(404, Value::Null, gone)).mount(&server).await;
    server
}

fn order(code: &str) -> Value {
    json!({
        "code": code,
        "cashDeskOrder": false,
        "stockId": 1,
        "addressesEqual": true,
        "adminUrl": "https://example.com/admin/orders-detail/?code=1",
        "price": {"toPay": "1210.00", "currencyCode": "CZK", "exchangeRate": "1.00000000"},
        "billingAddress": {"fullName": "Jana Vzorová"},
        "items": [],
    })
}
