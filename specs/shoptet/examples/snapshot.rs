//! Starts a job, waits for its end, and reads the records of its result.
//!
//! `cargo run -p shoptet --example snapshot`; the server is on this machine. It prints
//!
//! ```text
//! job 4b8f has begun
//! 2026000001: Teapot, Cup
//! 2026000002: Kettle
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use serde_json::{Value, json};
use shoptet::orders::NEW_STATUS;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let shop = shoptet::Client::builder().private_token("123-p-1-example").base_url(server.uri()).build()?;
    let job = shop.orders().snapshot().status_id(NEW_STATUS).submit().await?;
    writeln!(out, "job {} has begun", job.id())?;

    // `job.wait()` would ask now and then. A webhook handler that knows of the end can cut the waits short.
    let (told, end) = tokio::sync::oneshot::channel::<()>();
    told.send(()).map_err(|()| "nobody waits for the job")?;
    let result = job.wait_or(async { end.await.unwrap_or_default() }).await?;

    let mut orders = result.records().await?;
    while let Some(order) = orders.try_next().await? {
        let items: Vec<String> = order.items.iter().map(|item| item.name.clone()).collect();
        writeln!(out, "{}: {}", order.code, items.join(", "))?;
    }
    Ok(())
}

/// A server with one job that has ended, and its result.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let get = |route: &str| Mock::given(method("GET")).and(path(route));
    let json = |status, data: Value| {
        let body = json!({"data": data, "errors": null, "metadata": {"requestId": "example"}});
        ResponseTemplate::new(status).set_body_json(body)
    };
    get("/api/orders/snapshot").respond_with(json(202, json!({"jobId": "4b8f"}))).mount(&server).await;
    let job = json!({
        "jobId": "4b8f",
        "endpoint": "getListOfAllOrders",
        "creationTime": "2026-04-27T09:15:52+0200",
        "completionTime": "2026-04-27T09:16:10+0200",
        "duration": "18.000",
        "status": "completed",
        "resultUrl": format!("{}/files/orders.jsonl", server.uri()),
        "validUntil": "2026-04-28T09:16:10+0200",
        "log": null,
    });
    get("/api/system/jobs/4b8f").respond_with(json(200, json!({"job": job}))).mount(&server).await;
    // One record per line; whether they are compressed is for the client to find out.
    let orders = [order("2026000001", &["Teapot", "Cup"]), order("2026000002", &["Kettle"])];
    let lines = orders.map(|order| format!("{order}\n")).concat();
    let result = ResponseTemplate::new(200).set_body_raw(lines, "application/octet-stream");
    get("/files/orders.jsonl").respond_with(result).mount(&server).await;
    server
}

fn order(code: &str, items: &[&str]) -> Value {
    let items: Vec<Value> = items.iter().enumerate().map(|(at, name)| item(at, name)).collect();
    json!({
        "code": code,
        "guid": "4ac3e4ad-0000-4000-8000-000000000001",
        "externalCode": null,
        "creationTime": "2026-04-27T09:15:52+0200",
        "changeTime": null,
        "email": "customer@example.com",
        "phone": null,
        "clientIPAddress": null,
        "customerGuid": null,
        "cashDeskOrder": false,
        "stockId": 1,
        "addressesEqual": true,
        "vatPayer": false,
        "billingMethod": null,
        "paymentMethod": null,
        "shipping": null,
        "adminUrl": "https://example.com/admin/orders-detail/?code=1",
        "status": {"id": -1, "name": "New"},
        "price": {
            "vat": "0.00",
            "toPay": "100.00",
            "currencyCode": "CZK",
            "withoutVat": "100.00",
            "withVat": "100.00",
            "exchangeRate": "1.00000000",
        },
        "paid": null,
        "billingAddress": {"fullName": "Jana Vzorová", "city": "Praha", "countryCode": "CZ"},
        "deliveryAddress": null,
        "items": items,
    })
}

fn item(at: usize, name: &str) -> Value {
    let price = json!({"withVat": "50.00", "withoutVat": "50.00", "vat": "0.00", "vatRate": "0.00"});
    json!({
        "itemId": at + 1,
        "itemType": "product",
        "name": name,
        "amount": "1.000",
        "weight": "0.250",
        "priceRatio": "1.0000",
        "status": {"id": -1, "name": "New"},
        "itemPrice": price,
        "unitPrice": price,
    })
}
