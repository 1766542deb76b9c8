//! What an API tells by itself: the requests of its webhooks, made up and signed.

use kontrakt_codegen::contract::{Contract, Operation};
use kontrakt_runtime::webhook::Verifier;
use serde_json::{Map, Value};

use crate::SandboxError;
use crate::maker::Fill;
use crate::message::Request;
use crate::sandbox::Sandbox;

impl Sandbox {
    /// The request of a webhook, by its name in the document or the first: made up, with what is known in it, and signed
    /// with a key where the API signs.
    ///
    /// # Errors
    /// When there is no such webhook, or a member that is known is none of its, or is not as the document describes it.
    pub fn notice(
        &self,
        webhook: Option<&str>,
        known: &Map<String, Value>,
        key: Option<&str>,
    ) -> Result<Request, SandboxError> {
        let model = self.0.model;
        let operation = named(model.contract, webhook)?;
        let media = operation.body.as_ref().and_then(|body| body.content.iter().find(|media| media.is_json()));
        let schema = media.and_then(|media| media.schema);
        let schema = schema.ok_or_else(|| SandboxError::new(format!("the webhook {} sends no JSON", operation.id)))?;
        let making = self.making(self.now());
        let mut maker = making.maker(making.seed_of(0, &operation.id), Fill::Lean);
        let body = maker.make(&[schema], "", Some(&Value::Object(known.clone())));
        for (name, value) in known {
            if body.get(name) != Some(value) {
                let message = format!("{name:?} of the webhook {} cannot be {value}", operation.id);
                return Err(SandboxError::new(message));
            }
        }
        Ok(self.signed(body.to_string().into_bytes(), key))
    }

    /// A request with this body, signed with a key where the API signs.
    pub fn signed(&self, body: Vec<u8>, key: Option<&str>) -> Request {
        let header = self.contract().behaviour.webhooks.signature_header.as_ref();
        let signature = header.zip(key).map(|(header, key)| (header.clone(), Verifier::hmac_sha1(key).sign(&body)));
        let mut request = Request::new("POST", "/");
        request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        request.headers.extend(signature);
        request.body = body;
        request
    }
}

/// The webhook of a name, or the first.
fn named<'c>(contract: &'c Contract, name: Option<&str>) -> Result<&'c Operation, SandboxError> {
    let fits = |operation: &&Operation| name.is_none_or(|name| operation.id == name || operation.path == name);
    contract.webhooks.iter().find(fits).ok_or_else(|| {
        let known: Vec<&str> = contract.webhooks.iter().map(|operation| operation.id.as_str()).collect();
        SandboxError::new(match (name, known.is_empty()) {
            (_, true) => format!("the document of {} has no webhooks", contract.title),
            (name, false) => {
                format!("there is no webhook {:?}; expected {}", name.unwrap_or_default(), known.join(", "))
            }
        })
    })
}
