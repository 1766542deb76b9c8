//! Compares schemas: every pair of corresponding schemas is compared once, however many operations use it.
//! Findings describe the change of the set of valid values; operations and directions are added later.

mod exclusive;
mod keywords;
mod objects;
mod subschemas;
mod unions;

use std::borrow::Cow;
use std::collections::HashMap;

use kontrakt_codegen::contract::{Contract, Merged, Schema, SchemaId, Slot, Types, Union};

use self::exclusive::Checkers;
use super::detail::{Prose, ValueDetail};
use super::model::{DriftKind, Effect, RawChange, Severity};
use super::sites::{spot, subject};
use super::width::Width;

/// What a pair of schemas is looked at as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Mode {
    /// How far the value is written as text.
    pub(super) text: Text,
    /// Whether null is valid was decided further up.
    pub(super) ignore_null: bool,
    /// The values are what a parameter takes: leaving it out is part of the call's meaning.
    pub(super) parameter: bool,
    /// Types that are said beside a choice, and so hold for each of its alternatives.
    pub(super) types: (Option<Types>, Option<Types>),
}

/// How far a value is written as text, so that its type does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Text {
    /// As in JSON: every type shows.
    #[default]
    No,
    /// As in parameters: a number is also a text.
    Scalars,
    /// As in XML: anything is also a text.
    Everything,
}

/// Number of a compared pair.
pub(super) type PairId = usize;

/// What the comparison of two schemas found.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) findings: Vec<RawChange>,
    pub(super) children: Vec<Child>,
}

/// A pair below another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) pair: PairId,
    /// The schema of NEW before any reference is followed: the member that uses what is compared.
    pub(super) member: SchemaId,
}

/// Key under which a pair is known.
type Key = (Slot, Slot, Mode);

/// Compares schemas of two contracts.
pub(super) struct Pairs<'a> {
    pub(super) old: &'a Contract,
    pub(super) new: &'a Contract,
    /// Names of components by their schemas.
    names: (HashMap<SchemaId, &'a str>, HashMap<SchemaId, &'a str>),
    pairs: Vec<Pair>,
    known: HashMap<Key, PairId>,
    waiting: Vec<(PairId, Key)>,
    checkers: Checkers<'a>,
}

/// Two views with room for what is found: what the functions of one pair work on.
struct Work<'v> {
    /// The schemas of the old side.
    old: &'v [SchemaId],
    a: &'v Merged,
    b: &'v Merged,
    mode: Mode,
    pair: Pair,
}

impl Work<'_> {
    fn push(&mut self, finding: RawChange) {
        self.pair.findings.push(finding);
    }
}

impl<'a> Pairs<'a> {
    pub(super) fn new(old: &'a Contract, new: &'a Contract) -> Self {
        let names =
            |contract: &'a Contract| contract.components.iter().map(|(name, id)| (*id, name.as_str())).collect();
        Self {
            old,
            new,
            names: (names(old), names(new)),
            pairs: Vec::new(),
            known: HashMap::new(),
            waiting: Vec::new(),
            checkers: Checkers::default(),
        }
    }

    /// The findings of a pair and the pairs below it.
    pub(super) fn get(&self, id: PairId) -> &Pair {
        &self.pairs[id]
    }

    /// Number of pairs compared so far.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The comparison of two schemas; it is done at the latest by [`Pairs::finish`].
    pub(super) fn compare(&mut self, old: SchemaId, new: SchemaId, mode: Mode) -> PairId {
        self.slots(&[old], &[new], mode)
    }

    /// The same for schemas that hold together.
    pub(super) fn slots(&mut self, old: &[SchemaId], new: &[SchemaId], mode: Mode) -> PairId {
        let key = (self.follow(old, new), mode);
        let key = (key.0.0, key.0.1, key.1);
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = self.pairs.len();
        self.pairs.push(Pair::default());
        self.known.insert(key.clone(), id);
        self.waiting.push((id, key));
        id
    }

    /// Compares two slots as what is below the pair at work.
    fn below(&mut self, work: &mut Work<'_>, old: &[SchemaId], new: &[SchemaId], mode: Mode) {
        let pair = self.slots(old, new, mode);
        work.pair.children.extend(new.first().map(|member| Child { pair, member: *member }));
    }

    /// Goes through references as long as both sides refer to what is evidently the same component.
    fn follow(&self, old: &[SchemaId], new: &[SchemaId]) -> (Slot, Slot) {
        let (&[mut a], &[mut b]) = (old, new) else { return (old.to_vec(), new.to_vec()) };
        for _ in 0..64 {
            let (Some(to_a), Some(to_b)) = (bare_reference(&self.old[a]), bare_reference(&self.new[b])) else { break };
            let (old_place, new_place) = (&self.old[to_a].pointer, &self.new[to_b].pointer);
            // A component that exists on one side only was renamed.
            let renamed = || {
                let (Some(before), Some(after)) = (self.names.0.get(&to_a), self.names.1.get(&to_b)) else {
                    return false;
                };
                self.new.component(before).is_none() || self.old.component(after).is_none()
            };
            if old_place != new_place && !renamed() {
                break;
            }
            (a, b) = (to_a, to_b);
        }
        (vec![a], vec![b])
    }

    /// Compares everything that waits.
    pub(super) fn finish(&mut self) {
        while let Some((id, (old, new, mode))) = self.waiting.pop() {
            let pair = self.pair(&old, &new, mode);
            self.pairs[id] = pair;
        }
    }

    /// What a pair and everything below it does to the set of valid values.
    fn effect(&mut self, root: PairId) -> Effect {
        self.finish();
        let (mut widens, mut narrows) = (false, false);
        let mut seen = vec![false; self.pairs.len()];
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            let pair = &self.pairs[id];
            for finding in &pair.findings {
                widens |= matches!(finding.effect, Effect::Widens | Effect::Shifts);
                narrows |= matches!(finding.effect, Effect::Narrows | Effect::Shifts);
                // Open objects accept each other's members, but a thing with other members is another thing.
                widens |= finding.kind == DriftKind::PropertyAdded;
                narrows |= finding.kind == DriftKind::PropertyRemoved;
            }
            stack.extend(pair.children.iter().map(|child| child.pair));
        }
        match (widens, narrows) {
            (false, false) => Effect::None,
            (true, false) => Effect::Widens,
            (false, true) => Effect::Narrows,
            (true, true) => Effect::Shifts,
        }
    }

    fn pair(&mut self, old: &[SchemaId], new: &[SchemaId], mode: Mode) -> Pair {
        let (a, b) = (reading(self.old, old, mode.types.0), reading(self.new, new, mode.types.1));
        let mut work = Work { old, a: &a, b: &b, mode, pair: Pair::default() };
        self.documentation(&mut work);
        if a.never && b.never {
            return work.pair;
        }
        if a.never != b.never {
            let effect = if b.never { Effect::Narrows } else { Effect::Widens };
            let finding = RawChange::new(DriftKind::TypeChanged, effect, ValueDetail::Valid(!b.never));
            let finding = self.site(&work, finding);
            work.push(finding);
            return work.pair;
        }
        if self.choices(&mut work) {
            return work.pair;
        }
        self.annotations(&mut work);
        self.listed_twice(&mut work);
        if self.types(&mut work) {
            self.values(&mut work);
            self.bounds(&mut work);
            self.texts(&mut work);
            self.objects(&mut work);
            self.arrays(&mut work);
            self.other_keywords(&mut work);
        }
        work.pair
    }

    /// Puts a finding at the schemas that are compared.
    fn site(&self, work: &Work<'_>, finding: RawChange) -> RawChange {
        let (old, new) = (spot(self.old, work.a.site()), spot(self.new, work.b.site()));
        finding.about(subject(&new.0)).at(Some(old), Some(new))
    }

    /// Puts a finding at the parts that say it, where both sides have the same part, else at the compared schemas.
    fn at_parts(&self, work: &Work<'_>, old: Option<SchemaId>, new: Option<SchemaId>, finding: RawChange) -> RawChange {
        let counterpart = |id: SchemaId, from: &Contract, parts: &[SchemaId], to: &Contract| {
            let pointer = &from[id].pointer;
            parts.iter().copied().find(|part| to[*part].pointer == *pointer)
        };
        let both = match (old, new) {
            (Some(a), Some(b)) if self.old[a].pointer == self.new[b].pointer => Some((a, b)),
            (Some(a), None) => counterpart(a, self.old, &work.b.schemas, self.new).map(|b| (a, b)),
            (None, Some(b)) => counterpart(b, self.new, &work.a.schemas, self.old).map(|a| (a, b)),
            _ => None,
        };
        match both {
            Some((a, b)) => {
                let (old, new) = (spot(self.old, a), spot(self.new, b));
                finding.about(subject(&new.0)).at(Some(old), Some(new))
            }
            None => self.site(work, finding),
        }
    }

    fn documentation(&self, work: &mut Work<'_>) {
        if work.a.notes != work.b.notes {
            let finding = RawChange::new(DriftKind::Documentation, Effect::None, Prose::Any);
            let finding = self.site(work, finding.severity(Severity::Cosmetic));
            work.push(finding);
        }
    }
}

/// What schemas say together, within types that were said further up. A choice with `true` in it is none.
fn reading<'c>(contract: &'c Contract, slot: &[SchemaId], types: Option<Types>) -> Cow<'c, Merged> {
    let mut merged = match slot {
        [only] => Cow::Borrowed(contract.merged(*only)),
        several => Cow::Owned(Merged::of(contract, several)),
    };
    if let Some(said) = types {
        let own = merged.types;
        merged.to_mut().types = Some(own.map_or(said, |own| own.intersect(said)));
    }
    let idle = |union: &Union| {
        !union.exclusive && union.alternatives.iter().any(|id| Width::of(contract, &[*id]) == Width::Anything)
    };
    if merged.unions.iter().any(idle) {
        merged.to_mut().unions.retain(|union| !idle(union));
    }
    merged
}

/// The target of a reference with nothing beside it that matters on the wire.
fn bare_reference(schema: &Schema) -> Option<SchemaId> {
    let notes = schema.deprecated || schema.read_only || schema.write_only || schema.default.is_some();
    schema.reference.filter(|_| !notes && schema.extensions.is_empty() && !schema.asserts_beside_reference())
}
