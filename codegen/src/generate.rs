//! The whole pipeline from an API's folder to the files of its crate, with the duration of each stage.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, Result};
use crate::emit::{Emission, File, Manifest, emit};
use crate::guide::Guide;
use crate::lock::{self, RenamedType};
use crate::overlay::{self, Matches, Shift, Unmatched, shifts};
use crate::plan::{Collisions, Plan};
use crate::specification::Specification;

/// What to generate from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Every doubt is a complaint: for the project's own specifications.
    Strict,
    /// Doubts are mended and noted: for documents of others.
    Lenient,
}

/// An emitted crate.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Name of the API's folder, and of the folder of the crate.
    pub name: String,
    /// What it was made from.
    pub contract: Contract,
    /// What it consists of.
    pub plan: Plan,
    /// Files, sorted by path.
    pub files: Vec<File>,
    /// Types at places where another name was before: of requests that were one type and differ now.
    pub renamed: Vec<RenamedType>,
    /// What the emission consists of.
    pub statistics: Statistics,
    /// What was mended.
    pub notes: Vec<Diagnostic>,
    /// Files beside the specification that the next generation reads, by name: what the overlays match, and names. One
    /// without a text is not to be there.
    pub locks: Vec<(&'static str, Option<String>)>,
    /// Actions that match more or less than is remembered.
    pub shifts: Vec<Shift>,
}

/// Numbers about one generation.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Operations emitted.
    pub operations: usize,
    /// Types emitted.
    pub types: usize,
    /// Files emitted.
    pub files: usize,
    /// Bytes of all files.
    pub bytes: usize,
    /// Lines of all files.
    pub lines: usize,
    /// Time of each stage, in order.
    pub stages: Vec<(&'static str, Duration)>,
}

/// Generates the crate of the API `name` in the folder `specs`.
///
/// # Errors
/// Every complaint about its files.
pub fn generate(specs: &Path, name: &str) -> Result<Generated> {
    generate_renaming(specs, name, &[])
}

/// The same, with other names for some types: pairs of the name that one has and the name that it gets.
///
/// # Errors
/// As [`generate`], and when a name is not known, is no name, or is another type's.
pub fn generate_renaming(specs: &Path, name: &str, renames: &[(String, String)]) -> Result<Generated> {
    let start = Instant::now();
    let mut specification = Specification::load(specs, name, Unmatched::Error)?;
    for (old, new) in renames {
        specification.lock = specification.lock.rename(old, new)?;
    }
    of_folder(specs, &specification, start)
}

/// Generates the crate of an API of the folder `specs` whose specification is read already, since `start`.
///
/// # Errors
/// As [`generate`].
pub fn of_folder(specs: &Path, specification: &Specification, start: Instant) -> Result<Generated> {
    let folder = specs.join(&specification.name);
    let guide = Guide::read(&folder)?;
    let remembered = Matches::read(&folder)?;
    let loaded = ("load and overlay", start.elapsed());
    let mut generated = with_guide(specification, &guide, Strictness::Strict, &Manifest::Workspace, loaded)
        .map_err(|complaint| complaint.each(|one| specification.blame(one)))?;
    generated.shifts = remembered.map_or_else(Vec::new, |before| shifts(&before, &specification.actions));
    Ok(generated)
}

/// Generates a crate from a specification that is at hand, without guide and examples; `loaded` is the time that took.
///
/// # Errors
/// Every complaint about it.
pub fn from_specification(
    specification: &Specification,
    strictness: Strictness,
    manifest: &Manifest,
    loaded: (&'static str, Duration),
) -> Result<Generated> {
    with_guide(specification, &Guide::default(), strictness, manifest, loaded)
}

fn with_guide(
    specification: &Specification,
    guide: &Guide,
    strictness: Strictness,
    manifest: &Manifest,
    loaded: (&'static str, Duration),
) -> Result<Generated> {
    let mut stages = vec![loaded];
    let mut start = Instant::now();
    let mut stage = |name, stages: &mut Vec<(&'static str, Duration)>| {
        stages.push((name, start.elapsed()));
        start = Instant::now();
    };
    let (contract, mut notes, collisions) = match strictness {
        Strictness::Strict => (Contract::read(&specification.document)?, Vec::new(), Collisions::Refuse),
        Strictness::Lenient => {
            let (contract, notes) = Contract::read_partly(&specification.document)?;
            (contract, notes, Collisions::Qualify)
        }
    };
    stage("contract", &mut stages);
    let plan = Plan::of(&contract, &specification.document, &specification.lock, collisions)?;
    notes.extend(plan.notes.iter().cloned());
    stage("name", &mut stages);
    let files = emit(Emission { specification, contract: &contract, plan: &plan, guide, manifest });
    stage("emit", &mut stages);
    let statistics = Statistics {
        operations: contract.operations.len(),
        types: plan.types.len(),
        files: files.len(),
        bytes: files.iter().map(|file| file.text.len()).sum(),
        lines: files.iter().map(|file| file.text.lines().count()).sum(),
        stages,
    };
    let renamed = specification.lock.renamed(&plan.lock);
    let locks =
        vec![(overlay::LOCK, Matches::of(&specification.actions).to_yaml()), (lock::LOCK, Some(plan.lock.to_text()))];
    let name = specification.name.clone();
    Ok(Generated { name, contract, plan, files, renamed, statistics, notes, locks, shifts: Vec::new() })
}
