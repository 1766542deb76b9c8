//! Records as data: looked at, put in, and kept in a file.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::SandboxError;
use crate::maker::Fill;
use crate::model::Step;
use crate::sandbox::Sandbox;
use crate::state::Happened;
use crate::turn::Turn;

impl Sandbox {
    /// The records at a path, such as `/api/orders`, with all that is known of them.
    ///
    /// # Errors
    /// When there are no records at this path.
    pub fn records(&self, path: &str) -> Result<Vec<Value>, SandboxError> {
        let step = self.step(path)?;
        let mut now = self.lock();
        let making = self.making(self.moment(&now));
        let list = making.list(&mut now.state.records, &step, 0);
        Ok(list.iter().map(visible).collect())
    }

    /// The paths that have records, with how many there are now.
    pub fn collections(&self) -> Vec<(String, usize)> {
        let model = self.0.model;
        let mut now = self.lock();
        let making = self.making(self.moment(&now));
        let mut counted: Vec<(String, usize)> = Vec::new();
        for step in model.plans().filter_map(|plan| plan.steps.first()) {
            if model.collections[&step.node].many && !counted.iter().any(|(path, _)| *path == step.node) {
                let count = making.list(&mut now.state.records, step, 0).len();
                counted.push((step.node.clone(), count));
            }
        }
        counted
    }

    /// Puts a record in, as a call that creates one would or a customer of the shop, and gives it back with its key. Who has
    /// subscribed to it is told.
    ///
    /// # Errors
    /// When there are no records at this path, or the record is no object.
    pub fn insert(&self, path: &str, record: Value) -> Result<Value, SandboxError> {
        let step = self.step(path)?;
        let Value::Object(given) = record else { return Err(SandboxError::new("a record is a JSON object")) };
        let mut now = self.lock();
        let making = self.making(self.moment(&now));
        let list = making.list(&mut now.state.records, &step, 0);
        let seed = making.seed_of(list.len() as u64 + 1, &step.node);
        let record = Value::Object(making.record(&step.node, given, list, (seed, Fill::Lean)));
        list.push(record.clone());
        let plan = self.0.model.plans().find(|plan| plan.steps.first().is_some_and(|one| one.node == step.node));
        if let Some(plan) = plan {
            let base = String::new();
            let (path, query, body, news) = (Vec::new(), Vec::new(), Value::Null, Vec::new());
            let now = &mut *now;
            let mut turn = Turn { making, state: &mut now.state, plan, path, query, body, base, news };
            turn.log(&step.node, None, &record, Happened::Created);
            let news = turn.news;
            self.announce(now, making, None, &news);
        }
        Ok(visible(&record))
    }

    /// Removes all records at a path.
    ///
    /// # Errors
    /// When there are no records at this path.
    pub fn clear(&self, path: &str) -> Result<(), SandboxError> {
        let step = self.step(path)?;
        self.lock().state.records.insert(step.member, json!([]));
        Ok(())
    }

    fn step(&self, path: &str) -> Result<Step, SandboxError> {
        let model = self.0.model;
        let mut steps = model.plans().filter_map(|plan| plan.steps.first());
        let found = steps.find(|step| step.node == path && model.collections[&step.node].many);
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = model
                .collections
                .iter()
                .filter(|(node, one)| one.many && !node.contains("{}"))
                .map(|(node, _)| node.as_str())
                .collect();
            SandboxError::new(format!("there are no records at {path:?}; expected one of {}", known.join(", ")))
        })
    }

    /// Writes all records to a file, which is whole or not there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), SandboxError> {
        let now = self.lock();
        let text = json!({"records": now.state.records, "taken": now.state.taken}).to_string();
        drop(now);
        let beside = file.with_extension("part");
        let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file));
        written.map_err(|error| SandboxError::new(format!("{} cannot be written: {error}", file.display())))
    }

    /// Takes all records from a file that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else; the records stay as they are.
    pub fn load(&self, file: &Path) -> Result<(), SandboxError> {
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|error| SandboxError::new(format!("{} cannot be read: {error}", file.display())))?;
        let other = |what: &str| SandboxError::new(format!("{} holds no records of a sandbox: {what}", file.display()));
        let value: Value = serde_json::from_str(&text).map_err(|error| other(&error.to_string()))?;
        let Some(Value::Object(records)) = value.get("records") else {
            return Err(other("it has no object `records`"));
        };
        let taken = value.get("taken").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut now = self.lock();
        now.state.records = records.clone();
        now.state.taken = taken.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
        Ok(())
    }
}

/// A record without the members that are no part of it.
fn visible(record: &Value) -> Value {
    match record {
        Value::Object(map) => {
            let shown = map.iter().filter(|(name, _)| !name.starts_with('/'));
            Value::Object(shown.map(|(name, value)| (name.clone(), visible(value))).collect::<Map<_, _>>())
        }
        Value::Array(list) => list.iter().map(visible).collect(),
        other => other.clone(),
    }
}
