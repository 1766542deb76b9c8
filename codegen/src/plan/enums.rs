//! The variants of an enum: a name for each value.

use super::context::Context;
use super::model::Variant;
use super::prose::one_sentence;
use crate::contract::{SchemaHints, SchemaId};
use crate::name;

/// A variant for each text. One whose name nobody chose and no rule gives is a complaint, and gets one by its spelling.
pub(super) fn variants(context: &Context<'_>, id: SchemaId, hints: &SchemaHints, texts: &[&str]) -> Vec<Variant> {
    let meaning = |value: &str| one_sentence(hints.enum_descriptions.get(value)?);
    let mut variants: Vec<Variant> = Vec::new();
    for value in texts.iter().copied() {
        if variants.iter().any(|variant| variant.value == value) {
            continue;
        }
        let chosen = hints.enum_names.as_ref().and_then(|names| names.get(value));
        let name = chosen.and_then(|name| name::given_variant(name)).or_else(|| name::variant(value));
        let taken = name.as_ref().and_then(|name| variants.iter().find(|variant| variant.name == *name));
        let name = match (name, taken) {
            (Some(name), None) => name,
            (_, taken) => {
                let message = match taken {
                    Some(taken) => format!("the values {value:?} and {:?} would have one name", taken.value),
                    None => format!("no name can be made from the value {value:?}"),
                };
                let help = format!("add an overlay action with `x-enum-names: {{{value:?}: Name}}` for this schema");
                context.about_schema(id, message, help);
                let is_free = |name: &String| variants.iter().all(|variant| variant.name != *name);
                let longer = std::iter::successors(Some(name::spelled(value)), |name| Some(format!("{name}Value")));
                longer.into_iter().find(is_free).unwrap_or_default()
            }
        };
        variants.push(Variant { name, value: value.to_owned(), number: false, docs: meaning(value) });
    }
    variants
}
