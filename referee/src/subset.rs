//! The operations that are compared with ours: a few of every kind, so that the tests compile quickly.
//! The whole documents are only checked for compilation: see `tests/exports_compile.rs`.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, SchemaId};

/// APIs of which a part is enough, and that part by operation id. Of others everything is kept.
const KEPT: &[(&str, &[&str])] = &[(
    "shoptet",
    &[
        // A paged list with many filters.
        "getListOfOrders",
        // A path parameter, and the largest answer there is.
        "getOrderDetail",
        // An empty answer, and typed errors.
        "deleteOrder",
        // Query flags and a body.
        "updateOrderStatus",
        // A body of optional and nullable fields.
        "updateOrderHead",
        // A body that is a list, with an enumeration.
        "registerNewWebhook",
        // Bytes.
        "downloadOrderAsPdf",
        // A list without pages.
        "getListOfOrderStatuses",
    ],
)];

/// Leaves only the operations that are compared, and the components they reach.
///
/// # Errors
/// When an operation is gone: the list above then needs another one.
pub(crate) fn keep(contract: &mut Contract, api: &str) -> Result<(), String> {
    let Some((_, kept)) = KEPT.iter().find(|(name, _)| *name == api) else { return Ok(()) };
    contract.operations.retain(|operation| kept.contains(&operation.id.as_str()));
    if let Some(gone) = kept.iter().find(|id| !contract.operations.iter().any(|operation| operation.id == **id)) {
        return Err(format!("{api} has no operation {gone:?} any more: choose another of its kind in src/subset.rs"));
    }
    let reached = reached(contract);
    contract.components.retain(|(_, id)| reached.contains(id));
    Ok(())
}

fn reached(contract: &Contract) -> HashSet<SchemaId> {
    let mut waiting: Vec<SchemaId> = Vec::new();
    for operation in &contract.operations {
        waiting.extend(operation.parameters.iter().map(|parameter| parameter.schema));
        let bodies = operation.body.iter().flat_map(|body| &body.content);
        let answers = operation.responses.iter().flat_map(|response| &response.content);
        waiting.extend(bodies.chain(answers).filter_map(|media| media.schema));
    }
    let mut reached = HashSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            waiting.extend(contract[id].children());
        }
    }
    reached
}
