//! Does to an answer what quirks say of the wire: for servers that are to answer as the real one does.

use std::collections::HashMap;

use kontrakt_codegen::contract::{Contract, Operation, SchemaId};
use serde_json::Value;

use super::proof::put;
use super::{Oddity, Quirk, QuirkKind, QuirkRefusal, oddities, schema_at};
use crate::check::{Checker, Path};

/// Quirks by the schemas that they are about.
#[derive(Debug, Default)]
pub struct Wire {
    targets: HashMap<SchemaId, Vec<Quirk>>,
    /// Those that refuse calls.
    refusing: Vec<Quirk>,
}

impl Wire {
    /// Those of the quirks that do something to values of a contract.
    pub fn of(contract: &Contract, quirks: &[Quirk]) -> Self {
        let mut targets: HashMap<SchemaId, Vec<Quirk>> = HashMap::new();
        for quirk in quirks.iter().filter(|quirk| changes_values(quirk)) {
            for id in quirk.places.iter().filter_map(|place| schema_at(contract, place)) {
                targets.entry(id).or_default().push(quirk.clone());
            }
        }
        let refusing = quirks.iter().filter(|quirk| quirk.refused.is_some()).cloned().collect();
        Self { targets, refusing }
    }

    /// The refusals that a call can get, with the identifiers of their quirks.
    pub fn refusals<'w>(&'w self, operation: &'w Operation) -> impl Iterator<Item = (&'w str, &'w QuirkRefusal)> {
        let here = self.refusing.iter().filter(|quirk| quirk.places.contains(&operation.pointer));
        here.filter_map(|quirk| Some((quirk.id.as_str(), quirk.refused.as_ref()?)))
    }

    /// Their identifiers, sorted.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> =
            self.targets.values().flatten().chain(&self.refusing).map(|quirk| quirk.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// An answer as it comes over the wire. `choose` is asked about each place, with the identifier of the quirk and the
    /// number of its forms: which of them it has there, if any.
    pub fn odd(
        &self,
        checker: &Checker<'_>,
        schema: SchemaId,
        answer: &Value,
        choose: &mut dyn FnMut(&str, usize) -> Option<usize>,
    ) -> Value {
        let mut changes: Vec<(Path, Oddity)> = Vec::new();
        checker.each_place(schema, answer, &mut |place, schemas, value| {
            let here = schemas.iter().filter_map(|id| Some((*id, self.targets.get(id)?)));
            for (id, quirk) in here.flat_map(|(id, quirks)| quirks.iter().map(move |quirk| (id, quirk))) {
                let forms = oddities(quirk, checker, id, value);
                let taken = changes.iter().any(|(other, _)| other == place);
                if forms.is_empty() || taken || place.steps().is_empty() {
                    continue;
                }
                if let Some(form) = choose(&quirk.id, forms.len()).and_then(|at| forms.into_iter().nth(at)) {
                    changes.push((place.clone(), form));
                }
            }
        });
        // What is inside changes first: afterwards it may stand elsewhere, or nowhere.
        changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.steps().len()));
        let mut odd = answer.clone();
        for (place, oddity) in &changes {
            put(&mut odd, place, oddity);
        }
        odd
    }
}

/// Whether a quirk is about values, and not about prose, statuses, or what no schema describes.
fn changes_values(quirk: &Quirk) -> bool {
    match quirk.kind {
        QuirkKind::ErrorInSuccess | QuirkKind::DocumentContradiction => false,
        QuirkKind::UndocumentedField => quirk.member.is_some(),
        _ => true,
    }
}
