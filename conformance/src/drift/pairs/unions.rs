//! Compares alternatives: those of `oneOf` and `anyOf` are matched by content, not by position.
//! An alternative that another one covers is neither added nor removed.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, Merged, SchemaId, Types, Union};

use super::exclusive::{Alternatives, Fit};
use super::{Mode, PairId, Pairs, Work};
use crate::drift::detail::{CombinationDetail, Fate};
use crate::drift::model::{DriftKind, Effect, RawChange, Severity};
use crate::drift::sites::{keyword_spot, spot, subject};

impl Pairs<'_> {
    /// Compares the choices of two readings. Returns whether that was the whole comparison: one side is a choice, and the
    /// other is, or was, one of its alternatives.
    pub(super) fn choices(&mut self, work: &mut Work<'_>) -> bool {
        let (a, b) = (work.a, work.b);
        let sites = ([a.site()], [b.site()]);
        let (old, new) = (self.old, self.new);
        match (a.unions.as_slice(), b.unions.as_slice()) {
            ([], []) => false,
            ([union], []) if self.stands_alone(old, a) && self.is_alternative(union, b, true) => {
                self.nullness(work);
                self.alternatives(work, &Alternatives::of(old, union), &Alternatives::only(new, &sites.1));
                true
            }
            ([], [union]) if self.stands_alone(new, b) && self.is_alternative(union, a, false) => {
                self.nullness(work);
                self.alternatives(work, &Alternatives::only(old, &sites.0), &Alternatives::of(new, union));
                true
            }
            _ => {
                for (at, union) in a.unions.iter().enumerate() {
                    match b.unions.get(at) {
                        Some(other) => {
                            self.alternatives(work, &Alternatives::of(old, union), &Alternatives::of(new, other))
                        }
                        None => {
                            let (keyword, count) = (union.keyword(), union.alternatives.len());
                            let detail = CombinationDetail::ChoiceDropped { keyword, count };
                            let finding = RawChange::new(DriftKind::AlternativesDropped, Effect::Widens, detail);
                            let about = subject(&old[a.site()].pointer);
                            work.push(finding.about(about).at(Some(keyword_spot(old, union.schema, keyword)), None));
                        }
                    }
                }
                for union in b.unions.iter().skip(a.unions.len()) {
                    let detail = CombinationDetail::ChoiceIntroduced(union.alternatives.len());
                    let finding = RawChange::new(DriftKind::AlternativesIntroduced, Effect::Narrows, detail);
                    let about = subject(&new[b.site()].pointer);
                    let place = keyword_spot(new, union.schema, union.keyword());
                    work.push(finding.about(about).at(None, Some(place)));
                }
                false
            }
        }
    }

    /// Whether a view is a choice and nothing beside it.
    fn stands_alone(&self, contract: &Contract, view: &Merged) -> bool {
        view.properties.is_empty()
            && view.values.is_none()
            && view.required.is_empty()
            && view.items.is_empty()
            // Alternatives that only say which members are required are conditions, not shapes.
            && view.unions.iter().flat_map(|union| &union.alternatives).all(|id| {
                let one = contract.merged(*id);
                one.types.is_some() || !one.properties.is_empty() || one.values.is_some() || !one.unions.is_empty()
            })
    }

    /// Whether a schema without a choice can stand for one of the alternatives.
    fn is_alternative(&self, union: &Union, other: &Merged, choice_is_old: bool) -> bool {
        let (contract, rest) = if choice_is_old { (self.old, self.new) } else { (self.new, self.old) };
        union.alternatives.iter().any(|id| {
            contract[contract.resolve(*id)].pointer == rest[rest.resolve(other.site())].pointer
                || likeness(contract.merged(*id), other) > 0
        })
    }

    fn alternatives(&mut self, work: &mut Work<'_>, old: &Alternatives<'_>, new: &Alternatives<'_>) {
        let types = (work.a.types, work.b.types);
        let mode = Mode { text: work.mode.text, ignore_null: true, parameter: false, types };
        let (matched, gone, fresh) = self.matching(old.alternatives, new.alternatives, mode);
        for (a, b) in &matched {
            self.below(work, &[*a], &[*b], mode);
        }
        for id in gone {
            let covering =
                self.covering(new.alternatives, |pairs, other| pairs.compare(id, other, mode), Effect::Widens);
            let detail = CombinationDetail::Alternative(self.name(self.old, id), Fate::Gone);
            let mut finding = RawChange::new(DriftKind::AlternativeRemoved, Effect::Narrows, detail.clone());
            if covering.iter().any(|other| !self.both_named(id, *other)) {
                if !old.is_exclusive() || !self.was_beside(&matched, &covering, mode) {
                    continue;
                }
                // Its values fitted another alternative as well, and were none for that.
                finding = RawChange::new(DriftKind::AlternativeRemoved, Effect::Widens, detail);
                finding = finding.severity(Severity::Additive);
            }
            let about = subject(&self.old[work.a.site()].pointer);
            work.push(finding.about(about).at(Some(spot(self.old, id)), Some(new.spot.clone())));
        }
        for id in &fresh {
            self.added(work, (old, new), *id, mode);
        }
        self.overlaps(work, (old, new), &matched, mode);
    }

    /// An alternative that only the new side has.
    fn added(
        &mut self,
        work: &mut Work<'_>,
        (old, new): (&Alternatives<'_>, &Alternatives<'_>),
        id: SchemaId,
        mode: Mode,
    ) {
        let name = self.name(self.new, id);
        let about = subject(&self.new[work.b.site()].pointer);
        let places = (Some(old.spot.clone()), Some(spot(self.new, id)));
        let added = |effect, detail| RawChange::new(DriftKind::AlternativeAdded, effect, detail);
        match self.fits_several(work, new, id) {
            Fit::Value(other, value) => {
                let detail = CombinationDetail::AlternativeOverlaps { name, other: self.name(self.new, other), value };
                work.push(added(Effect::Shifts, detail).about(about).at(places.0, places.1));
                return;
            }
            Fit::Unknown(other) => {
                let other = self.name(self.new, other);
                let finding = added(Effect::Widens, CombinationDetail::AlternativeMayOverlap { name, other });
                let response = finding.response;
                work.push(finding.graded(Severity::Risky, response).about(about).at(places.0, places.1));
                return;
            }
            Fit::One => {}
        }
        let covering = self.covering(old.alternatives, |pairs, other| pairs.compare(other, id, mode), Effect::Narrows);
        if covering.iter().any(|other| !self.both_named(*other, id)) {
            return;
        }
        let mut finding = added(Effect::Widens, CombinationDetail::Alternative(name, Fate::New));
        if !covering.is_empty() && !new.is_exclusive() {
            // Its values were valid as another alternative; only `oneOf` tells the two apart.
            finding = finding.severity(Severity::Additive);
        }
        work.push(finding.about(about).at(places.0, places.1));
    }

    /// The alternatives of the other side whose comparison has no other effect than the given one.
    fn covering(
        &mut self,
        others: &[SchemaId],
        mut compare: impl FnMut(&mut Self, SchemaId) -> PairId,
        harmless: Effect,
    ) -> Vec<SchemaId> {
        let mut found = Vec::new();
        for other in others {
            let pair = compare(self, *other);
            let effect = self.effect(pair);
            if effect == Effect::None || effect == harmless {
                found.push(*other);
            }
        }
        found
    }

    /// Whether one of these alternatives of NEW means what an alternative of OLD meant.
    fn was_beside(&mut self, matched: &[(SchemaId, SchemaId)], some: &[SchemaId], mode: Mode) -> bool {
        matched.iter().filter(|(_, new)| some.contains(new)).any(|(old, new)| {
            let pair = self.compare(*old, *new, mode);
            self.effect(pair) == Effect::None
        })
    }

    /// Whether both are components: things with names of their own do not stand for each other, however alike.
    fn both_named(&self, old: SchemaId, new: SchemaId) -> bool {
        self.old[old].reference.is_some() && self.new[new].reference.is_some()
    }

    /// What people call an alternative.
    pub(super) fn name(&self, contract: &Contract, id: SchemaId) -> String {
        let target = contract.resolve(id);
        if let Some(name) = contract.component_name(target) {
            return name.to_owned();
        }
        let schema = &contract[target];
        if let Some(title) = &schema.title {
            return format!("{title:?}");
        }
        let view = contract.merged(target);
        let types: Vec<&str> = view.types.unwrap_or_default().iter().map(|kind| kind.name()).collect();
        let members: Vec<&str> = view.properties.iter().map(|(name, _)| name.as_str()).take(4).collect();
        match (types.is_empty(), members.is_empty()) {
            (_, false) => format!("with {}", members.join(", ")),
            (false, true) => types.join(" or "),
            (true, true) => schema.pointer.to_string(),
        }
    }

    /// Matches alternatives: the same component, then the same meaning, then the most alike.
    fn matching(
        &mut self,
        old: &[SchemaId],
        new: &[SchemaId],
        mode: Mode,
    ) -> (Vec<(SchemaId, SchemaId)>, Vec<SchemaId>, Vec<SchemaId>) {
        let (mut gone, mut fresh) = (old.to_vec(), new.to_vec());
        let mut matched = Vec::new();
        let take = |gone: &mut Vec<SchemaId>, fresh: &mut Vec<SchemaId>, a: SchemaId, b: SchemaId| {
            gone.retain(|one| *one != a);
            fresh.retain(|one| *one != b);
            (a, b)
        };
        for a in old {
            let component = |contract: &Contract, id| contract[contract.resolve(id)].pointer.clone();
            let is_component = self.old[*a].reference.is_some();
            let same = |b: &&SchemaId| is_component && component(self.old, *a) == component(self.new, **b);
            if let Some(b) = fresh.iter().find(same).copied() {
                matched.push(take(&mut gone, &mut fresh, *a, b));
            }
        }
        for a in gone.clone() {
            for b in fresh.clone() {
                let pair = self.compare(a, b, mode);
                if self.effect(pair) == Effect::None {
                    matched.push(take(&mut gone, &mut fresh, a, b));
                    break;
                }
            }
        }
        loop {
            let (old, new) = (self.old, self.new);
            let like = |a: SchemaId, b: SchemaId| likeness(old.merged(a), new.merged(b));
            let pairs = gone.iter().flat_map(|a| fresh.iter().map(move |b| (like(*a, *b), *a, *b)));
            // The first of the best: the order of the documents decides between equals.
            let best = pairs.filter(|(likeness, ..)| *likeness > 0).reduce(|x, y| if y.0 > x.0 { y } else { x });
            let Some((_, a, b)) = best else { break };
            matched.push(take(&mut gone, &mut fresh, a, b));
        }
        (matched, gone, fresh)
    }
}

/// How much two alternatives have in common; 0 when one cannot have become the other.
fn likeness(a: &Merged, b: &Merged) -> u32 {
    if a.types.is_some() && b.types.is_some() && a.plain_types().intersect(b.plain_types()) == Types::default() {
        return 0;
    }
    let names = |view: &Merged| -> HashSet<String> {
        let required = view.required.iter().map(|(name, _)| name.clone());
        view.properties.iter().map(|(name, _)| name.clone()).chain(required).collect()
    };
    let (x, y) = (names(a), names(b));
    let values = |view: &Merged| view.values.as_ref().map(|(values, _)| values.clone()).unwrap_or_default();
    let shared_values = values(a).iter().filter(|value| values(b).contains(value)).count();
    if !x.is_empty() || !y.is_empty() {
        let (shared, all) = (x.intersection(&y).count(), x.union(&y).count().max(1));
        // Less than a third in common is another thing.
        return if shared * 3 >= all { (shared * 100 / all) as u32 } else { 0 };
    }
    if !a.unions.is_empty() || !b.unions.is_empty() {
        return u32::from(!a.unions.is_empty() && !b.unions.is_empty());
    }
    if a.types.is_none() != b.types.is_none() {
        return 0;
    }
    1 + 10 * shared_values as u32
}
