//! The shape of a schema: the part of its merged reading that determines a Rust type.
//! Alternatives that differ only in scalars, required members or forms of the empty object are treated as one.

use serde_json::Value;

use crate::contract::{Contract, JointPart, Merged, Schema, SchemaHints, SchemaId, Slot, Type, Types, Union};

/// What the values of a schema look like.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Types besides null; all of them when the schema does not say.
    pub types: Types,
    /// Whether null is a value.
    pub nullable: bool,
    /// Allowed values besides null.
    pub values: Option<Vec<Value>>,
    /// Members of an object: name, schema, whether it is required.
    pub members: Vec<(String, SchemaId, bool)>,
    /// Schema of other members; `None` when there are none or nothing is known of them.
    pub others: Option<SchemaId>,
    /// Schema of elements.
    pub items: Option<SchemaId>,
    /// Alternatives, when there is more than one.
    pub alternatives: Vec<SchemaId>,
    /// Whether there are choices that cannot be said as alternatives: they are too many.
    pub unsaid: bool,
    /// Whether the empty object also comes as an empty list or as null.
    pub empty_forms: bool,
    /// `format`
    pub format: Option<String>,
    /// `pattern`
    pub pattern: Option<String>,
    /// What the schema says beyond JSON Schema, and what it refers to where it says nothing.
    pub hints: SchemaHints,
}

/// The schema that decides the type, and whether null is a value as well: through references whose siblings say
/// nothing about the type, `oneOf` with null, and `allOf` with one member.
pub fn deciding_schema(contract: &Contract, mut id: SchemaId) -> (SchemaId, bool) {
    let mut nullable = false;
    // A chain longer than the document has schemas is a circle.
    for _ in 0..contract.schema_count() {
        let schema = &contract[id];
        let next = match alternatives(contract, schema) {
            Some((rest, null)) if rest.len() == 1 && is_only_alternatives(schema) => {
                nullable |= null;
                Some(rest[0])
            }
            _ if schema.reference.is_some() && !shapes_beside(contract, schema) && schema.all_of.is_empty() => {
                schema.reference
            }
            // What extends a base is no longer any of its kinds.
            _ if schema.all_of.len() == 1 && schema.reference.is_none() && !shapes(schema) => {
                Some(schema.all_of[0]).filter(|base| contract.subtypes(contract.resolve(*base)).is_empty())
            }
            _ => None,
        };
        match next {
            Some(next) => {
                nullable |= schema.nullable;
                id = next;
            }
            None => break,
        }
    }
    (id, nullable)
}

/// `oneOf` or `anyOf` without its null member, and whether there was one.
fn alternatives(contract: &Contract, schema: &Schema) -> Option<(Vec<SchemaId>, bool)> {
    let list = [&schema.one_of, &schema.any_of].into_iter().find(|list| !list.is_empty())?;
    let rest: Vec<SchemaId> = list.iter().copied().filter(|id| !contract[contract.resolve(*id)].is_null()).collect();
    let null = rest.len() < list.len();
    Some((rest, null))
}

/// Whether keywords other than `$ref`, `allOf`, `oneOf` and `anyOf` say what the values look like.
fn shapes(schema: &Schema) -> bool {
    schema.types.is_some()
        || schema.enumeration.is_some()
        || schema.constant.is_some()
        || !schema.properties.is_empty()
        || !schema.required.is_empty()
        || schema.additional_properties.is_some()
        || schema.items.is_some()
        || !schema.prefix_items.is_empty()
        || !(schema.one_of.is_empty() && schema.any_of.is_empty())
        || schema.hints.scalar.is_some()
        || schema.hints.name.is_some() && schema.reference.is_none()
}

/// Whether keywords beside a reference shape a type; those types that what it leads to has anyway do not.
fn shapes_beside(contract: &Contract, schema: &Schema) -> bool {
    let own = schema.reference.and_then(|target| contract.merged(target).types);
    match own.zip(schema.types) {
        Some((own, types)) if own.intersect(types) == own => shapes(&Schema { types: None, ..schema.clone() }),
        _ => shapes(schema),
    }
}

fn is_only_alternatives(schema: &Schema) -> bool {
    schema.reference.is_none()
        && schema.all_of.is_empty()
        && schema.types.is_none()
        && schema.enumeration.is_none()
        && schema.properties.is_empty()
        && schema.hints.scalar.is_none()
}

/// Gives the schema for what several say together.
pub(super) type Joint<'j> = &'j dyn Fn(&[JointPart]) -> SchemaId;

/// Choices that hold at once are one choice between all their combinations, as long as these are no more.
const COMBINATIONS: usize = 24;

impl Shape {
    /// The shape of a schema.
    pub fn of(contract: &Contract, id: SchemaId) -> Self {
        Self::asking(contract, id, &|parts| contract.joint(parts).unwrap_or(parts[0].schema()))
    }

    /// The shape of a schema, by somebody who knows the schemas of what several say.
    pub(super) fn asking(contract: &Contract, id: SchemaId, joint: Joint<'_>) -> Self {
        Self::within(contract, joint, id, &mut Vec::new())
    }

    /// The shape of a schema that stands among the alternatives of others.
    fn within(contract: &Contract, joint: Joint<'_>, id: SchemaId, around: &mut Vec<SchemaId>) -> Self {
        let merged = contract.merged(id);
        let mut shape = Self::of_keywords(merged, joint);
        if around.contains(&id) {
            return shape;
        }
        around.push(id);
        let mut choices = Vec::new();
        for union in merged.unions.iter().filter(|union| !is_made(contract, merged, union)) {
            choices.extend(shape.either(contract, joint, union, around));
        }
        around.pop();
        if shape.alternatives.is_empty() && !choices.is_empty() {
            shape.choose(contract, joint, merged, &choices);
        }
        // A base that values of several kinds extend is any of them, or itself.
        let subtypes = contract.subtypes(id);
        if merged.unions.is_empty() && !subtypes.is_empty() {
            let itself: Vec<JointPart> = merged.schemas.iter().map(|one| JointPart::Keywords(*one)).collect();
            shape.alternatives = subtypes.iter().copied().chain([joint(&itself)]).collect();
        }
        shape
    }

    /// The alternatives of choices that all hold, each with what is said beside the choices.
    fn choose(&mut self, contract: &Contract, joint: Joint<'_>, merged: &Merged, choices: &[Vec<SchemaId>]) {
        let says = |id: &&SchemaId| {
            let schema = &contract[**id];
            !(schema.properties.is_empty() && schema.pattern_properties.is_empty() && schema.required.is_empty())
                || schema.additional_properties.is_some_and(|rest| !contract[rest].is_anything())
                || schema.items.is_some()
        };
        let beside: Vec<JointPart> = merged.schemas.iter().filter(says).map(|id| JointPart::Keywords(*id)).collect();
        if let ([only], true) = (choices, beside.is_empty()) {
            self.alternatives.clone_from(only);
            return;
        }
        let mut combined: Vec<Vec<JointPart>> = vec![Vec::new()];
        for choice in choices {
            let with = |parts: Vec<JointPart>| {
                choice.iter().map(move |one| [parts.clone(), vec![JointPart::Whole(*one)]].concat()).collect::<Vec<_>>()
            };
            combined = combined.into_iter().flat_map(with).collect();
        }
        self.unsaid = combined.len() > COMBINATIONS;
        if self.unsaid {
            (self.types, self.values) = (Types::ANY, None);
            self.members.clear();
        } else {
            self.alternatives = combined.into_iter().map(|parts| joint(&[parts, beside.clone()].concat())).collect();
        }
    }

    /// What is said without choices.
    fn of_keywords(merged: &Merged, joint: Joint<'_>) -> Self {
        let mut types = merged.types.or_else(|| implied(merged)).unwrap_or(Types::ANY);
        types.remove(Type::Null);
        let said = merged.types.is_some() || merged.values.is_some() || merged.or_null;
        let together = |slot: &Slot| match slot.as_slice() {
            [one] => *one,
            all => joint(&all.iter().copied().map(JointPart::Whole).collect::<Vec<_>>()),
        };
        let of_some = |slot: &Slot| (!slot.is_empty()).then(|| together(slot));
        let member = |(name, slot): &(String, Slot)| (name.clone(), together(slot), merged.requires(name));
        let rest = of_some(&merged.additional).or(merged.open.map(|(_, id)| id));
        Self {
            types,
            nullable: merged.null && said,
            values: merged.values.as_ref().map(|(values, _)| values.clone()),
            members: merged.properties.iter().map(member).collect(),
            others: rest.or_else(|| Some(merged.pattern_properties.first()?.1[0])),
            items: of_some(&merged.items),
            alternatives: Vec::new(),
            unsaid: false,
            empty_forms: false,
            format: merged.format.as_ref().map(|(format, _)| format.clone()),
            pattern: merged.patterns.first().map(|(pattern, _)| pattern.clone()),
            hints: merged.hints.clone(),
        }
    }

    /// Whether the values have names: texts have, and numbers where somebody says what they are called.
    pub(super) fn is_enum(&self) -> bool {
        let named = || self.hints.enum_names.is_some();
        self.values
            .as_ref()
            .is_some_and(|values| values.iter().all(Value::is_string) || (named() && values.iter().all(Value::is_u64)))
    }

    /// One of several schemas holds: gives the alternatives only where they look different, and not where they only say
    /// which members must be there.
    fn either(
        &mut self,
        contract: &Contract,
        joint: Joint<'_>,
        union: &Union,
        around: &mut Vec<SchemaId>,
    ) -> Option<Vec<SchemaId>> {
        let list = &union.alternatives;
        let constraint = |id: &SchemaId| {
            let schema = &contract[*id];
            schema.reference.is_none()
                && schema.properties.is_empty()
                && schema.types.is_none()
                && !schema.required.is_empty()
        };
        if list.iter().all(constraint) && !self.members.is_empty() {
            return None;
        }
        // Beside an object, a list that must be empty is the empty object of a server that knows no difference; so is null.
        let empty = |id: &&SchemaId| contract.merged(**id).count("maxItems") == Some(0);
        let mut others = list.iter().filter(|id| !empty(id));
        if let (Some(one), None) = (others.next(), others.next()) {
            self.and(Self::within(contract, joint, *one, around));
            self.empty_forms = true;
            self.nullable = false;
            return None;
        }
        let shapes: Vec<Self> = list.iter().map(|id| Self::within(contract, joint, *id, around)).collect();
        // A `type` beside the alternatives has the last word on null.
        let merged_types = contract.merged(union.schema).types;
        self.nullable |= merged_types.is_none() && (union.null || shapes.iter().any(|shape| shape.nullable));
        let scalars = |shape: &Self| {
            shape.values.is_none() && !shape.types.contains(Type::Object) && !shape.types.contains(Type::Array)
        };
        if shapes.iter().all(scalars) {
            let types: Types = shapes.iter().flat_map(|shape| shape.types.iter()).collect();
            self.types = self.types.intersect(types);
            return None;
        }
        Some(list.clone())
    }

    /// Both this and another shape hold.
    fn and(&mut self, other: Self) {
        self.types = self.types.intersect(other.types);
        self.values = self.values.take().or(other.values);
        for (name, id, required) in other.members {
            match self.members.iter_mut().find(|(known, ..)| *known == name) {
                Some((.., known)) => *known |= required,
                None => self.members.push((name, id, required)),
            }
        }
        self.others = self.others.or(other.others);
        self.items = self.items.or(other.items);
        if self.alternatives.is_empty() {
            self.alternatives = other.alternatives;
        }
        self.format = self.format.take().or(other.format);
        self.pattern = self.pattern.take().or(other.pattern);
        self.hints = std::mem::take(&mut self.hints).or(other.hints);
    }

    /// Name chosen in the specification.
    pub fn name(&self) -> Option<&str> {
        self.hints.type_name()
    }
}

/// Whether one of the alternatives holds anyway: a base may choose between the schemas that extend it.
fn is_made(contract: &Contract, merged: &Merged, union: &Union) -> bool {
    let holds = |id: &SchemaId| merged.schemas.contains(id) || merged.schemas.contains(&contract.resolve(*id));
    union.alternatives.iter().any(holds)
}

/// Types that keywords imply where `type` is missing.
fn implied(merged: &Merged) -> Option<Types> {
    let rest = merged.is_closed() || merged.open.is_some() || !merged.additional.is_empty();
    if rest || !merged.properties.is_empty() || !merged.required.is_empty() {
        return Some(Types::from_iter([Type::Object]));
    }
    if !merged.items.is_empty() {
        return Some(Types::from_iter([Type::Array]));
    }
    if let Some((values, _)) = &merged.values {
        return Some(values.iter().map(Type::of).collect());
    }
    let text = ["minLength", "maxLength"].iter().any(|keyword| merged.count(keyword).is_some());
    (text || !merged.patterns.is_empty() || merged.format.is_some()).then(|| Types::from_iter([Type::String]))
}
