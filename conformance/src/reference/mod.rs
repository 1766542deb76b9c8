//! Compares a specification written by hand with the API's own reference.
//! Known differences are listed in `quirks.yaml`, each with pointer and reason; all others are reported.

mod known;
mod reading;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use kontrakt_codegen::contract::{Contract, Location, MediaType, Operation, Parameter, Schema, SchemaId, Type, Types};
use kontrakt_codegen::document::Pointer;
use kontrakt_codegen::path::PathTemplate;

pub use known::Known;
use reading::Reading;

/// What the two say differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// One of them has no such call.
    Operation,
    /// One of them has no such parameter.
    Parameter,
    /// One of them has no such member, body or answer.
    Member,
    /// The types of a value.
    Type,
    /// Whether a value may be null.
    Null,
    /// Whether a parameter or member has to be there.
    Required,
    /// The values that are listed.
    Values,
}

impl Aspect {
    /// All of them, with the names that `quirks.yaml` has for them.
    pub const NAMES: [(&str, Self); 7] = [
        ("operation", Self::Operation),
        ("parameter", Self::Parameter),
        ("member", Self::Member),
        ("type", Self::Type),
        ("null", Self::Null),
        ("required", Self::Required),
        ("values", Self::Values),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, aspect)| *aspect == self).map_or("", |(name, _)| name)
    }
}

/// One difference, with the first call that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceDifference {
    /// What differs.
    pub aspect: Aspect,
    /// Where our specification speaks of it, or would; a schema that has a name of its own is named after where it is used.
    pub pointers: Vec<Pointer>,
    /// A call that shows it, as method and path.
    pub operation: String,
    /// Both sides.
    pub detail: String,
}

impl fmt::Display for ReferenceDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.pointers.first().map(ToString::to_string).unwrap_or_default();
        write!(f, "{} {place}: {} ({})", self.aspect.name(), self.detail, self.operation)
    }
}

/// What came of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Differences that no entry explains.
    pub differences: Vec<ReferenceDifference>,
    /// Number of differences that are known.
    pub known: usize,
    /// Places of entries where nothing differs any more.
    pub over: Vec<String>,
}

/// Holds a specification against the reference.
///
/// What answers must hold is compared in one direction: a reference rarely says which members are always there, and its
/// silence means nothing.
pub fn compare(ours: &Contract, reference: &Contract, mut known: Known) -> Comparison {
    let mut comparing = Comparing { ours, reference, found: BTreeMap::new(), seen: HashSet::new() };
    comparing.operations();
    let mut comparison = Comparison::default();
    for difference in comparing.found.into_values() {
        if known.explains(&difference) {
            comparison.known += 1;
        } else {
            comparison.differences.push(difference);
        }
    }
    comparison.over = known.over();
    comparison
}

/// Which way a value goes, and what is compared of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ValueFlow {
    /// In the path or the query, always as text.
    Text,
    /// In a body.
    Sent,
    /// In an answer.
    Answered,
}

struct Comparing<'c> {
    ours: &'c Contract,
    reference: &'c Contract,
    /// By aspect and place, so that what many calls show is told once.
    found: BTreeMap<(Aspect, Vec<Pointer>), ReferenceDifference>,
    seen: HashSet<(SchemaId, SchemaId, ValueFlow)>,
}

impl Comparing<'_> {
    fn tell(&mut self, aspect: Aspect, pointers: Vec<Pointer>, operation: &str, detail: String) {
        let (operation, key) = (operation.to_owned(), (aspect, pointers.clone()));
        self.found.entry(key).or_insert(ReferenceDifference { aspect, pointers, operation, detail });
    }

    fn operations(&mut self) {
        let (ours, reference) = (self.ours, self.reference);
        let label = |one: &Operation| format!("{} {}", one.method, one.path);
        let name = |contract: &Contract, one: &Operation| {
            (one.method.clone(), PathTemplate::parse(&address(contract, &one.path)).shape())
        };
        let named: BTreeMap<_, &Operation> =
            reference.operations.iter().map(|one| (name(reference, one), one)).collect();
        let mut met = HashSet::new();
        for operation in &ours.operations {
            let label = label(operation);
            let key = name(ours, operation);
            let Some(other) = named.get(&key) else {
                let detail = "only the specification has this call".to_owned();
                self.tell(Aspect::Operation, vec![operation.pointer.clone()], &label, detail);
                continue;
            };
            met.insert(key);
            self.parameters(&label, operation, other);
            let (own, theirs) = (operation.body.as_ref(), other.body.as_ref());
            let content = |body: Option<&kontrakt_codegen::contract::Body>| {
                body.map_or(&[][..], |body| &body.content[..]).to_vec()
            };
            self.content(&label, operation, &content(own), &content(theirs), ValueFlow::Sent);
            let content =
                |operation: &Operation| operation.success().map_or(&[][..], |answer| &answer.content[..]).to_vec();
            self.content(&label, operation, &content(operation), &content(other), ValueFlow::Answered);
        }
        for (key, operation) in named {
            if !met.contains(&key) {
                let pointer =
                    Pointer::from(["paths"]).join(&operation.path).join(operation.method.to_ascii_lowercase());
                let detail = "only the reference has this call".to_owned();
                self.tell(Aspect::Operation, vec![pointer], &label(operation), detail);
            }
        }
    }

    fn parameters(&mut self, label: &str, operation: &Operation, other: &Operation) {
        // What a part of the path is called is nobody's affair but the document's.
        let named = |one: &&Parameter| matches!(one.location, Location::Query | Location::Header);
        let (own, theirs) = (operation.parameters.iter().filter(named), other.parameters.iter().filter(named));
        let (own, theirs): (Vec<_>, Vec<_>) = (own.collect(), theirs.collect());
        let find = |all: &[&Parameter], one: &Parameter| {
            all.iter().position(|other| (other.location, &other.name) == (one.location, &one.name))
        };
        for parameter in &theirs {
            if find(&own, parameter).is_none() {
                let pointer = operation.pointer.join("parameters").join(&parameter.name);
                let detail = format!("only the reference has the parameter {}", parameter.name);
                self.tell(Aspect::Parameter, vec![pointer], label, detail);
            }
        }
        for parameter in own {
            let pointers = vec![parameter.pointer.clone()];
            let Some(at) = find(&theirs, parameter) else {
                let detail = format!("only the specification has the parameter {}", parameter.name);
                self.tell(Aspect::Parameter, pointers, label, detail);
                continue;
            };
            if parameter.required != theirs[at].required {
                let detail = format!("{} is {}", parameter.name, sides(parameter.required, "required", "optional"));
                self.tell(Aspect::Required, pointers.clone(), label, detail);
            }
            self.schemas(label, (parameter.schema, theirs[at].schema), ValueFlow::Text, &pointers);
        }
        let path = |one: &Operation| -> Vec<SchemaId> {
            let names = one.path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            let schema = |name: &str| {
                let parameter = |one: &&Parameter| one.location == Location::Path && one.name == name;
                one.parameters.iter().find(parameter).map(|one| one.schema)
            };
            names.filter_map(|(name, _)| schema(name)).collect()
        };
        for (own, theirs) in path(operation).into_iter().zip(path(other)) {
            let pointer = self.ours[own].pointer.parent().unwrap_or_default();
            self.schemas(label, (own, theirs), ValueFlow::Text, &[pointer]);
        }
    }

    fn content(
        &mut self,
        label: &str,
        operation: &Operation,
        own: &[MediaType],
        theirs: &[MediaType],
        direction: ValueFlow,
    ) {
        let place = operation.pointer.join(if direction == ValueFlow::Sent { "requestBody" } else { "responses" });
        match (own.first(), theirs.first()) {
            (None, None) => {}
            (Some(own), Some(theirs)) => {
                if own.essence() != theirs.essence() {
                    let detail = format!("{} here, {} in the reference", own.essence(), theirs.essence());
                    self.tell(Aspect::Type, vec![place.clone()], label, detail);
                }
                if let (Some(own), Some(theirs)) = (own.schema, theirs.schema) {
                    self.schemas(label, (own, theirs), direction, &[place]);
                }
            }
            (own, _) => {
                let detail = sides(own.is_some(), "something", "nothing");
                self.tell(Aspect::Member, vec![place], label, detail);
            }
        }
    }

    /// Compares two schemas; `at` is where ours is used, beside where it stands.
    fn schemas(&mut self, label: &str, (own, theirs): (SchemaId, SchemaId), direction: ValueFlow, at: &[Pointer]) {
        let first = self.seen.insert((own, theirs, direction));
        if !first {
            return;
        }
        let own = Reading::of(self.ours, own);
        let theirs = Reading::of(self.reference, theirs);
        let mut pointers = at.to_vec();
        pointers.extend(own.pointers.iter().filter(|pointer| !at.contains(pointer)).cloned());
        let tell = |this: &mut Self, aspect, detail| this.tell(aspect, pointers.clone(), label, detail);
        if let Some(detail) = types(&own, &theirs, direction) {
            tell(self, Aspect::Type, detail);
        }
        if direction != ValueFlow::Text && own.says_null() && theirs.says_null() && own.null != theirs.null {
            tell(self, Aspect::Null, format!("null is {}", sides(own.null, "allowed", "excluded")));
        }
        if let Some(detail) = values(&own, &theirs) {
            tell(self, Aspect::Values, detail);
        }
        self.members(label, &own, &theirs, direction, &pointers);
        if let (Some(own), Some(theirs)) = (own.items, theirs.items) {
            let pointer = self.ours[own].pointer.clone();
            self.schemas(label, (own, theirs), direction, &[pointer]);
        }
    }

    fn members(&mut self, label: &str, own: &Reading, theirs: &Reading, direction: ValueFlow, at: &[Pointer]) {
        // Objects of which one side says nothing.
        if theirs.properties.is_empty() || !own.types.contains(Type::Object) {
            return;
        }
        let home = |name: &str| vec![own.home.join("properties").join(name)];
        if own.properties.is_empty() {
            let here = if own.map { "a map" } else { "an object of any members" };
            let names: Vec<&str> = theirs.properties.iter().map(|(name, _)| name.as_str()).collect();
            let detail = format!("{here} here, {} in the reference", names.join(", "));
            return self.tell(Aspect::Member, at.to_vec(), label, detail);
        }
        let known = |schema: &Schema, name: &str| schema.hints.aliases.iter().any(|alias| alias == name);
        let contract = self.ours;
        let mut met = HashSet::new();
        for (name, schema) in &theirs.properties {
            let exact = own.properties.iter().find(|(own, _)| own == name);
            let one = exact.or_else(|| own.properties.iter().find(|(_, id)| known(&contract[*id], name)));
            let Some((own_name, own_schema)) = one else {
                self.tell(Aspect::Member, home(name), label, format!("only the reference has {name}"));
                continue;
            };
            met.insert(own_name.as_str());
            let place = contract[*own_schema].pointer.clone();
            let (here, there) = (own.required.contains(own_name), theirs.required.contains(name));
            let compared = here != there && (direction == ValueFlow::Sent || there);
            if compared {
                let detail = format!("{name} is {}", sides(here, "required", "optional"));
                self.tell(Aspect::Required, vec![place.clone()], label, detail);
            }
            self.schemas(label, (*own_schema, *schema), direction, &[place]);
        }
        for (name, schema) in own.properties.iter().filter(|(name, _)| !met.contains(name.as_str())) {
            let place = contract[*schema].pointer.clone();
            self.tell(Aspect::Member, vec![place], label, format!("only the specification has {name}"));
        }
    }
}

/// Both sides of something that holds on one of them.
fn sides(here: bool, holds: &str, not: &str) -> String {
    let (here, there) = if here { (holds, not) } else { (not, holds) };
    format!("{here} here, {there} in the reference")
}

/// A path with that of the first server before it, without which the two cannot be compared.
fn address(contract: &Contract, path: &str) -> String {
    let url = contract.servers.first().map_or("", |server| server.url.as_str());
    let base = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    format!("{}/{}", base.trim_end_matches('/'), path.trim_start_matches('/'))
}

fn types(own: &Reading, theirs: &Reading, direction: ValueFlow) -> Option<String> {
    let said = |reading: &Reading| reading.types != Types::ANY && !reading.types.is_empty();
    if !said(own) || !said(theirs) {
        return None;
    }
    // Lists are one text in a query, and so are numbers.
    let lists =
        [own, theirs].into_iter().all(|one| one.types.contains(Type::Array) || one.types.contains(Type::String));
    if direction == ValueFlow::Text && own.types.contains(Type::Array) && lists {
        return None;
    }
    let within = |some: Types, others: Types| {
        some.iter().all(|kind| others.contains(kind) || kind == Type::Integer && others.contains(Type::Number))
    };
    let there_here = within(theirs.types, own.read);
    // A specification that reads several forms is wider on purpose.
    let here_there = own.scalar || within(own.types, theirs.types);
    let differ = match direction {
        ValueFlow::Text | ValueFlow::Sent => !there_here || !here_there,
        ValueFlow::Answered => !there_here,
    };
    differ.then(|| format!("{} here, {} in the reference", names(own.types), names(theirs.types)))
}

fn names(types: Types) -> String {
    types.iter().map(Type::name).collect::<Vec<_>>().join(" or ")
}

fn values(own: &Reading, theirs: &Reading) -> Option<String> {
    let list = |values: &[String]| values.join(", ");
    let only = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter().filter(|value| !others.contains(value)).cloned().collect()
    };
    match (&own.values, &theirs.values) {
        (None, None) => None,
        (Some(own), None) => Some(format!("only the specification lists values: {}", list(own))),
        (None, Some(theirs)) => Some(format!("only the reference lists values: {}", list(theirs))),
        (Some(own), Some(theirs)) => {
            let (here, there) = (only(own, theirs), only(theirs, own));
            let said = [(here, "specification"), (there, "reference")];
            let said = said.iter().filter(|(values, _)| !values.is_empty());
            let said: Vec<String> = said.map(|(values, who)| format!("{} only in the {who}", list(values))).collect();
            (!said.is_empty()).then(|| said.join("; "))
        }
    }
}
