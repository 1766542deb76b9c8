//! Writing more things than one call takes: divided into calls, and the outcomes put back beside the things.
//! Such calls answer 200 whatever happened to the single things, so nobody may take that for success.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::answer::read;
use crate::api::{Bulk, BulkItems};
use crate::call::{Content, Parts};
use crate::decode::Decode;
use crate::error::{ApiError, Error, Kind};
use crate::http::BoxFuture;
use crate::scalar::Json;
use crate::session::Session;
use crate::value::{Object, Value};

/// What became of one thing.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// The server did it, and answered this.
    Done(T),
    /// The server did not do it, or not all of it, and answered this.
    Refused(T),
    /// The call that it was part of failed in a way that leaves open what was done: look before you send it again.
    Unknown(Arc<Error>),
    /// The call that it was part of failed and has done nothing, or was not made any more.
    NotSent(Arc<Error>),
}

impl<T> Outcome<T> {
    /// Whether the server did it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// What the server answered, if it did.
    #[must_use]
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Done(answer) | Self::Refused(answer) => Some(answer),
            Self::Unknown(_) | Self::NotSent(_) => None,
        }
    }

    /// What kept the server from answering.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Unknown(error) | Self::NotSent(error) => Some(error),
            Self::Done(_) | Self::Refused(_) => None,
        }
    }
}

impl Outcome<Json> {
    fn read<T: Decode>(self) -> Outcome<T> {
        let read = |entry: Json, outcome: fn(T) -> Outcome<T>| match entry.to() {
            Ok(entry) => outcome(entry),
            // It is answered, and cannot be read: nobody knows what is in it.
            Err(error) => Outcome::Unknown(Arc::new(Error::decode(error))),
        };
        match self {
            Self::Done(entry) => read(entry, Outcome::Done),
            Self::Refused(entry) => read(entry, Outcome::Refused),
            Self::Unknown(error) => Outcome::Unknown(error),
            Self::NotSent(error) => Outcome::NotSent(error),
        }
    }
}

/// Calls on their way, each with some of the things. Await it for one outcome per thing, in their order.
///
/// The calls are made one after the other. After one that fails, the rest is not sent.
#[must_use = "nothing is sent until it is awaited"]
pub struct SendingAll<T> {
    outcomes: BoxFuture<Vec<Outcome<Json>>>,
    read: fn(Outcome<Json>) -> Outcome<T>,
}

impl<T: Decode> SendingAll<T> {
    pub(crate) fn new(session: Session, call: Parts) -> Self {
        Self { outcomes: Box::pin(send_all(session, call)), read: Outcome::read }
    }
}

impl<T> Future for SendingAll<T> {
    type Output = Vec<Outcome<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcomes = ready!(self.outcomes.as_mut().poll(context));
        Poll::Ready(outcomes.into_iter().map(self.read).collect())
    }
}

impl<T> fmt::Debug for SendingAll<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendingAll")
    }
}

async fn send_all(session: Session, call: Parts) -> Vec<Outcome<Json>> {
    let Some(bulk) = call.operation.bulk else { return Vec::new() };
    let mut outcomes = Vec::new();
    let mut failure: Option<Arc<Error>> = None;
    for (part, count) in divided(&call, &bulk) {
        let answered = match &failure {
            Some(error) => Err((Arc::clone(error), true)),
            None => send_part(&session, part, &bulk, count).await.map_err(|error| {
                let nothing_done = error.is_refusal();
                (Arc::new(error), nothing_done)
            }),
        };
        match answered {
            Ok(entries) => outcomes.extend(entries),
            Err((error, nothing_done)) => {
                let outcome = if nothing_done { Outcome::NotSent } else { Outcome::Unknown };
                outcomes.extend((0..count).map(|_| outcome(Arc::clone(&error))));
                failure = Some(error);
            }
        }
    }
    outcomes
}

/// The outcomes of the things in one call.
async fn send_part(session: &Session, mut call: Parts, bulk: &Bulk, count: usize) -> Result<Vec<Outcome<Json>>, Error> {
    call.operation.value = "";
    let reply = session.clone().dispatch(call).await?;
    let answer = read::<Json>(reply, false)?;
    let entries = bulk.entries(answer.value());
    if entries.len() != count {
        let message = format!("the answer has {} outcomes for {count} things", entries.len());
        return Err(Error::new(Kind::Decode, message).with_body(answer.value().to_string().into_bytes()));
    }
    let outcome = |entry: &Value<'_>| {
        let refused = bulk.refuses(entry);
        let entry = Json::from(entry.borrow());
        if refused { Outcome::Refused(entry) } else { Outcome::Done(entry) }
    };
    Ok(entries.into_iter().map(outcome).collect())
}

/// The call as several that the server takes, and how many things are in each.
fn divided(call: &Parts, bulk: &Bulk) -> Vec<(Parts, usize)> {
    let size = bulk.limit.max(1);
    match bulk.items {
        BulkItems::Body(path) => {
            let text = call.body.text().unwrap_or_default();
            let body = Value::from_json(text.as_bytes()).unwrap_or_default();
            let items = body.at(path).and_then(Value::as_list).unwrap_or_default();
            let part = |some: &[Value<'_>]| {
                let list = Value::List(some.iter().map(Value::borrow).collect());
                let body = Content::Whole(replaced(&body, path, list).to_json());
                (Parts { body, ..call.clone() }, some.len())
            };
            items.chunks(size).map(part).collect()
        }
        BulkItems::One => vec![(call.clone(), 1)],
        BulkItems::Query(key, separator) => {
            let joined = call.query.iter().find(|(name, _)| name == key).map_or("", |(_, joined)| joined);
            let items: Vec<&str> = joined.split(separator).filter(|item| !item.is_empty()).collect();
            let part = |some: &[&str]| {
                let mut part = call.clone();
                part.query
                    .iter_mut()
                    .filter(|(name, _)| name == key)
                    .for_each(|(_, value)| *value = some.join(separator));
                (part, some.len())
            };
            items.chunks(size).map(part).collect()
        }
    }
}

/// `value` with another value at `path`.
fn replaced<'v>(value: &'v Value<'_>, path: &str, new: Value<'v>) -> Value<'v> {
    let (member, rest) = path.split_once('/').unwrap_or((path, ""));
    let Value::Map(members) = value else { return new };
    let mut new = Some(new);
    let members = members.iter().map(|(key, old)| {
        let value = match new.take() {
            Some(new) if key == member && rest.is_empty() => new,
            Some(new) if key == member => replaced(old, rest, new),
            other => {
                new = other;
                old.borrow()
            }
        };
        (key.into(), value)
    });
    Value::Map(members.collect::<Object<'_>>())
}

/// Levels of messages that say that something was not done. Others only inform.
const REFUSING: [&str; 2] = ["error", "fatal_error"];

impl Bulk {
    /// The errors in an answer: of each thing that was not done, what is said about it.
    pub(crate) fn refusals(&self, answer: &Value<'_>) -> Vec<ApiError> {
        let mut errors = Vec::new();
        for (at, entry) in self.entries(answer).into_iter().enumerate() {
            let place = if self.answers.is_empty() { String::new() } else { format!("{}[{at}]", self.answers) };
            let (mut said, mut refused) = (Vec::new(), false);
            self.visit(entry, &mut |message| {
                refused = true;
                said.extend(message.map(|message| api_error(message, &place)));
            });
            if refused && said.is_empty() {
                said.push(ApiError::new(
                    None,
                    format!("`{}` is false", self.outcome.first().unwrap_or(&"")),
                    Some(place),
                ));
            }
            errors.append(&mut said);
        }
        errors
    }

    /// The outcomes in an answer. A list under another name than is expected is still the only one there.
    fn entries<'v, 'a>(&self, answer: &'v Value<'a>) -> Vec<&'v Value<'a>> {
        let list = answer.at(self.answers).or_else(|| self.only_list(answer));
        list.and_then(Value::items).unwrap_or_default()
    }

    fn only_list<'v, 'a>(&self, answer: &'v Value<'a>) -> Option<&'v Value<'a>> {
        let Value::Map(members) = answer else { return None };
        let mut lists = members.iter().filter(|(key, value)| *key != self.messages && matches!(value, Value::List(_)));
        let (_, list) = lists.next()?;
        lists.next().is_none().then_some(list)
    }

    /// Whether an outcome says that something was not done.
    fn refuses(&self, entry: &Value<'_>) -> bool {
        let mut refuses = false;
        self.visit(entry, &mut |_| refuses = true);
        refuses
    }

    /// Calls `refused` with each message that says that something was not done, and with none for an outcome that is
    /// false; of the entry and of all that was written together with it, as variants are with their product.
    fn visit<'v, 'a>(&self, entry: &'v Value<'a>, refused: &mut dyn FnMut(Option<&'v Value<'a>>)) {
        match entry {
            Value::List(items) => items.iter().for_each(|item| self.visit(item, refused)),
            Value::Map(members) => {
                for (key, value) in members.iter() {
                    if self.outcome.contains(&key) {
                        if matches!(bool::decode(value), Ok(false)) {
                            refused(None);
                        }
                    } else if key == self.messages {
                        let level =
                            |message: &Value<'_>| message.get("level").and_then(Value::as_str).map(str::to_owned);
                        let refusing =
                            |message: &&'v Value<'a>| level(message).is_some_and(|level| REFUSING.contains(&&*level));
                        let messages = value.items().unwrap_or_default();
                        messages.into_iter().filter(refusing).for_each(|message| refused(Some(message)));
                    } else {
                        self.visit(value, refused);
                    }
                }
            }
            _ => {}
        }
    }
}

fn api_error(message: &Value<'_>, place: &str) -> ApiError {
    let text = |member| message.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    let property = text("property")
        .map(|property| if place.is_empty() { property.to_owned() } else { format!("{place}.{property}") });
    let place = property.unwrap_or_else(|| place.to_owned());
    ApiError::new(text("level").map(str::to_owned), text("message").unwrap_or("refused").to_owned(), Some(place))
}

#[cfg(test)]
mod tests {
    use super::{Bulk, BulkItems, replaced};
    use crate::value::Value;

    const BULK: Bulk = Bulk {
        items: BulkItems::Body("orders"),
        limit: 100,
        answers: "orders",
        outcome: &["created_yn", "created"],
        messages: "messages",
    };

    #[test]
    fn entries() {
        // The entry, and the errors it stands for.
        for (entry, errors) in [
            (r#"{"order_number":"1","created_yn":true,"messages":[]}"#, &[][..]),
            (r#"{"order_number":"1"}"#, &[]),
            (r#"{"created_yn":true,"messages":[{"message":"m","level":"warning"},{"message":"m"}]}"#, &[]),
            (r#"{"created_yn":true,"messages":[{"message":"m","level":"error"}]}"#, &["error: m (orders[0])"]),
            (
                r#"{"created_yn":false,"messages":[{"property":"vat","message":"m","level":"fatal_error"}]}"#,
                &["fatal_error: m (orders[0].vat)"],
            ),
            (r#"{"created_yn":"0","messages":null}"#, &["`created_yn` is false (orders[0])"]),
            (r#"{"created":false}"#, &["`created_yn` is false (orders[0])"]),
            (
                r#"{"created_yn":true,"variants":[{"created_yn":true},{"created_yn":false}]}"#,
                &["`created_yn` is false (orders[0])"],
            ),
        ] {
            let answer = format!(r#"{{"orders":[{entry}]}}"#);
            let answer = Value::from_json(answer.as_bytes()).unwrap();
            let found: Vec<String> = BULK.refusals(&answer).iter().map(ToString::to_string).collect();
            assert_eq!(found, errors, "{entry}");
            assert_eq!(BULK.refuses(&answer), !errors.is_empty(), "{entry}");
        }
    }

    #[test]
    fn one_list_is_exchanged() {
        for (path, text) in [("b", r#"{"a":1,"b":null,"c":[2]}"#), ("a/b", r#"{"a":{"x":0,"b":null}}"#)] {
            let body = text.replace("null", "[1,2,3]");
            let body = Value::from_json(body.as_bytes()).unwrap();
            assert_eq!(replaced(&body, path, Value::Null).to_json(), text);
        }
    }
}
