//! A JSON object: its members in document order.
//! A vector, because objects are small and are read in the order in which they were written.

use std::borrow::Cow;

use super::Value;
use super::cursor::Cursor;

/// Above this number of members, repeated keys are looked for by sorting instead of comparing each with each.
const SORT_ABOVE: usize = 24;

/// The members of a JSON object, in document order, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Object<'a> {
    /// An object without members and room for `capacity` of them.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { members: Vec::with_capacity(capacity) }
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of `key`: see [`Cursor`].
    pub(crate) fn seek(&self, cursor: &mut Cursor, key: &str) -> Option<&Value<'a>> {
        let found = |from: usize, to: usize| {
            let place = self.members.get(from..to)?.iter().position(|(name, _)| name == key)?;
            Some(from + place)
        };
        let Cursor { next, unread } = *cursor;
        let index = found(next, self.members.len()).or_else(|| found(unread, next))?;
        *cursor = Cursor { next: index + 1, unread: if index == unread { index + 1 } else { unread } };
        self.members.get(index).map(|(_, value)| value)
    }

    /// Sets `key` to `value`, in its old place when it has one.
    pub fn insert(&mut self, key: impl Into<Cow<'a, str>>, value: Value<'a>) {
        let key = key.into();
        match self.members.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.members.push((key, value)),
        }
    }

    /// Adds a member whose key is known to be new.
    pub(crate) fn push(&mut self, key: Cow<'a, str>, value: Value<'a>) {
        self.members.push((key, value));
    }

    /// The members in document order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value<'a>)> {
        self.members.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether all keys are numbers, as those of a PHP array that is no longer written as a list; also without any.
    pub(crate) fn is_numbered(&self) -> bool {
        self.iter().all(|(key, _)| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()))
    }

    pub(crate) fn into_owned(self) -> Object<'static> {
        self.members.into_iter().map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned())).collect()
    }

    /// Of several members with one key keeps the value of the last, in the place of the first.
    pub(crate) fn merge_repeated_keys(&mut self) {
        let repeated = if self.members.len() > SORT_ABOVE { self.repeated_sorted() } else { self.repeated_compared() };
        if repeated.is_empty() {
            return;
        }
        let mut superseded = vec![false; self.members.len()];
        for (first, later) in repeated {
            let value = self.members.get_mut(later).map(|(_, value)| std::mem::take(value));
            if let (Some((_, kept)), Some(value), Some(flag)) =
                (self.members.get_mut(first), value, superseded.get_mut(later))
            {
                *kept = value;
                *flag = true;
            }
        }
        let mut superseded = superseded.into_iter();
        self.members.retain(|_| !superseded.next().unwrap_or(false));
    }

    /// Pairs of the first member with a key and each later one, in the order of the later ones.
    fn repeated_compared(&self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (later, (key, _)) in self.members.iter().enumerate().skip(1) {
            if let Some(first) = self.members.iter().take(later).position(|(earlier, _)| earlier == key) {
                pairs.push((first, later));
            }
        }
        pairs
    }

    fn repeated_sorted(&self) -> Vec<(usize, usize)> {
        let mut order: Vec<(&str, usize)> =
            self.members.iter().enumerate().map(|(at, (key, _))| (&**key, at)).collect();
        order.sort_unstable();
        let mut pairs = Vec::new();
        let mut first = 0;
        for window in order.windows(2) {
            let [(key, at), (next_key, next)] = window else { continue };
            if key == next_key {
                if pairs.last().is_none_or(|(_, later)| later != at) {
                    first = *at;
                }
                pairs.push((first, *next));
            }
        }
        pairs.sort_unstable_by_key(|(_, later)| *later);
        pairs
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Value<'a>)> for Object<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Value<'a>)>>(members: I) -> Self {
        Self { members: members.into_iter().collect() }
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Value;

    fn merged(text: &str) -> String {
        Value::from_json(text.as_bytes()).unwrap().to_json()
    }

    #[test]
    fn the_last_of_repeated_keys_wins() {
        assert_eq!(merged(r#"{"a":1,"b":2,"a":3}"#), r#"{"a":3,"b":2}"#);
        assert_eq!(merged(r#"{"a":1,"a":2,"b":5,"a":3}"#), r#"{"a":3,"b":5}"#);
    }

    #[test]
    fn so_it_does_in_large_objects() {
        let members: Vec<String> = (0..200).map(|n| format!(r#""k{}":{n}"#, n % 60)).collect();
        let expected: Vec<String> =
            (0..60).map(|n| format!(r#""k{n}":{}"#, if n < 20 { n + 180 } else { n + 120 })).collect();
        assert_eq!(merged(&format!("{{{}}}", members.join(","))), format!("{{{}}}", expected.join(",")));
    }
}
