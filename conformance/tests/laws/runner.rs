//! Runs a property test with proptest and a seed per operation, so that a failure is reproducible, whichever other
//! operations are tested.

use std::fmt;

use kontrakt_codegen::specification::sha256;
use kontrakt_conformance::instance::Values;
use proptest::num;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value;

use crate::api::{APIS, Api, Carried};
use crate::calls::Operated;

/// What one case of a law is made of.
#[derive(Clone)]
pub(crate) struct Case {
    /// The arguments of a call; null where there is none.
    pub(crate) arguments: Value,
    /// A body.
    pub(crate) body: Value,
    /// For choices among places of the body.
    pub(crate) seed: u64,
}

/// As JSON, which is what the cases are made of.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { arguments, body, seed } = self;
        if !arguments.is_null() {
            write!(f, "arguments {arguments} ")?;
        }
        write!(f, "body {body} seed {seed}")
    }
}

/// Cases with nothing but a body.
pub(crate) fn bodies(values: Values<'static>) -> BoxedStrategy<Case> {
    cases(Just(Value::Null).boxed(), values.boxed())
}

pub(crate) fn cases(arguments: BoxedStrategy<Value>, bodies: BoxedStrategy<Value>) -> BoxedStrategy<Case> {
    let seed = num::u64::ANY.no_shrink();
    (arguments, bodies, seed).prop_map(|(arguments, body, seed)| Case { arguments, body, seed }).boxed()
}

/// Holds a law on values of everything that clients carry.
pub(crate) fn each_carried(law: &str, count: u32, holds: impl Fn(&Carried, &Case) -> Result<(), String>) {
    let mut broken = Vec::new();
    for carried in APIS.iter().flat_map(Api::carried) {
        let what = format!("{} {} {:?}", carried.api.name, carried.codec.operation, carried.codec.side);
        let values = carried.api.instances().of(carried.schema).unwrap_or_else(|error| panic!("{what}: {error}"));
        broken.extend(run(law, &what, count, &bodies(values), |case| holds(&carried, case)));
    }
    tell(law, &broken);
}

/// Holds a law on calls of every operation, with answers as the document has them.
pub(crate) fn each_call(law: &str, count: u32, holds: impl Fn(&Operated, &Case) -> Result<(), String>) {
    let mut broken = Vec::new();
    for call in APIS.iter().flat_map(Operated::all) {
        let what = format!("{} {}", call.api.name, call.driver.operation);
        broken.extend(run(law, &what, count, &cases(call.arguments(), call.answers()), |case| holds(&call, case)));
    }
    tell(law, &broken);
}

/// Holds a law on the cases of one strategy; gives what broke it, and how to see that again.
pub(crate) fn run(
    law: &str,
    what: &str,
    count: u32,
    cases: &BoxedStrategy<Case>,
    holds: impl Fn(&Case) -> Result<(), String>,
) -> Option<String> {
    if std::env::var("KONTRAKT_OPERATION").is_ok_and(|wanted| !what.contains(&wanted)) {
        return None;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let chosen = number("PROPTEST_RNG_SEED").map(|seed| seed.to_string()).unwrap_or_default();
    let config = Config {
        cases: number("PROPTEST_CASES").map_or(count, |cases| u32::try_from(cases).unwrap_or(u32::MAX)),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let result = TestRunner::new_with_rng(config, rng(&[law, what, &chosen]))
        .run(cases, |case| holds(&case).map_err(TestCaseError::fail));
    let (reason, case) = match result {
        Ok(()) => return None,
        Err(TestError::Fail(reason, case)) => (reason.to_string(), format!("{case:?}")),
        Err(TestError::Abort(reason)) => (reason.to_string(), String::new()),
    };
    Some(format!("{what}: {}\n    {}", short(&reason, 600), short(&case, 1_500)))
}

/// The same numbers for the same words, on every machine.
pub(crate) fn rng(words: &[&str]) -> TestRng {
    let hash = sha256(words.iter().copied());
    TestRng::from_seed(RngAlgorithm::ChaCha, &hash.as_bytes()[..32])
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}

pub(crate) fn tell(law: &str, broken: &[String]) {
    let first = broken.first().and_then(|line| line.split([' ', ':']).nth(1)).unwrap_or_default();
    assert!(
        broken.is_empty(),
        "{} break the law {law:?}; again: KONTRAKT_OPERATION={first} cargo test -p kontrakt-conformance --test laws {law}\n{}",
        broken.len(),
        broken.join("\n")
    );
}
