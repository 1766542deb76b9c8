//! The shape of a schema: what its values look like, references, `allOf` and null folded together.
//! Only what decides a Rust type is kept; conformance works on the schemas themselves.

use serde_json::Value;

use crate::contract::{Contract, Schema, SchemaHints, SchemaId, Type, Types};

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
pub fn look(contract: &Contract, mut id: SchemaId) -> (SchemaId, bool) {
    let mut nullable = false;
    // A chain longer than the document has schemas is a circle.
    for _ in 0..contract.schema_count() {
        let schema = &contract[id];
        let next = match alternatives(contract, schema) {
            Some((rest, null)) if rest.len() == 1 && is_only_alternatives(schema) => {
                nullable |= null;
                Some(rest[0])
            }
            _ if schema.reference.is_some() && !shapes(schema) && schema.all_of.is_empty() => schema.reference,
            _ if schema.all_of.len() == 1 && schema.reference.is_none() && !shapes(schema) => Some(schema.all_of[0]),
            _ => None,
        };
        match next {
            Some(next) => id = next,
            None => break,
        }
    }
    (id, nullable)
}

/// `oneOf` or `anyOf` without its null member, and whether there was one.
fn alternatives(contract: &Contract, schema: &Schema) -> Option<(Vec<SchemaId>, bool)> {
    let list = [&schema.one_of, &schema.any_of].into_iter().find(|list| !list.is_empty())?;
    let rest: Vec<SchemaId> = list.iter().copied().filter(|id| !is_null(contract, *id)).collect();
    let null = rest.len() < list.len();
    Some((rest, null))
}

fn is_null(contract: &Contract, id: SchemaId) -> bool {
    let schema = &contract[contract.resolve(id)];
    let only_null = |types: Types| types.iter().eq([Type::Null]);
    schema.types.is_some_and(only_null)
        || schema.constant == Some(Value::Null)
        || schema.enumeration.as_deref() == Some(&[Value::Null])
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

fn is_only_alternatives(schema: &Schema) -> bool {
    schema.reference.is_none()
        && schema.all_of.is_empty()
        && schema.types.is_none()
        && schema.enumeration.is_none()
        && schema.properties.is_empty()
        && schema.hints.scalar.is_none()
}

impl Shape {
    /// The shape of a schema.
    pub fn of(contract: &Contract, id: SchemaId) -> Self {
        Self::fold(contract, id, &mut Vec::new())
    }

    fn fold(contract: &Contract, id: SchemaId, path: &mut Vec<SchemaId>) -> Self {
        let schema = &contract[id];
        let mut shape = Self::own(contract, schema);
        if path.contains(&id) {
            return shape;
        }
        path.push(id);
        for part in schema.reference.iter().chain(&schema.all_of) {
            shape.and(Self::fold(contract, *part, path));
        }
        if let Some((rest, null)) = alternatives(contract, schema) {
            // A `type` beside the alternatives has the last word on null.
            let open = schema.types.is_none();
            match rest.as_slice() {
                [] => shape.nullable |= null && open,
                [one] => {
                    let part = Self::fold(contract, *one, path);
                    shape.and(Self { nullable: part.nullable || null, ..part });
                }
                _ => {
                    let either = shape.either(contract, &rest, path);
                    shape.nullable |= open && !shape.empty_forms && (either || null);
                }
            }
        }
        path.pop();
        shape
    }

    /// Whether the values have names: texts have, and numbers where somebody says what they are called.
    pub(super) fn is_enum(&self) -> bool {
        let named = || self.hints.enum_names.is_some();
        self.values
            .as_ref()
            .is_some_and(|values| values.iter().all(Value::is_string) || (named() && values.iter().all(Value::is_u64)))
    }

    fn own(contract: &Contract, schema: &Schema) -> Self {
        let declared = schema.types.or_else(|| implied(schema)).unwrap_or(Types::ANY);
        let values = schema.enumeration.clone().or_else(|| schema.constant.clone().map(|value| vec![value]));
        let null_value = values.as_ref().is_none_or(|values| values.contains(&Value::Null));
        let mut types = declared;
        types.remove(Type::Null);
        let required = |name: &String| schema.required.contains(name);
        let additional = schema.additional_properties.filter(|id| {
            let schema = &contract[*id];
            schema.always != Some(false)
        });
        Self {
            types,
            nullable: declared.contains(Type::Null) && null_value && (schema.types.is_some() || values.is_some()),
            values: values.map(|values| values.into_iter().filter(|value| !value.is_null()).collect()),
            members: schema.properties.iter().map(|(name, id)| (name.clone(), *id, required(name))).collect(),
            others: additional.or_else(|| schema.pattern_properties.first().map(|(_, id)| *id)),
            items: schema.items,
            alternatives: Vec::new(),
            empty_forms: false,
            format: schema.format.clone(),
            pattern: schema.pattern.clone(),
            hints: schema.hints.clone(),
        }
    }

    /// Both this and another schema hold.
    fn and(&mut self, other: Self) {
        let open = |shape: &Self| {
            shape.types == {
                let mut any = Types::ANY;
                any.remove(Type::Null);
                any
            }
        };
        self.nullable = match (open(self) && self.values.is_none(), open(&other) && other.values.is_none()) {
            (true, _) => other.nullable,
            (_, true) => self.nullable,
            _ => self.nullable && other.nullable,
        };
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
        self.empty_forms |= other.empty_forms;
        self.format = self.format.take().or(other.format);
        self.pattern = self.pattern.take().or(other.pattern);
        self.hints = std::mem::take(&mut self.hints).or(other.hints);
    }

    /// One of several schemas holds: alternatives only where they look different, and not where they only say
    /// which members must be there. Says whether null is among them.
    fn either(&mut self, contract: &Contract, list: &[SchemaId], path: &mut Vec<SchemaId>) -> bool {
        let constraint = |id: &SchemaId| {
            let schema = &contract[*id];
            schema.reference.is_none()
                && schema.properties.is_empty()
                && schema.types.is_none()
                && !schema.required.is_empty()
        };
        if list.iter().all(constraint) && !self.members.is_empty() {
            return false;
        }
        // Beside an object, a list that must be empty is the empty object of a server that knows no difference; so is null.
        let empty = |id: &SchemaId| contract[contract.resolve(*id)].max_items == Some(0);
        if let [one] = list.iter().filter(|id| !empty(id)).copied().collect::<Vec<_>>().as_slice()
            && list.len() > 1
        {
            let part = Self::fold(contract, *one, path);
            self.and(Self { nullable: false, ..part });
            self.empty_forms = true;
            return false;
        }
        let shapes: Vec<Self> = list.iter().map(|id| Self::fold(contract, *id, path)).collect();
        let scalars = |shape: &Self| {
            shape.values.is_none() && !shape.types.contains(Type::Object) && !shape.types.contains(Type::Array)
        };
        if shapes.iter().all(scalars) {
            let types: Types = shapes.iter().flat_map(|shape| shape.types.iter()).collect();
            self.types = self.types.intersect(types);
        } else {
            self.alternatives = list.to_vec();
        }
        shapes.iter().any(|shape| shape.nullable)
    }

    /// Name chosen in the specification.
    pub fn name(&self) -> Option<&str> {
        self.hints.type_name()
    }
}

/// Types that keywords imply where `type` is missing.
fn implied(schema: &Schema) -> Option<Types> {
    if !schema.properties.is_empty() || !schema.required.is_empty() || schema.additional_properties.is_some() {
        return Some(Types::from_iter([Type::Object]));
    }
    if schema.items.is_some() {
        return Some(Types::from_iter([Type::Array]));
    }
    let values = schema.enumeration.as_deref().or(schema.constant.as_ref().map(std::slice::from_ref));
    if let Some(values) = values {
        return Some(values.iter().map(Type::of).collect());
    }
    (schema.pattern.is_some() || schema.min_length.is_some() || schema.max_length.is_some() || schema.format.is_some())
        .then(|| Types::from_iter([Type::String]))
}
