//! The steps of an update that need no compiler, in a copy of the checkout: import, overlays, drift, generation, what the
//! tests would say, changelog, version.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::generate::{Generated, of_folder};
use kontrakt_codegen::overlay::{Matches, Shift, Unmatched, shifts};
use kontrakt_codegen::plan::new_fallbacks;
use kontrakt_codegen::release::RELEASE;
use kontrakt_codegen::specification::{DOCUMENT, Specification};
use kontrakt_codegen::write::{remove, write, write_together};
use kontrakt_conformance::acceptance::Acceptance;
use kontrakt_conformance::coverage::hars;
use kontrakt_conformance::drift::announcements::{self, Announcement};
use kontrakt_conformance::drift::changelog::{entry, put};
use kontrakt_conformance::drift::pages::{OVERRULED, overruled, overruled_text};
use kontrakt_conformance::drift::rust::{Generation, explain};
use kontrakt_conformance::drift::{ApiVersion, CrateStep, Drift, Severity, accept, compare, next_version};
use kontrakt_conformance::recording::Recording;

use super::super::generate::locks;
use super::super::{docs, import};
use super::checks::{faults, obsolete, pages};
use crate::workspace::Workspace;

/// What an update starts from.
pub(super) struct Request<'a> {
    pub(super) api: &'a str,
    /// File or address of the document; the recorded one unless given.
    pub(super) from: Option<&'a str>,
    /// Folder of specifications to compare with; as they stand unless given.
    pub(super) base: Option<&'a Path>,
    pub(super) today: &'a str,
}

/// How much an item asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// To know.
    Advice,
    /// To look at before it is merged.
    Look,
    /// Tests fail until it is dealt with.
    Blocks,
}

/// Something for a person.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) weight: Urgency,
    pub(super) what: Diagnostic,
}

/// What the steps came to.
#[derive(Default)]
pub(super) struct Proposal {
    pub(super) done: Vec<String>,
    pub(super) items: Vec<Decision>,
    pub(super) drift: Option<Drift>,
    /// Whether the document says what it said.
    pub(super) nothing: bool,
    /// The step that failed, and why.
    pub(super) failed: Option<(&'static str, Diagnostic)>,
}

/// The specification before the update.
struct Before {
    side: ApiVersion,
    specification: Specification,
    faults: Vec<String>,
}

impl Before {
    fn of(specs: &Path, api: &str) -> Result<Self> {
        let document = Document::read(&specs.join(api).join(DOCUMENT))?;
        let side = ApiVersion::read(document.clone())?.named(format!("{api} before"));
        let specification = Specification::with_overlays_of(specs, api, document, Unmatched::Warn)?;
        let (contract, _) = Contract::read_mending(&specification.document)?;
        let faults = faults(&specification, &contract, &specs.join(api))?;
        let faults = faults.iter().map(|one| one.message().to_owned()).collect();
        Ok(Self { side, specification, faults })
    }
}

/// Runs the steps in the current folder; they end at the first that fails.
pub(super) fn propose(request: &Request<'_>, workspace: &Workspace) -> Proposal {
    let mut proposal = Proposal::default();
    if let Err(failed) = proposal.run(request, workspace) {
        proposal.failed = Some(failed);
    }
    proposal.items.sort_by_key(|item| std::cmp::Reverse(item.weight));
    proposal
}

/// What a specification gives, unless it or its quirks are about something that is gone.
fn generated(specs: &Path, api: &str) -> Result<(Specification, Generated), (&'static str, Diagnostic)> {
    let start = Instant::now();
    let specification = Specification::load(specs, api, Unmatched::Error).map_err(at("overlays"))?;
    let generated = of_folder(specs, &specification, start).map_err(at("generate"))?;
    let gone = obsolete(&specification.document, &specs.join(api)).map_err(at("checks"))?;
    Diagnostic::all(gone).map_or(Ok((specification, generated)), |complaint| Err(("checks", complaint)))
}

/// Names the step that a complaint comes from.
fn at(step: &'static str) -> impl Fn(Diagnostic) -> (&'static str, Diagnostic) {
    move |complaint| (step, complaint)
}

impl Proposal {
    fn run(&mut self, request: &Request<'_>, workspace: &Workspace) -> Result<(), (&'static str, Diagnostic)> {
        let (api, specs) = (request.api, workspace.specs());
        let folder = specs.join(api);
        let before = Before::of(request.base.unwrap_or(&specs), api).map_err(at("compare"))?;
        let reference = folder.join(import::REFERENCE);
        let old = ApiVersion::open(&reference).ok();
        let taken = import::take(api, request.from, request.today, workspace).map_err(at("import"))?;
        if taken.same && request.base.is_none() {
            self.nothing = true;
            return Ok(());
        }
        self.done.push(format!("import: {}", taken.said));
        if taken.is_reference {
            let new = ApiVersion::open(&reference).map_err(at("reference"))?;
            self.drift = old.map(|old| compare(&old, &new, request.today));
            return self.reference(workspace, api).map_err(at("reference"));
        }
        let (specification, generated) = self.generate(&specs, api)?;
        self.matches(&before, &specification);
        let announced = announced(&before, workspace, api).map_err(at("announcements"))?;
        let drift = self.compare(&before, &specification, &announced, request.today).map_err(at("drift"))?;
        self.changelog(workspace, api, &drift).map_err(at("changelog"))?;
        self.version(&specification, &folder, &drift).map_err(at("version"))?;
        // The crate carries both.
        let generated = if specification.release.is_some() { self.generate(&specs, api)?.1 } else { generated };
        self.write(workspace, &generated).map_err(at("generate"))?;
        let contract = Contract::read(&specification.document).map_err(at("generate"))?;
        for fault in faults(&specification, &contract, &folder).map_err(at("checks"))? {
            if !before.faults.iter().any(|known| known == fault.message()) {
                self.decide(Urgency::Blocks, fault);
            }
        }
        self.pages(&contract, &folder).map_err(at("pages"))?;
        self.drift = Some(drift);
        Ok(())
    }

    /// A reference is held against the specification, which people write.
    fn reference(&mut self, workspace: &Workspace, api: &str) -> Result<()> {
        for difference in docs::differences(api, workspace)? {
            let complaint = Diagnostic::new(difference);
            self.decide(
                Urgency::Blocks,
                complaint.help("mend the specification, or say in quirks.yaml why it differs"),
            );
        }
        Ok(())
    }

    fn decide(&mut self, weight: Urgency, what: Diagnostic) {
        self.items.push(Decision { weight, what });
    }

    /// Generates, once names and words for people whose subject is gone are deleted.
    fn generate(&mut self, specs: &Path, api: &str) -> Result<(Specification, Generated), (&'static str, Diagnostic)> {
        loop {
            let (step, complaint) = match generated(specs, api) {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            let gone: Vec<&Diagnostic> = complaint.flat().filter(|one| one.is_obsolete()).collect();
            if gone.is_empty() {
                return Err((step, complaint));
            }
            delete(&gone).map_err(at("overlays"))?;
            for one in gone {
                let message = format!("deleted, for what it was about is gone: {}", one.message());
                let place = one.position().map(|(file, line, _)| format!("{file}:{line}: ")).unwrap_or_default();
                let complaint = Diagnostic::new(format!("{place}{message}"));
                self.decide(
                    Urgency::Advice,
                    complaint.help("if the thing has moved, write the entry anew for its place"),
                );
            }
        }
    }

    /// Actions that match more or less: more of the same sort is to be expected of a document that grows.
    fn matches(&mut self, before: &Before, specification: &Specification) {
        let old = &before.specification.actions;
        for shift in shifts(&Matches::of(old), &specification.actions) {
            let odd: Vec<_> = shift.unlike(old).cloned().collect();
            let complaint = shift.diagnostic();
            match odd.as_slice() {
                [] => self.decide(Urgency::Advice, complaint),
                odd => {
                    let gained = odd.to_vec();
                    let odd = Shift { gained, lost: Vec::new(), ..shift.clone() }.diagnostic();
                    self.decide(
                        Urgency::Look,
                        odd.help("it matched nothing like this before: make the target narrower, unless it is meant"),
                    );
                }
            }
        }
    }

    fn compare(
        &mut self,
        before: &Before,
        specification: &Specification,
        announced: &[Announcement],
        today: &str,
    ) -> Result<Drift> {
        let name = &specification.name;
        let path = specification.document.sources.first().map(|source| source.name.clone()).unwrap_or_default();
        let after = ApiVersion::read(Document::read(Path::new(&path))?)?.named(format!("{name} now"));
        let mut drift = compare(&before.side, &after, today);
        let accepted = Path::new(&path).with_file_name("accepted.yaml");
        accept(&mut drift, &Acceptance::read(&accepted)?, today);
        match Generation::of(&before.specification).and_then(|old| Ok((old, Generation::of(specification)?))) {
            Ok((old, new)) => {
                explain(&mut drift, &old, &new);
                for one in new_fallbacks(&old.fallbacks, &new.fallbacks) {
                    let complaint = Diagnostic::new(format!("new: {one}")).pointer(one.pointer.clone());
                    self.decide(Urgency::Advice, complaint.help(one.kind.help()));
                }
                // What it notes of overlays is told as decisions.
                drift.notes.clear();
            }
            Err(complaint) => {
                let wire = drift.wire_step();
                drift.semver.push(CrateStep { name: name.clone(), wire, source: None });
                self.decide(Urgency::Look, complaint);
            }
        }
        self.tell(&drift, announced, today);
        self.done.push(format!("drift: {}, {} changes", drift.verdict().name(), drift.changes.len()));
        Ok(drift)
    }

    /// What of a drift is for a person: breaks, names that change in Rust alone, what was announced, and what is due.
    fn tell(&mut self, drift: &Drift, announced: &[Announcement], today: &str) {
        for change in &drift.changes {
            if change.severity == Severity::Breaking && change.breaks_users() && change.accepted.is_none() {
                let place = change.place().map(|place| format!(" at {}", place.pointer)).unwrap_or_default();
                let complaint = Diagnostic::new(format!("breaks: {}{place}", change.message));
                self.decide(
                    Urgency::Look,
                    complaint.help("say in the changelog what users do about it, and release a major version"),
                );
            }
            for one in announcements::explaining(announced, change) {
                let message = format!("was announced ({}, {}): {}", one.id, one.source, change.message);
                self.decide(
                    Urgency::Advice,
                    Diagnostic::new(message).help("set the state of the announcement, if it is one of the file"),
                );
            }
        }
        for item in drift.items.iter().filter(|item| item.breaks) {
            let complaint = Diagnostic::new(format!("changes in Rust and not on the wire: {item}"));
            self.decide(
                Urgency::Look,
                complaint.help("rename it with cargo xtask generate API --rename, or tell of the break"),
            );
        }
        for due in announcements::due(announced, today) {
            let complaint = Diagnostic::new(due.to_string());
            self.decide(
                Urgency::Advice,
                complaint.help("see whether it has come, and set its state in announcements.yaml"),
            );
        }
    }

    fn write(&mut self, workspace: &Workspace, generated: &Generated) -> Result<()> {
        let stale = write(&workspace.generated().join(&generated.name), &generated.files)?;
        locks(generated, &workspace.specs(), false)?;
        self.done.push(format!(
            "generate: {} operations, {} types; {} files written or removed",
            generated.statistics.operations,
            generated.statistics.types,
            stale.len()
        ));
        Ok(())
    }

    /// What a documentation page says otherwise is settled by a document that is newer, and written down.
    fn pages(&mut self, contract: &Contract, folder: &Path) -> Result<()> {
        let (now, before) = (pages(contract, folder)?, overruled(folder));
        for difference in now.difference(&before) {
            let complaint = Diagnostic::new(format!("a documentation page says otherwise: {difference}"));
            self.decide(Urgency::Advice, complaint.help("the document is newer; see whether the page has changed too"));
        }
        let path = folder.join(OVERRULED);
        match overruled_text(&now) {
            Some(text) if now != before => write_together(&[(&path, &text)]),
            None if path.exists() => remove(&path),
            _ => Ok(()),
        }
    }

    /// Tells users, in the changelog of the crate where it has one of its own.
    fn changelog(&mut self, workspace: &Workspace, api: &str, drift: &Drift) -> Result<()> {
        let own = workspace.specs().join(api).join("CHANGELOG.md");
        let (path, prefix) = match own.exists() {
            true => (own, String::new()),
            false => (workspace.changelog(), format!("{}: ", import::capitalized(api))),
        };
        let Ok(text) = std::fs::read_to_string(&path) else {
            self.decide(Urgency::Advice, Diagnostic::new(format!("there is no {} to tell users in", path.display())));
            return Ok(());
        };
        let new = put(&text, &entry(drift), &prefix).ok_or_else(|| {
            Diagnostic::new(format!("{} has no section [Unreleased]", path.display()))
                .help("write a line `## [Unreleased]` above the last release")
        })?;
        if new != text {
            write_together(&[(&path, &new)])?;
            self.done.push(format!("changelog: {}", path.display()));
        }
        Ok(())
    }

    /// Steps the version of the crate, as far as the release that is under way does not do it already.
    fn version(&mut self, specification: &Specification, folder: &Path, drift: &Drift) -> Result<()> {
        let step = drift.semver.iter().map(CrateStep::step).max().unwrap_or_default();
        let Some(release) = &specification.release else {
            self.done.push(format!(
                "version: {} needs a {} step, which a release takes",
                specification.name,
                step.name()
            ));
            return Ok(());
        };
        let next = next_version(release.released(), release.version, step);
        if next != release.version {
            let path = folder.join(RELEASE);
            write_together(&[(&path, &release.with_version(&path, next)?)])?;
        }
        self.done.push(format!(
            "version: {} after a {} step from {}",
            next,
            step.name(),
            match release.released() {
                Some(released) => released.to_string(),
                None => "nothing released".to_owned(),
            }
        ));
        Ok(())
    }
}

/// Deletes the entries of overlays that complaints are about.
///
/// # Errors
/// When one does not stand on lines of its own, so that a person has to do it.
pub(super) fn delete(complaints: &[&Diagnostic]) -> Result<()> {
    let mut files: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    for (file, line, column) in complaints.iter().filter_map(|one| one.position()) {
        files.entry(file).or_default().push((line, column));
    }
    for (file, places) in files {
        let text = Document::read(Path::new(file))?.without(&places);
        let text = text.ok_or_else(|| {
            Diagnostic::new(format!("{file} has entries to delete that share their lines with others"))
                .help(format!("delete them by hand: {}", complaints[0].message()))
        })?;
        write_together(&[(Path::new(file), &text)])?;
    }
    Ok(())
}

/// Everything that is announced about an API: by people, by its document, and by the answers that are recorded.
fn announced(before: &Before, workspace: &Workspace, api: &str) -> Result<Vec<Announcement>> {
    let mut all = announcements::read(&workspace.specs().join(api))?;
    all.extend(announcements::of_document(&before.side.document));
    let folder = workspace.recordings().join(api);
    for file in if folder.exists() { hars(&folder)? } else { Vec::new() } {
        all.extend(announcements::of_recording(&Recording::read(&file)?, &before.side.contract));
    }
    Ok(all)
}
