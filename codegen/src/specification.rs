//! An API's folder under `specs/`: its document with all overlays applied.
//! Generator, tests and conformance checks load APIs here, so all see the same document.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, METHODS, Node, NodeKind, Pointer};
use crate::lock::NameLock;
use crate::overlay::{self, Action, Unmatched};
use crate::release::Release;

/// Name of the document in an API's folder.
pub const DOCUMENT: &str = "openapi.yaml";
/// What the names of overlay files end in.
const OVERLAY: &str = "overlay.yaml";

/// Actions of overlays, by file and line.
pub type LeftOut = BTreeSet<(String, u32)>;

/// Of a place that more actions than this have changed, none of them tells much.
const BLAMED: usize = 6;

/// An API as its folder describes it.
#[derive(Clone, Debug)]
pub struct Specification {
    /// Name of the folder.
    pub name: String,
    /// The document, overlays applied.
    pub document: Document,
    /// The overlays, in the order in which they were applied.
    pub overlays: Vec<PathBuf>,
    /// The release of its crate, where there is to be one.
    pub release: Option<Release>,
    /// The names that were given before.
    pub lock: NameLock,
    /// SHA-256 of the texts of all files of the document, one after the other, in hexadecimal.
    pub document_sha256: String,
    /// SHA-256 of the texts of all overlays in their order, one after the other, in hexadecimal.
    pub overlays_sha256: String,
    /// Overlay actions that matched nothing, where that was asked to be no error.
    pub unmatched: Vec<Diagnostic>,
    /// The actions of all overlays, in the order in which they were applied, with what they matched.
    pub actions: Vec<Action>,
}

impl Specification {
    /// Reads `specs/<name>/openapi.yaml` and applies `specs/<name>/*overlay.yaml` in the order of their names.
    ///
    /// # Errors
    /// When there is no such API, a file cannot be read or is malformed, or an overlay cannot be applied.
    pub fn load(specs: &Path, name: &str, unmatched: Unmatched) -> Result<Self> {
        let known = names(specs)?;
        if !known.iter().any(|one| one == name) {
            return Err(Diagnostic::new(format!("no API is called {name:?}")).help(format!(
                "known are {}; an API is a folder of specs/ that holds a file {DOCUMENT}",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            )));
        }
        Self::with_overlays_of(specs, name, Document::read(&specs.join(name).join(DOCUMENT))?, unmatched)
    }

    /// Another document of a known API, such as an earlier revision, with that API's overlays and names.
    ///
    /// # Errors
    /// As [`Specification::load`].
    pub fn with_overlays_of(specs: &Path, name: &str, document: Document, unmatched: Unmatched) -> Result<Self> {
        Self::with_actions_of(specs, name, document, unmatched, &LeftOut::new())
    }

    /// The same without some actions of the overlays.
    ///
    /// # Errors
    /// As [`Specification::load`].
    pub fn with_actions_of(
        specs: &Path,
        name: &str,
        document: Document,
        unmatched: Unmatched,
        left_out: &LeftOut,
    ) -> Result<Self> {
        let (lock, release) = (NameLock::read(&specs.join(name))?, Release::read(&specs.join(name))?);
        let mut specification = Self { lock, release, ..Self::without_overlays(name, document) };
        let mut overlays = Vec::new();
        for path in overlay_paths(&specs.join(name))? {
            let mut overlay = Document::read(&path)?;
            leave_out(&mut overlay, left_out);
            overlays.push((overlay, path));
        }
        specification.apply(overlays, unmatched)?;
        Ok(specification)
    }

    /// Actions that match something in only one of two specifications, although both have the operation or what else it
    /// is in: what they do would look like a change of the API. What is said of operations that only one of them has is
    /// none of these. Actions that refer to something which one of them does not have are.
    pub fn one_sided(&self, other: &Self) -> LeftOut {
        let both = self.actions.iter().zip(&other.actions);
        let one_sided = both.filter_map(|(a, b)| match (a.matches(), b.matches()) {
            (found, []) if !found.is_empty() => Some((a, found, &other.document)),
            ([], found) if !found.is_empty() => Some((a, found, &self.document)),
            _ => None,
        });
        let shared = one_sided.filter(|(_, found, document)| {
            found.iter().any(|one| operation_of(&one.address).is_none_or(|at| document.get(&at).is_some()))
        });
        let shared = shared.map(|(action, ..)| action);
        shared
            .chain(self.dangling())
            .chain(other.dangling())
            .map(|one| (one.place().0.to_owned(), one.place().1))
            .collect()
    }

    /// The actions that refer to what this document does not have.
    fn dangling(&self) -> impl Iterator<Item = &Action> {
        let lost = |target: &Pointer| self.document.get(target).is_none();
        self.actions.iter().filter(move |one| !one.matches().is_empty() && one.references().iter().any(lost))
    }

    /// The action of an overlay that a line belongs to.
    fn wrote(&self, (source, line): (u16, u32)) -> Option<&Action> {
        let file = &*self.document.sources[usize::from(source)].name;
        let of_file = self.actions.iter().filter(|one| one.place().0 == file && one.place().1 <= line);
        of_file.max_by_key(|one| one.place().1)
    }

    /// An API whose document is at hand and needs no overlay.
    pub fn without_overlays(name: impl Into<String>, document: Document) -> Self {
        Self {
            name: name.into(),
            document_sha256: sha256(document.sources.iter().map(|source| source.text.as_str())),
            document,
            overlays: Vec::new(),
            release: None,
            lock: NameLock::default(),
            overlays_sha256: sha256([]),
            unmatched: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// The actions that put something into the node at a place, as far as it is still there.
    pub fn touched_by(&self, pointer: &Pointer) -> Vec<&Action> {
        let mut lines = BTreeSet::new();
        if let Some(node) = self.document.get(pointer) {
            origins(node, &mut lines);
        }
        let mut found: Vec<&Action> = lines.into_iter().filter_map(|line| self.wrote(line)).collect();
        found.dedup_by_key(|one| one.place());
        found
    }

    /// Adds to a complaint about a place of the document which actions have changed it.
    pub fn blame(&self, complaint: Diagnostic) -> Diagnostic {
        let place = complaint.json_pointer();
        let mut touched = place.map(|pointer| self.touched_by(pointer)).unwrap_or_default();
        if touched.is_empty() {
            // A value that no longer fits: what was changed is the schema that holds it.
            touched = place.and_then(Pointer::parent).map(|pointer| self.touched_by(&pointer)).unwrap_or_default();
        }
        let own = complaint.position().map(|(file, ..)| file.to_owned()).unwrap_or_default();
        if touched.is_empty() || touched.len() > BLAMED || touched.iter().any(|one| one.place().0 == own) {
            return complaint;
        }
        let named = touched.iter().map(|one| {
            let (file, line) = one.place();
            format!("{file}:{line} ({})", one.target())
        });
        let named = named.collect::<Vec<_>>().join(", ");
        let help = complaint.mend().map(|mend| format!("{mend}; ")).unwrap_or_default();
        complaint.help(format!("{help}this place was changed by the overlay at {named}"))
    }

    fn apply(&mut self, overlays: Vec<(Document, PathBuf)>, unmatched: Unmatched) -> Result<()> {
        let texts = overlays.iter().flat_map(|(overlay, _)| &overlay.sources).map(|source| source.text.as_str());
        self.overlays_sha256 = sha256(texts);
        let mut complaints = Vec::new();
        for (overlay, path) in overlays {
            match overlay::apply(&mut self.document, overlay, unmatched) {
                Ok(outcome) => {
                    self.unmatched.extend(outcome.unmatched);
                    self.actions.extend(outcome.actions);
                }
                Err(complaint) => complaints.push(complaint),
            }
            self.overlays.push(path);
        }
        Diagnostic::all(complaints).map_or(Ok(()), Err)
    }
}

/// Takes actions out of an overlay.
fn leave_out(overlay: &mut Document, left_out: &LeftOut) {
    let files: Vec<String> = overlay.sources.iter().map(|source| source.name.to_string()).collect();
    let NodeKind::Map(map) = &mut overlay.root.kind else { return };
    if let Some(NodeKind::List(actions)) = map.get_mut("actions").map(|node| &mut node.kind) {
        let place =
            |node: &Node| node.get("target").map(|node| (files[usize::from(node.span.source)].clone(), node.span.line));
        actions.retain(|action| place(action).is_none_or(|place| !left_out.contains(&place)));
    }
}

/// The operation that a place is in, or its path item.
fn operation_of(address: &Pointer) -> Option<Pointer> {
    let tokens: Vec<String> = address.tokens().collect();
    let length = if tokens.get(2).is_some_and(|token| METHODS.contains(&token.as_str())) { 3 } else { 2 };
    (tokens.first()? == "paths").then(|| tokens.iter().take(length).fold(Pointer::root(), |at, token| at.join(token)))
}

/// The files and lines that a node and what it holds were written in.
fn origins(node: &Node, lines: &mut BTreeSet<(u16, u32)>) {
    lines.insert((node.span.source, node.span.line));
    match &node.kind {
        NodeKind::List(list) => list.iter().for_each(|node| origins(node, lines)),
        NodeKind::Map(map) => map.iter().for_each(|(_, node)| origins(node, lines)),
        _ => {}
    }
}

/// The APIs in a folder of specifications, sorted: its folders that hold a document.
///
/// # Errors
/// When the folder cannot be listed.
pub fn names(specs: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = list(specs)?
        .into_iter()
        .filter(|path| path.join(DOCUMENT).is_file())
        .filter_map(|path| path.file_name().and_then(OsStr::to_str).map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// The overlay files of an API's folder, sorted by name.
fn overlay_paths(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_overlay =
        |path: &PathBuf| path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.ends_with(OVERLAY));
    let mut paths: Vec<PathBuf> = list(folder)?.into_iter().filter(is_overlay).collect();
    paths.sort();
    Ok(paths)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    entries.map_err(|error: std::io::Error| {
        Diagnostic::new(format!("cannot list {}: {error}", folder.display()))
            .help("check that the folder exists and may be read")
    })
}

/// SHA-256 of texts one after the other, in hexadecimal.
pub fn sha256<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    texts.into_iter().for_each(|text| hasher.update(text));
    hex::encode(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::temporary;

    fn overlay(value: &str) -> String {
        format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions: [{{target: $.l, update: [{value}]}}]\n")
    }

    #[test]
    fn overlays_apply_in_the_order_of_their_names() {
        let (first, second) = (overlay("1"), overlay("2"));
        let specs = temporary(&[
            ("shop/openapi.yaml", "l: []"),
            ("shop/b.overlay.yaml", &second),
            ("shop/a.overlay.yaml", &first),
            ("shop/quirks.yaml", "not: an overlay"),
            ("notes/README.md", "no API"),
        ]);
        assert_eq!(names(specs.path()).unwrap(), ["shop"]);
        let shop = Specification::load(specs.path(), "shop", Unmatched::Error).unwrap();
        assert_eq!(shop.document.root.to_json(), serde_json::json!({"l": [1, 2]}));
        assert_eq!(shop.document_sha256, sha256(["l: []"]));
        assert_eq!(shop.overlays_sha256, sha256([first.as_str(), second.as_str()]));
        assert!(shop.overlays[0].ends_with("shop/a.overlay.yaml"));
    }

    #[test]
    fn an_unknown_api_is_refused_with_the_known_ones() {
        let specs = temporary(&[("shop/openapi.yaml", "{}")]);
        for name in ["shpo", "", ".", "../shop", "shop/"] {
            let error = Specification::load(specs.path(), name, Unmatched::Error).unwrap_err();
            assert!(error.mend().unwrap().contains("known are shop"), "{name}: {error}");
        }
        assert!(names(&specs.path().join("gone")).unwrap_err().message().starts_with("cannot list"));
    }

    #[test]
    fn actions_that_fit_one_of_two_documents_are_told_and_left_out() {
        let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n\
            - {target: \"$.paths['/a'].get.x\", update: {n: 1}}\n\
            - {target: \"$.paths['/b'].get\", update: {n: 2}}\n\
            - {target: \"$.paths.*.get\", update: {n: 3}}\n\
            - {target: \"$.paths.*[?@.x]\", update: {n: 4}}\n";
        let specs = temporary(&[("shop/openapi.yaml", "{}"), ("shop/a.overlay.yaml", overlay)]);
        let read = |text: &str, left_out: &LeftOut| {
            let document = Document::parse("t.yaml", text.to_owned()).unwrap();
            Specification::with_actions_of(specs.path(), "shop", document, Unmatched::Warn, left_out).unwrap()
        };
        let (old, new) = ("paths: {/a: {get: {}}}", "paths: {/a: {get: {x: {}}}, /b: {get: {}}}");
        let none = LeftOut::new();
        let found = read(old, &none).one_sided(&read(new, &none));
        assert_eq!(found, read(new, &none).one_sided(&read(old, &none)));
        let lines: Vec<u32> = found.iter().map(|(_, line)| *line).collect();
        assert_eq!(lines, [4, 7], "what is said of a call that only one has stays");
        let expected = serde_json::json!({"paths": {"/a": {"get": {"x": {}, "n": 3}}, "/b": {"get": {"n": 3}}}});
        assert_eq!(read(new, &found).document.root.to_json(), expected);
    }

    #[test]
    fn actions_that_refer_to_what_one_document_lacks_are_left_out_of_both() {
        let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n\
            - target: $.paths.*.get\n  update: {schema: {$ref: '#/components/schemas/Error'}}\n\
            - target: $.components\n  update: {x-own: {$ref: '#/components/schemas/Thing'}}\n\
            - target: $.paths.*.put\n  update: &error\n    schema: {$ref: '#/components/schemas/Error'}\n\
            - target: $.paths.*.post\n  update: *error\n";
        let specs = temporary(&[("shop/openapi.yaml", "{}"), ("shop/a.overlay.yaml", overlay)]);
        let read = |text: &str, left_out: &LeftOut| {
            let document = Document::parse("t.yaml", text.to_owned()).unwrap();
            Specification::with_actions_of(specs.path(), "shop", document, Unmatched::Warn, left_out).unwrap()
        };
        // A reference that the document itself got wrong is no fault of an action.
        let old = "paths: {/a: {get: {own: {$ref: '#/nowhere'}}, post: {}}}\ncomponents: {schemas: {Thing: {}}}";
        let new = "paths: {/a: {get: {}, post: {}}}\ncomponents: {schemas: {Thing: {}, Error: {}}}";
        let found = read(old, &LeftOut::new()).one_sided(&read(new, &LeftOut::new()));
        assert_eq!(found.iter().map(|(_, line)| *line).collect::<Vec<_>>(), [4, 11], "also by way of an alias");
        assert_eq!(
            read(new, &found).document.root.get("paths").unwrap().to_json(),
            serde_json::json!({"/a": {"get": {}, "post": {}}})
        );
    }

    #[test]
    fn unmatched_actions_of_all_overlays_are_reported() {
        let overlay = overlay("1");
        let files = [("shop/openapi.yaml", "{}"), ("shop/a.overlay.yaml", &overlay), ("shop/b.overlay.yaml", &overlay)];
        let specs = temporary(&files);
        let error = Specification::load(specs.path(), "shop", Unmatched::Error).unwrap_err();
        assert!(error.message().ends_with("(and 1 more)"), "{error}");
        assert_eq!(Specification::load(specs.path(), "shop", Unmatched::Warn).unwrap().unmatched.len(), 2);
    }

    #[test]
    fn hashes_as_the_standard_says() {
        assert_eq!(sha256(["a", "bc"]), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
