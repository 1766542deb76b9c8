//! Disagreements between document, client and server: one finding per cause, however often it occurs.
//! Identifiers are the same on every run and machine, so findings can be accepted and compared.

use std::collections::{BTreeMap, btree_map};
use std::fmt;

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::{Document, Pointer, Span};
use kontrakt_codegen::specification::sha256;

/// How many entries a finding names.
const NAMED_ENTRIES: usize = 100;
/// Longest sample shown.
const SAMPLE: usize = 120;

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// A required member or parameter is not there.
    MissingRequired,
    /// The value has another type.
    WrongType,
    /// `null` where the document has none.
    NullForNonNull,
    /// The envelope says that the call failed, the status says that it worked.
    ErrorInSuccess,
    /// The document has no answer of this status.
    UnknownStatus,
    /// The document has no body of this media type.
    MediaType,
    /// The body cannot be read as JSON.
    NotJson,
    /// The answer has nothing in common with the operation that its address leads to.
    UnknownOperation,
    /// No value is allowed here.
    Forbidden,
    /// The client cannot read the value.
    Undecodable,
    /// The client reads the value and writes back less.
    ValueLost,
    /// A value that is not among the listed ones.
    UnknownEnumValue,
    /// The text does not match its pattern.
    Pattern,
    /// The text does not have its format.
    Format,
    /// Too long, too small, too many.
    Limit,
    /// A member or parameter that the document does not have.
    UndocumentedField,
    /// Several branches of a union hold that exclude each other, or the document contradicts itself otherwise.
    Document,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingSeverity {
    /// Clients ignore it.
    Info,
    /// Clients live with it.
    Warning,
    /// The specification contradicts itself.
    Document,
    /// Clients fail or misread.
    Breaking,
}

/// Which half of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageSide {
    /// What was sent.
    Request,
    /// What was answered.
    Response,
}

/// A place where something is wrong, before equal ones are counted together.
#[derive(Clone, Debug)]
pub struct Observation {
    /// What is wrong.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: FindingSeverity,
    /// Which half of the call.
    pub side: MessageSide,
    /// Identifier of the operation; empty where there is none.
    pub operation: String,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Where in the value, indices as `*`.
    pub pointer: String,
    /// Member, value or parameter that it is about.
    pub field: Option<String>,
    /// Where in the document.
    pub schema: Pointer,
    /// Where in the document's files.
    pub span: Span,
    /// Every place of the document that speaks of the value: what stands where it is used, and what that refers to.
    pub places: Vec<Pointer>,
    /// Schema that was broken, where there is one.
    pub schema_id: Option<SchemaId>,
    /// What is wrong, in words.
    pub message: String,
    /// The value that was seen.
    pub sample: Option<serde_json::Value>,
    /// What the client makes of an answer with this in it.
    pub client: Option<String>,
}

/// One cause, with everything it was seen in.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable identifier.
    pub id: String,
    /// The first observation.
    pub seen: Observation,
    /// How often.
    pub count: usize,
    /// Indices of the entries, the first hundred.
    pub entries: Vec<usize>,
    /// File and line of the specification.
    pub place: Option<(String, u32)>,
    /// Entry of `quirks.yaml` that tells of it.
    pub quirk: Option<String>,
    /// Why somebody accepted it.
    pub accepted: Option<String>,
}

impl FindingKind {
    /// What it means, in a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::MissingRequired => "A member or parameter that the document requires is not there.",
            Self::WrongType => "The value has a type that the document does not have there.",
            Self::NullForNonNull => "The value is null where the document has no null.",
            Self::ErrorInSuccess => "The call failed by its envelope and worked by its status.",
            Self::UnknownStatus => "The document has no answer of this status.",
            Self::MediaType => "The document has no body of this media type.",
            Self::NotJson => "The body cannot be read as JSON.",
            Self::UnknownOperation => "The answer is that of an operation which the document does not have.",
            Self::Forbidden => "The document allows no value there.",
            Self::Undecodable => "The client cannot read an answer that keeps to the document.",
            Self::ValueLost => "The client reads the answer and writes back less.",
            Self::UnknownEnumValue => "The value is not among those that the document lists.",
            Self::Pattern => "The text does not match the pattern of the document.",
            Self::Format => "The text does not have the format of the document.",
            Self::Limit => "The value is longer, larger or more than the document allows, or less.",
            Self::UndocumentedField => "The document does not have this member or parameter.",
            Self::Document => "The document contradicts itself about this value.",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::MissingRequired,
        Self::WrongType,
        Self::NullForNonNull,
        Self::ErrorInSuccess,
        Self::UnknownStatus,
        Self::MediaType,
        Self::NotJson,
        Self::UnknownOperation,
        Self::Forbidden,
        Self::Undecodable,
        Self::ValueLost,
        Self::UnknownEnumValue,
        Self::Pattern,
        Self::Format,
        Self::Limit,
        Self::UndocumentedField,
        Self::Document,
    ];

    /// Name in reports and identifiers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingRequired => "missing-required",
            Self::WrongType => "wrong-type",
            Self::NullForNonNull => "null-for-non-null",
            Self::ErrorInSuccess => "error-in-success",
            Self::UnknownStatus => "unknown-status",
            Self::MediaType => "media-type",
            Self::NotJson => "not-json",
            Self::UnknownOperation => "unknown-operation",
            Self::Forbidden => "forbidden",
            Self::Undecodable => "undecodable",
            Self::ValueLost => "value-lost",
            Self::UnknownEnumValue => "unknown-enum-value",
            Self::Pattern => "pattern",
            Self::Format => "format",
            Self::Limit => "limit",
            Self::UndocumentedField => "undocumented-field",
            Self::Document => "document",
        }
    }

    /// How bad it is in an answer. In a request it is never breaking: whoever sent it got an answer.
    pub const fn severity(self) -> FindingSeverity {
        match self {
            Self::MissingRequired
            | Self::WrongType
            | Self::NullForNonNull
            | Self::ErrorInSuccess
            | Self::UnknownStatus
            | Self::NotJson
            | Self::Forbidden
            | Self::Undecodable
            | Self::ValueLost => FindingSeverity::Breaking,
            Self::UnknownOperation
            | Self::MediaType
            | Self::UnknownEnumValue
            | Self::Pattern
            | Self::Format
            | Self::Limit => FindingSeverity::Warning,
            Self::UndocumentedField => FindingSeverity::Info,
            Self::Document => FindingSeverity::Document,
        }
    }
}

impl FindingSeverity {
    /// Name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Document => "document",
            Self::Breaking => "breaking",
        }
    }
}

impl MessageSide {
    /// Name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What names a thing that was found, on every machine and in every run, as far as these parts do not change.
pub(crate) fn identifier(parts: &[&str]) -> String {
    let mut hash = sha256([parts.join("\n").as_str()]);
    hash.truncate(10);
    hash
}

impl Observation {
    /// The stable identifier: what is wrong where in the document, not where in which recording it was seen.
    pub fn id(&self) -> String {
        let status = self.status.map(|status| status.to_string()).unwrap_or_default();
        let field = self.field.as_deref().unwrap_or_default();
        let place = self.schema.as_str();
        identifier(&[&self.operation, self.side.name(), &status, place, &self.pointer, self.kind.name(), field])
    }

    /// The sample as one short line.
    pub fn sample_text(&self) -> Option<String> {
        let text = self.sample.as_ref()?.to_string();
        let short: String = text.chars().take(SAMPLE).collect();
        Some(if short.len() < text.len() { format!("{short}…") } else { short })
    }
}

/// Findings in the making.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    findings: BTreeMap<String, Finding>,
}

impl Collector {
    /// Counts an observation in; of equal ones the worst is shown.
    pub fn add(&mut self, observation: Observation, entry: Option<usize>) {
        let id = observation.id();
        let finding = match self.findings.entry(id.clone()) {
            btree_map::Entry::Occupied(known) => {
                let known = known.into_mut();
                if observation.severity > known.seen.severity {
                    known.seen = observation;
                }
                known
            }
            btree_map::Entry::Vacant(free) => free.insert(Finding {
                id,
                seen: observation,
                count: 0,
                entries: Vec::new(),
                place: None,
                quirk: None,
                accepted: None,
            }),
        };
        finding.count += 1;
        if let Some(entry) = entry
            && finding.entries.last() != Some(&entry)
            && finding.entries.len() < NAMED_ENTRIES
        {
            finding.entries.push(entry);
        }
    }

    /// What was observed, once each, without looking up places.
    pub fn into_observations(self) -> Vec<Observation> {
        self.findings.into_values().map(|finding| finding.seen).collect()
    }

    /// All findings, the worst first; places are looked up in the document's files.
    pub fn finish(self, document: &Document) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.findings.into_values().collect();
        for finding in &mut findings {
            let span = finding.seen.span;
            let source = document.sources.get(usize::from(span.source)).filter(|_| span.line > 0);
            finding.place = source.map(|source| (source.name.clone(), span.line));
        }
        findings.sort_by(|a, b| {
            let key = |one: &Finding| {
                (std::cmp::Reverse(one.seen.severity), one.seen.kind, one.seen.schema.clone(), one.seen.field.clone())
            };
            key(a).cmp(&key(b)).then_with(|| a.seen.operation.cmp(&b.seen.operation)).then_with(|| a.id.cmp(&b.id))
        });
        findings
    }
}

/// Findings of one cause: the same thing wrong with the same schema, in however many operations; or a member of one name
/// that is missing or new at the same place of several answers, as it is when an envelope changes.
pub fn by_cause(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut causes: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let same = |cause: &&mut Vec<&Finding>| {
            let (first, seen) = (&cause[0].seen, &finding.seen);
            let member = matches!(seen.kind, FindingKind::MissingRequired | FindingKind::UndocumentedField)
                && seen.schema_id.is_some();
            (first.kind, first.severity, first.side, &first.field) == (seen.kind, seen.severity, seen.side, &seen.field)
                && (first.schema == seen.schema && first.schema != Pointer::root()
                    || member && first.schema_id.is_some() && first.pointer == seen.pointer)
        };
        match causes.iter_mut().find(same) {
            Some(cause) => cause.push(finding),
            None => causes.push(vec![finding]),
        }
    }
    causes
}

/// Text that names an operation to people.
pub fn operation_name(contract: &Contract, id: &str) -> String {
    match contract.operations.iter().find(|operation| operation.id == id) {
        Some(operation) => format!("{id} ({} {})", operation.method, operation.path),
        None => id.to_owned(),
    }
}
