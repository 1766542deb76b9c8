//! What goes wrong on demand: on the way, in front of the API, or after the API has done what it was asked.

use std::str::FromStr;
use std::time::Duration;

use fastrand::Rng;

use crate::SandboxError;
use crate::message::{Ending, Reply};
use crate::refusal::Refusal;

/// Something that goes wrong, for which calls, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: Kind,
    operation: Option<String>,
    /// Calls that are left.
    left: Option<u32>,
    /// Of so many calls.
    odds: f64,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Status(u16),
    Html(u16),
    Delay(Duration),
    CutOff,
    Reset,
    LostAnswer,
    Error(u16),
    Moved(Option<String>),
    DuplicateDelivery,
    LostDelivery,
}

/// What a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A call.
    Call,
    /// What the sandbox sends by itself.
    Delivery,
}

impl Fault {
    /// The words for what goes wrong, as faults are written.
    pub(crate) const KINDS: [&str; 10] = [
        "status",
        "error",
        "html",
        "delay",
        "reset",
        "lost-answer",
        "cut-off",
        "moved",
        "duplicate-delivery",
        "lost-delivery",
    ];

    const fn of(kind: Kind) -> Self {
        Self { kind, operation: None, left: None, odds: 1.0 }
    }

    /// A status without a body, and nothing has happened.
    pub const fn status(status: u16) -> Self {
        Self::of(Kind::Status(status))
    }

    /// The API's own error with a status, such as 423 for what somebody else is changing, with the header fields that it
    /// has; and nothing has happened.
    pub const fn error(status: u16) -> Self {
        Self::of(Kind::Error(status))
    }

    /// The server has moved, and says where to as the API does: to the path `/moved` of the same host. It answers there.
    pub const fn moved() -> Self {
        Self::of(Kind::Moved(None))
    }

    /// The same with the base URL that it has moved to.
    pub fn moved_to(base: impl Into<String>) -> Self {
        Self::of(Kind::Moved(Some(base.into())))
    }

    /// A page of something in front of the API, and nothing has happened.
    pub const fn html(status: u16) -> Self {
        Self::of(Kind::Html(status))
    }

    /// The reply takes so long.
    pub const fn delay(duration: Duration) -> Self {
        Self::of(Kind::Delay(duration))
    }

    /// The connection ends in the middle of the reply; what was asked has happened.
    pub const fn cut_off() -> Self {
        Self::of(Kind::CutOff)
    }

    /// The connection breaks before anything has happened.
    pub const fn reset() -> Self {
        Self::of(Kind::Reset)
    }

    /// The connection breaks after what was asked has happened.
    pub const fn lost_answer() -> Self {
        Self::of(Kind::LostAnswer)
    }

    /// What the sandbox sends by itself arrives twice. The operation is that of the call which caused it.
    pub const fn duplicate_delivery() -> Self {
        Self::of(Kind::DuplicateDelivery)
    }

    /// What the sandbox sends by itself does not arrive, and is not sent again.
    pub const fn lost_delivery() -> Self {
        Self::of(Kind::LostDelivery)
    }

    /// The operation that it is for, if it is for one.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    fn stage(&self) -> Stage {
        match self.kind {
            Kind::DuplicateDelivery | Kind::LostDelivery => Stage::Delivery,
            _ => Stage::Call,
        }
    }

    /// How often a delivery is sent.
    pub(crate) fn copies(&self) -> u32 {
        match self.kind {
            Kind::DuplicateDelivery => 2,
            Kind::LostDelivery => 0,
            _ => 1,
        }
    }

    /// The same for one operation, by its identifier.
    #[must_use]
    pub fn on(self, operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..self }
    }

    /// The same so many times.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { left: Some(times), ..self }
    }

    /// The same with a probability.
    #[must_use]
    pub fn odds(self, odds: f64) -> Self {
        Self { odds, ..self }
    }

    /// The fault of a call or a delivery, counted. `url` is where the call goes.
    pub(crate) fn next(
        faults: &mut Vec<Self>,
        operation: &str,
        url: &str,
        rng: &mut Rng,
        stage: Stage,
    ) -> Option<Self> {
        let fits = |fault: &&mut Self| {
            fault.stage() == stage
                && !fault.new_base(url).is_some_and(|base| url.starts_with(&format!("{}/", base.trim_end_matches('/'))))
                && fault.operation.as_deref().is_none_or(|one| one == operation)
                && (fault.odds >= 1.0 || rng.f64() < fault.odds)
        };
        let found = faults.iter_mut().find(fits)?;
        found.left = found.left.map(|left| left.saturating_sub(1));
        let fault = found.clone();
        faults.retain(|fault| fault.left != Some(0));
        Some(fault)
    }

    /// Where the server is now, for a call to a URL.
    fn new_base(&self, url: &str) -> Option<String> {
        let Kind::Moved(base) = &self.kind else { return None };
        let origin = url.match_indices('/').nth(2).map_or(url, |(at, _)| &url[..at]);
        Some(base.clone().unwrap_or_else(|| format!("{origin}/moved")))
    }

    /// Why the API refuses a call to a URL.
    pub(crate) fn refusal(&self, url: &str) -> Option<Refusal> {
        match self.kind {
            Kind::Error(status) => Some(Refusal::of_status(status)),
            _ => self.new_base(url).map(|base| Refusal::moved(&base)),
        }
    }

    /// The reply instead of doing anything.
    pub(crate) fn instead(&self) -> Option<Reply> {
        let page = "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Error</h1></body></html>";
        match self.kind {
            Kind::Status(status) => Some(Reply { status, ..Reply::default() }),
            Kind::Html(status) => Some(Reply::of(status, "text/html; charset=utf-8", page)),
            Kind::Reset => Some(Reply { ending: Ending::Reset, ..Reply::default() }),
            _ => None,
        }
    }

    /// What becomes of the reply.
    pub(crate) fn afterwards(&self, reply: Reply) -> Reply {
        match self.kind {
            Kind::Delay(delay) => Reply { delay, ..reply },
            Kind::CutOff => Reply { ending: Ending::CutOff, ..reply },
            Kind::LostAnswer => Reply { ending: Ending::Reset, ..reply },
            _ => reply,
        }
    }
}

impl std::fmt::Display for Fault {
    /// As it is read.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            Kind::Status(status) => write!(f, "status:{status}"),
            Kind::Html(status) => write!(f, "html:{status}"),
            Kind::Error(status) => write!(f, "error:{status}"),
            Kind::Delay(delay) => write!(f, "delay:{}", delay.as_millis()),
            Kind::Moved(Some(base)) => write!(f, "moved:{base}"),
            Kind::Moved(None) => f.write_str("moved"),
            Kind::CutOff => f.write_str("cut-off"),
            Kind::Reset => f.write_str("reset"),
            Kind::LostAnswer => f.write_str("lost-answer"),
            Kind::DuplicateDelivery => f.write_str("duplicate-delivery"),
            Kind::LostDelivery => f.write_str("lost-delivery"),
        }?;
        if let Some(operation) = &self.operation {
            write!(f, "@{operation}")?;
        }
        if let Some(left) = self.left {
            write!(f, "*{left}")?;
        }
        if self.odds < 1.0 {
            write!(f, "%{}", self.odds * 100.0)?;
        }
        Ok(())
    }
}

impl FromStr for Fault {
    type Err = SandboxError;

    /// `status:503@createOrder*2%10`: what goes wrong, for which operation, how often, and with what probability.
    fn from_str(text: &str) -> Result<Self, SandboxError> {
        let expected = "expected reset, lost-answer, cut-off, status:503, error:423, html:502, delay:2000, moved, moved:URL, duplicate-delivery or lost-delivery, then @operation, *times, %percent";
        let wrong = || SandboxError::new(format!("{text:?} is no fault: {expected}"));
        let marks = ['@', '*', '%'];
        let (what, mut rest) = text.split_at(text.find(marks).unwrap_or(text.len()));
        let (kind, number) = what.split_once(':').unwrap_or((what, ""));
        let status = || number.parse::<u16>().ok().filter(|status| (100..600).contains(status)).ok_or_else(wrong);
        let mut fault = match (kind, number) {
            ("reset", "") => Self::reset(),
            ("lost-answer", "") => Self::lost_answer(),
            ("cut-off", "") => Self::cut_off(),
            ("duplicate-delivery", "") => Self::duplicate_delivery(),
            ("lost-delivery", "") => Self::lost_delivery(),
            ("moved", "") => Self::moved(),
            ("status", _) => Self::status(status()?),
            ("error", _) => Self::error(status()?),
            ("moved", _) => Self::moved_to(number),
            ("html", _) => Self::html(status()?),
            ("delay", _) => Self::delay(Duration::from_millis(number.parse().map_err(|_| wrong())?)),
            _ => return Err(wrong()),
        };
        while let Some(mark) = rest.chars().next() {
            let (value, after) = rest[1..].split_at(rest[1..].find(marks).unwrap_or(rest.len() - 1));
            fault = match mark {
                '@' if !value.is_empty() => fault.on(value),
                '*' => fault.times(value.parse().ok().filter(|times| *times > 0).ok_or_else(wrong)?),
                _ => fault.odds(
                    value.parse::<f64>().ok().filter(|odds| (0.0..=100.0).contains(odds)).ok_or_else(wrong)? / 100.0,
                ),
            };
            rest = after;
        }
        Ok(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_as_they_are_written() {
        for (text, expected) in [
            ("reset", Some(Fault::reset())),
            ("status:503@createOrder*2%10", Some(Fault::status(503).on("createOrder").times(2).odds(0.1))),
            ("delay:2000%50", Some(Fault::delay(Duration::from_secs(2)).odds(0.5))),
            ("lost-answer*1@a", Some(Fault::lost_answer().on("a").times(1))),
            ("html:502", Some(Fault::html(502))),
            ("error:423%5", Some(Fault::error(423).odds(0.05))),
            ("moved", Some(Fault::moved())),
            ("moved:https://a.example.com/api*1", Some(Fault::moved_to("https://a.example.com/api").times(1))),
            ("duplicate-delivery", Some(Fault::duplicate_delivery())),
            ("error", None),
            ("reset:503", None),
            ("status", None),
            ("status:9", None),
            ("flood", None),
            ("reset@", None),
            ("reset*0", None),
            ("reset%101", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Fault>().ok(), expected, "{text}");
            if let Some(fault) = expected {
                assert_eq!(fault.to_string().parse::<Fault>().unwrap(), fault, "{text} is written as it is read");
            }
        }
    }
}
