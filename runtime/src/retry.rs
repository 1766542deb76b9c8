//! Attempts: whether a failed one is retried and after which delay, a pure function of what is known; and the loop that
//! makes them, with jitter.

use std::time::Duration;

use crate::error::Error;
use crate::http::TransportError;

/// How failures are met.
///
/// Calls that only read are repeated whenever that may help. Writes are repeated only when it is certain that nothing
/// happened: no connection was made, or the server refused before doing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The wait after the first failure when the server names none; it doubles with each.
    pub backoff: Duration,
    /// The longest wait between two attempts. When the server asks for a longer one the call fails instead, and the
    /// error tells the wait.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 4, backoff: Duration::from_millis(500), longest_wait: Duration::from_secs(60) }
    }
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The request cannot be sent as it is.
    Request,
    /// No connection was made.
    Connect,
    /// The connection broke, or the answer did not come in time.
    Interrupted,
    /// Something in front of the API answered: a page for people, or nothing where the API promises a body.
    Unrecognized,
    /// An answer with this status, and how long the server asks to wait.
    Status(u16, Option<Duration>),
}

impl Failure {
    /// How an attempt without an answer failed.
    pub(crate) fn of(error: &TransportError) -> Self {
        match () {
            () if error.is_request() => Self::Request,
            () if error.is_connect() => Self::Connect,
            () => Self::Interrupted,
        }
    }
}

impl RetryPolicy {
    /// One attempt, whatever happens.
    #[must_use]
    pub fn never() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// The same policy with another number of attempts, the first included.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The same policy with another first wait.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Duration) -> Self {
        self.backoff = backoff;
        self
    }

    /// The same policy with another longest wait.
    #[must_use]
    pub fn with_longest_wait(mut self, longest_wait: Duration) -> Self {
        self.longest_wait = longest_wait;
        self
    }

    /// How long to wait before the next attempt; `None` for no other. `attempt` counts those made, from 1;
    /// `repeatable` is whether sending twice does no more than sending once.
    #[must_use]
    pub fn next_attempt(&self, repeatable: bool, failure: Failure, attempt: u32) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let backoff = self.backoff.saturating_mul(doublings).min(self.longest_wait);
        let wait = match failure {
            Failure::Connect => backoff,
            // All say "not now" before anything is done; a 503 without a time to come back may be any broken machine.
            Failure::Status(423 | 429, asked) => asked.unwrap_or(backoff),
            Failure::Status(503, Some(asked)) => asked,
            Failure::Interrupted | Failure::Unrecognized if repeatable => backoff,
            Failure::Status(408 | 500 | 502 | 503 | 504, asked) if repeatable => asked.unwrap_or(backoff),
            Failure::Request | Failure::Interrupted | Failure::Unrecognized | Failure::Status(..) => return None,
        };
        (wait <= self.longest_wait).then_some(wait)
    }
}

/// What one attempt came to.
pub(crate) enum Attempt<T> {
    /// It has what was asked for.
    Done(T),
    /// What was in the way of it was put right: another attempt follows at once, and this one does not count.
    PutRight,
    /// There was no answer, or one that says that it failed.
    Failed(Failure, Error),
}

/// What can be attempted more than once.
pub(crate) trait Attempts {
    /// What a successful attempt gives.
    type Value;

    /// Makes one: the `number`th, from 1, after `waited` between those before it. An error ends them all.
    fn attempt(
        &mut self,
        number: u32,
        waited: Duration,
    ) -> impl Future<Output = Result<Attempt<Self::Value>, Error>> + Send;
}

/// Makes attempts until one succeeds or no other may follow.
pub(crate) async fn until_done<A: Attempts>(
    policy: RetryPolicy,
    repeatable: bool,
    mut attempts: A,
) -> Result<A::Value, Error> {
    let (mut number, mut waited) = (1, Duration::ZERO);
    loop {
        match attempts.attempt(number, waited).await? {
            Attempt::Done(value) => return Ok(value),
            Attempt::PutRight => {}
            Attempt::Failed(failure, error) => {
                let Some(wait) = policy.next_attempt(repeatable, failure, number) else { return Err(error) };
                let wait = with_jitter(wait);
                tracing::debug!(attempt = number, ?wait, ?failure, "another attempt follows");
                tokio::time::sleep(wait).await;
                number += 1;
                waited += wait;
            }
        }
    }
}

/// A little more, so that those who failed together do not come back together.
fn with_jitter(wait: Duration) -> Duration {
    let more = wait.mul_f64(fastrand::f64() / 4.0) + Duration::from_millis(fastrand::u64(0..100));
    wait.saturating_add(more)
}

#[cfg(test)]
mod tests {
    use super::{Failure, RetryPolicy, with_jitter};
    use std::time::Duration;

    const fn ms(milliseconds: u64) -> Option<Duration> {
        Some(Duration::from_millis(milliseconds))
    }

    #[test]
    fn decisions() {
        use Failure::{Connect, Interrupted, Request, Status, Unrecognized};
        let policy = RetryPolicy::default();
        // Failure, attempt, wait if the call may be repeated, wait if not.
        let table = [
            (Request, 1, None, None),
            (Connect, 1, ms(500), ms(500)),
            (Connect, 2, ms(1000), ms(1000)),
            (Connect, 3, ms(2000), ms(2000)),
            (Connect, 4, None, None),
            (Interrupted, 1, ms(500), None),
            (Unrecognized, 1, ms(500), None),
            (Unrecognized, 4, None, None),
            (Status(400, None), 1, None, None),
            (Status(401, None), 1, None, None),
            (Status(404, ms(10)), 1, None, None),
            (Status(408, None), 1, ms(500), None),
            (Status(409, None), 1, None, None),
            (Status(422, None), 1, None, None),
            (Status(423, None), 1, ms(500), ms(500)),
            (Status(423, ms(5000)), 3, ms(5000), ms(5000)),
            (Status(429, None), 2, ms(1000), ms(1000)),
            (Status(429, ms(7000)), 1, ms(7000), ms(7000)),
            (Status(429, ms(60_000)), 1, ms(60_000), ms(60_000)),
            (Status(429, ms(60_001)), 1, None, None),
            (Status(500, None), 1, ms(500), None),
            (Status(501, None), 1, None, None),
            (Status(502, None), 1, ms(500), None),
            (Status(503, None), 1, ms(500), None),
            (Status(503, ms(30_000)), 1, ms(30_000), ms(30_000)),
            (Status(504, None), 3, ms(2000), None),
        ];
        for (failure, attempt, repeatable, write) in table {
            assert_eq!(policy.next_attempt(true, failure, attempt), repeatable, "{failure:?}, attempt {attempt}");
            assert_eq!(policy.next_attempt(false, failure, attempt), write, "write, {failure:?}, attempt {attempt}");
        }
    }

    #[test]
    fn backoff_is_capped() {
        let policy = RetryPolicy::default().with_attempts(u32::MAX);
        assert_eq!(policy.next_attempt(true, Failure::Connect, 500), ms(60_000));
        assert_eq!(policy.next_attempt(true, Failure::Status(423, None), 500), ms(60_000));
        assert_eq!(RetryPolicy::never().next_attempt(true, Failure::Connect, 1), None);
    }

    #[test]
    fn jitter_only_adds() {
        let wait = Duration::from_secs(4);
        assert!((0..100).map(|_| with_jitter(wait)).all(|jittered| jittered >= wait && jittered < wait * 2));
    }
}
