//! What an API tells by itself: the bodies of its webhooks, made up, or about what has happened to records.

use kontrakt_codegen::contract::{Contract, Offset, Operation, ScalarHint, SchemaId};
use kontrakt_codegen::name::{singular, words};
use serde_json::{Map, Value, json};

use super::cause::Cause;
use crate::SandboxError;
use crate::maker::Fill;
use crate::message::Request;
use crate::model::{Slot, is_event_name, notice_schema};
use crate::sandbox::Sandbox;
use crate::state::{Happened, Making, News, text_of, values_at};

impl Sandbox {
    /// The request of a webhook, by its name in the document or the first: made up, with what is known in it, and signed
    /// with a key where the API signs.
    ///
    /// # Errors
    /// When there is no such webhook, or a member that is known is none of its, or is not as the document describes it.
    pub fn notice(
        &self,
        webhook: Option<&str>,
        known: &Map<String, Value>,
        key: Option<&str>,
    ) -> Result<Request, SandboxError> {
        let operation = named(self.contract(), webhook)?;
        let schema = notice_schema(operation);
        let schema = schema.ok_or_else(|| SandboxError::new(format!("the webhook {} sends no JSON", operation.id)))?;
        let making = self.making(self.now());
        let mut maker = making.maker(making.seed_of(0, &operation.id), Fill::Lean);
        let body = maker.make(&[schema], "", Some(&Value::Object(known.clone())));
        for (name, value) in known {
            if body.get(name) != Some(value) {
                let message = format!("{name:?} of the webhook {} cannot be {value}", operation.id);
                return Err(SandboxError::new(message));
            }
        }
        Ok(self.signed(body.to_string().into_bytes(), key))
    }
}

/// The webhook of a name, or the first.
fn named<'c>(contract: &'c Contract, name: Option<&str>) -> Result<&'c Operation, SandboxError> {
    let fits = |operation: &&Operation| name.is_none_or(|name| operation.id == name || operation.path == name);
    contract.webhooks.iter().find(fits).ok_or_else(|| {
        let known: Vec<&str> = contract.webhooks.iter().map(|operation| operation.id.as_str()).collect();
        SandboxError::new(match (name, known.is_empty()) {
            (_, true) => format!("the document of {} has no webhooks", contract.title),
            (name, false) => {
                format!("there is no webhook {:?}; expected {}", name.unwrap_or_default(), known.join(", "))
            }
        })
    })
}

/// What an event is told with.
pub(super) struct Notice<'n> {
    making: Making<'n>,
    event: &'n str,
    pub(super) webhook: &'static Operation,
    schema: SchemaId,
    members: Vec<(String, Slot)>,
    /// The member with a list of the records, and what stands in it.
    list: Option<(String, Slot)>,
    /// The member that identifies a record.
    key: Vec<String>,
}

impl<'n> Notice<'n> {
    /// What tells of an event about the records of a node: the webhook of its name, or else the one that has a list of such
    /// records, or the name of the event.
    pub(super) fn of(making: Making<'n>, event: &'n str, node: &str) -> Option<Self> {
        let webhooks = making.model.contract.webhooks.iter();
        let notices = webhooks.filter_map(|webhook| Self::by(making, webhook, event, node));
        // The first of those that fit best.
        notices.rev().max_by_key(|notice| {
            let has_event = notice.members.iter().any(|(name, _)| is_event_name(name));
            (notice.is_named(), notice.is_list(), has_event)
        })
    }

    fn by(making: Making<'n>, webhook: &'static Operation, event: &'n str, node: &str) -> Option<Self> {
        let model = making.model;
        let schema = notice_schema(webhook)?;
        let members = model.schemas.members(&[schema]);
        let noun = model.collections.get(node).map(|collection| collection.noun.as_slice()).unwrap_or_default();
        let is_noun = |name: &str| words(name).iter().map(|word| singular(word)).eq(noun.iter().cloned());
        let list = members.iter().find_map(|(name, slot)| {
            let items = model.schemas.items(slot)?;
            is_noun(name).then(|| (name.clone(), items))
        });
        Some(Self { making, event, webhook, schema, members, list, key: model.key(node) })
    }

    fn is_named(&self) -> bool {
        let name = words(self.event);
        words(&self.webhook.id) == name || words(&self.webhook.path) == name
    }

    /// Whether all records of a call are told of at once.
    pub(super) fn is_list(&self) -> bool {
        self.list.is_some()
    }

    /// The body about what has happened to some records.
    pub(super) fn body(&self, cause: &Cause, about: &[&News], subscription: Option<&Map<String, Value>>) -> Value {
        let mut known = Map::new();
        for (name, slot) in &self.members {
            known.extend(self.about_the_event(name, slot).map(|value| (name.clone(), value)));
        }
        let told = self.about_records(cause, about);
        if let (true, [one]) = (told.is_empty(), about) {
            // The body is the record itself.
            for (name, value) in one.record.as_object().into_iter().flatten() {
                known.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        known.extend(told);
        let payload = &self.making.model.contract.behaviour.webhooks.payload;
        if let (Some(hint), [one], Some(subscription)) = (payload, about, subscription)
            && subscription.get(&hint.asked_by).is_some_and(|value| !value.is_null())
            && cause.happened != Happened::Deleted
        {
            known.insert(hint.member.clone(), self.whole(&cause.node, &one.record));
        }
        self.number(&mut known);
        let mut maker = self.making.maker(self.making.seed_of(0, &self.webhook.id), Fill::Lean);
        maker.make(&[self.schema], "", Some(&Value::Object(known)))
    }

    /// Numbers that must be there, such as that of the shop, are the same in all notices, and not 0.
    fn number(&self, known: &mut Map<String, Value>) {
        let body = self.making.model.contract.merged(self.schema);
        for (name, slot) in self.members.iter().filter(|(name, _)| body.requires(name)) {
            let seed = self.making.seed_of(0, name);
            let value = self.making.maker(seed, Fill::Rich).make(slot, name, None);
            if value.is_number() && !known.contains_key(name) {
                known.insert(name.clone(), value);
            }
        }
    }

    /// The name of the event, or when it was.
    fn about_the_event(&self, name: &str, slot: &Slot) -> Option<Value> {
        let schemas = &self.making.model.schemas;
        let event = json!(self.event);
        if (is_event_name(name) || schemas.is_listed(slot)) && schemas.accepts(slot, &event) {
            return Some(event);
        }
        let hints = slot.iter().map(|id| self.making.model.contract.merged(*id));
        let time = hints.into_iter().find(|merged| {
            let format = merged.format.as_ref().map(|(format, _)| format.as_str());
            merged.hints.scalar == Some(ScalarHint::DateTime) || format == Some("date-time")
        })?;
        Some(json!(self.making.now.date_time(time.hints.offset == Some(Offset::Basic))))
    }

    /// The members that say which records it is about.
    fn about_records(&self, cause: &Cause, about: &[&News]) -> Map<String, Value> {
        let schemas = &self.making.model.schemas;
        let mut told = Map::new();
        if let Some((name, items)) = &self.list {
            let records = about.iter().map(|news| self.listed(items, news));
            told.insert(name.clone(), records.collect());
            return told;
        }
        let identifiers: Vec<String> = about.iter().map(|news| identifier(&news.record, &self.key)).collect();
        for (name, slot) in &self.members {
            let scalar = slot.iter().find_map(|id| self.making.model.contract.merged(*id).hints.scalar);
            if scalar == Some(ScalarHint::Identifiers) {
                let text = if cause.many { json!(identifiers).to_string() } else { identifiers.concat() };
                told.insert(name.clone(), json!(text));
            }
        }
        // A member with the record in it has its key.
        let holds = |(_, slot): &&(String, Slot)| {
            self.key.first().is_some_and(|key| schemas.member(slot, key).is_some()) && schemas.items(slot).is_none()
        };
        if let (Some((name, _)), [one]) = (self.members.iter().find(holds), about) {
            told.insert(name.clone(), one.record.clone());
        }
        told
    }

    /// A record in a list: as much as the list shows, and the time of what has happened.
    fn listed(&self, items: &Slot, news: &News) -> Value {
        let shown = self.making.model.schemas.members(items);
        let times = &self.making.model.contract.behaviour.webhooks.times;
        let time = match news.happened {
            Happened::Created => &times.create,
            Happened::Changed => &times.update,
            Happened::Deleted => &times.delete,
        };
        let is_time = |name: &String| [&times.create, &times.update, &times.delete].contains(&&Some(name.clone()));
        // Where the list does not say what it shows, it is what identifies the record.
        let keys = self.making.model.collections.get(&news.node).map(|collection| &collection.keys);
        let is_shown = |name: &String| match shown.is_empty() {
            true => {
                self.key.first() == Some(name)
                    || keys.is_some_and(|keys| keys.values().any(|key| *key == [name.as_str()]))
            }
            false => shown.iter().any(|(member, _)| member == name),
        };
        let record = news.record.as_object().into_iter().flatten();
        let mut listed: Map<String, Value> = record
            .filter(|(name, _)| is_shown(name) && !is_time(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        listed.extend(time.clone().map(|name| (name, json!(self.making.now.date_time(false)))));
        Value::Object(listed)
    }

    /// A record as the call for it answers.
    fn whole(&self, node: &str, record: &Value) -> Value {
        let model = self.making.model;
        let views = model.collections.get(node).map(|collection| collection.views.clone()).unwrap_or_default();
        let Some(view) = views.first() else { return record.clone() };
        self.making.maker(self.making.seed_of(0, node), Fill::Lean).make(view, "", Some(record))
    }
}

/// The identifier of a record.
fn identifier(record: &Value, key: &[String]) -> String {
    values_at(record, key).first().map(|value| text_of(value)).unwrap_or_default()
}
