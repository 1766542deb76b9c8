//! The rest of JSON Schema: keywords that the contract keeps as they are written.
//! Where both sides hold a schema, the two are compared like any others.

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::{Document, Pointer};
use serde_json::{Value, json};

use super::keywords::id;
use super::{Mode, Pairs, Work};
use crate::drift::model::{Effect, Finding, Kind, Severity, Spot};
use crate::drift::view::{Said, View};

/// Keywords whose value is a schema that the value, or part of it, must satisfy.
const SCHEMAS: [&str; 7] =
    ["contains", "then", "else", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"];

impl Pairs<'_> {
    /// Compares `not` and the keywords that the contract keeps as they are written.
    pub(super) fn other_keywords(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        match (a.not.is_empty(), b.not.is_empty()) {
            (false, false) => {
                let pair = self.slots(&a.not, &b.not, Default::default());
                let effect = self.effect(pair).reversed();
                if effect != Effect::None {
                    let finding = Finding::new(Kind::NotChanged, effect, "other values are ruled out");
                    let finding = self.site(work, finding);
                    work.push(finding);
                }
            }
            (true, true) => {}
            (before, _) => {
                let (effect, what) = match before {
                    true => (Effect::Narrows, "values are ruled out now"),
                    false => (Effect::Widens, "values are no longer ruled out"),
                };
                let finding = self.site(work, Finding::new(Kind::NotChanged, effect, what));
                work.push(finding);
            }
        }
        let mut keys: Vec<&str> = Vec::new();
        for (key, ..) in a.others.iter().chain(&b.others) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        for key in keys {
            let find = |view: &View| view.others.iter().find(|(one, ..)| one == key).map(|(_, v, id)| (v.clone(), *id));
            let (old, new) = (find(a), find(b));
            let value = |said: &Said<Value>| said.as_ref().map(|(value, _)| value.clone());
            if let (Some((before, a)), Some((after, b))) = (&old, &new)
                && before != after
                && self.nested(work, key, (before, *a), (after, *b))
            {
                continue;
            }
            if let Some(finding) = other_keyword(key, value(&old).as_ref(), value(&new).as_ref()) {
                let mut finding = self.said(work, id(&old), id(&new), finding);
                let at = |said: &Said<Value>, contract| self.keyword(id(said), contract, key);
                finding.old = at(&old, self.old).or(finding.old);
                finding.new = at(&new, self.new).or(finding.new);
                work.push(finding);
            }
        }
    }

    /// Compares schemas inside a keyword. Returns whether they were schemas and could be read on their own.
    fn nested(&self, work: &mut Work<'_>, key: &str, old: (&Value, SchemaId), new: (&Value, SchemaId)) -> bool {
        let parts: Vec<(String, &Value, &Value)> = match (key, old.0, new.0) {
            ("dependentSchemas", Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                let escaped = |name: &str| Pointer::root().join(name).as_str().to_owned();
                a.iter()
                    .filter_map(|(name, one)| Some((format!("/{key}{}", escaped(name)), one, b.get(name)?)))
                    .collect()
            }
            (_, Value::Object(_), Value::Object(_)) if SCHEMAS.contains(&key) => {
                vec![(format!("/{key}"), old.0, new.0)]
            }
            _ => return false,
        };
        let mut findings = Vec::new();
        for (way, a, b) in parts {
            let Some((a, b)) = alone(a).zip(alone(b)) else { return false };
            let (Some(from), Some(to)) = (a.component(ALONE), b.component(ALONE)) else { return false };
            let mut pairs = Pairs::new(&a, &b);
            pairs.compare(from, to, Mode::default());
            pairs.finish();
            let moved = |spot: Option<Spot>, id: SchemaId, contract: &Contract| {
                let (pointer, _) = spot?;
                let rest = pointer.as_str().strip_prefix("/components/schemas/")?.strip_prefix(ALONE)?;
                let home = Pointer::parse(&format!("{}{way}{rest}", contract[id].pointer.as_str()))?;
                Some((home, contract[id].span))
            };
            for mut finding in pairs.pairs.into_iter().flat_map(|pair| pair.findings) {
                finding.old = moved(finding.old, old.1, self.old);
                finding.new = moved(finding.new, new.1, self.new);
                finding.subject = finding.subject.replacen(ALONE, key, 1);
                findings.push(finding);
            }
        }
        findings.into_iter().for_each(|finding| work.push(finding));
        true
    }
}

/// Name of the only schema of a document made of a part of another.
const ALONE: &str = "part";

/// A schema as a document of its own; `None` when it refers to others.
fn alone(schema: &Value) -> Option<Contract> {
    let document = json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {ALONE: schema}}});
    Contract::read(&Document::parse("part", document.to_string()).ok()?).ok()
}

/// A keyword that only a few documents use: what its coming, going or changing does.
fn other_keyword(key: &str, old: Option<&Value>, new: Option<&Value>) -> Option<Finding> {
    if old == new {
        return None;
    }
    let number = |value: Option<&Value>| value.and_then(Value::as_f64);
    let effect = match (key, old, new) {
        ("discriminator", ..) => {
            let what = "alternatives are told apart in another way";
            let property = |value: Option<&Value>| value.and_then(|value| value.get("propertyName")).cloned();
            let severity = match (property(old), property(new)) {
                (Some(before), Some(after)) if before != after => Severity::Risky,
                _ => Severity::Additive,
            };
            return Some(Finding::new(Kind::DiscriminatorChanged, Effect::None, what).severity(severity));
        }
        ("$id" | "$anchor" | "$dynamicAnchor" | "$schema" | "$defs" | "$vocabulary", ..) => return None,
        ("minContains", ..) if number(new) < number(old) => Effect::Widens,
        ("minContains", ..) => Effect::Narrows,
        ("maxContains", Some(_), Some(_)) if number(new) > number(old) => Effect::Widens,
        ("maxContains", Some(_), Some(_)) => Effect::Narrows,
        (_, None, Some(value)) if *value == Value::Bool(true) => Effect::None,
        (_, None, Some(_)) => Effect::Narrows,
        (_, Some(value), None) if *value == Value::Bool(true) => Effect::None,
        (_, Some(_), None) => Effect::Widens,
        _ => Effect::Shifts,
    };
    let what = match (old, new) {
        (None, Some(_)) => format!("{key} must hold now"),
        (Some(_), None) => format!("{key} need not hold any more"),
        _ => format!("{key} says something else"),
    };
    let kind = if key == "contentEncoding" { Kind::ContentChanged } else { Kind::KeywordChanged };
    Some(Finding::new(kind, effect, what))
}
