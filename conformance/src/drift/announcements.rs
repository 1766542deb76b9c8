//! Changes that are announced before a document has them: in prose, by `deprecated` and `x-sunset`, and by the header
//! fields `Sunset` and `Deprecation` of recorded answers. What is due is told, and changes are matched to what announced
//! them. The file is `specs/API/announcements.yaml`; `specs/README.md` has its form.

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::{Document, Node, Pointer};
use serde_json::Value;
use time::OffsetDateTime;

use super::collect::Drift;
use super::model::{Change, Severity};
use super::promises::{SUNSET, date as day_of};
use crate::recording::Recording;
use crate::routing::Router;
use crate::source::{days, parsed};

/// Name of the file in an API's folder.
pub const FILE: &str = "announcements.yaml";
/// Announcements are told this many days before their day.
pub const AHEAD: i64 = 30;
/// The members that an entry may have.
const MEMBERS: [&str; 6] = ["id", "date", "what", "where", "source", "state"];

/// How far an announced change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnouncementState {
    /// Nothing of it is in the document yet.
    Announced,
    /// The document has it.
    Documented,
    /// It is dealt with, or was taken back: nothing is told any more.
    Done,
}

impl AnnouncementState {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Announced, "announced"), (Self::Documented, "documented"), (Self::Done, "done")];
}

/// One announced change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its identifier.
    pub id: String,
    /// The day from which it holds, where one is said.
    pub date: Option<String>,
    /// What is going to change, in a sentence.
    pub what: String,
    /// Places of the document that it is about.
    pub places: Vec<Pointer>,
    /// Who said so, and when.
    pub source: String,
    /// How far it has come.
    pub state: AnnouncementState,
}

/// An announcement whose day is near or over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due<'a> {
    /// The announcement.
    pub announcement: &'a Announcement,
    /// Days until its day; negative when it is over.
    pub days: i64,
}

impl std::fmt::Display for Due<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Announcement { id, date, what, source, .. } = self.announcement;
        let when = match self.days {
            0 => "today".to_owned(),
            days if days > 0 => format!("in {days} days"),
            days => format!("{} days ago", -days),
        };
        let date = date.as_deref().unwrap_or_default();
        write!(f, "announced for {date}, {when}: {what} ({id}; {source})")
    }
}

/// Reads the file of an API; a file that does not exist announces nothing.
///
/// # Errors
/// When the file cannot be read or does not have the form of `specs/README.md`.
pub fn read(folder: &Path) -> Result<Vec<Announcement>> {
    let path = folder.join(FILE);
    if path.exists() { parse(&Document::read(&path)?) } else { Ok(Vec::new()) }
}

/// Reads a document.
///
/// # Errors
/// As [`read`].
pub fn parse(document: &Document) -> Result<Vec<Announcement>> {
    let at = Pointer::from(["announcements"]);
    let list = document.get(&at).and_then(Node::as_list).ok_or_else(|| {
        document
            .complain(document.root.span, &Pointer::root(), "no list `announcements`")
            .help("write `announcements:` and one entry each")
    })?;
    let mut found: Vec<Announcement> = Vec::new();
    for (index, node) in list.iter().enumerate() {
        let one = entry(document, node, &at.join(index))?;
        if found.iter().any(|other| other.id == one.id) {
            let message = format!("a second announcement with the id {:?}", one.id);
            return Err(document.complain(node.span, &at.join(index), message).help("give each an id of its own"));
        }
        found.push(one);
    }
    Ok(found)
}

fn entry(document: &Document, node: &Node, at: &Pointer) -> Result<Announcement> {
    let complain = |place: &Node, at: &Pointer, message: String, help: &str| {
        document.complain(place.span, at, message).help(help.to_owned())
    };
    for (key, value) in node.as_map().into_iter().flat_map(kontrakt_codegen::document::Map::iter) {
        if !MEMBERS.contains(&key) {
            let help = format!("members are {}", MEMBERS.join(", "));
            return Err(complain(value, &at.join(key), format!("unknown member {key:?}"), &help));
        }
    }
    let text = |name: &str| {
        node.get(name).and_then(Node::as_str).filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| {
            complain(node, at, format!("an announcement without {name}"), "give id, what, source and state as texts")
        })
    };
    let date = match node.get("date").map(|date| (date, date.as_str())) {
        None => None,
        Some((_, Some(day))) if parsed(day).is_some() => Some(day.to_owned()),
        Some((date, _)) => {
            let message = "the date is no day".to_owned();
            return Err(complain(date, &at.join("date"), message, "write it as 2026-01-31"));
        }
    };
    let mut places = Vec::new();
    for (index, place) in node.get("where").and_then(Node::as_list).unwrap_or_default().iter().enumerate() {
        let pointer = place.as_str().and_then(Pointer::parse);
        let at = at.join("where").join(index);
        places.push(pointer.ok_or_else(|| {
            complain(place, &at, "no JSON pointer".to_owned(), "write it as \"#/paths/~1orders/get\"")
        })?);
    }
    let state = text("state")?;
    let known = AnnouncementState::ALL.iter().find(|(_, name)| *name == state).map(|(state, _)| *state);
    let state = known.ok_or_else(|| {
        let names = AnnouncementState::ALL.map(|(_, name)| name).join(", ");
        complain(node, &at.join("state"), format!("unknown state {state:?}"), &format!("states are {names}"))
    })?;
    Ok(Announcement { id: text("id")?, date, what: text("what")?, places, source: text("source")?, state })
}

/// What a document itself announces: things that are deprecated, with the day of `x-sunset` where they have one.
pub fn of_document(document: &Document) -> Vec<Announcement> {
    let mut found = Vec::new();
    walk(&document.root, &Pointer::root(), &mut found);
    found
}

fn walk(node: &Node, at: &Pointer, found: &mut Vec<Announcement>) {
    if let Some(list) = node.as_list() {
        list.iter().enumerate().for_each(|(index, one)| walk(one, &at.join(index), found));
    }
    let Some(map) = node.as_map() else { return };
    let sunset = map.get(SUNSET).map(Node::to_json);
    if map.get("deprecated").and_then(Node::as_bool) == Some(true) || sunset.is_some() {
        found.push(Announcement {
            id: format!("deprecated {at}"),
            date: sunset.as_ref().and_then(day_of),
            what: format!("{at} is deprecated and going to be removed"),
            places: vec![at.clone()],
            source: "the document".to_owned(),
            state: AnnouncementState::Documented,
        });
    }
    map.iter().for_each(|(key, value)| walk(value, &at.join(key), found));
}

/// What recorded answers announce in the header field `Sunset` (RFC 8594).
pub fn of_recording(recording: &Recording, contract: &Contract) -> Vec<Announcement> {
    let router = Router::new(contract);
    let mut found: Vec<Announcement> = Vec::new();
    for entry in &recording.entries {
        let Some(sunset) = entry.response.header("sunset") else { continue };
        let Some(operation) = router.operation_of(entry) else { continue };
        let http = httpdate::parse_http_date(sunset).ok().map(|time| OffsetDateTime::from(time).date().to_string());
        let announcement = Announcement {
            id: format!("sunset {} {}", operation.method, operation.path),
            date: http.or_else(|| day_of(&Value::from(sunset))),
            what: format!("{} {} is going to be removed", operation.method, operation.path),
            places: vec![operation.pointer.clone()],
            source: format!("header field Sunset: {sunset}"),
            state: AnnouncementState::Announced,
        };
        if !found.contains(&announcement) {
            found.push(announcement);
        }
    }
    found
}

/// Announcements whose day is over or at most [`AHEAD`] days away, and that are not dealt with: the most urgent first.
pub fn due<'a>(announcements: &'a [Announcement], today: &str) -> Vec<Due<'a>> {
    let open = announcements.iter().filter(|one| one.state != AnnouncementState::Done);
    let mut found: Vec<Due<'a>> = open
        .filter_map(|announcement| Some(Due { announcement, days: days(today, announcement.date.as_deref()?)? }))
        .filter(|due| due.days <= AHEAD)
        .collect();
    found.sort_by_key(|due| due.days);
    found
}

/// The announcements that a change is about: it is at one of their places, or below it. A whole operation or schema that
/// comes or goes is about what stands in it too.
pub fn explaining<'a>(announcements: &'a [Announcement], change: &Change) -> Vec<&'a Announcement> {
    // What is about the document as a whole is about nothing in it.
    let places = || [&change.old, &change.new].into_iter().flatten().filter(|place| place.pointer != Pointer::root());
    let meets =
        |pointer: &Pointer| places().any(|place| pointer.contains(&place.pointer) || place.pointer.contains(pointer));
    announcements.iter().filter(|one| one.places.iter().any(meets)).collect()
}

/// Adds to a drift what is due, and which of its changes were announced.
pub fn tell(drift: &mut Drift, announcements: &[Announcement], today: &str) {
    // First, because long lists of notes are cut.
    drift.notes.splice(0..0, due(announcements, today).iter().map(ToString::to_string));
    // That something harmless came as it was said is no news.
    let told = drift.changes.iter().filter(|change| change.severity >= Severity::Risky).flat_map(|change| {
        let all = explaining(announcements, change);
        all.into_iter().map(|one| format!("was announced ({}, {}): {}", one.id, one.source, change.message))
    });
    let told: Vec<String> = told.collect();
    drift.notes.extend(told);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::{ApiVersion, compare};

    const TEXT: &str = "announcements:
  - {id: price-zero, date: 2026-09-14, what: A price of 0 is a price., where: ['#/paths/~1prices/patch'], source: news of 2026-08-20, state: announced}
  - {id: later, date: 2027-09-14, what: Later., source: news, state: announced}
  - {id: over, date: 2026-01-31, what: Over., source: news, state: done}
  - {id: some-day, what: Some day., where: ['#/paths/~1old'], source: news, state: announced}
";

    fn read() -> Vec<Announcement> {
        parse(&Document::parse("announcements.yaml", TEXT).unwrap()).unwrap()
    }

    #[test]
    fn what_is_near_or_over_is_due() {
        let all = read();
        for (today, expected) in [
            ("2026-08-14", vec![]),
            ("2026-08-15", vec![("price-zero", 30)]),
            ("2026-09-14", vec![("price-zero", 0)]),
            ("2026-10-01", vec![("price-zero", -17)]),
            ("2027-09-01", vec![("price-zero", -352), ("later", 13)]),
        ] {
            let found: Vec<(&str, i64)> =
                due(&all, today).iter().map(|due| (due.announcement.id.as_str(), due.days)).collect();
            assert_eq!(found, expected, "{today}");
        }
        let said = due(&all, "2026-10-01")[0].to_string();
        assert_eq!(
            said,
            "announced for 2026-09-14, 17 days ago: A price of 0 is a price. (price-zero; news of 2026-08-20)"
        );
    }

    #[test]
    fn documents_announce_what_is_deprecated() {
        let text = "paths: {/old: {get: {deprecated: true, x-sunset: '2026-09-01', responses: {}}, put: {parameters: \
                    [{name: q, in: query, deprecated: true}]}}}";
        let found = of_document(&Document::parse("t.yaml", text).unwrap());
        let places: Vec<String> = found.iter().map(|one| one.places[0].to_string()).collect();
        assert_eq!(places, ["#/paths/~1old/get", "#/paths/~1old/put/parameters/0"]);
        assert_eq!((found[0].date.as_deref(), found[1].date.as_deref()), (Some("2026-09-01"), None));
    }

    #[test]
    fn recorded_header_fields_announce() {
        let text =
            "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/old: {get: {operationId: old, responses: {}}}}";
        let side = ApiVersion::parse("t.yaml", text).unwrap();
        let har = r#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://x.test/old", "headers": []},
            "response": {"status": 200, "headers": [{"name": "Sunset", "value": "Tue, 01 Sep 2026 00:00:00 GMT"}],
            "content": {"mimeType": "application/json", "text": "{}"}}}]}}"#;
        let found = of_recording(&Recording::parse(har.as_bytes()).unwrap(), &side.contract);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].date.as_deref(), Some("2026-09-01"));
        assert_eq!(found[0].id, "sunset GET /old");
    }

    #[test]
    fn changes_find_their_announcements() {
        let text = |paths: &str| format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {paths}");
        let old =
            ApiVersion::parse("old.yaml", text("{/old: {get: {operationId: old, responses: {}}}, /new: {}}")).unwrap();
        let new = ApiVersion::parse("new.yaml", text("{/new: {get: {operationId: new, responses: {}}}}")).unwrap();
        let all = read();
        let drift = compare(&old, &new, "2026-08-15");
        let told: Vec<(&str, Vec<&str>)> = drift
            .changes
            .iter()
            .map(|change| {
                let ids = explaining(&all, change).iter().map(|one| one.id.as_str()).collect();
                (change.kind.name(), ids)
            })
            .collect();
        assert_eq!(told, [("operation-removed", vec!["some-day"]), ("operation-added", vec![])]);
    }

    #[test]
    fn files_that_say_nonsense_are_refused_with_place_and_mend() {
        for (entry, expected) in [
            ("{id: a, what: b, source: c, state: soon}", "unknown state"),
            ("{id: a, what: b, source: c}", "without state"),
            ("{id: a, date: 2026-02-30, what: b, source: c, state: done}", "no day"),
            ("{id: a, date: soon, what: b, source: c, state: done}", "no day"),
            ("{id: a, what: b, where: [x], source: c, state: done}", "no JSON pointer"),
            ("{id: a, when: b, source: c, state: done}", "unknown member"),
            ("{id: a, what: b, source: c, state: done}, {id: a, what: b, source: c, state: done}", "second"),
        ] {
            let document = Document::parse("a.yaml", format!("announcements: [{entry}]")).unwrap();
            let error = parse(&document).unwrap_err();
            assert!(error.message().contains(expected), "{entry}: {error}");
            assert!(error.position().is_some() && error.mend().is_some(), "{entry}");
        }
        assert!(parse(&Document::parse("a.yaml", "{}").unwrap()).is_err());
    }
}
