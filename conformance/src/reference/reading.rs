//! What a schema says about a value, with references, parts and alternatives merged.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, ScalarHint, Schema, SchemaId, Type, Types};
use kontrakt_codegen::document::Pointer;
use serde_json::Value;

/// One schema, read loosely: of alternatives, what any of them says.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// Where it is said, from the outside in.
    pub(super) pointers: Vec<Pointer>,
    /// Where its members stand.
    pub(super) home: Pointer,
    /// Types besides null; any where none is said.
    pub(super) types: Types,
    /// Types that are read, whichever of them is written.
    pub(super) read: Types,
    /// Whether null is allowed.
    pub(super) null: bool,
    /// Whether the forms of the value are chosen by what it means.
    pub(super) scalar: bool,
    /// Values besides null, as text.
    pub(super) values: Option<Vec<String>>,
    pub(super) properties: Vec<(String, SchemaId)>,
    pub(super) required: Vec<String>,
    pub(super) items: Option<SchemaId>,
    /// Whether it is a map whose keys are data.
    pub(super) map: bool,
}

impl Reading {
    pub(super) fn of(contract: &Contract, id: SchemaId) -> Self {
        read(contract, id, &mut HashSet::new())
    }

    /// Whether it says anything of types, and so of null.
    pub(super) fn says_null(&self) -> bool {
        self.types != Types::ANY
    }

    /// What both say: a schema and what it refers to, or is part of.
    fn and(mut self, other: Self) -> Self {
        self.pointers.extend(other.pointers);
        if !other.properties.is_empty() {
            self.home = other.home;
        }
        self.types = self.types.intersect(other.types);
        self.read = self.read.intersect(other.read);
        self.null &= other.null;
        self.scalar |= other.scalar;
        self.values = self.values.or(other.values);
        self.properties.extend(other.properties);
        self.required.extend(other.required);
        self.items = self.items.or(other.items);
        self.map |= other.map;
        self
    }

    /// What either of two alternatives says.
    fn or(mut self, other: Self) -> Self {
        self.pointers.extend(other.pointers);
        if self.properties.is_empty() {
            self.home = other.home;
        }
        self.types = self.types.iter().chain(other.types.iter()).collect();
        self.read = self.read.iter().chain(other.read.iter()).collect();
        self.null |= other.null;
        self.scalar |= other.scalar;
        self.values = self.values.zip(other.values).map(|(mut some, others)| {
            some.extend(others);
            some
        });
        self.required.retain(|name| other.required.contains(name));
        let known: HashSet<String> = self.properties.iter().map(|(name, _)| name.clone()).collect();
        self.properties.extend(other.properties.into_iter().filter(|(name, _)| !known.contains(name)));
        self.items = self.items.or(other.items);
        self.map |= other.map;
        self
    }
}

fn read(contract: &Contract, id: SchemaId, seen: &mut HashSet<SchemaId>) -> Reading {
    let schema = &contract[id];
    let mut reading = own(schema);
    if !seen.insert(id) {
        return reading;
    }
    for part in schema.reference.iter().chain(&schema.all_of) {
        reading = reading.and(read(contract, *part, seen));
    }
    for alternatives in [&schema.one_of, &schema.any_of] {
        let (nulls, others): (Vec<SchemaId>, Vec<SchemaId>) =
            alternatives.iter().partition(|id| contract[**id].types.is_some_and(|types| types.iter().eq([Type::Null])));
        let either = others.into_iter().map(|id| read(contract, id, seen)).reduce(Reading::or);
        if let Some(mut either) = either {
            either.null |= !nulls.is_empty();
            // What is said beside the alternatives holds for each of them.
            reading = reading.and(either);
        }
    }
    seen.remove(&id);
    reading
}

/// What the schema itself says.
fn own(schema: &Schema) -> Reading {
    let mut types = schema.types.unwrap_or(Types::ANY);
    let null = types.contains(Type::Null);
    if schema.types.is_some() {
        types.remove(Type::Null);
    }
    let listed = schema.enumeration.as_deref().or(schema.constant.as_ref().map(std::slice::from_ref));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let scalar = schema.hints.scalar.as_ref();
    let mut read = types;
    match scalar {
        Some(ScalarHint::Decimal) => read.insert(Type::Number),
        Some(ScalarHint::Integer | ScalarHint::UnixTime) => read.insert(Type::Integer),
        Some(ScalarHint::Boolean) => read.insert(Type::Boolean),
        _ => {}
    }
    Reading {
        pointers: vec![schema.pointer.clone()],
        home: schema.pointer.clone(),
        types,
        read,
        null,
        scalar: scalar.is_some(),
        values: listed.map(|values| values.iter().filter(|value| !value.is_null()).map(text).collect()),
        properties: schema.properties.clone(),
        required: schema.required.clone(),
        items: schema.items,
        map: schema.additional_properties.is_some(),
    }
}
