//! Reads what requests and answers carry: media types, their encodings, statuses and headers.

use super::{Reader, extensions};
use crate::contract::at::At;
use crate::contract::{Encoding, Header, MediaType, Response, Status};
use crate::document::{Document, Node, Pointer};

impl<'d> Reader<'d> {
    pub(super) fn content(&mut self, at: &At<'d>) -> Vec<MediaType> {
        let Some(content) = self.part(at, "content") else { return Vec::new() };
        self.expect_map(&content);
        content
            .members()
            .map(|(name, media)| {
                let schema = media.get("schema").map(|schema| self.schemas.at(schema.node, schema.pointer));
                let one = media.node.get("example").map(Node::to_json);
                let named = media.get("examples");
                let named =
                    named.iter().flat_map(At::members).filter_map(|(_, at)| at.node.get("value").map(Node::to_json));
                let examples = one.into_iter().chain(named).collect();
                let encodings = media.get("encoding").iter().flat_map(At::members).map(encoding).collect();
                let extensions = extensions(media.node);
                let json = is_json(self.document, name, media.node.get("schema"));
                MediaType {
                    name: name.to_owned(),
                    schema,
                    json,
                    examples,
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
            let headers = self.part(&at, "headers").iter().flat_map(At::members).collect::<Vec<_>>();
            let headers = headers
                .into_iter()
                .filter_map(|(name, header)| {
                    let header = self.follow(header)?;
                    Some(Header {
                        name: name.to_owned(),
                        required: header.flag("required"),
                        description: header.prose("description"),
                        deprecated: header.flag("deprecated"),
                        explode: header.flag("explode"),
                        schema: header.get("schema").map(|schema| self.schemas.at(schema.node, schema.pointer)),
                        extensions: extensions(header.node),
                        pointer: header.pointer,
                    })
                })
                .collect();
            let content = self.content(&at);
            found.push(Response {
                status,
                description: at.prose("description"),
                headers,
                content,
                extensions: extensions(at.node),
                pointer: at.pointer,
            });
        }
        found
    }
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

fn encoding((name, at): (&str, At<'_>)) -> (String, Encoding) {
    let style = at.text("style").unwrap_or_else(|| "form".to_owned());
    let encoding = Encoding {
        content_type: at.text("contentType"),
        explode: at.node.get("explode").and_then(Node::as_bool).unwrap_or(style == "form"),
        allow_reserved: at.flag("allowReserved"),
        style,
        span: at.node.span,
        pointer: at.pointer,
    };
    (name.to_owned(), encoding)
}

fn parse_status(text: &str) -> Option<Status> {
    match text.as_bytes() {
        b"default" => Some(Status::Default),
        [digit @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Status::Range(digit - b'0')),
        [b'1'..=b'5', _, _] => text.parse().ok().map(Status::Code),
        _ => None,
    }
}
