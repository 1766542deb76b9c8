//! The lock of names, as the commands write, check and change it.

mod common;

use common::Checkout;

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders: {get: {tags: [orders], operationId: listOrders, responses: {'200': {description: '', content: {application/json: {
    schema: {properties: {price: {properties: {currency: {properties: {code: {type: string}}}}}}}}}}}}}
";

impl Checkout {
    fn generate(&self, arguments: &[&str]) -> (i32, String) {
        self.said(&[&["generate"], arguments].concat())
    }
}

#[test]
fn the_lock_is_written_checked_and_changed() {
    const LOCK: &str = "specs/shop/names.lock.yaml";
    let checkout = Checkout::empty("names");
    checkout.write("specs/shop/openapi.yaml", DOCUMENT);

    let (code, said) = checkout.generate(&[]);
    assert_eq!(code, 0, "{said}");
    let lock = checkout.read(LOCK);
    assert!(lock.contains("\n  OrderList.price: OrderListPrice\n  OrderListPrice.currency: "), "{lock}");
    assert_eq!(checkout.generate(&["--check"]).0, 0);

    let (code, said) = checkout.generate(&["shop", "--rename", "OrderListPrice=Money"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Money keeps its name; if it were new, it would be OrderListPrice"), "{said}");
    let lock = checkout.read(LOCK);
    assert!(lock.contains("\n  Money.currency: OrderListPriceCurrency\n"), "{lock}");
    assert!(checkout.read("generated/shop/src/orders.rs").contains("pub struct Money"));
    assert_eq!(checkout.generate(&["--check"]).0, 0);

    // A name that only the lock knows stays; without the lock the check fails and the rule speaks.
    std::fs::remove_file(checkout.root.join(LOCK)).unwrap();
    let (code, said) = checkout.generate(&["--check"]);
    assert!(code == 1 && said.contains("missing specs/shop/names.lock.yaml"), "{said}");

    for (text, expected) in [
        (lock.replace("OrderList.price: Money", "OrderList.price: Price"), "no line gives the name Money"),
        (lock.replace("types:", "<<<<<<< ours\ntypes:"), "names.lock.yaml"),
    ] {
        checkout.write(LOCK, &text);
        let (code, said) = checkout.generate(&[]);
        assert!(code == 1 && said.contains(expected), "{said}");
    }
    for wrong in
        [&["shop", "--rename", "Gone=New"][..], &["--rename", "Money=Price"], &["shop", "--rename", "Money=a b"]]
    {
        checkout.write(LOCK, &lock);
        assert_eq!(checkout.generate(wrong).0, 1, "{wrong:?}");
        assert_eq!(checkout.read(LOCK), lock);
    }
}
