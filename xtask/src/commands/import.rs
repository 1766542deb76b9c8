//! `cargo xtask import <API> [FILE|URL]`: imports the interface of an API's own document into `specs/`. Writes
//! `openapi.yaml` and its origin. Where the specification is written by hand, the pages of the API's reference become
//! `reference.yaml` beside it.

mod reference;

pub(crate) use reference::REFERENCE;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::import::{Changes, Imported, NameDifference, import};
pub(crate) use kontrakt_codegen::name::capital as capitalized;
use kontrakt_codegen::specification::DOCUMENT;
use kontrakt_codegen::write::write_together;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::console::Report;
use crate::fetch::{Limits, fetch, is_url};
use crate::workspace::Workspace;

/// Import the interface of an API from its own OpenAPI document, or from the pages of its reference
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/
    api: String,
    /// File or URL of the document, or folder, files or URL of the pages; the recorded origin unless given
    #[arg(value_name = "FOLDER|FILE|URL")]
    sources: Vec<String>,
    /// Say what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Record this as the origin, for a file that was downloaded
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// Record this revision; read off a file called YYYY-MM-DD-REVISION.yaml unless given
    #[arg(long)]
    revision: Option<String>,
    /// Record this date of the revision
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
}

/// `source.toml` of an imported document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Record {
    kind: String,
    origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    sha256: String,
    bytes: usize,
    document_sha256: String,
    counts: Counts,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Counts {
    paths: usize,
    operations: usize,
    schemas: usize,
}

const IMPORTED: &str = "imported";

pub(crate) fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let folder = workspace.specs().join(api_name(&args.api)?);
    let (document_path, record_path) = (folder.join(DOCUMENT), folder.join("source.toml"));
    let recorded = recorded(&record_path, &document_path)?;
    if let Some((text, table)) = &recorded
        && let Some(reference) = reference::table(table)
    {
        return reference::run(&args, &folder, text, reference);
    }
    let origin =
        recorded.map(|(_, table)| recorded_origin(&table, &record_path, &document_path)).transpose()?.flatten();
    let source = match (args.sources.as_slice(), origin) {
        ([source], _) => source.clone(),
        ([_, ..], _) => {
            return Err(
                Diagnostic::new(format!("the document of {} is one file", args.api)).help("name one file or URL")
            );
        }
        ([], Some(origin)) if is_url(&origin) => origin,
        ([], _) => {
            return Err(Diagnostic::new(format!("no address is recorded to import {} from", args.api))
                .help(format!("name the file or URL: cargo xtask import {} FILE|URL", args.api)));
        }
    };

    let imported = import(&source, read(&source)?, &capitalized(&args.api))?;
    let record = record(&args, &source, &imported);
    let record_text = record_text(&args.api, &record, &record_path)?;
    let files = [(document_path.as_path(), imported.yaml.as_str()), (record_path.as_path(), record_text.as_str())];
    // A document that is absent or broken is replaced as a whole, so everything in the new one is an addition.
    let old = Document::read(&document_path).map(|document| document.root).unwrap_or_default();
    let changes = Changes::between(&old, &imported.root);
    let stale = write(&args, &files)?;
    let outcome = ImportOutcome { counts: &record.counts, source: json!(record), changes: &changes, stale: &stale };
    Ok(report(&args, &outcome))
}

fn record_text(api: &str, record: &Record, path: &Path) -> Result<String> {
    let table = toml::to_string(record)
        .map_err(|error| Diagnostic::new(format!("cannot write {}: {error}", path.display())))?;
    Ok(format!("# Written by `cargo xtask import {api}`: where {DOCUMENT} comes from, and what was in it.\n{table}"))
}

/// What an import for an update came to.
pub(crate) struct Taken {
    /// In words.
    pub(crate) said: String,
    /// Whether the interface is what it was: then nothing is written.
    pub(crate) same: bool,
    /// Whether it is a reference beside a specification that is written by hand.
    pub(crate) is_reference: bool,
}

/// Imports the document of an API, or its reference, from `from` or the recorded address. The address stays recorded where
/// a file is read in its place; what does not tell its day is of today.
pub(crate) fn take(api: &str, from: Option<&str>, today: &str, workspace: &Workspace) -> Result<Taken> {
    let folder = workspace.specs().join(api_name(api)?);
    let (document_path, record_path) = (folder.join(DOCUMENT), folder.join("source.toml"));
    let Some((text, table)) = recorded(&record_path, &document_path)? else {
        return Err(Diagnostic::new(format!("{} holds no document", folder.display()))
            .help(format!("take the first one with `cargo xtask import {api} FILE|URL`")));
    };
    let sources = from.map(str::to_owned).into_iter().collect();
    let mut args = Args { api: api.to_owned(), sources, dry_run: false, origin: None, revision: None, date: None };
    if let Some(reference) = reference::table(&table) {
        let path = folder.join(REFERENCE);
        let before = std::fs::read(&path).ok();
        let said = reference::run(&args, &folder, &text, reference)?.text;
        let said = said.lines().next().unwrap_or_default().to_owned();
        return Ok(Taken { said, same: before == std::fs::read(&path).ok(), is_reference: true });
    }
    let origin = recorded_origin(&table, &record_path, &document_path)?;
    let source = from.map(str::to_owned).or_else(|| origin.clone().filter(|origin| is_url(origin)));
    let source = source.ok_or_else(|| {
        Diagnostic::new(format!("no address is recorded to import {api} from")).help("name the document with --from")
    })?;
    let imported = import(&source, read(&source)?, &capitalized(api))?;
    let same = !differs(&document_path, &imported.yaml);
    args.origin = origin.filter(|_| !is_url(&source));
    let mut record = record(&args, &source, &imported);
    record.date.get_or_insert_with(|| today.to_owned());
    if !same {
        let text = record_text(api, &record, &record_path)?;
        write_together(&[(&document_path, &imported.yaml), (&record_path, &text)])?;
    }
    let Counts { paths, operations, schemas } = record.counts;
    Ok(Taken { said: format!("{paths} paths, {operations} operations, {schemas} schemas"), same, is_reference: false })
}

/// Writes the files if one of them differs from what is there, unless that is only to be said; gives those that differ.
fn write<'p>(args: &Args, files: &[(&'p Path, &str)]) -> Result<Vec<&'p Path>> {
    let stale: Vec<&Path> = files.iter().filter(|(path, text)| differs(path, text)).map(|(path, _)| *path).collect();
    if !args.dry_run && !stale.is_empty() {
        write_together(files)?;
    }
    Ok(stale)
}

/// The name becomes part of a path and of names in Rust.
fn api_name(name: &str) -> Result<&str> {
    let valid = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if valid {
        return Ok(name);
    }
    Err(Diagnostic::new(format!("{name:?} cannot be the name of an API"))
        .help("use small letters, digits and _, beginning with a letter"))
}

/// `source.toml`, as text and as a table; `None` for an API that has neither document nor record.
fn recorded(record: &Path, document: &Path) -> Result<Option<(String, toml::Table)>> {
    let text = match std::fs::read_to_string(record) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !document.exists() => return Ok(None),
        Err(error) => {
            return Err(Diagnostic::new(format!("cannot read {}: {error}", record.display()))
                .help(format!("it says whether {} may be overwritten; restore it", document.display())));
        }
    };
    let table = text.parse().map_err(|error: toml::de::Error| {
        Diagnostic::new(format!("{} is not TOML: {}", record.display(), error.message())).help("restore the file")
    })?;
    Ok(Some((text, table)))
}

/// Where the present document was imported from; a document that was written by hand is not to be overwritten.
fn recorded_origin(table: &toml::Table, record: &Path, document: &Path) -> Result<Option<String>> {
    let member = |name: &str| table.get(name).and_then(toml::Value::as_str);
    if member("kind") != Some(IMPORTED) {
        return Err(Diagnostic::new(format!(
            "{} is written by hand; an import would overwrite it",
            document.display()
        ))
        .help(format!(
            "edit it instead, or say `kind = \"{IMPORTED}\"` in {}; a reference to hold it against is imported where that \
             file has a table [reference]",
            record.display()
        )));
    }
    Ok(member("origin").map(str::to_owned))
}

fn read(source: &str) -> Result<Vec<u8>> {
    if is_url(source) {
        return fetch(source, Limits::default());
    }
    std::fs::read(source).map_err(|error| {
        Diagnostic::new(format!("cannot read {source}: {error}")).help("check that the file exists and may be read")
    })
}

fn record(args: &Args, source: &str, imported: &Imported) -> Record {
    let name = PathBuf::from(source).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (date, revision) = if is_url(source) { None } else { dated(&name) }.unzip();
    Record {
        kind: IMPORTED.to_owned(),
        origin: args.origin.clone().unwrap_or_else(|| if is_url(source) { source.to_owned() } else { name.clone() }),
        revision: args.revision.clone().or(revision),
        date: args.date.clone().or(date),
        sha256: imported.sha256.clone(),
        bytes: imported.bytes,
        document_sha256: imported.yaml_sha256.clone(),
        counts: Counts { paths: imported.paths, operations: imported.operations, schemas: imported.schemas },
    }
}

/// Date and revision in a file name such as `2026-07-20-0140e24.yaml`.
fn dated(name: &str) -> Option<(String, String)> {
    let stem = name.rsplit_once('.')?.0;
    let (date, rest) = stem.split_at_checked(10)?;
    let revision = rest.strip_prefix('-')?;
    let is_date = date.char_indices().all(|(at, c)| if matches!(at, 4 | 7) { c == '-' } else { c.is_ascii_digit() });
    let is_hash = revision.len() >= 4 && revision.chars().all(|c| c.is_ascii_hexdigit());
    (is_date && is_hash).then(|| (date.to_owned(), revision.to_owned()))
}

fn differs(path: &Path, text: &str) -> bool {
    std::fs::read_to_string(path).map_or(true, |old| old != text)
}

/// What an import has come to.
struct ImportOutcome<'a> {
    counts: &'a Counts,
    source: Value,
    changes: &'a Changes,
    /// Files that differ from what was there.
    stale: &'a [&'a Path],
}

fn report(args: &Args, outcome: &ImportOutcome<'_>) -> Report {
    let ImportOutcome { counts: Counts { paths, operations, schemas }, source, changes, stale } = outcome;
    let mut text = format!("{}: {paths} paths, {operations} operations, {schemas} schemas\n", args.api);
    describe(&mut text, "operations", &changes.operations);
    describe(&mut text, "schemas", &changes.schemas);
    let verb = if args.dry_run { "would write" } else { "wrote" };
    for path in *stale {
        let _ = writeln!(text, "{verb} {}", path.display());
    }
    if stale.is_empty() {
        text.push_str("nothing to write: both files are up to date\n");
    }
    let json = json!({
        "api": args.api,
        "dry-run": args.dry_run,
        "source": source,
        "operations": difference_json(&changes.operations),
        "schemas": difference_json(&changes.schemas),
        "files": stale,
    });
    Report { text, json, ..Report::default() }
}

fn describe(text: &mut String, what: &str, difference: &NameDifference) {
    let NameDifference { added, removed, changed } = difference;
    let _ = writeln!(text, "{what}: {} added, {} removed, {} changed", added.len(), removed.len(), changed.len());
    for (sign, names) in [('+', added), ('-', removed), ('~', changed)] {
        for name in names {
            let _ = writeln!(text, "  {sign} {name}");
        }
    }
}

fn difference_json(difference: &NameDifference) -> Value {
    json!({"added": difference.added, "removed": difference.removed, "changed": difference.changed})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_say_date_and_revision() {
        let both = |date: &str, revision: &str| Some((date.to_owned(), revision.to_owned()));
        assert_eq!(dated("2026-07-20-0140e24.yaml"), both("2026-07-20", "0140e24"));
        for name in ["openapi.yaml", "2026-07-20.yaml", "2026-07-20-final.yaml", "2026_07-20-0140e24.yaml", "é", ""] {
            assert_eq!(dated(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_apis_are_names() {
        assert!(api_name("shop_2").is_ok());
        for name in ["", "..", "a/b", "Shop", "2shop", "a-b"] {
            assert!(api_name(name).is_err(), "{name}");
        }
        assert_eq!(capitalized("shoptet"), "Shoptet");
    }
}
