//! Decides which alternative of a union a value is: the one that its tags name; of several, the one that keeps most of
//! the value; of equals, the one that writes most of it as what it was; then the first. A value stays as it is when no
//! alternative fits, or when several keep parts of it and none the whole.

use std::cell::Cell;

use crate::decode::Decode;
use crate::encode::Encode;
use crate::expansion::text_of;
use crate::value::Value;

/// An alternative of the union `U`.
#[derive(Debug)]
pub struct Alternative<U> {
    /// Members that tell which alternative a value is: path of names separated by `/`, and the values that it has there.
    /// All must fit as far as the value has them.
    pub tags: &'static [(&'static str, &'static [&'static str])],
    /// Whether a value is of the kind that the alternative is written as.
    pub accepts: fn(&Value<'_>) -> bool,
    /// Reads the value, if it can be one of these.
    pub read: fn(&Value<'_>) -> Option<U>,
}

/// Reads a value as an alternative.
pub fn read<T: Decode>(value: &Value<'_>) -> Option<T> {
    T::decode(value).ok()
}

/// Reads a value as the alternative that it is; nothing when it is none, or parts of several.
pub fn choose<U: Encode>(value: &Value<'_>, alternatives: &[Alternative<U>]) -> Option<U> {
    let fitting = alternatives.iter().filter(|one| (one.accepts)(value));
    let mut fitting: Vec<(usize, &Alternative<U>)> =
        fitting.filter_map(|one| Some((matches(value, one.tags)?, one))).collect();
    // Those that more tags speak for come first.
    fitting.sort_by_key(|(matched, _)| std::cmp::Reverse(*matched));
    for alike in fitting.chunk_by(|(a, _), (b, _)| a == b) {
        let mut read: Vec<U> =
            nested(alike.len(), |most| alike.iter().filter_map(|(_, one)| (one.read)(value)).take(most).collect());
        let chosen = match read.len() {
            0 => continue,
            1 => read.pop(),
            _ => best(value, read),
        };
        // An object of which an alternative knows no member is something else, unless a tag says that it is not.
        let tagged = alike.iter().all(|(matched, _)| *matched > 0);
        return chosen.filter(|one| tagged || parts(value).next().is_none() || kept(value, &one.encode()).0 > 0);
    }
    None
}

/// Unions within unions of which several alternatives are tried: each doubles the work, so deep below the first counts.
const DEEP: u32 = 6;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Reads alternatives, told how many are worth it.
fn nested<T>(alternatives: usize, read: impl FnOnce(usize) -> T) -> T {
    let depth = DEPTH.get();
    DEPTH.set(depth + u32::from(alternatives > 1));
    let read = read(if depth < DEEP { alternatives } else { 1 });
    DEPTH.set(depth);
    read
}

/// How many tags a value has that fit; nothing when one does not.
fn matches(value: &Value<'_>, tags: &[(&str, &[&str])]) -> Option<usize> {
    let mut matched = 0;
    for (path, texts) in tags {
        match value.at(path).map(text_of) {
            Some(Ok(text)) if texts.contains(&&*text) => matched += 1,
            Some(Ok(_)) => return None,
            Some(Err(_)) | None => {}
        }
    }
    Some(matched)
}

/// The reading that keeps most of a value, unless another one keeps what this one does not.
fn best<U: Encode>(value: &Value<'_>, mut read: Vec<U>) -> Option<U> {
    let at = {
        let written: Vec<Value<'_>> = read.iter().map(Encode::encode).collect();
        let mut best = 0;
        for at in 1..written.len() {
            if kept(value, &written[at]) > kept(value, &written[best]) {
                best = at;
            }
        }
        written.iter().all(|other| !keeps_more(value, other, &written[best])).then_some(best)
    };
    Some(read.swap_remove(at?))
}

/// How many members and elements of a value are written again, and how many of them as what they were: not a number as
/// text.
fn kept(value: &Value<'_>, written: &Value<'_>) -> (usize, usize) {
    let each = parts(value).filter_map(|(step, part)| Some((part, step.of(written)?)));
    each.fold((0, 0), |(count, alike), (part, written)| {
        let within = kept(part, written);
        let is_text = |value: &Value<'_>| matches!(value, Value::Str(_));
        let is_truth = |value: &Value<'_>| matches!(value, Value::Bool(_));
        let same = is_text(part) == is_text(written) && is_truth(part) == is_truth(written);
        (count + 1 + within.0, alike + usize::from(same) + within.1)
    })
}

/// Whether something of a value is written by one and not by the other.
fn keeps_more(value: &Value<'_>, one: &Value<'_>, other: &Value<'_>) -> bool {
    parts(value).any(|(step, part)| match (step.of(one), step.of(other)) {
        (Some(_), None) => true,
        (Some(one), Some(other)) => keeps_more(part, one, other),
        (None, _) => false,
    })
}

/// Where a part of a value stands in it.
enum ChoiceStep<'v> {
    Key(&'v str),
    Index(usize),
}

impl ChoiceStep<'_> {
    fn of<'w, 'a>(&self, value: &'w Value<'a>) -> Option<&'w Value<'a>> {
        match (self, value) {
            (Self::Key(key), Value::Map(object)) => object.get(key),
            (Self::Index(at), Value::List(items)) => items.get(*at),
            _ => None,
        }
    }
}

/// Members and elements; null is as good as nothing.
fn parts<'v, 'a>(value: &'v Value<'a>) -> Box<dyn Iterator<Item = (ChoiceStep<'v>, &'v Value<'a>)> + 'v> {
    match value {
        Value::Map(object) => {
            let members = object.iter().filter(|(_, part)| !part.is_null());
            Box::new(members.map(|(key, part)| (ChoiceStep::Key(key), part)))
        }
        Value::List(items) => Box::new(items.iter().enumerate().map(|(at, part)| (ChoiceStep::Index(at), part))),
        _ => Box::new(std::iter::empty()),
    }
}
