//! Drift: what changed between two revisions of a document, whom it breaks, and what to do about it.
//! Requests break by narrowing, responses by widening; clients are assumed to be tolerant readers.

mod accept;
pub mod announcements;
mod calls;
pub mod changelog;
mod collect;
pub mod detail;
mod document;
pub mod history;
mod model;
mod only;
pub mod pages;
mod pairs;
mod patterns;
pub mod policy;
mod promises;
pub mod report;
pub mod rust;
mod sites;
mod step;
pub mod traffic;
mod uses;
mod version;
mod width;

pub use accept::accept;
pub use calls::call as called;
pub use collect::{Drift, Verdict, compare};
pub use detail::Detail;
pub use model::{Change, Direction, DriftKind, Effect, ItemNote, Place, Severity, Traffic, Use, UsedBy};
pub use only::restrict;
pub use patterns::{Inclusion, includes};
pub use step::{CrateStep, Step};

pub use version::next_version;

use std::path::Path;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Pointer};

/// One side of a comparison.
#[derive(Debug)]
pub struct ApiVersion {
    /// What people call it: a file, a URL, an API, `git:REV:PATH`.
    pub name: String,
    /// The document, overlays applied.
    pub document: Document,
    /// What it promises.
    pub contract: Contract,
    /// Small defects whose meaning was plain.
    pub mended: Vec<Diagnostic>,
}

impl ApiVersion {
    /// Reads a document of somebody else.
    ///
    /// # Errors
    /// When it is no OpenAPI document, or has defects whose meaning is not plain.
    pub fn read(document: Document) -> Result<Self> {
        let (contract, mended) = Contract::read_mending(&document)?;
        let name = document.sources.first().map(|source| source.name.clone()).unwrap_or_default();
        Ok(Self { name, document, contract, mended })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`ApiVersion::read`], and when the file cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(Document::read(path)?)
    }

    /// Reads a text that came from elsewhere; `name` is what reports call it.
    ///
    /// # Errors
    /// As [`ApiVersion::read`].
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
