//! Schemas that an action leaves without a value: it set a type that the listed values do not have, or a limit beyond the
//! other. Seen when it happens, so that the complaint is about the action and not about the document.

use crate::document::{Node, NodeKind, Pointer};

/// What contradicts itself in a node, as far as an update reaches into it.
pub(super) fn contradictions(node: &Node, update: &Node, at: &Pointer) -> Vec<(Pointer, String)> {
    let mut found = Vec::new();
    collect(node, update, at, &mut found);
    found
}

fn collect(node: &Node, update: &Node, at: &Pointer, found: &mut Vec<(Pointer, String)>) {
    let (NodeKind::Map(map), NodeKind::Map(members)) = (&node.kind, &update.kind) else { return };
    found.extend(of(node).map(|message| (at.clone(), message)));
    for (key, member) in members.iter() {
        if let Some(below) = map.get(key) {
            collect(below, member, &at.join(key), found);
        }
    }
}

/// What keeps every value out of a schema, told by its own members.
fn of(schema: &Node) -> Option<String> {
    if let Some(types) = schema.get("type").map(types).filter(|types| !types.is_empty()) {
        let fits = |value: &Node| types.iter().any(|name| is_of(value, name));
        let listed = schema.get("enum").and_then(Node::as_list).filter(|list| !list.is_empty());
        if let Some(list) = listed.filter(|list| !list.iter().any(fits)) {
            let first = list[0].to_json();
            return Some(format!(
                "its type is {}, and no value of its enum is one, such as {first}",
                types.join(" or ")
            ));
        }
        if let Some(value) = schema.get("const").filter(|value| !fits(value)) {
            return Some(format!("its type is {}, and its const {} is none", types.join(" or "), value.to_json()));
        }
    }
    let limits = [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")];
    limits.iter().find_map(|(least, most)| {
        let number = |name: &str| schema.get(name)?.as_number()?.as_f64();
        let (low, high) = (number(least)?, number(most)?);
        (low > high).then(|| format!("its {least} {low} is above its {most} {high}"))
    })
}

fn types(node: &Node) -> Vec<&str> {
    match &node.kind {
        NodeKind::String(name) => vec![name],
        NodeKind::List(list) => list.iter().filter_map(Node::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_of(value: &Node, name: &str) -> bool {
    match (&value.kind, name) {
        (NodeKind::Null, "null")
        | (NodeKind::Bool(_), "boolean")
        | (NodeKind::Number(_), "number")
        | (NodeKind::String(_), "string")
        | (NodeKind::List(_), "array")
        | (NodeKind::Map(_), "object") => true,
        (NodeKind::Number(number), "integer") => number.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}
