//! Keywords that hold schemas besides those of objects, lists and alternatives; and keywords that nobody knows.
//! Where both sides demand something, the two schemas are compared like any others.

use std::collections::BTreeSet;

use kontrakt_codegen::contract::{Condition, Contains, Contract, Merged, SchemaId, Slot};
use serde_json::{Map, Value};

use super::keywords::id;
use super::{Mode, Pairs, Work};
use crate::drift::detail::{CombinationDetail, DiscriminatorChange, Fate};
use crate::drift::model::{DriftKind, Effect, RawChange, Severity};
use crate::drift::sites::{keyword_spot, spot};
use crate::drift::width::Width;

/// Keywords that name schemas and say nothing of values.
const SILENT: [&str; 7] = ["$id", "$anchor", "$dynamicAnchor", "$schema", "$defs", "$vocabulary", "$dynamicRef"];

impl Pairs<'_> {
    /// Compares `not` and everything that [`Pairs::objects`] and [`Pairs::arrays`] leave out.
    pub(super) fn other_keywords(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        self.not(work);
        self.contains(work);
        self.conditions(work);
        self.dependent_required(work);
        for name in names(a.dependent_schemas.iter().chain(&b.dependent_schemas).map(|(name, _)| name)) {
            let slot = |merged: &Merged| -> Slot {
                let found = merged.dependent_schemas.iter().find(|(one, _)| one == name);
                found.map(|(_, slot)| slot.clone()).unwrap_or_default()
            };
            let detail = |fate| CombinationDetail::DependentSchema(name.to_owned(), fate);
            self.demand(work, (&slot(a), &slot(b)), DriftKind::KeywordChanged, &detail);
        }
        let demands = [
            ("propertyNames", DriftKind::KeywordChanged, &a.property_names, &b.property_names),
            ("unevaluatedProperties", DriftKind::KeywordChanged, &a.unevaluated_properties, &b.unevaluated_properties),
            ("unevaluatedItems", DriftKind::ItemsChanged, &a.unevaluated_items, &b.unevaluated_items),
        ];
        for (key, kind, old, new) in demands {
            let detail = |fate| CombinationDetail::Keyword(key.to_owned(), fate);
            self.demand(work, (old, new), kind, &detail);
        }
        for key in names(a.others.iter().chain(&b.others).map(|(key, ..)| key)) {
            let (old, new) = (a.other(key), b.other(key));
            let value = |said: &'_ Option<(Value, SchemaId)>| said.as_ref().map(|(value, _)| value.clone());
            let (before, after) = (value(&old), value(&new));
            if before == after || SILENT.contains(&key) {
                continue;
            }
            if let Some(finding) = other_keyword(key, before.as_ref(), after.as_ref()) {
                let mut finding = self.at_parts(work, id(&old), id(&new), finding);
                finding.old = id(&old).map(|id| keyword_spot(self.old, id, key)).or(finding.old);
                finding.new = id(&new).map(|id| keyword_spot(self.new, id, key)).or(finding.new);
                work.push(finding);
            }
        }
    }

    /// Puts a finding at schemas inside the compared ones; a side that has none gets the schema that would hold it.
    pub(super) fn place(&self, work: &mut Work<'_>, old: Option<SchemaId>, new: Option<SchemaId>, finding: RawChange) {
        let holder = |id: Option<SchemaId>, contract: &Contract, merged: &Merged| {
            let inside = contract[id?].pointer.as_str();
            let parts = merged.schemas.iter().copied();
            let holding = parts.filter(|part| inside.starts_with(contract[*part].pointer.as_str()));
            holding.max_by_key(|part| contract[*part].pointer.as_str().len())
        };
        let holders = (holder(old, self.old, work.a), holder(new, self.new, work.b));
        let mut finding = self.at_parts(work, holders.0, holders.1, finding);
        finding.old = old.map(|id| spot(self.old, id)).or(finding.old);
        finding.new = new.map(|id| spot(self.new, id)).or(finding.new);
        work.push(finding);
    }

    /// Schemas that something must satisfy: what rules nothing out says nothing.
    fn demand(
        &mut self,
        work: &mut Work<'_>,
        (old, new): (&[SchemaId], &[SchemaId]),
        kind: DriftKind,
        detail: &dyn Fn(Fate) -> CombinationDetail,
    ) {
        let (before, after) = (Width::of(self.old, old), Width::of(self.new, new));
        let fate = match (before, after) {
            (Width::Something, Width::Something) => {
                self.below(work, old, new, Mode::default());
                return;
            }
            (before, after) if before == after => return,
            (Width::Anything, _) => Fate::New,
            (_, Width::Anything) => Fate::Gone,
            _ => Fate::Changed,
        };
        let effect = if after < before { Effect::Narrows } else { Effect::Widens };
        let mut finding = RawChange::new(kind, effect, detail(fate));
        if before == Width::Nothing && kind == DriftKind::KeywordChanged {
            // Tolerant readers ignore members that they do not know.
            finding.response = Severity::Additive;
        }
        self.place(work, old.first().copied(), new.first().copied(), finding);
    }

    fn not(&mut self, work: &mut Work<'_>) {
        let (old, new) = (&work.a.not, &work.b.not);
        let (effect, fate) = match (old.is_empty(), new.is_empty()) {
            (true, true) => return,
            (true, false) => (Effect::Narrows, Fate::New),
            (false, true) => (Effect::Widens, Fate::Gone),
            (false, false) => {
                let pair = self.slots(old, new, Mode::default());
                match self.effect(pair) {
                    Effect::None => return,
                    effect => (effect.reversed(), Fate::Changed),
                }
            }
        };
        let finding = self.site(work, RawChange::new(DriftKind::NotChanged, effect, CombinationDetail::Not(fate)));
        work.push(finding);
    }

    /// `contains` with the numbers beside it: one promise about how many elements of a kind there are.
    fn contains(&mut self, work: &mut Work<'_>) {
        let says = |one: &&(Contains, SchemaId)| one.0.min > 0 || one.0.max.is_some();
        let (old, new) = (work.a.contains.first().filter(says), work.b.contains.first().filter(says));
        let mut found = Vec::new();
        match (old, new) {
            (None, None) => return,
            (None, Some(_)) => found.push((Effect::Narrows, CombinationDetail::Contains(Fate::New))),
            (Some(_), None) => found.push((Effect::Widens, CombinationDetail::Contains(Fate::Gone))),
            (Some((old, _)), Some((new, _))) => {
                let pair = self.compare(old.element, new.element, Mode::default());
                if old.max.is_none() && new.max.is_none() {
                    self.below(work, &[old.element], &[new.element], Mode::default());
                } else if self.effect(pair) != Effect::None {
                    found.push((Effect::Shifts, CombinationDetail::Contains(Fate::Changed)));
                }
                if old.min != new.min {
                    let effect = if new.min > old.min { Effect::Narrows } else { Effect::Widens };
                    found.push((effect, CombinationDetail::MinContains { old: old.min, new: new.min }));
                }
                if old.max != new.max {
                    let most = |max: Option<u64>| max.unwrap_or(u64::MAX);
                    let effect = if most(new.max) < most(old.max) { Effect::Narrows } else { Effect::Widens };
                    found.push((effect, CombinationDetail::MaxContains { old: old.max, new: new.max }));
                }
            }
        }
        let element = |said: Option<&(Contains, SchemaId)>| said.map(|(contains, _)| contains.element);
        for (effect, detail) in found {
            self.place(work, element(old), element(new), RawChange::new(DriftKind::ContainsChanged, effect, detail));
        }
    }

    /// `if` with `then` and `else`: one promise.
    fn conditions(&mut self, work: &mut Work<'_>) {
        let says = |(one, _): &&(Condition, SchemaId)| one.then.is_some() || one.otherwise.is_some();
        let conditions = |merged: &'_ Merged| -> Vec<Condition> {
            merged.conditions.iter().filter(says).map(|(condition, _)| condition.clone()).collect()
        };
        let (old, new) = (conditions(work.a), conditions(work.b));
        for at in 0..old.len().max(new.len()) {
            let (before, after) = (old.get(at), new.get(at));
            let fate = match (before, after) {
                (Some(a), Some(b)) => {
                    let test = self.compare(a.test, b.test, Mode::default());
                    for (key, x, y) in [("then", a.then, b.then), ("else", a.otherwise, b.otherwise)] {
                        let slots = (&Slot::from_iter(x), &Slot::from_iter(y));
                        let detail = |fate| CombinationDetail::Branch(key, fate);
                        self.demand(work, (slots.0, slots.1), DriftKind::ConditionChanged, &detail);
                    }
                    (self.effect(test) != Effect::None).then_some(Fate::Changed)
                }
                (before, _) => Some(if before.is_none() { Fate::New } else { Fate::Gone }),
            };
            let Some(fate) = fate else { continue };
            let finding =
                RawChange::new(DriftKind::ConditionChanged, fate.effect(), CombinationDetail::Condition(fate));
            let test = |said: Option<&Condition>| said.map(|condition| condition.test);
            self.place(work, test(before), test(after), finding);
        }
    }

    /// Members that must come together.
    fn dependent_required(&mut self, work: &mut Work<'_>) {
        let pairs = |merged: &Merged| -> BTreeSet<(String, String)> {
            merged.dependent_required.iter().map(|(name, other, _)| (name.clone(), other.clone())).collect()
        };
        let (before, after) = (pairs(work.a), pairs(work.b));
        let fresh: Vec<_> = after.difference(&before).cloned().collect();
        let gone: Vec<_> = before.difference(&after).cloned().collect();
        let holder = |merged: &Merged| merged.dependent_required.first().map(|(.., id)| *id);
        let (old, new) = (holder(work.a), holder(work.b));
        let found = [(Effect::Narrows, fresh, true), (Effect::Widens, gone, false)];
        for (effect, pairs, needed) in found.into_iter().filter(|(_, pairs, _)| !pairs.is_empty()) {
            let detail = CombinationDetail::DependentRequired { pairs, needed };
            let finding = RawChange::new(DriftKind::DependentRequiredChanged, effect, detail);
            let mut finding = self.at_parts(work, old, new, finding);
            let at = |id: Option<SchemaId>, contract| id.map(|id| keyword_spot(contract, id, "dependentRequired"));
            finding.old = at(old, self.old).or(finding.old);
            finding.new = at(new, self.new).or(finding.new);
            work.push(finding);
        }
    }
}

/// Names, each once, in their order.
fn names<'n>(all: impl Iterator<Item = &'n String>) -> Vec<&'n str> {
    let mut names: Vec<&str> = Vec::new();
    for name in all {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// A keyword that only a few documents use: what its coming, going or changing does.
fn other_keyword(key: &str, old: Option<&Value>, new: Option<&Value>) -> Option<RawChange> {
    if key == "discriminator" {
        return Some(discriminator(old, new));
    }
    let fate = Fate::of(old, new)?;
    let kind = if key == "contentEncoding" { DriftKind::ContentChanged } else { DriftKind::KeywordChanged };
    Some(RawChange::new(kind, fate.effect(), CombinationDetail::Keyword(key.to_owned(), fate)))
}

/// What tells alternatives apart is a hint; what it pointed at and no longer does, a client may have relied on.
fn discriminator(old: Option<&Value>, new: Option<&Value>) -> RawChange {
    let property = |value: Option<&Value>| value.and_then(|value| value.get("propertyName")).cloned();
    let mapping = |value: Option<&Value>| -> Map<String, Value> {
        value.and_then(|value| value.get("mapping")?.as_object()).cloned().unwrap_or_default()
    };
    let (before, after) = (mapping(old), mapping(new));
    let lost = before.iter().any(|(key, target)| after.get(key) != Some(target));
    let (severity, change) = match (property(old), property(new)) {
        (None, _) => (Severity::Additive, DiscriminatorChange::Introduced),
        (_, None) => (Severity::Additive, DiscriminatorChange::Dropped),
        (Some(before), Some(after)) if before != after => (Severity::Risky, DiscriminatorChange::Other),
        _ if lost => (Severity::Risky, DiscriminatorChange::ValuesLost),
        _ => (Severity::Additive, DiscriminatorChange::ValuesAdded),
    };
    let detail = CombinationDetail::Discriminator(change);
    RawChange::new(DriftKind::DiscriminatorChanged, Effect::None, detail).severity(severity)
}
