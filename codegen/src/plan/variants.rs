//! Names the variants of a union: as before, or by the words of the alternative that the union's name does not have.

use std::collections::BTreeSet;

use super::drafts::{DraftId, DraftKind, Drafts};
use super::model::Alternative;
use super::signature::chosen;
use super::ty::Ty;
use crate::contract::Contract;
use crate::name::{free_variant, pascal};

/// Names of all variants; `before` are those that the union had.
pub(super) fn named(
    contract: &Contract,
    drafts: &Drafts,
    union: &str,
    alternatives: &[Alternative<DraftId>],
    before: &BTreeSet<&str>,
) -> Vec<String> {
    let by_rule = short(union, alternatives.iter().map(|one| one.name.as_str()).collect());
    let mut names: Vec<Option<&str>> = by_rule.iter().map(|name| before.get(name.as_str()).copied()).collect();
    let is_chosen = |ty: &Ty<DraftId>| ty.named().is_some_and(|draft| chosen(contract, &drafts[draft]).is_some());
    let open = |names: &[Option<&str>]| -> Vec<usize> {
        (0..names.len()).filter(|at| names[*at].is_none() && !is_chosen(&alternatives[*at].ty)).collect()
    };
    let left: Vec<&str> = before.iter().copied().filter(|name| !names.contains(&Some(name))).collect();
    // What tells an alternative from the others changes with the others.
    for name in &left {
        let fitting = open(&names).into_iter().filter(|at| tells(name, drafts, &alternatives[*at].ty));
        if let [only] = *fitting.collect::<Vec<_>>() {
            names[only] = Some(name);
        }
    }
    let left: Vec<&str> = left.into_iter().filter(|name| !names.contains(&Some(name))).collect();
    if let ([at], [name]) = (&*open(&names), &*left)
        && before.len() == alternatives.len()
    {
        names[*at] = Some(name);
    }
    let mut taken: BTreeSet<String> = names.iter().flatten().map(|name| (*name).to_owned()).collect();
    let mut new = |at: usize| {
        let mut candidates = [&by_rule[at], &alternatives[at].name].into_iter().filter(|name| !taken.contains(*name));
        let mut name = candidates.next().unwrap_or(&by_rule[at]).clone();
        while !taken.insert(name.clone()) {
            name.push_str("Alternative");
        }
        name
    };
    names.iter().enumerate().map(|(at, name)| name.map_or_else(|| new(at), str::to_owned)).collect()
}

/// Whether a name such as `ByCodeAndGuid` is made of members that an alternative must have.
fn tells(name: &str, drafts: &Drafts, alternative: &Ty<DraftId>) -> bool {
    let (Some(members), Ty::Named(draft)) = (name.strip_prefix("By"), alternative) else { return false };
    let DraftKind::Record(fields) = &drafts[*draft].kind else { return false };
    let required: BTreeSet<String> = fields.iter().filter(|one| one.required).map(|one| pascal(&one.key)).collect();
    required.contains(members) || members.split("And").all(|member| required.contains(member))
}

/// Names of variants without that of their union: `Notice::Orders` for the type `OrdersNotice`.
fn short(union: &str, names: Vec<&str>) -> Vec<String> {
    let short = |name: &str| {
        let rest = name.strip_suffix(union).filter(|rest| !rest.is_empty())?;
        Some(free_variant(rest.to_owned())).filter(|short| !names.contains(&short.as_str()))
    };
    names.iter().map(|name| short(name).unwrap_or_else(|| (*name).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn variants_say_what_the_union_does_not() {
        assert_eq!(short("Notice", vec!["OrdersNotice", "Notice", "Text"]), ["Orders", "Notice", "Text"]);
        // The short name is another's.
        assert_eq!(short("Notice", vec!["TextNotice", "Text"]), ["TextNotice", "Text"]);
    }
}
