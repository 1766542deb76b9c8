//! Runs every program in `examples/` and compares what it prints.
//! Each talks to a server of its own on this machine, so they run side by side and without a network.

#[path = "../examples/clipsan_purchases.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod clipsan_purchases;
#[path = "../examples/shoptet_addon.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod shoptet_addon;
#[path = "../examples/shoptet_notes.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod shoptet_notes;
#[path = "../examples/shoptet_orders.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod shoptet_orders;
#[path = "../examples/shoptet_snapshot.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod shoptet_snapshot;
#[path = "../examples/upgates_create_orders.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod upgates_create_orders;
#[path = "../examples/upgates_orders.rs"]
#[allow(dead_code, reason = "`main` is for people")]
mod upgates_orders;

/// One test per program, named after it.
macro_rules! prints {
    ($($example:ident: $lines:expr,)*) => { $(
        #[tokio::test]
        async fn $example() {
            let mut out = Vec::new();
            $example::run(&mut out).await.unwrap();
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.lines().collect::<Vec<_>>(), $lines);
        }
    )* };
}

prints! {
    clipsan_purchases: [
        "1234: 440 czk, paid 2016-05-13",
        "  and 99 for delivery",
        "1235: 138.3 czk, paid 2016-05-13",
        "refused with status 200: price not found",
        "addPurchase: HTTP 200: the call failed; price not found",
    ],
    shoptet_addon: [
        "installed in shop 123 with token ***",
        "orders come from the web",
        "  POST /action/ApiOAuthServer/token",
        "  GET /action/ApiOAuthServer/getAccessToken",
        "  GET /api/orders/sources",
        "  GET /action/ApiOAuthServer/getAccessToken",
        "  GET /api/orders/sources",
        "order:create in shop 123: 2026000001",
        "refused: the signature is not that of this body and key",
    ],
    shoptet_notes: [
        "changed; the server got:",
        "PATCH /api/orders/2026000001/notes {\"data\":{\"trackingNumber\":\"DR0123456789C\",\
         \"additionalFields\":[{\"index\":1,\"text\":\"fragile\"}],\"eshopRemark\":null}}",
        "updateRemarksForOrder: HTTP 404: not found; order-not-found: There is no such order. (missing) [request example]",
        "updateRemarksForOrder: `code` stands in the path and must not be empty, `.` or `..`",
    ],
    shoptet_orders: [
        "2026000001: Jana Vzorová pays 1210.00 CZK",
        "2026000002: Petr Příklad pays 99.90 CZK",
        "2026000003: Eva Ukázková pays 0.00 CZK",
        "3 orders in all",
    ],
    shoptet_snapshot: ["job 4b8f has begun", "2026000001: Teapot, Cup", "2026000002: Kettle"],
    upgates_create_orders: ["first is O2600003", "second was not created", "  unknown language"],
    upgates_orders: [
        "O2600001 of 2026-05-27T09:19:01+02:00 from the shop: 577",
        "  1 pcs Teapot",
        "O2600002 of 2026-05-27T09:19:01+02:00 from marketplace: 1249.9",
        "  1 pcs Teapot",
    ],
}

/// No program may be forgotten here.
#[test]
fn all_of_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let text = include_str!("examples.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(text.contains(&format!("\"../examples/{name}\"")), "{name} is not tested");
    }
}
