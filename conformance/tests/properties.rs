//! Laws of the generated clients, for every operation of every API, on arbitrary values of the documents.
//! `KONTRAKT_CASES` sets how many values of each operation are drawn.

mod common;

use fastrand::Rng;
use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_conformance::check::{Checker, Path, Step};
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::lossless;
use kontrakt_runtime::codec::{Codec, Side};
use serde_json::Value;

/// A value inside its body, with the schema of the body.
struct Case<'c> {
    codec: &'static Codec,
    schema: SchemaId,
    contract: &'c Contract,
}

impl Case<'_> {
    fn at(&self) -> Path {
        self.codec
            .value
            .split('/')
            .filter(|step| !step.is_empty())
            .fold(Path::default(), |path, step| path.member(step))
    }

    /// The value inside the envelope; `None` where there is none, which is for the envelope to treat.
    fn inner<'v>(&self, body: &'v Value) -> Option<&'v Value> {
        self.at().get(body).filter(|inner| !inner.is_null())
    }

    /// What the client writes after it has read the value.
    fn reencode(&self, inner: &Value) -> Value {
        let text = (self.codec.reencode)(&inner.to_string())
            .unwrap_or_else(|error| panic!("{} cannot read {inner}: {error}", self.codec.operation));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{} wrote {text}: {error}", self.codec.operation))
    }
}

/// Every codec with the schema of the body that its value is in.
fn cases<'c>(contract: &'c Contract, codecs: &'static [Codec]) -> Vec<Case<'c>> {
    let schema = |codec: &Codec| {
        // Calls that share one path and method are emitted under names of their own.
        let operation = contract.operations.iter().find(|one| one.id == codec.operation)?;
        match codec.side {
            Side::Answer => operation.success()?.json()?.schema,
            Side::Request => operation.body.as_ref()?.json()?.schema,
            Side::JobResult => None,
        }
    };
    codecs.iter().filter_map(|codec| schema(codec).map(|schema| Case { codec, schema, contract })).collect()
}

/// Runs a law on values of every operation; gives what broke it, one line each.
fn each(law: impl Fn(&Case<'_>, &Checker<'_>, &Value, u64) -> Result<(), String>) {
    let mut broken = Vec::new();
    for (api, codecs) in common::CODECS {
        let contract = common::contract(api);
        let cases = cases(&contract, codecs);
        assert!(!cases.is_empty(), "{api} has no codecs");
        let instances = Instances::new(&contract, cases.iter().map(|case| case.schema));
        let plain = Checker::new(&contract);
        for case in &cases {
            let values = instances.of(case.schema).unwrap_or_else(|error| panic!("{api}: {error}"));
            for seed in 0..common::cases(12) {
                let body = values.value(seed).unwrap_or_else(|| panic!("{api}: {values:?}: no luck with {seed}"));
                if let Err(message) = law(case, &plain, &body, seed) {
                    broken.push(format!("{api} {} {:?} seed {seed}: {message}", case.codec.operation, case.codec.side));
                    break;
                }
            }
        }
    }
    assert!(broken.is_empty(), "{} operations break the law:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn what_is_read_is_written_back() {
    each(|case, checker, body, _| {
        let Some(inner) = case.inner(body) else { return Ok(()) };
        let text = (case.codec.reencode)(&inner.to_string()).map_err(|error| format!("{error} in {inner}"))?;
        let written: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let losses = lossless::compare(checker, case.schema, body, &case.at(), &written);
        match losses.first() {
            Some(loss) => Err(format!("{} {}", loss.at, loss.message)),
            None => Ok(()),
        }
    });
}

#[test]
fn what_is_written_once_is_written_again() {
    each(|case, _, body, _| {
        let Some(inner) = case.inner(body) else { return Ok(()) };
        let once = case.reencode(inner);
        let twice = case.reencode(&once);
        if once == twice { Ok(()) } else { Err(format!("{once} and then {twice}")) }
    });
}

#[test]
fn requests_are_written_as_the_document_wants_them() {
    each(|case, checker, body, _| {
        if case.codec.side != Side::Request {
            return Ok(());
        }
        let Some(inner) = case.inner(body) else { return Ok(()) };
        let mut sent = body.clone();
        *place(&mut sent, &case.at()).ok_or("no place")? = case.reencode(inner);
        match checker.explain(case.schema, &sent).first() {
            None => Ok(()),
            Some(fault) => Err(format!("{} {:?} of {}", fault.at, fault.rule, case.contract[fault.schema].pointer)),
        }
    });
}

#[test]
fn unknown_fields_change_nothing() {
    each(|case, checker, body, seed| {
        let Some(inner) = case.inner(body).filter(|_| case.codec.side == Side::Answer) else { return Ok(()) };
        let mut odd = body.clone();
        sprinkle(&mut odd, &mut Rng::with_seed(seed), checker, case.schema);
        let odd = case.inner(&odd).ok_or("no value")?;
        let (plain, odd) = (case.reencode(inner), (case.codec.reencode)(&odd.to_string()));
        let odd: Value = odd
            .map_err(|error| error.to_string())
            .and_then(|text| serde_json::from_str(&text).map_err(|e| e.to_string()))?;
        if without(&plain) == without(&odd) { Ok(()) } else { Err(format!("{plain} and with unknown fields {odd}")) }
    });
}

/// Adds a member of a name that no document has to objects whose members are described; in a map it would be an entry.
fn sprinkle(body: &mut Value, rng: &mut Rng, checker: &Checker<'_>, schema: SchemaId) {
    let mut objects = Vec::new();
    checker.each_place(schema, body, &mut |at, schemas, value| {
        let described = |id: &SchemaId| {
            let rest = checker.contract()[*id].additional_properties;
            rest.is_some_and(|rest| checker.contract()[rest].always.is_none())
        };
        if value.is_object() && !schemas.iter().any(described) {
            objects.push(at.clone());
        }
    });
    for at in objects {
        if let Some(Value::Object(map)) = place(body, &at).filter(|_| rng.bool()) {
            map.insert(UNKNOWN.to_owned(), serde_json::json!({"deep": [1, null]}));
        }
    }
}

const UNKNOWN: &str = "kontraktUnknown";

/// Free-form places keep what they are given; that is right and not what the law is about.
fn without(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let known = map.iter().filter(|(name, _)| *name != UNKNOWN);
            Value::Object(known.map(|(name, value)| (name.clone(), without(value))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(without).collect()),
        other => other.clone(),
    }
}

#[test]
fn unknown_values_of_enumerations_are_kept() {
    each(|case, checker, body, seed| {
        let at = case.at();
        let mut places = Vec::new();
        checker.each_place(case.schema, body, &mut |place, schemas, value| {
            let contract = checker.contract();
            // An enumeration of one value tells branches apart; another value there is another branch.
            let listed = |id: &SchemaId| contract[*id].enumeration.as_ref().is_some_and(|values| values.len() > 1);
            if value.is_string() && schemas.iter().any(listed) && place.steps().starts_with(at.steps()) {
                places.push(place.clone());
            }
        });
        if places.is_empty() || case.codec.side != Side::Answer {
            return Ok(());
        }
        let chosen = &places[Rng::with_seed(seed).usize(..places.len())];
        let unheard = Value::from("kontrakt-unheard-of");
        let mut odd = body.clone();
        *place(&mut odd, chosen).ok_or("no place")? = unheard.clone();
        let inner = case.inner(&odd).ok_or("no value")?;
        let written = (case.codec.reencode)(&inner.to_string()).map_err(|error| format!("{chosen}: {error}"))?;
        let mut written: Value = serde_json::from_str(&written).map_err(|error| error.to_string())?;
        let rest = chosen.steps()[at.steps().len()..].iter().fold(Path::default(), |path, step| match step {
            Step::Member(name) => path.member(name),
            Step::Element(index) => path.element(*index),
        });
        match place(&mut written, &rest) {
            Some(back) if *back == unheard => Ok(()),
            back => Err(format!("{chosen}: written back as {back:?}")),
        }
    });
}

#[test]
fn the_order_of_members_means_nothing() {
    each(|case, _, body, _| {
        let Some(inner) = case.inner(body) else { return Ok(()) };
        let reversed = (case.codec.reencode)(&backwards(inner)).map_err(|error| error.to_string())?;
        let reversed: Value = serde_json::from_str(&reversed).map_err(|error| error.to_string())?;
        let plain = case.reencode(inner);
        if plain == reversed { Ok(()) } else { Err(format!("{plain} and backwards {reversed}")) }
    });
}

/// The JSON text with the members of every object in reverse order.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let members =
                map.iter().rev().map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), backwards(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(backwards).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[test]
fn nothing_that_arrives_makes_a_client_panic() {
    each(|case, _, body, seed| {
        let text = body.to_string();
        let mut rng = Rng::with_seed(seed);
        let mut bytes = text.clone().into_bytes();
        for _ in 0..3 {
            let at = rng.usize(..bytes.len());
            bytes[at] = rng.u8(..);
        }
        let cut = text.floor_char_boundary(rng.usize(..text.len()));
        let odd = [
            String::from_utf8_lossy(&bytes).into_owned(),
            text[..cut].to_owned(),
            (0..40).map(|_| rng.char(..)).collect(),
            format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
            "1e999999".to_owned(),
            "-123456789012345678901234567890.5".to_owned(),
            "{\"id\":1,\"id\":\"2\",\"code\":null,\"code\":{}}".to_owned(),
            String::new(),
            "null".to_owned(),
        ];
        for text in odd {
            // Whether it is an error is a matter of the text; that it comes back is the law.
            let _ = (case.codec.reencode)(&text);
        }
        Ok(())
    });
}

fn place<'v>(value: &'v mut Value, at: &Path) -> Option<&'v mut Value> {
    at.steps().iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name),
        Step::Element(index) => value.get_mut(index),
    })
}
