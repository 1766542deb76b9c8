//! All ways to satisfy a schema: choices of `oneOf` and `anyOf` are made, and what holds together is merged.
//! A shape is a set of schemas that apply together; shapes refer to shapes, so circular schemas are possible.

use std::collections::{BTreeSet, HashMap};

use kontrakt_codegen::contract::{Contract, Merged, Schema, SchemaId, Type, Types};
use serde_json::{Value, json};

use super::number::Numbers;
use super::pattern::Pattern;
use super::text::Texts;
use crate::check::{Checker, is_type};

/// More alternatives than this in one place are not told apart; no document comes near.
const MAX_WAYS: usize = 256;

pub(super) type ShapeId = usize;

/// Values that satisfy all of some schemas.
#[derive(Debug)]
pub(super) struct Shape {
    /// The schemas, sorted; none for any value.
    pub(super) schemas: Vec<SchemaId>,
    /// Ways to satisfy them, those that cannot be gone removed.
    pub(super) ways: Vec<Way>,
    /// Nesting of the flattest value; `None` when there is no value.
    pub(super) height: Option<u32>,
}

/// One way: a set of schema objects with every choice made.
#[derive(Debug)]
pub(super) struct Way {
    /// Whether a drawn value must be checked, because branches overlap or something is forbidden.
    pub(super) checked: bool,
    /// The forms a value can have.
    pub(super) forms: Vec<TypedValues>,
    pub(super) height: Option<u32>,
}

/// Values of one type.
#[derive(Debug)]
pub(super) struct TypedValues {
    pub(super) kind: ValuesOf,
    pub(super) height: Option<u32>,
}

#[derive(Debug)]
pub(super) enum ValuesOf {
    Values(Vec<Value>),
    Null,
    Boolean,
    Number(Numbers),
    Text(Texts),
    /// A text that holds JSON.
    Embedded(ShapeId),
    List(List),
    Object(Object),
}

#[derive(Debug)]
pub(super) struct List {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) unique: bool,
    pub(super) prefix: Vec<ShapeId>,
    pub(super) items: ShapeId,
}

#[derive(Debug)]
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    pub(super) min: usize,
    pub(super) max: usize,
    /// Members of any name, where the document describes them.
    pub(super) rest: Option<ShapeId>,
    /// Members whose names match a pattern.
    pub(super) patterned: Vec<(Pattern, ShapeId)>,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) shape: ShapeId,
}

/// All shapes that some schemas need.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    pub(super) list: Vec<Shape>,
    /// Whether something was left out that may have values after all.
    pub(super) guessed: bool,
    known: HashMap<Vec<SchemaId>, ShapeId>,
    waiting: Vec<ShapeId>,
}

impl Shapes {
    /// The shape of schemas that hold together, with everything below it. Heights are worked out when all shapes are there.
    pub(super) fn add(&mut self, checker: &Checker<'_>, schemas: &[SchemaId]) -> ShapeId {
        let id = self.shape(schemas.to_vec());
        while let Some(next) = self.waiting.pop() {
            let schemas = self.list[next].schemas.clone();
            self.list[next].ways = self.ways(checker, &schemas);
        }
        id
    }

    fn shape(&mut self, mut schemas: Vec<SchemaId>) -> ShapeId {
        schemas.sort_unstable();
        schemas.dedup();
        if let Some(id) = self.known.get(&schemas) {
            return *id;
        }
        let id = self.list.len();
        self.known.insert(schemas.clone(), id);
        self.list.push(Shape { schemas, ways: Vec::new(), height: None });
        self.waiting.push(id);
        id
    }

    fn ways(&mut self, checker: &Checker<'_>, schemas: &[SchemaId]) -> Vec<Way> {
        if schemas.is_empty() {
            let values = vec![json!(null), json!(true), json!(7), json!(1.5), json!("any"), json!([]), json!({})];
            let forms = vec![TypedValues { kind: ValuesOf::Values(values), height: None }];
            return vec![Way { checked: false, forms, height: None }];
        }
        let contract = checker.contract();
        let mut ways = Vec::new();
        let mut start = Choice::default();
        schemas.iter().for_each(|id| start.add(checker, *id));
        let mut open = vec![start];
        while let Some(mut choice) = open.pop() {
            let many = ways.len() + open.len() > MAX_WAYS;
            self.guessed |= many;
            if choice.impossible || many {
                continue;
            }
            let Some((branches, exclusive)) = choice.groups.pop() else {
                ways.push(self.way(checker, choice));
                continue;
            };
            // Backwards, since the last one in is the first one out.
            for (index, branch) in branches.iter().enumerate().rev() {
                let mut next = choice.clone();
                next.add(checker, *branch);
                let types = possible_types(contract, *branch);
                let overlaps = |(other, id): (usize, &SchemaId)| {
                    other != index && !types.intersect(possible_types(contract, *id)).is_empty()
                };
                next.checked |= exclusive && branches.iter().enumerate().any(overlaps);
                open.push(next);
            }
        }
        ways
    }

    fn way(&mut self, checker: &Checker<'_>, choice: Choice) -> Way {
        let contract = checker.contract();
        let parts: Vec<SchemaId> = choice.parts.iter().copied().collect();
        let schemas: Vec<&Schema> = parts.iter().map(|id| &contract[*id]).collect();
        // Choices of unions are made: what the parts say is merged, but for rules that look at one part alone.
        let merged = Merged::of_keywords(contract, parts.iter().copied());
        let checked = choice.checked || schemas.iter().any(|schema| schema.not.is_some());
        let types = merged.types.unwrap_or(Types::ANY);
        let listed = schemas.iter().find_map(|schema| schema.listed());
        let mut forms = Vec::new();
        if let Some(values) = listed {
            let fits = |value: &&Value| {
                types.iter().any(|kind| is_type(value, kind)) && parts.iter().all(|id| checker.accepts(*id, value))
            };
            forms.push(ValuesOf::Values(values.iter().filter(fits).cloned().collect()));
        } else {
            // An integer is a number; one form for both.
            let whole = !types.contains(Type::Number);
            for kind in types.iter().filter(|kind| *kind != Type::Integer || whole) {
                forms.extend(match kind {
                    Type::Null => Some(ValuesOf::Null),
                    Type::Boolean => Some(ValuesOf::Boolean),
                    Type::Integer | Type::Number => {
                        let numbers = Numbers::new(&schemas, whole);
                        self.guessed |= numbers.is_none() && schemas.iter().any(|schema| schema.multiple_of.is_some());
                        numbers.map(ValuesOf::Number)
                    }
                    Type::String => match merged.content.as_ref().filter(|((_, slot), _)| !slot.is_empty()) {
                        Some(((_, slot), _)) => Some(ValuesOf::Embedded(self.shape(slot.clone()))),
                        None => {
                            let texts = Texts::new(checker, &merged);
                            self.guessed |= texts.is_none();
                            texts.map(ValuesOf::Text)
                        }
                    },
                    Type::Array => Some(ValuesOf::List(self.array(&merged, &schemas))),
                    Type::Object => Some(ValuesOf::Object(self.object(checker, &merged, &schemas))),
                });
            }
        }
        let forms = forms.into_iter().map(|kind| TypedValues { kind, height: None }).collect();
        Way { checked, forms, height: None }
    }

    fn array(&mut self, merged: &Merged, schemas: &[&Schema]) -> List {
        let described = schemas.iter().map(|schema| schema.prefix_items.len()).max().unwrap_or(0);
        let element = |index: usize| {
            schemas.iter().filter_map(move |schema| schema.prefix_items.get(index).copied().or(schema.items)).collect()
        };
        List {
            min: count(merged, "minItems").unwrap_or(0),
            max: count(merged, "maxItems").unwrap_or(usize::MAX),
            unique: merged.unique.is_some(),
            prefix: (0..described).map(|index| self.shape(element(index))).collect(),
            items: self.shape(element(usize::MAX)),
        }
    }

    fn object(&mut self, checker: &Checker<'_>, merged: &Merged, schemas: &[&Schema]) -> Object {
        // What all the schemas say together about a member.
        let about = |name: &str| {
            let mut ids = Vec::new();
            for schema in schemas {
                let known = ids.len();
                ids.extend(checker.described(schema, name));
                if ids.len() == known {
                    ids.extend(schema.additional_properties);
                }
            }
            ids
        };
        let mut members: Vec<Member> = Vec::new();
        let named = merged.properties.iter().map(|(name, _)| name);
        for name in named.chain(merged.required.iter().map(|(name, _)| name)) {
            if !members.iter().any(|member| member.name == *name) {
                let required = merged.requires(name);
                members.push(Member { name: name.clone(), required, shape: self.shape(about(name)) });
            }
        }
        let rest: Vec<SchemaId> = schemas.iter().filter_map(|schema| schema.additional_properties).collect();
        let described = rest.iter().any(|id| checker.contract()[*id].always.is_none());
        let patterned = schemas.iter().flat_map(|schema| &schema.pattern_properties);
        let patterned = patterned.filter_map(|(pattern, id)| Some((Pattern::new(pattern)?, self.shape(vec![*id]))));
        Object {
            members,
            min: count(merged, "minProperties").unwrap_or(0),
            max: count(merged, "maxProperties").unwrap_or(usize::MAX),
            patterned: patterned.collect(),
            rest: described.then(|| self.shape(rest)),
        }
    }

    /// How flat a value of each shape can be: none yet for all, then better and better until nothing changes.
    pub(super) fn heights(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            for id in 0..self.list.len() {
                let heights: Vec<Vec<Option<u32>>> = (self.list[id].ways.iter())
                    .map(|way| way.forms.iter().map(|form| self.form_height(&form.kind)).collect())
                    .collect();
                let shape = &mut self.list[id];
                for (way, heights) in shape.ways.iter_mut().zip(heights) {
                    for (form, height) in way.forms.iter_mut().zip(heights) {
                        form.height = height;
                    }
                    way.height = way.forms.iter().filter_map(|form| form.height).min();
                }
                let height = shape.ways.iter().filter_map(|way| way.height).min();
                changed |= height != shape.height;
                shape.height = height;
            }
        }
    }

    /// Shapes that a value of a shape may need to hold values of.
    pub(super) fn needed(&self, shape: ShapeId) -> impl Iterator<Item = ShapeId> + '_ {
        let forms = self.list[shape].ways.iter().flat_map(|way| &way.forms);
        forms.flat_map(|form| match &form.kind {
            ValuesOf::Embedded(shape) => vec![*shape],
            ValuesOf::List(list) if list.min > 0 => list.prefix.iter().copied().chain([list.items]).collect(),
            ValuesOf::Object(object) => {
                object.members.iter().filter(|member| member.required).map(|member| member.shape).collect()
            }
            _ => Vec::new(),
        })
    }

    fn form_height(&self, kind: &ValuesOf) -> Option<u32> {
        let height = |shape: ShapeId| self.list[shape].height;
        match kind {
            ValuesOf::Values(values) => (!values.is_empty()).then_some(0),
            ValuesOf::Null | ValuesOf::Boolean | ValuesOf::Number(_) | ValuesOf::Text(_) => Some(0),
            ValuesOf::Embedded(shape) => Some(height(*shape)? + 1),
            ValuesOf::List(list) if list.min > list.max => None,
            ValuesOf::List(list) if list.min == 0 => Some(0),
            ValuesOf::List(list) => {
                let element = |index: usize| list.prefix.get(index).copied().unwrap_or(list.items);
                (0..list.min.min(list.prefix.len() + 1))
                    .try_fold(0, |most: u32, at| Some(most.max(height(element(at))?)))
            }
            .map(|height| height + 1),
            ValuesOf::Object(object) => {
                let mut needed = 0;
                let mut count = 0;
                for member in object.members.iter().filter(|member| member.required) {
                    needed = needed.max(height(member.shape)? + 1);
                    count += 1;
                }
                let mut others: Vec<u32> = (object.members.iter().filter(|member| !member.required))
                    .filter_map(|member| height(member.shape))
                    .collect();
                others.sort_unstable();
                let many = object.rest.into_iter().chain(object.patterned.iter().map(|(_, shape)| *shape));
                let many = many.filter_map(height).min();
                for at in 0..object.min.saturating_sub(count).min(others.len() + 1) {
                    needed = needed.max(others.get(at).copied().or(many)? + 1);
                }
                (count <= object.max).then_some(needed)
            }
        }
    }
}

/// A count, as far as this machine can count.
pub(super) fn count(merged: &Merged, keyword: &str) -> Option<usize> {
    merged.count(keyword).map(|count| usize::try_from(count).unwrap_or(usize::MAX))
}

/// Schema objects that hold together, with unions still to be decided.
#[derive(Clone, Default)]
struct Choice {
    parts: BTreeSet<SchemaId>,
    /// Branches, and whether exactly one may hold.
    groups: Vec<(Vec<SchemaId>, bool)>,
    checked: bool,
    impossible: bool,
}

impl Choice {
    fn add(&mut self, checker: &Checker<'_>, id: SchemaId) {
        for id in checker.contract().together(id) {
            if !self.parts.insert(id) {
                continue;
            }
            let schema = &checker.contract()[id];
            self.impossible |= schema.always == Some(false) || checker.is_circular(id);
            for (branches, exclusive) in [(&schema.one_of, true), (&schema.any_of, false)] {
                if !branches.is_empty() {
                    self.groups.push((branches.clone(), exclusive));
                }
            }
        }
    }
}

/// Types that values of a schema can have at most.
fn possible_types(contract: &Contract, id: SchemaId) -> Types {
    let merged = contract.merged(id);
    let said = merged.types.unwrap_or(Types::ANY);
    let Some((values, _)) = &merged.values else { return said };
    let null = merged.null.then_some(Type::Null);
    said.intersect(values.iter().flat_map(|value| type_of(value).iter()).chain(null).collect())
}

fn type_of(value: &Value) -> Types {
    Type::ALL.into_iter().filter(|kind| is_type(value, *kind)).collect()
}
