//! Bulk calls: items are split into calls, and the outcomes are returned beside the items.
//! Such calls answer 200 even when items are refused, so the status is no proof of success.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::answer::read;
use crate::api::Bulk;
use crate::call::Call;
use crate::decode::{Decode, DecodeError};
use crate::error::{ApiError, Error, ErrorKind};
use crate::fates::{Fate, Said};
use crate::http::BoxFuture;
use crate::request::Parts;
use crate::scalar::Json;
use crate::session::Session;
use crate::things::{Thing, divided};

/// What became of one thing.
#[derive(Clone, Debug)]
pub enum Outcome<T> {
    /// The server did it, and answered this.
    Done(T),
    /// The server did not do it, or not all of it.
    Refused {
        /// What the server says against it.
        errors: Vec<ApiError>,
        /// What it answered besides, if that can be read.
        answer: Option<T>,
    },
    /// It may have been done: the call that it was part of failed in a way that leaves that open, or was answered
    /// without a word about this thing. Look before you send it again.
    Unknown(Arc<Error>),
    /// It was not done: the call that it was part of was refused as a whole, or was not made any more.
    NotSent(Arc<Error>),
}

impl<T> Outcome<T> {
    /// Whether the server did it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// What the server answered about the thing.
    #[must_use]
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Done(answer) => Some(answer),
            Self::Refused { answer, .. } => answer.as_ref(),
            Self::Unknown(_) | Self::NotSent(_) => None,
        }
    }

    /// What kept the server from answering.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Unknown(error) | Self::NotSent(error) => Some(error),
            Self::Done(_) | Self::Refused { .. } => None,
        }
    }
}

/// What became of the things of one list, in their order. A slice of [`Outcome`]s.
#[derive(Clone, Debug)]
#[must_use = "a call that was answered may have done nothing"]
pub struct Outcomes<T>(Vec<Outcome<T>>);

impl<T> Outcomes<T> {
    /// Whether there was something to do, and all of it was done.
    #[must_use]
    pub fn all_done(&self) -> bool {
        !self.is_empty() && self.iter().all(Outcome::is_done)
    }
}

impl<T> Deref for Outcomes<T> {
    type Target = [Outcome<T>];

    fn deref(&self) -> &[Outcome<T>] {
        &self.0
    }
}

impl<T> IntoIterator for Outcomes<T> {
    type Item = Outcome<T>;
    type IntoIter = std::vec::IntoIter<Outcome<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Outcomes<T> {
    type Item = &'a Outcome<T>;
    type IntoIter = std::slice::Iter<'a, Outcome<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What is answered about one thing: `()` where a server speaks only of those that it refused.
#[doc(hidden)]
pub trait BulkEntry: Sized {
    /// Reads it.
    fn of(entry: &Json) -> Result<Self, DecodeError>;
}

impl<T: Decode> BulkEntry for T {
    fn of(entry: &Json) -> Result<Self, DecodeError> {
        entry.to()
    }
}

impl BulkEntry for () {
    fn of(_: &Json) -> Result<Self, DecodeError> {
        Ok(())
    }
}

fn typed<T: BulkEntry>(outcome: Outcome<Json>) -> Outcome<T> {
    match outcome {
        Outcome::Done(entry) => match T::of(&entry) {
            Ok(entry) => Outcome::Done(entry),
            // It is answered, and cannot be read: nobody knows what is in it.
            Err(error) => Outcome::Unknown(Arc::new(Error::decode(error))),
        },
        Outcome::Refused { errors, answer } => {
            Outcome::Refused { errors, answer: answer.and_then(|entry| T::of(&entry).ok()) }
        }
        Outcome::Unknown(error) => Outcome::Unknown(error),
        Outcome::NotSent(error) => Outcome::NotSent(error),
    }
}

/// Outcomes before they have a type, list by list.
#[doc(hidden)]
#[derive(Debug)]
pub struct Untyped(std::vec::IntoIter<Vec<Outcome<Json>>>);

impl Untyped {
    /// The outcomes of the next list.
    pub fn list<T: BulkEntry>(&mut self) -> Outcomes<T> {
        Outcomes(self.0.next().unwrap_or_default().into_iter().map(typed).collect())
    }
}

/// The outcomes of a call: [`Outcomes`], or a struct of them where the body has several lists (see
/// [`outcomes!`](crate::outcomes)).
pub trait FromOutcomes: Sized {
    /// Takes the outcomes.
    #[doc(hidden)]
    fn from_outcomes(outcomes: &mut Untyped) -> Self;
}

impl<T: BulkEntry> FromOutcomes for Outcomes<T> {
    fn from_outcomes(outcomes: &mut Untyped) -> Self {
        outcomes.list()
    }
}

/// Declares the outcomes of a call whose body has several lists of things.
///
/// ```
/// # use kontrakt_runtime::{outcomes, record};
/// # record! { /// Changed.
/// #     pub struct Changed { /// Code.
/// #         pub code: String = required("code") } }
/// outcomes! {
///     /// What became of products and variants.
///     pub UpdateOutcomes { products: Changed, variants: Changed }
/// }
/// ```
#[macro_export]
macro_rules! outcomes {
    ($(#[$attribute:meta])* pub $name:ident { $($list:ident : $entry:ty),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        #[must_use = "a call that was answered may have done nothing"]
        pub struct $name {
            $(
                #[doc = concat!("Those of `", stringify!($list), "`, in their order.")]
                pub $list: $crate::bulk::Outcomes<$entry>,
            )+
        }

        impl $name {
            /// Whether there was something to do, and all of it was done, in every list.
            #[must_use]
            pub fn all_done(&self) -> bool {
                let some = [$(!self.$list.is_empty()),+].contains(&true);
                some && $(self.$list.iter().all($crate::bulk::Outcome::is_done))&&+
            }
        }

        impl $crate::bulk::FromOutcomes for $name {
            fn from_outcomes(outcomes: &mut $crate::bulk::Untyped) -> Self {
                Self { $($list: outcomes.list()),+ }
            }
        }
    };
}

/// Calls on their way, each with some of the things. Await it for one outcome per thing, in their order.
///
/// The calls are made one after the other. After one that fails, the rest is not sent.
///
/// # Errors
/// Only when nothing was sent at all: there is nothing to send, or an argument is at fault
/// ([`Error::is_usage`]). All else is in the outcomes.
#[must_use = "nothing is sent until it is awaited"]
pub struct SendingAll<O> {
    outcomes: BoxFuture<Result<Untyped, Error>>,
    told: fn(&mut Untyped) -> O,
}

impl<T> Call<T> {
    /// Sends the things of the call in as many calls as it takes, one after the other, and gives the outcome of each, in
    /// their order. See [`bulk`](crate::bulk).
    #[doc(hidden)]
    pub fn send_all<O: FromOutcomes>(self) -> SendingAll<O> {
        SendingAll { outcomes: Box::pin(send_all(self.session, *self.parts)), told: O::from_outcomes }
    }
}

impl<O> Future for SendingAll<O> {
    type Output = Result<O, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcomes = ready!(self.outcomes.as_mut().poll(context));
        Poll::Ready(outcomes.map(|mut outcomes| (self.told)(&mut outcomes)))
    }
}

impl<O> fmt::Debug for SendingAll<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendingAll")
    }
}

/// What became of the things of one call, and whether others may follow it.
struct Part {
    outcomes: Vec<Outcome<Json>>,
    failure: Option<Arc<Error>>,
}

impl Part {
    fn failed(error: Arc<Error>, count: usize, outcome: fn(Arc<Error>) -> Outcome<Json>) -> Self {
        Self { outcomes: (0..count).map(|_| outcome(Arc::clone(&error))).collect(), failure: Some(error) }
    }
}

async fn send_all(session: Session, call: Parts) -> Result<Untyped, Error> {
    let usage = |why: String| Error::new(ErrorKind::Request, why).in_operation(&call.operation);
    if let Some(fault) = &call.fault {
        return Err(usage(fault.clone()));
    }
    let bulk = call.operation.bulk.unwrap_or(Bulk::ONE);
    let parts = divided(&call, &bulk);
    if parts.is_empty() {
        return Err(usage("there is nothing to send: no list of the call has an item".to_owned()));
    }
    let mut lists: Vec<Vec<Outcome<Json>>> = bulk.lists.iter().map(|_| Vec::new()).collect();
    let mut failure: Option<Arc<Error>> = None;
    for (part, things) in parts {
        let part = match &failure {
            Some(error) => Part::failed(Arc::clone(error), things.len(), Outcome::NotSent),
            None => send_part(&session, part, &bulk, &things).await,
        };
        for (thing, outcome) in things.iter().zip(part.outcomes) {
            lists[thing.list].push(outcome);
        }
        failure = part.failure;
    }
    Ok(Untyped(lists.into_iter()))
}

/// The outcomes of the things in one call.
async fn send_part(session: &Session, mut call: Parts, bulk: &Bulk, things: &[Thing]) -> Part {
    call.operation.value = "";
    let operation = call.operation;
    let answered = match session.clone().dispatch(call).await {
        Ok(reply) => read::<Json>(session, things, reply, false),
        Err(error) => Err(error),
    };
    match answered {
        Ok(answer) => {
            let fates = bulk.fates(&session.api().messages, things, answer.value(), answer.errors());
            let unsaid = fates.iter().filter(|fate| matches!(fate, Fate::Unsaid)).count();
            let body = answer.value().to_string().into_bytes();
            let error = Error::unsaid(unsaid, things.len()).with_body(body).in_operation(&operation);
            let error = Arc::new(error);
            let outcome = |fate| match fate {
                Fate::Done(entry) => Outcome::Done(entry),
                Fate::Refused(errors, answer) => Outcome::Refused { errors, answer },
                Fate::Unsaid => Outcome::Unknown(Arc::clone(&error)),
            };
            let outcomes = fates.into_iter().map(outcome).collect();
            // After an answer that speaks of none of the things, who knows what the next would do.
            Part { outcomes, failure: (unsaid == things.len()).then_some(error) }
        }
        // A call that is refused as a whole may still say what is wrong with each thing.
        Err(error) if error.is_refusal() => {
            let said = bulk.errors_by_thing(things, error.api_errors());
            let any = said.iter().any(|said| matches!(said, Said::Against(_)));
            let clear = any && !said.contains(&Said::Doubt);
            let error = Arc::new(error);
            let outcome = |said| match said {
                Said::Against(errors) => Outcome::Refused { errors, answer: None },
                Said::Nothing | Said::Doubt => Outcome::NotSent(Arc::clone(&error)),
            };
            let outcomes = said.into_iter().map(outcome).collect();
            Part { outcomes, failure: (!clear).then_some(error) }
        }
        Err(error) => Part::failed(Arc::new(error), things.len(), Outcome::Unknown),
    }
}
