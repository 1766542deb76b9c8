//! From findings to an overlay: the changes that would make a document agree with recorded traffic.
//! The overlay is a proposal for review; `generate` accepts it as it is.

use kontrakt_codegen::contract::{Contract, Schema, Type};
use kontrakt_codegen::document::{Document, Node, Pointer};
use serde_json::{Map, Value, json};

use crate::findings::{Finding, FindingKind, MessageSide};

/// The overlay as YAML. Accepted findings and those that no change of a schema can settle are left out.
pub fn suggest(contract: &Contract, document: &Document, findings: &[Finding]) -> String {
    let mut actions: Vec<Value> = Vec::new();
    for finding in findings.iter().filter(|one| one.accepted.is_none() && one.seen.side == MessageSide::Response) {
        for action in actions_for(contract, document, finding) {
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
    }
    let title = format!("What was seen of {}", contract.title);
    let head =
        [json!({"overlay": "1.0.0"}), json!({"info": {"title": title, "version": "1"}}), json!({"actions": actions})];
    head.into_iter().map(|part| Node::from(part).to_yaml().trim_end().to_owned() + "\n").collect()
}

fn actions_for(contract: &Contract, document: &Document, finding: &Finding) -> Vec<Value> {
    let seen = &finding.seen;
    let Some(id) = seen.schema_id else { return Vec::new() };
    let schema = &contract[id];
    let why = format!("{} {}: {}", seen.operation, seen.pointer, seen.message);
    let update = |change: Value| json!({"target": target(document, &schema.pointer), "description": why.clone(), "update": change});
    match (seen.kind, &seen.sample) {
        (FindingKind::NullForNonNull, _) => nullable(document, schema).into_iter().map(update).collect(),
        (FindingKind::WrongType, Some(value)) => {
            widened(document, schema, Type::of(value).name()).into_iter().map(update).collect()
        }
        (FindingKind::UnknownEnumValue, Some(value)) if schema.enumeration.is_some() => {
            vec![update(json!({"enum": [value]}))]
        }
        (FindingKind::UndocumentedField, Some(value)) => {
            let Some(name) = &seen.field else { return Vec::new() };
            vec![update(json!({"properties": {(name.as_str()): infer(value)}}))]
        }
        (FindingKind::MissingRequired, _) => {
            let Some(name) = &seen.field else { return Vec::new() };
            let target = format!("{}.required[?@ == {}]", target(document, &schema.pointer), quote(name));
            vec![json!({"target": target, "description": why, "remove": true})]
        }
        _ => Vec::new(),
    }
}

/// The change that adds null to a schema.
fn nullable(document: &Document, schema: &Schema) -> Option<Value> {
    if let Some(values) = &schema.enumeration
        && !values.contains(&Value::Null)
    {
        let mut change = json!({"enum": [null]});
        if let Some(types) = type_change(document, schema, "null") {
            change["type"] = types;
        }
        return Some(change);
    }
    for (keyword, branches) in [("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
        if !branches.is_empty() {
            return Some(Value::Object(Map::from_iter([(keyword.to_owned(), json!([{"type": "null"}]))])));
        }
    }
    widened(document, schema, "null")
}

fn widened(document: &Document, schema: &Schema, name: &str) -> Option<Value> {
    type_change(document, schema, name).map(|types| json!({ "type": types }))
}

/// An overlay adds to lists and replaces everything else.
fn type_change(document: &Document, schema: &Schema, name: &str) -> Option<Value> {
    let types = schema.types?;
    if Type::parse(name).is_some_and(|kind| types.contains(kind)) {
        return None;
    }
    let written = document.get(&schema.pointer.join("type"))?;
    Some(match written.as_str() {
        Some(single) => json!([single, name]),
        None => json!([name]),
    })
}

/// A schema for a value of which one example is known; an open one.
fn infer(value: &Value) -> Value {
    match value {
        Value::Null => json!({}),
        Value::Array(list) => match list.first() {
            Some(first) => json!({"type": "array", "items": infer(first)}),
            None => json!({"type": "array", "items": {}}),
        },
        Value::Object(map) => {
            let properties: Map<String, Value> = map.iter().map(|(name, value)| (name.clone(), infer(value))).collect();
            json!({"type": "object", "properties": properties})
        }
        other => json!({ "type": Type::of(other).name() }),
    }
}

/// A pointer as JSONPath. Whether `200` is a key or an index depends on what holds it.
fn target(document: &Document, pointer: &Pointer) -> String {
    let mut at = Pointer::root();
    let mut path = "$".to_owned();
    for token in pointer.tokens() {
        let is_list = document.get(&at).is_some_and(|node| node.as_list().is_some());
        path += &if is_list { format!("[{token}]") } else { format!("[{}]", quote(&token)) };
        at = at.join(&*token);
    }
    path
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
