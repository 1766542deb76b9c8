//! Records traffic as HAR 1.2 without secrets and personal data, behind the feature `recorder`.
//! It wraps another transport, so it records exactly what was sent and received.

mod har;
mod redact;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::{StreamExt as _, stream};
use time::OffsetDateTime;

use crate::api::Recording;
use crate::http::{Body, BoxFuture, Request, Response, Transport, TransportError};
use redact::Redactor;

/// Larger bodies are passed on and left out of the recording.
const LARGEST_BODY: usize = 16 << 20;

/// Records what a client sends and receives.
///
/// Credentials are replaced by `***`; e-mail addresses, phone numbers, names, addresses, tax numbers and free texts by
/// pseudonyms that are the same wherever the same value stands, so that relations survive. Header fields are kept only
/// if they are known to be harmless, and bodies only if they are JSON.
///
/// ```no_run
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "reqwest")] {
/// use kontrakt_runtime::http::ReqwestTransport;
/// use kontrakt_runtime::recorder::Recorder;
///
/// // The crate of an API has a constant for what is particular about it.
/// let recorder = Recorder::new(ReqwestTransport::new()?, kontrakt_runtime::Recording::DEFAULT);
/// // Give `recorder.clone()` to the client builder as its transport, make calls, then:
/// recorder.save("traffic.har")?;
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Recorder(Arc<RecorderState>);

struct RecorderState {
    transport: Box<dyn Transport>,
    tape: Mutex<Recorded>,
}

struct Recorded {
    redactor: Redactor,
    entries: Vec<har::HarEntry>,
}

impl Recorder {
    /// Records what goes through `transport`, with pseudonyms that are good for this recording only.
    pub fn new(transport: impl Transport, recording: Recording) -> Self {
        let salt: [u64; 4] = std::array::from_fn(|_| fastrand::u64(..));
        Self::with_salt(transport, recording, &format!("{salt:x?}"))
    }

    /// The same, with pseudonyms that are the same in all recordings made with this salt. Keep the salt secret: with it,
    /// guesses about persons can be checked.
    pub fn with_salt(transport: impl Transport, recording: Recording, salt: &str) -> Self {
        let tape = Recorded { redactor: Redactor::new(recording, salt), entries: Vec::new() };
        Self(Arc::new(RecorderState { transport: Box::new(transport), tape: Mutex::new(tape) }))
    }

    /// The recording so far, as HAR.
    #[must_use]
    pub fn har(&self) -> String {
        let tape = self.0.tape.lock().unwrap_or_else(PoisonError::into_inner);
        har::write(&tape.entries)
    }

    /// Writes the recording so far into a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> std::io::Result<()> {
        std::fs::write(path, self.har())
    }

    fn record(
        &self,
        started: OffsetDateTime,
        took: Instant,
        request: &Request,
        response: &Response,
        body: Option<&[u8]>,
    ) {
        let mut tape = self.0.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let Recorded { redactor, entries } = &mut *tape;
        redactor.learn(request);
        entries.push(har::HarEntry::new(redactor, started, took.elapsed(), request, response, body));
    }
}

impl Transport for Recorder {
    fn send(&self, request: Request) -> BoxFuture<Result<Response, TransportError>> {
        let recorder = self.clone();
        let sending = self.0.transport.send(request.clone());
        Box::pin(async move {
            let (started, took) = (OffsetDateTime::now_utc(), Instant::now());
            let mut response = sending.await?;
            let mut pieces = Vec::new();
            let mut size = 0;
            while let Some(piece) = response.body.chunk().await {
                size += piece.as_ref().map_or(0, Vec::len);
                let broken = piece.is_err();
                pieces.push(piece);
                if broken || size > LARGEST_BODY {
                    // What is left goes through as it comes.
                    recorder.record(started, took, &request, &response, None);
                    let rest = std::mem::replace(&mut response.body, Body::from(Vec::new()));
                    let rest =
                        stream::unfold(rest, |mut rest| async move { rest.chunk().await.map(|piece| (piece, rest)) });
                    response.body = Body::from_stream(stream::iter(pieces).chain(rest));
                    return Ok(response);
                }
            }
            let body: Vec<u8> = pieces.into_iter().flatten().flatten().collect();
            recorder.record(started, took, &request, &response, Some(&body));
            response.body = Body::from(body);
            Ok(response)
        })
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}
