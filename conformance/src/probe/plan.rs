//! Which calls of an API only read, and where each of their arguments is found.

use kontrakt_codegen::contract::{Contract, Location, Operation, Parameter, Retry, ScalarHint, Type};
use kontrakt_runtime::DateTime;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::find::{Wanted, members};

/// How far back times reach that a call must have.
const PAST: Duration = Duration::days(7);

/// A member of an answer that an argument is found in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArgumentSource {
    /// The operation that answers it.
    pub operation: String,
    /// Members from the body, separated by `/`; `*` for every element of a list or map.
    pub member: String,
}

/// Something that a call must have.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// Whether it is a number.
    pub number: bool,
    /// A value that needs no answer: a listed value, a default, an example, a time.
    pub value: Option<Value>,
    /// Where it is found, the best first.
    pub sources: Vec<ArgumentSource>,
}

/// Why a call is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Its method, or the contract, says that it changes something.
    Writes,
    /// It starts a job.
    StartsJob,
    /// It is on a server of its own.
    Elsewhere,
    /// It needs a body.
    NeedsBody,
}

impl Unfit {
    /// In words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Writes => "changes something, by the contract",
            Self::StartsJob => "starts a job",
            Self::Elsewhere => "is on another server",
            Self::NeedsBody => "needs a body",
        }
    }

    fn of(contract: &Contract, operation: &Operation) -> Option<Self> {
        let oauth = contract.behaviour.oauth.as_ref();
        let elsewhere = oauth.is_some_and(|oauth| [&oauth.exchange, &oauth.token].contains(&&operation.path));
        if operation.method != "GET" || operation.hints.retry == Some(Retry::Never) {
            Some(Self::Writes)
        } else if operation.hints.job.is_some() {
            Some(Self::StartsJob)
        } else if elsewhere || !operation.servers.is_empty() || !operation.path_servers.is_empty() {
            Some(Self::Elsewhere)
        } else if operation.body.as_ref().is_some_and(|body| body.required) {
            Some(Self::NeedsBody)
        } else {
            None
        }
    }
}

/// The GETs of an API.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Calls that only read, with what they must have, in document order.
    pub reads: Vec<(Operation, Vec<Argument>)>,
    /// The others, and why they are not made.
    pub unfit: Vec<(Operation, Unfit)>,
}

impl Plan {
    /// Reads it from a contract. `now` is where times are counted back from.
    pub fn of(contract: &Contract, now: OffsetDateTime) -> Self {
        let gets = contract.operations.iter().filter(|operation| operation.method == "GET");
        let (reads, unfit): (Vec<&Operation>, Vec<&Operation>) =
            gets.partition(|operation| Unfit::of(contract, operation).is_none());
        let answer = |operation: &&Operation| operation.success()?.json()?.schema;
        let answers: Vec<(&Operation, Vec<Vec<String>>)> =
            reads.iter().filter_map(|operation| Some((*operation, members(contract, answer(operation)?)))).collect();
        let needed = |operation: &Operation| {
            let required = operation.parameters.iter().filter(|parameter| parameter.required);
            required.map(|parameter| argument(contract, operation, parameter, &answers, now)).collect()
        };
        Self {
            reads: reads.iter().map(|operation| ((*operation).clone(), needed(operation))).collect(),
            unfit: unfit
                .into_iter()
                .filter_map(|operation| Some((operation.clone(), Unfit::of(contract, operation)?)))
                .collect(),
        }
    }

    /// The members of an operation's answers that arguments are found in.
    pub(super) fn wanted_of(&self, operation: &str) -> Vec<&str> {
        let sources = self.reads.iter().flat_map(|(_, arguments)| arguments).flat_map(|argument| &argument.sources);
        let mut members: Vec<&str> =
            sources.filter(|source| source.operation == operation).map(|source| source.member.as_str()).collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// How many calls find an argument in the answers of an operation.
    pub(super) fn dependents(&self, operation: &str) -> usize {
        let finds = |argument: &Argument| {
            argument.value.is_none() && argument.sources.iter().any(|source| source.operation == operation)
        };
        self.reads.iter().filter(|(_, arguments)| arguments.iter().any(finds)).count()
    }
}

fn argument(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
    answers: &[(&Operation, Vec<Vec<String>>)],
    now: OffsetDateTime,
) -> Argument {
    let merged = contract.merged(parameter.schema);
    let is = |kind| merged.types.is_some_and(|types| types.contains(kind));
    let named: Vec<ArgumentSource> = parameter
        .hints
        .found_in
        .0
        .iter()
        .filter_map(|text| text.split_once(' '))
        .map(|(operation, member)| ArgumentSource { operation: operation.to_owned(), member: member.to_owned() })
        .collect();
    let value = if named.is_empty() { value(contract, parameter, now) } else { None };
    let sources = match () {
        () if !named.is_empty() => named,
        () if value.is_some() => Vec::new(),
        () => Wanted::new(operation, &parameter.name).sources(answers),
    };
    Argument {
        name: parameter.name.clone(),
        location: parameter.location,
        number: (is(Type::Integer) || is(Type::Number)) && !is(Type::String),
        value,
        sources,
    }
}

/// A value that a parameter surely takes. Examples are identifiers of somebody else's, so a path has none.
fn value(contract: &Contract, parameter: &Parameter, now: OffsetDateTime) -> Option<Value> {
    let merged = contract.merged(parameter.schema);
    let schemas = || merged.schemas.iter().map(|id| &contract[*id]);
    let scalar = parameter.hints.scalar.or_else(|| schemas().find_map(|schema| schema.hints.scalar));
    let format = merged.format.as_ref().map(|(format, _)| format.as_str());
    let past = now - PAST;
    let listed = merged.values.as_ref().and_then(|(values, _)| values.iter().find(|value| !value.is_null()));
    let described = listed.or(merged.default.as_ref().map(|(value, _)| value)).cloned();
    described.or_else(|| match (scalar, format) {
        (Some(ScalarHint::DateTime), _) | (_, Some("date-time")) => {
            let time = past.replace_nanosecond(0).unwrap_or(past);
            Some(json!(DateTime::from(time).to_string()))
        }
        (Some(ScalarHint::Date), _) | (_, Some("date")) => Some(json!(past.date().to_string())),
        (Some(ScalarHint::UnixTime), _) => Some(json!(past.unix_timestamp())),
        (Some(ScalarHint::Boolean), _) => Some(json!(false)),
        _ if merged.types.is_some_and(|types| types.contains(Type::Boolean)) => Some(json!(false)),
        _ if parameter.location == Location::Path => None,
        _ => schemas().find_map(|schema| schema.examples.first()).cloned(),
    })
}
