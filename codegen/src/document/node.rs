//! The tree: nodes, ordered maps and positions in files.

use serde_json::Number;

use super::Pointer;

/// A place in a file: line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Which of the document's files.
    pub source: u16,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// A value and the place where it stands.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The value.
    pub kind: NodeKind,
    /// Where it stands.
    pub span: Span,
}

/// The JSON data model, maps in document order.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum NodeKind {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Any number.
    Number(Number),
    /// Text.
    String(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping with text keys.
    Map(Map),
}

/// Members in document order; keys are unique.
#[derive(Clone, Debug, Default)]
pub struct Map(Vec<(String, Span, Node)>);

impl PartialEq for Node {
    /// Nodes are equal when their values are, wherever they stand.
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Map {
    /// The order of members does not matter, as in JSON.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, node)| other.get(key) == Some(node))
    }
}

impl Node {
    /// The member of a map; `None` for anything else.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The node a pointer leads to from here.
    pub fn get_pointer(&self, pointer: &Pointer) -> Option<&Node> {
        pointer.tokens().try_fold(self, |node, token| match &node.kind {
            NodeKind::Map(map) => map.get(&token),
            NodeKind::List(list) => list.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The node a pointer leads to from here, to change it.
    pub fn get_pointer_mut(&mut self, pointer: &Pointer) -> Option<&mut Node> {
        pointer.tokens().try_fold(self, |node, token| match &mut node.kind {
            NodeKind::Map(map) => map.get_mut(&token),
            NodeKind::List(list) => list.get_mut(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The address of the schema below this node that has an `$anchor` of this name.
    pub(crate) fn anchored(&self, name: &str) -> Option<Pointer> {
        self.named_by(&["$anchor", "$dynamicAnchor"], name)
    }

    /// The address of the schema below this node that has this `$id`.
    pub(crate) fn identified(&self, id: &str) -> Option<Pointer> {
        self.named_by(&["$id"], id)
    }

    /// The address of the map below this node in which one of the keys has this text.
    fn named_by(&self, keys: &[&str], name: &str) -> Option<Pointer> {
        let mut waiting = vec![(Pointer::root(), self)];
        while let Some((pointer, node)) = waiting.pop() {
            match &node.kind {
                NodeKind::Map(map) => {
                    if keys.iter().any(|key| map.get(key).and_then(Node::as_str) == Some(name)) {
                        return Some(pointer);
                    }
                    waiting.extend(map.iter().map(|(key, node)| (pointer.join(key), node)));
                }
                NodeKind::List(list) => {
                    waiting.extend(list.iter().enumerate().map(|(at, node)| (pointer.join(at), node)));
                }
                _ => {}
            }
        }
        None
    }

    /// The members, if it is a map.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            NodeKind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::List(list) => Some(list),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            NodeKind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            NodeKind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// What kind of value it is, in words for complaints.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// The value without places.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => Value::Bool(*value),
            NodeKind::Number(number) => Value::Number(number.clone()),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::List(list) => Value::Array(list.iter().map(Node::to_json).collect()),
            NodeKind::Map(map) => {
                Value::Object(map.iter().map(|(key, node)| (key.to_owned(), node.to_json())).collect())
            }
        }
    }

    pub(super) fn shift_source(&mut self, shift: u16) {
        self.span.source += shift;
        match &mut self.kind {
            NodeKind::List(list) => list.iter_mut().for_each(|node| node.shift_source(shift)),
            NodeKind::Map(map) => {
                for (_, span, node) in &mut map.0 {
                    span.source += shift;
                    node.shift_source(shift);
                }
            }
            _ => {}
        }
    }
}

impl Map {
    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|(k, ..)| k == key).map(|(.., node)| node)
    }

    /// The value of a member, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.0.iter_mut().find(|(k, ..)| k == key).map(|(.., node)| node)
    }

    /// Where a member's key stands.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.0.iter().find(|(k, ..)| k == key).map(|(_, span, _)| *span)
    }

    /// Whether a member exists.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Members in document order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Node)> + ExactSizeIterator {
        self.0.iter().map(|(key, _, node)| (key.as_str(), node))
    }

    /// Members in document order, to change their values.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&str, &mut Node)> {
        self.0.iter_mut().map(|(key, _, node)| (key.as_str(), node))
    }

    /// Sets a member: in its place if it exists, else at the end.
    pub fn insert(&mut self, key: impl Into<String>, span: Span, node: Node) {
        let key = key.into();
        match self.get_mut(&key) {
            Some(old) => *old = node,
            None => self.0.push((key, span, node)),
        }
    }

    /// Appends a member whose key is known to be new.
    pub(super) fn push(&mut self, key: String, span: Span, node: Node) {
        self.0.push((key, span, node));
    }

    /// Removes a member.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.0.iter().position(|(k, ..)| k == key)?;
        Some(self.0.remove(at).2)
    }

    /// Gives a member another key, in place; `false` when there is no such member or the new key is taken.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        if self.contains_key(to) {
            return false;
        }
        self.0.iter_mut().find(|(k, ..)| k == from).map(|(k, ..)| to.clone_into(k)).is_some()
    }

    /// Keeps the members for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Node) -> bool) {
        self.0.retain_mut(|(key, _, node)| keep(key, node));
    }
}

impl From<serde_json::Value> for Node {
    /// A tree without places, for values that come from code.
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        let kind = match value {
            Value::Null => NodeKind::Null,
            Value::Bool(value) => NodeKind::Bool(value),
            Value::Number(number) => NodeKind::Number(number),
            Value::String(text) => NodeKind::String(text),
            Value::Array(list) => NodeKind::List(list.into_iter().map(Node::from).collect()),
            Value::Object(map) => {
                NodeKind::Map(Map(map.into_iter().map(|(key, value)| (key, Span::default(), value.into())).collect()))
            }
        };
        Node { kind, span: Span::default() }
    }
}
