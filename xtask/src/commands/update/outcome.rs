//! The outcome of an update: for a terminal, for programs, and as the text of a pull request.
//! First what was done, then what a person must decide.

use std::fmt::Write as _;
use std::path::PathBuf;

use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_conformance::drift::Drift;
use kontrakt_conformance::drift::report::{Options, ReportFormat, render};
use serde_json::{Value, json};

use super::steps::{Decision, Proposal, Urgency};
use crate::commands::import::capitalized;
use crate::console::{Exit, Report, text_of, to_json};

/// Sources older than this many days are worth a warning.
const OLD: i64 = 31;

/// How an update ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Nothing,
    Done,
    Look,
    Failed,
}

impl End {
    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing new",
            Self::Done => "done",
            Self::Look => "done, and somebody must look",
            Self::Failed => "could not",
        }
    }

    const fn exit(self) -> Exit {
        match self {
            Self::Nothing => Exit::Nothing,
            Self::Done => Exit::Done,
            Self::Look => Exit::Findings,
            Self::Failed => Exit::Complaint,
        }
    }
}

/// The update of one API.
pub(super) struct UpdateOutcome {
    pub(super) api: String,
    pub(super) end: End,
    pub(super) done: Vec<String>,
    pub(super) items: Vec<Decision>,
    pub(super) drift: Option<Drift>,
    pub(super) failed: Option<(&'static str, Diagnostic)>,
    /// Files that differ from what was there.
    pub(super) files: Vec<PathBuf>,
    pub(super) dry_run: bool,
    /// Whether the files are written.
    pub(super) kept: bool,
}

impl UpdateOutcome {
    pub(super) fn of(api: &str, proposal: Proposal) -> Self {
        let Proposal { done, items, drift, nothing, failed } = proposal;
        let looks = items.iter().any(|item| item.weight > Urgency::Advice);
        let end = match (nothing, &failed) {
            (true, _) => End::Nothing,
            (_, Some(_)) => End::Failed,
            _ if looks => End::Look,
            _ => End::Done,
        };
        Self { api: api.to_owned(), end, done, items, drift, failed, files: Vec::new(), dry_run: false, kept: false }
    }

    pub(super) fn fail(&mut self, step: &'static str, complaint: Diagnostic) {
        self.end = End::Failed;
        self.failed = Some((step, complaint));
    }

    /// Whether the tests fail until a person has done something.
    pub(super) fn is_draft(&self) -> bool {
        self.end == End::Failed || self.items.iter().any(|item| item.weight == Urgency::Blocks)
    }

    fn text(&self) -> String {
        let mut text = format!("{}: {}\n", self.api, self.end.name());
        for line in &self.done {
            let _ = writeln!(text, "  {line}");
        }
        if self.kept || self.dry_run {
            let verb = if self.dry_run { "would write" } else { "wrote" };
            let (shown, rest) = self.files.split_at(self.files.len().min(FILES));
            text.extend(shown.iter().map(|path| format!("  {verb} {}\n", path.display())));
            if !rest.is_empty() {
                let _ = writeln!(text, "  {verb} {} more", rest.len());
            }
        }
        if let Some((step, complaint)) = &self.failed {
            let _ = write!(text, "stopped at the step {step}\n{}", text_of(complaint));
            if !self.kept || self.files.is_empty() {
                text.push_str("nothing is written\n");
            }
        }
        for (weight, title) in TITLES {
            let items: Vec<&Decision> = self.items.iter().filter(|item| item.weight == weight).collect();
            if !items.is_empty() {
                let _ = writeln!(text, "{title} ({})", items.len());
            }
            for item in items {
                let _ = writeln!(text, "  - {}", line(&item.what));
                if let Some(help) = item.what.mend() {
                    let _ = writeln!(text, "    {help}");
                }
            }
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let items = self.items.iter().map(|item| {
            let mut value = to_json(&item.what);
            value["weight"] = json!(item.weight.name());
            value
        });
        json!({
            "api": self.api,
            "outcome": self.end.word(),
            "draft": self.is_draft(),
            "done": self.done,
            "files": self.files,
            "decide": items.collect::<Vec<_>>(),
            "failed": self.failed.as_ref().map(|(step, complaint)| json!({"step": step, "error": to_json(complaint)})),
            "steps": self.drift.iter().flat_map(|drift| &drift.semver)
                .map(|step| (step.name.clone(), json!(step.step().name()))).collect::<serde_json::Map<_, _>>(),
        })
    }

    /// The text of a pull request: what happened, what a person must decide, what to do before it is merged.
    pub(super) fn pull_request(&self) -> String {
        let mut text = String::new();
        let name = capitalized(&self.api);
        if let Some((step, complaint)) = &self.failed {
            let _ = writeln!(text, "## {name}: the update stopped at the step `{step}`\n");
            let _ = writeln!(text, "```text\n{}```\n", text_of(complaint));
            let places: Vec<String> = complaint.flat().filter_map(Diagnostic::position).map(place).collect();
            if !places.is_empty() {
                let _ = writeln!(text, "To edit: {}.\n", places.join(", "));
            }
            let _ = writeln!(
                text,
                "The new document is on this branch; what follows from it is not. Edit, then `cargo xtask update {} \
                 --base origin/main` does the rest.\n",
                self.api
            );
        }
        for (weight, title) in TITLES {
            let items: Vec<&Decision> = self.items.iter().filter(|item| item.weight == weight).collect();
            if items.is_empty() {
                continue;
            }
            let _ = writeln!(text, "### {title}\n");
            for item in items.iter().take(ITEMS) {
                let help = item.what.mend().map(|help| format!("<br>{help}")).unwrap_or_default();
                let _ = writeln!(text, "- [ ] {}{help}", line(&item.what));
            }
            if items.len() > ITEMS {
                let _ = writeln!(text, "- [ ] and {} more, which `cargo xtask update` prints", items.len() - ITEMS);
            }
            text.push('\n');
        }
        let _ = writeln!(text, "### Before it is merged\n");
        for line in CHECKLIST {
            let _ = writeln!(text, "- [ ] {line}");
        }
        let _ = writeln!(text, "\n### What was done\n");
        for line in &self.done {
            let _ = writeln!(text, "- {line}");
        }
        text.push('\n');
        if let Some(drift) = &self.drift {
            text.push_str(&render(drift, ReportFormat::Markdown, Options::default()));
        }
        cut(text)
    }
}

/// Files that the text names.
const FILES: usize = 12;
/// Items of one weight that a pull request lists.
const ITEMS: usize = 40;
/// GitHub takes 65,536 characters.
const LIMIT: usize = 64_000;

const TITLES: [(Urgency, &str); 3] = [
    (Urgency::Blocks, "To mend, for tests fail until then"),
    (Urgency::Look, "To look at"),
    (Urgency::Advice, "To know"),
];

const CHECKLIST: [&str; 3] = [
    "The checks of this branch are green",
    "The entry in the changelog tells users what they need",
    "Boxes above are ticked, or their reasons written down",
];

impl Urgency {
    const fn name(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Look => "look",
            Self::Advice => "advice",
        }
    }
}

impl End {
    /// The outcome in one word, for programs.
    const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Done => "done",
            Self::Look => "look",
            Self::Failed => "failed",
        }
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LIMIT {
        let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LIMIT).last().unwrap_or(0);
        text.truncate(end);
        text.push_str("\n\n… cut; `cargo xtask update` prints all of it\n");
    }
    text
}

/// A complaint with its place, on one line.
fn line(complaint: &Diagnostic) -> String {
    let place = complaint.position().map(|position| format!("{}: ", place(position))).unwrap_or_default();
    format!("{place}{}", complaint.message().replace('\n', " "))
}

fn place((file, line, _): (&str, u32, u32)) -> String {
    format!("{file}:{line}")
}

/// What the command prints; the worst outcome says how the process ends.
pub(super) fn report(outcomes: &[UpdateOutcome], ages: &[(String, Option<i64>)]) -> Report {
    let mut text: String = outcomes.iter().map(UpdateOutcome::text).collect();
    let mut warnings = Vec::new();
    for (api, age) in ages {
        match age {
            Some(days) if *days > OLD => {
                let complaint = Diagnostic::new(format!("the source of {api} is {days} days old"));
                warnings.push(complaint.help("see whether it is read every night, and whether there is a newer one"));
            }
            Some(days) => {
                let _ = writeln!(text, "the source of {api} is {days} days old");
            }
            None => {}
        }
    }
    let end = outcomes.iter().map(|outcome| outcome.end).max().unwrap_or(End::Nothing);
    let json = json!({
        "outcomes": outcomes.iter().map(UpdateOutcome::json).collect::<Vec<_>>(),
        "ages": ages.iter().map(|(api, age)| (api.clone(), json!(age))).collect::<serde_json::Map<_, _>>(),
    });
    Report { text, json, warnings, exit: end.exit(), ..Report::default() }
}
