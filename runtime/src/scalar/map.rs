//! Objects whose keys are data.
//! PHP writes an empty one as `[]`, and one with the keys 0, 1, 2 as a list.

use crate::decode::{Decode, DecodeError};
use crate::encode::Encode;
use crate::list;
use crate::value::{Node, Value};

/// A JSON object with keys that are data, in document order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<T> {
    entries: Vec<(String, T)>,
}

impl<T> Map<T> {
    /// A map without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of `key`. Entries are compared one by one: collect into a hash map for many look-ups in a large map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Sets `key` to `value` and gives back the value it had.
    pub fn insert(&mut self, key: impl Into<String>, value: T) -> Option<T> {
        let key = key.into();
        match self.entries.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.entries.push((key, value));
                None
            }
        }
    }

    /// The entries in document order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The keys in document order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// The values in document order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &T> {
        self.entries.iter().map(|(_, value)| value)
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> IntoIterator for Map<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'m, T> IntoIterator for &'m Map<T> {
    type Item = (&'m str, &'m T);
    type IntoIter = Box<dyn Iterator<Item = Self::Item> + 'm>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl<K: Into<String>, T> FromIterator<(K, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<T: Decode> Decode for Map<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode_node(value.into())
    }

    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        list::whole(node).map(|entries| Self { entries })
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::Map(_))
    }

    #[cfg(feature = "testing")]
    fn made_up(_: &str) -> Option<Self> {
        Some(Self { entries: Vec::new() })
    }
}

impl<T: Encode> Encode for Map<T> {
    fn encode(&self) -> Value<'_> {
        Value::Map(self.entries.iter().map(|(key, value)| (key.as_str().into(), value.encode())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Map;
    use crate::reading_tests::{assert_reads, assert_refuses};

    #[test]
    fn maps_keep_their_order() {
        assert_reads::<Map<i64>>(&[
            (r#"{"b":1,"a":"2"}"#, r#"{"b":1,"a":2}"#),
            ("[]", "{}"),
            ("null", "{}"),
            ("[5,6]", r#"{"0":5,"1":6}"#),
        ]);
        assert_refuses::<Map<i64>>(&["1", r#""x""#, r#"{"a":"x"}"#]);
    }

    #[test]
    fn lists_read_maps_with_numbers_for_keys() {
        assert_reads::<Vec<i64>>(&[("[1]", "[1]"), ("{}", "[]"), ("null", "[]"), (r#"{"0":1,"2":3}"#, "[1,3]")]);
        assert_refuses::<Vec<i64>>(&[r#"{"a":1}"#, "1", r#"["x"]"#]);
    }
}
