//! The root of an emitted crate: manifest, and `lib.rs` with the client.

use std::collections::BTreeSet;

use super::code::{Code, wrap};
use super::resource::about;
use super::{Emission, File, MARK, Manifest, guide};
use crate::contract::{Contract, Envelope, Jobs, Limits, MovedTo, Paging, SecurityKind, SecurityScheme};
use crate::name::{phrase, snake};
use crate::plan::{api, docs_of};

pub(super) fn files(emission: Emission<'_>) -> Vec<File> {
    let file = |path: &str, text: String| File { path: path.to_owned(), text };
    vec![file("Cargo.toml", manifest(emission)), file("src/lib.rs", lib(emission))]
}

/// Features of the default set: those that the specification names, as far as they exist.
fn default_features(emission: Emission<'_>) -> Vec<String> {
    let wanted = &emission.contract.behaviour.krate.default_features;
    let exists = |name: &&String| emission.plan.resources.iter().any(|resource| resource.name == **name);
    let wanted = wanted.iter().filter(exists).map(String::as_str);
    wanted.chain(["reqwest"]).map(|name| format!("{name:?}")).collect()
}

/// Features that an emitted crate hands on to the runtime.
pub(super) const RUNTIME_FEATURES: [(&str, &str); 6] = [
    ("Sends with reqwest. Without it the client builder must be given a transport.", "reqwest"),
    ("Waits for calls without an async runtime.", "blocking"),
    ("Records traffic as HAR, without secrets and personal data.", "recorder"),
    ("Keeps members of answers that this version does not know, and writes them back.", "unknown-fields"),
    ("Implements serde's `Serialize` and `Deserialize` for every type.", "serde"),
    ("Implements `schemars::JsonSchema` for every type.", "schemars"),
];

fn manifest(emission: Emission<'_>) -> String {
    let mut text = MARK.replace("//", "#");
    let mut add = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    add("[package]");
    add(&format!("name = {}", toml_text(emission.package())));
    add(&format!("description = {}", toml_text(&format!("Typed client of the {} API", emission.title()))));
    let runtime = match emission.manifest {
        Manifest::Workspace => {
            for key in ["version", "edition", "rust-version", "license"] {
                add(&format!("{key}.workspace = true"));
            }
            "kontrakt-runtime.workspace = true".to_owned()
        }
        Manifest::Standalone { runtime } => {
            add("version = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]");
            format!("kontrakt-runtime = {{ path = {}, default-features = false }}", toml_text(runtime))
        }
    };
    add("");
    if *emission.manifest == Manifest::Workspace {
        add("[lints]\nworkspace = true\n");
    }
    add("[features]");
    for line in wrap("default = [", &default_features(emission), "]", 0) {
        add(&line);
    }
    let all: Vec<String> = emission.plan.resources.iter().map(|resource| format!("{:?}", resource.name)).collect();
    add("# Every resource.");
    for line in wrap("full = [", &all, "]", 0) {
        add(&line);
    }
    for (comment, feature) in RUNTIME_FEATURES {
        add(&format!("# {comment}"));
        add(&format!("{feature} = [\"kontrakt-runtime/{feature}\"]"));
    }
    add("# Tables of what operations carry and how they are called, for tests that hold them against the document.");
    add("codecs = [\"kontrakt-runtime/codecs\"]");
    add("# One feature per resource.");
    for resource in &emission.plan.resources {
        add(&format!("{} = []", resource.name));
    }
    add("");
    add("[dependencies]");
    add(&runtime);
    guide::manifest(emission).iter().for_each(|line| add(line));
    text
}

/// A text as TOML writes it, where escapes are not those of Rust.
fn toml_text(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
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
    code.line("// What is deprecated is a member of what is not, and a call takes as many arguments as it must have.");
    code.line("#![allow(deprecated, clippy::too_many_arguments)]");
    code.line("");
    code.line("pub use kontrakt_runtime as runtime;");
    code.line("pub use kontrakt_runtime::prelude::types::*;");
    code.line("pub use kontrakt_runtime::{Error, Method, RetryPolicy};");
    code.line("");
    if plan.types.iter().any(|def| def.resources.len() > 1) {
        code.line("#[rustfmt::skip]");
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
        code.line(format!("pub mod {};", resource.name));
    }
    code.line("");
    if let Some(oauth) = &contract.behaviour.oauth {
        code.line("/// Where add-ons get their tokens, for [`runtime::OAuthServer`].");
        code.line("pub const OAUTH: kontrakt_runtime::OAuthPaths = kontrakt_runtime::OAuthPaths {");
        code.line(format!("    exchange: {:?},", oauth.exchange));
        code.line(format!("    token: {:?},", oauth.token));
        code.line("};");
        code.line("");
    }
    code.line("/// SHA-256 of the document that this crate was generated from.");
    code.line(format!("pub const DOCUMENT_SHA256: &str = {:?};", emission.specification.document_sha256));
    code.line("/// SHA-256 of the overlays that were applied to it.");
    code.line(format!("pub const OVERLAYS_SHA256: &str = {:?};", emission.specification.overlays_sha256));
    code.line("/// Version of the generator.");
    code.line(format!("pub const GENERATOR_VERSION: &str = {:?};", crate::VERSION));
    code.line("");
    description(&mut code, emission);
    code.line("");
    client(&mut code, emission);
    code.finish()
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
        let url = contract.servers.first().map(|server| server.url.as_str()).unwrap_or_default();
        // The builder's methods fill in the variables by their own names.
        let variables = BuilderNames::of(contract).variables;
        let url = (variables.iter())
            .fold(url.to_owned(), |url, (name, wire)| url.replace(&format!("{{{wire}}}"), &format!("{{{name}}}")));
        code.line(format!("base_url: {:?},", url.trim_end_matches('/')));
        if behaviour.envelope != Envelope::default() {
            code.line("envelope: kontrakt_runtime::Envelope {");
            envelope(code, &behaviour.envelope);
            code.line("    ..kontrakt_runtime::Envelope::DEFAULT");
            code.line("},");
        }
        if let Some(paging) = &behaviour.paging {
            self::paging(code, paging, &behaviour.envelope);
        }
        limits(code, &behaviour.limits);
        if let Some(code_) = &behaviour.envelope.expired_token {
            code.line(format!("expired_token: {code_:?},"));
        }
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

fn envelope(code: &mut Code, envelope: &Envelope) {
    let some = |value: &Option<String>| value.as_ref().map(|value| format!("Some({value:?})"));
    let members = [("errors", &envelope.errors), ("error", &envelope.error), ("request_id", &envelope.request_id)];
    for (name, value) in members {
        if let Some(value) = some(value) {
            code.line(format!("    {name}: {value},"));
        }
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
    code.line("}),");
}

fn client(code: &mut Code, emission: Emission<'_>) {
    let (contract, plan) = (emission.contract, emission.plan);
    code.block("kontrakt_runtime::client!", |code| {
        code.line(format!(
            "/// A client of the {} API. Cheap to clone; clones share connections and limits.",
            emission.title()
        ));
        code.line("pub Client / ClientBuilder: API,");
        let names = BuilderNames::of(contract);
        code.block("credentials", |code| names.credentials.iter().for_each(|(name, one)| credential(code, name, one)));
        code.block("variables", |code| {
            for (name, wire) in &names.variables {
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

/// Methods that every client builder has.
const BUILDER: [&str; 9] =
    ["base_url", "body_limit", "build", "concurrency", "header", "retry", "timeout", "transport", "user_agent"];

/// Methods of the client builder that an API adds, each name once.
struct BuilderNames<'c> {
    credentials: Vec<(String, &'c SecurityScheme)>,
    variables: Vec<(String, &'c str)>,
}

impl<'c> BuilderNames<'c> {
    fn of(contract: &'c Contract) -> Self {
        let mut taken: BTreeSet<String> = BUILDER.map(str::to_owned).into();
        let mut free = |name: String, what: &str| {
            let mut name = name;
            while !taken.insert(name.clone()) {
                name = format!("{}_{what}", name.trim_start_matches("r#"));
            }
            name
        };
        // Both are maps of the document, whose order says nothing.
        let mut schemes: Vec<&SecurityScheme> = contract.security_schemes.iter().collect();
        schemes.sort_by_key(|scheme| &scheme.name);
        schemes.retain(|scheme| !matches!(scheme.kind, SecurityKind::Other(_)));
        let credentials = schemes
            .into_iter()
            .map(|scheme| (free(snake(scheme.hints.name.as_ref().unwrap_or(&scheme.name)), "credential"), scheme));
        let credentials = credentials.collect();
        let variables = contract.servers.first().map(|server| server.variables.as_slice()).unwrap_or_default();
        let variables: BTreeSet<&str> = variables.iter().map(|one| one.name.as_str()).collect();
        let variables = variables.into_iter().map(|name| (free(snake(name), "variable"), name)).collect();
        Self { credentials, variables }
    }
}

fn credential(code: &mut Code, name: &str, scheme: &SecurityScheme) {
    let place = match &scheme.kind {
        SecurityKind::Header(name) => format!("header({name:?})"),
        SecurityKind::Query(name) => format!("query({name:?})"),
        SecurityKind::Basic => "basic()".to_owned(),
        SecurityKind::Bearer => "bearer()".to_owned(),
        SecurityKind::Other(_) => return,
    };
    code.docs(&docs_of(scheme.description.as_deref()).unwrap_or_else(|| vec![format!("{}.", phrase(name))]));
    code.line(format!("{name}: {place},"));
}
