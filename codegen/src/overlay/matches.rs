//! What overlay actions match, remembered beside the overlays in `overlay.lock.yaml`, so that an action which begins to
//! match more, or less, is seen. Actions that name one place, member by member, need no memory: they match it or fail.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::query::{self, NodeStep, Steps};
use crate::diagnostic::{Diagnostic, Result, Source};
use crate::document::{Document, METHODS, Map, Node, NodeKind, Pointer, Span};

/// Name of the file, beside the overlays.
pub const LOCK: &str = "overlay.lock.yaml";

const HEADING: &str = "\
# Written by `cargo xtask generate`: what the actions of the overlays match, where they have wildcards, filters, or places
# in lists. Elements of lists go by their names, since their places move. A change here is one to look at.
";

/// An action of an overlay, and what it matched.
#[derive(Clone, Debug)]
pub struct Action {
    source: Arc<Source>,
    span: Span,
    pointer: Pointer,
    target: String,
    matches: Vec<Match>,
    references: Vec<Pointer>,
}

/// A place that an action matched.
#[derive(Clone, Debug)]
pub struct Match {
    /// The place, elements of lists by their names.
    pub address: Pointer,
    /// What stood there before, without its values: only such places are of the same sort.
    shape: String,
}

impl Action {
    pub(super) fn new(
        document: &Document,
        target: &Node,
        pointer: Pointer,
        matches: Vec<Match>,
        references: Vec<Pointer>,
    ) -> Self {
        let source = Arc::clone(&document.sources[usize::from(target.span.source)]);
        let expression = target.as_str().unwrap_or_default().to_owned();
        Self { source, span: target.span, pointer, target: expression, matches, references }
    }

    /// The expression.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The places it matched.
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// What its value refers to.
    pub fn references(&self) -> &[Pointer] {
        &self.references
    }

    /// Path of its file, and the line it stands in.
    pub fn place(&self) -> (&str, u32) {
        (&self.source.name, self.span.line)
    }

    /// Name of its file.
    fn file(&self) -> String {
        Path::new(&self.source.name).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Whether it may match anything but one place.
    fn is_wide(&self) -> bool {
        self.target.contains(['*', '?', ',', ':'])
            || self.target.contains("..")
            || self.target.split('[').skip(1).any(|step| step.starts_with(|c: char| c == '-' || c.is_ascii_digit()))
    }

    /// A complaint about it.
    fn complain(&self, message: String) -> Diagnostic {
        Diagnostic::new(message).at(&self.source, self.span).pointer(self.pointer.clone())
    }
}

impl Match {
    pub(super) fn of(root: &Node, steps: &Steps) -> Self {
        let node = root.get_pointer(&query::pointer(steps));
        Self { address: address(root, steps), shape: node.map_or_else(String::new, shape) }
    }

    /// Whether another place is of the same sort: the same way down from its operation or component, and a like thing
    /// there.
    fn is_like(&self, other: &Self) -> bool {
        self.shape == other.shape && way(&self.address) == way(&other.address)
    }
}

/// The way to a node, elements of lists by their `name` where they have one.
fn address(root: &Node, steps: &[NodeStep]) -> Pointer {
    let mut here = Some(root);
    let mut pointer = Pointer::root();
    for step in steps {
        here = here.and_then(|node| match (&node.kind, step) {
            (NodeKind::Map(map), NodeStep::Key(key)) => map.get(key),
            (NodeKind::List(list), NodeStep::Index(at)) => list.get(*at),
            _ => None,
        });
        let name = here.and_then(|node| node.get("name")).and_then(Node::as_str);
        pointer = match (step, name) {
            (NodeStep::Index(_), Some(name)) => pointer.join(name),
            (NodeStep::Index(at), None) => pointer.join(at),
            (NodeStep::Key(key), _) => pointer.join(key),
        };
    }
    pointer
}

/// The way below an operation, a path item, or a component.
fn way(address: &Pointer) -> Vec<String> {
    let tokens: Vec<String> = address.tokens().collect();
    let skip = match tokens.first().map(String::as_str) {
        Some("paths") if tokens.get(2).is_some_and(|token| METHODS.contains(&token.as_str())) => 3,
        Some("paths") => 2,
        Some("components") => 3,
        _ => 0,
    };
    tokens.into_iter().skip(skip).collect()
}

/// What kind of thing a node is: of a schema or parameter what decides about the type, of anything else its kind.
fn shape(node: &Node) -> String {
    let Some(map) = node.as_map() else { return node.kind_name().to_owned() };
    let part = |(key, value): (&str, &Node)| match key {
        "type" | "format" | "in" | "$ref" => Some(format!("{key}={}", value.to_json())),
        "schema" | "items" => Some(format!("{key}({})", shape(value))),
        "enum" | "const" | "properties" | "additionalProperties" | "allOf" | "anyOf" | "oneOf" | "content" => {
            Some(key.to_owned())
        }
        _ => None,
    };
    let mut parts: Vec<String> = map.iter().filter_map(part).collect();
    parts.sort();
    parts.join(" ")
}

/// What the actions of all overlays of an API match: places by file and target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches(BTreeMap<(String, String), BTreeSet<String>>);

impl Matches {
    /// What actions match, as far as it is to be remembered.
    pub fn of(actions: &[Action]) -> Self {
        let mut all: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for action in actions.iter().filter(|action| action.is_wide()) {
            let places = all.entry((action.file(), action.target.clone())).or_default();
            places.extend(action.matches.iter().map(|one| one.address.as_str().to_owned()));
        }
        Self(all)
    }

    /// Reads what is remembered of an API; nothing where there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what was written.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(LOCK);
        if !path.exists() {
            return Ok(None);
        }
        let document = Document::read(&path)?;
        let wrong = || {
            document
                .complain(document.root.span, &Pointer::root(), "expected file, target, and a list of places")
                .help("delete the file and run `cargo xtask generate`")
        };
        let mut all = BTreeMap::new();
        for (file, targets) in document.root.as_map().ok_or_else(wrong)?.iter() {
            for (target, places) in targets.as_map().ok_or_else(wrong)?.iter() {
                let places = places.as_list().ok_or_else(wrong)?.iter();
                let places = places.map(|place| place.as_str().map(str::to_owned).ok_or_else(wrong));
                all.insert((file.to_owned(), target.to_owned()), places.collect::<Result<_>>()?);
            }
        }
        Ok(Some(Self(all)))
    }

    /// The file; `None` when there is nothing to remember.
    pub fn to_yaml(&self) -> Option<String> {
        let mut files = Map::default();
        for ((file, target), places) in &self.0 {
            if !files.contains_key(file) {
                files.insert(
                    file,
                    Span::default(),
                    Node { kind: NodeKind::Map(Map::default()), span: Span::default() },
                );
            }
            let places = Value::from(places.iter().map(String::as_str).collect::<Vec<_>>());
            if let Some(NodeKind::Map(targets)) = files.get_mut(file).map(|node| &mut node.kind) {
                targets.insert(target, Span::default(), places.into());
            }
        }
        let root = Node { kind: NodeKind::Map(files), span: Span::default() };
        (!self.0.is_empty()).then(|| format!("{HEADING}{}", root.to_yaml()))
    }
}

/// An action that no longer matches what it did.
#[derive(Clone, Debug)]
pub struct Shift {
    /// The action as it is now.
    pub action: Action,
    /// Places that it did not match before.
    pub gained: Vec<Match>,
    /// Places that it no longer matches.
    pub lost: Vec<String>,
}

/// The actions that match more or less than is remembered. Of an action that is not remembered at all, nothing is known.
pub fn shifts(remembered: &Matches, actions: &[Action]) -> Vec<Shift> {
    let now = Matches::of(actions);
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for action in actions {
        let key = (action.file(), action.target.clone());
        let (Some(before), Some(after)) = (remembered.0.get(&key), now.0.get(&key)) else { continue };
        let is_new = |one: &&Match| !before.contains(one.address.as_str());
        let gained: Vec<Match> = action.matches.iter().filter(is_new).cloned().collect();
        // Several actions with one target lose it once.
        let lost = if told.insert(key) { before.difference(after).cloned().collect() } else { Vec::new() };
        if !(gained.is_empty() && lost.is_empty()) {
            found.push(Shift { action: action.clone(), gained, lost });
        }
    }
    found
}

impl Shift {
    /// Places gained that are like none of those that this action matched in `before`: most likely not meant.
    pub fn unlike<'a>(&'a self, before: &'a [Action]) -> impl Iterator<Item = &'a Match> {
        let same = |one: &&Action| one.file() == self.action.file() && one.target == self.action.target;
        let known: Vec<&Match> = before.iter().filter(same).flat_map(|one| &one.matches).collect();
        self.gained.iter().filter(move |one| !known.iter().any(|other| other.is_like(one)))
    }

    /// What it is, in words, with file and line.
    pub fn diagnostic(&self) -> Diagnostic {
        let list = |places: Vec<&str>| {
            let (shown, rest) = places.split_at(places.len().min(SHOWN));
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            shown.iter().map(|place| format!("#{place}")).collect::<Vec<_>>().join(", ") + &more
        };
        let mut said = Vec::new();
        if !self.gained.is_empty() {
            said.push(format!("also matches {}", list(self.gained.iter().map(|one| one.address.as_str()).collect())));
        }
        if !self.lost.is_empty() {
            said.push(format!("no longer matches {}", list(self.lost.iter().map(String::as_str).collect())));
        }
        self.action
            .complain(format!("this action {}: {}", said.join(" and "), self.action.target))
            .help(format!("if that is not meant, make the target narrower; `cargo xtask generate` writes {LOCK} anew"))
    }
}

/// Places that a message shows.
const SHOWN: usize = 8;

#[cfg(test)]
mod tests {
    use super::super::{Applied, Unmatched, apply};
    use super::*;

    const OVERLAY: &str = "overlay: 1.0.0
info: {title: t, version: '1'}
actions:
  - target: $.paths['/products'].get.responses..items.properties.type
    update: {x-name: ProductType}
  - target: $.paths.*.*.parameters[?@.name=='include'].schema
    update: {x-delimiter: ','}
  - target: $.tags[?@.name=='B']
    update: {x-a: 1}
  - target: $.paths['/products'].get
    update: {x-method: list}
";

    const DOCUMENT: &str = "tags: [{name: B}]
paths:
  /products:
    get:
      parameters: [{name: include, schema: {type: string}}]
      responses: {'200': {items: {properties: {type: {type: string}}}}}
";

    fn applied(document: &str) -> Result<Applied> {
        let overlay = Document::parse("specs/shop/a.overlay.yaml", OVERLAY).unwrap();
        apply(&mut Document::parse("t.yaml", document).unwrap(), overlay, Unmatched::Error)
    }

    /// File and line of each action that shifted, what it gained and lost, and what of that is like nothing before.
    fn shifted(new: &str) -> Vec<(u32, Vec<String>, Vec<String>, usize)> {
        let (before, after) = (applied(DOCUMENT).unwrap().actions, applied(new).unwrap().actions);
        let addresses = |all: &[Match]| all.iter().map(|one| one.address.to_string()).collect();
        let found = shifts(&Matches::of(&before), &after);
        assert!(found.iter().all(|shift| shift.action.place().0 == "specs/shop/a.overlay.yaml"));
        found
            .iter()
            .map(|one| (one.action.place().1, addresses(&one.gained), one.lost.clone(), one.unlike(&before).count()))
            .collect()
    }

    #[test]
    fn what_wide_actions_match_is_remembered() {
        let matches = Matches::of(&applied(DOCUMENT).unwrap().actions);
        let yaml = matches.to_yaml().unwrap();
        let expected = "a.overlay.yaml:
  \"$.paths.*.*.parameters[?@.name=='include'].schema\": [/paths/~1products/get/parameters/include/schema]
  \"$.paths['/products'].get.responses..items.properties.type\": [/paths/~1products/get/responses/200/items/properties/type]
  \"$.tags[?@.name=='B']\": [/tags/B]
";
        assert_eq!(yaml.strip_prefix(HEADING).unwrap().replace('"', ""), expected.replace('"', ""));
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        assert_eq!(Matches::read(folder).unwrap(), None);
        std::fs::write(folder.join(LOCK), yaml).unwrap();
        assert_eq!(Matches::read(folder).unwrap(), Some(matches));
        std::fs::write(folder.join(LOCK), "a: [1]").unwrap();
        assert!(Matches::read(folder).unwrap_err().mend().unwrap().contains("generate"));
        assert_eq!(Matches::default().to_yaml(), None);
    }

    #[test]
    fn an_action_that_matches_inside_something_new_is_told_and_like_nothing_before() {
        let new = DOCUMENT.replace(
            "{type: {type: string}}",
            "{type: {type: string}, mainImage: {properties: {signedCdnNames: {items: {properties: {type: {type: string}}}}}}}",
        );
        let place = "#/paths/~1products/get/responses/200/items/properties/mainImage/properties/signedCdnNames/items/properties/type";
        assert_eq!(shifted(&new), [(4, vec![place.to_owned()], vec![], 1)]);
        let after = applied(&new).unwrap().actions;
        let told = shifts(&Matches::of(&applied(DOCUMENT).unwrap().actions), &after)[0].diagnostic();
        assert_eq!(told.position(), Some(("specs/shop/a.overlay.yaml", 4, 13)));
        assert!(told.message().contains(&format!("also matches {place}")), "{told}");
    }

    #[test]
    fn more_of_the_same_sort_is_told_and_expected() {
        let more = "  /orders: {get: {parameters: [{name: include, schema: {type: string}}]}}\n";
        let place = "#/paths/~1orders/get/parameters/include/schema".to_owned();
        assert_eq!(shifted(&format!("{DOCUMENT}{more}")), [(6, vec![place.clone()], vec![], 0)]);
        // The same way from its operation, and another thing there.
        let other = more.replace("string", "array, items: {type: string}");
        assert_eq!(shifted(&format!("{DOCUMENT}{other}")), [(6, vec![place], vec![], 1)]);
    }

    #[test]
    fn what_moves_in_a_list_is_where_it_was_and_what_is_gone_is_lost() {
        assert_eq!(shifted(&DOCUMENT.replace("[{name: B}]", "[{name: A}, {name: B}]")), []);
        let (before, mut after) = (applied(DOCUMENT).unwrap().actions, applied(DOCUMENT).unwrap().actions);
        after[0].matches.clear();
        let found = shifts(&Matches::of(&before), &after);
        assert_eq!(found[0].lost, ["/paths/~1products/get/responses/200/items/properties/type"]);
        assert!(found[0].diagnostic().message().contains("no longer matches #/paths"), "{}", found[0].diagnostic());
    }
}
