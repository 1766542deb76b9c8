//! Unknown members: kept and written back behind the feature `unknown-fields`.
//! Without the feature neither this module nor the field exists.

use crate::encode::Encode;
use crate::record::{Members, Reader, Writer, begin_member};
use crate::scalar::Json;
use crate::value::ItemPosition;

/// The members of an object that its type does not know, in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unknown {
    members: Vec<(String, Json)>,
}

impl Unknown {
    /// The members.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.members.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Whether there is no such member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<'a> Writer<'a> {
    /// Writes members that are not known, in the end.
    pub fn unknown(&mut self, unknown: &'a Unknown) {
        match &mut self.0 {
            Members::Tree(object) => unknown.iter().for_each(|(key, value)| object.push(key.into(), value.encode())),
            Members::Text(text) => unknown.iter().for_each(|(key, value)| {
                begin_member(key, text);
                value.encode_to(text);
            }),
            Members::Debug(fields) => fields.push(("unknown", unknown)),
        }
    }
}

impl Reader<'_, '_> {
    /// All members but those that were read.
    #[must_use]
    pub fn unknown(&self) -> Unknown {
        let members = self.object.inside().into_iter().flatten();
        let unknown = members.filter_map(|(place, value)| match place {
            ItemPosition::Key(key) if !self.known.contains(&key) => Some((key.to_owned(), value.to_value().into())),
            _ => None,
        });
        Unknown { members: unknown.collect() }
    }
}
