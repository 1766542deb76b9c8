//! A node of the document together with its address: the argument of everything that reads the document.

use super::{Extensions, Notes};
use crate::document::{Map, Node, Pointer};

#[derive(Clone)]
pub(super) struct At<'d> {
    pub(super) node: &'d Node,
    pub(super) pointer: Pointer,
}

impl<'d> At<'d> {
    pub(super) fn get(&self, key: &str) -> Option<At<'d>> {
        self.node.get(key).map(|node| At { node, pointer: self.pointer.join(key) })
    }

    pub(super) fn members(&self) -> impl Iterator<Item = (&'d str, At<'d>)> + use<'d> {
        let pointer = self.pointer.clone();
        let members = self.node.as_map().into_iter().flat_map(Map::iter);
        members.map(move |(key, node)| (key, At { node, pointer: pointer.join(key) }))
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = At<'d>> + use<'d> {
        let pointer = self.pointer.clone();
        let list = self.node.as_list().unwrap_or_default();
        list.iter().enumerate().map(move |(at, node)| At { node, pointer: pointer.join(at) })
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.node.get(key).and_then(Node::as_str).map(str::to_owned)
    }

    /// Prose: a text that says something.
    pub(super) fn prose(&self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.node.get(key).and_then(Node::as_bool).unwrap_or(false)
    }
}

/// The `x-` members of a node.
pub(super) fn extensions(node: &Node) -> Extensions {
    let members = node.as_map().into_iter().flat_map(Map::iter);
    members.filter(|(key, _)| key.starts_with("x-")).map(|(key, node)| (key.to_owned(), node.to_json())).collect()
}

/// Members of a node for readers alone.
pub(super) fn notes(at: &At<'_>, keys: &[&str]) -> Notes {
    at.members().filter(|(key, _)| keys.contains(key)).map(|(key, at)| (key.to_owned(), at.node.to_json())).collect()
}
