//! Groups changes: by cause, where the same sentence applies to many places, and by resource.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::drift::collect::why;
use crate::drift::detail::Detail;
use crate::drift::model::{Change, Direction, DriftKind, NO_ITEM, Severity};

/// Changes that say the same, in the order of the report.
pub(crate) struct Cause<'d>(pub(crate) Vec<&'d Change>);

/// Places that a row names before it counts the rest.
const NAMED: usize = 5;

impl<'d> Cause<'d> {
    /// The change that stands for the others.
    pub(crate) fn first(&self) -> &'d Change {
        self.0[0]
    }

    /// The sentence of the change; of several, with the number of places and the first of them. What they are all called
    /// goes before it.
    pub(crate) fn message(&self) -> String {
        let first = self.first();
        if self.0.len() == 1 {
            return first.message.clone();
        }
        let why = why(first.kind, first.direction, first.effect, first.severity);
        let said = format!("{}{why}", first.detail);
        let mut subjects: Vec<&str> = Vec::new();
        for change in &self.0 {
            if !subjects.contains(&change.subject.as_str()) {
                subjects.push(&change.subject);
            }
        }
        let count = self.0.len();
        // What names itself names all that there is to name.
        if first.detail.names_its_subject() {
            return format!("{said} ({count} times)");
        }
        if let [only] = subjects[..] {
            return format!("{only} {said} (in {count} places)");
        }
        let mut last: Vec<&str> = subjects.iter().map(|one| one.rsplit('.').next().unwrap_or(one)).collect();
        last.dedup();
        let called = if let [only] = last[..] { format!("{only} ") } else { String::new() };
        let named = subjects.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if subjects.len() > NAMED { ", ..." } else { "" };
        format!("{called}{said} ({count} places: {named}{more})")
    }

    /// Identifiers, the first of many.
    pub(crate) fn ids(&self) -> String {
        let first = self.first().id();
        match self.0.len() {
            1 => first,
            count => format!("{first} and {} more", count - 1),
        }
    }

    /// What it does to the Rust items, each once.
    pub(crate) fn rust(&self) -> Vec<&'d str> {
        let mut lines: Vec<&str> = Vec::new();
        let mut known = BTreeSet::new();
        for line in self.0.iter().flat_map(|change| &change.rust) {
            if known.insert(line.text.as_str()) {
                lines.push(&line.text);
            }
        }
        // What one of several says of itself is not said of them all.
        if lines.len() > 1 {
            lines.retain(|line| *line != NO_ITEM);
        }
        lines
    }
}

/// Changes grouped by cause: those that take something away first, then in their order.
pub(crate) fn causes<'d>(changes: impl IntoIterator<Item = &'d Change>) -> Vec<Cause<'d>> {
    let mut groups: Vec<Cause<'d>> = Vec::new();
    let mut known: HashMap<(Severity, Direction, DriftKind, &Detail, Option<&str>), usize> = HashMap::new();
    for change in changes {
        let key = (change.severity, change.direction, change.kind, &change.detail, name(change));
        let at = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.0.push(change),
            None => groups.push(Cause(vec![change])),
        }
    }
    groups.sort_by_key(|cause| rank(cause.first().kind));
    groups
}

/// What things must be called to be the same: members that come and go are no one cause for being members.
fn name(change: &Change) -> Option<&str> {
    let last = change.subject.rsplit('.').next().unwrap_or_default();
    match change.detail {
        Detail::Object(_) | Detail::Combination(_) | Detail::Promise(_) | Detail::Document(_) => Some(last),
        Detail::Operation(_) | Detail::Body(_) => Some(&change.message),
        Detail::Value(_) | Detail::Limit(_) | Detail::Prose(_) => None,
    }
}

/// Whole calls first, then other things that are gone, then the rest.
fn rank(kind: DriftKind) -> u8 {
    match kind {
        DriftKind::OperationRemoved | DriftKind::PathRenamed | DriftKind::MethodChanged | DriftKind::ServerRemoved => 0,
        DriftKind::ParameterRemoved
        | DriftKind::BodyRemoved
        | DriftKind::MediaTypeRemoved
        | DriftKind::StatusRemoved
        | DriftKind::HeaderRemoved
        | DriftKind::PropertyRemoved
        | DriftKind::PropertyRefused
        | DriftKind::EnumValueRemoved
        | DriftKind::AlternativeRemoved
        | DriftKind::SecurityRemoved
        | DriftKind::ComponentRemoved => 1,
        _ => 2,
    }
}

/// The resource of a call: the first word of its path that is no version and no prefix.
pub fn resource(call: &str) -> &str {
    let path = call.split_once(' ').map_or(call, |(_, path)| path);
    let version = |word: &str| {
        word.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let mut words = path.split('/').filter(|word| !word.is_empty() && *word != "api" && !version(word));
    words.find(|word| !word.starts_with('{')).unwrap_or(path)
}

/// Resources that meet a change.
pub(crate) fn resources(change: &Change) -> BTreeSet<&str> {
    let calls: BTreeSet<&str> = change.operations().into_iter().map(resource).collect();
    if calls.is_empty() { change.components().into_iter().collect() } else { calls }
}

/// How many changes there are of a kind.
pub(crate) struct Line<'d> {
    pub(crate) severity: Severity,
    pub(crate) kind: DriftKind,
    pub(crate) count: usize,
    /// Resources with the most of them first.
    pub(crate) resources: Vec<(&'d str, usize)>,
}

/// Changes by severity and kind, the worst and most frequent first.
pub(crate) fn summary<'d>(changes: &[&'d Change]) -> Vec<Line<'d>> {
    let mut by_kind: BTreeMap<(Severity, DriftKind), Vec<&'d Change>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.severity > Severity::Cosmetic) {
        by_kind.entry((change.severity, change.kind)).or_default().push(change);
    }
    let mut lines: Vec<Line<'d>> = by_kind
        .into_iter()
        .map(|((severity, kind), changes)| {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            changes.iter().flat_map(|change| resources(change)).for_each(|one| *counts.entry(one).or_default() += 1);
            let mut resources: Vec<(&str, usize)> = counts.into_iter().collect();
            resources.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            Line { severity, kind, count: changes.len(), resources }
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse((line.severity, line.count)));
    lines
}

/// Resources in words: the first three with their counts.
pub(crate) fn places(resources: &[(&str, usize)]) -> String {
    let named: Vec<String> = resources.iter().take(3).map(|(name, count)| format!("{name} {count}")).collect();
    match resources.len() {
        0 => String::new(),
        1..=3 => named.join(", "),
        more => format!("{}, {} more resources", named.join(", "), more - 3),
    }
}

#[cfg(test)]
mod tests {
    use super::resource;

    #[test]
    fn resources_are_the_words_of_paths() {
        for (call, expected) in [
            ("GET /api/orders/{code}", "orders"),
            ("POST /v2/products", "products"),
            ("GET /{shop}/api/v1.0/stock", "stock"),
            ("GET /", "/"),
            ("POST orderCreated", "orderCreated"),
        ] {
            assert_eq!(resource(call), expected, "{call}");
        }
    }
}
