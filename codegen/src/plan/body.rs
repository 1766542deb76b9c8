//! The JSON body of a call: the whole body, or the part inside the envelope.

use super::answer::only;
use super::calls::Call;
use super::drafts::{DraftId, Drafter, Origin};
use super::model::Argument;
use super::shape::{Shape, look};
use super::ty::{ArgumentPlace, ArgumentTy, MemberPath};
use super::{docs, forms};
use crate::contract::{Body, Contract, SchemaId, Type};
use crate::name::{pascal, singular_pascal, snake, type_name};

/// The body of a call, as an argument.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> Option<Argument<DraftId>> {
    let contract = drafter.contract();
    let body = call.operation.body.as_ref()?;
    let Some(media) = body.json() else {
        if !body.content.is_empty() && forms::of(call.operation).is_none() {
            unsupported(drafter, body);
        }
        return None;
    };
    let (mut schema, mut path) = (media.schema?, MemberPath::default());
    if let Some(name) = &contract.behaviour.envelope.request
        && let Some((_, id, _)) = Shape::of(contract, schema).members.iter().find(|(key, ..)| key == name)
    {
        schema = *id;
        path.0.push(name.clone());
    }
    let (mut argument, mut docs) = ("body".to_owned(), Vec::new());
    // A body that is nothing but a list: the list is the argument.
    if contract.behaviour.envelope.unwrap_single
        && let Some((name, id, true)) = only(contract, &Shape::of(contract, schema))
        && is_list(contract, id)
    {
        schema = id;
        argument = snake(&name);
        docs = docs::prose(contract[id].description.as_deref()).unwrap_or_default();
        path.0.push(name);
    }
    let name = body_name(&call.resource, &call.name);
    let name = if is_list(contract, schema) { format!("{name}Item") } else { name };
    let origin = Origin::Root { entity: name.clone(), name, operation: call.operation.id.clone() };
    let ty = ArgumentTy::of_json(drafter.ty(schema, origin).0);
    let (place, pointer) = (ArgumentPlace::Body(path), body.pointer.clone());
    Some(Argument { name: argument, ty, place, docs, deprecated: None, pointer })
}

fn unsupported(drafter: &Drafter<'_, '_>, body: &Body) {
    let found: Vec<&str> = body.content.iter().map(|media| media.name.as_str()).collect();
    let message = format!("a request body in {} is not supported", found.join(", "));
    drafter.context.about_place(&body.pointer, message, "expected application/json or multipart/form-data");
}

fn is_list(contract: &Contract, schema: SchemaId) -> bool {
    Shape::of(contract, look(contract, schema).0).types.single() == Some(Type::Array)
}

/// What the type of a request body is called when nothing else names it.
fn body_name(resource: &str, method: &str) -> String {
    let entity = singular_pascal(resource);
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let name = match verb {
        "create" | "update" | "delete" => format!("{entity}{}{}", pascal(rest), pascal(verb)),
        _ => format!("{entity}{}Input", pascal(method)),
    };
    type_name(&name)
}
