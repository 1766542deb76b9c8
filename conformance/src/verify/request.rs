//! Checks the request of a recorded call (path, query, headers, body) and the headers of its answer.
//! Parameter values are read as the types that the document declares.

use kontrakt_codegen::contract::{
    Form, Lead, Location, Parameter, Response, SchemaId, SecurityKind, Serialization, Type, WrittenAs,
    is_ignored_header, is_json,
};
use kontrakt_codegen::diagnostic::Diagnostic;
use serde_json::Value;

use super::{Context, Verifier};
use crate::fault_description::FaultDescription;
use crate::findings::{Collector, FindingKind, Observation};
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
                let mut observation =
                    context.observe(FindingKind::MissingRequired, "the request has no body".to_owned());
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
        let cookie = entry.request.header("cookie").unwrap_or_default();
        let pairs: Vec<(&str, &str)> = match parameter.location {
            Location::Path => routed.path.iter().map(|(name, value)| (*name, value.as_str())).collect(),
            Location::Query => routed.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            // OpenAPI says that a parameter of this name means nothing.
            Location::Header if is_ignored_header(&parameter.name) => return,
            // Recordings without headers, and those whose secrets were taken out, are no fault of the request.
            Location::Header | Location::Cookie if entry.request.headers.is_empty() => return,
            Location::Header => entry
                .request
                .header(&parameter.name)
                .map(|value| (parameter.name.as_str(), value))
                .into_iter()
                .collect(),
            Location::Cookie => cookie.split(';').filter_map(|pair| pair.trim().split_once('=')).collect(),
        };
        let (missing, wrong) = self.sent(parameter, &pairs);
        for name in missing {
            let message = format!("the parameter {name:?} is required and missing");
            let observation = context.about(parameter, FindingKind::MissingRequired, message);
            collector.add(observation, Some(context.entry));
        }
        for Wrong { name, kind, message, value } in wrong {
            let (message, sample) = match parameter.hints.secret {
                true => (format!("parameter {name:?} is not what the document says"), None),
                false => (format!("parameter {name:?}: {message}"), Some(Value::from(value))),
            };
            let observation = Observation { sample, ..context.about(parameter, kind, message) };
            collector.add(observation, Some(context.entry));
        }
    }

    /// What is missing and what is wrong of a parameter, among the pairs that were sent where it stands.
    fn sent(&self, parameter: &Parameter, pairs: &[(&str, &str)]) -> (Vec<String>, Vec<Wrong>) {
        let Serialization { lead, form } = parameter.serialization(self.contract);
        let (mut missing, mut wrong) = (Vec::new(), Vec::new());
        let mut check = |name: &str, schema: &[SchemaId], values: &[&str], joint: Option<&str>| {
            let fault = schema.iter().find_map(|schema| self.texts(*schema, values, joint));
            let value = values.join("&");
            wrong.extend(fault.map(|(kind, message)| Wrong { name: name.to_owned(), kind, message, value }));
        };
        let values: Vec<&str> = named(pairs.iter().copied(), &parameter.name);
        let values: Vec<&str> = values.into_iter().map(|value| without(lead, &parameter.name, value)).collect();
        match &form {
            Form::Members | Form::Brackets => {
                let sent = parameter.sent(self.contract);
                let found = |name: &str| named(pairs.iter().copied(), name);
                let any = sent.iter().any(|one| !found(&one.name).is_empty());
                for one in &sent {
                    match found(&one.name).as_slice() {
                        [] if one.required && any => missing.push(one.name.clone()),
                        [] => {}
                        values => check(&one.name, &one.schema, values, None),
                    }
                }
                if !any && parameter.required && parameter.other_members(self.contract).is_none() {
                    missing.push(parameter.name.clone());
                }
            }
            _ if values.is_empty() => missing.extend(parameter.required.then(|| parameter.name.clone())),
            Form::Text | Form::Repeated => check(&parameter.name, &[parameter.schema], &values, None),
            Form::Joined(joint) => check(&parameter.name, &[parameter.schema], &values, Some(joint)),
            Form::Alternating(joint) | Form::Pairs(joint) => {
                let object = self.contract.merged(parameter.schema);
                let members = members(values[0], joint, matches!(form, Form::Pairs(_)));
                for (name, value) in &members {
                    let schema = object.property(name).unwrap_or(&object.additional);
                    check(name, schema, &[*value], None);
                }
                let required = object.required.iter().map(|(name, _)| name);
                missing.extend(required.filter(|name| !members.iter().any(|(one, _)| one == name)).cloned());
            }
            Form::Content(media) if !is_json(media) => {}
            Form::Content(_) => {
                let wrong_json = self.json(parameter.schema, values[0]);
                let name = parameter.name.clone();
                wrong.extend(wrong_json.map(|(kind, message)| Wrong {
                    name,
                    kind,
                    message,
                    value: values[0].to_owned(),
                }));
            }
        }
        (missing, wrong)
    }

    /// What is wrong with the texts of a parameter or header, read as the types that its schema has.
    fn texts(&self, schema: SchemaId, values: &[&str], delimiter: Option<&str>) -> Option<(FindingKind, String)> {
        let readings: Vec<Value>;
        let fits = if self.is_list(schema) {
            let split = |text: &str| match delimiter {
                Some(delimiter) => text.split(delimiter).map(str::to_owned).collect(),
                None => vec![text.to_owned()],
            };
            let texts: Vec<String> = values.iter().flat_map(|text| split(text)).collect();
            let items = |read: &dyn Fn(&str) -> Value| Value::Array(texts.iter().map(|text| read(text)).collect());
            readings = vec![items(&|text| text.into()), items(&guess)];
            readings.iter().any(|list| self.checker.accepts(schema, list))
        } else {
            readings = vec![Value::from(values[0]), guess(values[0])];
            let short = self.contract[self.contract.resolve(schema)].hints.written_as == Some(WrittenAs::Digit);
            let flag = |text: &str| Value::Bool(text == "1");
            values.iter().all(|text| {
                let read = [Value::from(*text), guess(text), flag(text)];
                let read = if short && matches!(*text, "0" | "1") { &read[..] } else { &read[..2] };
                read.iter().any(|value| self.checker.accepts(schema, value))
            })
        };
        if fits {
            return values.iter().find_map(|text| self.content(schema, text));
        }
        // Told of the reading that has the right type, if one has.
        let told = readings.into_iter().filter_map(|value| {
            let fault = self.checker.explain(schema, &value).into_iter().next()?;
            let FaultDescription { kind, message, .. } = FaultDescription::of(self.contract, &fault, &value);
            Some((kind, message))
        });
        let wrong = (FindingKind::WrongType, "not what the document says".to_owned());
        Some(told.min_by_key(|(kind, _)| *kind == FindingKind::WrongType).unwrap_or(wrong))
    }

    /// What is wrong with JSON inside a text, where the document says what it holds.
    fn content(&self, schema: SchemaId, text: &str) -> Option<(FindingKind, String)> {
        let whole = &self.contract[self.contract.resolve(schema)];
        let one = whole.items.map_or(whole, |item| &self.contract[self.contract.resolve(item)]);
        let content = one.content_schema.filter(|_| one.content_media_type.as_deref() == Some("application/json"))?;
        self.json(content, text)
    }

    /// What is wrong with a text that is JSON of a schema.
    fn json(&self, content: SchemaId, text: &str) -> Option<(FindingKind, String)> {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => return Some((FindingKind::NotJson, format!("the text is no JSON: {error}"))),
        };
        let fault = self.checker.explain(content, &value).into_iter().next()?;
        let FaultDescription { kind, message, .. } = FaultDescription::of(self.contract, &fault, &value);
        let at = fault.pattern();
        let at = if at.is_empty() { at } else { format!(" at {at}") };
        Some((kind, format!("inside the JSON{at}: {message}")))
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
        let headers = answer
            .headers
            .iter()
            .filter(|header| !entry.response.headers.is_empty() && !is_ignored_header(&header.name));
        for header in headers {
            let name = &header.name;
            let wrong = match (entry.response.header(name), header.schema) {
                (None, _) if header.required => {
                    Some((FindingKind::MissingRequired, format!("the header {name:?} is required and missing")))
                }
                (Some(text), Some(schema)) => {
                    let wrong = self.texts(schema, &[text.trim()], Some(","));
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

    /// Query parameters that neither the operation nor a security scheme knows.
    fn unknown_parameters(&self, context: &Context<'_>, routed: &Routed<'_>, collector: &mut Collector) {
        let is_secret = |name: &str| {
            self.contract.security_schemes.iter().any(|scheme| scheme.kind == SecurityKind::Query(name.to_owned()))
        };
        let parameters = || context.operation.parameters.iter().filter(|one| one.location == Location::Query);
        let sent: Vec<String> = parameters().flat_map(|one| one.sent(self.contract)).map(|one| one.name).collect();
        for (name, _) in &routed.query {
            let known = sent.iter().any(|one| is_name(one, name));
            let member = |one: &Parameter| match one.serialization(self.contract).form {
                Form::Brackets => name.strip_prefix(one.name.as_str()).is_some_and(|rest| rest.starts_with('[')),
                _ => true,
            };
            let other = || parameters().any(|one| one.other_members(self.contract).is_some() && member(one));
            if !known && !is_secret(name) && !other() {
                let message = format!("the query parameter {name:?} is not in the document");
                let mut observation = context.observe(FindingKind::UndocumentedField, message);
                (observation.pointer, observation.field) = (format!("query:{name}"), Some(name.clone()));
                collector.add(observation, Some(context.entry));
            }
        }
    }
}

impl Context<'_> {
    /// An observation about a parameter.
    fn about(&self, parameter: &Parameter, kind: FindingKind, message: String) -> Observation {
        Observation {
            schema: parameter.pointer.clone(),
            span: parameter.span,
            pointer: format!("{}:{}", parameter.location.name(), parameter.name),
            field: Some(parameter.name.clone()),
            ..self.observe(kind, message)
        }
    }
}

/// Something sent that the document does not have so.
struct Wrong {
    name: String,
    kind: FindingKind,
    message: String,
    value: String,
}

/// A value of a path without what its style puts before it.
fn without<'v>(lead: Lead, name: &str, value: &'v str) -> &'v str {
    match lead {
        Lead::Nothing => value,
        Lead::Dot => value.strip_prefix('.').unwrap_or(value),
        Lead::Semicolon => {
            let rest = value.strip_prefix(';').unwrap_or(value);
            rest.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).unwrap_or(rest)
        }
    }
}

/// Members of an object that is one text: with their values as `name=value`, or one after the other.
fn members<'v>(text: &'v str, joint: &str, pairs: bool) -> Vec<(&'v str, &'v str)> {
    let parts: Vec<&str> = text.split(joint).collect();
    match pairs {
        true => parts.into_iter().filter_map(|pair| pair.split_once('=')).collect(),
        false => parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect(),
    }
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

#[cfg(test)]
mod tests {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::Document;
    use serde_json::{Value, json};

    use crate::recording::Recording;
    use crate::verify::Verifier;

    /// What is told of a call of an operation with one parameter, a line each: kind and field.
    fn findings_of(parameter: &str, url: &str) -> Vec<String> {
        let path = if parameter.contains("in: path") { "/goods/{filter}" } else { "/goods" };
        let text = format!(
            "openapi: 3.1.0\npaths:\n  '{path}':\n    get:\n      parameters: [{parameter}]\n      responses: {{'204': {{description: d}}}}\n"
        );
        let document = Document::parse("t.yaml", text).unwrap();
        let contract = Contract::read(&document).unwrap();
        let headers = json!([{"name": "cookie", "value": "R=1; s=x"}, {"name": "filter", "value": "R,1,G,x"}]);
        let entry = json!({"request": {"method": "GET", "url": url, "headers": headers}, "response": {"status": 204}});
        let recording = Recording::parse(json!({"log": {"entries": [entry]}}).to_string().as_bytes()).unwrap();
        let outcome = Verifier::new(&contract).unwrap().verify(&recording, &document).unwrap();
        assert_eq!(outcome.matched, 1, "{parameter} {url}");
        let line = |one: &crate::findings::Finding| {
            let field = one.seen.field.clone().unwrap_or_default();
            let value = one.seen.sample.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{} {field} {value}", one.seen.kind).trim_end().to_owned()
        };
        outcome.findings.iter().map(line).collect()
    }

    #[test]
    fn parameters_are_read_as_they_are_written() {
        let object = "schema: {type: object, required: [R], properties: {R: {type: integer}, G: {type: integer}}}";
        let list = "schema: {type: array, maxItems: 2, items: {type: integer}}";
        let map = "schema: {type: object, additionalProperties: {type: integer}}";
        let rows: Vec<(String, &str, &[&str])> = vec![
            (format!("in: query, {object}"), "/goods?R=1&G=2", &[]),
            (format!("in: query, {object}"), "/goods?R=x", &["wrong-type filter x"]),
            (format!("in: query, {object}"), "/goods?filter%5BR%5D=1", &["undocumented-field filter[R]"]),
            (format!("in: query, {object}"), "/goods?filter=1", &["undocumented-field filter"]),
            (format!("in: query, required: true, {object}"), "/goods?G=1", &["missing-required filter"]),
            (format!("in: query, required: true, {object}"), "/goods", &["missing-required filter"]),
            (format!("in: query, style: deepObject, {object}"), "/goods?filter%5BR%5D=1&filter[G]=2", &[]),
            (format!("in: query, style: deepObject, {object}"), "/goods?filter[R]=x", &["wrong-type filter x"]),
            (format!("in: query, style: deepObject, {object}"), "/goods?R=1", &["undocumented-field R"]),
            (format!("in: query, style: deepObject, {map}"), "/goods?filter[a]=1&b=1", &["undocumented-field b"]),
            (format!("in: query, explode: false, {object}"), "/goods?filter=R,1,G,2", &[]),
            (format!("in: query, explode: false, {object}"), "/goods?filter=R,1,G,x", &["wrong-type filter x"]),
            (format!("in: query, {map}"), "/goods?a=1&b=2", &[]),
            (format!("in: query, {list}"), "/goods?filter=1&filter=2", &[]),
            (format!("in: query, {list}"), "/goods?filter=1&filter=2&filter=3", &["limit filter 1&2&3"]),
            (format!("in: query, explode: false, {list}"), "/goods?filter=1,2", &[]),
            (format!("in: query, style: pipeDelimited, {list}"), "/goods?filter=1%7C2", &[]),
            (format!("in: query, style: spaceDelimited, {list}"), "/goods?filter=1%202", &[]),
            (format!("in: query, style: spaceDelimited, {list}"), "/goods?filter=1,2", &["wrong-type filter 1,2"]),
            (format!("in: query, content: {{application/json: {{{object}}}}}"), "/goods?filter=%7B%22R%22%3A1%7D", &[]),
            (
                format!("in: query, content: {{application/json: {{{object}}}}}"),
                "/goods?filter=%7B%22R%22%3A%22x%22%7D",
                &["wrong-type filter {\"R\":\"x\"}"],
            ),
            (
                format!("in: query, content: {{application/json: {{{object}}}}}"),
                "/goods?filter=x",
                &["not-json filter x"],
            ),
            (format!("in: cookie, {object}"), "/goods", &[]),
            (format!("in: header, {object}"), "/goods", &["wrong-type filter x"]),
            (format!("in: path, required: true, style: label, {list}"), "/goods/.1,2", &[]),
            (format!("in: path, required: true, style: label, explode: true, {list}"), "/goods/.1.2", &[]),
            (format!("in: path, required: true, style: matrix, {list}"), "/goods/;filter=1,2", &[]),
            (format!("in: path, required: true, style: matrix, {list}"), "/goods/;filter=x", &["wrong-type filter x"]),
            (format!("in: path, required: true, style: simple, {object}"), "/goods/R,1", &[]),
            (format!("in: path, required: true, explode: true, {object}"), "/goods/R=x", &["wrong-type filter x"]),
        ];
        for (rest, url, expected) in rows {
            assert_eq!(findings_of(&format!("{{name: filter, {rest}}}"), url), expected, "{rest} {url}");
        }
    }
}
