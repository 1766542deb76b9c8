//! The one function that sends: concurrency, attempts, waits, expired tokens, moved servers.
//! Not generic: typed work on the reply is in [`answer`](crate::answer).

use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tracing::Instrument as _;

use super::Session;
use super::limiter::{TooLong, Turn};
use crate::api::Operation;
use crate::auth::Secret;
use crate::envelope::Verdict;
use crate::error::{Error, ErrorKind};
use crate::http::{Headers, Request, Response, TransportError, WHOLE_FILE, url};
use crate::reply::{Reply, scrub};
use crate::request::Parts;
use crate::retry::{Attempt, Attempts, Failure, RetryPolicy, until_done};
use crate::scalar::{DateTime, LocalDateTime};
use crate::value::Value;

/// More moves than this are a circle.
const MOST_MOVES: u32 = 2;

/// Servers count requests by the day at most: a longer wait is a mistake.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// What one attempt gave.
enum AttemptOutcome {
    Answer(Box<Reply>),
    Broken(TransportError),
    TooLarge,
}

/// What was put right for one call.
#[derive(Default)]
struct Mended {
    /// How often the server had moved.
    moves: u32,
    /// Whether tokens were replaced.
    tokens: bool,
}

/// A call on its way.
struct Calling<'s> {
    session: &'s Session,
    call: Parts,
    policy: RetryPolicy,
    span: &'s tracing::Span,
    /// How long it waited for its turns.
    queued: Duration,
    mended: Mended,
}

impl Attempts for Calling<'_> {
    type Value = Reply;

    async fn attempt(&mut self, number: u32, waited: Duration) -> Result<Attempt<Reply>, Error> {
        let (session, call) = (self.session, &self.call);
        self.span.record("attempts", number);
        let asked = Instant::now();
        let mut turn = Some(session.turn(self.policy).await?);
        self.queued += asked.elapsed();
        self.span.record("waited_ms", milliseconds(self.queued + waited));
        let base_url = session.base_url();
        let (request, secrets) = session.request_of(call, &base_url).await?;
        let outcome = session.attempt(call, request, &secrets, &mut turn).await;
        drop(turn);
        match outcome {
            AttemptOutcome::TooLarge => Err(Error::too_large("the answer", session.0.body_limit)),
            AttemptOutcome::Broken(error) => Ok(session.broken(call, error, &secrets)),
            AttemptOutcome::Answer(reply) if (200..300).contains(&reply.status) => Ok(match reply.unrecognized() {
                Some(error) => Attempt::Failed(Failure::Unrecognized, reply.fail(error, None)),
                None => Attempt::Done(*reply),
            }),
            AttemptOutcome::Answer(reply) => session.failed(*reply, &base_url, &mut self.mended).await,
        }
    }
}

impl Session {
    /// Sends a call until there is an answer or no hope of one.
    pub(crate) async fn dispatch(self, call: Parts) -> Result<Reply, Error> {
        let operation = call.operation;
        let span = tracing::info_span!(
            "api_call",
            api = self.0.api.name,
            operation = operation.id,
            method = operation.method.as_str(),
            path = operation.path,
            status = tracing::field::Empty,
            attempts = tracing::field::Empty,
            waited_ms = tracing::field::Empty,
        );
        let result = self.attempts(call, &span).instrument(span.clone()).await;
        match &result {
            Ok(reply) => span.record("status", reply.status),
            Err(error) => span.record("status", error.status().unwrap_or(0)),
        };
        if let Ok(reply) = &result
            && reply.headers.tell_deprecation()
        {
            let sunset = reply.headers.get("Sunset");
            tracing::warn!(parent: &span, operation = operation.id, sunset, "the server calls this deprecated");
        }
        result.map_err(|error| error.in_operation(&operation))
    }

    async fn attempts(self, call: Parts, span: &tracing::Span) -> Result<Reply, Error> {
        if let Some(fault) = call.fault {
            return Err(Error::new(ErrorKind::Request, fault));
        }
        let policy = call.retry.unwrap_or(self.0.retry);
        let repeatable = call.operation.is_repeatable();
        let calling = Calling { session: &self, call, policy, span, queued: Duration::ZERO, mended: Mended::default() };
        until_done(policy, repeatable, calling).await
    }

    /// An attempt without an answer.
    fn broken(&self, call: &Parts, error: TransportError, secrets: &[Secret]) -> Attempt<Reply> {
        let failure = Failure::of(&error);
        let error = if error.is_timeout() {
            Error::new(ErrorKind::Timeout, format!("no answer within {:?}", self.timeout_of(call))).caused_by(error)
        } else {
            Error::transport(error).scrubbed(|text| scrub(secrets, text))
        };
        Attempt::Failed(failure, error)
    }

    /// An attempt that was answered with a status of failure: moved servers are followed and expired tokens replaced.
    async fn failed(&self, reply: Reply, base_url: &str, mended: &mut Mended) -> Result<Attempt<Reply>, Error> {
        if mended.moves < MOST_MOVES && self.follow_move(&reply, base_url) {
            mended.moves += 1;
            return Ok(Attempt::PutRight);
        }
        let (status, operation, secrets) = (reply.status, reply.operation, reply.secrets.clone());
        let is_markup = reply.is_markup();
        let wait = retry_after(&reply.headers, SystemTime::now());
        let error = self.failure(reply).with_retry_after(wait);
        let says_so = self.0.api.expired_token.is_some_and(|code| error.has_code(code));
        if status == 401 && says_so && !mended.tokens && self.replace_tokens(&operation, &secrets).await? {
            tracing::debug!("the token has expired and was replaced");
            mended.tokens = true;
            return Ok(Attempt::PutRight);
        }
        if let (429 | 503, Some(wait)) = (status, wait) {
            self.0.limiter.hold(wait);
        }
        // That there is no such thing, the API says in JSON.
        let failure = if status == 404 && is_markup { Failure::Unrecognized } else { Failure::Status(status, wait) };
        Ok(Attempt::Failed(failure, error))
    }

    /// The turn of one attempt.
    async fn turn(&self, policy: RetryPolicy) -> Result<Turn, Error> {
        let turn = self.0.limiter.turn(policy.longest_wait).await;
        turn.map_err(|TooLong { wait, why }| Error::new(ErrorKind::RateLimited, why).with_retry_after(Some(wait)))
    }

    /// One attempt, in its turn. The turn of a file lasts until it is read or dropped.
    async fn attempt(
        &self,
        call: &Parts,
        request: Request,
        secrets: &[Secret],
        turn: &mut Option<Turn>,
    ) -> AttemptOutcome {
        let timeout = self.timeout_of(call);
        let exchange = async {
            let Response { status, headers, mut body } = self.0.transport.send(request).await?;
            if let Some(turn) = turn {
                turn.answered(&headers);
            }
            tracing::debug!(status, "answered");
            // An error may come as JSON where a file was asked for, with any status.
            let is_json = headers.get("Content-Type").is_some_and(|media_type| media_type.contains("json"));
            if !call.is_file || is_json || !(200..300).contains(&status) {
                let body = body.collect(self.0.body_limit).await?;
                return Ok(body.map(|body| (status, headers, body, None)));
            }
            let first = body.chunk().await.transpose()?.unwrap_or_default();
            let file = body.with_timeout(timeout, turn.take()).after(first.clone());
            Ok(Some((status, headers, first, Some(file))))
        };
        match tokio::time::timeout(timeout, exchange).await {
            Err(elapsed) => AttemptOutcome::Broken(TransportError::timeout(elapsed)),
            Ok(Err(error)) => AttemptOutcome::Broken(error),
            Ok(Ok(None)) => AttemptOutcome::TooLarge,
            Ok(Ok(Some((status, headers, body, file)))) => AttemptOutcome::Answer(Box::new(Reply {
                api: self.0.api,
                operation: call.operation,
                status,
                headers,
                body,
                file,
                secrets: secrets.to_vec(),
            })),
        }
    }

    /// How long one attempt may take.
    fn timeout_of(&self, call: &Parts) -> Duration {
        call.timeout.unwrap_or(self.0.timeout)
    }

    /// The request of a call, credentials included.
    async fn request_of(&self, call: &Parts, base_url: &str) -> Result<(Request, Vec<Secret>), Error> {
        // A server of its own, unless the client is to go somewhere else altogether.
        let base_url = call.server.filter(|_| !self.0.is_elsewhere).unwrap_or(base_url);
        let mut url = format!("{base_url}{}", call.path);
        for (key, value) in &call.query {
            // Members of an object stand in brackets after its name.
            let name = key.split('[').next().unwrap_or(key);
            url::add_query(&mut url, key, value, call.operation.reserved.contains(&name));
        }
        let mut headers = Headers::new();
        headers.set("Accept", if call.is_file { "*/*" } else { "application/json" });
        headers.set("User-Agent", self.0.user_agent.as_str());
        for (name, value) in self.0.api.headers {
            headers.set(name, *value);
        }
        let body = call.body.encoded().map(|(media_type, body)| {
            headers.set("Content-Type", &*media_type);
            body
        });
        let own = call.headers.iter().map(|(name, value)| (&**name, value.as_str()));
        for (name, value) in self.0.headers.iter().chain(own) {
            headers.set(name, value);
        }
        let body = body.unwrap_or_default();
        let timeout = if call.is_file { WHOLE_FILE } else { self.timeout_of(call) };
        let mut request =
            Request { method: call.operation.method, url, headers, body, operation: call.operation.id, timeout };
        let credentials = self.credentials_of(&call.operation)?;
        let mut secrets = Vec::with_capacity(credentials.len());
        for credential in &credentials {
            let secret = credential.token.current().await?;
            if let Some(fault) = credential.fault_of(&secret) {
                return Err(Error::new(ErrorKind::Setup, fault));
            }
            credential.place.put(&mut request, &secret);
            secrets.push(secret);
        }
        // Behind the secrets themselves, which stand in the order of their credentials.
        let disguises = credentials.iter().zip(&secrets).map(|(one, secret)| one.place.disguise(secret));
        let disguises: Vec<Secret> = disguises.flatten().collect();
        secrets.extend(disguises);
        Ok((request, secrets))
    }

    /// Replaces every token of a call that can be; `false` if none can.
    async fn replace_tokens(&self, operation: &Operation, expired: &[Secret]) -> Result<bool, Error> {
        let mut replaced = false;
        for (credential, secret) in self.credentials_of(operation)?.into_iter().zip(expired) {
            if let Some(result) = credential.token.replace(secret.clone()).await {
                result?;
                replaced = true;
            }
        }
        Ok(replaced)
    }

    /// Goes where the server says it has moved to; `false` if it does not say that.
    fn follow_move(&self, reply: &Reply, asked: &str) -> bool {
        let Some(moved_to) = self.0.api.moved_to.filter(|_| matches!(reply.status, 301 | 308)) else { return false };
        let Some(target) = self.target(reply) else { return false };
        // Credentials go no further than home, and not from TLS to where there is none.
        let host = url::host(&target);
        let at_home = host == url::host(asked) || host.is_some_and(|host| url::is_in(host, moved_to.domains));
        let secure = target.starts_with("https://") || asked.starts_with("http://");
        if !url::is_base(&target) || !at_home || !secure || target.trim_end_matches('/') == asked {
            return false;
        }
        tracing::info!(to = target, "the server has moved");
        self.set_base_url(&target);
        true
    }

    /// Where an answer points to: as the API says it, or HTTP.
    fn target(&self, reply: &Reply) -> Option<String> {
        let body = Value::from_json(&reply.body).unwrap_or_default();
        let member = self.0.api.moved_to.and_then(|moved_to| body.at(moved_to.member)).and_then(Value::as_str);
        member.or_else(|| reply.headers.get("Location")).map(str::to_owned)
    }

    /// What a status of failure means, and where it points to.
    fn reason(&self, reply: &Reply) -> String {
        let target = (300..400).contains(&reply.status).then(|| self.target(reply)).flatten();
        match target.as_deref().map(|target| url::host(target).unwrap_or("an address without a host")) {
            Some(host) => format!("{}, to {host}: this client does not follow", reason(reply.status)),
            None => reason(reply.status).to_owned(),
        }
    }

    /// The error of an answer with a status of failure.
    fn failure(&self, reply: Reply) -> Error {
        let body = Value::from_json(&reply.body);
        let is_json = body.is_ok();
        let verdict = Verdict::read(self.0.api, true, &reply.headers, &body.unwrap_or_default());
        let reason = self.reason(&reply);
        let message =
            if is_json || reply.body.is_empty() { reason } else { format!("{reason} ({})", reply.name_of_body()) };
        reply.fail(Error::new(ErrorKind::Api, message).with_api_errors(verdict.errors), verdict.request_id)
    }
}

/// How long the server asks to wait, in seconds or until a date, but no longer than a day.
pub(super) fn retry_after(headers: &Headers, now: SystemTime) -> Option<Duration> {
    asked_wait(headers.get("Retry-After")?.trim(), now).map(|wait| wait.min(LONGEST_WAIT))
}

fn asked_wait(text: &str, now: SystemTime) -> Option<Duration> {
    // More digits than a number holds are more than the cap, too.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    if let Ok(date) = httpdate::parse_http_date(text) {
        return Some(date.duration_since(now).unwrap_or_default());
    }
    let zoned = text.parse().map(|date: DateTime| *date);
    // Dates of HTTP are in GMT, so one without a zone is too.
    let date = zoned.or_else(|_| text.parse().map(|date: LocalDateTime| date.assume_utc())).ok()?;
    Some(SystemTime::from(date).duration_since(now).unwrap_or_default())
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn reason(status: u16) -> &'static str {
    match status {
        300..=399 => "the server points elsewhere",
        400 => "bad request",
        401 => "not authenticated",
        403 => "not allowed",
        404 => "not found",
        405 => "method not allowed",
        408 => "the server got no request in time",
        409 => "conflict",
        413 => "too much in one request",
        422 => "the content was refused",
        423 => "locked by another request",
        429 => "too many requests",
        503 => "the service is not available",
        500..=599 => "the server failed",
        _ => "the request was refused",
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Headers, SystemTime, retry_after};

    #[test]
    fn waits_that_servers_ask_for() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (text, seconds) in [
            ("5", Some(5)),
            (" 120 ", Some(120)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("1994-11-06T08:50:37+00:00", Some(60)),
            ("1994-11-06T09:50:37+01:00", Some(60)),
            ("1994-11-06 08:50:37", Some(60)),
            ("3600", Some(3600)),
            ("86401", Some(86_400)),
            ("99999999999", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400)),
            ("9999-12-31T23:59:59+00:00", Some(86_400)),
            ("9999-12-31 23:59:59", Some(86_400)),
            ("0001-01-01T00:00:00+00:00", Some(0)),
            ("soon", None),
            ("", None),
            ("-1", None),
            ("1e9", None),
        ] {
            let headers = [("retry-after", text)].into_iter().collect::<Headers>();
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
