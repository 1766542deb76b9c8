//! Validation: visits a value with a schema and collects the rules that it violates.

use kontrakt_codegen::contract::{Schema, SchemaId};
use serde_json::{Map, Number, Value};

use super::exact::Exact;
use super::{At, Checker, Fault, Rule, StepRef, is_type, meaning, same};

/// Deeper than any document that `serde_json` reads; only a schema that contains itself goes there.
const MAX_DEPTH: usize = 200;

/// What to do with faults: keep them all, or stop at the first.
pub(super) struct Faults {
    keep: bool,
    pub(super) any: bool,
    pub(super) list: Vec<Fault>,
}

impl Faults {
    /// Stops at the first fault.
    pub(super) fn first() -> Self {
        Self { keep: false, any: false, list: Vec::new() }
    }

    /// Keeps all faults.
    pub(super) fn all() -> Self {
        Self { keep: true, any: false, list: Vec::new() }
    }

    fn add(&mut self, rule: impl FnOnce() -> Rule, at: &At<'_>, schema: SchemaId, keyword: &'static str) {
        self.any = true;
        if self.keep {
            self.list.push(Fault { rule: rule(), at: at.path(), schema, keyword });
        }
    }

    fn done(&self) -> bool {
        self.any && !self.keep
    }
}

/// One schema object at one place of a value.
#[derive(Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) id: SchemaId,
    pub(super) schema: &'a Schema,
    pub(super) at: &'a At<'a>,
    pub(super) depth: usize,
}

impl Here<'_> {
    /// `enum` and `const`.
    fn values(self, value: &Value, faults: &mut Faults) {
        let Self { id, schema, at, .. } = self;
        let rule = || if value.is_null() { Rule::Null } else { Rule::Enum };
        if let Some(values) = &schema.enumeration
            && !values.iter().any(|one| same(one, value))
        {
            faults.add(rule, at, id, "enum");
        }
        if let Some(constant) = &schema.constant
            && !same(constant, value)
        {
            faults.add(rule, at, id, "const");
        }
    }

    fn limits(self, length: u64, [min, max]: [(Option<u64>, &'static str); 2], faults: &mut Faults) {
        if min.0.is_some_and(|min| length < min) {
            faults.add(|| Rule::Limit(min.1), self.at, self.id, min.1);
        }
        if max.0.is_some_and(|max| length > max) {
            faults.add(|| Rule::Limit(max.1), self.at, self.id, max.1);
        }
    }

    fn bounds(self, number: &Number, faults: &mut Faults) {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let Self { id, schema, at, .. } = self;
        let value = number.as_f64().unwrap_or_default();
        let against = |bound: &Option<Number>| {
            let bound = bound.as_ref()?;
            match (number.as_i64(), bound.as_i64()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => value.partial_cmp(&bound.as_f64()?),
            }
        };
        let checks = [
            (against(&schema.minimum) == Some(Less), "minimum"),
            (against(&schema.maximum) == Some(Greater), "maximum"),
            (matches!(against(&schema.exclusive_minimum), Some(Less | Equal)), "exclusiveMinimum"),
            (matches!(against(&schema.exclusive_maximum), Some(Greater | Equal)), "exclusiveMaximum"),
            (schema.multiple_of.as_ref().is_some_and(|unit| !is_multiple(number, unit)), "multipleOf"),
        ];
        for (_, keyword) in checks.into_iter().filter(|(broken, _)| *broken) {
            faults.add(|| Rule::Limit(keyword), at, id, keyword);
        }
    }
}

impl Checker<'_> {
    pub(super) fn visit(&self, id: SchemaId, value: &Value, at: &At<'_>, depth: usize, faults: &mut Faults) {
        let schema = &self.contract[id];
        let here = Here { id, schema, at, depth };
        if schema.always == Some(false) || depth > MAX_DEPTH || self.circular.contains(&id) {
            return faults.add(|| Rule::Forbidden, at, id, "false");
        }
        if let Some(types) = schema.types
            && !types.iter().any(|kind| is_type(value, kind))
        {
            let rule = || if value.is_null() { Rule::Null } else { Rule::Type };
            return faults.add(rule, at, id, "type");
        }
        let inner = schema.reference.into_iter().chain(schema.all_of.iter().copied());
        for id in inner {
            self.visit(id, value, at, depth + 1, faults);
            if faults.done() {
                return;
            }
        }
        // Whatever the test says of the value, it is no fault of it.
        for inner in self.conditional(schema, value).filter(|inner| Some(*inner) != schema.condition) {
            self.visit(inner, value, at, depth + 1, faults);
        }
        here.values(value, faults);
        self.unions(here, value, faults);
        if faults.done() {
            return;
        }
        if self.meanings && !meaning::is_readable(schema, value) {
            faults.add(|| Rule::Format, at, id, "x-scalar");
        }
        match value {
            Value::String(text) => self.text(here, text, value, faults),
            Value::Number(number) => here.bounds(number, faults),
            Value::Array(list) => self.list(here, list, faults),
            Value::Object(map) => self.object(here, map, faults),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn unions(&self, here: Here<'_>, value: &Value, faults: &mut Faults) {
        let Here { id, schema, at, depth } = here;
        for (branches, keyword) in [(&schema.one_of, "oneOf"), (&schema.any_of, "anyOf")] {
            if branches.is_empty() || faults.done() {
                continue;
            }
            let holds = |branch: &&SchemaId| {
                let mut inner = Faults::first();
                self.visit(**branch, value, &At::Root, depth + 1, &mut inner);
                !inner.any
            };
            match branches.iter().filter(holds).take(2).count() {
                1 => {}
                0 if faults.keep => {
                    if value.is_null() {
                        faults.add(|| Rule::Null, at, id, keyword);
                    } else if let Some(branch) = self.nearest(branches, value) {
                        self.visit(branch, value, at, depth + 1, faults);
                    }
                }
                0 => faults.add(|| Rule::Type, at, id, keyword),
                _ if keyword == "oneOf" => faults.add(|| Rule::Ambiguous, at, id, keyword),
                _ => {}
            }
        }
        if let Some(not) = schema.not {
            let mut inner = Faults::first();
            self.visit(not, value, &At::Root, depth + 1, &mut inner);
            if !inner.any {
                faults.add(|| Rule::Forbidden, at, id, "not");
            }
        }
    }

    pub(super) fn text(&self, here: Here<'_>, text: &str, value: &Value, faults: &mut Faults) {
        let Here { id, schema, at, .. } = here;
        if schema.min_length.is_some() || schema.max_length.is_some() {
            let length = text.chars().count() as u64;
            here.limits(length, [(schema.min_length, "minLength"), (schema.max_length, "maxLength")], faults);
        }
        if let Some(pattern) = &schema.pattern
            && self.pattern(pattern).is_some_and(|regex| !regex.is_match(text))
        {
            faults.add(|| Rule::Pattern, at, id, "pattern");
        }
        if let Some(format) = &schema.format
            && !self.has_format(format, value)
        {
            faults.add(|| Rule::Format, at, id, "format");
        }
    }

    fn list(&self, here: Here<'_>, list: &[Value], faults: &mut Faults) {
        let Here { id, schema, at, depth } = here;
        let length = list.len() as u64;
        here.limits(length, [(schema.min_items, "minItems"), (schema.max_items, "maxItems")], faults);
        if schema.unique_items && (1..list.len()).any(|end| list[..end].iter().any(|one| same(one, &list[end]))) {
            faults.add(|| Rule::Limit("uniqueItems"), at, id, "uniqueItems");
        }
        for (index, value) in list.iter().enumerate() {
            if faults.done() {
                return;
            }
            if let Some(item) = schema.prefix_items.get(index).copied().or(schema.items) {
                self.visit(item, value, &at.step(StepRef::Element(index)), depth + 1, faults);
            }
        }
        self.contained_and_unevaluated(here, list, faults);
    }

    /// `contains` with its counts, and elements that no other schema is about.
    fn contained_and_unevaluated(&self, here: Here<'_>, list: &[Value], faults: &mut Faults) {
        let Here { id, schema, at, depth } = here;
        if let Some(kind) = schema.contains {
            let found = list.iter().filter(|element| self.accepts(kind, element)).count() as u64;
            if found < schema.min_contains.unwrap_or(1) {
                let keyword = if schema.min_contains.is_some() { "minContains" } else { "contains" };
                faults.add(|| Rule::Limit(keyword), at, id, keyword);
            }
            if schema.max_contains.is_some_and(|max| found > max) {
                faults.add(|| Rule::Limit("maxContains"), at, id, "maxContains");
            }
        }
        if let Some(rest) = schema.unevaluated_items {
            let value = Value::Array(list.to_vec());
            for (index, element) in list.iter().enumerate() {
                let about = |one: &Schema, own: bool| {
                    one.items.is_some()
                        || index < one.prefix_items.len()
                        || one.contains.is_some_and(|kind| self.accepts(kind, element))
                        || one.unevaluated_items.is_some() && !own
                };
                if !self.is_evaluated(id, &value, about) {
                    self.visit(rest, element, &at.step(StepRef::Element(index)), depth + 1, faults);
                }
            }
        }
    }

    fn object(&self, here: Here<'_>, map: &Map<String, Value>, faults: &mut Faults) {
        let Here { id, schema, at, depth } = here;
        for name in schema.required.iter().filter(|name| !map.contains_key(*name)) {
            faults.add(|| Rule::Missing(name.clone()), at, id, "required");
        }
        for (_, needs) in schema.dependent_required.iter().filter(|(name, _)| map.contains_key(name)) {
            for missing in needs.iter().filter(|needed| !map.contains_key(*needed)) {
                faults.add(|| Rule::Missing(missing.clone()), at, id, "dependentRequired");
            }
        }
        let length = map.len() as u64;
        let counts = [(schema.min_properties, "minProperties"), (schema.max_properties, "maxProperties")];
        here.limits(length, counts, faults);
        for (name, value) in map {
            if faults.done() {
                return;
            }
            let member = at.step(StepRef::Member(name));
            let mut known = false;
            for property in self.described(schema, name) {
                known = true;
                self.visit(property, value, &member, depth + 1, faults);
            }
            match schema.additional_properties {
                Some(rest) if !known && self.contract[rest].always == Some(false) => {
                    faults.add(|| Rule::Undocumented(name.clone()), at, id, "additionalProperties");
                }
                Some(rest) if !known => self.visit(rest, value, &member, depth + 1, faults),
                _ => {}
            }
            if schema.property_names.is_some_and(|names| !self.accepts(names, &Value::from(name.as_str()))) {
                faults.add(|| Rule::Forbidden, &member, id, "propertyNames");
            }
        }
        self.unevaluated_members(here, map, faults);
    }

    /// Members that no other schema is about.
    fn unevaluated_members(&self, here: Here<'_>, map: &Map<String, Value>, faults: &mut Faults) {
        let Here { id, schema, at, depth } = here;
        let Some(rest) = schema.unevaluated_properties else { return };
        let whole = Value::Object(map.clone());
        for (name, value) in map {
            let about = |one: &Schema, own: bool| {
                self.described(one, name).next().is_some()
                    || one.additional_properties.is_some()
                    || one.unevaluated_properties.is_some() && !own
            };
            if self.is_evaluated(id, &whole, about) {
                continue;
            }
            if self.contract[rest].always == Some(false) {
                faults.add(|| Rule::Undocumented(name.clone()), at, id, "unevaluatedProperties");
            } else {
                self.visit(rest, value, &at.step(StepRef::Member(name)), depth + 1, faults);
            }
        }
    }
}

/// Whether a number is a whole number of times another one: exactly, where both have few enough digits.
fn is_multiple(number: &Number, unit: &Number) -> bool {
    let exact = Exact::new(number).zip(Exact::new(unit)).and_then(|(number, unit)| number.is_multiple_of(unit));
    exact.unwrap_or_else(|| {
        let quotient = number.as_f64().unwrap_or_default() / unit.as_f64().unwrap_or(1.0);
        quotient.fract() == 0.0
    })
}
