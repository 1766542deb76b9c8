//! Reads and writes `names.lock.yaml`: the public names of a crate, by the place on the wire that each belongs to, and
//! the places of values.
//! Places on the wire stay when a schema moves within the document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Map, Node, NodeKind, Pointer, Span};
use crate::name;

/// Name of the file in an API's folder.
pub const LOCK: &str = "names.lock.yaml";

const HEAD: &str = "\
# Names that users of the crate have in their code, one line each: what stands at a place keeps its name in every new
# revision of the document, and a call the place of its value. Written by `cargo xtask generate`. Another name: `cargo xtask generate API --rename Old=New`.
";

/// Names that were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameLock {
    /// Modules, by operation: `GET /api/orders`.
    pub modules: BTreeMap<String, String>,
    /// Types, by place.
    pub types: BTreeMap<WirePlace, String>,
    /// Where values stand in answers and bodies, by call: `GET /api/orders answer`, `data/orders`.
    pub values: BTreeMap<String, String>,
}

/// Where a type stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WirePlace {
    /// In a call, a webhook or nothing: `GET /api/orders answer data/orders`.
    Root(String),
    /// A member of another type: `Order.price`.
    Member {
        /// Name of the type.
        owner: String,
        /// Its key on the wire.
        key: String,
    },
    /// A variant of a union: `Notice::Text`.
    Variant {
        /// Name of the union.
        owner: String,
        /// Name of the variant.
        name: String,
    },
}

impl WirePlace {
    /// The member of a type.
    pub fn member(owner: &str, key: &str) -> Self {
        Self::Member { owner: owner.to_owned(), key: key.to_owned() }
    }

    /// The variant of a union.
    pub fn variant(owner: &str, name: &str) -> Self {
        Self::Variant { owner: owner.to_owned(), name: name.to_owned() }
    }

    fn parse(text: &str) -> Self {
        let is_type = |owner: &str| name::is_type_name(owner);
        match (text.split_once("::"), text.split_once('.')) {
            (Some((owner, name)), _) if is_type(owner) => Self::variant(owner, name),
            (_, Some((owner, key))) if is_type(owner) => Self::member(owner, key),
            _ => Self::Root(text.to_owned()),
        }
    }

    /// The type that it is a part of.
    fn owner(&self) -> Option<&str> {
        match self {
            Self::Root(_) => None,
            Self::Member { owner, .. } | Self::Variant { owner, .. } => Some(owner),
        }
    }

    fn with_owner(&self, to: &str) -> Self {
        match self {
            Self::Root(_) => self.clone(),
            Self::Member { key, .. } => Self::member(to, key),
            Self::Variant { name, .. } => Self::variant(to, name),
        }
    }
}

impl fmt::Display for WirePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(text) => f.write_str(text),
            Self::Member { owner, key } => write!(f, "{owner}.{key}"),
            Self::Variant { owner, name } => write!(f, "{owner}::{name}"),
        }
    }
}

impl NameLock {
    /// Reads the file of an API's folder; an empty lock where there is none.
    ///
    /// # Errors
    /// When it cannot be read, is not what `generate` writes, or speaks of members of a type that no line names.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        if path.exists() { Self::parse(&Document::read(&path)?) } else { Ok(Self::default()) }
    }

    /// Reads a lock.
    ///
    /// # Errors
    /// As [`NameLock::read`].
    pub fn parse(document: &Document) -> Result<Self> {
        let mut lock = Self::default();
        let mut complaints = Vec::new();
        let sections = document.root.as_map().into_iter().flat_map(Map::iter);
        for (section, node) in sections {
            let pointer = Pointer::from([section]);
            let lines = node.as_map().filter(|_| matches!(section, "modules" | "types" | "values"));
            let Some(lines) = lines else {
                let help = "expected `modules`, `types` and `values`, each a map of a place to a name";
                complaints.push(document.complain(node.span, &pointer, format!("unknown {section:?}")).help(help));
                continue;
            };
            for (place, node) in lines.iter() {
                match (section, node.as_str()) {
                    ("modules", Some(module)) => drop(lock.modules.insert(place.to_owned(), module.to_owned())),
                    ("values", Some(path)) => drop(lock.values.insert(place.to_owned(), path.to_owned())),
                    (_, Some(name)) => drop(lock.types.insert(WirePlace::parse(place), name.to_owned())),
                    (_, None) => {
                        let message = format!("{place:?} has no name");
                        let help = "expected a name; without the line a new one is given";
                        complaints.push(document.complain(node.span, &pointer.join(place), message).help(help));
                    }
                }
            }
        }
        complaints.extend(lock.orphans(document));
        Diagnostic::all(complaints).map_or(Ok(lock), Err)
    }

    /// Lines about parts of types that no line names: by hand a type was renamed in some of its lines only.
    fn orphans<'a>(&'a self, document: &'a Document) -> impl Iterator<Item = Diagnostic> + 'a {
        let named: BTreeSet<&str> = self.types.values().map(String::as_str).collect();
        let orphans = self.types.keys().filter(move |place| place.owner().is_some_and(|owner| !named.contains(owner)));
        orphans.map(|place| {
            let pointer = Pointer::from(["types", &place.to_string()]);
            let span = document.get(&pointer).map(|node| node.span).unwrap_or_default();
            let owner = place.owner().unwrap_or_default();
            document.complain(span, &pointer, format!("no line gives the name {owner}")).help(format!(
                "to rename a type, take back the edit and run `cargo xtask generate API --rename Old=New`; to have it \
                 named by the rule, delete its lines and those that begin with {owner}"
            ))
        })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let text = |text: &str| Node { kind: NodeKind::String(text.to_owned()), span: Span::default() };
        let section = |lines: Vec<(String, String)>| {
            let mut map = Map::default();
            lines.into_iter().for_each(|(place, name)| map.insert(place, Span::default(), text(&name)));
            Node { kind: NodeKind::Map(map), span: Span::default() }
        };
        let lines = |lines: &BTreeMap<String, String>| lines.clone().into_iter().collect();
        let mut types: Vec<(String, String)> =
            self.types.iter().map(|(place, name)| (place.to_string(), name.clone())).collect();
        types.sort();
        let mut root = Map::default();
        root.insert("modules", Span::default(), section(lines(&self.modules)));
        root.insert("types", Span::default(), section(types));
        root.insert("values", Span::default(), section(lines(&self.values)));
        format!("{HEAD}{}", Node { kind: NodeKind::Map(root), span: Span::default() }.to_yaml())
    }

    /// The same with another name for a type.
    ///
    /// # Errors
    /// When no type has the old name, or one has the new one, or it is none.
    pub fn rename(&self, old: &str, new: &str) -> Result<Self> {
        let known = |name: &str| self.types.values().any(|one| one == name);
        let refuse = |message: String, help: &str| Err(Diagnostic::new(message).help(help));
        if !known(old) {
            return refuse(format!("no type is called {old}"), "names.lock.yaml lists the names of all types");
        }
        if !name::is_type_name(new) {
            return refuse(format!("{new:?} is no name of a type"), "expected PascalCase, such as OrderItem");
        }
        if known(new) {
            return refuse(format!("another type is called {new} already"), "rename that one first");
        }
        let renamed = |name: &str| if name == old { new.to_owned() } else { name.to_owned() };
        let line = |(place, name): (&WirePlace, &String)| match place.owner() {
            Some(owner) => (place.with_owner(&renamed(owner)), renamed(name)),
            None => (place.clone(), renamed(name)),
        };
        Ok(Self { types: self.types.iter().map(line).collect(), ..self.clone() })
    }

    /// Places that have one name here and another one there.
    pub fn renamed(&self, there: &Self) -> Vec<RenamedType> {
        let both = self.types.iter().filter_map(|(place, old)| Some((place, old, there.types.get(place)?)));
        let renamed = both.filter(|(_, old, new)| old != new);
        renamed
            .map(|(place, old, new)| RenamedType { place: place.clone(), old: old.clone(), new: new.clone() })
            .collect()
    }
}

/// A type whose name has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenamedType {
    /// Where it stands.
    pub place: WirePlace,
    /// The name that it had.
    pub old: String,
    /// The name that it has.
    pub new: String,
}

impl fmt::Display for RenamedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} -> {}", self.place, self.old, self.new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(types: &str) -> Result<NameLock> {
        NameLock::parse(&Document::parse("names.lock.yaml", format!("types:\n{types}"))?)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut lock = parse(
            "  GET /api/orders answer data/orders: Order\n  \"GET /api/{a: b}.c query d::e\": D\n  Order.price: Price\n  \
             Order.notice: Notice\n  'Order.it''s: #1': Odd\n  Notice::Text: String\n  Notice::Note: Note\n",
        )
        .unwrap();
        lock.modules.insert("GET /api/orders".to_owned(), "orders".to_owned());
        lock.values.insert("GET /api/orders answer".to_owned(), "data/orders".to_owned());
        let text = lock.to_text();
        assert_eq!(
            NameLock::parse(&Document::parse("names.lock.yaml", text.as_str()).unwrap()).unwrap(),
            lock,
            "{text}"
        );
        let types = text.lines().skip_while(|line| *line != "types:").skip(1);
        let lines: Vec<&str> = types.take_while(|line| *line != "values:").collect();
        assert!(lines.is_sorted_by_key(|line| line.replace('"', "")) && lines.len() == 7, "{text}");
        assert!(lock.types.contains_key(&WirePlace::variant("Notice", "Text")));
    }

    #[test]
    fn a_type_is_renamed_in_all_lines() {
        let lock = parse("  GET /a answer: Order\n  Order.price: Price\n  Price.currency: Currency\n").unwrap();
        let renamed = lock.rename("Price", "Money").unwrap();
        let expected = parse("  GET /a answer: Order\n  Order.price: Money\n  Money.currency: Currency\n").unwrap();
        assert_eq!(renamed, expected);
        let said: Vec<String> = lock.renamed(&renamed).iter().map(ToString::to_string).collect();
        assert_eq!(said, ["Order.price: Price -> Money"]);
        for (old, new) in [("Gone", "New"), ("Price", "Order"), ("Price", "money"), ("Price", "a b"), ("Price", "Self")]
        {
            assert!(lock.rename(old, new).unwrap_err().mend().is_some(), "{old}={new}");
        }
    }

    #[test]
    fn what_generate_does_not_write_is_refused() {
        let cases = [
            ("  Order.price: Price\n", "no line gives the name Order"),
            ("  GET /a answer: [a]\n", "has no name"),
            ("  GET /a answer: Order\nother: {}\n", "unknown \"other\""),
            ("  <<<<<<< ours\n", ""),
        ];
        for (text, message) in cases {
            let error = parse(text).unwrap_err();
            assert!(error.message().contains(message) && error.position().is_some(), "{text}: {error}");
        }
    }
}
