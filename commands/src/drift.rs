//! `kontrakt drift OLD NEW`: what changed between two documents, whom it breaks, and what to do about it.
//! `kontrakt drift --history DIR` does the same for every revision of a document.

mod history;
mod only;
mod sources;

pub use sources::git;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::sources::Source;
use crate::console::{Exit, Format, Report};
use crate::workspace::{Workspace, today};
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::Document;
use kontrakt_codegen::overlay::Unmatched;
use kontrakt_codegen::specification::{LeftOut, Specification};
use kontrakt_codegen::write::write_together;
use kontrakt_conformance::acceptance::Acceptance;
use kontrakt_conformance::drift::policy::{Policy, rule};
use kontrakt_conformance::drift::report::{Options, ReportFormat, render, value};
use kontrakt_conformance::drift::rust::{Generation, explain};
use kontrakt_conformance::drift::traffic::judge;
use kontrakt_conformance::drift::{
    ApiVersion, CrateStep, Drift, DriftKind as ChangeKind, Severity, accept, announcements, compare,
};
use kontrakt_conformance::recording::Recording;

/// Compare two documents of an API: what changed on the wire, what that does to the Rust API, and what to do
///
/// Exit codes: 0 no open change as bad as --fail-on, 1 an input could not be read, 2 wrong usage, 3 open changes as bad
/// as --fail-on or worse.
#[derive(clap::Args)]
pub struct Args {
    /// File, URL, API (its committed document), or git:REV:PATH
    #[arg(required_unless_present = "history")]
    old: Option<String>,
    /// The same forms
    #[arg(required_unless_present = "history")]
    new: Option<String>,
    /// Form of the report: text, json, markdown, html, junit, sarif or github
    #[arg(long, value_name = "FORM", value_parser = form)]
    report: Option<ReportFormat>,
    /// Write the report into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The least severity that counts as failure
    #[arg(long, value_enum, default_value_t = FailOnChange::Breaking)]
    fail_on: FailOnChange,
    /// Changes that somebody has looked at, such as specs/API/accepted.yaml: id, `command: drift`, reason, expires
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// Grade changes of a kind otherwise: `enum-value-added=additive`; may be given several times
    #[arg(long, value_name = "KIND=SEVERITY", value_parser = rule)]
    severity: Vec<(ChangeKind, Severity)>,
    /// A file of such grades, one a line
    #[arg(long, value_name = "FILE")]
    severities: Option<PathBuf>,
    /// Recorded calls (HAR or lines of JSON): says which of them each change meets and breaks
    #[arg(long, value_name = "FILE", num_args = 1..)]
    recordings: Vec<PathBuf>,
    /// Only changes of what is called: operations (`createOrder`, `"GET /orders"`), a resource (`orders`), recorded calls
    /// (HAR or lines of JSON), or the folder of a crate that calls the client
    #[arg(long, value_name = "WHAT", num_args = 1.., conflicts_with = "history")]
    only: Vec<String>,
    /// Walk revisions, oldest first, and draw the timeline: a folder of files, sorted by name, or git:PATH
    #[arg(long, value_name = "DIR", conflicts_with_all = ["old", "new"])]
    history: Option<String>,
    /// API whose overlays and crate name the Rust effect is generated with; found by itself where it can be
    #[arg(long, value_name = "API")]
    api: Option<String>,
    /// Leave the Rust API out
    #[arg(long)]
    no_rust: bool,
    /// Show everything, nothing folded
    #[arg(long)]
    all: bool,
    /// Also show changes of prose and examples
    #[arg(long)]
    documentation: bool,
    /// Day on which announced ends are judged
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<String>,
    // The option of the whole program: `--format json` is also a form of this report.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, hide = true)]
    format: Format,
}

/// The least severity that counts as failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOnChange {
    Breaking,
    Risky,
    Any,
    None,
}

impl FailOnChange {
    fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Breaking => severity >= Severity::Breaking,
            Self::Risky => severity >= Severity::Risky,
            Self::Any => true,
            Self::None => false,
        }
    }
}

fn form(name: &str) -> Result<ReportFormat, String> {
    ReportFormat::parse(name)
        .ok_or_else(|| format!("known are {}", ReportFormat::ALL.map(ReportFormat::name).join(", ")))
}

/// Runs the command.
///
/// # Errors
/// When a document cannot be read, or the report not be written.
pub fn run(args: Args, workspace: &Workspace) -> Result<Report> {
    let today = args.today.clone().unwrap_or_else(today);
    let options = Options { all: args.all, documentation: args.documentation };
    let form = args.report.unwrap_or(match args.format {
        Format::Json => ReportFormat::Json,
        Format::Text => ReportFormat::Text,
    });
    let (drift, text, warnings) = match (&args.history, &args.old, &args.new) {
        (Some(place), ..) => {
            let (drift, text) = history::run(place, workspace, form, options, &today)?;
            (drift, text, Vec::new())
        }
        (None, Some(old), Some(new)) => {
            let (drift, warnings) = two(&args, workspace, old, new, &today)?;
            let text = render(&drift, form, options);
            (Some(drift), text, warnings)
        }
        _ => {
            return Err(
                Diagnostic::new("two documents are needed").help("name OLD and NEW, or a folder with --history")
            );
        }
    };
    finish(&args, drift.as_ref(), text, warnings)
}

/// Compares two documents, and what is generated from them.
fn two(args: &Args, workspace: &Workspace, old: &str, new: &str, today: &str) -> Result<(Drift, Vec<Diagnostic>)> {
    let (old, new) = (Source::of(old, workspace)?, Source::of(new, workspace)?);
    let api = match &args.api {
        Some(api) => Some(api.clone()),
        None => sources::api(&old, &new, workspace)?,
    };
    let (a, b) = sides(&old, &new, workspace)?;
    let mut drift = compare(&a, &b, today);
    drift.notes.extend(mended([("OLD", &a), ("NEW", &b)]));
    // Of several files, an equal first one says nothing about the others.
    if let Some(earlier) = sources::flap(&old, &new, workspace).filter(|_| b.document.sources.len() == 1) {
        drift.notes.push(format!("a flap: NEW is the same as {earlier}, which came before OLD"));
    }
    drift.notes.push("readers are taken to be tolerant: new members of answers break nothing".to_owned());
    let mut warnings = Vec::new();
    let known = api.clone();
    let crates = if args.no_rust {
        let name = api.unwrap_or_else(|| "api".to_owned());
        let wire = drift.wire_step();
        drift.semver.push(CrateStep { name, wire, source: None });
        None
    } else {
        let (crates, complaints) = rust(&mut drift, &a, &b, api.as_deref(), workspace);
        warnings.extend(complaints);
        crates
    };
    if !args.only.is_empty() {
        let calls = only::calls(&args.only, [&a, &b], crates.as_ref())?;
        only::leave(&mut drift, calls);
    }
    let mut recording = Recording::default();
    for path in &args.recordings {
        recording.append(Recording::read(path)?);
    }
    if !args.recordings.is_empty() {
        judge(&mut drift, &a, &b, &recording)?;
    }
    let mut announced = match &known {
        Some(api) => announcements::read(&workspace.specs().join(api))?,
        None => Vec::new(),
    };
    announced.extend(announcements::of_document(&a.document));
    announced.extend(announcements::of_recording(&recording, &b.contract));
    announcements::tell(&mut drift, &announced, today);
    policy(args)?.apply(&mut drift);
    if let Some(path) = &args.accept {
        let acceptance = Acceptance::parse(&Document::read(path)?)?;
        warnings.extend(accept(&mut drift, &acceptance, today).warnings(path));
    }
    // Giving back a million small pieces is a tenth of the time: done beside the report, and not waited for.
    std::thread::spawn(move || drop((a, b)));
    Ok((drift, warnings))
}

/// Notes on small defects that were mended.
fn mended<'s>(sides: [(&'s str, &'s ApiVersion); 2]) -> impl Iterator<Item = String> {
    sides.into_iter().filter_map(|(name, side)| match side.mended.as_slice() {
        [] => None,
        [only] => Some(format!("{name} has a small defect that was mended: {}", only.message())),
        [first, rest @ ..] => {
            let count = rest.len() + 1;
            Some(format!("{name} has {count} small defects that were mended: {} and more", first.message()))
        }
    })
}

/// What the file says, and then the command line.
fn policy(args: &Args) -> Result<Policy> {
    let mut policy = match &args.severities {
        None => Policy::default(),
        Some(path) => {
            let complain = |why: String| {
                Diagnostic::new(format!("{}: {why}", path.display()))
                    .help("write lines such as `body-removed=breaking`")
            };
            let text = std::fs::read_to_string(path).map_err(|error| complain(error.to_string()))?;
            Policy::read(&text).map_err(complain)?
        }
    };
    policy.extend(args.severity.iter().copied());
    Ok(policy)
}

/// Reads both documents at once.
fn sides(old: &Source, new: &Source, workspace: &Workspace) -> Result<(ApiVersion, ApiVersion)> {
    let read = |source: &Source| ApiVersion::read(source.document(workspace)?).map(|side| side.named(&source.name));
    let (old, new) = std::thread::scope(|scope| {
        let old = scope.spawn(|| read(old));
        let new = read(new);
        (old.join(), new)
    });
    let broken = |_| Diagnostic::new("reading OLD broke off").help("this is a defect of the program: report it");
    Ok((old.map_err(broken)??, new?))
}

/// Generates both crates and adds what happens to their items. A side that cannot be generated is no reason to fail: the
/// wire is compared already.
fn rust(
    drift: &mut Drift,
    old: &ApiVersion,
    new: &ApiVersion,
    api: Option<&str>,
    workspace: &Workspace,
) -> (Option<[Generation; 2]>, Vec<Diagnostic>) {
    let (before, after) = match overlaid([old, new], api, workspace) {
        Ok((sides, note)) => {
            drift.notes.extend(note);
            std::thread::scope(|scope| {
                let old = scope.spawn(|| Generation::of(&sides[0]));
                let new = Generation::of(&sides[1]);
                (old.join(), new)
            })
        }
        Err(complaint) => (Ok(Err(complaint.clone())), Err(complaint)),
    };
    let broken = |_| Diagnostic::new("generating OLD broke off").help("this is a defect of the generator: report it");
    match (before.map_err(broken).and_then(|one| one), after) {
        (Ok(before), Ok(after)) => {
            explain(drift, &before, &after);
            (Some([before, after]), Vec::new())
        }
        (before, after) => {
            let wire = drift.wire_step();
            drift.semver.push(CrateStep { name: api.unwrap_or("api").to_owned(), wire, source: None });
            drift.notes.push("the effect on Rust is not known: a document cannot be generated from".to_owned());
            (None, [before.err(), after.err()].into_iter().flatten().collect())
        }
    }
}

/// Both documents with the overlays of the API, but for the actions that fit only one of them, and a note on these.
fn overlaid(
    sides: [&ApiVersion; 2],
    api: Option<&str>,
    workspace: &Workspace,
) -> Result<([Specification; 2], Option<String>)> {
    let Some(api) = api else {
        return Ok((sides.map(|side| Specification::without_overlays("api", side.document.clone())), None));
    };
    let read = |left_out: &LeftOut| {
        let one = |side: &ApiVersion| {
            let document = side.document.clone();
            Specification::with_actions_of(&workspace.specs(), api, document, Unmatched::Warn, left_out)
        };
        std::thread::scope(|scope| {
            let old = scope.spawn(|| one(sides[0]));
            let new = one(sides[1])?;
            let broken = |_| Diagnostic::new("reading the overlays broke off").help("report this defect");
            Ok::<_, Diagnostic>([old.join().map_err(broken)??, new])
        })
    };
    let mut left_out = LeftOut::new();
    loop {
        let sides = read(&left_out)?;
        let more = sides[0].one_sided(&sides[1]);
        if more.is_subset(&left_out) {
            return Ok((sides, (!left_out.is_empty()).then(|| left_out_note(&left_out))));
        }
        // What others wrote may have been needed by those that remain.
        left_out.extend(more);
    }
}

/// Which actions were left out: their lines, file by file.
fn left_out_note(left_out: &LeftOut) -> String {
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, line) in left_out {
        let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
        files.entry(name).or_default().push(line.to_string());
    }
    let files: Vec<String> = files.iter().map(|(file, lines)| format!("{file}:{}", lines.join(","))).collect();
    format!(
        "overlay actions that fit only one of the documents, left out of both ({}): {}",
        left_out.len(),
        files.join(", ")
    )
}

/// Writes the report whole or not at all; a device, such as /dev/stdout, is written to as it is.
fn write_out(path: &Path, text: &str) -> Result<()> {
    let device = std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir());
    if !device {
        return write_together(&[(path, text)]);
    }
    std::fs::write(path, text).map_err(|error| {
        Diagnostic::new(format!("cannot write {}: {error}", path.display())).help("check that it may be written to")
    })
}

/// The report, written into its file where there is one, with the exit code that `--fail-on` asks for.
fn finish(args: &Args, drift: Option<&Drift>, text: String, warnings: Vec<Diagnostic>) -> Result<Report> {
    let open = drift.iter().flat_map(|drift| &drift.changes).filter(|change| change.accepted.is_none());
    let failed = open.map(|change| change.severity).any(|severity| args.fail_on.fails(severity));
    let text = match &args.out {
        Some(path) => {
            write_out(path, &text)?;
            String::new()
        }
        None => text,
    };
    let exit = if failed { Exit::Findings } else { Exit::Done };
    // The form of the whole program has the envelope of the whole program; a report that was asked for is itself.
    let verbatim = args.report.is_some() && args.out.is_none();
    let options = Options { all: args.all, documentation: args.documentation };
    let json = match (&args.history, drift) {
        (Some(_), _) => serde_json::from_str(&text).unwrap_or_default(),
        (None, drift) => drift.map(|drift| value(drift, options)).unwrap_or_default(),
    };
    Ok(Report { text, json, warnings, exit, verbatim })
}
