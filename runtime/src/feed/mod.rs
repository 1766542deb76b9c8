//! Reads lists of changes since a time, and delivers each change at least once.
//!
//! Entries of such a list move while it is read: while page 2 is requested, a record of page 1 changes and moves to the
//! end, so the first entry of page 2 moves onto page 1 and is missed. So the list is read until it was stable during a
//! whole pass, and only then does the mark advance.

mod mark;
mod passes;

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use mark::DAY;
pub use mark::Mark;
use passes::{Found, Pass};
use time::OffsetDateTime;

use crate::api::ChangeFeed;
use crate::call::Call;
use crate::decode::{Decode, DecodeError};
use crate::error::{Error, ErrorKind};
use crate::http::BoxFuture;
use crate::page::Page;
use crate::scalar::{DateTime, Json};

/// How often a list is read in the hope that it holds still.
const PASSES: usize = 8;

/// Times in lists are whole seconds: a change of the same second may come after the list was read.
const GRANULARITY: Duration = Duration::from_secs(1);

/// A list of changes that is about to be read. Await it for [`Changes`].
///
/// The whole list is read, in pages of the largest size, and held in memory. A list of several pages is read twice or
/// more often: until no entry has left its place, so that none was missed between two pages.
#[must_use = "nothing is read until it is awaited"]
pub struct Feed<T> {
    call: Call<Page<T>>,
    feed: &'static ChangeFeed,
    overlap: Duration,
}

impl<T> Feed<T> {
    /// How far the mark stays behind the newest change, in place of a second: for servers that list a change some time
    /// after the time that they give it. What changed in between is handed out again.
    pub fn overlap(mut self, overlap: Duration) -> Self {
        self.overlap = overlap.max(GRANULARITY);
        self
    }
}

impl<T: Decode> Call<Page<T>> {
    /// The changes since the time that the call asks for.
    #[doc(hidden)]
    pub fn feed(self, feed: &'static ChangeFeed) -> Feed<T> {
        Feed { call: self, feed, overlap: GRANULARITY }
    }
}

impl<T: 'static> IntoFuture for Feed<T> {
    type Output = Result<Changes<T>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let reading = read(self.call.answering(), self.feed, self.overlap);
        Box::pin(async { reading.await.map(Changes::typed) })
    }
}

impl<T> fmt::Debug for Feed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Feed").field(&self.call).finish()
    }
}

/// What has changed, each thing once, the longest unchanged first; and the mark to store when all of it is stored.
///
/// What is handed out is at least once what has changed: the newest changes come again with the next mark, and all of
/// them when the mark was not stored. So storing a thing twice must be no harm.
#[derive(Clone, Debug)]
pub struct Changes<T> {
    changes: Vec<Change<T>>,
    unreadable: Vec<Json>,
    before: Mark,
    after: Mark,
    settled: bool,
}

impl<T> Changes<T> {
    /// The mark to store, when all changes are stored: the next call takes it.
    ///
    /// It is the mark that this call was given, while [`is_settled`](Self::is_settled) says no or there is something
    /// [`unreadable`](Self::unreadable): then the next call gives the same changes, and those that were missed.
    #[must_use]
    pub fn mark(&self) -> Mark {
        if self.settled && self.unreadable.is_empty() { self.after } else { self.before }
    }

    /// Whether the list held still long enough to be sure that no entry was missed.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Entries of the list that do not say what has changed. While there are any, the mark does not move.
    #[must_use]
    pub fn unreadable(&self) -> &[Json] {
        &self.unreadable
    }

    /// Takes out what is [`unreadable`](Self::unreadable), and lets the mark move: for programs that have noted it, and
    /// [reconcile](fn@crate::reconcile) now.
    pub fn take_unreadable(&mut self) -> Vec<Json> {
        std::mem::take(&mut self.unreadable)
    }

    /// The number of things that have changed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes, the oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Change<T>> {
        self.changes.iter()
    }
}

impl Changes<Json> {
    fn typed<T>(self) -> Changes<T> {
        let Self { changes, unreadable, before, after, settled } = self;
        let typed = |change: Change<Json>| Change::new(change.key, change.kind, change.time, change.entry);
        Changes { changes: changes.into_iter().map(typed).collect(), unreadable, before, after, settled }
    }
}

impl<'c, T> IntoIterator for &'c Changes<T> {
    type Item = &'c Change<T>;
    type IntoIter = std::slice::Iter<'c, Change<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// That a thing has changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Change<T> {
    /// The key of the thing: its code, number or identifier.
    pub key: String,
    /// What has happened to it.
    pub kind: ChangeKind,
    /// When it changed last, if the list tells.
    pub time: Option<DateTime>,
    entry: Json,
    read_as: PhantomData<fn() -> T>,
}

/// What has happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was created, or changed; or nobody can say: reading it will tell.
    Written,
    /// It was deleted.
    Deleted,
}

impl<T> Change<T> {
    fn new(key: String, kind: ChangeKind, time: Option<DateTime>, entry: Json) -> Self {
        Self { key, kind, time, entry, read_as: PhantomData }
    }

    /// The entry of the list, as it came.
    #[must_use]
    pub fn entry(&self) -> &Json {
        &self.entry
    }
}

impl<T: Decode> Change<T> {
    /// The entry of the list: the thing itself, where the list holds things.
    ///
    /// # Errors
    /// When it cannot be read. It is this entry alone that cannot.
    pub fn read(&self) -> Result<T, DecodeError> {
        self.entry.to()
    }
}

/// Reads the list until it held still.
async fn read(call: Call<Page<Json>>, feed: &ChangeFeed, overlap: Duration) -> Result<Changes<Json>, Error> {
    let started = OffsetDateTime::now_utc();
    let before: Mark = call.get_query(feed.from).and_then(|text| text.parse().ok()).unwrap_or_default();
    reaches(feed, before, started)?;
    let (mut found, mut previous, mut failure) = (Found::default(), None, None);
    let mut confirmed = None;
    for _ in 0..PASSES {
        match pass(&call, feed, &mut found).await {
            Ok(pass) if pass.pages <= 1 => confirmed = Some(pass),
            Ok(pass) => {
                confirmed = previous.take_if(|previous| pass.confirms(previous));
                previous = Some(pass);
            }
            // The list has shrunk or grown under the reader.
            Err(error) if error.is_paging() => failure = Some(error),
            Err(error) => return Err(error),
        }
        if confirmed.is_some() {
            break;
        }
    }
    if let (None, None, Some(error)) = (&confirmed, &previous, failure) {
        return Err(error);
    }
    let (changes, unreadable) = found.finish();
    let settled = confirmed.is_some();
    if !settled || !unreadable.is_empty() {
        tracing::warn!(settled, unreadable = unreadable.len(), "the mark of a list of changes does not move");
    }
    let after = confirmed.map_or(before, |pass| after(feed, before, pass.newest(), started, overlap));
    Ok(Changes { changes, unreadable, before, after, settled })
}

/// One reading of the whole list.
async fn pass(call: &Call<Page<Json>>, feed: &ChangeFeed, found: &mut Found) -> Result<Pass, Error> {
    let mut call = call.clone();
    if let Some(paging) = call.paging() {
        call.set_query(paging.page, "1".to_owned());
    }
    if let Some((size, largest)) = feed.size {
        call.set_query(size, largest.to_string());
    }
    let mut pages = call.pages();
    let mut pass = Pass::default();
    while let Some(page) = pages.try_next().await? {
        pass.note(page.pages, page.total);
        found.add(page.items, feed, &mut pass);
        found.unreadable(page.unreadable.into_iter().map(|one| one.item().clone()));
    }
    Ok(pass)
}

/// Whether the list still tells what changed after the mark.
fn reaches(feed: &ChangeFeed, mark: Mark, now: OffsetDateTime) -> Result<(), Error> {
    if feed.reach_days == 0 || now - OffsetDateTime::from(mark) <= DAY * feed.reach_days {
        return Ok(());
    }
    let since = if mark == Mark::default() { "there is no mark yet".to_owned() } else { format!("the mark is {mark}") };
    let days = feed.reach_days;
    Err(Error::new(
        ErrorKind::OutOfReach,
        format!(
            "{since}, and the list of changes reaches {days} days back: keep `Mark::now()`, read everything with \
             `{}`, then go on from that mark",
            feed.restart
        ),
    ))
}

/// The mark after a list without gaps.
///
/// It follows the times that the server gave, so that it matters little what the clock here says; that only holds back
/// times in the future. Where nothing changes for long, or the list has no times, it follows the clock at a distance.
fn after(
    feed: &ChangeFeed,
    before: Mark,
    newest: Option<OffsetDateTime>,
    started: OffsetDateTime,
    overlap: Duration,
) -> Mark {
    let told = newest.map(|newest| earlier(newest.min(started), overlap));
    let untold = (feed.time.is_empty() || before == Mark::default()).then(|| earlier(started, DAY));
    let quiet = (feed.reach_days > 0).then(|| earlier(started, DAY * feed.reach_days / 2));
    let ends = [told.or(untold), quiet];
    ends.into_iter().flatten().map(Mark::from).fold(before, Mark::max)
}

fn earlier(time: OffsetDateTime, by: Duration) -> OffsetDateTime {
    let by = time::Duration::try_from(by).unwrap_or(time::Duration::MAX);
    time.checked_sub(by).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::{ChangeFeed, DAY, GRANULARITY, Mark, after, reaches};

    const FEED: ChangeFeed =
        ChangeFeed { time: "at", reach_days: 30, restart: "orders().snapshot()", ..ChangeFeed::DEFAULT };

    #[test]
    fn marks() {
        const UNTIMED: ChangeFeed = ChangeFeed { time: "", reach_days: 0, ..FEED };
        const ENDLESS: ChangeFeed = ChangeFeed { reach_days: 0, ..FEED };
        let now = OffsetDateTime::from_unix_timestamp(1_777_274_152).unwrap();
        let days = |days: u32| Some(now - DAY * days);
        let second = GRANULARITY;
        for (case, feed, before, newest, expected) in [
            ("a second before the newest", FEED, days(3), days(2), days(2).unwrap() - second),
            ("nothing new", FEED, days(3), None, days(3).unwrap()),
            ("never back", FEED, days(3), days(5), days(3).unwrap()),
            ("never past now", FEED, days(3), Some(now + DAY), now - second),
            ("nothing new for long", FEED, days(29), None, days(15).unwrap()),
            ("a list without end", ENDLESS, days(60), None, days(60).unwrap()),
            ("a list without times", UNTIMED, days(60), None, days(1).unwrap()),
            ("an empty list at first", ENDLESS, None, None, days(1).unwrap()),
            ("at first", ENDLESS, None, days(60), days(60).unwrap() - second),
        ] {
            let before = before.map_or_else(Mark::default, Mark::from);
            assert_eq!(after(&feed, before, newest, now, second), Mark::from(expected), "{case}");
        }
    }

    #[test]
    fn an_overlap_beyond_all_measure() {
        let now = OffsetDateTime::now_utc();
        assert_eq!(after(&FEED, Mark::default(), Some(now), now, std::time::Duration::MAX), (now - DAY * 15).into());
    }

    #[test]
    fn reach() {
        let now = OffsetDateTime::now_utc();
        assert!(reaches(&FEED, (now - DAY * 29).into(), now).is_ok());
        let error = reaches(&FEED, (now - DAY * 31).into(), now).unwrap_err();
        assert!(error.is_out_of_reach() && error.to_string().contains("orders().snapshot()"), "{error}");
        assert!(reaches(&FEED, Mark::default(), now).unwrap_err().to_string().contains("no mark yet"));
        assert!(reaches(&ChangeFeed { reach_days: 0, ..FEED }, Mark::default(), now).is_ok());
    }
}
