//! Prints the result of a command, as text for people or as one JSON value for programs.
//! Colours and frames appear on a terminal only.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};

/// Form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON value on standard output: `{"result": ..., "warnings": [...]}` or `{"error": ...}`.
    Json,
}

/// How the process ends; the codes are those of every command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    /// 0
    #[default]
    Done,
    /// 1
    Complaint,
    /// 3
    Findings,
    /// 4
    Nothing,
    /// As another process ended that ran the command instead.
    As(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Complaint => 1,
            Exit::Findings => 3,
            Exit::Nothing => 4,
            Exit::As(code) => code,
        })
    }
}

/// What a command did.
#[derive(Debug, Default)]
pub struct Report {
    /// In words.
    pub text: String,
    /// The same for programs.
    pub json: Value,
    /// Complaints that did not stop the command.
    pub warnings: Vec<Diagnostic>,
    /// How the process ends.
    pub exit: Exit,
    /// Whether `text` is the output whatever the format: a report that is in a form of its own.
    pub verbatim: bool,
}

/// Prints what a command gave, and says how the process ends.
pub fn print(format: Format, result: Result<Report>) -> ExitCode {
    let format = if result.as_ref().is_ok_and(|report| report.verbatim) { Format::Text } else { format };
    let exit = result.as_ref().map_or(Exit::Complaint, |report| report.exit);
    let (out, err) = match (format, &result) {
        (Format::Json, Ok(report)) => {
            let warnings: Vec<Value> = report.warnings.iter().map(to_json).collect();
            (format!("{}\n", json!({"result": report.json, "warnings": warnings})), String::new())
        }
        (Format::Json, Err(error)) => (format!("{}\n", json!({"error": to_json(error)})), String::new()),
        (Format::Text, Ok(report)) => {
            (report.text.clone(), report.warnings.iter().map(|warning| to_text("warning", warning)).collect())
        }
        (Format::Text, Err(error)) => (String::new(), to_text("error", error)),
    };
    // A reader that went away, as `head` does, is none of our business.
    let _ = std::io::stderr().write_all(err.as_bytes());
    let _ = std::io::stdout().write_all(out.as_bytes());
    exit.into()
}

/// A complaint as people read it where there is no terminal.
#[must_use]
pub fn text_of(complaint: &Diagnostic) -> String {
    plain("error", complaint)
}

fn to_text(kind: &str, complaint: &Diagnostic) -> String {
    if std::io::stderr().is_terminal() { fancy(complaint) } else { plain(kind, complaint) }
}

fn fancy(complaint: &Diagnostic) -> String {
    let mut text = String::new();
    match GraphicalReportHandler::new_themed(GraphicalTheme::unicode()).render_report(&mut text, complaint) {
        Ok(()) => text,
        Err(_) => plain("error", complaint),
    }
}

/// Place first on its line, so that editors and CI logs make it a link.
fn plain(kind: &str, complaint: &Diagnostic) -> String {
    let mut text = format!("{kind}: {complaint}\n");
    if let Some(mend) = complaint.mend() {
        let _ = writeln!(text, "  help: {mend}");
    }
    text.extend(complaint.rest().iter().map(|other| plain(kind, other)));
    text
}

/// A complaint for programs.
#[must_use]
pub fn to_json(complaint: &Diagnostic) -> Value {
    let position = complaint.position();
    json!({
        "message": complaint.message(),
        "file": position.map(|(file, ..)| file),
        "line": position.map(|(_, line, _)| line),
        "column": position.map(|(.., column)| column),
        "pointer": complaint.json_pointer().map(ToString::to_string),
        "help": complaint.mend(),
        "related": complaint.rest().iter().map(to_json).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kontrakt_codegen::document::{Document, Pointer};

    fn complaint() -> Diagnostic {
        let document = Document::parse("a.yaml", "a: 1\nb: 2\n").unwrap();
        let pointer = Pointer::from(["b"]);
        let span = document.get(&pointer).unwrap().span;
        let one = document.complain(span, &pointer, "b is wrong").help("delete it");
        Diagnostic::all(vec![one, Diagnostic::new("so is c")]).unwrap()
    }

    #[test]
    fn plain_text_has_place_pointer_mend_and_the_other_complaints() {
        let expected =
            "error: b is wrong (and 1 more)\n  at a.yaml:2:4\n  pointer #/b\n  help: delete it\nerror: so is c\n";
        assert_eq!(plain("error", &complaint()), expected);
    }

    #[test]
    fn fancy_text_marks_the_line() {
        let text = fancy(&complaint());
        assert!(text.contains("b: 2") && text.contains("delete it") && text.contains("so is c"), "{text}");
    }

    #[test]
    fn json_has_the_same() {
        let value = to_json(&complaint());
        assert_eq!((&value["file"], &value["line"], &value["column"]), (&json!("a.yaml"), &json!(2), &json!(4)));
        assert_eq!((&value["pointer"], &value["help"]), (&json!("#/b"), &json!("delete it")));
        assert_eq!(value["related"][0]["message"], json!("so is c"));
    }
}
