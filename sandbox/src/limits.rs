//! How often calls may come, as `x-limits` says: a bucket that leaks, and requests of a period.

use std::time::Duration;

use crate::clock::Moment;
use crate::refusal::{Event, Refusal};
use crate::state::Making;

/// What is used up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    /// Drops in the bucket, and when they were counted.
    bucket: (f64, Option<Moment>),
    /// Calls of each period, with its number.
    periods: Vec<(u64, u64)>,
}

/// Seconds of the periods after the first: a day.
const DAY: u64 = 86_400;

impl Usage {
    /// Takes what one call needs: header fields of its reply, or a refusal.
    pub(crate) fn take(&mut self, making: Making<'_>) -> Result<Vec<(String, String)>, Refusal> {
        let mut headers = self.drip(making)?;
        headers.extend(self.spend(making)?);
        Ok(headers)
    }

    fn drip(&mut self, making: Making<'_>) -> Result<Vec<(String, String)>, Refusal> {
        let limits = &making.model.contract.behaviour.limits;
        let (Some(name), Some(size)) = (&limits.bucket_header, limits.bucket_size) else { return Ok(Vec::new()) };
        let per_second = limits.bucket_per_second.unwrap_or(1).max(1) as f64;
        let passed = self.bucket.1.map_or(0.0, |before| making.now.since(before).as_secs_f64());
        let level = (self.bucket.0 - passed * per_second).max(0.0);
        self.bucket = (level, Some(making.now));
        if level + 1.0 > size as f64 {
            let wait = Duration::from_secs_f64((level + 1.0 - size as f64) / per_second);
            let until = making.now.after(wait + Duration::from_secs(1)).http_date();
            let refusal = Refusal::new(Event::Limited, "the bucket is full");
            return Err(refusal.header(name, format!("{size}/{size}")).header("retry-after", until));
        }
        self.bucket.0 += 1.0;
        Ok(vec![(name.clone(), format!("{}/{size}", self.bucket.0.ceil()))])
    }

    /// Spends the shortest period first, then the longer ones.
    fn spend(&mut self, making: Making<'_>) -> Result<Vec<(String, String)>, Refusal> {
        let limits = &making.model.contract.behaviour.limits;
        let lengths = std::iter::once(limits.budget_period_seconds.unwrap_or(3600)).chain(std::iter::repeat(DAY));
        let seconds = making.now.seconds();
        self.periods.resize(limits.budget_sizes.len(), (0, 0));
        for ((number, used), length) in self.periods.iter_mut().zip(lengths) {
            if *number != seconds / length {
                (*number, *used) = (seconds / length, 0);
            }
        }
        let free = self.periods.iter_mut().zip(&limits.budget_sizes).find(|((_, used), size)| used < *size);
        let spent = free.map(|((_, used), _)| *used += 1).is_some() || limits.budget_sizes.is_empty();
        let left = self.periods.iter().zip(&limits.budget_sizes).map(|((_, used), size)| (size - used).to_string());
        let headers: Vec<(String, String)> = limits.budget_headers.iter().cloned().zip(left).collect();
        if spent {
            return Ok(headers);
        }
        let length = limits.budget_period_seconds.unwrap_or(3600);
        let until = Moment::at((seconds / length + 1) * length).http_date();
        let refusal = Refusal::new(Event::Limited, "no requests are left in this period").header("retry-after", until);
        Err(headers.into_iter().fold(refusal, |refusal, (name, value)| refusal.header(&name, value)))
    }
}
