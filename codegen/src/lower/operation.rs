//! Paths, operations, parameters, bodies and responses.
//! OpenAPI 3.0 allows one operation per method and path, so variants of one call are merged: see [`Lowering::paths`].

use openapiv3 as v3;
use serde_json::Value;

use super::names::pascal;
use super::schema::{anything, plain};
use super::security::server;
use super::written::{flag, is_flag};
use super::{Lowering, dialect};
use crate::contract::{Body, Encoding, Header, Location, MediaType, Operation, Parameter, Response, Status, Types};

impl Lowering<'_> {
    /// All operations by path and method.
    ///
    /// Calls of `x-variants` remain one operation that takes what any of them takes and requires what all of them
    /// require. Separate operations would need separate paths, and no other path leads to the same address: 3.0 has
    /// neither fragments nor queries in paths. Every call can still be made through the one operation.
    pub(super) fn paths(&mut self) -> v3::Paths {
        let mut paths = v3::Paths::default();
        for operation in &self.contract.operations {
            if !operation.path.starts_with('/') {
                self.lose(&operation.pointer, &operation.path, "a path starts with `/`");
                continue;
            }
            let item = paths.paths.entry(operation.path.clone());
            let item = item.or_insert_with(|| v3::ReferenceOr::Item(v3::PathItem::default()));
            let v3::ReferenceOr::Item(item) = item else { continue };
            item.servers = operation.path_servers.iter().map(server).collect();
            let slot = match operation.method.as_str() {
                "GET" => &mut item.get,
                "PUT" => &mut item.put,
                "POST" => &mut item.post,
                "DELETE" => &mut item.delete,
                "OPTIONS" => &mut item.options,
                "HEAD" => &mut item.head,
                "PATCH" => &mut item.patch,
                "TRACE" => &mut item.trace,
                method => {
                    self.lose(&operation.pointer, method, "3.0 has no operations of this method");
                    continue;
                }
            };
            if slot.is_some() {
                self.lose(&operation.pointer, &operation.method, "the path has an operation of this method already");
                continue;
            }
            *slot = Some(self.operation(operation));
        }
        paths
    }

    fn operation(&mut self, operation: &Operation) -> v3::Operation {
        if !operation.hints.variants.is_empty() {
            let reason = "3.0 has one operation for a method on a path: it takes what any of the calls takes";
            self.lose(&operation.pointer, "x-variants", reason);
        }
        let name = pascal([operation.id.as_str()]);
        v3::Operation {
            tags: operation.tags.clone(),
            summary: operation.summary.clone(),
            description: operation.description.clone(),
            operation_id: Some(operation.id.clone()),
            parameters: self.parameters(operation, &name),
            request_body: operation.body.as_ref().and_then(|body| self.body(body, &name)),
            responses: self.responses(operation, &name),
            deprecated: operation.deprecated,
            security: operation.security.as_ref().map(|any_of| self.requirements(any_of, &operation.pointer)),
            servers: operation.servers.iter().map(server).collect(),
            extensions: self.extensions(&operation.extensions),
            ..v3::Operation::default()
        }
    }

    fn parameters(&mut self, operation: &Operation, name: &str) -> Vec<v3::ReferenceOr<v3::Parameter>> {
        let given: Vec<&Parameter> = operation.sent_parameters().collect();
        let mut kept: Vec<&Parameter> = Vec::new();
        for one in given.iter().copied() {
            if self.progenitor() && !dialect::takes_parameter(self, operation, &kept, one) {
                continue;
            }
            kept.push(one);
        }
        kept.into_iter().map(|one| v3::ReferenceOr::Item(self.parameter(one, name))).collect()
    }

    fn parameter(&mut self, parameter: &Parameter, operation: &str) -> v3::Parameter {
        let schema_name = format!("{operation}{}", pascal([parameter.name.as_str()]));
        let text = v3::SchemaKind::Type(v3::Type::String(v3::StringType::default()));
        let delimiter = parameter.hints.delimiter.as_deref();
        let joined = delimiter.is_some_and(|delimiter| delimiter != ",") || dialect::joins(self, parameter);
        let schema = if joined {
            let reason = "no style joins the elements as the API wants it: the value is given joined";
            self.lose(&parameter.pointer, "x-delimiter", reason);
            v3::ReferenceOr::Item(plain(text))
        } else if self.progenitor() && parameter.media_type.is_some() {
            self.lose(
                &parameter.pointer,
                "content",
                "progenitor refuses serialised parameters: the value is given as text",
            );
            v3::ReferenceOr::Item(plain(text))
        } else {
            self.place(parameter.schema, &schema_name)
        };
        let hints = parameter.hints.of_value().or(self.contract[parameter.schema].hints.clone());
        let types = self.contract[self.contract.resolve(parameter.schema)].types;
        let schema = match is_flag(&hints, types.and_then(Types::single)) && !self.progenitor() {
            true => v3::ReferenceOr::Item(plain(flag(None))),
            false => schema,
        };
        let serialized = parameter.media_type.is_some() && !self.progenitor();
        let format = match &parameter.media_type {
            Some(media_type) if !self.progenitor() => {
                let media = v3::MediaType { schema: Some(schema), ..v3::MediaType::default() };
                v3::ParameterSchemaOrContent::Content([(media_type.clone(), media)].into_iter().collect())
            }
            _ => v3::ParameterSchemaOrContent::Schema(schema),
        };
        let default_explode = parameter.style == "form";
        let parameter_data = v3::ParameterData {
            name: parameter.name.clone(),
            description: parameter.description.clone(),
            required: parameter.required || parameter.location == Location::Path,
            deprecated: parameter.deprecated.then_some(true),
            format,
            example: None,
            examples: std::iter::empty::<(String, v3::ReferenceOr<v3::Example>)>().collect(),
            explode: Some(parameter.explode).filter(|explode| *explode != default_explode && !joined && !serialized),
            extensions: self.extensions(&parameter.extensions),
        };
        self.placed(parameter, parameter_data)
    }

    fn placed(&mut self, parameter: &Parameter, parameter_data: v3::ParameterData) -> v3::Parameter {
        // Beside `content`, nothing else says how the value is written.
        let serialized = parameter.media_type.is_some() && !self.progenitor();
        let style = if serialized { "" } else { parameter.style.as_str() };
        let known: &[&str] = match parameter.location {
            Location::Query => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            Location::Path => &["simple", "label", "matrix"],
            Location::Header => &["simple"],
            Location::Cookie => &["form"],
        };
        if !known.contains(&style) && !serialized {
            self.lose(&parameter.pointer, "style", "no such style in this place: the usual one stands in for it");
        }
        match parameter.location {
            Location::Query => v3::Parameter::Query {
                parameter_data,
                allow_reserved: parameter.allow_reserved && !serialized,
                style: match style {
                    "spaceDelimited" => v3::QueryStyle::SpaceDelimited,
                    "pipeDelimited" => v3::QueryStyle::PipeDelimited,
                    "deepObject" => v3::QueryStyle::DeepObject,
                    _ => v3::QueryStyle::Form,
                },
                allow_empty_value: parameter.allow_empty_value.then_some(true),
            },
            Location::Path => v3::Parameter::Path {
                parameter_data,
                style: match style {
                    "label" => v3::PathStyle::Label,
                    "matrix" => v3::PathStyle::Matrix,
                    _ => v3::PathStyle::Simple,
                },
            },
            Location::Header => v3::Parameter::Header { parameter_data, style: v3::HeaderStyle::Simple },
            Location::Cookie => v3::Parameter::Cookie { parameter_data, style: v3::CookieStyle::Form },
        }
    }

    fn body(&mut self, body: &Body, operation: &str) -> Option<v3::ReferenceOr<v3::RequestBody>> {
        let name = format!("{operation}Body");
        let content = if self.progenitor() {
            let Some(media) = dialect::request_media(&body.content) else {
                self.lose(&body.pointer, "content", "progenitor sends JSON, forms and plain text only");
                return None;
            };
            vec![media]
        } else {
            body.content.iter().collect()
        };
        let content = content.into_iter().map(|media| self.media(media, &name)).collect();
        Some(v3::ReferenceOr::Item(v3::RequestBody { content, required: body.required, ..v3::RequestBody::default() }))
    }

    fn media(&mut self, media: &MediaType, name: &str) -> (String, v3::MediaType) {
        let (one, many) = match &media.examples[..] {
            [one] => (Some(one.clone()), &[][..]),
            many => (None, many),
        };
        let named = many.iter().enumerate().map(|(at, value)| {
            let example = v3::Example { value: Some(value.clone()), ..v3::Example::default() };
            ((at + 1).to_string(), v3::ReferenceOr::Item(example))
        });
        let lowered = v3::MediaType {
            schema: self.media_schema(media, name),
            example: one.filter(|_| !self.progenitor()),
            examples: named.filter(|_| !self.progenitor()).collect(),
            encoding: encodings(media).filter(|_| !self.progenitor()).collect(),
            ..v3::MediaType::default()
        };
        let key = if !self.progenitor() {
            media.name.clone()
        } else if media.is_json() {
            "application/json".to_owned()
        } else {
            media.essence()
        };
        (key, lowered)
    }

    /// The schema of a body. Bytes that 3.1 leaves without one are `string` of format `binary` in 3.0.
    fn media_schema(&mut self, media: &MediaType, name: &str) -> Option<v3::ReferenceOr<v3::Schema>> {
        let schema = media.schema.map(|id| self.place(id, name));
        let says_nothing = schema.as_ref().is_none_or(|schema| *schema == v3::ReferenceOr::Item(plain(anything())));
        if says_nothing && !media.is_json() {
            let format = v3::VariantOrUnknownOrEmpty::Item(v3::StringFormat::Binary);
            let bytes = v3::StringType { format, ..v3::StringType::default() };
            return Some(v3::ReferenceOr::Item(plain(v3::SchemaKind::Type(v3::Type::String(bytes)))));
        }
        schema
    }

    fn responses(&mut self, operation: &Operation, name: &str) -> v3::Responses {
        let kept =
            if self.progenitor() { dialect::responses(self, operation) } else { operation.responses.iter().collect() };
        let mut responses = v3::Responses::default();
        // progenitor wants one error type, so that all errors share the first one's.
        let mut error: Option<v3::Response> = None;
        for response in kept {
            let success = response.status.is_success() || response.status == Status::Default;
            let lowered = match &error {
                Some(first) if self.progenitor() && !success => {
                    v3::Response { description: description(response), ..first.clone() }
                }
                _ if success => self.response(response, &format!("{name}Response")),
                _ => error.insert(self.response(response, &format!("{name}Error"))).clone(),
            };
            let lowered = v3::ReferenceOr::Item(lowered);
            match response.status {
                Status::Code(code) => drop(responses.responses.insert(v3::StatusCode::Code(code), lowered)),
                Status::Range(digit) => {
                    drop(responses.responses.insert(v3::StatusCode::Range(digit.into()), lowered));
                }
                Status::Default => responses.default = Some(lowered),
            }
        }
        if responses.default.is_none() && responses.responses.is_empty() && !self.progenitor() {
            // 3.0 demands at least one.
            responses.default = Some(v3::ReferenceOr::Item(v3::Response::default()));
        }
        responses
    }

    fn response(&mut self, response: &Response, name: &str) -> v3::Response {
        let mut content: Vec<&MediaType> = response.content.iter().collect();
        if self.progenitor() {
            content = dialect::response_media(self, response).into_iter().collect();
        }
        // progenitor ignores them; `Content-Type` is said by the content.
        let said = |header: &&Header| !self.progenitor() && !header.name.eq_ignore_ascii_case("content-type");
        let headers: Vec<&Header> = response.headers.iter().filter(said).collect();
        v3::Response {
            description: description(response),
            headers: headers
                .into_iter()
                .map(|header| (header.name.clone(), v3::ReferenceOr::Item(self.header(header, name))))
                .collect(),
            content: content.into_iter().map(|media| self.media(media, name)).collect(),
            ..v3::Response::default()
        }
    }

    fn header(&mut self, header: &Header, name: &str) -> v3::Header {
        let name = format!("{name}{}", pascal([header.name.as_str()]));
        let schema = header.schema.map(|id| self.place(id, &name));
        v3::Header {
            description: header.description.clone(),
            style: v3::HeaderStyle::Simple,
            required: header.required,
            deprecated: None,
            format: v3::ParameterSchemaOrContent::Schema(
                schema.unwrap_or_else(|| v3::ReferenceOr::Item(plain(anything()))),
            ),
            example: None,
            examples: std::iter::empty::<(String, v3::ReferenceOr<v3::Example>)>().collect(),
            extensions: std::iter::empty::<(String, Value)>().collect(),
        }
    }
}

/// How members of a form are written, where it is not the usual way.
fn encodings(media: &MediaType) -> impl Iterator<Item = (String, v3::Encoding)> {
    let says =
        |one: &Encoding| one.content_type.is_some() || one.explode != (one.style == "form") || one.allow_reserved;
    media.encodings.iter().filter(move |(_, one)| says(one) || one.style != "form").map(|(name, one)| {
        let style = match one.style.as_str() {
            "spaceDelimited" => Some(v3::QueryStyle::SpaceDelimited),
            "pipeDelimited" => Some(v3::QueryStyle::PipeDelimited),
            "deepObject" => Some(v3::QueryStyle::DeepObject),
            _ => None,
        };
        // The model writes null for none, which 3.0 does not allow; beside a style it counts for nothing.
        let content_type = one.content_type.clone().or_else(|| Some("text/plain".to_owned()));
        let (explode, allow_reserved) = (one.explode, one.allow_reserved);
        (name.clone(), v3::Encoding { content_type, style, explode, allow_reserved, ..v3::Encoding::default() })
    })
}

/// 3.0 requires a description of every answer, if only an empty one.
fn description(response: &Response) -> String {
    response.description.clone().unwrap_or_default()
}
