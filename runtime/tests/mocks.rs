//! Stubs, samples, assertions and replays, as a test of an integrator uses them.
#![cfg(feature = "testing")]

use futures_util::TryStreamExt as _;
use kontrakt_runtime::testing::{Mock, Replay, Sample as _};
use kontrakt_runtime::{
    Api, DateTime, Envelope, Error, ErrorFields, Jobs, Page, Paging, Patch, Success, Upload, client, closed_enum,
    open_enum, operation, record, resource, union,
};

record! {
    /// An order.
    #[non_exhaustive]
    pub struct Order {
        /// Code.
        pub code: String = required("code"),
        /// State.
        pub state: State = required("state"),
        /// When.
        pub created: DateTime = required("created"),
        /// What pays for it.
        pub payment: Payment = required("payment"),
        /// Note.
        pub note: Patch<String> = optional("note"),
    }
}
open_enum! {
    /// State.
    pub enum State: text {
        /// New.
        New = "new",
    }
}
closed_enum! {
    /// Kind.
    pub enum Kind: text {
        /// Card.
        Card = "card",
    }
}
record! {
    /// A card.
    pub struct Card {
        /// Kind.
        pub kind: String = required("kind"),
        /// Cards that it stands for.
        pub cards: Vec<Payment> = required("cards"),
    }
}
union! {
    /// A payment.
    pub enum Payment {
        /// By card.
        Card(Card) where "kind" = "card",
        /// By words.
        Text(String),
    }
}
resource! {
    /// Orders.
    pub Orders
}
operation! {
    /// Reads an order.
    Orders::get(code: &str = path("code")) -> Call<Order> {
        id: "getOrder",
        call: GET "/orders/{code}",
        value: "data/order",
    }
}
operation! {
    /// Creates an order.
    Orders::create(body: &Order = json("data")) -> Call<Order> {
        id: "createOrder",
        call: POST "/orders",
        value: "data",
    }
}
operation! {
    /// Lists orders.
    Orders::list() -> ListRequest {
        id: "listOrders",
        call: GET "/orders",
        pages: Order = "data/orders",
        page_size: ("size", 2),
        options {
            /// Of this kind.
            kind: Kind = query("kind"),
        }
    }
}
operation! {
    /// Deletes an order.
    Orders::delete(code: &str = path("code")) -> Call<()> {
        id: "deleteOrder",
        call: DELETE "/orders/{code}",
        value: "",
    }
}
operation! {
    /// Exports orders.
    Orders::export() -> ExportRequest {
        id: "exportOrders",
        call: GET "/orders/export",
        job: Order = "data/job",
    }
}
operation! {
    /// Adds a file.
    Orders::attach(code: &str = path("code"), file: &Upload = file("file")) -> Call<()> {
        id: "attach",
        call: POST "/orders/{code}/files",
        value: "",
    }
}

const API: Api = Api {
    name: "example",
    base_url: "https://{shop}.example.com/api",
    envelope: Envelope {
        errors: Some("errors"),
        error_fields: ErrorFields { code: "errorCode", ..ErrorFields::DEFAULT },
        values: &["data"],
        ..Envelope::DEFAULT
    },
    paging: Some(Paging {
        page: "page",
        current: "data/paging/page",
        pages: "data/paging/pages",
        total: "data/paging/total",
    }),
    jobs: Some(Jobs {
        detail: "/jobs/{id}",
        job: "data/job",
        id: "data/jobId",
        status: "status",
        pending: &["pending"],
        completed: "completed",
        result_url: "resultUrl",
        log: "log",
        polls: 3,
        waits: &[0],
    }),
    ..Api::DEFAULT
};

client! {
    /// A client.
    pub Client / ClientBuilder: API,
    credentials { /** Token. */ token: header("X-Token"), /** User. */ login: basic() }
    variables { /** Shop. */ shop }
    resources { /** Orders. */ orders: Orders }
}

/// An API that tells inside status 200 whether a call worked.
mod telling {
    use super::*;

    const API: Api = Api {
        name: "telling",
        base_url: "https://example.com",
        envelope: Envelope {
            success: Some(Success { member: "result", equals: "ok" }),
            error: Some("error"),
            ..Envelope::DEFAULT
        },
        ..Api::DEFAULT
    };
    client! {
        /// A client.
        pub Client / ClientBuilder: API,
        credentials { /** Key. */ key: query("key") }
        variables {}
        resources { /** Orders. */ orders: Orders }
    }
}

fn order(code: &str) -> Order {
    Order::sample_with(|order| order.code = code.into())
}

#[tokio::test]
async fn the_stub_that_asks_for_most_answers() {
    let (shop, mock) = Client::mock();
    mock.on_any(shop.orders().get("any")).answers_with(|request| order(request.url.rsplit('/').next().unwrap()));
    mock.on(shop.orders().get("2")).fails_with(404, "no-order", "there is none");
    mock.on(shop.orders().get("3")).answers(order("old"));
    mock.on(shop.orders().get("3")).answers(order("new"));
    assert_eq!(shop.orders().get("a b").await.unwrap().code, "a%20b");
    let error = shop.orders().get("2").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.api_errors()[0].to_string(), "no-order: there is none");
    assert_eq!(shop.orders().get("3").await.unwrap().code, "new");
    assert_eq!(mock.sent_any(shop.orders().get("")).len(), 3);
    let unknown = shop.orders().delete("2").await.unwrap_err();
    assert!(unknown.is_usage() && format!("{unknown}").contains("no stub answers `deleteOrder`"), "{unknown}");
}

#[tokio::test]
async fn replies_follow_each_other_and_the_last_repeats() {
    let (shop, mock) = Client::mock();
    mock.on(shop.orders().get("1")).fails(503).times_out().answers(order("1"));
    assert_eq!(shop.orders().get("1").await.unwrap(), order("1"));
    assert_eq!(shop.orders().get("1").await.unwrap(), order("1"));
    assert_eq!(mock.requests().len(), 4);
    mock.on(shop.orders().create(&order("2"))).disconnects();
    assert!(shop.orders().create(&order("2")).await.unwrap_err().may_have_happened());
    mock.on_any(shop.orders().delete("1")).is_unreachable();
    assert!(!shop.orders().delete("1").await.unwrap_err().may_have_happened());
    mock.assert_all_used();
}

#[tokio::test]
async fn lists_are_given_page_by_page() {
    let (shop, mock) = Client::mock();
    let orders: Vec<Order> = ["1", "2", "3"].map(order).into();
    mock.on(shop.orders().list()).answers(orders.clone());
    let read: Vec<Order> = shop.orders().list().items().try_collect().await.unwrap();
    assert_eq!(read, orders);
    assert_eq!(mock.requests().len(), 2);
    let page: Page<Order> = shop.orders().list().await.unwrap();
    assert_eq!((page.len(), page.pages, page.total), (3, 1, Some(3)));
    mock.on(shop.orders().list().kind(Kind::Card)).answers(vec![]);
    assert!(shop.orders().list().kind(Kind::Card).await.unwrap().is_empty());
    assert_eq!(mock.sent(shop.orders().list().kind(Kind::Card))[0].query("kind").as_deref(), Some("card"));
}

#[tokio::test]
async fn jobs_end_with_the_records_that_are_given() {
    let (shop, mock) = Client::mock();
    mock.on(shop.orders().export()).answers(vec![order("1"), order("2")]);
    for _ in 0..2 {
        let job = shop.orders().export().submit().await.unwrap();
        let records = job.wait().await.unwrap().records().await.unwrap();
        let read: Vec<Order> = records.try_collect().await.unwrap();
        assert_eq!(read, [order("1"), order("2")]);
    }
}

#[tokio::test]
async fn what_was_sent_is_typed() {
    let (shop, mock) = Client::mock();
    mock.on_any(shop.orders().create(&order(""))).answers_with(|request| request.json("data").unwrap());
    assert_eq!(shop.orders().create(&order("7")).await.unwrap(), order("7"));
    mock.assert_sent(shop.orders().create(&order("7")));
    mock.assert_not_sent(shop.orders().create(&order("8")));
    let sent: Order = mock.requests()[0].json("data").unwrap();
    assert_eq!(sent.code, "7");
    mock.on(shop.orders().attach("7", &Upload::new("a.txt", "text"))).answers(());
    shop.orders().attach("7", &Upload::new("a.txt", "text")).await.unwrap();
}

#[tokio::test]
async fn errors_inside_a_success() {
    let (account, mock) = telling::Client::mock();
    mock.on(account.orders().get("1")).answers(order("1"));
    mock.on(account.orders().get("2")).fails(200);
    mock.on(account.orders().delete("1")).answers(());
    assert_eq!(account.orders().get("1").await.unwrap().code, "1");
    assert!(account.orders().get("2").await.unwrap_err().is_refusal());
    account.orders().delete("1").await.unwrap();
}

#[test]
fn assertions_can_fail_and_say_what_was_sent() {
    let message = |check: &dyn Fn(&Client, &Mock)| {
        let (shop, mock) = Client::mock();
        mock.on_any(shop.orders().delete("1")).answers(());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { shop.orders().delete("1").await }).unwrap();
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&shop, &mock)));
        *caught.unwrap_err().downcast::<String>().unwrap()
    };
    let sent = "sent:\n  `deleteOrder`: DELETE /api/orders/1 ";
    assert_eq!(
        message(&|shop, mock| mock.assert_sent(shop.orders().delete("2"))),
        format!("not sent: `deleteOrder`: DELETE /orders/2\n{sent}")
    );
    assert_eq!(
        message(&|shop, mock| mock.assert_not_sent(shop.orders().delete("1"))),
        format!("sent 1 times: `deleteOrder`: DELETE /orders/1\n{sent}")
    );
    let unused = message(&|shop, mock| {
        mock.on(shop.orders().get("1")).fails(500);
        mock.assert_all_used();
    });
    assert!(unused.contains("`getOrder`: GET /orders/1"), "{unused}");
    let fault = message(&|shop, mock| {
        mock.on(shop.orders().get("")).fails(500);
    });
    assert!(fault.contains("`getOrder` is never sent"), "{fault}");
}

#[test]
fn samples_are_what_their_types_read() {
    let sample = Order::sample();
    assert_eq!((&*sample.code, &sample.state), ("code", &State::New));
    assert_eq!(sample.payment, Payment::Card(Card { kind: "card".into(), cards: vec![] }));
    assert_eq!(kontrakt_runtime::from_json::<Order>(&kontrakt_runtime::to_json(&sample)).unwrap(), sample);
    assert_eq!(Kind::sample(), Kind::Card);
}

#[cfg(feature = "recorder")]
#[tokio::test]
async fn what_the_recorder_wrote_is_replayed() {
    use kontrakt_runtime::Recording;
    use kontrakt_runtime::recorder::Recorder;

    let (shop, mock) = Client::mock();
    mock.on_any(shop.orders().get("1")).answers(order("1")).answers(order("2"));
    mock.on(shop.orders().delete("1")).fails(409);
    mock.on(shop.orders().list()).answers(vec![order("1"), order("2"), order("3")]);
    let recorder = Recorder::new(mock, Recording::DEFAULT);
    let client = |transport: Recorder| {
        let builder = Client::builder().token("another-token").shop("a").transport(transport);
        builder.build().unwrap()
    };
    assert!(calls(&client(recorder.clone())).await.is_err());
    let replay = Replay::from_har(&recorder.har()).unwrap();
    let shop = Client::builder().token("secret").shop("a").transport(replay.clone()).build().unwrap();
    assert!(calls(&shop).await.is_err());
    replay.assert_all_used();
    let again = shop.orders().get("1").await.unwrap_err();
    assert!(again.to_string().contains("once more than the 2 times"), "{again}");
    let other = shop.orders().get("2").await.unwrap_err();
    assert!(other.to_string().contains("has no answer to GET"), "{other}");

    /// Reads twice, lists, and is refused.
    async fn calls(shop: &Client) -> Result<(), Error> {
        assert_eq!(shop.orders().get("1").await?.code, "1");
        assert_eq!(shop.orders().get("1").await?.code, "2");
        let all: Vec<Order> = shop.orders().list().items().try_collect().await?;
        assert_eq!(all.len(), 3);
        shop.orders().delete("1").await
    }
}

#[test]
fn what_is_no_recording_says_why() {
    for (text, message) in [
        ("", "no JSON: "),
        ("{}", "no HAR: it has no list `log.entries`"),
        (r#"{"log":{"entries":[{}]}}"#, "no HAR: log.entries[0] has no `request.url`"),
        (
            r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://x/"},"response":{"status":70000}}]}}"#,
            "no HAR: log.entries[0] has no valid `response.status`",
        ),
    ] {
        let error = Replay::from_har(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    assert!(Replay::open("/nowhere.har").unwrap_err().to_string().starts_with("/nowhere.har: "));
}
