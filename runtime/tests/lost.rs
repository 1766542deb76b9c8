//! Writes to a server whose answers get lost: before or after acting, cut at any byte, replaced by HTML, or none at
//! all. Nothing is done twice, and no outcome is reported that is not certain.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kontrakt_runtime::bulk::{Outcome, Outcomes};
use kontrakt_runtime::http::{Headers, MockRequest, MockTransport, Response, TransportError};
use kontrakt_runtime::{
    Api, Envelope, Error, Patch, RetryPolicy, Value, client, from_json, operation, outcomes, record, resource,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const API: Api = Api {
    name: "sample",
    base_url: "https://example.com",
    envelope: Envelope { errors: Some("errors"), values: &["data"], ..Envelope::DEFAULT },
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
    /// A thing to change.
    #[derive(Default)]
    pub struct Thing {
        /// Its code.
        pub code: Patch<String> = optional("code"),
    }
}

record! {
    /// What became of it.
    pub struct Told {
        /// Its code.
        pub code: String = required("code"),
        /// Whether it was done.
        pub done: bool = required("done"),
    }
}

resource! {
    /// Things.
    pub Things
}

operation! {
    /// Changes one; answers nothing.
    Things::plain(thing: &Thing = json("data")) -> Call<()> { id: "plain", call: PATCH "/plain", value: "", }
}

operation! {
    /// Changes one; answers what became of it.
    Things::one(thing: &Thing = json("data")) -> Call<Told> { id: "one", call: POST "/one", value: "data/thing", }
}

operation! {
    /// Changes many, of two kinds.
    Things::told(products: &[Thing] = json("products"), variants: &[Thing] = json("variants")) -> ToldRequest {
        id: "told",
        call: POST "/told",
        list: Told = "products",
        promise: Bare,
        split: ToldOutcomes = {
            limit: 3, outcome: ["done"], messages: "messages", errors: [],
            list: Body("products") { answers: Some("products"), keys: ["code"] },
            list: Body("variants") { answers: Some("variants"), keys: ["code"] },
        },
    }
}

outcomes! {
    /// What became of both kinds.
    pub ToldOutcomes { products: Told, variants: Told }
}

operation! {
    /// Changes many; answers those that were not.
    Things::named(things: &[Thing] = json("data")) -> NamedRequest {
        id: "named",
        call: PATCH "/named",
        answer: () = "",
        split: Outcomes<()> = {
            limit: 3, outcome: [], messages: "messages", errors: [Key, Place],
            list: Body("data") { answers: None, keys: ["code"] },
        },
    }
}

/// What the server does with one call.
#[derive(Clone, Debug)]
enum Does {
    Answers,
    /// The connection breaks, and it has acted or not.
    Breaks(bool),
    /// The answer ends after this share of its bytes, as if it were whole.
    Cuts(f64),
    /// It has acted or not, and something else arrives with status 200.
    Says(bool, &'static str),
    Status(bool, u16),
}

const OTHERS: [&str; 9] = [
    "<html>We are back soon</html>",
    "",
    " ",
    "null",
    "[]",
    "{}",
    "\"ok\"",
    r#"{"login":"required"}"#,
    "<br>Warning: {\"data\":null,\"errors\":null}",
];

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        4 => Just(Does::Answers),
        1 => any::<bool>().prop_map(Does::Breaks),
        3 => (0.0..1.0_f64).prop_map(Does::Cuts),
        3 => (any::<bool>(), prop::sample::select(&OTHERS[..])).prop_map(|(acts, text)| Does::Says(acts, text)),
        1 => (any::<bool>(), prop::sample::select(vec![302_u16, 303, 408, 500, 502, 503, 504])).prop_map(|(acts, status)| Does::Status(acts, status)),
        1 => prop::sample::select(vec![400_u16, 401, 403, 404, 409, 413, 422, 429]).prop_map(|status| Does::Status(false, status)),
    ]
}

/// The server: how often each thing was done, and what it will do next.
#[derive(Default)]
struct Model {
    done: BTreeMap<String, u32>,
    script: Vec<Does>,
    lost: u64,
}

/// Things of these codes are refused.
fn is_refused(code: &str) -> bool {
    code.ends_with('x')
}

impl Model {
    fn act(&mut self, codes: &[String]) {
        for code in codes.iter().filter(|code| !is_refused(code)) {
            *self.done.entry(code.clone()).or_default() += 1;
        }
    }

    fn answer(&mut self, request: &MockRequest) -> Result<Response, TransportError> {
        let body = from_json::<kontrakt_runtime::Json>(&request.body).unwrap();
        let code = |thing: &Value<'_>| thing.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
        let codes = |list: &str| -> Vec<String> {
            body.get(list).and_then(Value::as_list).unwrap_or_default().iter().map(code).collect()
        };
        let told = |code: &String| format!(r#"{{"code":"{code}","done":{}}}"#, !is_refused(code));
        let tell = |codes: &[String]| codes.iter().map(told).collect::<Vec<_>>().join(",");
        let path = request.url.rsplit('/').next().unwrap_or_default();
        let (all, status, good) = match path {
            "told" => {
                let (products, variants) = (codes("products"), codes("variants"));
                let good = format!(r#"{{"products":[{}],"variants":[{}]}}"#, tell(&products), tell(&variants));
                ([products, variants].concat(), 200, good)
            }
            "named" => {
                let all = codes("data");
                let error = |code: &String| format!(r#"{{"errorCode":"e","message":"m","instance":"{code}"}}"#);
                let errors: Vec<String> = all.iter().filter(|code| is_refused(code)).map(error).collect();
                let status = if errors.len() == all.len() { 400 } else { 200 };
                (all, status, format!(r#"{{"data":null,"errors":[{}]}}"#, errors.join(",")))
            }
            path => {
                let one = body.get("data").map(code).unwrap_or_default();
                let data = if path == "one" { format!(r#"{{"thing":{}}}"#, told(&one)) } else { "null".to_owned() };
                (vec![one], 200, format!(r#"{{"data":{data},"errors":null}}"#))
            }
        };
        let does = self.script.pop().unwrap_or(Does::Answers);
        self.lost += u64::from(!matches!(does, Does::Answers));
        let acts = match does {
            Does::Answers | Does::Cuts(_) => true,
            Does::Breaks(acts) | Does::Says(acts, _) | Does::Status(acts, _) => acts,
        };
        if acts {
            self.act(&all);
        }
        let reply = |status, text: &str| Ok(Response::new(status, Headers::new(), text.as_bytes().to_vec()));
        match does {
            Does::Answers => reply(status, &good),
            Does::Breaks(_) => Err(TransportError::interrupted("reset")),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            Does::Cuts(share) => reply(status, &good[..(good.len() as f64 * share) as usize]),
            Does::Says(_, text) => reply(200, text),
            Does::Status(_, status) => reply(status, "<html>"),
        }
    }
}

/// Figures of the whole run.
#[derive(Debug, Default)]
struct Figures {
    cases: u64,
    things: u64,
    lost: u64,
    unknown: u64,
    doubled: u64,
    wrong: u64,
}

/// Holds what is said about a thing against what was done. `Some(true)`: done.
fn judge(figures: &mut Figures, model: &Model, code: &str, said: Option<bool>) {
    let done = model.done.get(code).copied().unwrap_or_default();
    figures.things += 1;
    figures.doubled += u64::from(done > 1);
    figures.unknown += u64::from(said.is_none());
    figures.wrong += u64::from(said.is_some_and(|said| said != (done == 1)));
}

fn known_end<T>(outcome: &Outcome<T>) -> Option<bool> {
    match outcome {
        Outcome::Done(_) => Some(true),
        Outcome::Refused { .. } | Outcome::NotSent(_) => Some(false),
        Outcome::Unknown(_) => None,
    }
}

/// What a call says about its one thing.
fn said_of<T>(result: &Result<T, Error>) -> Option<bool> {
    match result {
        Ok(_) => Some(true),
        Err(error) => {
            let words = [error.is_refusal(), error.is_partial(), error.is_decode(), error.may_have_happened()];
            assert_eq!(words.iter().filter(|word| **word).count(), 1, "{error:?}");
            match words {
                [true, ..] => Some(false),
                [_, _, true, _] => Some(true),
                _ => None,
            }
        }
    }
}

async fn run(script: Vec<Does>, refused: Vec<bool>, figures: &mut Figures) {
    let model = Arc::new(Mutex::new(Model { script, ..Model::default() }));
    let server = Arc::clone(&model);
    let transport = MockTransport::answering(move |request| server.lock().unwrap().answer(request));
    let client = Client::builder().token("t").retry(RetryPolicy::never()).transport(transport).build().unwrap();
    let code = |kind: &str, at: usize| format!("{kind}{at}{}", if refused[at] { "x" } else { "" });
    let things = |kind: &str| -> Vec<Thing> {
        (0..refused.len()).map(|at| Thing { code: Patch::Value(code(kind, at)) }).collect()
    };
    let things_api = client.things();
    let told = things_api.told(&things("p"), &things("v")).send_all().await.unwrap();
    let named = things_api.named(&things("n")).send_all().await.unwrap();
    let one = Thing { code: "one".into() };
    let one = said_of(&things_api.one(&one).send().await);
    let plain = said_of(&things_api.plain(&Thing { code: "plain".into() }).send().await);
    let sent = said_of(&things_api.named(&[Thing { code: "sent".into() }]).send().await);
    let pair = [Thing { code: "pair".into() }];
    let pair = said_of(&things_api.told(&pair, &[]).send().await);
    let model = model.lock().unwrap();
    figures.cases += 1;
    figures.lost += model.lost;
    for (code, said) in [("one", one), ("plain", plain), ("sent", sent), ("pair", pair)] {
        judge(figures, &model, code, said);
    }
    for at in 0..refused.len() {
        judge(figures, &model, &code("p", at), known_end(&told.products[at]));
        judge(figures, &model, &code("v", at), known_end(&told.variants[at]));
        judge(figures, &model, &code("n", at), known_end(&named[at]));
    }
    assert_eq!((told.products.len(), told.variants.len(), named.len()), (refused.len(), refused.len(), refused.len()));
}

#[test]
fn nothing_is_done_twice_and_nothing_called_what_it_is_not() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let figures = Mutex::new(Figures::default());
    let mut runner = TestRunner::new(Config { cases: 2_000, failure_persistence: None, ..Config::default() });
    let input = (prop::collection::vec(does(), 0..14), prop::collection::vec(any::<bool>(), 1..8));
    let result = runner.run(&input, |(script, refused)| {
        let mut figures = figures.lock().unwrap();
        runtime.block_on(run(script, refused, &mut figures));
        prop_assert_eq!((figures.doubled, figures.wrong), (0, 0));
        Ok(())
    });
    println!("{:?}", figures.lock().unwrap());
    result.unwrap();
}

#[tokio::test]
async fn an_answer_cut_at_every_byte_and_every_other_body_is_no_success() {
    let answer = |reply: &str| {
        let transport = MockTransport::new();
        for _ in 0..4 {
            transport.reply(200, reply.to_owned());
        }
        Client::builder().token("t").transport(transport).build().unwrap()
    };
    let one = r#"{"data":{"thing":{"code":"a","done":true}},"errors":null}"#;
    let told = r#"{"products":[{"code":"a","done":true}]}"#;
    let cut = |whole: &'static str| (0..whole.len()).map(move |at| &whole[..at]);
    let things = [Thing { code: "a".into() }];
    for text in cut(one).chain(cut(told)).chain(OTHERS) {
        let client = answer(text);
        for error in [
            client.things().plain(&things[0]).send().await.unwrap_err(),
            client.things().one(&things[0]).send().await.unwrap_err(),
            client.things().told(&things, &[]).send().await.unwrap_err(),
            client.things().named(&things).send().await.unwrap_err(),
        ] {
            assert!(error.may_have_happened() && error.is_unrecognized() && !error.is_decode(), "{text}: {error}");
        }
    }
    // An answer of the API with an odd member has done it.
    let odd = answer(&one.replace("true", "[7]"));
    let error = odd.things().one(&things[0]).send().await.unwrap_err();
    assert!(error.is_decode() && !error.may_have_happened(), "{error}");
    assert!(odd.things().plain(&things[0]).send().await.is_ok());
}
