//! Which member a query parameter of a list is about, and how: equal, from, or to.

use kontrakt_codegen::contract::{Form as Written, Location, Parameter};
use kontrakt_codegen::name::{singular, words};

use super::{Action, Model, Slot, query};

/// A parameter that selects records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) parameter: String,
    /// The members to the value; lists are looked into.
    pub(crate) path: Vec<String>,
    pub(crate) test: Test,
    /// What joins several values.
    pub(crate) joined: Option<String>,
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// It is the value, or one of the values.
    Equal,
    /// It is at or after the value.
    From,
    /// It is at or before the value.
    To,
}

impl Model {
    /// Works out the filters of lists and the keys of calls that name records in their query.
    pub(super) fn filters(&mut self) {
        let mut found = Vec::new();
        for plan in self.plans().filter(|plan| matches!(plan.action, Action::List | Action::Get | Action::Delete)) {
            let Some(step) = plan.steps.last() else { continue };
            let paging = self.contract.behaviour.paging.as_ref();
            let is_paging =
                |name: &str| paging.is_some_and(|paging| paging.page == name || paging.size.as_deref() == Some(name));
            let parameters = query(plan.operation).filter(|one| {
                !is_paging(&one.name) && step.parameter.as_deref() != Some(&one.name) && !self.is_credential(one)
            });
            let filters: Vec<Filter> = parameters.filter_map(|one| self.filter(&step.node, one)).collect();
            found.push((plan.operation.id.as_str(), filters));
        }
        for (id, filters) in found {
            if let Some(plan) = self.plans.get_mut(id) {
                plan.filters = filters;
            }
        }
    }

    fn is_credential(&self, parameter: &Parameter) -> bool {
        use kontrakt_codegen::contract::SecurityKind;
        parameter.location == Location::Query
            && self
                .contract
                .security_schemes
                .iter()
                .any(|scheme| scheme.kind == SecurityKind::Query(parameter.name.clone()))
    }

    fn filter(&self, node: &str, parameter: &Parameter) -> Option<Filter> {
        let name = parameter.name.trim_end_matches("[]");
        let mut name_words = words(name);
        let test = match name_words.last().map(String::as_str) {
            Some("from") if name_words.len() > 1 => Test::From,
            Some("to") if name_words.len() > 1 => Test::To,
            _ => Test::Equal,
        };
        if test != Test::Equal {
            name_words.pop();
        }
        let path = self.member_of(node, &name_words)?;
        let joined = match parameter.serialization(self.contract).form {
            Written::Joined(joint) => Some(joint),
            _ => parameter.hints.delimiter.clone(),
        };
        Some(Filter { parameter: parameter.name.clone(), path, test, joined })
    }

    /// The members that some words mean: one of this name, singular or plural; one inside another, as `statusId` is the
    /// `id` of `status`; or the key that `id` means.
    fn member_of(&self, node: &str, wanted: &[String]) -> Option<Vec<String>> {
        let collection = self.collections.get(node)?;
        let mut one = wanted.to_vec();
        if let Some(last) = one.last_mut() {
            *last = singular(last);
        }
        let members: Vec<(String, Slot)> =
            collection.views.iter().flat_map(|view| self.schemas.members(view)).collect();
        let is = |name: &str, wanted: &[String]| words(name) == wanted;
        let scalar = |slot: &Slot| !self.schemas.is_object(slot) && self.schemas.items(slot).is_none();
        let top = |wanted: &[String]| {
            let found = members.iter().find(|(name, slot)| is(name, wanted) && scalar(slot));
            found.map(|(name, _)| vec![name.clone()])
        };
        let inside = |wanted: &[String]| {
            members.iter().find_map(|(name, slot)| {
                let mut outer = words(name);
                if let Some(last) = outer.last_mut() {
                    *last = singular(last);
                }
                let rest = wanted.strip_prefix(outer.as_slice()).filter(|rest| !rest.is_empty())?;
                let inner = self.schemas.items(slot).unwrap_or_else(|| slot.clone());
                let found =
                    self.schemas.members(&inner).into_iter().find(|(name, slot)| is(name, rest) && scalar(slot));
                found.map(|(inner, _)| vec![name.clone(), inner])
            })
        };
        let object = |wanted: &[String]| {
            // An object is meant by its identifier.
            let (name, slot) = members.iter().find(|(name, _)| is(name, wanted))?;
            let inner = self.schemas.items(slot).unwrap_or_else(|| slot.clone());
            let key = ["id", "guid", "code"].into_iter().find(|key| self.schemas.member(&inner, key).is_some())?;
            Some(vec![name.clone(), key.to_owned()])
        };
        let key = || super::keys::key_of(&self.schemas, (node, collection), &one.join("_"), super::By::Query);
        top(wanted).or_else(|| top(&one)).or_else(|| inside(&one)).or_else(|| object(wanted)).or_else(key)
    }
}
