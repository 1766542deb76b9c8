//! Joins several files into one tree: resolves relative references against the file that contains them.
//! Referenced schemas become components, path items are inlined, and every node remembers its file.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::parse::parse_mending;
use super::pointer::decoded;
use super::{Document, Map, Node, NodeKind, Pointer, Role, Span};
use crate::diagnostic::{Diagnostic, Result, Source};

/// Gives the text of another file of the specification, by its path from the document's folder: `paths/orders.yaml`.
pub type Siblings<'a> = dyn Fn(&str) -> Result<String> + 'a;

/// Members of a schema that hold schemas, the common ones.
const APPLICATORS: [&str; 7] =
    ["properties", "patternProperties", "additionalProperties", "items", "allOf", "anyOf", "oneOf"];

/// More files than this are an accident, not a specification.
const MAX_FILES: usize = 1000;

/// One tree of a document and the files that it refers to. What can be mended is, and said, where somebody listens.
pub(super) fn bundle(
    document: Document,
    siblings: &Siblings<'_>,
    mended: Option<&mut Vec<Diagnostic>>,
) -> Result<Document> {
    if document.root.get("openapi").is_none() || !refers_to_files(&document.root) {
        return Ok(document);
    }
    let Document { mut root, sources } = document;
    let source = Arc::clone(&sources[0]);
    let at = source.name.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let (folder, own) = source.name.split_at(at);
    let path = own.split(['?', '#']).next().unwrap_or_default().to_owned();
    let folder = folder.to_owned();
    let file = BundledFile { path, source, root: None };
    let mut bundler = Bundler::new(siblings, folder, file);
    bundler.mended = mended.is_some().then(Vec::new);
    identified(&root, &mut bundler.identified);
    bundler.names_of(&root);
    bundler.walk(&mut root, Role::Root, FilePointer { file: 0, pointer: Pointer::root() }, &mut Vec::new());
    bundler.components();
    if let Some(complaint) = Diagnostic::all(bundler.complaints) {
        return Err(complaint);
    }
    if let Some(mended) = mended {
        mended.extend(bundler.mended.into_iter().flatten());
    }
    // In the order of files and of what stands in them, whoever referred to it first.
    bundler.done.sort_by_key(|one| (one.key.source, one.key.line, one.key.column));
    for one in bundler.done {
        let components = member(&mut root, "components").and_then(|components| member(components, one.section));
        if let Some(Node { kind: NodeKind::Map(map), .. }) = components {
            map.insert(one.name, one.key, one.node);
        }
    }
    Ok(Document { root, sources: bundler.files.into_iter().map(|file| file.source).collect() })
}

/// The member of a map, an empty map if there is none.
fn member<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Node> {
    let span = node.span;
    let NodeKind::Map(map) = &mut node.kind else { return None };
    if !map.contains_key(key) {
        map.insert(key, span, Node { kind: NodeKind::Map(Map::default()), span });
    }
    map.get_mut(key)
}

fn refers_to_files(node: &Node) -> bool {
    match &node.kind {
        NodeKind::List(list) => list.iter().any(refers_to_files),
        NodeKind::Map(map) => map.iter().any(|(key, value)| {
            key == "$ref" && value.as_str().is_some_and(|text| !text.starts_with('#')) || refers_to_files(value)
        }),
        _ => false,
    }
}

struct BundledFile {
    /// From the document's folder.
    path: String,
    source: Arc<Source>,
    /// `None` of the document itself, and when it could not be read; that was said once.
    root: Option<Node>,
}

/// Where something stands, or a reference leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FilePointer {
    file: usize,
    pointer: Pointer,
}

impl FilePointer {
    fn join(&self, token: impl std::fmt::Display) -> Self {
        Self { file: self.file, pointer: self.pointer.join(token) }
    }
}

/// Something of another file that becomes a component.
struct BundledComponent {
    section: &'static str,
    name: String,
    key: Span,
    node: Node,
}

struct Bundler<'a> {
    siblings: &'a Siblings<'a>,
    folder: String,
    /// By the number that spans name them with.
    files: Vec<BundledFile>,
    /// Names that components have.
    names: HashMap<(&'static str, FilePointer), String>,
    /// Who has a name.
    taken: HashMap<(&'static str, String), FilePointer>,
    waiting: VecDeque<(Role, &'static str, String, FilePointer)>,
    done: Vec<BundledComponent>,
    complaints: Vec<Diagnostic>,
    /// What was mended; nothing is where this is none.
    mended: Option<Vec<Diagnostic>>,
    /// The `$id` of every schema of the document: a reference to one leads to no file.
    identified: HashSet<String>,
}

impl<'a> Bundler<'a> {
    fn new(siblings: &'a Siblings<'a>, folder: String, document: BundledFile) -> Self {
        Self {
            siblings,
            folder,
            files: vec![document],
            names: HashMap::new(),
            taken: HashMap::new(),
            waiting: VecDeque::new(),
            done: Vec::new(),
            complaints: Vec::new(),
            mended: None,
            identified: HashSet::new(),
        }
    }

    fn complain(&mut self, span: Span, at: &FilePointer, message: String, help: impl Into<String>) {
        let source = &self.files[usize::from(span.source)].source;
        let complaint = Diagnostic::new(message).at(source, span).pointer(at.pointer.clone()).help(help);
        self.tell(complaint, false);
    }

    /// Something that can be mended, where that is wanted.
    fn defect(&mut self, span: Span, at: &FilePointer, message: String, help: impl Into<String>) {
        let source = &self.files[usize::from(span.source)].source;
        let complaint = Diagnostic::new(message).at(source, span).pointer(at.pointer.clone()).help(help);
        self.tell(complaint, true);
    }

    fn tell(&mut self, complaint: Diagnostic, can_be_mended: bool) {
        let list = match &mut self.mended {
            Some(mended) if can_be_mended => mended,
            _ => &mut self.complaints,
        };
        // Components that only refer to something are looked at twice.
        if !list.iter().any(|one| one.position() == complaint.position()) {
            list.push(complaint);
        }
    }

    /// The components that the document has itself. One that only refers to another file gives that its name.
    fn names_of(&mut self, root: &Node) {
        for role in [Role::Schema, Role::Parameter, Role::Header, Role::RequestBody, Role::Response] {
            let Some(section) = role.section() else { continue };
            let pointer = Pointer::from(["components", section]);
            for (name, node) in root.get_pointer(&pointer).and_then(Node::as_map).into_iter().flat_map(Map::iter) {
                let at = FilePointer { file: 0, pointer: pointer.join(name) };
                let target = file_reference(node).and_then(|text| self.resolve(text, node, &at));
                match target.filter(|target| target.file != 0 && split(&target.pointer, role).1.is_empty()) {
                    Some(target) if !self.names.contains_key(&(section, target.clone())) => {
                        self.taken.insert((section, name.to_owned()), target.clone());
                        self.names.insert((section, target), name.to_owned());
                    }
                    _ => drop(self.taken.insert((section, name.to_owned()), at)),
                }
            }
        }
    }

    /// Rewrites the references below a node. `trail` are the places that are being put in here.
    fn walk(&mut self, node: &mut Node, role: Role, at: FilePointer, trail: &mut Vec<FilePointer>) {
        match &mut node.kind {
            NodeKind::List(list) => {
                list.iter_mut().enumerate().for_each(|(index, node)| self.walk(node, role, at.join(index), trail));
            }
            NodeKind::Map(map) => {
                for (key, member) in map.iter_mut() {
                    match role.member(key) {
                        Role::Value if role == Role::Schema && key == "discriminator" => self.mapping(member, &at),
                        Role::Value | Role::Prose | Role::Other => {}
                        role => self.walk(member, role, at.join(key), trail),
                    }
                }
                if !matches!(role, Role::Named(_)) {
                    self.reference(node, role, &at, trail);
                }
            }
            _ => {}
        }
    }

    /// Rewrites the reference that a node is, or puts there what it leads to.
    fn reference(&mut self, node: &mut Node, role: Role, at: &FilePointer, trail: &mut Vec<FilePointer>) {
        let Some(text) = node.get("$ref").and_then(Node::as_str).map(str::to_owned) else { return };
        if at.file == 0 && (text.starts_with('#') || self.identified.contains(&text)) {
            return;
        }
        let Some(target) = self.resolve(&text, node, at) else { return };
        let span = node.get("$ref").map_or(node.span, |text| text.span);
        // A component that only refers to another file is what stands there.
        let is_component =
            role.section().is_some_and(|section| at.file == 0 && self.taken_by(section, at) == Some(&target));
        if target.file != 0 && (role == Role::PathItem || is_component) {
            if trail.contains(&target) {
                let help = "one of the files of the circle must say what it is";
                let message = format!("the reference {text:?} leads back to itself");
                return self.complain(span, &at.join("$ref"), message, help);
            }
            let Some(mut found) = self.find(&target).cloned() else { return };
            trail.push(target.clone());
            self.walk(&mut found, role, target, trail);
            trail.pop();
            if let (NodeKind::Map(map), NodeKind::Map(found_map)) = (&node.kind, &mut found.kind) {
                for (key, value) in map.iter().filter(|(key, _)| *key != "$ref") {
                    found_map.insert(key, map.key_span(key).unwrap_or(value.span), value.clone());
                }
            }
            *node = found;
        } else if let Some(pointer) = self.component(role, &target, span, at)
            && let NodeKind::Map(map) = &mut node.kind
            && let Some(value) = map.get_mut("$ref")
        {
            value.kind = NodeKind::String(pointer.to_string());
        }
    }

    /// The values of a discriminator's mapping may be references to schemas.
    fn mapping(&mut self, discriminator: &mut Node, at: &FilePointer) {
        let at = at.join("discriminator").join("mapping");
        let NodeKind::Map(map) = &mut discriminator.kind else { return };
        let Some(Node { kind: NodeKind::Map(mapping), .. }) = map.get_mut("mapping") else { return };
        for (key, value) in mapping.iter_mut() {
            let text = value.as_str().unwrap_or_default().to_owned();
            if !text.contains('#') || at.file == 0 && text.starts_with('#') {
                continue;
            }
            let at = at.join(key);
            let target = self.resolve(&text, value, &at);
            if let Some(pointer) = target.and_then(|target| self.component(Role::Schema, &target, value.span, &at)) {
                value.kind = NodeKind::String(pointer.to_string());
            }
        }
    }

    fn taken_by(&self, section: &'static str, at: &FilePointer) -> Option<&FilePointer> {
        if at.pointer.parent()? != Pointer::from(["components", section]) {
            return None;
        }
        self.taken.get(&(section, at.pointer.tokens().last()?))
    }

    /// The address in the bundled document of something in another file, which becomes a component if it is none yet.
    fn component(&mut self, role: Role, target: &FilePointer, span: Span, at: &FilePointer) -> Option<Pointer> {
        if target.file == 0 {
            return Some(target.pointer.clone());
        }
        let Some(section) = role.section() else {
            let help = "other files may hold path items, schemas, parameters, headers, bodies and responses";
            self.complain(span, at, "a reference to another file is not understood here".to_owned(), help);
            return None;
        };
        let (pointer, rest, name) = {
            let (length, rest) = split(&target.pointer, role);
            let tokens: Vec<String> = target.pointer.tokens().collect();
            let pointer = tokens[..length].iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
            let name = tokens[..length].last().cloned().unwrap_or_else(|| stem(&self.files[target.file].path));
            (pointer, rest, name)
        };
        if name.starts_with('/') {
            let message = "a reference into a path item of another file".to_owned();
            self.complain(span, at, message, "give what is shared a name of its own in a file of schemas");
            return None;
        }
        let place = FilePointer { file: target.file, pointer };
        let name = match self.names.get(&(section, place.clone())) {
            Some(name) => name.clone(),
            None => {
                if let Some(other) = self.taken.get(&(section, name.clone())) {
                    let (one, other) = (self.show(&place), self.show(other));
                    let message = format!("two things would be #/components/{section}/{name}: {other} and {one}");
                    let help = format!(
                        "rename one of them, or give it another name in the document: components: {{{section}: \
                         {{Name: {{$ref: ...}}}}}}"
                    );
                    self.defect(span, at, message, help);
                }
                let mut name = name;
                while self.mended.is_some() && self.taken.contains_key(&(section, name.clone())) {
                    name = format!("{}_{name}", stem(&self.files[place.file].path));
                }
                self.taken.entry((section, name.clone())).or_insert_with(|| place.clone());
                self.names.insert((section, place.clone()), name.clone());
                self.waiting.push_back((role, section, name.clone(), place));
                name
            }
        };
        Some(rest.iter().fold(Pointer::from(["components", section, &name]), |pointer, token| pointer.join(token)))
    }

    /// Takes over what was referred to, and what that refers to.
    fn components(&mut self) {
        while let Some((role, section, name, at)) = self.waiting.pop_front() {
            let Some(mut node) = self.find(&at).cloned() else { continue };
            let parent = at.pointer.parent().map(|pointer| FilePointer { file: at.file, pointer });
            let key = parent.and_then(|parent| self.find(&parent)?.as_map()?.key_span(&at.pointer.tokens().last()?));
            let key = key.unwrap_or(node.span);
            self.walk(&mut node, role, at, &mut Vec::new());
            self.done.push(BundledComponent { section, name, key, node });
        }
    }

    fn find(&self, place: &FilePointer) -> Option<&Node> {
        self.files[place.file].root.as_ref()?.get_pointer(&place.pointer)
    }

    fn show(&self, place: &FilePointer) -> String {
        format!("{}{}", self.files[place.file].path, place.pointer)
    }

    /// Where a reference leads, the file read if it is new. `node` is the reference or the map that it stands in.
    fn resolve(&mut self, text: &str, node: &Node, at: &FilePointer) -> Option<FilePointer> {
        let value = node.get("$ref").unwrap_or(node);
        let here = if node.get("$ref").is_some() { at.join("$ref") } else { at.clone() };
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (path, fragment) = (decoded(path), decoded(fragment));
        let pointer = Pointer::parse(&fragment);
        let file = match (&pointer, path.is_empty()) {
            (Some(_), _) | (None, true) => None,
            (None, false) => self.file(&path, text, value.span, &here),
        };
        let anchored = file.and_then(|file| self.files[file].root.as_ref()?.anchored(&fragment));
        let Some(pointer) = pointer.or(anchored) else {
            let message = format!("the reference {text:?} leads nowhere");
            self.defect(value.span, &here, message, "expected file.yaml#/… with a pointer to something in that file");
            return None;
        };
        let file = if path.is_empty() { at.file } else { self.file(&path, text, value.span, &here)? };
        let target = FilePointer { file, pointer };
        // What is missing in the document itself is found missing when it is followed.
        if file != 0 && self.find(&target).is_none() {
            let file = &self.files[file];
            let Some(root) = &file.root else { return None };
            let known: Vec<&str> = root.as_map().into_iter().flat_map(Map::iter).map(|(key, _)| key).take(12).collect();
            let help = format!("{} begins with {}", file.path, known.join(", "));
            self.defect(value.span, &here, format!("the reference {text:?} leads nowhere"), help);
            return None;
        }
        Some(target)
    }

    /// The number of a file, by its path from the file of `here`.
    fn file(&mut self, path: &str, text: &str, span: Span, here: &FilePointer) -> Option<usize> {
        let path = normal(&self.files[here.file].path, path, self.mended.is_some());
        let Some(path) = path.map(|path| returned(&self.folder, path)) else {
            let message = format!("the reference {text:?} leaves the folder of the specification");
            let help = "expected a relative path to a file in the folder of the document or below it";
            self.defect(span, here, message, help);
            return None;
        };
        if let Some(at) = self.files.iter().position(|file| file.path == path) {
            return Some(at);
        }
        if self.files.len() >= MAX_FILES {
            self.complain(span, here, format!("more than {MAX_FILES} files"), "join some of them");
            return None;
        }
        let number = self.files.len();
        let name = format!("{}{path}", self.folder);
        let (source, root) = match (self.siblings)(&path) {
            Ok(text) => {
                let source = Arc::new(Source { name, text });
                let mut defects = Vec::new();
                let root = parse_mending(&source, number as u16, &mut defects);
                defects.into_iter().for_each(|defect| self.tell(defect, true));
                (source, root)
            }
            Err(complaint) => {
                let referrer = &self.files[usize::from(span.source)].source;
                let complaint = complaint.at(referrer, span).pointer(here.pointer.clone());
                (Arc::new(Source { name, text: String::new() }), Err(complaint))
            }
        };
        let root = root.map_err(|complaint| self.tell(complaint, true)).ok();
        self.files.push(BundledFile { path, source, root });
        Some(number)
    }
}

/// The reference of a map to something in another file.
fn file_reference(node: &Node) -> Option<&str> {
    node.get("$ref")?.as_str().filter(|text| !text.starts_with('#'))
}

/// How many steps of a pointer lead to the thing that becomes a component, and the steps from there.
fn split(pointer: &Pointer, role: Role) -> (usize, Vec<String>) {
    let tokens: Vec<String> = pointer.tokens().collect();
    let length = match tokens.first().map(String::as_str) {
        Some("components") if tokens.len() >= 3 => 3,
        Some("$defs" | "definitions") if tokens.len() >= 2 => 2,
        // The file is a schema itself.
        Some(keyword) if role == Role::Schema && APPLICATORS.contains(&keyword) => 0,
        Some(_) => 1,
        None => 0,
    };
    (length, tokens.into_iter().skip(length).collect())
}

/// The path of a file from the document's folder, given from another file; `None` when it is elsewhere.
fn normal(from: &str, path: &str, may_leave: bool) -> Option<String> {
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
    if path.starts_with(['/', '\\']) || scheme {
        return None;
    }
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => match steps.last() {
                Some(last) if *last != ".." => drop(steps.pop()),
                _ if may_leave => steps.push(step),
                _ => return None,
            },
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// The path without leaving the folder, where it leaves it and comes back: `../api/a.yaml` of the folder `api`.
fn returned(folder: &str, path: String) -> String {
    let steps: Vec<&str> = path.split('/').collect();
    let out = steps.iter().take_while(|step| **step == "..").count();
    let home: Vec<&str> = folder.split(['/', '\\']).filter(|step| !matches!(*step, "" | ".")).collect();
    let own = home.len().checked_sub(out).map(|from| &home[from..]);
    match own.and_then(|own| steps[out..].strip_prefix(own)) {
        Some(rest) if out > 0 && !rest.is_empty() => rest.join("/"),
        _ => path,
    }
}

/// The `$id` of every schema below a node.
fn identified(node: &Node, found: &mut HashSet<String>) {
    match &node.kind {
        NodeKind::List(list) => list.iter().for_each(|one| identified(one, found)),
        NodeKind::Map(map) => {
            found.extend(map.get("$id").and_then(Node::as_str).map(str::to_owned));
            map.iter().for_each(|(_, one)| identified(one, found));
        }
        _ => {}
    }
}

/// The name of a file without folders and extension.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
