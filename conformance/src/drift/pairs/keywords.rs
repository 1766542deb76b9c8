//! Compares the keywords of one value: types, null, listed values, bounds, patterns, formats, annotations.
//! Each function adds its findings, independent of directions.

use kontrakt_codegen::contract::{Bound, COUNTS, Contract, Merged, Said, SchemaId, Slot, Type, Types};
use serde_json::{Number, Value};

use super::{Pairs, Text, Work};
use crate::drift::detail::{LimitDetail, ValueDetail};
use crate::drift::model::{DriftKind, Effect, RawChange, Severity};
use crate::drift::pairs::Mode;
use crate::drift::patterns::{Inclusion, includes};
use crate::drift::promises;
use crate::drift::width::Width;

/// Kinds of [`COUNTS`], in its order.
const COUNT_KINDS: [DriftKind; 6] = [
    DriftKind::MinLengthChanged,
    DriftKind::MaxLengthChanged,
    DriftKind::MinItemsChanged,
    DriftKind::MaxItemsChanged,
    DriftKind::MinPropertiesChanged,
    DriftKind::MaxPropertiesChanged,
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
        let listed = |view: &Merged| view.values.is_some() && view.types.is_none();
        // Listed values without a type say everything themselves: they need no type that all of them have.
        let said = |one: &Merged, other: &Merged| match &one.values {
            Some((values, _)) if listed(one) => {
                let own: Types = values.iter().map(Type::of).collect();
                other.types.map(|types| if own.intersect(types) == own { types } else { own })
            }
            _ => one.types,
        };
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
            (true, true) => (DriftKind::TypeChanged, Effect::Shifts),
            (true, false) => (DriftKind::TypeNarrowed, Effect::Narrows),
            (false, _) => (DriftKind::TypeWidened, Effect::Widens),
        };
        let finding = RawChange::new(kind, effect, ValueDetail::Type { old: before, new: after });
        let part =
            |view: &Merged, contract: &Contract| view.schemas.iter().copied().find(|id| contract[*id].types.is_some());
        let finding = self.at_parts(work, part(a, self.old), part(b, self.new), finding);
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
            let (kind, detail) = match effect {
                Effect::Narrows => (DriftKind::TypeNarrowed, ValueDetail::TypeSaid(types)),
                _ => (DriftKind::TypeWidened, ValueDetail::TypeUnsaid(types)),
            };
            let finding = self.site(work, RawChange::new(kind, effect, detail));
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
        let (kind, effect) = match b.null {
            true => (DriftKind::BecameNullable, Effect::Widens),
            false => (DriftKind::BecameNotNullable, Effect::Narrows),
        };
        let part =
            |view: &Merged, contract: &Contract| view.schemas.iter().copied().find(|id| contract[*id].types.is_some());
        let finding = RawChange::new(kind, effect, ValueDetail::Null(b.null));
        let finding = self.at_parts(work, part(a, self.old), part(b, self.new), finding);
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
                let detail = ValueDetail::EnumIntroduced { values: values.clone(), constant: b.constant };
                RawChange::new(DriftKind::EnumIntroduced, Effect::Narrows, detail)
            }
            (Some((values, _)), None) if !finite(b, values) => {
                RawChange::new(DriftKind::EnumDropped, Effect::Widens, ValueDetail::EnumDropped(values.clone()))
            }
            (Some((old, _)), Some((new, _))) => {
                let without = |some: &[Value], others: &[Value]| -> Vec<Value> {
                    some.iter().filter(|value| !others.contains(value)).cloned().collect()
                };
                let (gone, fresh) = (without(old, new), without(new, old));
                if !gone.is_empty() && !fresh.is_empty() && a.constant && b.constant {
                    let detail = ValueDetail::Constant { old: old.clone(), new: new.clone() };
                    RawChange::new(DriftKind::ConstChanged, Effect::Shifts, detail)
                } else {
                    if !fresh.is_empty() {
                        let finding =
                            RawChange::new(DriftKind::EnumValueAdded, Effect::Widens, ValueDetail::EnumAdded(fresh));
                        let finding = self.at_parts(work, id(&a.values), id(&b.values), finding);
                        work.push(finding);
                    }
                    if gone.is_empty() {
                        return;
                    }
                    RawChange::new(DriftKind::EnumValueRemoved, Effect::Narrows, ValueDetail::EnumRemoved(gone))
                }
            }
            _ => return,
        };
        let finding = self.at_parts(work, id(&a.values), id(&b.values), finding);
        work.push(finding);
    }

    /// Compares bounds of numbers, lengths and counts.
    pub(super) fn bounds(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let sides = [
            (DriftKind::MinimumChanged, &a.minimum, &b.minimum, true),
            (DriftKind::MaximumChanged, &a.maximum, &b.maximum, false),
        ];
        for (kind, old, new, lower) in sides {
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
            let bound = |said: &Said<Bound>| said.as_ref().map(|(bound, _)| bound.clone());
            let detail = LimitDetail::Bound { lower, old: bound(old), new: bound(new) };
            let effect = if after > before { Effect::Narrows } else { Effect::Widens };
            let finding = self.at_parts(work, id(old), id(new), RawChange::new(kind, effect, detail));
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
            let detail = LimitDetail::Count { keyword, old: before, new: after };
            let finding = self.at_parts(work, id(old), id(new), RawChange::new(COUNT_KINDS[at], effect, detail));
            work.push(finding);
        }
        self.multiples(work);
        if a.unique.is_some() != b.unique.is_some() {
            let unique = b.unique.is_some();
            let effect = if unique { Effect::Narrows } else { Effect::Widens };
            let finding = RawChange::new(DriftKind::UniqueItemsChanged, effect, LimitDetail::Unique(unique));
            let finding = self.at_parts(work, id(&a.unique), id(&b.unique), finding);
            work.push(finding);
        }
    }

    fn multiples(&self, work: &mut Work<'_>) {
        let (old, new) = (&work.a.multiple_of, &work.b.multiple_of);
        let whole = integers(work.a) && integers(work.b);
        let float = |number: &Number| number.as_f64().unwrap_or(f64::NAN);
        // Every whole number is a multiple of 1.
        let says = |said: &Said<Number>| {
            said.as_ref().map(|(number, _)| number.clone()).filter(|number| !whole || float(number) != 1.0)
        };
        let (before, after) = (says(old), says(new));
        let divides = |a: f64, b: f64| a != 0.0 && ((b / a) - (b / a).round()).abs() < 1e-9;
        let effect = match (before.as_ref().map(float), after.as_ref().map(float)) {
            (a, b) if a == b => return,
            (None, _) => Effect::Narrows,
            (_, None) => Effect::Widens,
            (Some(a), Some(b)) if divides(a, b) => Effect::Narrows,
            (Some(a), Some(b)) if divides(b, a) => Effect::Widens,
            _ => Effect::Shifts,
        };
        let detail = LimitDetail::MultipleOf { old: before, new: after };
        let finding =
            self.at_parts(work, id(old), id(new), RawChange::new(DriftKind::MultipleOfChanged, effect, detail));
        work.push(finding);
    }

    /// Compares patterns, formats and what texts hold.
    pub(super) fn texts(&mut self, work: &mut Work<'_>) {
        self.patterns(work);
        self.format(work);
        self.content(work);
    }

    /// Compares what texts hold: its media type, and the schema of what it is once read.
    fn content(&mut self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let mut found = |effect, detail| {
            let finding = RawChange::new(DriftKind::ContentChanged, effect, detail);
            let finding = self.at_parts(work, id(&a.content), id(&b.content), finding);
            work.push(finding);
        };
        let described = |now| (if now { Effect::Narrows } else { Effect::Widens }, LimitDetail::ContentDescribed(now));
        let says = |contract, content: &'_ Said<(String, Slot)>| {
            let said =
                |media: &str, slot: &[SchemaId]| !media.is_empty() || Width::of(contract, slot) != Width::Anything;
            content.clone().filter(|((media, slot), _)| said(media, slot))
        };
        let (before, after) = (says(self.old, &a.content), says(self.new, &b.content));
        let (old, new) = match (&before, &after) {
            (Some(((old_media, old), _)), Some(((new_media, new), _))) => {
                if old_media != new_media {
                    let detail = LimitDetail::ContentMedia { old: old_media.clone(), new: new_media.clone() };
                    found(Effect::Shifts, detail);
                }
                (old, new)
            }
            (None, None) => return,
            (before, _) => {
                let (effect, detail) = described(before.is_none());
                return found(effect, detail);
            }
        };
        match (Width::of(self.old, old), Width::of(self.new, new)) {
            (before, after) if before == after && before != Width::Something => {}
            (Width::Anything, _) | (_, Width::Anything) => {
                let (effect, detail) = described(Width::of(self.old, old) == Width::Anything);
                found(effect, detail);
            }
            _ => self.below(work, old, new, Mode::default()),
        }
    }

    fn patterns(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        let without = |some: &Merged, other: &Merged| -> Vec<(String, SchemaId)> {
            let known = |pattern: &str| other.patterns.iter().any(|(one, _)| one == pattern);
            some.patterns.iter().filter(|(pattern, _)| !known(pattern)).cloned().collect()
        };
        let (gone, fresh) = (without(a, b), without(b, a));
        let (old, new) = (gone.first(), fresh.first());
        let text = |said: Option<&(String, SchemaId)>| said.map(|(pattern, _)| pattern.clone()).unwrap_or_default();
        if old.is_none() && new.is_none() {
            return;
        }
        // Texts that were valid and are not, and the other way round; without a pattern every text is valid.
        let (lost, won) = (includes(&text(new), &text(old)), includes(&text(old), &text(new)));
        let effect = match (&lost, &won) {
            (Inclusion::Included, Inclusion::Included) => Effect::None,
            _ if old.is_none() => Effect::Narrows,
            _ if new.is_none() => Effect::Widens,
            (Inclusion::Included, Inclusion::Counterexample(_)) => Effect::Widens,
            (Inclusion::Counterexample(_), Inclusion::Included) => Effect::Narrows,
            _ => Effect::Shifts,
        };
        let kind = match (old, new) {
            (None, _) => DriftKind::PatternAdded,
            (_, None) => DriftKind::PatternRemoved,
            _ => DriftKind::PatternChanged,
        };
        let undecided = [&lost, &won].contains(&&Inclusion::Undecided);
        let pattern = |said: Option<&(String, SchemaId)>| said.map(|(pattern, _)| pattern.clone());
        let detail = LimitDetail::Pattern { old: pattern(old), new: pattern(new), lost, won };
        let mut finding = RawChange::new(kind, effect, detail);
        if undecided && kind == DriftKind::PatternChanged {
            finding = finding.severity(Severity::Risky);
        }
        let at = |said: Option<&(String, SchemaId)>| said.map(|(_, id)| *id);
        let finding = self.at_parts(work, at(old), at(new), finding);
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
        let width = match (before.as_deref(), after.as_deref()) {
            (Some("int32"), Some("int64")) | (Some("float"), Some("double")) => Some(true),
            (Some("int64"), Some("int32")) | (Some("double"), Some("float")) => Some(false),
            _ => None,
        };
        let effect = match (before.as_deref(), after.as_deref()) {
            _ if width == Some(true) => Effect::Widens,
            _ if width == Some(false) => Effect::Narrows,
            // Every JSON number is read as one.
            (None, Some("double")) | (Some("double"), None) => Effect::None,
            (None, _) => Effect::Narrows,
            (_, None) => Effect::Widens,
            _ => Effect::Shifts,
        };
        let said = LimitDetail::Format { old: before.clone(), new: after.clone() };
        let detail = width.map_or(said, |wider| LimitDetail::FormatWidth { wider });
        let mut finding = RawChange::new(DriftKind::FormatChanged, effect, detail);
        if !strict(&before) && !strict(&after) {
            // Formats that no standard defines are hints.
            let weaker = |severity: Severity| severity.min(Severity::Risky);
            let (request, response) = (weaker(finding.request), weaker(finding.response));
            finding = finding.graded(request, response);
        }
        let finding = self.at_parts(work, id(&a.format), id(&b.format), finding);
        work.push(finding);
    }

    /// Compares what says nothing about the set of valid values.
    pub(super) fn annotations(&self, work: &mut Work<'_>) {
        let (a, b) = (work.a, work.b);
        if let Some(finding) = self.default(work) {
            let finding = self.at_parts(work, id(&a.default), id(&b.default), finding);
            work.push(finding);
        }
        let flags = [
            (DriftKind::ReadOnlyChanged, a.read_only, b.read_only, ValueDetail::ReadOnly(b.read_only)),
            (DriftKind::WriteOnlyChanged, a.write_only, b.write_only, ValueDetail::WriteOnly(b.write_only)),
        ];
        for (kind, before, after, detail) in flags {
            if before != after {
                let (request, response) = match (kind, after) {
                    // Clients that send it may be refused; whether a request with it fails is not said.
                    (DriftKind::ReadOnlyChanged, true) => (Severity::Risky, Severity::Cosmetic),
                    // Clients may read it, and it no longer comes.
                    (DriftKind::WriteOnlyChanged, true) => (Severity::Cosmetic, Severity::Risky),
                    _ => (Severity::Additive, Severity::Additive),
                };
                let finding = RawChange::new(kind, Effect::None, detail).graded(request, response);
                let finding = self.site(work, finding);
                work.push(finding);
            }
        }
        let extensions = |view: &Merged| -> Vec<(String, Value)> {
            view.extensions.iter().map(|(key, value, _)| (key.clone(), value.clone())).collect()
        };
        let deprecated = (a.deprecated.is_some(), b.deprecated.is_some());
        for finding in promises::compare(deprecated, &extensions(a), &extensions(b)) {
            let finding = self.at_parts(work, id(&a.deprecated), id(&b.deprecated), finding);
            work.push(finding);
        }
    }

    fn default(&self, work: &Work<'_>) -> Option<RawChange> {
        let value = |said: &Said<Value>| said.as_ref().map(|(value, _)| value.clone());
        let (before, after) = (value(&work.a.default), value(&work.b.default));
        if before == after {
            return None;
        }
        let request = match before {
            None => Severity::Additive,
            // Leaving a parameter out is how most calls are made: what they mean has changed.
            Some(_) if work.mode.parameter => Severity::Breaking,
            Some(_) => Severity::Risky,
        };
        let detail = ValueDetail::Default { old: before, new: after };
        Some(RawChange::new(DriftKind::DefaultChanged, Effect::None, detail).graded(request, Severity::Cosmetic))
    }
}

/// Whether only whole numbers are valid.
fn integers(view: &Merged) -> bool {
    view.types.and_then(Types::single) == Some(Type::Integer)
}

/// Whether the types of a view have no other values than these.
fn finite(view: &Merged, values: &[Value]) -> bool {
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
