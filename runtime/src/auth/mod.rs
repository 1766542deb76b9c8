//! Authentication: secrets, where they are sent, and access tokens that are renewed when they expire.
//! No type here reveals a secret through `Debug` or errors.

mod credential;
mod oauth;
mod secret;
mod store;

pub use credential::{Credential, Token, TokenSource};
pub use oauth::{ApiTokens, Grant, InstallCode, OAuthPaths, OAuthServer};
pub use secret::Secret;
pub use store::{MemoryStore, StoreError, StoredToken, TokenStore};
