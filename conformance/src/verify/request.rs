//! Checks the request of a recorded call (path, query, headers, body) and the headers of its answer.
//! Parameter values are read as the types that the document declares.

use kontrakt_codegen::contract::{Location, Parameter, Response, SchemaId, SecurityKind, Type, WrittenAs};
use kontrakt_codegen::diagnostic::Diagnostic;
use serde_json::Value;

use super::{Context, Verifier};
use crate::findings::{Collector, Kind};
use crate::recording::Entry;
use crate::routing::{Routed, is_name};

impl<'c> Verifier<'c> {
    pub(super) fn request(
        &self,
        context: &Context<'_>,
        entry: &Entry,
        routed: Option<&Routed<'c>>,
        collector: &mut Collector,
    ) -> Result<(), Diagnostic> {
        let operation = context.operation;
        if let Some(routed) = routed {
            for parameter in &operation.parameters {
                self.parameter(context, parameter, entry, routed, collector);
            }
            self.unknown_parameters(context, routed, collector);
        }
        if let Some(body) = self.router.operation(&operation.id).and_then(|operation| operation.body.as_ref()) {
            self.body(context, &entry.request, &body.content, collector, None)?;
            // Recordings that keep no bodies keep none of their lengths either.
            let sent = entry.request.header("content-length").is_some_and(|length| length == "0");
            if body.required && entry.request.body.is_none() && sent {
                let mut observation = context.observe(Kind::MissingRequired, "the request has no body".to_owned());
                (observation.schema, observation.field) = (body.pointer.clone(), Some("body".to_owned()));
                collector.add(observation, Some(context.entry));
            }
        }
        Ok(())
    }

    fn parameter(
        &self,
        context: &Context<'_>,
        parameter: &Parameter,
        entry: &Entry,
        routed: &Routed<'_>,
        collector: &mut Collector,
    ) {
        let values: Vec<&str> = match parameter.location {
            Location::Path => named(routed.path.iter().map(|(name, value)| (*name, value.as_str())), &parameter.name),
            Location::Query => {
                named(routed.query.iter().map(|(name, value)| (name.as_str(), value.as_str())), &parameter.name)
            }
            // OpenAPI says that a parameter of this name means nothing.
            Location::Header if is_idle(&parameter.name) => return,
            // Recordings without headers, and those whose secrets were taken out, are no fault of the request.
            Location::Header | Location::Cookie if entry.request.headers.is_empty() => return,
            Location::Header => entry.request.header(&parameter.name).into_iter().collect(),
            Location::Cookie => {
                let pairs = entry.request.header("cookie").unwrap_or_default().split(';');
                named(pairs.filter_map(|pair| pair.trim().split_once('=')), &parameter.name)
            }
        };
        if values.is_empty() {
            if parameter.required {
                let message = format!("the parameter {:?} is required and missing", parameter.name);
                self.about(context, parameter, Kind::MissingRequired, message, None, collector);
            }
            return;
        }
        let delimiter = parameter.hints.delimiter.as_deref().or_else(|| (!parameter.explode).then_some(","));
        if let Some((kind, message)) = self.texts(context, parameter.schema, &values, delimiter) {
            let (message, value) = match parameter.hints.secret {
                true => (format!("parameter {:?} is not what the document says", parameter.name), None),
                false => (format!("parameter {:?}: {message}", parameter.name), Some(Value::from(values.join("&")))),
            };
            self.about(context, parameter, kind, message, value, collector);
        }
    }

    /// What is wrong with the texts of a parameter or header, read as the types that its schema has.
    fn texts(
        &self,
        context: &Context<'_>,
        schema: SchemaId,
        values: &[&str],
        delimiter: Option<&str>,
    ) -> Option<(Kind, String)> {
        let fits = if self.is_list(schema) {
            let split = |text: &str| match delimiter {
                Some(delimiter) => text.split(delimiter).map(str::to_owned).collect(),
                None => vec![text.to_owned()],
            };
            let texts: Vec<String> = values.iter().flat_map(|text| split(text)).collect();
            let items = |read: &dyn Fn(&str) -> Value| Value::Array(texts.iter().map(|text| read(text)).collect());
            [items(&|text| text.into()), items(&guess)].iter().any(|list| self.checker.accepts(schema, list))
        } else {
            let short = self.contract[self.contract.resolve(schema)].hints.written_as == Some(WrittenAs::Digit);
            let flag = |text: &str| Value::Bool(text == "1");
            values.iter().all(|text| {
                let read = [Value::from(*text), guess(text), flag(text)];
                let read = if short && matches!(*text, "0" | "1") { &read[..] } else { &read[..2] };
                read.iter().any(|value| self.checker.accepts(schema, value))
            })
        };
        if fits {
            return values.iter().find_map(|text| self.content(context, schema, text));
        }
        // Told of the reading that has the right type, if one has.
        let told = [Value::from(values[0]), guess(values[0])].into_iter().filter_map(|value| {
            let fault = self.checker.explain(schema, &value).into_iter().next()?;
            let observation = self.fault(context, &fault, &value);
            Some((observation.kind, observation.message))
        });
        let wrong = (Kind::WrongType, "not what the document says".to_owned());
        Some(told.min_by_key(|(kind, _)| *kind == Kind::WrongType).unwrap_or(wrong))
    }

    /// What is wrong with JSON inside a text, where the document says what it holds.
    fn content(&self, context: &Context<'_>, schema: SchemaId, text: &str) -> Option<(Kind, String)> {
        let whole = &self.contract[self.contract.resolve(schema)];
        let one = whole.items.map_or(whole, |item| &self.contract[self.contract.resolve(item)]);
        let content = one.content_schema.filter(|_| one.content_media_type.as_deref() == Some("application/json"))?;
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => return Some((Kind::NotJson, format!("the text is no JSON: {error}"))),
        };
        let fault = self.checker.explain(content, &value).into_iter().next()?;
        let observation = self.fault(context, &fault, &value);
        let at = if observation.pointer.is_empty() { String::new() } else { format!(" at {}", observation.pointer) };
        Some((observation.kind, format!("inside the JSON{at}: {}", observation.message)))
    }

    /// The documented headers of an answer.
    pub(super) fn answer_headers(
        &self,
        context: &Context<'_>,
        entry: &Entry,
        answer: &Response,
        collector: &mut Collector,
    ) {
        // Recordings that keep no headers say nothing about them.
        let headers =
            answer.headers.iter().filter(|header| !entry.response.headers.is_empty() && !is_idle(&header.name));
        for header in headers {
            let name = &header.name;
            let wrong = match (entry.response.header(name), header.schema) {
                (None, _) if header.required => {
                    Some((Kind::MissingRequired, format!("the header {name:?} is required and missing")))
                }
                (Some(text), Some(schema)) => {
                    let wrong = self.texts(context, schema, &[text.trim()], Some(","));
                    wrong.map(|(kind, message)| (kind, format!("header {name:?}: {message}")))
                }
                _ => None,
            };
            if let Some((kind, message)) = wrong {
                let mut observation = context.observe(kind, message);
                observation.schema = answer.pointer.join("headers").join(name);
                observation.span = header.schema.map_or(context.operation.span, |schema| self.contract[schema].span);
                (observation.pointer, observation.field) = (format!("header:{name}"), Some(name.clone()));
                observation.sample = entry.response.header(name).map(Value::from);
                collector.add(observation, Some(context.entry));
            }
        }
    }

    fn is_list(&self, schema: SchemaId) -> bool {
        self.contract[self.contract.resolve(schema)].types.is_some_and(|types| types.contains(Type::Array))
    }

    fn about(
        &self,
        context: &Context<'_>,
        parameter: &Parameter,
        kind: Kind,
        message: String,
        sample: Option<Value>,
        collector: &mut Collector,
    ) {
        let mut observation = context.observe(kind, message);
        observation.schema = parameter.pointer.clone();
        observation.span = parameter.span;
        observation.pointer = format!("{}:{}", parameter.location.name(), parameter.name);
        (observation.field, observation.sample) = (Some(parameter.name.clone()), sample);
        collector.add(observation, Some(context.entry));
    }

    /// Query parameters that neither the operation nor a security scheme knows.
    fn unknown_parameters(&self, context: &Context<'_>, routed: &Routed<'_>, collector: &mut Collector) {
        let is_secret = |name: &str| {
            self.contract.security_schemes.iter().any(|scheme| scheme.kind == SecurityKind::Query(name.to_owned()))
        };
        for (name, _) in &routed.query {
            let parameters = &context.operation.parameters;
            let known = parameters.iter().any(|one| one.location == Location::Query && is_name(&one.name, name));
            if !known && !is_secret(name) {
                let message = format!("the query parameter {name:?} is not in the document");
                let mut observation = context.observe(Kind::UndocumentedField, message);
                (observation.pointer, observation.field) = (format!("query:{name}"), Some(name.clone()));
                collector.add(observation, Some(context.entry));
            }
        }
    }
}

/// Whether OpenAPI leaves a header to other parts of the document.
fn is_idle(header: &str) -> bool {
    ["content-type", "accept", "authorization"].iter().any(|idle| header.eq_ignore_ascii_case(idle))
}

fn named<'v>(pairs: impl Iterator<Item = (&'v str, &'v str)>, name: &str) -> Vec<&'v str> {
    pairs.filter(|(key, _)| is_name(name, key)).map(|(_, value)| value).collect()
}

/// The JSON value that a text stands for most likely: a number, a truth value, or itself.
fn guess(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) => Value::Number(number),
            Err(_) => Value::from(text),
        },
    }
}
