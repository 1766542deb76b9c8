//! The parts of one call: parameters, request body, answers with their headers and media types.
//! Parts are matched by name and place, statuses by number, media types without their parameters.

use kontrakt_codegen::contract::{
    Body, Contract, Header, Location, MediaType, Operation, Parameter, Response, SchemaId, Status, Type,
};

use super::{Calls, call};
use crate::drift::model::{Direction, Effect, Finding, Kind, Severity, Spot};
use crate::drift::pairs::{Mode, Text};
use crate::drift::promises;
use crate::drift::view::{View, is_anything};

/// Where something without a place of its own stands.
fn spot_of(pointer: &kontrakt_codegen::document::Pointer) -> Spot {
    (pointer.clone(), Default::default())
}

impl Calls<'_, '_> {
    pub(super) fn parameters(&mut self, old: &Operation, new: &Operation) {
        let same = |a: &Parameter, b: &Parameter| a.location == b.location && name(a) == name(b);
        let mut taken = Vec::new();
        for a in &old.parameters {
            let found = match a.location {
                // Path parameters are told apart by where they stand in the path.
                Location::Path => position(&old.path, &a.name).and_then(|at| at_position(new, at)),
                _ => new.parameters.iter().find(|b| same(a, b)),
            };
            match found {
                Some(b) => {
                    taken.push(&b.pointer);
                    self.parameter(old, new, a, b);
                }
                None => {
                    let (mut severity, how) = promises::removal(a.deprecated, &a.extensions, self.today);
                    if severity == Severity::Breaking && how.is_empty() && a.location != Location::Path {
                        severity = Severity::Risky;
                    }
                    let what = format!("the {} parameter {} is gone{how}", place(a), a.name);
                    let finding = Finding::new(Kind::ParameterRemoved, Effect::Widens, what).severity(severity);
                    let finding = finding.about(&a.name).at(Some((a.pointer.clone(), a.span)), None);
                    self.push(finding, Some(call(new)), Direction::Request, None);
                }
            }
        }
        for b in new.parameters.iter().filter(|b| !taken.contains(&&b.pointer)) {
            if b.location == Location::Path && position(&old.path, &b.name).is_some() {
                continue;
            }
            let (effect, word) =
                if b.required { (Effect::Narrows, "new and required") } else { (Effect::None, "new and optional") };
            let what = format!("the {} parameter {} is {word}", place(b), b.name);
            let severity = if b.required { Severity::Breaking } else { Severity::Additive };
            let finding = Finding::new(Kind::ParameterAdded, effect, what).severity(severity);
            let finding = finding.about(&b.name).at(None, Some((b.pointer.clone(), b.span)));
            self.push(finding, Some(call(new)), Direction::Request, None);
        }
    }

    fn parameter(&mut self, old: &Operation, new: &Operation, a: &Parameter, b: &Parameter) {
        let mut findings = Vec::new();
        if a.name != b.name && a.location == Location::Path && old.path == new.path {
            let what = format!("the path parameter {} is called {} now", a.name, b.name);
            findings.push(Finding::new(Kind::PathParameterRenamed, Effect::None, what));
        }
        if a.required != b.required {
            findings.push(if b.required {
                let what = format!("the {} parameter {} must be given now", place(b), b.name);
                Finding::new(Kind::ParameterBecameRequired, Effect::Narrows, what)
            } else {
                let what = format!("the {} parameter {} may be left out now", place(b), b.name);
                Finding::new(Kind::ParameterBecameOptional, Effect::Widens, what)
            });
        }
        if a.style != b.style {
            let what = format!("the parameter {} is written in the style {}, not {}", b.name, b.style, a.style);
            findings.push(Finding::new(Kind::ParameterStyleChanged, Effect::Shifts, what));
        } else if a.explode != b.explode && self.is_composite(a, b) {
            let how = |explode: bool| if explode { "one by one" } else { "joined by commas" };
            let what = format!("the values of {} are sent {}, not {}", b.name, how(b.explode), how(a.explode));
            findings.push(Finding::new(Kind::ParameterExplodeChanged, Effect::Shifts, what));
        }
        let essence = |one: &Option<String>| one.as_deref().map(|name| essence(name).to_owned());
        if essence(&a.media_type) != essence(&b.media_type) {
            let what = format!("the value of {} is written in another media type", b.name);
            findings.push(Finding::new(Kind::ParameterMediaTypeChanged, Effect::Shifts, what));
        }
        findings.extend(self.parameter_beside(a, b));
        findings.extend(promises::compare((a.deprecated, b.deprecated), &a.extensions, &b.extensions));
        if a.description != b.description {
            findings.push(Finding::new(Kind::Documentation, Effect::None, "other prose"));
        }
        for finding in findings {
            let places = (Some((a.pointer.clone(), a.span)), Some((b.pointer.clone(), b.span)));
            self.push(finding.about(&b.name).at(places.0, places.1), Some(call(new)), Direction::Request, None);
        }
        let text = if b.media_type.is_none() { Text::Scalars } else { Text::No };
        let mode = Mode { text, parameter: true, ..Mode::default() };
        // `?a=1` is also how a list of one is written when its values are sent one by one.
        let listed = (b.style == "form" && b.explode).then(|| self.only_item(a.schema, b.schema)).flatten();
        let pair = self.pairs.compare(a.schema, listed.unwrap_or(b.schema), mode);
        self.enter(pair, new, Direction::Request, None);
    }

    /// The element schema of the new list, where the old value was no list and one element is enough.
    fn only_item(&self, old: SchemaId, new: SchemaId) -> Option<SchemaId> {
        let (a, b) = (View::of(self.old, &[old]), View::of(self.new, &[new]));
        let is_list = |view: &View| view.types.is_some_and(|types| types.contains(Type::Array));
        let only_list = b.types.and_then(kontrakt_codegen::contract::Types::single) == Some(Type::Array);
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

    pub(super) fn body(&mut self, old: &Operation, new: &Operation) {
        let here = |body: &Body| Some(spot_of(&body.pointer));
        let finding = match (&old.body, &new.body) {
            (None, None) => return,
            (Some(a), None) => {
                let finding = Finding::new(Kind::BodyRemoved, Effect::Shifts, "the call takes no body any more");
                finding.severity(Severity::Risky).at(here(a), None)
            }
            (None, Some(b)) => {
                let (effect, what) = match b.required {
                    true => (Effect::Narrows, "the call needs a body now"),
                    false => (Effect::Widens, "the call may have a body now"),
                };
                Finding::new(Kind::BodyAdded, effect, what).at(None, here(b))
            }
            (Some(a), Some(b)) => {
                self.contents(new, &a.content, &b.content, Direction::Request, None);
                self.small_print(new, (&a.pointer, &b.pointer), Direction::Request, None);
                match (a.required, b.required) {
                    (false, true) => {
                        Finding::new(Kind::BodyBecameRequired, Effect::Narrows, "the body must be sent now")
                    }
                    (true, false) => {
                        Finding::new(Kind::BodyBecameOptional, Effect::Widens, "the body may be left out now")
                    }
                    _ => return,
                }
                .at(here(a), here(b))
            }
        };
        let finding = finding.about(call(new));
        self.push(finding, Some(call(new)), Direction::Request, None);
    }

    fn contents(
        &mut self,
        operation: &Operation,
        old: &[MediaType],
        new: &[MediaType],
        direction: Direction,
        status: Option<Status>,
    ) {
        // With a single form on both sides, another name is another name of the same form only within its family.
        let find = |a: &MediaType| {
            let exact = new.iter().find(|b| b.name == a.name);
            exact.or_else(|| {
                new.iter().find(|b| b.essence() == a.essence() && !old.iter().any(|one| one.name == b.name))
            })
        };
        let mut taken = Vec::new();
        let mut gone = Vec::new();
        for a in old {
            let Some(b) = find(a).or_else(|| specialised(a, old, new)) else {
                let what = format!("{} is gone", a.name);
                let finding = Finding::new(Kind::MediaTypeRemoved, Effect::Narrows, what).severity(Severity::Breaking);
                let finding = finding.about(call(operation)).at(Some(spot_of(&a.pointer)), None);
                self.push(finding, Some(call(operation)), direction, status);
                gone.push(a);
                continue;
            };
            taken.push(b.name.clone());
            if a.name != b.name {
                let what = format!("the media type is {}, not {}", b.name, a.name);
                // A client sends under the name that it knows.
                let other = a.essence() != b.essence();
                let request = if other { Severity::Risky } else { Severity::Additive };
                let finding =
                    Finding::new(Kind::MediaTypeChanged, Effect::None, what).graded(request, Severity::Additive);
                let finding = finding.about(call(operation)).at(Some(spot_of(&a.pointer)), Some(spot_of(&b.pointer)));
                self.push(finding, Some(call(operation)), direction, status);
            }
            self.content(operation, (a, b), direction, status);
        }
        let fresh: Vec<&MediaType> = new.iter().filter(|b| !taken.contains(&b.name)).collect();
        for b in &fresh {
            let finding = Finding::new(Kind::MediaTypeAdded, Effect::Widens, format!("{} is new", b.name));
            // Clients get another form only when they ask for it.
            let finding = finding.severity(Severity::Additive).about(call(operation));
            self.push(finding.at(None, Some(spot_of(&b.pointer))), Some(call(operation)), direction, status);
        }
        // One form for another, of the same family: what it holds is compared all the same.
        if let ([a], [b]) = (gone.as_slice(), fresh.as_slice())
            && a.is_json() == b.is_json()
        {
            self.content(operation, (a, b), direction, status);
        }
    }

    /// Compares what two forms hold.
    fn content(
        &mut self,
        operation: &Operation,
        (a, b): (&MediaType, &MediaType),
        direction: Direction,
        status: Option<Status>,
    ) {
        let places = (Some(spot_of(&a.pointer)), Some(spot_of(&b.pointer)));
        if a.examples != b.examples {
            let finding = Finding::new(Kind::Documentation, Effect::None, "other examples");
            let finding = finding.about(call(operation)).at(places.0.clone(), places.1.clone());
            self.push(finding, Some(call(operation)), direction, status);
        }
        self.small_print(operation, (&a.pointer, &b.pointer), direction, status);
        self.encodings(operation, (&a.pointer, &b.pointer), direction, status);
        let says = |contract: &Contract, id: Option<SchemaId>| id.filter(|id| !is_anything(&contract[*id]));
        match (says(self.old, a.schema), says(self.new, b.schema)) {
            (Some(x), Some(y)) => {
                let text = match b.essence() {
                    name if name.ends_with("xml") => Text::Everything,
                    _ if a.is_json() && b.is_json() => Text::No,
                    _ => Text::Scalars,
                };
                let pair = self.pairs.compare(x, y, Mode { text, ..Mode::default() });
                self.enter(pair, operation, direction, status);
            }
            (None, None) => {}
            (before, _) => {
                let (kind, effect, what) = match before {
                    None => (Kind::SchemaAdded, Effect::Narrows, "the body has a schema now"),
                    Some(_) => (Kind::SchemaRemoved, Effect::Widens, "the body has no schema any more"),
                };
                let mut finding = Finding::new(kind, effect, what).about(call(operation)).at(places.0, places.1);
                // The document says less than it did; whether the answers changed is not known.
                finding.response = finding.response.min(Severity::Risky);
                self.push(finding, Some(call(operation)), direction, status);
            }
        }
    }

    pub(super) fn responses(&mut self, old: &Operation, new: &Operation) {
        for a in &old.responses {
            if let Some(b) = new.responses.iter().find(|b| b.status == a.status) {
                self.response(new, a, b);
                continue;
            }
            let covering = covering(a.status, &new.responses, &old.responses);
            let severity = match (a.status.is_success(), covering) {
                (true, None) => Severity::Breaking,
                // Other successes than this one are possible now.
                (true, Some(_)) => Severity::Risky,
                (false, _) => Severity::Additive,
            };
            let what = match covering {
                Some(b) => format!("the status {} is one of {} now", a.status, b.status),
                None => format!("the status {} is gone", a.status),
            };
            let finding = Finding::new(Kind::StatusRemoved, Effect::Narrows, what).severity(severity);
            let place = covering.map(|b| spot_of(&b.pointer));
            let finding = finding.about(call(new)).at(Some(spot_of(&a.pointer)), place);
            self.push(finding, Some(call(new)), Direction::Response, Some(a.status));
            if let Some(b) = covering {
                self.response(new, a, b);
            }
        }
        for b in new.responses.iter().filter(|b| !old.responses.iter().any(|a| a.status == b.status)) {
            let what = format!("the status {} is new", b.status);
            let finding = Finding::new(Kind::StatusAdded, Effect::Widens, what).severity(Severity::Additive);
            let finding = finding.about(call(new)).at(None, Some(spot_of(&b.pointer)));
            self.push(finding, Some(call(new)), Direction::Response, Some(b.status));
        }
    }

    fn response(&mut self, new: &Operation, a: &Response, b: &Response) {
        self.headers(new, a, b);
        self.contents(new, &a.content, &b.content, Direction::Response, Some(a.status));
        self.small_print(new, (&a.pointer, &b.pointer), Direction::Response, Some(a.status));
        if a.description != b.description {
            let finding = Finding::new(Kind::Documentation, Effect::None, "other prose");
            let finding = finding.about(call(new)).at(Some(spot_of(&a.pointer)), Some(spot_of(&b.pointer)));
            self.push(finding, Some(call(new)), Direction::Response, Some(a.status));
        }
    }

    fn headers(&mut self, new: &Operation, a: &Response, b: &Response) {
        let find =
            |headers: &[Header], name: &str| headers.iter().find(|one| one.name.eq_ignore_ascii_case(name)).cloned();
        let spot = |response: &Response, name: &str| Some(spot_of(&response.pointer.join("headers").join(name)));
        for old in &a.headers {
            let here = spot(a, &old.name);
            let finding = match find(&b.headers, &old.name) {
                None => {
                    let severity = if old.required { Severity::Breaking } else { Severity::Risky };
                    let what = format!("the header {} is gone", old.name);
                    Finding::new(Kind::HeaderRemoved, Effect::Narrows, what).severity(severity).at(here, None)
                }
                Some(fresh) => {
                    if let (Some(x), Some(y)) = (old.schema, fresh.schema) {
                        let pair = self.pairs.compare(x, y, Mode { text: Text::Scalars, ..Mode::default() });
                        self.enter(pair, new, Direction::Response, Some(b.status));
                    }
                    let there = spot(b, &fresh.name);
                    let place = |response: &Response, name: &str| response.pointer.join("headers").join(name);
                    for finding in self.header_beside(&place(a, &old.name), &place(b, &fresh.name), &old.name) {
                        let finding = finding.about(&old.name).at(here.clone(), there.clone());
                        self.push(finding, Some(call(new)), Direction::Response, Some(b.status));
                    }
                    if old.description != fresh.description {
                        let finding = Finding::new(Kind::Documentation, Effect::None, "other prose");
                        let finding = finding.about(&old.name).at(here.clone(), there.clone());
                        self.push(finding, Some(call(new)), Direction::Response, Some(b.status));
                    }
                    match (old.required, fresh.required) {
                        (true, false) => {
                            let what = format!("the header {} may be missing now", old.name);
                            Finding::new(Kind::HeaderBecameOptional, Effect::Widens, what).at(here, there)
                        }
                        (false, true) => {
                            let what = format!("the header {} is always there now", old.name);
                            Finding::new(Kind::HeaderBecameRequired, Effect::Narrows, what).at(here, there)
                        }
                        _ => continue,
                    }
                }
            };
            self.push(finding.about(&old.name), Some(call(new)), Direction::Response, Some(b.status));
        }
        for fresh in b.headers.iter().filter(|fresh| find(&a.headers, &fresh.name).is_none()) {
            let what = format!("the header {} is new", fresh.name);
            let finding = Finding::new(Kind::HeaderAdded, Effect::None, what).severity(Severity::Additive);
            let finding = finding.about(&fresh.name).at(None, spot(b, &fresh.name));
            self.push(finding, Some(call(new)), Direction::Response, Some(b.status));
        }
    }
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

/// Header names do not depend on case.
fn name(parameter: &Parameter) -> String {
    match parameter.location {
        Location::Header => parameter.name.to_ascii_lowercase(),
        _ => parameter.name.clone(),
    }
}

fn place(parameter: &Parameter) -> &'static str {
    match parameter.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
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
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

fn essence(name: &str) -> &str {
    name.split(';').next().unwrap_or_default().trim()
}

/// A new form with a narrower name: `application/problem+json` of `application/json`.
fn specialised<'m>(a: &MediaType, old: &[MediaType], new: &'m [MediaType]) -> Option<&'m MediaType> {
    let fresh = |b: &&MediaType| !old.iter().any(|one| one.essence() == b.essence());
    new.iter().filter(fresh).find(|b| specialises(&a.essence(), &b.essence()))
}

/// Whether a media type is a narrower name of another.
fn specialises(old: &str, new: &str) -> bool {
    let suffix = |name: &str| name.rsplit_once('+').map(|(_, suffix)| suffix.to_owned());
    let kind = |name: &str| name.split_once('/').map(|(kind, subtype)| (kind.to_owned(), subtype.to_owned()));
    match (kind(old), kind(new)) {
        (Some((a, subtype)), Some((b, _))) => a == b && suffix(new).as_deref() == Some(&subtype),
        _ => false,
    }
}
