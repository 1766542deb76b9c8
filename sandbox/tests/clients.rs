//! The clients against sandboxes, in memory: what they write is what they read.

use futures_util::TryStreamExt as _;
use kontrakt_sandbox::{CREDENTIAL, Fault, Options, Sandbox};

#[tokio::test]
async fn shoptet() {
    use shoptet::orders::{OrderCreate, OrderCreateCurrency};
    let sandbox = Sandbox::shoptet_with(Options { limits: false, ..Options::default() });
    let before = shoptet::runtime::Mark::now();
    sandbox.clear("/api/orders").unwrap();
    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport()).build().unwrap();
    let order = OrderCreate::new("market-1", OrderCreateCurrency { code: "CZK".into(), ..Default::default() });
    let made = shop.orders().create(&order).await.unwrap();
    // The answer is lost after the order was made: the client does not make another.
    sandbox.fault(Fault::lost_answer().on("createOrder").times(1));
    let lost = OrderCreate::new("market-2", OrderCreateCurrency { code: "CZK".into(), ..Default::default() });
    let error = shop.orders().create(&lost).await.unwrap_err();
    assert!(error.may_have_happened(), "{error:?}");
    assert_eq!(sandbox.records("/api/orders").unwrap().len(), 2);
    let listed: Vec<_> = shop.orders().list().items().try_collect().await.unwrap();
    assert_eq!(listed.len(), 2);
    let detail = shop.orders().get(&made.code).await.unwrap();
    assert_eq!(detail.external_code.as_deref(), Some("market-1"));
    shop.orders().delete(&made.code).await.unwrap();
    assert!(shop.orders().get(&made.code).await.unwrap_err().is_not_found());
    let changes = shop.orders().changes(before.into()).feed().await.unwrap();
    assert_eq!(changes.iter().count(), 2);
    assert!(sandbox.calls().iter().all(|call| call.violations.is_empty()), "{:?}", sandbox.calls());
}

#[tokio::test(start_paused = true)]
async fn clients_follow_a_move_and_wait_for_locks() {
    let sandbox = Sandbox::upgates();
    let shop = upgates::Client::builder().basic("any", CREDENTIAL).shop("shop").server("s1");
    let shop = shop.transport(sandbox.transport()).build().unwrap();
    sandbox.fault(Fault::moved_to("https://shop.admin.s2.upgates.com/api/v2"));
    shop.languages().list().await.unwrap();
    let statuses: Vec<u16> = sandbox.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [301, 200]);
    let sandbox = Sandbox::shoptet();
    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport()).build().unwrap();
    sandbox.fault(Fault::error(423).times(2));
    shop.eshop().get().await.unwrap();
    let statuses: Vec<u16> = sandbox.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [423, 423, 200]);
}

#[test]
fn apis_that_are_inside_have_constructors_and_names() {
    for (sandbox, title) in
        [(Sandbox::clipsan(), "Clipsan"), (Sandbox::shoptet(), "Shoptet"), (Sandbox::upgates(), "UPgates")]
    {
        assert!(sandbox.contract().title.contains(title), "{sandbox:?}");
    }
    // What one does, another one of the same API does not see.
    let (one, other) = (Sandbox::shoptet(), Sandbox::shoptet());
    one.clear("/api/orders").unwrap();
    assert_eq!((one.records("/api/orders").unwrap().len(), other.records("/api/orders").unwrap().len()), (0, 3));
    let error = Sandbox::of("nothing", Options::default()).unwrap_err().to_string();
    assert!(error.contains("clipsan, shoptet, upgates"), "{error}");
}

#[test]
fn notices_are_made_up_and_signed() {
    use shoptet::runtime::webhook::Verifier;
    use shoptet::webhooks::Notice;
    let sandbox = Sandbox::shoptet();
    let known = serde_json::json!({"event": "order:create", "eventInstance": "2026000001"});
    let request = sandbox.notice(None, known.as_object().unwrap(), Some("key")).unwrap();
    let signature = request.header_value(shoptet::SIGNATURE_HEADER);
    let notice: Notice = Verifier::hmac_sha1("key").read(&request.body, signature).unwrap();
    assert_eq!((notice.event.as_str(), notice.event_instance.all()), ("order:create", &["2026000001".to_owned()][..]));
    for (webhook, known, said) in [
        (Some("nothing"), serde_json::json!({}), "there is no webhook \"nothing\"; expected notice"),
        (None, serde_json::json!({"event": 1}), "\"event\" of the webhook notice cannot be 1"),
        (None, serde_json::json!({"evnt": "x"}), "\"evnt\" of the webhook notice cannot be \"x\""),
    ] {
        let error = sandbox.notice(webhook, known.as_object().unwrap(), None).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
    // The first of the document, which is not the first by its name.
    let changes = Sandbox::upgates().notice(None, &serde_json::Map::new(), None).unwrap();
    shoptet::runtime::webhook::read::<upgates::webhooks::Notice>(&changes.body).unwrap();
    assert!(
        Sandbox::clipsan().notice(None, &serde_json::Map::new(), None).unwrap_err().to_string().contains("no webhooks")
    );
}
