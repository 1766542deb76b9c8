//! Documentation of emitted items, derived from the contract: meaning, limits, when a value is missing.
//! Descriptions come from the specification; without one, the name is spelled out in words.

use super::shape::{Shape, deciding_schema};
use crate::contract::{Contract, Parameter, Schema, SchemaId};
use crate::name::{capital, phrase, words};

/// Lines about a type.
pub(super) fn of_type(contract: &Contract, schema: SchemaId, name: &str) -> Vec<String> {
    let mut lines = prose(contract[schema].description.as_deref()).unwrap_or_else(|| vec![sentence(&phrase(name))]);
    if let Some(range) = between(contract[schema].min_properties, contract[schema].max_properties, "member") {
        lines.extend([String::new(), range]);
    }
    lines
}

/// Lines about a member of a record.
pub(super) fn of_member(contract: &Contract, schema: SchemaId, key: &str, nullable: bool) -> Vec<String> {
    let mut lines = said_of_member(contract, schema, key).unwrap_or_else(|| vec![sentence(&phrase(key))]);
    add_limits(contract, schema, nullable, &mut lines);
    lines
}

/// What somebody says about a member of a record.
pub(super) fn said_of_member(contract: &Contract, schema: SchemaId, key: &str) -> Option<Vec<String>> {
    let (target, _) = deciding_schema(contract, schema);
    prose(contract[schema].description.as_deref())
        .or_else(|| prose(contract.behaviour.glossary.get(key).map(String::as_str)))
        .or_else(|| prose(contract[target].description.as_deref()))
}

/// Lines about a parameter.
pub(super) fn of_parameter(contract: &Contract, parameter: &Parameter) -> Vec<String> {
    let mut lines = said_of_parameter(contract, parameter).unwrap_or_else(|| vec![sentence(&phrase(&parameter.name))]);
    add_limits(contract, parameter.schema, false, &mut lines);
    lines
}

/// What somebody says about a parameter.
pub(super) fn said_of_parameter(contract: &Contract, parameter: &Parameter) -> Option<Vec<String>> {
    prose(parameter.description.as_deref())
        .or_else(|| prose(contract[parameter.schema].description.as_deref()))
        .or_else(|| prose(contract.behaviour.glossary.get(&parameter.name).map(String::as_str)))
}

/// What to do instead of what is deprecated, empty where nobody says it; `None` for what is not deprecated.
pub(super) fn deprecation(contract: &Contract, deprecated: bool, name: &str) -> Option<String> {
    deprecated.then(|| contract.behaviour.replacements.get(name).cloned().unwrap_or_default())
}

/// Text of a specification as lines of documentation: one paragraph, no markup that rustdoc would trip over.
pub(crate) fn prose(text: Option<&str>) -> Option<Vec<String>> {
    let text = text?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| vec![sentence(&escape(&text))])
}

/// Text of a specification as one sentence; `None` when there is none.
pub(super) fn one_sentence(text: &str) -> Option<String> {
    prose(Some(text)).and_then(|mut lines| lines.pop())
}

fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.ends_with(['.', '!', '?', ':']) { text } else { format!("{text}.") }
}

/// Keeps brackets, angle brackets and bare addresses from being read as links or HTML.
fn escape(text: &str) -> String {
    let mut code = false;
    let words = text.split(' ').map(|word| {
        let address = !code && (word.starts_with("http://") || word.starts_with("https://"));
        if address {
            let end = word.trim_end_matches(['.', ',', ')']);
            return format!("<{end}>{}", &word[end.len()..]);
        }
        let mut out = String::with_capacity(word.len());
        for c in word.chars() {
            if c == '`' {
                code = !code;
            }
            if !code && matches!(c, '[' | ']' | '<' | '>' | '*' | '_' | '\\' | '|' | '~') {
                out.push('\\');
            }
            out.push(c);
        }
        out
    });
    let escaped = words.collect::<Vec<_>>().join(" ");
    // An odd number of backticks would swallow what follows.
    if code { escaped.replace('`', "'") } else { escaped }
}

fn add_limits(contract: &Contract, schema: SchemaId, nullable: bool, lines: &mut Vec<String>) {
    let limits = limits(contract, schema, nullable);
    if limits.is_empty() {
        return;
    }
    let limits = limits.join(" ");
    match lines.as_mut_slice() {
        [only] if only.len() + limits.len() < 110 => {
            only.push(' ');
            only.push_str(&limits);
        }
        _ => lines.extend([String::new(), limits]),
    }
}

/// What the contract demands of a value, in sentences.
fn limits(contract: &Contract, id: SchemaId, nullable: bool) -> Vec<String> {
    let (target, _) = deciding_schema(contract, id);
    let mut limits = Vec::new();
    let mut seen = Vec::new();
    // What stands beside a reference counts too; the chain from here to the target says all there is.
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| !seen.contains(id)) {
        seen.push(id);
        of_keywords(&contract[id], &mut limits);
        next = contract[id].reference.filter(|_| id != target);
    }
    if !seen.contains(&target) {
        of_keywords(&contract[target], &mut limits);
    }
    let shape = Shape::of(contract, target);
    // Enums have a type of their own that lists the values.
    let plain = !shape.is_enum();
    if let Some(values) = shape.values.filter(|values| plain && values.len() > 1) {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        limits.push(format!("One of {}.", values.join(", ")));
    }
    if let Some(default) = contract[id].default.as_ref().or(contract[target].default.as_ref()) {
        limits.push(format!("Default `{default}`.").replace("`\"", "`").replace("\"`", "`"));
    }
    if nullable {
        limits.push("May be null.".to_owned());
    }
    limits
}

fn of_keywords(schema: &Schema, limits: &mut Vec<String>) {
    let mut add = |limit: Option<String>| {
        if let Some(limit) = limit.filter(|limit| !limits.contains(limit)) {
            limits.push(limit);
        }
    };
    add(between(schema.min_length, schema.max_length, "character"));
    add(between(schema.min_items, schema.max_items, "item"));
    let bound = |word: &str, number: &Option<serde_json::Number>| number.as_ref().map(|n| format!("{word} {n}."));
    match (&schema.minimum, &schema.maximum) {
        (Some(low), Some(high)) => add(Some(format!("From {low} to {high}."))),
        (low, high) => {
            add(bound("At least", low));
            add(bound("At most", high));
        }
    }
    add(bound("More than", &schema.exclusive_minimum));
    add(bound("Less than", &schema.exclusive_maximum));
    add(bound("A multiple of", &schema.multiple_of));
    add(schema.unique_items.then(|| "No item twice.".to_owned()));
    add(schema.pattern.as_ref().map(|pattern| format!("Matches `{}`.", pattern.replace('`', "'"))));
    add(schema.format.as_ref().map(|format| format!("Format {}.", words(format).join("-"))));
}

fn between(low: Option<u64>, high: Option<u64>, what: &str) -> Option<String> {
    let plural = |count: u64| if count == 1 { what.to_owned() } else { format!("{what}s") };
    match (low.filter(|low| *low > 0), high) {
        (Some(low), Some(high)) if low == high => Some(format!("Exactly {low} {}.", plural(low))),
        (Some(low), Some(high)) => Some(format!("{low} to {high} {}.", plural(high))),
        (Some(low), None) => Some(format!("At least {low} {}.", plural(low))),
        (None, Some(high)) => Some(format!("At most {high} {}.", plural(high))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{between, prose};

    #[test]
    fn prose_survives_rustdoc() {
        let cases = [
            ("list[] of <b>codes</b>", "List\\[\\] of \\<b\\>codes\\</b\\>."),
            ("see https://example.com/a_b, or `x<y>`", "See <https://example.com/a_b>, or `x<y>`."),
            ("odd ` tick", "Odd ' tick."),
            ("two\n  lines", "Two lines."),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(Some(text)).unwrap(), [expected], "{text}");
        }
        assert_eq!(prose(Some("  ")), None);
    }

    #[test]
    fn ranges_read_well() {
        assert_eq!(between(Some(1), Some(1), "item").as_deref(), Some("Exactly 1 item."));
        assert_eq!(between(Some(0), Some(255), "character").as_deref(), Some("At most 255 characters."));
        assert_eq!(between(None, None, "item"), None);
    }
}
