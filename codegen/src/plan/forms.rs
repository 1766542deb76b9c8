//! Request bodies of type `multipart/form-data`: required fields are arguments, optional ones setters.
//! A field with a `contentMediaType`, or of the format `binary`, is a file.

use super::context::Context;
use super::docs;
use super::model::Argument;
use super::scalar::scalar;
use super::shape::{Shape, look};
use super::ty::{ArgumentPlace, ArgumentTy, Scalar};
use crate::contract::{Contract, MediaType, Operation, SchemaId, Type};
use crate::document::Span;
use crate::name::snake;

const FORM: &str = "multipart/form-data";

/// The form that an operation sends, where it cannot send JSON.
pub(super) fn of(operation: &Operation) -> Option<&MediaType> {
    let body = operation.body.as_ref().filter(|body| body.json().is_none())?;
    body.content.iter().find(|media| media.essence() == FORM)
}

/// The fields of the form of an operation: argument, whether it is required, where its schema stands.
pub(super) fn plan<Id>(context: &Context<'_>, operation: &Operation) -> Vec<(Argument<Id>, bool, Span)> {
    let contract = context.contract;
    let schema = of(operation).and_then(|form| form.schema);
    let members = schema.map(|schema| Shape::of(contract, schema).members).unwrap_or_default();
    let mut fields = Vec::new();
    for (key, schema, required) in members {
        let Some((ty, place)) = ty(contract, schema, &key) else {
            let message = format!("the field {key:?} of a form is neither a text, a number, a boolean nor a file");
            context.about_schema(schema, message, "give it one of these types");
            continue;
        };
        let argument = Argument {
            name: snake(contract[schema].hints.name.as_deref().unwrap_or(&key)),
            ty,
            place,
            docs: docs::of_member(contract, schema, &key, false),
            deprecated: docs::deprecation(contract, contract[schema].deprecated, &key),
            pointer: contract[schema].pointer.clone(),
        };
        fields.push((argument, required, contract[schema].span));
    }
    fields
}

/// How a field is taken and where it goes, if it has a form as text or is a file.
fn ty<Id>(contract: &Contract, schema: SchemaId, key: &str) -> Option<(ArgumentTy<Id>, ArgumentPlace)> {
    let target = look(contract, schema).0;
    let shape = Shape::of(contract, target);
    if contract[target].content_media_type.is_some() || shape.format.as_deref() == Some("binary") {
        return Some((ArgumentTy::Upload, ArgumentPlace::File(key.to_owned())));
    }
    let scalar = scalar(&shape.hints, &shape).or_else(|| match shape.types.single()? {
        _ if shape.values.is_some() => None,
        Type::String => Some(Scalar::String),
        Type::Integer => Some(Scalar::Integer),
        Type::Number => Some(Scalar::Number),
        Type::Boolean => Some(Scalar::Boolean),
        Type::Null | Type::Array | Type::Object => None,
    })?;
    Some((ArgumentTy::of_scalar(scalar), ArgumentPlace::Form(key.to_owned())))
}
