//! The clients against sandboxes, in memory: what they write is what they read.

mod common;

use futures_util::TryStreamExt as _;
use kontrakt_sandbox::{CREDENTIAL, Fault, Options};

#[tokio::test]
async fn shoptet() {
    use shoptet::orders::{OrderCreate, OrderCreateCurrency};
    let sandbox = common::with("shoptet", Options { limits: false, ..Options::default() });
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
