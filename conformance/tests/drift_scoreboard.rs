//! Drift compared with facts checked by hand and with the expectations of another tool's tests.
//! Both are outside the repository, in the folder named by `KONTRAKT_CORPUS`; `--nocapture` shows the scoreboard.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kontrakt_codegen::document::Document;
use kontrakt_conformance::drift::history::walk;
use kontrakt_conformance::drift::{ApiVersion, Change, Direction, Drift, Severity, compare};
use serde_json::Value;

/// Ends announced for an earlier day are over.
const TODAY: &str = "2026-11-22";

fn corpus(part: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KONTRAKT_CORPUS").map(|root| Path::new(&root).join(part));
    match folder {
        Some(folder) if folder.exists() => Some(folder),
        _ => {
            eprintln!("SKIPPED: set KONTRAKT_CORPUS to the folder that holds {part}");
            None
        }
    }
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn drift(old: &Path, new: &Path) -> Result<Drift, String> {
    let open = |path: &Path| ApiVersion::open(path).map_err(|complaint| complaint.to_string());
    Ok(compare(&open(old)?, &open(new)?, TODAY))
}

fn stands_at(change: &Change, pointer: &str) -> bool {
    [&change.old, &change.new].into_iter().flatten().any(|place| place.pointer.to_string() == pointer)
}

fn line(change: &Change) -> String {
    let pointer = change.place().map(|place| place.pointer.to_string()).unwrap_or_default();
    format!(
        "{} {} {} {pointer}: {}",
        change.severity.name(),
        change.kind.name(),
        change.direction.name(),
        change.message
    )
}

/// Whether a change is the fact: place, direction, verdict.
fn is(change: &Change, fact: &Value) -> bool {
    let direction = change.direction == Direction::Both || change.direction.name() == text(fact, "direction");
    let breaking = text(fact, "wire") == "breaking";
    stands_at(change, text(fact, "pointer")) && direction && (change.severity == Severity::Breaking) == breaking
}

/// Number of operations of a fact: a number, or a text that starts with one, or one operation by name.
fn operations(fact: &Value) -> usize {
    let first = text(fact, "ops").split(' ').next().and_then(|word| word.parse().ok());
    fact["ops"].as_u64().map_or(first.unwrap_or(1), |count| count as usize)
}

#[test]
fn hand_checked_facts_are_found_and_nothing_else() {
    let Some(folder) = corpus("upstream/shoptet") else { return };
    let (mut facts, mut found, mut radius, mut alarms) = (0, 0, 0, Vec::new());
    for pair in json(&folder.join("pairs.json")).as_array().unwrap() {
        let drift = drift(&folder.join(text(pair, "old")), &folder.join(text(pair, "new"))).unwrap();
        let expected = list(pair, "facts");
        for fact in expected {
            facts += 1;
            let hits: Vec<&Change> = drift.changes.iter().filter(|change| is(change, fact)).collect();
            found += usize::from(!hits.is_empty());
            let whole = hits.iter().any(|change| change.operations().len() == operations(fact));
            radius += usize::from(whole);
            if !whole {
                println!(
                    "{}: {} {}",
                    pair["id"],
                    if hits.is_empty() { "MISSED" } else { "RADIUS" },
                    text(fact, "pointer")
                );
                let near = drift.changes.iter().filter(|change| stands_at(change, text(fact, "pointer")));
                near.for_each(|change| println!("      {} ({} operations)", line(change), change.operations().len()));
            }
        }
        let alarm = |change: &&Change| !expected.iter().any(|fact| is(change, fact));
        alarms.extend(drift.changes.iter().filter(alarm).map(|change| format!("{}: {}", pair["id"], line(change))));
    }
    alarms.iter().for_each(|alarm| println!("FALSE ALARM {alarm}"));
    println!("facts {found}/{facts}, blast radius {radius}/{facts}, false alarms {}", alarms.len());
    assert_eq!((found, radius, alarms.len()), (facts, facts, 0));
}

/// What the other tool's own tests and its released binary say: 2 error, 1 warning, 0 neither.
fn expected_level(pair: &Value) -> u8 {
    let level = |text: &str| match text {
        "ERR" => 2,
        "WARN" => 1,
        _ => 0,
    };
    let tests = || list(pair, "tests").iter().filter(|test| list(test, "options").is_empty());
    let mut ids: BTreeMap<&str, u8> = BTreeMap::new();
    for observed in list(pair, "observed_1_15_0") {
        ids.insert(text(observed, "id"), level(text(observed, "level")));
    }
    // The tests are newer than the binary: where they disagree, they are right.
    for test in tests() {
        for expected in list(test, "expected") {
            ids.insert(text(expected, "id"), level(text(expected, "level")));
        }
        for absent in list(test, "expected_absent") {
            ids.remove(absent.as_str().unwrap_or_default());
        }
    }
    ids.into_values().max().unwrap_or(0)
}

/// Pairs where the other tool says something else, and why this one is right.
const EXPLAINED: [(&str, &str); 8] = [
    ("088", "a schema added to allOf that says nothing new changes nothing"),
    ("096", "the only base URL is another one: released clients call the old one"),
    ("104", "a path parameter that the path does not have is never sent"),
    ("138", "a parameter of the path item is one of each operation: fewer elements are valid"),
    ("154", "its newer tests agree that a list written value by value takes a single value"),
    ("158", "a schema added to allOf with one optional property adds one optional property"),
    ("162", "an inline enumeration moved into a component is the same enumeration"),
    ("282", "webhooks travel from server to client: what must always be sent is more certain to arrive"),
];

#[test]
fn agrees_with_the_expectations_of_another_tool() {
    let Some(folder) = corpus("upstream/oasdiff-corpus") else { return };
    let (mut total, mut agree, mut errors) = (0, 0, 0);
    let mut unexplained = Vec::new();
    for pair in list(&json(&folder.join("manifest.json")), "pairs") {
        total += 1;
        let (id, expected) = (text(pair, "id"), expected_level(pair));
        let outcome = drift(&folder.join(text(pair, "base")), &folder.join(text(pair, "revision")));
        let worst = match &outcome {
            Ok(drift) => drift.changes.iter().map(|change| change.severity).max().unwrap_or(Severity::Cosmetic),
            Err(_) => Severity::Cosmetic,
        };
        // A warning is neither: whoever heeds it and whoever does not is right.
        let same = match expected {
            2 => worst == Severity::Breaking,
            1 => worst >= Severity::Risky,
            _ => worst != Severity::Breaking,
        };
        agree += usize::from(same);
        errors += usize::from((worst == Severity::Breaking) == (expected == 2));
        let why = EXPLAINED.iter().find(|(one, _)| *one == id).map(|(_, why)| *why);
        if same == why.is_some() {
            unexplained.push(id.to_owned());
        }
        if !same || why.is_some() {
            let word = ["nothing", "a warning", "an error"][usize::from(expected)];
            println!(
                "{id} {} -> {}: expected {word}, found {}",
                text(pair, "base"),
                text(pair, "revision"),
                worst.name()
            );
            println!("      {}", why.unwrap_or("UNEXPLAINED"));
            list(pair, "observed_1_15_0")
                .iter()
                .for_each(|one| println!("      theirs {} {}", text(one, "level"), text(one, "text")));
            match &outcome {
                Ok(drift) => drift.changes.iter().for_each(|change| println!("      ours   {}", line(change))),
                Err(complaint) => println!("      {complaint}"),
            }
        }
    }
    let percent = |count: usize| count as f64 * 100.0 / total as f64;
    println!("corpus: {agree}/{total} agree on breaking or not ({:.1} %)", percent(agree));
    println!("        {errors}/{total} when warnings count as not breaking ({:.1} %)", percent(errors));
    assert!(unexplained.is_empty(), "disagreements without, or explanations without disagreement: {unexplained:?}");
    // Each disagreement is explained by name; more of them than these would be a sign.
    assert!(percent(agree) >= 94.0);
}

/// Every revision there is, compared with the one before it; one of them is no YAML, and is complained about.
#[test]
fn every_revision_is_compared_or_complained_about() {
    let Some(folder) = corpus("upstream/shoptet") else { return };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let (history, last) = walk(paths.iter().map(|path| (name(path), Document::read(path))), TODAY);
    for one in &history.revisions {
        match &one.complaint {
            Some(complaint) => {
                assert!(complaint.contains(&format!("{}:", one.name)), "{complaint} names file and line");
                assert_eq!(one.operations, None);
            }
            None => assert!(one.operations.unwrap() > 200, "{one:?}"),
        }
    }
    let read = history.revisions.iter().filter(|one| one.complaint.is_none()).count();
    assert_eq!(read + 1, history.revisions.len(), "one revision is damaged");
    assert!(last.is_some());
}
