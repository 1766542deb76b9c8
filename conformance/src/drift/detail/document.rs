//! Details of servers, credentials, components and the document itself.

use std::fmt::{self, Display, Formatter};

use kontrakt_codegen::contract::{Requirement, SecurityKind};

use super::Fate;

/// What a variable of a base URL may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum VariableChange {
    /// Its default, before and now.
    Default(Option<String>, Option<String>),
    /// Values that it no longer has.
    Never(Vec<String>),
    /// Values that it newly has.
    Also(Vec<String>),
    /// The only values that it has now.
    Only(Vec<String>),
    /// No list any more.
    Anything,
}

/// What an authorisation server asks a client to know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OAuthChange {
    /// An address, before and now.
    Address(&'static str, String, String),
    /// `bearerFormat`
    BearerFormat,
    /// A flow.
    Flow(String, Fate),
    /// A scope.
    Scope(String, Fate),
}

/// What changed about a document as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is a sentence of the `Display` below")]
pub enum DocumentDetail {
    Version { old: String, new: String },
    Head(String),
    Component(Fate),
    Server(String, Fate),
    ServerVariable(String, VariableChange),
    CredentialsRefused { credentials: Requirement, unsaid: bool },
    CredentialsSuffice(Requirement),
    Scheme(String, Fate),
    SchemeKind { name: String, old: SecurityKind, new: SecurityKind },
    OAuth(String, OAuthChange),
}

impl DocumentDetail {
    /// Whether the sentence itself names what it is about; else it is a predicate and the subject goes before it.
    pub(super) fn names_its_subject(&self) -> bool {
        matches!(
            self,
            Self::Version { .. }
                | Self::Server(..)
                | Self::ServerVariable(..)
                | Self::Scheme(..)
                | Self::SchemeKind { .. }
                | Self::OAuth(..)
        )
    }
}

impl Display for DocumentDetail {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { old, new } => write!(f, "the document is OpenAPI {new}, not {old}"),
            Self::Head(key) => write!(f, "{key} says something else"),
            Self::Component(fate) => write!(f, "{fate}; no operation refers to it"),
            Self::Server(url, fate) => write!(f, "the base URL {url} {fate}"),
            Self::ServerVariable(name, change) => match change {
                VariableChange::Default(old, new) => {
                    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
                    write!(f, "the variable {name} of the base URL is {} by default, not {}", show(new), show(old))
                }
                VariableChange::Never(values) => write!(f, "the variable {name} is never {} now", values.join(", ")),
                VariableChange::Also(values) => write!(f, "the variable {name} may be {} now", values.join(", ")),
                VariableChange::Only(values) => write!(f, "the variable {name} is one of {} now", values.join(", ")),
                VariableChange::Anything => write!(f, "the variable {name} may be anything now"),
            },
            Self::CredentialsRefused { credentials, unsaid } => match credentials.as_slice() {
                [] => f.write_str("calls without credentials are refused now"),
                _ => write!(f, "{} no longer suffices", Credentials(credentials)),
            }
            .and_then(|()| f.write_str(if *unsaid { "; nothing was said of credentials before" } else { "" })),
            Self::CredentialsSuffice(credentials) => match credentials.as_slice() {
                [] => f.write_str("no credentials are needed now"),
                _ => write!(f, "{} suffices now", Credentials(credentials)),
            },
            Self::Scheme(name, fate) => write!(f, "the security scheme {name} {fate}"),
            Self::SchemeKind { name, old, new } => write!(f, "{name} is {}, not {}", Credential(new), Credential(old)),
            Self::OAuth(name, change) => match change {
                OAuthChange::Address(key, old, new) => write!(f, "{name}: {key} is {new}, not {old}"),
                OAuthChange::BearerFormat => write!(f, "{name}: bearerFormat says something else"),
                OAuthChange::Flow(flow, fate) => write!(f, "{name}: the flow {flow} {fate}"),
                OAuthChange::Scope(scope, fate) => write!(f, "{name}: the scope {scope} {fate}"),
            },
        }
    }
}

/// Credentials that are needed together.
struct Credentials<'a>(&'a Requirement);

impl Display for Credentials<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, (name, scopes)) in self.0.iter().enumerate() {
            write!(f, "{}{name}", if at > 0 { " with " } else { "" })?;
            if !scopes.is_empty() {
                write!(f, " ({})", scopes.join(", "))?;
            }
        }
        Ok(())
    }
}

/// Where a credential goes.
struct Credential<'a>(&'a SecurityKind);

impl Display for Credential<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            SecurityKind::Header(name) => write!(f, "the header {name}"),
            SecurityKind::Query(name) => write!(f, "the query parameter {name}"),
            SecurityKind::Basic => f.write_str("HTTP Basic"),
            SecurityKind::Bearer => f.write_str("a bearer token"),
            SecurityKind::Cookie(name) => write!(f, "the cookie {name}"),
            SecurityKind::Scheme(scheme) => write!(f, "HTTP {scheme}"),
            SecurityKind::OAuth2 => f.write_str("oauth2"),
            SecurityKind::OpenIdConnect => f.write_str("openIdConnect"),
            SecurityKind::MutualTls => f.write_str("mutualTLS"),
            SecurityKind::Other(kind) => f.write_str(kind),
        }
    }
}
