//! What the contract leaves out of a call and a client still meets: own base URLs, encodings of parts, the small print
//! of parameters and headers, `x-` members of every part. Compared on the documents themselves.

use kontrakt_codegen::contract::{Operation, Parameter, Status};
use kontrakt_codegen::document::{Map, Node, Pointer};

use super::{Calls, call};
use crate::drift::Side;
use crate::drift::model::{Direction, Effect, Finding, Kind, Severity};
use crate::drift::{promises, whole};

fn node<'s>(side: &'s Side, pointer: &Pointer) -> Option<&'s Node> {
    side.document.get(pointer)
}

fn flag(node: Option<&Node>, key: &str, default: bool) -> bool {
    node.and_then(|node| node.get(key)).and_then(Node::as_bool).unwrap_or(default)
}

fn members(node: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    node.and_then(Node::as_map).into_iter().flat_map(Map::iter)
}

impl Calls<'_, '_> {
    /// Base URLs of an operation and its path, and `x-` members of the path.
    pub(super) fn beside(&mut self, old: &Operation, new: &Operation) {
        let (a, b) = (node(self.sides.0, &old.pointer), node(self.sides.1, &new.pointer));
        let path = |pointer: &Pointer| pointer.parent().unwrap_or_default();
        let (up_a, up_b) = (path(&old.pointer), path(&new.pointer));
        let (item_a, item_b) = (node(self.sides.0, &up_a), node(self.sides.1, &up_b));
        let mut findings = Vec::new();
        if let (Some(a), Some(b)) = (a, b) {
            findings.extend(whole::servers((&old.pointer, a), (&new.pointer, b)));
        }
        if let (Some(a), Some(b)) = (item_a, item_b) {
            findings.extend(whole::servers((&up_a, a), (&up_b, b)));
            let small = promises::compare((false, false), &whole::extensions(item_a), &whole::extensions(item_b));
            let place = |pointer: &Pointer| Some((pointer.clone(), Default::default()));
            findings.extend(small.into_iter().map(|one| one.about(&new.path).at(place(&up_a), place(&up_b))));
        }
        for finding in findings {
            self.push(finding, Some(call(new)), Direction::Both, None);
        }
    }

    /// The small print of a parameter.
    pub(super) fn parameter_beside(&self, a: &Parameter, b: &Parameter) -> Vec<Finding> {
        let (old, new) = (node(self.sides.0, &a.pointer), node(self.sides.1, &b.pointer));
        let mut findings = Vec::new();
        let said = |key| (flag(old, key, false), flag(new, key, false));
        let change = |kind, key, (before, after): (bool, bool), yes: &str, no: &str| {
            let effect = if after { Effect::Widens } else { Effect::Narrows };
            let what = format!("the parameter {} {} ({key})", b.name, if after { yes } else { no });
            (before != after).then(|| Finding::new(kind, effect, what))
        };
        let (yes, no) =
            ("may hold reserved characters as they are now", "must have its reserved characters encoded now");
        findings.extend(change(Kind::ParameterReservedChanged, "allowReserved", said("allowReserved"), yes, no));
        let (yes, no) = ("may be sent without a value now", "needs a value now");
        findings.extend(change(Kind::ParameterEmptyChanged, "allowEmptyValue", said("allowEmptyValue"), yes, no));
        findings
    }

    /// `x-` members of a part of a call.
    pub(super) fn small_print(
        &mut self,
        operation: &Operation,
        (old, new): (&Pointer, &Pointer),
        direction: Direction,
        status: Option<Status>,
    ) {
        let read = |side, pointer| whole::extensions(node(side, pointer));
        for finding in promises::compare((false, false), &read(self.sides.0, old), &read(self.sides.1, new)) {
            let place = |pointer: &Pointer| Some((pointer.clone(), Default::default()));
            let finding = finding.about(call(operation)).at(place(old), place(new));
            self.push(finding, Some(call(operation)), direction, status);
        }
    }

    /// How the parts of a form are written.
    pub(super) fn encodings(
        &mut self,
        operation: &Operation,
        (old, new): (&Pointer, &Pointer),
        direction: Direction,
        status: Option<Status>,
    ) {
        let (old, new) = (old.join("encoding"), new.join("encoding"));
        let (a, b) = (node(self.sides.0, &old), node(self.sides.1, &new));
        if a.is_none() && b.is_none() {
            return;
        }
        let mut names: Vec<&str> = members(a).chain(members(b)).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        let mut findings = Vec::new();
        for name in names {
            let (before, after) = (a.and_then(|all| all.get(name)), b.and_then(|all| all.get(name)));
            let style = |node: Option<&Node>| {
                node.and_then(|node| node.get("style")).and_then(Node::as_str).unwrap_or("form").to_owned()
            };
            for key in ["contentType", "style", "explode", "allowReserved"] {
                let said = |node: Option<&Node>| match key {
                    "contentType" => node.and_then(|node| node.get(key)).and_then(Node::as_str).map(str::to_owned),
                    "style" => Some(style(node)),
                    "explode" => Some(flag(node, key, style(node) == "form").to_string()),
                    _ => Some(flag(node, key, false).to_string()),
                };
                let (was, is) = (said(before), said(after));
                // How lists are written follows from the style, where nothing else is said.
                let follows = key == "explode" && style(before) != style(after);
                if was == is || follows {
                    continue;
                }
                let show = |value: Option<String>| value.unwrap_or_else(|| "not said".to_owned());
                // What is not said follows from the type: saying it is often no change.
                let told = was.is_some() && is.is_some();
                let what = format!("{key} of the part {name} is {}, not {}", show(is), show(was));
                let severity = if told { Severity::Breaking } else { Severity::Risky };
                let finding = Finding::new(Kind::EncodingChanged, Effect::Shifts, what).severity(severity).about(name);
                let place = |all: &Pointer, one: Option<&Node>| one.map(|one| (all.join(name), one.span));
                findings.push(finding.at(place(&old, before), place(&new, after)));
            }
        }
        for finding in findings {
            self.push(finding, Some(call(operation)), direction, status);
        }
    }

    /// The small print of a response header.
    pub(super) fn header_beside(&self, old: &Pointer, new: &Pointer, name: &str) -> Vec<Finding> {
        let (a, b) = (node(self.sides.0, old), node(self.sides.1, new));
        let mut findings = Vec::new();
        let explode = (flag(a, "explode", false), flag(b, "explode", false));
        if explode.0 != explode.1 {
            let how = |explode| if explode { "as name=value pairs" } else { "as a plain list" };
            let what =
                format!("the members of the header {name} are written {}, not {}", how(explode.1), how(explode.0));
            findings.push(Finding::new(Kind::HeaderStyleChanged, Effect::Shifts, what));
        }
        let deprecated = (flag(a, "deprecated", false), flag(b, "deprecated", false));
        findings.extend(promises::compare(deprecated, &whole::extensions(a), &whole::extensions(b)));
        findings
    }
}
