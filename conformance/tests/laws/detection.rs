//! Every check can fail: damage of every kind, at a random place of a valid message, is detected with its kind and
//! place. Applied to answers and requests of all operations, and to clients that misread.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Status};
use kontrakt_codegen::document::Document;
use kontrakt_conformance::check::{Checker, Path};
use kontrakt_conformance::findings::FindingKind;
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::recording::{Entry, Message, Recording};
use kontrakt_conformance::verify::Verifier;
use kontrakt_runtime::DecodeError;
use kontrakt_runtime::codec::{Codec, Side};
use serde_json::{Value, json};

use crate::api::{APIS, Api, Carried};
use crate::calls::Operated;
use crate::edits::{place, put};
use crate::request::sent;
use crate::runner::{Case, each_call, each_carried};
use crate::server::{Seen, Server};

/// Damage, labelled.
struct Mutation {
    kind: FindingKind,
    /// Where it must be found, indices as `*`.
    pointer: String,
    body: Value,
}

/// How often each kind of damage was done.
#[derive(Default)]
struct Tally(RefCell<BTreeMap<FindingKind, usize>>);

impl Tally {
    /// Damage of this kind was done, and this was told of it.
    fn found(&self, kind: FindingKind, pointer: &str, told: &[(FindingKind, String)]) -> Result<(), String> {
        *self.0.borrow_mut().entry(kind).or_default() += 1;
        let right = told.iter().any(|(other, at)| *other == kind && at == pointer);
        if right { Ok(()) } else { Err(format!("{kind} at {pointer:?}: told {told:?}")) }
    }

    /// Every one of these kinds was tried more than a few times.
    fn covers(&self, kinds: &[FindingKind]) {
        if std::env::var_os("KONTRAKT_OPERATION").is_none() {
            let done = self.0.borrow();
            let rare: Vec<&FindingKind> =
                kinds.iter().filter(|kind| done.get(kind).is_none_or(|count| *count < 3)).collect();
            assert!(rare.is_empty(), "{rare:?} were hardly tried: {done:?}");
        }
    }
}

/// Kinds that damage of an answer can be of, in what the documents of the three APIs have.
const OF_ANSWERS: [FindingKind; 13] = [
    FindingKind::MissingRequired,
    FindingKind::WrongType,
    FindingKind::NullForNonNull,
    FindingKind::ErrorInSuccess,
    FindingKind::UnknownStatus,
    FindingKind::MediaType,
    FindingKind::NotJson,
    FindingKind::UnknownEnumValue,
    FindingKind::Pattern,
    FindingKind::Format,
    FindingKind::Limit,
    FindingKind::UndocumentedField,
    FindingKind::Document,
];

/// Kinds of which the documents have no place where damage could be done; a document of the test has.
const ELSEWHERE: [FindingKind; 3] = [FindingKind::Forbidden, FindingKind::Format, FindingKind::Document];

/// Kinds of what a client does.
const OF_CLIENTS: [FindingKind; 2] = [FindingKind::Undecodable, FindingKind::ValueLost];

/// Kinds of entries that are routed by method and URL, which the cases of `verify` try.
const OF_ROUTES: [FindingKind; 1] = [FindingKind::UnknownOperation];

#[test]
fn every_kind_is_tried() {
    let of_others = ELSEWHERE.into_iter().chain(OF_CLIENTS).chain(OF_ROUTES);
    let tried: BTreeSet<FindingKind> = OF_ANSWERS.into_iter().chain(of_others).collect();
    assert_eq!(tried, FindingKind::ALL.into_iter().collect());
}

fn verifier(api: &'static Api) -> Verifier<'static> {
    Verifier::new(&api.contract).unwrap_or_else(|error| panic!("{error}"))
}

/// What a verifier tells of one entry.
fn findings_of(
    verifier: &Verifier<'_>,
    document: &Document,
    entry: Entry,
) -> Result<Vec<(FindingKind, String)>, String> {
    let recording = Recording { entries: vec![entry], total: 1, ..Recording::default() };
    let outcome = verifier.verify(&recording, document).map_err(|error| error.to_string())?;
    Ok(outcome.findings.into_iter().map(|finding| (finding.seen.kind, finding.seen.pointer)).collect())
}

fn answer(operation: &str, status: u16, media_type: &str, body: Vec<u8>) -> Entry {
    let response = Message { media_type: Some(media_type.to_owned()), body: Some(body), ..Message::default() };
    Entry { operation: Some(operation.to_owned()), status, response, ..Entry::default() }
}

#[test]
fn damage_of_answers_is_found_where_it_is() {
    let verifiers: Vec<Verifier<'static>> = APIS.iter().map(verifier).collect();
    let tally = Tally::default();
    // Fields that are not in the document, in objects that are closed and in objects that are open.
    let open = Cell::new([0_usize; 2]);
    each_call("damage_of_answers", 2, |call, case| {
        let Some(schema) = call.operation.success().and_then(|answer| answer.json()?.schema) else { return Ok(()) };
        let at = APIS.iter().position(|api| api.name == call.api.name).unwrap_or_default();
        let (id, (status, media_type)) = (call.operation.id.as_str(), call.success());
        let media_type = media_type.unwrap_or_default();
        let tell = |entry| findings_of(&verifiers[at], &call.api.document, entry);
        let text = case.body.to_string().into_bytes();
        let mut broken = Vec::new();
        let mut expect = |kind, pointer: &str, entry| {
            broken.extend(tell(entry).and_then(|told| tally.found(kind, pointer, &told)).err());
        };
        expect(FindingKind::NotJson, "", answer(id, status, &media_type, text[..text.len() - 1].to_vec()));
        expect(FindingKind::MediaType, "", answer(id, status, "text/x-kontrakt", text.clone()));
        let any = |status: Status| matches!(status, Status::Default | Status::Range(2));
        if !call.operation.responses.iter().any(|answer| any(answer.status)) {
            expect(FindingKind::UnknownStatus, "", answer(id, 299, &media_type, text));
        }
        if let Some(failed) = failed(call.api, &case.body) {
            expect(FindingKind::ErrorInSuccess, "", answer(id, status, &media_type, failed.to_string().into_bytes()));
        }
        // What says that a call failed is told as that, and nothing else about it is.
        let success = call.api.contract.behaviour.envelope.success.as_ref();
        if success.is_none_or(|success| case.body[&success.member] == success.equals) {
            for mutation in mutations(call.api.checker(), schema, &case.body, &mut Rng::with_seed(case.seed)) {
                if success.is_some_and(|success| mutation.body[&success.member] != success.equals) {
                    continue;
                }
                if mutation.kind == FindingKind::UndocumentedField {
                    let mut count = open.get();
                    count[usize::from(call.api.checker().accepts(schema, &mutation.body))] += 1;
                    open.set(count);
                }
                let entry = answer(id, status, &media_type, mutation.body.to_string().into_bytes());
                expect(mutation.kind, &mutation.pointer, entry);
            }
        }
        broken.first().map_or(Ok(()), |message| Err(message.clone()))
    });
    let few: Vec<FindingKind> = OF_ANSWERS.into_iter().filter(|kind| !ELSEWHERE.contains(kind)).collect();
    tally.covers(&few);
    assert!(open.get().iter().all(|count| *count > 0) || std::env::var_os("KONTRAKT_OPERATION").is_some());
}

/// The same answer as an envelope that says that the call failed.
fn failed(api: &Api, body: &Value) -> Option<Value> {
    let envelope = &api.contract.behaviour.envelope;
    let mut failed = body.as_object()?.clone();
    if let Some(success) = &envelope.success {
        failed.insert(success.member.clone(), "error".into());
        return Some(failed.into());
    }
    envelope.value.iter().for_each(|member| drop(failed.insert(member.clone(), Value::Null)));
    failed.insert(envelope.errors.clone()?, json!([{"errorCode": "kontrakt", "message": "made up", "instance": ""}]));
    Some(failed.into())
}

#[test]
fn damage_of_requests_is_found_where_it_is() {
    let server = Server::start();
    let verifiers: Vec<Verifier<'static>> = APIS.iter().map(verifier).collect();
    let tally = Tally::default();
    each_call("damage_of_requests", 2, |call, case| {
        let at = APIS.iter().position(|api| api.name == call.api.name).unwrap_or_default();
        let seen = sent(&server, call, case)?;
        let tell = |query: &str, body: &[u8]| {
            findings_of(&verifiers[at], &call.api.document, request(call, &seen, query, body))
        };
        let with = |pair: &str| {
            [seen.query.as_str(), pair].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("&")
        };
        tally.found(FindingKind::UndocumentedField, "query:kontrakt", &tell(&with("kontrakt=1"), &seen.body)?)?;
        for slot in call.parameters.iter().filter(|slot| slot.parameter.required && slot.is_in_query()) {
            let name = &slot.parameter.name;
            let rest: Vec<&str> = seen.query.split('&').filter(|pair| !pair.starts_with(name.as_str())).collect();
            tally.found(FindingKind::MissingRequired, &format!("query:{name}"), &tell(&rest.join("&"), &seen.body)?)?;
        }
        let Some(carried) = call.carries(Side::Request) else { return Ok(()) };
        let body: Value = serde_json::from_slice(&seen.body).map_err(|error| error.to_string())?;
        for mutation in mutations(call.api.checker(), carried.schema, &body, &mut Rng::with_seed(case.seed)) {
            let told = tell(&seen.query, mutation.body.to_string().as_bytes())?;
            tally.found(mutation.kind, &mutation.pointer, &told)?;
        }
        Ok(())
    });
    tally.covers(&[
        FindingKind::MissingRequired,
        FindingKind::WrongType,
        FindingKind::NullForNonNull,
        FindingKind::UnknownEnumValue,
        FindingKind::Pattern,
        FindingKind::Limit,
        FindingKind::UndocumentedField,
    ]);
}

fn request(call: &Operated, seen: &Seen, query: &str, body: &[u8]) -> Entry {
    let media_type = seen.header("content-type").map(str::to_owned);
    let request = Message {
        headers: seen.headers.clone(),
        media_type,
        body: (!body.is_empty()).then(|| body.to_vec()),
        ..Message::default()
    };
    let url = format!("http://localhost{}?{query}", seen.path);
    Entry { method: seen.method.clone(), url, request, status: call.success().0, ..Entry::default() }
}

thread_local! {
    /// Where the client of [`misread`] forgets something.
    static FORGOTTEN: RefCell<Path> = RefCell::default();
}

fn refuse(_: &str, _: &str) -> Result<String, DecodeError> {
    kontrakt_runtime::from_json::<i64>("\"no number\"").map(|never| never.to_string())
}

fn forget(text: &str, path: &str) -> Result<String, DecodeError> {
    let whole: Value = kontrakt_runtime::from_json(text)?;
    let mut value = kontrakt_conformance::check::Path::of(path).get(&whole).cloned().unwrap_or_default();
    FORGOTTEN.with_borrow(|at| put(&mut value, at, None));
    Ok(value.to_string())
}

#[test]
fn clients_that_misread_are_found_out() {
    let tally = Tally::default();
    let table = |reencode| move |codec: &Codec| Codec { reencode, ..*codec };
    let refusing: Vec<Vec<Codec>> = APIS.iter().map(|api| api.codecs.iter().map(table(refuse)).collect()).collect();
    let forgetful: Vec<Vec<Codec>> = APIS.iter().map(|api| api.codecs.iter().map(table(forget)).collect()).collect();
    let with = |codecs: &'static [Codec], api| verifier(api).with_codecs(codecs);
    let verifiers: Vec<[Verifier<'static>; 2]> = (APIS.iter().zip(refusing).zip(forgetful))
        .map(|((api, refusing), forgetful)| [with(refusing.leak(), api), with(forgetful.leak(), api)])
        .collect();
    each_carried("clients_that_misread", 2, |carried, case| {
        let Some(inner) = carried.inner(&case.body).filter(|_| carried.codec.side == Side::Answer) else {
            return Ok(());
        };
        if failed_by_itself(carried, &case.body) {
            return Ok(());
        }
        let at = APIS.iter().position(|api| api.name == carried.api.name).unwrap_or_default();
        let [refusing, forgetful] = &verifiers[at];
        let entry = || answer(carried.codec.operation, 200, "application/json", case.body.to_string().into_bytes());
        let tell = |verifier: &Verifier<'_>| findings_of(verifier, &carried.api.document, entry());
        tally.found(FindingKind::Undecodable, "", &tell(refusing)?)?;
        let Some((forgotten, whole)) = described_member(carried, case, inner) else { return Ok(()) };
        FORGOTTEN.set(forgotten);
        tally.found(FindingKind::ValueLost, &whole.pattern(), &tell(forgetful)?)
    });
    tally.covers(&OF_CLIENTS);
}

/// Whether the envelope says so already, in which case the client is not asked.
fn failed_by_itself(carried: &Carried, body: &Value) -> bool {
    let envelope = &carried.api.contract.behaviour.envelope;
    let errors =
        envelope.errors.as_ref().is_some_and(|errors| body.get(errors).is_some_and(|errors| !errors.is_null()));
    let said = envelope.success.as_ref().is_some_and(|success| body[&success.member] != success.equals);
    let operation = carried.api.operation(carried.codec.operation);
    let success = operation.and_then(|one| one.success()).map(|answer| answer.status.to_string());
    errors
        || said
        || operation.is_some_and(|one| one.id != carried.codec.operation)
        || success.as_deref() != Some("200")
}

/// A random member that the document describes and whose loss is one: its place in the value, and in the body.
fn described_member(carried: &Carried, case: &Case, inner: &Value) -> Option<(Path, Path)> {
    let contract = &carried.api.contract;
    let (start, mut places) = (carried.at(), Vec::new());
    carried.api.checker().each_place(carried.schema, &case.body, &mut |at, schemas, value| {
        let empty = value.is_null() || *value == json!([]) || *value == json!({});
        let described = schemas.iter().any(|id| contract[*id].always.is_none());
        let member = matches!(at.steps().last(), Some(kontrakt_conformance::check::ValueStep::Member(_)));
        if !empty && described && member && at.steps().starts_with(start.steps()) && at != &start {
            places.push(at.clone());
        }
    });
    let whole = Rng::with_seed(case.seed).choice(places)?;
    let below = Path::from(whole.steps()[start.steps().len()..].to_vec());
    below.get(inner).is_some().then_some((below, whole))
}

/// One mutation of each kind, at a random one of the places where it is damage.
fn mutations(checker: &Checker<'_>, root: SchemaId, body: &Value, rng: &mut Rng) -> Vec<Mutation> {
    let contract = checker.contract();
    let mut candidates: BTreeMap<FindingKind, Vec<(Path, Path, Option<Value>)>> = BTreeMap::new();
    checker.each_place(root, body, &mut |at, schemas, value| {
        let mut add = |kind, change: &Path, found: &Path, new| {
            candidates.entry(kind).or_default().push((change.clone(), found.clone(), new));
        };
        let schemas: Vec<&Schema> = schemas.iter().map(|id| &contract[*id]).collect();
        let any = |test: &dyn Fn(&Schema) -> bool| schemas.iter().any(|schema| test(schema));
        if !at.steps().is_empty() && !value.is_null() && !schemas.is_empty() {
            add(FindingKind::NullForNonNull, at, at, Some(Value::Null));
        }
        let listed = any(&|schema| schema.enumeration.is_some() || schema.constant.is_some());
        if any(&|schema| schema.types.is_some()) && !value.is_null() && !listed {
            // A union may have a list as well as a map here; hardly any has a truth value.
            let other = if value.is_boolean() { json!({"kontrakt": []}) } else { json!(true) };
            add(FindingKind::WrongType, at, at, Some(other));
        }
        if let Some(forbidden) = schemas.iter().find_map(|schema| contract[schema.not?].constant.clone()) {
            add(FindingKind::Forbidden, at, at, Some(forbidden));
        }
        for (kind, other) in limits(&schemas, value) {
            add(kind, at, at, Some(other));
        }
        match value {
            Value::Object(map) => {
                for schema in &schemas {
                    for name in schema.required.iter().filter(|name| map.contains_key(*name)) {
                        add(FindingKind::MissingRequired, &at.member(name), at, None);
                    }
                }
                let is_map = any(&|schema| is_map(contract, schema));
                if any(&|schema| !schema.properties.is_empty()) && !is_map {
                    let unknown = at.member("kontraktUnknown");
                    add(FindingKind::UndocumentedField, &unknown, &unknown, Some(json!(1)));
                }
            }
            Value::String(_) if any(&|schema| schema.enumeration.is_some()) => {
                add(FindingKind::UnknownEnumValue, at, at, Some(json!("kontrakt-unheard-of")));
            }
            Value::String(_) if any(&|schema| schema.pattern.is_some()) => {
                add(FindingKind::Pattern, at, at, Some(json!("\u{1}")));
            }
            Value::String(_) if any(&|schema| schema.format.is_some()) => {
                add(FindingKind::Format, at, at, Some(json!("\u{1}")));
            }
            _ => {}
        }
    });
    let mut mutations = Vec::new();
    for (kind, mut places) in candidates {
        rng.shuffle(&mut places);
        // What the schema still accepts is no damage; an undocumented field in an open object is found all the same.
        let damaged = places.into_iter().find_map(|(change, found, new)| {
            let mut mutated = body.clone();
            put(&mut mutated, &change, new)?;
            let damage = kind == FindingKind::UndocumentedField || !checker.accepts(root, &mutated);
            damage.then_some(Mutation { kind, pointer: found.pattern(), body: mutated })
        });
        mutations.extend(damaged);
    }
    mutations
}

/// The value just outside of each limit.
fn limits(schemas: &[&Schema], value: &Value) -> Vec<(FindingKind, Value)> {
    let mut outside = Vec::new();
    for schema in schemas {
        let plain = schema.enumeration.is_none() && schema.pattern.is_none() && schema.format.is_none();
        match value {
            Value::String(text) if plain => {
                outside.extend(schema.max_length.map(|most| "x".repeat(most as usize + 1).into()));
                let few = |least: u64| text.chars().take(least.saturating_sub(1) as usize).collect::<String>().into();
                outside.extend(schema.min_length.filter(|least| *least > 0).map(few));
            }
            Value::Number(_) => {
                let beyond = |bound: &Option<serde_json::Number>, by: f64| {
                    bound.as_ref()?.as_f64().map(|bound| json!(bound + by))
                };
                outside.extend(beyond(&schema.minimum, -1.0).into_iter().chain(beyond(&schema.maximum, 1.0)));
                outside.extend(
                    beyond(&schema.exclusive_minimum, 0.0).into_iter().chain(beyond(&schema.exclusive_maximum, 0.0)),
                );
                outside.extend(beyond(&schema.multiple_of, 0.000_1));
            }
            Value::Array(items) => {
                if let Some(most) = schema.max_items.filter(|most| *most < 10_000)
                    && let Some(item) = items.first()
                {
                    outside.push(Value::Array(vec![item.clone(); most as usize + 1]));
                }
                outside.extend(schema.min_items.filter(|least| *least > 0).map(|_| json!([])));
                if let Some(item) = items.first().filter(|_| schema.unique_items) {
                    outside.push(items.iter().chain([item]).cloned().collect());
                }
            }
            Value::Object(_) => outside.extend(schema.min_properties.filter(|least| *least > 0).map(|_| json!({}))),
            _ => {}
        }
    }
    outside.into_iter().map(|value| (FindingKind::Limit, value)).collect()
}

fn is_map(contract: &Contract, schema: &Schema) -> bool {
    schema.additional_properties.is_some_and(|rest| contract[rest].always.is_none())
}

/// Keywords that the three documents do not use, or not where a value could break them alone.
#[test]
fn damage_that_the_documents_have_no_place_for_is_found() {
    let document = Document::parse("small.json", SMALL.to_string()).unwrap();
    let contract = Contract::read(&document).unwrap();
    let checker = Checker::new(&contract);
    let verifier = Verifier::new(&contract).unwrap();
    let schema = contract.operations[0].success().and_then(|answer| answer.json()?.schema).unwrap();
    let instances = Instances::new(&contract, [schema]);
    let tally = Tally::default();
    let tell = |body: &Value| {
        findings_of(&verifier, &document, answer("get", 200, "application/json", body.to_string().into_bytes()))
            .unwrap()
    };
    for seed in 0..40 {
        let body = instances.of(schema).unwrap().value(seed).unwrap();
        assert_eq!(tell(&body), [], "{body}");
        for mutation in mutations(&checker, schema, &body, &mut Rng::with_seed(seed)) {
            tally.found(mutation.kind, &mutation.pointer, &tell(&mutation.body)).unwrap();
        }
        // Both branches of the union hold at once.
        let mut both = body;
        *place(&mut both, Path::default().member("either").steps()).unwrap() = json!(15);
        tally.found(FindingKind::Document, "/either", &tell(&both)).unwrap();
    }
    tally.covers(&ELSEWHERE);
    tally.covers(&[
        FindingKind::Limit,
        FindingKind::MissingRequired,
        FindingKind::WrongType,
        FindingKind::NullForNonNull,
    ]);
}

static SMALL: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "small", "version": "1"},
        "paths": {"/": {"get": {"operationId": "get", "responses": {"200": {"description": "", "content": {
            "application/json": {"schema": {
                "type": "object",
                "required": ["day", "any", "either", "few", "cents"],
                "properties": {
                    "day": {"type": "string", "format": "date"},
                    "any": {"type": "string", "not": {"const": "forbidden"}},
                    "either": {"oneOf": [{"type": "integer", "maximum": 20}, {"type": "integer", "minimum": 10}]},
                    "few": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3, "uniqueItems": true},
                    "cents": {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0, "maximum": 100},
                },
            }},
        }}}}}},
    })
});
