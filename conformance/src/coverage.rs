//! Counts of what is specified, typed, tested and recorded for an API: the table of the README.
//! All figures are counted from specification, client and recordings; none is written down elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::{Contract, Operation, SchemaId};
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::plan::{Collisions, Plan, Share};
use kontrakt_codegen::specification::Specification;
use kontrakt_runtime::codec::{Codec, Driver};

use crate::check::Checker;
use crate::evidence::{self, Evidence, Grade};
use crate::instance::Instances;
use crate::quirks;
use crate::recording::Recording;
use crate::source;
use crate::verify::Verifier;

/// Bodies of each operation that oddities are done to.
const CASES: u64 = 6;
/// Where the table stands in a text.
const MARKERS: [&str; 2] = ["<!-- coverage -->\n", "<!-- /coverage -->"];

/// The figures of one API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its folder under `specs/`.
    pub api: String,
    /// The last day on which something new was taken from its source, where that is recorded.
    pub source: Option<String>,
    /// Operations that the specification has.
    pub specified: usize,
    /// Operations that the client calls by a method of their own.
    pub typed: usize,
    /// Operations of which arbitrary requests and answers can be drawn, for the laws to hold.
    pub tested: usize,
    /// Operations with a call in the recordings that the project ships, which are made up.
    pub recorded: usize,
    /// Operations of which an answer was seen on the wire.
    pub seen: usize,
    /// Other operations of which an example answer is documented.
    pub documented: usize,
    /// Other operations with a call in the recordings that the project ships.
    pub made: usize,
    /// What was seen on the wire, by whom, and how many operations that are.
    pub sightings: Vec<(Evidence, usize)>,
    /// Types and members of the resources that are on by default of which something is said beyond the name.
    pub told_default: Share,
    /// The same of all types and members.
    pub told: Share,
    /// Texts that say nothing but the name, which are not emitted.
    pub echoes: usize,
    /// Texts that contradict their schema, which are not emitted.
    pub untrue: usize,
    /// Entries of `quirks.yaml`.
    pub quirks: usize,
    /// Entries by the best grade of their evidence, in the order of [`Grade::NAMES`].
    pub grades: [usize; Grade::NAMES.len()],
    /// Entries whose oddity was done to values, and understood by the client every time.
    pub proved: usize,
}

/// Counts an API.
///
/// # Errors
/// When the specification, its quirks or a recording cannot be read.
pub fn row(specs: &Path, recordings: &Path, api: &str, codecs: &[Codec], drivers: &[Driver]) -> Result<Row> {
    let Specification { document, lock, .. } = Specification::load(specs, api, Unmatched::Error)?;
    let contract = Contract::read(&document)?;
    let plan = Plan::of(&contract, &document, &lock, Collisions::Refuse)?;
    let by_default = |resource: &str| contract.behaviour.krate.default_features.iter().any(|one| one == resource);
    let [echoes, untrue] = plan.left_out();
    let quirks = quirks::read(&Document::read(&specs.join(api).join("quirks.yaml"))?)?;
    let proofs = quirks::prove(&Checker::new(&contract), codecs, &quirks, CASES)?;
    let mut recording = Recording::default();
    for file in hars(&recordings.join(api))? {
        recording.append(Recording::read(&file)?);
    }
    let verified = Verifier::new(&contract)?.verify(&recording, &document)?;
    let mut recorded: BTreeSet<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    recorded.retain(|operation| !verified.coverage.unseen.iter().any(|unseen| unseen == operation));
    let known = evidence::read(&specs.join(api), &contract)?;
    let best = evidence::best(&known);
    let examples = |seen: bool| best.values().filter(|grade| grade.is_seen() == seen).count();
    let typed: Vec<&Operation> =
        contract.operations.iter().filter(|one| drivers.iter().any(|driver| driver.operation == one.id)).collect();
    let instances = Instances::new(&contract, contract.operations.iter().flat_map(schemas));
    let drawn = |id: SchemaId| instances.of(id).is_ok_and(|values| values.value(0).is_some());
    Ok(Row {
        api: api.to_owned(),
        source: source::date(&specs.join(api)),
        specified: contract.operations.len(),
        typed: typed.len(),
        tested: typed.iter().filter(|operation| schemas(operation).all(drawn)).count(),
        recorded: recorded.len(),
        seen: examples(true),
        documented: examples(false),
        made: recorded.iter().filter(|operation| !best.contains_key(*operation)).count(),
        sightings: known
            .into_iter()
            .filter(|one| one.evidence.grade.is_seen())
            .map(|one| (one.evidence, one.operations.len()))
            .collect(),
        told_default: plan.documented(by_default),
        told: plan.documented(|_| true),
        echoes,
        untrue,
        quirks: quirks.len(),
        grades: Grade::NAMES.map(|(_, grade)| quirks.iter().filter(|quirk| quirk.grade() == Some(grade)).count()),
        proved: proofs.values().filter(|proof| proof.tried > 0 && proof.broken.is_empty()).count(),
    })
}

/// What arbitrary values are drawn for: parameters, the body of the request, that of the answer.
fn schemas(operation: &Operation) -> impl Iterator<Item = SchemaId> + '_ {
    let bodies = operation.body.as_ref().and_then(|body| body.json()).into_iter();
    let answers = operation.success().and_then(|answer| answer.json()).into_iter();
    let parameters = operation.parameters.iter().map(|parameter| parameter.schema);
    bodies.chain(answers).filter_map(|media| media.schema).chain(parameters)
}

/// The recordings in a folder, sorted by name.
///
/// # Errors
/// When the folder cannot be listed.
pub fn hars(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: std::io::Error| Diagnostic::new(format!("cannot list {}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "har"));
    files.sort();
    Ok(files)
}

/// The rows as tables of Markdown, in the order of their names: figures, grades of the quirks, sightings.
pub fn table(rows: &[Row]) -> String {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by_key(|row| &row.api);
    let mut text = head(&[
        "API",
        "source of",
        "operations",
        "typed",
        "property-tested",
        "seen on the wire",
        "documented example",
        "made up here",
        "quirks known",
        "proved on values",
    ]);
    for row in &rows {
        let figures =
            [row.specified, row.typed, row.tested, row.seen, row.documented, row.made, row.quirks, row.proved];
        text += &line(&row.api, row.source.as_deref().unwrap_or("-"), &figures);
    }
    let grades: Vec<&str> = ["quirks of", "known"].into_iter().chain(Grade::NAMES.map(|(name, _)| name)).collect();
    text += &format!("\n{}", head(&grades));
    for row in &rows {
        text += &line(&row.api, &row.quirks.to_string(), &row.grades);
    }
    text += &format!("\n{}", head(&["documented", "default resources", "all resources", "texts left out"]));
    for row in &rows {
        let percent = |share: Share| format!("{} %", share.percent());
        let (default, all) = (percent(row.told_default), percent(row.told));
        text += &format!("| {} | {default} | {all} | {} |\n", row.api, row.echoes + row.untrue);
    }
    text += &format!("\n{}", head(&["seen on the wire", "grade", "operations", "by whom, when"]));
    for (row, (evidence, operations)) in rows.iter().flat_map(|row| row.sightings.iter().map(move |one| (row, one))) {
        text += &format!("| {} | {} | {operations} | {} |\n", row.api, evidence.grade.name(), evidence.source);
    }
    text
}

fn head(columns: &[&str]) -> String {
    format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()))
}

fn line(first: &str, second: &str, figures: &[usize]) -> String {
    let figures: Vec<String> = figures.iter().map(ToString::to_string).collect();
    format!("| {first} | {second} | {} |\n", figures.join(" | "))
}

/// A text with the table between its markers; nothing when it has no markers.
pub fn put(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(MARKERS[0])?;
    let (_, after) = rest.split_once(MARKERS[1])?;
    Some([before, MARKERS[0], table, MARKERS[1], after].concat())
}

#[cfg(test)]
mod tests {
    use super::{Row, Share, put, table};
    use crate::evidence::{Evidence, Grade};

    #[test]
    fn the_table_goes_between_its_markers() {
        let row = |api: &str| Row {
            api: api.to_owned(),
            source: (api == "shop").then(|| "2026-01-31".to_owned()),
            specified: 6,
            typed: 5,
            tested: 4,
            recorded: 5,
            seen: 3,
            documented: 1,
            made: 2,
            sightings: vec![(Evidence { grade: Grade::Live, source: "somebody, 2026-05".to_owned() }, 3)],
            told_default: Share { of: 1, all: 1 },
            told: Share { of: 1, all: 3 },
            echoes: 0,
            untrue: 0,
            quirks: 2,
            grades: [0, 1, 0, 0, 1, 0],
            proved: 1,
        };
        let table = table(&[row("shop"), row("book")]);
        for line in [
            "| book | - | 6 | 5 | 4 | 3 | 1 | 2 | 2 | 1 |\n| shop | 2026-01-31 | 6 | 5 | 4 | 3 | 1 | 2 | 2 | 1 |\n",
            "| shop | 2 | 0 | 1 | 0 | 0 | 1 | 0 |\n",
            "| book | 100 % | 33 % | 0 |\n| shop | 100 % | 33 % | 0 |\n",
            "| shop | live | 3 | somebody, 2026-05 |\n",
        ] {
            assert!(table.contains(line), "{line}: {table}");
        }
        let text = put("a\n<!-- coverage -->\nold\n<!-- /coverage -->\nb\n", &table).unwrap();
        assert_eq!(text, format!("a\n<!-- coverage -->\n{table}<!-- /coverage -->\nb\n"));
        assert_eq!(put(&text, &table).as_deref(), Some(text.as_str()));
        assert_eq!(put("a", &table), None);
    }
}
