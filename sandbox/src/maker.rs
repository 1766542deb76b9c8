//! Makes values of schemas: from what is known, which is put where the schema has it, and plausible values for the rest.
//! Whole answers are made this way, so whatever is stored comes out in the form that the answer has.

mod scalar;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use fastrand::Rng;
use kontrakt_codegen::contract::{Contract, Merged, SchemaId, Type};
use kontrakt_codegen::name::singular;
use kontrakt_conformance::check::Checker;
use kontrakt_conformance::instance::Instances;
use serde_json::{Map, Value};

use crate::clock::Moment;

/// Below this depth only what is required is made up.
const DEEP: usize = 7;

/// The schemas of a contract, ready to make values of.
pub(crate) struct Schemas {
    pub(crate) contract: &'static Contract,
    pub(crate) checker: Checker<'static>,
    /// Readings of several schemas that hold together.
    several: RwLock<HashMap<Vec<SchemaId>, Arc<Merged>>>,
    /// Texts of schemas with patterns, and anything else that no plausible value satisfies.
    drawn: OnceLock<Instances<'static>>,
}

/// How much is made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    /// Everything that a schema has: a record that has been in the shop for long.
    Rich,
    /// What must be there; null and empty where that is allowed: a record that has just been made.
    Lean,
}

/// Makes values.
pub(crate) struct Maker<'s> {
    pub(crate) schemas: &'s Schemas,
    pub(crate) rng: Rng,
    pub(crate) fill: Fill,
    pub(crate) now: Moment,
    pub(crate) depth: usize,
}

/// A reading of one schema, or of several at once.
enum Reading {
    Of(&'static Merged),
    Several(Arc<Merged>),
}

impl std::ops::Deref for Reading {
    type Target = Merged;

    fn deref(&self) -> &Merged {
        match self {
            Self::Of(merged) => merged,
            Self::Several(merged) => merged,
        }
    }
}

impl Schemas {
    pub(crate) fn new(contract: &'static Contract) -> Self {
        Self { contract, checker: Checker::new(contract), several: RwLock::default(), drawn: OnceLock::new() }
    }

    fn reading(&self, slot: &[SchemaId]) -> Reading {
        if let [id] = slot {
            return Reading::Of(self.contract.merged(*id));
        }
        let known = self.several.read().unwrap_or_else(PoisonError::into_inner).get(slot).cloned();
        Reading::Several(known.unwrap_or_else(|| {
            let merged = Arc::new(Merged::of(self.contract, slot));
            let mut several = self.several.write().unwrap_or_else(PoisonError::into_inner);
            several.entry(slot.to_vec()).or_insert(merged).clone()
        }))
    }

    /// Whether a value satisfies all of some schemas.
    pub(crate) fn accepts(&self, slot: &[SchemaId], value: &Value) -> bool {
        slot.iter().all(|id| self.checker.accepts(*id, value))
    }

    /// What a member of an object is, whichever alternative has it.
    pub(crate) fn member(&self, slot: &[SchemaId], name: &str) -> Option<Vec<SchemaId>> {
        let merged = self.reading(slot);
        let within = |union: &kontrakt_codegen::contract::Union| {
            union.alternatives.iter().find_map(|alternative| self.member(&[*alternative], name))
        };
        merged.property(name).cloned().or_else(|| merged.unions.iter().find_map(within))
    }

    /// Names of the members that an object can have, those of alternatives among them.
    pub(crate) fn members(&self, slot: &[SchemaId]) -> Vec<(String, Vec<SchemaId>)> {
        let merged = self.reading(slot);
        let mut all = merged.properties.clone();
        for alternative in merged.unions.iter().flat_map(|union| &union.alternatives) {
            for (name, slot) in self.members(&[*alternative]) {
                if !all.iter().any(|(known, _)| *known == name) {
                    all.push((name, slot));
                }
            }
        }
        all
    }

    /// The elements of a list, whichever alternative is one.
    pub(crate) fn items(&self, slot: &[SchemaId]) -> Option<Vec<SchemaId>> {
        let merged = self.reading(slot);
        let within = |union: &kontrakt_codegen::contract::Union| {
            union.alternatives.iter().find_map(|alternative| self.items(&[*alternative]))
        };
        (!merged.items.is_empty()).then(|| merged.items.clone()).or_else(|| merged.unions.iter().find_map(within))
    }

    /// The part of a record that a value of this schema is made of: a list needs little of each.
    pub(crate) fn excerpt(&self, slot: &[SchemaId], record: &Value) -> Value {
        let merged = self.reading(slot);
        let Value::Object(map) = record else { return record.clone() };
        if merged.properties.is_empty() || !merged.additional.is_empty() || !merged.unions.is_empty() {
            // Records that stand below this one are no members of it.
            let members = map.iter().filter(|(name, _)| !name.starts_with('/'));
            return members.map(|(name, value)| (name.clone(), value.clone())).collect();
        }
        let aliases = merged.properties.iter().flat_map(|(_, slot)| slot);
        let aliases = aliases.flat_map(|id| &self.contract.merged(*id).hints.aliases);
        let names = merged.properties.iter().map(|(name, _)| name).chain(merged.required.iter().map(|(name, _)| name));
        let shown = names.chain(aliases).filter_map(|name| map.get_key_value(name));
        shown.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The values of a map whose names the document does not list.
    pub(crate) fn others(&self, slot: &[SchemaId]) -> Option<Vec<SchemaId>> {
        let merged = self.reading(slot);
        let within = |union: &kontrakt_codegen::contract::Union| {
            union.alternatives.iter().find_map(|alternative| self.others(&[*alternative]))
        };
        let described =
            (merged.properties.is_empty() && !merged.additional.is_empty()).then(|| merged.additional.clone());
        described.or_else(|| merged.unions.iter().find_map(within))
    }

    /// Whether the values are listed.
    pub(crate) fn is_listed(&self, slot: &[SchemaId]) -> bool {
        self.reading(slot).values.is_some()
    }

    /// Whether a value can be an object.
    pub(crate) fn is_object(&self, slot: &[SchemaId]) -> bool {
        !self.members(slot).is_empty() || self.others(slot).is_some()
    }

    /// A value by luck, for what no plausible one satisfies.
    fn draw(&self, slot: &[SchemaId], seed: u64) -> Option<Value> {
        let drawn = self.drawn.get_or_init(|| {
            let all = self.contract.schemas().map(|(id, _)| id);
            Instances::new(self.contract, all)
        });
        let fits = |value: &Value| self.accepts(slot, value);
        slot.iter().find_map(|id| {
            let values = drawn.of(*id).ok()?;
            (0..16).filter_map(|at| values.value(seed.wrapping_add(at))).find(fits)
        })
    }
}

impl Maker<'_> {
    /// A value of schemas that hold together, with what is known in it. `name` is the member that it is for.
    pub(crate) fn make(&mut self, slot: &[SchemaId], name: &str, known: Option<&Value>) -> Value {
        let merged = self.schemas.reading(slot);
        let known = match known {
            Some(Value::Null) if merged.null => return Value::Null,
            Some(Value::Null) | None => None,
            some => some,
        };
        if slot.is_empty() || merged.schemas.is_empty() {
            return known.cloned().unwrap_or(Value::Null);
        }
        self.depth += 1;
        let value = self.made(slot, &merged, name, known);
        self.depth -= 1;
        value
    }

    fn made(&mut self, slot: &[SchemaId], merged: &Merged, name: &str, known: Option<&Value>) -> Value {
        let may_be_left = merged.values.is_none() || self.fill == Fill::Lean;
        if known.is_none() && merged.null && may_be_left && self.is_left_null(merged) {
            return Value::Null;
        }
        if let Some(union) = merged.unions.first() {
            return self.of_union(slot, merged, union, name, known);
        }
        let types = merged.plain_types();
        let object = !merged.properties.is_empty()
            || !merged.additional.is_empty()
            || merged.types.is_some() && types.contains(Type::Object);
        let list = !merged.items.is_empty()
            || !merged.prefix_items.is_empty()
            || merged.types.is_some() && types.contains(Type::Array);
        match known {
            Some(Value::Object(known)) if object => self.object(merged, Some(known)),
            Some(Value::Array(known)) if list => self.list(merged, name, Some(known)),
            Some(known) => self.fitting(slot, known).unwrap_or_else(|| self.made(slot, merged, name, None)),
            None if merged.values.is_none() && list && !object => self.list(merged, name, None),
            None if merged.values.is_none() && object && types.single().is_none_or(|kind| kind == Type::Object) => {
                self.object(merged, None)
            }
            None => self.scalar(slot, merged, name),
        }
    }

    /// Whether null stands where nothing is known.
    fn is_left_null(&mut self, merged: &Merged) -> bool {
        let is_list = merged.plain_types().single() == Some(Type::Array);
        match self.fill {
            Fill::Lean => !is_list,
            Fill::Rich => self.depth > DEEP || self.rng.u8(..8) == 0 && self.depth > 3,
        }
    }

    /// A value of one of several alternatives: the one that what is known is of, or else the first.
    fn of_union(
        &mut self,
        slot: &[SchemaId],
        merged: &Merged,
        union: &kontrakt_codegen::contract::Union,
        name: &str,
        known: Option<&Value>,
    ) -> Value {
        let mut order: Vec<SchemaId> = union.alternatives.clone();
        if let Some(known) = known {
            order.sort_by_cached_key(|id| std::cmp::Reverse(self.kinship(*id, known)));
        } else if merged.null && self.is_left_null(merged) {
            return Value::Null;
        }
        for alternative in &order {
            let value = if merged.properties.is_empty() {
                self.make(&[*alternative], name, known)
            } else {
                // What is said beside the choice holds as well.
                let both: Vec<SchemaId> = slot.iter().copied().chain([*alternative]).collect();
                let mut both = Merged::of(self.schemas.contract, &both);
                both.unions.retain(|one| one.schema != union.schema);
                self.made(slot, &both, name, known)
            };
            if self.schemas.accepts(slot, &value) {
                return value;
            }
        }
        let seed = self.rng.u64(..);
        self.schemas.draw(slot, seed).unwrap_or(Value::Null)
    }

    /// How well a value goes with an alternative: it is of it, or has members of it.
    fn kinship(&self, alternative: SchemaId, value: &Value) -> (usize, bool) {
        let shared = match value {
            Value::Object(map) => {
                let members = self.schemas.members(&[alternative]);
                let fits = |(name, slot): &&(String, Vec<SchemaId>)| match map.get(name) {
                    // A constant tells alternatives apart.
                    Some(value) if self.schemas.reading(slot).values.is_some() => self.schemas.accepts(slot, value),
                    other => other.is_some(),
                };
                let constants = members.iter().filter(|(name, slot)| {
                    self.schemas.reading(slot).values.is_some()
                        && map.get(name).is_some_and(|value| !self.schemas.accepts(slot, value))
                });
                if constants.count() > 0 { 0 } else { 1 + members.iter().filter(fits).count() }
            }
            Value::Array(_) => usize::from(self.schemas.items(&[alternative]).is_some()),
            _ => 0,
        };
        (shared, self.schemas.checker.accepts(alternative, value))
    }

    fn object(&mut self, merged: &Merged, known: Option<&Map<String, Value>>) -> Value {
        let mut map = Map::new();
        for (name, slot) in &merged.properties {
            let hints = || slot.iter().flat_map(|id| &self.schemas.contract.merged(*id).hints.aliases);
            let given = known.and_then(|known| known.get(name).or_else(|| hints().find_map(|alias| known.get(alias))));
            let wanted = merged.requires(name)
                || given.is_some()
                || self.fill == Fill::Rich && self.depth <= DEEP && !self.schemas.reading(slot).never;
            if wanted {
                let value = self.make(slot, name, given);
                map.insert(name.clone(), value);
            }
        }
        for (name, _) in merged.required.iter().filter(|(name, _)| merged.property(name).is_none()) {
            map.insert(name.clone(), known.and_then(|known| known.get(name)).cloned().unwrap_or(Value::Null));
        }
        let declared = !merged.properties.is_empty() || !merged.additional.is_empty();
        for (name, value) in known.into_iter().flatten().filter(|(name, _)| !name.starts_with('/')) {
            if !map.contains_key(name) && (!merged.additional.is_empty() || !declared) {
                let value = self.make(&merged.additional.clone(), name, Some(value));
                map.insert(name.clone(), value);
            }
        }
        let least = merged.count("minProperties").unwrap_or(0) as usize;
        for (name, slot) in &merged.properties {
            if map.len() < least && !map.contains_key(name) && !self.schemas.reading(slot).never {
                let value = self.make(slot, name, None);
                map.insert(name.clone(), value);
            }
        }
        let usual = if known.is_none() && self.fill == Fill::Rich && merged.properties.is_empty() { 1 } else { 0 };
        let mut at = 0;
        while map.len() < least.max(usual) && at < 8 && !merged.additional.is_empty() {
            at += 1;
            let value = self.make(&merged.additional.clone(), "", None);
            map.insert(at.to_string(), value);
        }
        Value::Object(map)
    }

    fn list(&mut self, merged: &Merged, name: &str, known: Option<&Vec<Value>>) -> Value {
        let least = merged.count("minItems").unwrap_or(0) as usize;
        let most = merged.count("maxItems").map_or(usize::MAX, |most| most as usize);
        let usual = match self.fill {
            Fill::Rich if known.is_none() && self.depth <= DEEP => 1 + self.rng.usize(..2),
            _ => 0,
        };
        let length = known.map_or(usual, Vec::len).clamp(least, most.max(least));
        let one = singular(name);
        let mut values: Vec<Value> = Vec::with_capacity(length.min(1024));
        for at in 0..length {
            let slot = merged.prefix_items.get(at).unwrap_or(&merged.items).clone();
            let value = self.make(&slot, &one, known.and_then(|known| known.get(at)));
            if merged.unique.is_none() || !values.contains(&value) {
                values.push(value);
            }
        }
        Value::Array(values)
    }
}
