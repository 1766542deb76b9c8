//! Merges drafts into one type when they have the same name at their places and the same content.

use std::collections::{BTreeMap, HashMap};

use super::context::Context;
use super::drafts::{Draft, DraftId, DraftKind, Drafts, Origin};
use super::model::Alternative;
use super::ty::{Ty, TypeId};
use crate::contract::Contract;
use crate::name::type_name;

/// The types of a crate, in the order operations reach them: parents before members, first use first.
#[derive(Clone, Debug, Default)]
pub(super) struct Merged {
    pub(super) types: Vec<Merge>,
    of_draft: Vec<TypeId>,
}

/// Drafts that are one type.
#[derive(Clone, Debug)]
pub(super) struct Merge {
    /// As they were met; the first one gives the members.
    pub(super) drafts: Vec<DraftId>,
    /// What the values are, by the last word of the place: `OrderItem`.
    pub(super) entity: String,
    /// A name that was given: of a component or in the specification.
    pub(super) given: Option<String>,
}

impl Merged {
    /// The type of a draft.
    pub(super) fn of(&self, draft: DraftId) -> TypeId {
        self.of_draft[draft.0]
    }

    /// The drafts that are a type, the one that its members come from first.
    pub(super) fn drafts<'d>(&self, drafts: &'d Drafts, id: TypeId) -> impl Iterator<Item = &'d Draft> {
        self.types[id.0].drafts.iter().map(|draft| &drafts[*draft])
    }

    /// The draft that the members of a type come from.
    pub(super) fn draft<'d>(&self, drafts: &'d Drafts, id: TypeId) -> &'d Draft {
        &drafts[self.types[id.0].drafts[0]]
    }

    /// The types of the members of each type.
    pub(super) fn members(&self, drafts: &Drafts) -> Vec<Vec<TypeId>> {
        let of = |id| self.draft(drafts, id).kind.members().into_iter().filter_map(Ty::named).map(|id| self.of(id));
        self.ids().map(|id| of(id).collect()).collect()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len()).map(TypeId)
    }
}

/// Puts drafts together; `roots` are those that operations carry, in order.
pub(super) fn merge(context: &Context<'_>, drafts: &Drafts, roots: impl Iterator<Item = DraftId>) -> Merged {
    let (groups, of_draft) = groups(context.contract, drafts);
    let mut position: Vec<Option<TypeId>> = vec![None; groups.len()];
    let mut order: Vec<usize> = Vec::new();
    // Every draft comes from a root, so the drafts themselves add nothing.
    for root in roots.chain(drafts.ids()) {
        let mut waiting = vec![of_draft[root.0]];
        while let Some(group) = waiting.pop() {
            if position[group].is_none() {
                position[group] = Some(TypeId(order.len()));
                order.push(group);
                let members = drafts[groups[group].drafts[0]].kind.members();
                waiting.extend(members.into_iter().rev().filter_map(Ty::named).map(|id| of_draft[id.0]));
            }
        }
    }
    let types = order.iter().map(|group| groups[*group].clone()).collect();
    Merged { types, of_draft: of_draft.iter().filter_map(|group| position[*group]).collect() }
}

fn groups(contract: &Contract, drafts: &Drafts) -> (Vec<Merge>, Vec<usize>) {
    let given: Vec<Option<String>> = drafts.ids().map(|id| given(contract, &drafts[id])).collect();
    let mut signatures = Signatures { drafts, given: &given, known: HashMap::new() };
    let mut by_key: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut groups: Vec<Merge> = Vec::new();
    let mut of_draft = vec![0; given.len()];
    // Given names first, so that an inline copy of a component becomes that component.
    let (named, others): (Vec<DraftId>, Vec<DraftId>) = drafts.ids().partition(|id| given[id.0].is_some());
    for id in named.into_iter().chain(others) {
        let (given, entity) = (given[id.0].clone(), entity(&drafts[id]));
        let key = (given.as_ref().unwrap_or(&entity).clone(), signatures.of(id, &mut Vec::new()));
        let group = *by_key.entry(key).or_insert_with(|| {
            groups.push(Merge { drafts: Vec::new(), entity, given });
            groups.len() - 1
        });
        groups[group].drafts.push(id);
        of_draft[id.0] = group;
    }
    (groups, of_draft)
}

/// Name that the specification gives a draft: its own `x-name`, or the name of its component.
fn given(contract: &Contract, draft: &Draft) -> Option<String> {
    let chosen = contract[draft.schema].hints.type_name().map(type_name);
    chosen.or_else(|| match draft.origins.first() {
        Some(Origin::Component(name)) => Some(component(name)),
        _ => None,
    })
}

/// Name of a component without the `type` that some documents put before the names of scalars.
pub(super) fn component(name: &str) -> String {
    match name.strip_prefix("type") {
        Some(rest) if rest.starts_with(|c: char| c.is_uppercase()) => type_name(rest),
        _ => type_name(name),
    }
}

/// What a draft is, by its place; by the shortest name where it stands in several.
fn entity(draft: &Draft) -> String {
    let of_place = |place: &Origin| match place {
        Origin::Component(name) => component(name),
        Origin::Root { entity, .. } => entity.clone(),
        Origin::Inside { name, .. } => name.clone(),
    };
    let names = draft.naming().iter().map(of_place);
    names.min_by(|a, b| (a.len(), a).cmp(&(b.len(), b))).unwrap_or_default()
}

/// What a draft holds, as text: equal texts, equal types.
struct Signatures<'d> {
    drafts: &'d Drafts,
    given: &'d [Option<String>],
    known: HashMap<DraftId, String>,
}

impl Signatures<'_> {
    fn of(&mut self, draft: DraftId, path: &mut Vec<DraftId>) -> String {
        if let Some(known) = self.known.get(&draft) {
            return known.clone();
        }
        if let Some(circle) = path.iter().position(|one| *one == draft) {
            return format!("circle to {circle}");
        }
        path.push(draft);
        let drafts = self.drafts;
        let signature = self.members(&drafts[draft].kind, path);
        path.pop();
        if path.is_empty() || !signature.contains("circle to") {
            self.known.insert(draft, signature.clone());
        }
        signature
    }

    fn members(&mut self, kind: &DraftKind, path: &mut Vec<DraftId>) -> String {
        match kind {
            DraftKind::Enum(variants) => {
                let mut values: Vec<String> = variants.iter().map(|variant| format!("{:?}", variant.value)).collect();
                values.sort();
                let numbers = if variants.iter().any(|variant| variant.number) { "numbers" } else { "" };
                format!("enum[{numbers}{}]", values.join(","))
            }
            DraftKind::Union(list) => {
                let part =
                    |one: &Alternative<DraftId>| format!("{}:{}{:?}", one.name, self.ty(&one.ty, path), one.tags);
                let parts: Vec<String> = list.iter().map(part).collect();
                format!("union[{}]", parts.join(","))
            }
            DraftKind::Record(fields) => {
                let parts = fields.iter().map(|field| {
                    let required = if field.required { "!" } else { "?" };
                    let null = if field.nullable { "|null" } else { "" };
                    format!("{:?}{required}{null}:{}", field.key, self.ty(&field.ty, path))
                });
                let mut parts: Vec<String> = parts.collect();
                parts.sort();
                format!("{{{}}}", parts.join(","))
            }
        }
    }

    fn ty(&mut self, ty: &Ty<DraftId>, path: &mut Vec<DraftId>) -> String {
        match ty {
            Ty::Scalar(scalar) => format!("{scalar:?}"),
            Ty::Named(draft) => match &self.given[draft.0] {
                Some(name) => format!("#{name}"),
                None => self.of(*draft, path),
            },
            Ty::List(inner) => format!("list<{}>", self.ty(inner, path)),
            Ty::Map(inner) => format!("map<{}>", self.ty(inner, path)),
            Ty::Optional(inner) | Ty::Patch(inner) => format!("option<{}>", self.ty(inner, path)),
            Ty::Boxed(inner) => self.ty(inner, path),
        }
    }
}
