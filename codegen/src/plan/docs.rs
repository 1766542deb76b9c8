//! Documentation of emitted items: what the specification says (`texts`), then constraints in words (`limits`).
//! Where nothing is known beyond the name, nothing is said.

use super::model::{FallbackKind, Variant};
use super::texts::{self, Subject};
use super::{limits, prose};
use crate::contract::{Contract, SchemaId};

/// Words of texts that tell when a value is null.
const NULL: [&str; 2] = ["null", "Null"];

/// Lines about a type: what the glossary says of it, or its schema, unless that is only its name.
pub(super) fn of_type(contract: &Contract, schema: SchemaId, name: &str) -> Vec<String> {
    let texts = [contract.behaviour.glossary.get(name), contract[schema].description.as_ref()];
    let said = texts.into_iter().flatten().find(|text| !texts::is_echo(text, name));
    said.and_then(|text| prose::one_sentence(text)).into_iter().collect()
}

/// A variant of an enum with what the glossary says of it, or else its schema, unless that is only its name.
pub(super) fn of_variant(contract: &Contract, owner: &str, variant: &Variant) -> Variant {
    let said = contract.behaviour.glossary.get(&format!("{owner}.{}", variant.value));
    let docs = said.and_then(|text| prose::one_sentence(text)).or_else(|| variant.docs.clone());
    Variant { docs: docs.filter(|text| !texts::is_echo(text, &variant.name)), ..variant.clone() }
}

/// Lines about a member or a parameter, and why nothing is said where nothing is.
pub(super) fn of_subject(contract: &Contract, subject: &Subject<'_>) -> (Vec<String>, Option<FallbackKind>) {
    let (text, gap) = match texts::of(contract, subject) {
        Ok(text) => (Some(text), None),
        Err(gap) => (None, Some(gap)),
    };
    // A text that says when it is null says that it may be.
    let says_null = text.as_deref().is_some_and(|text| NULL.iter().any(|word| text.contains(word)));
    let limits = limits::of(contract, subject.schema, subject.scalar, subject.nullable && !says_null);
    (paragraphs([text, limits]), gap)
}

/// Lines with an empty one between paragraphs.
pub(super) fn paragraphs(texts: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    let mut lines = Vec::new();
    for text in texts.into_iter().flatten() {
        lines.extend((!lines.is_empty()).then(String::new));
        lines.push(text);
    }
    lines
}

/// What to do instead of what is deprecated, empty where nobody says it; `None` for what is not deprecated.
pub(super) fn deprecation(contract: &Contract, deprecated: bool, name: &str) -> Option<String> {
    deprecated.then(|| contract.behaviour.replacements.get(name).cloned().unwrap_or_default())
}
