//! Compares the parameters of a call, matched by name and location, and path parameters by position.

use kontrakt_codegen::contract::{Contract, Location, Operation, Parameter, SchemaId, Type, Types};
use kontrakt_codegen::path::PathTemplate;

use super::{Calls, Part};
use crate::drift::detail::OperationDetail;
use crate::drift::model::{Effect, Finding, Kind, Severity};
use crate::drift::pairs::{Mode, Text};
use crate::drift::promises;
use crate::drift::view::View;

impl<'a> Calls<'a, '_> {
    pub(super) fn parameters(&mut self, old: &'a Operation, new: &'a Operation) {
        let mut taken = Vec::new();
        for a in &old.parameters {
            let found = match a.location {
                Location::Path => position(&old.path, &a.name).and_then(|at| at_position(new, at)),
                _ => new.parameters.iter().find(|b| a.location == b.location && wire_name(a) == wire_name(b)),
            };
            match found {
                Some(b) => {
                    taken.push(&b.pointer);
                    self.parameter((old, new), a, b);
                }
                None => {
                    let (mut severity, announced) = promises::removal(a.deprecated, &a.extensions, self.today);
                    if severity == Severity::Breaking && !announced.is_announced() && a.location != Location::Path {
                        severity = Severity::Risky;
                    }
                    let detail = OperationDetail::ParameterGone(a.location, a.name.clone(), announced);
                    let finding = Finding::new(Kind::ParameterRemoved, Effect::Widens, detail).severity(severity);
                    let finding = finding.about(&a.name).at(Some((a.pointer.clone(), a.span)), None);
                    self.push(finding, Part::request(new));
                }
            }
        }
        for b in new.parameters.iter().filter(|b| !taken.contains(&&b.pointer)) {
            if b.location == Location::Path && position(&old.path, &b.name).is_some() {
                continue;
            }
            let (effect, severity) = match b.required {
                true => (Effect::Narrows, Severity::Breaking),
                false => (Effect::None, Severity::Additive),
            };
            let detail =
                OperationDetail::ParameterNew { location: b.location, name: b.name.clone(), required: b.required };
            let finding = Finding::new(Kind::ParameterAdded, effect, detail).severity(severity);
            self.push(finding.about(&b.name).at(None, Some((b.pointer.clone(), b.span))), Part::request(new));
        }
    }

    fn parameter(&mut self, (old, new): (&'a Operation, &'a Operation), a: &Parameter, b: &Parameter) {
        let mut findings = self.spelling(a, b);
        let name = b.name.clone();
        if a.name != b.name && a.location == Location::Path && old.path == new.path {
            let detail = OperationDetail::PathParameterName { old: a.name.clone(), new: name.clone() };
            findings.push(Finding::new(Kind::PathParameterRenamed, Effect::None, detail));
        }
        if a.required != b.required {
            let (kind, effect) = match b.required {
                true => (Kind::ParameterBecameRequired, Effect::Narrows),
                false => (Kind::ParameterBecameOptional, Effect::Widens),
            };
            let detail = OperationDetail::ParameterRequired { location: b.location, name, required: b.required };
            findings.push(Finding::new(kind, effect, detail));
        }
        findings.extend(promises::compare((a.deprecated, b.deprecated), &a.extensions, &b.extensions));
        if a.description != b.description {
            findings.push(Finding::prose());
        }
        for finding in findings {
            let places = (Some((a.pointer.clone(), a.span)), Some((b.pointer.clone(), b.span)));
            self.push(finding.about(&b.name).at(places.0, places.1), Part::request(new));
        }
        let text = if b.media_type.is_none() { Text::Scalars } else { Text::No };
        let mode = Mode { text, parameter: true, ..Mode::default() };
        // `?a=1` is also how a list of one is written when its values are sent one by one.
        let listed = (b.style == "form" && b.explode).then(|| self.only_item(a.schema, b.schema)).flatten();
        let pair = self.pairs.compare(a.schema, listed.unwrap_or(b.schema), mode);
        self.enter(pair, Part::request(new));
    }

    /// How a parameter is written into the address or the head.
    fn spelling(&self, a: &Parameter, b: &Parameter) -> Vec<Finding> {
        let mut findings = Vec::new();
        let name = || b.name.clone();
        let wider = |now: bool| if now { Effect::Widens } else { Effect::Narrows };
        if a.style != b.style {
            let detail = OperationDetail::ParameterStyle { name: name(), old: a.style.clone(), new: b.style.clone() };
            findings.push(Finding::new(Kind::ParameterStyleChanged, Effect::Shifts, detail));
        } else if a.explode != b.explode && self.is_composite(a, b) {
            let detail = OperationDetail::ParameterExplode { name: name(), explode: b.explode };
            findings.push(Finding::new(Kind::ParameterExplodeChanged, Effect::Shifts, detail));
        }
        let essence = |one: &Parameter| one.media_type.as_deref().map(|name| essence(name).to_owned());
        if essence(a) != essence(b) {
            let detail = OperationDetail::ParameterMediaType(name());
            findings.push(Finding::new(Kind::ParameterMediaTypeChanged, Effect::Shifts, detail));
        }
        if a.allow_reserved != b.allow_reserved {
            let detail = OperationDetail::ParameterReserved { name: name(), allowed: b.allow_reserved };
            findings.push(Finding::new(Kind::ParameterReservedChanged, wider(b.allow_reserved), detail));
        }
        if a.allow_empty_value != b.allow_empty_value {
            let detail = OperationDetail::ParameterEmpty { name: name(), allowed: b.allow_empty_value };
            findings.push(Finding::new(Kind::ParameterEmptyChanged, wider(b.allow_empty_value), detail));
        }
        findings
    }

    /// The element schema of the new list, where the old value was no list and one element is enough.
    fn only_item(&self, old: SchemaId, new: SchemaId) -> Option<SchemaId> {
        let (a, b) = (View::of(self.old, &[old]), View::of(self.new, &[new]));
        let is_list = |view: &View| view.types.is_some_and(|types| types.contains(Type::Array));
        let only_list = b.types.and_then(Types::single) == Some(Type::Array);
        let one_is_enough = b.counts[2].is_none_or(|(least, _)| least <= 1);
        (a.types.is_some() && !is_list(&a) && only_list && one_is_enough).then(|| b.items.first().copied()).flatten()
    }

    fn is_composite(&self, a: &Parameter, b: &Parameter) -> bool {
        let composite = |contract: &Contract, id| {
            let types = View::of(contract, &[id]).types;
            types.is_none_or(|types| types.contains(Type::Array) || types.contains(Type::Object))
        };
        composite(self.old, a.schema) || composite(self.new, b.schema)
    }
}

/// Header names do not depend on case.
fn wire_name(parameter: &Parameter) -> String {
    match parameter.location {
        Location::Header => parameter.name.to_ascii_lowercase(),
        _ => parameter.name.clone(),
    }
}

/// Which of the path's parameters has this name.
fn position(path: &str, name: &str) -> Option<usize> {
    names(path).position(|one| one == name)
}

fn at_position(operation: &Operation, at: usize) -> Option<&Parameter> {
    let name = names(&operation.path).nth(at)?;
    operation.parameters.iter().find(|one| one.location == Location::Path && one.name == name)
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    PathTemplate::parse(path).variables().collect::<Vec<_>>().into_iter()
}

fn essence(name: &str) -> &str {
    name.split(';').next().unwrap_or_default().trim()
}
