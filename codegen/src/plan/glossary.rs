//! Finds entries of `x-glossary` and `x-replacements` that match nothing.
//! As with overlay actions that match nothing, such an entry is obsolete and must be deleted.

use std::collections::BTreeSet;

use super::context::Context;
use crate::document::Pointer;

/// Complains about entries that explain a name which is nowhere.
pub(super) fn check(context: &Context<'_>) {
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
    let glossary = behaviour.glossary.keys().filter(|name| !known.contains(name.as_str()));
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
