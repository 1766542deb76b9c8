//! Quirks on demand: answers as the server gives them where it and the document disagree.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::PoisonError;

use fastrand::Rng;
use kontrakt_codegen::contract::{Operation, SchemaId};
use serde_json::Value;

use crate::SandboxError;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Which quirks a sandbox has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quirks {
    /// The one with this identifier, wherever it can be.
    One(String),
    /// All, wherever they can be.
    All,
    /// Each of them at every second place, in one of its forms, by chance.
    Random,
}

impl FromStr for Quirks {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "all" => Self::All,
            "random" => Self::Random,
            id => Self::One(id.to_owned()),
        })
    }
}

/// What is switched on.
#[derive(Debug, Default)]
pub(crate) struct Switched {
    on: BTreeSet<String>,
    /// Whether chance decides, and the answers that it has decided about.
    random: Option<u64>,
}

impl Sandbox {
    /// Identifiers of the quirks that can be switched on: those of `quirks.yaml` that change values, or refuse calls.
    pub fn quirks(&self) -> Vec<&'static str> {
        self.0.model.wire.ids()
    }

    /// Answers with quirks from now on, until it is reset.
    ///
    /// # Errors
    /// When there is no such quirk.
    pub fn quirk(&self, quirks: &Quirks) -> Result<(), SandboxError> {
        let known = self.quirks();
        let mut switched = self.0.switched.lock().unwrap_or_else(PoisonError::into_inner);
        match quirks {
            Quirks::One(id) if known.contains(&id.as_str()) => {
                switched.on.insert(id.clone());
            }
            Quirks::One(id) => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(SandboxError::new(format!(
                    "there is no quirk {id:?} that can be switched on; there are {known}"
                )));
            }
            Quirks::All => {
                switched.on.extend(known.into_iter().map(str::to_owned));
                switched.random = None;
            }
            Quirks::Random => {
                switched.on.extend(known.into_iter().map(str::to_owned));
                switched.random = Some(0);
            }
        }
        Ok(())
    }

    /// Takes a quirk back, or all.
    pub fn without_quirk(&self, quirks: &Quirks) {
        let mut switched = self.0.switched.lock().unwrap_or_else(PoisonError::into_inner);
        match quirks {
            Quirks::One(id) => drop(switched.on.remove(id)),
            Quirks::All | Quirks::Random => *switched = Switched::default(),
        }
    }

    /// Identifiers of the quirks that are switched on, and whether chance decides where they are.
    pub(crate) fn quirks_on(&self) -> (BTreeSet<String>, bool) {
        let switched = self.0.switched.lock().unwrap_or_else(PoisonError::into_inner);
        (switched.on.clone(), switched.random.is_some())
    }

    /// The refusal that a call gets by the quirks that are switched on. `subscribed` says whether somebody has subscribed to
    /// an event.
    pub(crate) fn odd_refusal(&self, operation: &Operation, subscribed: &dyn Fn(&str) -> bool) -> Option<Refusal> {
        let mut switched = self.0.switched.lock().unwrap_or_else(PoisonError::into_inner);
        let Switched { on, random } = &mut *switched;
        let mut refusals = self.0.model.wire.refusals(operation).filter(|(id, _)| on.contains(*id));
        let (id, found) =
            refusals.find(|(_, refusal)| !refusal.unless_subscribed.as_deref().is_some_and(subscribed))?;
        if let Some(count) = random {
            *count += 1;
            Rng::with_seed(self.0.options.seed ^ *count).bool().then_some(())?;
        }
        let message = match &found.unless_subscribed {
            Some(event) => format!("nobody has subscribed to {event} ({id})"),
            None => format!("refused by the quirk {id}"),
        };
        let mut refusal = Refusal::of_status(found.status);
        refusal.errors = vec![(message, None)];
        refusal.code = found.code.clone();
        Some(refusal)
    }

    /// An answer with the quirks that are switched on.
    pub(crate) fn with_quirks(&self, schema: SchemaId, answer: Value) -> Value {
        let mut switched = self.0.switched.lock().unwrap_or_else(PoisonError::into_inner);
        if switched.on.is_empty() {
            return answer;
        }
        let Switched { on, random } = &mut *switched;
        let mut chance = random.as_mut().map(|count| {
            *count += 1;
            Rng::with_seed(self.0.options.seed ^ *count)
        });
        let model = self.0.model;
        model.wire.odd(&model.schemas.checker, schema, &answer, &mut |id, forms| match &mut chance {
            _ if !on.contains(id) => None,
            None => Some(0),
            Some(rng) => rng.bool().then(|| rng.usize(..forms)),
        })
    }
}
