//! Webhooks: types of their bodies and answers, without methods.

mod common;

use common::sound::assert_sound;
use common::{document, strict, text};
use kontrakt_codegen::contract::Contract;
use kontrakt_codegen::lower::{Profile, lower};

const SHOP: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /hooks:
    get:
      tags: [Hooks]
      operationId: listHooks
      responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Hook'}}}}}}
webhooks:
  notice:
    post:
      tags: [Hooks]
      summary: Something happened. Answer soon.
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Notice'}}}}
      responses: {'204': {description: ''}}
  addon-install:
    post:
      tags: [Gone]
      operationId: install
      requestBody: {content: {application/json: {schema: {type: object, required: [key], properties: {key: {type: string, x-secret: true}}}}}}
      responses:
        '200': {description: '', content: {application/json: {schema: {type: object, required: [error], properties: {error: {type: boolean}, why: {type: string}}}}}}
  nothing:
    post: {responses: {'200': {description: ''}}}
components:
  schemas:
    Hook: {type: object, required: [event], properties: {event: {$ref: '#/components/schemas/Event'}}}
    Event:
      type: string
      enum: ['order:create', 'order:massUpdate', unsaid]
      x-enum-descriptions: {'order:create': 'An order, [new]; instance: its code'}
    Notice:
      type: object
      required: [event, instance]
      properties:
        event: {$ref: '#/components/schemas/Event'}
        instance: {type: string, x-scalar: identifiers}
";

#[test]
fn webhooks_are_in_the_contract() {
    let contract = Contract::read(&document(SHOP)).unwrap();
    let names: Vec<(&str, &str)> = contract.webhooks.iter().map(|one| (one.path.as_str(), one.id.as_str())).collect();
    assert_eq!(names, [("notice", "post notice"), ("addon-install", "install"), ("nothing", "post nothing")]);
    assert_eq!(contract.operations.len(), 1);
    assert_eq!(contract.webhooks[0].pointer.as_str(), "/webhooks/notice/post");
    // They are no calls, and a document of OpenAPI 3.0 has no place for them.
    let lowered = lower(&contract, Profile::Standard);
    assert_eq!(lowered.losses.iter().filter(|loss| loss.keyword == "webhooks").count(), 3);
}

#[test]
fn webhooks_have_types_and_no_methods() {
    let generated = strict(SHOP).unwrap_or_else(|error| panic!("{error}"));
    assert_sound(&generated);
    let hooks = text(&generated, "src/hooks.rs");
    for line in [
        "    /// `order:create`: An order, \\[new\\]; instance: its code.",
        "    /// `unsaid`",
        "    OrderMassUpdate = \"order:massUpdate\",",
        "    /// The body of the webhook `notice`: Something happened. Answer soon.",
        "    pub instance: Instance = required(\"instance\"),",
    ] {
        assert!(hooks.contains(line), "no {line:?} in\n{hooks}");
    }
    assert_eq!(hooks.matches("operation!").count(), 1, "{hooks}");
    // A tag that names no resource of calls leads to a module of their own.
    let own = text(&generated, "src/webhooks.rs");
    for line in [
        "pub struct AddonInstallWebhook: open {",
        "pub key: Secret = required(\"key\"),",
        "pub struct AddonInstallWebhookAnswer {",
        "pub fn new(error: bool) -> Self",
    ] {
        assert!(own.contains(line), "no {line:?} in\n{own}");
    }
    assert!(!generated.files.iter().any(|file| file.path == "src/records.rs"), "what a webhook carries is carried");
    assert!(
        text(&generated, "src/codecs.rs").contains("Codec::of::<crate::hooks::Notice>(\"Notice\", Side::Record, \"\")")
    );
}

#[test]
fn ids_are_unique_with_those_of_calls() {
    let error = strict(&SHOP.replace("operationId: install", "operationId: listHooks")).unwrap_err();
    assert!(error.message().contains("\"listHooks\" is used twice"), "{error}");
    assert_eq!(error.json_pointer().unwrap().as_str(), "/webhooks/addon-install/post/operationId");
}
