//! Values as the keys and values of queries and forms, in the styles of OpenAPI.

use crate::expansion::text_of;
use crate::value::Value;

/// The texts of a value: one of a scalar, one per element of a list, JSON of an object, none of null.
pub(crate) fn texts(value: &Value<'_>, each: &mut dyn FnMut(String)) {
    match value {
        Value::Null => {}
        Value::List(items) => items.iter().for_each(|item| each(text(item))),
        value => each(text(value)),
    }
}

/// One text for a value.
fn text(value: &Value<'_>) -> String {
    text_of(value).map_or_else(|_| value.to_json(), |text| text.into_owned())
}

/// The members of a value, null left out; none of what is no object.
fn members<'v, 'a>(value: &'v Value<'a>) -> impl Iterator<Item = (&'v str, &'v Value<'a>)> {
    let object = value.as_object();
    object.into_iter().flat_map(|object| object.iter()).filter(|(_, part)| !part.is_null())
}

/// Each member by its own key, a list once per element.
pub(crate) fn exploded(value: &Value<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (key, part) in members(value) {
        texts(part, &mut |text| pairs.push((key.to_owned(), text)));
    }
    pairs
}

/// Keys and values as one text.
pub(crate) fn flat(value: &Value<'_>) -> String {
    let mut parts = Vec::new();
    for (key, part) in members(value) {
        parts.extend([key.to_owned(), text(part)]);
    }
    parts.join(",")
}

/// Each member in brackets after the name of what it is in.
pub(crate) fn deep(name: &str, value: &Value<'_>, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Map(_) => members(value).for_each(|(key, part)| deep(&format!("{name}[{key}]"), part, pairs)),
        Value::List(items) => {
            items.iter().enumerate().for_each(|(at, part)| deep(&format!("{name}[{at}]"), part, pairs));
        }
        value => pairs.push((name.to_owned(), text(value))),
    }
}

/// The members of a form: of those that are named, members stand in brackets, and lists are one text.
pub(crate) fn form(value: &Value<'_>, in_brackets: &str, joined: &str) -> Vec<(String, String)> {
    let named = |names: &str, key: &str| names.split(' ').any(|name| name == key);
    let mut pairs = Vec::new();
    for (key, part) in members(value) {
        if named(in_brackets, key) {
            deep(key, part, &mut pairs);
        } else if named(joined, key) {
            let mut all = Vec::new();
            texts(part, &mut |text| all.push(text));
            pairs.push((key.to_owned(), all.join(",")));
        } else {
            texts(part, &mut |text| pairs.push((key.to_owned(), text)));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{deep, exploded, flat, form};
    use crate::value::Value;

    fn shown(pairs: &[(String, String)]) -> String {
        pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn every_style_writes_what_it_is_for() {
        let text = r#"{"a":1,"n":null,"l":["x",true],"o":{"p":"q","r":[2.5]}}"#;
        let value = Value::from_json(text.as_bytes()).unwrap();
        assert_eq!(shown(&exploded(&value)), r#"a=1&l=x&l=true&o={"p":"q","r":[2.5]}"#);
        assert_eq!(flat(&value), r#"a,1,l,["x",true],o,{"p":"q","r":[2.5]}"#);
        let mut pairs = Vec::new();
        deep("f", &value, &mut pairs);
        assert_eq!(shown(&pairs), "f[a]=1&f[l][0]=x&f[l][1]=true&f[o][p]=q&f[o][r][0]=2.5");
        assert_eq!(shown(&form(&value, "o other", "l")), "a=1&l=x,true&o[p]=q&o[r][0]=2.5");
    }
}
