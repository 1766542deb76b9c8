//! Every entry of every `quirks.yaml`: the document still allows the quirk, and the client reads it correctly.
//! An entry that fails the first is obsolete and must be removed; one that fails the second is a defect of the client.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use kontrakt_codegen::document::{Document, Node};
use kontrakt_conformance::check::Checker;
use kontrakt_conformance::evidence::Grade;
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::quirks::{Quirk, QuirkKind, holds, not_applicable, prove, read, schema_at};
use kontrakt_runtime::Method;
use kontrakt_runtime::http::MockTransport;

#[test]
fn every_quirk_still_holds() {
    let mut healed = Vec::new();
    for (api, _) in common::CODECS {
        let document = common::specification(api).document;
        let contract = common::contract(api);
        let checker = Checker::new(&contract);
        for quirk in quirks(api) {
            assert!(!quirk.places.is_empty(), "{api} {}: no place", quirk.id);
            for place in &quirk.places {
                if let Err(reason) = holds(&quirk, &checker, &document, place) {
                    healed.push(format!("{api} {} at {place}: {reason}", quirk.id));
                }
            }
        }
    }
    assert!(healed.is_empty(), "healed:\n{}", healed.join("\n"));
}

#[test]
fn clients_make_the_right_thing_of_every_oddity() {
    let mut broken = Vec::new();
    let mut tried: BTreeMap<QuirkKind, usize> = BTreeMap::new();
    for (api, codecs) in common::CODECS {
        let contract = common::contract(api);
        let checker = Checker::new(&contract);
        let quirks = quirks(api);
        let proofs =
            prove(&checker, codecs, &quirks, common::cases(6)).unwrap_or_else(|error| panic!("{api}: {error}"));
        for quirk in &quirks {
            let Some(proof) = proofs.get(&quirk.id) else { continue };
            *tried.entry(quirk.kind).or_default() += proof.tried;
            broken.extend(proof.broken.first().map(|message| format!("{api} {} {message}", quirk.id)));
        }
    }
    assert!(broken.is_empty(), "{} quirks:\n{}", broken.len(), broken.join("\n"));
    for (name, kind) in QuirkKind::NAMES {
        // A failed call has no value; see the test below.
        let needed = kind != QuirkKind::ErrorInSuccess;
        assert!(!needed || tried.contains_key(&kind), "no oddity of the kind {name} was tried: {tried:?}");
    }
}

/// What was seen of something similar is inferred.
#[test]
fn what_was_not_seen_is_not_graded_as_seen() {
    for (api, _) in common::CODECS {
        let document = Document::read(&common::root().join("specs").join(api).join("quirks.yaml")).unwrap();
        let entries = document.root.get("quirks").and_then(Node::as_list).unwrap().to_vec();
        for (quirk, entry) in quirks(api).iter().zip(entries) {
            let wire = entry.get("wire").and_then(Node::as_str).unwrap_or_default().to_lowercase();
            let unseen = ["not seen", "not recorded", "unknown"].iter().any(|words| wire.starts_with(words));
            let seen = quirk.grade().is_some_and(Grade::is_seen);
            assert!(!(unseen && seen), "{api} {}: {wire}", quirk.id);
        }
    }
}

#[tokio::test]
async fn calls_that_fail_inside_a_success_are_errors() {
    let mut tried = 0;
    let contract = common::contract("clipsan");
    let failures = quirks("clipsan").into_iter().filter(|quirk| quirk.kind == QuirkKind::ErrorInSuccess);
    let failures: Vec<_> = failures.flat_map(|quirk| quirk.places).filter_map(|at| schema_at(&contract, &at)).collect();
    let instances = Instances::new(&contract, failures.iter().copied());
    for id in failures {
        for seed in 0..common::cases(12) {
            let body = instances.of(id).unwrap().value(seed).unwrap();
            let transport = MockTransport::new();
            transport.reply(200, body.to_string());
            let client = clipsan::Client::builder().key("k").transport(transport).build().unwrap();
            let error = client.request(Method::GET, "/purchase/list/").await.expect_err("the call failed");
            assert_eq!(error.status(), Some(200));
            let said = error.api_errors().first().map(|one| one.message.clone());
            assert_eq!(said.as_deref(), body["error"].as_str(), "{body}");
            tried += 1;
        }
    }
    assert!(tried > 0, "no entry tells of calls that fail inside a success");
}

/// Where known disagreements are told of: the number that each has in the list of them, and the entry.
const KNOWN: [(&str, &[(&str, &str)]); 3] = [
    (
        "shoptet",
        &[
            ("S2", "metadata-where-forbidden"),
            ("S4", "country-code-described-as-currency"),
            ("S5", "empty-text-for-tax-ids"),
            ("S7", "null-weight-of-order-item"),
            ("S11", "vat-id-status-untyped"),
            ("S12", "issue-date-described-as-code"),
            ("S13", "webhook-conflict-status"),
            ("S14", "webhook-events-open"),
            ("S15", "page-size-clamped-or-refused"),
            ("S16", "amount-as-number"),
            ("S20", "private-token-header-spelling"),
            ("S21", "order-create-unwritten-rules"),
            ("S22", "date-time-offset-forms"),
            ("S25", "webhook-events-open"),
        ],
    ),
    (
        "upgates",
        &[
            ("U1", "agreement-valid-to-forms"),
            ("U2", "currency-rate-number"),
            ("U3", "paid-date-without-time"),
            ("U4", "order-nulls"),
            ("U5", "empty-text-for-null"),
            ("U6", "order-discounts-absent"),
            ("U7", "order-undocumented"),
            ("U8", "meta-values-map"),
            ("U9", "meta-value-types"),
            ("U11", "shipment-types-grew"),
            ("U12", "origin-dash"),
            ("U13", "configuration-price-key"),
            ("U14", "order-created-key"),
            ("U15", "customer-list-example"),
            ("U16", "customer-filters-swapped"),
            ("U17", "order-example-broken"),
            ("U18", "history-example-request-line"),
            ("U19", "order-states-removed"),
            ("U20", "voucher-type-payment-shipment"),
            ("U21", "voucher-list-needs-filter"),
            ("U22", "history-changes-shape"),
            ("U23", "message-level"),
            ("U24", "customer-groups-map"),
            ("U25", "product-action-boolean"),
            ("U26", "variant-null-inherits"),
        ],
    ),
    (
        "clipsan",
        &[
            ("1", "transfer-spelled-tranfer"),
            ("2", "fields-not-listed"),
            ("3", "ids-as-strings"),
            ("4", "custom-empty-or-null"),
            ("5", "empty-list-not-a-map"),
            ("6", "zip-as-number"),
            ("7", "times-in-two-forms"),
            ("8", "country-in-lower-case"),
            ("9", "vat-zero-or-null"),
            ("10", "membership-price-missing"),
            ("11", "digital-false-becomes-true"),
            ("12", "deleted-in-list-unknown"),
            ("13", "company-described-as-person"),
            ("14", "lead-list-without-count"),
            ("15", "payment-types-differ"),
        ],
    ),
];

#[test]
fn every_known_disagreement_has_an_entry_or_a_reason() {
    let Some(corpus) = common::corpus("every_known_disagreement_has_an_entry_or_a_reason") else { return };
    let list = std::fs::read_to_string(corpus.join("facts/contradictions.md")).unwrap();
    let clipsan = std::fs::read_to_string(corpus.join("facts/clipsan.md")).unwrap();
    let rows = |text: &str, start: &str, end: &str| -> BTreeSet<String> {
        let number = |line: &str| Some(line.strip_prefix(start)?.split_once(end)?.0.trim().to_owned());
        text.lines().filter_map(number).filter(|number| number.chars().any(|c| c.is_ascii_digit())).collect()
    };
    let numbered = rows(&clipsan, "", ". ").into_iter().filter(|number| number.chars().all(|c| c.is_ascii_digit()));
    let all = [rows(&list, "| S", "|"), rows(&list, "| U", "|"), numbered.collect()];
    for ((api, known), (letter, rows)) in KNOWN.into_iter().zip(["S", "U", ""].into_iter().zip(all)) {
        assert!(rows.len() > 10, "{api}: the list is not what it was");
        let document = Document::read(&common::root().join("specs").join(api).join("quirks.yaml")).unwrap();
        let reasons = not_applicable(&document).unwrap();
        let ids: BTreeSet<String> = quirks(api).into_iter().map(|quirk| quirk.id).collect();
        for row in rows.iter().map(|number| format!("{letter}{number}")) {
            let entry = known.iter().find(|(id, _)| *id == row).map(|(_, entry)| *entry);
            let told = entry.is_some_and(|entry| ids.contains(entry)) || reasons.iter().any(|(id, _)| *id == row);
            assert!(told, "{api} {row}: neither an entry ({entry:?}) nor a reason");
        }
    }
}

fn quirks(api: &str) -> Vec<Quirk> {
    let path = common::root().join("specs").join(api).join("quirks.yaml");
    read(&Document::read(&path).unwrap()).unwrap_or_else(|error| panic!("{error}"))
}
