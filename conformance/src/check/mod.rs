//! Validates values and explains violations: the rule, and the place in value and document. The `jsonschema` crate
//! decides validity; this module explains, and descends into the evidently intended branch of a union.

pub(crate) mod ecma;
pub(crate) mod exact;
pub(crate) mod meaning;
mod path;

pub use path::{Path, Step};

use std::collections::{HashMap, HashSet};

use jsonschema::Validator;
use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Type};
use regex::Regex;
use serde_json::{Map, Number, Value};

use exact::Exact;

/// Deeper than any document that `serde_json` reads; only a schema that contains itself goes there.
const MAX_DEPTH: usize = 200;

/// Checks values against the schemas of one contract.
pub struct Checker<'c> {
    contract: &'c Contract,
    patterns: HashMap<&'c str, Option<Regex>>,
    formats: HashMap<&'c str, Option<Validator>>,
    circular: HashSet<SchemaId>,
    meanings: bool,
}

/// A rule that a value broke.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// `null` where the schema has none.
    Null,
    /// Another type than the schema has.
    Type,
    /// A required member is not there.
    Missing(String),
    /// A member that a closed object does not have.
    Undocumented(String),
    /// A value that is not among the listed ones.
    Enum,
    /// `pattern`
    Pattern,
    /// `format`
    Format,
    /// Too short, too long, too small, too large, too many, too few, not a multiple, not unique.
    Limit(&'static str),
    /// No value is allowed here, or one that `not` forbids.
    Forbidden,
    /// More than one branch of `oneOf` holds.
    Ambiguous,
}

/// A rule broken, with both places.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The rule.
    pub rule: Rule,
    /// Where in the value.
    pub at: Path,
    /// Schema whose keyword was broken.
    pub schema: SchemaId,
    /// The keyword.
    pub keyword: &'static str,
}

/// Where the walk stands: borrowed from the value until a fault is to be kept.
#[derive(Clone, Copy)]
enum At<'a> {
    Root,
    Member(&'a At<'a>, &'a str),
    Element(&'a At<'a>, usize),
}

impl At<'_> {
    fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut at = self;
        loop {
            at = match at {
                At::Root => break,
                At::Member(up, name) => {
                    steps.push(Step::Member((*name).to_owned()));
                    up
                }
                At::Element(up, index) => {
                    steps.push(Step::Element(*index));
                    up
                }
            };
        }
        steps.reverse();
        Path::from(steps)
    }
}

/// What to do with faults: keep them all, or stop at the first.
struct Faults {
    keep: bool,
    any: bool,
    list: Vec<Fault>,
}

impl Faults {
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

impl<'c> Checker<'c> {
    /// A checker for a contract; patterns and formats are compiled here, once.
    pub fn new(contract: &'c Contract) -> Self {
        let (mut patterns, mut formats) = (HashMap::new(), HashMap::new());
        for (_, schema) in contract.schemas() {
            if let Some(pattern) = &schema.pattern {
                patterns.entry(pattern.as_str()).or_insert_with(|| ecma::compile(pattern).ok());
            }
            if let Some(format) = &schema.format {
                formats.entry(format.as_str()).or_insert_with(|| {
                    let schema = serde_json::json!({ "format": format });
                    jsonschema::options().should_validate_formats(true).build(&schema).ok()
                });
            }
        }
        Self { contract, patterns, formats, circular: circular(contract), meanings: false }
    }

    /// The same, for values that are also readable with the meaning that `x-scalar` gives them.
    pub fn with_meanings(mut self) -> Self {
        self.meanings = true;
        self
    }

    /// The contract.
    pub fn contract(&self) -> &'c Contract {
        self.contract
    }

    /// Whether a value satisfies a schema.
    pub fn accepts(&self, id: SchemaId, value: &Value) -> bool {
        let mut faults = Faults { keep: false, any: false, list: Vec::new() };
        self.visit(id, value, &At::Root, 0, &mut faults);
        !faults.any
    }

    /// Every rule that a value breaks; none when it satisfies the schema.
    pub fn explain(&self, id: SchemaId, value: &Value) -> Vec<Fault> {
        let mut faults = Faults { keep: true, any: false, list: Vec::new() };
        self.visit(id, value, &At::Root, 0, &mut faults);
        faults.list
    }

    /// The branch of a union that the value was evidently meant for: the one it misses by least.
    pub fn nearest(&self, branches: &[SchemaId], value: &Value) -> Option<SchemaId> {
        let misses = |id: &SchemaId| self.explain(*id, value).iter().map(distance).sum::<u64>();
        branches.iter().copied().min_by_key(misses)
    }

    /// Whether a text keeps the rules for texts of one schema object, leaving out what it refers to.
    pub(crate) fn accepts_text(&self, id: SchemaId, value: &Value) -> bool {
        let mut faults = Faults { keep: false, any: false, list: Vec::new() };
        self.text(id, &self.contract[id], value.as_str().unwrap_or_default(), value, &At::Root, &mut faults);
        !faults.any && (!self.meanings || meaning::is_readable(&self.contract[id], value))
    }

    /// The compiled pattern; `None` when the engine cannot express it.
    pub(crate) fn pattern(&self, pattern: &str) -> Option<&Regex> {
        self.patterns.get(pattern)?.as_ref()
    }

    /// Every schema object that a value at this place is subject to: references and `allOf` followed, of unions the
    /// branches that hold, or else the nearest one.
    pub(crate) fn applicable(&self, id: SchemaId, value: &Value, all: &mut Vec<SchemaId>) {
        if all.contains(&id) || self.is_circular(id) {
            return;
        }
        all.push(id);
        let schema = &self.contract[id];
        for inner in schema.reference.into_iter().chain(schema.all_of.iter().copied()) {
            self.applicable(inner, value, all);
        }
        for inner in self.conditional(schema, value) {
            self.applicable(inner, value, all);
        }
        for branches in [&schema.one_of, &schema.any_of] {
            let before = all.len();
            for branch in branches.iter().filter(|branch| self.accepts(**branch, value)) {
                self.applicable(*branch, value, all);
            }
            if all.len() == before
                && let Some(branch) = self.nearest(branches, value)
            {
                self.applicable(branch, value, all);
            }
        }
    }

    /// The schemas that hold because of what the value is: `if` where it holds, with `then`, or else `else`; and those
    /// that depend on members that are there.
    fn conditional<'s>(&'s self, schema: &'s Schema, value: &'s Value) -> impl Iterator<Item = SchemaId> + 's {
        let followed = schema.condition.map(|test| match self.accepts(test, value) {
            true => [Some(test), schema.then],
            false => [schema.otherwise, None],
        });
        let dependent = schema.dependent_schemas.iter().filter(|(name, _)| value.get(name).is_some());
        followed.into_iter().flatten().flatten().chain(dependent.map(|(_, id)| *id))
    }

    /// Whether one of the schemas that apply to a value, but for `own` rule about the rest, is about a part of it.
    fn is_evaluated(&self, id: SchemaId, value: &Value, about: impl Fn(&Schema, bool) -> bool) -> bool {
        let mut all = Vec::new();
        self.applicable(id, value, &mut all);
        all.into_iter().any(|one| about(&self.contract[one], one == id))
    }

    /// Visits every place of a value with the schemas that are about it, from the outside inwards.
    pub fn each_place<'v>(
        &self,
        root: SchemaId,
        value: &'v Value,
        visit: &mut dyn FnMut(&Path, &[SchemaId], &'v Value),
    ) {
        let mut schemas = Vec::new();
        self.applicable(root, value, &mut schemas);
        self.each_place_below(&schemas, value, &Path::default(), visit);
    }

    fn each_place_below<'v>(
        &self,
        schemas: &[SchemaId],
        value: &'v Value,
        at: &Path,
        visit: &mut dyn FnMut(&Path, &[SchemaId], &'v Value),
    ) {
        visit(at, schemas, value);
        match value {
            Value::Object(map) => {
                for (name, child) in map {
                    self.each_place_below(&self.about_member(schemas, name, child), child, &at.member(name), visit);
                }
            }
            Value::Array(list) => {
                for (index, child) in list.iter().enumerate() {
                    self.each_place_below(&self.about_element(schemas, index, child), child, &at.element(index), visit);
                }
            }
            _ => {}
        }
    }

    /// The schemas that are about a member of an object that some schemas are about.
    pub(crate) fn about_member(&self, schemas: &[SchemaId], name: &str, value: &Value) -> Vec<SchemaId> {
        let mut below = Vec::new();
        for id in schemas {
            let schema = &self.contract[*id];
            let before = below.len();
            for child in self.described(schema, name) {
                self.applicable(child, value, &mut below);
            }
            if let Some(rest) = schema.additional_properties.filter(|_| below.len() == before) {
                self.applicable(rest, value, &mut below);
            }
        }
        below
    }

    /// The schemas that are about an element of a list that some schemas are about.
    pub(crate) fn about_element(&self, schemas: &[SchemaId], index: usize, value: &Value) -> Vec<SchemaId> {
        let mut below = Vec::new();
        for id in schemas {
            let schema = &self.contract[*id];
            if let Some(item) = schema.prefix_items.get(index).copied().or(schema.items) {
                self.applicable(item, value, &mut below);
            }
        }
        below
    }

    /// Whether a schema is defined by itself alone.
    pub(crate) fn is_circular(&self, id: SchemaId) -> bool {
        self.circular.contains(&id)
    }

    /// Whether a text has a format; formats that nobody knows are satisfied by everything.
    pub(crate) fn has_format(&self, format: &str, text: &Value) -> bool {
        self.formats.get(format).and_then(Option::as_ref).is_none_or(|validator| validator.is_valid(text))
    }

    fn visit(&self, id: SchemaId, value: &Value, at: &At<'_>, depth: usize, faults: &mut Faults) {
        let schema = &self.contract[id];
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
        self.values(id, schema, value, at, faults);
        self.unions(id, schema, value, at, depth, faults);
        if faults.done() {
            return;
        }
        if self.meanings && !meaning::is_readable(schema, value) {
            faults.add(|| Rule::Format, at, id, "x-scalar");
        }
        match value {
            Value::String(text) => self.text(id, schema, text, value, at, faults),
            Value::Number(number) => bounds(id, schema, number, at, faults),
            Value::Array(list) => self.list(id, schema, list, at, depth, faults),
            Value::Object(map) => self.object(id, schema, map, at, depth, faults),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn values(&self, id: SchemaId, schema: &Schema, value: &Value, at: &At<'_>, faults: &mut Faults) {
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

    fn unions(&self, id: SchemaId, schema: &Schema, value: &Value, at: &At<'_>, depth: usize, faults: &mut Faults) {
        for (branches, keyword) in [(&schema.one_of, "oneOf"), (&schema.any_of, "anyOf")] {
            if branches.is_empty() || faults.done() {
                continue;
            }
            let holds = |branch: &&SchemaId| {
                let mut inner = Faults { keep: false, any: false, list: Vec::new() };
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
            let mut inner = Faults { keep: false, any: false, list: Vec::new() };
            self.visit(not, value, &At::Root, depth + 1, &mut inner);
            if !inner.any {
                faults.add(|| Rule::Forbidden, at, id, "not");
            }
        }
    }

    fn text(&self, id: SchemaId, schema: &Schema, text: &str, value: &Value, at: &At<'_>, faults: &mut Faults) {
        if schema.min_length.is_some() || schema.max_length.is_some() {
            let length = text.chars().count() as u64;
            limits(id, length, [(schema.min_length, "minLength"), (schema.max_length, "maxLength")], at, faults);
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

    fn list(&self, id: SchemaId, schema: &Schema, list: &[Value], at: &At<'_>, depth: usize, faults: &mut Faults) {
        let length = list.len() as u64;
        limits(id, length, [(schema.min_items, "minItems"), (schema.max_items, "maxItems")], at, faults);
        if schema.unique_items && (1..list.len()).any(|end| list[..end].iter().any(|one| same(one, &list[end]))) {
            faults.add(|| Rule::Limit("uniqueItems"), at, id, "uniqueItems");
        }
        for (index, value) in list.iter().enumerate() {
            if faults.done() {
                return;
            }
            if let Some(item) = schema.prefix_items.get(index).copied().or(schema.items) {
                self.visit(item, value, &At::Element(at, index), depth + 1, faults);
            }
        }
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
                    self.visit(rest, element, &At::Element(at, index), depth + 1, faults);
                }
            }
        }
    }

    fn object(
        &self,
        id: SchemaId,
        schema: &Schema,
        map: &Map<String, Value>,
        at: &At<'_>,
        depth: usize,
        faults: &mut Faults,
    ) {
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
        limits(id, length, counts, at, faults);
        for (name, value) in map {
            if faults.done() {
                return;
            }
            let here = At::Member(at, name);
            let mut known = false;
            for property in self.described(schema, name) {
                known = true;
                self.visit(property, value, &here, depth + 1, faults);
            }
            match schema.additional_properties {
                Some(rest) if !known && self.contract[rest].always == Some(false) => {
                    faults.add(|| Rule::Undocumented(name.clone()), at, id, "additionalProperties");
                }
                Some(rest) if !known => self.visit(rest, value, &here, depth + 1, faults),
                _ => {}
            }
            if schema.property_names.is_some_and(|names| !self.accepts(names, &Value::from(name.as_str()))) {
                faults.add(|| Rule::Forbidden, &here, id, "propertyNames");
            }
        }
        self.unevaluated_members(id, schema, map, at, depth, faults);
    }

    /// Members that no other schema is about.
    fn unevaluated_members(
        &self,
        id: SchemaId,
        schema: &Schema,
        map: &Map<String, Value>,
        at: &At<'_>,
        depth: usize,
        faults: &mut Faults,
    ) {
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
                self.visit(rest, value, &At::Member(at, name), depth + 1, faults);
            }
        }
    }

    /// The schemas that one schema object itself has for a member: by name and by patterns.
    pub(crate) fn described<'s>(&'s self, schema: &'s Schema, name: &'s str) -> impl Iterator<Item = SchemaId> + 's {
        let named = schema.properties.iter().filter(move |(property, _)| property == name);
        let matching = schema.pattern_properties.iter().filter(move |(pattern, _)| {
            // Patterns of keys are few and not worth a place in the table.
            ecma::compile(pattern).is_ok_and(|regex| regex.is_match(name))
        });
        named.chain(matching).map(|(_, id)| *id)
    }
}

/// Schemas that are defined by themselves without a step into the value: no value can be told to satisfy them.
fn circular(contract: &Contract) -> HashSet<SchemaId> {
    let here = |id: SchemaId| {
        let schema = &contract[id];
        let many = [&schema.all_of, &schema.one_of, &schema.any_of];
        let one = [schema.reference, schema.not, schema.condition, schema.then, schema.otherwise];
        many.into_iter().flatten().copied().chain(one.into_iter().flatten()).collect::<Vec<_>>()
    };
    let (mut done, mut open, mut circular) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (root, _) in contract.schemas() {
        let mut stack = vec![(root, here(root))];
        open.insert(root);
        while let Some((id, rest)) = stack.last_mut() {
            match rest.pop() {
                Some(next) if open.contains(&next) => {
                    circular.insert(next);
                }
                Some(next) if !done.contains(&next) => {
                    open.insert(next);
                    stack.push((next, here(next)));
                }
                Some(_) => {}
                None => {
                    open.remove(id);
                    done.insert(*id);
                    stack.pop();
                }
            }
        }
    }
    circular
}

fn limits(
    id: SchemaId,
    length: u64,
    [(min, min_word), (max, max_word)]: [(Option<u64>, &'static str); 2],
    at: &At<'_>,
    faults: &mut Faults,
) {
    if min.is_some_and(|min| length < min) {
        faults.add(|| Rule::Limit(min_word), at, id, min_word);
    }
    if max.is_some_and(|max| length > max) {
        faults.add(|| Rule::Limit(max_word), at, id, max_word);
    }
}

fn bounds(id: SchemaId, schema: &Schema, number: &Number, at: &At<'_>, faults: &mut Faults) {
    use std::cmp::Ordering::{Equal, Greater, Less};
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

/// Whether a number is a whole number of times another one: exactly, where both have few enough digits.
fn is_multiple(number: &Number, unit: &Number) -> bool {
    let exact = Exact::new(number).zip(Exact::new(unit)).and_then(|(number, unit)| number.is_multiple_of(unit));
    exact.unwrap_or_else(|| {
        let quotient = number.as_f64().unwrap_or_default() / unit.as_f64().unwrap_or(1.0);
        quotient.fract() == 0.0
    })
}

/// Whether a value has a JSON type; a number without fraction is an integer.
pub fn is_type(value: &Value, kind: Type) -> bool {
    match kind {
        Type::Null => value.is_null(),
        Type::Boolean => value.is_boolean(),
        Type::Integer => value.as_number().is_some_and(is_whole),
        Type::Number => value.is_number(),
        Type::String => value.is_string(),
        Type::Array => value.is_array(),
        Type::Object => value.is_object(),
    }
}

fn is_whole(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|value| value.fract() == 0.0)
}

/// Equality of JSON Schema: numbers by value, `1` and `1.0` alike.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// How far a fault shows that another branch was meant: discriminators and shape count, details hardly.
fn distance(fault: &Fault) -> u64 {
    let depth = fault.at.steps().len();
    match (&fault.rule, fault.keyword) {
        (Rule::Type | Rule::Null, _) if depth == 0 => 100_000,
        // A constant one step down is what tells the branches of a union apart.
        (_, "const") if depth <= 1 => 30_000,
        (Rule::Missing(_), _) if depth == 0 => 2_000,
        (Rule::Undocumented(_), _) if depth == 0 => 300,
        _ => 200_u64 >> depth.min(7),
    }
}

#[cfg(test)]
mod tests;
