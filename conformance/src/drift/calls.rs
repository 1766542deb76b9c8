//! The comparison of calls: operations matched across renames, their parameters, bodies, answers and security.
//! Schemas are handed to [`Pairs`]; what is found here has one operation as its blast radius.

mod beside;
mod parts;

use std::collections::{HashMap, HashSet};

use kontrakt_codegen::contract::{Contract, Operation, Status};

use super::Side;
use super::model::{Direction, Effect, Finding, Kind, Severity, Spot};
use super::pairs::{PairId, Pairs};
use super::{promises, whole};

/// A finding about one operation, or about the document where there is none.
#[derive(Debug)]
pub(super) struct CallFinding {
    pub(super) finding: Finding,
    pub(super) operation: Option<String>,
    pub(super) direction: Direction,
    pub(super) status: Option<Status>,
}

/// Where an operation meets a pair of schemas.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) pair: PairId,
    pub(super) operation: String,
    pub(super) direction: Direction,
    pub(super) status: Option<Status>,
}

/// The comparison of two contracts' calls.
pub(super) struct Calls<'a, 'p> {
    old: &'a Contract,
    new: &'a Contract,
    pairs: &'p mut Pairs<'a>,
    /// For what the contracts leave out.
    sides: (&'p Side, &'p Side),
    /// Day as `2026-01-31`: announced ends before it are over.
    today: &'p str,
    /// Whether the server calls the client: directions are the other way round.
    webhooks: bool,
    pub(super) findings: Vec<CallFinding>,
    pub(super) entries: Vec<Entry>,
    /// Operations of OLD and NEW that stand for each other.
    pub(super) matched: Vec<(usize, usize)>,
}

/// The name of an operation in reports.
pub(super) fn call(operation: &Operation) -> String {
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
    pub(super) fn new(pairs: &'p mut Pairs<'a>, sides: (&'p Side, &'p Side), today: &'p str, webhooks: bool) -> Self {
        let (old, new) = (pairs.old, pairs.new);
        Self { old, new, pairs, sides, today, webhooks, findings: Vec::new(), entries: Vec::new(), matched: Vec::new() }
    }

    /// Compares everything.
    pub(super) fn run(&mut self) {
        self.matched = self.matching();
        for (a, b) in self.matched.clone() {
            self.operation(a, b);
        }
        let old: HashSet<usize> = self.matched.iter().map(|(a, _)| *a).collect();
        let new: HashSet<usize> = self.matched.iter().map(|(_, b)| *b).collect();
        for (_, gone) in self.old.operations.iter().enumerate().filter(|(at, _)| !old.contains(at)) {
            let (severity, how) = promises::removal(gone.deprecated, &gone.extensions, self.today);
            let finding = Finding::new(Kind::OperationRemoved, Effect::Narrows, format!("{} is gone{how}", call(gone)));
            let finding =
                finding.severity(severity).about(call(gone)).at(Some((gone.pointer.clone(), gone.span)), None);
            self.push(finding, Some(call(gone)), Direction::Both, None);
        }
        for (_, fresh) in self.new.operations.iter().enumerate().filter(|(at, _)| !new.contains(at)) {
            let finding = Finding::new(Kind::OperationAdded, Effect::Widens, format!("{} is new", call(fresh)));
            let place = (fresh.pointer.clone(), fresh.span);
            let finding = finding.severity(Severity::Additive).about(call(fresh)).at(None, Some(place));
            self.push(finding, Some(call(fresh)), Direction::Both, None);
        }
    }

    fn push(&mut self, finding: Finding, operation: Option<String>, direction: Direction, status: Option<Status>) {
        self.findings.push(CallFinding { finding, operation, direction: self.turned(direction), status });
    }

    fn turned(&self, direction: Direction) -> Direction {
        match direction {
            Direction::Request if self.webhooks => Direction::Response,
            Direction::Response if self.webhooks => Direction::Request,
            other => other,
        }
    }

    fn enter(&mut self, pair: PairId, operation: &Operation, direction: Direction, status: Option<Status>) {
        let direction = self.turned(direction);
        self.entries.push(Entry { pair, operation: call(operation), direction, status });
    }

    /// The same call; then the same path under other parameter names; then the same id on another path.
    fn matching(&self) -> Vec<(usize, usize)> {
        let mut matched: Vec<Option<usize>> = vec![None; self.old.operations.len()];
        let mut taken = HashSet::new();
        let keys: [fn(&Operation) -> String; 3] =
            [call, |one| format!("{} {}", one.method, erased(&one.path)), |one| one.id.clone()];
        for key in keys {
            let free = |at: &usize| !taken.contains(at);
            let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, operation) in self.new.operations.iter().enumerate().filter(|(at, _)| free(at)) {
                by_key.entry(key(operation)).or_default().push(at);
            }
            let mut rivals: HashMap<String, usize> = HashMap::new();
            for (at, operation) in self.old.operations.iter().enumerate().filter(|(at, _)| matched[*at].is_none()) {
                let _ = at;
                *rivals.entry(key(operation)).or_default() += 1;
            }
            for (at, operation) in self.old.operations.iter().enumerate() {
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

    fn operation(&mut self, a: usize, b: usize) {
        let (old, new) = (&self.old.operations[a], &self.new.operations[b]);
        let places = (Some((old.pointer.clone(), old.span)), Some((new.pointer.clone(), new.span)));
        let mut findings = Vec::new();
        if old.path != new.path || old.method != new.method {
            let slash = |path: &str| path.ends_with('/');
            if erased(&old.path) == erased(&new.path) && old.method != new.method {
                let what = format!("{} is {} now", call(old), call(new));
                findings.push(Finding::new(Kind::MethodChanged, Effect::Shifts, what));
            } else if erased(&old.path) != erased(&new.path) {
                let what = format!("{} lives at {} now", call(old), call(new));
                findings.push(Finding::new(Kind::PathRenamed, Effect::Shifts, what));
            } else if slash(&old.path) != slash(&new.path) {
                let what = format!("{} is {} now; not every server takes both", old.path, new.path);
                findings.push(Finding::new(Kind::PathRenamed, Effect::Shifts, what).severity(Severity::Risky));
            } else {
                let what = format!("{} is {} now; it matches the same addresses", old.path, new.path);
                findings.push(Finding::new(Kind::PathParameterRenamed, Effect::None, what));
            }
        }
        if old.id != new.id && old.path == new.path {
            let what = format!("the operation id is {:?}, not {:?}", new.id, old.id);
            findings.push(Finding::new(Kind::OperationIdChanged, Effect::None, what));
        }
        if old.tags != new.tags {
            let what = format!("its tags are {}, not {}", new.tags.join(", "), old.tags.join(", "));
            findings.push(Finding::new(Kind::TagsChanged, Effect::None, what));
        }
        findings.extend(promises::compare((old.deprecated, new.deprecated), &old.extensions, &new.extensions));
        if (&old.summary, &old.description) != (&new.summary, &new.description) {
            findings.push(Finding::new(Kind::Documentation, Effect::None, "other prose"));
        }
        for finding in findings {
            let finding = finding.about(call(new)).at(places.0.clone(), places.1.clone());
            self.push(finding, Some(call(new)), Direction::Both, None);
        }
        self.parameters(old, new);
        self.body(old, new);
        self.responses(old, new);
        self.security(old, new, places);
        self.beside(old, new);
    }

    /// Who may call: what the operation lists, or else the document.
    fn security(&mut self, old: &Operation, new: &Operation, places: (Option<Spot>, Option<Spot>)) {
        if old.security.is_none() && new.security.is_none() {
            return;
        }
        let needs = |side: &Side, operation: &Operation| {
            let own = side.document.get(&operation.pointer.join("security"));
            own.or_else(|| side.document.root.get("security")).map(whole::alternatives).unwrap_or_default()
        };
        let (before, after) = (needs(self.sides.0, old), needs(self.sides.1, new));
        let silent = whole::is_silent(self.sides.0);
        for finding in whole::requirements(&before, &after) {
            let finding = whole::hushed(finding, silent).about(call(new)).at(places.0.clone(), places.1.clone());
            self.push(finding, Some(call(new)), Direction::Request, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_names_are_erased() {
        assert_eq!(erased("/api/{code}/x/{id}/"), "/api/{}/x/{}");
    }
}
