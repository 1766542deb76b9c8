//! Paths, operations, parameters, bodies and responses.
//! OpenAPI 3.0 allows one operation per method and path, so variants of one call are merged: see [`Lowering::paths`].

use openapiv3 as v3;
use serde_json::Value;

use super::names::pascal;
use super::schema::{anything, plain};
use super::written::{flag, is_flag};
use super::{Lowering, dialect};
use crate::contract::{
    Body, Encoding, Header, Location, MediaType, Notes, Operation, Parameter, Response, Status, Types,
};

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
            item.servers = operation.path_servers.iter().map(|one| self.server(one)).collect();
            item.extensions = self.beyond([&operation.path_notes, &operation.path_extensions]);
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
            servers: operation.servers.iter().map(|one| self.server(one)).collect(),
            extensions: self.beyond([&operation.notes, &operation.extensions]),
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
        let (format, notes) = self.value(schema, parameter.media_type.as_ref(), &parameter.notes);
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
            extensions: self.beyond([notes, &parameter.extensions]),
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
        let extensions = self.beyond([&body.extensions]);
        let description = body.description.clone();
        Some(v3::ReferenceOr::Item(v3::RequestBody { description, content, required: body.required, extensions }))
    }

    fn media(&mut self, media: &MediaType, name: &str) -> (String, v3::MediaType) {
        let lowered = v3::MediaType {
            schema: self.media_schema(media, name),
            encoding: if self.progenitor() { Default::default() } else { self.encodings(media, name) },
            extensions: self.beyond([&media.notes, &media.extensions]),
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
        // progenitor ignores headers.
        let headers = if self.progenitor() { &[] } else { &response.headers[..] };
        v3::Response {
            description: description(response),
            headers: self.headers(headers, name),
            content: content.into_iter().map(|media| self.media(media, name)).collect(),
            extensions: self.beyond([&response.notes, &response.extensions]),
            ..v3::Response::default()
        }
    }

    fn header(&mut self, header: &Header, name: &str) -> v3::Header {
        let name = format!("{name}{}", pascal([header.name.as_str()]));
        let serialized = header.media_type.is_some();
        if serialized {
            // Beside `content` no style may stand, and the model writes one for every header.
            self.lose(&header.pointer, "content", "the value is given as text, its schema is gone");
        }
        let schema = match header.schema {
            Some(id) if !serialized => self.place(id, &name),
            Some(_) => v3::ReferenceOr::Item(plain(v3::SchemaKind::Type(v3::Type::String(v3::StringType::default())))),
            None => v3::ReferenceOr::Item(plain(anything())),
        };
        // The model has no such member: what it calls extensions is written as it is.
        let explode = header.explode.then(|| ("explode".to_owned(), Value::Bool(true)));
        let explode: Notes = explode.into_iter().collect();
        v3::Header {
            description: header.description.clone(),
            style: v3::HeaderStyle::Simple,
            required: header.required,
            deprecated: header.deprecated.then_some(true),
            format: v3::ParameterSchemaOrContent::Schema(schema),
            example: None,
            examples: std::iter::empty::<(String, v3::ReferenceOr<v3::Example>)>().collect(),
            extensions: self.beyond([&explode, if serialized { &[] } else { &header.notes[..] }, &header.extensions]),
        }
    }

    /// How a parameter says what its value is, and the notes that do not stand there.
    fn value<'n>(
        &self,
        schema: v3::ReferenceOr<v3::Schema>,
        media_type: Option<&String>,
        notes: &'n [(String, Value)],
    ) -> (v3::ParameterSchemaOrContent, &'n [(String, Value)]) {
        match media_type.filter(|_| !self.progenitor()) {
            Some(media_type) => {
                let extensions = self.beyond([notes]);
                let media = v3::MediaType { schema: Some(schema), extensions, ..v3::MediaType::default() };
                (v3::ParameterSchemaOrContent::Content([(media_type.clone(), media)].into_iter().collect()), &[])
            }
            None => (v3::ParameterSchemaOrContent::Schema(schema), notes),
        }
    }

    /// How members of a form are written, where it is not the usual way.
    fn encodings<M: FromIterator<(String, v3::Encoding)>>(&mut self, media: &MediaType, name: &str) -> M {
        let says = |one: &Encoding| {
            let beyond = !one.headers.is_empty() || !one.extensions.is_empty();
            let usual = one.style == "form" && one.explode && !one.allow_reserved;
            one.content_type.is_some() || !usual || beyond
        };
        let said = media.encodings.iter().filter(|(_, one)| says(one));
        said.map(|(member, one)| (member.clone(), self.encoding(one, &format!("{name}{}", pascal([member.as_str()])))))
            .collect()
    }

    fn encoding(&mut self, one: &Encoding, name: &str) -> v3::Encoding {
        let style = match one.style.as_str() {
            "spaceDelimited" => Some(v3::QueryStyle::SpaceDelimited),
            "pipeDelimited" => Some(v3::QueryStyle::PipeDelimited),
            "deepObject" => Some(v3::QueryStyle::DeepObject),
            _ => None,
        };
        v3::Encoding {
            // The model writes null for none, which 3.0 does not allow; beside a style it counts for nothing.
            content_type: one.content_type.clone().or_else(|| Some("text/plain".to_owned())),
            headers: self.headers(&one.headers, name),
            style,
            explode: one.explode,
            allow_reserved: one.allow_reserved,
            extensions: self.beyond([&one.extensions]),
        }
    }

    /// Headers of an answer or of a part. `Content-Type` is said elsewhere.
    fn headers<M>(&mut self, headers: &[Header], name: &str) -> M
    where
        M: FromIterator<(String, v3::ReferenceOr<v3::Header>)>,
    {
        let said = headers.iter().filter(|header| !header.name.eq_ignore_ascii_case("content-type"));
        said.map(|header| (header.name.clone(), v3::ReferenceOr::Item(self.header(header, name)))).collect()
    }
}

/// 3.0 requires a description of every answer, if only an empty one.
fn description(response: &Response) -> String {
    response.description.clone().unwrap_or_default()
}
