//! Facts of a page against a contract: what either names and the other does not, and where types or values differ.
//! What an entry of quirks.yaml covers is known already and left out.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use kontrakt_codegen::contract::{Contract, Location, MediaType, Operation, SchemaId, Type, Types};
use kontrakt_codegen::document::Pointer;
use serde_json::Value;

use super::{Fact, Place};
use crate::drift::view::View;

/// A difference between a page and a contract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Endpoint as the page writes it.
    pub endpoint: String,
    /// Where.
    pub place: Option<Place>,
    /// Field, or the endpoint itself.
    pub name: String,
    /// What differs.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place.map_or("", Place::name);
        write!(f, "{} {place} {}: {}", self.endpoint, self.name, self.what)
    }
}

/// What a contract says about fields of one name in one place.
#[derive(Default)]
struct Known {
    types: Types,
    values: BTreeSet<String>,
    open: bool,
    pointers: Vec<Pointer>,
}

/// Compares the facts of a page with a contract. `quirks` are the places that entries of quirks.yaml are about.
pub fn compare(facts: &[Fact], contract: &Contract, quirks: &[Pointer]) -> Vec<Difference> {
    let mut endpoints: Vec<&str> = Vec::new();
    for fact in facts {
        if !endpoints.contains(&fact.endpoint.as_str()) {
            endpoints.push(&fact.endpoint);
        }
    }
    let mut found = Vec::new();
    for endpoint in endpoints {
        let of_endpoint: Vec<&Fact> = facts.iter().filter(|fact| fact.endpoint == endpoint).collect();
        let Some(operation) = operation(contract, endpoint) else {
            let what = "the specification has no such call".to_owned();
            found.push(Difference { endpoint: endpoint.to_owned(), place: None, name: String::new(), what });
            continue;
        };
        for place in [Place::Query, Place::Body, Place::Answer] {
            let facts: Vec<&Fact> = of_endpoint.iter().copied().filter(|fact| fact.place == place).collect();
            if !facts.is_empty() {
                // Pages that lost their lists do not tell a body from the answer to it.
                let elsewhere = known(contract, operation, Place::Answer);
                place_of(&facts, &known(contract, operation, place), &elsewhere, quirks, &mut found);
            }
        }
    }
    found
}

/// The operation whose path a page's path ends in.
fn operation<'c>(contract: &'c Contract, endpoint: &str) -> Option<&'c Operation> {
    let (method, path) = endpoint.split_once(' ')?;
    let shape = |path: &str| -> Vec<String> {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        segments.map(|segment| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() }).collect()
    };
    let wanted = shape(path);
    let fits = contract.operations.iter().filter(|one| one.method == method && wanted.ends_with(&shape(&one.path)));
    fits.max_by_key(|one| shape(&one.path).len())
}

fn place_of(
    facts: &[&Fact],
    known: &BTreeMap<String, Known>,
    elsewhere: &BTreeMap<String, Known>,
    quirks: &[Pointer],
    found: &mut Vec<Difference>,
) {
    let mut named: HashSet<&str> = HashSet::new();
    for fact in facts {
        // Where the page lost a space, the longest known name at the end is meant.
        let exact = known.get_key_value(&fact.name);
        let longest = || {
            known.iter().filter(|(name, _)| fact.glued && fact.name.ends_with(*name)).max_by_key(|(name, _)| name.len())
        };
        let mut report = |name: &str, what: String| {
            found.push(Difference {
                endpoint: fact.endpoint.clone(),
                place: Some(fact.place),
                name: name.to_owned(),
                what,
            });
        };
        let Some((name, one)) = exact.or_else(longest) else {
            if fact.glued && elsewhere.keys().any(|name| fact.name.ends_with(name.as_str())) {
                continue;
            }
            report(&fact.name, "on the page, not in the specification".to_owned());
            continue;
        };
        named.insert(name);
        let excused = one.pointers.iter().any(|place| quirks.iter().any(|quirk| quirk == place));
        if excused {
            continue;
        }
        if let Some(expected) = fact.kind.as_deref().and_then(|word| types(word, fact.place))
            && one.types != Types::default()
            && one.types.intersect(expected) == Types::default()
        {
            let said: Vec<&str> = one.types.iter().map(Type::name).collect();
            report(
                name,
                format!(
                    "{} on the page, {} in the specification",
                    fact.kind.as_deref().unwrap_or_default(),
                    said.join(" or ")
                ),
            );
        }
        if !fact.values.is_empty() && !one.open && !fact.values.iter().all(|value| one.values.contains(value)) {
            let known: Vec<&str> = one.values.iter().map(String::as_str).collect();
            report(
                name,
                format!("values {} on the page, {} in the specification", fact.values.join(", "), known.join(", ")),
            );
        }
    }
    for (name, one) in known {
        let excused = one.pointers.iter().any(|place| quirks.iter().any(|quirk| quirk == place));
        if !named.contains(name.as_str()) && !excused && !one.pointers.is_empty() {
            let (endpoint, place) = (facts[0].endpoint.clone(), Some(facts[0].place));
            let what = "in the specification, not on the page".to_owned();
            found.push(Difference { endpoint, place, name: name.clone(), what });
        }
    }
}

/// The types that a page's word can mean.
fn types(word: &str, place: Place) -> Option<Types> {
    let kinds: &[Type] = match word {
        "int" | "integer" => &[Type::Integer, Type::Number],
        "float" | "number" | "decimal" => &[Type::Number, Type::Integer],
        "bool" | "boolean" => &[Type::Boolean],
        "array" => &[Type::Array],
        "object" => &[Type::Object],
        // In a query, a list is one text with separators.
        "string" if place == Place::Query => &[Type::String, Type::Array],
        "string" | "text" | "date" | "datetime" | "email" | "url" | "language" | "currency" | "country" => {
            &[Type::String]
        }
        _ => return None,
    };
    Some(kinds.iter().copied().collect())
}

/// Everything that a contract names in one place of a call, by name.
fn known(contract: &Contract, operation: &Operation, place: Place) -> BTreeMap<String, Known> {
    let mut names: BTreeMap<String, Known> = BTreeMap::new();
    let schema = |media: Option<&MediaType>| media.and_then(|media| media.schema);
    match place {
        Place::Query => {
            for one in operation.parameters.iter().filter(|one| one.location == Location::Query) {
                note(contract, &mut names, &one.name, &[one.schema]);
                // Text in a parameter can hold records of its own.
                members(contract, &mut names, Some(one.schema));
            }
            // Secrets stand among the parameters on pages, and among the credentials in specifications.
            for scheme in &contract.security_schemes {
                if let kontrakt_codegen::contract::SecurityKind::Query(name) = &scheme.kind {
                    names.entry(name.clone()).or_default().open = true;
                }
            }
        }
        Place::Body => members(contract, &mut names, schema(operation.body.as_ref().and_then(|body| body.json()))),
        Place::Answer => {
            members(contract, &mut names, schema(operation.success().and_then(|answer| answer.json())));
            // Members of the envelope are explained once, not for every call.
            let envelope = &contract.behaviour.envelope;
            for name in envelope.error.iter().chain(envelope.success.as_ref().map(|success| &success.member)) {
                names.entry(name.clone()).or_default().pointers.clear();
            }
        }
    }
    names
}

fn members(contract: &Contract, names: &mut BTreeMap<String, Known>, root: Option<SchemaId>) {
    let mut seen = HashSet::new();
    let mut stack: Vec<SchemaId> = root.into_iter().collect();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        for (name, slot) in &contract[id].properties {
            note(contract, names, name, &[*slot]);
        }
        stack.extend(contract[id].children());
    }
}

fn note(contract: &Contract, names: &mut BTreeMap<String, Known>, name: &str, slot: &[SchemaId]) {
    let view = View::of(contract, slot);
    let pointers: Vec<Pointer> = view.parts.iter().map(|id| contract[*id].pointer.clone()).collect();
    let aliases =
        view.extensions.iter().filter(|(key, ..)| key == "x-aliases").flat_map(|(_, value, _)| value.as_array());
    let aliases: Vec<&str> = aliases.flatten().filter_map(Value::as_str).collect();
    let one = names.entry(name.to_owned()).or_default();
    match view.types {
        Some(types) => types.iter().filter(|kind| *kind != Type::Null).for_each(|kind| one.types.insert(kind)),
        None => one.types = Types::ANY,
    }
    match &view.values {
        Some((values, _)) => one
            .values
            .extend(values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))),
        None => one.open = true,
    }
    one.pointers.extend(pointers);
    for alias in aliases {
        // Known under another name: never missed on a page.
        names.entry(alias.to_owned()).or_default().open = true;
    }
}
