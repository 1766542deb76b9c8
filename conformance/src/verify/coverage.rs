//! The share of a document that recordings cover: operations, documented answers, properties of answers.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, Operation, SchemaId, Status};

/// What was seen so far.
#[derive(Default)]
pub(super) struct Seen<'c> {
    operations: HashSet<&'c str>,
    answers: HashSet<(&'c str, Status)>,
    /// Whether each was seen, by the index of the schema and the position in it.
    properties: Vec<Vec<bool>>,
}

/// How much was seen, out of how much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Operations called, and all of them.
    pub operations: (usize, usize),
    /// Documented answers, by operation and status.
    pub answers: (usize, usize),
    /// Properties of the answers of operations that were called.
    pub properties: (usize, usize),
    /// Operations that were not called.
    pub unseen: Vec<String>,
}

impl<'c> Seen<'c> {
    pub(super) fn answer(&mut self, operation: &'c Operation, status: Option<Status>) {
        self.operations.insert(&operation.id);
        self.answers.extend(status.map(|status| (operation.id.as_str(), status)));
    }

    pub(super) fn properties(&mut self, seen: &[(SchemaId, usize)]) {
        for (schema, position) in seen {
            let (schema, position) = (schema.index(), *position);
            if self.properties.len() <= schema {
                self.properties.resize(schema + 1, Vec::new());
            }
            let seen = &mut self.properties[schema];
            if seen.len() <= position {
                seen.resize(position + 1, false);
            }
            seen[position] = true;
        }
    }

    pub(super) fn finish(self, contract: &'c Contract) -> Coverage {
        let operations = || contract.operations.iter();
        let called = |operation: &&Operation| self.operations.contains(operation.id.as_str());
        let answers = operations().map(|operation| operation.responses.len()).sum();
        let bodies = operations().filter(called).flat_map(|operation| &operation.responses);
        let bodies = bodies.filter(|answer| answer.status.is_success()).flat_map(|answer| &answer.content);
        let mut open: Vec<SchemaId> = bodies.filter_map(|media| media.schema).collect();
        let mut reached: HashSet<SchemaId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            open.extend(contract[id].children().filter(|child| reached.insert(*child)));
        }
        let seen = |id: &SchemaId| self.properties.get(id.index()).into_iter().flatten().filter(|seen| **seen).count();
        Coverage {
            operations: (self.operations.len(), contract.operations.len()),
            answers: (self.answers.len(), answers),
            properties: (reached.iter().map(seen).sum(), reached.iter().map(|id| contract[*id].properties.len()).sum()),
            unseen: operations().filter(|one| !called(one)).map(|one| one.id.clone()).collect(),
        }
    }
}
