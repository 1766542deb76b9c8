//! The model of an API: the content of a document, with references resolved, in document order.
//! Code generation, conformance checks and drift detection all read this model.

mod at;
mod behaviour;
mod components;
mod hints;
mod joint;
mod members;
mod merged;
mod read;
mod schema;
mod security;
mod serialization;
mod servers;

pub use behaviour::{
    Behaviour, ChangeTimes, CrateInfo, DeliveryLog, Envelope, ErrorFields, EventCause, EventPayload, Jobs, Limits,
    LogMember, MessageFields, MovedTo, OAuth, Paging, RecordChange, Recorder, SandboxSettings, SignedMembers, Success,
    Webhooks,
};
pub use components::Component;
pub use hints::{
    AddressHint, BulkHint, ConstantHint, Count, CreateOnceHint, FeedHint, JobHint, NamedBy, Offset, OperationHints,
    ParameterHints, PathItemHints, Retry, SandboxAction, SandboxHint, ScalarHint, Scale, SchemaHints,
    SecuritySchemeHints, VariantHint, WrittenAs,
};
pub use joint::JointPart;
pub use members::OneOrMany;
pub use merged::{COUNTS, Condition, Contains, Merged, Said, Slot, Union};
pub use schema::{Bound, Schema, SchemaId, Type, Types};
pub use security::{Flow, Requirement};
pub use serialization::{Form, Lead, Sent, Serialization};
pub use servers::{Server, ServerVariable};

use std::ops::Index;
use std::sync::OnceLock;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Pointer, Span};
use crate::path::PathTemplate;

/// `x-` members as written, in document order; those that mean something here are read into hints.
pub type Extensions = Vec<(String, Value)>;

/// Members for readers alone, such as `externalDocs`, as written; what they refer to stands in its place.
pub type Notes = Vec<(String, Value)>;

/// What to do about defects of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Defects {
    Refuse,
    /// Small ones, whose meaning is plain, are mended.
    Mend,
    /// These are, and what cannot be read is left out.
    LeaveOut,
}

/// What an API promises.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The `openapi` member, such as `3.1.0`.
    pub openapi: String,
    /// Title of the API.
    pub title: String,
    /// Version the document gives itself.
    pub version: String,
    /// What the document says of itself, as written: `info`, `tags`, `externalDocs` and `x-` members.
    pub head: Vec<(String, Value)>,
    /// Base URLs, templates included.
    pub servers: Vec<Server>,
    /// Tags with their descriptions; those that only operations name stand at the end.
    pub tags: Vec<Tag>,
    /// How callers prove who they are.
    pub security_schemes: Vec<SecurityScheme>,
    /// What calls need that do not say it themselves, alternatives first; `None` where the document does not say.
    pub security: Option<Vec<Requirement>>,
    /// Every operation.
    pub operations: Vec<Operation>,
    /// What the server tells by itself: operations whose body it sends and whose answer it takes, the name as path.
    pub webhooks: Vec<Operation>,
    /// What the server calls in answer to a call, likewise; the path is the name of the callback and of the call.
    pub callbacks: Vec<Operation>,
    /// Named schemas, also those that no operation reaches.
    pub components: Vec<(String, SchemaId)>,
    /// Components of other kinds, also those that nothing refers to.
    pub other_components: Vec<Component>,
    /// What OpenAPI cannot say: envelope, paging, limits.
    pub behaviour: Behaviour,
    /// Other `x-` members of the document.
    pub extensions: Extensions,
    schemas: Vec<Schema>,
    joints: joint::Joints,
    /// What each schema says with everything that holds together with it, once somebody asks.
    merged: Vec<OnceLock<Box<Merged>>>,
}

/// A tag: what operations are grouped by.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Name as operations write it.
    pub name: String,
    /// What the group is about.
    pub description: Option<String>,
    /// `externalDocs`
    pub notes: Notes,
    /// `x-` members.
    pub extensions: Extensions,
}

/// One way to authenticate.
#[derive(Clone, Debug)]
pub struct SecurityScheme {
    /// Name of the component.
    pub name: String,
    /// Where the credential goes.
    pub kind: SecurityKind,
    /// How OAuth 2 gives tokens out.
    pub flows: Vec<Flow>,
    /// `bearerFormat`
    pub bearer_format: Option<String>,
    /// `openIdConnectUrl`
    pub open_id_connect_url: Option<String>,
    /// Where it stands.
    pub pointer: Pointer,
    /// What it is, for people.
    pub description: Option<String>,
    /// What it says beyond OpenAPI.
    pub hints: SecuritySchemeHints,
    /// `x-` members.
    pub extensions: Extensions,
}

/// Where a credential goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecurityKind {
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
    /// HTTP Basic (RFC 7617).
    Basic,
    /// `Authorization: Bearer` (RFC 6750).
    Bearer,
    /// A cookie of this name.
    Cookie(String),
    /// Another scheme of HTTP authentication, such as `digest`.
    Scheme(String),
    /// OAuth 2, whose tokens are sent as `Authorization: Bearer`.
    OAuth2,
    /// OpenID Connect, likewise.
    OpenIdConnect,
    /// A certificate of the caller's.
    MutualTls,
    /// Anything else: its `type`.
    Other(String),
}

/// A method on a path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`, or method and path where the document has none.
    pub id: String,
    /// Method in capitals.
    pub method: String,
    /// Path with `{parameters}`.
    pub path: String,
    /// Tags in document order.
    pub tags: Vec<String>,
    /// One line on what it does.
    pub summary: Option<String>,
    /// More on what it does.
    pub description: Option<String>,
    /// Whether new code should avoid it.
    pub deprecated: bool,
    /// Path, query, header and cookie parameters; those of the path item first.
    pub parameters: Vec<Parameter>,
    /// Request body.
    pub body: Option<Body>,
    /// Answers by status.
    pub responses: Vec<Response>,
    /// What a call needs, alternatives first; `None` where the document's own apply.
    pub security: Option<Vec<Requirement>>,
    /// Base URLs of its own.
    pub servers: Vec<Server>,
    /// Base URLs of its path.
    pub path_servers: Vec<Server>,
    /// `summary` and `description` of its path.
    pub path_notes: Notes,
    /// `x-` members of its path.
    pub path_extensions: Extensions,
    /// `externalDocs`
    pub notes: Notes,
    /// What it says beyond OpenAPI.
    pub hints: OperationHints,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
    /// Where it stands.
    pub span: Span,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Location {
    /// Name in OpenAPI.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Name on the wire.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// Whether a call without it is refused.
    pub required: bool,
    /// Whether new code should avoid it.
    pub deprecated: bool,
    /// What it means.
    pub description: Option<String>,
    /// `style`, or the default of the location.
    pub style: String,
    /// `explode`, or the default of the style.
    pub explode: bool,
    /// Whether reserved characters are sent as they are.
    pub allow_reserved: bool,
    /// Whether it may be sent without a value.
    pub allow_empty_value: bool,
    /// Its values.
    pub schema: SchemaId,
    /// Media type of its value, where it is serialised text such as JSON.
    pub media_type: Option<String>,
    /// `example` and `examples`, those of its `content` where it has one.
    pub notes: Notes,
    /// What it says beyond OpenAPI.
    pub hints: ParameterHints,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
    /// Where it stands.
    pub span: Span,
}

/// A request body.
#[derive(Clone, Debug)]
pub struct Body {
    /// What it is.
    pub description: Option<String>,
    /// Whether a call without it is refused.
    pub required: bool,
    /// Its forms.
    pub content: Vec<MediaType>,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A body in one media type.
#[derive(Clone, Debug)]
pub struct MediaType {
    /// As written, parameters included: `application/json; charset=utf-8`.
    pub name: String,
    /// Its values; `None` when the document does not say.
    pub schema: Option<SchemaId>,
    /// Whether it is JSON.
    pub json: bool,
    /// Documented example values, where the document has them.
    pub examples: Vec<Value>,
    /// `example` and `examples`
    pub notes: Notes,
    /// How members of a form or parts of a multipart body are written, by name.
    pub encodings: Vec<(String, Encoding)>,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
}

/// How a member of a form, or a part of a multipart body, is written.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// `contentType`; `None` where it follows from the schema.
    pub content_type: Option<String>,
    /// Headers of a part.
    pub headers: Vec<Header>,
    /// `x-` members.
    pub extensions: Extensions,
    /// `style`, or `form`.
    pub style: String,
    /// `explode`, or the default of the style.
    pub explode: bool,
    /// `allowReserved`
    pub allow_reserved: bool,
    /// Where it stands.
    pub pointer: Pointer,
    /// Where it stands.
    pub span: Span,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// Which statuses it is for.
    pub status: Status,
    /// What it means.
    pub description: Option<String>,
    /// Headers.
    pub headers: Vec<Header>,
    /// Its forms; none when the answer is empty.
    pub content: Vec<MediaType>,
    /// `links`
    pub notes: Notes,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A header of an answer.
#[derive(Clone, Debug)]
pub struct Header {
    /// Name.
    pub name: String,
    /// Whether it is always there.
    pub required: bool,
    /// What it means.
    pub description: Option<String>,
    /// Whether new code should avoid it.
    pub deprecated: bool,
    /// Whether the members of an object are written as `name=value`.
    pub explode: bool,
    /// Its values.
    pub schema: Option<SchemaId>,
    /// Media type of its value, where it is serialised text such as JSON.
    pub media_type: Option<String>,
    /// `example` and `examples`, those of its `content` where it has one.
    pub notes: Notes,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
}

/// Which statuses an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// One status.
    Code(u16),
    /// `2XX` and the like: the first digit.
    Range(u8),
    /// Every status that is not listed.
    Default,
}

impl Status {
    /// Whether it means success.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Code(200..=299) | Self::Range(2))
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(digit) => write!(f, "{digit}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Type and subtype of a media type in lower case, without parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is JSON by its name.
pub fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json") || essence.ends_with("+json")
}

impl MediaType {
    /// How closely it describes a media type: `*/*` least, a range such as `image/*` more, its own name most.
    pub fn closeness(&self, essence: &str) -> Option<u8> {
        let own = self.essence();
        match own.strip_suffix("/*") {
            None => (own == essence).then_some(2),
            Some("*") => Some(0),
            Some(range) => (essence.split('/').next() == Some(range)).then_some(1),
        }
    }

    /// Whether it is a range of media types, such as `*/*`.
    pub fn is_range(&self) -> bool {
        self.essence().ends_with("/*")
    }

    /// Type and subtype in lower case, without parameters: how media types are compared.
    pub fn essence(&self) -> String {
        essence(&self.name)
    }

    /// Whether it is JSON: by its name, or by a schema of what only JSON can be where the name leaves it open.
    pub fn is_json(&self) -> bool {
        self.json
    }
}

/// Whether a header says what media types and security schemes say: OpenAPI ignores what documents say of such headers.
pub fn is_ignored_header(name: &str) -> bool {
    ["accept", "content-type", "authorization"].iter().any(|one| name.eq_ignore_ascii_case(one))
}

impl Operation {
    /// The parameters that OpenAPI does not ignore.
    pub fn sent_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let ignored = |one: &Parameter| one.location == Location::Header && is_ignored_header(&one.name);
        self.parameters.iter().filter(move |one| !ignored(one))
    }

    /// What is called, as the wire knows it: `GET /api/orders/{}`. Of a webhook, its name.
    pub fn call(&self) -> String {
        let Self { method, path, .. } = self;
        if path.starts_with('/') {
            format!("{method} {}", PathTemplate::parse(path).anonymous())
        } else {
            format!("webhook {path}")
        }
    }

    /// The answer of a call that worked: the lowest 2xx status. Where none is listed, and none that leads elsewhere, the
    /// answer of all other statuses is that of success as well.
    pub fn success(&self) -> Option<&Response> {
        self.successes().min_by_key(|response| response.status)
    }

    /// Every answer of a call that worked.
    pub fn successes(&self) -> impl Iterator<Item = &Response> {
        let listed = self.responses.iter().any(|response| match response.status {
            Status::Code(code) => code < 400,
            Status::Range(digit) => digit < 4,
            Status::Default => false,
        });
        let is_success = move |status: Status| status.is_success() || (!listed && status == Status::Default);
        self.responses.iter().filter(move |response| is_success(response.status))
    }

    /// Every answer of a call that failed.
    pub fn failures(&self) -> impl Iterator<Item = &Response> {
        let is_failure = |status: Status| matches!(status, Status::Code(400..) | Status::Range(4..) | Status::Default);
        let worked: Vec<Status> = self.successes().map(|response| response.status).collect();
        self.responses.iter().filter(move |one| is_failure(one.status) && !worked.contains(&one.status))
    }
}

impl Body {
    /// The JSON form, if there is one.
    pub fn json(&self) -> Option<&MediaType> {
        self.content.iter().find(|media| media.is_json())
    }
}

impl Response {
    /// The JSON form, if there is one.
    pub fn json(&self) -> Option<&MediaType> {
        self.content.iter().find(|media| media.is_json())
    }
}

impl Contract {
    /// Reads a document, overlays applied.
    ///
    /// # Errors
    /// Every complaint about the document at once: see [`Diagnostic::all`](crate::diagnostic::Diagnostic::all).
    pub fn read(document: &Document) -> Result<Self> {
        read::contract(document, Defects::Refuse).map(|(contract, _)| contract)
    }

    /// Reads a document and says what was wrong with it in small ways whose meaning is plain: an operation id used
    /// twice, a path parameter that is not declared. For documents of others, which cannot be mended here.
    ///
    /// # Errors
    /// As [`Contract::read`], for everything else.
    pub fn read_mending(document: &Document) -> Result<(Self, Vec<Diagnostic>)> {
        read::contract(document, Defects::Mend)
    }

    /// As [`Contract::read_mending`]; besides, an operation that cannot be read is left out and told, a reference that leads
    /// nowhere is any value, and the rest is read all the same.
    ///
    /// # Errors
    /// When the document as a whole cannot be read.
    pub fn read_partly(document: &Document) -> Result<(Self, Vec<Diagnostic>)> {
        read::contract(document, Defects::LeaveOut)
    }

    /// Number of schemas, inline ones included.
    pub fn schema_count(&self) -> usize {
        self.schemas.len()
    }

    /// All schemas with their ids.
    pub fn schemas(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.schemas.iter().enumerate().map(|(at, schema)| (SchemaId(at as u32), schema))
    }

    /// The schema behind a chain of bare references.
    pub fn resolve(&self, mut id: SchemaId) -> SchemaId {
        while let Some(target) = self[id].reference
            && !self[id].asserts_beside_reference()
        {
            id = target;
        }
        id
    }

    /// The schemas that some lead to, themselves among them, each once.
    pub fn reach(&self, from: impl IntoIterator<Item = SchemaId>) -> Vec<SchemaId> {
        let mut stack: Vec<SchemaId> = from.into_iter().collect();
        let mut seen = vec![false; self.schemas.len()];
        let mut found = Vec::new();
        while let Some(id) = stack.pop() {
            if !std::mem::replace(&mut seen[id.0 as usize], true) {
                found.push(id);
                stack.extend(self[id].children());
            }
        }
        found
    }

    /// Name of the component that this schema is the definition of.
    pub fn component_name(&self, id: SchemaId) -> Option<&str> {
        self.components.iter().find(|(_, component)| *component == id).map(|(name, _)| name.as_str())
    }

    /// The component of a name.
    pub fn component(&self, name: &str) -> Option<SchemaId> {
        self.components.iter().find(|(component, _)| component == name).map(|(_, id)| *id)
    }
}

impl Index<SchemaId> for Contract {
    type Output = Schema;

    fn index(&self, id: SchemaId) -> &Schema {
        &self.schemas[id.0 as usize]
    }
}
