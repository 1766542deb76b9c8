//! Converts schemas from JSON Schema 2020-12 to OpenAPI 3.0.3.
//! Null becomes `nullable` beside a single type, as 3.0.3 defines it, and an alternative of its own otherwise.

mod narrow;

use openapiv3 as v3;
use serde_json::Value;

use super::names::pascal;
use super::written::{self, digit, flag, is_flag};
use super::{Lowering, dialect};
use crate::contract::{Schema, SchemaId, Type, Types};
use crate::document::Pointer;
use narrow::narrow;

type SchemaOrRef = v3::ReferenceOr<v3::Schema>;

/// What values of one type a schema allows; `None` of the types means that it does not restrict them.
struct Allowed {
    types: Option<Types>,
    values: Option<Vec<Value>>,
}

impl Lowering<'_> {
    /// The definition of a component: never a reference for want of a name.
    pub(super) fn definition(&mut self, id: SchemaId, name: &str) -> SchemaOrRef {
        self.inline(id, name)
    }

    /// A schema where one is used. `name` is what it is called if it has to become a component.
    pub(super) fn place(&mut self, id: SchemaId, name: &str) -> SchemaOrRef {
        if let Some(component) = self.hoisted.get(&id) {
            return reference(component);
        }
        match self.inline(id, name) {
            v3::ReferenceOr::Item(schema) if self.progenitor() && dialect::needs_a_name(&schema) => {
                self.hoist(id, schema, name)
            }
            place => place,
        }
    }

    fn boxed(&mut self, id: SchemaId, name: &str) -> v3::ReferenceOr<Box<v3::Schema>> {
        match self.place(id, name) {
            v3::ReferenceOr::Item(schema) => v3::ReferenceOr::Item(Box::new(schema)),
            v3::ReferenceOr::Reference { reference } => v3::ReferenceOr::Reference { reference },
        }
    }

    /// Makes a component of an inline schema. Null stays at the place, so that the component is what its name says.
    fn hoist(&mut self, id: SchemaId, mut schema: v3::Schema, name: &str) -> SchemaOrRef {
        let nullable = std::mem::take(&mut schema.schema_data.nullable);
        let component = self.names.claim(name);
        let place = reference(&component);
        self.schemas.push((component.clone(), v3::ReferenceOr::Item(schema)));
        if nullable {
            let schema_data = v3::SchemaData { nullable, ..v3::SchemaData::default() };
            return v3::ReferenceOr::Item(v3::Schema {
                schema_data,
                schema_kind: v3::SchemaKind::AllOf { all_of: vec![place] },
            });
        }
        self.hoisted.insert(id, component);
        place
    }

    fn inline(&mut self, id: SchemaId, name: &str) -> SchemaOrRef {
        let schema = &self.contract[id];
        let Some(target) = schema.reference else {
            return v3::ReferenceOr::Item(self.plain(schema, name));
        };
        let target = self.refer(target);
        let mut schema_data = self.notes(schema);
        let mut all_of = vec![target];
        if schema.asserts_beside_reference() {
            let (schema_kind, nullable) = self.kind(schema, name);
            let schema_data = v3::SchemaData { nullable, ..v3::SchemaData::default() };
            all_of.push(v3::ReferenceOr::Item(v3::Schema { schema_data, schema_kind }));
        } else if self.progenitor() {
            // It turns the description of a place into nothing and a wrapped reference into one more type.
            schema_data = v3::SchemaData::default();
        }
        if all_of.len() == 1 && schema_data == v3::SchemaData::default() {
            return all_of.swap_remove(0);
        }
        v3::ReferenceOr::Item(v3::Schema { schema_data, schema_kind: v3::SchemaKind::AllOf { all_of } })
    }

    /// A reference to a component, which is made if the target is not one.
    fn refer(&mut self, target: SchemaId) -> SchemaOrRef {
        if let Some(name) = self.names.component(target).or(self.hoisted.get(&target).map(String::as_str)) {
            return reference(name);
        }
        let words: Vec<String> = self.contract[target].pointer.tokens().collect();
        let name = self.names.claim(&pascal(words.iter().map(String::as_str)));
        let place = reference(&name);
        self.hoisted.insert(target, name.clone());
        self.waiting.push((target, name));
        place
    }

    fn plain(&mut self, schema: &Schema, name: &str) -> v3::Schema {
        let mut schema_data = self.notes(schema);
        let (schema_kind, nullable) = self.kind(schema, name);
        schema_data.nullable = nullable;
        v3::Schema { schema_data, schema_kind }
    }

    /// What a schema says without restricting values.
    fn notes(&mut self, schema: &Schema) -> v3::SchemaData {
        if schema.examples.len() > 1 {
            self.lose(&schema.pointer, "examples", "3.0 has one example for a schema: the first is kept");
        }
        let mut data = v3::SchemaData {
            nullable: false,
            read_only: schema.read_only,
            write_only: schema.write_only,
            deprecated: schema.deprecated,
            example: schema.examples.first().cloned(),
            title: schema.title.clone(),
            description: schema.description.clone(),
            default: schema.default.clone(),
            extensions: self.beyond([&schema.notes, &schema.extensions]),
            ..v3::SchemaData::default()
        };
        if let Some(media_type) = &schema.content_media_type {
            let reason =
                "3.0 has only the text: an `x-` member keeps the media type, the schema of the content is gone";
            self.lose(&schema.pointer, "contentMediaType", reason);
            if !self.progenitor() {
                data.extensions.insert("x-contentMediaType".to_owned(), Value::String(media_type.clone()));
            }
        }
        let listed = schema.listed();
        let fits = |value: &Value| {
            schema.types.is_none_or(|types| types.iter().any(|one| is_of(value, one)))
                && listed.as_ref().is_none_or(|values| values.contains(value))
        };
        if data.default.as_ref().is_some_and(|value| !fits(value)) {
            self.lose(&schema.pointer, "default", "no value of its schema");
            data.default = None;
        }
        if self.is_flag(schema) {
            data.default = data.default.map(digit);
            data.example = data.example.map(digit);
        }
        if self.progenitor() {
            dialect::notes(&mut data);
        } else {
            data.discriminator = self.discriminator(schema);
        }
        data
    }

    fn is_flag(&self, schema: &Schema) -> bool {
        is_flag(&schema.hints, schema.types.and_then(Types::single)) && !self.progenitor()
    }

    fn format(&self, schema: &Schema, of: Option<Type>) -> Option<String> {
        // What progenitor takes a format for is nothing that a text of the API must be.
        of.filter(|_| !self.progenitor()).map_or_else(|| schema.format.clone(), |one| written::format(schema, one))
    }

    /// What tells the alternatives apart, components by their names here.
    fn discriminator(&self, schema: &Schema) -> Option<v3::Discriminator> {
        let (_, says) = schema.others.iter().find(|(keyword, _)| keyword == "discriminator")?;
        let property_name = says.get("propertyName")?.as_str()?.to_owned();
        let target = |text: &str| {
            let name = text.rsplit('/').next().unwrap_or_default();
            let id = match Pointer::parse(text).filter(|_| text.starts_with('#')) {
                Some(pointer) => {
                    self.contract.components.iter().map(|(_, id)| *id).find(|id| self.contract[*id].pointer == pointer)
                }
                None => self.contract.component(text).or_else(|| self.contract.component(name)),
            };
            let name = id.and_then(|id| self.names.component(id));
            name.map_or_else(|| text.to_owned(), |name| format!("#/components/schemas/{name}"))
        };
        let mapping = says.get("mapping").and_then(Value::as_object).into_iter().flatten();
        let mapping = mapping.filter_map(|(key, text)| Some((key.clone(), target(text.as_str()?)))).collect();
        Some(v3::Discriminator { property_name, mapping, ..v3::Discriminator::default() })
    }

    /// What values a schema allows, and whether null beside them.
    fn kind(&mut self, schema: &Schema, name: &str) -> (v3::SchemaKind, bool) {
        if let Some(always) = schema.always {
            return (if always { anything() } else { nothing() }, false);
        }
        let others = schema.others.iter().map(|(keyword, _)| keyword.as_str());
        let progenitor = self.progenitor();
        let noted = |keyword: &str| keyword == "discriminator" && !progenitor;
        for keyword in schema.newer_keywords().chain(others.filter(|keyword| !noted(keyword))) {
            self.lose(&schema.pointer, keyword, "3.0 has no such keyword");
        }
        let mut allowed = allowed(schema);
        if self.progenitor() {
            dialect::values(self, schema, &mut allowed.values);
        }
        let Some(mut types) = allowed.types else {
            let mut any = self.keywords(schema, None, name);
            any.enumeration = allowed.values.unwrap_or_default();
            return (narrow(schema, any), false);
        };
        let nullable = types.contains(Type::Null);
        types.remove(Type::Null);
        let branches: Vec<Type> = types.iter().filter(|one| !is_part(*one, types)).collect();
        match branches[..] {
            [] if nullable => (null(), true),
            [] => (nothing(), false),
            [one] => (self.of_type(schema, one, allowed.values.as_deref(), name), nullable),
            _ => self.union(schema, &branches, nullable, allowed.values.as_deref(), name),
        }
    }

    fn of_type(&mut self, schema: &Schema, one: Type, values: Option<&[Value]>, name: &str) -> v3::SchemaKind {
        if self.is_flag(schema) {
            return flag(values);
        }
        let mut any = self.keywords(schema, Some(one), name);
        any.typ = Some(one.name().to_owned());
        // A nullable enumeration lists null among its values, as 3.0.3 asks; typify then emits the type twice.
        let null = !self.progenitor();
        let fits = |value: &&Value| (null && value.is_null()) || is_of(value, one);
        any.enumeration = values.unwrap_or_default().iter().filter(fits).cloned().collect();
        narrow(schema, any)
    }

    /// Several types: one branch for each. Keywords that combine schemas apply to all of them together.
    fn union(
        &mut self,
        schema: &Schema,
        branches: &[Type],
        nullable: bool,
        values: Option<&[Value]>,
        name: &str,
    ) -> (v3::SchemaKind, bool) {
        let simple = Schema { all_of: vec![], one_of: vec![], any_of: vec![], not: None, ..schema.clone() };
        let without_null: Option<Vec<Value>> = values.map(|all| all.iter().filter(|v| !v.is_null()).cloned().collect());
        let mut one_of: Vec<SchemaOrRef> = Vec::new();
        for one in branches {
            let branch_name = format!("{name}{}", pascal([one.name()]));
            let schema_kind = self.of_type(&simple, *one, without_null.as_deref(), &branch_name);
            one_of.push(item(schema_kind, false));
        }
        // progenitor makes an option of `nullable` beside branches, and a useless variant of a null branch.
        let beside = nullable && self.progenitor();
        if nullable && !beside {
            one_of.push(item(null(), true));
        }
        let union = v3::SchemaKind::OneOf { one_of };
        if composes(schema) {
            let mut combined = v3::AnySchema::default();
            self.compositions(schema, &mut combined, name);
            let all_of = vec![item(union, beside), item(narrow(schema, combined), false)];
            return (v3::SchemaKind::AllOf { all_of }, false);
        }
        (union, beside)
    }

    /// Every keyword that says something about values of one type, or of any.
    fn keywords(&mut self, schema: &Schema, of: Option<Type>, name: &str) -> v3::AnySchema {
        let mut any = v3::AnySchema::default();
        let applies = |to: Type| of.is_none_or(|one| one == to);
        if applies(Type::String) {
            any.pattern.clone_from(&schema.pattern);
            any.min_length = schema.min_length.map(size);
            any.max_length = schema.max_length.map(size);
        }
        if applies(Type::Number) || applies(Type::Integer) {
            narrow::bounds(schema, &mut any);
        }
        if of.is_none_or(|one| one != Type::Boolean) {
            any.format = self.format(schema, of);
        }
        if applies(Type::Object) {
            self.object(schema, &mut any, name);
        }
        if applies(Type::Array) {
            self.array(schema, of.is_some(), &mut any, name);
        }
        self.compositions(schema, &mut any, name);
        any
    }

    fn object(&mut self, schema: &Schema, any: &mut v3::AnySchema, name: &str) {
        for (key, id) in &schema.properties {
            if self.progenitor() && dialect::clashes(any.properties.keys().map(String::as_str), key) {
                let reason = "progenitor gives two properties the same field: the first is kept";
                self.lose(&self.contract[*id].pointer, key, reason);
                continue;
            }
            let property = self.boxed(*id, &format!("{name}{}", pascal([key.as_str()])));
            any.properties.insert(key.clone(), property);
        }
        // A required key cannot stay one when its property is gone.
        let gone = |key: &String| !any.properties.contains_key(key) && schema.properties.iter().any(|(k, _)| k == key);
        any.required = schema.required.iter().filter(|key| !gone(key)).cloned().collect();
        any.min_properties = schema.min_properties.map(size);
        any.max_properties = schema.max_properties.map(size);
        any.additional_properties = schema.additional_properties.map(|id| self.additional(id, name));
        if !schema.pattern_properties.is_empty() {
            let reason = "3.0 has no patterns of keys: any key may have any of their values";
            self.lose(&schema.pointer, "patternProperties", reason);
            let closed = any.additional_properties == Some(v3::AdditionalProperties::Any(false));
            let only = schema.pattern_properties.first().filter(|_| schema.pattern_properties.len() == 1);
            any.additional_properties = only.filter(|_| closed).map(|(_, id)| self.additional(*id, name));
        }
    }

    fn additional(&mut self, id: SchemaId, name: &str) -> v3::AdditionalProperties {
        match self.contract[id].always {
            Some(always) => v3::AdditionalProperties::Any(always),
            None => v3::AdditionalProperties::Schema(Box::new(self.place(id, &format!("{name}Value")))),
        }
    }

    fn array(&mut self, schema: &Schema, typed: bool, any: &mut v3::AnySchema, name: &str) {
        any.items = schema.items.map(|id| self.boxed(id, &format!("{name}Item")));
        if !schema.prefix_items.is_empty() {
            self.lose(&schema.pointer, "prefixItems", "3.0 has no places in lists: an element may be anything");
            any.items = None;
        }
        if typed && any.items.is_none() {
            // An array must say what its elements are.
            any.items = Some(v3::ReferenceOr::Item(Box::new(plain(anything()))));
        }
        any.min_items = schema.min_items.map(size);
        any.max_items = schema.max_items.map(size);
        any.unique_items = schema.unique_items.then_some(true);
    }

    fn compositions(&mut self, schema: &Schema, any: &mut v3::AnySchema, name: &str) {
        // Members of `allOf` are parts of one shape and need no names of their own.
        any.all_of = schema.all_of.iter().map(|id| self.inline(*id, name)).collect();
        any.one_of = self.branches(&schema.one_of, name);
        any.any_of = self.branches(&schema.any_of, name);
        any.not = schema.not.map(|id| Box::new(self.inline(id, &format!("{name}Not"))));
        if self.progenitor() && any.not.take().is_some() {
            self.lose(&schema.pointer, "not", "progenitor panics on most of them");
        }
    }

    fn branches(&mut self, ids: &[SchemaId], name: &str) -> Vec<SchemaOrRef> {
        let numbered = |at: usize| format!("{name}Option{}", at + 1);
        ids.iter().enumerate().map(|(at, id)| self.place(*id, &numbered(at))).collect()
    }
}

/// The types and values that `type`, `enum` and `const` leave.
fn allowed(schema: &Schema) -> Allowed {
    let mut values = schema.listed();
    if let (Some(values), Some(types)) = (&mut values, schema.types) {
        values.retain(|value| types.iter().any(|one| is_of(value, one)));
    }
    let types = match (&values, schema.types) {
        (Some(values), Some(types)) => {
            Some(types.iter().filter(|one| values.iter().any(|value| is_of(value, *one))).collect())
        }
        (Some(values), None) => Some(values.iter().map(Type::of).collect()),
        (None, types) => types,
    };
    // Objects and lists in an enumeration have no place beside a type in `openapiv3`.
    let compound = values.iter().flatten().any(|value| value.is_array() || value.is_object());
    Allowed { types: types.filter(|_| !compound), values }
}

fn is_of(value: &Value, one: Type) -> bool {
    let found = Type::of(value);
    let whole = || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    found == one || (found == Type::Integer && one == Type::Number) || (one == Type::Integer && whole())
}

/// Whether values of the type are values of another one in the set: integers are numbers.
fn is_part(one: Type, types: Types) -> bool {
    one == Type::Integer && types.contains(Type::Number)
}

fn composes(schema: &Schema) -> bool {
    !(schema.all_of.is_empty() && schema.one_of.is_empty() && schema.any_of.is_empty()) || schema.not.is_some()
}

fn reference(component: &str) -> SchemaOrRef {
    v3::ReferenceOr::Reference { reference: format!("#/components/schemas/{component}") }
}

fn item(schema_kind: v3::SchemaKind, nullable: bool) -> SchemaOrRef {
    let schema_data = v3::SchemaData { nullable, ..v3::SchemaData::default() };
    v3::ReferenceOr::Item(v3::Schema { schema_data, schema_kind })
}

pub(super) fn plain(schema_kind: v3::SchemaKind) -> v3::Schema {
    v3::Schema { schema_data: v3::SchemaData::default(), schema_kind }
}

pub(super) fn anything() -> v3::SchemaKind {
    v3::SchemaKind::Any(v3::AnySchema::default())
}

fn nothing() -> v3::SchemaKind {
    v3::SchemaKind::Not { not: Box::new(v3::ReferenceOr::Item(plain(anything()))) }
}

fn null() -> v3::SchemaKind {
    v3::SchemaKind::Any(v3::AnySchema { enumeration: vec![Value::Null], ..v3::AnySchema::default() })
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
