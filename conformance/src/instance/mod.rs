//! Arbitrary values of a schema for `proptest`: exact for every keyword that the documents use, with shrinking.
//! An unsatisfiable schema is reported with its pointer before any value is generated.

mod draw;
mod number;
mod pattern;
mod plan;
mod shrink;
mod text;

use std::collections::{HashMap, HashSet};
use std::fmt;

use fastrand::Rng;
use kontrakt_codegen::contract::{Contract, Schema, SchemaId};
use kontrakt_codegen::diagnostic::Diagnostic;
use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use self::draw::Drawing;
use self::plan::{ShapeId, Shapes};
use self::shrink::Edit;
use crate::check::Checker;

/// What can be drawn for the schemas of a contract.
pub struct Instances<'c> {
    checker: Checker<'c>,
    shapes: Shapes,
    roots: HashMap<SchemaId, ShapeId>,
    /// Schemas with a keyword that nothing is drawn for.
    undrawable: HashMap<SchemaId, &'static str>,
}

/// The keyword of a schema that forbids values and that no value is drawn for. None of the three documents has one.
fn undrawable(schema: &Schema) -> Option<&'static str> {
    let keywords = [
        ("contains", schema.contains.is_some() && schema.min_contains != Some(0)),
        ("dependentRequired", !schema.dependent_required.is_empty()),
        ("dependentSchemas", !schema.dependent_schemas.is_empty()),
        ("if", schema.condition.is_some() && (schema.then.is_some() || schema.otherwise.is_some())),
        ("propertyNames", schema.property_names.is_some()),
        ("unevaluatedItems", schema.unevaluated_items.is_some()),
        ("unevaluatedProperties", schema.unevaluated_properties.is_some()),
        ("$dynamicRef", schema.others.iter().any(|(name, _)| name == "$dynamicRef")),
    ];
    keywords.into_iter().find(|(_, there)| *there).map(|(keyword, _)| keyword)
}

impl<'c> Instances<'c> {
    /// Works out how to satisfy each of these schemas.
    pub fn new(contract: &'c Contract, schemas: impl IntoIterator<Item = SchemaId>) -> Self {
        let checker = Checker::new(contract).with_meanings();
        let mut shapes = Shapes::default();
        let roots = schemas.into_iter().map(|id| (id, shapes.add(&checker, &[id]))).collect();
        shapes.heights();
        let undrawable = contract.schemas().filter_map(|(id, schema)| undrawable(schema).map(|keyword| (id, keyword)));
        Self { undrawable: undrawable.collect(), checker, shapes, roots }
    }

    /// The values of one of the schemas.
    ///
    /// # Errors
    /// When no value satisfies the schema, with the pointers of what makes it so; when it has keywords that cannot be
    /// drawn for; or when it is none of the schemas that were announced.
    pub fn of(&self, schema: SchemaId) -> Result<Values<'_>, Diagnostic> {
        let contract = self.checker.contract();
        let pointer = || contract[schema].pointer.clone();
        let Some(shape) = self.roots.get(&schema).copied() else {
            return Err(Diagnostic::new("instances of this schema were not prepared").pointer(pointer()));
        };
        if let Some((culprit, keyword)) = self.undrawable(schema) {
            let at = &contract[culprit].pointer;
            return Err(Diagnostic::new(format!("no values can be drawn for `{keyword}`"))
                .pointer(pointer())
                .help(format!("it stands at {at}")));
        }
        if self.shapes.list[shape].height.is_none() {
            let causes = self.causes(shape);
            return Err(Diagnostic::new("no value satisfies this schema")
                .pointer(pointer())
                .help(format!("the contradiction is at {}", causes.join(" and "))));
        }
        Ok(Values { instances: self, schema, shape })
    }

    /// A schema at or below another with a keyword that is not understood here.
    fn undrawable(&self, root: SchemaId) -> Option<(SchemaId, &str)> {
        if self.undrawable.is_empty() {
            return None;
        }
        let (mut seen, mut open) = (HashSet::from([root]), vec![root]);
        while let Some(id) = open.pop() {
            if let Some(keyword) = self.undrawable.get(&id) {
                return Some((id, keyword));
            }
            open.extend(self.checker.contract()[id].children().filter(|child| seen.insert(*child)));
        }
        None
    }

    /// The checker that every drawn value passes.
    pub fn checker(&self) -> &Checker<'c> {
        &self.checker
    }

    /// Unsatisfiable schemas that are not so because of others below them.
    fn causes(&self, root: ShapeId) -> Vec<String> {
        let contract = self.checker.contract();
        let mut causes = Vec::new();
        let (mut seen, mut open) = (vec![root], vec![root]);
        while let Some(id) = open.pop() {
            let below: Vec<ShapeId> =
                self.shapes.needed(id).filter(|id| self.shapes.list[*id].height.is_none()).collect();
            if below.is_empty() {
                let schemas = self.shapes.list[id].schemas.iter();
                causes.extend(schemas.map(|schema| contract[contract.resolve(*schema)].pointer.to_string()));
            }
            for next in below {
                if !seen.contains(&next) {
                    seen.push(next);
                    open.push(next);
                }
            }
        }
        if causes.is_empty() {
            causes.extend(self.shapes.list[root].schemas.iter().map(|schema| contract[*schema].pointer.to_string()));
        }
        causes.sort();
        causes.dedup();
        causes
    }
}

/// Values that several schemas share.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Common {
    /// There is none, provably.
    Nothing,
    /// Some of them, the simplest first.
    Values(Vec<Value>),
    /// None was found.
    Unknown,
}

/// How many values are drawn in search of one.
const DRAWS: u64 = 48;

/// What some schemas have in common.
pub(crate) fn common(checker: &Checker<'_>, schemas: &[SchemaId]) -> Common {
    let mut shapes = Shapes::default();
    let root = shapes.add(checker, schemas);
    shapes.heights();
    if shapes.list[root].height.is_none() {
        return if shapes.guessed { Common::Unknown } else { Common::Nothing };
    }
    let draw = |seed| Drawing { checker, shapes: &shapes, rng: Rng::with_seed(seed), drawn: 0 }.draw(root, 0);
    let holds = |value: &Value| schemas.iter().all(|id| checker.accepts(*id, value));
    let mut values: Vec<Value> = (0..DRAWS).filter_map(draw).filter(holds).collect();
    values.sort_by_cached_key(shrink::weight);
    if values.is_empty() { Common::Unknown } else { Common::Values(values) }
}

/// A value made as simple as can be while something holds of it.
pub(crate) fn smaller(mut value: Value, holds: impl Fn(&Value) -> bool) -> Value {
    while let Some(next) = shrink::edits(&value).iter().find_map(|edit| edit.apply(&value).filter(&holds)) {
        value = next;
    }
    value
}

/// All values of one schema, as a strategy.
#[derive(Clone, Copy)]
pub struct Values<'i> {
    instances: &'i Instances<'i>,
    schema: SchemaId,
    shape: ShapeId,
}

impl Values<'_> {
    /// The value of a seed; the same one every time. `None` when luck ran out, which takes a union whose branches
    /// overlap almost everywhere.
    pub fn value(&self, seed: u64) -> Option<Value> {
        let Instances { checker, shapes, .. } = self.instances;
        Drawing { checker, shapes, rng: Rng::with_seed(seed), drawn: 0 }.draw(self.shape, 0)
    }

    /// The schema that all values satisfy.
    pub fn schema(&self) -> SchemaId {
        self.schema
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "values of {}", self.instances.checker.contract()[self.schema].pointer)
    }
}

impl<'i> Strategy for Values<'i> {
    type Tree = Simplifying<'i>;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let value = self.value(runner.rng().next_u64());
        let current = value.ok_or_else(|| format!("{self:?} overlap too much"))?;
        Ok(Simplifying { values: *self, current, tried: None, done: false })
    }
}

/// A value on its way to the simplest one that still breaks a law.
pub struct Simplifying<'i> {
    values: Values<'i>,
    current: Value,
    /// The value before the last simplification, and what has not been tried on it yet.
    tried: Option<(Value, std::vec::IntoIter<Edit>)>,
    /// Nothing simpler is left to try.
    done: bool,
}

impl Simplifying<'_> {
    /// The next lighter value that satisfies the schema, made from the value before; else the value before.
    fn step(&mut self, before: Value, mut edits: std::vec::IntoIter<Edit>) {
        let checker = &self.values.instances.checker;
        let next =
            edits.find_map(|edit| edit.apply(&before).filter(|value| checker.accepts(self.values.schema, value)));
        match next {
            Some(next) => {
                self.current = next;
                self.tried = Some((before, edits));
            }
            None => {
                self.current = before;
                self.done = true;
            }
        }
    }
}

impl ValueTree for Simplifying<'_> {
    type Value = Value;

    fn current(&self) -> Value {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        if !self.done {
            let before = self.current.clone();
            let edits = shrink::edits(&before).into_iter();
            self.step(before, edits);
        }
        !self.done
    }

    /// True as long as the value changes: the last time, back to the one before all that was tried on it.
    fn complicate(&mut self) -> bool {
        let tried = self.tried.take();
        tried.map(|(before, edits)| self.step(before, edits)).is_some()
    }
}

#[cfg(test)]
mod tests;
