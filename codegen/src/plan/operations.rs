//! From operations to methods: resource, name, arguments, setters and what the call gives.
//! Types are planned on the way; their names are put in by [`finish`] when they are known.

use std::collections::BTreeSet;

use super::names::Names;
use super::parameters;
use super::shape::{Shape, look};
use super::types::{Builder, Place, Use};
use super::webhooks::{self, Carried};
use super::{Answer, Argument, ArgumentPlace, ArgumentTy, Collisions, MemberPath, Method, Resource, Scalar, Ty};
use super::{forms, methods};
use crate::contract::{Contract, Location, Operation, Parameter, SchemaId, Type, VariantHint};
use crate::document::{Pointer, Span};
use crate::name::{pascal, singular_pascal, snake, type_name};

/// Setters that every request type has.
const TAKEN: [&str; 10] =
    ["send", "send_raw", "send_all", "items", "pages", "feed", "submit", "new", "retry", "timeout"];

/// Modules, features and methods of the client that every crate has.
const TAKEN_RESOURCES: [&str; 15] = [
    "blocking",
    "builder",
    "codecs",
    "default",
    "error_code",
    "full",
    "kontrakt_runtime",
    "lib",
    "records",
    "recorder",
    "request",
    "reqwest",
    "runtime",
    "session",
    "types",
];

/// The methods of one path, in the order of the HTTP standard: a map of them has no order of its own.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

pub(super) fn resources(builder: &mut Builder<'_>) -> (Vec<Resource>, Vec<Carried>) {
    let contract = builder.contract;
    let mut order: Vec<usize> = (0..contract.operations.len()).collect();
    let rank = |at: usize| METHODS.iter().position(|method| *method == contract.operations[at].method);
    // Operations of one path stand together; only among themselves are they sorted.
    let mut start = 0;
    while start < order.len() {
        let path = &contract.operations[order[start]].path;
        let end = order[start..]
            .iter()
            .position(|at| contract.operations[*at].path != *path)
            .map_or(order.len(), |n| start + n);
        order[start..end].sort_by_key(|at| rank(*at));
        start = end;
    }
    let mut resources: Vec<Resource> = Vec::new();
    for at in order {
        let operation = &contract.operations[at];
        let name = methods::resource(operation);
        let index = resources.iter().position(|resource| resource.name == name).unwrap_or_else(|| {
            let tag = operation.tags.first().and_then(|tag| contract.tags.iter().find(|known| known.name == *tag));
            let own = tag.filter(|tag| snake(&tag.name) == name).and_then(|tag| tag.description.clone());
            let given = contract.behaviour.resources.iter().find(|(known, _)| *known == name);
            let own = given.map(|(_, about)| about.clone()).or(own);
            resources.push(Resource { name: name.clone(), description: own, operations: Vec::new() });
            resources.len() - 1
        });
        let alone = [VariantHint::default()];
        let variants = &operation.hints.variants;
        for variant in if variants.is_empty() { alone.as_slice() } else { variants } {
            let method = variant.method.clone().unwrap_or_else(|| methods::method(operation, &name));
            let id = variant.id.clone().unwrap_or_else(|| operation.id.clone());
            let mut planned = Planner { builder, at, operation, resource: &name, index }.plan(id, method);
            planned.summary = variant.summary.clone().or(planned.summary);
            resources[index].operations.push(planned);
        }
    }
    for (name, _) in &contract.behaviour.resources {
        if !resources.iter().any(|resource| resource.name == *name) {
            let (root, pointer) = (&builder.document.root, Pointer::from(["x-resources", name]));
            let message = format!("`x-resources` describes {name:?}, which is no resource");
            let span = builder.document.get(&pointer).unwrap_or(root).span;
            let help = "remove the line, or mend the name";
            builder.complaints.push(builder.document.complain(span, &pointer, message).help(help));
        }
    }
    for resource in &mut resources {
        if TAKEN_RESOURCES.contains(&resource.name.as_str()) {
            let operation = &contract.operations[resource.operations[0].operation];
            let message = format!(
                "a resource cannot be called {:?}: the crate has a module, feature or method of that name",
                resource.name
            );
            let help = "add an overlay action with `x-resource` for its operations";
            builder.complaints.push(builder.document.complain(operation.span, &operation.pointer, message).help(help));
            resource.name.push_str("_resource");
        }
    }
    let webhooks = webhooks::plan(builder, &mut resources);
    unreached(builder, &mut resources);
    unique(builder, &mut resources);
    (resources, webhooks)
}

/// Components that no operation reaches: lines of batch files and of job results that are not declared as such.
fn unreached(builder: &mut Builder<'_>, resources: &mut Vec<Resource>) {
    let mut components: Vec<&(String, SchemaId)> = builder.contract.components.iter().collect();
    components.sort();
    let carried: Vec<SchemaId> = builder.carried();
    let index = resources.len();
    let mut found = false;
    for (name, id) in components {
        if carried.contains(id) {
            continue;
        }
        let (ty, _) = builder.ty(*id, Place::Component(name.clone()));
        if ty.named().is_some() {
            found = true;
            // Nobody says which way they go, so both.
            for sent in [true, false] {
                builder.uses.push(Use { ty: ty.clone(), sent, resource: index });
            }
            builder.records.push((name.clone(), ty, index));
        }
    }
    if found {
        let description = "Records that no call carries: lines of batch files and of job results.".to_owned();
        resources.push(Resource { name: "records".to_owned(), description: Some(description), operations: Vec::new() });
    }
}

/// Two methods of one name in one resource are a complaint, or get the name of their operation.
fn unique(builder: &mut Builder<'_>, resources: &mut [Resource]) {
    for resource in resources {
        let names: Vec<String> = resource.operations.iter().map(|method| method.name.clone()).collect();
        let mut complaints = Vec::new();
        for method in &mut resource.operations {
            if names.iter().filter(|name| **name == method.name).count() > 1 {
                let operation = &builder.contract.operations[method.operation];
                let message = format!("{}().{} would be the name of several operations", resource.name, method.name);
                let help = format!("add an overlay action with `x-method` for {} {}", operation.method, operation.path);
                complaints.push(builder.document.complain(operation.span, &operation.pointer, message).help(help));
                if builder.collisions == Collisions::Qualify {
                    method.name = snake(&method.id);
                }
            }
        }
        builder.complaints.extend(complaints);
        // Two operations may still share an id; the complaint is made, so any name will do.
        let mut known = BTreeSet::new();
        for method in &mut resource.operations {
            while !known.insert(method.name.clone()) {
                method.name = format!("{}_again", method.name.trim_start_matches("r#"));
            }
        }
    }
}

/// Plans one method.
struct Planner<'p, 'c> {
    builder: &'p mut Builder<'c>,
    at: usize,
    operation: &'c Operation,
    resource: &'p str,
    index: usize,
}

impl Planner<'_, '_> {
    fn plan(mut self, id: String, name: String) -> Method {
        let (answer, value) = self.answer(&name);
        if let Answer::Value(ty) | Answer::Page(ty) | Answer::Job(ty) = &answer {
            self.builder.uses.push(Use { ty: ty.clone(), sent: false, resource: self.index });
        }
        if let Some(Body { ty, .. }) = self.body(&name) {
            self.builder.uses.push(Use { ty, sent: true, resource: self.index });
        }
        for parameter in parameters::sent(self.operation) {
            let (ty, _) = parameters::ty(self.builder, self.at, self.resource, parameter);
            let shape = Shape::of(self.builder.contract, look(self.builder.contract, parameter.schema).0);
            if ty == Scalar::String.into() && shape.types.single() == Some(Type::Object) && shape.hints.scalar.is_none()
            {
                let message = format!("the object {:?} has no form as text here", parameter.name);
                let complaint = self.builder.document.complain(parameter.span, &parameter.pointer, message);
                let help =
                    "say how it is written with `contentSchema`, or that the caller writes it with `x-scalar: string`";
                self.builder.complaints.push(complaint.help(help));
            }
            self.builder.uses.push(Use { ty, sent: true, resource: self.index });
        }
        let operation = self.operation;
        Method {
            id,
            operation: self.at,
            name,
            summary: operation.summary.clone().or_else(|| operation.description.clone()),
            arguments: Vec::new(),
            options: Vec::new(),
            answer,
            value,
            retry: operation.hints.retry,
            bulk: None,
            feed: None,
        }
    }

    /// What the call gives, and the path of members to it.
    fn answer(&mut self, method: &str) -> (Answer, MemberPath) {
        let builder = &mut *self.builder;
        let contract = builder.contract;
        let envelope = &contract.behaviour.envelope;
        if let Some(job) = &self.operation.hints.job {
            let record = job.result.as_deref();
            let component = record.and_then(|name| contract.component(name));
            if let (Some(name), None) = (record, component) {
                let message = format!("`x-job` names the component {name:?}, which does not exist");
                let complaint = builder.document.complain(self.operation.span, &self.operation.pointer, message);
                builder.complaints.push(complaint.help("expected the name of a schema under components/schemas"));
            }
            let ty = match component {
                Some(id) => builder.ty(id, Place::Component(record.unwrap_or_default().to_owned())).0,
                None => Scalar::Json.into(),
            };
            return (Answer::Job(ty), envelope.value.first().map(|path| path.as_str().into()).unwrap_or_default());
        }
        let Some(success) = self.operation.success() else { return (Answer::Nothing, MemberPath::default()) };
        let Some(media) = success.json() else {
            let answer = if success.content.is_empty() { Answer::Nothing } else { Answer::Download };
            return (answer, MemberPath::default());
        };
        let Some(root) = media.schema else { return (Answer::Value(Scalar::Json.into()), MemberPath::default()) };
        let (mut schema, mut key) = (self.successful(root), String::new());
        let mut optional = false;
        let mut path: Vec<String> = Vec::new();
        let shape = Shape::of(contract, schema);
        if let Some((name, id, _)) =
            envelope.value.iter().find_map(|name| shape.members.iter().find(|(key, ..)| key == name))
        {
            (schema, key) = (*id, name.clone());
            path.push(name.clone());
        }
        let mut shape = Shape::of(contract, schema);
        let success = envelope.success.as_ref();
        if is_nothing(&shape) || success.is_some_and(|success| says_only(&shape, &success.member)) {
            return (Answer::Nothing, MemberPath::default());
        }
        let root_place = |at: usize, key: &str, name: String, resource: &str| {
            let entity =
                if key.is_empty() || envelope_key(key) { singular_pascal(resource) } else { singular_pascal(key) };
            Place::Root { name, entity: type_name(&entity), operation: at }
        };
        if let Some((items, id)) = self.paged(&shape) {
            path.push(items.clone());
            let builder = &mut *self.builder;
            let element = Shape::of(contract, look(contract, id).0).items;
            let place = root_place(self.at, &items, answer_name(self.resource, method, true), self.resource);
            let ty = element.map_or(Scalar::Json.into(), |id| builder.ty(id, place).0);
            return (Answer::Page(ty), MemberPath(path));
        }
        if let Some(pinned) = &self.operation.hints.value {
            path.clear();
            let mut node = root;
            for member in pinned.split('/').filter(|member| !member.is_empty()) {
                let shape = Shape::of(contract, look(contract, node).0);
                // A number is a place in a list.
                let item = shape.items.filter(|_| member.bytes().all(|byte| byte.is_ascii_digit()));
                let found = shape.members.into_iter().find(|(name, ..)| name == member).map(|(_, id, _)| id);
                let Some(id) = item.or(found) else {
                    let message = format!("`x-value: {pinned}` names the member {member:?}, which does not exist");
                    let complaint =
                        self.builder.document.complain(self.operation.span, &self.operation.pointer, message);
                    self.builder.complaints.push(complaint.help("expected members of the answer, separated by `/`"));
                    break;
                };
                if item.is_none() {
                    member.clone_into(&mut key);
                }
                node = id;
                path.push(member.to_owned());
            }
            schema = node;
            shape = Shape::of(contract, schema);
        } else if envelope.unwrap_single
            && let Some((name, id, required)) = only(contract, &shape)
        {
            (schema, key, optional) = (id, name.clone(), !required);
            path.push(name);
            shape = Shape::of(contract, schema);
        }
        let list = shape.types.single() == Some(Type::Array);
        let place = root_place(self.at, &key, answer_name(self.resource, method, list), self.resource);
        let (ty, nullable) = self.builder.ty(schema, place);
        let ty = if nullable || optional { Ty::Optional(Box::new(ty)) } else { ty };
        (Answer::Value(ty), MemberPath(path))
    }

    /// Where an answer says by a member whether the call worked: the alternative that says it did.
    fn successful(&self, root: SchemaId) -> SchemaId {
        let contract = self.builder.contract;
        let Some(success) = &contract.behaviour.envelope.success else { return root };
        let shape = Shape::of(contract, root);
        let says_so = |id: &&SchemaId| {
            let alternative = Shape::of(contract, **id);
            let member = alternative.members.iter().find(|(name, ..)| *name == success.member);
            let values = member.and_then(|(_, id, _)| Shape::of(contract, *id).values);
            values.is_some_and(|values| values.iter().any(|value| value.as_str() == Some(&success.equals)))
        };
        shape.alternatives.iter().find(says_so).copied().unwrap_or(root)
    }

    /// The member with the items, if this is a paged list.
    fn paged(&self, shape: &Shape) -> Option<(String, SchemaId)> {
        let contract = self.builder.contract;
        let paging = contract.behaviour.paging.as_ref()?;
        if self.operation.hints.paging == Some(false) {
            return None;
        }
        let takes_page = |one: &Parameter| one.location == Location::Query && one.name == paging.page;
        if !self.operation.parameters.iter().any(takes_page) {
            return None;
        }
        let about_pages: Vec<&str> = [&paging.current, &paging.pages, &paging.total]
            .into_iter()
            .flatten()
            .filter_map(|path| path.split('/').next())
            .collect();
        let has = |name: &&str| shape.members.iter().any(|(key, ..)| key == name);
        if about_pages.is_empty() || !about_pages.iter().all(has) {
            return None;
        }
        let mut lists = shape.members.iter().filter(|(_, id, _)| {
            let shape = Shape::of(contract, look(contract, *id).0);
            shape.types.single() == Some(Type::Array)
        });
        let (name, id, _) = lists.next()?;
        lists.next().is_none().then(|| (name.clone(), *id))
    }

    /// What the caller gives of the request body.
    fn body(&mut self, method: &str) -> Option<Body> {
        let contract = self.builder.contract;
        let body = self.operation.body.as_ref()?;
        let Some(media) = body.json() else {
            if !body.content.is_empty() && forms::of(self.operation).is_none() {
                let found: Vec<&str> = body.content.iter().map(|media| media.name.as_str()).collect();
                let message = format!("a request body in {} is not supported", found.join(", "));
                let complaint = self.builder.document.complain(self.operation.span, &body.pointer, message);
                self.builder.complaints.push(complaint.help("expected application/json or multipart/form-data"));
            }
            return None;
        };
        let mut schema = media.schema?;
        let mut wrapper = MemberPath::default();
        if let Some(name) = &contract.behaviour.envelope.request
            && let Some((_, id, _)) = Shape::of(contract, schema).members.iter().find(|(key, ..)| key == name)
        {
            schema = *id;
            wrapper.0.push(name.clone());
        }
        let (mut argument, mut docs) = ("body".to_owned(), Vec::new());
        // A body that is nothing but a list: the list is the argument.
        if contract.behaviour.envelope.unwrap_single
            && let Some((name, id, true)) = only(contract, &Shape::of(contract, schema))
            && Shape::of(contract, look(contract, id).0).types.single() == Some(Type::Array)
        {
            schema = id;
            argument = snake(&name);
            wrapper.0.push(name);
            docs = super::docs_of(contract[id].description.as_deref()).unwrap_or_default();
        }
        let name = body_name(self.resource, method);
        let list = Shape::of(contract, look(contract, schema).0).types.single() == Some(Type::Array);
        let name = if list { format!("{name}Item") } else { name };
        let place = Place::Root { entity: name.clone(), name, operation: self.at };
        Some(Body { name: argument, ty: self.builder.ty(schema, place).0, path: wrapper, docs })
    }
}

/// What the caller gives of a request body.
struct Body {
    name: String,
    ty: Ty,
    /// Where it stands in the body.
    path: MemberPath,
    docs: Vec<String>,
}

/// Keys of envelopes say nothing about what is inside.
fn envelope_key(key: &str) -> bool {
    matches!(key, "data" | "result" | "items" | "value")
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
fn only(contract: &Contract, shape: &Shape) -> Option<(String, SchemaId, bool)> {
    let [(name, id, required)] = shape.members.as_slice() else { return None };
    let plain = shape.alternatives.is_empty() && shape.others.is_none();
    (plain && contract[*id].hints.aliases.is_empty()).then(|| (name.clone(), *id, *required))
}

/// An object with this member alone.
fn says_only(shape: &Shape, member: &str) -> bool {
    matches!(shape.members.as_slice(), [(name, ..)] if name == member)
}

/// Puts arguments and setters into the methods, now that types have names.
pub(super) fn finish(builder: &mut Builder<'_>, resources: &mut [Resource], names: &Names) {
    let contract = builder.contract;
    for (index, resource) in resources.iter_mut().enumerate() {
        for method in &mut resource.operations {
            let operation = &contract.operations[method.operation];
            let variant = variant(operation, &method.id);
            let mut body = None;
            if operation.body.is_some() {
                let mut planner = Planner { builder, at: method.operation, operation, resource: &resource.name, index };
                // Complaints about the body have been made.
                let known = planner.builder.complaints.len();
                body = planner.body(&method.name);
                planner.builder.complaints.truncate(known);
            }
            let mut takes: Vec<(Argument, bool, Span, Pointer)> = Vec::new();
            for parameter in parameters::sent(operation) {
                let (wanted, required) = match variant {
                    Some(one) => (one.parameters.contains(&parameter.name), one.required.contains(&parameter.name)),
                    None => (true, parameter.required),
                };
                if !wanted {
                    continue;
                }
                let (ty, place) = parameters::ty(builder, method.operation, &resource.name, parameter);
                let argument = parameters::argument(contract, parameter, names.map(&ty), place);
                takes.push((argument, required, parameter.span, parameter.pointer.clone()));
            }
            for (schema, argument, required) in
                forms::of(operation).map_or(Vec::new(), |form| forms::fields(builder, form))
            {
                let schema = &contract[schema];
                takes.push((argument, required, schema.span, schema.pointer.clone()));
            }
            for (mut argument, required, span, pointer) in takes {
                let taken = |name: &str| method.arguments.iter().chain(&method.options).any(|known| known.name == name);
                if taken(&argument.name) {
                    let message = format!("two parameters of {} would be called {}", method.id, argument.name);
                    let complaint = builder.document.complain(span, &pointer, message);
                    builder.complaints.push(complaint.help("add an overlay action with `x-name` for one of them"));
                    while taken(&argument.name) {
                        argument.name = format!("{}_parameter", argument.name.trim_start_matches("r#"));
                    }
                }
                if required {
                    method.arguments.push(argument);
                } else {
                    if TAKEN.contains(&argument.name.as_str()) {
                        argument.name = format!("with_{}", argument.name);
                    }
                    method.options.push(argument);
                }
            }
            if let Some(Body { name, ty, path, docs }) = body {
                let taken = |name: &str| method.arguments.iter().any(|one| one.name == name);
                let name = [&*name, "body"].into_iter().find(|name| !taken(name)).unwrap_or("content");
                method.arguments.push(Argument {
                    name: name.to_owned(),
                    ty: ArgumentTy::of_json(names.map(&ty)),
                    place: ArgumentPlace::Body(path),
                    docs,
                    deprecated: None,
                });
            }
        }
    }
}

/// One of the calls that share an operation.
fn variant<'o>(operation: &'o Operation, id: &str) -> Option<&'o VariantHint> {
    operation.hints.variants.iter().find(|variant| variant.id.as_deref() == Some(id))
}

/// What the type of an answer is called when nothing else names it.
fn answer_name(resource: &str, method: &str, element: bool) -> String {
    let entity = singular_pascal(resource);
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let rest = pascal(rest);
    let name = match verb {
        "get" if rest.starts_with("By") || rest.is_empty() => format!("{entity}Detail"),
        "get" => format!("{entity}{rest}Detail"),
        "list" if element => format!("{entity}{rest}ListItem"),
        "create" => format!("{entity}{rest}Created"),
        "update" => format!("{entity}{rest}Updated"),
        "delete" => format!("{entity}{rest}Deleted"),
        _ if element => format!("{entity}{}", singular_pascal(method)),
        _ => format!("{entity}{}", pascal(method)),
    };
    type_name(&name)
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

impl Builder<'_> {
    /// Schemas that some operation or webhook carries, components through references included.
    fn carried(&self) -> Vec<SchemaId> {
        let contract = self.contract;
        let mut waiting: Vec<SchemaId> = super::errors::component(self).into_iter().collect();
        for operation in contract.operations.iter().chain(&contract.webhooks) {
            waiting.extend(operation.parameters.iter().map(|parameter| parameter.schema));
            waiting.extend(operation.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema));
            let responses = operation.responses.iter();
            waiting.extend(responses.flat_map(|response| &response.content).filter_map(|media| media.schema));
            let job = operation.hints.job.as_ref().and_then(|job| job.result.as_deref());
            waiting.extend(job.and_then(|name| contract.component(name)));
        }
        let mut seen = vec![false; contract.schema_count()];
        while let Some(id) = waiting.pop() {
            if !std::mem::replace(&mut seen[id.0 as usize], true) {
                waiting.extend(contract[id].children());
            }
        }
        contract.schemas().map(|(id, _)| id).filter(|id| seen[id.0 as usize]).collect()
    }
}
