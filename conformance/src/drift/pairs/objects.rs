//! Compares objects and arrays: properties, required members, additional members, elements.
//! Clients are assumed to be tolerant readers: new members of an answer break nothing.

use kontrakt_codegen::contract::{Contract, SchemaId};

use super::{Pairs, Work};
use crate::drift::detail::{Elements, ObjectDetail, Undeclared};
use crate::drift::model::{Effect, Finding, Kind, Severity};
use crate::drift::view::{Slot, View, is_anything, spot, subject};

impl Pairs<'_> {
    pub(super) fn objects(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        for (name, old) in &a.properties {
            match b.property(name) {
                Some(new) => {
                    self.requirement(work, name, old, new);
                    let child = self.slots(old, new, super::Mode { text: work.mode.text, ..Default::default() });
                    work.pair.children.push(child);
                }
                None => self.property_removed(work, name, old),
            }
        }
        for (name, new) in &b.properties {
            if a.property(name).is_none() {
                self.property_added(work, name, new);
            }
        }
        self.undeclared_requirements(work);
        self.additional(work);
        self.pattern_properties(work);
    }

    fn requirement(&self, work: &mut Work<'_>, name: &str, old: &Slot, new: &Slot) {
        let (before, after) = (work.a.requires(name), work.b.requires(name));
        if !before && !after {
            return;
        }
        let (old_view, new_view) = (View::of(self.old, old), View::of(self.new, new));
        if before && after {
            self.released(work, (old_view.read_only, new_view.read_only), old, new);
            return;
        }
        let (kind, effect) = match after {
            true => (Kind::PropertyBecameRequired, Effect::Narrows),
            false => (Kind::PropertyBecameOptional, Effect::Widens),
        };
        let mut finding = Finding::new(kind, effect, ObjectDetail::PropertyRequired(after));
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
    fn released(&self, work: &mut Work<'_>, read_only: (bool, bool), old: &Slot, new: &Slot) {
        if read_only == (true, false) {
            let finding = Finding::new(Kind::PropertyBecameRequired, Effect::Narrows, ObjectDetail::PropertyReleased);
            let (old, new) = (spot(self.old, old[0]), spot(self.new, new[0]));
            let finding = finding.graded(Severity::Breaking, Severity::Cosmetic);
            work.push(finding.about(subject(&new.0)).at(Some(old), Some(new)));
        }
    }

    fn property_removed(&self, work: &mut Work<'_>, name: &str, slot: &Slot) {
        let required = work.a.requires(name);
        let view = View::of(self.old, slot);
        let closed = work.b.refuses_others();
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
        let finding = Finding::new(Kind::PropertyRemoved, effect, ObjectDetail::PropertyGone).graded(request, response);
        work.push(finding.about(subject(&place.0)).at(Some(place), None));
    }

    fn property_added(&self, work: &mut Work<'_>, name: &str, slot: &Slot) {
        let required = work.b.requires(name) && !work.a.requires(name);
        let view = View::of(self.new, slot);
        let effect = match (work.a.refuses_others(), required) {
            (true, true) => Effect::Shifts,
            (true, false) => Effect::Widens,
            (false, true) => Effect::Narrows,
            (false, false) => Effect::None,
        };
        let request = if required && !view.read_only { Severity::Breaking } else { Severity::Additive };
        let place = spot(self.new, slot[0]);
        let detail = ObjectDetail::PropertyNew { required, read_only: view.read_only };
        let finding = Finding::new(Kind::PropertyAdded, effect, detail).graded(request, Severity::Additive);
        work.push(finding.about(subject(&place.0)).at(None, Some(place)));
    }

    /// Members that are required and described nowhere.
    fn undeclared_requirements(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let undeclared = |name: &str| a.property(name).is_none() && b.property(name).is_none();
        for (name, id) in b.required.iter().filter(|(name, _)| undeclared(name) && !a.requires(name)) {
            let detail = ObjectDetail::MemberRequired { name: name.clone(), required: true };
            let mut finding = Finding::new(Kind::PropertyBecameRequired, Effect::Narrows, detail);
            if !b.properties.is_empty() {
                // An object whose members are described, and this one is not: the document contradicts itself.
                finding.request = Severity::Risky;
            }
            let finding = self.said(work, None, Some(*id), finding);
            work.push(finding);
        }
        for (name, id) in a.required.iter().filter(|(name, _)| undeclared(name) && !b.requires(name)) {
            let detail = ObjectDetail::MemberRequired { name: name.clone(), required: false };
            let finding = Finding::new(Kind::PropertyBecameOptional, Effect::Widens, detail);
            let finding = self.said(work, Some(*id), None, finding);
            work.push(finding);
        }
    }

    fn additional(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let change = match (a.is_closed(), b.is_closed()) {
            (false, true) => Some((Effect::Narrows, Undeclared::Refused)),
            (true, false) => Some((Effect::Widens, Undeclared::Valid)),
            (true, true) => None,
            (false, false) => match (a.additional.is_empty(), b.additional.is_empty()) {
                (true, true) => None,
                (true, false) => Some((Effect::Narrows, Undeclared::Described)),
                (false, true) => Some((Effect::Widens, Undeclared::Anything)),
                (false, false) => {
                    let child = self.slots(&a.additional, &b.additional, Default::default());
                    work.pair.children.push(child);
                    None
                }
            },
        };
        if let Some((effect, undeclared)) = change {
            let finding = Finding::new(Kind::AdditionalPropertiesChanged, effect, ObjectDetail::Undeclared(undeclared));
            // Tolerant readers ignore members that they do not know; what a map holds they read.
            let map = !a.additional.is_empty() && effect == Effect::Widens;
            let (request, response) = (finding.request, if map { Severity::Breaking } else { Severity::Additive });
            let finding = finding.graded(request, response);
            let said = |view: &View| view.closed.map(|(_, id)| id).or(view.additional.first().copied());
            let mut finding = self.site(work, finding);
            let exact = |id: Option<SchemaId>, contract| id.map(|id| spot(contract, id));
            finding.old = exact(said(a), self.old).or(finding.old);
            finding.new = exact(said(b), self.new).or(finding.new);
            work.push(finding);
        }
    }

    fn pattern_properties(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        for (pattern, old) in &a.pattern_properties {
            match b.pattern_properties.iter().find(|(one, _)| one == pattern) {
                Some((_, new)) => {
                    let child = self.slots(old, new, Default::default());
                    work.pair.children.push(child);
                }
                None => {
                    let detail = ObjectDetail::PatternMembers { pattern: pattern.clone(), described: false };
                    let effect = if b.is_closed() { Effect::Narrows } else { Effect::Widens };
                    let finding = Finding::new(Kind::PatternPropertiesChanged, effect, detail);
                    work.push(finding.about(subject(&self.old[a.site].pointer)).at(Some(spot(self.old, old[0])), None));
                }
            }
        }
        for (pattern, new) in &b.pattern_properties {
            if !a.pattern_properties.iter().any(|(one, _)| one == pattern) {
                let detail = ObjectDetail::PatternMembers { pattern: pattern.clone(), described: true };
                let effect = if a.is_closed() { Effect::Widens } else { Effect::Narrows };
                let finding = Finding::new(Kind::PatternPropertiesChanged, effect, detail);
                work.push(finding.about(subject(&self.new[b.site].pointer)).at(None, Some(spot(self.new, new[0]))));
            }
        }
    }

    pub(super) fn arrays(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        // `items: {}` says as much as no `items`.
        let says = |contract: &Contract, slot: &Slot| -> Slot {
            let says = slot.iter().any(|id| !is_anything(&contract[*id]));
            if says { slot.clone() } else { Slot::new() }
        };
        let (old_rest, new_rest) = (says(self.old, &a.items), says(self.new, &b.items));
        let leading = a.prefix_items.len().max(b.prefix_items.len());
        for at in 0..leading {
            let old = a.prefix_items.get(at).map_or_else(|| old_rest.clone(), |slot| says(self.old, slot));
            let new = b.prefix_items.get(at).map_or_else(|| new_rest.clone(), |slot| says(self.new, slot));
            self.elements(work, &old, &new, Elements::At(at));
        }
        self.elements(work, &old_rest, &new_rest, if leading > 0 { Elements::Further } else { Elements::All });
    }

    /// Compares what elements may be, in one place of a list or in all.
    fn elements(&mut self, work: &mut Work<'_>, old: &Slot, new: &Slot, which: Elements) {
        let (effect, described) = match (old.is_empty(), new.is_empty()) {
            (false, false) => {
                let child = self.slots(old, new, super::Mode { text: work.mode.text, ..Default::default() });
                work.pair.children.push(child);
                return;
            }
            (true, true) => return,
            (true, false) => (Effect::Narrows, true),
            (false, true) => (Effect::Widens, false),
        };
        let detail = ObjectDetail::Elements { which, described };
        let finding = self.site(work, Finding::new(Kind::ItemsChanged, effect, detail));
        work.push(finding);
    }
}
