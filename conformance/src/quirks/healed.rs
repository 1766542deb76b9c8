//! Detects obsolete quirks: whether the schemas at the places of an entry still allow it.
//! Contradictions of prose are judged by their place alone; whether the prose was corrected needs human review.

use kontrakt_codegen::contract::{Contract, ScalarHint, Schema, SchemaId, Type};
use kontrakt_codegen::document::{Document, Pointer};
use serde_json::{Value, json};

use super::{Quirk, QuirkKind, schema_at};
use crate::check::Checker;

/// Whether the document still admits what an entry says, at one of its places.
///
/// # Errors
/// When the place does not exist, or the oddity is healed there, in words.
pub fn holds(quirk: &Quirk, checker: &Checker<'_>, document: &Document, place: &Pointer) -> Result<(), String> {
    if document.get(place).is_none() {
        return Err("the document has no such place".to_owned());
    }
    let contract = checker.contract();
    let Some(id) = schema_at(contract, place) else { return Ok(()) };
    let has = |kind: Type| inside(contract, id, &|schema| schema.types.is_none_or(|types| types.contains(kind)));
    let scalar = |meanings: &[ScalarHint]| {
        inside(contract, id, &|schema| schema.hints.scalar.is_some_and(|scalar| meanings.contains(&scalar)))
    };
    let accepts = |value: Value| checker.accepts(id, &value);
    let hints = &contract[id].hints;
    // Whatever form the document shows, a scalar is read from all of them.
    let holds = match quirk.kind {
        QuirkKind::RenamedKey => {
            property(contract, place).is_none() || !hints.aliases.is_empty() || hints.name.is_some()
        }
        QuirkKind::NumberAsString => scalar(&[ScalarHint::Decimal, ScalarHint::Integer]) || has(Type::String),
        QuirkKind::StringAsNumber => {
            scalar(&[ScalarHint::Decimal, ScalarHint::Integer]) || has(Type::Number) || has(Type::Integer)
        }
        QuirkKind::BooleanForm => scalar(&[ScalarHint::Boolean]) || has(Type::Boolean),
        QuirkKind::DateForm => {
            let times = [ScalarHint::Date, ScalarHint::DateTime, ScalarHint::LocalDateTime, ScalarHint::UnixTime];
            scalar(&times) || has(Type::Object)
        }
        QuirkKind::NullForNonNull => accepts(Value::Null) || has(Type::Null),
        QuirkKind::MissingForNull => {
            property(contract, place).is_none_or(|(owner, name)| !contract[owner].required.contains(&name))
        }
        QuirkKind::EmptyListForMap => accepts(json!([])) && accepts(json!({})) || has(Type::Array),
        QuirkKind::MapForList => has(Type::Object),
        QuirkKind::ObjectForList => has(Type::Array),
        QuirkKind::EnumCase | QuirkKind::UnknownEnumValue => has(Type::String),
        QuirkKind::ErrorInSuccess => tells_failure(contract, id, place),
        QuirkKind::UndocumentedField => {
            quirk.member.as_ref().is_none_or(|member| !inside(contract, id, &|schema| describes(schema, member)))
        }
        QuirkKind::DocumentContradiction => true,
    };
    if holds { Ok(()) } else { Err("the document does not admit it any more".to_owned()) }
}

/// Whether a schema is a part of answers with a status of success, by whose envelope a call can have failed; or the
/// member of such an answer that says so.
fn tells_failure(contract: &Contract, id: SchemaId, place: &Pointer) -> bool {
    let envelope = &contract.behaviour.envelope;
    let (owner, is_member) = match property(contract, place) {
        Some((owner, _)) => (owner, true),
        None => (id, false),
    };
    let answers = contract.operations.iter().filter_map(|operation| operation.success()?.json()?.schema);
    (is_member || envelope.success.is_some() || envelope.errors.is_some())
        && answers.into_iter().any(|answer| same_value(contract, answer).contains(&contract.resolve(owner)))
}

fn describes(schema: &Schema, member: &str) -> bool {
    schema.properties.iter().any(|(name, _)| name == member)
}

/// The object schema that a property's schema belongs to, and the property's name.
fn property(contract: &Contract, place: &Pointer) -> Option<(SchemaId, String)> {
    let name = place.tokens().last()?;
    let owner = schema_at(contract, &place.parent()?.parent()?)?;
    contract[owner].properties.iter().any(|(property, _)| *property == name).then_some((owner, name))
}

/// Whether a schema or one that is about the same value satisfies a condition.
fn inside(contract: &Contract, id: SchemaId, condition: &dyn Fn(&Schema) -> bool) -> bool {
    let here = same_value(contract, id);
    // A schema that only joins others says nothing about types itself.
    here.iter().any(|one| {
        (here.len() == 1 || contract[*one].types.is_some() || !joins(&contract[*one])) && condition(&contract[*one])
    })
}

fn joins(schema: &Schema) -> bool {
    schema.reference.is_some() || [&schema.all_of, &schema.one_of, &schema.any_of].iter().any(|list| !list.is_empty())
}

/// A schema and all that are about the same value: references followed, branches and parts; circles end.
fn same_value(contract: &Contract, id: SchemaId) -> Vec<SchemaId> {
    let mut seen = vec![id];
    let mut next = 0;
    while let Some(id) = seen.get(next).copied() {
        next += 1;
        let schema = &contract[id];
        let lists = [&schema.all_of, &schema.one_of, &schema.any_of];
        for child in schema.reference.into_iter().chain(lists.into_iter().flatten().copied()) {
            if !seen.contains(&child) {
                seen.push(child);
            }
        }
    }
    seen
}
