//! What a statement about a server rests on: the grades of evidence, which mean the same for quirks and for operations,
//! and `evidence.yaml`, which says of which operations answers are known.

use std::collections::BTreeMap;
use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Node, Pointer};

/// How good evidence is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// An answer of the server is kept and shows it.
    Recorded,
    /// Somebody who called the API wrote down what it did, and when.
    Live,
    /// Code or notes of a client in use say so; no answer is kept.
    Client,
    /// A newer document, reference or news of the API says so.
    Official,
    /// The document itself says so, by its prose, an example, or a contradiction.
    Document,
    /// Concluded from what was recorded of something similar.
    Inferred,
}

impl Grade {
    /// Every grade with its name.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("recorded", Self::Recorded),
        ("live", Self::Live),
        ("client", Self::Client),
        ("official", Self::Official),
        ("document", Self::Document),
        ("inferred", Self::Inferred),
    ];

    /// Whether the server was seen doing it.
    pub fn is_seen(self) -> bool {
        matches!(self, Self::Recorded | Self::Live)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, grade)| *grade == self).map_or("", |(name, _)| *name)
    }
}

/// Something that a statement rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// How good it is.
    pub grade: Grade,
    /// Whose it is, and of which time.
    pub source: String,
}

impl Evidence {
    /// Reads `{grade, source}`.
    pub(crate) fn read(document: &Document, node: &Node, at: &Pointer) -> Result<Self> {
        let complain = |message: &str, help: String| document.complain(node.span, at, message).help(help);
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let grade = text("grade").and_then(|name| Grade::NAMES.iter().find(|(known, _)| *known == name));
        let (Some((_, grade)), Some(source)) = (grade, text("source")) else {
            let grades = Grade::NAMES.map(|(name, _)| name).join(", ");
            return Err(complain("evidence has a grade and a source", format!("grades are {grades}")));
        };
        if grade.is_seen() && !tells_year(source) {
            let message = "evidence that was seen does not say when";
            return Err(complain(message, "write at least the year into its source".to_owned()));
        }
        Ok(Self { grade: *grade, source: source.to_owned() })
    }
}

fn tells_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() == 4 && number.starts_with("20"))
}

/// Answers of some operations that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAnswers {
    /// Whose answers they are.
    pub evidence: Evidence,
    /// The identifiers of the operations.
    pub operations: Vec<String>,
}

/// Reads `evidence.yaml` of an API; nothing when it has none.
///
/// # Errors
/// When an entry is malformed, or names an operation that the contract does not have.
pub fn read(folder: &Path, contract: &Contract) -> Result<Vec<KnownAnswers>> {
    let path = folder.join("evidence.yaml");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let document = Document::read(&path)?;
    let root = Pointer::from(["evidence"]);
    let Some(list) = document.root.get("evidence").and_then(Node::as_list) else {
        return Err(document.complain(document.root.span, &root, "expected `evidence:` with a list of entries"));
    };
    let mut known = Vec::new();
    let mut complaints = Vec::new();
    for (index, node) in list.iter().enumerate() {
        match entry(&document, node, &root.join(index), contract) {
            Ok(one) => known.push(one),
            Err(complaint) => complaints.push(complaint),
        }
    }
    Diagnostic::all(complaints).map_or(Ok(known), Err)
}

fn entry(document: &Document, node: &Node, at: &Pointer, contract: &Contract) -> Result<KnownAnswers> {
    let evidence = Evidence::read(document, node, at)?;
    let operation = |one: &Node| {
        let id = one.as_str().filter(|id| contract.operations.iter().any(|operation| operation.id == *id));
        let complaint = || document.complain(one.span, at, "there is no such operation");
        id.map(str::to_owned).ok_or_else(complaint)
    };
    let operations = node.get("operations").and_then(Node::as_list).unwrap_or_default();
    if operations.is_empty() {
        let complaint = document.complain(node.span, at, "the entry names no operation");
        return Err(complaint.help("such as `operations: [listOrders]`"));
    }
    Ok(KnownAnswers { evidence, operations: operations.iter().map(operation).collect::<Result<_>>()? })
}

/// The best grade that each operation has.
pub fn best(known: &[KnownAnswers]) -> BTreeMap<&str, Grade> {
    let mut best: BTreeMap<&str, Grade> = BTreeMap::new();
    for one in known {
        for operation in &one.operations {
            let grade = best.entry(operation).or_insert(one.evidence.grade);
            *grade = one.evidence.grade.min(*grade);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::document::{Document, Pointer};

    use super::{Evidence, Grade, KnownAnswers, best};

    #[test]
    fn what_was_seen_says_when() {
        let read = |text: &str| {
            let document = Document::parse("evidence.yaml", text).unwrap();
            Evidence::read(&document, &document.root, &Pointer::from(["evidence"])).map_err(|error| error.to_string())
        };
        assert_eq!(read("{grade: live, source: 'notes, 2026-05'}").unwrap().grade, Grade::Live);
        assert_eq!(read("{grade: document, source: a page}").unwrap().source, "a page");
        for (text, message) in [
            ("{grade: recorded, source: some shop}", "does not say when"),
            ("{grade: live, source: 'order 20261234'}", "does not say when"),
            ("{grade: certain, source: '2026'}", "a grade and a source"),
            ("{grade: live}", "a grade and a source"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn the_best_grade_counts() {
        let known = |grade, operation: &str| KnownAnswers {
            evidence: Evidence { grade, source: String::new() },
            operations: vec![operation.to_owned()],
        };
        let known = [known(Grade::Document, "a"), known(Grade::Live, "a"), known(Grade::Inferred, "b")];
        assert_eq!(best(&known).into_iter().collect::<Vec<_>>(), [("a", Grade::Live), ("b", Grade::Inferred)]);
        assert!(Grade::NAMES.is_sorted_by_key(|(_, grade)| *grade));
    }
}
