//! Request bodies of type `multipart/form-data`: required fields are arguments, optional ones setters.
//! A field with a `contentMediaType`, or of the format `binary`, is a file.

use super::calls::Call;
use super::docs;
use super::drafts::{DraftId, Drafter, Origin};
use super::model::Argument;
use super::parameters::is_text;
use super::scalar::scalar;
use super::shape::{Shape, deciding_schema};
use super::texts::{self, Scope, Subject};
use super::ty::{ArgumentPlace, ArgumentTy, Ty};
use crate::contract::{Contract, MediaType, Operation, SchemaId};
use crate::document::Span;
use crate::name::{singular_pascal, snake, type_name};

const FORM: &str = "multipart/form-data";

/// The form that an operation sends, where it cannot send JSON and its fields are known.
pub(super) fn of<'o>(contract: &Contract, operation: &'o Operation) -> Option<&'o MediaType> {
    let body = operation.body.as_ref().filter(|body| body.json().is_none())?;
    let form = body.content.iter().find(|media| media.essence() == FORM)?;
    form.schema.filter(|schema| !Shape::of(contract, *schema).members.is_empty()).map(|_| form)
}

/// The fields of the form of an operation: argument, whether it is required, where its schema stands.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> Vec<(Argument<DraftId>, bool, Span)> {
    let contract = drafter.contract();
    let schema = of(contract, call.operation).and_then(|form| form.schema);
    let members = schema.map(|schema| Shape::of(contract, schema).members).unwrap_or_default();
    let field = |(key, schema, required): (String, SchemaId, bool)| {
        let (ty, place) = ty(drafter, call, schema, &key);
        let (scalar, list) = ty.value().map_or((None, false), |ty| texts::kind(&ty));
        let (docs, gap) = docs::of_subject(
            contract,
            &Subject {
                owner: &call.operation.id,
                key: &key,
                description: contract[schema].description.as_deref(),
                schema,
                scope: Scope::Request,
                required,
                nullable: false,
                list,
                scalar,
            },
        );
        let argument = Argument {
            name: snake(contract[schema].hints.name.as_deref().unwrap_or(&key)),
            ty,
            place,
            docs,
            gap,
            deprecated: docs::deprecation(contract, contract[schema].deprecated, &key),
            pointer: contract[schema].pointer.clone(),
        };
        (argument, required, contract[schema].span)
    };
    members.into_iter().map(field).collect()
}

/// How a field is taken and where it goes: a file, a text, several of them, or anything else as JSON.
fn ty(
    drafter: &mut Drafter<'_, '_>,
    call: &Call<'_>,
    schema: SchemaId,
    key: &str,
) -> (ArgumentTy<DraftId>, ArgumentPlace) {
    let contract = drafter.contract();
    let target = deciding_schema(contract, schema).0;
    let shape = Shape::of(contract, target);
    let is_file = |schema: SchemaId| {
        let target = deciding_schema(contract, schema).0;
        contract[target].content_media_type.is_some() || Shape::of(contract, target).format.as_deref() == Some("binary")
    };
    let key = key.to_owned();
    if is_file(target) {
        return (ArgumentTy::Upload, ArgumentPlace::File(key));
    }
    if shape.items.is_some_and(is_file) {
        return (ArgumentTy::Uploads, ArgumentPlace::Files(key));
    }
    if let Some(scalar) = scalar(&shape.hints, &shape) {
        return (ArgumentTy::of_scalar(scalar), ArgumentPlace::Form(key));
    }
    let name = type_name(&format!("{}_{}_{key}", singular_pascal(&call.resource), call.name));
    let origin = Origin::Root { entity: singular_pascal(&key), name, operation: call.operation.id.clone() };
    let (ty, _) = drafter.ty(schema, origin);
    match (&ty, is_text(contract, &shape, 0)) {
        (Ty::List(_), true) => (ArgumentTy::of_value(ty), ArgumentPlace::FormEach(key)),
        (_, true) => (ArgumentTy::of_value(ty), ArgumentPlace::Form(key)),
        (_, false) => (ArgumentTy::of_json(ty), ArgumentPlace::FormJson(key)),
    }
}
