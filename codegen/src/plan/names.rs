//! Names of types.
//! They depend on the places and content of schemas, never on the order in which schemas are found.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::context::Context;
use super::drafts::{Draft, DraftId, DraftKind, Drafts, Origin};
use super::merge::MergedDrafts;
use super::reach::Reach;
use super::signature::component;
use super::ty::TypeId;
use crate::name::type_name;

/// The names that a module uses itself: for requests and for the resource.
#[derive(Clone, Debug)]
pub(super) struct Occupied {
    pub(super) module: String,
    pub(super) names: BTreeSet<String>,
}

/// The name of each type, by what its drafts are and which modules use it.
pub(super) fn decide(
    context: &Context<'_>,
    drafts: &Drafts,
    merged: &MergedDrafts,
    reach: &[Reach],
    occupied: &[Occupied],
) -> Vec<String> {
    let wished = wished(drafts, merged);
    let unique = unique(context, drafts, merged, wished);
    avoiding_occupied(context, |id| merged.draft(drafts, id).schema, reach, occupied, unique)
}

/// Types in an order that says nothing about operations: given names first, then as drafts were met.
fn order(merged: &MergedDrafts) -> Vec<TypeId> {
    let mut ids: Vec<TypeId> = merged.ids().collect();
    ids.sort_by_key(|id| (merged.types[id.0].given.is_none(), merged.types[id.0].drafts[0]));
    ids
}

/// The name that each type would like to have.
fn wished(drafts: &Drafts, merged: &MergedDrafts) -> Vec<String> {
    let mut plain: HashMap<&str, usize> = HashMap::new();
    for one in merged.types.iter().filter(|one| one.given.is_none()) {
        *plain.entry(&one.entity).or_default() += 1;
    }
    for name in merged.types.iter().filter_map(|one| one.given.as_deref()) {
        plain.insert(name, usize::MAX);
    }
    let locked = merged.types.iter().filter(|one| one.locked).filter_map(|one| one.given.as_deref()).collect();
    let mut namer = Namer { drafts, merged, names: vec![None; merged.types.len()], plain, locked };
    for id in order(merged) {
        let name = namer.name(id, &mut Vec::new());
        namer.names[id.0] = Some(name);
    }
    namer.names.into_iter().flatten().collect()
}

/// Names that several types would like to have: one keeps it, the others get long names and a complaint.
fn unique(context: &Context<'_>, drafts: &Drafts, merged: &MergedDrafts, mut names: Vec<String>) -> Vec<String> {
    let schema = |id: TypeId| merged.draft(drafts, id).schema;
    let mut users: BTreeMap<String, Vec<TypeId>> = BTreeMap::new();
    for id in order(merged) {
        users.entry(names[id.0].clone()).or_default().push(id);
    }
    let mut taken: BTreeSet<String> = users.keys().cloned().collect();
    for (name, users) in users.iter().filter(|(_, users)| users.len() > 1) {
        let places: Vec<String> = users.iter().map(|id| context.contract[schema(*id)].pointer.to_string()).collect();
        // The given name, if there is one, keeps the name.
        for id in users.iter().skip(1) {
            let message = format!("{} different schemas would be the type {name}: {}", places.len(), places.join(", "));
            context.about_schema(schema(*id), message, "add an overlay action with `x-name` for one of them");
            let mut name = qualified(drafts, merged.types[id.0].drafts[0]);
            while !taken.insert(name.clone()) {
                name.push_str("Other");
            }
            names[id.0] = name;
        }
    }
    names
}

/// A type cannot have a name that a module which uses it gives to something else.
fn avoiding_occupied(
    context: &Context<'_>,
    schema: impl Fn(TypeId) -> crate::contract::SchemaId,
    reach: &[Reach],
    occupied: &[Occupied],
    mut names: Vec<String>,
) -> Vec<String> {
    for (index, Occupied { module, names: taken }) in occupied.iter().enumerate() {
        for at in 0..names.len() {
            if !reach[at].modules.contains(&index) || !taken.contains(&names[at]) {
                continue;
            }
            let message = format!("{} is also what the module {module} calls a request or itself", names[at]);
            let help = "add an overlay action with `x-name` for this schema";
            context.about_schema(schema(TypeId(at)), message, help);
            let mut name = format!("{}Type", names[at]);
            while names.contains(&name) {
                name.push_str("Type");
            }
            names[at] = name;
        }
    }
    names
}

struct Namer<'d> {
    drafts: &'d Drafts,
    merged: &'d MergedDrafts,
    names: Vec<Option<String>>,
    /// How many types would like each plain name.
    plain: HashMap<&'d str, usize>,
    /// Names that types had and keep: what is new takes none of them.
    locked: BTreeSet<&'d str>,
}

impl<'d> Namer<'d> {
    fn name(&mut self, id: TypeId, path: &mut Vec<TypeId>) -> String {
        let (drafts, merged) = (self.drafts, self.merged);
        let one = &merged.types[id.0];
        let is_free = |name: &&String| one.locked || !self.locked.contains(name.as_str());
        if let Some(name) = self.names[id.0].as_ref().or(one.given.as_ref().filter(is_free)) {
            return name.clone();
        }
        path.push(id);
        // Where the name of a component is another's, it is told by its places like any other type.
        let origins = |draft: &'d Draft| if one.given.is_some() { &draft.origins } else { draft.naming() };
        let mut candidates = BTreeSet::new();
        for origin in one.drafts.iter().flat_map(|draft| origins(&drafts[*draft])) {
            let candidate = match origin {
                Origin::Component(name) => component(name),
                Origin::Root { name, .. } => name.clone(),
                Origin::Inside { draft, name } => {
                    let parent = merged.of(*draft);
                    if path.contains(&parent) { type_name(name) } else { joined(&self.name(parent, path), name) }
                }
            };
            candidates.insert((candidate.len(), candidate));
        }
        path.pop();
        // Several parents have the very same thing: it is a thing of its own, if no other claims the name.
        let of_its_own = candidates.len() > 1 && self.plain.get(one.entity.as_str()) == Some(&1);
        let of_its_own = of_its_own.then(|| type_name(&one.entity));
        let by_place = candidates.into_iter().map(|(_, name)| name);
        let long = || qualified(drafts, one.drafts[0]);
        let mut wishes = of_its_own.into_iter().chain(by_place).filter(|name| !self.locked.contains(name.as_str()));
        let name = wishes.next().unwrap_or_else(long);
        self.names[id.0] = Some(name.clone());
        name
    }
}

/// `OrderItem` and `ItemPrice` to `OrderItemPrice`: a word at the seam is said once.
fn joined(parent: &str, child: &str) -> String {
    let seam = (0..parent.len())
        .filter(|at| parent.is_char_boundary(*at) && parent[*at..].starts_with(char::is_uppercase))
        .find(|at| child.strip_prefix(&parent[*at..]).is_some_and(|rest| rest.starts_with(char::is_uppercase)));
    match seam {
        Some(at) => format!("{}{child}", &parent[..at]),
        None => format!("{parent}{child}"),
    }
}

/// The long name of a draft: every step from its root.
fn qualified(drafts: &Drafts, draft: DraftId) -> String {
    let kind = match drafts[draft].kind {
        DraftKind::Record(_) => "",
        DraftKind::Enum(_) => "NodeKind",
        DraftKind::Union(_) => "Choice",
    };
    match drafts[draft].origins.first() {
        Some(Origin::Component(name)) => format!("{}Component", type_name(name)),
        Some(Origin::Root { name, operation, .. }) => format!("{}{name}", type_name(operation)),
        Some(Origin::Inside { draft: parent, name }) => format!("{}{name}{kind}", qualified(drafts, *parent)),
        None => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn words_at_the_seam_are_said_once() {
        assert_eq!(joined("OrderItem", "ItemPrice"), "OrderItemPrice");
        assert_eq!(joined("Order", "Status"), "OrderStatus");
        assert_eq!(joined("Product", "ProductVariant"), "ProductVariant");
    }
}
