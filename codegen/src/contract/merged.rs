//! The meaning of a schema after merging everything that applies to the same value: references, `allOf`, null of
//! OpenAPI 3.0 and 3.1, choices with a single alternative. Computed once per schema. Two schemas with equal merged
//! readings are equivalent, however they are written.

use std::collections::HashSet;

use serde_json::{Number, Value};

use super::{Bound, Contract, Schema, SchemaHints, SchemaId, Type, Types};

/// Schemas that all apply to one value: usually one, several when `allOf` describes a property twice.
pub type Slot = Vec<SchemaId>;

/// Something with the schema that says it.
pub type Said<T> = Option<(T, SchemaId)>;

/// A choice between alternatives, null taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Union {
    /// The alternatives.
    pub alternatives: Vec<SchemaId>,
    /// Whether exactly one must hold (`oneOf`), or at least one (`anyOf`).
    pub exclusive: bool,
    /// Whether null is valid beside them.
    pub null: bool,
    /// The schema that has the keyword.
    pub schema: SchemaId,
}

impl Union {
    /// The keyword.
    pub fn keyword(&self) -> &'static str {
        if self.exclusive { "oneOf" } else { "anyOf" }
    }
}

/// `if` with what follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `if`
    pub test: SchemaId,
    /// `then`
    pub then: Option<SchemaId>,
    /// `else`
    pub otherwise: Option<SchemaId>,
}

/// How many elements of a kind a list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contains {
    /// `contains`
    pub element: SchemaId,
    /// `minContains`
    pub min: u64,
    /// `maxContains`
    pub max: Option<u64>,
}

/// The merged schema.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// Every schema that was merged, the nearest first.
    pub schemas: Vec<SchemaId>,
    /// Whether nothing is valid.
    pub never: bool,
    /// `type`, where it is said; null is part of it.
    pub types: Option<Types>,
    /// Whether null is valid.
    pub null: bool,
    /// Whether null is said to be valid beside what else is said: `nullable`, or the other one of two alternatives.
    pub or_null: bool,
    /// Listed values, null left out.
    pub values: Said<Vec<Value>>,
    /// Whether the listed value was a `const`.
    pub constant: bool,
    /// Properties in document order.
    pub properties: Vec<(String, Slot)>,
    /// Required members.
    pub required: Vec<(String, SchemaId)>,
    /// `additionalProperties: false` somewhere.
    pub closed: Said<()>,
    /// `additionalProperties` with a schema that says something.
    pub additional: Slot,
    /// `additionalProperties` that anything satisfies.
    pub open: Said<()>,
    /// `patternProperties`
    pub pattern_properties: Vec<(String, Slot)>,
    /// `propertyNames`
    pub property_names: Slot,
    /// Members that others need: `dependentRequired`.
    pub dependent_required: Vec<(String, String, SchemaId)>,
    /// What must hold where a member is: `dependentSchemas`.
    pub dependent_schemas: Vec<(String, Slot)>,
    /// `unevaluatedProperties`
    pub unevaluated_properties: Slot,
    /// `items`
    pub items: Slot,
    /// `prefixItems`
    pub prefix_items: Vec<Slot>,
    /// `contains` with the numbers beside it.
    pub contains: Vec<(Contains, SchemaId)>,
    /// `unevaluatedItems`
    pub unevaluated_items: Slot,
    /// The strictest lower bound.
    pub minimum: Said<Bound>,
    /// The strictest upper bound.
    pub maximum: Said<Bound>,
    /// `multipleOf`
    pub multiple_of: Said<Number>,
    /// Lower and upper counts, by [`COUNTS`].
    pub counts: [Said<u64>; 6],
    /// `uniqueItems`
    pub unique: Said<()>,
    /// `pattern`
    pub patterns: Vec<(String, SchemaId)>,
    /// `format`, the nearest.
    pub format: Said<String>,
    /// `contentMediaType` and `contentSchema`
    pub content: Said<(String, Slot)>,
    /// Choices between several alternatives.
    pub unions: Vec<Union>,
    /// `not`
    pub not: Slot,
    /// `if`, `then` and `else`
    pub conditions: Vec<(Condition, SchemaId)>,
    /// Keywords without a meaning here, as written.
    pub others: Vec<(String, Value, SchemaId)>,
    /// `default`, the nearest.
    pub default: Said<Value>,
    /// `deprecated`
    pub deprecated: Said<()>,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// What the schemas say beyond JSON Schema, the nearest first.
    pub hints: SchemaHints,
    /// `x-` members as written.
    pub extensions: Vec<(String, Value, SchemaId)>,
    /// Prose and examples of the schemas.
    pub notes: Vec<String>,
}

/// Keywords of `Merged::counts`, in its order: lower bounds at even places.
pub const COUNTS: [&str; 6] = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

impl Contract {
    /// What a schema says, with everything that holds together with it.
    pub fn merged(&self, id: SchemaId) -> &Merged {
        self.merged[id.0 as usize].get_or_init(|| Box::new(Merged::of(self, &[id])))
    }

    /// Every schema that holds together with this one: what it refers to and its `allOf`, and theirs, nearest first.
    pub fn together(&self, id: SchemaId) -> Vec<SchemaId> {
        let (mut all, mut waiting) = (Vec::new(), vec![id]);
        while let Some(id) = waiting.pop() {
            if !all.contains(&id) {
                all.push(id);
                let schema = &self[id];
                waiting.extend(schema.all_of.iter().rev().copied().chain(schema.reference));
            }
        }
        all
    }
}

impl Merged {
    /// What nothing says: every value is valid.
    pub fn anything() -> Self {
        Self { null: true, ..Self::default() }
    }

    /// Some schemas that all apply to one value, with everything that holds together with them. Circles are cut.
    pub fn of(contract: &Contract, slot: &[SchemaId]) -> Self {
        let mut merged = Self::anything();
        let mut seen = HashSet::new();
        slot.iter().for_each(|id| merged.add(contract, *id, false, &mut seen));
        merged.settled()
    }

    /// Some schemas, without what they refer to and without their alternatives.
    pub fn of_keywords(contract: &Contract, schemas: impl IntoIterator<Item = SchemaId>) -> Self {
        let mut merged = Self::anything();
        schemas.into_iter().for_each(|id| merged.keywords(contract, id, false));
        merged.settled()
    }

    /// The schema that this is about.
    pub fn site(&self) -> SchemaId {
        self.schemas[0]
    }

    /// Whether `additionalProperties` refuses members that are not declared.
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Whether a member must be there.
    pub fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|(one, _)| one == name)
    }

    /// What is said about a member by its name.
    pub fn property(&self, name: &str) -> Option<&Slot> {
        self.properties.iter().find(|(one, _)| one == name).map(|(_, slot)| slot)
    }

    /// A keyword without a meaning here, as it is written.
    pub fn other(&self, key: &str) -> Said<Value> {
        self.others.iter().find(|(one, ..)| one == key).map(|(_, value, id)| (value.clone(), *id))
    }

    /// The types besides null that are said; all where none are.
    pub fn plain_types(&self) -> Types {
        let mut types = self.types.unwrap_or(Types::ANY);
        types.remove(Type::Null);
        types
    }

    /// A count by its keyword.
    pub fn count(&self, keyword: &str) -> Option<u64> {
        let at = COUNTS.iter().position(|one| *one == keyword)?;
        self.counts[at].map(|(count, _)| count)
    }

    /// Merges one schema and what holds together with it; `or_null` when null is valid whatever it says.
    fn add(&mut self, contract: &Contract, id: SchemaId, or_null: bool, seen: &mut HashSet<SchemaId>) {
        if !seen.insert(id) {
            return;
        }
        let schema = &contract[id];
        let or_null = or_null || schema.nullable;
        self.keywords(contract, id, or_null);
        // A condition that is `true` or `false` is none.
        let settled = schema.condition.and_then(|test| match always(contract, test, 0)? {
            true => schema.then,
            false => schema.otherwise,
        });
        for target in schema.reference.iter().chain(&schema.all_of).chain(&settled) {
            self.add(contract, *target, or_null, seen);
        }
        for (exclusive, alternatives) in [(true, &schema.one_of), (false, &schema.any_of)] {
            if !alternatives.is_empty() {
                let choice = Union { alternatives: alternatives.clone(), exclusive, null: or_null, schema: id };
                self.union(contract, choice, seen);
            }
        }
    }

    /// Merges the keywords of one schema, those aside that hold together with it.
    fn keywords(&mut self, contract: &Contract, id: SchemaId, or_null: bool) {
        let schema = &contract[id];
        self.schemas.push(id);
        self.never |= schema.always == Some(false);
        self.null &= or_null || says_null(schema);
        self.or_null |= or_null;
        self.types(schema, or_null);
        self.constant |= schema.constant.is_some();
        if let Some(listed) = schema.listed() {
            self.narrow(listed, id);
        }
        self.object(contract, schema, id);
        self.list(schema, id);
        self.bounds(schema, id);
        self.counts(schema, id);
        self.text(schema, id);
        match schema.not.map(|not| (not, always(contract, not, 0))) {
            // What rules nothing out says nothing.
            Some((_, Some(false))) | None => {}
            Some((_, Some(true))) => (self.never, self.null) = (true, false),
            Some((id, None)) => self.not.push(id),
        }
        if let Some(test) = schema.condition.filter(|test| always(contract, *test, 0).is_none()) {
            let condition = Condition { test, then: schema.then, otherwise: schema.otherwise };
            self.conditions.push((condition, id));
        }
        self.notes(schema, id);
    }

    fn types(&mut self, schema: &Schema, or_null: bool) {
        if let Some(mut types) = schema.types {
            if or_null {
                types.insert(Type::Null);
            }
            self.only(types);
        }
    }

    /// Only these types are valid.
    fn only(&mut self, types: Types) {
        self.types = Some(self.types.map_or(types, |before| before.intersect(types)));
    }

    fn object(&mut self, contract: &Contract, schema: &Schema, id: SchemaId) {
        merge(&mut self.properties, &schema.properties);
        merge(&mut self.pattern_properties, &schema.pattern_properties);
        merge(&mut self.dependent_schemas, &schema.dependent_schemas);
        for name in &schema.required {
            if !self.requires(name) {
                self.required.push((name.clone(), id));
            }
        }
        if let Some(rest) = schema.additional_properties {
            match contract[rest].always {
                Some(false) => self.closed = Some(((), rest)),
                None if !contract[rest].is_anything() => self.additional.push(rest),
                _ => self.open = Some(((), rest)),
            }
        }
        self.property_names.extend(schema.property_names);
        self.unevaluated_properties.extend(schema.unevaluated_properties);
        for (name, needs) in &schema.dependent_required {
            self.dependent_required.extend(needs.iter().map(|other| (name.clone(), other.clone(), id)));
        }
    }

    fn list(&mut self, schema: &Schema, id: SchemaId) {
        self.items.extend(schema.items);
        self.unevaluated_items.extend(schema.unevaluated_items);
        for (at, item) in schema.prefix_items.iter().enumerate() {
            match self.prefix_items.get_mut(at) {
                Some(slot) => slot.push(*item),
                None => self.prefix_items.push(vec![*item]),
            }
        }
        if let Some(element) = schema.contains {
            let (min, max) = (schema.min_contains.unwrap_or(1), schema.max_contains);
            self.contains.push((Contains { element, min, max }, id));
        }
        if schema.unique_items {
            self.unique = Some(((), id));
        }
    }

    fn bounds(&mut self, schema: &Schema, id: SchemaId) {
        if let Some(lower) = schema.lower_bound() {
            let stricter = |before: &Said<Bound>| before.as_ref().is_none_or(|(before, _)| lower.is_above(before));
            if stricter(&self.minimum) {
                self.minimum = Some((lower, id));
            }
        }
        if let Some(upper) = schema.upper_bound() {
            let stricter = |before: &Said<Bound>| before.as_ref().is_none_or(|(before, _)| upper.is_below(before));
            if stricter(&self.maximum) {
                self.maximum = Some((upper, id));
            }
        }
        if let Some(number) = &schema.multiple_of {
            let both = self.multiple_of.take().filter(|(before, _)| before != number);
            let number =
                both.and_then(|(before, _)| multiple::common(&before, number)).unwrap_or_else(|| number.clone());
            self.multiple_of = Some((number, id));
        }
    }

    fn counts(&mut self, schema: &Schema, id: SchemaId) {
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
    }

    fn text(&mut self, schema: &Schema, id: SchemaId) {
        if let Some(pattern) = &schema.pattern {
            self.patterns.push((pattern.clone(), id));
        }
        self.format = self.format.take().or_else(|| Some((schema.format.clone()?, id)));
        if schema.content_media_type.is_some() || schema.content_schema.is_some() {
            let media = schema.content_media_type.clone().unwrap_or_default();
            self.content = Some(((media, schema.content_schema.into_iter().collect()), id));
        }
    }

    fn notes(&mut self, schema: &Schema, id: SchemaId) {
        self.others.extend(schema.others.iter().map(|(key, value)| (key.clone(), value.clone(), id)));
        self.default = self.default.take().or_else(|| Some((schema.default.clone()?, id)));
        if schema.deprecated {
            self.deprecated = Some(((), id));
        }
        self.read_only |= schema.read_only;
        self.write_only |= schema.write_only;
        self.hints = std::mem::take(&mut self.hints).or(schema.hints.clone());
        self.extensions.extend(schema.extensions.iter().map(|(key, value)| (key.clone(), value.clone(), id)));
        self.prose(schema);
        self.notes.extend(schema.examples.iter().map(Value::to_string));
    }

    fn prose(&mut self, schema: &Schema) {
        self.notes.extend(schema.title.iter().chain(&schema.description).cloned());
    }

    /// `oneOf` and `anyOf`: null is taken out, and a choice of one is none.
    fn union(&mut self, contract: &Contract, choice: Union, seen: &mut HashSet<SchemaId>) {
        let mut rest = Vec::new();
        let said = flatten(contract, choice.exclusive, &choice.alternatives, &mut rest, 0);
        let null = said || choice.null;
        let each = || rest.iter().map(|one| &contract[*one]);
        match rest.as_slice() {
            // Alternatives that are all `false`.
            [] if !said => (self.never, self.null) = (true, false),
            [] => self.types = Some(Types::from_iter([Type::Null])),
            [only] => self.add(contract, *only, null, seen),
            _ if each().all(Schema::is_types) => {
                let mut types: Types = each().filter_map(|one| one.types).flat_map(Types::iter).collect();
                self.null &= null || types.contains(Type::Null);
                if null {
                    types.insert(Type::Null);
                }
                each().for_each(|one| self.prose(one));
                self.only(types);
            }
            _ if each().all(Schema::is_list_of_values) => self.listed(contract, &rest, null, choice.schema),
            _ => {
                self.null &= null || rest.iter().any(|one| accepts_null(contract, *one, 0));
                self.unions.push(Union { alternatives: rest, null, ..choice });
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
            self.prose(one);
        }
        null |= values.contains(&Value::Null);
        self.null &= null;
        if let Some(mut types) = types {
            if null {
                types.insert(Type::Null);
            }
            self.only(types);
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

    fn settled(mut self) -> Self {
        if let Some((values, _)) = &mut self.values {
            values.retain(|value| !value.is_null());
        }
        self
    }
}

/// The alternatives without null and without `false`; those that are themselves nothing but a choice of the same kind
/// belong to this one. Gives whether null was among them.
fn flatten(
    contract: &Contract,
    exclusive: bool,
    alternatives: &[SchemaId],
    out: &mut Vec<SchemaId>,
    depth: usize,
) -> bool {
    let mut null = false;
    for id in alternatives {
        let schema = &contract[*id];
        let inner = if exclusive { &schema.one_of } else { &schema.any_of };
        if contract[contract.resolve(*id)].is_null() {
            null = true;
        } else if !inner.is_empty() && depth < 8 && schema.is_bare_choice(inner.len()) {
            null |= flatten(contract, exclusive, inner, out, depth + 1);
        } else if always(contract, *id, 0) != Some(false) {
            out.push(*id);
        }
    }
    null
}

/// Whether a schema is `true` or `false`, in whatever words; `None` where it depends on the value.
fn always(contract: &Contract, id: SchemaId, depth: usize) -> Option<bool> {
    let schema = &contract[contract.resolve(id)];
    let opposite = || always(contract, schema.not?, depth + 1).map(|always| !always);
    let only_not = || Schema { not: None, ..schema.clone() }.is_anything();
    match schema.always.or(schema.is_anything().then_some(true)) {
        None if depth < 8 && schema.not.is_some() && only_not() => opposite(),
        said => said,
    }
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
        || schema.nullable
        || (says_null(schema)
            && schema.reference.iter().chain(&schema.all_of).all(|one| accepts_null(contract, *one, depth + 1))
            && any(&schema.one_of)
            && any(&schema.any_of))
}

fn merge(into: &mut Vec<(String, Slot)>, from: &[(String, SchemaId)]) {
    // A schema with many properties is nearly always the first one: no search is needed then.
    let fresh = into.is_empty();
    for (name, id) in from {
        match into.iter_mut().find(|(one, _)| !fresh && one == name) {
            Some((_, slot)) => slot.push(*id),
            None => into.push((name.clone(), vec![*id])),
        }
    }
}

mod multiple;
#[cfg(test)]
mod tests;
