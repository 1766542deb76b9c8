//! A scalar of any type for tests, by the name of its member.

use crate::decode::Decode;
use crate::value::Value;

/// A value that is neither an object, a list, nor one of several: of what a server may write, the first that it reads.
pub(crate) fn scalar<T: Decode>(name: &str) -> Option<T> {
    let text = match name.to_ascii_lowercase() {
        name if name.contains("mail") => "name@example.com".to_owned(),
        lower if lower.ends_with("url") || lower.ends_with("link") => format!("https://example.com/{name}"),
        _ => name.to_owned(),
    };
    let texts =
        ["1", "1.00", "2026-01-31T12:00:00+01:00", "2026-01-31T12:00:00+0100", "2026-01-31", "2026-01-31 12:00:00"];
    let plain = [Value::from(text), Value::Int(1), Value::Bool(true)];
    let values: Vec<Value<'_>> = plain.into_iter().chain(texts.map(Value::from)).collect();
    let alike = values.iter().filter(|value| T::accepts(value)).find_map(|value| T::decode(value).ok());
    alike.or_else(|| values.iter().find_map(|value| T::decode(value).ok()))
}
