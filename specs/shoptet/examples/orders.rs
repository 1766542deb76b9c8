//! Lists orders through all pages.
//!
//! `cargo run -p shoptet --example orders`; the shop is a sandbox. It prints
//!
//! ```text
//! 2026000001: Jana Vzorová pays 1210.00 CZK
//! 2026000002: Petr Příklad pays 99.90 CZK
//! 2026000003: Eva Ukázková pays 0.00 CZK
//! 3 orders in all
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use kontrakt_sandbox::{CREDENTIAL, Sandbox};
use serde_json::json;
use shoptet::orders::NEW_STATUS;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let sandbox = sandbox()?;

    // With a token of yours, and without `transport`, the same lines talk to Shoptet.
    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport()).build()?;
    let mut orders = shop.orders().list().status_id(NEW_STATUS).items_per_page(2).items();
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

/// A shop with three new orders and one that is done.
fn sandbox() -> Result<Sandbox, Box<dyn Error>> {
    let sandbox = Sandbox::shoptet();
    sandbox.clear("/api/orders")?;
    for (code, name, to_pay, status) in [
        ("2026000001", "Jana Vzorová", "1210.00", NEW_STATUS),
        ("2026000002", "Petr Příklad", "99.90", NEW_STATUS),
        ("2026000003", "Eva Ukázková", "0.00", NEW_STATUS),
        ("2026000004", "Karel Hotový", "10.00", -3),
    ] {
        let price = json!({"toPay": to_pay, "currencyCode": "CZK"});
        let status = json!({"id": status});
        sandbox.insert("/api/orders", json!({"code": code, "fullName": name, "price": price, "status": status}))?;
    }
    Ok(sandbox)
}
