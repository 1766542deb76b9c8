//! The root of an emitted crate: `lib.rs` with the client.

use std::collections::BTreeMap;

use super::code::Code;
use super::resource::about;
use super::{Emission, File, guide};
use crate::contract::{Behaviour, Envelope, Jobs, Limits, MessageFields, MovedTo, Paging, Recorder, SignedMembers};
use crate::name::phrase;
use crate::plan::{Credential, CredentialPlace, Plan, Variable, api};

/// `src/lib.rs`.
pub(super) fn file(emission: Emission<'_>) -> File {
    File { path: "src/lib.rs".to_owned(), text: lib(emission) }
}

fn lib(emission: Emission<'_>) -> String {
    let (contract, plan) = (emission.contract, emission.plan);
    let mut docs = vec![format!("Typed client of the {} API.", emission.title()), String::new()];
    if let Some(url) = &contract.behaviour.krate.documentation {
        docs.extend([format!("The documentation of the API is at <{url}>."), String::new()]);
    }
    docs.push(
        "Every resource is a module behind a feature of its own name; the feature `full` has them all.".to_owned(),
    );
    let guide = guide::attribute(emission);
    docs.extend(guide.map(|_| String::new()));
    let mut code = Code::file(&docs);
    guide.into_iter().for_each(|attribute| code.line(attribute));
    code.line("#![forbid(unsafe_code)]");
    // docs.rs builds with a nightly compiler, and says of each item which feature it needs.
    code.line("#![cfg_attr(docsrs, feature(doc_cfg))]");
    code.line("// What is deprecated is a member of what is not, and a call takes as many arguments as it must have.");
    code.line("// What is known by its name alone has no line of documentation.");
    code.line("#![allow(deprecated, missing_docs, clippy::too_many_arguments)]");
    code.line("");
    code.line("pub use kontrakt_runtime as runtime;");
    code.line("pub use kontrakt_runtime::prelude::types::*;");
    code.line("#[cfg(feature = \"testing\")]");
    code.line("pub use kontrakt_runtime::testing;");
    code.line("pub use kontrakt_runtime::{Error, Method, RetryPolicy};");
    code.line("");
    modules(&mut code, plan);
    constants(&mut code, emission);
    description(&mut code, emission);
    code.line("");
    client(&mut code, emission);
    code.finish()
}

fn modules(code: &mut Code, plan: &Plan) {
    if plan.types.iter().any(|def| def.resources.len() > 1) {
        code.line("#[rustfmt::skip]");
        code.line("// Shared types link to the calls that use them, which are there with all features.");
        code.line("#[cfg_attr(not(feature = \"full\"), allow(rustdoc::broken_intra_doc_links))]");
        code.line("mod types;");
    }
    if let Some(codes) = &plan.error_codes {
        code.line("#[rustfmt::skip]");
        code.line("mod error_code;");
        code.line(format!("pub use error_code::{};", codes.name));
    }
    code.line("#[cfg(feature = \"codecs\")]");
    code.line("#[rustfmt::skip]");
    code.line("pub mod codecs;");
    for resource in &plan.resources {
        code.line(format!("#[cfg(feature = {:?})]", resource.name));
        code.line("#[rustfmt::skip]");
        if !resource.name.is_ascii() {
            // Rust looks for files by ASCII names alone.
            code.line(format!("#[path = \"{}.rs\"]", resource.name));
        }
        code.line(format!("pub mod {};", resource.name));
    }
    code.line("");
}

fn constants(code: &mut Code, emission: Emission<'_>) {
    let behaviour = &emission.contract.behaviour;
    if let Some(oauth) = &behaviour.oauth {
        code.line("/// Where add-ons get their tokens, for [`runtime::OAuthServer`].");
        code.line("pub const OAUTH: kontrakt_runtime::OAuthPaths = kontrakt_runtime::OAuthPaths {");
        code.line(format!("    exchange: {:?},", oauth.exchange));
        code.line(format!("    token: {:?},", oauth.token));
        code.line("};");
        code.line("");
    }
    if let Some(header) = &behaviour.webhooks.signature_header {
        code.line("/// The header field with the signature of a webhook, for [`runtime::webhook::Verifier`].");
        code.line(format!("pub const SIGNATURE_HEADER: &str = {header:?};"));
        code.line("");
    }
    if let Some(SignedMembers { signature, members, separator }) = &behaviour.webhooks.signed_members {
        code.line("/// How a call is signed that the server makes, for [`runtime::webhook::RsaVerifier`].");
        code.line("#[cfg(feature = \"rsa\")]");
        code.line("#[rustfmt::skip]");
        code.line("pub const SIGNED_MEMBERS: kontrakt_runtime::webhook::SignedMembers =");
        let value = format!("signature: {signature:?}, members: &{members:?}, separator: {separator:?}");
        code.line(format!("    kontrakt_runtime::webhook::SignedMembers {{ {value} }};"));
        code.line("");
    }
    recording(code, behaviour);
    code.line("/// SHA-256 of the document that this crate was generated from.");
    code.line(format!("pub const DOCUMENT_SHA256: &str = {:?};", emission.specification.document_sha256));
    code.line("/// SHA-256 of the overlays that were applied to it.");
    code.line(format!("pub const OVERLAYS_SHA256: &str = {:?};", emission.specification.overlays_sha256));
    code.line("/// Version of the generator.");
    code.line(format!("pub const GENERATOR_VERSION: &str = {:?};", crate::VERSION));
    code.line("");
}

/// What recordings of traffic must not show.
fn recording(code: &mut Code, behaviour: &Behaviour) {
    let Behaviour { recorder: Recorder { secret, digits, words, text }, limits, envelope, .. } = behaviour;
    let own = envelope.request_id_header.iter().chain(&limits.bucket_header);
    let harmless: Vec<&String> = own.chain(&limits.budget_headers).collect();
    code.line("/// What recordings of traffic must not show, for [`runtime::recorder::Recorder`].");
    code.line("#[cfg(feature = \"recorder\")]");
    code.line("#[rustfmt::skip]");
    code.block("pub const RECORDING: kontrakt_runtime::Recording = kontrakt_runtime::Recording", |code| {
        code.line(format!("secret: &{secret:?}, digits: &{digits:?},"));
        code.line(format!("words: &{words:?}, text: &{text:?},"));
        code.line(format!("harmless: &{harmless:?},"));
    });
    code.ends_with_semicolon();
    code.line("");
}

/// The constant that tells the runtime about the API.
fn description(code: &mut Code, emission: Emission<'_>) {
    let contract = emission.contract;
    let behaviour = &contract.behaviour;
    code.line("/// What is particular about this API.");
    code.line("#[rustfmt::skip]");
    code.block("const API: kontrakt_runtime::Api = kontrakt_runtime::Api", |code| {
        code.line("name: env!(\"CARGO_PKG_NAME\"),");
        code.line("version: env!(\"CARGO_PKG_VERSION\"),");
        code.line(format!("base_url: {:?},", emission.plan.client.base_url));
        if behaviour.envelope != Envelope::default() {
            code.line("envelope: kontrakt_runtime::Envelope {");
            envelope(code, &behaviour.envelope);
            code.line("    ..kontrakt_runtime::Envelope::DEFAULT");
            code.line("},");
        }
        if let Some(paging) = &behaviour.paging {
            self::paging(code, paging, &behaviour.envelope);
        }
        messages(code, &behaviour.messages);
        limits(code, &behaviour.limits);
        if let Some(code_) = &behaviour.envelope.expired_token {
            code.line(format!("expired_token: Some({code_:?}),"));
        }
        pairs(code, "headers", &behaviour.headers);
        if let Some(any_of) = &emission.plan.client.security {
            let any_of: Vec<String> = any_of.iter().map(|all| format!("&{all:?}")).collect();
            code.line(format!("security: Some(&[{}]),", any_of.join(", ")));
        }
        pairs(code, "help", &behaviour.error_help);
        if let Some(MovedTo { member, domains }) = &behaviour.envelope.moved_to {
            code.line(format!(
                "moved_to: Some(kontrakt_runtime::MovedTo {{ member: {member:?}, domains: &{domains:?} }}),"
            ));
        }
        if let Some(jobs) = &behaviour.jobs {
            self::jobs(code, jobs);
        }
        code.line("..kontrakt_runtime::Api::DEFAULT");
    });
    // A struct literal ends in a semicolon.
    code.ends_with_semicolon();
}

/// A table, in the order of its names: that of a map in a document means nothing.
fn pairs(code: &mut Code, member: &str, pairs: &[(String, String)]) {
    if !pairs.is_empty() {
        code.line(format!("{member}: &["));
        let sorted: BTreeMap<_, _> = pairs.iter().map(|(name, text)| (name, text)).collect();
        sorted.iter().for_each(|(name, text)| code.line(format!("    ({name:?}, {text:?}),")));
        code.line("],");
    }
}

fn envelope(code: &mut Code, envelope: &Envelope) {
    let some = |value: &Option<String>| value.as_ref().map(|value| format!("Some({value:?})"));
    let members = [
        ("errors", &envelope.errors),
        ("error", &envelope.error),
        ("request_id", &envelope.request_id),
        ("request_id_header", &envelope.request_id_header),
    ];
    for (name, value) in members {
        if let Some(value) = some(value) {
            code.line(format!("    {name}: {value},"));
        }
    }
    if !envelope.value.is_empty() {
        code.line(format!("    values: &{:?},", &*envelope.value));
    }
    let fields = &envelope.error_fields;
    if envelope.errors.is_some() {
        let member = |value: &Option<String>, default: &str| format!("{:?}", value.as_deref().unwrap_or(default));
        let (code_, message) = (member(&fields.code, "code"), member(&fields.message, "message"));
        let instance = member(&fields.instance, "instance");
        code.line(format!(
            "    error_fields: kontrakt_runtime::ErrorFields {{ code: {code_}, message: {message}, instance: {instance} }},"
        ));
    }
    if let Some(success) = &envelope.success {
        let (member, equals) = (&success.member, &success.equals);
        code.line(format!(
            "    success: Some(kontrakt_runtime::Success {{ member: {member:?}, equals: {equals:?} }}),"
        ));
    }
}

/// Paging members are named from the value; the runtime reads them from the root of the body.
fn paging(code: &mut Code, paging: &Paging, envelope: &Envelope) {
    let root = match &*envelope.value {
        [only] => format!("{only}/"),
        _ => String::new(),
    };
    let member =
        |value: &Option<String>| format!("{:?}", value.as_ref().map(|v| format!("{root}{v}")).unwrap_or_default());
    code.line("paging: Some(kontrakt_runtime::Paging {");
    code.line(format!("    page: {:?},", paging.page));
    code.line(format!("    current: {},", member(&paging.current)));
    code.line(format!("    pages: {},", member(&paging.pages)));
    code.line(format!("    total: {},", member(&paging.total)));
    code.line("}),");
}

fn messages(code: &mut Code, fields: &MessageFields) {
    let MessageFields { text, level, refusing, about } = fields;
    if *fields != MessageFields::default() {
        let [text, level, about] = [text, level, about].map(|member| member.as_deref().unwrap_or_default());
        code.line("messages: kontrakt_runtime::MessageFields {");
        code.line(format!("    text: {text:?}, level: {level:?}, refusing: &{refusing:?}, about: {about:?},"));
        code.line("},");
    }
}

fn limits(code: &mut Code, limits: &Limits) {
    if *limits == Limits::default() {
        return;
    }
    code.line("limits: kontrakt_runtime::Limits {");
    let numbers = [
        ("concurrency", limits.concurrency),
        ("timeout_seconds", limits.timeout_seconds),
        ("bucket_per_second", limits.bucket_per_second),
        ("budget_period_seconds", limits.budget_period_seconds),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            code.line(format!("    {name}: {number},"));
        }
    }
    if let Some(header) = &limits.bucket_header {
        code.line(format!("    bucket: {header:?},"));
    }
    if !limits.budget_headers.is_empty() {
        code.line(format!("    budgets: &{:?},", limits.budget_headers));
    }
    code.line("    ..kontrakt_runtime::Limits::DEFAULT");
    code.line("},");
}

fn jobs(code: &mut Code, jobs: &Jobs) {
    code.line("jobs: Some(kontrakt_runtime::Jobs {");
    let texts = [
        ("detail", &jobs.detail),
        ("job", &jobs.job),
        ("id", &jobs.id),
        ("status", &jobs.status),
        ("completed", &jobs.completed),
        ("result_url", &jobs.result_url),
        ("log", &jobs.log),
    ];
    for (name, text) in texts {
        code.line(format!("    {name}: {text:?},"));
    }
    code.line(format!("    pending: &{:?},", jobs.pending));
    code.line(format!("    polls: {},", jobs.polls));
    code.line(format!("    waits: &{:?},", jobs.waits));
    code.line("}),");
}

fn client(code: &mut Code, emission: Emission<'_>) {
    let plan = emission.plan;
    code.block("kontrakt_runtime::client!", |code| {
        code.line(format!(
            "/// A client of the {} API. Cheap to clone; clones share connections and limits.",
            emission.title()
        ));
        code.line("pub Client / ClientBuilder: API,");
        let builder = &plan.client;
        code.block("credentials", |code| builder.credentials.iter().for_each(|one| credential(code, one)));
        code.block("variables", |code| {
            for Variable { name, wire } in &builder.variables {
                code.line(format!("/// {} in the base URL.", phrase(wire)));
                code.line(format!("{name},"));
            }
        });
        code.block("resources", |code| {
            for (index, resource) in plan.resources.iter().enumerate().filter(|(_, one)| !one.operations.is_empty()) {
                code.docs(&about(emission, index));
                code.line(format!("#[cfg(feature = {:?})]", resource.name));
                code.line(format!("{}: {}::{},", resource.name, resource.name, api(&resource.name)));
            }
        });
    });
}

fn credential(code: &mut Code, Credential { name, place, docs, .. }: &Credential) {
    let place = match place {
        CredentialPlace::Header(name) => format!("header({name:?})"),
        CredentialPlace::Query(name) => format!("query({name:?})"),
        CredentialPlace::Basic => "basic()".to_owned(),
        CredentialPlace::Bearer => "bearer()".to_owned(),
        CredentialPlace::Cookie(name) => format!("cookie({name:?})"),
        CredentialPlace::Scheme(scheme) => format!("scheme({scheme:?})"),
        CredentialPlace::Certificate => "certificate()".to_owned(),
    };
    code.docs(docs);
    code.line(format!("{name}: {place},"));
}
