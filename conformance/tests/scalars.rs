//! Scalars and documents agree: times are written as patterns require, and a string of an answer is read as another
//! type only where the document's own pattern or format justifies it.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use kontrakt_codegen::contract::{Contract, Offset, ScalarHint, Schema, SchemaId};
use kontrakt_codegen::document::{Document, Node};
use kontrakt_conformance::check::Checker;
use kontrakt_runtime::time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};
use kontrakt_runtime::{CompactDateTime, DateTime, LocalDateTime};
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

/// Scalars that any text can be read as.
const ANY_TEXT: [ScalarHint; 2] = [ScalarHint::String, ScalarHint::Identifiers];

/// Texts of answers that we read as something narrower than the document says, and why that is right.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// All schemas of what servers send: answers, notices, and records of jobs' results.
fn sent_by_servers(contract: &Contract) -> BTreeSet<SchemaId> {
    let notices = contract.webhooks.iter().flat_map(|one| one.body.iter().flat_map(|body| &body.content));
    let answers = contract.operations.iter().flat_map(|one| one.responses.iter().flat_map(|answer| &answer.content));
    let mut open: Vec<SchemaId> = notices.chain(answers).filter_map(|media| media.schema).collect();
    let results = contract.operations.iter().filter_map(|one| one.hints.job.as_ref()?.result.as_deref());
    open.extend(results.filter_map(|name| contract.component(name)));
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(contract[id].reference.into_iter().chain(contract[id].children()));
        }
    }
    seen
}

/// Whether the document itself says more of a text than that it is one.
fn says_more(node: &Node) -> bool {
    let types = node.get("type").map(Node::to_json).unwrap_or_default();
    let is_text = types == "string" || types.as_array().is_some_and(|types| types.iter().any(|one| one == "string"));
    !is_text || ["format", "pattern", "enum"].iter().any(|key| node.get(key).is_some())
}

#[test]
fn a_plain_text_of_the_document_is_a_text() {
    let document = Document::read(&common::root().join("specs/shoptet/openapi.yaml")).unwrap();
    let contract = common::contract("shoptet");
    let narrowed: BTreeSet<String> = sent_by_servers(&contract)
        .into_iter()
        .filter_map(|id| {
            let schema = &contract[id];
            let scalar = schema.hints.scalar.filter(|scalar| !ANY_TEXT.contains(scalar))?;
            let node = document.get(&schema.pointer)?;
            (!says_more(node)).then(|| format!("{} is {scalar:?}", schema.pointer))
        })
        .collect();
    let unknown: Vec<&String> =
        narrowed.iter().filter(|one| !EXCEPTIONS.iter().any(|(place, _)| one.starts_with(place))).collect();
    assert!(unknown.is_empty(), "{} texts that an odd value makes unreadable:\n{unknown:#?}", unknown.len());
    for (place, reason) in EXCEPTIONS {
        assert!(
            !reason.is_empty() && narrowed.iter().any(|one| one.starts_with(place)),
            "no exception is needed: {place}"
        );
    }
}

/// A time as the client writes it for a schema.
fn written(schema: &Schema, time: OffsetDateTime) -> Option<String> {
    match schema.hints.scalar? {
        ScalarHint::Date => Some(kontrakt_runtime::Date::from(time.date()).to_string()),
        ScalarHint::DateTime if schema.hints.offset == Some(Offset::Basic) => {
            Some(CompactDateTime::from(time).to_string())
        }
        ScalarHint::DateTime => Some(DateTime::from(time).to_string()),
        ScalarHint::LocalDateTime => {
            Some(LocalDateTime::from(PrimitiveDateTime::new(time.date(), time.time())).to_string())
        }
        _ => None,
    }
}

#[test]
fn every_time_that_can_be_made_is_written_as_the_document_asks_for_it() {
    let contracts = common::APIS.map(|api| (api, common::contract(api)));
    // One of each kind is enough.
    let mut kinds = BTreeMap::new();
    for (api, contract) in &contracts {
        for (id, schema) in contract.schemas() {
            if written(schema, OffsetDateTime::UNIX_EPOCH).is_some() {
                let said = format!("{:?} {:?}", schema.hints.scalar, schema.hints.offset);
                kinds.insert((*api, said, schema.pattern.clone(), schema.format.clone()), id);
            }
        }
    }
    assert!(kinds.keys().filter(|(_, _, pattern, _)| pattern.is_some()).count() >= 3, "{:?}", kinds.keys());
    let checkers: BTreeMap<&str, Checker<'_>> =
        contracts.iter().map(|(api, contract)| (*api, Checker::new(contract))).collect();
    let times = (
        Date::MIN.to_julian_day()..=Date::MAX.to_julian_day(),
        0_u32..86_400,
        0_u32..1_000_000_000,
        -93_599_i32..=93_599,
    );
    let cases = u32::try_from(common::cases(512)).unwrap();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let held = runner.run(&times, |(day, second, nanosecond, offset)| {
        let clock = Time::MIDNIGHT + std::time::Duration::new(second.into(), nanosecond);
        let day = Date::from_julian_day(day).unwrap();
        let time = PrimitiveDateTime::new(day, clock).assume_offset(UtcOffset::from_whole_seconds(offset).unwrap());
        for ((api, ..), id) in &kinds {
            let schema = &checkers[api].contract()[*id];
            let text = written(schema, time).unwrap();
            let fits = checkers[api].accepts(*id, &json!(text));
            proptest::prop_assert!(fits, "{api} {}: {time} is written {text}", schema.pointer);
        }
        Ok(())
    });
    held.unwrap();
}
