//! Compares bodies of requests and answers: media types and the encoding of form parts.
//! Media types are matched without their parameters, and across more specific names of one family.

use std::collections::BTreeSet;

use kontrakt_codegen::contract::{Contract, Encoding, MediaType, Operation, SchemaId};

use super::{Calls, Part, call};
use crate::drift::detail::{BodyDetail, Fate};
use crate::drift::document::spot_of;
use crate::drift::model::{DriftKind, Effect, RawChange, Severity, Spot};
use crate::drift::pairs::{Mode, Text};

impl<'a> Calls<'a, '_> {
    pub(super) fn body(&mut self, old: &'a Operation, new: &'a Operation) {
        let part = Part::request(new);
        let finding = match (&old.body, &new.body) {
            (None, None) => return,
            (Some(a), None) => {
                let finding = RawChange::new(DriftKind::BodyRemoved, Effect::Shifts, BodyDetail::BodyGone);
                finding.severity(Severity::Risky).at(spot_of(&a.pointer), None)
            }
            (None, Some(b)) => {
                let effect = if b.required { Effect::Narrows } else { Effect::Widens };
                let detail = BodyDetail::BodyNew { required: b.required };
                RawChange::new(DriftKind::BodyAdded, effect, detail).at(None, spot_of(&b.pointer))
            }
            (Some(a), Some(b)) => {
                self.contents(part, &a.content, &b.content);
                self.extensions(part, (&a.pointer, &a.extensions), (&b.pointer, &b.extensions));
                let (kind, effect) = match (a.required, b.required) {
                    (false, true) => (DriftKind::BodyBecameRequired, Effect::Narrows),
                    (true, false) => (DriftKind::BodyBecameOptional, Effect::Widens),
                    _ => return,
                };
                let finding = RawChange::new(kind, effect, BodyDetail::BodyRequired(b.required));
                finding.at(spot_of(&a.pointer), spot_of(&b.pointer))
            }
        };
        self.push(finding.about(call(new)), part);
    }

    pub(super) fn contents(&mut self, part: Part<'_>, old: &[MediaType], new: &[MediaType]) {
        let subject = call(part.operation);
        let exact = |a: &MediaType| new.iter().find(|b| b.name == a.name);
        let other = |b: &MediaType| !old.iter().any(|one| one.name == b.name);
        let alike = |a: &MediaType| new.iter().find(|b| b.essence() == a.essence() && other(b));
        let (mut taken, mut gone) = (Vec::new(), Vec::new());
        for a in old {
            let Some(b) = exact(a).or_else(|| alike(a)).or_else(|| specialised(a, old, new)) else {
                let detail = BodyDetail::MediaType(a.name.clone(), Fate::Gone);
                let finding = RawChange::new(DriftKind::MediaTypeRemoved, Effect::Narrows, detail);
                let finding = finding.severity(Severity::Breaking).about(&subject).at(spot_of(&a.pointer), None);
                self.push(finding, part);
                gone.push(a);
                continue;
            };
            taken.push(b.name.clone());
            if a.name != b.name {
                // A client sends under the name that it knows.
                let request = if a.essence() == b.essence() { Severity::Additive } else { Severity::Risky };
                let detail = BodyDetail::MediaTypeName { old: a.name.clone(), new: b.name.clone() };
                let finding = RawChange::new(DriftKind::MediaTypeChanged, Effect::None, detail);
                let finding = finding.graded(request, Severity::Additive).about(&subject);
                self.push(finding.at(spot_of(&a.pointer), spot_of(&b.pointer)), part);
            }
            self.content(part, a, b);
        }
        let fresh: Vec<&MediaType> = new.iter().filter(|b| !taken.contains(&b.name)).collect();
        for b in &fresh {
            let finding = RawChange::new(
                DriftKind::MediaTypeAdded,
                Effect::Widens,
                BodyDetail::MediaType(b.name.clone(), Fate::New),
            );
            // Clients get another form only when they ask for it.
            let finding = finding.severity(Severity::Additive).about(&subject);
            self.push(finding.at(None, spot_of(&b.pointer)), part);
        }
        // One form for another, of the same family: what it holds is compared all the same.
        if let ([a], [b]) = (gone.as_slice(), fresh.as_slice())
            && a.is_json() == b.is_json()
        {
            self.content(part, a, b);
        }
    }

    /// Compares what two forms hold.
    fn content(&mut self, part: Part<'_>, a: &MediaType, b: &MediaType) {
        let places = (spot_of(&a.pointer), spot_of(&b.pointer));
        let subject = call(part.operation);
        if a.examples != b.examples {
            let finding = RawChange::examples().about(&subject);
            self.push(finding.at(places.0.clone(), places.1.clone()), part);
        }
        self.extensions(part, (&a.pointer, &a.extensions), (&b.pointer, &b.extensions));
        for finding in encodings(&a.encodings, &b.encodings) {
            self.push(finding, part);
        }
        let says =
            |contract: &Contract, id: Option<SchemaId>| id.filter(|id| !contract[contract.resolve(*id)].is_anything());
        match (says(self.old, a.schema), says(self.new, b.schema)) {
            (Some(x), Some(y)) => {
                let text = match b.essence() {
                    name if name.ends_with("xml") => Text::Everything,
                    _ if a.is_json() && b.is_json() => Text::No,
                    _ => Text::Scalars,
                };
                let pair = self.pairs.compare(x, y, Mode { text, ..Mode::default() });
                self.enter(pair, part);
            }
            (None, None) => {}
            (before, _) => {
                let (kind, effect, fate) = match before {
                    None => (DriftKind::SchemaAdded, Effect::Narrows, Fate::New),
                    Some(_) => (DriftKind::SchemaRemoved, Effect::Widens, Fate::Gone),
                };
                let mut finding = RawChange::new(kind, effect, BodyDetail::BodySchema(fate)).about(&subject);
                // The document says less than it did; whether the answers changed is not known.
                finding.response = finding.response.min(Severity::Risky);
                self.push(finding.at(places.0, places.1), part);
            }
        }
    }
}

/// How the parts of a form are written.
fn encodings(old: &[(String, Encoding)], new: &[(String, Encoding)]) -> Vec<RawChange> {
    let names: BTreeSet<&String> = old.iter().chain(new).map(|(name, _)| name).collect();
    let find = |all: &'_ [(String, Encoding)], name: &String| {
        all.iter().find(|(one, _)| one == name).map(|(_, one)| one.clone())
    };
    let mut findings = Vec::new();
    for name in names {
        let (before, after) = (find(old, name), find(new, name));
        let style = |one: &Option<Encoding>| one.as_ref().map_or_else(|| "form".to_owned(), |one| one.style.clone());
        let explode = |one: &Option<Encoding>| one.as_ref().is_none_or(|one| one.explode).to_string();
        let reserved = |one: &Option<Encoding>| one.as_ref().is_some_and(|one| one.allow_reserved).to_string();
        let media = |one: &Option<Encoding>| one.as_ref().and_then(|one| one.content_type.clone());
        let pair = |read: &dyn Fn(&Option<Encoding>) -> String| (Some(read(&before)), Some(read(&after)));
        let mut members = vec![("contentType", (media(&before), media(&after))), ("style", pair(&style))];
        // How lists are written follows from the style, where that changed.
        if style(&before) == style(&after) {
            members.push(("explode", pair(&explode)));
        }
        members.push(("allowReserved", pair(&reserved)));
        for (member, (was, is)) in members.into_iter().filter(|(_, (was, is))| was != is) {
            // What is not said follows from the type: saying it is often no change.
            let severity = if was.is_some() && is.is_some() { Severity::Breaking } else { Severity::Risky };
            let detail = BodyDetail::Encoding { part: name.clone(), member, old: was, new: is };
            let finding =
                RawChange::new(DriftKind::EncodingChanged, Effect::Shifts, detail).severity(severity).about(name);
            let place =
                |one: &Option<Encoding>| -> Option<Spot> { one.as_ref().map(|one| (one.pointer.clone(), one.span)) };
            findings.push(finding.at(place(&before), place(&after)));
        }
    }
    findings
}

/// A new form with a narrower name: `application/problem+json` of `application/json`.
fn specialised<'m>(a: &MediaType, old: &[MediaType], new: &'m [MediaType]) -> Option<&'m MediaType> {
    let fresh = |b: &&MediaType| !old.iter().any(|one| one.essence() == b.essence());
    new.iter().filter(fresh).find(|b| specialises(&a.essence(), &b.essence()))
}

/// Whether a media type is a narrower name of another.
fn specialises(old: &str, new: &str) -> bool {
    match (old.split_once('/'), new.split_once('/')) {
        (Some((a, subtype)), Some((b, narrow))) => {
            a == b && narrow.rsplit_once('+').is_some_and(|(_, suffix)| suffix == subtype)
        }
        _ => false,
    }
}
