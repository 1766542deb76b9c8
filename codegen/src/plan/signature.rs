//! The name of a draft at its places, and its content as text: the two things that tell drafts apart.

use std::collections::HashMap;

use super::drafts::{Draft, DraftId, DraftKind, Drafts, Origin};
use super::model::Alternative;
use super::ty::Ty;
use crate::contract::Contract;
use crate::name::type_name;

/// Name that the specification gives a draft: its own `x-name`, or the name of its component.
pub(super) fn by_rule(contract: &Contract, draft: &Draft) -> Option<String> {
    chosen(contract, draft).or_else(|| match draft.origins.first() {
        Some(Origin::Component(name)) => Some(component(name)),
        _ => None,
    })
}

/// Name that a person has chosen.
pub(super) fn chosen(contract: &Contract, draft: &Draft) -> Option<String> {
    contract[draft.schema].hints.type_name().map(type_name)
}

/// Name of a component without the `type` that some documents put before the names of scalars.
pub(super) fn component(name: &str) -> String {
    match name.strip_prefix("type") {
        Some(rest) if rest.starts_with(|c: char| c.is_uppercase()) => type_name(rest),
        _ => type_name(name),
    }
}

/// What a draft is, by its place; by the shortest name where it stands in several.
pub(super) fn entity(draft: &Draft) -> String {
    let of_place = |place: &Origin| match place {
        Origin::Component(name) => component(name),
        Origin::Root { entity, .. } => entity.clone(),
        Origin::Inside { name, .. } => name.clone(),
    };
    let names = draft.naming().iter().map(of_place);
    names.min_by(|a, b| (a.len(), a).cmp(&(b.len(), b))).unwrap_or_default()
}

/// What a draft holds, as text: equal texts, equal types.
pub(super) struct Signatures<'d> {
    drafts: &'d Drafts,
    given: &'d [Option<String>],
    /// Signatures, and whether a circle is in them.
    known: HashMap<DraftId, (String, bool)>,
    /// Whether the signature that is being made has a circle.
    circular: bool,
}

impl<'d> Signatures<'d> {
    /// Drafts that have a name are told by it.
    pub(super) fn new(drafts: &'d Drafts, given: &'d [Option<String>]) -> Self {
        Self { drafts, given, known: HashMap::new(), circular: false }
    }

    pub(super) fn of(&mut self, draft: DraftId, path: &mut Vec<DraftId>) -> String {
        if let Some((known, circular)) = self.known.get(&draft) {
            self.circular |= circular;
            return known.clone();
        }
        if let Some(circle) = path.iter().position(|one| *one == draft) {
            self.circular = true;
            return format!("circle to {circle}");
        }
        path.push(draft);
        let (drafts, around) = (self.drafts, std::mem::take(&mut self.circular));
        let signature = self.members(&drafts[draft].kind, path);
        path.pop();
        // A circle is told by its place in the path, so that within others it reads otherwise.
        if path.is_empty() || !self.circular {
            self.known.insert(draft, (signature.clone(), self.circular));
        }
        self.circular |= around;
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

    pub(super) fn ty(&mut self, ty: &Ty<DraftId>, path: &mut Vec<DraftId>) -> String {
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
