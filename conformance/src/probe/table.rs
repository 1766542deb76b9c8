//! What a probe reached and what it did not, and why: as text and as JSON.

use kontrakt_codegen::contract::Operation;
use serde_json::{Value, json};

use super::plan::{Argument, ArgumentSource, Plan};
use super::run::has;
use super::state::{Call, State};

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It was answered with success.
    Reached,
    /// It was answered with another status.
    Refused,
    /// There was no answer, or it was not sent.
    Failed,
    /// A run ended while it was under way.
    Interrupted,
    /// It was not called.
    NotReached,
    /// It does more than read, and is not called.
    LeftOut,
}

impl Standing {
    /// Every standing with its name.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("reached", Self::Reached),
        ("refused", Self::Refused),
        ("failed", Self::Failed),
        ("interrupted", Self::Interrupted),
        ("not reached", Self::NotReached),
        ("left out", Self::LeftOut),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, standing)| *standing == self).map_or("", |(name, _)| *name)
    }

    fn of(call: &Call) -> Self {
        match call.status {
            _ if !call.done => Self::Interrupted,
            Some(_) if call.is_reached() => Self::Reached,
            Some(_) => Self::Refused,
            None => Self::Failed,
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbedCall {
    /// The operation.
    pub operation: String,
    /// Its method and path.
    pub call: String,
    /// How it stands.
    pub standing: Standing,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Why it stands so.
    pub why: String,
}

/// A row for each GET.
pub fn lines(plan: &Plan, state: &State) -> Vec<ProbedCall> {
    let line = |operation: &Operation, standing, status, why| ProbedCall {
        operation: operation.id.clone(),
        call: format!("{} {}", operation.method, operation.path),
        standing,
        status,
        why,
    };
    let read = |(operation, arguments): &(Operation, Vec<Argument>)| match state.calls.get(&operation.id) {
        Some(call) => line(operation, Standing::of(call), call.status, call.error.clone().unwrap_or_default()),
        None => line(operation, Standing::NotReached, None, waits_for(arguments, state)),
    };
    let left_out =
        plan.unfit.iter().map(|(operation, unfit)| line(operation, Standing::LeftOut, None, unfit.reason().to_owned()));
    plan.reads.iter().map(read).chain(left_out).collect()
}

/// Why a call was not made.
fn waits_for(arguments: &[Argument], state: &State) -> String {
    let lacks =
        |argument: &&Argument| argument.value.is_none() && !argument.sources.iter().any(|source| has(state, source));
    let Some(argument) = arguments.iter().find(lacks) else {
        return "the budget was used up before".to_owned();
    };
    let called = |source: &&ArgumentSource| state.calls.contains_key(&source.operation);
    match argument.sources.iter().find(|source| !called(source)).or(argument.sources.first()) {
        None => format!("nothing tells `{}`", argument.name),
        Some(source) if called(&source) => {
            format!("{} gave no `{}` for `{}`", source.operation, source.member, argument.name)
        }
        Some(source) => format!("`{}` is found by {}, which was not called", argument.name, source.operation),
    }
}

/// The table for people, with a summary.
pub fn text(lines: &[ProbedCall], state: &State) -> String {
    let width = |of: fn(&ProbedCall) -> usize| lines.iter().map(of).max().unwrap_or_default();
    let (call, standing) = (width(|line| line.call.len()), width(|line| line.standing.name().len()));
    let mut text = String::new();
    for line in lines {
        let status = line.status.map_or_else(String::new, |status| status.to_string());
        let row = format!("{:standing$}  {status:3}  {:call$}  {}", line.standing.name(), line.call, line.why);
        text += row.trim_end();
        text.push('\n');
    }
    let counts = Standing::NAMES.map(|(name, standing)| format!("{} {name}", count(lines, standing)));
    text + &format!("{} GETs of {}: {}; {} requests\n", lines.len(), state.api, counts.join(", "), state.requests)
}

/// The table for programs.
pub fn json(lines: &[ProbedCall], state: &State) -> Value {
    let row = |line: &ProbedCall| {
        json!({
            "operation": line.operation, "call": line.call, "standing": line.standing.name(), "status": line.status,
            "why": line.why,
        })
    };
    let counts = Standing::NAMES.map(|(name, standing)| (name.to_owned(), Value::from(count(lines, standing))));
    json!({
        "api": state.api,
        "requests": state.requests,
        "counts": counts.into_iter().collect::<Value>(),
        "calls": lines.iter().map(row).collect::<Vec<_>>(),
    })
}

fn count(lines: &[ProbedCall], standing: Standing) -> usize {
    lines.iter().filter(|line| line.standing == standing).count()
}
