//! The comparison of calls: operations matched across renames, their parameters, bodies, answers and security.
//! Schemas are handed to [`Pairs`]; what is found here has one operation as its blast radius.

mod parts;

use std::collections::{HashMap, HashSet};

use kontrakt_codegen::contract::{Contract, Operation, Status};

use super::model::{Direction, Effect, Finding, Kind, Severity, Spot};
use super::pairs::{PairId, Pairs};
use super::promises;

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
    pub(super) fn new(pairs: &'p mut Pairs<'a>, today: &'p str, webhooks: bool) -> Self {
        let (old, new) = (pairs.old, pairs.new);
        Self { old, new, pairs, today, webhooks, findings: Vec::new(), entries: Vec::new(), matched: Vec::new() }
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
            if erased(&old.path) == erased(&new.path) {
                let what = format!("{} is {} now; it matches the same addresses", old.path, new.path);
                findings.push(Finding::new(Kind::PathParameterRenamed, Effect::None, what));
            } else {
                let what = format!("{} lives at {} now", call(old), call(new));
                findings.push(Finding::new(Kind::PathRenamed, Effect::Shifts, what));
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
    }

    /// Who may call: alternatives of sets of credentials.
    fn security(&mut self, old: &Operation, new: &Operation, places: (Option<Spot>, Option<Spot>)) {
        let (Some(before), Some(after)) = (&old.security, &new.security) else {
            if old.security.is_some() != new.security.is_some() {
                let inherit = |one: &Option<Vec<Vec<String>>>| match one {
                    None => "what the document says",
                    Some(list) if list.iter().all(Vec::is_empty) => "nothing",
                    Some(_) => "its own list",
                };
                let what = format!("credentials follow {}, not {}", inherit(&new.security), inherit(&old.security));
                // With `[]` or an own list on one side, the document's own requirement decides what that means.
                let open =
                    |one: &Option<Vec<Vec<String>>>| one.as_ref().is_some_and(|list| list.iter().all(Vec::is_empty));
                let finding = if open(&old.security) {
                    Finding::new(Kind::SecurityAdded, Effect::Narrows, what).severity(Severity::Risky)
                } else {
                    Finding::new(Kind::SecurityRemoved, Effect::Widens, what).severity(Severity::Additive)
                };
                let finding = finding.about(call(new)).at(places.0, places.1);
                self.push(finding, Some(call(new)), Direction::Request, None);
            }
            return;
        };
        for finding in requirements(before, after) {
            let finding = finding.about(call(new)).at(places.0.clone(), places.1.clone());
            self.push(finding, Some(call(new)), Direction::Request, None);
        }
    }
}

/// Compares alternatives of credentials: a caller that satisfied one of the old ones must satisfy one of the new ones.
pub(super) fn requirements(old: &[Vec<String>], new: &[Vec<String>]) -> Vec<Finding> {
    // No alternative at all and an empty one both mean that nothing is asked for.
    let nothing = [Vec::new()];
    let old = if old.is_empty() { &nothing } else { old };
    let new = if new.is_empty() { &nothing } else { new };
    let covers = |accepted: &[Vec<String>], has: &[String]| {
        accepted.iter().any(|needs| needs.iter().all(|name| has.contains(name)))
    };
    let show = |names: &[String]| if names.is_empty() { "no credentials".to_owned() } else { names.join(" with ") };
    let mut findings = Vec::new();
    for gone in old.iter().filter(|has| !covers(new, has)) {
        let what = format!("{} no longer suffices", show(gone));
        findings.push(Finding::new(Kind::SecurityRemoved, Effect::Narrows, what));
    }
    for fresh in new.iter().filter(|has| !covers(old, has)) {
        let what = format!("{} suffices now", show(fresh));
        findings.push(Finding::new(Kind::SecurityAdded, Effect::Widens, what));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_names_are_erased() {
        assert_eq!(erased("/api/{code}/x/{id}/"), "/api/{}/x/{}");
    }

    #[test]
    fn credentials_that_sufficed_must_suffice() {
        let sets = |sets: &[&[&str]]| -> Vec<Vec<String>> {
            sets.iter().map(|set| set.iter().map(|name| (*name).to_owned()).collect()).collect()
        };
        let severities = |old: &[&[&str]], new: &[&[&str]]| -> Vec<Severity> {
            requirements(&sets(old), &sets(new)).iter().map(|finding| finding.request).collect()
        };
        assert_eq!(severities(&[&["a"]], &[&["a"]]), []);
        assert_eq!(severities(&[&["a"]], &[&["a"], &["b"]]), [Severity::Additive]);
        assert_eq!(severities(&[&["a"], &["b"]], &[&["a"]]), [Severity::Breaking]);
        assert_eq!(severities(&[&["a"]], &[&["a", "b"]]), [Severity::Breaking]);
        assert_eq!(severities(&[], &[&["a"]]), [Severity::Breaking]);
        assert_eq!(severities(&[&["a"]], &[]), [Severity::Additive]);
    }
}
