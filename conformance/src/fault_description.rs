//! Describes a violated rule: its kind of finding, its subject, and a sentence.
//! Shared by recordings and documents.

use kontrakt_codegen::contract::{Contract, Type};
use serde_json::Value;

use crate::check::{Fault, Rule};
use crate::findings::FindingKind;

/// What to say of a broken rule.
pub(crate) struct FaultDescription {
    pub(crate) kind: FindingKind,
    /// Member, value or keyword that it is about.
    pub(crate) field: Option<String>,
    pub(crate) message: String,
}

impl FaultDescription {
    /// Of a fault that a value has.
    pub(crate) fn of(contract: &Contract, fault: &Fault, value: &Value) -> Self {
        let schema = &contract[fault.schema];
        let found = fault.at.get(value);
        let shown = found.map(|value| Type::of(value).name()).unwrap_or_default();
        let text = found.map(ToString::to_string).unwrap_or_default();
        let list = |items: Vec<String>, between: &str| items.join(between);
        let (kind, field, message) = match &fault.rule {
            Rule::Null => (FindingKind::NullForNonNull, None, "null, where the document has no null".to_owned()),
            Rule::Type => {
                let types = schema.types.iter().flat_map(|types| types.iter()).map(|kind| kind.name().to_owned());
                let documented = list(types.collect(), " or ");
                (FindingKind::WrongType, Some(shown.to_owned()), format!("{shown}, documented is {documented}"))
            }
            Rule::Missing(name) => {
                (FindingKind::MissingRequired, Some(name.clone()), format!("{name:?} is required and missing"))
            }
            Rule::Undocumented(name) => (
                FindingKind::UndocumentedField,
                Some(name.clone()),
                format!("{name:?} is not in the document, which allows no others"),
            ),
            Rule::Enum => {
                let values = schema.enumeration.iter().flatten().chain(&schema.constant).map(ToString::to_string);
                (
                    FindingKind::UnknownEnumValue,
                    Some(text.clone()),
                    format!("{text} is none of {}", list(values.collect(), ", ")),
                )
            }
            Rule::Pattern => {
                let pattern = schema.pattern.as_deref().unwrap_or_default();
                (FindingKind::Pattern, None, format!("the text does not match {pattern}"))
            }
            Rule::Format => {
                let format = schema.format.as_deref().unwrap_or_default();
                (FindingKind::Format, None, format!("the text is no {format}"))
            }
            Rule::Limit(keyword) => (FindingKind::Limit, Some((*keyword).to_owned()), limit(schema, keyword)),
            Rule::Forbidden => (FindingKind::Forbidden, None, "no value is allowed here".to_owned()),
            Rule::Ambiguous => (FindingKind::Document, None, "several branches of oneOf hold".to_owned()),
        };
        Self { kind, field, message }
    }
}

/// A broken limit with its bound.
fn limit(schema: &kontrakt_codegen::contract::Schema, keyword: &str) -> String {
    let number = |bound: &Option<serde_json::Number>| bound.as_ref().map(ToString::to_string).unwrap_or_default();
    let count = |bound: Option<u64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    match keyword {
        "minimum" => format!("less than {}", number(&schema.minimum)),
        "maximum" => format!("more than {}", number(&schema.maximum)),
        "exclusiveMinimum" => format!("not more than {}", number(&schema.exclusive_minimum)),
        "exclusiveMaximum" => format!("not less than {}", number(&schema.exclusive_maximum)),
        "multipleOf" => format!("not a multiple of {}", number(&schema.multiple_of)),
        "minLength" => format!("shorter than {} characters", count(schema.min_length)),
        "maxLength" => format!("longer than {} characters", count(schema.max_length)),
        "minItems" => format!("fewer than {} elements", count(schema.min_items)),
        "maxItems" => format!("more than {} elements", count(schema.max_items)),
        "minProperties" => format!("fewer than {} members", count(schema.min_properties)),
        "maxProperties" => format!("more than {} members", count(schema.max_properties)),
        "uniqueItems" => "equal elements, where all have to differ".to_owned(),
        other => format!("{other} is broken"),
    }
}
