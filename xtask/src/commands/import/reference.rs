//! Imports a reference beside a specification written by hand: its pages become `reference.yaml`, and their origin is
//! recorded in the table `[reference]` of `source.toml`. Either everything is written or nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::import::{Changes, Imported, Page, PageRecord, holds_operations, import_pages};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Args, Counts, ImportOutcome, capitalized, read, write};
use crate::console::Report;
use crate::fetch::is_url;

/// The table `[reference]`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Reference {
    /// Address below which the pages are, each under its name.
    origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    sha256: String,
    bytes: usize,
    document_sha256: String,
    counts: Counts,
    #[serde(rename = "page")]
    pages: Vec<Listed>,
}

/// What of `source.toml` is written by the command.
#[derive(Serialize)]
struct Tables<'a> {
    reference: &'a Reference,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    name: String,
    operations: usize,
    sha256: String,
}

/// Name of the file with the reference.
pub(crate) const REFERENCE: &str = "reference.yaml";

/// The table, where `source.toml` has one.
pub(super) fn table(source: &toml::Table) -> Option<&toml::Value> {
    source.get("reference")
}

pub(super) fn run(args: &Args, folder: &Path, source: &str, table: &toml::Value) -> Result<Report> {
    let record_path = folder.join("source.toml");
    let known: Reference = table.clone().try_into().map_err(|error: toml::de::Error| {
        Diagnostic::new(format!("{}: {}", record_path.display(), error.message())).help("restore the table [reference]")
    })?;
    let origins = match args.sources.as_slice() {
        [] if is_url(&known.origin) => vec![known.origin.clone()],
        [] => {
            return Err(Diagnostic::new(format!(
                "no address is recorded to import the reference of {} from",
                args.api
            ))
            .help(format!("name the pages: cargo xtask import {} FOLDER|FILE…|URL", args.api)));
        }
        sources => sources.to_vec(),
    };
    let mut skipped = Vec::new();
    let pages = pages(&origins, &known, &mut skipped)?;
    let missing: Vec<&str> = (known.pages.iter().map(|page| page.name.as_str()))
        .filter(|name| pages.iter().all(|page| page.name != *name))
        .collect();
    if !missing.is_empty() {
        return Err(Diagnostic::new(format!("the reference had pages that are not given: {}", missing.join(", "))).help(
            "give all pages; if one was taken off the site, take it out of the table [reference] of source.toml too",
        ));
    }
    let (imported, records) = import_pages(pages, &capitalized(&args.api))?;
    let same = imported.yaml_sha256 == known.document_sha256;
    let reference = record(args, &origins, known, &imported, records);
    // What stands above the table is written by hand.
    let hand = source.split(HEADING).next().unwrap_or_default().split("\n[reference]").next().unwrap_or_default();
    let tables = toml::to_string(&Tables { reference: &reference })
        .map_err(|error| Diagnostic::new(format!("cannot write {}: {error}", record_path.display())))?;
    let text = format!("{}\n\n{HEADING}{}`.\n{tables}", hand.trim_end(), args.api);

    let document_path = folder.join(REFERENCE);
    let old = Document::read(&document_path).map(|document| document.root).unwrap_or_default();
    let changes = Changes::between(&old, &imported.root);
    let files = [(document_path.as_path(), imported.yaml.as_str()), (record_path.as_path(), text.as_str())];
    // A page that says the same on another day is no news.
    let stale = if same && document_path.exists() { Vec::new() } else { write(args, &files)? };
    let outcome =
        ImportOutcome { counts: &reference.counts, source: json!(reference), changes: &changes, stale: &stale };
    let mut report = super::report(args, &outcome);
    report.warnings =
        skipped.into_iter().map(|name| Diagnostic::new(format!("{name} holds no operations, left out"))).collect();
    Ok(report)
}

/// What stands above the table, up to the name of the API.
const HEADING: &str = "# Below: the API's own reference, written by `cargo xtask import ";

fn record(args: &Args, origins: &[String], known: Reference, imported: &Imported, pages: Vec<PageRecord>) -> Reference {
    let given = origins.first().filter(|origin| is_url(origin)).cloned();
    let dated = origins.first().and_then(|origin| Path::new(origin).file_name()?.to_str().map(str::to_owned));
    let dated = dated.filter(|name| is_date(name));
    Reference {
        origin: args.origin.clone().or(given).unwrap_or(known.origin),
        date: args.date.clone().or(dated).or_else(|| Some(today())),
        sha256: imported.sha256.clone(),
        bytes: imported.bytes,
        document_sha256: imported.yaml_sha256.clone(),
        counts: Counts { paths: imported.paths, operations: imported.operations, schemas: imported.schemas },
        pages: pages
            .into_iter()
            .map(|PageRecord { name, sha256, operations }| Listed { name, operations, sha256 })
            .collect(),
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, c)| if matches!(at, 4 | 7) { c == '-' } else { c.is_ascii_digit() })
}

fn today() -> String {
    time::OffsetDateTime::now_utc().date().to_string()
}

/// The pages of folders, files and addresses.
fn pages(origins: &[String], known: &Reference, skipped: &mut Vec<String>) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for origin in origins {
        if is_url(origin) {
            site(origin, known, &mut pages, skipped)?;
        } else if Path::new(origin).is_dir() {
            for file in files(Path::new(origin))? {
                pages.push(page(&file.to_string_lossy())?);
            }
        } else {
            pages.push(page(origin)?);
        }
    }
    Ok(pages)
}

fn page(origin: &str) -> Result<Page> {
    let path = origin.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = EXTENSIONS.iter().find_map(|extension| name.strip_suffix(extension)?.strip_suffix('.')).unwrap_or(name);
    Ok(Page { name: name.to_owned(), bytes: read(origin)? })
}

/// Files of a folder that are pages, by their names.
const EXTENSIONS: [&str; 3] = ["html", "htm", "json"];

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Diagnostic::new(format!("cannot read {}: {error}", folder.display())).help("check that the folder may be read")
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_page = path.extension().and_then(|one| one.to_str()).is_some_and(|one| EXTENSIONS.contains(&one));
        files.extend(is_page.then_some(path));
    }
    if files.is_empty() {
        return Err(Diagnostic::new(format!("{} holds no pages", folder.display()))
            .help(format!("expected files that end in {}", EXTENSIONS.map(|one| format!(".{one}")).join(", "))));
    }
    files.sort();
    Ok(files)
}

/// The pages below an address: those that were there before, and those that its first page names.
fn site(origin: &str, known: &Reference, pages: &mut Vec<Page>, skipped: &mut Vec<String>) -> Result<()> {
    let first = page(origin)?;
    let before: BTreeSet<&str> = known.pages.iter().map(|page| page.name.as_str()).collect();
    if holds_operations(&first) {
        pages.push(first);
        return Ok(());
    }
    let base = origin.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let named = names(&String::from_utf8_lossy(&first.bytes), base);
    let all: BTreeSet<&str> = named.iter().map(String::as_str).chain(before.iter().copied()).collect();
    if all.is_empty() {
        return Err(Diagnostic::new(format!("{origin} holds no operations and names no pages below it"))
            .help("it may have moved, ask for a login, or be the page of an error; nothing was written"));
    }
    for name in all {
        let page = page(&format!("{base}/{name}"))?;
        // One that was there before must hold them still: whoever reads pages says so.
        if before.contains(name) || holds_operations(&page) {
            pages.push(page);
        } else {
            skipped.push(page.name);
        }
    }
    Ok(())
}

/// Names of pages that a page links to, directly below an address.
fn names(page: &str, base: &str) -> BTreeSet<String> {
    let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let below = if path.is_empty() { "\"/".to_owned() } else { format!("\"/{path}/") };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (page.split(&*below).skip(1))
        .filter_map(|rest| rest.split_once(['"', '#', '?']))
        .map(|(name, _)| name.trim_end_matches('/').to_owned())
        .filter(|name| !name.is_empty() && name.chars().all(is_name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_the_pages_below() {
        let page = r#"<a href="/api/papers">P</a><a href="/api/papers#x"></a><a href='/no'></a>{"path":"/api/stamps/"}
            <a href="/api/~schemas"></a><a href="/api/"></a><a href="/other/page"></a><a href="/api/deep/er"></a>"#;
        let found: Vec<String> = names(page, "https://docs.test/api").into_iter().collect();
        assert_eq!(found, ["papers", "stamps"]);
    }

    #[test]
    fn dates_are_dates() {
        assert!(is_date("2026-07-06"));
        for text in ["2026-7-6", "2026-07-0é", "20260706..", ""] {
            assert!(!is_date(text), "{text}");
        }
    }
}
