//! From findings to changes: each root cause once, with everything that meets it in either direction.
//! Named schemas that no operation reaches are walked too, as what their names say they are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::Pointer;

use super::Side;
use super::calls::{CallFinding, Calls, Entry, requirements};
use super::model::{COMPONENT, Change, CrateStep, Direction, Effect, Finding, Kind, Severity, Step, Use};
use super::pairs::{Mode, Pairs};

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
    collector.document(&old.contract, &new.contract);
    if let (Some(a), Some(b)) = (&old.webhooks, &new.webhooks) {
        collector.contracts(a, b, today, true);
    }
    collector.finish()
}

/// What makes two findings one root cause.
type Root = (Kind, Option<Pointer>, Option<Pointer>, String);

struct Collector<'a> {
    old: &'a Side,
    new: &'a Side,
    changes: BTreeMap<Root, (Finding, BTreeSet<Use>)>,
}

impl Collector<'_> {
    fn contracts(&mut self, old: &Contract, new: &Contract, today: &str, webhooks: bool) {
        let mut pairs = Pairs::new(old, new);
        let mut calls = Calls::new(&mut pairs, today, webhooks);
        calls.run();
        let (findings, mut entries) = (std::mem::take(&mut calls.findings), std::mem::take(&mut calls.entries));
        if !webhooks {
            entries.extend(components(&mut pairs));
            for finding in lonely_components(old, new) {
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

    /// What belongs to no operation: servers, security, the document itself.
    fn document(&mut self, old: &Contract, new: &Contract) {
        let root = |tokens: &[&str]| tokens.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
        let spot = |tokens: &[&str]| Some((root(tokens), Default::default()));
        let mut findings = Vec::new();
        let known =
            |list: &[kontrakt_codegen::contract::Server], url: &str| list.iter().any(|one| same_url(&one.url, url));
        for (at, gone) in old.servers.iter().enumerate().filter(|(_, one)| !known(&new.servers, &one.url)) {
            let what = format!("the base URL {} is gone", gone.url);
            let place = Some((root(&["servers"]).join(at), Default::default()));
            // Whether the old address still answers is not for a document to say.
            let finding = Finding::new(Kind::ServerRemoved, Effect::Narrows, what).severity(Severity::Risky);
            findings.push(finding.at(place, None));
        }
        for (at, fresh) in new.servers.iter().enumerate().filter(|(_, one)| !known(&old.servers, &one.url)) {
            let what = format!("the base URL {} is new", fresh.url);
            let place = Some((root(&["servers"]).join(at), Default::default()));
            findings.push(
                Finding::new(Kind::ServerAdded, Effect::Widens, what).severity(Severity::Additive).at(None, place),
            );
        }
        let security = |side: &Side| side.document.root.get("security").map(super::view::security);
        let (before, after) = (security(self.old), security(self.new));
        for finding in requirements(&before.clone().unwrap_or_default(), &after.clone().unwrap_or_default()) {
            let here = |side: &Option<_>| side.as_ref().and_then(|_| spot(&["security"]));
            findings.push(finding.about("security").at(here(&before), here(&after)));
        }
        for scheme in &old.security_schemes {
            let at = ["components", "securitySchemes", &scheme.name];
            match new.security_schemes.iter().find(|one| one.name == scheme.name) {
                Some(one) if one.kind != scheme.kind => {
                    let what = format!("{} is {:?}, not {:?}", scheme.name, one.kind, scheme.kind);
                    let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::Shifts, what);
                    findings.push(finding.about(&scheme.name).at(spot(&at), spot(&at)));
                }
                Some(_) => {}
                None => {
                    let what = format!("the security scheme {} is gone", scheme.name);
                    let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::None, what);
                    findings.push(finding.severity(Severity::Cosmetic).about(&scheme.name).at(spot(&at), None));
                }
            }
        }
        for scheme in new.security_schemes.iter().filter(|one| !old.security_schemes.iter().any(|s| s.name == one.name))
        {
            let at = ["components", "securitySchemes", &scheme.name];
            let what = format!("the security scheme {} is new", scheme.name);
            let finding = Finding::new(Kind::SecuritySchemeChanged, Effect::None, what).severity(Severity::Additive);
            findings.push(finding.about(&scheme.name).at(None, spot(&at)));
        }
        if old.openapi.split('.').nth(1) != new.openapi.split('.').nth(1) {
            let what = format!("the document is OpenAPI {}, not {}", new.openapi, old.openapi);
            let finding = Finding::new(Kind::DocumentChanged, Effect::None, what);
            findings.push(finding.about("document").at(spot(&["openapi"]), spot(&["openapi"])));
        }
        for finding in findings {
            self.add(finding, []);
        }
    }

    fn finish(self) -> Drift {
        let (mut changes, mut documentation) = (Vec::new(), Vec::new());
        for (finding, uses) in self.changes.into_values() {
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
    let own = finding.what.starts_with("the base") || finding.what.contains(subject) || finding.subject == "security";
    if own { format!("{}{why}", finding.what) } else { format!("{subject} {}{why}", finding.what) }
}

/// What a finding is about; parameters are called by their names.
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
        here = pointer.parent();
    }
    "the value".to_owned()
}

/// The same address, whatever stands for its variables or at its end.
fn same_url(a: &str, b: &str) -> bool {
    a.trim_end_matches('/') == b.trim_end_matches('/')
}

/// Which way a named schema goes that no operation reaches: batch files go up, snapshots come down.
fn direction_of(name: &str) -> Direction {
    let sent = ["batch", "create", "update", "delete", "request"];
    let name = name.to_ascii_lowercase();
    if sent.iter().any(|word| name.contains(word)) { Direction::Request } else { Direction::Response }
}

/// Pairs of named schemas that no operation reaches in either document.
fn components(pairs: &mut Pairs<'_>) -> Vec<Entry> {
    let (old, new) = (pairs.old, pairs.new);
    let (reached_old, reached_new) = (reached(old), reached(new));
    let mut entries = Vec::new();
    for (name, a) in &old.components {
        let Some(b) = new.component(name) else { continue };
        if !reached_old.contains(a) && !reached_new.contains(&b) {
            let pair = pairs.compare(*a, b, Mode::default());
            let operation = format!("{COMPONENT}{name}");
            entries.push(Entry { pair, operation, direction: direction_of(name), status: None });
        }
    }
    entries
}

/// Named schemas that only one side has and that no operation of that side reaches.
fn lonely_components(old: &Contract, new: &Contract) -> Vec<Finding> {
    let lonely = |from: &Contract, to: &Contract| -> Vec<(String, super::model::Spot)> {
        let reached = reached(from);
        let gone = from.components.iter().filter(|(name, id)| to.component(name).is_none() && !reached.contains(id));
        gone.map(|(name, id)| (name.clone(), (from[*id].pointer.clone(), from[*id].span))).collect()
    };
    let mut findings = Vec::new();
    for (name, spot) in lonely(old, new) {
        let finding = Finding::new(Kind::ComponentRemoved, Effect::None, "is gone; no operation refers to it");
        findings.push(finding.severity(Severity::Additive).about(name).at(Some(spot), None));
    }
    for (name, spot) in lonely(new, old) {
        let finding = Finding::new(Kind::ComponentAdded, Effect::None, "is new; no operation refers to it");
        findings.push(finding.severity(Severity::Additive).about(name).at(None, Some(spot)));
    }
    findings
}

/// Schemas that operations reach.
fn reached(contract: &Contract) -> HashSet<SchemaId> {
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
