//! Addresses that are put together: a member holds the beginning, a name that stands elsewhere is the end.
//! The specification says so with `x-addresses`.

use super::types::Builder;
use super::{Address, Plan, Scalar, TypeKind, docs};
use crate::contract::AddressHint;
use crate::name::snake;

pub(super) fn plan(builder: &mut Builder<'_>, plan: &mut Plan) {
    for def in &mut plan.types {
        for (name, AddressHint { base, description }) in &builder.contract[def.schema].hints.addresses {
            let field = match &def.kind {
                TypeKind::Record(fields) => fields.iter().find(|field| field.keys[0] == *base),
                _ => None,
            };
            match field.filter(|field| field.ty == Scalar::String.into()) {
                Some(field) => def.addresses.push(Address {
                    name: snake(name),
                    base: field.name.clone(),
                    docs: docs::prose(description.as_deref()).unwrap_or_default(),
                }),
                None => {
                    let message =
                        format!("`x-addresses` names the member {base:?}, which is no text that is always there");
                    builder.complain(def.schema, message, "expected `method_name: {base: member, description: ...}`");
                }
            }
        }
    }
}
