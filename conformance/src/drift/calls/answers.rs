//! Compares the answers of a call, matched by status, with their headers and bodies.

use kontrakt_codegen::contract::{Header, Operation, Response, Status};

use super::{Calls, Part, call};
use crate::drift::detail::{BodyDetail, Fate};
use crate::drift::document::spot_of;
use crate::drift::model::{DriftKind, Effect, RawChange, Severity};
use crate::drift::pairs::{Mode, Text};
use crate::drift::promises;

impl<'a> Calls<'a, '_> {
    pub(super) fn answers(&mut self, old: &'a Operation, new: &'a Operation) {
        for a in &old.responses {
            if let Some(b) = new.responses.iter().find(|b| b.status == a.status) {
                self.answer(new, a, b);
                continue;
            }
            let covering = covering(a.status, &new.responses, &old.responses);
            let severity = match (a.status.is_success(), covering) {
                (true, None) => Severity::Breaking,
                // Other successes than this one are possible now.
                (true, Some(_)) => Severity::Risky,
                (false, _) => Severity::Additive,
            };
            let detail = match covering {
                Some(b) => BodyDetail::StatusCovered { old: a.status, new: b.status },
                None => BodyDetail::Status(a.status, Fate::Gone),
            };
            let finding = RawChange::new(DriftKind::StatusRemoved, Effect::Narrows, detail).severity(severity);
            let place = covering.and_then(|b| spot_of(&b.pointer));
            self.push(finding.about(call(new)).at(spot_of(&a.pointer), place), Part::answer(new, a.status));
            if let Some(b) = covering {
                self.answer(new, a, b);
            }
        }
        for b in new.responses.iter().filter(|b| !old.responses.iter().any(|a| a.status == b.status)) {
            let finding =
                RawChange::new(DriftKind::StatusAdded, Effect::Widens, BodyDetail::Status(b.status, Fate::New));
            let finding = finding.severity(Severity::Additive).about(call(new)).at(None, spot_of(&b.pointer));
            self.push(finding, Part::answer(new, b.status));
        }
    }

    fn answer(&mut self, operation: &Operation, a: &Response, b: &Response) {
        let part = Part::answer(operation, a.status);
        self.headers(Part::answer(operation, b.status), &a.headers, &b.headers);
        self.contents(part, &a.content, &b.content);
        self.extensions(part, (&a.pointer, &a.extensions), (&b.pointer, &b.extensions));
        if a.description != b.description {
            let finding = RawChange::prose().about(call(operation));
            self.push(finding.at(spot_of(&a.pointer), spot_of(&b.pointer)), part);
        }
    }

    fn headers(&mut self, part: Part<'_>, old: &[Header], new: &[Header]) {
        let same = |a: &Header, b: &Header| a.name.eq_ignore_ascii_case(&b.name);
        // OpenAPI ignores what is said by the content.
        let [old, new] = [old, new].map(|all| all.iter().filter(|one| !one.name.eq_ignore_ascii_case("content-type")));
        for a in old.clone() {
            let Some(b) = new.clone().find(|b| same(a, b)) else {
                let severity = if a.required { Severity::Breaking } else { Severity::Risky };
                let detail = BodyDetail::Header(a.name.clone(), Fate::Gone);
                let finding = RawChange::new(DriftKind::HeaderRemoved, Effect::Narrows, detail).severity(severity);
                self.push(finding.about(&a.name).at(spot_of(&a.pointer), None), part);
                continue;
            };
            if let (Some(x), Some(y)) = (a.schema, b.schema) {
                let pair = self.pairs.compare(x, y, Mode { text: Text::Scalars, ..Mode::default() });
                self.enter(pair, part);
            }
            for finding in header(a, b) {
                self.push(finding.about(&a.name).at(spot_of(&a.pointer), spot_of(&b.pointer)), part);
            }
        }
        for b in new.filter(|b| !old.clone().any(|a| same(a, b))) {
            let detail = BodyDetail::Header(b.name.clone(), Fate::New);
            let finding = RawChange::new(DriftKind::HeaderAdded, Effect::None, detail).severity(Severity::Additive);
            self.push(finding.about(&b.name).at(None, spot_of(&b.pointer)), part);
        }
    }
}

/// What differs between two headers of one name, besides their values.
fn header(a: &Header, b: &Header) -> Vec<RawChange> {
    let mut findings = Vec::new();
    let name = || a.name.clone();
    if a.explode != b.explode {
        let detail = BodyDetail::HeaderExplode { name: name(), explode: b.explode };
        findings.push(RawChange::new(DriftKind::HeaderStyleChanged, Effect::Shifts, detail));
    }
    findings.extend(promises::compare((a.deprecated, b.deprecated), &a.extensions, &b.extensions));
    if a.description != b.description {
        findings.push(RawChange::prose());
    }
    if a.required != b.required {
        let (kind, effect) = match b.required {
            true => (DriftKind::HeaderBecameRequired, Effect::Narrows),
            false => (DriftKind::HeaderBecameOptional, Effect::Widens),
        };
        findings.push(RawChange::new(kind, effect, BodyDetail::HeaderRequired { name: name(), required: b.required }));
    }
    findings
}

/// The new range, or the new default, that a status falls under.
fn covering<'r>(status: Status, new: &'r [Response], old: &[Response]) -> Option<&'r Response> {
    let find = |wanted| new.iter().find(|b| b.status == wanted && !old.iter().any(|a| a.status == wanted));
    match status {
        Status::Code(code) => {
            let digit = u8::try_from(code / 100).unwrap_or_default();
            find(Status::Range(digit)).or_else(|| find(Status::Default))
        }
        Status::Range(_) => find(Status::Default),
        Status::Default => None,
    }
}
