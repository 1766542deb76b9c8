//! Drift: what changed between two revisions of a document, whom it breaks, and what to do about it.
//! Requests break by narrowing, responses by widening; a tolerant reader is assumed.

mod accept;
mod calls;
mod collect;
pub mod history;
mod model;
pub mod pages;
mod pairs;
mod patterns;
mod promises;
pub mod report;
pub mod rust;
pub mod traffic;
mod view;

pub use accept::accept;
pub use collect::{Drift, Verdict, compare};
pub use model::{Change, CrateStep, Direction, Effect, Kind, Place, Severity, Step, Traffic, Use};
pub use patterns::{Inclusion, includes};

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Node, Pointer};

/// One side of a comparison.
#[derive(Debug)]
pub struct Side {
    /// What people call it: a file, a URL, an API, `git:REV:PATH`.
    pub name: String,
    /// The document, overlays applied.
    pub document: Document,
    /// What it promises.
    pub contract: Contract,
    /// What the server sends by itself, read as calls.
    pub(crate) webhooks: Option<Contract>,
    /// Small defects whose meaning was plain.
    pub mended: Vec<Diagnostic>,
}

impl Side {
    /// Reads a document of somebody else.
    ///
    /// # Errors
    /// When it is no OpenAPI document, or has defects whose meaning is not plain.
    pub fn read(mut document: Document) -> Result<Self> {
        drop_nothings(&mut document.root);
        let (contract, mended) = Contract::read_mending(&document)?;
        let webhooks = webhooks(&document)?;
        let name = document.sources.first().map(|source| source.name.clone()).unwrap_or_default();
        Ok(Self { name, document, contract, webhooks, mended })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`Side::read`], and when the file cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(Document::read(path)?)
    }

    /// Reads a text that came from elsewhere; `name` is what reports call it.
    ///
    /// # Errors
    /// As [`Side::read`].
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> Result<Self> {
        Self::read(Document::parse(name, text)?)
    }

    /// Gives it another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The file and line of a place.
    pub(crate) fn place(&self, pointer: &Pointer, span: kontrakt_codegen::document::Span) -> Place {
        let node = || self.document.get(pointer).map(|node| node.span);
        let span = if span.line == 0 { node().unwrap_or_default() } else { span };
        let file =
            self.document.sources.get(usize::from(span.source)).map_or_else(String::new, |source| source.name.clone());
        Place { pointer: pointer.clone(), file, line: span.line }
    }
}

/// Webhooks are path items; as a document of their own they are read like any other.
fn webhooks(document: &Document) -> Result<Option<Contract>> {
    let Some(hooks) = document.root.get("webhooks").filter(|node| node.as_map().is_some_and(|map| !map.is_empty()))
    else {
        return Ok(None);
    };
    let mut twin = document.clone();
    if let Node { kind: kontrakt_codegen::document::Kind::Map(map), span } = &mut twin.root {
        map.insert("paths", *span, hooks.clone());
    }
    Contract::read_mending(&twin).map(|(contract, _)| Some(contract))
}

/// Takes out members of paths that are written and left empty, such as `responses:` with nothing below it.
fn drop_nothings(root: &mut Node) {
    const EMPTY: [&str; 7] = ["responses", "parameters", "requestBody", "content", "headers", "tags", "security"];
    fn below(node: &mut Node, depth: usize) {
        let kontrakt_codegen::document::Kind::Map(map) = &mut node.kind else { return };
        map.retain(|key, node| !(node.kind == kontrakt_codegen::document::Kind::Null && EMPTY.contains(&key)));
        if depth > 0 {
            map.iter_mut().for_each(|(_, node)| below(node, depth - 1));
        }
    }
    if let kontrakt_codegen::document::Kind::Map(map) = &mut root.kind
        && let Some(paths) = map.get_mut("paths")
    {
        // Path, method, `responses`, status: no member of a schema is as near as that.
        below(paths, 4);
    }
}
