//! Decides which members are boxed: those through which a type would contain itself without a list or map in between.

use std::collections::BTreeSet;

use super::ty::{Ty, TypeId};

/// The type that a value of this one holds within itself.
pub(super) fn held<Id: Copy>(ty: &Ty<Id>) -> Option<Id> {
    match ty {
        Ty::Named(id) => Some(*id),
        Ty::Optional(inner) | Ty::Patch(inner) => held(inner),
        Ty::Scalar(_) | Ty::List(_) | Ty::Map(_) | Ty::Boxed(_) => None,
    }
}

/// Which members of each type are boxed, by what each member holds.
pub(super) fn of(mut members: Vec<Vec<Option<TypeId>>>) -> Vec<Vec<bool>> {
    let mut boxed: Vec<Vec<bool>> = members.iter().map(|held| vec![false; held.len()]).collect();
    for owner in 0..members.len() {
        // A box opens the circle, so members that come later may need none.
        for at in 0..members[owner].len() {
            if members[owner][at].is_some_and(|id| leads_to(&members, id, TypeId(owner))) {
                (boxed[owner][at], members[owner][at]) = (true, None);
            }
        }
    }
    boxed
}

fn leads_to(members: &[Vec<Option<TypeId>>], from: TypeId, to: TypeId) -> bool {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![from]);
    while let Some(id) = waiting.pop() {
        if id == to {
            return true;
        }
        if seen.insert(id) {
            waiting.extend(members[id.0].iter().flatten());
        }
    }
    false
}

/// A type with its box, inside `Option` and `Patch`.
pub(super) fn boxed(ty: Ty) -> Ty {
    match ty {
        Ty::Optional(inner) => Ty::Optional(Box::new(boxed(*inner))),
        Ty::Patch(inner) => Ty::Patch(Box::new(boxed(*inner))),
        other => Ty::Boxed(Box::new(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::{TypeId, of};

    #[test]
    fn every_circle_is_opened_once() {
        let (a, b) = (Some(TypeId(0)), Some(TypeId(1)));
        // A type that holds itself twice; two that hold each other; one that holds itself through a list.
        assert_eq!(of(vec![vec![a, a]]), [[true, true]]);
        assert_eq!(of(vec![vec![b], vec![a, None]]), [vec![true], vec![false, false]]);
        assert_eq!(of(vec![vec![None]]), [[false]]);
    }
}
