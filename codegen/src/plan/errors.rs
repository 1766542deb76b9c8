//! Known error codes, as an enum beside the client.
//! Errors belong to no resource, so this enum is planned apart from the other types.

use serde_json::Value;

use super::context::Context;
use super::model::{TypeDef, TypeKind};
use super::{docs, enums};
use crate::contract::{Contract, SchemaId};
use crate::document::Pointer;
use crate::name::type_name;

/// The component with the codes.
pub(super) fn component(contract: &Contract) -> Option<SchemaId> {
    contract.component(contract.behaviour.envelope.error_codes.as_deref()?)
}

/// The enum of the codes, where the specification names a component for them.
pub(super) fn plan(context: &Context<'_>) -> Option<TypeDef> {
    let contract = context.contract;
    let name = contract.behaviour.envelope.error_codes.as_deref()?;
    let values = component(contract).map(|id| (id, &contract[id])).and_then(|(id, schema)| {
        let texts: Option<Vec<&str>> = schema.enumeration.as_ref()?.iter().map(Value::as_str).collect();
        Some((id, schema, texts?))
    });
    let Some((id, schema, texts)) = values else {
        let pointer = Pointer::from(["x-envelope", "error-codes"]);
        let message = format!("`error-codes` names {name:?}, which is no component with an enum of texts");
        context.about_place(&pointer, message, "expected the name of a schema under components/schemas");
        return None;
    };
    let name = type_name(name);
    Some(TypeDef {
        docs: docs::of_type(contract, id, &name),
        limits: None,
        name,
        schemas: vec![id],
        deprecated: schema.deprecated,
        sent: false,
        received: true,
        open: true,
        defaultable: false,
        resources: Vec::new(),
        addresses: Vec::new(),
        kind: TypeKind::Enum(enums::variants(context, id, &schema.hints, &texts)),
    })
}
