//! Quirks as tests: derives from each entry of `quirks.yaml` how the server may change a value and how the client must
//! read it. An entry that the document no longer allows is obsolete and must be removed.

mod healed;
mod oddity;
mod proof;
mod wire;

pub use healed::holds;
pub use oddity::{Meaning, Oddity, oddities};
pub use proof::{Proof, prove};
pub use wire::Wire;

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::diagnostic::{Diagnostic, Result};
use kontrakt_codegen::document::{Document, Node, Pointer, Span};

use crate::evidence::{Evidence, Grade};
use crate::findings::{self, Observation};

/// One entry.
#[derive(Clone, Debug)]
pub struct Quirk {
    /// Its identifier.
    pub id: String,
    /// What kind of oddity it is.
    pub kind: QuirkKind,
    /// Where it applies: pointers into the document after its overlays.
    pub places: Vec<Pointer>,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// The member that is sent and not described, where the place is the object that it is sent in.
    pub member: Option<String>,
    /// Fields that documentation pages name there and the specification does not have.
    pub fields: Vec<String>,
    /// The refusal that calls get without the documentation saying so.
    pub refused: Option<QuirkRefusal>,
    /// Where the entry stands.
    pub span: Span,
}

/// A refusal that the documentation does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuirkRefusal {
    /// The status.
    pub status: u16,
    /// The code of the error.
    pub code: Option<String>,
    /// The event that one has to have subscribed to in order not to be refused.
    pub unless_subscribed: Option<String>,
}

impl QuirkRefusal {
    fn read(document: &Document, node: &Node, at: &Pointer) -> Result<Self> {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let known = |key: &str| ["status", "code", "unless-subscribed"].contains(&key);
        let all_known = node.as_map().is_some_and(|map| map.iter().all(|(key, _)| known(key)));
        let status = node.get("status").and_then(Node::as_number).and_then(serde_json::Number::as_u64);
        let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| (400..600).contains(status));
        let Some(status) = status.filter(|_| all_known) else {
            let message = "expected the status of a refusal, and what else is known of it";
            let help = "such as `refused: {status: 403, code: no-right, unless-subscribed: order:create}`";
            return Err(document.complain(node.span, at, message).help(help));
        };
        Ok(Self { status, code: text("code"), unless_subscribed: text("unless-subscribed") })
    }
}

/// The kinds of `specs/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuirkKind {
    /// A key goes by another name.
    RenamedKey,
    /// A number is sent as text.
    NumberAsString,
    /// What is documented as text is sent as a number.
    StringAsNumber,
    /// A truth value in another form.
    BooleanForm,
    /// Null where the documentation has none.
    NullForNonNull,
    /// A member is left out instead of being null.
    MissingForNull,
    /// `[]` for a map without entries.
    EmptyListForMap,
    /// A map where a list is documented.
    MapForList,
    /// The only element where a list is documented.
    ObjectForList,
    /// A failed call with a status of success.
    ErrorInSuccess,
    /// Listed values in another case.
    EnumCase,
    /// Values that are not listed.
    UnknownEnumValue,
    /// Dates and times in another form.
    DateForm,
    /// Members that the documentation does not mention.
    UndocumentedField,
    /// The documentation contradicts itself.
    DocumentContradiction,
}

impl QuirkKind {
    /// Every kind with its name.
    pub const NAMES: [(&'static str, Self); 15] = [
        ("renamed-key", Self::RenamedKey),
        ("number-as-string", Self::NumberAsString),
        ("string-as-number", Self::StringAsNumber),
        ("boolean-form", Self::BooleanForm),
        ("null-for-non-null", Self::NullForNonNull),
        ("missing-for-null", Self::MissingForNull),
        ("empty-list-for-map", Self::EmptyListForMap),
        ("map-for-list", Self::MapForList),
        ("object-for-list", Self::ObjectForList),
        ("error-in-success", Self::ErrorInSuccess),
        ("enum-case", Self::EnumCase),
        ("unknown-enum-value", Self::UnknownEnumValue),
        ("date-form", Self::DateForm),
        ("undocumented-field", Self::UndocumentedField),
        ("document-contradiction", Self::DocumentContradiction),
    ];
}

impl QuirkKind {
    /// The kinds of findings that an oddity of this kind would be.
    fn findings(self) -> &'static [findings::FindingKind] {
        use findings::FindingKind as F;
        match self {
            Self::RenamedKey => &[F::MissingRequired, F::UndocumentedField],
            Self::NumberAsString
            | Self::StringAsNumber
            | Self::BooleanForm
            | Self::EmptyListForMap
            | Self::MapForList
            | Self::ObjectForList => &[F::WrongType],
            Self::NullForNonNull => &[F::NullForNonNull],
            Self::MissingForNull => &[F::MissingRequired],
            Self::ErrorInSuccess => &[F::ErrorInSuccess],
            Self::EnumCase | Self::UnknownEnumValue => &[F::UnknownEnumValue],
            Self::DateForm => &[F::Pattern, F::Format, F::WrongType],
            Self::UndocumentedField => &[F::UndocumentedField],
            Self::DocumentContradiction => &[
                F::WrongType,
                F::NullForNonNull,
                F::UnknownStatus,
                F::MediaType,
                F::UnknownEnumValue,
                F::Pattern,
                F::Format,
                F::Limit,
            ],
        }
    }
}

/// Reads a `quirks.yaml`.
///
/// # Errors
/// When an entry is malformed, names an unknown kind, or two have one identifier.
pub fn read(document: &Document) -> Result<Vec<Quirk>> {
    let root = Pointer::from(["quirks"]);
    let Some(list) = document.root.get("quirks").and_then(Node::as_list) else {
        return Err(document.complain(document.root.span, &root, "expected `quirks:` with a list of entries"));
    };
    let mut quirks: Vec<Quirk> = Vec::new();
    let mut complaints = Vec::new();
    for (index, node) in list.iter().enumerate() {
        match entry(document, node, &root.join(index)) {
            Ok(quirk) if quirks.iter().any(|other| other.id == quirk.id) => {
                let message = format!("the identifier {:?} is used twice", quirk.id);
                complaints.push(document.complain(node.span, &root.join(index), message));
            }
            Ok(quirk) => quirks.push(quirk),
            Err(complaint) => complaints.push(complaint),
        }
    }
    Diagnostic::all(complaints).map_or(Ok(quirks), Err)
}

fn entry(document: &Document, node: &Node, at: &Pointer) -> Result<Quirk> {
    let text = |key: &str| {
        let text = node.get(key).and_then(Node::as_str);
        text.ok_or_else(|| document.complain(node.span, at, format!("the entry has no {key:?}")))
    };
    let id = text("id")?.to_owned();
    let name = text("kind")?;
    let kind = QuirkKind::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind).ok_or_else(|| {
        let known = QuirkKind::NAMES.map(|(name, _)| name).join(", ");
        document.complain(node.span, at, format!("unknown kind {name:?}")).help(format!("known are {known}"))
    })?;
    let places = node.get("where").and_then(Node::as_list).unwrap_or_default();
    let places = places.iter().map(|place| {
        let pointer = place.as_str().and_then(Pointer::parse);
        pointer.ok_or_else(|| document.complain(place.span, &at.join("where"), "expected a JSON pointer, `#/…`"))
    });
    for key in ["document", "wire", "treatment"] {
        text(key)?;
    }
    let evidence = node.get("evidence").and_then(Node::as_list).unwrap_or_default();
    if evidence.is_empty() {
        return Err(document.complain(node.span, at, "the entry needs evidence, each with a grade and a source"));
    }
    let evidence = evidence.iter().map(|one| Evidence::read(document, one, &at.join("evidence")));
    let evidence = evidence.collect::<Result<Vec<_>>>()?;
    let member = node.get("member").and_then(Node::as_str).map(str::to_owned);
    let fields = node.get("fields").map_or(Some(&[][..]), Node::as_list);
    let fields: Option<Vec<_>> =
        fields.and_then(|list| list.iter().map(|one| one.as_str().map(str::to_owned)).collect());
    let fields = fields.ok_or_else(|| {
        document
            .complain(node.span, &at.join("fields"), "expected a list of names")
            .help("such as `fields: [code, name]`")
    })?;
    let refused = node.get("refused").map(|refused| QuirkRefusal::read(document, refused, &at.join("refused")));
    let (places, refused) = (places.collect::<Result<_>>()?, refused.transpose()?);
    Ok(Quirk { id, kind, places, evidence, member, fields, refused, span: node.span })
}

/// Known disagreements that have no entry, and why.
///
/// # Errors
/// When an element of `not-applicable` has no `id` or no `reason`.
pub fn not_applicable(document: &Document) -> Result<Vec<(String, String)>> {
    let at = Pointer::from(["not-applicable"]);
    let list = document.root.get("not-applicable").and_then(Node::as_list).unwrap_or_default();
    let pair = |(index, node): (usize, &Node)| {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let pair = text("id").zip(text("reason").filter(|reason| !reason.trim().is_empty()));
        pair.ok_or_else(|| document.complain(node.span, &at.join(index), "expected an `id` and a `reason`"))
    };
    list.iter().enumerate().map(pair).collect()
}

impl Quirk {
    /// The best grade of its evidence.
    pub fn grade(&self) -> Option<Grade> {
        self.evidence.iter().map(|one| one.grade).min()
    }

    /// Whether it says that documents differ about whole records, so that their members are not told one by one.
    pub fn is_about_records(&self) -> bool {
        matches!(self.kind, QuirkKind::UndocumentedField | QuirkKind::DocumentContradiction) && self.member.is_none()
    }

    /// Whether what was seen is what the entry tells of.
    pub fn explains(&self, seen: &Observation) -> bool {
        let here = |place: &Pointer| {
            *place == seen.schema
                || seen.places.contains(place)
                || seen.field.as_ref().is_some_and(|field| *place == seen.schema.join("properties").join(field))
        };
        let kind = self.kind.findings().contains(&seen.kind);
        // Where a call fails inside a success, the whole answer is another one.
        kind && (seen.kind == findings::FindingKind::ErrorInSuccess || self.places.iter().any(here))
            && (self.member.is_none() || self.member == seen.field)
    }
}

/// The schema that stands at a place of the document, or that a parameter there has.
pub fn schema_at(contract: &Contract, place: &Pointer) -> Option<SchemaId> {
    let schema = contract.schemas().find(|(_, schema)| schema.pointer == *place).map(|(id, _)| id);
    let mut parameters = contract.operations.iter().flat_map(|operation| &operation.parameters);
    schema.or_else(|| parameters.find(|parameter| parameter.pointer == *place).map(|parameter| parameter.schema))
}

#[cfg(test)]
mod tests;
