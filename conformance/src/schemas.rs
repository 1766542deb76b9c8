//! The schemas of a contract as JSON Schema 2020-12, compiled by the `jsonschema` crate on first use.
//! Every schema keeps its pointer in the document, so references resolve alike.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::sync::OnceLock;

use jsonschema::{Draft, Registry, Validator};
use kontrakt_codegen::contract::{Contract, Schema, SchemaId, Types};
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_codegen::document::Pointer;
use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Number, Value};

use crate::routing::RESERVED;

/// Where the document stands for references; nothing is ever fetched.
const BASE: &str = "urn:kontrakt:document";

/// All schemas of a contract, each compiled once.
pub struct Validators {
    registry: Registry<'static>,
    compiled: HashMap<SchemaId, OnceLock<Result<Validator, String>>>,
}

impl Validators {
    /// Prepares a contract's schemas; none is compiled yet.
    ///
    /// # Errors
    /// When the schemas cannot form one document.
    pub fn new(contract: &Contract) -> Result<Self, Diagnostic> {
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(BASE, document(contract))
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| {
                let title = &contract.title;
                Diagnostic::new(format!("the schemas of {title:?} cannot be prepared for validation: {error}"))
            })?;
        Ok(Self { registry, compiled: contract.schemas().map(|(id, _)| (id, OnceLock::new())).collect() })
    }

    /// The compiled schema. The contract is the one these validators were made for.
    ///
    /// # Errors
    /// When the `jsonschema` crate refuses the schema, such as for a pattern that it cannot compile.
    pub fn get(&self, contract: &Contract, id: SchemaId) -> Result<&Validator, Diagnostic> {
        let compiled = self.compiled[&id].get_or_init(|| {
            jsonschema::options()
                .with_draft(Draft::Draft202012)
                .with_registry(&self.registry)
                .should_validate_formats(true)
                .build(&to_json(contract, id))
                .map_err(|error| error.to_string())
        });
        compiled.as_ref().map_err(|message| {
            Diagnostic::new(format!("this schema cannot be compiled: {message}")).pointer(contract[id].pointer.clone())
        })
    }
}

/// Every schema of the contract at the pointer it has in its document, and nothing else.
pub fn document(contract: &Contract) -> Value {
    let nested: HashSet<SchemaId> = contract
        .schemas()
        .flat_map(|(id, schema)| schema.children().filter(move |child| *child != id).map(move |child| (schema, child)))
        .filter(|(schema, child)| schema.pointer.contains(&contract[*child].pointer))
        .map(|(_, child)| child)
        .collect();
    let mut root = Value::Object(Map::new());
    for (id, schema) in contract.schemas().filter(|(id, _)| !nested.contains(id)) {
        let place = schema.pointer.tokens().try_fold(&mut root, |at, token| {
            at.as_object_mut().map(|map| map.entry(token).or_insert_with(|| Value::Object(Map::new())))
        });
        // A schema that the contract made up stands where its parameter does; no reference leads there.
        if let Some(place) = place.filter(|place| place.as_object().is_some_and(Map::is_empty)) {
            *place = to_json(contract, id);
        }
    }
    root
}

/// One schema with everything inside it; references lead into [`document`].
pub fn to_json(contract: &Contract, id: SchemaId) -> Value {
    let schema = &contract[id];
    match schema.always {
        Some(always) => Value::Bool(always),
        None => Value::Object(members(contract, schema)),
    }
}

fn members(contract: &Contract, schema: &Schema) -> Map<String, Value> {
    let keywords = assertions(schema).into_iter().chain(subschemas(contract, schema));
    let mut map: Map<_, _> = keywords.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    for (name, value) in &schema.others {
        map.entry(name).or_insert_with(|| value.clone());
    }
    map
}

/// Keywords with values of their own.
fn assertions(schema: &Schema) -> Vec<(&'static str, Option<Value>)> {
    let count = |count: Option<u64>| count.map(Value::from);
    let number = |number: &Option<Number>| number.clone().map(Value::Number);
    let text = |text: &Option<String>| text.clone().map(Value::String);
    let types = |types: Types| types.iter().map(|kind| Value::from(kind.name())).collect::<Value>();
    let required = (!schema.required.is_empty()).then(|| schema.required.iter().cloned().collect::<Value>());
    let dependent_required = (!schema.dependent_required.is_empty()).then(|| {
        let members = schema.dependent_required.iter();
        members.map(|(name, needs)| (name.clone(), Value::from(needs.clone()))).collect::<Value>()
    });
    vec![
        ("type", schema.types.map(types)),
        ("enum", schema.enumeration.clone().map(Value::Array)),
        ("const", schema.constant.clone()),
        ("required", required),
        ("dependentRequired", dependent_required),
        ("minProperties", count(schema.min_properties)),
        ("maxProperties", count(schema.max_properties)),
        ("minContains", count(schema.min_contains)),
        ("maxContains", count(schema.max_contains)),
        ("minItems", count(schema.min_items)),
        ("maxItems", count(schema.max_items)),
        ("uniqueItems", schema.unique_items.then_some(Value::Bool(true))),
        ("pattern", text(&schema.pattern)),
        ("format", text(&schema.format)),
        ("minLength", count(schema.min_length)),
        ("maxLength", count(schema.max_length)),
        ("minimum", number(&schema.minimum)),
        ("maximum", number(&schema.maximum)),
        ("exclusiveMinimum", number(&schema.exclusive_minimum)),
        ("exclusiveMaximum", number(&schema.exclusive_maximum)),
        ("multipleOf", number(&schema.multiple_of)),
    ]
}

/// Keywords that hold schemas.
fn subschemas(contract: &Contract, schema: &Schema) -> Vec<(&'static str, Option<Value>)> {
    let one = |id: SchemaId| to_json(contract, id);
    let many = |ids: &[SchemaId]| (!ids.is_empty()).then(|| ids.iter().copied().map(one).collect::<Value>());
    let named = |list: &[(String, SchemaId)]| {
        let members = || list.iter().map(|(name, id)| (name.clone(), one(*id))).collect::<Map<_, _>>();
        (!list.is_empty()).then(|| Value::Object(members()))
    };
    let reference = |id: SchemaId| Value::from(format!("{BASE}#{}", fragment(&contract[id].pointer)));
    vec![
        ("$ref", schema.reference.map(reference)),
        ("allOf", many(&schema.all_of)),
        ("oneOf", many(&schema.one_of)),
        ("anyOf", many(&schema.any_of)),
        ("not", schema.not.map(one)),
        ("if", schema.condition.map(one)),
        ("then", schema.then.map(one)),
        ("else", schema.otherwise.map(one)),
        ("properties", named(&schema.properties)),
        ("patternProperties", named(&schema.pattern_properties)),
        ("additionalProperties", schema.additional_properties.map(one)),
        ("propertyNames", schema.property_names.map(one)),
        ("dependentSchemas", named(&schema.dependent_schemas)),
        ("unevaluatedProperties", schema.unevaluated_properties.map(one)),
        ("items", schema.items.map(one)),
        ("prefixItems", many(&schema.prefix_items)),
        ("contains", schema.contains.map(one)),
        ("unevaluatedItems", schema.unevaluated_items.map(one)),
    ]
}

/// A pointer as the fragment of a URI.
fn fragment(pointer: &Pointer) -> impl Display {
    utf8_percent_encode(pointer.as_str(), const { &RESERVED.remove(b'/') })
}
