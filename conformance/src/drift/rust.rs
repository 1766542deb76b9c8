//! What a drift does to the Rust API: both sides are generated, their public items compared, and each difference is
//! given to the changes that explain it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::document::Pointer;
use kontrakt_codegen::emit::{DEFAULT, Item, ItemKind, NON_EXHAUSTIVE, surface};
use kontrakt_codegen::overlay::{Action, Matches, shifts};
use kontrakt_codegen::plan::{Collisions, Fallback, Plan, new_fallbacks};
use kontrakt_codegen::specification::Specification;

use super::collect::Drift;
use super::model::{Change, DriftKind, ItemNote, NO_ITEM, Severity};
use super::step::{CrateStep, Step};

/// One side's crate.
#[derive(Debug)]
pub struct Generation {
    /// Name of the crate.
    pub krate: String,
    /// Its public items, by path.
    pub items: BTreeMap<String, Item>,
    /// Paths of the items that come from a place of the document.
    places: HashMap<Pointer, Vec<String>>,
    /// What got a type, a name or a text by fallback.
    pub fallbacks: Vec<Fallback>,
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
        let mut places: HashMap<Pointer, Vec<String>> = HashMap::new();
        let mut items = BTreeMap::new();
        for item in surface(&krate, &contract, &plan) {
            for place in &item.pointers {
                let paths = std::iter::once(&item.path).chain(&item.also).cloned();
                places.entry(place.clone()).or_default().extend(paths);
            }
            items.insert(item.path.clone(), item);
        }
        Ok(Self { krate, items, places, fallbacks: plan.fallbacks, actions: specification.actions.clone() })
    }

    /// Items that come from a place, or from the nearest one above it that any come from.
    fn items_at(&self, place: &Pointer) -> &[String] {
        let mut here = Some(place.clone());
        while let Some(place) = here {
            if let Some(items) = self.places.get(&place) {
                return items;
            }
            here = place.parent();
        }
        &[]
    }
}

/// A difference between the public items of two crates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemDifference {
    /// Path of the item, such as `shoptet::orders::Order::guid`.
    pub path: String,
    /// The item in OLD.
    pub old: Option<Item>,
    /// The item in NEW.
    pub new: Option<Item>,
    /// The step it asks for.
    pub step: Step,
}

impl std::fmt::Display for ItemDifference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{}: {} -> {}", self.path, old.signature(), new.signature()),
            (Some(old), None) => write!(f, "{}: {} removed", self.path, old.signature()),
            (None, Some(new)) => write!(f, "{}: {} added", self.path, new.signature()),
            (None, None) => f.write_str(&self.path),
        }
    }
}

impl ItemDifference {
    fn note(&self) -> ItemNote {
        ItemNote { text: self.to_string(), breaks: self.old.is_some() && self.step == Step::Major }
    }
}

/// Compares public items, in the order of their paths.
pub fn differences(old: &BTreeMap<String, Item>, new: &BTreeMap<String, Item>) -> Vec<ItemDifference> {
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
            (Some(a), Some(b)) if only_gains(a, b) => Step::Minor,
            (Some(_), _) => Step::Major,
            // Whether users may have written every member of what this one joins.
            (None, Some(b)) if b.joins_closed && in_old.contains_key(parent(path).as_str()) => Step::Major,
            (None, _) => Step::Minor,
        };
        found.push(ItemDifference { path: path.to_owned(), old: before.cloned(), new: after.cloned(), step });
    }
    found
}

/// Whether a struct can do all that it could: it may have a default now, or be closed to growth.
fn only_gains(old: &Item, new: &Item) -> bool {
    let has = |item: &Item, name: &str| item.attributes.contains(&name);
    let lost = has(old, DEFAULT) && !has(new, DEFAULT) || has(new, NON_EXHAUSTIVE) && !has(old, NON_EXHAUSTIVE);
    old.kind == ItemKind::Record && new.kind == ItemKind::Record && !lost
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
    drift.notes.extend(half_typed(old, new));
    let differences = differences(&old.items, &new.items);
    let index = Index::of(&differences);
    // The members of a type that comes or goes do so with it.
    let mut explained: Vec<bool> = differences.iter().map(|one| index.goes_with_its_type(one)).collect();
    // What only limits values takes what no other change has a claim to.
    let (limits, others): (Vec<usize>, Vec<usize>) =
        (0..drift.changes.len()).partition(|at| limits_only(drift.changes[*at].kind));
    for at in others.into_iter().chain(limits) {
        let change = &mut drift.changes[at];
        let mut found = index.belonging(change, (old, new));
        if limits_only(change.kind) {
            found.retain(|at| !explained[*at]);
        }
        // A member of another type brings that type with it.
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            next += 1;
            found.extend(index.brought(at).filter(|other| !explained[*other]));
            let (own, rest) = found.split_at(next);
            let rest: Vec<usize> = rest.iter().copied().filter(|one| !own.contains(one)).collect();
            found.truncate(next);
            found.extend(rest);
        }
        for at in found {
            explained[at] = true;
            let note = differences[at].note();
            if !change.rust.contains(&note) {
                change.rust.push(note);
            }
        }
        if change.rust.is_empty() && touches_decoding(change.kind) {
            change.rust.push(ItemNote { text: NO_ITEM.to_owned(), breaks: false });
        }
    }
    let rest = differences.iter().zip(&explained).filter(|(_, explained)| !**explained);
    drift.items = rest.map(|(difference, _)| difference.note()).collect();
    let source = differences.iter().map(|one| one.step).max().unwrap_or_default();
    let wire = drift.changes.iter().map(|change| match change.breaks_users() {
        false => Step::of_wire(change.by_itself().min(Severity::Risky)),
        true => Step::Major,
    });
    let wire = wire.max().unwrap_or_default();
    drift.semver.push(CrateStep { name: new.krate.clone(), wire, source: Some(source) });
    drift.notes.extend(shifts(&Matches::of(&old.actions), &new.actions).iter().map(|shift| {
        let (complaint, (file, line)) = (shift.diagnostic(), shift.action.place());
        format!("{file}:{line}: {}", complaint.message())
    }));
}

/// More fallbacks than this are counted in one note.
const FALLBACKS: usize = 4;

/// Notes on what is new in NEW and got a type or a name by fallback. Documentation is nobody's break: its number is enough.
fn half_typed(old: &Generation, new: &Generation) -> Vec<String> {
    let found = new_fallbacks(&old.fallbacks, &new.fallbacks);
    let (words, types): (Vec<&Fallback>, Vec<&Fallback>) = found.into_iter().partition(|one| one.kind.is_about_words());
    let note = |one: &&Fallback| format!("half typed: {one} ({})", one.pointer);
    let mut notes: Vec<String> = match types.as_slice() {
        few if few.len() <= FALLBACKS => few.iter().map(note).collect(),
        many => {
            let some: Vec<&str> = many.iter().take(FALLBACKS).map(|one| one.item.as_str()).collect();
            vec![format!("half typed: {}, such as {}; `generate` lists them", many.len(), some.join(", "))]
        }
    };
    notes.extend(
        words.first().map(|first| format!("new without documentation: {}, such as {}", words.len(), first.item)),
    );
    notes
}

/// Differences by what they are looked up by.
struct Index<'d> {
    differences: &'d [ItemDifference],
    by_path: HashMap<&'d str, usize>,
    by_call: HashMap<&'d str, Vec<usize>>,
    /// Differences of members, by the path of their type.
    members: HashMap<&'d str, Vec<usize>>,
    /// Types that are new or gone as a whole and that each difference names: new ones in NEW, gone ones in OLD.
    names: Vec<Vec<usize>>,
    /// Differences of what stays and names such a type, by that type.
    named: HashMap<usize, Vec<usize>>,
    /// Differences of what named a type in OLD and does not in NEW, by its name: one that was shared is two.
    left: HashMap<&'d str, Vec<usize>>,
}

/// Names of types that an item holds, takes or gives.
fn type_names(item: &Item) -> impl Iterator<Item = &str> {
    let types = item.members.iter().map(|one| one.ty.as_str()).chain([item.gives.as_str()]);
    types.flat_map(|ty| ty.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()))
}

/// Types that are new or gone as a whole, by name, with whether they are new.
type WholeTypes<'d> = HashMap<&'d str, Vec<(usize, bool)>>;

/// Those that a difference names.
fn named_by(whole: &WholeTypes<'_>, one: &ItemDifference) -> Vec<usize> {
    let mut found = Vec::new();
    for (item, new) in [(&one.old, false), (&one.new, true)] {
        let Some(item) = item else { continue };
        let types = type_names(item).chain([item.owner.as_str()]).filter_map(|name| whole.get(name)).flatten();
        found.extend(types.filter(|(_, fresh)| *fresh == new).map(|(at, _)| *at));
    }
    found
}

impl<'d> Index<'d> {
    fn of(differences: &'d [ItemDifference]) -> Self {
        let (mut by_path, mut by_call, mut whole) = (HashMap::new(), HashMap::new(), WholeTypes::new());
        let mut members: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, one) in differences.iter().enumerate() {
            by_path.insert(one.path.as_str(), at);
            if let Some((owner, _)) = one.path.rsplit_once("::") {
                members.entry(owner).or_default().push(at);
            }
            let calls = one.old.iter().chain(&one.new).filter_map(|item| item.call.as_deref());
            for call in calls.collect::<BTreeSet<_>>() {
                by_call.entry(call).or_insert_with(Vec::new).push(at);
            }
            if let (Some(item), None) | (None, Some(item)) = (&one.old, &one.new)
                && item.kind.is_type()
            {
                whole.entry(item.owner.as_str()).or_insert_with(Vec::new).push((at, one.new.is_some()));
            }
        }
        let names: Vec<Vec<usize>> = differences.iter().map(|one| named_by(&whole, one)).collect();
        let mut named: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut left: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, one) in differences.iter().enumerate() {
            let (Some(old), Some(new)) = (&one.old, &one.new) else { continue };
            names[at].iter().for_each(|ty| named.entry(*ty).or_default().push(at));
            let kept: BTreeSet<&str> = type_names(new).collect();
            type_names(old).filter(|name| !kept.contains(name)).for_each(|name| left.entry(name).or_default().push(at));
        }
        Self { differences, by_path, by_call, members, names, named, left }
    }

    /// Whether a difference is that of a member whose type comes or goes.
    fn goes_with_its_type(&self, one: &ItemDifference) -> bool {
        let call = one.old.as_ref().or(one.new.as_ref()).is_some_and(|item| item.call.is_some());
        let owner = one.path.rsplit_once("::").and_then(|(owner, _)| self.by_path.get(owner));
        let same = |owner: &ItemDifference| {
            (owner.old.is_some(), owner.new.is_some()) == (one.old.is_some(), one.new.is_some())
                && owner.old.as_ref().or(owner.new.as_ref()).is_some_and(|item| item.kind.is_type())
        };
        !call && one.old.is_some() != one.new.is_some() && owner.is_some_and(|at| same(&self.differences[*at]))
    }

    /// Whole types that an item that comes brings, or that one that goes takes along; and what names a type that does.
    fn brought(&self, at: usize) -> impl Iterator<Item = usize> {
        let parts = self.members.get(self.differences[at].path.as_str()).into_iter().flatten();
        let names = std::iter::once(at).chain(parts.copied()).flat_map(|at| &self.names[at]);
        let one = &self.differences[at];
        let part = one.old.as_ref().or(one.new.as_ref()).filter(|item| item.call.is_none());
        let left = part.and_then(|item| self.left.get(item.owner.as_str()));
        names.chain(self.named.get(&at).into_iter().chain(left).flatten()).copied()
    }

    /// The differences that a change explains: those of items that come from its places.
    fn belonging(&self, change: &Change, (old, new): (&Generation, &Generation)) -> Vec<usize> {
        let mut found = BTreeSet::new();
        for (generation, place) in [(old, &change.old), (new, &change.new)] {
            let Some(place) = place else { continue };
            let paths = generation.items_at(&place.pointer).iter();
            found.extend(paths.filter_map(|path| self.by_path.get(path.as_str())).copied());
        }
        // The whole call comes, goes or moves.
        if matches!(
            change.kind,
            DriftKind::OperationAdded | DriftKind::OperationRemoved | DriftKind::PathRenamed | DriftKind::MethodChanged
        ) {
            found.extend(change.operations().iter().filter_map(|call| self.by_call.get(call)).flatten());
        }
        let listed = change.detail.listed();
        let concerned = |at: &usize| {
            let one = &self.differences[*at];
            let item = one.old.as_ref().or(one.new.as_ref());
            item.is_none_or(|item| match item.kind {
                // One enum stands for every place where the same values are listed.
                ItemKind::Variant if !listed.is_empty() => {
                    item.keys().any(|key| listed.iter().any(|value| value.as_str() == Some(key)))
                }
                kind => !limits_only(change.kind) || matches!(kind, ItemKind::Field | ItemKind::Setter),
            })
        };
        found.into_iter().filter(concerned).collect()
    }
}

/// Kinds for which a reader expects to hear about Rust.
fn touches_decoding(kind: DriftKind) -> bool {
    !matches!(kind, DriftKind::ExtensionChanged | DriftKind::DocumentChanged | DriftKind::Documentation)
}

/// Kinds that say which values of a type are valid, and nothing of the type itself.
fn limits_only(kind: DriftKind) -> bool {
    matches!(
        kind,
        DriftKind::MinPropertiesChanged
            | DriftKind::MaxPropertiesChanged
            | DriftKind::PatternAdded
            | DriftKind::PatternRemoved
            | DriftKind::PatternChanged
            | DriftKind::MinimumChanged
            | DriftKind::MaximumChanged
            | DriftKind::MultipleOfChanged
            | DriftKind::MinLengthChanged
            | DriftKind::MaxLengthChanged
            | DriftKind::MinItemsChanged
            | DriftKind::MaxItemsChanged
            | DriftKind::UniqueItemsChanged
            | DriftKind::NotChanged
            | DriftKind::KeywordChanged
            | DriftKind::ContainsChanged
            | DriftKind::ConditionChanged
            | DriftKind::DependentRequiredChanged
            | DriftKind::DefaultChanged
            | DriftKind::ExtensionChanged
    )
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::document::Document;
    use kontrakt_codegen::specification::Specification;

    use super::{Generation, differences, explain};
    use crate::drift::{ApiVersion, Drift, Step, compare};

    /// A document with a call for each tag, and these components.
    fn document(calls: &str, components: &str) -> Document {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:{calls}\ncomponents: {{schemas: {{{components}}}}}\n"
        );
        Document::parse("t.yaml", text).unwrap()
    }

    fn get(tag: &str, schema: &str) -> String {
        format!(
            "\n  /{tag}: {{get: {{tags: [{tag}], responses: {{'200': {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}"
        )
    }

    fn put(tag: &str, schema: &str) -> String {
        format!(
            "\n  /{tag}: {{put: {{tags: [{tag}], requestBody: {{required: true, content: {{application/json: {{schema: \
             {schema}}}}}}}, responses: {{}}}}}}"
        )
    }

    fn drift(old: Document, new: Document) -> Drift {
        let generation =
            |document: &Document| Generation::of(&Specification::without_overlays("shop", document.clone())).unwrap();
        let (before, after) = (generation(&old), generation(&new));
        let mut drift = compare(&ApiVersion::read(old).unwrap(), &ApiVersion::read(new).unwrap(), "2026-01-01");
        explain(&mut drift, &before, &after);
        drift
    }

    #[test]
    fn every_item_belongs_to_a_change() {
        let item = |more: &str| {
            format!("{{properties: {{id: {{}}, thing: {{properties: {{kind: {{enum: [a, b{more}]}}}}}}}}}}")
        };
        let member = |more: &str| {
            format!("{{properties: {{id: {{}}, thing: {{properties: {{sum: {{type: string}}{more}}}}}}}}}")
        };
        let cases = [
            ("a call goes, and the types within its answer", get("a", "{}") + &get("b", &item("")), get("a", "{}")),
            (
                "one of two types of requests that were one gets a value",
                put("a", &item("")) + &put("b", &item("")),
                put("a", &item("")) + &put("b", &item(", c")),
            ),
            (
                "one of two types of requests that were one gets a member",
                put("a", &member("")) + &put("b", &member("")),
                put("a", &member("")) + &put("b", &member(", vat: {type: string}")),
            ),
            (
                "two of three types of requests that were one get a value",
                put("a", &item("")) + &put("b", &item("")) + &put("c", &item("")),
                put("a", &item("")) + &put("b", &item(", c")) + &put("c", &item(", c")),
            ),
        ];
        for (name, old, new) in cases {
            let drift = drift(document(&old, ""), document(&new, ""));
            assert_eq!(drift.items, [], "{name}");
            assert!(drift.changes.iter().any(|change| change.rust.len() > 1), "{name}");
        }
    }

    #[test]
    fn what_types_lose_is_a_break() {
        let sent = |required: &str| {
            put("a", &format!("{{required: [{required}], properties: {{n: {{type: number}}, s: {{type: string}}}}}}"))
        };
        let changes = |old: &str, new: &str| {
            let drift = drift(document(old, ""), document(new, ""));
            let notes = drift.changes.iter().flat_map(|change| &change.rust).chain(&drift.items);
            notes.map(|note| (note.text.clone(), note.breaks)).collect::<Vec<_>>()
        };
        // Without a member that is needed everything has a default; with a number that is, nothing has.
        let (free, bound) = (sent(""), sent("n"));
        let lost = changes(&free, &bound);
        assert!(lost.contains(&("shop::a::AAllUpdate: struct, Default -> struct".to_owned(), true)), "{lost:?}");
        assert!(
            lost.iter().any(|(text, breaks)| text.starts_with("shop::a::AAllUpdate::new: ") && !breaks),
            "{lost:?}"
        );
        let gained = changes(&bound, &free);
        assert!(gained.contains(&("shop::a::AAllUpdate: struct -> struct, Default".to_owned(), false)), "{gained:?}");
        let more = changes(&bound, &sent("n, s"));
        let constructor = "shop::a::AAllUpdate::new: fn(n: impl Into<Number>) -> Self -> fn(n: impl Into<Number>, s: impl Into<String>) -> Self";
        assert!(more.contains(&(constructor.to_owned(), true)), "{more:?}");
    }

    #[test]
    fn new_values_in_answers_break_no_crate() {
        let answer = |more: &str| get("a", &format!("{{properties: {{kind: {{enum: [a, b{more}]}}}}}}"));
        let drift = drift(document(&answer(""), ""), document(&answer(", c"), ""));
        assert_eq!((drift.wire_step(), drift.semver[0].step()), (Step::Major, Step::Minor));
        assert!(!drift.changes[0].breaks_users());
    }

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
