//! The JSON Schema of a client's type and the schema of the document: the type reads whatever the document allows,
//! member for member; and the document allows whatever a request can write.

use std::collections::BTreeMap;

use kontrakt_codegen::contract::{Contract, SchemaId, Type, Types};
use kontrakt_codegen::document::Document;
use kontrakt_conformance::check::{Checker, Fault, Rule};
use kontrakt_conformance::instance::Instances;
use kontrakt_runtime::codec::{Codec, Side};
use kontrakt_runtime::{Map, Patch, closed_enum, open_enum, record, union};
use proptest::strategy::{BoxedStrategy, Strategy as _};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::api::{APIS, Api, Carried};
use crate::edits::put;
use crate::runner::{Case, bodies, cases, run, tell};

/// Everything that the document allows is something that the type has a place for.
#[test]
fn types_have_a_place_for_everything() {
    let mut broken = Vec::new();
    for carried in APIS.iter().flat_map(Api::carried) {
        let what = format!("{} {} {:?}", carried.api.name, carried.codec.operation, carried.codec.side);
        let validator =
            jsonschema::validator_for(&read(carried.codec)).unwrap_or_else(|error| panic!("{what}: {error}"));
        let values = carried.api.instances().of(carried.schema).unwrap_or_else(|error| panic!("{what}: {error}"));
        broken.extend(run("types_have_a_place", &what, 12, &bodies(values), |case| match carried.inner(&case.body) {
            Some(inner) => has_a_place(&validator, inner),
            None => Ok(()),
        }));
    }
    tell("types_have_a_place", &broken);
}

fn has_a_place(validator: &jsonschema::Validator, value: &Value) -> Result<(), String> {
    validator.validate(value).map_err(|error| format!("{}: {error}", error.instance_path()))
}

/// The schema of what a type reads, closed: a member that the type does not know is one that it has lost.
fn read(codec: &Codec) -> Value {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut schema = json!({"allOf": [(codec.schema)(&mut generator)]});
    schema["$defs"] = Value::Object(generator.take_definitions(true));
    each_object(&mut schema, &mut |map| {
        if map.contains_key("properties") {
            map.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    });
    schema
}

/// Visits every object of a schema that is not itself a map of names.
fn each_object(schema: &mut Value, visit: &mut dyn FnMut(&mut serde_json::Map<String, Value>)) {
    match schema {
        Value::Object(map) => {
            visit(map);
            for (name, child) in map {
                match child {
                    Value::Object(named) if name == "properties" || name == "$defs" => {
                        named.values_mut().for_each(|child| each_object(child, visit));
                    }
                    child => each_object(child, visit),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|child| each_object(child, visit)),
        _ => {}
    }
}

/// Everything that a type of a request can write is allowed by the document. Limits of texts, numbers and lists are not
/// the type's to know.
#[test]
fn requests_write_what_the_document_allows() {
    let mut broken = Vec::new();
    for api in APIS.iter() {
        let sent: Vec<Carried> = api.carried().into_iter().filter(|one| one.codec.side == Side::Request).collect();
        let types = Box::leak(Box::new(written(sent.iter().map(|carried| carried.codec))));
        let roots: Vec<SchemaId> = (0..sent.len()).filter_map(|at| types.component(&root(at))).collect();
        let instances: &'static Instances<'static> = Box::leak(Box::new(Instances::new(types, roots.iter().copied())));
        for (carried, id) in sent.iter().zip(roots) {
            let what = format!("{} {}", api.name, carried.codec.operation);
            let values = instances.of(id).unwrap_or_else(|error| panic!("{what}: {error}"));
            let around = api.instances().of(carried.schema).unwrap_or_else(|error| panic!("{what}: {error}"));
            let strategy: BoxedStrategy<Case> = cases(around.boxed(), values.boxed());
            broken.extend(run("requests_write", &what, 12, &strategy, |case| {
                let mut body = case.arguments.clone();
                put(&mut body, &carried.at(), Some(case.body.clone())).ok_or("no place")?;
                allowed(api.checker(), carried.schema, &body)
            }));
        }
    }
    tell("requests_write", &broken);
}

fn root(at: usize) -> String {
    format!("kontraktRoot{at}")
}

fn allowed(checker: &Checker<'_>, schema: SchemaId, value: &Value) -> Result<(), String> {
    let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let scalars = |id: SchemaId| {
        let types = checker.contract()[id].types.unwrap_or(Types::ANY);
        [Type::String, Type::Integer, Type::Number, Type::Boolean].iter().filter(|kind| types.contains(**kind)).count()
    };
    let promised = |fault: &&Fault| match &fault.rule {
        Rule::Limit(_) | Rule::Pattern | Rule::Format | Rule::Ambiguous => false,
        // A number from a list of numbers is a number.
        Rule::Enum => fault.at.get(value).is_some_and(Value::is_string),
        // What is a text or a number is a scalar of any kind to the type.
        Rule::Type => !fault.at.get(value).is_some_and(is_scalar) || scalars(fault.schema) < 2,
        // That one of several members must be there is a condition beside the members.
        Rule::Missing(_) => !checker.contract()[fault.schema].properties.is_empty(),
        _ => true,
    };
    match checker.explain(schema, value).iter().find(promised) {
        Some(fault) => Err(format!("{} {:?}", fault.at, fault.rule)),
        None => Ok(()),
    }
}

/// The schemas of what types write, as components of a document.
fn written<'c>(codecs: impl Iterator<Item = &'c Codec>) -> Contract {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let roots: Vec<Value> = codecs.map(|codec| (codec.schema)(&mut generator).to_value()).collect();
    let mut schemas: BTreeMap<String, Value> = generator.take_definitions(true).into_iter().collect();
    schemas.extend(roots.into_iter().enumerate().map(|(at, schema)| (root(at), schema)));
    let mut schemas = json!(schemas);
    schemas.as_object_mut().into_iter().flat_map(|map| map.values_mut()).for_each(|schema| {
        each_object(schema, &mut |map| {
            let name = map.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
            if let Some(to) = name.map(|name| format!("#/components/schemas/{name}")) {
                map.insert("$ref".to_owned(), to.into());
            }
            // Of an enumeration that is open, what is known is promised.
            if let Some(known) = map.get("anyOf").and_then(|any| any.get(0)).filter(|known| known["enum"].is_array()) {
                *map = known.as_object().cloned().unwrap_or_default();
            }
        });
    });
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "types", "version": "1"}, "paths": {}, "components": {"schemas": schemas},
    });
    let document = Document::parse("types.json", document.to_string()).unwrap_or_else(|error| panic!("{error}"));
    Contract::read(&document).unwrap_or_else(|error| panic!("{error}"))
}

open_enum! {
    /// Colours.
    pub enum Colour: text {
        /// Red.
        Red = "red",
        /// Blue.
        Blue = "blue",
    }
}

closed_enum! {
    /// Sizes.
    pub enum Size: text {
        /// Large.
        Large = "l",
    }
}

union! {
    /// A size by name or number.
    pub enum SizeOrNumber {
        /// By name.
        Name(Size),
        /// By number.
        Number(i64),
    }
}

/// Types of one name that drift away from [`SMALL`], each in its own way.
macro_rules! things {
    ($($module:ident { $($field:ident: $type:ty = $presence:ident($key:literal),)* })*) => { $(
        mod $module {
            use super::*;

            record! {
                /// A thing.
                pub struct Thing {
                    $(
                        /// A member.
                        pub $field: $type = $presence($key),
                    )*
                }
            }
        }
    )* };
}

things! {
    faithful {
        id: i64 = required("id"), name: Option<String> = optional("name"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    renamed {
        id: i64 = required("id"), name: Option<String> = optional("title"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    removed {
        id: i64 = required("id"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    demanded {
        id: i64 = required("id"), name: String = required("name"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    never_null {
        id: i64 = required("id"), name: Option<String> = optional("name"), note: String = required("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    of_another_type {
        id: bool = required("id"), name: Option<String> = optional("name"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    left_out {
        id: Option<i64> = optional("id"), name: Option<String> = optional("name"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    added {
        id: i64 = required("id"), name: Option<String> = optional("name"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
        more: Option<i64> = optional("more"),
    }
    null_everywhere {
        id: i64 = required("id"), name: Patch<String> = optional("name"), note: Patch<String> = optional("note"),
        colour: Colour = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
    of_other_texts {
        id: i64 = required("id"), name: Option<String> = optional("name"), note: Patch<String> = optional("note"),
        colour: Size = required("colour"), size: Option<SizeOrNumber> = optional("size"),
        parts: Vec<Thing> = required("parts"), extra: Option<Map<String>> = optional("extra"),
    }
}

const SMALL: &str = "
openapi: 3.1.0
info: {title: small, version: '1'}
paths: {}
components:
  schemas:
    Thing:
      type: object
      additionalProperties: false
      required: [id, colour, parts]
      properties:
        id: {type: integer}
        name: {type: string, maxLength: 9}
        note: {type: [string, 'null']}
        colour: {type: string, enum: [red, blue]}
        size: {oneOf: [{type: string, enum: [l]}, {type: integer}]}
        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        extra: {type: object, additionalProperties: {type: string}}
";

/// The two laws above, on a document and types that are small enough to be read beside each other: which of them notices
/// that a type has drifted.
#[test]
fn a_type_that_drifts_is_noticed() {
    let contract = Contract::read(&Document::parse("small.yaml", SMALL).unwrap()).unwrap();
    let id = contract.component("Thing").unwrap();
    let (checker, instances) = (Checker::new(&contract), Instances::new(&contract, [id]));

    let table: [(&str, Codec, bool, bool); 10] = [
        ("faithful", Codec::of::<faithful::Thing>("", Side::Record, ""), true, true),
        ("renamed", Codec::of::<renamed::Thing>("", Side::Record, ""), false, false),
        ("removed", Codec::of::<removed::Thing>("", Side::Record, ""), false, true),
        ("demanded", Codec::of::<demanded::Thing>("", Side::Record, ""), false, true),
        ("never null", Codec::of::<never_null::Thing>("", Side::Record, ""), false, true),
        ("of another type", Codec::of::<of_another_type::Thing>("", Side::Record, ""), false, false),
        ("left out", Codec::of::<left_out::Thing>("", Side::Record, ""), true, false),
        ("added", Codec::of::<added::Thing>("", Side::Record, ""), true, false),
        ("null everywhere", Codec::of::<null_everywhere::Thing>("", Side::Record, ""), true, false),
        ("of other texts", Codec::of::<of_other_texts::Thing>("", Side::Record, ""), false, false),
    ];
    for (name, codec, reads, writes) in table {
        let validator = jsonschema::validator_for(&read(&codec)).unwrap();
        let values = |seed| instances.of(id).unwrap().value(seed).unwrap();
        let read = (0..200).try_for_each(|seed| has_a_place(&validator, &values(seed)));
        assert_eq!(read.is_ok(), reads, "{name} reads: {read:?}");
        let types = written([&codec].into_iter());
        let own = types.component(&root(0)).unwrap();
        let drawn = Instances::new(&types, [own]);
        let write = (0..200).try_for_each(|seed| allowed(&checker, id, &drawn.of(own).unwrap().value(seed).unwrap()));
        assert_eq!(write.is_ok(), writes, "{name} writes: {write:?}");
    }
}

/// The two contracts of one type, for a person to look at.
#[test]
fn schemas_of_a_type() {
    let schema =
        |settings: SchemaSettings| settings.into_generator().into_root_schema_for::<faithful::Thing>().to_value();
    let reading = schema(SchemaSettings::draft2020_12().for_deserialize());
    let writing = schema(SchemaSettings::draft2020_12().for_serialize());
    let text = serde_json::to_string_pretty(&json!({"reading": reading, "writing": writing})).unwrap();
    insta::with_settings!({prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("schemas-of-a-type", text);
    });
}
