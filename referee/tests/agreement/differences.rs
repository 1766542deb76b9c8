//! The list of known differences, compared with those found.
//! A pattern matches descriptions: `*` is any run of characters.

use std::collections::BTreeMap;
use std::path::Path;

use kontrakt_codegen::document::{Document, Node};

/// `differences.yaml`.
pub(crate) struct Listed(Vec<KnownDifference>);

struct KnownDifference {
    patterns: Vec<String>,
    reason: String,
}

impl Listed {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement/differences.yaml");
        let document = Document::read(&path).unwrap();
        let entries = document.root.get("differences").and_then(Node::as_list).unwrap();
        let text = |entry: &Node, key: &str| entry.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let patterns = |entry: &Node| {
            let list = entry.get("seen").and_then(Node::as_list).unwrap();
            list.iter().map(|one| one.as_str().unwrap().to_owned()).collect()
        };
        Self(
            entries
                .iter()
                .map(|entry| KnownDifference { patterns: patterns(entry), reason: text(entry, "reason") })
                .collect(),
        )
    }

    /// What is wrong: differences that are not listed, and entries that nothing fits any more.
    pub(crate) fn against(&self, found: &BTreeMap<String, String>) -> Vec<String> {
        let patterns = || self.0.iter().flat_map(|entry| &entry.patterns);
        let unlisted = found.iter().filter(|(what, _)| !patterns().any(|pattern| fits(pattern, what)));
        let unlisted = unlisted.map(|(what, example)| format!("not listed: {what}\n    {example}"));
        let vanished = patterns().filter(|pattern| !found.keys().any(|what| fits(pattern, what)));
        let vanished = vanished.map(|pattern| format!("no longer seen: {pattern}"));
        let bare = self.0.iter().filter(|entry| entry.reason.is_empty());
        let bare = bare.map(|entry| format!("without a reason: {}", entry.patterns.join(", ")));
        unlisted.chain(vanished).chain(bare).collect()
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(head) else { return false };
    text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| fits(rest, &text[at..]))
}

#[test]
fn patterns_fit_runs_of_characters() {
    for (pattern, text, expected) in [
        ("a", "a", true),
        ("a", "ab", false),
        ("*: header api-version *", "getOrder: header api-version only progenitor", true),
        ("*b", "abab", true),
        ("a*c", "ab", false),
    ] {
        assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
    }
}
