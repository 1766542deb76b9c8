//! Where access tokens are kept between calls.
//! In memory by default; elsewhere when several processes share a limited number of valid tokens.

use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use super::Secret;
use crate::http::BoxFuture;

/// A token this close to its end is not sent any more: it could expire on its way.
const MARGIN: Duration = Duration::from_secs(30);

/// A token and when it expires.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token.
    pub token: Secret,
    /// When the server will refuse it; `None` if it did not say.
    pub expires_at: Option<SystemTime>,
}

impl StoredToken {
    /// A token that expires at a certain time, or when the server says so.
    #[must_use]
    pub fn new(token: impl Into<Secret>, expires_at: Option<SystemTime>) -> Self {
        Self { token: token.into(), expires_at }
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.expires_at.is_none_or(|end| end > SystemTime::now() + MARGIN)
    }
}

/// What goes wrong in a store. The call goes on without it.
pub type StoreError = Box<dyn Error + Send + Sync>;

/// Keeps tokens where other processes find them: a database, a cache, a file.
///
/// An add-on has one token per shop, so a store is one slot; make one store per shop.
pub trait TokenStore: Send + Sync + 'static {
    /// The token that was saved last, by whichever process.
    fn load(&self) -> BoxFuture<Result<Option<StoredToken>, StoreError>>;

    /// Saves a token in place of the one that was there.
    fn save(&self, token: StoredToken) -> BoxFuture<Result<(), StoreError>>;
}

/// Keeps a token in memory. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<RwLock<Option<StoredToken>>>);

impl TokenStore for MemoryStore {
    fn load(&self) -> BoxFuture<Result<Option<StoredToken>, StoreError>> {
        let token = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(std::future::ready(Ok(token)))
    }

    fn save(&self, token: StoredToken) -> BoxFuture<Result<(), StoreError>> {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(token);
        Box::pin(std::future::ready(Ok(())))
    }
}
