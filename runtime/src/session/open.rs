//! Opens the URL that a server gives for a result: on any host, unguessable, streamed.
//! No credentials are sent with it: they belong to the API, not to its storage.

use std::time::{Duration, SystemTime};

use super::Session;
use super::send::retry_after;
use crate::error::{Error, ErrorKind, ErrorReply};
use crate::http::{Body, Headers, Method, Request, TransportError, WHOLE_FILE, url};
use crate::retry::{Attempt, Attempts, Failure, until_done};

impl Session {
    /// The body at `url`, which may be of any size. Each piece of it has the time of one attempt.
    pub(crate) async fn open(&self, url: &str) -> Result<Body, Error> {
        if !url::is_base(url::without_query(url)) {
            return Err(Error::new(ErrorKind::Decode, "the job names no usable address of its result"));
        }
        until_done(self.0.retry, true, Opening { session: self, url }).await
    }
}

/// An address that is being opened.
struct Opening<'s> {
    session: &'s Session,
    url: &'s str,
}

impl Attempts for Opening<'_> {
    type Value = Body;

    async fn attempt(&mut self, _: u32, _: Duration) -> Result<Attempt<Body>, Error> {
        let core = &self.session.0;
        let mut headers = Headers::new();
        headers.set("Accept", "*/*");
        headers.set("User-Agent", core.user_agent.as_str());
        let url = self.url.to_owned();
        let request =
            Request { method: Method::GET, url, headers, body: Vec::new(), operation: "", timeout: WHOLE_FILE };
        let response = match tokio::time::timeout(core.timeout, core.transport.send(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Ok(Attempt::Failed(Failure::of(&error), Error::transport(error))),
            Err(elapsed) => {
                let error = Error::transport(TransportError::timeout(elapsed));
                return Ok(Attempt::Failed(Failure::Interrupted, error));
            }
        };
        if (200..300).contains(&response.status) {
            return Ok(Attempt::Done(response.body.with_timeout(core.timeout, ())));
        }
        let wait = retry_after(&response.headers, SystemTime::now());
        let failure = Failure::Status(response.status, wait);
        let answer = ErrorReply { status: response.status, headers: response.headers, ..ErrorReply::default() };
        let error = Error::new(ErrorKind::Api, "the result cannot be downloaded");
        Ok(Attempt::Failed(failure, error.answered(answer).with_retry_after(wait)))
    }
}
