//! `cargo xtask coverage`: the table of the README, counted from specifications, clients and recordings.
//! A test compares it, so that it is never out of date.

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::write::write_together;
use kontrakt_commands::clients;
use kontrakt_conformance::coverage::{Row, put, row, table};
use kontrakt_conformance::evidence::{Evidence, Grade};
use serde_json::{Value, json};

use crate::console::Report;
use crate::with_clients;
use crate::workspace::Workspace;

/// Count what is specified, typed, tested, recorded and proved, and write the table of the README
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing, and fail if the table is not what was counted
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<Report> {
    if !clients::COMPILED {
        return with_clients::run();
    }
    let (specs, recordings) = (workspace.specs(), workspace.recordings());
    let count = |api: &&str| -> Result<Row> {
        let codecs = clients::codecs(api).unwrap_or_default();
        row(&specs, &recordings, api, codecs, clients::drivers(api).unwrap_or_default())
    };
    let rows = clients::NAMES.iter().map(count).collect::<Result<Vec<Row>>>()?;
    let table = table(&rows);
    let path = workspace.readme();
    let readme = std::fs::read_to_string(&path)
        .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
    let current = put(&readme, &table).ok_or_else(|| {
        Diagnostic::new(format!("{} has no place for the table", path.display()))
            .help("write <!-- coverage --> and <!-- /coverage --> on lines of their own")
    })?;
    if current != readme && args.check {
        let complaint = Diagnostic::new(format!("the table in {} is not current", path.display()));
        return Err(complaint.help("run `cargo xtask coverage`"));
    }
    if current != readme {
        write_together(&[(&path, &current)])?;
    }
    let figures = |row: &Row| {
        json!({
            "api": row.api, "source": row.source, "operations": row.specified, "typed": row.typed, "tested": row.tested,
            "recorded": row.recorded, "documented-by-default": row.told_default.percent(),
            "documented": row.told.percent(), "echoes": row.echoes, "untrue": row.untrue,
            "quirks": row.quirks, "proved": row.proved,
            "evidence": {"seen": row.seen, "documented": row.documented, "made": row.made},
            "sightings": row.sightings.iter().map(sighting).collect::<Vec<_>>(),
            "grades": grades(row),
        })
    };
    Ok(Report { text: table, json: rows.iter().map(figures).collect(), ..Report::default() })
}

fn sighting((evidence, operations): &(Evidence, usize)) -> Value {
    json!({"grade": evidence.grade.name(), "source": evidence.source, "operations": operations})
}

/// Quirks by the best grade of their evidence.
fn grades(row: &Row) -> Value {
    Grade::NAMES.iter().zip(row.grades).map(|((name, _), count)| ((*name).to_owned(), Value::from(count))).collect()
}
