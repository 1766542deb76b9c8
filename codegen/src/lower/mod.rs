//! Converts the contract to OpenAPI 3.0.3, for tools without support for 3.1, using the model of the `openapiv3` crate.
//! What 3.0 cannot express is weakened, never tightened, and each such place is reported.

mod dialect;
mod names;
mod operation;
mod schema;
mod security;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;
mod written;

use std::collections::{HashMap, HashSet};

use openapiv3 as v3;

use serde_json::Value;

use crate::contract::{Contract, Notes, SchemaId};
use crate::diagnostic::{Diagnostic, Result};
use crate::document::{Document, Pointer};
use names::Names;

/// Which tools the document is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Every tool that reads OpenAPI 3.0.3.
    #[default]
    Standard,
    /// The dialect of progenitor 0.15: one media type, one success and one error type per operation, and every shape
    /// that needs a name a component, because progenitor gives all inline shapes of an operation the same one.
    Progenitor,
}

/// An exported document and what did not fit into it.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The document.
    pub document: v3::OpenAPI,
    /// What it does not say although the contract does, each place and keyword once, in the order of the export.
    pub losses: Vec<Loss>,
}

/// Something of the contract that the export does not say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Loss {
    /// Where it stands in the source document.
    pub pointer: Pointer,
    /// The keyword that is gone.
    pub keyword: String,
    /// Why, and what stands in its place.
    pub reason: &'static str,
}

/// Lowers a contract. Every contract can be lowered; the output depends on nothing else.
pub fn lower(contract: &Contract, profile: Profile) -> Lowered {
    let mut lowering = Lowering {
        contract,
        profile,
        names: Names::new(contract),
        schemas: Vec::new(),
        hoisted: HashMap::new(),
        waiting: Vec::new(),
        schemes: HashSet::new(),
        losses: Vec::new(),
        lost: HashSet::new(),
    };
    let document = lowering.document();
    Lowered { document, losses: lowering.losses }
}

impl Lowered {
    /// The document as JSON, indented, ending in a newline.
    ///
    /// # Errors
    /// When a value cannot be written as JSON, which none of a contract is.
    pub fn to_json(&self) -> Result<String> {
        let mut text = serde_json::to_string_pretty(&self.document)
            .map_err(|error| Diagnostic::new(format!("cannot write the document as JSON: {error}")))?;
        text.push('\n');
        Ok(text)
    }

    /// The document as YAML.
    ///
    /// # Errors
    /// As [`Lowered::to_json`].
    pub fn to_yaml(&self) -> Result<String> {
        // By way of the JSON text, because that keeps the order of members, which a `serde_json::Value` does not.
        Ok(Document::parse("the exported document", self.to_json()?)?.root.to_yaml())
    }
}

/// One export in the making.
struct Lowering<'c> {
    contract: &'c Contract,
    profile: Profile,
    names: Names,
    /// The components so far: those of the contract in its order, then those that lowering added.
    schemas: Vec<(String, v3::ReferenceOr<v3::Schema>)>,
    /// Inline schemas that became components, by their names.
    hoisted: HashMap<SchemaId, String>,
    /// References into the middle of a schema, which become components of their own.
    waiting: Vec<(SchemaId, String)>,
    /// Names of the security schemes that the export has.
    schemes: HashSet<String>,
    losses: Vec<Loss>,
    lost: HashSet<(Pointer, String)>,
}

impl<'c> Lowering<'c> {
    fn lose(&mut self, pointer: &Pointer, keyword: &str, reason: &'static str) {
        // Shared parameters and the like are lowered once for each place that uses them.
        if self.lost.insert((pointer.clone(), keyword.to_owned())) {
            self.losses.push(Loss { pointer: pointer.clone(), keyword: keyword.to_owned(), reason });
        }
    }

    fn progenitor(&self) -> bool {
        self.profile == Profile::Progenitor
    }

    fn document(&mut self) -> v3::OpenAPI {
        let contract = self.contract;
        let schemes = self.security_schemes();
        self.schemes = schemes.iter().map(|(name, _)| name.clone()).collect();
        for (name, id) in &contract.components {
            let exported = self.names.component(*id).unwrap_or(name).to_owned();
            let schema = self.definition(*id, &exported);
            self.schemas.push((exported, schema));
        }
        let paths = self.paths();
        for webhook in &contract.webhooks {
            self.lose(&webhook.pointer, "webhooks", "OpenAPI 3.0 has none");
        }
        for callback in &contract.callbacks {
            self.lose(&callback.pointer, "callbacks", "the export is of what clients call");
        }
        while let Some((id, name)) = self.waiting.pop() {
            let schema = self.definition(id, &name);
            self.schemas.push((name, schema));
        }
        // Where the document does not say which of them it asks for, any one will do.
        let security = contract.security.clone();
        let external_docs: Notes = contract.head.iter().filter(|(key, _)| key == "externalDocs").cloned().collect();
        let any = || schemes.iter().map(|(name, _)| vec![(name.clone(), Vec::new())]).collect();
        let security = self.requirements(&security.unwrap_or_else(any), &Pointer::root());
        v3::OpenAPI {
            openapi: "3.0.3".to_owned(),
            info: self.info(),
            servers: contract.servers.iter().map(|one| self.server(one)).collect(),
            paths,
            components: Some(v3::Components {
                schemas: std::mem::take(&mut self.schemas).into_iter().collect(),
                security_schemes: schemes
                    .into_iter()
                    .map(|(name, scheme)| (name, v3::ReferenceOr::Item(scheme)))
                    .collect(),
                ..v3::Components::default()
            }),
            security: Some(security).filter(|security| !security.is_empty()),
            tags: contract
                .tags
                .iter()
                .map(|tag| v3::Tag {
                    name: tag.name.clone(),
                    description: tag.description.clone(),
                    external_docs: None,
                    extensions: self.beyond([&tag.notes, &tag.extensions]),
                })
                .collect(),
            external_docs: None,
            extensions: self.beyond([&external_docs, &contract.extensions]),
        }
    }

    /// The version of the API. progenitor sends it as a header, which panics unless it is visible ASCII.
    fn version(&self) -> String {
        let version = self.contract.version.chars();
        version.filter(|c| !self.progenitor() || c.is_ascii_graphic()).collect()
    }

    /// What the document says of itself, but for what 3.0 does not know.
    fn info(&mut self) -> v3::Info {
        let (title, version) = (self.contract.title.clone(), self.version());
        let written = self.contract.head.iter().find(|(key, _)| key == "info").map(|(_, info)| info.clone());
        let mut rest: Notes = written.as_ref().and_then(Value::as_object).cloned().into_iter().flatten().collect();
        let at = Pointer::root().join("info");
        rest.retain_mut(|(key, value)| {
            if key == "summary" {
                self.lose(&at, key, "3.0 has no such member");
            }
            if let Some(license) = value.as_object_mut().filter(|_| key == "license")
                && license.remove("identifier").is_some()
            {
                self.lose(&at.join("license"), "identifier", "3.0 has no such member");
            }
            !["title", "version", "summary"].contains(&key.as_str())
        });
        v3::Info { title, version, extensions: self.beyond([&rest]), ..v3::Info::default() }
    }

    /// Members as they are, among those that the model calls extensions: it writes them all the same, also `xml`, which
    /// it does not know. progenitor reads some of its own, none of which are meant here.
    fn beyond<const N: usize, M>(&self, written: [&[(String, Value)]; N]) -> M
    where
        M: FromIterator<(String, Value)>,
    {
        written.into_iter().flatten().filter(|_| !self.progenitor()).cloned().collect()
    }
}
