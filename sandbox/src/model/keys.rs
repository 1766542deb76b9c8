//! What records look like, and by which members they are found: the member that a parameter of the path is named after.

use kontrakt_codegen::name::{singular, words};

use super::{Action, Collection, HIDDEN_KEY, Model, Slot};
use crate::maker::Schemas;

impl Model {
    /// What records look like: in the answers of calls that tell them, and of those that make them.
    pub(super) fn views(&mut self) {
        let rank = |action: Action| match action {
            Action::Get | Action::Read => Some(0),
            Action::List => Some(1),
            Action::Create | Action::Update | Action::Write | Action::Delete => Some(2),
            _ => None,
        };
        let mut found: Vec<(u8, String, Slot)> = Vec::new();
        for plan in self.plans() {
            let Some((rank, place)) = rank(plan.action).zip(plan.answer.as_ref()) else { continue };
            let Some(last) = plan.steps.last() else { continue };
            if self.schemas.is_object(&place.slot) {
                found.push((rank, last.node.clone(), place.slot.clone()));
            }
        }
        found.sort_by_key(|(rank, ..)| *rank);
        for (_, node, slot) in found {
            let collection = self.collections.entry(node).or_default();
            if !collection.views.contains(&slot) {
                collection.views.push(slot);
            }
        }
    }

    /// Which members the parameters mean.
    /// The member that identifies the records of a node: the one that the call for one of them names it by.
    pub(crate) fn key(&self, node: &str) -> Vec<String> {
        let Some(collection) = self.collections.get(node) else { return Vec::new() };
        let known = |path: &&Vec<String>| path.len() == 1 && path[0] != HIDDEN_KEY;
        let told = self.plans().filter(|plan| matches!(plan.action, Action::Get | Action::JobDetail));
        let steps = told.filter_map(|plan| plan.steps.last()).filter(|step| step.node == node);
        let named = steps.filter_map(|step| collection.keys.get(step.parameter.as_ref()?)).find(known);
        let usual = || {
            let by = |name: &&str| key_of(&self.schemas, (node, collection), name, By::Path);
            ["guid", "code", "id"].iter().find_map(by)
        };
        named.or_else(|| collection.keys.values().find(known)).cloned().or_else(usual).unwrap_or_default()
    }

    pub(super) fn keys(&mut self) {
        let mut collections = std::mem::take(&mut self.collections);
        let mut pinned: Vec<(String, String, Vec<String>)> = Vec::new();
        for plan in self.plans() {
            for step in &plan.steps {
                let collection = collections.entry(step.node.clone()).or_default();
                if let Some(parameter) = &step.parameter {
                    let key = key_of(&self.schemas, (&step.node, collection), parameter, By::Path);
                    let hidden = || vec![HIDDEN_KEY.to_owned()];
                    collection.keys.insert(parameter.clone(), key.unwrap_or_else(hidden));
                }
            }
            let Some(last) = plan.steps.last() else { continue };
            let collection = collections.entry(last.node.clone()).or_default();
            if let Some((hint, member)) =
                plan.operation.hints.sandbox.as_ref().and_then(|hint| Some((hint, hint.member.as_ref()?)))
                && let Some(parameter) = hint.key.as_ref().or(last.parameter.as_ref())
            {
                pinned.push((last.node.clone(), parameter.clone(), member.split('/').map(str::to_owned).collect()));
            }
            if let Some(once) = plan.operation.hints.create_once.as_ref().filter(|once| once.unique) {
                collection.unique.push(once.found.clone());
            }
        }
        for (node, parameter, path) in pinned {
            collections.entry(node).or_default().keys.insert(parameter, path);
        }
        for (node, collection) in &mut collections {
            let told = self.plans().any(|plan| {
                let last = plan.steps.last().is_some_and(|step| step.node == *node);
                last && matches!(plan.action, Action::List | Action::Create)
            });
            // What no path names has an identifier all the same, where answers show one.
            if collection.keys.is_empty() && collection.many {
                let key = ["id", "guid", "uuid"].into_iter().find_map(|name| {
                    key_of(&self.schemas, (node, collection), name, By::Path).filter(|path| path.len() == 1)
                });
                collection.keys.extend(key.map(|key| (String::new(), key)));
            }
            let hidden = collection.keys.values().all(|path| path[0] == HIDDEN_KEY);
            collection.open = !told || hidden && !collection.keys.is_empty();
        }
        self.collections = collections;
    }

    /// Which lists of records inside others have calls of their own: `items` of an order, and `/orders/{code}/item`.
    pub(super) fn embed(&mut self) {
        let found: Vec<Embedded> = self.collections.keys().filter_map(|node| self.embedded(node)).collect();
        for Embedded { node, parent, member, items } in found {
            let collection = self.collections.entry(node.clone()).or_default();
            collection.views.insert(0, items);
            let parameters: Vec<String> = collection.keys.keys().cloned().collect();
            for parameter in parameters {
                if let Some(key) = key_of(&self.schemas, (&node, collection), &parameter, By::Path) {
                    collection.keys.insert(parameter, key);
                }
            }
            for step in self.plans.values_mut().flat_map(|plan| &mut plan.steps).filter(|step| step.node == node) {
                step.member.clone_from(&member);
            }
            self.collections.entry(parent).or_default().embedded.push((member, node));
        }
    }

    fn embedded(&self, node: &str) -> Option<Embedded> {
        let collection = self.collections.get(node).filter(|collection| collection.many)?;
        let (parent, rest) = node.rsplit_once("/{}")?;
        let wanted = words(&singular(rest.rsplit('/').next().unwrap_or_default()));
        let keys: Vec<&String> = collection.keys.values().map(|path| &path[0]).collect();
        let fits = |(member, slot): (String, Slot)| {
            let items = self.schemas.items(&slot).filter(|items| self.schemas.is_object(items))?;
            let same = !wanted.is_empty() && words(&singular(&member)) == wanted;
            let shown = |key: &&String| *key == HIDDEN_KEY || self.schemas.member(&items, key).is_some();
            (same && keys.iter().all(shown)).then_some((member, items))
        };
        let views = &self.collections.get(parent)?.views;
        let (member, items) = views.iter().find_map(|view| self.schemas.members(view).into_iter().find_map(fits))?;
        Some(Embedded { node: node.to_owned(), parent: parent.to_owned(), member, items })
    }
}

/// A list inside records that has calls of its own.
struct Embedded {
    node: String,
    parent: String,
    member: String,
    items: Slot,
}

/// Where a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// In the path: it names a record, so its last words do.
    Path,
    /// In the query or in a body: it means what it says.
    Query,
}

/// The members that a parameter means: of its name, of the last words of it, or of the name of the records
/// with it; also inside a member or in a list, as the code of a product is that of its variants.
pub(crate) fn key_of(
    schemas: &Schemas,
    (node, collection): (&str, &Collection),
    parameter: &str,
    by: By,
) -> Option<Vec<String>> {
    let own = words(parameter);
    let noun = words(&singular(node.trim_end_matches("/{}").rsplit('/').next().unwrap_or_default()));
    let mut names: Vec<Vec<String>> = (0..own.len()).map(|at| own[at..].to_vec()).collect();
    if by == By::Query {
        names.truncate(1);
        names.extend(own.strip_prefix(noun.as_slice()).filter(|rest| !rest.is_empty()).map(<[String]>::to_vec));
    }
    names.push(noun.iter().chain(&own).cloned().collect());
    names.push(noun.last().into_iter().chain(&own).cloned().collect());
    let members: Vec<(String, Slot)> = collection.views.iter().flat_map(|view| schemas.members(view)).collect();
    let scalar = |slot: &Slot| !schemas.is_object(slot) && schemas.items(slot).is_none();
    let top = |name: &Vec<String>| {
        let named = members.iter().find(|(member, slot)| words(member) == *name && scalar(slot));
        named.map(|(member, _)| vec![member.clone()])
    };
    let ending = || {
        let mut ending = members.iter().filter(|(member, slot)| words(member).ends_with(&own) && scalar(slot));
        let first = ending.next()?;
        ending.all(|(member, _)| *member == first.0).then(|| vec![first.0.clone()])
    };
    let inside = || {
        let below = |(member, slot): &(String, Slot)| {
            let inner = schemas.items(slot).unwrap_or_else(|| slot.clone());
            let found = schemas.members(&inner).into_iter().find(|(name, slot)| words(name) == own && scalar(slot));
            found.map(|(name, _)| vec![member.clone(), name])
        };
        // The code of a product is that of its variants sooner than that of its brand.
        let (lists, others): (Vec<_>, Vec<_>) = members.iter().partition(|(_, slot)| schemas.items(slot).is_some());
        lists.into_iter().chain(others).find_map(below)
    };
    let found = names.iter().find_map(top);
    match by {
        // `id` is the identifier of the record sooner than that of something in it.
        By::Path if own.len() == 1 && own[0] == "id" => found.or_else(ending).or_else(inside),
        By::Path => found.or_else(inside).or_else(ending),
        By::Query => found.or_else(|| if own.len() == 1 { ending() } else { None }),
    }
}
