//! The records of a sandbox as one tree: lists of records by node, and lists inside records where paths go on below them.
//! Whatever nobody has asked for yet is not there; it is made when it is first needed, the same for the same seed.

mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Map, Value, json};

pub(crate) use record::{absorb, merge, text_of, values_at};

use crate::clock::Moment;
use crate::maker::{Fill, Maker};
use crate::model::{HIDDEN_KEY, Model, Step};
use crate::refusal::{Event, Refusal};

/// What has happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    Created,
    Changed,
    Deleted,
}

/// The latest change of a record.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Its identifiers, and what else is no list and no object.
    pub(crate) record: Value,
    pub(crate) at: Moment,
    pub(crate) happened: Happened,
}

/// Something that a call did to a record, for whoever wants to know.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) node: String,
    pub(crate) record: Value,
    /// The record as it was, where it is changed.
    pub(crate) before: Option<Value>,
    pub(crate) happened: Happened,
    /// Last segment of the path of the part of it that is changed.
    pub(crate) below: Option<String>,
    /// How long after the call it happens.
    pub(crate) after: Duration,
}

impl News {
    pub(crate) fn new(node: &str, record: &Value, happened: Happened) -> Self {
        let (node, record) = (node.to_owned(), record.clone());
        Self { node, record, before: None, happened, below: None, after: Duration::ZERO }
    }
}

/// Everything that a sandbox remembers of the shop.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) records: Map<String, Value>,
    /// Changes by node, the latest last.
    pub(crate) changes: BTreeMap<String, Vec<Change>>,
    /// Values that no second record may have, also of records that are gone.
    pub(crate) taken: BTreeSet<String>,
}

/// What records are made with.
#[derive(Clone, Copy)]
pub(crate) struct Making<'m> {
    pub(crate) model: &'m Model,
    pub(crate) seed: u64,
    /// Records of each kind that are there from the beginning.
    pub(crate) records: usize,
    pub(crate) now: Moment,
}

impl<'m> Making<'m> {
    pub(crate) fn maker(&self, seed: u64, fill: Fill) -> Maker<'m> {
        Maker { schemas: &self.model.schemas, rng: Rng::with_seed(seed), fill, now: self.now, depth: 0 }
    }

    /// A seed for something of a name.
    pub(crate) fn seed_of(&self, salt: u64, name: &str) -> u64 {
        // FNV-1a, which stays the same.
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ self.seed.wrapping_mul(31) ^ salt, hash)
    }

    /// The records of a step, made where nobody has asked for them yet.
    pub(crate) fn list<'r>(&self, map: &'r mut Map<String, Value>, step: &Step, salt: u64) -> &'r mut Vec<Value> {
        if !map.get(&step.member).is_some_and(Value::is_array) {
            // Lists inside records came with the record.
            let below = step.node.contains("{}");
            // Nobody subscribes by chance.
            let subscribed = self.model.subscriptions.as_ref().is_some_and(|place| place.step.node == step.node);
            // What can be subscribed to is known.
            let event = self.model.event_member(&step.node);
            let events = event.as_ref().map(|_| self.model.events()).unwrap_or_default();
            let count = match step.member.starts_with('/') && !subscribed {
                true if event.is_some() => events.len(),
                true => self.records.min(if below { 2 } else { usize::MAX }),
                false => 0,
            };
            let seed = self.seed_of(salt, &step.node);
            let mut list = Vec::with_capacity(count);
            for at in 0..count {
                let known = event.iter().cloned().zip(events.get(at).map(|event| json!(event))).collect();
                let record = self.record(&step.node, known, &list, (seed.wrapping_add(at as u64), Fill::Rich));
                list.push(Value::Object(record));
            }
            map.insert(step.member.clone(), Value::Array(list));
        }
        match map.get_mut(&step.member) {
            Some(Value::Array(list)) => list,
            _ => unreachable!("it was put there"),
        }
    }

    /// What there is one of, made where nobody has asked for it yet.
    pub(crate) fn single<'r>(
        &self,
        map: &'r mut Map<String, Value>,
        step: &Step,
        salt: u64,
    ) -> &'r mut Map<String, Value> {
        if !map.get(&step.member).is_some_and(Value::is_object) {
            let seed = self.seed_of(salt, &step.node);
            let record = self.record(&step.node, Map::new(), &[], (seed, Fill::Rich));
            map.insert(step.member.clone(), Value::Object(record));
        }
        match map.get_mut(&step.member) {
            Some(Value::Object(map)) => map,
            _ => unreachable!("it was put there"),
        }
    }

    /// The place of the record that an argument names, in the list of a step.
    pub(crate) fn position(
        &self,
        list: &mut Vec<Value>,
        step: &Step,
        argument: &str,
        salt: u64,
    ) -> Result<usize, Refusal> {
        let collection = &self.model.collections[&step.node];
        let hidden = [HIDDEN_KEY.to_owned()];
        let path = step.parameter.as_ref().and_then(|parameter| collection.keys.get(parameter));
        let path = path.map_or(&hidden[..], Vec::as_slice);
        let named = |record: &Value| values_at(record, path).iter().any(|value| text_of(value) == argument);
        if let Some(at) = list.iter().position(named) {
            return Ok(at);
        }
        // A parameter that no member shows names whatever it says.
        if !collection.open && path != hidden {
            let message = format!("there is no {} {argument:?}", step.node.trim_start_matches('/'));
            return Err(Refusal::new(Event::NotFound, message).instance(argument));
        }
        let mut given = Map::new();
        if let [member] = path {
            given.insert(member.clone(), json!(argument));
        }
        let seed = self.seed_of(salt, argument);
        let record = self.record(&step.node, given, list, (seed, Fill::Rich));
        list.push(Value::Object(record));
        Ok(list.len() - 1)
    }

    /// The record or list that holds what the last step is about, and a salt for what is made in it.
    pub(crate) fn holder<'r>(
        &self,
        records: &'r mut Map<String, Value>,
        steps: &[Step],
        argument: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(&'r mut Map<String, Value>, u64), Refusal> {
        let (mut map, mut salt) = (records, 0);
        for step in steps {
            match &step.parameter {
                None => map = self.single(map, step, salt),
                Some(parameter) => {
                    let named = argument(parameter).unwrap_or_default();
                    let list = self.list(map, step, salt);
                    let at = self.position(list, step, &named, salt)?;
                    map = match &mut list[at] {
                        Value::Object(record) => record,
                        other => {
                            *other = json!({});
                            other.as_object_mut().unwrap_or_else(|| unreachable!("it was put there"))
                        }
                    };
                    salt = self.seed_of(salt, &named);
                }
            }
        }
        Ok((map, salt))
    }

    /// A record: what is given, keys that no other has, and whatever else the answers show of it.
    pub(crate) fn record(
        &self,
        node: &str,
        given: Map<String, Value>,
        others: &[Value],
        (seed, fill): (u64, Fill),
    ) -> Map<String, Value> {
        let mut maker = self.maker(seed, fill);
        let mut record = given;
        let Some(collection) = self.model.collections.get(node) else { return record };
        self.spread(node, &mut record);
        for path in collection.keys.values().filter(|path| path.len() == 1 && path[0] != HIDDEN_KEY) {
            let [member] = path.as_slice() else { continue };
            if record.get(member).is_none_or(Value::is_null) {
                let slot = collection.views.iter().find_map(|view| self.model.schemas.member(view, member));
                let key = self.next_key(&slot.unwrap_or_default(), member, others, &mut maker);
                record.insert(member.clone(), key);
            }
        }
        for member in collection.unique.iter().filter(|_| fill == Fill::Rich) {
            let number = others.len() + 1;
            record.entry(member.clone()).or_insert_with(|| json!(format!("{member}-{number}")));
        }
        for view in &collection.views {
            let made = maker.make(view, "", Some(&Value::Object(record.clone())));
            if let Value::Object(made) = made {
                absorb(&mut record, made);
            }
        }
        if let Some(errors) = &self.model.contract.behaviour.envelope.errors {
            record.remove(errors);
        }
        for (member, node) in &collection.embedded {
            let Some(Value::Array(list)) = record.get_mut(member) else { continue };
            let mut numbered: Vec<Value> = Vec::with_capacity(list.len());
            for mut one in std::mem::take(list) {
                self.number(node, &mut one, &numbered, &mut maker);
                numbered.push(one);
            }
            *list = numbered;
        }
        record
    }

    /// Gives a record of a list inside another a key that none of the others has.
    fn number(&self, node: &str, record: &mut Value, others: &[Value], maker: &mut Maker<'_>) {
        let Some(collection) = self.model.collections.get(node) else { return };
        let Some(map) = record.as_object_mut() else { return };
        for path in collection.keys.values().filter(|path| path.len() == 1 && path[0] != HIDDEN_KEY) {
            let slot = collection.views.iter().find_map(|view| self.model.schemas.member(view, &path[0]));
            let key = self.next_key(&slot.unwrap_or_default(), &path[0], others, maker);
            map.insert(path[0].clone(), key);
        }
    }

    /// Moves members that name a part of another member to where answers show it: `statusId` is the `id` of `status`.
    pub(crate) fn spread(&self, node: &str, record: &mut Map<String, Value>) {
        use kontrakt_codegen::name::words;
        let Some(collection) = self.model.collections.get(node) else { return };
        let schemas = &self.model.schemas;
        let members: Vec<_> = collection.views.iter().flat_map(|view| schemas.members(view)).collect();
        let strange: Vec<String> =
            record.keys().filter(|name| !members.iter().any(|(member, _)| member == *name)).cloned().collect();
        for name in strange {
            let wanted = words(&name);
            let inside = members.iter().find_map(|(member, slot)| {
                let rest = wanted.strip_prefix(words(member).as_slice()).filter(|rest| !rest.is_empty())?;
                let inner = schemas.members(slot).into_iter().find(|(inner, _)| words(inner) == rest)?;
                Some((member.clone(), inner.0))
            });
            if let Some((member, inner)) = inside {
                let value = record[&name].clone();
                let outer = record.entry(member).or_insert_with(|| json!({}));
                if outer.is_null() {
                    *outer = json!({});
                }
                if let Value::Object(outer) = outer {
                    outer.insert(inner, value);
                }
            }
        }
    }
}
