//! Finds what schemas allow but people want to know: undescribed members of open objects, unlisted values of open
//! enums.

use super::{Context, Verifier};
use crate::check::{Annotated, At, StepRef};
use crate::findings::{Collector, FindingKind};

impl Verifier<'_> {
    pub(super) fn walk(&self, context: &Context<'_>, here: Annotated<'_, '_>, at: &At<'_>, collector: &mut Collector) {
        for (step, below) in here.inside() {
            let at = at.step(step);
            if let (Some(schema), StepRef::Member(name)) = (below.undescribed(), step) {
                let message = format!("{name:?} is not in the document");
                let mut observation = self.at(context, FindingKind::UndocumentedField, schema, message);
                observation.pointer = at.path().pattern();
                (observation.field, observation.sample) = (Some(name.to_owned()), Some(below.value.clone()));
                collector.add(observation, Some(context.entry));
            }
            self.walk(context, below, &at, collector);
        }
        if here.value.is_string() {
            self.open_enumeration(context, here, at, collector);
        }
    }

    /// A union of listed texts and any text accepts everything; what is not listed is news nevertheless.
    fn open_enumeration(&self, context: &Context<'_>, here: Annotated<'_, '_>, at: &At<'_>, collector: &mut Collector) {
        let value = here.value;
        for id in here.schemas() {
            let schema = &self.contract[*id];
            let branches = || schema.any_of.iter().chain(&schema.one_of).map(|id| self.contract.resolve(*id));
            let listed = |id: &_| self.contract[*id].enumeration.is_some();
            let is_listed = || branches().filter(listed).any(|id| self.checker.accepts(id, value));
            // A union that refuses the value has been told of.
            if branches().any(|id| listed(&id)) && !is_listed() && self.checker.accepts(*id, value) {
                let message = format!("{value} is not among the listed values");
                let mut observation = self.at(context, FindingKind::UnknownEnumValue, *id, message);
                observation.pointer = at.path().pattern();
                (observation.field, observation.sample) = (Some(value.to_string()), Some(value.clone()));
                collector.add(observation, Some(context.entry));
            }
        }
    }
}
