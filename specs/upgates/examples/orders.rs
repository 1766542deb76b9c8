//! Lists orders: filters, enums, money as decimals, times with their offset.
//!
//! `cargo run -p upgates --example orders`; the shop is a sandbox. It prints
//!
//! ```text
//! O2600001 of 2026-05-27T09:20:01+02:00 from the shop: 577
//!   1 pcs Teapot
//! O2600002 of 2026-05-27T09:19:01+02:00 from admin: 1249.9
//!   1 pcs Teapot
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use kontrakt_sandbox::{CREDENTIAL, Sandbox};
use serde_json::json;
use upgates::orders::{OrderOrigin, OrderSortBy, SortDirection};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let sandbox = sandbox()?;

    // Without `transport`, and with your login and key, the same lines talk to UPgates.
    let shop = upgates::Client::builder().basic("api-login", CREDENTIAL).shop("my-shop").server("s1");
    let shop = shop.transport(sandbox.transport()).build()?;
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

/// A shop with two orders.
fn sandbox() -> Result<Sandbox, Box<dyn Error>> {
    let sandbox = Sandbox::upgates();
    sandbox.clear("/orders")?;
    for (number, time, origin, total) in [
        ("O2600001", "2026-05-27T09:20:01+02:00", "frontend", json!(577)),
        ("O2600002", "2026-05-27T09:19:01+02:00", "admin", json!(1249.9)),
    ] {
        let products = json!([{"title": "Teapot", "unit": "pcs", "quantity": 1}]);
        let order = json!({
            "order_number": number, "creation_time": time, "origin": origin, "order_total": total,
            "paid_date": "2026-05-27", "products": products,
        });
        sandbox.insert("/orders", order)?;
    }
    Ok(sandbox)
}
