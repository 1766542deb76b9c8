//! Compares operations, matched across renames: parameters, bodies, answers and security.
//! Schemas are compared by [`Pairs`]; findings made here concern one operation.

mod answers;
mod bodies;
mod parameters;

use std::collections::{HashMap, HashSet};

use kontrakt_codegen::contract::{Contract, Extensions, Operation, Status};
use kontrakt_codegen::document::Pointer;

use super::detail::OperationDetail;
use super::document::{self, spot_of};
use super::model::{Direction, DriftKind, Effect, RawChange, Severity, Use, UsedBy};
use super::pairs::{PairId, Pairs};
use super::promises;

/// Where an operation meets a pair of schemas.
#[derive(Debug)]
pub(super) struct Meeting {
    pub(super) pair: PairId,
    pub(super) used: Use,
}

/// Which part of a call is looked at: that of a request, or of an answer of a status.
#[derive(Clone, Copy)]
struct Part<'o> {
    operation: &'o Operation,
    direction: Direction,
    status: Option<Status>,
}

impl<'o> Part<'o> {
    fn call(operation: &'o Operation) -> Self {
        Self { operation, direction: Direction::Both, status: None }
    }

    fn request(operation: &'o Operation) -> Self {
        Self { operation, direction: Direction::Request, status: None }
    }

    fn answer(operation: &'o Operation, status: Status) -> Self {
        Self { operation, direction: Direction::Response, status: Some(status) }
    }
}

/// Calls of two contracts that are compared: those that clients make, or those that the server makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Operations.
    Client,
    /// Webhooks and callbacks: the directions are the other way round.
    Server,
}

impl Caller {
    fn operations(self, contract: &Contract) -> Vec<&Operation> {
        match self {
            Self::Client => contract.operations.iter().collect(),
            Self::Server => contract.webhooks.iter().chain(&contract.callbacks).collect(),
        }
    }
}

/// The comparison of two contracts' calls.
pub(super) struct Calls<'a, 'p> {
    old: &'a Contract,
    new: &'a Contract,
    pairs: &'p mut Pairs<'a>,
    /// Day as `2026-01-31`: announced ends before it are over.
    today: &'p str,
    caller: Caller,
    pub(super) findings: Vec<(RawChange, Use)>,
    pub(super) entries: Vec<Meeting>,
}

/// The name of an operation in reports.
pub fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// A path with its parameters' names erased.
fn erased(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.trim_end_matches('/').chars() {
        match c {
            '{' => {
                inside = true;
                out.push_str("{}");
            }
            '}' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

impl<'a, 'p> Calls<'a, 'p> {
    pub(super) fn new(pairs: &'p mut Pairs<'a>, today: &'p str, caller: Caller) -> Self {
        let (old, new) = (pairs.old, pairs.new);
        Self { old, new, pairs, today, caller, findings: Vec::new(), entries: Vec::new() }
    }

    /// Compares everything.
    pub(super) fn run(&mut self) {
        let (old, new) = (self.caller.operations(self.old), self.caller.operations(self.new));
        let matched = matching(&old, &new);
        for (a, b) in &matched {
            self.operation(old[*a], new[*b]);
        }
        let (before, after): (HashSet<usize>, HashSet<usize>) = matched.into_iter().unzip();
        for (_, gone) in old.iter().enumerate().filter(|(at, _)| !before.contains(at)) {
            let (severity, announced) = promises::removal(gone.deprecated, &gone.extensions, self.today);
            let detail = OperationDetail::OperationGone(call(gone), announced);
            let finding = RawChange::new(DriftKind::OperationRemoved, Effect::Narrows, detail).severity(severity);
            let finding = finding.about(call(gone)).at(Some((gone.pointer.clone(), gone.span)), None);
            self.push(finding, Part::call(gone));
        }
        for (_, fresh) in new.iter().enumerate().filter(|(at, _)| !after.contains(at)) {
            let finding =
                RawChange::new(DriftKind::OperationAdded, Effect::Widens, OperationDetail::OperationNew(call(fresh)));
            let place = (fresh.pointer.clone(), fresh.span);
            let finding = finding.severity(Severity::Additive).about(call(fresh)).at(None, Some(place));
            self.push(finding, Part::call(fresh));
        }
    }

    fn push(&mut self, finding: RawChange, part: Part<'_>) {
        let used = self.used(part);
        self.findings.push((finding, used));
    }

    fn enter(&mut self, pair: PairId, part: Part<'_>) {
        let used = self.used(part);
        self.entries.push(Meeting { pair, used });
    }

    fn used(&self, part: Part<'_>) -> Use {
        let direction = match (self.caller, part.direction) {
            (Caller::Server, Direction::Request) => Direction::Response,
            (Caller::Server, Direction::Response) => Direction::Request,
            (_, other) => other,
        };
        Use::new(UsedBy::Operation(call(part.operation)), direction, part.status)
    }

    /// `x-` members of a part of a call.
    fn extensions(&mut self, part: Part<'_>, old: (&Pointer, &Extensions), new: (&Pointer, &Extensions)) {
        for finding in promises::compare((false, false), old.1, new.1) {
            self.push(finding.about(call(part.operation)).at(spot_of(old.0), spot_of(new.0)), part);
        }
    }

    fn operation(&mut self, old: &'a Operation, new: &'a Operation) {
        let places = (Some((old.pointer.clone(), old.span)), Some((new.pointer.clone(), new.span)));
        let mut findings: Vec<RawChange> = moved(old, new).into_iter().collect();
        if old.id != new.id && old.path == new.path {
            let detail = OperationDetail::OperationId { old: old.id.clone(), new: new.id.clone() };
            findings.push(RawChange::new(DriftKind::OperationIdChanged, Effect::None, detail));
        }
        if old.tags != new.tags {
            let detail = OperationDetail::Tags { old: old.tags.clone(), new: new.tags.clone() };
            findings.push(RawChange::new(DriftKind::TagsChanged, Effect::None, detail));
        }
        findings.extend(promises::compare((old.deprecated, new.deprecated), &old.extensions, &new.extensions));
        if (&old.summary, &old.description) != (&new.summary, &new.description) {
            findings.push(RawChange::prose());
        }
        for finding in findings {
            self.push(finding.about(call(new)).at(places.0.clone(), places.1.clone()), Part::call(new));
        }
        self.parameters(old, new);
        self.body(old, new);
        self.answers(old, new);
        if old.security.is_some() || new.security.is_some() {
            // What the operation lists, or else the document.
            let needs = |contract: &Contract, operation: &Operation| {
                operation.security.clone().or_else(|| contract.security.clone()).unwrap_or_default()
            };
            let (before, after) = (needs(self.old, old), needs(self.new, new));
            for finding in document::requirements(&before, &after, document::is_silent(self.old)) {
                self.push(finding.about(call(new)).at(places.0.clone(), places.1.clone()), Part::request(new));
            }
        }
        let path = |operation: &Operation| spot_of(&operation.pointer.parent().unwrap_or_default());
        let shared = promises::compare((false, false), &old.path_extensions, &new.path_extensions);
        let mut findings = document::servers(&old.servers, &new.servers);
        findings.extend(document::servers(&old.path_servers, &new.path_servers));
        findings.extend(shared.into_iter().map(|one| one.about(&new.path).at(path(old), path(new))));
        findings.into_iter().for_each(|finding| self.push(finding, Part::call(new)));
    }
}

/// Method and path, where they are no longer the same.
fn moved(old: &Operation, new: &Operation) -> Option<RawChange> {
    if old.path == new.path && old.method == new.method {
        return None;
    }
    let same = erased(&old.path) == erased(&new.path);
    let slash = |path: &str| path.ends_with('/');
    let (calls, paths) = ((call(old), call(new)), (old.path.clone(), new.path.clone()));
    Some(if same && old.method != new.method {
        RawChange::new(
            DriftKind::MethodChanged,
            Effect::Shifts,
            OperationDetail::MethodChanged { old: calls.0, new: calls.1 },
        )
    } else if !same {
        RawChange::new(DriftKind::PathRenamed, Effect::Shifts, OperationDetail::Moved { old: calls.0, new: calls.1 })
    } else if slash(&old.path) != slash(&new.path) {
        let detail = OperationDetail::SlashMoved { old: paths.0, new: paths.1 };
        RawChange::new(DriftKind::PathRenamed, Effect::Shifts, detail).severity(Severity::Risky)
    } else {
        RawChange::new(
            DriftKind::PathParameterRenamed,
            Effect::None,
            OperationDetail::PathNames { old: paths.0, new: paths.1 },
        )
    })
}

/// The same call; then the same path under other parameter names; then the same id on another path.
fn matching(old: &[&Operation], new: &[&Operation]) -> Vec<(usize, usize)> {
    let mut matched: Vec<Option<usize>> = vec![None; old.len()];
    let mut taken = HashSet::new();
    let keys: [fn(&Operation) -> String; 3] =
        [call, |one| format!("{} {}", one.method, erased(&one.path)), |one| one.id.clone()];
    for key in keys {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, operation) in new.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            by_key.entry(key(operation)).or_default().push(at);
        }
        let mut rivals: HashMap<String, usize> = HashMap::new();
        for (_, operation) in old.iter().enumerate().filter(|(at, _)| matched[*at].is_none()) {
            *rivals.entry(key(operation)).or_default() += 1;
        }
        for (at, operation) in old.iter().enumerate() {
            let name = key(operation);
            // Paths that collide when names are erased are told apart by their names only.
            if matched[at].is_none()
                && rivals.get(&name) == Some(&1)
                && let Some([only]) = by_key.get(&name).map(Vec::as_slice)
            {
                matched[at] = Some(*only);
                taken.insert(*only);
            }
        }
    }
    matched.into_iter().enumerate().filter_map(|(a, b)| Some((a, b?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_names_are_erased() {
        assert_eq!(erased("/api/{code}/x/{id}/"), "/api/{}/x/{}");
    }
}
