//! Calls of operations with arbitrary arguments as the document declares them, and the expected request.
//! Derived from the contract alone, independently of the generator.

use std::collections::BTreeMap;

use kontrakt_codegen::contract::{Location, Operation, Parameter, SchemaId, Status, Type};
use kontrakt_codegen::plan::Shape;
use kontrakt_conformance::check::Checker;
use kontrakt_runtime::codec::{Driver, Side};
use proptest::option;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use serde_json::{Map, Value, json};

use crate::api::{Api, Carried};

/// An emitted method with the operation that it calls.
pub(crate) struct Operated {
    pub(crate) api: &'static Api,
    pub(crate) driver: &'static Driver,
    pub(crate) operation: &'static Operation,
    pub(crate) parameters: Vec<Slot>,
}

/// A parameter that the method sends.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) parameter: &'static Parameter,
    required: bool,
    delimiter: Option<&'static str>,
    /// Whether each element of the list is the text of a JSON value.
    json: bool,
    list: bool,
}

impl Operated {
    /// Every method of a client.
    pub(crate) fn all(api: &'static Api) -> impl Iterator<Item = Self> {
        api.drivers.iter().map(move |driver| {
            let operation = api.operation(driver.operation).unwrap_or_else(|| panic!("{driver:?} is in no document"));
            let mut variants = operation.hints.variants.iter();
            let variant = variants.find(|one| one.id.as_deref() == Some(driver.operation));
            let sent = operation.parameters.iter().filter(|one| is_sent(one));
            let taken = sent.filter(|one| variant.is_none_or(|variant| variant.parameters.contains(&one.name)));
            let parameters = taken.map(|one| {
                let required = variant.map_or(one.required, |variant| variant.required.contains(&one.name));
                Slot::new(api, one, required)
            });
            Self { api, driver, operation, parameters: parameters.collect() }
        })
    }

    /// What the method can be given.
    pub(crate) fn arguments(&self) -> BoxedStrategy<Value> {
        let slots = self.parameters.clone();
        let drawn: Vec<BoxedStrategy<Option<Value>>> = slots.iter().map(|slot| slot.values(self.api)).collect();
        (drawn, self.bodies())
            .prop_map(move |(drawn, body)| {
                let mut places: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
                for (slot, value) in slots.iter().zip(drawn) {
                    if let Some(value) = value {
                        places.entry(slot.place()).or_default().insert(slot.parameter.name.clone(), value);
                    }
                }
                let mut arguments = json!(places);
                if let Some(body) = body {
                    arguments["body"] = body;
                }
                arguments
            })
            .boxed()
    }

    fn bodies(&self) -> BoxedStrategy<Option<Value>> {
        if let Some(schema) = self.form() {
            let values = self.api.instances().of(schema).unwrap_or_else(|error| panic!("{error}"));
            return values.prop_map(Some).boxed();
        }
        let Some(sent) = self.carries(Side::Request) else { return Just(None).boxed() };
        let values = self.api.instances().of(sent.schema).unwrap_or_else(|error| panic!("{error}"));
        // A body without what it is for cannot be made of types.
        values.prop_filter("no value", move |body| sent.inner(body).is_some()).prop_map(Some).boxed()
    }

    /// Answers of success: JSON, or null for one that is none.
    pub(crate) fn answers(&self) -> BoxedStrategy<Value> {
        let schema = self.operation.success().and_then(|answer| answer.json()?.schema);
        let Some(schema) = schema else { return Just(Value::Null).boxed() };
        let values = self.api.instances().of(schema).unwrap_or_else(|error| panic!("{error}"));
        let errors = self.api.contract.behaviour.envelope.errors.clone();
        let checker = self.api.checker();
        let pages = self.pages(schema);
        // A list that does not tell of its pages is refused by design: half of a list must not be taken for all of it.
        let told = pages.clone();
        values
            .prop_filter("no pages", move |body| told.iter().all(|path| at(body, path).is_some()))
            .prop_map(move |mut body| {
                for path in &pages {
                    let number = path.iter().try_fold(&mut body, |value, name| value.get_mut(name));
                    if let Some(number) = number {
                        *number = number.as_i64().map_or(1, |number| number.abs() % 1_000).into();
                    }
                }
                // An answer of success with errors is the business of the envelope.
                let told = errors.as_ref().and_then(|name| body.get(name).map(|_| name.as_str()));
                match told {
                    Some(name) => without_errors(checker, schema, &body, name),
                    None => body,
                }
            })
            .boxed()
    }

    /// Where a list tells of its pages, from the root of the body; nowhere when it is no list with pages.
    fn pages(&self, root: SchemaId) -> Vec<Vec<String>> {
        let contract = &self.api.contract;
        let Some(paging) = &contract.behaviour.paging else { return Vec::new() };
        let takes = self.parameters.iter().any(|slot| slot.is_in_query() && slot.parameter.name == paging.page);
        if !takes || self.operation.hints.paging == Some(false) {
            return Vec::new();
        }
        let member = |id, name: &str| Shape::of(contract, id).members.into_iter().find(|(key, ..)| key == name);
        let wrapped = contract.behaviour.envelope.value.iter().find_map(|name| member(root, name));
        let (start, value) = wrapped.map_or((None, root), |(name, id, _)| (Some(name), id));
        let paths = [&paging.current, &paging.pages, &paging.total].into_iter().flatten();
        let described = paths.filter(|path| path.split('/').next().is_some_and(|name| member(value, name).is_some()));
        described.map(|path| start.iter().cloned().chain(path.split('/').map(str::to_owned)).collect()).collect()
    }

    /// The fields of a form that is the body, as an object.
    fn form(&self) -> Option<SchemaId> {
        let content = &self.operation.body.as_ref()?.content;
        content.iter().find(|media| media.essence() == "multipart/form-data")?.schema
    }

    pub(crate) fn carries(&self, side: Side) -> Option<Carried> {
        self.api.carries(self.driver.operation, side)
    }

    /// Status and media type of success.
    pub(crate) fn success(&self) -> (u16, Option<String>) {
        let answer = self.operation.success();
        let status = match answer.map(|answer| answer.status) {
            Some(Status::Code(status)) => status,
            _ => 200,
        };
        let media = answer.and_then(|answer| answer.json().or(answer.content.first()));
        (status, media.map(|media| media.essence()))
    }
}

/// Parameters that OpenAPI says to ignore, and cookies, are not sent.
fn is_sent(parameter: &Parameter) -> bool {
    match parameter.location {
        Location::Path | Location::Query => true,
        Location::Cookie => false,
        Location::Header => {
            !["accept", "content-type", "authorization"].contains(&parameter.name.to_ascii_lowercase().as_str())
        }
    }
}

impl Slot {
    fn new(api: &'static Api, parameter: &'static Parameter, required: bool) -> Self {
        let contract = &api.contract;
        let schema = &contract[contract.resolve(parameter.schema)];
        let list = schema.types.is_some_and(|types| types.contains(Type::Array));
        let styled = match (parameter.style.as_str(), parameter.explode) {
            ("spaceDelimited", _) => Some(" "),
            ("pipeDelimited", _) => Some("|"),
            (_, false) => Some(","),
            _ => None,
        };
        let json = schema.items.is_some_and(|items| contract[contract.resolve(items)].content_schema.is_some());
        let delimiter = parameter.hints.delimiter.as_deref().or(styled).filter(|_| list);
        Self { parameter, required, delimiter, json, list }
    }

    pub(crate) fn is_in_query(&self) -> bool {
        self.parameter.location == Location::Query
    }

    fn place(&self) -> &'static str {
        match self.parameter.location {
            Location::Path => "path",
            Location::Header => "header",
            Location::Query | Location::Cookie => "query",
        }
    }

    fn values(self, api: &'static Api) -> BoxedStrategy<Option<Value>> {
        let values = api.instances().of(self.parameter.schema).unwrap_or_else(|error| panic!("{error}"));
        let usable = values.prop_filter("no text for it", move |value| self.usable(value));
        let parsed = usable.prop_map(move |value| match value {
            Value::Array(items) if self.json => {
                items.iter().filter_map(|item| serde_json::from_str::<Value>(item.as_str()?).ok()).collect()
            }
            value => value,
        });
        if self.required { parsed.prop_map(Some).boxed() } else { option::of(parsed).boxed() }
    }

    /// Whether a value has a form as text in this place.
    fn usable(&self, value: &Value) -> bool {
        let fits = |value: &Value| match (self.parameter.location, text(value)) {
            (_, None) => false,
            (Location::Path, Some(text)) => !["", ".", ".."].contains(&text.as_str()),
            (Location::Header, Some(text)) => {
                text.trim() == text && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
            }
            (_, Some(_)) => true,
        };
        match value {
            // An empty list cannot be told from none.
            Value::Array(items) if self.list => {
                let whole = |text: String| self.delimiter.is_none_or(|by| !text.contains(by) && !text.is_empty());
                !items.is_empty() && items.iter().all(|item| fits(item) && text(item).is_some_and(whole))
            }
            value => fits(value),
        }
    }

    /// The values, one for each text that must be on the wire.
    pub(crate) fn expected(&self, value: &Value) -> Vec<Value> {
        match value {
            Value::Array(items) if self.list => items.clone(),
            value => vec![value.clone()],
        }
    }

    /// The texts on the wire, taken apart where they are joined.
    pub(crate) fn split_texts(&self, texts: &[&str]) -> Vec<String> {
        let pieces = |by: &str| texts.iter().flat_map(|text| text.split(by)).map(str::to_owned).collect();
        match (self.parameter.location, self.delimiter) {
            // Places other than the query have a comma, and in a header a space is usual behind it.
            (Location::Path, _) if self.list => pieces(","),
            (Location::Header, _) if self.list => pieces(", "),
            (_, Some(delimiter)) => pieces(delimiter),
            (_, None) => texts.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    /// A text of the wire as the value that it stands for.
    pub(crate) fn meaning(&self, text: String) -> Value {
        if self.json { serde_json::from_str(&text).unwrap_or(Value::String(text)) } else { Value::String(text) }
    }
}

/// The body with a list of errors that tells of none: null, or else in whichever form the document allows.
fn without_errors(checker: &Checker<'_>, schema: SchemaId, body: &Value, name: &str) -> Value {
    let with = |errors: Option<Value>| {
        let mut body = body.clone();
        match (errors, body.as_object_mut()) {
            (Some(errors), Some(map)) => drop(map.insert(name.to_owned(), errors)),
            (None, Some(map)) => drop(map.remove(name)),
            _ => {}
        }
        body
    };
    let forms = [Some(Value::Null), None, Some(json!([]))].map(with);
    forms.into_iter().find(|body| checker.accepts(schema, body)).unwrap_or_else(|| body.clone())
}

fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
