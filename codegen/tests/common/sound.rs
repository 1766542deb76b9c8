//! Holds the plan of a crate against what the compiler will demand, without running it: names, features, paths.

use std::collections::BTreeSet;

use kontrakt_codegen::contract::Location;
use kontrakt_codegen::generate::Generated;
use kontrakt_codegen::name::pascal;
use kontrakt_codegen::path::PathTemplate;
use kontrakt_codegen::plan::{Argument, ArgumentPlace, Method, Plan, Resource, Ty, TypeDef, TypeId, TypeKind};

/// Methods that every request type has.
const REQUEST: [&str; 9] = ["send", "send_raw", "items", "pages", "submit", "new", "query", "header", "answering"];

/// Fails the test on any violation.
pub(crate) fn assert_sound(generated: &Generated) {
    let violations = violations(generated);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// What the compiler would refuse, a sentence each.
pub(crate) fn violations(Generated { contract, plan, files, .. }: &Generated) -> Vec<String> {
    let mut found = of_plan(plan);
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        found.extend(syn::parse_file(&file.text).err().map(|error| format!("{}: {error}", file.path)));
    }
    for method in plan.resources.iter().flat_map(|resource| &resource.operations) {
        let path = &contract.operations[method.operation].path;
        let given = method.arguments.iter().filter_map(|one| match &one.place {
            ArgumentPlace::Path(name)
            | ArgumentPlace::Label { name, .. }
            | ArgumentPlace::Matrix { name, .. }
            | ArgumentPlace::Json(Location::Path, name) => Some(name.as_str()),
            _ => None,
        });
        let (wanted, given) = (PathTemplate::parse(path), BTreeSet::from_iter(given));
        if wanted.variables().collect::<BTreeSet<_>>() != given {
            found.push(format!("{}: the path {path} is given {given:?}", method.name));
        }
    }
    found
}

/// Names twice, and types behind features that do not hold together.
pub(crate) fn of_plan(plan: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    for (index, resource) in plan.resources.iter().enumerate() {
        names_of_module(plan, index, resource, &mut found);
        for method in &resource.operations {
            for ty in named(method).filter(|ty| !plan.ty(*ty).resources.contains(&index)) {
                found.push(format!("{} uses {}, which it does not switch on", resource.name, plan.ty(ty).name));
            }
        }
    }
    for def in &plan.types {
        names_of_type(def, &mut found);
        if def.resources.is_empty() {
            found.push(format!("{} is behind no feature", def.name));
        }
        for needed in members(def).filter_map(Ty::named).map(|id| plan.ty(id)) {
            for missing in def.resources.iter().filter(|index| !needed.resources.contains(index)) {
                let feature = &plan.resources[*missing].name;
                found.push(format!("with {feature}, {} needs {}", def.name, needed.name));
            }
        }
    }
    found
}

/// Emitted types that a method names.
fn named(method: &Method) -> impl Iterator<Item = TypeId> {
    let takes = method.arguments.iter().chain(&method.options).filter_map(|one| one.ty.named());
    let lists = method.bulk.iter().flat_map(|bulk| &bulk.lists);
    let outcomes = lists.filter_map(|list| list.entry.as_ref()?.named());
    takes.chain(method.answer.ty().and_then(Ty::named)).chain(outcomes)
}

fn members(def: &TypeDef) -> impl Iterator<Item = &Ty> {
    let (fields, alternatives) = match &def.kind {
        TypeKind::Record(fields) => (fields.as_slice(), &[][..]),
        TypeKind::Union(alternatives) => (&[][..], alternatives.as_slice()),
        TypeKind::Enum(_) => (&[][..], &[][..]),
    };
    fields.iter().map(|field| &field.ty).chain(alternatives.iter().map(|one| &one.ty))
}

fn names_of_module(plan: &Plan, index: usize, resource: &Resource, found: &mut Vec<String>) {
    let types = plan.types.iter().filter(|def| def.resources.contains(&index)).map(|def| def.name.clone());
    let requests = resource.operations.iter().filter_map(Method::request);
    let own = std::iter::once(format!("{}Api", pascal(&resource.name)));
    once(&resource.name, types.chain(requests).chain(own), found);
    once(&resource.name, resource.operations.iter().map(|method| method.name.clone()), found);
    for method in &resource.operations {
        let names = |list: &[Argument]| Vec::from_iter(list.iter().map(|one| one.name.clone()));
        once(&method.name, names(&method.arguments).into_iter(), found);
        let setters = REQUEST.map(str::to_owned).into_iter().chain(names(&method.options));
        once(&format!("the request of {}", method.name), setters, found);
    }
}

fn names_of_type(def: &TypeDef, found: &mut Vec<String>) {
    let names: Vec<&str> = match &def.kind {
        TypeKind::Record(fields) => fields.iter().map(|field| field.name.as_str()).collect(),
        TypeKind::Enum(variants) => variants.iter().map(|one| one.name.as_str()).chain(["Unknown"]).collect(),
        TypeKind::Union(list) => list.iter().map(|one| one.name.as_str()).chain(["Other"]).collect(),
    };
    once(&def.name, names.into_iter().map(str::to_owned), found);
    if let TypeKind::Record(fields) = &def.kind {
        found.extend(fields.iter().filter(|one| one.keys.is_empty()).map(|one| format!("{} has no key", one.name)));
    }
}

fn once(what: &str, names: impl Iterator<Item = String>, found: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    let twice = names.filter(|name| !seen.insert(name.clone()));
    found.extend(twice.map(|name| format!("{what} has {name} twice")));
}
