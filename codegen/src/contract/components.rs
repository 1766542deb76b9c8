//! Components other than schemas: parameters, responses, bodies, headers, callbacks, path items, links.
//! Referenced ones are read where they are used; this records which components exist and whether they are used.

use std::collections::HashSet;

use serde_json::Value;

use super::at::At;
use crate::document::{Document, Node, NodeKind, Pointer};

/// A named part of a document that is no schema and no security scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Name below its kind.
    pub name: String,
    /// As written.
    pub value: Value,
    /// Whether something in the document refers to it.
    pub used: bool,
    /// Where it stands.
    pub pointer: Pointer,
}

const KINDS: [&str; 7] = ["parameters", "responses", "requestBodies", "headers", "callbacks", "pathItems", "links"];

/// Every component of these kinds, in the order of the kinds and then of the document.
pub(super) fn read(document: &Document) -> Vec<Component> {
    let root = At { node: &document.root, pointer: Pointer::root() };
    let Some(components) = root.get("components") else { return Vec::new() };
    let all: Vec<(&str, At<'_>)> =
        KINDS.iter().filter_map(|kind| components.get(kind)).flat_map(|at| at.members().collect::<Vec<_>>()).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mut targets = HashSet::new();
    references(&document.root, &mut targets);
    let component = |(name, at): (&str, At<'_>)| Component {
        name: name.to_owned(),
        value: at.node.to_json(),
        used: targets.contains(&at.pointer),
        pointer: at.pointer,
    };
    all.into_iter().map(component).collect()
}

fn references(node: &Node, targets: &mut HashSet<Pointer>) {
    match &node.kind {
        NodeKind::Map(map) => {
            for (key, node) in map.iter() {
                match node.as_str() {
                    Some(target) if key == "$ref" => targets.extend(Pointer::parse(target)),
                    _ => references(node, targets),
                }
            }
        }
        NodeKind::List(list) => list.iter().for_each(|node| references(node, targets)),
        _ => {}
    }
}
