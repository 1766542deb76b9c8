//! What types are for: the body or the answer of which call, the value of which member. Follows from types and methods.

use std::collections::{BTreeMap, BTreeSet};

use super::docs::paragraphs;
use super::model::{Answer, Method, Resource, TypeDef, TypeKind};
use super::ty::{ArgumentPlace, ArgumentTy, Ty, TypeId};
use super::{methods, texts};

/// Places that a sentence names; it counts the others.
const SHOWN: usize = 3;

/// How a type is used somewhere, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NameRole {
    Body,
    BodyItem,
    Argument,
    Answer,
    AnswerItem,
    Error,
    Line,
    Value,
    Item,
    Alternative,
}

impl NameRole {
    const fn words(self) -> &'static str {
        match self {
            Self::Body => "Body of",
            Self::BodyItem => "Item of the body of",
            Self::Argument => "Argument of",
            Self::Answer => "Answer of",
            Self::AnswerItem => "Item of the answer of",
            Self::Error => "Error of",
            Self::Line => "Line of the result of",
            Self::Value => "Value of",
            Self::Item => "Item of",
            Self::Alternative => "Alternative of",
        }
    }
}

/// A place where a type is used: an item of the crate, and the resources with which that exists.
struct Place<'p> {
    item: String,
    resources: &'p [usize],
    /// What is said about the value there.
    text: Option<&'p str>,
}

/// The types with what they are for; what their only place says of the value goes first, where they say
/// nothing themselves and it is more than the name.
pub(super) fn told(types: Vec<TypeDef>, resources: &[Resource]) -> Vec<TypeDef> {
    let modules: Vec<[usize; 1]> = (0..resources.len()).map(|at| [at]).collect();
    let mut roles: BTreeMap<TypeId, BTreeMap<NameRole, Vec<Place<'_>>>> = BTreeMap::new();
    for (at, resource) in resources.iter().enumerate() {
        for method in &resource.operations {
            for (id, role) in of_method(method) {
                let item = format!("{}::{}", methods::api(&resource.name), method.name);
                let place = Place { item, resources: &modules[at], text: None };
                roles.entry(id).or_default().entry(role).or_default().push(place);
            }
        }
    }
    for def in &types {
        for (id, role, name, text) in of_members(def) {
            let place = Place { item: format!("{}::{name}", def.name), resources: &def.resources, text };
            roles.entry(id).or_default().entry(role).or_default().push(place);
        }
    }
    let lead = |id: TypeId| {
        let roles = roles.get(&id)?;
        // What is said of an argument is about the call.
        let others = roles.iter().filter(|(role, _)| **role != NameRole::Argument);
        let [(NameRole::Value, places)] = others.collect::<Vec<_>>()[..] else { return None };
        let first = places[0].text?;
        places.iter().all(|place| place.text == Some(first)).then(|| first_sentence(first).to_owned())
    };
    let said = |id: TypeId, def: &TypeDef| {
        let link = |place: &Place<'_>| link(place, def, resources);
        let sentence =
            |(role, places): (&NameRole, &Vec<Place<'_>>)| format!("{} {}.", role.words(), listed(places, link));
        let sentences: Vec<String> = roles.get(&id)?.iter().map(sentence).collect();
        Some(sentences.join(" "))
    };
    let docs = |(at, def): (usize, &TypeDef)| {
        let lead = lead(TypeId(at)).filter(|text| def.docs.is_empty() && !texts::is_echo(text, &def.name));
        let own = def.docs.iter().filter(|line| !line.is_empty()).cloned();
        paragraphs(own.chain(lead).chain(said(TypeId(at), def)).chain(def.limits.clone()).map(Some))
    };
    let docs: Vec<Vec<String>> = types.iter().enumerate().map(docs).collect();
    types.into_iter().zip(docs).map(|(def, docs)| TypeDef { docs, ..def }).collect()
}

/// What a value is; further sentences are about its place, such as when it is missing.
fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// The types that a method takes and gives.
fn of_method(method: &Method) -> Vec<(TypeId, NameRole)> {
    let mut found = Vec::new();
    for argument in method.arguments.iter().chain(&method.options) {
        let is_body = matches!(argument.place, ArgumentPlace::Body(_) | ArgumentPlace::Pairs { .. });
        let (id, list) = of_argument(&argument.ty);
        let role = match (is_body, list) {
            (true, false) => NameRole::Body,
            (true, true) => NameRole::BodyItem,
            (false, _) => NameRole::Argument,
        };
        found.extend(id.map(|id| (id, role)));
    }
    let role = match &method.answer {
        Answer::Nothing | Answer::Download => None,
        Answer::Value(ty) => Some((ty, if texts::kind(ty).1 { NameRole::AnswerItem } else { NameRole::Answer })),
        Answer::Page(ty) => Some((ty, NameRole::AnswerItem)),
        Answer::Job(ty) => Some((ty, NameRole::Line)),
    };
    found.extend(role.and_then(|(ty, role)| Some((ty.named()?, role))));
    let faults: BTreeSet<TypeId> = method.faults.iter().filter_map(|(_, ty)| ty.named()).collect();
    found.extend(faults.into_iter().map(|id| (id, NameRole::Error)));
    found.dedup();
    found
}

fn of_argument(ty: &ArgumentTy) -> (Option<TypeId>, bool) {
    match ty {
        ArgumentTy::Owned(ty) | ArgumentTy::Reference(ty) => (ty.named(), texts::kind(ty).1),
        ArgumentTy::Slice(inner) => (of_argument(inner).0, true),
        ArgumentTy::Str | ArgumentTy::Upload | ArgumentTy::Uploads => (None, false),
    }
}

/// The types of the members of a type, with the names of these and what is said of them.
fn of_members(def: &TypeDef) -> Vec<(TypeId, NameRole, &str, Option<&str>)> {
    let role = |ty: &Ty| if texts::kind(ty).1 { NameRole::Item } else { NameRole::Value };
    match &def.kind {
        TypeKind::Record(fields) => fields
            .iter()
            .filter_map(|field| {
                let text = field.docs.first().filter(|_| field.gap.is_none()).map(String::as_str);
                Some((field.ty.named()?, role(&field.ty), field.name.as_str(), text))
            })
            .collect(),
        TypeKind::Union(alternatives) => alternatives
            .iter()
            .filter_map(|one| Some((one.ty.named()?, NameRole::Alternative, one.name.as_str(), None)))
            .collect(),
        TypeKind::Enum(_) => Vec::new(),
    }
}

/// `A`, `B` and 3 more.
fn listed(places: &[Place<'_>], link: impl Fn(&Place<'_>) -> String) -> String {
    let mut links: Vec<String> = places.iter().take(SHOWN).map(link).collect();
    if places.len() > SHOWN {
        links.push(format!("{} more", places.len() - SHOWN));
    }
    match links.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// A link to an item, which is elsewhere where the type is shared.
fn link(place: &Place<'_>, def: &TypeDef, resources: &[Resource]) -> String {
    let item = &place.item;
    match (def.resources.as_slice(), place.resources) {
        ([_, _, ..], [only]) => format!("[`{item}`](crate::{}::{item})", resources[*only].name),
        _ => format!("[`{item}`]"),
    }
}
