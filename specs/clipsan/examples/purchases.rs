//! Lists purchases, and gets an error that the server sends with status 200.
//!
//! `cargo run -p clipsan --example purchases`; the server is on this machine. It prints
//!
//! ```text
//! 1234: 440 czk, paid 2016-05-13
//!   and 99 for delivery
//! 1235: 138.3 czk, paid 2016-05-13
//! refused with status 200: price not found
//! addPurchase: HTTP 200: the answer says that the call failed; price not found
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use clipsan::purchases::PurchaseState;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let account = clipsan::Client::builder().key("example-key").base_url(server.uri()).build()?;
    let purchases = account.purchases().list().state(PurchaseState::Paid).send().await?;
    for (id, purchase) in purchases.iter() {
        let paid = purchase.paid.map_or_else(|| "never".to_owned(), |time| time.date().to_string());
        writeln!(out, "{id}: {} {}, paid {paid}", purchase.amount, purchase.currency)?;
        // The wire calls the member `tranfer`.
        if let Some(transfer) = &purchase.transfer {
            writeln!(out, "  and {transfer} for delivery")?;
        }
    }

    // The status is 200, and still this is an error.
    match account.purchases().add(404, "customer@example.com").send().await {
        Ok(purchase) => writeln!(out, "created {}", purchase.id)?,
        Err(error) => {
            for reason in error.api_errors() {
                writeln!(out, "refused with status {}: {}", error.status().unwrap_or_default(), reason.message)?;
            }
            // The key stands in the URL of every call, and in no text of an error.
            writeln!(out, "{error}")?;
        }
    }
    Ok(())
}

/// A server with two purchases, which knows no offer.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let purchases =
        json!({"1234": purchase(1234, json!(440), json!(99)), "1235": purchase(1235, json!("138.3"), json!(null))});
    for (route, body) in [
        ("/purchase/list/", json!({"result": "ok", "count": 2, "data": purchases})),
        ("/purchase/add/", json!({"result": "error", "error": "price not found"})),
    ] {
        Mock::given(method("GET"))
            .and(path(route))
            .and(query_param("key", "example-key"))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(&server)
            .await;
    }
    server
}

fn purchase(id: i64, amount: Value, transfer: Value) -> Value {
    json!({
        "id": id,
        "lead": 12345,
        "membership": null,
        "price": null,
        "funnel": 530,
        "name": null,
        "custom": "",
        "type": "online",
        "state": "paid",
        "count": 1,
        "amount": amount,
        "currency": "czk",
        "tranfer": transfer,
        "cod": null,
        "vat": null,
        "proforma": null,
        "invoice": "FV960001",
        "repeat": 0,
        "added": 1_463_062_409,
        "paid": 1_463_148_809,
        "deleted": null,
    })
}
