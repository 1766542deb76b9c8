//! The request of a recorded call: path, query, headers and body against the document.
//! Texts are read as the types that their parameters have.

use kontrakt_codegen::contract::{Location, Parameter, SchemaId, SecurityKind, Type};
use kontrakt_codegen::diagnostic::Diagnostic;
use serde_json::Value;

use super::{Context, Verifier};
use crate::findings::{Collector, Kind};
use crate::recording::Entry;
use crate::routing::Routed;

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
            Location::Header
                if ["content-type", "accept", "authorization"]
                    .contains(&parameter.name.to_ascii_lowercase().as_str()) =>
            {
                return;
            }
            // Recordings without headers, and those whose secrets were taken out, are no fault of the request.
            Location::Header if entry.request.headers.is_empty() => return,
            Location::Header => entry.request.header(&parameter.name).into_iter().collect(),
            Location::Cookie => return,
        };
        if values.is_empty() {
            if parameter.required {
                let message = format!("the parameter {:?} is required and missing", parameter.name);
                self.about(context, parameter, Kind::MissingRequired, message, None, collector);
            }
            return;
        }
        let fits = if self.is_list(parameter.schema) {
            let delimiter = parameter.extensions.iter().find(|(name, _)| name == "x-delimiter");
            let delimiter = delimiter.and_then(|(_, value)| value.as_str());
            let split = |text: &str| match delimiter.or_else(|| (!parameter.explode).then_some(",")) {
                Some(delimiter) => text.split(delimiter).map(str::to_owned).collect(),
                None => vec![text.to_owned()],
            };
            let texts: Vec<String> = values.iter().flat_map(|text| split(text)).collect();
            let items = |read: &dyn Fn(&str) -> Value| Value::Array(texts.iter().map(|text| read(text)).collect());
            [items(&|text| text.into()), items(&guess)].iter().any(|list| self.checker.accepts(parameter.schema, list))
        } else {
            values.iter().all(|text| {
                [Value::from(*text), guess(text)].iter().any(|value| self.checker.accepts(parameter.schema, value))
            })
        };
        if !fits {
            let value = Value::from(values.join("&"));
            let faults = self.checker.explain(parameter.schema, &guess(values[0]));
            let observed = faults.first().map(|fault| self.fault(context, fault, &guess(values[0])));
            let (kind, message) = match observed {
                Some(observation) => (observation.kind, observation.message),
                None => (Kind::WrongType, "not what the document says".to_owned()),
            };
            let message = format!("parameter {:?}: {message}", parameter.name);
            self.about(context, parameter, kind, message, Some(value), collector);
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
        observation.pointer = format!("{}:{}", place(parameter.location), parameter.name);
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

/// Whether a name on the wire is a parameter's: `list[]` is also written `list[0]`.
fn is_name(parameter: &str, wire: &str) -> bool {
    let stem = |name: &str| name.find('[').map(|at| name[..at].to_owned());
    parameter == wire || parameter.ends_with("[]") && stem(parameter) == stem(wire)
}

fn named<'v>(pairs: impl Iterator<Item = (&'v str, &'v str)>, name: &str) -> Vec<&'v str> {
    pairs.filter(|(key, _)| is_name(name, key)).map(|(_, value)| value).collect()
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
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
