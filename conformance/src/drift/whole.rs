//! What belongs to no operation: servers, credentials, components that nothing refers to, the document itself.
//! Where the contract leaves something out, the documents are compared as they are written.

use std::collections::BTreeSet;

use kontrakt_codegen::document::{Kind as NodeKind, Map, Node, Pointer};
use serde_json::Value;

use super::Side;
use super::model::{Effect, Finding, Kind, Severity, Spot};
use super::promises;

/// A set of credentials: names of schemes, and with them the scopes that are asked for.
pub(super) type Credentials = Vec<(String, Vec<String>)>;

/// Everything about a document as a whole.
pub(super) fn compare(old: &Side, new: &Side) -> Vec<Finding> {
    let mut findings = servers((&Pointer::root(), &old.document.root), (&Pointer::root(), &new.document.root));
    findings.extend(security(old, new));
    findings.extend(schemes(old, new));
    findings.extend(components(old, new));
    findings.extend(head(old, new));
    findings
}

/// Where something without a span of its own stands.
fn at(pointer: Pointer) -> Option<Spot> {
    Some((pointer, Default::default()))
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}

fn members<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = (&'n str, &'n Node)> {
    node.get(key).and_then(Node::as_map).into_iter().flat_map(Map::iter)
}

/// The `x-` members of a node.
pub(super) fn extensions(node: Option<&Node>) -> Vec<(String, Value)> {
    let all = node.and_then(Node::as_map).into_iter().flat_map(Map::iter);
    all.filter(|(key, _)| key.starts_with("x-")).map(|(key, node)| (key.to_owned(), node.to_json())).collect()
}

/// Version, prose and `x-` members of the document.
fn head(old: &Side, new: &Side) -> Vec<Finding> {
    let mut findings = Vec::new();
    if old.contract.openapi.split('.').nth(1) != new.contract.openapi.split('.').nth(1) {
        let what = format!("the document is OpenAPI {}, not {}", new.contract.openapi, old.contract.openapi);
        let finding = Finding::new(Kind::DocumentChanged, Effect::None, what);
        findings.push(finding.about("document").at(at(Pointer::from(["openapi"])), at(Pointer::from(["openapi"]))));
    }
    for key in ["info", "tags", "externalDocs"] {
        let (a, b) = (old.document.root.get(key), new.document.root.get(key));
        if a != b {
            let place = |node: Option<&Node>| node.and_then(|_| at(Pointer::from([key])));
            let finding = Finding::new(Kind::Documentation, Effect::None, format!("{key} says something else"));
            findings.push(finding.about("document").at(place(a), place(b)));
        }
    }
    let root = |side: &Side| extensions(Some(&side.document.root));
    for finding in promises::compare((false, false), &root(old), &root(new)) {
        findings.push(finding.about("document").at(at(Pointer::root()), at(Pointer::root())));
    }
    findings
}

/// Base URLs and their variables, of a document, a path or an operation.
pub(super) fn servers(old: (&Pointer, &Node), new: (&Pointer, &Node)) -> Vec<Finding> {
    let list = |(pointer, node): (&Pointer, &Node)| -> Vec<(String, Pointer, Node)> {
        let servers = node.get("servers").and_then(Node::as_list).unwrap_or_default().iter().enumerate();
        servers
            .filter_map(|(index, one)| {
                Some((text(one, "url")?.to_owned(), pointer.join("servers").join(index), one.clone()))
            })
            .collect()
    };
    let (before, after) = (list(old), list(new));
    let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
    let mut findings = Vec::new();
    for (url, pointer, node) in &before {
        match after.iter().find(|(other, ..)| same(url, other)) {
            Some((_, there, fresh)) => findings.extend(variables((pointer, node), (there, fresh))),
            None => {
                let what = format!("the base URL {url} is gone");
                // Whether the old address still answers is not for a document to say.
                let finding = Finding::new(Kind::ServerRemoved, Effect::Narrows, what).severity(Severity::Risky);
                findings.push(finding.at(at(pointer.clone()), None));
            }
        }
    }
    for (url, pointer, _) in after.iter().filter(|(url, ..)| !before.iter().any(|(other, ..)| same(url, other))) {
        let what = format!("the base URL {url} is new");
        let finding = Finding::new(Kind::ServerAdded, Effect::Widens, what).severity(Severity::Additive);
        findings.push(finding.at(None, at(pointer.clone())));
    }
    findings
}

fn variables(old: (&Pointer, &Node), new: (&Pointer, &Node)) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, before) in members(old.1, "variables") {
        let Some(after) = new.1.get("variables").and_then(|all| all.get(name)) else { continue };
        let mut found = |severity, what: String| {
            let place = |pointer: &Pointer| at(pointer.join("variables").join(name));
            let finding = Finding::new(Kind::ServerChanged, Effect::None, what).severity(severity);
            findings.push(finding.about(name).at(place(old.0), place(new.0)));
        };
        if text(before, "default") != text(after, "default") {
            let show = |node| text(node, "default").unwrap_or("nothing").to_owned();
            let what =
                format!("the variable {name} of the base URL is {} by default, not {}", show(after), show(before));
            found(Severity::Risky, what);
        }
        let values = |node: &Node| -> Option<Vec<String>> {
            let list = node.get("enum")?.as_list()?;
            Some(list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
        };
        match (values(before), values(after)) {
            (Some(a), Some(b)) => {
                let without = |some: &[String], others: &[String]| -> Vec<String> {
                    some.iter().filter(|value| !others.contains(value)).cloned().collect()
                };
                let (gone, fresh) = (without(&a, &b), without(&b, &a));
                if !gone.is_empty() {
                    found(Severity::Risky, format!("the variable {name} is never {} now", gone.join(", ")));
                }
                if !fresh.is_empty() {
                    found(Severity::Additive, format!("the variable {name} may be {} now", fresh.join(", ")));
                }
            }
            (None, Some(list)) => {
                found(Severity::Risky, format!("the variable {name} is one of {} now", list.join(", ")))
            }
            (Some(_), None) => found(Severity::Additive, format!("the variable {name} may be anything now")),
            (None, None) => {}
        }
    }
    findings
}

/// The alternatives that a `security` member lists.
pub(super) fn alternatives(node: &Node) -> Vec<Credentials> {
    let scopes = |node: &Node| -> Vec<String> {
        node.as_list().unwrap_or_default().iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let one = |node: &Node| -> Credentials {
        let map = node.as_map().into_iter().flat_map(Map::iter);
        map.map(|(name, list)| (name.to_owned(), scopes(list))).collect()
    };
    node.as_list().unwrap_or_default().iter().map(one).collect()
}

fn security(old: &Side, new: &Side) -> Vec<Finding> {
    let list = |side: &Side| side.document.root.get("security").map(alternatives);
    let (before, after) = (list(old), list(new));
    let here = |list: &Option<_>| list.as_ref().and_then(|_| at(Pointer::from(["security"])));
    let findings = requirements(&before.clone().unwrap_or_default(), &after.clone().unwrap_or_default());
    let silent = is_silent(old);
    findings.into_iter().map(|one| hushed(one, silent).about("security").at(here(&before), here(&after))).collect()
}

/// Whether a document says nowhere which calls need credentials.
pub(super) fn is_silent(side: &Side) -> bool {
    side.document.root.get("security").is_none() && side.contract.operations.iter().all(|one| one.security.is_none())
}

/// A document that never spoke of credentials did not say that none are needed.
pub(super) fn hushed(mut finding: Finding, silent: bool) -> Finding {
    if silent && finding.kind == Kind::SecurityRemoved {
        finding.what.push_str("; nothing was said of credentials before");
        finding = finding.severity(Severity::Risky);
    }
    finding
}

/// Compares alternatives of credentials: a caller that satisfied one of the old ones must satisfy one of the new ones.
pub(super) fn requirements(old: &[Credentials], new: &[Credentials]) -> Vec<Finding> {
    // No alternative at all and an empty one both mean that nothing is asked for.
    let nothing = [Vec::new()];
    let old = if old.is_empty() { &nothing } else { old };
    let new = if new.is_empty() { &nothing } else { new };
    let named = |needs: &Credentials, has: &Credentials| {
        needs.iter().all(|(name, _)| has.iter().any(|(other, _)| other == name))
    };
    let scoped = |needs: &Credentials, has: &Credentials| {
        needs.iter().all(|(name, scopes)| {
            let held = has.iter().filter(|(other, _)| other == name).flat_map(|(_, scopes)| scopes);
            let held: Vec<&String> = held.collect();
            scopes.iter().all(|scope| held.contains(&scope))
        })
    };
    let covers = |accepted: &[Credentials], has: &Credentials| {
        accepted.iter().any(|needs| named(needs, has) && scoped(needs, has))
    };
    let show = |one: &Credentials| -> String {
        let parts: Vec<String> = one
            .iter()
            .map(
                |(name, scopes)| {
                    if scopes.is_empty() { name.clone() } else { format!("{name} ({})", scopes.join(", ")) }
                },
            )
            .collect();
        parts.join(" with ")
    };
    let mut findings = Vec::new();
    for gone in old.iter().filter(|has| !covers(new, has)) {
        let what = match gone.as_slice() {
            [] => "calls without credentials are refused now".to_owned(),
            _ => format!("{} no longer suffices", show(gone)),
        };
        let finding = Finding::new(Kind::SecurityRemoved, Effect::Narrows, what);
        // Which scopes a token has is not said: many have all of them.
        let scopes_only = new.iter().any(|needs| named(needs, gone));
        findings.push(if scopes_only { finding.severity(Severity::Risky) } else { finding });
    }
    for fresh in new.iter().filter(|has| !covers(old, has)) {
        let what = match fresh.as_slice() {
            [] => "no credentials are needed now".to_owned(),
            _ => format!("{} suffices now", show(fresh)),
        };
        findings.push(Finding::new(Kind::SecurityAdded, Effect::Widens, what).severity(Severity::Additive));
    }
    findings
}

fn schemes(old: &Side, new: &Side) -> Vec<Finding> {
    let home = |name: &str| Pointer::from(["components", "securitySchemes", name]);
    let (before, after) = (&old.contract.security_schemes, &new.contract.security_schemes);
    let mut findings = Vec::new();
    for scheme in before {
        let name = scheme.name.as_str();
        let place = || at(home(name));
        let Some(fresh) = after.iter().find(|one| one.name == name) else {
            let what = format!("the security scheme {name} is gone");
            let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::None, what);
            findings.push(finding.severity(Severity::Cosmetic).about(name).at(place(), None));
            continue;
        };
        if fresh.kind != scheme.kind {
            let what = format!("{name} is {}, not {}", credential(&fresh.kind), credential(&scheme.kind));
            let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::Shifts, what);
            findings.push(finding.about(name).at(place(), place()));
        }
        let node = |side: &Side| side.document.get(&home(name)).cloned().unwrap_or_default();
        for (severity, what) in flows(&node(old), &node(new)) {
            let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::None, format!("{name}: {what}"));
            findings.push(finding.severity(severity).about(name).at(place(), place()));
        }
        for finding in promises::compare((false, false), &scheme.extensions, &fresh.extensions) {
            findings.push(finding.about(name).at(place(), place()));
        }
    }
    for scheme in after.iter().filter(|one| !before.iter().any(|scheme| scheme.name == one.name)) {
        let what = format!("the security scheme {} is new", scheme.name);
        let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::None, what).severity(Severity::Additive);
        findings.push(finding.about(&scheme.name).at(None, at(home(&scheme.name))));
    }
    findings
}

fn credential(kind: &kontrakt_codegen::contract::SecurityKind) -> String {
    use kontrakt_codegen::contract::SecurityKind;
    match kind {
        SecurityKind::Header(name) => format!("the header {name}"),
        SecurityKind::Query(name) => format!("the query parameter {name}"),
        SecurityKind::Basic => "HTTP Basic".to_owned(),
        SecurityKind::Bearer => "a bearer token".to_owned(),
        SecurityKind::Other(kind) => kind.clone(),
    }
}

/// What OAuth asks a client to know: flows, addresses, scopes.
fn flows(old: &Node, new: &Node) -> Vec<(Severity, String)> {
    let mut found = Vec::new();
    let address = |node: &Node, key: &str| text(node, key).map(str::to_owned);
    let moved = |found: &mut Vec<(Severity, String)>, a: &Node, b: &Node, key: &str| {
        if let (Some(x), Some(y)) = (address(a, key), address(b, key))
            && x != y
        {
            found.push((Severity::Risky, format!("{key} is {y}, not {x}")));
        }
    };
    moved(&mut found, old, new, "openIdConnectUrl");
    if text(old, "bearerFormat") != text(new, "bearerFormat") {
        found.push((Severity::Cosmetic, "bearerFormat says something else".to_owned()));
    }
    for (name, before) in members(old, "flows") {
        let Some(after) = new.get("flows").and_then(|flows| flows.get(name)) else {
            found.push((Severity::Breaking, format!("the flow {name} is gone")));
            continue;
        };
        for key in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
            moved(&mut found, before, after, key);
        }
        let scopes =
            |node: &Node| -> BTreeSet<String> { members(node, "scopes").map(|(key, _)| key.to_owned()).collect() };
        let (a, b) = (scopes(before), scopes(after));
        for gone in a.difference(&b) {
            found.push((Severity::Risky, format!("the scope {gone} is gone")));
        }
        for fresh in b.difference(&a) {
            found.push((Severity::Additive, format!("the scope {fresh} is new")));
        }
    }
    for (name, _) in members(new, "flows") {
        if old.get("flows").is_none_or(|flows| flows.get(name).is_none()) {
            found.push((Severity::Additive, format!("the flow {name} is new")));
        }
    }
    found
}

/// Kinds of components besides schemas and security schemes.
const COMPONENTS: [&str; 7] =
    ["parameters", "responses", "requestBodies", "headers", "callbacks", "pathItems", "links"];

/// Components that nothing in their document refers to: nobody meets them, and yet they are part of it.
fn components(old: &Side, new: &Side) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lonely = |side: &Side| -> Vec<(&'static str, String, Node)> {
        let Some(all) = side.document.root.get("components") else { return Vec::new() };
        if COMPONENTS.iter().all(|kind| all.get(kind).is_none()) {
            return Vec::new();
        }
        let mut used = BTreeSet::new();
        references(&side.document.root, &mut used);
        let mut found = Vec::new();
        for kind in COMPONENTS {
            for (name, node) in members(all, kind) {
                if !used.contains(&Pointer::from(["components", kind, name]).to_string()) {
                    found.push((kind, name.to_owned(), node.clone()));
                }
            }
        }
        found
    };
    let exists = |side: &Side, pointer: &Pointer| side.document.get(pointer).is_some();
    let (before, after) = (lonely(old), lonely(new));
    for (kind, name, node) in &before {
        let pointer = Pointer::from(["components", kind, name.as_str()]);
        let there = after.iter().find(|(one, other, _)| one == kind && other == name);
        let finding = match there {
            Some((.., fresh)) if fresh == node => continue,
            Some(_) => {
                let what = "says something else; no operation refers to it";
                let finding = Finding::new(Kind::ComponentChanged, Effect::None, what).severity(Severity::Cosmetic);
                finding.at(at(pointer.clone()), at(pointer))
            }
            None if exists(new, &pointer) => continue,
            None => {
                let what = "is gone; no operation refers to it";
                let finding = Finding::new(Kind::ComponentRemoved, Effect::None, what).severity(Severity::Cosmetic);
                finding.at(at(pointer), None)
            }
        };
        findings.push(finding.about(name));
    }
    for (kind, name, _) in &after {
        let pointer = Pointer::from(["components", kind, name.as_str()]);
        if !exists(old, &pointer) {
            let what = "is new; no operation refers to it";
            let finding = Finding::new(Kind::ComponentAdded, Effect::None, what).severity(Severity::Cosmetic);
            findings.push(finding.about(name).at(None, at(pointer)));
        }
    }
    findings
}

fn references(node: &Node, used: &mut BTreeSet<String>) {
    match &node.kind {
        NodeKind::Map(map) => {
            for (key, node) in map.iter() {
                match node.as_str() {
                    Some(target) if key == "$ref" => {
                        used.insert(target.to_owned());
                    }
                    _ => references(node, used),
                }
            }
        }
        NodeKind::List(list) => list.iter().for_each(|node| references(node, used)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scheme and its scopes.
    type One = (&'static str, &'static [&'static str]);

    #[test]
    fn credentials_that_sufficed_must_suffice() {
        let sets = |sets: &[&[One]]| -> Vec<Credentials> {
            let scopes = |list: &[&str]| list.iter().map(|scope| (*scope).to_owned()).collect();
            sets.iter().map(|set| set.iter().map(|(name, list)| ((*name).to_owned(), scopes(list))).collect()).collect()
        };
        let severities = |old: &[&[One]], new: &[&[One]]| -> Vec<Severity> {
            requirements(&sets(old), &sets(new)).iter().map(|finding| finding.request).collect()
        };
        let (a, b): (One, One) = (("a", &[]), ("b", &[]));
        assert_eq!(severities(&[&[a]], &[&[a]]), []);
        assert_eq!(severities(&[&[a]], &[&[a], &[b]]), [Severity::Additive]);
        assert_eq!(severities(&[&[a], &[b]], &[&[a]]), [Severity::Breaking]);
        assert_eq!(severities(&[&[a]], &[&[a, b]]), [Severity::Breaking]);
        assert_eq!(severities(&[], &[&[a]]), [Severity::Breaking]);
        assert_eq!(severities(&[&[a]], &[]), [Severity::Additive]);
        let (read, both): (One, One) = (("a", &["read"]), ("a", &["read", "write"]));
        assert_eq!(severities(&[&[read]], &[&[both]]), [Severity::Risky, Severity::Additive][..1]);
        assert_eq!(severities(&[&[both]], &[&[read]]), [Severity::Additive]);
    }
}
