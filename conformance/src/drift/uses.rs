//! Who meets a finding: every entry that leads to it, with the members that use the component in which it is.
//! A shared component changes once; what that means is decided by the ways in which its members are used.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use kontrakt_codegen::contract::SchemaId;
use kontrakt_codegen::document::Pointer;

use super::calls::Meeting;
use super::model::{RawChange, Use};
use super::pairs::Pairs;
use super::sites::subject;

/// Members by the component that they use.
type Members<'p> = HashMap<&'p str, BTreeSet<SchemaId>>;

/// Gives every finding that an entry reaches to that entry.
pub(super) fn meet(pairs: &Pairs<'_>, entries: Vec<Meeting>, mut give: impl FnMut(&RawChange, Use)) {
    let interesting = reaching(pairs);
    for Meeting { pair, used } in entries {
        let (findings, members) = walk(pairs, &interesting, pair);
        let members: HashMap<&str, Arc<[String]>> = members
            .into_iter()
            .map(|(component, ids)| {
                let names: BTreeSet<String> = ids.iter().map(|id| subject(&pairs.new[*id].pointer)).collect();
                (component, names.into_iter().filter(|name| name.contains(char::is_alphanumeric)).collect())
            })
            .collect();
        for finding in findings {
            let component = place(finding).and_then(component);
            let members = component.and_then(|name| members.get(name)).cloned().unwrap_or_default();
            give(finding, Use { members, ..used.clone() });
        }
    }
}

/// The findings of an entry, and the members by which it reaches components.
fn walk<'p>(pairs: &'p Pairs<'_>, interesting: &[bool], entry: usize) -> (Vec<&'p RawChange>, Members<'p>) {
    let (mut findings, mut members) = (Vec::new(), Members::new());
    let (mut seen, mut ways) = (HashSet::new(), HashSet::new());
    let mut stack: Vec<(usize, Option<SchemaId>)> = vec![(entry, None)];
    while let Some((id, member)) = stack.pop() {
        if !interesting[id] || !ways.insert((id, member)) {
            continue;
        }
        let pair = pairs.get(id);
        if seen.insert(id) {
            findings.extend(&pair.findings);
            stack.extend(pair.children.iter().map(|child| (child.pair, Some(child.member))));
        }
        let Some(member) = member else { continue };
        let own = component(&pairs.new[member].pointer);
        let below = pair.children.iter().map(|child| component(&pairs.new[child.member].pointer));
        let here = pair.findings.iter().map(|finding| place(finding).and_then(component));
        for used in below.chain(here).flatten().filter(|used| Some(*used) != own) {
            members.entry(used).or_default().insert(member);
        }
    }
    (findings, members)
}

/// The pairs that lead to a finding; with most of two documents equal, the walks stay short.
fn reaching(pairs: &Pairs<'_>) -> Vec<bool> {
    let mut parents: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut stack = Vec::new();
    for id in 0..pairs.len() {
        let pair = pairs.get(id);
        pair.children.iter().for_each(|child| parents.entry(child.pair).or_default().push(id));
        if !pair.findings.is_empty() {
            stack.push(id);
        }
    }
    let mut reaching = vec![false; pairs.len()];
    while let Some(id) = stack.pop() {
        if !std::mem::replace(&mut reaching[id], true) {
            stack.extend(parents.get(&id).into_iter().flatten());
        }
    }
    reaching
}

/// Where a finding is: in NEW, or where it was.
fn place(finding: &RawChange) -> Option<&Pointer> {
    finding.new.as_ref().or(finding.old.as_ref()).map(|(pointer, _)| pointer)
}

/// The named schema that a place is in, as it is spelled in the pointer.
fn component(pointer: &Pointer) -> Option<&str> {
    pointer.as_str().strip_prefix("/components/schemas/")?.split('/').next()
}
