//! Details of single values: types, listed values, limits and annotations.

use std::fmt::{self, Display, Formatter};

use kontrakt_codegen::contract::{Type, Types};
use serde_json::{Number, Value};

use crate::drift::patterns::Inclusion;
use kontrakt_codegen::contract::Bound;

/// What changed about which values are meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum ValueDetail {
    Valid(bool),
    Type { old: Types, new: Types },
    TypeSaid(Types),
    TypeUnsaid(Types),
    Null(bool),
    EnumIntroduced { values: Vec<Value>, constant: bool },
    EnumDropped(Vec<Value>),
    EnumAdded(Vec<Value>),
    EnumRemoved(Vec<Value>),
    Constant { old: Vec<Value>, new: Vec<Value> },
    Default { old: Option<Value>, new: Option<Value> },
    ReadOnly(bool),
    WriteOnly(bool),
}

impl Display for ValueDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pick = |yes: bool, a: &'static str, b: &'static str| if yes { a } else { b };
        match self {
            Self::Valid(valid) => f.write_str(pick(*valid, "has valid values now", "has no valid value any more")),
            Self::Type { old, new } => write!(f, "is {}, not {}", Names(*new), Names(*old)),
            Self::TypeSaid(types) => write!(f, "is {}, where anything went", Names(*types)),
            Self::TypeUnsaid(types) => write!(f, "may be anything, not only {}", Names(*types)),
            Self::Null(null) => f.write_str(pick(*null, "may be null now", "is never null now")),
            Self::EnumIntroduced { values, constant } => {
                write!(f, "is {} {} now", pick(*constant, "always", "one of"), ValueList(values))
            }
            Self::EnumDropped(values) => write!(f, "is no longer limited to {}", ValueList(values)),
            Self::EnumAdded(values) => write!(f, "may be {} now", ValueList(values)),
            Self::EnumRemoved(values) => write!(f, "is never {} now", ValueList(values)),
            Self::Constant { old, new } => write!(f, "is always {}, not {}", ValueList(new), ValueList(old)),
            Self::Default { old, new } => match (old, new) {
                (Some(old), Some(new)) => write!(f, "is {new} when left out, not {old}"),
                (_, Some(new)) => write!(f, "is {new} when left out"),
                (old, None) => write!(f, "no longer has the default {}", old.as_ref().unwrap_or(&Value::Null)),
            },
            Self::ReadOnly(yes) => f.write_str(pick(*yes, "is only read now", "is no longer only read")),
            Self::WriteOnly(yes) => f.write_str(pick(*yes, "is only written now", "is no longer only written")),
        }
    }
}

/// What changed about limits, patterns, formats and what texts hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum LimitDetail {
    Bound { lower: bool, old: Option<Bound>, new: Option<Bound> },
    Count { keyword: &'static str, old: Option<u64>, new: Option<u64> },
    MultipleOf { old: Option<Number>, new: Option<Number> },
    Unique(bool),
    Pattern { old: Option<String>, new: Option<String>, lost: Inclusion, won: Inclusion },
    Format { old: Option<String>, new: Option<String> },
    FormatWidth { wider: bool },
    ContentMedia { old: String, new: String },
    ContentDescribed(bool),
}

impl Display for LimitDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pick = |yes: bool, a: &'static str, b: &'static str| if yes { a } else { b };
        match self {
            Self::Bound { lower, old, new } => {
                let word = pick(*lower, "smallest", "largest");
                match (old, new) {
                    (Some(old), Some(new)) => write!(f, "has the {word} value {new}, not {old}"),
                    (None, Some(new)) => write!(f, "has the {word} value {new} now"),
                    (_, None) => write!(f, "has no {word} value any more"),
                }
            }
            Self::Count { keyword, old, new } => match (old, new) {
                (Some(old), Some(new)) => write!(f, "{keyword} is {new}, not {old}"),
                (None, Some(new)) => write!(f, "{keyword} is {new} now"),
                (_, None) => write!(f, "has no {keyword} any more"),
            },
            Self::MultipleOf { old, new } => match (old, new) {
                (Some(old), Some(new)) => write!(f, "is a multiple of {new}, not of {old}"),
                (_, Some(new)) => write!(f, "is a multiple of {new} now"),
                (old, None) => {
                    write!(f, "need not be a multiple of {} any more", old.as_ref().unwrap_or(&Number::from(1)))
                }
            },
            Self::Unique(unique) => {
                f.write_str(pick(*unique, "has only different elements now", "may have equal elements now"))
            }
            Self::Pattern { old, new, lost, won } => pattern(f, (old, new), (lost, won)),
            Self::Format { old, new } => match (old, new) {
                (Some(old), Some(new)) => write!(f, "has the format {new}, not {old}"),
                (_, Some(new)) => write!(f, "has the format {new} now"),
                (old, None) => write!(f, "need not have the format {} any more", old.as_deref().unwrap_or_default()),
            },
            Self::FormatWidth { wider } => f.write_str(pick(*wider, "has a wider format", "has a narrower format")),
            Self::ContentMedia { old, new } => write!(f, "holds {new:?}, not {old:?}"),
            Self::ContentDescribed(described) => {
                f.write_str(pick(*described, "holds text of a described form now", "holds text of any form now"))
            }
        }
    }
}

/// A pattern that came, went or changed, with texts that show what that does.
fn pattern(
    f: &mut Formatter<'_>,
    (old, new): (&Option<String>, &Option<String>),
    (lost, won): (&Inclusion, &Inclusion),
) -> fmt::Result {
    use Inclusion::{Counterexample, Included, Undecided};
    match (old, new, lost) {
        (None, Some(new), Included) => return write!(f, "any text matches the new pattern {new}"),
        (None, Some(new), Counterexample(text)) => {
            return write!(f, "must match {new} now: {text:?} was valid and is not");
        }
        (None, Some(new), Undecided) => return write!(f, "must match {new} now"),
        (old, None, _) => return write!(f, "need not match {} any more", old.as_deref().unwrap_or_default()),
        (Some(old), Some(new), _) => write!(f, "must match {new}, not {old}")?,
    }
    match (lost, won) {
        (Included, Included) => f.write_str(", which are the same texts"),
        (Included, Counterexample(text)) => write!(f, ": {text:?} is newly valid"),
        (Counterexample(text), Included) => write!(f, ": {text:?} was valid and is not"),
        (Counterexample(lost), Counterexample(won)) => {
            write!(f, ": {lost:?} was valid and is not, {won:?} is newly valid")
        }
        _ => f.write_str("; which texts that changes could not be decided"),
    }
}

/// Values as people read them; long lists are cut.
struct ValueList<'a>(&'a [Value]);

impl Display for ValueList<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().take(12).map(Value::to_string).collect();
        f.write_str(&shown.join(", "))?;
        match self.0.len().saturating_sub(12) {
            0 => Ok(()),
            rest => write!(f, " and {rest} more"),
        }
    }
}

/// Types besides null.
struct Names(Types);

impl Display for Names {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().filter(|one| *one != Type::Null).map(Type::name).collect();
        f.write_str(if names.is_empty() { "null" } else { "" })?;
        f.write_str(&names.join(" or "))
    }
}
