//! Calls whose work goes on after the answer.
//! The handle can be stored by its identifier and picked up again later.

use std::fmt;
use std::marker::PhantomData;

use crate::answer::{Answer, Answered, decode_at};
use crate::decode::DecodeError;
use crate::session::Session;

/// Work that the server has begun, whose result will be records of type `T`.
pub struct Job<T> {
    session: Session,
    id: String,
    result: PhantomData<fn() -> T>,
}

impl<T> Job<T> {
    /// The handle of a job that was begun earlier, from its identifier.
    #[must_use]
    pub fn new(session: &Session, id: impl Into<String>) -> Self {
        Self { session: session.clone(), id: id.into(), result: PhantomData }
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl<T> Answer for Job<T> {
    fn read(answer: &Answered<'_>) -> Result<Self, DecodeError> {
        let session = &answer.reply.session;
        let id: String = match session.api().jobs {
            Some(jobs) => decode_at(answer.body, jobs.id)?,
            None => decode_at(answer.body, answer.reply.operation.value)?,
        };
        Ok(Self::new(session, id))
    }
}

impl<T> fmt::Debug for Job<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("id", &self.id).finish_non_exhaustive()
    }
}
