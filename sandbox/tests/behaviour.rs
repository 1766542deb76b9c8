//! What the APIs do besides: tokens expire, limits are kept, jobs take a while, and what goes wrong on demand.

mod common;

use std::io::Read as _;
use std::time::{Duration, Instant};

use kontrakt_sandbox::{CREDENTIAL, Ending, Fault, Moment, Options, Reply, Request, Sandbox};
use serde_json::json;

const TOKEN: &str = "/action/ApiOAuthServer/getAccessToken";

fn limited(api: &str) -> Sandbox {
    common::with(api, Options { start: Some(Moment::at(1_769_860_000)), ..Options::default() })
}

fn call(sandbox: &Sandbox, operation: &str) -> Reply {
    sandbox.handle(&sandbox.example(operation).unwrap())
}

#[test]
fn tokens_expire_and_five_are_valid_at_once() {
    let sandbox = common::sandbox("shoptet");
    let give = || {
        let request = Request::new("GET", TOKEN).header("authorization", format!("Bearer {CREDENTIAL}"));
        sandbox.handle(&request)
    };
    let tokens: Vec<String> = (0..5)
        .map(|_| {
            let given = give().value().unwrap();
            assert_eq!(given["expires_in"], 1800);
            given["access_token"].as_str().unwrap().to_owned()
        })
        .collect();
    let sixth = give();
    assert_eq!((sixth.status, &sixth.value().unwrap()["error"]), (429, &json!("maximum_tokens_reached")));
    let eshop = |token: &str| {
        let request = Request::new("GET", "/api/eshop").header("content-type", "application/json");
        sandbox.handle(&request.header("Shoptet-Access-Token", token))
    };
    assert_eq!(eshop(&tokens[0]).status, 200);
    sandbox.advance(Duration::from_secs(1799));
    assert_eq!(eshop(&tokens[4]).status, 200);
    sandbox.advance(Duration::from_secs(1));
    let late = eshop(&tokens[0]);
    assert_eq!((late.status, &late.value().unwrap()["errors"][0]["errorCode"]), (401, &json!("expired-token")));
    assert_eq!(give().status, 200);
    assert_eq!(eshop("made-up").status, 401);
}

#[test]
fn the_bucket_fills_and_drains() {
    let sandbox = limited("shoptet");
    let mut full = None;
    for at in 1..=201 {
        let reply = call(&sandbox, "getEshopInfo");
        if at <= 200 {
            assert_eq!(reply.status, 200);
            assert_eq!(reply.header("X-RateLimit-Bucket-Filling"), Some(format!("{at}/200").as_str()));
        } else {
            full = Some(reply);
        }
    }
    let full = full.unwrap();
    assert_eq!((full.status, full.header("X-RateLimit-Bucket-Filling")), (429, Some("200/200")));
    assert!(full.header("retry-after").unwrap().ends_with("GMT"));
    sandbox.advance(Duration::from_secs(1));
    for _ in 0..10 {
        assert_eq!(call(&sandbox, "getEshopInfo").status, 200);
    }
    assert_eq!(call(&sandbox, "getEshopInfo").status, 429);
}

#[test]
fn the_requests_of_an_hour_and_of_a_day_are_counted() {
    let sandbox = limited("upgates");
    let left = |reply: &Reply| {
        (
            reply.header("X-Rate-Limit-Hour-Remaining").unwrap().to_owned(),
            reply.header("X-Rate-Limit-Day-Remaining").unwrap().to_owned(),
        )
    };
    assert_eq!(left(&call(&sandbox, "listLanguages")), ("99".to_owned(), "1500".to_owned()));
    for _ in 0..1599 {
        assert_eq!(call(&sandbox, "listLanguages").status, 200);
    }
    let refused = call(&sandbox, "listLanguages");
    assert_eq!((refused.status, left(&refused)), (429, ("0".to_owned(), "0".to_owned())));
    sandbox.advance(Duration::from_secs(3600));
    assert_eq!(call(&sandbox, "listLanguages").status, 200);
}

#[test]
fn a_job_takes_a_while_and_gives_lines() {
    let sandbox = common::sandbox("shoptet");
    sandbox.clear("/api/orders").unwrap();
    for code in ["A", "B"] {
        sandbox.insert("/api/orders", json!({ "code": code })).unwrap();
    }
    let started = call(&sandbox, "getListOfAllOrders");
    assert_eq!(started.status, 202);
    let id = started.value().unwrap()["data"]["jobId"].as_str().unwrap().to_owned();
    let detail = || {
        let request = Request::new("GET", format!("/api/system/jobs/{id}")).header("host", "shop.local");
        let request =
            request.header("Shoptet-Private-API-Token", CREDENTIAL).header("content-type", "application/json");
        sandbox.handle(&request).value().unwrap()["data"]["job"].clone()
    };
    assert_eq!((&detail()["status"], &detail()["resultUrl"]), (&json!("pending"), &json!(null)));
    sandbox.advance(Duration::from_secs(5));
    let over = detail();
    assert_eq!(over["status"], "completed", "{over}");
    let file = sandbox.handle(&Request::new("GET", over["resultUrl"].as_str().unwrap()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file.body.as_slice()).read_to_string(&mut text).unwrap();
    let codes: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["code"].clone()).collect();
    assert_eq!(codes, ["A", "B"]);
}

#[test]
fn what_goes_wrong_on_demand() {
    let sandbox = common::sandbox("shoptet");
    sandbox.clear("/api/orders").unwrap();
    let create = || sandbox.handle(&sandbox.example("createOrder").unwrap());
    let count = || sandbox.records("/api/orders").unwrap().len();
    let table: Vec<(Fault, u16, Ending, usize)> = vec![
        (Fault::status(503), 503, Ending::Whole, 0),
        (Fault::html(502), 502, Ending::Whole, 0),
        (Fault::reset(), 0, Ending::Reset, 0),
        (Fault::lost_answer(), 201, Ending::Reset, 1),
        (Fault::cut_off(), 201, Ending::CutOff, 1),
        (Fault::delay(Duration::from_millis(1)), 201, Ending::Whole, 1),
    ];
    for (fault, status, ending, made) in table {
        let before = count();
        sandbox.fault(fault.clone().on("createOrder").times(1));
        assert_eq!(call(&sandbox, "getEshopInfo").status, 200, "it is for one operation");
        let reply = create();
        assert_eq!((reply.status, reply.ending, count() - before), (status, ending, made), "{fault:?}");
        let before = count();
        assert_eq!((create().status, count() - before), (201, 1), "{fault:?} happens once");
    }
    sandbox.fault(Fault::status(500).odds(0.5));
    let failed = (0..400).filter(|_| call(&sandbox, "getEshopInfo").status == 500).count();
    assert!((120..280).contains(&failed), "{failed}");
    sandbox.reset();
    assert_eq!(call(&sandbox, "getEshopInfo").status, 200);
}

/// Status, code, and the filling of the bucket.
fn refused(reply: &Reply) -> (u16, serde_json::Value, Option<&str>) {
    let code = reply.value().unwrap()["errors"][0]["errorCode"].clone();
    (reply.status, code, reply.header("X-RateLimit-Bucket-Filling"))
}

#[test]
fn errors_of_the_api_itself_on_demand() {
    let sandbox = limited("shoptet");
    let codes = [(423, "locked"), (409, "record-already-changed"), (503, "system-maintenance"), (500, "failed")];
    for (at, (status, code)) in codes.into_iter().enumerate() {
        let before = sandbox.records("/api/orders").unwrap().len();
        sandbox.fault(format!("error:{status}@createOrder*1").parse().unwrap());
        let filling = format!("{}/200", at + 1);
        assert_eq!(refused(&call(&sandbox, "createOrder")), (status, json!(code), Some(filling.as_str())));
        assert_eq!(sandbox.records("/api/orders").unwrap().len(), before, "nothing has happened");
    }
    assert_eq!(call(&sandbox, "createOrder").status, 201);
    // An error inside a success has its own status all the same.
    let clipsan = common::sandbox("clipsan");
    clipsan.fault(Fault::error(500).times(1));
    assert_eq!(call(&clipsan, "listPurchases").status, 500);
}

#[tokio::test]
async fn a_url_that_is_being_written_is_locked() {
    let sandbox = limited("shoptet");
    let codes: Vec<String> = sandbox
        .records("/api/orders")
        .unwrap()
        .iter()
        .map(|order| order["code"].as_str().unwrap().to_owned())
        .collect();
    let server = sandbox.start().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = |method: &str, code: &str| {
        let part = if method == "GET" { "" } else { "/notes" };
        let url = format!("{}/api/orders/{code}{part}", server.url());
        let request = client.request(method.parse().unwrap(), url).header("content-type", "application/json");
        let request = request.header("Shoptet-Private-API-Token", CREDENTIAL);
        let request = if method == "GET" { request } else { request.body(r#"{"data":{"trackingNumber":"1"}}"#) };
        async { request.send().await.unwrap() }
    };
    sandbox.fault(Fault::delay(Duration::from_millis(600)).times(1));
    let later = async |method: &str, code: &str| {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let reply = request(method, code).await;
        let filling = reply.headers().get("X-RateLimit-Bucket-Filling").is_some();
        (reply.status().as_u16(), filling)
    };
    let (first, same, other, reading) =
        tokio::join!(request("PATCH", &codes[0]), later("PATCH", &codes[0]), later("PATCH", &codes[1]), async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            later("GET", &codes[0]).await
        },);
    assert_eq!(first.status().as_u16(), 200);
    assert_eq!((same, other, reading), ((423, true), (200, true), (200, true)));
    assert_eq!(request("PATCH", &codes[0]).await.status().as_u16(), 200, "it is free again");
    let seen: Vec<u16> = sandbox.calls().iter().map(|call| call.status).collect();
    assert!(seen.contains(&423), "what is refused is remembered too: {seen:?}");
}

#[test]
fn a_server_that_has_moved_says_where_to() {
    let sandbox = common::sandbox("upgates");
    let at = |url: &str| {
        let request = sandbox.example("listLanguages").unwrap();
        let path = request.url.clone();
        sandbox.handle(&Request { url: format!("{url}{path}"), ..request })
    };
    sandbox.fault(Fault::moved());
    let moved = at("https://shop.admin.s1.upgates.com/api/v2");
    let base = json!({"api_url": "https://shop.admin.s1.upgates.com/moved"});
    assert_eq!((moved.status, moved.value().unwrap(), moved.header("location")), (301, base, None));
    assert_eq!(at("https://shop.admin.s1.upgates.com/moved").status, 200, "it answers there");
    sandbox.mend();
    sandbox.fault("moved:https://new.upgates.com/api/v2".parse().unwrap());
    assert_eq!(at("http://localhost").value().unwrap(), json!({"api_url": "https://new.upgates.com/api/v2"}));
    assert_eq!(at("https://new.upgates.com/api/v2").status, 200);
    // Where the document does not say how, it is said as HTTP does.
    let shoptet = common::sandbox("shoptet");
    shoptet.fault(Fault::moved_to("https://new.example.com"));
    let moved = call(&shoptet, "getEshopInfo");
    assert_eq!((moved.status, moved.header("location")), (301, Some("https://new.example.com")));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http() {
    let sandbox = common::sandbox("shoptet");
    let server = sandbox.start().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |path: &str| {
        let request = client.get(format!("{}{path}", server.url())).header("content-type", "application/json");
        request.header("Shoptet-Private-API-Token", CREDENTIAL).send()
    };
    let reply = get("/api/orders").await.unwrap();
    assert_eq!((reply.status().as_u16(), reply.headers()["content-type"].to_str().unwrap()), (200, "application/json"));
    let list: serde_json::Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    assert_eq!(list["data"]["orders"].as_array().unwrap().len(), 3);
    for fault in [Fault::reset(), Fault::cut_off()] {
        sandbox.fault(fault.clone().times(1));
        let outcome = match get("/api/orders").await {
            Ok(reply) => reply.bytes().await.map(|_| ()),
            Err(error) => Err(error),
        };
        assert!(outcome.is_err(), "{fault:?}");
    }
    sandbox.fault(Fault::delay(Duration::from_millis(200)).times(1));
    let started = Instant::now();
    assert_eq!(get("/api/eshop").await.unwrap().status().as_u16(), 200);
    assert!(started.elapsed() >= Duration::from_millis(200));
    // A body that is too large is refused, whatever it says.
    let large = client.post(format!("{}/api/orders", server.url())).body(vec![b' '; 40 << 20]).send().await;
    assert!(large.is_err() || large.is_ok_and(|reply| reply.status().as_u16() == 413));
    // The port is taken.
    let again = common::sandbox("clipsan").start_on(server.address().port()).await;
    assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn refusals_have_the_header_fields_that_the_document_gives_them() {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::Document;
    let text = "
openapi: 3.1.0
info: {title: Locks, version: '1'}
paths:
  /doors:
    put:
      operationId: openDoor
      responses:
        '204': {description: ''}
        '423':
          description: Somebody is in it.
          headers: {Retry-After: {schema: {type: string}}, X-Holder: {schema: {type: string, enum: [porter]}}}
";
    let contract = Contract::read(&Document::parse("locks.yaml", text).unwrap()).unwrap();
    let start = Some(Moment::at(1_769_860_000));
    let sandbox = Sandbox::with(contract, Options { start, ..Options::default() }).unwrap();
    sandbox.fault(Fault::error(423).times(1));
    let reply = call(&sandbox, "openDoor");
    let headers = (reply.header("retry-after"), reply.header("x-holder"));
    assert_eq!((reply.status, headers), (423, (Some("Sat, 31 Jan 2026 11:46:45 GMT"), Some("porter"))));
    assert_eq!(call(&sandbox, "openDoor").status, 204);
}
