//! Calls about many records: each is done or not, and the answer says which, as `x-bulk` describes it.

use kontrakt_codegen::contract::{BulkHint, NamedBy};
use serde_json::{Map, Value, json};

use super::lists::is_chosen;
use super::{Shown, Turn, given, path_of, put, touch};
use crate::model::{By, Form, HIDDEN_KEY};
use crate::refusal::{Event, Refusal};
use crate::state::{Happened, merge, text_of, values_at};

/// What became of an item.
struct Outcome {
    /// Its key, as the call gives it.
    key: Option<(String, Value)>,
    done: Result<Value, Refusal>,
}

impl Turn<'_> {
    /// Whether the call takes many records.
    pub(super) fn is_bulk(&self) -> bool {
        self.plan.body.as_ref().is_some_and(|place| place.form == Form::List)
            || self.operation().hints.bulk.as_ref().is_some_and(|bulk| bulk.parameter.is_some())
    }

    /// Does the same to each of the items.
    pub(super) fn each(&mut self, happens: Happened) -> Result<Shown, Refusal> {
        let bulk = self.operation().hints.bulk.clone().unwrap_or_default();
        let items = self.items(&bulk, happens)?;
        if let Some(limit) = bulk.limit.filter(|limit| items.len() as u64 > *limit) {
            let message = format!("{} items in one call, at most {limit} are taken", items.len());
            return Err(Refusal::new(Event::TooMany, message));
        }
        let settings = self.settings(&bulk);
        let mut outcomes = Vec::with_capacity(items.len());
        for item in items {
            let key = self.key_in(&bulk, &item);
            let done = match (happens, &item) {
                (Happened::Created, Value::Object(map)) => self.add(map.clone()),
                (Happened::Created, other) => Ok(other.clone()),
                (Happened::Changed, _) => self.change_one(&key, &item, &settings),
                (Happened::Deleted, _) => self.delete_one(&key),
            };
            outcomes.push(Outcome { key, done });
        }
        self.tell_outcomes(&bulk, outcomes)
    }

    fn items(&mut self, bulk: &BulkHint, happens: Happened) -> Result<Vec<Value>, Refusal> {
        if let Some(place) = self.plan.body.as_ref().filter(|_| self.body != Value::Null) {
            let items = given(&self.body, place);
            return Ok(items);
        }
        let asked = self.asked();
        let named: Vec<String> = match &bulk.parameter {
            Some(parameter) => {
                let given = self.query.iter().filter(|(name, _)| name == parameter).map(|(_, value)| value.clone());
                let joined =
                    self.plan.filters.iter().find(|one| one.parameter == *parameter).and_then(|one| one.joined.clone());
                let split = |text: String| match &joined {
                    Some(joint) => text.split(joint.as_str()).map(str::to_owned).collect::<Vec<_>>(),
                    None => vec![text],
                };
                given.flat_map(split).filter(|text| !text.is_empty()).collect()
            }
            None => Vec::new(),
        };
        if !named.is_empty() {
            return Ok(named.into_iter().map(Value::from).collect());
        }
        if asked.is_empty() && !self.plan.filters.is_empty() && happens == Happened::Deleted {
            return Err(Refusal::new(Event::Invalid, "the call names nothing that could be deleted"));
        }
        let filters = self.plan.filters.clone();
        let records = self.records()?;
        Ok(records.iter().filter(|record| is_chosen(record, &filters, &asked)).cloned().collect())
    }

    /// Members of the body that hold for all items.
    fn settings(&self, bulk: &BulkHint) -> Map<String, Value> {
        let lead = self.plan.body.as_ref().map(|place| place.path[..place.path.len().saturating_sub(1)].to_vec());
        let body = lead.unwrap_or_default().iter().try_fold(&self.body, |value, name| value.get(name)).cloned();
        let setting = |name: &String| Some((name.clone(), body.as_ref()?.get(name)?.clone()));
        // What an item itself is not given; switches of the call, such as for mails, are no members of records.
        bulk.settings.iter().filter_map(setting).filter(|(_, value)| !value.is_boolean()).collect()
    }

    /// The key of an item: what `x-bulk` names, or the key of its records.
    fn key_in(&self, bulk: &BulkHint, item: &Value) -> Option<(String, Value)> {
        let collection = self.step().and_then(|step| self.model().collections.get(&step.node));
        let paths =
            collection.into_iter().flat_map(|collection| collection.keys.values()).filter(|path| path[0] != HIDDEN_KEY);
        let own = paths.map(|path| path[path.len() - 1].clone());
        let names: Vec<String> = bulk
            .keys
            .iter()
            .cloned()
            .chain(own)
            .chain(["id".to_owned(), "guid".to_owned(), "code".to_owned()])
            .collect();
        if !item.is_object() {
            return names.first().map(|name| (name.clone(), item.clone()));
        }
        let named = names.iter().find(|name| item.get(name.as_str()).is_some_and(|value| !value.is_null()));
        // Where nothing says which member is the key, the first that is a text or a number.
        let first =
            || item.as_object()?.iter().find(|(_, value)| value.is_string() || value.is_number()).map(|(name, _)| name);
        let name = named.or_else(first)?;
        Some((name.clone(), item[name].clone()))
    }

    /// The place of the record with a key.
    fn place_of(&mut self, key: &Option<(String, Value)>) -> Result<usize, Refusal> {
        let Some((name, value)) = key else {
            return Err(Refusal::new(Event::Invalid, "the item shows no key"));
        };
        let wanted = text_of(value);
        let collection =
            self.step().and_then(|step| self.model().collections.get(&step.node)).cloned().unwrap_or_default();
        let mut paths: Vec<Vec<String>> =
            collection.keys.into_values().filter(|path| path.last() == Some(name)).collect();
        paths.push(vec![name.clone()]);
        if let Some(step) = self.step().cloned()
            && let Some(path) = crate::model::key_of(
                &self.model().schemas,
                (&step.node, &self.model().collections[&step.node]),
                name,
                By::Path,
            )
        {
            paths.push(path);
        }
        // What a part of a record is about, such as quantities of goods in a stock, is there when it is first set.
        let open = collection.open || self.step().is_some_and(|step| step.node.contains("{}"));
        let records = self.records()?;
        let is =
            |record: &Value| paths.iter().any(|path| values_at(record, path).iter().any(|one| text_of(one) == wanted));
        if let Some(at) = records.iter().position(is) {
            return Ok(at);
        }
        if open {
            return self
                .add(Map::from_iter([(name.clone(), value.clone())]))
                .and_then(|_| Ok(self.records()?.len() - 1));
        }
        Err(Refusal::new(Event::NotFound, format!("there is no {name} {wanted:?}")).instance(wanted))
    }

    fn change_one(
        &mut self,
        key: &Option<(String, Value)>,
        item: &Value,
        settings: &Map<String, Value>,
    ) -> Result<Value, Refusal> {
        let at = self.place_of(key)?;
        let making = self.making;
        let Some(step) = self.step().cloned() else { return Ok(Value::Null) };
        let records = self.records()?;
        let before = records[at].clone();
        if let Value::Object(record) = &mut records[at] {
            item.as_object().into_iter().chain([settings]).for_each(|change| merge(record, change));
            making.spread(&step.node, record);
            touch(record, making);
        }
        let record = records[at].clone();
        self.log(&step.node, Some(before), &record, Happened::Changed);
        Ok(record)
    }

    fn delete_one(&mut self, key: &Option<(String, Value)>) -> Result<Value, Refusal> {
        let at = self.place_of(key)?;
        let Some(step) = self.step().cloned() else { return Ok(Value::Null) };
        let record = self.records()?.remove(at);
        self.log(&step.node, None, &record, Happened::Deleted);
        Ok(record)
    }

    fn tell_outcomes(&mut self, bulk: &BulkHint, outcomes: Vec<Outcome>) -> Result<Shown, Refusal> {
        let failed: Vec<(usize, &Outcome)> = outcomes.iter().enumerate().filter(|(_, one)| one.done.is_err()).collect();
        let by_errors = !bulk.errors.is_empty() || bulk.outcome.is_none();
        if by_errors && !failed.is_empty() && (failed.len() == outcomes.len() || bulk.errors.is_empty()) {
            return Err(self.all_failed(bulk, &failed));
        }
        let mut known = json!({});
        let results: Vec<Value> = outcomes.iter().filter_map(|one| result(bulk, one, by_errors)).collect();
        match bulk.answers.first().map(|path| path_of(&path.replace("/*", ""))) {
            Some(path) => put(&mut known, &path, Value::Array(results)),
            None if bulk.outcome.is_some() && !bulk.items.is_empty() => {
                put(&mut known, &path_of(&bulk.items[0]), Value::Array(results))
            }
            None => known = self.showing(results).known,
        }
        if by_errors
            && !failed.is_empty()
            && let Some(member) = &self.model().contract.behaviour.envelope.errors
        {
            let errors = self.errors_of(bulk, &failed);
            put(&mut known, &path_of(member), errors);
        }
        Ok(Shown { known, made_up: false })
    }

    /// The errors of items, each named by its key or its place.
    fn errors_of(&self, bulk: &BulkHint, failed: &[(usize, &Outcome)]) -> Value {
        let mut errors = Vec::new();
        for (at, outcome) in failed {
            let Err(refusal) = &outcome.done else { continue };
            let message = refusal.errors.first().map(|(message, _)| message.clone()).unwrap_or_default();
            let about = [(message, Some(self.instance(bulk, *at, outcome)))];
            if let Value::Array(list) = self.making.errors(&self.making.code(refusal.event), &about) {
                errors.extend(list);
            }
        }
        Value::Array(errors)
    }

    fn instance(&self, bulk: &BulkHint, at: usize, outcome: &Outcome) -> String {
        let list = self.plan.body.as_ref().and_then(|place| place.path.last().cloned()).unwrap_or_default();
        match &outcome.key {
            Some((_, value)) if bulk.errors.contains(&NamedBy::Key) => text_of(value),
            _ => format!("{list}[{at}]"),
        }
    }

    fn all_failed(&self, bulk: &BulkHint, failed: &[(usize, &Outcome)]) -> Refusal {
        let about = |(at, outcome): &(usize, &Outcome)| {
            let Err(refusal) = &outcome.done else { return None };
            let message = refusal.errors.first().map(|(message, _)| message.clone())?;
            Some((refusal.event, message, self.instance(bulk, *at, outcome)))
        };
        let all: Vec<_> = failed.iter().filter_map(about).collect();
        let event = all.first().map_or(Event::Invalid, |(event, ..)| *event);
        let mut refusal = Refusal::new(event, "");
        refusal.errors = all.into_iter().map(|(_, message, instance)| (message, Some(instance))).collect();
        refusal
    }

    /// What says that a call worked, where nothing else is known of its answer.
    pub(super) fn done(&self) -> Value {
        let mut known = json!({});
        let Some(bulk) = &self.operation().hints.bulk else { return known };
        let one = result(bulk, &Outcome { key: None, done: Ok(json!({})) }, false).unwrap_or_default();
        match bulk.answers.first() {
            Some(path) => put(&mut known, &path_of(path), Value::Array(vec![one])),
            None => put(&mut known, &[], one),
        }
        known
    }
}

/// What the answer says of an item.
fn result(bulk: &BulkHint, outcome: &Outcome, by_errors: bool) -> Option<Value> {
    let messages = bulk.messages.clone().unwrap_or_else(|| "messages".to_owned());
    let mut map = match &outcome.done {
        Ok(Value::Object(record)) => record.clone(),
        Ok(_) => Map::new(),
        Err(_) if by_errors => return None,
        Err(_) => Map::new(),
    };
    if let Some((name, value)) = &outcome.key {
        map.insert(name.clone(), value.clone());
    }
    if let Some(member) = &bulk.outcome {
        map.insert(member.clone(), json!(outcome.done.is_ok()));
    }
    let said = outcome.done.as_ref().err().and_then(|refusal| refusal.errors.first());
    let level = said.map(|(message, about)| json!({"message": message, "level": "error", "property": about}));
    map.insert(messages, Value::Array(level.into_iter().collect()));
    Some(Value::Object(map))
}
