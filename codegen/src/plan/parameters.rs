//! Parameters: which of them are sent, their types, and how each gets into the request.
//! What OpenAPI can say and a path, query or header cannot carry is the caller's text.

use super::shape::{Shape, look};
use super::types::{Builder, Place};
use super::{Argument, ArgumentPlace, ArgumentTy, Scalar, Ty, docs};
use crate::contract::{Contract, Location, Operation, Parameter, Type, WrittenAs};
use crate::name::{singular, singular_pascal, snake, type_name};

/// Header parameters that OpenAPI says to ignore.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// Parameters that the client sends.
pub(super) fn sent(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().filter(|one| match one.location {
        Location::Header => !IGNORED_HEADERS.contains(&one.name.to_ascii_lowercase().as_str()),
        Location::Cookie => false,
        Location::Path | Location::Query => true,
    })
}

/// Type of a parameter, and how it is put into the request.
pub(super) fn ty(builder: &mut Builder<'_>, at: usize, resource: &str, parameter: &Parameter) -> (Ty, ArgumentPlace) {
    let contract = builder.contract;
    let (target, _) = look(contract, parameter.schema);
    let shape = Shape::of(contract, target);
    let hints = parameter.hints.of_value().or(shape.hints.clone());
    let name = type_name(&format!("{}_{}", singular_words(resource), hints.name.as_ref().unwrap_or(&parameter.name)));
    let origin = Place::Root { entity: singular_pascal(&parameter.name), name, operation: at };
    if let Some(items) = shape.items {
        let element = &contract[look(contract, items).0];
        if let Some(content) = element.content_schema
            && parameter.location == Location::Query
        {
            return (builder.ty(content, origin).0.list(), ArgumentPlace::QueryJson(parameter.name.clone()));
        }
    }
    let own = parameter.hints.of_value().or(contract[parameter.schema].hints.clone());
    let (ty, _) = match super::scalar::scalar(&own, &shape) {
        Some(scalar) => (scalar.into(), false),
        // What has no form in a path, query or header is the caller's text.
        None if !is_text(contract, &shape, 0) => (Scalar::String.into(), false),
        None => builder.ty(parameter.schema, origin),
    };
    // Null has no form either.
    let ty = match ty {
        Ty::List(inner) => match *inner {
            Ty::Optional(value) => Ty::List(value),
            other => Ty::List(Box::new(other)),
        },
        other => other,
    };
    let separator = parameter.hints.delimiter.clone().or_else(|| match (parameter.style.as_str(), parameter.explode) {
        ("spaceDelimited", _) => Some(" ".to_owned()),
        ("pipeDelimited", _) => Some("|".to_owned()),
        (_, false) => Some(",".to_owned()),
        _ => None,
    });
    let name = parameter.name.clone();
    let place = match (parameter.location, &ty, separator) {
        // A list there is joined by a comma.
        (Location::Path, ..) => ArgumentPlace::Path(name),
        (Location::Header, ..) => ArgumentPlace::Header(name),
        (_, Ty::List(_), Some(separator)) => ArgumentPlace::Joined { name, separator },
        (_, Ty::Scalar(Scalar::Boolean), _) if hints.written_as == Some(WrittenAs::Digit) => ArgumentPlace::Flag(name),
        _ => ArgumentPlace::Query(name),
    };
    (ty, place)
}

/// Whether values have a form as text: scalars, and lists of them.
fn is_text(contract: &Contract, shape: &Shape, depth: usize) -> bool {
    let Some(kind) = shape.types.single() else {
        let scalar = !shape.types.contains(Type::Object) && !shape.types.contains(Type::Array);
        return scalar && !shape.types.is_empty() && shape.alternatives.is_empty();
    };
    let element = || shape.items.map(|id| Shape::of(contract, look(contract, id).0));
    match kind {
        Type::Object | Type::Null => false,
        Type::Array => depth == 0 && element().is_some_and(|element| is_text(contract, &element, depth + 1)),
        _ => shape.alternatives.is_empty(),
    }
}

fn singular_words(resource: &str) -> String {
    let mut words: Vec<String> = resource.split('_').map(str::to_owned).collect();
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    words.join("_")
}

/// A parameter as an argument or setter.
pub(super) fn argument(contract: &Contract, parameter: &Parameter, ty: Ty, place: ArgumentPlace) -> Argument {
    let chosen = parameter.hints.name.as_ref().or(contract[parameter.schema].hints.name.as_ref());
    Argument {
        name: snake(chosen.unwrap_or(&parameter.name)),
        ty: match place {
            ArgumentPlace::QueryJson(_) => ArgumentTy::of_json(ty),
            _ => ArgumentTy::of_value(ty),
        },
        place,
        docs: docs::of_parameter(contract, parameter),
        deprecated: docs::deprecation(contract, parameter.deprecated, &parameter.name),
    }
}
