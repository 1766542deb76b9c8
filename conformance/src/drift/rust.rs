//! What a drift does to the Rust API: both sides are generated, their public items compared, and each difference is
//! given to the changes that explain it.

use std::collections::{BTreeMap, BTreeSet};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::Pointer;
use kontrakt_codegen::emit::{Item, ItemKind, surface};
use kontrakt_codegen::overlay::{Action, Matches, shifts};
use kontrakt_codegen::plan::{Collisions, Plan};
use kontrakt_codegen::specification::Specification;

use super::collect::Drift;
use super::model::{Change, CrateStep, Kind, Step};

/// One side's crate.
#[derive(Debug)]
pub struct Generation {
    /// Name of the crate.
    pub krate: String,
    /// Its public items, by path.
    pub items: BTreeMap<String, Item>,
    /// Names of types by the places of the schemas they were made from.
    types: BTreeMap<Pointer, String>,
    /// The actions of the overlays, with what they matched.
    actions: Vec<Action>,
}

impl Generation {
    /// Plans the crate of a specification.
    ///
    /// # Errors
    /// When the generator refuses the specification.
    pub fn of(specification: &Specification) -> Result<Self> {
        let (contract, _) = Contract::read_mending(&specification.document)?;
        let plan = Plan::of(&contract, &specification.document, &specification.lock, Collisions::Qualify)?;
        let krate = contract.behaviour.krate.name.clone().unwrap_or_else(|| specification.name.clone());
        let items = surface(&krate, &contract, &plan);
        let types = items.iter().filter(|item| item.kind.is_type());
        let places = types.flat_map(|item| item.pointers.iter().map(|place| (place.clone(), item.owner.clone())));
        let types = places.collect();
        let items = items.into_iter().map(|item| (item.path.clone(), item)).collect();
        Ok(Self { krate, items, types, actions: specification.actions.clone() })
    }

    /// The type made from the schema at a place.
    fn type_at(&self, pointer: &Pointer) -> Option<&str> {
        self.types.get(pointer).map(String::as_str)
    }
}

/// A difference between the public items of two crates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Path of the item, such as `shoptet::orders::Order::guid`.
    pub path: String,
    /// The item in OLD.
    pub old: Option<Item>,
    /// The item in NEW.
    pub new: Option<Item>,
    /// The step it asks for.
    pub step: Step,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{}: {} -> {}", self.path, old.signature(), new.signature()),
            (Some(old), None) => write!(f, "{}: {} removed", self.path, old.signature()),
            (None, Some(new)) => write!(f, "{}: {} added", self.path, new.signature()),
            (None, None) => f.write_str(&self.path),
        }
    }
}

/// Compares public items, in the order of their paths.
pub fn differences(old: &BTreeMap<String, Item>, new: &BTreeMap<String, Item>) -> Vec<Difference> {
    let (in_old, in_new) = (by_every_path(old), by_every_path(new));
    let paths: BTreeSet<&str> = in_old.keys().copied().chain(new.keys().map(String::as_str)).collect();
    let mut found = Vec::new();
    for path in paths {
        let (before, after) = (in_old.get(path).copied(), in_new.get(path).copied());
        let step = match (before, after) {
            (Some(a), Some(b)) if a.signature() == b.signature() => continue,
            // Told at the path that it is known by.
            (Some(a), Some(_)) if a.path != path => continue,
            (Some(a), None) if a.path != path && !in_new.contains_key(a.path.as_str()) => continue,
            // A shared type that comes into one more module is not new.
            (None, Some(b)) if b.also.iter().any(|other| in_old.contains_key(other.as_str())) => continue,
            (Some(_), _) => Step::Major,
            // Whether users may have written every member of what this one joins.
            (None, Some(b)) if b.joins_closed && in_old.contains_key(parent(path).as_str()) => Step::Major,
            (None, _) => Step::Minor,
        };
        found.push(Difference { path: path.to_owned(), old: before.cloned(), new: after.cloned(), step });
    }
    found
}

/// Items by all paths that users may have written.
fn by_every_path(items: &BTreeMap<String, Item>) -> BTreeMap<&str, &Item> {
    let paths =
        items.values().flat_map(|item| std::iter::once(&item.path).chain(&item.also).map(move |path| (path, item)));
    paths.map(|(path, item)| (path.as_str(), item)).collect()
}

fn parent(path: &str) -> String {
    path.rsplit_once("::").map_or_else(String::new, |(parent, _)| parent.to_owned())
}

/// Adds to a drift what happens to the Rust items, and the step of the crate.
pub fn explain(drift: &mut Drift, old: &Generation, new: &Generation) {
    let differences = differences(&old.items, &new.items);
    let whole = whole_types(&differences);
    // The members of a type that comes or goes do so with it.
    let member = |at: usize| {
        let one = &differences[at];
        let fate = (one.old.is_some(), one.new.is_some());
        let call = one.old.as_ref().or(one.new.as_ref()).is_some_and(|item| item.call.is_some());
        !call && one.path.rsplit_once("::").is_some_and(|(owner, _)| whole.get(owner) == Some(&fate))
    };
    let mut explained: Vec<bool> = (0..differences.len()).map(member).collect();
    for change in &mut drift.changes {
        let mut found: Vec<usize> = belonging(change, &differences, old, new);
        // A member of another type brings that type with it.
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            next += 1;
            for (other, one) in differences.iter().enumerate() {
                let comes =
                    !found.contains(&other) && whole.contains_key(&one.path) && names_type(&differences[at], one);
                if comes && !explained[other] {
                    found.push(other);
                }
            }
        }
        for at in found {
            explained[at] = true;
            change.rust.push(differences[at].to_string());
        }
        if change.rust.is_empty() && touches_decoding(change.kind) {
            change.rust.push("no public item changes".to_owned());
        }
    }
    let rest = differences.iter().zip(&explained).filter(|(_, explained)| !**explained);
    drift.items = rest.map(|(difference, _)| difference.to_string()).collect();
    let source = differences.iter().map(|one| one.step).max().unwrap_or_default();
    let wire = drift.wire_step();
    drift.semver.push(CrateStep { name: new.krate.clone(), wire, source: Some(source) });
    drift.notes.extend(shifts(&Matches::of(&old.actions), &new.actions).iter().map(|shift| {
        let (complaint, (file, line)) = (shift.diagnostic(), shift.action.place());
        format!("{file}:{line}: {}", complaint.message())
    }));
}

/// Types that are new or gone as a whole, by path, with whether OLD and NEW have them.
fn whole_types(differences: &[Difference]) -> BTreeMap<String, (bool, bool)> {
    let is_type = |item: &Item| item.kind.is_type();
    let whole = differences.iter().filter(|one| one.old.as_ref().or(one.new.as_ref()).is_some_and(is_type));
    let whole = whole.filter(|one| one.old.is_some() != one.new.is_some());
    whole.map(|one| (one.path.clone(), (one.old.is_some(), one.new.is_some()))).collect()
}

/// Whether an item names a type.
fn names_type(item: &Difference, ty: &Difference) -> bool {
    let name = ty.path.rsplit("::").next().unwrap_or_default();
    let words = |item: &Item| {
        let types = item.members.iter().map(|one| &one.ty).chain([&item.gives]);
        let mut words = types.flat_map(|ty| ty.split(|c: char| !(c.is_alphanumeric() || c == '_')));
        item.owner == name || words.any(|word| word == name)
    };
    // An item that comes brings types, and one that goes takes them along.
    let side = if ty.new.is_some() { &item.new } else { &item.old };
    side.as_ref().is_some_and(words)
}

/// Kinds for which a reader expects to hear about Rust.
fn touches_decoding(kind: Kind) -> bool {
    !matches!(kind, Kind::ExtensionChanged | Kind::DocumentChanged | Kind::Documentation)
}

/// The differences that a change explains, by index.
fn belonging(change: &Change, differences: &[Difference], old: &Generation, new: &Generation) -> Vec<usize> {
    let mut found = BTreeSet::new();
    for (generation, place, is_old) in [(old, &change.old, true), (new, &change.new, false)] {
        let Some(place) = place else { continue };
        let Some((ty, key)) = owner(generation, &place.pointer) else { continue };
        if key.is_none() && limits_only(change.kind) {
            continue;
        }
        for (at, one) in differences.iter().enumerate() {
            let item = if is_old { &one.old } else { &one.new };
            if item.as_ref().is_some_and(|item| {
                item.owner == ty && key.as_ref().is_none_or(|key| item.keys().any(|one| one == key))
            }) {
                found.insert(at);
            }
        }
    }
    if found.is_empty() {
        found.extend(by_value(change, differences));
    }
    if found.is_empty() && !(limits_only(change.kind) && change.subject.is_empty()) {
        found.extend(by_call(change, differences));
    }
    found.into_iter().collect()
}

/// Kinds that say which values of a type are valid, and nothing of the type itself.
fn limits_only(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::MinPropertiesChanged
            | Kind::MaxPropertiesChanged
            | Kind::PatternAdded
            | Kind::PatternRemoved
            | Kind::PatternChanged
            | Kind::FormatChanged
            | Kind::MinimumChanged
            | Kind::MaximumChanged
            | Kind::MultipleOfChanged
            | Kind::MinLengthChanged
            | Kind::MaxLengthChanged
            | Kind::MinItemsChanged
            | Kind::MaxItemsChanged
            | Kind::UniqueItemsChanged
            | Kind::NotChanged
            | Kind::KeywordChanged
            | Kind::ContainsChanged
            | Kind::ConditionChanged
            | Kind::DependentRequiredChanged
            | Kind::AlternativesDropped
            | Kind::AlternativesIntroduced
            | Kind::DefaultChanged
            | Kind::ExtensionChanged
    )
}

/// Variants of the values that come or go: one enum stands for every place where the same values are listed.
fn by_value(change: &Change, differences: &[Difference]) -> Vec<usize> {
    if !matches!(change.kind, Kind::EnumValueAdded | Kind::EnumValueRemoved) {
        return Vec::new();
    }
    let listed = change.detail.listed();
    let variant = |item: &Item| {
        item.kind == ItemKind::Variant && item.keys().any(|key| listed.iter().any(|value| value.as_str() == Some(key)))
    };
    (0..differences.len())
        .filter(|at| [&differences[*at].old, &differences[*at].new].into_iter().flatten().any(variant))
        .collect()
}

/// The type whose schema is nearest above a place, and the member of it on the way there.
fn owner(generation: &Generation, pointer: &Pointer) -> Option<(String, Option<String>)> {
    if let Some(ty) = generation.type_at(pointer) {
        return Some((ty.to_owned(), None));
    }
    let mut key = None;
    let mut here = pointer.clone();
    while let Some(up) = here.parent() {
        let last = here.tokens().last()?;
        if up.tokens().last().as_deref() == Some("properties") {
            let holder = up.parent()?;
            key = Some(last);
            if let Some(ty) = generation.type_at(&holder) {
                return Some((ty.to_owned(), key));
            }
            // A member of an object that became no type of its own: not this one's business.
            return None;
        }
        here = up;
        if let Some(ty) = generation.type_at(&here) {
            return Some((ty.to_owned(), key));
        }
    }
    None
}

/// Differences of the methods of the operations that meet a change, or of members with the key it is about.
fn by_call(change: &Change, differences: &[Difference]) -> Vec<usize> {
    let operations = change.operations();
    let key = change.subject.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
    let about_call = matches!(
        change.kind,
        Kind::OperationAdded
            | Kind::OperationRemoved
            | Kind::PathRenamed
            | Kind::MethodChanged
            | Kind::OperationIdChanged
            | Kind::TagsChanged
            | Kind::Deprecated
            | Kind::Undeprecated
            | Kind::BodyAdded
            | Kind::BodyRemoved
            | Kind::BodyBecameRequired
            | Kind::BodyBecameOptional
            | Kind::StatusAdded
            | Kind::StatusRemoved
            | Kind::MediaTypeAdded
            | Kind::MediaTypeRemoved
    );
    let of_call = |item: &Item| item.call.as_deref().is_some_and(|call| operations.contains(&call));
    let whole =
        matches!(change.kind, Kind::OperationAdded | Kind::OperationRemoved | Kind::PathRenamed | Kind::MethodChanged);
    let matches = |item: &Item| match about_call {
        // What happens to an answer shows in the method, and not in what a call may have besides.
        true => of_call(item) && (whole || item.kind == ItemKind::Method),
        false => of_call(item) && item.keys().any(|one| one == key),
    };
    let mut found: Vec<usize> = (0..differences.len())
        .filter(|at| [&differences[*at].old, &differences[*at].new].into_iter().flatten().any(matches))
        .collect();
    if found.is_empty() && !about_call && !key.is_empty() {
        // One type stands for several schemas that are evidently the same: then only the key tells.
        let member = |item: &Item| item.call.is_none() && item.keys().any(|one| one == key);
        found = (0..differences.len())
            .filter(|at| [&differences[*at].old, &differences[*at].new].into_iter().flatten().any(member))
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::document::Document;
    use kontrakt_codegen::specification::Specification;

    use super::{Generation, differences};

    #[test]
    fn a_type_that_another_module_uses_too_is_neither_gone_nor_new() {
        let calls = |tags: &[&str]| {
            let call = |tag: &&str| {
                format!(
                    "\n  /{tag}: {{get: {{tags: [{tag}], responses: {{'200': {{content: {{application/json: {{schema: \
                     {{$ref: '#/components/schemas/Price'}}}}}}}}}}}}}}"
                )
            };
            let paths: String = tags.iter().map(call).collect();
            let text = format!(
                "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:{paths}\ncomponents: {{schemas: {{Price: \
                 {{properties: {{sum: {{type: string}}}}}}}}}}\n"
            );
            let document = Document::parse("t.yaml", text).unwrap();
            Generation::of(&Specification::without_overlays("shop", document)).unwrap().items
        };
        let paths = |old: &[&str], new: &[&str]| {
            let found = differences(&calls(old), &calls(new)).into_iter();
            found.map(|one| one.path).filter(|path| path.contains("Price")).collect::<Vec<_>>()
        };
        assert_eq!(paths(&["orders"], &["carts", "orders"]), [""; 0]);
        assert_eq!(paths(&["carts", "orders"], &["orders"]), ["shop::carts::Price", "shop::carts::Price::sum"]);
        assert_eq!(paths(&["orders", "carts"], &["carts"]), ["shop::orders::Price", "shop::orders::Price::sum"]);
    }
}
