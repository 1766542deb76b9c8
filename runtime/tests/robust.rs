//! No answer makes a client panic, and reading and writing a value again does not change it.

mod support;

use kontrakt_runtime::http::{Headers, MockTransport, Response};
use kontrakt_runtime::{
    CompactDateTime, Date, DateTime, DecimalString, Decode, Encode, Fixed, Instance, Json, LocalDateTime, Map, Number,
    Patch, Records, RetryPolicy, Scalar, UnixTime, Value, from_json, to_json,
};
use support::Client;
use support::types::{Order, OrderUpdate, Sort, Status, ValidTo};

/// Pieces that documents are made of, the usual and the unusual.
const PIECES: [&str; 48] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "-0",
    "1.5",
    "1e400",
    "1e-400",
    "99999999999999999999999999999999999999.99999999999999999999999999999",
    "18446744073709551615",
    "-9223372036854775808",
    "\"\"",
    "\"1\"",
    "\"-1.50\"",
    "\"1e5\"",
    "\"2024-02-29\"",
    "\"2024-05-01T10:00:00+02:00\"",
    "\"9999-12-31T23:59:59-23:59\"",
    "\"0000-01-01T00:00:00+23:59\"",
    "\"2016-04-04 15:25:25\"",
    "\"[1,2]\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"ř\"",
    "\"new\"",
    "\"code\":",
    "\"creationTime\":",
    "\"price\":",
    "\"toPay\":",
    "\"data\":",
    "\"order\":",
    "\"orders\":",
    "\"paginator\":",
    "\"page\":",
    "\"pageCount\":",
    "\"errors\":",
    "\"labels\":",
    "\"parent\":",
];

fn document(random: &mut fastrand::Rng) -> String {
    let base = r#"{"data":{"order":{"code":"1","creationTime":"2024-05-01T10:00:00+02:00","price":{"toPay":"1.00","vat":null},"labels":{}}},"errors":null}"#;
    let mut text = if random.bool() { base.to_owned() } else { String::new() };
    for _ in 0..random.usize(1..12) {
        let at = (0..=random.usize(0..=text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        match random.u8(0..4) {
            0 => text.truncate(at),
            _ => text.insert_str(at, PIECES[random.usize(0..PIECES.len())]),
        }
    }
    text
}

/// Reading may fail; what was read is written, read and written the same again.
fn stable<T: Decode + Encode>(text: &str) {
    if let Ok(value) = from_json::<T>(text) {
        let written = to_json(&value);
        let again = from_json::<T>(&written).unwrap_or_else(|error| panic!("{text} -> {written}: {error}"));
        assert_eq!(to_json(&again), written, "from {text}");
    }
}

fn stable_everywhere(text: &str) {
    stable::<String>(text);
    stable::<bool>(text);
    stable::<i64>(text);
    stable::<u64>(text);
    stable::<Fixed<2>>(text);
    stable::<Fixed<28>>(text);
    stable::<Number>(text);
    stable::<DecimalString>(text);
    stable::<Date>(text);
    stable::<DateTime>(text);
    stable::<CompactDateTime>(text);
    stable::<LocalDateTime>(text);
    stable::<UnixTime>(text);
    stable::<Json>(text);
    stable::<Scalar>(text);
    stable::<Map<Json>>(text);
    stable::<Vec<Scalar>>(text);
    stable::<Option<i64>>(text);
    stable::<Patch<DateTime>>(text);
    stable::<Status>(text);
    stable::<Sort>(text);
    stable::<ValidTo>(text);
    stable::<Order>(text);
    stable::<OrderUpdate>(text);
    stable::<Instance>(text);
}

#[test]
fn values() {
    PIECES.iter().for_each(|piece| stable_everywhere(piece));
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let text = document(&mut random);
        stable_everywhere(&text);
        let value = Value::from_json(text.as_bytes()).unwrap_or_default();
        if let Some(order) = value.at("data/order") {
            stable_everywhere(&order.to_json());
        }
    }
}

#[tokio::test]
async fn answers() {
    let seeds = std::sync::Mutex::new(fastrand::Rng::with_seed(11));
    let transport = MockTransport::answering(move |_| {
        let mut random = seeds.lock().unwrap();
        let status = [200, 200, 200, 204, 301, 401, 404, 429, 500, 999, 0][random.usize(0..11)];
        let mut body = document(&mut random).into_bytes();
        if random.u8(0..10) == 0 {
            body = (0..100).map(|_| random.u8(..)).collect();
        }
        let odd = ["", "application/json", "text/html", "\u{0}", "1e9", "-1", "200/0", "0/0", "99999999999999999999"];
        let names =
            ["content-type", "retry-after", "x-ratelimit-bucket-filling", "content-disposition", "x-request-id"];
        let headers = names.iter().map(|name| (*name, odd[random.usize(0..odd.len())])).collect::<Headers>();
        Ok(Response::new(status, headers, body))
    });
    let build =
        || Client::builder().token("t").shop("x").retry(RetryPolicy::never().with_longest_wait(Default::default()));
    for _ in 0..2_000 {
        // A client of its own each time: the servers of all others are out of order for ages.
        let client = build().transport(transport.clone()).build().unwrap();
        let _ = client.orders().get("1").send_raw().await.map_err(|error| format!("{error} {error:?}"));
        let _ = build().transport(transport.clone()).build().unwrap().orders().list().items().all().await;
        let _ = build().transport(transport.clone()).build().unwrap().orders().pdf("1").send().await;
    }
}

#[tokio::test]
async fn results() {
    let mut random = fastrand::Rng::with_seed(13);
    for _ in 0..2_000 {
        let mut bytes = document(&mut random).into_bytes();
        if random.bool() {
            bytes.splice(0..0, [0x1f, 0x8b, 8, 0]);
        }
        let mut records = Records::<Order>::new(bytes.into());
        for _ in 0..100 {
            if let Ok(None) = records.try_next().await {
                break;
            }
        }
    }
}
