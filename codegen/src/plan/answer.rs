//! The result of a call: the value inside the envelope, a page of a list, a job, a file, or nothing.

use super::calls::Call;
use super::context::Context;
use super::drafts::{DraftId, Drafter, Origin};
use super::locked;
use super::model::Answer;
use super::shape::{Shape, deciding_schema};
use super::ty::{MemberPath, Scalar, Ty};
use crate::contract::{Contract, JobHint, Location, Operation, Parameter, SchemaId, Type};
use crate::name::{pascal, singular_pascal, snake, type_name};

/// What a call gives, and where that stands in the answer.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> (Answer<DraftId>, MemberPath) {
    let contract = drafter.contract();
    if let Some(says) = &call.operation.hints.job {
        let value = contract.behaviour.envelope.value.first().map(|path| MemberPath::from(path.as_str()));
        return (Answer::Job(job(drafter, call, says)), value.unwrap_or_default());
    }
    let without = |answer| (answer, MemberPath::default());
    let Some(success) = call.operation.success() else { return without(Answer::Nothing) };
    let Some(media) = success.json() else {
        return without(if success.content.is_empty() { Answer::Nothing } else { Answer::Download });
    };
    let Some(root) = media.schema else { return without(Answer::Value(Scalar::Json.into())) };
    let successes = successes(call.operation);
    let root = if successes.len() > 1 { contract.chosen(&successes).unwrap_or(root) } else { root };
    let enveloped = enveloped(contract, successful(contract, root));
    let shape = Shape::of(contract, enveloped.schema);
    let success = contract.behaviour.envelope.success.as_ref();
    if is_nothing(&shape) || success.is_some_and(|success| says_only(&shape, &success.member)) {
        return without(Answer::Nothing);
    }
    let had = locked::value_in(drafter.context.lock, &locked::answer_place(call.operation), &enveloped.path);
    if let Some((key, list)) = paged(contract, call, &shape, had.as_deref()) {
        let origin = origin(call, &key, true);
        let element = Shape::of(contract, deciding_schema(contract, list).0).items;
        let ty = element.map_or(Scalar::Json.into(), |id| drafter.ty(id, origin).0);
        return (Answer::Page(ty), enveloped.member(key, list, false).path);
    }
    let value = match &call.operation.hints.value {
        Some(path) => pinned(drafter.context, call, root, path, enveloped.key),
        None => enveloped.unwrapped(contract, &shape, had.as_deref()),
    };
    let list = Shape::of(contract, value.schema).types.single() == Some(Type::Array);
    let (ty, nullable) = drafter.ty(value.schema, origin(call, &value.key, list));
    // Beside an answer with a value, one without.
    let empty = drafter.context.of_others && call.operation.successes().any(|answer| answer.content.is_empty());
    let ty = if nullable || value.optional || empty { ty.optional() } else { ty };
    (Answer::Value(ty), value.path)
}

/// The schemas of the JSON answers of a call that worked, each once.
pub(super) fn successes(operation: &Operation) -> Vec<SchemaId> {
    let mut schemas: Vec<SchemaId> = Vec::new();
    for schema in operation.successes().filter_map(|answer| answer.json()?.schema) {
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    schemas
}

/// The type of a line of a job's result.
fn job(drafter: &mut Drafter<'_, '_>, call: &Call<'_>, says: &JobHint) -> Ty<DraftId> {
    let Some(name) = &says.result else { return Scalar::Json.into() };
    match drafter.contract().component(name) {
        Some(id) => drafter.ty(id, Origin::Component(name.clone())).0,
        None => {
            let message = format!("`x-job` names the component {name:?}, which does not exist");
            let help = "expected the name of a schema under components/schemas";
            drafter.context.about_operation(call.operation, message, help);
            Scalar::Json.into()
        }
    }
}

/// A place in an answer.
#[derive(Debug)]
struct Inside {
    schema: SchemaId,
    /// The last member on the way; empty at the root.
    key: String,
    path: MemberPath,
    optional: bool,
}

impl Inside {
    fn root(schema: SchemaId) -> Self {
        Self { schema, key: String::new(), path: MemberPath::default(), optional: false }
    }

    /// A member of this.
    fn member(mut self, key: String, schema: SchemaId, optional: bool) -> Self {
        self.path.0.push(key.clone());
        Self { schema, key, optional, ..self }
    }

    /// The one member of an object that has no other, where the envelope says that it is the value; or the one that was.
    fn unwrapped(self, contract: &Contract, shape: &Shape, had: Option<&str>) -> Self {
        let had = had.and_then(|had| shape.members.iter().find(|(name, ..)| name == had)).cloned();
        match had.or_else(|| only(contract, shape)).filter(|_| contract.behaviour.envelope.unwrap_single) {
            Some((name, schema, required)) => self.member(name, schema, !required),
            None => self,
        }
    }
}

/// The value inside the envelope.
fn enveloped(contract: &Contract, root: SchemaId) -> Inside {
    let members = Shape::of(contract, root).members;
    let names = &contract.behaviour.envelope.value;
    let found = names.iter().find_map(|name| members.iter().find(|(key, ..)| key == name));
    match found {
        Some((key, schema, _)) => Inside::root(root).member(key.clone(), *schema, false),
        None => Inside::root(root),
    }
}

/// The place that `x-value` names; `key` where it names none.
fn pinned(context: &Context<'_>, call: &Call<'_>, root: SchemaId, path: &str, key: String) -> Inside {
    let contract = context.contract;
    let mut inside = Inside { key, ..Inside::root(root) };
    for member in MemberPath::from(path).0 {
        let shape = Shape::of(contract, deciding_schema(contract, inside.schema).0);
        // A number is a place in a list.
        let item = shape.items.filter(|_| member.bytes().all(|byte| byte.is_ascii_digit()));
        let found = shape.members.into_iter().find(|(name, ..)| *name == member).map(|(_, id, _)| id);
        let Some(schema) = item.or(found) else {
            let message = format!("`x-value: {path}` names the member {member:?}, which does not exist");
            context.about_operation(call.operation, message, "expected members of the answer, separated by `/`");
            break;
        };
        let key = inside.key.clone();
        inside = inside.member(member, schema, false);
        if item.is_some() {
            inside.key = key;
        }
    }
    inside
}

/// What the type of the value is named after.
fn origin(call: &Call<'_>, key: &str, list: bool) -> Origin {
    // Keys of envelopes say nothing about what is inside.
    let says_nothing = matches!(key, "" | "data" | "result" | "items" | "value");
    let entity = singular_pascal(if says_nothing { &call.resource } else { key });
    let name = answer_name(&call.resource, &call.name, list);
    Origin::Root { name, entity: type_name(&entity), operation: call.operation.id.clone() }
}

/// Where an answer says by a member whether the call worked: the alternative that says it did.
fn successful(contract: &Contract, root: SchemaId) -> SchemaId {
    let Some(success) = &contract.behaviour.envelope.success else { return root };
    let says_so = |id: &SchemaId| {
        let alternative = Shape::of(contract, *id);
        let member = alternative.members.iter().find(|(name, ..)| *name == success.member);
        let values = member.and_then(|(_, id, _)| Shape::of(contract, *id).values);
        values.is_some_and(|values| values.iter().any(|value| value.as_str() == Some(&success.equals)))
    };
    Shape::of(contract, root).alternatives.into_iter().find(says_so).unwrap_or(root)
}

/// The member with the items, if this is a paged list: the only list, or of several the one that was it, or the one with
/// the name of the path.
fn paged(contract: &Contract, call: &Call<'_>, shape: &Shape, had: Option<&str>) -> Option<(String, SchemaId)> {
    let paging = contract.behaviour.paging.as_ref()?;
    if call.operation.hints.paging == Some(false) {
        return None;
    }
    let takes_page = |one: &Parameter| one.location == Location::Query && one.name == paging.page;
    if !call.operation.parameters.iter().any(takes_page) {
        return None;
    }
    let about_pages = [&paging.current, &paging.pages, &paging.total].into_iter().flatten();
    let about_pages: Vec<String> =
        about_pages.filter_map(|path| MemberPath::from(path.as_str()).0.into_iter().next()).collect();
    let has = |name: &String| shape.members.iter().any(|(key, ..)| key == name);
    if about_pages.is_empty() || !about_pages.iter().all(has) {
        return None;
    }
    let is_list =
        |id: SchemaId| Shape::of(contract, deciding_schema(contract, id).0).types.single() == Some(Type::Array);
    let lists: Vec<_> = shape.members.iter().filter(|(_, id, _)| is_list(*id)).collect();
    let segment = call.operation.path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let called = |wanted: &str| lists.iter().find(|(name, ..)| snake(name) == snake(wanted));
    let found = match lists.as_slice() {
        [only] => Some(only),
        _ => had.and_then(called).or_else(|| called(segment)),
    };
    found.map(|(name, id, _)| (name.clone(), *id))
}

/// The parameter with the size of pages, and the largest size, of a paged list that takes one.
pub(super) fn page_size(contract: &Contract, call: &Call<'_>, answer: &Answer<DraftId>) -> Option<(String, u64)> {
    let size = contract.behaviour.paging.as_ref()?.size.as_ref().filter(|_| matches!(answer, Answer::Page(_)))?;
    let is_size = |one: &&Parameter| one.location == Location::Query && one.name == *size;
    let parameter = call.operation.parameters.iter().find(is_size)?;
    Some((size.clone(), contract[contract.resolve(parameter.schema)].maximum.as_ref()?.as_u64()?))
}

/// An answer that carries no value: null, or an object of which nothing is known.
fn is_nothing(shape: &Shape) -> bool {
    let only_object = shape.types.iter().all(|kind| kind == Type::Object);
    only_object
        && shape.members.is_empty()
        && shape.others.is_none()
        && shape.alternatives.is_empty()
        && shape.values.is_none()
}

/// The one member of an object that has no other, unless it goes by several names: those are known to a field.
pub(super) fn only(contract: &Contract, shape: &Shape) -> Option<(String, SchemaId, bool)> {
    let [(name, id, required)] = shape.members.as_slice() else { return None };
    let plain = shape.alternatives.is_empty() && shape.others.is_none();
    (plain && contract[*id].hints.aliases.is_empty()).then(|| (name.clone(), *id, *required))
}

/// An object with this member alone.
fn says_only(shape: &Shape, member: &str) -> bool {
    matches!(shape.members.as_slice(), [(name, ..)] if name == member)
}

/// What the type of an answer is called when nothing else names it.
fn answer_name(resource: &str, method: &str, element: bool) -> String {
    let entity = singular_pascal(resource);
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let rest = pascal(rest);
    let name = match verb {
        "get" if rest.starts_with("By") || rest.is_empty() => format!("{entity}Detail"),
        "get" => format!("{entity}{rest}Detail"),
        "list" if element => format!("{entity}{rest}Summary"),
        "create" => format!("{entity}{rest}CreateOutcome"),
        "update" => format!("{entity}{rest}UpdateOutcome"),
        "delete" => format!("{entity}{rest}DeleteOutcome"),
        _ if element => format!("{entity}{}", singular_pascal(method)),
        _ => format!("{entity}{}", pascal(method)),
    };
    type_name(&name)
}
