//! Finds entries of `x-glossary` and `x-replacements` that match nothing.
//! As with overlay actions that match nothing, such an entry is obsolete and must be deleted.

use std::collections::BTreeSet;

use super::context::Context;
use super::model::{TypeDef, TypeKind};
use super::texts::{Scope, is_of_family, keys, path_to};
use crate::contract::{Contract, Operation};
use crate::document::Pointer;

/// Complains about entries that explain a name which is nowhere.
pub(super) fn check(context: &Context<'_>, types: &[TypeDef]) {
    let contract = context.contract;
    let behaviour = &contract.behaviour;
    if behaviour.glossary.is_empty() && behaviour.replacements.is_empty() {
        return;
    }
    let mut known: BTreeSet<&str> = BTreeSet::new();
    known.extend(contract.schemas().flat_map(|(_, schema)| &schema.properties).map(|(name, _)| name.as_str()));
    for operation in contract.operations.iter().chain(&contract.webhooks) {
        known.extend(operation.parameters.iter().map(|parameter| parameter.name.as_str()));
    }
    let ids: BTreeSet<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    known.extend(types.iter().map(|def| def.name.as_str()));
    let places: BTreeSet<String> = places(contract, types).collect();
    let glossary =
        behaviour.glossary.keys().filter(|name| !known.contains(name.as_str()) && !places.contains(name.as_str()));
    let owners = types.iter().filter_map(|def| match &def.kind {
        TypeKind::Record(fields) => Some((def.name.as_str(), fields)),
        _ => None,
    });
    let members: Vec<(&str, &str)> =
        owners.flat_map(|(owner, fields)| fields.iter().map(move |field| (owner, field.keys[0].as_str()))).collect();
    let glossary = glossary.filter(|name| !members.iter().any(|(owner, key)| is_of_family(name, owner, key)));
    let replacements = behaviour.replacements.keys();
    let replacements = replacements.filter(|name| !known.contains(name.as_str()) && !ids.contains(name.as_str()));
    for (extension, name) in
        glossary.map(|name| ("x-glossary", name)).chain(replacements.map(|name| ("x-replacements", name)))
    {
        let pointer = Pointer::from([extension, name]);
        let message = format!("`{extension}` explains {name:?}, which is nowhere");
        context.about_obsolete(&pointer, message);
    }
}

/// The keys that are about some places of a name alone.
fn places(contract: &Contract, types: &[TypeDef]) -> impl Iterator<Item = String> {
    let of_type = |def: &TypeDef| -> Vec<String> {
        let scope = Scope::of_member(def.sent, def.received);
        match &def.kind {
            TypeKind::Record(fields) => {
                fields.iter().flat_map(|field| keys(&def.name, &field.keys[0], scope)).collect()
            }
            TypeKind::Enum(variants) => variants.iter().map(|one| format!("{}.{}", def.name, one.value)).collect(),
            TypeKind::Union(_) => Vec::new(),
        }
    };
    let of_operation = |operation: &Operation| -> Vec<String> {
        let parameters = operation.parameters.iter().map(|parameter| parameter.name.as_str());
        let form = operation.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema);
        let fields = form.flat_map(|schema| &contract[schema].properties).map(|(name, _)| name.as_str());
        let paths = parameters.clone().filter_map(|name| path_to(&operation.path, name)).map(str::to_owned);
        let parameters = parameters.flat_map(|name| keys(&operation.id, name, Scope::Parameter(None)));
        parameters.chain(fields.flat_map(|name| keys(&operation.id, name, Scope::Request))).chain(paths).collect()
    };
    let found: Vec<String> =
        types.iter().flat_map(of_type).chain(contract.operations.iter().flat_map(of_operation)).collect();
    found.into_iter()
}
