//! Speeds as ratios to those of other programs, measured in one run, and those of earlier runs: `xtask/ratios.json`.
//! They are compared when somebody measures, never in a test: a busy machine is no defect.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::write::write_together;
use serde::Deserialize;

use crate::console::Report;
use crate::workspace::Workspace;

/// What is measured, and how many times as fast as the other program it is.
pub(super) type Ratios = BTreeMap<String, f64>;

/// A ratio below this part of the recorded one is worth a warning; what is closer may be the machine.
const NOTICED: f64 = 0.9;

fn path(workspace: &Workspace) -> PathBuf {
    workspace.root().join("xtask/ratios.json")
}

/// The ratios of a report.
pub(super) fn of(report: &Report) -> Ratios {
    report.json.get("ratios").and_then(|ratios| Ratios::deserialize(ratios).ok()).unwrap_or_default()
}

/// The ratios of earlier runs.
pub(super) fn recorded(workspace: &Workspace) -> Result<Ratios> {
    let path = path(workspace);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
    serde_json::from_str(&text)
        .map_err(|error| Diagnostic::new(format!("{} is no object of numbers: {error}", path.display())))
}

/// Warnings for what is slower than recorded. With `record`, writes the ratios that are better or new; what is worse is
/// changed by hand, with a reason in the commit.
pub(super) fn compare(workspace: &Workspace, measured: &Ratios, record: bool) -> Result<Vec<Diagnostic>> {
    let path = path(workspace);
    let mut recorded = recorded(workspace)?;
    let warnings = slower(measured, &recorded);
    if record {
        for (what, ratio) in measured {
            let best = recorded.entry(what.clone()).or_default();
            *best = best.max((ratio * 100.0).round() / 100.0);
        }
        let text = serde_json::to_string_pretty(&recorded)
            .map_err(|error| Diagnostic::new(format!("cannot write {}: {error}", path.display())))?;
        write_together(&[(&path, &format!("{text}\n"))])?;
    }
    Ok(warnings)
}

fn slower(measured: &Ratios, recorded: &Ratios) -> Vec<Diagnostic> {
    let both = measured.iter().filter_map(|(what, ratio)| Some((what, *ratio, *recorded.get(what)?)));
    let slower = both.filter(|(_, ratio, recorded)| *ratio < recorded * NOTICED);
    slower
        .map(|(what, ratio, recorded)| {
            Diagnostic::new(format!("{what}: {ratio:.2} of its peer, {recorded:.2} was recorded"))
                .help("measure again on a machine that does nothing else, then find the commit")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Ratios, slower};

    #[test]
    fn what_is_slower_is_told() {
        let ratios = |list: &[(&str, f64)]| list.iter().map(|(what, ratio)| ((*what).to_owned(), *ratio)).collect();
        let recorded: Ratios = ratios(&[("a", 1.0), ("b", 0.5), ("gone", 3.0)]);
        let told = slower(&ratios(&[("a", 0.85), ("b", 0.46), ("new", 0.1)]), &recorded);
        let told: Vec<String> = told.iter().map(|one| one.message().to_owned()).collect();
        assert_eq!(told, ["a: 0.85 of its peer, 1.00 was recorded"]);
    }
}
