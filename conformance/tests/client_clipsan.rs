//! The client of Clipsan and misbehaving servers: errors inside successes, writes that are `GET` requests, a key in the
//! query.

mod wire;

use clipsan::users::UserRole;
use clipsan::{Client, Method};
use kontrakt_runtime::http::MockTransport;
use serde_json::json;
use wire::Setup;
use wiremock::matchers::{any, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "example-key-0123456789";

const USERS: &str = r#"{"result":"ok","count":1,"data":{"7":{"id":"7","email":"a@b.cz","name":null,"role":"user","added":1463062409}}}"#;

wire::client! {
    builder: Client::builder().key(KEY),
    read: |client| client.users().list(),
    // A GET all the same: what it does is not in its method.
    write: |client| client.users().add("a@b.cz"),
    at_once: 2,
    answer: USERS,
    written: r#"{"result":"ok","id":8}"#,
    error: r#"{"result":"error","error":"Something is wrong"}"#,
    shown: "; Something is wrong",
}

#[tokio::test]
async fn errors_inside_successes() {
    // The answer, and what the error says.
    for (body, text) in [
        (
            json!({"result": "error", "error": "price not found"}),
            "HTTP 200: the answer says that the call failed; price not found",
        ),
        (json!({"result": "error"}), "HTTP 200: the answer says that the call failed, and not why"),
        (json!({"result": "error", "error": "x", "data": {}}), "; x"),
        (json!({"result": "maybe", "data": []}), "the call failed, and not why"),
        (json!({"data": []}), "nothing of what every answer of the API has"),
        (json!([]), "nothing of what every answer of the API has"),
    ] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(&body)).mount(&server).await;
        let setup = Setup::at(server.uri());
        for call in [API.read, API.write] {
            let error = call(&setup).await.expect_err(&body.to_string());
            assert!(error.status() == Some(200) && !error.is_decode() && !error.is_retryable(), "{body}: {error}");
            assert!(error.to_string().contains(text), "{body}: {error}");
        }
        assert!(client(&setup).request(Method::GET, "/user/list/").await.is_err(), "whatever calls");
        assert_eq!(server.received_requests().await.unwrap().len(), 3, "{body}: never repeated");
    }
}

#[tokio::test]
async fn maps_that_are_empty_lists() {
    for (data, count) in [
        (json!([]), 0),
        (json!({}), 0),
        (json!({"7": {"id": 7, "email": "a", "name": "n", "role": "new-role", "added": "1463062409"}}), 1),
    ] {
        let server = MockServer::start().await;
        let body = json!({"result": "ok", "count": count, "data": data});
        Mock::given(method("GET"))
            .and(path("/user/list/"))
            .and(query_param("key", KEY))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(&server)
            .await;
        let users = client(&Setup::at(server.uri())).users().list().send().await.unwrap();
        assert_eq!(users.len(), count);
        for (_, user) in &users {
            assert_eq!(user.role, UserRole::from("new-role"), "kept, though nobody knows it");
        }
    }
}

#[tokio::test]
async fn one_odd_purchase_does_not_hide_the_others() {
    let purchase = |id: i64, amount: serde_json::Value| {
        json!({"id": id, "type": "online", "state": "paid", "count": 1, "amount": amount, "currency": "czk", "repeat": 0,
            "added": 1_463_062_409, "custom": "order-4711"})
    };
    let data = json!({"1": purchase(1, json!(440)), "2": purchase(2, json!("1 234,50")), "3": purchase(3, json!(5))});
    let transport = MockTransport::answering(move |_| {
        let body = json!({"result": "ok", "count": 3, "data": data}).to_string();
        Ok(kontrakt_runtime::http::Response::new(200, Default::default(), body))
    });
    let account = Client::builder().key(KEY).transport(transport).build().unwrap();
    let list = account.purchases().list().custom("order-4711");
    let (purchases, errors) = list.clone().items().partition().await.unwrap();
    assert_eq!(purchases.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!((errors[0].item_key(), errors[0].json_path().as_deref()), (Some("2"), Some("$.data['2'].amount")));
    let custom = errors[0].item().unwrap().at("custom").and_then(|custom| custom.as_str());
    assert_eq!(custom, Some("order-4711"), "enough to know that it is there");
    assert!(list.await.is_err(), "awaited, a list is whole or an error");
}
