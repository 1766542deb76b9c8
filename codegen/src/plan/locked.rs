//! Finds the drafts that had a name before, by their places on the wire, starting from what calls carry.
//! When several shapes claim a name, the one with most of its places keeps it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::drafts::{DraftId, DraftKind, Drafts};
use super::model::{TypeDef, TypeKind};
use super::reach::{self, Use};
use super::signature::{Signatures, by_rule, chosen};
use super::ty::{MemberPath, Ty, TypeId};
use super::variants;
use crate::contract::{Contract, Operation};
use crate::lock::{NameLock, WirePlace};
use crate::name::is_type_name;

/// Names that drafts had.
#[derive(Clone, Debug, Default)]
pub(super) struct Locked {
    /// By draft; without drafts, none had one.
    names: Vec<Option<String>>,
    /// Names of unions as the lock has them, also where another one was chosen since.
    unions: BTreeMap<DraftId, String>,
}

impl Locked {
    /// The name that a draft had and keeps.
    pub(super) fn name(&self, draft: DraftId) -> Option<&str> {
        self.names.get(draft.0)?.as_deref()
    }

    /// All given names: chosen by a person, else had before, else those of components.
    pub(super) fn given(&self, contract: &Contract, drafts: &Drafts) -> Vec<Option<String>> {
        let had = |id| self.name(id).map(str::to_owned);
        drafts
            .ids()
            .map(|id| chosen(contract, &drafts[id]).or_else(|| had(id)).or_else(|| by_rule(contract, &drafts[id])))
            .collect()
    }

    /// The variants that a union had.
    pub(super) fn variants<'l>(&self, lock: &'l NameLock, draft: DraftId) -> BTreeSet<&'l str> {
        self.unions.get(&draft).map(|union| variants_of(lock, union)).unwrap_or_default()
    }
}

/// Finds the drafts whose names the lock has; `roots` are what calls carry, with their places.
pub(super) fn find(
    contract: &Contract,
    lock: &NameLock,
    drafts: Drafts,
    roots: &[(String, Use<DraftId>)],
) -> (Drafts, Locked) {
    if lock.types.is_empty() {
        return (drafts, Locked::default());
    }
    let votes = votes(contract, lock, &drafts, roots);
    let most = |votes: &Votes<'_>| {
        votes.iter().max_by_key(|(name, count)| (**count, Reverse(**name))).map(|(name, _)| (*name).to_owned())
    };
    let names: Vec<Option<String>> = votes.iter().map(most).collect();
    let is_union = |id: &DraftId| matches!(drafts[*id].kind, DraftKind::Union(_));
    let unions = drafts.ids().filter(is_union).filter_map(|id| Some((id, names[id.0].clone()?))).collect();
    let kept = drafts.ids().zip(names).map(|(id, name)| name.filter(|_| chosen(contract, &drafts[id]).is_none()));
    let locked = Locked { names: kept.collect(), unions };
    let sent = sent(&drafts, roots);
    settle(contract, drafts, locked, &votes, &sent)
}

/// How many places give a draft each name.
type Votes<'l> = BTreeMap<&'l str, usize>;

/// Whether requests carry each draft.
fn sent(drafts: &Drafts, roots: &[(String, Use<DraftId>)]) -> Vec<bool> {
    let members = |id: DraftId| drafts[id].kind.members().into_iter().filter_map(Ty::named).map(|id| TypeId(id.0));
    let members: Vec<Vec<TypeId>> = drafts.ids().map(|id| members(id).collect()).collect();
    let reach = reach::of(&members, roots.iter().map(|(_, one)| one.map(|id| TypeId(id.0))));
    reach.into_iter().map(|one| one.sent).collect()
}

/// How many places give each name to each draft.
fn votes<'l>(
    contract: &Contract,
    lock: &'l NameLock,
    drafts: &Drafts,
    roots: &[(String, Use<DraftId>)],
) -> Vec<Votes<'l>> {
    let mut votes: Vec<Votes<'_>> = vec![Votes::new(); drafts.ids().count()];
    let mut places: BTreeSet<(WirePlace, DraftId)> = BTreeSet::new();
    for (place, Use { ty: draft, .. }) in roots {
        places.insert((WirePlace::Root(place.clone()), *draft));
        // What was all there is in a body may have got a neighbour.
        if let DraftKind::Record(fields) = &drafts[*draft].kind {
            let separator = if place.ends_with("answer") || place.ends_with("body") { ' ' } else { '/' };
            let below = |key: &str| WirePlace::Root(format!("{place}{separator}{key}"));
            places.extend(fields.iter().filter_map(|one| Some((below(&one.key), one.ty.named()?))));
        }
    }
    let mut waiting: Vec<(WirePlace, DraftId)> = places.into_iter().collect();
    let mut seen: BTreeSet<(DraftId, &str)> = BTreeSet::new();
    while let Some((place, draft)) = waiting.pop() {
        let name = lock.types.get(&place).map(String::as_str).filter(|name| is_type_name(name));
        let Some(name) = name else { continue };
        *votes[draft.0].entry(name).or_default() += 1;
        if seen.insert((draft, name)) {
            waiting.extend(members(contract, drafts, draft, name, &variants_of(lock, name)));
        }
    }
    votes
}

/// The places in a type of this name, and what stands there.
fn members(
    contract: &Contract,
    drafts: &Drafts,
    draft: DraftId,
    name: &str,
    before: &BTreeSet<&str>,
) -> Vec<(WirePlace, DraftId)> {
    let named = |ty: &Ty<DraftId>, place| Some((place, ty.named()?));
    match &drafts[draft].kind {
        DraftKind::Record(fields) => {
            fields.iter().filter_map(|one| named(&one.ty, WirePlace::member(name, &one.key))).collect()
        }
        DraftKind::Union(list) => {
            let variants = variants::named(contract, drafts, name, list, before);
            let variants = variants.iter().zip(list);
            variants.filter_map(|(variant, one)| named(&one.ty, WirePlace::variant(name, variant))).collect()
        }
        DraftKind::Enum(_) => Vec::new(),
    }
}

fn variants_of<'l>(lock: &'l NameLock, union: &str) -> BTreeSet<&'l str> {
    let variant = |place: &'l WirePlace| match place {
        WirePlace::Variant { owner, name } if owner == union => Some(name.as_str()),
        _ => None,
    };
    lock.types.keys().filter_map(variant).collect()
}

/// What claims a name: whether a person has chosen it, how many places have it, and the drafts.
type Claim = (bool, usize, Vec<DraftId>);

/// Leaves each name to one shape. Answers of one name become one shape that holds them all, as far as they agree: a
/// member that came to one of them is optional. Requests do not: they would write what the document does not allow.
/// What loses its name is told by its members from then on, and so are its owners: until all agree.
fn settle(
    contract: &Contract,
    mut drafts: Drafts,
    mut locked: Locked,
    votes: &[Votes<'_>],
    sent: &[bool],
) -> (Drafts, Locked) {
    loop {
        let given = locked.given(contract, &drafts);
        let (mut losers, mut wider) = (Vec::new(), Vec::new());
        let mut signatures = Signatures::new(&drafts, &given);
        for shapes in claims(contract, &drafts, &locked, votes, &mut signatures) {
            let mut shapes = shapes.into_iter();
            let Some((_, _, first)) = shapes.next() else { continue };
            let (mut whole, mut members) = (drafts[first[0]].kind.clone(), first);
            for (.., other) in shapes {
                let both = whole.and(&drafts[other[0]].kind, &mut |ty| signatures.ty(ty, &mut Vec::new()));
                match both.filter(|_| !members.iter().chain(&other).any(|id| sent[id.0])) {
                    Some(both) => {
                        whole = both;
                        members.extend(other);
                        wider.extend(members.iter().map(|id| (*id, whole.clone())));
                    }
                    None => losers.extend(other),
                }
            }
        }
        losers.retain(|id| locked.names[id.0].is_some());
        if losers.is_empty() && wider.is_empty() {
            return (drafts, locked);
        }
        losers.into_iter().for_each(|id| locked.names[id.0] = None);
        wider.into_iter().for_each(|(id, kind)| drafts.replace(id, kind));
    }
}

/// The shapes that claim each name, the strongest first.
fn claims(
    contract: &Contract,
    drafts: &Drafts,
    locked: &Locked,
    votes: &[Votes<'_>],
    signatures: &mut Signatures<'_>,
) -> Vec<Vec<Claim>> {
    let mut claims: BTreeMap<String, BTreeMap<String, Claim>> = BTreeMap::new();
    for id in drafts.ids() {
        let chosen = chosen(contract, &drafts[id]);
        let is_chosen = chosen.is_some();
        let Some(name) = chosen.or_else(|| locked.name(id).map(str::to_owned)) else { continue };
        let count = votes[id.0].get(name.as_str()).copied().unwrap_or_default();
        let shape = claims.entry(name).or_default().entry(signatures.of(id, &mut Vec::new())).or_default();
        // What a person has chosen is not up for a vote.
        shape.0 |= is_chosen;
        shape.1 += count;
        shape.2.push(id);
    }
    let strongest = |shapes: BTreeMap<String, Claim>| {
        let mut shapes: Vec<Claim> = shapes.into_values().collect();
        // Of equal ones the smallest is what it was: documents add. Else they stay in the order of their shapes.
        shapes.sort_by_key(|(chosen, places, ids)| (Reverse((*chosen, *places)), size(&drafts[ids[0]].kind)));
        shapes
    };
    claims.into_values().map(strongest).collect()
}

/// How many members, values or alternatives there are.
fn size(kind: &DraftKind) -> usize {
    match kind {
        DraftKind::Record(fields) => fields.len(),
        DraftKind::Enum(values) => values.len(),
        DraftKind::Union(list) => list.len(),
    }
}

/// The answers of an operation, as the lock calls their values.
pub(super) fn answer_place(operation: &Operation) -> String {
    format!("{} answer", operation.call())
}

/// The bodies of an operation, as the lock calls their values.
pub(super) fn body_place(operation: &Operation) -> String {
    format!("{} body", operation.call())
}

/// The member of what stands at `path` that was the value, and may have got neighbours since.
pub(super) fn value_in(lock: &NameLock, place: &str, path: &MemberPath) -> Option<String> {
    let had = MemberPath::from(lock.values.get(place)?.as_str());
    match had.0.strip_prefix(path.0.as_slice())? {
        [member] => Some(member.clone()),
        _ => None,
    }
}

/// The lock of a plan: what stands at each place that can be reached from what calls carry.
pub(super) fn of(mut lock: NameLock, roots: Vec<(String, TypeId)>, types: &[TypeDef]) -> NameLock {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<TypeId> = roots.iter().map(|(_, id)| *id).collect();
    for (place, id) in roots {
        lock.types.insert(WirePlace::Root(place), types[id.0].name.clone());
    }
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let owner = &types[id.0];
        for (place, ty) in places(owner) {
            waiting.extend(ty.named());
            let name = match (ty.named(), &place) {
                (Some(id), _) => types[id.0].name.clone(),
                // No type to name; the line keeps the name of the variant.
                (None, WirePlace::Variant { .. }) => "none".to_owned(),
                (None, _) => continue,
            };
            lock.types.insert(place, name);
        }
    }
    lock
}

/// The places in a type.
fn places(owner: &TypeDef) -> Vec<(WirePlace, &Ty)> {
    match &owner.kind {
        TypeKind::Record(fields) => {
            fields.iter().map(|one| (WirePlace::member(&owner.name, &one.keys[0]), &one.ty)).collect()
        }
        TypeKind::Union(list) => list.iter().map(|one| (WirePlace::variant(&owner.name, &one.name), &one.ty)).collect(),
        TypeKind::Enum(_) => Vec::new(),
    }
}
