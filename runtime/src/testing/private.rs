//! What expansions and types use to make up clients and unions.

use std::time::Duration;

use super::envelope::put;
use crate::choice::Alternative;
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
