//! `cargo xtask bench corpus`: what becomes of documents that nobody here wrote. Generates a crate from each document below
//! a folder, compiles it if asked to, and counts what was refused, what was said, and how much there is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::emit::Manifest;
use kontrakt_codegen::generate::{Generated, Strictness, from_specification};
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write;
use regex::Regex;
use serde_json::json;

use super::{process, table};
use crate::console::Report;
use crate::workspace::Workspace;

/// Generate from every OpenAPI document below a folder, and count what becomes of it
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folders with documents; the specifications of this checkout unless given
    folders: Vec<PathBuf>,
    /// Compile every crate as well
    #[arg(long)]
    check: bool,
}

/// What became of one document.
struct CorpusOutcome {
    path: PathBuf,
    generated: Result<Generated>,
    /// What the compiler says, if it was asked and complains.
    refused_by_compiler: Option<String>,
    time: Duration,
}

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    let folders = if args.folders.is_empty() { vec![workspace.specs()] } else { args.folders.clone() };
    let mut documents = Vec::new();
    for folder in &folders {
        collect(folder, &mut documents)?;
    }
    documents.sort();
    if documents.is_empty() {
        let shown: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        let message = format!("no OpenAPI document below {}", shown.join(", "));
        return Err(Diagnostic::new(message).help("expected .yaml, .yml or .json files with a member `openapi`"));
    }
    let runtime = workspace.runtime();
    let runtime = std::fs::canonicalize(&runtime).unwrap_or(runtime).display().to_string();
    let manifest = Manifest::Standalone { runtime };
    let compiler = if args.check { Some(Compiler::new(workspace)?) } else { None };
    let mut outcomes = Vec::new();
    for path in documents {
        let start = Instant::now();
        let generated = generate(&path, &manifest);
        let time = start.elapsed();
        let refused_by_compiler = match (&compiler, &generated) {
            (Some(compiler), Ok(generated)) => compiler.refuses(generated)?,
            _ => None,
        };
        outcomes.push(CorpusOutcome { path, generated, refused_by_compiler, time });
    }
    Ok(report(&outcomes, args.check))
}

/// The documents below a folder, or the one that it is: files that have `openapi` among their first members.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error: std::io::Error| {
        Diagnostic::new(format!("cannot list {}: {error}", folder.display())).help("check that the folder exists")
    };
    if folder.is_file() {
        found.push(folder.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let is_text = path.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|one| end == *one));
        if path.is_dir() && !hidden && !path.is_symlink() {
            collect(&path, found)?;
        } else if is_text && std::fs::read_to_string(&path).is_ok_and(|text| is_openapi(&text)) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_openapi(text: &str) -> bool {
    let in_yaml = text.lines().any(|line| line.starts_with("openapi:") || line.starts_with("\"openapi\":"));
    in_yaml || (text.trim_start().starts_with('{') && text.contains("\"openapi\""))
}

fn generate(path: &Path, manifest: &Manifest) -> Result<Generated> {
    let start = Instant::now();
    let (document, defects) = Document::read_mending(path)?;
    let specification = Specification::without_overlays("corpus", document);
    let mut generated = from_specification(&specification, Strictness::Lenient, manifest, ("load", start.elapsed()))?;
    generated.notes.splice(0..0, defects);
    Ok(generated)
}

/// Compiles crates in one folder, so that what they depend on is compiled once.
struct Compiler {
    folder: PathBuf,
    target: PathBuf,
    lock: PathBuf,
}

impl Compiler {
    fn new(workspace: &Workspace) -> Result<Self> {
        let scratch = process::scratch()?.join("corpus");
        Ok(Self {
            folder: scratch.join("crate"),
            target: scratch.join("target"),
            lock: workspace.root().join("Cargo.lock"),
        })
    }

    /// The first error of the compiler, if there is one.
    fn refuses(&self, generated: &Generated) -> Result<Option<String>> {
        write(&self.folder, &generated.files)?;
        std::fs::copy(&self.lock, self.folder.join("Cargo.lock"))
            .map_err(|error| Diagnostic::new(format!("cannot copy {}: {error}", self.lock.display())))?;
        let mut check = process::cargo();
        check.args(["check", "--offline", "--quiet", "--no-default-features", "--features", "full,codecs"]);
        check.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "0");
        let error = process::run(&mut check).err();
        Ok(error.map(|error| {
            let lines = error.message().lines().skip(1);
            let first = lines.skip_while(|line| !line.starts_with("error")).take(2);
            first.collect::<Vec<_>>().join(" ")
        }))
    }
}

/// A message without what is particular to its place: quoted texts, pointers and numbers.
fn kind(message: &str) -> String {
    static PARTICULAR: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
        [(r#""[^"]*"|`[^`]*`|#/\S+"#, "…"), (r"\d+", "n"), (", such as .*", "")]
            .map(|(find, put)| (Regex::new(find).unwrap(), put))
    });
    PARTICULAR.iter().fold(message.to_owned(), |text, (find, put)| find.replace_all(&text, *put).into_owned())
}

/// How often each thing was said, the most frequent first, with a document where it was.
fn counted<'o>(said: impl Iterator<Item = (String, &'o Path)>) -> Vec<(String, usize, &'o Path)> {
    let mut counts: BTreeMap<String, (usize, &Path)> = BTreeMap::new();
    for (what, path) in said {
        counts.entry(what).or_insert((0, path)).0 += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().map(|(what, (count, path))| (what, count, path)).collect();
    counts.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    counts
}

fn report(outcomes: &[CorpusOutcome], checked: bool) -> Report {
    let generated: Vec<&Generated> = outcomes.iter().filter_map(|one| one.generated.as_ref().ok()).collect();
    let refused = outcomes.iter().filter_map(|one| Some((one, one.generated.as_ref().err()?)));
    let refused = counted(refused.map(|(one, error)| (kind(error.message()), one.path.as_path())));
    let broken: Vec<(&Path, &String)> =
        outcomes.iter().filter_map(|one| Some((one.path.as_path(), one.refused_by_compiler.as_ref()?))).collect();
    let notes = outcomes.iter().filter_map(|one| Some((one, one.generated.as_ref().ok()?)));
    let notes = notes
        .flat_map(|(one, generated)| generated.notes.iter().map(|note| (kind(note.message()), one.path.as_path())));
    let notes = counted(notes);
    let sum = |number: fn(&Generated) -> usize| generated.iter().map(|one| number(one)).sum::<usize>();
    let (operations, methods) = (sum(|one| one.statistics.operations), sum(|one| one.plan.operations()));
    let types = sum(|one| one.statistics.types);
    let time: Duration = outcomes.iter().map(|one| one.time).sum();
    let compiled = checked.then(|| generated.len() - broken.len());
    let mut rows = vec![
        vec!["documents".to_owned(), outcomes.len().to_string()],
        vec!["generated".to_owned(), generated.len().to_string()],
    ];
    rows.extend(compiled.map(|compiled| vec!["compiled".to_owned(), compiled.to_string()]));
    for (what, number) in [("operations", operations), ("methods", methods), ("types", types)] {
        rows.push(vec![what.to_owned(), number.to_string()]);
    }
    rows.push(vec!["ms".to_owned(), time.as_millis().to_string()]);
    let mut text = table(&rows);
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text += &format!("\n{title}\n{}\n", lines.join("\n"));
        }
    };
    let line = |(what, count, path): &(String, usize, &Path)| format!("{count:6}  {what} (in {})", path.display());
    section("refused", refused.iter().map(line).collect());
    section("not compiled", broken.iter().map(|(path, error)| format!("  {}: {error}", path.display())).collect());
    section("warnings", notes.iter().map(line).collect());
    let list = |said: &[(String, usize, &Path)]| {
        let one = |(what, count, path): &(String, usize, &Path)| json!({"what": what, "count": count, "in": path});
        said.iter().map(one).collect::<Vec<_>>()
    };
    let json = json!({
        "documents": outcomes.len(),
        "generated": generated.len(),
        "compiled": compiled,
        "operations": operations,
        "methods": methods,
        "types": types,
        "refused": list(&refused),
        "not-compiled": broken.iter().map(|(path, error)| json!({"in": path, "error": error})).collect::<Vec<_>>(),
        "warnings": list(&notes),
    });
    Report { text, json, ..Report::default() }
}

#[cfg(test)]
mod tests {
    use super::{is_openapi, kind};

    #[test]
    fn messages_of_a_kind_are_counted_together() {
        let cases = [
            ("the reference \"#/a b/c\" leads nowhere", "the reference … leads nowhere"),
            ("2 different schemas would be A: #/x, #/y", "n different schemas would be A: … …"),
            ("`nullable: true` is a word of OpenAPI 3.0", "… is a word of OpenAPI n.n"),
        ];
        cases.iter().for_each(|(message, expected)| assert_eq!(kind(message), *expected));
    }

    #[test]
    fn documents_are_known_by_their_member() {
        for text in [
            "openapi: 3.1.0\n",
            "# x\nopenapi: '3.0.0'\n",
            "{\"openapi\": \"3.0.0\"}",
            " {\n \"a\": 1, \"openapi\": 1}",
        ] {
            assert!(is_openapi(text), "{text}");
        }
        assert!(!is_openapi("swagger: '2.0'\nx-openapi: 1\n") && !is_openapi("a: {openapi: 1}"));
    }
}
