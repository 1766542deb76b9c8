//! Random sequences of writes with faults, through the typed clients: what the client says of each write is what the sandbox
//! has, nothing is done twice and nothing is lost.

mod common;

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use kontrakt_sandbox::{CREDENTIAL, Fault, Options, Sandbox};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use shoptet::runtime::Error;

/// Records that a client writes, each with a key that the test gives and a text that it changes.
trait Collection {
    /// Name of the API, and where its sandbox has the records.
    const PLACE: (&str, &str);
    /// Whether a second one with the same key is refused, and whether there are updates.
    const IS_UNIQUE: bool;
    const HAS_UPDATES: bool = true;

    fn of(sandbox: &Sandbox) -> Self;
    async fn create(&self, key: &str) -> Result<(), Error>;
    async fn update(&self, id: &str, text: &str) -> Result<(), Error>;
    async fn delete(&self, id: &str) -> Result<(), Error>;
    /// Identifiers of all.
    async fn list(&self) -> Result<Vec<String>, Error>;
    /// Identifier, key and text of a record of the sandbox.
    fn shown(record: &Value) -> [String; 3];
}

/// What a value shows as text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Orders of Shoptet, by their external code; the text is the number of the parcel.
struct Orders(shoptet::Client);

impl Collection for Orders {
    const PLACE: (&str, &str) = ("shoptet", "/api/orders");
    const IS_UNIQUE: bool = true;

    fn of(sandbox: &Sandbox) -> Self {
        let client = shoptet::Client::builder().private_token(CREDENTIAL).transport(sandbox.transport());
        Self(client.build().unwrap())
    }

    async fn create(&self, key: &str) -> Result<(), Error> {
        use shoptet::orders::{OrderCreate, OrderCreateCurrency};
        let order = OrderCreate::new(key, OrderCreateCurrency { code: "CZK".into(), ..Default::default() });
        self.0.orders().create(&order).await.map(drop)
    }

    async fn update(&self, id: &str, text: &str) -> Result<(), Error> {
        let notes = shoptet::orders::OrderNotesUpdate { tracking_number: text.into(), ..Default::default() };
        self.0.orders().update_notes(id, &notes).await
    }

    async fn delete(&self, id: &str) -> Result<(), Error> {
        self.0.orders().delete(id).await
    }

    async fn list(&self) -> Result<Vec<String>, Error> {
        self.0.orders().list().items().map_ok(|order| order.code).try_collect().await
    }

    fn shown(record: &Value) -> [String; 3] {
        let parcel = record.pointer("/notes/trackingNumber").unwrap_or(&record["trackingNumber"]);
        [text(&record["code"]), text(&record["externalCode"]), text(parcel)]
    }
}

/// Availabilities of UPgates, which are written in bulk, by their colour; the text is their name.
struct Availabilities(upgates::Client);

impl Collection for Availabilities {
    const PLACE: (&str, &str) = ("upgates", "/availabilities");
    const IS_UNIQUE: bool = false;

    fn of(sandbox: &Sandbox) -> Self {
        let client = upgates::Client::builder().basic("any", CREDENTIAL).shop("shop").server("s1");
        Self(client.transport(sandbox.transport()).build().unwrap())
    }

    async fn create(&self, key: &str) -> Result<(), Error> {
        use upgates::availabilities::{AvailabilityCreate, AvailabilityDescriptionWrite};
        let names = vec![AvailabilityDescriptionWrite::new("cs", "new")];
        let one = AvailabilityCreate { color: Some(key.to_owned()), ..AvailabilityCreate::new(names) };
        self.0.availabilities().create(&[one]).await.map(drop)
    }

    async fn update(&self, id: &str, text: &str) -> Result<(), Error> {
        use upgates::availabilities::{AvailabilityDescriptionWrite, AvailabilityUpdate};
        let descriptions = vec![AvailabilityDescriptionWrite::new("cs", text)];
        let one = AvailabilityUpdate { id: id.parse().unwrap_or_default(), descriptions, ..Default::default() };
        self.0.availabilities().update(&[one]).await.map(drop)
    }

    async fn delete(&self, id: &str) -> Result<(), Error> {
        self.0.availabilities().delete(&[id.parse().unwrap_or_default()]).await.map(drop)
    }

    async fn list(&self) -> Result<Vec<String>, Error> {
        self.0.availabilities().list().items().map_ok(|one| one.id.to_string()).try_collect().await
    }

    fn shown(record: &Value) -> [String; 3] {
        let name = record.pointer("/descriptions/0/name").unwrap_or(&Value::Null);
        [text(&record["id"]), text(&record["color"]), text(name)]
    }
}

/// Purchases of Clipsan, by the identifier of the caller's own; all calls are GET, and errors stand inside status 200.
struct Purchases(clipsan::Client);

impl Collection for Purchases {
    const PLACE: (&str, &str) = ("clipsan", "/purchase");
    const IS_UNIQUE: bool = false;
    const HAS_UPDATES: bool = false;

    fn of(sandbox: &Sandbox) -> Self {
        Self(clipsan::Client::builder().key(CREDENTIAL).transport(sandbox.transport()).build().unwrap())
    }

    async fn create(&self, key: &str) -> Result<(), Error> {
        self.0.purchases().add(1, "jana@example.com").custom(key).await.map(drop)
    }

    async fn update(&self, _: &str, _: &str) -> Result<(), Error> {
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), Error> {
        self.0.purchases().delete(id.parse().unwrap_or_default()).await.map(drop)
    }

    async fn list(&self) -> Result<Vec<String>, Error> {
        self.0.purchases().list().items().map_ok(|(id, _)| id).try_collect().await
    }

    fn shown(record: &Value) -> [String; 3] {
        [text(&record["id"]), text(&record["custom"]), String::new()]
    }
}

/// A write of a record with a key.
#[derive(Clone, Copy, Debug)]
enum Write {
    Create,
    Update,
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

/// Identifiers and texts of the records that are there, by key.
fn there<C: Collection>(sandbox: &Sandbox) -> BTreeMap<String, Vec<(String, String)>> {
    let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for record in sandbox.records(C::PLACE.1).unwrap() {
        let [id, key, text] = C::shown(&record);
        found.entry(key).or_default().push((id, text));
    }
    found
}

/// Whether what the client says agrees with what has happened.
fn agrees(said: &Result<(), Error>, happened: bool) -> bool {
    match said {
        Ok(()) => happened,
        Err(error) => error.may_have_happened() || !happened,
    }
}

fn cases() -> u32 {
    std::env::var("KONTRAKT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let write = prop_oneof![3 => Just(Write::Create), 2 => Just(Write::Update), 1 => Just(Write::Delete)];
    proptest::collection::vec((write, 0_u8..5, faults(), 1_u32..4), 1..12)
}

fn law<C: Collection>() {
    let sandbox = common::with(C::PLACE.0, Options { limits: false, ..Options::default() });
    let config = ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        // Time does not pass while the client waits.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(sequence::<C>(&sandbox, steps))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn nothing_twice_and_nothing_lost() {
    law::<Orders>();
}

#[test]
fn nothing_twice_and_nothing_lost_in_bulk() {
    law::<Availabilities>();
}

#[test]
fn nothing_twice_and_nothing_lost_where_writes_are_reads() {
    law::<Purchases>();
}

async fn sequence<C: Collection>(sandbox: &Sandbox, steps: Vec<Step>) -> Result<(), TestCaseError> {
    sandbox.reset();
    sandbox.clear(C::PLACE.1).unwrap();
    let records = C::of(sandbox);
    for (at, (write, key, fault, times)) in steps.into_iter().enumerate() {
        let key = format!("#00000{key}");
        let now = || there::<C>(sandbox).remove(&key).unwrap_or_default();
        let before = now();
        let first = before.first().map_or_else(|| "0".to_owned(), |(id, _)| id.clone());
        if let Some(fault) = fault.clone() {
            sandbox.fault(fault.times(times));
        }
        let agreed = match write {
            Write::Create => {
                let said = records.create(&key).await;
                let after = now();
                prop_assert!(after.len() <= before.len() + 1, "{key} was created twice by one call");
                prop_assert!(!C::IS_UNIQUE || after.len() <= 1, "{key} is there {} times", after.len());
                agrees(&said, after.len() > before.len())
            }
            Write::Update if !C::HAS_UPDATES => true,
            Write::Update => {
                let text = format!("text {at}");
                let said = records.update(&first, &text).await;
                let after = now();
                prop_assert!(after.len() == before.len(), "an update changes how many there are");
                agrees(&said, after.first().is_some_and(|(_, now)| *now == text))
            }
            Write::Delete => {
                let said = records.delete(&first).await;
                let after = now();
                // That it is not there is true as well, whoever deleted it.
                let gone = said.is_err() && !after.iter().any(|(id, _)| *id == first);
                gone || agrees(&said, after.len() < before.len())
            }
        };
        prop_assert!(agreed, "{write:?} {key} {fault:?}");
        // What is left of a fault is for no other write.
        sandbox.mend();
    }
    let mut listed = records.list().await.unwrap();
    let mut kept: Vec<String> = there::<C>(sandbox).into_values().flatten().map(|(id, _)| id).collect();
    listed.sort();
    kept.sort();
    prop_assert_eq!(listed, kept);
    Ok(())
}
