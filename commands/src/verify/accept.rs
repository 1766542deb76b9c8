//! `--accept`, `--review` and `--prune`: edits the file of accepted findings.
//! It is written after every answer of a review, so an interrupted review loses nothing.

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::Path;

use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_conformance::acceptance::{Acceptance, Accepted, Command, Stale, is_day};
use kontrakt_conformance::findings::{Finding, by_cause};
use kontrakt_conformance::verify::Verification;

use super::{Args, write};
use crate::workspace::today;

/// Reads and applies the file, and changes it where that was asked for.
pub(super) fn accept(
    args: &Args,
    path: &Path,
    outcome: &mut Verification,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Stale> {
    let today = args.today.clone().unwrap_or_else(today);
    let mut acceptance = Acceptance::read(path)?;
    let before = acceptance.clone();
    if let Some(day) = args.expires.as_ref().filter(|day| **day < today) {
        return Err(Diagnostic::new(format!("{day} is over")).help("name a day from today on, or leave --expires out"));
    }
    for id in &args.accept {
        let finding = named(&outcome.findings, id)?;
        acceptance.accept(accepted(finding, args.reason.clone().unwrap_or_default(), args.expires.clone()));
    }
    if acceptance != before {
        write(path, &acceptance.to_yaml())?;
    }
    let unseen = std::mem::take(&mut outcome.coverage.unseen);
    let called = |operation: &str| !unseen.iter().any(|one| one == operation);
    let mut stale = acceptance.apply(&mut outcome.findings, &today, called);
    if args.review {
        if !std::io::stdin().is_terminal() {
            let complaint = Diagnostic::new("a review needs a terminal");
            return Err(complaint.help("accept single findings with --accept and --reason"));
        }
        let (mut input, mut output) = (std::io::stdin().lock(), std::io::stderr());
        review(&outcome.findings, &today, &mut input, &mut output, &mut |one| {
            acceptance.accept(one);
            write(path, &acceptance.to_yaml())
        })?;
        stale = acceptance.apply(&mut outcome.findings, &today, called);
    }
    if args.prune && stale != Stale::default() {
        acceptance.prune(&stale);
        stale = Stale::default();
        write(path, &acceptance.to_yaml())?;
    }
    outcome.coverage.unseen = unseen;
    warnings.extend(stale.warnings(path));
    Ok(stale)
}

/// The one finding whose identifier begins like this.
fn named<'f>(findings: &'f [Finding], id: &str) -> Result<&'f Finding> {
    let mut found = findings.iter().filter(|finding| !id.is_empty() && finding.id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(finding), None) => Ok(finding),
        (Some(_), Some(_)) => {
            Err(Diagnostic::new(format!("several findings begin with {id:?}")).help("give more of the identifier"))
        }
        (None, _) => Err(Diagnostic::new(format!("there is no finding {id:?}"))
            .help("identifiers are at the end of each finding; nothing was accepted")),
    }
}

fn accepted(finding: &Finding, reason: String, expires: Option<String>) -> Accepted {
    let seen = &finding.seen;
    let what = format!("{} {} {}: {}", seen.operation, seen.kind, seen.pointer, seen.message);
    let operation = Some(seen.operation.clone());
    Accepted { id: finding.id.clone(), reason, expires, command: Command::Verify, operation, finding: Some(what) }
}

/// Shows every open cause and takes a reason for it; an empty line leaves it open.
fn review(
    findings: &[Finding],
    today: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
    accept: &mut dyn FnMut(Accepted) -> Result<()>,
) -> Result<()> {
    let open: Vec<Finding> = findings.iter().filter(|finding| finding.accepted.is_none()).cloned().collect();
    let causes = by_cause(&open);
    for (index, cause) in causes.iter().enumerate() {
        let seen = &cause[0].seen;
        let calls: Vec<&str> = cause.iter().map(|finding| finding.seen.operation.as_str()).collect();
        let place = cause[0].place.as_ref().map(|(file, line)| format!("{file}:{line}")).unwrap_or_default();
        let head = format!(
            "\n[{} of {}] {} {} {}\n  {}\n  at {} in {}\n",
            index + 1,
            causes.len(),
            seen.severity.name(),
            seen.kind,
            place,
            seen.message,
            if seen.pointer.is_empty() { "the whole body" } else { &seen.pointer },
            calls.join(", "),
        );
        let Some(reason) = ask(&head, "reason to accept (empty: leave open, q: stop) > ", input, output)? else {
            break;
        };
        match reason.as_str() {
            "q" => break,
            "" => continue,
            _ => {}
        }
        let mut question = "last day, such as 2027-01-31 (empty: no end) > ";
        let expires = loop {
            match ask("", question, input, output)? {
                Some(day) if is_day(&day) && day.as_str() >= today => break Some(day),
                Some(day) if !day.is_empty() => question = "not a day to come; last day (empty: no end) > ",
                _ => break None,
            }
        };
        for finding in cause {
            accept(accepted(finding, reason.clone(), expires.clone()))?;
        }
    }
    Ok(())
}

/// One line of an answer; nothing at the end of the input.
fn ask(head: &str, question: &str, input: &mut impl BufRead, output: &mut impl Write) -> Result<Option<String>> {
    let failed = |error: std::io::Error| Diagnostic::new(format!("the review broke off: {error}"));
    write!(output, "{head}{question}").and_then(|()| output.flush()).map_err(failed)?;
    let mut line = String::new();
    let read = input.read_line(&mut line).map_err(failed)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use kontrakt_codegen::contract::Contract;
    use kontrakt_codegen::document::Document;
    use kontrakt_conformance::recording::Recording;
    use kontrakt_conformance::verify::Verifier;
    use serde_json::json;

    use super::*;

    /// Three findings of two causes: a member that two answers lack, and an unknown value.
    fn findings() -> Vec<Finding> {
        let text = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a: {get: {operationId: a, responses: {'200': {content: {application/json: {schema: {type: object, required: [meta]}}}}}}}
  /b:
    get:
      operationId: b
      responses:
        '200':
          content:
            application/json: {schema: {type: object, required: [meta], properties: {state: {enum: [new]}}}}
";
        let document = Document::parse("t.yaml", text).unwrap();
        let contract = Contract::read(&document).unwrap();
        let lines = [
            json!({"operationId": "a", "status": 200, "body": {}}),
            json!({"operationId": "b", "status": 200, "body": {"state": "odd"}}),
        ];
        let lines = lines.map(|line| line.to_string()).join("\n");
        let recording = Recording::parse(lines.as_bytes()).unwrap();
        Verifier::new(&contract).unwrap().verify(&recording, &document).unwrap().findings
    }

    fn answers(input: &str) -> (Vec<Accepted>, String) {
        let (mut list, mut output) = (Vec::new(), Vec::new());
        let mut accept = |one| {
            list.push(one);
            Ok(())
        };
        review(&findings(), "2026-06-01", &mut input.as_bytes(), &mut output, &mut accept).unwrap();
        (list, String::from_utf8(output).unwrap())
    }

    #[test]
    fn a_review_asks_once_for_each_cause() {
        let (list, output) = answers("old shop\n2026-01-01\nsoon\n2026-12-31\nfine\n\n");
        assert!(output.contains("[1 of 2] breaking missing-required") && output.contains("in a, b"), "{output}");
        assert_eq!(output.matches("not a day to come").count(), 2, "{output}");
        let told: Vec<_> = list.iter().map(|one| (one.reason.as_str(), one.expires.as_deref())).collect();
        assert_eq!(told, [("old shop", Some("2026-12-31")), ("old shop", Some("2026-12-31")), ("fine", None)]);
        assert_eq!(list[2].operation.as_deref(), Some("b"));
    }

    #[test]
    fn what_is_not_answered_stays_open() {
        for (input, accepted) in [("", 0), ("q\n", 0), ("\n\n", 0), ("\nfine\n", 1), ("fine", 2), ("fine\n\nq\n", 2)] {
            assert_eq!(answers(input).0.len(), accepted, "{input:?}");
        }
    }

    #[test]
    fn the_beginning_of_an_identifier_names_one_finding() {
        let findings = findings();
        assert_eq!(named(&findings, &findings[1].id[..8]).unwrap().id, findings[1].id);
        assert!(named(&findings, "").is_err() && named(&findings, "zz").is_err());
        let mut twins = findings.clone();
        twins[1].id = format!("{}x", twins[0].id);
        assert!(named(&twins, &twins[0].id).unwrap_err().message().starts_with("several"));
    }
}
