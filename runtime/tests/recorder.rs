//! Recordings contain the traffic without secrets and personal data.
#![cfg(feature = "recorder")]

mod support;

use kontrakt_runtime::http::{Headers, MockTransport, Response};
use kontrakt_runtime::recorder::Recorder;
use kontrakt_runtime::{Json, Method, Recording, Value, from_json};
use support::{Client, ClientBuilder};

const TOKEN: &str = "1234-p-5678-top-secret";

const ANSWER: &str = r#"{"data":{"order":{"code":"2024001","email":"jan.novak@seznam.cz","phone":"+420 777 123 456",
    "customerGuid":"c0ffee00-0000-0000-0000-000000000000","vatIdValidationStatus":"verified","company_yn":true,
    "billingAddress":{"fullName":"Jan Novák","company":"Novák s.r.o.","street":"Dlouhá 12","city":"Brno","zip":30100,
    "companyId":"12345678","name":"Jan Novák"},"items":[{"name":"Hrnek","amount":"1.000"}],
    "remark":"volat jan.novak@seznam.cz","echo":"token 1234-p-5678-top-secret"}},"errors":null}"#;

const RECORDING: Recording =
    Recording { digits: &["companyId"], text: &["remark"], harmless: &["X-Request-ID"], ..Recording::DEFAULT };

async fn record(credential: impl FnOnce(ClientBuilder) -> ClientBuilder, salt: &str) -> (String, String) {
    let headers = [("content-type", "application/json"), ("set-cookie", "session=abcdef"), ("x-request-id", "r-1")];
    let transport =
        MockTransport::answering(move |_| Ok(Response::new(200, headers.into_iter().collect::<Headers>(), ANSWER)));
    let recorder = Recorder::with_salt(transport, RECORDING, salt);
    let client = credential(Client::builder()).shop("x").transport(recorder.clone()).build().unwrap();
    let call = client.request(Method::POST, "/api/customers/jan.novak%40seznam.cz/key/1234-p-5678-top-secret");
    let call = call.query("email", "jan.novak@seznam.cz").query("items[]", r#"{"surname":"Novák","price":1}"#);
    let answer = call.json("data", &from_json::<Json>(r#"{"password":"hunter2","name":"Hrnek"}"#).unwrap()).send();
    assert!(answer.await.unwrap().to_string().contains("jan.novak"), "the client sees everything");
    (recorder.har(), format!("{recorder:?}"))
}

#[tokio::test]
async fn nothing_leaves_the_house() {
    for credential in [
        |builder: ClientBuilder| builder.token(TOKEN),
        |builder: ClientBuilder| builder.key(TOKEN),
        |builder: ClientBuilder| builder.bearer(TOKEN),
        |builder: ClientBuilder| builder.login("user", TOKEN),
    ] {
        let (har, _) = record(credential, "salt").await;
        for secret in
            [TOKEN, "novak", "Novák", "777 123", "Dlouhá", "Brno", "30100", "12345678", "hunter2", "abcdef", "dXNlcjox"]
        {
            assert!(!har.contains(secret), "{secret} in {har}");
        }
        for kept in ["2024001", "Hrnek", "c0ffee00", "verified", "1.000", "\"company_yn\\\":true", "r-1", "POST"] {
            assert!(har.contains(kept), "{kept} not in {har}");
        }
    }
}

#[tokio::test]
async fn relations_survive() {
    let (har, _) = record(|builder| builder.token(TOKEN), "salt").await;
    let har: Json = from_json(&har).unwrap();
    let entry = &har.at("log/entries").and_then(Value::as_list).unwrap()[0];
    let text = entry.at("response/content/text").and_then(Value::as_str).unwrap();
    let answer: Json = from_json(text).unwrap();
    let email = answer.at("data/order/email").and_then(Value::as_str).unwrap();
    assert!(email.ends_with("@example.com"));
    // The same person in the query and in the path.
    let query = entry.at("request/queryString").and_then(Value::as_list).unwrap();
    assert_eq!(query[0].get("value").and_then(Value::as_str), Some(email));
    let url = entry.at("request/url").and_then(Value::as_str).unwrap();
    let path = format!("https://x.example.com/api/customers/{}/key/***?", email.replace('@', "%40"));
    assert!(url.starts_with(&path), "{url}");
    // Numbers stay numbers, of the same length.
    assert!(matches!(answer.at("data/order/billingAddress/zip"), Some(Value::Int(10_000..=99_999))));
    let phone = answer.at("data/order/phone").and_then(Value::as_str).unwrap();
    assert_eq!((phone.len(), &phone[..1], &phone[4..5]), (16, "+", " "));
    // The same salt gives the same pseudonyms, another one others.
    let again = record(|builder| builder.token(TOKEN), "salt").await.0;
    assert!(again.contains(email));
    assert!(!record(|builder| builder.token(TOKEN), "pepper").await.0.contains(email));
}
