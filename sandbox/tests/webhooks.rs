//! Webhooks: what changes is told to whoever subscribed, signed, tried again, and written down.

use std::time::Duration;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_runtime::webhook::Verifier;
use kontrakt_sandbox::{CREDENTIAL, Delivery, DeliveryState, Fault, Moment, Options, Reply, Request, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A sandbox without limits, at a time that stands still.
fn sandbox(api: &str) -> Sandbox {
    let start = Some(Moment::at(1_769_860_000));
    Sandbox::of(api, Options { limits: false, start, ..Options::default() }).unwrap()
}

fn call(sandbox: &Sandbox, method: &str, url: &str, body: &Value) -> Reply {
    let request = Request::new(method, url).header("Shoptet-Private-API-Token", CREDENTIAL);
    let reply = sandbox.handle(&request.header("authorization", "Basic dXNlcjpzYW5kYm94").json(body));
    assert!(reply.status < 300, "{method} {url}: {} {}", reply.status, String::from_utf8_lossy(&reply.body));
    reply
}

/// A sandbox with subscriptions, by their events and what else they say.
fn subscribed(url: &str, subscriptions: &[Value]) -> Sandbox {
    let sandbox = sandbox("shoptet");
    let with_url = |one: &Value| {
        let mut one = one.clone();
        one["url"] = json!(url);
        one
    };
    let data: Vec<Value> = subscriptions.iter().map(with_url).collect();
    call(&sandbox, "POST", "/api/webhooks", &json!({ "data": data }));
    sandbox
}

fn create_order(sandbox: &Sandbox) -> String {
    let reply = sandbox.handle(&sandbox.example("createOrder").unwrap());
    reply.value().unwrap()["data"]["order"]["code"].as_str().unwrap().to_owned()
}

async fn receiver(statuses: &[u16]) -> MockServer {
    let server = MockServer::start().await;
    for status in statuses {
        let mock = Mock::given(method("POST")).respond_with(ResponseTemplate::new(*status));
        mock.up_to_n_times(1).mount(&server).await;
    }
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    server
}

/// The bodies that arrived, their signatures checked.
async fn arrived(server: &MockServer, key: &str) -> Vec<Value> {
    let verifier = Verifier::hmac_sha1(key);
    let read = |request: &wiremock::Request| {
        let signature = request.headers.get("Shoptet-Webhook-Signature").and_then(|value| value.to_str().ok());
        verifier.verify(&request.body, signature).unwrap();
        serde_json::from_slice(&request.body).unwrap()
    };
    server.received_requests().await.unwrap().iter().map(read).collect()
}

fn events(deliveries: &[Delivery]) -> Vec<(&str, DeliveryState, u32)> {
    deliveries.iter().map(|one| (one.event.as_str(), one.state, one.tries)).collect()
}

#[tokio::test]
async fn a_change_is_told_to_who_subscribed_and_signed() {
    let server = receiver(&[]).await;
    let sandbox = subscribed(&format!("{}/hook?token=t", server.uri()), &[json!({"event": "order:create"})]);
    let code = create_order(&sandbox);
    call(&sandbox, "PATCH", &format!("/api/orders/{code}/notes"), &json!({"data": {"trackingNumber": "1"}}));
    let deliveries = sandbox.delivered().await;
    assert_eq!(events(&deliveries), [("order:create", DeliveryState::Delivered, 1)]);
    let one = &deliveries[0];
    assert_eq!((one.status, one.operation.as_deref(), one.error.as_ref()), (Some(200), Some("createOrder"), None));
    assert_eq!(one.address, format!("{}/hook?…", server.uri()), "what may be secret is not shown");
    let bodies = arrived(&server, CREDENTIAL).await;
    assert_eq!(bodies, std::slice::from_ref(&one.body));
    assert_eq!(bodies[0]["event"], "order:create");
    assert_eq!(bodies[0]["eventInstance"], json!(code));
    assert_eq!(bodies[0]["eventCreated"], "2026-01-31T12:46:40+0100");
    assert!(bodies[0]["eshopId"].is_u64() && bodies[0].get("payload").is_none(), "{}", bodies[0]);
    assert_eq!(server.received_requests().await.unwrap()[0].url.query(), Some("token=t"));
    let notice: shoptet::webhooks::Notice = kontrakt_runtime::webhook::read(bodies[0].to_string().as_bytes()).unwrap();
    assert_eq!(notice.event_instance.all(), [code]);
}

/// Subscriptions, method, path and data of a call, and the events that are told.
type Told<'t> = (&'t [&'t str], &'t str, String, Value, &'t [&'t str]);

/// Each change, the events that somebody subscribed to, and those that are told, with what they are about.
#[tokio::test]
async fn which_change_is_which_event() {
    let order = |url: &str| format!("/api/orders/{{}}/{url}");
    let table: [Told<'_>; 8] = [
        (&["order:delete", "order:create"], "DELETE", "/api/orders/{}".into(), json!({}), &["order:delete"]),
        (&["order:update"], "PATCH", order("notes"), json!({"trackingNumber": "1"}), &["order:update"]),
        (
            &["order:update", "order:paid"],
            "PATCH",
            order("status"),
            json!({"paid": true}),
            &["order:update", "order:paid"],
        ),
        (&["order:paid"], "PATCH", order("status"), json!({"paid": false}), &[]),
        (
            &["order:update"],
            "POST",
            order("item"),
            json!({"itemType": "product", "vatRate": "21.00", "itemPrice": "1.00", "code": "A"}),
            &["order:update"],
        ),
        (
            &["orderHistoryRemarks:change"],
            "POST",
            order("history"),
            json!({"text": "x"}),
            &["orderHistoryRemarks:change"],
        ),
        (&["orderHistoryRemarks:change"], "PATCH", order("notes"), json!({"trackingNumber": "1"}), &[]),
        (
            &["ORDER:Delete", "nothing:known", "customer:delete"],
            "DELETE",
            "/api/orders/{}".into(),
            json!({}),
            &["ORDER:Delete"],
        ),
    ];
    let server = receiver(&[]).await;
    for (subscriptions, method, url, data, expected) in table {
        let sandbox = sandbox("shoptet");
        let code = create_order(&sandbox);
        for event in subscriptions {
            sandbox.insert("/api/webhooks", json!({"event": event, "url": server.uri()})).unwrap();
        }
        let url = url.replace("{}", &code);
        call(&sandbox, method, &url, &json!({ "data": data }));
        let deliveries = sandbox.delivered().await;
        let told: Vec<&str> = deliveries.iter().map(|one| one.event.as_str()).collect();
        assert_eq!(told, expected, "{method} {url}");
        assert!(deliveries.iter().all(|one| one.body["eventInstance"] == json!(code)), "{deliveries:?}");
    }
}

#[tokio::test]
async fn a_call_about_many_is_told_for_each_and_for_all() {
    let server = receiver(&[]).await;
    let events = ["order:update", "order:massUpdate"].map(|event| json!({ "event": event }));
    let sandbox = subscribed(&server.uri(), &events);
    let codes = [create_order(&sandbox), create_order(&sandbox)];
    let data = json!({"data": {"orderCodes": codes, "statusId": -1}});
    call(&sandbox, "PATCH", "/api/orders/status-change", &data);
    let mut about: Vec<String> =
        sandbox.delivered().await.iter().map(|one| one.body["eventInstance"].as_str().unwrap().to_owned()).collect();
    about.sort();
    let mut expected = vec![json!(codes).to_string()];
    expected.extend(codes);
    expected.sort();
    assert_eq!(about, expected);
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_as_the_document_says() {
    // Only 200 counts here.
    let server = receiver(&[500, 204]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "order:create"})]);
    create_order(&sandbox);
    let state = async || {
        let deliveries = sandbox.delivered().await;
        (deliveries[0].state, deliveries[0].tries, deliveries[0].status)
    };
    assert_eq!(state().await, (DeliveryState::Waiting, 1, Some(500)));
    sandbox.advance(Duration::from_secs(899));
    assert_eq!(state().await, (DeliveryState::Waiting, 1, Some(500)));
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(state().await, (DeliveryState::Waiting, 2, Some(204)));
    sandbox.advance(Duration::from_secs(900));
    assert_eq!(state().await, (DeliveryState::Delivered, 3, Some(200)));
    let bodies = arrived(&server, CREDENTIAL).await;
    assert!(bodies.len() == 3 && bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");

    let server = receiver(&[503, 503, 503]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "order:create"})]);
    create_order(&sandbox);
    for _ in 0..4 {
        sandbox.delivered().await;
        sandbox.advance(Duration::from_secs(900));
    }
    let deliveries = sandbox.delivered().await;
    assert_eq!(events(&deliveries), [("order:create", DeliveryState::Failed, 3)]);
    assert_eq!(deliveries[0].error.as_deref(), Some("the receiver answered 503"));
    assert_eq!(server.received_requests().await.unwrap().len(), 3, "three tries, and no more");
}

#[tokio::test]
async fn nothing_leaves_this_machine() {
    for url in ["https://addon.example.com/hook?key=secret", "http://192.0.2.1/", "http://0.0.0.0:1/"] {
        let sandbox = subscribed(url, &[json!({"event": "order:create"})]);
        create_order(&sandbox);
        let deliveries = sandbox.delivered().await;
        assert_eq!(events(&deliveries), [("order:create", DeliveryState::Refused, 0)]);
        let error = deliveries[0].error.clone().unwrap();
        assert!(error.contains("no address of this machine") && !error.contains("secret"), "{error}");
        assert!(sandbox.deliver_to(url).is_err());
    }
    let error = sandbox("clipsan").deliver_to("http://127.0.0.1:1").unwrap_err().to_string();
    assert!(error.contains("no webhooks"), "{error}");
}

/// The API's own log, through the typed client.
#[tokio::test]
async fn the_log_of_the_api_shows_what_was_sent() {
    use futures_util::TryStreamExt as _;
    let server = receiver(&[500]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "order:create"}), json!({"event": "order:delete"})]);
    let everything = receiver(&[]).await;
    sandbox.deliver_to(&everything.uri()).unwrap();
    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport()).build().unwrap();
    let log = async || shop.webhooks().notifications().items().try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(log().await.len(), 0, "nothing was sent yet");
    let code = create_order(&sandbox);
    sandbox.delivered().await;
    let one = log().await.remove(0);
    assert_eq!((one.attempts, one.status.as_str(), one.event.as_str()), (1, "new", "order:create"));
    assert!(one.active && one.attempted.is_some(), "{one:?}");
    assert_eq!(one.data.event_instance.all(), std::slice::from_ref(&code));
    sandbox.advance(Duration::from_secs(900));
    sandbox.delivered().await;
    shop.orders().delete(&code).await.unwrap();
    sandbox.delivered().await;
    let log = log().await;
    let shown: Vec<_> = log.iter().map(|one| (one.webhook_id, one.attempts, one.status.as_str())).collect();
    assert_eq!(shown, [(1, 2, "success"), (2, 1, "success")], "and no address that no call has registered");
    let deleted = sandbox.handle(
        &Request::new("GET", "/api/webhooks/notifications?event=order:delete")
            .header("Shoptet-Private-API-Token", CREDENTIAL),
    );
    assert_eq!(deleted.value().unwrap()["data"]["notifications"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn deliveries_arrive_twice_or_never_on_demand() {
    let server = receiver(&[]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "order:create"})]);
    let count = async || server.received_requests().await.unwrap().len();
    for (fault, arrive) in
        [(Fault::duplicate_delivery(), 2), (Fault::lost_delivery(), 0), ("duplicate-delivery*1".parse().unwrap(), 2)]
    {
        let before = count().await;
        sandbox.fault(fault.clone().on("createOrder").times(1));
        // It is for deliveries, so that other calls, and those that nobody is told of, do not use it up.
        assert_eq!(sandbox.handle(&sandbox.example("getEshopInfo").unwrap()).status, 200);
        create_order(&sandbox);
        sandbox.delivered().await;
        assert_eq!(count().await - before, arrive, "{fault:?}");
        create_order(&sandbox);
        sandbox.delivered().await;
        assert_eq!(count().await - before, arrive + 1, "{fault:?} happens once");
    }
    let states = sandbox.deliveries();
    assert_eq!(states.iter().filter(|one| one.state == DeliveryState::Lost && one.tries == 0).count(), 1);
}

/// The write has happened, so it is told, whatever becomes of its answer; what is refused is not.
#[tokio::test]
async fn what_happened_is_told_and_nothing_else() {
    let server = receiver(&[]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "order:create"})]);
    sandbox.fault(Fault::lost_answer().times(1));
    sandbox.handle(&sandbox.example("createOrder").unwrap());
    assert_eq!(sandbox.delivered().await.len(), 1);
    sandbox.fault(Fault::reset().times(1));
    sandbox.handle(&sandbox.example("createOrder").unwrap());
    assert_eq!(sandbox.delivered().await.len(), 1);
    // An order that somebody places in the shop.
    sandbox.insert("/api/orders", json!({"code": "N1"})).unwrap();
    let deliveries = sandbox.delivered().await;
    assert_eq!((deliveries.len(), &deliveries[1].operation), (2, &None));
    sandbox.reset();
    create_order(&sandbox);
    assert_eq!(sandbox.delivered().await, [], "subscriptions are records too");
}

#[tokio::test]
async fn a_new_key_signs_from_then_on_and_the_whole_record_comes_where_it_is_asked_for() {
    let server = receiver(&[]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "order:create", "sendPayload": "full"})]);
    let renewed = call(&sandbox, "POST", "/api/webhooks/renew-signature-key", &json!({}));
    let key = renewed.value().unwrap()["data"]["signatureKey"].as_str().unwrap().to_owned();
    assert_ne!(key, CREDENTIAL);
    assert_eq!(sandbox.signature_key().as_ref(), Some(&key));
    let code = create_order(&sandbox);
    sandbox.delivered().await;
    let bodies = arrived(&server, &key).await;
    assert_eq!(bodies[0]["payload"]["code"], json!(code));
}

#[tokio::test]
async fn the_end_of_a_job_is_told_when_it_ends() {
    let server = receiver(&[]).await;
    let sandbox = subscribed(&server.uri(), &[json!({"event": "job:finished"})]);
    let started = sandbox.handle(&sandbox.example("getListOfAllOrders").unwrap());
    assert_eq!(sandbox.delivered().await[0].tries, 0);
    sandbox.advance(Duration::from_secs(5));
    let deliveries = sandbox.delivered().await;
    assert_eq!(events(&deliveries), [("job:finished", DeliveryState::Delivered, 1)]);
    assert_eq!(deliveries[0].body["eventInstance"], started.value().unwrap()["data"]["jobId"]);
}

#[tokio::test]
async fn records_of_a_call_are_told_in_one_list_where_the_document_has_one() {
    let server = receiver(&[]).await;
    let sandbox = sandbox("upgates");
    let events = sandbox.handle(&sandbox.example("listWebhookEvents").unwrap()).value().unwrap();
    assert_eq!(
        (events["events"].as_array().unwrap().len(), &events["events"][0]["name"]),
        (36, &json!("Orders.create"))
    );
    let hook = json!({"name": "n", "url": server.uri(), "event": "Orders.create"});
    let made = call(&sandbox, "POST", "/webhooks", &hook).value().unwrap();
    for event in ["orders.UPDATE", "Availabilities.delete"] {
        let active = event != "orders.UPDATE";
        let hook = json!({"name": "n", "url": server.uri(), "event": event, "active_yn": active});
        call(&sandbox, "POST", "/webhooks", &hook);
    }
    assert_eq!(made["webhook"]["event"], "Orders.create");
    assert_eq!(sandbox.handle(&sandbox.example("createOrders").unwrap()).status, 200);
    let deliveries = sandbox.delivered().await;
    let body = &deliveries[0].body;
    assert_eq!((deliveries.len(), body["orders"].as_array().map(Vec::len)), (1, Some(1)), "{body}");
    let order = &body["orders"][0];
    assert!(order["order_number"].is_string() && order["creation_time"].is_string(), "{body}");
    assert!(order.get("deletion_time").is_none() && body["project_name"].is_string(), "{body}");
    let notice: upgates::webhooks::Notice = kontrakt_runtime::webhook::read(body.to_string().as_bytes()).unwrap();
    assert!(matches!(notice, upgates::webhooks::Notice::Orders(_)), "{notice:?}");
    let ids: Vec<String> =
        sandbox.records("/availabilities").unwrap().iter().map(|one| one["id"].to_string()).collect();
    call(&sandbox, "DELETE", &format!("/availabilities?ids={}", ids[..2].join(";")), &json!({}));
    let deliveries = sandbox.delivered().await;
    let gone = deliveries[1].body["availabilities"].as_array().unwrap();
    let told: Vec<String> = gone.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!((told, gone[0].as_object().unwrap().len()), (ids[..2].to_vec(), 2), "{gone:?}");
    assert!(gone.iter().all(|one| one["deletion_time"].is_string()), "{gone:?}");
}

/// A document of somebody else, with a webhook for each event and nothing said about it.
const SHELTER: &str = "
openapi: 3.1.0
info: {title: Shelter, version: '1'}
x-webhooks: {timeout-seconds: 2, waits-seconds: [1]}
paths:
  /pets:
    get: {responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}}
    post:
      operationId: addPet
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'201': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}
    delete: {operationId: removePet, responses: {'204': {description: ''}}}
  /hooks:
    post:
      operationId: addHook
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Hook'}}}}
      responses: {'201': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Hook'}}}}}
  /hooks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    delete: {operationId: removeHook, responses: {'204': {description: ''}}}
webhooks:
  newPet: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}, responses: {'2XX': {description: ''}}}}
  pet.deleted: {post: {operationId: pet.deleted, requestBody: {content: {application/json: {schema: {type: object, properties: {
    type: {const: pet.deleted}, data: {$ref: '#/components/schemas/Pet'}, at: {type: string, format: date-time}}, required: [type, data, at]}}}}, responses: {}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {id: {type: integer}, name: {type: string}}}
    Hook: {type: object, required: [callback_url, events], properties: {id: {type: integer}, callback_url: {type: string}, events: {type: array, items: {type: string}}}}
";

fn shelter(options: Options) -> Sandbox {
    let document = Document::parse("shelter.yaml", SHELTER).unwrap();
    Sandbox::with(Contract::read(&document).unwrap(), options).unwrap()
}

#[tokio::test]
async fn webhooks_of_other_documents_are_understood() {
    let server = receiver(&[202]).await;
    let sandbox = shelter(Options { start: Some(Moment::at(1_769_860_000)), ..Options::default() });
    assert_eq!(sandbox.describe_events(), "newPet: create /pets\npet.deleted: delete /pets\n");
    call(&sandbox, "POST", "/hooks", &json!({"callback_url": server.uri(), "events": ["newPet", "pet.deleted"]}));
    let id = call(&sandbox, "POST", "/pets", &json!({"name": "Micka"})).value().unwrap()["id"].clone();
    call(&sandbox, "DELETE", &format!("/pets/{id}"), &json!({}));
    let deliveries = sandbox.delivered().await;
    assert_eq!(
        events(&deliveries),
        [("newPet", DeliveryState::Delivered, 1), ("pet.deleted", DeliveryState::Delivered, 1)]
    );
    assert_eq!(deliveries[0].body, json!({"id": id, "name": "Micka"}));
    let gone = json!({"type": "pet.deleted", "data": {"id": id, "name": "Micka"}, "at": "2026-01-31T12:46:40+01:00"});
    assert_eq!(deliveries[1].body, gone);
}

#[tokio::test]
async fn who_is_slow_or_not_there_is_told_again_by_the_clock_of_the_machine() {
    // Takes the first request and says nothing; answers the second.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = format!("http://{}/slow", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let _silent = listener.accept().await.unwrap();
        let (mut second, _) = listener.accept().await.unwrap();
        second.read_buf(&mut Vec::new()).await.unwrap();
        second.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    });
    let sandbox = shelter(Options::default());
    sandbox.deliver_to(&slow).unwrap();
    sandbox.deliver_to("http://127.0.0.1:1/gone").unwrap();
    call(&sandbox, "POST", "/pets", &json!({"name": "Micka"}));
    for _ in 0..100 {
        let over = sandbox.deliveries().iter().all(|one| one.state != DeliveryState::Waiting);
        if over {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let deliveries = sandbox.deliveries();
    assert_eq!(events(&deliveries), [("newPet", DeliveryState::Delivered, 2), ("newPet", DeliveryState::Failed, 2)]);
    assert!(deliveries[1].error.as_ref().unwrap().starts_with("cannot connect"), "{deliveries:?}");
}

#[test]
fn what_each_event_tells_of() {
    for api in ["shoptet", "upgates"] {
        insta::assert_snapshot!(format!("events_{api}"), sandbox(api).describe_events());
    }
}

/// Every call of the APIs, and whatever it tells: bodies are what the document allows, and the clients read them.
#[test]
fn whatever_is_told_is_what_the_document_allows() {
    use kontrakt_conformance::check::Checker;
    let (mut told, mut wrong) = (std::collections::BTreeSet::new(), Vec::new());
    for api in ["shoptet", "upgates"] {
        let sandbox = sandbox(api);
        sandbox.deliver_to("http://127.0.0.1:1/nobody").unwrap();
        let checker = Checker::new(sandbox.contract());
        let schema_of = |webhook: &kontrakt_codegen::contract::Operation| {
            webhook.body.as_ref().and_then(|body| body.json()?.schema)
        };
        let schemas: Vec<_> = sandbox.contract().webhooks.iter().filter_map(schema_of).collect();
        for operation in &sandbox.contract().operations {
            sandbox.reset();
            sandbox.handle(&sandbox.example(&operation.id).unwrap());
            for one in sandbox.deliveries() {
                let body = one.body.to_string();
                let is_read = match api {
                    "shoptet" => kontrakt_runtime::webhook::read::<shoptet::webhooks::Notice>(body.as_bytes()).is_ok(),
                    _ => kontrakt_runtime::webhook::read::<upgates::webhooks::Notice>(body.as_bytes()).is_ok(),
                };
                if !is_read || !schemas.iter().any(|schema| checker.accepts(*schema, &one.body)) {
                    wrong.push(format!("{api} {} {}: {body}", operation.id, one.event));
                }
                let instance = one.body.get("eventInstance").map_or("-", |instance| instance.as_str().unwrap());
                if instance.is_empty() {
                    wrong.push(format!("{api} {} {}: about nothing: {body}", operation.id, one.event));
                }
                told.insert(format!("{api} {}", one.event));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told.len() > 60, "{} {told:#?}", told.len());
}
