//! Constraints of values in words: bounds, lengths, formats, and patterns of a known form.

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

/// One paragraph about what the contract demands of a value; nothing where it demands nothing. What the type of the value
/// says is left out.
pub(super) fn of(contract: &Contract, id: SchemaId, scalar: Option<Scalar>, nullable: bool) -> Option<String> {
    let (target, _) = deciding_schema(contract, id);
    let mut limits = Vec::new();
    let mut seen = Vec::new();
    // What stands beside a reference counts too; the chain from here to the target says all there is.
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| !seen.contains(id)) {
        seen.push(id);
        of_keywords(&contract[id], scalar, &mut limits);
        next = contract[id].reference.filter(|_| id != target);
    }
    if !seen.contains(&target) {
        of_keywords(&contract[target], scalar, &mut limits);
    }
    let shape = Shape::of(contract, target);
    // Enums have a type of their own that lists the values.
    let plain = !shape.is_enum();
    if let Some(values) = shape.values.filter(|values| plain && values.len() > 1) {
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

/// How many members an object has, as a paragraph.
pub(super) fn of_members(schema: &Schema) -> Option<String> {
    between(schema.min_properties, schema.max_properties, "member").map(|range| format!("Constraints: {range}."))
}

fn of_keywords(schema: &Schema, scalar: Option<Scalar>, limits: &mut Vec<String>) {
    use Scalar::{CompactDateTime, Date, DateTime, LocalDateTime, Secret, UnixTime};
    let mut add = |limit: Option<String>| {
        if let Some(limit) = limit.filter(|limit| !limits.contains(limit)) {
            limits.push(limit);
        }
    };
    add(between(schema.min_length, schema.max_length, "character"));
    add(between(schema.min_items, schema.max_items, "item"));
    let bound = |word: &str, number: &Option<serde_json::Number>| number.as_ref().map(|n| format!("{word} {n}"));
    match (&schema.minimum, &schema.maximum) {
        (Some(low), Some(high)) => add(Some(format!("from {low} to {high}"))),
        (low, high) => {
            add(bound("at least", low));
            add(bound("at most", high));
        }
    }
    add(bound("more than", &schema.exclusive_minimum));
    add(bound("less than", &schema.exclusive_maximum));
    add(bound("a multiple of", &schema.multiple_of));
    add(schema.unique_items.then(|| "no item twice".to_owned()));
    let said = matches!(scalar, Some(Date | DateTime | CompactDateTime | LocalDateTime | UnixTime | Secret));
    if said {
        return;
    }
    add(schema.pattern.as_deref().map(pattern));
    add(schema.format.as_ref().map(|format| {
        let known = FORMATS.iter().find(|(known, _)| known == format);
        known.map_or_else(|| format!("format {}", words(format).join("-")), |(_, words)| (*words).to_owned())
    }));
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

/// A pattern in words where its form is known, and as it is otherwise.
fn pattern(pattern: &str) -> String {
    let known = KNOWN.iter().find(|(known, _)| *known == pattern).map(|(_, words)| (*words).to_owned());
    known.or_else(|| in_words(pattern)).unwrap_or_else(|| format!("matches `{}`", pattern.replace('`', "'")))
}

/// A step of a simple pattern: signs, and how many of them.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    class: String,
    least: u32,
    most: Option<u32>,
}

/// Patterns of one class of signs, and decimals.
fn in_words(pattern: &str) -> Option<String> {
    let end = pattern.strip_suffix('$')?;
    let steps = steps(end.strip_prefix('^').unwrap_or(end))?;
    let (negative, steps) = match steps.as_slice() {
        [sign, rest @ ..] if sign.class == "-" && sign.least == 0 => (true, rest),
        all => (false, all),
    };
    match steps {
        [whole, point, places] if point.class == "." && whole.class == "0-9" && places.class == "0-9" => {
            decimal(whole, point, places, negative)
        }
        [only] if !negative && pattern.starts_with('^') => signs(only),
        _ => None,
    }
}

fn decimal(whole: &Step, point: &Step, places: &Step, negative: bool) -> Option<String> {
    let places = match (places.least, places.most?, point.least) {
        (0, most, _) => format!("at most {most} places"),
        (_, _, 0) => return None,
        (least, most, _) if least == most => format!("{least} place{}", if least == 1 { "" } else { "s" }),
        (least, most, _) => format!("{least} to {most} places"),
    };
    let whole = whole.most.map(|most| format!(" and at most {most} digits before the point"));
    let sign = if negative { "" } else { ", not negative" };
    Some(format!("a decimal with {places}{}{sign}", whole.unwrap_or_default()))
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
    use super::{between, pattern};

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
            assert_eq!(pattern(given), expected);
        }
    }

    #[test]
    fn ranges_read_well() {
        assert_eq!(between(Some(1), Some(1), "item").as_deref(), Some("exactly 1 item"));
        assert_eq!(between(Some(0), Some(255), "character").as_deref(), Some("at most 255 characters"));
        assert_eq!(between(None, None, "item"), None);
    }
}
