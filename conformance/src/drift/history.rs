//! A folder of revisions, oldest first: the changes of each, and reverts to an earlier revision.
//! Unreadable revisions are listed too; the next revision is compared with the last readable one.

use std::collections::HashMap;

use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::Document;
use kontrakt_codegen::specification::sha256;

use super::ApiVersion;
use super::collect::{Drift, compare};
use super::model::Severity;
use super::report::timeline::{History, Revision};

/// Walks revisions: name and document, oldest first. Gives the history and the drift between the last two that can be
/// read.
pub fn walk(revisions: impl IntoIterator<Item = (String, Result<Document>)>, today: &str) -> (History, Option<Drift>) {
    let mut history = History::default();
    let mut last: Option<ApiVersion> = None;
    let mut drift = None;
    // Meaning to the place of the newest revision that has it.
    let mut known: HashMap<String, usize> = HashMap::new();
    for (name, document) in revisions {
        let at = history.revisions.len();
        let mut revision = Revision {
            day: day(&name),
            name: name.clone(),
            operations: None,
            changes: [0; 3],
            flap: None,
            complaint: None,
        };
        match document.and_then(|document| Ok((meaning(&document), ApiVersion::read(document)?.named(name)))) {
            Err(complaint) => revision.complaint = Some(complaint.to_string().replace('\n', ",")),
            Ok((meaning, side)) => {
                revision.operations = Some(side.contract.operations.len());
                if let Some(before) = &last {
                    let found = compare(before, &side, today);
                    revision.changes =
                        [Severity::Breaking, Severity::Risky, Severity::Additive].map(|severity| found.count(severity));
                    drift = Some(found);
                }
                if let Some(earlier) = known.insert(meaning, at).filter(|earlier| earlier + 1 < at) {
                    revision.flap = history.revisions.get(earlier).map(|one| one.name.clone());
                }
                last = Some(side);
            }
        }
        history.revisions.push(revision);
    }
    (history, drift)
}

/// A text that two documents share exactly when they hold the same values.
pub fn meaning(document: &Document) -> String {
    sha256([document.root.to_json().to_string().as_str()])
}

/// The day that the name of a revision begins with.
fn day(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let day = name.get(..10)?;
    let shape = day.char_indices().all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() });
    shape.then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(required: bool) -> String {
        format!(
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      parameters:\n        - {{name: q, in: query, required: {required}, \
             schema: {{type: string}}}}\n      responses: {{}}\n"
        )
    }

    #[test]
    fn flaps_and_unreadable_revisions_are_told() {
        let revisions = [
            ("2026-01-01-a.yaml", document(false)),
            ("2026-01-02-b.yaml", document(true)),
            ("2026-01-03-c.yaml", "a: [".to_owned()),
            ("2026-01-04-d.yaml", document(false)),
        ];
        let read = |(name, text): (&str, String)| (name.to_owned(), Document::parse(name, text));
        let (history, drift) = walk(revisions.map(read), "2026-02-01");
        let changes: Vec<[usize; 3]> = history.revisions.iter().map(|one| one.changes).collect();
        assert_eq!(changes, [[0, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]);
        assert!(history.revisions[2].complaint.is_some());
        assert_eq!(history.revisions[3].flap.as_deref(), Some("2026-01-01-a.yaml"));
        assert_eq!(drift.unwrap().changes.len(), 1);
    }

    #[test]
    fn days_come_from_names() {
        assert_eq!(day("x/2026-01-04-abc.yaml").as_deref(), Some("2026-01-04"));
        assert_eq!(day("openapi.yaml"), None);
        assert_eq!(day("é"), None);
    }
}
