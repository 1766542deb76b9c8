//! Restrictions of progenitor 0.15 and typify 0.8 beyond those of OpenAPI 3.0.3. Only cases in which they panic, refuse
//! the document or emit code that does not compile; the referee tests find the rest.

use std::collections::HashSet;

use openapiv3 as v3;
use serde_json::Value;

use super::Lowering;
use super::names::folded;
use crate::contract::{Contract, Location, MediaType, Operation, Parameter, Response, Schema, SchemaId, Status, Type};

/// Whether typify makes a type of its own for the schema. It must then be a component, because typify names inline
/// shapes after where they stand and, where a name is taken, silently uses the type that has it.
pub(super) fn needs_a_name(schema: &v3::Schema) -> bool {
    match &schema.schema_kind {
        v3::SchemaKind::Type(v3::Type::String(text)) => {
            let restricted = text.pattern.is_some() || text.min_length.is_some() || text.max_length.is_some();
            restricted || !text.enumeration.is_empty()
        }
        v3::SchemaKind::Type(v3::Type::Integer(number)) => !number.enumeration.is_empty(),
        v3::SchemaKind::Type(v3::Type::Number(number)) => !number.enumeration.is_empty(),
        v3::SchemaKind::Type(v3::Type::Object(object)) => {
            let closed = object.additional_properties == Some(v3::AdditionalProperties::Any(false));
            closed || !object.properties.is_empty()
        }
        v3::SchemaKind::Type(v3::Type::Array(_) | v3::Type::Boolean(_)) => false,
        // One branch, or one and null: the branch itself, or an option of it.
        v3::SchemaKind::OneOf { one_of: branches } | v3::SchemaKind::AnyOf { any_of: branches } => {
            branches.iter().filter(|branch| !is_null(branch)).count() > 1
        }
        v3::SchemaKind::AllOf { all_of } => all_of.len() > 1,
        v3::SchemaKind::Not { .. } => true,
        v3::SchemaKind::Any(any) => any.enumeration != [Value::Null] && *any != v3::AnySchema::default(),
    }
}

fn is_null(branch: &v3::ReferenceOr<v3::Schema>) -> bool {
    let v3::ReferenceOr::Item(v3::Schema { schema_kind: v3::SchemaKind::Any(any), .. }) = branch else {
        return false;
    };
    any.enumeration == [Value::Null]
}

/// Notes that typify takes for more than notes: titles as names.
pub(super) fn notes(data: &mut v3::SchemaData) {
    data.title = None;
    data.example = None;
}

/// Enumerations whose values would become variants of the same name.
pub(super) fn values(lowering: &mut Lowering<'_>, schema: &Schema, values: &mut Option<Vec<Value>>) {
    let texts: Vec<String> = values.iter().flatten().filter_map(Value::as_str).map(folded).collect();
    let clash = texts.iter().enumerate().any(|(at, text)| text.is_empty() || texts[..at].contains(text));
    let only_texts = schema.types.is_none_or(|types| types.single() == Some(Type::String));
    if clash && only_texts {
        lowering.lose(&schema.pointer, "enum", "progenitor panics on values that differ in case or punctuation only");
        *values = None;
    }
}

/// Whether a key would become the same field or argument as one of the others.
pub(super) fn clashes<'k>(mut others: impl Iterator<Item = &'k str>, key: &str) -> bool {
    let key = folded(key);
    others.any(|other| folded(other) == key)
}

/// Whether progenitor can send the parameter at all.
pub(super) fn takes_parameter(
    lowering: &mut Lowering<'_>,
    operation: &Operation,
    kept: &[&Parameter],
    parameter: &Parameter,
) -> bool {
    // A path without all its parameters would be worse than any clash.
    if parameter.location == Location::Path {
        return true;
    }
    let reason = if parameter.location == Location::Cookie {
        "progenitor refuses cookies"
    } else if parameter.style != "form" && parameter.style != "simple" {
        "progenitor refuses this style"
    } else if clashes(names_before(operation, kept), &parameter.name) {
        "progenitor gives two parameters the same argument: the first is kept"
    } else {
        return true;
    };
    lowering.lose(&parameter.pointer, &parameter.name, reason);
    false
}

/// Names of arguments that a further parameter may not have.
fn names_before<'o>(operation: &'o Operation, kept: &'o [&Parameter]) -> impl Iterator<Item = &'o str> {
    let path = operation.parameters.iter().filter(|one| one.location == Location::Path);
    let body = operation.body.iter().map(|_| "body");
    path.chain(kept.iter().copied()).map(|one| one.name.as_str()).chain(body)
}

/// Whether elements must be joined by the caller, because progenitor never reads `explode: false`.
pub(super) fn joins(lowering: &Lowering<'_>, parameter: &Parameter) -> bool {
    let schema = &lowering.contract[lowering.contract.resolve(parameter.schema)];
    let list = schema.types.is_some_and(|types| types.contains(Type::Array));
    lowering.progenitor() && list && !parameter.explode && parameter.location == Location::Query
}

/// The one media type of a request body.
pub(super) fn request_media(content: &[MediaType]) -> Option<&MediaType> {
    const KNOWN: [&str; 2] = ["application/x-www-form-urlencoded", "text/plain"];
    let json = content.iter().find(|media| media.is_json() && media.schema.is_some());
    json.or_else(|| content.iter().find(|media| KNOWN.contains(&media.essence().as_str()) && media.schema.is_some()))
}

/// The one media type of an answer. JSON without a schema makes progenitor panic: it counts as no content.
pub(super) fn response_media<'r>(lowering: &mut Lowering<'_>, response: &'r Response) -> Option<&'r MediaType> {
    let fits = |media: &&MediaType| !media.is_json() || media.schema.is_some();
    let kept = response.json().filter(|media| fits(media)).or_else(|| response.content.iter().find(fits));
    if kept.is_none() && !response.content.is_empty() {
        lowering.lose(&response.pointer, "content", "progenitor panics on JSON without a schema");
    } else if response.content.len() > 1 {
        lowering.lose(&response.pointer, "content", "progenitor decodes one media type");
    }
    kept
}

/// The answers of one success type and one error type; more of either make progenitor panic.
pub(super) fn responses<'o>(lowering: &mut Lowering<'_>, operation: &'o Operation) -> Vec<&'o Response> {
    let success = operation.success();
    let default = operation.responses.iter().find(|one| one.status == Status::Default);
    // `default` counts as both kinds, so that beside anything else it is one too many.
    let success = success.or(default);
    let is_error = |one: &&Response| matches!(one.status, Status::Code(400..=599) | Status::Range(4 | 5));
    let schema = |one: &Response| one.json().and_then(|media| media.schema);
    let errors: Vec<&Response> = match success {
        Some(one) if one.status == Status::Default => Vec::new(),
        _ => operation.responses.iter().filter(is_error).collect(),
    };
    let typed = errors.iter().find_map(|one| schema(one));
    let same_type = |one: &Response| match (typed, schema(one)) {
        (Some(first), Some(other)) => same_shape(lowering.contract, first, other),
        (None, _) => one.content.is_empty(),
        (Some(_), None) => false,
    };
    let errors: Vec<&Response> = errors.into_iter().filter(|one| same_type(one)).collect();
    let kept: Vec<&Response> = success.into_iter().chain(errors).collect();
    for one in &operation.responses {
        if !kept.iter().any(|other| other.status == one.status) {
            let reason = "progenitor panics on a second success or error type of an operation";
            lowering.lose(&one.pointer, &one.status.to_string(), reason);
        }
    }
    kept
}

/// Whether two schemas allow the same values, as far as can be seen from their keywords.
fn same_shape(contract: &Contract, a: SchemaId, b: SchemaId) -> bool {
    let mut compared = HashSet::new();
    let mut waiting = vec![(a, b)];
    while let Some((a, b)) = waiting.pop() {
        let (a, b) = (contract.resolve(a), contract.resolve(b));
        // A pair that comes again is part of itself: whatever else decides, decides about it too.
        if a == b || !compared.insert((a, b)) {
            continue;
        }
        let (a, b) = (&contract[a], &contract[b]);
        if !same_keywords(a, b) || below(a) != below(b) {
            return false;
        }
        waiting.extend(a.children().zip(b.children()));
    }
    true
}

fn same_keywords(a: &Schema, b: &Schema) -> bool {
    (a.always, a.types, &a.enumeration, &a.constant) == (b.always, b.types, &b.enumeration, &b.constant)
        && (&a.required, a.min_properties, a.max_properties) == (&b.required, b.min_properties, b.max_properties)
        && (a.min_items, a.max_items, a.unique_items) == (b.min_items, b.max_items, b.unique_items)
        && (&a.pattern, &a.format, a.min_length, a.max_length) == (&b.pattern, &b.format, b.min_length, b.max_length)
        && (&a.minimum, &a.maximum, &a.multiple_of) == (&b.minimum, &b.maximum, &b.multiple_of)
        && (&a.exclusive_minimum, &a.exclusive_maximum) == (&b.exclusive_minimum, &b.exclusive_maximum)
        && (&a.dependent_required, a.min_contains, a.max_contains)
            == (&b.dependent_required, b.min_contains, b.max_contains)
        && a.others == b.others
}

/// Which schemas there are below one, so that two with the same ones have them in the same order.
fn below(schema: &Schema) -> ([usize; 4], [bool; 12], [Vec<&str>; 3]) {
    fn keys(named: &[(String, SchemaId)]) -> Vec<&str> {
        named.iter().map(|(name, _)| name.as_str()).collect()
    }
    let lists = [&schema.all_of, &schema.one_of, &schema.any_of, &schema.prefix_items];
    let single = [
        schema.reference,
        schema.not,
        schema.additional_properties,
        schema.items,
        schema.content_schema,
        schema.condition,
        schema.then,
        schema.otherwise,
        schema.property_names,
        schema.contains,
        schema.unevaluated_properties,
        schema.unevaluated_items,
    ];
    let named = [&schema.properties, &schema.pattern_properties, &schema.dependent_schemas];
    (lists.map(Vec::len), single.map(|one| one.is_some()), named.map(|named| keys(named)))
}
