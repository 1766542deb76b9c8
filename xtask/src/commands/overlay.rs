//! `cargo xtask overlay <API>`: prints the document with its overlays applied, as generator and tests read it.

use std::path::PathBuf;

use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use serde_json::json;

use crate::console::Report;
use crate::workspace::Workspace;

/// Print the document of an API after its overlays
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of a folder in specs/
    api: String,
    /// Write to this file instead
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only warn about actions that match nothing
    #[arg(long)]
    allow_unmatched: bool,
}

pub(crate) fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let unmatched = if args.allow_unmatched { Unmatched::Warn } else { Unmatched::Error };
    let specification = Specification::load(&workspace.specs(), &args.api, unmatched)?;
    let yaml = specification.document.root.to_yaml();
    let warnings = specification.unmatched;
    let Some(output) = args.output else {
        return Ok(Report { text: yaml, json: specification.document.root.to_json(), warnings, ..Report::default() });
    };
    write_together(&[(&output, &yaml)])?;
    let overlays: Vec<String> = specification.overlays.iter().map(|path| path.display().to_string()).collect();
    Ok(Report {
        text: format!("{}: {} overlays applied, {} bytes written\n", output.display(), overlays.len(), yaml.len()),
        json: json!({"file": output, "overlays": overlays, "bytes": yaml.len()}),
        warnings,
        ..Report::default()
    })
}
