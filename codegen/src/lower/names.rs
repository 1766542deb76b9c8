//! Names of exported components: those of the contract, and new ones for schemas that must become components.
//! Names stay unique for tools that ignore case and punctuation when they derive type names.

use std::collections::{HashMap, HashSet};

use crate::contract::{Contract, SchemaId};

pub(super) struct Names {
    components: HashMap<SchemaId, String>,
    taken: HashSet<String>,
}

impl Names {
    pub(super) fn new(contract: &Contract) -> Self {
        let mut names = Self { components: HashMap::new(), taken: HashSet::new() };
        for (name, id) in &contract.components {
            let exported = names.claim(&valid(name));
            names.components.entry(*id).or_insert(exported);
        }
        names
    }

    /// The name that a component of the contract has in the export.
    pub(super) fn component(&self, id: SchemaId) -> Option<&str> {
        self.components.get(&id).map(String::as_str)
    }

    /// A name that nothing has yet: the one asked for, or that with a number.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        let numbered = (2..).map(|n| format!("{wanted}{n}"));
        let mut candidates = std::iter::once(wanted.to_owned()).chain(numbered);
        candidates.find(|name| self.taken.insert(folded(name))).unwrap_or_default()
    }
}

/// What is left of a name when case and punctuation are ignored.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The name with what a component may not be called replaced.
fn valid(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.chars().map(|c| if allowed(c) { c } else { '_' }).collect()
}

/// A name from words of any kind: `orders/{code}` and `item` to `OrdersCodeItem`.
pub(super) fn pascal<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut name = String::new();
    for part in words.into_iter().flat_map(|word| word.split(|c: char| !c.is_ascii_alphanumeric())) {
        let mut letters = part.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_whatever_their_case() {
        let mut names = Names { components: HashMap::new(), taken: HashSet::new() };
        let claimed = ["Order", "order", "or_der", "Orders"].map(|name| names.claim(name));
        assert_eq!(claimed, ["Order", "order2", "or_der3", "Orders"]);
    }

    #[test]
    fn names_come_from_any_words() {
        assert_eq!(pascal(["get /orders/{code}", "item", "listOf"]), "GetOrdersCodeItemListOf");
        assert_eq!(valid("a b/č.-_"), "a_b__.-_");
    }
}
