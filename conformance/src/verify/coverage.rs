//! The share of a document that recordings cover: operations, documented answers, properties of answers.

use std::collections::HashSet;

use kontrakt_codegen::contract::{Contract, Operation, SchemaId, Status};

/// What was seen so far.
#[derive(Default)]
pub(super) struct Seen<'c> {
    operations: HashSet<&'c str>,
    answers: HashSet<(&'c str, Status)>,
    /// By their positions.
    properties: HashSet<(SchemaId, usize)>,
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

    pub(super) fn property(&mut self, schema: SchemaId, position: usize) {
        self.properties.insert((schema, position));
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
        let all: HashSet<(SchemaId, usize)> =
            reached.iter().flat_map(|id| (0..contract[*id].properties.len()).map(|at| (*id, at))).collect();
        Coverage {
            operations: (self.operations.len(), contract.operations.len()),
            answers: (self.answers.len(), answers),
            properties: (self.properties.intersection(&all).count(), all.len()),
            unseen: operations().filter(|one| !called(one)).map(|one| one.id.clone()).collect(),
        }
    }
}
