//! `oneOf` lets exactly one alternative hold: where two of them overlap, values that fit both are not valid.
//! Such a value is looked for, and shown; nothing is said where the alternatives are provably disjoint.

use std::cell::OnceCell;

use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Types, Union};
use serde_json::Value;

use super::{Mode, Pairs, Work};
use crate::check::Checker;
use crate::drift::detail::CombinationDetail;
use crate::drift::model::{DriftKind, Effect, RawChange, Severity, Spot};
use crate::drift::sites::{keyword_spot, spot, subject};
use crate::instance::{Common, common, smaller};

/// More pairs of alternatives than this are not looked into.
const PAIRS: usize = 400;

/// What a value may be: one of these.
pub(super) struct Alternatives<'u> {
    pub(super) alternatives: &'u [SchemaId],
    /// The keyword; `None` for a schema that stands for the only alternative.
    pub(super) union: Option<&'u Union>,
    pub(super) spot: Spot,
}

impl<'u> Alternatives<'u> {
    pub(super) fn of(contract: &Contract, union: &'u Union) -> Self {
        let spot = keyword_spot(contract, union.schema, union.keyword());
        Self { alternatives: &union.alternatives, union: Some(union), spot }
    }

    pub(super) fn only(contract: &Contract, site: &'u [SchemaId]) -> Self {
        Self { alternatives: site, union: None, spot: spot(contract, site[0]) }
    }

    /// Whether exactly one of several must hold.
    pub(super) fn is_exclusive(&self) -> bool {
        self.union.is_some_and(|union| union.exclusive)
    }
}

/// What is known of a value that an alternative is there for.
pub(super) enum Fit {
    /// It fits no other alternative, as far as one `oneOf` cares.
    One,
    /// This one was valid, and fits this alternative as well now.
    Value(SchemaId, Value),
    /// It may fit this one as well.
    Unknown(SchemaId),
}

/// What values two alternatives share.
enum Overlap {
    /// None that matters: none at all, or none that was valid.
    Harmless,
    /// This one was valid and is not; and whether no other one was refused before.
    Value { value: Value, fresh: bool },
    /// Nobody can tell.
    Unknown,
}

/// Checkers of the two contracts, made when the first value is to be checked.
#[derive(Default)]
pub(super) struct Checkers<'a>(OnceCell<(Checker<'a>, Checker<'a>)>);

impl<'a> Checkers<'a> {
    fn get(&self, old: &'a Contract, new: &'a Contract) -> (&Checker<'a>, &Checker<'a>) {
        let (old, new) = self.0.get_or_init(|| (Checker::new(old), Checker::new(new)));
        (old, new)
    }
}

impl<'a> Pairs<'a> {
    /// Whether a new alternative takes values from the others: what fits two alternatives of `oneOf` is not valid.
    pub(super) fn fits_several(&self, work: &Work<'_>, new: &Alternatives<'_>, id: SchemaId) -> Fit {
        let mut unknown = None;
        for other in new.alternatives.iter().copied().filter(|other| *other != id) {
            match self.overlap(work, new, id, other) {
                Overlap::Harmless => {}
                Overlap::Value { value, .. } => return Fit::Value(other, value),
                Overlap::Unknown => unknown = unknown.or(Some(other)),
            }
        }
        unknown.map_or(Fit::One, Fit::Unknown)
    }

    /// Alternatives that were there, and that overlap now: `anyOf` became `oneOf`, or one of them was widened.
    pub(super) fn overlaps(
        &mut self,
        work: &mut Work<'_>,
        (old, new): (&Alternatives<'_>, &Alternatives<'_>),
        matched: &[(SchemaId, SchemaId)],
        mode: Mode,
    ) {
        if !new.is_exclusive() {
            return;
        }
        let widened: Vec<bool> = matched
            .iter()
            .map(|(a, b)| {
                let pair = self.compare(*a, *b, mode);
                !old.is_exclusive() || matches!(self.effect(pair), Effect::Widens | Effect::Shifts)
            })
            .collect();
        let both = (0..matched.len()).flat_map(|x| (x + 1..matched.len()).map(move |y| (x, y)));
        for (x, y) in both.filter(|(x, y)| widened[*x] || widened[*y]).take(PAIRS) {
            let (one, other) = (matched[x].1, matched[y].1);
            let (value, known) = match self.overlap(work, new, one, other) {
                Overlap::Harmless => continue,
                // Where they overlapped before, clients have had to choose values that fit one.
                Overlap::Value { value, fresh } => (Some(value), fresh),
                Overlap::Unknown => (None, false),
            };
            let names = (self.name(self.new, one), self.name(self.new, other));
            let shown = value.is_some();
            let detail = CombinationDetail::Overlap { one: names.0, other: names.1, value };
            let mut finding = RawChange::new(DriftKind::AlternativesOverlap, Effect::Narrows, detail);
            if !known {
                finding.request = Severity::Risky;
            }
            let about = subject(&self.new[work.b.site()].pointer);
            work.push(finding.about(about).at(Some(old.spot.clone()), Some(new.spot.clone())));
            // One value that breaks is enough to know.
            if shown {
                return;
            }
        }
    }

    /// Alternatives that read as one list of types or of values: what stands in two of them is not valid.
    pub(super) fn listed_twice(&self, work: &mut Work<'_>) {
        let listed = |id: &SchemaId| self.new[*id].is_types() || self.new[*id].is_list_of_values();
        let choices = work.b.schemas.iter().map(|id| (*id, &self.new[*id].one_of));
        for (id, alternatives) in choices.filter(|(_, all)| all.len() > 1 && all.iter().all(listed)) {
            let both = |x: usize| alternatives[x + 1..].iter().map(move |other| (alternatives[x], *other));
            let shared = (0..alternatives.len()).flat_map(both).filter(|(one, other)| self.share_a_value(*one, *other));
            let found = shared.take(PAIRS).find_map(|(one, other)| match self.valid_before(work, one, other) {
                Overlap::Value { value, .. } => Some((one, other, value)),
                Overlap::Harmless | Overlap::Unknown => None,
            });
            let Some((one, other, value)) = found else { continue };
            let (one, other) = (self.name(self.new, one), self.name(self.new, other));
            let detail = CombinationDetail::Overlap { one, other, value: Some(value) };
            let finding = self.site(work, RawChange::new(DriftKind::AlternativesOverlap, Effect::Narrows, detail));
            let place = keyword_spot(self.new, id, "oneOf");
            work.push(finding.at(Some(spot(self.old, work.a.site())), Some(place)));
        }
    }

    /// Whether two lists of types or values have one in common.
    fn share_a_value(&self, one: SchemaId, other: SchemaId) -> bool {
        let (a, b) = (&self.new[one], &self.new[other]);
        let values = |schema: &'_ Schema| -> Vec<Value> {
            schema.constant.iter().chain(schema.enumeration.iter().flatten()).cloned().collect()
        };
        let types = |schema: &Schema| schema.types.unwrap_or(Types::ANY);
        let (x, y) = (values(a), values(b));
        match x.is_empty() || y.is_empty() {
            true => !types(a).intersect(types(b)).is_empty(),
            false => x.iter().any(|value| y.contains(value)),
        }
    }

    fn overlap(&self, work: &Work<'_>, new: &Alternatives<'_>, one: SchemaId, other: SchemaId) -> Overlap {
        if !new.is_exclusive() || self.told_apart(new, one, other) {
            return Overlap::Harmless;
        }
        self.valid_before(work, one, other)
    }

    /// What two alternatives share that was valid.
    fn valid_before(&self, work: &Work<'_>, one: SchemaId, other: SchemaId) -> Overlap {
        let (old, new) = self.checkers.get(self.old, self.new);
        let breaks = |value: &Value| {
            work.old.iter().all(|id| old.accepts(*id, value)) && [one, other].iter().all(|id| new.accepts(*id, value))
        };
        match common(new, &[one, other]) {
            Common::Nothing => Overlap::Harmless,
            Common::Unknown => Overlap::Unknown,
            Common::Values(values) => match values.iter().find(|value| breaks(value)) {
                Some(value) => {
                    Overlap::Value { value: smaller(value.clone(), breaks), fresh: values.iter().all(breaks) }
                }
                // They overlapped before, too.
                None => Overlap::Harmless,
            },
        }
    }

    /// Whether a member says which of two alternatives is meant.
    fn told_apart(&self, new: &Alternatives<'_>, one: SchemaId, other: SchemaId) -> bool {
        let Some(union) = new.union else { return false };
        let tagged = self.new[union.schema].others.iter().any(|(key, _)| key == "discriminator");
        let named = |id: SchemaId, contract: &Contract| contract[id].reference.is_some();
        tagged && named(one, self.new) && named(other, self.new)
    }
}
