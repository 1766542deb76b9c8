//! What tells the alternatives of a union apart: members whose values are listed, or that a discriminator names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::context::Context;
use super::model::UnionTag;
use super::shape::{Shape, deciding_schema};
use super::ty::MemberPath;
use crate::contract::{Contract, SchemaId};

/// Members within members that are looked at.
const DEPTH: usize = 3;
/// More values than this are no tag.
const VALUES: usize = 64;

/// Listed values by the path of the member that has them.
type Listed = BTreeMap<Vec<String>, BTreeSet<String>>;

/// The tags of each alternative of the union of a schema.
pub(super) fn of(contract: &Contract, union: SchemaId, alternatives: &[SchemaId]) -> Vec<Vec<UnionTag>> {
    let mut listed: Vec<Listed> = alternatives.iter().map(|one| listed(contract, *one, 0)).collect();
    let discriminator = Discriminator::of(contract, union, alternatives);
    if let Some(discriminator) = &discriminator {
        let path = vec![discriminator.property.clone()];
        let own = values_at(&listed, &path);
        let keys_of = |(at, alternative): (usize, &SchemaId)| -> BTreeSet<String> {
            let mapped = discriminator.is_mapped(contract, *alternative);
            let own = own[at].filter(|one| !mapped && is_apart(at, one, &own));
            discriminator.keys(contract, *alternative).into_iter().chain(own.into_iter().flatten().cloned()).collect()
        };
        let keys: Vec<BTreeSet<String>> = alternatives.iter().enumerate().map(keys_of).collect();
        for (listed, keys) in listed.iter_mut().zip(keys).filter(|(_, keys)| !keys.is_empty()) {
            listed.insert(path.clone(), keys);
        }
    }
    let paths: BTreeSet<&Vec<String>> = listed.iter().flat_map(BTreeMap::keys).collect();
    let telling: Vec<&Vec<String>> = paths
        .into_iter()
        .filter(|path| {
            let named = discriminator.as_ref().is_some_and(|one| path.iter().eq([&one.property]));
            named || tells(&values_at(&listed, path))
        })
        .collect();
    let tag = |listed: &Listed, path: &Vec<String>| {
        let values = listed.get(path)?.iter().cloned().collect();
        Some(UnionTag { path: MemberPath(path.clone()), values })
    };
    listed.iter().map(|one| telling.iter().filter_map(|path| tag(one, path)).collect()).collect()
}

/// The tags of two alternatives that are one type.
pub(super) fn either(one: &[UnionTag], other: &[UnionTag]) -> Vec<UnionTag> {
    let both = |tag: &UnionTag| {
        let more = other.iter().find(|more| more.path == tag.path)?;
        let values: BTreeSet<&String> = tag.values.iter().chain(&more.values).collect();
        Some(UnionTag { path: tag.path.clone(), values: values.into_iter().cloned().collect() })
    };
    one.iter().filter_map(both).collect()
}

/// Says which alternatives are not told apart: each has what the other must have, and no tag says more.
pub(super) fn check(context: &Context<'_>, union: SchemaId, alternatives: &[SchemaId], tags: &[Vec<UnionTag>]) {
    let contract = context.contract;
    let shape = |at: usize| Shape::of(contract, deciding_schema(contract, alternatives[at]).0);
    for at in 0..alternatives.len() {
        for other in at + 1..alternatives.len() {
            let apart = |tag: &UnionTag| {
                let same = tags[other].iter().find(|one| one.path == tag.path);
                same.is_some_and(|one| one.values.iter().all(|value| !tag.values.contains(value)))
            };
            let (one, two) = (shape(at), shape(other));
            let has = |shape: &Shape, name: &str| shape.members.iter().any(|(known, ..)| known == name);
            let takes = |one: &Shape, two: &Shape| one.members.iter().all(|(name, _, must)| !must || has(two, name));
            if tags[at].iter().any(apart) || one.members.is_empty() || two.members.is_empty() {
                continue;
            }
            if takes(&one, &two) && takes(&two, &one) {
                let common = one.members.iter().map(|(name, ..)| name.as_str()).filter(|name| has(&two, name));
                let common: Vec<&str> = common.collect();
                let names = [at, other].map(|at| {
                    let documented = deciding_schema(contract, contract.documented(alternatives[at])).0;
                    contract[documented].pointer.to_string()
                });
                let common =
                    if common.is_empty() { String::new() } else { format!(" (both have {})", common.join(", ")) };
                let message =
                    format!("{} and {} are told apart by no tag and no required member{common}", names[0], names[1]);
                let help = "a value is read as the one that keeps most of it, and kept whole where neither does";
                context.remark(union, message, help);
            }
        }
    }
}

fn values_at<'l>(listed: &'l [Listed], path: &[String]) -> Vec<Option<&'l BTreeSet<String>>> {
    listed.iter().map(|one| one.get(path)).collect()
}

/// Whether what an alternative lists is listed by no other.
fn is_apart(at: usize, own: &BTreeSet<String>, all: &[Option<&BTreeSet<String>>]) -> bool {
    let others = all.iter().enumerate().filter(|(other, _)| *other != at).filter_map(|(_, values)| *values);
    others.into_iter().all(|values| values.is_disjoint(own))
}

/// Whether lists of values tell alternatives apart: each two of them are the same or have nothing in common.
fn tells(lists: &[Option<&BTreeSet<String>>]) -> bool {
    let lists: Vec<&BTreeSet<String>> = lists.iter().flatten().copied().collect();
    let pairs = || lists.iter().enumerate().flat_map(|(at, one)| lists[at + 1..].iter().map(move |other| (one, other)));
    pairs().all(|(one, other)| one == other || one.is_disjoint(other)) && pairs().any(|(one, other)| one != other)
}

/// The listed values of the members of an alternative; of a union those that all its alternatives list.
fn listed(contract: &Contract, schema: SchemaId, depth: usize) -> Listed {
    let shape = Shape::of(contract, deciding_schema(contract, schema).0);
    if !shape.alternatives.is_empty() {
        let mut within = shape.alternatives.iter().map(|one| listed_of_alternative(contract, schema, *one, depth));
        let first = within.next().unwrap_or_default();
        return within.fold(first, |all, one| {
            let both = all.into_iter().filter_map(|(path, values)| {
                let more = one.get(&path)?;
                Some((path, values.union(more).cloned().collect()))
            });
            both.collect()
        });
    }
    let mut found = Listed::new();
    for (name, member, _) in &shape.members {
        if name.contains('/') || name.is_empty() {
            continue;
        }
        let (member, _) = deciding_schema(contract, *member);
        let shape = Shape::of(contract, member);
        if let Some(values) = shape.values.as_ref().filter(|values| !values.is_empty() && values.len() <= VALUES) {
            if let Some(texts) = values.iter().map(text).collect() {
                found.insert(vec![name.clone()], texts);
            }
        } else if depth < DEPTH && shape.alternatives.is_empty() && !shape.members.is_empty() {
            let within = listed(contract, member, depth + 1);
            found.extend(within.into_iter().map(|(path, values)| ([vec![name.clone()], path].concat(), values)));
        }
    }
    found
}

/// What an alternative of a union within a union lists, and what the discriminator of that union calls it.
fn listed_of_alternative(contract: &Contract, union: SchemaId, alternative: SchemaId, depth: usize) -> Listed {
    let mut found = if depth < DEPTH { listed(contract, alternative, depth + 1) } else { Listed::new() };
    if let Some(discriminator) = Discriminator::of(contract, union, &[alternative]) {
        let keys = discriminator.keys(contract, alternative);
        if !keys.is_empty() {
            found.entry(vec![discriminator.property]).or_default().extend(keys);
        }
    }
    found
}

/// A value as the runtime compares it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) => Some(value.to_string()),
        Value::Number(number) if !number.is_f64() => Some(value.to_string()),
        _ => None,
    }
}

/// `discriminator`
struct Discriminator {
    property: String,
    /// Values with what they mean: a reference or the name of a component.
    mapping: Vec<(String, String)>,
}

impl Discriminator {
    /// That of a union, or else the one that all its alternatives inherit.
    fn of(contract: &Contract, union: SchemaId, alternatives: &[SchemaId]) -> Option<Self> {
        let of = |schema: SchemaId| {
            Self::read(&contract.merged(deciding_schema(contract, schema).0).other("discriminator")?.0)
        };
        of(union).or_else(|| {
            let mut inherited = alternatives.iter().map(|one| of(*one));
            let first = inherited.next()??;
            inherited.all(|one| one.is_some_and(|one| one.property == first.property)).then_some(first)
        })
    }

    fn read(value: &Value) -> Option<Self> {
        let property = value.get("propertyName")?.as_str()?.to_owned();
        let mapping = value.get("mapping").and_then(Value::as_object).into_iter().flatten();
        let mapping = mapping.filter_map(|(key, target)| Some((key.clone(), target.as_str()?.to_owned()))).collect();
        Some(Self { property, mapping }).filter(|one| !one.property.contains('/'))
    }

    /// The values that are mapped to an alternative.
    fn mapped<'s>(&'s self, contract: &'s Contract, alternative: SchemaId) -> impl Iterator<Item = &'s String> {
        let targets = [alternative, contract.resolve(alternative), deciding_schema(contract, alternative).0];
        let targets = targets.map(|one| contract.documented(one));
        let means = move |target: &str| {
            let found = match crate::document::Pointer::parse(target).filter(|_| target.starts_with('#')) {
                Some(pointer) => targets.iter().any(|one| contract[*one].pointer == pointer),
                None => false,
            };
            found || contract.component(target).is_some_and(|one| targets.contains(&one))
        };
        self.mapping.iter().filter(move |(_, target)| means(target)).map(|(key, _)| key)
    }

    fn is_mapped(&self, contract: &Contract, alternative: SchemaId) -> bool {
        self.mapped(contract, alternative).next().is_some()
    }

    /// What an alternative is called: as it is mapped, else by the name of its component.
    fn keys(&self, contract: &Contract, alternative: SchemaId) -> BTreeSet<String> {
        let mapped: BTreeSet<String> = self.mapped(contract, alternative).cloned().collect();
        if !mapped.is_empty() {
            return mapped;
        }
        let target = contract.resolve(contract.documented(alternative));
        let name = contract.component_name(target).filter(|name| self.mapping.iter().all(|(key, _)| key != name));
        // A union within a union may be called by itself, or by any of its own.
        let within = &contract.merged(target).unions;
        let within = within.iter().flat_map(|union| &union.alternatives).filter(|one| **one != alternative);
        let within = within.filter_map(|one| contract.component_name(contract.resolve(*one)));
        name.into_iter().chain(within).map(str::to_owned).collect()
    }
}
