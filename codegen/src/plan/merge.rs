//! Merges drafts into one type when they have the same name, at their places or by the lock, and the same content.

use std::collections::BTreeMap;

use super::context::Context;
use super::drafts::{Draft, DraftId, Drafts};
use super::locked::Locked;
use super::signature::{Signatures, by_rule, entity};
use super::ty::{Ty, TypeId};
use crate::contract::Contract;

/// The types of a crate, in the order operations reach them: parents before members, first use first.
#[derive(Clone, Debug, Default)]
pub(super) struct MergedDrafts {
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
    /// A name that was given: in the specification, by the lock, or of a component.
    pub(super) given: Option<String>,
    /// Whether it is the lock that gives it.
    pub(super) locked: bool,
}

impl MergedDrafts {
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
pub(super) fn merge(
    context: &Context<'_>,
    drafts: &Drafts,
    locked: &Locked,
    roots: impl Iterator<Item = DraftId>,
) -> MergedDrafts {
    let (groups, of_draft) = groups(context.contract, drafts, locked);
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
    MergedDrafts { types, of_draft: of_draft.iter().filter_map(|group| position[*group]).collect() }
}

fn groups(contract: &Contract, drafts: &Drafts, locked: &Locked) -> (Vec<Merge>, Vec<usize>) {
    let given = locked.given(contract, drafts);
    let by_rule: Vec<Option<String>> = drafts.ids().map(|id| by_rule(contract, &drafts[id])).collect();
    let (mut signatures, mut signatures_by_rule) = (Signatures::new(drafts, &given), Signatures::new(drafts, &by_rule));
    let mut by_key: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut by_rule_key: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut groups: Vec<Merge> = Vec::new();
    let mut of_draft = vec![0; given.len()];
    // Given names first, so that an inline copy of a component becomes that component; before them names that were there
    // before, so that what is new and the same as one of them becomes that.
    let mut order: Vec<DraftId> = drafts.ids().collect();
    order.sort_by_key(|id| match locked.name(*id) {
        Some(name) => (0, name),
        None => (1 + usize::from(given[id.0].is_none()), ""),
    });
    for id in order {
        let (name, entity) = (given[id.0].clone(), entity(&drafts[id]));
        let key = (name.as_ref().unwrap_or(&entity).clone(), signatures.of(id, &mut Vec::new()));
        let rule_key = by_rule[id.0].as_ref().unwrap_or(&entity).clone();
        let rule_key = (rule_key, signatures_by_rule.of(id, &mut Vec::new()));
        let is_locked = locked.name(id).is_some();
        let known = by_key.get(&key).or_else(|| by_rule_key.get(&rule_key).filter(|_| !is_locked)).copied();
        let group = known.unwrap_or_else(|| {
            groups.push(Merge { drafts: Vec::new(), entity, given: name, locked: is_locked });
            groups.len() - 1
        });
        by_key.insert(key, group);
        if is_locked {
            by_rule_key.entry(rule_key).or_insert(group);
        }
        groups[group].drafts.push(id);
        of_draft[id.0] = group;
    }
    (groups, of_draft)
}
