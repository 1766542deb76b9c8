//! Checks recorded calls against a contract: routes, classifies, validates, decodes with the client and writes back.
//! Violations become findings; a cause that explains others is reported alone.

mod body;
mod coverage;
mod job;
mod request;
mod walk;

pub use coverage::Coverage;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kontrakt_codegen::contract::{Contract, Operation, Response, SchemaId, Status};
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_codegen::document::Document;
use kontrakt_runtime::codec::Codec;
use serde_json::Value;

use crate::check::Checker;
use crate::findings::{Collector, Finding, FindingKind, FindingSeverity, MessageSide, Observation};
use crate::quirks::Quirk;
use crate::recording::{Absent, Entry, Recording};
use crate::routing::{Routed, Router};
use crate::schemas::Validators;

/// How many calls without an operation are named.
const NAMED_CALLS: usize = 10;

/// Checks recordings against one contract.
pub struct Verifier<'c> {
    contract: &'c Contract,
    checker: Checker<'c>,
    validators: Validators,
    router: Router<'c>,
    /// The client's types, by operation and side.
    codecs: HashMap<(&'c str, kontrakt_runtime::codec::Side), &'c Codec>,
    parts: Parts,
    quirks: &'c [Quirk],
    /// Day of the document.
    dated: Option<String>,
}

/// Which parts of the check run: all of them, unless their cost is to be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What schemas do not see: fields of open objects, values of open enumerations, coverage.
    pub walk: bool,
    /// The client's types.
    pub decode: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// How many entries the recordings had.
    pub total: usize,
    /// How many were calls of this API.
    pub matched: usize,
    /// Bodies that could not be looked at: why, and how many.
    pub unchecked: BTreeMap<String, usize>,
    /// Why the others were skipped, and how many.
    pub skipped: BTreeMap<String, usize>,
    /// The first calls without an operation: method and path.
    pub unmatched: BTreeSet<String>,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What was seen of the document.
    pub coverage: Coverage,
}

/// What observations about one entry have in common.
struct Context<'a> {
    operation: &'a Operation,
    status: Option<u16>,
    side: MessageSide,
    entry: usize,
    /// Day of the answer, where it is older than the document.
    older: Option<&'a str>,
    /// Whether the server refused the call.
    refused: bool,
    /// Whether the operation was found by the address.
    routed: bool,
    /// Whether the client has types for the values: not for the lines of a job's file.
    typed: bool,
}

impl<'c> Verifier<'c> {
    /// A verifier without the client: schemas only.
    ///
    /// # Errors
    /// When the schemas cannot be prepared.
    pub fn new(contract: &'c Contract) -> Result<Self, Diagnostic> {
        Ok(Self {
            contract,
            checker: Checker::new(contract),
            validators: Validators::new(contract)?,
            router: Router::new(contract),
            codecs: HashMap::new(),
            parts: Parts { walk: true, decode: true },
            quirks: &[],
            dated: None,
        })
    }

    /// The same with the types of a generated client.
    pub fn with_codecs(mut self, codecs: &'c [Codec]) -> Self {
        self.codecs = codecs.iter().map(|codec| ((codec.operation, codec.side), codec)).collect();
        self
    }

    /// The same with the known quirks, so that findings name the entry that tells of them.
    pub fn with_quirks(mut self, quirks: &'c [Quirk]) -> Self {
        self.quirks = quirks;
        self
    }

    /// The same for a document of a day such as `2026-01-31`: what older answers lack may have come later.
    pub fn dated(mut self, day: impl Into<String>) -> Self {
        self.dated = Some(day.into());
        self
    }

    /// The same with parts left out.
    pub fn with_parts(mut self, parts: Parts) -> Self {
        self.parts = parts;
        self
    }

    /// Compiles the schemas of all answers, which else happens when one is needed first.
    ///
    /// # Errors
    /// When one of them cannot be compiled.
    pub fn prepare(&self) -> Result<usize, Diagnostic> {
        let answers = self.contract.operations.iter().flat_map(|operation| &operation.responses);
        let schemas = answers.flat_map(|answer| &answer.content).filter_map(|media| media.schema);
        schemas.map(|id| self.validators.get(self.contract, id).map(|_| 1)).sum()
    }

    /// What is wrong with a request, for servers that judge what they are sent. Its operation is known.
    ///
    /// # Errors
    /// When a schema cannot be compiled.
    pub fn check_request(&self, routed: &Routed<'c>, entry: &Entry) -> Result<Vec<Observation>, Diagnostic> {
        let mut collector = Collector::default();
        let context = Context {
            operation: routed.operation,
            status: None,
            side: MessageSide::Request,
            entry: entry.index,
            older: None,
            refused: false,
            routed: true,
            typed: false,
        };
        self.request(&context, entry, Some(routed), &mut collector)?;
        Ok(collector.into_observations())
    }

    /// Checks every entry of a recording.
    ///
    /// # Errors
    /// When a schema cannot be compiled.
    pub fn verify(&self, recording: &Recording, document: &Document) -> Result<Verification, Diagnostic> {
        let mut collector = Collector::default();
        let mut outcome =
            Verification { total: recording.total, skipped: recording.skipped.clone(), ..Verification::default() };
        let mut coverage = coverage::Seen::default();
        for entry in &recording.entries {
            if self.entry(entry, &mut collector, &mut coverage)? {
                outcome.matched += 1;
                for (side, message) in
                    [(MessageSide::Request, &entry.request), (MessageSide::Response, &entry.response)]
                {
                    if let Absent::Unreadable(reason) = &message.absent {
                        *outcome.unchecked.entry(format!("{} {reason}", side.name())).or_default() += 1;
                    }
                }
            } else {
                *outcome.skipped.entry("no such operation".to_owned()).or_default() += 1;
                if outcome.unmatched.len() < NAMED_CALLS {
                    outcome.unmatched.insert(match &entry.operation {
                        Some(id) => id.clone(),
                        None => self.router.describe(&entry.method, &entry.url),
                    });
                }
            }
        }
        outcome.findings = collector.finish(document);
        for finding in &mut outcome.findings {
            if finding.seen.schema_id.is_some_and(|id| self.contract[id].hints.secret) {
                finding.seen.sample = None;
            }
            finding.quirk =
                self.quirks.iter().find(|quirk| quirk.explains(&finding.seen)).map(|quirk| quirk.id.clone());
        }
        outcome.coverage = coverage.finish(self.contract);
        Ok(outcome)
    }

    /// Checks one call; `false` when it is none of this API.
    fn entry(
        &self,
        entry: &Entry,
        collector: &mut Collector,
        coverage: &mut coverage::Seen<'c>,
    ) -> Result<bool, Diagnostic> {
        let routed = match &entry.operation {
            None => self.router.route(&entry.method, &entry.url),
            Some(_) => None,
        };
        let named = entry.operation.as_deref().and_then(|id| self.router.operation(id));
        let Some(operation) = routed.as_ref().map(|routed| routed.operation).or(named) else {
            return self.webhook(entry, collector);
        };
        let answer = find_answer(operation, entry.status);
        // What cannot be looked at was not seen.
        let looked_at = !matches!(entry.response.absent, Absent::Unreadable(_));
        coverage.answer(operation, answer.map(|answer| answer.status).filter(|_| looked_at));
        let older = entry.day.as_deref().filter(|day| self.dated.as_deref().is_some_and(|dated| *day < dated));
        let (status, side) = (Some(entry.status), MessageSide::Response);
        let context = Context {
            operation,
            status,
            side,
            entry: entry.index,
            older,
            refused: false,
            routed: routed.is_some(),
            typed: true,
        };
        let failed = match answer {
            Some(answer) => self.answer(&context, entry, answer, collector, coverage)?,
            None => {
                self.unknown_status(&context, entry, collector);
                false
            }
        };
        let refused = failed || entry.status >= 400;
        let context = Context { status: None, side: MessageSide::Request, refused, ..context };
        self.request(&context, entry, routed.as_ref(), collector)?;
        Ok(true)
    }

    /// Checks what the server tells by itself; `false` when the call is nothing of that kind either.
    fn webhook(&self, entry: &Entry, collector: &mut Collector) -> Result<bool, Diagnostic> {
        let Some(webhook) = self.webhook_of(entry) else { return self.job_result(entry, collector) };
        let Some(body) = &webhook.body else { return Ok(false) };
        // Its body is what clients read.
        let (status, side) = (None, MessageSide::Response);
        let context = Context {
            operation: webhook,
            status,
            side,
            entry: entry.index,
            older: None,
            refused: false,
            routed: false,
            typed: true,
        };
        self.body(&context, &entry.request, &body.content, collector, None)?;
        Ok(true)
    }

    /// The webhook that a call is of: named, or the one that describes most members of the body, and half of them at
    /// least. Where it was sent to tells nothing, that is the receiver's choice.
    fn webhook_of(&self, entry: &Entry) -> Option<&'c Operation> {
        if let Some(id) = &entry.operation {
            return self.contract.webhooks.iter().find(|webhook| webhook.id == *id);
        }
        let value: Value = serde_json::from_slice(entry.request.body.as_deref()?).ok()?;
        let members = value.as_object()?;
        let described = |webhook: &Operation| {
            let schema = webhook.body.as_ref().and_then(|body| body.json()?.schema)?;
            let mut schemas = Vec::new();
            self.checker.applicable(schema, &value, &mut schemas);
            let names = || schemas.iter().flat_map(|id| &self.contract[*id].properties).map(|(name, _)| name);
            Some(members.keys().filter(|member| names().any(|name| name == *member)).count())
        };
        let webhooks = self.contract.webhooks.iter().filter(|webhook| webhook.method == entry.method);
        let scored = webhooks.filter_map(|webhook| Some((described(webhook)?, webhook)));
        let scored = scored.filter(|(count, _)| *count > 0 && count * 2 >= members.len());
        scored.rev().max_by_key(|(count, _)| *count).map(|(_, webhook)| webhook)
    }

    fn unknown_status(&self, context: &Context<'_>, entry: &Entry, collector: &mut Collector) {
        let status = context.status.unwrap_or_default();
        let known: Vec<String> = context.operation.responses.iter().map(|answer| answer.status.to_string()).collect();
        let message = format!("status {status}, documented are {}", known.join(", "));
        let pointer = context.operation.pointer.join("responses");
        let mut observation = context.observe(FindingKind::UnknownStatus, message);
        observation.schema = pointer;
        observation.span = context.operation.span;
        if status >= 400 && self.is_error_body(entry) {
            // Not in the document, and read by every client like the errors that are.
            observation.severity = FindingSeverity::Warning;
        }
        collector.add(observation, Some(context.entry));
    }

    /// Whether a body is an error in the form that the API's envelope has for errors.
    fn is_error_body(&self, entry: &Entry) -> bool {
        let envelope = &self.contract.behaviour.envelope;
        let body = entry.response.body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
        let member = envelope.errors.as_ref().or(envelope.error.as_ref());
        member.zip(body).is_some_and(|(member, body)| body.get(member).is_some_and(|errors| !errors.is_null()))
    }

    /// An observation about a schema.
    fn at(&self, context: &Context<'_>, kind: FindingKind, schema: SchemaId, message: String) -> Observation {
        let mut observation = context.observe(kind, message);
        observation.schema = self.contract[schema].pointer.clone();
        observation.span = self.contract[schema].span;
        observation.schema_id = Some(schema);
        observation
    }
}

impl Context<'_> {
    fn observe(&self, kind: FindingKind, message: String) -> Observation {
        let severity = match (self.side, kind.severity()) {
            // A request that breaks the document and is refused: the two agree.
            (MessageSide::Request, _) if self.refused => FindingSeverity::Info,
            // Whoever sent a request that breaks the document got an answer all the same.
            (MessageSide::Request, FindingSeverity::Breaking) => FindingSeverity::Warning,
            // What a newer document requires is no promise about older answers.
            _ if kind == FindingKind::MissingRequired && self.older.is_some() => FindingSeverity::Warning,
            (_, severity) => severity,
        };
        let message = match self.older {
            Some(day) if kind == FindingKind::MissingRequired && self.side == MessageSide::Response => {
                format!("{message}; the answer is of {day}, older than the document")
            }
            _ if self.side == MessageSide::Request && self.refused => format!("{message}; the call was refused"),
            _ => message,
        };
        Observation {
            kind,
            severity,
            side: self.side,
            operation: self.operation.id.clone(),
            status: self.status,
            pointer: String::new(),
            field: None,
            schema: self.operation.pointer.clone(),
            span: self.operation.span,
            places: Vec::new(),
            schema_id: None,
            message,
            sample: None,
            client: None,
        }
    }
}

/// The documented answer for a status: by number, by class, or the default.
fn find_answer(operation: &Operation, status: u16) -> Option<&Response> {
    let of = |wanted: Status| operation.responses.iter().find(|answer| answer.status == wanted);
    of(Status::Code(status)).or_else(|| of(Status::Range((status / 100) as u8))).or_else(|| of(Status::Default))
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
