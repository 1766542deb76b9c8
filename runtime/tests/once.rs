//! Creating things once at a server that loses answers: there is never a second one, and nothing is called created, or
//! not created, that is not.

use std::sync::{Arc, Mutex};

use kontrakt_runtime::http::{Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{
    Api, CreatedOnce, CreatingOnce, Envelope, Error, Json, Paging, RetryPolicy, Value, client, create_once, from_json,
    operation, record, resource,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const API: Api = Api {
    name: "sample",
    base_url: "https://example.com",
    envelope: Envelope { errors: Some("errors"), values: &["data"], ..Envelope::DEFAULT },
    paging: Some(Paging { page: "page", current: "data/page", pages: "data/pages", total: "" }),
    ..Api::DEFAULT
};

client! {
    /// Client of the model.
    pub Client / ClientBuilder: API,
    credentials {
        /// Token.
        token: header("X-Token"),
    }
    variables {}
    resources {
        /// Things.
        things: Things,
    }
}

record! {
    /// What is created.
    pub struct Thing {
        /// The key.
        pub code: Option<String> = optional("code"),
        /// The name that the server gives it.
        pub id: Option<String> = optional("id"),
    }
}

resource! {
    /// Things.
    pub Things
}

operation! {
    /// Creates one whose key no list shows.
    Things::make(thing: &Thing = json("data/thing")) -> MakeRequest {
        id: "make",
        call: POST "/hidden",
        answer: Thing = "data",
        options {
            /// Sends no word of it.
            quiet: bool = query("quiet"),
        }
    }
}

create_once! {
    /// Once.
    MakeRequest(since: &str) -> Thing, Thing {
        key: Body("data/thing/code"),
        list: { id: "list", path: "/hidden", value: "data/things", },
        since: "since",
        detail: "id" { id: "get", path: "/hidden/{id}", value: "data", },
        by: "code", unless: [],
    }
}

operation! {
    /// Creates some, known by a list that takes the key.
    Things::add(things: &[Thing] = json("things")) -> AddRequest {
        id: "add",
        call: POST "/shown",
        answer: Vec<Thing> = "data",
        options {
            /// Sends no word of it.
            quiet: bool = query("quiet"),
        }
    }
}

create_once! {
    /// Once.
    AddRequest() -> Vec<Thing>, Thing {
        key: Body("things/*/code"),
        list: { id: "map", path: "/shown", value: "data", whole_list: true, },
        filter: "code",
        by: "code", unless: ["deleted"],
    }
}

/// What the server does with one call.
#[derive(Clone, Debug)]
enum Does {
    Answers,
    Breaks(bool),
    Cuts(f64),
    Says(bool, &'static str),
    Status(bool, u16),
}

fn does() -> impl Strategy<Value = Does> {
    let other = prop::sample::select(&["<html>", "", "null", "[]", "{}", r#"{"login":1}"#][..]);
    prop_oneof![
        4 => Just(Does::Answers),
        1 => any::<bool>().prop_map(Does::Breaks),
        2 => (0.0..1.0_f64).prop_map(Does::Cuts),
        2 => (any::<bool>(), other).prop_map(|(acts, text)| Does::Says(acts, text)),
        1 => (any::<bool>(), prop::sample::select(vec![302_u16, 408, 500, 503])).prop_map(|(acts, status)| Does::Status(acts, status)),
        1 => prop::sample::select(vec![400_u16, 401, 404, 422, 429]).prop_map(|status| Does::Status(false, status)),
    ]
}

/// The server: codes of the things there are, and what it will do next.
#[derive(Default)]
struct Model {
    things: Vec<String>,
    script: Vec<Does>,
    requests: u64,
}

impl Model {
    fn answer(&mut self, request: &MockRequest) -> Result<Response, TransportError> {
        self.requests += 1;
        let does = self.script.pop().unwrap_or(Does::Answers);
        let acts = match does {
            Does::Answers | Does::Cuts(_) => true,
            Does::Breaks(acts) | Does::Says(acts, _) | Does::Status(acts, _) => acts,
        };
        let (path, query) =
            request.url["https://example.com/".len()..].split_once('?').unwrap_or((&request.url[20..], ""));
        let thing = |at: usize, code: &str| format!(r#"{{"id":"t{at}","code":"{code}"}}"#);
        let good = if request.method.as_str() == "POST" {
            let body: Json = from_json(&request.body).unwrap();
            let code = body.at("data/thing/code").or_else(|| body.at("things/0/code")).and_then(Value::as_str);
            if acts {
                self.things.push(code.unwrap().to_owned());
            }
            let one = thing(self.things.len().saturating_sub(1), code.unwrap());
            if path == "shown" {
                format!(r#"{{"data":[{one}],"errors":null}}"#)
            } else {
                format!(r#"{{"data":{one},"errors":null}}"#)
            }
        } else if path == "shown" {
            // As a filter may do it: a part of a text, and what was deleted too.
            let decoys = r#""a":{"code":"mine-too"},"b":{"code":"mine","deleted":1463062500}"#;
            let all = self.things.iter().enumerate().map(|(at, code)| format!(r#","{at}":{}"#, thing(at, code)));
            assert!(query.contains("code=mine"), "{query}");
            format!(r#"{{"data":{{{decoys}{}}},"errors":null}}"#, all.collect::<String>())
        } else if path == "hidden" {
            assert!(query.contains("since=then"), "{query}");
            // One thing on each page, behind one that is gone.
            let page: usize = query.split("page=").nth(1).map_or(1, |page| page.parse().unwrap());
            let id = if page == 1 { "gone".to_owned() } else { format!("t{}", page - 2) };
            let pages = self.things.len() + 1;
            format!(r#"{{"data":{{"things":[{{"id":"{id}"}}],"page":{page},"pages":{pages}}},"errors":null}}"#)
        } else {
            let at: Option<usize> = path.rsplit_once("/t").and_then(|(_, at)| at.parse().ok());
            match at.and_then(|at| Some(thing(at, self.things.get(at)?))) {
                Some(one) => format!(r#"{{"data":{one},"errors":null}}"#),
                None => {
                    return Ok(Response::new(
                        404,
                        Headers::new(),
                        r#"{"data":null,"errors":[{"code":"none","message":"none"}]}"#.as_bytes().to_vec(),
                    ));
                }
            }
        };
        let reply = |status, text: &str| Ok(Response::new(status, Headers::new(), text.as_bytes().to_vec()));
        match does {
            Does::Answers => reply(200, &good),
            Does::Breaks(_) => Err(TransportError::interrupted("reset")),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            Does::Cuts(share) => reply(200, &good[..(good.len() as f64 * share) as usize]),
            Does::Says(_, text) => reply(200, text),
            Does::Status(_, status) => reply(status, "<html>"),
        }
    }
}

fn client(model: &Arc<Mutex<Model>>) -> Client {
    let server = Arc::clone(model);
    let transport = MockTransport::answering(move |request| server.lock().unwrap().answer(request));
    Client::builder().token("t").retry(RetryPolicy::never()).transport(transport).build().unwrap()
}

fn thing(code: Option<&str>) -> Thing {
    Thing { code: code.map(str::to_owned), id: None }
}

#[derive(Debug, Default)]
struct Figures {
    runs: u64,
    requests: u64,
    created: u64,
    found: u64,
    unknown: u64,
    failed: u64,
}

/// Creates the thing, and again until it is there; then the server has it once.
async fn run<T>(
    model: &Arc<Mutex<Model>>,
    figures: &mut Figures,
    create: impl Fn() -> CreatingOnce<T, Thing>,
) -> Result<(), TestCaseError>
where
    CreatingOnce<T, Thing>: Future<Output = Result<CreatedOnce<T, Thing>, Error>>,
{
    let mut certainly_not = true;
    loop {
        let before = model.lock().unwrap().things.len();
        let created = create().await;
        let things = model.lock().unwrap().things.len();
        prop_assert!(things <= 1, "created {things} times");
        match created {
            Ok(CreatedOnce::Created(_)) => {
                figures.created += 1;
                prop_assert_eq!((before, things), (0, 1));
                break;
            }
            Ok(CreatedOnce::Found(found)) => {
                figures.found += 1;
                prop_assert_eq!((found.code.as_deref(), things), (Some("mine"), 1));
                break;
            }
            Ok(CreatedOnce::Unknown(_)) => {
                figures.unknown += 1;
                certainly_not = false;
            }
            Err(error) => {
                figures.failed += 1;
                prop_assert!(before == things, "created, and {error}");
                prop_assert!(!certainly_not || things == 0);
            }
        }
    }
    figures.runs += 1;
    figures.requests += model.lock().unwrap().requests;
    Ok(())
}

#[test]
fn there_is_never_a_second_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let figures = Mutex::new(Figures::default());
    let cases = std::env::var("SCHEDULES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&prop::collection::vec(does(), 0..16), |script| {
        let mut figures = figures.lock().unwrap();
        runtime.block_on(async {
            let model = || Arc::new(Mutex::new(Model { script: script.clone(), ..Model::default() }));
            let hidden = model();
            let things = client(&hidden).things();
            run(&hidden, &mut figures, || things.make(&thing(Some("mine"))).create_once("then")).await?;
            let shown = model();
            let things = client(&shown).things();
            run(&shown, &mut figures, || things.add(&[thing(Some("mine"))]).create_once()).await
        })
    });
    println!("{:?}", figures.lock().unwrap());
    result.unwrap();
}

#[tokio::test]
async fn without_a_key_nothing_is_sent() {
    let model = Arc::new(Mutex::new(Model::default()));
    let things = client(&model).things();
    for code in [None, Some(""), Some(" ")] {
        let error = things.make(&thing(code)).create_once("then").await.unwrap_err();
        assert!(error.is_usage() && error.to_string().contains("`code` must be set"), "{error}");
    }
    for many in [vec![], vec![thing(Some("a")), thing(Some("b"))]] {
        let error = things.add(&many).create_once().await.unwrap_err();
        assert!(error.is_usage() && error.to_string().contains("`things` must have one item"), "{error}");
    }
    assert_eq!(model.lock().unwrap().requests, 0);
}
