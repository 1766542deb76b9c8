//! Parses YAML 1.2 into the tree, from the events of `saphyr-parser`; JSON is read by its own rules (`json.rs`).
//! Duplicate keys, non-string keys, several documents in one file and excessive aliases are complaints.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::json::{self, Placed, Token};
use super::{Map, Node, NodeKind, Pointer, Span};
use crate::diagnostic::{Diagnostic, Result, Source};

/// Deeper documents are refused: every later pass recurses over the tree.
const MAX_DEPTH: usize = 128;
/// More nodes than this after aliases are expanded is an attack or an accident, not an API.
const MAX_NODES: usize = 4_000_000;

/// A list or map whose end has not been seen yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key that waits for its value, in a map.
    key: Option<(String, Span)>,
    /// Whether the value that comes next is that of a merge key, and what was merged.
    merging: bool,
    merged: Option<Node>,
    /// Keys seen so far, where there are enough of them that a search would be slow.
    seen: HashSet<String>,
}

/// Parses the text of `source`, which is number `id` among the files of its document.
///
/// # Errors
/// When the text is not exactly one YAML document with text keys, each once.
pub fn parse(source: &Arc<Source>, id: u16) -> Result<Node> {
    let mut defects = Vec::new();
    let root = parse_mending(source, id, &mut defects)?;
    Diagnostic::all(defects).map_or(Ok(root), Err)
}

/// As [`parse`]; of a key that occurs twice in a map the last one counts, and that is one of the defects.
pub(super) fn parse_mending(source: &Arc<Source>, id: u16, defects: &mut Vec<Diagnostic>) -> Result<Node> {
    Builder { source, id, stack: Vec::new(), anchors: HashMap::new(), root: None, nodes: 0, defects }.run()
}

struct Builder<'a> {
    source: &'a Arc<Source>,
    id: u16,
    stack: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    root: Option<Node>,
    nodes: usize,
    defects: &'a mut Vec<Diagnostic>,
}

impl Builder<'_> {
    fn run(self) -> Result<Node> {
        match json::tokens(&self.source.text) {
            Some(tokens) => self.json(tokens),
            None => self.yaml(),
        }
    }

    fn json(mut self, tokens: Vec<Placed>) -> Result<Node> {
        for Placed { token, line, column } in tokens {
            let span = Span { source: self.id, line, column };
            match token {
                Token::Open { is_map: true } => self.open(NodeKind::Map(Map::default()), span, 0)?,
                Token::Open { is_map: false } => self.open(NodeKind::List(Vec::new()), span, 0)?,
                Token::Close => self.close()?,
                Token::Text(text) => self.scalar(text, ScalarStyle::DoubleQuoted, None, span, 0)?,
                Token::Plain(text) => self.scalar(text, ScalarStyle::Plain, None, span, 0)?,
            }
        }
        self.root.take().ok_or_else(|| Diagnostic::new(format!("{} is empty", self.source.name)))
    }

    fn yaml(mut self) -> Result<Node> {
        let source = Arc::clone(self.source);
        let mut parser = Parser::new_from_str(&source.text);
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, at) = event.map_err(|error| {
                Diagnostic::new(format!("not valid YAML: {}", error.info()))
                    .at(&source, self.span(*error.marker()))
                    .label("here")
                    .help("the text may be cut off or badly indented; fetch it again or mend the marked line")
            })?;
            let span = self.span(at.start);
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.complain(span, "a second YAML document in the same file").help("keep one"));
                    }
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.nodes += 1;
                    self.scalar(text.into_owned(), style, tag.as_deref(), span, anchor)?;
                }
                Event::SequenceStart(anchor, _) => self.open(NodeKind::List(Vec::new()), span, anchor)?,
                Event::MappingStart(anchor, _) => self.open(NodeKind::Map(Map::default()), span, anchor)?,
                Event::SequenceEnd | Event::MappingEnd => self.close()?,
                Event::Alias(anchor) => {
                    let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                        return Err(self.complain(span, "an alias of an anchor that is not there yet"));
                    };
                    self.nodes += size;
                    self.place(node, 0)?;
                }
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
            if self.nodes > MAX_NODES {
                return Err(self.complain(span, format!("more than {MAX_NODES} values after aliases are expanded")));
            }
        }
        self.root.take().ok_or_else(|| {
            Diagnostic::new(format!("{} is empty", source.name)).help("expected an OpenAPI document in YAML or JSON")
        })
    }

    fn span(&self, marker: Marker) -> Span {
        Span { source: self.id, line: marker.line() as u32, column: marker.col() as u32 + 1 }
    }

    fn complain(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(self.source, span).pointer(self.pointer())
    }

    /// Where the parser stands, for complaints.
    fn pointer(&self) -> Pointer {
        self.stack.iter().fold(Pointer::root(), |pointer, open| match (&open.node.kind, &open.key) {
            (NodeKind::List(list), _) => pointer.join(list.len()),
            (_, Some((key, _))) => pointer.join(key),
            _ => pointer,
        })
    }

    fn open(&mut self, kind: NodeKind, span: Span, anchor: usize) -> Result<()> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(self.complain(span, format!("nested more than {MAX_DEPTH} levels deep")));
        }
        if let Some(open) = self.stack.last()
            && matches!(open.node.kind, NodeKind::Map(_))
            && open.key.is_none()
        {
            return Err(self.complain(span, "a list or map as the key of a map").help("keys must be text"));
        }
        self.nodes += 1;
        self.stack.push(Open {
            node: Node { kind, span },
            anchor,
            key: None,
            merging: false,
            merged: None,
            seen: HashSet::new(),
        });
        Ok(())
    }

    /// The end of the list or map that was opened last.
    fn close(&mut self) -> Result<()> {
        let Some(mut open) = self.stack.pop() else { return Ok(()) };
        if let NodeKind::Map(map) = &mut open.node.kind
            && let Some(merged) = open.merged
        {
            self.merge(map, merged)?;
        }
        self.place(open.node, open.anchor)
    }

    /// The merge key `<<` of YAML 1.1: the members of one map or of several, where the map has none of the name itself.
    fn merge(&self, map: &mut Map, from: Node) -> Result<()> {
        let span = from.span;
        let maps = match from.kind {
            NodeKind::List(list) => list,
            _ => vec![from],
        };
        for one in maps {
            let NodeKind::Map(members) = one.kind else {
                let complaint = self.complain(span, format!("`<<` merges maps, found {}", one.kind_name()));
                return Err(complaint.help("give it an alias of a map, or a list of them"));
            };
            for (key, node) in members.iter() {
                if !map.contains_key(key) {
                    map.push(key.to_owned(), members.key_span(key).unwrap_or(node.span), node.clone());
                }
            }
        }
        Ok(())
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, tag: Option<&Tag>, span: Span, anchor: usize) -> Result<()> {
        if let Some(open) = self.stack.last_mut()
            && let NodeKind::Map(map) = &open.node.kind
            && open.key.is_none()
        {
            if style == ScalarStyle::Plain && text == "<<" && open.merged.is_none() {
                open.key = Some((text, span));
                open.merging = true;
                return Ok(());
            }
            // A key such as `200` is text, whatever it looks like.
            let known = if map.len() < 16 { map.contains_key(&text) } else { open.seen.contains(&text) };
            let twice = known.then(|| format!("the key {text:?} occurs twice in one map"));
            if map.len() == 15 {
                open.seen = map.iter().map(|(key, _)| key.to_owned()).collect();
            }
            if map.len() >= 15 {
                open.seen.insert(text.clone());
            }
            open.key = Some((text, span));
            if let Some(twice) = twice {
                let complaint = self.complain(span, twice).help("remove one");
                self.defects.push(complaint);
            }
            return Ok(());
        }
        let plain = style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.suffix != "str");
        let kind = if plain { resolve(text) } else { NodeKind::String(text) };
        self.place(Node { kind, span }, anchor)
    }

    /// Puts a finished node into the list or map that is open.
    fn place(&mut self, node: Node, anchor: usize) -> Result<()> {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size(&node)));
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        if std::mem::take(&mut open.merging) {
            (open.key, open.merged) = (None, Some(node));
            return Ok(());
        }
        match &mut open.node.kind {
            NodeKind::List(list) => list.push(node),
            NodeKind::Map(map) => match open.key.take() {
                Some((key, span)) if self.defects.is_empty() => map.push(key, span, node),
                Some((key, span)) => map.insert(key, span, node),
                None => return Err(self.complain(node.span, "an alias as the key of a map").help("keys must be text")),
            },
            _ => unreachable!("only lists and maps are opened"),
        }
        Ok(())
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.kind {
        NodeKind::List(list) => list.iter().map(size).sum(),
        NodeKind::Map(map) => map.iter().map(|(_, node)| size(node)).sum(),
        _ => 0,
    }
}

/// The YAML 1.2 core schema: what a plain scalar means.
fn resolve(text: String) -> NodeKind {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return NodeKind::Null,
        "true" | "True" | "TRUE" => return NodeKind::Bool(true),
        "false" | "False" | "FALSE" => return NodeKind::Bool(false),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return NodeKind::String(text);
    }
    let plain = text.strip_prefix('+').unwrap_or(&text);
    let digits = plain.strip_prefix('-').unwrap_or(plain);
    if let Some(radix) = [("0x", 16), ("0o", 8)].iter().find(|(prefix, _)| digits.starts_with(prefix)).map(|(_, r)| *r)
    {
        return match u64::from_str_radix(&digits[2..], radix) {
            Ok(value) => NodeKind::Number(value.into()),
            Err(_) => NodeKind::String(text),
        };
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty() {
        if let Ok(value) = plain.parse::<i64>() {
            return NodeKind::Number(value.into());
        }
        if let Ok(value) = plain.parse::<u64>() {
            return NodeKind::Number(value.into());
        }
    }
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    match plain.parse::<f64>().ok().filter(|_| number).and_then(serde_json::Number::from_f64) {
        Some(number) => NodeKind::Number(number),
        None => NodeKind::String(text),
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Pointer};

    fn json(text: &str) -> serde_json::Value {
        Document::parse("test.yaml", text).unwrap().root.to_json()
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let cases = [
            ("a: null", serde_json::json!({"a": null})),
            ("a: ~", serde_json::json!({"a": null})),
            ("a: 'null'", serde_json::json!({"a": "null"})),
            ("a: yes", serde_json::json!({"a": "yes"})),
            ("a: 0x1F", serde_json::json!({"a": 31})),
            ("a: -12", serde_json::json!({"a": -12})),
            ("a: 0.01", serde_json::json!({"a": 0.01})),
            ("a: 2024-05-06", serde_json::json!({"a": "2024-05-06"})),
            ("a: 1.2.3", serde_json::json!({"a": "1.2.3"})),
            ("a: !!str 12", serde_json::json!({"a": "12"})),
            (
                "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}",
                serde_json::json!({"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
            ),
            ("a: {<<: [{b: 1}, {b: 2, c: 3}], '<<': 4}", serde_json::json!({"a": {"<<": 4, "b": 1, "c": 3}})),
            (r#"{"a": "\ud83d\udc4d \u010d \ud83d \/"}"#, serde_json::json!({"a": "👍 č \u{fffd} /"})),
            (
                "{\t\"a\"\t:\n\t[ 1e3 ,null,true , {} , []\t] }\n",
                serde_json::json!({"a": [1000.0, null, true, {}, []]}),
            ),
            ("{a: b, 'c': [d]}", serde_json::json!({"a": "b", "c": ["d"]})),
            ("200: ok", serde_json::json!({"200": "ok"})),
            ("a: &x [1]\nb: *x", serde_json::json!({"a": [1], "b": [1]})),
            (r#"{"a": [1, {"b": "c"}]}"#, serde_json::json!({"a": [1, {"b": "c"}]})),
        ];
        for (text, expected) in cases {
            assert_eq!(json(text), expected, "{text}");
        }
    }

    #[test]
    fn places_are_remembered() {
        let document = Document::parse("test.yaml", "a:\n  b:\n    - 1\n    - c: x\n").unwrap();
        let node = document.get(&Pointer::from(["a", "b", "1", "c"])).unwrap();
        assert_eq!((node.span.line, node.span.column), (4, 10));
        let document = Document::parse("test.json", "{\"č\": \"\\ud83d\\udc4d\", \"b\":\n  [1, {}]}").unwrap();
        let places = [["b", "0"], ["b", "1"]].map(|steps| document.get(&Pointer::from(steps)).unwrap().span);
        assert_eq!(places.map(|span| (span.line, span.column)), [(2, 4), (2, 7)]);
    }

    #[test]
    fn complaints_name_the_place() {
        let cases = [
            ("a: 1\nb: 2\na: 3\n", 3, "twice"),
            ("a: [1, 2\n", 2, "YAML"),
            ("? [1]\n: x\n", 1, "key of a map"),
            ("a: 1\n---\nb: 2\n", 2, "second"),
            ("a: *nope\n", 1, "anchor"),
        ];
        for (text, line, word) in cases {
            let error = Document::parse("test.yaml", text).unwrap_err();
            assert!(error.message().contains(word), "{text}: {error}");
            assert_eq!(error.position().map(|(file, line, _)| (file, line)), Some(("test.yaml", line)), "{text}");
        }
        assert!(Document::parse("test.yaml", "").unwrap_err().message().contains("empty"));
    }

    #[test]
    fn runaway_aliases_are_refused() {
        let mut text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
        for i in 1..9 {
            let parent = format!("*a{}", i - 1);
            text += &format!("a{i}: &a{i} [{}]\n", vec![parent; 10].join(", "));
        }
        let error = Document::parse("test.yaml", text).unwrap_err();
        assert!(error.message().contains("aliases"), "{error}");
    }
}
