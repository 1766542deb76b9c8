//! Downloads from unguessable URLs on any host, as answers name them; streamed.
//! No credentials are sent: they belong to the API, not to its storage.

use std::time::Duration;

use super::retry::Failure;
use super::{Session, send};
use crate::error::{Answered, Error, Kind};
use crate::http::{Body, Headers, Method, Request, TransportError, url};

/// As long as a large file may take. That nothing comes at all is noticed earlier.
pub(super) const WHOLE_FILE: Duration = Duration::from_secs(3 * 3600);

impl Session {
    /// The body at `url`, which may be of any size. Each piece of it has the time of one attempt.
    pub(crate) async fn open(&self, url: &str) -> Result<Body, Error> {
        if !url::is_base(url::without_query(url)) {
            return Err(Error::new(Kind::Decode, "the job names no usable address of its result"));
        }
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut headers = Headers::new();
            headers.set("Accept", "*/*");
            headers.set("User-Agent", self.0.user_agent.as_str());
            let url = url.to_owned();
            let request = Request { method: Method::GET, url, headers, body: Vec::new(), timeout: WHOLE_FILE };
            let (failure, error) = match tokio::time::timeout(self.0.timeout, self.0.transport.send(request)).await {
                Ok(Ok(response)) if (200..300).contains(&response.status) => {
                    return Ok(response.body.with_timeout(self.0.timeout, ()));
                }
                Ok(Ok(response)) => {
                    let wait = send::retry_after(&response.headers, std::time::SystemTime::now());
                    let answer = Answered { status: response.status, headers: response.headers, ..Answered::default() };
                    let error = Error::new(Kind::Api, "the result cannot be downloaded")
                        .answered(answer)
                        .with_retry_after(wait);
                    (Failure::Status(response.status, wait), error)
                }
                Ok(Err(error)) => (Failure::of(&error), Error::transport(error)),
                Err(elapsed) => (Failure::Interrupted, Error::transport(TransportError::timeout(elapsed))),
            };
            match self.0.retry.next_attempt(true, failure, attempt) {
                None => return Err(error),
                Some(wait) => tokio::time::sleep(send::with_jitter(wait)).await,
            }
        }
    }
}
