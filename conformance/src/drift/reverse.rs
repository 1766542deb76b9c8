//! Webhooks and callbacks: calls that the server makes. They are path items, and are read like any others.
//! What a client sends in a call comes to it here: the directions are the other way round.

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::{Document, Kind, Map, Node, Pointer, Span};

/// The calls that the server makes; `None` where there are none.
pub(super) fn contract(document: &Document) -> Result<Option<Contract>> {
    let items = items(document);
    if items.is_empty() {
        return Ok(None);
    }
    let mut twin = document.clone();
    if let Some(Kind::Map(paths)) = twin.root.get_pointer_mut(&Pointer::from(["paths"])).map(|node| &mut node.kind) {
        for (name, pointer, span) in &items {
            let mut reference = Map::default();
            reference.insert("$ref", *span, Node { kind: Kind::String(pointer.to_string()), span: *span });
            paths.insert(name.clone(), *span, Node { kind: Kind::Map(reference), span: *span });
        }
    }
    let (mut contract, _) = Contract::read_mending(&twin)?;
    contract.operations.retain(|one| items.iter().any(|(name, ..)| *name == one.path));
    Ok(Some(contract))
}

/// Path items with the names they have in reports, which no path has: webhooks, then callbacks.
fn items(document: &Document) -> Vec<(String, Pointer, Span)> {
    let mut found: Vec<(String, Pointer, Span)> = Vec::new();
    for (name, node) in members(document.root.get("webhooks")) {
        found.push((name.to_owned(), Pointer::from(["webhooks", name]), node.span));
    }
    for (path, item) in members(document.root.get("paths")) {
        for (method, operation) in members(Some(item)) {
            for (name, callback) in members(operation.get("callbacks")) {
                let home = Pointer::from(["paths", path, method, "callbacks", name]);
                let (callback, home) = follow(document, callback, home);
                let call = format!("{} {path}", method.to_ascii_uppercase());
                for (expression, node) in members(Some(callback)).filter(|(key, _)| !key.starts_with("x-")) {
                    // Braces would be taken for parameters of a path.
                    let several = callback.as_map().is_some_and(|map| map.len() > 1);
                    let target = if several { format!(" to {expression}") } else { String::new() };
                    let title = format!("{name}{target} of {call}").replace('{', "<").replace('}', ">");
                    found.push((title, home.join(expression), node.span));
                }
            }
        }
    }
    found
}

/// A callback may stand among the components.
fn follow<'d>(document: &'d Document, node: &'d Node, home: Pointer) -> (&'d Node, Pointer) {
    let target = node.get("$ref").and_then(Node::as_str).filter(|text| text.starts_with('#')).and_then(Pointer::parse);
    match target.and_then(|pointer| Some((document.get(&pointer)?, pointer))) {
        Some(found) => found,
        None => (node, home),
    }
}

fn members(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    node.and_then(Node::as_map).into_iter().flat_map(Map::iter)
}
