//! Makes a purchase exactly once, although the answer to the call that made it is lost.
//!
//! `cargo run -p clipsan --example add_once`; the server is on this machine. It prints
//!
//! ```text
//! it is there already
//! order-4711 is purchase 1234
//! it is there already
//! order-4711 is purchase 1234
//! calls that make a purchase: 1
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use clipsan::{Client, CreatedOnce};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The number of the purchase that was made for an order of your own; makes one if there is none.
async fn purchase(account: &Client, order: &str, out: &mut impl Write) -> Result<i64, Box<dyn Error>> {
    match account.purchases().add(1, "customer@example.com").custom(order).create_once().await? {
        CreatedOnce::Created(purchase) => Ok(purchase.id),
        CreatedOnce::Found(purchase) => {
            writeln!(out, "it is there already")?;
            Ok(purchase.id)
        }
        // The next run asks again, and until then nobody else makes one.
        CreatedOnce::Unknown(error) => Err(error.into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let account = Client::builder().key("example-key").base_url(server.uri()).build()?;
    for _ in 0..2 {
        let id = purchase(&account, "order-4711", out).await?;
        writeln!(out, "order-4711 is purchase {id}")?;
    }
    let requests = server.received_requests().await.unwrap_or_default();
    let made = requests.iter().filter(|request| request.url.path() == "/purchase/add/").count();
    writeln!(out, "calls that make a purchase: {made}")?;
    Ok(())
}

/// A server that makes the purchase and then fails to say so.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let get = |route: &str| Mock::given(method("GET")).and(path(route)).and(query_param("custom", "order-4711"));
    let list = |data: Value| ResponseTemplate::new(200).set_body_json(json!({"result": "ok", "data": data}));
    get("/purchase/list/").respond_with(list(json!([]))).up_to_n_times(1).mount(&server).await;
    get("/purchase/add/").respond_with(ResponseTemplate::new(500)).mount(&server).await;
    let purchase = json!({
        "id": 1234,
        "custom": "order-4711",
        "type": "online",
        "state": "init",
        "count": 1,
        "amount": 440,
        "currency": "czk",
        "repeat": 0,
        "added": 1_463_062_409,
    });
    let mut others = [purchase.clone(), purchase.clone()];
    others[0]["custom"] = json!("order-47110");
    others[1]["deleted"] = json!(1_463_062_500);
    let found = json!({"1": others[0], "2": others[1], "1234": purchase});
    get("/purchase/list/").respond_with(list(found)).mount(&server).await;
    server
}
