//! Records that no call uses directly: lines of batch files and of job results that are not declared as such.

use std::collections::HashSet;

use super::drafts::{DraftId, Drafter, Origin};
use super::errors;
use super::modules::Modules;
use super::ty::Ty;
use crate::contract::{Contract, SchemaId};

/// A component with a type.
#[derive(Clone, Debug)]
pub(super) struct DraftRecord {
    pub(super) name: String,
    pub(super) ty: Ty<DraftId>,
    pub(super) module: usize,
}

/// Components that no operation reaches and that have a type, in a module of their own.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, modules: &mut Modules) -> Vec<DraftRecord> {
    let contract = drafter.contract();
    let carried = carried(contract);
    let mut components: Vec<&(String, SchemaId)> =
        contract.components.iter().filter(|(_, id)| !carried.contains(id)).collect();
    components.sort();
    let mut records = Vec::new();
    for (name, id) in components {
        let (ty, _) = drafter.ty(*id, Origin::Component(name.clone()));
        if ty.named().is_some() {
            let about = "Records that no call carries: lines of batch files and of job results.";
            let module = modules.find_or_add("records", || Some(about.to_owned()));
            records.push(DraftRecord { name: name.clone(), ty, module });
        }
    }
    records
}

/// Schemas that some operation or webhook carries, components through references included.
fn carried(contract: &Contract) -> HashSet<SchemaId> {
    let mut roots: Vec<SchemaId> = errors::component(contract).into_iter().collect();
    for operation in contract.operations.iter().chain(&contract.webhooks) {
        roots.extend(operation.parameters.iter().map(|parameter| parameter.schema));
        roots.extend(operation.body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema));
        let responses = operation.responses.iter();
        roots.extend(responses.flat_map(|response| &response.content).filter_map(|media| media.schema));
        let job = operation.hints.job.as_ref().and_then(|job| job.result.as_deref());
        roots.extend(job.and_then(|name| contract.component(name)));
    }
    contract.reach(roots).into_iter().collect()
}
