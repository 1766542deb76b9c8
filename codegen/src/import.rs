//! Imports the interface of another party's OpenAPI document, without its prose and examples.
//! Which members are prose depends on their position: a property may be called `description`.

mod pages;

pub use pages::{Page, PageRecord, holds_operations, import_pages};

use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, METHODS, Map, Node, NodeKind, Pointer, Role, Span};
use crate::specification::sha256;

/// The interface of a document, and what there is to record about both.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The interface, in the order of the document.
    pub root: Node,
    /// The same as YAML text.
    pub yaml: String,
    /// SHA-256 of the document it was taken from, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of [`Imported::yaml`], in hexadecimal.
    pub yaml_sha256: String,
    /// Length of the document it was taken from.
    pub bytes: usize,
    /// Number of paths.
    pub paths: usize,
    /// Number of operations.
    pub operations: usize,
    /// Number of named schemas.
    pub schemas: usize,
}

/// Reads an OpenAPI 3 document and keeps its interface. `name` is what complaints call the document, `title` what the
/// API is called from now on.
///
/// # Errors
/// When the bytes are not the text of a whole OpenAPI 3 document with paths: one that can be read as a contract.
pub fn import(name: &str, bytes: Vec<u8>, title: &str) -> Result<Imported> {
    let length = bytes.len();
    let text = text_of(name, bytes)?;
    if is_markup(&text) {
        return Err(Diagnostic::new(format!("{name} is a page of HTML or XML, not an OpenAPI document"))
            .help("use the address of the raw file; a page may also mean that it has moved or asks for a login"));
    }
    let hash = sha256([text.as_str()]);
    finish(Document::parse(name, text)?, hash, length, title)
}

fn text_of(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Diagnostic::new(format!("{name} is no text: {error}")).help("expected an OpenAPI document in UTF-8")
    })
}

fn is_markup(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// Checks a document and keeps its interface; `hash` and `length` are those of what it was read from.
fn finish(document: Document, hash: String, length: usize, title: &str) -> Result<Imported> {
    check(&document)?;
    // A document that was cut off between two lines is still YAML; what it refers to is then missing.
    Contract::read_mending(&document)?;
    let root = interface(document.root, title);
    let count =
        |pointer: [&str; 2]| root.get_pointer(&Pointer::from(pointer)).and_then(Node::as_map).map_or(0, Map::len);
    let yaml = root.to_yaml();
    Ok(Imported {
        sha256: hash,
        yaml_sha256: sha256([yaml.as_str()]),
        bytes: length,
        paths: root.get("paths").and_then(Node::as_map).map_or(0, Map::len),
        operations: operations(&root).len(),
        schemas: count(["components", "schemas"]),
        yaml,
        root,
    })
}

/// A document without its prose.
fn interface(mut root: Node, title: &str) -> Node {
    strip(&mut root, Role::Root);
    set_info(&mut root, title);
    root
}

/// Complains unless this is OpenAPI 3 and describes paths.
fn check(document: &Document) -> Result<()> {
    let root = &document.root;
    let complain = |place: &Node, pointer: Pointer, message: String| {
        Err(document
            .complain(place.span, &pointer, message)
            .help("expected an OpenAPI 3.0 or 3.1 document with `paths`"))
    };
    if root.as_map().is_none() {
        return complain(root, Pointer::root(), format!("not an OpenAPI document but {}", root.kind_name()));
    }
    match root.get("openapi") {
        Some(version) if version.as_str().is_some_and(|text| text.starts_with("3.")) => {}
        Some(version) => {
            let found =
                version.as_str().map_or_else(|| version.kind_name().to_owned(), |text| format!("version {text}"));
            return complain(version, Pointer::from(["openapi"]), format!("not OpenAPI 3 but {found}"));
        }
        None if root.get("swagger").is_some() => {
            return complain(root, Pointer::root(), "a document of Swagger 2, which came before OpenAPI 3".to_owned());
        }
        None => return complain(root, Pointer::root(), "not an OpenAPI document: no member \"openapi\"".to_owned()),
    }
    match root.get("paths") {
        Some(paths) if paths.as_map().is_some() => Ok(()),
        Some(paths) => complain(paths, Pointer::from(["paths"]), format!("paths is {}, not a map", paths.kind_name())),
        None => complain(root, Pointer::root(), "the document describes no paths".to_owned()),
    }
}

/// Leaves out what is prose in an object of this role, or in each object of a list of them.
fn strip(node: &mut Node, role: Role) {
    match &mut node.kind {
        NodeKind::Map(_) if role == Role::Value => {}
        NodeKind::List(list) => list.iter_mut().for_each(|node| strip(node, role)),
        NodeKind::Map(map) => {
            map.retain(|key, member| {
                let member_role = role.member(key);
                strip(member, member_role);
                member_role != Role::Prose
            });
            match role {
                Role::Response if map.contains_key("$ref") => drop(map.remove("description")),
                Role::Response => map.insert("description", Span::default(), Node::from("")),
                Role::Scopes => map.iter_mut().for_each(|(_, text)| *text = Node::from("")),
                _ => {}
            }
        }
        _ => {}
    }
}

/// Replaces `info`: title and version are required, the rest is about the document and not about the interface.
fn set_info(root: &mut Node, title: &str) {
    let NodeKind::Map(members) = &mut root.kind else { return };
    let version = members.get("info").and_then(|info| info.get("version")).filter(|version| version.as_str().is_some());
    let mut info = Map::default();
    info.insert("title", Span::default(), Node::from(title));
    info.insert("version", Span::default(), version.cloned().unwrap_or_else(|| Node::from("")));
    members.insert("info", Span::default(), Node { kind: NodeKind::Map(info), span: Span::default() });
}

/// What differs between two documents, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Operations, as method and path.
    pub operations: NameDifference,
    /// Named schemas.
    pub schemas: NameDifference,
}

/// Names of what only the new one has, only the old one had, and both have but not alike; each in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameDifference {
    /// Only in the new one.
    pub added: Vec<String>,
    /// Only in the old one.
    pub removed: Vec<String>,
    /// In both, with another content.
    pub changed: Vec<String>,
}

impl Changes {
    /// Compares operations and named schemas.
    pub fn between(old: &Node, new: &Node) -> Self {
        Self {
            operations: NameDifference::between(&operations(old), &operations(new)),
            schemas: NameDifference::between(&schemas(old), &schemas(new)),
        }
    }
}

impl NameDifference {
    fn between<T: PartialEq>(old: &[(String, T)], new: &[(String, T)]) -> Self {
        let find = |all: &[(String, T)], name: &str| all.iter().position(|(other, _)| other == name);
        let mut difference = Self::default();
        for (name, value) in new {
            match find(old, name) {
                None => difference.added.push(name.clone()),
                Some(at) if old[at].1 != *value => difference.changed.push(name.clone()),
                Some(_) => {}
            }
        }
        difference.removed =
            old.iter().map(|(name, _)| name).filter(|name| find(new, name).is_none()).cloned().collect();
        difference
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// The operations by method and path, each with the parameters that its path item gives to all of them.
fn operations(root: &Node) -> Vec<(String, (&Node, Option<&Node>))> {
    let mut operations = Vec::new();
    for (path, item) in root.get("paths").and_then(Node::as_map).into_iter().flat_map(Map::iter) {
        for (method, node) in item.as_map().into_iter().flat_map(Map::iter) {
            if METHODS.contains(&method) {
                operations.push((format!("{} {path}", method.to_ascii_uppercase()), (node, item.get("parameters"))));
            }
        }
    }
    operations
}

fn schemas(root: &Node) -> Vec<(String, &Node)> {
    let schemas = root.get_pointer(&Pointer::from(["components", "schemas"])).and_then(Node::as_map);
    schemas.into_iter().flat_map(Map::iter).map(|(name, node)| (name.to_owned(), node)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn imported(document: &Value) -> Value {
        interface(Document::parse("test.json", document.to_string()).unwrap().root, "Shop").to_json()
    }

    /// Wraps a schema into a document, imports it, and gives the schema back.
    fn schema(schema: Value) -> Value {
        let document = json!({"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"A": schema}}});
        imported(&document)["components"]["schemas"]["A"].clone()
    }

    #[test]
    fn prose_goes_and_the_interface_stays_in_schemas() {
        let cases = [
            (json!({"type": "string", "title": "T", "description": "D", "examples": ["a"]}), json!({"type": "string"})),
            (
                json!({"$ref": "#/x", "description": "D", "deprecated": true}),
                json!({"$ref": "#/x", "deprecated": true}),
            ),
            (
                json!({"properties": {"title": {"title": "T"}, "description": {"type": "string", "description": "D"}}}),
                json!({"properties": {"title": {}, "description": {"type": "string"}}}),
            ),
            (
                json!({"required": ["title"], "default": {"title": "x"}, "const": {"example": 1}, "enum": [{"summary": 1}]}),
                json!({"required": ["title"], "default": {"title": "x"}, "const": {"example": 1}, "enum": [{"summary": 1}]}),
            ),
            (
                json!({"allOf": [{"title": "T", "minimum": 1}], "items": {"example": 1, "items": {"$comment": "C"}}}),
                json!({"allOf": [{"minimum": 1}], "items": {"items": {}}}),
            ),
            (
                json!({"additionalProperties": false, "not": {"title": "T"}, "patternProperties": {"title": {"title": "T"}}}),
                json!({"additionalProperties": false, "not": {}, "patternProperties": {"title": {}}}),
            ),
            (
                json!({"x-a": {"description": "D", "keep": [{"title": "T", "x": 1}]}, "x-enum-descriptions": {"a": "D"}}),
                json!({"x-a": {"keep": [{"x": 1}]}}),
            ),
            (json!({"stray": {"type": "string", "description": "D"}}), json!({"stray": {"type": "string"}})),
            (json!(true), json!(true)),
        ];
        for (before, after) in cases {
            assert_eq!(schema(before.clone()), after, "{before}");
        }
    }

    fn with_prose() -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Theirs", "version": "7", "description": "D", "contact": {"name": "N"}},
            "servers": [{"url": "https://x", "description": "D", "variables": {"description": {"default": "a", "description": "D"}}}],
            "tags": [{"name": "A", "description": "D", "externalDocs": {"url": "u"}, "x-a": 1}],
            "externalDocs": {"url": "u"},
            "paths": {"/description": {
                "summary": "S",
                "parameters": [{"$ref": "#/components/parameters/example"}],
                "get": {
                    "tags": ["A"], "summary": "S", "description": "D", "operationId": "o", "deprecated": true, "x-job": true,
                    "parameters": [{"name": "q", "in": "query", "description": "D", "example": 1, "schema": {"title": "T"}}],
                    "requestBody": {"description": "D", "required": true, "content": {"a/b": {"schema": {"title": "T"}, "example": 1}}},
                    "responses": {
                        "200": {"content": {"a/b": {"examples": {"x": {}}, "schema": {"type": "null"}}}, "description": "D",
                                "headers": {"example": {"description": "D", "schema": {"example": 1}}},
                                "links": {"l": {"operationId": "o", "description": "D"}}},
                        "404": {"$ref": "#/components/responses/title"},
                        "500": {},
                        "x-a": {"description": "D", "x": 1}
                    },
                    "callbacks": {"summary": {"{$url}": {"post": {"summary": "S", "responses": {"default": {"$ref": "r", "description": "D"}}}}}}
                }
            }},
            "components": {
                "examples": {"e": {"value": 1}},
                "parameters": {"example": {"name": "p", "in": "header", "content": {"a/b": {"example": 1}}}},
                "responses": {"title": {"description": "D"}},
                "securitySchemes": {"description": {"type": "oauth2", "description": "D",
                    "flows": {"implicit": {"authorizationUrl": "u", "scopes": {"read": "D"}}}}}
            }
        })
    }

    #[test]
    fn prose_goes_and_the_interface_stays_around_schemas() {
        let after = json!({
            "openapi": "3.1.0",
            "info": {"title": "Shop", "version": "7"},
            "servers": [{"url": "https://x", "variables": {"description": {"default": "a"}}}],
            "tags": [{"name": "A", "x-a": 1}],
            "paths": {"/description": {
                "parameters": [{"$ref": "#/components/parameters/example"}],
                "get": {
                    "tags": ["A"], "operationId": "o", "deprecated": true, "x-job": true,
                    "parameters": [{"name": "q", "in": "query", "schema": {}}],
                    "requestBody": {"required": true, "content": {"a/b": {"schema": {}}}},
                    "responses": {
                        "200": {"content": {"a/b": {"schema": {"type": "null"}}}, "description": "",
                                "headers": {"example": {"schema": {}}}, "links": {"l": {"operationId": "o"}}},
                        "404": {"$ref": "#/components/responses/title"},
                        "500": {"description": ""},
                        "x-a": {"x": 1}
                    },
                    "callbacks": {"summary": {"{$url}": {"post": {"responses": {"default": {"$ref": "r"}}}}}}
                }
            }},
            "components": {
                "parameters": {"example": {"name": "p", "in": "header", "content": {"a/b": {}}}},
                "responses": {"title": {"description": ""}},
                "securitySchemes": {"description": {"type": "oauth2",
                    "flows": {"implicit": {"authorizationUrl": "u", "scopes": {"read": ""}}}}}
            }
        });
        assert_eq!(imported(&with_prose()), after);
    }

    #[test]
    fn importing_twice_changes_nothing_and_order_is_kept() {
        let text = "openapi: 3.0.3\npaths:\n  /b: {put: {}, get: {responses: {'200': {description: D}}}}\n  /a: {}\n";
        let once = import("a.yaml", text.into(), "Shop").unwrap();
        assert_eq!((once.paths, once.operations, once.schemas, once.bytes), (2, 2, 0, text.len()));
        assert!(once.yaml.find("/b").unwrap() < once.yaml.find("/a").unwrap(), "{}", once.yaml);
        let twice = import("b.yaml", once.yaml.clone().into(), "Shop").unwrap();
        assert_eq!((&twice.yaml, &twice.sha256), (&once.yaml, &once.yaml_sha256));
    }

    #[test]
    fn anything_else_is_refused() {
        let cases: &[(&[u8], &str)] = &[
            (b"", "empty"),
            (b"  \n", "empty"),
            (b"<!DOCTYPE html><html></html>", "HTML"),
            (b"\xef\xbb\xbf <html>", "HTML"),
            (b"\xff\xfe", "no text"),
            (b"404: Not Found", "no member \"openapi\""),
            (b"Not Found", "a string"),
            (b"[]", "a list"),
            (b"swagger: '2.0'\npaths: {}", "Swagger 2"),
            (b"openapi: 4.0.0\npaths: {}", "version 4.0.0"),
            (b"openapi: 3.1\npaths: {}", "a number"),
            (b"openapi: 3.1.0", "no paths"),
            (b"openapi: 3.1.0\npaths: []", "a list"),
            (b"openapi: 3.1.0\npaths: {", "not valid YAML"),
        ];
        for (bytes, expected) in cases {
            let error = import("test.yaml", bytes.to_vec(), "Shop").unwrap_err();
            assert!(error.message().contains(expected), "{expected}: {error}");
            assert!(error.mend().is_some(), "{expected}");
        }
    }

    #[test]
    fn changes_are_named() {
        let parse = |text: &str| Document::parse("test.yaml", text).unwrap().root;
        let old = parse("paths: {/a: {get: {x: 1}, put: {}}, /b: {get: {}}, /c: {parameters: [1], get: {}}}");
        let new = parse("paths: {/a: {get: {x: 2}, put: {}}, /c: {parameters: [2], get: {}}, /d: {post: {}}}");
        let changes = Changes::between(&old, &new);
        assert_eq!(changes.operations.added, ["POST /d"]);
        assert_eq!(changes.operations.removed, ["GET /b"]);
        assert_eq!(changes.operations.changed, ["GET /a", "GET /c"]);
        assert!(changes.schemas.is_empty());
    }
}
