//! Finds contradictions within a document, without any traffic.
//! Each complaint has a rule, a place and a suggested fix; people decide whether it matters.

use std::collections::HashMap;

use kontrakt_codegen::contract::{
    Contract, Location, MediaType, Merged, Operation, Schema, SchemaId, Type, Types, is_ignored_header,
};
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_codegen::document::{Document, Node, NodeKind, Pointer};
use kontrakt_codegen::path::{PathTemplate, Segment};
use serde_json::Value;

use crate::check::{Checker, ecma};
use crate::fault_description::FaultDescription;
use crate::findings::identifier;
use crate::instance::Instances;

/// Something that a document says against itself.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// Name of the rule.
    pub rule: &'static str,
    /// What is wrong, where, and how to mend it.
    pub diagnostic: Diagnostic,
    /// Why somebody accepted it.
    pub accepted: Option<String>,
}

impl Complaint {
    /// A complaint that nobody has looked at yet.
    pub fn new(rule: &'static str, diagnostic: Diagnostic) -> Self {
        Self { rule, diagnostic, accepted: None }
    }

    /// Identifier that stays the same from run to run: of rule and place.
    pub fn id(&self) -> String {
        let pointer = self.diagnostic.json_pointer().map(Pointer::as_str).unwrap_or_default();
        identifier(&["lint", self.rule, pointer])
    }
}

struct Linter<'d> {
    document: &'d Document,
    contract: &'d Contract,
    complaints: Vec<Complaint>,
}

/// Checks a document whose contract could be read; prose is looked at where the document has it.
pub fn lint(document: &Document, contract: &Contract) -> Vec<Complaint> {
    let mut linter = Linter { document, contract, complaints: Vec::new() };
    linter.values();
    linter.unsatisfiable();
    linter.prose();
    linter.nulls();
    linter.parameters();
    linter.keywords();
    linter.paths();
    linter.extensions(&document.root, &Pointer::root(), false);
    let place = |one: &Complaint| one.diagnostic.position().map(|(file, line, column)| (file.to_owned(), line, column));
    linter.complaints.sort_by_key(|one| (place(one), one.rule));
    linter.complaints
}

/// Every form of every body: of calls and webhooks, and of their answers.
fn media(contract: &Contract) -> impl Iterator<Item = &MediaType> {
    let all = contract.operations.iter().chain(&contract.webhooks);
    all.flat_map(|one| {
        let bodies = one.body.iter().flat_map(|body| &body.content);
        bodies.chain(one.responses.iter().flat_map(|answer| &answer.content))
    })
}

impl Linter<'_> {
    fn complain(&mut self, rule: &'static str, pointer: &Pointer, message: String, mend: &str) {
        let span = self.document.get(pointer).map(|node| node.span).unwrap_or_default();
        let diagnostic = self.document.complain(span, pointer, message).help(mend);
        self.complaints.push(Complaint::new(rule, diagnostic));
    }

    /// Examples and defaults against their own schema.
    fn values(&mut self) {
        let checker = Checker::new(self.contract);
        let mut wrong: Vec<(Pointer, &'static str, String)> = Vec::new();
        let mut hold = |id: SchemaId, what: &'static str, at: &Pointer, value: &Value| {
            if let Some(fault) = checker.explain(id, value).first() {
                let told = FaultDescription::of(self.contract, fault, value).message;
                let place = fault.at.to_string();
                let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
                let value = value.to_string();
                let short: String = value.chars().take(60).collect();
                let rest = if short.len() < value.len() { "…" } else { "" };
                wrong.push((at.clone(), what, format!("the {what} {short}{rest} does not fit{place}: {told}")));
            }
        };
        for (id, schema) in self.contract.schemas() {
            let key =
                if self.document.get(&schema.pointer.join("examples")).is_some() { "examples" } else { "example" };
            for value in &schema.examples {
                hold(id, "example", &schema.pointer.join(key), value);
            }
            if let Some(value) = &schema.default {
                hold(id, "default", &schema.pointer.join("default"), value);
            }
        }
        for media in media(self.contract) {
            for value in &media.examples {
                if let Some(schema) = media.schema {
                    hold(schema, "example", &media.pointer, value);
                }
            }
        }
        for (pointer, what, message) in wrong {
            self.complain(what, &pointer, message, "change the value or the schema, whichever is wrong");
        }
    }

    /// Schemas that no value satisfies, other than those that are written as `false`.
    fn unsatisfiable(&mut self) {
        let parameters = self.contract.operations.iter().flat_map(|one| &one.parameters).map(|one| one.schema);
        let roots = media(self.contract).filter_map(|media| media.schema).chain(parameters);
        let mut roots: Vec<SchemaId> = roots.chain(self.contract.components.iter().map(|(_, id)| *id)).collect();
        roots.sort_unstable();
        roots.dedup();
        let instances = Instances::new(self.contract, roots.iter().copied());
        for id in roots.into_iter().filter(|id| self.contract[*id].always != Some(false)) {
            let complaint = instances.of(id).err();
            // Keywords that no values can be drawn for have a rule of their own.
            if let Some(complaint) = complaint.filter(|one| one.message() == "no value satisfies this schema") {
                let pointer = self.contract[id].pointer.clone();
                let mend = complaint.mend().unwrap_or_default().to_owned();
                self.complain("unsatisfiable", &pointer, complaint.message().to_owned(), &mend);
            }
        }
    }

    /// Prose that allows null beside a type that does not.
    fn prose(&mut self) {
        let checker = Checker::new(self.contract);
        let mut found = Vec::new();
        for (id, schema) in self.contract.schemas() {
            let Some(text) = &schema.description else { continue };
            if says_null(text) && !checker.accepts(id, &Value::Null) {
                found.push(schema.pointer.clone());
            }
        }
        for pointer in found {
            let message = "the description says that it can be null, the type forbids it".to_owned();
            self.complain("null-in-prose", &pointer, message, "add null to the type, with an entry in quirks.yaml");
        }
    }

    /// What is said to be null and by the letter cannot be.
    fn nulls(&mut self) {
        let checker = Checker::new(self.contract);
        let legacy = self.contract.openapi.starts_with("3.0");
        let mut found = Vec::new();
        for (id, schema) in self.contract.schemas() {
            let Some(node) = self.document.get(&schema.pointer) else { continue };
            let nullable = node.get("nullable").and_then(Node::as_bool) == Some(true);
            let values = node.get("enum").and_then(Node::as_list);
            let lists_null = values.map(|list| list.iter().any(|value| matches!(value.kind, NodeKind::Null)));
            let complaint = match nullable {
                true if !legacy => Some(("`nullable` means nothing in OpenAPI 3.1", "add 'null' to the type")),
                true if node.get("$ref").is_some() => Some((
                    "`nullable` stands beside a `$ref`, and nothing there counts",
                    "put the reference into `allOf`, with a type beside `nullable`",
                )),
                true if schema.types.is_none() => Some((
                    "`nullable` without a `type` says nothing",
                    "say the type beside it, or null as an alternative",
                )),
                true if lists_null == Some(false) => {
                    Some(("`nullable` stands beside listed values, and null is none of them", "add null to the values"))
                }
                _ if (nullable || lists_null == Some(true) || self.is_null_an_alternative(schema, legacy))
                    && !checker.accepts(id, &Value::Null) =>
                {
                    Some((
                        "null is said to be valid, and what holds beside it refuses null",
                        "let null be valid in the type, the values and every other schema that holds, or nowhere",
                    ))
                }
                _ => None,
            };
            found.extend(complaint.map(|(message, mend)| (schema.pointer.clone(), message, mend)));
        }
        for (pointer, message, mend) in found {
            self.complain("null-by-the-letter", &pointer, message.to_owned(), mend);
        }
    }

    /// Whether null is a type of the schema, or an alternative.
    fn is_null_an_alternative(&self, schema: &Schema, legacy: bool) -> bool {
        let holds = |types: Option<Types>| types.is_some_and(|types| types.contains(Type::Null));
        let only = |id: &SchemaId| self.contract[*id].types.is_some_and(|types| types.iter().eq([Type::Null]));
        !legacy && (holds(schema.types) || schema.one_of.iter().chain(&schema.any_of).any(only))
    }

    /// Parameters that a call must have and that nobody can send.
    fn parameters(&mut self) {
        let mut found: Vec<(Pointer, String)> = Vec::new();
        for parameter in self.contract.operations.iter().flat_map(|one| &one.parameters).filter(|one| one.required) {
            let why = unsendable(self.contract.merged(parameter.schema), parameter.location);
            if let Some(why) = why.filter(|_| !found.iter().any(|(pointer, _)| *pointer == parameter.pointer)) {
                let message = format!("the parameter {:?} is required, and {why}", parameter.name);
                found.push((parameter.pointer.clone(), message));
            }
        }
        for (pointer, message) in found {
            let mend = "mend the schema, or take the parameter out";
            self.complain("parameter", &pointer, message, mend);
        }
    }

    /// Patterns that cannot be compiled, keywords that nothing here understands, and types that limits do not fit.
    fn keywords(&mut self) {
        let mut found = Vec::new();
        for (_, schema) in self.contract.schemas() {
            if let Some(pattern) = &schema.pattern
                && let Err(error) = ecma::compile(pattern)
            {
                found.push((
                    "pattern",
                    schema.pointer.join("pattern"),
                    format!("{pattern} cannot be compiled: {error}"),
                ));
            }
            for (name, _) in &schema.others {
                found.push(("keyword", schema.pointer.join(name), format!("the keyword {name:?} is not understood")));
            }
            let Some(types) = schema.types else { continue };
            let texts = schema.min_length.is_some() || schema.max_length.is_some() || schema.pattern.is_some();
            let numbers = schema.minimum.is_some() || schema.maximum.is_some() || schema.multiple_of.is_some();
            let numeric = types.contains(Type::Number) || types.contains(Type::Integer);
            for (wrong, what) in [
                (texts && !types.contains(Type::String), "limits texts but allows none"),
                (numbers && !numeric, "limits numbers but allows none"),
                (schema.items.is_some() && !types.contains(Type::Array), "describes items but allows no list"),
                (
                    !schema.properties.is_empty() && !types.contains(Type::Object),
                    "describes properties but allows no object",
                ),
            ] {
                if wrong {
                    found.push(("idle-keyword", schema.pointer.clone(), format!("the schema {what}")));
                }
            }
        }
        for (rule, pointer, message) in found {
            self.complain(rule, &pointer, message, "mend the keyword or the type");
        }
    }

    /// Paths that are none, and paths that a call cannot tell apart.
    fn paths(&mut self) {
        let mut found: Vec<(&'static str, Pointer, String)> = Vec::new();
        let mut shapes: HashMap<(String, &str), &Operation> = HashMap::new();
        for operation in &self.contract.operations {
            let path = &operation.path;
            let balanced = path.split('/').all(|part| part.matches('{').count() == part.matches('}').count());
            let odd = path.contains(['?', '#', ' '])
                || path.contains("//")
                || path.ends_with(".yaml")
                || path.ends_with(".json");
            if !path.starts_with('/') || !balanced || odd {
                found.push(("path", operation.pointer.clone(), format!("{path:?} is no path")));
            }
            let shape = PathTemplate::parse(path).anonymous();
            if let Some(other) = shapes.insert((shape, &operation.method), operation) {
                let message = format!("{} {path} cannot be told from {}", operation.method, other.path);
                found.push(("overlap", operation.pointer.clone(), message));
            }
        }
        found.extend(ambiguous(&self.contract.operations));
        found.extend(identifiers(self.contract));
        for operation in &self.contract.operations {
            for parameter in operation.parameters.iter().filter(|one| one.location == Location::Header) {
                if parameter.required && is_ignored_header(&parameter.name) {
                    let message = format!("the header parameter {:?} means nothing in OpenAPI", parameter.name);
                    found.push(("idle-header", parameter.pointer.clone(), message));
                }
            }
        }
        found.dedup_by(|a, b| a.1 == b.1 && a.0 == b.0);
        for (rule, pointer, message) in found {
            let mend = match rule {
                "overlap" => "calls go to the path with text first; a parameter cannot have that text as its value",
                "identifier" => "one kind of identifier has one type: change the one that the answers do not have",
                "idle-header" => "take the parameter out; media types and credentials have places of their own",
                _ => "give the operation the path that is called",
            };
            self.complain(rule, &pointer, message, mend);
        }
    }

    /// Pointers in extensions that lead nowhere.
    fn extensions(&mut self, node: &Node, at: &Pointer, inside: bool) {
        match &node.kind {
            NodeKind::String(text) if inside && text.starts_with("#/") => {
                let target = Pointer::parse(text);
                if target.is_none_or(|target| self.document.get(&target).is_none()) {
                    let message = format!("the reference {text:?} in an extension leads nowhere");
                    self.complain("extension-reference", at, message, "mend the pointer, or take it out");
                }
            }
            NodeKind::List(list) => {
                list.iter().enumerate().for_each(|(index, node)| self.extensions(node, &at.join(index), inside));
            }
            NodeKind::Map(map) => {
                map.iter()
                    .for_each(|(key, node)| self.extensions(node, &at.join(key), inside || key.starts_with("x-")));
            }
            _ => {}
        }
    }
}

/// Why no request can carry a value of a parameter, where none can.
fn unsendable(schema: &Merged, location: Location) -> Option<&'static str> {
    let values = schema.values.as_ref().map(|(values, _)| values.as_slice());
    // Servers and proxies take such segments out of a path.
    let vanishes = |value: &Value| value.as_str().is_some_and(|text| ["", ".", ".."].contains(&text));
    let longest = schema.counts[1].as_ref().map(|(count, _)| *count);
    if schema.never {
        Some("no value satisfies its schema")
    } else if schema.types.is_some_and(|types| types.iter().eq([Type::Null])) {
        Some("only null satisfies its schema, which a request cannot write")
    } else if location == Location::Path
        && (values.is_some_and(|values| values.iter().all(vanishes)) || longest == Some(0))
    {
        Some("no value of its schema can be part of a path")
    } else {
        None
    }
}

/// Operations of which each has text where the other has a parameter: a call can be of both. Told of the operation that
/// overlaps with most others, so that a path which takes everything is told once.
fn ambiguous(operations: &[Operation]) -> Vec<(&'static str, Pointer, String)> {
    let mut pairs: Vec<[usize; 2]> = Vec::new();
    for (index, a) in operations.iter().enumerate() {
        for (other, b) in operations[..index].iter().enumerate() {
            if a.method != b.method {
                continue;
            }
            let (left, right) = (PathTemplate::parse(&a.path).0, PathTemplate::parse(&b.path).0);
            let pairs_of = || left.iter().zip(&right);
            let is_text_before = |(a, b): (&Segment<'_>, &Segment<'_>)| a.literal().is_some() && b.literal().is_none();
            let differs = |(a, b): (&Segment<'_>, &Segment<'_>)| {
                a.literal().is_none() && b.literal().is_none() && a.shape() != b.shape()
            };
            let each_wins = pairs_of().any(is_text_before) && pairs_of().any(|(a, b)| is_text_before((b, a)))
                || pairs_of().any(differs);
            if left.len() == right.len() && each_wins && pairs_of().all(|(a, b)| a.meets(b)) {
                pairs.push([index, other]);
            }
        }
    }
    let mut found = Vec::new();
    while !pairs.is_empty() {
        let count = |one: usize| pairs.iter().filter(|pair| pair.contains(&one)).count();
        let widest = (0..operations.len()).rev().max_by_key(|one| count(*one)).unwrap_or_default();
        let (mine, rest): (Vec<_>, Vec<_>) = pairs.iter().partition(|pair| pair.contains(&widest));
        let mut others: Vec<usize> = mine.iter().flatten().copied().filter(|one| *one != widest).collect();
        others.sort_unstable();
        let others: Vec<&str> = others.iter().map(|one| operations[*one].path.as_str()).collect();
        let operation = &operations[widest];
        let message = format!("a call can be of {} {} and of {}", operation.method, operation.path, others.join(", "));
        found.push(("overlap", operation.pointer.clone(), message));
        pairs = rest;
    }
    found
}

/// Parameters that stand in the same place of a path and have another type than in the first call that has them.
fn identifiers(contract: &Contract) -> Vec<(&'static str, Pointer, String)> {
    let mut known: HashMap<String, (Type, &Operation)> = HashMap::new();
    let mut found = Vec::new();
    for operation in &contract.operations {
        for parameter in operation.parameters.iter().filter(|one| one.location == Location::Path) {
            let place = operation.path.find(&format!("{{{}}}", parameter.name));
            let types = contract.merged(parameter.schema).plain_types();
            let Some((place, own)) = place.zip(types.single()) else { continue };
            let before = PathTemplate::parse(&operation.path[..place]).anonymous();
            let (first, other) = *known.entry(before).or_insert((own, operation));
            if first != own {
                let (name, own, first) = (&parameter.name, own.name(), first.name());
                let message = format!("{name:?} is {own} here and {first} in {} {}", other.method, other.path);
                found.push(("identifier", parameter.pointer.clone(), message));
            }
        }
    }
    found
}

/// Whether prose says that a value can be null.
fn says_null(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let denied = |at: usize| {
        words[at.saturating_sub(4)..at].iter().any(|word| ["not", "never", "non", "cannot", "no"].contains(word))
    };
    words.iter().enumerate().any(|(at, word)| *word == "null" && !denied(at))
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::Document;

    use super::lint;

    fn rules(text: &str) -> Vec<String> {
        let document =
            Document::parse("t.yaml", format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{text}")).unwrap();
        let contract = Contract::read(&document).unwrap();
        let complaints = lint(&document, &contract);
        assert!(complaints.iter().all(|one| one.diagnostic.position().is_some() && one.diagnostic.mend().is_some()));
        complaints.iter().map(|one| format!("{} {}", one.rule, one.diagnostic.json_pointer().unwrap())).collect()
    }

    fn schema(schema: &str) -> Vec<String> {
        rules(&format!("paths: {{}}\ncomponents: {{schemas: {{S: {schema}, T: {{type: string}}}}}}"))
    }

    #[test]
    fn each_rule_has_its_case() {
        let at = |rule: &str, rest: &str| vec![format!("{rule} #/components/schemas/S{rest}")];
        for (text, expected) in [
            ("{type: integer, examples: [1], default: 2, description: never null}", vec![]),
            ("{type: integer, examples: ['1']}", at("example", "/examples")),
            ("{type: integer, default: '1'}", at("default", "/default")),
            ("{type: integer, minimum: 2, maximum: 1}", at("unsatisfiable", "")),
            ("{type: string, description: 'code, can be `null`'}", at("null-in-prose", "")),
            ("{type: [string, 'null'], description: can be null}", vec![]),
            ("{type: string, description: cannot be null}", vec![]),
            ("{type: string, description: 'If null, nothing was sent'}", at("null-in-prose", "")),
            ("{type: string, description: 'for other types it must remain `null`'}", at("null-in-prose", "")),
            ("{type: string, description: 'Nullable types are read'}", vec![]),
            ("{type: [string, 'null'], pattern: '(?=a)'}", at("pattern", "/pattern")),
            ("{type: integer, maxLength: 3}", at("idle-keyword", "")),
            ("{type: object, dependentRequired: {a: [b]}}", vec![]),
            ("{type: object, requires: {a: [b]}}", at("keyword", "/requires")),
            ("{type: [string, 'null'], enum: [a]}", at("null-by-the-letter", "")),
            ("{type: [string, 'null'], enum: [a, null]}", vec![]),
            ("{type: [string, 'null'], allOf: [{$ref: '#/components/schemas/T'}]}", at("null-by-the-letter", "")),
            ("{type: string, nullable: true}", at("null-by-the-letter", "")),
            ("{type: string, enum: [a, null]}", at("null-by-the-letter", "")),
            ("{type: [string, 'null'], $ref: '#/components/schemas/T'}", at("null-by-the-letter", "")),
            ("{type: string, anyOf: [{maxLength: 3}, {type: 'null'}]}", at("null-by-the-letter", "")),
            ("{anyOf: [{$ref: '#/components/schemas/T'}, {type: 'null'}]}", vec![]),
            ("{type: string, x-result: '#/components/schemas/T'}", vec![]),
            ("{type: string, x-result: {of: '#/components/schemas/Gone'}}", at("extension-reference", "/x-result/of")),
        ] {
            assert_eq!(schema(text), expected, "{text}");
        }
    }

    #[test]
    fn null_of_3_0_counts_beside_a_type() {
        for (text, expected) in [
            ("{type: string, nullable: true}", 0),
            ("{nullable: true, allOf: [{$ref: '#/components/schemas/T'}]}", 1),
            ("{nullable: true, $ref: '#/components/schemas/T'}", 1),
            ("{nullable: true, type: string, allOf: [{$ref: '#/components/schemas/N'}]}", 0),
            ("{nullable: true, type: string, allOf: [{$ref: '#/components/schemas/T'}]}", 1),
            ("{nullable: true, type: string, enum: [a]}", 1),
            ("{nullable: true, type: string, enum: [a, null]}", 0),
            ("{type: string, enum: [a, null]}", 1),
        ] {
            let text = format!(
                "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents: {{schemas: {{S: {text}, \
                 T: {{type: string}}, N: {{type: string, nullable: true}}}}}}\n"
            );
            let document = Document::parse("t.yaml", text.clone()).unwrap();
            let complaints = lint(&document, &Contract::read(&document).unwrap());
            let told = complaints.iter().filter(|one| one.rule == "null-by-the-letter").count();
            assert_eq!(told, expected, "{text}");
        }
    }

    #[test]
    fn parameters_that_nobody_can_send() {
        let told = |place: &str, schema: &str| {
            let parameter = format!("{{name: q, in: {place}, required: true, schema: {schema}}}");
            let path = if place == "path" { "/a/{q}" } else { "/a" };
            let all = rules(&format!("paths: {{'{path}': {{get: {{parameters: [{parameter}]}}}}}}"));
            all.iter().filter(|one| one.starts_with("parameter #/paths/")).count()
        };
        for (place, schema, expected) in [
            ("query", "false", 1),
            ("query", "{type: 'null'}", 1),
            ("query", "{type: string}", 0),
            ("query", "{type: string, enum: ['']}", 0),
            ("path", "{type: string, enum: ['', '..']}", 1),
            ("path", "{type: string, enum: ['', a]}", 0),
            ("path", "{type: string, maxLength: 0}", 1),
            ("path", "{type: [string, 'null']}", 0),
        ] {
            assert_eq!(told(place, schema), expected, "{place} {schema}");
        }
    }

    #[test]
    fn paths_and_their_overlaps() {
        let get = |id: &str, path: &str| {
            let named = ["x", "y"].into_iter().filter(|name| path.contains(&format!("{{{name}}}")));
            let parameters: Vec<String> = named.map(|name| format!("{{name: {name}, in: path}}")).collect();
            format!("{{get: {{operationId: {id}, parameters: [{}]}}}}", parameters.join(", "))
        };
        let paths = |a: &str, b: &str| rules(&format!("paths: {{'{a}': {}, '{b}': {}}}", get("a", a), get("b", b)));
        assert_eq!(paths("/a/{x}", "/a/b"), Vec::<String>::new());
        assert_eq!(paths("/a/{x}", "/a/{y}"), ["overlap #/paths/~1a~1{y}/get"]);
        assert_eq!(paths("/a/{x}", "/{y}/b"), ["overlap #/paths/~1a~1{x}/get"]);
        assert_eq!(paths("/a/{x}", "/a/{y}.pdf"), ["overlap #/paths/~1a~1{x}/get"]);
        assert_eq!(paths("/a/{x}.csv", "/a/{y}.pdf"), Vec::<String>::new());
        assert_eq!(paths("/a-{x}/b", "/{y}/{x}.pdf"), Vec::<String>::new());
        let typed = |a: &str, b: &str| {
            let get = |path: &str, schema: &str| {
                format!("'{path}': {{get: {{parameters: [{{name: x, in: path, schema: {schema}}}]}}}}")
            };
            rules(&format!("paths: {{{}, {}}}", get("/a/{x}", a), get("/a/{x}/b", b)))
        };
        assert_eq!(typed("{type: integer}", "{type: [integer, 'null']}"), Vec::<String>::new());
        assert_eq!(typed("{type: integer}", "{type: string}"), ["identifier #/paths/~1a~1{x}~1b/get/parameters/0"]);
        assert_eq!(typed("{}", "{type: string}"), Vec::<String>::new(), "nothing is said");
        assert_eq!(paths("/a", "/b//c.yaml"), ["path #/paths/~1b~1~1c.yaml/get"]);
    }
}
