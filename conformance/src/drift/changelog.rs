//! What users of a crate are told about a drift, in the form of Keep a Changelog: what was added, changed, deprecated and
//! removed, and for each break what to do.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::Drift;
use super::detail::Detail;
use super::model::{Change, Direction, DriftKind, ItemNote, Severity};
use super::report::radius;

/// Sections of an entry, in the order they stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What is new.
    Added,
    /// What is another way.
    Changed,
    /// What is going to be removed.
    Deprecated,
    /// What is gone.
    Removed,
}

impl Section {
    const ALL: [Self; 4] = [Self::Added, Self::Changed, Self::Deprecated, Self::Removed];

    const fn name(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Deprecated => "Deprecated",
            Self::Removed => "Removed",
        }
    }

    fn of(kind: DriftKind) -> Self {
        match kind {
            DriftKind::Deprecated | DriftKind::SunsetChanged => Self::Deprecated,
            kind if kind.name().ends_with("-added") => Self::Added,
            kind if kind.name().ends_with("-removed") => Self::Removed,
            _ => Self::Changed,
        }
    }
}

/// Lines of an entry by section.
pub type ChangelogEntry = BTreeMap<Section, Vec<String>>;

/// Items of Rust that a line shows.
const SHOWN: usize = 4;

/// Places that a line names.
const NAMED: usize = 3;

/// The entry about a drift, one line for each cause. Changes that concern no user of the crate are left out.
pub fn entry(drift: &Drift) -> ChangelogEntry {
    let mut causes: Vec<Vec<&Change>> = Vec::new();
    for change in drift.changes.iter().filter(|change| change.severity > Severity::Cosmetic) {
        match causes.iter_mut().find(|cause| is_same(cause[0], change)) {
            Some(cause) => cause.push(change),
            None => causes.push(vec![change]),
        }
    }
    let mut entry = ChangelogEntry::new();
    for cause in &causes {
        entry.entry(Section::of(cause[0].kind)).or_default().push(line(cause));
    }
    // What changes in Rust alone is a break for those who wrote the name.
    let items = broken(&drift.items);
    if !items.is_empty() {
        let line = wrapped(&format!("Names and types in Rust: {}.", shown(&items)));
        entry.entry(Section::Changed).or_default().push(line);
    }
    entry
}

/// Whether two changes are one for a user: the same happened, to members of one name or to values.
fn is_same(one: &Change, other: &Change) -> bool {
    let key = |change: &Change| (change.kind, change.severity, change.direction);
    let by_name = matches!(one.detail, Detail::Object(_) | Detail::Combination(_) | Detail::Promise(_));
    key(one) == key(other)
        && one.detail == other.detail
        && (!by_name || holder(&one.subject).1 == holder(&other.subject).1)
}

/// What a subject stands in, and its own name.
fn holder(subject: &str) -> (&str, &str) {
    subject.rsplit_once('.').unwrap_or(("", subject))
}

/// Those that no longer compile.
fn broken<'i>(items: impl IntoIterator<Item = &'i ItemNote>) -> Vec<&'i str> {
    items.into_iter().filter(|item| item.breaks).map(|item| item.text.as_str()).collect()
}

fn line(cause: &[&Change]) -> String {
    let rust: BTreeSet<&ItemNote> = cause.iter().flat_map(|change| &change.rust).collect();
    let broken = broken(rust.iter().copied());
    let line = wrapped(&format!("{}.", what_happened(cause, &rust)));
    if !cause.iter().any(|one| one.breaks_users()) && broken.is_empty() {
        return line;
    }
    format!("{line}\n{INDENT}{}", wrapped(&format!("Migration: {}", migration(cause[0], &broken))))
}

/// What happened, in words for users: a new call by its method, a member by its name and where it stands.
fn what_happened(cause: &[&Change], rust: &BTreeSet<&ItemNote>) -> String {
    let first = cause[0];
    let detail = first.detail.to_string();
    // That it is new or gone says the heading.
    let what = match Section::of(first.kind) {
        Section::Added => detail.split("is new").next().unwrap_or_default().to_owned(),
        Section::Removed => detail.replacen("is gone", "", 1).split_whitespace().collect::<Vec<_>>().join(" "),
        Section::Changed | Section::Deprecated => detail,
    };
    let what = what.trim();
    let who = radius(cause);
    let who = if who.is_empty() { String::new() } else { format!(" ({who})") };
    if matches!(first.kind, DriftKind::OperationAdded | DriftKind::OperationRemoved) {
        let method = rust.iter().find_map(|item| item.text.split_once(": fn(")).map(|(path, _)| path);
        let method = method.and_then(|path| path.split_once("::")?.1.split_once("::")).map(|(_, method)| method);
        return method.map_or_else(|| what.to_owned(), |method| format!("`{method}` ({what})"));
    }
    let is_call = first.subject.contains(" /");
    if first.detail.names_its_subject() || is_call {
        return format!("{what}{who}");
    }
    let (places, name) = match first.detail {
        Detail::Object(_) => (cause.iter().map(|one| holder(&one.subject).0).collect(), Some(holder(&first.subject).1)),
        _ => (cause.iter().map(|one| one.subject.as_str()).collect::<BTreeSet<_>>(), None),
    };
    let named: Vec<String> =
        places.iter().filter(|one| !one.is_empty()).take(NAMED).map(|one| format!("`{one}`")).collect();
    let more = if places.len() > NAMED { format!(" and {} more", places.len() - NAMED) } else { String::new() };
    let places = named.join(", ") + &more;
    let subject = match name {
        Some(name) if places.is_empty() => format!("`{name}`"),
        Some(name) => format!("`{name}` in {places}"),
        None => places,
    };
    let what = if what.is_empty() { String::new() } else { format!(": {what}") };
    format!("{subject}{what}{who}")
}

/// Length of lines.
const WIDTH: usize = 108;
/// Before every line of an entry but the first.
const INDENT: &str = "  ";

/// A text in lines.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(INDENT);
            length = 0;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += width;
    }
    out
}

/// What somebody does about a break: follow the names that the compiler complains about, or look at what is sent or read.
fn migration(change: &Change, broken: &[&str]) -> String {
    if !broken.is_empty() {
        return format!("{}.", shown(broken));
    }
    match change.direction {
        Direction::Request => "check what you send; the compiler does not see this.".to_owned(),
        Direction::Response => "check what you read; the compiler does not see this.".to_owned(),
        Direction::Both | Direction::Unknown => {
            "check the calls that use it; the compiler does not see this.".to_owned()
        }
    }
}

fn shown(items: &[&str]) -> String {
    let (some, rest) = items.split_at(items.len().min(SHOWN));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    some.iter().map(|item| format!("`{}`", item.trim_end_matches(" removed"))).collect::<Vec<_>>().join(", ") + &more
}

/// Puts an entry into the section `[Unreleased]` of a changelog, `prefix` before each line; lines that are there already
/// are left alone. `None` when there is no such section.
pub fn put(changelog: &str, entry: &ChangelogEntry, prefix: &str) -> Option<String> {
    const UNRELEASED: &str = "## [Unreleased]";
    let start = changelog.find(UNRELEASED)? + UNRELEASED.len();
    let end = changelog[start..].find("\n## ").map_or(changelog.len(), |at| start + at + 1);
    let unreleased = &changelog[start..end];
    // What stands above the first heading, and the text below each.
    let mut parts = unreleased.split("\n### ");
    let mut texts = vec![(String::new(), parts.next().unwrap_or_default().trim_end().to_owned())];
    texts.extend(parts.map(|part| {
        let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
        (heading.trim().to_owned(), text.trim().to_owned())
    }));
    let mut is_new = false;
    for (section, lines) in entry {
        let lines = lines.iter().map(|line| format!("- {prefix}{line}"));
        for line in lines.filter(|line| !format!("{unreleased}\n").contains(&format!("\n{line}\n"))) {
            is_new = true;
            let text = text_of(&mut texts, *section);
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&line);
        }
    }
    if !is_new {
        return Some(changelog.to_owned());
    }
    let shown = texts.iter().map(|(heading, text)| match heading.as_str() {
        "" => text.clone(),
        heading => format!("\n\n### {heading}\n\n{text}"),
    });
    let after = if end == changelog.len() { "\n" } else { "\n\n" };
    Some(format!("{}{}{after}{}", &changelog[..start], shown.collect::<String>(), &changelog[end..]))
}

/// The text of a section, which is begun in its place where it is not there.
fn text_of(texts: &mut Vec<(String, String)>, section: Section) -> &mut String {
    let at = texts.iter().position(|(heading, _)| heading == section.name());
    let at = at.unwrap_or_else(|| {
        let later = |heading: &str| Section::ALL.iter().any(|one| *one > section && one.name() == heading);
        let at = texts.iter().position(|(heading, _)| later(heading)).unwrap_or(texts.len());
        texts.insert(at, (section.name().to_owned(), String::new()));
        at
    });
    &mut texts[at].1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::{ApiVersion, compare};

    const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n- Two.\n\n### Removed\n\n- Three.\n\n## [0.1.0]\n\n### Added\n\n- All.\n";

    fn with(lines: &[(Section, &str)]) -> ChangelogEntry {
        let mut entry = ChangelogEntry::new();
        for (section, line) in lines {
            entry.entry(*section).or_default().push((*line).to_owned());
        }
        entry
    }

    #[test]
    fn entries_go_to_their_sections_once() {
        let entry =
            with(&[(Section::Added, "A."), (Section::Changed, "C.\n  Migration: x."), (Section::Removed, "R.")]);
        let text = put(CHANGELOG, &entry, "Shop: ").unwrap();
        let expected = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n- Two.\n- Shop: A.\n\n### Changed\n\n\
                        - Shop: C.\n  Migration: x.\n\n### Removed\n\n- Three.\n- Shop: R.\n\n## [0.1.0]\n\n### Added\n\n- All.\n";
        assert_eq!(text, expected);
        assert_eq!(put(&text, &entry, "Shop: ").unwrap(), text);
        assert_eq!(put(CHANGELOG, &ChangelogEntry::new(), "").unwrap(), CHANGELOG);
        assert_eq!(put("# Changelog\n", &entry, ""), None);
    }

    fn sections(old: &str, new: &str) -> Vec<(Section, Vec<String>)> {
        let text = |rest: &str| {
            let schemas = "components: {schemas: {Order: {type: object, properties: {id: {type: integer}";
            format!(
                "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /orders: {{get: {{operationId: a, responses: \
                     {{'200': {{description: d, content: {{application/json: {{schema: {{type: array, items: {{$ref: \
                     '#/components/schemas/Order'}}}}}}}}}}}}}}}}\n{schemas}{rest}"
            )
        };
        let side = |rest: &str| ApiVersion::parse("t.yaml", text(rest)).unwrap();
        entry(&compare(&side(old), &side(new), "2026-01-01")).into_iter().collect()
    }

    #[test]
    fn users_are_told_once_for_each_cause() {
        let old = ", image: {type: object}, thumb: {type: object}}}}}";
        let new = ", image: {type: object, properties: {cdn: {type: string}}, required: [cdn]}, thumb: {type: object, \
                   properties: {cdn: {type: string}}, required: [cdn]}}}}}";
        let added = "`cdn` in `[].image`, `[].thumb` (GET /orders (200)).".to_owned();
        let found = sections(old, new);
        assert_eq!(found.len(), 1, "{found:?}");
        let (section, lines) = &found[0];
        assert_eq!((*section, lines.len()), (Section::Added, 1), "{lines:?}");
        assert!(lines[0].starts_with("`cdn` in `") && lines[0].contains(", `"), "{lines:?} is not like {added}");
        assert!(!lines[0].contains("must be there") && !lines[0].contains("Migration"), "{lines:?}");
        let nullable = old.replace("thumb: {type: object}", "thumb: {type: [object, 'null']}");
        let found = sections(old, &nullable);
        assert_eq!(found[0].0, Section::Changed);
        assert!(found[0].1[0].contains("thumb`: ") && found[0].1[0].contains("\n  Migration: "), "{found:?}");
    }

    #[test]
    fn what_is_gone_is_named_once() {
        let rest = ", thumb: {type: string}}}}}";
        let text = |path: &str| {
            format!(
                "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{get: {{responses: {{'204': {{description: d}}}}}}}}{path}}}"
            )
        };
        let side = |path: &str| ApiVersion::parse("t.yaml", text(path)).unwrap();
        let gone = ", /b: {get: {responses: {'204': {description: d}}}}";
        let found = entry(&compare(&side(gone), &side(""), "2026-01-01"));
        let lines = &found[&Section::Removed];
        assert!(lines[0].starts_with("GET /b.\n  Migration: "), "{lines:?}");
        let found = sections(rest, "}}}}");
        assert!(found[0].1[0].starts_with("`thumb` in `Order` (GET /orders (200))."), "{found:?}");
    }

    #[test]
    fn an_empty_changelog_gets_its_first_section() {
        let text = put("## [Unreleased]\n", &with(&[(Section::Deprecated, "D.")]), "").unwrap();
        assert_eq!(text, "## [Unreleased]\n\n### Deprecated\n\n- D.\n");
    }
}
