//! What documents of others leave out or write loosely, and what they mean by it.
//! Done before a document is read, so that its meaning and not its manner is compared.

use kontrakt_codegen::document::{Kind, Map, Node, Span};

/// Makes a document say what it means.
pub(super) fn prepare(root: &mut Node) {
    drop_nothings(root);
    without_paths(root);
    if root.get("openapi").and_then(Node::as_str).is_some_and(|version| version.starts_with("3.0.")) {
        mark_nullable(root);
    }
}

/// A document of webhooks or components alone describes no calls, and says so by having no paths.
fn without_paths(root: &mut Node) {
    let other = ["webhooks", "components"].iter().any(|key| root.get(key).is_some());
    if let Kind::Map(map) = &mut root.kind
        && other
        && !map.contains_key("paths")
    {
        map.insert("paths", Span::default(), Node { kind: Kind::Map(Map::default()), span: Span::default() });
    }
}

/// Member of schemas that may be null whatever else they say.
pub(crate) const NULLABLE: &str = "x-nullable";

/// In OpenAPI 3.0, `nullable` beside alternatives is meant for all of them, though the standard asks for a type.
fn mark_nullable(node: &mut Node) {
    match &mut node.kind {
        Kind::Map(map) => {
            let nullable = map.get("nullable").and_then(Node::as_bool) == Some(true) && !map.contains_key("type");
            if nullable && ["allOf", "oneOf", "anyOf"].iter().any(|key| map.contains_key(key)) {
                let span = map.key_span("nullable").unwrap_or_default();
                map.insert(NULLABLE, span, Node { kind: Kind::Bool(true), span });
            }
            map.iter_mut().for_each(|(_, node)| mark_nullable(node));
        }
        Kind::List(list) => list.iter_mut().for_each(mark_nullable),
        _ => {}
    }
}

/// Takes out members of paths that are written and left empty, such as `responses:` with nothing below it.
fn drop_nothings(root: &mut Node) {
    const EMPTY: [&str; 7] = ["responses", "parameters", "requestBody", "content", "headers", "tags", "security"];
    fn below(node: &mut Node, depth: usize) {
        let Kind::Map(map) = &mut node.kind else { return };
        map.retain(|key, node| !(node.kind == Kind::Null && EMPTY.contains(&key)));
        if depth > 0 {
            map.iter_mut().for_each(|(_, node)| below(node, depth - 1));
        }
    }
    if let Kind::Map(map) = &mut root.kind
        && let Some(paths) = map.get_mut("paths")
    {
        // Path, method, `responses`, status: no member of a schema is as near as that.
        below(paths, 4);
    }
}
