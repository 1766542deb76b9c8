//! The codes that errors can have, as an enum beside the client.
//! Errors belong to no resource, so this is no type like the others.

use serde_json::Value;

use super::types::Builder;
use super::{TypeDef, TypeKind, docs};
use crate::contract::SchemaId;
use crate::document::Pointer;
use crate::name::type_name;

/// The component with the codes.
pub(super) fn component(builder: &Builder<'_>) -> Option<SchemaId> {
    builder.contract.component(builder.contract.behaviour.envelope.error_codes.as_deref()?)
}

pub(super) fn plan(builder: &mut Builder<'_>) -> Option<TypeDef> {
    let contract = builder.contract;
    let name = contract.behaviour.envelope.error_codes.as_deref()?;
    let values = component(builder).map(|id| (id, &contract[id])).and_then(|(id, schema)| {
        let texts: Option<Vec<&str>> = schema.enumeration.as_ref()?.iter().map(Value::as_str).collect();
        Some((id, schema, texts?))
    });
    let Some((id, schema, texts)) = values else {
        let pointer = Pointer::from(["x-envelope", "error-codes"]);
        let message = format!("`error-codes` names {name:?}, which is no component with an enum of texts");
        builder.complain_at(&pointer, message, "expected the name of a schema under components/schemas");
        return None;
    };
    let name = type_name(name);
    Some(TypeDef {
        docs: docs::of_type(contract, id, &name),
        name,
        schema: id,
        deprecated: schema.deprecated,
        sent: false,
        received: true,
        defaultable: false,
        resources: Vec::new(),
        addresses: Vec::new(),
        kind: TypeKind::Enum(builder.variants(id, &schema.hints, &texts)),
    })
}
