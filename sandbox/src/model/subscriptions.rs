//! The records that say who is told of what: a call makes them, and they have members with an event and an address.

use kontrakt_codegen::contract::{Operation, SchemaId};
use kontrakt_codegen::name::{singular, words};
use serde_json::Value;

use super::{Action, Model, Step};

/// Where subscriptions are, and their members.
#[derive(Clone, Debug)]
pub(crate) struct Subscriptions {
    pub(crate) step: Step,
    pub(crate) event: String,
    pub(crate) url: String,
    /// The member that switches one off.
    pub(crate) active: Option<String>,
}

/// Whether a member has the name of an event, or a list of such names.
pub(crate) fn is_event_name(member: &str) -> bool {
    words(member).last().is_some_and(|last| ["event", "topic"].contains(&singular(last).as_str()))
}

/// What a webhook sends, if it is JSON.
pub(crate) fn notice_schema(webhook: &Operation) -> Option<SchemaId> {
    webhook.body.as_ref()?.content.iter().find(|media| media.is_json())?.schema
}

impl Model {
    /// The names of all events that the document knows: those it lists, and webhooks that are named after one.
    pub(crate) fn events(&self) -> Vec<String> {
        let contract = self.contract;
        let mut events = contract.behaviour.webhooks.events.clone();
        for schema in contract.webhooks.iter().filter_map(notice_schema) {
            let members = self.schemas.members(&[schema]).into_iter().filter(|(name, _)| is_event_name(name));
            let listed = members.flat_map(|(_, slot)| slot).filter_map(|id| contract.merged(id).values.as_ref());
            events.extend(listed.flat_map(|(values, _)| values).filter_map(Value::as_str).map(str::to_owned));
        }
        if events.is_empty() {
            events = contract.webhooks.iter().map(|webhook| webhook.path.clone()).collect();
        }
        events
    }

    /// The member with the name of an event, where a node lists what can be subscribed to.
    pub(crate) fn event_member(&self, node: &str) -> Option<String> {
        let below = node.strip_prefix(&self.subscriptions.as_ref()?.step.node)?.strip_prefix('/')?;
        let is_name = |name: &str| is_event_name(name) || ["name", "code"].contains(&name);
        let views = self.collections.get(node).into_iter().flat_map(|collection| &collection.views);
        let members = views.flat_map(|view| self.schemas.members(view)).map(|(name, _)| name);
        members.filter(|_| is_event_name(below)).find(|name| is_name(name))
    }

    pub(super) fn find_subscriptions(&self) -> Option<Subscriptions> {
        if self.contract.webhooks.is_empty() {
            return None;
        }
        self.plans().filter(|plan| plan.action == Action::Create).find_map(|plan| {
            let [step] = plan.steps.as_slice() else { return None };
            let views = self.collections.get(&step.node).into_iter().flat_map(|collection| &collection.views);
            let slots = views.chain(plan.body.as_ref().map(|place| &place.slot));
            let members: Vec<String> =
                slots.flat_map(|slot| self.schemas.members(slot)).map(|(name, _)| name).collect();
            let named = |fits: &dyn Fn(&[String]) -> bool| members.iter().find(|name| fits(&words(name))).cloned();
            let ends = |words: &[String], ends: &[&str]| words.last().is_some_and(|last| ends.contains(&last.as_str()));
            Some(Subscriptions {
                step: step.clone(),
                event: members.iter().find(|name| is_event_name(name))?.clone(),
                url: named(&|words| ends(words, &["url", "uri"]))?,
                active: named(&|words| {
                    words.iter().find(|word| *word != "is").is_some_and(|word| word == "active" || word == "enabled")
                }),
            })
        })
    }
}
