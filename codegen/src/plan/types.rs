//! Builds the types of the plan from drafts and names.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::drafts::{DraftField, DraftId, DraftKind, Drafts};
use super::locked::Locked;
use super::merge::MergedDrafts;
use super::model::{Alternative, Field, TypeDef, TypeKind};
use super::reach::Reach;
use super::texts::{self, Scope, Subject};
use super::ty::{Scalar, Ty, TypeId};
use super::{addresses, boxes, docs, limits, variants};
use crate::name;

/// What types are made from, everything about them decided.
#[derive(Clone, Copy)]
pub(super) struct Decided<'d> {
    pub(super) drafts: &'d Drafts,
    pub(super) locked: &'d Locked,
    pub(super) merged: &'d MergedDrafts,
    pub(super) names: &'d [String],
    pub(super) reach: &'d [Reach],
}

/// All types, in order; `notes` are lines of documentation beside those of the schema.
pub(super) fn plan(context: &Context<'_>, decided: Decided<'_>, notes: &BTreeMap<TypeId, Vec<String>>) -> Vec<TypeDef> {
    let contract = context.contract;
    let Decided { drafts, merged, names, reach, .. } = decided;
    let boxed = boxed(decided);
    let kinds: Vec<TypeKind> = merged.ids().map(|id| kind(context, decided, id, &boxed[id.0])).collect();
    let defaultable = defaults(&kinds, reach);
    let all = merged.ids().zip(kinds).zip(defaultable);
    all.map(|((id, kind), defaultable)| {
        let (name, reach) = (&names[id.0], &reach[id.0]);
        let schema = merged.draft(drafts, id).schema;
        let mut docs = docs::of_type(contract, schema, name);
        docs.extend(notes.get(&id).into_iter().flatten().flat_map(|note| [String::new(), note.clone()]));
        TypeDef {
            name: name.clone(),
            schemas: merged.drafts(drafts, id).map(|draft| contract.documented(draft.schema)).collect(),
            docs,
            limits: limits::of_members(&contract[schema]),
            deprecated: contract[schema].deprecated,
            sent: reach.sent,
            received: reach.received,
            open: reach.received || contract[schema].hints.enum_open,
            defaultable,
            resources: reach.modules.clone(),
            addresses: addresses::plan(context, schema, &kind),
            kind,
        }
    })
    .collect()
}

/// The members of a type.
fn kind(context: &Context<'_>, decided: Decided<'_>, id: TypeId, boxed: &[bool]) -> TypeKind {
    let contract = context.contract;
    let Decided { drafts, locked, merged, names, reach } = decided;
    let ty = |ty: &Ty<DraftId>, boxed: &bool| {
        let ty = ty.map(&|draft| merged.of(draft));
        if *boxed { boxes::boxed(ty) } else { ty }
    };
    let name = &names[id.0];
    let draft = merged.draft(drafts, id);
    match &draft.kind {
        DraftKind::Enum(variants) => {
            TypeKind::Enum(variants.iter().map(|one| docs::of_variant(context.contract, name, one)).collect())
        }
        DraftKind::Union(list) => {
            let before = locked.variants(context.lock, merged.types[id.0].drafts[0]);
            let variants = variants::named(contract, drafts, name, list, &before);
            let alternatives = list.iter().zip(boxed).zip(variants);
            let alternative = |((one, boxed), name): ((&Alternative<DraftId>, &bool), String)| Alternative {
                name,
                ty: ty(&one.ty, boxed),
                tags: one.tags.clone(),
            };
            TypeKind::Union(alternatives.map(alternative).collect())
        }
        DraftKind::Record(fields) => {
            let reach = &reach[id.0];
            let schemas = |key: &str| {
                let found = merged.drafts(drafts, id).filter_map(|draft| draft.kind.member(key));
                found.map(|id| context.contract.documented(id)).collect()
            };
            let fields = fields.iter().zip(boxed).map(|(one, boxed)| Field {
                schemas: schemas(&one.key),
                ..field(context, name, one, reach, ty(&value(one, reach), boxed))
            });
            let (fields, twice) = with_distinct_names(fields.collect());
            if let Some(twice) = twice {
                let help = "add an overlay action with `x-name` for one of them";
                context.about_schema(draft.schema, format!("two members of {name} would be called {twice}"), help);
            }
            TypeKind::Record(fields)
        }
    }
}

/// Whether a field is always there, whichever way its type goes: requests have none that is only read, answers none that
/// is only written.
fn is_required(field: &DraftField, reach: &Reach) -> bool {
    field.required && !(field.read_only && reach.sent) && !(field.write_only && reach.received)
}

/// The type of a field: optional and nullable are three states where requests carry it, two elsewhere.
fn value(field: &DraftField, reach: &Reach) -> Ty<DraftId> {
    let ty = field.ty.clone();
    match (is_required(field, reach), field.nullable) {
        (true, false) => ty,
        (false, true) if reach.sent => Ty::Patch(Box::new(ty)),
        _ => ty.optional(),
    }
}

fn field(context: &Context<'_>, owner: &str, field: &DraftField, reach: &Reach, ty: Ty) -> Field {
    let contract = context.contract;
    let schema = &contract[field.schema];
    let (scalar, list) = texts::kind(&ty);
    let (docs, gap) = docs::of_subject(
        contract,
        &Subject {
            owner,
            key: &field.key,
            description: schema.description.as_deref(),
            schema: field.schema,
            scope: Scope::of_member(reach.sent, reach.received),
            required: is_required(field, reach),
            nullable: field.nullable,
            list,
            scalar,
        },
    );
    Field {
        name: name::snake(schema.hints.field_name().unwrap_or(&field.key)),
        keys: std::iter::once(&field.key).chain(&schema.hints.aliases).cloned().collect(),
        schemas: Vec::new(),
        ty,
        required: is_required(field, reach),
        docs,
        gap,
        deprecated: docs::deprecation(contract, schema.deprecated, &field.key),
    }
}

/// Fields each under a name of its own, and the first name that several would have had.
fn with_distinct_names(fields: Vec<Field>) -> (Vec<Field>, Option<String>) {
    let (mut seen, mut twice) = (BTreeSet::new(), None);
    let fields = fields.into_iter().map(|mut field| {
        while !seen.insert(field.name.clone()) {
            twice.get_or_insert_with(|| field.name.clone());
            field.name = format!("{}_key", field.name);
        }
        field
    });
    (fields.collect(), twice)
}

/// Which members of each type are boxed.
fn boxed(Decided { drafts, merged, .. }: Decided<'_>) -> Vec<Vec<bool>> {
    let held = |ty: &Ty<DraftId>| boxes::held(ty).map(|draft| merged.of(draft));
    let members = merged.ids().map(|id| merged.draft(drafts, id).kind.members().into_iter().map(held).collect());
    boxes::of(members.collect())
}

/// Which types are records that are sent and whose members all have a natural default. A number has none: a price of 0 is a
/// price. What is only received has no default at all, for the next member of an answer could take it away.
fn defaults(kinds: &[TypeKind], reach: &[Reach]) -> Vec<bool> {
    fn natural(known: &[bool], ty: &Ty) -> bool {
        use Scalar::{Boolean, Integer, Json, String};
        match ty {
            Ty::Scalar(scalar) => matches!(scalar, String | Integer | Boolean | Json),
            Ty::List(_) | Ty::Map(_) | Ty::Optional(_) | Ty::Patch(_) => true,
            Ty::Named(id) => known[id.0],
            Ty::Boxed(inner) => natural(known, inner),
        }
    }
    // Starts from none and adds until nothing changes: a record is as good as its required records.
    let mut known = vec![false; kinds.len()];
    loop {
        let next: Vec<bool> = kinds
            .iter()
            .zip(reach)
            .map(|(kind, reach)| match kind {
                TypeKind::Record(fields) => reach.sent && fields.iter().all(|one| natural(&known, &one.ty)),
                TypeKind::Enum(_) | TypeKind::Union(_) => false,
            })
            .collect();
        if next == known {
            return known;
        }
        known = next;
    }
}
