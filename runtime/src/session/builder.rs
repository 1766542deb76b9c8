//! Settings of a session, with defaults from the API.
//! Invalid settings are reported when the session is built, not on first use.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use super::limiter::Limiter;
use super::{Core, Session};
use crate::api::Api;
use crate::auth::Credential;
use crate::error::{Error, ErrorKind};
use crate::http::headers::{fault_of_value, is_name};
use crate::http::{Headers, Transport, url};
use crate::retry::RetryPolicy;

/// Builds a [`Session`].
#[derive(Clone)]
pub struct SessionBuilder {
    api: &'static Api,
    base_url: String,
    /// Whether the base URL was given in place of the API's own.
    is_elsewhere: bool,
    credentials: Vec<Credential>,
    /// Methods of the client's builder that take a credential.
    takers: &'static [&'static str],
    transport: Option<Arc<dyn Transport>>,
    retry: RetryPolicy,
    timeout: Duration,
    concurrency: usize,
    body_limit: usize,
    headers: Headers,
    user_agent: Option<String>,
    fault: Option<String>,
}

impl SessionBuilder {
    pub(super) fn new(api: &'static Api) -> Self {
        Self {
            api,
            base_url: api.base_url.to_owned(),
            is_elsewhere: false,
            credentials: Vec::new(),
            takers: &[],
            transport: None,
            retry: RetryPolicy::default(),
            timeout: Duration::from_secs(api.limits.timeout_seconds),
            concurrency: api.limits.concurrency,
            body_limit: api.limits.body_bytes,
            headers: Headers::new(),
            user_agent: None,
            fault: None,
        }
    }

    /// Adds a credential.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        if let Some(fault) = credential.fault() {
            self.fault(fault);
        }
        // Given twice, the later one counts.
        self.credentials.retain(|one| one.name != credential.name);
        self.credentials.push(credential);
        self
    }

    /// Sets a variable of the base URL: letters, digits, `-` and `.`.
    #[must_use]
    pub fn variable(mut self, name: &'static str, value: &str) -> Self {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if value.is_empty() || !value.bytes().all(allowed) {
            self.fault(format!("`{name}` is part of a host name: letters, digits, `-` and `.` only"));
        }
        self.base_url = self.base_url.replace(&format!("{{{name}}}"), value);
        self
    }

    /// Where paths start, in place of the API's own base URL and of the servers that some of its operations have.
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self.is_elsewhere = true;
        self
    }

    /// What sends the requests.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// How failures are met.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long one attempt may take, body included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many requests may be in flight at once; at least one.
    #[must_use]
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// The largest body of an answer, in bytes, decompressed. Results that are streamed have no limit.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// A header field that every call has, unless the call sets its own.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        if !is_name(&name) {
            self.fault(format!("{name:?} is no name of a header field"));
        } else if let Some(fault) = fault_of_value(&value) {
            self.fault(format!("the header field `{name}` {fault}"));
        }
        self.headers.set(&name, value);
        self
    }

    /// Your program's name, and a way to reach you, added to the user agent.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if let Some(fault) = fault_of_value(&name) {
            self.fault(format!("`user_agent` {fault}"));
        }
        self.user_agent = Some(name);
        self
    }

    /// Whether the base URL is a whole one: that of a document may be a path alone, or missing.
    #[cfg(feature = "testing")]
    pub(crate) fn has_address(&self) -> bool {
        url::is_base(self.base_url.trim_end_matches('/'))
    }

    /// Whether there are calls that need a credential, as far as the API says it for all.
    fn needs_credentials(&self) -> bool {
        match self.api.security {
            Some(any_of) => !any_of.is_empty() && any_of.iter().all(|all| !all.is_empty()),
            None => true,
        }
    }

    /// The first fault is the one that is reported.
    fn fault(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    /// Names the methods of the client's builder that take a credential, for the error when none was called.
    #[doc(hidden)]
    pub fn takers(mut self, names: &'static [&'static str]) -> Self {
        self.takers = names;
        self
    }

    /// Builds the session.
    ///
    /// # Errors
    /// When there is no credential, a setting cannot be sent, the base URL is none, or no transport can be made.
    pub fn build(self) -> Result<Session, Error> {
        let setup = |message: &str| Err(Error::new(ErrorKind::Setup, message));
        if let Some(fault) = self.fault {
            return setup(&fault);
        }
        if self.credentials.is_empty() && self.needs_credentials() {
            let methods: Vec<String> = self.takers.iter().map(|name| format!("`{name}`")).collect();
            let help = if methods.is_empty() {
                String::new()
            } else {
                format!(": call {} of the builder", methods.join(" or "))
            };
            return setup(&format!("no credential was given{help}"));
        }
        let base_url = self.base_url.trim_end_matches('/');
        if let Some((_, variable)) = base_url.split_once('{') {
            let variable = variable.split('}').next().unwrap_or(variable);
            return setup(&format!("`{variable}` of the base URL was not given"));
        }
        if !url::is_base(base_url) || !is_parsed(base_url) {
            return setup(
                "`base_url` must be absolute, like `https://host/path`, without user, query, fragment and blanks",
            );
        }
        let mut user_agent =
            format!("{}/{} kontrakt-runtime/{}", self.api.name, self.api.version, env!("CARGO_PKG_VERSION"));
        if let Some(name) = &self.user_agent {
            user_agent = format!("{name} {user_agent}");
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport()?,
        };
        Ok(Session(Arc::new(Core {
            api: self.api,
            base_url: RwLock::new(base_url.to_owned()),
            credentials: self.credentials,
            is_elsewhere: self.is_elsewhere,
            transport,
            limiter: Limiter::new(&self.api.limits, self.concurrency),
            retry: self.retry,
            timeout: self.timeout,
            body_limit: self.body_limit,
            headers: self.headers,
            user_agent,
        })))
    }
}

impl std::fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("api", &self.api.name)
            .field("base_url", &url::without_query(&self.base_url))
            .field("credentials", &self.credentials)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Whether the HTTP library takes it, too.
fn is_parsed(url: &str) -> bool {
    #[cfg(feature = "reqwest")]
    return crate::http::ReqwestTransport::takes(url);
    #[cfg(not(feature = "reqwest"))]
    return !url.is_empty();
}

#[cfg(feature = "reqwest")]
pub(crate) fn default_transport() -> Result<Arc<dyn Transport>, Error> {
    match crate::http::ReqwestTransport::new() {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => Err(Error::new(ErrorKind::Setup, "TLS could not be set up").caused_by(error)),
    }
}

#[cfg(not(feature = "reqwest"))]
pub(crate) fn default_transport() -> Result<Arc<dyn Transport>, Error> {
    Err(Error::new(ErrorKind::Setup, "no transport was given, and the feature `reqwest` is off"))
}
