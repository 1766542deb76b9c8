//! Builds the contract from a document: OpenAPI 3.0 and 3.1, references resolved, all complaints collected.
//! Schemas are read in `read/schemas.rs`, bodies and answers in `read/messages.rs`.

mod messages;
mod schemas;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde_json::Value;

use self::schemas::Schemas;
use super::at::{At, extensions, notes};
use super::hints;
use super::members::Complaints;
use super::{
    Behaviour, Body, Contract, Defects, Jobs, Location, Operation, OperationHints, Parameter, ParameterHints,
    PathItemHints, SchemaId, SecurityKind, SecurityScheme, Tag, components, security, servers,
};
use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, METHODS, Node, NodeKind, Pointer, Role};
use crate::name::words;
use crate::path::PathTemplate;

pub(super) fn contract(document: &Document, defects: Defects) -> Result<(Contract, Vec<Diagnostic>)> {
    let (openapi, version) = version(document)?;
    let schemas = Schemas::new(document, openapi.starts_with("3.0"), defects != Defects::Refuse);
    let hints = Complaints::new(document);
    let mut reader = Reader { document, complaints: Vec::new(), hints, defects, mended: Vec::new(), schemas };
    version.into_iter().for_each(|defect| reader.defect(defect));
    let contract = reader.contract(openapi);
    let of_schemas = std::mem::take(&mut reader.schemas.complaints).into_iter();
    let hints = std::mem::take(&mut reader.hints.list).into_iter();
    let hints = hints.chain(std::mem::take(&mut reader.schemas.hints.list));
    // A schema that cannot be read is any value.
    of_schemas.chain(hints).for_each(|complaint| reader.defect(complaint));
    let dangling = std::mem::take(&mut reader.schemas.dangling);
    match defects {
        Defects::LeaveOut => reader.mended.extend(dangling),
        Defects::Refuse | Defects::Mend => reader.complaints.extend(dangling),
    }
    match Diagnostic::all(reader.complaints) {
        Some(complaint) => Err(complaint),
        None => Ok((contract, reader.mended)),
    }
}

/// The version of OpenAPI, and what is wrong with the way it is written.
fn version(document: &Document) -> Result<(String, Option<Diagnostic>)> {
    let Some(node) = document.root.get("openapi") else {
        let complaint = document.complain(document.root.span, &Pointer::root(), "this is not an OpenAPI document");
        return Err(complaint.help("expected a map with `openapi: 3.1.0` (or 3.0.x), `info` and `paths`"));
    };
    let text = node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned);
    let complain = |message: String| {
        document.complain(node.span, &Pointer::from(["openapi"]), message).help("expected 3.0.x or 3.1.x")
    };
    let message = format!("OpenAPI version {text:?} is not supported");
    match text.get(..4) {
        Some("3.0." | "3.1.") => Ok((text, None)),
        Some("3.2.") => Ok((text, Some(complain(format!("{message}: read as 3.1"))))),
        None if ["3.0", "3.1", "3.2"].contains(&&*text) => Ok((text, Some(complain(message)))),
        _ => Err(complain(message)),
    }
}

struct Reader<'d> {
    document: &'d Document,
    complaints: Vec<Diagnostic>,
    /// What is wrong with `x-` members.
    hints: Complaints<'d>,
    defects: Defects,
    /// Complaints about what was mended.
    mended: Vec<Diagnostic>,
    schemas: Schemas<'d>,
}

impl<'d> Reader<'d> {
    fn contract(&mut self, openapi: String) -> Contract {
        let document = self.document;
        let root = At { node: &document.root, pointer: Pointer::root() };
        let behaviour: Behaviour = hints::read(&root, &mut self.hints);
        hints::check_names(&root, Role::Root, &mut self.hints);
        let components = self.part(&root, "components");
        let schemas = components.as_ref().and_then(|at| self.part(at, "schemas"));
        if let Some(schemas) = &schemas {
            self.expect_map(schemas);
        }
        let component_schemas: Vec<(String, SchemaId)> = schemas
            .iter()
            .flat_map(At::members)
            .map(|(name, at)| (name.to_owned(), self.schemas.at(at.node, at.pointer)))
            .collect();
        let mut operations = self.operations(&root);
        let calls = operations.len();
        operations.extend(self.part(&root, "webhooks").map(|webhooks| self.items(&webhooks)).unwrap_or_default());
        self.unique_ids(&mut operations);
        self.job_results(&mut operations, behaviour.jobs.as_ref(), &component_schemas);
        let webhooks = operations.split_off(calls);
        let callbacks = self.callbacks(&root);
        let security_schemes = components
            .iter()
            .filter_map(|at| at.get("securitySchemes"))
            .flat_map(|at| at.members().collect::<Vec<_>>())
            .filter_map(|(name, at)| {
                let at = self.costing("security scheme", |reader| reader.follow(at))?;
                Some(self.security_scheme(name, at))
            })
            .collect();
        self.schemas.finish();
        Contract {
            openapi,
            title: root.get("info").and_then(|info| info.text("title")).unwrap_or_default(),
            version: root.get("info").and_then(|info| info.text("version")).unwrap_or_default(),
            head: head(&root),
            servers: servers::read(&root),
            tags: tags(&root, operations.iter().chain(&webhooks)),
            security_schemes,
            security: root.get("security").map(|at| security::requirements(&at)),
            operations,
            webhooks,
            callbacks,
            components: component_schemas,
            other_components: components::read(document),
            behaviour,
            extensions: extensions(root.node)
                .into_iter()
                .filter(|(key, _)| !Behaviour::MEMBERS.contains(&key.as_str()))
                .collect(),
            joints: super::joint::Joints::default(),
            merged: vec![OnceLock::new(); self.schemas.done.len()],
            schemas: std::mem::take(&mut self.schemas.done),
        }
    }

    fn complain(&mut self, at: &At<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.complaints.push(self.document.complain(at.node.span, &at.pointer, message).help(help));
    }

    fn expect_map(&mut self, at: &At<'_>) -> bool {
        if at.node.as_map().is_none() {
            let found = format!("expected a map, found {}", at.node.kind_name());
            self.complain(at, found, "check the indentation above this line");
        }
        at.node.as_map().is_some()
    }

    /// A member that may not be written and left empty, such as `responses:` with nothing below it.
    fn part(&mut self, at: &At<'d>, key: &str) -> Option<At<'d>> {
        let part = at.get(key)?;
        if part.node.kind != NodeKind::Null {
            return Some(part);
        }
        let message = format!("`{key}` has nothing below it");
        let complaint = self.document.complain(part.node.span, &part.pointer, message);
        self.defect(complaint.help("fill it in, or take it out"));
        None
    }

    /// Follows `$ref` of parameters, responses, bodies, headers and path items.
    fn follow(&mut self, at: At<'d>) -> Option<At<'d>> {
        let mut at = at;
        let mut seen = HashSet::new();
        while let Some(reference) = at.get("$ref") {
            let text = reference.node.as_str().unwrap_or_default();
            let target = text
                .strip_prefix('#')
                .and_then(|name| Pointer::parse(text).or_else(|| self.document.root.anchored(name)));
            let found = target.and_then(|pointer| Some(At { node: self.document.get(&pointer)?, pointer }));
            let Some(found) = found else {
                let message = format!("the reference {text:?} leads nowhere");
                self.complain(&reference, message, "expected `#/…` with a pointer to something in this document");
                return None;
            };
            if !seen.insert(found.pointer.clone()) {
                self.complain(&reference, format!("the reference {text:?} leads back to itself"), "break the circle");
                return None;
            }
            at = found;
        }
        self.expect_map(&at).then_some(at)
    }

    fn operations(&mut self, root: &At<'d>) -> Vec<Operation> {
        // A document of webhooks or components alone describes no calls.
        let other = ["paths", "webhooks", "components"].iter().any(|key| root.get(key).is_some());
        match self.part(root, "paths") {
            Some(paths) => self.items(&paths),
            None if other => Vec::new(),
            None => {
                self.complain(root, "`paths` is missing", "a document without paths describes no API");
                Vec::new()
            }
        }
    }

    /// The operations of a map of path items.
    fn items(&mut self, paths: &At<'d>) -> Vec<Operation> {
        if !self.expect_map(paths) {
            return Vec::new();
        }
        let mut operations = Vec::new();
        for (path, item) in paths.members() {
            if !path.starts_with("x-") {
                operations.extend(self.item(path, item));
            }
        }
        operations
    }

    /// The operations of one path item.
    fn item(&mut self, path: &str, item: At<'d>) -> Vec<Operation> {
        let mut operations = Vec::new();
        let Some((item, shared)) = self.costing("path", |reader| {
            let item = reader.follow(item)?;
            let shared = reader.parameters(&item);
            Some((item, shared))
        }) else {
            return operations;
        };
        for (method, node) in item.members().filter(|(method, _)| METHODS.contains(method)) {
            let operation = |reader: &mut Self| {
                let node = reader.follow(node)?;
                Some(reader.operation(method, path, &item, node, &shared))
            };
            operations.extend(self.costing("operation", operation));
        }
        operations
    }

    /// Reads something that is left out, and no more than it, when something is wrong with it and small defects are mended.
    fn costing<T>(&mut self, what: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.complaints.len();
        let found = read(self);
        if self.defects != Defects::LeaveOut || self.complaints.len() == before {
            return found;
        }
        let complaints = self.complaints.split_off(before).into_iter();
        self.mended
            .extend(complaints.map(|one| one.with_message(|message| format!("{message}: the {what} is left out"))));
        None
    }

    /// What the server calls in answer to a call, for every call of the document.
    fn callbacks(&mut self, root: &At<'d>) -> Vec<Operation> {
        let mut found = Vec::new();
        for (path, item) in root.get("paths").iter().flat_map(At::members) {
            for (method, operation) in item.members() {
                for (name, callback) in operation.get("callbacks").iter().flat_map(At::members) {
                    let Some(callback) = self.follow(callback) else { continue };
                    let expressions: Vec<_> = callback.members().filter(|(key, _)| !key.starts_with("x-")).collect();
                    let several = expressions.len() > 1;
                    for (expression, item) in expressions {
                        let target = if several { format!(" to {expression}") } else { String::new() };
                        let title = format!("{name}{target} of {} {path}", method.to_ascii_uppercase());
                        // Braces would be taken for parameters of a path.
                        found.extend(self.item(&title.replace('{', "<").replace('}', ">"), item));
                    }
                }
            }
        }
        found
    }

    fn unique_ids(&mut self, operations: &mut [Operation]) {
        let mut seen: HashMap<String, String> = HashMap::new();
        for operation in operations {
            let call = format!("{} {}", operation.method, operation.path);
            if let Some(first) = seen.get(&operation.id) {
                let message = format!("the operation id {:?} is used twice", operation.id);
                let help = format!("it is also the id of {first}; give one another id");
                let at = operation.pointer.join("operationId");
                self.defect(self.document.complain(operation.span, &at, message).help(help));
                operation.id.clone_from(&call);
            }
            seen.insert(operation.id.clone(), call);
        }
    }

    /// What the lines of results are, where operations say it by a reference in a member of the document's own. Such a
    /// reference need not lead anywhere as it is written: its last word is the name of the component.
    fn job_results(&mut self, operations: &mut [Operation], jobs: Option<&Jobs>, components: &[(String, SchemaId)]) {
        let Some(member) = jobs.and_then(|jobs| jobs.result_reference.as_deref()) else { return };
        for operation in operations {
            let Some((_, value)) = operation.extensions.iter().find(|(key, _)| key == member) else { continue };
            if operation.hints.job.as_ref().is_some_and(|job| job.result.is_some()) {
                continue;
            }
            let component = value.as_str().and_then(|reference| referred(reference, components));
            if component.is_none() {
                let message = format!("the reference {value} of {member:?} leads to no component");
                let at = operation.pointer.join(member);
                let help = "add an overlay action with `x-job: {result: NAME}`, or one that removes the reference";
                self.defect(self.document.complain(operation.span, &at, message).help(help));
            }
            operation.hints.job.get_or_insert_default().result = component.map(str::to_owned);
        }
    }

    /// A complaint about something whose meaning is plain: refused or mended, as the caller wants it.
    fn defect(&mut self, complaint: Diagnostic) {
        match self.defects {
            Defects::Refuse => self.complaints.push(complaint),
            Defects::Mend | Defects::LeaveOut => self.mended.push(complaint),
        }
    }

    fn operation(&mut self, method: &str, path: &str, item: &At<'d>, at: At<'d>, shared: &[Parameter]) -> Operation {
        let method = method.to_ascii_uppercase();
        // Some documents carry the name of a source file where the path belongs.
        let hints: OperationHints = hints::read(&at, &mut self.hints);
        let real = hints.path.clone().or_else(|| hints::read::<PathItemHints>(item, &mut self.hints).path);
        let path = real.unwrap_or_else(|| path.to_owned());
        let own = self.parameters(&at);
        let overridden = |one: &Parameter| own.iter().any(|new| new.name == one.name && new.location == one.location);
        let mut parameters: Vec<Parameter> = shared.iter().filter(|one| !overridden(one)).cloned().collect();
        parameters.extend(own);
        self.path_parameters(&path, &at, &mut parameters);
        let body = self.part(&at, "requestBody").and_then(|body| self.follow(body)).map(|body| Body {
            description: body.prose("description"),
            required: body.flag("required"),
            content: self.content(&body),
            extensions: extensions(body.node),
            pointer: body.pointer,
        });
        let responses = self.responses(&at);
        Operation {
            id: at.text("operationId").unwrap_or_else(|| format!("{} {path}", method.to_ascii_lowercase())),
            tags: at
                .get("tags")
                .iter()
                .flat_map(At::elements)
                .filter_map(|tag| tag.node.as_str().map(str::to_owned))
                .collect(),
            summary: at.prose("summary"),
            description: at.prose("description"),
            deprecated: at.flag("deprecated"),
            parameters,
            body,
            responses,
            security: self.part(&at, "security").map(|at| security::requirements(&at)),
            servers: servers::read(&at),
            path_servers: servers::read(item),
            path_notes: notes(item, &["summary", "description"]),
            path_extensions: extensions(item.node),
            notes: notes(&at, &["externalDocs"]),
            hints,
            extensions: extensions(at.node),
            span: at.node.span,
            pointer: at.pointer,
            method,
            path,
        }
    }

    /// Every `{name}` in a path needs a parameter, and every path parameter a `{name}`.
    fn path_parameters(&mut self, path: &str, at: &At<'d>, parameters: &mut Vec<Parameter>) {
        let names: Vec<&str> = PathTemplate::parse(path).variables().collect();
        for name in &names {
            let known = |one: &Parameter| one.location == Location::Path && one.name == *name;
            if !parameters.iter().any(known) {
                let help = format!("add a parameter with `name: {name}`, `in: path`, `required: true`");
                let message = format!("the path has {{{name}}} but no parameter of that name");
                self.defect(self.document.complain(at.node.span, &at.pointer, message).help(help));
                let schema = self.schemas.any_text(&at.pointer, at.node.span);
                parameters.push(Parameter {
                    name: (*name).to_owned(),
                    location: Location::Path,
                    required: true,
                    deprecated: false,
                    description: None,
                    style: "simple".to_owned(),
                    explode: false,
                    allow_reserved: false,
                    allow_empty_value: false,
                    schema,
                    media_type: None,
                    notes: Vec::new(),
                    hints: ParameterHints::default(),
                    extensions: Vec::new(),
                    pointer: at.pointer.clone(),
                    span: at.node.span,
                });
            }
        }
        let named = |one: &Parameter| one.location != Location::Path || names.contains(&one.name.as_str());
        for other in parameters.iter().filter(|one| !named(one)) {
            let message = format!("the path has no {{{}}} for this parameter", other.name);
            let complaint = self.document.complain(other.span, &other.pointer, message);
            self.defect(complaint.help("it is never sent: put it into the path, or take it out"));
        }
        parameters.retain(named);
    }

    fn parameters(&mut self, at: &At<'d>) -> Vec<Parameter> {
        let Some(list) = self.part(at, "parameters") else { return Vec::new() };
        if list.node.as_list().is_none() {
            let found = format!("expected a list of parameters, found {}", list.node.kind_name());
            self.complain(&list, found, "start each parameter with `- name:`");
        }
        let elements: Vec<At<'d>> = list.elements().collect();
        elements.into_iter().filter_map(|at| self.follow(at).and_then(|at| self.parameter(at))).collect()
    }

    fn parameter(&mut self, at: At<'d>) -> Option<Parameter> {
        let (Some(name), Some(place)) = (at.text("name"), at.text("in")) else {
            self.complain(&at, "a parameter needs `name` and `in`", "both are required texts");
            return None;
        };
        let location = match place.as_str() {
            "path" => Location::Path,
            "query" => Location::Query,
            "header" => Location::Header,
            "cookie" => Location::Cookie,
            _ => {
                self.complain(&at, format!("`in: {place}` is not known"), "expected path, query, header or cookie");
                return None;
            }
        };
        let (schema, media_type, notes) = self.value(&at);
        let schema = schema.unwrap_or_else(|| self.schemas.anything(&at.pointer, at.node.span));
        let form = matches!(location, Location::Query | Location::Cookie);
        let style = at.text("style").unwrap_or_else(|| if form { "form" } else { "simple" }.to_owned());
        let explode = at.node.get("explode").and_then(Node::as_bool).unwrap_or(style == "form");
        Some(Parameter {
            required: at.flag("required") || location == Location::Path,
            deprecated: at.flag("deprecated"),
            allow_reserved: at.flag("allowReserved"),
            allow_empty_value: at.flag("allowEmptyValue"),
            description: at.prose("description"),
            notes,
            hints: hints::read(&at, &mut self.hints),
            extensions: extensions(at.node),
            span: at.node.span,
            pointer: at.pointer,
            name,
            location,
            style,
            explode,
            schema,
            media_type,
        })
    }

    fn security_scheme(&mut self, name: &str, at: At<'d>) -> SecurityScheme {
        let kind = at.text("type").unwrap_or_default();
        let field = at.text("name").unwrap_or_default();
        let scheme = at.text("scheme").unwrap_or_default().to_ascii_lowercase();
        let kind = match (kind.as_str(), at.text("in").as_deref(), scheme.as_str()) {
            ("apiKey", Some("header"), _) => SecurityKind::Header(field),
            ("apiKey", Some("query"), _) => SecurityKind::Query(field),
            ("apiKey", Some("cookie"), _) => SecurityKind::Cookie(field),
            ("http", _, "basic") => SecurityKind::Basic,
            ("http", _, "bearer") => SecurityKind::Bearer,
            ("http", _, scheme) if !scheme.is_empty() => SecurityKind::Scheme(scheme.to_owned()),
            ("oauth2", ..) => SecurityKind::OAuth2,
            ("openIdConnect", ..) => SecurityKind::OpenIdConnect,
            ("mutualTLS", ..) => SecurityKind::MutualTls,
            _ => SecurityKind::Other(kind),
        };
        SecurityScheme {
            name: name.to_owned(),
            kind,
            flows: security::flows(&at),
            bearer_format: at.text("bearerFormat"),
            open_id_connect_url: at.text("openIdConnectUrl"),
            description: at.prose("description"),
            hints: hints::read(&at, &mut self.hints),
            extensions: extensions(at.node),
            pointer: at.pointer,
        }
    }
}

/// The tags that a document describes, and those that its operations name besides.
fn tags<'o>(root: &At<'_>, operations: impl Iterator<Item = &'o Operation>) -> Vec<Tag> {
    let described = |tag: At<'_>| {
        let (name, description) = (tag.text("name")?, tag.prose("description"));
        Some(Tag { name, description, notes: notes(&tag, &["externalDocs"]), extensions: extensions(tag.node) })
    };
    let mut tags: Vec<Tag> = root.get("tags").iter().flat_map(At::elements).filter_map(described).collect();
    for name in operations.flat_map(|operation| &operation.tags) {
        if !tags.iter().any(|tag| tag.name == *name) {
            tags.push(Tag { name: name.clone(), description: None, notes: Vec::new(), extensions: Vec::new() });
        }
    }
    tags
}

/// What a document says of itself.
fn head(root: &At<'_>) -> Vec<(String, Value)> {
    let own = |key: &str| ["info", "tags", "externalDocs"].contains(&key) || key.starts_with("x-");
    root.members().filter(|(key, _)| own(key)).map(|(key, at)| (key.to_owned(), at.node.to_json())).collect()
}

/// Values of an enumeration or a default, as JSON.
fn values(node: &Node) -> Vec<Value> {
    node.as_list().unwrap_or_default().iter().map(Node::to_json).collect()
}
/// The component that a reference names: by its last word, or by the only name with the same words.
fn referred<'c>(reference: &str, components: &'c [(String, SchemaId)]) -> Option<&'c str> {
    let wanted = reference.rsplit(['/', '#']).next()?;
    let names = || components.iter().map(|(name, _)| name.as_str());
    let mut alike = names().filter(|name| words(name) == words(wanted));
    names().find(|name| *name == wanted).or_else(|| alike.next().filter(|_| alike.next().is_none()))
}
