//! Checks one body: media type, envelope, schema, rules beyond schemas, and the client.
//! An error inside a success is reported as such, and its consequences for the schema are not.

use kontrakt_codegen::contract::{MediaType, Response, SchemaId};
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_runtime::codec::Side as CodecSide;
use serde_json::Value;

use super::coverage::Seen;
use super::{Context, Verifier};
use crate::check::{Fault, Rule};
use crate::findings::{Collector, Kind, Observation, Severity, Side};
use crate::lossless::{self, Loss};
use crate::recording::{Entry, Message};
use crate::words::Words;

impl<'c> Verifier<'c> {
    pub(super) fn answer(
        &self,
        context: &Context<'_>,
        entry: &Entry,
        answer: &'c Response,
        collector: &mut Collector,
        coverage: &mut Seen<'c>,
    ) -> Result<bool, Diagnostic> {
        self.answer_headers(context, entry, answer, collector);
        self.body(context, &entry.response, &answer.content, collector, Some(coverage))
    }

    /// Checks a body against the documented forms of it; tells whether it says that the call failed.
    pub(super) fn body(
        &self,
        context: &Context<'_>,
        message: &Message,
        content: &'c [MediaType],
        collector: &mut Collector,
        coverage: Option<&mut Seen<'c>>,
    ) -> Result<bool, Diagnostic> {
        let Some(body) = &message.body else { return Ok(false) };
        let Some(first) = content.first() else { return Ok(false) };
        let essence = message.essence();
        let exact = essence.as_ref().and_then(|essence| content.iter().find(|media| media.essence() == *essence));
        let json = || content.iter().find(|media| media.is_json());
        let media = exact.or_else(json).unwrap_or(first);
        if exact.is_none()
            && let Some(essence) = essence
        {
            let message = format!("media type {essence}, documented is {}", media.essence());
            let mut observation = context.observe(Kind::MediaType, message);
            (observation.schema, observation.field) = (media.pointer.clone(), Some(essence));
            collector.add(observation, Some(context.entry));
        }
        let Some(schema) = media.schema.filter(|_| media.is_json()) else { return Ok(false) };
        let value: Value = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(error) => {
                let mut observation = self.at(context, Kind::NotJson, schema, format!("the body is no JSON: {error}"));
                let start = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
                observation.sample = Some(Value::String(start));
                collector.add(observation, Some(context.entry));
                return Ok(false);
            }
        };
        let valid = self.validators.get(self.contract, schema)?.is_valid(&value);
        let success = context.status.is_some_and(|status| (200..300).contains(&status));
        if context.side == Side::Response
            && success
            && let Some((text, declared)) = self.error_inside(&value)
        {
            let mut observation = self.at(
                context,
                Kind::ErrorInSuccess,
                schema,
                format!("error inside HTTP {}: {text}", context.status.unwrap_or_default()),
            );
            if declared && valid {
                // The API says so in its document, and the client looks.
                observation.severity = Severity::Info;
            }
            observation.sample = Some(Value::String(text));
            collector.add(observation, Some(context.entry));
            return Ok(true);
        }
        let mut broken = Vec::new();
        if !valid {
            let faults = self.checker.explain(schema, &value);
            if faults.is_empty() {
                let error = self.validators.get(self.contract, schema)?.iter_errors(&value).next();
                let message = error.map(|error| error.to_string()).unwrap_or_default();
                collector.add(self.at(context, Kind::Document, schema, message), Some(context.entry));
            }
            for fault in faults {
                let observation = self.fault(context, &fault, &value);
                if observation.kind.severity() == Severity::Breaking {
                    broken.push(observation);
                } else {
                    collector.add(observation, Some(context.entry));
                }
            }
        }
        if self.parts.walk {
            self.walk(context, schema, &value, collector, coverage);
        }
        let read = if self.parts.decode { self.decode(context, schema, &value) } else { Read::Unknown };
        if broken.is_empty() {
            self.tell(context, schema, &value, read, collector);
            return Ok(false);
        }
        // What the client makes of a value that breaks its schema follows from that, and is said with it.
        let client = match read {
            _ if context.side == Side::Request => None,
            Read::Unknown => None,
            Read::Failed(error) => Some(format!("cannot read it: {error}")),
            Read::Back(losses) if losses.is_empty() => Some("reads it all the same".to_owned()),
            Read::Back(losses) => Some(format!("reads it, with a loss: {}", losses[0].message)),
        };
        for observation in broken {
            collector.add(Observation { client: client.clone(), ..observation }, Some(context.entry));
        }
        Ok(false)
    }

    /// What the envelope says of a call that its status says worked: the error in words, and whether the document
    /// has a member for exactly this.
    fn error_inside(&self, value: &Value) -> Option<(String, bool)> {
        let envelope = &self.contract.behaviour.envelope;
        if let Some(success) = &envelope.success {
            let said = value.get(&success.member)?;
            if said.as_str() == Some(success.equals.as_str()) {
                return None;
            }
            let text = envelope.error.as_ref().and_then(|member| value.get(member)).unwrap_or(said);
            return Some((text.as_str().map_or_else(|| text.to_string(), str::to_owned), true));
        }
        let errors = value.get(envelope.errors.as_ref()?)?;
        let error = match errors {
            Value::Array(list) => list.first()?,
            Value::Null => return None,
            other => other,
        };
        // Some answers carry what went wrong with a part beside the data of the rest.
        let failed = envelope.value.iter().all(|member| value.get(member).is_none_or(Value::is_null));
        let fields = &envelope.error_fields;
        let text = |member: &Option<String>| error.get(member.as_ref()?)?.as_str().map(str::to_owned);
        let text = text(&fields.message).or_else(|| text(&fields.code)).unwrap_or_else(|| error.to_string());
        failed.then_some((text, false))
    }

    /// A fault as an observation.
    pub(super) fn fault(&self, context: &Context<'_>, fault: &Fault, value: &Value) -> Observation {
        let Words { kind, field, message } = Words::of(self.contract, fault, value);
        let found = fault.at.get(value);
        let mut observation = self.at(context, kind, fault.schema, message);
        observation.pointer = fault.at.pattern();
        if let Rule::Undocumented(name) = &fault.rule {
            observation.sample = found.and_then(|object| object.get(name)).cloned();
            observation.pointer = fault.at.member(name).pattern();
        } else if !matches!(fault.rule, Rule::Missing(_)) {
            observation.sample = found.cloned();
        }
        observation.field = field;
        observation
    }

    /// Decodes the value inside the envelope with the client's type and compares what is written back.
    fn decode(&self, context: &Context<'_>, schema: SchemaId, value: &Value) -> Read {
        let success = context.status.is_none_or(|status| (200..300).contains(&status));
        let side = if context.side == Side::Request { CodecSide::Request } else { CodecSide::Answer };
        let codec = self.codecs.get(&(context.operation.id.as_str(), side)).filter(|_| success);
        let Some(codec) = codec else { return Read::Unknown };
        let start = crate::check::Path::of(codec.value);
        let Some(inner) = start.get(value) else { return Read::Unknown };
        // An empty envelope is what operations without a value answer.
        if inner.is_null() && !codec.value.is_empty() {
            return Read::Unknown;
        }
        match (codec.reencode)(&inner.to_string()) {
            Err(error) => Read::Failed(error.to_string()),
            Ok(text) => {
                let Ok(written) = serde_json::from_str::<Value>(&text) else { return Read::Unknown };
                Read::Back(lossless::compare(&self.checker, schema, value, &start, &written))
            }
        }
    }

    /// What the client did wrong with a value that keeps to its schema.
    fn tell(&self, context: &Context<'_>, schema: SchemaId, value: &Value, read: Read, collector: &mut Collector) {
        match read {
            Read::Unknown => {}
            Read::Failed(error) => {
                let mut observation =
                    self.at(context, Kind::Undecodable, schema, format!("the client cannot read it: {error}"));
                observation.field = Some(error.chars().filter(|c| !c.is_ascii_digit()).collect());
                collector.add(observation, Some(context.entry));
            }
            Read::Back(losses) => {
                for loss in losses {
                    let mut observation = self.at(context, Kind::ValueLost, loss.schema, loss.message);
                    observation.pointer = loss.at.pattern();
                    observation.sample = loss.at.get(value).cloned();
                    observation.field = loss.at.steps().last().map(|_| observation.pointer.clone());
                    collector.add(observation, Some(context.entry));
                }
            }
        }
    }
}

/// What the client made of a value.
enum Read {
    /// It was not asked.
    Unknown,
    Failed(String),
    /// It wrote the value back, without this.
    Back(Vec<Loss>),
}
