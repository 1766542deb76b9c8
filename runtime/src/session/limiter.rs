//! Limits concurrency and rate before the server has to refuse requests.
//! At most so many requests in flight, shared pauses, and no request when the quota is used up.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::budget::{Budget, Decision, decide};
use crate::api::Limits;
use crate::http::Headers;

/// Above this part of the bucket, requests are spread out.
const COMFORTABLE: f64 = 0.75;

/// What a server says about waiting is believed for so long; then one request asks again. A header field with the year
/// 9999 must not stop a program for good.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Clones share everything.
#[derive(Clone)]
pub(super) struct Limiter(Arc<SharedLimits>);

struct SharedLimits {
    limits: &'static Limits,
    in_flight: Semaphore,
    /// Wakes those that wait: somebody was answered, or the limits were reset.
    changed: Notify,
    state: Mutex<LimiterState>,
}

#[derive(Default)]
struct LimiterState {
    not_before: Option<Instant>,
    /// What is left, and when there is more.
    budget: Option<(Budget, Instant)>,
    unanswered: u64,
}

/// Why there is no turn: the wait would be too long.
#[derive(Debug)]
pub(super) struct TooLong {
    pub(super) wait: Duration,
    pub(super) why: &'static str,
}

impl Limiter {
    pub(super) fn new(limits: &'static Limits, concurrency: usize) -> Self {
        Self(Arc::new(SharedLimits {
            limits,
            in_flight: Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            changed: Notify::new(),
            state: Mutex::default(),
        }))
    }

    /// Waits for the turn of one request, which ends when it is dropped.
    ///
    /// # Errors
    /// With the wait, when it would be longer than `patience`.
    pub(super) async fn turn(&self, patience: Duration) -> Result<Turn, TooLong> {
        // The semaphore is never closed; should it be, nothing is limited.
        if let Ok(permit) = self.0.in_flight.acquire().await {
            permit.forget();
        }
        let mut turn = Turn { limiter: self.clone(), unanswered: false };
        // Those that wait hold their turn: nobody overtakes them.
        loop {
            // From here on nothing is missed.
            let mut changed = pin!(self.0.changed.notified());
            changed.as_mut().enable();
            let (wait, why) = match self.decide() {
                Decision::Go => {
                    turn.unanswered = true;
                    return Ok(turn);
                }
                Decision::AfterAnAnswer => {
                    changed.await;
                    continue;
                }
                Decision::Paused(wait) => (wait, "the server wants no requests for longer than this client waits"),
                Decision::UsedUp(wait) => (wait, "no requests are left in this period"),
            };
            if wait > patience {
                return Err(TooLong { wait, why });
            }
            tracing::debug!(?wait, "waiting for its turn");
            let _ = tokio::time::timeout(wait, changed).await;
        }
    }

    /// Forgets pauses and budgets, and wakes those that wait for their end.
    pub(super) fn reset(&self) {
        let mut state = self.state();
        state.not_before = None;
        state.budget = None;
        drop(state);
        self.0.changed.notify_waiters();
    }

    /// Decides about one request, and counts it when it may be sent.
    fn decide(&self) -> Decision {
        let mut state = self.state();
        let now = Instant::now();
        let until = |instant: Instant| instant.saturating_duration_since(now);
        let budget = state.budget.as_ref().map(|(budget, renewed)| (budget, until(*renewed)));
        let decision = decide(state.not_before.map_or(Duration::ZERO, until), budget, state.unanswered);
        if decision == Decision::Go {
            state.unanswered += 1;
        }
        decision
    }

    /// Nobody sends for `wait`, or [`LONGEST_PAUSE`]. A longer pause that is already kept stays.
    pub(super) fn hold(&self, wait: Duration) {
        let Some(until) = Instant::now().checked_add(wait.min(LONGEST_PAUSE)) else { return };
        let mut state = self.state();
        state.not_before = Some(state.not_before.map_or(until, |instant| instant.max(until)));
    }

    /// Learns from the header fields of an answer.
    fn observe(&self, headers: &Headers) {
        let limits = self.0.limits;
        if let Some(filling) = headers.get(limits.bucket).and_then(Filling::parse) {
            let pause = filling.pause(limits.bucket_per_second);
            if !pause.is_zero() {
                tracing::debug!(?pause, "the bucket is nearly full");
                self.hold(pause);
            }
        }
        if let Some(budget) = Budget::read(limits, headers, SystemTime::now()) {
            let mut state = self.state();
            let now = Instant::now();
            // What is past is no longer known, whatever period it claimed to be in.
            let known = state.budget.as_ref().filter(|(_, renewed)| *renewed > now).map(|(known, _)| known);
            if budget.supersedes(known) {
                state.budget = Instant::now().checked_add(budget.renewed_in).map(|renewed| (budget, renewed));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, LimiterState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to have one request in flight. Dropping it, however that comes about, gives it to the next.
pub(super) struct Turn {
    limiter: Limiter,
    unanswered: bool,
}

impl Turn {
    /// Learns from the header fields of the answer. The turn goes on: the body may still be on its way.
    pub(super) fn answered(&mut self, headers: &Headers) {
        self.limiter.observe(headers);
        self.no_longer_unanswered();
    }

    fn no_longer_unanswered(&mut self) {
        if std::mem::take(&mut self.unanswered) {
            self.limiter.state().unanswered -= 1;
            self.limiter.0.changed.notify_waiters();
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.no_longer_unanswered();
        self.limiter.0.in_flight.add_permits(1);
    }
}

/// How full a leaky bucket is: `150/200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling {
    /// Drops in the bucket.
    pub drops: u32,
    /// Drops it can hold.
    pub capacity: u32,
}

impl Filling {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (drops, capacity) = text.split_once('/')?;
        Some(Self { drops: drops.trim().parse().ok()?, capacity: capacity.trim().parse().ok()? })
    }

    /// Until it has emptied to a comfortable level.
    fn pause(self, per_second: u32) -> Duration {
        let excess = f64::from(self.drops) - f64::from(self.capacity) * COMFORTABLE;
        let seconds = excess / f64::from(per_second.max(1));
        Duration::try_from_secs_f64(seconds.clamp(0.0, 30.0)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Filling, Headers, Limiter, Limits};

    const LIMITS: Limits = Limits {
        bucket: "X-RateLimit-Bucket-Filling",
        bucket_per_second: 10,
        budgets: &["X-Rate-Limit-Hour-Remaining", "X-Rate-Limit-Day-Remaining"],
        ..Limits::DEFAULT
    };
    const MINUTE: Duration = Duration::from_secs(60);

    fn headers(fields: &[(&str, &str)]) -> Headers {
        fields.iter().copied().collect()
    }

    #[test]
    fn fillings() {
        for (text, pause) in [("0/200", 0), ("150/200", 0), ("151/200", 100), ("200/200", 5000), ("9999/1", 30_000)] {
            assert_eq!(Filling::parse(text).unwrap().pause(10), Duration::from_millis(pause), "{text}");
        }
        assert!(["", "x/200", "1", "-1/200", "1/x"].iter().all(|text| Filling::parse(text).is_none()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_nearly_full_bucket_slows_everybody() {
        let limiter = Limiter::new(&LIMITS, 3);
        limiter.observe(&headers(&[("x-ratelimit-bucket-filling", "190/200")]));
        let start = tokio::time::Instant::now();
        drop(limiter.turn(MINUTE).await.unwrap());
        assert!(start.elapsed() >= Duration::from_secs(4));
        limiter.hold(Duration::from_secs(3600));
        assert!(limiter.turn(MINUTE).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_meant_ends_within_an_hour() {
        // An answer with no requests left, by the clock of the year 9999: the bucket is as full as it can be told.
        let absurd = [
            ("X-Rate-Limit-Hour-Remaining", "0"),
            ("X-Rate-Limit-Day-Remaining", "0"),
            ("Date", "Fri, 31 Dec 9999 23:00:00 GMT"),
            ("X-RateLimit-Bucket-Filling", "4294967295/0"),
        ];
        let limiter = Limiter::new(&LIMITS, 3);
        limiter.observe(&headers(&absurd));
        limiter.hold(Duration::MAX);
        let start = tokio::time::Instant::now();
        assert_eq!(limiter.turn(MINUTE).await.err().unwrap().wait, super::LONGEST_PAUSE);
        drop(limiter.turn(Duration::MAX).await.unwrap());
        assert_eq!(start.elapsed(), super::LONGEST_PAUSE);
        // The next answer is believed again, although it comes thousands of years earlier.
        let said = [("X-Rate-Limit-Hour-Remaining", "0"), ("Date", "Thu, 01 Jan 1970 00:59:00 GMT")];
        limiter.observe(&headers(&said));
        assert_eq!(limiter.turn(Duration::ZERO).await.err().unwrap().wait, MINUTE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_frees_those_that_wait_too() {
        let limiter = Limiter::new(&LIMITS, 3);
        limiter.observe(&headers(&[("X-Rate-Limit-Hour-Remaining", "0")]));
        limiter.hold(Duration::from_secs(1800));
        let waiting = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.turn(Duration::MAX).await.map(drop) }
        });
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(!waiting.is_finished());
        let start = tokio::time::Instant::now();
        limiter.reset();
        waiting.await.unwrap().unwrap();
        drop(limiter.turn(Duration::ZERO).await.unwrap());
        assert!(start.elapsed().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_limited() {
        let limiter = Limiter::new(&LIMITS, 1);
        let turn = limiter.turn(Duration::ZERO).await.unwrap();
        let second = tokio::time::timeout(Duration::from_secs(1), limiter.turn(Duration::ZERO));
        assert!(second.await.is_err());
        drop(turn);
        assert!(limiter.turn(Duration::ZERO).await.is_ok());
    }

    /// An API that says nothing has no limit that another one has.
    #[tokio::test(start_paused = true)]
    async fn no_limit_is_none() {
        let limiter = Limiter::new(&Limits::DEFAULT, Limits::DEFAULT.concurrency);
        let mut turns = Vec::new();
        for _ in 0..1000 {
            turns.push(limiter.turn(Duration::ZERO).await.unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_request_of_a_period_is_not_sent_twice() {
        let said = |left| headers(&[("X-Rate-Limit-Hour-Remaining", left), ("Date", "Thu, 01 Jan 1970 00:59:30 GMT")]);
        let limiter = Limiter::new(&LIMITS, 3);
        limiter.turn(MINUTE).await.unwrap().answered(&said("1"));
        let mut last = limiter.turn(MINUTE).await.unwrap();
        // The second waits for the answer to the first, which says that nothing is left, and then for the next period.
        let second = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.turn(MINUTE).await.map(drop) }
        });
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(!second.is_finished());
        last.answered(&said("0"));
        let refused = limiter.turn(Duration::from_secs(10)).await.err().unwrap();
        assert_eq!((refused.wait, refused.why), (Duration::from_secs(30), "no requests are left in this period"));
        let start = tokio::time::Instant::now();
        second.await.unwrap().unwrap();
        assert_eq!(start.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_given_up_is_not_counted() {
        let limiter = Limiter::new(&LIMITS, 3);
        limiter.turn(MINUTE).await.unwrap().answered(&headers(&[("X-Rate-Limit-Day-Remaining", "1")]));
        drop(limiter.turn(MINUTE).await.unwrap());
        assert!(limiter.turn(Duration::ZERO).await.is_ok());
    }
}
