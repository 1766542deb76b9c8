//! Pages that Redoc makes of a document: each call with its fields by their full names, types right behind them.
//! The call itself is told last, in the example for `curl`.

use super::{Fact, Place};

/// Types as the page writes them.
const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "object", "null"];

/// Whether a page is one of these.
pub(super) fn is_one(text: &str) -> bool {
    text.contains("curl -i -X") && text.lines().any(|line| line.trim() == "Responses")
}

/// The facts of a page.
pub(super) fn read(text: &str) -> Vec<Fact> {
    // Between name and type there is nothing on most pages; where there is, prose must not be taken for fields.
    let spaced = !text.lines().any(|line| field(line.trim(), false).is_some());
    let mut facts: Vec<Fact> = Vec::new();
    // The first of the call that is being read.
    let mut first = 0;
    let mut place = None;
    let mut answer = false;
    let mut method: Option<String> = None;
    let mut endpoint = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(verb) = method.take() {
            let address = line.trim_end_matches('\\').trim().trim_matches('\'');
            let path =
                address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
            endpoint = format!("{verb} {}", path.split('?').next().unwrap_or_default());
            facts[first..].iter_mut().for_each(|fact| fact.endpoint.clone_from(&endpoint));
            place = None;
        } else if let Some(rest) = line.strip_prefix("curl -i -X ") {
            method = Some(rest.trim_end_matches('\\').trim().to_owned());
        } else if line == "Request" {
            (first, place, answer) = (facts.len(), None, false);
            endpoint.clear();
        } else if line == "Responses" {
            (place, answer) = (None, true);
        } else if line == "Path" {
            place = Some(Place::Path);
        } else if line == "Query" {
            place = Some(Place::Query);
        } else if line == "Headers" || line == "Response" {
            place = None;
        } else if line.strip_prefix("Body").is_some_and(|media| media.is_empty() || media.contains('/')) {
            place = Some(if answer { Place::Answer } else { Place::Body });
        } else if let Some(values) = line.strip_prefix("Enum") {
            if let (Some(fact), true) = (facts.last_mut(), place.is_some()) {
                fact.values = values.split('"').skip(1).step_by(2).map(str::to_owned).collect();
            }
        } else if let (Some(place), Some((name, kind))) = (place, field(line, spaced)) {
            facts.push(Fact { endpoint: endpoint.clone(), place, name, kind: Some(kind), values: Vec::new() });
        }
    }
    facts.retain(|fact| !fact.endpoint.is_empty());
    facts
}

/// `data.items[].codestring or nullrequired`: the name ends where the rest is a type and what may follow it.
fn field(line: &str, spaced: bool) -> Option<(String, String)> {
    if spaced {
        let (name, rest) = line.split_once(char::is_whitespace)?;
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]".contains(c));
        return Some((name.to_owned(), kind(rest.trim())?)).filter(|_| plain);
    }
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "._-[]".contains(c))).unwrap_or(line.len());
    if let Some(rest) = line[end..].strip_prefix(" (object)") {
        // The name of a component stands before its type: mostly that of the field once more.
        let run = line[..end].rsplit('.').next().unwrap_or_default();
        let half = run.len() / 2;
        let doubled = run.is_char_boundary(half) && run[..half] == run[half..];
        let name = &line[..if doubled { end - half } else { end }];
        return Some((name.to_owned(), kind(&format!("object{rest}"))?));
    }
    let starts = (1..=end).filter(|at| line.is_char_boundary(*at));
    for at in starts {
        if let Some(kind) = kind(&line[at..]) {
            return Some((line[..at].to_owned(), kind));
        }
    }
    None
}

/// A type with what may follow it; the type alone is given back.
fn kind(text: &str) -> Option<String> {
    let (kind, rest) = if let Some(rest) = text.strip_prefix("Array of ") {
        let end = rest.find(['(', ' ', '[', '<', '>', '=', '^']).unwrap_or(rest.len());
        let word = rest[..end].strip_suffix("required").unwrap_or(&rest[..end]);
        ("array", &rest[word.len()..])
    } else {
        TYPES.iter().find_map(|kind| Some((*kind, text.strip_prefix(kind)?)))?
    };
    let (null, rest) = match rest.trim_start().strip_prefix("or null") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
        Some((name, rest)) if !name.is_empty() && name.chars().all(char::is_alphanumeric) => rest,
        _ => rest,
    };
    let rest = rest.strip_suffix("required").unwrap_or(rest).trim();
    let limits = ["", "non-empty", "unique"].contains(&rest) || rest.starts_with(['^', '[', '<', '>', '=', '(', '.']);
    limits.then(|| if null { format!("{kind} or null") } else { kind.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::{inventory, read};
    use super::field;

    #[test]
    fn names_end_where_types_begin() {
        let cases = [
            ("data.items[].codestring or nullrequired", Some(("data.items[].code", "string or null"))),
            ("dataobjectnon-emptyrequired", Some(("data", "object"))),
            ("errorsArray of objects or null(Errors)required", Some(("errors", "array or null"))),
            ("data.itemsArray of objectsrequired", Some(("data.items", "array"))),
            ("data.methodmethod (object) or nullrequired", Some(("data.method", "object or null"))),
            (
                "data.pricestring or null(typePrice)^(-)?[0-9]+\\.[0-9]{2}$required",
                Some(("data.price", "string or null")),
            ),
            ("data.numberstring[ 1 .. 10 ] characters", Some(("data.number", "string"))),
            ("Phone number", None),
            ("string theory is not a field", None),
            ("objectives are none either", None),
        ];
        for (line, expected) in cases {
            let found = field(line, false);
            let found = found.as_ref().map(|(name, kind)| (name.as_str(), kind.as_str()));
            assert_eq!(found, expected, "{line}");
        }
        assert_eq!(field("code string required", true), Some(("code".to_owned(), "string".to_owned())));
        assert_eq!(field("the code of an order", true), None);
    }

    #[test]
    fn calls_are_told_last() {
        let page = "Detail\nRequest\nPath\ncodestringrequired\nQuery\npageinteger\nHeaders\nContent-Typestringrequired\n\
                    curl -i -X GET \\\n  'https://api.example/api/notes/{code}?page=1' \\\nResponses\nOK\n\
                    Bodyapplication/json\ndataobjectrequired\ndata.statusstring\nEnum\"a\"\"b\"null\nResponse\n{ }\n";
        let expected = "GET /api/notes/{code}\tanswer\tdata\tobject\t-\nGET /api/notes/{code}\tanswer\tdata.status\tstring\ta,b\n\
                        GET /api/notes/{code}\tpath\tcode\tstring\t-\nGET /api/notes/{code}\tquery\tpage\tinteger\t-\n";
        assert_eq!(inventory(&read(page, &[])), expected);
    }
}
