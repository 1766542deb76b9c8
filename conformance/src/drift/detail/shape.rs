//! Details of objects, lists and combinations of schemas.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::Fate;

/// What objects or lists may hold besides what is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Undeclared {
    /// Nothing.
    Refused,
    /// Something, where nothing was before.
    Valid,
    /// What satisfies a schema.
    Described,
    /// Anything, where a schema said what.
    Anything,
}

/// Which elements of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Elements {
    /// All.
    All,
    /// The one of this index.
    At(usize),
    /// Those after the ones that are described one by one.
    Further,
}

/// What tells alternatives apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiscriminatorChange {
    /// A member does now.
    Introduced,
    /// No member does any more.
    Dropped,
    /// Another member does.
    Other,
    /// Some of its values are gone or mean something else.
    ValuesLost,
    /// It has more values.
    ValuesAdded,
}

/// What changed about members or elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum ObjectDetail {
    PropertyGone,
    PropertyNew { required: bool, read_only: bool },
    PropertyRequired(bool),
    PropertyReleased,
    MemberRequired { name: String, required: bool },
    PropertyRefused,
    PropertyAllowed,
    Undeclared(Undeclared),
    PatternMembers { pattern: String, described: bool },
    PatternRefused(String),
    Elements { which: Elements, rest: Undeclared },
}

impl Display for ObjectDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pick = |yes: bool, a: &'static str, b: &'static str| if yes { a } else { b };
        match self {
            Self::PropertyGone => f.write_str("is gone"),
            Self::PropertyNew { required: true, read_only: true } => f.write_str("is new; it is only read"),
            Self::PropertyNew { required: true, .. } => f.write_str("is new and must be there"),
            Self::PropertyNew { .. } => f.write_str("is new"),
            Self::PropertyRequired(required) => f.write_str(pick(*required, "must be there now", "may be missing now")),
            Self::PropertyReleased => f.write_str("must be there now: it is no longer only read"),
            Self::MemberRequired { name, required } => {
                write!(f, "the member {name} {}", pick(*required, "must be there now", "may be missing now"))
            }
            Self::PropertyRefused => f.write_str("is refused now"),
            Self::PropertyAllowed => f.write_str("is no longer refused"),
            Self::Undeclared(undeclared) => f.write_str(match undeclared {
                Undeclared::Refused => "undeclared members are refused now",
                Undeclared::Valid => "undeclared members are valid now",
                Undeclared::Described => "undeclared members must satisfy a schema now",
                Undeclared::Anything => "undeclared members may be anything now",
            }),
            Self::PatternMembers { pattern, described } => {
                let word = pick(*described, "are described now", "are no longer described");
                write!(f, "members named like {pattern} {word}")
            }
            Self::PatternRefused(pattern) => write!(f, "members named like {pattern} are refused now"),
            Self::Elements { which, rest } => match rest {
                Undeclared::Refused => write!(f, "{which} are refused now"),
                Undeclared::Described => write!(f, "what {which} may be is described now"),
                Undeclared::Valid => write!(f, "{which} are valid now"),
                Undeclared::Anything => write!(f, "{which} may be anything now"),
            },
        }
    }
}

/// What changed about alternatives, conditions and other keywords that hold schemas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum CombinationDetail {
    Alternative(String, Fate),
    AlternativeOverlaps { name: String, other: String, value: Value },
    AlternativeMayOverlap { name: String, other: String },
    Overlap { one: String, other: String, value: Option<Value> },
    ChoiceDropped { keyword: &'static str, count: usize },
    ChoiceIntroduced(usize),
    Not(Fate),
    Contains(Fate),
    MinContains { old: u64, new: u64 },
    MaxContains { old: Option<u64>, new: Option<u64> },
    Condition(Fate),
    Branch(&'static str, Fate),
    DependentRequired { pairs: Vec<(String, String)>, needed: bool },
    DependentSchema(String, Fate),
    Keyword(String, Fate),
    Discriminator(DiscriminatorChange),
}

impl Display for CombinationDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let satisfy = |f: &mut Formatter<'_>, fate: &Fate, what: &str| match fate {
            Fate::New => write!(f, "must satisfy {what} now"),
            Fate::Gone => write!(f, "need not satisfy {what} any more"),
            Fate::Changed => write!(f, "must satisfy another {what}"),
        };
        match self {
            Self::Alternative(name, fate) => write!(f, "the alternative {name} {fate}"),
            Self::AlternativeOverlaps { name, other, value } => write!(
                f,
                "the alternative {name} is new, and {value} fits it as well as {other}: oneOf lets only one hold"
            ),
            Self::AlternativeMayOverlap { name, other } => write!(
                f,
                "the alternative {name} is new, and what fits {other} may fit it too: oneOf lets only one hold"
            ),
            Self::Overlap { one, other, value: Some(value) } => {
                write!(f, "{value} fits the alternatives {one} and {other}: oneOf lets only one hold")
            }
            Self::Overlap { one, other, value: None } => {
                write!(f, "a value may fit the alternatives {one} and {other}: oneOf lets only one hold")
            }
            Self::ChoiceDropped { keyword, count } => write!(f, "{keyword} of {count} is gone"),
            Self::ChoiceIntroduced(count) => write!(f, "one of {count} alternatives must hold now"),
            Self::Not(fate) => f.write_str(match fate {
                Fate::New => "rules values out now",
                Fate::Gone => "no longer rules values out",
                Fate::Changed => "rules other values out",
            }),
            Self::Contains(fate) => f.write_str(match fate {
                Fate::New => "must hold elements of a kind now",
                Fate::Gone => "need not hold elements of a kind any more",
                Fate::Changed => "must hold elements of another kind",
            }),
            Self::MinContains { old, new } => write!(f, "minContains is {new}, not {old}"),
            Self::MaxContains { old, new } => {
                let show = |max: &Option<u64>| max.map_or_else(|| "not said".to_owned(), |max| max.to_string());
                write!(f, "maxContains is {}, not {}", show(new), show(old))
            }
            Self::Condition(Fate::Changed) => f.write_str("has another condition"),
            Self::Condition(fate) => satisfy(f, fate, "more under a condition"),
            Self::Branch(key, fate) => satisfy(f, fate, &format!("`{key}` of the condition")),
            Self::DependentRequired { pairs, needed } => {
                let pairs: Vec<String> = pairs.iter().map(|(name, other)| format!("{other} where {name} is")).collect();
                match needed {
                    true => write!(f, "needs {} now", pairs.join(", ")),
                    false => write!(f, "no longer needs {}", pairs.join(", ")),
                }
            }
            Self::DependentSchema(name, Fate::New) => write!(f, "must satisfy more where {name} is"),
            Self::DependentSchema(name, Fate::Gone) => write!(f, "need not satisfy more where {name} is"),
            Self::DependentSchema(name, Fate::Changed) => write!(f, "must satisfy something else where {name} is"),
            Self::Keyword(key, fate) => satisfy(f, fate, key),
            Self::Discriminator(change) => change.fmt(f),
        }
    }
}

impl Display for DiscriminatorChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Introduced => "alternatives are told apart by a member now",
            Self::Dropped => "alternatives are no longer told apart by a member",
            Self::Other => "alternatives are told apart by another member",
            Self::ValuesLost => "values that tell alternatives apart are gone or mean another one",
            Self::ValuesAdded => "more values tell alternatives apart",
        })
    }
}

impl Display for Elements {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("elements"),
            Self::At(at) => write!(f, "element {at}"),
            Self::Further => f.write_str("further elements"),
        }
    }
}
