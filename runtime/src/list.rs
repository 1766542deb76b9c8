//! Lists read item by item, so that an unreadable item costs only itself.
//! Accepted forms of a list are decided here, for lists within a value and for whole answers.

use std::fmt;

use crate::decode::{Decode, DecodeError};
use crate::scalar::Json;
use crate::value::{ItemPosition, Node, Placed, Value};

/// Room for more items is not reserved before they are read.
const MOST_RESERVED: usize = 1024;

impl ItemPosition<'_> {
    fn key(self) -> Option<String> {
        match self {
            Self::Index(index) => Some(index.to_string()),
            Self::Key(key) => Some(key.to_owned()),
            Self::Alone => None,
        }
    }

    /// The error of an item, seen from its list.
    pub(crate) fn around(self, error: DecodeError) -> DecodeError {
        match self {
            Self::Index(index) => error.at_index(index),
            Self::Key(key) => error.at_key(key),
            Self::Alone => error,
        }
    }
}

impl<'a> Value<'a> {
    /// The items of whatever stands where a list is promised, because PHP has one type for lists and objects and writes
    /// what it guesses: of an array; of an object with numbers for keys, which is a list that has lost items; of null and
    /// of `{}`, which are empty lists. Any other object is the only item itself. Nothing else is a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<&Value<'a>>> {
        match self {
            Self::List(items) => Some(items.iter().collect()),
            Self::Map(object) if object.is_numbered() => Some(object.iter().map(|(_, item)| item).collect()),
            Self::Map(_) => Some(vec![self]),
            Self::Null => Some(Vec::new()),
            _ => None,
        }
    }
}

impl<'v, 'a> Node<'v, 'a> {
    /// The same as [`Value::items`], and where they stand.
    pub(crate) fn items(self) -> Option<Placed<'v, 'a>> {
        let inside = self.inside()?;
        let is_number = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        let is_list = inside.iter().all(|(place, _)| !matches!(place, ItemPosition::Key(key) if !is_number(key)));
        Some(if is_list { inside } else { vec![(ItemPosition::Alone, self)] })
    }
}

/// An item of a list: any value, or the entry of a map with its key.
pub trait Listed: Sized {
    /// The items of the list and where they stand.
    #[doc(hidden)]
    fn places<'v, 'a>(list: Node<'v, 'a>) -> Result<Vec<(ItemPosition<'v>, Node<'v, 'a>)>, DecodeError>;

    /// Reads one of them; the error is seen from the list.
    #[doc(hidden)]
    fn read(place: ItemPosition<'_>, item: Node<'_, '_>) -> Result<Self, DecodeError>;
}

impl<T: Decode> Listed for T {
    fn places<'v, 'a>(list: Node<'v, 'a>) -> Result<Placed<'v, 'a>, DecodeError> {
        let items = list.items().filter(|items| match items.as_slice() {
            [(ItemPosition::Alone, item)] => T::is_item(*item),
            _ => true,
        });
        items.ok_or_else(|| list.with(|list| DecodeError::expected("a list", list)))
    }

    fn read(place: ItemPosition<'_>, item: Node<'_, '_>) -> Result<Self, DecodeError> {
        T::decode_node(item).map_err(|error| place.around(error))
    }
}

impl<T: Decode> Listed for (String, T) {
    fn places<'v, 'a>(list: Node<'v, 'a>) -> Result<Placed<'v, 'a>, DecodeError> {
        list.inside().ok_or_else(|| list.with(|list| DecodeError::expected("an object", list)))
    }

    fn read(place: ItemPosition<'_>, item: Node<'_, '_>) -> Result<Self, DecodeError> {
        let read = T::decode_node(item).map_err(|error| place.around(error))?;
        Ok((place.key().unwrap_or_default(), read))
    }
}

/// What is a list: see [`Value::items`].
impl<T: Decode> Decode for Vec<T> {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Self::decode_node(value.into())
    }

    fn decode_node(node: Node<'_, '_>) -> Result<Self, DecodeError> {
        whole(node)
    }

    fn accepts(value: &Value<'_>) -> bool {
        matches!(value, Value::List(_))
    }

    #[cfg(feature = "testing")]
    fn made_up(_: &str) -> Option<Self> {
        Some(Self::new())
    }
}

/// All items, if all of them can be read.
pub(crate) fn whole<T: Listed>(list: Node<'_, '_>) -> Result<Vec<T>, DecodeError> {
    let places = T::places(list)?;
    let mut items = Vec::with_capacity(places.len().min(MOST_RESERVED));
    for (place, item) in places {
        items.push(T::read(place, item)?);
    }
    Ok(items)
}

/// The items that can be read, and those that cannot; `path` is where the list stands.
pub(crate) fn parted<T: Listed>(list: Node<'_, '_>, path: &str) -> Result<(Vec<T>, Vec<Unreadable>), DecodeError> {
    let places = T::places(list).map_err(|error| error.at_path(path))?;
    let mut items = Vec::with_capacity(places.len().min(MOST_RESERVED));
    let unreadable = sifted(places, path, &mut |place, item| T::read(place, item).map(|item| items.push(item)));
    Ok((items, unreadable))
}

/// Not generic, so it is compiled once.
fn sifted(
    places: Placed<'_, '_>,
    path: &str,
    read: &mut dyn FnMut(ItemPosition<'_>, Node<'_, '_>) -> Result<(), DecodeError>,
) -> Vec<Unreadable> {
    let unreadable = places.into_iter().enumerate().filter_map(|(index, (place, item))| {
        let reason = read(place, item).err()?.at_path(path);
        let key = match place {
            ItemPosition::Key(key) => Some(key.to_owned()),
            ItemPosition::Index(_) | ItemPosition::Alone => None,
        };
        Some(Unreadable { index, key, reason, item: item.to_value().into(), request_id: None })
    });
    unreadable.collect()
}

/// An item of a list that cannot be read. It costs itself alone: the others are there.
#[derive(Clone, PartialEq)]
pub struct Unreadable {
    index: usize,
    key: Option<String>,
    reason: DecodeError,
    item: Json,
    pub(crate) request_id: Option<String>,
}

impl Unreadable {
    /// A record of a job's result.
    pub(crate) fn record(index: usize, reason: DecodeError, record: Node<'_, '_>) -> Self {
        Self { index, key: None, reason, item: record.to_value().into(), request_id: None }
    }

    /// Its place in the list, from 0, in the order of the answer. Of a job's result: its line, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its key, where the list is a map.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// What cannot be read, as a JSONPath in the answer: `$.data.orders[7].creationTime`.
    #[must_use]
    pub fn json_path(&self) -> String {
        self.reason.path()
    }

    /// Why it cannot be read.
    #[must_use]
    pub fn reason(&self) -> &DecodeError {
        &self.reason
    }

    /// The item as it was sent. It may hold personal data.
    #[must_use]
    pub fn item(&self) -> &Json {
        &self.item
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an item of the list cannot be read: {}", self.reason)
    }
}

/// Without the item: it may hold personal data.
impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unreadable({})", self.reason)
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro declares")]
mod tests {
    use super::{Listed, parted};
    use crate::value::{Tape, Value};
    use crate::{Json, Map, record};

    record! {
        /// A message.
        #[derive(Eq)]
        pub struct Message {
            /// Its text.
            pub text: String = required("text"),
            /// Its level.
            pub level: Option<String> = optional("level"),
        }
    }

    record! {
        /// Nothing is needed.
        pub struct Loose {
            /// A member.
            pub a: Option<i64> = optional("a"),
        }
    }

    fn read<T: crate::Decode>(text: &str) -> Result<Vec<T>, String> {
        crate::from_json(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_stands_where_a_list_is_promised() {
        // The text, and how many items it has.
        for (text, count) in [
            (r#"[{"text":"a"},{"text":"b"}]"#, 2),
            (r#"{"0":{"text":"a"},"2":{"text":"b"}}"#, 2),
            (r#"{"text":"a"}"#, 1),
            (r#"{"text":"a","new":[]}"#, 1),
            ("{}", 0),
            ("[]", 0),
            ("null", 0),
        ] {
            assert_eq!(read::<Message>(text).unwrap().len(), count, "{text}");
            assert_eq!(Value::from_json(text.as_bytes()).unwrap().items().unwrap().len(), count, "{text}");
        }
        assert_eq!(read::<Json>(r#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(read::<Loose>(r#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(read::<Map<i64>>(r#"{"a":1}"#).unwrap().len(), 1);
        assert_eq!(read::<Option<Loose>>(r#"{"a":1}"#).unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_list() {
        let list = "$: expected a list, found ";
        assert_eq!(read::<Message>("1"), Err(format!("{list}an integer")));
        assert_eq!(read::<Message>(r#""a""#), Err(format!("{list}a string")));
        // Of an object of which the type knows nothing, nobody can say that it is one.
        assert_eq!(read::<Loose>(r#"{"error":"x"}"#).unwrap_err(), format!("{list}an object"));
        assert_eq!(read::<Option<Loose>>(r#"{"error":"x"}"#).unwrap_err(), format!("{list}an object"));
        assert_eq!(read::<i64>(r#"{"a":1}"#), Err(format!("{list}an object")));
        assert_eq!(read::<Message>(r#"{"text":null}"#), Err("$.text: expected a string, found null".to_owned()));
    }

    /// Index, key, path and text of what cannot be read.
    type Told = (usize, Option<String>, String, String);

    fn split<T: Listed>(text: &str) -> (Vec<T>, Vec<Told>) {
        let (items, unread) = parted((&Tape::parse(text).unwrap()).into(), "data/list").unwrap();
        let told = |one: &super::Unreadable| {
            (one.index(), one.key().map(str::to_owned), one.json_path(), one.item().to_string())
        };
        (items, unread.iter().map(told).collect())
    }

    #[test]
    fn each_item_for_itself() {
        let (items, unread) = split::<i64>(r#"[1,"x",null,4]"#);
        assert_eq!(items, [1, 4]);
        assert_eq!(
            unread,
            [(1, None, "$.data.list[1]".into(), r#""x""#.into()), (2, None, "$.data.list[2]".into(), "null".into()),]
        );
        let (items, unread) = split::<(String, i64)>(r#"{"a":1,"b":{},"7":3}"#);
        assert_eq!(items, [("a".to_owned(), 1), ("7".to_owned(), 3)]);
        assert_eq!(unread, [(1, Some("b".into()), "$.data.list.b".into(), "{}".into())]);
        let (items, unread) = split::<Message>(r#"{"text":[]}"#);
        assert_eq!(items, []);
        assert_eq!(unread, [(0, None, "$.data.list.text".into(), r#"{"text":[]}"#.into())]);
    }
}
