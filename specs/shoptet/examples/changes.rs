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

use serde_json::{Value, json};
use shoptet::orders::Order;
use shoptet::runtime::time::{Duration, OffsetDateTime};
use shoptet::{ChangeKind, Client, CompactDateTime, Mark, RetryPolicy};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// What is kept between runs: tables of a database in your program.
struct Copy {
    /// All changes before this time are in.
    mark: Mark,
    orders: BTreeMap<String, Order>,
}

impl Copy {
    /// Takes in what has changed. When that fails half-way the mark stays, and the next run reads all of it again.
    async fn update(&mut self, shop: &Client) -> Result<(), shoptet::Error> {
        let changes = shop.orders().changes(self.mark.into()).feed().await?;
        for change in &changes {
            if change.kind == ChangeKind::Deleted {
                self.orders.remove(&change.key);
                continue;
            }
            match shop.orders().get(&change.key).await {
                // Under its code: the same order may come more than once.
                Ok(order) => self.orders.insert(change.key.clone(), order),
                Err(error) if error.is_not_found() => self.orders.remove(&change.key),
                Err(error) => return Err(error),
            };
        }
        self.mark = changes.mark();
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
    // Where the last run got to: the list of changes reaches 30 days back.
    let last_run = Mark::from(OffsetDateTime::now_utc() - Duration::days(7));
    let mut copy = Copy { mark: last_run, orders: BTreeMap::new() };

    if let Err(error) = copy.update(&shop).await {
        writeln!(out, "failed: {error}")?;
    }
    writeln!(out, "so far: {}", copy.codes())?;
    assert!(copy.mark == last_run);

    copy.update(&shop).await?;
    assert!(copy.mark > last_run);
    writeln!(out, "done, all before that is stored")?;
    writeln!(out, "now: {}", copy.codes())?;
    Ok(())
}

/// A server with three changes: to an order, to one that it fails to give at first, and to one that is gone.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let get = |route: &str| Mock::given(method("GET")).and(path(route));
    let json = |data: Value| ResponseTemplate::new(200).set_body_json(json!({"data": data, "errors": null}));
    let time = CompactDateTime::from(Mark::now()).to_string();
    let change = |code: &str, kind: &str| json!({"code": code, "changeTime": time, "changeType": kind});
    let changes = json!({
        "changes": [change("2026000001", "edit"), change("2026000002", "edit"), change("2026000003", "delete")],
        "paginator": {"totalCount": 3, "page": 1, "pageCount": 1},
    });
    get("/api/orders/changes")
        .and(query_param("itemsPerPage", "1000"))
        .respond_with(json(changes))
        .mount(&server)
        .await;
    get("/api/orders/2026000002").respond_with(ResponseTemplate::new(500)).up_to_n_times(1).mount(&server).await;
    for code in ["2026000001", "2026000002"] {
        let found = json!({"order": order(code)});
        get(&format!("/api/orders/{code}")).respond_with(json(found)).mount(&server).await;
    }
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
