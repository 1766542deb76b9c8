//! Checks one body: media type, envelope, schema, rules beyond schemas, and the client.
//! An error inside a success is reported as such, and its consequences for the schema are not.

use kontrakt_codegen::contract::{MediaType, Response, SchemaId, is_json};
use kontrakt_codegen::diagnostic::Diagnostic;
use kontrakt_codegen::document::Pointer;
use kontrakt_codegen::path::PathTemplate;
use kontrakt_runtime::codec::Side;
use serde_json::Value;

use super::coverage::Seen;
use super::{Context, Verifier};
use crate::check::{Annotated, At, Fault, Path, Rule};
use crate::fault_description::FaultDescription;
use crate::findings::{Collector, FindingKind, FindingSeverity, MessageSide, Observation};
use crate::instance::{Common, common};
use crate::lossless::{self, Loss};
use crate::recording::{Absent, Entry, Message};

/// More kinds of deviations of one value than this are not tried one by one.
const SEPARATE: usize = 16;

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
        let Some(first) = content.first() else { return Ok(false) };
        let Some(body) = &message.body else {
            self.nothing(context, message, content, collector);
            return Ok(false);
        };
        let essence = message.essence();
        let closest = essence.as_ref().and_then(|essence| {
            let fitting = content.iter().filter_map(|media| Some((media.closeness(essence)?, media)));
            fitting.max_by_key(|(closeness, _)| *closeness).map(|(_, media)| media)
        });
        let json = || content.iter().find(|media| media.is_json());
        let media = closest.or_else(json).unwrap_or(first);
        if closest.is_none()
            && let Some(essence) = &essence
        {
            let message = format!("media type {essence}, documented is {}", media.essence());
            let mut observation = context.observe(FindingKind::MediaType, message);
            (observation.schema, observation.field) = (media.pointer.clone(), Some(essence.clone()));
            collector.add(observation, Some(context.entry));
        }
        // Of a range the body says what it is.
        let is_json = match (&essence, media.is_range()) {
            (Some(essence), true) => is_json(essence),
            (None, true) => serde_json::from_slice::<Value>(body).is_ok(),
            (_, false) => media.is_json(),
        };
        let Some(schema) = media.schema.filter(|_| is_json) else { return Ok(false) };
        match Json::parse(body) {
            Ok(json) => self.value(context, schema, &json, collector, coverage),
            Err(error) => {
                let mut observation =
                    self.at(context, FindingKind::NotJson, schema, format!("the body is no JSON: {error}"));
                let start = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
                observation.sample = Some(Value::String(start));
                collector.add(observation, Some(context.entry));
                Ok(false)
            }
        }
    }

    /// What is wrong where a body was promised and none came; one that was not kept is not judged.
    fn nothing(&self, context: &Context<'_>, message: &Message, content: &[MediaType], collector: &mut Collector) {
        let worked = context.status.is_some_and(|status| (200..300).contains(&status) && ![204, 205].contains(&status));
        let promised = content.iter().find(|media| media.is_json() && media.schema.is_some());
        let Some(media) = promised.filter(|_| worked && message.absent == Absent::Empty) else { return };
        let text = format!("the body is empty, documented is {}", media.essence());
        let mut observation = context.observe(FindingKind::NotJson, text);
        (observation.schema, observation.field) = (media.pointer.clone(), Some("empty".to_owned()));
        collector.add(observation, Some(context.entry));
    }

    /// Checks a value against its schema; tells whether it says that the call failed.
    pub(super) fn value(
        &self,
        context: &Context<'_>,
        schema: SchemaId,
        json: &Json<'_>,
        collector: &mut Collector,
        coverage: Option<&mut Seen<'c>>,
    ) -> Result<bool, Diagnostic> {
        let value = &json.value;
        let valid = self.validators.get(self.contract, schema)?.is_valid(value);
        let success = context.status.is_some_and(|status| (200..300).contains(&status));
        if context.side == MessageSide::Response
            && success
            && let Some((text, declared)) = self.error_inside(value)
        {
            let message = format!("error inside HTTP {}: {text}", context.status.unwrap_or_default());
            let mut observation = self.at(context, FindingKind::ErrorInSuccess, schema, message);
            if declared && valid {
                // The API says so in its document, and the client looks.
                observation.severity = FindingSeverity::Info;
            }
            observation.sample = Some(Value::String(text));
            collector.add(observation, Some(context.entry));
            return Ok(true);
        }
        let faults = if valid { Vec::new() } else { self.checker.explain(schema, value) };
        if !valid && faults.is_empty() {
            let error = self.validators.get(self.contract, schema)?.iter_errors(value).next();
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            collector.add(self.at(context, FindingKind::Document, schema, message), Some(context.entry));
        }
        let annotations = self.checker.annotate(schema, value);
        let whole = annotations.of(value);
        if context.side == MessageSide::Response && success && self.is_another(context, whole) {
            let message = "the answer has nothing of what the document says: this is probably an operation that the \
                           document does not have";
            let observation = self.at(context, FindingKind::UnknownOperation, schema, message.to_owned());
            collector.add(observation, Some(context.entry));
            return Ok(false);
        }
        let (broken, minor): (Vec<&Fault>, Vec<&Fault>) = faults.iter().partition(|fault| {
            FaultDescription::of(self.contract, fault, value).kind.severity() == FindingSeverity::Breaking
        });
        for fault in minor {
            collector.add(self.fault(context, whole, fault), Some(context.entry));
        }
        if self.parts.walk {
            self.walk(context, whole, &At::Root, collector);
            if let Some(coverage) = coverage {
                coverage.properties(&annotations.properties);
            }
        }
        let decodes = self.parts.decode && context.typed;
        let read = if decodes { self.decode(context, whole, json.text) } else { Read::Unknown };
        if broken.is_empty() {
            self.tell(context, schema, value, read, collector);
            return Ok(false);
        }
        // What the client makes of a value that breaks its schema follows from that, and is said with it.
        let notes = self.notes(context, schema, value, &broken, read);
        for (fault, client) in broken.into_iter().zip(notes) {
            let observation = self.fault(context, whole, fault);
            collector.add(Observation { client, ..observation }, Some(context.entry));
        }
        Ok(false)
    }

    /// What the client makes of each deviation: of the value with all the others mended.
    fn notes(
        &self,
        context: &Context<'_>,
        schema: SchemaId,
        value: &Value,
        broken: &[&Fault],
        read: Read,
    ) -> Vec<Option<String>> {
        let told = |read: &Read| match read {
            _ if context.side == MessageSide::Request => None,
            Read::Unknown => None,
            Read::Failed(error) => Some(format!("cannot read it: {error}")),
            Read::Back(losses) if losses.is_empty() => Some("reads it all the same".to_owned()),
            Read::Back(losses) => Some(format!("reads it, with a loss: {}", losses[0].message)),
        };
        let whole = told(&read);
        // Those of one kind fare alike.
        let group = |fault: &Fault| (fault.rule.clone(), fault.schema, fault.at.pattern());
        let mut groups = Vec::new();
        for fault in broken.iter().map(|fault| group(fault)) {
            if !groups.contains(&fault) {
                groups.push(fault);
            }
        }
        if whole.is_none() || groups.len() < 2 || groups.len() > SEPARATE {
            return vec![whole; broken.len()];
        }
        let alone = |one: &(Rule, SchemaId, String)| {
            let mut mended = value.clone();
            for fault in broken.iter().filter(|fault| group(fault) != *one) {
                self.mend(&mut mended, fault);
            }
            told(&self.decode(context, self.checker.annotate(schema, &mended).of(&mended), &mended.to_string()))
        };
        let notes: Vec<Option<String>> = groups.iter().map(alone).collect();
        broken
            .iter()
            .map(|fault| notes[groups.iter().position(|one| *one == group(fault)).unwrap_or(0)].clone())
            .collect()
    }

    /// Puts a value where a fault is that has none.
    fn mend(&self, value: &mut Value, fault: &Fault) {
        let (at, schema) = match &fault.rule {
            Rule::Missing(name) => {
                let Some(slot) = self.contract.merged(fault.schema).property(name) else { return };
                (fault.at.member(name), slot.clone())
            }
            _ => (fault.at.clone(), vec![fault.schema]),
        };
        if let Common::Values(values) = common(&self.checker, &schema)
            && let Some(fitting) = values.into_iter().next()
        {
            at.set(value, fitting);
        }
    }

    /// Whether an answer is that of another operation: nothing of what must be there is there, and what is there the
    /// document does not have. What answers of all operations have, such as pages, does not count.
    fn is_another(&self, context: &Context<'_>, whole: Annotated<'_, '_>) -> bool {
        // Such a call is taken for one of another path: its last segment for a value of a variable.
        if !context.routed {
            return false;
        }
        let template = PathTemplate::parse(&context.operation.path);
        if template.0.last().is_none_or(|last| last.variable().is_none()) {
            return false;
        }
        let behaviour = &self.contract.behaviour;
        let values = behaviour.envelope.value.as_ref().iter();
        let inner = values.filter_map(|member| whole.at(&Path::default().member(member))).next();
        let here = inner.unwrap_or(whole);
        let schemas = here.schemas();
        let Some(members) = here.value.as_object() else { return false };
        let paging = behaviour.paging.as_ref();
        let general = paging.into_iter().flat_map(|paging| [&paging.current, &paging.pages, &paging.total]);
        let general: Vec<&String> = general.flatten().chain(&behaviour.envelope.errors).collect();
        let properties = || schemas.iter().flat_map(|id| &self.contract[*id].properties).map(|(name, _)| name);
        let own = || properties().filter(|name| !general.contains(name));
        let required = schemas.iter().flat_map(|id| &self.contract[*id].required).any(|name| !general.contains(&name));
        let news = members.keys().any(|name| !properties().any(|one| one == name));
        required && news && !own().any(|name| members.contains_key(name))
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
    pub(super) fn fault(&self, context: &Context<'_>, whole: Annotated<'_, '_>, fault: &Fault) -> Observation {
        let value = whole.value;
        let FaultDescription { kind, field, message } = FaultDescription::of(self.contract, fault, value);
        let found = fault.at.get(value);
        let mut observation = self.at(context, kind, fault.schema, message);
        observation.pointer = fault.pattern();
        if let Rule::Undocumented(name) = &fault.rule {
            observation.sample = found.and_then(|object| object.get(name)).cloned();
        } else if !matches!(fault.rule, Rule::Missing(_)) {
            observation.sample = found.cloned();
        }
        observation.field = field;
        observation.places = self.places(whole, &fault.at);
        observation
    }

    /// Where the document speaks of a place of a value: what stands there, and what that refers to. Of a place that is
    /// not there, the last on the way.
    fn places(&self, whole: Annotated<'_, '_>, at: &Path) -> Vec<Pointer> {
        let here = at.steps().iter().try_fold(whole, |here, step| here.step(step).ok_or(here));
        let (Ok(here) | Err(here)) = here;
        here.schemas().iter().map(|id| self.contract[*id].pointer.clone()).collect()
    }

    /// Decodes the value inside the envelope with the client's type and compares what is written back.
    fn decode(&self, context: &Context<'_>, whole: Annotated<'_, '_>, text: &str) -> Read {
        let success = context.status.is_none_or(|status| (200..300).contains(&status));
        let side = if context.side == MessageSide::Request { Side::Request } else { Side::Answer };
        let codec = self.codecs.get(&(context.operation.id.as_str(), side)).filter(|_| success);
        let Some(codec) = codec else { return Read::Unknown };
        let start = Path::of(codec.value);
        let Some(inner) = whole.at(&start) else { return Read::Unknown };
        // An empty envelope is what operations without a value answer.
        if inner.value.is_null() && !codec.value.is_empty() {
            return Read::Unknown;
        }
        match (codec.reencode)(text, codec.value) {
            Err(error) => Read::Failed(error.to_string()),
            Ok(written) => {
                let Ok(written) = kontrakt_runtime::Value::from_json(written.as_bytes()) else { return Read::Unknown };
                Read::Back(lossless::losses(&self.checker, inner, &start, &written))
            }
        }
    }

    /// What the client did wrong with a value that keeps to its schema.
    fn tell(&self, context: &Context<'_>, schema: SchemaId, value: &Value, read: Read, collector: &mut Collector) {
        match read {
            Read::Unknown => {}
            Read::Failed(error) => {
                let mut observation =
                    self.at(context, FindingKind::Undecodable, schema, format!("the client cannot read it: {error}"));
                observation.field = Some(error.chars().filter(|c| !c.is_ascii_digit()).collect());
                collector.add(observation, Some(context.entry));
            }
            Read::Back(losses) => {
                for loss in losses {
                    let mut observation = self.at(context, FindingKind::ValueLost, loss.schema, loss.message);
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

/// JSON as it was sent, and what it says.
pub(super) struct Json<'t> {
    text: &'t str,
    value: Value,
}

impl<'t> Json<'t> {
    pub(super) fn parse(body: &'t [u8]) -> serde_json::Result<Self> {
        // Of bytes that are no text, the parser says where.
        let text = std::str::from_utf8(body).unwrap_or_default();
        let value = if text.is_empty() { serde_json::from_slice(body) } else { serde_json::from_str(text) };
        Ok(Self { text, value: value? })
    }
}
