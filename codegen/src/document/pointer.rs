//! JSON Pointer (RFC 6901): the address of a node in a document.

use std::borrow::Cow;
use std::fmt;

/// An address in a document; shown as a URI fragment, `#/paths/~1api~1orders/get`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// The address of the whole document.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Reads `#/a/b`, `/a/b` or an empty text; `None` when it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        let text = match text.strip_prefix('#') {
            // A fragment of a URI.
            Some(fragment) => decoded(fragment),
            None => text.to_owned(),
        };
        (text.is_empty() || text.starts_with('/')).then_some(Self(text))
    }

    /// The address of a member or an element below this one.
    pub fn join(&self, token: impl fmt::Display) -> Self {
        let token = token.to_string();
        let mut text = String::with_capacity(self.0.len() + 1 + token.len());
        text.push_str(&self.0);
        text.push('/');
        for c in token.chars() {
            match c {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                c => text.push(c),
            }
        }
        Self(text)
    }

    /// The steps from the root, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
    }

    /// The address one step up; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// Whether `other` is this address or lies below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The text without the leading `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A part of a URI reference without its percent-encoding.
pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Cow::into_owned)
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl<const N: usize> From<[&str; N]> for Pointer {
    fn from(tokens: [&str; N]) -> Self {
        tokens.iter().fold(Self::root(), |pointer, token| pointer.join(token))
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn escapes_and_unescapes() {
        let pointer = Pointer::from(["paths", "/api/{a~b}", "get"]);
        assert_eq!(pointer.to_string(), "#/paths/~1api~1{a~0b}/get");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["paths", "/api/{a~b}", "get"]);
        assert_eq!(Pointer::parse("#/paths/~1api~1{a~0b}/get"), Some(pointer));
        assert_eq!(Pointer::parse("other.yaml#/x"), None);
    }

    #[test]
    fn contains_whole_steps_only() {
        let a = Pointer::from(["a"]);
        assert!(a.contains(&a) && a.contains(&Pointer::from(["a", "b"])));
        assert!(!a.contains(&Pointer::from(["ab"])));
    }
}
