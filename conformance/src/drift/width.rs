//! How much schemas let pass.

use kontrakt_codegen::contract::{Contract, Merged, SchemaId};

/// How much a schema, or several that hold together, let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Width {
    /// `false`, or what means the same.
    Nothing,
    /// What satisfies a schema that says something.
    Something,
    /// `true`, `{}`, or no schema at all.
    Anything,
}

impl Width {
    /// How much these schemas let pass together; `Anything` for none.
    pub(super) fn of(contract: &Contract, slot: &[SchemaId]) -> Self {
        if slot.iter().any(|id| contract.merged(*id).never) {
            Self::Nothing
        } else if slot.iter().all(|id| contract[contract.resolve(*id)].is_anything()) {
            Self::Anything
        } else {
            Self::Something
        }
    }
}

/// Whether members that are not declared are refused, by whatever keyword.
pub(super) fn refuses_others(contract: &Contract, merged: &Merged) -> bool {
    merged.is_closed() || Width::of(contract, &merged.unevaluated_properties) == Width::Nothing
}
