//! A YAML or JSON document as an ordered tree that remembers the position of each value.
//! All later stages (overlay, contract, import) work on this tree.

mod bundle;
mod json;
mod node;
mod parse;
mod pointer;
mod prune;
mod role;
mod write;

pub use bundle::Siblings;
pub use node::{Map, Node, NodeKind, Span};
pub use parse::parse;
pub use pointer::Pointer;
pub(crate) use role::{METHODS, Role};

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result, Source};

/// A document with the files it was made from.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tree.
    pub root: Node,
    /// The files that nodes of the tree come from, by [`Span::source`]: first the document itself, then the files it
    /// refers to, then its overlays.
    pub sources: Vec<Arc<Source>>,
}

impl Document {
    /// Reads a file, and the files beside it that an OpenAPI document refers to.
    ///
    /// # Errors
    /// When a file cannot be read, is not UTF-8, or is not one YAML document; see also [`Document::bundle`].
    pub fn read(path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::bundle(path.display().to_string(), read(path)?, &|sibling| read(&folder.join(sibling)))
    }

    /// As [`Document::read`], with small defects mended and told: a key that occurs twice, files that two things of one
    /// name come from, files outside the folder of the document. For documents of others.
    ///
    /// # Errors
    /// As [`Document::read`], for everything else.
    pub fn read_mending(path: &Path) -> Result<(Self, Vec<Diagnostic>)> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let source = Arc::new(Source { name: path.display().to_string(), text: read(path)? });
        let mut defects = Vec::new();
        let root = parse::parse_mending(&source, 0, &mut defects)?;
        let document = Self { root, sources: vec![source] };
        let document = bundle::bundle(document, &|sibling| read(&folder.join(sibling)), Some(&mut defects))?;
        Ok((document, defects))
    }

    /// Parses a document, and the files that it refers to with relative references: one tree comes of them all.
    /// What is referred to becomes a component under its own name; path items are put where they are referred to.
    ///
    /// # Errors
    /// When a text is not one YAML document, a reference leads nowhere or out of the document's folder, or two files
    /// want the same name.
    pub fn bundle(name: impl Into<String>, text: impl Into<String>, siblings: &Siblings<'_>) -> Result<Self> {
        bundle::bundle(Self::parse(name, text)?, siblings, None)
    }

    /// Parses one text; `name` is what complaints call it. References to other files stay as they are.
    ///
    /// # Errors
    /// When the text is not one YAML (or JSON) document.
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> Result<Self> {
        let source = Arc::new(Source { name: name.into(), text: text.into() });
        let root = parse(&source, 0)?;
        Ok(Self { root, sources: vec![source] })
    }

    /// Adds the files of another document and gives its tree back with spans that point to them here.
    pub fn adopt(&mut self, other: Document) -> Node {
        let shift = self.sources.len() as u16;
        self.sources.extend(other.sources);
        let mut root = other.root;
        root.shift_source(shift);
        root
    }

    /// The node a pointer leads to.
    pub fn get(&self, pointer: &Pointer) -> Option<&Node> {
        self.root.get_pointer(pointer)
    }

    /// A place of the document as a JSONPath, which overlay actions have for their target.
    pub fn json_path(&self, pointer: &Pointer) -> String {
        let (mut path, mut node) = ("$".to_owned(), Some(&self.root));
        for token in pointer.tokens() {
            let list = node.and_then(Node::as_list);
            let is_name = token.starts_with(|c: char| c.is_ascii_alphabetic())
                && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            path.push_str(&match token.as_str() {
                index if list.is_some() => format!("[{index}]"),
                name if is_name => format!(".{name}"),
                key => format!("['{}']", key.replace('\\', r"\\").replace('\'', r"\'")),
            });
            node = match list {
                Some(list) => token.parse::<usize>().ok().and_then(|index| list.get(index)),
                None => node.and_then(|node| node.get(&token)),
            };
        }
        path
    }

    /// A complaint about a node.
    pub fn complain(&self, span: Span, pointer: &Pointer, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(&self.sources[usize::from(span.source)], span).pointer(pointer.clone())
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        Diagnostic::new(format!("cannot read {}: {error}", path.display()))
            .help("check that the file exists, may be read, and is UTF-8 text")
    })
}
