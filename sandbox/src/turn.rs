//! What one call does: finds what it is about, changes it, and says what the answer has to show.

mod bulk;
mod jobs;
mod lists;

pub(crate) use jobs::{FILES, result as job_result};

use kontrakt_codegen::contract::Operation;
use serde_json::{Map, Value, json};

use crate::maker::Fill;
use crate::model::{Action, Form, HIDDEN_KEY, Model, Place, Plan, Step, query};
use crate::refusal::{Event, Refusal};
use crate::state::{Change, Happened, Making, News, State, merge, text_of, values_at};
use crate::words;

/// A call under way.
pub(crate) struct Turn<'t> {
    pub(crate) making: Making<'t>,
    pub(crate) state: &'t mut State,
    pub(crate) plan: &'t Plan,
    /// Parameters of the path, decoded.
    pub(crate) path: Vec<(String, String)>,
    /// Parameters of the query, in their order, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Value,
    /// Address of the sandbox as the caller sees it.
    pub(crate) base: String,
    /// What has happened to records.
    pub(crate) news: Vec<News>,
}

/// What an answer shows.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// What is known of it, from the root.
    pub(crate) known: Value,
    /// Whether the rest is made up.
    pub(crate) made_up: bool,
}

/// Puts a value into a tree.
pub(crate) fn put(tree: &mut Value, path: &[String], value: Value) {
    let Some((name, rest)) = path.split_first() else {
        return match (tree, value) {
            (Value::Object(map), Value::Object(more)) => merge(map, &more),
            (tree, value) => *tree = value,
        };
    };
    if !tree.is_object() {
        *tree = json!({});
    }
    if let Value::Object(map) = tree {
        put(map.entry(name.clone()).or_insert(Value::Null), rest, value);
    }
}

/// A path of members, as `x-` members write it.
pub(crate) fn path_of(text: &str) -> Vec<String> {
    text.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

impl Turn<'_> {
    /// Does it. What is changed inside a record is a change of the record.
    pub(crate) fn run(&mut self) -> Result<Shown, Refusal> {
        let shown = self.act();
        let [above, .., last] = self.plan.steps.as_slice() else { return shown };
        if above.parameter.is_some() && self.news.iter().any(|news| news.node.starts_with(&format!("{}/", above.node)))
        {
            let below = last.node.rsplit('/').find(|segment| !["{}", "*"].contains(segment)).map(str::to_owned);
            let (path, query) = (self.path.clone(), self.query.clone());
            let argument =
                |name: &str| path.iter().chain(&query).find(|(key, _)| key == name).map(|(_, value)| value.clone());
            let making = self.making;
            if let Ok((record, _)) = making.holder(&mut self.state.records, std::slice::from_ref(above), &argument) {
                let before = Value::Object(record.clone());
                touch(record, making);
                let record = Value::Object(record.clone());
                self.log(&above.node, Some(before), &record, Happened::Changed);
                if let Some(news) = self.news.last_mut() {
                    news.below = below;
                }
            }
        }
        shown
    }

    fn act(&mut self) -> Result<Shown, Refusal> {
        match self.plan.action {
            Action::List => self.tell_all(),
            Action::Feed => self.tell_changes(),
            Action::Get => self.tell_one(),
            Action::Read => self.read(),
            Action::Write => self.write(),
            Action::Create => self.create(),
            Action::Update => self.update(),
            Action::Delete => self.delete(),
            Action::Job => self.start_job(),
            Action::JobDetail => self.tell_job(),
            Action::Token | Action::Answer => self.answer(),
        }
    }

    fn model(&self) -> &Model {
        self.making.model
    }

    fn operation(&self) -> &'static Operation {
        self.plan.operation
    }

    fn step(&self) -> Option<&Step> {
        self.plan.steps.last()
    }

    /// What a parameter of the path or the query is given.
    pub(crate) fn argument(&self, name: &str) -> Option<String> {
        let found =
            |pairs: &[(String, String)]| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        found(&self.path).or_else(|| found(&self.query))
    }

    /// The records that the call is about.
    fn records(&mut self) -> Result<&mut Vec<Value>, Refusal> {
        let Some((step, before)) = self.plan.steps.split_last() else {
            return Err(Refusal::new(Event::NotFound, "the call is about no records"));
        };
        let (path, query) = (&self.path, &self.query);
        let argument =
            |name: &str| path.iter().chain(query).find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let (map, salt) = self.making.holder(&mut self.state.records, before, &argument)?;
        Ok(self.making.list(map, step, salt))
    }

    /// The record that the call names.
    fn record(&mut self) -> Result<&mut Map<String, Value>, Refusal> {
        let (path, query) = (&self.path, &self.query);
        let argument =
            |name: &str| path.iter().chain(query).find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let (map, _) = self.making.holder(&mut self.state.records, &self.plan.steps, &argument)?;
        Ok(map)
    }

    /// An answer with a record, or several, where they stand.
    fn showing(&self, records: Vec<Value>) -> Shown {
        let mut known = json!({});
        let Some(place) = &self.plan.answer else { return Shown { known: json!(null), made_up: false } };
        let value = match place.form {
            Form::List => Value::Array(records),
            Form::One => records.into_iter().next().unwrap_or(Value::Null),
            Form::Map => Value::Object(records.into_iter().map(|record| (self.key_of(&record), record)).collect()),
        };
        put(&mut known, &place.path, value);
        Shown { known, made_up: false }
    }

    /// The key that a record is listed under.
    fn key_of(&self, record: &Value) -> String {
        let collection = self.step().and_then(|step| self.model().collections.get(&step.node));
        let own = collection.and_then(|collection| collection.keys.values().next().cloned());
        let path = own.unwrap_or_else(|| vec!["id".to_owned()]);
        values_at(record, &path).first().map(|value| text_of(value)).unwrap_or_default()
    }

    fn tell_one(&mut self) -> Result<Shown, Refusal> {
        let record = Value::Object(self.record()?.clone());
        // A part of a record, such as the addresses of a customer, is a list of its own.
        Ok(self.showing(vec![record]))
    }

    fn read(&mut self) -> Result<Shown, Refusal> {
        self.tell_one()
    }

    /// Changes something that there is one of: a part of a record by its name, the record itself, or the thing alone.
    fn write(&mut self) -> Result<Shown, Refusal> {
        let change = self.change();
        let Some((step, before)) = self.plan.steps.split_last() else { return self.answer() };
        let node = step.node.clone();
        let own = self
            .model()
            .plans()
            .any(|plan| plan.action == Action::Read && plan.steps.last().is_some_and(|step| step.node == node));
        let above = before.last().filter(|step| !own && step.parameter.is_some()).cloned();
        let Some(above) = above else {
            let record = self.record()?;
            let before = Some(Value::Object(record.clone()));
            merge(record, &change);
            let record = Value::Object(record.clone());
            self.news.push(News { before, ..News::new(&node, &record, Happened::Changed) });
            return Ok(self.showing(vec![record]));
        };
        let (path, query) = (self.path.clone(), self.query.clone());
        let argument =
            |name: &str| path.iter().chain(&query).find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let name = step.member.trim_start_matches('/').to_owned();
        let making = self.making;
        let (map, _) = making.holder(&mut self.state.records, before, &argument)?;
        let was = Value::Object(map.clone());
        match map.get_mut(&name) {
            Some(Value::Object(part)) => merge(part, &change),
            _ => {
                merge(map, &change);
                making.spread(&above.node, map);
            }
        }
        touch(map, making);
        let record = Value::Object(map.clone());
        self.log(&above.node, Some(was), &record, Happened::Changed);
        if let Some(news) = self.news.last_mut() {
            news.below = Some(name);
        }
        Ok(self.showing(vec![record]))
    }

    /// The members that the body gives, or the query where there is no body.
    fn change(&self) -> Map<String, Value> {
        match &self.plan.body {
            Some(place) => {
                given(&self.body, place).into_iter().next().and_then(|one| one.as_object().cloned()).unwrap_or_default()
            }
            None => self.arguments(),
        }
    }

    /// The query parameters as members.
    fn arguments(&self) -> Map<String, Value> {
        let mut map = Map::new();
        for parameter in query(self.operation()) {
            let values: Vec<&str> = self
                .query
                .iter()
                .filter(|(name, _)| *name == parameter.name)
                .map(|(_, value)| value.as_str())
                .collect();
            let read = |text: &&str| {
                let inside = self.model().contract.merged(parameter.schema);
                let items = self.model().schemas.items(&[parameter.schema]);
                let content = |slot: &[kontrakt_codegen::contract::SchemaId]| {
                    slot.iter().any(|id| self.model().contract[*id].content_schema.is_some())
                };
                let is_json = inside.content.is_some() || items.is_some_and(|items| content(&items));
                is_json.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| json!(text))
            };
            let name = parameter.name.trim_end_matches("[]").to_owned();
            let is_key = self.step().is_some_and(|step| step.parameter.as_deref() == Some(&parameter.name));
            match values.as_slice() {
                [] => {}
                _ if is_key => {}
                [one] if !parameter.name.ends_with("[]") => {
                    map.insert(name, read(one));
                }
                several => {
                    map.insert(name, several.iter().map(read).collect());
                }
            }
        }
        map
    }

    fn create(&mut self) -> Result<Shown, Refusal> {
        if self.is_bulk() {
            return self.each(Happened::Created);
        }
        let record = self.add(self.change())?;
        Ok(self.showing(vec![record]))
    }

    /// Makes a record. What is not given is what the document says it is then.
    fn add(&mut self, mut given: Map<String, Value>) -> Result<Value, Refusal> {
        let Some(step) = self.step().cloned() else { return Ok(Value::Object(given)) };
        let model = self.making.model;
        for (name, slot) in self.plan.body.iter().flat_map(|place| model.schemas.members(&place.slot)) {
            let default = slot.iter().find_map(|id| model.contract.merged(*id).default.as_ref());
            if let Some((default, _)) = default.filter(|_| !given.contains_key(&name)) {
                given.insert(name, default.clone());
            }
        }
        self.refuse_second(&step, &given)?;
        let making = self.making;
        let records = self.records()?;
        let seed = making.seed_of(records.len() as u64 + 1, &step.node);
        let record = Value::Object(making.record(&step.node, given, records, (seed, Fill::Lean)));
        records.push(record.clone());
        self.log(&step.node, None, &record, Happened::Created);
        self.take(&step.node, &record);
        Ok(record)
    }

    /// A key that a record has already, or had.
    fn refuse_second(&mut self, step: &Step, given: &Map<String, Value>) -> Result<(), Refusal> {
        let collection = self.model().collections[&step.node].clone();
        for path in collection.keys.values().filter(|path| path.len() == 1 && path[0] != HIDDEN_KEY) {
            let Some(value) = given.get(&path[0]).filter(|value| !value.is_null()).map(text_of) else { continue };
            // A place that is one of a list, such as the head of a page, may hold several.
            let slot = collection.views.iter().find_map(|view| self.model().schemas.member(view, &path[0]));
            if slot.is_some_and(|slot| self.model().schemas.is_listed(&slot)) {
                continue;
            }
            let taken =
                self.records()?.iter().any(|record| values_at(record, path).iter().any(|one| text_of(one) == value));
            if taken {
                return Err(
                    Refusal::new(Event::Duplicate, format!("{} {value:?} exists already", path[0])).instance(&path[0])
                );
            }
        }
        for member in &collection.unique {
            let Some(value) = given.get(member).filter(|value| !value.is_null()).map(text_of) else { continue };
            let path = [member.clone()];
            let here = |record: &Value| values_at(record, &path).iter().any(|one| text_of(one) == value);
            if self.records()?.iter().any(here) || self.state.taken.contains(&taken_key(&step.node, member, &value)) {
                return Err(
                    Refusal::new(Event::Duplicate, format!("{member} {value:?} was used already")).instance(member)
                );
            }
        }
        Ok(())
    }

    fn take(&mut self, node: &str, record: &Value) {
        for member in self.model().collections[node].unique.clone() {
            if let Some(value) = record.get(&member).filter(|value| !value.is_null()) {
                self.state.taken.insert(taken_key(node, &member, &text_of(value)));
            }
        }
    }

    fn update(&mut self) -> Result<Shown, Refusal> {
        let named = self.step().is_some_and(|step| step.parameter.is_some());
        if self.is_bulk() && (!named || self.operation().hints.bulk.is_some()) {
            return self.each(Happened::Changed);
        }
        if !named {
            return self.answer();
        }
        let change = self.change();
        let Some(step) = self.step().cloned() else { return self.answer() };
        let making = self.making;
        let record = self.record()?;
        let before = Value::Object(record.clone());
        merge(record, &change);
        making.spread(&step.node, record);
        touch(record, making);
        let record = Value::Object(record.clone());
        self.log(&step.node, Some(before), &record, Happened::Changed);
        Ok(self.showing(vec![record]))
    }

    fn delete(&mut self) -> Result<Shown, Refusal> {
        let Some(step) = self.step().cloned() else { return self.answer() };
        if step.parameter.is_none() {
            return self.each(Happened::Deleted);
        }
        let argument = step.parameter.as_ref().and_then(|name| self.argument(name)).unwrap_or_default();
        let making = self.making;
        let records = self.records()?;
        let at = making.position(records, &step, &argument, 0)?;
        let record = records.remove(at);
        self.log(&step.node, None, &record, Happened::Deleted);
        Ok(self.showing(vec![record]))
    }

    /// An answer of which nothing is known but that the call worked; what the path names has to be there.
    fn answer(&mut self) -> Result<Shown, Refusal> {
        let records: Vec<Step> = self.plan.steps.iter().filter(|step| step.parameter.is_some()).cloned().collect();
        if !records.is_empty() {
            let above: Vec<Step> = self.plan.steps.iter().take(records.len()).cloned().collect();
            let (path, query) = (self.path.clone(), self.query.clone());
            let argument =
                |name: &str| path.iter().chain(&query).find(|(key, _)| key == name).map(|(_, value)| value.clone());
            self.making.holder(&mut self.state.records, &above, &argument)?;
        }
        Ok(Shown { known: self.done(), made_up: true })
    }

    /// Remembers what has happened to a record.
    pub(crate) fn log(&mut self, node: &str, before: Option<Value>, record: &Value, happened: Happened) {
        self.news.push(News { before, ..News::new(node, record, happened) });
        let at = self.making.now;
        let keys: Vec<Vec<String>> = self.model().collections[node].keys.values().cloned().collect();
        let same = |one: &Value| {
            keys.iter().any(|path| {
                let mine = values_at(record, path);
                !mine.is_empty() && mine == values_at(one, path)
            })
        };
        let changes = self.state.changes.entry(node.to_owned()).or_default();
        changes.retain(|change| !same(&change.record));
        // Lists of changes show identifiers, and all of a thousand long orders would be much to keep.
        let is_kept = |name: &String, value: &Value| {
            !value.is_array() && !value.is_object() || keys.iter().any(|path| path.first() == Some(name))
        };
        let members = record.as_object().into_iter().flatten().filter(|(name, value)| is_kept(name, value));
        let record = members.map(|(name, value)| (name.clone(), value.clone())).collect();
        changes.push(Change { record, at, happened });
    }
}

fn taken_key(node: &str, member: &str, value: &str) -> String {
    format!("{node} {member} {value}")
}

/// What a body gives at a place.
pub(crate) fn given(body: &Value, place: &Place) -> Vec<Value> {
    let value = place.path.iter().try_fold(body, |value, name| value.get(name));
    match (value, place.form) {
        (Some(Value::Array(list)), Form::List) => list.clone(),
        (Some(value), Form::One) => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// Sets the time of the latest change.
pub(crate) fn touch(record: &mut Map<String, Value>, making: Making<'_>) {
    for (name, value) in record.iter_mut().filter(|(name, _)| words::is_change_time(name)) {
        let _ = name;
        let now = match value {
            Value::String(text) if text.len() > 19 && text.contains('T') => {
                json!(making.now.date_time(!text[19..].contains(':')))
            }
            Value::String(text) if text.len() == 10 => json!(making.now.date()),
            Value::String(text) if text.len() == 19 => json!(making.now.local()),
            Value::Null => continue,
            Value::Number(_) => json!(making.now.seconds()),
            _ => continue,
        };
        *value = now;
    }
}
