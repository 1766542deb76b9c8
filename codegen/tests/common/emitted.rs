//! Emitted crates as data: the items of every module, parsed with the grammar of the runtime's macros.
//! [`Emitted::assert_sound`] checks much of what the compiler would check, without running it.

use std::collections::{BTreeMap, BTreeSet};

use kontrakt_codegen::emit::File;
use syn::Item;

use super::grammar::{Enum, Operation, Outcomes, Record, Resource, Union, exports, features, rust};

/// What a macro declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ItemKind {
    Record,
    Open,
    Closed,
    Union,
    Outcomes,
    Resource,
    Operation,
}

/// A field, variant, alternative, argument or setter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// The type as code; empty for the variants of an enum.
    pub(crate) ty: String,
    /// Where the value goes or comes from: `required`, `path` and so on.
    pub(crate) place: String,
    /// Keys on the wire.
    pub(crate) keys: Vec<String>,
}

/// What a macro of the runtime declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) kind: ItemKind,
    /// Name of the type; of an operation, name of the method.
    pub(crate) name: String,
    pub(crate) members: Vec<Member>,
    /// Features behind which it is; none when it is always there.
    pub(crate) features: BTreeSet<String>,
    /// Names of types that it mentions.
    pub(crate) mentions: BTreeSet<String>,
    /// Of an operation: how it is called.
    pub(crate) call: Option<Call>,
}

/// What only operations have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// Name of the request type, where it has one.
    pub(crate) request: Option<String>,
    /// Method and path with parameters.
    pub(crate) path: String,
    /// Type of the answer as code.
    pub(crate) answer: String,
    /// How many of the members are arguments; the others are setters of the request type.
    pub(crate) arguments: usize,
}

/// A file of the crate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Module {
    pub(crate) items: Vec<Declared>,
    /// Shared types that the module exports.
    pub(crate) exports: BTreeSet<String>,
    /// Types with constructors, with the features they are behind.
    pub(crate) constructors: Vec<(String, BTreeSet<String>)>,
}

/// A whole crate.
#[derive(Clone, Debug)]
pub(crate) struct Emitted {
    /// By name: `orders`, `types`.
    pub(crate) modules: BTreeMap<String, Module>,
    /// Modules that the root declares, with the feature of each.
    pub(crate) declared: BTreeMap<String, BTreeSet<String>>,
    /// Features of the manifest.
    pub(crate) features: BTreeMap<String, BTreeSet<String>>,
}

impl Emitted {
    /// Reads every file, or says which cannot be read.
    pub(crate) fn read(files: &[File]) -> Result<Self, String> {
        let (mut modules, mut declared, mut features) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for file in files {
            let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.path);
            if file.path == "Cargo.toml" {
                features = manifest(&file.text).map_err(|error| failed(&error))?;
            }
            let Some(name) = file.path.strip_prefix("src/").and_then(|name| name.strip_suffix(".rs")) else { continue };
            let parsed = syn::parse_file(&file.text).map_err(|error| failed(&error))?;
            match name {
                "lib" => declared = submodules(&parsed),
                "codecs" => {}
                name => {
                    let module = module(&parsed).map_err(|error| failed(&error))?;
                    modules.insert(name.to_owned(), module);
                }
            }
        }
        Ok(Self { modules, declared, features })
    }

    /// Every declared item with the name of its module.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&str, &Declared)> {
        self.modules.iter().flat_map(|(name, module)| module.items.iter().map(move |item| (name.as_str(), item)))
    }

    /// The item of a name, wherever it is.
    pub(crate) fn item(&self, name: &str) -> &Declared {
        let found = self.items().find(|(_, item)| item.name == name);
        found.map_or_else(|| panic!("no item {name} among {:?}", self.names()), |(_, item)| item)
    }

    /// Names of all items, as `module::name`.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.items().map(|(module, item)| format!("{module}::{}", item.name)).collect()
    }

    /// What the compiler would refuse: names twice, names of nothing, parameters of no path, features that do not hold
    /// together. Each violation is a sentence.
    pub(crate) fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        let declared: BTreeSet<&String> = self.declared.keys().filter(|name| *name != "codecs").collect();
        if declared != self.modules.keys().collect() {
            found.push(format!("the root declares {declared:?}, the files are {:?}", self.modules.keys()));
        }
        for (name, module) in &self.modules {
            names(name, module, &mut found);
            self.mentions(name, module, &mut found);
            module
                .items
                .iter()
                .filter(|item| item.kind == ItemKind::Operation)
                .for_each(|item| calls(item, &mut found));
            self.features_of(name, module, &mut found);
        }
        found
    }

    /// Fails the test on any violation.
    pub(crate) fn assert_sound(&self) {
        let violations = self.violations();
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }

    /// Every type mentioned is of the module, shared and exported by it, or known everywhere.
    fn mentions(&self, name: &str, module: &Module, found: &mut Vec<String>) {
        let own: BTreeSet<&String> = module.items.iter().map(|item| &item.name).collect();
        for item in &module.items {
            for mentioned in &item.mentions {
                let known = own.contains(mentioned) || module.exports.contains(mentioned);
                if !known && !KNOWN.contains(&mentioned.as_str()) {
                    found.push(format!("{name}::{} mentions {mentioned}, which is not in scope", item.name));
                }
            }
        }
    }

    /// An item never needs another that is behind a feature which the first is not behind.
    fn features_of(&self, name: &str, module: &Module, found: &mut Vec<String>) {
        // The codes of errors belong to the client.
        if name == "error_code" {
            return;
        }
        if name == "types" {
            let by_name: BTreeMap<&String, &Declared> = module.items.iter().map(|item| (&item.name, item)).collect();
            for item in &module.items {
                if item.features.is_empty() {
                    found.push(format!("types::{} is behind no feature", item.name));
                }
                for needed in item.mentions.iter().filter_map(|mentioned| by_name.get(mentioned)) {
                    for missing in item.features.difference(&needed.features) {
                        found.push(format!("with {missing}, types::{} needs types::{}", item.name, needed.name));
                    }
                }
            }
            for (name, features) in &module.constructors {
                if by_name.get(name).is_none_or(|item| item.features != *features) {
                    found.push(format!("types::{name} and its constructor are behind different features"));
                }
            }
        } else {
            if self.declared.get(name).is_none_or(|features| !features.iter().eq([name])) {
                found.push(format!("the module {name} is not behind the feature {name}"));
            }
            if !self.features.contains_key(name) || !self.features.get("full").is_some_and(|full| full.contains(name)) {
                found.push(format!("the manifest does not know the feature {name}"));
            }
            let shared = self.modules.get("types").map(|types| types.items.as_slice()).unwrap_or_default();
            for export in &module.exports {
                if !shared.iter().any(|item| item.name == *export && item.features.contains(name)) {
                    found.push(format!("{name} exports types::{export}, which the feature {name} does not switch on"));
                }
            }
        }
    }
}

/// What is in scope everywhere: the runtime's prelude and the standard one.
const KNOWN: [&str; 28] = [
    "str",
    "bool",
    "i64",
    "f64",
    "Box",
    "Option",
    "String",
    "Vec",
    "CompactDateTime",
    "Date",
    "DateTime",
    "DecimalString",
    "Download",
    "Fixed",
    "Job",
    "Json",
    "LocalDateTime",
    "Map",
    "Number",
    "Outcomes",
    "Page",
    "Patch",
    "Scalar",
    "Instance",
    "Upload",
    "Secret",
    "UnixTime",
    "Decimal",
];

/// Methods that every request type has.
const REQUEST: [&str; 9] = ["send", "send_raw", "items", "pages", "submit", "new", "query", "header", "answering"];

fn names(name: &str, module: &Module, found: &mut Vec<String>) {
    let mut twice = |what: String, names: Vec<&str>| {
        let mut seen = BTreeSet::new();
        for repeated in names.into_iter().filter(|name| !seen.insert(*name)) {
            found.push(format!("{what} has {repeated} twice"));
        }
    };
    let types = module.items.iter().filter(|item| item.kind != ItemKind::Operation).map(|item| item.name.as_str());
    let requests = module.items.iter().filter_map(|item| item.call.as_ref()?.request.as_deref());
    twice(name.to_owned(), types.chain(requests).chain(module.exports.iter().map(String::as_str)).collect());
    let methods = module.items.iter().filter(|item| item.kind == ItemKind::Operation).map(|item| item.name.as_str());
    twice(format!("the resource {name}"), methods.collect());
    for item in &module.items {
        let mut names: Vec<&str> = item.members.iter().map(|member| member.name.as_str()).collect();
        match item.kind {
            ItemKind::Open => names.push("Unknown"),
            ItemKind::Union => names.push("Other"),
            _ => {}
        }
        if let Some(call) = &item.call {
            let setters = names.split_off(call.arguments);
            twice(call.request.clone().unwrap_or_default(), REQUEST.into_iter().chain(setters).collect());
        }
        twice(format!("{name}::{}", item.name), names);
    }
}

/// Every `{name}` of a path is filled in, and nothing else is said to be in the path.
fn calls(item: &Declared, found: &mut Vec<String>) {
    let Some(Call { path, .. }) = &item.call else { return };
    let wanted: BTreeSet<&str> = kontrakt_codegen::path::PathTemplate::parse(path).variables().collect();
    let given = item.members.iter().filter(|member| member.place == "path").flat_map(|member| &member.keys);
    let given: BTreeSet<&str> = given.map(String::as_str).collect();
    if wanted != given {
        found.push(format!("{}: the path {path} is given {given:?}", item.name));
    }
}

fn manifest(text: &str) -> Result<BTreeMap<String, BTreeSet<String>>, toml::de::Error> {
    let table: toml::Table = text.parse()?;
    let features = table.get("features").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let texts = |value: &toml::Value| {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    Ok(features.iter().map(|(name, value)| (name.clone(), texts(value))).collect())
}

fn submodules(file: &syn::File) -> BTreeMap<String, BTreeSet<String>> {
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some((module.ident.to_string(), features(&module.attrs))),
        _ => None,
    });
    modules.collect()
}

fn module(file: &syn::File) -> syn::Result<Module> {
    let mut module = Module::default();
    for item in &file.items {
        match item {
            Item::Macro(call) => {
                let name = call.mac.path.get_ident().map(ToString::to_string).unwrap_or_default();
                let mut declared = match name.as_str() {
                    "record" => call.mac.parse_body::<Record>()?.0,
                    "open_enum" => call.mac.parse_body::<Enum>()?.0,
                    "closed_enum" => Declared { kind: ItemKind::Closed, ..call.mac.parse_body::<Enum>()?.0 },
                    "union" => call.mac.parse_body::<Union>()?.0,
                    "resource" => call.mac.parse_body::<Resource>()?.0,
                    "operation" => call.mac.parse_body::<Operation>()?.0,
                    "outcomes" => call.mac.parse_body::<Outcomes>()?.0,
                    "create_once" => continue,
                    other => {
                        let span = call.mac.path.segments[0].ident.span();
                        return Err(syn::Error::new(span, format!("{other} is no macro of the runtime")));
                    }
                };
                declared.features = features(&call.attrs);
                module.items.push(declared);
            }
            Item::Use(import) => exports(&import.tree, &mut module.exports),
            Item::Impl(block) => {
                let mut mentions = BTreeSet::new();
                rust(&block.self_ty, &mut mentions);
                module.constructors.extend(mentions.into_iter().map(|name| (name, features(&block.attrs))));
            }
            _ => {}
        }
    }
    Ok(module)
}
