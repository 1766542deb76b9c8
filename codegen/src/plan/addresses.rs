//! Composed addresses (`x-addresses`): a member holds the beginning, the caller passes the name at the end.

use super::context::Context;
use super::model::{Address, TypeKind};
use super::prose::prose;
use super::ty::Scalar;
use crate::contract::{AddressHint, SchemaId};
use crate::name::snake;

/// The addresses that a type of these members makes.
pub(super) fn plan(context: &Context<'_>, schema: SchemaId, kind: &TypeKind) -> Vec<Address> {
    let mut addresses = Vec::new();
    for (name, AddressHint { base, description }) in &context.contract[schema].hints.addresses {
        let field = match kind {
            TypeKind::Record(fields) => fields.iter().find(|field| field.keys[0] == *base),
            _ => None,
        };
        match field.filter(|field| field.ty == Scalar::String.into()) {
            Some(field) => addresses.push(Address {
                name: snake(name),
                base: field.name.clone(),
                docs: prose(description.as_deref()).unwrap_or_default(),
            }),
            None => {
                let message = format!("`x-addresses` names the member {base:?}, which is no text that is always there");
                context.about_schema(schema, message, "expected `method_name: {base: member, description: ...}`");
            }
        }
    }
    addresses
}
