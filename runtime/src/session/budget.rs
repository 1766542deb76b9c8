//! The number of requests that a server still grants, from the headers of its answers.
//! Pure: the limiter passes the current time and the requests in flight.

use std::time::{Duration, SystemTime};

use crate::api::Limits;
use crate::http::Headers;

/// What an answer said about the requests that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Requests left, of all periods together: when the shortest is used up, servers take from the next.
    left: u64,
    /// Number of the shortest period it was said in, counted since 1970.
    period: u64,
    /// From then to the end of that period, when some are granted anew.
    pub(super) renewed_in: Duration,
}

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// It may.
    Go,
    /// Not before one of those on their way is answered: they may have used up what is left.
    AfterAnAnswer,
    /// Not before this time has passed, because of a pause that the server asked for or its bucket needs.
    Paused(Duration),
    /// Not before this time has passed, because no requests are left.
    UsedUp(Duration),
}

impl Budget {
    /// Reads the header fields of an answer that came at `now`; the server's own clock goes before ours.
    pub(super) fn read(limits: &Limits, headers: &Headers, now: SystemTime) -> Option<Self> {
        let left = |name: &&str| headers.get(name)?.trim().parse::<u64>().ok();
        let left = limits.budgets.iter().filter_map(left).reduce(u64::saturating_add)?;
        let now = headers.get("Date").and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
        let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        let length = limits.budget_period_seconds.max(1);
        Some(Self { left, period: now / length, renewed_in: Duration::from_secs(length - now % length) })
    }

    /// Whether this is the one to believe, after `known`. Answers may overtake each other: within a period what is left
    /// only gets less.
    pub(super) fn supersedes(&self, known: Option<&Self>) -> bool {
        known.is_none_or(|known| {
            (self.period, std::cmp::Reverse(self.left)) >= (known.period, std::cmp::Reverse(known.left))
        })
    }
}

/// Whether a request may be sent: `pause` is how long nobody should send, `budget` what the last answer left and how long
/// until there is more, `unanswered` how many requests are on their way.
pub(super) fn decide(pause: Duration, budget: Option<(&Budget, Duration)>, unanswered: u64) -> Decision {
    match budget {
        _ if !pause.is_zero() => Decision::Paused(pause),
        Some((budget, wait)) if !wait.is_zero() && budget.left <= unanswered => {
            if unanswered > 0 && budget.left > 0 {
                Decision::AfterAnAnswer
            } else {
                Decision::UsedUp(wait)
            }
        }
        _ => Decision::Go,
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Decision, decide};
    use crate::api::Limits;
    use crate::http::Headers;
    use std::time::{Duration, SystemTime};

    const LIMITS: Limits =
        Limits { budgets: &["X-Rate-Limit-Hour-Remaining", "X-Rate-Limit-Day-Remaining"], ..Limits::DEFAULT };
    const SECOND: Duration = Duration::from_secs(1);

    fn budget(left: u64, period: u64) -> Budget {
        Budget { left, period, renewed_in: SECOND }
    }

    #[test]
    fn decisions() {
        use Decision::{AfterAnAnswer, Go, Paused, UsedUp};
        let zero = Duration::ZERO;
        // The pause, what is left and how long until there is more, requests on their way.
        let table = [
            (zero, None, 0, Go),
            (zero, None, 2, Go),
            (SECOND, None, 0, Paused(SECOND)),
            (zero, Some((1, SECOND)), 0, Go),
            (zero, Some((3, SECOND)), 2, Go),
            (zero, Some((2, SECOND)), 2, AfterAnAnswer),
            (zero, Some((1, SECOND)), 2, AfterAnAnswer),
            (zero, Some((0, SECOND)), 0, UsedUp(SECOND)),
            (zero, Some((0, SECOND)), 2, UsedUp(SECOND)),
            (SECOND, Some((0, SECOND * 2)), 0, Paused(SECOND)),
            // There is more again.
            (zero, Some((0, zero)), 2, Go),
        ];
        for (pause, left, unanswered, decision) in table {
            let left = left.map(|(left, wait)| (budget(left, 0), wait));
            let known = left.as_ref().map(|(budget, wait)| (budget, *wait));
            assert_eq!(decide(pause, known, unanswered), decision, "{pause:?}, {left:?}, {unanswered}");
        }
    }

    #[test]
    fn what_answers_say() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(3600 * 10 + 5);
        let read = |headers: &[(&str, &str)]| {
            let headers = headers.iter().copied().collect::<Headers>();
            Budget::read(&LIMITS, &headers, now).map(|budget| (budget.left, budget.period, budget.renewed_in.as_secs()))
        };
        let (hour, day) = ("x-rate-limit-hour-remaining", "X-Rate-Limit-Day-Remaining");
        assert_eq!(read(&[(hour, "3"), (day, "20")]), Some((23, 10, 3595)));
        assert_eq!(read(&[(hour, "0"), (day, "0")]), Some((0, 10, 3595)));
        assert_eq!(read(&[(day, " 7 ")]), Some((7, 10, 3595)));
        assert_eq!(
            read(&[(hour, "1"), ("date", "Thu, 01 Jan 1970 02:59:00 GMT")]),
            Some((1, 2, 60)),
            "its clock, not ours"
        );
        assert_eq!(read(&[(hour, "many"), (day, "-1")]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn answers_overtake_each_other() {
        // What is known, what comes, which is believed.
        for (known, new, believed) in [
            (None, (5, 1), true),
            (Some((5, 1)), (4, 1), true),
            (Some((4, 1)), (5, 1), false),
            (Some((0, 1)), (10, 2), true),
            (Some((10, 2)), (0, 1), false),
        ] {
            let known = known.map(|(left, period)| budget(left, period));
            assert_eq!(budget(new.0, new.1).supersedes(known.as_ref()), believed, "{known:?}, then {new:?}");
        }
    }
}
