//! Derives Rust names from wire names, by rules that depend on the name alone.
//! Where a rule finds no good name, the specification gives one (`x-name`, `x-method`, `x-enum-names`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_ident::{is_xid_continue, is_xid_start};

/// Splits a wire name into lower-case words: at anything that is no letter or digit, and where the case changes.
pub fn words(name: &str) -> Vec<String> {
    // "E-mail" is one word to people.
    let name = name.replace("E-mail", "Email").replace("e-mail", "email");
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        // Some letters, such as those in circles, are none to Rust.
        if !c.is_alphanumeric() || !is_xid_continue(ascii(c)) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let previous = at.checked_sub(1).map(|at| chars[at]);
        let next = chars.get(at + 1);
        let starts = c.is_uppercase()
            && previous.is_some_and(|p| p.is_lowercase() || p.is_ascii_digit() || next.is_some_and(|n| n.is_lowercase()))
            // "URLs" and "PDFs" are plurals of one word.
            && !(previous.is_some_and(char::is_uppercase) && next == Some(&'s') && chars.get(at + 2).is_none_or(|c| !c.is_lowercase()));
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(c.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words.into_iter().map(|word| word.chars().map(ascii).collect()).collect()
}

/// Letters of Czech and Slovak without their marks, so that names stay typable.
fn ascii(c: char) -> char {
    match c {
        'á' | 'ä' => 'a',
        'č' => 'c',
        'ď' => 'd',
        'é' | 'ě' => 'e',
        'í' => 'i',
        'ĺ' | 'ľ' => 'l',
        'ň' => 'n',
        'ó' | 'ô' | 'ö' => 'o',
        'ř' | 'ŕ' => 'r',
        'š' => 's',
        'ť' => 't',
        'ú' | 'ů' | 'ü' => 'u',
        'ý' => 'y',
        'ž' => 'z',
        c => c,
    }
}

/// `creationTime` to `creation_time`: the name of a field or method, which [`ident`] spells.
pub fn snake(name: &str) -> String {
    let joined = words(name).join("_");
    match joined.chars().next() {
        // Nothing but signs: the specification can say what they mean.
        None => "unnamed".to_owned(),
        Some(first) if !is_xid_start(first) => format!("n{joined}"),
        Some(_) => joined,
    }
}

/// A name for what is a Cargo feature, a module and its file at once, where keywords do not do.
pub fn module(name: &str) -> String {
    let name = snake(name);
    if is_keyword(&name) { format!("{name}_resource") } else { name }
}

/// `order-item` to `OrderItem`, ready to use as the name of a type or variant; empty when there is no word in it.
pub fn pascal(name: &str) -> String {
    let joined: String = words(name).iter().map(|word| capital(word)).collect();
    match joined.chars().next() {
        Some(first) if !is_xid_start(first) => format!("N{joined}"),
        _ => joined,
    }
}

/// `orderItems` to `Order items`: the name as people read it.
pub fn phrase(name: &str) -> String {
    capital(&words(name).join(" "))
}

/// First letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The singular of an English noun, as far as API names go.
pub fn singular(word: &str) -> String {
    let uncountable = ["series", "news", "status", "address", "access", "process", "statistics", "settings"];
    if uncountable.contains(&word) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("es")
        && ["ss", "x", "ch", "sh", "us"].iter().any(|end| stem.ends_with(end))
    {
        return stem.to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if !["s", "u", "i"].iter().any(|end| stem.ends_with(end)) && stem.len() > 1 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// A name in PascalCase with its last word in the singular.
pub fn singular_pascal(name: &str) -> String {
    let mut words = words(name);
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    pascal(&words.join("_"))
}

/// A name in snake_case as Rust writes it.
pub fn ident(name: &str) -> String {
    match name {
        // These cannot be raw identifiers.
        "self" | "super" | "crate" => format!("{name}_"),
        name if is_keyword(name) => format!("r#{name}"),
        name => name.to_owned(),
    }
}

/// Names that Rust keeps for itself.
const KEYWORDS: [&str; 51] = [
    "self", "super", "crate", "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "static", "struct", "trait", "true", "type", "unsafe", "use", "where", "while", "abstract", "become",
    "box", "do", "final", "macro", "override", "priv", "try", "typeof", "unsized", "virtual", "yield",
];

/// Whether Rust keeps a name for itself.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Name of an enum variant for a wire value; `None` where a person must choose.
pub fn variant(value: &str) -> Option<String> {
    if value.is_empty() {
        return Some("Empty".to_owned());
    }
    let name = pascal(value);
    // Signs that the name would lose tell values apart; only a leading dash and the usual separators do not.
    let lossy = value.chars().any(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_' | ' ' | '.' | ':' | '/'));
    match name.as_str() {
        "" => None,
        _ if lossy => None,
        _ => Some(free_variant(name)),
    }
}

/// Name of a variant by every sign of its value, for values that differ in nothing else.
pub fn spelled(value: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in value.chars() {
        let sign = match c {
            c if c.is_alphanumeric() && is_xid_continue(ascii(c)) => {
                word.push(c);
                continue;
            }
            '+' => "Plus",
            '-' => "Minus",
            '*' => "Star",
            '/' => "Slash",
            '\\' => "Backslash",
            '.' => "Dot",
            ',' => "Comma",
            ':' => "Colon",
            ';' => "Semicolon",
            '<' => "Less",
            '>' => "Greater",
            '=' => "Equals",
            '~' => "Tilde",
            '!' => "Not",
            '?' => "Question",
            '@' => "At",
            '#' => "Hash",
            '$' => "Dollar",
            '%' => "Percent",
            '^' => "Caret",
            '&' => "And",
            '|' => "Or",
            '_' | ' ' => {
                words.push(std::mem::take(&mut word));
                continue;
            }
            '(' | '[' | '{' => "Open",
            ')' | ']' | '}' => "Close",
            '\'' | '"' | '`' => "Quote",
            _ => "",
        };
        words.push(std::mem::take(&mut word));
        words.push(if sign.is_empty() { format!("U{:x}", u32::from(c)) } else { sign.to_owned() });
    }
    words.push(word);
    let all = |is: fn(char) -> bool| value.chars().all(|c| !c.is_alphabetic() || is(c));
    let spelled: String = words.iter().map(|word| pascal(word)).collect();
    let alone = words.iter().filter(|word| !word.is_empty()).count() < 2;
    // Only letters: what tells values apart is whether they are large.
    let case = match (all(char::is_lowercase), all(char::is_uppercase)) {
        _ if !alone => "",
        (true, false) => "Lower",
        (false, true) => "Upper",
        _ => "",
    };
    let name = format!("{spelled}{case}");
    free_variant(if name.starts_with(is_xid_start) { name } else { format!("N{name}") })
}

/// Name of a variant that the specification gives; `None` when there is no word in it.
pub fn given_variant(name: &str) -> Option<String> {
    Some(pascal(name)).filter(|name| !name.is_empty()).map(free_variant)
}

/// A name of a variant that emitted code does not use itself.
pub fn free_variant(name: String) -> String {
    match name.as_str() {
        "Self" => "Itself".to_owned(),
        // The variants that keep what is not known.
        "Unknown" | "Other" => format!("{name}Value"),
        _ => name,
    }
}

/// The runtime's prelude, which every emitted module imports: what it calls something is that there.
const PRELUDE: &str = include_str!("../../runtime/src/prelude.rs");

/// What emitted code takes from Rust's own prelude, and what the root of the crate is.
const OWN: [&str; 15] = [
    "Box",
    "Client",
    "ClientBuilder",
    "Default",
    "Err",
    "Error",
    "Into",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// Names that emitted code uses itself; a schema of such a name gets the suffix `Type`.
static RESERVED: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let lines = PRELUDE.lines().filter(|line| !line.trim_start().starts_with("//"));
    let words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| word.starts_with(char::is_uppercase)).chain(OWN).collect()
});

/// Name of a type: PascalCase, and none of the names that emitted code needs.
pub fn type_name(name: &str) -> String {
    free_type(pascal(name))
}

/// A name in PascalCase that emitted code does not use itself.
pub fn free_type(name: String) -> String {
    match name.as_str() {
        "" => "Unnamed".to_owned(),
        known if RESERVED.contains(known) => format!("{name}Type"),
        _ => name,
    }
}

/// Whether a text is the name of a type as emitted code has them.
pub fn is_type_name(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.chars().all(is_xid_continue) && free_type(name.to_owned()) == name
}

#[cfg(test)]
mod tests {
    use super::{ident, module, phrase, singular_pascal, snake, type_name, variant};

    #[test]
    fn names_are_what_a_person_would_write() {
        let snakes = [
            ("creationTime", "creation_time"),
            ("imageURL", "image_url"),
            ("fileURLs", "file_urls"),
            ("HTMLCode", "html_code"),
            ("type", "type"),
            ("E-mail distribution lists", "email_distribution_lists"),
            ("item2xl", "item2xl"),
            ("2xl", "n2xl"),
            ("příliš žluťoučký", "prilis_zlutoucky"),
            ("items[]", "items"),
            ("$", "unnamed"),
            ("ⓐb", "b"),
        ];
        for (wire, rust) in snakes {
            assert_eq!(snake(wire), rust, "{wire}");
        }
        for (name, rust) in [("type", "r#type"), ("self", "self_"), ("code", "code")] {
            assert_eq!(ident(name), rust, "{name}");
        }
        assert_eq!([module("type"), module("types")], ["type_resource", "types"]);
        let types = [
            ("orderItem", "OrderItem"),
            ("XY discounts", "XyDiscounts"),
            ("Option", "OptionType"),
            ("error", "ErrorType"),
            ("upload", "UploadType"),
        ];
        for (wire, rust) in types {
            assert_eq!(type_name(wire), rust, "{wire}");
        }
        let singulars = [
            ("categories", "Category"),
            ("statuses", "Status"),
            ("addresses", "Address"),
            ("taxes", "Tax"),
            ("order_items", "OrderItem"),
            ("news", "News"),
            ("status", "Status"),
            ("prices", "Price"),
            ("branches", "Branch"),
        ];
        for (wire, rust) in singulars {
            assert_eq!(singular_pascal(wire), rust, "{wire}");
        }
        assert_eq!(phrase("itemsOnPage"), "Items on page");
    }

    #[test]
    fn variants_are_never_guessed_where_signs_matter() {
        assert_eq!(variant("no-show-product").as_deref(), Some("NoShowProduct"));
        assert_eq!(variant("").as_deref(), Some("Empty"));
        assert_eq!(variant("0").as_deref(), Some("N0"));
        for value in ["<", ">", "+", "a+b", "🛒"] {
            assert_eq!(variant(value), None, "{value}");
        }
    }
}
