//! `cargo xtask bench decode`: how fast a list of orders becomes typed values, compared with serde's derive on the same
//! shape. Measured in one run on the same text. The derived types keep amounts and times as strings, which is less
//! work.

#[cfg(not(feature = "clients"))]
use kontrakt_codegen::diagnostic::Result;

#[cfg(not(feature = "clients"))]
use crate::console::Report;

/// Measure how fast answers are decoded
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Orders in the list
    #[arg(long, default_value_t = 2_000)]
    orders: usize,
    /// Rounds, of which the middle one counts
    #[arg(long, default_value_t = 9)]
    rounds: usize,
}

#[cfg(feature = "clients")]
pub(super) use measured::run;

/// The same command with the clients reads its arguments again.
#[cfg(not(feature = "clients"))]
pub(super) fn run(args: &Args) -> Result<Report> {
    let Args { orders: _, rounds: _ } = args;
    crate::commands::verify::clients::run_with_clients()
}

#[cfg(feature = "clients")]
mod measured {
    use std::hint::black_box;
    use std::time::Instant;

    use kontrakt_codegen::diagnostic::{Diagnostic, Result};
    use kontrakt_runtime::from_json;
    use serde::Deserialize;
    use serde_json::{Value, json};
    use shoptet::orders::OrderListItem;

    use super::Args;
    use crate::commands::bench::{median, table};
    use crate::console::Report;

    /// The shape of [`OrderListItem`], as serde derives it.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "only read")]
    struct Order {
        code: String,
        guid: Option<String>,
        creation_time: Option<String>,
        change_time: Option<String>,
        full_name: Option<String>,
        company: Option<String>,
        email: Option<String>,
        phone: Option<String>,
        remark: Option<String>,
        customer_guid: Option<String>,
        cash_desk_order: bool,
        admin_url: String,
        status: Option<Numbered>,
        source: Option<Numbered>,
        shipping: Option<Named>,
        payment_method: Option<Named>,
        price: Price,
        paid: Option<bool>,
        pre_authorization: Option<PreAuthorization>,
        sales_channel_guid: Option<String>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Numbered {
        name: Option<String>,
        id: i64,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Named {
        guid: Option<String>,
        name: String,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "only read")]
    struct Price {
        vat: Option<String>,
        to_pay: Option<String>,
        currency_code: String,
        without_vat: Option<String>,
        with_vat: Option<String>,
        exchange_rate: String,
        invoicing_exchange_rate: Option<String>,
        partial_payment_amount: Option<String>,
        partial_payment_type: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "only read")]
    struct PreAuthorization {
        has_pending_pre_authorization: bool,
        pre_authorization_amount: Option<String>,
    }

    fn order(at: usize) -> Value {
        json!({
            "code": format!("2026{at:06}"),
            "guid": format!("4ac3e4ad-0000-4000-8000-{at:012}"),
            "creationTime": "2026-04-27T09:15:52+0200",
            "changeTime": "2026-04-28T10:00:00+0200",
            "fullName": "Jana Vzorov\u{e1}",
            "company": null,
            "email": format!("customer-{at}@example.com"),
            "phone": "+420777123456",
            "remark": "Please ring twice.\nThank you.",
            "customerGuid": null,
            "cashDeskOrder": false,
            "adminUrl": format!("https://example.com/admin/orders-detail/?code={at}"),
            "status": {"id": -1, "name": "New"},
            "source": {"id": 1, "name": "Desktop"},
            "shipping": {"guid": "8a1c7a66-0000-4000-8000-000000000001", "name": "By post"},
            "paymentMethod": {"guid": "8a1c7a66-0000-4000-8000-000000000002", "name": "By card"},
            "price": {
                "vat": "210.00", "toPay": "1210.00", "currencyCode": "CZK", "withoutVat": "1000.00",
                "withVat": "1210.00", "exchangeRate": "1.00000000", "invoicingExchangeRate": "1.00000000",
                "partialPaymentAmount": null, "partialPaymentType": null,
            },
            "paid": at.is_multiple_of(2),
            "preAuthorization": null,
            "salesChannelGuid": null,
        })
    }

    pub(in super::super) fn run(args: &Args) -> Result<Report> {
        let text = Value::from((0..args.orders).map(order).collect::<Vec<_>>()).to_string();
        let complaint = |error: String| Diagnostic::new(format!("the orders cannot be decoded: {error}"));
        let derived = || serde_json::from_str::<Vec<Order>>(&text).map_err(|error| complaint(error.to_string()));
        let typed = || from_json::<Vec<OrderListItem>>(&text).map_err(|error| complaint(error.to_string()));
        let tree = || serde_json::from_str::<Value>(&text).map_err(|error| complaint(error.to_string()));
        let same = derived()?.iter().map(|order| &order.code).eq(typed()?.iter().map(|order| &order.code));
        if !same {
            return Err(Diagnostic::new("the two decoders do not read the same orders"));
        }
        let megabytes = text.len() as f64 / 1e6;
        // By turns, so that whatever else the machine does meets all of them.
        let mut rates = [Vec::new(), Vec::new(), Vec::new()];
        let mut timed = |at: usize, work: &dyn Fn() -> Result<()>| -> Result<()> {
            let start = Instant::now();
            work()?;
            rates[at].push(megabytes / start.elapsed().as_secs_f64());
            Ok(())
        };
        for _ in 0..args.rounds.max(1) {
            timed(0, &|| derived().map(|orders| drop(black_box(orders))))?;
            timed(1, &|| typed().map(|orders| drop(black_box(orders))))?;
            timed(2, &|| tree().map(|tree| drop(black_box(tree))))?;
        }
        let [derived, typed, tree] = rates.map(median);
        let rate = |rate: f64| format!("{rate:.0} MB/s");
        let of_derived = |rate: f64| format!("{:.2} of derive", rate / derived);
        let rows = [
            vec![format!("{} orders", args.orders), format!("{megabytes:.1} MB")],
            vec!["serde derive, scalars as text".to_owned(), rate(derived)],
            vec!["typed client".to_owned(), rate(typed), of_derived(typed)],
            vec!["serde_json::Value".to_owned(), rate(tree), of_derived(tree)],
        ];
        let json = json!({
            "orders": args.orders, "megabytes": megabytes, "derive": derived, "typed": typed, "tree": tree,
            "ratio": typed / derived,
        });
        Ok(Report { text: table(&rows), json, ..Report::default() })
    }
}
