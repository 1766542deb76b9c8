//! Where schemas stand in a document, and what people call these places.

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::Pointer;

use super::model::Spot;

/// Where a schema stands.
pub(super) fn spot(contract: &Contract, id: SchemaId) -> Spot {
    (contract[id].pointer.clone(), contract[id].span)
}

/// Where a keyword of a schema stands.
pub(super) fn keyword_spot(contract: &Contract, id: SchemaId, keyword: &str) -> Spot {
    (contract[id].pointer.join(keyword), contract[id].span)
}

/// What people call the place of a schema: the way of property names to it, components by name.
pub(super) fn subject(pointer: &Pointer) -> String {
    let tokens: Vec<String> = pointer.tokens().collect();
    let (mut name, rest) = match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["components", "schemas", component, ..] => ((*component).to_owned(), &tokens[3..]),
        _ => match tokens.iter().position(|token| token == "schema") {
            Some(at) => (String::new(), &tokens[at + 1..]),
            None => (String::new(), &tokens[tokens.len()..]),
        },
    };
    let mut rest = rest.iter();
    while let Some(token) = rest.next() {
        match token.as_str() {
            "properties" => {
                if let Some(property) = rest.next() {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(property);
                }
            }
            // What is demanded besides, by its keyword.
            "contains" | "propertyNames" | "unevaluatedItems" | "unevaluatedProperties" | "then" | "else" => {
                name = if name.is_empty() { token.clone() } else { format!("{name} ({token})") };
            }
            "dependentSchemas" => {
                let on = rest.next().cloned().unwrap_or_default();
                name = if name.is_empty() { format!("with {on}") } else { format!("{name} (with {on})") };
            }
            "items" => name.push_str("[]"),
            "additionalProperties" => name.push_str(".*"),
            _ => {}
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_ways_of_property_names() {
        let cases = [
            ("#/components/schemas/address/properties/countryCode", "address.countryCode"),
            ("#/components/schemas/product/properties/images/items/properties/gallery", "product.images[].gallery"),
            (
                "#/paths/~1a/get/responses/200/content/application~1json/schema/properties/data/oneOf/1/properties/x",
                "data.x",
            ),
            ("#/paths/~1a/get", ""),
        ];
        for (pointer, name) in cases {
            assert_eq!(subject(&Pointer::parse(pointer).unwrap()), name);
        }
    }
}
