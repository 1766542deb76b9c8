//! All known revisions of Shoptet's document, oldest first: imports and generates each, and compiles some.
//! Needs the folder that `KONTRAKT_CORPUS` names.

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::sound::violations;
use common::{Crate, corpus, specs, standalone};
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::Document;
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::import::import;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;

/// Documents whose crate is compiled, besides the oldest and the newest.
const COMPILED: &str = "2024-10-30-7c51f99.yaml";

/// The documents, oldest first: their names begin with a date.
fn documents(corpus: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(corpus.join("upstream/shoptet")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    assert!(paths.len() > 2, "{} holds too few documents", corpus.display());
    paths
}

/// What a maintainer does with a document: import it, put the overlays on it as far as they match, generate.
fn generated(path: &Path) -> Result<Generated> {
    let imported = import(&path.display().to_string(), std::fs::read(path).unwrap(), "Shoptet")?;
    let document = Document::parse(path.display().to_string(), imported.yaml)?;
    let specification = Specification::with_overlays_of(&specs(), "shoptet", document, Unmatched::Warn)?;
    from_specification(&specification, Strictness::Lenient, &standalone(), ("load", Duration::ZERO))
}

#[test]
fn every_document_gives_a_crate_or_a_complaint_with_its_place() {
    let Some(corpus) = corpus() else { return };
    let mut refused = Vec::new();
    for path in documents(&corpus) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match generated(&path) {
            Ok(generated) => {
                assert_eq!(violations(&generated), Vec::<String>::new(), "{name}");
                assert!(generated.statistics.operations > 40, "{name}: {:?}", generated.statistics);
            }
            Err(complaint) => {
                assert!(complaint.position().is_some() && complaint.mend().is_some(), "{name}: {complaint}");
                refused.push((name, complaint.message().to_owned()));
            }
        }
    }
    // Nothing but a text that is not YAML at all can be refused.
    assert!(refused.iter().all(|(_, message)| message.contains("YAML") || message.contains("twice")), "{refused:?}");
    assert!(refused.len() <= 1, "{refused:?}");
}

#[test]
fn the_oldest_one_between_and_the_newest_compile() {
    let Some(corpus) = corpus() else { return };
    let documents = documents(&corpus);
    let between = documents.iter().find(|path| path.ends_with(COMPILED));
    for path in documents.first().into_iter().chain(between).chain(documents.last()) {
        let name = path.file_stem().unwrap().to_string_lossy();
        let generated = generated(path).unwrap_or_else(|error| panic!("{name}: {error}"));
        Crate::new(&format!("corpus-{name}"), &generated.files).check("full,codecs");
    }
}
