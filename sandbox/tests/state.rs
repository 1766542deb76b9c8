//! What is created is listed, read, changed and deleted; lists are filtered and paged; changes are told.

mod common;

use kontrakt_sandbox::{CREDENTIAL, Reply, Request, Sandbox};
use serde_json::{Value, json};

fn ask(sandbox: &Sandbox, method: &str, url: &str, body: Option<Value>) -> Reply {
    let header = ("Shoptet-Private-API-Token", CREDENTIAL);
    let request = Request::new(method, url).header(header.0, header.1);
    // The password of a user, in HTTP Basic: `user:sandbox`.
    let request = request.header("authorization", "Basic dXNlcjpzYW5kYm94");
    sandbox.handle(&match body {
        Some(body) => request.json(&body),
        None => request.header("content-type", "application/json"),
    })
}

fn get(sandbox: &Sandbox, url: &str) -> Value {
    let reply = ask(sandbox, "GET", url, None);
    let value = reply.value().unwrap();
    assert_eq!(reply.status, 200, "{url}: {value}");
    value
}

/// Every collection of the three APIs that has the calls, by example requests.
#[test]
fn records_live_and_die() {
    let mut tried = Vec::new();
    for api in common::APIS {
        let sandbox = common::sandbox_of(api);
        let text = sandbox.describe();
        let calls: Vec<(&str, &str, &str)> = text
            .lines()
            .filter_map(|line| {
                let (call, rest) = line.split_once(": ")?;
                let mut words = rest.split(' ');
                Some((call, words.next()?, words.next()?))
            })
            .collect();
        let operation = |action: &str, node: &str| {
            let (call, ..) = calls.iter().find(|(_, one, about)| *one == action && *about == node)?;
            let (method, path) = call.split_once(' ')?;
            let operations = &sandbox.contract().operations;
            operations.iter().find(|one| one.method == method && one.path == path).map(|one| one.id.clone())
        };
        for (_, _, node) in calls.iter().filter(|(_, action, node)| *action == "create" && !node.contains("{}")) {
            let what = format!("{api} {node}");
            let (create, read) = (operation("create", node).unwrap(), operation("get", node));
            let (update, delete) = (operation("update", node), operation("delete", node));
            sandbox.reset();
            sandbox.clear(node).unwrap();
            let call = |operation: &str| sandbox.handle(&sandbox.example(operation).unwrap());
            let made = call(&create);
            assert!(made.status < 300, "{what}: {}", String::from_utf8_lossy(&made.body));
            assert_eq!(sandbox.records(node).unwrap().len(), 1, "{what}: created");
            if let Some(read) = &read {
                assert!(call(read).status < 300, "{what}: read");
            }
            if let Some(update) = update {
                assert!(call(&update).status < 300, "{what}: changed");
                assert_eq!(sandbox.records(node).unwrap().len(), 1, "{what}: changed, and not made again");
            }
            let Some(delete) = delete else { continue };
            let again = sandbox.example(&delete).unwrap();
            let reading = read.map(|read| sandbox.example(&read).unwrap());
            assert!(sandbox.handle(&again).status < 300, "{what}: deleted");
            assert_eq!(sandbox.records(node).unwrap().len(), 0, "{what}: deleted");
            if let Some(reading) = reading {
                let gone = sandbox.handle(&reading);
                let refused = gone.status >= 400 || gone.value().unwrap().get("result") == Some(&json!("error"));
                assert!(refused, "{what}: read after it was deleted: {}", String::from_utf8_lossy(&gone.body));
            }
            tried.push(what);
        }
    }
    assert!(tried.len() >= 35, "{} {tried:#?}", tried.len());
}

#[test]
fn an_order_from_beginning_to_end() {
    let sandbox = common::sandbox("shoptet");
    sandbox.clear("/api/orders").unwrap();
    let mut order = serde_json::from_slice::<Value>(&sandbox.example("createOrder").unwrap().body).unwrap();
    order["data"]["externalCode"] = json!("A-1");
    order["data"]["email"] = json!("eva@example.com");
    let made = ask(&sandbox, "POST", "/api/orders", Some(order.clone()));
    assert_eq!(made.status, 201, "{}", made.value().unwrap());
    let made = made.value().unwrap();
    let code = made["data"]["order"]["code"].as_str().unwrap().to_owned();
    assert_eq!(made["data"]["order"]["email"], "eva@example.com");
    // The list, the detail and the feed speak of the same order.
    let list = get(&sandbox, "/api/orders");
    assert_eq!(
        (&list["data"]["orders"][0]["code"], &list["data"]["paginator"]["totalCount"]),
        (&json!(code), &json!(1))
    );
    let detail = get(&sandbox, &format!("/api/orders/{code}"));
    assert_eq!(detail["data"]["order"]["externalCode"], "A-1");
    let changes = get(&sandbox, "/api/orders/changes?from=2020-01-01T00:00:00%2B0100");
    assert_eq!(changes["data"]["changes"][0]["code"], json!(code));
    // A second one with the same key is refused, also after the first is gone.
    let second = ask(&sandbox, "POST", "/api/orders", Some(order.clone()));
    assert_eq!(second.status, 422, "{}", second.value().unwrap());
    // Parts of it change.
    let status = json!({"data": {"statusId": 77}});
    assert_eq!(ask(&sandbox, "PATCH", &format!("/api/orders/{code}/status"), Some(status)).status, 200);
    assert_eq!(get(&sandbox, &format!("/api/orders/{code}"))["data"]["order"]["status"]["id"], 77);
    assert_eq!(get(&sandbox, "/api/orders?statusId=77")["data"]["orders"].as_array().unwrap().len(), 1);
    assert_eq!(get(&sandbox, "/api/orders?statusId=78")["data"]["orders"].as_array().unwrap().len(), 0);
    let many = json!({"data": {"statusId": 5, "orderCodes": [code, "nobody"]}});
    let answer = ask(&sandbox, "PATCH", "/api/orders/status-change", Some(many)).value().unwrap();
    assert_eq!(answer["errors"][0]["instance"], "nobody", "{answer}");
    assert_eq!(get(&sandbox, &format!("/api/orders/{code}"))["data"]["order"]["status"]["id"], 5);
    // It is deleted, and the feed says so.
    assert_eq!(ask(&sandbox, "DELETE", &format!("/api/orders/{code}"), None).status, 200);
    assert_eq!(ask(&sandbox, "GET", &format!("/api/orders/{code}"), None).status, 404);
    let changes = get(&sandbox, "/api/orders/changes?from=2020-01-01T00:00:00%2B0100");
    let changes = changes["data"]["changes"].as_array().unwrap();
    assert_eq!((changes.len(), &changes[0]["changeType"]), (1, &json!("delete")));
    assert_eq!(ask(&sandbox, "POST", "/api/orders", Some(order)).status, 422);
}

#[test]
fn pages_hold_all_records_once() {
    let sandbox = common::sandbox("shoptet");
    sandbox.clear("/api/orders").unwrap();
    for at in 0..25 {
        sandbox
            .insert(
                "/api/orders",
                json!({"code": format!("C{at:03}"), "creationTime": format!("2026-01-{:02}T10:00:00+0100", at + 1)}),
            )
            .unwrap();
    }
    let mut codes = Vec::new();
    for page in 1..=4 {
        let list = get(&sandbox, &format!("/api/orders?itemsPerPage=10&page={page}"));
        let paginator = &list["data"]["paginator"];
        assert_eq!(
            (&paginator["totalCount"], &paginator["pageCount"], &paginator["page"]),
            (&json!(25), &json!(3), &json!(page))
        );
        codes.extend(list["data"]["orders"].as_array().unwrap().iter().map(|one| one["code"].clone()));
    }
    assert_eq!(codes, (0..25).map(|at| json!(format!("C{at:03}"))).collect::<Vec<_>>());
    let between = get(
        &sandbox,
        "/api/orders?creationTimeFrom=2026-01-05T00:00:00%2B0100&creationTimeTo=2026-01-07T23:00:00%2B0100",
    );
    assert_eq!(between["data"]["orders"].as_array().unwrap().len(), 3);
}

#[test]
fn of_many_items_some_are_done() {
    let sandbox = common::sandbox("upgates");
    sandbox.clear("/orders").unwrap();
    sandbox.insert("/orders", json!({"order_number": "O1", "internal_note": null})).unwrap();
    let body = json!({"orders": [{"order_number": "O1", "internal_note": "packed"}, {"order_number": "O2"}]});
    let answer = ask(&sandbox, "PUT", "/orders", Some(body)).value().unwrap();
    let results = answer["orders"].as_array().unwrap();
    assert_eq!((&results[0]["updated_yn"], &results[1]["updated_yn"]), (&json!(true), &json!(false)), "{answer}");
    assert_eq!(results[1]["messages"][0]["level"], "error", "{answer}");
    assert_eq!(get(&sandbox, "/orders/O1")["orders"][0]["internal_note"], "packed");
    // Identifiers are joined by semicolons.
    sandbox.insert("/orders", json!({"order_number": "O3"})).unwrap();
    assert_eq!(get(&sandbox, "/orders?order_numbers=O1;O3")["number_of_items"], 2);
    let gone = ask(&sandbox, "DELETE", "/orders?order_numbers=O1;O9", None).value().unwrap();
    assert_eq!(
        (&gone["orders"][0]["deleted_yn"], &gone["orders"][1]["deleted_yn"]),
        (&json!(true), &json!(false)),
        "{gone}"
    );
    assert_eq!(sandbox.records("/orders").unwrap().len(), 1);
}

#[test]
fn a_failed_call_may_have_status_200() {
    let sandbox = common::sandbox("clipsan");
    let missing = get(&sandbox, "/purchase/view/?key=sandbox&id=999999");
    assert_eq!(missing["result"], "error", "{missing}");
    let wrong = get(&sandbox, "/purchase/view/?key=wrong&id=1");
    assert_eq!(wrong["result"], "error", "{wrong}");
    let made = get(&sandbox, "/purchase/add/?key=sandbox&price=7&email=eva@example.com&custom=mine");
    assert_eq!((&made["result"], &made["purchase"]["custom"]), (&json!("ok"), &json!("mine")), "{made}");
    let found = get(&sandbox, "/purchase/list/?key=sandbox&custom=mine");
    let id = made["purchase"]["id"].to_string().trim_matches('"').to_owned();
    assert_eq!(found["data"].as_object().unwrap().keys().collect::<Vec<_>>(), [&id]);
}

#[test]
fn violations_are_told_where_they_are_and_kept() {
    let sandbox = common::sandbox("shoptet");
    let body = json!({"data": {"statusId": "seven"}});
    let reply = ask(&sandbox, "PATCH", "/api/orders/1/status", Some(body));
    let errors = reply.value().unwrap()["errors"].clone();
    assert_eq!((reply.status, &errors[0]["instance"]), (400, &json!("/data/statusId")), "{errors}");
    let reply = ask(&sandbox, "GET", "/api/orders?itemsPerPage=many", None);
    assert_eq!(reply.status, 400);
    let calls = sandbox.calls();
    assert_eq!(calls[1].violations[0].place, "query:itemsPerPage");
    assert_eq!(calls[0].operation.as_deref(), Some("updateOrderStatus"), "{calls:?}");
    for (method, url, status) in
        [("GET", "/api/nothing", 404), ("DELETE", "/api/eshop", 405), ("POST", "/api/orders", 422)]
    {
        assert_eq!(ask(&sandbox, method, url, None).status, status, "{method} {url}");
    }
    let anonymous = sandbox.handle(&Request::new("GET", "/api/eshop"));
    assert_eq!(anonymous.status, 401);
    ask(&sandbox, "POST", "/action/ApiOAuthServer/token", Some(json!({"client_secret": "S3CRET"})));
    let told = format!("{:?}", sandbox.calls());
    assert!(!told.contains(CREDENTIAL) && !told.contains("S3CRET"), "{told}");
}

#[test]
fn records_are_kept_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.json");
    let first = common::sandbox("shoptet");
    first.insert("/api/orders", json!({"code": "KEPT"})).unwrap();
    first.save(&file).unwrap();
    let second = common::sandbox("shoptet");
    second.load(&file).unwrap();
    assert_eq!(first.records("/api/orders").unwrap(), second.records("/api/orders").unwrap());
    std::fs::write(&file, "{\"records\": [").unwrap();
    assert!(second.load(&file).unwrap_err().to_string().contains("holds no records"));
    assert_eq!(second.records("/api/orders").unwrap(), first.records("/api/orders").unwrap());
    assert!(second.load(&folder.path().join("none.json")).is_err());
    assert!(second.insert("/api/nothing", json!({})).unwrap_err().to_string().contains("/api/orders"));
}

#[test]
fn records_of_the_beginning_have_keys_of_their_own() {
    let sandbox = common::sandbox("shoptet");
    let orders = sandbox.records("/api/orders").unwrap();
    for member in ["code", "externalCode", "guid"] {
        let mut values: Vec<String> = orders.iter().map(|order| order[member].to_string()).collect();
        values.sort();
        values.dedup();
        assert_eq!(values.len(), orders.len(), "{member} {values:?}");
    }
    let mut order = serde_json::from_slice::<Value>(&sandbox.example("createOrder").unwrap().body).unwrap();
    order["data"]["externalCode"] = orders[0]["externalCode"].clone();
    assert_eq!(ask(&sandbox, "POST", "/api/orders", Some(order)).status, 422);
}

#[test]
fn the_same_seed_gives_the_same_shop() {
    let bodies = || {
        let sandbox = common::sandbox("upgates");
        ["/orders", "/products", "/customers"].map(|url| ask(&sandbox, "GET", url, None).body)
    };
    assert_eq!(bodies(), bodies());
}
