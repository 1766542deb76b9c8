//! Request bodies of the media type `multipart/form-data`: each field is an argument or a setter, as parameters are.
//! A field with a `contentMediaType`, or of the format `binary`, is a file.

use super::scalar::scalar;
use super::shape::{Shape, look};
use super::ty::{ArgumentPlace, ArgumentTy, Scalar};
use super::types::Builder;
use super::{Argument, docs};
use crate::contract::{MediaType, Operation, SchemaId, Type};
use crate::name::snake;

const FORM: &str = "multipart/form-data";

/// The form that an operation sends, where it cannot send JSON.
pub(super) fn of(operation: &Operation) -> Option<&MediaType> {
    let body = operation.body.as_ref().filter(|body| body.json().is_none())?;
    body.content.iter().find(|media| media.essence() == FORM)
}

/// The fields of a form: schema, argument, and whether it is required.
pub(super) fn fields(builder: &mut Builder<'_>, form: &MediaType) -> Vec<(SchemaId, Argument, bool)> {
    let contract = builder.contract;
    let members = form.schema.map(|schema| Shape::of(contract, schema).members).unwrap_or_default();
    let mut fields = Vec::new();
    for (key, schema, required) in members {
        let target = look(contract, schema).0;
        let shape = Shape::of(contract, target);
        let is_file = contract[target].content_media_type.is_some() || shape.format.as_deref() == Some("binary");
        let ty = match scalar(&shape.hints, &shape) {
            _ if is_file => Some(ArgumentTy::Upload),
            Some(scalar) => Some(ArgumentTy::of_value(scalar.into())),
            None if shape.values.is_none() => plain(&shape).map(|scalar| ArgumentTy::of_value(scalar.into())),
            None => None,
        };
        let Some(ty) = ty else {
            let message = format!("the field {key:?} of a form is neither a text, a number, a boolean nor a file");
            builder.complain(schema, message, "give it one of these types");
            continue;
        };
        let place = if is_file { ArgumentPlace::File } else { ArgumentPlace::Form };
        let argument = Argument {
            name: snake(contract[schema].hints.name.as_deref().unwrap_or(&key)),
            ty,
            docs: docs::of_member(contract, schema, &key, false),
            deprecated: docs::deprecation(contract, contract[schema].deprecated, &key),
            place: place(key),
        };
        fields.push((schema, argument, required));
    }
    fields
}

/// The scalar of a plain JSON type.
fn plain(shape: &Shape) -> Option<Scalar> {
    match shape.types.single()? {
        Type::String => Some(Scalar::String),
        Type::Integer => Some(Scalar::Integer),
        Type::Number => Some(Scalar::Number),
        Type::Boolean => Some(Scalar::Boolean),
        Type::Null | Type::Array | Type::Object => None,
    }
}
