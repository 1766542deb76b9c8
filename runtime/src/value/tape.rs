//! Where the values of a JSON text stand: one list in document order, which borrows everything from the text.
//! Typed values are read from it without a tree; the tree is made from it where one is wanted.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::json::{self, ParseJsonError, double, integer, unescaped};
use super::{Object, Value};

/// Above this number of members, repeated keys are looked for by sorting instead of comparing each with each.
const SORT_ABOVE: usize = 32;

/// A value takes about this many bytes of text, so that much room is reserved.
const BYTES_OF_A_VALUE: usize = 20;

/// A part of the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) length: u32,
}

/// The key of a member; nothing for an item of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Key {
    /// Where it stands; of an escaped one, its number and the length of what it means.
    span: Span,
    escaped: bool,
}

impl Key {
    /// Where the text goes on behind the quote of a key that is not escaped.
    #[inline]
    pub(super) fn behind(self) -> usize {
        self.span.start as usize + self.span.length as usize + 1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    False,
    True,
    Integer,
    /// A number with a fraction or an exponent.
    Double,
    Text,
    EscapedText,
    /// A list or an object that is nested too deep.
    Deep,
    List,
    Map,
    /// The first of several members with one key, whose value is that of the last.
    Repeated,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// The span of its key.
    key: Span,
    is_key_escaped: bool,
    kind: Kind,
    /// A later one of several members with one key.
    superseded: bool,
    /// The entry behind this one and all that is in it.
    behind: u32,
    /// Of a scalar, where it stands, without quotes. The value of a repeated member is that of the entry `start`.
    span: Span,
}

impl Entry {
    fn key(&self) -> Key {
        Key { span: self.key, escaped: self.is_key_escaped }
    }
}

/// The values of a JSON text; the first is the whole document.
#[derive(Debug, Default)]
pub struct Tape<'a> {
    text: &'a str,
    entries: Vec<Entry>,
    /// Keys that are not in the text as they are meant.
    keys: Vec<String>,
}

/// Room for the next tape.
#[derive(Debug, Default)]
pub(crate) struct Room(Vec<Entry>);

impl<'a> Tape<'a> {
    /// Reads a text that is exactly one JSON value.
    pub(crate) fn parse(text: &'a str) -> Result<Self, ParseJsonError> {
        json::parse(Self { text, entries: Vec::with_capacity(text.len() / BYTES_OF_A_VALUE + 1), keys: Vec::new() })
    }

    /// The same in the room of an earlier tape.
    pub(crate) fn parse_in(room: Room, text: &'a str) -> Result<Self, ParseJsonError> {
        json::parse(Self { text, entries: room.0, keys: Vec::new() })
    }

    /// The room that the tape took.
    pub(crate) fn into_room(mut self) -> Room {
        self.entries.clear();
        Room(self.entries)
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    #[inline]
    fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    pub(super) fn kind(&self, at: usize) -> Kind {
        self.entry(at).map_or(Kind::Null, |entry| entry.kind)
    }

    /// The text of a scalar.
    pub(super) fn scalar(&self, at: usize) -> &'a str {
        self.entry(at).map_or("", |entry| self.part(entry.span))
    }

    #[inline]
    fn part(&self, span: Span) -> &'a str {
        let start = span.start as usize;
        self.text.get(start..start + span.length as usize).unwrap_or_default()
    }

    /// The entry behind a value and all that is in it.
    #[inline]
    fn behind(&self, at: usize) -> usize {
        self.entry(at).map_or(at + 1, |entry| entry.behind as usize)
    }

    /// The value of a member.
    fn resolved(&self, at: usize) -> usize {
        match self.entry(at) {
            Some(Entry { kind: Kind::Repeated, span, .. }) => span.start as usize,
            _ => at,
        }
    }

    fn owned_key(&self, key: Key) -> &str {
        self.keys.get(key.span.start as usize).map_or("", String::as_str)
    }

    fn key(&self, key: Key) -> &str {
        if key.escaped { self.owned_key(key) } else { self.part(key.span) }
    }

    /// Members or items of a value: their entries, repeated ones once.
    pub(super) fn inside(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.behind(at);
        let mut next = at + 1;
        std::iter::from_fn(move || {
            while next < end {
                let found = next;
                next = self.behind(found);
                if !self.entry(found).is_some_and(|entry| entry.superseded) {
                    return Some(found);
                }
            }
            None
        })
    }

    /// The first item of a list.
    pub(super) fn first_item(&self, at: usize) -> Option<usize> {
        (self.kind(at) == Kind::List && !self.is_empty(at)).then_some(at + 1)
    }

    /// The number of entries so far, which is that of the next one.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Members of an object: keys, and the entries of their values.
    pub(super) fn members(&self, at: usize) -> impl Iterator<Item = (&str, usize)> {
        self.inside(at).map(|found| (self.entry(found).map_or("", |entry| self.key(entry.key())), self.resolved(found)))
    }

    /// Whether nothing is in a list or an object.
    pub(super) fn is_empty(&self, at: usize) -> bool {
        self.behind(at) == at + 1
    }

    /// The value of the member `key` of an object: see [`Cursor`].
    pub(super) fn seek(&self, at: usize, cursor: &mut Cursor, key: &str) -> Option<usize> {
        let (first, end) = (at + 1, self.behind(at));
        let unread = cursor.unread.max(first);
        let next = if (first..=end).contains(&cursor.next) { cursor.next } else { unread };
        let found = self.find(next, end, key).or_else(|| self.find(unread, next, key))?;
        *cursor = Cursor { next: self.behind(found), unread };
        if found == unread {
            cursor.unread = cursor.next;
        }
        Some(self.resolved(found))
    }

    #[inline]
    fn find(&self, mut at: usize, end: usize, key: &str) -> Option<usize> {
        let length = index(key.len());
        let entries = self.entries.get(..end)?;
        while let Some(entry) = entries.get(at) {
            if entry.key.length == length && self.has_key(entry, key) && !entry.superseded {
                return Some(at);
            }
            at = entry.behind as usize;
        }
        None
    }

    /// Whether an entry has this key, which is as long as its own.
    fn has_key(&self, entry: &Entry, key: &str) -> bool {
        if entry.is_key_escaped {
            return self.owned_key(entry.key()) == key;
        }
        // Most keys of one length differ in their first byte.
        let (bytes, start) = (self.text.as_bytes(), entry.key.start as usize);
        let key = key.as_bytes();
        key.is_empty() || bytes.get(start) == key.first() && bytes.get(start..start + key.len()) == Some(key)
    }

    /// Members or items from an entry on to the last one.
    fn rest(&self, mut at: usize) -> impl Iterator<Item = &Entry> {
        std::iter::from_fn(move || {
            let entry = self.entry(at)?;
            at = entry.behind as usize;
            Some(entry)
        })
    }

    /// A value as a tree.
    #[inline]
    pub(crate) fn tree(&self, at: usize) -> Value<'a> {
        self.tree_but(at, None)
    }

    /// A value as a tree, in which the list `left_out` has no items but is not empty, if it has any.
    pub(super) fn tree_but(&self, at: usize, left_out: Option<usize>) -> Value<'a> {
        match self.kind(at) {
            Kind::Null => Value::Null,
            Kind::False => Value::Bool(false),
            Kind::True => Value::Bool(true),
            Kind::Integer => number(integer, self.scalar(at)),
            Kind::Double => number(double, self.scalar(at)),
            Kind::Text => Value::Str(Cow::Borrowed(self.scalar(at))),
            Kind::EscapedText => Value::Str(Cow::Owned(unescaped(self.scalar(at)))),
            Kind::Deep => Value::Raw(Cow::Borrowed(self.scalar(at))),
            Kind::List if left_out == Some(at) && !self.is_empty(at) => Value::List(vec![Value::Null]),
            Kind::List => {
                let mut items = Vec::with_capacity(self.inside(at).count());
                items.extend(self.inside(at).map(|item| self.tree_but(item, left_out)));
                Value::List(items)
            }
            Kind::Map => {
                let mut object = Object::with_capacity(self.inside(at).count());
                for member in self.inside(at) {
                    object.push(self.key_of(member), self.tree_but(self.resolved(member), left_out));
                }
                Value::Map(object)
            }
            Kind::Repeated => self.tree_but(self.resolved(at), left_out),
        }
    }

    fn key_of(&self, at: usize) -> Cow<'a, str> {
        match self.entry(at) {
            Some(entry) if entry.is_key_escaped => Cow::Owned(self.owned_key(entry.key()).to_owned()),
            Some(entry) => Cow::Borrowed(self.part(entry.key)),
            None => Cow::Borrowed(""),
        }
    }
}

/// Places in texts of less than 4 GiB; longer ones are refused.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "longer texts are refused")]
pub(super) const fn index(place: usize) -> u32 {
    place as u32
}

fn number<'a>(read: fn(&str) -> Option<Value<'static>>, text: &'a str) -> Value<'a> {
    read(text).unwrap_or(Value::Raw(Cow::Borrowed(text)))
}

/// What the parser calls.
impl Tape<'_> {
    /// A key, as it is between its quotes.
    pub(super) fn new_key(&mut self, span: Span, escaped: bool) -> Key {
        if !escaped {
            return Key { span, escaped };
        }
        let key = unescaped(self.part(span));
        let span = Span { start: index(self.keys.len()), length: index(key.len()) };
        self.keys.push(key);
        Key { span, escaped }
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key, kind: Kind, span: Span) {
        let behind = index(self.entries.len() + 1);
        self.entries.push(Entry { key: key.span, is_key_escaped: key.escaped, kind, superseded: false, behind, span });
    }

    /// Begins a list or an object.
    pub(super) fn open(&mut self, key: Key, kind: Kind) -> usize {
        self.push(key, kind, Span::default());
        self.entries.len() - 1
    }

    /// Ends a list or an object.
    pub(super) fn close(&mut self, at: usize) {
        let end = index(self.entries.len());
        if let Some(entry) = self.entries.get_mut(at) {
            entry.behind = end;
        }
    }

    /// Of several members with one key keeps the value of the last, in the place of the first.
    pub(super) fn merge_repeated_keys(&mut self, at: usize) {
        for (first, later) in self.repeated_keys(at) {
            if let Some(entry) = self.entries.get_mut(first) {
                entry.kind = Kind::Repeated;
                entry.span = Span { start: index(later), length: 0 };
            }
            if let Some(entry) = self.entries.get_mut(later) {
                entry.superseded = true;
            }
        }
    }

    /// Pairs of the first member with a key and each later one, in the order of the later ones.
    fn repeated_keys(&self, at: usize) -> Vec<(usize, usize)> {
        let mut order: Vec<(&str, usize)> = self.members(at).collect();
        order.sort_unstable();
        let mut pairs = Vec::new();
        for alike in order.chunk_by(|(one, _), (other, _)| one == other) {
            let [(_, first), later @ ..] = alike else { continue };
            pairs.extend(later.iter().map(|(_, later)| (*first, *later)));
        }
        pairs.sort_unstable_by_key(|(_, later)| *later);
        pairs
    }
}

/// The keys of one object while it is read, to notice when one is repeated.
///
/// Objects of a list mostly have the same keys in the same order. So they are compared with those of an object before,
/// its model, which costs less than finding their ends; and what follows such an order repeats none.
pub(super) struct Keys {
    object: usize,
    /// The member of the model that probably comes next, and the end of the model.
    next: usize,
    end: usize,
    /// Once a key is not in the model: a bit for each hash of a key.
    hashes: Option<[u64; 4]>,
    count: usize,
    /// Whether a key may be repeated.
    pub(super) repeat: bool,
}

impl Keys {
    /// Of the object of the entry `object`, which is not read yet.
    pub(super) fn new(tape: &Tape<'_>, object: usize, model: Option<usize>) -> Self {
        let model = model.filter(|model| tape.kind(*model) == Kind::Map);
        let (next, end) = model.map_or((0, 0), |model| (model + 1, tape.behind(model)));
        Self { object, next, end, hashes: None, count: 0, repeat: false }
    }

    /// The key of the model that probably comes next, if a text begins with it and a quote; the member that has it.
    #[inline]
    pub(super) fn expected(&mut self, tape: &Tape<'_>, at: usize) -> Option<(Key, usize)> {
        if self.next >= self.end {
            return None;
        }
        let member = tape.entry(self.next)?;
        let Span { start, length } = member.key;
        let (bytes, start, length) = (tape.text.as_bytes(), start as usize, length as usize);
        let is_next =
            bytes.get(at + length) == Some(&b'"') && bytes.get(at..at + length) == bytes.get(start..start + length);
        if !is_next || member.is_key_escaped || member.superseded {
            return None;
        }
        let model = std::mem::replace(&mut self.next, member.behind as usize);
        let span = Span { start: index(at), length: member.key.length };
        Some((Key { span, escaped: false }, model))
    }

    /// Another key; the member of the model that has it.
    pub(super) fn other(&mut self, tape: &Tape<'_>, key: Key) -> Option<usize> {
        if self.hashes.is_none() {
            let found = tape.find(self.next, self.end, tape.key(key));
            if let Some(found) = found {
                self.next = tape.behind(found);
                return Some(found);
            }
            self.hashes = Some([0; 4]);
            self.end = 0;
            // So far, none was repeated.
            for entry in tape.rest(self.object + 1) {
                self.is_met(tape.key(entry.key()));
            }
        }
        let text = tape.key(key);
        if self.is_met(text) {
            let find = || tape.find(self.object + 1, tape.entries.len(), text);
            self.repeat |= self.count > SORT_ABOVE || find().is_some();
        }
        None
    }

    /// Whether a key has the hash of one before.
    fn is_met(&mut self, key: &str) -> bool {
        let bytes = key.as_bytes();
        let [first, middle, last] = [0, bytes.len() / 2, bytes.len().saturating_sub(1)]
            .map(|place| bytes.get(place).map_or(0, |byte| u32::from(*byte)));
        let length = index(bytes.len());
        let mixed = (first | middle << 8 | last << 16).wrapping_add(length << 24 ^ length << 5);
        let hash = (mixed.wrapping_mul(0x9e37_79b1) >> 24) as usize;
        let Some(word) = self.hashes.as_mut().and_then(|hashes| hashes.get_mut(hash / 64)) else { return false };
        let bit = 1 << (hash % 64);
        let is_met = *word & bit != 0;
        *word |= bit;
        self.count += 1;
        is_met
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Tape};
    use crate::value::{Node, Value};

    /// Objects of a list whose keys repeat, are escaped, come in another order, are more or fewer than those of the one
    /// before: each text, and what it means.
    const LISTS: [(&str, &str); 8] = [
        (r#"[{"a":1,"b":2},{"a":1,"b":2,"a":3}]"#, r#"[{"a":1,"b":2},{"a":3,"b":2}]"#),
        (r#"[{"a":1,"a":2},{"a":1,"a":2}]"#, r#"[{"a":2},{"a":2}]"#),
        (r#"[{"a":1,"a":{"c":2},"b":5},{"a":7,"b":6,"b":8}]"#, r#"[{"a":{"c":2},"b":5},{"a":7,"b":8}]"#),
        (r#"[{"a":1,"b":2},{"b":1,"a":2,"b":3}]"#, r#"[{"a":1,"b":2},{"b":3,"a":2}]"#),
        (r#"[{"\u0061":1,"a":2},{"\u0061":1},{"a":1,"\u0061":3}]"#, r#"[{"a":2},{"a":1},{"a":3}]"#),
        (
            r#"[{"a":1,"b":2,"c":3},{"a":1,"c":2},{"c":2,"d":1,"c":4}]"#,
            r#"[{"a":1,"b":2,"c":3},{"a":1,"c":2},{"c":4,"d":1}]"#,
        ),
        (
            r#"[{"a":{"x":1}},{"a":[{"x":1}]},{"a":{"x":1,"x":2}},{}]"#,
            r#"[{"a":{"x":1}},{"a":[{"x":1}]},{"a":{"x":2}},{}]"#,
        ),
        (r#"[{"":1,"ab":2},{"":1,"":2,"a":3}]"#, r#"[{"":1,"ab":2},{"":2,"a":3}]"#),
    ];

    #[test]
    fn objects_are_read_by_the_model_of_others() {
        for (text, meaning) in LISTS {
            assert_eq!(Value::from_json(text.as_bytes()).unwrap().to_json(), meaning, "{text}");
        }
    }

    #[test]
    fn members_are_found_from_any_place() {
        for (text, meaning) in LISTS {
            let tape = Tape::parse(text).unwrap();
            let expected = Value::from_json(meaning.as_bytes()).unwrap();
            for (at, item) in expected.as_list().unwrap().iter().enumerate() {
                let found = Node::from(&tape).at(&at.to_string()).unwrap();
                for (key, value) in item.as_object().unwrap().iter() {
                    for next in 0..40 {
                        let sought = found.seek(&mut Cursor { next, unread: 0 }, key).unwrap();
                        assert_eq!(sought.to_value(), *value, "{key} of {text}");
                    }
                }
                assert!(found.seek(&mut Cursor::default(), "nobody").is_none());
            }
        }
    }

    /// Members asked for in an order of their own, some of them missing: each is found once, in text and tree.
    #[test]
    fn members_are_found_in_any_order() {
        let text = r#"{"a":{"b":0},"b":1,"c":[2,{"d":0}],"d":3,"e":4}"#;
        let tape = Tape::parse(text).unwrap();
        let tree = Value::from_json(text.as_bytes()).unwrap();
        let expected =
            |key: &str| tree.as_object().unwrap().iter().find(|(name, _)| *name == key).map(|(_, value)| value);
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..2_000 {
            let mut keys = ["a", "b", "c", "d", "e", "x", "y", "z"];
            random.shuffle(&mut keys);
            for node in [Node::from(&tape), Node::from(&tree)] {
                let mut cursor = Cursor::default();
                for key in keys {
                    let sought = node.seek(&mut cursor, key).map(Node::to_value);
                    assert_eq!(sought.as_ref(), expected(key), "{key} of {keys:?}");
                }
            }
        }
    }
}
