//! Keeps a client within what the server can bear, before the server has to say so.
//! At most so many requests at once, and a pause that all of them keep when a bucket is nearly full.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::api::Limits;
use crate::http::Headers;

/// Above this part of the bucket, requests are spread out.
const COMFORTABLE: f64 = 0.75;

pub(super) struct Limiter {
    in_flight: Semaphore,
    limits: &'static Limits,
    not_before: Mutex<Option<Instant>>,
}

impl Limiter {
    pub(super) fn new(limits: &'static Limits, concurrency: usize) -> Self {
        Self { in_flight: Semaphore::new(concurrency.max(1)), limits, not_before: Mutex::new(None) }
    }

    /// Waits for the turn of one request, which lasts as long as the permit.
    ///
    /// # Errors
    /// With the wait, when it would be longer than `patience`.
    pub(super) async fn turn(&self, patience: Duration) -> Result<SemaphorePermit<'_>, Duration> {
        // The semaphore is never closed; should it be, nothing is limited.
        let permit = self.in_flight.acquire().await.map_err(|_| Duration::ZERO)?;
        // Those that wait hold their turn: nobody overtakes them.
        loop {
            let wait = self.pause();
            match wait {
                Duration::ZERO => return Ok(permit),
                wait if wait > patience => return Err(wait),
                wait => tokio::time::sleep(wait).await,
            }
        }
    }

    /// How long nobody should send.
    fn pause(&self) -> Duration {
        let not_before = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        not_before.map_or(Duration::ZERO, |instant| instant.saturating_duration_since(Instant::now()))
    }

    /// Nobody sends for `wait`. A longer pause that is already kept stays.
    pub(super) fn hold(&self, wait: Duration) {
        let Some(until) = Instant::now().checked_add(wait) else { return };
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = Some(not_before.map_or(until, |instant| instant.max(until)));
    }

    /// Learns from the header fields of an answer.
    pub(super) fn observe(&self, headers: &Headers) {
        let Some(filling) = headers.get(self.limits.bucket).and_then(Filling::parse) else { return };
        let pause = filling.pause(self.limits.bucket_per_second);
        if !pause.is_zero() {
            tracing::debug!(?pause, "the bucket is nearly full");
            self.hold(pause);
        }
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

    #[test]
    fn fillings() {
        for (text, pause) in [("0/200", 0), ("150/200", 0), ("151/200", 100), ("200/200", 5000), ("9999/1", 30_000)] {
            assert_eq!(Filling::parse(text).unwrap().pause(10), Duration::from_millis(pause), "{text}");
        }
        assert!(["", "x/200", "1", "-1/200", "1/x"].iter().all(|text| Filling::parse(text).is_none()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_nearly_full_bucket_slows_everybody() {
        let limiter = Limiter::new(&Limits::DEFAULT, 3);
        limiter.observe(&[("x-ratelimit-bucket-filling", "190/200")].into_iter().collect::<Headers>());
        let start = tokio::time::Instant::now();
        drop(limiter.turn(Duration::from_secs(60)).await.unwrap());
        assert!(start.elapsed() >= Duration::from_secs(4));
        limiter.hold(Duration::from_secs(3600));
        assert!(limiter.turn(Duration::from_secs(60)).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_limited() {
        let limiter = Limiter::new(&Limits::DEFAULT, 1);
        let turn = limiter.turn(Duration::ZERO).await.unwrap();
        let second = tokio::time::timeout(Duration::from_secs(1), limiter.turn(Duration::ZERO));
        assert!(second.await.is_err());
        drop(turn);
        assert!(limiter.turn(Duration::ZERO).await.is_ok());
    }
}
