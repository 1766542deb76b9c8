//! The rest of JSON Schema: keywords that the contract keeps as they are written.
//! Where both sides hold a schema, the two are compared like any others.

use std::collections::BTreeSet;

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::{Document, Pointer};
use serde_json::{Map, Value, json};

use super::keywords::id;
use super::{Mode, Pairs, Work};
use crate::drift::detail::{CombinationDetail, DiscriminatorChange, Fate};
use crate::drift::model::{Effect, Finding, Kind, Severity, Spot, Subject};
use crate::drift::view::{Said, View};

/// Keywords whose value is a schema that the value, or part of it, must satisfy.
const SCHEMAS: [&str; 4] = ["propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"];

/// Keywords that say something only together with another, which is looked at with them; and names of schemas.
const SILENT: [&str; 11] = [
    "minContains",
    "maxContains",
    "then",
    "else",
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$schema",
    "$defs",
    "$vocabulary",
    "$dynamicRef",
];

impl Pairs<'_> {
    /// Compares `not` and the keywords that the contract keeps as they are written.
    pub(super) fn other_keywords(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        match (a.not.is_empty(), b.not.is_empty()) {
            (false, false) => {
                let pair = self.slots(&a.not, &b.not, Default::default());
                let effect = self.effect(pair).reversed();
                if effect != Effect::None {
                    let detail = CombinationDetail::Not(Fate::Changed);
                    let finding = Finding::new(Kind::NotChanged, effect, detail);
                    let finding = self.site(work, finding);
                    work.push(finding);
                }
            }
            (true, true) => {}
            (before, _) => {
                let (effect, fate) = match before {
                    true => (Effect::Narrows, Fate::New),
                    false => (Effect::Widens, Fate::Gone),
                };
                let finding = self.site(work, Finding::new(Kind::NotChanged, effect, CombinationDetail::Not(fate)));
                work.push(finding);
            }
        }
        let mut keys: Vec<&str> = Vec::new();
        for (key, ..) in a.others.iter().chain(&b.others) {
            if !keys.contains(&key.as_str()) && !SILENT.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        for key in keys {
            let (old, new) = (a.other(key), b.other(key));
            match key {
                "contains" => self.contains(work, &old, &new),
                "if" => self.condition(work, &old, &new),
                "dependentRequired" => self.dependent_required(work, &old, &new),
                "dependentSchemas" => self.dependent_schemas(work, &old, &new),
                _ if value(&old) == value(&new) => {}
                _ if SCHEMAS.contains(&key) && self.nested(work, key, &old, &new) => {}
                _ => {
                    if let Some(finding) = other_keyword(key, value(&old), value(&new)) {
                        self.place(work, key, &old, &new, finding);
                    }
                }
            }
        }
    }

    /// Puts a finding at a keyword.
    fn place(&self, work: &mut Work<'_>, key: &str, old: &Said<Value>, new: &Said<Value>, finding: Finding) {
        let mut finding = self.said(work, id(old), id(new), finding);
        let at = |said: &Said<Value>, contract| self.keyword(id(said), contract, key);
        finding.old = at(old, self.old).or(finding.old);
        finding.new = at(new, self.new).or(finding.new);
        work.push(finding);
    }

    /// `contains` with the numbers beside it: one promise about how many elements of a kind there are.
    fn contains(&mut self, work: &mut Work<'_>, old: &Said<Value>, new: &Said<Value>) {
        let number = |view: &View, key: &str| view.other(key).and_then(|(value, _)| value.as_u64());
        let bounds = |view: &View| (number(view, "minContains").unwrap_or(1), number(view, "maxContains"));
        let ((old_min, old_max), (new_min, new_max)) = (bounds(work.a), bounds(work.b));
        let mut found = Vec::new();
        match (old, new) {
            (None, Some(_)) if new_min > 0 || new_max.is_some() => {
                found.push(("contains", Effect::Narrows, CombinationDetail::Contains(Fate::New)));
            }
            (Some(_), None) if old_min > 0 || old_max.is_some() => {
                found.push(("contains", Effect::Widens, CombinationDetail::Contains(Fate::Gone)));
            }
            (Some(_), Some(_)) => {
                if value(old) != value(new) && !self.nested(work, "contains", old, new) {
                    found.push(("contains", Effect::Shifts, CombinationDetail::Contains(Fate::Changed)));
                }
                if old_min != new_min {
                    let effect = if new_min > old_min { Effect::Narrows } else { Effect::Widens };
                    let detail = CombinationDetail::MinContains { old: old_min, new: new_min };
                    found.push(("minContains", effect, detail));
                }
                if old_max != new_max {
                    let most = |max: Option<u64>| max.unwrap_or(u64::MAX);
                    let effect = if most(new_max) < most(old_max) { Effect::Narrows } else { Effect::Widens };
                    let detail = CombinationDetail::MaxContains { old: old_max, new: new_max };
                    found.push(("maxContains", effect, detail));
                }
            }
            _ => {}
        }
        for (key, effect, detail) in found {
            let (old, new) = (work.a.other(key), work.b.other(key));
            self.place(work, key, &old, &new, Finding::new(Kind::ContainsChanged, effect, detail));
        }
    }

    /// `if` with `then` and `else`: one promise.
    fn condition(&mut self, work: &mut Work<'_>, old: &Said<Value>, new: &Said<Value>) {
        let branches = |view: &View| [view.other("then"), view.other("else")];
        let (before, after) = (branches(work.a), branches(work.b));
        let says = |branches: &[Said<Value>; 2]| branches.iter().any(Option::is_some);
        let (was, is) = (old.is_some() && says(&before), new.is_some() && says(&after));
        if !was && !is {
            return;
        }
        if let Some(fate) = Fate::of(value(old).filter(|_| was), value(new).filter(|_| is)) {
            let detail = CombinationDetail::Condition(fate);
            self.place(work, "if", old, new, Finding::new(Kind::ConditionChanged, fate.effect(), detail));
        }
        if old.is_none() || new.is_none() {
            return;
        }
        for (key, (a, b)) in ["then", "else"].into_iter().zip(before.iter().zip(&after)) {
            let Some(fate) = Fate::of(value(a), value(b)) else { continue };
            if !self.nested(work, key, a, b) {
                let detail = CombinationDetail::Branch(key, fate);
                self.place(work, key, a, b, Finding::new(Kind::ConditionChanged, fate.effect(), detail));
            }
        }
    }

    /// Members that must come together.
    fn dependent_required(&mut self, work: &mut Work<'_>, old: &Said<Value>, new: &Said<Value>) {
        let pairs = |said: &Said<Value>| -> BTreeSet<(String, String)> {
            let map = value(said).and_then(Value::as_object).into_iter().flatten();
            map.flat_map(|(name, list)| {
                let needs = list.as_array().into_iter().flatten().filter_map(Value::as_str);
                needs.map(|other| (name.clone(), other.to_owned())).collect::<Vec<_>>()
            })
            .collect()
        };
        let (before, after) = (pairs(old), pairs(new));
        let fresh: Vec<_> = after.difference(&before).cloned().collect();
        let gone: Vec<_> = before.difference(&after).cloned().collect();
        let found = [(Effect::Narrows, fresh, true), (Effect::Widens, gone, false)];
        for (effect, pairs, needed) in found.into_iter().filter(|(_, pairs, _)| !pairs.is_empty()) {
            let detail = CombinationDetail::DependentRequired { pairs, needed };
            let finding = Finding::new(Kind::DependentRequiredChanged, effect, detail);
            self.place(work, "dependentRequired", old, new, finding);
        }
    }

    /// What must hold when a member is there.
    fn dependent_schemas(&mut self, work: &mut Work<'_>, old: &Said<Value>, new: &Said<Value>) {
        let empty = Map::new();
        let map = |said| value(said).and_then(Value::as_object).unwrap_or(&empty);
        let (before, after) = (map(old), map(new));
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let one = |map: &Map<String, Value>, said: &Said<Value>| -> Said<Value> {
                Some((map.get(name)?.clone(), id(said)?))
            };
            let (a, b) = (one(before, old), one(after, new));
            let Some(fate) = Fate::of(value(&a), value(&b)) else { continue };
            let way = Pointer::from(["dependentSchemas", name.as_str()]);
            if !self.nested(work, &way.as_str()[1..], &a, &b) {
                let detail = CombinationDetail::DependentSchema(name.clone(), fate);
                let finding = Finding::new(Kind::KeywordChanged, fate.effect(), detail);
                self.place(work, "dependentSchemas", old, new, finding);
            }
        }
    }

    /// Compares schemas inside a keyword. Returns whether both are schemas and could be read.
    fn nested(&self, work: &mut Work<'_>, way: &str, old: &Said<Value>, new: &Said<Value>) -> bool {
        let (Some((before, old_id)), Some((after, new_id))) = (old, new) else { return false };
        if !(before.is_object() && after.is_object()) {
            return false;
        }
        let read = alone(before, self.documents.0).zip(alone(after, self.documents.1));
        let Some(((old_twin, a), (new_twin, b))) = read else { return false };
        let (Some(from), Some(to)) = (a.component(ALONE), b.component(ALONE)) else { return false };
        let mut pairs = Pairs::new((&a, &old_twin), (&b, &new_twin));
        pairs.compare(from, to, Mode::default());
        pairs.finish();
        let prefix = Pointer::from(["components", "schemas", ALONE]);
        let moved = |spot: Option<Spot>, id: SchemaId, contract: &Contract| {
            let (pointer, _) = spot?;
            match pointer.as_str().strip_prefix(prefix.as_str()) {
                Some(rest) => {
                    let home = Pointer::parse(&format!("{}/{way}{rest}", contract[id].pointer.as_str()))?;
                    Some((home, contract[id].span))
                }
                // What it refers to stands where it stands.
                None => Some((pointer, Default::default())),
            }
        };
        let found: Vec<Finding> = pairs.pairs.into_iter().flat_map(|pair| pair.findings).collect();
        for mut finding in found {
            finding.old = moved(finding.old, *old_id, self.old);
            finding.new = moved(finding.new, *new_id, self.new);
            if let Subject::Named(name) = &mut finding.subject {
                *name = name.replacen(ALONE, way, 1);
            }
            work.push(finding);
        }
        true
    }
}

fn value(said: &Said<Value>) -> Option<&Value> {
    said.as_ref().map(|(value, _)| value)
}

/// Name of the schema that is a part of another; no component has such a name.
const ALONE: &str = "(part)";

/// A schema as a document of its own, with the components of the document that it comes from.
fn alone(schema: &Value, home: &Document) -> Option<(Document, Contract)> {
    let components = home.get(&Pointer::from(["components", "schemas"])).map(|node| node.to_json());
    let mut schemas = match components {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    };
    schemas.insert(ALONE.to_owned(), schema.clone());
    let document = json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": schemas}});
    let document = Document::parse("part", document.to_string()).ok()?;
    let contract = Contract::read(&document).ok()?;
    Some((document, contract))
}

/// A keyword that only a few documents use: what its coming, going or changing does.
fn other_keyword(key: &str, old: Option<&Value>, new: Option<&Value>) -> Option<Finding> {
    if key == "discriminator" {
        return Some(discriminator(old, new));
    }
    let anything = |value: &Value| *value == Value::Bool(true) || value.as_object().is_some_and(Map::is_empty);
    let fate = Fate::of(old, new)?;
    let effect = match (old, new) {
        (None, Some(value)) | (Some(value), None) if anything(value) => Effect::None,
        _ => fate.effect(),
    };
    let kind = if key == "contentEncoding" { Kind::ContentChanged } else { Kind::KeywordChanged };
    let mut finding = Finding::new(kind, effect, CombinationDetail::Keyword(key.to_owned(), fate));
    if key == "unevaluatedProperties" && old == Some(&Value::Bool(false)) {
        // Tolerant readers ignore members that they do not know.
        finding.response = Severity::Additive;
    }
    Some(finding)
}

/// What tells alternatives apart is a hint; what it pointed at and no longer does, a client may have relied on.
fn discriminator(old: Option<&Value>, new: Option<&Value>) -> Finding {
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
    Finding::new(Kind::DiscriminatorChanged, Effect::None, detail).severity(severity)
}
