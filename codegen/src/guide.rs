//! The guide (Markdown) and the example programs of an API, read from its folder under `specs/`.
//! They are compiled and run as part of the emitted crate; this module only checks their form.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result, Source};
use crate::document::Span;
use crate::release::CHANGELOG;

/// Name of the guide in an API's folder.
const GUIDE: &str = "guide.md";
/// Name of the folder of programs in an API's folder.
const EXAMPLES: &str = "examples";

/// The texts of one API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guide {
    /// The guide: what comes before its first heading is the introduction. Empty when there is none.
    pub text: String,
    /// The programs, sorted by name.
    pub examples: Vec<Example>,
}

/// A program that shows one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name, without `.rs`.
    pub name: String,
    /// What it shows: the first line of its documentation.
    pub about: String,
    /// Features that it needs beyond the default ones, as the command in its documentation has them.
    pub features: Vec<String>,
    /// The whole program.
    pub text: String,
}

impl Guide {
    /// Reads `guide.md` and `examples/*.rs` in the folder of an API; neither needs to be there.
    ///
    /// # Errors
    /// When a file cannot be read, is not what its place says, or would never be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut complaints = Vec::new();
        let mut guide = Self::default();
        for path in list(folder)? {
            match path.file_name().and_then(OsStr::to_str) {
                Some(GUIDE) => guide.text = keep(&mut complaints, text(&path)),
                Some(name) if name.ends_with(".md") && name != CHANGELOG => complaints.push(stray(&path, GUIDE)),
                _ => {}
            }
        }
        for path in list(&folder.join(EXAMPLES))? {
            match path.file_name().and_then(OsStr::to_str).and_then(|name| name.strip_suffix(".rs")) {
                Some(name) if is_name(name) => guide.examples.extend(keep(&mut complaints, example(&path, name))),
                _ => complaints.push(stray(&path, "programs, their names in snake_case")),
            }
        }
        Diagnostic::all(complaints).map_or(Ok(guide), Err)
    }

    /// The guide without the lines that only the compiler is to see, and with code in place of links to the reference.
    pub fn for_people(&self) -> String {
        let mut code = false;
        let mut out = String::new();
        for line in self.text.lines() {
            let is_rust = line.starts_with("```rust");
            if line.starts_with("```") {
                code = is_rust && !code;
            } else if code && (line == "#" || line.starts_with("# ")) {
                continue;
            }
            out += &match () {
                () if is_rust => "```rust".to_owned(),
                () if code => line.to_owned(),
                () => unlinked(line),
            };
            out.push('\n');
        }
        out
    }
}

/// What comes before the first heading.
pub fn introduction(guide: &str) -> &str {
    guide.split("\n## ").next().unwrap_or(guide).trim()
}

/// ``[`Client`]`` is a link in the reference only.
fn unlinked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find("[`") {
        let (before, link) = rest.split_at(start);
        out += before;
        match link.find("`]") {
            Some(end) if !link[end + 2..].starts_with(['(', '[']) => {
                out += &link[1..=end];
                rest = &link[end + 2..];
            }
            _ => {
                out += "[`";
                rest = &link[2..];
            }
        }
    }
    out + rest
}

/// The files in a folder, sorted; none when there is no such folder.
fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = entries.map_err(|error| unreadable(folder, &error))?;
    paths.sort();
    Ok(paths)
}

fn text(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let complain = |line: usize, message: &str, help: &str| {
        let source = Arc::new(Source { name: path.display().to_string(), text: text.clone() });
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Err(Diagnostic::new(message).at(&source, Span { source: 0, line, column: 1 }).label("here").help(help))
    };
    let mut fence: Option<usize> = None;
    for (line, text) in (1..).zip(text.lines()) {
        if text.starts_with("```") {
            fence = if fence.is_some() { None } else { Some(line) };
        } else if fence.is_none() && text.starts_with("# ") {
            return complain(
                line,
                "a guide has no heading of the first level",
                "the name of the crate is put before it",
            );
        }
    }
    match fence {
        Some(line) => complain(line, "this block of code never ends", "close it with a line ```"),
        None if introduction(&text).is_empty() => {
            complain(1, "a guide begins with an introduction", "say what the crate is for before the first `## `")
        }
        None => Ok(text),
    }
}

fn example(path: &Path, name: &str) -> Result<Option<Example>> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    match text.lines().next().and_then(|line| line.strip_prefix("//! ")) {
        Some(about) => {
            let (name, about, features) = (name.to_owned(), about.to_owned(), features(&text));
            Ok(Some(Example { name, about, features, text }))
        }
        None => Err(Diagnostic::new(format!("{} does not say what it shows", path.display()))
            .help("begin it with a line `//! What it shows.`")),
    }
}

/// What stands after `--features` in the documentation of a program.
fn features(text: &str) -> Vec<String> {
    let docs = text.lines().map_while(|line| line.strip_prefix("//!"));
    let list = docs.filter_map(|line| line.split_once("--features ")).next().map_or("", |(_, rest)| rest);
    let list = list.split(|c: char| !(c.is_ascii_alphanumeric() || "-_,".contains(c))).next().unwrap_or_default();
    list.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn is_name(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    letters && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The value, or its default and one complaint more.
fn keep<T: Default>(complaints: &mut Vec<Diagnostic>, result: Result<T>) -> T {
    result.unwrap_or_else(|complaint| {
        complaints.push(complaint);
        T::default()
    })
}

fn stray(path: &Path, read: &str) -> Diagnostic {
    Diagnostic::new(format!("nothing reads {}", path.display())).help(format!("remove or rename it; read are: {read}"))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot read {}: {error}", path.display())).help("check that it may be read and is UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::temporary;

    const TEXT: &str = "Sells [`Tea`].\n\n```rust,no_run\n# fn main() {\n#\ntea(); // # not hidden\n# }\n```\n\n## More\n\n\
        Of [`Cup`] and [`Pot`](pot), in `a[`.\n\n```toml\n# a comment\n```\n";

    #[test]
    fn guide_and_programs_are_read_and_other_files_left_alone() {
        let files = [
            ("guide.md", TEXT),
            ("openapi.yaml", "{}"),
            ("pages/notes.txt", ""),
            ("examples/b.rs", "//! Shows b.\n//!\n//! `cargo run --example b --features c,d-e`; quickly.\n"),
            ("examples/a_1.rs", "//! Shows a.\nfn main() {}\n"),
        ];
        let folder = temporary(&files);
        let guide = Guide::read(folder.path()).unwrap();
        let examples: Vec<_> = guide.examples.iter().map(|one| (&*one.name, &*one.about)).collect();
        assert_eq!(examples, [("a_1", "Shows a."), ("b", "Shows b.")]);
        assert_eq!(guide.examples[1].features, ["c", "d-e"]);
        assert!(guide.examples[0].features.is_empty());
        assert_eq!(guide.text, TEXT);
        assert_eq!(Guide::read(&folder.path().join("nowhere")).unwrap(), Guide::default());
    }

    #[test]
    fn people_see_neither_hidden_lines_nor_links_to_the_reference() {
        let guide = Guide { text: TEXT.to_owned(), examples: Vec::new() };
        let text = "Sells `Tea`.\n\n```rust\ntea(); // # not hidden\n```\n\n## More\n\n\
            Of `Cup` and [`Pot`](pot), in `a[`.\n\n```toml\n# a comment\n```\n";
        assert_eq!(guide.for_people(), text);
        assert!(introduction(text).ends_with("```") && introduction(text).starts_with("Sells"));
    }

    #[test]
    fn what_nobody_would_read_is_refused() {
        for (file, text, line, message) in [
            ("giude.md", "Hello.\n", None, "nothing reads"),
            ("examples/a.txt", "", None, "nothing reads"),
            ("examples/Two words.rs", "//! Shows.\n", None, "nothing reads"),
            ("examples/deep/a.rs", "//! Shows.\n", None, "nothing reads"),
            ("examples/a.rs", "fn main() {}\n", None, "does not say what it shows"),
            ("guide.md", "Hello.\n\n```rust\nx\n", Some(3), "never ends"),
            ("guide.md", "Hello.\n# Title\n", Some(2), "heading of the first level"),
            ("guide.md", "\n## Lists\n", Some(1), "begins with an introduction"),
        ] {
            let folder = temporary(&[(file, text)]);
            let error = Guide::read(folder.path()).unwrap_err();
            assert!(error.message().contains(message), "{file}: {error}");
            assert!(error.mend().is_some());
            assert_eq!(error.position().map(|(_, line, _)| line), line, "{file}: {error}");
        }
    }

    #[test]
    fn all_complaints_come_at_once() {
        let folder = temporary(&[("a.md", ""), ("examples/b", ""), ("examples/c.rs", "")]);
        assert!(Guide::read(folder.path()).unwrap_err().message().ends_with("(and 2 more)"));
    }
}
