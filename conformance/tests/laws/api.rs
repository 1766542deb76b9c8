//! The subjects of the property tests: the three APIs, each with its document and the tables of its client.
//! Loaded once for all tests of the process.

use std::sync::{LazyLock, OnceLock};

use kontrakt_codegen::contract::{Contract, SchemaId};
use kontrakt_codegen::document::Document;
use kontrakt_conformance::check::{Checker, Path};
use kontrakt_conformance::instance::Instances;
use kontrakt_conformance::schemas::Validators;
use kontrakt_runtime::codec::{Codec, Driver, Side};
use kontrakt_runtime::{Error, RetryPolicy, Session};
use serde_json::Value;

use crate::common;

pub(crate) struct Api {
    pub(crate) name: &'static str,
    pub(crate) document: Document,
    pub(crate) contract: Contract,
    pub(crate) codecs: &'static [Codec],
    pub(crate) drivers: &'static [Driver],
    /// A session of the client with made-up credentials.
    pub(crate) connect: fn(&str) -> Result<Session, Error>,
    checker: OnceLock<Checker<'static>>,
    instances: OnceLock<Instances<'static>>,
    validators: OnceLock<Validators>,
}

pub(crate) static APIS: LazyLock<[Api; 3]> = LazyLock::new(|| {
    [
        Api::new("shoptet", shoptet::codecs::CODECS, shoptet::codecs::DRIVERS, |url| {
            Ok(shoptet::Client::builder()
                .private_token("secret")
                .oauth_token("secret")
                .base_url(url)
                .retry(RetryPolicy::never())
                .build()?
                .session()
                .clone())
        }),
        Api::new("upgates", upgates::codecs::CODECS, upgates::codecs::DRIVERS, |url| {
            Ok(upgates::Client::builder()
                .basic("user", "secret")
                .base_url(url)
                .retry(RetryPolicy::never())
                .build()?
                .session()
                .clone())
        }),
        Api::new("clipsan", clipsan::codecs::CODECS, clipsan::codecs::DRIVERS, |url| {
            Ok(clipsan::Client::builder()
                .key("secret")
                .base_url(url)
                .retry(RetryPolicy::never())
                .build()?
                .session()
                .clone())
        }),
    ]
});

impl Api {
    fn new(
        name: &'static str,
        codecs: &'static [Codec],
        drivers: &'static [Driver],
        connect: fn(&str) -> Result<Session, Error>,
    ) -> Self {
        let document = common::specification(name).document;
        let contract = Contract::read(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (checker, instances, validators) = Default::default();
        Self { name, document, contract, codecs, drivers, connect, checker, instances, validators }
    }

    pub(crate) fn checker(&'static self) -> &'static Checker<'static> {
        self.checker.get_or_init(|| Checker::new(&self.contract))
    }

    /// Values of everything that is on the wire as a whole, and of every component.
    pub(crate) fn instances(&'static self) -> &'static Instances<'static> {
        self.instances.get_or_init(|| Instances::new(&self.contract, common::roots(&self.contract)))
    }

    pub(crate) fn validators(&self) -> &Validators {
        self.validators.get_or_init(|| Validators::new(&self.contract).unwrap_or_else(|error| panic!("{error}")))
    }

    /// Whether another implementation of JSON Schema finds that a value satisfies a schema.
    pub(crate) fn valid(&self, schema: SchemaId, value: &Value) -> Result<(), String> {
        let validator = self.validators().get(&self.contract, schema).map_err(|error| error.to_string())?;
        validator.validate(value).map_err(|error| format!("{}: {error}", error.instance_path()))
    }

    /// What the client carries, with the schemas of the document: all of it.
    pub(crate) fn carried(&'static self) -> Vec<Carried> {
        let of = |codec: &'static Codec| Carried { api: self, codec, schema: self.schema(codec) };
        self.codecs.iter().filter(|codec| self.described(codec)).map(of).collect()
    }

    /// What the client carries in one direction of one operation.
    pub(crate) fn carries(&'static self, operation: &str, side: Side) -> Option<Carried> {
        let codec = self.codecs.iter().find(|codec| (codec.operation, codec.side) == (operation, side))?;
        Some(Carried { api: self, codec, schema: self.schema(codec) })
    }

    /// Results of jobs that the document says nothing about are any JSON.
    fn described(&self, codec: &Codec) -> bool {
        codec.side != Side::JobResult || self.job_result(codec.operation).is_some()
    }

    fn job_result(&self, id: &str) -> Option<SchemaId> {
        let operation = self.contract.operations.iter().find(|operation| operation.id == id)?;
        self.contract.component(operation.hints.job.as_ref()?.result.as_deref()?)
    }

    fn schema(&self, codec: &Codec) -> SchemaId {
        let operation = || self.operation(codec.operation);
        let schema = match codec.side {
            Side::Answer => operation().and_then(|one| one.success()?.json()?.schema),
            Side::Request => operation().and_then(|one| one.body.as_ref()?.json()?.schema),
            Side::Error => operation()
                .and_then(|one| one.failures().find(|answer| answer.status.to_string() == codec.value)?.json()?.schema),
            Side::JobResult => self.job_result(codec.operation),
            Side::Record => self.contract.component(codec.operation),
        };
        schema.unwrap_or_else(|| panic!("{}: {codec:?} has no schema in the document", self.name))
    }

    /// The operation of an emitted method; several methods may stand for one operation.
    pub(crate) fn operation(&self, id: &str) -> Option<&kontrakt_codegen::contract::Operation> {
        self.contract.operations.iter().find(|operation| {
            operation.id == id || operation.hints.variants.iter().any(|one| one.id.as_deref() == Some(id))
        })
    }
}

/// A type of the client and the schema of the body that its values are in.
#[derive(Clone, Copy)]
pub(crate) struct Carried {
    pub(crate) api: &'static Api,
    pub(crate) codec: &'static Codec,
    pub(crate) schema: SchemaId,
}

impl Carried {
    /// Where in the body the value is.
    pub(crate) fn at(&self) -> Path {
        let steps = self.codec.value.split('/').filter(|step| !step.is_empty());
        steps.fold(Path::default(), |path, step| path.member(step))
    }

    /// Whether the client writes it and never reads it: bodies of requests, and answers to webhooks.
    pub(crate) fn is_sent(&self) -> bool {
        let contract = &self.api.contract;
        let answers = contract.webhooks.iter().flat_map(|webhook| &webhook.responses);
        let mut schemas = answers.filter_map(|response| response.json()?.schema);
        self.codec.side == Side::Request
            || schemas.any(|schema| contract.resolve(schema) == contract.resolve(self.schema))
    }

    /// The value inside the envelope; `None` where there is none, which is for the envelope to treat.
    pub(crate) fn inner<'v>(&self, body: &'v Value) -> Option<&'v Value> {
        self.at().get(body).filter(|inner| !inner.is_null())
    }

    /// What the client writes after it has read a text.
    pub(crate) fn reencode(&self, text: &str) -> Result<Value, String> {
        let written = (self.codec.reencode)(text, "").map_err(|error| error.to_string())?;
        serde_json::from_str(&written).map_err(|error| format!("wrote {written}: {error}"))
    }
}
