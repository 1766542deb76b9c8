//! Shoptet: an envelope, pages, empty answers, typed errors, null in bodies, files.
//! It has the largest answers of the three.

use kontrakt_referee::shoptet::{self as progenitor, types};
use kontrakt_runtime::{from_json, to_json};
use serde_json::Value;
use shoptet::orders::{OrderHeadUpdate, OrderInclude, OrderStatusUpdate};
use shoptet::webhooks::WebhookCreate;

use crate::ROUNDS;
use crate::compare::CallDifference;
use crate::exchange::{Answer, CallResult, Referee, chain, ours, theirs};
use crate::inputs::Inputs;

pub(crate) async fn play(referee: &mut Referee) {
    let inputs = Inputs::of("shoptet");
    let client = shoptet::Client::builder().private_token("t").base_url(referee.url()).build().unwrap();
    let other = progenitor::Client::new(&referee.url());
    reading(referee, &inputs, &client, &other).await;
    writing(referee, &inputs, &client, &other).await;
    failing(referee, &client, &other).await;
}

async fn reading(referee: &mut Referee, inputs: &Inputs, client: &shoptet::Client, other: &progenitor::Client) {
    let (status, bodies) = inputs.answers("getListOfOrders", ROUNDS);
    for body in bodies {
        let body = accepted(body);
        let our_call = async {
            let call = client.orders().list().status_id(-1).email("a+b@c.cz").code_from("2024/1 ž").page(2);
            ours(call.await, |page| to_json(&page.items))
        };
        let their_call = async {
            let call = other.get_list_of_orders().status_id(-1).email("a+b@c.cz").code_from("2024/1 ž").page(2);
            theirs(call.send().await)
        };
        referee.play("getListOfOrders", Answer::json(status, &body, "data/orders"), our_call, their_call).await;
    }

    let (status, bodies) = inputs.answers("getOrderDetail", ROUNDS);
    for body in bodies {
        let body = accepted(body);
        let our_call = async {
            ours(client.orders().get("2024/1 ?").include(&[OrderInclude::Notes, OrderInclude::Images]).await, to_json)
        };
        let their_call =
            async { theirs(other.get_order_detail().code("2024/1 ?").include("notes,images").send().await) };
        referee.play("getOrderDetail", Answer::json(status, &body, "data/order"), our_call, their_call).await;
    }

    let (status, bodies) = inputs.answers("getListOfOrderStatuses", ROUNDS);
    for body in bodies {
        let body = accepted(body);
        let our_call = async { ours(client.orders().statuses().await, to_json) };
        let their_call = async { theirs(other.get_list_of_order_statuses().send().await) };
        referee.play("getListOfOrderStatuses", Answer::json(status, &body, "data"), our_call, their_call).await;
    }

    let pdf = Answer { status: 200, media_type: "application/pdf", body: b"%PDF-1.7\n\xff", value: "" };
    let our_call = async {
        let file = async { client.orders().pdf("1").await?.bytes().await }.await;
        ours(file, |bytes| format!("{bytes:?}"))
    };
    let their_call =
        async { bytes(other.download_order_as_pdf().code("1").send().await.map(|answer| answer.into_inner())).await };
    referee.play("downloadOrderAsPdf", pdf, our_call, their_call).await;
}

async fn writing(referee: &mut Referee, inputs: &Inputs, client: &shoptet::Client, other: &progenitor::Client) {
    let (status, answers) = inputs.answers("updateOrderHead", ROUNDS);
    for (body, answer) in inputs.bodies("updateOrderHead", ROUNDS).into_iter().zip(answers) {
        let Some((mine, yours)) =
            both::<OrderHeadUpdate, types::UpdateOrderHeadBody>(referee, "updateOrderHead", &body)
        else {
            continue;
        };
        let answer = accepted(answer);
        let our_call = async { ours(client.orders().update_head("1", &mine).await, to_json) };
        let their_call = async { theirs(other.update_order_head().code("1").body(yours).send().await) };
        referee.play("updateOrderHead", Answer::json(status, &answer, "data/order"), our_call, their_call).await;
    }

    let (status, answers) = inputs.answers("updateOrderStatus", ROUNDS);
    for (body, answer) in inputs.bodies("updateOrderStatus", ROUNDS).into_iter().zip(answers) {
        let Some((mine, yours)) =
            both::<OrderStatusUpdate, types::UpdateOrderStatusBody>(referee, "updateOrderStatus", &body)
        else {
            continue;
        };
        let answer = accepted(answer);
        let our_call =
            async { ours(client.orders().update_status("1", &mine).suppress_email_sending(true).await, to_json) };
        let their_call = async {
            theirs(other.update_order_status().code("1").suppress_email_sending(true).body(yours).send().await)
        };
        referee.play("updateOrderStatus", Answer::json(status, &answer, "data/order"), our_call, their_call).await;
    }

    let (status, answers) = inputs.answers("registerNewWebhook", ROUNDS);
    for (body, answer) in inputs.bodies("registerNewWebhook", ROUNDS).into_iter().zip(answers) {
        let mine = both::<Vec<WebhookCreate>, types::RegisterNewWebhookBody>(referee, "registerNewWebhook", &body);
        let Some((mine, yours)) = mine else { continue };
        let answer = accepted(answer);
        let our_call = async { ours(client.webhooks().create(&mine).await, to_json) };
        let their_call = async { theirs(other.register_new_webhook().body(yours).send().await) };
        referee.play("registerNewWebhook", Answer::json(status, &answer, "data/webhooks"), our_call, their_call).await;
    }
}

async fn failing(referee: &mut Referee, client: &shoptet::Client, other: &progenitor::Client) {
    let done = br#"{"data":null,"errors":null}"#;
    let our_call = async { client.orders().delete("1").await.map(|()| Value::Null).map_err(|error| chain(&error)) };
    let their_call = async { theirs(other.delete_order().code("1").send().await) };
    referee.play("deleteOrder", Answer::json(200, done, "data"), our_call, their_call).await;

    let failed = br#"{"data":null,"errors":[{"errorCode":"not-found","message":"No such order","instance":"code"}]}"#;
    let our_call = async { client.orders().delete("1").await.map(|()| Value::Null).map_err(|error| chain(&error)) };
    let their_call = async { theirs(other.delete_order().code("1").send().await) };
    referee.play("deleteOrder", Answer::json(404, failed, "data"), our_call, their_call).await;

    let our_call = async { client.orders().delete("..").await.map(|()| Value::Null).map_err(|error| chain(&error)) };
    let their_call = async { theirs(other.delete_order().code("..").send().await) };
    referee.play("deleteOrder with the code ..", Answer::json(200, done, "data"), our_call, their_call).await;
}

/// The answer of a call that worked: generated ones may list errors.
fn accepted(mut body: Value) -> Vec<u8> {
    if let Some(envelope) = body.as_object_mut() {
        envelope.insert("errors".to_owned(), Value::Null);
    }
    body.to_string().into_bytes()
}

/// The same request body as a value of both clients.
fn both<M, Y>(referee: &mut Referee, operation: &str, body: &Value) -> Option<(M, Y)>
where
    M: kontrakt_runtime::Decode,
    Y: serde::de::DeserializeOwned,
{
    let mine = from_json(&body["data"].to_string()).unwrap_or_else(|error| panic!("{operation}: {error}: {body}"));
    match serde_json::from_value(body.clone()) {
        Ok(yours) => Some((mine, yours)),
        Err(error) => {
            referee.note(operation, CallDifference::new("only ours can make the body", format!("{error}: {body}")));
            None
        }
    }
}

async fn bytes<E: std::fmt::Debug>(
    answer: Result<progenitor_client::ByteStream, progenitor_client::Error<E>>,
) -> CallResult {
    let mut stream = answer.map_err(|error| format!("{error:?}"))?;
    let mut all: Vec<u8> = Vec::new();
    while let Some(chunk) =
        std::future::poll_fn(|context| futures_core::Stream::poll_next(std::pin::Pin::new(&mut *stream), context)).await
    {
        all.extend(chunk.map_err(|error| error.to_string())?);
    }
    Ok(serde_json::json!(all))
}
