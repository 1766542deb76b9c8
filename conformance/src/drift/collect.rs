//! Merges raw changes into changes: each root cause once, with all operations that it affects in either direction.
//! Named schemas that no operation uses are compared too; their direction is unknown.

use std::collections::{BTreeSet, HashMap, HashSet};

use kontrakt_codegen::contract::{Contract, MediaType, Operation, SchemaId};
use kontrakt_codegen::document::Pointer;

use super::ApiVersion;
use super::calls::{Caller, Calls, Meeting, call};
use super::detail::{Detail, DocumentDetail, Fate};
use super::document;
use super::model::{Change, Direction, DriftKind, Effect, ItemNote, RawChange, Severity, Spot, Subject, Use, UsedBy};
use super::pairs::{Mode, Pairs};
use super::step::{CrateStep, Step};
use super::uses::meet;

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
    pub items: Vec<ItemNote>,
    /// What else there is to say: flaps, mended defects, what was assumed.
    pub notes: Vec<String>,
}

impl Drift {
    /// The worst change that nobody accepted.
    pub fn verdict(&self) -> Verdict {
        let open = self.changes.iter().filter(|change| change.accepted.is_none());
        open.map(|change| change.severity).max().map_or(Verdict::Unchanged, Verdict::Changed)
    }

    /// The step that the wire asks for, accepted changes included: neither acceptance nor a policy unmakes them.
    pub fn wire_step(&self) -> Step {
        let steps = self.changes.iter().map(|change| Step::of_wire(change.by_itself()));
        // Prose of a document is not what the crate says: the import drops it.
        steps.max().unwrap_or_default()
    }

    /// Number of changes of a severity, accepted ones left out.
    pub fn count(&self, severity: Severity) -> usize {
        self.changes.iter().filter(|change| change.severity == severity && change.accepted.is_none()).count()
    }
}

/// Compares two documents. `today` (as `2026-01-31`) decides whether an announced end is over.
pub fn compare(old: &ApiVersion, new: &ApiVersion, today: &str) -> Drift {
    let mut collector = ChangeCollector { old, new, found: Vec::new(), by_root: HashMap::new() };
    for finding in document::compare(&old.contract, &new.contract) {
        collector.add(finding, None);
    }
    let mut pairs = Pairs::new(&old.contract, &new.contract);
    let mut entries = Vec::new();
    for caller in [Caller::Client, Caller::Server] {
        let mut calls = Calls::new(&mut pairs, today, caller);
        calls.run();
        entries.append(&mut calls.entries);
        calls.findings.into_iter().for_each(|(finding, used)| collector.add(finding, [used]));
    }
    let reached = (reached(&old.contract), reached(&new.contract));
    entries.extend(results(&mut pairs));
    entries.extend(components(&mut pairs, &reached));
    for (finding, name) in lonely_components((&old.contract, &reached.0), (&new.contract, &reached.1)) {
        collector.add(finding, [unreached(&name)]);
    }
    pairs.finish();
    meet(&pairs, entries, |finding, used| collector.add(finding.clone(), [used]));
    collector.finish()
}

/// What makes two findings one root cause.
type Root = (DriftKind, Option<Pointer>, Option<Pointer>, Detail);

struct ChangeCollector<'a> {
    old: &'a ApiVersion,
    new: &'a ApiVersion,
    found: Vec<Met>,
    by_root: HashMap<Root, usize>,
}

impl ChangeCollector<'_> {
    fn add(&mut self, finding: RawChange, uses: impl IntoIterator<Item = Use>) {
        let pointer = |spot: &Option<super::model::Spot>| spot.as_ref().map(|(pointer, _)| pointer.clone());
        let (old, new) = (pointer(&finding.old), pointer(&finding.new));
        let shared =
            |pointer: &Option<Pointer>| pointer.as_ref().is_some_and(|one| one.as_str().starts_with("/components/"));
        // What was written out in many places and is one component now changed once.
        let old = if shared(&new) && !shared(&old) { None } else { old };
        let root = (finding.kind, old, new, finding.detail.clone());
        let at = *self.by_root.entry(root).or_insert_with(|| {
            self.found.push((finding, BTreeSet::new()));
            self.found.len() - 1
        });
        self.found[at].1.extend(uses);
    }

    fn finish(self) -> Drift {
        let (mut changes, mut documentation) = (Vec::new(), Vec::new());
        for (finding, uses) in gathered(self.found) {
            for verdict in directions(&finding, uses) {
                let change = change((self.old, self.new), finding.clone(), verdict);
                let prose = finding.kind == DriftKind::Documentation;
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
type Met = (RawChange, BTreeSet<Use>);

/// More calls than this do not change one by one.
const GATHERED: usize = 12;

/// A media type that goes by another name in every call changed once, wherever it is written.
fn gathered(all: Vec<Met>) -> Vec<Met> {
    let media =
        |kind| matches!(kind, DriftKind::MediaTypeAdded | DriftKind::MediaTypeRemoved | DriftKind::MediaTypeChanged);
    let mut groups: HashMap<(Detail, DriftKind, bool), Vec<Met>> = HashMap::new();
    let mut rest = Vec::new();
    for (finding, uses) in all {
        if media(finding.kind) {
            let sent = uses.iter().any(|one| one.direction == Direction::Request);
            groups.entry((finding.detail.clone(), finding.kind, sent)).or_default().push((finding, uses));
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
        let line = |finding: &RawChange| finding.new.as_ref().or(finding.old.as_ref()).map(|(_, span)| span.line);
        if let Some((first, _)) = group.into_iter().min_by_key(|(finding, _)| line(finding)) {
            rest.push((first.about("the media type"), uses));
        }
    }
    rest
}

/// A root cause that is equally bad both ways is one change; otherwise each way has its own verdict.
fn directions(finding: &RawChange, uses: BTreeSet<Use>) -> Vec<(Direction, Severity, BTreeSet<Use>)> {
    let severity = |direction| match direction {
        Direction::Request => finding.request,
        Direction::Response => finding.response,
        // What is about a whole call or document is seen from the side of the caller.
        Direction::Both => finding.request,
        Direction::Unknown if finding.request == finding.response => finding.request,
        Direction::Unknown => Severity::Risky,
    };
    let mut ways: BTreeSet<Direction> = uses.iter().map(|one| one.direction).collect();
    // What other uses say of the same thing goes for those of which nothing is known too.
    let told = ways.iter().copied().find(|way| *way != Direction::Unknown);
    let way_of = |one: &Use| told.filter(|_| one.direction == Direction::Unknown).unwrap_or(one.direction);
    if told.is_some() {
        ways.remove(&Direction::Unknown);
    }
    match ways.iter().copied().collect::<Vec<_>>().as_slice() {
        [] => vec![(Direction::Both, severity(Direction::Both), uses)],
        [only] => vec![(*only, severity(*only), uses)],
        // What the two ways have in common is said once.
        several if several.iter().all(|way| severity(*way) == severity(several[0])) => {
            vec![(Direction::Both, severity(several[0]), uses)]
        }
        several => several
            .iter()
            .map(|way| (*way, severity(*way), uses.iter().filter(|one| way_of(one) == *way).cloned().collect()))
            .collect(),
    }
}

fn change(
    sides: (&ApiVersion, &ApiVersion),
    finding: RawChange,
    (direction, severity, uses): (Direction, Severity, BTreeSet<Use>),
) -> Change {
    let (old, new) = sides;
    let subject = subject_of(if finding.new.is_some() { new } else { old }, &finding);
    Change {
        kind: finding.kind,
        severity,
        judged: None,
        direction,
        effect: finding.effect,
        old: finding.old.as_ref().map(|(pointer, span)| old.place(pointer, *span)),
        new: finding.new.as_ref().map(|(pointer, span)| new.place(pointer, *span)),
        uses,
        message: message(&finding, direction, severity, &subject),
        subject,
        detail: finding.detail,
        rust: Vec::new(),
        accepted: None,
        traffic: None,
    }
}

/// What changed and why that is as bad as it is, in a sentence.
fn message(finding: &RawChange, direction: Direction, severity: Severity, subject: &str) -> String {
    let why = why(finding.kind, direction, finding.effect, severity);
    let silent = finding.detail.names_its_subject() || matches!(finding.subject, Subject::Silent(_));
    if silent { format!("{}{why}", finding.detail) } else { format!("{subject} {}{why}", finding.detail) }
}

/// Why a change is as bad as it is: the end of its sentence.
pub(super) fn why(kind: DriftKind, direction: Direction, effect: Effect, severity: Severity) -> &'static str {
    match (kind, direction, effect, severity) {
        (.., Severity::Cosmetic) => "",
        (_, Direction::Unknown, _, Severity::Risky) => ": no call tells whether it is sent or received",
        (DriftKind::PropertyRemoved, Direction::Request, _, Severity::Breaking) => {
            ": requests that carry it are refused"
        }
        (DriftKind::PropertyRemoved, Direction::Request, ..) => ": whether it is ignored or refused is not said",
        (DriftKind::PropertyRemoved, Direction::Response, _, Severity::Breaking) => ": clients that count on it fail",
        (DriftKind::PropertyRemoved, Direction::Response, ..) => ": it was not always there, but clients may read it",
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
    }
}

/// What a finding is about; parameters and headers are called by their names.
fn subject_of(side: &ApiVersion, finding: &RawChange) -> String {
    match &finding.subject {
        Subject::Named(name) => return name.clone(),
        Subject::Silent(name) => return (*name).to_owned(),
        Subject::Place => {}
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

/// How a named schema is met that no operation leads to: which way it goes nobody can tell.
fn unreached(name: &str) -> Use {
    Use::new(UsedBy::Component(name.to_owned()), Direction::Unknown, None)
}

/// Schemas that calls reach.
type Reached = HashSet<SchemaId>;

/// Components that a call names as the records of its job: they come to the client, though no answer refers to them.
fn results(pairs: &mut Pairs<'_>) -> Vec<Meeting> {
    let (old, new) = (pairs.old, pairs.new);
    let mut entries = Vec::new();
    for operation in &new.operations {
        let Some(name) = job_result(operation) else { continue };
        if let (Some(a), Some(b)) = (old.component(name), new.component(name)) {
            let used = Use::new(UsedBy::Operation(call(operation)), Direction::Response, None);
            entries.push(Meeting { pair: pairs.compare(a, b, Mode::default()), used });
        }
    }
    entries
}

/// The component that `x-job` names.
fn job_result(operation: &Operation) -> Option<&str> {
    operation.hints.job.as_ref()?.result.as_deref()
}

/// Pairs of named schemas that no operation reaches in either document.
fn components(pairs: &mut Pairs<'_>, reached: &(Reached, Reached)) -> Vec<Meeting> {
    let (old, new) = (pairs.old, pairs.new);
    let by_name: HashMap<&str, SchemaId> = new.components.iter().map(|(name, id)| (name.as_str(), *id)).collect();
    let mut entries = Vec::new();
    for (name, a) in &old.components {
        let Some(b) = by_name.get(name.as_str()) else { continue };
        if !reached.0.contains(a) && !reached.1.contains(b) {
            let pair = pairs.compare(*a, *b, Mode::default());
            entries.push(Meeting { pair, used: unreached(name) });
        }
    }
    entries
}

/// Named schemas that only one side has and that no operation of that side reaches, with their names.
fn lonely_components(old: (&Contract, &Reached), new: (&Contract, &Reached)) -> Vec<(RawChange, String)> {
    let lonely = |(from, reached): (&Contract, &Reached), to: &Contract| -> Vec<(String, Spot)> {
        let there: HashSet<&str> = to.components.iter().map(|(name, _)| name.as_str()).collect();
        let gone = from.components.iter().filter(|(name, id)| !there.contains(name.as_str()) && !reached.contains(id));
        gone.map(|(name, id)| (name.clone(), (from[*id].pointer.clone(), from[*id].span))).collect()
    };
    let finding = |kind, fate, name: &String| {
        let finding = RawChange::new(kind, Effect::None, DocumentDetail::Component(fate));
        finding.severity(Severity::Additive).about(name)
    };
    let gone = lonely(old, new.0)
        .into_iter()
        .map(|(name, spot)| (finding(DriftKind::ComponentRemoved, Fate::Gone, &name).at(Some(spot), None), name));
    let fresh = lonely(new, old.0)
        .into_iter()
        .map(|(name, spot)| (finding(DriftKind::ComponentAdded, Fate::New, &name).at(None, Some(spot)), name));
    gone.chain(fresh).collect()
}

/// Schemas that calls reach, those that the server makes among them.
fn reached(contract: &Contract) -> Reached {
    let content = |media: &[MediaType]| -> Vec<SchemaId> { media.iter().filter_map(|one| one.schema).collect() };
    let mut roots: Vec<SchemaId> = Vec::new();
    for operation in contract.operations.iter().chain(&contract.webhooks).chain(&contract.callbacks) {
        roots.extend(operation.parameters.iter().map(|one| one.schema));
        roots.extend(operation.body.iter().flat_map(|body| content(&body.content)));
        roots.extend(job_result(operation).and_then(|name| contract.component(name)));
        for response in &operation.responses {
            roots.extend(content(&response.content));
            roots.extend(response.headers.iter().filter_map(|one| one.schema));
        }
    }
    contract.reach(roots).into_iter().collect()
}
