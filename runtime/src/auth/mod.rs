//! Who the client is to the server: secrets, the places they are sent in, and tokens that are replaced when they expire.
//! Nothing here shows a secret, whatever is asked of it.

pub(crate) mod base64;
mod credential;
mod oauth;
mod secret;
mod store;

pub use credential::{Credential, Token, TokenSource};
pub use oauth::{ApiTokens, Grant, InstallCode, OAuthPaths, OAuthServer};
pub use secret::Secret;
pub use store::{MemoryStore, StoreError, StoredToken, TokenStore};
