//! The content of a change as data: one variant per kind of change. Sentences are written here and nowhere else.
//! A detail distinguishes two root causes at one place, so it holds values and no prose.

mod call;
mod document;
mod promise;
mod shape;
mod value;

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::model::Effect;
pub use call::{Announced, BodyDetail, OperationDetail};
pub use document::{DocumentDetail, OAuthChange, VariableChange};
pub use promise::PromiseDetail;
pub use shape::{CombinationDetail, DiscriminatorChange, Elements, ObjectDetail, Undeclared};
pub use value::{LimitDetail, ValueDetail};

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// A document as a whole.
    Document(DocumentDetail),
    /// What is promised of the time to come.
    Promise(PromiseDetail),
    /// An operation or a parameter.
    Operation(OperationDetail),
    /// A body, an answer or a header.
    Body(BodyDetail),
    /// Which values are meant.
    Value(ValueDetail),
    /// Limits of values.
    Limit(LimitDetail),
    /// Members or elements.
    Object(ObjectDetail),
    /// Alternatives, conditions and the like.
    Combination(CombinationDetail),
    /// Prose alone.
    Prose(Prose),
}

/// What became of a thing that one side has, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Only the new side has it.
    New,
    /// Only the old side has it.
    Gone,
    /// Both have it, and it says something else.
    Changed,
}

impl Fate {
    /// Of what either side has; `None` where they say the same.
    pub(super) fn of<T: PartialEq>(old: Option<T>, new: Option<T>) -> Option<Self> {
        match (old, new) {
            (None, Some(_)) => Some(Self::New),
            (Some(_), None) => Some(Self::Gone),
            (old, new) => (old != new).then_some(Self::Changed),
        }
    }

    /// What it does to the set of valid values when the thing is a demand.
    pub(super) const fn effect(self) -> Effect {
        match self {
            Self::New => Effect::Narrows,
            Self::Gone => Effect::Widens,
            Self::Changed => Effect::Shifts,
        }
    }
}

/// A part of the prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prose {
    /// Descriptions and summaries.
    Description,
    /// Examples.
    Examples,
    /// Either.
    Any,
}

impl Detail {
    /// Whether the sentence itself names what it is about; else it is a predicate and the subject goes before it.
    pub(in crate::drift) fn names_its_subject(&self) -> bool {
        match self {
            Self::Document(detail) => detail.names_its_subject(),
            Self::Operation(detail) => detail.names_its_subject(),
            Self::Body(detail) => detail.names_its_subject(),
            _ => false,
        }
    }

    /// What it is about, where one place can have several changes of a kind.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Promise(PromiseDetail::Extension(name, _))
            | Self::Combination(CombinationDetail::Keyword(name, _) | CombinationDetail::DependentSchema(name, _))
            | Self::Object(ObjectDetail::MemberRequired { name, .. })
            | Self::Operation(OperationDetail::Regrouped { name, .. })
            | Self::Document(DocumentDetail::OAuth(_, OAuthChange::Scope(name, _))) => Some(name),
            Self::Body(BodyDetail::Encoding { member, .. }) => Some(member),
            _ => None,
        }
    }

    /// Listed values that come or go.
    pub(super) fn listed(&self) -> &[Value] {
        match self {
            Self::Value(ValueDetail::EnumAdded(values) | ValueDetail::EnumRemoved(values))
            | Self::Promise(PromiseDetail::KnownValuesGone(values)) => values,
            _ => &[],
        }
    }
}

/// Each kind of detail is a detail.
macro_rules! details {
    ($($variant:ident($detail:ident),)+) => {
        $(impl From<$detail> for Detail {
            fn from(detail: $detail) -> Self {
                Self::$variant(detail)
            }
        })+

        impl Display for Detail {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(detail) => detail.fmt(f),)+
                }
            }
        }
    };
}

details! {
    Document(DocumentDetail),
    Promise(PromiseDetail),
    Operation(OperationDetail),
    Body(BodyDetail),
    Value(ValueDetail),
    Limit(LimitDetail),
    Object(ObjectDetail),
    Combination(CombinationDetail),
    Prose(Prose),
}

impl Display for Prose {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Description => "other prose",
            Self::Examples => "other examples",
            Self::Any => "other prose or examples",
        })
    }
}

impl Display for Fate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "is new",
            Self::Gone => "is gone",
            Self::Changed => "says something else",
        })
    }
}
