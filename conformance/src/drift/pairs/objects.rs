//! Compares objects and arrays: properties, required members, additional members, elements.
//! Clients are assumed to be tolerant readers: new members of an answer break nothing.

use kontrakt_codegen::contract::{Contract, Merged, SchemaId};

use super::{Mode, Pairs, Work};
use crate::drift::detail::{Elements, ObjectDetail, Undeclared};
use crate::drift::model::{DriftKind, Effect, RawChange, Severity};
use crate::drift::sites::{spot, subject};
use crate::drift::width::{Width, refuses_others};

/// What an object says of a member by its name.
#[derive(Clone, Copy)]
enum MemberState<'m> {
    /// Nothing.
    Undeclared,
    /// It must not be there: its schema is `false`.
    Refused(&'m [SchemaId]),
    /// What it is.
    Declared(&'m [SchemaId]),
}

impl<'m> MemberState<'m> {
    fn of(contract: &Contract, merged: &'m Merged, name: &str) -> Self {
        match merged.property(name) {
            None => Self::Undeclared,
            Some(slot) if Width::of(contract, slot) == Width::Nothing => Self::Refused(slot),
            Some(slot) => Self::Declared(slot),
        }
    }
}

impl Pairs<'_> {
    pub(super) fn objects(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let fresh = b.properties.iter().filter(|(name, _)| a.property(name).is_none());
        for (name, _) in a.properties.iter().chain(fresh) {
            self.member(work, name);
        }
        self.undeclared_requirements(work);
        self.additional(work);
        self.pattern_properties(work);
    }

    fn member(&mut self, work: &mut Work<'_>, name: &str) {
        use MemberState::{Declared, Refused, Undeclared};
        let (a, b) = (work.a, work.b);
        let closed = (refuses_others(self.old, a), refuses_others(self.new, b));
        match (MemberState::of(self.old, a, name), MemberState::of(self.new, b, name)) {
            (Declared(old), Declared(new)) => {
                self.requirement(work, name, old, new);
                self.inside(work, old, new);
            }
            (Declared(old), Undeclared) => self.property_removed(work, name, old, closed.1),
            (Declared(old), Refused(_)) => self.property_removed(work, name, old, true),
            (Undeclared, Declared(new)) => {
                self.property_added(work, name, new, closed.0);
                if Width::of(self.old, &a.additional) == Width::Something {
                    // So far it was one of the members that are not declared.
                    self.inside(work, &a.additional, new);
                }
            }
            (Refused(_), Declared(new)) => self.property_added(work, name, new, true),
            (Undeclared, Refused(new)) if !closed.0 => {
                let place = spot(self.new, new[0]);
                let finding =
                    RawChange::new(DriftKind::PropertyRefused, Effect::Narrows, ObjectDetail::PropertyRefused);
                work.push(finding.about(subject(&place.0)).at(None, Some(place)));
            }
            (Refused(old), Undeclared) if !closed.1 => {
                let place = spot(self.old, old[0]);
                let finding = RawChange::new(DriftKind::PropertyAllowed, Effect::Widens, ObjectDetail::PropertyAllowed);
                let finding = finding.severity(Severity::Additive);
                work.push(finding.about(subject(&place.0)).at(Some(place), None));
            }
            (Undeclared | Refused(_), Undeclared | Refused(_)) => {}
        }
    }

    /// Compares members, elements and the like: as text where what holds them is.
    fn inside(&mut self, work: &mut Work<'_>, old: &[SchemaId], new: &[SchemaId]) {
        self.below(work, old, new, Mode { text: work.mode.text, ..Mode::default() });
    }

    fn requirement(&self, work: &mut Work<'_>, name: &str, old: &[SchemaId], new: &[SchemaId]) {
        let (before, after) = (work.a.requires(name), work.b.requires(name));
        if !before && !after {
            return;
        }
        let (old_view, new_view) = (Merged::of(self.old, old), Merged::of(self.new, new));
        if before && after {
            self.released(work, (old_view.read_only, new_view.read_only), old, new);
            return;
        }
        let (kind, effect) = match after {
            true => (DriftKind::PropertyBecameRequired, Effect::Narrows),
            false => (DriftKind::PropertyBecameOptional, Effect::Widens),
        };
        let mut finding = RawChange::new(kind, effect, ObjectDetail::PropertyRequired(after));
        // A property that only travels one way is not required the other way.
        if old_view.read_only || new_view.read_only {
            finding.request = Severity::Cosmetic;
        }
        if old_view.write_only || new_view.write_only {
            finding.response = Severity::Cosmetic;
        }
        let (old, new) = (spot(self.old, old[0]), spot(self.new, new[0]));
        work.push(finding.about(subject(&new.0)).at(Some(old), Some(new)));
    }

    /// A required property that was only read, and no longer is, must be sent.
    fn released(&self, work: &mut Work<'_>, read_only: (bool, bool), old: &[SchemaId], new: &[SchemaId]) {
        if read_only == (true, false) {
            let finding =
                RawChange::new(DriftKind::PropertyBecameRequired, Effect::Narrows, ObjectDetail::PropertyReleased);
            let (old, new) = (spot(self.old, old[0]), spot(self.new, new[0]));
            let finding = finding.graded(Severity::Breaking, Severity::Cosmetic);
            work.push(finding.about(subject(&new.0)).at(Some(old), Some(new)));
        }
    }

    fn property_removed(&self, work: &mut Work<'_>, name: &str, slot: &[SchemaId], closed: bool) {
        let required = work.a.requires(name);
        let view = Merged::of(self.old, slot);
        let effect = match (closed, required) {
            // Without it, objects were invalid; with it, they are now.
            (true, true) => Effect::Shifts,
            (true, false) => Effect::Narrows,
            (false, _) => Effect::Widens,
        };
        let mut request = if closed { Severity::Breaking } else { Severity::Risky };
        let mut response = if required { Severity::Breaking } else { Severity::Risky };
        if view.read_only {
            request = Severity::Cosmetic;
        }
        if view.write_only {
            response = Severity::Cosmetic;
        }
        let place = spot(self.old, slot[0]);
        let finding =
            RawChange::new(DriftKind::PropertyRemoved, effect, ObjectDetail::PropertyGone).graded(request, response);
        work.push(finding.about(subject(&place.0)).at(Some(place), None));
    }

    fn property_added(&self, work: &mut Work<'_>, name: &str, slot: &[SchemaId], closed: bool) {
        let required = work.b.requires(name) && !work.a.requires(name);
        let view = Merged::of(self.new, slot);
        let effect = match (closed, required) {
            (true, true) => Effect::Shifts,
            (true, false) => Effect::Widens,
            (false, true) => Effect::Narrows,
            (false, false) => Effect::None,
        };
        let request = if required && !view.read_only { Severity::Breaking } else { Severity::Additive };
        let place = spot(self.new, slot[0]);
        let detail = ObjectDetail::PropertyNew { required, read_only: view.read_only };
        let finding = RawChange::new(DriftKind::PropertyAdded, effect, detail).graded(request, Severity::Additive);
        work.push(finding.about(subject(&place.0)).at(None, Some(place)));
    }

    /// Members that are required and described nowhere.
    fn undeclared_requirements(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let undeclared = |name: &str| a.property(name).is_none() && b.property(name).is_none();
        for (name, id) in b.required.iter().filter(|(name, _)| undeclared(name) && !a.requires(name)) {
            let detail = ObjectDetail::MemberRequired { name: name.clone(), required: true };
            let mut finding = RawChange::new(DriftKind::PropertyBecameRequired, Effect::Narrows, detail);
            if !b.properties.is_empty() {
                // An object whose members are described, and this one is not: the document contradicts itself.
                finding.request = Severity::Risky;
            }
            let finding = self.at_parts(work, None, Some(*id), finding);
            work.push(finding);
        }
        for (name, id) in a.required.iter().filter(|(name, _)| undeclared(name) && !b.requires(name)) {
            let detail = ObjectDetail::MemberRequired { name: name.clone(), required: false };
            let finding = RawChange::new(DriftKind::PropertyBecameOptional, Effect::Widens, detail);
            let finding = self.at_parts(work, Some(*id), None, finding);
            work.push(finding);
        }
    }

    fn additional(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let width = |contract, merged: &Merged| match merged.is_closed() {
            true => Width::Nothing,
            false => Width::of(contract, &merged.additional),
        };
        let (old, new) = (width(self.old, a), width(self.new, b));
        let Some((effect, undeclared)) = self.rest(work, (old, &a.additional), (new, &b.additional)) else { return };
        let finding =
            RawChange::new(DriftKind::AdditionalPropertiesChanged, effect, ObjectDetail::Undeclared(undeclared));
        // Tolerant readers ignore members that they do not know; what a map holds they read.
        let map = old == Width::Something && effect == Effect::Widens;
        let (request, response) = (finding.request, if map { Severity::Breaking } else { Severity::Additive });
        let finding = finding.graded(request, response);
        let said = |merged: &Merged| merged.closed.map(|(_, id)| id).or(merged.additional.first().copied());
        self.place(work, said(a), said(b), finding);
    }

    /// Compares what the rest of an object or a list may be. Gives what happens to it, where the two are not compared
    /// as schemas.
    fn rest(
        &mut self,
        work: &mut Work<'_>,
        (before, old): (Width, &[SchemaId]),
        (after, new): (Width, &[SchemaId]),
    ) -> Option<(Effect, Undeclared)> {
        let undeclared = match (before, after) {
            (Width::Something, Width::Something) => {
                self.inside(work, old, new);
                return None;
            }
            (same, other) if same == other => return None,
            (_, Width::Nothing) => Undeclared::Refused,
            (Width::Nothing, _) => Undeclared::Valid,
            (_, Width::Something) => Undeclared::Described,
            (_, Width::Anything) => Undeclared::Anything,
        };
        Some((if after < before { Effect::Narrows } else { Effect::Widens }, undeclared))
    }

    fn pattern_properties(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let fresh =
            b.pattern_properties.iter().filter(|(name, _)| !a.pattern_properties.iter().any(|(one, _)| one == name));
        for (pattern, _) in a.pattern_properties.iter().chain(fresh) {
            let slot = |merged: &'_ Merged| {
                merged.pattern_properties.iter().find(|(one, _)| one == pattern).map(|(_, slot)| slot.clone())
            };
            let (old, new) = (slot(a), slot(b));
            // Without the pattern, its members are like all others that are not declared.
            let width = |contract: &Contract, merged: &Merged, slot: &Option<Vec<SchemaId>>| match slot {
                Some(slot) => Width::of(contract, slot),
                None if refuses_others(contract, merged) => Width::Nothing,
                None => Width::Anything,
            };
            let (before, after) = (width(self.old, a, &old), width(self.new, b, &new));
            let described = new.is_some();
            let ids = (old.unwrap_or_default(), new.unwrap_or_default());
            let Some((effect, rest)) = self.rest(work, (before, &ids.0), (after, &ids.1)) else { continue };
            let detail = match rest {
                Undeclared::Refused => ObjectDetail::PatternRefused(pattern.clone()),
                _ => ObjectDetail::PatternMembers { pattern: pattern.clone(), described },
            };
            let mut finding = RawChange::new(DriftKind::PatternPropertiesChanged, effect, detail);
            if before == Width::Nothing {
                // Tolerant readers ignore members that they do not know.
                finding.response = Severity::Additive;
            }
            let first = |ids: &[SchemaId]| ids.first().copied();
            self.place(work, first(&ids.0), first(&ids.1), finding);
        }
    }

    pub(super) fn arrays(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let leading = a.prefix_items.len().max(b.prefix_items.len());
        for at in 0..leading {
            let old = a.prefix_items.get(at).unwrap_or(&a.items);
            let new = b.prefix_items.get(at).unwrap_or(&b.items);
            self.elements(work, old, new, Elements::At(at));
        }
        self.elements(work, &a.items, &b.items, if leading > 0 { Elements::Further } else { Elements::All });
    }

    /// Compares what elements may be, in one place of a list or in all.
    fn elements(&mut self, work: &mut Work<'_>, old: &[SchemaId], new: &[SchemaId], which: Elements) {
        let (before, after) = (Width::of(self.old, old), Width::of(self.new, new));
        if let Some((effect, rest)) = self.rest(work, (before, old), (after, new)) {
            let detail = ObjectDetail::Elements { which, rest };
            let finding = self.site(work, RawChange::new(DriftKind::ItemsChanged, effect, detail));
            work.push(finding);
        }
    }
}
