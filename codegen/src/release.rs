//! Reads what is released of an API: version and keywords of its crate from `release.yaml`, and its changelog.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Map, Node, Pointer};

/// Name of the file in an API's folder.
pub const RELEASE: &str = "release.yaml";
/// Name of the changelog beside it, and in the crate.
pub const CHANGELOG: &str = "CHANGELOG.md";
/// The most keywords that crates.io takes, and the longest.
const KEYWORDS: (usize, usize) = (5, 20);

/// The release of a crate that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version that comes next, or was released last when nothing has changed since.
    pub version: Version,
    /// What people search for.
    pub keywords: Vec<String>,
    /// What users are told, in the form of Keep a Changelog.
    pub changelog: String,
}

/// A version without pre-release and build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Steps of what breaks.
    pub major: u64,
    /// Steps of what is new; before 1.0.0 of what breaks.
    pub minor: u64,
    /// Steps of everything else.
    pub patch: u64,
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u64>> =
            text.split('.').map(|part| part.parse().ok().filter(|number: &u64| number.to_string() == part)).collect();
        match numbers.as_deref() {
            Some([major, minor, patch]) => Ok(Self { major: *major, minor: *minor, patch: *patch }),
            _ => Err(format!("{text:?} is no version such as 0.1.0")),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl Release {
    /// Reads the files of an API's folder; `None` where it has no `release.yaml`.
    ///
    /// # Errors
    /// When one cannot be read or says what crates.io would refuse.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let (path, changelog) = (folder.join(RELEASE), folder.join(CHANGELOG));
        if !path.exists() {
            return Ok(None);
        }
        let changelog = std::fs::read_to_string(&changelog).map_err(|error| {
            Diagnostic::new(format!("cannot read {}: {error}", changelog.display()))
                .help("a crate that is released has both release.yaml and CHANGELOG.md")
        })?;
        let document = Document::read(&path)?;
        let complain = |key: &str, message: String| {
            let pointer = Pointer::from([key]);
            let span = document.get(&pointer).map(|node| node.span).unwrap_or_default();
            let help = "expected `version: 0.1.0` and `keywords: […]`, at most five of at most 20 letters each";
            document.complain(span, &pointer, message).help(help)
        };
        let version = document.root.get("version").and_then(Node::as_str).unwrap_or_default();
        let version = version.parse().map_err(|message| complain("version", message))?;
        let keywords = document.root.get("keywords").and_then(Node::as_list).unwrap_or_default();
        let keywords: Vec<String> = keywords.iter().filter_map(Node::as_str).map(str::to_owned).collect();
        let fits = |keyword: &String| {
            keyword.len() <= KEYWORDS.1
                && keyword.starts_with(|c: char| c.is_ascii_alphanumeric())
                && keyword.chars().all(|c| c.is_ascii_alphanumeric() || "-_+".contains(c))
        };
        if keywords.is_empty() || keywords.len() > KEYWORDS.0 || !keywords.iter().all(fits) {
            return Err(complain("keywords", format!("crates.io does not take the keywords {keywords:?}")));
        }
        let mut keys = document.root.as_map().into_iter().flat_map(Map::iter).map(|(key, _)| key);
        match keys.find(|key| !matches!(*key, "version" | "keywords")) {
            Some(key) => Err(complain(key, format!("unknown member {key:?}"))),
            None => Ok(Some(Self { version, keywords, changelog })),
        }
    }

    /// The text of the file with another version, the rest of it as it is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn with_version(&self, path: &Path, version: Version) -> Result<String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
        Ok(text.replacen(&format!("version: {}", self.version), &format!("version: {version}"), 1))
    }

    /// The last version that the changelog has a section of.
    pub fn released(&self) -> Option<Version> {
        let headings = self.changelog.lines().filter_map(|line| line.strip_prefix("## ["));
        headings.filter_map(|rest| rest.split(']').next()?.parse().ok()).max()
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, Version};

    #[test]
    fn versions_are_three_numbers() {
        assert_eq!("0.10.2".parse(), Ok(Version { major: 0, minor: 10, patch: 2 }));
        for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "01.2.3", "1.2.3-rc", "+1.2.3", "1.2.-3"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_read_fits_the_registry() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let read = |toml: &str, changelog: Option<&str>| {
            let _ = std::fs::remove_file(folder.join("CHANGELOG.md"));
            std::fs::write(folder.join("release.yaml"), toml).unwrap();
            changelog.inspect(|text| std::fs::write(folder.join("CHANGELOG.md"), text).unwrap());
            Release::read(folder)
        };
        const GOOD: &str = "version: 0.2.0\nkeywords: [shop]\n";
        let text = "# Changelog\n\n## [Unreleased]\n\n## [0.1.10] - 2026-02-01\n\n## [0.1.9] - 2026-01-01\n";
        let release = read(GOOD, Some(text)).unwrap().unwrap();
        assert_eq!(
            (release.version.to_string(), release.released().unwrap().to_string()),
            ("0.2.0".to_owned(), "0.1.10".to_owned())
        );
        assert_eq!(read(GOOD, Some("## [Unreleased]\n")).unwrap().unwrap().released(), None);
        for (toml, changelog) in [
            (GOOD, None),
            ("version: 1\nkeywords: [a]\n", Some("")),
            ("version: 0.2.0\n", Some("")),
            ("version: 0.2.0\nkeywords: [two words]\n", Some("")),
            ("version: 0.2.0\nkeywords: [a, b, c, d, e, f]\n", Some("")),
            ("version: 0.2.0\nkeywords: [a]\nlicence: MIT\n", Some("")),
        ] {
            assert!(read(toml, changelog).unwrap_err().mend().is_some(), "{toml}");
        }
        std::fs::remove_file(folder.join("release.yaml")).unwrap();
        assert_eq!(Release::read(folder).unwrap(), None);
    }
}
