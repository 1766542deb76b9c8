//! Quirks as laws: from each entry of a `quirks.yaml`, what the wire may do to a value and what the client must make of it.
//! An oddity that the document does not admit any more is healed, and its entry has to go.

use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Type};
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Node, Pointer, Span};
use serde_json::Value;

use crate::check::{Checker, Path};

/// One entry.
#[derive(Clone, Debug)]
pub struct Quirk {
    /// Its identifier.
    pub id: String,
    /// What kind of oddity it is.
    pub kind: Kind,
    /// Where it applies: pointers into the document after its overlays.
    pub places: Vec<Pointer>,
    /// Where the entry stands.
    pub span: Span,
}

/// The kinds of `specs/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A key goes by another name.
    RenamedKey,
    /// A number is sent as text.
    NumberAsString,
    /// What is documented as text is sent as a number.
    StringAsNumber,
    /// A truth value in another form.
    BooleanForm,
    /// Null where the documentation has none.
    NullForNonNull,
    /// A member is left out instead of being null.
    MissingForNull,
    /// `[]` for a map without entries.
    EmptyListForMap,
    /// A map where a list is documented.
    MapForList,
    /// A failed call with a status of success.
    ErrorInSuccess,
    /// Listed values in another case.
    EnumCase,
    /// Values that are not listed.
    UnknownEnumValue,
    /// Dates and times in another form.
    DateForm,
    /// Members that the documentation does not mention.
    UndocumentedField,
    /// The documentation contradicts itself.
    DocumentContradiction,
}

/// What the wire does to a value, and what is to come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Oddity {
    /// What stands there instead; nothing for a member that is left out.
    pub value: Option<Value>,
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

impl Kind {
    const NAMES: [(&'static str, Self); 14] = [
        ("renamed-key", Self::RenamedKey),
        ("number-as-string", Self::NumberAsString),
        ("string-as-number", Self::StringAsNumber),
        ("boolean-form", Self::BooleanForm),
        ("null-for-non-null", Self::NullForNonNull),
        ("missing-for-null", Self::MissingForNull),
        ("empty-list-for-map", Self::EmptyListForMap),
        ("map-for-list", Self::MapForList),
        ("error-in-success", Self::ErrorInSuccess),
        ("enum-case", Self::EnumCase),
        ("unknown-enum-value", Self::UnknownEnumValue),
        ("date-form", Self::DateForm),
        ("undocumented-field", Self::UndocumentedField),
        ("document-contradiction", Self::DocumentContradiction),
    ];
}

/// Reads a `quirks.yaml`.
///
/// # Errors
/// When an entry is malformed, names an unknown kind, or two have one identifier.
pub fn read(document: &Document) -> Result<Vec<Quirk>> {
    let root = Pointer::from(["quirks"]);
    let Some(list) = document.root.get("quirks").and_then(Node::as_list) else {
        return Err(document.complain(document.root.span, &root, "expected `quirks:` with a list of entries"));
    };
    let mut quirks: Vec<Quirk> = Vec::new();
    let mut complaints = Vec::new();
    for (index, node) in list.iter().enumerate() {
        match entry(document, node, &root.join(index)) {
            Ok(quirk) if quirks.iter().any(|other| other.id == quirk.id) => {
                let message = format!("the identifier {:?} is used twice", quirk.id);
                complaints.push(document.complain(node.span, &root.join(index), message));
            }
            Ok(quirk) => quirks.push(quirk),
            Err(complaint) => complaints.push(complaint),
        }
    }
    Diagnostic::all(complaints).map_or(Ok(quirks), Err)
}

fn entry(document: &Document, node: &Node, at: &Pointer) -> Result<Quirk> {
    let text = |key: &str| {
        let text = node.get(key).and_then(Node::as_str);
        text.ok_or_else(|| document.complain(node.span, at, format!("the entry has no {key:?}")))
    };
    let id = text("id")?.to_owned();
    let name = text("kind")?;
    let kind = Kind::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind).ok_or_else(|| {
        let known = Kind::NAMES.map(|(name, _)| name).join(", ");
        document.complain(node.span, at, format!("unknown kind {name:?}")).help(format!("known are {known}"))
    })?;
    let places = node.get("where").and_then(Node::as_list).unwrap_or_default();
    let places = places.iter().map(|place| {
        let pointer = place.as_str().and_then(Pointer::parse);
        pointer.ok_or_else(|| document.complain(place.span, &at.join("where"), "expected a JSON pointer, `#/…`"))
    });
    Ok(Quirk { id, kind, places: places.collect::<Result<_>>()?, span: node.span })
}

/// Whether the document still admits what an entry says, at one of its places; the reason when it does not.
///
/// # Errors
/// When the place does not exist, or the oddity is healed there.
pub fn holds(kind: Kind, checker: &Checker<'_>, document: &Document, place: &Pointer) -> Result<(), String> {
    if document.get(place).is_none() {
        return Err("the document has no such place".to_owned());
    }
    let contract = checker.contract();
    let Some(id) = schema_at(contract, place) else { return Ok(()) };
    let accepts = |value: Value| checker.accepts(id, &value);
    let empty = || accepts(serde_json::json!([])) && accepts(serde_json::json!({}));
    // Whatever form the document shows, a scalar is read from all of them.
    let scalar =
        inside(contract, id, &|schema| matches!(schema.extension_str("x-scalar"), Some("decimal" | "integer")));
    let healed = match kind {
        Kind::NullForNonNull => !accepts(Value::Null) && !inside(contract, id, &|schema| has(schema, Type::Null)),
        Kind::EmptyListForMap => !empty() && !inside(contract, id, &|schema| has(schema, Type::Array)),
        Kind::MissingForNull => {
            owner(contract, place).is_some_and(|(owner, name)| contract[owner].required.contains(&name))
        }
        Kind::NumberAsString | Kind::StringAsNumber if scalar => false,
        Kind::NumberAsString => !inside(contract, id, &|schema| has(schema, Type::String)),
        Kind::StringAsNumber => {
            !inside(contract, id, &|schema| has(schema, Type::Number) || has(schema, Type::Integer))
        }
        _ => false,
    };
    if healed { Err("the document does not admit it any more".to_owned()) } else { Ok(()) }
}

/// What the wire may do to a value at a place of this kind.
pub fn oddities(kind: Kind, checker: &Checker<'_>, schema: SchemaId, value: &Value) -> Vec<Oddity> {
    let one = |value: Value, meaning| Oddity { value: Some(value), meaning };
    let same = |value: Value| one(value, Meaning::Same);
    let contract = checker.contract();
    let scalar =
        contract[contract.resolve(schema)].extension("x-scalar").or(contract[schema].extension("x-scalar")).is_some();
    let numeric = matches!(kind, Kind::NumberAsString | Kind::StringAsNumber);
    let admitted =
        |oddity: &Oddity| numeric && scalar || oddity.value.as_ref().is_none_or(|value| checker.accepts(schema, value));
    let mut list = match (kind, value) {
        (Kind::NullForNonNull, _) => vec![one(Value::Null, Meaning::Nothing)],
        (Kind::MissingForNull, _) => return vec![Oddity { value: None, meaning: Meaning::Nothing }],
        (Kind::EmptyListForMap, Value::Object(_) | Value::Array(_)) => {
            vec![one(serde_json::json!([]), Meaning::Nothing), one(serde_json::json!({}), Meaning::Nothing)]
        }
        (Kind::NumberAsString | Kind::StringAsNumber, Value::Number(number)) => vec![same(number.to_string().into())],
        (Kind::NumberAsString | Kind::StringAsNumber, Value::String(text)) => {
            serde_json::from_str::<serde_json::Number>(text)
                .map(|number| same(Value::Number(number)))
                .into_iter()
                .collect()
        }
        (Kind::BooleanForm, value) => match truth(value) {
            Some(truth) => {
                let number = i32::from(truth);
                vec![same(truth.into()), same(number.into()), same(number.to_string().into())]
            }
            None => Vec::new(),
        },
        (Kind::DateForm, Value::String(text)) => other_forms(text).into_iter().map(|text| same(text.into())).collect(),
        // Values that are not listed are not admitted, and have to be kept all the same.
        (Kind::EnumCase, Value::String(text)) => {
            return vec![
                one(text.to_uppercase().into(), Meaning::Kept),
                one(text.to_lowercase().into(), Meaning::Kept),
            ];
        }
        (Kind::UnknownEnumValue, Value::String(_)) => return vec![one("kontrakt-unheard-of".into(), Meaning::Kept)],
        _ => Vec::new(),
    };
    list.retain(|oddity| admitted(oddity) && oddity.value.as_ref() != Some(value));
    list
}

/// The schema that stands at a place of the document.
pub fn schema_at(contract: &Contract, place: &Pointer) -> Option<SchemaId> {
    contract.schemas().find(|(_, schema)| schema.pointer == *place).map(|(id, _)| id)
}

/// The places of a value that a schema is about.
pub fn places(checker: &Checker<'_>, root: SchemaId, value: &Value, wanted: SchemaId) -> Vec<Path> {
    let mut found = Vec::new();
    checker.each_place(root, value, &mut |at, schemas, _| {
        if schemas.contains(&wanted) {
            found.push(at.clone());
        }
    });
    found
}

/// The object schema that a property's schema belongs to, and the property's name.
fn owner(contract: &Contract, place: &Pointer) -> Option<(SchemaId, String)> {
    let name = place.tokens().last()?;
    let owner = schema_at(contract, &place.parent()?.parent()?)?;
    contract[owner].properties.iter().any(|(property, _)| *property == name).then_some((owner, name))
}

fn has(schema: &Schema, kind: Type) -> bool {
    schema.types.is_some_and(|types| types.contains(kind))
}

/// Whether a schema or one below it in the same value satisfies a condition; circles end.
fn inside(contract: &Contract, id: SchemaId, condition: &dyn Fn(&Schema) -> bool) -> bool {
    let (mut open, mut seen) = (vec![id], vec![id]);
    while let Some(id) = open.pop() {
        if condition(&contract[id]) {
            return true;
        }
        for child in contract[id].children().filter(|child| !seen.contains(child)).collect::<Vec<_>>() {
            seen.push(child);
            open.push(child);
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::{Document, Pointer};
    use serde_json::{Value, json};

    use super::{Kind, Meaning, holds, oddities, read, schema_at};
    use crate::check::Checker;

    const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths: {}
components:
  schemas:
    Odd:
      type: object
      required: [there]
      properties:
        there: {type: string}
        id: {type: [integer, string], x-scalar: integer}
        only: {type: integer}
        name: {type: [string, 'null']}
        map: {oneOf: [{type: object}, {type: array, maxItems: 0}]}
        time: {type: string, x-scalar: date-time}
        flag: {type: [boolean, integer], x-scalar: boolean}
        state: {enum: [new]}
";

    #[test]
    fn an_oddity_is_admitted_or_healed() {
        let document = Document::parse("t.yaml", DOCUMENT).unwrap();
        let contract = Contract::read(&document).unwrap();
        let checker = Checker::new(&contract);
        for (kind, name, admitted) in [
            (Kind::NullForNonNull, "name", true),
            (Kind::NullForNonNull, "there", false),
            (Kind::MissingForNull, "name", true),
            (Kind::MissingForNull, "there", false),
            (Kind::NumberAsString, "id", true),
            (Kind::NumberAsString, "only", false),
            (Kind::StringAsNumber, "id", true),
            (Kind::StringAsNumber, "name", false),
            (Kind::EmptyListForMap, "map", true),
            (Kind::EmptyListForMap, "there", false),
            (Kind::DocumentContradiction, "gone", false),
        ] {
            let place = Pointer::from(["components", "schemas", "Odd", "properties", name]);
            assert_eq!(holds(kind, &checker, &document, &place).is_ok(), admitted, "{kind:?} {name}");
        }
    }

    #[test]
    fn what_the_wire_does_and_what_it_means() {
        let document = Document::parse("t.yaml", DOCUMENT).unwrap();
        let contract = Contract::read(&document).unwrap();
        let checker = Checker::new(&contract);
        let odd = |kind, name: &str, value: Value| -> Vec<(Option<Value>, Meaning)> {
            let place = Pointer::from(["components", "schemas", "Odd", "properties", name]);
            let schema = schema_at(&contract, &place).unwrap();
            oddities(kind, &checker, schema, &value).into_iter().map(|one| (one.value, one.meaning)).collect()
        };
        assert_eq!(odd(Kind::NumberAsString, "id", json!(7)), [(Some(json!("7")), Meaning::Same)]);
        assert_eq!(odd(Kind::NumberAsString, "id", json!("7")), [(Some(json!(7)), Meaning::Same)]);
        assert_eq!(odd(Kind::NullForNonNull, "name", json!("x")), [(Some(Value::Null), Meaning::Nothing)]);
        assert_eq!(odd(Kind::NullForNonNull, "there", json!("x")), []);
        assert_eq!(odd(Kind::MissingForNull, "name", json!("x")), [(None, Meaning::Nothing)]);
        assert_eq!(odd(Kind::EmptyListForMap, "map", json!({"a": 1})).len(), 2);
        assert_eq!(odd(Kind::BooleanForm, "flag", json!(true)), [(Some(json!(1)), Meaning::Same)]);
        assert_eq!(odd(Kind::UnknownEnumValue, "state", json!("new"))[0].1, Meaning::Kept);
        let time = json!("2026-04-27T09:15:52+0200");
        assert_eq!(odd(Kind::DateForm, "time", time), [(Some(json!("2026-04-27T09:15:52+02:00")), Meaning::Same)]);
    }

    #[test]
    fn malformed_entries_are_refused() {
        for text in [
            "{}",
            "quirks: [{id: a}]",
            "quirks: [{id: a, kind: odd}]",
            "quirks: [{id: a, kind: date-form, where: [x]}]",
            "quirks: [{id: a, kind: date-form}, {id: a, kind: date-form}]",
        ] {
            assert!(read(&Document::parse("quirks.yaml", text).unwrap()).is_err(), "{text}");
        }
    }
}
