//! Runs other programs for a measurement to completion, and passes their errors on.
//! Also writes the export that progenitor reads.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::lower::{Profile, lower};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use serde_json::Value;

use crate::workspace::Workspace;

/// The cargo that runs this program.
pub(super) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// Runs a command and gives what it printed.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let name = format!("{command:?}");
    let output = command.output().map_err(|error| {
        Diagnostic::new(format!("cannot run {name}: {error}")).help("check that the program is installed")
    })?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Diagnostic::new(format!("{name} failed ({})\n{complaint}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The target folder.
pub(super) fn target() -> Result<PathBuf> {
    let metadata = run(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| Diagnostic::new(format!("cargo metadata is no JSON: {error}")))?;
    Ok(PathBuf::from(metadata["target_directory"].as_str().unwrap_or("target")))
}

/// A folder for what measurements leave behind: under the target folder, which nobody commits.
pub(super) fn scratch() -> Result<PathBuf> {
    let folder = target()?.join("bench");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Diagnostic::new(format!("cannot create {}: {error}", folder.display())))?;
    Ok(folder)
}

/// Writes what progenitor gets of an API.
pub(super) fn export(workspace: &Workspace, api: &str, folder: &Path) -> Result<PathBuf> {
    let specification = Specification::load(&workspace.specs(), api, Unmatched::Error)?;
    let contract = Contract::read(&specification.document)?;
    let path = folder.join(format!("{api}.json"));
    write_together(&[(&path, &lower(&contract, Profile::Progenitor).to_json()?)])?;
    Ok(path)
}

/// Runs the program `referee` and gives its report.
pub(super) fn referee(arguments: &[&str]) -> Result<serde_json::Value> {
    let run_it = ["run", "--quiet", "--release", "--package", "kontrakt-referee", "--features", "bench", "--"];
    let report = run(cargo().args(run_it).args(arguments))?;
    serde_json::from_str(&report).map_err(|error| Diagnostic::new(format!("the referee's report is no JSON: {error}")))
}

/// The most memory a process has held, in kilobytes; 0 where the system does not tell.
pub(super) fn high_water(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
