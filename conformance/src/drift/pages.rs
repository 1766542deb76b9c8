//! Documentation pages: the endpoints, parameters and fields that a page names, as facts, and how they differ from a
//! contract. Reads HTML and text, pages of lists and pages that Redoc makes.

mod compare;
mod html;
mod lists;
mod redoc;

pub use compare::{Difference, compare, names};
pub use html::text as text_of_html;

/// Where a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A part of the path.
    Path,
    /// A query parameter.
    Query,
    /// The request body.
    Body,
    /// The answer.
    Answer,
    /// A key in an example, of a request or an answer.
    Example,
}

impl Place {
    /// All places.
    pub const ALL: [Self; 5] = [Self::Path, Self::Query, Self::Body, Self::Answer, Self::Example];

    /// Word for it, as inventories write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
            Self::Answer => "answer",
            Self::Example => "example",
        }
    }
}

/// What a page says about one field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Method and path as the page writes them, without query.
    pub endpoint: String,
    /// Where it goes.
    pub place: Place,
    /// Its name; on pages that tell, with the names of what it stands in: `data.items[].code`.
    pub name: String,
    /// The page's word for its type.
    pub kind: Option<String>,
    /// Values that the page allows.
    pub values: Vec<String>,
}

/// The facts of a page, in its order. `known` are names that the specification has: some pages have lost the space
/// before a name, and then only a known one can be told from the end of the word before.
pub fn read(page: &str, known: &[String]) -> Vec<Fact> {
    let text = if page.trim_start().starts_with('<') { html::text(page) } else { page.to_owned() };
    if redoc::is_one(&text) { redoc::read(&text) } else { lists::read(&text, known) }
}

/// Facts as lines that can be committed and compared: endpoint, place, name, type, values.
pub fn inventory(facts: &[Fact]) -> String {
    let mut lines: Vec<String> = facts
        .iter()
        .map(|fact| {
            let kind = fact.kind.as_deref().unwrap_or("-");
            let values = if fact.values.is_empty() { "-".to_owned() } else { fact.values.join(",") };
            format!("{}\t{}\t{}\t{kind}\t{values}\n", fact.endpoint, fact.place.name(), fact.name)
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat()
}

/// The facts of an inventory; a line that is none is `Err` with its number.
///
/// # Errors
/// The first line that does not have the five columns.
pub fn read_inventory(text: &str) -> Result<Vec<Fact>, usize> {
    let fact = |line: &str| -> Option<Fact> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [endpoint, place, name, kind, values] = columns.as_slice() else { return None };
        Some(Fact {
            endpoint: (*endpoint).to_owned(),
            place: Place::ALL.into_iter().find(|one| one.name() == *place)?,
            name: (*name).to_owned(),
            kind: Some((*kind).to_owned()).filter(|kind| kind != "-"),
            values: if *values == "-" { Vec::new() } else { values.split(',').map(str::to_owned).collect() },
        })
    };
    text.lines().enumerate().map(|(at, line)| fact(line).ok_or(at + 1)).collect()
}

/// Characters of names on pages of lists.
fn is_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

/// Characters of values.
fn is_value(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Whether a text is a value and nothing else.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_value) && !text.starts_with('-')
}
