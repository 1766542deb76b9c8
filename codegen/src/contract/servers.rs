//! Base URLs: of the document, of a path, of an operation.

use super::Extensions;
use super::at::{At, extensions};
use crate::document::{Node, Pointer};

/// A base URL.
#[derive(Clone, Debug)]
pub struct Server {
    /// URL, with `{variables}`.
    pub url: String,
    /// What it is, for people.
    pub description: Option<String>,
    /// What stands for the variables.
    pub variables: Vec<ServerVariable>,
    /// `x-` members.
    pub extensions: Extensions,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A variable of a base URL.
#[derive(Clone, Debug)]
pub struct ServerVariable {
    /// Name, as in the URL.
    pub name: String,
    /// What it is unless given; may be empty.
    pub default: Option<String>,
    /// The only values it may have, where they are listed.
    pub values: Option<Vec<String>>,
    /// What it is, for people.
    pub description: Option<String>,
    /// `x-` members.
    pub extensions: Extensions,
}

/// The `servers` of a document, path or operation.
pub(super) fn read(at: &At<'_>) -> Vec<Server> {
    at.get("servers").iter().flat_map(At::elements).filter_map(|at| server(&at)).collect()
}

fn server(at: &At<'_>) -> Option<Server> {
    let variables = at.get("variables");
    let variable = |(name, at): (&str, At<'_>)| ServerVariable {
        name: name.to_owned(),
        default: at.text("default"),
        values: at.node.get("enum").and_then(Node::as_list).map(texts),
        description: at.text("description"),
        extensions: extensions(at.node),
    };
    let variables = variables.iter().flat_map(At::members).map(variable).collect();
    Some(Server {
        url: at.text("url")?,
        description: at.text("description"),
        variables,
        extensions: extensions(at.node),
        pointer: at.pointer.clone(),
    })
}

/// The texts of a list.
pub(super) fn texts(list: &[Node]) -> Vec<String> {
    list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}
