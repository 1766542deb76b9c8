//! Where a credential stands in a request, and where it comes from.
//! It is put in just before sending, so that a request value never holds it.

use std::fmt;
use std::sync::Arc;

use super::{Secret, base64};
use crate::error::Error;
use crate::http::{BoxFuture, Request, url};

/// Gives tokens, and others in their place when they have expired.
///
/// Implement it to take tokens from where another part of your system keeps them fresh.
pub trait TokenSource: Send + Sync + 'static {
    /// The token to send with.
    fn token(&self) -> BoxFuture<Result<Secret, Error>>;

    /// A token in place of `expired`, which the server has just refused as expired. Many calls may ask at once; each
    /// names the token it was refused with, so that only the first needs to fetch another.
    fn replace(&self, expired: Secret) -> BoxFuture<Result<Secret, Error>>;
}

/// A token that is fixed, or comes from a [`TokenSource`].
#[derive(Clone)]
pub struct Token(Origin);

#[derive(Clone)]
enum Origin {
    Fixed(Secret),
    Source(Arc<dyn TokenSource>),
}

impl Token {
    /// A token that may be another one for each call.
    pub fn from_source(source: impl TokenSource) -> Self {
        Self(Origin::Source(Arc::new(source)))
    }

    pub(crate) async fn current(&self) -> Result<Secret, Error> {
        match &self.0 {
            Origin::Fixed(secret) => Ok(secret.clone()),
            Origin::Source(source) => source.token().await,
        }
    }

    /// Another token in place of `expired`; `None` when there can be no other.
    pub(crate) async fn replace(&self, expired: Secret) -> Option<Result<Secret, Error>> {
        match &self.0 {
            Origin::Fixed(_) => None,
            Origin::Source(source) => Some(source.replace(expired).await),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self(Origin::Fixed(text.into()))
    }
}

impl From<String> for Token {
    fn from(text: String) -> Self {
        Self(Origin::Fixed(text.into()))
    }
}

impl From<Secret> for Token {
    fn from(secret: Secret) -> Self {
        Self(Origin::Fixed(secret))
    }
}

/// One way to say who is calling.
#[derive(Clone, Debug)]
pub struct Credential {
    pub(crate) place: Place,
    pub(crate) token: Token,
}

/// Where in a request a credential stands.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Header(&'static str),
    Query(&'static str),
    Bearer,
    Basic { user: String },
}

impl Credential {
    /// A token in a header field.
    #[must_use]
    pub fn header(name: &'static str, token: impl Into<Token>) -> Self {
        Self { place: Place::Header(name), token: token.into() }
    }

    /// A key in the query.
    #[must_use]
    pub fn query(name: &'static str, token: impl Into<Token>) -> Self {
        Self { place: Place::Query(name), token: token.into() }
    }

    /// A token as HTTP Bearer sends it.
    #[must_use]
    pub fn bearer(token: impl Into<Token>) -> Self {
        Self { place: Place::Bearer, token: token.into() }
    }

    /// User and password, as HTTP Basic sends them.
    #[must_use]
    pub fn basic(user: impl Into<String>, password: impl Into<Token>) -> Self {
        Self { place: Place::Basic { user: user.into() }, token: password.into() }
    }
}

impl Place {
    pub(crate) fn put(&self, request: &mut Request, secret: &Secret) {
        match self {
            Self::Header(name) => request.headers.set(name, secret.expose()),
            Self::Query(name) => url::add_query(&mut request.url, name, secret.expose()),
            Self::Bearer => request.headers.set("Authorization", format!("Bearer {}", secret.expose())),
            Self::Basic { user } => {
                request.headers.set("Authorization", format!("Basic {}", basic(user, secret)));
            }
        }
    }

    /// What the secret looks like where it stands, if it looks different there.
    pub(crate) fn disguise(&self, secret: &Secret) -> Option<Secret> {
        match self {
            Self::Header(_) | Self::Bearer => None,
            Self::Query(_) => Some(url::encoded(secret.expose()).into()).filter(|encoded| encoded != secret),
            Self::Basic { user } => Some(basic(user, secret).into()),
        }
    }
}

fn basic(user: &str, password: &Secret) -> String {
    base64::encode(format!("{user}:{}", password.expose()).as_bytes())
}
