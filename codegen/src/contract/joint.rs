//! Combined schemas: what several schemas say about one value, as one schema.
//! No document has them; the generator makes them.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Contract, Schema, SchemaHints, SchemaId};

/// What a joint schema takes from another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JointPart {
    /// All that it says.
    Whole(SchemaId),
    /// What its own keywords say, without what it refers to and without its choices.
    Keywords(SchemaId),
}

impl JointPart {
    /// The schema that it is of.
    pub fn schema(self) -> SchemaId {
        match self {
            Self::Whole(id) | Self::Keywords(id) => id,
        }
    }
}

/// The joint schemas of a contract.
#[derive(Clone, Debug, Default)]
pub(super) struct Joints {
    /// The schema that says what some parts say together: a joint one, or one of the parts.
    made: HashMap<Vec<JointPart>, SchemaId>,
    keywords: HashMap<SchemaId, SchemaId>,
    /// The choice between some schemas.
    chosen: HashMap<Vec<SchemaId>, SchemaId>,
    /// Of each joint schema the documented one that it stands for.
    documented: HashMap<SchemaId, SchemaId>,
    /// Of each base with a discriminator the components that extend it.
    subtypes: OnceLock<HashMap<SchemaId, Vec<SchemaId>>>,
}

impl Contract {
    /// The schema that says what some parts say together, if it was made.
    pub(crate) fn joint(&self, parts: &[JointPart]) -> Option<SchemaId> {
        match parts {
            [JointPart::Whole(one)] => Some(*one),
            _ => self.joints.made.get(parts).copied(),
        }
    }

    /// All joint schemas with their parts.
    pub(crate) fn joints(&self) -> impl Iterator<Item = (&Vec<JointPart>, SchemaId)> {
        self.joints.made.iter().map(|(parts, id)| (parts, *id))
    }

    /// Makes the schema that says what some parts say together.
    pub(crate) fn join(&mut self, parts: Vec<JointPart>) -> SchemaId {
        let all_of: Vec<SchemaId> = parts
            .iter()
            .map(|part| match part {
                JointPart::Whole(id) => *id,
                JointPart::Keywords(id) => self.keywords_of(*id),
            })
            .collect();
        let said = |id: &SchemaId| &self[*id];
        let first = &self[parts[0].schema()];
        let schema = Schema {
            pointer: first.pointer.clone(),
            span: first.span,
            title: all_of.iter().find_map(|id| said(id).title.clone()),
            description: all_of.iter().find_map(|id| said(id).description.clone()),
            deprecated: all_of.iter().any(|id| said(id).deprecated),
            all_of,
            ..Schema::default()
        };
        let id = self.add(schema, parts[0].schema());
        self.joints.made.insert(parts, id);
        id
    }

    /// The choice between some schemas, if it was made.
    pub(crate) fn chosen(&self, schemas: &[SchemaId]) -> Option<SchemaId> {
        self.joints.chosen.get(schemas).copied()
    }

    /// Makes the choice between some schemas.
    pub(crate) fn choose(&mut self, schemas: Vec<SchemaId>) {
        let first = &self[schemas[0]];
        let (pointer, span) = (first.pointer.clone(), first.span);
        let choice = Schema { pointer, span, any_of: schemas.clone(), ..Schema::default() };
        let id = self.add(choice, schemas[0]);
        self.joints.chosen.insert(schemas, id);
    }

    /// Takes one of the parts in place of the joint schema, which says no more.
    pub(crate) fn absorb(&mut self, parts: &[JointPart], one: SchemaId) {
        if let Some(made) = self.joints.made.get_mut(parts) {
            *made = one;
        }
    }

    /// The schema of the document that a joint one stands for; any other is its own.
    pub(crate) fn documented(&self, mut id: SchemaId) -> SchemaId {
        while let Some(of) = self.joints.documented.get(&id) {
            id = *of;
        }
        id
    }

    /// The components that extend a base whose discriminator tells them apart, itself not among them.
    pub(crate) fn subtypes(&self, base: SchemaId) -> &[SchemaId] {
        let subtypes = self.joints.subtypes.get_or_init(|| {
            let discriminated = |id: &SchemaId| self[*id].others.iter().any(|(key, _)| key == "discriminator");
            let mut subtypes: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
            for (_, component) in self.components.iter().filter(|(_, id)| !self[*id].all_of.is_empty()) {
                let bases = self.together(*component).into_iter().skip(1).filter(discriminated);
                bases.for_each(|base| subtypes.entry(base).or_default().push(*component));
            }
            subtypes
        });
        subtypes.get(&base).map_or(&[], Vec::as_slice)
    }

    fn keywords_of(&mut self, id: SchemaId) -> SchemaId {
        if let Some(known) = self.joints.keywords.get(&id) {
            return *known;
        }
        let schema = Schema {
            reference: None,
            all_of: Vec::new(),
            one_of: Vec::new(),
            any_of: Vec::new(),
            nullable: false,
            hints: SchemaHints::default(),
            others: self[id].others.iter().filter(|(key, _)| key != "discriminator").cloned().collect(),
            ..self[id].clone()
        };
        let made = self.add(schema, id);
        self.joints.keywords.insert(id, made);
        made
    }

    fn add(&mut self, schema: Schema, documented: SchemaId) -> SchemaId {
        let id = SchemaId(self.schemas.len() as u32);
        self.schemas.push(schema);
        self.merged.push(OnceLock::new());
        self.joints.documented.insert(id, documented);
        id
    }
}
