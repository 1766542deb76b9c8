//! From findings to changes: each root cause once, with everything that meets it in either direction.
//! Named schemas that no operation reaches are walked too, as what their names say they are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::Pointer;

use super::Side;
use super::calls::{CallFinding, Calls, Entry};
use super::model::{COMPONENT, Change, CrateStep, Direction, Effect, Finding, Kind, Severity, Step, Use};
use super::pairs::{Mode, Pairs};
use super::whole;

/// The worst that happened, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The documents mean the same.
    Unchanged,
    /// The worst change has this severity.
    Changed(Severity),
}

impl Verdict {
    /// Word for it, as reports write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed(severity) => severity.name(),
        }
    }
}

/// What changed between two documents.
#[derive(Clone, Debug)]
pub struct Drift {
    /// Name of OLD.
    pub old: String,
    /// Name of NEW.
    pub new: String,
    /// Everything that changed on the wire or in what is promised: worst first, then in document order.
    pub changes: Vec<Change>,
    /// Changes of prose and examples only.
    pub documentation: Vec<Change>,
    /// The step of each crate.
    pub semver: Vec<CrateStep>,
    /// Changes of public items that no change on the wire explains.
    pub items: Vec<String>,
    /// What else there is to say: flaps, mended defects, what was assumed.
    pub notes: Vec<String>,
}

impl Drift {
    /// The worst change that nobody accepted.
    pub fn verdict(&self) -> Verdict {
        let open = self.changes.iter().filter(|change| change.accepted.is_none());
        open.map(|change| change.severity).max().map_or(Verdict::Unchanged, Verdict::Changed)
    }

    /// The step that the wire asks for, accepted changes included: acceptance does not unmake them.
    pub fn wire_step(&self) -> Step {
        let steps = self.changes.iter().map(|change| Step::of_wire(change.severity));
        let prose = if self.documentation.is_empty() { Step::None } else { Step::Patch };
        steps.max().unwrap_or(prose)
    }

    /// Number of changes of a severity, accepted ones left out.
    pub fn count(&self, severity: Severity) -> usize {
        self.changes.iter().filter(|change| change.severity == severity && change.accepted.is_none()).count()
    }
}

/// Compares two documents. `today` (as `2026-01-31`) decides whether an announced end is over.
pub fn compare(old: &Side, new: &Side, today: &str) -> Drift {
    let mut collector = Collector { old, new, changes: BTreeMap::new() };
    collector.contracts(&old.contract, &new.contract, today, false);
    for finding in whole::compare(old, new) {
        collector.add(finding, []);
    }
    if old.reverse.is_some() || new.reverse.is_some() {
        let silent = |side: &Side| {
            let mut contract = side.contract.clone();
            contract.operations.clear();
            contract
        };
        let calls = |side: &Side| side.reverse.clone().unwrap_or_else(|| silent(side));
        collector.contracts(&calls(old), &calls(new), today, true);
    }
    collector.finish()
}

/// What makes two findings one root cause.
type Root = (Kind, Option<Pointer>, Option<Pointer>, String);

struct Collector<'a> {
    old: &'a Side,
    new: &'a Side,
    changes: BTreeMap<Root, Met>,
}

impl Collector<'_> {
    fn contracts(&mut self, old: &Contract, new: &Contract, today: &str, webhooks: bool) {
        let mut pairs = Pairs::new((old, &self.old.document), (new, &self.new.document));
        let mut calls = Calls::new(&mut pairs, (self.old, self.new), today, webhooks);
        calls.run();
        let (findings, mut entries) = (std::mem::take(&mut calls.findings), std::mem::take(&mut calls.entries));
        if !webhooks {
            let reached = (reached(old, self.old.reverse.as_ref()), reached(new, self.new.reverse.as_ref()));
            entries.extend(components(&mut pairs, &reached));
            for finding in lonely_components((old, &reached.0), (new, &reached.1)) {
                let name = finding.subject.clone();
                let direction = direction_of(&name);
                self.add(finding, [Use { operation: format!("{COMPONENT}{name}"), direction, status: None }]);
            }
        }
        pairs.finish();
        for CallFinding { finding, operation, direction, status } in findings {
            let uses = operation.map(|operation| Use { operation, direction, status });
            self.add(finding, uses);
        }
        self.walk(&pairs, entries);
    }

    /// Gives every finding that an entry reaches to that entry.
    fn walk(&mut self, pairs: &Pairs<'_>, entries: Vec<Entry>) {
        let interesting = reaching(pairs);
        for entry in entries {
            let one = Use { operation: entry.operation, direction: entry.direction, status: entry.status };
            let mut seen = HashSet::new();
            let mut stack = vec![entry.pair];
            while let Some(id) = stack.pop() {
                if !interesting[id] || !seen.insert(id) {
                    continue;
                }
                let pair = pairs.get(id);
                for finding in &pair.findings {
                    self.add(finding.clone(), [one.clone()]);
                }
                stack.extend(&pair.children);
            }
        }
    }

    fn add(&mut self, finding: Finding, uses: impl IntoIterator<Item = Use>) {
        let pointer = |spot: &Option<super::model::Spot>| spot.as_ref().map(|(pointer, _)| pointer.clone());
        let (old, new) = (pointer(&finding.old), pointer(&finding.new));
        let shared =
            |pointer: &Option<Pointer>| pointer.as_ref().is_some_and(|one| one.as_str().starts_with("/components/"));
        // What was written out in many places and is one component now changed once.
        let old = if shared(&new) && !shared(&old) { None } else { old };
        let key = (finding.kind, old, new, finding.what.clone());
        self.changes.entry(key).or_insert_with(|| (finding, BTreeSet::new())).1.extend(uses);
    }

    fn finish(self) -> Drift {
        let (mut changes, mut documentation) = (Vec::new(), Vec::new());
        for (finding, uses) in gathered(self.changes.into_values()) {
            for (direction, severity, uses) in directions(&finding, uses) {
                let change = change(self.old, self.new, &finding, direction, severity, uses);
                let prose = finding.kind == Kind::Documentation;
                if prose { &mut documentation } else { &mut changes }.push(change);
            }
        }
        let order = |change: &Change| {
            let place = change.place().map(|place| (place.line, place.pointer.clone()));
            (std::cmp::Reverse(change.severity), change.new.is_none(), place, change.kind, change.message.clone())
        };
        changes.sort_by_cached_key(order);
        documentation.sort_by_cached_key(order);
        Drift {
            old: self.old.name.clone(),
            new: self.new.name.clone(),
            changes,
            documentation,
            semver: Vec::new(),
            items: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// A finding and everything that meets it.
type Met = (Finding, BTreeSet<Use>);

/// More calls than this do not change one by one.
const GATHERED: usize = 12;

/// A media type that goes by another name in every call changed once, wherever it is written.
fn gathered(all: impl Iterator<Item = Met>) -> Vec<Met> {
    let media = |kind| matches!(kind, Kind::MediaTypeAdded | Kind::MediaTypeRemoved | Kind::MediaTypeChanged);
    let mut groups: BTreeMap<(Kind, String, bool), Vec<Met>> = BTreeMap::new();
    let mut rest = Vec::new();
    for (finding, uses) in all {
        if media(finding.kind) {
            let sent = uses.iter().any(|one| one.direction == Direction::Request);
            groups.entry((finding.kind, finding.what.clone(), sent)).or_default().push((finding, uses));
        } else {
            rest.push((finding, uses));
        }
    }
    for group in groups.into_values() {
        if group.len() <= GATHERED {
            rest.extend(group);
            continue;
        }
        let uses = group.iter().flat_map(|(_, uses)| uses.iter().cloned()).collect();
        let line = |finding: &Finding| finding.new.as_ref().or(finding.old.as_ref()).map(|(_, span)| span.line);
        if let Some((first, _)) = group.into_iter().min_by_key(|(finding, _)| line(finding)) {
            rest.push((first.about("the media type"), uses));
        }
    }
    rest
}

/// The pairs that lead to a finding; with most of two documents equal, the walks stay short.
fn reaching(pairs: &Pairs<'_>) -> Vec<bool> {
    let mut parents: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut stack = Vec::new();
    for id in 0..pairs.len() {
        let pair = pairs.get(id);
        pair.children.iter().for_each(|child| parents.entry(*child).or_default().push(id));
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

/// A root cause that is equally bad both ways is one change; otherwise each way has its own verdict.
fn directions(finding: &Finding, uses: BTreeSet<Use>) -> Vec<(Direction, Severity, BTreeSet<Use>)> {
    let severity = |direction| match direction {
        Direction::Request => finding.request,
        Direction::Response => finding.response,
        // What is about a whole call or document is seen from the side of the caller.
        Direction::Both => finding.request,
    };
    let ways: BTreeSet<Direction> = uses.iter().map(|one| one.direction).collect();
    match ways.iter().copied().collect::<Vec<_>>().as_slice() {
        [] => vec![(Direction::Both, severity(Direction::Both), uses)],
        [only] => vec![(*only, severity(*only), uses)],
        // What the two ways have in common is said once.
        several if several.iter().all(|way| severity(*way) == severity(several[0])) => {
            vec![(Direction::Both, severity(several[0]), uses)]
        }
        several => several
            .iter()
            .map(|way| (*way, severity(*way), uses.iter().filter(|one| one.direction == *way).cloned().collect()))
            .collect(),
    }
}

fn change(
    old: &Side,
    new: &Side,
    finding: &Finding,
    direction: Direction,
    severity: Severity,
    uses: BTreeSet<Use>,
) -> Change {
    let subject = subject_of(if finding.new.is_some() { new } else { old }, finding);
    Change {
        kind: finding.kind,
        severity,
        direction,
        effect: finding.effect,
        old: finding.old.as_ref().map(|(pointer, span)| old.place(pointer, *span)),
        new: finding.new.as_ref().map(|(pointer, span)| new.place(pointer, *span)),
        uses,
        message: message(finding, direction, severity, &subject),
        subject,
        rust: Vec::new(),
        accepted: None,
        traffic: None,
    }
}

/// What changed and why that is as bad as it is, in a sentence.
fn message(finding: &Finding, direction: Direction, severity: Severity, subject: &str) -> String {
    let why = match (finding.kind, direction, finding.effect, severity) {
        (.., Severity::Cosmetic) => "",
        (Kind::PropertyRemoved, Direction::Request, _, Severity::Breaking) => ": requests that carry it are refused",
        (Kind::PropertyRemoved, Direction::Request, ..) => ": whether it is ignored or refused is not said",
        (Kind::PropertyRemoved, Direction::Response, _, Severity::Breaking) => ": clients that count on it fail",
        (Kind::PropertyRemoved, Direction::Response, ..) => ": it was not always there, but clients may read it",
        (_, Direction::Request, Effect::Narrows | Effect::Shifts, Severity::Breaking) => {
            ": requests that were valid no longer are"
        }
        (_, Direction::Request, Effect::Widens, Severity::Additive) => ": every request that was valid still is",
        (_, Direction::Response, Effect::Widens | Effect::Shifts, Severity::Breaking) => {
            ": answers may hold what clients did not have to expect"
        }
        (_, Direction::Response, Effect::Narrows, Severity::Additive) => {
            ": every answer is still one that clients expect"
        }
        (_, Direction::Response, _, Severity::Breaking) => ": clients that count on it fail",
        _ => "",
    };
    // Sentences about a whole call or part of it name it themselves.
    let own = finding.what.starts_with("the base") || names(&finding.what, subject) || finding.subject == "security";
    if own { format!("{}{why}", finding.what) } else { format!("{subject} {}{why}", finding.what) }
}

/// Whether a sentence names something, as a word of its own.
fn names(sentence: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_.[]".contains(c));
    sentence.match_indices(name).any(|(at, found)| {
        !part(sentence[..at].chars().next_back()) && !part(sentence[at + found.len()..].chars().next())
    })
}

/// What a finding is about; parameters and headers are called by their names.
fn subject_of(side: &Side, finding: &Finding) -> String {
    if !finding.subject.is_empty() {
        return finding.subject.clone();
    }
    let mut here = finding.new.as_ref().or(finding.old.as_ref()).map(|(pointer, _)| pointer.clone());
    while let Some(pointer) = here {
        let node = side.document.get(&pointer);
        let name = node.filter(|node| node.get("in").is_some()).and_then(|node| node.get("name")?.as_str());
        if let Some(name) = name {
            return name.to_owned();
        }
        let up = pointer.parent();
        if up.as_ref().and_then(|up| up.tokens().last()).as_deref() == Some("headers") {
            return format!("the header {}", pointer.tokens().last().unwrap_or_default());
        }
        here = up;
    }
    "the value".to_owned()
}

/// Which way a named schema goes that no operation reaches: batch files go up, snapshots come down.
fn direction_of(name: &str) -> Direction {
    let sent = ["batch", "create", "update", "delete", "request"];
    let name = name.to_ascii_lowercase();
    if sent.iter().any(|word| name.contains(word)) { Direction::Request } else { Direction::Response }
}

/// Schemas that calls reach.
type Reached = HashSet<SchemaId>;

/// Pairs of named schemas that no operation reaches in either document.
fn components(pairs: &mut Pairs<'_>, reached: &(Reached, Reached)) -> Vec<Entry> {
    let (old, new) = (pairs.old, pairs.new);
    let by_name: HashMap<&str, SchemaId> = new.components.iter().map(|(name, id)| (name.as_str(), *id)).collect();
    let mut entries = Vec::new();
    for (name, a) in &old.components {
        let Some(b) = by_name.get(name.as_str()) else { continue };
        if !reached.0.contains(a) && !reached.1.contains(b) {
            let pair = pairs.compare(*a, *b, Mode::default());
            let operation = format!("{COMPONENT}{name}");
            entries.push(Entry { pair, operation, direction: direction_of(name), status: None });
        }
    }
    entries
}

/// Named schemas that only one side has and that no operation of that side reaches.
fn lonely_components(old: (&Contract, &Reached), new: (&Contract, &Reached)) -> Vec<Finding> {
    let lonely = |from: (&Contract, &Reached), to: &Contract| -> Vec<(String, super::model::Spot)> {
        let (from, reached) = from;
        let there: HashSet<&str> = to.components.iter().map(|(name, _)| name.as_str()).collect();
        let gone = from.components.iter().filter(|(name, id)| !there.contains(name.as_str()) && !reached.contains(id));
        gone.map(|(name, id)| (name.clone(), (from[*id].pointer.clone(), from[*id].span))).collect()
    };
    let mut findings = Vec::new();
    for (name, spot) in lonely(old, new.0) {
        let finding = Finding::new(Kind::ComponentRemoved, Effect::None, "is gone; no operation refers to it");
        findings.push(finding.severity(Severity::Additive).about(name).at(Some(spot), None));
    }
    for (name, spot) in lonely(new, old.0) {
        let finding = Finding::new(Kind::ComponentAdded, Effect::None, "is new; no operation refers to it");
        findings.push(finding.severity(Severity::Additive).about(name).at(None, Some(spot)));
    }
    findings
}

/// Schemas that calls reach, those that the server makes among them.
fn reached(contract: &Contract, reverse: Option<&Contract>) -> Reached {
    let mut seen = walked(contract);
    if let Some(reverse) = reverse {
        let pointers: HashSet<&Pointer> = walked(reverse).into_iter().map(|id| &reverse[id].pointer).collect();
        seen.extend(contract.schemas().filter(|(_, schema)| pointers.contains(&schema.pointer)).map(|(id, _)| id));
    }
    seen
}

fn walked(contract: &Contract) -> Reached {
    let content = |media: &[kontrakt_codegen::contract::MediaType]| -> Vec<SchemaId> {
        media.iter().filter_map(|one| one.schema).collect()
    };
    let mut stack: Vec<SchemaId> = Vec::new();
    for operation in &contract.operations {
        stack.extend(operation.parameters.iter().map(|one| one.schema));
        stack.extend(operation.body.iter().flat_map(|body| content(&body.content)));
        for response in &operation.responses {
            stack.extend(content(&response.content));
            stack.extend(response.headers.iter().filter_map(|one| one.schema));
        }
    }
    let mut seen = HashSet::new();
    while let Some(id) = stack.pop() {
        if seen.insert(id) {
            stack.extend(contract[id].children());
        }
    }
    seen
}
