//! What a schema says once `$ref`, `allOf` and trivial alternatives are merged into it.
//! Two schemas with equal views mean the same, however they are written.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Type, Types};
use kontrakt_codegen::document::Pointer;
use serde_json::{Number, Value};

use super::model::Spot;

/// Schemas that all apply to one value: usually one, several when `allOf` describes a property twice.
pub(super) type Slot = Vec<SchemaId>;

/// A choice between alternatives, `null` taken out of it.
#[derive(Clone, Debug)]
pub(super) struct Union {
    /// The alternatives.
    pub(super) alternatives: Vec<SchemaId>,
    /// `oneOf`, or `anyOf`.
    pub(super) keyword: &'static str,
    /// Where the keyword stands.
    pub(super) spot: Spot,
}

/// A bound of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The number.
    pub value: Number,
    /// Whether the number itself is out of bounds.
    pub exclusive: bool,
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.value, if self.exclusive { " (excluded)" } else { "" })
    }
}

impl Bound {
    pub(super) fn number(&self) -> f64 {
        self.value.as_f64().unwrap_or(f64::NAN)
    }
}

/// A value with the schema that says it.
pub(super) type Said<T> = Option<(T, SchemaId)>;

/// The merged schema.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// The schema this is a view of.
    pub(super) site: SchemaId,
    /// Every schema that was merged.
    pub(super) parts: Vec<SchemaId>,
    /// Whether anything at all is valid, or nothing.
    pub(super) never: bool,
    /// `type`, where it is said; null is part of it.
    pub(super) types: Option<Types>,
    /// Whether null is valid.
    pub(super) null: bool,
    /// Listed values without null.
    pub(super) values: Said<Vec<Value>>,
    /// Whether the listed value was a `const`.
    pub(super) constant: bool,
    /// Properties in document order.
    pub(super) properties: Vec<(String, Slot)>,
    /// Required members.
    pub(super) required: Vec<(String, SchemaId)>,
    /// `additionalProperties: false` somewhere.
    pub(super) closed: Said<()>,
    /// `additionalProperties` with a schema.
    pub(super) additional: Slot,
    pub(super) pattern_properties: Vec<(String, Slot)>,
    pub(super) items: Slot,
    pub(super) prefix_items: Vec<Slot>,
    pub(super) minimum: Said<Bound>,
    pub(super) maximum: Said<Bound>,
    pub(super) multiple_of: Said<Number>,
    /// Lower and upper counts by keyword.
    pub(super) counts: [Said<u64>; 6],
    pub(super) unique: Said<()>,
    pub(super) patterns: Vec<(String, SchemaId)>,
    pub(super) format: Said<String>,
    pub(super) unions: Vec<Union>,
    pub(super) not: Slot,
    pub(super) content: Said<(String, Slot)>,
    pub(super) others: Vec<(String, Value, SchemaId)>,
    pub(super) default: Said<Value>,
    pub(super) deprecated: Said<()>,
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) extensions: Vec<(String, Value, SchemaId)>,
    /// Prose and examples of the parts.
    pub(super) notes: Vec<String>,
}

/// Keywords of [`View::counts`], in its order: lower bounds at even places.
pub(super) const COUNTS: [&str; 6] =
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

impl View {
    /// The view of a slot. Circles in `allOf` are cut.
    pub(super) fn of(contract: &Contract, slot: &[SchemaId]) -> Self {
        let site = slot.first().copied().expect("a slot holds at least one schema");
        let mut view = Self {
            site,
            parts: Vec::new(),
            never: false,
            types: None,
            null: true,
            values: None,
            constant: false,
            properties: Vec::new(),
            required: Vec::new(),
            closed: None,
            additional: Vec::new(),
            pattern_properties: Vec::new(),
            items: Vec::new(),
            prefix_items: Vec::new(),
            minimum: None,
            maximum: None,
            multiple_of: None,
            counts: [const { None }; 6],
            unique: None,
            patterns: Vec::new(),
            format: None,
            unions: Vec::new(),
            not: Vec::new(),
            content: None,
            others: Vec::new(),
            default: None,
            deprecated: None,
            read_only: false,
            write_only: false,
            extensions: Vec::new(),
            notes: Vec::new(),
        };
        let mut seen = HashSet::new();
        for id in slot {
            view.add(contract, *id, false, &mut seen);
        }
        if let Some((values, _)) = &mut view.values {
            values.retain(|value| !value.is_null());
        }
        view.settle(contract)
    }

    /// Whether `additionalProperties` refuses members that are not declared.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Whether members that are not declared are refused, by whatever keyword.
    pub(super) fn refuses_others(&self) -> bool {
        let refused = |(key, value, _): &(String, Value, SchemaId)| {
            key == "unevaluatedProperties" && *value == Value::Bool(false)
        };
        self.is_closed() || self.others.iter().any(refused)
    }

    /// A keyword that the contract keeps as it is written.
    pub(super) fn other(&self, key: &str) -> Said<Value> {
        self.others.iter().find(|(one, ..)| one == key).map(|(_, value, id)| (value.clone(), *id))
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|(one, _)| one == name)
    }

    pub(super) fn property(&self, name: &str) -> Option<&Slot> {
        self.properties.iter().find(|(one, _)| one == name).map(|(_, slot)| slot)
    }

    /// The types besides null: as said, or what listed values and alternatives have.
    pub(super) fn plain_types(&self) -> Types {
        let mut types = self.types.unwrap_or(Types::ANY);
        types.remove(Type::Null);
        types
    }

    /// Merges one schema and what it refers to; `or_null` when null is valid whatever it says.
    fn add(&mut self, contract: &Contract, id: SchemaId, or_null: bool, seen: &mut HashSet<SchemaId>) {
        if !seen.insert(id) {
            return;
        }
        self.parts.push(id);
        let schema = &contract[id];
        let or_null = or_null || schema.nullable;
        self.never |= schema.always == Some(false);
        self.null &= or_null || says_null(schema);
        self.types(schema, or_null);
        self.values(schema, id);
        self.object(schema, id);
        self.numbers(schema, id);
        self.texts(schema, id);
        self.notes(schema, id);
        extend(&mut self.items, schema.items);
        for (at, item) in schema.prefix_items.iter().enumerate() {
            match self.prefix_items.get_mut(at) {
                Some(slot) => slot.push(*item),
                None => self.prefix_items.push(vec![*item]),
            }
        }
        // What rules nothing out says nothing.
        extend(&mut self.not, schema.not.filter(|id| contract[*id].always != Some(false)));
        for target in schema.reference.iter().chain(&schema.all_of) {
            self.add(contract, *target, or_null, seen);
        }
        for (keyword, alternatives) in [("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
            if !alternatives.is_empty() {
                self.union(contract, id, keyword, alternatives, or_null, seen);
            }
        }
    }

    fn types(&mut self, schema: &Schema, or_null: bool) {
        let Some(mut types) = schema.types else { return };
        if or_null {
            types.insert(Type::Null);
        }
        self.types = Some(self.types.map_or(types, |before| before.intersect(types)));
    }

    fn values(&mut self, schema: &Schema, id: SchemaId) {
        let constant = schema.constant.as_ref().map(|value| vec![value.clone()]);
        self.constant |= constant.is_some();
        for listed in [constant, schema.enumeration.clone()].into_iter().flatten() {
            self.narrow(listed, id);
        }
    }

    fn object(&mut self, schema: &Schema, id: SchemaId) {
        merge(&mut self.properties, &schema.properties);
        merge(&mut self.pattern_properties, &schema.pattern_properties);
        for name in &schema.required {
            if !self.requires(name) {
                self.required.push((name.clone(), id));
            }
        }
        extend(&mut self.additional, schema.additional_properties);
    }

    fn numbers(&mut self, schema: &Schema, id: SchemaId) {
        let bound = |value: &Option<Number>, exclusive| value.clone().map(|value| Bound { value, exclusive });
        for lower in [bound(&schema.minimum, false), bound(&schema.exclusive_minimum, true)].into_iter().flatten() {
            let key = |bound: &Bound| (bound.number(), bound.exclusive);
            if self.minimum.as_ref().is_none_or(|(before, _)| key(before) < key(&lower)) {
                self.minimum = Some((lower, id));
            }
        }
        for upper in [bound(&schema.maximum, false), bound(&schema.exclusive_maximum, true)].into_iter().flatten() {
            let key = |bound: &Bound| (bound.number(), !bound.exclusive);
            if self.maximum.as_ref().is_none_or(|(before, _)| key(before) > key(&upper)) {
                self.maximum = Some((upper, id));
            }
        }
        if let Some(number) = &schema.multiple_of {
            self.multiple_of = Some((number.clone(), id));
        }
        let counts = [
            schema.min_length,
            schema.max_length,
            schema.min_items,
            schema.max_items,
            schema.min_properties,
            schema.max_properties,
        ];
        for (at, count) in counts.into_iter().enumerate() {
            let Some(count) = count else { continue };
            let stricter = |before: u64| if at % 2 == 0 { count > before } else { count < before };
            if self.counts[at].is_none_or(|(before, _)| stricter(before)) {
                self.counts[at] = Some((count, id));
            }
        }
        if schema.unique_items {
            self.unique = Some(((), id));
        }
    }

    fn texts(&mut self, schema: &Schema, id: SchemaId) {
        if let Some(pattern) = &schema.pattern {
            self.patterns.push((pattern.clone(), id));
        }
        if let Some(format) = &schema.format {
            self.format = Some((format.clone(), id));
        }
        if schema.content_media_type.is_some() || schema.content_schema.is_some() {
            let media = schema.content_media_type.clone().unwrap_or_default();
            self.content = Some(((media, schema.content_schema.into_iter().collect()), id));
        }
    }

    fn notes(&mut self, schema: &Schema, id: SchemaId) {
        let others = schema.others.iter().map(|(key, value)| (key.clone(), value.clone(), id));
        self.others.extend(others);
        if let Some(default) = &schema.default {
            self.default = self.default.take().or_else(|| Some((default.clone(), id)));
        }
        if schema.deprecated {
            self.deprecated = Some(((), id));
        }
        self.read_only |= schema.read_only;
        self.write_only |= schema.write_only;
        self.extensions.extend(schema.extensions.iter().map(|(key, value)| (key.clone(), value.clone(), id)));
        self.notes.extend(schema.title.clone());
        self.notes.extend(schema.description.clone());
        self.notes.extend(schema.examples.iter().map(Value::to_string));
    }

    /// `oneOf` and `anyOf`: null is taken out, and a choice of one is none.
    fn union(
        &mut self,
        contract: &Contract,
        id: SchemaId,
        keyword: &'static str,
        alternatives: &[SchemaId],
        or_null: bool,
        seen: &mut HashSet<SchemaId>,
    ) {
        let mut rest = Vec::new();
        let mut null = false;
        flatten(contract, keyword, alternatives, &mut rest, &mut null, 0);
        match rest.as_slice() {
            [] => {
                self.types = Some(Types::from_iter([Type::Null]));
            }
            [only] => self.add(contract, *only, or_null || null, seen),
            several if several.iter().all(|one| is_type(&contract[*one])) => {
                let all = several.iter().filter_map(|one| contract[*one].types).flat_map(Types::iter);
                let mut types: Types = all.collect();
                self.null &= or_null || null || types.contains(Type::Null);
                if or_null || null {
                    types.insert(Type::Null);
                }
                let titles = several.iter().map(|one| &contract[*one]);
                self.notes.extend(titles.flat_map(|one| one.title.iter().chain(&one.description)).cloned());
                self.types = Some(self.types.map_or(types, |before| before.intersect(types)));
            }
            several if several.iter().all(|one| is_list(&contract[*one])) => {
                self.listed(contract, several, or_null || null, id);
            }
            _ => {
                null |= rest.iter().any(|one| accepts_null(contract, *one, 0));
                self.null &= or_null || null;
                let schema = &contract[id];
                let spot = (schema.pointer.join(keyword), schema.span);
                self.unions.push(Union { alternatives: rest, keyword, spot });
            }
        }
    }

    /// Alternatives that only list values are one list of values.
    fn listed(&mut self, contract: &Contract, alternatives: &[SchemaId], mut null: bool, id: SchemaId) {
        let mut values: Vec<Value> = Vec::new();
        let mut types = Some(Types::default());
        for one in alternatives.iter().map(|id| &contract[*id]) {
            for value in one.constant.iter().chain(one.enumeration.iter().flatten()) {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
            match (&mut types, one.types) {
                (Some(all), Some(types)) => types.iter().for_each(|kind| all.insert(kind)),
                _ => types = None,
            }
            self.notes.extend(one.title.iter().chain(&one.description).cloned());
        }
        null |= values.contains(&Value::Null);
        self.null &= null;
        if let Some(mut types) = types {
            if null {
                types.insert(Type::Null);
            }
            self.types = Some(self.types.map_or(types, |before| before.intersect(types)));
        }
        self.narrow(values, id);
    }

    /// Only these values are valid.
    fn narrow(&mut self, listed: Vec<Value>, id: SchemaId) {
        self.values = Some(match self.values.take() {
            None => (listed, id),
            Some((before, at)) => (before.into_iter().filter(|value| listed.contains(value)).collect(), at),
        });
    }

    /// Settles what additional members may be, once every part is known.
    fn settle(mut self, contract: &Contract) -> Self {
        for id in std::mem::take(&mut self.additional) {
            match contract[id].always {
                Some(false) => self.closed = Some(((), id)),
                None if !is_anything(&contract[id]) => self.additional.push(id),
                _ => {}
            }
        }
        self
    }
}

/// Alternatives that are themselves nothing but a choice of the same kind belong to this one.
fn flatten(
    contract: &Contract,
    keyword: &str,
    alternatives: &[SchemaId],
    out: &mut Vec<SchemaId>,
    null: &mut bool,
    depth: usize,
) {
    for id in alternatives {
        let schema = &contract[*id];
        let inner = if keyword == "oneOf" { &schema.one_of } else { &schema.any_of };
        let only_null = schema.types.is_some_and(|types| types.iter().eq([Type::Null])) && schema.enumeration.is_none();
        let null_value = schema.constant == Some(Value::Null)
            || schema.enumeration.as_ref().is_some_and(|values| values.iter().all(Value::is_null));
        if only_null || null_value {
            *null = true;
        } else if !inner.is_empty() && depth < 8 && is_bare_union(schema, inner.len()) {
            flatten(contract, keyword, inner, out, null, depth + 1);
        } else {
            out.push(*id);
        }
    }
}

/// Whether a schema names types and says nothing else.
fn is_type(schema: &Schema) -> bool {
    let only = schema.types.is_some() && schema.properties.is_empty();
    only && is_anything(&Schema { types: None, ..schema.clone() })
}

/// Whether a schema lists values and says nothing else.
fn is_list(schema: &Schema) -> bool {
    let only = (schema.enumeration.is_some() || schema.constant.is_some()) && schema.properties.is_empty();
    only && is_anything(&Schema { types: None, enumeration: None, constant: None, ..schema.clone() })
}

fn is_bare_union(schema: &Schema, alternatives: usize) -> bool {
    schema.children().count() == alternatives
        && schema.types.is_none()
        && schema.enumeration.is_none()
        && schema.constant.is_none()
        && schema.required.is_empty()
        && schema.others.is_empty()
}

/// Whether a schema rules nothing out.
pub(super) fn is_anything(schema: &Schema) -> bool {
    schema.always != Some(false) && schema.reference.is_none() && !schema.asserts_beside_reference()
}

/// Whether the keywords of a schema itself, without what it refers to, let null pass.
fn says_null(schema: &Schema) -> bool {
    schema.always != Some(false)
        && schema.types.is_none_or(|types| types.contains(Type::Null))
        && schema.enumeration.as_ref().is_none_or(|values| values.contains(&Value::Null))
        && schema.constant.as_ref().is_none_or(Value::is_null)
}

/// Whether null is valid, with everything that applies.
fn accepts_null(contract: &Contract, id: SchemaId, depth: usize) -> bool {
    let schema = &contract[id];
    let any = |list: &[SchemaId]| list.is_empty() || list.iter().any(|one| accepts_null(contract, *one, depth + 1));
    depth > 16
        || (says_null(schema)
            && schema.reference.iter().chain(&schema.all_of).all(|one| accepts_null(contract, *one, depth + 1))
            && any(&schema.one_of)
            && any(&schema.any_of))
}

fn extend(slot: &mut Slot, id: Option<SchemaId>) {
    slot.extend(id);
}

fn merge(into: &mut Vec<(String, Slot)>, from: &[(String, SchemaId)]) {
    // A schema with many properties is nearly always the first part: no search is needed then.
    let fresh = into.is_empty();
    for (name, id) in from {
        match into.iter_mut().find(|(one, _)| !fresh && one == name) {
            Some((_, slot)) => slot.push(*id),
            None => into.push((name.clone(), vec![*id])),
        }
    }
}

/// Where a schema stands.
pub(super) fn spot(contract: &Contract, id: SchemaId) -> Spot {
    (contract[id].pointer.clone(), contract[id].span)
}

/// Where a keyword of a schema stands.
pub(super) fn keyword_spot(contract: &Contract, id: SchemaId, keyword: &str) -> Spot {
    (contract[id].pointer.join(keyword), contract[id].span)
}

/// What people call the place of a schema: the way of property names to it, components by name.
pub(super) fn subject(pointer: &Pointer) -> String {
    let tokens: Vec<String> = pointer.tokens().collect();
    let (mut name, rest) = match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["components", "schemas", component, ..] => ((*component).to_owned(), &tokens[3..]),
        _ => match tokens.iter().position(|token| token == "schema") {
            Some(at) => (String::new(), &tokens[at + 1..]),
            None => (String::new(), &tokens[tokens.len()..]),
        },
    };
    let mut rest = rest.iter();
    while let Some(token) = rest.next() {
        match token.as_str() {
            "properties" => {
                if let Some(property) = rest.next() {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(property);
                }
            }
            "items" => name.push_str("[]"),
            "additionalProperties" => name.push_str(".*"),
            _ => {}
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_ways_of_property_names() {
        let cases = [
            ("#/components/schemas/address/properties/countryCode", "address.countryCode"),
            ("#/components/schemas/product/properties/images/items/properties/gallery", "product.images[].gallery"),
            (
                "#/paths/~1a/get/responses/200/content/application~1json/schema/properties/data/oneOf/1/properties/x",
                "data.x",
            ),
            ("#/paths/~1a/get", ""),
        ];
        for (pointer, name) in cases {
            assert_eq!(subject(&Pointer::parse(pointer).unwrap()), name);
        }
    }
}
