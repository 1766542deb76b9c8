//! Keeps a copy of the orders up to date, and loses none when a run fails half-way.
//!
//! `cargo run -p shoptet --example changes`; the shop is a sandbox. It prints
//!
//! ```text
//! stored: 2026000001
//! failed: getOrderDetail: HTTP 500: the server failed
//! stored: 2026000001
//! stored: 2026000001, 2026000002
//! stored: 2026000002
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};

use kontrakt_sandbox::{CREDENTIAL, Fault, Sandbox};
use serde_json::json;
use shoptet::orders::Order;
use shoptet::runtime::time::{Duration, OffsetDateTime};
use shoptet::{ChangeKind, Client, Mark, RetryPolicy};

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
    let sandbox = Sandbox::shoptet();
    sandbox.clear("/api/orders")?;

    let shop = Client::builder()
        .private_token(CREDENTIAL)
        .transport(sandbox.transport())
        // Leave this out: a failed read is tried again a few times before it is an error.
        .retry(RetryPolicy::never())
        .build()?;
    // Where the last run got to: the list of changes reaches 30 days back.
    let last_run = Mark::from(OffsetDateTime::now_utc() - Duration::days(7));
    let mut copy = Copy { mark: last_run, orders: BTreeMap::new() };

    sandbox.insert("/api/orders", json!({"code": "2026000001"}))?;
    copy.update(&shop).await?;
    writeln!(out, "stored: {}", copy.codes())?;

    // Another order comes, and reading it fails: the mark stays.
    sandbox.insert("/api/orders", json!({"code": "2026000002"}))?;
    sandbox.fault(Fault::status(500).on("getOrderDetail").times(1));
    let before = copy.mark;
    if let Err(error) = copy.update(&shop).await {
        writeln!(out, "failed: {error}")?;
    }
    assert!(copy.mark == before);
    writeln!(out, "stored: {}", copy.codes())?;

    copy.update(&shop).await?;
    writeln!(out, "stored: {}", copy.codes())?;

    shop.orders().delete("2026000001").await?;
    copy.update(&shop).await?;
    writeln!(out, "stored: {}", copy.codes())?;
    Ok(())
}
