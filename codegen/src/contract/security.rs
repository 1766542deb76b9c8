//! Security requirements: alternatives of credentials with their scopes, and the OAuth endpoints.

use super::Extensions;
use super::at::{At, extensions};
use super::servers::texts;
use crate::document::Node;

/// Credentials that are needed together: names of schemes, each with the scopes that are asked for.
pub type Requirement = Vec<(String, Vec<String>)>;

/// One way of OAuth 2 to get a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Which one, such as `clientCredentials`.
    pub name: String,
    /// Its addresses by member: `authorizationUrl`, `tokenUrl`, `refreshUrl`.
    pub urls: Vec<(&'static str, String)>,
    /// The scopes that exist, by name, with what they are for.
    pub scopes: Vec<(String, String)>,
    /// `x-` members.
    pub extensions: Extensions,
}

/// What a `security` member lists, alternatives first.
pub(super) fn requirements(at: &At<'_>) -> Vec<Requirement> {
    let scopes = |at: &At<'_>| texts(at.node.as_list().unwrap_or_default());
    let one = |at: At<'_>| at.members().map(|(name, list)| (name.to_owned(), scopes(&list))).collect();
    at.elements().map(one).collect()
}

/// The `flows` of a security scheme.
pub(super) fn flows(scheme: &At<'_>) -> Vec<Flow> {
    let flow = |(name, at): (&str, At<'_>)| Flow {
        name: name.to_owned(),
        urls: ["authorizationUrl", "tokenUrl", "refreshUrl"]
            .into_iter()
            .filter_map(|key| Some((key, at.text(key)?)))
            .collect(),
        scopes: at
            .node
            .get("scopes")
            .and_then(Node::as_map)
            .into_iter()
            .flat_map(crate::document::Map::iter)
            .map(|(scope, about)| (scope.to_owned(), about.as_str().unwrap_or_default().to_owned()))
            .collect(),
        extensions: extensions(at.node),
    };
    scheme.get("flows").iter().flat_map(At::members).map(flow).collect()
}
