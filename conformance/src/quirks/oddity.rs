//! Changes to values by kind of quirk, with the expected result of reading them.
//! Only changes that the document allows are tried, except for kinds that contradict it.

use kontrakt_codegen::contract::SchemaId;
use serde_json::{Value, json};

use super::{Quirk, QuirkKind};
use crate::check::Checker;

/// What the wire does to a value, and what is to come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Oddity {
    /// What stands there instead; nothing for a member that is left out.
    pub value: Option<Value>,
    /// The key under which it comes, where that is another.
    pub key: Option<String>,
    /// What the client must make of it.
    pub meaning: Meaning,
}

/// What a client must make of an oddity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The same as of the value that was there.
    Same,
    /// Nothing: null, or an empty list or map.
    Nothing,
    /// The odd value itself, kept as it is.
    Kept,
}

/// What the wire may do to a value at a place of an entry.
pub fn oddities(quirk: &Quirk, checker: &Checker<'_>, schema: SchemaId, value: &Value) -> Vec<Oddity> {
    let contract = checker.contract();
    let resolved = contract.resolve(schema);
    let (own, referred) = (&contract[schema].hints, &contract[resolved].hints);
    let accepts = |value: &Value| checker.accepts(schema, value);
    let one = |value: Value, meaning| Oddity { value: Some(value), key: None, meaning };
    let same = |value: Value| one(value, Meaning::Same);
    // Of a scalar every form is read, whatever the document shows.
    let scalar = own.scalar.or(referred.scalar).is_some();
    let other = |list: Vec<Oddity>, any: bool| {
        let admitted = |one: &Oddity| one.value.as_ref().is_some_and(|odd| odd != value && (any || accepts(odd)));
        list.into_iter().filter(admitted).collect::<Vec<_>>()
    };
    match (quirk.kind, value) {
        (QuirkKind::NullForNonNull, _) => other(vec![one(Value::Null, Meaning::Nothing)], false),
        (QuirkKind::MissingForNull, _) => vec![Oddity { value: None, key: None, meaning: Meaning::Nothing }],
        (QuirkKind::EmptyListForMap, Value::Object(_) | Value::Array(_)) => {
            other(vec![one(json!([]), Meaning::Nothing), one(json!({}), Meaning::Nothing)], false)
        }
        (QuirkKind::NumberAsString | QuirkKind::StringAsNumber, Value::Number(number)) => {
            other(vec![same(number.to_string().into())], scalar)
        }
        (QuirkKind::NumberAsString | QuirkKind::StringAsNumber, Value::String(text)) => {
            let number = serde_json::from_str::<serde_json::Number>(text).ok();
            other(number.into_iter().map(|number| same(Value::Number(number))).collect(), scalar)
        }
        (QuirkKind::BooleanForm, value) => {
            let forms = |truth: bool| [json!(truth), json!(i32::from(truth)), json!(i32::from(truth).to_string())];
            let forms = truth(value).map(forms).into_iter().flatten().map(same).collect();
            other(forms, scalar || matches!(value, Value::Bool(_)) && only_boolean(checker, schema))
        }
        (QuirkKind::DateForm, Value::String(text)) => {
            other(other_forms(text).into_iter().map(|text| same(text.into())).collect(), scalar)
        }
        // Values that are not listed are not admitted, and have to be kept all the same.
        (QuirkKind::EnumCase, Value::String(text)) => {
            let forms = [text.to_uppercase(), text.to_lowercase()];
            other(forms.into_iter().map(|text| one(text.into(), Meaning::Kept)).collect(), true)
        }
        (QuirkKind::UnknownEnumValue, Value::String(_)) => vec![one("kontrakt-unheard-of".into(), Meaning::Kept)],
        (QuirkKind::RenamedKey, value) => {
            let aliases = if own.aliases.is_empty() { &referred.aliases } else { &own.aliases };
            let renamed = |key: &str| Oddity { key: Some(key.to_owned()), ..same(value.clone()) };
            aliases.iter().map(|key| renamed(key)).collect()
        }
        (QuirkKind::MapForList, Value::Array(list)) => {
            let keyed = list.iter().enumerate().map(|(index, element)| (index.to_string(), element.clone()));
            other(vec![one(keyed.collect(), Meaning::Kept)], false)
        }
        (QuirkKind::ObjectForList, Value::Array(list)) => match list.as_slice() {
            [element @ Value::Object(members)] if !members.is_empty() => vec![same(element.clone())],
            _ => Vec::new(),
        },
        // What is sent must come through, whatever else is said about it.
        (QuirkKind::MapForList, value @ Value::Object(_)) => vec![one(value.clone(), Meaning::Kept)],
        (QuirkKind::UndocumentedField, Value::Object(map)) if quirk.member.is_some() => {
            let mut map = map.clone();
            map.extend(quirk.member.iter().map(|member| (member.clone(), json!({"kontrakt": 1}))));
            vec![same(Value::Object(map))]
        }
        (QuirkKind::UndocumentedField | QuirkKind::DocumentContradiction, value) => vec![same(value.clone())],
        _ => Vec::new(),
    }
}

fn only_boolean(checker: &Checker<'_>, schema: SchemaId) -> bool {
    checker.accepts(schema, &json!(true)) && !checker.accepts(schema, &json!("text"))
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_u64().filter(|number| *number < 2).map(|number| number == 1),
        Value::String(text) => match text.as_str() {
            "0" | "false" => Some(false),
            "1" | "true" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// The same time with and without a colon in its offset.
fn other_forms(text: &str) -> Vec<String> {
    let Some(sign) = text.rfind(['+', '-']).filter(|at| *at > 10) else { return Vec::new() };
    let (time, offset) = text.split_at(sign);
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != 4 {
        return Vec::new();
    }
    let sign = &offset[..1];
    vec![format!("{time}{sign}{digits}"), format!("{time}{sign}{}:{}", &digits[..2], &digits[2..])]
}
