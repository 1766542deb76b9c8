//! Schemas for what several say about one value: a member that a second part of `allOf` narrows, an alternative with the
//! members that stand beside the choice, choices that hold at once. Shapes ask for them; here they are made.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::answer;
use super::shape::{Shape, deciding_schema};
use crate::contract::{Contract, JointPart, SchemaId};

/// Schemas are made for schemas that were made, but no more often than this.
const ROUNDS: usize = 8;
/// More than this are an accident.
const MOST: usize = 20_000;

/// The contract with a schema for each place where several say together what one does not; nothing where there is none.
pub(super) fn joined(contract: &Contract) -> Option<Contract> {
    let mut asked = asked(contract, (0..contract.schema_count()).map(SchemaId::at));
    let of_operations = contract.operations.iter().map(answer::successes);
    let choices: BTreeSet<Vec<SchemaId>> = of_operations.filter(|schemas| differ(contract, schemas)).collect();
    if asked.is_empty() && choices.is_empty() {
        return None;
    }
    let mut joined = contract.clone();
    choices.into_iter().for_each(|choice| joined.choose(choice));
    for _ in 0..ROUNDS {
        let made: Vec<SchemaId> = asked.drain(..).map(|parts| joined.join(parts)).collect();
        if made.is_empty() || joined.schema_count() > MOST.max(2 * contract.schema_count()) {
            break;
        }
        asked = self::asked(&joined, made.into_iter());
    }
    // Most of what is said twice is said once and described again: the schema that says it is as good as a new one.
    let mut same = Same { contract: &joined, known: HashMap::new() };
    let absorbed: Vec<(Vec<JointPart>, SchemaId)> = joined
        .joints()
        .filter_map(|(parts, made)| {
            let one = parts.iter().map(|part| part.schema()).find(|one| same.are(*one, made))?;
            Some((parts.clone(), one))
        })
        .collect();
    absorbed.into_iter().for_each(|(parts, one)| joined.absorb(&parts, one));
    Some(joined)
}

/// Whether answers are of several kinds.
fn differ(contract: &Contract, schemas: &[SchemaId]) -> bool {
    let targets: HashSet<SchemaId> = schemas.iter().map(|one| deciding_schema(contract, *one).0).collect();
    targets.len() > 1
}

/// The parts that the shapes of some schemas need a schema for, and have none.
fn asked(contract: &Contract, schemas: impl Iterator<Item = SchemaId>) -> Vec<Vec<JointPart>> {
    let (asked, mut known) = (RefCell::new(Vec::new()), HashSet::new());
    for id in schemas {
        let together = &contract[id];
        let single = together.all_of.is_empty() && together.one_of.is_empty() && together.any_of.is_empty();
        if !single || together.reference.is_some() || !contract.subtypes(id).is_empty() {
            Shape::asking(contract, id, &|parts| {
                contract.joint(parts).unwrap_or_else(|| {
                    asked.borrow_mut().push(parts.to_vec());
                    parts[0].schema()
                })
            });
        }
    }
    let mut asked = asked.into_inner();
    asked.retain(|parts: &Vec<JointPart>| known.insert(parts.clone()));
    asked
}

/// Compares shapes, members and all.
struct Same<'c> {
    contract: &'c Contract,
    known: HashMap<(SchemaId, SchemaId), bool>,
}

impl Same<'_> {
    fn are(&mut self, one: SchemaId, other: SchemaId) -> bool {
        let (one, null) = deciding_schema(self.contract, one);
        let (other, other_null) = deciding_schema(self.contract, other);
        if one == other {
            return null == other_null;
        }
        if let Some(known) = self.known.get(&(one, other)) {
            return *known;
        }
        // As long as nobody says otherwise: schemas may hold themselves.
        self.known.insert((one, other), true);
        let (a, b) = (Shape::of(self.contract, one), Shape::of(self.contract, other));
        let alike = a.types == b.types
            && (null || a.nullable) == (other_null || b.nullable)
            && a.values == b.values
            && a.format == b.format
            && a.pattern == b.pattern
            && a.empty_forms == b.empty_forms
            && a.members.len() == b.members.len()
            && a.alternatives.len() == b.alternatives.len();
        let mut each =
            |a: &[SchemaId], b: &[SchemaId]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.are(*a, *b));
        let members = |list: &[(String, SchemaId, bool)], name: &str| {
            list.iter().find(|(one, ..)| one == name).map(|(_, id, required)| (*id, *required))
        };
        let same = alike
            && a.members.iter().all(|(name, id, required)| {
                members(&b.members, name).is_some_and(|(other, must)| *required == must && each(&[*id], &[other]))
            })
            && each(a.items.as_slice(), b.items.as_slice())
            && each(a.others.as_slice(), b.others.as_slice())
            && each(&a.alternatives, &b.alternatives);
        self.known.insert((one, other), same);
        same
    }
}
