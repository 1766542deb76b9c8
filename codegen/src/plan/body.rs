//! The JSON body of a call: the whole body, or the part inside the envelope.

use super::answer::only;
use super::calls::Call;
use super::drafts::{DraftId, Drafter, Origin};
use super::forms;
use super::locked;
use super::model::Argument;
use super::prose::prose;
use super::shape::{Shape, deciding_schema};
use super::ty::{ArgumentPlace, ArgumentTy, MemberPath, Scalar};
use crate::contract::{Contract, Encoding, MediaType, SchemaId, Type};
use crate::name::{pascal, singular_pascal, snake, type_name};

/// The body of a call, as an argument, and whether the call must have it.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> Option<(Argument<DraftId>, bool)> {
    // Who writes a specification of his own says by `required: false` that nobody thought of it.
    let required = call.operation.body.as_ref()?.required || !drafter.context.of_others;
    Some((whole(drafter, call)?, required))
}

fn whole(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> Option<Argument<DraftId>> {
    let contract = drafter.contract();
    let body = call.operation.body.as_ref()?;
    let Some(media) = body.json() else {
        // A form of several parts is taken field by field.
        let other = body.content.first().filter(|_| forms::of(contract, call.operation).is_none())?;
        let form = body.content.iter().find(|media| media.essence() == PAIRS);
        return Some(form.and_then(|form| pairs(drafter, call, form)).unwrap_or_else(|| as_it_is(contract, other)));
    };
    if let Some(form) = body.content.iter().find(|other| other.essence() == "multipart/form-data") {
        let message = format!("{} also takes a form of several parts, which its method does not send", call.id);
        let help = "take the JSON out of the body in an overlay, if the form is what is wanted";
        drafter.context.remark_place(&form.pointer, message, help);
    }
    let Some(schema) = media.schema else {
        let ty = ArgumentTy::of_json(Scalar::Json.into());
        return Some(argument(ty, ArgumentPlace::Body(MemberPath::default()), media));
    };
    let (mut schema, mut path) = (schema, MemberPath::default());
    if let Some(name) = &contract.behaviour.envelope.request
        && let Some((_, id, _)) = Shape::of(contract, schema).members.iter().find(|(key, ..)| key == name)
    {
        schema = *id;
        path.0.push(name.clone());
    }
    let (mut name_of_argument, mut docs) = ("body".to_owned(), Vec::new());
    // A body that is nothing but a list: the list is the argument, and stays it when it gets neighbours that may be absent.
    let shape = Shape::of(contract, schema);
    let had = locked::value_in(drafter.context.lock, &locked::body_place(call.operation), &path);
    let had = had.and_then(|had| {
        let (kept, beside): (Vec<_>, Vec<_>) = shape.members.iter().partition(|(name, ..)| *name == had);
        kept.into_iter().next().filter(|_| beside.iter().all(|(.., required)| !required)).cloned()
    });
    if contract.behaviour.envelope.unwrap_single
        && let Some((name, id, true)) = had.or_else(|| only(contract, &shape))
        && is_list(contract, id)
    {
        schema = id;
        name_of_argument = snake(&name);
        docs = prose(contract[id].description.as_deref()).unwrap_or_default();
        path.0.push(name);
    }
    let name = body_name(&call.resource, &call.name, is_list(contract, schema));
    let origin = Origin::Root { entity: name.clone(), name, operation: call.operation.id.clone() };
    // Null is a value that is sent, and other than no body: `None` writes it, and leaving the body out is not to call
    // the setter.
    let ty = match drafter.ty(schema, origin) {
        (ty, true) if ty != Scalar::Json.into() => ty.optional(),
        (ty, _) => ty,
    };
    let ty = ArgumentTy::of_json(ty);
    let (place, pointer) = (ArgumentPlace::Body(path), body.pointer.clone());
    Some(Argument { name: name_of_argument, ty, place, docs, gap: None, deprecated: None, pointer })
}

const PAIRS: &str = "application/x-www-form-urlencoded";

/// A form of keys and values: the members of an object.
fn pairs(drafter: &mut Drafter<'_, '_>, call: &Call<'_>, form: &MediaType) -> Option<Argument<DraftId>> {
    let contract = drafter.contract();
    let schema = form.schema?;
    if Shape::of(contract, deciding_schema(contract, schema).0).types.single() != Some(Type::Object) {
        return None;
    }
    let name = body_name(&call.resource, &call.name, false);
    let origin = Origin::Root { entity: name.clone(), name, operation: call.operation.id.clone() };
    let named = |is: fn(&Encoding) -> bool| {
        let names = form.encodings.iter().filter(|(_, one)| is(one)).map(|(name, _)| name.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    let place = ArgumentPlace::Pairs {
        deep: named(|one| one.style == "deepObject"),
        joined: named(|one| one.style == "form" && !one.explode),
    };
    let ty = ArgumentTy::of_json(drafter.ty(schema, origin).0);
    Some(argument(ty, place, form))
}

/// A body that is a text to its writer, or a file.
fn as_it_is(contract: &Contract, media: &MediaType) -> Argument<DraftId> {
    let essence = media.essence();
    let is_file = media.schema.is_none_or(|schema| {
        let shape = Shape::of(contract, deciding_schema(contract, schema).0);
        shape.format.as_deref() == Some("binary") || shape.types.single() != Some(Type::String)
    });
    let is_text = essence.starts_with("text/") || essence.ends_with("xml") || essence.ends_with("yaml");
    // Nobody sends what may be anything.
    let name = if essence.contains('*') { "application/octet-stream".to_owned() } else { media.name.clone() };
    match is_text || (!is_file && essence == PAIRS) {
        true => argument(ArgumentTy::Str, ArgumentPlace::Text(name), media),
        false => argument(ArgumentTy::Upload, ArgumentPlace::Raw(name), media),
    }
}

fn argument(ty: ArgumentTy<DraftId>, place: ArgumentPlace, media: &MediaType) -> Argument<DraftId> {
    let pointer = media.pointer.clone();
    Argument { name: "body".to_owned(), ty, place, docs: Vec::new(), gap: None, deprecated: None, pointer }
}

fn is_list(contract: &Contract, schema: SchemaId) -> bool {
    Shape::of(contract, deciding_schema(contract, schema).0).types.single() == Some(Type::Array)
}

/// What the type of a request body is called when nothing else names it, or that of its elements when it is a list.
fn body_name(resource: &str, method: &str, element: bool) -> String {
    let entity = singular_pascal(resource);
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let name = match verb {
        "create" | "update" | "delete" => format!("{entity}{}{}", pascal(rest), pascal(verb)),
        _ if element => format!("{entity}{}Entry", pascal(method)),
        _ => format!("{entity}{}Body", pascal(method)),
    };
    type_name(&name)
}
