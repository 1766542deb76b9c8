//! Header fields: names compared without regard to case, order kept.
//! `Debug` shows the names only, since headers carry credentials.

use std::fmt;

/// Header fields of a request or a response.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No header fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of the first field called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Sets the field `name`, replacing all of that name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(each, _)| !each.eq_ignore_ascii_case(name));
        self.append(name, value);
    }

    /// Adds a field.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Whether one of the fields says that what was called is deprecated.
    pub(crate) fn tell_deprecation(&self) -> bool {
        self.iter().any(|(name, _)| {
            let name = name.to_ascii_lowercase();
            name == "sunset" || name.ends_with("deprecated") || name.ends_with("deprecation")
        })
    }

    /// The fields, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Whether `name` can be that of a header field: a token of RFC 9110.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// What is wrong with a text that somebody set by hand, if anything is. It is not shown: it may be a secret.
pub(crate) fn fault_of(text: &str) -> Option<&'static str> {
    match text.trim() {
        "" => Some("is empty"),
        _ if text.contains(['\r', '\n']) => Some("has a line break: trim what comes from a file"),
        trimmed if trimmed != text => Some("begins or ends with a blank"),
        _ if text.chars().any(char::is_control) => Some("has a control character"),
        _ => None,
    }
}

/// What is wrong with a text as the value of a header field, if anything is.
pub(crate) fn fault_of_value(text: &str) -> Option<&'static str> {
    fault_of(text).or_else(|| (!text.is_ascii()).then_some("has a character that is not ASCII"))
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{fault_of, fault_of_value, is_name};

    #[test]
    fn what_stands_in_a_header() {
        for (text, fault, as_value) in [
            ("token", None, None),
            ("two words", None, None),
            ("", Some("is empty"), None),
            (" \t ", Some("is empty"), None),
            ("\r\n", Some("is empty"), None),
            ("token\n", Some("has a line break"), None),
            ("to\r\nken", Some("has a line break"), None),
            (" token", Some("begins or ends"), None),
            ("token\u{a0}", Some("begins or ends"), None),
            ("to\0ken", Some("has a control"), None),
            ("to\tken", Some("has a control"), None),
            ("žeton", None, Some("has a character")),
        ] {
            let begins = |found: Option<&str>, with: Option<&str>| match (found, with) {
                (Some(found), Some(with)) => found.starts_with(with),
                (found, with) => found.is_none() && with.is_none(),
            };
            assert!(begins(fault_of(text), fault), "{text:?}");
            assert!(begins(fault_of_value(text), fault.or(as_value)), "{text:?}");
        }
    }

    #[test]
    fn names_of_header_fields() {
        assert!(["X-Token", "a", "x_1.2~"].into_iter().all(is_name));
        assert!(!["", " ", "X Token", "X-Token:", "X\n", "é", "(x)"].into_iter().any(is_name));
    }
}
