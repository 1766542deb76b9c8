//! Bulk calls: splitting, and an outcome for each item.
//! Status 200 alone never counts as success.

mod support;

use kontrakt_runtime::bulk::Outcome;
use kontrakt_runtime::http::{Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{Json, Patch, RetryPolicy, Value, from_json};
use support::Client;
use support::types::{Created, OrderUpdate};

fn client(transport: &MockTransport) -> Client {
    let builder = Client::builder().token("top-secret").shop("x").retry(RetryPolicy::never());
    builder.transport(transport.clone()).build().unwrap()
}

fn orders(count: usize) -> Vec<OrderUpdate> {
    (0..count).map(|at| OrderUpdate { note: Patch::Value(at.to_string()), ..OrderUpdate::default() }).collect()
}

fn reply(status: u16, body: impl Into<Vec<u8>>) -> Result<Response, TransportError> {
    Ok(Response::new(status, Headers::new(), body))
}

/// Answers an outcome per order, good for those with an even number.
fn created(request: &MockRequest) -> Result<Response, TransportError> {
    let body: Json = from_json(&request.body).unwrap();
    assert_eq!(body.get("silent"), Some(&Value::Bool(true)), "what stands beside the orders is in each call");
    let entry = |order: &Value<'_>| {
        let code = order.get("note").and_then(Value::as_str).unwrap();
        format!(r#"{{"code":"{code}","done":{},"messages":[]}}"#, code.parse::<usize>().unwrap().is_multiple_of(2))
    };
    let entries: Vec<String> = body.get("orders").and_then(Value::as_list).unwrap().iter().map(entry).collect();
    reply(200, format!(r#"{{"orders":[{}]}}"#, entries.join(",")))
}

/// The outcomes as a letter each; only the first two of each call are given.
fn letters(outcomes: &[Outcome<Created>]) -> String {
    let letter = |(at, outcome): (usize, &Outcome<Created>)| {
        if let Some(answer) = outcome.answer() {
            assert_eq!(answer.code, at.to_string(), "beside the thing it is about");
        }
        match outcome {
            Outcome::Done(_) => 'd',
            Outcome::Refused { .. } => 'r',
            Outcome::Unknown(_) => '?',
            Outcome::NotSent(_) => '-',
        }
    };
    let letters: Vec<char> = outcomes.iter().enumerate().map(letter).collect();
    letters.chunks(100).flat_map(|call| call.iter().take(2)).collect()
}

#[tokio::test]
async fn outcomes_stand_beside_things() {
    type Fault = fn() -> Result<Response, TransportError>;
    let broken: Fault = || Err(TransportError::interrupted("reset"));
    let refused: Fault = || reply(413, "{}");
    let short: Fault = || reply(200, r#"{"orders":[]}"#);
    let garbled: Fault = || reply(200, "<html>");
    let unread: Fault = || {
        let entries = vec![r#"{"code":[],"done":true}"#; 100];
        reply(200, format!(r#"{{"orders":[{}]}}"#, entries.join(",")))
    };
    // Which call fails and how, the outcomes, and the calls that are made.
    for (at, fault, expected, calls) in [
        (9, broken, "drdrdr", 3),
        (0, broken, "??----", 1),
        (1, broken, "dr??--", 2),
        (1, refused, "dr----", 2),
        (1, short, "dr??--", 2),
        (1, garbled, "dr??--", 2),
        (1, unread, "dr??dr", 3),
    ] {
        let made = std::sync::atomic::AtomicUsize::new(0);
        let transport = MockTransport::answering(move |request| {
            if made.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == at { fault() } else { created(request) }
        });
        let outcomes =
            client(&transport).orders().create_many(&orders(250), &true).bulk(true).send_all().await.unwrap();
        assert_eq!((outcomes.len(), letters(&outcomes).as_str()), (250, expected), "{at}");
        assert_eq!(transport.requests().len(), calls);
        assert!(transport.requests().iter().all(|request| request.url.ends_with("?bulk=true")));
    }
    let transport = MockTransport::new();
    let error = client(&transport).orders().create_many(&[], &true).send_all().await.unwrap_err();
    assert!(error.is_usage() && error.is_refusal() && !error.may_have_happened(), "{error}");
    assert!(transport.requests().is_empty());
}

#[tokio::test]
async fn one_call_that_does_not_do_all_is_no_success() {
    let transport = MockTransport::answering(created);
    let call = client(&transport).orders().create_many(&orders(3), &true);
    let error = call.clone().send().await.unwrap_err();
    assert!(error.is_partial() && !error.is_refusal(), "{error}");
    assert_eq!(
        error.to_string(),
        "createOrders: HTTP 200: not all of what was asked has been done; `done` is false (orders[1])"
    );
    let response = call.send_raw().await.unwrap();
    assert_eq!((response.value().len(), response.errors().len()), (3, 1));
    assert!(client(&transport).orders().create_many(&orders(1), &true).send().await.is_ok());
}

#[tokio::test]
async fn lists_in_the_query_are_divided_too() {
    let transport = MockTransport::answering(|request| {
        let codes = request.url.split_once("codes=").unwrap().1.replace("%3B", ";");
        let entries: Vec<String> = codes.split(';').map(|code| format!(r#"{{"code":"{code}","done":true}}"#)).collect();
        reply(200, format!(r#"{{"orders":[{}]}}"#, entries.join(",")))
    });
    let codes: Vec<String> = (0..150).map(|code| code.to_string()).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let outcomes = client(&transport).orders().delete_many(&codes).send_all().await.unwrap();
    assert_eq!((outcomes.len(), letters(&outcomes).as_str()), (150, "dddd"));
    assert_eq!(transport.requests().len(), 2);
}
