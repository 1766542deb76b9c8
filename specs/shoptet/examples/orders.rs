//! Lists orders through all pages.
//!
//! `cargo run -p shoptet --example orders`; the server is on this machine. It prints
//!
//! ```text
//! 2026000001: Jana Vzorová pays 1210.00 CZK
//! 2026000002: Petr Příklad pays 99.90 CZK
//! 2026000003: Eva Ukázková pays 0.00 CZK
//! 3 orders in all
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use serde_json::{Value, json};
use shoptet::orders::NEW_STATUS;
use wiremock::matchers::{header, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    // Leave `base_url` out and the same lines talk to Shoptet.
    let shop = shoptet::Client::builder().private_token("123-p-1-example").base_url(server.uri()).build()?;
    let mut orders = shop.orders().list().status_id(NEW_STATUS).items();
    while let Some(order) = orders.try_next().await? {
        let customer = order.full_name.as_deref().unwrap_or("nobody");
        match order.price.to_pay {
            Some(amount) => writeln!(out, "{}: {customer} pays {amount} {}", order.code, order.price.currency_code)?,
            None => writeln!(out, "{}: {customer} pays nothing", order.code)?,
        }
    }
    writeln!(out, "{} orders in all", orders.total().unwrap_or_default())?;
    Ok(())
}

/// A server with three orders on two pages.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let list = || Mock::given(method("GET")).and(path("/api/orders")).and(query_param("statusId", "-1"));
    list()
        .and(header("Shoptet-Private-Api-Token", "123-p-1-example"))
        .and(query_param_is_missing("page"))
        .respond_with(ResponseTemplate::new(200).set_body_json(page(
            1,
            &[order("2026000001", "Jana Vzorová", "1210.00"), order("2026000002", "Petr Příklad", "99.90")],
        )))
        .mount(&server)
        .await;
    list()
        .and(query_param("page", "2"))
        .respond_with(ResponseTemplate::new(200).set_body_json(page(2, &[order("2026000003", "Eva Ukázková", "0.00")])))
        .mount(&server)
        .await;
    server
}

fn page(number: u64, orders: &[Value]) -> Value {
    json!({
        "data": {
            "orders": orders,
            "paginator": {"totalCount": 3, "page": number, "pageCount": 2, "itemsOnPage": orders.len(), "itemsPerPage": 2},
        },
        "errors": null,
        "metadata": {"requestId": format!("example-{number}")},
    })
}

fn order(code: &str, name: &str, to_pay: &str) -> Value {
    json!({
        "code": code,
        "guid": "4ac3e4ad-0000-4000-8000-000000000001",
        "creationTime": "2026-04-27T09:15:52+0200",
        "changeTime": null,
        "fullName": name,
        "company": null,
        "email": "customer@example.com",
        "phone": null,
        "remark": null,
        "customerGuid": null,
        "cashDeskOrder": false,
        "adminUrl": "https://example.com/admin/orders-detail/?code=1",
        "status": {"id": -1, "name": "New"},
        "source": {"id": 1, "name": "Desktop"},
        "shipping": null,
        "paymentMethod": null,
        "price": {
            "vat": "0.00",
            "toPay": to_pay,
            "currencyCode": "CZK",
            "withoutVat": to_pay,
            "withVat": to_pay,
            "exchangeRate": "1.00000000",
        },
        "paid": false,
    })
}
