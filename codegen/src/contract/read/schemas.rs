//! Builds [`Schema`] from schema objects: the keywords of JSON Schema 2020-12, with OpenAPI 3.0 forms translated.
//! References may be circular; schemas are read once, from a work list, so no document overflows the stack.

use std::collections::HashMap;

use serde_json::{Number, Value};

use super::values;
use crate::contract::at::{At, extensions};
use crate::contract::hints;
use crate::contract::members::Complaints;
use crate::contract::{Schema, SchemaId, Type, Types};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Map, Node, NodeKind, Pointer, Span};

pub(super) struct Schemas<'d> {
    pub(super) done: Vec<Schema>,
    pub(super) complaints: Vec<Diagnostic>,
    /// References that lead nowhere, as in a document that was cut off.
    pub(super) dangling: Vec<Diagnostic>,
    pub(super) hints: Complaints<'d>,
    document: &'d Document,
    /// OpenAPI 3.0: `nullable`, boolean `exclusiveMinimum`, nothing beside `$ref`.
    legacy: bool,
    /// Whether defects are mended whose meaning is plain.
    mending: bool,
    known: HashMap<Pointer, SchemaId>,
    waiting: Vec<(SchemaId, &'d Node)>,
}

impl<'d> Schemas<'d> {
    pub(super) fn new(document: &'d Document, legacy: bool, mending: bool) -> Self {
        let (done, complaints, dangling, waiting) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let hints = Complaints::new(document);
        Self { done, complaints, dangling, hints, document, legacy, mending, known: HashMap::new(), waiting }
    }

    /// The schema at a place; it is read at the latest by [`Schemas::finish`].
    pub(super) fn at(&mut self, node: &'d Node, pointer: Pointer) -> SchemaId {
        if let Some(id) = self.known.get(&pointer) {
            return *id;
        }
        let id = self.place(pointer.clone(), node.span);
        self.known.insert(pointer, id);
        self.waiting.push((id, node));
        id
    }

    /// A schema that every value satisfies, for places where the document has none.
    pub(super) fn anything(&mut self, pointer: &Pointer, span: Span) -> SchemaId {
        let id = self.place(pointer.clone(), span);
        self.done[id.0 as usize].always = Some(true);
        id
    }

    /// A schema of any text, for a parameter that the document forgot.
    pub(super) fn any_text(&mut self, pointer: &Pointer, span: Span) -> SchemaId {
        let id = self.place(pointer.clone(), span);
        self.done[id.0 as usize].types = Some(Types::from_iter([Type::String]));
        id
    }

    fn place(&mut self, pointer: Pointer, span: Span) -> SchemaId {
        let id = SchemaId(self.done.len() as u32);
        self.done.push(Schema { pointer, span, ..Schema::default() });
        id
    }

    /// Reads everything that is still waiting, then looks for references that only lead to each other.
    pub(super) fn finish(&mut self) {
        while let Some((id, node)) = self.waiting.pop() {
            let schema = self.read(node, self.done[id.0 as usize].pointer.clone());
            self.done[id.0 as usize] = schema;
        }
        let mut circles = Vec::new();
        for schema in &self.done {
            // Twice as fast as the chain: they meet only in a circle.
            let (mut slow, mut fast) = (schema, schema);
            while let Some(next) = fast.reference.and_then(|id| self.done[id.0 as usize].reference) {
                fast = &self.done[next.0 as usize];
                slow = slow.reference.map_or(slow, |id| &self.done[id.0 as usize]);
                if std::ptr::eq(slow, fast) {
                    circles.push((schema.span, schema.pointer.clone()));
                    break;
                }
            }
        }
        for (span, pointer) in circles {
            if let Some(id) = self.known.get(&pointer) {
                // Whoever wants to know what it is gets an answer all the same.
                let schema = &mut self.done[id.0 as usize];
                (schema.reference, schema.always) = (None, Some(true));
            }
            let complaint = self.document.complain(span, &pointer, "this reference leads back to itself");
            self.complaints.push(complaint.help("one schema of the circle must say what the value is"));
        }
    }

    fn complain(&mut self, node: &Node, pointer: &Pointer, message: impl Into<String>, help: &str) {
        self.complaints.push(self.document.complain(node.span, pointer, message).help(help));
    }

    fn read(&mut self, node: &'d Node, pointer: Pointer) -> Schema {
        let mut schema = Schema { span: node.span, ..Schema::default() };
        let map = match &node.kind {
            NodeKind::Map(map) => map,
            NodeKind::Bool(always) => {
                return Schema { pointer, always: Some(*always), ..schema };
            }
            _ => {
                let message = format!("expected a schema, found {}", node.kind_name());
                self.complain(node, &pointer, message, "a schema is a map (or true or false)");
                return Schema { pointer, always: Some(true), ..schema };
            }
        };
        schema.extensions = extensions(node);
        if !schema.extensions.is_empty() {
            schema.hints = hints::read(&At { node, pointer: pointer.clone() }, &mut self.hints);
        }
        let alone = self.legacy && map.contains_key("$ref");
        // Not by the letter of 3.0, but everybody means it.
        if alone && self.mending && node.get("nullable").and_then(Node::as_bool) == Some(true) {
            schema.nullable = true;
            let message = "`nullable` beside a reference says nothing in OpenAPI 3.0: taken as it is meant";
            self.complain(node, &pointer.join("nullable"), message, "put the reference into `allOf`");
        }
        for (key, value) in map.iter() {
            if alone && key != "$ref" && key != "description" {
                continue;
            }
            self.keyword(&mut schema, key, value, &pointer.join(key));
        }
        if !alone {
            self.legacy(&mut schema, node, &pointer);
        }
        schema.pointer = pointer;
        schema
    }

    /// The words of OpenAPI 3.0. In 3.1 they are a mistake whose meaning is plain.
    fn legacy(&mut self, schema: &mut Schema, node: &'d Node, at: &Pointer) {
        if !self.legacy {
            let flag = |key: &&str| node.get(key).and_then(Node::as_bool) == Some(true);
            let Some(word) = ["nullable", "exclusiveMinimum", "exclusiveMaximum"].into_iter().find(|key| flag(key))
            else {
                return;
            };
            // Ignored where nothing is mended, as the standard has it; only a bound that is none was always refused.
            if word == "nullable" && !self.mending {
                return;
            }
            let message = format!("`{word}: true` is a word of OpenAPI 3.0");
            self.complain(node, &at.join(word), message, "in 3.1 null is a type, and an exclusive bound is a number");
        }
        legacy(schema, node);
    }

    fn keyword(&mut self, schema: &mut Schema, key: &str, value: &'d Node, at: &Pointer) {
        match key {
            "$ref" | "$dynamicRef" => schema.reference = self.reference(value, at),
            "type" => schema.types = self.types(value, at),
            "enum" => schema.enumeration = self.list(value, at).map(values),
            "const" => schema.constant = Some(value.to_json()),
            "dependentRequired" => {
                let members = value.as_map().into_iter().flat_map(Map::iter);
                schema.dependent_required =
                    members.map(|(name, list)| (name.to_owned(), self.texts(list, &at.join(name)))).collect();
            }
            "minContains" => schema.min_contains = self.count(value, at),
            "maxContains" => schema.max_contains = self.count(value, at),
            "required" => {
                // Some 3.0 documents write `required: true` on a property; it says nothing about the value.
                if !matches!(value.kind, NodeKind::Bool(_)) || !self.legacy {
                    schema.required = self.texts(value, at);
                }
            }
            "minProperties" => schema.min_properties = self.count(value, at),
            "maxProperties" => schema.max_properties = self.count(value, at),
            "minItems" => schema.min_items = self.count(value, at),
            "maxItems" => schema.max_items = self.count(value, at),
            "uniqueItems" => schema.unique_items = value.as_bool().unwrap_or_default(),
            "pattern" => schema.pattern = self.text(value, at),
            "format" => schema.format = self.text(value, at),
            "minLength" => schema.min_length = self.count(value, at),
            "maxLength" => schema.max_length = self.count(value, at),
            "minimum" => schema.minimum = self.number(value, at),
            "maximum" => schema.maximum = self.number(value, at),
            "exclusiveMinimum" if !self.legacy && !matches!(value.kind, NodeKind::Bool(_)) => {
                schema.exclusive_minimum = self.number(value, at)
            }
            "exclusiveMaximum" if !self.legacy && !matches!(value.kind, NodeKind::Bool(_)) => {
                schema.exclusive_maximum = self.number(value, at)
            }
            "multipleOf" => schema.multiple_of = self.number(value, at),
            "contentMediaType" => schema.content_media_type = self.text(value, at),
            "title" => schema.title = value.as_str().map(str::to_owned),
            "description" => schema.description = value.as_str().filter(|t| !t.trim().is_empty()).map(str::to_owned),
            "default" => schema.default = Some(value.to_json()),
            "examples" => schema.examples.extend(values(value)),
            "example" => schema.examples.push(value.to_json()),
            "deprecated" => schema.deprecated = value.as_bool().unwrap_or_default(),
            "readOnly" => schema.read_only = value.as_bool().unwrap_or_default(),
            "writeOnly" => schema.write_only = value.as_bool().unwrap_or_default(),
            "externalDocs" | "xml" => schema.notes.push((key.to_owned(), value.to_json())),
            // A note for the authors, and what `legacy` reads.
            "$comment" | "nullable" | "exclusiveMinimum" | "exclusiveMaximum" => {}
            key if key.starts_with("x-") => {}
            key => self.applicator(schema, key, value, at),
        }
    }

    /// Keywords that hold schemas, and those that are not known.
    fn applicator(&mut self, schema: &mut Schema, key: &str, value: &'d Node, at: &Pointer) {
        match key {
            "allOf" => schema.all_of = self.many(value, at),
            "oneOf" => schema.one_of = self.many(value, at),
            "anyOf" => schema.any_of = self.many(value, at),
            "if" => schema.condition = Some(self.at(value, at.clone())),
            "then" => schema.then = Some(self.at(value, at.clone())),
            "else" => schema.otherwise = Some(self.at(value, at.clone())),
            "propertyNames" => schema.property_names = Some(self.at(value, at.clone())),
            "dependentSchemas" => schema.dependent_schemas = self.named(value, at),
            "unevaluatedProperties" => schema.unevaluated_properties = Some(self.at(value, at.clone())),
            "unevaluatedItems" => schema.unevaluated_items = Some(self.at(value, at.clone())),
            "contains" => schema.contains = Some(self.at(value, at.clone())),
            "not" => schema.not = Some(self.at(value, at.clone())),
            "properties" => schema.properties = self.named(value, at),
            "patternProperties" => schema.pattern_properties = self.named(value, at),
            "additionalProperties" => schema.additional_properties = Some(self.at(value, at.clone())),
            "items" => schema.items = Some(self.at(value, at.clone())),
            "prefixItems" => schema.prefix_items = self.many(value, at),
            "contentSchema" => schema.content_schema = Some(self.at(value, at.clone())),
            key => schema.others.push((key.to_owned(), value.to_json())),
        }
    }

    fn reference(&mut self, value: &'d Node, at: &Pointer) -> Option<SchemaId> {
        let text = value.as_str().unwrap_or_default();
        let root = &self.document.root;
        let target = match text.strip_prefix('#') {
            Some(name) => Pointer::parse(text).or_else(|| root.anchored(name)),
            None => root.identified(text),
        };
        match target.and_then(|pointer| Some((self.document.get(&pointer)?, pointer))) {
            Some((node, pointer)) => Some(self.at(node, pointer)),
            None => {
                let help = "expected `#/components/schemas/…` with the name of a schema that exists";
                let message = format!("the reference {text:?} leads nowhere");
                self.dangling.push(self.document.complain(value.span, at, message).help(help));
                None
            }
        }
    }

    fn types(&mut self, value: &Node, at: &Pointer) -> Option<Types> {
        let names: Vec<&Node> = match &value.kind {
            NodeKind::List(list) => list.iter().collect(),
            _ => vec![value],
        };
        let (mut types, mut unknown) = (Types::default(), false);
        for name in names {
            match name.as_str().and_then(Type::parse) {
                Some(kind) => types.insert(kind),
                None if name.kind == NodeKind::Null => {
                    types.insert(Type::Null);
                    self.complain(name, at, "unknown type null", "put null in quotes");
                }
                None => {
                    let found = name.as_str().map_or_else(|| name.kind_name().to_owned(), |text| format!("{text:?}"));
                    let help = "expected null, boolean, integer, number, string, array or object (null in quotes)";
                    self.complain(name, at, format!("unknown type {found}"), help);
                    unknown = true;
                }
            }
        }
        (!unknown).then_some(types)
    }

    fn many(&mut self, value: &'d Node, at: &Pointer) -> Vec<SchemaId> {
        let Some(list) = self.list(value, at) else { return Vec::new() };
        let list = list.as_list().unwrap_or_default();
        list.iter().enumerate().map(|(index, node)| self.at(node, at.join(index))).collect()
    }

    fn named(&mut self, value: &'d Node, at: &Pointer) -> Vec<(String, SchemaId)> {
        let Some(map) = value.as_map() else {
            let message = format!("expected a map of schemas, found {}", value.kind_name());
            self.complain(value, at, message, "check the indentation");
            return Vec::new();
        };
        map.iter().map(|(name, node)| (name.to_owned(), self.at(node, at.join(name)))).collect()
    }

    fn list<'n>(&mut self, value: &'n Node, at: &Pointer) -> Option<&'n Node> {
        if value.as_list().is_none() {
            let message = format!("expected a list, found {}", value.kind_name());
            self.complain(value, at, message, "write one element a line, each after `- `");
            return None;
        }
        Some(value)
    }

    fn texts(&mut self, value: &Node, at: &Pointer) -> Vec<String> {
        let texts = value.as_list().and_then(|list| list.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        texts.unwrap_or_else(|| {
            let message = format!("expected a list of texts, found {}", value.kind_name());
            self.complain(value, at, message, "put names that look like numbers or booleans in quotes");
            Vec::new()
        })
    }

    fn text(&mut self, value: &Node, at: &Pointer) -> Option<String> {
        if value.as_str().is_none() {
            let message = format!("expected a text, found {}", value.kind_name());
            self.complain(value, at, message, "put it in quotes");
        }
        value.as_str().map(str::to_owned)
    }

    fn count(&mut self, value: &Node, at: &Pointer) -> Option<u64> {
        let count = value.as_number().and_then(|n| {
            n.as_u64().or_else(|| n.as_f64().filter(|f| f.fract() == 0.0 && *f >= 0.0).map(|f| f as u64))
        });
        if count.is_none() {
            let message = format!("expected a whole number, found {}", value.kind_name());
            self.complain(value, at, message, "lengths and counts start at 0");
        }
        count
    }

    fn number(&mut self, value: &Node, at: &Pointer) -> Option<Number> {
        if value.as_number().is_none() {
            let message = format!("expected a number, found {}", value.kind_name());
            self.complain(value, at, message, "write it without quotes");
        }
        value.as_number().cloned()
    }
}

/// OpenAPI 3.0 to 3.1: null is a type, and exclusive bounds are numbers.
fn legacy(schema: &mut Schema, node: &Node) {
    let flag = |key| node.get(key).and_then(Node::as_bool).unwrap_or_default();
    if flag("nullable") {
        let alternatives = [&schema.all_of, &schema.one_of, &schema.any_of];
        let chosen = schema.reference.is_some() || alternatives.iter().any(|list| !list.is_empty());
        schema.nullable = schema.types.is_none() && chosen;
        if let Some(types) = &mut schema.types {
            types.insert(Type::Null);
        }
        if let Some(values) = &mut schema.enumeration
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }
    if flag("exclusiveMinimum") {
        schema.exclusive_minimum = schema.minimum.take();
    }
    if flag("exclusiveMaximum") {
        schema.exclusive_maximum = schema.maximum.take();
    }
}
