//! Creates orders and looks at the outcome of each, because status 200 says nothing about one of them.
//!
//! `cargo run -p upgates --example create_orders`; the server is on this machine. It prints
//!
//! ```text
//! first is O2600003
//! second was not created
//!   unknown language
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use serde_json::json;
use upgates::Decimal;
use upgates::orders::{OrderCreate, OrderCustomerCreate, OrderProductCreate, OrdersCreateBody};
use upgates::runtime::bulk::Outcome;
use wiremock::matchers::{body_partial_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let shop = upgates::Client::builder().basic("api-login", "api-key").base_url(server.uri()).build()?;
    let mut body = OrdersCreateBody::new(vec![order("first", "cs"), order("second", "xx")]);
    body.send_emails_yn = Some(false);
    // One call takes 100 orders at most; `send_all` makes as many calls as it needs.
    let outcomes = shop.orders().create(&body).send_all().await?;
    for (order, outcome) in body.orders.iter().zip(&outcomes) {
        let name = order.external_order_number.as_deref().unwrap_or_default();
        match outcome {
            Outcome::Done(created) => writeln!(out, "{name} is {}", created.order_number.as_deref().unwrap_or("new"))?,
            Outcome::Refused { errors, .. } => {
                writeln!(out, "{name} was not created")?;
                for error in errors {
                    writeln!(out, "  {}", error.message)?;
                }
            }
            Outcome::Unknown(error) => writeln!(out, "{name} may have been created: {error}")?,
            Outcome::NotSent(error) => writeln!(out, "{name} can be sent again: {error}")?,
        }
    }
    Ok(())
}

fn order(name: &str, language: &str) -> OrderCreate {
    let product = OrderProductCreate {
        code: Some("TEAPOT-1".to_owned()),
        quantity: Some(2.into()),
        title: Some("Teapot".to_owned()),
        // 199.90: money is decimal, never a float.
        price_per_unit: Some(Decimal::new(19_990, 2).into()),
        vat: Some(21.into()),
        ..OrderProductCreate::default()
    };
    OrderCreate {
        external_order_number: Some(name.to_owned()),
        ..OrderCreate::new(language, OrderCustomerCreate::new("customer@example.com"), vec![product])
    }
}

/// A server that creates the first order and refuses the second, with status 200.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let sent =
        json!({"send_emails_yn": false, "orders": [{"products": [{"price_per_unit": 199.9, "quantity": 2}]}, {}]});
    let refused =
        json!({"object": "order", "property": "language_id", "message": "unknown language", "level": "error"});
    let outcomes = json!({
        "orders": [
            {
                "external_order_number": "first",
                "order_number": "O2600003",
                "order_url": "https://example.com/admin/orders/3",
                "created_yn": true,
                "messages": [],
            },
            {"external_order_number": "second", "order_number": null, "created_yn": false, "messages": [refused]},
        ],
    });
    Mock::given(method("POST"))
        .and(path("/orders"))
        .and(body_partial_json(sent))
        .respond_with(ResponseTemplate::new(200).set_body_json(outcomes))
        .mount(&server)
        .await;
    server
}
