//! OpenAPI Overlay 1.0.0: changes to a document, kept in separate files.
//! An action that selects nothing is an error, so that corrections made upstream are noticed.

mod contradiction;
mod matches;
mod query;

pub use matches::{Action, LOCK, Match, Matches, Shift, shifts};

use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Node, NodeKind, Pointer, Role};
use contradiction::contradictions;
use query::{NodeStep, Steps};

/// What to do about an action that selects nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unmatched {
    /// Refuse the overlay: it was made for another document.
    #[default]
    Error,
    /// Go on and report it: the overlay is tried on older or newer documents than its own.
    Warn,
}

/// What an overlay did.
#[derive(Debug, Default)]
pub struct Applied {
    /// How many nodes were updated or removed.
    pub changed: usize,
    /// What is wrong with actions that selected nothing, or not as much as they say, with [`Unmatched::Warn`].
    pub unmatched: Vec<Diagnostic>,
    /// The actions, each with what it selected.
    pub actions: Vec<Action>,
}

/// Applies the actions of an overlay, one after the other, each to what the earlier ones left.
///
/// `update` merges maps member by member, concatenates lists, and replaces anything else; a list that is itself the
/// target takes a value that is no list as one more element. `remove` takes the selected nodes out.
/// Nodes from the overlay keep their own place, so that later complaints about them lead there.
///
/// # Errors
/// When the overlay is malformed, an action cannot be applied, or, with [`Unmatched::Error`], one selects nothing.
/// All such complaints are reported together; the document is then changed in part and of no use.
pub fn apply(document: &mut Document, overlay: Document, unmatched: Unmatched) -> Result<Applied> {
    let overlay = document.adopt(overlay);
    let actions = actions(document, &overlay)?;
    let mut outcome = Applied::default();
    let mut complaints = Vec::new();
    for action in actions {
        match action.apply(document) {
            Ok(found) => {
                if let Some(complaint) = action.counted(document, found.len()) {
                    let all = if unmatched == Unmatched::Error { &mut complaints } else { &mut outcome.unmatched };
                    all.push(complaint);
                }
                outcome.changed += found.len();
                let references = match action.change {
                    Change::Update(update) => references(update),
                    Change::Remove => Vec::new(),
                };
                outcome.actions.push(Action::new(document, action.target, action.pointer, found, references));
            }
            Err(complaint) => complaints.push(complaint),
        }
    }
    Diagnostic::all(complaints).map_or(Ok(outcome), Err)
}

/// One action as it is written, checked.
struct Written<'a> {
    /// Where it stands in the overlay.
    pointer: Pointer,
    /// The expression, with its place.
    target: &'a Node,
    expression: &'a str,
    change: Change<'a>,
    /// How many matches it expects, where it says so.
    expected: Option<usize>,
}

enum Change<'a> {
    Remove,
    Update(&'a Node),
}

/// The member of an action that says how many places it expects to select.
const COUNT: &str = "x-matches";

/// Checks the overlay's own form and reads its actions.
fn actions<'a>(document: &Document, overlay: &'a Node) -> Result<Vec<Written<'a>>> {
    let root = Pointer::root();
    let version = member(document, overlay, &root, "overlay", Node::as_str, "the version as text, `overlay: 1.0.0`")?;
    if !version.starts_with("1.0.") {
        let place = overlay.get("overlay").map_or(overlay.span, |node| node.span);
        return Err(document
            .complain(place, &root.join("overlay"), format!("an overlay of version {version}"))
            .help("expected Overlay 1.0: write the actions with `update` and `remove`, and `overlay: 1.0.0`"));
    }
    known(document, overlay, &root, &["overlay", "info", "extends", "actions"])?;
    let list = member(document, overlay, &root, "actions", Node::as_list, "a list of actions")?;
    let pointer = root.join("actions");
    list.iter().enumerate().map(|(at, node)| action(document, node, pointer.join(at))).collect()
}

fn action<'a>(document: &Document, node: &'a Node, pointer: Pointer) -> Result<Written<'a>> {
    known(document, node, &pointer, &["target", "description", "update", "remove"])?;
    let expression = member(document, node, &pointer, "target", Node::as_str, "a JSONPath expression")?;
    let target = node.get("target").unwrap_or(node);
    let remove = match node.get("remove") {
        None => false,
        Some(_) => member(document, node, &pointer, "remove", Node::as_bool, "`true` or `false`")?,
    };
    let change = match node.get("update") {
        // The standard gives `remove` precedence.
        _ if remove => Change::Remove,
        Some(update) => Change::Update(update),
        None => {
            return Err(document
                .complain(node.span, &pointer, "an action that changes nothing")
                .help("give it an `update`, or `remove: true`"));
        }
    };
    let count =
        |node: &Node| node.as_number().and_then(serde_json::Number::as_u64).and_then(|n| usize::try_from(n).ok());
    let expected = match node.get(COUNT) {
        None => None,
        Some(_) => {
            Some(member(document, node, &pointer, COUNT, count, "the number of places that the target selects")?)
        }
    };
    Ok(Written { pointer, target, expression, change, expected })
}

/// Complains about a member that is none of these and no extension: most likely a slip of the pen.
fn known(document: &Document, node: &Node, pointer: &Pointer, names: &[&str]) -> Result<()> {
    let Some(map) = node.as_map() else {
        return Err(document.complain(node.span, pointer, format!("expected a map, found {}", node.kind_name())));
    };
    match map.iter().find(|(key, _)| !names.contains(key) && !key.starts_with("x-")) {
        None => Ok(()),
        Some((key, value)) => Err(document
            .complain(map.key_span(key).unwrap_or(value.span), &pointer.join(key), format!("unknown member {key:?}"))
            .help(format!("members here are {}; an extension starts with x-", names.join(", ")))),
    }
}

/// A required member of the expected kind.
fn member<'a, T>(
    document: &Document,
    node: &'a Node,
    pointer: &Pointer,
    name: &str,
    read: impl Fn(&'a Node) -> Option<T>,
    expected: &str,
) -> Result<T> {
    let (place, pointer, found) = match node.get(name) {
        Some(value) => match read(value) {
            Some(value) => return Ok(value),
            None => (value.span, pointer.join(name), format!("expected {expected}, found {}", value.kind_name())),
        },
        None => (node.span, pointer.clone(), format!("no member {name:?}")),
    };
    Err(document.complain(place, &pointer, found).help(format!("give {name} as {expected}")))
}

impl Written<'_> {
    /// Makes the change; gives the nodes it was made to.
    fn apply(&self, document: &mut Document) -> Result<Vec<Match>> {
        let found = query::select(&document.root, self.expression).map_err(|error| {
            document
                .complain(
                    self.target.span,
                    &self.target_pointer(),
                    format!("not a JSONPath expression: {}", self.expression),
                )
                .label(error.lines().last().unwrap_or_default().trim().to_owned())
                .help("write it as RFC 9535 says, for instance $.paths['/orders'].get or $.tags[?@.name=='Orders']")
        })?;
        let matches = found.iter().map(|steps| Match::of(&document.root, steps)).collect();
        match self.change {
            Change::Remove => self.remove(document, &found)?,
            Change::Update(update) => self.update(document, &found, update)?,
        }
        Ok(matches)
    }

    fn remove(&self, document: &mut Document, found: &[Steps]) -> Result<()> {
        // From back to front, so that no removal moves a node that is still to be removed.
        for steps in found.iter().rev() {
            let Some((last, parent)) = steps.split_last() else {
                return Err(document
                    .complain(self.target.span, &self.target_pointer(), "this removes the whole document")
                    .help("select members or elements to remove"));
            };
            match (query::walk(&mut document.root, parent).map(|node| &mut node.kind), last) {
                (Some(NodeKind::Map(map)), NodeStep::Key(key)) => drop(map.remove(key)),
                (Some(NodeKind::List(list)), NodeStep::Index(index)) if *index < list.len() => {
                    drop(list.remove(*index))
                }
                // Whoever removed the parent removed this too.
                _ => {}
            }
        }
        Ok(())
    }

    fn update(&self, document: &mut Document, found: &[Steps], update: &Node) -> Result<()> {
        for steps in found {
            let Some(node) = query::walk(&mut document.root, steps) else { continue };
            let (target, place) = (node.kind_name(), query::pointer(steps));
            let before = contradictions(node, update, &place);
            match (&mut node.kind, &update.kind) {
                (NodeKind::List(list), kind) if !matches!(kind, NodeKind::List(_)) => list.push(update.clone()),
                (NodeKind::Map(_), NodeKind::Map(_)) | (NodeKind::List(_), NodeKind::List(_)) => merge(node, update),
                _ => {
                    let message = format!("an update that is {} of a target that is {target}", update.kind_name());
                    return Err(document.complain(update.span, &self.pointer.join("update"), message).help(format!(
                        "{place} can be merged with its own kind only; to replace it, select the map that holds it \
                         and update that member"
                    )));
                }
            }
            let after = contradictions(node, update, &place);
            if let Some((at, fault)) = after.into_iter().find(|one| !before.contains(one)) {
                let message = format!("after this action no value satisfies {at}: {fault}; {}", self.expression);
                return Err(document
                    .complain(self.target.span, &self.target_pointer(), message)
                    .help("make the target narrower, so that it leaves this place out, or change what it sets there"));
            }
        }
        Ok(())
    }

    /// A complaint when it selected nothing, or not as much as it expects.
    fn counted(&self, document: &Document, found: usize) -> Option<Diagnostic> {
        let complain = |message: String| document.complain(self.target.span, &self.target_pointer(), message);
        match self.expected {
            Some(expected) if expected != found => Some(
                complain(format!("this action matches {found} places, not {expected}: {}", self.expression))
                    .help(format!("look at what it matches, and correct the target or `{COUNT}`")),
            ),
            None if found == 0 => {
                let complaint = complain(format!("this action matches nothing: {}", self.expression)).help(
                    "the document has changed or the target is misspelt: correct the target, or delete the action",
                );
                Some(if self.is_annotation() { complaint.obsolete() } else { complaint })
            }
            _ => None,
        }
    }

    /// Whether all that it sets are names and words for people: they may go with what they were about.
    fn is_annotation(&self) -> bool {
        let names = ["x-name", "x-method", "x-resource", "x-enum-names"];
        let annotates = |key: &str| names.contains(&key) || Role::Operation.member(key) == Role::Prose;
        match self.change {
            Change::Update(update) => update.as_map().is_some_and(|map| map.iter().all(|(key, _)| annotates(key))),
            Change::Remove => false,
        }
    }

    fn target_pointer(&self) -> Pointer {
        self.pointer.join("target")
    }
}

/// Maps member by member, lists one after the other; anything else is replaced, also where the kinds differ.
/// The places of the document that an update refers to.
fn references(node: &Node) -> Vec<Pointer> {
    match &node.kind {
        NodeKind::List(list) => list.iter().flat_map(references).collect(),
        NodeKind::Map(map) => {
            let target = |(key, node): (&str, &Node)| match node.as_str().filter(|_| key == "$ref") {
                Some(text) => Pointer::parse(text).into_iter().collect(),
                None => references(node),
            };
            map.iter().flat_map(target).collect()
        }
        _ => Vec::new(),
    }
}

fn merge(node: &mut Node, update: &Node) {
    match (&mut node.kind, &update.kind) {
        (NodeKind::Map(map), NodeKind::Map(members)) => {
            for (key, value) in members.iter() {
                match map.get_mut(key) {
                    Some(old) => merge(old, value),
                    None => map.insert(key, members.key_span(key).unwrap_or(value.span), value.clone()),
                }
            }
        }
        (NodeKind::List(list), NodeKind::List(more)) => list.extend(more.iter().cloned()),
        _ => node.clone_from(update),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Applied, Document, Unmatched, apply};
    use crate::diagnostic::Result;
    use crate::document::Pointer;

    fn overlay(actions: &str) -> Document {
        let text = format!("overlay: 1.0.0\ninfo: {{title: t, version: 1.0.0}}\nactions:\n{actions}");
        Document::parse("test.overlay.yaml", text).unwrap()
    }

    fn document() -> Document {
        let text = "a: {b: {c: 1}, l: [1, 2, 3], n: 1, x: {n: 9}}\ntags: [{name: A}, {name: B}]\n";
        Document::parse("test.yaml", text).unwrap()
    }

    fn try_apply(actions: &str, unmatched: Unmatched) -> (Value, Result<Applied>) {
        let mut document = document();
        let outcome = apply(&mut document, overlay(actions), unmatched);
        (document.root.to_json(), outcome)
    }

    #[test]
    fn changes_the_document() {
        let same = document().root.to_json();
        let with = |pointer: &str, value: Value| {
            let mut changed = same.clone();
            *changed.pointer_mut(pointer).unwrap() = value;
            changed
        };
        let cases = [
            ("merges maps", "$.a", "update: {b: {d: 2}}", with("/a/b", json!({"c": 1, "d": 2}))),
            ("replaces scalars", "$.a", "update: {n: two}", with("/a/n", json!("two"))),
            ("replaces a value of another kind", "$.a", "update: {b: 1}", with("/a/b", json!(1))),
            ("replaces a list by a scalar", "$.a", "update: {l: 1}", with("/a/l", json!(1))),
            ("sets null", "$.a", "update: {n: null}", with("/a/n", json!(null))),
            ("concatenates lists", "$.a", "update: {l: [4, 1]}", with("/a/l", json!([1, 2, 3, 4, 1]))),
            ("concatenates to a list", "$.a.l", "update: [4]", with("/a/l", json!([1, 2, 3, 4]))),
            ("appends to a list", "$.a.l", "update: 4", with("/a/l", json!([1, 2, 3, 4]))),
            (
                "updates every match once",
                "$.tags[*, 0]",
                "update: {x: [1]}",
                with("/tags", json!([{"name": "A", "x": [1]}, {"name": "B", "x": [1]}])),
            ),
            ("removes members", "$.a.b", "remove: true", with("/a", json!({"l": [1, 2, 3], "n": 1, "x": {"n": 9}}))),
            ("removes several elements", "$.a.l[?@ < 3]", "remove: true", with("/a/l", json!([3]))),
            ("removes nodes within removed nodes", "$.a..*", "remove: true", with("/a", json!({}))),
            (
                "lets remove win",
                "$.a.b",
                "remove: true\n    update: {d: 1}",
                with("/a", json!({"l": [1, 2, 3], "n": 1, "x": {"n": 9}})),
            ),
            ("does not remove for false", "$.a", "remove: false\n    update: {n: 2}", with("/a/n", json!(2))),
        ];
        for (name, target, change, expected) in cases {
            let action = format!("  - target: \"{target}\"\n    {change}\n");
            let (changed, outcome) = try_apply(&action, Unmatched::Error);
            assert!(outcome.is_ok(), "{name}: {}", outcome.unwrap_err());
            assert_eq!(changed, expected, "{name}");
        }
    }

    #[test]
    fn later_actions_see_what_earlier_ones_did() {
        let actions = "  - {target: $.a, update: {new: {}}}\n  - {target: $.a.new, update: {x: 1}}\n";
        assert_eq!(try_apply(actions, Unmatched::Error).0["a"]["new"], json!({"x": 1}));
    }

    #[test]
    fn nodes_keep_the_place_they_come_from() {
        let mut document = document();
        apply(&mut document, overlay("  - target: $.a\n    update: {new: 1}\n"), Unmatched::Error).unwrap();
        let place = |pointer: [&str; 2]| {
            let pointer = Pointer::from(pointer);
            let complaint = document.complain(document.get(&pointer).unwrap().span, &pointer, "x");
            complaint.position().map(|(file, line, column)| (file.to_owned(), line, column)).unwrap()
        };
        assert_eq!(place(["a", "new"]), ("test.overlay.yaml".to_owned(), 5, 19));
        assert_eq!(place(["a", "n"]), ("test.yaml".to_owned(), 1, 33));
    }

    #[test]
    fn an_action_without_a_match_is_an_error_or_a_warning() {
        let actions = "  - {target: $.a, update: {n: 2}}\n  - {target: $.gone, remove: true}\n";
        let (_, outcome) = try_apply(actions, Unmatched::Error);
        let error = outcome.unwrap_err();
        assert_eq!(error.position(), Some(("test.overlay.yaml", 5, 14)));
        assert_eq!(error.json_pointer(), Some(&Pointer::from(["actions", "1", "target"])));
        assert!(error.message().contains("matches nothing: $.gone"), "{error}");

        let (changed, outcome) = try_apply(actions, Unmatched::Warn);
        let outcome = outcome.unwrap();
        assert_eq!((changed["a"]["n"].clone(), outcome.changed, outcome.unmatched.len()), (json!(2), 1, 1));
    }

    #[test]
    fn an_action_can_say_how_many_places_it_selects() {
        for (count, found) in
            [("2", None), ("3", Some("matches 2 places, not 3")), ("0", Some("matches 2 places, not 0"))]
        {
            let actions = format!("  - {{target: '$.tags[*]', x-matches: {count}, update: {{x: 1}}}}\n");
            let (_, outcome) = try_apply(&actions, Unmatched::Error);
            match (found, outcome) {
                (None, outcome) => assert!(outcome.is_ok(), "{count}"),
                (Some(said), outcome) => {
                    let error = outcome.unwrap_err();
                    assert!(error.message().contains(said), "{error}");
                    assert_eq!(error.position(), Some(("test.overlay.yaml", 4, 14)));
                }
            }
        }
        let none = "  - {target: $.gone, x-matches: 0, remove: true}\n";
        assert!(try_apply(none, Unmatched::Error).1.is_ok());
    }

    #[test]
    fn an_action_that_leaves_no_value_is_named_with_file_and_line() {
        let list = "update: {schema: {type: array, items: {type: string, enum: [a]}}}";
        let cases = [
            ("{type: string}", list, None),
            (
                "{type: string, enum: [a, b]}",
                list,
                Some("its type is array, and no value of its enum is one, such as \"a\""),
            ),
            ("{type: integer, enum: [1]}", "update: {schema: {type: number}}", None),
            ("{type: string, const: a}", "update: {schema: {type: integer}}", Some("its const \"a\" is none")),
            ("{minimum: 5}", "update: {schema: {maximum: 3}}", Some("its minimum 5 is above its maximum 3")),
            // Wrong before, and none of the action's business.
            ("{type: string, enum: [1]}", "update: {schema: {x-a: 1}}", None),
        ];
        for (schema, update, said) in cases {
            let text = format!("paths: {{/a: {{get: {{parameters: [{{name: include, schema: {schema}}}]}}}}}}");
            let mut document = Document::parse("test.yaml", text).unwrap();
            let target = "$.paths.*.*.parameters[?@.name=='include']";
            let overlay = overlay(&format!("  - target: \"{target}\"\n    {update}\n"));
            match (said, apply(&mut document, overlay, Unmatched::Error)) {
                (None, outcome) => assert!(outcome.is_ok(), "{schema}: {}", outcome.unwrap_err()),
                (Some(said), outcome) => {
                    let error = outcome.unwrap_err();
                    let all = ["#/paths/~1a/get/parameters/0/schema", said, target];
                    assert!(all.iter().all(|part| error.message().contains(part)), "{error}");
                    assert_eq!(error.position(), Some(("test.overlay.yaml", 4, 13)));
                    assert!(error.mend().unwrap().contains("narrower"));
                }
            }
        }
    }

    #[test]
    fn only_names_and_words_may_go_with_what_they_were_about() {
        for (change, obsolete) in [
            ("update: {description: D, summary: S}", true),
            ("update: {x-method: get, x-enum-descriptions: {a: A}}", true),
            ("update: {type: string}", false),
            ("update: {description: D, x-scalar: decimal}", false),
            ("remove: true", false),
        ] {
            let (_, outcome) = try_apply(&format!("  - target: $.gone\n    {change}\n"), Unmatched::Warn);
            assert_eq!(outcome.unwrap().unmatched[0].is_obsolete(), obsolete, "{change}");
        }
    }

    #[test]
    fn complaints_name_place_and_mend() {
        let cases = [
            ("actions: []", "no member \"overlay\"", ""),
            ("overlay: 1\nactions: []", "expected the version as text", "/overlay"),
            ("overlay: 2.0.0\nactions: []", "version 2.0.0", "/overlay"),
            ("overlay: 1.0.0", "no member \"actions\"", ""),
            ("overlay: 1.0.0\nactions: {}", "expected a list of actions, found a map", "/actions"),
            ("overlay: 1.0.0\nactoins: []\nactions: []", "unknown member \"actoins\"", "/actoins"),
            ("overlay: 1.0.0\nactions: [1]", "expected a map, found a number", "/actions/0"),
            ("overlay: 1.0.0\nactions: [{update: {}}]", "no member \"target\"", "/actions/0"),
            ("overlay: 1.0.0\nactions: [{target: $.a}]", "changes nothing", "/actions/0"),
            ("overlay: 1.0.0\nactions: [{target: $.a, remove: 1}]", "expected `true` or `false`", "/actions/0/remove"),
            ("overlay: 1.0.0\nactions: [{target: $.a, udpate: 1}]", "unknown member \"udpate\"", "/actions/0/udpate"),
            ("overlay: 1.0.0\nactions: [{target: '$.a[', update: 1}]", "not a JSONPath", "/actions/0/target"),
            ("overlay: 1.0.0\nactions: [{target: $, remove: true}]", "whole document", "/actions/0/target"),
            ("overlay: 1.0.0\nactions: [{target: $.a, update: 1}]", "of a target that is a map", "/actions/0/update"),
            (
                "overlay: 1.0.0\nactions: [{target: $.a.n, update: 1}]",
                "of a target that is a number",
                "/actions/0/update",
            ),
            ("[]", "no member \"overlay\"", ""),
        ];
        for (text, message, pointer) in cases {
            let overlay = Document::parse("test.overlay.yaml", text).unwrap();
            let error = apply(&mut document(), overlay, Unmatched::Error).unwrap_err();
            assert!(error.message().contains(message), "{text}: {error}");
            assert_eq!(error.json_pointer().map(Pointer::as_str), Some(pointer), "{text}: {error}");
            assert!(error.position().is_some(), "{text}");
        }
    }
}
