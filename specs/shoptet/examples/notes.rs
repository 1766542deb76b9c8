//! Changes the notes of an order, each member kept, cleared or set; errors.
//!
//! `cargo run -p shoptet --example notes`; the shop is a sandbox. It prints
//!
//! ```text
//! parcel: DR0123456789C
//! remark of the shop: none
//! remark of the customer: no doorbell
//! updateRemarksForOrder: HTTP 404: not found; not-found: there is no api/orders "missing" (missing)
//! updateRemarksForOrder: `code` stands in the path and must not be empty, `.` or `..`
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use kontrakt_sandbox::{CREDENTIAL, Sandbox};
use serde_json::json;
use shoptet::Patch;
use shoptet::orders::{OrderInclude, OrderNotesUpdate, OrderNotesUpdateAdditionalField};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut stdout()).await
}

pub(crate) async fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::shoptet();
    let notes = json!({"eshopRemark": "call first", "customerRemark": "no doorbell"});
    sandbox.insert("/api/orders", json!({"code": "2026000001", "notes": notes}))?;

    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport()).build()?;
    let notes = OrderNotesUpdate {
        // A value is set, null clears what was there, and what is not named stays as it is.
        tracking_number: "DR0123456789C".to_owned().into(),
        eshop_remark: Patch::Null,
        additional_fields: Some(vec![OrderNotesUpdateAdditionalField { index: 1, text: Some("fragile".to_owned()) }]),
        ..OrderNotesUpdate::default()
    };
    shop.orders().update_notes("2026000001", &notes).await?;
    let order = shop.orders().get("2026000001").include(&[OrderInclude::Notes]).await?;
    let changed = order.notes.ok_or("the answer has no notes")?;
    let shown = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    writeln!(out, "parcel: {}", shown(changed.tracking_number))?;
    writeln!(out, "remark of the shop: {}", shown(changed.eshop_remark))?;
    writeln!(out, "remark of the customer: {}", shown(changed.customer_remark))?;

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
