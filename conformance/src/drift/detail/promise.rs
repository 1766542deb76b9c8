//! Details of announcements: deprecation, sunset, stability, `x-` members.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::Fate;

/// What changed about a promise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum PromiseDetail {
    Deprecated { until: Option<String> },
    Undeprecated,
    Sunset { old: Option<String>, new: Option<String> },
    Stability { old: Option<String>, new: Option<String> },
    KnownValuesAdded,
    KnownValuesGone(Vec<Value>),
    Extension(String, Fate),
}

impl Display for PromiseDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let said = |value: &Option<String>, word: &str| value.clone().unwrap_or_else(|| word.to_owned());
        match self {
            Self::Deprecated { until: None } => f.write_str("is deprecated now"),
            Self::Deprecated { until: Some(date) } => write!(f, "is deprecated now, until {date}"),
            Self::Undeprecated => f.write_str("is no longer deprecated"),
            Self::Sunset { old, new } => {
                let word = "not announced";
                write!(f, "its end is {}, which was {}", said(new, word), said(old, word))
            }
            Self::Stability { old, new } => {
                write!(f, "its stability is {}, which was {}", said(new, "not said"), said(old, "not said"))
            }
            Self::KnownValuesAdded => f.write_str("more values are known"),
            Self::KnownValuesGone(values) => {
                let values: Vec<String> = values.iter().map(Value::to_string).collect();
                write!(f, "{} is no longer among the known values", values.join(", "))
            }
            Self::Extension(key, fate) => write!(f, "{key} {fate}"),
        }
    }
}
