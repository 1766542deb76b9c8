//! Makes the calls of a plan, one after the other: first those whose answers most others wait for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kontrakt_codegen::contract::{Location, Operation};
use kontrakt_codegen::diagnostic::Result;
use kontrakt_codegen::path::PathTemplate;
use kontrakt_runtime::codec::{Arguments, Driver};
use kontrakt_runtime::{Error, Json, Session};
use serde_json::{Value, json};

use super::find::pluck;
use super::plan::{Argument, ArgumentSource, Plan};
use super::state::{Call, State};
use super::tape::Tape;

/// Records whose identifiers are tried until one is there.
const TRIES: usize = 3;
/// CallValues that are kept of each member.
const KEPT: usize = 10;

/// Arguments by place and name.
type CallValues = BTreeMap<String, BTreeMap<String, Value>>;

/// How much a run may cost; requests are counted by its [`Tape`].
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How long it may take.
    pub time: Duration,
}

/// Why a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is left that can be called.
    Complete,
    /// The requests are used up.
    Requests,
    /// The time is over.
    Time,
    /// A limit of the API is reached.
    Limit,
    /// The credentials are refused.
    Unauthorized,
    /// The server cannot be connected to.
    Unreachable,
}

/// What a run works with.
pub struct Probe<'p> {
    /// What to call.
    pub plan: &'p Plan,
    /// The calls of the client.
    pub drivers: &'p [Driver],
    /// Whose transport is `tape`.
    pub session: &'p Session,
    /// What counts the requests and keeps the answers.
    pub tape: &'p Tape,
}

impl Probe<'_> {
    /// Calls what can be called and was not called before. `keep` is given the state before and after each call.
    ///
    /// # Errors
    /// Those of `keep`.
    pub async fn run(
        &self,
        state: &mut State,
        budget: Budget,
        keep: &mut dyn FnMut(&State) -> Result<()>,
    ) -> Result<Ending> {
        let begun = Instant::now();
        let before = state.requests;
        while let Some(operation) = self.next(state) {
            if !self.tape.has_budget() {
                return Ok(Ending::Requests);
            }
            if begun.elapsed() >= budget.time {
                return Ok(Ending::Time);
            }
            state.calls.insert(operation.id.clone(), Call::default());
            keep(state)?;
            let ended = self.call(operation, state).await;
            state.requests = before + self.tape.sent();
            match ended {
                Ok(call) => state.calls.insert(operation.id.clone(), call),
                Err(ending) => {
                    state.calls.remove(&operation.id);
                    keep(state)?;
                    return Ok(ending);
                }
            };
            keep(state)?;
        }
        Ok(Ending::Complete)
    }

    /// The call to make next: one that has its arguments from the best source that is left, and that most others wait for.
    fn next(&self, state: &State) -> Option<&Operation> {
        let open = || self.plan.reads.iter().filter(|(operation, _)| !state.calls.contains_key(&operation.id));
        let ready = |is_strict: bool| {
            open().filter(move |(operation, arguments)| {
                let settled = |source: &ArgumentSource| state.calls.contains_key(&source.operation);
                let waits = |argument: &Argument| {
                    let first = argument.sources.iter().find(|source| !settled(source) || has(state, source));
                    argument.value.is_none() && first.is_some_and(|source| !settled(source))
                };
                let complete = choices(self.plan, operation, arguments, state).next().is_some();
                complete && !(is_strict && arguments.iter().any(waits))
            })
        };
        let most = |is_strict| {
            let weight = |(at, (operation, _)): &(usize, &(Operation, Vec<Argument>))| {
                (self.plan.dependents(&operation.id), usize::MAX - at)
            };
            ready(is_strict).enumerate().max_by_key(weight).map(|(_, (operation, _))| operation)
        };
        most(true).or_else(|| most(false))
    }

    /// Calls an operation; an ending where it was not called after all.
    async fn call(&self, operation: &Operation, state: &State) -> std::result::Result<Call, Ending> {
        let arguments = self.plan.reads.iter().find(|(read, _)| read.id == operation.id).map(|(_, needed)| needed);
        let arguments = arguments.map_or(&[][..], Vec::as_slice);
        let mut call = Call { done: true, ..Call::default() };
        for values in choices(self.plan, operation, arguments, state).take(TRIES) {
            self.tape.take();
            let result = self.send(operation, &values).await;
            let answered = self.tape.take();
            call.arguments = values;
            call.status = answered.as_ref().map(|(status, _)| *status);
            call.error = result.as_ref().err().map(|failed| failed.to_string());
            if let Err(Failed::Call(error)) = &result {
                match () {
                    () if error.is_unauthorized() => return Err(Ending::Unauthorized),
                    () if error.is_connect() => return Err(Ending::Unreachable),
                    () if error.is_rate_limited() => return Err(Ending::Limit),
                    () if answered.is_none() && !self.tape.has_budget() => return Err(Ending::Requests),
                    () => {}
                }
            }
            if let Some((_, body)) = answered.filter(|(status, _)| (200..300).contains(status)) {
                let steps = |member: &str| member.split('/').map(str::to_owned).collect::<Vec<_>>();
                let values = |member: &str| pluck(&body, &steps(member)).into_iter().take(KEPT).collect();
                let wanted = self.plan.wanted_of(&operation.id);
                call.found = wanted.into_iter().map(|member| (member.to_owned(), values(member))).collect();
            }
            if call.status != Some(404) {
                break;
            }
        }
        Ok(call)
    }

    async fn send(&self, operation: &Operation, values: &CallValues) -> std::result::Result<(), Failed> {
        let driver = self.drivers.iter().find(|driver| driver.operation == operation.id).ok_or(Failed::NoCall)?;
        let arguments = Arguments::new(Json::from(json!(values)));
        let sending = (driver.drive)(self.session, &arguments).map_err(|error| Failed::Arguments(error.to_string()))?;
        sending.await.map(|_| ()).map_err(Failed::Call)
    }
}

enum Failed {
    /// The client has no such call.
    NoCall,
    /// It does not take these arguments.
    Arguments(String),
    Call(Error),
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoCall => f.write_str("the client has no method for it"),
            Self::Arguments(error) => write!(f, "its arguments do not fit: {error}"),
            Self::Call(error) => write!(f, "{error}"),
        }
    }
}

/// Whether a source gave something.
pub(super) fn has(state: &State, source: &ArgumentSource) -> bool {
    let found = state.calls.get(&source.operation).and_then(|call| call.found.get(&source.member));
    found.is_some_and(|values| values.iter().any(|value| !value.is_null()))
}

/// What a call can be given: those of the first elements of lists, then of the second, and so on.
fn choices<'p>(
    plan: &'p Plan,
    operation: &'p Operation,
    needed: &'p [Argument],
    state: &'p State,
) -> impl Iterator<Item = CallValues> + 'p {
    let elements = if needed.iter().all(|argument| argument.value.is_some()) { 1 } else { KEPT };
    (0..elements).filter_map(move |at| arguments_of(plan, operation, needed, state, at))
}

/// The arguments of a call, those from lists of their elements at `at`; nothing while one is missing.
fn arguments_of(
    plan: &Plan,
    operation: &Operation,
    needed: &[Argument],
    state: &State,
    at: usize,
) -> Option<CallValues> {
    let mut values = CallValues::new();
    // Those that stand deepest in the path say of which parent they are.
    for argument in needed.iter().rev() {
        let place = values.entry(argument.location.name().to_owned()).or_default();
        if place.contains_key(&argument.name) {
            continue;
        }
        if let Some(value) = &argument.value {
            place.insert(argument.name.clone(), value.clone());
            continue;
        }
        let source = argument.sources.iter().find(|source| has(state, source))?;
        let call = state.calls.get(&source.operation)?;
        let value = call.found.get(&source.member)?.get(at).filter(|value| !value.is_null())?;
        place.insert(argument.name.clone(), typed(value, argument.number));
        let parent = plan.reads.iter().find(|(read, _)| read.id == source.operation);
        if let (Location::Path, Some((parent, _))) = (argument.location, parent) {
            inherit(parent, call, operation, place);
        }
    }
    Some(values)
}

/// Takes over the arguments of the call that gave a value, as far as both paths are alike.
fn inherit(parent: &Operation, call: &Call, operation: &Operation, place: &mut BTreeMap<String, Value>) {
    let given = call.arguments.get(Location::Path.name());
    let (from, to) = (PathTemplate::parse(&parent.path), PathTemplate::parse(&operation.path));
    for (from, to) in from.0.iter().zip(&to.0) {
        match (from.variable(), to.variable()) {
            (Some(from), Some(to)) => {
                if let Some(value) = given.and_then(|given| given.get(from)) {
                    place.entry(to.to_owned()).or_insert_with(|| value.clone());
                }
            }
            _ if from == to => {}
            _ => return,
        }
    }
}

/// A value as the argument is typed.
fn typed(value: &Value, number: bool) -> Value {
    match value {
        Value::String(text) if number => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        Value::Number(digits) if !number => Value::from(digits.to_string()),
        other => other.clone(),
    }
}
