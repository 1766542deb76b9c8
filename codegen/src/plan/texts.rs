//! Chooses what is said about a member or a parameter. A text that says only the name again is left out, and so is one
//! that says something else than the schema: both are listed for a person to mend.

use super::model::FallbackKind;
use super::prose::prose;
use super::shape::deciding_schema;
use super::ty::{Scalar, Ty};
use crate::contract::{Contract, Schema, SchemaId};
use crate::name::{singular, words};

/// What a text is about.
pub(super) struct Subject<'s> {
    /// The type that has the member, or the id of the operation that has the parameter.
    pub(super) owner: &'s str,
    pub(super) key: &'s str,
    /// Its own description.
    pub(super) description: Option<&'s str>,
    pub(super) schema: SchemaId,
    pub(super) scope: Scope<'s>,
    pub(super) required: bool,
    pub(super) nullable: bool,
    pub(super) list: bool,
    /// What a value is, or one of a list; nothing where it has a type of its own.
    pub(super) scalar: Option<Scalar>,
}

/// Where a name stands, as keys of the glossary tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'s> {
    /// A parameter, and the path of the call up to it where it is a part of that.
    Parameter(Option<&'s str>),
    /// What only requests have.
    Request,
    /// What only answers have.
    Answer,
    /// What both have.
    Both,
}

impl Scope<'_> {
    pub(super) const fn of_member(sent: bool, received: bool) -> Self {
        match (sent, received) {
            (true, false) => Self::Request,
            (false, true) => Self::Answer,
            _ => Self::Both,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Parameter(_) => "parameter",
            Self::Request => "request",
            Self::Answer => "answer",
            Self::Both => "both",
        }
    }
}

/// The words of texts that could stand in any.
const FILLING: [&str; 21] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "has", "in", "is", "it", "its", "of", "or", "that", "the",
    "this", "to", "whether",
];

/// Numbers as words.
const NUMBERS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// The scalar in a type, and whether there is a list around it.
pub(super) fn kind<Id: Copy>(ty: &Ty<Id>) -> (Option<Scalar>, bool) {
    match ty {
        Ty::Scalar(scalar) => (Some(*scalar), false),
        Ty::Named(_) | Ty::Map(_) => (None, false),
        Ty::List(inner) => (kind(inner).0, true),
        Ty::Optional(inner) | Ty::Patch(inner) | Ty::Boxed(inner) => kind(inner),
    }
}

/// The text about something; where there is none, why.
pub(super) fn of(contract: &Contract, subject: &Subject<'_>) -> Result<String, FallbackKind> {
    let texts = candidates(contract, subject);
    let gap = if texts.is_empty() { FallbackKind::Undocumented } else { FallbackKind::Echo };
    let text = texts.into_iter().find(|text| !is_echo(text, subject.key)).ok_or(gap)?;
    if let Some(contradiction) = contradiction(contract, text, subject) {
        return Err(FallbackKind::Untrue(format!("{text:?} {contradiction}")));
    }
    prose(Some(text)).and_then(|mut lines| lines.pop()).ok_or(FallbackKind::Undocumented)
}

/// All texts, the most particular first: of this very member, of members of that name in types whose names are alike
/// (`Order*.name`, `*Update.name`), of a part of a path, of that scope, its own, of members of that name, of its schema.
fn candidates<'c>(contract: &'c Contract, subject: &Subject<'c>) -> Vec<&'c str> {
    let entry = |key: &str| contract.behaviour.glossary.get(key).map(String::as_str);
    let [own, scoped] = keys(subject.owner, subject.key, subject.scope);
    let target = deciding_schema(contract, subject.schema).0;
    let of_path = match subject.scope {
        Scope::Parameter(Some(path)) => entry(path),
        _ => None,
    };
    let texts = [
        entry(&own),
        family(contract, subject),
        of_path,
        entry(&scoped),
        subject.description,
        entry(subject.key),
        contract[target].description.as_deref(),
    ];
    texts.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect()
}

/// The text about members of a name in types whose names are alike; the longest key counts.
fn family<'c>(contract: &'c Contract, subject: &Subject<'_>) -> Option<&'c str> {
    let of_this = contract.behaviour.glossary.iter().filter(|(key, _)| is_of_family(key, subject.owner, subject.key));
    of_this.max_by_key(|(key, _)| key.len()).map(|(_, text)| text.as_str())
}

/// Whether `Order*.name` or `*Update.name` is about a member of a type.
pub(super) fn is_of_family(entry: &str, owner: &str, key: &str) -> bool {
    // From the end, because next to none is: no search.
    let owners = entry.strip_suffix(key).and_then(|rest| rest.strip_suffix('.')).and_then(|rest| rest.split_once('*'));
    owners.is_some_and(|(beginning, end)| {
        owner.len() >= beginning.len() + end.len() && owner.starts_with(beginning) && owner.ends_with(end)
    })
}

/// The keys of the glossary that are about some places of a name alone.
pub(super) fn keys(owner: &str, key: &str, scope: Scope<'_>) -> [String; 2] {
    [format!("{owner}.{key}"), format!("{}.{key}", scope.word())]
}

/// A path up to one of its parameters.
pub(super) fn path_to<'p>(path: &'p str, parameter: &str) -> Option<&'p str> {
    let placeholder = format!("{{{parameter}}}");
    path.find(&placeholder).map(|at| &path[..at + placeholder.len()])
}

/// Whether a text has no word that the name does not have.
pub(super) fn is_echo(text: &str, name: &str) -> bool {
    let known: Vec<String> = words(name).iter().map(|word| singular(word)).collect();
    let said: Vec<String> =
        words(text).iter().filter(|word| !FILLING.contains(&word.as_str())).map(|word| singular(word)).collect();
    // Some names have no sign between their words.
    said.iter().all(|word| known.contains(word)) || said.concat() == known.concat()
}

/// What a text says that the schema does not.
fn contradiction(contract: &Contract, text: &str, subject: &Subject<'_>) -> Option<String> {
    let schemas = [&contract[subject.schema], &contract[deciding_schema(contract, subject.schema).0]];
    let facts = Facts { subject, schemas };
    let said =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect::<Vec<_>>();
    presence(text, subject).or_else(|| nature(&said, subject)).or_else(|| facts.of_numbers(&said))
}

/// Whether a text is about a value that need not be there, or a choice that only requests have.
fn presence(text: &str, subject: &Subject<'_>) -> Option<String> {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let only_answered = subject.scope == Scope::Answer;
    if says(&[" unless given", "By default ", "Not together with", "Excludes `"]) && only_answered {
        return Some("is about requests, but only answers have it".to_owned());
    }
    if says(&[" unless given", "By default ", "Missing ", "missing where", "missing if"]) && subject.required {
        return Some("says that it may be missing, but it is required".to_owned());
    }
    let null = says(&["Null ", "null where", "null if", "null while", "null for"]);
    (null && !subject.nullable).then(|| "says that it may be null, but null is not valid".to_owned())
}

/// Whether a text is about another kind of value.
fn nature(said: &[&str], subject: &Subject<'_>) -> Option<String> {
    let scalar = subject.scalar?;
    let first = *said.first()?;
    if first == "Whether" && !matches!(scalar, Scalar::Boolean | Scalar::Json | Scalar::Mixed) {
        return Some("is about a yes or no, but the value is none".to_owned());
    }
    let is_identifier = said.get(1) == Some(&"of") && matches!(first, "GUID" | "GUIDs" | "Code" | "Codes");
    if is_identifier && matches!(scalar, Scalar::Boolean | Scalar::Date | Scalar::DateTime | Scalar::Fixed(_)) {
        return Some("is about an identifier, but the value is none".to_owned());
    }
    if first.starts_with("GUID") && scalar == Scalar::Integer {
        return Some("is about a GUID, but the value is a number".to_owned());
    }
    match (first, subject.list) {
        ("GUIDs" | "Codes" | "Numbers", false) if is_identifier || said.get(1) == Some(&"of") => {
            // A text can hold several, one after the other.
            (scalar != Scalar::String).then(|| "is about several, but the value is one".to_owned())
        }
        ("GUID" | "Code", true) if is_identifier => Some("is about one, but the value is a list".to_owned()),
        _ => None,
    }
}

/// Numbers of a schema that a text can repeat.
struct Facts<'f> {
    subject: &'f Subject<'f>,
    /// Of the member itself, and where its reference leads.
    schemas: [&'f Schema; 2],
}

impl Facts<'_> {
    fn of_numbers(&self, said: &[&str]) -> Option<String> {
        said.windows(2).enumerate().find_map(|(at, pair)| match *pair {
            [count, unit] if unit.starts_with("decimal") => self.decimals(number(count)?),
            ["most", limit] => self.most(limit.parse().ok()?),
            [count, "characters"] => self.characters(number(count)?),
            ["from", low] if said.get(at + 2) == Some(&"to") => {
                self.range(low.parse().ok()?, said.get(at + 3)?.parse().ok()?)
            }
            _ => None,
        })
    }

    fn decimals(&self, count: u64) -> Option<String> {
        match self.subject.scalar? {
            Scalar::Fixed(scale) if u64::from(scale) != count => {
                Some(format!("says {count} decimals, but it has {scale}"))
            }
            Scalar::Integer | Scalar::Boolean => Some(format!("says {count} decimals, but it has none")),
            _ => None,
        }
    }

    fn most(&self, most: f64) -> Option<String> {
        let counts = self.schemas.iter().flat_map(|schema| [schema.max_length, schema.max_items]);
        let counts = counts.flatten().map(|count| count as f64);
        let numbers = self.schemas.iter().filter_map(|schema| schema.maximum.as_ref()?.as_f64());
        let limits: Vec<f64> = counts.chain(numbers).collect();
        (!limits.is_empty() && !limits.contains(&most)).then(|| format!("says at most {most}, but it is {}", limits[0]))
    }

    fn characters(&self, count: u64) -> Option<String> {
        let lengths: Vec<u64> = self.schemas.iter().filter_map(|schema| schema.max_length).collect();
        (!lengths.is_empty() && !lengths.contains(&count))
            .then(|| format!("says {count} characters, but it has {}", lengths[0]))
    }

    fn range(&self, low: f64, high: f64) -> Option<String> {
        if self.subject.scalar == Some(Scalar::String) && !self.schemas.iter().any(|one| one.pattern.is_some()) {
            return Some("says a range of numbers, but the value is any text".to_owned());
        }
        let bound = |bound: fn(&Schema) -> Option<f64>| self.schemas.iter().find_map(|schema| bound(schema));
        let bounds = [
            (low, bound(|schema| schema.minimum.as_ref()?.as_f64())),
            (high, bound(|schema| schema.maximum.as_ref()?.as_f64())),
        ];
        let (said, is) = bounds.into_iter().find(|(said, is)| is.is_some_and(|is| is != *said))?;
        Some(format!("says {said} as a bound, but it is {}", is?))
    }
}

fn number(word: &str) -> Option<u64> {
    let spelled = NUMBERS.iter().position(|number| *number == word.to_lowercase());
    spelled.map(|number| number as u64).or_else(|| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{is_echo, is_of_family, path_to};

    #[test]
    fn families_are_names_that_begin_or_end_alike() {
        let cases = [
            ("Order*.name", "OrderItem", true),
            ("*Update.name", "OrderUpdate", true),
            ("Order*Update.name", "OrderUpdate", true),
            ("*.name", "Order", true),
            ("Orders*.name", "Order", false),
            ("Update*Update.name", "Update", false),
            ("Order.name", "Order", false),
            ("*Update.names", "OrderUpdate", false),
        ];
        for (entry, owner, expected) in cases {
            assert_eq!(is_of_family(entry, owner, "name"), expected, "{entry} {owner}");
        }
    }

    #[test]
    fn a_path_leads_to_each_of_its_parameters() {
        let path = "/orders/{code}/items/{id}";
        assert_eq!(path_to(path, "code"), Some("/orders/{code}"));
        assert_eq!(path_to(path, "id"), Some(path));
        assert_eq!(path_to(path, "language"), None);
    }

    #[test]
    fn an_echo_has_no_word_of_its_own() {
        let cases = [
            ("Payment methods.", "paymentMethods", true),
            ("The payment method", "paymentMethods", true),
            ("Whether it is active.", "isActive", true),
            ("Whether it is on.", "isActive", false),
            ("Name of the product.", "name", false),
            ("Name of the product.", "productName", true),
            ("First name.", "firstname", true),
            ("", "a", true),
        ];
        for (text, name, expected) in cases {
            assert_eq!(is_echo(text, name), expected, "{text} {name}");
        }
    }
}
