//! The recordings of the repository and, where `KONTRAKT_CORPUS` names a corpus, recorded answers from practice.
//! All expected findings are listed here; any other finding fails.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_conformance::findings::FindingSeverity;
use kontrakt_conformance::quirks::read;
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::source;
use kontrakt_conformance::verify::{Verification, Verifier};

fn verify(api: &str, folder: &Path) -> Verification {
    let codecs = common::CODECS.iter().find(|(name, _)| *name == api).map(|(_, codecs)| *codecs).unwrap();
    let document = common::specification(api).document;
    let contract = Contract::read(&document).unwrap();
    let mut recording = Recording::default();
    let files = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "har")) {
        recording.append(Recording::read(file).unwrap_or_else(|error| panic!("{error}")));
    }
    let quirks = read(&Document::read(&common::root().join("specs").join(api).join("quirks.yaml")).unwrap()).unwrap();
    let mut verifier = Verifier::new(&contract).unwrap().with_codecs(codecs).with_quirks(&quirks);
    if let Some(day) = source::date(&common::root().join("specs").join(api)).filter(|_| api == "shoptet") {
        // What the document of this day requires, older answers need not have.
        verifier = verifier.dated(&day);
    }
    verifier.verify(&recording, &document).unwrap_or_else(|error| panic!("{error}"))
}

fn lines(outcome: &Verification) -> Vec<String> {
    let line = |finding: &kontrakt_conformance::findings::Finding| {
        let seen = &finding.seen;
        let status = seen.status.map(|status| format!(" {status}")).unwrap_or_default();
        format!(
            "{} {} {}{status} {}",
            seen.severity.name(),
            seen.kind,
            seen.operation,
            seen.field.as_deref().unwrap_or("-")
        )
    };
    outcome.findings.iter().map(line).collect()
}

#[test]
fn the_shipped_recordings_agree_with_document_and_client() {
    let shipped = |api: &str| verify(api, &common::root().join("conformance/recordings").join(api));
    let clipsan = shipped("clipsan");
    assert_eq!((clipsan.matched, clipsan.coverage.operations), (20, (11, 11)));
    // The API answers failed calls like this; that is said, and no more.
    let mut failed = lines(&clipsan);
    failed.sort();
    assert_eq!(
        failed,
        ["addPurchase", "addUser", "listLeads"].map(|call| format!("info error-in-success {call} 200 -"))
    );
    let upgates = shipped("upgates");
    assert!(upgates.skipped.is_empty(), "{:?}", upgates.skipped);
    let (seen, specified) = upgates.coverage.operations;
    assert_eq!(seen, specified, "every operation is recorded");
    assert_eq!(lines(&upgates), Vec::<String>::new());
    let shoptet = shipped("shoptet");
    // The webhook among them.
    assert_eq!((shoptet.matched, shoptet.skipped.len()), (13, 0));
    // The document has no errors for this operation; they arrive in the form that all errors have.
    let unknown = ["warning unknown-status getEshopInfo 403 -", "warning unknown-status getEshopInfo 401 -"];
    let mut found = lines(&shoptet);
    // What the document has come to require since they were recorded.
    found.retain(|line| !line.starts_with("warning missing-required "));
    found.sort();
    assert_eq!(found, [unknown[1], unknown[0]]);
}

#[test]
fn replies_from_the_wild_are_read_and_told_of() {
    let Some(corpus) = common::corpus("replies_from_the_wild_are_read_and_told_of") else { return };
    let wild = |api: &str| verify(api, &corpus.join("recordings").join(api));
    let upgates = wild("upgates");
    assert_eq!((upgates.matched, upgates.skipped.len(), lines(&upgates)), (6, 0, Vec::new()));

    // Written down without their parameters; of calls that failed, that is no news.
    let clipsan = wild("clipsan");
    assert_eq!((clipsan.matched, clipsan.skipped.len()), (16, 0));
    for finding in &clipsan.findings {
        let line = (finding.seen.severity.name(), finding.seen.kind.name(), finding.quirk.as_deref());
        let known =
            [("warning", "missing-required", None), ("info", "error-in-success", Some("error-with-status-200"))];
        assert!(known.contains(&line), "{line:?} {}", finding.seen.message);
    }

    let shoptet = wild("shoptet");
    assert_eq!((shoptet.matched, shoptet.skipped.len()), (13, 0));
    let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in &shoptet.findings {
        let seen = &finding.seen;
        let what = seen.field.as_deref().or(seen.pointer.rsplit('/').next()).unwrap_or_default();
        told.entry(seen.kind.name()).or_default().insert(what);
        assert!(seen.severity < FindingSeverity::Breaking, "{} {}", seen.pointer, seen.message);
    }
    // Members that came after the answers: more of them with every document.
    let came = told.remove("missing-required").unwrap_or_default();
    let known = ["depth", "gallery", "height", "metadata", "unit", "visible", "width"];
    assert!(known.iter().all(|name| came.contains(name)), "{came:?}");
    let expected = [
        // Samples of an old page: other scales, and null as a text.
        ("pattern", "measureAmount measurePrice minStockSupply packagingAmount voteAverageScore weight"),
        // Members that went, and the request id where the document has none.
        ("undocumented-field", "companyId eetEligible metadata taxId vatId"),
        ("unknown-status", ""),
    ];
    let expected: BTreeMap<&str, BTreeSet<&str>> = expected
        .into_iter()
        .map(|(kind, what)| {
            (kind, if what.is_empty() { BTreeSet::from([""]) } else { what.split_whitespace().collect() })
        })
        .collect();
    assert_eq!(told, expected);
}
