//! Header fields: names compared without regard to case, order kept.
//! Debug shows the names only: credentials travel in headers.

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
