//! RFC 9535 JSONPath on our tree: the nodes that an expression selects, as steps from the root.
//! The query engine is `jsonpath-rust`; it works on [`Node`] directly, so no second tree is built.

use jsonpath_rust::query::js_path;
use jsonpath_rust::query::queryable::Queryable;

use crate::document::{Node, NodeKind, Pointer};

/// One step from a node to a node in it. Steps order as members stand in a normalized path, indices by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NodeStep {
    Index(usize),
    Key(String),
}

/// The steps from the root to a node.
pub(super) type Steps = Vec<NodeStep>;

/// The nodes that `expression` selects, each once, in the order of their addresses.
///
/// # Errors
/// In the words of the parser, when the expression is not JSONPath.
pub(super) fn select(root: &Node, expression: &str) -> Result<Vec<Steps>, String> {
    let found = js_path(expression, root).map_err(|error| error.to_string())?;
    let mut all = found
        .iter()
        .map(|node| steps(&node.path).ok_or_else(|| format!("{} is not a normalized path", node.path)))
        .collect::<Result<Vec<_>, _>>()?;
    // A union such as `[0, 0]` selects a node twice; a change is made once.
    all.sort();
    all.dedup();
    Ok(all)
}

/// The node at the end of the steps.
pub(super) fn walk<'a>(root: &'a mut Node, steps: &[NodeStep]) -> Option<&'a mut Node> {
    steps.iter().try_fold(root, |node, step| match (&mut node.kind, step) {
        (NodeKind::Map(map), NodeStep::Key(key)) => map.get_mut(key),
        (NodeKind::List(list), NodeStep::Index(index)) => list.get_mut(*index),
        _ => None,
    })
}

/// The same address as a JSON pointer, for messages.
pub(super) fn pointer(steps: &[NodeStep]) -> Pointer {
    steps.iter().fold(Pointer::root(), |pointer, step| match step {
        NodeStep::Key(key) => pointer.join(key),
        NodeStep::Index(index) => pointer.join(index),
    })
}

/// Reads a normalized path (RFC 9535, section 2.7): `$['paths']['/api/orders'][0]`.
fn steps(path: &str) -> Option<Steps> {
    let mut steps = Steps::new();
    let mut rest = path.strip_prefix('$')?;
    while !rest.is_empty() {
        rest = rest.strip_prefix('[')?;
        if let Some(quoted) = rest.strip_prefix('\'') {
            let (key, after) = quoted_key(quoted)?;
            steps.push(NodeStep::Key(key));
            rest = after.strip_prefix(']')?;
        } else {
            let (index, after) = rest.split_once(']')?;
            steps.push(NodeStep::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

/// A key up to its closing quote, unescaped, and what follows the quote.
fn quoted_key(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '\'' => return Some((key, chars.as_str())),
            '\\' => key.push(match chars.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let (digits, after) = chars.as_str().split_at_checked(4)?;
                    chars = after.chars();
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                other => other,
            }),
            plain => key.push(plain),
        }
    }
}

impl Queryable for Node {
    fn get(&self, key: &str) -> Option<&Self> {
        Node::get(self, key)
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match &self.kind {
            NodeKind::List(list) => Some(list),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        self.as_map().map(|map| map.iter().collect())
    }

    fn as_str(&self) -> Option<&str> {
        Node::as_str(self)
    }

    fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    fn as_f64(&self) -> Option<f64> {
        self.as_number()?.as_f64()
    }

    fn as_bool(&self) -> Option<bool> {
        Node::as_bool(self)
    }

    fn null() -> Self {
        Self::default()
    }
}

/// Values that the engine compares with have no place.
macro_rules! from_literal {
    ($($from:ty => $kind:expr;)*) => {$(
        impl From<$from> for Node {
            fn from(value: $from) -> Self {
                Node { kind: $kind(value), ..Node::default() }
            }
        }
    )*};
}

from_literal! {
    &str => |text: &str| NodeKind::String(text.to_owned());
    String => NodeKind::String;
    bool => NodeKind::Bool;
    i64 => |number: i64| NodeKind::Number(number.into());
    f64 => |number| serde_json::Number::from_f64(number).map_or(NodeKind::Null, NodeKind::Number);
    Vec<Node> => NodeKind::List;
}

#[cfg(test)]
mod tests {
    use super::{Node, Pointer, pointer, select, steps};
    use crate::document::Document;

    fn pointers(json: serde_json::Value, expression: &str) -> Vec<String> {
        let found = select(&Node::from(json), expression).unwrap();
        found.iter().map(|steps| pointer(steps).to_string()).collect()
    }

    #[test]
    fn selects_with_names_wildcards_filters_and_descent() {
        let json = serde_json::json!({
            "paths": {"/a/{b}": {"get": {"parameters": [{"name": "page"}, {"name": "q"}]}, "put": {}}},
            "tags": [{"name": "A"}, {"name": "B's"}], "n": [1, 2.0, true]
        });
        let cases: &[(&str, &[&str])] = &[
            ("$", &["#"]),
            ("$.paths['/a/{b}'].get.parameters[1]", &["#/paths/~1a~1{b}/get/parameters/1"]),
            ("$.paths.*.*", &["#/paths/~1a~1{b}/get", "#/paths/~1a~1{b}/put"]),
            ("$.paths.*.*.parameters[?@.name=='page']", &["#/paths/~1a~1{b}/get/parameters/0"]),
            (
                "$..[?@.name]",
                &["#/paths/~1a~1{b}/get/parameters/0", "#/paths/~1a~1{b}/get/parameters/1", "#/tags/0", "#/tags/1"],
            ),
            ("$.tags[?@.name==\"B's\"]", &["#/tags/1"]),
            ("$.tags[1, 0, 1]", &["#/tags/0", "#/tags/1"]),
            ("$.n[?@==2]", &["#/n/1"]),
            ("$.n[?@==true]", &["#/n/2"]),
            ("$.nothing", &[]),
        ];
        for (expression, expected) in cases {
            assert_eq!(pointers(json.clone(), expression), *expected, "{expression}");
        }
    }

    #[test]
    fn any_key_survives_the_normalized_path() {
        for key in ["", "'", "\\", "\\'", "a]['b", "\n\t\r\u{8}\u{c}\u{1}", "/~", "\u{1f600}", "0"] {
            assert_eq!(pointers(serde_json::json!({key: 1}), "$[*]"), [Pointer::root().join(key).to_string()]);
        }
    }

    #[test]
    fn broken_paths_are_refused() {
        for path in ["", "a", "$[", "$['a", "$['a'", "$[x]", "$['\\u00']", "$['\\u0é0']"] {
            assert_eq!(steps(path), None, "{path}");
        }
        assert!(select(&Node::default(), "$.[").is_err());
        assert!(select(&Node::default(), "paths").is_err());
    }

    /// The path that a complaint proposes is the address of the place.
    #[test]
    fn proposed_paths_select_their_place() {
        let text = "paths: {'/a/{it''s}': {get: {'200': [{b-c: 1}], 'a\\b': 2}}}\nx: {'0': 2}\n";
        let document = Document::parse("a.yaml", text).unwrap();
        for (address, path) in [
            (Pointer::root(), "$"),
            (
                Pointer::from(["paths", "/a/{it's}", "get", "200", "0", "b-c"]),
                r"$.paths['/a/{it\'s}'].get['200'][0]['b-c']",
            ),
            (Pointer::from(["paths", "/a/{it's}", "get", r"a\b"]), r"$.paths['/a/{it\'s}'].get['a\\b']"),
            (Pointer::from(["x", "0"]), "$.x['0']"),
        ] {
            assert_eq!(document.json_path(&address), path);
            let found: Vec<Pointer> =
                select(&document.root, path).unwrap().iter().map(|steps| pointer(steps)).collect();
            assert_eq!(found, [address], "{path}");
        }
    }
}
