//! Where the argument of a call is found: members of other answers, by the names and places that paths and schemas have.

use kontrakt_codegen::contract::{Contract, Operation, SchemaId};
use kontrakt_codegen::path::PathTemplate;
use serde_json::Value;

use super::plan::ArgumentSource;

/// Members deeper than this are not looked at.
const DEPTH: usize = 8;
/// Names of identifiers that say nothing about whose they are.
const PLAIN: [&str; 4] = ["id", "guid", "code", "number"];

/// The members of an answer that hold one value: steps from the body, `*` for every element of a list or map.
pub(super) fn members(contract: &Contract, answer: SchemaId) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    walk(contract, answer, &mut Vec::new(), &mut found);
    found
}

fn walk(contract: &Contract, id: SchemaId, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if path.len() > DEPTH {
        return;
    }
    let merged = contract.merged(id);
    let elements = merged.items.iter().chain(&merged.additional).map(|id| ("*", *id));
    let named = merged.properties.iter().flat_map(|(name, slot)| slot.iter().map(|id| (name.as_str(), *id)));
    let children: Vec<(String, SchemaId)> = named.chain(elements).map(|(name, id)| (name.to_owned(), id)).collect();
    let alternatives: Vec<SchemaId> = merged.unions.iter().flat_map(|union| union.alternatives.clone()).collect();
    if children.is_empty() && alternatives.is_empty() && path.last().is_some_and(|step| step != "*") {
        if !found.contains(path) {
            found.push(path.clone());
        }
        return;
    }
    for (step, child) in children {
        path.push(step);
        walk(contract, child, path, found);
        path.pop();
    }
    for alternative in alternatives {
        if contract[alternative].children().next().is_some() {
            walk(contract, alternative, path, found);
        } else if path.last().is_some_and(|step| step != "*") && !found.contains(path) {
            found.push(path.clone());
        }
    }
}

/// What stands at a path of a body, in order; null where an element lacks it.
pub(super) fn pluck(body: &Value, steps: &[String]) -> Vec<Value> {
    let Some((step, rest)) = steps.split_first() else {
        let scalar = !body.is_array() && !body.is_object() && body.as_str() != Some("");
        return vec![if scalar { body.clone() } else { Value::Null }];
    };
    match body {
        Value::Array(list) if step == "*" => list.iter().flat_map(|element| pluck(element, rest)).collect(),
        Value::Object(map) if step == "*" => map.values().flat_map(|element| pluck(element, rest)).collect(),
        Value::Object(map) => map.get(step).map_or_else(Vec::new, |member| pluck(member, rest)),
        _ => Vec::new(),
    }
}

/// A parameter whose value is looked for.
pub(super) struct Wanted<'o> {
    words: Vec<String>,
    /// Words of the literal before it, or of all literals for a parameter of the query.
    nouns: Vec<Vec<String>>,
    /// What stands before it in the path, variables without their names.
    before: Vec<String>,
    operation: &'o Operation,
    /// Whether it is in the path.
    in_path: bool,
}

impl<'o> Wanted<'o> {
    pub(super) fn new(operation: &'o Operation, parameter: &str) -> Self {
        let template = PathTemplate::parse(&operation.path);
        let at = template.0.iter().position(|segment| segment.variable() == Some(parameter));
        let before = anonymous(&operation.path)[..at.unwrap_or(template.0.len())].to_vec();
        let literals = before.iter().filter(|segment| *segment != "{}").map(|segment| words(segment));
        let mut nouns: Vec<Vec<String>> = literals.collect();
        nouns.reverse();
        nouns.truncate(if at.is_some() { 1 } else { nouns.len() });
        Self { words: words(parameter), nouns, before, operation, in_path: at.is_some() }
    }

    /// How well a member of an answer fits, less is better; nothing when it does not.
    fn fit(&self, from: &Operation, member: &[String]) -> Option<(u8, usize, usize)> {
        let stars = member.iter().filter(|step| *step == "*").count();
        let name = words(member.last()?);
        let path = anonymous(&from.path);
        let shared = path.iter().zip(&self.before).take_while(|(one, other)| one == other).count();
        let of_list = stars == 1 && member.len() > 1 && member[member.len() - 2] == "*";
        let is_above = if self.in_path { shared == path.len() } else { shared > 0 && path.len() <= self.before.len() };
        let rank = if of_list && is_above && name == self.words {
            0
        } else if of_list && is_above && self.words.ends_with(&name) && PLAIN.contains(&name.concat().as_str()) {
            1
        } else if self.is_qualified(&name) {
            2
        } else {
            return None;
        };
        // A list has several to choose from.
        Some((rank, usize::MAX - shared, if stars == 0 { 2 } else { stars }))
    }

    /// Whether a name says by itself that this is the parameter: `customerGuid`, `orderCode` of `/orders/{code}`.
    fn is_qualified(&self, name: &[String]) -> bool {
        let plain = self.words.len() == 1 && PLAIN.contains(&self.words[0].as_str());
        let of = |noun: &Vec<String>| {
            let owned = name.strip_suffix(self.words.as_slice()).unwrap_or_default();
            let is = |words: &[String]| words.last().zip(noun.last()).is_some_and(|(one, other)| is_same(one, other));
            plain && (is(owned) || name.len() == 1 && is(name))
        };
        self.words.len() > 1 && name == self.words.as_slice() || self.nouns.iter().any(of)
    }

    /// The members that fit, the best first.
    pub(super) fn sources(&self, answers: &[(&Operation, Vec<Vec<String>>)]) -> Vec<ArgumentSource> {
        let others = answers.iter().filter(|(from, _)| from.id != self.operation.id);
        let fitting = others.flat_map(|(from, members)| {
            members.iter().filter_map(move |member| Some((self.fit(from, member)?, from, member)))
        });
        let mut fitting: Vec<_> = fitting.collect();
        fitting.sort_by_key(|(fit, ..)| *fit);
        fitting.truncate(6);
        let source = |(_, from, member): (_, &&Operation, &Vec<String>)| ArgumentSource {
            operation: from.id.clone(),
            member: member.join("/"),
        };
        fitting.into_iter().map(source).collect()
    }
}

/// The segments of a path, variables without their names.
pub(super) fn anonymous(path: &str) -> Vec<String> {
    PathTemplate::parse(path).anonymous().split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
}

/// The words of a name in any of the usual spellings, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for character in name.chars() {
        if !character.is_alphanumeric() {
            previous = ' ';
            continue;
        }
        let begins = !previous.is_alphanumeric() || character.is_uppercase() && previous.is_lowercase();
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        previous = character;
    }
    words
}

/// Whether two words are the same, singular or plural.
fn is_same(one: &str, other: &str) -> bool {
    let plural = |one: &str, many: &str| {
        let ending = one.strip_suffix('y').is_some_and(|stem| many == format!("{stem}ies"));
        many == one || many == format!("{one}s") || many == format!("{one}es") || ending
    };
    plural(one, other) || plural(other, one)
}
