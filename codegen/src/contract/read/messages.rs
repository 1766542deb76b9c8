//! Reads what requests and answers carry: media types, their encodings, statuses and headers.

use serde_json::Value;

use super::Reader;
use crate::contract::at::{At, extensions, notes};
use crate::contract::{Encoding, Header, MediaType, Notes, Response, SchemaId, Status};
use crate::document::{Document, Node, Pointer};

impl<'d> Reader<'d> {
    pub(super) fn content(&mut self, at: &At<'d>) -> Vec<MediaType> {
        let Some(content) = self.part(at, "content") else { return Vec::new() };
        self.expect_map(&content);
        content
            .members()
            .map(|(name, media)| {
                let schema = media.get("schema").map(|schema| self.schemas.at(schema.node, schema.pointer));
                let notes = self.examples(&media);
                let encodings = media.get("encoding").iter().flat_map(At::members).collect::<Vec<_>>();
                let encodings = encodings.into_iter().map(|(name, at)| (name.to_owned(), self.encoding(at))).collect();
                let extensions = extensions(media.node);
                let json = is_json(self.document, name, media.node.get("schema"));
                MediaType {
                    name: name.to_owned(),
                    schema,
                    json,
                    examples: values(&notes),
                    notes,
                    encodings,
                    extensions,
                    pointer: media.pointer,
                }
            })
            .collect()
    }

    pub(super) fn responses(&mut self, at: &At<'d>) -> Vec<Response> {
        let Some(responses) = self.part(at, "responses") else { return Vec::new() };
        self.expect_map(&responses);
        let mut found = Vec::new();
        for (status, at) in responses.members().filter(|(status, _)| !status.starts_with("x-")) {
            let known = parse_status(status);
            let Some(status) = known.or_else(|| parse_status(status.to_ascii_lowercase().trim())) else {
                let complaint = self.document.complain(at.node.span, &at.pointer, format!("{status:?} is no status"));
                self.defect(complaint.help("expected 100 to 599, 2XX and the like, or default"));
                continue;
            };
            if known.is_none() {
                let complaint = self.document.complain(at.node.span, &at.pointer, "a status is spelled in another way");
                self.defect(complaint.help(format!("write {status}")));
            }
            let Some(at) = self.follow(at) else { continue };
            let headers = self.headers(&at);
            let content = self.content(&at);
            found.push(Response {
                status,
                description: at.prose("description"),
                headers,
                content,
                notes: self.named_notes(&at, "links").into_iter().collect(),
                extensions: extensions(at.node),
                pointer: at.pointer,
            });
        }
        found
    }

    fn headers(&mut self, at: &At<'d>) -> Vec<Header> {
        let headers = self.part(at, "headers").iter().flat_map(At::members).collect::<Vec<_>>();
        let header = |(name, header): (&str, At<'d>)| {
            let header = self.follow(header)?;
            let (schema, media_type, notes) = self.value(&header);
            Some(Header {
                name: name.to_owned(),
                required: header.flag("required"),
                description: header.prose("description"),
                deprecated: header.flag("deprecated"),
                explode: header.flag("explode"),
                schema,
                media_type,
                notes,
                extensions: extensions(header.node),
                pointer: header.pointer,
            })
        };
        headers.into_iter().filter_map(header).collect()
    }

    /// Schema, media type and examples of a parameter or a header, which stand in its `content` if it has one.
    pub(super) fn value(&mut self, at: &At<'d>) -> (Option<SchemaId>, Option<String>, Notes) {
        let media = at.get("content").and_then(|content| content.members().next());
        let (media_type, media) = media.map_or((None, at.clone()), |(name, media)| (Some(name.to_owned()), media));
        let schema = at.get("schema").or_else(|| media.get("schema"));
        (schema.map(|schema| self.schemas.at(schema.node, schema.pointer)), media_type, self.examples(&media))
    }

    fn encoding(&mut self, at: At<'d>) -> Encoding {
        let style = at.text("style").unwrap_or_else(|| "form".to_owned());
        Encoding {
            content_type: at.text("contentType"),
            headers: self.headers(&at),
            explode: at.node.get("explode").and_then(Node::as_bool).unwrap_or(style == "form"),
            allow_reserved: at.flag("allowReserved"),
            style,
            extensions: extensions(at.node),
            span: at.node.span,
            pointer: at.pointer,
        }
    }

    /// `example` and `examples`.
    fn examples(&self, at: &At<'d>) -> Notes {
        notes(at, &["example"]).into_iter().chain(self.named_notes(at, "examples")).collect()
    }

    /// A map of notes, some of which may be references to those of `components`.
    fn named_notes(&self, at: &At<'d>, key: &str) -> Option<(String, Value)> {
        let named = at.get(key)?;
        let note = |(name, at): (&str, At<'d>)| {
            let target = at.text("$ref").and_then(|text| Pointer::parse(&text));
            let node = target.and_then(|target| self.document.get(&target)).unwrap_or(at.node);
            (name.to_owned(), node.to_json())
        };
        named.node.as_map()?;
        Some((key.to_owned(), Value::Object(named.members().map(note).collect())))
    }
}

/// The values of `example` and `examples`.
fn values(examples: &Notes) -> Vec<Value> {
    let values = |(key, note): &(String, Value)| match (key.as_str(), note) {
        ("examples", Value::Object(named)) => named.values().filter_map(|one| one.get("value").cloned()).collect(),
        (_, one) => vec![one.clone()],
    };
    examples.iter().flat_map(values).collect()
}

/// Whether a body of a media type is JSON. Vendors' types without a suffix may be, and so may what stands for any type:
/// what is no text is.
fn is_json(document: &Document, name: &str, schema: Option<&Node>) -> bool {
    let essence = crate::contract::essence(name);
    let mut schema = schema;
    // A chain of references leads somewhere or is a circle.
    for _ in 0..16 {
        let target = schema.and_then(|node| node.get("$ref")).and_then(Node::as_str).and_then(Pointer::parse);
        match target.and_then(|pointer| document.get(&pointer)) {
            Some(found) => schema = Some(found),
            None => break,
        }
    }
    let kind = schema.and_then(|node| node.get("type")).and_then(Node::as_str);
    match essence.as_str() {
        "application/x-json" | "text/x-json" => true,
        essence if crate::contract::is_json(essence) => true,
        "*/*" | "application/*" => schema.is_some_and(|node| {
            let says = ["properties", "items", "allOf", "oneOf", "anyOf"].iter().any(|key| node.get(key).is_some());
            says || matches!(kind, Some("object" | "array" | "integer" | "number" | "boolean"))
        }),
        essence => essence.starts_with("application/vnd.") && schema.is_some() && kind != Some("string"),
    }
}

fn parse_status(text: &str) -> Option<Status> {
    match text.as_bytes() {
        b"default" => Some(Status::Default),
        [digit @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Status::Range(digit - b'0')),
        [b'1'..=b'5', _, _] => text.parse().ok().map(Status::Code),
        _ => None,
    }
}
