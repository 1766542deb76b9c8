//! Lists with unreadable items: each costs only itself, and is reported.
//! A page that cannot be fetched is different, and ends the list.

mod support;

use kontrakt_runtime::http::{MockTransport, Response};
use kontrakt_runtime::{Error, Items, Listed, Records, RetryPolicy};
use serde_json::{Value, json};
use support::Client;
use support::types::Order;

fn client(transport: &MockTransport) -> Client {
    Client::builder().token("t").shop("x").transport(transport.clone()).build().unwrap()
}

fn order(code: &str) -> Value {
    json!({
        "code": code,
        "creationTime": "2024-05-01T10:00:00+02:00",
        "price": {"toPay": "1.00", "vat": null},
        "labels": {},
    })
}

/// The order with another value for a member; without it for none.
fn odd(code: &str, member: &str, value: Option<Value>) -> Value {
    let mut order = order(code);
    match value {
        Some(value) => order[member] = value,
        None => drop(order.as_object_mut().unwrap().remove(member)),
    }
    order
}

/// Three pages of fifty, of which one item is this.
fn shop(place: usize, item: Value) -> MockTransport {
    MockTransport::answering(move |request| {
        let page: usize = request.url.split_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
        let each = |at: usize| if at == place { item.clone() } else { order(&at.to_string()) };
        let orders: Vec<Value> = ((page - 1) * 50..page * 50).map(each).collect();
        let paginator = json!({"page": page, "pageCount": 3, "totalCount": 150});
        let body = json!({"data": {"orders": orders, "paginator": paginator}, "metadata": {"requestId": "r-7"}});
        Ok(Response::new(200, Default::default(), body.to_string()))
    })
}

/// The items and the errors, in their order, up to the end or the error of a page.
async fn drained<T: Listed>(mut items: Items<T>) -> Vec<Result<T, Error>> {
    let mut all = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(item)) => all.push(Ok(item)),
            Ok(None) => return all,
            Err(error) => all.push(Err(error)),
        }
    }
}

#[tokio::test]
async fn one_odd_item_costs_itself_alone() {
    // The item, and where it is odd.
    for (item, path) in [
        (odd("70", "creationTime", Some(json!("0000-00-00T00:00:00+0100"))), ".creationTime"),
        (odd("70", "creationTime", Some(json!(""))), ".creationTime"),
        (odd("70", "price", Some(json!({"toPay": "1 234,50", "vat": null}))), ".price.toPay"),
        (odd("70", "price", Some(json!(""))), ".price"),
        (odd("70", "labels", Some(json!({"a": {}}))), ".labels.a"),
        (odd("70", "parent", Some(json!({"code": "1"}))), ".parent.creationTime"),
        (odd("70", "code", Some(json!(null))), ".code"),
        (odd("70", "code", None), ".code"),
        (json!(null), ""),
        (json!("70"), ""),
        (json!([[]]), ""),
    ] {
        let transport = shop(70, item.clone());
        let list = client(&transport).orders().list();
        let all = drained(list.clone().items()).await;
        assert_eq!(all.len(), 150, "{item}");
        for (at, each) in all.iter().enumerate() {
            match each {
                Ok(order) => assert_eq!(order.code, at.to_string(), "{item}"),
                Err(error) => {
                    assert_eq!(at, 70, "{item}: {error}");
                    assert!(error.is_decode() && !error.is_refusal() && !error.is_retryable() && !error.is_paging());
                    assert_eq!(error.item().unwrap().to_string(), item.to_string());
                    assert_eq!(error.item_index(), Some(20), "on its page");
                    assert_eq!(error.json_path(), Some(format!("$.data.orders[20]{path}")));
                    assert_eq!((error.operation(), error.request_id()), (Some("getOrders"), Some("r-7")));
                    assert_eq!(error.body(), item.to_string().as_bytes());
                    assert!(!format!("{error:?}").contains("234"), "its content is not shown");
                }
            }
        }
        let (orders, errors) = list.clone().items().partition().await.unwrap();
        assert_eq!((orders.len(), errors.len()), (149, 1), "{item}");
        let error = list.clone().items().all().await.unwrap_err();
        assert_eq!(error.item_index(), Some(20));
        let page = list.page(2).await.unwrap();
        assert_eq!((page.items.len(), page.unreadable.len(), page.len()), (49, 1, 50));
        assert_eq!(page.unreadable[0].item().to_string(), item.to_string());
    }
}

#[tokio::test]
async fn the_page_to_go_on_with_is_behind_it() {
    let transport = shop(70, json!(null));
    let mut items = client(&transport).orders().list().items();
    let error = loop {
        match items.try_next().await {
            Ok(item) => assert!(item.is_some()),
            Err(error) => break error,
        }
    };
    assert!(error.item().is_some());
    assert_eq!(items.next_page(), Some(3));
    assert_eq!(drained(items).await.len(), 29 + 50, "the rest comes all the same");
    let transport = shop(140, json!(null));
    let mut items = client(&transport).orders().list().items();
    while items.try_next().await.is_ok() {}
    assert_eq!(items.next_page(), None);
    let all_odd = shop(0, json!(null));
    let pages = client(&all_odd).orders().list().pages();
    assert_eq!(pages.next_page(), Some(1));
}

#[tokio::test]
async fn a_page_of_nothing_but_odd_items_is_not_empty() {
    let body = json!({"data": {"orders": [1, 2], "paginator": {"page": 1, "pageCount": 2, "totalCount": 3}}});
    let last = json!({"data": {"orders": [order("3")], "paginator": {"page": 2, "pageCount": 2, "totalCount": 3}}});
    let transport = MockTransport::new();
    transport.reply(200, body.to_string()).reply(200, last.to_string());
    let (orders, errors) = client(&transport).orders().list().items().partition().await.unwrap();
    assert_eq!((orders.len(), errors.len()), (1, 2));
}

#[tokio::test]
async fn errors_of_the_page_end_the_list() {
    let good = json!({"page": 1, "pageCount": 3, "totalCount": 3});
    for (orders, paginator) in [
        (json!("none"), good.clone()),
        (json!(1), good.clone()),
        (json!({"error": "x"}), good.clone()),
        (json!([order("1")]), json!({"page": 1})),
        (json!([order("1")]), json!(null)),
    ] {
        let transport = MockTransport::new();
        transport.reply(200, json!({"data": {"orders": orders, "paginator": paginator}}).to_string());
        let mut items = client(&transport).orders().list().items();
        let error = items.try_next().await.unwrap_err();
        assert!(error.is_decode() && error.item().is_none(), "{error}");
        assert_eq!(items.next_page(), Some(1));
        assert!(items.try_next().await.unwrap().is_none());
    }
    let transport = MockTransport::new();
    transport.reply(200, r#"{"data":{"paginator":{"page":1,"pageCount":3,"totalCount":3}}}"#);
    let error = client(&transport).orders().list().items().partition().await.unwrap_err();
    assert_eq!((error.json_path().as_deref(), error.item()), (Some("$.data.orders"), None));
}

#[tokio::test]
async fn maps_and_lists_that_come_whole() {
    let body = json!({"data": {"a": order("a"), "b": odd("b", "price", None), "c": order("c")}});
    let transport = MockTransport::answering(move |_| Ok(Response::new(200, Default::default(), body.to_string())));
    let list = client(&transport).orders().by_code().include("x");
    let all = drained(list.clone().items()).await;
    let codes: Vec<&str> = all.iter().filter_map(|each| Some(each.as_ref().ok()?.0.as_str())).collect();
    assert_eq!(codes, ["a", "c"]);
    let error = all[1].as_ref().unwrap_err();
    assert_eq!((error.item_key(), error.item_index()), (Some("b"), Some(1)));
    assert_eq!(error.json_path().as_deref(), Some("$.data.b.price"));
    assert_eq!(error.item().unwrap().at("code").unwrap().as_str(), Some("b"));
    // Awaited, a whole list is whole or an error.
    assert_eq!(list.await.unwrap_err().json_path().as_deref(), Some("$.data.b.price"));
    assert_eq!(transport.requests().len(), 2);

    let transport =
        MockTransport::answering(|_| Ok(Response::new(200, Default::default(), r#"{"data":["a",{},"c"]}"#)));
    let (items, errors) = client(&transport).orders().delete(1).items().partition().await.unwrap();
    assert_eq!((items, errors.len()), (vec!["a".to_owned(), "c".to_owned()], 1));
    assert_eq!(errors[0].item_key(), None);
}

#[tokio::test]
async fn one_object_where_a_list_is_promised() {
    let paginator = json!({"page": 1, "pageCount": 1, "totalCount": 1});
    let one = json!({"data": {"orders": order("1"), "paginator": paginator}, "orders": {"code": "1", "done": true}});
    let transport = MockTransport::answering(move |_| Ok(Response::new(200, Default::default(), one.to_string())));
    let orders = client(&transport).orders();
    assert_eq!(orders.list().items().all().await.unwrap()[0].code, "1");
    assert_eq!(orders.first().await.unwrap().code, "1");
    assert_eq!(orders.create_many(&[Default::default()], &true).await.unwrap()[0].code, "1");
    let outcomes = orders.create_many(&[Default::default()], &true).send_all().await.unwrap();
    assert!(outcomes.len() == 1 && outcomes[0].is_done());
}

#[tokio::test]
async fn records_of_jobs_have_their_text_too() {
    let lines = format!("{}\nnonsense\n{}\n{}\n", order("1"), odd("2", "price", None), order("3"));
    let mut records = Records::<Order>::new(lines.into_bytes().into());
    assert_eq!(records.try_next().await.unwrap().unwrap().code, "1");
    assert!(records.try_next().await.unwrap_err().item().is_none(), "no JSON");
    let error = records.try_next().await.unwrap_err();
    assert_eq!((error.item_index(), error.item().unwrap().at("code").unwrap().as_str()), (Some(2), Some("2")));
    assert_eq!(records.try_next().await.unwrap().unwrap().code, "3");
}

/// What no member of an order reads costs nothing, however odd it is.
#[tokio::test]
async fn what_nobody_reads_costs_nothing() {
    let deep = format!("{}1e400{}", r#"{"a":["#.repeat(100), "]}".repeat(100));
    let long = "9".repeat(5_000);
    for odd in ["1e400", "-1e-400", "18446744073709551616", "0.12345678901234567890", &long, &deep, r#""\ud800""#] {
        let order = order("1").to_string().replacen('{', &format!(r#"{{"nobody":{odd},"#), 1);
        let page = format!(
            r#"{{"nobody":{odd},"data":{{"orders":[{order}],"paginator":{{"page":1,"pageCount":1,"totalCount":1}}}}}}"#
        );
        let transport = MockTransport::new();
        transport.reply(200, page).reply(200, format!(r#"{{"data":{{"order":{order}}}}}"#));
        let client = client(&transport);
        assert_eq!(client.orders().list().items().all().await.unwrap()[0].code, "1", "{odd}");
        assert_eq!(client.orders().get("1").await.unwrap().code, "1", "{odd}");
        let mut records = Records::<Order>::new(format!("{order}\n{order}\n").into_bytes().into());
        while let Some(order) = records.try_next().await.unwrap() {
            assert_eq!(order.code, "1");
        }
    }
}

#[tokio::test]
async fn a_byte_order_mark_costs_nothing() {
    let order = order("1");
    let transport = MockTransport::new();
    transport.reply(200, format!("\u{feff}{}", json!({"data": {"order": order}})));
    assert_eq!(client(&transport).orders().get("1").await.unwrap().code, "1");
    for lines in [format!("\u{feff}{order}\n{order}\n"), format!("\u{feff}\r\n{order}\r\n{order}")] {
        let mut records = Records::<Order>::new(lines.into_bytes().into());
        for _ in 0..2 {
            assert_eq!(records.try_next().await.unwrap().unwrap().code, "1");
        }
        assert!(records.try_next().await.unwrap().is_none());
    }
    transport.reply(200, "\u{feff} \r\n");
    let error = client(&transport).orders().get("1").retry(RetryPolicy::never()).await.unwrap_err();
    assert!(error.is_unrecognized() && error.to_string().contains("empty"), "{error}");
}
