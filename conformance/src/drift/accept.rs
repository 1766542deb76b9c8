//! Acceptance: changes that a person has looked at, by pointer, with a reason and a day until which that holds.
//! An entry that matches nothing, or that is over, is said; a file that only grows hides what it was made to show.
//!
//! ```yaml
//! accepted:
//!   - pointer: "#/components/schemas/address/properties/countryCode"
//!     kind: became-nullable        # optional: any kind of change at this place unless given
//!     direction: response          # optional
//!     reason: we store it as an optional text anyway
//!     until: 2027-01-31            # optional
//! ```

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Node, Pointer};

use super::collect::Drift;
use super::model::{Change, Kind, Severity};

/// One entry of an acceptance file.
#[derive(Clone, Debug)]
struct Entry {
    pointer: String,
    kind: Option<String>,
    direction: Option<String>,
    reason: String,
    until: Option<String>,
    at: Pointer,
}

/// The members that an entry may have.
const MEMBERS: [&str; 5] = ["pointer", "kind", "direction", "reason", "until"];

/// Marks the accepted changes of a drift. `today` is a day such as `2026-01-31`. Gives complaints about entries that are
/// over or match nothing; they are warnings, because the changes they stood for count again.
///
/// # Errors
/// When the file does not have the form described above.
pub fn accept(drift: &mut Drift, file: &Document, today: &str) -> Result<Vec<Diagnostic>> {
    let entries = entries(file)?;
    let mut warnings = Vec::new();
    for entry in entries {
        let span = file.get(&entry.at).map(|node| node.span).unwrap_or_default();
        if entry.until.as_deref().is_some_and(|until| until < today) {
            let message = format!("the acceptance ended on {}", entry.until.as_deref().unwrap_or_default());
            warnings.push(
                file.complain(span, &entry.at, message)
                    .help("look at the change again, then renew or delete the entry"),
            );
            continue;
        }
        let mut matched = false;
        for change in drift.changes.iter_mut().filter(|change| change.severity > Severity::Cosmetic) {
            if entry.matches(change) {
                change.accepted = Some(entry.reason.clone());
                matched = true;
            }
        }
        if !matched {
            let message = "the accepted change does not occur";
            warnings
                .push(file.complain(span, &entry.at, message).help("delete the entry, or mend its pointer or kind"));
        }
    }
    Ok(warnings)
}

impl Entry {
    fn matches(&self, change: &Change) -> bool {
        let places = [&change.old, &change.new].into_iter().flatten();
        places.into_iter().any(|place| place.pointer.to_string() == self.pointer)
            && self.kind.as_deref().is_none_or(|kind| kind == change.kind.name())
            && self.direction.as_deref().is_none_or(|direction| direction == change.direction.name())
    }
}

fn entries(file: &Document) -> Result<Vec<Entry>> {
    let root = Pointer::from(["accepted"]);
    let wrong = |node: &Node, at: &Pointer, message: String| {
        file.complain(node.span, at, message).help("expected `accepted:` with a list of `pointer` and `reason`")
    };
    let list =
        file.root.get("accepted").ok_or_else(|| wrong(&file.root, &Pointer::root(), "no `accepted` here".into()))?;
    let elements =
        list.as_list().ok_or_else(|| wrong(list, &root, format!("expected a list, found {}", list.kind_name())))?;
    let mut entries = Vec::new();
    let mut complaints = Vec::new();
    for (index, node) in elements.iter().enumerate() {
        let at = root.join(index);
        let Some(map) = node.as_map() else {
            complaints.push(wrong(node, &at, format!("expected a map, found {}", node.kind_name())));
            continue;
        };
        if let Some((key, member)) = map.iter().find(|(key, _)| !MEMBERS.contains(key)) {
            let known = format!("known are {}", MEMBERS.join(", "));
            complaints.push(file.complain(member.span, &at.join(key), format!("unknown member {key:?}")).help(known));
        }
        let text = |key: &str| map.get(key).and_then(Node::as_str).map(str::to_owned);
        let kind = text("kind");
        if kind.as_deref().is_some_and(|kind| !Kind::ALL.iter().any(|(one, _)| one.name() == kind)) {
            complaints.push(wrong(
                node,
                &at.join("kind"),
                format!("no kind of change is called {:?}", kind.unwrap_or_default()),
            ));
            continue;
        }
        match (text("pointer"), text("reason").filter(|reason| !reason.trim().is_empty())) {
            (Some(pointer), Some(reason)) => entries.push(Entry {
                pointer: if pointer.starts_with('#') { pointer } else { format!("#{pointer}") },
                kind,
                direction: text("direction"),
                reason,
                until: text("until"),
                at,
            }),
            (None, _) => complaints.push(wrong(node, &at, "an entry needs a `pointer`".to_owned())),
            (_, None) => complaints.push(wrong(node, &at, "an entry needs a `reason`".to_owned())),
        }
    }
    Diagnostic::all(complaints).map_or(Ok(entries), Err)
}
