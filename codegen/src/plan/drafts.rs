//! From schemas to unnamed Rust types: a draft for every record, enum and union that a call uses.
//! A draft knows the places of its schema; `names` derives its name from them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Index;

use serde_json::Value;

use super::context::Context;
use super::enums;
use super::model::{Alternative, UnionTag, Variant};
use super::scalar::{scalar, several};
use super::shape::{Shape, deciding_schema};
use super::tags;
use super::ty::{Scalar, Ty};
use crate::contract::{Bound, Contract, SchemaId, Type};
use crate::name;

/// One of [`Drafts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct DraftId(pub(super) usize);

/// A type before it has a name.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) schema: SchemaId,
    /// Where it stands, as it was found: `allOf` and what is written beside a reference give a member several owners.
    pub(super) origins: Vec<Origin>,
    pub(super) kind: DraftKind,
}

/// Where a schema stands: what its type can be named after.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A named component.
    Component(String),
    /// The root of a body: a name that says which, what it would be called if nothing else were, and whose body it is.
    Root { name: String, entity: String, operation: String },
    /// A member of another draft, by what one value of it is.
    Inside { draft: DraftId, name: String },
}

/// The members of a draft.
#[derive(Clone, Debug)]
pub(super) enum DraftKind {
    Record(Vec<DraftField>),
    Enum(Vec<Variant>),
    Union(Vec<Alternative<DraftId>>),
}

/// A member of a record.
#[derive(Clone, Debug)]
pub(super) struct DraftField {
    pub(super) key: String,
    pub(super) schema: SchemaId,
    pub(super) ty: Ty<DraftId>,
    pub(super) nullable: bool,
    pub(super) required: bool,
    /// Whether only answers have it.
    pub(super) read_only: bool,
    /// Whether only requests have it.
    pub(super) write_only: bool,
}

impl DraftField {
    /// Whether both are read alike.
    fn agrees(&self, other: &Self, same: &mut impl FnMut(&Ty<DraftId>) -> String) -> bool {
        self.required == other.required && self.nullable == other.nullable && same(&self.ty) == same(&other.ty)
    }
}

/// All drafts, in the order they were met.
#[derive(Clone, Debug, Default)]
pub(super) struct Drafts(Vec<Draft>);

impl Drafts {
    pub(super) fn ids(&self) -> impl Iterator<Item = DraftId> + use<> {
        (0..self.0.len()).map(DraftId)
    }

    /// Gives a draft other members.
    pub(super) fn replace(&mut self, id: DraftId, kind: DraftKind) {
        self.0[id.0].kind = kind;
    }
}

impl Index<DraftId> for Drafts {
    type Output = Draft;

    fn index(&self, id: DraftId) -> &Draft {
        &self.0[id.0]
    }
}

impl Draft {
    /// Every place that names it: a component is named by itself alone.
    pub(super) fn naming(&self) -> &[Origin] {
        match self.origins.as_slice() {
            [component @ Origin::Component(_), ..] => std::slice::from_ref(component),
            all => all,
        }
    }
}

impl DraftKind {
    /// One kind for the values of both, as they are read: with the members of both, optional where one has none of them.
    /// Nothing where they have nothing in common, or mean different things by one name. `same` tells types apart.
    pub(super) fn and(&self, other: &Self, same: &mut impl FnMut(&Ty<DraftId>) -> String) -> Option<Self> {
        match (self, other) {
            (Self::Record(ours), Self::Record(theirs)) => {
                let of = |list: &[DraftField], key: &str| list.iter().find(|one| one.key == *key).cloned();
                let mut fields = Vec::new();
                for one in ours {
                    let required = match of(theirs, &one.key) {
                        Some(their) if !one.agrees(&their, same) => return None,
                        Some(_) => one.required,
                        None => false,
                    };
                    fields.push(DraftField { required, ..one.clone() });
                }
                let new = theirs.iter().filter(|one| of(ours, &one.key).is_none());
                let new: Vec<DraftField> = new.map(|one| DraftField { required: false, ..one.clone() }).collect();
                let common = new.len() < theirs.len();
                fields.extend(new);
                common.then_some(Self::Record(fields))
            }
            (Self::Enum(ours), Self::Enum(theirs)) => {
                let new = theirs.iter().filter(|their| !ours.iter().any(|our| our.value == their.value));
                let all: Vec<Variant> = ours.iter().chain(new).cloned().collect();
                let names: BTreeSet<&str> = all.iter().map(|one| one.name.as_str()).collect();
                let numbers = all.iter().filter(|one| one.number).count();
                let common = all.len() < ours.len() + theirs.len();
                (common && names.len() == all.len() && (numbers == 0 || numbers == all.len()))
                    .then_some(Self::Enum(all))
            }
            _ => None,
        }
    }

    /// The types of its members, in order.
    pub(super) fn members(&self) -> Vec<&Ty<DraftId>> {
        match self {
            Self::Record(fields) => fields.iter().map(|field| &field.ty).collect(),
            Self::Union(list) => list.iter().map(|one| &one.ty).collect(),
            Self::Enum(_) => Vec::new(),
        }
    }

    /// The schema of a member of a record.
    pub(super) fn member(&self, key: &str) -> Option<SchemaId> {
        let Self::Record(fields) = self else { return None };
        fields.iter().find(|field| field.key == key).map(|field| field.schema)
    }
}

/// A schema that gets a draft, before its members are read.
struct Met {
    schema: SchemaId,
    origins: Vec<Origin>,
    kind: MetKind,
}

enum MetKind {
    Record,
    Enum(Vec<Variant>),
    Union,
}

/// Meets schemas. Members are read when all roots are known, so that a root's own place is the first of its draft.
pub(super) struct Drafter<'x, 'c> {
    pub(super) context: &'x Context<'c>,
    met: Vec<Met>,
    by_schema: HashMap<SchemaId, DraftId>,
    components: HashMap<SchemaId, &'c str>,
    /// Lists and maps whose elements are being planned: one that holds itself has no type of its own.
    around: Vec<SchemaId>,
}

impl<'x, 'c> Drafter<'x, 'c> {
    pub(super) fn new(context: &'x Context<'c>) -> Self {
        let components = context.contract.components.iter().map(|(name, id)| (*id, name.as_str())).collect();
        Self { context, met: Vec::new(), by_schema: HashMap::new(), components, around: Vec::new() }
    }

    pub(super) fn contract(&self) -> &'c Contract {
        self.context.contract
    }

    /// The type of a schema that stands somewhere, and whether null is a value.
    pub(super) fn ty(&mut self, schema: SchemaId, origin: Origin) -> (Ty<DraftId>, bool) {
        let contract = self.contract();
        let (id, null) = deciding_schema(contract, schema);
        let shape = Shape::of(contract, id);
        let nullable = null || shape.nullable;
        if let Some(draft) = self.by_schema.get(&id) {
            self.met[draft.0].origins.push(origin);
            return (Ty::Named(*draft), nullable);
        }
        // What is written beside the reference decides before what is referred to.
        let own = &contract[schema].hints;
        let ty = match scalar(own, &shape).or_else(|| scalar(&shape.hints, &shape)) {
            Some(scalar) => scalar.into(),
            None => match self.components.get(&id) {
                Some(name) => {
                    let ty = self.structured(id, &shape, Origin::Component((*name).to_owned()));
                    if let Some(draft) = self.by_schema.get(&id).filter(|_| !matches!(origin, Origin::Component(_))) {
                        self.met[draft.0].origins.push(origin);
                    }
                    ty
                }
                None => self.structured(id, &shape, origin),
            },
        };
        (ty, nullable)
    }

    /// The type of a schema that is no scalar by itself.
    fn structured(&mut self, id: SchemaId, shape: &Shape, origin: Origin) -> Ty<DraftId> {
        if let Some(values) = shape.values.as_ref().filter(|values| !values.is_empty()) {
            return self.enumeration(id, origin, shape, values);
        }
        if shape.unsaid {
            let message = "the choices that hold here at once are too many for an enum: the value is kept whole";
            self.context.remark(id, message, "`Json::to` reads it as any of its types");
            return Scalar::Json.into();
        }
        if !shape.alternatives.is_empty() {
            return self.meet(id, origin, MetKind::Union);
        }
        if self.around.contains(&id) {
            return Scalar::Json.into();
        }
        self.around.push(id);
        let ty = match shape.types.single() {
            Some(Type::Object) if !shape.members.is_empty() => self.meet(id, origin, MetKind::Record),
            Some(Type::Object) => {
                let others = shape.others.filter(|others| self.contract()[*others].always.is_none());
                self.element(others, origin).map_of()
            }
            Some(Type::Array) => self.element(shape.items, origin).list(),
            Some(Type::String) => Scalar::String.into(),
            Some(Type::Integer) if is_large(self.contract(), id) => Scalar::Number.into(),
            Some(Type::Integer) => Scalar::Integer.into(),
            Some(Type::Number) => Scalar::Number.into(),
            Some(Type::Boolean) => Scalar::Boolean.into(),
            Some(Type::Null) | None => several(shape).into(),
        };
        self.around.pop();
        ty
    }

    /// The type of elements of a list or map, null included.
    fn element(&mut self, schema: Option<SchemaId>, origin: Origin) -> Ty<DraftId> {
        let Some(schema) = schema else { return Scalar::Json.into() };
        let (ty, nullable) = self.ty(schema, origin);
        if nullable { ty.optional() } else { ty }
    }

    fn enumeration(&mut self, id: SchemaId, origin: Origin, shape: &Shape, values: &[Value]) -> Ty<DraftId> {
        if !shape.is_enum() {
            let scalar = match shape.types.single() {
                Some(Type::Integer) => Scalar::Integer,
                Some(Type::Boolean) => Scalar::Boolean,
                Some(Type::Number) => Scalar::Number,
                _ => Scalar::Mixed,
            };
            return scalar.into();
        }
        let number = values.iter().all(Value::is_u64);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let texts: Vec<String> = values.iter().map(text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let variants = enums::variants(self.context, id, &shape.hints, &texts);
        // Values without any name are as good as text.
        if variants.is_empty() {
            return Scalar::String.into();
        }
        let variants = variants.into_iter().map(|variant| Variant { number, ..variant }).collect();
        self.meet(id, origin, MetKind::Enum(variants))
    }

    fn meet(&mut self, schema: SchemaId, origin: Origin, kind: MetKind) -> Ty<DraftId> {
        let id = DraftId(self.met.len());
        self.met.push(Met { schema, origins: vec![origin], kind });
        self.by_schema.insert(schema, id);
        Ty::Named(id)
    }

    /// Reads the members of everything that was met, and of what is met on the way.
    pub(super) fn finish(mut self) -> Drafts {
        let mut kinds = Vec::new();
        while let Some(met) = self.met.get_mut(kinds.len()) {
            let (id, schema) = (DraftId(kinds.len()), met.schema);
            let kind = match &mut met.kind {
                MetKind::Enum(variants) => DraftKind::Enum(std::mem::take(variants)),
                MetKind::Record => DraftKind::Record(self.fields(id, schema)),
                MetKind::Union => DraftKind::Union(self.alternatives(id, schema)),
            };
            kinds.push(kind);
        }
        let drafts = self.met.into_iter().zip(kinds);
        Drafts(drafts.map(|(Met { schema, origins, .. }, kind)| Draft { schema, origins, kind }).collect())
    }

    fn fields(&mut self, draft: DraftId, schema: SchemaId) -> Vec<DraftField> {
        let contract = self.contract();
        let members = Shape::of(contract, schema).members.into_iter();
        // `false` forbids the member.
        let members = members.filter(|(_, schema, _)| contract[*schema].always != Some(false));
        members
            .map(|(key, schema, required)| {
                let name = value_name(contract, schema, &key);
                let (ty, nullable) = self.ty(schema, Origin::Inside { draft, name });
                let merged = contract.merged(schema);
                let (read_only, write_only) = (merged.read_only, merged.write_only);
                DraftField { key, schema, ty, nullable, required, read_only, write_only }
            })
            .collect()
    }

    fn alternatives(&mut self, draft: DraftId, schema: SchemaId) -> Vec<Alternative<DraftId>> {
        let contract = self.contract();
        let shape = Shape::of(contract, schema);
        // Members that every alternative must have tell none of them apart.
        let required = |id: &SchemaId| -> BTreeSet<String> {
            let shape = Shape::of(contract, *id);
            shape.members.into_iter().filter(|(_, _, required)| *required).map(|(name, ..)| name).collect()
        };
        let sets: Vec<BTreeSet<String>> = shape.alternatives.iter().map(required).collect();
        let common = sets.iter().skip(1).fold(sets.first().cloned().unwrap_or_default(), |all, set| &all & set);
        let tags = tags::of(contract, schema, &shape.alternatives);
        tags::check(self.context, schema, &shape.alternatives, &tags);
        let mut found: Vec<Alternative<DraftId>> = Vec::new();
        for (alternative, tags) in shape.alternatives.iter().zip(tags) {
            let (target, _) = deciding_schema(contract, *alternative);
            let part = Shape::of(contract, target);
            let documented = deciding_schema(contract, contract.documented(target)).0;
            let name = part.name().or_else(|| self.components.get(&documented).copied());
            let name = match name {
                Some(_) if documented == schema => "Base".to_owned(),
                Some(name) => name::type_name(name),
                None => tagged_name(&tags, &part).unwrap_or_else(|| alternative_name(&part, &common)),
            };
            let name = self.free_alternative(schema, name::free_variant(name), &tags, &found);
            let (ty, _) = self.ty(*alternative, Origin::Inside { draft, name: name.clone() });
            match found.iter_mut().find(|known| known.ty == ty) {
                Some(known) => known.tags = tags::either(&known.tags, &tags),
                None => found.push(Alternative { name, ty, tags }),
            }
        }
        // What takes anything comes last, so that the others are asked first.
        found.sort_by_key(|one| {
            matches!(&one.ty, Ty::Scalar(Scalar::Json)) || one.ty == Ty::from(Scalar::Json).map_of()
        });
        found
    }

    /// A name that no other alternative has.
    fn free_alternative(
        &self,
        schema: SchemaId,
        name: String,
        tags: &[UnionTag],
        found: &[Alternative<DraftId>],
    ) -> String {
        let taken = |name: &str| found.iter().any(|known| known.name == name);
        if !taken(&name) {
            return name;
        }
        let help = "add an overlay action with `x-name` for one of them";
        self.context.about_schema(schema, format!("two alternatives would be called {name}"), help);
        let tag = tags.last().and_then(|tag| tag.values.first()).map(|value| name::pascal(value)).unwrap_or_default();
        let longer = std::iter::successors(Some(format!("{name}{tag}")), |name| Some(format!("{name}Alternative")));
        longer.into_iter().find(|name| !taken(name)).unwrap_or_default()
    }
}

/// Whether an integer may be beyond 64 bits with a sign.
fn is_large(contract: &Contract, id: SchemaId) -> bool {
    let merged = contract.merged(id);
    let beyond = |bound: &Option<(Bound, SchemaId)>| {
        let value = bound.as_ref().map(|(bound, _)| &bound.value);
        value.is_some_and(|value| {
            value.as_i64().is_none() && value.as_f64().is_some_and(|value| value.abs() >= i64::MAX as f64)
        })
    };
    let format = merged.format.as_ref().map(|(format, _)| format.as_str());
    matches!(format, Some("uint64" | "int128" | "uint128" | "bigint"))
        || beyond(&merged.maximum)
        || beyond(&merged.minimum)
}

/// What one value of a member is called: a list has many of them, an object is one whatever its key says.
fn value_name(contract: &Contract, schema: SchemaId, key: &str) -> String {
    let shape = Shape::of(contract, deciding_schema(contract, schema).0);
    let many = match shape.types.single() {
        Some(Type::Array) => true,
        Some(Type::Object) => shape.members.is_empty() && shape.alternatives.is_empty(),
        _ => false,
    };
    if many { name::singular_pascal(key) } else { name::pascal(key) }
}

/// Name of an object that is no component, by the value that tells it from the others.
fn tagged_name(tags: &[UnionTag], part: &Shape) -> Option<String> {
    let value = tags.last().filter(|_| !part.members.is_empty())?.values.first()?;
    Some(name::pascal(value)).filter(|name| !name.is_empty())
}

/// Name of an alternative that is no component: by its type, or by the members that tell it from the others.
fn alternative_name(part: &Shape, common: &BTreeSet<String>) -> String {
    match part.types.single() {
        Some(Type::String) => "Text".to_owned(),
        Some(Type::Integer) => "Integer".to_owned(),
        Some(Type::Number) => "Number".to_owned(),
        Some(Type::Boolean) => "Flag".to_owned(),
        Some(Type::Array) => "List".to_owned(),
        Some(Type::Object) if part.members.is_empty() => "Map".to_owned(),
        Some(Type::Object) => {
            let required = part.members.iter().filter(|(_, _, required)| *required).map(|(name, ..)| name);
            // Sorted, because the order of members says nothing.
            let own: BTreeSet<String> =
                required.filter(|name| !common.contains(*name)).map(|name| name::pascal(name)).collect();
            match own.into_iter().take(2).collect::<Vec<_>>().join("And") {
                none if none.is_empty() => "Object".to_owned(),
                own => format!("By{own}"),
            }
        }
        _ => "Any".to_owned(),
    }
}
