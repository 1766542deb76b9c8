//! Compares the parameters of a call, matched by name and location, and path parameters by position.

use kontrakt_codegen::contract::{
    Contract, Form, Location, Merged, Operation, Parameter, SchemaId, Sent, Serialization, Type, Types,
};
use kontrakt_codegen::path::PathTemplate;

use super::{Calls, Part};
use crate::drift::detail::{OperationDetail, ValueDetail};
use crate::drift::model::{DriftKind, Effect, RawChange, Severity};
use crate::drift::pairs::{Mode, Text};
use crate::drift::promises;

/// Something that is sent under a name of its own: a parameter, or a member of one.
struct Piece<'o> {
    parameter: &'o Parameter,
    sent: Sent,
}

impl<'a> Calls<'a, '_> {
    pub(super) fn parameters(&mut self, old: &'a Operation, new: &'a Operation) {
        let mut taken = Vec::new();
        let mut gone = Vec::new();
        for a in old.sent_parameters() {
            let found = match a.location {
                Location::Path => position(&old.path, &a.name).and_then(|at| at_position(new, at)),
                _ => new.sent_parameters().find(|b| a.location == b.location && wire_name(a) == wire_name(b)),
            };
            match found {
                Some(b) => {
                    taken.push(&b.pointer);
                    self.parameter((old, new), a, b);
                }
                None => gone.push(a),
            }
        }
        let moved = |b: &&Parameter| b.location == Location::Path && position(&old.path, &b.name).is_some();
        let fresh: Vec<&Parameter> =
            new.sent_parameters().filter(|b| !taken.contains(&&b.pointer)).filter(|b| !moved(b)).collect();
        let (gone, fresh) = self.regrouped(new, gone, fresh);
        for a in gone {
            let (mut severity, announced) =
                promises::removal(a.parameter.deprecated, &a.parameter.extensions, self.today);
            let location = a.parameter.location;
            if severity == Severity::Breaking && !announced.is_announced() && location != Location::Path {
                severity = Severity::Risky;
            }
            let detail = OperationDetail::ParameterGone(location, a.sent.name.clone(), announced);
            let finding = RawChange::new(DriftKind::ParameterRemoved, Effect::Widens, detail).severity(severity);
            let finding = finding.about(&a.sent.name).at(Some((a.parameter.pointer.clone(), a.parameter.span)), None);
            self.push(finding, Part::request(new));
        }
        for b in fresh {
            let (effect, severity) = match b.sent.required {
                true => (Effect::Narrows, Severity::Breaking),
                false => (Effect::None, Severity::Additive),
            };
            let (location, name, required) = (b.parameter.location, b.sent.name.clone(), b.sent.required);
            let finding = RawChange::new(
                DriftKind::ParameterAdded,
                effect,
                OperationDetail::ParameterNew { location, name, required },
            );
            let place = (b.parameter.pointer.clone(), b.parameter.span);
            self.push(finding.severity(severity).about(&b.sent.name).at(None, Some(place)), Part::request(new));
        }
    }

    /// What is the same on the wire, whoever is called a parameter: members of an object that is written member by
    /// member, and parameters of their names. Gives what has no counterpart.
    fn regrouped(
        &mut self,
        operation: &'a Operation,
        gone: Vec<&'a Parameter>,
        fresh: Vec<&'a Parameter>,
    ) -> (Vec<Piece<'a>>, Vec<Piece<'a>>) {
        let (mut gone, mut fresh) = (spread(self.old, gone), spread(self.new, fresh));
        gone.retain(|a| {
            let same = |b: &Piece<'_>| a.parameter.location == b.parameter.location && a.sent.name == b.sent.name;
            let Some(at) = fresh.iter().position(same) else { return true };
            let b = fresh.remove(at);
            let now = is_spread(self.new, b.parameter);
            let object = if now { b.parameter } else { a.parameter }.name.clone();
            let detail = OperationDetail::Regrouped { name: a.sent.name.clone(), object, now };
            let place = |one: &Piece<'_>| Some((one.parameter.pointer.clone(), one.parameter.span));
            let finding = RawChange::new(DriftKind::ParameterRegrouped, Effect::None, detail).about(&a.sent.name);
            self.push(finding.at(place(a), place(&b)), Part::request(operation));
            self.piece(operation, a, &b);
            false
        });
        (whole(self.old, gone), whole(self.new, fresh))
    }

    /// Compares what is sent under one name.
    fn piece(&mut self, operation: &Operation, a: &Piece<'_>, b: &Piece<'_>) {
        if a.sent.required != b.sent.required {
            let (location, name, required) = (b.parameter.location, b.sent.name.clone(), b.sent.required);
            let finding = requirement(OperationDetail::ParameterRequired { location, name, required }, required);
            let place = |piece: &Piece<'_>| Some((piece.parameter.pointer.clone(), piece.parameter.span));
            self.push(finding.about(&b.sent.name).at(place(a), place(b)), Part::request(operation));
        }
        let mode = Mode { text: Text::Scalars, parameter: true, ..Mode::default() };
        let pair = self.pairs.slots(&a.sent.schema, &b.sent.schema, mode);
        self.enter(pair, Part::request(operation));
    }

    fn parameter(&mut self, (old, new): (&'a Operation, &'a Operation), a: &Parameter, b: &Parameter) {
        let mut findings = self.spelling(a, b);
        let name = b.name.clone();
        if a.name != b.name && a.location == Location::Path && old.path == new.path {
            let detail = OperationDetail::PathParameterName { old: a.name.clone(), new: name.clone() };
            findings.push(RawChange::new(DriftKind::PathParameterRenamed, Effect::None, detail));
        }
        if a.required != b.required {
            let detail = OperationDetail::ParameterRequired { location: b.location, name, required: b.required };
            findings.push(requirement(detail, b.required));
        }
        findings.extend(promises::compare((a.deprecated, b.deprecated), &a.extensions, &b.extensions));
        if a.description != b.description {
            findings.push(RawChange::prose());
        }
        for finding in findings {
            let places = (Some((a.pointer.clone(), a.span)), Some((b.pointer.clone(), b.span)));
            self.push(finding.about(&b.name).at(places.0, places.1), Part::request(new));
        }
        let text = if b.media_type.is_none() { Text::Scalars } else { Text::No };
        let mode = Mode { text, parameter: true, ..Mode::default() };
        // `?a=1` is also how a list of one is written when its values are sent one by one.
        let repeated = b.serialization(self.new).form == Form::Repeated;
        let listed = repeated.then(|| self.only_item(a.schema, b.schema)).flatten();
        if listed.is_some() {
            let types = |contract: &Contract, id| contract.merged(id).types.unwrap_or(Types::ANY);
            let detail = ValueDetail::Type { old: types(self.old, a.schema), new: types(self.new, b.schema) };
            let places = (Some((a.pointer.clone(), a.span)), Some((b.pointer.clone(), b.span)));
            let finding = RawChange::new(DriftKind::TypeWidened, Effect::Widens, detail).about(&b.name);
            self.push(finding.at(places.0, places.1), Part::request(new));
        }
        let pair = self.pairs.compare(a.schema, listed.unwrap_or(b.schema), mode);
        self.enter(pair, Part::request(new));
    }

    /// How a parameter is written into the address or the head.
    fn spelling(&self, a: &Parameter, b: &Parameter) -> Vec<RawChange> {
        let mut findings = Vec::new();
        let name = || b.name.clone();
        let wider = |now: bool| if now { Effect::Widens } else { Effect::Narrows };
        // Whether values of one and the same schema are written in another way.
        let rewritten = |contract: &Contract, schema| {
            Serialization::of(contract, a, schema) != Serialization::of(contract, b, schema)
        };
        let rewritten = rewritten(self.old, a.schema) || rewritten(self.new, b.schema);
        let content = |one: &Parameter| one.media_type.is_some();
        if content(a) || content(b) {
            if rewritten {
                let detail = OperationDetail::ParameterMediaType(name());
                findings.push(RawChange::new(DriftKind::ParameterMediaTypeChanged, Effect::Shifts, detail));
            }
        } else if rewritten && (a.style != b.style || a.hints.delimiter != b.hints.delimiter) {
            let detail = OperationDetail::ParameterStyle { name: name(), old: a.style.clone(), new: b.style.clone() };
            findings.push(RawChange::new(DriftKind::ParameterStyleChanged, Effect::Shifts, detail));
        } else if rewritten {
            let detail = OperationDetail::ParameterExplode { name: name(), explode: b.explode };
            findings.push(RawChange::new(DriftKind::ParameterExplodeChanged, Effect::Shifts, detail));
        }
        if a.allow_reserved != b.allow_reserved {
            let detail = OperationDetail::ParameterReserved { name: name(), allowed: b.allow_reserved };
            findings.push(RawChange::new(DriftKind::ParameterReservedChanged, wider(b.allow_reserved), detail));
        }
        if a.allow_empty_value != b.allow_empty_value {
            let detail = OperationDetail::ParameterEmpty { name: name(), allowed: b.allow_empty_value };
            findings.push(RawChange::new(DriftKind::ParameterEmptyChanged, wider(b.allow_empty_value), detail));
        }
        findings
    }

    /// The element schema of the new list, where the old value was no list and one element is enough.
    fn only_item(&self, old: SchemaId, new: SchemaId) -> Option<SchemaId> {
        let (a, b) = (self.old.merged(old), self.new.merged(new));
        let is_list = |view: &Merged| view.types.is_some_and(|types| types.contains(Type::Array));
        let only_list = b.types.and_then(Types::single) == Some(Type::Array);
        let one_is_enough = b.counts[2].is_none_or(|(least, _)| least <= 1);
        (a.types.is_some() && !is_list(a) && only_list && one_is_enough).then(|| b.items.first().copied()).flatten()
    }
}

/// Parameters as what is sent under names of their own.
fn spread<'o>(contract: &Contract, parameters: Vec<&'o Parameter>) -> Vec<Piece<'o>> {
    let pieces = |parameter: &'o Parameter| {
        let place = matches!(parameter.location, Location::Query | Location::Cookie);
        let mut sent = if place { parameter.sent(contract) } else { Vec::new() };
        if sent.is_empty() {
            sent.push(sent_as_one(parameter));
        }
        sent.into_iter().map(move |sent| Piece { parameter, sent })
    };
    parameters.into_iter().flat_map(pieces).collect()
}

/// A parameter none of whose members was found elsewhere is one thing again.
fn whole<'o>(contract: &Contract, pieces: Vec<Piece<'o>>) -> Vec<Piece<'o>> {
    let mut out: Vec<Piece<'o>> = Vec::new();
    let count = |parameter: &Parameter| pieces.iter().filter(|one| one.parameter.pointer == parameter.pointer).count();
    let untouched: Vec<bool> =
        pieces.iter().map(|one| count(one.parameter) == one.parameter.sent(contract).len()).collect();
    for (piece, untouched) in pieces.into_iter().zip(untouched) {
        let known = out.iter().any(|one| one.parameter.pointer == piece.parameter.pointer);
        match untouched {
            true if known => {}
            true => out.push(Piece { sent: sent_as_one(piece.parameter), ..piece }),
            false => out.push(piece),
        }
    }
    out
}

/// Whether the members of a parameter are written under names of their own.
fn is_spread(contract: &Contract, parameter: &Parameter) -> bool {
    matches!(parameter.serialization(contract).form, Form::Members | Form::Brackets)
}

/// A parameter under its own name.
fn sent_as_one(parameter: &Parameter) -> Sent {
    Sent { name: parameter.name.clone(), schema: vec![parameter.schema], required: parameter.required }
}

fn requirement(detail: OperationDetail, required: bool) -> RawChange {
    let (kind, effect) = match required {
        true => (DriftKind::ParameterBecameRequired, Effect::Narrows),
        false => (DriftKind::ParameterBecameOptional, Effect::Widens),
    };
    RawChange::new(kind, effect, detail)
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
