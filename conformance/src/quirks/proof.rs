//! Tests entries: applies the quirk to arbitrary bodies of every operation and checks how the client reads them.
//! What the client writes back shows what it has read.

use std::collections::{BTreeMap, HashMap};

use kontrakt_codegen::contract::SchemaId;
use kontrakt_codegen::diagnostic::Result;
use kontrakt_runtime::codec::{Codec, Side};
use serde_json::Value;

use super::{Meaning, Oddity, Quirk, QuirkKind, oddities, schema_at};
use crate::check::{Checker, Path, ValueStep};
use crate::instance::Instances;
use crate::lossless::{compare, means_the_same};

/// Places tried for one entry in one operation.
const TRIES: usize = 40;

/// What came of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// How often its oddity was done to a value.
    pub tried: usize,
    /// What the client made of it that is wrong, in words.
    pub broken: Vec<String>,
}

/// Does the oddities of all entries to `cases` arbitrary bodies of every operation; entries that no body shows are left
/// out of what is given back.
///
/// # Errors
/// When no values can be drawn for an operation.
pub fn prove(checker: &Checker<'_>, codecs: &[Codec], quirks: &[Quirk], cases: u64) -> Result<BTreeMap<String, Proof>> {
    let contract = checker.contract();
    let mut targets: HashMap<SchemaId, Vec<&Quirk>> = HashMap::new();
    for quirk in quirks {
        for id in quirk.places.iter().filter_map(|place| schema_at(contract, place)) {
            targets.entry(id).or_default().push(quirk);
        }
    }
    let bodies: Vec<(&Codec, SchemaId)> = codecs
        .iter()
        .filter_map(|codec| {
            let operation = contract.operations.iter().find(|one| one.id == codec.operation)?;
            let media = match codec.side {
                Side::Answer => operation.success()?.json()?,
                Side::Request => operation.body.as_ref()?.json()?,
                _ => return None,
            };
            Some((codec, media.schema?))
        })
        .collect();
    let instances = Instances::new(contract, bodies.iter().map(|(_, schema)| *schema));
    let mut proofs: BTreeMap<String, Proof> = BTreeMap::new();
    for (codec, schema) in bodies {
        let values = instances.of(schema)?;
        let mut tries: HashMap<&str, usize> = HashMap::new();
        for body in (0..cases).filter_map(|seed| values.value(seed)) {
            let case = Case { checker, codec, schema, body: &body };
            checker.each_place(schema, &body, &mut |place, schemas, value| {
                let here = schemas.iter().filter_map(|id| Some((*id, targets.get(id)?)));
                for (id, quirk) in here.flat_map(|(id, quirks)| quirks.iter().map(move |quirk| (id, *quirk))) {
                    for oddity in oddities(quirk, checker, id, value) {
                        let tries = tries.entry(&quirk.id).or_default();
                        if *tries == TRIES || !case.is_about(quirk, place, &oddity) {
                            continue;
                        }
                        *tries += 1;
                        let proof = proofs.entry(quirk.id.clone()).or_default();
                        proof.tried += 1;
                        if let Err(message) = case.try_one(place, value, &oddity) {
                            proof.broken.push(format!("{} {place}: {message}", codec.operation));
                        }
                    }
                }
            });
        }
    }
    Ok(proofs)
}

/// One body of an operation.
struct Case<'a> {
    checker: &'a Checker<'a>,
    codec: &'a Codec,
    schema: SchemaId,
    body: &'a Value,
}

impl Case<'_> {
    /// Where the client's value is in the body.
    fn start(&self) -> Path {
        let steps = self.codec.value.split('/').filter(|step| !step.is_empty());
        steps.fold(Path::default(), |path, step| path.member(step))
    }

    /// Whether the client has a say: what servers do is nothing to requests, and an envelope without a value is not for
    /// the value's type to read.
    fn is_about(&self, quirk: &Quirk, place: &Path, oddity: &Oddity) -> bool {
        let start = self.start();
        let own = matches!(quirk.kind, QuirkKind::UndocumentedField | QuirkKind::DocumentContradiction)
            && quirk.member.is_none();
        let nothing = oddity.value.as_ref().is_none_or(Value::is_null);
        (self.codec.side == Side::Answer || own)
            && start.get(self.body).is_some_and(|inner| !inner.is_null())
            && (place.steps().starts_with(start.steps()) || oddity.meaning == Meaning::Same)
            && !(*place == start && nothing)
    }

    fn try_one(&self, place: &Path, plain: &Value, oddity: &Oddity) -> std::result::Result<(), String> {
        let mut odd = self.body.clone();
        put(&mut odd, place, oddity).ok_or("the place is gone")?;
        let start = self.start();
        let written = self.reencode(&odd)?;
        let inside = place.steps().strip_prefix(start.steps());
        if oddity.meaning == Meaning::Same && inside.is_none_or(|_| plain.is_object() || plain.is_array()) {
            // The whole value has to come out as it does without the oddity, and nothing of it may be lost.
            if written != self.reencode(self.body)? {
                return Err(format!("{plain} is read differently from {:?}", oddity.value));
            }
            let lost = compare(self.checker, self.schema, self.body, &start, &written);
            let here = lost.iter().find(|loss| loss.at.steps().starts_with(place.steps()));
            return here.map_or(Ok(()), |loss| Err(loss.message.clone()));
        }
        let back = inside.unwrap_or_default().iter().try_fold(&written, |value, step| match step {
            ValueStep::Member(name) => value.get(name),
            ValueStep::Element(index) => value.get(index),
        });
        let (odd, back) = (oddity.value.clone().unwrap_or_default(), back.cloned().unwrap_or_default());
        let right = match oddity.meaning {
            Meaning::Same => means_the_same(plain, &back),
            Meaning::Nothing => means_the_same(&Value::Null, &back),
            Meaning::Kept => odd == back,
        };
        if right { Ok(()) } else { Err(format!("{plain} sent as {odd} is written back as {back}")) }
    }

    fn reencode(&self, body: &Value) -> std::result::Result<Value, String> {
        let text = (self.codec.reencode)(&body.to_string(), self.codec.value).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

/// Does an oddity to the value at a place.
pub(super) fn put(body: &mut Value, at: &Path, oddity: &Oddity) -> Option<()> {
    let Some((last, way)) = at.steps().split_last() else {
        *body = oddity.value.clone()?;
        return Some(());
    };
    let parent = way.iter().try_fold(body, |value, step| match step {
        ValueStep::Member(name) => value.get_mut(name),
        ValueStep::Element(index) => value.get_mut(index),
    })?;
    match (parent, last, oddity.value.clone()) {
        (Value::Object(map), ValueStep::Member(name), value) => {
            map.remove(name)?;
            let key = oddity.key.clone().unwrap_or_else(|| name.clone());
            map.extend(value.map(|value| (key, value)));
            Some(())
        }
        (Value::Array(list), ValueStep::Element(index), Some(value)) => list.get_mut(*index).map(|slot| *slot = value),
        _ => None,
    }
}
