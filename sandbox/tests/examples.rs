//! Runs every example of the emitted crates and compares its output with its documentation.
//! Each has a sandbox or a local server of its own, so they run in parallel and without a network.

use std::path::Path;

/// One test per program, named after it.
macro_rules! examples {
    ($($example:ident: $file:literal,)*) => { $(
        #[path = $file]
        #[allow(dead_code, reason = "`main` is for people")]
        mod $example;

        #[tokio::test]
        async fn $example() {
            let mut out = Vec::new();
            $example::run(&mut out).await.unwrap();
            let out = String::from_utf8(out).unwrap();
            assert_eq!(out.lines().collect::<Vec<_>>(), documented(include_str!($file)));
        }
    )* };
}

examples! {
    clipsan_add_once: "../../generated/clipsan/examples/add_once.rs",
    clipsan_purchases: "../../generated/clipsan/examples/purchases.rs",
    shoptet_addon: "../../generated/shoptet/examples/addon.rs",
    shoptet_changes: "../../generated/shoptet/examples/changes.rs",
    shoptet_notes: "../../generated/shoptet/examples/notes.rs",
    shoptet_price_lists: "../../generated/shoptet/examples/price_lists.rs",
    shoptet_orders: "../../generated/shoptet/examples/orders.rs",
    shoptet_snapshot: "../../generated/shoptet/examples/snapshot.rs",
    upgates_create_orders: "../../generated/upgates/examples/create_orders.rs",
    upgates_orders: "../../generated/upgates/examples/orders.rs",
}

/// The lines that a program says it prints.
fn documented(program: &str) -> Vec<&str> {
    let docs =
        program.lines().filter_map(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    docs.skip_while(|line| *line != "```text").skip(1).take_while(|line| *line != "```").collect()
}

/// No program may be forgotten here, and none may say nothing.
#[test]
fn all_of_them() {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated");
    for api in ["clipsan", "shoptet", "upgates"] {
        for entry in std::fs::read_dir(generated.join(api).join("examples")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let listed = format!("\"../../generated/{api}/examples/{name}\"");
            assert!(include_str!("examples.rs").contains(&listed), "{listed} is not tested");
            assert!(
                !documented(&std::fs::read_to_string(&path).unwrap()).is_empty(),
                "{listed} does not say what it prints"
            );
        }
    }
}
