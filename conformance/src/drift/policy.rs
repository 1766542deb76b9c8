//! Severities that a project assigns to kinds of changes, instead of the default ones.
//! A policy decides what fails a run and how rows are sorted; the change keeps the severity of the comparison beside
//! it.

use super::collect::Drift;
use super::model::{DriftKind, Severity};

/// Kinds with their severities; of two for one kind the last one holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy(Vec<(DriftKind, Severity)>);

impl Policy {
    /// Reads the lines of a file: `kind=severity` or `kind severity`, `#` before a remark.
    ///
    /// # Errors
    /// The first line that names no kind or no severity, with its number.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut policy = Self::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                policy.0.push(rule(line).map_err(|complaint| format!("line {}: {complaint}", at + 1))?);
            }
        }
        Ok(policy)
    }

    /// Adds rules that hold before those that are here.
    pub fn extend(&mut self, other: impl IntoIterator<Item = (DriftKind, Severity)>) {
        self.0.extend(other);
    }

    /// Grades the changes of a drift; the worst stay first.
    pub fn apply(&self, drift: &mut Drift) {
        for change in &mut drift.changes {
            let rule = self.0.iter().rev().find(|(kind, _)| *kind == change.kind);
            if let Some((_, severity)) = rule.filter(|(_, severity)| *severity != change.severity) {
                change.judged = Some(change.severity);
                change.severity = *severity;
            }
        }
        drift.changes.sort_by_key(|change| std::cmp::Reverse(change.severity));
    }
}

/// One rule: `kind=severity`.
///
/// # Errors
/// When it names no kind of [`DriftKind::ALL`] or none of the four severities, in words.
pub fn rule(text: &str) -> Result<(DriftKind, Severity), String> {
    let (kind, severity) =
        text.split_once(['=', ' ']).ok_or_else(|| format!("expected kind=severity, found {text:?}"))?;
    let (kind, severity) = (kind.trim(), severity.trim());
    let found = DriftKind::ALL.iter().find(|(one, _)| one.name() == kind).map(|(one, _)| *one);
    let found = found.ok_or_else(|| format!("there is no kind {kind:?}; conformance/DRIFT.md lists them"))?;
    let severity = Severity::WORST_FIRST.into_iter().find(|one| one.name() == severity);
    let severity = severity.ok_or("severities are breaking, risky, additive and cosmetic")?;
    Ok((found, severity))
}

#[cfg(test)]
mod tests {
    use super::{Policy, rule};
    use crate::drift::{DriftKind, Severity};

    #[test]
    fn rules_name_kinds_and_severities() {
        assert_eq!(rule("enum-value-added=additive"), Ok((DriftKind::EnumValueAdded, Severity::Additive)));
        for wrong in ["enum-value-added", "no-such=risky", "enum-value-added=fatal", "=risky", ""] {
            assert!(rule(wrong).is_err(), "{wrong}");
        }
        let policy = Policy::read("# ours\nenum-value-added additive\n\nbody-removed=breaking # we send it\n").unwrap();
        let expected = [(DriftKind::EnumValueAdded, Severity::Additive), (DriftKind::BodyRemoved, Severity::Breaking)];
        assert_eq!(policy, Policy(expected.to_vec()));
        assert!(Policy::read("a=b").unwrap_err().starts_with("line 1: "));
    }
}
