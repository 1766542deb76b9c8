//! Reads `x-` members into typed values: a struct lists its members once, with their keys, and is read from that list.
//! A value of the wrong type and a misspelt member are complaints with place and suggested fix.

use std::collections::BTreeMap;

use super::at::At;
use crate::diagnostic::Diagnostic;
use crate::document::Document;

const HELP: &str = "see the tables in specs/README.md";

/// The document that is read, and what is wrong with it.
pub(super) struct Complaints<'d> {
    pub(super) document: &'d Document,
    pub(super) list: Vec<Diagnostic>,
}

impl<'d> Complaints<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, list: Vec::new() }
    }

    pub(super) fn add(&mut self, at: &At<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.list.push(self.document.complain(at.node.span, &at.pointer, message).help(help));
    }

    pub(super) fn expected(&mut self, at: &At<'_>, expected: &str) {
        let found = format!("expected {expected}, found {}", at.node.kind_name());
        self.add(at, found, HELP);
    }
}

/// The type of a member.
pub(super) trait MemberValue: Sized {
    /// The value, or `None` after a complaint.
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self>;

    /// What it is where the document says nothing; `None` when it must say something.
    fn absent() -> Option<Self> {
        None
    }

    /// This, or what something farther away says where this says nothing.
    fn or(self, _farther: Self) -> Self {
        self
    }
}

impl<T: MemberValue> MemberValue for Option<T> {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        T::read(at, complaints).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn or(self, farther: Self) -> Self {
        self.or(farther)
    }
}

impl MemberValue for String {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        let text = at.node.as_str().map(str::to_owned);
        text.or_else(|| {
            complaints.expected(at, "a string");
            None
        })
    }
}

impl MemberValue for bool {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        at.node.as_bool().or_else(|| {
            complaints.expected(at, "true or false");
            None
        })
    }

    fn absent() -> Option<Self> {
        Some(false)
    }

    fn or(self, farther: Self) -> Self {
        self || farther
    }
}

impl MemberValue for u64 {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        at.node.as_number().and_then(serde_json::Number::as_u64).or_else(|| {
            complaints.expected(at, "a whole number");
            None
        })
    }
}

impl MemberValue for i64 {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        at.node.as_number().and_then(serde_json::Number::as_i64).or_else(|| {
            complaints.expected(at, "a whole number");
            None
        })
    }
}

impl<T: MemberValue> MemberValue for Vec<T> {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        if at.node.as_list().is_none() {
            complaints.expected(at, "a list");
            return None;
        }
        at.elements().map(|element| T::read(&element, complaints)).collect()
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }

    fn or(self, farther: Self) -> Self {
        if self.is_empty() { farther } else { self }
    }
}

/// Names with what they stand for, in document order.
impl<T: MemberValue> MemberValue for Vec<(String, T)> {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        if at.node.as_map().is_none() {
            complaints.expected(at, "a map");
            return None;
        }
        at.members().map(|(name, at)| Some((name.to_owned(), T::read(&at, complaints)?))).collect()
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
}

impl<T: MemberValue> MemberValue for BTreeMap<String, T> {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        <Vec<(String, T)>>::read(at, complaints).map(|members| members.into_iter().collect())
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn or(self, farther: Self) -> Self {
        if self.is_empty() { farther } else { self }
    }
}

/// A list that may be written as its only element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl std::ops::Deref for OneOrMany {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl MemberValue for OneOrMany {
    fn read(at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<Self> {
        match at.node.as_str() {
            Some(text) => Some(Self(vec![text.to_owned()])),
            None => Vec::read(at, complaints).map(Self),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn or(self, farther: Self) -> Self {
        Self(self.0.or(farther.0))
    }
}

/// The known name that a name is most likely meant to be.
pub(super) fn meant<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // One slip in short names, two in longer ones: `x-alises`, `x-enum-nmaes`.
    let slips = if name.len() < "x-scalar".len() { 1 } else { 2 };
    let near = known.into_iter().map(|one| (strsim::osa_distance(&name.to_ascii_lowercase(), one), one));
    near.filter(|(distance, _)| *distance <= slips).min().map(|(_, one)| one)
}

/// The one of the words that a text is.
pub(super) fn word<T: Copy>(words: &[(&str, T)], at: &At<'_>, complaints: &mut Complaints<'_>) -> Option<T> {
    let Some(text) = at.node.as_str() else {
        complaints.expected(at, "a string");
        return None;
    };
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.or_else(|| {
        let all = || words.iter().map(|(word, _)| *word);
        let meant = meant(text, all()).map(|word| format!("did you mean {word:?}? ")).unwrap_or_default();
        let help = format!("{meant}expected {}", all().collect::<Vec<_>>().join(", "));
        complaints.add(at, format!("{text:?} is not known here"), help);
        None
    })
}

/// Complains about members that are none of these.
pub(super) fn refuse_others(at: &At<'_>, known: &[&str], complaints: &mut Complaints<'_>) {
    for (key, member) in at.members().filter(|(key, _)| !known.contains(key)) {
        let meant =
            meant(key, known.iter().copied()).map(|name| format!("did you mean {name:?}? ")).unwrap_or_default();
        let help = format!("{meant}known here: {}", known.join(", "));
        complaints.add(&member, format!("unknown member {key:?}"), help);
    }
}

/// The member under the first of its keys that is there.
pub(super) fn member<T: MemberValue>(
    at: &At<'_>,
    keys: &[&str],
    absent: impl FnOnce() -> Option<T>,
    complaints: &mut Complaints<'_>,
) -> Option<T> {
    let mut present = keys.iter().filter_map(|key| at.get(key));
    let Some(member) = present.next() else {
        let value = absent();
        if value.is_none() {
            complaints.add(at, format!("{:?} is missing", keys[0]), HELP);
        }
        return value;
    };
    if let Some(second) = present.next() {
        complaints.add(&second, format!("{} say the same", keys.join(" and ")), "keep one of them");
    }
    T::read(&member, complaints)
}

/// A struct whose members are read from the document, each under its keys (the first that is there); `= value` is
/// what an absent member is. `open` structs stand among members of others, whose names are checked elsewhere.
macro_rules! members {
    (@others closed $at:ident $complaints:ident) => {
        $crate::contract::members::refuse_others($at, &Self::MEMBERS, $complaints)
    };
    (@others open $at:ident $complaints:ident) => {};
    (@absent $ty:ty) => { <$ty as $crate::contract::members::MemberValue>::absent() };
    (@absent $ty:ty = $value:expr) => { Some($value) };
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident is $kind:ident {
            $( $(#[$doc:meta])* $($key:literal)|+ $field:ident: $ty:ty $(= $value:expr)?, )*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $( $(#[$doc])* pub $field: $ty, )*
        }

        impl $name {
            /// The keys of its members.
            pub const MEMBERS: &'static [&'static str] = &[$($($key),+),*];
        }

        impl $crate::contract::members::MemberValue for $name {
            fn read(
                at: &$crate::contract::at::At<'_>,
                complaints: &mut $crate::contract::members::Complaints<'_>,
            ) -> Option<Self> {
                if at.node.as_map().is_none() {
                    complaints.expected(at, "a map");
                    return None;
                }
                members!(@others $kind at complaints);
                $(
                    let absent = || members!(@absent $ty $(= $value)?);
                    let $field = $crate::contract::members::member(at, &[$($key),+], absent, complaints);
                )*
                Some(Self { $( $field: $field?, )* })
            }

            fn or(self, farther: Self) -> Self {
                Self { $( $field: $crate::contract::members::MemberValue::or(self.$field, farther.$field), )* }
            }
        }
    )*};
}

/// An enum of words.
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal, )* }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $( $(#[$doc])* $variant, )* }

        impl $name {
            /// The words, as documents write them.
            pub const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),*];

            /// The word, as documents write it.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        impl $crate::contract::members::MemberValue for $name {
            fn read(
                at: &$crate::contract::at::At<'_>,
                complaints: &mut $crate::contract::members::Complaints<'_>,
            ) -> Option<Self> {
                $crate::contract::members::word(Self::WORDS, at, complaints)
            }
        }
    )*};
}

pub(super) use {members, words};
