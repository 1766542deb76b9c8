//! Compares the parts that belong to no operation: servers, credentials, unused components, the document itself.

use std::collections::HashMap;

use kontrakt_codegen::contract::{Component, Contract, Extensions, Flow, Requirement, SecurityScheme, Server};
use kontrakt_codegen::document::Pointer;
use serde_json::Value;

use super::detail::{DocumentDetail, Fate, OAuthChange, VariableChange};
use super::model::{DriftKind, Effect, RawChange, Severity, Spot, Subject};
use super::promises;

/// Everything about a document as a whole.
pub(super) fn compare(old: &Contract, new: &Contract) -> Vec<RawChange> {
    let mut findings = head(old, new);
    findings.extend(servers(&old.servers, &new.servers));
    findings.extend(security(old, new));
    findings.extend(schemes(old, new));
    findings.extend(components(old, new));
    findings
}

/// Where something without a span of its own stands.
pub(super) fn spot_of(pointer: &Pointer) -> Option<Spot> {
    Some((pointer.clone(), Default::default()))
}

/// Version, prose and `x-` members of the document.
fn head(old: &Contract, new: &Contract) -> Vec<RawChange> {
    let mut findings = Vec::new();
    if old.openapi.split('.').nth(1) != new.openapi.split('.').nth(1) {
        let detail = DocumentDetail::Version { old: old.openapi.clone(), new: new.openapi.clone() };
        let at = spot_of(&Pointer::from(["openapi"]));
        findings.push(
            RawChange::new(DriftKind::DocumentChanged, Effect::None, detail).about("document").at(at.clone(), at),
        );
    }
    for key in ["info", "tags", "externalDocs"] {
        let said =
            |contract: &'_ Contract| contract.head.iter().find(|(one, _)| one == key).map(|(_, value)| value.clone());
        let (a, b) = (said(old), said(new));
        if a != b {
            let place = |value: &Option<Value>| value.as_ref().and_then(|_| spot_of(&Pointer::from([key])));
            let finding = RawChange::new(DriftKind::Documentation, Effect::None, DocumentDetail::Head(key.to_owned()));
            findings.push(finding.about("document").at(place(&a), place(&b)));
        }
    }
    let extensions = |contract: &Contract| -> Extensions {
        contract.head.iter().filter(|(key, _)| key.starts_with("x-")).cloned().collect()
    };
    let root = spot_of(&Pointer::root());
    let promised = promises::compare((false, false), &extensions(old), &extensions(new));
    findings.extend(promised.into_iter().map(|one| one.about("document").at(root.clone(), root.clone())));
    findings
}

/// Base URLs and their variables, of a document, a path or an operation.
pub(super) fn servers(old: &[Server], new: &[Server]) -> Vec<RawChange> {
    let same = |a: &Server, b: &Server| a.url.trim_end_matches('/') == b.url.trim_end_matches('/');
    let mut findings = Vec::new();
    // Released clients go on calling the address that they know; where others stay, one of them may be it.
    let moved = !new.is_empty() && !old.iter().any(|before| new.iter().any(|after| same(before, after)));
    let removed = if moved { Severity::Breaking } else { Severity::Risky };
    for before in old {
        match new.iter().find(|after| same(before, after)) {
            Some(after) => findings.extend(variables(before, after)),
            None => {
                let detail = DocumentDetail::Server(before.url.clone(), Fate::Gone);
                // Whether the old address still answers is not for a document to say.
                let finding = RawChange::new(DriftKind::ServerRemoved, Effect::Narrows, detail).severity(removed);
                findings.push(finding.at(spot_of(&before.pointer), None));
            }
        }
    }
    for after in new.iter().filter(|after| !old.iter().any(|before| same(before, after))) {
        let detail = DocumentDetail::Server(after.url.clone(), Fate::New);
        let finding = RawChange::new(DriftKind::ServerAdded, Effect::Widens, detail).severity(Severity::Additive);
        findings.push(finding.at(None, spot_of(&after.pointer)));
    }
    findings
}

fn variables(old: &Server, new: &Server) -> Vec<RawChange> {
    use VariableChange::{Also, Anything, Default, Never, Only};
    let mut findings = Vec::new();
    for before in &old.variables {
        let Some(after) = new.variables.iter().find(|one| one.name == before.name) else { continue };
        let name = &before.name;
        let mut found = |severity, change| {
            let place = |server: &Server| spot_of(&server.pointer.join("variables").join(name));
            let detail = DocumentDetail::ServerVariable(name.clone(), change);
            let finding = RawChange::new(DriftKind::ServerChanged, Effect::None, detail).severity(severity);
            findings.push(finding.about(name).at(place(old), place(new)));
        };
        if before.default != after.default {
            found(Severity::Risky, Default(before.default.clone(), after.default.clone()));
        }
        match (&before.values, &after.values) {
            (Some(a), Some(b)) => {
                let without = |some: &[String], others: &[String]| -> Vec<String> {
                    some.iter().filter(|value| !others.contains(value)).cloned().collect()
                };
                let (gone, fresh) = (without(a, b), without(b, a));
                if !gone.is_empty() {
                    found(Severity::Risky, Never(gone));
                }
                if !fresh.is_empty() {
                    found(Severity::Additive, Also(fresh));
                }
            }
            (None, Some(list)) => found(Severity::Risky, Only(list.clone())),
            (Some(_), None) => found(Severity::Additive, Anything),
            (None, None) => {}
        }
    }
    findings
}

fn security(old: &Contract, new: &Contract) -> Vec<RawChange> {
    let here = |contract: &Contract| contract.security.as_ref().and_then(|_| spot_of(&Pointer::from(["security"])));
    let list = |contract: &Contract| contract.security.clone().unwrap_or_default();
    let findings = requirements(&list(old), &list(new), is_silent(old));
    let about = |one: RawChange| RawChange { subject: Subject::Silent("security"), ..one }.at(here(old), here(new));
    findings.into_iter().map(about).collect()
}

/// Whether a document says nowhere which calls need credentials.
pub(super) fn is_silent(contract: &Contract) -> bool {
    contract.security.is_none() && contract.operations.iter().all(|one| one.security.is_none())
}

/// Compares alternatives of credentials: a caller that satisfied one of the old ones must satisfy one of the new ones.
/// A document that never spoke of credentials (`unsaid`) did not say that none are needed.
pub(super) fn requirements(old: &[Requirement], new: &[Requirement], unsaid: bool) -> Vec<RawChange> {
    // No alternative at all and an empty one both mean that nothing is asked for.
    let nothing = [Vec::new()];
    let old = if old.is_empty() { &nothing } else { old };
    let new = if new.is_empty() { &nothing } else { new };
    let named = |needs: &Requirement, has: &Requirement| {
        needs.iter().all(|(name, _)| has.iter().any(|(other, _)| other == name))
    };
    let scoped = |needs: &Requirement, has: &Requirement| {
        needs.iter().all(|(name, scopes)| {
            let held = has.iter().filter(|(other, _)| other == name).flat_map(|(_, scopes)| scopes);
            scopes.iter().all(|scope| held.clone().any(|one| one == scope))
        })
    };
    let covers = |accepted: &[Requirement], has: &Requirement| {
        accepted.iter().any(|needs| named(needs, has) && scoped(needs, has))
    };
    let mut findings = Vec::new();
    for gone in old.iter().filter(|has| !covers(new, has)) {
        let detail = DocumentDetail::CredentialsRefused { credentials: gone.clone(), unsaid };
        let finding = RawChange::new(DriftKind::SecurityRemoved, Effect::Narrows, detail);
        // Which scopes a token has is not said: many have all of them.
        let scopes_only = new.iter().any(|needs| named(needs, gone));
        findings.push(if scopes_only || unsaid { finding.severity(Severity::Risky) } else { finding });
    }
    for fresh in new.iter().filter(|has| !covers(old, has)) {
        let detail = DocumentDetail::CredentialsSuffice(fresh.clone());
        findings.push(RawChange::new(DriftKind::SecurityAdded, Effect::Widens, detail).severity(Severity::Additive));
    }
    findings
}

fn schemes(old: &Contract, new: &Contract) -> Vec<RawChange> {
    let mut findings = Vec::new();
    for scheme in &old.security_schemes {
        let name = scheme.name.as_str();
        let Some(fresh) = new.security_schemes.iter().find(|one| one.name == name) else {
            let detail = DocumentDetail::Scheme(name.to_owned(), Fate::Gone);
            let finding = RawChange::new(DriftKind::SecuritySchemeChanged, Effect::None, detail);
            findings.push(finding.about(name).at(spot_of(&scheme.pointer), None));
            continue;
        };
        let found = scheme_changes(scheme, fresh).into_iter();
        findings.extend(found.map(|one| one.about(name).at(spot_of(&scheme.pointer), spot_of(&fresh.pointer))));
    }
    for scheme in &new.security_schemes {
        if !old.security_schemes.iter().any(|one| one.name == scheme.name) {
            let detail = DocumentDetail::Scheme(scheme.name.clone(), Fate::New);
            let finding =
                RawChange::new(DriftKind::SecuritySchemeChanged, Effect::None, detail).severity(Severity::Additive);
            findings.push(finding.about(&scheme.name).at(None, spot_of(&scheme.pointer)));
        }
    }
    findings
}

/// What differs between two schemes of one name.
fn scheme_changes(old: &SecurityScheme, new: &SecurityScheme) -> Vec<RawChange> {
    let mut findings = Vec::new();
    let name = &old.name;
    if new.kind != old.kind {
        let detail = DocumentDetail::SchemeKind { name: name.clone(), old: old.kind.clone(), new: new.kind.clone() };
        findings.push(RawChange::new(DriftKind::SecuritySchemeChanged, Effect::Shifts, detail));
    }
    let mut found = Vec::new();
    address(&mut found, "openIdConnectUrl", old.open_id_connect_url.as_ref(), new.open_id_connect_url.as_ref());
    if old.bearer_format != new.bearer_format {
        found.push((Severity::Cosmetic, OAuthChange::BearerFormat));
    }
    flows(&mut found, &old.flows, &new.flows);
    findings.extend(found.into_iter().map(|(severity, change)| {
        let detail = DocumentDetail::OAuth(name.clone(), change);
        RawChange::new(DriftKind::SecuritySchemeChanged, Effect::None, detail).severity(severity)
    }));
    findings.extend(promises::compare((false, false), &old.extensions, &new.extensions));
    findings
}

fn address(found: &mut Vec<(Severity, OAuthChange)>, key: &'static str, old: Option<&String>, new: Option<&String>) {
    if let (Some(old), Some(new)) = (old, new)
        && old != new
    {
        found.push((Severity::Risky, OAuthChange::Address(key, old.clone(), new.clone())));
    }
}

/// What OAuth asks a client to know: flows, addresses, scopes.
fn flows(found: &mut Vec<(Severity, OAuthChange)>, old: &[Flow], new: &[Flow]) {
    for before in old {
        let Some(after) = new.iter().find(|one| one.name == before.name) else {
            found.push((Severity::Breaking, OAuthChange::Flow(before.name.clone(), Fate::Gone)));
            continue;
        };
        for (key, url) in &before.urls {
            let moved = after.urls.iter().find(|(one, _)| one == key).map(|(_, url)| url);
            address(found, key, Some(url), moved);
        }
        let without = |some: &Flow, other: &Flow| -> Vec<String> {
            let known = |name: &String| other.scopes.iter().any(|(one, _)| one == name);
            some.scopes.iter().map(|(name, _)| name).filter(|name| !known(name)).cloned().collect()
        };
        let gone = without(before, after).into_iter().map(|one| (Severity::Risky, OAuthChange::Scope(one, Fate::Gone)));
        let fresh =
            without(after, before).into_iter().map(|one| (Severity::Additive, OAuthChange::Scope(one, Fate::New)));
        found.extend(gone.chain(fresh));
    }
    for after in new.iter().filter(|after| !old.iter().any(|before| before.name == after.name)) {
        found.push((Severity::Additive, OAuthChange::Flow(after.name.clone(), Fate::New)));
    }
}

/// Components that nothing in their document refers to: nobody meets them, and yet they are part of it.
fn components(old: &Contract, new: &Contract) -> Vec<RawChange> {
    let by_place = |contract: &'_ Contract| -> HashMap<Pointer, Component> {
        contract.other_components.iter().map(|one| (one.pointer.clone(), one.clone())).collect()
    };
    let (before, after) = (by_place(old), by_place(new));
    let fresh = new.other_components.iter().filter(|one| !before.contains_key(&one.pointer));
    let mut findings = Vec::new();
    for one in old.other_components.iter().chain(fresh).filter(|one| !one.used) {
        let (a, b) = (before.get(&one.pointer), after.get(&one.pointer));
        // What is used on one side is compared where it is used.
        if [a, b].into_iter().flatten().any(|one| one.used) {
            continue;
        }
        let Some(fate) = Fate::of(a.map(|one| &one.value), b.map(|one| &one.value)) else { continue };
        let kind = match fate {
            Fate::New => DriftKind::ComponentAdded,
            Fate::Gone => DriftKind::ComponentRemoved,
            Fate::Changed => DriftKind::ComponentChanged,
        };
        let place = |one: Option<&Component>| one.and_then(|one| spot_of(&one.pointer));
        findings.push(
            RawChange::new(kind, Effect::None, DocumentDetail::Component(fate)).about(&one.name).at(place(a), place(b)),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scheme and its scopes.
    type One = (&'static str, &'static [&'static str]);

    #[test]
    fn credentials_that_sufficed_must_suffice() {
        let sets = |sets: &[&[One]]| -> Vec<Requirement> {
            let scopes = |list: &[&str]| list.iter().map(|scope| (*scope).to_owned()).collect();
            sets.iter().map(|set| set.iter().map(|(name, list)| ((*name).to_owned(), scopes(list))).collect()).collect()
        };
        let severities = |old: &[&[One]], new: &[&[One]]| -> Vec<Severity> {
            requirements(&sets(old), &sets(new), false).iter().map(|finding| finding.request).collect()
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
