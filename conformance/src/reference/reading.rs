//! The merged reading of a schema, of alternatives what any of them says.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, Merged, ScalarHint, SchemaId, Type, Types};
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
        Self::within(contract, id, &mut HashSet::new())
    }

    /// The reading of a schema that stands among the alternatives of others.
    fn within(contract: &Contract, id: SchemaId, around: &mut HashSet<SchemaId>) -> Self {
        let merged = contract.merged(id);
        let mut reading = Self::of_merged(contract, merged);
        if !around.insert(id) {
            return reading;
        }
        for union in &merged.unions {
            let each = union.alternatives.iter().map(|one| Self::within(contract, *one, around));
            if let Some(either) = each.reduce(Self::or) {
                // What is said beside the alternatives holds for each of them.
                reading = reading.and(Self { null: either.null || union.null, ..either });
            }
        }
        around.remove(&id);
        reading
    }

    /// What is said without choices.
    fn of_merged(contract: &Contract, merged: &Merged) -> Self {
        let types = merged.types.map_or(Types::ANY, |_| merged.plain_types());
        let mut read = types;
        match &merged.hints.scalar {
            Some(ScalarHint::Decimal) => read.insert(Type::Number),
            Some(ScalarHint::Integer | ScalarHint::UnixTime) => read.insert(Type::Integer),
            Some(ScalarHint::Boolean) => read.insert(Type::Boolean),
            _ => {}
        }
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut homes = merged.schemas.iter().rev().filter(|id| !contract[**id].properties.is_empty());
        Self {
            pointers: merged.schemas.iter().map(|id| contract[*id].pointer.clone()).collect(),
            home: contract[homes.next().copied().unwrap_or(merged.site())].pointer.clone(),
            types,
            read,
            null: merged.null,
            scalar: merged.hints.scalar.is_some(),
            values: merged.values.as_ref().map(|(values, _)| values.iter().map(text).collect()),
            properties: merged.properties.iter().map(|(name, slot)| (name.clone(), slot[0])).collect(),
            required: merged.required.iter().map(|(name, _)| name.clone()).collect(),
            items: merged.items.first().copied(),
            map: merged.is_closed() || merged.open.is_some() || !merged.additional.is_empty(),
        }
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

#[cfg(test)]
mod tests {
    use kontrakt_codegen::document::Document;

    use super::*;

    /// Spellings that mean the same, which references and specifications choose differently.
    #[test]
    fn schemas_that_mean_the_same_read_alike() {
        let read = |schema: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths: {{}}\ncomponents:\n  schemas:\n    Text: {{type: string}}\n    Null: {{type: 'null'}}\n    S: {schema}\n"
            );
            let contract = Contract::read(&Document::parse("t.yaml", text).unwrap()).unwrap();
            let reading = Reading::of(&contract, contract.component("S").unwrap());
            (reading.types, reading.null, reading.values, reading.required)
        };
        for (one, other) in [
            ("{type: [string, 'null']}", "{anyOf: [{$ref: '#/components/schemas/Text'}, {enum: [null]}]}"),
            ("{type: [string, 'null']}", "{oneOf: [{type: string}, {$ref: '#/components/schemas/Null'}]}"),
            ("{type: string, enum: [a, b]}", "{allOf: [{type: string, enum: [a, b, c]}, {enum: [a, b, d]}]}"),
            ("{type: string, enum: [a, b]}", "{oneOf: [{type: string, const: a}, {type: string, const: b}]}"),
            ("{type: object, required: [a]}", "{type: object, if: true, then: {required: [a]}}"),
        ] {
            assert_eq!(read(one), read(other), "{one} {other}");
        }
    }
}
