//! `kontrakt export <API> --openapi 3.0`: the contract of an API for tools that do not read OpenAPI 3.1.
//! Everything that 3.0 cannot express is a warning with its place in the specification.

use std::path::{Path, PathBuf};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::lower::{Loss, Lowered, Profile, lower};
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::Specification;
use kontrakt_codegen::write::write_together;
use serde_json::{Value, json};

use crate::console::Report;
use crate::workspace::Workspace;

/// Write the contract of an API as OpenAPI 3.0.3
#[derive(clap::Args)]
pub struct Args {
    /// Name of an API, or a document
    api: String,
    /// Version to export to
    #[arg(long, value_enum, default_value_t = Version::V3_0)]
    openapi: Version,
    /// Whom the document is for
    #[arg(long, value_enum, default_value_t = For::Everyone)]
    profile: For,
    /// Write to this file (.yaml, .yml or .json) instead of printing YAML
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Version {
    /// OpenAPI 3.0.3
    #[value(name = "3.0", alias = "3.0.3")]
    V3_0,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum For {
    /// Every tool that reads OpenAPI 3.0
    #[value(name = "standard")]
    Everyone,
    /// progenitor 0.15, which takes a part of it
    Progenitor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileFormat {
    Yaml,
    Json,
}

/// Runs the command.
///
/// # Errors
/// When the document cannot be read or exported, or the result not be written.
pub fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    // A wrong extension is told before any work, and nothing is written.
    let form = args.output.as_deref().map_or(Ok(FileFormat::Yaml), form_of)?;
    let path = Path::new(&args.api);
    let (document, contract, mended) = if path.is_file() {
        let (document, defects) = Document::read_mending(path)?;
        let (contract, more) = Contract::read_mending(&document)?;
        (document, contract, [defects, more].concat())
    } else {
        let document = Specification::load(&workspace.specs(), &args.api, Unmatched::Error)?.document;
        let contract = Contract::read(&document)?;
        (document, contract, Vec::new())
    };
    let profile = match args.profile {
        For::Everyone => Profile::Standard,
        For::Progenitor => Profile::Progenitor,
    };
    let lowered = lower(&contract, profile);
    let text = match form {
        FileFormat::Yaml => lowered.to_yaml()?,
        FileFormat::Json => lowered.to_json()?,
    };
    let losses = lowered.losses.iter().map(|loss| warning(&document, loss));
    let warnings = mended.into_iter().chain(losses).collect();
    let Some(output) = args.output else {
        return Ok(Report { text, json: value(&lowered)?, warnings, ..Report::default() });
    };
    write_together(&[(&output, &text)])?;
    let operations = lowered.document.operations().count();
    Ok(Report {
        text: format!("{}: {operations} operations, {} bytes written\n", output.display(), text.len()),
        json: json!({"file": output, "operations": operations, "bytes": text.len()}),
        warnings,
        ..Report::default()
    })
}

fn form_of(output: &Path) -> Result<FileFormat> {
    match output.extension().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => Ok(FileFormat::Yaml),
        Some("json") => Ok(FileFormat::Json),
        _ => Err(Diagnostic::new(format!("cannot tell from the name {} in which form to write", output.display()))
            .help("end the name in .yaml, .yml or .json")),
    }
}

fn value(lowered: &Lowered) -> Result<Value> {
    serde_json::to_value(&lowered.document)
        .map_err(|error| Diagnostic::new(format!("cannot write the document as JSON: {error}")))
}

fn warning(document: &Document, loss: &Loss) -> Diagnostic {
    let message = format!("{:?} is not in the export", loss.keyword);
    let complaint = match document.get(&loss.pointer) {
        Some(node) => document.complain(node.span, &loss.pointer, message),
        None => Diagnostic::new(message).pointer(loss.pointer.clone()),
    };
    complaint.help(loss.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_form() {
        let form = |name: &str| form_of(Path::new(name)).ok();
        assert_eq!(form("a.yaml"), Some(FileFormat::Yaml));
        assert_eq!(form("b/a.yml"), Some(FileFormat::Yaml));
        assert_eq!(form("a.json"), Some(FileFormat::Json));
        assert_eq!((form("a"), form("a.txt"), form(".json")), (None, None, None));
    }

    #[test]
    fn a_loss_is_a_warning_with_its_place() {
        let document = Document::parse("a.yaml", "a: 1\nb: {not: 2}\n").unwrap();
        let pointer = kontrakt_codegen::document::Pointer::from(["b"]);
        let loss = Loss { pointer, keyword: "not".to_owned(), reason: "why" };
        let warning = warning(&document, &loss);
        assert_eq!(warning.to_string(), "\"not\" is not in the export\n  at a.yaml:2:4\n  pointer #/b");
        assert_eq!(warning.mend(), Some("why"));
    }
}
