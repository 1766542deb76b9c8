//! The input of every pass: contract, document and the names given before. Also collects the complaints.

use std::cell::RefCell;

use crate::contract::{Contract, Operation, Parameter, SchemaId};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Pointer, Span};
use crate::lock::NameLock;

/// The contract of an API, its document, the names that were given before, and the complaints so far.
pub(super) struct Context<'c> {
    pub(super) contract: &'c Contract,
    pub(super) lock: &'c NameLock,
    document: &'c Document,
    /// Whether the document is somebody else's, who means by it what the standard says and no more.
    pub(super) of_others: bool,
    complaints: RefCell<Vec<Diagnostic>>,
    /// What is worth knowing and wrong with nothing.
    remarks: RefCell<Vec<Diagnostic>>,
}

impl<'c> Context<'c> {
    pub(super) fn new(contract: &'c Contract, document: &'c Document, lock: &'c NameLock, of_others: bool) -> Self {
        Self { contract, lock, document, of_others, complaints: RefCell::default(), remarks: RefCell::default() }
    }

    /// The same, nothing complained about.
    pub(super) fn afresh(&self) -> Self {
        Self::new(self.contract, self.document, self.lock, self.of_others)
    }

    /// Complains about a schema.
    pub(super) fn about_schema(&self, id: SchemaId, message: impl Into<String>, help: impl Into<String>) {
        let schema = &self.contract[id];
        self.about(schema.span, &schema.pointer, message, help);
    }

    /// Complains about an operation.
    pub(super) fn about_operation(&self, of: &Operation, message: impl Into<String>, help: impl Into<String>) {
        self.about(of.span, &of.pointer, message, help);
    }

    /// Complains about a parameter.
    pub(super) fn about_parameter(&self, of: &Parameter, message: impl Into<String>, help: impl Into<String>) {
        self.about(of.span, &of.pointer, message, help);
    }

    /// Complains about a place of the document; about the top of it where nothing stands there.
    pub(super) fn about_place(&self, pointer: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        let span = self.document.get(pointer).map(|node| node.span).unwrap_or_default();
        self.about(span, pointer, message, help);
    }

    /// Complains about an entry whose subject is gone.
    pub(super) fn about_obsolete(&self, pointer: &Pointer, message: impl Into<String>) {
        let span = self.document.get(pointer).map(|node| node.span).unwrap_or_default();
        let complaint = self.document.complain(span, pointer, message).help("remove the line, or mend the name");
        self.complaints.borrow_mut().push(complaint.obsolete());
    }

    /// Complains about something that stands there.
    pub(super) fn about(&self, span: Span, pointer: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        self.complaints.borrow_mut().push(self.document.complain(span, pointer, message).help(help));
    }

    /// Says something about a schema that is no complaint: what the types cannot say of a document of somebody else.
    pub(super) fn remark(&self, id: SchemaId, message: impl Into<String>, help: impl Into<String>) {
        let schema = &self.contract[id];
        let remark = self.document.complain(schema.span, &schema.pointer, message).help(help);
        self.remarks.borrow_mut().push(remark);
    }

    /// Says something about a place of the document that is no complaint.
    pub(super) fn remark_place(&self, pointer: &Pointer, message: impl Into<String>, help: impl Into<String>) {
        let span = self.document.get(pointer).map(|node| node.span).unwrap_or_default();
        self.remarks.borrow_mut().push(self.document.complain(span, pointer, message).help(help));
    }

    /// A place of the document as a JSONPath, for overlay actions.
    pub(super) fn json_path(&self, pointer: &Pointer) -> String {
        self.document.json_path(pointer)
    }

    /// Everything that is wrong, and what is worth knowing besides, in the order it was found.
    pub(super) fn into_diagnostics(self) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        (self.complaints.into_inner(), self.remarks.into_inner())
    }
}
