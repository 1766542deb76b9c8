//! Creates something at most once, known by a key of the caller: the API is searched for it before the request is sent,
//! and again when the outcome of the request is unknown. How to search is data in [`CreateOnce`].

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::sleep;

use crate::answer::Answer;
use crate::api::{CreateOnce, OwnKey};
use crate::call::Call;
use crate::decode::Decode;
use crate::encode::Param;
use crate::error::{Error, ErrorKind};
use crate::http::BoxFuture;
use crate::page::Page;
use crate::scalar::Json;
use crate::session::Session;
use crate::value::Value;

/// How long to wait before each look for something whose creation was not answered: a server may still be at it.
const LOOKS: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// What creating something once has come to.
#[derive(Debug)]
#[must_use = "it may be unknown whether it was created"]
pub enum CreatedOnce<T, F> {
    /// There was none with the key; now there is, and this was answered.
    Created(T),
    /// There is one with the key: from before, or from the call whose answer was lost.
    Found(F),
    /// Nobody knows. It may have been created and is not to be found, or cannot be read. Call again later with the same
    /// key, which looks again, before anything else is done.
    Unknown(Error),
}

/// A creation that is about to be made. Await it.
///
/// # Errors
/// Only when this call has certainly created nothing: what is there could not be looked through, the server refused, or
/// the call has no key.
#[must_use = "nothing is sent until it is awaited"]
pub struct CreatingOnce<T, F>(BoxFuture<Result<CreatedOnce<T, F>, Error>>);

impl<T: Answer + 'static> Call<T> {
    /// Sends the call, unless there is already what it creates.
    #[doc(hidden)]
    pub fn create_once<F: Decode + 'static>(
        self,
        once: &'static CreateOnce,
        since: &[&dyn Param],
    ) -> CreatingOnce<T, F> {
        let search = Search::of(&self, once, since);
        CreatingOnce(Box::pin(async {
            let search = search?;
            match untyped(&search, self).await? {
                CreatedOnce::Created(created) => Ok(CreatedOnce::Created(created)),
                CreatedOnce::Unknown(error) => Ok(CreatedOnce::Unknown(error)),
                CreatedOnce::Found(entry) => Ok(entry.to().map_or_else(
                    |error| CreatedOnce::Unknown(Error::decode(error).in_operation(&search.once.list)),
                    CreatedOnce::Found,
                )),
            }
        }))
    }
}

impl<T, F> Future for CreatingOnce<T, F> {
    type Output = Result<CreatedOnce<T, F>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T, F> fmt::Debug for CreatingOnce<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CreatingOnce")
    }
}

async fn untyped<T: Answer>(search: &Search, call: Call<T>) -> Result<CreatedOnce<T, Json>, Error> {
    if let Some(entry) = search.look_up().await? {
        return Ok(CreatedOnce::Found(entry));
    }
    let error = match call.send().await {
        Ok(created) => return Ok(CreatedOnce::Created(created)),
        Err(error) if error.is_refusal() => return Err(error),
        Err(error) => error,
    };
    tracing::debug!(%error, "it may have been created, so it is looked for");
    for wait in LOOKS {
        // What the server says that it did not do, it may have done in part: one look tells.
        if !error.is_partial() {
            sleep(wait).await;
        }
        match search.look_up().await {
            Ok(Some(entry)) => return Ok(CreatedOnce::Found(entry)),
            Ok(None) if error.is_partial() => return Err(error),
            Ok(None) => {}
            Err(failed) => tracing::debug!(%failed, "it could not be looked for"),
        }
    }
    Ok(CreatedOnce::Unknown(error))
}

/// Where a thing with a key of one's own is looked for.
struct Search {
    session: Session,
    once: &'static CreateOnce,
    key: String,
    since: Option<String>,
}

impl Search {
    fn of<T>(call: &Call<T>, once: &'static CreateOnce, since: &[&dyn Param]) -> Result<Self, Error> {
        let key = own_key(call, once.key)
            .map_err(|why| Error::new(ErrorKind::Request, why).in_operation(call.operation()))?;
        let mut from = None;
        since.iter().for_each(|since| since.each(&mut |time| from = Some(time.to_owned())));
        Ok(Self { session: call.session().clone(), once, key, since: from })
    }

    /// The thing with the key, if there is one.
    async fn look_up(&self) -> Result<Option<Json>, Error> {
        let Some(detail) = &self.once.detail else {
            return Ok(self.listed().await?.into_iter().find(|entry| self.is_it(entry)));
        };
        for entry in self.listed().await? {
            let id = entry.at(detail.member).and_then(text).ok_or_else(|| {
                let why = format!("an entry of the list has no `{}`", detail.member);
                Error::new(ErrorKind::Decode, why).in_operation(&self.once.list)
            })?;
            let call = Call::<Json>::new(&self.session, &detail.operation).path(detail.parameter, id).complete();
            match call.send().await {
                Ok(whole) if self.is_it(&whole) => return Ok(Some(whole)),
                Ok(_) => {}
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// All entries that the list shows, from all its pages. Where it changes while it is read, an entry may be missed, so
    /// that is an error.
    async fn listed(&self) -> Result<Vec<Json>, Error> {
        let parameters = self.once.filter.map(|name| (name, self.key.clone()));
        let parameters = parameters.into_iter().chain(self.once.since.zip(self.since.clone()));
        let call = Call::<Page<Json>>::new(&self.session, &self.once.list).complete();
        let call = parameters.fold(call, |call, (name, value)| call.query(name, value));
        if self.once.list.whole_list {
            // Of a map, the entries; what is one object is one entry.
            let entries = call.answering::<Page<(String, Json)>>().items().all().await?;
            return Ok(entries.into_iter().map(|(_, entry)| entry).collect());
        }
        call.items().strict().all().await
    }

    /// Whether an entry has the key, and counts.
    fn is_it(&self, entry: &Value<'_>) -> bool {
        let is_set = |member: &&str| {
            entry.at(member).is_some_and(|value| {
                !matches!(value, Value::Null | Value::Bool(false) | Value::Int(0)) && value.as_str() != Some("")
            })
        };
        entry.at(self.once.by).and_then(text).as_ref() == Some(&self.key) && !self.once.unless.iter().any(is_set)
    }
}

/// The key that a call gives what it creates.
fn own_key<T>(call: &Call<T>, place: OwnKey) -> Result<String, String> {
    let (name, found) = match place {
        OwnKey::Query(name) => (name, call.get_query(name).map(str::to_owned)),
        OwnKey::Body(path) => {
            let body = call.body_text().unwrap_or_default();
            let body = Value::from_json(body.as_bytes()).unwrap_or_default();
            if let Some((list, _)) = path.split_once("/*")
                && body.at(list).and_then(Value::as_list).is_none_or(|items| items.len() != 1)
            {
                return Err(format!("`{list}` must have one item, to be created once"));
            }
            let name = path.rsplit('/').next().unwrap_or(path);
            (name, body.at(&path.replace("/*", "/0")).and_then(text))
        }
    };
    let key = found.filter(|key| !key.trim().is_empty());
    key.ok_or_else(|| format!("`{name}` must be set: what is created once is known by it"))
}

/// A key as a text, in whatever form.
fn text(key: &Value<'_>) -> Option<String> {
    key.as_str().map(str::to_owned).or_else(|| key.number_text())
}

/// Gives a request that creates something the method that does so once, with what [`CreateOnce`](crate::CreateOnce) holds.
#[doc(hidden)]
#[macro_export]
macro_rules! create_once {
    (
        $(#[$attribute:meta])*
        $request:ident($($from:ident : $time:ty)?) -> $created:ty, $found:ty {
            key: $place:ident($key:literal),
            list: { $($list:tt)* },
            $(filter: $filter:literal,)?
            $(since: $since:literal,)?
            $(detail: $parameter:literal { $($detail:tt)* },)?
            by: $by:literal, unless: [$($unless:literal),*],
        }
    ) => {
        impl $request {
            $(#[$attribute])*
            #[inline]
            pub fn create_once(self $(, $from: $time)?) -> $crate::CreatingOnce<$created, $found> {
                let once = const {
                    &$crate::CreateOnce {
                        key: $crate::OwnKey::$place($key),
                        list: $crate::Operation { $($list)* ..$crate::Operation::DEFAULT },
                        $(filter: ::core::option::Option::Some($filter),)?
                        $(since: ::core::option::Option::Some($since),)?
                        $(detail: ::core::option::Option::Some($crate::EntryDetail {
                            operation: $crate::Operation { $($detail)* ..$crate::Operation::DEFAULT },
                            parameter: $parameter,
                            member: $parameter,
                        }),)?
                        by: $by,
                        unless: &[$($unless),*],
                        ..$crate::CreateOnce::DEFAULT
                    }
                };
                self.0.create_once(once, &[$(&$from)?])
            }
        }
    };
}
