//! The bodies of errors that operations describe, by status: what `Error::body_as` reads them as.
//! Where an envelope says how all errors are read, the runtime reads them.

use super::calls::Call;
use super::drafts::{DraftId, Drafter, Origin};
use super::ty::{Scalar, Ty};
use crate::contract::{SchemaId, Status};
use crate::name::{pascal, singular_pascal, type_name};

/// The types of the errors of a call, in the order of their statuses; what nothing is known of has none.
pub(super) fn plan(drafter: &mut Drafter<'_, '_>, call: &Call<'_>) -> Vec<(Status, Ty<DraftId>)> {
    let contract = drafter.contract();
    let envelope = &contract.behaviour.envelope;
    if envelope.errors.is_some() || envelope.error.is_some() {
        return Vec::new();
    }
    let mut described: Vec<(Status, SchemaId)> =
        call.operation.failures().filter_map(|answer| Some((answer.status, answer.json()?.schema?))).collect();
    described.sort_unstable();
    let alike = described.iter().all(|(_, schema)| *schema == described[0].1);
    let name = format!("{}{}Error", singular_pascal(&call.resource), pascal(&call.name));
    let mut faults = Vec::new();
    for (status, schema) in described {
        let name = type_name(&if alike { name.clone() } else { format!("{name} {status}") });
        let origin = Origin::Root { name, entity: "ErrorBody".to_owned(), operation: call.operation.id.clone() };
        let (ty, nullable) = drafter.ty(schema, origin);
        if ty != Scalar::Json.into() {
            faults.push((status, if nullable { ty.optional() } else { ty }));
        }
    }
    faults
}
