//! Compares announcements about the future: deprecation, sunset, stability, and other `x-` members.
//! Withdrawing such a promise breaks clients that rely on it, long before a call fails.

use std::collections::BTreeSet;

use serde_json::Value;

use super::detail::{Announced, Fate, PromiseDetail};
use super::model::{DriftKind, Effect, RawChange, Severity};
use crate::acceptance::is_day;

/// The member with the date after which something is gone.
pub(super) const SUNSET: &str = "x-sunset";
/// The member with how much the thing may still change.
const STABILITY: &str = "x-stability-level";
/// The member with the values of an enumeration that may grow.
const EXTENSIBLE: &str = "x-extensible-enum";
/// Levels of stability, weakest first.
const LEVELS: [&str; 4] = ["draft", "alpha", "beta", "stable"];

/// Compares `deprecated` and the `x-` members of two versions of one thing.
pub(super) fn compare(deprecated: (bool, bool), old: &[(String, Value)], new: &[(String, Value)]) -> Vec<RawChange> {
    let find = |members: &[(String, Value)], key: &str| {
        members.iter().find(|(one, _)| one == key).map(|(_, value)| value.clone())
    };
    let mut findings = Vec::new();
    match deprecated {
        (false, true) => {
            let until = find(new, SUNSET).as_ref().map(text);
            let finding = RawChange::new(DriftKind::Deprecated, Effect::None, PromiseDetail::Deprecated { until });
            findings.push(finding.severity(Severity::Additive));
        }
        (true, false) => {
            let finding = RawChange::new(DriftKind::Undeprecated, Effect::None, PromiseDetail::Undeprecated);
            findings.push(finding.severity(Severity::Additive));
        }
        _ => {}
    }
    findings.extend(sunset(deprecated, find(old, SUNSET), find(new, SUNSET)));
    findings.extend(stability(find(old, STABILITY), find(new, STABILITY)));
    findings.extend(extensible(find(old, EXTENSIBLE), find(new, EXTENSIBLE)));
    let keys: BTreeSet<&String> = old.iter().chain(new).map(|(key, _)| key).collect();
    for key in keys.into_iter().filter(|key| ![SUNSET, STABILITY, EXTENSIBLE].contains(&key.as_str())) {
        if let Some(fate) = Fate::of(find(old, key), find(new, key)) {
            let detail = PromiseDetail::Extension(key.clone(), fate);
            findings.push(RawChange::new(DriftKind::ExtensionChanged, Effect::None, detail));
        }
    }
    findings
}

fn sunset(deprecated: (bool, bool), old: Option<Value>, new: Option<Value>) -> Option<RawChange> {
    let severity = match (&old, &new) {
        (Some(before), Some(after)) if before != after => match (date(before), date(after)) {
            (Some(before), Some(after)) if after > before => Severity::Additive,
            _ => Severity::Breaking,
        },
        (Some(_), None) if deprecated == (true, true) => Severity::Breaking,
        (Some(before), None) if date(before).is_none() => Severity::Additive,
        (None, Some(after)) if date(after).is_none() => Severity::Breaking,
        (None, Some(_)) if deprecated == (true, true) => Severity::Additive,
        _ => return None,
    };
    let detail = PromiseDetail::Sunset { old: old.as_ref().map(text), new: new.as_ref().map(text) };
    Some(RawChange::new(DriftKind::SunsetChanged, Effect::None, detail).severity(severity))
}

fn stability(old: Option<Value>, new: Option<Value>) -> Option<RawChange> {
    if old == new {
        return None;
    }
    let level = |value: &Value| LEVELS.iter().position(|level| value.as_str() == Some(level));
    // Nothing said is as good as stable.
    let known = |value: &Option<Value>| value.as_ref().map_or(Some(LEVELS.len() - 1), level);
    let severity = match (known(&old), known(&new)) {
        (Some(before), Some(after)) if after >= before => Severity::Additive,
        // Something that says nothing of itself may take on a level; what said `stable` may not go back.
        (Some(_), Some(_)) if old.is_none() => Severity::Risky,
        _ => Severity::Breaking,
    };
    let detail = PromiseDetail::Stability { old: old.as_ref().map(text), new: new.as_ref().map(text) };
    Some(RawChange::new(DriftKind::StabilityChanged, Effect::None, detail).severity(severity))
}

fn extensible(old: Option<Value>, new: Option<Value>) -> Option<RawChange> {
    let values = |value: &Option<Value>| value.as_ref().and_then(Value::as_array).cloned();
    let (before, after) = (values(&old)?, values(&new)?);
    let gone: Vec<Value> = before.iter().filter(|value| !after.contains(value)).cloned().collect();
    let fresh = after.iter().any(|value| !before.contains(value));
    match (gone.is_empty(), fresh) {
        (true, false) => None,
        // Readers were told to expect values that are not listed.
        (true, true) => {
            let finding = RawChange::new(DriftKind::EnumValueAdded, Effect::None, PromiseDetail::KnownValuesAdded);
            Some(finding.severity(Severity::Additive))
        }
        (false, _) => {
            Some(RawChange::new(DriftKind::EnumValueRemoved, Effect::Narrows, PromiseDetail::KnownValuesGone(gone)))
        }
    }
}

/// How something that went was announced, and what that makes of its going.
pub(super) fn removal(deprecated: bool, extensions: &[(String, Value)], today: &str) -> (Severity, Announced) {
    let find = |key: &str| extensions.iter().find(|(one, _)| one == key).map(|(_, value)| value);
    let level = find(STABILITY).and_then(Value::as_str);
    if let Some(level @ ("draft" | "alpha")) = level {
        return (Severity::Risky, Announced::Unstable(level.to_owned()));
    }
    match (deprecated, find(SUNSET).map(|value| (date(value), text(value)))) {
        (true, None) => (Severity::Risky, Announced::Deprecated),
        (true, Some((Some(end), shown))) if end.as_str() < today => (Severity::Risky, Announced::Past(shown)),
        (true, Some((_, shown))) => (Severity::Breaking, Announced::Future(shown)),
        (false, _) => (Severity::Breaking, Announced::Never),
    }
}

/// The day of a date or a date and time; `None` when it is neither.
pub(super) fn date(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    (is_day(day) && (rest.is_empty() || rest.starts_with('T'))).then(|| day.to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn severity(deprecated: (bool, bool), old: Value, new: Value) -> Option<Severity> {
        let members = |value: Value| value.as_object().unwrap().clone().into_iter().collect::<Vec<_>>();
        compare(deprecated, &members(old), &members(new)).iter().map(|finding| finding.request).max()
    }

    #[test]
    fn promises_may_be_made_and_kept_but_not_withdrawn() {
        let both = (true, true);
        let cases = [
            ((false, true), json!({}), json!({"x-sunset": "2030-01-01"}), Some(Severity::Additive)),
            (both, json!({"x-sunset": "2030-01-01"}), json!({"x-sunset": "2031-01-01"}), Some(Severity::Additive)),
            (both, json!({"x-sunset": "2030-01-01"}), json!({"x-sunset": "2029-01-01"}), Some(Severity::Breaking)),
            (both, json!({"x-sunset": "2030-01-01"}), json!({}), Some(Severity::Breaking)),
            (both, json!({"x-sunset": "2030-01-01"}), json!({"x-sunset": "soon"}), Some(Severity::Breaking)),
            (
                both,
                json!({"x-stability-level": "beta"}),
                json!({"x-stability-level": "stable"}),
                Some(Severity::Additive),
            ),
            (
                both,
                json!({"x-stability-level": "stable"}),
                json!({"x-stability-level": "beta"}),
                Some(Severity::Breaking),
            ),
            (both, json!({"x-note": 1}), json!({"x-note": 2}), Some(Severity::Cosmetic)),
            (both, json!({"x-note": 1}), json!({"x-note": 1}), None),
        ];
        for (deprecated, old, new, expected) in cases {
            assert_eq!(severity(deprecated, old.clone(), new.clone()), expected, "{old} -> {new}");
        }
    }

    #[test]
    fn announced_removals_are_not_breaking() {
        let sunset = |date: &str| vec![(SUNSET.to_owned(), json!(date))];
        assert_eq!(removal(true, &sunset("2020-01-01"), "2026-01-01").0, Severity::Risky);
        assert_eq!(removal(true, &sunset("2030-01-01"), "2026-01-01").0, Severity::Breaking);
        assert_eq!(removal(true, &[], "2026-01-01").0, Severity::Risky);
        assert_eq!(removal(false, &[], "2026-01-01").0, Severity::Breaking);
    }
}
