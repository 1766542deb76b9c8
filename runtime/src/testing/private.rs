//! What expansions and types use to make up values and clients.

use std::time::Duration;

use super::envelope::put;
use crate::choice::Alternative;
use crate::decode::Decode;
use crate::encode::Encode;
use crate::retry::RetryPolicy;
use crate::session::{Session, SessionBuilder};
use crate::value::Value;

/// A session for tests. Between attempts it does not wait.
pub fn session(builder: SessionBuilder) -> Session {
    let builder = if builder.has_address() { builder } else { builder.base_url("https://server.invalid") };
    let session = builder.retry(RetryPolicy::default().with_backoff(Duration::ZERO)).build();
    session.unwrap_or_else(|error| panic!("a client for tests cannot be built: {error}"))
}

/// The first alternative of a union, with the tags that tell it from the others.
pub fn tagged<U: Encode>(first: U, alternatives: &[Alternative<U>]) -> Option<U> {
    let alternative = alternatives.first()?;
    let tags = alternative.tags.iter().filter_map(|(path, texts)| Some((path, *texts.first()?)));
    let value = tags.fold(first.encode().into_owned(), |value, (path, text)| put(value, path, Value::from(text)));
    (alternative.read)(&value)
}

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
