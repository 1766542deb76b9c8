//! Writing more things than one call takes: divided into calls, and the outcomes put back beside the inputs.
//! Such calls answer 200 whatever happened to the single things, so nobody may take that for success.

use std::sync::Arc;

use crate::encode::Encode;
use crate::error::{Error, Kind};
use crate::value::Value;

/// What became of one thing.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// The server did it, and answered this.
    Done(T),
    /// The server did not do it, and answered this.
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

/// The most things that servers take in one call, as a rule.
pub const USUAL_SIZE: usize = 100;

/// Sends `items` in calls of at most `size` each, one after the other, and gives one outcome for each item, in their
/// order. After a call that fails, the rest is not sent.
///
/// `call` makes a call of the things it is given, whose answer has an entry for each of them:
///
/// ```no_run
/// # use kontrakt_runtime::{Error, Json, record};
/// # record! { #[doc = "Order."] pub struct Order { #[doc = "Number."] pub number: String = required("number") } }
/// # record! { #[doc = "Created."] pub struct Created { #[doc = "Whether."] pub created: bool = required("created_yn") } }
/// # struct Client;
/// # impl Client { async fn create(&self, _: &[Order]) -> Result<Vec<Created>, Error> { Ok(vec![]) } }
/// # async fn f(client: Client, orders: Vec<Order>) {
/// use kontrakt_runtime::bulk::send_all;
///
/// let outcomes = send_all(&orders, 100, |some| client.create(some)).await;
/// for (order, outcome) in orders.iter().zip(&outcomes) {
///     if !outcome.is_done() {
///         eprintln!("{}: {outcome:?}", order.number);
///     }
/// }
/// # }
/// ```
///
/// Whether a thing was done is read from its entry, see [`was_done`].
pub async fn send_all<'a, I, T: Encode, F>(
    items: &'a [I],
    size: usize,
    mut call: impl FnMut(&'a [I]) -> F,
) -> Vec<Outcome<T>>
where
    F: IntoFuture<Output = Result<Vec<T>, Error>>,
{
    let mut outcomes = Vec::with_capacity(items.len());
    let mut failure: Option<Arc<Error>> = None;
    for some in items.chunks(size.max(1)) {
        if let Some(error) = &failure {
            outcomes.extend(some.iter().map(|_| Outcome::NotSent(Arc::clone(error))));
            continue;
        }
        match call(some).await {
            Ok(answers) if answers.len() == some.len() => outcomes.extend(
                answers
                    .into_iter()
                    .map(|answer| if was_done(&answer) { Outcome::Done(answer) } else { Outcome::Refused(answer) }),
            ),
            Ok(answers) => {
                let message = format!("{} things were sent, and {} answered", some.len(), answers.len());
                let error = Arc::new(Error::new(Kind::Decode, message));
                outcomes.extend(some.iter().map(|_| Outcome::Unknown(Arc::clone(&error))));
                failure = Some(error);
            }
            Err(error) => {
                let nothing_done = error.is_refusal();
                let error = Arc::new(error);
                outcomes.extend(some.iter().map(|_| {
                    let error = Arc::clone(&error);
                    if nothing_done { Outcome::NotSent(error) } else { Outcome::Unknown(error) }
                }));
                failure = Some(error);
            }
        }
    }
    outcomes
}

/// Whether an entry says that the thing was done.
///
/// It does not when a member such as `created_yn`, `updated_yn`, `inserted_yn` or `deleted_yn`, or one of these without
/// `_yn`, is false, or when one of its `messages` has the level `error` or `fatal_error`.
#[must_use]
pub fn was_done<T: Encode>(entry: &T) -> bool {
    const VERBS: [&str; 4] = ["created", "updated", "inserted", "deleted"];
    let entry = entry.encode();
    let Value::Map(members) = &entry else { return true };
    let refused = members
        .iter()
        .any(|(key, value)| VERBS.contains(&key.strip_suffix("_yn").unwrap_or(key)) && bool_of(value) == Some(false));
    let messages = members.get("messages").and_then(Value::as_list).unwrap_or_default();
    let level = |message: &Value<'_>| message.get("level").and_then(Value::as_str).map(str::to_owned);
    !refused && !messages.iter().any(|message| matches!(level(message).as_deref(), Some("error" | "fatal_error")))
}

fn bool_of(value: &Value<'_>) -> Option<bool> {
    crate::Decode::decode(value).ok()
}

#[cfg(test)]
mod tests {
    use super::{Outcome, send_all, was_done};
    use crate::error::{Error, Kind};
    use crate::scalar::Json;

    fn json(text: &str) -> Json {
        crate::from_json(text).unwrap()
    }

    #[test]
    fn entries() {
        for (entry, done) in [
            (r#"{"order_number":"1","created_yn":true,"messages":[]}"#, true),
            (r#"{"created_yn":true,"messages":[{"message":"m","level":"warning"}]}"#, true),
            (r#"{"created_yn":true,"messages":[{"message":"m","level":"error"}]}"#, false),
            (r#"{"updated_yn":"0"}"#, false),
            (r#"{"deleted":false}"#, false),
            (r#"{"messages":[{"level":"fatal_error"}]}"#, false),
            (r#"{"order_number":"1"}"#, true),
        ] {
            assert_eq!(was_done(&json(entry)), done, "{entry}");
        }
    }

    /// What becomes of 250 things when the call that begins with `fails_at` fails, as a letter each; only the first
    /// two of each call are given.
    async fn outcomes(fails_at: usize, error: fn() -> Error) -> String {
        let items: Vec<usize> = (0..250).collect();
        let outcomes = send_all(&items, 100, |some| {
            let entry = |item: &usize| json(&format!(r#"{{"n":{item},"created_yn":{}}}"#, item.is_multiple_of(2)));
            std::future::ready(if some.first() == Some(&fails_at) {
                Err(error())
            } else {
                Ok(some.iter().map(entry).collect::<Vec<_>>())
            })
        });
        let outcomes = outcomes.await;
        assert_eq!(outcomes.len(), items.len());
        let letter = |(at, outcome): (usize, &Outcome<Json>)| {
            if let Some(entry) = outcome.answer() {
                assert_eq!(
                    entry.get("n"),
                    Some(&crate::Value::Int(i64::try_from(at).unwrap())),
                    "aligned with the input"
                );
            }
            match outcome {
                Outcome::Done(_) => 'd',
                Outcome::Refused(_) => 'r',
                Outcome::Unknown(_) => '?',
                Outcome::NotSent(_) => '-',
            }
        };
        let letters: Vec<char> = outcomes.iter().enumerate().map(letter).collect();
        letters.chunks(100).flat_map(|call| call.iter().take(2)).collect()
    }

    #[tokio::test]
    async fn outcomes_stand_beside_inputs() {
        let timeout: fn() -> Error = || Error::new(Kind::Timeout, "");
        let refused: fn() -> Error = || Error::new(Kind::Connect, "");
        assert_eq!(outcomes(usize::MAX, timeout).await, "drdrdr");
        assert_eq!(outcomes(0, timeout).await, "??----");
        assert_eq!(outcomes(100, timeout).await, "dr??--");
        assert_eq!(outcomes(200, refused).await, "drdr--");
    }

    #[tokio::test]
    async fn an_answer_that_does_not_fit_is_no_success() {
        let outcomes: Vec<Outcome<Json>> = send_all(&[1, 2], 100, |_| std::future::ready(Ok(vec![json("{}")]))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Unknown(_))));
    }
}
