//! Lists orders: filters, enums, money as decimals, times with their offset.
//!
//! `cargo run -p upgates --example orders`; the server is on this machine. It prints
//!
//! ```text
//! O2600001 of 2026-05-27T09:19:01+02:00 from the shop: 577
//!   1 pcs Teapot
//! O2600002 of 2026-05-27T09:19:01+02:00 from marketplace: 1249.9
//!   1 pcs Teapot
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use serde_json::{Value, json};
use upgates::orders::{OrderOrigin, OrderSortBy, SortDirection};
use wiremock::matchers::{basic_auth, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    // Against UPgates: `.shop("my-shop").server("s1")` in place of `base_url`.
    let shop = upgates::Client::builder().basic("api-login", "api-key").base_url(server.uri()).build()?;
    let list =
        shop.orders().list().paid_yn(true).order_by(OrderSortBy::CreationTime).order_dir(SortDirection::Descending);
    for order in list.items().all().await? {
        let origin = match &order.origin {
            OrderOrigin::Frontend => "the shop",
            // Anything the server may add later arrives as `Unknown` and keeps its text.
            other => other.as_str(),
        };
        writeln!(out, "{} of {} from {origin}: {}", order.order_number, order.creation_time, order.order_total)?;
        for product in &order.products {
            let title = product.title.as_deref().unwrap_or("no title");
            writeln!(out, "  {} {} {title}", product.quantity, product.unit)?;
        }
    }
    Ok(())
}

/// A server with two orders on one page.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let orders = [order("O2600001", "frontend", json!(577)), order("O2600002", "marketplace", json!(1249.9))];
    let body = json!({
        "current_page": 1,
        "current_page_items": orders.len(),
        "number_of_pages": 1,
        "number_of_items": orders.len(),
        "orders": orders,
    });
    Mock::given(method("GET"))
        .and(path("/orders"))
        .and(basic_auth("api-login", "api-key"))
        .and(query_param("paid_yn", "1"))
        .and(query_param("order_by", "creation_time"))
        .and(query_param("order_dir", "desc"))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    server
}

fn order(number: &str, origin: &str, total: Value) -> Value {
    json!({
        "order_number": number,
        "language_id": "cs",
        "currency_id": "CZK",
        "prices_with_vat_yn": true,
        "status_id": 23,
        "status": "Paid",
        "paid_date": "2026-05-27",
        "tracking_code": null,
        "resolved_yn": false,
        "internal_note": null,
        "external_order_number": null,
        "last_update_time": "2026-05-27T18:20:07+02:00",
        "creation_time": "2026-05-27T09:19:01+02:00",
        "variable_symbol": "2600001",
        "total_weight": 120,
        "order_total": total,
        "order_total_before_round": total,
        "order_total_rest": 0,
        "invoice_number": null,
        "origin": origin,
        "customer": {
            "email": "customer@example.com",
            "postal_yn": false,
            "company_yn": false,
            "vat_payer_yn": false,
            "agreements": [],
        },
        "products": [{
            "product_id": 1,
            "title": "Teapot",
            "unit": "pcs",
            "quantity": 1,
            "price_per_unit": total,
            "price": total,
            "price_with_vat": total,
            "price_without_vat": total,
            "vat": 0,
            "weight": 120,
            "parameters": [],
            "configurations": [],
        }],
        "metas": [],
    })
}
