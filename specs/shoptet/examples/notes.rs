//! Changes the notes of an order, each member kept, cleared or set; errors.
//!
//! `cargo run -p shoptet --example notes`; the server is on this machine. It prints
//!
//! ```text
//! changed; the server got:
//! PATCH /api/orders/2026000001/notes {"data":{"trackingNumber":"DR0123456789C","additionalFields":[{"index":1,"text":"fragile"}],"eshopRemark":null}}
//! updateRemarksForOrder: HTTP 404: not found; order-not-found: There is no such order. (missing) [request example]
//! updateRemarksForOrder: `code` stands in the path and must not be empty, `.` or `..`
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use serde_json::json;
use shoptet::Patch;
use shoptet::orders::{OrderNotesUpdate, OrderNotesUpdateAdditionalField};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let server = serve().await;

    let shop = shoptet::Client::builder().private_token("123-p-1-example").base_url(server.uri()).build()?;
    let notes = OrderNotesUpdate {
        // A value is set, null clears what was there, and what is not named stays as it is.
        tracking_number: "DR0123456789C".to_owned().into(),
        eshop_remark: Patch::Null,
        additional_fields: Some(vec![OrderNotesUpdateAdditionalField { index: 1, text: Some("fragile".to_owned()) }]),
        ..OrderNotesUpdate::default()
    };
    shop.orders().update_notes("2026000001", &notes).send().await?;
    writeln!(out, "changed; the server got:")?;
    for request in server.received_requests().await.unwrap_or_default() {
        writeln!(out, "{} {} {}", request.method, request.url.path(), String::from_utf8(request.body)?)?;
    }

    // An order that is not there, and one whose number would be another path.
    match shop.orders().update_notes("missing", &notes).send().await {
        Err(error) if error.is_not_found() => writeln!(out, "{error}")?,
        other => other?,
    }
    match shop.orders().update_notes("..", &notes).send().await {
        Err(error) if error.is_usage() => writeln!(out, "{error}")?,
        other => other?,
    }
    Ok(())
}

/// A server with one order.
async fn serve() -> MockServer {
    let server = MockServer::start().await;
    let answer = |status, errors| {
        let body = json!({"data": null, "errors": errors, "metadata": {"requestId": "example"}});
        ResponseTemplate::new(status).set_body_json(body)
    };
    let error = json!([{"errorCode": "order-not-found", "message": "There is no such order.", "instance": "missing"}]);
    for (code, status, errors) in [("2026000001", 200, json!(null)), ("missing", 404, error)] {
        Mock::given(method("PATCH"))
            .and(path(format!("/api/orders/{code}/notes")))
            .respond_with(answer(status, errors))
            .mount(&server)
            .await;
    }
    server
}
