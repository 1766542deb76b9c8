//! From a contract to the plan of a crate. Each pass takes values and returns one; none changes the result of another.
//!
//! Operations become calls (`calls`), and their parameters and bodies become drafts (`operations`, `webhooks`, `records`).
//! Equal drafts are merged (`merge`), get names (`names`) and become types (`types`).

mod addresses;
mod answer;
mod body;
mod boxes;
mod bulk;
mod calls;
mod client;
mod context;
mod docs;
mod drafts;
mod enums;
mod errors;
mod fallbacks;
mod faults;
mod feed;
mod forms;
mod glossary;
mod joints;
mod limits;
mod locked;
mod merge;
mod methods;
mod model;
mod modules;
mod names;
mod odd_names;
mod once;
mod operations;
mod parameters;
mod prose;
mod reach;
mod records;
mod references;
mod roles;
mod scalar;
mod shape;
mod signature;
mod tags;
mod texts;
mod ty;
mod types;
mod variants;
mod webhooks;

#[cfg(test)]
mod tests;

pub use client::{Client, Credential, CredentialPlace, Variable};
pub use fallbacks::new_fallbacks;
pub(crate) use methods::api;
pub use model::{
    Address, Alternative, Answer, Argument, BetterName, Bulk, BulkList, BulkPlace, ChangeFeed, CreateOnce, EntryDetail,
    Fallback, FallbackKind, FeedReach, Field, Lookup, Method, OddName, OddNameKind, OwnKey, Plan, Promise, Record,
    Resource, Share, TypeDef, TypeKind, UnionTag, Variant,
};
pub(crate) use prose::prose;
pub use shape::{Shape, deciding_schema};
pub use ty::{ArgumentPlace, ArgumentTy, MemberPath, Scalar, Ty, TypeId};

use std::collections::{BTreeMap, BTreeSet};

use self::calls::Call;
use self::context::Context;
use self::drafts::{DraftId, Drafter, Drafts};
use self::locked::Locked;
use self::merge::MergedDrafts;
use self::modules::Modules;
use self::names::Occupied;
use self::operations::DraftMethod;
use self::reach::{Reach, Use};
use self::records::DraftRecord;
use self::types::Decided;
use self::webhooks::Carried;
use crate::contract::Contract;
use crate::diagnostic::{Diagnostic, Result};
use crate::document::Document;
use crate::lock::NameLock;

/// What to do about names that collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collisions {
    /// A complaint that asks for an entry in the overlay: for the project's own specifications.
    Refuse,
    /// The long name that is unique by construction: for documents of others.
    Qualify,
}

impl Plan {
    /// Decides everything about the crate of a contract. What stands where it stood keeps the name that `lock` has for it.
    ///
    /// # Errors
    /// When names collide, or an extension does not fit the place where it stands.
    pub fn of(contract: &Contract, document: &Document, lock: &NameLock, collisions: Collisions) -> Result<Self> {
        let joined = joints::joined(contract);
        let of_others = collisions == Collisions::Qualify;
        let context = Context::new(joined.as_ref().unwrap_or(contract), document, lock, of_others);
        let plan = plan(&context);
        let (complaints, remarks) = context.into_diagnostics();
        match (collisions, Diagnostic::all(complaints.clone())) {
            (Collisions::Refuse, Some(complaint)) => Err(complaint),
            (Collisions::Refuse, None) => Ok(Self { notes: remarks, ..plan }),
            (Collisions::Qualify, _) => Ok(Self { notes: [complaints, remarks].concat(), ..plan }),
        }
    }
}

fn plan(context: &Context<'_>) -> Plan {
    let (mut modules, calls) = calls::plan(context);
    let mut drafter = Drafter::new(context);
    let methods: Vec<DraftMethod> = calls.iter().map(|call| operations::plan(&mut drafter, call)).collect();
    let carried = webhooks::plan(&mut drafter, &mut modules);
    let records = records::plan(&mut drafter, &mut modules);
    let drafts = drafter.finish();

    let uses = uses(&calls, &methods, &carried, &records);
    let occupied = occupied(&modules, &calls);
    let new = (!context.lock.types.is_empty())
        .then(|| named(&context.afresh(), (&drafts, &Locked::default()), &uses, &occupied));
    let (drafts, locked) = locked::find(context.contract, context.lock, drafts, &uses);
    let named = named(context, (&drafts, &locked), &uses, &occupied);
    let better = new.map(|new| better(context.contract, &drafts, &named, &new)).unwrap_or_default();
    let Named { merged, reach, names } = named;
    let decided = Decided { drafts: &drafts, locked: &locked, merged: &merged, names: &names, reach: &reach };
    let types = types::plan(context, decided, &webhooks::notes(&carried, &merged));
    let roots = uses.into_iter().map(|(place, one)| (place, merged.of(one.ty))).collect();
    let values = values_of(&calls, &methods);
    let lock = locked::of(NameLock { modules: modules_of(&calls), values, ..NameLock::default() }, roots, &types);
    let methods: Vec<Method> =
        calls.iter().zip(&methods).map(|(call, draft)| method(context.contract, call, draft, &merged)).collect();
    let bulk = bulk::plan(context, &types, &methods);
    let feeds = feed::plan(context, &types, (&modules, &calls), &methods);
    let modules_of: Vec<usize> = calls.iter().map(|call| call.module).collect();
    let creations = once::plan(context, &types, &methods, &modules_of);
    let says = bulk.into_iter().zip(feeds).zip(creations);
    let methods = methods.into_iter().zip(says).map(|(method, ((bulk, feed), once))| Method {
        promise: bulk::promise(context.contract, &context.contract.operations[method.operation]),
        bulk,
        feed,
        once,
        ..method
    });
    let resources = resources(modules, modules_of.into_iter().zip(methods));
    let fallbacks = fallbacks::of(context, (&drafts, &merged), &types, &resources);
    let record = |name: &str, ty: &Ty<DraftId>, resource| Record {
        name: name.to_owned(),
        ty: ty.map(&|draft| merged.of(draft)),
        resource,
    };
    let of_webhooks = carried.iter().filter_map(|one| Some(record(one.component.as_deref()?, &one.ty, one.module)));
    let of_none = records.iter().map(|one| record(&one.name, &one.ty, one.module));
    glossary::check(context, &types);
    untrue(context, &fallbacks);
    let odd_names = odd_names::check(context, &types);
    let types = roles::told(types, &resources);
    let (types, resources) = references::linked(context, types, resources);
    Plan {
        client: client::plan(context.contract),
        resources,
        records: of_webhooks.chain(of_none).collect(),
        error_codes: errors::plan(context),
        types,
        lock,
        better,
        odd_names,
        fallbacks,
        notes: Vec::new(),
    }
}

/// Warns of texts that say something else than the schema.
fn untrue(context: &Context<'_>, fallbacks: &[Fallback]) {
    for one in fallbacks.iter().filter(|one| matches!(one.kind, FallbackKind::Untrue(_))) {
        let help = "mend the text, or give this place one of its own in `x-glossary`: `Type.member`, `request.member`, \
                    `answer.member`";
        context.remark_place(&one.pointer, one.to_string(), help);
    }
}

/// The types that drafts become, who uses them, and what they are called.
struct Named {
    merged: MergedDrafts,
    reach: Vec<Reach>,
    names: Vec<String>,
}

fn named(
    context: &Context<'_>,
    (drafts, locked): (&Drafts, &Locked),
    uses: &[(String, Use<DraftId>)],
    occupied: &[Occupied],
) -> Named {
    let merged = merge::merge(context, drafts, locked, uses.iter().map(|(_, one)| one.ty));
    let reach = reach::of(&merged.members(drafts), uses.iter().map(|(_, one)| one.map(|draft| merged.of(draft))));
    let names = names::decide(context, drafts, &merged, &reach, occupied);
    Named { merged, reach, names }
}

/// Names that were kept and that the rule would no longer choose, where its own is free.
fn better(contract: &Contract, drafts: &Drafts, named: &Named, new: &Named) -> Vec<BetterName> {
    let types = named.merged.types.iter().zip(&named.names).filter(|(one, _)| one.locked);
    let found = types.filter_map(|(one, name)| {
        let wished: BTreeSet<&String> = one.drafts.iter().map(|draft| &new.names[new.merged.of(*draft).0]).collect();
        let better = wished.first().filter(|better| wished.len() == 1 && !named.names.contains(better))?;
        let pointer = contract[drafts[one.drafts[0]].schema].pointer.clone();
        Some(BetterName { name: name.clone(), better: (*better).clone(), pointer })
    });
    let mut found: Vec<BetterName> = found.collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The resource of each call, where no `x-resource` says it.
fn modules_of(calls: &[Call<'_>]) -> BTreeMap<String, String> {
    let by_tag = calls.iter().filter(|call| call.operation.hints.resource.is_none());
    by_tag.map(|call| (call.operation.call(), call.resource.clone())).collect()
}

/// Where each call has its value, unless the specification says so itself.
fn values_of(calls: &[Call<'_>], methods: &[DraftMethod]) -> BTreeMap<String, String> {
    let of_answers = calls.iter().zip(methods).filter(|(call, _)| call.operation.hints.value.is_none());
    let of_answers = of_answers.map(|(call, method)| (locked::answer_place(call.operation), &method.value));
    let bodies = calls.iter().zip(methods).flat_map(|(call, method)| {
        method.takes.iter().filter_map(|(argument, _)| match &argument.place {
            ArgumentPlace::Body(path) => Some((locked::body_place(call.operation), path)),
            _ => None,
        })
    });
    let all = of_answers.chain(bodies).filter(|(_, path)| !path.is_empty());
    all.map(|(place, path)| (place, path.to_string())).collect()
}

/// What operations, webhooks and nobody carry, each with its place, in the order in which types stand in the plan.
fn uses(
    calls: &[Call<'_>],
    methods: &[DraftMethod],
    carried: &[Carried],
    records: &[DraftRecord],
) -> Vec<(String, Use<DraftId>)> {
    let of_methods = calls.iter().zip(methods).flat_map(|(call, method)| {
        let wire = call.operation.call();
        let answer = format!("{wire} answer {}", method.value);
        let given = method.answer.ty().and_then(Ty::named).map(|ty| (answer.trim_end().to_owned(), ty, false));
        let faults = method
            .faults
            .iter()
            .filter_map(|(status, ty)| Some((format!("{wire} error {status}"), ty.named()?, false)));
        let taken = method.sent.iter().map(|(place, ty)| (format!("{wire} {place}"), *ty, true));
        let all: Vec<_> = given.into_iter().chain(faults).chain(taken).collect();
        all.into_iter().map(|(place, ty, sent)| (place, Use { ty, sent, module: call.module }))
    });
    let of_webhooks = carried
        .iter()
        .filter_map(|one| Some((one.place.clone(), Use { ty: one.ty.named()?, sent: one.sent, module: one.module })));
    // Nobody says which way they go, so both.
    let of_none = records.iter().flat_map(|one| {
        let both = [true, false].map(|sent| one.ty.named().map(|ty| Use { ty, sent, module: one.module }));
        both.into_iter().flatten().map(|use_of| (format!("record {}", one.name), use_of))
    });
    of_methods.chain(of_webhooks).chain(of_none).collect()
}

/// The names that modules use themselves.
fn occupied(modules: &Modules, calls: &[Call<'_>]) -> Vec<Occupied> {
    let of_module = |(at, module): (usize, &modules::Module)| {
        let requests = calls.iter().filter(|call| call.module == at).map(|call| methods::request(&call.name));
        Occupied { module: module.name.clone(), names: requests.chain([api(&module.name)]).collect() }
    };
    modules.0.iter().enumerate().map(of_module).collect()
}

/// A method, its types being those of the plan.
fn method(contract: &Contract, call: &Call<'_>, draft: &DraftMethod, merged: &MergedDrafts) -> Method {
    let id = |draft: DraftId| merged.of(draft);
    let argument = |(argument, _): &(Argument<DraftId>, bool)| argument.map(&id);
    let (arguments, options): (Vec<_>, Vec<_>) = draft.takes.iter().partition(|(_, required)| *required);
    Method {
        id: call.id.clone(),
        operation: call.at,
        path: client::address(contract, call.operation),
        name: call.name.clone(),
        summary: call.summary.clone(),
        arguments: arguments.into_iter().map(argument).collect(),
        options: options.into_iter().map(argument).collect(),
        answer: draft.answer.map(&id),
        value: draft.value.clone(),
        faults: draft.faults.iter().map(|(status, ty)| (*status, ty.map(&id))).collect(),
        retry: draft.retry,
        page_size: draft.page_size.clone(),
        promise: Promise::default(),
        bulk: None,
        feed: None,
        once: None,
    }
}

/// Modules with their methods.
fn resources(modules: Modules, methods: impl Iterator<Item = (usize, Method)>) -> Vec<Resource> {
    let resource = |module: modules::Module| Resource {
        name: module.name,
        description: module.description,
        operations: Vec::new(),
    };
    let mut resources: Vec<Resource> = modules.0.into_iter().map(resource).collect();
    for (module, method) in methods {
        resources[module].operations.push(method);
    }
    resources
}
