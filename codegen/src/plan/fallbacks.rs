//! Lists what got a type, a name or a text only because the document says nothing better.
//! Reviewers of a new revision read the entries that it adds.

use super::context::Context;
use super::drafts::{Drafts, Origin};
use super::merge::MergedDrafts;
use super::model::{Answer, Argument, Fallback, FallbackKind, Field, Method, Resource, TypeDef, TypeKind};
use super::shape::{Shape, deciding_schema};
use super::signature::chosen;
use super::ty::{Scalar, Ty};
use crate::contract::{Contract, Operation, SchemaId};
use crate::document::Pointer;

/// Formats whose values are texts to everybody.
const TEXTS: [&str; 17] = [
    "binary",
    "byte",
    "char",
    "email",
    "hostname",
    "html",
    "idn-email",
    "ipv4",
    "ipv6",
    "iri",
    "json-pointer",
    "password",
    "phone",
    "regex",
    "uri",
    "uri-reference",
    "uuid",
];

/// Those of a plan that an earlier one has not.
pub fn new_fallbacks<'f>(before: &[Fallback], after: &'f [Fallback]) -> Vec<&'f Fallback> {
    let known = |one: &Fallback| before.iter().any(|old| old.item == one.item && old.kind == one.kind);
    after.iter().filter(|one| !known(one)).collect()
}

/// All fallbacks of a plan: of types, in their order, then of methods.
pub(super) fn of(
    context: &Context<'_>,
    (drafts, merged): (&Drafts, &MergedDrafts),
    types: &[TypeDef],
    resources: &[Resource],
) -> Vec<Fallback> {
    let contract = context.contract;
    let mut found = Vec::new();
    for (one, def) in merged.types.iter().zip(types) {
        let by_place = |origin: &Origin| matches!(origin, Origin::Inside { .. });
        let positional = one.drafts.iter().map(|id| &drafts[*id]);
        if positional.clone().all(|draft| chosen(contract, draft).is_none() && draft.naming().iter().all(by_place)) {
            let pointer = contract[def.schemas[0]].pointer.clone();
            found.push(Fallback { pointer, item: def.name.clone(), kind: FallbackKind::Position });
        }
        if let TypeKind::Record(fields) = &def.kind {
            fields.iter().for_each(|field| member(contract, def, field, &mut found));
        }
    }
    for resource in resources {
        for method in &resource.operations {
            operation(contract, resource, method, &mut found);
        }
    }
    found
}

fn member(contract: &Contract, def: &TypeDef, field: &Field, found: &mut Vec<Fallback>) {
    let Some(schema) = field.schemas.first().copied() else { return };
    let mut add = |kind| {
        let item = format!("{}::{}", def.name, field.name);
        found.push(Fallback { pointer: contract[schema].pointer.clone(), item, kind });
    };
    field.gap.iter().cloned().for_each(&mut add);
    typed(contract, schema, &field.ty).into_iter().for_each(add);
}

fn operation(contract: &Contract, resource: &Resource, method: &Method, found: &mut Vec<Fallback>) {
    let operation = &contract.operations[method.operation];
    let item = format!("{}().{}", resource.name, method.name);
    let mut add = |pointer: &Pointer, item: String, kind| found.push(Fallback { pointer: pointer.clone(), item, kind });
    if method.summary.is_none() {
        add(&operation.pointer, item.clone(), FallbackKind::Undocumented);
    }
    if method.answer.ty().is_some_and(is_json) {
        add(&operation.pointer, item.clone(), FallbackKind::Json);
    }
    let beside = beside(contract, operation, method);
    if !beside.is_empty() {
        add(&operation.pointer, item.clone(), FallbackKind::Beside(beside));
    }
    let read = contract.behaviour.jobs.as_ref().and_then(|jobs| jobs.result_reference.as_deref());
    for (member, value) in operation.extensions.iter().filter(|(member, _)| Some(member.as_str()) != read) {
        if value.as_str().is_some_and(|text| text.contains("#/")) {
            add(&operation.pointer.join(member), item.clone(), FallbackKind::Reference(member.clone()));
        }
    }
    let parameter = |one: &Argument| operation.parameters.iter().find(|parameter| parameter.pointer == one.pointer);
    for argument in method.arguments.iter().chain(&method.options) {
        let item = format!("{item}({})", argument.name);
        argument.gap.iter().for_each(|gap| add(&argument.pointer, item.clone(), gap.clone()));
        let schema = parameter(argument).map(|one| one.schema);
        let ty = argument.ty.value();
        let kinds = match (schema, &ty) {
            (Some(schema), Some(ty)) => typed(contract, schema, ty),
            (None, Some(ty)) if is_json(ty) => vec![FallbackKind::Json],
            _ => Vec::new(),
        };
        kinds.into_iter().for_each(|kind| add(&argument.pointer, item.clone(), kind));
    }
}

/// Members of an answer that stand beside its value and are no part of the envelope.
fn beside(contract: &Contract, operation: &Operation, method: &Method) -> Vec<String> {
    let envelope = &contract.behaviour.envelope;
    let Some((value, above)) = method.value.0.split_last() else { return Vec::new() };
    if matches!(method.answer, Answer::Job(_)) || (above.is_empty() && !envelope.value.is_empty()) {
        return Vec::new();
    }
    let Some(root) = operation.success().and_then(|answer| answer.json()?.schema) else { return Vec::new() };
    let inside = |schema: Option<SchemaId>, key: &String| {
        let shape = Shape::of(contract, deciding_schema(contract, schema?).0);
        shape.members.into_iter().find(|(name, ..)| name == key).map(|(_, id, _)| id)
    };
    let Some(parent) = above.iter().fold(Some(root), inside) else { return Vec::new() };
    let paging = contract
        .behaviour
        .paging
        .iter()
        .flat_map(|paging| [&paging.current, &paging.pages, &paging.total, &paging.size]);
    let known: Vec<&str> = paging.flatten().filter_map(|path| path.split('/').next()).collect();
    let members = Shape::of(contract, deciding_schema(contract, parent).0).members.into_iter().map(|(name, ..)| name);
    members.filter(|name| name != value && !known.contains(&name.as_str())).collect()
}

/// What the type of a value got by fallback.
fn typed(contract: &Contract, schema: SchemaId, ty: &Ty) -> Vec<FallbackKind> {
    let (mut inner, mut schema) = (ty, deciding_schema(contract, schema).0);
    while let Some(next) = inner.inner() {
        if let Ty::List(_) = inner {
            let items = contract.merged(schema).items.first();
            schema = items.map_or(schema, |items| deciding_schema(contract, *items).0);
        }
        inner = next;
    }
    let format = contract.merged(schema).format.as_ref().map(|(format, _)| format.clone());
    match inner {
        Ty::Scalar(Scalar::Json) => vec![FallbackKind::Json],
        Ty::Scalar(Scalar::String) => {
            let unknown = format.filter(|format| !TEXTS.contains(&format.as_str()));
            unknown.map(FallbackKind::Format).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn is_json(ty: &Ty) -> bool {
    matches!(ty, Ty::Scalar(Scalar::Json)) || ty.inner().is_some_and(is_json)
}
