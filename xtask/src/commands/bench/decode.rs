//! `cargo xtask bench decode`: how fast JSON becomes typed values and typed values become JSON, compared with serde's
//! derive on the same shape with the same scalars. Measured in one run on the same text.

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

impl Default for Args {
    fn default() -> Self {
        Self { orders: 2_000, rounds: 9 }
    }
}

#[cfg(feature = "clients")]
pub(super) use measured::run;

/// The same command with the clients reads its arguments again.
#[cfg(not(feature = "clients"))]
pub(super) fn run(args: &Args) -> Result<Report> {
    let Args { orders: _, rounds: _ } = args;
    crate::with_clients::optimised(true)
}

#[cfg(feature = "clients")]
mod measured {
    use std::fmt::Display;
    use std::future::Future;
    use std::hint::black_box;
    use std::io::BufRead;
    use std::str::FromStr;
    use std::task::{Context, Poll, Waker};
    use std::time::Instant;

    use kontrakt_codegen::diagnostic::{Diagnostic, Result};
    use kontrakt_runtime::http::Body;
    use kontrakt_runtime::{CompactDateTime, Fixed, Records, from_json, to_json};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::{Value, json};
    use shoptet::orders::OrderSummary;

    use super::Args;
    use crate::commands::bench::ratios::Ratios;
    use crate::commands::bench::{median, table};
    use crate::console::Report;

    /// The shape of [`OrderSummary`], as serde derives it.
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Order {
        code: String,
        guid: Option<String>,
        #[serde(default, with = "nullable")]
        creation_time: Option<CompactDateTime>,
        #[serde(default, with = "nullable")]
        change_time: Option<CompactDateTime>,
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

    #[derive(Deserialize, Serialize)]
    struct Numbered {
        name: Option<String>,
        id: i64,
    }

    #[derive(Deserialize, Serialize)]
    struct Named {
        guid: Option<String>,
        name: String,
    }

    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Price {
        #[serde(default, with = "nullable")]
        vat: Option<Fixed<2>>,
        #[serde(default, with = "nullable")]
        to_pay: Option<Fixed<2>>,
        currency_code: String,
        #[serde(default, with = "nullable")]
        without_vat: Option<Fixed<2>>,
        #[serde(default, with = "nullable")]
        with_vat: Option<Fixed<2>>,
        #[serde(with = "scalar")]
        exchange_rate: Fixed<8>,
        #[serde(default, with = "nullable")]
        invoicing_exchange_rate: Option<Fixed<8>>,
        #[serde(default, with = "nullable")]
        partial_payment_amount: Option<Fixed<2>>,
        partial_payment_type: Option<String>,
    }

    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "camelCase")]
    struct PreAuthorization {
        has_pending_pre_authorization: bool,
        #[serde(default, with = "nullable")]
        pre_authorization_amount: Option<Fixed<2>>,
    }

    /// The scalars of the client, from the text itself and to it.
    mod scalar {
        use super::{Deserialize, Deserializer, Display, Error, FromStr, Serializer};

        pub(super) fn deserialize<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
            <&str>::deserialize(from)?.parse().map_err(D::Error::custom)
        }

        pub(super) fn serialize<S: Serializer>(value: &impl Display, to: S) -> Result<S::Ok, S::Error> {
            to.collect_str(value)
        }
    }

    /// The same, if there is one.
    mod nullable {
        use super::{Deserialize, Deserializer, Display, Error, FromStr, Serializer};

        pub(super) fn deserialize<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
            from: D,
        ) -> Result<Option<T>, D::Error> {
            let text = Option::<&str>::deserialize(from)?;
            text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
        }

        pub(super) fn serialize<S: Serializer>(value: &Option<impl Display>, to: S) -> Result<S::Ok, S::Error> {
            match value {
                Some(value) => to.collect_str(value),
                None => to.serialize_none(),
            }
        }
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

    fn failed(error: impl Display) -> Diagnostic {
        Diagnostic::new(format!("the orders cannot be decoded: {error}"))
    }

    fn derived(text: &str) -> Result<usize> {
        Ok(black_box(serde_json::from_str::<Vec<Order>>(text).map_err(failed)?).len())
    }

    fn typed(text: &str) -> Result<usize> {
        Ok(black_box(from_json::<Vec<OrderSummary>>(text).map_err(failed)?).len())
    }

    fn derived_lines(text: &str) -> Result<usize> {
        let mut count = 0;
        for line in text.as_bytes().lines() {
            black_box(serde_json::from_str::<Order>(&line.map_err(failed)?).map_err(failed)?);
            count += 1;
        }
        Ok(count)
    }

    fn typed_lines(text: &str) -> Result<usize> {
        let mut records = Records::<OrderSummary>::new(Body::from(text.as_bytes().to_vec()));
        let mut count = 0;
        loop {
            // The body is there already, so nobody waits.
            let next = std::pin::pin!(records.try_next()).poll(&mut Context::from_waker(Waker::noop()));
            match next {
                Poll::Ready(Ok(Some(order))) => drop(black_box(order)),
                Poll::Ready(Ok(None)) => return Ok(count),
                Poll::Ready(Err(error)) => return Err(failed(error)),
                Poll::Pending => return Err(failed("the body is not there")),
            }
            count += 1;
        }
    }

    /// The order without anything missing, so that both write the same members.
    fn filled(at: usize) -> Value {
        let mut order = order(at);
        let texts = ["company", "customerGuid", "salesChannelGuid"];
        texts.into_iter().for_each(|key| order[key] = json!("4ac3e4ad-0000-4000-8000-000000000000"));
        order["price"]["partialPaymentAmount"] = json!("10.00");
        order["price"]["partialPaymentType"] = json!("absolute");
        order["preAuthorization"] = json!({"hasPendingPreAuthorization": true, "preAuthorizationAmount": "10.00"});
        order
    }

    /// Says how many orders were read, or bytes written.
    type Run<'t> = Box<dyn Fn() -> Result<usize> + 't>;

    /// What is measured, the length of its text, and how serde and the client do it.
    type Work<'t> = (&'static str, usize, Run<'t>, Run<'t>);

    fn reading<'t>(
        what: &'static str,
        text: &'t str,
        other: fn(&str) -> Result<usize>,
        ours: fn(&str) -> Result<usize>,
    ) -> Work<'t> {
        (what, text.len(), Box::new(move || other(text)), Box::new(move || ours(text)))
    }

    fn writing(text: &str) -> Result<Work<'static>> {
        let other: Vec<Order> = serde_json::from_str(text).map_err(failed)?;
        let ours: Vec<OrderSummary> = from_json(text).map_err(failed)?;
        let other = move || Ok(black_box(serde_json::to_string(&other).map_err(failed)?).len());
        let ours = move || Ok(black_box(to_json(&ours)).len());
        Ok(("orders, written", text.len(), Box::new(other), Box::new(ours)))
    }

    /// Throughput of the other and of ours: medians of rounds by turns, so that whatever else the machine does meets both.
    fn rates((_, length, other, ours): &Work<'_>, rounds: usize) -> Result<[f64; 2]> {
        let megabytes = *length as f64 / 1e6;
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..rounds.max(1) {
            for (run, rates) in [other, ours].into_iter().zip(&mut rates) {
                let start = Instant::now();
                run()?;
                rates.push(megabytes / start.elapsed().as_secs_f64());
            }
        }
        Ok(rates.map(median))
    }

    pub(in super::super) fn run(args: &Args) -> Result<Report> {
        let orders: Vec<Value> = (0..args.orders).map(order).collect();
        let sorted = Value::from(orders.clone()).to_string();
        // As the server writes them, which is as the document declares them.
        let declared = to_json(&from_json::<Vec<OrderSummary>>(&sorted).map_err(failed)?);
        let lines: String = orders.iter().map(|order| format!("{order}\n")).collect();
        let filled = Value::from((0..args.orders).map(filled).collect::<Vec<_>>()).to_string();
        let works: [Work<'_>; 4] = [
            reading("orders, members as declared", &declared, derived, typed),
            reading("orders, members sorted", &sorted, derived, typed),
            reading("records in a stream", &lines, derived_lines, typed_lines),
            writing(&filled)?,
        ];
        let mut rows = vec![["", "MB", "serde derive", "client", "of derive"].map(str::to_owned).to_vec()];
        let mut ratios = Ratios::new();
        for work in &works {
            let (what, length, other, ours) = work;
            if other()? != ours()? {
                return Err(failed(format!("serde and the client do not do the same: {what}")));
            }
            let [derive, client] = rates(work, args.rounds)?;
            let ratio = client / derive;
            let numbers = [*length as f64 / 1e6, derive, client].map(|number| format!("{number:.1}"));
            rows.push([&[(*what).to_owned()], &numbers[..], &[format!("{ratio:.2}")]].concat());
            ratios.insert(format!("decode: {what}"), ratio);
        }
        let json = json!({"orders": args.orders, "ratios": ratios});
        Ok(Report { text: table(&rows) + "MB/s, the middle of the rounds\n", json, ..Report::default() })
    }
}
