//! The recordings that the project ships, and, where `KONTRAKT_CORPUS` leads to them, replies seen in the wild.
//! Every finding that is expected stands here; any other one is news.

mod common;

use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::verify::{Outcome, Verifier};

fn verify(api: &str, folder: &Path) -> Outcome {
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
    let verifier = Verifier::new(&contract).unwrap().with_codecs(codecs);
    verifier.verify(&recording, &document).unwrap_or_else(|error| panic!("{error}"))
}

fn lines(outcome: &Outcome) -> Vec<String> {
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
    found.sort();
    assert_eq!(found, [unknown[1], unknown[0]]);
}

#[test]
fn replies_from_the_wild_are_read_and_told_of() {
    let Some(corpus) = common::corpus("replies_from_the_wild_are_read_and_told_of") else { return };
    for (api, matched, breaking) in [("clipsan", 16, false), ("upgates", 6, false), ("shoptet", 13, true)] {
        let outcome = verify(api, &corpus.join("recordings").join(api));
        assert_eq!(outcome.matched, matched, "{api}: {:?}", outcome.skipped);
        let lines = lines(&outcome);
        assert_eq!(lines.iter().any(|line| line.starts_with("breaking")), breaking, "{api}: {lines:#?}");
        // What breaks the schema is older than the document; what keeps to it, the client reads without loss.
        assert!(
            !lines.iter().any(|line| line.contains("value-lost") || line.contains("undecodable")),
            "{api}: {lines:#?}"
        );
    }
}
