//! Details of operations, their parameters and bodies.

use std::fmt::{self, Display, Formatter};

use kontrakt_codegen::contract::{Location, Status};

use super::Fate;

/// How the end of something was announced before it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Announced {
    /// Not at all.
    Never,
    /// It had a level of stability that promises nothing.
    Unstable(String),
    /// It was deprecated, without a day.
    Deprecated,
    /// For a day that is over.
    Past(String),
    /// For a day that is still to come.
    Future(String),
}

impl Announced {
    /// Whether anything was said beforehand.
    pub(in crate::drift) fn is_announced(&self) -> bool {
        *self != Self::Never
    }
}

/// What changed about an operation or a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum OperationDetail {
    OperationGone(String, Announced),
    OperationNew(String),
    MethodChanged { old: String, new: String },
    Moved { old: String, new: String },
    SlashMoved { old: String, new: String },
    PathNames { old: String, new: String },
    OperationId { old: String, new: String },
    Tags { old: Vec<String>, new: Vec<String> },
    ParameterGone(Location, String, Announced),
    ParameterNew { location: Location, name: String, required: bool },
    ParameterRequired { location: Location, name: String, required: bool },
    Regrouped { name: String, object: String, now: bool },
    PathParameterName { old: String, new: String },
    ParameterStyle { name: String, old: String, new: String },
    ParameterExplode { name: String, explode: bool },
    ParameterMediaType(String),
    ParameterReserved { name: String, allowed: bool },
    ParameterEmpty { name: String, allowed: bool },
}

impl OperationDetail {
    /// Whether the sentence itself names what it is about; else it is a predicate and the subject goes before it.
    pub(super) fn names_its_subject(&self) -> bool {
        matches!(
            self,
            Self::OperationGone(..)
                | Self::OperationNew(_)
                | Self::MethodChanged { .. }
                | Self::Moved { .. }
                | Self::ParameterGone(..)
                | Self::ParameterNew { .. }
                | Self::ParameterRequired { .. }
                | Self::Regrouped { .. }
                | Self::PathParameterName { .. }
                | Self::ParameterStyle { .. }
                | Self::ParameterExplode { .. }
                | Self::ParameterMediaType(_)
                | Self::ParameterReserved { .. }
                | Self::ParameterEmpty { .. }
        )
    }
}

impl Display for OperationDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pick = |yes: bool, a: &'static str, b: &'static str| if yes { a } else { b };
        match self {
            Self::OperationGone(call, announced) => write!(f, "{call} is gone{announced}"),
            Self::OperationNew(call) => write!(f, "{call} is new"),
            Self::MethodChanged { old, new } => write!(f, "{old} is {new} now"),
            Self::Moved { old, new } => write!(f, "{old} lives at {new} now"),
            Self::SlashMoved { old, new } => write!(f, "{old} is {new} now; not every server takes both"),
            Self::PathNames { old, new } => write!(f, "{old} is {new} now; it matches the same addresses"),
            Self::OperationId { old, new } => write!(f, "the operation id is {new:?}, not {old:?}"),
            Self::Tags { old, new } => write!(f, "its tags are {}, not {}", new.join(", "), old.join(", ")),
            Self::ParameterGone(place, name, announced) => {
                write!(f, "the {} parameter {name} is gone{announced}", place.name())
            }
            Self::ParameterNew { location, name, required } => {
                let word = pick(*required, "new and required", "new and optional");
                write!(f, "the {} parameter {name} is {word}", location.name())
            }
            Self::ParameterRequired { location, name, required } => {
                let word = pick(*required, "must be given now", "may be left out now");
                write!(f, "the {} parameter {name} {word}", location.name())
            }
            Self::Regrouped { name, object, now } => {
                let word = pick(*now, "is a member of", "is no longer a member of");
                write!(f, "the parameter {name} {word} the object {object}: what is sent is the same")
            }
            Self::PathParameterName { old, new } => write!(f, "the path parameter {old} is called {new} now"),
            Self::ParameterStyle { name, old, new } => {
                write!(f, "the parameter {name} is written in the style {new}, not {old}")
            }
            Self::ParameterExplode { name, explode } => {
                let how = |explode| pick(explode, "one by one", "joined by commas");
                write!(f, "the values of {name} are sent {}, not {}", how(*explode), how(!*explode))
            }
            Self::ParameterMediaType(name) => write!(f, "the value of {name} is written in another media type"),
            Self::ParameterReserved { name, allowed } => {
                let yes = "may hold reserved characters as they are now";
                let word = pick(*allowed, yes, "must have its reserved characters encoded now");
                write!(f, "the parameter {name} {word} (allowReserved)")
            }
            Self::ParameterEmpty { name, allowed } => {
                let word = pick(*allowed, "may be sent without a value now", "needs a value now");
                write!(f, "the parameter {name} {word} (allowEmptyValue)")
            }
        }
    }
}

/// What changed about a body, an answer or a header.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum BodyDetail {
    BodyGone,
    BodyNew { required: bool },
    BodyRequired(bool),
    MediaType(String, Fate),
    MediaTypeName { old: String, new: String },
    Encoding { part: String, member: &'static str, old: Option<String>, new: Option<String> },
    BodySchema(Fate),
    Status(Status, Fate),
    StatusCovered { old: Status, new: Status },
    Header(String, Fate),
    HeaderRequired { name: String, required: bool },
    HeaderExplode { name: String, explode: bool },
}

impl BodyDetail {
    /// Whether the sentence itself names what it is about; else it is a predicate and the subject goes before it.
    pub(super) fn names_its_subject(&self) -> bool {
        matches!(
            self,
            Self::Encoding { .. } | Self::Header(..) | Self::HeaderRequired { .. } | Self::HeaderExplode { .. }
        )
    }
}

impl Display for BodyDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pick = |yes: bool, a: &'static str, b: &'static str| if yes { a } else { b };
        match self {
            Self::BodyGone => f.write_str("takes no body any more"),
            Self::BodyNew { required } => f.write_str(pick(*required, "needs a body now", "may have a body now")),
            Self::BodyRequired(required) => {
                f.write_str(pick(*required, "the body must be sent now", "the body may be left out now"))
            }
            Self::MediaType(name, fate) => write!(f, "{name} {fate}"),
            Self::MediaTypeName { old, new } => write!(f, "the media type is {new}, not {old}"),
            Self::Encoding { part, member, old, new } => {
                let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "not said".to_owned());
                write!(f, "{member} of the part {part} is {}, not {}", show(new), show(old))
            }
            Self::BodySchema(Fate::Gone) => f.write_str("the body has no schema any more"),
            Self::BodySchema(_) => f.write_str("the body has a schema now"),
            Self::Status(status, fate) => write!(f, "the status {status} {fate}"),
            Self::StatusCovered { old, new } => write!(f, "the status {old} is one of {new} now"),
            Self::Header(name, fate) => write!(f, "the header {name} {fate}"),
            Self::HeaderRequired { name, required } => {
                write!(f, "the header {name} {}", pick(*required, "is always there now", "may be missing now"))
            }
            Self::HeaderExplode { name, explode } => {
                let how = |explode| pick(explode, "as name=value pairs", "as a plain list");
                let (now, before) = (how(*explode), how(!*explode));
                write!(f, "the members of the header {name} are written {now}, not {before}")
            }
        }
    }
}

impl Display for Announced {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => Ok(()),
            Self::Unstable(level) => write!(f, "; as {level} it promised nothing"),
            Self::Deprecated => f.write_str("; it was deprecated"),
            Self::Past(day) => write!(f, "; its end was announced for {day}"),
            Self::Future(day) => write!(f, ", before its announced end {day}"),
        }
    }
}
