//! Compares a copy with a full listing: no list of changes is complete, and no webhook reliable.

use std::collections::BTreeMap;

/// Keys that differ between a store and the list of everything there is, each list in the order of the keys.
///
/// Look at each of them before anything is done: what is in the store only may have been created after the list was made,
/// and what is in the list only may have been deleted since. So read every one of [`keys`](Self::keys), and store what
/// comes or forget what is gone, exactly as for a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled<K> {
    /// In the list, and not in the store.
    pub missing: Vec<K>,
    /// In the store, and not in the list.
    pub superfluous: Vec<K>,
    /// Older in the store than in the list.
    pub older: Vec<K>,
}

impl<K> Reconciled<K> {
    /// All keys to look at.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.missing.iter().chain(&self.superfluous).chain(&self.older)
    }

    /// Whether store and list agree.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys().next().is_none()
    }
}

/// Holds what a store has against the list of everything there is: keys, each with the time of its last change, or with
/// anything else that grows when the thing changes. Without such a thing, `()` compares keys alone.
///
/// Where times are whole seconds, a thing that was read in the very second of its change may have changed in it once more.
/// Store such a time a second earlier, and the thing is looked at again.
///
/// A key that is listed twice, as happens when a list shifts under its reader, counts with the newest of its times.
///
/// ```
/// let stored = [("2026000001", 10), ("2026000002", 10), ("2026000003", 10)];
/// let listed = [("2026000001", 10), ("2026000003", 12), ("2026000004", 11)];
///
/// let found = kontrakt_runtime::reconcile(stored, listed);
/// assert_eq!(found.missing, ["2026000004"]);
/// assert_eq!(found.superfluous, ["2026000002"]);
/// assert_eq!(found.older, ["2026000003"]);
/// ```
pub fn reconcile<K: Ord, V: Ord>(
    stored: impl IntoIterator<Item = (K, V)>,
    listed: impl IntoIterator<Item = (K, V)>,
) -> Reconciled<K> {
    let mut stored: BTreeMap<K, V> = stored.into_iter().collect();
    let mut newest: BTreeMap<K, V> = BTreeMap::new();
    for (key, version) in listed {
        match newest.get_mut(&key) {
            Some(known) if *known >= version => {}
            Some(known) => *known = version,
            None => drop(newest.insert(key, version)),
        }
    }
    let (mut missing, mut older) = (Vec::new(), Vec::new());
    for (key, version) in newest {
        match stored.remove(&key) {
            None => missing.push(key),
            Some(known) if known < version => older.push(key),
            Some(_) => {}
        }
    }
    Reconciled { missing, superfluous: stored.into_keys().collect(), older }
}

#[cfg(test)]
mod tests {
    use super::reconcile;

    #[test]
    fn differences() {
        // Stored, listed; missing, superfluous, older.
        for (stored, listed, expected) in [
            ("", "", ["", "", ""]),
            ("a1", "a1", ["", "", ""]),
            ("", "b1 a1", ["a b", "", ""]),
            ("a1 b1", "", ["", "a b", ""]),
            ("a1 b2 c3", "a2 b2 c2", ["", "", "a"]),
            ("a2", "a1 a2 a1", ["", "", ""]),
            ("a1", "a2 a1", ["", "", "a"]),
            ("a-", "a1", ["", "", "a"]),
            ("a1", "a-", ["", "", ""]),
        ] {
            let read = |text: &str| -> Vec<(String, Option<u32>)> {
                text.split_whitespace().map(|one| (one[..1].to_owned(), one[1..].parse().ok())).collect()
            };
            let found = reconcile(read(stored), read(listed));
            let lists = [&found.missing, &found.superfluous, &found.older].map(|keys| keys.join(" "));
            assert_eq!(lists, expected, "{stored} and {listed}");
            assert_eq!(found.is_empty(), expected == ["", "", ""]);
        }
    }
}
