//! The plan of a crate: what the emitted code consists of, with every name decided.
//! Made from the contract alone; `emit` only writes it down.

mod addresses;
mod bulk;
mod docs;
mod errors;
mod feed;
mod forms;
mod glossary;
mod methods;
mod names;
mod operations;
mod parameters;
mod scalar;
mod shape;
mod ty;
mod types;
mod webhooks;

pub use bulk::{Bulk, BulkItems, BulkPlace};
pub use feed::ChangeFeed;
pub(crate) use methods::api;
pub use shape::{Shape, look};
pub use ty::{ArgumentPlace, ArgumentTy, MemberPath, Scalar, Ty, TypeId};

use crate::contract::{Contract, Retry, SchemaId};
use crate::diagnostic::{Diagnostic, Result};
use crate::document::Document;

/// What to do about names that collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collisions {
    /// A complaint that asks for an entry in the overlay: for the project's own specifications.
    Refuse,
    /// The long name that is unique by construction: for documents of others.
    Qualify,
}

/// A crate to emit.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Resources in the order their first operation stands in the document.
    pub resources: Vec<Resource>,
    /// Types in document order.
    pub types: Vec<TypeDef>,
    /// Components that no operation carries and that have a type, by name.
    pub records: Vec<(String, Ty, usize)>,
    /// Codes of errors.
    pub error_codes: Option<TypeDef>,
    /// What was decided for the maintainer to know, in lenient mode.
    pub notes: Vec<Diagnostic>,
}

/// A group of operations: client accessor, module and feature.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Name in snake_case: accessor, module, Cargo feature.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Its operations in document order.
    pub operations: Vec<Method>,
}

/// A typed method of a resource.
#[derive(Clone, Debug)]
pub struct Method {
    /// `operationId`
    pub id: String,
    /// Which operation of the contract.
    pub operation: usize,
    /// Name in snake_case.
    pub name: String,
    /// What it does, one line.
    pub summary: Option<String>,
    /// Arguments: required values in document order, the body last.
    pub arguments: Vec<Argument>,
    /// Setters: optional values in document order.
    pub options: Vec<Argument>,
    /// What the call gives.
    pub answer: Answer,
    /// Path of members to the value.
    pub value: MemberPath,
    /// Whether the call may be repeated, where its HTTP method does not say.
    pub retry: Option<Retry>,
    /// How a call that takes many things is divided.
    pub bulk: Option<Bulk>,
    /// How the list tells what has changed.
    pub feed: Option<ChangeFeed>,
}

impl Method {
    /// Name of the request type, where there is something to set or to divide; otherwise the method gives a plain call.
    pub fn request(&self) -> Option<String> {
        let divided = self.bulk.as_ref().is_some_and(|bulk| bulk.items.is_some());
        (divided || !self.options.is_empty()).then(|| methods::request(&self.name))
    }
}

/// A value that goes into a request.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Name in snake_case.
    pub name: String,
    /// How it is taken.
    pub ty: ArgumentTy,
    /// Where it goes.
    pub place: ArgumentPlace,
    /// What it means.
    pub docs: Vec<String>,
    /// What new code should do instead; empty where nobody says it, `None` where it may stay.
    pub deprecated: Option<String>,
}

/// What a call gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Nothing.
    Nothing,
    /// A value.
    Value(Ty),
    /// One page of a list.
    Page(Ty),
    /// A job, whose result lines have this type.
    Job(Ty),
    /// A file.
    Download,
}

/// A type to emit.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Name in PascalCase.
    pub name: String,
    /// Schema it was made from.
    pub schema: SchemaId,
    /// What it is.
    pub docs: Vec<String>,
    /// Whether new code should avoid it.
    pub deprecated: bool,
    /// Whether requests carry it.
    pub sent: bool,
    /// Whether answers carry it.
    pub received: bool,
    /// Whether every member has a natural default.
    pub defaultable: bool,
    /// Resources that use it, by index, in order.
    pub resources: Vec<usize>,
    /// Addresses that a text and a member of it make together.
    pub addresses: Vec<Address>,
    /// Its members.
    pub kind: TypeKind,
}

/// An address that is put together.
#[derive(Clone, Debug)]
pub struct Address {
    /// Name of the method, in snake_case.
    pub name: String,
    /// Field with the beginning.
    pub base: String,
    /// What it leads to.
    pub docs: Vec<String>,
}

/// Members of a type.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// A JSON object with known members.
    Record(Vec<Field>),
    /// One of some texts.
    Enum(Vec<Variant>),
    /// One of some shapes.
    Union(Vec<(String, Ty)>),
}

/// A member of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in snake_case.
    pub name: String,
    /// Key on the wire, then keys it is read from as well.
    pub keys: Vec<String>,
    /// Type, `Option` and `Patch` included.
    pub ty: Ty,
    /// Whether it is always there.
    pub required: bool,
    /// What it means.
    pub docs: Vec<String>,
    /// What new code should do instead; empty where nobody says it, `None` where it may stay.
    pub deprecated: Option<String>,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Name in PascalCase.
    pub name: String,
    /// Value on the wire.
    pub value: String,
    /// Whether the wire has it as a number.
    pub number: bool,
    /// What it means.
    pub docs: Option<String>,
}

impl Plan {
    /// Decides everything about the crate of a contract.
    ///
    /// # Errors
    /// When names collide, or an extension does not fit the place where it stands.
    pub fn of(contract: &Contract, document: &Document, collisions: Collisions) -> Result<Self> {
        types::plan(contract, document, collisions)
    }

    /// A type of this plan.
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// Number of operations.
    pub fn operations(&self) -> usize {
        self.resources.iter().map(|resource| resource.operations.len()).sum()
    }
}

/// Text of a specification as lines of documentation; `None` when there is none.
pub(crate) fn docs_of(text: Option<&str>) -> Option<Vec<String>> {
    docs::prose(text)
}
