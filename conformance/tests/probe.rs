//! `probe` against a local server for all three APIs: most GETs are reached, nothing is written, no secret is in the files,
//! and a run that is killed goes on without repeating anything.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::probe::{Budget, Ending, Plan, Probe, Standing, State, Tape, lines, text};
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::routing::Router;
use kontrakt_runtime::codec::Driver;
use kontrakt_runtime::http::ReqwestTransport;
use kontrakt_runtime::recorder::Recorder;
use kontrakt_runtime::time::OffsetDateTime;
use kontrakt_runtime::{Method, Recording as Personal, RetryPolicy, Session};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const SECRETS: [&str; 2] = ["s3cr3t-token", "s3cr3t-login"];

struct Api {
    name: &'static str,
    drivers: &'static [Driver],
    personal: Personal,
    connect: fn(&str, Tape) -> Session,
    /// GETs of the contract that only read and are reached, at least.
    reached: usize,
}

const APIS: [Api; 3] = [
    Api {
        name: "shoptet",
        drivers: shoptet::codecs::DRIVERS,
        personal: shoptet::RECORDING,
        connect: |url, tape| {
            let client = shoptet::Client::builder().private_token(SECRETS[0]).base_url(url).transport(tape);
            client.retry(RetryPolicy::never()).build().unwrap().session().clone()
        },
        reached: 100,
    },
    Api {
        name: "upgates",
        drivers: upgates::codecs::DRIVERS,
        personal: upgates::RECORDING,
        connect: |url, tape| {
            let client = upgates::Client::builder().basic(SECRETS[1], SECRETS[0]).base_url(url).transport(tape);
            client.retry(RetryPolicy::never()).build().unwrap().session().clone()
        },
        reached: 60,
    },
    Api {
        name: "clipsan",
        drivers: clipsan::codecs::DRIVERS,
        personal: clipsan::RECORDING,
        connect: |url, tape| {
            let client = clipsan::Client::builder().key(SECRETS[0]).base_url(url).transport(tape);
            client.retry(RetryPolicy::never()).build().unwrap().session().clone()
        },
        reached: 6,
    },
];

/// What a server was asked, method and address.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// What an API is, and what its server answers: read and drawn once.
struct Subject {
    contract: &'static Contract,
    plan: Plan,
    bodies: BTreeMap<String, Value>,
}

static SUBJECTS: LazyLock<[Subject; 3]> = LazyLock::new(|| APIS.each_ref().map(|api| Subject::of(api.name)));

impl Subject {
    /// Answers are arbitrary values of their schemas: of several the longest, so that lists have elements.
    fn of(name: &str) -> Self {
        let contract: &'static Contract = Box::leak(Box::new(common::contract(name)));
        let reads = contract.operations.iter().filter(|operation| operation.method == "GET");
        let schemas: Vec<_> = reads.filter_map(|one| Some((one.id.clone(), one.success()?.json()?.schema?))).collect();
        let instances = Instances::new(contract, schemas.iter().map(|(_, schema)| *schema));
        let bodies = schemas.iter().filter_map(|(id, schema)| {
            let values = instances.of(*schema).ok()?;
            Some((id.clone(), (0..6).filter_map(|seed| values.value(seed)).max_by_key(fullness)?))
        });
        let plan = Plan::of(contract, OffsetDateTime::from_unix_timestamp(1_772_366_400).unwrap());
        Self { contract, plan, bodies: bodies.collect() }
    }

    /// A server that answers every GET.
    async fn serve(&'static self) -> (MockServer, Asked) {
        let asked = Asked::default();
        let log = Arc::clone(&asked);
        let router = Router::new(self.contract);
        let respond = move |request: &Request| {
            log.lock().unwrap().push((request.method.to_string(), request.url.to_string()));
            let routed = router.route(request.method.as_str(), request.url.as_str());
            match routed.and_then(|routed| self.bodies.get(&routed.operation.id)) {
                Some(body) => ResponseTemplate::new(200).set_body_json(succeeded(body)),
                None => ResponseTemplate::new(200).set_body_raw("%PDF", "application/pdf"),
            }
        };
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(respond).mount(&server).await;
        (server, asked)
    }
}

/// How much there is to find; a failed call tells nothing.
fn fullness(value: &Value) -> (bool, usize) {
    let failed = value.get("result").is_some_and(|result| result == "error");
    (!failed, value.to_string().len())
}

/// A body without errors.
fn succeeded(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(errors) = body.get_mut("errors") {
        *errors = Value::Null;
    }
    body
}

/// Runs a probe until it ends, or until it was given `saves` states to keep; the last of these, and the recording.
async fn run(
    api: &Api,
    plan: &Plan,
    url: &str,
    state: &str,
    requests: usize,
    saves: usize,
) -> (Option<Ending>, String, String) {
    let recorder = Recorder::new(ReqwestTransport::new().unwrap(), api.personal);
    let tape = Tape::new(recorder.clone(), requests);
    let session = (api.connect)(url, tape.clone());
    let probe = Probe { plan, drivers: api.drivers, session: &session, tape: &tape };
    let mut state = if state.is_empty() { State::new(api.name) } else { State::read(state, api.name).unwrap() };
    let mut kept = state.write();
    let mut left = saves;
    let mut keep = |state: &State| {
        kept = state.write();
        left -= 1;
        if left == 0 { Err(Diagnostic::new("killed")) } else { Ok(()) }
    };
    let ending = probe.run(&mut state, Budget { time: Duration::from_secs(600) }, &mut keep).await.ok();
    (ending, kept, recorder.har())
}

#[tokio::test]
async fn most_reads_are_reached_and_nothing_is_written() {
    for (api, subject) in APIS.iter().zip(SUBJECTS.iter()) {
        let plan = &subject.plan;
        let (server, asked) = subject.serve().await;
        let (ending, state, har) = run(api, plan, &server.uri(), "", 1000, usize::MAX).await;
        assert_eq!(ending, Some(Ending::Complete));
        let state = State::read(&state, api.name).unwrap();
        let table = lines(plan, &state);
        let shown = text(&table, &state);
        let reached = table.iter().filter(|line| line.standing == Standing::Reached).count();
        println!("{shown}");
        assert!(reached >= api.reached, "{} reached {reached} of {}:\n{shown}", api.name, plan.reads.len());
        let asked = asked.lock().unwrap().clone();
        let router = Router::new(subject.contract);
        let reads: BTreeSet<&str> = plan.reads.iter().map(|(operation, _)| operation.id.as_str()).collect();
        for (method, url) in &asked {
            let operation = &router.route(method, url).unwrap_or_else(|| panic!("{method} {url}")).operation.id;
            assert!(method == "GET" && reads.contains(operation.as_str()), "{method} {url} is {operation}");
        }
        for secret in SECRETS.iter().chain(&["czNjcjN0"]) {
            let files = [har.as_str(), &state.write(), &shown];
            assert!(files.iter().all(|file| !file.contains(secret)), "{} shows {secret}", api.name);
        }
        let file = std::env::temp_dir().join(format!("probe-{}-{}.har", api.name, std::process::id()));
        std::fs::write(&file, &har).unwrap();
        let recording = Recording::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(recording.entries.len(), asked.len());
    }
}

#[tokio::test]
async fn a_killed_run_goes_on_and_repeats_nothing() {
    for (api, subject) in APIS.iter().zip(SUBJECTS.iter()) {
        let plan = &subject.plan;
        let (server, asked) = subject.serve().await;
        let mut state = String::new();
        let mut runs = 0;
        // Killed before a call and after one, in turns.
        let ending = loop {
            runs += 1;
            let saves = if runs < 6 { 3 + runs % 2 } else { usize::MAX };
            let (ending, kept, _) = run(api, plan, &server.uri(), &state, 1000, saves).await;
            state = kept;
            if let Some(ending) = ending {
                break ending;
            }
        };
        assert_eq!(ending, Ending::Complete, "{}", api.name);
        let asked = asked.lock().unwrap().clone();
        let distinct: BTreeSet<_> = asked.iter().collect();
        assert_eq!(distinct.len(), asked.len(), "{}: {asked:?}", api.name);
        let table = lines(plan, &State::read(&state, api.name).unwrap());
        assert!(table.iter().any(|line| line.standing == Standing::Interrupted), "{table:?}");
    }
}

#[tokio::test]
async fn a_budget_is_kept_and_another_run_goes_on() {
    let (api, subject) = (&APIS[1], &SUBJECTS[1]);
    let plan = &subject.plan;
    let (server, asked) = subject.serve().await;
    let (ending, state, _) = run(api, plan, &server.uri(), "", 10, usize::MAX).await;
    assert_eq!((ending, asked.lock().unwrap().len()), (Some(Ending::Requests), 10));
    let (ending, state, _) = run(api, plan, &server.uri(), &state, 10, usize::MAX).await;
    assert_eq!((ending, asked.lock().unwrap().len()), (Some(Ending::Requests), 20));
    assert_eq!(State::read(&state, api.name).unwrap().requests, 20);
    assert!(State::read(&state, "shoptet").is_err() && State::read("{}", api.name).is_err());
}

#[tokio::test]
async fn refused_credentials_and_used_up_limits_end_a_run() {
    let (api, plan) = (&APIS[1], &SUBJECTS[1].plan);
    for (status, ending) in [(401, Ending::Unauthorized), (429, Ending::Limit)] {
        let server = MockServer::start().await;
        let refusal = ResponseTemplate::new(status).set_body_json(json!({"message": "no"}));
        Mock::given(any()).respond_with(refusal).mount(&server).await;
        let (ended, state, _) = run(api, plan, &server.uri(), "", 10, usize::MAX).await;
        assert_eq!(ended, Some(ending));
        let state = State::read(&state, api.name).unwrap();
        assert!(state.calls.is_empty() && state.requests == 1, "the call is made again: {state:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_ends_a_run() {
    let plan = &SUBJECTS[1].plan;
    let nobody = {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", socket.local_addr().unwrap())
    };
    let (ending, state, _) = run(&APIS[1], plan, &nobody, "", 10, usize::MAX).await;
    assert_eq!(ending, Some(Ending::Unreachable));
    assert!(State::read(&state, APIS[1].name).unwrap().calls.is_empty(), "the call is made again: {state}");
}

#[tokio::test]
async fn the_transport_of_a_probe_lets_no_write_through() {
    let server = MockServer::start().await;
    for api in &APIS {
        let tape = Tape::new(ReqwestTransport::new().unwrap(), 10);
        let session = (api.connect)(&server.uri(), tape.clone());
        let error = session.request(Method::POST, "/orders").await.unwrap_err();
        assert!(error.is_usage() || error.status().is_none(), "{error}");
        assert_eq!(tape.sent(), 0);
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[test]
fn arguments_are_found_where_one_would_look() {
    for (api, operation, argument, from) in [
        ("shoptet", "getOrderDetail", "code", "getListOfOrders data/orders/*/code"),
        ("shoptet", "getProductDetail", "guid", "getListOfProducts data/products/*/guid"),
        ("shoptet", "getStockDetail", "stockId", "getListOfStocks data/stocks/*/id"),
        ("shoptet", "getDetailOfCustomerAccount", "accountGuid", "getListOfCustomerAccounts data/accounts/*/guid"),
        ("upgates", "getOrder", "order_number", "listOrders orders/*/order_number"),
        ("upgates", "getAdvice", "id", "listAdvices advices/*/advice_id"),
        ("clipsan", "getPurchase", "id", "listPurchases data/*/id"),
        ("clipsan", "getMembership", "id", "listPurchases data/*/membership"),
    ] {
        let (_, subject) = APIS.iter().zip(SUBJECTS.iter()).find(|(one, _)| one.name == api).expect(api);
        let plan = &subject.plan;
        let (_, arguments) = plan.reads.iter().find(|(read, _)| read.id == operation).expect(operation);
        let found = arguments.iter().find(|one| one.name == argument).expect(argument);
        let first = found.sources.first().map(|source| format!("{} {}", source.operation, source.member));
        assert_eq!(first.as_deref(), Some(from), "{api} {operation}");
    }
    for (api, subject) in APIS.iter().zip(SUBJECTS.iter()) {
        let (api, plan) = (api.name, &subject.plan);
        let reads: BTreeSet<&str> = plan.reads.iter().map(|(read, _)| read.id.as_str()).collect();
        for source in plan.reads.iter().flat_map(|(_, arguments)| arguments).flat_map(|one| &one.sources) {
            assert!(reads.contains(source.operation.as_str()), "{api}: {source:?} is not called");
        }
    }
}
