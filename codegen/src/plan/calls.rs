//! From operations to calls: the methods of each resource, and their names.

use std::collections::BTreeSet;

use super::context::Context;
use super::methods;
use super::modules::Modules;
use crate::contract::{Contract, Operation, VariantHint};
use crate::document::{METHODS, Pointer};
use crate::name::snake;

/// Modules, features and methods of the client that every crate has.
const TAKEN: [&str; 27] = [
    "blocking",
    "builder",
    "codecs",
    "default",
    "error_code",
    "for_tests",
    "full",
    "kontrakt_runtime",
    "lib",
    "main",
    "mock",
    "native_tls",
    "records",
    "recorder",
    "request",
    "reqwest",
    "reset_limits",
    "rsa",
    "runtime",
    // Attributes of this tool are paths.
    "rustfmt",
    "rustls",
    "schemars",
    "serde",
    "session",
    "testing",
    "types",
    "unknown_fields",
];

/// A method of a resource: an operation, or one of the variants it is divided into.
#[derive(Clone, Debug)]
pub(super) struct Call<'c> {
    /// Which operation of the contract.
    pub(super) at: usize,
    pub(super) operation: &'c Operation,
    /// Which module, and its name as the specification has it.
    pub(super) module: usize,
    pub(super) resource: String,
    pub(super) id: String,
    /// Name in snake_case.
    pub(super) name: String,
    pub(super) summary: Option<String>,
    pub(super) variant: Option<&'c VariantHint>,
}

/// Every method, and the modules of all resources.
pub(super) fn plan<'c>(context: &Context<'c>) -> (Modules, Vec<Call<'c>>) {
    let contract = context.contract;
    let (mut modules, mut calls) = (Modules::default(), Vec::new());
    for at in ordered(contract) {
        let operation = &contract.operations[at];
        let resource = methods::resource(operation, context.lock);
        let module = modules.find_or_add(&resource, || about(contract, operation, &resource));
        let whole = Call {
            at,
            operation,
            module,
            id: operation.id.clone(),
            name: methods::method(operation, &resource),
            resource,
            summary: operation.summary.clone().or_else(|| operation.description.clone()),
            variant: None,
        };
        match operation.hints.variants.as_slice() {
            [] => calls.push(whole),
            variants => calls.extend(variants.iter().map(|says| variant(&whole, says))),
        }
    }
    described(context, &modules);
    free_modules(context, &mut modules, &calls);
    unique(context, &modules, &mut calls);
    (modules, calls)
}

/// Operations in document order, those of one path among themselves by their method.
fn ordered(contract: &Contract) -> Vec<usize> {
    let path = |at: usize| contract.operations[at].path.as_str();
    let mut order: Vec<usize> = (0..contract.operations.len()).collect();
    for of_path in order.chunk_by_mut(|a, b| path(*a) == path(*b)) {
        // A map of methods has no order of its own.
        let rank = |method: &str| METHODS.iter().position(|one| one.eq_ignore_ascii_case(method));
        of_path.sort_by_key(|at| rank(&contract.operations[*at].method));
    }
    order
}

/// What a resource is about: `x-resources`, or the tag that it is named after.
fn about(contract: &Contract, operation: &Operation, resource: &str) -> Option<String> {
    let given = contract.behaviour.resources.iter().find(|(known, _)| known == resource);
    given.map(|(_, about)| about.clone()).or_else(|| {
        let name = operation.tags.first().filter(|tag| snake(tag) == resource)?;
        contract.tags.iter().find(|tag| tag.name == *name)?.description.clone()
    })
}

/// One of the calls that an operation is divided into.
fn variant<'c>(whole: &Call<'c>, says: &'c VariantHint) -> Call<'c> {
    Call {
        id: says.id.clone().unwrap_or_else(|| whole.id.clone()),
        name: says.method.clone().unwrap_or_else(|| whole.name.clone()),
        summary: says.summary.clone().or_else(|| whole.summary.clone()),
        variant: Some(says),
        ..whole.clone()
    }
}

/// Entries of `x-resources` are about resources.
fn described(context: &Context<'_>, modules: &Modules) {
    for (name, _) in &context.contract.behaviour.resources {
        if modules.find(name).is_none() {
            let message = format!("`x-resources` describes {name:?}, which is no resource");
            context.about_obsolete(&Pointer::from(["x-resources", name]), message);
        }
    }
}

/// A resource cannot have the name of something that every crate has.
fn free_modules(context: &Context<'_>, modules: &mut Modules, calls: &[Call<'_>]) {
    for at in 0..modules.0.len() {
        let mut name = modules.0[at].name.clone();
        if !TAKEN.contains(&name.as_str()) {
            continue;
        }
        if let Some(call) = calls.iter().find(|call| call.module == at) {
            let message =
                format!("a resource cannot be called {name:?}: the crate has a module, feature or method of that name");
            let help = "add an overlay action with `x-resource` for its operations";
            context.about_operation(call.operation, message, help);
        }
        while TAKEN.contains(&name.as_str()) || modules.find(&name).is_some_and(|other| other != at) {
            name.push_str("_resource");
        }
        modules.0[at].name = name;
    }
}

/// Two methods of one name in one resource are a complaint, and get the names of their operations.
fn unique(context: &Context<'_>, modules: &Modules, calls: &mut [Call<'_>]) {
    let names: Vec<(usize, String)> = calls.iter().map(|call| (call.module, call.name.clone())).collect();
    let mut known = BTreeSet::new();
    for call in calls {
        if names.iter().filter(|(module, name)| *module == call.module && *name == call.name).count() > 1 {
            let module = &modules.0[call.module].name;
            let message = format!("{module}().{} would be the name of several operations", call.name);
            let Operation { method, path, .. } = call.operation;
            let help = format!("add an overlay action with `x-method` for {method} {path}");
            context.about_operation(call.operation, message, help);
            call.name = snake(&call.id);
        }
        // Two operations may still share an id; the complaint is made, so any name will do.
        while !known.insert((call.module, call.name.clone())) {
            call.name = format!("{}_again", call.name);
        }
    }
}
