//! OAuth token requests: exchange of an installation code, and of a long-lived token for short-lived access tokens,
//! which all calls share and renew once when they expire.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;

use super::store::{MemoryStore, StoreError, StoredToken, TokenStore};
use super::{Secret, Token, TokenSource};
use crate::decode::{Decode, DecodeError};
use crate::error::{ApiError, Error, ErrorKind, ErrorReply};
use crate::http::headers::{fault_of, fault_of_value};
use crate::http::{BoxFuture, Headers, Method, Request, Transport, url};
use crate::scalar::Json;
use crate::session::default_transport;
use crate::value::{Object, Value};

const TIMEOUT: Duration = Duration::from_secs(30);
const BODY_LIMIT: usize = 1 << 20;

/// A server that gives tokens.
#[derive(Clone)]
pub struct OAuthServer {
    transport: Arc<dyn Transport>,
}

/// What a server sends to the address of an add-on that is being installed, and what the add-on says about itself.
#[derive(Clone, Debug)]
pub struct InstallCode {
    /// The code, good for one exchange.
    pub code: Secret,
    /// The add-on's identifier.
    pub client_id: String,
    /// The add-on's secret, if it has one.
    pub client_secret: Option<Secret>,
    /// The address the code came to.
    pub redirect_uri: String,
    /// What the token is for.
    pub scope: String,
}

/// Where a server gives tokens, as the crate of its API knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OAuthPaths {
    /// Path that exchanges the code of an installation.
    pub exchange: &'static str,
    /// Path that gives short-lived tokens.
    pub token: &'static str,
}

impl OAuthPaths {
    /// The address for [`OAuthServer::exchange`], on a server such as `https://partner.example.com`.
    #[must_use]
    pub fn exchange(&self, server: &str) -> String {
        format!("{}{}", server.trim_end_matches('/'), self.exchange)
    }

    /// The address for [`OAuthServer::tokens`], on a server such as `https://shop.example.com`.
    #[must_use]
    pub fn token(&self, server: &str) -> String {
        format!("{}{}", server.trim_end_matches('/'), self.token)
    }
}

/// What an installation code was exchanged for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Grant {
    /// The long-lived token. Store it safely: it is what short-lived ones are asked for with.
    pub token: Secret,
    /// What else the server answered: which shop it is, and the like.
    pub details: Json,
}

impl Grant {
    /// Everything that the server answered, as the type that the API's crate has for it.
    ///
    /// # Errors
    /// When it cannot mean a `T`.
    pub fn read<T: Decode>(&self) -> Result<T, DecodeError> {
        let mut members: Object<'_> = self
            .details
            .as_object()
            .into_iter()
            .flat_map(Object::iter)
            .map(|(key, value)| (key.into(), value.borrow()))
            .collect();
        members.insert("access_token", Value::from(self.token.expose().to_owned()));
        T::decode(&Value::Map(members))
    }
}

impl OAuthServer {
    /// A server reached by the transport that is built in.
    ///
    /// # Errors
    /// When there is none, or TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        default_transport().map(|transport| Self { transport })
    }

    /// A server reached by another transport.
    pub fn with_transport(transport: impl Transport) -> Self {
        Self { transport: Arc::new(transport) }
    }

    /// Exchanges the code of an installation at `url`.
    ///
    /// # Errors
    /// When the server refuses; [`api_errors`](Error::api_errors) have its code. When the URL is none, or one of the texts
    /// is empty or has a line break, nothing is sent, and the error names it.
    pub async fn exchange(&self, url: &str, install: &InstallCode) -> Result<Grant, Error> {
        let secret = install.client_secret.as_ref().map_or("none", Secret::expose);
        let texts = [
            ("code", install.code.expose()),
            ("client_id", &install.client_id),
            ("client_secret", secret),
            ("redirect_uri", &install.redirect_uri),
            ("scope", &install.scope),
        ];
        let fault = |(name, text)| fault_of(text).map(|fault| format!("`{name}` {fault}"));
        checked(url, texts.into_iter().find_map(fault))?;
        let mut body = Object::default();
        let mut add = |key: &'static str, text: &str| body.insert(key, Value::from(text.to_owned()));
        add("client_id", &install.client_id);
        if let Some(secret) = &install.client_secret {
            add("client_secret", secret.expose());
        }
        add("code", install.code.expose());
        add("grant_type", "authorization_code");
        add("redirect_uri", &install.redirect_uri);
        add("scope", &install.scope);
        let mut headers = Headers::new();
        headers.set("Accept", "application/json");
        headers.set("Content-Type", "application/json");
        let body = Value::Map(body).to_json().into_bytes();
        let request =
            Request { method: Method::POST, url: url.to_owned(), headers, body, operation: "", timeout: TIMEOUT };
        let secrets: Vec<&Secret> =
            [Some(&install.code), install.client_secret.as_ref()].into_iter().flatten().collect();
        let (token, details) = self.token_in(request, &secrets).await?;
        // Not kept twice, so that the details can be shown.
        let shown = details.as_object().into_iter().flat_map(Object::iter).filter(|(key, _)| *key != "access_token");
        let details = Value::Map(shown.map(|(key, value)| (key.into(), value.borrow())).collect()).into();
        Ok(Grant { token, details })
    }

    /// Short-lived tokens, asked for at `url` with a long-lived one.
    ///
    /// # Errors
    /// When the URL is none, or the token cannot be sent: it is empty, or has a line break.
    pub fn tokens(&self, url: impl Into<String>, long_lived: impl Into<Secret>) -> Result<ApiTokens, Error> {
        let (url, long_lived) = (url.into(), long_lived.into());
        let fault = fault_of_value(long_lived.expose());
        checked(&url, fault.map(|fault| format!("the long-lived token {fault}")))?;
        Ok(ApiTokens(Arc::new(SharedTokens {
            server: self.clone(),
            url,
            long_lived,
            store: Arc::new(MemoryStore::default()),
            current: RwLock::new(None),
            gate: Mutex::new(()),
        })))
    }

    /// Sends a request and finds the token in the answer.
    async fn token_in(&self, request: Request, secrets: &[&Secret]) -> Result<(Secret, Json), Error> {
        let exchange = async {
            let response = self.transport.send(request).await?;
            Ok((response.status, response.headers, response.body.collect(BODY_LIMIT).await?))
        };
        let (status, headers, body) = match tokio::time::timeout(TIMEOUT, exchange).await {
            Err(elapsed) => {
                return Err(Error::new(ErrorKind::Timeout, format!("no token within {TIMEOUT:?}")).caused_by(elapsed));
            }
            Ok(Err(error)) => return Err(Error::transport(error)),
            Ok(Ok((status, headers, body))) => (status, headers, body.unwrap_or_default()),
        };
        let answer = Value::from_json(&body).map(Json::from).unwrap_or_default();
        let token = answer.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
        if let (200..300, Some(token)) = (status, token) {
            return Ok((Secret::new(token), answer));
        }
        let text = |key| answer.get(key).and_then(Value::as_str).map(str::to_owned);
        let errors = match (text("error"), text("error_description").or_else(|| text("message"))) {
            (None, None) => Vec::new(),
            (code, message) => vec![ApiError::new(code, message.unwrap_or_default(), None)],
        };
        // What was answered may hold a token all the same, so the body is not kept.
        let answered = ErrorReply { status, headers, ..ErrorReply::default() };
        let error = Error::new(ErrorKind::Token, "the server gave no token").with_api_errors(errors).answered(answered);
        Err(error.scrubbed(|text| secrets.iter().fold(text.to_owned(), |text, secret| secret.scrub(text))))
    }
}

/// Refuses what cannot be sent.
fn checked(url: &str, fault: Option<String>) -> Result<(), Error> {
    let wrong =
        || "`url` must be absolute, like `https://host/path`, without user, query, fragment and blanks".to_owned();
    match fault.or_else(|| (!url::is_base(url)).then(wrong)) {
        Some(fault) => Err(Error::new(ErrorKind::Setup, fault)),
        None => Ok(()),
    }
}

impl fmt::Debug for OAuthServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OAuthServer")
    }
}

/// Short-lived tokens that all calls share. Clones share them too.
///
/// Give it to a client builder in place of a token. However many calls find their token expired together, one of them
/// fetches another and all go on with that.
#[derive(Clone)]
pub struct ApiTokens(Arc<SharedTokens>);

struct SharedTokens {
    server: OAuthServer,
    url: String,
    long_lived: Secret,
    store: Arc<dyn TokenStore>,
    current: RwLock<Option<StoredToken>>,
    /// Held by the one that fetches.
    gate: Mutex<()>,
}

impl ApiTokens {
    /// Keeps tokens in `store`, where other processes find them. To be called before the first use.
    #[must_use]
    pub fn with_store(self, store: impl TokenStore) -> Self {
        let SharedTokens { server, url, long_lived, .. } = &*self.0;
        let (server, url, long_lived) = (server.clone(), url.clone(), long_lived.clone());
        let (current, gate) = (RwLock::new(None), Mutex::new(()));
        Self(Arc::new(SharedTokens { server, url, long_lived, store: Arc::new(store), current, gate }))
    }
}

impl SharedTokens {
    fn current(&self) -> Option<StoredToken> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone().filter(StoredToken::is_fresh)
    }

    fn remember(&self, token: &StoredToken) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
    }

    /// A token that is not `expired`: from memory, from the store, or from the server, by one caller at a time.
    async fn obtain(&self, expired: Option<&Secret>) -> Result<Secret, Error> {
        let usable = |token: &StoredToken| Some(&token.token) != expired;
        let _gate = self.gate.lock().await;
        // Those that waited at the gate find what the first one left.
        if let Some(current) = self.current().filter(usable) {
            return Ok(current.token);
        }
        let stored = self.store.load().await.unwrap_or_else(|error| {
            store_failed(error);
            None
        });
        let token = match stored.filter(|token| token.is_fresh() && usable(token)) {
            Some(token) => token,
            None => {
                let token = self.fetch().await?;
                if let Err(error) = self.store.save(token.clone()).await {
                    store_failed(error);
                }
                token
            }
        };
        self.remember(&token);
        Ok(token.token)
    }

    /// One attempt: each may use up one of the few tokens that can be valid at once.
    async fn fetch(&self) -> Result<StoredToken, Error> {
        tracing::debug!("asking for a token");
        let mut headers = Headers::new();
        headers.set("Accept", "application/json");
        headers.set("Authorization", format!("Bearer {}", self.long_lived.expose()));
        let url = self.url.clone();
        let request = Request { method: Method::GET, url, headers, body: Vec::new(), operation: "", timeout: TIMEOUT };
        let (token, answer) = self.server.token_in(request, &[&self.long_lived]).await?;
        let lifetime = answer.get("expires_in").and_then(|seconds| match seconds {
            Value::Int(seconds) => u64::try_from(*seconds).ok(),
            Value::Str(seconds) => seconds.parse().ok(),
            _ => None,
        });
        let expires_at = lifetime.and_then(|seconds| SystemTime::now().checked_add(Duration::from_secs(seconds)));
        Ok(StoredToken::new(token, expires_at))
    }
}

/// Without the error's text: it is the store's, and may hold anything.
fn store_failed(_: StoreError) {
    tracing::warn!("the token store failed; going on without it");
}

impl TokenSource for ApiTokens {
    fn token(&self) -> BoxFuture<Result<Secret, Error>> {
        if let Some(current) = self.0.current() {
            return Box::pin(std::future::ready(Ok(current.token)));
        }
        let shared = Arc::clone(&self.0);
        Box::pin(async move { shared.obtain(None).await })
    }

    fn replace(&self, expired: Secret) -> BoxFuture<Result<Secret, Error>> {
        let shared = Arc::clone(&self.0);
        Box::pin(async move { shared.obtain(Some(&expired)).await })
    }
}

impl From<ApiTokens> for Token {
    fn from(tokens: ApiTokens) -> Self {
        Self::from_source(tokens)
    }
}

impl fmt::Debug for ApiTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiTokens(***)")
    }
}
