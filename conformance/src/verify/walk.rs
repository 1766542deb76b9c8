//! Finds what schemas allow but people want to know: undescribed members of open objects, unlisted values of open
//! enums. The same traversal records which properties were seen.

use kontrakt_codegen::contract::SchemaId;
use serde_json::Value;

use super::coverage::Seen;
use super::{Context, Verifier};
use crate::check::Path;
use crate::findings::{Collector, FindingKind};

/// Where the walk stands; the path is made when it is needed.
struct Walk<'a, 'v, 'c> {
    context: &'a Context<'a>,
    collector: &'a mut Collector,
    coverage: Option<&'a mut Seen<'c>>,
    path: Vec<PathPart<'v>>,
}

enum PathPart<'v> {
    Member(&'v str),
    Element(usize),
}

impl<'c> Verifier<'c> {
    pub(super) fn walk(
        &self,
        context: &Context<'_>,
        schema: SchemaId,
        value: &Value,
        collector: &mut Collector,
        coverage: Option<&mut Seen<'c>>,
    ) {
        let mut walk = Walk { context, collector, coverage, path: Vec::new() };
        let mut schemas = Vec::new();
        self.checker.applicable(schema, value, &mut schemas);
        self.step(&mut walk, &schemas, value);
    }

    fn step<'v>(&self, walk: &mut Walk<'_, 'v, 'c>, schemas: &[SchemaId], value: &'v Value) {
        let mut below = Vec::new();
        match value {
            Value::Object(map) => {
                for (name, child) in map {
                    self.about_member(walk, schemas, name, child, &mut below);
                    if matches!(child, Value::Null | Value::Bool(_) | Value::Number(_)) {
                        continue;
                    }
                    walk.path.push(PathPart::Member(name));
                    self.step(walk, &below, child);
                    walk.path.pop();
                }
            }
            Value::Array(list) => {
                for (index, child) in list.iter().enumerate() {
                    below = self.checker.about_element(schemas, index, child);
                    walk.path.push(PathPart::Element(index));
                    self.step(walk, &below, child);
                    walk.path.pop();
                }
            }
            Value::String(_) => self.open_enumeration(walk, schemas, value),
            _ => {}
        }
    }

    /// Collects the schemas of a member and tells when there is none where there should be.
    fn about_member<'v>(
        &self,
        walk: &mut Walk<'_, 'v, 'c>,
        schemas: &[SchemaId],
        name: &'v str,
        child: &Value,
        below: &mut Vec<SchemaId>,
    ) {
        below.clear();
        let (mut described, mut closed, mut named) = (false, false, None);
        for id in schemas {
            let schema = &self.contract[*id];
            let before = below.len();
            if let Some(position) = schema.properties.iter().position(|(property, _)| property == name) {
                let (_, child_schema) = &schema.properties[position];
                described = true;
                if let Some(coverage) = walk.coverage.as_deref_mut() {
                    coverage.property(*id, position);
                }
                self.checker.applicable(*child_schema, child, below);
            } else if !schema.pattern_properties.is_empty() {
                for child_schema in self.checker.described(schema, name) {
                    described = true;
                    self.checker.applicable(child_schema, child, below);
                }
            }
            if !schema.properties.is_empty() && named.is_none() {
                named = Some(*id);
            }
            if let Some(rest) = schema.additional_properties.filter(|_| below.len() == before) {
                match self.contract[rest].always {
                    Some(false) => closed = true,
                    Some(true) => {}
                    None => {
                        described = true;
                        self.checker.applicable(rest, child, below);
                    }
                }
            }
        }
        // Closed objects are the schema's business.
        let Some(schema) = named.filter(|_| !described && !closed) else { return };
        let message = format!("{name:?} is not in the document");
        let mut observation = self.at(walk.context, FindingKind::UndocumentedField, schema, message);
        observation.pointer = walk.path().member(name).pattern();
        (observation.field, observation.sample) = (Some(name.to_owned()), Some(child.clone()));
        walk.collector.add(observation, Some(walk.context.entry));
    }

    /// A union of listed texts and any text accepts everything; what is not listed is news nevertheless.
    fn open_enumeration(&self, walk: &mut Walk<'_, '_, 'c>, schemas: &[SchemaId], value: &Value) {
        for id in schemas {
            let schema = &self.contract[*id];
            let branches = || schema.any_of.iter().chain(&schema.one_of).map(|id| self.contract.resolve(*id));
            let listed = |id: &SchemaId| self.contract[*id].enumeration.is_some();
            let is_listed = branches().filter(listed).any(|id| self.checker.accepts(id, value));
            // A union that refuses the value has been told of.
            if branches().any(|id| listed(&id)) && !is_listed && self.checker.accepts(*id, value) {
                let mut observation = self.at(
                    walk.context,
                    FindingKind::UnknownEnumValue,
                    *id,
                    format!("{value} is not among the listed values"),
                );
                observation.pointer = walk.path().pattern();
                (observation.field, observation.sample) = (Some(value.to_string()), Some(value.clone()));
                walk.collector.add(observation, Some(walk.context.entry));
            }
        }
    }
}

impl Walk<'_, '_, '_> {
    fn path(&self) -> Path {
        self.path.iter().fold(Path::default(), |path, place| match place {
            PathPart::Member(name) => path.member(name),
            PathPart::Element(index) => path.element(*index),
        })
    }
}
