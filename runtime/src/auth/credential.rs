//! Where a credential is sent, and where it comes from.
//! It is added just before sending, so a request value never contains it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fmt;
use std::sync::Arc;

use super::Secret;
use crate::error::Error;
use crate::http::headers::{fault_of, fault_of_value};
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

    /// The token, if it is always the same.
    fn fixed(&self) -> Option<&Secret> {
        match &self.0 {
            Origin::Fixed(secret) => Some(secret),
            Origin::Source(_) => None,
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
    /// What the client's builder calls it.
    pub(crate) name: &'static str,
    pub(crate) place: SentIn,
    pub(crate) token: Token,
}

/// Where in a request a credential stands.
#[derive(Clone, Debug)]
pub(crate) enum SentIn {
    Header(&'static str),
    Query(&'static str),
    Bearer,
    Basic {
        user: String,
    },
    Cookie(&'static str),
    /// `Authorization` with this scheme.
    Scheme(&'static str),
    /// In no request: the connection shows it.
    Connection,
}

impl Credential {
    /// A token in a header field.
    #[must_use]
    pub fn header(name: &'static str, token: impl Into<Token>) -> Self {
        Self { name, place: SentIn::Header(name), token: token.into() }
    }

    /// A key in the query.
    #[must_use]
    pub fn query(name: &'static str, token: impl Into<Token>) -> Self {
        Self { name, place: SentIn::Query(name), token: token.into() }
    }

    /// A token as HTTP Bearer sends it.
    #[must_use]
    pub fn bearer(token: impl Into<Token>) -> Self {
        Self { name: "bearer", place: SentIn::Bearer, token: token.into() }
    }

    /// A token in a cookie.
    #[must_use]
    pub fn cookie(name: &'static str, token: impl Into<Token>) -> Self {
        Self { name, place: SentIn::Cookie(name), token: token.into() }
    }

    /// What another scheme of HTTP authentication sends after its name.
    #[must_use]
    pub fn scheme(scheme: &'static str, token: impl Into<Token>) -> Self {
        Self { name: scheme, place: SentIn::Scheme(scheme), token: token.into() }
    }

    /// A certificate, which the transport shows.
    #[must_use]
    pub fn certificate() -> Self {
        Self { name: "certificate", place: SentIn::Connection, token: "".into() }
    }

    /// User and password, as HTTP Basic sends them.
    #[must_use]
    pub fn basic(user: impl Into<String>, password: impl Into<Token>) -> Self {
        Self { name: "basic", place: SentIn::Basic { user: user.into() }, token: password.into() }
    }

    /// The same credential under another name: the one that errors and the security of operations call it by.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Whether a request has it.
    pub(crate) fn is_sent(&self) -> bool {
        !matches!(self.place, SentIn::Connection)
    }

    /// Why it can never be sent, as far as that is known before its token is.
    pub(crate) fn fault(&self) -> Option<String> {
        let user = match &self.place {
            // The first colon ends the user.
            SentIn::Basic { user } => fault_of(user).or_else(|| user.contains(':').then_some("has a colon")),
            _ => None,
        };
        let user = user.map(|fault| format!("the user of `{}` {fault}", self.name));
        user.or_else(|| self.fault_of(self.token.fixed()?))
    }

    /// Why it cannot be sent with this token.
    pub(crate) fn fault_of(&self, secret: &Secret) -> Option<String> {
        let text = secret.expose();
        Some(match self.place {
            SentIn::Header(_) | SentIn::Bearer | SentIn::Scheme(_) => {
                format!("`{}` {}", self.name, fault_of_value(text)?)
            }
            SentIn::Cookie(_) => {
                let ends = text.contains([';', ' ', '"', ',', '\\']).then_some("has a sign that no cookie can have");
                format!("`{}` {}", self.name, fault_of_value(text).or(ends)?)
            }
            SentIn::Connection => return None,
            SentIn::Query(_) => format!("`{}` {}", self.name, fault_of(text)?),
            SentIn::Basic { .. } => format!("the password of `{}` {}", self.name, fault_of(text)?),
        })
    }
}

impl SentIn {
    pub(crate) fn put(&self, request: &mut Request, secret: &Secret) {
        match self {
            Self::Header(name) => request.headers.set(name, secret.expose()),
            Self::Query(name) => url::add_query(&mut request.url, name, secret.expose(), false),
            Self::Bearer => request.headers.set("Authorization", format!("Bearer {}", secret.expose())),
            Self::Basic { user } => {
                request.headers.set("Authorization", format!("Basic {}", basic(user, secret)));
            }
            Self::Cookie(name) => {
                let before = request.headers.get("Cookie").map_or_else(String::new, |cookies| format!("{cookies}; "));
                request.headers.set("Cookie", format!("{before}{name}={}", secret.expose()));
            }
            Self::Scheme(scheme) => request.headers.set("Authorization", format!("{scheme} {}", secret.expose())),
            Self::Connection => {}
        }
    }

    /// What the secret looks like where it stands, if it looks different there.
    pub(crate) fn disguise(&self, secret: &Secret) -> Option<Secret> {
        match self {
            Self::Header(_) | Self::Bearer | Self::Cookie(_) | Self::Scheme(_) | Self::Connection => None,
            Self::Query(_) => Some(url::encoded(secret.expose()).into()).filter(|encoded| encoded != secret),
            Self::Basic { user } => Some(basic(user, secret).into()),
        }
    }
}

fn basic(user: &str, password: &Secret) -> String {
    BASE64.encode(format!("{user}:{}", password.expose()))
}
