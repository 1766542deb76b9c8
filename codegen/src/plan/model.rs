//! The plan of a crate: the content of the emitted code with all names decided, independent of Rust syntax.

use super::client::Client;
use super::methods;
use super::ty::{ArgumentPlace, ArgumentTy, MemberPath, Ty, TypeId};
use crate::contract::{NamedBy, Retry, SchemaId, Status};
use crate::diagnostic::Diagnostic;
use crate::document::Pointer;
use crate::lock::NameLock;

/// A crate to emit.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The client and its builder.
    pub client: Client,
    /// Resources in the order their first operation stands in the document.
    pub resources: Vec<Resource>,
    /// Types in document order.
    pub types: Vec<TypeDef>,
    /// Components that no operation carries and that have a type, and those that webhooks carry.
    pub records: Vec<Record>,
    /// Codes of errors.
    pub error_codes: Option<TypeDef>,
    /// The names of all this, by place: what the next revision keeps.
    pub lock: NameLock,
    /// Names that were kept, and those that the rule would choose now: for a person to decide.
    pub better: Vec<BetterName>,
    /// Names of types that no person would choose.
    pub odd_names: Vec<OddName>,
    /// What got a type, a name or a text by fallback.
    pub fallbacks: Vec<Fallback>,
    /// What was decided for the maintainer to know, in lenient mode.
    pub notes: Vec<Diagnostic>,
}

/// A name that was kept, and the one that the naming rule would choose now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BetterName {
    /// The name of the type.
    pub name: String,
    /// The name that it would have if it were new.
    pub better: String,
    /// Where its schema stands.
    pub pointer: Pointer,
}

/// What got a type, a name or a text by fallback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// Where the document says too little.
    pub pointer: Pointer,
    /// The item, such as `Order::price` or `orders().list`.
    pub item: String,
    /// What it got.
    pub kind: FallbackKind,
}

/// What an item got by fallback.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FallbackKind {
    /// Any JSON value, because nothing is said of the value.
    Json,
    /// A text, because nobody knows the format.
    Format(String),
    /// A name by the place where the type stands, because it has none of its own.
    Position,
    /// No documentation.
    Undocumented,
    /// No documentation, because its text says nothing but its name.
    Echo,
    /// No documentation, because its text does not agree with its schema, for this reason.
    Untrue(String),
    /// Nothing, though this member of the document's own refers to something.
    Reference(String),
    /// No place in the answer, because these members stand beside what the call gives.
    Beside(Vec<String>),
}

impl FallbackKind {
    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Beside(_) => {
                "`x-value: data` (or wherever they stand) gives all of them, which changes the type of the call"
            }
            _ => "say more of it in an overlay: a type, `x-name`, a description",
        }
    }
}

impl FallbackKind {
    /// Whether only the documentation is worse for it.
    pub fn is_about_words(&self) -> bool {
        matches!(self, Self::Undocumented | Self::Echo | Self::Untrue(_))
    }
}

impl std::fmt::Display for Fallback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let item = &self.item;
        match &self.kind {
            FallbackKind::Json => write!(f, "{item} is any JSON value: the document says nothing of it"),
            FallbackKind::Format(format) => write!(f, "{item} is a text: the format {format:?} is not known"),
            FallbackKind::Position => write!(f, "{item} is named by its place"),
            FallbackKind::Undocumented => write!(f, "{item} has no documentation"),
            FallbackKind::Echo => write!(f, "{item} has a text that only repeats its name"),
            FallbackKind::Untrue(why) => write!(f, "{item} has a text that is not true: {why}"),
            FallbackKind::Reference(member) => write!(f, "{item} has a reference that nobody reads, {member}"),
            FallbackKind::Beside(members) => {
                write!(f, "{item} does not give what stands beside: {}", members.join(", "))
            }
        }
    }
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

/// A name of a type that no person would choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddName {
    /// The name.
    pub name: String,
    /// What is odd about it.
    pub kind: OddNameKind,
    /// Where its schema stands.
    pub pointer: Pointer,
    /// The same as an overlay action has it.
    pub target: String,
    /// The name without a last word that says nothing, where that is free.
    pub better: Option<String>,
}

/// What is odd about a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddNameKind {
    /// A word of it is about schemas.
    Jargon(String),
    /// It says a word twice.
    Repeated(String),
    /// It has this many letters.
    Long(usize),
    /// It differs from this name by one letter.
    Similar(String),
}

/// A component that is known by its name.
#[derive(Clone, Debug)]
pub struct Record {
    /// Name of the component.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// Resource whose module has the type.
    pub resource: usize,
}

/// A typed method of a resource.
#[derive(Clone, Debug)]
pub struct Method {
    /// `operationId`
    pub id: String,
    /// Which operation of the contract.
    pub operation: usize,
    /// Its path; after its server and a blank, where that is another one than the others have.
    pub path: String,
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
    /// Types of the bodies of its errors, by status.
    pub faults: Vec<(Status, Ty)>,
    /// Whether the call may be repeated, where its HTTP method does not say.
    pub retry: Option<Retry>,
    /// Query parameter with the size of pages, and the largest size, of a paged list that takes one.
    pub page_size: Option<(String, u64)>,
    /// What the body of a success is promised to be.
    pub promise: Promise,
    /// How a call that takes many things is divided.
    pub bulk: Option<Bulk>,
    /// How the list tells what has changed.
    pub feed: Option<ChangeFeed>,
    /// How what it creates is found by a key of the caller's.
    pub once: Option<CreateOnce>,
}

impl Method {
    /// Name of the request type, where there is more to it than to send it; otherwise the method gives a plain call.
    pub fn request(&self) -> Option<String> {
        let divided = self.bulk.as_ref().is_some_and(Bulk::is_divided);
        (divided || self.once.is_some() || !self.options.is_empty()).then(|| methods::request(&self.name))
    }
}

/// A value that goes into a request.
#[derive(Clone, Debug)]
pub struct Argument<Id = TypeId> {
    /// Name in snake_case.
    pub name: String,
    /// How it is taken.
    pub ty: ArgumentTy<Id>,
    /// Where it goes.
    pub place: ArgumentPlace,
    /// What it means, then its constraints.
    pub docs: Vec<String>,
    /// Why nothing says what it means; `None` where something does.
    pub gap: Option<FallbackKind>,
    /// What new code should do instead; empty where nobody says it, `None` where it may stay.
    pub deprecated: Option<String>,
    /// Where the document says it.
    pub pointer: Pointer,
}

impl<Id: Copy> Argument<Id> {
    /// The same with other ids.
    pub fn map<To>(&self, id: &impl Fn(Id) -> To) -> Argument<To> {
        let Self { name, ty, place, docs, gap, deprecated, pointer } = self.clone();
        Argument { name, ty: ty.map(id), place, docs, gap, deprecated, pointer }
    }
}

/// What a call gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<Id = TypeId> {
    /// Nothing.
    Nothing,
    /// A value.
    Value(Ty<Id>),
    /// One page of a list.
    Page(Ty<Id>),
    /// A job, whose result lines have this type.
    Job(Ty<Id>),
    /// A file.
    Download,
}

impl<Id: Copy> Answer<Id> {
    /// The type of the value, of one item or of one line.
    pub fn ty(&self) -> Option<&Ty<Id>> {
        match self {
            Self::Value(ty) | Self::Page(ty) | Self::Job(ty) => Some(ty),
            Self::Nothing | Self::Download => None,
        }
    }

    /// The same with other ids.
    pub fn map<To>(&self, id: &impl Fn(Id) -> To) -> Answer<To> {
        match self {
            Self::Nothing => Answer::Nothing,
            Self::Value(ty) => Answer::Value(ty.map(id)),
            Self::Page(ty) => Answer::Page(ty.map(id)),
            Self::Job(ty) => Answer::Job(ty.map(id)),
            Self::Download => Answer::Download,
        }
    }
}

/// How a call that takes many things is divided, and what tells the outcome of each.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// The lists of things; one without a place where the call takes one thing.
    pub lists: Vec<BulkList>,
    /// The most things that one call takes, where it may be divided.
    pub limit: Option<u64>,
    /// Member of an entry that says whether the thing was done, under each of its names.
    pub outcome: Vec<String>,
    /// Member of an entry with what is said about the thing.
    pub messages: String,
    /// How errors name the thing they are about.
    pub errors: Vec<NamedBy>,
}

/// A list of things, and what is answered about them.
#[derive(Clone, Debug)]
pub struct BulkList {
    /// What the list is called on the wire.
    pub name: String,
    /// Where the things stand in the request. Nothing where the call takes one thing.
    pub place: Option<BulkPlace>,
    /// Path to the entries in the answer.
    pub answers: Option<String>,
    /// Type of an entry.
    pub entry: Option<Ty>,
    /// Members that identify a thing.
    pub keys: Vec<String>,
}

impl Bulk {
    /// Whether the call may be divided into several.
    pub fn is_divided(&self) -> bool {
        self.lists.iter().any(|list| list.place.is_some())
    }
}

/// What the body of a success is promised to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Promise {
    /// JSON, in the API's envelope if there is one.
    #[default]
    Answer,
    /// JSON without the envelope.
    Bare,
    /// Nothing, or the same.
    Nothing,
}

/// Where the things stand that a call takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkPlace {
    /// In a list of the body.
    Body(MemberPath),
    /// In a parameter of the query.
    Query {
        /// Name of the parameter.
        name: String,
        /// What stands between them.
        separator: String,
    },
}

/// How a list of changes is read.
#[derive(Clone, Debug)]
pub struct ChangeFeed {
    /// Query parameter with the time.
    pub from: String,
    /// Query parameter with the size of a page, and the largest one.
    pub size: Option<(String, u32)>,
    /// Member with the key of what has changed.
    pub key: String,
    /// Member with the time of the change.
    pub time: Option<String>,
    /// Member with what has happened, and its values for what was deleted.
    pub kind: Option<(String, Vec<String>)>,
    /// How far the list reaches back.
    pub reach: Option<FeedReach>,
}

/// How far a list of changes reaches back, and what to read after a longer time.
#[derive(Clone, Debug)]
pub struct FeedReach {
    /// Days.
    pub days: u32,
    /// Resource of the method that reads everything.
    pub resource: String,
    /// Name of that method.
    pub method: String,
}

/// How what a call creates is found by a key that the caller gives it.
#[derive(Clone, Debug)]
pub struct CreateOnce {
    /// Where the call has the key.
    pub key: OwnKey,
    /// The list in which things are looked for.
    pub list: Lookup,
    /// Query parameter of the list that takes the key.
    pub filter: Option<String>,
    /// Query parameter of the list that takes the time from which on to look, and its type.
    pub since: Option<(String, ArgumentTy)>,
    /// What is read for each entry of the list.
    pub detail: Option<EntryDetail>,
    /// Type of what is found.
    pub found: Ty,
    /// Its member with the key.
    pub by: String,
    /// Its members with which it counts as gone.
    pub unless: Vec<String>,
}

/// Where a call has the key of what it creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnKey {
    /// In a parameter of the query.
    Query(String),
    /// At this path of the body, `*` for the one item of a list.
    Body(String),
}

/// A call that looks for something.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// Which operation of the contract.
    pub operation: usize,
    /// Its `operationId`.
    pub id: String,
    /// Path of members to the value.
    pub value: MemberPath,
    /// Query parameter with the size of pages, and the largest size.
    pub page_size: Option<(String, u64)>,
    /// Whether it answers a whole list, not pages.
    pub whole_list: bool,
}

/// What is read for each entry of a list.
#[derive(Clone, Debug)]
pub struct EntryDetail {
    /// The call.
    pub lookup: Lookup,
    /// Its parameter in the path, which is also the entry's member with the value.
    pub parameter: String,
}

/// A type to emit.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Name in PascalCase.
    pub name: String,
    /// Schemas that it stands for; the first gave its members.
    pub schemas: Vec<SchemaId>,
    /// What it is.
    pub docs: Vec<String>,
    /// What the contract demands of it as a whole, as a paragraph.
    pub limits: Option<String>,
    /// Whether new code should avoid it.
    pub deprecated: bool,
    /// Whether requests carry it.
    pub sent: bool,
    /// Whether answers carry it.
    pub received: bool,
    /// Whether it has values that are not listed.
    pub open: bool,
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
    Union(Vec<Alternative>),
}

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative<Id = TypeId> {
    /// Name of the variant in PascalCase.
    pub name: String,
    /// Its type.
    pub ty: Ty<Id>,
    /// What tells it from the others.
    pub tags: Vec<UnionTag>,
}

/// A member with the values that it has in an alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct UnionTag {
    /// Path of members to it.
    pub path: MemberPath,
    /// Its values as texts, sorted.
    pub values: Vec<String>,
}

/// A member of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in snake_case.
    pub name: String,
    /// Key on the wire, then keys it is read from as well.
    pub keys: Vec<String>,
    /// Schemas of the member, one for each schema that its type stands for.
    pub schemas: Vec<SchemaId>,
    /// Type, `Option` and `Patch` included.
    pub ty: Ty,
    /// Whether it is always there.
    pub required: bool,
    /// What it means, then its constraints.
    pub docs: Vec<String>,
    /// Why nothing says what it means; `None` where something does.
    pub gap: Option<FallbackKind>,
    /// What new code should do instead; empty where nobody says it, `None` where it may stay.
    pub deprecated: Option<String>,
}

/// A part of something that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those of which it is true.
    pub of: usize,
    /// All of them.
    pub all: usize,
}

impl Share {
    fn add(&mut self, is: bool) {
        self.of += usize::from(is);
        self.all += 1;
    }

    /// Whole percent; everything where there is nothing.
    pub fn percent(self) -> usize {
        (self.of * 100).checked_div(self.all).unwrap_or(100)
    }
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq)]
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
    /// A type of this plan.
    pub fn ty(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// How much of the types and members says more than its name: those of some resources, or of all.
    pub fn documented(&self, resources: impl Fn(&str) -> bool) -> Share {
        let mut share = Share::default();
        let chosen = |def: &&TypeDef| def.resources.iter().any(|at| resources(&self.resources[*at].name));
        for def in self.types.iter().filter(chosen) {
            share.add(!def.docs.is_empty());
            if let TypeKind::Record(fields) = &def.kind {
                fields.iter().for_each(|field| share.add(field.gap.is_none()));
            }
        }
        share
    }

    /// Texts that are left out: those that say only a name, and those that contradict their schema.
    pub fn left_out(&self) -> [usize; 2] {
        let count = |is: fn(&FallbackKind) -> bool| self.fallbacks.iter().filter(|one| is(&one.kind)).count();
        [count(|kind| *kind == FallbackKind::Echo), count(|kind| matches!(kind, FallbackKind::Untrue(_)))]
    }

    /// Number of operations.
    pub fn operations(&self) -> usize {
        self.resources.iter().map(|resource| resource.operations.len()).sum()
    }
}
