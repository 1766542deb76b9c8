//! Jobs: calls whose work continues after the answer.
//! A job may be polled only a few times, so the intervals grow, and a webhook may end the wait early.

use std::fmt;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::time::{Instant, sleep_until};

use crate::answer::{Answer, Answered, Sending, decode_at};
use crate::api::{Jobs, Operation, Repeat};
use crate::call::Call;
use crate::decode::{Decode, DecodeError};
use crate::error::{Error, ErrorKind};
use crate::http::Method;
use crate::records::Records;
use crate::scalar::Json;
use crate::session::Session;

/// Work that the server has begun, whose result will be records of type `T`.
///
/// Its identifier can be stored, and the handle made again from it with [`Job::new`]. Clones count their questions
/// together.
pub struct Job<T> {
    session: Session,
    id: String,
    polls: Arc<AtomicU32>,
    result: PhantomData<fn() -> T>,
}

impl<T> Job<T> {
    /// The handle of a job that was begun earlier, from its identifier.
    #[must_use]
    pub fn new(session: &Session, id: impl Into<String>) -> Self {
        Self { session: session.clone(), id: id.into(), polls: Arc::default(), result: PhantomData }
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Asks how the job stands. The server allows this only a few times while a job is unfinished.
    ///
    /// # Errors
    /// When the server does not tell, or has been asked as often as it allows: then the job was not asked about.
    pub async fn status(&self) -> Result<JobStatus, Error> {
        let jobs = self.jobs()?;
        if self.polls.fetch_add(1, Ordering::Relaxed) >= jobs.polls {
            let message = format!("job {} is unfinished and may not be asked about again", self.id);
            return Err(Error::new(ErrorKind::Job, message));
        }
        let operation = Operation {
            id: "getJob",
            method: Method::GET,
            path: jobs.detail,
            value: jobs.job,
            repeat: Repeat::Safe,
            ..Operation::DEFAULT
        };
        let details: Json = Call::new(&self.session, &operation).path("id", self.id.as_str()).send().await?;
        let text = |member| decode_at::<Option<String>>((&*details).into(), member).ok().flatten();
        Ok(JobStatus {
            status: text(jobs.status).unwrap_or_default(),
            result_url: text(jobs.result_url),
            jobs,
            details,
        })
    }

    /// Waits until the job has ended, as long as the server lets itself be asked, and gives its result.
    ///
    /// # Errors
    /// When the job fails, or has not ended by then; [`body`](Error::body) is what the server said about it.
    pub async fn wait(&self) -> Result<JobResult<T>, Error> {
        self.wait_or(std::future::pending()).await
    }

    /// The same as [`wait`](Self::wait), but asks at once when `signal` is ready: a webhook that tells of the end of jobs.
    /// Such a webhook may be lost, and does not come for jobs that the server kills: asking goes on without it.
    ///
    /// # Errors
    /// See [`wait`](Self::wait).
    pub async fn wait_or(&self, signal: impl Future<Output = ()>) -> Result<JobResult<T>, Error> {
        let mut signal = pin!(signal);
        let mut signalled = false;
        let waits = self.jobs()?.waits;
        let mut next = Instant::now();
        let mut asked = 0;
        loop {
            let wait = waits.get(asked).or(waits.last()).copied().unwrap_or(60);
            next += Duration::from_secs(wait);
            asked += 1;
            if signalled {
                sleep_until(next).await;
            } else if let Either::Left(_) = select(signal.as_mut(), pin!(sleep_until(next))).await {
                signalled = true;
            }
            let status = self.status().await?;
            tracing::debug!(job = self.id, status = status.as_str(), "asked about the job");
            if !status.is_pending() {
                return self.ended(status);
            }
        }
    }

    fn ended(&self, status: JobStatus) -> Result<JobResult<T>, Error> {
        if status.is_completed() {
            return Ok(JobResult { session: self.session.clone(), status, records: PhantomData });
        }
        let message = format!("job {} ended as `{}`", self.id, status.as_str());
        Err(Error::new(ErrorKind::Job, message).with_body(status.details.to_string().into_bytes()))
    }

    fn jobs(&self) -> Result<Jobs, Error> {
        self.session.api().jobs.ok_or_else(|| Error::new(ErrorKind::Setup, "this API has no jobs"))
    }
}

impl<T> Call<Job<T>> {
    /// Starts the job and gives its handle. The same as [`send`](Self::send).
    pub fn submit(self) -> Sending<Job<T>> {
        self.send()
    }
}

impl<T> Answer for Job<T> {
    fn read(answer: &mut Answered<'_>) -> Result<Self, DecodeError> {
        let session = answer.session;
        let path = session.api().jobs.map_or(answer.reply.operation.value, |jobs| jobs.id);
        decode_at::<String>(answer.body, path).map(|id| Self::new(session, id))
    }
}

impl<T> Clone for Job<T> {
    fn clone(&self) -> Self {
        let (session, id, polls) = (self.session.clone(), self.id.clone(), Arc::clone(&self.polls));
        Self { session, id, polls, result: PhantomData }
    }
}

impl<T> fmt::Debug for Job<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("id", &self.id).finish_non_exhaustive()
    }
}

/// How a job stands.
#[derive(Clone)]
pub struct JobStatus {
    jobs: Jobs,
    status: String,
    result_url: Option<String>,
    details: Json,
}

impl JobStatus {
    /// The status, as the server calls it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.status
    }

    /// Whether the job has not ended yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.jobs.pending.contains(&self.as_str())
    }

    /// Whether the job has ended well.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status == self.jobs.completed
    }

    /// What happened on the way, as the server writes it: for batches, which lines were refused.
    #[must_use]
    pub fn log(&self) -> Option<Json> {
        self.details.at(self.jobs.log).filter(|log| !log.is_null()).map(|log| log.borrow().into())
    }

    /// All that the server says about the job.
    #[must_use]
    pub fn details(&self) -> &Json {
        &self.details
    }
}

/// The URL of the result is as good as a password to it.
impl fmt::Debug for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobStatus")
            .field("status", &self.status)
            .field("has_result", &self.result_url.is_some())
            .finish_non_exhaustive()
    }
}

/// The result of a job that has ended well.
#[must_use = "a job that has ended well may still have refused some lines: see `log`"]
pub struct JobResult<T> {
    session: Session,
    status: JobStatus,
    records: PhantomData<fn() -> T>,
}

impl<T: Decode> JobResult<T> {
    /// Opens the records of the result: a stream, read while it arrives.
    ///
    /// # Errors
    /// When there is no result, or it cannot be got.
    pub async fn records(&self) -> Result<Records<T>, Error> {
        let Some(url) = &self.status.result_url else {
            return Err(Error::new(ErrorKind::Job, "the job has no result"));
        };
        Ok(Records::new(self.session.open(url).await?))
    }
}

impl<T> JobResult<T> {
    /// Whether there is a result to read. Jobs that only change something have none.
    #[must_use]
    pub fn has_records(&self) -> bool {
        self.status.result_url.is_some()
    }

    /// What the server said about the job when it had ended.
    #[must_use]
    pub fn status(&self) -> &JobStatus {
        &self.status
    }

    /// What happened on the way, as the server writes it: for batches, which lines were refused.
    #[must_use]
    pub fn log(&self) -> Option<Json> {
        self.status.log()
    }
}

impl<T> fmt::Debug for JobResult<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobResult").field("status", &self.status).finish_non_exhaustive()
    }
}
