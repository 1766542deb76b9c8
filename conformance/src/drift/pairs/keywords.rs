//! Keywords of one value: types, null, listed values, bounds, patterns, formats, annotations.
//! Each function adds what it finds and knows nothing of directions.

use kontrakt_codegen::contract::{SchemaId, Type, Types};
use serde_json::{Number, Value};

use super::{Pairs, Text, Work};
use crate::drift::model::{Effect, Finding, Kind, Severity};
use crate::drift::patterns::{Inclusion, includes};
use crate::drift::promises;
use crate::drift::view::{Bound, COUNTS, Said, View};

/// Kinds of [`COUNTS`], in its order.
const COUNT_KINDS: [Kind; 6] = [
    Kind::MinLengthChanged,
    Kind::MaxLengthChanged,
    Kind::MinItemsChanged,
    Kind::MaxItemsChanged,
    Kind::MinPropertiesChanged,
    Kind::MaxPropertiesChanged,
];

/// Formats that say which texts or numbers are valid, not only what they mean.
const STRICT_FORMATS: [&str; 20] = [
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uuid",
    "byte",
    "binary",
    "int32",
    "int64",
    "float",
    "double",
    "regex",
    "json-pointer",
];

pub(super) fn id<T>(said: &Said<T>) -> Option<SchemaId> {
    said.as_ref().map(|(_, id)| *id)
}

impl Pairs<'_> {
    /// Compares types and null. Returns whether the values have a type in common, so that the rest is worth comparing.
    pub(super) fn types(&mut self, work: &mut Work<'_>) -> bool {
        let (a, b) = (work.a, work.b);
        let listed = |view: &View| view.values.is_some() && view.types.is_none();
        // Listed values without a type say everything themselves.
        let said = |one: &View, other: &View| if listed(one) { other.types.or(one.types) } else { one.types };
        let (Some(before), Some(after)) = (said(a, b).or(a.types), said(b, a).or(b.types)) else {
            return match (said(a, b), said(b, a)) {
                (None, Some(types)) if !listed(a) => self.any_type(work, types, Effect::Narrows),
                (Some(types), None) if !listed(b) => self.any_type(work, types, Effect::Widens),
                _ => {
                    self.nullness(work);
                    true
                }
            };
        };
        self.nullness(work);
        let widen = |mut types: Types| {
            types.remove(Type::Null);
            if types.contains(Type::Number) {
                types.insert(Type::Integer);
            }
            let also: &[Type] = match work.mode.text {
                Text::Everything => &[Type::Boolean, Type::Integer, Type::Number, Type::Array, Type::Object],
                Text::Scalars => &[Type::Boolean, Type::Integer, Type::Number],
                Text::No => &[],
            };
            if types.contains(Type::String) {
                also.iter().for_each(|kind| types.insert(*kind));
            }
            types
        };
        let (old, new) = (widen(before), widen(after));
        if old == new || (a.values.is_some() && b.values.is_some()) {
            return true;
        }
        let lost = old.iter().any(|kind| !new.contains(kind));
        let gained = new.iter().any(|kind| !old.contains(kind));
        let (kind, effect) = match (lost, gained) {
            (true, true) => (Kind::TypeChanged, Effect::Shifts),
            (true, false) => (Kind::TypeNarrowed, Effect::Narrows),
            (false, _) => (Kind::TypeWidened, Effect::Widens),
        };
        let what = format!("is {}, not {}", names(after), names(before));
        let finding = Finding::new(kind, effect, what);
        let part = |view: &View, contract: &kontrakt_codegen::contract::Contract| {
            view.parts.iter().copied().find(|id| contract[*id].types.is_some())
        };
        let finding = self.said(work, part(a, self.old), part(b, self.new), finding);
        work.push(finding);
        old.intersect(new) != Types::default()
    }

    fn any_type(&self, work: &mut Work<'_>, types: Types, effect: Effect) -> bool {
        // A text of the address or of a header says nothing that was not so.
        if work.mode.text != Text::No && types.contains(Type::String) {
            return true;
        }
        // Where nothing at all was said, a type is the least of what changed: alternatives say it better.
        if work.a.unions.is_empty() && work.b.unions.is_empty() {
            let (kind, what) = match effect {
                Effect::Narrows => (Kind::TypeNarrowed, format!("is {}, where anything went", names(types))),
                _ => (Kind::TypeWidened, format!("may be anything, not only {}", names(types))),
            };
            let finding = self.site(work, Finding::new(kind, effect, what));
            work.push(finding);
        }
        true
    }

    /// Compares whether null is valid.
    pub(super) fn nullness(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        if a.null == b.null || work.mode.ignore_null {
            return;
        }
        let (kind, effect, what) = match b.null {
            true => (Kind::BecameNullable, Effect::Widens, "may be null now"),
            false => (Kind::BecameNotNullable, Effect::Narrows, "is never null now"),
        };
        let part = |view: &View, contract: &kontrakt_codegen::contract::Contract| {
            view.parts.iter().copied().find(|id| contract[*id].types.is_some())
        };
        let finding = Finding::new(kind, effect, what);
        let finding = self.said(work, part(a, self.old), part(b, self.new), finding);
        work.push(finding);
    }

    /// Compares listed values: `enum` and `const`.
    pub(super) fn values(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let written = |said: &Said<Vec<Value>>| match work.mode.text {
            Text::No => said.clone(),
            // A number and a text of the same digits are written alike.
            _ => said.clone().map(|(values, id)| (values.into_iter().map(as_text).collect(), id)),
        };
        let (old_values, new_values) = (written(&a.values), written(&b.values));
        let finding = match (&old_values, &new_values) {
            (None, None) => return,
            (None, Some((values, _))) if !finite(a, values) => {
                let word = if b.constant { "always" } else { "one of" };
                Finding::new(Kind::EnumIntroduced, Effect::Narrows, format!("is {word} {} now", list(values)))
            }
            (Some((values, _)), None) if !finite(b, values) => {
                let what = format!("is no longer limited to {}", list(values));
                Finding::new(Kind::EnumDropped, Effect::Widens, what)
            }
            (Some((old, _)), Some((new, _))) => {
                let without = |some: &[Value], others: &[Value]| -> Vec<Value> {
                    some.iter().filter(|value| !others.contains(value)).cloned().collect()
                };
                let (gone, fresh) = (without(old, new), without(new, old));
                if !gone.is_empty() && !fresh.is_empty() && a.constant && b.constant {
                    let what = format!("is always {}, not {}", list(new), list(old));
                    Finding::new(Kind::ConstChanged, Effect::Shifts, what)
                } else {
                    if !fresh.is_empty() {
                        let what = format!("may be {} now", list(&fresh));
                        let finding = Finding::new(Kind::EnumValueAdded, Effect::Widens, what);
                        let finding = self.said(work, id(&a.values), id(&b.values), finding);
                        work.push(finding);
                    }
                    if gone.is_empty() {
                        return;
                    }
                    let what = format!("is never {} now", list(&gone));
                    Finding::new(Kind::EnumValueRemoved, Effect::Narrows, what)
                }
            }
            _ => return,
        };
        let finding = self.said(work, id(&a.values), id(&b.values), finding);
        work.push(finding);
    }

    /// Compares bounds of numbers, lengths and counts.
    pub(super) fn bounds(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let sides = [
            (Kind::MinimumChanged, "smallest", &a.minimum, &b.minimum, true),
            (Kind::MaximumChanged, "largest", &a.maximum, &b.maximum, false),
        ];
        for (kind, word, old, new, lower) in sides {
            if old.as_ref().map(|(bound, _)| bound) == new.as_ref().map(|(bound, _)| bound) {
                continue;
            }
            let whole = integers(a) && integers(b);
            let strictness = |said: &Said<Bound>| {
                let (bound, _) = said.as_ref()?;
                let sign = if lower { 1.0 } else { -1.0 };
                let number = bound.number() * sign;
                // Above 0 is 1 and more, where only whole numbers go.
                Some(match (whole, bound.exclusive) {
                    (true, true) => (number.floor() + 1.0, false),
                    (true, false) => (number.ceil(), false),
                    _ => (number, bound.exclusive),
                })
            };
            let (before, after) = (strictness(old), strictness(new));
            if before == after {
                continue;
            }
            let show = |bound: &Bound| format!("{}{}", bound.value, if bound.exclusive { " (excluded)" } else { "" });
            let what = match (old, new) {
                (Some((old, _)), Some((new, _))) => format!("has the {word} value {}, not {}", show(new), show(old)),
                (None, Some((new, _))) => format!("has the {word} value {} now", show(new)),
                (_, None) => format!("has no {word} value any more"),
            };
            let effect = if after > before { Effect::Narrows } else { Effect::Widens };
            let finding = self.said(work, id(old), id(new), Finding::new(kind, effect, what));
            work.push(finding);
        }
        for (at, keyword) in COUNTS.iter().enumerate() {
            let (old, new) = (&a.counts[at], &b.counts[at]);
            let (before, after) = (old.map(|(count, _)| count), new.map(|(count, _)| count));
            // A lower bound of 0 says nothing.
            let said = |count: Option<u64>| count.filter(|count| *count > 0 || at % 2 == 1);
            let (before, after) = (said(before), said(after));
            if before == after {
                continue;
            }
            let narrower = match (before, after) {
                (None, _) => true,
                (_, None) => false,
                (Some(before), Some(after)) => (after > before) == (at % 2 == 0),
            };
            let effect = if narrower { Effect::Narrows } else { Effect::Widens };
            let what = match (before, after) {
                (Some(before), Some(after)) => format!("{keyword} is {after}, not {before}"),
                (None, Some(after)) => format!("{keyword} is {after} now"),
                (_, None) => format!("has no {keyword} any more"),
            };
            let finding = self.said(work, id(old), id(new), Finding::new(COUNT_KINDS[at], effect, what));
            work.push(finding);
        }
        self.multiples(work);
        if a.unique.is_some() != b.unique.is_some() {
            let (effect, what) = match b.unique {
                Some(_) => (Effect::Narrows, "has only different elements now"),
                None => (Effect::Widens, "may have equal elements now"),
            };
            let finding = Finding::new(Kind::UniqueItemsChanged, effect, what);
            let finding = self.said(work, id(&a.unique), id(&b.unique), finding);
            work.push(finding);
        }
    }

    fn multiples(&self, work: &mut Work<'_>) {
        let (old, new) = (&work.a.multiple_of, &work.b.multiple_of);
        let whole = integers(work.a) && integers(work.b);
        let number = |said: &Said<Number>| said.as_ref().and_then(|(number, _)| number.as_f64());
        // Every whole number is a multiple of 1.
        let (before, after) =
            (number(old).filter(|n| !whole || *n != 1.0), number(new).filter(|n| !whole || *n != 1.0));
        if before == after {
            return;
        }
        let divides = |a: f64, b: f64| a != 0.0 && ((b / a) - (b / a).round()).abs() < 1e-9;
        let (effect, what) = match (before, after) {
            (None, Some(after)) => (Effect::Narrows, format!("is a multiple of {after} now")),
            (Some(before), None) => (Effect::Widens, format!("need not be a multiple of {before} any more")),
            (Some(before), Some(after)) => {
                let effect = match (divides(before, after), divides(after, before)) {
                    (true, _) => Effect::Narrows,
                    (_, true) => Effect::Widens,
                    _ => Effect::Shifts,
                };
                (effect, format!("is a multiple of {after}, not of {before}"))
            }
            (None, None) => return,
        };
        let finding = self.said(work, id(old), id(new), Finding::new(Kind::MultipleOfChanged, effect, what));
        work.push(finding);
    }

    /// Compares patterns, formats and what texts hold.
    pub(super) fn texts(&mut self, work: &mut Work<'_>) {
        self.patterns(work);
        self.format(work);
        let (a, b) = (work.a, work.b);
        match (&a.content, &b.content) {
            (Some(((old_media, old), _)), Some(((new_media, new), _))) => {
                if old_media != new_media {
                    let what = format!("holds {new_media:?}, not {old_media:?}");
                    let finding = Finding::new(Kind::ContentChanged, Effect::Shifts, what);
                    let finding = self.said(work, id(&a.content), id(&b.content), finding);
                    work.push(finding);
                }
                match (old.is_empty(), new.is_empty()) {
                    (false, false) => {
                        let child = self.slots(old, new, Default::default());
                        work.pair.children.push(child);
                    }
                    (true, true) => {}
                    (before, _) => {
                        let (effect, what) = match before {
                            true => (Effect::Narrows, "holds text of a described form now"),
                            false => (Effect::Widens, "holds text of any form now"),
                        };
                        let finding = Finding::new(Kind::ContentChanged, effect, what);
                        let finding = self.said(work, id(&a.content), id(&b.content), finding);
                        work.push(finding);
                    }
                }
            }
            (None, None) => {}
            (before, _) => {
                let (effect, what) = match before {
                    None => (Effect::Narrows, "holds text of a described form now"),
                    Some(_) => (Effect::Widens, "holds text of any form now"),
                };
                let finding = Finding::new(Kind::ContentChanged, effect, what);
                let finding = self.said(work, id(&a.content), id(&b.content), finding);
                work.push(finding);
            }
        }
    }

    fn patterns(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let without = |some: &View, other: &View| -> Vec<(String, SchemaId)> {
            let known = |pattern: &str| other.patterns.iter().any(|(one, _)| one == pattern);
            some.patterns.iter().filter(|(pattern, _)| !known(pattern)).cloned().collect()
        };
        let (gone, fresh) = (without(a, b), without(b, a));
        let finding = match (gone.as_slice(), fresh.as_slice()) {
            ([], []) => return,
            ([], [(new, at), ..]) => {
                let (effect, what) = match includes(new, "") {
                    Inclusion::Included => (Effect::None, format!("any text matches the new pattern {new}")),
                    Inclusion::Counterexample(text) => {
                        (Effect::Narrows, format!("must match {new} now: {text:?} was valid and is not"))
                    }
                    Inclusion::Undecided => (Effect::Narrows, format!("must match {new} now")),
                };
                let finding = Finding::new(Kind::PatternAdded, effect, what);
                self.said(work, None, Some(*at), finding)
            }
            ([(old, at), ..], []) => {
                let effect = if includes(old, "") == Inclusion::Included { Effect::None } else { Effect::Widens };
                let finding = Finding::new(Kind::PatternRemoved, effect, format!("need not match {old} any more"));
                self.said(work, Some(*at), None, finding)
            }
            ([(old, old_at), ..], [(new, new_at), ..]) => {
                let changed = format!("must match {new}, not {old}");
                let (effect, what, decided) = match (includes(new, old), includes(old, new)) {
                    (Inclusion::Included, Inclusion::Included) => {
                        (Effect::None, format!("{changed}, which are the same texts"), true)
                    }
                    (Inclusion::Included, Inclusion::Counterexample(text)) => {
                        (Effect::Widens, format!("{changed}: {text:?} is newly valid"), true)
                    }
                    (Inclusion::Counterexample(text), Inclusion::Included) => {
                        (Effect::Narrows, format!("{changed}: {text:?} was valid and is not"), true)
                    }
                    (Inclusion::Counterexample(lost), Inclusion::Counterexample(won)) => (
                        Effect::Shifts,
                        format!("{changed}: {lost:?} was valid and is not, {won:?} is newly valid"),
                        true,
                    ),
                    _ => (Effect::Shifts, format!("{changed}; which texts that changes could not be decided"), false),
                };
                let mut finding = Finding::new(Kind::PatternChanged, effect, what);
                if !decided {
                    finding = finding.severity(Severity::Risky);
                }
                self.said(work, Some(*old_at), Some(*new_at), finding)
            }
        };
        work.push(finding);
    }

    fn format(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let name = |said: &Said<String>| said.as_ref().map(|(format, _)| format.clone());
        let (before, after) = (name(&a.format), name(&b.format));
        if before == after {
            return;
        }
        let strict = |format: &Option<String>| format.as_deref().is_some_and(|name| STRICT_FORMATS.contains(&name));
        let (effect, what) = match (before.as_deref(), after.as_deref()) {
            (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => {
                (Effect::Widens, "has a wider format".to_owned())
            }
            (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => {
                (Effect::Narrows, "has a narrower format".to_owned())
            }
            // Every JSON number is read as one.
            (None, Some("double")) => (Effect::None, "has the format double now".to_owned()),
            (Some("double"), None) => (Effect::None, "need not have the format double any more".to_owned()),
            (None, Some(after)) => (Effect::Narrows, format!("has the format {after} now")),
            (Some(before), None) => (Effect::Widens, format!("need not have the format {before} any more")),
            (Some(before), Some(after)) => (Effect::Shifts, format!("has the format {after}, not {before}")),
            (None, None) => return,
        };
        let mut finding = Finding::new(Kind::FormatChanged, effect, what);
        if !strict(&before) && !strict(&after) {
            // Formats that no standard defines are hints.
            let weaker = |severity: Severity| severity.min(Severity::Risky);
            let (request, response) = (weaker(finding.request), weaker(finding.response));
            finding = finding.graded(request, response);
        }
        let finding = self.said(work, id(&a.format), id(&b.format), finding);
        work.push(finding);
    }

    /// Compares what says nothing about the set of valid values.
    pub(super) fn annotations(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        if let Some(finding) = self.default(work) {
            let finding = self.said(work, id(&a.default), id(&b.default), finding);
            work.push(finding);
        }
        let flags = [
            (Kind::ReadOnlyChanged, a.read_only, b.read_only, "only read"),
            (Kind::WriteOnlyChanged, a.write_only, b.write_only, "only written"),
        ];
        for (kind, before, after, word) in flags {
            if before != after {
                let what = if after { format!("is {word} now") } else { format!("is no longer {word}") };
                let (request, response) = match (kind, after) {
                    // Clients that send it may be refused; whether a request with it fails is not said.
                    (Kind::ReadOnlyChanged, true) => (Severity::Risky, Severity::Cosmetic),
                    // Clients may read it, and it no longer comes.
                    (Kind::WriteOnlyChanged, true) => (Severity::Cosmetic, Severity::Risky),
                    _ => (Severity::Additive, Severity::Additive),
                };
                let finding = Finding::new(kind, Effect::None, what).graded(request, response);
                let finding = self.site(work, finding);
                work.push(finding);
            }
        }
        let extensions = |view: &View| -> Vec<(String, Value)> {
            view.extensions.iter().map(|(key, value, _)| (key.clone(), value.clone())).collect()
        };
        let deprecated = (a.deprecated.is_some(), b.deprecated.is_some());
        for finding in promises::compare(deprecated, &extensions(a), &extensions(b)) {
            let finding = self.said(work, id(&a.deprecated), id(&b.deprecated), finding);
            work.push(finding);
        }
    }

    fn default(&self, work: &Work<'_>) -> Option<Finding> {
        let value = |said: &Said<Value>| said.as_ref().map(|(value, _)| value.clone());
        let (before, after) = (value(&work.a.default), value(&work.b.default));
        if before == after {
            return None;
        }
        let (what, request) = match (before, after) {
            (None, Some(after)) => (format!("is {after} when left out"), Severity::Additive),
            (Some(before), None) => (format!("no longer has the default {before}"), Severity::Risky),
            (Some(before), Some(after)) => (format!("is {after} when left out, not {before}"), Severity::Risky),
            (None, None) => return None,
        };
        // Leaving a parameter out is how most calls are made: what they mean has changed.
        let request = if work.mode.parameter && request == Severity::Risky { Severity::Breaking } else { request };
        Some(Finding::new(Kind::DefaultChanged, Effect::None, what).graded(request, Severity::Cosmetic))
    }
}

/// Whether only whole numbers are valid.
fn integers(view: &View) -> bool {
    view.types.and_then(Types::single) == Some(Type::Integer)
}

/// Whether the types of a view have no other values than these.
fn finite(view: &View, values: &[Value]) -> bool {
    let types = view.plain_types();
    view.types.is_some()
        && types.iter().all(|kind| kind == Type::Boolean)
        && [true, false].iter().all(|value| values.contains(&Value::Bool(*value)))
}

/// A value as it is written where everything is text.
fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(value) => Value::String(value.to_string()),
        other => other,
    }
}

/// Values as people read them; long lists are cut.
fn list(values: &[Value]) -> String {
    let shown: Vec<String> = values.iter().take(12).map(Value::to_string).collect();
    let rest = values.len().saturating_sub(12);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}

fn names(types: Types) -> String {
    let names: Vec<&str> = types.iter().filter(|kind| *kind != Type::Null).map(|kind| kind.name()).collect();
    if names.is_empty() { "null".to_owned() } else { names.join(" or ") }
}
