//! A YAML or JSON document as an ordered tree that remembers where each value stands.
//! Everything later (overlay, contract, import) works on this tree.

mod node;
mod parse;
mod pointer;
mod write;

pub use node::{Kind, Map, Node, Span};
pub use parse::parse;
pub use pointer::Pointer;

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Result, Source};

/// A document with the files it was made from.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tree.
    pub root: Node,
    /// The files that nodes of the tree come from, by [`Span::source`]: first the document itself, then its overlays.
    pub sources: Vec<Arc<Source>>,
}

impl Document {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// When the file cannot be read, is not UTF-8, or is not one YAML document.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Diagnostic::new(format!("cannot read {}: {error}", path.display()))
                .help("check that the file exists, may be read, and is UTF-8 text")
        })?;
        Self::parse(path.display().to_string(), text)
    }

    /// Parses a text; `name` is what complaints call it.
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

    /// A complaint about a node.
    pub fn complain(&self, span: Span, pointer: &Pointer, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(&self.sources[usize::from(span.source)], span).pointer(pointer.clone())
    }
}
