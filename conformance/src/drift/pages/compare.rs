//! Compares the facts of a page with a contract: names missing on either side, and differences of types or values.
//! Differences that an entry of quirks.yaml explains are left out.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use kontrakt_codegen::contract::{
    Contract, Location, MediaType, Merged, Operation, SchemaId, SecurityKind, Type, Types,
};
use kontrakt_codegen::document::Pointer;
use kontrakt_codegen::path::PathTemplate;

use super::{Fact, FactPlace};
use crate::quirks::Quirk;

/// A difference between a page and a contract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Endpoint as the page writes it.
    pub endpoint: String,
    /// Where.
    pub place: Option<FactPlace>,
    /// Field; empty when it is about the endpoint itself.
    pub name: String,
    /// What differs.
    pub what: String,
    /// Where the specification speaks of it: what an entry of quirks.yaml has to name.
    pub pointers: Vec<Pointer>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "{} {} {}: {}", self.endpoint, place.name(), self.name, self.what),
            None => write!(f, "{}: {}", self.endpoint, self.what),
        }
    }
}

/// What a contract says about fields of one name in one place.
#[derive(Default)]
struct KnownField {
    types: Types,
    values: BTreeSet<String>,
    open: bool,
    pointers: Vec<Pointer>,
}

/// Every name that a contract gives to a parameter or a member.
pub fn names(contract: &Contract) -> Vec<String> {
    let parameters = contract.operations.iter().flat_map(|one| &one.parameters).map(|one| one.name.clone());
    let members = contract.schemas().flat_map(|(_, schema)| &schema.properties).map(|(name, _)| name.clone());
    let all: BTreeSet<String> = parameters.chain(members).collect();
    all.into_iter().collect()
}

/// Compares the facts of a page with a contract.
pub fn compare(facts: &[Fact], contract: &Contract, quirks: &[Quirk]) -> Vec<Difference> {
    let mut endpoints: Vec<&str> = Vec::new();
    for fact in facts {
        if !endpoints.contains(&fact.endpoint.as_str()) {
            endpoints.push(&fact.endpoint);
        }
    }
    let mut found = Vec::new();
    for endpoint in endpoints {
        let of_endpoint: Vec<&Fact> = facts.iter().filter(|fact| fact.endpoint == endpoint).collect();
        match operation(contract, endpoint, quirks) {
            Some(operation) => of_operation(&of_endpoint, endpoint, (contract, operation), quirks, &mut found),
            None => found.push(Difference {
                endpoint: endpoint.to_owned(),
                place: None,
                name: String::new(),
                what: "the specification has no such call".to_owned(),
                pointers: Vec::new(),
            }),
        }
    }
    found.sort();
    found.dedup();
    found
}

fn of_operation(
    facts: &[&Fact],
    endpoint: &str,
    (contract, operation): (&Contract, &Operation),
    quirks: &[Quirk],
    found: &mut Vec<Difference>,
) {
    let examples: BTreeSet<&str> =
        facts.iter().filter(|fact| fact.place == FactPlace::Example).map(|fact| fact.name.as_str()).collect();
    let about = fields_of(contract, operation, quirks);
    let mut known = BTreeSet::new();
    for place in [FactPlace::Path, FactPlace::Query, FactPlace::Body, FactPlace::Answer] {
        let of_place: Vec<&Fact> = facts.iter().copied().filter(|fact| fact.place == place).collect();
        let nested = of_place.iter().any(|fact| fact.name.contains('.'));
        let all = names_in(contract, operation, place, nested);
        if !of_place.is_empty() {
            let home = &operation.pointer;
            let page = PagePart { endpoint, place, nested, quirks, about: &about, examples: &examples, home };
            page.compare(&of_place, &all, found);
        }
        known.extend(all.into_keys());
    }
    let named = |name: &str| facts.iter().any(|fact| fact.place != FactPlace::Example && fact.name == name);
    // Keys of a map are data.
    let map = has_map(contract, operation);
    for name in examples.into_iter().filter(|name| !known.contains(*name) && !named(name) && !map) {
        if !about.contains(name) {
            found.push(Difference {
                endpoint: endpoint.to_owned(),
                place: Some(FactPlace::Example),
                name: name.to_owned(),
                what: "in an example of the page, not in the specification".to_owned(),
                pointers: vec![operation.pointer.clone()],
            });
        }
    }
}

/// Whether a call sends or gives objects whose keys are not known beforehand.
fn has_map(contract: &Contract, operation: &Operation) -> bool {
    let body = operation.body.as_ref().and_then(|body| body.json()).and_then(|media| media.schema);
    let answer = operation.success().and_then(|answer| answer.json()).and_then(|media| media.schema);
    let map = |id: &SchemaId| contract[*id].additional_properties.is_some_and(|one| contract[one].always.is_none());
    contract.reach(body.into_iter().chain(answer)).iter().any(map)
}

/// The fields that entries about a call, or about a schema that it sends or gives, say pages to name.
fn fields_of<'q>(contract: &Contract, operation: &Operation, quirks: &'q [Quirk]) -> BTreeSet<&'q str> {
    let content = |media: &MediaType| media.schema;
    let bodies = operation.body.iter().flat_map(|body| &body.content).filter_map(content);
    let answers = operation.responses.iter().flat_map(|answer| &answer.content).filter_map(content);
    let reached = contract.reach(bodies.chain(answers).chain(operation.parameters.iter().map(|one| one.schema)));
    let reached: HashSet<&Pointer> = reached.into_iter().map(|id| &contract[id].pointer).collect();
    let about = |place: &Pointer| operation.pointer.contains(place) || reached.contains(place);
    let entries = quirks.iter().filter(|quirk| quirk.places.iter().any(about));
    entries.flat_map(|quirk| quirk.fields.iter().map(String::as_str)).collect()
}

/// The operation whose path a page's path ends in. Where the page names another method than the specification, an entry
/// about the operation says which one is right.
fn operation<'c>(contract: &'c Contract, endpoint: &str, quirks: &[Quirk]) -> Option<&'c Operation> {
    let (method, path) = endpoint.split_once(' ')?;
    let shape = |path: &str| PathTemplate::parse(path).shape();
    let wanted = shape(path);
    let here: Vec<&Operation> = contract.operations.iter().filter(|one| wanted.ends_with(&shape(&one.path))).collect();
    let nearest = |one: &&&Operation| shape(&one.path).len();
    let entry = |one: &Operation| quirks.iter().any(|quirk| quirk.places.contains(&one.pointer));
    let same = here.iter().filter(|one| one.method == method).max_by_key(nearest);
    same.or_else(|| here.iter().filter(|one| entry(one)).max_by_key(nearest)).copied()
}

/// One place of one call.
struct PagePart<'a> {
    endpoint: &'a str,
    place: FactPlace,
    /// Whether names hold the way to them.
    nested: bool,
    quirks: &'a [Quirk],
    /// Fields that entries say pages to name.
    about: &'a BTreeSet<&'a str>,
    examples: &'a BTreeSet<&'a str>,
    /// Where the call stands.
    home: &'a Pointer,
}

impl PagePart<'_> {
    fn compare(&self, facts: &[&Fact], known: &BTreeMap<String, KnownField>, found: &mut Vec<Difference>) {
        let mut report = |name: &str, what: String, one: Option<&KnownField>| {
            let (endpoint, place) = (self.endpoint.to_owned(), Some(self.place));
            let pointers = one.map_or_else(|| vec![self.home.clone()], |one| one.pointers.clone());
            found.push(Difference { endpoint, place, name: name.to_owned(), what, pointers });
        };
        let names: HashSet<&str> = facts.iter().map(|fact| fact.name.as_str()).collect();
        let mut named: HashSet<&str> = HashSet::new();
        for fact in facts {
            let Some(one) = known.get(&fact.name) else {
                let last = fact.name.rsplit('.').next().unwrap_or_default();
                // With a record that is not there, its members are not there either.
                let holder = self.holders(&fact.name).any(|one| !known.contains_key(one) && names.contains(one));
                if !holder && !self.about.contains(last) {
                    report(&fact.name, "on the page, not in the specification".to_owned(), None);
                }
                continue;
            };
            named.insert(&fact.name);
            if self.excused(one) {
                continue;
            }
            if let Some(what) = fact.kind.as_deref().and_then(|word| self.other_type(word, one)) {
                report(&fact.name, what, Some(one));
            }
            let extra = |page: &[String]| page.iter().any(|value| !one.values.contains(value));
            // Where names do not tell which field is meant, several of one name may each have other values.
            let fewer = |page: &[String]| self.nested && one.values.iter().any(|value| !page.contains(value));
            if !fact.values.is_empty() && !one.open && (extra(&fact.values) || fewer(&fact.values)) {
                let known: Vec<&str> = one.values.iter().map(String::as_str).collect();
                let (page, here) = (fact.values.join(", "), known.join(", "));
                report(&fact.name, format!("values {page} on the page, {here} in the specification"), Some(one));
            }
        }
        for (name, one) in known {
            let mentioned = named.contains(name.as_str()) || self.examples.contains(name.as_str());
            let holder = self.holders(name).any(|one| known.contains_key(one) && !names.contains(one));
            let excused = holder || self.excused(one) || self.within(one);
            if !mentioned && !self.folded(facts, name) && !excused && !one.pointers.is_empty() {
                report(name, "in the specification, not on the page".to_owned(), Some(one));
            }
        }
    }

    /// The records that a field stands in, by the way to them.
    fn holders<'n>(&self, name: &'n str) -> impl Iterator<Item = &'n str> + use<'n> {
        let nested = self.nested;
        name.match_indices('.').filter(move |_| nested).map(|(at, _)| name[..at].trim_end_matches("[]"))
    }

    fn excused(&self, one: &KnownField) -> bool {
        one.pointers.iter().any(|place| self.quirks.iter().any(|quirk| quirk.places.contains(place)))
    }

    /// Whether an entry is about every record that a member stands in.
    fn within(&self, one: &KnownField) -> bool {
        let inside = |place: &Pointer| {
            self.quirks
                .iter()
                .any(|quirk| quirk.is_about_records() && quirk.places.iter().any(|record| record.contains(place)))
        };
        let member =
            |place: &&Pointer| place.parent().and_then(|up| up.tokens().last()).as_deref() == Some("properties");
        let mut members = one.pointers.iter().filter(member).peekable();
        members.peek().is_some() && members.all(inside)
    }

    /// Whether a field lies in one whose members the page does not unfold.
    fn folded(&self, facts: &[&Fact], name: &str) -> bool {
        let inside = |fact: &&&Fact, holder: &str| {
            fact.name.strip_prefix(holder).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        self.holders(name).any(|holder| {
            facts.iter().any(|fact| fact.name == holder) && !facts.iter().any(|fact| inside(&fact, holder))
        })
    }

    fn other_type(&self, word: &str, one: &KnownField) -> Option<String> {
        let (plain, null) = word.strip_suffix(" or null").map_or((word, false), |plain| (plain, true));
        let expected = types(plain, self.place)?;
        let mut said = one.types;
        let here_null = said.contains(Type::Null);
        said.remove(Type::Null);
        // Only pages that know of null can be wrong about it.
        let other_null = self.nested && null != here_null;
        let other = !said.is_empty() && said.intersect(expected).is_empty();
        (other || other_null).then(|| {
            let names: Vec<&str> = one.types.iter().map(Type::name).collect();
            format!("{word} on the page, {} in the specification", names.join(" or "))
        })
    }
}

/// The types that a page's word can mean.
fn types(word: &str, place: FactPlace) -> Option<Types> {
    let kinds: &[Type] = match word {
        "int" | "integer" => &[Type::Integer, Type::Number],
        "float" | "number" | "decimal" => &[Type::Number, Type::Integer],
        "bool" | "boolean" => &[Type::Boolean],
        "array" => &[Type::Array],
        "object" => &[Type::Object],
        // In a query, a list is one text with separators.
        "string" if place == FactPlace::Query => &[Type::String, Type::Array],
        "string" | "text" | "date" | "datetime" | "email" | "url" | "language" | "currency" | "country" => {
            &[Type::String]
        }
        _ => return None,
    };
    Some(kinds.iter().copied().collect())
}

/// Everything that a contract names in one place of a call, by name.
fn names_in(
    contract: &Contract,
    operation: &Operation,
    place: FactPlace,
    nested: bool,
) -> BTreeMap<String, KnownField> {
    let mut names: BTreeMap<String, KnownField> = BTreeMap::new();
    let schema = |media: Option<&MediaType>| media.and_then(|media| media.schema);
    let walk = |names: &mut BTreeMap<String, KnownField>, root: Option<SchemaId>| match root {
        Some(root) if nested => paths(contract, names, &[root], "", 0),
        root => members(contract, names, root),
    };
    match place {
        FactPlace::Path => {
            for one in operation.parameters.iter().filter(|one| one.location == Location::Path) {
                note(contract, &mut names, &one.name, &[one.schema]);
            }
        }
        FactPlace::Query => {
            for one in &operation.parameters {
                // `list[]` is how a list of `list` is written.
                let name = one.name.trim_end_matches("[]");
                match one.location {
                    Location::Query => {
                        note(contract, &mut names, name, &[one.schema]);
                        // Text in a parameter can hold records of its own.
                        members(contract, &mut names, Some(one.schema));
                        names.entry(name.to_owned()).or_default().pointers.push(one.pointer.clone());
                    }
                    // Some pages list parts of the path with the filters.
                    Location::Path => names.entry(name.to_owned()).or_default().open = true,
                    _ => {}
                }
            }
            // Secrets stand among the parameters on pages, and among the credentials in specifications.
            for scheme in &contract.security_schemes {
                if let SecurityKind::Query(name) = &scheme.kind {
                    names.entry(name.clone()).or_default().open = true;
                }
            }
        }
        FactPlace::Body => walk(&mut names, schema(operation.body.as_ref().and_then(|body| body.json()))),
        FactPlace::Answer => {
            walk(&mut names, schema(operation.success().and_then(|answer| answer.json())));
            // Members of the envelope are explained once, not for every call.
            let envelope = &contract.behaviour.envelope;
            let request = envelope.request_id.as_ref().map(|way| way.split('/').next().unwrap_or(way).to_owned());
            let told = envelope.error.iter().chain(envelope.success.as_ref().map(|success| &success.member));
            let told: Vec<String> = told.cloned().chain(request).collect();
            for (name, one) in &mut names {
                if told
                    .iter()
                    .any(|way| name == way || name.strip_prefix(way).is_some_and(|rest| rest.starts_with('.')))
                {
                    one.pointers.clear();
                }
            }
        }
        FactPlace::Example => {}
    }
    names
}

fn members(contract: &Contract, names: &mut BTreeMap<String, KnownField>, root: Option<SchemaId>) {
    for id in contract.reach(root) {
        for (name, slot) in &contract[id].properties {
            note(contract, names, name, &[*slot]);
        }
    }
}

/// Members with the way to them, as `data.items[].code`.
fn paths(contract: &Contract, names: &mut BTreeMap<String, KnownField>, slot: &[SchemaId], prefix: &str, depth: usize) {
    // Records that hold themselves go on for ever.
    if depth > 12 {
        return;
    }
    let view = Merged::of(contract, slot);
    for (name, slot) in &view.properties {
        let way = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        note(contract, names, &way, slot);
        paths(contract, names, slot, &way, depth + 1);
    }
    if !view.items.is_empty() {
        paths(contract, names, &view.items, &format!("{prefix}[]"), depth + 1);
    }
    for alternative in view.unions.iter().flat_map(|union| &union.alternatives) {
        paths(contract, names, &[*alternative], prefix, depth + 1);
    }
}

fn note(contract: &Contract, names: &mut BTreeMap<String, KnownField>, name: &str, slot: &[SchemaId]) {
    let view = Merged::of(contract, slot);
    let pointers: Vec<Pointer> = view.schemas.iter().map(|id| contract[*id].pointer.clone()).collect();
    let aliases: Vec<&str> =
        view.schemas.iter().flat_map(|id| &contract[*id].hints.aliases).map(String::as_str).collect();
    let one = names.entry(name.to_owned()).or_default();
    match view.types {
        Some(types) => types.iter().for_each(|kind| one.types.insert(kind)),
        None => {
            one.types = Types::ANY;
            if !view.null {
                one.types.remove(Type::Null);
            }
        }
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
