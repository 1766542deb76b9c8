//! Which operations `--only` means: named ones, those of a resource, of recorded calls, or those that the code of a crate
//! calls.

use std::collections::BTreeSet;
use std::path::Path;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::emit::ItemKind;
use kontrakt_conformance::drift::report::resource;
use kontrakt_conformance::drift::rust::Generation;
use kontrakt_conformance::drift::{ApiVersion, Drift, called, restrict};
use kontrakt_conformance::recording::Recording;
use kontrakt_conformance::routing::Router;

/// As many operations are named in the note.
const NAMED: usize = 5;

/// Leaves the changes that these calls meet, and says so.
pub(super) fn leave(drift: &mut Drift, calls: BTreeSet<String>) {
    let others = restrict(drift, &calls);
    let named = match calls.len() {
        ..=NAMED => calls.into_iter().collect::<Vec<_>>().join(", "),
        more => format!("{more} operations"),
    };
    drift.notes.push(format!("only changes that {named} meet; left out: {others}"));
}

/// Method and path of every operation that is meant, as either document has it.
///
/// # Errors
/// When one means nothing, or a file or folder cannot be read.
pub(super) fn calls(
    only: &[String],
    sides: [&ApiVersion; 2],
    crates: Option<&[Generation; 2]>,
) -> Result<BTreeSet<String>> {
    let mut calls = BTreeSet::new();
    for what in only {
        let path = Path::new(what);
        let found = if path.is_dir() {
            let crates = crates.ok_or_else(|| {
                Diagnostic::new(format!("what {what} calls is not known: nothing is generated from the documents"))
                    .help("leave out --no-rust, or name operations, a resource or recorded calls")
            })?;
            of_code(path, crates)?
        } else if path.is_file() {
            of_recording(&Recording::read(path)?, sides)
        } else {
            of_name(what, sides)
        };
        if found.is_empty() {
            return Err(nothing(what, path, sides));
        }
        calls.extend(found);
    }
    Ok(calls)
}

fn nothing(what: &str, path: &Path, sides: [&ApiVersion; 2]) -> Diagnostic {
    if path.exists() {
        let complaint = Diagnostic::new(format!("{what} calls no operation of these documents"));
        return complaint.help("name the folder of a crate that calls the client, or recorded calls of this API");
    }
    let word = what.to_lowercase();
    let names = sides.into_iter().flat_map(|side| &side.contract.operations).map(|one| one.id.as_str());
    let near: BTreeSet<&str> = names.filter(|name| name.to_lowercase().contains(&word)).collect();
    let complaint = Diagnostic::new(format!("--only {what}: no operation, no resource, and no file or folder"));
    complaint.help(match near.len() {
        1..=5 => format!("operations are called {}", near.into_iter().collect::<Vec<_>>().join(", ")),
        _ => "name an operation such as createOrder or \"GET /orders\", a resource such as orders, recorded calls (HAR), or \
              the folder of a crate"
            .to_owned(),
    })
}

/// Operations with this identifier, this method and path, or of this resource.
fn of_name(name: &str, sides: [&ApiVersion; 2]) -> BTreeSet<String> {
    let operations = sides.into_iter().flat_map(|side| &side.contract.operations);
    let calls = operations.map(|operation| (operation.id.as_str(), called(operation)));
    let is_meant = |id: &str, call: &str| id == name || call.eq_ignore_ascii_case(name) || resource(call) == name;
    calls.filter(|(id, call)| is_meant(id, call)).map(|(_, call)| call).collect()
}

fn of_recording(recording: &Recording, sides: [&ApiVersion; 2]) -> BTreeSet<String> {
    let mut calls = BTreeSet::new();
    for router in sides.map(|side| Router::new(&side.contract)) {
        let operation = |entry: &_| router.operation_of(entry).map(called);
        calls.extend(recording.entries.iter().filter_map(operation));
    }
    calls
}

/// Methods that the sources below a folder call: those whose name stands anywhere as a call, of resources that stand
/// anywhere as one. That may be more than are called, and is never less.
fn of_code(folder: &Path, crates: &[Generation; 2]) -> Result<BTreeSet<String>> {
    let mut text = String::new();
    sources(folder, &mut text)?;
    let called: BTreeSet<&str> = names(&text).collect();
    let mut calls = BTreeSet::new();
    for item in crates.iter().flat_map(|one| one.items.values()).filter(|item| item.kind == ItemKind::Method) {
        let mut path = item.path.rsplit("::");
        let (method, owner, module) = (path.next(), path.next(), path.next());
        let is_called = |name: Option<&str>| name.is_some_and(|name| called.contains(name));
        if is_called(method) && (is_called(module) || is_called(owner)) {
            calls.extend(item.call.clone());
        }
    }
    Ok(calls)
}

/// Names that are called as methods, and names of types.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split(move |c| !is_name(c)).filter(|word| !word.is_empty());
    words.filter(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let (before, after) = (&text[..start], text[start + word.len()..].trim_start());
        let is_method = before.ends_with('.') && after.starts_with(['(', ':']);
        is_method || word.starts_with(char::is_uppercase)
    })
}

/// All Rust below a folder but for what builds leave and what is hidden.
fn sources(folder: &Path, text: &mut String) -> Result<()> {
    let complain =
        |path: &Path, error: std::io::Error| Diagnostic::new(format!("cannot read {}: {error}", path.display()));
    for entry in std::fs::read_dir(folder).map_err(|error| complain(folder, error))? {
        let path = entry.map_err(|error| complain(folder, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with('.') || path.is_symlink() {
            continue;
        }
        if path.is_dir() && name != "target" {
            sources(&path, text)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let bytes = std::fs::read(&path).map_err(|error| complain(&path, error))?;
            *text += &String::from_utf8_lossy(&bytes);
        }
    }
    Ok(())
}
