//! Assembles an OpenAPI document from the pages of an API reference, each of which contains a part of it as data. The
//! supported form is that of Zudoku, whose pages embed query results in a script. Operations are recognized by their
//! shape, wherever they are, so a page may also consist of the data alone.

use std::collections::BTreeSet;

use super::{Imported, finish, is_markup, strip, text_of};
use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Map, Node, NodeKind, Pointer, Role, Span};
use crate::specification::sha256;

/// A page as it was fetched.
#[derive(Clone, Debug)]
pub struct Page {
    /// What people call it: the last part of its address, or the name of its file.
    pub name: String,
    /// HTML, or the data alone as JSON.
    pub bytes: Vec<u8>,
}

/// What was taken from one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRecord {
    /// Name of the page.
    pub name: String,
    /// SHA-256 of the operations it holds; a page that is rendered anew keeps it.
    pub sha256: String,
    /// Number of operations.
    pub operations: usize,
}

/// Reads pages and keeps the interface that they describe, one document of OpenAPI 3.1, in the order of their names.
///
/// # Errors
/// When a page is no text or holds no operations, when two pages describe one operation differently, or when what they
/// hold is not a whole document.
pub fn import_pages(mut pages: Vec<Page>, title: &str) -> Result<(Imported, Vec<PageRecord>)> {
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    let length = pages.iter().map(|page| page.bytes.len()).sum();
    let mut assembly = Assembly::default();
    let mut records = Vec::new();
    for page in pages {
        let text = text_of(&page.name, page.bytes)?;
        let data = data(&page.name, &text)?;
        let mut groups = Vec::new();
        find_groups(&data, &mut groups);
        if groups.is_empty() {
            return Err(holds_nothing(&page.name, &text));
        }
        let (before, mut hashed) = (assembly.operations, String::new());
        assembly.note_root(&data);
        for group in groups {
            hashed.push_str(&group.to_yaml());
            assembly.add(group, &page.name)?;
        }
        let operations = assembly.operations - before;
        records.push(PageRecord { name: page.name, sha256: sha256([hashed.as_str()]), operations });
    }
    let document = Document::parse("the pages, put together", assembly.finish()?.to_yaml())?;
    let hash = sha256(records.iter().map(|record| record.sha256.as_str()));
    Ok((finish(document, hash, length, title)?, records))
}

/// Whether a page holds operations.
pub fn holds_operations(page: &Page) -> bool {
    let mut groups = Vec::new();
    let data = data(&page.name, &String::from_utf8_lossy(&page.bytes)).unwrap_or_default();
    find_groups(&data, &mut groups);
    !groups.is_empty()
}

/// The data of a page: of HTML, the values of its scripts as one list.
fn data(name: &str, text: &str) -> Result<Node> {
    if !is_markup(text) {
        return Ok(Document::parse(name, text)?.root);
    }
    let mut values = Vec::new();
    for script in scripts(text) {
        let Some(start) = script.find('{') else { continue };
        let json = &script[start..];
        let mut stream = serde_json::Deserializer::from_str(json).into_iter::<serde_json::Value>();
        // Code begins with a brace too, and is no JSON.
        if let Some(Ok(_)) = stream.next() {
            values.push(Document::parse(name, &json[..stream.byte_offset()])?.root);
        }
    }
    Ok(list(values))
}

/// The texts of the scripts of a page.
fn scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (_, body) = rest.split_once('>')?;
        Some(body.split_once("</script").map_or(body, |(body, _)| body))
    })
}

/// Finds the objects that hold operations: by their shape, because the way to them is the page's own affair.
fn find_groups<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    match &node.kind {
        NodeKind::List(list) => list.iter().for_each(|node| find_groups(node, found)),
        NodeKind::Map(map) => {
            let operations = map.get("operations").and_then(Node::as_list).unwrap_or_default();
            // What only names operations, such as a table of contents, has no answers.
            let is_one = |node: &Node| {
                let text = |key| node.get(key).and_then(Node::as_str).is_some();
                text("method") && text("path") && node.get("responses").and_then(Node::as_list).is_some()
            };
            if !operations.is_empty() && operations.iter().all(is_one) {
                found.push(node);
            } else {
                map.iter().for_each(|(_, node)| find_groups(node, found));
            }
        }
        _ => {}
    }
}

fn holds_nothing(name: &str, text: &str) -> Diagnostic {
    if !is_markup(text) {
        return Diagnostic::new(format!("{name} holds no operations")).help(
            "expected the data of a page: an object with `operations`, each with `method`, `path` and `responses`",
        );
    }
    let title = text.split_once("<title").and_then(|(_, rest)| rest.split_once('>')?.1.split_once('<'));
    let title = title.map(|(title, _)| title.trim()).filter(|title| !title.is_empty());
    let called = title.map_or_else(String::new, |title| format!(" (its title is {title:?})"));
    Diagnostic::new(format!("{name} is a page of HTML without operations in its data{called}"))
        .help("the page may have moved, ask for a login, or be the page of an error; nothing was written")
}

/// The document while it grows.
#[derive(Default)]
struct Assembly {
    version: Option<Node>,
    servers: Vec<Node>,
    tags: Vec<Node>,
    paths: Map,
    schemas: Map,
    /// References to schemas that must be there in the end, with who refers to them.
    wanted: BTreeSet<(String, String)>,
    operations: usize,
}

impl Assembly {
    /// Takes what the page says of the whole: version and servers stand beside the operations' group.
    fn note_root(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::List(list) => list.iter().for_each(|node| self.note_root(node)),
            NodeKind::Map(map) => {
                if map.contains_key("version") && map.iter().any(|(_, node)| node.get("operations").is_some()) {
                    self.version = self.version.take().or_else(|| map.get("version").cloned());
                    for server in map.get("servers").and_then(Node::as_list).unwrap_or_default() {
                        let server = server.get("url").map(|url| object([("url", url.clone())]));
                        self.servers.extend(server.filter(|server| !self.servers.contains(server)));
                    }
                } else {
                    map.iter().for_each(|(_, node)| self.note_root(node));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, group: &Node, page: &str) -> Result<()> {
        let tag = group.get("name").and_then(Node::as_str);
        if let Some(tag) = tag {
            let named = object([("name", Node::from(tag))]);
            if !self.tags.contains(&named) {
                self.tags.push(named);
            }
        }
        for operation in group.get("operations").and_then(Node::as_list).unwrap_or_default() {
            let text = |key| operation.get(key).and_then(Node::as_str).unwrap_or_default();
            let (method, path) = (text("method").to_ascii_lowercase(), text("path").to_owned());
            let new = self.operation(operation, tag, page)?;
            if !self.paths.contains_key(&path) {
                self.paths.insert(path.clone(), Span::default(), map(Map::default()));
            }
            let Some(Node { kind: NodeKind::Map(item), .. }) = self.paths.get_mut(&path) else { continue };
            match item.get(&method) {
                Some(old) if *old == new => {}
                Some(_) => {
                    let what = format!(
                        "{} {path} is described twice, differently; {page} is the second",
                        method.to_uppercase()
                    );
                    return Err(
                        Diagnostic::new(what).help("the pages are of different days, perhaps: take all of them anew")
                    );
                }
                None => {
                    item.insert(method, Span::default(), new);
                    self.operations += 1;
                }
            }
        }
        Ok(())
    }

    fn operation(&mut self, node: &Node, tag: Option<&str>, page: &str) -> Result<Node> {
        let mut operation = Map::default();
        let mut put = |key: &str, node: Node| operation.insert(key, Span::default(), node);
        if let Some(tag) = tag {
            put("tags", list(vec![Node::from(tag)]));
        }
        for key in ["operationId", "deprecated"] {
            node.get(key).filter(|value| is_said(value)).into_iter().for_each(|value| put(key, value.clone()));
        }
        let parameters = node.get("parameters").and_then(Node::as_list).unwrap_or_default();
        if !parameters.is_empty() {
            let parameters = parameters.iter().map(|one| self.parameter(one, page)).collect::<Result<_>>()?;
            put("parameters", list(parameters));
        }
        if let Some(body) = node.get("requestBody") {
            let content = self.content(body.get("content"), page)?;
            if let Some(content) = content {
                let required = body.get("required").filter(|value| is_said(value)).cloned();
                put("requestBody", object([("required", required.unwrap_or_default()), ("content", content)]));
            }
        }
        let mut responses = Map::default();
        for response in node.get("responses").and_then(Node::as_list).unwrap_or_default() {
            let Some(status) = response.get("statusCode").and_then(Node::as_str) else { continue };
            let content = self.content(response.get("content"), page)?;
            let response = object([("description", Node::from("")), ("content", content.unwrap_or_default())]);
            responses.insert(status, Span::default(), response);
        }
        put("responses", map(responses));
        Ok(map(operation))
    }

    fn parameter(&mut self, node: &Node, page: &str) -> Result<Node> {
        let mut parameter = Map::default();
        for key in ["name", "in", "required", "style", "explode", "allowReserved"] {
            if let Some(value) = node.get(key).filter(|value| is_said(value)) {
                parameter.insert(key, Span::default(), value.clone());
            }
        }
        let schema = match node.get("schema") {
            Some(schema) => self.schema(schema.clone(), page)?,
            None => map(Map::default()),
        };
        parameter.insert("schema", Span::default(), schema);
        Ok(map(parameter))
    }

    /// The schemas of a body or an answer by their media type; `None` where there are none.
    fn content(&mut self, list: Option<&Node>, page: &str) -> Result<Option<Node>> {
        let mut content = Map::default();
        for media in list.and_then(Node::as_list).unwrap_or_default() {
            let Some(name) = media.get("mediaType").and_then(Node::as_str) else { continue };
            let schema = match media.get("schema").filter(|schema| is_said(schema)) {
                Some(schema) => object([("schema", self.schema(schema.clone(), page)?)]),
                None => map(Map::default()),
            };
            content.insert(name, Span::default(), schema);
        }
        Ok((!content.is_empty()).then_some(map(content)))
    }

    /// A schema as OpenAPI writes it: references are references again, and null is a type.
    fn schema(&mut self, mut schema: Node, page: &str) -> Result<Node> {
        strip(&mut schema, Role::Schema);
        self.convert(&mut schema, Role::Schema, page)?;
        Ok(schema)
    }

    fn convert(&mut self, node: &mut Node, role: Role, page: &str) -> Result<()> {
        match &mut node.kind {
            // Where a schema holds itself, its name stands in its place.
            NodeKind::String(text) if role == Role::Schema && text.starts_with(CIRCLE) => {
                let target = text[CIRCLE.len()..].to_owned();
                self.wanted.insert((target.clone(), page.to_owned()));
                *node = object([("$ref", Node::from(target.as_str()))]);
            }
            NodeKind::List(list) => {
                for node in list {
                    self.convert(node, role, page)?;
                }
            }
            NodeKind::Map(map) if role != Role::Value => {
                for (key, member) in map.iter_mut() {
                    let is_type = role == Role::Schema && key == "type";
                    self.convert(member, if is_type { Role::Value } else { role.member(key) }, page)?;
                }
                if role == Role::Schema {
                    spell_types(map);
                    self.name(node);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Puts a schema that has a name among the named ones, and a reference in its place. One that says something else than
    /// the first of its name stays where it is.
    fn name(&mut self, node: &mut Node) {
        let NodeKind::Map(map) = &mut node.kind else { return };
        let Some(pointer) = map.remove(NAME) else { return };
        let Some(name) = pointer.as_str().and_then(|pointer| pointer.strip_prefix(SCHEMAS)) else { return };
        let known = self.schemas.get(name);
        if known.is_some_and(|known| known != node) {
            return;
        }
        if known.is_none() {
            self.schemas.insert(name, Span::default(), node.clone());
        }
        *node = object([("$ref", pointer.clone())]);
    }

    fn finish(self) -> Result<Node> {
        for (target, page) in &self.wanted {
            let known = target.strip_prefix(SCHEMAS).is_some_and(|name| self.schemas.contains_key(name));
            if !known {
                return Err(Diagnostic::new(format!("{page} refers to {target}, which no page holds"))
                    .pointer(Pointer::parse(target).unwrap_or_default())
                    .help("take all pages of the reference"));
            }
        }
        Ok(object([
            ("openapi", Node::from("3.1.0")),
            ("info", object([("title", Node::from("")), ("version", self.version.unwrap_or_else(|| Node::from("")))])),
            ("servers", if self.servers.is_empty() { Node::default() } else { list(self.servers) }),
            ("tags", list(self.tags)),
            ("paths", map(self.paths)),
            ("components", object([("schemas", map(self.schemas))])),
        ]))
    }
}

/// Where a page says which named schema this was.
const NAME: &str = "__$ref";
/// What stands in place of a schema inside itself, before the pointer to it.
const CIRCLE: &str = "$ref:";
/// Where named schemas are.
const SCHEMAS: &str = "#/components/schemas/";

/// Types that pages name as programming languages do.
const TYPES: [(&str, &str); 3] = [("bool", "boolean"), ("int", "integer"), ("float", "number")];

/// Writes types as OpenAPI 3.1 has them: `nullable` is a type, and a type has its name.
fn spell_types(map: &mut Map) {
    if let Some(Node { kind: NodeKind::String(name), .. }) = map.get_mut("type")
        && let Some((_, right)) = TYPES.iter().find(|(wrong, _)| wrong == name)
    {
        *name = (*right).to_owned();
    }
    if map.remove("nullable").is_none_or(|nullable| nullable.as_bool() != Some(true)) {
        return;
    }
    let null = || Node::from("null");
    if let Some(kind) = map.get_mut("type") {
        let mut types = match &kind.kind {
            NodeKind::List(types) => types.clone(),
            _ => vec![kind.clone()],
        };
        types.extend((!types.contains(&null())).then(null));
        kind.kind = NodeKind::List(types);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(Node { kind: NodeKind::List(alternatives), .. }) = map.get_mut(choice) {
            alternatives.push(object([("type", null())]));
        }
    }
    if let Some(Node { kind: NodeKind::List(values), .. }) = map.get_mut("enum")
        && !values.iter().any(|value| value.kind == NodeKind::Null)
    {
        values.push(Node::default());
    }
}

/// Whether a member is there and not null, which these pages write for what is not there.
fn is_said(node: &Node) -> bool {
    node.kind != NodeKind::Null
}

/// An object without the members that are null.
fn object<const N: usize>(members: [(&str, Node); N]) -> Node {
    let mut object = Map::default();
    members
        .into_iter()
        .filter(|(_, node)| is_said(node))
        .for_each(|(key, node)| object.insert(key, Span::default(), node));
    map(object)
}

fn map(map: Map) -> Node {
    Node { kind: NodeKind::Map(map), span: Span::default() }
}

fn list(list: Vec<Node>) -> Node {
    Node { kind: NodeKind::List(list), span: Span::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page as Zudoku 0.76.0 made it on 2026-11-26 of a document written for this test (`npx zudoku build`, its page
    /// `/api/papers`), without what it renders for people.
    const PAGE: &str = include_str!("fixtures/papers.html");
    /// The page of another resource of the same site.
    const OTHER: &str = include_str!("fixtures/stamps.html");

    fn page(name: &str, text: &str) -> Page {
        Page { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn imported(pages: &[(&str, &str)]) -> Result<(Imported, Vec<PageRecord>)> {
        import_pages(pages.iter().map(|(name, text)| page(name, text)).collect(), "Kiosk")
    }

    /// The document that the pages of the fixtures were made from.
    fn kiosk() -> serde_json::Value {
        let answer = |schema: serde_json::Value| serde_json::json!({"200": {"description": "", "content": {"application/json": {"schema": schema}}}});
        let paper = serde_json::json!({"$ref": "#/components/schemas/Paper"});
        serde_json::json!({
            "openapi": "3.1.0",
            "info": {"title": "Kiosk", "version": "1"},
            "servers": [{"url": "https://kiosk.test/api"}],
            "tags": [{"name": "Papers"}, {"name": "Stamps"}],
            "paths": {
                "/papers": {
                    "get": {
                        "tags": ["Papers"],
                        "operationId": "listPapers",
                        "parameters": [
                            {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}},
                            {"name": "ids", "in": "query", "schema": {"$ref": "#/components/schemas/Ids"}},
                        ],
                        "responses": answer(serde_json::json!({
                            "type": "object",
                            "required": ["papers"],
                            "properties": {"papers": {"type": "array", "items": paper}},
                        })),
                    },
                    "post": {
                        "tags": ["Papers"],
                        "requestBody": {"required": true, "content": {"application/json": {"schema": paper}}},
                        "responses": answer(serde_json::json!({
                            "type": "object",
                            "properties": {"inserted_yn": {"type": "boolean"}},
                        })),
                    },
                },
                "/papers/{id}": {"get": {
                    "tags": ["Papers"],
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                    "responses": answer(paper.clone()),
                }},
                "/stamps": {"get": {
                    "tags": ["Stamps"],
                    "responses": answer(serde_json::json!({
                        "type": "array",
                        "items": {"type": "object", "properties": {
                            "price": {"type": ["number", "null"]},
                            "kind": {"type": "string", "enum": ["letter", "parcel"]},
                        }},
                    })),
                }},
            },
            "components": {"schemas": {
                "Ids": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]},
                "Paper": {"type": "object", "required": ["id"], "properties": {
                    "id": {"type": "integer"},
                    "title": {"type": ["string", "null"]},
                    "supplements": {"type": "array", "items": {"$ref": "#/components/schemas/Paper"}},
                }},
            }},
        })
    }

    #[test]
    fn pages_of_a_real_site_become_the_document_they_were_made_of() {
        let (document, records) = imported(&[("stamps", OTHER), ("papers", PAGE)]).unwrap();
        assert_eq!((document.paths, document.operations, document.schemas), (3, 4, 2));
        assert_eq!(
            records.iter().map(|one| (one.name.as_str(), one.operations)).collect::<Vec<_>>(),
            [("papers", 3), ("stamps", 1)]
        );
        assert_eq!(document.root.to_json(), kiosk());
    }

    #[test]
    fn the_data_alone_says_the_same_in_whichever_order_it_comes() {
        let json = |text: &str| {
            let start = text.find("window.DATA=").unwrap() + "window.DATA=".len();
            let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<serde_json::Value>();
            values.next().unwrap().unwrap().to_string()
        };
        let (page, other) = (json(PAGE), json(OTHER));
        let html = imported(&[("papers", PAGE), ("stamps", OTHER)]).unwrap();
        let alone = imported(&[("stamps", &other), ("papers", &page)]).unwrap();
        assert_eq!(html.0.root, alone.0.root);
        // The same operations on two pages are the same operations.
        assert_eq!(imported(&[("a", &page), ("b", &page)]).unwrap().0.operations, 3);
    }

    #[test]
    fn pages_without_operations_are_refused_by_name() {
        let redirected = PAGE.replace("\"operations\"", "\"moved\"");
        let cases = [
            ("<!doctype html><title>Sign in</title><form><input type=password></form>", "\"Sign in\""),
            (
                "<html><head><title>404 Not Found</title></head><script>var a = {b: 1}; </script></html>",
                "\"404 Not Found\"",
            ),
            (redirected.as_str(), "without operations"),
            ("{\"schema\": {\"tag\": {\"operations\": []}}}", "holds no operations"),
            ("{\"schema\": ", ""),
            ("", "is empty"),
        ];
        for (text, said) in cases {
            let error = imported(&[("papers", PAGE), ("page", text)]).unwrap_err();
            let shown = format!("{error}");
            assert!(shown.contains(said) && !shown.contains("papers"), "{text}: {shown}");
            assert!(!holds_operations(&page("page", text)), "{text}");
        }
        assert!(holds_operations(&page("papers", PAGE)));
    }

    #[test]
    fn a_table_of_contents_is_no_page() {
        let contents = r#"{"tags": [{"name": "Papers", "operations": [{"method": "get", "path": "/papers"}]}]}"#;
        let both = PAGE.replacen("<script>", &format!("<script>window.NAVIGATION={contents}</script><script>"), 1);
        assert_ne!(both, PAGE);
        assert_eq!(imported(&[("papers", &both)]).unwrap().0.yaml, imported(&[("papers", PAGE)]).unwrap().0.yaml);
        assert!(imported(&[("contents", contents)]).unwrap_err().to_string().contains("holds no operations"));
        assert!(!holds_operations(&page("contents", contents)));
    }

    #[test]
    fn pages_that_disagree_or_lack_a_schema_are_refused() {
        let other = PAGE.replace("\"inserted_yn\"", "\"created_yn\"");
        assert_ne!(other, PAGE);
        let error = imported(&[("a", PAGE), ("b", &other)]).unwrap_err().to_string();
        assert!(error.contains("POST /papers is described twice"), "{error}");
        let lost = PAGE.replace("\"$ref:#/components/schemas/Paper\"", "\"$ref:#/components/schemas/Lost\"");
        let error = imported(&[("a", &lost)]).unwrap_err().to_string();
        assert!(error.contains("#/components/schemas/Lost"), "{error}");
    }

    #[test]
    fn types_are_spelled_as_openapi_has_them() {
        let cases = [
            (r#"{"type": "bool"}"#, r#"{"type": "boolean"}"#),
            (r#"{"type": "string", "nullable": true}"#, r#"{"type": ["string", "null"]}"#),
            (r#"{"type": ["string", "null"], "nullable": true}"#, r#"{"type": ["string", "null"]}"#),
            (r#"{"type": "string", "nullable": false}"#, r#"{"type": "string"}"#),
            (
                r#"{"type": "string", "enum": ["a"], "nullable": true}"#,
                r#"{"type": ["string", "null"], "enum": ["a", null]}"#,
            ),
            (
                r#"{"oneOf": [{"type": "string"}], "nullable": true}"#,
                r#"{"oneOf": [{"type": "string"}, {"type": "null"}]}"#,
            ),
            (r#"{"properties": {"type": {"type": "int"}}}"#, r#"{"properties": {"type": {"type": "integer"}}}"#),
        ];
        for (before, after) in cases {
            let text = format!(
                r#"{{"operations": [{{"method": "get", "path": "/a", "responses": [{{"statusCode": "200",
                "content": [{{"mediaType": "application/json", "schema": {before}}}]}}]}}]}}"#
            );
            let (document, _) = imported(&[("a", &text)]).unwrap();
            let schema =
                Pointer::from(["paths", "/a", "get", "responses", "200", "content", "application/json", "schema"]);
            let expected = Document::parse("x", after).unwrap().root;
            assert_eq!(document.root.get_pointer(&schema), Some(&expected), "{before}");
        }
    }
}
