//! Which schemas are about which place of a value, found once for all that ask: what is news, what a client lost, which
//! properties were seen.

use kontrakt_codegen::contract::SchemaId;
use serde_json::Value;

use super::{Checker, Path, StepRef, ValueStep};

/// As many places are in most answers.
const ROOM: usize = 64;

/// The schemas that are about every place of one value, and what else the traversal saw.
pub(crate) struct Annotations {
    /// From the outside inwards, in the order of the value: a place, then everything inside it.
    places: Vec<PlaceSchemas>,
    /// Those of all places, one after the other.
    schemas: Vec<SchemaId>,
    /// Properties that the value has, by their positions in the schema.
    pub(crate) properties: Vec<(SchemaId, usize)>,
}

struct PlaceSchemas {
    /// The end of its schemas, which begin where those of the place before end.
    schemas: usize,
    /// The first place that is not inside it.
    end: usize,
    /// A schema that lists members, when none that is about the object has this one or forbids it.
    undescribed: Option<SchemaId>,
}

/// One place of a value with its annotations.
#[derive(Clone, Copy)]
pub(crate) struct Annotated<'a, 'v> {
    annotations: &'a Annotations,
    place: usize,
    /// What stands there.
    pub(crate) value: &'v Value,
}

impl<'a, 'v> Annotated<'a, 'v> {
    /// The schemas that are about it.
    pub(crate) fn schemas(self) -> &'a [SchemaId] {
        let Annotations { places, schemas, .. } = self.annotations;
        let start = self.place.checked_sub(1).map_or(0, |before| places[before].schemas);
        &schemas[start..places[self.place].schemas]
    }

    /// A schema of the object around it that lists members, when nothing describes this one or forbids it.
    pub(crate) fn undescribed(self) -> Option<SchemaId> {
        self.annotations.places[self.place].undescribed
    }

    /// What is directly inside, with the step that leads there.
    pub(crate) fn inside(self) -> impl Iterator<Item = (StepRef<'v>, Self)> {
        let (members, elements) = match self.value {
            Value::Object(map) => (Some(map), None),
            Value::Array(list) => (None, Some(list)),
            _ => (None, None),
        };
        let members = members.into_iter().flatten().map(|(name, value)| (StepRef::Member(name), value));
        let elements = elements.into_iter().flatten().enumerate();
        let steps = members.chain(elements.map(|(index, value)| (StepRef::Element(index), value)));
        let mut place = self.place + 1;
        steps.map(move |(step, value)| {
            let here = Self { annotations: self.annotations, place, value };
            place = self.annotations.places[place].end;
            (step, here)
        })
    }

    /// The place that a path leads to.
    pub(crate) fn at(self, path: &Path) -> Option<Self> {
        path.steps().iter().try_fold(self, Self::step)
    }

    /// The place one step further.
    pub(crate) fn step(self, step: &ValueStep) -> Option<Self> {
        self.inside().find(|(one, _)| *one == step.borrow()).map(|(_, below)| below)
    }
}

impl Annotations {
    /// The place of the whole value, which is the one that was annotated.
    pub(crate) fn of<'v>(&self, value: &'v Value) -> Annotated<'_, 'v> {
        Annotated { annotations: self, place: 0, value }
    }
}

impl Checker<'_> {
    /// Finds the schemas that are about every place of a value.
    pub(crate) fn annotate(&self, root: SchemaId, value: &Value) -> Annotations {
        let mut schemas = Vec::new();
        self.applicable(root, value, &mut schemas);
        let mut annotations = Annotations {
            places: Vec::with_capacity(ROOM),
            schemas: Vec::with_capacity(ROOM),
            properties: Vec::with_capacity(ROOM),
        };
        self.annotate_place(&schemas, None, value, &mut annotations);
        annotations
    }

    fn annotate_place(
        &self,
        schemas: &[SchemaId],
        undescribed: Option<SchemaId>,
        value: &Value,
        all: &mut Annotations,
    ) {
        let place = all.places.len();
        all.schemas.extend_from_slice(schemas);
        all.places.push(PlaceSchemas { schemas: all.schemas.len(), end: 0, undescribed });
        if !value.is_object() && !value.is_array() {
            all.places[place].end = place + 1;
            return;
        }
        let mut below = Vec::new();
        match value {
            Value::Object(map) => {
                for (name, child) in map {
                    below.clear();
                    let undescribed = self.about_member(schemas, name, child, &mut below, &mut all.properties);
                    self.annotate_place(&below, undescribed, child, all);
                }
            }
            Value::Array(list) => {
                for (index, child) in list.iter().enumerate() {
                    below.clear();
                    for schema in schemas.iter().map(|id| &self.contract[*id]) {
                        if let Some(item) = schema.prefix_items.get(index).copied().or(schema.items) {
                            self.applicable(item, child, &mut below);
                        }
                    }
                    self.annotate_place(&below, None, child, all);
                }
            }
            _ => {}
        }
        all.places[place].end = all.places.len();
    }

    /// Collects the schemas of a member and its properties; gives a schema that lists members when none describes or
    /// forbids this one.
    fn about_member(
        &self,
        schemas: &[SchemaId],
        name: &str,
        value: &Value,
        below: &mut Vec<SchemaId>,
        properties: &mut Vec<(SchemaId, usize)>,
    ) -> Option<SchemaId> {
        let (mut described, mut lists) = (false, None);
        for id in schemas {
            let schema = &self.contract[*id];
            let before = below.len();
            if let Some(position) = schema.properties.iter().position(|(property, _)| property == name) {
                properties.push((*id, position));
                described = true;
                self.applicable(schema.properties[position].1, value, below);
            }
            for child in Self::matching(schema, name) {
                described = true;
                self.applicable(child, value, below);
            }
            if !schema.properties.is_empty() && lists.is_none() {
                lists = Some(*id);
            }
            if let Some(rest) = schema.additional_properties.filter(|_| below.len() == before) {
                // That anything may be there describes nothing; what is closed is the schema's business.
                described |= self.contract[rest].always != Some(true);
                self.applicable(rest, value, below);
            }
        }
        lists.filter(|_| !described)
    }
}
