//! Calls that texts name, as `products().list`: links to their documentation. One that names no call is remarked, as a
//! call that was renamed leaves it behind.

use std::collections::BTreeMap;

use super::context::Context;
use super::methods;
use super::model::{Argument, Method, Resource, TypeDef, TypeKind};
use crate::document::Pointer;

/// The types and resources with links in their texts.
pub(super) fn linked(
    context: &Context<'_>,
    types: Vec<TypeDef>,
    resources: Vec<Resource>,
) -> (Vec<TypeDef>, Vec<Resource>) {
    let calls = Calls::of(&resources);
    let told = |text: &mut String, pointer: &Pointer| {
        let (linked, unknown) = calls.linked(text);
        *text = linked;
        for name in unknown {
            let help = "name a call as the client offers it, `resource().method`";
            context.remark_place(pointer, format!("a text names `{name}`, which is no call"), help);
        }
    };
    let pointer = |schemas: &[_]| schemas.first().map(|id| context.contract[*id].pointer.clone()).unwrap_or_default();
    let of_type = |mut def: TypeDef| {
        let place = pointer(&def.schemas);
        def.docs.iter_mut().for_each(|text| told(text, &place));
        match &mut def.kind {
            TypeKind::Record(fields) => fields.iter_mut().for_each(|field| {
                let place = pointer(&field.schemas);
                field.docs.iter_mut().for_each(|text| told(text, &place));
            }),
            TypeKind::Enum(variants) => {
                variants.iter_mut().filter_map(|one| one.docs.as_mut()).for_each(|text| told(text, &place));
            }
            TypeKind::Union(_) => {}
        }
        def
    };
    let of_argument = |argument: &mut Argument| {
        argument.docs.iter_mut().for_each(|text| told(text, &argument.pointer));
    };
    let of_method = |method: &mut Method| method.arguments.iter_mut().chain(&mut method.options).for_each(of_argument);
    let of_resource = |mut resource: Resource| {
        resource.operations.iter_mut().for_each(of_method);
        resource
    };
    (types.into_iter().map(of_type).collect(), resources.into_iter().map(of_resource).collect())
}

/// The calls of the client by the way in which texts name them, each with its path.
struct Calls(BTreeMap<String, String>);

impl Calls {
    fn of(resources: &[Resource]) -> Self {
        let named = |resource: &Resource, method: &Method| {
            let (module, api) = (&resource.name, methods::api(&resource.name));
            (format!("{module}().{}", method.name), format!("crate::{module}::{api}::{}", method.name))
        };
        Self(resources.iter().flat_map(|one| one.operations.iter().map(move |method| named(one, method))).collect())
    }

    /// A text with links in place of names, and the names that no call has.
    fn linked(&self, text: &str) -> (String, Vec<String>) {
        let mut unknown = Vec::new();
        // Every other part stands between backticks.
        let parts = text.split('`').enumerate().map(|(at, part)| match self.0.get(part) {
            _ if at % 2 == 0 => part.to_owned(),
            Some(path) => format!("[`{part}`]({path})"),
            None => {
                unknown.extend(is_call(part).then(|| part.to_owned()));
                format!("`{part}`")
            }
        });
        let text = parts.collect();
        (text, unknown)
    }
}

/// Whether it reads like `resource().method`.
fn is_call(text: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split_once("().").is_some_and(|(resource, method)| is_name(resource) && is_name(method))
}

#[cfg(test)]
mod tests {
    use super::Calls;

    #[test]
    fn calls_become_links() {
        let calls = Calls([("orders().list".to_owned(), "crate::orders::OrdersApi::list".to_owned())].into());
        let link = "[`orders().list`](crate::orders::OrdersApi::list)";
        let cases = [
            ("From `orders().list`.".to_owned(), format!("From {link}."), &[][..]),
            ("orders().list".to_owned(), "orders().list".to_owned(), &[]),
            (
                "As `a`, `orders().gone` and `b`.".to_owned(),
                "As `a`, `orders().gone` and `b`.".to_owned(),
                &["orders().gone"],
            ),
            ("As `Date().now()`.".to_owned(), "As `Date().now()`.".to_owned(), &[]),
        ];
        for (text, linked, unknown) in cases {
            assert_eq!(calls.linked(&text), (linked, unknown.iter().map(ToString::to_string).collect()), "{text}");
        }
    }
}
