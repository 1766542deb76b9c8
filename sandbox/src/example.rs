//! Requests that the contract allows, about records that are there: a beginning for people and for tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kontrakt_codegen::contract::{Form as Written, Location, Operation, Parameter, SecurityKind};
use kontrakt_codegen::path::PathTemplate;
use kontrakt_conformance::routing::encode;
use serde_json::{Map, Value, json};

use crate::CREDENTIAL;
use crate::maker::Fill;
use crate::message::Request;
use crate::model::{Action, By, Form, Plan, path_members};
use crate::sandbox::Sandbox;
use crate::state::{Making, State, text_of, values_at};
use crate::turn::put;

/// What stands between the parts of a form.
const BOUNDARY: &str = "sandbox-boundary";

impl Sandbox {
    /// A request of an operation: what it needs and no more, with credentials, about a record that is there.
    /// `None` where there is no such operation.
    pub fn example(&self, operation: &str) -> Option<Request> {
        let plan = self.0.model.plan(operation)?;
        let mut now = self.lock();
        let making = self.making(self.moment(&now));
        let mut request = Request::new(plan.operation.method.clone(), "");
        let arguments = arguments(making, &mut now.state, plan);
        let mut query = Vec::new();
        let mut values = Vec::new();
        for parameter in &plan.operation.parameters {
            let known = arguments.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| {
                match making.model.schemas.items(&[parameter.schema]) {
                    Some(_) => json!([value]),
                    None => json!(value),
                }
            });
            let wanted = parameter.required || known.is_some() || is_variant(plan.operation, &parameter.name);
            if !wanted {
                continue;
            }
            let mut maker = making.maker(making.seed_of(1, &parameter.name), Fill::Rich);
            maker.depth = 4;
            let texts = texts(making, parameter, &maker.make(&[parameter.schema], &parameter.name, known.as_ref()));
            match parameter.location {
                Location::Query => {
                    query.extend(texts.iter().map(|text| format!("{}={}", encode(&parameter.name), encode(text))))
                }
                Location::Path => values.push((parameter.name.clone(), texts.into_iter().next().unwrap_or_default())),
                Location::Header => {
                    request.headers.extend(texts.into_iter().map(|text| (parameter.name.clone(), text)))
                }
                Location::Cookie => {}
            }
        }
        query.extend(self.show(plan.operation, &mut request));
        let mut url = fill(&plan.operation.path, &values);
        if !query.is_empty() {
            url = format!("{url}?{}", query.join("&"));
        }
        request.url = url;
        let form = plan.operation.body.as_ref().and_then(|body| body.content.first()).map(|media| media.essence());
        if form.as_deref() == Some("multipart/form-data") {
            request.body = self.parts(plan.operation).into_bytes();
            request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        } else if let Some(body) = self.body(making, &mut now.state, plan) {
            request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            request = request.json(&body);
        }
        Some(request)
    }

    /// Adds the credential that an operation needs; as a part of the query, where it goes there.
    fn show(&self, operation: &Operation, request: &mut Request) -> Option<String> {
        let contract = self.0.model.contract;
        let needed = operation.security.as_ref().or(contract.security.as_ref())?;
        let mut shown = None;
        for (name, _) in needed.first()? {
            let scheme = contract.security_schemes.iter().find(|scheme| scheme.name == *name)?;
            let (name, value) = match &scheme.kind {
                SecurityKind::Header(name) => (name.clone(), CREDENTIAL.to_owned()),
                SecurityKind::Query(name) => {
                    shown = Some(format!("{}={CREDENTIAL}", encode(name)));
                    continue;
                }
                SecurityKind::Cookie(name) => ("cookie".to_owned(), format!("{name}={CREDENTIAL}")),
                SecurityKind::Basic => {
                    ("authorization".to_owned(), format!("Basic {}", STANDARD.encode(format!("user:{CREDENTIAL}"))))
                }
                _ => ("authorization".to_owned(), format!("Bearer {CREDENTIAL}")),
            };
            request.headers.push((name, value));
        }
        shown
    }

    /// A small file for each part of a form that must be there.
    fn parts(&self, operation: &Operation) -> String {
        let schema = operation.body.as_ref().and_then(|body| body.content.first()?.schema);
        let required = schema.map(|schema| self.0.model.contract.merged(schema).required.clone()).unwrap_or_default();
        let part = |(name, _): &(String, kontrakt_codegen::contract::SchemaId)| {
            format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}.txt\"\r\n\r\nsandbox\r\n"
            )
        };
        let parts: String = required.iter().map(part).collect();
        format!("{parts}--{BOUNDARY}--\r\n")
    }

    fn body(&self, making: Making<'_>, state: &mut State, plan: &Plan) -> Option<Value> {
        let schema = plan.operation.body.as_ref()?.json()?.schema?;
        let mut known = json!({});
        if let Some(place) = plan.body.as_ref().filter(|_| matches!(plan.action, Action::Update | Action::Delete))
            && place.form == Form::List
        {
            let key = existing(making, state, plan).unwrap_or_default();
            let item = match making.model.schemas.is_object(&place.slot) {
                true => key,
                false => key.as_object().and_then(|key| key.values().next().cloned()).unwrap_or_default(),
            };
            put(&mut known, &place.path, json!([item]));
        } else if let Some(place) = plan.body.as_ref().filter(|place| place.form == Form::List) {
            put(&mut known, &place.path, json!([{}]));
        } else if let (Action::Create, Some(place), Some(step)) = (plan.action, &plan.body, plan.steps.last()) {
            for member in &making.model.collections[&step.node].unique {
                let path: Vec<String> = place.path.iter().chain([member]).cloned().collect();
                put(&mut known, &path, json!(format!("example-{}", state.taken.len() + 1)));
            }
        }
        let mut maker = making.maker(making.seed_of(2, &plan.operation.id), Fill::Lean);
        Some(maker.make(&[schema], "", Some(&known)))
    }
}

/// Whether the first of several calls that share a path and a method needs a parameter.
fn is_variant(operation: &Operation, name: &str) -> bool {
    operation.hints.variants.first().is_some_and(|variant| variant.required.iter().any(|one| one == name))
}

/// A path with the values of its variables.
fn fill(path: &str, values: &[(String, String)]) -> String {
    let template = PathTemplate::parse(path);
    let value =
        |name: &str| values.iter().find(|(one, _)| one == name).map_or(String::new(), |(_, value)| encode(value));
    let mut url: String = template.0.iter().map(|segment| format!("/{}", path_members(segment, &value))).collect();
    if path.ends_with('/') {
        url.push('/');
    }
    url
}

/// A value as it is written in a path, a query or a header: one text, or one for each element.
fn texts(making: Making<'_>, parameter: &Parameter, value: &Value) -> Vec<String> {
    let list = |list: &Vec<Value>| list.iter().map(text_of).collect::<Vec<String>>();
    match (parameter.serialization(making.model.contract).form, value) {
        (Written::Joined(joint), Value::Array(values)) => vec![list(values).join(&joint)],
        (_, Value::Array(values)) => list(values),
        (Written::Text, Value::Bool(truth)) if parameter.hints.written_as.is_some() => {
            vec![u8::from(*truth).to_string()]
        }
        (_, value) => vec![text_of(value)],
    }
}

/// What the parameters that name records are given.
fn arguments(making: Making<'_>, state: &mut State, plan: &Plan) -> Vec<(String, String)> {
    let mut arguments: Vec<(String, String)> = Vec::new();
    for (at, step) in plan.steps.iter().enumerate() {
        let Some(parameter) = &step.parameter else { continue };
        let collection = &making.model.collections[&step.node];
        let path = collection.keys.get(parameter).cloned().unwrap_or_default();
        let given = arguments.clone();
        let argument = |name: &str| given.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone());
        let Ok((map, salt)) = making.holder(&mut state.records, &plan.steps[..at], &argument) else { continue };
        let list = making.list(map, step, salt);
        if list.is_empty() && !collection.open {
            list.push(Value::Object(making.record(&step.node, Map::new(), &[], (salt, Fill::Rich))));
        }
        let key = list.iter().find_map(|record| values_at(record, &path).first().map(|value| text_of(value)));
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            arguments.push((parameter.clone(), key));
        }
    }
    let bulk = plan.operation.hints.bulk.as_ref().and_then(|bulk| bulk.parameter.clone());
    if let Some((parameter, key)) = bulk.zip(existing(making, state, plan)) {
        let key = key.as_object().and_then(|key| key.values().next().map(text_of));
        arguments.extend(key.map(|key| (parameter, key)));
    }
    // What deletes records that it selects has to select some.
    if plan.action == Action::Delete
        && arguments.is_empty()
        && plan.body.is_none()
        && let Some(filter) = plan.filters.first()
        && let Some(step) = plan.steps.last().filter(|step| step.parameter.is_none() && !step.node.contains("{}"))
    {
        let list = making.list(&mut state.records, step, 0);
        let value = list.iter().find_map(|record| values_at(record, &filter.path).first().map(|value| text_of(value)));
        arguments.extend(value.map(|value| (filter.parameter.clone(), value)));
    }
    arguments
}

/// The key of a record that is there, by the member that the call names it by.
fn existing(making: Making<'_>, state: &mut State, plan: &Plan) -> Option<Value> {
    let step = plan.steps.last()?;
    if step.node.contains("{}") {
        return None;
    }
    let names = plan.operation.hints.bulk.iter().flat_map(|bulk| bulk.keys.iter().cloned());
    let items = plan.body.as_ref().map(|place| making.model.schemas.members(&place.slot)).unwrap_or_default();
    let collection = &making.model.collections[&step.node];
    let own = collection.keys.values().map(|path| path[path.len() - 1].clone());
    let usual = ["id", "guid", "code"].map(str::to_owned);
    let names: Vec<String> = names.chain(own).chain(usual).collect();
    let list = making.list(&mut state.records, step, 0);
    let record = list.first()?;
    let named = names.iter().find(|name| items.is_empty() || items.iter().any(|(one, _)| one == *name));
    let shared = || items.iter().map(|(name, _)| name).find(|name| record.get(name.as_str()).is_some());
    let name = named.or_else(shared)?;
    let direct = record.get(name).cloned();
    let value = direct.or_else(|| {
        let path = crate::model::key_of(&making.model.schemas, (&step.node, collection), name, By::Path)?;
        values_at(record, &path).first().map(|value| (*value).clone())
    })?;
    Some(json!({ name: value }))
}
