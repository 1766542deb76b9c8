//! Generates a value of a shape. Values stay small: beyond a number of members or a depth, only required members are
//! generated, on the flattest path, so circular schemas terminate.

use fastrand::Rng;
use serde_json::{Map, Value};

use super::plan::{List, Object, Shape, ShapeId, Shapes, TypedValues, ValuesOf};
use crate::check::{Checker, same};

/// After this many values in one instance only what is required follows.
const PLENTY: usize = 800;
/// Below this depth only what is required follows.
const DEEP: u32 = 12;
/// How often a way with overlapping branches is tried.
const TRIES: usize = 200;

pub(super) struct Drawing<'a> {
    pub(super) checker: &'a Checker<'a>,
    pub(super) shapes: &'a Shapes,
    pub(super) rng: Rng,
    pub(super) drawn: usize,
}

impl Drawing<'_> {
    /// A value, or nothing when luck ran out: a union whose branches overlap in nearly all values.
    pub(super) fn draw(&mut self, shape: ShapeId, depth: u32) -> Option<Value> {
        let shape = &self.shapes.list[shape];
        self.drawn += 1;
        let thrifty = self.drawn > PLENTY || depth > DEEP;
        let most = if thrifty { shape.height? } else { u32::MAX };
        // Null is one way among several but deserves no half of all values.
        let weight = |form: &TypedValues| if matches!(form.kind, ValuesOf::Null) { 1 } else { 4 };
        let forms = || {
            let ways = shape.ways.iter().filter(move |way| way.height.is_some_and(|height| height <= most));
            ways.flat_map(move |way| {
                let forms = way.forms.iter().filter(move |form| form.height.is_some_and(|height| height <= most));
                forms.map(move |form| (way.checked, form))
            })
        };
        let total: usize = forms().map(|(_, form)| weight(form)).sum();
        for _ in 0..TRIES {
            let mut pick = self.rng.usize(..total.max(1));
            let chosen = forms().find(|(_, form)| {
                let found = pick < weight(form);
                pick = pick.saturating_sub(weight(form));
                found
            });
            let (checked, form) = chosen?;
            let Some(value) = self.form(&form.kind, depth, thrifty) else { continue };
            if !checked || self.holds(shape, &value) {
                return Some(value);
            }
        }
        None
    }

    fn holds(&self, shape: &Shape, value: &Value) -> bool {
        shape.schemas.iter().all(|id| self.checker.accepts(*id, value))
    }

    fn form(&mut self, kind: &ValuesOf, depth: u32, thrifty: bool) -> Option<Value> {
        match kind {
            ValuesOf::Values(values) => values.get(self.rng.usize(..values.len().max(1))).cloned(),
            ValuesOf::Null => Some(Value::Null),
            ValuesOf::Boolean => Some(Value::Bool(self.rng.bool())),
            ValuesOf::Number(numbers) => Some(numbers.draw(&mut self.rng)),
            ValuesOf::Text(texts) => texts.draw(self.checker, &mut self.rng),
            ValuesOf::Embedded(shape) => Some(Value::String(self.draw(*shape, depth + 1)?.to_string())),
            ValuesOf::List(list) => self.list(list, depth, thrifty),
            ValuesOf::Object(object) => self.object(object, depth, thrifty),
        }
    }

    fn list(&mut self, list: &List, depth: u32, thrifty: bool) -> Option<Value> {
        let usual = if depth > 6 { 2 } else { 3 };
        let most = if thrifty { list.min } else { list.max.min(list.min.saturating_add(usual)) };
        let length = self.rng.usize(list.min..=most);
        let mut values: Vec<Value> = Vec::with_capacity(length);
        let mut tries = 0;
        while values.len() < length {
            let shape = list.prefix.get(values.len()).copied().unwrap_or(list.items);
            let value = self.shapes.list[shape].height.and_then(|_| self.draw(shape, depth + 1));
            let fresh = value.filter(|value| !list.unique || !values.iter().any(|one| same(one, value)));
            tries += 1;
            match fresh {
                Some(value) => values.push(value),
                // Fewer will do when there are no more different ones.
                None if tries > 20 * (length + 1) || !list.unique => break,
                None => {}
            }
        }
        (values.len() >= list.min).then_some(Value::Array(values))
    }

    fn object(&mut self, object: &Object, depth: u32, thrifty: bool) -> Option<Value> {
        let possible = |shape: ShapeId| self.shapes.list[shape].height;
        let required = object.members.iter().filter(|member| member.required).count();
        let mut chosen: Vec<bool> = object.members.iter().map(|member| member.required).collect();
        let mut count = required;
        if !thrifty {
            // Sometimes everything, sometimes nothing, mostly a mixture.
            let odds = self.rng.choice([0, 5, 10, 10, 10, 16]).unwrap_or(10);
            for (chosen, member) in chosen.iter_mut().zip(&object.members) {
                if !*chosen && count < object.max && possible(member.shape).is_some() && self.rng.u8(..16) < odds {
                    *chosen = true;
                    count += 1;
                }
            }
        }
        // `minProperties`: the flattest ones first, starting anywhere.
        if count < object.min {
            let start = self.rng.usize(..object.members.len().max(1));
            let mut order: Vec<usize> =
                (0..object.members.len()).map(|at| (at + start) % object.members.len()).collect();
            order.sort_by_key(|at| possible(object.members[*at].shape).unwrap_or(u32::MAX));
            for at in order {
                if count < object.min && !chosen[at] && possible(object.members[at].shape).is_some() {
                    chosen[at] = true;
                    count += 1;
                }
            }
        }
        let mut map = Map::new();
        for (member, _) in object.members.iter().zip(&chosen).filter(|(_, chosen)| **chosen) {
            map.insert(member.name.clone(), self.draw(member.shape, depth + 1)?);
        }
        self.others(object, &mut map, depth, thrifty)?;
        (map.len() >= object.min).then_some(Value::Object(map))
    }

    /// Members whose names the document does not list: entries of a map.
    fn others(&mut self, object: &Object, map: &mut Map<String, Value>, depth: u32, thrifty: bool) -> Option<()> {
        for (pattern, shape) in &object.patterned {
            if thrifty && map.len() >= object.min
                || map.len() >= object.max
                || self.shapes.list[*shape].height.is_none()
            {
                continue;
            }
            let mut name = String::new();
            pattern.draw(&mut self.rng, 4, &mut name);
            let value = self.draw(*shape, depth + 1)?;
            map.entry(name).or_insert(value);
        }
        let Some(rest) = object.rest.filter(|rest| self.shapes.list[*rest].height.is_some()) else { return Some(()) };
        let more = if thrifty { 0 } else { self.rng.usize(..4) };
        let wanted = (map.len() + more).max(object.min).min(object.max);
        for _ in 0..wanted * 4 {
            if map.len() >= wanted {
                break;
            }
            let name = self.name();
            if !map.contains_key(&name) && !object.members.iter().any(|member| member.name == name) {
                map.insert(name, self.draw(rest, depth + 1)?);
            }
        }
        Some(())
    }

    /// A name for an entry of a map: an id, a language, or anything.
    fn name(&mut self) -> String {
        match self.rng.u8(..4) {
            0 => (0..self.rng.usize(1..5)).map(|_| self.rng.char('a'..='z')).collect(),
            1 => ["cs", "cz", "sk", "en", "a/b", "a~b", "ž"][self.rng.usize(..7)].to_owned(),
            _ => self.rng.u32(1..100_000).to_string(),
        }
    }
}
