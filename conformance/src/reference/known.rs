//! Known differences from the reference: entries of `quirks.yaml` by kind, and its list `reference`.

use std::collections::HashSet;

use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::{Document, Node, Pointer};

use super::{Aspect, ReferenceDifference};

/// What is known of a document's differences.
#[derive(Clone, Debug, Default)]
pub struct Known {
    entries: Vec<KnownDifference>,
}

#[derive(Clone, Debug)]
struct KnownDifference {
    id: String,
    aspects: Vec<Aspect>,
    places: Vec<Pointer>,
    /// Whether a place where nothing differs is a mistake: quirks are about the wire too.
    expected: bool,
    met: HashSet<Pointer>,
}

impl Known {
    /// The entries of a `quirks.yaml`.
    ///
    /// # Errors
    /// When an entry of the list `reference` lacks its id, its aspects, its places or its reason.
    pub fn read(document: &Document) -> Result<Self> {
        let list = |key| document.root.get(key).and_then(Node::as_list).unwrap_or_default();
        let quirks = list("quirks").iter().map(|node| KnownDifference {
            id: text(node, "id"),
            aspects: aspects(&text(node, "kind")),
            places: places(node),
            expected: false,
            met: HashSet::new(),
        });
        let at = Pointer::from(["reference"]);
        let entry = |(index, node): (usize, &Node)| {
            let named =
                |one: &Node| Aspect::NAMES.iter().find(|(name, _)| one.as_str() == Some(name)).map(|(_, one)| *one);
            let listed = node.get("differs").and_then(Node::as_list).unwrap_or_default();
            let aspects: Vec<Aspect> = listed.iter().filter_map(named).collect();
            let (id, places) = (text(node, "id"), places(node));
            let whole = !(id.is_empty() || aspects.is_empty() || places.is_empty() || text(node, "because").is_empty());
            if !whole || aspects.len() != listed.len() {
                let names = Aspect::NAMES.map(|(name, _)| name).join(", ");
                return Err(document
                    .complain(node.span, &at.join(index), "expected `id`, `differs`, `where` and `because`")
                    .help(format!("`differs` is a list of {names}; `where` one of pointers, `#/…`")));
            }
            Ok(KnownDifference { id, aspects, places, expected: true, met: HashSet::new() })
        };
        let listed = list("reference").iter().enumerate().map(entry).collect::<Result<Vec<_>>>()?;
        Ok(Self { entries: quirks.chain(listed).collect() })
    }

    /// Whether an entry tells of the difference; notes that it does.
    pub(super) fn explains(&mut self, difference: &ReferenceDifference) -> bool {
        let mut known = false;
        for entry in self.entries.iter_mut().filter(|entry| entry.aspects.contains(&difference.aspect)) {
            for place in difference.pointers.iter().filter(|place| entry.places.contains(place)) {
                entry.met.insert(place.clone());
                known = true;
            }
        }
        known
    }

    /// Places of the list where nothing differs.
    pub(super) fn over(&self) -> Vec<String> {
        let expected = self.entries.iter().filter(|entry| entry.expected);
        expected
            .flat_map(|entry| {
                let over = entry.places.iter().filter(|place| !entry.met.contains(place));
                over.map(|place| format!("{} at {place}", entry.id))
            })
            .collect()
    }
}

fn text(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned()
}

fn places(node: &Node) -> Vec<Pointer> {
    let places = node.get("where").and_then(Node::as_list).unwrap_or_default();
    places.iter().filter_map(|place| Pointer::parse(place.as_str()?)).collect()
}

/// What a kind of quirk explains.
fn aspects(kind: &str) -> Vec<Aspect> {
    match kind {
        "null-for-non-null" => vec![Aspect::Null],
        "missing-for-null" => vec![Aspect::Required, Aspect::Null],
        "number-as-string" | "string-as-number" | "boolean-form" | "date-form" => vec![Aspect::Type],
        "empty-list-for-map" | "map-for-list" => vec![Aspect::Type, Aspect::Member],
        "enum-case" | "unknown-enum-value" => vec![Aspect::Values],
        "renamed-key" => vec![Aspect::Member],
        "undocumented-field" => vec![Aspect::Member, Aspect::Parameter, Aspect::Operation],
        "document-contradiction" => Aspect::NAMES.map(|(_, aspect)| aspect).to_vec(),
        _ => Vec::new(),
    }
}
