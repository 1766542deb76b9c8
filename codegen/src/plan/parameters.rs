//! Parameters: which are sent, their types, and where they go in the request.
//! Parameters that have no simple form in a path, query or header are passed as text.

use super::calls::Call;
use super::docs;
use super::drafts::{DraftId, Drafter, Origin};
use super::model::Argument;
use super::scalar::scalar;
use super::shape::{Shape, deciding_schema};
use super::texts::{self, Scope, Subject};
use super::ty::{ArgumentPlace, ArgumentTy, Scalar, Ty};
use crate::contract::{Contract, Form, Location, Parameter, Type, WrittenAs, essence};
use crate::name::{singular, singular_pascal, snake, type_name};

/// A parameter as an argument.
pub(super) struct Planned<'c> {
    pub(super) parameter: &'c Parameter,
    pub(super) argument: Argument<DraftId>,
    /// Whether the call takes it at all: another variant of the operation may.
    pub(super) taken: bool,
    pub(super) required: bool,
}

/// The parameters of the operation of a call.
pub(super) fn plan<'c>(drafter: &mut Drafter<'_, '_>, call: &Call<'c>) -> Vec<Planned<'c>> {
    let planned = |parameter: &'c Parameter| {
        let (taken, required) = match call.variant {
            None => (true, parameter.required),
            Some(says) => (says.parameters.contains(&parameter.name), says.required.contains(&parameter.name)),
        };
        Planned { parameter, argument: argument(drafter, call, parameter), taken, required }
    };
    call.operation.sent_parameters().map(planned).collect()
}

fn argument(drafter: &mut Drafter<'_, '_>, call: &Call<'_>, parameter: &Parameter) -> Argument<DraftId> {
    let contract = drafter.contract();
    let (ty, place) = ty(drafter, call, parameter);
    if ty == Scalar::String.into() {
        written_by_caller(drafter, parameter);
    }
    let (scalar, list) = texts::kind(&ty);
    let in_path = parameter.location == Location::Path;
    let path = texts::path_to(&call.operation.path, &parameter.name).filter(|_| in_path);
    let (docs, gap) = docs::of_subject(
        contract,
        &Subject {
            owner: &call.operation.id,
            key: &parameter.name,
            description: parameter.description.as_deref().or(contract[parameter.schema].description.as_deref()),
            schema: parameter.schema,
            scope: Scope::Parameter(path),
            required: parameter.required,
            nullable: false,
            list,
            scalar,
        },
    );
    let chosen = parameter.hints.name.as_ref().or(contract[parameter.schema].hints.name.as_ref());
    Argument {
        name: snake(chosen.unwrap_or(&parameter.name)),
        ty: match place {
            ArgumentPlace::QueryJson(_)
            | ArgumentPlace::Json(..)
            | ArgumentPlace::Members(_)
            | ArgumentPlace::Flat(_)
            | ArgumentPlace::Deep(_) => ArgumentTy::of_json(ty),
            _ => ArgumentTy::of_value(ty),
        },
        place,
        docs,
        gap,
        deprecated: docs::deprecation(contract, parameter.deprecated, &parameter.name),
        pointer: parameter.pointer.clone(),
    }
}

/// An object that becomes the caller's text does so because somebody says it.
fn written_by_caller(drafter: &Drafter<'_, '_>, parameter: &Parameter) {
    let contract = drafter.contract();
    let shape = Shape::of(contract, deciding_schema(contract, parameter.schema).0);
    if shape.types.single() == Some(Type::Object) && shape.hints.scalar.is_none() {
        let message = format!("the object {:?} has no form as text here", parameter.name);
        let help = "say how it is written with `contentSchema`, or that the caller writes it with `x-scalar: string`";
        drafter.context.about_parameter(parameter, message, help);
    }
}

/// Type of a parameter, and where it goes.
fn ty(drafter: &mut Drafter<'_, '_>, call: &Call<'_>, parameter: &Parameter) -> (Ty<DraftId>, ArgumentPlace) {
    let contract = drafter.contract();
    let shape = Shape::of(contract, deciding_schema(contract, parameter.schema).0);
    let hints = parameter.hints.of_value().or(shape.hints.clone());
    let name = hints.name.as_ref().unwrap_or(&parameter.name);
    let name = type_name(&format!("{}_{name}", singular_words(&call.resource)));
    let origin = Origin::Root { entity: singular_pascal(&parameter.name), name, operation: call.operation.id.clone() };
    if let Some(items) = shape.items {
        let element = &contract[deciding_schema(contract, items).0];
        if let Some(content) = element.content_schema
            && parameter.location == Location::Query
        {
            return (drafter.ty(content, origin).0.list(), ArgumentPlace::QueryJson(parameter.name.clone()));
        }
    }
    let own = parameter.hints.of_value().or(contract[parameter.schema].hints.clone());
    if scalar(&own, &shape).is_none()
        && let Some(place) = written_whole(parameter, &shape)
    {
        return (drafter.ty(parameter.schema, origin).0, place);
    }
    let ty = match scalar(&own, &shape) {
        Some(scalar) => scalar.into(),
        // What has no form in a path, query or header is the caller's text.
        None if !is_text(contract, &shape, 0) => Scalar::String.into(),
        None => drafter.ty(parameter.schema, origin).0,
    };
    // Null has no form either.
    let ty = match ty {
        Ty::List(inner) => match *inner {
            Ty::Optional(value) => Ty::List(value),
            other => other.list(),
        },
        other => other,
    };
    let place = place(contract, parameter, &ty, hints.written_as);
    (ty, place)
}

/// Where a value goes that is written from its JSON: as such, or member by member.
fn written_whole(parameter: &Parameter, shape: &Shape) -> Option<ArgumentPlace> {
    let name = parameter.name.clone();
    if parameter.media_type.as_deref().is_some_and(|media_type| essence(media_type).ends_with("json")) {
        return Some(ArgumentPlace::Json(parameter.location, name));
    }
    let is_object = shape.types.single() == Some(Type::Object);
    match (parameter.location, parameter.style.as_str()) {
        (Location::Query, "deepObject") if is_object || shape.types.single() == Some(Type::Array) => {
            Some(ArgumentPlace::Deep(name))
        }
        (Location::Query, _) if is_object && parameter.explode => Some(ArgumentPlace::Members(name)),
        (Location::Query, _) if is_object => Some(ArgumentPlace::Flat(name)),
        _ => None,
    }
}

fn place(contract: &Contract, parameter: &Parameter, ty: &Ty<DraftId>, written: Option<WrittenAs>) -> ArgumentPlace {
    let separator = match parameter.serialization(contract).form {
        Form::Joined(separator) => Some(separator),
        _ => None,
    };
    let name = parameter.name.clone();
    match (parameter.location, ty, separator) {
        (Location::Path, ..) if parameter.style == "label" => {
            ArgumentPlace::Label { name, separator: if parameter.explode { "." } else { "," }.to_owned() }
        }
        (Location::Path, ..) if parameter.style == "matrix" => ArgumentPlace::Matrix { name, each: parameter.explode },
        (Location::Cookie, ..) => ArgumentPlace::Cookie(name),
        // A list there is joined by a comma.
        (Location::Path, ..) => ArgumentPlace::Path(name),
        (Location::Header, ..) => ArgumentPlace::Header(name),
        (_, Ty::List(_), Some(separator)) => ArgumentPlace::Joined { name, separator },
        (_, Ty::Scalar(Scalar::Boolean), _) if written == Some(WrittenAs::Digit) => ArgumentPlace::Flag(name),
        _ => ArgumentPlace::Query(name),
    }
}

/// Whether values have a form as text: scalars, and lists of them.
pub(super) fn is_text(contract: &Contract, shape: &Shape, depth: usize) -> bool {
    let Some(kind) = shape.types.single() else {
        let scalar = !shape.types.contains(Type::Object) && !shape.types.contains(Type::Array);
        return scalar && !shape.types.is_empty() && shape.alternatives.is_empty();
    };
    let element = || shape.items.map(|id| Shape::of(contract, deciding_schema(contract, id).0));
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
