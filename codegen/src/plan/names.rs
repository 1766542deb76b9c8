//! Which drafts are one type, and what each type is called.
//! Names depend on where schemas stand and what they hold, never on the order in which they are found.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::types::{Builder, DraftKind, Place};
use super::{Collisions, Ty, TypeId};
use crate::name::type_name;

/// The decision.
pub(super) struct Names {
    /// Type of each draft.
    of_draft: Vec<TypeId>,
    /// The draft each type is made from, and its name.
    kept: Vec<(usize, String)>,
}

impl Names {
    /// A type with drafts replaced by types.
    pub(super) fn map(&self, ty: &Ty) -> Ty {
        ty.map(&|draft: TypeId| self.of_draft[draft.0])
    }

    /// Every type with the draft it is made from.
    pub(super) fn kept(&self) -> impl Iterator<Item = (TypeId, usize)> + '_ {
        self.kept.iter().enumerate().map(|(at, (draft, _))| (TypeId(at), *draft))
    }

    /// Name of a type.
    pub(super) fn name(&self, id: TypeId) -> &str {
        &self.kept[id.0].1
    }
}

/// Drafts that are one type.
struct Group {
    members: Vec<usize>,
    /// What the values are, by the last word of the place: `OrderItem`.
    entity: String,
    /// A name that was given: of a component or in the specification.
    given: Option<String>,
}

pub(super) fn decide(builder: &mut Builder<'_>) -> Names {
    let (groups, of_draft) = groups(builder);
    let names = name_groups(builder, &groups, &of_draft);
    let mut kept: Vec<(usize, String)> = Vec::new();
    let mut type_of_group: Vec<Option<TypeId>> = vec![None; groups.len()];
    // In the order operations reach them: parents before children, first use first.
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for usage in &builder.uses {
        let mut waiting: Vec<usize> = usage.ty.named().map(|id| of_draft[id.0]).into_iter().collect();
        while let Some(group) = waiting.pop() {
            if seen.insert(group) {
                order.push(group);
                let children = children(&builder.drafts[groups[group].members[0]].kind);
                waiting.extend(children.into_iter().rev().map(|id| of_draft[id.0]));
            }
        }
    }
    for group in order {
        type_of_group[group] = Some(TypeId(kept.len()));
        kept.push((groups[group].members[0], names[group].clone()));
    }
    // Every draft comes from a use, so every group is reached.
    let of_draft = of_draft.iter().map(|group| type_of_group[*group].unwrap_or(TypeId(0))).collect();
    Names { of_draft, kept }
}

fn children(kind: &DraftKind) -> Vec<TypeId> {
    match kind {
        DraftKind::Record(fields) => fields.iter().filter_map(|field| field.ty.named()).collect(),
        DraftKind::Union(list) => list.iter().filter_map(|(_, ty)| ty.named()).collect(),
        DraftKind::Enum(_) => Vec::new(),
    }
}

/// Name that the specification gives a draft: its own `x-name`, or the name of its component.
fn given(builder: &Builder<'_>, draft: usize) -> Option<String> {
    let schema = &builder.contract[builder.drafts[draft].schema];
    let chosen = schema.hints.type_name().map(type_name);
    chosen.or_else(|| match &builder.drafts[draft].place {
        Place::Component(name) => Some(type_name(component(name))),
        _ => None,
    })
}

/// Name of a component without the `type` that some documents put before the names of scalars.
fn component(name: &str) -> &str {
    match name.strip_prefix("type") {
        Some(rest) if rest.starts_with(|c: char| c.is_uppercase()) => rest,
        _ => name,
    }
}

/// What a draft is, by its place; by the shortest name where it stands in several.
fn entity(builder: &Builder<'_>, draft: usize) -> String {
    let of_place = |place: &Place| match place {
        Place::Component(name) => type_name(component(name)),
        Place::Root { entity, .. } => entity.clone(),
        Place::Inside { name, .. } => name.clone(),
    };
    let names: BTreeSet<(usize, String)> =
        places(builder, draft).map(of_place).map(|name| (name.len(), name)).collect();
    names.into_iter().next().map(|(_, name)| name).unwrap_or_default()
}

/// Every place that names a draft: a component is named by itself alone.
fn places<'b>(builder: &'b Builder<'_>, draft: usize) -> impl Iterator<Item = &'b Place> {
    let draft = &builder.drafts[draft];
    let others = if matches!(draft.place, Place::Component(_)) { &[][..] } else { &draft.others[..] };
    std::iter::once(&draft.place).chain(others)
}

/// Puts drafts of the same entity with the same members together.
fn groups(builder: &Builder<'_>) -> (Vec<Group>, Vec<usize>) {
    let mut signatures = Signatures { builder, known: HashMap::new() };
    let mut by_key: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut of_draft = vec![usize::MAX; builder.drafts.len()];
    // Given names first, so that an inline copy of a component becomes that component.
    for with_name in [true, false] {
        for (draft, group_of_draft) in of_draft.iter_mut().enumerate() {
            let given = given(builder, draft);
            if given.is_some() != with_name {
                continue;
            }
            let signature = signatures.of(draft, &mut Vec::new());
            let entity = entity(builder, draft);
            let key = match &given {
                Some(name) => (name.clone(), signature.clone()),
                None => (entity.clone(), signature.clone()),
            };
            let group = *by_key.entry(key).or_insert_with(|| {
                groups.push(Group { members: Vec::new(), entity, given });
                groups.len() - 1
            });
            groups[group].members.push(draft);
            *group_of_draft = group;
        }
    }
    (groups, of_draft)
}

/// What a draft holds, as text: equal texts, equal types.
struct Signatures<'b, 'c> {
    builder: &'b Builder<'c>,
    known: HashMap<usize, String>,
}

impl Signatures<'_, '_> {
    fn of(&mut self, draft: usize, path: &mut Vec<usize>) -> String {
        if let Some(known) = self.known.get(&draft) {
            return known.clone();
        }
        if path.contains(&draft) {
            return format!("circle to {}", path.iter().position(|one| *one == draft).unwrap_or_default());
        }
        path.push(draft);
        let signature = match &self.builder.drafts[draft].kind {
            DraftKind::Enum(variants) => {
                let mut values: Vec<String> = variants.iter().map(|variant| format!("{:?}", variant.value)).collect();
                values.sort();
                let numbers = if variants.iter().any(|variant| variant.number) { "numbers" } else { "" };
                format!("enum[{numbers}{}]", values.join(","))
            }
            DraftKind::Union(list) => {
                let parts: Vec<String> =
                    list.iter().map(|(name, ty)| format!("{name}:{}", self.ty(ty, path))).collect();
                format!("union[{}]", parts.join(","))
            }
            DraftKind::Record(fields) => {
                let mut parts: Vec<String> = fields
                    .iter()
                    .map(|field| {
                        let ty = self.ty(&field.ty, path);
                        format!(
                            "{:?}{}{}:{ty}",
                            field.key,
                            ["?", "!"][usize::from(field.required)],
                            ["", "|null"][usize::from(field.nullable)]
                        )
                    })
                    .collect();
                parts.sort();
                format!("{{{}}}", parts.join(","))
            }
        };
        path.pop();
        if path.is_empty() || !signature.contains("circle to") {
            self.known.insert(draft, signature.clone());
        }
        signature
    }

    fn ty(&mut self, ty: &Ty, path: &mut Vec<usize>) -> String {
        match ty {
            Ty::Scalar(scalar) => format!("{scalar:?}"),
            Ty::Named(draft) => match given(self.builder, draft.0) {
                Some(name) => format!("#{name}"),
                None => self.of(draft.0, path),
            },
            Ty::List(inner) => format!("list<{}>", self.ty(inner, path)),
            Ty::Map(inner) => format!("map<{}>", self.ty(inner, path)),
            Ty::Optional(inner) | Ty::Patch(inner) => format!("option<{}>", self.ty(inner, path)),
            Ty::Boxed(inner) => self.ty(inner, path),
        }
    }
}

fn name_groups(builder: &mut Builder<'_>, groups: &[Group], of_draft: &[usize]) -> Vec<String> {
    let mut namer = Namer { builder, groups, of_draft, names: vec![None; groups.len()], plain: HashMap::new() };
    for group in groups {
        if group.given.is_none() {
            *namer.plain.entry(group.entity.clone()).or_default() += 1;
        }
    }
    for group in groups.iter().filter_map(|group| group.given.as_ref()) {
        namer.plain.insert(group.clone(), usize::MAX);
    }
    let mut names: Vec<String> = (0..groups.len()).map(|group| namer.name(group, &mut Vec::new())).collect();
    let mut users: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (group, name) in names.iter().enumerate() {
        users.entry(name.clone()).or_default().push(group);
    }
    let mut taken: BTreeSet<String> = users.keys().cloned().collect();
    for (name, users) in users.iter().filter(|(_, users)| users.len() > 1) {
        let places: Vec<String> = users
            .iter()
            .map(|group| builder.contract[builder.drafts[groups[*group].members[0]].schema].pointer.to_string())
            .collect();
        // The given name, if there is one, keeps the name.
        for group in users.iter().skip(1) {
            let schema = builder.drafts[groups[*group].members[0]].schema;
            let message = format!("{} different schemas would be the type {name}: {}", places.len(), places.join(", "));
            builder.complain(schema, message, "add an overlay action with `x-name` for one of them");
            if builder.collisions == Collisions::Qualify {
                let mut name = qualified(builder, groups[*group].members[0]);
                while !taken.insert(name.clone()) {
                    name.push_str("Other");
                }
                names[*group] = name;
            }
        }
    }
    names
}

struct Namer<'b, 'c> {
    builder: &'b Builder<'c>,
    groups: &'b [Group],
    of_draft: &'b [usize],
    names: Vec<Option<String>>,
    /// How many groups would like each plain name.
    plain: HashMap<String, usize>,
}

impl Namer<'_, '_> {
    fn name(&mut self, group: usize, path: &mut Vec<usize>) -> String {
        if let Some(name) = &self.names[group] {
            return name.clone();
        }
        if let Some(name) = &self.groups[group].given {
            return name.clone();
        }
        path.push(group);
        let mut candidates = BTreeSet::new();
        let builder = self.builder;
        for place in self.groups[group].members.iter().flat_map(|member| places(builder, *member)) {
            let candidate = match place {
                Place::Component(name) => type_name(component(name)),
                Place::Root { name, .. } => name.clone(),
                Place::Inside { draft, name } => {
                    let parent = self.of_draft[*draft];
                    if path.contains(&parent) { type_name(name) } else { joined(&self.name(parent, path), name) }
                }
            };
            candidates.insert((candidate.len(), candidate));
        }
        path.pop();
        let entity = &self.groups[group].entity;
        let shortest = candidates.first().map(|(_, name)| name.clone()).unwrap_or_default();
        let name = match candidates.len() {
            1 => shortest,
            // Several parents have the very same thing: it is a thing of its own, if no other claims the name.
            _ if self.plain.get(entity) == Some(&1) => type_name(entity),
            _ => shortest,
        };
        self.names[group] = Some(name.clone());
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
fn qualified(builder: &Builder<'_>, draft: usize) -> String {
    match &builder.drafts[draft].place {
        Place::Component(name) => format!("{}Component", type_name(name)),
        Place::Root { name, operation, .. } => {
            let contract = builder.contract;
            let id = contract.operations.iter().chain(&contract.webhooks).nth(*operation).map(|one| one.id.as_str());
            format!("{}{name}", type_name(id.unwrap_or_default()))
        }
        Place::Inside { draft: parent, name } => {
            let kind = match builder.drafts[draft].kind {
                DraftKind::Record(_) => "",
                DraftKind::Enum(_) => "Kind",
                DraftKind::Union(_) => "Choice",
            };
            format!("{}{}{kind}", qualified(builder, *parent), name)
        }
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
