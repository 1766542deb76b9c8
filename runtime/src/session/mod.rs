//! A client's connection to one API: settings, credentials, and the one function that sends.
//! Emitted clients wrap it; all their calls end here.

mod budget;
mod builder;
mod limiter;
mod open;
mod send;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

pub use builder::SessionBuilder;
pub(crate) use builder::default_transport;
pub use limiter::Filling;

use crate::api::{Api, Operation};
use crate::auth::Credential;
use crate::error::{Error, ErrorKind};
use crate::http::{Headers, Transport};
use crate::retry::RetryPolicy;
use limiter::Limiter;

/// A session with an API. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct Session(Arc<Core>);

struct Core {
    api: &'static Api,
    /// Changes when the server says that it has moved.
    base_url: RwLock<String>,
    /// Whether the base URL was given in place of the API's own.
    is_elsewhere: bool,
    credentials: Vec<Credential>,
    transport: Arc<dyn Transport>,
    limiter: Limiter,
    retry: RetryPolicy,
    timeout: Duration,
    body_limit: usize,
    /// Of every call.
    headers: Headers,
    user_agent: String,
}

impl Session {
    /// Starts building a session.
    #[must_use]
    pub fn builder(api: &'static Api) -> SessionBuilder {
        SessionBuilder::new(api)
    }

    /// The API it is a session with.
    #[must_use]
    pub fn api(&self) -> &'static Api {
        self.0.api
    }

    /// The largest body that is read into memory without being asked for.
    pub(crate) fn body_limit(&self) -> usize {
        self.0.body_limit
    }

    /// Where paths start. Not always where it was set to: a server may say that it has moved, and then the new place is
    /// worth storing.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.0.base_url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets what the server said about waiting and about requests that are left: the next call of this session and
    /// its clones is sent at once. For when that was wrong, or has changed.
    pub fn reset_limits(&self) {
        self.0.limiter.reset();
    }

    /// The credentials of an operation: those of the first alternative that were all given.
    fn credentials_of(&self, operation: &Operation) -> Result<Vec<&Credential>, Error> {
        let given = &self.0.credentials;
        let Some(any_of) = operation.security.or(self.0.api.security) else {
            return Ok(given.iter().filter(|one| one.is_sent()).collect());
        };
        let named = |name: &&str| given.iter().find(|one| one.name == *name);
        let complete = |all: &&&[&str]| !all.is_empty() && all.iter().all(|name| named(name).is_some());
        match any_of.iter().find(complete) {
            Some(all) => Ok(all.iter().filter_map(named).filter(|one| one.is_sent()).collect()),
            None if any_of.iter().all(|all| !all.is_empty()) && !any_of.is_empty() => {
                let all = |all: &&[&str]| all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
                let any = any_of.iter().map(all).collect::<Vec<_>>().join(", or ");
                Err(Error::new(
                    ErrorKind::Setup,
                    format!("the call needs {any}, which the client's builder was not given"),
                ))
            }
            None => Ok(Vec::new()),
        }
    }

    fn set_base_url(&self, url: &str) {
        *self.0.base_url.write().unwrap_or_else(PoisonError::into_inner) = url.trim_end_matches('/').to_owned();
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("api", &self.0.api.name)
            .field("base_url", &self.base_url())
            .field("credentials", &self.0.credentials)
            .finish_non_exhaustive()
    }
}
