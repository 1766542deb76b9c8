//! Reads a changing list repeatedly until it was stable during a whole pass.
//! Pure functions of the content of pages, so that tests can try every order of events.

use std::collections::HashMap;

use time::OffsetDateTime;

use super::{Change, ChangeKind};
use crate::api::ChangeFeed;
use crate::decode::Decode;
use crate::scalar::{DateTime, Json};
use crate::value::Value;

/// An entry as it is told apart from others: whatever is changed again has another time, and another place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Id {
    key: String,
    pub(super) time: Option<OffsetDateTime>,
    deleted: bool,
}

impl Id {
    /// What an entry says; nothing when it does not say what changed.
    fn of(entry: &Value<'_>, feed: &ChangeFeed) -> Option<Self> {
        let key = entry.at(feed.key)?;
        let key = key.as_str().map(str::to_owned).or_else(|| key.number_text()).filter(|key| !key.is_empty())?;
        let time = entry.at(feed.time).filter(|_| !feed.time.is_empty());
        let kind = entry.at(feed.kind).filter(|_| !feed.kind.is_empty()).and_then(Value::as_str);
        Some(Self {
            key,
            time: time.and_then(|time| DateTime::decode(time).ok()).map(OffsetDateTime::from),
            deleted: kind.is_some_and(|kind| feed.deleted.contains(&kind)),
        })
    }
}

/// All that one reading of the list, from the first page to the last, has shown.
#[derive(Debug, Default)]
pub(super) struct Pass {
    pub(super) ids: Vec<Id>,
    /// A list on one page is as it was at one moment.
    pub(super) pages: u64,
    /// The number of entries that the last page told of, and whether it was ever less than before.
    pub(super) total: Option<u64>,
    pub(super) shrunk: bool,
}

impl Pass {
    /// The newest time in it.
    pub(super) fn newest(&self) -> Option<OffsetDateTime> {
        self.ids.iter().filter_map(|id| id.time).max()
    }

    /// Whether this pass, read after the `previous` one, shows that neither has missed an entry.
    ///
    /// An entry is missed when another one before it leaves its place between two pages. That other one was seen in the
    /// previous pass and is not seen again, because its time is another or it is gone. So nothing may be gone, and what
    /// is there besides may only be newer than all there was. What comes and goes within a pass shows in the totals.
    pub(super) fn confirms(&self, previous: &Self) -> bool {
        let newest = previous.newest();
        let mut expected = previous.ids.iter().peekable();
        for id in &self.ids {
            if expected.peek().is_some_and(|next| *next == id) {
                expected.next();
            } else if newest.is_none() || id.time <= newest {
                return false;
            }
        }
        expected.next().is_none() && !self.shrunk
    }

    /// Takes note of what a page says about all pages.
    pub(super) fn note(&mut self, pages: u64, total: Option<u64>) {
        self.pages = self.pages.max(pages);
        self.shrunk |= total < self.total;
        self.total = total;
    }
}

/// What was found in all passes so far, each thing once.
#[derive(Debug, Default)]
pub(super) struct Found {
    changes: HashMap<String, Change<Json>>,
    /// Entries that do not say what changed.
    unreadable: Vec<Json>,
}

impl Found {
    /// Takes note of the entries of a page.
    pub(super) fn add(&mut self, entries: Vec<Json>, feed: &ChangeFeed, pass: &mut Pass) {
        for entry in entries {
            match Id::of(&entry, feed) {
                Some(id) => {
                    pass.ids.push(id.clone());
                    self.change(id, entry);
                }
                None => self.unreadable([entry]),
            }
        }
    }

    /// Takes note of entries that nobody can read, each once.
    pub(super) fn unreadable(&mut self, entries: impl IntoIterator<Item = Json>) {
        for entry in entries {
            if !self.unreadable.contains(&entry) {
                self.unreadable.push(entry);
            }
        }
    }

    /// The newest entry about a thing stays. Where nobody can say which of two is newer, the thing is not taken for
    /// deleted: whoever reads it will find out.
    fn change(&mut self, id: Id, entry: Json) {
        let time = id.time.map(DateTime::from);
        let mut kind = if id.deleted { ChangeKind::Deleted } else { ChangeKind::Written };
        if let Some(known) = self.changes.get(&id.key) {
            let undecided = known.time.is_none() || time.is_none() || known.time == time;
            if known.time > time {
                if undecided && kind != known.kind {
                    self.changes.entry(id.key).and_modify(|known| known.kind = ChangeKind::Written);
                }
                return;
            }
            if undecided && kind != known.kind {
                kind = ChangeKind::Written;
            }
        }
        self.changes.insert(id.key.clone(), Change::new(id.key, kind, time, entry));
    }

    /// The changes, the oldest first, and what is unreadable.
    pub(super) fn finish(self) -> (Vec<Change<Json>>, Vec<Json>) {
        let mut changes: Vec<Change<Json>> = self.changes.into_values().collect();
        changes.sort_by(|a, b| (a.time, &a.key).cmp(&(b.time, &b.key)));
        (changes, self.unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChangeFeed, Found, Pass};
    use crate::from_json;

    const FEED: ChangeFeed =
        ChangeFeed { key: "code", time: "at", kind: "type", deleted: &["delete"], ..ChangeFeed::DEFAULT };

    /// Entries as `code seconds kind`, a kind being `-` for a delete; a dash in place of the seconds is null.
    fn read(entries: &str, found: &mut Found) -> Pass {
        let mut pass = Pass { pages: 2, ..Pass::default() };
        let json = entries.split(',').filter(|one| !one.is_empty()).map(|entry| {
            let mut words = entry.split(' ').filter(|word| !word.is_empty());
            let (code, at) = (words.next().unwrap(), words.next().unwrap());
            let at = if at == "-" { "null".to_owned() } else { format!(r#""2026-04-27T09:00:0{at}+0200""#) };
            let kind = if words.next().is_some() { "delete" } else { "edit" };
            from_json(&format!(r#"{{"code":{code},"at":{at},"type":"{kind}"}}"#)).unwrap()
        });
        let json = json.collect();
        found.add(json, &FEED, &mut pass);
        pass
    }

    #[test]
    fn passes() {
        for (previous, now, confirms) in [
            ("1 1, 2 2", "1 1, 2 2", true),
            ("", "", true),
            // Newer ones, wherever they are.
            ("1 1, 2 2", "1 1, 2 2, 3 3", true),
            ("2 2, 1 1", "3 3, 2 2, 1 1", true),
            ("1 1, 3 2", "1 1, 2 3, 3 2", true),
            // As old as something that was there: it may have been missed.
            ("1 1, 2 2", "1 1, 3 2, 2 2", false),
            ("1 1, 2 2", "1 1, 2 2, 2 2", false),
            ("1 -, 2 -", "1 -, 2 -, 3 -", false),
            ("1 -, 2 -", "1 -, 2 -", true),
            // One has gone, or moved.
            ("1 1, 2 2", "2 2", false),
            ("1 1, 2 2", "2 2, 1 3", false),
            ("1 1, 2 2", "2 2, 1 1", false),
            ("1 -, 2 -", "2 -, 1 -", false),
            ("1 1, 2 2", "1 1 -, 2 2", false),
        ] {
            let mut found = Found::default();
            let previous_pass = read(previous, &mut found);
            assert_eq!(read(now, &mut found).confirms(&previous_pass), confirms, "{previous} then {now}");
        }
    }

    #[test]
    fn a_list_that_shrinks_confirms_nothing() {
        let mut found = Found::default();
        let (previous, mut now) = (read("1 1, 2 2", &mut found), read("1 1, 2 2", &mut found));
        for (total, confirms) in [(Some(2), true), (Some(3), true), (Some(2), false), (Some(2), false)] {
            now.note(2, total);
            assert_eq!(now.confirms(&previous), confirms, "{total:?}");
        }
    }

    #[test]
    fn one_change_for_each_thing() {
        for (entries, expected) in [
            ("1 2, 2 1", "2 Written, 1 Written"),
            ("1 1, 1 2 -", "1 Deleted"),
            ("1 2 -, 1 1", "1 Deleted"),
            ("1 1 -, 1 2", "1 Written"),
            // Nobody knows which of them was last.
            ("1 1 -, 1 1", "1 Written"),
            ("1 1, 1 1 -", "1 Written"),
            ("1 1, 1 - -", "1 Written"),
            ("1 - -, 1 1", "1 Written"),
            ("1 - -, 1 - -", "1 Deleted"),
        ] {
            let mut found = Found::default();
            read(entries, &mut found);
            let changes: Vec<String> =
                found.finish().0.iter().map(|change| format!("{} {:?}", change.key, change.kind)).collect();
            assert_eq!(changes.join(", "), expected, "{entries}");
        }
    }

    #[test]
    fn entries_that_do_not_say_what_changed_are_kept() {
        let mut found = Found::default();
        let mut pass = Pass::default();
        let odd = [r#"{"at":null}"#, "null", r#"{"code":null}"#, r#"{"code":""}"#, r#"{"code":{}}"#, r#"{"code":{}}"#];
        found.add(odd.map(|text| from_json(text).unwrap()).into(), &FEED, &mut pass);
        let odd_time = r#"{"code":"A","at":"0000-00-00T00:00:00+0100"}"#;
        found.add(vec![from_json(odd_time).unwrap()], &FEED, &mut pass);
        let (changes, unreadable) = found.finish();
        assert_eq!(unreadable.len(), 5, "each of them once");
        assert_eq!((changes[0].key.as_str(), changes[0].time), ("A", None));
    }
}
