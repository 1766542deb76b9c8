//! `cargo xtask generate`: writes the crates under `generated/` from the specifications, or checks that they are up to
//! date. With `--document` it generates from any OpenAPI document into any folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::emit::Manifest;
use kontrakt_codegen::generate::{Generated, Strictness, from_specification, generate_renaming};
use kontrakt_codegen::name::is_keyword;
use kontrakt_codegen::overlay::{Shift, Unmatched};
use kontrakt_codegen::plan::BetterName;
use kontrakt_codegen::specification::{Specification, names};
use kontrakt_codegen::write::{Stale, Staleness, compare, difference, expect_own, remove, write, write_together};
use serde_json::{Value, json};

use crate::console::Report;
use crate::workspace::Workspace;

/// Generate the client crates from specs/
#[derive(clap::Args)]
pub(crate) struct Args {
    /// APIs to generate; all of them unless given
    apis: Vec<String>,
    /// Write nothing; fail if a file on the disk is missing, extra or different
    #[arg(long)]
    check: bool,
    /// Give types other names than they have, in code and lock, as Old=New; for one API
    #[arg(long, value_name = "OLD=NEW", value_parser = rename, conflicts_with_all = ["check", "document"])]
    rename: Vec<(String, String)>,
    /// Generate from this OpenAPI document instead, mending small defects
    #[arg(long, value_name = "FILE", requires = "out")]
    document: Option<PathBuf>,
    /// Folder of the crate that is made from --document
    #[arg(long, value_name = "DIR", requires = "document")]
    out: Option<PathBuf>,
    /// Write into --out although it holds files that no earlier run emitted: those of the crate are replaced, others stay
    #[arg(long, requires = "out")]
    force: bool,
    /// Apply the overlays of this API to --document, as far as they match
    #[arg(long, value_name = "API", requires = "document")]
    overlays_of: Option<String>,
}

fn rename(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once('=').ok_or("expected Old=New")?;
    Ok((old.to_owned(), new.to_owned()))
}

pub(crate) fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let start = Instant::now();
    let crates = match (&args.document, &args.out) {
        (Some(document), Some(out)) => vec![(out.clone(), of_document(document, &args, workspace)?)],
        _ => of_workspace(&args, workspace)?,
    };
    if args.out.is_some() && !args.check {
        crates.iter().try_for_each(|(folder, generated)| expect_own(folder, &generated.files, args.force))?;
    }
    let mut stale = Vec::new();
    // Everything is emitted before anything is written.
    for (folder, generated) in &crates {
        stale.extend(if args.check { compare(folder, &generated.files)? } else { write(folder, &generated.files)? });
    }
    // In a folder of somebody's own, other files are his business.
    stale.retain(|one| args.out.is_none() || one.staleness != Staleness::Foreign);
    for (_, generated) in crates.iter().filter(|_| args.document.is_none()) {
        stale.extend(locks(generated, &workspace.specs(), args.check)?);
    }
    let mut shifts: Vec<Diagnostic> = crates.iter().flat_map(|(_, one)| &one.shifts).map(Shift::diagnostic).collect();
    if args.check && !stale.is_empty() {
        shifts.insert(0, complaint(&stale));
        return Diagnostic::all(shifts).map_or(Ok(Report::default()), Err);
    }
    let mut text = String::new();
    for (_, generated) in &crates {
        describe(&mut text, generated);
    }
    let verb = if args.check { "fresh" } else { "done" };
    let _ = writeln!(text, "{verb} in {} ms, {} files written or removed", start.elapsed().as_millis(), stale.len());
    let json = json!({
        "crates": crates.iter().map(|(folder, generated)| to_json(folder, generated)).collect::<Vec<_>>(),
        "stale": stale.iter().map(|one| one.path.display().to_string()).collect::<Vec<_>>(),
    });
    let warnings = crates.into_iter().flat_map(|(_, generated)| generated.notes).chain(shifts).collect();
    Ok(Report { text, json, warnings, ..Report::default() })
}

/// Writes what the next generation reads beside the specification, or says where it is not what is written there.
pub(crate) fn locks(generated: &Generated, specs: &Path, check: bool) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for (name, text) in &generated.locks {
        let path = specs.join(&generated.name).join(name);
        let old = std::fs::read_to_string(&path).ok();
        let staleness = match (&old, text) {
            (old, new) if old == new => continue,
            (None, _) => Staleness::Missing,
            (_, None) => Staleness::Extra,
            (Some(old), Some(new)) => Staleness::Changed(difference(old, new)),
        };
        match text {
            _ if check => {}
            Some(text) => write_together(&[(&path, text)])?,
            None => remove(&path)?,
        }
        stale.push(Stale { path, staleness });
    }
    Ok(stale)
}

fn of_workspace(args: &Args, workspace: &Workspace) -> Result<Vec<(PathBuf, Generated)>> {
    let specs = workspace.specs();
    let wanted = if args.apis.is_empty() { names(&specs)? } else { args.apis.clone() };
    if !args.rename.is_empty() && args.apis.len() != 1 {
        return Err(Diagnostic::new("--rename is about the types of one API")
            .help("name it: cargo xtask generate API --rename Old=New"));
    }
    let mut crates = Vec::new();
    let mut complaints = Vec::new();
    for name in wanted {
        match generate_renaming(&specs, &name, &args.rename) {
            Ok(generated) => crates.push((workspace.generated().join(&name), generated)),
            Err(complaint) => complaints.push(complaint),
        }
    }
    Diagnostic::all(complaints).map_or(Ok(crates), Err)
}

fn of_document(path: &Path, args: &Args, workspace: &Workspace) -> Result<Generated> {
    let start = Instant::now();
    let (document, defects) = Document::read_mending(path)?;
    let name = args.out.as_deref().and_then(Path::file_name).map(|name| package(&name.to_string_lossy()));
    let name = name.unwrap_or_else(|| "api".to_owned());
    let specification = match &args.overlays_of {
        Some(api) => Specification::with_overlays_of(&workspace.specs(), api, document, Unmatched::Warn)?,
        None => Specification::without_overlays(name, document),
    };
    let runtime = workspace.runtime();
    let runtime = std::fs::canonicalize(&runtime).unwrap_or(runtime).display().to_string();
    let manifest = Manifest::Standalone { runtime };
    let loaded = ("load and overlay", start.elapsed());
    let mut generated = from_specification(&specification, Strictness::Lenient, &manifest, loaded)?;
    generated.notes.splice(0..0, defects);
    Ok(generated)
}

/// A name that Cargo takes for a package, from that of a folder.
fn package(folder: &str) -> String {
    // Crates of these names are there already.
    const TAKEN: [&str; 7] = ["alloc", "core", "kontrakt-runtime", "kontrakt_runtime", "proc_macro", "std", "test"];
    let sign = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = folder.chars().map(sign).collect();
    let name = name.trim_matches('-').to_owned();
    match name.chars().next() {
        None => "api".to_owned(),
        Some(first) if !first.is_ascii_alphabetic() => format!("api-{name}"),
        Some(_) if TAKEN.contains(&&*name) || is_keyword(&name) => format!("{name}-api"),
        Some(_) => name,
    }
}

fn complaint(stale: &[Stale]) -> Diagnostic {
    let shown: Vec<String> = stale.iter().map(ToString::to_string).collect();
    let files = if stale.len() == 1 { "file is" } else { "files are" };
    Diagnostic::new(format!("{} emitted {files} not what the specifications say\n{}", stale.len(), shown.join("\n")))
        .help("run `cargo xtask generate` and commit the result")
}

/// More names than this are counted.
const SHOWN_NAMES: usize = 5;

fn describe(text: &mut String, generated: &Generated) {
    let statistics = &generated.statistics;
    let _ = writeln!(
        text,
        "{}: {} operations, {} types, {} files, {} lines, {} kB",
        generated.name,
        statistics.operations,
        statistics.types,
        statistics.files,
        statistics.lines,
        statistics.bytes / 1000
    );
    let stages: Vec<String> =
        statistics.stages.iter().map(|(name, time)| format!("{name} {:.1}", time.as_secs_f64() * 1e3)).collect();
    let _ = writeln!(text, "  ms: {}", stages.join(", "));
    let (told, default) = (generated.plan.documented(|_| true), &generated.contract.behaviour.krate.default_features);
    let by_default = generated.plan.documented(|name| default.iter().any(|one| one == name));
    let [echoes, untrue] = generated.plan.left_out();
    let _ = writeln!(
        text,
        "  documented: {} % by default, {} % of all; left out: {echoes} echoes, {untrue} that are not true",
        by_default.percent(),
        told.percent()
    );
    for renamed in &generated.renamed {
        let _ = writeln!(text, "  renamed: {renamed}");
    }
    better_names(text, generated);
}

/// Names that the rules would give otherwise by now. Whoever has many of them has decided so.
fn better_names(text: &mut String, generated: &Generated) {
    let (api, all) = (&generated.name, &generated.plan.better);
    if all.len() > SHOWN_NAMES {
        let count = all.len();
        let _ = writeln!(text, "  {count} types keep names that new ones would not get: `--format json` lists them");
        return;
    }
    for BetterName { name, better, .. } in all {
        let _ = writeln!(
            text,
            "  {name} keeps its name; if it were new, it would be {better}: cargo xtask generate {api} --rename \
             {name}={better}"
        );
    }
}

fn to_json(folder: &Path, generated: &Generated) -> Value {
    let statistics = &generated.statistics;
    let stages: serde_json::Map<String, Value> =
        statistics.stages.iter().map(|(name, time)| ((*name).to_owned(), json!(time.as_secs_f64() * 1e3))).collect();
    let better = generated
        .plan
        .better
        .iter()
        .map(|one| json!({"name": one.name, "better": one.better, "pointer": one.pointer.to_string()}));
    let better: Vec<Value> = better.collect();
    let odd = generated.plan.odd_names.iter().map(|one| {
        json!({
            "name": one.name,
            "message": one.to_string(),
            "better": one.better,
            "pointer": one.pointer.to_string(),
            "help": one.mend(),
        })
    });
    let odd: Vec<Value> = odd.collect();
    json!({
        "api": generated.name,
        "folder": folder.display().to_string(),
        "operations": statistics.operations,
        "types": statistics.types,
        "files": statistics.files,
        "lines": statistics.lines,
        "bytes": statistics.bytes,
        "milliseconds": stages,
        "renamed": generated.renamed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "better-names": better,
        "odd-names": odd,
    })
}

#[cfg(test)]
mod tests {
    use super::package;

    #[test]
    fn packages_have_names_that_cargo_takes() {
        let names = [
            ("shop", "shop"),
            ("02-shop", "api-02-shop"),
            ("my shop.v2", "my-shop-v2"),
            ("dům", "d-m"),
            ("…", "api"),
            ("test", "test-api"),
            ("type", "type-api"),
        ];
        names.iter().for_each(|(folder, name)| assert_eq!(package(folder), *name));
    }
}
