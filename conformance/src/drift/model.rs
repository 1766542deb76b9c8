//! The result of a comparison: changes with severity, direction, places and affected operations.
//! Reports, acceptance and SemVer steps are derived from these values alone.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use kontrakt_codegen::contract::Status;
use kontrakt_codegen::document::{Pointer, Span};

use super::detail::{Detail, Prose};
use crate::findings::identifier;

/// How bad a change is for a client that worked before. The order is that of growing concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing on the wire changes.
    Cosmetic,
    /// Calls that worked still work; something new is possible.
    Additive,
    /// Calls may stop working; the documents do not tell, or only in cases that a careful client does not meet.
    Risky,
    /// Calls that were valid are refused, or answers come that the old document rules out.
    Breaking,
}

impl Severity {
    /// From worst to best: the order of reports.
    pub const WORST_FIRST: [Self; 4] = [Self::Breaking, Self::Risky, Self::Additive, Self::Cosmetic];

    /// Word for it, as reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Additive => "additive",
            Self::Risky => "risky",
            Self::Breaking => "breaking",
        }
    }
}

/// Which way the changed thing travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From client to server.
    Request,
    /// From server to client.
    Response,
    /// Either way, or the call as a whole.
    Both,
    /// Nothing in the documents says: a component that no call leads to.
    Unknown,
}

impl Direction {
    /// Word for it, as reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Both => "both",
            Self::Unknown => "unknown",
        }
    }
}

/// What a change does to the set of valid values. Everything about directions follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// The same values are valid.
    None,
    /// More values are valid.
    Widens,
    /// Fewer values are valid.
    Narrows,
    /// Some values are newly valid and others no longer.
    Shifts,
}

impl Effect {
    /// The verdict on a request: narrowing breaks.
    pub const fn in_request(self) -> Severity {
        match self {
            Self::None => Severity::Cosmetic,
            Self::Widens => Severity::Additive,
            Self::Narrows | Self::Shifts => Severity::Breaking,
        }
    }

    /// The verdict on a response: widening breaks.
    pub const fn in_response(self) -> Severity {
        match self {
            Self::None => Severity::Cosmetic,
            Self::Narrows => Severity::Additive,
            Self::Widens | Self::Shifts => Severity::Breaking,
        }
    }

    /// The same change looked at from NEW to OLD.
    pub const fn reversed(self) -> Self {
        match self {
            Self::Widens => Self::Narrows,
            Self::Narrows => Self::Widens,
            other => other,
        }
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal,)+) => {
        /// What changed. The names are stable: acceptance files and reports refer to them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum DriftKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl DriftKind {
            /// Every kind with what it means, for SARIF rules and documentation.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$kind, concat!($($doc),+)),)+];

            /// Name in reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// An operation is gone.
    OperationRemoved = "operation-removed",
    /// An operation is new.
    OperationAdded = "operation-added",
    /// An operation lives on another path.
    PathRenamed = "path-renamed",
    /// An operation is called with another method.
    MethodChanged = "method-changed",
    /// A path parameter has another name; the path matches the same addresses.
    PathParameterRenamed = "path-parameter-renamed",
    /// An operation has another id.
    OperationIdChanged = "operation-id-changed",
    /// An operation has other tags.
    TagsChanged = "tags-changed",
    /// Something is deprecated now.
    Deprecated = "deprecated",
    /// Something is no longer deprecated.
    Undeprecated = "undeprecated",
    /// The announced end of something moved, vanished or cannot be read.
    SunsetChanged = "sunset-changed",
    /// The promised stability changed or cannot be read.
    StabilityChanged = "stability-changed",
    /// A parameter is new.
    ParameterAdded = "parameter-added",
    /// A parameter is gone.
    ParameterRemoved = "parameter-removed",
    /// A parameter is a member of an object now, or no longer; what is sent is the same.
    ParameterRegrouped = "parameter-regrouped",
    /// A parameter must be given now.
    ParameterBecameRequired = "parameter-became-required",
    /// A parameter may be left out now.
    ParameterBecameOptional = "parameter-became-optional",
    /// A parameter is written in another style.
    ParameterStyleChanged = "parameter-style-changed",
    /// A parameter's lists are written in another way.
    ParameterExplodeChanged = "parameter-explode-changed",
    /// Whether a parameter's reserved characters are sent as they are changed.
    ParameterReservedChanged = "parameter-reserved-changed",
    /// Whether a parameter may be sent without a value changed.
    ParameterEmptyChanged = "parameter-empty-changed",
    /// A parameter's value is text of another media type.
    ParameterMediaTypeChanged = "parameter-media-type-changed",
    /// An operation takes a body now.
    BodyAdded = "body-added",
    /// An operation takes no body any more.
    BodyRemoved = "body-removed",
    /// A body must be sent now.
    BodyBecameRequired = "body-became-required",
    /// A body may be left out now.
    BodyBecameOptional = "body-became-optional",
    /// A media type is new.
    MediaTypeAdded = "media-type-added",
    /// A media type is gone.
    MediaTypeRemoved = "media-type-removed",
    /// A media type is written with other parameters.
    MediaTypeChanged = "media-type-changed",
    /// A part of a form or of a multipart body is written in another way.
    EncodingChanged = "encoding-changed",
    /// A body that anything went for has a schema now.
    SchemaAdded = "schema-added",
    /// A body has no schema any more.
    SchemaRemoved = "schema-removed",
    /// A status is new.
    StatusAdded = "status-added",
    /// A status is gone.
    StatusRemoved = "status-removed",
    /// A response header is new.
    HeaderAdded = "header-added",
    /// A response header is gone.
    HeaderRemoved = "header-removed",
    /// A response header is always there now.
    HeaderBecameRequired = "header-became-required",
    /// A response header may be missing now.
    HeaderBecameOptional = "header-became-optional",
    /// A response header is written in another way.
    HeaderStyleChanged = "header-style-changed",
    /// Another way of proving who calls is accepted.
    SecurityAdded = "security-added",
    /// A way of proving who calls is no longer accepted.
    SecurityRemoved = "security-removed",
    /// A security scheme puts its credential somewhere else.
    SecuritySchemeChanged = "security-scheme-changed",
    /// A base URL is new.
    ServerAdded = "server-added",
    /// A base URL is gone.
    ServerRemoved = "server-removed",
    /// A variable of a base URL changed.
    ServerChanged = "server-changed",
    /// A property is new.
    PropertyAdded = "property-added",
    /// A property is gone.
    PropertyRemoved = "property-removed",
    /// A property must not be there any more: its schema is `false`.
    PropertyRefused = "property-refused",
    /// A property that must not be there may be there now.
    PropertyAllowed = "property-allowed",
    /// A property must be there now.
    PropertyBecameRequired = "property-became-required",
    /// A property may be missing now.
    PropertyBecameOptional = "property-became-optional",
    /// null is valid now.
    BecameNullable = "became-nullable",
    /// null is no longer valid.
    BecameNotNullable = "became-not-nullable",
    /// The JSON type changed.
    TypeChanged = "type-changed",
    /// More JSON types are valid.
    TypeWidened = "type-widened",
    /// Fewer JSON types are valid.
    TypeNarrowed = "type-narrowed",
    /// Only listed values are valid now.
    EnumIntroduced = "enum-introduced",
    /// Any value is valid where only listed ones were.
    EnumDropped = "enum-dropped",
    /// Listed values are new.
    EnumValueAdded = "enum-value-added",
    /// Listed values are gone.
    EnumValueRemoved = "enum-value-removed",
    /// The only valid value is another one.
    ConstChanged = "const-changed",
    /// Texts must match a pattern now.
    PatternAdded = "pattern-added",
    /// Texts need not match a pattern any more.
    PatternRemoved = "pattern-removed",
    /// Texts must match another pattern.
    PatternChanged = "pattern-changed",
    /// The format of a value changed.
    FormatChanged = "format-changed",
    /// The smallest number changed.
    MinimumChanged = "minimum-changed",
    /// The largest number changed.
    MaximumChanged = "maximum-changed",
    /// Numbers must be multiples of something else.
    MultipleOfChanged = "multiple-of-changed",
    /// The shortest length of a text changed.
    MinLengthChanged = "min-length-changed",
    /// The longest length of a text changed.
    MaxLengthChanged = "max-length-changed",
    /// The smallest number of elements changed.
    MinItemsChanged = "min-items-changed",
    /// The largest number of elements changed.
    MaxItemsChanged = "max-items-changed",
    /// Whether elements must differ changed.
    UniqueItemsChanged = "unique-items-changed",
    /// The smallest number of members changed.
    MinPropertiesChanged = "min-properties-changed",
    /// The largest number of members changed.
    MaxPropertiesChanged = "max-properties-changed",
    /// What undeclared members may be changed.
    AdditionalPropertiesChanged = "additional-properties-changed",
    /// Members whose names match a pattern are described differently.
    PatternPropertiesChanged = "pattern-properties-changed",
    /// What elements may be is described now, or no longer.
    ItemsChanged = "items-changed",
    /// Another alternative is valid.
    AlternativeAdded = "alternative-added",
    /// An alternative is gone.
    AlternativeRemoved = "alternative-removed",
    /// A choice of alternatives is made now.
    AlternativesIntroduced = "alternatives-introduced",
    /// A choice of alternatives is no longer made.
    AlternativesDropped = "alternatives-dropped",
    /// Alternatives of `oneOf` overlap now: a value that fits several is not valid.
    AlternativesOverlap = "alternatives-overlap",
    /// `not` changed.
    NotChanged = "not-changed",
    /// What tells alternatives apart changed.
    DiscriminatorChanged = "discriminator-changed",
    /// How many elements of a kind there must be changed.
    ContainsChanged = "contains-changed",
    /// What holds under a condition changed.
    ConditionChanged = "condition-changed",
    /// Which members come together changed.
    DependentRequiredChanged = "dependent-required-changed",
    /// Another keyword of JSON Schema changed.
    KeywordChanged = "keyword-changed",
    /// The media type, encoding or schema of text inside a text changed.
    ContentChanged = "content-changed",
    /// The value that is assumed when none is given changed.
    DefaultChanged = "default-changed",
    /// Whether a property is only read changed.
    ReadOnlyChanged = "read-only-changed",
    /// Whether a property is only written changed.
    WriteOnlyChanged = "write-only-changed",
    /// A named schema is new; nothing referred to it before.
    ComponentAdded = "component-added",
    /// A named schema that no operation reached is gone.
    ComponentRemoved = "component-removed",
    /// A component that no operation refers to says something else.
    ComponentChanged = "component-changed",
    /// An `x-` member changed.
    ExtensionChanged = "extension-changed",
    /// Title, version or form of the document changed.
    DocumentChanged = "document-changed",
    /// Only prose or examples changed.
    Documentation = "documentation",
}

/// A place in one of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// JSON pointer into the document.
    pub pointer: Pointer,
    /// Name of the file or URL.
    pub file: String,
    /// Line, from 1; 0 where the place has none.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.file, self.line, self.pointer)
    }
}

/// A place before file names are attached to it.
pub(super) type Spot = (Pointer, Span);

/// What meets a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UsedBy {
    /// Method and path, such as `GET /api/orders`.
    Operation(String),
    /// Name of a component that no operation leads to.
    Component(String),
}

impl fmt::Display for UsedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(call) => f.write_str(call),
            Self::Component(name) => write!(f, "component {name}"),
        }
    }
}

/// One way in which a change is met.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Use {
    /// What meets it.
    pub by: UsedBy,
    /// Which way.
    pub direction: Direction,
    /// Which answer; `None` for requests.
    pub status: Option<Status>,
    /// The members that use the shared component in which it changed, such as `order.billingAddress`.
    pub members: Arc<[String]>,
}

impl Use {
    /// A use of something that no component shares.
    pub(super) fn new(by: UsedBy, direction: Direction, status: Option<Status>) -> Self {
        Self { by, direction, status, members: Arc::default() }
    }
}

/// What recorded traffic says about a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Recorded calls of the operations that meet it.
    pub touched: usize,
    /// Those that satisfied OLD and do not satisfy NEW because of it.
    pub broken: usize,
    /// All recorded calls.
    pub total: usize,
}

/// One root cause.
#[derive(Clone, Debug)]
pub struct Change {
    /// What changed.
    pub kind: DriftKind,
    /// How bad it is, in the direction it is used.
    pub severity: Severity,
    /// What the comparison says, where a policy says otherwise.
    pub judged: Option<Severity>,
    /// Which way it travels.
    pub direction: Direction,
    /// What it does to the set of valid values.
    pub effect: Effect,
    /// Where in OLD.
    pub old: Option<Place>,
    /// Where in NEW.
    pub new: Option<Place>,
    /// Everything that meets it.
    pub uses: BTreeSet<Use>,
    /// What it is about, such as `address.countryCode`.
    pub subject: String,
    /// What exactly changed.
    pub detail: Detail,
    /// One sentence on what it is and why it has this severity.
    pub message: String,
    /// What it does to the generated Rust items.
    pub rust: Vec<ItemNote>,
    /// Why a person accepted it, where one did.
    pub accepted: Option<String>,
    /// What recorded traffic says, where there is any.
    pub traffic: Option<Traffic>,
}

/// What happens to a public item of the crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemNote {
    /// The item, with what it was and what it is.
    pub text: String,
    /// Whether code that uses the item no longer compiles.
    pub breaks: bool,
}

impl fmt::Display for ItemNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// In place of items, where a change concerns none.
pub(super) const NO_ITEM: &str = "no public item changes";

/// Items as JSON has them.
pub(super) fn texts(items: &[ItemNote]) -> Vec<&str> {
    items.iter().map(|item| item.text.as_str()).collect()
}

impl Change {
    /// Operations that meet it, each once; components that no path reaches are not among them.
    pub fn operations(&self) -> Vec<&str> {
        let names = self.uses.iter().filter_map(|one| match &one.by {
            UsedBy::Operation(call) => Some(call.as_str()),
            UsedBy::Component(_) => None,
        });
        let mut names: Vec<&str> = names.collect();
        names.dedup();
        names
    }

    /// Components that no path reaches and that meet it.
    pub fn components(&self) -> Vec<&str> {
        let names = self.uses.iter().filter_map(|one| match &one.by {
            UsedBy::Component(name) => Some(name.as_str()),
            UsedBy::Operation(_) => None,
        });
        names.collect()
    }

    /// Members that use the component in which it changed.
    pub fn members(&self) -> BTreeSet<&str> {
        self.uses.iter().flat_map(|one| one.members.iter()).map(String::as_str).collect()
    }

    /// Statuses of the answers that meet it.
    pub fn statuses(&self) -> BTreeSet<Status> {
        self.uses.iter().filter_map(|one| one.status).collect()
    }

    /// The place to show: the new one unless the thing is gone.
    pub fn place(&self) -> Option<&Place> {
        self.new.as_ref().or(self.old.as_ref())
    }

    /// Identifier that stays the same from run to run: of kind, direction and place, and of what it is about where one
    /// place has several of a kind.
    pub fn id(&self) -> String {
        let pointer = self.place().map_or_else(String::new, |place| place.pointer.to_string());
        let mut parts = vec!["drift", self.kind.name(), self.direction.name(), &pointer];
        parts.extend(self.detail.name());
        identifier(&parts)
    }

    /// What the comparison says of it, whatever a policy says.
    pub fn by_itself(&self) -> Severity {
        self.judged.unwrap_or(self.severity)
    }

    /// Whether it breaks those who use a crate of ours. New values in answers do not: enums of answers are open, and a
    /// value that a released client does not know is read as such.
    pub fn breaks_users(&self) -> bool {
        let is_read = self.kind == DriftKind::EnumValueAdded && !self.rust.iter().any(|item| item.breaks);
        self.by_itself() == Severity::Breaking && !is_read
    }
}

/// What a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Subject {
    /// What stands at its place.
    #[default]
    Place,
    /// This.
    Named(String),
    /// This, which sentences do not name.
    Silent(&'static str),
}

/// One finding of the comparison, before it is known who meets it.
#[derive(Clone, Debug)]
pub(super) struct RawChange {
    pub(super) kind: DriftKind,
    pub(super) effect: Effect,
    pub(super) request: Severity,
    pub(super) response: Severity,
    pub(super) old: Option<Spot>,
    pub(super) new: Option<Spot>,
    pub(super) subject: Subject,
    pub(super) detail: Detail,
}

impl RawChange {
    /// A finding whose severity follows from its effect.
    pub(super) fn new(kind: DriftKind, effect: Effect, detail: impl Into<Detail>) -> Self {
        Self {
            kind,
            effect,
            request: effect.in_request(),
            response: effect.in_response(),
            old: None,
            new: None,
            subject: Subject::Place,
            detail: detail.into(),
        }
    }

    /// Other descriptions or summaries.
    pub(super) fn prose() -> Self {
        Self::new(DriftKind::Documentation, Effect::None, Detail::Prose(Prose::Description))
    }

    /// Other examples.
    pub(super) fn examples() -> Self {
        Self::new(DriftKind::Documentation, Effect::None, Detail::Prose(Prose::Examples))
    }

    /// Sets severities that do not follow from the effect.
    pub(super) fn graded(mut self, request: Severity, response: Severity) -> Self {
        (self.request, self.response) = (request, response);
        self
    }

    /// The same severity both ways.
    pub(super) fn severity(self, severity: Severity) -> Self {
        self.graded(severity, severity)
    }

    pub(super) fn at(mut self, old: Option<Spot>, new: Option<Spot>) -> Self {
        (self.old, self.new) = (old, new);
        self
    }

    pub(super) fn about(mut self, subject: impl Into<String>) -> Self {
        let name = subject.into();
        self.subject = if name.is_empty() { Subject::Place } else { Subject::Named(name) };
        self
    }
}
