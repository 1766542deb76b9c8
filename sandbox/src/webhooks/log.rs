//! The log of deliveries as the API itself shows it, where it has one: records made of what was sent.

use kontrakt_codegen::contract::{DeliveryLog, LogMember};
use serde_json::{Map, Value, json};

use super::outbox::{Delivery, DeliveryState};
use crate::maker::Fill;
use crate::model::Plan;
use crate::sandbox::{Now, Sandbox};
use crate::state::Making;

impl Sandbox {
    /// Brings the records of the log up to date, before a call tells them.
    pub(crate) fn write_log(&self, now: &mut Now, making: Making<'_>, plan: &Plan) {
        let log = self.contract().behaviour.webhooks.log.as_ref();
        let Some((log, step)) = log.zip(plan.steps.first()).filter(|(log, step)| log.records == step.node) else {
            return;
        };
        let mut records: Vec<Value> = Vec::new();
        for delivery in now.outbox.log().iter().filter(|delivery| delivery.subscription.is_some()) {
            let seed = (making.seed_of(delivery.number, &step.node), Fill::Lean);
            let record = making.record(&step.node, shown(log, delivery), &records, seed);
            records.push(Value::Object(record));
        }
        now.state.records.insert(step.member.clone(), Value::Array(records));
    }
}

/// What is known of the record of a delivery.
fn shown(log: &DeliveryLog, delivery: &Delivery) -> Map<String, Value> {
    let state = match delivery.state {
        DeliveryState::Waiting => "waiting",
        // Whoever sends does not know what is lost on the way.
        DeliveryState::Delivered | DeliveryState::Lost => "delivered",
        DeliveryState::Failed | DeliveryState::Refused => "failed",
    };
    let word = log.states.iter().find(|(name, _)| name == state).map_or(state, |(_, word)| word);
    let value = |member: LogMember| match member {
        LogMember::Number => json!(delivery.number),
        LogMember::Subscription => json!(delivery.subscription),
        LogMember::Address => json!(delivery.address),
        LogMember::Event => json!(delivery.event),
        LogMember::Created => json!(delivery.created.date_time(true)),
        LogMember::Tried => json!(delivery.tried.map(|tried| tried.date_time(true))),
        LogMember::Tries => json!(delivery.tries),
        LogMember::State => json!(word),
        LogMember::Waiting => json!(delivery.state == DeliveryState::Waiting),
        LogMember::Body => delivery.body.clone(),
    };
    log.members.iter().map(|(name, member)| (name.clone(), value(*member))).collect()
}
