//! The APIs that are inside: those of this checkout, overlays applied.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::document::Document;
use kontrakt_conformance::quirks;

use crate::SandboxError;
use crate::model::Model;
use crate::sandbox::{Options, Sandbox};

/// Name, document as JSON, and quirks.
const INSIDE: &[(&str, &str, &str)] = &include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// The names of the APIs that are inside.
pub fn names() -> impl Iterator<Item = &'static str> {
    INSIDE.iter().map(|(name, ..)| *name)
}

/// The document of an API that is inside, with its corrections, as JSON.
///
/// # Errors
/// When there is no such API.
pub fn document(api: &str) -> Result<&'static str, SandboxError> {
    found(api).map(|(_, text, _)| *text)
}

fn found(api: &str) -> Result<&'static (&'static str, &'static str, &'static str), SandboxError> {
    INSIDE.iter().find(|(name, ..)| *name == api).ok_or_else(|| {
        let known: Vec<&str> = names().collect();
        SandboxError::new(format!("there is no API {api:?} inside; expected {}", known.join(", ")))
    })
}

impl Sandbox {
    /// A sandbox of an API that is inside, by its name.
    ///
    /// # Errors
    /// When there is no such API.
    pub fn of(api: &str, options: Options) -> Result<Self, SandboxError> {
        model(api).map(|model| Self::of_model(model, options))
    }

    /// What the constructors call.
    fn of_inside(api: &str, options: Options) -> Self {
        Self::of(api, options).unwrap_or_else(|error| panic!("{error}"))
    }
}

include!(concat!(env!("OUT_DIR"), "/constructors.rs"));

/// What is derived from a document that is inside: once for all sandboxes of it.
fn model(api: &str) -> Result<&'static Model, SandboxError> {
    static MODELS: Mutex<BTreeMap<&str, &Model>> = Mutex::new(BTreeMap::new());
    let mut models = MODELS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(model) = models.get(api) {
        return Ok(model);
    }
    let (name, text, quirks) = found(api)?;
    let document = Document::parse(format!("{name}.json"), *text).map_err(SandboxError::of_diagnostic)?;
    let contract = Contract::read(&document).map_err(SandboxError::of_diagnostic)?;
    let quirks = Document::parse(format!("{name}/quirks.yaml"), *quirks).and_then(|document| quirks::read(&document));
    let quirks = quirks.map_err(SandboxError::of_diagnostic)?;
    let model: &Model = Box::leak(Box::new(Model::new(Box::leak(Box::new(contract)), &quirks)?));
    models.insert(name, model);
    Ok(model)
}
