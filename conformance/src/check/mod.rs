//! Validates values and explains violations: the rule, and the place in value and document. The `jsonschema` crate
//! decides validity; this module explains, and descends into the evidently intended branch of a union.

mod annotation;
pub(crate) mod ecma;
pub(crate) mod exact;
pub(crate) mod meaning;
mod path;
mod visit;

pub(crate) use annotation::Annotated;
pub(crate) use path::{At, StepRef};
pub use path::{Path, ValueStep};

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use jsonschema::Validator;
use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Type};
use regex::Regex;
use serde_json::{Number, Value};

use visit::{Faults, Here};

/// Checks values against the schemas of one contract.
pub struct Checker<'c> {
    contract: &'c Contract,
    patterns: HashMap<&'c str, Option<Regex>>,
    formats: HashMap<&'c str, Option<Validator>>,
    circular: HashSet<SchemaId>,
    /// What applies to every value that a schema applies to, by its index, where the value decides nothing.
    always: Vec<OnceLock<Option<Vec<SchemaId>>>>,
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

impl Fault {
    /// Where it is, with `*` for indices; of a member that may not be there, the member.
    pub(crate) fn pattern(&self) -> String {
        match &self.rule {
            Rule::Undocumented(name) => self.at.member(name).pattern(),
            _ => self.at.pattern(),
        }
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
        let always = contract.schemas().map(|_| OnceLock::new()).collect();
        Self { contract, patterns, formats, circular: circular(contract), always, meanings: false }
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
        let mut faults = Faults::first();
        self.visit(id, value, &At::Root, 0, &mut faults);
        !faults.any
    }

    /// Every rule that a value breaks; none when it satisfies the schema.
    pub fn explain(&self, id: SchemaId, value: &Value) -> Vec<Fault> {
        let mut faults = Faults::all();
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
        let mut faults = Faults::first();
        let here = Here { id, schema: &self.contract[id], at: &At::Root, depth: 0 };
        self.text(here, value.as_str().unwrap_or_default(), value, &mut faults);
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
        if let Some(always) = self.always[id.index()].get_or_init(|| self.always_applicable(id)) {
            for one in always {
                if !all.contains(one) {
                    all.push(*one);
                }
            }
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

    /// What [`Self::applicable`] gives for every value alike; nothing where the value decides.
    fn always_applicable(&self, id: SchemaId) -> Option<Vec<SchemaId>> {
        let schema = &self.contract[id];
        let unions = !schema.one_of.is_empty() || !schema.any_of.is_empty();
        if unions || schema.condition.is_some() || !schema.dependent_schemas.is_empty() {
            return None;
        }
        let mut all = vec![id];
        let inner = schema.reference.into_iter().chain(schema.all_of.iter().copied());
        for inner in inner.filter(|inner| !self.is_circular(*inner)) {
            for one in self.always[inner.index()].get_or_init(|| self.always_applicable(inner)).as_ref()? {
                if !all.contains(one) {
                    all.push(*one);
                }
            }
        }
        Some(all)
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
        fn each<'v>(here: Annotated<'_, 'v>, at: &At<'_>, visit: &mut dyn FnMut(&Path, &[SchemaId], &'v Value)) {
            visit(&at.path(), here.schemas(), here.value);
            for (step, below) in here.inside() {
                each(below, &at.step(step), visit);
            }
        }
        each(self.annotate(root, value).of(value), &At::Root, visit);
    }

    /// Whether a schema is defined by itself alone.
    pub(crate) fn is_circular(&self, id: SchemaId) -> bool {
        self.circular.contains(&id)
    }

    /// Whether a text has a format; formats that nobody knows are satisfied by everything.
    pub(crate) fn has_format(&self, format: &str, text: &Value) -> bool {
        self.formats.get(format).and_then(Option::as_ref).is_none_or(|validator| validator.is_valid(text))
    }

    /// The schemas that one schema object itself has for a member: by name and by patterns.
    pub(crate) fn described<'s>(&'s self, schema: &'s Schema, name: &'s str) -> impl Iterator<Item = SchemaId> + 's {
        let named = schema.properties.iter().filter(move |(property, _)| property == name).map(|(_, id)| *id);
        named.chain(Self::matching(schema, name))
    }

    /// Those that it has by patterns.
    fn matching<'s>(schema: &'s Schema, name: &'s str) -> impl Iterator<Item = SchemaId> + 's {
        let matching = schema.pattern_properties.iter().filter(move |(pattern, _)| {
            // Patterns of keys are few and not worth a place in the table.
            ecma::compile(pattern).is_ok_and(|regex| regex.is_match(name))
        });
        matching.map(|(_, id)| *id)
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
