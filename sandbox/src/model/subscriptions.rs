//! The records that say who is told of what: a call makes them, and they have members with an event and an address.

use kontrakt_codegen::name::{singular, words};

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

impl Model {
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
