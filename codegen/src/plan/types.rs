//! From schemas to Rust types: drafts of everything operations touch, merged and named at the end.
//! A draft knows one place where its schema stands; `names` turns places into names.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::scalar::{scalar, several};
use super::shape::{Shape, look};
use super::{
    Collisions, Field, Plan, Resource, Scalar, Ty, TypeDef, TypeId, TypeKind, Variant, docs, methods, names, operations,
};
use super::{addresses, bulk, errors, feed, glossary};
use crate::contract::{Contract, SchemaHints, SchemaId, Type};
use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Pointer};
use crate::name;

/// A type before it has a name.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) schema: SchemaId,
    /// Where it was found first.
    pub(super) place: Place,
    /// Where else it stands: `allOf` and what is written beside a reference give a member several owners.
    pub(super) others: Vec<Place>,
    pub(super) kind: DraftKind,
}

/// Where a schema stands: what its type can be named after.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A named component.
    Component(String),
    /// The root of a body: a name that says which, and what it would be called if nothing else were.
    Root { name: String, entity: String, operation: usize },
    /// A member of another draft, by what one value of it is.
    Inside { draft: usize, name: String },
}

#[derive(Clone, Debug)]
pub(super) enum DraftKind {
    Record(Vec<DraftField>),
    Enum(Vec<Variant>),
    Union(Vec<(String, Ty)>),
}

#[derive(Clone, Debug)]
pub(super) struct DraftField {
    pub(super) key: String,
    pub(super) schema: SchemaId,
    pub(super) ty: Ty,
    pub(super) nullable: bool,
    pub(super) required: bool,
}

/// What goes into an operation: the types it touches, for the resource it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) ty: Ty,
    pub(super) sent: bool,
    pub(super) resource: usize,
}

pub(super) struct Builder<'c> {
    pub(super) contract: &'c Contract,
    pub(super) document: &'c Document,
    pub(super) collisions: Collisions,
    pub(super) drafts: Vec<Draft>,
    pub(super) uses: Vec<Use>,
    pub(super) complaints: Vec<Diagnostic>,
    by_schema: HashMap<SchemaId, usize>,
    components: HashMap<SchemaId, String>,
    /// Components that no operation carries, with their types.
    pub(super) records: Vec<(String, Ty, usize)>,
    /// Drafts whose members are not planned yet.
    waiting: Vec<usize>,
    /// Lists and maps whose elements are being planned: one that holds itself has no type of its own.
    around: Vec<SchemaId>,
}

pub(super) fn plan(contract: &Contract, document: &Document, collisions: Collisions) -> Result<Plan> {
    let components = contract.components.iter().map(|(name, id)| (*id, name.clone())).collect();
    let mut builder = Builder {
        contract,
        document,
        collisions,
        drafts: Vec::new(),
        uses: Vec::new(),
        complaints: Vec::new(),
        by_schema: HashMap::new(),
        components,
        records: Vec::new(),
        waiting: Vec::new(),
        around: Vec::new(),
    };
    let (mut resources, webhooks) = operations::resources(&mut builder);
    builder.members();
    let names = names::decide(&mut builder);
    let mut plan = builder.types(&names);
    for carried in &webhooks {
        if let Some(id) = carried.id(|ty| names.map(ty)) {
            plan.types[id.0].docs.extend([String::new(), carried.docs.clone()]);
        }
    }
    for method in resources.iter_mut().flat_map(|resource| &mut resource.operations) {
        use super::Answer::{Job, Page, Value};
        if let Value(ty) | Page(ty) | Job(ty) = &mut method.answer {
            *ty = names.map(ty);
        }
    }
    addresses::plan(&mut builder, &mut plan);
    glossary::check(&mut builder);
    plan.error_codes = errors::plan(&mut builder);
    plan.records = builder.records.iter().map(|(name, ty, at)| (name.clone(), names.map(ty), *at)).collect();
    builder.apart(&mut plan, &resources);
    operations::finish(&mut builder, &mut resources, &names);
    bulk::finish(&mut builder, &plan, &mut resources);
    feed::finish(&mut builder, &plan, &mut resources);
    plan.resources = resources;
    let complaints = std::mem::take(&mut builder.complaints);
    match (collisions, Diagnostic::all(complaints.clone())) {
        (Collisions::Refuse, Some(complaint)) => Err(complaint),
        _ => {
            plan.notes = complaints;
            Ok(plan)
        }
    }
}

impl Builder<'_> {
    pub(super) fn complain(&mut self, id: SchemaId, message: impl Into<String>, help: impl Into<String>) {
        let schema = &self.contract[id];
        self.complaints.push(self.document.complain(schema.span, &schema.pointer, message).help(help));
    }

    /// A complaint about a place of the document; the top of it where nothing stands there.
    pub(super) fn complain_at(&mut self, pointer: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        let span = self.document.get(pointer).map(|node| node.span).unwrap_or_default();
        self.complaints.push(self.document.complain(span, pointer, message).help(help));
    }

    /// The type of a schema that stands at a place, and whether null is a value.
    pub(super) fn ty(&mut self, schema: SchemaId, place: Place) -> (Ty, bool) {
        let (id, null) = look(self.contract, schema);
        if let Some(draft) = self.by_schema.get(&id) {
            self.drafts[*draft].others.push(place);
            let nullable = null || Shape::of(self.contract, id).nullable;
            return (Ty::Named(TypeId(*draft)), nullable);
        }
        let shape = Shape::of(self.contract, id);
        let nullable = null || shape.nullable;
        // What is written beside the reference decides before what is referred to.
        let own = &self.contract[schema].hints;
        if let Some(scalar) = scalar(own, &shape).or_else(|| scalar(&shape.hints, &shape)) {
            return (scalar.into(), nullable);
        }
        let place = self.components.get(&id).map_or(place, |name| Place::Component(name.clone()));
        if let Some(values) = shape.values.clone().filter(|values| !values.is_empty()) {
            return (self.enumeration(id, place, &shape, &values), nullable);
        }
        if !shape.alternatives.is_empty() {
            return (Ty::Named(self.draft(id, place, DraftKind::Union(Vec::new()))), nullable);
        }
        if self.around.contains(&id) {
            return (Ty::Scalar(Scalar::Json), nullable);
        }
        self.around.push(id);
        let ty = match shape.types.single() {
            Some(Type::Object) if !shape.members.is_empty() => {
                Ty::Named(self.draft(id, place, DraftKind::Record(Vec::new())))
            }
            Some(Type::Object) => match shape.others {
                Some(others) if self.contract[others].always.is_none() => Ty::Map(Box::new(self.inner(others, place))),
                _ => Ty::Map(Box::new(Ty::Scalar(Scalar::Json))),
            },
            Some(Type::Array) => match shape.items {
                Some(items) => Ty::List(Box::new(self.inner(items, place))),
                None => Ty::List(Box::new(Ty::Scalar(Scalar::Json))),
            },
            Some(Type::String) => Ty::Scalar(Scalar::String),
            Some(Type::Integer) => Ty::Scalar(Scalar::Integer),
            Some(Type::Number) => Ty::Scalar(Scalar::Number),
            Some(Type::Boolean) => Ty::Scalar(Scalar::Boolean),
            Some(Type::Null) | None => several(&shape).into(),
        };
        self.around.pop();
        (ty, nullable)
    }

    /// The type of elements of a list or map, null included.
    fn inner(&mut self, schema: SchemaId, place: Place) -> Ty {
        let (ty, nullable) = self.ty(schema, place);
        if nullable { Ty::Optional(Box::new(ty)) } else { ty }
    }

    fn draft(&mut self, schema: SchemaId, place: Place, kind: DraftKind) -> TypeId {
        let at = self.drafts.len();
        self.drafts.push(Draft { schema, place, others: Vec::new(), kind });
        self.by_schema.insert(schema, at);
        self.waiting.push(at);
        TypeId(at)
    }

    fn enumeration(&mut self, id: SchemaId, place: Place, shape: &Shape, values: &[Value]) -> Ty {
        if !shape.is_enum() {
            return match shape.types.single() {
                Some(Type::Integer) => Ty::Scalar(Scalar::Integer),
                Some(Type::Boolean) => Ty::Scalar(Scalar::Boolean),
                Some(Type::Number) => Ty::Scalar(Scalar::Number),
                _ => Ty::Scalar(Scalar::Mixed),
            };
        }
        let number = values.iter().all(Value::is_u64);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let texts: Vec<String> = values.iter().map(text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut variants = self.variants(id, &shape.hints, &texts);
        // Values without any name are as good as text.
        if variants.is_empty() {
            return Ty::Scalar(Scalar::String);
        }
        variants.iter_mut().for_each(|variant| variant.number = number);
        Ty::Named(self.draft(id, place, DraftKind::Enum(variants)))
    }

    /// A variant for each text.
    pub(super) fn variants(&mut self, id: SchemaId, hints: &SchemaHints, texts: &[&str]) -> Vec<Variant> {
        let meaning = |value: &str| docs::said(hints.enum_descriptions.get(value)?);
        let mut variants: Vec<Variant> = Vec::new();
        for value in texts {
            let value = *value;
            if variants.iter().any(|variant| variant.value == value) {
                continue;
            }
            let chosen = hints.enum_names.as_ref().and_then(|names| names.get(value));
            let name = chosen.and_then(|name| name::given_variant(name)).or_else(|| name::variant(value));
            let taken = name.as_ref().and_then(|name| variants.iter().find(|variant| variant.name == *name));
            match (name, taken) {
                (Some(name), None) => {
                    variants.push(Variant { name, value: value.to_owned(), number: false, docs: meaning(value) });
                }
                // Without a name the value still works: it is read and written as an unknown one.
                (_, taken) => {
                    let message = match taken {
                        Some(taken) => format!("the values {value:?} and {:?} would have one name", taken.value),
                        None => format!("no name can be made from the value {value:?}"),
                    };
                    let help =
                        format!("add an overlay action with `x-enum-names: {{{value:?}: Name}}` for this schema");
                    self.complain(id, message, help);
                }
            }
        }
        variants
    }

    /// Plans the members of every draft, in the order the drafts were made.
    fn members(&mut self) {
        let mut next = 0;
        while next < self.waiting.len() {
            let at = self.waiting[next];
            next += 1;
            let schema = self.drafts[at].schema;
            let shape = Shape::of(self.contract, schema);
            self.drafts[at].kind = match &self.drafts[at].kind {
                DraftKind::Record(_) => DraftKind::Record(self.fields(at, &shape)),
                DraftKind::Union(_) => DraftKind::Union(self.alternatives(at, schema, &shape)),
                DraftKind::Enum(variants) => DraftKind::Enum(variants.clone()),
            };
        }
    }

    fn fields(&mut self, draft: usize, shape: &Shape) -> Vec<DraftField> {
        let mut fields = Vec::new();
        for (key, schema, required) in &shape.members {
            // `false` forbids the member.
            if self.contract[*schema].always == Some(false) {
                continue;
            }
            let name = value_name(self.contract, *schema, key);
            let (ty, nullable) = self.ty(*schema, Place::Inside { draft, name });
            fields.push(DraftField { key: key.clone(), schema: *schema, ty, nullable, required: *required });
        }
        fields
    }

    fn alternatives(&mut self, draft: usize, schema: SchemaId, shape: &Shape) -> Vec<(String, Ty)> {
        let mut found: Vec<(String, Ty)> = Vec::new();
        // Members that every alternative must have tell none of them apart.
        let required = |id: &SchemaId| -> BTreeSet<String> {
            let shape = Shape::of(self.contract, *id);
            shape.members.into_iter().filter(|(_, _, required)| *required).map(|(name, ..)| name).collect()
        };
        let sets: Vec<BTreeSet<String>> = shape.alternatives.iter().map(required).collect();
        let common = sets.iter().skip(1).fold(sets.first().cloned().unwrap_or_default(), |all, set| &all & set);
        for alternative in &shape.alternatives {
            let (target, _) = look(self.contract, *alternative);
            let part = Shape::of(self.contract, target);
            let name = part.name().map(str::to_owned).or_else(|| self.components.get(&target).cloned());
            let name = name.map_or_else(|| alternative_name(&part, &common), |name| name::type_name(&name));
            let name = name::free_variant(name);
            let (ty, _) = self.ty(*alternative, Place::Inside { draft, name: name.clone() });
            if found.iter().any(|(_, known)| *known == ty) {
                continue;
            }
            if found.iter().any(|(known, _)| *known == name) {
                let help = "add an overlay action with `x-name` for one of them";
                self.complain(schema, format!("two alternatives would be called {name}"), help);
                continue;
            }
            found.push((name, ty));
        }
        found
    }

    /// The types of the plan, in the order operations reach them; names already decided.
    fn types(&mut self, names: &names::Names) -> Plan {
        let mut plan = Plan {
            resources: Vec::new(),
            types: Vec::new(),
            records: Vec::new(),
            error_codes: None,
            notes: Vec::new(),
        };
        for (id, draft) in names.kept() {
            let source = &self.drafts[draft];
            let kind = match &source.kind {
                DraftKind::Record(fields) => TypeKind::Record(self.final_fields(fields, names)),
                DraftKind::Enum(variants) => TypeKind::Enum(variants.clone()),
                DraftKind::Union(list) => {
                    // `Notice::Orders` for the type `OrdersNotice`: as in types, a word is said once.
                    let union = names.name(id);
                    let short = |name: &str| {
                        name.strip_suffix(union)
                            .filter(|rest| !rest.is_empty())
                            .map(|rest| name::free_variant(rest.to_owned()))
                    };
                    let taken = |short: &String| list.iter().any(|(name, _)| name == short);
                    let name =
                        |name: &String| short(name).filter(|short| !taken(short)).unwrap_or_else(|| name.clone());
                    TypeKind::Union(list.iter().map(|(long, ty)| (name(long), names.map(ty))).collect())
                }
            };
            let schema = &self.contract[source.schema];
            let (schema, deprecated) = (source.schema, schema.deprecated);
            plan.types.push(TypeDef {
                name: names.name(id).to_owned(),
                schema,
                docs: docs::of_type(self.contract, schema, names.name(id)),
                deprecated,
                sent: false,
                received: false,
                defaultable: false,
                resources: Vec::new(),
                addresses: Vec::new(),
                kind,
            });
        }
        for index in 0..plan.types.len() {
            if let Some(message) = self.twice(&plan.types[index]) {
                let help = "add an overlay action with `x-name` for one of them";
                self.complain(plan.types[index].schema, message, help);
                if let TypeKind::Record(fields) = &mut plan.types[index].kind {
                    qualify(fields);
                }
            }
        }
        self.reach(&mut plan, names);
        plan
    }

    /// A type cannot have the name that its module gives to a request or to the resource.
    fn apart(&mut self, plan: &mut Plan, resources: &[Resource]) {
        for (index, resource) in resources.iter().enumerate() {
            let requests = resource.operations.iter().map(|method| methods::request(&method.name));
            let taken: BTreeSet<String> = requests.chain([methods::api(&resource.name)]).collect();
            for at in 0..plan.types.len() {
                let def = &plan.types[at];
                if !def.resources.contains(&index) || !taken.contains(&def.name) {
                    continue;
                }
                let message =
                    format!("{} is also what the module {} calls a request or itself", def.name, resource.name);
                self.complain(def.schema, message, "add an overlay action with `x-name` for this schema");
                let mut name = format!("{}Type", plan.types[at].name);
                while plan.types.iter().any(|def| def.name == name) {
                    name.push_str("Type");
                }
                plan.types[at].name = name;
            }
        }
    }

    fn twice(&self, def: &TypeDef) -> Option<String> {
        let TypeKind::Record(fields) = &def.kind else { return None };
        let mut seen = BTreeSet::new();
        let twice = fields.iter().find(|field| !seen.insert(&field.name))?;
        Some(format!("two members of {} would be called {}", def.name, twice.name))
    }

    fn final_fields(&self, fields: &[DraftField], names: &names::Names) -> Vec<Field> {
        fields
            .iter()
            .map(|field| {
                let schema = &self.contract[field.schema];
                let chosen = schema.hints.field_name();
                let mut keys = vec![field.key.clone()];
                keys.extend_from_slice(&schema.hints.aliases);
                let ty = names.map(&field.ty);
                // Whether an absent value differs from null is decided when it is known who sends the record.
                let ty = if field.nullable || !field.required { Ty::Optional(Box::new(ty)) } else { ty };
                let ty = if field.nullable && !field.required { Ty::Patch(Box::new(ty)) } else { ty };
                Field {
                    name: chosen.map_or_else(|| name::snake(&field.key), name::snake),
                    keys,
                    ty,
                    required: field.required,
                    docs: docs::of_member(self.contract, field.schema, &field.key, field.nullable),
                    deprecated: docs::deprecation(self.contract, schema.deprecated, &field.key),
                }
            })
            .collect()
    }

    /// Who uses which type: follows the types from what operations send and receive.
    fn reach(&self, plan: &mut Plan, names: &names::Names) {
        for usage in &self.uses {
            let mut waiting: Vec<TypeId> = names.map(&usage.ty).named().into_iter().collect();
            while let Some(id) = waiting.pop() {
                let def = &mut plan.types[id.0];
                let known = if usage.sent { &mut def.sent } else { &mut def.received };
                let new = !std::mem::replace(known, true) | !def.resources.contains(&usage.resource);
                if !def.resources.contains(&usage.resource) {
                    def.resources.push(usage.resource);
                    def.resources.sort_unstable();
                }
                if new {
                    waiting.extend(children(&def.kind));
                }
            }
        }
        for def in &mut plan.types {
            let sent = def.sent;
            if let TypeKind::Record(fields) = &mut def.kind {
                for field in fields {
                    field.ty = settle(std::mem::replace(&mut field.ty, Scalar::Json.into()), sent);
                }
            }
        }
        boxes(plan);
        defaults(plan);
    }
}

/// `Patch<Option<T>>` stands for optional and nullable: three states where requests carry it, two elsewhere.
fn settle(ty: Ty, sent: bool) -> Ty {
    match ty {
        Ty::Patch(inner) => match *inner {
            Ty::Optional(value) if sent => Ty::Patch(value),
            other => other,
        },
        other => other,
    }
}

fn children(kind: &TypeKind) -> Vec<TypeId> {
    match kind {
        TypeKind::Record(fields) => fields.iter().filter_map(|field| field.ty.named()).collect(),
        TypeKind::Union(list) => list.iter().filter_map(|(_, ty)| ty.named()).collect(),
        TypeKind::Enum(_) => Vec::new(),
    }
}

/// Puts a `Box` where a type would contain itself without a list or map between.
fn boxes(plan: &mut Plan) {
    fn direct(ty: &Ty) -> Option<TypeId> {
        match ty {
            Ty::Named(id) => Some(*id),
            Ty::Optional(inner) | Ty::Patch(inner) => direct(inner),
            _ => None,
        }
    }
    fn leads_to(plan: &Plan, from: TypeId, to: TypeId) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![from];
        while let Some(id) = waiting.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id) {
                match &plan.types[id.0].kind {
                    TypeKind::Record(fields) => waiting.extend(fields.iter().filter_map(|field| direct(&field.ty))),
                    TypeKind::Union(list) => waiting.extend(list.iter().filter_map(|(_, ty)| direct(ty))),
                    TypeKind::Enum(_) => {}
                }
            }
        }
        false
    }
    fn wrap(ty: Ty) -> Ty {
        match ty {
            Ty::Optional(inner) => Ty::Optional(Box::new(wrap(*inner))),
            Ty::Patch(inner) => Ty::Patch(Box::new(wrap(*inner))),
            other => Ty::Boxed(Box::new(other)),
        }
    }
    for owner in 0..plan.types.len() {
        let members: Vec<Option<TypeId>> = match &plan.types[owner].kind {
            TypeKind::Record(fields) => fields.iter().map(|field| direct(&field.ty)).collect(),
            TypeKind::Union(list) => list.iter().map(|(_, ty)| direct(ty)).collect(),
            TypeKind::Enum(_) => continue,
        };
        for (at, member) in members.into_iter().enumerate() {
            if member.is_some_and(|id| leads_to(plan, id, TypeId(owner))) {
                let ty = match &mut plan.types[owner].kind {
                    TypeKind::Record(fields) => &mut fields[at].ty,
                    TypeKind::Union(list) => &mut list[at].1,
                    TypeKind::Enum(_) => continue,
                };
                *ty = wrap(std::mem::replace(ty, Scalar::Json.into()));
            }
        }
    }
}

/// Finds the records whose members all have a natural default.
fn defaults(plan: &mut Plan) {
    fn natural(plan: &Plan, ty: &Ty) -> bool {
        use Scalar::{Boolean, Decimal, Fixed, Integer, Json, Number, String};
        match ty {
            Ty::Scalar(scalar) => matches!(scalar, String | Integer | Boolean | Number | Json | Decimal | Fixed(_)),
            Ty::List(_) | Ty::Map(_) | Ty::Optional(_) | Ty::Patch(_) => true,
            Ty::Named(id) => plan.types[id.0].defaultable,
            Ty::Boxed(inner) => natural(plan, inner),
        }
    }
    // Starts from none and adds until nothing changes: a record is as good as its required records.
    loop {
        let ready: Vec<usize> = (plan.types.iter().enumerate())
            .filter(|(_, def)| !def.defaultable)
            .filter(
                |(_, def)| matches!(&def.kind, TypeKind::Record(fields) if fields.iter().all(|f| natural(plan, &f.ty))),
            )
            .map(|(at, _)| at)
            .collect();
        if ready.is_empty() {
            break;
        }
        ready.into_iter().for_each(|at| plan.types[at].defaultable = true);
    }
}

/// Gives members whose names collide the name of their key, spelled out.
fn qualify(fields: &mut [Field]) {
    let mut seen = BTreeSet::new();
    for field in fields {
        while !seen.insert(field.name.clone()) {
            field.name = format!("{}_key", field.name.trim_start_matches("r#").trim_end_matches('_'));
        }
    }
}

/// What one value of a member is called: a list has many of them, an object is one whatever its key says.
pub(super) fn value_name(contract: &Contract, schema: SchemaId, key: &str) -> String {
    let shape = Shape::of(contract, look(contract, schema).0);
    let many = match shape.types.single() {
        Some(Type::Array) => true,
        Some(Type::Object) => shape.members.is_empty() && shape.alternatives.is_empty(),
        _ => false,
    };
    if many { name::singular_pascal(key) } else { name::pascal(key) }
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
