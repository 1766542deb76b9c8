//! Addresses that are put together: a member holds the beginning, a name that stands elsewhere is the end.
//! The specification says so with `x-addresses`.

use serde_json::Value;

use super::types::Builder;
use super::{Address, Plan, Scalar, TypeKind, docs};
use crate::name::snake;

pub(super) fn plan(builder: &mut Builder<'_>, plan: &mut Plan) {
    for def in &mut plan.types {
        let extension = builder.contract[def.schema].extension("x-addresses");
        let Some(methods) = extension.and_then(Value::as_object) else { continue };
        for (name, address) in methods {
            let text = |key: &str| address.get(key).and_then(Value::as_str);
            let base = text("base").unwrap_or_default();
            let field = match &def.kind {
                TypeKind::Record(fields) => fields.iter().find(|field| field.keys[0] == base),
                _ => None,
            };
            match field.filter(|field| field.ty == Scalar::String.into()) {
                Some(field) => def.addresses.push(Address {
                    name: snake(name),
                    base: field.name.clone(),
                    docs: docs::prose(text("description")).unwrap_or_default(),
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
