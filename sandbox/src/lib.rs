//! A stateful server of an API, made from its specification: what is created is listed, read, changed and deleted;
//! requests are judged by the contract; answers are what the contract allows.
//!
//! ```
//! use kontrakt_codegen::{contract::Contract, document::Document};
//! use kontrakt_sandbox::{Request, Sandbox};
//! use serde_json::json;
//!
//! let document = Document::parse("pets.yaml", "
//! openapi: 3.1.0
//! info: {title: Pets, version: '1'}
//! paths:
//!   /pets:
//!     get: {responses: {'200': {content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}}
//!     post:
//!       requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
//!       responses: {'201': {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
//!   /pets/{id}:
//!     parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
//!     get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}
//! components:
//!   schemas:
//!     Pet: {type: object, required: [name], properties: {id: {type: integer}, name: {type: string}}}
//! ").unwrap();
//! let sandbox = Sandbox::new(Contract::read(&document).unwrap()).unwrap();
//! let made = sandbox.handle(&Request::new("POST", "/pets").json(&json!({"name": "Micka"})));
//! let id = &made.value().unwrap()["id"];
//! let read = sandbox.handle(&Request::new("GET", format!("/pets/{id}")));
//! assert_eq!(read.value().unwrap()["name"], "Micka");
//! ```

mod access;
mod clock;
mod describe;
mod example;
mod fault;
pub mod inside;
mod limits;
mod maker;
mod message;
mod model;
mod oddly;
mod page;
mod refusal;
mod sandbox;
mod server;
mod state;
mod store;
mod transport;
mod turn;
mod webhooks;
mod words;

pub use clock::Moment;
pub use fault::Fault;
pub use message::{Ending, Reply, Request};
pub use oddly::Quirks;
pub use sandbox::{Call, Options, Sandbox, Violation};
pub use server::Server;
pub use webhooks::outbox::{Delivery, DeliveryState};

use kontrakt_codegen::diagnostic::Diagnostic;

/// The credential that every sandbox takes: the token, the key, or the password of HTTP Basic.
pub const CREDENTIAL: &str = "sandbox";

/// Why there is no sandbox, or why something cannot be put into it.
#[derive(Debug)]
pub struct SandboxError(String);

impl SandboxError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    pub(crate) fn of_diagnostic(diagnostic: Diagnostic) -> Self {
        Self(diagnostic.to_string())
    }
}

impl std::fmt::Display for SandboxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SandboxError {}
