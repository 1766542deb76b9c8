//! JSON Schema 2020-12 as used by OpenAPI 3.1, with all keywords.
//! Schemas refer to each other by [`SchemaId`], so references are cheap and may be circular.

use serde_json::{Number, Value};

use super::{Extensions, Notes, SchemaHints};
use crate::document::{Pointer, Span};

/// A schema of one contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(pub(crate) u32);

impl SchemaId {
    /// The schema at a place among those of its contract.
    pub(crate) fn at(index: usize) -> Self {
        Self(index as u32)
    }

    /// Its place among the schemas of its contract, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A JSON type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `integer`: a number without a fraction
    Integer,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
}

impl Type {
    /// All types, in the order of [`Types`].
    pub const ALL: [Self; 7] =
        [Self::Null, Self::Boolean, Self::Integer, Self::Number, Self::String, Self::Array, Self::Object];

    /// The type of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The type of a value; a number is an integer when it is written as one.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// Name in JSON Schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A set of JSON types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// Every type.
    pub const ANY: Self = Self(0x7f);

    /// Adds a type.
    pub fn insert(&mut self, kind: Type) {
        self.0 |= 1 << kind as u8;
    }

    /// Takes a type away.
    pub fn remove(&mut self, kind: Type) {
        self.0 &= !(1 << kind as u8);
    }

    /// Whether a type is in the set.
    pub fn contains(self, kind: Type) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The types of the set.
    pub fn iter(self) -> impl Iterator<Item = Type> {
        Type::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }

    /// The types in both; an integer is a number.
    pub fn intersect(self, other: Self) -> Self {
        let mut both = Self(self.0 & other.0);
        let integers = |a: Self, b: Self| a.contains(Type::Integer) && b.contains(Type::Number);
        if integers(self, other) || integers(other, self) {
            both.insert(Type::Integer);
        }
        both
    }

    /// The only type besides null, if there is just one.
    pub fn single(self) -> Option<Type> {
        let mut rest = self.iter().filter(|kind| *kind != Type::Null);
        rest.next().filter(|_| rest.next().is_none())
    }
}

impl FromIterator<Type> for Types {
    fn from_iter<I: IntoIterator<Item = Type>>(types: I) -> Self {
        let mut set = Self::default();
        types.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}

/// One schema. Absent keywords are `None` or empty.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Where it stands.
    pub pointer: Pointer,
    /// Where it stands.
    pub span: Span,
    /// `true` or `false` instead of a schema object.
    pub always: Option<bool>,
    /// `$ref`; other keywords may stand beside it.
    pub reference: Option<SchemaId>,
    /// `type`
    pub types: Option<Types>,
    /// `nullable: true` of OpenAPI 3.0 beside alternatives: the standard gives it no meaning without a type, its authors
    /// mean that null is valid whatever the alternatives say.
    pub nullable: bool,
    /// `enum`
    pub enumeration: Option<Vec<Value>>,
    /// `const`
    pub constant: Option<Value>,
    /// `allOf`
    pub all_of: Vec<SchemaId>,
    /// `oneOf`
    pub one_of: Vec<SchemaId>,
    /// `anyOf`
    pub any_of: Vec<SchemaId>,
    /// `not`
    pub not: Option<SchemaId>,
    /// `if`
    pub condition: Option<SchemaId>,
    /// `then`
    pub then: Option<SchemaId>,
    /// `else`
    pub otherwise: Option<SchemaId>,
    /// `properties`, in document order.
    pub properties: Vec<(String, SchemaId)>,
    /// `patternProperties`
    pub pattern_properties: Vec<(String, SchemaId)>,
    /// `additionalProperties`
    pub additional_properties: Option<SchemaId>,
    /// `required`
    pub required: Vec<String>,
    /// `propertyNames`
    pub property_names: Option<SchemaId>,
    /// `dependentRequired`: members that must come with a member.
    pub dependent_required: Vec<(String, Vec<String>)>,
    /// `dependentSchemas`: what must hold where a member is.
    pub dependent_schemas: Vec<(String, SchemaId)>,
    /// `unevaluatedProperties`
    pub unevaluated_properties: Option<SchemaId>,
    /// `minProperties`
    pub min_properties: Option<u64>,
    /// `maxProperties`
    pub max_properties: Option<u64>,
    /// `items`
    pub items: Option<SchemaId>,
    /// `prefixItems`
    pub prefix_items: Vec<SchemaId>,
    /// `contains`
    pub contains: Option<SchemaId>,
    /// `minContains`
    pub min_contains: Option<u64>,
    /// `maxContains`
    pub max_contains: Option<u64>,
    /// `unevaluatedItems`
    pub unevaluated_items: Option<SchemaId>,
    /// `minItems`
    pub min_items: Option<u64>,
    /// `maxItems`
    pub max_items: Option<u64>,
    /// `uniqueItems`
    pub unique_items: bool,
    /// `pattern`: ECMA-262, not anchored.
    pub pattern: Option<String>,
    /// `format`
    pub format: Option<String>,
    /// `minLength`, in characters.
    pub min_length: Option<u64>,
    /// `maxLength`, in characters.
    pub max_length: Option<u64>,
    /// `minimum`
    pub minimum: Option<Number>,
    /// `maximum`
    pub maximum: Option<Number>,
    /// `exclusiveMinimum`
    pub exclusive_minimum: Option<Number>,
    /// `exclusiveMaximum`
    pub exclusive_maximum: Option<Number>,
    /// `multipleOf`
    pub multiple_of: Option<Number>,
    /// `contentMediaType`
    pub content_media_type: Option<String>,
    /// `contentSchema`
    pub content_schema: Option<SchemaId>,
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `default`
    pub default: Option<Value>,
    /// `examples`, and `example` of OpenAPI 3.0.
    pub examples: Vec<Value>,
    /// `deprecated`
    pub deprecated: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
    /// What it says beyond JSON Schema.
    pub hints: SchemaHints,
    /// `x-` members.
    pub extensions: Extensions,
    /// `externalDocs` and `xml`
    pub notes: Notes,
    /// Every other keyword, as written.
    pub others: Vec<(String, Value)>,
}

/// A bound of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The number.
    pub value: Number,
    /// Whether the number itself is out of bounds.
    pub exclusive: bool,
}

impl Bound {
    /// The number, for comparisons.
    pub fn number(&self) -> f64 {
        self.value.as_f64().unwrap_or(f64::NAN)
    }

    /// Whether it is the stricter of two lower bounds.
    pub fn is_above(&self, other: &Self) -> bool {
        (other.number(), other.exclusive) < (self.number(), self.exclusive)
    }

    /// Whether it is the stricter of two upper bounds.
    pub fn is_below(&self, other: &Self) -> bool {
        (other.number(), !other.exclusive) > (self.number(), !self.exclusive)
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.value, if self.exclusive { " (excluded)" } else { "" })
    }
}

impl Schema {
    /// The values that `enum` and `const` leave.
    pub fn listed(&self) -> Option<Vec<Value>> {
        match (&self.enumeration, &self.constant) {
            (Some(values), Some(constant)) => Some(values.iter().filter(|one| *one == constant).cloned().collect()),
            (values, constant) => values.clone().or_else(|| Some(vec![constant.clone()?])),
        }
    }

    /// The stricter of `minimum` and `exclusiveMinimum`.
    pub fn lower_bound(&self) -> Option<Bound> {
        let [one, other] = bounds(&self.minimum, &self.exclusive_minimum);
        if other.as_ref().is_some_and(|other| one.as_ref().is_none_or(|one| other.is_above(one))) { other } else { one }
    }

    /// The stricter of `maximum` and `exclusiveMaximum`.
    pub fn upper_bound(&self) -> Option<Bound> {
        let [one, other] = bounds(&self.maximum, &self.exclusive_maximum);
        if other.as_ref().is_some_and(|other| one.as_ref().is_none_or(|one| other.is_below(one))) { other } else { one }
    }

    /// Whether keywords beside `$ref` restrict values further; notes such as descriptions do not.
    pub fn asserts_beside_reference(&self) -> bool {
        self.types.is_some()
            || self.enumeration.is_some()
            || self.constant.is_some()
            || !(self.all_of.is_empty() && self.one_of.is_empty() && self.any_of.is_empty())
            || [self.not, self.condition, self.property_names, self.contains].iter().any(Option::is_some)
            || self.unevaluated_properties.is_some()
            || self.unevaluated_items.is_some()
            || !(self.dependent_required.is_empty() && self.dependent_schemas.is_empty())
            || !(self.properties.is_empty() && self.pattern_properties.is_empty() && self.required.is_empty())
            || self.additional_properties.is_some()
            || self.min_properties.is_some()
            || self.max_properties.is_some()
            || self.items.is_some()
            || !self.prefix_items.is_empty()
            || self.min_items.is_some()
            || self.max_items.is_some()
            || self.unique_items
            || self.pattern.is_some()
            || self.format.is_some()
            || self.min_length.is_some()
            || self.max_length.is_some()
            || self.minimum.is_some()
            || self.maximum.is_some()
            || self.exclusive_minimum.is_some()
            || self.exclusive_maximum.is_some()
            || self.multiple_of.is_some()
            || self.content_schema.is_some()
            || !self.others.is_empty()
    }

    /// Whether it rules nothing out.
    pub fn is_anything(&self) -> bool {
        self.always != Some(false) && self.reference.is_none() && !self.asserts_beside_reference()
    }

    /// Whether only null satisfies it.
    pub fn is_null(&self) -> bool {
        let only = self.types.is_some_and(|types| types.iter().eq([Type::Null])) && self.enumeration.is_none();
        only || self.constant == Some(Value::Null)
            || self.enumeration.as_ref().is_some_and(|values| values.iter().all(Value::is_null))
    }

    /// Whether it names types and says nothing else.
    pub fn is_types(&self) -> bool {
        let only = self.types.is_some() && self.properties.is_empty();
        only && Self { types: None, ..self.clone() }.is_anything()
    }

    /// Whether it lists values and says nothing else.
    pub fn is_list_of_values(&self) -> bool {
        let only = (self.enumeration.is_some() || self.constant.is_some()) && self.properties.is_empty();
        only && Self { types: None, enumeration: None, constant: None, ..self.clone() }.is_anything()
    }

    /// Whether it is a choice of so many alternatives and says nothing else.
    pub fn is_bare_choice(&self, alternatives: usize) -> bool {
        self.children().count() == alternatives
            && self.types.is_none()
            && self.enumeration.is_none()
            && self.constant.is_none()
            && self.required.is_empty()
            && self.dependent_required.is_empty()
            && self.others.is_empty()
    }

    /// Keywords it has that OpenAPI 3.0 does not know and that a field here holds.
    pub fn newer_keywords(&self) -> impl Iterator<Item = &str> {
        let said = [
            ("if", self.condition.is_some()),
            ("then", self.then.is_some()),
            ("else", self.otherwise.is_some()),
            ("propertyNames", self.property_names.is_some()),
            ("dependentRequired", !self.dependent_required.is_empty()),
            ("dependentSchemas", !self.dependent_schemas.is_empty()),
            ("unevaluatedProperties", self.unevaluated_properties.is_some()),
            ("contains", self.contains.is_some()),
            ("minContains", self.min_contains.is_some()),
            ("maxContains", self.max_contains.is_some()),
            ("unevaluatedItems", self.unevaluated_items.is_some()),
        ];
        said.into_iter().filter(|(_, said)| *said).map(|(keyword, _)| keyword)
    }

    /// Every schema directly below this one.
    pub fn children(&self) -> impl Iterator<Item = SchemaId> + '_ {
        let many = [&self.all_of, &self.one_of, &self.any_of, &self.prefix_items];
        let one = [
            self.reference,
            self.not,
            self.additional_properties,
            self.items,
            self.content_schema,
            self.condition,
            self.then,
            self.otherwise,
            self.property_names,
            self.contains,
            self.unevaluated_properties,
            self.unevaluated_items,
        ];
        let named = [&self.properties, &self.pattern_properties, &self.dependent_schemas];
        (many.into_iter().flatten().copied())
            .chain(one.into_iter().flatten())
            .chain(named.into_iter().flatten().map(|(_, id)| *id))
    }
}

fn bounds(inclusive: &Option<Number>, exclusive: &Option<Number>) -> [Option<Bound>; 2] {
    [(inclusive, false), (exclusive, true)].map(|(value, exclusive)| Some(Bound { value: value.clone()?, exclusive }))
}
