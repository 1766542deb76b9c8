//! Changes prices of a price list and reads them back, because an answer of 200 may have stored nothing.
//!
//! `cargo run -p shoptet --example price_lists --features price_lists`; the server is on this machine. It prints
//!
//! ```text
//! not stored: $[1]: {"code":"TEAPOT-2","price":{"price":"249.00"}} was written, nothing is there
//! stored: TEAPOT-1, TEAPOT-2
//! ```

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Duration;

use serde_json::{Value, json};
use shoptet::price_lists::{PriceListPriceUpdate, PriceListUpdate};
use shoptet::runtime::{Unconfirmed, unconfirmed};
use shoptet::{Client, Patch};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let shop = Client::builder().private_token("123-p-1-example").base_url(server.uri()).build()?;
    let prices = [price("TEAPOT-1", "199.90")?, price("TEAPOT-2", "249.00")?];
    let mut missing = write(&shop, &prices).await?;
    for one in &missing {
        writeln!(out, "not stored: {one}")?;
    }
    // A price is set, not added to: writing it twice does no harm. Against Shoptet, wait for two seconds or so.
    for _ in 0..3 {
        if missing.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        missing = write(&shop, &prices).await?;
    }
    assert!(missing.is_empty());
    writeln!(out, "stored: {}", prices.map(|price| price.code).join(", "))?;
    Ok(())
}

/// Writes prices, and gives those that the list does not show afterwards.
async fn write(shop: &Client, prices: &[PriceListUpdate]) -> Result<Vec<Unconfirmed>, shoptet::Error> {
    shop.price_lists().update(2, prices).await?;
    let shown = shop.price_lists().get(2).items_per_page(1000).items().all().await?;
    Ok(unconfirmed(prices, &shown, &["code"]))
}

fn price(code: &str, price: &str) -> Result<PriceListUpdate, Box<dyn Error>> {
    // `Patch::Null` would clear the price; 0 would be one.
    let price = PriceListPriceUpdate { price: Patch::Value(price.parse()?), ..Default::default() };
    Ok(PriceListUpdate { price: Some(price), ..PriceListUpdate::new(code) })
}

/// A server that answers each write with 200, and forgets what is new in the first.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let json = |data: Value| ResponseTemplate::new(200).set_body_json(json!({"data": data, "errors": null}));
    let row = |code: &str, price: &str| {
        json!({
            "code": code,
            "currencyCode": "CZK",
            "includingVat": true,
            "vatRate": "21.00",
            "price": {"price": price, "commonPrice": null, "buyPrice": null, "priceRatio": "1.000", "actionPrice": null},
            "orderableAmount": {"minimumAmount": null, "maximumAmount": null},
            "sales": {
                "minPriceRatio": "0.000",
                "freeShipping": false,
                "freeBilling": false,
                "loyaltyDiscount": true,
                "volumeDiscount": true,
                "quantityDiscount": true,
                "discountCoupon": true,
            },
        })
    };
    let list = |rows: &[Value]| {
        let paginator = json!({"totalCount": rows.len(), "page": 1, "pageCount": 1});
        json(json!({"pricelist": rows, "paginator": paginator}))
    };
    let pricelist = |verb: &str| Mock::given(method(verb)).and(path("/api/pricelists/2"));
    pricelist("PATCH").respond_with(json(Value::Null)).mount(&server).await;
    let first = list(&[row("TEAPOT-1", "199.90")]);
    pricelist("GET").respond_with(first).up_to_n_times(1).mount(&server).await;
    let then = list(&[row("TEAPOT-1", "199.90"), row("TEAPOT-2", "249.00")]);
    pricelist("GET").respond_with(then).mount(&server).await;
    server
}
