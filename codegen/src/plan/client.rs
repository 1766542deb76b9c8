//! The client and its builder: credentials, and variables of the base URL.

use std::collections::BTreeSet;

use super::prose::prose;
use crate::contract::{Contract, Operation, Requirement, SecurityKind, SecurityScheme, Server, ServerVariable};
use crate::name::{capital, is_keyword, phrase, snake};

/// Methods that every client builder has.
const BUILDER: [&str; 9] =
    ["base_url", "body_limit", "build", "concurrency", "header", "retry", "timeout", "transport", "user_agent"];

/// The client and its builder.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// Base URL, its variables under the names that they have here.
    pub base_url: String,
    /// What callers prove who they are with.
    pub credentials: Vec<Credential>,
    /// Which of them calls need that do not say it themselves: alternatives, each of those that go together.
    pub security: Option<Vec<Vec<String>>>,
    /// What stands in the base URL.
    pub variables: Vec<Variable>,
}

impl Client {
    /// The credentials that an operation needs, where they are others than those of all.
    pub fn security_of(&self, operation: &Operation) -> Option<Vec<Vec<String>>> {
        let own = operation.security.as_ref().map(|any_of| self.needed(any_of));
        own.filter(|own| Some(own) != self.security.as_ref())
    }

    /// Schemes as the builder calls them, without those that it has no method for.
    fn needed(&self, any_of: &[Requirement]) -> Vec<Vec<String>> {
        let name = |(scheme, _): &(String, _)| {
            self.credentials.iter().find(|one| one.scheme == *scheme).map(|one| one.name.clone())
        };
        any_of.iter().map(|all| all.iter().filter_map(name).collect()).collect()
    }
}

/// A credential.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Name of the security scheme.
    pub scheme: String,
    /// Name of the builder's method, in snake_case.
    pub name: String,
    /// Where it goes.
    pub place: CredentialPlace,
    /// What it is.
    pub docs: Vec<String>,
}

/// Where a credential goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialPlace {
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
    /// HTTP Basic (RFC 7617).
    Basic,
    /// `Authorization: Bearer` (RFC 6750).
    Bearer,
    /// A cookie of this name.
    Cookie(String),
    /// `Authorization` with another scheme.
    Scheme(String),
    /// In the connection: the transport has a certificate.
    Certificate,
}

/// A variable of the base URL.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Name of the builder's method, in snake_case.
    pub name: String,
    /// Name in the document.
    pub wire: String,
}

/// The client of an API, each method of its builder under a name of its own.
pub(super) fn plan(contract: &Contract) -> Client {
    let mut taken: BTreeSet<String> = BUILDER.map(str::to_owned).into();
    let mut free = |mut name: String, what: &str| {
        while is_keyword(&name) || !taken.insert(name.clone()) {
            name = format!("{name}_{what}");
        }
        name
    };
    // Both are maps of the document, whose order says nothing.
    let mut schemes: Vec<(&SecurityScheme, CredentialPlace)> =
        contract.security_schemes.iter().map(|scheme| (scheme, place(&scheme.kind))).collect();
    schemes.sort_by_key(|(scheme, _)| &scheme.name);
    let credential = |(scheme, place): (&SecurityScheme, CredentialPlace)| {
        let chosen = scheme.hints.name.as_ref().unwrap_or(&scheme.name);
        let name = free(snake(chosen), "credential");
        let docs = prose(scheme.description.as_deref());
        let docs = docs.unwrap_or_else(|| vec![format!("{}.", phrase(&name))]);
        Credential { scheme: scheme.name.clone(), docs, name, place }
    };
    let credentials = schemes.into_iter().map(credential).collect();
    let mut client = Client { credentials, ..Client::default() };
    // Where only operations say what they need, the others need nothing.
    let said = contract.operations.iter().any(|operation| operation.security.is_some());
    let needed_by_all = contract.security.clone().or_else(|| said.then(Vec::new));
    client.security = needed_by_all.map(|any_of| client.needed(&any_of));
    let Some(server) = base(contract) else { return client };
    let wire: BTreeSet<&String> = server.variables.iter().map(|one| &one.name).collect();
    let variable = |wire: &String| Variable { name: free(snake(wire), "variable"), wire: wire.clone() };
    let variables: Vec<Variable> = wire.into_iter().map(variable).collect();
    let base_url = variables.iter().fold(server.url.clone(), |url, Variable { name, wire }| {
        url.replace(&format!("{{{wire}}}"), &format!("{{{name}}}"))
    });
    Client { base_url: base_url.trim_end_matches('/').to_owned(), variables, ..client }
}

/// The server that calls go to which name none: that of the document, or else the one that most operations name.
fn base(contract: &Contract) -> Option<&Server> {
    contract.servers.first().or_else(|| {
        let all: Vec<&Server> = contract.operations.iter().filter_map(own).collect();
        let times = |server: &Server| all.iter().filter(|other| other.url == server.url).count();
        all.iter().copied().rev().max_by_key(|server| times(server))
    })
}

/// The server that an operation names itself, or its path.
fn own(operation: &Operation) -> Option<&Server> {
    operation.servers.first().or(operation.path_servers.first())
}

/// Where an operation is: its path, and before it, with a blank between, its server where that is another one than all have.
pub(super) fn address(contract: &Contract, operation: &Operation) -> String {
    let base = base(contract).map(url).unwrap_or_default();
    match own(operation).map(url).filter(|own| *own != base) {
        Some(own) if own.contains("://") => format!("{own} {}", operation.path),
        Some(own) => {
            // A path from where the base is.
            let host = base
                .split_once("://")
                .map(|(scheme, rest)| format!("{scheme}://{}", rest.split('/').next().unwrap_or_default()));
            let own = own.trim_start_matches('.').trim_start_matches('/');
            match host {
                Some(host) => format!("{host}/{own} {}", operation.path),
                None => format!("/{own}{}", operation.path),
            }
        }
        None => operation.path.clone(),
    }
}

/// The URL of a server, its variables as they are unless given.
fn url(server: &Server) -> String {
    let value = |one: &ServerVariable| {
        let listed = one.values.as_ref().and_then(|values| values.first().cloned());
        one.default.clone().or(listed).unwrap_or_default()
    };
    let url = server
        .variables
        .iter()
        .fold(server.url.clone(), |url, one| url.replace(&format!("{{{}}}", one.name), &value(one)));
    url.trim_end_matches('/').to_owned()
}

fn place(kind: &SecurityKind) -> CredentialPlace {
    match kind {
        SecurityKind::Header(name) => CredentialPlace::Header(name.clone()),
        SecurityKind::Query(name) => CredentialPlace::Query(name.clone()),
        SecurityKind::Basic => CredentialPlace::Basic,
        SecurityKind::Bearer | SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => CredentialPlace::Bearer,
        SecurityKind::Cookie(name) => CredentialPlace::Cookie(name.clone()),
        SecurityKind::Scheme(scheme) => CredentialPlace::Scheme(capital(scheme)),
        SecurityKind::MutualTls => CredentialPlace::Certificate,
        // Whatever it is, it says who is calling.
        SecurityKind::Other(_) => CredentialPlace::Header("Authorization".to_owned()),
    }
}
