//! Constraints of values in words: bounds, lengths, formats, and patterns of a known form.

use std::cmp::Ordering;

use serde_json::Number;

use super::shape::{Shape, deciding_schema};
use super::ty::Scalar;
use crate::contract::{Contract, Schema, SchemaId};
use crate::name::words;

/// Patterns that are known as a whole, and what they say.
const KNOWN: [(&str, &str); 5] = [
    ("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", "a UUID in lower case"),
    (
        r"^[0-9]{4}-[01][0-9]-[0123][0-9]T[012][0-9]:[0-5][0-9]:[0-5][0-9]\+[0-9]{4}$",
        "a time such as `2026-01-31T08:00:00+0100`",
    ),
    (
        r"^[0-9]{4}-[01][0-9]-[0123][0-9]T[012][0-9]:[0-5][0-9]:[0-5][0-9](\+[0-9]{4})?$",
        "a time such as `2026-01-31T08:00:00+0100`, the offset optional",
    ),
    ("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a day such as `2026-01-31`"),
    ("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$", "3 or 6 hexadecimal digits, with or without `#`"),
];

/// Formats that have a name people use.
const FORMATS: [(&str, &str); 5] = [
    ("email", "an e-mail address"),
    ("uuid", "a UUID"),
    ("uri", "a URI"),
    ("date", "a day such as `2026-01-31`"),
    ("date-time", "a time as RFC 3339 writes it"),
];

/// Formats that are about the type or the display of a value and demand nothing of it.
const SILENT: [&str; 7] = ["password", "binary", "int32", "int64", "float", "double", "textarea"];

/// One paragraph about what the contract demands of a value; nothing where it demands nothing. What the type of the value
/// says is left out.
pub(super) fn of(contract: &Contract, id: SchemaId, scalar: Option<Scalar>, nullable: bool) -> Option<String> {
    let (target, _) = deciding_schema(contract, id);
    let shape = Shape::of(contract, target);
    // Enums have a type of their own that lists the values.
    let is_enum = shape.is_enum();
    let schemas = between_here_and(contract, id, target);
    let mut limits = if is_enum { Vec::new() } else { of_keywords(&schemas, scalar) };
    if let Some(values) = shape.values.filter(|values| !is_enum && values.len() > 1) {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        limits.push(format!("one of {}", values.join(", ")));
    }
    let mut sentences = Vec::new();
    sentences.extend((!limits.is_empty()).then(|| format!("Constraints: {}.", limits.join("; "))));
    if let Some(default) = contract[id].default.as_ref().or(contract[target].default.as_ref()) {
        sentences.push(format!("Default: `{default}`.").replace("`\"", "`").replace("\"`", "`"));
    }
    sentences.extend(nullable.then(|| "May be null.".to_owned()));
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// A schema, those that its reference leads through, and the last of them. What stands beside a reference counts too.
fn between_here_and(contract: &Contract, id: SchemaId, target: SchemaId) -> Vec<&Schema> {
    let mut ids = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| !ids.contains(id)) {
        ids.push(id);
        next = contract[id].reference.filter(|_| id != target);
    }
    if !ids.contains(&target) {
        ids.push(target);
    }
    ids.into_iter().map(|id| &contract[id]).collect()
}

/// How many members an object has, as a paragraph; nothing where those that it must have are enough.
pub(super) fn of_members(schema: &Schema) -> Option<String> {
    let least = schema.min_properties.filter(|least| *least > schema.required.len() as u64);
    between(least, schema.max_properties, "member").map(|range| format!("Constraints: {range}."))
}

/// What all schemas of one value demand together.
fn of_keywords(schemas: &[&Schema], scalar: Option<Scalar>) -> Vec<String> {
    use Scalar::{Boolean, CompactDateTime, Date, DateTime, Fixed, LocalDateTime, Secret, UnixTime};
    let mut limits = Vec::new();
    let mut add = |limit: Option<String>| {
        if let Some(limit) = limit.filter(|limit| !limits.contains(limit)) {
            limits.push(limit);
        }
    };
    let most = |count: fn(&Schema) -> Option<u64>| schemas.iter().filter_map(|schema| count(schema)).min();
    let least = |count: fn(&Schema) -> Option<u64>| schemas.iter().filter_map(|schema| count(schema)).max();
    let has_known_length = matches!(scalar, Some(Fixed(_)))
        || schemas.iter().any(|schema| {
            let known = |pattern: &String| KNOWN.iter().any(|(known, _)| known == pattern);
            schema.pattern.as_ref().is_some_and(known) || schema.format.as_deref() == Some("uuid")
        });
    if !has_known_length {
        add(between(least(|schema| schema.min_length), most(|schema| schema.max_length), "character"));
    }
    add(between(least(|schema| schema.min_items), most(|schema| schema.max_items), "item"));
    if scalar != Some(Boolean) {
        of_numbers(schemas).into_iter().for_each(|limit| add(Some(limit)));
    }
    add(schemas.iter().any(|schema| schema.unique_items).then(|| "no item twice".to_owned()));
    if matches!(scalar, Some(Date | DateTime | CompactDateTime | LocalDateTime | UnixTime | Secret)) {
        return limits;
    }
    for schema in schemas {
        add(schema.pattern.as_deref().and_then(|text| pattern(text, scalar)));
        let format = schema.format.as_ref().filter(|format| !SILENT.contains(&format.as_str()));
        add(format.map(|format| {
            let known = FORMATS.iter().find(|(known, _)| known == format);
            known.map_or_else(|| format!("format {}", words(format).join("-")), |(_, words)| (*words).to_owned())
        }));
    }
    limits
}

/// Bounds of numbers, the strictest of each kind.
fn of_numbers(schemas: &[&Schema]) -> Vec<String> {
    let order = |a: &&Number, b: &&Number| a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal);
    let all = |bound: fn(&Schema) -> Option<&Number>| schemas.iter().filter_map(move |schema| bound(schema));
    let lowest = |bound| all(bound).min_by(order);
    let highest = |bound| all(bound).max_by(order);
    let mut limits = match (highest(|schema| schema.minimum.as_ref()), lowest(|schema| schema.maximum.as_ref())) {
        (Some(low), Some(high)) => vec![format!("from {low} to {high}")],
        (Some(low), None) => vec![format!("at least {low}")],
        (None, Some(high)) => vec![format!("at most {high}")],
        (None, None) => Vec::new(),
    };
    limits.extend(highest(|schema| schema.exclusive_minimum.as_ref()).map(|low| format!("more than {low}")));
    limits.extend(lowest(|schema| schema.exclusive_maximum.as_ref()).map(|high| format!("less than {high}")));
    limits.extend(all(|schema| schema.multiple_of.as_ref()).map(|step| format!("a multiple of {step}")));
    limits
}

pub(super) fn between(low: Option<u64>, high: Option<u64>, what: &str) -> Option<String> {
    let plural = |count: u64| if count == 1 { what.to_owned() } else { format!("{what}s") };
    match (low.filter(|low| *low > 0), high) {
        (Some(low), Some(high)) if low == high => Some(format!("exactly {low} {}", plural(low))),
        (Some(low), Some(high)) => Some(format!("{low} to {high} {}", plural(high))),
        (Some(low), None) => Some(format!("at least {low} {}", plural(low))),
        (None, Some(high)) => Some(format!("at most {high} {}", plural(high))),
        (None, None) => None,
    }
}

/// A pattern in words where its form is known, and as it is otherwise; nothing where the type says it all.
fn pattern(pattern: &str, scalar: Option<Scalar>) -> Option<String> {
    if let Some((_, words)) = KNOWN.iter().find(|(known, _)| *known == pattern) {
        return Some((*words).to_owned());
    }
    match (form(pattern), scalar) {
        (Some(PatternForm::Decimal(decimal)), Some(Scalar::Fixed(_))) => decimal.beyond_its_places(),
        (Some(PatternForm::Decimal(decimal)), _) => Some(decimal.in_words()),
        (Some(PatternForm::Signs(words)), _) => Some(words),
        (None, _) => Some(format!("matches `{}`", pattern.replace('`', "'"))),
    }
}

/// A form of patterns that words describe.
enum PatternForm {
    Decimal(Decimal),
    /// Signs of one class, in words.
    Signs(String),
}

/// A number with a point.
struct Decimal {
    /// How many digits stand behind the point.
    places: String,
    /// How many stand before it at most.
    whole: Option<u32>,
    negative: bool,
}

impl Decimal {
    fn in_words(&self) -> String {
        let whole = self.whole.map(|most| format!(" and at most {most} digits before the point")).unwrap_or_default();
        let sign = if self.negative { "" } else { ", not negative" };
        format!("a decimal with {}{whole}{sign}", self.places)
    }

    fn beyond_its_places(&self) -> Option<String> {
        let whole = self.whole.map(|most| format!("at most {most} digits before the point"));
        let sign = (!self.negative).then(|| "not negative".to_owned());
        let limits: Vec<String> = whole.into_iter().chain(sign).collect();
        (!limits.is_empty()).then(|| limits.join(", "))
    }
}

/// A step of a simple pattern: signs, and how many of them.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    class: String,
    least: u32,
    most: Option<u32>,
}

/// Patterns of one class of signs, and decimals.
fn form(pattern: &str) -> Option<PatternForm> {
    let end = pattern.strip_suffix('$')?;
    let steps = steps(end.strip_prefix('^').unwrap_or(end))?;
    let (negative, steps) = match steps.as_slice() {
        [sign, rest @ ..] if sign.class == "-" && sign.least == 0 => (true, rest),
        all => (false, all),
    };
    match steps {
        [whole, point, places] if point.class == "." && whole.class == "0-9" && places.class == "0-9" => {
            decimal(whole, point, places, negative).map(PatternForm::Decimal)
        }
        [only] if !negative && pattern.starts_with('^') => signs(only).map(PatternForm::Signs),
        _ => None,
    }
}

fn decimal(whole: &Step, point: &Step, places: &Step, negative: bool) -> Option<Decimal> {
    let places = match (places.least, places.most?, point.least) {
        (0, most, _) => format!("at most {most} places"),
        (_, _, 0) => return None,
        (least, most, _) if least == most => format!("{least} place{}", if least == 1 { "" } else { "s" }),
        (least, most, _) => format!("{least} to {most} places"),
    };
    Some(Decimal { places, whole: whole.most, negative })
}

fn signs(step: &Step) -> Option<String> {
    let mut rest = step.class.clone();
    let mut names: Vec<String> = Vec::new();
    let mut take = |range: &[&str], name: &str| {
        if range.iter().all(|range| rest.contains(range)) {
            range.iter().for_each(|range| rest = rest.replacen(range, "", 1));
            names.push(name.to_owned());
        }
    };
    take(&["a-z", "A-Z"], "letter");
    take(&["a-z"], "lower-case letter");
    take(&["A-Z"], "upper-case letter");
    take(&["0-9"], "digit");
    if names.is_empty() || rest.chars().any(char::is_alphanumeric) {
        return None;
    }
    let names: Vec<String> = names
        .into_iter()
        .map(|name| format!("{name}s"))
        .chain(rest.chars().map(|sign| if sign == ' ' { "spaces".to_owned() } else { format!("`{sign}`") }))
        .collect();
    let names = match names.as_slice() {
        [only] => only.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
        [] => return None,
    };
    Some(match (step.least, step.most) {
        (0 | 1, None) => format!("only {names}"),
        (0, Some(most)) => format!("at most {most} {names}"),
        (least, Some(most)) if least == most => format!("{least} {names}"),
        (least, Some(most)) => format!("{least} to {most} {names}"),
        (least, None) => format!("at least {least} {names}"),
    })
}

/// The steps of a pattern without alternatives.
fn steps(mut text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while let Some(first) = text.chars().next() {
        let (class, rest) = match first {
            '[' => {
                let end = text[1..].find(']')? + 1;
                let class = &text[1..end];
                if class.starts_with('^') || class.contains('[') {
                    return None;
                }
                (class.replace(r"\d", "0-9").replace('\\', ""), &text[end + 1..])
            }
            '(' => ("-".to_owned(), text.strip_prefix("(-)")?),
            '\\' => match text[1..].chars().next()? {
                'd' => ("0-9".to_owned(), &text[2..]),
                '.' => (".".to_owned(), &text[2..]),
                '-' => ("-".to_owned(), &text[2..]),
                _ => return None,
            },
            '-' => ("-".to_owned(), &text[1..]),
            _ => return None,
        };
        let (least, most, rest) = quantity(rest)?;
        steps.push(Step { class, least, most });
        text = rest;
    }
    Some(steps)
}

fn quantity(text: &str) -> Option<(u32, Option<u32>, &str)> {
    match text.chars().next() {
        Some('+') => Some((1, None, &text[1..])),
        Some('*') => Some((0, None, &text[1..])),
        Some('?') => Some((0, Some(1), &text[1..])),
        Some('{') => {
            let (inside, rest) = text[1..].split_once('}')?;
            match inside.split_once(',') {
                None => inside.parse().ok().map(|count| (count, Some(count), rest)),
                Some((least, "")) => Some((least.parse().ok()?, None, rest)),
                Some((least, most)) => Some((least.parse().ok()?, Some(most.parse().ok()?), rest)),
            }
        }
        _ => Some((1, Some(1), text)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scalar, between, pattern};

    #[test]
    fn known_forms_are_said_in_words() {
        let cases = [
            (r"^(-)?[0-9]+\.[0-9]{2}$", "a decimal with 2 places"),
            (r"^-?\d+\.\d{1}$", "a decimal with 1 place"),
            (r"[0-9]+\.[0-9]{4}$", "a decimal with 4 places, not negative"),
            (r"^[0-9]{1,6}\.[0-9]{3}$", "a decimal with 3 places and at most 6 digits before the point, not negative"),
            (r"^[0-9]+\.?[0-9]{0,3}$", "a decimal with at most 3 places, not negative"),
            (r"^[0-9]+\.[0-9]{2,8}$", "a decimal with 2 to 8 places, not negative"),
            ("^[a-zA-Z]{3}$", "3 letters"),
            (r"^\d{6,10}$", "6 to 10 digits"),
            (r"^[0-9a-zA-Z_\-.]+$", "only letters, digits, `_`, `-` and `.`"),
            ("^[a-z]*$", "only lower-case letters"),
            ("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", "a UUID in lower case"),
            // What is not known stays as it is.
            ("[a-z]$", "matches `[a-z]$`"),
            ("^(case|order)$", "matches `^(case|order)$`"),
            ("^[^a]+$", "matches `^[^a]+$`"),
            ("^[b-y]+$", "matches `^[b-y]+$`"),
            ("^[0-9]{9999999999}$", "matches `^[0-9]{9999999999}$`"),
            ("^[", "matches `^[`"),
            ("^é$", "matches `^é$`"),
            (r"^[0-1]\.[0-9]{4}$", r"matches `^[0-1]\.[0-9]{4}$`"),
        ];
        for (given, expected) in cases {
            assert_eq!(pattern(given, None).unwrap(), expected);
        }
    }

    #[test]
    fn what_the_type_says_is_not_said_again() {
        let cases = [
            (r"^(-)?[0-9]+\.[0-9]{2}$", None),
            (r"^[0-9]+\.[0-9]{2}$", Some("not negative")),
            (r"^[0-9]{1,6}\.[0-9]{2}$", Some("at most 6 digits before the point, not negative")),
        ];
        for (given, expected) in cases {
            assert_eq!(pattern(given, Some(Scalar::Fixed(2))).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn ranges_read_well() {
        assert_eq!(between(Some(1), Some(1), "item").as_deref(), Some("exactly 1 item"));
        assert_eq!(between(Some(0), Some(255), "character").as_deref(), Some("at most 255 characters"));
        assert_eq!(between(None, None, "item"), None);
    }
}
