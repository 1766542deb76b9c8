//! Random sequences of writes with faults, through the typed client: what the client says of each write is what the sandbox
//! has, nothing is done twice and nothing is lost.

mod common;

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use kontrakt_sandbox::{CREDENTIAL, Fault, Options, Sandbox};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use shoptet::orders::{OrderCreate, OrderCreateCurrency};
use shoptet::runtime::Error;

/// A write of the order with a key, and what goes wrong with it.
#[derive(Clone, Copy, Debug)]
enum Write {
    Create,
    Delete,
}

/// A write, the key, what goes wrong, and how often.
type Step = (Write, u8, Option<Fault>, u32);

fn faults() -> impl Strategy<Value = Option<Fault>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(Fault::status(500))),
        1 => Just(Some(Fault::status(503))),
        1 => Just(Some(Fault::html(502))),
        1 => Just(Some(Fault::reset())),
        2 => Just(Some(Fault::lost_answer())),
        1 => Just(Some(Fault::cut_off())),
    ]
}

/// Codes of the orders that are there, by key.
fn there(sandbox: &Sandbox) -> BTreeMap<String, Vec<String>> {
    let mut codes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in sandbox.records("/api/orders").unwrap() {
        let text = |member: &str| record[member].as_str().unwrap_or_default().to_owned();
        codes.entry(text("externalCode")).or_default().push(text("code"));
    }
    codes
}

/// Whether what the client says agrees with what has happened.
fn agrees<T>(said: &Result<T, Error>, happened: bool) -> bool {
    match said {
        Ok(_) => happened,
        Err(error) => error.may_have_happened() || !happened,
    }
}

fn cases() -> u32 {
    std::env::var("KONTRAKT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let write = prop_oneof![3 => Just(Write::Create), 1 => Just(Write::Delete)];
    proptest::collection::vec((write, 0_u8..5, faults(), 1_u32..4), 1..12)
}

#[test]
fn nothing_twice_and_nothing_lost() {
    let sandbox = common::shoptet_with(Options { limits: false, ..Options::default() });
    let config = ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        // Time does not pass while the client waits.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(sequence(&sandbox, steps))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

async fn sequence(sandbox: &Sandbox, steps: Vec<Step>) -> Result<(), TestCaseError> {
    sandbox.reset();
    sandbox.clear("/api/orders").unwrap();
    let shop = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport()).build().unwrap();
    for (write, key, fault, times) in steps {
        let key = format!("key-{key}");
        let now = || there(sandbox).get(&key).cloned().unwrap_or_default();
        let before = now();
        if let Some(fault) = fault.clone() {
            sandbox.fault(fault.times(times));
        }
        let agreed = match write {
            Write::Create => {
                let order = OrderCreate::new(&key, OrderCreateCurrency { code: "CZK".into(), ..Default::default() });
                let said = shop.orders().create(&order).await;
                let after = now();
                prop_assert!(after.len() <= 1, "{key} is there {} times", after.len());
                agrees(&said, after.len() > before.len())
            }
            Write::Delete => {
                let code = before.first().cloned().unwrap_or_else(|| "nobody".to_owned());
                let said = shop.orders().delete(&code).await;
                let after = now();
                // That it is not there is true as well, whoever deleted it.
                let gone = said.as_ref().is_err_and(Error::is_not_found) && after.is_empty();
                gone || agrees(&said, after.len() < before.len())
            }
        };
        prop_assert!(agreed, "{write:?} {key} {fault:?}");
        // What is left of a fault is for no other write.
        sandbox.mend();
    }
    let listed: Vec<_> = shop.orders().list().items().try_collect().await.unwrap();
    let mut listed: Vec<String> = listed.into_iter().map(|order| order.code).collect();
    let mut kept: Vec<String> = there(sandbox).into_values().flatten().collect();
    listed.sort();
    kept.sort();
    prop_assert_eq!(listed, kept);
    Ok(())
}
