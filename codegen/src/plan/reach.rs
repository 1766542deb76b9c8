//! Which types are sent and received, and in which modules: follows the members of types from the operations.

use super::ty::TypeId;

/// Something that an operation, a webhook or nobody carries: a draft while types have no ids, then a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<Id> {
    pub(super) ty: Id,
    pub(super) sent: bool,
    pub(super) module: usize,
}

impl<Id> Use<Id> {
    /// The same of another id.
    pub(super) fn map<To>(self, id: impl FnOnce(Id) -> To) -> Use<To> {
        Use { ty: id(self.ty), sent: self.sent, module: self.module }
    }
}

/// Who uses a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reach {
    pub(super) sent: bool,
    pub(super) received: bool,
    /// Modules, in order.
    pub(super) modules: Vec<usize>,
}

/// Who uses each type, by the types of its members.
pub(super) fn of(members: &[Vec<TypeId>], uses: impl Iterator<Item = Use<TypeId>>) -> Vec<Reach> {
    let mut reach = vec![Reach::default(); members.len()];
    for Use { ty, sent, module } in uses {
        let mut waiting = vec![ty];
        while let Some(id) = waiting.pop() {
            let one = &mut reach[id.0];
            let known = std::mem::replace(if sent { &mut one.sent } else { &mut one.received }, true);
            let place = one.modules.binary_search(&module);
            if let Err(place) = place {
                one.modules.insert(place, module);
            }
            if !known || place.is_err() {
                waiting.extend(&members[id.0]);
            }
        }
    }
    reach
}

#[cfg(test)]
mod tests {
    use super::{Reach, TypeId, Use, of};

    #[test]
    fn members_are_used_by_whoever_uses_their_owner() {
        // 0 holds 1, 1 holds itself and 2.
        let members = [vec![TypeId(1)], vec![TypeId(1), TypeId(2)], vec![]];
        let uses = [Use { ty: TypeId(0), sent: true, module: 4 }, Use { ty: TypeId(1), sent: false, module: 3 }];
        let reach = of(&members, uses.into_iter());
        assert_eq!(reach[0], Reach { sent: true, received: false, modules: vec![4] });
        assert_eq!(reach[2], Reach { sent: true, received: true, modules: vec![3, 4] });
        assert_eq!(reach[1], reach[2]);
    }
}
