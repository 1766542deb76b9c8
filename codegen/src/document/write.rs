//! Writes the tree in document order: as YAML in block style, with quotes only where YAML needs them, and as JSON.

use std::fmt::Write as _;

use super::{Node, NodeKind};

/// Bytes of a key that stands before its colon on one line; YAML ends at 1024 characters, escapes and quotes included.
const LONGEST: usize = 128;

impl Node {
    /// The tree as YAML 1.2, two spaces of indentation, ending in a newline. Reading it back gives an equal tree.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        match &self.kind {
            NodeKind::Map(map) if !map.is_empty() => block(self, 0, &mut out),
            NodeKind::List(list) if !list.is_empty() => block(self, 0, &mut out),
            _ => {
                inline(self, &mut out);
                out.push('\n');
            }
        }
        out
    }

    /// The value as JSON text, its members in the order of the document.
    pub fn to_json_text(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(",");
        match &self.kind {
            NodeKind::List(list) => format!("[{}]", joined(list.iter().map(Self::to_json_text).collect())),
            NodeKind::Map(map) => {
                let member = |(key, node): (&str, &Self)| format!("{}:{}", serde_json::json!(key), node.to_json_text());
                format!("{{{}}}", joined(map.iter().map(member).collect()))
            }
            _ => self.to_json().to_string(),
        }
    }
}

/// Writes a non-empty list or map, one member a line, the first line without indentation.
fn block(node: &Node, indent: usize, out: &mut String) {
    match &node.kind {
        NodeKind::Map(map) => {
            for (at, (key, value)) in map.iter().enumerate() {
                if at > 0 {
                    pad(indent, out);
                }
                // YAML asks for a mark before keys that it would else look for too far.
                let is_long = key.len() > LONGEST;
                out.push_str(if is_long { "? " } else { "" });
                text(key, out);
                if is_long {
                    out.push('\n');
                    pad(indent, out);
                }
                out.push(':');
                member(value, indent + 2, out);
            }
        }
        NodeKind::List(list) => {
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    pad(indent, out);
                }
                out.push('-');
                if is_block(value) {
                    out.push(' ');
                    block(value, indent + 2, out);
                } else {
                    member(value, indent, out);
                }
            }
        }
        _ => inline(node, out),
    }
}

fn member(value: &Node, indent: usize, out: &mut String) {
    if is_block(value) {
        out.push('\n');
        pad(indent, out);
        block(value, indent, out);
    } else {
        out.push(' ');
        inline(value, out);
        out.push('\n');
    }
}

fn is_block(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Map(map) => !map.is_empty(),
        // Lists of a few short scalars read best on one line.
        NodeKind::List(list) => !list.is_empty() && !is_short(list),
        _ => false,
    }
}

fn is_short(list: &[Node]) -> bool {
    let mut length = 0;
    list.iter().all(|node| {
        length += 2 + match &node.kind {
            NodeKind::String(text) => text.len(),
            NodeKind::List(_) | NodeKind::Map(_) => return false,
            _ => 6,
        };
        length <= 80
    })
}

fn inline(node: &Node, out: &mut String) {
    match &node.kind {
        NodeKind::Null => out.push_str("null"),
        NodeKind::Bool(value) => write!(out, "{value}").expect("writing to a string"),
        NodeKind::Number(number) => write!(out, "{number}").expect("writing to a string"),
        NodeKind::String(value) => text(value, out),
        NodeKind::Map(_) => out.push_str("{}"),
        NodeKind::List(list) => {
            out.push('[');
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                inline(value, out);
            }
            out.push(']');
        }
    }
}

/// A text: plain where YAML reads it back as the same text, else double-quoted as in JSON (which YAML contains).
fn text(value: &str, out: &mut String) {
    if is_plain(value) {
        out.push_str(value);
    } else {
        out.push_str(&serde_json::to_string(value).expect("text is always JSON"));
    }
}

fn is_plain(value: &str) -> bool {
    let word =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '$' | '-' | '{' | '}' | '+' | '(' | ')' | ' ');
    let first = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '$');
    value.starts_with(first)
        && value.chars().all(word)
        && !value.ends_with(' ')
        && !value.contains(['{', '}']) | value.starts_with('/')
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
        )
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::document::Document;

    #[test]
    fn reads_back_what_it_wrote() {
        let json = serde_json::json!({
            "openapi": "3.1.0", "empty": {}, "none": [], "null": null, "text": "null", "yes": "yes", "n": "12",
            "paths": {"/api/{a}/x y": {"get": {"tags": ["A b", "c:d", "#e", "- f"], "x": [[1], {"a": [{"b": 1.5}]}]}}},
            "pattern": "^[0-9]+\\.[0-9]{3}$", "multi": "a\nb\t\"q\"\u{e9}\u{0}", "list": [1, true, null, "200"],
            "long": [["a"], "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
            "200": "ok", "": "empty key", " lead": " space ", "a: b": "x: y", "t": "a #b", "~": "~", "-": "-", "e": "1e3"
        });
        let yaml = super::Node::from(json.clone()).to_yaml();
        assert_eq!(Document::parse("test.yaml", yaml.clone()).unwrap().root.to_json(), json, "{yaml}");
    }

    #[test]
    fn json_keeps_the_order() {
        let text = r#"{"z":[{"b":1,"a":null},"\"\u0001č"],"a \n":{"y":true,"x":1.50}}"#;
        let written = Document::parse("test.json", text).unwrap().root.to_json_text();
        assert_eq!(written.replace("1.5,", "1.50,").replace("1.5}", "1.50}"), text);
    }

    #[test]
    fn keys_of_any_length_read_back() {
        for length in [127, 128, 129, 1023, 1024, 1025, 5000] {
            for key in ["a".repeat(length), "$..['\u{e9}\"]: ".repeat(length / 8 + 1), "\u{0}\n".repeat(length)] {
                let values = [json!(null), json!("v"), json!([]), json!([1]), json!({"b": {"c": [{"d": 1}]}})];
                for value in values {
                    let json = json!({"x": {(key.clone()): value, "y": 1}, (key.clone()): [{(key.clone()): 1}]});
                    let yaml = super::Node::from(json.clone()).to_yaml();
                    let read =
                        Document::parse("test.yaml", yaml.clone()).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
                    assert_eq!(read.root.to_json(), json, "{yaml}");
                }
            }
        }
    }
}
