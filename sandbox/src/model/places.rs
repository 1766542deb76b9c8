//! Where records stand in answers and bodies: inside the envelope, in a list or a map of them, or alone.

use kontrakt_codegen::contract::{Operation, SchemaId, Type};
use kontrakt_codegen::name::{singular, words};
use kontrakt_codegen::path::{PathTemplate, Segment};

use super::{Model, Slot};

/// Where something stands.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Members from the root.
    pub(crate) path: Vec<String>,
    /// What stands there; of lists and maps, their elements.
    pub(crate) slot: Slot,
    pub(crate) form: Form,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One.
    One,
    /// A list.
    List,
    /// A map from keys.
    Map,
}

impl Model {
    /// The JSON of an answer that worked.
    pub(crate) fn answer_schema(&self, operation: &Operation) -> Option<SchemaId> {
        let root = operation.success()?.json()?.schema?;
        let Some(success) = &self.contract.behaviour.envelope.success else { return Some(root) };
        // The alternative that says so.
        let says_so = |id: &SchemaId| {
            let slot = self.schemas.member(&[*id], &success.member);
            slot.is_some_and(|slot| self.schemas.accepts(&slot, &success.equals.as_str().into()))
        };
        Some(
            self.contract
                .merged(root)
                .unions
                .iter()
                .flat_map(|union| &union.alternatives)
                .copied()
                .find(says_so)
                .unwrap_or(root),
        )
    }

    pub(super) fn place_in_answer(&self, operation: &Operation) -> Option<Place> {
        let root = vec![self.answer_schema(operation)?];
        if let Some(pinned) = &operation.hints.value {
            return Some(self.pinned(root, pinned));
        }
        let envelope = &self.contract.behaviour.envelope;
        let value = envelope.value.iter().find_map(|name| Some((name.clone(), self.schemas.member(&root, name)?)));
        let (path, slot) = match value {
            Some((name, slot)) => (vec![name], slot),
            None => (Vec::new(), root),
        };
        Some(self.settled(operation, path, slot))
    }

    /// The list in a value, its only member, or itself.
    fn settled(&self, operation: &Operation, mut path: Vec<String>, slot: Slot) -> Place {
        if let Some(slot) = self.schemas.items(&slot) {
            return Place { path, slot, form: Form::List };
        }
        if let Some(slot) = self.schemas.others(&slot).filter(|slot| self.schemas.is_object(slot)) {
            return Place { path, slot, form: Form::Map };
        }
        let members: Vec<(String, Slot)> =
            self.schemas.members(&slot).into_iter().filter(|(name, _)| !self.is_about_calls(name)).collect();
        let lists: Vec<(&String, Slot)> =
            members.iter().filter_map(|(name, slot)| Some((name, self.records(slot)?))).collect();
        let paging = self.contract.behaviour.paging.as_ref();
        let about_pages = |name: &str| {
            let paths = paging.into_iter().flat_map(|paging| [&paging.current, &paging.pages, &paging.total]);
            paths.flatten().any(|path| path.split('/').next() == Some(name))
        };
        let beside = members
            .iter()
            .filter(|(name, slot)| !about_pages(name) && self.schemas.is_object(slot) && self.records(slot).is_none());
        let paged = members.iter().any(|(name, _)| about_pages(name));
        // The list that the path is named after.
        let named = words(operation.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default());
        if let Some((name, items)) = lists.iter().find(|(name, _)| words(name) == named) {
            path.push((*name).clone());
            return Place { path, slot: items.clone(), form: Form::List };
        }
        if let [(name, items)] = lists.as_slice()
            && (members.len() == 1
                || paged
                || !self.names_a_record(operation) && beside.count() == 0 && members.len() <= 3)
        {
            path.push((*name).clone());
            return Place { path, slot: items.clone(), form: Form::List };
        }
        if let Some((name, only)) = self.only_record(operation, &members) {
            path.push(name.clone());
            let form = if self.schemas.others(only).is_some_and(|slot| self.schemas.is_object(&slot)) {
                Form::Map
            } else {
                Form::One
            };
            let slot = if form == Form::Map { self.schemas.others(only).unwrap_or_default() } else { only.clone() };
            return Place { path, slot, form };
        }
        Place { path, slot, form: Form::One }
    }

    /// The only member of an answer, or the only one that the path is named after: another one may come to stand beside it.
    fn only_record<'m>(&self, operation: &Operation, members: &'m [(String, Slot)]) -> Option<&'m (String, Slot)> {
        if !self.contract.behaviour.envelope.unwrap_single {
            return None;
        }
        let template = PathTemplate::parse(&operation.path);
        let noun = words(&singular(template.0.iter().rev().find_map(Segment::literal).unwrap_or_default()));
        let is_named = |name: &str| !noun.is_empty() && words(name).ends_with(&noun);
        let mut fitting = members
            .iter()
            .filter(|(name, slot)| self.schemas.is_object(slot) && (members.len() == 1 || is_named(name)));
        fitting.next().filter(|_| fitting.next().is_none())
    }

    /// The elements of a list of objects.
    fn records(&self, slot: &[SchemaId]) -> Option<Slot> {
        self.schemas.items(slot).filter(|items| self.schemas.is_object(items))
    }

    /// Whether a member of an answer is about the call, and not about records.
    fn is_about_calls(&self, name: &str) -> bool {
        let envelope = &self.contract.behaviour.envelope;
        let first = |path: &Option<String>| path.as_ref().and_then(|path| path.split('/').next().map(str::to_owned));
        let members = [
            first(&envelope.errors),
            first(&envelope.request_id),
            envelope.success.as_ref().map(|success| success.member.clone()),
        ];
        members.into_iter().flatten().any(|member| member == name)
    }

    fn names_a_record(&self, operation: &Operation) -> bool {
        operation.path.trim_end_matches('/').ends_with('}')
    }

    /// The place that a path of members leads to; a number in it is a place in a list.
    fn pinned(&self, root: Slot, pinned: &str) -> Place {
        let (mut path, mut slot, mut form) = (Vec::new(), root, Form::One);
        for member in pinned.split('/') {
            if member.bytes().all(|byte| byte.is_ascii_digit())
                && let Some(items) = self.schemas.items(&slot)
            {
                (slot, form) = (items, Form::List);
                break;
            }
            let Some(next) = self.schemas.member(&slot, member) else { break };
            path.push(member.to_owned());
            slot = next;
        }
        if form == Form::One
            && let Some(items) = self.schemas.items(&slot)
        {
            (slot, form) = (items, Form::List);
        }
        Place { path, slot, form }
    }

    pub(super) fn place_in_body(&self, operation: &Operation) -> Option<Place> {
        let mut slot = vec![operation.body.as_ref()?.json()?.schema?];
        let mut path = Vec::new();
        if let Some(member) = &self.contract.behaviour.envelope.request
            && let Some(inside) = self.schemas.member(&slot, member)
        {
            path.push(member.clone());
            slot = inside;
        }
        let bulk = operation.hints.bulk.as_ref().and_then(|bulk| bulk.items.first());
        // `x-bulk` names members of the body, or the envelope's own where the list is the value.
        if let Some((name, inside)) = bulk.and_then(|name| Some((name, self.schemas.member(&slot, name)?)))
            && let Some(items) = self.schemas.items(&inside)
        {
            path.push(name.clone());
            return Some(Place { path, slot: items, form: Form::List });
        }
        if let Some(items) = self.schemas.items(&slot) {
            return Some(Place { path, slot: items, form: Form::List });
        }
        let members = self.schemas.members(&slot);
        if let [(name, only)] = members.as_slice()
            && let Some(items) = self.schemas.items(only)
        {
            path.push(name.clone());
            return Some(Place { path, slot: items, form: Form::List });
        }
        let types = self.contract.merged(slot[0]).plain_types();
        types.contains(Type::Object).then_some(Place { path, slot, form: Form::One })
    }
}
